"""Files of events, read one event at a time: one JSON object, a JSON array of them, or NDJSON (one on each line).

A line holds an event, an event with a `key` among its fields, or `{"key": ..., "event": {...}}`. Memory does not grow
with the length of NDJSON; an array, or an object over several lines, is read as a whole. Whatever is no JSON is told
with its line and column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any, Final

from thread.cli.files import FileUnusable
from thread.errors import BadInput, JsonMalformed, ThreadError
from thread.interop import json_text
from thread.interop.quick_json import quickly_read

__all__ = ["NoEvents", "ToldEvent", "told_events"]

_LONGEST_LINE: Final = 16 << 20
_LONGEST_DOCUMENT: Final = 64 << 20
_MARK: Final = b"\xef\xbb\xbf"
_SPACE: Final = b" \t\r\n"
_INTEGER: Final = re.compile(r"-?\d{1,18}", re.ASCII)
_LARGEST: Final = 1.7e308


class NoEvents(BadInput):
    """A file is well formed and tells nothing."""

    code = "no-events"

    def __init__(self, *, file: str) -> None:
        super().__init__(f"{file}: holds no event; nothing was recorded", file=file)


@dataclass(frozen=True, slots=True)
class ToldEvent:
    """One event of a file, not checked yet: its place from 0, and the line that it begins on, from 1."""

    index: int
    line: int
    event: Any
    key: str | None = None
    fault: ThreadError | None = None
    """Why it cannot be read; the event is None then."""


def told_events(stream: IO[bytes], *, file: str) -> Iterator[ToldEvent]:
    """Yield the events of a file in order.

    A line of NDJSON that is no JSON is yielded with its fault; the lines after it can still be read.

    Raises:
        JsonMalformed: the file is neither a JSON object, a JSON array, nor NDJSON.
        FileUnusable: a line, or a document that must be read as a whole, is too long.
        NoEvents: it tells nothing.
    """
    number, first = _first_line(stream, file)
    if first is None:
        raise NoEvents(file=file)
    if not first.startswith(b"[") and _is_whole(first):
        yield from _lines(stream, file, number, first)
    else:
        yield from _document(stream, file, number, first)


def _first_line(stream: IO[bytes], file: str) -> tuple[int, bytes | None]:
    number = 0
    while line := _line(stream, file, number + 1):
        number += 1
        told = line.removeprefix(_MARK) if number == 1 else line
        if told.strip(_SPACE):
            return number, told
    return number, None


def _line(stream: IO[bytes], file: str, number: int) -> bytes:
    line = stream.readline(_LONGEST_LINE + 1)
    if len(line) > _LONGEST_LINE:
        raise FileUnusable(file=f"{file}:{number}", why=f"the line is longer than {_LONGEST_LINE >> 20} MiB")
    return line


def _is_whole(line: bytes) -> bool:
    """Tell whether a line is, or was meant to be, an event by itself, and not the beginning of an object."""
    told = line.strip(_SPACE)
    if not told.startswith(b"{"):
        return True
    return told.endswith(b"}")


def _lines(stream: IO[bytes], file: str, number: int, line: bytes) -> Iterator[ToldEvent]:
    index = 0
    while line:
        if line.strip(_SPACE):
            yield _told_line(line, file, index, number)
            index += 1
        number += 1
        line = _line(stream, file, number)


def _told_line(line: bytes, file: str, index: int, number: int) -> ToldEvent:
    value: Any = quickly_read(line)
    if value is not None:
        return _told(value, index, number)
    try:
        value = _value(line.rstrip(b"\r\n"), file)
    except JsonMalformed as error:
        fault = JsonMalformed(file=file, line=number + error.line - 1, column=error.column, why=error.why)
        return ToldEvent(index, number, None, fault=fault)
    return _told(value, index, number)


def _document(stream: IO[bytes], file: str, number: int, first: bytes) -> Iterator[ToldEvent]:
    data = first + stream.read(_LONGEST_DOCUMENT)
    if len(data) > _LONGEST_DOCUMENT:
        why = f"one JSON document of more than {_LONGEST_DOCUMENT >> 20} MiB; write one event on each line instead"
        raise FileUnusable(file=file, why=why)
    try:
        value = _value(data, file)
    except JsonMalformed as error:
        line = number + error.line - 1
        raise JsonMalformed(file=file, line=line, column=error.column, why=error.why) from None
    if not isinstance(value, list):
        yield _told(value, 0, number)
        return
    if not value:
        raise NoEvents(file=file)
    text = data.decode()
    line, at = number, 0
    for index, (span, event) in enumerate(zip(json_text.items(text, text.index("[")), value, strict=True)):
        line += text.count("\n", at, span.start)
        at = span.start
        yield _told(event, index, line)


def _told(value: Any, index: int, line: int) -> ToldEvent:
    """Return what a JSON value tells: an event, an event with a key among its fields, or both side by side."""
    if not isinstance(value, dict):
        return ToldEvent(index, line, value)
    if "event" in value and "type" not in value:
        unknown = sorted(value.keys() - {"event", "key"})
        if unknown:
            return ToldEvent(index, line, None, fault=_not_beside(unknown[0]))
        event = value["event"]
    else:
        event = {name: told for name, told in value.items() if name != "key"} if "key" in value else value
    key = value.get("key")
    if key is not None and (not isinstance(key, str) or not key):
        fault = BadInput(f"key is {str(key)[:60]!r}, which is no text; leave it out or give a text", path="/key")
        return ToldEvent(index, line, None, fault=fault)
    return ToldEvent(index, line, event, key)


def _not_beside(name: str) -> BadInput:
    return BadInput(
        f"{name[:60]!r} stands beside `event`, where only `key` may; give the event as it was told,"
        " not as an entry of a ledger",
        path=f"/{name}",
    )


def _value(data: bytes, file: str) -> Any:
    """Return strict JSON as plain values. Integers stay integers; other numbers become floats, which no event takes."""
    return _plain(json_text.parsed(json_text.decoded(data, file=file), file=file))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, json_text.Number):
        if _INTEGER.fullmatch(value.text):
            return int(value.text)
        return max(-_LARGEST, min(_LARGEST, float(value.text)))
    return value
