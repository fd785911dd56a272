"""Where lots went in containers and shipments: custody, attached to an answer after the lots are known.

Custody is lot → container → outer container → shipment; the customer is a fact of the shipment. A container passes on
where it went only for the time that it held the lot, both ends included. What was packed after its container had left,
with no return between, stays in the answer and is marked as not in time. What was unpacked before is not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from thread.events.captured import EpcisCaptured
from thread.events.dispatch import CustomerReturned, Delivered, Shipped
from thread.genealogy.custody import Holding
from thread.genealogy.plant import Plant
from thread.genealogy.projection import Told
from thread.values.names import event_activity
from thread.values.serials import Span, meet
from thread.values.times import MINUS_INFINITY, PLUS_INFINITY

__all__ = ["CustodyEdge", "Departure", "custody_of", "departures_of_container", "departures_of_lot"]


@dataclass(frozen=True, slots=True)
class Departure:
    """A shipment that a lot or container left with."""

    shipment: str
    customer: str | None
    purpose: str
    at: int
    told: Told


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


def _departures(events: Iterable[Told], *, origin: str) -> Iterator[tuple[Departure, Told]]:
    for told in events:
        event = told.event
        if isinstance(event, Shipped):
            customer = event.customer or event.consignee or event.ship_to
            yield Departure(event.shipment, customer, event.purpose, event.at, told), told
        elif isinstance(event, EpcisCaptured) and (event.reading.business_step or "").endswith("shipping"):
            parties = [party.name for party in event.reading.parties if party.role == "destination"]
            name = event_activity(origin, event.id or "")
            yield Departure(name, parties[0] if parties else None, "sale", event.at, told), told


def departures_of_lot(plant: Plant, lot: str) -> Iterator[tuple[Departure, tuple[Span, ...], str | None, str | None]]:
    """Yield the shipments whose lines name a lot: departure, serials, quantity and unit told."""
    for departure, told in _departures(plant.history.about("lot", lot), origin=plant.history.origin):
        event = told.event
        if isinstance(event, Shipped):
            for line in event.lots:
                if lot in line.candidates:
                    amount = line.quantity.value if line.quantity else None
                    yield departure, line.spans, amount, line.unit
        elif isinstance(event, EpcisCaptured):
            for read in event.reading.lots:
                if read.name == lot:
                    yield departure, (), read.quantity.value if read.quantity else None, read.unit


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


def custody_of(
    plant: Plant, lot: str, spans: tuple[Span, ...], arrival: int | None, *, as_of: int | None = None
) -> tuple[CustodyEdge, ...]:
    """Return the custody of a lot, or of some of its serials: containers, outer containers, shipments.

    `arrival`: when the material can first have been in the lot (nanoseconds); None: not in time at all.
    """
    limit = PLUS_INFINITY if as_of is None else as_of
    edges: list[CustodyEdge] = []
    for departure, told_spans, amount, unit in departures_of_lot(plant, lot):
        if departure.at <= limit and meet(spans, told_spans):
            in_time = arrival is not None and arrival <= departure.told.event.window[1]
            edges.append(_to_shipment(lot, departure, in_time=in_time, spans=told_spans, quantity=amount, unit=unit))
    for holding in plant.custody.holdings_of(lot, is_container=False):
        if holding.begin[0] <= limit and meet(spans, holding.spans):
            window = (holding.begin[0], holding.end[0])
            usable = arrival is not None and arrival <= window[1]
            start = max(window[0], arrival if arrival is not None else MINUS_INFINITY)
            edges.append(_into(lot, holding, in_time=usable))
            edges.extend(_onward(plant, holding.container, (start, window[1]), (lot,), limit, usable=usable))
    return tuple(dict.fromkeys(edges))


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
    plant: Plant, container: str, window: tuple[int, int], above: tuple[str, ...], limit: int, *, usable: bool
) -> Iterator[CustodyEdge]:
    """Yield where a container went while it held something, from `window[0]` to `window[1]`."""
    if container in above:
        return
    for departure in departures_of_container(plant, container):
        if departure.at > limit:
            continue
        begin, end = departure.told.event.window
        if begin <= window[1] and window[0] <= end:
            yield _to_shipment(container, departure, in_time=usable)
        elif window[0] > end and not _came_back_between(plant, container, departure, window[0]):
            yield _to_shipment(container, departure, in_time=False)
    for holding in plant.custody.holdings_of(container, is_container=True):
        inner, outer = max(window[0], holding.begin[0]), min(window[1], holding.end[0])
        if inner <= outer and holding.begin[0] <= limit:
            yield _into(container, holding, in_time=usable)
            yield from _onward(plant, holding.container, (inner, outer), (*above, container), limit, usable=usable)
