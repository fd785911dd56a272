"""Which container held what, from when to when. Holding is not mixing: a container passes on custody, never material.

A container's story follows from the events that name it, in the order that they apply. What consumes, ships or scraps
a container does so to what it held then. A container that is packed into another one is held by it, with all inside.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final

from thread.events.base import Event, Line
from thread.events.captured import EpcisCaptured, EpcisReading
from thread.events.containers import Packing, Unpacking
from thread.events.dispatch import CustomerReturned, Shipped
from thread.events.material import Moved, Received, Transforming
from thread.events.production import BatchProduced, ComponentChanged, MaterialIssued, MaterialReturned
from thread.events.quality import Sampled, Scrapped
from thread.events.vessels import VesselFilled
from thread.genealogy.projection import History, Told
from thread.values.quantity import EXACT, ZERO
from thread.values.serials import Span, meet, without
from thread.values.times import PLUS_INFINITY

__all__ = ["Custody", "Held", "Holding", "Position", "leaving_whole"]

Position = tuple[int, int, int]
_NEVER: Final[Position] = (PLUS_INFINITY, PLUS_INFINITY, 0)


@dataclass(frozen=True, slots=True)
class Holding:
    """A lot, or an inner container, inside a container from `begin` to `end`."""

    container: str
    content: str
    is_container: bool
    spans: tuple[Span, ...]
    """Serials inside; empty: the lot names none here."""
    quantity: Decimal | None
    """None: a whole container, or nobody told how much."""
    unit: str | None
    begin: Position
    end: Position
    entries: tuple[int, ...]
    verified: bool
    """False where the sender's word was taken for what is inside."""
    certain: bool = field(default=True, compare=False)
    """False where one of several lots was put in, and nobody told which."""

    @property
    def is_over(self) -> bool:
        """Whether the content left the container."""
        return self.end != _NEVER

    def holds_at(self, position: Position) -> bool:
        """Tell whether the content is inside at a position; packing at that very time counts, leaving goes by seq."""
        return self.begin[0] <= position[0] and position <= self.end

    def overlaps(self, begin: int, end: int) -> bool:
        """Tell whether the content was inside at some time of a window, closed at both ends."""
        return self.begin[0] <= end and begin <= self.end[0]


@dataclass(frozen=True, slots=True)
class Held:
    """A lot as part of what a container held at a moment, with the way down through inner containers."""

    lot: str
    spans: tuple[Span, ...]
    quantity: Decimal | None
    unit: str | None
    containers: tuple[str, ...]
    """From the container asked about down to the one that holds the lot itself."""
    entries: tuple[int, ...]
    verified: bool


