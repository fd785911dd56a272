"""A story: what happened on a floor, in sentences that an auditor can read, turned into events.

    site P1
    1. day 1, 08:00  receive 100 KGM of STEEL lot S-77 from ACME on DN-4711, pegged 60 to SO-1, rest forecast
    2. day 1, 09:00  release order WO-1 for 40 EA of FRAME
    3. day 1, 09:30  issue 30 KGM of S-77 to WO-1
    4. day 1, 11:00  produce 20 EA of FRAME lot F-1 from WO-1
    5. day 2, 08:00  pack 10 EA of F-1 into PAL-1
    6. day 2, 09:00  ship PAL-1 to RIDE as SH-1

**Lines.** One sentence a line; it may go on in lines that are indented further than its first one. Empty lines and
`# remarks` say nothing. The number in front may be left out; where it stands it must be right. Settings: `site P2`
holds from there on (P1 before), `day 1 is 2026-03-02` and `clock +01:00` for the whole story.
**Time.** `day 1, 08:00`, or a window: `day 1, 08:00 to 09:30`, `day 1, 22:00 to day 2, 06:00`.
**Order of booking** is that of the lines. A late booking ends in `, booked day 3` (at the end of that day) or
`, booked day 3, 10:00`: it is recorded after every line that happened, or was booked, before then.
**Words.** Names are single words; others stand in quotes, `"(01)09506000134352(10)A"`, and are never taken for
keywords. Several values have `+` between. Quantities: `12 EA`, with what else was measured `12 EA (31.4 KGM)`.

**Material** (LINE, several with `and`):

    30 KGM of S-77                     30 KGM of STEEL lot S-77
    serials A01 to A09 + B1 of F-1     10 EA of F-1 serials A01 to A10
    5 EA of either F-1 or F-2          5 EA of FRAME either F-1 or F-2        (nobody knows which)
    5 EA of F-1 out of PAL-1           PAL-1, container PAL-1, pallet PAL-1   (all that it holds)
    all of F-1, lot F-1                where no quantity is needed; a bare name is a lot then, except when goods move
    30 KGM of S-77 (at RACK-1, came by line 3)                                (details of the line, in brackets)

**What comes forth** (OUTPUT): `20 EA of FRAME lot F-1 serials A01 to A20 (co, allocation 40, expiry 2027-01-31, best
before 2027-01-31, made 08:00 to 09:00, marks "BBE 12 MAR" + L2, line L2, revision B, UDI X, TLC source Y, in PAL-1, at
RACK-1, numbered by site, from 30 KGM of S-77)`; the kind is main, co, by, regrind or waste.

**Sentences**, each with the clauses that it knows, separated by commas:

    receive 9 KGM of ITEM lot L [serials …] [from SUPPLIER] [on DESPATCH-ADVICE]
        ORIGIN, DATES, supplier lots A + B, numbered by site, in quarantine, declared 10 KGM, rejected 1 KGM,
        contains PAL-1 9 KGM verified, for order WO-1 run R, to PLACE, from place X, consignor X, order line X,
        promised DATE, owner X, cost 2.50 EUR, country DE, marks A + B, certificate C-1, TLC source X, TLC reason "…"
    open | find | harvest | land 9 KGM of ITEM lot L      ORIGIN, DATES, supplier X, farm X, field X, harvester "…",
        telephone "…", harvested on DATE, cooled at X, cooled on DATE, catch area X, flag NO, and most of the above
    move LINES [from PLACE] to PLACE            count LINES
    split | merge | rework LINES into OUTPUTS [under order WO-1]     relabel LINES as OUTPUTS      because "…"
    pack LINES into C                           level pallet, declared; line details: instead of ITEM, concession X
    assemble kit C from LINES                   ORIGIN, item X, for order WO-1, level kit, declared
    unpack C | unpack LINES from C              break kit C | break LINES from kit C, because "…"
    fill LINES into VESSEL                      empty VESSEL leaving 0 KGM, cleaned
    draw 9 KGM from VESSEL as ITEM lot L        draw 9 KGM from VESSEL into WO-1 [run R]
    release order WO-1 [for 40 EA of ITEM [revision B]]     ORIGIN, processor X, due DATE, recipe X, recipe revision X
    issue LINES to WO-1 [run R]                 pull JIT for SO-1; line detail: position 10
    return LINES from WO-1 [run R]              opened; line detail: issued by line 3
    do step NAME on order WO-1 [run R] | on LINES           parameter TEMP 180 CEL between 170 and 190, result pass
    produce OUTPUTS from WO-1 [run R]           ORIGIN
    close order WO-1                            lost 2 KGM of ITEM lot L as dust
    swap POSITION of LINE: out LINE to stock|scrapped|customer|supplier, in LINE
    inspect LINES: pass | inspect order WO-1 [run R]: fail  specification X, method X, instrument X, sample of 5,
                                                            value TENSILE 420 MPA
    sample LINES                                line details: destroyed, retained, returned, kept at X, until DATE
    hold LINES as H-1 [within H-0]              because "…", decision rework
    release hold H-1 [for LINES]                because "…", decision use as is
    scrap LINES as REASON                       method X, witness X, certificate C-1
    change expiry of L [from 2026-12-31] to 2027-06-30      because "…"
    check | clean | calibrate equipment OVEN: good | bad    value FE 1.5 MMT
    ship LINES to CUSTOMER as SH-1              carrier X, consignee X, owner X, ship from X, ship to X, drop shipment,
                                                data sent despatch_advice X; line details: order line X, TLC source X
    ship LINES for transfer to site P2 | for processing on WO-1 to X | on consignment to X | back to X
               | for disposal to X as SH-1
    deliver SH-1 [to PLACE]                     accepted LINES, refused LINES
    take back LINES [from CUSTOMER] [of SH-1]   available, in quarantine, label unknown, condition "wet", to PLACE
    complaint C-1 [from CUSTOMER] [about LINES] [of SH-1]   printed "BBE 12 MAR", aware on DATE, harm, text "…"
    hand over LINES to owner X                  dated DATE
    repeg order WO-1 | LINES from SO-1 to SO-2|nobody       quantity 9 EA, because "…"
    policy P [for ITEM] [from SUPPLIER] is JIT  parameter NAME VALUE, because "…"
    item X in KGM                               description "…", factor 250 MTR, tracked by serial, level 2, shelf life
                                                365, tolerance 2, planned JIC, mro, food list, gtin X
    party X [is supplier + customer]            label X, name "…", address "…", telephone "…", country DE, gln X
    place X is dock                             pooling mixed, label X, name "…", address "…", gln X
    resource equipment OVEN                     label X
    line 5 did not happen                       because "…", code duplicate, approver X
    instead of line 5: SENTENCE ; SENTENCE …    because "…" and the others stand before the colon:
                                                `instead of line 5, because "wrong lot scanned", code wrong lot: …`;
                                                a replacement has the time of line 5 unless it tells its own
    sign line 5 + line 6 by P-7 "Ann Example" as approval, method pin
    close finding ID on line 5 + line 6 as accepted         facts SHA-256, because "…"

ORIGIN: `pegged 60 to SO-1 + 20 to CARD-7 as kanban`, `rest forecast`, `all safety stock`. DATES: `expiry DATE`, `best
before DATE`, `made on DATE`. **Any sentence**: `at PLACE`, `using equipment OVEN`, `by P-17`, `verified by P-18`,
`document certificate C-1 [from X] [dated DATE]`, `backflush` (or another basis), `case R-1`, `note "…"`, `read as "…"`,
`told by ERP`, `extra acme:zone 5`, `forced "why"` (recorded although a rule says no). What others told in EPCIS stands
in no story.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from tests.story_sentences import sentence
from tests.story_words import COMMON_CLAUSES, Clause, StoryError, Told, Words, clauses, puts

__all__ = ["Booking", "StoryError", "events", "story"]

_NUMBER = re.compile(r"(\d+)\.\s+")
_TIME = r"(\d{2}:\d{2}(?::\d{2})?)"
_WHEN = re.compile(rf"day (\d+), {_TIME}(?: to (?:day (\d+), )?{_TIME})?\s+(?=\S)")
_BOOKED = re.compile(rf",\s*booked day (\d+)(?:, {_TIME})?\s*$")
_SETTING = re.compile(r"site (?P<site>\S+)|day 1 is (?P<first>\d{4}-\d{2}-\d{2})|clock (?P<clock>[+-]\d{2}:\d{2})")


@dataclass(frozen=True, slots=True)
class Booking:
    """A sentence as an event to record. `number` counts sentences from 1, in the order of the lines."""

    number: int
    line: int
    key: str
    booked_at: str
    """When it is recorded: RFC 3339, later than the booking before it or equal."""
    forced: str | None
    """Why it is recorded although a rule says no."""
    told: Told
    """The event as typed: short names. The seqs of a correction, signature or closing are those of sentences."""

    def event(self, seqs: Mapping[int, int]) -> Told:
        """Return the event, `seqs` telling the sequence number under which each sentence was recorded."""
        if self.told["type"] == "corrected":
            return {**self.told, "seq": seqs[self.told["seq"]]}
        if self.told["type"] in {"signed", "finding_closed"}:
            return {**self.told, "seqs": [seqs[number] for number in self.told["seqs"]]}
        return self.told


def events(text: str, *, first_seq: int = 0) -> tuple[Told, ...]:
    """Return the events of a story as typed, in the order of booking; the first is recorded at `first_seq`."""
    bookings = story(text)
    seqs = {booking.number: first_seq + place for place, booking in enumerate(bookings)}
    return tuple(booking.event(seqs) for booking in bookings)


def story(text: str, *, number: int = 1) -> tuple[Booking, ...]:
    """Return the sentences of a story in the order of booking.

    `number`: which story it is, where one ledger holds several; keys and event ids are made of it.

    Raises:
        StoryError: a sentence cannot be read; the text names its line.
    """
    reader = _Reader(text, number)
    bookings = reader.bookings()
    for booking in bookings:
        for other in reader.mentioned[booking.number]:
            if other > len(bookings) or other == booking.number:
                message = f"line {booking.line}: there is no other sentence {other} in this story"
                raise StoryError(message)
    return bookings


class _Reader:
    def __init__(self, text: str, number: int) -> None:
        self.text = text
        self.story = number
        self.site = "P1"
        self.first_day = date(2026, 3, 2)
        self.clock = "+01:00"
        self.times: dict[int, Told] = {}
        self.mentioned: dict[int, set[int]] = {}
        for row in text.splitlines():
            if found := _SETTING.fullmatch(row.strip()):
                self.first_day = date.fromisoformat(found["first"]) if found["first"] else self.first_day
                self.clock = found["clock"] or self.clock

    def bookings(self) -> tuple[Booking, ...]:
        told = [self._booking(place, line, row) for place, (line, row) in enumerate(self._sentences(), start=1)]
        latest = datetime.min.replace(tzinfo=UTC)
        keyed: list[tuple[datetime, int, Booking]] = []
        for booking, is_late in told:
            at = datetime.fromisoformat(booking.booked_at)
            if not is_late:
                latest = at = max(latest, at)
            keyed.append((at, booking.number, replace(booking, booked_at=at.isoformat())))
        return tuple(booking for _, _, booking in sorted(keyed, key=lambda one: one[:2]))

    def _sentences(self) -> Iterator[tuple[int, str]]:
        """Yield each sentence with the number of its first line; rows indented further go on with it."""
        begun: list[tuple[int, int, str]] = []
        for line, row in enumerate(self.text.splitlines(), start=1):
            told = row.strip()
            if not told or told.startswith("#"):
                continue
            indent = len(row) - len(row.lstrip())
            if begun and indent > begun[-1][1]:
                begun[-1] = (*begun[-1][:2], f"{begun[-1][2]} {told}")
            else:
                begun.append((line, indent, told))
        for line, _, told in begun:
            if found := _SETTING.fullmatch(told):
                self.site = found["site"] or self.site
            else:
                yield line, told

    def _booking(self, number: int, line: int, row: str) -> tuple[Booking, bool]:
        if found := _NUMBER.match(row):
            if int(found[1]) != number:
                message = f"line {line}: this is sentence {number}, not {found[1]}"
                raise StoryError(message)
            row = row[found.end() :]
        booked = _BOOKED.search(row)
        row = row[: booked.start()] if booked else row
        when = _WHEN.match(row)
        if when is None:
            message = f"line {line}: a sentence begins with its time, like 'day 1, 08:00  receive …'; found: {row}"
            raise StoryError(message)
        times = self._times(when)
        self.times[number] = times
        told = {**self._event(line, row[when.end() :], number, int(when[1])), "id": self._id(number)}
        told = {"type": told.pop("type"), "id": told.pop("id"), **times, "site": self.site, **told}
        if told["type"] in {"signed", "corrected", "finding_closed"}:
            del told["site"]
        forced = told.pop("forced", None)
        at = times.get("time_to") or times["event_time"]
        if booked:
            at = self._moment(int(booked[1]), booked[2] or "23:59:59")
        return Booking(number, line, f"story-{self.story}/{number}", str(at), forced, told), booked is not None

    def _times(self, when: re.Match[str]) -> Told:
        begin = self._moment(int(when[1]), when[2])
        if when[4] is None:
            return {"event_time": begin}
        return {"time_from": begin, "time_to": self._moment(int(when[3] or when[1]), when[4])}

    def _moment(self, day: int, clock: str) -> str:
        told = self.first_day + timedelta(days=day - 1)
        return f"{told.isoformat()}T{clock}{'' if clock.count(':') == 2 else ':00'}{self.clock}"

    def _id(self, number: int) -> str:
        return f"00000000-0000-4000-8000-{self.story:06d}{number:06d}"

    def _words(self, line: int, text: str, number: int, day: int) -> Words:
        words = Words(line, text, lambda told, clock: self._moment(told or day, clock), self._id)
        words.mentioned = self.mentioned.setdefault(number, set())
        return words

    def _event(self, line: int, text: str, number: int, day: int) -> Told:
        words = self._words(line, text, number, day)
        if words.sees("line"):
            return self._did_not_happen(words)
        if words.takes("instead", "of"):
            return self._instead(words, line, number)
        if words.takes("sign"):
            return self._sign(words)
        if words.takes("close", "finding"):
            return self._close_finding(words)
        return sentence(words)

    def _did_not_happen(self, words: Words) -> Told:
        told: Told = {"type": "corrected", "seq": words.mention(), "void": True}
        words.needs("did", "not", "happen")
        if not words.is_over:
            words.needs(",")
            clauses(words, told, _CORRECTION)
        return told

    def _instead(self, words: Words, line: int, number: int) -> Told:
        told: Told = {"type": "corrected", "seq": words.mention()}
        if words.takes(","):
            clauses(words, told, _CORRECTION, end=":")
        words.needs(":")
        replaced = told["seq"]
        if replaced not in self.times:
            words.fail(f"sentence {replaced} stands further down; a correction follows what it corrects")
        parts = _parts(words.unread)
        told["replaced_by"] = [self._replacement(line, part.strip(), number, replaced) for part in parts]
        return told

    def _replacement(self, line: int, text: str, number: int, replaced: int) -> Told:
        when = _WHEN.match(text)
        times = self._times(when) if when else self.times[replaced]
        day = self._day_of(times)
        told = sentence(self._words(line, text[when.end() :] if when else text, number, day))
        return {"type": told.pop("type"), **times, "site": self.site, **told}

    def _day_of(self, times: Told) -> int:
        told = str(times.get("event_time") or times["time_from"])
        return (date.fromisoformat(told[:10]) - self.first_day).days + 1

    def _sign(self, words: Words) -> Told:
        told: Told = {"type": "signed", "seqs": words.several(words.mention)}
        words.needs("by")
        told["signer"] = words.name("who signs")
        told["printed_name"] = words.name("the printed name")
        words.needs("as")
        told["meaning"] = words.one_word_of(("authorship", "review", "approval", "responsibility", "release"))
        words.needs(",")
        clauses(words, told, {**COMMON_CLAUSES, "method": puts("method", Words.name)})
        return told

    def _close_finding(self, words: Words) -> Told:
        told: Told = {"type": "finding_closed", "finding": words.name("the id of a finding")}
        words.needs("on")
        told["seqs"] = words.several(words.mention)
        words.needs("as")
        told["decision"] = words.one_word_of(("accepted", "corrected", "follow_up"))
        words.needs(",")
        facts = puts("facts_sha256", Words.name)
        clauses(words, told, {**COMMON_CLAUSES, "facts": facts, "because": puts("reason", Words.name)})
        return told


_CODES: Final = ("wrong_lot", "wrong_quantity", "wrong_time", "did_not_happen", "duplicate", "other")
_CORRECTION: Final[Mapping[str, Clause]] = {
    **COMMON_CLAUSES,
    "approver": puts("approver", Words.name),
    "because": puts("reason", Words.name),
    "code": puts("reason_code", lambda words: words.one_word_of(_CODES)),
}


def _parts(text: str) -> Iterator[str]:
    """Yield the sentences between semicolons; those inside quotes are no ends."""
    begin, quoted = 0, False
    for place, sign in enumerate(text):
        quoted ^= sign == '"'
        if sign == ";" and not quoted:
            yield text[begin:place]
            begin = place + 1
    yield text[begin:]
