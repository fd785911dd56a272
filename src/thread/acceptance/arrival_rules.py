"""The rules for what brings lots into the ledger: receipts, declarations, outputs, draws (EVENTS 1, 5)."""

from __future__ import annotations

from collections.abc import Iterable

from thread.acceptance.findings import Finding
from thread.acceptance.pending import agrees
from thread.acceptance.state import PlantState
from thread.events import dump_event
from thread.events.base import Event
from thread.events.material import Entering, OutputLine, Received, Transforming
from thread.events.production import BatchProduced, MaterialIssued
from thread.events.vessels import VesselDrawn, VesselFilled
from thread.genealogy.deliveries import deliveries_like
from thread.genealogy.item_units import foreign_unit
from thread.genealogy.projection import History, Told
from thread.values.names import label, vessel_name
from thread.values.serials import Span, common, joined, overlap

__all__ = ["check_draw", "check_entering", "check_made", "check_order", "check_outputs", "needs_second_life"]

Root = Entering | OutputLine | VesselDrawn


def needs_second_life(event: Entering, history: History) -> bool:
    """Tell whether a receipt or declaration speaks of other material than the known lot of that name (EVENTS 1)."""
    known = [root for told in history.about("lot", event.lot) for root in _roots(told.event, event.lot)]
    return bool(known) and not all(agrees(dump_event(event), root) for root in known)


def _roots(event: Event, lot: str) -> list[Root]:
    if isinstance(event, Entering | VesselDrawn):
        return [event] if event.lot == lot else []
    if isinstance(event, BatchProduced | Transforming):
        return [line for line in event.outputs if line.lot == lot]
    return []


def check_entering(state: PlantState, event: Entering) -> Iterable[Finding]:
    """Yield what is odd about a receipt or declaration."""
    yield from _of_item_unit(state, event)
    about = state.history.about("lot", event.lot)
    if not about:
        if "~" in event.lot and state.lot_code(event.lot).get("life") is not None:
            yield _reused(state, event)
        if isinstance(event, Received):
            yield from _delivered_before(state, event, ())
    else:
        yield from _known_again(state, event, about)
    if isinstance(event, Received) and event.work_order is not None:
        yield from check_order(state, event.work_order, "/work_order")


def _of_item_unit(state: PlantState, event: Entering) -> Iterable[Finding]:
    """Yield that the quantity is told in no unit of the item, as it was defined at the event time."""
    unit = foreign_unit(event, state.history.definitions)
    if unit is not None:
        told = event.quantity.unit
        text = (
            f"item {label(event.item)} is kept in {unit}, not {told}; tell the quantity in {unit}, or define the item"
            f" with the factor for {told}"
        )
        yield state.finding("item-unit", "/quantity", text, item=event.item, unit=unit)


def _reused(state: PlantState, event: Entering) -> Finding:
    life = state.lot_code(event.lot).get("life", "2")
    text = (
        f"the code of lot {label(event.lot)} was used before for other material; this is its life number {life},"
        " and what was made of the earlier one has nothing to do with it"
    )
    return state.finding("lot-reused", "/lot", text, lot=event.lot)


def _known_again(state: PlantState, event: Entering, about: tuple[Told, ...]) -> Iterable[Finding]:
    roots = [(told, root) for told in about for root in _roots(told.event, event.lot)]
    if not all(agrees(dump_event(event), root) for _, root in roots):
        text = (
            f"lot {label(event.lot)} is known with another expiry, day of making or supplier lot: it is other material;"
            f" record it as {label(event.lot)}~2"
        )
        yield state.finding("lot-reused", "/lot", text, severity="refuse", lot=event.lot)
    yield from _as_before(state, event.lot, roots, item=event.item, unit=event.quantity.unit, path="")
    yield from _serials_again(state, event.lot, event.spans, "/serials")
    if isinstance(event, Received):
        yield from _delivered_before(state, event, about)
        if event.work_order is None and any(
            bucket.state == "in_transit" and bucket.customer is None
            for bucket in state.books_to_read(event.lot).stock.piles
        ):
            text = f"lot {label(event.lot)} is on its way between sites of ours; record its arrival as delivered"
            yield state.finding("arrives-by-delivered", "/lot", text, lot=event.lot)


