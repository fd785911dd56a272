"""An event is written once, and its entry around it: the bytes are those that writing the whole entry gives."""

import copy
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thread.events import EVENT_TYPES, HOLD_ANYTHING, EventInvalid, parse_event
from thread.ledger import NotCanonical, canonical_bytes, write_entry, written_plain
from thread.service import Actor, Ledger

FOLDER = Path(__file__).resolve().parents[3] / "fixtures" / "events"
EVENTS = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))]
PLAIN = [event for event in EVENTS if event["type"] not in HOLD_ANYTHING]
STRANGE = [1.0, 1.5, 0, 1, -1, 2**53 - 1, 2**53, 2**64, True, "é", "\ud800", [], {}, {"é": "x"}, [1.0], {"value": 1.0}]


class Colour(Enum):
    RED = "red"


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path to everything in a value."""
    for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
        yield (*path, step)
        if isinstance(inner, dict | list):
            yield from places(inner, (*path, step))


@pytest.mark.parametrize("event", PLAIN, ids=lambda event: f"{event['type']} {event['id'][-3:]}")
def test_what_validation_lets_pass_is_canonical_whatever_stands_in_any_place(event: dict[str, Any]) -> None:
    for path in places(event):
        for strange in STRANGE:
            spoilt = copy.deepcopy(event)
            at = spoilt
            for step in path[:-1]:
                at = at[step]
            at[path[-1]] = strange
            written = written_plain(spoilt)
            if written is None:
                continue
            try:
                parse_event(spoilt, written)
            except EventInvalid:
                continue
            assert written == canonical_bytes(spoilt)


def test_no_field_of_these_types_holds_anything_but_text_whole_numbers_and_booleans() -> None:
    for name, model in EVENT_TYPES.items():
        if name not in HOLD_ANYTHING:
            schema = model.model_json_schema()
            for one in (schema, *schema.get("$defs", {}).values()):
                assert one["additionalProperties"] is False, name
                assert "".join(one["properties"]).isascii(), name
            kinds = {found for found in kinds_in(schema) if isinstance(found, str)}
            assert kinds <= {"object", "array", "string", "integer", "boolean", "null"}, name


def kinds_in(schema: Any) -> Iterator[Any]:
    """Yield the types that a JSON Schema allows; `anything` where it says none."""
    if isinstance(schema, list):
        for one in schema:
            yield from kinds_in(one)
    if not isinstance(schema, dict):
        return
    if "properties" in schema:
        for one in schema["properties"].values():
            yield "string" if {"$ref", "const", "enum"} & one.keys() else one.get("type") or list(kinds_in(one)) or "?"
    for one in schema.values():
        yield from kinds_in(one)
    if "type" in schema and isinstance(schema["type"], str):
        yield schema["type"]


names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)


@given(st.sampled_from(EVENTS), names, names, st.integers(0, 2**40), st.integers(0, 4_000_000_000_000_000))
def test_the_entry_around_an_event_is_the_one_that_is_written_whole(
    event: dict[str, Any], key: str, actor: str, seq: int, recorded_at_us: int
) -> None:
    told: dict[str, Any] = {
        "seq": seq,
        "prev": bytes(range(32)),
        "recorded_at_us": recorded_at_us,
        "actor": {"id": actor, "auth": "asserted"},
        "key": key,
        "event": event,
    }

    assert write_entry(**told, written=canonical_bytes(event)) == write_entry(**told)


@pytest.mark.parametrize("strange", [UUID(int=7), Colour.RED, datetime(2026, 3, 9, tzinfo=UTC)])
def test_a_value_that_is_no_json_is_refused_though_it_can_be_written_as_text(ledger: Ledger, strange: Any) -> None:
    event = {"type": "received", "event_time": "2026-03-09T14:07:00+01:00", "site": "P", "item": "STEEL", "lot": "S-1"}
    told = {**event, "quantity": {"value": "5", "unit": "KGM"}, "note": strange}

    with pytest.raises((NotCanonical, EventInvalid)):
        ledger.record(told, actor=Actor("A"))

    assert ledger.size == 1
