"""Strict JSON: bytes to values, with the place of every fault and the exact text of every part.

Foreign JSON is evidence, so it is read more strictly than most libraries do: one spelling of everything (no duplicate
names, no NaN, no comments, no lone surrogates), a limit on depth, and numbers that stay text, so that none passes
through a binary float. Source: RFC 8259, with the rules of I-JSON (RFC 7493) on names and Unicode.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, TypeAlias

from thread.errors import JsonMalformed

__all__ = [
    "DEEPEST",
    "JsonValue",
    "Number",
    "Span",
    "decoded",
    "first_value_ends",
    "items",
    "members",
    "parsed",
    "place",
    "written",
]

DEEPEST: Final = 100
"""Most levels of objects and arrays; published EPCIS documents have about fifteen."""


@dataclass(frozen=True, slots=True)
class Number:
    """A JSON number exactly as written."""

    text: str

    def __str__(self) -> str:
        return self.text


JsonValue: TypeAlias = Mapping[str, Any] | list[Any] | str | Number | bool | None


class Span(NamedTuple):
    """Where a value stands in a text: its first character, and one past its last."""

    start: int
    end: int


class _Refused(Exception):
    """The parser met what JSON libraries usually let pass; where it stands is looked for afterwards."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(pairs)
    if len(told) != len(pairs):
        raise _Refused
    return told


