"""Is this EPCIS, by the published schema? Each fault with its path, what was found, and what was expected.

The schema is that of OpenEPCIS (Apache-2.0, `schema/NOTICE`), with two readings of our own. `uri` means what JSON-LD
lets stand there: an absolute or a compact URI, so that a misspelled word of the vocabulary is not taken for one. A
sensor's measurement type may be any word, because the GS1 Web Vocabulary grows and the schema's list does not.
Source: EPCIS 2.0, section 10.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

from jsonschema import Draft7Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from thread.interop.json_text import JsonValue, Number
from thread.values.times import TimeMalformed, instant

__all__ = ["EVENT_KINDS", "Fault", "document_faults", "element_faults", "event_faults", "header_faults", "shown"]

EVENT_KINDS: Final = ("ObjectEvent", "AggregationEvent", "TransactionEvent", "TransformationEvent", "AssociationEvent")

_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20\x7f\"<>\\^`{|}]+")
_FORMATS: Final = FormatChecker(formats=())


class Fault(NamedTuple):
    """One thing that is wrong: where (names and positions from the value that was checked), and what."""

    path: tuple[str | int, ...]
    text: str


def event_faults(event: Mapping[str, Any], *, bare: bool) -> tuple[Fault, ...]:
    """Return what the schema finds wrong with an event; its `type` must be one of `EVENT_KINDS`.

    `bare`: the event stands in no document, so it must bring its own `@context`.
    """
    faults = _found(event["type"], event)
    if bare and "@context" not in event:
        faults += (Fault(("@context",), "is missing; an event outside a document brings its own"),)
    return faults


def document_faults(document: Mapping[str, Any]) -> tuple[Fault, ...]:
    """Return what the schema finds wrong with a document; leave its events out, they are checked one by one."""
    name = "epcisDocument" if document["type"] == "EPCISDocument" else "epcisQueryDocument"
    return _found(name, document)


def header_faults(header: JsonValue) -> tuple[Fault, ...]:
    """Return what the schema finds wrong with the header of a document."""
    return _found("epcisHeader", header)


def element_faults(element: JsonValue) -> tuple[Fault, ...]:
    """Return what the schema finds wrong with one element of a vocabulary (an item, place or party)."""
    return _found("vocabularyElement", element)


def _found(definition: str, value: JsonValue) -> tuple[Fault, ...]:
    return tuple(dict.fromkeys(_faults(_validator(definition).iter_errors(value), value)))


def shown(value: object) -> str:
    """Return a value as a report quotes it: JSON, cut where it is long.

    >>> shown("x" * 90)[-2:], shown(Number("1.50"))
    ('…"', '1.50')
    """
    if isinstance(value, Number):
        return value.text[:60]
    if isinstance(value, str):
        return json.dumps(value if len(value) <= 60 else value[:59] + "…", ensure_ascii=False)
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    return json.dumps(value)


@_FORMATS.checks("uri")
def _is_uri(value: object) -> bool:
    return not isinstance(value, str) or _URI.fullmatch(value) is not None


@_FORMATS.checks("date-time")
def _is_time(value: object) -> bool:
    if not isinstance(value, str):
        return True
    try:
        instant(value)
    except TimeMalformed:
        return False
    return True


@cache
def _definitions() -> dict[str, Any]:
    text = files("thread.interop").joinpath("schema", "epcis-json-schema.json").read_text(encoding="utf-8")
    definitions: dict[str, Any] = json.loads(text)["definitions"]
    definitions["vocab-nonGS1WebVoc-uri"] = {"type": "string", "minLength": 1}
    return definitions


_READER: Final = extend(  # type: ignore[no-untyped-call]
    Draft7Validator,
    type_checker=Draft7Validator.TYPE_CHECKER.redefine_many(
        {"number": lambda _, value: isinstance(value, Number), "integer": lambda _, value: isinstance(value, Number)}
    ),
)


@cache
def _validator(definition: str) -> Any:
    return _READER(_inlined({"$ref": f"#/definitions/{definition}"}), format_checker=_FORMATS)


def _inlined(schema: Any) -> Any:
    """Return a schema with its references replaced by what they refer to; no definition of EPCIS refers to itself.

    Looking references up would take a third of the time of an import.
    """
    if isinstance(schema, list):
        return [_inlined(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _definition(schema["$ref"].removeprefix("#/definitions/"))
    return {name: _inlined(part) for name, part in schema.items()}


@cache
def _definition(name: str) -> Any:
    return _inlined(_definitions()[name])


# Words for what the schema found


def _faults(errors: Iterable[ValidationError], whole: JsonValue) -> Iterator[Fault]:
    for error in errors:
        path = tuple(error.absolute_path)
        schema: Any = error.schema
        if "propertyNames" in error.absolute_schema_path:
            yield _unknown_field(error, path)
        elif error.validator == "additionalProperties":
            known = sorted(schema["properties"])
            for name in _as_any(error.instance):
                if name not in known:
                    yield Fault((*path, name), f"is no field here; EPCIS knows {_listed(known)}")
        elif error.validator == "required":
            for name in schema["required"]:
                if name not in _as_any(error.instance):
                    yield Fault((*path, name), "is missing")
        elif error.validator == "anyOf":
            yield from _none_of(error, path, whole)
        else:
            yield Fault(path, _one_word(error))


def _unknown_field(error: ValidationError, path: tuple[str | int, ...]) -> Fault:
    name, schema = str(error.instance), _as_any(error.schema)
    known = [word for branch in schema.get("anyOf", ()) for word in branch.get("enum", ())]
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    return Fault(
        (*path, name), f"is no field of EPCIS; {hint}a field of your own needs a prefix that @context declares"
    )


def _none_of(error: ValidationError, path: tuple[str | int, ...], whole: JsonValue) -> Iterator[Fault]:
    branches = _as_any(error.schema)["anyOf"]
    words = [word for branch in branches for word in branch.get("enum", ())]
    inner = [each for each in error.context or () if len(each.absolute_path) > len(path)]
    if words:
        yield Fault(path, f"found {shown(error.instance)}; expected {_expected_word(error.instance, words)}")
    elif inner and path:
        yield from _faults([max(inner, key=lambda each: len(each.absolute_path))], whole)
    elif path or not isinstance(whole, dict):
        kinds = _listed(dict.fromkeys(_KINDS.get(str(branch.get("type")), "a URI") for branch in branches))
        yield Fault(path, f"found {shown(error.instance)}; expected {kinds}")
    elif any("ilmd" in branch.get("properties", ()) for branch in branches):
        if whole.get("action") in {"OBSERVE", "DELETE"}:
            yield Fault(("ilmd",), f"belongs to action ADD only; found action {shown(whole.get('action'))}")
    else:
        yield Fault((), _NOTHING_NAMED.get(str(whole.get("type")), "a field that must be told is missing"))


def _as_any(value: Any) -> Any:
    return value


_NOTHING_NAMED: Final = {
    "ObjectEvent": "names no objects: expected epcList, a filled quantityList, or sensor data with a readPoint",
    "AggregationEvent": "names no contents: expected childEPCs or childQuantityList that is not empty",
    "AssociationEvent": "names no components: expected childEPCs or childQuantityList that is not empty",
    "TransactionEvent": "names no objects: expected epcList, or a quantityList that is not empty",
    "TransformationEvent": "needs an input and an output, or a transformationID and one of them",
}
_KINDS: Final = {
    "string": "a text",
    "number": "a number",
    "object": "an object",
    "array": "a list",
    "boolean": "true or false",
}


def _one_word(error: ValidationError) -> str:
    found = shown(error.instance)
    match error.validator:
        case "type":
            return f"found {found}; expected {_KINDS.get(str(error.validator_value), str(error.validator_value))}"
        case "enum":
            return f"found {found}; expected {_expected_word(error.instance, _as_any(error.validator_value))}"
        case "format" if error.validator_value == "date-time":
            return f"found {found}; expected a day and time that exist, with offset, like 2026-03-09T14:07:00+01:00"
        case "format":
            return f"found {found}; expected a URI, or a name with a prefix that @context declares"
        case "pattern":
            return f"found {found}; expected {_PATTERNS.get(str(error.validator_value), str(error.validator_value))}"
        case "minItems":
            return "the list is empty; leave it out or fill it"
        case "uniqueItems":
            return "the list names something twice; name it once"
        case "minLength":
            return "the text is empty"
        case _:
            return error.message[:200]


_PATTERNS: Final = {
    "^([+]|[-])((0[0-9]|1[0-3]):([0-5][0-9])|14:00)$": "an offset from UTC like +01:00, at most 14 hours",
    "^[A-Z0-9]{2,3}$": "a unit of UN/ECE Recommendation 20, like KGM",
    "^\\d+(\\.\\d+)*$": "a version like 2.0",
    "^[A-Fa-f0-9]+$": "hexadecimal digits",
}


def _expected_word(found: object, words: list[str]) -> str:
    if len(words) <= 4:
        return _listed(words)
    bare = re.split(r"[:/]|BizStep-|Disp-|BTT-|SDT-", found)[-1] if isinstance(found, str) else ""
    if bare in words:
        return f"the bare word {bare!r}"
    near = difflib.get_close_matches(bare, words, n=1)
    hint = (
        f"a word of the vocabulary (did you mean {near[0]!r}?)" if near else f"a word of the vocabulary ({words[0]} …)"
    )
    return f"{hint} or a URI of your own"


def _listed(words: Iterable[str]) -> str:
    told = list(words)
    return " or ".join([", ".join(told[:-1]), told[-1]]) if len(told) > 1 else "".join(told)
