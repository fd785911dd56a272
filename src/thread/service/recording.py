"""From what was told to an entry: read, recognised, named, validated, accepted, written, appended.

Everything that can refuse an event comes before anything is changed, so an event that is refused leaves nothing behind
and its neighbours in the same transaction are not harmed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from functools import partial
from typing import Any, Final, NamedTuple

from thread.acceptance import Finding as Refusal
from thread.acceptance import Refused, accept
from thread.acceptance.naming import resolve
from thread.errors import BadInput, Conflict
from thread.events import HOLD_ANYTHING, Event, EventInvalid, dump_event, parse_event
from thread.events.captured import EpcisCaptured
from thread.events.corrections import Corrected
from thread.events.review import FindingClosed
from thread.genealogy.custody import Custody
from thread.genealogy.projection import History, Recorded, replacements_of
from thread.ledger import (
    Entry,
    EntryRefused,
    EntryTooLong,
    next_recorded_at,
    read_entry,
    write_entry,
    written_plain,
)
from thread.review import closing_faults
from thread.service.history import HistoryWithout, LiveHistory, recorded
from thread.service.names import LedgerNames
from thread.service.private_values import Kept, holds_private_values, kept_apart, text_kept_apart
from thread.service.sameness import says_the_same
from thread.service.told_json import told_event
from thread.store.facts import entry_facts
from thread.store.protocol import Reader, Writer
from thread.values.persons import id_fault
from thread.values.reasons import checked_force_reason, reason_fault
from thread.values.times import ledger_time

__all__ = [
    "Actor",
    "CapturedOnly",
    "EventIdReused",
    "Finding",
    "KeyReused",
    "NotCorrectable",
    "Recorder",
    "Recording",
    "TypeReserved",
    "checked_actor",
    "made_id",
]

_LEDGER_TYPES: Final = "ledger."
_CAPTURED_TYPE: Final = "epcis_captured"
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII)


class Actor(NamedTuple):
    """Who told an event, and how we know: `asserted`, `os-user`, `api-key` or `oidc`."""

    id: str
    auth: str = "asserted"


def checked_actor(actor: Actor) -> Actor:
    """Return who tells something, if the id can be one.

    Raises:
        EntryRefused: it is empty or too long, shows nothing, or holds a control character.
    """
    why = id_fault(actor.id) if actor.id else None
    if why is not None:
        raise EntryRefused(why=f"the id of the actor {why}")
    return actor


class Finding(NamedTuple):
    """Something about a recorded event that somebody should look at. `path`: JSON Pointer into the event."""

    code: str
    text: str
    path: str = ""

    def as_json(self) -> dict[str, str]:
        """The finding as an entry holds it."""
        return {"code": self.code, "text": self.text, **({"path": self.path} if self.path else {})}


class Recording(NamedTuple):
    """What became of an event that was told. A duplicate is answered with the first entry."""

    seq: int
    duplicate: bool
    event_id: str
    findings: tuple[Finding, ...]
    entry: Entry

    def as_json(self) -> dict[str, Any]:
        """The answer to whoever told the event."""
        return {
            "seq": self.seq,
            "event_id": self.event_id,
            "duplicate": self.duplicate,
            "findings": [finding.as_json() for finding in self.findings],
        }


class KeyReused(Conflict):
    """An idempotency key was used before, for something else."""

    code = "key-reused"

    def __init__(self, *, key: str, seq: int) -> None:
        super().__init__(
            f"key {key[:120]!r} was used for entry {seq}, which says something else; use another key for another event",
            key=key,
            seq=seq,
        )


class EventIdReused(Conflict):
    """The id of an event was used before, for something else."""

    code = "event-id-reused"

    def __init__(self, *, event_id: str, seq: int) -> None:
        super().__init__(
            f"event id {event_id} was used for entry {seq}, which says something else; leave id out to have one made",
            id=event_id,
            seq=seq,
        )


class CapturedOnly(BadInput):
    """A captured event was told as if it were one of ours; its reading is made from its text, never told."""

    code = "captured-only"

    def __init__(self) -> None:
        super().__init__(
            "an epcis_captured event is made when its document is captured; hand in the document instead"
            " (thread import, or POST /v1/epcis/capture)"
        )


class TypeReserved(BadInput):
    """Events of the ledger itself are not recorded from outside."""

    code = "type-reserved"

    def __init__(self, *, type_name: str) -> None:
        super().__init__(f"events of type {type_name[:60]!r} are written by the ledger itself", type=type_name)


class NotCorrectable(Conflict):
    """A correction names an entry that the ledger itself wrote."""

    code = "not-correctable"

    def __init__(self, *, seq: int) -> None:
        super().__init__(f"entry {seq} belongs to the ledger itself and cannot be corrected", seq=seq)


class _Prepared(NamedTuple):
    """An event ready to be judged and written: as JSON, as parsed, and what belongs beside it."""

    fields: dict[str, Any]
    event: Event
    corrected: Recorded | None
    kept: tuple[Kept, ...]
    findings: tuple[Finding, ...]
    written: bytes | None
    """The canonical bytes of `fields`, where they are known to be canonical."""


class Recorder:
    """Records events one after the other inside one transaction of the writer.

    `clock`: nanoseconds since the Unix epoch. `randomness`: gives that many bytes of cryptographic chance. `live`: the
    writer's history, which grows with what is recorded.
    """

    def __init__(
        self,
        writer: Writer,
        live: LiveHistory,
        *,
        clock: Callable[[], int],
        randomness: Callable[[int], bytes],
    ) -> None:
        self._writer = writer
        self._live = live
        self._origin = live.origin
        self._clock = clock
        self._randomness = randomness
        live.within(writer)
        self._names = LedgerNames(live, lambda: nullcontext(writer))
        self._recorded_at_us = writer.recorded_at_us

    @property
    def size(self) -> int:
        """How many entries the ledger has, with those recorded here."""
        return self._writer.size

    @property
    def reader(self) -> Reader:
        """What is asked about the ledger as this transaction sees it."""
        return self._writer

    def record(
        self,
        told: Mapping[str, Any] | bytes | Event,
        *,
        key: str | None,
        actor: Actor,
        force_reason: str | None = None,
        make_time: bool = False,
        captured: bool = False,
    ) -> Recording:
        """Append what was told, or find the entry that it was recorded as before.

        `key`: makes the recording idempotent; None takes the event's own id. `force_reason`: why it is recorded even if
        rules are broken. `make_time`: an event without a time happened now. `captured`: it comes from `interop`, which
        made its reading from its text.

        Raises:
            CapturedOnly: an EPCIS event that nobody captured.
            EntryRefused: key or actor can be none.
            ForceReasonInvalid: the reason says nothing, whether or not a rule is broken.
            KeyReused, EventIdReused: key or id stand for something else already.
            ThreadError: the event cannot be read, named, validated or accepted; nothing was changed.
        """
        if key is not None and not _is_text(key):
            raise EntryRefused(why="key is no text of whole Unicode characters")
        checked_force_reason(force_reason)
        event = told_event(told) if isinstance(told, dict | bytes) or not isinstance(told, Event) else dump_event(told)
        # JSON holds nothing but plain values, and a mapping that came back as it is was looked through.
        is_plain = event is told or isinstance(told, bytes)
        type_name = event.get("type")
        if isinstance(type_name, str) and type_name.startswith(_LEDGER_TYPES):
            raise TypeReserved(type_name=type_name)
        if type_name == _CAPTURED_TYPE and not captured:
            raise CapturedOnly
        known = self._recorded_before(event, key)
        if known is not None:
            return known
        checked_actor(actor)
        if key is not None and (found := _CONTROL.search(key)):
            raise EntryRefused(why=f"key holds the control character U+{ord(found[0]):04X}; make it without")
        now_ns = self._clock()
        if make_time and not event.keys() & {"event_time", "time_from", "time_to"}:
            event = _with_made_time(event, now_ns)
        prepared = self._prepared(event, now_ns, force=force_reason is not None, is_plain=is_plain)
        findings, forced = self._judged(prepared, now_ns, actor, force_reason)
        return self._appended(prepared, findings, forced, key=key, actor=actor, now_ns=now_ns)

    def _recorded_before(self, event: Mapping[str, Any], key: str | None) -> Recording | None:
        """Return the entry that the event was recorded as, None if it is new."""
        told_id = event.get("id")
        seq = self._writer.seq_of_key(key) if key is not None else None
        if seq is None and isinstance(told_id, str) and _is_uuid(told_id):
            seq = self._writer.seq_of_event(told_id)
            if seq is not None and not self._is_same(event, seq):
                raise EventIdReused(event_id=told_id, seq=seq)
        elif seq is not None and not self._is_same(event, seq):
            raise KeyReused(key=key or "", seq=seq)
        if seq is None:
            return None
        entry = self._entry(seq)
        return Recording(seq, True, str(entry.event["id"]), _forced_findings(entry), entry)  # noqa: FBT003 a duplicate

    def _is_same(self, event: Mapping[str, Any], seq: int) -> bool:
        stored = self._entry(seq).event
        return says_the_same(event, stored, names=self._names, origin=self._origin, reader=self._writer)

    def _entry(self, seq: int) -> Entry:
        return read_entry(self._writer.entry_bytes((seq,))[seq])

    def _prepared(self, event: dict[str, Any], now_ns: int, *, force: bool, is_plain: bool) -> _Prepared:
        """Return the event as it will be recorded: names resolved, validated, personal values apart."""
        resolved = resolve(event, self._names, origin=self._origin, force=force)
        fields = resolved.event
        if "v" not in fields:
            fields["v"] = 1
        if "id" not in fields:
            fields["id"] = made_id(now_ns, self._randomness(10))
        # Validation lets no other keys and no fractions pass, but null; so these bytes are canonical, and made once.
        type_name = fields.get("type")
        fixed = is_plain and isinstance(type_name, str) and type_name not in HOLD_ANYTHING
        written = written_plain(fields) if fixed else None
        parsed = parse_event(fields, written)
        _check_reason(parsed)
        if written is not None and b"null" in written:
            written = None
        corrected = self._corrected(parsed) if type(parsed) is Corrected else None
        kept: tuple[Kept, ...] = ()
        if holds_private_values(fields):
            # Only what was valid in clear is hidden behind a digest.
            fields, kept = kept_apart(fields, self._randomness)
            parsed, written = parse_event(fields), None
        findings = tuple(Finding(*finding) for finding in resolved.findings) if resolved.findings else ()
        return _Prepared(fields, parsed, corrected, kept, findings, written)

    def _corrected(self, event: Corrected) -> Recorded | None:
        """Return the entry that a correction names, None if there is none; check that what it embeds is valid."""
        data = self._writer.entry_bytes((event.seq,)).get(event.seq)
        if data is not None and read_entry(data).event["type"].startswith(_LEDGER_TYPES):
            raise NotCorrectable(seq=event.seq)
        for index, told in enumerate(event.replaced_by or ()):
            _check_embedded(told, f"/replaced_by/{index}")
        return None if data is None else recorded(data, seq=event.seq)

    def _judged(
        self, prepared: _Prepared, now_ns: int, actor: Actor, force_reason: str | None
    ) -> tuple[tuple[Finding, ...], dict[str, Any] | None]:
        """Return the findings, and what the entry says about broken rules if it is recorded all the same.

        Raises:
            Refused: a rule is broken, and it is not forced or cannot be.
        """
        event, live = prepared.event, self._live
        closing = self._closing_faults(event, prepared.corrected, actor)
        if closing:
            raise Refused(findings=closing)
        if type(event) is Corrected:
            history = HistoryWithout(live, event.seq)
            earlier = live.corrections(event.seq) if prepared.corrected else ()
            acceptance = accept(
                event,
                history,
                Custody(history),
                now_ns=now_ns,
                corrected=prepared.corrected,
                correction=earlier[-1] if earlier else None,
            )
        else:
            acceptance = accept(event, live, Custody(live), now_ns=now_ns, shelf=live.shelf)
        if not acceptance.findings:
            return prepared.findings, None
        found = acceptance.require(forced=force_reason is not None)
        findings = (*prepared.findings, *(Finding(one.code, one.text, one.path) for one in found))
        broken = acceptance.refusals
        if not broken:
            return findings, None
        return findings, {"reason": force_reason, "findings": [one.as_json() for one in broken]}

    def _closing_faults(self, event: Event, corrected: Recorded | None, actor: Actor) -> tuple[Refusal, ...]:
        """Return what speaks against closing a finding, by an event of its own or in place of what is corrected."""
        if not isinstance(event, FindingClosed) and type(event) is not Corrected:
            return ()
        live: History = self._live
        closings: list[tuple[str, FindingClosed]] = []
        if isinstance(event, FindingClosed):
            closings.append(("", event))
        elif type(event) is Corrected and corrected is not None and event.replaced_by is not None:
            closings.extend(
                (f"/replaced_by/{number}", one)
                for number, one in enumerate(replacements_of(event, corrected.event))
                if isinstance(one, FindingClosed)
            )
            live = HistoryWithout(live, event.seq)
        return tuple(
            fault for path, one in closings for fault in closing_faults(one, live, told_by=(actor.id,), path=path)
        )

    def _appended(
        self,
        prepared: _Prepared,
        findings: tuple[Finding, ...],
        forced: dict[str, Any] | None,
        *,
        key: str | None,
        actor: Actor,
        now_ns: int,
    ) -> Recording:
        """Append the entry, and what is stored beside it: personal values, and a text that was too long for it."""
        writer, event_id = self._writer, str(prepared.fields["id"])
        recorded_at_us = next_recorded_at(now_ns // 1_000, self._recorded_at_us)
        entry_of = partial(
            write_entry,
            seq=writer.size,
            prev=writer.leaf_hash,
            recorded_at_us=recorded_at_us,
            actor={"id": actor.id, "auth": actor.auth},
            key=event_id if key is None else key,
            forced=forced,
        )
        event, text = prepared.event, None
        try:
            entry = entry_of(event=prepared.fields, written=prepared.written)
        except EntryTooLong:
            if not isinstance(event, EpcisCaptured) or not isinstance(event.text, str):
                raise
            fields, text = text_kept_apart(prepared.fields, self._randomness)
            entry, event = entry_of(event=fields), parse_event(fields)
        corrected = prepared.corrected.event if prepared.corrected else None
        facts = entry_facts(entry, event, corrected, origin=self._origin)
        # Nothing below refuses anything, so what is appended is whole.
        writer.append(facts)
        self._recorded_at_us = recorded_at_us
        for kept in prepared.kept:
            writer.keep_private_value(kept.digest, kept.value)
        if text is not None:
            writer.keep_foreign_text(*text)
        self._live.take(_as_recorded(entry, event), facts.subjects)
        return Recording(entry.seq, False, event_id, findings, entry)  # noqa: FBT003 no duplicate


def _as_recorded(entry: Entry, event: Event) -> Recorded:
    forced = entry.forced
    findings = forced["findings"] if forced else ()
    return Recorded(
        entry.seq,
        event,
        entry.recorded_at,
        entry.actor["id"],
        tuple(finding["code"] for finding in findings),
        forced["reason"] if forced else None,
        tuple(finding["text"] for finding in findings),
    )


def _forced_findings(entry: Entry) -> tuple[Finding, ...]:
    if entry.forced is None:
        return ()
    return tuple(Finding(one["code"], one["text"], one.get("path", "")) for one in entry.forced["findings"])


def _check_embedded(told: Mapping[str, Any], path: str) -> None:
    """Refuse an embedded event that is no whole floor event without an id of its own; tell where."""
    if "id" in told:
        text = "an event that stands in the place of another keeps its id; leave it out"
        raise EventInvalid(type_name="corrected", findings=((f"{path}/id", text),))
    if told.get("type") == "corrected":
        text = "a correction holds no correction; tell the event that is right"
        raise EventInvalid(type_name="corrected", findings=((f"{path}/type", text),))
    if told.get("type") == _CAPTURED_TYPE:
        text = "what others told is corrected by their own error declaration; void it, or capture their new document"
        raise EventInvalid(type_name="corrected", findings=((f"{path}/type", text),))
    try:
        _check_reason(parse_event(told))
    except EventInvalid as error:
        findings = tuple((f"{path}{where}", text) for where, text in error.findings)
        raise EventInvalid(type_name="corrected", findings=findings) from None


def _check_reason(event: Event) -> None:
    """Refuse a correction or a closing without a reason that somebody can read."""
    why = reason_fault(event.reason) if isinstance(event, Corrected | FindingClosed) else None
    if why is not None:
        raise EventInvalid(type_name=event.type, findings=(("/reason", why),))


def _with_made_time(event: dict[str, Any], now_ns: int) -> dict[str, Any]:
    given = event.get("as_given")
    made = [*(given if isinstance(given, list) else ()), {"name": "/event_time"}]
    return {**event, "event_time": ledger_time(now_ns // 1_000), "as_given": made}


def _is_text(key: object) -> bool:
    """Tell whether every database can look a key up: a text, without half of a surrogate pair."""
    return isinstance(key, str) and (key.isascii() or not any("\ud800" <= sign <= "\udfff" for sign in key))


def _is_uuid(text: str) -> bool:
    return _UUID.fullmatch(text) is not None


def made_id(now_ns: int, chance: bytes) -> str:
    """Return a new event id: a UUID of version 7 (RFC 9562), which grows with time, so its index grows at the end."""
    digits = f"{(now_ns // 1_000_000) & 0xFFFFFFFFFFFF:012x}7{chance.hex()[:15]}"
    variant = "89ab"[chance[9] & 3]
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{variant}{digits[16:19]}-{digits[19:28]}{chance.hex()[17:20]}"