def _constant(_: str) -> None:
    raise _Refused


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=Number, parse_int=Number, parse_constant=_constant, strict=True
)
_SKIP: Final = json.JSONDecoder(parse_float=str, parse_int=str).raw_decode
_SPACE: Final = re.compile(r"[ \t\n\r]*")
_ESCAPED_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F]")
_TOKEN: Final = re.compile(r'"(?:[^"\\]+|\\.?)*+"?|[\[\]{}:,]|-?[A-Za-z]+', re.DOTALL)
_BYTE_ORDER_MARKS: Final = {
    b"\xff\xfe\x00\x00": "UTF-32",
    b"\x00\x00\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}


def decoded(data: bytes, *, file: str) -> str:
    """Return the text of a JSON file: UTF-8, without its byte order mark if it has one.

    Raises:
        JsonMalformed: the bytes are not UTF-8; says where the first wrong byte stands.
    """
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if data.startswith(mark):
            raise JsonMalformed(file=file, line=1, column=1, why=f"the file is {encoding}; save it as UTF-8")
    told = data.removeprefix(b"\xef\xbb\xbf")
    try:
        return told.decode()
    except UnicodeDecodeError as error:
        line, column = place(told[: error.start].decode(), error.start)
        why = f"byte 0x{told[error.start]:02X} is not UTF-8; save the file as UTF-8"
        raise JsonMalformed(file=file, line=line, column=column, why=why) from None


def place(text: str, position: int) -> tuple[int, int]:
    r"""Return line and column of a position in a text, both from 1; the column counts characters.

    >>> place("{\n  x", 4)
    (2, 3)
    """
    before = text[:position]
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def parsed(text: str, *, file: str) -> JsonValue:
    """Return the value of a JSON text; numbers as `Number`.

    Raises:
        JsonMalformed: it is no JSON, or holds a duplicate name, NaN or Infinity, a lone surrogate, or more than
            `DEEPEST` levels. Names the line and column of the first such thing.
    """
    try:
        value: JsonValue = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise _not_json(text, error, file) from None
    except (_Refused, RecursionError):
        raise _refused(text, file) from None
    if _is_too_deep(value) or (_ESCAPED_SURROGATE.search(text) and _first_refusal(text) is not None):
        raise _refused(text, file)
    return value


def first_value_ends(text: str) -> int | None:
    """Return where the first JSON value of a text ends; None where there is none."""
    try:
        return _SKIP(text, _after_space(text, 0))[1]
    except (json.JSONDecodeError, RecursionError):
        return None


def members(text: str, start: int) -> Iterator[tuple[str, Span]]:
    """Yield the members of the object that begins at `start`: each name, and where its value stands.

    The text must be JSON already parsed.
    """
    at = _after_space(text, start + 1)
    while text[at] != "}":
        name, at = _SKIP(text, at)
        span = _value(text, _after_space(text, at) + 1)
        yield name, span
        at = _next(text, span.end)


def items(text: str, start: int) -> Iterator[Span]:
    """Yield where each element of the array that begins at `start` stands. The text must be JSON already parsed."""
    at = _after_space(text, start + 1)
    while text[at] != "]":
        span = _value(text, at)
        yield span
        at = _next(text, span.end)


def written(value: JsonValue) -> str:
    """Return a parsed value as compact JSON, its numbers as they were told."""
    if isinstance(value, Number):
        return value.text
    if isinstance(value, dict):
        return "{" + ",".join(f"{written(name)}:{written(inner)}" for name, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(written(inner) for inner in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def _value(text: str, at: int) -> Span:
    start = _after_space(text, at)
    return Span(start, _SKIP(text, start)[1])


def _next(text: str, at: int) -> int:
    at = _after_space(text, at)
    return _after_space(text, at + 1) if text[at] == "," else at


def _after_space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


# What is wrong, and where


def _is_too_deep(value: JsonValue) -> bool:
    level: list[Any] = [value]
    for _ in range(DEEPEST):
        level = [inner for outer in level if isinstance(outer, dict | list) for inner in _inside(outer)]
        level = [inner for inner in level if isinstance(inner, dict | list)]
        if not level:
            return False
    return True


def _inside(outer: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return outer.values() if isinstance(outer, dict) else outer


def _refused(text: str, file: str) -> JsonMalformed:
    position, why = _first_refusal(text) or (0, "it is nested too deep")
    line, column = place(text, position)
    return JsonMalformed(file=file, line=line, column=column, why=why)


def _first_refusal(text: str) -> tuple[int, str] | None:
    """Return the first thing in a text that we refuse though its grammar is JSON, by one walk over its signs."""
    open_names: list[dict[str, int] | None] = []
    name_due = False
    for match in _TOKEN.finditer(text):
        sign, at = match[0], match.start()
        if sign[0] == '"':
            if (found := _string_refusal(sign, at)) is not None:
                return found
            if name_due and open_names and open_names[-1] is not None:
                name = _unescaped(sign)
                if name in open_names[-1]:
                    line, _ = place(text, open_names[-1][name])
                    return at, f"the name {name[:60]!r} stands twice in one object, first on line {line}; keep one"
                open_names[-1][name] = at
                name_due = False
        elif sign in "{[":
            open_names.append({} if sign == "{" else None)
            name_due = sign == "{"
            if len(open_names) > DEEPEST:
                return at, f"objects and arrays are nested deeper than {DEEPEST} levels; no EPCIS document is"
        elif sign in "}]":
            if open_names:
                open_names.pop()
            name_due = False
        elif sign == ",":
            name_due = bool(open_names) and open_names[-1] is not None
        elif sign.lstrip("-") in {"NaN", "Infinity"}:
            return at, f"{sign} is not a JSON number; leave the value out where there is none"
    return None


def _unescaped(sign: str) -> str:
    try:
        return str(json.loads(sign))
    except json.JSONDecodeError:
        return sign


def _string_refusal(sign: str, at: int) -> tuple[int, str] | None:
    escape = _ESCAPED_SURROGATE.search(sign)
    if escape is None:
        return None
    try:
        _unescaped(sign).encode()
    except UnicodeEncodeError:
        return at, "the text holds half of a surrogate pair (\\uD800 to \\uDFFF), which is no character; correct it"
    return None


def _not_json(text: str, error: json.JSONDecodeError, file: str) -> JsonMalformed:
    at = _after_space(text, error.pos) if error.msg.startswith("Expecting") else error.pos
    if error.msg.startswith("Illegal trailing comma"):  # Python 3.13 points at the comma, older ones behind it
        at = _after_space(text, at + 1)
    line, column = place(text, at)
    return JsonMalformed(file=file, line=line, column=column, why=_why(text, at, error.msg))


def _why(text: str, at: int, message: str) -> str:
    if not text.strip(" \t\n\r"):
        return "the file is empty"
    if text.startswith(("//", "/*", "#"), at):
        return "there is a comment; JSON has none, take it out"
    if message.startswith("Unterminated string"):
        return "a text starts here and never ends; the file may be cut off"
    if at >= len(text):
        return "the file ends in the middle of a value; it may be cut off"
    found = f"found {text[at]!r}"
    before = text[:at].rstrip(" \t\n\r")[-1:]
    if before == "," and text[at] in "]}":
        return "a comma stands before a closing bracket; take it out"
    for start, words in _WORDS.items():
        if message.startswith(start):
            return words.format(found=found)
    return f"this is no JSON: {found}"


_WORDS: Final = {
    "Expecting value": "a value is expected, {found}",
    "Expecting property name": "a name in double quotes is expected, {found}",
    "Expecting ',' delimiter": "a comma or a closing bracket is expected, {found}",
    "Expecting ':' delimiter": "a colon is expected after the name, {found}",
    "Invalid control character": "a text holds a bare control character; write it as an escape such as \\n",
    "Invalid \\escape": "a backslash starts no escape that JSON knows, {found}",
    "Invalid \\uXXXX escape": "\\u is not followed by four hexadecimal digits",
    "Extra data": "the document has ended, but text follows, {found}",
}
