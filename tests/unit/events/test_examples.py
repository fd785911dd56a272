"""The published examples: one or more of every type, every field somewhere, and each means what it says."""

import json
from collections.abc import Iterator
from inspect import get_annotations
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest
from pydantic import BaseModel

from tests.plant import ORIGIN, plant
from thread.acceptance.naming import typed_form
from thread.events import EVENT_TYPES, dump_event, parse_event, subjects
from thread.ledger.canonical import canonical_bytes

CHECKOUT = Path(__file__).resolve().parents[3]
FOLDER = CHECKOUT / "fixtures" / "events"
STORED = sorted(path.name for path in FOLDER.glob("*.json"))
TYPED = sorted(path.name for path in (FOLDER / "typed").glob("*.json"))
SCHEMA = json.loads((CHECKOUT / "docs" / "reference" / "event-schema.json").read_text(encoding="utf-8"))


def example(name: str) -> Any:
    """Return an example as JSON values."""
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def models(model: type[BaseModel], found: set[type[BaseModel]]) -> set[type[BaseModel]]:
    """Return a model and all that are inside it."""

    def look(annotation: Any) -> None:
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            models(annotation, found)
        for part in get_args(annotation):
            look(part)

    if model not in found:
        found.add(model)
        for info in model.model_fields.values():
            look(info.annotation)
    return found


def told_fields(model: BaseModel) -> Iterator[tuple[type, str]]:
    """Yield every field that a value tells, with the class that the field comes from."""
    for name in model.model_fields_set:
        for cls in type(model).__mro__:
            if name in get_annotations(cls):
                yield cls, name
    for _, value in model:
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, BaseModel):
                yield from told_fields(one)


@pytest.mark.requirement("REC-1")
def test_every_type_has_an_example_and_they_stand_in_the_order_of_the_vocabulary() -> None:
    first = [name for name in STORED if name.count(".") == 1]

    assert [name.removesuffix(".json").split("-")[1] for name in first] == list(EVENT_TYPES)
    assert [int(name[:2]) for name in first] == list(range(1, 45))


@pytest.mark.requirement("REC-1")
def test_every_field_of_every_model_is_told_in_some_example() -> None:
    told = {field for name in STORED for field in told_fields(parse_event(example(name)))}
    told |= {field for name in TYPED for field in told_fields(parse_event(example(f"typed/{name}")))}
    wanted = {
        (cls, name)
        for event in EVENT_TYPES.values()
        for model in models(event, set())
        for cls in model.__mro__
        for name in get_annotations(cls)
        if issubclass(cls, BaseModel) and name in model.model_fields
    }

    assert sorted(f"{cls.__name__}.{name}" for cls, name in wanted - told if cls is not BaseModel) == []


@pytest.mark.requirement("REC-1")
@pytest.mark.parametrize("name", [*STORED, *(f"typed/{name}" for name in TYPED)])
def test_an_example_is_valid_and_reads_back_as_it_is(name: str) -> None:
    told = example(name)

    event = parse_event(told)

    assert dump_event(event) == {**told, "v": 1}
    assert parse_event(json.dumps(told).encode()) == event
    jsonschema.Draft202012Validator(SCHEMA).validate(told)


@pytest.mark.requirement("REC-1")
@pytest.mark.parametrize("name", STORED)
def test_an_example_as_stored_can_stand_in_an_entry(name: str) -> None:
    assert len(canonical_bytes(example(name))) < 65_535


@pytest.mark.requirement("REC-1")
@pytest.mark.parametrize("name", [name for name in TYPED if "epcis" not in name])
def test_an_example_as_stored_leads_back_to_what_was_typed(name: str) -> None:
    typed, stored = example(f"typed/{name}"), example(name)

    back = typed_form(stored)

    # Personal values stand as digests in an entry; everything else is as typed.
    assert without_digests(back, typed) == {**typed, "v": 1}


def without_digests(stored: Any, typed: Any) -> Any:
    """Return `stored` with what was typed in place of digests."""
    if isinstance(stored, dict):
        if stored.keys() == {"digest"} and isinstance(typed, str):
            return typed
        return {name: without_digests(value, typed.get(name)) for name, value in stored.items()}
    if isinstance(stored, list):
        return [without_digests(*pair) for pair in zip(stored, typed, strict=True)]
    return stored


@pytest.mark.requirement("REC-1")
def test_the_subjects_of_every_example_are_those_that_are_published() -> None:
    vector = json.loads((CHECKOUT / "fixtures" / "ledgers" / "subjects.json").read_text(encoding="utf-8"))

    for name, published in vector["events"].items():
        event = parse_event(example(name))
        if event.type != "corrected":
            assert sorted(map(list, subjects(event, origin=ORIGIN))) == published
    assert sorted(vector["events"]) == STORED


def test_a_correction_is_about_all_that_it_corrects_and_all_that_it_puts_in_place() -> None:
    vector = json.loads((CHECKOUT / "fixtures" / "ledgers" / "subjects.json").read_text(encoding="utf-8"))["events"]

    assert vector["41-corrected.json"] == sorted([["entry", "26"], *vector["18-relabelled.json"]])
    assert ["lot.made", f"https://{ORIGIN}/site/P1/lot/GREASE/M-GREASE"] in vector["41-corrected.json"]
    assert vector["41-corrected.2.json"] == [["entry", "44"], ["resource", "line/L2"]]


@pytest.mark.requirement("REC-1")
def test_the_story_of_the_examples_is_one_that_a_plant_can_live() -> None:
    told = plant((CHECKOUT / "fixtures" / "examples" / "floor.story").read_text(encoding="utf-8"))

    assert len(told.entries) > 60
    assert dict(told.findings) == {}


def test_the_schema_refuses_what_the_models_refuse() -> None:
    validator = jsonschema.Draft202012Validator(SCHEMA)
    told = example("08-counted.json")

    assert not validator.is_valid({**told, "type": "recounted"})
    assert not validator.is_valid({name: value for name, value in told.items() if name != "type"})
    assert not validator.is_valid({**told, "colour": "red"})
    assert not validator.is_valid({**told, "lots": [{**told["lots"][0], "quantity": {"value": "1e3", "unit": "MTR"}}]})
