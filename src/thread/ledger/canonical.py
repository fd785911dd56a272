"""One byte string for one value: RFC 8785 (JCS) for the narrow JSON that entries use.

What an entry may hold keeps the canonical form trivial: strings, whole numbers, booleans, lists, and objects with ASCII
keys; no fractions, no null, no lone surrogates. For such values a fast serialiser that sorts its keys writes the bytes
that the RFC demands. Reading accepts exactly what `canonical_bytes` writes and nothing else that means the same.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

import orjson

from thread.errors import BadInput, LedgerBroken

__all__ = [
    "MAX_DEPTH",
    "MAX_INTEGER",
    "EntryMalformed",
    "NotCanonical",
    "canonical_bytes",
    "parse_canonical",
    "written_plain",
]

MAX_INTEGER: Final = 2**53 - 1
"""Largest whole number whose value every JSON reader keeps (RFC 7493 section 2.2)."""

MAX_DEPTH: Final = 64
"""Levels of objects and lists inside each other."""

_OPTIONS: Final = (
    orjson.OPT_SORT_KEYS
    | orjson.OPT_STRICT_INTEGER
    | orjson.OPT_PASSTHROUGH_DATACLASS
    | orjson.OPT_PASSTHROUGH_DATETIME
    | orjson.OPT_PASSTHROUGH_SUBCLASS
)
_SHOWN: Final = 60


class NotCanonical(BadInput):
    """A value holds something that entries do not hold. `path` is a JSON Pointer (RFC 6901) to it."""

    code = "not-canonical"

    def __init__(self, *, path: str, why: str) -> None:
        super().__init__(f"the value at {path or 'the top'} cannot be recorded: {why}", path=path, why=why)
        self.path, self.why = path, why


class EntryMalformed(LedgerBroken):
    """Bytes are not an entry as this software writes entries. `why` says what is wrong with them."""

    code = "entry-malformed"

    def __init__(self, *, why: str) -> None:
        super().__init__(f"these bytes are not an entry: {why}", why=why)
        self.why = why


def canonical_bytes(value: object) -> bytes:
    """Return the RFC 8785 bytes of a value made of dict, list, tuple, str, int and bool.

    Raises:
        NotCanonical: the value holds a fraction, null, a whole number of 2^53 or more, a key that is not ASCII text, a
            lone surrogate, nesting deeper than `MAX_DEPTH`, or anything that is not JSON.
    """
    try:
        data = orjson.dumps(value, option=_OPTIONS)
    except TypeError:
        raise _fault(value) from None
    if not _is_restricted(value, keys_known_ascii=data.isascii()):
        raise _fault(value)
    return data


def written_plain(value: object) -> bytes | None:
    """Return the same bytes in less time, for a value that is known to be plain; None where they have to be checked.

    Plain: made of nothing but dict with keys of ASCII text, list, str, int and bool, nested at most `MAX_DEPTH` deep.
    Whole numbers and surrogates are still looked at.
    """
    try:
        return orjson.dumps(value, option=_OPTIONS)
    except TypeError:
        return None


def parse_canonical(data: bytes) -> dict[str, Any]:
    """Return the object that canonical bytes hold.

    Raises:
        EntryMalformed: the bytes are not JSON, not an object, or not the bytes that `canonical_bytes` writes for it.
    """
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError:
        raise EntryMalformed(why=_not_json(data)) from None
    if type(value) is not dict:
        raise EntryMalformed(why="they are JSON, but not an object")
    try:
        again = canonical_bytes(value)
    except NotCanonical as fault:
        raise EntryMalformed(why=f"at {fault.path or 'the top'}, {fault.why}") from None
    if again != data:
        raise EntryMalformed(why=_difference(data, again))
    return value


def _not_json(data: bytes) -> str:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return f"they are not JSON (from byte {error.start} on they are not text in UTF-8)"
    return "they are not JSON"


def _is_restricted(value: object, *, keys_known_ascii: bool) -> bool:
    """Return whether only permitted types and keys occur; the serialiser has already refused the rest."""
    if type(value) in (str, int, bool):
        return True
    level = [value]
    for _ in range(MAX_DEPTH):
        deeper: list[object] = []
        for holder in level:
            if type(holder) is dict:
                if not (keys_known_ascii or "".join(holder).isascii()):
                    return False
                children: Any = holder.values()
            elif type(holder) is list or type(holder) is tuple:
                children = holder
            else:
                return False
            for child in children:
                kind = type(child)
                if kind is str or kind is int or kind is bool:
                    continue
                deeper.append(child)
        if not deeper:
            return True
        level = deeper
    return False


def _fault(value: object) -> NotCanonical:
    """Return the error that names the first place where a value breaks the rules, in the order of its keys."""
    found = _search(value, "", 0)
    if found is None:  # pragma: no cover - the search refuses everything that the checks above refuse
        return NotCanonical(path="", why="it is not JSON")
    return NotCanonical(path=found[0], why=found[1])


def _search(value: object, path: str, depth: int) -> tuple[str, str] | None:
    """Return path and reason of the first fault in a value, None if there is none."""
    children: Iterable[tuple[object, object]]
    if type(value) is dict:
        children = value.items()
    elif type(value) is list or type(value) is tuple:
        children = enumerate(value)
    else:
        why = _why_not_scalar(value)
        return (path, why) if why else None
    if depth == MAX_DEPTH:
        return path, f"it is nested deeper than {MAX_DEPTH} levels"
    for key, child in children:
        if type(value) is dict and (type(key) is not str or not key.isascii()):
            return path, f"the key {str(key)[:_SHOWN]!r} is not plain ASCII text"
        found = _search(child, f"{path}/{str(key).replace('~', '~0').replace('/', '~1')}", depth + 1)
        if found:
            return found
    return None


def _why_not_scalar(value: object) -> str | None:
    kind = type(value)
    if kind is bool:
        return None
    if value is None:
        return "it is null; leave out what is not known"
    if isinstance(value, int) and kind is int:
        return None if -MAX_INTEGER <= value <= MAX_INTEGER else "the whole number is 2^53 or more; write it as text"
    if isinstance(value, str) and kind is str:
        return "the text holds half of a surrogate pair" if _has_surrogate(value) else None
    if kind is float:
        return "it is a number with a fraction or an exponent; write decimals as text"
    return f"{kind.__name__} is not a kind of JSON value"


def _has_surrogate(text: str) -> bool:
    return any("\ud800" <= char <= "\udfff" for char in text)


def _difference(data: bytes, canonical: bytes) -> str:
    """Return in words how bytes differ from their canonical form, where both mean nearly the same."""
    told = _key_fault(data)
    if told:
        return told
    at = next(
        (i for i, (a, b) in enumerate(zip(data, canonical, strict=False)) if a != b), min(len(data), len(canonical))
    )
    stands = data[at : at + 8].decode("utf-8", "backslashreplace")
    return f"they are not in canonical form (RFC 8785): at byte {at} stands {stands!r}, which is never written there"


def _key_fault(data: bytes) -> str | None:
    faults: list[str] = []

    def inspect(pairs: list[tuple[str, object]]) -> None:
        names = [name for name, _ in pairs]
        if len(set(names)) < len(names):
            twice = next(name for name, times in Counter(names).items() if times > 1)
            faults.append(f"the key {twice[:_SHOWN]!r} stands twice in one object")
        elif names != sorted(names):
            faults.append("they are not in canonical form (RFC 8785): keys are not in order")

    json.loads(data, object_pairs_hook=inspect)
    return faults[0] if faults else None
