"""What happened, as one plain English sentence for each type of event.

Lot histories, the command line and the pages all print these, so an entry reads the same wherever it is shown. Names
are shown by their short labels. Personal values are never shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import singledispatch
from typing import Final

from thread.events import Event, EventInvalid, Line, parse_event
from thread.events.captured import EpcisCaptured, ReadLine
from thread.events.containers import KitAssembled, KitBroken, Packed, Unpacked, Unpacking
from thread.events.corrections import Corrected, Signed
from thread.events.dispatch import ComplaintReceived, CustomerReturned, Delivered, OwnershipChanged, Shipped
from thread.events.master_data import ItemDefined, PartyDefined, PlaceDefined, ResourceDefined
from thread.events.material import (
    Counted,
    Declared,
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
from thread.genealogy.line_words import (
    WHOLE_CONTAINER,
    amount_words,
    documents_words,
    lines_words,
    listed,
    lot_words,
    origin_words,
    readings_words,
    resource_words,
)
from thread.values.names import label

__all__ = ["sentence"]

_BREAKS: Final = re.compile(r"\s*[\t\n\r\v\f\x85\u2028\u2029]\s*")
"""Free texts may have several lines; a sentence is one."""


def sentence(event: Event) -> str:
    """Return what happened, as one sentence.

    >>> sentence(
    ...     parse_event(
    ...         {
    ...             "type": "moved",
    ...             "event_time": "2026-03-09T14:07:00+01:00",
    ...             "site": "P",
    ...             "lots": [{"lot": "S-77", "quantity": {"value": "5", "unit": "KGM"}}],
    ...             "to_place": "RACK-1",
    ...         }
    ...     )
    ... )
    '5 KGM of S-77 went to RACK-1.'
    """
    text = _BREAKS.sub(" ", _told(event))
    return text if text.endswith((".", "!", "?")) else f"{text}."


@singledispatch
def _told(event: Event) -> str:
    return f"{_first(event.type.replace('_', ' '))} was recorded"


def _first(words: str) -> str:
    """Return words of ours as a sentence starts. Never for names: the case of a lot code is part of it."""
    return f"{words[0].upper()}{words[1:]}"


def _start(lines: Iterable[Line | ReadLine]) -> str:
    """Return lines of material as a sentence starts with them."""
    told = lines_words(lines)
    return _first(told) if told.startswith(WHOLE_CONTAINER) else told


def _reason(text: str | None) -> str:
    return f": {text}" if text else ""


def _at_place(event: Event) -> str:
    return f" at {label(event.place)}" if event.place else ""


def _on(order: str, run: str | None) -> str:
    return f"order {label(order)}" + (f", run {run}" if run else "")


def _outputs(lines: tuple[OutputLine, ...]) -> str:
    kinds = {"main": "", "co": " (co-product)", "by": " (by-product)", "regrind": " (regrind)", "waste": " (waste)"}
    return listed(lot_words(line.lot, line.quantity, line.serials) + kinds[line.kind] for line in lines)


@_told.register
def _(event: ItemDefined) -> str:
    traced = {"lot": "traced by lot", "serial": "traced by serial", "none": "not traced"}[event.tracking]
    return f"Item {label(event.item)} is kept in {event.unit} and {traced}{_reason(event.description)}"


@_told.register
def _(event: PartyDefined) -> str:
    roles = (
        f" is {listed(f'a {role}' if role != 'owner' else 'an owner' for role in event.roles)}" if event.roles else ""
    )
    return f"Party {label(event.party)}{f' ({event.label})' if event.label else ''}{roles or ' is known'}"


@_told.register
def _(event: PlaceDefined) -> str:
    kind = event.kind.replace("_", " ")
    article = "an" if kind[0] in "aeiou" else "a"
    what = {"transit": "goods in transit", "outside": "outside the plant"}.get(kind, f"{article} {kind}")
    pooling = f" whose content is {event.pooling}" if event.pooling else ""
    return f"Place {label(event.place)}{f' ({event.label})' if event.label else ''} is {what}{pooling}"


@_told.register
def _(event: ResourceDefined) -> str:
    return f"{_first(resource_words(event.resource))} is known{f' as {event.label}' if event.label else ''}"


@_told.register
def _(event: Declared) -> str:
    how = {
        "opening": "was in stock when recording began",
        "harvest": "came from harvest",
        "landing": "came from landing",
        "found": "turned up without a record of how it came",
    }[event.kind]
    what = lot_words(event.lot, event.quantity, event.serials)
    quarantine = ", into quarantine" if event.status == "quarantine" else ""
    return f"{what} {how}{_at_place(event)}{quarantine}{origin_words(event.origin, event.quantity.unit)}"


@_told.register
def _(event: Received) -> str:
    words = [f"{lot_words(event.lot, event.quantity, event.serials)} came in"]
    if event.work_order:
        words.append(f" as output of subcontracted order {label(event.work_order)}")
    if event.supplier:
        words.append(f" from {label(event.supplier)}")
    if event.supplier_lots:
        plural = "s" if len(event.supplier_lots) > 1 else ""
        words.append(f", supplier lot{plural} {listed(event.supplier_lots)}")
    words.append(documents_words(event.documents))
    if event.rejected_quantity is not None and event.rejected_quantity.amount:
        words.append(f", {amount_words(event.rejected_quantity)} rejected")
    words.append(", into quarantine" if event.status == "quarantine" else "")
    return "".join((*words, origin_words(event.origin, event.quantity.unit)))


@_told.register
def _(event: Moved) -> str:
    start = f" from {label(event.from_place)}" if event.from_place else ""
    return f"{_start(event.lots)} went{start} to {label(event.to_place)}"


@_told.register
def _(event: Counted) -> str:
    return f"A count{_at_place(event)} found {lines_words(event.lots)}"


@_told.register
def _(event: Packed) -> str:
    told = ", by the sender's word" if event.told == "declared" else ""
    return f"{_start(event.contents)} went into container {label(event.container)}{told}"


@_told.register
def _(event: KitAssembled) -> str:
    order = f" for order {label(event.order)}" if event.order else ""
    planned = [line for line in event.contents if line.planned_item]
    instead = listed(
        f"{label(line.lot or line.container or '')} in place of {label(line.planned_item or '')}"
        + (f" under concession {line.concession}" if line.concession else "")
        for line in planned
    )
    words = f"Kit {label(event.container)} was put together from {lines_words(event.contents)}{order}"
    return f"{words}{f', {instead}' if planned else ''}{origin_words(event.origin)}"


@_told.register
def _(event: Unpacked) -> str:
    return _taken_out(event, "container")


@_told.register
def _(event: KitBroken) -> str:
    return f"{_taken_out(event, 'kit')}{_reason(event.reason)}"


def _taken_out(event: Unpacking, holder: str) -> str:
    what = _start(event.contents) if event.contents else "Everything"
    return f"{what} came out of {holder} {label(event.container)}"


@_told.register
def _(event: VesselFilled) -> str:
    return f"{_start(event.lots)} went into vessel {label(event.vessel)}"


@_told.register
def _(event: VesselDrawn) -> str:
    into = f"as {label(event.lot)}" if event.lot else f"into {_on(event.order or '', event.run)}"
    return f"{amount_words(event.quantity)} left vessel {label(event.vessel)} {into}"


@_told.register
def _(event: VesselEmptied) -> str:
    heel = f"{amount_words(event.heel)} stayed inside" if event.heel.amount else "nothing stayed inside"
    return f"Vessel {label(event.vessel)} was emptied{' and cleaned' if event.cleaned else ''}; {heel}"


def _transformed(event: Transforming, verb: str) -> str:
    order = f" under order {label(event.order)}" if event.order else ""
    return f"{_start(event.inputs)} {verb} {_outputs(event.outputs)}{order}{_reason(event.reason)}"


@_told.register
def _(event: Split) -> str:
    return _transformed(event, "was divided into")


@_told.register
def _(event: Merged) -> str:
    return _transformed(event, "were joined into" if len(event.inputs) > 1 else "was joined into")


@_told.register
def _(event: Relabelled) -> str:
    return _transformed(event, "now goes by")


@_told.register
def _(event: Reworked) -> str:
    return _transformed(event, "was reworked into")


@_told.register
def _(event: WorkOrderReleased) -> str:
    what = f"{amount_words(event.planned_quantity)} of " if event.planned_quantity is not None else ""
    item = f" for {what}{label(event.item)}" if event.item else ""
    processor = f" at {label(event.processor)}" if event.processor else ""
    unit = event.planned_quantity.unit if event.planned_quantity is not None else None
    return f"Order {label(event.order)} was released{item}{processor}{origin_words(event.origin, unit)}"


@_told.register
def _(event: MaterialIssued) -> str:
    pull = ""
    if event.pull is not None:
        # A firm demand pulls; what nobody pulled was only issued, whomever it was meant for.
        by, mode = {"JIT": ("by", "pulled just in time"), "JIC": ("for", "issued just in case")}[event.pull.mode]
        pull = f", {mode}" + (f" {by} {event.pull.demand}" if event.pull.demand else "")
    backflush = ", booked by backflush" if event.basis == "backflush" else ""
    return f"{_start(event.lots)} went into {_on(event.order, event.run)}{pull}{backflush}"


@_told.register
def _(event: MaterialReturned) -> str:
    opened = ", opened at the line" if event.opened else ", unused"
    return f"{_start(event.lots)} came back from {_on(event.order, event.run)}{opened}"


@_told.register
def _(event: StepDone) -> str:
    on = _on(event.order, event.run) if event.order else lines_words(event.lots or ())
    using = f" with {listed(resource_words(resource) for resource in event.resources)}" if event.resources else ""
    result = f", result {event.result}" if event.result else ""
    return f"Step {event.step} was done on {on}{using}{result}{readings_words(event.parameters)}"


@_told.register
def _(event: BatchProduced) -> str:
    units = {line.quantity.unit for line in event.outputs if line.kind == "main" and line.quantity is not None}
    origin = origin_words(event.origin, units.pop() if len(units) == 1 else None)
    return f"{_first(_on(event.order, event.run))} brought forth {_outputs(event.outputs)}{origin}"


@_told.register
def _(event: WorkOrderClosed) -> str:
    losses = listed(
        f"{amount_words(loss.quantity)}"
        + (f" of {label(loss.lot or loss.item or '')}" if loss.lot or loss.item else "")
        + f" ({loss.kind})"
        for loss in event.losses
    )
    return f"Order {label(event.order)} was closed{f', lost: {losses}' if event.losses else ''}"


@_told.register
def _(event: Repegged) -> str:
    whose = f"order {label(event.order)}" if event.order else lines_words(event.lots or ())
    amount = f" of {amount_words(event.quantity)}" if event.quantity is not None else ""
    start = f" from {event.from_demand}" if event.from_demand else ""
    end = f" to {event.to_demand}" if event.to_demand else " to no demand"
    return f"The peg{amount} of {whose} moved{start}{end}{_reason(event.reason)}"


@_told.register
def _(event: ComponentChanged) -> str:
    changes = []
    if event.removed is not None:
        fate = {
            "stock": "to stock",
            "scrapped": "to scrap",
            "customer": "to the customer",
            "supplier": "to the supplier",
        }
        changes.append(f"{lines_words((event.removed,))} came out ({fate[event.removed.fate]})")
    if event.installed is not None:
        changes.append(f"{lines_words((event.installed,))} went in")
    return f"At position {event.position} of {lines_words((event.unit,))}, {listed(changes)}"


@_told.register
def _(event: Inspected) -> str:
    what = _start(event.lots) if event.lots else _first(_on(event.order or "", event.run))
    verdict = {"pass": "passed", "fail": "failed", "conditional": "conditionally passed"}[event.result]
    revision = f" revision {event.specification_revision}" if event.specification_revision else ""
    against = f" against {event.specification}{revision}" if event.specification else ""
    return f"{what} {verdict} inspection{against}{readings_words(event.values)}"


@_told.register
def _(event: Sampled) -> str:
    fates = listed(
        f"{lines_words((line,))} ({line.fate}{f' at {label(line.kept_at)}' if line.kept_at else ''}"
        f"{f' until {line.kept_until}' if line.kept_until else ''})"
        for line in event.lots
    )
    return f"Samples were taken: {fates}"


@_told.register
def _(event: Held) -> str:
    decision = f" (decision: {event.decision.replace('_', ' ')})" if event.decision else ""
    return f"Hold {event.hold_id} blocks {lines_words(event.lots)}{_reason(event.reason)}{decision}"


@_told.register
def _(event: HoldReleased) -> str:
    what = f" for {lines_words(event.lots)}" if event.lots else ""
    decision = f" (decision: {event.decision.replace('_', ' ')})" if event.decision else ""
    return f"Hold {event.hold_id} ended{what}{_reason(event.reason)}{decision}"


@_told.register
def _(event: Scrapped) -> str:
    method = f", method {event.method}" if event.method else ""
    return f"{_start(event.lots)} was scrapped, reason {event.reason_code}{method}"


@_told.register
def _(event: LotChanged) -> str:
    old = f" from {event.old}" if event.old else ""
    field = event.field.replace("_", " ")
    papers = documents_words(event.documents)
    return f"The {field} of {label(event.lot)} changed{old} to {event.new}{papers}{_reason(event.reason)}"


@_told.register
def _(event: ResourceChecked) -> str:
    verdict = f"and was {event.result}{readings_words(event.values)}"
    return f"{_first(resource_words(event.resource))} was {event.kind} {verdict}"


@_told.register
def _(event: Shipped) -> str:
    purpose = {
        "sale": "",
        "transfer": " as a transfer",
        "processing": f" for processing under order {label(event.work_order or '')}",
        "consignment": " on consignment",
        "supplier_return": " back to the supplier",
        "disposal": " for disposal",
    }[event.purpose]
    receiver = event.customer or event.consignee or event.ship_to
    to = f" to {label(receiver)}" if receiver else f" to site {event.to_site}" if event.to_site else ""
    drop = ", as a drop shipment that never was in our hands" if not event.custody else ""
    return f"Shipment {label(event.shipment)} left{to}{purpose} with {lines_words(event.lots)}{drop}"


@_told.register
def _(event: Delivered) -> str:
    at = f" at {label(event.to_place)}" if event.to_place else ""
    accepted = f", accepted: {lines_words(event.accepted)}" if event.accepted else ""
    refused = f", refused: {lines_words(event.refused)}" if event.refused else ""
    return f"Shipment {label(event.shipment)} arrived{at}{accepted}{refused}"


@_told.register
def _(event: CustomerReturned) -> str:
    customer = f" from {label(event.customer)}" if event.customer else ""
    shipment = f" of shipment {label(event.shipment)}" if event.shipment else ""
    known = {"read": "", "stated": ", lot as the customer stated", "unknown": ", label missing"}[event.label]
    into = ", into quarantine" if event.status == "quarantine" else ""
    return f"{_start(event.lots)} came back{customer}{shipment}{known}{into}{_reason(event.condition)}"


@_told.register
def _(event: ComplaintReceived) -> str:
    about = []
    if event.lots:
        about.append(lines_words(event.lots))
    if event.shipment:
        about.append(f"shipment {label(event.shipment)}")
    if event.as_printed:
        about.append(f"goods marked {listed(repr(mark) for mark in event.as_printed)}")
    who = label(event.customer) if event.customer else "A customer"
    harm = ", somebody may have been harmed" if event.harm else ""
    return f"{who} complained ({event.complaint}) about {listed(about)}{harm}{_reason(event.text)}"


@_told.register
def _(event: OwnershipChanged) -> str:
    return f"{_start(event.lots)} belongs to {label(event.owner)} from now on"


@_told.register
def _(event: PolicySet) -> str:
    mode = {"JIT": "just in time", "JIC": "just in case"}[event.mode]
    what = f"{label(event.item)} is" if event.item else "supply is"
    supplier = f" from {label(event.supplier)}" if event.supplier else ""
    numbers = listed(f"{parameter.name} {parameter.value}" for parameter in event.parameters)
    settings = f" ({numbers})" if event.parameters else ""
    return f"By policy {event.policy}, {what} released {mode}{supplier}{settings}{_reason(event.reason)}"


_WHY_CORRECTED: Final = {
    "wrong_lot": "the wrong lot was told",
    "wrong_quantity": "the wrong quantity was told",
    "wrong_time": "the wrong time was told",
    "did_not_happen": "it did not happen",
    "duplicate": "it was told twice",
}


@_told.register
def _(event: Corrected) -> str:
    code = _WHY_CORRECTED.get(event.reason_code)
    why = f"{code}: {event.reason}" if code else event.reason
    approved = f" (approved by {event.approver})" if event.approver else ""
    if event.void:
        return f"Entry {event.seq} is void, because {why}{approved}"
    instead = " ".join(_replacement(told) for told in event.replaced_by or ())
    return f"Entry {event.seq} was wrong, because {why}{approved}; in its place stands: {instead}"


def _replacement(told: dict[str, object]) -> str:
    try:
        return sentence(parse_event(told))
    except EventInvalid:
        return f"an event of type {told.get('type')} that this program cannot read."


@_told.register
def _(event: Signed) -> str:
    seqs = listed((str(seq) for seq in event.seqs), most=20)
    return f"{event.signer} signed entr{'ies' if len(event.seqs) > 1 else 'y'} {seqs}, meaning {event.meaning}"


_DECIDED: Final = {"accepted": "accepted", "corrected": "corrected", "follow_up": "followed up elsewhere"}


@_told.register
def _(event: FindingClosed) -> str:
    by = f" by {event.performed_by}" if event.performed_by else ""
    return f"Finding {event.finding} was closed{by} as {_DECIDED[event.decision]}{_reason(event.reason)}"


@_told.register
def _(event: EpcisCaptured) -> str:
    reading = event.reading
    if reading.master_data is not None:
        return f"A partner described {label(reading.master_data.name)} (EPCIS master data)"
    step = (
        reading.business_step.rsplit("-", 1)[-1].rsplit("/", 1)[-1].replace("_", " ") if reading.business_step else ""
    )
    action = {"ADD": "adds", "OBSERVE": "observes", "DELETE": "ends"}.get(reading.action or "", "tells")
    head = f"An EPCIS {reading.kind} {action}"
    if reading.inputs or reading.outputs:
        what = f" that {lines_words(reading.inputs)} became {lines_words(reading.outputs)}"
        head = f"An EPCIS {reading.kind} tells"
    elif reading.container is not None:
        what = f" {lines_words(reading.contents) if reading.contents else 'the content'} in {label(reading.container)}"
    elif reading.unit is not None:
        what = f" {lines_words(reading.components) if reading.components else 'the parts'} on {label(reading.unit)}"
    else:
        what = f" {lines_words(reading.lots)}"
    where = reading.read_point or reading.business_location
    at = f" at {label(where)}" if where else ""
    if reading.error is not None:
        return f"The sender took back an EPCIS {reading.kind} about{what}{_reason(reading.error.reason)}"
    return f"{head}{what}{at}{f', step {step}' if step else ''}"
