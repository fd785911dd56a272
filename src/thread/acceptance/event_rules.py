"""The rules for orders, containers, holds, shipments, touches and corrections (EVENTS 5)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from thread.acceptance.arrival_rules import check_order
from thread.acceptance.findings import Finding
from thread.acceptance.state import PlantState
from thread.events.base import Event, Line
from thread.events.captured import EpcisCaptured
from thread.events.containers import Packing, Unpacking
from thread.events.corrections import Signed
from thread.events.dispatch import ComplaintReceived, CustomerReturned, Delivered, OwnershipChanged, Shipped
from thread.events.material import Counted
from thread.events.planning import Repegged
from thread.events.production import (
    ComponentChanged,
    MaterialIssued,
    MaterialReturned,
    StepDone,
    WorkOrderClosed,
    WorkOrderReleased,
)
from thread.events.quality import Held, HoldReleased, Inspected, LotChanged
from thread.genealogy.lot_terms import term_at
from thread.genealogy.movements import MOVEMENTS
from thread.genealogy.projection import Told
from thread.values.names import label

__all__ = [
    "check_captured",
    "check_changed",
    "check_closed",
    "check_component",
    "check_delivered",
    "check_held",
    "check_hold_released",
    "check_issue_order",
    "check_order_released",
    "check_packing",
    "check_returned",
    "check_shipped_order",
    "check_touched",
    "check_unpacking",
]

_FROM_BOOKS: Final = {
    "returned-not-issued": "returned-not-issued",
    "returned-not-shipped": "returned-not-shipped",
    "removed-not-fitted": "removed-not-fitted",
    "lost-not-issued": "lost-not-issued",
    "moved-more": "refused-not-sent",
    "wrong-unit": "wrong-unit",
}
"""Findings that the books make as they take an event in, and the rules that they break."""


def _booked(state: PlantState, lines: Iterable[tuple[str, Line]], part: Event | None = None) -> Iterable[Finding]:
    """Yield what the books say when the event, or a part of it, is booked on the lots that its lines name."""
    event = part or state.event
    handler = MOVEMENTS.get(type(event))
    paths: dict[str, str] = {}
    for path, line in lines:
        for lot in line.candidates:
            paths.setdefault(lot, path)
        if line.is_whole_container:
            for lot in state.held_in(line.container or ""):
                paths.setdefault(lot, path)
    for lot, path in paths.items():
        if not state.is_known(lot):
            yield state.unknown(path, lot)
            continue
        books = state.books(lot)
        before = len(books.findings)
        if handler is not None:
            told = Told(state.seq, 0, event, (state.seq,))
            handler(books, told, event)
            books.close_instant(told)
        for found in books.findings[before:]:
            code = _FROM_BOOKS.get(found.code)
            if code is not None:
                yield state.finding(code, path, found.text, lot=lot)


def _numbered(field: str, lines: Iterable[Line] | None) -> list[tuple[str, Line]]:
    return [(f"/{field}/{number}", line) for number, line in enumerate(lines or ())]


def check_issue_order(state: PlantState, event: MaterialIssued) -> Iterable[Finding]:
    """Yield that the order of an issue is not known or closed."""
    return check_order(state, event.order, "/order")


def check_returned(state: PlantState, event: MaterialReturned | CustomerReturned) -> Iterable[Finding]:
    """Yield what is odd about material that comes back from an order, or goods from a customer."""
    if isinstance(event, MaterialReturned):
        yield from check_order(state, event.order, "/order")
    yield from _booked(state, _numbered("lots", event.lots))


def check_order_released(state: PlantState, event: WorkOrderReleased) -> Iterable[Finding]:
    """Yield that an order was released before."""
    for told in state.history.about("activity", event.order):
        if isinstance(told.event, WorkOrderReleased) and told.event.order == event.order:
            text = (
                f"order {label(event.order)} was released by entry {told.seq};"
                " its origin is that of the first release, correct that entry if it is wrong"
            )
            yield state.finding("order-released-before", "/order", text, order=event.order, entry=told.seq)
            return


def check_closed(state: PlantState, event: WorkOrderClosed) -> Iterable[Finding]:
    """Yield what is odd about the close of an order and the losses told with it."""
    if not state.history.about("activity", event.order):
        text = f"no entry names order {label(event.order)}; correct the number, or record what went into it"
        yield state.finding("order-unknown", "/order", text, order=event.order)
    yield from check_order(state, event.order, "/order")
    lines = [
        (f"/losses/{number}", Line.model_construct(lot=loss.lot))
        for number, loss in enumerate(event.losses)
        if loss.lot is not None
    ]
    yield from _booked(state, lines)


def check_packing(state: PlantState, event: Packing) -> Iterable[Finding]:
    """Yield what is odd about the container that something is packed into."""
    for path, line in _numbered("contents", event.contents):
        if line.is_whole_container and _is_within(state, event.container, line.container or ""):
            text = f"{label(event.container)} stands inside {label(line.container or '')}; correct one of them"
            yield state.finding("container-loop", path, text, container=line.container)
    last: Told | None = None
    for told in state.history.about("container", event.container):
        other = told.event
        if other.at > event.at:
            break
        if isinstance(other, Shipped) and other.purpose != "transfer":
            if any(line.is_whole_container and line.container == event.container for line in other.lots):
                last = told
        elif isinstance(other, CustomerReturned):
            last = None
    if last is not None:
        text = (
            f"container {label(event.container)} left with entry {last.seq} and did not come back;"
            " correct the time of packing, or record its return"
        )
        yield state.finding("container-shipped", "/container", text, container=event.container, entry=last.seq)


def _is_within(state: PlantState, inner: str, outer: str) -> bool:
    """Tell whether a container stands inside another one at the event time."""
    waiting, seen = [inner], set[str]()
    while waiting:
        name = waiting.pop()
        if name == outer:
            return True
        if name not in seen:
            seen.add(name)
            holdings = state.custody.holdings_of(name, is_container=True)
            waiting.extend(one.container for one in holdings if one.holds_at((state.event.at, state.seq, 0)))
    return False


def check_unpacking(state: PlantState, event: Unpacking) -> Iterable[Finding]:
    """Yield that a container does not hold what is taken out of it."""
    away = state.left_with(event.container)
    if away is not None:
        yield state.is_away("/container", event.container, away)
        return
    position = (event.at, state.seq, 0)
    inside = [one for one in state.custody.story(event.container) if one.holds_at(position)]
    if not inside:
        text = f"container {label(event.container)} held nothing at that time; record what was packed, or correct it"
        yield state.finding("container-empty", "/container", text, container=event.container)
        return
    for path, line in _numbered("contents", event.contents):
        wanted = line.container if line.is_whole_container else line.lot
        there = [one for one in inside if one.content == wanted]
        known = [one.quantity for one in there if one.quantity is not None]
        is_short = line.amount is not None and len(known) == len(there) and sum(known) < line.amount
        if wanted is not None and (not there or (is_short and not line.is_whole_container)):
            held = f"holds {sum(known)} of it" if there else "does not hold it"
            text = f"{label(wanted)} is taken out of {label(event.container)}, which {held}; correct the line"
            yield state.finding("not-in-container", path, text, container=event.container)


def check_held(state: PlantState, event: Held) -> Iterable[Finding]:
    """Yield what is odd about a hold."""
    yield from check_touched(state, event)
    if state.history.about("hold", event.hold_id):
        text = f"hold {event.hold_id} was set before; these goods are added to it"
        yield state.finding("hold-known", "/hold_id", text, hold=event.hold_id)
    if event.within is not None and not state.history.about("hold", event.within):
        text = f"no entry set hold {event.within}, which these goods should be of; correct its id"
        yield state.finding("hold-unknown", "/within", text, hold=event.within)


def check_hold_released(state: PlantState, event: HoldReleased) -> Iterable[Finding]:
    """Yield what is odd about the release of a hold."""
    yield from check_touched(state, event)
    told = state.history.about("hold", event.hold_id)
    if not any(isinstance(one.event, Held) and one.event.hold_id == event.hold_id for one in told):
        text = f"no entry set hold {event.hold_id}; correct its id"
        yield state.finding("hold-unknown", "/hold_id", text, hold=event.hold_id)


Touching = Counted | Held | HoldReleased | Inspected | StepDone | Repegged | ComplaintReceived | OwnershipChanged


def check_touched(state: PlantState, event: Touching) -> Iterable[Finding]:
    """Yield that lots which are only touched were never recorded."""
    for path, line in _numbered("lots", event.lots):
        for lot in line.candidates:
            if not state.is_known(lot):
                found = state.unknown(path, lot)
                yield (
                    found
                    if not isinstance(event, ComplaintReceived)
                    else state.finding("lot-unknown", path, found.text, severity="warn", lot=lot)
                )
            elif line.item is not None and (item := state.item_of(lot)) is not None and item != line.item:
                text = f"lot {label(lot)} is of item {label(item)}, not {label(line.item)}; correct the item or the lot"
                yield state.finding("wrong-item", path, text, lot=lot, item=item)
        if line.lot is not None and line.quantity is not None and state.is_known(line.lot):
            unit = state.books_to_read(line.lot).unit
            units = {line.quantity.unit, *(also.unit for also in line.quantity.also)}
            if unit is not None and unit not in units:
                text = f"lot {label(line.lot)} is kept in {unit}, not {line.quantity.unit}; tell the quantity in {unit}"
                yield state.finding("wrong-unit", f"{path}/quantity", text, lot=line.lot, unit=unit)


def check_changed(state: PlantState, event: LotChanged) -> Iterable[Finding]:
    """Yield what is odd about a change of a lot's terms."""
    if not state.is_known(event.lot):
        yield state.unknown("/lot", event.lot)
        return
    now = term_at(event.lot, event.field, state.history, at=event.at)
    if event.old is not None and now is not None and event.old != now:
        text = f"the {event.field} of lot {label(event.lot)} was {now}, not {event.old}; correct old"
        yield state.finding("old-differs", "/old", text, lot=event.lot)


