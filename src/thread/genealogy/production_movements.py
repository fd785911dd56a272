"""How a lot goes into orders and vessels, and comes out of them (EVENTS 3, 4, 6)."""

from __future__ import annotations

from functools import partial
from typing import Final

from thread.events.base import Line
from thread.events.material import Merged, Relabelled, Reworked, Split, Transforming
from thread.events.production import BatchProduced, MaterialIssued, MaterialReturned, WorkOrderClosed
from thread.events.vessels import VesselDrawn, VesselFilled
from thread.genealogy.books import Books
from thread.genealogy.movement import IN_OUR_HANDS
from thread.genealogy.projection import Told
from thread.genealogy.stock import Bucket
from thread.genealogy.stock_movements import is_calculated, made
from thread.values.names import event_activity, vessel_name
from thread.values.quantity import ZERO

__all__ = ["closed", "drawn", "filled", "issued", "produced", "returned", "transformed"]


def issued(books: Books, told: Told, event: MaterialIssued) -> None:
    """Book material into an order."""
    target = Bucket("in_process", event.site, order=event.order, run=event.run, calculated=is_calculated(event))
    for line in event.lots:
        chosen = books.meant(told, line)
        if chosen is not None:
            books.leave(told, chosen, target, "issued")
            if event.id is not None:
                books.issues.setdefault(event.id, []).append(target)


def returned(books: Books, told: Told, event: MaterialReturned) -> None:
    """Book unused material back from an order: from the issue named, else the latest of that run."""
    for line in event.lots:
        if books.lot not in line.candidates or line.amount is None:
            continue
        amount = books.amount_of(line.quantity, told) if line.quantity is not None else line.amount
        if amount is None:
            continue
        known = books.by_order.get(event.order, ())
        told_issue = books.issues.get(line.issue, []) if line.issue is not None else []
        same_run = [bucket for bucket in reversed(known) if bucket.run == event.run]
        others = [bucket for bucket in reversed(known) if bucket.run != event.run]
        sources = list(dict.fromkeys((*told_issue, *same_run, *others)))

        def become(source: Bucket, line: Line = line) -> Bucket:
            if line.one_of is not None:
                return source._replace(line="unassigned")
            base = books.drawn_from.get(source) or Bucket("on_hand", event.site, state="free")
            return Bucket(
                "on_hand",
                event.site,
                line.place or event.place or base.place,
                base.owner,
                base.state if base.state in IN_OUR_HANDS else "free",
                line.container,
            )

        fallback = Bucket("in_process", event.site, order=event.order, run=event.run)
        is_open = line.one_of is not None
        left = books.undo(told, sources, amount, line.spans, become=become, fallback=None if is_open else fallback)
        if left > ZERO and not is_open:
            text = (
                f"{books.told_quantity(left)} more came back from {event.order} than were issued to it by then;"
                " record the issue that is missing, or correct the quantity"
            )
            books.note_overdrawn("returned-not-issued", told, text, left, fallback)


def produced(books: Books, told: Told, event: BatchProduced) -> None:
    """Book what an order brought forth."""
    for line in event.outputs:
        made(books, told, event, line, event.order)


def _to(target: Bucket, _: Bucket) -> Bucket:
    return target


def closed(books: Books, told: Told, event: WorkOrderClosed) -> None:
    """Book what an order lost."""
    for loss in event.losses:
        if loss.lot != books.lot:
            continue
        amount = books.amount_of(loss.quantity, told)
        if amount is None:
            continue
        fallback = Bucket("in_process", event.site, order=event.order)
        target = Bucket("loss", event.site, order=event.order, run=loss.kind, calculated=is_calculated(event))
        left = books.undo(
            told, books.by_order.get(event.order, ()), amount, (), become=partial(_to, target), fallback=fallback
        )
        if left > ZERO:
            text = (
                f"{books.told_quantity(left)} more were lost in {event.order} than were issued to it;"
                " record the issue that is missing, or correct the loss"
            )
            books.note_overdrawn("lost-not-issued", told, text, left, fallback)


def filled(books: Books, told: Told, event: VesselFilled) -> None:
    """Book material into a vessel."""
    name = vessel_name(books.history.origin, event.site, event.vessel)
    target = Bucket(
        "in_process", event.site, event.vessel, None, "in_vessel", order=name, calculated=is_calculated(event)
    )
    for line in event.lots:
        chosen = books.meant(told, line)
        if chosen is not None:
            books.leave(told, chosen, target, "filled")


def drawn(books: Books, told: Told, event: VesselDrawn) -> None:
    """Book what was drawn from a vessel as a lot."""
    if event.lot == books.lot:
        amount = books.amount_of(event.quantity, told)
        if amount is not None:
            source = Bucket("produced", event.site, event.place, calculated=is_calculated(event))
            books.enter(told, amount, source, Bucket("on_hand", event.site, event.place, None, "free"))


_USE: Final[dict[type[Transforming], str]] = {
    Split: "split",
    Merged: "merged",
    Relabelled: "relabelled",
    Reworked: "reworked",
}


def transformed(books: Books, told: Told, event: Transforming) -> None:
    """Book a split, merge, relabelling or rework: inputs are consumed, outputs are produced."""
    activity = event_activity(books.history.origin, event.id or f"{told.seq}.{told.index}")
    target = Bucket("consumed", event.site, order=activity, calculated=is_calculated(event))
    for line in event.inputs:
        chosen = books.meant(told, line)
        if chosen is not None:
            books.leave(told, chosen, target, _USE[type(event)])
    for output in event.outputs:
        made(books, told, event, output, activity)
