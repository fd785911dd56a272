"""Two ways to tell a story, asked alike: on the pure core in memory, and in a real ledger on SQLite.

Both resolve names, ask the rules of acceptance and record with what these say. The core begins with entry 1, as a
ledger does behind its opening, so a sentence has the same entry in both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal, NoReturn, Self

from tests.plant import ORIGIN, MemoryNames
from tests.story import Booking, story
from thread import Ledger
from thread.acceptance import Acceptance, Refused, accept
from thread.acceptance.naming import resolve
from thread.errors import LotAmbiguous, ThreadError
from thread.events import Event, parse_event
from thread.events.corrections import Corrected
from thread.genealogy.account import account_of
from thread.genealogy.custody import Custody
from thread.genealogy.lot_card import LotFacts, lot_facts
from thread.genealogy.projection import History, MemoryHistory, Recorded, corrections_by_target
from thread.genealogy.sentences import sentence
from thread.genealogy.trace import Trace, trace
from thread.interop import read_epcis
from thread.recall.scope import Scope, recall_scope
from thread.service import Actor
from thread.values.names import is_uri, normalise, short_forms
from thread.values.times import instant, ledger_time

__all__ = ["CorePlant", "LedgerPlant"]

Told = Mapping[str, Any]
Asked = Literal["backward", "forward", "both"]


@dataclass
class CorePlant:
    """A plant in memory."""

    entries: tuple[Recorded, ...] = ()
    seqs: Mapping[int, int] = field(default_factory=dict)
    codes: Mapping[int, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, text: str, document: bytes | None = None) -> CorePlant:
        """Return the plant of a story, and of what an EPCIS document told after it."""
        plant = cls().telling(story(text))
        return plant if document is None else plant.capturing(document)

    def telling(self, bookings: Sequence[Booking]) -> CorePlant:
        """Return the plant after some more bookings."""
        plant = self
        for booking in bookings:
            plant = plant._recorded(booking)
        return plant

    def _recorded(self, booking: Booking) -> CorePlant:
        event = booking.event(self.seqs)
        resolved = resolve(event, MemoryNames(self.entries), origin=ORIGIN, force=booking.forced is not None)
        parsed = parse_event(resolved.event)
        now_ns = _nanoseconds(booking)
        judged = self._judged(parsed, now_ns).require(forced=booking.forced is not None)
        codes = _each_once((*(one.code for one in resolved.findings), *(one.code for one in judged)))
        broken = _each_once(one.code for one in judged if one.severity == "refuse")
        entry = Recorded(self.size, parsed, ledger_time(now_ns // 1_000), "teller", broken, booking.forced)
        return CorePlant(
            (*self.entries, entry), {**self.seqs, booking.number: entry.seq}, {**self.codes, booking.number: codes}
        )

    def _judged(self, event: Event, now_ns: int) -> Acceptance:
        if not isinstance(event, Corrected):
            return accept(event, self.history, Custody(self.history), now_ns=now_ns)
        corrected = next((one for one in self.entries if one.seq == event.seq), None)
        corrections = corrections_by_target(self.entries).get(event.seq, ())
        others = MemoryHistory([one for one in self.entries if one.seq != event.seq], origin=ORIGIN)
        correction = corrections[-1] if corrections else None
        return accept(event, others, Custody(others), now_ns=now_ns, corrected=corrected, correction=correction)

    def capturing(self, document: bytes) -> CorePlant:
        """Return the plant after an EPCIS document was captured."""
        captured = read_epcis(document, file="told by others").captured
        more = [
            Recorded(seq, parse_event({**one.event, "id": _made_id(seq)}), self.entries[-1].recorded_at, "teller")
            for seq, one in enumerate(captured, start=self.size)
        ]
        return replace(self, entries=(*self.entries, *more))

    @property
    def size(self) -> int:
        """The size of a ledger with these entries."""
        return len(self.entries) + 1

    @property
    def history(self) -> MemoryHistory:
        """What the genealogy reads."""
        return MemoryHistory(self.entries, origin=ORIGIN)

    def seq(self, line: int) -> int:
        return self.seqs[line]

    def after(self, line: int) -> CorePlant:
        return replace(self, entries=self.entries[: self.seqs[line]])

    def recorded_with(self, line: int) -> tuple[str, ...]:
        return self.codes[line]

    def entry(self, seq: int) -> Event:
        return self.entries[seq - 1].event

    def refused(self, sentences: str) -> tuple[str, ...]:
        try:
            self.telling(story(sentences, number=2))
        except ThreadError as error:
            return _codes(error)
        return ()

    def candidates(self, text: str) -> tuple[str, ...]:
        return tuple(MemoryNames(self.entries).lots(normalise(text).name, None))

    def _named(self, text: str) -> str:
        """Return what a text means: a lot, else an order, container, shipment or serial."""
        name = normalise(text).name
        history = self.history
        found = [name] if is_uri(name) else list(self.candidates(name))
        if not found:
            kinds = {"lot", "activity", "container", "shipment"}
            found = sorted({one for kind, one in history._postings if kind in kinds and name in short_forms(one)})
        (only,) = found
        return only

    def trace(self, name: str, *, direction: Asked, as_of: str | None, in_time_only: bool) -> Trace:
        at = None if as_of is None else instant(as_of)
        return trace(self.history, self._named(name), direction=direction, as_of=at, in_time_only=in_time_only)

    def scope(self, *names: str) -> Scope:
        return recall_scope(self.history, [self._named(name) for name in names])

    def balance(self, lot: str, *, as_of: str | None) -> Told:
        history = self.history
        at = None if as_of is None else instant(as_of)
        return account_of(self._named(lot), history, Custody(history), as_of=at).as_json()

    def card(self, lot: str) -> Told:
        history = self.history
        name = self._named(lot)
        return _card(lot_facts(name, history, Custody(history)), history)


class _Undone(Exception):
    """Nothing shall stay of a transaction."""


@dataclass
class LedgerPlant:
    """A plant in a ledger, as known at a size."""

    ledger: Ledger
    seqs: dict[int, int] = field(default_factory=dict)
    codes: dict[int, tuple[str, ...]] = field(default_factory=dict)
    now_ns: int = 0
    known_at: int | None = None

    @classmethod
    @contextmanager
    def of(cls, path: Path, text: str, document: bytes | None = None) -> Iterator[Self]:
        """Make a ledger, tell it a story and what an EPCIS document says after it; at the end it must verify."""
        bookings = story(text)
        now_ns = _nanoseconds(bookings[0])
        with Ledger.create(f"sqlite:///{path}", origin=ORIGIN, clock=lambda: now_ns) as ledger:
            plant = cls(ledger, now_ns=now_ns)
            ledger._clock = lambda: plant.now_ns
            for booking in bookings:
                plant.now_ns = _nanoseconds(booking)
                recording = ledger.record(booking.event(plant.seqs), key=booking.key, force_reason=booking.forced)
                plant.seqs[booking.number] = recording.seq
                plant.codes[booking.number] = _each_once(one.code for one in recording.findings)
            if document is not None:
                ledger.import_document(document, file="told by others")
            yield plant
            assert ledger.verify().ok

    def seq(self, line: int) -> int:
        return self.seqs[line]

    def after(self, line: int) -> LedgerPlant:
        return replace(self, known_at=self.seqs[line] + 1)

    def recorded_with(self, line: int) -> tuple[str, ...]:
        return self.codes[line]

    def entry(self, seq: int) -> Event:
        return parse_event(self.ledger.entry(seq).event)

    def refused(self, sentences: str) -> tuple[str, ...]:
        try:
            self._try(story(sentences, number=2))
        except ThreadError as error:
            return _codes(error)
        except _Undone:
            return ()

    def _try(self, bookings: Sequence[Booking]) -> NoReturn:
        with self.ledger.recording() as recorder:
            for booking in bookings:
                self.now_ns = _nanoseconds(booking)
                event = booking.event(self.seqs)
                recorder.record(event, key=booking.key, actor=_TELLER, force_reason=booking.forced)
            raise _Undone

    def candidates(self, text: str) -> tuple[str, ...]:
        try:
            return (self.ledger.resolve_lot(text),)
        except LotAmbiguous as error:
            return tuple(error.facts["candidates"])  # type: ignore[arg-type]

    def trace(self, name: str, *, direction: Asked, as_of: str | None, in_time_only: bool) -> Trace:
        return self.ledger.trace(
            name, direction=direction, as_of=as_of, known_at=self.known_at, in_time_only=in_time_only
        )

    def scope(self, *names: str) -> Scope:
        return self.ledger.recall_scope(names, known_at=self.known_at)

    def balance(self, lot: str, *, as_of: str | None) -> Told:
        return self.ledger.balance(lot, as_of=as_of, known_at=self.known_at)

    def card(self, lot: str) -> Told:
        return self.ledger.lot(lot, known_at=self.known_at)


_TELLER: Final = Actor("teller", "asserted")


def _made_id(seq: int) -> str:
    return f"00000000-0000-4000-8000-9{seq:011d}"


def _nanoseconds(booking: Booking) -> int:
    return int(datetime.fromisoformat(booking.booked_at).timestamp() * 1_000_000_000)


def _codes(error: ThreadError) -> tuple[str, ...]:
    return _each_once(one.code for one in error.findings) if isinstance(error, Refused) else (error.code,)


def _each_once(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(codes))


def _card(facts: LotFacts, history: History) -> Told:
    return {
        "arrivals": [one.as_json() for one in facts.arrivals],
        "expiry": facts.expiry,
        "findings": [one.as_json() for one in facts.findings],
        "history": [{"text": sentence(told.event)} for told in history.about("lot", facts.lot)],
        "made_on": facts.made_on,
        "origin": facts.origin,
        "origin_parts": [one.as_json() for one in facts.origin_parts],
        "status": dict(facts.status),
    }
