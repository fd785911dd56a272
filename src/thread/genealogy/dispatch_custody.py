"""Where lots went in containers and shipments: custody, attached to an answer after the lots are known.

Custody is lot → container → outer container → shipment; the customer is a fact of the shipment. A container passes on
where it went only for the time that it held the lot, both ends included. What was packed after its container had left,
with no return between, stays in the answer and is marked as not in time. What was unpacked before is not there.

A part goes where its unit goes while it is fitted: one that was taken out again keeps the custody of that time, and one
that was fitted in the field is with whoever had the unit then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from thread.events.base import Line
from thread.events.captured import EpcisCaptured
from thread.events.dispatch import CustomerReturned, Delivered, Shipped
from thread.genealogy.custody import Holding
from thread.genealogy.flows import Flow
from thread.genealogy.plant import Plant
from thread.genealogy.projection import Told
from thread.genealogy.walk import Reach
from thread.values.names import event_activity
from thread.values.serials import Span, meet
from thread.values.times import MINUS_INFINITY, PLUS_INFINITY

__all__ = [
    "CustodyEdge",
    "Departure",
    "custody_of",
    "departures_of_container",
    "departures_of_lot",
    "fitted_at",
    "is_to_customer",
]

_TO_CUSTOMERS: Final = frozenset({"sale", "consignment"})
"""Purposes of shipments whose receiver is a customer; a supplier, a processor, a disposer and our own site are none."""


def is_to_customer(purpose: str) -> bool:
    """Tell whether who receives a shipment of a purpose is a customer."""
    return purpose in _TO_CUSTOMERS


@dataclass(frozen=True, slots=True)
class Departure:
    """A shipment that a lot or container left with."""

    shipment: str
    receiver: str | None
    """Who received it, for whatever purpose; None: nobody told."""
    purpose: str
    at: int
    told: Told

    @property
    def customer(self) -> str | None:
        """Who received it as a customer."""
        return self.receiver if is_to_customer(self.purpose) else None

    @property
    def event_time(self) -> str:
        """When it left, as told: the instant, or the begin of the window."""
        return self.told.event.event_time or self.told.event.time_from or ""


@dataclass(frozen=True, slots=True)
class CustodyEdge:
    """One step of custody: source held by, or gone with, target, from–to in nanoseconds."""

    source: str
    target: str
    target_is_shipment: bool
    time_from: int
    time_to: int
    in_time: bool
    entries: tuple[int, ...]
    spans: tuple[Span, ...]
    quantity: str | None
    unit: str | None
    departure: Departure | None = None
    certain: bool = field(default=True, compare=False)
    """False where the source is only one of several candidates for what was packed or shipped."""


def _departures(events: Iterable[Told], *, origin: str) -> Iterator[tuple[Departure, Told]]:
    for told in events:
        event = told.event
        if isinstance(event, Shipped):
            receiver = event.customer or event.consignee or event.ship_to
            yield Departure(event.shipment, receiver, event.purpose, event.at, told), told
        elif isinstance(event, EpcisCaptured) and (event.reading.business_step or "").endswith("shipping"):
            parties = [party.name for party in event.reading.parties if party.role == "destination"]
            name = event_activity(origin, event.id or "")
            yield Departure(name, parties[0] if parties else None, "sale", event.at, told), told


def departures_of_lot(
    plant: Plant, lot: str
) -> Iterator[tuple[Departure, tuple[Span, ...], str | None, str | None, bool]]:
    """Yield the shipments whose lines name a lot: departure, serials, quantity and unit told, and if it alone is named.

    A line that names several candidates leaves open which of them it was.
    """
    for departure, told in _departures(plant.history.about("lot", lot), origin=plant.history.origin):
        event = told.event
        if isinstance(event, Shipped):
            for line in event.lots:
                if lot in line.candidates:
                    amount = line.quantity.value if line.quantity else None
                    yield departure, line.spans, amount, line.unit, len(line.candidates) == 1
        elif isinstance(event, EpcisCaptured):
            for read in event.reading.lots:
                if read.name == lot:
                    yield departure, (), read.quantity.value if read.quantity else None, read.unit, True


def departures_of_container(plant: Plant, container: str) -> Iterator[Departure]:
    """Yield the shipments that a whole container left with."""
    for departure, told in _departures(plant.history.about("container", container), origin=plant.history.origin):
        event = told.event
        if isinstance(event, Shipped):
            if any(line.is_whole_container and line.container == container for line in event.lots):
                yield departure
        elif isinstance(event, EpcisCaptured) and any(line.name == container for line in event.reading.lots):
            yield departure


def _came_back_between(plant: Plant, container: str, departure: Departure, begin: int) -> bool:
    """Tell whether a container was back before `begin`: then it did not leave with what was packed later."""
    names = [plant.history.about("container", container), plant.history.about("shipment", departure.shipment)]
    return any(
        departure.at <= told.event.at <= begin
        and isinstance(told.event, CustomerReturned | Delivered)
        and (not isinstance(told.event, Delivered) or departure.purpose == "transfer" or told.event.refused is not None)
        for events in names
        for told in events
    )


def _still_away(plant: Plant, unit: str, spans: tuple[Span, ...], departure: Departure, at: int) -> bool:
    """Tell whether a unit that left had not come back by `at`."""
    if at < departure.at:
        return False
    returned = (
        line
        for told in plant.history.about("lot", unit)
        if departure.at <= told.event.at <= at
        for line in _lines_back(told.event, departure)
    )
    return not any(unit in line.candidates and meet(spans, line.spans) for line in returned)


def _lines_back(event: object, departure: Departure) -> Iterable[Line]:
    if isinstance(event, CustomerReturned):
        return event.lots
    if isinstance(event, Delivered) and event.shipment == departure.shipment:
        return (event.accepted or ()) if departure.purpose == "transfer" else (event.refused or ())
    return ()


def fitted_at(reach: Reach) -> Mapping[str, tuple[int, ...]]:
    """Return when parts that a forward walk passed through were fitted into units, by unit (nanoseconds)."""
    found: dict[str, set[int]] = defaultdict(set)
    for flow in reach.flows:
        if flow.kind == "component" and id(flow) in reach.flows_in_time:
            found[flow.target].add(max(flow.time_from, reach.arrivals.get(flow.source, MINUS_INFINITY)))
    return {unit: tuple(sorted(times)) for unit, times in found.items()}


def custody_of(
    plant: Plant,
    lot: str,
    spans: tuple[Span, ...],
    arrival: int | None,
    *,
    as_of: int | None = None,
    fitted: tuple[int, ...] = (),
) -> tuple[CustodyEdge, ...]:
    """Return the custody of a lot, or of some of its serials: containers, outer containers, shipments.

    `arrival`: when the material can first have been in the lot (nanoseconds); None: not in time at all. `fitted`: when
    it came into the lot as a part of a unit; whoever had the unit then got it, however long ago the unit had left.
    """
    limit = PLUS_INFINITY if as_of is None else as_of
    return tuple(dict.fromkeys(_custody(plant, lot, spans, arrival, limit=limit, fitted=fitted, above=())))


def _custody(
    plant: Plant,
    lot: str,
    spans: tuple[Span, ...],
    arrival: int | None,
    *,
    limit: int,
    fitted: tuple[int, ...],
    above: tuple[str, ...],
) -> Iterator[CustodyEdge]:
    for departure, told_spans, amount, unit, certain in departures_of_lot(plant, lot):
        if departure.at <= limit and meet(spans, told_spans):
            in_time = arrival is not None and (
                arrival <= departure.told.event.window[1]
                or any(_still_away(plant, lot, spans, departure, at) for at in fitted)
            )
            edge = _to_shipment(lot, departure, in_time=in_time, spans=told_spans, quantity=amount, unit=unit)
            yield replace(edge, certain=certain)
    for holding in plant.custody.holdings_of(lot, is_container=False):
        if holding.begin[0] <= limit and meet(spans, holding.spans):
            window = (holding.begin[0], holding.end[0])
            usable = arrival is not None and arrival <= window[1]
            start = max(window[0], arrival if arrival is not None else MINUS_INFINITY)
            is_fitted = any(window[0] <= at <= window[1] for at in fitted)
            yield _into(lot, holding, in_time=usable)
            onward = _onward(
                plant, holding.container, (start, window[1]), (lot,), limit, usable=usable, is_fitted=is_fitted
            )
            yield from (replace(edge, certain=holding.certain) for edge in onward)
    for flow in plant.removed((lot,)):
        if flow.source == lot and flow.target not in above and meet(spans, flow.source_spans):
            yield from _while_fitted(plant, flow, arrival, limit, (*above, lot))


def _while_fitted(
    plant: Plant, flow: Flow, arrival: int | None, limit: int, above: tuple[str, ...]
) -> Iterator[CustodyEdge]:
    """Yield the custody that a part had in a unit which it was taken out of again."""
    begin, end = flow.time_from, flow.time_to
    usable = arrival is not None and arrival <= end
    amount = None if flow.quantity is None else format(flow.quantity, "f")
    for edge in _custody(plant, flow.target, flow.target_spans, begin, limit=limit, fitted=(begin,), above=above):
        if edge.time_from > end or (edge.time_to < begin and not edge.in_time):
            continue
        shown = replace(edge, in_time=edge.in_time and usable, certain=edge.certain and flow.certain)
        if edge.source == flow.target:
            entries = tuple(sorted({*edge.entries, *flow.entries}))
            shown = replace(
                shown, source=flow.source, spans=flow.source_spans, quantity=amount, unit=flow.unit, entries=entries
            )
        yield shown


def _into(source: str, holding: Holding, *, in_time: bool) -> CustodyEdge:
    quantity = None if holding.quantity is None else format(holding.quantity, "f")
    return CustodyEdge(
        source,
        holding.container,
        False,  # noqa: FBT003 a container
        holding.begin[0],
        holding.end[0],
        in_time,
        holding.entries,
        holding.spans,
        quantity,
        holding.unit,
        certain=holding.certain,
    )


def _to_shipment(
    source: str,
    departure: Departure,
    *,
    in_time: bool,
    spans: tuple[Span, ...] = (),
    quantity: str | None = None,
    unit: str | None = None,
) -> CustodyEdge:
    begin, end = departure.told.event.window
    return CustodyEdge(
        source,
        departure.shipment,
        True,  # noqa: FBT003 a shipment
        begin,
        end,
        in_time,
        departure.told.entries,
        spans,
        quantity,
        unit,
        departure,
    )


def _onward(
    plant: Plant,
    container: str,
    window: tuple[int, int],
    above: tuple[str, ...],
    limit: int,
    *,
    usable: bool,
    is_fitted: bool = False,
) -> Iterator[CustodyEdge]:
    """Yield where a container went while it held something, from `window[0]` to `window[1]`.

    `is_fitted`: it came into the container as a part, fitted into a unit that was inside already.
    """
    if container in above:
        return
    for departure in departures_of_container(plant, container):
        if departure.at > limit:
            continue
        begin, end = departure.told.event.window
        if begin <= window[1] and window[0] <= end:
            yield _to_shipment(container, departure, in_time=usable)
        elif window[0] > end and not _came_back_between(plant, container, departure, window[0]):
            yield _to_shipment(container, departure, in_time=usable and is_fitted)
    for holding in plant.custody.holdings_of(container, is_container=True):
        inner, outer = max(window[0], holding.begin[0]), min(window[1], holding.end[0])
        if inner <= outer and holding.begin[0] <= limit:
            yield _into(container, holding, in_time=usable)
            yield from _onward(
                plant,
                holding.container,
                (inner, outer),
                (*above, container),
                limit,
                usable=usable,
                is_fitted=is_fitted,
            )
