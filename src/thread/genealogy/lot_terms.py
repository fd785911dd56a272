"""Expiry, grade and the other terms of a lot, as they stood at a time: as told, changed since, or kept from a parent.

A lot that was split, merged or relabelled without a date of its own keeps that of what it was made from, as it stood
then; of several dates the earliest counts (EVENTS 2, 3).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from thread.events.base import Event
from thread.events.material import Entering, Merged, OutputLine, Relabelled, Split, Transforming
from thread.events.production import BatchProduced
from thread.events.quality import LotChanged
from thread.events.vessels import VesselDrawn
from thread.genealogy.bookkeeping import TELLING, may_tell
from thread.genealogy.projection import History, Told
from thread.values.times import PLUS_INFINITY

__all__ = ["TermChange", "TermField", "changes_of", "event_day", "term_at"]

TermField = Literal["expiry", "best_before", "retest_date", "grade", "planning_class", "made_on"]

_KEEPS: Final = (Split, Merged, Relabelled)


@dataclass(frozen=True, slots=True)
class TermChange:
    """A field of a lot that got a new value."""

    field: str
    old: str | None
    new: str
    reason: str
    documents: tuple[str, ...]
    """Numbers of the documents that the change rests on."""
    event_time: str
    entries: tuple[int, ...]


def event_day(event: Event) -> str:
    """Return the day of an event on the clock of its site, `YYYY-MM-DD`."""
    return (event.event_time or event.time_from or "")[:10]


def changes_of(lot: str, history: History, *, as_of: int | None = None) -> tuple[TermChange, ...]:
    """Return the changes of a lot's terms in the order that they apply."""
    return tuple(
        TermChange(
            event.field,
            event.old,
            event.new,
            event.reason,
            tuple(document.number for document in event.documents),
            event.event_time or event.time_from or "",
            told.entries,
        )
        for told in history.about("lot", lot)
        if isinstance(event := told.event, LotChanged) and event.lot == lot and (as_of is None or event.at <= as_of)
    )


def term_at(
    lot: str, field: TermField, history: History, *, at: int | None = None, telling: Sequence[Told] | None = None
) -> str | None:
    """Return the value of a field that was valid at an event time (nanoseconds; None: now); None where nobody told.

    Of several parents the earliest date counts; other fields are kept only if all parents agree. `telling`: the events
    that say what the lot is, where they are known already; else all that name it are read.
    """
    found: set[str] = set()
    may_change = may_tell(history, "lot_changed")
    waiting: list[tuple[str, int]] = [(lot, PLUS_INFINITY if at is None else at)]
    seen: set[str] = set()
    while waiting:
        name, moment = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        events = history.about("lot", name) if telling is None or name != lot else telling
        value = (_changed(name, field, events, moment) if may_change else None) or _told(name, field, events)
        if value is not None:
            found.add(value)
        else:
            waiting.extend(_parents(name, events, moment))
    if field in {"grade", "planning_class"} and len(found) > 1:
        return None
    return min(found, default=None)


def _changed(lot: str, field: str, events: Sequence[Told], moment: int) -> str | None:
    value: str | None = None
    for told in events:
        event = told.event
        if isinstance(event, LotChanged) and event.lot == lot and event.field == field and event.at <= moment:
            value = event.new
    return value


def _told(lot: str, field: str, events: Sequence[Told]) -> str | None:
    for told in events:
        event = told.event
        if not isinstance(event, TELLING):
            continue
        roots: tuple[Entering | OutputLine | VesselDrawn, ...] = ()
        if isinstance(event, Entering | VesselDrawn):
            roots = (event,)
        elif isinstance(event, BatchProduced | Transforming):
            roots = event.outputs
        for root in roots:
            value = getattr(root, field, None) if root.lot == lot else None
            if isinstance(value, str):
                return value
    return None


def _parents(lot: str, events: Sequence[Told], moment: int) -> list[tuple[str, int]]:
    return [
        (parent, min(moment, told.event.at))
        for told in events
        if isinstance(told.event, _KEEPS) and any(line.lot == lot for line in told.event.outputs)
        for line in told.event.inputs
        for parent in line.candidates
    ]
