"""Entry 0: what it says and what it may not say."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.ledger.sample import opening, signing_keys
from thread.ledger import (
    LedgerOpened,
    OpeningMalformed,
    OriginMalformed,
    canonical_bytes,
    checked_origin,
    opened_event,
    parse_canonical,
    read_opened_event,
)

NEXT = "ab" * 32


def told(**changed: Any) -> dict[str, Any]:
    return {
        "event_id": "0b7c5c0a-6e1c-4b7e-9a53-1d1f0f3d2a11",
        "event_time": "2026-03-08T20:00:00+01:00",
        "origin": "example.com/plant-7",
        "keys": signing_keys().verifier_keys,
        "subjects_version": 1,
        **changed,
    }


def test_the_opening_says_whose_ledger_it_is_and_which_keys_sign() -> None:
    ed25519, ml_dsa_44 = signing_keys().verifier_keys

    assert opened_event(**told()) == {
        "type": "ledger.opened",
        "v": 1,
        "id": "0b7c5c0a-6e1c-4b7e-9a53-1d1f0f3d2a11",
        "event_time": "2026-03-08T20:00:00+01:00",
        "format": 1,
        "origin": "example.com/plant-7",
        "keys": [ed25519.vkey, ml_dsa_44.vkey],
        "subjects": 1,
    }


def test_the_opening_is_read_back_from_its_bytes() -> None:
    event = opened_event(**told(next_key=NEXT))

    opened = read_opened_event(parse_canonical(canonical_bytes(event)))

    assert opened == LedgerOpened(
        id="0b7c5c0a-6e1c-4b7e-9a53-1d1f0f3d2a11",
        event_time="2026-03-08T20:00:00+01:00",
        origin="example.com/plant-7",
        keys=signing_keys().verifier_keys,
        subjects_version=1,
        next_key=NEXT,
    )
    assert opened.fingerprint == signing_keys().fingerprint


def test_a_default_origin_can_open_a_ledger() -> None:
    keys = signing_keys(origin=None)

    assert read_opened_event(opening(keys)).origin == keys.name


@pytest.mark.parametrize(
    "origin", ["example.com", "localhost:8000", "thread.local/0123456789abcdef", "a", "1.2.3.4/x/Y_z-1.b"]
)
def test_a_host_with_or_without_a_path_can_name_a_ledger(origin: str) -> None:
    assert checked_origin(origin) == origin


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "https://example.com",
        "Example.com",
        "example.com/",
        "example.com//a",
        "example.com/../a",
        "example.com/a b",
        "example.com/a+b",
        "example.com/a~2",
        "example.com/ä",
        "example.com?x",
        "example.com:0",
        "-a",
        "a-",
        "a" * 201,
        "example.com\n",
    ],
)
def test_what_cannot_name_a_ledger_is_refused(origin: str) -> None:
    with pytest.raises(OriginMalformed) as refused:
        opened_event(**told(origin=origin))

    assert refused.value.origin == origin


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"event_id": "0B7C5C0A-6E1C-4B7E-9A53-1D1F0F3D2A11"}, "id is not a UUID"),
        ({"event_id": ""}, "id is not a UUID"),
        ({"event_time": "2026-03-08T20:00:00"}, "event_time"),
        ({"event_time": 5}, "event_time"),
        ({"origin": "example.com/other"}, "not named by the origin"),
        ({"keys": signing_keys().verifier_keys[::-1]}, "Ed25519 key and then"),
        ({"keys": signing_keys().verifier_keys[:1]}, "two verifier keys"),
        ({"subjects_version": 0}, "subjects"),
        ({"subjects_version": True}, "subjects"),
        ({"next_key": "AB" * 32}, "next_key"),
    ],
)
def test_an_opening_that_breaks_a_rule_is_not_made(changed: dict[str, Any], why: str) -> None:
    with pytest.raises(OpeningMalformed) as refused:
        opened_event(**told(**changed))

    assert why in refused.value.why


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"type": "received"}, "its type is 'received'"),
        ({"format": 2}, "made by a later release"),
        ({"format": 0}, "none that exists"),
        ({"format": True}, "none that exists"),
        ({"v": 2}, "none that exists"),
        ({"v": "1"}, "none that exists"),
        ({"v": [1]}, "none that exists"),
        ({"more": 1}, "fields"),
        ({"keys": "x"}, "two verifier keys"),
        ({"keys": [1, 2]}, "two verifier keys"),
        ({"keys": ["x", "y"]}, "a key in it is malformed"),
        ({"origin": 5}, "origin cannot name"),
        ({"origin": "Ä"}, "origin cannot name"),
        ({"id": None}, "id is not"),
        ({"event_time": None}, "event_time"),
        ({"subjects": "1"}, "subjects"),
        ({"next_key": None}, "next_key"),
    ],
)
def test_an_event_that_is_no_opening_is_refused(changed: dict[str, Any], why: str) -> None:
    with pytest.raises(OpeningMalformed) as refused:
        read_opened_event(opening() | changed)

    assert why in refused.value.why


def test_every_field_must_be_there() -> None:
    for name in opening():
        event = opening()
        del event[name]

        with pytest.raises(OpeningMalformed):
            read_opened_event(event)


json_values = st.recursive(
    st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from([*opening(), "next_key", "more"]), json_values)
def test_no_value_in_any_field_makes_reading_fail_otherwise(name: str, value: Any) -> None:
    try:
        read_opened_event(opening() | {name: value})
    except OpeningMalformed:
        return
    assert name in {"id", "event_time", "subjects", "format", "v"} or value == opening()[name]
