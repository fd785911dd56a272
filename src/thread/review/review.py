"""Everything that somebody should look into, subject by subject: what is odd about a lot, an entry, or a hold.

Each finding is found again at every question from what is valid then, by the same accounts that the card of a lot and
the gaps of a trace rest on; so a late receipt makes one go away and a correction makes one appear. There is no clock
here: how old a finding is, the service says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import Final

from thread.events import Subject, subjects
from thread.events.base import Event, FloorEvent, Line
from thread.events.captured import EpcisCaptured
from thread.events.material import Declared, Entering, Merged, Received, Relabelled, Split, Transforming
from thread.events.production import BatchProduced
from thread.events.quality import Held, HoldReleased
from thread.events.review import FindingClosed
from thread.genealogy.account import account_from
from thread.genealogy.bookkeeping import Bookkeeper
from thread.genealogy.custody import Custody
from thread.genealogy.deliveries import deliveries_like
from thread.genealogy.holds import Claim
from thread.genealogy.item_units import foreign_unit
from thread.genealogy.lot_card import OpenFinding, is_confirmed, recounted_findings
from thread.genealogy.plant import Plant
from thread.genealogy.projection import History, Told, valid_events
from thread.genealogy.serial_card import serial_facts
from thread.genealogy.signatures import void_signatures_of
from thread.review.finding import Finding, SubjectKind, finding_id, joined_findings
from thread.review.kinds import forced_code
from thread.review.missing_fields import Definitions, missing_in
from thread.review.rule_sets import RULE_SETS, RuleSet
from thread.values.names import label, normalise, parts
from thread.values.quantity import decimal_text
from thread.values.times import ledger_microseconds

__all__ = ["LATE_HOURS", "Review", "is_finding_id"]

LATE_HOURS: Final = 24
"""From how many hours after the event on its booking is a finding, unless another limit is asked for."""

_HOUR_NS: Final = 3_600 * 1_000_000_000
_OF_ENTRIES: Final = frozenset({"one-of-open", "signature-void"})
"""What the recount says of each lot, but is one question about one entry."""
_CAUSED_BY_CORRECTIONS: Final = frozenset({"negative-stock", "unresolved", "moved-more", "lot-held", "lot-expired"})
"""Findings that a correction of an earlier entry may have caused: they rest on the corrections of the lot's entries."""
_MOST_REMEMBERED: Final = 2_000


_ID: Final = re.compile(r"([a-z0-9-]{1,80}):([0-9]{1,16}):[0-9a-f]{12}")


def is_finding_id(text: str) -> bool:
    """Tell whether a text can be the id of a finding.

    >>> is_finding_id("hold-open:7:0fc0e0fdbb1e"), is_finding_id("hold-open")
    (True, False)
    """
    return _ID.fullmatch(text) is not None


