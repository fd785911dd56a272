"""EPCIS 2.0 in JSON: documents to events to be captured, and captured events to a document.

Reads EPCISDocument and EPCISQueryDocument, and events that stand alone: one, a JSON array of them, or one a line. An
event is kept as the exact text that stood in the file; beside it stand the context that gives its prefixes a meaning
and our reading of it. XML is not read. Sources: EPCIS 2.0, section 10; DESIGN 3 and 4.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from thread.errors import EpcisTextMissing, JsonMalformed, NotEpcis, ThreadError
from thread.events.captured import EpcisCaptured
from thread.interop import json_text
from thread.interop.epcis_capture import (
    Capture,
    CapturedEvent,
    EpcisDocument,
    Rejection,
    Told,
    captured_key,
    same_captured,
)
from thread.interop.epcis_context import merged_context, unread_contexts
from thread.interop.epcis_schema import EVENT_KINDS, Fault, document_faults, header_faults, shown
from thread.interop.json_text import JsonValue, Span, written
from thread.values.times import TimeMalformed, instant

__all__ = [
    "CapturedEvent",
    "EpcisDocument",
    "Rejection",
    "captured_key",
    "read_epcis",
    "same_captured",
    "write_epcis",
]

_DOCUMENTS: Final = ("EPCISDocument", "EPCISQueryDocument")
_EVENT_LISTS: Final = (("epcisBody", "eventList"), ("epcisBody", "queryResults", "resultsBody", "eventList"))
_MASTER_LISTS: Final = (
    ("epcisHeader", "epcisMasterData", "vocabularyList"),
    ("epcisHeader", "EPCISMasterData", "vocabularyList"),
    ("epcisBody", "queryResults", "resultsBody", "vocabularyList"),
)


def read_epcis(data: bytes, *, file: str) -> EpcisDocument:
    """Return what a file tells; wrong events stand in `rejected`, the others can be recorded.

    `file`: its name, for messages. Nothing is recorded here: whether one wrong event keeps all others out is for the
    caller to say.

    Raises:
        JsonMalformed: the file is no JSON; tells line and column.
        NotEpcis: it is something else than EPCIS 2.0 in JSON.
    """
    _refuse_xml(data, file)
    text = json_text.decoded(data, file=file)
    capture = Capture(file=file, sha256=hashlib.sha256(data).hexdigest())
    lines = _event_lines(text, file)
    if lines is not None:
        for index, (line, value) in enumerate(lines):
            capture.event(index, _bare(line, _start(line), len(line), (), value), bare=True)
        return capture.document()
    value = json_text.parsed(text, file=file)
    kind = _kind_of(value)
    if isinstance(value, dict) and kind in _DOCUMENTS:
        _read_document(text, {**value, "type": kind}, capture)
    elif kind in EVENT_KINDS:
        capture.event(0, _bare(text, _start(text), len(text), (), value), bare=True)
    elif isinstance(value, list) and value and all(_kind_of(each) in EVENT_KINDS for each in value):
        for index, (span, event) in enumerate(zip(json_text.items(text, _start(text)), value, strict=True)):
            capture.event(index, _bare(text, span.start, span.end, (index,), event), bare=True)
    else:
        raise NotEpcis(file=file, why=_why_not(value))
    return capture.document()


# What a file is


def _start(text: str) -> int:
    return len(text) - len(text.lstrip(" \t\n\r"))


def _kind_of(value: object) -> str:
    kind = value.get("type", value.get("isA")) if isinstance(value, dict) else None
    return kind if isinstance(kind, str) else ""


def _refuse_xml(data: bytes, file: str) -> None:
    start = data[:200].removeprefix(b"\xef\xbb\xbf").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
    if start.replace(b"\x00", b"").lstrip().startswith(b"<"):
        why = "this is XML, which is not read; ask for the document as EPCIS 2.0 JSON, or convert it"
        raise NotEpcis(file=file, why=why)


def _event_lines(text: str, file: str) -> list[tuple[str, JsonValue]] | None:
    """Return the lines of a file that holds one JSON object a line; None where it does not.

    Raises:
        JsonMalformed: a later line is no JSON.
        NotEpcis: a line is no event.
    """
    start, end = _start(text), json_text.first_value_ends(text)
    if end is None or text[start] != "{" or "\n" in text[start:end]:
        return None
    if not text[end:].lstrip(" \t\r").startswith("\n") or not text[end:].strip(" \t\r\n"):
        return None
    told = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip(" \t\r"):
            continue
        try:
            told.append((line, json_text.parsed(line, file=file)))
        except JsonMalformed as error:
            raise JsonMalformed(file=file, line=number, column=error.column, why=error.why) from None
        if _kind_of(told[-1][1]) not in EVENT_KINDS:
            why = f"line {number} is no EPCIS event; in a file with one JSON object a line, each of them is one"
            raise NotEpcis(file=file, why=why)
    return told


def _why_not(value: JsonValue) -> str:
    if isinstance(value, list):
        if not value:
            return "the file holds an empty array; an array of EPCIS events is read, or a document"
        first = next(at for at, each in enumerate(value) if _kind_of(each) not in EVENT_KINDS)
        return f"element {first} of the array is no EPCIS event; expected events only, or a document"
    if not isinstance(value, dict):
        return f"the file holds {shown(value)}, which is no EPCIS document"
    if _kind_of(value):
        return f"its type is {shown(_kind_of(value))}; expected EPCISDocument, EPCISQueryDocument or an event"
    if "epcisBody" in value:
        return "'type' is missing; expected EPCISDocument or EPCISQueryDocument"
    for name, told in value.items():
        if isinstance(told, str) and told.lstrip("\ufeff \t\r\n").startswith("{"):
            return _why_wrapped(name, told)
    return "the file holds a JSON object without 'type' and 'epcisBody', which is no EPCIS document"


def _why_wrapped(name: str, told: str) -> str:
    """Say what is inside a record, of a log or a queue, that holds a document as a text."""
    take = f"this is a record that holds a document as the text of {shown(name)}; take that text out and import it"
    try:
        inner = read_epcis(told.encode(), file=name)
    except NotEpcis as error:
        return f"the file holds a record, and the text of {shown(name)} in it is no EPCIS document: {error.why}"
    except ThreadError as error:
        return f"{take}, once it is mended: {error}"
    if not inner.rejected:
        odd = [f"{finding.path}: {finding.text}" for finding in inner.findings]
        odd += [f"{event.path}{each.path}: {each.text}" for event in inner.captured for each in event.findings]
        with_what = f", with findings: {'; '.join(odd)}" if odd else ""
        return f"{take}; nothing in it is refused, {len(inner.events)} events can be captured{with_what[:1_000]}"
    faults = "; ".join(f"{one.path or '/'}: {one.reason}" for one in inner.rejected)
    return f"{take}, once it is mended: {faults[:1_000]}"


def _bare(text: str, start: int, end: int, steps: tuple[str | int, ...], value: Any) -> Told:
    """Return an event that stands in no document; the context is its own."""
    context = next((span for name, span in json_text.members(text, start) if name == "@context"), None)
    return Told(
        steps=steps,
        text=text[start:end].rstrip(" \t\n\r"),
        value=value,
        context=value.get("@context"),
        context_text=text[context.start : context.end] if context else None,
    )


# Documents


def _read_document(text: str, document: Mapping[str, Any], capture: Capture) -> None:
    _check_document(document, capture)
    context = document.get("@context")
    for address in unread_contexts(context):
        what = f"the context {address} is not read, so what its prefixes mean is not known here"
        capture.findings.add("context-unread", ("@context",), what)
    span = _span_at(text, ("@context",))
    context_text = text[span.start : span.end] if span else None
    events = list(_elements(text, document, _EVENT_LISTS))
    elements = list(_master_elements(text, document, capture))
    if elements:
        creation_time = _creation_time(document, events, capture)
        for vocabulary, steps, at, value in elements if creation_time else ():
            told = Told(steps, text[at.start : at.end], value, context, context_text)
            capture.element(vocabulary, told, creation_time=creation_time)
    for index, (steps, at, value) in enumerate(events):
        capture.event(index, Told(steps, text[at.start : at.end], value, context, context_text), bare=False)


def _check_document(document: Mapping[str, Any], capture: Capture) -> None:
    """Check the document without its events and master data, which are checked one by one."""
    bare = _without_lists(document)
    if document["type"] == "EPCISQueryDocument" and "epcisHeader" in bare:
        # The schema forgot the header of query documents, which the standard allows (EPCIS 2.0, 9.5).
        for path, text in header_faults(bare.pop("epcisHeader")):
            capture.findings.add("header-unknown", ("epcisHeader", *path), text)
    capture.reject(None, (), document_faults(bare))
    version = document.get("schemaVersion")
    if isinstance(version, str) and not version.startswith("2"):
        capture.findings.add("schema-version", ("schemaVersion",), f"is {shown(version)}; read as EPCIS 2.0")


def _without_lists(value: Any, depth: int = 0) -> Any:
    if not isinstance(value, dict):
        return value
    return {
        name: []
        if name in {"eventList", "vocabularyList"} and isinstance(inner, list) and depth
        else _without_lists(inner, depth + 1)
        if name in _WAY
        else inner
        for name, inner in value.items()
        if name != "isA" or depth
    }


_WAY: Final = frozenset(name for way in (*_EVENT_LISTS, *_MASTER_LISTS) for name in way[:-1])


def _span_at(text: str, names: Iterable[str]) -> Span | None:
    """Return where the value stands that the names lead to from the document."""
    span: Span | None = Span(_start(text), len(text))
    for name in names:
        if span is None or text[span.start] != "{":
            return None
        span = next((inner for told, inner in json_text.members(text, span.start) if told == name), None)
    return span


def _elements(
    text: str, document: Any, ways: Iterable[tuple[str, ...]]
) -> Iterator[tuple[tuple[str | int, ...], Span, Any]]:
    """Yield the elements of the arrays that `ways` lead to: their steps, where they stand, their values."""
    for way in ways:
        values = document
        for name in way:
            values = values.get(name) if isinstance(values, dict) else None
        span = _span_at(text, way) if isinstance(values, list) else None
        if span is not None:
            for at, (inner, value) in enumerate(zip(json_text.items(text, span.start), values, strict=True)):
                yield (*way, at), inner, value


def _master_elements(
    text: str, document: Mapping[str, Any], capture: Capture
) -> Iterator[tuple[str, tuple[str | int, ...], Span, Any]]:
    for steps, span, vocabulary in _elements(text, document, _MASTER_LISTS):
        name = vocabulary.get("type") if isinstance(vocabulary, dict) else None
        if not isinstance(name, str) or not name:
            capture.reject(None, steps, [Fault(("type",), "is missing; expected the URI of the vocabulary")])
            continue
        values = vocabulary.get("vocabularyElementList") or []
        if not isinstance(values, list):
            fault = Fault(("vocabularyElementList",), f"found {shown(values)}; expected a list")
            capture.reject(None, steps, [fault])
            continue
        told = dict(json_text.members(text, span.start))
        inside = json_text.items(text, told["vocabularyElementList"].start) if values else ()
        for at, (inner, value) in enumerate(zip(inside, values, strict=True)):
            yield name, (*steps, "vocabularyElementList", at), inner, value


def _creation_time(document: Mapping[str, Any], events: Iterable[tuple[Any, Any, Any]], capture: Capture) -> str:
    """Return the time of a document's master data; empty where nobody can tell.

    A query document may come without creationDate; then it is as old as the last thing it tells.
    """
    told = document.get("creationDate")
    if told is not None:
        return told if _moment(told) is not None else ""
    times = [
        event.get(name) for _, _, event in events if isinstance(event, dict) for name in ("eventTime", "recordTime")
    ]
    known = [time for time in times if _moment(time) is not None]
    if not known:
        if document["type"] == "EPCISQueryDocument":
            capture.reject(
                None, (), [Fault(("creationDate",), "is missing; master data need to say when they were told")]
            )
        return ""
    last = max(known, key=instant)
    capture.findings.add(
        "creation-date-missing", ("creationDate",), f"is missing; master data are dated {last}, the last time told"
    )
    return str(last)


def _moment(text: object) -> int | None:
    try:
        return instant(text) if isinstance(text, str) else None
    except TimeMalformed:
        return None


# Captured events to a document


def write_epcis(events: Iterable[EpcisCaptured], *, creation_date: str) -> bytes:
    """Return an EPCISDocument whose events, and master data elements, are the exact texts that were captured.

    Args:
        events: captured events in the order in which they shall stand, their texts in place.
        creation_date: when the document is made, RFC 3339.

    Raises:
        EpcisTextMissing: the text of an event is not there.
        EpcisContextsDiffer: two events use one prefix for two namespaces; export them as documents of their own.
    """
    told = tuple(events)
    texts = [(event.reading.master_data, _text_of(event)) for event in told]
    contexts = dict.fromkeys(event.context for event in told if event.context is not None)
    parsed = [json_text.parsed(context, file="context") for context in contexts]
    context = next(iter(contexts)) if len(contexts) == 1 else written(merged_context(parsed))
    vocabularies: dict[str, list[str]] = {}
    for master_data, text in texts:
        if master_data is not None:
            vocabularies.setdefault(master_data.vocabulary, []).append(text)
    header = "".join(
        [f'"epcisHeader":{{"epcisMasterData":{{"vocabularyList":[{_vocabularies(vocabularies)}]}}}},\n']
        * bool(vocabularies)
    )
    body = ",\n".join(text for master_data, text in texts if master_data is None)
    return (
        f'{{"@context":{context},\n"type":"EPCISDocument",\n"schemaVersion":"2.0",\n'
        f'"creationDate":{written(creation_date)},\n{header}"epcisBody":{{"eventList":[\n{body}\n]}}}}\n'
    ).encode()


def _vocabularies(vocabularies: Mapping[str, list[str]]) -> str:
    return ",\n".join(
        f'{{"type":{written(name)},"vocabularyElementList":[\n' + ",\n".join(texts) + "\n]}"
        for name, texts in vocabularies.items()
    )


def _text_of(event: EpcisCaptured) -> str:
    if isinstance(event.text, str):
        return event.text
    raise EpcisTextMissing(event=event.reading.event_id or event.reading.event_hash or "")
