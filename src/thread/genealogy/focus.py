"""What a question is about: a lot, a serial, an activity, a container or a shipment; and where a walk starts then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from thread.errors import NotFound
from thread.events.base import Event, Line
from thread.events.captured import EpcisCaptured
from thread.events.containers import Packing, Unpacking
from thread.events.dispatch import ComplaintReceived, CustomerReturned, Delivered, OwnershipChanged, Shipped
from thread.events.material import Counted, Entering, Moved, Transforming
from thread.events.production import (
    BatchProduced,
    ComponentChanged,
    MaterialIssued,
    MaterialReturned,
    StepDone,
)
from thread.events.quality import Held, HoldReleased, Inspected, Sampled, Scrapped
from thread.events.vessels import VesselFilled
from thread.genealogy.plant import Plant
from thread.genealogy.walk import Direction, Start
from thread.values.names import serial_of
from thread.values.serials import Span, span_of

__all__ = ["Focus", "NothingTold", "focus_of", "starts_of"]


class NothingTold(NotFound):
    """No known entry names what the question is about."""

    code = "not-found"

    def __init__(self, *, name: str) -> None:
        super().__init__(f"no entry names {name}; check the spelling, or the size that `known at` cuts at", name=name)


@dataclass(frozen=True, slots=True)
class Focus:
    """The subject of a question."""

    name: str
    kind: Literal["lot", "serial", "activity", "container", "shipment"]
    lot: str | None = None
    """Of a serial: its lot."""
    spans: tuple[Span, ...] = ()


def focus_of(name: str, plant: Plant) -> Focus:
    """Return what a resolved name stands for.

    Raises:
        NothingTold: no known entry names it.
    """
    history = plant.history
    told = history.about("lot", name)
    if told:
        owners = sorted({owner for one in told for owner in _owners(one.event, name, history.origin)})
        if owners:
            lot, text = owners[0]
            return Focus(name, "serial", lot, (span_of(text, text),))
        return Focus(name, "lot")
    if any(plant.is_activity(node) for node in plant.activity_nodes(name)) or history.about("activity", name):
        return Focus(name, "activity")
    if history.about("container", name):
        return Focus(name, "container")
    if history.about("shipment", name):
        return Focus(name, "shipment")
    raise NothingTold(name=name)


def lines_of(event: Event) -> Iterator[Line]:
    """Yield every line by which an event names material that existed before."""
    if isinstance(
        event,
        Moved
        | Counted
        | VesselFilled
        | MaterialIssued
        | MaterialReturned
        | Sampled
        | Held
        | Scrapped
        | Shipped
        | CustomerReturned
        | OwnershipChanged,
    ):
        yield from event.lots
    elif isinstance(event, StepDone | Inspected | HoldReleased | ComplaintReceived):
        yield from event.lots or ()
    elif isinstance(event, Transforming):
        yield from event.inputs
    elif isinstance(event, BatchProduced):
        for output in event.outputs:
            yield from output.inputs or ()
    elif isinstance(event, Packing | Unpacking):
        yield from event.contents or ()
    elif isinstance(event, Delivered):
        yield from event.accepted or ()
        yield from event.refused or ()
    elif isinstance(event, ComponentChanged):
        yield event.unit
        yield from (part for part in (event.removed, event.installed) if part is not None)


def _owners(event: Event, serial: str, origin: str) -> Iterator[tuple[str, str]]:
    """Yield the lot and the printed serial for which a name stands in an event."""
    if isinstance(event, EpcisCaptured):
        return
    for item, lot, spans in _named_serials(event):
        for span in spans:
            for text in span.texts():
                if serial_of(origin, item, lot, text) == serial:
                    yield lot, text


def _named_serials(event: Event) -> Iterator[tuple[str | None, str, tuple[Span, ...]]]:
    if isinstance(event, Entering):
        yield event.item, event.lot, event.spans
    elif isinstance(event, BatchProduced | Transforming):
        yield from ((line.item, line.lot, line.spans) for line in event.outputs)
    for line in lines_of(event):
        if line.lot is not None and line.serials:
            yield line.item, line.lot, line.spans


def starts_of(focus: Focus, plant: Plant, direction: Direction) -> tuple[Start, ...]:
    """Return where a walk about a focus starts.

    Backward of a container or shipment starts from the lots that it held or carried, each as it was when it was last
    inside. Forward of them no material flows: they pass on custody only.
    """
    if focus.kind in {"lot", "serial"}:
        return (Start(focus.lot or focus.name, False, focus.spans),)  # noqa: FBT003 a lot
    if focus.kind == "activity":
        return tuple(Start(node, True) for node in plant.activity_nodes(focus.name))  # noqa: FBT003 activities
    if direction == "forward":
        return ()
    return tuple(_unique(_carried(focus, plant)))


def _carried(focus: Focus, plant: Plant) -> Iterator[Start]:
    if focus.kind == "container":
        yield from _ever_held(focus.name, plant, ())
        return
    for told in plant.history.about("shipment", focus.name):
        event = told.event
        if not isinstance(event, Shipped) or event.shipment != focus.name:
            continue
        for line in event.lots:
            for lot in line.candidates:
                yield Start(lot, False, line.spans, event.window[1])  # noqa: FBT003 a lot
            if line.is_whole_container:
                for held in plant.custody.contents(line.container or "", told.position):
                    yield Start(held.lot, False, held.spans, event.window[1])  # noqa: FBT003 a lot


def _ever_held(container: str, plant: Plant, above: tuple[str, ...]) -> Iterator[Start]:
    if container in above:
        return
    for holding in plant.custody.story(container):
        if plant.as_of is not None and holding.begin[0] > plant.as_of:
            continue
        if holding.is_container:
            yield from _ever_held(holding.content, plant, (*above, container))
        else:
            yield Start(holding.content, False, holding.spans, holding.end[0])  # noqa: FBT003 a lot


def _unique(starts: Iterable[Start]) -> Iterator[Start]:
    yield from dict.fromkeys(starts)
