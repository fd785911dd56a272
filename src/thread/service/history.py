"""What is known of a ledger, read from its store: the history that every answer is a function of.

Entries are read when a question touches them and parsed once; a history stands for one ledger size, so it gives the
same answer however many entries follow. The writer's own history sees what waits to be committed, and grows with it.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, Final

import orjson

from thread.errors import BadInput
from thread.events import Event, Subject, parse_event, subjects
from thread.events.captured import EpcisCaptured
from thread.events.corrections import Corrected
from thread.events.master_data import ItemDefined
from thread.genealogy.book_shelf import BookShelf
from thread.genealogy.projection import (
    Correction,
    History,
    Recorded,
    Told,
    defines,
    effective,
    replacements_of,
    taken_back,
    valid_events,
    versions,
)
from thread.store.protocol import Reader, Writer
from thread.store.recent import Recent
from thread.store.refusals import EntryUnreadable

__all__ = ["REMEMBERED_ENTRIES", "HistoryWithout", "LiveHistory", "StoreHistory", "recorded"]

REMEMBERED_ENTRIES: Final = 10_000
"""Parsed entries that are kept for later questions."""

_REMEMBERED_BY_WRITER: Final = 32
"""Parsed entries, and answers, that the writer keeps. Few: an event that outlives the next few hundred becomes old to
Python's garbage collector, which then goes over all that is old again and again, 25 µs for each event of a long file.
"""

_REMEMBERED_DEFINITIONS: Final = 10_000
_LOOKED_THROUGH: Final = 1_000
"""How many entries are looked through for definitions at once."""

_LEDGER_TYPES: Final = "ledger."

Asking = Callable[[], AbstractContextManager[Reader]]
Key = tuple[str, str]


def recorded(data: bytes | None, *, seq: int) -> Recorded:
    """Return the stored entry `seq` of a floor event as the projection needs it. `data` None: nothing is stored there.

    Raises:
        EntryUnreadable: what is stored there is no such entry.
    """
    return recorded_from(_fields(data, seq), seq=seq)


def _fields(data: bytes | None, seq: int) -> dict[str, Any]:
    try:
        fields = orjson.loads(data or b"")
        type_name = fields["event"]["type"]
    except (ValueError, TypeError, KeyError):
        why = "it is not there" if data is None else "its bytes were changed"
        raise EntryUnreadable(seq=seq, why=why) from None
    if not isinstance(type_name, str) or fields.get("seq") != seq:
        raise EntryUnreadable(seq=seq, why="its bytes were changed")
    found: dict[str, Any] = fields
    return found


def recorded_from(fields: dict[str, Any], *, seq: int) -> Recorded:
    """Return the same of an entry's fields.

    Raises:
        EntryUnreadable: they are not those of an entry of a floor event.
    """
    try:
        return _recorded_from(fields)
    except (BadInput, TypeError, KeyError) as error:
        raise EntryUnreadable(seq=seq, why="its bytes were changed") from error


def _recorded_from(fields: dict[str, Any]) -> Recorded:
    forced = fields.get("forced")
    return Recorded(
        fields["seq"],
        parse_event(fields["event"]),
        fields["recorded_at"],
        fields["actor"]["id"],
        tuple(finding["code"] for finding in forced["findings"]) if forced else (),
        forced["reason"] if forced else None,
        tuple(finding["text"] for finding in forced["findings"]) if forced else (),
    )


def _families(event: Event, origin: str) -> frozenset[Key]:
    """Return what an event names, roles left out."""
    return frozenset((subject.kind.partition(".")[0], subject.name) for subject in subjects(event, origin=origin))


class StoreHistory:
    """A history over the postings of a store, as known at a size."""

    def __init__(
        self,
        asking: Asking,
        *,
        origin: str,
        size: int,
        parsed: Recent[int, Recorded] | None = None,
        every_version: bool = False,
    ) -> None:
        self._asking = asking
        self._origin = origin
        self._size = size
        self._parsed: Recent[int, Recorded] = Recent(REMEMBERED_ENTRIES) if parsed is None else parsed
        self._every_version = every_version
        self._about: dict[Key, tuple[Told, ...]] | Recent[Key, tuple[Told, ...]] = {}
        self._types: dict[str, bool] = {}
        self._definitions: Recent[str, tuple[Told, ...]] = Recent(_REMEMBERED_DEFINITIONS)
        self._uncorrected: Container[int] = ()
        """Entries that are known to have no correction."""
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
        return self._size

    def about(self, kind: str, name: str) -> tuple[Told, ...]:
        """Return the valid events that name a subject, in the order that they apply."""
        key = kind, name
        told = self._about.get(key)
        if told is None:
            found = self._read(kind, name)
            told = tuple(sorted(found, key=_position) if len(found) > 1 else found)
            if told:
                self._about[key] = told
        return told

    def definitions(self, item: str) -> tuple[Told, ...]:
        """Return the valid definitions of an item, in the order that they apply."""
        if not self.has_type("item_defined"):
            return ()
        told = self._definitions.get(item)
        if told is None:
            told = self._definitions[item] = self._read_definitions(item)
        return told

    def _read_definitions(self, item: str) -> tuple[Told, ...]:
        # Most entries about an item are no definitions of it; only those that may be one are parsed.
        targets: set[int] = set()
        with self._asking() as reader:
            seqs = reader.seqs_about("item", item, below=self.size)
            for start in range(0, len(seqs), _LOOKED_THROUGH):
                for seq, data in reader.entry_bytes(seqs[start : start + _LOOKED_THROUGH]).items():
                    if b'"item_defined"' in data:
                        event = recorded(data, seq=seq).event
                        targets.add(event.seq if isinstance(event, Corrected) else seq)
        found = (one for seq in targets for one in valid_events(self, seq))
        return tuple(sorted((one for one in found if defines(one, item)), key=_position))

    def has_type(self, type_name: str) -> bool:
        """Tell whether any known entry, valid or not, tells an event of a type."""
        known = self._types.get(type_name)
        if known is None:
            with self._asking() as reader:
                first = reader.first_of_type(type_name)
            known = self._types[type_name] = first is not None and first < self.size
        return known

    @contextmanager
    def in_one_go(self) -> Iterator[None]:
        """Ask everything within one view of the store, instead of opening one for each subject."""
        asking = self._asking
        with asking() as reader:
            self._asking = lambda: nullcontext(reader)
            try:
                yield
            finally:
                self._asking = asking

    def read_ahead(self, start: int, stop: int) -> tuple[int, ...]:
        """Read the entries from `start` up to `stop` at once; return the seqs of those that tell floor events."""
        found: list[int] = []
        with self._asking() as reader:
            stop = min(stop, self.size)
            corrected = reader.corrections_of(range(start, stop), below=self.size) if self.has_type("corrected") else {}
            for seq, data in reader.rows(start, stop):
                fields = _fields(data, seq) if self._parsed.get(seq) is None else None
                if fields is None or not fields["event"]["type"].startswith(_LEDGER_TYPES):
                    found.append(seq)
                    if fields is not None:
                        self._parsed[seq] = recorded_from(fields, seq=seq)
        self._uncorrected = range(start, stop) if not corrected else frozenset(range(start, stop)) - corrected.keys()
        return tuple(found)

    def item_definitions(self) -> dict[str, list[Told]]:
        """Return the valid definitions of each item, in the order that they apply, found by one look at every entry."""
        found: dict[str, list[Told]] = {}
        seqs: set[int] = set()
        with self._asking() as reader:
            for seq, data in reader.rows(0, self.size):
                if b'"item_defined"' in data:
                    entry = recorded(data, seq=seq)
                    seqs.add(entry.event.seq if isinstance(entry.event, Corrected) else seq)
        for told in (one for seq in sorted(seqs) for one in valid_events(self, seq)):
            if isinstance(told.event, ItemDefined):
                found.setdefault(told.event.item, []).append(told)
        return {item: sorted(told, key=_position) for item, told in found.items()}

    def ever_told(self) -> History:
        """Return the same history with every version of each entry."""
        return StoreHistory(self._asking, origin=self.origin, size=self.size, parsed=self._parsed, every_version=True)

    def entry(self, seq: int) -> Recorded | None:
        """Return one known entry of a floor event, corrected or not."""
        if not 0 <= seq < self.size:
            return None
        known = self._parsed.get(seq)
        if known is None:
            with self._asking() as reader:
                fields = _fields(reader.entry_bytes((seq,)).get(seq), seq)
            if fields["event"]["type"].startswith(_LEDGER_TYPES):
                return None
            known = self._parsed[seq] = recorded_from(fields, seq=seq)
        return known

    def corrections(self, seq: int) -> tuple[Correction, ...]:
        """Return the known corrections of an entry, oldest first."""
        if seq in self._uncorrected or not self.has_type("corrected"):
            return ()
        with self._asking() as reader:
            found = reader.corrections_of((seq,), below=self.size).get(seq, ())
            entries = self._recorded(reader, (seq, *found)) if found else {}
        return tuple(_correction(entries[one], entries[seq].event) for one in found)

    def standing(self, seq: int) -> tuple[Told, ...]:
        """Return the events that stand at an entry now: its own, those of its latest correction, or none."""
        entry, corrections = self.entry(seq), self.corrections(seq)
        return () if entry is None else effective(entry, corrections[-1] if corrections else None)

    def _read(self, kind: str, name: str) -> Sequence[Told]:
        with self._asking() as reader:
            seqs = reader.seqs_about(kind, name, below=self.size)
            if not seqs:
                return ()
            entries = self._recorded(reader, seqs)
            if not (self.has_type("corrected") or self.has_type("epcis_captured")):
                return [told for seq in seqs for told in versions(entries[seq], ())]
            targets = [seq for seq in seqs if not isinstance(entries[seq].event, Corrected)]
            corrected = {entries[seq].event.seq for seq in seqs if isinstance(entries[seq].event, Corrected)}  # type: ignore[attr-defined]
            targets.extend(sorted(corrected.difference(targets)))
            of_targets = reader.corrections_of(targets, below=self.size) if self.has_type("corrected") else {}
            if kind == "entry":
                # A correction of a signature speaks of the signature, not of what was signed.
                targets.extend(seq for seq in seqs if _corrects(entries[seq].event, name))
            self._saw_correction = self._saw_correction or bool(of_targets)
            later = {one for ones in of_targets.values() for one in ones}
            entries |= self._recorded(reader, (later | set(targets)) - entries.keys())
        told: list[Told] = []
        for seq in targets:
            if seq not in of_targets:
                told.extend(versions(entries[seq], ()))
                continue
            corrections = tuple(_correction(entries[one], entries[seq].event) for one in of_targets[seq])
            told.extend(
                one
                for one in versions(entries[seq], corrections, every=self._every_version)
                if (kind, name) in _families(one.event, self.origin)
            )
        if kind != "epcis" and not self._every_version:
            kept = [one for one in told if not self._taken_back(one)]
            self._saw_correction = self._saw_correction or len(kept) < len(told)
            return kept
        return told

    def _taken_back(self, told: Told) -> bool:
        event = told.event
        if not isinstance(event, EpcisCaptured) or event.reading.event_id is None:
            return False
        return taken_back(told, self.about("epcis", event.reading.event_id))

    def _recorded(self, reader: Reader, seqs: Iterable[int]) -> dict[int, Recorded]:
        found: dict[int, Recorded] = {}
        missing: list[int] = []
        for seq in seqs:
            known = self._parsed.get(seq)
            if known is None:
                missing.append(seq)
            else:
                found[seq] = known
        if missing:
            stored = reader.entry_bytes(missing)
            for seq in missing:
                found[seq] = self._parsed[seq] = recorded(stored.get(seq), seq=seq)
        return found


class LiveHistory(StoreHistory):
    """The writer's history: it sees what waits to be committed, and takes in what is appended."""

    def __init__(self, *, origin: str, size: int) -> None:
        super().__init__(self._none, origin=origin, size=size, parsed=Recent(_REMEMBERED_BY_WRITER))
        self._about: Recent[Key, tuple[Told, ...]] = Recent(_REMEMBERED_BY_WRITER)
        self._asked_in_vain: tuple[str, str, int] | None = None
        self._writer: Writer | None = None
        self.shelf = BookShelf()

    @staticmethod
    def _none() -> AbstractContextManager[Reader]:
        message = "a live history is asked within a transaction"
        raise RuntimeError(message)

    def about(self, kind: str, name: str) -> tuple[Told, ...]:
        """Return the valid events that name a subject, in the order that they apply."""
        # Naming and acceptance both ask for a new lot; the second one need not look again.
        asked = kind, name, self._size
        if asked == self._asked_in_vain:
            return ()
        is_new = self._writer is not None and not self._writer.has_subject(kind, name)
        told = () if is_new else super().about(kind, name)
        if not told:
            self._asked_in_vain = asked
        return told

    def within(self, writer: Writer) -> None:
        """Ask this writer from now on."""
        self._writer = writer
        asked = nullcontext(writer)
        self._asking = lambda: asked

    def take(self, entry: Recorded, named: Iterable[Subject]) -> None:
        """Take in an entry that was appended. `named`: its subjects."""
        self._size = entry.seq + 1
        self._parsed[entry.seq] = entry
        event = entry.event
        self._types[event.type] = True
        if type(event) is ItemDefined:
            self._definitions.drop(event.item)
        elif type(event) is Corrected:
            self._definitions.clear()
        if type(event) is Corrected or (type(event) is EpcisCaptured and event.reading.error is not None):
            # What they change stands under names of other entries too.
            self._about.clear()
            return
        if not self._about:
            return
        fresh = versions(entry, ())
        for key in {(subject.kind.partition(".")[0], subject.name) for subject in named}:
            known = self._about.get(key)
            if known is None:
                continue
            if isinstance(event, EpcisCaptured):
                self._about.drop(key)
            elif known[-1].position < fresh[0].position:
                self._about[key] = known + fresh
            else:
                ordered = list(known)
                insort(ordered, fresh[0], key=_position)
                self._about[key] = tuple(ordered)

    def ever_told(self) -> History:
        """Return the same history with every version of each entry, as it stands now."""
        return StoreHistory(self._asking, origin=self.origin, size=self.size, parsed=self._parsed, every_version=True)


