"""How far an issue may have reached: every lot, where it is now, and who has it.

A scope is a superset: every possible path counts, and nothing shrinks it. What could really have happened in time, and
what is known rather than one of several candidates, is marked on each lot. Where a lot is now comes from its account;
who has it comes from the shipments that it, or a container that held it, left with.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from thread.errors import BadInput
from thread.genealogy.account import Account, Whereabouts
from thread.genealogy.custody import Position
from thread.genealogy.dispatch_custody import CustodyEdge, Departure, is_to_customer
from thread.genealogy.lot_card import lot_facts
from thread.genealogy.node_facts import NodeFacts, lot_node_facts
from thread.genealogy.plant import Plant
from thread.genealogy.projection import History
from thread.genealogy.removed import Removal, removals
from thread.genealogy.trace import Gap, flow_gaps, serials_json
from thread.genealogy.walk import Reach, Start
from thread.recall.scope_reach import scope_reach
from thread.values.names import label
from thread.values.quantity import ZERO
from thread.values.serials import Span, common

__all__ = [
    "AffectedCustomer",
    "AffectedDeparture",
    "AffectedLot",
    "Scope",
    "ScopeEmpty",
    "customers_of",
    "recall_scope",
]


class ScopeEmpty(BadInput):
    """A recall scope was asked for without saying where it starts."""

    code = "scope-empty"

    def __init__(self) -> None:
        super().__init__(
            "no start is named; give at least one lot, order, container or shipment that the issue began with"
        )


@dataclass(frozen=True, slots=True)
class AffectedLot:
    """A lot that the issue may have reached."""

    id: str
    depth: int
    in_time: bool
    certain: bool
    """Whether a path of known flows leads here; False: only by way of one of several candidates."""
    path: tuple[str, ...]
    """From a start to this lot."""
    path_entries: tuple[int, ...]
    spans: tuple[Span, ...]
    """The serials that may be affected; empty: all of the lot."""
    facts: NodeFacts
    where: tuple[dict[str, Any], ...]
    containers: tuple[str, ...]
    held: str

    def as_json(self) -> dict[str, Any]:
        """The lot as DESIGN 8 prints it."""
        return {
            "id": self.id,
            "item": self.facts.item,
            "lot": self.facts.lot,
            "serials": serials_json(self.spans),
            "depth": self.depth,
            "in_time": self.in_time,
            "certain": self.certain,
            "why": {"path": list(self.path), "entries": list(self.path_entries)},
            "quantity": self.facts.quantity,
            "unit": self.facts.unit,
            "where": list(self.where),
            "containers": list(self.containers),
            "held": self.held,
        }


@dataclass(frozen=True, slots=True)
class AffectedDeparture:
    """Affected goods that left for a customer: with which shipment, and when."""

    shipment: str
    event_time: str
    """When it left, as told."""
    lots: tuple[str, ...]
    in_time: bool
    certain: bool
    """Whether some of the goods are known to be affected and to have left; False: only one of several candidates."""
    entries: tuple[int, ...]

    def as_json(self) -> dict[str, Any]:
        """The departure as printed under its customer; `number` is the shipment as people write it."""
        return {
            "shipment": self.shipment,
            "number": label(self.shipment),
            "event_time": self.event_time,
            "lots": list(self.lots),
            "in_time": self.in_time,
            "certain": self.certain,
            "entries": list(self.entries),
        }


@dataclass(frozen=True, slots=True)
class AffectedCustomer:
    """Somebody who may have received affected goods, bought or on consignment."""

    customer: str | None
    """None: a shipment whose customer nobody told."""
    shipments: tuple[str, ...]
    lots: tuple[str, ...]
    in_time: bool
    certain: bool
    departures: tuple[AffectedDeparture, ...]
    """Sorted by time, then shipment."""

    def as_json(self) -> dict[str, Any]:
        """The customer as DESIGN 8 prints it."""
        return {
            "customer": self.customer,
            "shipments": list(self.shipments),
            "lots": list(self.lots),
            "in_time": self.in_time,
            "certain": self.certain,
            "departures": [departure.as_json() for departure in self.departures],
        }


@dataclass(frozen=True, slots=True)
class Scope:
    """Everything that an issue may have reached, as known at a ledger size."""

    start: tuple[str, ...]
    lots: tuple[AffectedLot, ...]
    """Sorted by depth, then name; the starts first."""
    containers: tuple[str, ...]
    customers: tuple[AffectedCustomer, ...]
    frontier: tuple[str, ...]
    gaps: tuple[Gap, ...]
    removed_by: tuple[Removal, ...]
    origin: str
    size: int
    root: str

    @property
    def complete(self) -> bool:
        """Whether nothing was cut."""
        return not self.frontier

    def as_json(self) -> dict[str, Any]:
        """The scope as DESIGN 8 prints it."""
        return {
            "start": list(self.start),
            "lots": [lot.as_json() for lot in self.lots],
            "containers": list(self.containers),
            "customers": [customer.as_json() for customer in self.customers],
            "totals": {
                "lots": len(self.lots),
                "lots_in_time": sum(1 for lot in self.lots if lot.in_time),
                "containers": len(self.containers),
                "customers": len(self.customers),
                "shipments": len({name for customer in self.customers for name in customer.shipments}),
            },
            "complete": self.complete,
            "frontier": list(self.frontier),
            "gaps": [gap.as_json() for gap in self.gaps],
            "removed_by": [removal.as_json() for removal in self.removed_by],
            "ledger": {"origin": self.origin, "size": self.size, "root": self.root},
        }


def recall_scope(history: History, names: Iterable[str], *, root: str = "") -> Scope:
    """Return what an issue that began with some lots, orders, containers or shipments may have reached.

    `names`: resolved names. `root`: root hash of the ledger at the history's size, to print.

    Raises:
        ScopeEmpty: no name was given.
        NothingTold: no known entry names one of them.
    """
    start = tuple(dict.fromkeys(names))
    if not start:
        raise ScopeEmpty
    plant = Plant(history)
    found = scope_reach(plant, start)
    reach, custody = found.reach, found.custody
    certain = _certainly_reached(reach, found.starts)
    affected = tuple(_affected(lot, plant, reach, custody[lot], certain=lot in certain) for lot in found.lots)
    named = {edge.target for edges in custody.values() for edge in edges if not edge.target_is_shipment}
    return Scope(
        start,
        affected,
        tuple(sorted(named)),
        customers_of(custody, certain=certain),
        reach.frontier,
        flow_gaps(((lot.id, lot.facts) for lot in affected), [reach], set(reach.depths)),
        removals(plant, found.focuses, ("forward",), {*reach.depths, *found.holders}),
        history.origin,
        history.size,
        root,
    )


def _certainly_reached(reach: Reach, starts: Iterable[Start]) -> frozenset[str]:
    ahead: dict[str, list[str]] = defaultdict(list)
    for flow in reach.flows:
        if flow.certain:
            ahead[flow.source].append(flow.target)
    found = {start.node for start in starts}
    fresh = list(found)
    while fresh:
        fresh = [target for node in fresh for target in ahead[node] if target not in found]
        found.update(fresh)
    return frozenset(found)


def _affected(lot: str, plant: Plant, reach: Reach, custody: tuple[CustodyEdge, ...], *, certain: bool) -> AffectedLot:
    path, entries = _path(lot, reach)
    known = lot_facts(lot, plant.history, plant.custody)
    facts = lot_node_facts(plant, lot, known)
    containers = sorted({edge.target for edge in custody if not edge.target_is_shipment})
    return AffectedLot(
        lot,
        reach.depths[lot],
        lot in reach.arrivals,
        certain,
        path,
        entries,
        reach.spans.get(lot, ()),
        facts,
        _where(known.account, custody, reach.spans.get(lot, ())),
        tuple(containers),
        facts.status.get("held", "0"),
    )


def _path(node: str, reach: Reach) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Return the way from a start to a node, and the entries behind its steps."""
    way = [node]
    entries: set[int] = set()
    seen = {node}
    while node in reach.came_by and reach.depths[node] >= 0:
        flow = reach.came_by[node]
        node = flow.source
        if node in seen:
            break
        seen.add(node)
        way.append(node)
        entries.update(flow.entries)
    return tuple(reversed(way)), tuple(sorted(entries))