class Review:
    """Finds what is odd. `rule_sets`: names of those that missing fields are looked for by.

    `definitions`: gives the definitions of an item; not told, they are read from the history.
    """

    def __init__(
        self,
        history: History,
        *,
        rule_sets: Iterable[str] = (),
        late_hours: int = LATE_HOURS,
        definitions: Definitions | None = None,
    ) -> None:
        self._history = history
        self._ever = history.ever_told() if history.has_type("corrected") else None
        self._custody = Custody(history)
        self._keeper = Bookkeeper(history, self._custody)
        self._rule_sets: Sequence[RuleSet] = [RULE_SETS[name] for name in rule_sets]
        self._late_ns = late_hours * _HOUR_NS
        self._definitions: Callable[[str], Iterable[Told]] = definitions or history.definitions
        self._last_subjects: tuple[Event | None, tuple[Subject, ...]] = (None, ())
        self._recounts: dict[str, tuple[OpenFinding, ...]] = {}

    def through(self, seqs: Iterable[int], seen: set[tuple[str, str]] | None = None) -> Iterator[Finding]:
        """Yield what is odd about some entries, and about the lots and holds that they name first.

        `seen`: the lots and holds that were gone through already; grows. Over all entries this is every finding.
        """
        seen = set() if seen is None else seen
        for seq in seqs:
            events = valid_events(self._history, seq)
            yield from joined_findings(self._of_entry(seq, events, self._rule_sets))
            for told in events:
                event = told.event
                if isinstance(event, Held) and ("hold", event.hold_id) not in seen:
                    seen.add(("hold", event.hold_id))
                    yield from self.of_hold(event.hold_id)
                for lot in self.lots_named(told):
                    if ("lot", lot) not in seen:
                        seen.add(("lot", lot))
                        yield from self.of_lot(lot)

    # Of a lot.

    def of_lot(self, lot: str) -> tuple[Finding, ...]:
        """Return what is odd about a lot: its stock, its uses, its names."""
        return joined_findings(self._of_lot(lot))

    def _of_lot(self, lot: str) -> Iterator[Finding]:
        for one in self._recount(lot):
            if one.code in _OF_ENTRIES:
                continue
            text = f"{label(lot)}: {one.text}."
            found = Finding(one.code, "lot", lot, one.entries, text, one.facts, (lot,))
            yield found.resting_on(self._corrections_about(lot)) if one.code in _CAUSED_BY_CORRECTIONS else found
        yield from self._unexplained(lot)

    def _recount(self, lot: str) -> tuple[OpenFinding, ...]:
        known = self._recounts.get(lot)
        if known is None:
            if len(self._recounts) >= _MOST_REMEMBERED:
                self._recounts.clear()
            books = self._keeper.books(lot)
            events = self._history.about("lot", lot)
            known = recounted_findings(books, account_from(books), events, self._custody)
            if any(one.code == "unresolved" for one in known) and self._is_piece(lot):
                # How a piece came, its lot tells.
                known = tuple(one for one in known if one.code != "unresolved")
            self._recounts[lot] = known
        return known

    def _is_piece(self, lot: str) -> bool:
        named = parts(lot, self._history.origin)["kind"] == "serial"
        return named and serial_facts(lot, Plant(self._history)) is not None

    def _unexplained(self, lot: str) -> Iterator[Finding]:
        """Yield what counts could not explain, count by count; found and missing never cancel each other."""
        books = self._keeper.books(lot)
        for move in books.movements:
            for code, line in (("stock-missing", move.target.line), ("stock-found", move.source.line)):
                if line == code.removeprefix("stock-") and move.quantity:
                    some = books.told_quantity(move.quantity)
                    words = "missing since" if code == "stock-missing" else "found by"
                    text = f"{label(lot)}: {some} {words} entry {move.entries[0]}, and nobody explained it."
                    yield Finding(code, "lot", lot, move.entries, text, (decimal_text(move.quantity),), (lot,))

    def _corrections_about(self, lot: str) -> list[int]:
        """Return the corrections of entries that tell, or once told, of a lot."""
        if self._ever is None:
            return []
        seqs = {told.seq for told in self._ever.about("lot", lot)}
        return [one.entry.seq for seq in seqs for one in self._history.corrections(seq)]

    # Of an entry.

    def of_entry(self, seq: int) -> tuple[Finding, ...]:
        """Return what is odd about an entry, as it stands now."""
        return joined_findings(self._of_entry(seq, valid_events(self._history, seq), self._rule_sets))

    def _of_entry(self, seq: int, events: Iterable[Told], rule_sets: Iterable[RuleSet]) -> Iterator[Finding]:
        for void in void_signatures_of(seq, self._history):
            text = f"{void.text[0].upper()}{void.text[1:]}."
            yield Finding("signature-void", "entry", str(seq), void.entries, text, (void.signer, void.meaning))
        for told in events:
            if isinstance(told.event, FindingClosed):
                continue
            yield from self._forced(told)
            yield from self._open_candidates(told)
            yield from self._late(told)
            yield from self._malformed(told)
            yield from self._told_twice(told)
            yield from self._in_foreign_unit(told)
            yield from self._missing(told, rule_sets)

    def _forced(self, told: Told) -> Iterator[Finding]:
        if not told.forced:
            return
        lots = self.lots_of(told)
        recount = [one for lot in lots for one in self._recount(lot)]
        texts = told.forced_texts or tuple(f"it broke the rule {code}" for code in told.forced)
        for code, words in dict.fromkeys(zip(told.forced, texts, strict=True)):
            text = f"Entry {told.seq} was recorded by force ({told.reason}) although {words}."
            if code == "duplicate-delivery":
                if any(self._told_twice(told)):
                    # That finding tells it, with the reason.
                    continue
                settled = True
            else:
                settled = not is_confirmed(code, told, recount)
            yield self._about_entry(forced_code(code), told, text, (words, told.reason or ""), lots, is_settled=settled)

    def _open_candidates(self, told: Told) -> Iterator[Finding]:
        """Yield that nobody knows which lot a line means, as long as the books of a candidate leave it open."""
        for line in _candidate_lines(told.event):
            lots = line.one_of or ()
            amounts = [
                (lot, one.facts[0])
                for lot in lots
                for one in self._recount(lot)
                if one.code == "one-of-open" and not set(one.entries).isdisjoint(told.entries)
            ]
            if amounts:
                some = "some" if line.quantity is None else str(line.quantity)
                names = " or ".join(label(lot) for lot in lots)
                text = f"Entry {told.seq} took {some} of {names}, and nobody knows which."
                facts = tuple(part for amount in amounts for part in amount)
                yield self._about_entry("one-of-open", told, text, facts, lots)

    def _late(self, told: Told) -> Iterator[Finding]:
        event = told.event
        if not isinstance(event, FloorEvent) or (isinstance(event, Declared) and event.kind == "opening"):
            return
        entry = self._history.entry(told.seq)
        if entry is None:
            return
        late = ledger_microseconds(entry.recorded_at) * 1_000 - event.window[1]
        if late > self._late_ns:
            hours = late // _HOUR_NS
            text = f"Entry {told.seq} was recorded {hours} hours after what it tells happened."
            yield self._about_entry("booked-late", told, text, (str(hours),), self.lots_of(told))

    def _malformed(self, told: Told) -> Iterator[Finding]:
        event, own = told.event, f"https://{self._history.origin}/"
        names = {
            subject.name
            for subject in self._subjects(event)
            if subject.kind.partition(".")[0] in _NAMED and not subject.name.startswith(own)
        }
        for name in sorted(names):
            for odd in normalise(name).findings:
                text = f"Entry {told.seq} names {name!r}, which is kept as given: {odd.text}."
                yield self._about_entry("name-malformed", told, text, (name,), self.lots_of(told))
        if isinstance(event, EpcisCaptured):
            for found in event.reading.findings:
                text = f"Entry {told.seq}, captured from others: {found.text.rstrip('.')}."
                yield self._about_entry("captured-odd", told, text, (found.code, found.path), self.lots_of(told))

    def _told_twice(self, told: Told) -> Iterator[Finding]:
        event = told.event
        if not isinstance(event, Received):
            return
        for other in deliveries_like(event, self._history, self._history.about("lot", event.lot)):
            if (other.seq, other.index) < (told.seq, told.index):
                number = event.documents[0].number
                text = (
                    f"Entries {other.seq} and {told.seq} tell the same delivery: {event.quantity} of"
                    f" {label(event.lot)} on document {number}."
                )
                if "duplicate-delivery" in told.forced:
                    text += f" It was recorded by force: {told.reason}."
                entries = tuple(sorted({*told.entries, *(seq for seq in other.entries if seq > told.seq)}))
                yield Finding(
                    "duplicate-delivery", "entry", str(told.seq), entries, text, (str(other.seq),), self.lots_of(told)
                )

    def _in_foreign_unit(self, told: Told) -> Iterator[Finding]:
        event = told.event
        unit = foreign_unit(event, self._definitions) if isinstance(event, Entering) else None
        if unit is not None and isinstance(event, Entering) and event.item is not None:
            text = f"Entry {told.seq} brought in {event.quantity} of {label(event.item)}, which is kept in {unit}."
            yield self._about_entry("item-unit", told, text, (event.quantity.unit, unit), self.lots_of(told))

    def _missing(self, told: Told, rule_sets: Iterable[RuleSet]) -> Iterator[Finding]:
        for rules in rule_sets:
            missing = missing_in(told, rules, self._history, self._custody, self._definitions)
            if missing:
                words = ", ".join(f"{one.words} ({one.fields})" for one in missing)
                clauses = " and ".join(dict.fromkeys(one.clause for one in missing))
                text = f"Entry {told.seq} ({told.event.type}) lacks for {clauses}: {words}."
                facts = tuple(one.fields for one in missing)
                yield self._about_entry(rules.code, told, text, facts, self.lots_of(told))

    @staticmethod
    def _about_entry(
        code: str,
        told: Told,
        text: str,
        facts: tuple[str, ...],
        lots: tuple[str, ...] = (),
        *,
        is_settled: bool = False,
    ) -> Finding:
        return Finding(code, "entry", str(told.seq), told.entries, text, facts, lots, is_settled=is_settled)

    def lots_of(self, told: Told) -> tuple[str, ...]:
        """Return the lots that an event is about, by name or by a container that held them; serials by their lot."""
        found = dict.fromkeys(self.lots_named(told))
        for subject in self._subjects(told.event):
            if subject.kind.startswith("container."):
                held = self._custody.contents(subject.name, told.position)
                found.update(dict.fromkeys(one.lot for one in held))
        return tuple(found)

    def lots_named(self, told: Told) -> tuple[str, ...]:
        """Return the lots that an event names itself; serials are no lots of their own."""
        event, origin = told.event, self._history.origin
        return tuple(
            subject.name
            for subject in self._subjects(event)
            if subject.kind.startswith("lot.")
            and (_tells_pieces(event) or parts(subject.name, origin)["kind"] != "serial")
        )

    def _subjects(self, event: Event) -> tuple[Subject, ...]:
        """Return what an event is about, sorted; of the last event without another look."""
        known, found = self._last_subjects
        if known is not event:
            found = tuple(sorted(subjects(event, origin=self._history.origin)))
            self._last_subjects = event, found
        return found

    def entries_of(self, lot: str) -> tuple[int, ...]:
        """Return the entries that tell, or once told, of a lot, by name or by a container that held it."""
        about = (self._ever or self._history).about("lot", lot)
        moved = (move.entries[0] for move in self._keeper.books(lot).movements)
        return tuple(sorted({*(told.seq for told in about), *moved}))

    def holds_of(self, lot: str) -> tuple[str, ...]:
        """Return the holds that block some of a lot now."""
        return tuple(dict.fromkeys(claim.hold for claim in self._keeper.books(lot).holds.claims))

    # Of a hold.

    def of_hold(self, hold: str) -> tuple[Finding, ...]:
        """Return the finding that a hold still blocks goods, if it does; whether that is long, the service says."""
        about = self._history.about("hold", hold)
        blocked = {lot: claims for lot in self._carriers(about) if (claims := self._claims(lot, hold))}
        held = [told for told in about if isinstance(told.event, Held)]
        if not blocked or not held:
            return ()
        entries = tuple(sorted({seq for told in about for seq in told.entries}))
        lots = tuple(sorted(blocked))
        names = ", ".join(label(lot) for lot in lots[:5]) + (f" and {len(lots) - 5} more" if len(lots) > 5 else "")
        day = (held[0].event.event_time or held[0].event.time_from or "")[:10]
        reason = held[0].event.reason if isinstance(held[0].event, Held) else ""
        text = f"Hold {hold} has blocked {names} since {day} ({reason})."
        facts = tuple(
            sorted(
                f"{lot} {'' if one.quantity is None else decimal_text(one.quantity)}"
                for lot in lots
                for one in blocked[lot]
            )
        )
        return (Finding("hold-open", "hold", hold, entries, text, facts, lots, since=held[0].event.at),)

    def _claims(self, lot: str, hold: str) -> list[Claim]:
        return [claim for claim in self._keeper.books(lot).holds.claims if claim.hold == hold]

    def _carriers(self, about: Iterable[Told]) -> list[str]:
        """Return the lots that a hold was set on, and those that they were split, merged or relabelled into."""
        waiting = [lot for told in about if isinstance(told.event, Held) for lot in self.lots_of(told)]
        found: dict[str, None] = {}
        while waiting:
            lot = waiting.pop()
            if lot in found:
                continue
            found[lot] = None
            for told in self._history.about("lot", lot):
                if isinstance(told.event, Split | Merged | Relabelled) and lot in self._inputs(told):
                    waiting.extend(line.lot for line in told.event.outputs)
        return list(found)

    def _inputs(self, told: Told) -> Iterator[str]:
        event = told.event
        for line in event.inputs if isinstance(event, Split | Merged | Relabelled) else ():
            yield from line.candidates
            if line.is_whole_container:
                yield from (held.lot for held in self._custody.contents(line.container or "", told.position))

    # By id.

    def by_id(self, finding: str, seqs: Iterable[int] = ()) -> Finding | None:
        """Return a finding as it stands now, None where there is none of that id. `seqs`: entries that it rests on."""
        parsed = _ID.fullmatch(finding)
        if parsed is None:
            return None
        code, first = parsed[1], int(parsed[2])
        told = [one for seq in sorted({first, *seqs}) for one in valid_events(self._history, seq)]
        candidates: list[tuple[SubjectKind, str]] = [("entry", str(first))]
        candidates.extend(("hold", one.event.hold_id) for one in told if isinstance(one.event, Held | HoldReleased))
        candidates.extend(("lot", lot) for one in told for lot in self.lots_of(one))
        for kind, name in dict.fromkeys(candidates):
            if finding_id(code, first, kind, name) != finding:
                continue
            if kind == "entry":
                # To read what an item is takes its time, so only the rules that the id names are asked.
                asked = [rules for rules in self._rule_sets if rules.code == code]
                found = joined_findings(self._of_entry(first, valid_events(self._history, first), asked))
            else:
                found = self.of_lot(name) if kind == "lot" else self.of_hold(name)
            return next((one for one in found if one.id == finding), None)
        return None


_NAMED: Final = frozenset({"lot", "item", "container", "party", "place", "shipment"})


def _tells_pieces(event: Event) -> bool:
    """Tell whether serials in an event are lots of their own: what others told knows no lot behind them."""
    return isinstance(event, EpcisCaptured)


_LINE_FIELDS: Final = ("lots", "contents", "inputs", "accepted", "refused", "removed", "installed")


@cache
def _line_fields(model: type[Event]) -> tuple[str, ...]:
    return tuple(name for name in _LINE_FIELDS if name in model.model_fields)


def _candidate_lines(event: Event) -> Iterator[Line]:
    """Yield the lines of an event that name several lots."""
    for name in _line_fields(type(event)):
        told = getattr(event, name)
        for line in told if isinstance(told, tuple) else (told,):
            if isinstance(line, Line) and line.one_of is not None:
                yield line
    if isinstance(event, BatchProduced | Transforming):
        for output in event.outputs:
            yield from (line for line in output.inputs or () if line.one_of is not None)
