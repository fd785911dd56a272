"""JSON becomes an event, or everything that is wrong with it is said with its place."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import Life, lives
from thread.events import EVENT_TYPES, EventInvalid, dump_event, parse_event

NOW = "2026-03-02T08:00:00+01:00"


def told(**more: Any) -> dict[str, Any]:
    """Return a move of ten kilograms."""
    line = {"lot": "https://x.example/l", "quantity": {"value": "10", "unit": "KGM"}}
    return {"type": "moved", "event_time": NOW, "site": "P1", "lots": [line], "to_place": "https://x.example/p", **more}


def test_an_event_is_dumped_as_it_was_told_and_nothing_else() -> None:
    assert dump_event(parse_event(told())) == {**told(), "v": 1}
    assert dump_event(parse_event(told(v=1, note="wet"))) == {**told(), "v": 1, "note": "wet"}


def test_bytes_and_mappings_are_read_alike() -> None:
    assert parse_event(json.dumps(told()).encode()) == parse_event(told())


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"{", "is not JSON"),
        (b"\xff", "is not JSON"),
        (b"[]", "is not a JSON object with the fields of an event"),
        (b'"moved"', "is not a JSON object"),
        (b"null", "is not a JSON object"),
        (b"{}", "/type: is missing; tell what happened"),
        (b'{"type": 7}', "'7' is no event type"),
        (b'{"type": ["moved"]}', "is no event type"),
        (b'{"type": "recieved"}', "did you mean 'received'?"),
        (b'{"type": "zzz"}', "`thread schema` lists the event types"),
        (b'{"type": "moved", "v": 2}', "version '2' is not known to this program, which reads version 1"),
        (b'{"type": "moved", "v": true}', "version 'True' is not known"),
        (b'{"type": "moved", "v": null}', "version 'None' is not known"),
    ],
)
def test_what_is_no_event_is_refused_in_words(raw: bytes, why: str) -> None:
    with pytest.raises(EventInvalid) as refused:
        parse_event(raw)

    assert why in str(refused.value)


def test_every_fault_is_listed_with_its_place() -> None:
    wrong = told(site=None, to_place=7, colour="red", event_time="yesterday")
    wrong["lots"][0]["quantity"] = {"value": "1e3", "unit": "KGM"}

    with pytest.raises(EventInvalid) as refused:
        parse_event(wrong)

    assert {path for path, _ in refused.value.findings} == {
        "/site",
        "/to_place",
        "/colour",
        "/event_time",
        "/lots/0/quantity/value",
    }
    assert "and 4 more" in str(refused.value)


def test_a_misspelt_field_is_told_its_likely_name_and_an_own_one_its_place() -> None:
    with pytest.raises(EventInvalid, match=r"/too_place: is not a field of moved; did you mean 'to_place'\?"):
        parse_event(told(too_place="x"))
    with pytest.raises(EventInvalid, match="/zzz: is not a field of moved; put it under ext, with a namespace"):
        parse_event(told(zzz="x"))


def test_a_wrong_choice_is_told_the_right_ones() -> None:
    with pytest.raises(EventInvalid, match="'guessed' is not allowed here; use 'measured', 'scanned'"):
        parse_event(told(basis="guessed"))


@pytest.mark.parametrize("number", [10, 10.0, True])
def test_numbers_are_told_as_text_so_that_no_binary_fraction_gets_in(number: object) -> None:
    wrong = told()
    wrong["lots"][0]["quantity"]["value"] = number

    with pytest.raises(EventInvalid, match="/lots/0/quantity/value: "):
        parse_event(wrong)


def test_what_cannot_be_written_as_json_is_refused() -> None:
    with pytest.raises(EventInvalid, match="cannot be written as JSON"):
        parse_event(told(note={1, 2}))
    with pytest.raises(EventInvalid, match="cannot be written as JSON"):
        parse_event(told(note="\ud800"))


def test_long_findings_are_cut_so_that_the_line_stays_a_line() -> None:
    with pytest.raises(EventInvalid) as refused:
        parse_event(told(to_place=["x" * 10_000]))

    assert len(str(refused.value)) < 400


def test_there_are_forty_four_types_and_each_names_itself() -> None:
    assert len(EVENT_TYPES) == 44
    assert all(model.model_fields["type"].default == name for name, model in EVENT_TYPES.items())


@pytest.mark.parametrize("name", EVENT_TYPES)
def test_models_are_frozen_strict_and_refuse_unknown_fields(name: str) -> None:
    config = EVENT_TYPES[name].model_config

    assert (config["frozen"], config["strict"], config["extra"]) == (True, True, "forbid")


@pytest.mark.parametrize("name", EVENT_TYPES)
def test_the_meaning_of_every_field_is_written_beside_it(name: str) -> None:
    model = EVENT_TYPES[name]

    untold = [field for field, info in model.model_fields.items() if not info.description and field != "type"]

    assert untold == []
    assert (model.__doc__ or "").strip().split("\n")[0].endswith(".")


@given(lives())
def test_random_plants_read_back_from_what_is_dumped(life: Life) -> None:
    for event in life.events:
        assert parse_event(dump_event(event)) == event
        assert parse_event(json.dumps(dump_event(event)).encode()) == event


@given(
    st.sampled_from(sorted(EVENT_TYPES)),
    st.dictionaries(
        st.sampled_from(
            ["event_time", "site", "lots", "order", "quantity", "outputs", "note", "seq", "as_given", "lot"]
        ),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
            lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
            max_leaves=6,
        ),
    ),
)
def test_whatever_json_comes_it_is_an_event_or_a_refusal(name: str, fields: dict[str, Any]) -> None:
    try:
        event = parse_event({**fields, "type": name})
    except EventInvalid as refused:
        places = [path for path, _ in refused.findings]
    else:
        places = [f"/{event.type.removeprefix(name)}"]

    assert all(path == "" or path.startswith("/") for path in places)


@pytest.mark.parametrize(
    "wrong",
    [
        ["Jane Secretname"],
        {"Jane Secretname": 1},
        {"digest": "Jane Secretname"},
        {"digest": {"Jane": "Secretname"}},
        "Jane Secretname\x00",
        "Secretname" * 201,
    ],
)
@pytest.mark.parametrize("field", ["name", "address", "telephone"])
def test_what_was_told_in_a_private_field_is_never_shown(field: str, wrong: object) -> None:
    party = {"type": "party_defined", "event_time": NOW, "party": "A", field: wrong}

    with pytest.raises(EventInvalid) as refused:
        parse_event(party)

    assert [path for path, _ in refused.value.findings] == [f"/{field}"]
    assert "Secretname" not in f"{refused.value} {refused.value.facts}"


@pytest.mark.parametrize("wrong", ["Secretname", ["Secretname"], {"harvester": ["Secretname"]}])
def test_what_stands_where_private_fields_belong_is_never_shown(wrong: object) -> None:
    with pytest.raises(EventInvalid) as refused:
        parse_event({"type": "declared", "event_time": NOW, "site": "P1", "harvest": wrong})

    assert any(path.startswith("/harvest") for path, _ in refused.value.findings)
    assert "Secretname" not in f"{refused.value} {refused.value.facts}"


def test_a_private_field_that_is_missing_is_said_to_be_missing() -> None:
    with pytest.raises(EventInvalid) as refused:
        parse_event({"type": "signed", "event_time": NOW})

    assert ("/printed_name", "is missing") in refused.value.findings
