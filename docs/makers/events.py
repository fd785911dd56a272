"""Makes the reference of events from the models: a page for people, and one JSON Schema of all types."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import reduce
from operator import or_
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, Field, TypeAdapter

from thread.events import EVENT_TYPES, Event, FloorEvent
from thread.events import base as events_base
from thread.events.base import Line, Named, PrivateDigest
from thread.events.material import OutputLine
from thread.values.quantity import AmountText, DecimalText, PositiveText, UnitCode
from thread.values.times import DateText, TimeText

__all__ = ["make"]

_WORDS: tuple[tuple[Any, str], ...] = (
    (TimeText, "time"),
    (DateText, "date"),
    (PositiveText, "decimal above 0"),
    (AmountText, "decimal, 0 or more"),
    (DecimalText, "decimal"),
    (UnitCode, "unit code"),
    (events_base.Short, "text, at most 200 characters"),
    (events_base.Text, "text"),
    (events_base.EventId, "UUID"),
    (events_base.SiteCode, "code of a plant"),
    (events_base.Private, "private text"),
)
_NAMED = {
    "item": "item",
    "lot": "known lot",
    "new_lot": "new lot",
    "place": "place",
    "party": "party",
    "container": "container",
    "order": "order",
    "shipment": "shipment",
    "assigner": "`site` or a party",
}

_INTRO = """\
# Events

Generated from `src/thread/events` by `make docs`; do not edit.

What can be told to a ledger. An event is a JSON object; its `type` says what happened, `v` is the version of its fields
(1 where it is not told). Each tells `event_time`, or `time_from` and `time_to`. Unknown fields are refused; what the
vocabulary lacks goes under `ext`. The same as JSON Schema: [event-schema.json](event-schema.json).

**Words for types.** *item, lot, place, party, container, order, shipment*: a name, as a code (`S-77`), in any GS1
spelling, or as a URI; it is stored as one canonical URI, and what was typed stands in `as_given`. *Known lot*: a short
form must fit one recorded lot. *Decimal*: text such as `"12.50"`, at most 18 digits before the point and 12 after it.
*Time*: RFC 3339 with an offset. *Date*: `2026-03-09`. *Unit code*: UN/ECE Recommendation 20 (`KGM`, `EA`, `MTR`).
*Private text*: told in clear, stored as a salted digest whose value can be erased. Fields in **bold** must be told.

