"""`thread schema` says what an event of each type looks like."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest

from tests.story import events
from tests.surfaces.cli_shell import Shell
from thread.events import EVENT_TYPES


@pytest.fixture
def thread(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    return Shell(tmp_path, capsys, monkeypatch)


def test_the_list_names_every_event_type_with_what_it_tells(thread: Shell) -> None:
    told = thread("schema", "--json").json["types"]

    assert [one["type"] for one in told] == list(EVENT_TYPES)
    assert {"type": "scrapped", "text": "Material was destroyed or thrown away."} in told


@pytest.mark.requirement("REC-1")
def test_the_schema_of_a_type_accepts_what_is_recorded_and_refuses_what_is_not(thread: Shell) -> None:
    schema = thread("schema", "received").json
    (event,) = events("day 1, 08:00  receive 5 KGM of STEEL lot S-1 from ACME")

    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(event, schema)
    with pytest.raises(jsonschema.ValidationError, match="'item' is a required property"):
        jsonschema.validate({name: value for name, value in event.items() if name != "item"}, schema)
    with pytest.raises(jsonschema.ValidationError, match="'type' is a required property"):
        jsonschema.validate({name: value for name, value in event.items() if name != "type"}, schema)


@pytest.mark.parametrize("name", list(EVENT_TYPES))
def test_every_type_has_a_schema(thread: Shell, name: str) -> None:
    schema = thread("schema", name).json

    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["properties"]["type"]["const"] == name


def test_an_unknown_type_is_answered_with_a_near_one(thread: Shell) -> None:
    ran = thread("schema", "recieved")

    assert ran.status == 2
    assert ran.err == "thread: 'recieved' is no event type; did you mean received?\n"
