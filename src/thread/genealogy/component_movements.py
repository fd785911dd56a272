"""How a part goes into a unit and comes out of it again (EVENTS 6 "Components")."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from thread.events.production import BatchProduced, ComponentChanged, RemovedLine
from thread.genealogy.books import Books
from thread.genealogy.projection import Told
from thread.genealogy.stock import Bucket
from thread.genealogy.stock_movements import is_calculated
from thread.values.quantity import ZERO
from thread.values.serials import Span

__all__ = ["component_changed"]


def component_changed(books: Books, told: Told, event: ComponentChanged) -> None:
    """Book a part out of its unit (back to stock, or gone) and a part from stock into the unit."""
    if event.removed is not None and event.removed.lot == books.lot and event.removed.amount is not None:
        _removed(books, told, event, event.removed)
    if event.installed is not None:
        chosen = books.meant(told, event.installed)
        if chosen is not None:
            books.leave(told, chosen, _fitted(event), "installed")


def _fitted(event: ComponentChanged) -> Bucket:
    """Return the bucket of parts in a unit: the unit and its serial, and the position."""
    serials = event.unit.spans
    unit = f"{serials[0].bounds[0]}: {event.position}" if serials else event.position
    return Bucket("consumed", event.site, order=event.unit.lot, run=unit, calculated=is_calculated(event))


def _removed(books: Books, told: Told, event: ComponentChanged, part: RemovedLine) -> None:
    amount = books.amount_of(part.quantity, told) if part.quantity is not None else part.amount
    if amount is None:
        return
    target = _fate(event, part)
    left = books.undo(told, list(_built_in(books, event)), amount, part.spans, become=lambda _: target)
    if left > ZERO:
        _found_in_unit(books, told, event, left, spans=part.spans, target=target)


def _fate(event: ComponentChanged, part: RemovedLine) -> Bucket:
    match part.fate:
        case "stock":
            return Bucket("on_hand", event.site, part.place or event.place, None, "free", part.container)
        case "scrapped":
            return Bucket("scrapped", event.site)
        case "customer":
            return Bucket("shipped", event.site)
        case "supplier":
            return Bucket("returned_to_supplier", event.site)


def _built_in(books: Books, event: ComponentChanged) -> Iterator[Bucket]:
    """Yield where the part may have been booked to: that position, that unit, the order that built the unit."""
    fitted = _fitted(event)
    unit = [bucket for bucket in books.by_order.get(event.unit.lot or "", ()) if bucket.line == "consumed"]
    yield from sorted(unit, key=lambda bucket: bucket != fitted)
    for told in books.history.about("lot", event.unit.lot or ""):
        made = told.event
        if isinstance(made, BatchProduced) and any(line.lot == event.unit.lot for line in made.outputs):
            yield from books.by_order.get(made.order, ())


def _found_in_unit(
    books: Books, told: Told, event: ComponentChanged, left: Decimal, *, spans: tuple[Span, ...], target: Bucket
) -> None:
    """A part that nobody booked into the unit is found in it."""
    text = (
        f"{books.told_quantity(left)} came out of {event.unit.lot}, but no entry says that they went in;"
        " record the issue or the change that is missing"
    )
    books.note("removed-not-fitted", told, text, left)
    source = Bucket("found", event.site, event.place, calculated=is_calculated(event))
    if target.line == "on_hand":
        books.enter(told, left, source, target, spans)
        return
    books.pass_through(told, left, source, target, spans)