def _where(account: Account, custody: tuple[CustodyEdge, ...], spans: tuple[Span, ...]) -> tuple[dict[str, Any], ...]:
    """Return where a lot is or went, or where those of its serials are that may be affected.

    `customer` is who has it as a customer; a supplier, processor or disposer that received it stands as `consignee`.
    """
    departures = {edge.target: edge.departure for edge in custody if edge.departure is not None}
    found = []
    for line in _of_serials(account, spans) if spans else account.whereabouts():
        departure = departures.get(line.shipment or "")
        receiver = line.customer or (departure.receiver if departure is not None else None)
        sold = _is_with_customer(line, departure)
        found.append(
            {**line.as_json(), "customer": receiver if sold else None, "consignee": None if sold else receiver}
        )
    return tuple(found)


def _is_with_customer(line: Whereabouts, departure: Departure | None) -> bool:
    if line.line == "shipped" or line.state == "on_consignment":
        return True
    if line.line in {"returned_to_supplier", "scrapped"} or line.state == "at_processor":
        return False
    return departure is None or is_to_customer(departure.purpose)


def _of_serials(account: Account, spans: tuple[Span, ...]) -> Iterable[Whereabouts]:
    """Return where some serials of a lot are; what stands somewhere without its serials may be any of them."""
    asked = Decimal(sum(len(span) for span in spans))
    found: dict[tuple[object, ...], Whereabouts] = {}
    for line in account.lines_out:
        shared = common(line.spans, spans)
        here = Decimal(sum(len(span) for span in shared))
        maybe = Decimal(sum(len(span) for span in common(line.open_spans, spans)))
        if (line.spans or line.open_spans) and not here and not maybe:
            continue
        low, high = here, min(line.counted, here + maybe) if maybe else None
        if not line.spans and not line.open_spans:
            low, high = ZERO, min(line.counted, asked)
        one = Whereabouts(
            line.line, low, high, line.place, line.shipment, line.customer, line.state, line.entries, shared
        )
        key = (line.line, line.state, line.place, line.shipment, line.customer)
        found[key] = found[key].joined(one) if key in found else one
    return found.values()