**The examples** show one type each. They are not one story: recorded one after the other, in this order, many would be
refused by a [rule](rules.md), because what they need was never told. Days that can be recorded as they stand are in
[how to record what happened](../how-to/record-events.md).
"""


def make(root: Path) -> None:
    """Write `docs/reference/events.md` and `docs/reference/event-schema.json`."""
    folder = root / "docs" / "reference"
    folder.mkdir(parents=True, exist_ok=True)
    page = "\n".join(_page(root / "fixtures" / "events"))
    (folder / "events.md").write_text(page.rstrip() + "\n", encoding="utf-8")
    text = json.dumps(_schema(), indent=1, ensure_ascii=False)
    (folder / "event-schema.json").write_text(text + "\n", encoding="utf-8")


def _schema() -> dict[str, Any]:
    models: list[Any] = list(EVENT_TYPES.values())
    every: Any = Annotated[reduce(or_, models), Field(discriminator="type")]
    schema: dict[str, Any] = TypeAdapter(every).json_schema(by_alias=True, mode="validation")
    parts = schema["$defs"]
    for model in models:
        one = parts[model.__name__]
        one["required"] = ["type", *(name for name in one.get("required", ()) if name != "type")]
        for name in set(Event.model_fields) - {"type", "site"}:
            # What every event carries stands once, not forty times.
            parts[f"Event.{name}"] = one["properties"][name]
            one["properties"][name] = {"$ref": f"#/$defs/Event.{name}"}
    schema["$defs"] = dict(sorted(parts.items()))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Events of a thread ledger", **schema}


def _page(examples: Path) -> Iterator[str]:
    yield _INTRO
    yield "| type | what it tells |\n| --- | --- |"
    for name, model in EVENT_TYPES.items():
        yield f"| [`{name}`](#{name}) | {_first_line(model)} |"
    yield "\n## What every event carries\n"
    yield from _table(Event, skip=set())
    shared = _shared()
    yield "## Parts\n\nWhat several events are put together from.\n"
    for part in shared:
        yield from _part(part, "###")
    for number, (name, model) in enumerate(EVENT_TYPES.items(), start=1):
        yield from _event(number, name, model, examples, shared)


def _event(number: int, name: str, model: type[Event], examples: Path, shared: list[type[BaseModel]]) -> Iterator[str]:
    yield f"## {name}\n\n{_doc(model)}\n"
    if issubclass(model, FloorEvent):
        yield "**`site`** must be told.\n"
    own = set(model.model_fields) - set(Event.model_fields)
    if own:
        yield from _table(model, skip=set(Event.model_fields))
    yield _links(f"{number:02d}-{name}", examples)
    for inner in _parts_of(model):
        if inner not in shared:
            yield from _part(inner, "###")


def _links(stem: str, examples: Path) -> str:
    """Return the line of links to the examples of a type: each as stored and, where that differs, as typed."""
    names = sorted((path.stem for path in examples.glob(f"{stem}*.json")), key=lambda name: (len(name), name))
    folder = "../../fixtures/events"
    shown = []
    for number, name in enumerate(names, start=1):
        typed = f", [typed]({folder}/typed/{name}.json)" if (examples / "typed" / f"{name}.json").exists() else ""
        shown.append(f"{number}: [stored]({folder}/{name}.json){typed}")
    return f"Examples: {'; '.join(shown)}.\n"


def _part(model: type[BaseModel], level: str) -> Iterator[str]:
    parent = Line if issubclass(model, Line) and model is not Line else None
    more = f" A [{_title(Line)}](#{_anchor(Line)}), and:" if parent else ""
    yield f"{level} {_title(model)}\n\n{_doc(model)}{more}\n"
    skip = set(Line.model_fields) - set(model.__annotations__) if parent else set()
    if set(model.model_fields) - skip:
        yield from _table(model, skip=skip)


def _table(model: type[BaseModel], *, skip: set[str]) -> Iterator[str]:
    yield "| field | type | meaning |\n| --- | --- | --- |"
    hints = get_type_hints(model, include_extras=True)
    for name, info in model.model_fields.items():
        if name in skip or (name == "type" and issubclass(model, Event) and model is not Event):
            continue
        shown = f"`{info.alias or name}`"
        title = f"**{shown}**" if info.is_required() else shown
        default = (
            "" if info.is_required() or info.default in (None, (), False) else f" Default: `{_told(info.default)}`."
        )
        meaning = " ".join((info.description or "").split())
        yield f"| {title} | {_type(hints[name])} | {meaning}{default} |"
    yield ""


def _told(value: Any) -> str:
    return json.dumps(value) if isinstance(value, bool) else str(value)


def _type(annotation: Any) -> str:
    """Say a type in plain words."""
    for known, words in _WORDS:
        if annotation == known:
            return words
    origin, args = get_origin(annotation), get_args(annotation)
    if origin in {Union, UnionType}:
        return " or ".join(dict.fromkeys(_type(arg) for arg in args if arg is not type(None)))
    if origin is Annotated:
        marks = [mark.kind for mark in args[1:] if isinstance(mark, Named)]
        if marks and marks[0] in _NAMED:
            return _NAMED[marks[0]]
        return _type(args[0])
    if origin is Literal:
        return ", ".join(f"`{_told(arg)}`" for arg in args)
    if origin is tuple:
        return f"list of {_type(args[0])}"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return f"[{_title(annotation)}](#{_anchor(annotation)})"
    return {str: "text", int: "whole number", bool: "true or false", dict: "event"}.get(origin or annotation, "value")


def _title(model: type[BaseModel]) -> str:
    words = "".join(f" {sign.lower()}" if sign.isupper() else sign for sign in model.__name__)
    return words.strip()


def _anchor(model: type[BaseModel]) -> str:
    return _title(model).replace(" ", "-")


def _doc(model: type[BaseModel]) -> str:
    return "\n".join(line.strip() for line in (model.__doc__ or "").strip().splitlines())


def _first_line(model: type[BaseModel]) -> str:
    return _doc(model).splitlines()[0]


def _parts_of(model: type[BaseModel], *, inherited: bool = False) -> list[type[BaseModel]]:
    """Return the models inside a model, in the order in which they are met, each before what is inside it."""
    found: dict[type[BaseModel], None] = {}
    own = set(model.model_fields) - (set() if inherited else set(Event.model_fields))
    for name in [name for name in model.model_fields if name in own]:
        for part in _models_in(model.model_fields[name].annotation):
            found.setdefault(part)
            found.update(dict.fromkeys(_parts_of(part, inherited=True)))
    return list(found)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel) and annotation is not PrivateDigest:
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)


def _shared() -> list[type[BaseModel]]:
    """Return the models that stand in several events, those of every event first."""
    common = dict.fromkeys(_parts_of(Event, inherited=True))
    uses: dict[type[BaseModel], int] = {}
    for model in EVENT_TYPES.values():
        for part in _parts_of(model):
            uses[part] = uses.get(part, 0) + 1
    several = [part for part, count in uses.items() if count > 1 and part not in common]
    ranked = sorted(several, key=lambda part: (part is not Line, part is not OutputLine))
    return [*common, *ranked]