class Custody:
    """The stories of containers, each read once from a history."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._stories: dict[str, tuple[Holding, ...]] = {}

    def story(self, container: str) -> tuple[Holding, ...]:
        """Return every holding of a container, past and present, in the order that they began."""
        story = self._stories.get(container)
        if story is None:
            story = _story(container, self._told(container))
            self._stories[container] = story
        return story

    def _told(self, container: str) -> tuple[Told, ...]:
        """Return the events that name a container, and those by which its inner containers leave it."""
        events = self._history.about("container", container)
        inner = dict.fromkeys(name for told in events for name in _put_into(told.event, container))
        if not inner:
            return events
        known = {told.position for told in events}
        elsewhere = {
            told.position: told
            for name in inner
            for told in self._history.about("container", name)
            if told.position not in known and (name in leaving_whole(told.event) or any(_put_into(told.event, None)))
        }
        return tuple(sorted((*events, *elsewhere.values()), key=lambda told: told.position))

    def contents(self, container: str, position: Position) -> tuple[Held, ...]:
        """Return the lots that a container held at a position, in inner containers too, each with the way down."""
        return tuple(self._contents(container, position, ()))

    def _contents(self, container: str, position: Position, above: tuple[str, ...]) -> Iterable[Held]:
        # A container told to be inside itself, in other people's data, must not send us round for ever.
        if container in above:
            return
        way = (*above, container)
        for holding in self.story(container):
            if not holding.holds_at(position):
                continue
            if holding.is_container:
                yield from self._contents(holding.content, position, way)
            else:
                yield Held(
                    holding.content,
                    holding.spans,
                    holding.quantity,
                    holding.unit,
                    way,
                    holding.entries,
                    holding.verified,
                )

    def holdings_of(self, content: str, *, is_container: bool) -> tuple[Holding, ...]:
        """Return every holding of a lot, or of a container inside others, in the order that they began."""
        about = self._history.about("container" if is_container else "lot", content)
        names = sorted({name for told in about for name in _containers_named(told)} - {content if is_container else ""})
        found = (
            holding
            for name in names
            for holding in self.story(name)
            if holding.content == content and holding.is_container == is_container
        )
        return tuple(sorted(found, key=lambda holding: (holding.begin, holding.container)))


def _put_into(event: Event, container: str | None) -> Iterable[str]:
    """Yield the containers that an event puts into a container; None: into any."""
    if isinstance(event, Packing):
        if container in {None, event.container}:
            yield from (line.container for line in event.contents if line.is_whole_container and line.container)
    elif isinstance(event, EpcisCaptured):
        reading = event.reading
        is_put_in = reading.kind == "AggregationEvent" and reading.action != "DELETE" and reading.container is not None
        if is_put_in and container in {None, reading.container}:
            yield from (line.name for line in reading.contents if line.kind == "container")


def leaving_whole(event: Event) -> frozenset[str]:
    """Return the containers that an event uses up, sends away or brings back as a whole: none stays where it stood."""
    if isinstance(event, Packing | Unpacking):
        return frozenset()
    lines = event.lots if isinstance(event, CustomerReturned) else _lines_out(event)
    return frozenset(line.container for line in lines if line.is_whole_container and line.container is not None)


def _containers_named(told: Told) -> Iterable[str]:
    event = told.event
    if isinstance(event, Packing):
        yield event.container
    elif isinstance(event, Received):
        yield from (inside.container for inside in event.containers)
    elif isinstance(event, BatchProduced | Transforming):
        yield from (line.container for line in event.outputs if line.container is not None)
    elif isinstance(event, CustomerReturned | MaterialReturned):
        yield from (line.container for line in event.lots if line.container is not None)
    elif isinstance(event, EpcisCaptured) and event.reading.container is not None:
        yield event.reading.container


def _story(container: str, events: tuple[Told, ...]) -> tuple[Holding, ...]:
    """Return the holdings of one container from the valid events that name it."""
    contents = _Contents(container)
    for told in events:
        contents.apply(told)
    return tuple(
        sorted((*contents.past, *contents.inside), key=lambda holding: (holding.begin, holding.content, holding.spans))
    )


class _Contents:
    """What is inside one container while its events are told in order, and what was."""

    def __init__(self, container: str) -> None:
        self.container = container
        self.inside: list[Holding] = []
        self.past: list[Holding] = []
        self.is_away = False
        """Whether it left for good with what was inside, as far as anybody told."""

    def apply(self, told: Told) -> None:
        """Take in one event. What leaves goes first: an event that re-packs a container takes out before it puts in."""
        event = told.event
        if isinstance(event, EpcisCaptured):
            self._captured(told, event.reading)
            return
        for line in _lines_out(event):
            if line.container == self.container:
                if not line.is_whole_container:
                    self.take_out(line.candidates[0], told, amount=line.amount, spans=line.spans)
                elif not isinstance(event, Shipped | Packing):
                    self.end_all(told)
        if isinstance(event, Unpacking) and event.container == self.container:
            self._unpack(event, told)
        if isinstance(event, Packing) and event.container != self.container:
            # An inner container that is packed elsewhere is no longer in here.
            for line in event.contents:
                if line.is_whole_container:
                    self.take_out_container(line.container or "", told)
        whole = leaving_whole(event)
        if self.container not in whole:
            # An inner container that goes by itself is taken out first; with this one it stays inside.
            for inner in whole:
                self.take_out_container(inner, told)
        self._travel(event, told)
        self.inside.extend(self._put_in(told))

    def _travel(self, event: Event, told: Told) -> None:
        """Note that it left, came back, or is filled again: a tote that is filled here came back empty."""
        whole = any(line.is_whole_container and line.container == self.container for line in _lines_of(event))
        if isinstance(event, Shipped):
            self.is_away = self.is_away or (whole and event.purpose not in {"transfer", "processing"})
        elif isinstance(event, CustomerReturned):
            self.is_away = self.is_away and not whole
        elif isinstance(event, Packing) and event.container == self.container and self.is_away:
            self.end_all(told)
            self.is_away = False

    def end_all(self, told: Told) -> None:
        """Everything leaves."""
        self.past.extend(_ended(holding, told) for holding in self.inside)
        self.inside.clear()

    def take_out_container(self, container: str, told: Told) -> None:
        """An inner container leaves, with all that it holds."""
        for holding in [held for held in self.inside if held.is_container and held.content == container]:
            self.inside.remove(holding)
            self.past.append(_ended(holding, told))

    def take_out(self, lot: str, told: Told, *, amount: Decimal | None, spans: tuple[Span, ...]) -> None:
        """Some of a lot leaves, what went in first; no amount means all of it.

        More than is inside takes what is inside: that more was taken than was packed is a finding of the lot's account.
        """
        left = amount
        kept: list[Holding] = []
        for holding in self.inside:
            matches = holding.content == lot and not holding.is_container and meet(holding.spans, spans)
            if not matches or (left is not None and left <= ZERO):
                kept.append(holding)
                continue
            if left is None or holding.quantity is None or holding.quantity <= left:
                self.past.append(_ended(holding, told))
                left = (
                    EXACT.subtract(left, holding.quantity)
                    if left is not None and holding.quantity is not None
                    else left
                )
                continue
            stays, leaves = _divided(holding.spans, spans)
            self.past.append(replace(_ended(holding, told), quantity=left, spans=leaves))
            kept.append(replace(holding, quantity=EXACT.subtract(holding.quantity, left), spans=stays))
            left = ZERO
        self.inside[:] = kept

    def _unpack(self, event: Unpacking, told: Told) -> None:
        if event.contents is None:
            self.end_all(told)
            return
        for line in event.contents:
            if line.is_whole_container:
                self.take_out_container(line.container or "", told)
            for lot in line.candidates:
                self.take_out(lot, told, amount=line.amount, spans=line.spans)

    def _put_in(self, told: Told) -> Iterable[Holding]:
        event = told.event
        if isinstance(event, Packing) and event.container == self.container:
            for packed in event.contents:
                yield from self._of_line(packed, told, verified=event.told == "verified")
        elif isinstance(event, Received):
            for part in event.containers:
                if part.container == self.container:
                    verified = part.contents == "verified"
                    yield self._lot(event.lot, part.spans, part.amount, event.quantity.unit, told, verified=verified)
        elif isinstance(event, BatchProduced | Transforming):
            for output in event.outputs:
                if output.container == self.container:
                    amount, unit = output.quantity.amount, output.quantity.unit
                    yield self._lot(output.lot, output.spans, amount, unit, told, verified=True)
        elif isinstance(event, CustomerReturned | MaterialReturned):
            for line in event.lots:
                if line.container == self.container and line.lot is not None:
                    yield from self._of_line(line, told, verified=True)

    def _of_line(self, line: Line, told: Told, *, verified: bool) -> Iterable[Holding]:
        if line.is_whole_container:
            holding = self._lot(line.container or "", (), None, None, told, verified=verified)
            yield replace(holding, is_container=True)
        for lot in line.candidates:
            holding = self._lot(lot, line.spans, line.amount, line.unit, told, verified=verified)
            yield replace(holding, certain=len(line.candidates) == 1)

    def _lot(
        self,
        content: str,
        spans: tuple[Span, ...],
        quantity: Decimal | None,
        unit: str | None,
        told: Told,
        *,
        verified: bool,
    ) -> Holding:
        return Holding(
            container=self.container,
            content=content,
            is_container=False,
            spans=spans,
            quantity=quantity,
            unit=unit,
            begin=told.position,
            end=_NEVER,
            entries=told.entries,
            verified=verified,
        )

    def _captured(self, told: Told, reading: EpcisReading) -> None:
        if reading.kind == "TransformationEvent":
            if any(line.kind == "container" and line.name == self.container for line in reading.inputs):
                self.end_all(told)
        elif reading.kind == "AggregationEvent":
            if reading.container == self.container:
                self._captured_here(told, reading)
            elif reading.action == "ADD":
                for line in reading.contents:
                    if line.kind == "container":
                        self.take_out_container(line.name, told)

    def _captured_here(self, told: Told, reading: EpcisReading) -> None:
        if reading.action == "DELETE":
            if not reading.contents:
                self.end_all(told)
            for line in reading.contents:
                if line.kind == "container":
                    self.take_out_container(line.name, told)
                else:
                    self.take_out(line.name, told, amount=line.amount, spans=())
            return
        known = {(holding.content, holding.is_container) for holding in self.inside}
        for line in reading.contents:
            # An observation tells again what is inside; only what was not known to be there goes in.
            is_container = line.kind == "container"
            if line.kind != "item" and (reading.action == "ADD" or (line.name, is_container) not in known):
                holding = self._lot(line.name, (), line.amount, line.unit, told, verified=False)
                self.inside.append(replace(holding, is_container=is_container))


def _lines_out(event: object) -> Iterable[Line]:
    """Lines by which material may leave a container."""
    if isinstance(event, MaterialIssued | Shipped | Scrapped | VesselFilled):
        return event.lots
    if isinstance(event, Sampled):
        return tuple(line for line in event.lots if line.fate != "returned")
    if isinstance(event, Moved):
        # A container that is moved keeps what it holds; a lot that is moved out of one leaves it.
        return tuple(line for line in event.lots if not line.is_whole_container)
    if isinstance(event, ComponentChanged):
        return (event.installed,) if event.installed is not None else ()
    if isinstance(event, Transforming):
        return event.inputs
    if isinstance(event, Packing):
        return event.contents
    if isinstance(event, BatchProduced):
        return tuple(line for output in event.outputs for line in output.inputs or ())
    return ()


def _lines_of(event: Event) -> Iterable[Line]:
    return event.lots if isinstance(event, Shipped | CustomerReturned) else ()


def _ended(holding: Holding, told: Told) -> Holding:
    return replace(holding, end=told.position, entries=tuple(sorted({*holding.entries, *told.entries})))


def _divided(held: tuple[Span, ...], taken: tuple[Span, ...]) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """Return the serials that stay and those that leave; where the taking names none, all may be either."""
    if not held or not taken:
        return held, taken or held
    return without(held, taken), taken
