"""What an entry is about: the pure, versioned function behind "these are all the entries about that lot".

A subject is a role and a name. Roles are cut so that a proof lists only what its question needs: where-from reads
`lot.made` and `activity.in`, where-used reads `lot.used` and `activity.out`. A line that names a whole container names
no lots: what was inside follows from the entries about that container. The function is pinned by its version: a new
one is a new index. Source: `research` on verifiable indexes; roles by DESIGN 3, with `activity.other` and
`container.other` added for what touches an order or container without moving material (ADR 3).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Final, NamedTuple

from thread.events.base import Event, Line
from thread.events.captured import EpcisCaptured, ReadLine
from thread.events.containers import KitAssembled, KitBroken, Packed, Packing, Unpacked, Unpacking
from thread.events.corrections import Corrected, Signed
from thread.events.dispatch import ComplaintReceived, CustomerReturned, Delivered, OwnershipChanged, Shipped
from thread.events.master_data import ItemDefined, PartyDefined, PlaceDefined, ResourceDefined
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
from thread.events.planning import PolicySet, Repegged
from thread.events.production import (
    BatchProduced,
    ComponentChanged,
    MaterialIssued,
    MaterialReturned,
    StepDone,
    WorkOrderClosed,
    WorkOrderReleased,
)
from thread.events.quality import Held, HoldReleased, Inspected, LotChanged, ResourceChecked, Sampled, Scrapped
from thread.events.review import FindingClosed
from thread.events.vessels import VesselDrawn, VesselEmptied, VesselFilled
from thread.values.names import event_activity, serial_of, vessel_name

__all__ = ["SUBJECTS_VERSION", "SUBJECT_KINDS", "Subject", "subjects"]

SUBJECTS_VERSION: Final = 1

SUBJECT_KINDS: Final = (
    "activity.in",
    "activity.other",
    "activity.out",
    "container.in",
    "container.other",
    "container.out",
    "document",
    "entry",
    "epcis",
    "finding",
    "hold",
    "item",
    "lot.made",
    "lot.other",
    "lot.used",
    "master",
    "party",
    "place",
    "resource",
    "shipment",
)
"""Every kind of subject, with its role where it has one."""


class Subject(NamedTuple):
    """One thing that an entry is about, and in which role."""

    kind: str
    name: str


_subject: Final[Callable[[tuple[str, str]], Subject]] = partial(tuple.__new__, Subject)
"""Makes a subject of kind and name in half the time; recording makes several for each entry."""


def subjects(event: Event, *, origin: str, corrected: Iterable[Event] = ()) -> frozenset[Subject]:
    """Return what an entry is about.

    `event` as stored (names resolved); `origin`: name of the ledger, which serial and activity names begin with;
    `corrected`: for a correction, the event that it corrects and the events that it embeds.
    """
    found: set[Subject] = set()
    if type(event) is Corrected:
        for other in corrected:
            found |= subjects(other, origin=origin)
        found.add(Subject("entry", str(event.seq)))
        return frozenset(found)
    _common(event, found)
    of_type = _OF_TYPE.get(type(event))
    if of_type is not None:
        of_type(event, origin, found)
    return frozenset(found)


def _common(event: Event, found: set[Subject]) -> None:
    if event.place is not None:
        found.add(Subject("place", event.place))
    for resource in event.resources:
        found.add(Subject("resource", f"{resource.kind}/{resource.id}"))
    for document in event.documents:
        found.add(_subject(("document", f"{document.type}/{document.number}")))
        if document.issuer is not None:
            found.add(Subject("party", document.issuer))


def _named(found: set[Subject], kind: str, *names: str | None) -> None:
    for name in names:
        if name is not None:
            found.add(_subject((kind, name)))


def _line(line: Line, origin: str, role: str, container_role: str, found: set[Subject]) -> None:
    """Add the subjects of one line: its lots and serials by `role`, its container by `container_role`."""
    for lot in line.candidates:
        found.add(Subject(role, lot))
    _named(found, "item", line.item)
    _named(found, "place", line.place)
    _named(found, container_role, line.container)
    if line.serials and line.lot is not None:
        found.update(
            Subject(role, serial_of(origin, line.item, line.lot, text)) for span in line.spans for text in span.texts()
        )


def _lines(
    lines: Iterable[Line] | None, origin: str, found: set[Subject], *, role: str, container: str = "container.other"
) -> None:
    for line in lines or ():
        _line(line, origin, role, container, found)


def _made(line: OutputLine | Entering, origin: str, found: set[Subject]) -> None:
    found.add(_subject(("lot.made", line.lot)))
    _named(found, "item", line.item)
    if line.serials:
        for span in line.spans:
            found.update(Subject("lot.made", serial_of(origin, line.item, line.lot, text)) for text in span.texts())


def _outputs(lines: Iterable[OutputLine], origin: str, found: set[Subject]) -> None:
    for line in lines:
        _made(line, origin, found)
        _named(found, "container.in", line.container)
        _named(found, "place", line.place)
        _lines(line.inputs, origin, found, role="lot.used", container="container.out")


def _entering(event: Entering, origin: str, found: set[Subject]) -> None:
    _made(event, origin, found)
    if event.owner is not None:
        found.add(Subject("party", event.owner))
    for certificate in event.certificates:
        found.add(Subject("document", f"{certificate.type}/{certificate.number}"))
    if type(event) is Declared:
        _named(found, "party", event.supplier)
    if type(event) is Received:
        _named(found, "party", event.supplier, event.consignor)
        _named(found, "place", event.from_place, event.to_place)
        _named(found, "activity.out", event.work_order)
        for inside in event.containers:
            found.add(Subject("container.in", inside.container))


def _moved(event: Moved, origin: str, found: set[Subject]) -> None:
    _lines(event.lots, origin, found, role="lot.other")
    _named(found, "place", event.from_place, event.to_place)


def _touched(event: Any, origin: str, found: set[Subject]) -> None:
    _lines(event.lots, origin, found, role="lot.other")
    if isinstance(event, Inspected | StepDone | Repegged):
        _named(found, "activity.other", event.order)
    if isinstance(event, ComplaintReceived):
        _named(found, "party", event.customer)
        _named(found, "shipment", event.shipment)
    if isinstance(event, OwnershipChanged):
        _named(found, "party", event.owner)


def _packing(event: Packing, origin: str, found: set[Subject]) -> None:
    found.add(Subject("container.in", event.container))
    _lines(event.contents, origin, found, role="lot.used", container="container.out")
    if isinstance(event, KitAssembled):
        _named(found, "item", event.item)
        _named(found, "activity.other", event.order)


def _unpacking(event: Unpacking, origin: str, found: set[Subject]) -> None:
    found.add(Subject("container.out", event.container))
    _lines(event.contents, origin, found, role="lot.other", container="container.out")


def _vessel_filled(event: VesselFilled, origin: str, found: set[Subject]) -> None:
    found.add(Subject("activity.in", vessel_name(origin, event.site, event.vessel)))
    _named(found, "place", event.vessel)
    _lines(event.lots, origin, found, role="lot.used", container="container.out")


def _vessel_drawn(event: VesselDrawn, origin: str, found: set[Subject]) -> None:
    found.add(Subject("activity.out", vessel_name(origin, event.site, event.vessel)))
    _named(found, "place", event.vessel)
    _named(found, "lot.made", event.lot)
    _named(found, "item", event.item)
    _named(found, "activity.in", event.order)


def _vessel_emptied(event: VesselEmptied, origin: str, found: set[Subject]) -> None:
    name = vessel_name(origin, event.site, event.vessel)
    found |= {Subject("activity.in", name), Subject("activity.out", name), Subject("place", event.vessel)}


def _transforming(event: Transforming, origin: str, found: set[Subject]) -> None:
    _lines(event.inputs, origin, found, role="lot.used", container="container.out")
    _outputs(event.outputs, origin, found)
    if event.id is not None:
        name = event_activity(origin, event.id)
        found |= {Subject("activity.in", name), Subject("activity.out", name)}
    _named(found, "activity.other", event.order)


def _released(event: WorkOrderReleased, _: str, found: set[Subject]) -> None:
    found |= {Subject("activity.in", event.order), Subject("activity.out", event.order)}
    _named(found, "item", event.item)
    _named(found, "party", event.processor)


def _issued(event: MaterialIssued | MaterialReturned, origin: str, found: set[Subject]) -> None:
    found.add(Subject("activity.in", event.order))
    _lines(event.lots, origin, found, role="lot.used", container="container.out")
    if isinstance(event, MaterialReturned) and event.opened:
        found.add(Subject("activity.out", event.order))
        _lines(event.lots, origin, found, role="lot.made")


def _produced(event: BatchProduced, origin: str, found: set[Subject]) -> None:
    found.add(Subject("activity.out", event.order))
    if any(line.inputs for line in event.outputs):
        found.add(Subject("activity.in", event.order))
    _outputs(event.outputs, origin, found)


def _closed(event: WorkOrderClosed, _: str, found: set[Subject]) -> None:
    found |= {Subject("activity.in", event.order), Subject("activity.out", event.order)}
    for loss in event.losses:
        _named(found, "item", loss.item)
        _named(found, "lot.used", loss.lot)


def _component(event: ComponentChanged, origin: str, found: set[Subject]) -> None:
    _line(event.unit, origin, "lot.made", "container.other", found)
    _line(event.unit, origin, "lot.used", "container.other", found)
    for part in (event.removed, event.installed):
        if part is not None:
            _line(part, origin, "lot.used", "container.out", found)


def _held(event: Held | HoldReleased, origin: str, found: set[Subject]) -> None:
    found.add(Subject("hold", event.hold_id))
    _lines(event.lots, origin, found, role="lot.other")


def _used(event: Any, origin: str, found: set[Subject]) -> None:
    _lines(event.lots, origin, found, role="lot.used", container="container.out")


def _lot_changed(event: LotChanged, _: str, found: set[Subject]) -> None:
    found.add(Subject("lot.other", event.lot))


def _checked(event: ResourceChecked | ResourceDefined, _: str, found: set[Subject]) -> None:
    found.add(Subject("resource", f"{event.resource.kind}/{event.resource.id}"))


def _shipped(event: Shipped, origin: str, found: set[Subject]) -> None:
    found.add(Subject("shipment", event.shipment))
    _lines(event.lots, origin, found, role="lot.used", container="container.out")
    _named(found, "party", event.customer, event.consignee, event.owner, event.carrier)
    _named(found, "place", event.ship_from, event.ship_to)
    _named(found, "activity.in", event.work_order)


def _delivered(event: Delivered, origin: str, found: set[Subject]) -> None:
    found.add(Subject("shipment", event.shipment))
    _lines(event.accepted, origin, found, role="lot.used")
    _lines(event.refused, origin, found, role="lot.used")
    _named(found, "place", event.to_place)


def _came_back(event: CustomerReturned, origin: str, found: set[Subject]) -> None:
    _named(found, "shipment", event.shipment)
    _named(found, "party", event.customer)
    _named(found, "place", event.to_place)
    _lines(event.lots, origin, found, role="lot.used", container="container.in")


def _signed(event: Signed, _: str, found: set[Subject]) -> None:
    found.update(Subject("entry", str(seq)) for seq in event.seqs)


def _finding_closed(event: FindingClosed, _: str, found: set[Subject]) -> None:
    found.add(Subject("finding", event.finding))
    found.update(Subject("entry", str(seq)) for seq in event.seqs)


def _policy(event: PolicySet, _: str, found: set[Subject]) -> None:
    _named(found, "item", event.item)
    _named(found, "party", event.supplier)


def _item(event: ItemDefined, _: str, found: set[Subject]) -> None:
    _named(found, "item", event.item, event.gtin)


def _party(event: PartyDefined, _: str, found: set[Subject]) -> None:
    _named(found, "party", event.party, event.gln)


def _place(event: PlaceDefined, _: str, found: set[Subject]) -> None:
    _named(found, "place", event.place, event.gln)


_READ_KIND: Final = {"lot": "lot", "serial": "lot", "unknown": "lot", "container": "container", "item": "item"}


def _read_lines(lines: Iterable[ReadLine], found: set[Subject], *, lot: str, container: str) -> None:
    for line in lines:
        kind = _READ_KIND[line.kind]
        found.add(Subject({"lot": lot, "container": container, "item": "item"}[kind], line.name))
        _named(found, "item", line.item)


def _captured(event: EpcisCaptured, origin: str, found: set[Subject]) -> None:
    reading = event.reading
    if reading.kind == "TransformationEvent":
        name = reading.activity or (event_activity(origin, event.id) if event.id else None)
        _named(found, "activity.in", name)
        _named(found, "activity.out", name)
    _read_lines(reading.inputs, found, lot="lot.used", container="container.out")
    _read_lines(reading.outputs, found, lot="lot.made", container="container.in")
    _read_lines(reading.contents, found, lot="lot.used", container="container.out")
    _read_lines(reading.components, found, lot="lot.used", container="container.out")
    _read_lines(
        reading.lots, found, lot="lot.made" if reading.action == "ADD" else "lot.other", container="container.other"
    )
    _named(found, "container.in" if reading.action != "DELETE" else "container.out", reading.container)
    _named(found, "lot.made", reading.unit)
    _named(found, "place", reading.read_point, reading.business_location)
    _named(found, "party", *(party.name for party in reading.parties))
    _named(found, "document", *(document.name for document in reading.documents))
    _named(found, "epcis", reading.event_id)
    if reading.master_data is not None:
        found.add(Subject("master", reading.master_data.name))


_OF_TYPE: Final[dict[type[Event], Callable[[Any, str, set[Subject]], None]]] = {
    ItemDefined: _item,
    PartyDefined: _party,
    PlaceDefined: _place,
    ResourceDefined: _checked,
    Declared: _entering,
    Received: _entering,
    Moved: _moved,
    Counted: _touched,
    Packed: _packing,
    KitAssembled: _packing,
    Unpacked: _unpacking,
    KitBroken: _unpacking,
    VesselFilled: _vessel_filled,
    VesselDrawn: _vessel_drawn,
    VesselEmptied: _vessel_emptied,
    Split: _transforming,
    Merged: _transforming,
    Relabelled: _transforming,
    Reworked: _transforming,
    WorkOrderReleased: _released,
    MaterialIssued: _issued,
    MaterialReturned: _issued,
    StepDone: _touched,
    BatchProduced: _produced,
    WorkOrderClosed: _closed,
    Repegged: _touched,
    ComponentChanged: _component,
    Inspected: _touched,
    Sampled: _used,
    Held: _held,
    HoldReleased: _held,
    Scrapped: _used,
    LotChanged: _lot_changed,
    ResourceChecked: _checked,
    Shipped: _shipped,
    Delivered: _delivered,
    CustomerReturned: _came_back,
    ComplaintReceived: _touched,
    OwnershipChanged: _touched,
    PolicySet: _policy,
    Signed: _signed,
    EpcisCaptured: _captured,
    FindingClosed: _finding_closed,
}
"""Every event type but `corrected`, which carries the subjects of others."""
