"""What people typed: put back in the place of the names that an entry holds.

`as_given` of an event lists what resolving its names changed. So what was told can be had again, to compare it with
what is told now under the same key.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

__all__ = ["told_as_given", "typed_form"]

Told = dict[str, Any]

_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,8}")


def typed_form(event: Mapping[str, Any]) -> Told:
    """Return an event as it was typed: `as_given` put back in place, made values and `as_given` left out.

    An `as_given` of a wrong shape, which only an event that was not validated can have, puts nothing back.
    """
    typed: Told = {field: value for field, value in event.items() if field != "as_given"}
    for name, value in (told_as_given(event) or {}).items():
        _put_back(typed, name.split("/")[1:], value)
    return typed


def _put_back(typed: Told, path: list[str], value: str | None) -> None:
    """Set what a pointer names, or take it out; what lies on the way is copied. One that leads nowhere is left."""
    if not path:
        return
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
        return int(step) if _INDEX.fullmatch(step) and int(step) < len(at) else None
    return step if step in at else None


def told_as_given(told: Mapping[str, Any]) -> dict[str, str | None] | None:
    """Return what an event that was exported already tells as typed; None if it has a wrong shape."""
    given = told.get("as_given")
    if given is None:
        return {}
    if not isinstance(given, list | tuple):
        return None
    found: dict[str, str | None] = {}
    for one in given:
        name, value = (one.get("name"), one.get("value")) if isinstance(one, Mapping) else (None, None)
        if not isinstance(name, str) or not isinstance(value, str | None):
            return None
        found[name] = value
    return found
