"""Does what is told now say the same as what was recorded under its key? Then it is a duplicate, and no second fact.

The same content means: equal as it was typed, or equal once names are resolved; what was made at recording (ids, times)
does not count, and personal values are compared through their salts. So an honest retry is a duplicate (DESIGN 3).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from thread.acceptance.as_typed import told_as_given
from thread.acceptance.naming import NameLookup, resolve, typed_form
from thread.errors import ThreadError
from thread.events import parse_event
from thread.events.captured import EpcisCaptured
from thread.interop import same_captured
from thread.service.private_values import digest_of
from thread.store.protocol import Reader

__all__ = ["says_the_same"]


def says_the_same(
    told: Mapping[str, Any], stored: Mapping[str, Any], *, names: NameLookup, origin: str, reader: Reader
) -> bool:
    """Return whether an event as told now has the content of a recorded one."""
    if told_as_given(told) is None:
        return False
    typed = _plain(typed_form(told), stored)
    as_typed = _plain(typed_form(stored), told)
    if _equal(typed, as_typed, reader):
        return True
    if told.get("type") != stored.get("type"):
        return False
    if told.get("type") == "epcis_captured":
        return _is_same_capture(told, stored)
    as_recorded = {field: value for field, value in stored.items() if field != "as_given"}
    try:
        resolved = resolve(told, names, origin=origin).event
    except ThreadError:
        resolved = dict(told)
    made = {given["name"] for given in stored.get("as_given", ()) if "value" not in given}
    as_recorded = {field: value for field, value in as_recorded.items() if field in told or f"/{field}" not in made}
    resolved.pop("as_given", None)
    return _equal(_plain(resolved, stored), _plain(as_recorded, told), reader)


def _plain(event: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Return an event with its version, and without an id that the other does not tell."""
    plain = {"v": 1, **event}
    if "id" not in other:
        plain.pop("id", None)
    return plain


def _is_same_capture(told: Mapping[str, Any], stored: Mapping[str, Any]) -> bool:
    try:
        one, other = parse_event(told), parse_event(stored)
    except ThreadError:
        return False
    return isinstance(one, EpcisCaptured) and isinstance(other, EpcisCaptured) and same_captured(one, other)


def _equal(told: Any, stored: Any, reader: Reader, name: str = "") -> bool:
    """Return whether two JSON values are equal, a stored digest being equal to the value behind it."""
    if isinstance(told, Mapping) and isinstance(stored, Mapping):
        return told.keys() == stored.keys() and all(
            _equal(value, stored[field], reader, field) for field, value in told.items()
        )
    if isinstance(told, list | tuple) and isinstance(stored, list | tuple):
        return len(told) == len(stored) and all(
            _equal(one, other, reader, name) for one, other in zip(told, stored, strict=True)
        )
    if isinstance(told, str) and isinstance(stored, Mapping) and isinstance(stored.get("digest"), str):
        return _is_behind(told, stored["digest"], reader, name)
    return type(told) is type(stored) and bool(told == stored)


def _is_behind(told: str, digest: str, reader: Reader, name: str) -> bool:
    """Return whether a value is the one behind a digest; of an erased one nobody can say, so a retry is believed."""
    private = reader.private_value(digest)
    if private is not None:
        return digest_of(private.salt, private.name, told) == digest
    foreign = reader.foreign_text(digest)
    if foreign is not None:
        return digest_of(foreign[0], "text", told) == digest
    return name != ""
