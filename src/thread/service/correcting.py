"""Correcting an entry: first what it would touch, then, if somebody says so, the correction itself.

The preview records the correction in a transaction that nothing comes of and asks the same questions before and after
it, so it shows what will be answered, finding by finding. Nothing is locked between preview and confirmation: whoever
confirms hands back what was seen, and if the ledger grew and the correction touches something else now, it is not
recorded but shown again.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Final

import orjson

from thread.errors import BadInput, Conflict, printed
from thread.events import Event, EventInvalid, dump_event, parse_event
from thread.events.corrections import Corrected
from thread.genealogy.field_changes import FieldChange, field_changes, says_the_same
from thread.genealogy.projection import Recorded, Told
from thread.genealogy.sentences import sentence
from thread.ledger import Entry
from thread.recall.touched import touched
from thread.recall.touched_facts import NOTHING_TOUCHED, Touched
from thread.service.collector import collector_paused
from thread.service.history import StoreHistory
from thread.service.recording import Finding, Recording
from thread.store.protocol import Reader
from thread.store.recent import Recent

__all__ = ["CorrectionPreview", "NothingCorrected", "Proposal", "SeenUnknown", "TouchedMeanwhile", "corrected_event"]

_REMEMBERED: Final = 64
_SEEN: Final = re.compile(r"(0|[1-9][0-9]{0,15})-([0-9a-f]{32})-([0-9a-f]{32})")


class NothingCorrected(Conflict):
    """A correction puts in place what stands there already."""

    code = "nothing-corrected"

    def __init__(self, *, seq: int, by: int | None) -> None:
        corrected = "" if by is None else f", since entry {by} corrected it"
        super().__init__(
            f"entry {seq} says exactly that already{corrected}; nothing was recorded", seq=seq, corrected_by=by
        )


class SeenUnknown(BadInput):
    """What is handed back as seen is none that a preview of this ledger gave."""

    code = "seen-unknown"

    def __init__(self, *, seen: object) -> None:
        shown = printed(seen)
        super().__init__(
            f"seen {shown} is none that a preview gave; ask for the preview, and hand back its seen as it is, or leave"
            " it out",
            seen=shown,
        )


class TouchedMeanwhile(Conflict):
    """What a correction does now is not what was shown to whoever confirmed it: the ledger grew."""

    code = "touched-meanwhile"

    def __init__(self, *, preview: CorrectionPreview) -> None:
        seq = preview.event.seq
        super().__init__(
            f"the correction of entry {seq} is not what was shown any more, the ledger has {preview.size} entries now;"
            " nothing was recorded, look at it again",
            seq=seq,
            preview=preview.as_json(),
        )
        self.preview = preview


@dataclass(frozen=True, slots=True)
class CorrectionPreview:
    """What a correction would touch, as known at a ledger size."""

    event: Corrected
    """The correction as it would be recorded."""
    old: tuple[Told, ...]
    """What stands at the entry now; empty: it is void."""
    new: tuple[Told, ...]
    """What would stand there; empty: it would be void."""
    told_by: Recorded | None
    """The entry that tells what stands there now: the first one, or its latest correction."""
    findings: tuple[Finding, ...]
    """What the correction itself would be recorded with."""
    touched: Touched
    origin: str
    size: int
    root: str

    @property
    def changes(self) -> tuple[FieldChange, ...]:
        """What differs field by field; nothing where one of the two is void."""
        old, new = ([told.event for told in side] for side in (self.old, self.new))
        return field_changes(old, new) if old else ()

    @property
    def seen(self) -> str:
        """What whoever confirms hands back: the size, and digests of what was shown of the correction and beyond."""
        return f"{self.size}-{_digest(self.told_json)}-{self.reach}"

    @property
    def reach(self) -> str:
        """A digest of all that is touched, without what every further entry changes."""
        shown = self.touched.as_json()
        for lot in shown["lots"]:
            for finding in (*lot["findings_opened"], *lot["findings_closed"]):
                finding["entries"] = self._without_own(finding["entries"])
                if finding["code"] == "signature-void":
                    finding["text"] = ""
        for shipment in shown["shipments"]:
            shipment["entries"] = self._without_own(shipment["entries"])
        return _digest(shown)

    def _without_own(self, entries: Iterable[int]) -> list[int]:
        return [seq for seq in entries if seq != self.size]

    @property
    def told_json(self) -> dict[str, Any]:
        """The correction itself as a preview prints it: what it says, and what stands there now."""
        by = self.told_by
        return {
            "seq": self.event.seq,
            "void": self.event.void,
            "reason_code": self.event.reason_code,
            "reason": self.event.reason,
            "approver": self.event.approver,
            "told_by": None if by is None else {"seq": by.seq, "recorded_at": by.recorded_at, "actor": by.actor},
            "old": [sentence(told.event) for told in self.old],
            "new": [sentence(told.event) for told in self.new],
            "changes": [change.as_json() for change in self.changes],
            "findings": [finding.as_json() for finding in self.findings],
        }

    def as_json(self) -> dict[str, Any]:
        """The preview as it is printed."""
        return {
            **self.told_json,
            **self.touched.as_json(),
            "seen": self.seen,
            "ledger": {"origin": self.origin, "size": self.size, "root": self.root},
        }


def corrected_event(seq: int, told: Mapping[str, Any], *, target: Entry) -> dict[str, Any]:
    """Return the event that corrects an entry. `told`: its fields without type and seq. `target`: that entry.

    A replacement may repeat the id of what it replaces, as the entry shows it; it keeps that id anyway.

    Raises:
        EventInvalid: type or seq are told beside it, and differ.
    """
    own = {"type": "corrected", "seq": seq}
    for name, value in own.items():
        if name in told and told[name] != value:
            text = f"is {str(told[name])[:60]!r}, but the correction is one of entry {seq}; leave it out"
            raise EventInvalid(type_name="corrected", findings=((f"/{name}", text),))
    event = {**told, **own}
    replaced_by = event.get("replaced_by")
    if isinstance(replaced_by, list | tuple):
        event["replaced_by"] = [_without_own_id(one, target.event.get("id")) for one in replaced_by]
    return event


def _without_own_id(told: Any, own: object) -> Any:
    if isinstance(told, Mapping) and told.get("id") == own:
        return {name: value for name, value in told.items() if name != "id"}
    return told


class Proposal:
    """A correction that a transaction recorded last, and that may still be undone.

    `reader`: sees the transaction. `parsed`: what is remembered of the entries before it.
    """

    def __init__(self, reader: Reader, recording: Recording, *, origin: str, parsed: Recent[int, Any]) -> None:
        event = parse_event(recording.entry.event)
        assert isinstance(event, Corrected)  # noqa: S101 what is proposed here
        self._reader = reader
        self._recording = recording
        self._event = event
        self._size = size = recording.seq
        self._before = StoreHistory(lambda: nullcontext(reader), origin=origin, size=size, parsed=parsed)
        self._after = StoreHistory(
            lambda: nullcontext(reader), origin=origin, size=size + 1, parsed=_Beyond(parsed, size)
        )

    def preview(self) -> CorrectionPreview:
        """Return what the correction touches.

        Raises:
            NothingCorrected: it puts in place what stands there already.
        """
        with collector_paused():
            told = self._told()
            found = touched(self._event.seq, self._before, self._after, old=told.old, new=told.new)
            return replace(told, touched=found)

    def require_seen(self, seen: str | None) -> None:
        """Return if the correction does what somebody saw; None: nobody looked, so anything goes that changes a fact.

        What it touches is counted again only if the ledger grew since.

        Raises:
            NothingCorrected: it puts in place what stands there already.
            SeenUnknown: no preview gave that.
            TouchedMeanwhile: it does something else now.
        """
        told = self._told()
        if seen is None:
            return
        found = _SEEN.fullmatch(str(seen))
        if found is None or int(found[1]) > self._size:
            raise SeenUnknown(seen=seen)
        size, own, reach = found.groups()
        if own != _digest(told.told_json) or (size != str(self._size) and reach != self.preview().reach):
            raise TouchedMeanwhile(preview=self.preview())

    def _told(self) -> CorrectionPreview:
        """Return the correction without what it touches."""
        seq = self._event.seq
        old, new = self._before.standing(seq), self._after.standing(seq)
        corrections = self._before.corrections(seq)
        is_forced = any(told.forced for told in old)
        told_again = [self._with_known_values(told.event, was.event) for told, was in zip(new, old, strict=False)]
        is_same = len(old) == len(new) and says_the_same([told.event for told in old], told_again)
        if is_same and not is_forced:
            raise NothingCorrected(seq=seq, by=corrections[-1].entry.seq if corrections else None)
        return CorrectionPreview(
            self._event,
            old,
            new,
            corrections[-1].entry if corrections else self._before.entry(seq),
            self._recording.findings,
            NOTHING_TOUCHED,
            self._before.origin,
            self._size,
            b64encode(self._reader.frontier_at(self._size).root()).decode(),
        )

    def _with_known_values(self, event: Event, before: Event) -> Event:
        """Return an event with the digests of another where the personal values behind both are the same."""
        told = dump_event(event)
        known = _known_digests(told, dump_event(before), self._reader)
        return parse_event(known) if known != told else event


def _known_digests(told: Any, before: Any, reader: Reader) -> Any:
    if isinstance(told, Mapping) and isinstance(before, Mapping):
        if told.keys() == before.keys() == {"digest"}:
            values = [reader.private_value(one["digest"]) for one in (told, before)]
            is_same = None not in values and len({value.value for value in values if value is not None}) == 1
            return before if is_same else told
        return {name: _known_digests(value, before.get(name), reader) for name, value in told.items()}
    if isinstance(told, list) and isinstance(before, list) and len(told) == len(before):
        return [_known_digests(one, other, reader) for one, other in zip(told, before, strict=True)]
    return told


def _digest(told: object) -> str:
    return sha256(orjson.dumps(told)).hexdigest()[:32]


class _Beyond(Recent[int, Any]):
    """What is remembered of entries, with those apart that are not recorded yet: their numbers may be others' soon."""

    def __init__(self, shared: Recent[int, Any], size: int) -> None:
        super().__init__(_REMEMBERED)
        self._shared = shared
        self._size = size

    def get(self, key: int) -> Any | None:
        """Return what is remembered for a key."""
        return self._shared.get(key) if key < self._size else super().get(key)

    def __setitem__(self, key: int, value: Any) -> None:
        if key < self._size:
            self._shared[key] = value
        else:
            super().__setitem__(key, value)
