"""What holds for every file, and for every event that can be written down."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.interop.epcis_documents import (
    CHEESE,
    CONTEXT,
    MILK,
    PALLET,
    aggregation,
    document,
    object_event,
    transformation,
)
from thread.errors import ThreadError
from thread.events import parse_event
from thread.events.captured import EpcisCaptured
from thread.interop import read_epcis, write_epcis
from thread.interop.epcis_reading import decimal_of
from thread.interop.json_text import Number, items, members, parsed, written
from thread.values.quantity import is_decimal_text

TEXTS = st.text(st.characters(codec="utf-8"), max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from(
    [MILK, CHEESE, PALLET, "urn:epc:id:sscc:1.2", "example:lot", "", "no uri", "urn:gdst:a:product:class:b.c"]
)
QUANTITIES = st.fixed_dictionaries(
    {"epcClass": NAMES},
    optional={
        "quantity": st.decimals(allow_nan=False, allow_infinity=False, places=3).map(float)
        | st.integers()
        | st.none()
        | TEXTS,
        "uom": st.sampled_from(["KGM", "C62", "kg", "", None]),
    },
)
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "type": st.sampled_from(["ObjectEvent", "AggregationEvent", "TransactionEvent", "AssociationEvent", "X", 7]),
    "eventTime": st.sampled_from(
        ["2026-03-09T14:07:00Z", "2026-03-09T14:07:00.1234567+01:00", "0001-01-01T00:00:00Z", ""]
    ),
    "eventID": NAMES,
    "action": st.sampled_from(["ADD", "OBSERVE", "DELETE", "", None]),
    "parentID": NAMES,
    "epcList": st.lists(NAMES, max_size=3),
    "childEPCs": st.lists(NAMES, max_size=3) | JSON,
    "quantityList": st.lists(QUANTITIES, max_size=3) | JSON,
    "inputQuantityList": st.lists(QUANTITIES, max_size=3),
    "readPoint": st.fixed_dictionaries({"id": NAMES}) | JSON,
    "bizTransactionList": st.lists(
        st.fixed_dictionaries({"bizTransaction": NAMES}, optional={"type": JSON}), max_size=2
    ),
    "sourceList": JSON,
    "errorDeclaration": st.fixed_dictionaries({"declarationTime": st.just("2026-03-09T14:07:00Z")}) | JSON,
    "ilmd": JSON,
    "sensorElementList": JSON,
    "certificationInfo": JSON,
    "@context": JSON,
    "example:own": JSON,
}
EVENTS = st.builds(
    lambda kind, told, own: {**kind(), **told, **own},
    st.sampled_from([object_event, aggregation, transformation]),
    st.fixed_dictionaries({}, optional=FIELDS),
    st.dictionaries(TEXTS, JSON, max_size=1),
)
SPACE = st.text(" \t\r\n", max_size=3)


@st.composite
def right_events(draw: st.DrawFn) -> dict[str, Any]:
    """An event that is sure to be right, with members of its own in any order."""
    kind = draw(st.sampled_from([object_event, aggregation, transformation]))
    own = {f"example:{at}": draw(JSON) for at in range(draw(st.integers(0, 2)))}
    return dict(draw(st.permutations([*kind().items(), *own.items()])))


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_but_an_error_of_ours(data: bytes) -> None:
    with suppress(ThreadError):
        read_epcis(data, file="f")


@given(JSON)
def test_no_json_raises_anything_but_an_error_of_ours(value: object) -> None:
    with suppress(ThreadError):
        read_epcis(json.dumps(value).encode(), file="f")


@pytest.mark.requirement("EXC-1")
@given(
    st.lists(EVENTS, max_size=3),
    st.dictionaries(st.sampled_from(["@context", "epcisHeader", "creationDate", "isA"]), JSON),
)
def test_every_event_of_a_document_is_either_captured_or_refused_with_a_reason(
    events: list[dict[str, Any]], told: dict[str, Any]
) -> None:
    found = read_epcis(document(*events, **told), file="f")

    captured = {each.index for each in found.events}
    refused = {each.index for each in found.rejected if each.index is not None}
    assert captured | refused == set(range(len(events)))
    assert not captured & refused
    assert all(each.reason for each in found.rejected)
    assert all(parse_event(each.event) for each in found.captured)


@given(st.data())
def test_the_bytes_of_a_document_cut_or_changed_anywhere_raise_nothing_but_errors_of_ours(data: st.DataObject) -> None:
    whole = bytearray(document(object_event(), aggregation(), transformation()))
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at] = data.draw(st.integers(0, 255))
    end = data.draw(st.integers(at, len(whole)))

    with suppress(ThreadError):
        read_epcis(bytes(whole[:end]), file="f")


@pytest.mark.requirement("EXC-2")
@given(st.lists(right_events(), min_size=1, max_size=4), SPACE, st.booleans())
def test_the_text_of_every_event_is_byte_for_byte_in_the_file_and_comes_out_again(
    events: list[dict[str, Any]], space: str, ascii_only: bool
) -> None:
    texts = [space + json.dumps(event, ensure_ascii=ascii_only) + space for event in events]
    data = document("HERE").replace(b'"HERE"', ",".join(texts).encode())

    found = read_epcis(data, file="f")
    again = read_epcis(
        write_epcis(
            [event for each in found.events if isinstance(event := parse_event(each.event), EpcisCaptured)],
            creation_date="2026-03-10T08:00:00Z",
        ),
        file="g",
    )

    assert found.rejected == ()
    assert [each.event["text"] for each in found.events] == [text.strip(" \t\r\n") for text in texts]
    assert [(each.key, each.event["text"], each.event["reading"]) for each in again.events] == [
        (each.key, each.event["text"], each.event["reading"]) for each in found.events
    ]


@given(right_events(), st.randoms(use_true_random=False))
def test_the_order_of_members_does_not_change_the_event_hash(event: dict[str, Any], order: Any) -> None:
    shuffled = list(event.items())
    order.shuffle(shuffled)

    hashes = [
        read_epcis(document(told), file="f").events[0].event["reading"]["event_hash"]
        for told in (event, dict(shuffled))
    ]

    assert hashes[0] == hashes[1]


@given(JSON, SPACE)
def test_what_is_parsed_and_written_has_the_same_parts_at_the_places_that_are_told(value: Any, space: str) -> None:
    text = space + json.dumps(value, indent=1 if space else None) + space

    told = parsed(text, file="f")

    assert json.loads(written(told)) == value
    if isinstance(told, dict):
        start = text.index("{")
        assert {name: parsed(text[at:end], file="f") for name, (at, end) in members(text, start)} == told
    elif isinstance(told, list):
        start = text.index("[")
        assert [parsed(text[at:end], file="f") for at, end in items(text, start)] == told


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_a_decimal_is_read_exactly_or_not_at_all(number: Any) -> None:
    text = str(number).replace("E+", "e")

    told = decimal_of(text)

    assert told is None or (is_decimal_text(told) and type(number)(told) == number)
    assert Number(text).text == text


def test_the_context_of_the_builders_is_read() -> None:
    assert read_epcis(document(object_event(), **{"@context": CONTEXT}), file="f").findings == ()