def customers_of(
    custody: Mapping[str, tuple[CustodyEdge, ...]], *, certain: Collection[str]
) -> tuple[AffectedCustomer, ...]:
    """Return who bought affected goods or keeps them on consignment, with every departure to them.

    `certain`: the lots that a path of known flows leads to.
    """
    carried: dict[tuple[str | None, int, str, Position], list[tuple[str, CustodyEdge]]] = defaultdict(list)
    for lot, edges in custody.items():
        for edge in edges:
            departure = edge.departure
            if departure is not None and is_to_customer(departure.purpose):
                key = (departure.customer, departure.at, departure.shipment, departure.told.position)
                carried[key].append((lot, edge))
    by_customer: dict[str | None, list[AffectedDeparture]] = defaultdict(list)
    for (customer, _, shipment, _), goods in sorted(carried.items(), key=lambda item: item[0][1:]):
        told = goods[0][1].departure
        by_customer[customer].append(
            AffectedDeparture(
                shipment,
                told.event_time if told is not None else "",
                tuple(sorted({lot for lot, _ in goods})),
                any(edge.in_time for _, edge in goods),
                any(edge.certain and lot in certain for lot, edge in goods),
                tuple(sorted({seq for _, edge in goods for seq in edge.entries})),
            )
        )
    return tuple(
        AffectedCustomer(
            customer,
            tuple(sorted({departure.shipment for departure in departures})),
            tuple(sorted({lot for departure in departures for lot in departure.lots})),
            any(departure.in_time for departure in departures),
            any(departure.certain for departure in departures),
            tuple(departures),
        )
        for customer, departures in sorted(by_customer.items(), key=lambda item: (item[0] is None, item[0] or ""))
    )
