"""From a history to the books of a lot: which events belong to it, and what holds its parents handed on.

Beside the events that name the lot, those count that name a container it was in, a shipment it went with, and a hold it
is under. A lot that was split, merged or relabelled from held material carries the hold, so its parents are counted
first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from thread.events.base import Event, Line
from thread.events.captured import EpcisCaptured
from thread.events.containers import Packing
from thread.events.dispatch import CustomerReturned, Shipped
from thread.events.material import Entering, Merged, Received, Relabelled, Split, Transforming
from thread.events.production import BatchProduced, MaterialIssued, MaterialReturned
from thread.events.quality import Held, LotChanged, Scrapped
from thread.events.vessels import VesselDrawn
from thread.genealogy.books import Books
from thread.genealogy.custody import Custody, leaving_whole
from thread.genealogy.holds import Carried, Claim
from thread.genealogy.movements import MOVEMENTS
from thread.genealogy.projection import History, Told
from thread.values.quantity import EXACT, ZERO
from thread.values.serials import Span, without
from thread.values.times import MINUS_INFINITY

__all__ = ["TELLING", "Bookkeeper", "book_events", "in_order", "may_tell", "unit_of"]

TELLING = (Entering, BatchProduced, Transforming, VesselDrawn, LotChanged)
"""Events that may say what a lot is: its item, its dates, its grade."""

_HANDS_ON = (Split, Merged, Relabelled)


def may_tell(history: History, type_name: str) -> bool:
    """Tell whether a history may hold an event of a type: an entry tells one, or a correction may have brought one."""
    return history.has_type(type_name) or history.has_type("corrected")


class _Inherited(NamedTuple):
    """What a parent handed on when it was split, merged or relabelled."""

    carried: tuple[Carried, ...]
    taken: Decimal
    unit: str | None


class Bookkeeper:
    """Keeps the books of lots, each once, as of one time."""

    def __init__(self, history: History, custody: Custody, *, as_of: int | None = None) -> None:
        self._history = history
        self._custody = custody
        self._as_of = as_of
        self._done: dict[str, Books] = {}

    def books(self, lot: str, *, proposed: Told | None = None) -> Books:
        """Return the books of a lot; with a proposed event they are made anew."""
        if proposed is not None:
            if may_tell(self._history, "held"):
                for parent in self._parents(lot):
                    self.books(parent)
            return self._kept(lot, proposed)
        if lot not in self._done and not may_tell(self._history, "held"):
            self._done[lot] = self._kept(lot, None)
        waiting = [lot]
        opened: set[str] = set()
        while waiting:
            top = waiting[-1]
            if top in self._done:
                waiting.pop()
                continue
            # A parent that is open already made a loop; what it would hand on was its own to begin with.
            parents = (
                []
                if top in opened
                else [one for one in self._parents(top) if one not in self._done and one not in opened]
            )
            opened.add(top)
            if parents:
                waiting.extend(parents)
                continue
            self._done[top] = self._kept(top, None)
            waiting.pop()
        return self._done[lot]

    def last_time(self, lot: str) -> int:
        """Return when the last event happened that may move a lot (nanoseconds)."""
        events = _relevant(lot, self._history, set())
        return events[-1].event.at if events else MINUS_INFINITY

    def _about(self, lot: str) -> tuple[Told, ...]:
        return self._history.about("lot", lot)

    def _parents(self, lot: str) -> list[str]:
        """Return the lots that handed holds on to this one."""
        found = [
            parent
            for told in self._about(lot)
            if isinstance(told.event, _HANDS_ON) and any(line.lot == lot for line in told.event.outputs)
            for parent in self._inputs(told, told.event)
        ]
        return [parent for parent in dict.fromkeys(found) if parent != lot]

    def _inputs(self, told: Told, event: Transforming) -> Iterator[str]:
        for line in event.inputs:
            yield from line.candidates
            if line.is_whole_container:
                yield from (held.lot for held in self._custody.contents(line.container or "", told.position))

    def _kept(self, lot: str, proposed: Told | None) -> Books:
        inherited = self._inherited(lot) if may_tell(self._history, "held") else {}
        holds = {one.hold for parts in inherited.values() for part in parts for one in part.carried}
        events = _relevant(lot, self._history, holds)
        if proposed is not None:
            events = in_order((*events, proposed))
        if self._as_of is not None:
            events = [told for told in events if told.event.at <= self._as_of]
        books = Books(lot, unit_of(lot, events), self._history, self._custody)
        book_events(books, events, inherited)
        return books

    def _inherited(self, lot: str) -> dict[tuple[int, int], list[_Inherited]]:
        found: dict[tuple[int, int], list[_Inherited]] = {}
        for told in self._about(lot):
            event = told.event
            if not isinstance(event, _HANDS_ON) or not any(line.lot == lot for line in event.outputs):
                continue
            for parent in dict.fromkeys(self._inputs(told, event)):
                books = self._done.get(parent)
                carried = tuple(books.carried.get((told.seq, told.index), ())) if books is not None else ()
                if books is not None and carried:
                    position = told.position
                    taken = ZERO
                    for move in books.movements:
                        if move.position == position and move.source.line == "on_hand":
                            taken = EXACT.add(taken, move.quantity)
                    found.setdefault((told.seq, told.index), []).append(_Inherited(carried, taken, books.unit))
        return found


def book_events(
    books: Books, events: Sequence[Told], inherited: Mapping[tuple[int, int], list[_Inherited]] | None = None
) -> None:
    """Book events in the order that they apply; every instant is closed once all of it is booked."""
    last: Told | None = None
    for told in events:
        if last is not None and told.event.at != last.event.at:
            books.close_instant(last)
        if isinstance(told.event, TELLING):
            books.telling.append(told)
        handler = MOVEMENTS.get(type(told.event))
        if handler is not None:
            handler(books, told, told.event)
        _take_out_whole(books, told.event)
        if inherited:
            for part in inherited.get((told.seq, told.index), ()):
                _carry_on(books, told, part)
        last = told
    if last is not None:
        books.close_instant(last)


def _take_out_whole(books: Books, event: Event) -> None:
    """A container that goes by itself stands in no other one any more."""
    outer = books.stock.outer
    if not outer:
        return
    whole = leaving_whole(event)
    for inner in whole:
        if outer.get(inner, inner) not in whole:
            del outer[inner]


def _carry_on(books: Books, told: Told, inherited: _Inherited) -> None:
    """Hold what was made of held material: the free part fills the outputs first, in their order."""
    event = told.event
    if not isinstance(event, Transforming):
        return
    for one in inherited.carried:
        free, left = EXACT.subtract(inherited.taken, one.quantity), one.quantity
        for line in event.outputs:
            amount = line.quantity.amount
            spans: tuple[Span, ...] = ()
            if line.quantity.unit == inherited.unit:
                fresh = min(max(ZERO, free), amount)
                free = EXACT.subtract(free, fresh)
                held = min(EXACT.subtract(amount, fresh), left)
                left = EXACT.subtract(left, held)
                spans = tuple(without(line.spans, without(line.spans, one.spans))) if one.spans else ()
            else:
                held = amount
            if line.lot == books.lot and (held > ZERO or spans):
                quantity = None if spans else held
                books.holds.hold(Claim(one.hold, one.entries, one.reason, quantity, spans, within=one.within))


def _relevant(lot: str, history: History, holds: set[str]) -> list[Told]:
    """Return the events that may move a lot or touch its holds, in the order that they apply."""
    found = list(history.about("lot", lot))
    named = {(told.seq, told.index) for told in found}
    more: list[Told] = []

    def add(events: Iterable[Told]) -> list[Told]:
        fresh = [told for told in events if (told.seq, told.index) not in named]
        named.update((told.seq, told.index) for told in fresh)
        more.extend(fresh)
        return fresh

    seen: set[str] = set()
    waiting = {
        name
        for told in found
        if isinstance(told.event, _HOLD_CONTAINERS)
        for name in _containers(told.event, lot, seen)
    }
    while waiting:
        seen |= waiting
        fresh = [told for name in sorted(waiting) for told in history.about("container", name)]
        add(fresh)
        waiting = {name for told in fresh for name in _containers(told.event, lot, seen)} - seen
    if may_tell(history, "delivered"):
        shipments = {told.event.shipment for told in (*found, *more) if isinstance(told.event, Shipped)}
        for name in sorted(shipments):
            add(told for told in history.about("shipment", name) if told.event.type == "delivered")
    under = holds | {told.event.hold_id for told in (*found, *more) if isinstance(told.event, Held)}
    if under and may_tell(history, "hold_released"):
        for name in sorted(under):
            add(told for told in history.about("hold", name) if told.event.type == "hold_released")
    return in_order((*found, *more)) if more else _packed_first(found)


_HOLD_CONTAINERS = (Packing, Received, BatchProduced, Transforming, CustomerReturned, MaterialReturned, EpcisCaptured)


def _containers(event: Event, lot: str, known: set[str]) -> Iterator[str]:
    """Yield the containers that an event puts the lot into, or a container that is known to hold it."""
    if not isinstance(event, _HOLD_CONTAINERS):
        return
    if isinstance(event, Packing):
        if any(lot in line.candidates or line.container in known for line in event.contents):
            yield event.container
    elif isinstance(event, Received):
        if event.lot == lot:
            yield from (part.container for part in event.containers)
    elif isinstance(event, BatchProduced | Transforming):
        yield from (line.container for line in event.outputs if line.lot == lot and line.container is not None)
    elif isinstance(event, CustomerReturned | MaterialReturned):
        yield from (line.container for line in event.lots if lot in line.candidates and line.container is not None)
    elif event.reading.container is not None and any(
        line.name == lot or line.name in known for line in event.reading.contents
    ):
        yield event.reading.container


def in_order(events: Iterable[Told]) -> list[Told]:
    """Return events in the order that they apply (time, seq, index)."""
    return _packed_first(sorted(events, key=lambda told: told.position))


def _packed_first(events: list[Told]) -> list[Told]:
    """Put what was packed into a container before what took the container at the very same time.

    Holding is closed at both ends, so a pallet that is packed at the time it leaves takes along what was packed.
    """
    if not any(isinstance(told.event, Packing) for told in events):
        return events
    at = 0
    while at < len(events):
        end = at + 1
        while end < len(events) and events[end].event.at == events[at].event.at:
            end += 1
        if end - at > 1:
            group = events[at:end]
            if any(isinstance(told.event, Packing) for told in group[1:]):
                events[at:end] = _packing_before_taking(group)
        at = end
    return events


def _packing_before_taking(group: list[Told]) -> list[Told]:
    placed: list[Told] = []
    taken: dict[str, Told] = {}
    for told in group:
        event = told.event
        if isinstance(event, Packing) and event.container in taken:
            placed.insert(placed.index(taken[event.container]), told)
            continue
        for container in _taken_whole(event):
            taken.setdefault(container, told)
        placed.append(told)
    return placed


def _taken_whole(event: Event) -> frozenset[str]:
    lines: tuple[Line, ...] = ()
    if isinstance(event, MaterialIssued | Shipped | Scrapped):
        lines = event.lots
    elif isinstance(event, Transforming):
        lines = event.inputs
    return frozenset(line.container for line in lines if line.is_whole_container and line.container is not None)


def unit_of(lot: str, events: Iterable[Told]) -> str | None:
    """Return the unit that a lot is kept in: that of the first event that brought it in."""
    for told in events:
        event = told.event
        if isinstance(event, Entering | VesselDrawn):
            if event.lot == lot:
                return event.quantity.unit
        elif isinstance(event, BatchProduced | Transforming):
            for line in event.outputs:
                if line.lot == lot:
                    return line.quantity.unit
        elif isinstance(event, EpcisCaptured):
            for read in (*event.reading.outputs, *event.reading.lots):
                if read.name == lot and read.unit is not None:
                    return read.unit
    return None