def _as_before(
    state: PlantState, lot: str, roots: list[tuple[Told, Root]], *, item: str | None, unit: str, path: str
) -> Iterable[Finding]:
    """Yield where item or unit are not those that the lot is known by."""
    known_item = state.item_of(lot)
    if item is not None and known_item is not None and item != known_item:
        text = f"lot {label(lot)} is of item {label(known_item)}, not {label(item)}; correct the item or the lot"
        yield state.finding("wrong-item", f"{path}/item", text, lot=lot, item=known_item)
    kept_in = roots[0][1].quantity.unit if roots else unit
    if kept_in != unit:
        text = f"lot {label(lot)} is kept in {kept_in}, not {unit}; tell the quantity in {kept_in}"
        yield state.finding("wrong-unit", f"{path}/quantity", text, lot=lot, unit=kept_in)


def _serials_again(state: PlantState, lot: str, spans: tuple[Span, ...], path: str) -> Iterable[Finding]:
    if not spans:
        return
    found, _ = state.books_to_read(lot).stock.serials.find(spans)
    here = [span for span, bucket in found if bucket.line in {"on_hand", "shipped", "in_process"}]
    if here:
        first = here[0].bounds[0]
        text = f"serial {first} of lot {label(lot)} came or was made before; correct the serial"
        yield state.finding("serial-reused", path, text, lot=lot, serial=first)


def _twice(state: PlantState, event: Received, told: Told, path: str) -> Finding:
    number = event.documents[0].number
    text = (
        f"entry {told.seq} tells the same delivery: lot {label(event.lot)}, {event.quantity}, document {number};"
        " confirm it by force only if it came twice"
    )
    return state.finding("duplicate-delivery", path, text, lot=event.lot, entry=told.seq)


def _delivered_before(state: PlantState, event: Received, about: Iterable[Told]) -> Iterable[Finding]:
    """Yield that the same delivery was told before."""
    for told in deliveries_like(event, state.history, about):
        yield _twice(state, event, told, "/lot" if told.event.lot == event.lot else "/supplier_lots")  # type: ignore[attr-defined]
        return


def check_order(state: PlantState, order: str, path: str) -> Iterable[Finding]:
    """Yield that an order was closed by the event time. An order need not be released: its first use makes it known."""
    closed = state.closed_at(order)
    if closed is not None:
        text = (
            f"order {label(order)} was closed by entry {closed.seq}, before {state.time_told};"
            " correct the time or the order"
        )
        yield state.finding("order-closed", path, text, order=order, entry=closed.seq)


def check_made(state: PlantState, event: BatchProduced) -> Iterable[Finding]:
    """Yield what is odd about what an order brought forth."""
    yield from check_order(state, event.order, "/order")
    yield from check_outputs(state, event.outputs, event.order)
    for number, line in enumerate(event.outputs):
        for place, used in enumerate(line.inputs or ()):
            path = f"/outputs/{number}/from/{place}"
            for lot in used.candidates:
                if not state.is_known(lot):
                    yield state.unknown(path, lot)
                elif used.lot is not None and not _was_issued(state, lot, event.order):
                    text = f"lot {label(lot)} was not issued to order {label(event.order)}; record the issue"
                    yield state.finding("nothing-issued", path, text, lot=lot, order=event.order)


def _was_issued(state: PlantState, lot: str, order: str) -> bool:
    return any(bucket.line == "in_process" for bucket in state.books_to_read(lot).by_order.get(order, ()))


