"""From entries to valid events: what has been told about a subject, corrections applied, as known at a size.

Every answer of this package is a pure function of a `History`. A history hands out, for one subject, the valid events
in the order that they apply: by event time, then seq; a replacement stands at the seq of what it replaces (DESIGN 5).
So a late entry, a correction or a rebuild can make no difference: there is no other state.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol
from uuid import UUID, uuid5

from thread.events import Event, parse_event, subjects
from thread.events.captured import EpcisCaptured
from thread.events.corrections import Corrected
from thread.events.master_data import ItemDefined

__all__ = [
    "KINDS",
    "Correction",
    "History",
    "MemoryHistory",
    "Recorded",
    "Told",
    "corrections_by_target",
    "defines",
    "effective",
    "replacements_of",
    "taken_back",
    "valid_events",
    "versions",
]

KINDS: Final = (
    "lot",
    "activity",
    "container",
    "shipment",
    "hold",
    "item",
    "party",
    "place",
    "resource",
    "document",
    "epcis",
    "master",
    "entry",
    "finding",
)
"""Kinds of subject that a history can be asked about; `lot` covers the roles `lot.made`, `lot.used`, `lot.other` …"""


class Recorded(NamedTuple):
    """An entry as the projection needs it: the event, and what the entry says beside it."""

    seq: int
    event: Event
    recorded_at: str
    actor: str
    forced: tuple[str, ...] = ()
    """Codes of the rules that were broken when it was recorded."""
    reason: str | None = None
    """Why it was recorded all the same."""
    forced_texts: tuple[str, ...] = ()
    """What was wrong in words, one text for each code; empty where only the codes are known."""


class Correction(NamedTuple):
    """The latest correction of an entry."""

    entry: Recorded
    replacements: tuple[Event, ...]
    """Empty: the entry is void."""


@dataclass(frozen=True, slots=True)
class Told:
    """A valid event: as recorded, or as it stands in the place of what was recorded."""

    seq: int
    index: int
    event: Event
    entries: tuple[int, ...]
    """Entries that it rests on: its own, and the correction that put it there."""
    forced: tuple[str, ...] = ()
    """Codes of the findings that its entry was forced with."""
    reason: str | None = None
    """Why it was recorded all the same."""
    forced_texts: tuple[str, ...] = ()
    """Those findings in words, one text for each code; empty where only the codes are known."""

    @property
    def position(self) -> tuple[int, int, int]:
        """Where it stands in time: event time, seq, index among the events at that seq."""
        return self.event.at, self.seq, self.index


class History(Protocol):
    """What is known at a size, by subject. Kinds are those of `KINDS`; roles within a kind are not told apart."""

    @property
    def origin(self) -> str:
        """Name of the ledger."""
        ...

    @property
    def size(self) -> int:
        """How many entries are known."""
        ...

    def about(self, kind: str, name: str) -> tuple[Told, ...]:
        """Return the valid events that name a subject, in the order that they apply."""
        ...

    def definitions(self, item: str) -> tuple[Told, ...]:
        """Return the valid definitions of an item, in the order that they apply."""
        ...

    def has_type(self, type_name: str) -> bool:
        """Tell whether any known entry, valid or not, tells an event of a type."""
        ...

    def entry(self, seq: int) -> Recorded | None:
        """Return one known entry of a floor event as it was recorded, corrected or not; None where there is none."""
        ...

    def corrections(self, seq: int) -> tuple[Correction, ...]:
        """Return the known corrections of an entry, oldest first."""
        ...

    @property
    def saw_correction(self) -> bool:
        """Whether an answer so far rests on a correction, or on a sender's declaration that an event was an error.

        If none does, `ever_told` gives the same answers to the same questions.
        """
        ...

    def ever_told(self) -> History:
        """Return the same history with every version of each entry, as first told and as each correction put it.

        What a trace over it reaches and a trace over the valid events does not, corrections have removed.
        """
        ...


def effective(entry: Recorded, correction: Correction | None) -> tuple[Told, ...]:
    """Return the valid events that stand at the seq of an entry: itself, its replacements, or none if it is void."""
    if correction is None:
        return (Told(entry.seq, 0, entry.event, (entry.seq,), entry.forced, entry.reason, entry.forced_texts),)
    entries = (entry.seq, correction.entry.seq)
    by = correction.entry
    return tuple(
        Told(entry.seq, index, event, entries, by.forced, by.reason, by.forced_texts)
        for index, event in enumerate(correction.replacements)
    )


def defines(told: Told, item: str) -> bool:
    """Tell whether an event is a definition of an item, by its own name."""
    return isinstance(told.event, ItemDefined) and told.event.item == item


def valid_events(history: History, seq: int) -> tuple[Told, ...]:
    """Return the valid events that stand at a seq: as recorded, or what its latest correction put there."""
    entry = history.entry(seq)
    if entry is None or isinstance(entry.event, Corrected):
        return ()
    corrections = history.corrections(seq)
    told = effective(entry, corrections[-1] if corrections else None)
    return tuple(one for one in told if not _is_taken_back(one, history))


def _is_taken_back(told: Told, history: History) -> bool:
    event = told.event
    if not isinstance(event, EpcisCaptured) or event.reading.event_id is None:
        return False
    return taken_back(told, history.about("epcis", event.reading.event_id))


def taken_back(told: Told, same_id: Iterable[Told]) -> bool:
    """Tell whether the sender of a captured event declared it an error (EPCIS 2.0, 7.4.1.4).

    `same_id`: the valid events with its eventID. The declaration repeats the event, so it counts for nothing itself.
    """
    event = told.event
    if not isinstance(event, EpcisCaptured) or event.reading.event_id is None:
        return False
    return any(isinstance(other.event, EpcisCaptured) and other.event.reading.error is not None for other in same_id)


def replacements_of(event: Corrected, corrected: Event) -> tuple[Event, ...]:
    """Return the events that a correction puts in place.

    The first keeps the id of what it replaces; the others get ids derived from it (UUID version 5), so that what they
    name stays the same in every replay.
    """
    first = corrected.id or ""
    return tuple(
        parse_event({**told, "id": first if index == 0 else str(uuid5(UUID(first), str(index)))})
        for index, told in enumerate(event.replaced_by or ())
    )


class MemoryHistory:
    """A history over events held in memory, for whoever has the entries but no database."""

    def __init__(self, entries: Iterable[Recorded], *, origin: str, every_version: bool = False) -> None:
        self._origin = origin
        self._entries = tuple(entries)
        self._every_version = every_version
        self._by_seq = {entry.seq: entry for entry in self._entries}
        self._corrections = corrections_by_target(self._entries)
        self._postings: Mapping[tuple[str, str], list[Told]] = self._index()
        self._types = {entry.event.type for entry in self._entries}
        self._about: dict[tuple[str, str], tuple[Told, ...]] = {}
        self._ever: MemoryHistory | None = None
        self._saw_correction = False

    @property
    def saw_correction(self) -> bool:
        """Whether an answer so far rests on a correction, or on a sender's declaration that an event was an error."""
        return self._saw_correction

    @property
    def origin(self) -> str:
        """Name of the ledger."""
        return self._origin

    @property
    def size(self) -> int:
        """How many entries are known."""
        return self._entries[-1].seq + 1 if self._entries else 0

    def _index(self) -> Mapping[tuple[str, str], list[Told]]:
        postings: dict[tuple[str, str], list[Told]] = defaultdict(list)
        for entry in self._entries:
            for told in versions(entry, self._corrections.get(entry.seq, ()), every=self._every_version):
                keys = {
                    (subject.kind.split(".", 1)[0], subject.name)
                    for subject in subjects(told.event, origin=self._origin)
                }
                for key in keys:
                    postings[key].append(told)
        return postings

    def about(self, kind: str, name: str) -> tuple[Told, ...]:
        """Return the valid events that name a subject, in the order that they apply."""
        found = self._about.get((kind, name))
        if found is None:
            told: Iterable[Told] = self._postings.get((kind, name), ())
            if kind != "epcis" and not self._every_version:
                told = [one for one in told if not _is_taken_back(one, self)]
            found = tuple(sorted(told, key=lambda one: one.position))
            self._about[kind, name] = found
            if not self._every_version:
                self._ever = self._ever or self.ever_told()
                self._saw_correction = self._saw_correction or found != self._ever.about(kind, name)
        return found

    def definitions(self, item: str) -> tuple[Told, ...]:
        """Return the valid definitions of an item, in the order that they apply."""
        return tuple(told for told in self.about("item", item) if defines(told, item))

    def entry(self, seq: int) -> Recorded | None:
        """Return one known entry of a floor event as it was recorded, corrected or not; None where there is none."""
        return self._by_seq.get(seq)

    def corrections(self, seq: int) -> tuple[Correction, ...]:
        """Return the known corrections of an entry, oldest first."""
        return self._corrections.get(seq, ())

    def ever_told(self) -> MemoryHistory:
        """Return the same history with every version of each entry."""
        return MemoryHistory(self._entries, origin=self._origin, every_version=True)

    def has_type(self, type_name: str) -> bool:
        """Tell whether any known entry, valid or not, tells an event of a type."""
        return type_name in self._types


def corrections_by_target(entries: Iterable[Recorded]) -> dict[int, tuple[Correction, ...]]:
    """Return the corrections of each corrected entry, by its seq, oldest first."""
    by_seq: dict[int, Recorded] = {}
    found: dict[int, tuple[Correction, ...]] = {}
    for entry in entries:
        by_seq[entry.seq] = entry
        if isinstance(entry.event, Corrected) and entry.event.seq in by_seq:
            target = entry.event.seq
            correction = Correction(entry, replacements_of(entry.event, by_seq[target].event))
            found[target] = (*found.get(target, ()), correction)
    return found


def versions(entry: Recorded, corrections: tuple[Correction, ...], *, every: bool = False) -> tuple[Told, ...]:
    """Return the events that stand at the seq of an entry: the valid ones, or with `every` all that ever did."""
    if not every:
        return effective(entry, corrections[-1] if corrections else None)
    first = effective(entry, None)
    later = (told for correction in corrections for told in effective(entry, correction))
    return (*first, *later)
