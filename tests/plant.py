"""A plant that has lived through a story: in memory, on the pure core alone, or through a real ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.story import Booking, story
from thread.acceptance.naming import NameFinding, NameLookup, NoNames, PendingNames, resolve
from thread.events import parse_event
from thread.events.corrections import Corrected
from thread.genealogy.projection import MemoryHistory, Recorded, corrections_by_target, effective
from thread.service.ledger import Ledger
from thread.values.names import is_uri, normalise
from thread.values.times import ledger_time

__all__ = [
    "ORIGIN",
    "MemoryNames",
    "MemoryPlant",
    "StoryClock",
    "plant",
    "plant_of",
    "record_story",
    "recorded",
    "story_ledger",
]

ORIGIN = "plant.example"


class MemoryNames(PendingNames):
    """What naming asks, answered from entries in memory."""

    def __init__(self, entries: Iterable[Recorded] = (), *, origin: str = ORIGIN) -> None:
        super().__init__(NoNames(), origin=origin)
        self._entries: list[Recorded] = list(entries)
        corrections = {seq: told[-1] for seq, told in corrections_by_target(self._entries).items()}
        for entry in self._entries:
            for told in effective(entry, corrections.get(entry.seq)):
                self.add(told.event)

    def after(self, entry: Recorded) -> MemoryNames:
        """Return what is known once one more entry is recorded."""
        if isinstance(entry.event, Corrected):
            return MemoryNames([*self._entries, entry], origin=self._origin)
        self._entries.append(entry)
        self.add(entry.event)
        return self

    def without(self, seq: int) -> NameLookup:
        """Return the same as if the entry at `seq`, with all its corrections, had never been recorded."""
        kept = [
            entry
            for entry in self._entries
            if entry.seq != seq and not (isinstance(entry.event, Corrected) and entry.event.seq == seq)
        ]
        return MemoryNames(kept, origin=self._origin)


@dataclass(frozen=True, slots=True)
class MemoryPlant:
    """What a story came to: its entries, and how each sentence was recorded."""

    entries: tuple[Recorded, ...]
    typed: tuple[dict[str, Any], ...]
    """The events as typed, as JSON, entry by entry."""
    told: tuple[dict[str, Any], ...]
    """The events with resolved names, as JSON, entry by entry."""
    findings: Mapping[int, tuple[NameFinding, ...]]
    """What was odd about names, by seq."""
    seqs: Mapping[int, int]
    """Under which seq each sentence was recorded, by its number."""
    origin: str

    @property
    def history(self) -> MemoryHistory:
        """All entries as the genealogy reads them."""
        return self.known_at(len(self.entries))

    def known_at(self, size: int) -> MemoryHistory:
        """The first entries as the genealogy reads them."""
        return MemoryHistory(self.entries[:size], origin=self.origin)

    def lot(self, text: str, item: str | None = None) -> str:
        """Return the one lot that a short form means.

        Raises:
            ValueError: it fits none, or several.
        """
        name = normalise(text).name
        if is_uri(name):
            return name
        told_item = None if item is None else item if is_uri(item) else f"https://{self.origin}/item/{item}"
        lots = MemoryNames(self.entries, origin=self.origin).lots(name, told_item)
        (lot,) = lots
        return lot


def plant(text: str, *, origin: str = ORIGIN, first_seq: int = 0) -> MemoryPlant:
    """Return the plant of a story. Rules of acceptance are not asked; names are resolved as they would be."""
    return plant_of(story(text), origin=origin, first_seq=first_seq)


def plant_of(bookings: Sequence[Booking], *, origin: str = ORIGIN, first_seq: int = 0) -> MemoryPlant:
    """Return the plant of some bookings."""
    seqs = {booking.number: first_seq + place for place, booking in enumerate(bookings)}
    told = [
        (booking.event(seqs), booking.forced, int(datetime.fromisoformat(booking.booked_at).timestamp() * 1_000_000))
        for booking in bookings
    ]
    return _lived(told, seqs, origin=origin, first_seq=first_seq)


def recorded(*told: dict[str, Any], origin: str = ORIGIN) -> MemoryPlant:
    """Return the plant of some events as typed, recorded in this order from seq 0, a second apart."""
    begin = 1_800_000_000_000_000
    events = [(event, None, begin + place * 1_000_000) for place, event in enumerate(told)]
    return _lived(events, {place: place for place in range(len(told))}, origin=origin, first_seq=0)


def _lived(
    told: Sequence[tuple[dict[str, Any], str | None, int]], seqs: Mapping[int, int], *, origin: str, first_seq: int
) -> MemoryPlant:
    entries: list[Recorded] = []
    typed_events: list[dict[str, Any]] = []
    resolved_events: list[dict[str, Any]] = []
    findings: dict[int, tuple[NameFinding, ...]] = {}
    names = MemoryNames(origin=origin)
    last = 0
    for seq, (event, forced, booked_us) in enumerate(told, start=first_seq):
        told_event = {"id": f"00000000-0000-4000-8000-9{seq:011d}", **event}
        resolved = resolve(told_event, names, origin=origin, force=forced is not None)
        last = max(last + 1, booked_us)
        codes = ("forced",) if forced else ()
        entry = Recorded(seq, parse_event(resolved.event), ledger_time(last), "teller", codes, forced)
        names = names.after(entry)
        entries.append(entry)
        typed_events.append(told_event)
        resolved_events.append(resolved.event)
        if resolved.findings:
            findings[seq] = resolved.findings
    return MemoryPlant(tuple(entries), tuple(typed_events), tuple(resolved_events), findings, seqs, origin)


@dataclass(slots=True)
class StoryClock:
    """The clock of a ledger that lives through a story: it shows when the present sentence is booked."""

    nanoseconds: int = 1_700_000_000_000_000_000

    def __call__(self) -> int:
        return self.nanoseconds

    def set(self, booked_at: str) -> None:
        """Go on to the time of a booking; a clock does not run back."""
        told = int(datetime.fromisoformat(booked_at).timestamp()) * 1_000_000_000
        self.nanoseconds = max(self.nanoseconds + 1_000_000, told)


def story_ledger(folder: Path, text: str = "", *, origin: str = ORIGIN) -> tuple[Ledger, dict[int, int]]:
    """Return a fresh ledger on disk that has lived through a story, and under which seq each sentence was recorded."""
    clock = StoryClock()
    ledger = Ledger.create(f"sqlite:///{folder / 'thread.db'}", origin=origin, clock=clock)
    return ledger, record_story(ledger, text, clock=clock)


def record_story(ledger: Ledger, text: str, *, clock: StoryClock | None = None, number: int = 1) -> dict[int, int]:
    """Record a story; return under which seq each sentence was recorded.

    Sentences that speak of others must come after them in the order of booking. `number`: see `story`.
    """
    seqs: dict[int, int] = {}
    for booking in story(text, number=number):
        if clock is not None:
            clock.set(booking.booked_at)
        told = booking.event(seqs)
        seqs[booking.number] = ledger.record(told, key=booking.key, force_reason=booking.forced).seq
    return seqs
