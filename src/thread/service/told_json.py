"""JSON as people and machines hand it in: one event, an array of them, or one a line; strict about what is ambiguous.

What two JSON readers would understand differently is refused, for what is recorded can never be changed: a key that
stands twice, NaN, half a surrogate pair, nesting without end. A null says nothing, so it is left out.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, Final

import orjson

from thread.errors import BadInput, JsonMalformed
from thread.interop import json_text
from thread.interop.quick_json import needs_care

__all__ = ["MAX_EVENT_BYTES", "ToldMalformed", "events_in", "told_event"]

MAX_EVENT_BYTES: Final = 1_000_000
"""Longest JSON text of one event."""

_MAX_DEPTH: Final = 60
_MAX_FILE_BYTES: Final = 256 * 1024 * 1024
_TOO_DEEP: Final = f"it is nested deeper than {_MAX_DEPTH} levels"
_NO_OBJECT: Final = "it is not an object { ... } with the fields of an event"
_SPACE: Final = b" \t\r\n"


class ToldMalformed(BadInput):
    """A text is no event in JSON that everybody would read the same way."""

    code = "json-malformed"

    def __init__(self, *, why: str) -> None:
        super().__init__(f"this is no event in JSON: {why}", why=why)
        self.why = why


def told_event(told: Mapping[str, Any] | bytes) -> dict[str, Any]:
    """Return the JSON object that tells an event, nulls left out.

    `told`: JSON in UTF-8, or a mapping as parsed from JSON.

    Raises:
        ToldMalformed: no JSON object, longer than `MAX_EVENT_BYTES`, nested too deeply, or a key stands twice.
    """
    if not isinstance(told, bytes):
        if not isinstance(told, Mapping):
            raise ToldMalformed(why=_NO_OBJECT)
        if type(told) is dict and _is_plain(told):
            return told
        mapping: dict[str, Any] = _without_nulls(told, _MAX_DEPTH)
        return mapping
    if len(told) > MAX_EVENT_BYTES:
        raise ToldMalformed(why=f"it has {len(told)} bytes, at most {MAX_EVENT_BYTES} are read for one event")
    try:
        value = orjson.loads(told)
    except orjson.JSONDecodeError as error:
        raise ToldMalformed(why=_why_no_json(told, error)) from None
    if type(value) is not dict:
        raise ToldMalformed(why=_NO_OBJECT)
    is_deep = told.count(b"{") + told.count(b"[") > _MAX_DEPTH
    cleaned: dict[str, Any] = _without_nulls(value, _MAX_DEPTH) if is_deep or b"null" in told else value
    if needs_care(told, value):
        _refuse_repeated_keys(told)
    return cleaned


def _why_no_json(data: bytes, error: orjson.JSONDecodeError) -> str:
    """Return what is wrong with a text, and where, as a reader says it that is slower and looks more closely."""
    if not data.strip(_SPACE):
        return "it is empty"
    if error.msg.startswith("depth limit"):
        return _TOO_DEEP
    try:
        json_text.parsed(json_text.decoded(data, file=""), file="")
    except JsonMalformed as fault:
        return f"line {fault.line}, column {fault.column}: {fault.why}"
    return f"{error.msg} at character {error.pos}"


def _is_plain(value: dict[str, Any]) -> bool:
    """Return whether nothing inside is null, or nested too deeply, or of a kind that JSON has not."""
    level: list[Any] = [value]
    for _ in range(_MAX_DEPTH):
        deeper: list[Any] = []
        for holder in level:
            for child in holder.values() if type(holder) is dict else holder:
                kind = type(child)
                if kind is str:
                    continue
                if kind is dict or kind is list:
                    deeper.append(child)
                elif kind is not int and kind is not bool:
                    return False
        if not deeper:
            return True
        level = deeper
    return False


def _without_nulls(value: Any, depth: int) -> Any:
    if not isinstance(value, Mapping | list | tuple):
        return value
    if not depth:
        raise ToldMalformed(why=_TOO_DEEP)
    if isinstance(value, Mapping):
        return {key: _without_nulls(inner, depth - 1) for key, inner in value.items() if inner is not None}
    return [_without_nulls(inner, depth - 1) for inner in value]


def _refuse_repeated_keys(data: bytes) -> None:
    def inspect(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({name for name, _ in pairs}) < len(pairs):
            twice = next(name for name, times in Counter(name for name, _ in pairs).items() if times > 1)
            raise ToldMalformed(why=f"the key {twice[:60]!r} stands twice in one object")
        return dict(pairs)

    json.loads(data, object_pairs_hook=inspect)


def events_in(stream: BinaryIO) -> Iterator[tuple[int, bytes | dict[str, Any]]]:
    """Yield line and JSON of each event in a file: one object, an array of objects, or one object a line.

    Lines are counted from 1 and handed over unread, so that a wrong one can be told together with the others; a file of
    any length is read in flat memory. An object over several lines, and an array, are read whole.

    Raises:
        ToldMalformed: the file is empty, or is neither of the three.
    """
    number, first = _first_line(stream)
    if first is None:
        raise ToldMalformed(why="the file is empty")
    if first.lstrip(_SPACE).startswith(b"[") or not _is_whole(first):
        whole = first + stream.read(_MAX_FILE_BYTES)
        if stream.read(1):
            raise ToldMalformed(why="an array of this size is not read; write one event a line")
        yield from _events_of_whole(whole, number)
        return
    yield number, first.strip(_SPACE)
    for later, line in enumerate(stream, number + 1):
        stripped = line.strip(_SPACE)
        if stripped:
            yield later, stripped


def _first_line(stream: BinaryIO) -> tuple[int, bytes | None]:
    for number, line in enumerate(stream, 1):
        told = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
        if told.strip(_SPACE):
            return number, told
    return 0, None


def _is_whole(line: bytes) -> bool:
    try:
        orjson.loads(line)
    except orjson.JSONDecodeError:
        return False
    return True


def _events_of_whole(data: bytes, number: int) -> Iterator[tuple[int, bytes | dict[str, Any]]]:
    stripped = data.strip(_SPACE)
    if stripped.startswith(b"["):
        try:
            values = orjson.loads(stripped)
        except orjson.JSONDecodeError as error:
            raise ToldMalformed(why=f"{error.msg} at character {error.pos}") from None
        _refuse_repeated_keys(stripped)
        if not values:
            raise ToldMalformed(why="the array is empty")
        yield from ((number, value) for value in values)
        return
    lines = data.split(b"\n")
    if any(line.strip(_SPACE) and _is_whole(line) for line in lines[1:4]):
        # One object a line, with a fault in the first line: that line is wrong, not the whole file.
        yield from ((later, line.strip(_SPACE)) for later, line in enumerate(lines, number) if line.strip(_SPACE))
        return
    yield number, stripped
