"""One EPCIS event, or one master data element, as it will be recorded; or why it cannot be.

Checks against schema and meaning, then puts together the exact text, the context, our reading and the key. What a file
is, and where its events stand, is `epcis`'s question. Sources: DESIGN 3 (keys), 4 (captured events).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
from pydantic import ValidationError

from thread.errors import EpcisTextMissing
from thread.events.captured import EpcisCaptured, EpcisReading, ReadDocument, ReadingFinding
from thread.events.reading import dump_event
from thread.interop.epcis_context import declared_prefixes
from thread.interop.epcis_findings import Findings, pointer
from thread.interop.epcis_hash import event_hash
from thread.interop.epcis_master_data import read_master_data
from thread.interop.epcis_meaning import meaning_faults
from thread.interop.epcis_reading import document_number, read_event, told_values
from thread.interop.epcis_schema import EVENT_KINDS, Fault, element_faults, event_faults, shown
from thread.interop.json_text import JsonValue

__all__ = ["Capture", "CapturedEvent", "EpcisDocument", "Rejection", "Told", "captured_key", "same_captured"]

_MOST_FAULTS: Final = 50
"""Faults told of one event; the rest is seen when these are mended."""
_LARGEST_EVENT: Final = 62_000
"""Bytes of a captured event without its text, so that the entry around it stays below 65,535 (DESIGN 3)."""
_MOST_DOCUMENTS: Final = 200
_LONGEST_NUMBER: Final = 200
_LONGEST_TIME: Final = 45


@dataclass(frozen=True, slots=True)
class Rejection:
    """Something in a file that was not captured, and why."""

    file: str
    index: int | None
    """Place of the event in the file, from 0; None where it is about the document or its master data."""
    path: str
    """JSON Pointer into the file (into the line, where each line is an event)."""
    reason: str

    def as_json(self) -> dict[str, object]:
        """The rejection as `thread import --json` prints it."""
        return {"file": self.file, "index": self.index, "path": self.path, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class CapturedEvent:
    """An event, or a master data element, ready to be recorded."""

    index: int
    """Place among the events of the file, or among its master data elements, from 0."""
    path: str
    """JSON Pointer into the file."""
    key: str
    """The key under which it is recorded once and for ever (DESIGN 3)."""
    event: Mapping[str, Any]
    """An `epcis_captured` event as JSON values."""
    findings: tuple[ReadingFinding, ...]

    @property
    def is_master_data(self) -> bool:
        """Whether it describes an item, place or party instead of telling what happened."""
        return bool(self.event["reading"]["kind"] == "MasterData")


@dataclass(frozen=True, slots=True)
class EpcisDocument:
    """What a file holds: what can be captured, and what cannot."""

    file: str
    sha256: str
    """Of the bytes of the file, 64 hexadecimal digits."""
    events: tuple[CapturedEvent, ...]
    master_data: tuple[CapturedEvent, ...]
    rejected: tuple[Rejection, ...]
    findings: tuple[ReadingFinding, ...]
    """What is odd about the document itself."""

    @property
    def captured(self) -> tuple[CapturedEvent, ...]:
        """Everything to be recorded, in the order of a document: master data, then events."""
        return (*self.master_data, *self.events)


@dataclass(frozen=True, slots=True)
class Told:
    """A value of a file: the steps that lead to it, its exact text, what was parsed from it, and its context."""

    steps: tuple[str | int, ...]
    text: str
    value: Any
    context: JsonValue
    context_text: str | None


class Capture:
    """Takes the events of one file, one after the other; `document()` is the outcome."""

    def __init__(self, *, file: str, sha256: str) -> None:
        self.findings = Findings()
        self._file = file
        self._sha256 = sha256
        self._events: list[CapturedEvent] = []
        self._master_data: list[CapturedEvent] = []
        self._rejected: list[Rejection] = []
        self._hashes: dict[str, tuple[int, str]] = {}

    def reject(self, index: int | None, steps: tuple[str | int, ...], faults: Iterable[Fault]) -> bool:
        """Note what is wrong at a place of the file; tell whether there was anything."""
        told = [Rejection(self._file, index, pointer((*steps, *path)), text) for path, text in faults]
        self._rejected += told[:_MOST_FAULTS]
        return bool(told)

    def event(self, index: int, told: Told, *, bare: bool) -> None:
        """Take an event. `bare`: it stands in no document."""
        findings = Findings()
        if self.reject(index, told.steps, _kind_faults(told.value)):
            return
        value = told_values(told.value, findings)
        if self.reject(index, told.steps, event_faults(value, bare=bare)):
            return
        if self.reject(index, told.steps, meaning_faults(value)):
            return
        prefixes = declared_prefixes(told.context, value.get("@context"))
        hashed = event_hash(told.value, prefixes)
        reading = self._read(
            index, told, lambda: read_event(value, prefixes=prefixes, event_hash=hashed, findings=findings)
        )
        if reading is None or self._is_another(index, told, reading):
            return
        documents = _documents(reading.documents)
        fields = {"event_time": _event_time(value["eventTime"]), **({"documents": documents} if documents else {})}
        self._keep(self._events, index, told, reading, fields)

    def element(self, vocabulary: str, told: Told, *, creation_time: str) -> None:
        """Take a master data element of a vocabulary."""
        if self.reject(None, told.steps, element_faults(told.value)):
            return
        prefixes = declared_prefixes(told.context)
        index = len(self._master_data)
        findings = Findings()
        reading = self._read(
            None, told, lambda: read_master_data(vocabulary, told.value, prefixes=prefixes, findings=findings)
        )
        if reading is not None:
            self._keep(self._master_data, index, told, reading, {"event_time": _event_time(creation_time)})

    def document(self) -> EpcisDocument:
        """Return what was taken and what was refused."""
        return EpcisDocument(
            file=self._file,
            sha256=self._sha256,
            events=tuple(self._events),
            master_data=tuple(self._master_data),
            rejected=tuple(self._rejected),
            findings=self.findings.all(),
        )

    def _read(self, index: int | None, told: Told, read: Callable[[], EpcisReading]) -> EpcisReading | None:
        try:
            return read()
        except ValidationError as error:
            detail = error.errors(include_url=False)[0]
            self.reject(
                index, told.steps, [Fault((), f"cannot be read: {detail['msg']}; found {shown(detail['input'])}")]
            )
            return None

    def _is_another(self, index: int, told: Told, reading: EpcisReading) -> bool:
        """Refuse an event that has the key of one before it in the file, but another content."""
        key, content = _event_key(reading), reading.event_hash or ""
        first, known = self._hashes.setdefault(key, (index, content))
        if known == content:
            return False
        text = (
            f"event {first} has the same eventID {reading.event_id}, but says something else; an eventID is used once"
        )
        return self.reject(index, told.steps, [Fault(("eventID",), text)])

    def _keep(
        self, where: list[CapturedEvent], index: int, told: Told, reading: EpcisReading, fields: Mapping[str, Any]
    ) -> None:
        captured, size = self._captured(told, reading, fields)
        if size > _LARGEST_EVENT:
            captured, size = self._captured(told, _without_spellings(reading), fields)
        if size > _LARGEST_EVENT:
            text = (
                f"names too much for one entry: its reading takes {size} bytes, {_LARGEST_EVENT} fit; tell it in parts"
            )
            self.reject(index if reading.master_data is None else None, told.steps, [Fault((), text)])
            return
        event = dump_event(captured)
        where.append(CapturedEvent(index, pointer(told.steps), captured_key(captured), event, reading.findings))

    def _captured(self, told: Told, reading: EpcisReading, fields: Mapping[str, Any]) -> tuple[EpcisCaptured, int]:
        """Return the event to be recorded, and its bytes without the text, which may lie elsewhere."""
        context = {} if told.context_text is None else {"context": told.context_text}
        captured = EpcisCaptured.model_validate(
            {
                **fields,
                **context,
                "basis": "imported",
                "source": {"method": "import"},
                "text": told.text,
                "document_sha256": self._sha256,
                "reading": reading,
            }
        )
        return captured, len(orjson.dumps({**dump_event(captured), "text": ""}))


def _without_spellings(reading: EpcisReading) -> EpcisReading:
    """Return a reading without the names as captured, which its text has too."""
    lists = {name: getattr(reading, name) for name in ("inputs", "outputs", "contents", "components", "lots")}
    shorter = {
        name: tuple(line.model_copy(update={"as_given": None}) for line in lines)
        for name, lines in lists.items()
        if lines
    }
    return reading.model_copy(update=shorter)


def captured_key(event: EpcisCaptured) -> str:
    """Return the key under which a captured event is recorded: its eventID or hash, and its declared error.

    Raises:
        EpcisTextMissing: it is master data, whose key is of its text, and the text is not in place.
    """
    master_data = event.reading.master_data
    if master_data is None:
        return _event_key(event.reading)
    if not isinstance(event.text, str):
        raise EpcisTextMissing(event=master_data.name)
    content = f"{master_data.vocabulary}\x00{master_data.name}\x00{event.text}"
    return f"epcis:masterdata:{hashlib.sha256(content.encode()).hexdigest()}"


def _event_key(reading: EpcisReading) -> str:
    error = f";error={reading.error.declared_at}" if reading.error else ""
    return f"epcis:{reading.event_id or reading.event_hash}{error}"


def same_captured(one: EpcisCaptured, other: EpcisCaptured) -> bool:
    """Return whether two captures tell the same: the same content by the EPCIS event hash, and the same declared error.

    The documents they came in, white space, the order of members and recordTime do not count (CBV 2.0, 8.9).
    """
    mine, its = one.reading, other.reading
    if mine.master_data is not None:
        return mine.master_data == its.master_data
    return (mine.kind, mine.event_id, mine.event_hash, mine.error) == (
        its.kind,
        its.event_id,
        its.event_hash,
        its.error,
    )


def _kind_faults(event: object) -> tuple[Fault, ...]:
    if not isinstance(event, dict):
        return (Fault((), f"found {shown(event)}; expected an event, which is an object"),)
    name = "type" if "type" in event or "isA" not in event else "isA"
    if name not in event:
        return (Fault((name,), f"is missing; expected one of {', '.join(EVENT_KINDS)}"),)
    if event[name] not in EVENT_KINDS:
        return (Fault((name,), f"found {shown(event[name])}; expected one of {', '.join(EVENT_KINDS)}"),)
    return ()


def _event_time(told: str) -> str:
    """Return a time as told; digits of the second beyond nanoseconds are cut where it would be too long to keep."""
    if len(told) <= _LONGEST_TIME:
        return told
    whole, _, rest = told.partition(".")
    digits = len(rest) - len(rest.lstrip("0123456789"))
    return f"{whole}.{rest[:9]}{rest[digits:]}"


def _documents(told: tuple[ReadDocument, ...]) -> tuple[dict[str, str], ...]:
    """Return business transactions as the documents of an event; those with longer numbers stay in the reading only."""
    found = []
    for document in told[:_MOST_DOCUMENTS]:
        number, issuer = document_number(document.name)
        if len(number) <= _LONGEST_NUMBER and len(document.type) <= _LONGEST_NUMBER:
            found.append({"type": document.type, "number": number, **({"issuer": issuer} if issuer else {})})
    return tuple(found)
