"""What an answer says about each node beside where it stands: item, quantity, status, origin, customer, gaps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final, Literal

from thread.events.containers import KitAssembled
from thread.events.dispatch import Shipped
from thread.events.production import BatchProduced, WorkOrderReleased
from thread.genealogy.dispatch_custody import Departure, is_to_customer
from thread.genealogy.lot_card import LotFacts, lot_facts
from thread.genealogy.plant import Plant
from thread.genealogy.serial_card import serial_facts
from thread.values.origin import OriginPart, mode_totals, origin_parts
from thread.values.quantity import decimal_text

_GAPS: Final = {
    "unresolved": "unresolved",
    "one-of-open": "one_of",
    "one-of-counted": "one_of",
    "contents-declared": "declared",
    "negative-stock": "negative-stock",
    "incomplete": "unrecorded",
}
"""What a finding of a lot is called among the gaps of an answer. Other findings make no answer weaker."""

__all__ = ["NodeFacts", "activity_facts", "container_facts", "lot_node_facts", "serial_node_facts", "shipment_facts"]


@dataclass(frozen=True, slots=True)
class NodeFacts:
    """Facts of one node. `quantity` is all that came in, as decimal text in `unit`; None where nobody told."""

    entries: tuple[int, ...]
    item: str | None = None
    lot: str | None = None
    quantity: str | None = None
    unit: str | None = None
    status: Mapping[str, str] = field(default_factory=dict)
    origin_parts: tuple[OriginPart, ...] = ()
    customer: str | None = None
    customers: tuple[str, ...] = ()
    """Of a shipment, where its number was used for several customers."""
    consignee: str | None = None
    """Of a shipment that went to no customer: the supplier, processor, disposer or place of ours that received it."""
    gaps: tuple[str, ...] = ()
    gap_entries: tuple[int, ...] = ()

    def as_json(self, kind: Literal["lot", "activity", "container", "shipment"]) -> dict[str, object]:
        """The facts as DESIGN 8 prints them on a node; `customer` stands on shipments only."""
        told: dict[str, object] = {
            "item": self.item,
            "lot": self.lot,
            "quantity": self.quantity,
            "unit": self.unit,
            "status": dict(self.status),
            "origin": mode_totals(self.origin_parts),
            "origin_parts": [part.as_json() for part in self.origin_parts],
            "entries": list(self.entries),
        }
        if kind == "shipment":
            told["customer"] = self.customer
            told["consignee"] = self.consignee
            if len(self.customers) > 1:
                told["customers"] = list(self.customers)
        return told


def lot_node_facts(plant: Plant, lot: str, known: LotFacts | None = None) -> NodeFacts:
    """Return the facts of a lot as of the plant's time. `known`: the lot's facts, where somebody has them already."""
    facts = known or lot_facts(lot, plant.history, plant.custody, as_of=plant.as_of)
    account = facts.account
    entries = {seq for line in account.lines_in for seq in line.entries}
    if not entries:
        entries = {seq for told in plant.history.about("lot", lot) for seq in told.entries}
    forced = {told.entries: told.forced for told in plant.history.about("lot", lot) if told.forced}
    gaps: dict[str, set[int]] = {}
    for finding in facts.findings:
        code = "forced" if finding.code in forced.get(finding.entries, ()) else _GAPS.get(finding.code)
        if finding.is_open and code is not None:
            gaps.setdefault(code, set()).update(finding.entries)
    return NodeFacts(
        tuple(sorted(entries)),
        item=facts.item,
        lot=facts.code,
        quantity=decimal_text(account.came_in) if account.lines_in else None,
        unit=facts.unit,
        status=facts.status,
        origin_parts=facts.origin_parts,
        gaps=tuple(sorted(gaps)),
        gap_entries=tuple(sorted(set[int]().union(*gaps.values()))),
    )


def serial_node_facts(plant: Plant, serial: str, lot: str) -> NodeFacts:
    """Return the facts of one piece of a lot: those of its lot, and the status of the piece itself."""
    facts = lot_node_facts(plant, lot)
    piece = serial_facts(serial, plant)
    return facts if piece is None else replace(facts, status=piece.status)


def activity_facts(plant: Plant, node: str) -> NodeFacts:
    """Return the facts of an activity: of an order its item and why it was released, of all the entries behind it."""
    around = plant.around_activity(node)
    entries = {seq for flow in (*around.into, *around.out_of) if flow.kind != "structure" for seq in flow.entries}
    item: str | None = None
    parts: tuple[OriginPart, ...] = ()
    unit: str | None = None
    for told in plant.history.about("activity", node):
        event = told.event
        if isinstance(event, WorkOrderReleased) and event.order == node:
            entries.update(told.entries)
            item = event.item
            if event.planned_quantity is not None:
                unit = event.planned_quantity.unit
                parts = origin_parts(event.planned_quantity.amount, event.origin)
        elif isinstance(event, BatchProduced) and event.order == node:
            item = item or event.outputs[0].item
    return NodeFacts(tuple(sorted(entries)), item=item, unit=unit, origin_parts=parts)


def container_facts(plant: Plant, container: str) -> NodeFacts:
    """Return the facts of a container: of a kit its kind and why it was put together."""
    entries: set[int] = set()
    item: str | None = None
    parts: tuple[OriginPart, ...] = ()
    for holding in plant.custody.story(container):
        entries.update(holding.entries)
    for told in plant.history.about("container", container):
        event = told.event
        if isinstance(event, KitAssembled) and event.container == container:
            item = event.item
            # A kit is one thing: pegged to a demand it is one kit made to order.
            parts = origin_parts(Decimal(1), event.origin)
    return NodeFacts(tuple(sorted(entries)), item=item, origin_parts=parts)


def shipment_facts(plant: Plant, shipment: str, departure: Departure | None) -> NodeFacts:
    """Return the facts of a shipment: who it went to; all of them, where one number was used for several."""
    events = plant.history.about("shipment", shipment)
    entries = {seq for told in events for seq in told.entries}
    if departure is not None:
        entries.update(departure.told.entries)
    sent = [
        (is_to_customer(told.event.purpose), told.event.customer or told.event.consignee or told.event.ship_to)
        for told in events
        if isinstance(told.event, Shipped)
    ]
    if not any(receiver for _, receiver in sent) and departure is not None:
        sent = [(is_to_customer(departure.purpose), departure.receiver)]
    customers = tuple(dict.fromkeys(name for sold, name in sent if sold and name is not None))
    others = [name for sold, name in sent if not sold and name is not None]
    forced = {seq for told in events if told.forced for seq in told.entries}
    return NodeFacts(
        tuple(sorted(entries)),
        customer=customers[0] if customers else None,
        customers=customers,
        consignee=others[0] if others else None,
        gaps=("forced",) if forced else (),
        gap_entries=tuple(sorted(forced)),
    )
