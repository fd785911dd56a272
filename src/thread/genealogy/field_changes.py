"""What a correction changed, field by field: old value beside new value, in words (EU GMP Annex 11, 21 CFR 11.10(e)).

Two versions of an event are compared as they are stored. What only recording made (id, version, what was typed for a
name) tells nothing about the floor and is left out. A quantity, a range of serials, a document or a resource is one
value; everything else is compared member by member, lists in their order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Final

from thread.events import Event, dump_event
from thread.genealogy.line_words import listed
from thread.values.names import is_uri, label

__all__ = ["FieldChange", "field_changes", "says_the_same"]

_MADE: Final = frozenset({"id", "v", "as_given"})
_BARE_LISTS: Final = frozenset({"lots", "contents"})
"""Lists whose lines are the material that the event speaks of: a single line needs no number and no name."""
_SINGULAR: Final = {
    "lots": "line",
    "contents": "line",
    "inputs": "input",
    "outputs": "output",
    "containers": "container",
    "pegs": "peg",
    "values": "value",
    "parameters": "parameter",
    "losses": "loss",
    "accepted": "accepted line",
    "refused": "refused line",
}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that says something else now. None: it was not told, or is not told any more."""

    event: int
    """Which of the events that stand at one entry, from 0."""
    path: str
    """JSON Pointer into that event; lines of a list are compared by their place in it."""
    field: str
    """The field in words: `quantity`, `line 2, lot`."""
    old: str | None
    new: str | None

    @property
    def text(self) -> str:
        """The change in words: `quantity 100 KGM → 60 KGM`."""
        old, new = (value if value is not None else "not told" for value in (self.old, self.new))
        return f"{self.field} {old} → {new}"

    def as_json(self) -> dict[str, object]:
        """The change as printed."""
        return {
            "event": self.event,
            "path": self.path,
            "field": self.field,
            "old": self.old,
            "new": self.new,
            "text": self.text,
        }


def field_changes(old: Sequence[Event], new: Sequence[Event]) -> tuple[FieldChange, ...]:
    """Return what differs between the events that stood at an entry and those that stand there now, field by field.

    The first is compared with the first, the second with the second; of one that has no counterpart every field is
    listed. Nothing is listed where no event stands there now: the entry is void, and that says it.
    """
    if not new:
        return ()
    is_single = len(old) <= 1 and len(new) <= 1
    return tuple(
        change
        for place, (one, other) in enumerate(zip_longest(old, new))
        for change in _differences(_fields(one), _fields(other), place, "", "" if is_single else f"event {place + 1}")
    )


def says_the_same(old: Sequence[Event], new: Sequence[Event]) -> bool:
    """Tell whether some events say what others say, apart from what recording makes."""
    return [_fields(event) for event in old] == [_fields(event) for event in new]


def _fields(event: Event | None) -> dict[str, Any]:
    if event is None:
        return {}
    return {name: value for name, value in dump_event(event).items() if name not in _MADE}


def _differences(old: Any, new: Any, event: int, path: str, words: str) -> Iterator[FieldChange]:
    if old == new:
        return
    if _is_members(old) and _is_members(new):
        for name in dict.fromkeys((*(new or ()), *(old or ()))):
            one, other = (old or {}).get(name), (new or {}).get(name)
            if name == "type":
                one, other = (None if value is None else str(value).replace("_", " ") for value in (one, other))
            yield from _differences(one, other, event, f"{path}/{name}", _joined(words, name))
    elif _is_lines(old) and _is_lines(new):
        yield from _lines(old or [], new or [], event, path, words)
    else:
        yield FieldChange(event, path, words, _value_words(old), _value_words(new))


def _lines(old: Sequence[Any], new: Sequence[Any], event: int, path: str, words: str) -> Iterator[FieldChange]:
    name = path.rpartition("/")[2]
    before = words.removesuffix(name.replace("_", " ")).rstrip(", ")
    is_single = len(old) <= 1 and len(new) <= 1
    for place, (one, other) in enumerate(zip_longest(old, new)):
        here = _SINGULAR.get(name) or name.removesuffix("s").replace("_", " ")
        if is_single and name in _BARE_LISTS:
            here = ""
        elif not is_single:
            here = f"{here} {place + 1}"
        told = ", ".join(part for part in (before, here) if part)
        yield from _differences(one, other, event, f"{path}/{place}", told)


def _joined(words: str, name: str) -> str:
    told = name.replace("_", " ")
    return f"{words}, {told}" if words else told


def _is_members(value: Any) -> bool:
    """Tell whether a value is compared member by member, or is not there."""
    return value is None or (isinstance(value, Mapping) and _as_one(value) is None)


def _is_lines(value: Any) -> bool:
    """Tell whether a value is a list of objects that are compared one by one, or is not there."""
    if value is None:
        return True
    return isinstance(value, list) and bool(value) and all(_is_members(one) and one is not None for one in value)


def _as_one(value: Mapping[str, Any]) -> str | None:
    """Return an object that is one value in words; None: its members are."""
    keys = value.keys()
    if keys == {"digest"}:
        return "a personal value"
    if keys <= {"value", "unit", "also"} and "unit" in keys:
        also = ", ".join(f"{one['value']} {one['unit']}" for one in value.get("also", ()))
        return f"{value['value']} {value['unit']}" + (f" ({also})" if also else "")
    if keys == {"value", "currency"}:
        return f"{value['value']} {value['currency']}"
    if keys <= {"first", "last"} and "first" in keys:
        last = value.get("last")
        return str(value["first"]) if last in {None, value["first"]} else f"{value['first']} to {last}"
    if keys == {"kind", "id"}:
        return f"{value['kind']} {value['id']}"
    if {"type", "number"} <= keys <= {"type", "number", "issuer", "date", "sha256"}:
        beside = [_value_words(value[name]) for name in ("issuer", "date", "sha256") if value.get(name)]
        told = ", ".join(str(one) for one in beside)
        return f"{str(value['type']).replace('_', ' ')} {value['number']}" + (f" ({told})" if told else "")
    return None


def _value_words(value: Any) -> str | None:
    """Return a value in words; None where nothing is told."""
    if value is None or value in ([], {}):
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return label(value) if is_uri(value) else " ".join(value.split())
    if isinstance(value, Mapping):
        inside = (f"{key.replace('_', ' ')} {_value_words(one)}" for key, one in value.items())
        return _as_one(value) or ", ".join(inside)
    if isinstance(value, list):
        return listed((_value_words(one) or "" for one in value), most=20)
    return str(value)
