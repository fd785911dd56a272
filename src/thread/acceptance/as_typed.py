"""What people typed: put back in the place of the names that an entry holds.

`as_given` of an event lists what resolving its names changed. So what was told can be had again, to compare it with
what is told now under the same key.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["told_as_given", "typed_form"]

Told = dict[str, Any]


def typed_form(event: Mapping[str, Any]) -> Told:
    """Return a recorded event as it was typed: `as_given` put back in place, made values and `as_given` left out."""
    typed: Told = {field: value for field, value in event.items() if field != "as_given"}
    for given in event.get("as_given", ()):
        _put_back(typed, given["name"].split("/")[1:], given.get("value"))
    return typed


def _put_back(typed: Told, path: list[str], value: str | None) -> None:
    """Set what a pointer names, or take it out; what lies on the way is copied. One that leads nowhere is left."""
    at: Any = typed
    for step in path[:-1]:
        key = _key(at, step)
        if key is None or not isinstance(at[key], dict | list):
            return
        at[key] = at[key].copy()
        at = at[key]
    key = _key(at, path[-1])
    if key is None:
        return
    if value is None:
        del at[key]
    else:
        at[key] = value


def _key(at: Any, step: str) -> Any:
    if isinstance(at, list):
        return int(step) if step.isdecimal() and int(step) < len(at) else None
    return step if step in at else None


def told_as_given(told: Mapping[str, Any]) -> dict[str, str | None] | None:
    """Return what an event that was exported already tells as typed; None if it has a wrong shape."""
    given = told.get("as_given")
    if given is None:
        return {}
    if not isinstance(given, list | tuple) or not all(isinstance(one, Mapping) for one in given):
        return None
    found = {one.get("name"): one.get("value") for one in given}
    well = all(isinstance(name, str) and isinstance(value, str | None) for name, value in found.items())
    return found if well else None
