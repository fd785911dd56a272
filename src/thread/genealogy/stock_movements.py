"""How a lot comes in, moves, is counted and packed: which bucket its quantity goes from and to (EVENTS 3, 4)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from thread.events.base import Event
from thread.events.containers import KitAssembled, Packing, Unpacking
from thread.events.material import Declared, Entering, Moved, OutputLine, Received
from thread.genealogy.books import Books
from thread.genealogy.movement import Selection
from thread.genealogy.projection import Told
from thread.genealogy.serial_map import first_serials, serials_in
from thread.genealogy.stock import Bucket
from thread.values.quantity import EXACT, ZERO
from thread.values.serials import Span, without

__all__ = ["come_out", "entered", "is_calculated", "made", "moved", "packed", "unpacked"]


def is_calculated(event: Event) -> bool:
    """Tell whether nobody saw it: it was booked by backflush."""
    return event.basis == "backflush"


_DECLARED_AS: Final = {"opening": "opening", "found": "found", "harvest": "produced", "landing": "received"}


def entered(books: Books, told: Told, event: Entering) -> None:
    """Book a receipt or declaration, part by part of the containers that it came in."""
    if event.lot != books.lot:
        return
    amount = books.amount_of(event.quantity, told)
    if amount is None:
        return
    place = (event.to_place if isinstance(event, Received) else None) or event.place
    line = (
        "received" if isinstance(event, Received) else _DECLARED_AS[event.kind] if isinstance(event, Declared) else ""
    )
    state = "quarantine" if event.status == "quarantine" else "free"
    stock = Bucket("on_hand", event.site, place, event.owner, state)
    source = Bucket(line, event.site, place, event.owner, calculated=is_calculated(event))
    order = event.work_order if isinstance(event, Received) else None
    for target, quantity, spans in _parts(event, amount, stock):
        come_out(books, told, quantity, spans, source=source, target=target, activity=order)


def _parts(event: Entering, amount: Decimal, stock: Bucket) -> list[tuple[Bucket, Decimal, tuple[Span, ...]]]:
    """Divide what came in by the containers that it came in; the rest stands loose."""
    if not isinstance(event, Received) or not event.containers:
        return [(stock, amount, event.spans)]
    parts: list[tuple[Bucket, Decimal, tuple[Span, ...]]] = []
    left, spans = amount, event.spans
    for part in event.containers:
        quantity = min(left, part.amount)
        if quantity > ZERO:
            parts.append((stock._replace(container=part.container), quantity, part.spans))
        left = EXACT.subtract(left, quantity)
        spans = without(spans, part.spans)
    if left > ZERO:
        # Serials that no container named may be in any of them, unless just as many are left over.
        parts.append((stock, left, spans if serials_in(spans) == left else ()))
    return parts


def come_out(
    books: Books,
    told: Told,
    quantity: Decimal,
    spans: Sequence[Span],
    *,
    source: Bucket,
    target: Bucket,
    activity: str | None,
) -> None:
    """Book an output. What went into the same activity under the same name comes back: it is not made twice."""
    left = quantity
    if activity is not None and activity in books.by_order:
        left = books.undo(told, books.by_order[activity], quantity, spans, become=lambda _: target)
        _, rest = first_serials(spans, int(quantity - left))
        spans = rest
    if left > ZERO:
        books.enter(told, left, source, target, spans)


def made(books: Books, told: Told, event: Event, line: OutputLine, activity: str | None) -> None:
    """Book one output of an activity."""
    if line.lot != books.lot:
        return
    amount = books.amount_of(line.quantity, told)
    if amount is None:
        return
    place = line.place or event.place
    target = Bucket("on_hand", event.site, place, None, "free", line.container)
    source = Bucket("produced", event.site, place, calculated=is_calculated(event))
    loop = None if line.kind == "regrind" else activity
    come_out(books, told, amount, line.spans, source=source, target=target, activity=loop)


def moved(books: Books, told: Told, event: Moved) -> None:
    """Book material to its new place."""

    def change(bucket: Bucket) -> Bucket:
        return bucket._replace(site=event.site, place=event.to_place)

    for line in event.lots:
        chosen = books.meant(told, line, place=event.from_place)
        if chosen is not None:
            taken_out = line.lot is not None and line.container is not None
            books.shift(
                told, chosen, (lambda bucket: change(bucket)._replace(container=None)) if taken_out else change, "moved"
            )


def packed(books: Books, told: Told, event: Packing) -> None:
    """Book material into a container; remember which container stands in which."""
    container = event.container
    outer = books.stock.outer
    for line in event.contents:
        if line.is_whole_container:
            inner = line.container or ""
            if container not in books.stock.chain(inner):
                outer[inner] = container
            if container in books.stock.chain(inner) and inner in books.stock.chain(container):
                outer.pop(inner, None)
            chosen = books.meant(told, line)
            if chosen is not None and event.place is not None:
                books.shift(told, chosen, lambda bucket: bucket._replace(site=event.site, place=event.place), "moved")
            continue
        chosen = books.meant(told, line)
        if chosen is not None:
            books.shift(
                told,
                chosen,
                lambda bucket: bucket._replace(site=event.site, place=event.place or bucket.place, container=container),
                "kit" if isinstance(event, KitAssembled) else "packed",
                may_owe=True,
            )


def unpacked(books: Books, told: Told, event: Unpacking) -> None:
    """Book material out of a container."""

    def out(bucket: Bucket) -> Bucket:
        return bucket._replace(container=None, place=event.place or bucket.place, site=event.site)

    stock = books.stock
    wanted = books.wanted_at(event)
    if event.contents is None:
        for inner in [inner for inner, around in stock.outer.items() if around == event.container]:
            del stock.outer[inner]
        direct = list(stock.containers.get(event.container, ()))
        if direct:
            books.shift(told, Selection(None, (), direct, wanted, certain=True, whole=True), out, "unpacked")
        return
    for line in event.contents:
        if line.is_whole_container:
            if stock.outer.get(line.container or "") == event.container:
                del stock.outer[line.container or ""]
            continue
        if line.lot != books.lot:
            continue
        amount = books.amount_of(line.quantity, told) if line.quantity is not None else None
        if line.quantity is not None and amount is None:
            continue
        inside = list(stock.containers.get(event.container, ()))
        if inside or line.serials:
            books.shift(told, Selection(amount, line.spans, inside, wanted, certain=True, whole=False), out, "unpacked")