def check_outputs(state: PlantState, outputs: tuple[OutputLine, ...], order: str | None) -> Iterable[Finding]:
    """Yield what is odd about lots that an activity brings forth: among themselves, and with what is known of them."""
    yield from _told_twice(state, outputs)
    for number, line in enumerate(outputs):
        about = state.history.about("lot", line.lot)
        if not about:
            continue
        path = f"/outputs/{number}"
        roots = [(told, root) for told in about for root in _roots(told.event, line.lot)]
        yield from _as_before(state, line.lot, roots, item=line.item, unit=line.quantity.unit, path=path)
        yield from _made_again(state, line, path)
        other = [told for told, _ in roots if not (isinstance(told.event, BatchProduced) and told.event.order == order)]
        if other and order is not None and line.kind == "main" and not _went_in(state, line.lot, order):
            text = (
                f"lot {label(line.lot)} came into the ledger by entry {other[0].seq}, which is not of order"
                f" {label(order)}; give the output a code of its own, or correct the lot"
            )
            yield state.finding("made-elsewhere", f"{path}/lot", text, lot=line.lot, entry=other[0].seq)


def _told_twice(state: PlantState, outputs: tuple[OutputLine, ...]) -> Iterable[Finding]:
    """Yield that two outputs of one event name one serial of one lot: it cannot have been made twice."""
    by_lot: dict[str, list[tuple[int, OutputLine]]] = {}
    for number, line in enumerate(outputs):
        if line.spans:
            by_lot.setdefault(line.lot, []).append((number, line))
    for lot, lines in by_lot.items():
        if not overlap(span for _, line in lines for span in line.spans):
            continue
        told: tuple[Span, ...] = ()
        for number, line in lines:
            if shared := common(told, line.spans):
                first = shared[0].bounds[0]
                text = f"serial {first} of lot {label(lot)} stands in an earlier output of this event too; correct one"
                yield state.finding("serial-twice", f"/outputs/{number}/serials", text, lot=lot, serial=first)
            told = joined((*told, *line.spans))


def _went_in(state: PlantState, lot: str, order: str) -> bool:
    """Tell whether a lot went into an order: it may come back under its name, reworked."""
    return any(
        isinstance(told.event, MaterialIssued) and told.event.order == order for told in state.history.about("lot", lot)
    )


def _made_again(state: PlantState, line: OutputLine, path: str) -> Iterable[Finding]:
    """Serials may come out of what they went into (rework), but not be made twice."""
    if not line.spans:
        return
    found, _ = state.books_to_read(line.lot).stock.serials.find(line.spans)
    here = [span for span, bucket in found if bucket.line in {"on_hand", "shipped"}]
    taken = {
        lot for used in (state.event.inputs if isinstance(state.event, Transforming) else ()) for lot in used.candidates
    }
    if here and line.lot not in taken:
        first = here[0].bounds[0]
        text = f"serial {first} of lot {label(line.lot)} was made before; correct the serial"
        yield state.finding("serial-reused", f"{path}/serials", text, lot=line.lot, serial=first)


def check_draw(state: PlantState, event: VesselDrawn) -> Iterable[Finding]:
    """Yield what is odd about a draw from a vessel."""
    name = vessel_name(state.history.origin, event.site, event.vessel)
    filled = [
        told
        for told in state.history.about("activity", name)
        if told.event.at <= event.at and isinstance(told.event, VesselFilled)
    ]
    if not filled:
        text = f"nothing was filled into {label(event.vessel)} by then; record the filling that is missing"
        yield state.finding("vessel-empty", "/vessel", text, vessel=event.vessel)
    if event.order is not None:
        yield from check_order(state, event.order, "/order")
    if event.lot is not None:
        roots = [
            (told, root) for told in state.history.about("lot", event.lot) for root in _roots(told.event, event.lot)
        ]
        yield from _as_before(state, event.lot, roots, item=event.item, unit=event.quantity.unit, path="")