def check_component(state: PlantState, event: ComponentChanged) -> Iterable[Finding]:
    """Yield what is odd about the unit and about the part that is taken out."""
    unit = event.unit.lot or ""
    if not state.is_known(unit):
        yield state.unknown("/unit", unit)
    if event.removed is not None:
        # What is installed is checked, and booked, by the rules of taking: here only the removal happens.
        removal = event.model_copy(update={"installed": None})
        yield from _booked(state, [("/removed", event.removed)], removal)


def check_shipped_order(state: PlantState, event: Shipped) -> Iterable[Finding]:
    """Yield that the order which goods are sent to is not known or closed, or the shipment is another's."""
    receiver = event.customer or event.consignee
    for told in state.history.about("shipment", event.shipment):
        other = told.event
        known = (other.customer or other.consignee) if isinstance(other, Shipped) else None
        if receiver is not None and known is not None and known != receiver:
            text = (
                f"shipment {label(event.shipment)} left for {label(known)} with entry {told.seq}, not for"
                f" {label(receiver)}; correct the number or the customer"
            )
            yield state.finding(
                "shipment-customer-differs", "/shipment", text, shipment=event.shipment, customer=known, entry=told.seq
            )
            break
    if event.purpose == "processing" and event.work_order is not None:
        yield from check_order(state, event.work_order, "/work_order")


def check_delivered(state: PlantState, event: Delivered) -> Iterable[Finding]:
    """Yield that nothing left with the shipment, or less than is told."""
    sent = [told for told in state.history.about("shipment", event.shipment) if isinstance(told.event, Shipped)]
    if not sent:
        text = f"no entry tells that shipment {label(event.shipment)} left; record it, or correct the number"
        yield state.finding("shipment-unknown", "/shipment", text, shipment=event.shipment)
        return
    yield from _booked(state, [*_numbered("refused", event.refused), *_numbered("accepted", event.accepted)])


def check_signed(state: PlantState, event: Signed) -> Iterable[Finding]:
    """Yield that there is no entry of a number that is signed."""
    size = state.history.size
    for number, seq in enumerate(event.seqs):
        if seq >= size:
            text = f"there is no entry {seq} to sign; the ledger has {size} entries"
            yield state.finding("entry-unknown", f"/seqs/{number}", text, seq=seq)


def check_captured(_: PlantState, event: EpcisCaptured) -> Iterable[Finding]:
    """Yield what the reading of a captured event found; nothing of it refuses."""
    for found in event.reading.findings:
        yield Finding(found.code, "warn", found.path, found.text)
