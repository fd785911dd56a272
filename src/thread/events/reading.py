"""JSON to events and back. Whatever is wrong is said with its place (JSON Pointer), what was found, and what to do."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, cast, get_args

import orjson
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from thread.errors import BadInput
from thread.events import (
    captured,
    containers,
    corrections,
    dispatch,
    master_data,
    material,
    planning,
    production,
    quality,
    review,
    vessels,
)
from thread.events.base import Event, Named

__all__ = ["EVENT_TYPES", "HOLD_ANYTHING", "EventInvalid", "build_models", "dump_event", "parse_event"]

_TYPES: Final[tuple[type[Event], ...]] = (
    master_data.ItemDefined,
    master_data.PartyDefined,
    master_data.PlaceDefined,
    master_data.ResourceDefined,
    material.Declared,
    material.Received,
    material.Moved,
    material.Counted,
    containers.Packed,
    containers.Unpacked,
    containers.KitAssembled,
    containers.KitBroken,
    vessels.VesselFilled,
    vessels.VesselDrawn,
    vessels.VesselEmptied,
    material.Split,
    material.Merged,
    material.Relabelled,
    material.Reworked,
    production.WorkOrderReleased,
    production.MaterialIssued,
    production.MaterialReturned,
    production.StepDone,
    production.BatchProduced,
    production.WorkOrderClosed,
    planning.Repegged,
    production.ComponentChanged,
    quality.Inspected,
    quality.Sampled,
    quality.Held,
    quality.HoldReleased,
    quality.Scrapped,
    quality.LotChanged,
    quality.ResourceChecked,
    dispatch.Shipped,
    dispatch.Delivered,
    dispatch.CustomerReturned,
    dispatch.ComplaintReceived,
    dispatch.OwnershipChanged,
    planning.PolicySet,
    corrections.Corrected,
    corrections.Signed,
    captured.EpcisCaptured,
    review.FindingClosed,
)

EVENT_TYPES: Final[Mapping[str, type[Event]]] = {model.model_fields["type"].default: model for model in _TYPES}
"""Every event type by its name, in the order of EVENTS 2."""

_MOST_FINDINGS: Final = 20

_TOO_LARGE: Final = 2**53
"""The first whole number that some reader of JSON does not take as it is (RFC 7493, 2.2)."""


class EventInvalid(BadInput):
    """An event is not what its type says. `findings` lists every fault with its JSON Pointer."""

    code = "event-invalid"

    def __init__(self, *, type_name: str, findings: tuple[tuple[str, str], ...]) -> None:
        path, text = findings[0]
        more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
        super().__init__(f"{type_name} event: {path or '/'}: {text}{more}", type=type_name, findings=findings)
        self.findings = findings


HOLD_ANYTHING: Final = ("corrected", "epcis_captured")
"""Types whose fields hold objects of any shape; the others hold nothing but text, whole numbers and booleans."""


def build_models() -> None:
    """Build the model of every type now, for whoever is going to parse events in several threads."""
    for model in EVENT_TYPES.values():
        model.model_rebuild()


def parse_event(told: Mapping[str, Any] | bytes, written: bytes | None = None) -> Event:
    """Return the event that a JSON object tells.

    `told`: a mapping as parsed from JSON, or JSON in UTF-8. `written`: the mapping as JSON, where the caller has it.

    Raises:
        EventInvalid: not an object, an unknown type or version, or fields that are missing, unknown or wrong.
    """
    told_fields: object = told
    if isinstance(told, bytes):
        try:
            told_fields = orjson.loads(told)
        except orjson.JSONDecodeError as error:
            raise EventInvalid(type_name="unknown", findings=(("", f"is not JSON: {error}"),)) from None
    if not isinstance(told_fields, Mapping):
        raise EventInvalid(type_name="unknown", findings=(("", "is not a JSON object with the fields of an event"),))
    name = told_fields.get("type")
    model = EVENT_TYPES.get(name) if isinstance(name, str) else None
    if model is None:
        raise EventInvalid(type_name="unknown", findings=(("/type", _unknown_type(name)),))
    version = told_fields.get("v", 1)
    if type(version) is not int or version != 1:
        text = f"version {_cut(version, 20)!r} is not known to this program, which reads version 1; use a newer thread"
        raise EventInvalid(type_name=str(name), findings=(("/v", text),))
    try:
        data = told if isinstance(told, bytes) else written or _json(told, str(name))
        event: Event = model.__pydantic_validator__.validate_json(data)
    except ValidationError as error:
        if written is not None:
            return parse_event(told)  # refuses it with its faults in the order in which they were told
        details = _real(error.errors(include_url=False))
        findings = tuple(dict.fromkeys(_finding(model, detail) for detail in details[:_MOST_FINDINGS]))
        raise EventInvalid(type_name=str(name), findings=findings) from None
    return event


def dump_event(event: Event) -> dict[str, Any]:
    """Return an event as JSON values: what was told, nothing else; no nulls, no defaults that nobody told."""
    told = event.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_unset=True)
    return {**told, "type": event.type, "v": event.v}


def _json(told: Mapping[str, Any], name: str) -> bytes:
    try:
        return orjson.dumps(told)
    except (TypeError, orjson.JSONEncodeError) as error:
        if "64-bit" in str(error) and (written := _with_large_numbers(told)) is not None:
            return written
        raise EventInvalid(type_name=name, findings=(("", f"cannot be written as JSON: {error}"),)) from None


def _with_large_numbers(told: Mapping[str, Any]) -> bytes | None:
    """Return an object as JSON with numbers of any size, so that the one that is too large is named by its place."""
    try:
        return json.dumps(told).encode()
    except (TypeError, ValueError, RecursionError):
        return None


def _unknown_type(name: object) -> str:
    if name is None:
        return "is missing; tell what happened, for example received, material_issued, batch_produced or shipped"
    told = _cut(name, 60)
    near = difflib.get_close_matches(told, EVENT_TYPES, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else "; `thread schema` lists the event types"
    return f"{told!r} is no event type{hint}"


def _cut(value: object, most: int) -> str:
    """Return the beginning of what was told, as text; Python writes out no number of thousands of digits."""
    is_huge = isinstance(value, int) and value.bit_length() > 1_000
    return "a huge number" if is_huge else str(value)[:most]


def _real(details: list[ErrorDetails]) -> list[ErrorDetails]:
    """Leave out "too short" of a list whose only fault is that what stands in it is wrong."""
    places = [detail["loc"] for detail in details]
    return [
        detail
        for detail in details
        if detail["type"] != "too_short"
        or not any(len(place) > len(detail["loc"]) and place[: len(detail["loc"])] == detail["loc"] for place in places)
    ]


def _finding(model: type[Event], detail: ErrorDetails) -> tuple[str, str]:
    steps = tuple(part for part in detail["loc"] if part not in _UNION_STEPS)
    private = _private_steps(model, steps)
    path = "".join(f"/{_step(str(part))}" for part in steps[:private])
    if private is not None and (detail["type"] != "missing" or private < len(steps)):
        return path, _PRIVATE
    return path, _WORDS.get(detail["type"], _as_is)(model, detail)


_PRIVATE: Final = "is not such a text as this field takes: in double quotes, no control character, 1 to 2000 characters"
"""What is said of a private field: never what was found there, for errors are shown and kept where nobody erases."""


def _private_steps(model: type[BaseModel], steps: tuple[str | int, ...]) -> int | None:
    """Return how many steps lead to the private field that a fault lies in; None: it lies in none."""
    models: tuple[type[BaseModel], ...] = (model,)
    for number, step in enumerate(steps, 1):
        if isinstance(step, int):
            continue
        fields = [info for one in models for name, info in one.model_fields.items() if step == (info.alias or name)]
        marks = [mark for info in fields for mark in (*info.metadata, *_inside(info.annotation))]
        if Named("private") in marks:
            return number
        models = tuple(mark for mark in marks if isinstance(mark, type) and issubclass(mark, BaseModel))
    return None


def _inside(annotation: object) -> Iterator[object]:
    """Yield all that an annotation is put together from: unions, tuples, models, marks."""
    yield annotation
    for part in get_args(annotation):
        yield from _inside(part)


def _step(part: str) -> str:
    """Return one step of a JSON Pointer; a field name from outside is cut, and shown without what moves a cursor."""
    shown = "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in part[:_LONGEST_STEP])
    return shown.replace("~", "~0").replace("/", "~1") + ("…" if len(part) > _LONGEST_STEP else "")


_LONGEST_STEP: Final = 60

_UNION_STEPS: Final = frozenset({"constrained-str", "str", "PrivateDigest", "ForeignText"})


def _as_is(_: type[Event], detail: ErrorDetails) -> str:
    if detail["type"] == "json_invalid":
        return detail["msg"]
    return f"{detail['msg']}; found {_kind(detail) if detail['type'] in _SHAPES else _shown(detail)}"


def _whole_number(model: type[Event], detail: ErrorDetails) -> str:
    """Say that a number is too large where that is all: JSON readers make a float of it."""
    value = detail["input"]
    if isinstance(value, float) and value.is_integer() and abs(value) >= _TOO_LARGE:
        return f"{_shown(detail)} is too large; tell a number below {_TOO_LARGE}"
    return _as_is(model, detail)


def _too_large(_: type[Event], detail: ErrorDetails) -> str:
    return f"{_shown(detail)} is too large; tell a number below {detail.get('ctx', {}).get('lt')}"


def _missing(_: type[Event], __: ErrorDetails) -> str:
    return "is missing"


def _said(_: type[Event], detail: ErrorDetails) -> str:
    return str(detail.get("ctx", {}).get("error", detail["msg"]))


def _unknown_field(model: type[Event], detail: ErrorDetails) -> str:
    field = str(detail["loc"][-1])
    known = [name for name, info in model.model_fields.items() for name in (info.alias or name,)]
    near = difflib.get_close_matches(field, known, n=1) if len(detail["loc"]) == 1 else []
    hint = f"did you mean {near[0]!r}?" if near else "put it under ext, with a namespace"
    return f"is not a field of {model.model_fields['type'].default}; {hint}"


def _choice(_: type[Event], detail: ErrorDetails) -> str:
    expected = cast("Mapping[str, Any]", detail.get("ctx", {})).get("expected", "another value")
    is_whole = isinstance(detail["input"], Mapping | list | tuple)
    found = _kind(detail) if is_whole else repr(str(detail["input"])[:60])
    return f"{found} is not allowed here; use {expected}"


def _text(_: type[Event], detail: ErrorDetails) -> str:
    return f"must be a text in double quotes, also where it is a number; found {_shown(detail)}"


def _spelling(_: type[Event], detail: ErrorDetails) -> str:
    pattern = str(detail.get("ctx", {}).get("pattern"))
    return f"{_shown(detail)} {_SPELLINGS.get(pattern, f'does not have the form {pattern}')}"


_SPELLINGS: Final = {
    r"^[A-Z0-9]{2,3}$": "is no unit code of UN/ECE Rec 20; write it like KGM, LTR, MTR or EA",
    r"^[A-Z]{3}$": "is no currency code of ISO 4217; write it like EUR",
    r"^[A-Z]{2}$": "is no country code of ISO 3166; write it like DE",
    r"^\d{4}-\d{2}-\d{2}$": "is not a day; write it like 2026-03-09",
    r"^[^\x00-\x1f\x7f]+$": "holds a control character; read or type it again",
    r"^[^\x00-\x08\x0b-\x1f\x7f]+$": "holds a control character other than tab and line feed; take it out",
    r"^[^\x00-\x20\x7f/~]+$": "can be no site: it holds white space, a control character, / or ~",
    r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$": "is no UUID in small letters",
    r"^[0-9a-f]{64}$": "is no SHA-256 in 64 small hexadecimal digits",
    r"^[^\s:]+:[^\s]+$": "is no name with a namespace; write it like acme:furnace_zone",
    r"^/": "is no JSON Pointer into the event; it begins with /",
}
"""What a text is not, by the pattern that it does not match; patterns are for machines."""


_SHAPES: Final = frozenset({"model_type", "model_attributes_type", "tuple_type", "dict_type"})
"""Faults of something whole: what stands there instead may be, or hold, a private value, and is not shown."""


def _kind(detail: ErrorDetails) -> str:
    """Return what kind of JSON value was found."""
    match detail["input"]:
        case str():
            return "a text"
        case list() | tuple():
            return "a list"
        case Mapping():
            return "an object"
        case None:
            return "null"
        case _:
            return "a number, true or false"


def _shown(detail: ErrorDetails) -> str:
    if isinstance(detail["input"], Mapping | list | tuple):
        return _kind(detail)
    found = repr(detail["input"])
    return f"{found[:60]}{'…' if len(found) > 60 else ''}"


_WORDS: Final = {
    "missing": _missing,
    "int_type": _whole_number,
    "less_than": _too_large,
    "string_type": _text,
    "string_pattern_mismatch": _spelling,
    "value_error": _said,
    "extra_forbidden": _unknown_field,
    "literal_error": _choice,
}