class HistoryWithout:
    """A history as if one entry, with all its corrections, had never been recorded."""

    def __init__(self, history: History, seq: int) -> None:
        self._history = history
        self._seq = seq

    @property
    def origin(self) -> str:
        """Name of the ledger."""
        return self._history.origin

    @property
    def size(self) -> int:
        """How many entries are known."""
        return self._history.size

    def about(self, kind: str, name: str) -> tuple[Told, ...]:
        """Return the valid events that name a subject, in the order that they apply."""
        return tuple(told for told in self._history.about(kind, name) if told.seq != self._seq)

    def definitions(self, item: str) -> tuple[Told, ...]:
        """Return the valid definitions of an item, in the order that they apply."""
        return tuple(told for told in self._history.definitions(item) if told.seq != self._seq)

    def has_type(self, type_name: str) -> bool:
        """Tell whether any known entry, valid or not, tells an event of a type."""
        return self._history.has_type(type_name)

    def entry(self, seq: int) -> Recorded | None:
        """Return one known entry of a floor event, corrected or not."""
        return None if seq == self._seq else self._history.entry(seq)

    def corrections(self, seq: int) -> tuple[Correction, ...]:
        """Return the known corrections of an entry, oldest first."""
        return () if seq == self._seq else self._history.corrections(seq)

    @property
    def saw_correction(self) -> bool:
        """Whether an answer so far rests on a correction, or on a sender's declaration that an event was an error."""
        return self._history.saw_correction

    def ever_told(self) -> History:
        """Return the same history with every version of each entry."""
        return HistoryWithout(self._history.ever_told(), self._seq)


def _corrects(event: Event, seq: str) -> bool:
    return isinstance(event, Corrected) and str(event.seq) == seq


def _position(told: Told) -> tuple[int, int, int]:
    return told.position


def _correction(entry: Recorded, corrected: Event) -> Correction:
    event = entry.event
    return Correction(entry, replacements_of(event, corrected) if isinstance(event, Corrected) else ())
