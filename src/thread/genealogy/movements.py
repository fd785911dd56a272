"""Which event moves which quantity of a lot: the one table of the balance (EVENTS 3, 4, 6).

Each function books one kind of event for one lot. Lots, candidates and containers that the event names beside are not
its business. What a whole container holds is what was packed and not taken out; it goes where the container goes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, Final

from thread.events.base import Event, Line
from thread.events.captured import EpcisCaptured
from thread.events.containers import KitAssembled, KitBroken, Packed, Packing, Unpacked, Unpacking
from thread.events.dispatch import CustomerReturned, Delivered, OwnershipChanged, Shipped
from thread.events.material import (
    Counted,
    Declared,
    Entering,
    Merged,
    Moved,
    OutputLine,
    Received,
    Relabelled,
    Reworked,
    Split,
    Transforming,
)
from thread.events.production import BatchProduced, ComponentChanged, MaterialIssued, MaterialReturned, WorkOrderClosed
from thread.events.quality import Held, HoldReleased, Inspected, Sampled, Scrapped
from thread.events.vessels import VesselDrawn, VesselFilled
from thread.genealogy.books import Books, Selection
from thread.genealogy.captured_movements import captured
from thread.genealogy.component_movements import component_changed
from thread.genealogy.dispatch_movements import came_back, delivered, owner_changed, shipped
from thread.genealogy.holds import Claim
from thread.genealogy.projection import Told
from thread.genealogy.serial_map import first_serials
from thread.genealogy.stock import Bucket
from thread.values.names import event_activity, vessel_name
from thread.values.quantity import EXACT, ZERO
from thread.values.serials import Span

__all__ = ["MOVEMENTS"]


def is_calculated(event: Event) -> bool:
    """Tell whether nobody saw it: it was booked by backflush."""
    return event.basis == "backflush"


# Material comes in.

_DECLARED_AS: Final = {"opening": "opening", "found": "found", "harvest": "produced", "landing": "received"}


def _entered(books: Books, told: Told, event: Entering) -> None:
    if event.lot != books.lot:
        return
    amount = books.amount_of(event.quantity, told)
    if amount is None:
        return
    place = (event.to_place if isinstance(event, Received) else None) or event.place
    line = "received" if isinstance(event, Received) else _DECLARED_AS[event.kind] if isinstance(event, Declared) else ""
    state = "quarantine" if event.status == "quarantine" else "free"
    stock = Bucket("on_hand", event.site, place, event.owner, state)
    source = Bucket(line, event.site, place, event.owner, calculated=is_calculated(event))
    spans: list[Span] = list(event.spans)
    left = amount
    parts: list[tuple[Bucket, Decimal, tuple[Span, ...]]] = []
    for part in event.containers if isinstance(event, Received) else ():
        quantity = min(left, part.amount)
        parts.append((stock._replace(container=part.container), quantity, part.spans))
        left = EXACT.subtract(left, quantity)
        spans = [span for span in spans if span not in part.spans]
    if left > ZERO:
        parts.append((stock, left, tuple(spans) if len(parts) == 0 else ()))
    order = event.work_order if isinstance(event, Received) else None
    for target, quantity, serials in parts:
        if quantity > ZERO:
            _come_out(books, told, quantity, serials, source, target, order)


def _come_out(
    books: Books,
    told: Told,
    quantity: Decimal,
    spans: tuple[Span, ...],
    source: Bucket,
    target: Bucket,
    activity: str | None,
) -> None:
    """Book an output. What went into the same activity under the same name comes back: it is not made twice."""
    left = quantity
    if activity is not None and activity in books.by_order:
        left = books.undo(told, books.by_order[activity], quantity, spans, lambda _: target, None)
        _, rest = first_serials(spans, int(quantity - left))
        spans = tuple(rest)
    if left > ZERO:
        books.enter(told, left, source, target, spans)


def _made(books: Books, told: Told, event: Event, line: OutputLine, activity: str | None) -> None:
    if line.lot != books.lot:
        return
    amount = books.amount_of(line.quantity, told)
    if amount is None:
        return
    place = line.place or event.place
    target = Bucket("on_hand", event.site, place, None, "free", line.container)
    source = Bucket("produced", event.site, place, calculated=is_calculated(event))
    _come_out(books, told, amount, line.spans, source, target, None if line.kind == "regrind" else activity)


# Material is moved, counted, packed.


def _moved(books: Books, told: Told, event: Moved) -> None:
    def change(bucket: Bucket) -> Bucket:
        return bucket._replace(site=event.site, place=event.to_place)

    for line in event.lots:
        chosen = books.meant(told, line, place=event.from_place)
        if chosen is not None:
            taken_out = line.lot is not None and line.container is not None
            books.shift(
                told, chosen, (lambda bucket: change(bucket)._replace(container=None)) if taken_out else change, "moved"
            )


def _counted(books: Books, told: Told, event: Counted) -> None:
    for line in event.lots:
        if line.lot == books.lot:
            _compare(books, told, event, line)
        elif line.is_whole_container and line.quantity is not None and line.quantity.unit == books.unit:
            inside = books.stock.inside(line.container or "")
            alone = books.is_alone_in(line.container or "", told)
            if inside and alone:
                _book_difference(books, told, event, line.quantity.amount, inside, inside[0])


def _compare(books: Books, told: Told, event: Counted, line: Line) -> None:
    place = line.place or event.place
    if line.serials:
        _count_serials(books, told, event, line.spans, place, line.container)
        return
    amount = books.amount_of(line.quantity, told) if line.quantity is not None else None
    if amount is None:
        return
    if line.container is not None:
        here = books.stock.inside(line.container)
    else:
        here = [
            bucket
            for bucket in books.stock.piles
            if (bucket.place == place if place is not None else bucket.state in _IN_OUR_HANDS)
            and (place is not None or bucket.site == event.site)
        ]
    base = Bucket("on_hand", event.site, place, None, "free", line.container)
    _book_difference(books, told, event, amount, here, base)


_IN_OUR_HANDS: Final = frozenset({"free", "quarantine", "retained"})


def _book_difference(
    books: Books, told: Told, event: Counted, counted: Decimal, here: list[Bucket], base: Bucket
) -> None:
    """Book what was counted against the books of that place: more is found, less is missing."""
    book = ZERO
    for bucket in here:
        book = EXACT.add(book, books.stock.piles[bucket])
    if counted > book:
        source = Bucket("found", base.site, base.place, calculated=is_calculated(event))
        books.enter(told, EXACT.subtract(counted, book), source, base)
    elif counted < book:
        here.sort(key=lambda bucket: (bucket.container is not None, bucket.state != "free", repr(bucket)))
        wanted = Selection(EXACT.subtract(book, counted), (), here, books.wanted_at(event), True, False)  # noqa: FBT003
        target = Bucket("missing", base.site, base.place, calculated=is_calculated(event))
        books.leave(told, wanted, target, "counted")


def _count_serials(
    books: Books, told: Told, event: Counted, spans: tuple[Span, ...], place: str | None, container: str | None
) -> None:
    """Serials that were seen are there: on hand elsewhere they moved, else they are found."""
    known, unknown = books.stock.serials.find(spans)
    found = [span for span, bucket in known if bucket.line != "on_hand"] + unknown
    seen = [span for span, bucket in known if bucket.line == "on_hand"]
    base = Bucket("on_hand", event.site, place, None, "free", container)
    if seen and place is not None:
        chosen = Selection(None, tuple(seen), books.stock.candidates(books.wanted_at(event)), books.wanted_at(event), True, False)  # noqa: FBT003
        books.shift(told, chosen, lambda bucket: bucket._replace(site=event.site, place=place), "counted")
    if found:
        # Material whose serials nobody told may be these; only what goes beyond it is found.
        unnamed = int(max(ZERO, books.stock.on_hand() - sum(max(0, books.stock.named.get(b, 0)) for b in books.stock.piles)))
        known_now, new = first_serials(found, unnamed)
        for span in known_now:
            books.stock.name_unnamed(span)
        if new:
            source = Bucket("found", event.site, place, calculated=is_calculated(event))
            books.enter(told, Decimal(sum(len(span) for span in new)), source, base, new)


def _packed(books: Books, told: Told, event: Packing) -> None:
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
                lambda bucket: bucket._replace(
                    site=event.site, place=event.place or bucket.place, container=container
                ),
                "kit" if isinstance(event, KitAssembled) else "packed",
                may_owe=True,
            )


def _unpacked(books: Books, told: Told, event: Unpacking) -> None:
    def out(bucket: Bucket) -> Bucket:
        return bucket._replace(container=None, place=event.place or bucket.place, site=event.site)

    stock = books.stock
    wanted = books.wanted_at(event)
    if event.contents is None:
        for inner in [inner for inner, around in stock.outer.items() if around == event.container]:
            del stock.outer[inner]
        direct = list(stock.containers.get(event.container, ()))
        if direct:
            books.shift(told, Selection(None, (), direct, wanted, True, True), out, "unpacked")  # noqa: FBT003
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
            books.shift(told, Selection(amount, line.spans, inside, wanted, True, False), out, "unpacked")  # noqa: FBT003


# Material goes into orders and vessels, and comes out.


def _issued(books: Books, told: Told, event: MaterialIssued) -> None:
    target = Bucket("in_process", event.site, order=event.order, run=event.run, calculated=is_calculated(event))
    for line in event.lots:
        chosen = books.meant(told, line)
        if chosen is not None:
            books.leave(told, chosen, target, "issued")
            if event.id is not None:
                books.issues.setdefault(event.id, []).append(target)


def _returned(books: Books, told: Told, event: MaterialReturned) -> None:
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
                base.state if base.state in _IN_OUR_HANDS else "free",
                line.container,
            )

        fallback = None if line.one_of else Bucket("in_process", event.site, order=event.order, run=event.run)
        left = books.undo(told, sources, amount, line.spans, become, fallback)
        if left > ZERO and line.one_of is None:
            text = (
                f"{books.told_quantity(left)} more came back from {event.order} than were issued to it by then;"
                " record the issue that is missing, or correct the quantity"
            )
            books.note("returned-not-issued", told, text, left)


def _produced(books: Books, told: Told, event: BatchProduced) -> None:
    for line in event.outputs:
        _made(books, told, event, line, event.order)


def _closed(books: Books, told: Told, event: WorkOrderClosed) -> None:
    for loss in event.losses:
        if loss.lot != books.lot:
            continue
        amount = books.amount_of(loss.quantity, told)
        if amount is None:
            continue
        fallback = Bucket("in_process", event.site, order=event.order)
        target = Bucket("loss", event.site, order=event.order, run=loss.kind, calculated=is_calculated(event))
        left = books.undo(told, books.by_order.get(event.order, ()), amount, (), lambda _, to=target: to, fallback)
        if left > ZERO:
            text = (
                f"{books.told_quantity(left)} more were lost in {event.order} than were issued to it;"
                " record the issue that is missing, or correct the loss"
            )
            books.note("lost-not-issued", told, text, left)


def _filled(books: Books, told: Told, event: VesselFilled) -> None:
    name = vessel_name(books.history.origin, event.site, event.vessel)
    target = Bucket(
        "in_process", event.site, event.vessel, None, "in_vessel", order=name, calculated=is_calculated(event)
    )
    for line in event.lots:
        chosen = books.meant(told, line)
        if chosen is not None:
            books.leave(told, chosen, target, "filled")


def _drawn(books: Books, told: Told, event: VesselDrawn) -> None:
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


def _transformed(books: Books, told: Told, event: Transforming) -> None:
    activity = event_activity(books.history.origin, told.activity or event.id or f"{told.seq}.{told.index}")
    target = Bucket("consumed", event.site, order=activity, calculated=is_calculated(event))
    for line in event.inputs:
        chosen = books.meant(told, line)
        if chosen is not None:
            books.leave(told, chosen, target, _USE[type(event)])
    for output in event.outputs:
        _made(books, told, event, output, activity)


# Quality.


def _sampled(books: Books, told: Told, event: Sampled) -> None:
    for line in event.lots:
        chosen = books.meant(told, line)
        if chosen is None or line.fate == "returned":
            continue
        if line.fate == "destroyed":
            books.leave(
                told, chosen, Bucket("sampled", event.site, calculated=is_calculated(event)), "sampled"
            )
        else:
            kept_at = line.kept_at
            books.shift(
                told,
                chosen,
                lambda bucket, to=kept_at: bucket._replace(state="retained", place=to or bucket.place, container=None),
                "sampled",
                may_owe=True,
            )


def _scrapped(books: Books, told: Told, event: Scrapped) -> None:
    target = Bucket("scrapped", event.site, calculated=is_calculated(event))
    for line in event.lots:
        chosen = books.meant(told, line)
        if chosen is not None:
            books.leave(told, chosen, target, "scrapped")


def _inspected(books: Books, told: Told, event: Inspected) -> None:
    """A passed inspection of a lot ends its quarantine."""
    if event.result != "pass":
        return
    for line in event.lots or ():
        chosen = books.meant(told, line)
        if chosen is None or not chosen.certain:
            continue
        waiting = [bucket for bucket in chosen.buckets if bucket.state == "quarantine"]
        if line.container is not None:
            waiting = [bucket for bucket in waiting if line.container in books.stock.chain(bucket.container)]
        if line.place is not None:
            waiting = [bucket for bucket in waiting if bucket.place == line.place]
        there = sum((books.stock.piles[bucket] for bucket in waiting), ZERO)
        amount = None if chosen.amount is None else min(chosen.amount, there)
        if waiting:
            books.shift(
                told,
                chosen._replace(buckets=waiting, amount=amount),
                lambda bucket: bucket._replace(state="free") if bucket.state == "quarantine" else bucket,
                "inspected",
            )


def _held(books: Books, told: Told, event: Held) -> None:
    for line in event.lots:
        if not books.is_about(line):
            continue
        amount = books.amount_of(line.quantity, told) if line.quantity is not None else None
        if line.quantity is not None and amount is None:
            continue
        spans = line.spans
        books.holds.hold(
            Claim(
                event.hold_id,
                told.entries,
                event.reason,
                None if spans else amount,
                spans,
                None if spans else line.place,
                None if spans else line.container,
                event.within,
            )
        )


def _released(books: Books, told: Told, event: HoldReleased) -> None:
    if event.lots is None:
        books.holds.release_all(event.hold_id)
        return
    for line in event.lots:
        if books.is_about(line):
            amount = books.amount_of(line.quantity, told) if line.quantity is not None else None
            if line.quantity is None or amount is not None:
                books.holds.release(event.hold_id, line, amount)


def _entries(handlers: Iterable[tuple[type[Event], Any]]) -> dict[type[Any], Callable[[Books, Told, Any], None]]:
    return dict(handlers)


MOVEMENTS: Final = _entries(
    (
        (Received, _entered),
        (Declared, _entered),
        (Moved, _moved),
        (Counted, _counted),
        (Packed, _packed),
        (KitAssembled, _packed),
        (Unpacked, _unpacked),
        (KitBroken, _unpacked),
        (MaterialIssued, _issued),
        (MaterialReturned, _returned),
        (BatchProduced, _produced),
        (WorkOrderClosed, _closed),
        (VesselFilled, _filled),
        (VesselDrawn, _drawn),
        (Split, _transformed),
        (Merged, _transformed),
        (Relabelled, _transformed),
        (Reworked, _transformed),
        (ComponentChanged, component_changed),
        (Sampled, _sampled),
        (Scrapped, _scrapped),
        (Inspected, _inspected),
        (Held, _held),
        (HoldReleased, _released),
        (Shipped, shipped),
        (Delivered, delivered),
        (CustomerReturned, came_back),
        (OwnershipChanged, owner_changed),
        (EpcisCaptured, captured),
    )
)
"""Every event that can move a quantity of a lot; the others move nothing."""
