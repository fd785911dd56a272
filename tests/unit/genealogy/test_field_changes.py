"""What a correction changed, in words that a clerk reads."""

from typing import Any

from tests.builders import issue, order, receipt
from thread.events import Event, parse_event
from thread.genealogy.field_changes import field_changes, says_the_same


def event(told: dict[str, Any]) -> Event:
    return parse_event(told)


def texts(old: dict[str, Any], *new: dict[str, Any]) -> list[str]:
    return [change.text for change in field_changes([event(old)], [event(one) for one in new])]


def test_a_quantity_is_told_with_its_unit() -> None:
    assert texts(receipt(quantity="100 KGM"), receipt(quantity="60 KGM")) == ["quantity 100 KGM → 60 KGM"]


def test_the_only_line_of_an_event_needs_no_number() -> None:
    old, new = issue("30 KGM of S-77"), issue("25 KGM of S-78")

    assert texts(old, new) == ["lot S-77 → S-78", "quantity 30 KGM → 25 KGM"]


def test_lines_are_numbered_where_there_are_several() -> None:
    old, new = issue("30 KGM of S-77", "5 KGM of S-1"), issue("30 KGM of S-77", "6 KGM of S-1", "1 KGM of S-2")

    assert texts(old, new) == [
        "line 2, quantity 5 KGM → 6 KGM",
        "line 3, lot not told → S-2",
        "line 3, quantity not told → 1 KGM",
    ]


def test_names_are_told_as_people_write_them() -> None:
    old = receipt(lot="https://plant.example/party/ACME/lot/STEEL/S-77")
    new = receipt(lot="https://plant.example/party/ACME/lot/STEEL/S-78")

    assert texts(old, new) == ["lot STEEL / S-77 (ACME) → STEEL / S-78 (ACME)"]


def test_a_field_that_was_not_told_before_or_is_not_told_any_more_says_so() -> None:
    assert texts(receipt(), receipt(expiry="2027-01-31")) == ["expiry not told → 2027-01-31"]
    assert texts(receipt(expiry="2027-01-31"), receipt()) == ["expiry 2027-01-31 → not told"]


def test_what_only_recording_makes_is_no_change() -> None:
    old = {**receipt(), "id": "00000000-0000-4000-8000-000000000001", "v": 1}
    new = {**receipt(), "as_given": [{"name": "/lot", "value": "S-77"}]}

    assert texts(old, new) == []
    assert says_the_same([event(old)], [event(new)])
    assert not says_the_same([event(old)], [event(receipt(lot="other"))])
    assert not says_the_same([event(old)], [event(old), event(old)])


def test_a_document_and_a_machine_are_one_value_each() -> None:
    old = receipt(documents=[{"type": "despatch_advice", "number": "DN-1"}])
    new = receipt(
        documents=[{"type": "despatch_advice", "number": "DN-2", "date": "2026-03-02"}],
        resources=[{"kind": "equipment", "id": "SCALE-1"}],
    )

    assert texts(old, new) == [
        "resources not told → equipment SCALE-1",
        "documents despatch advice DN-1 → despatch advice DN-2 (2026-03-02)",
    ]


def test_pegs_are_compared_one_by_one() -> None:
    old = receipt(origin={"pegs": [{"demand": "SO-1", "quantity": "60"}]})
    new = receipt(origin={"pegs": [{"demand": "SO-2", "quantity": "60"}], "trigger": "forecast"})

    assert texts(old, new) == ["origin, peg, demand SO-1 → SO-2", "origin, trigger not told → forecast"]


def test_a_second_event_in_the_place_of_one_is_told_whole() -> None:
    changes = field_changes(
        [event(issue("5 KGM of S-1"))], [event(issue("3 KGM of S-1")), event(issue("2 KGM of S-2"))]
    )

    assert changes[0].text == "event 1, quantity 5 KGM → 3 KGM"
    assert (changes[0].event, changes[0].path) == (0, "/lots/0/quantity")
    assert "event 2, lot not told → S-2" in [change.text for change in changes]
    assert all(change.old is None for change in changes if change.event == 1)


def test_another_type_of_event_is_a_change_of_its_own() -> None:
    assert texts(issue("5 KGM of S-1"), order())[0] == "type material issued → work order released"


def test_nothing_is_listed_of_what_is_void() -> None:
    assert field_changes([event(receipt())], []) == ()


def test_a_personal_value_is_never_shown() -> None:
    signed = {"type": "signed", "event_time": "2026-03-02T08:00:00Z", "seqs": [1], "meaning": "release"}
    signed |= {"method": "pin", "signer": "P-7"}
    old = {**signed, "printed_name": {"digest": "A" * 43}}
    new = {**signed, "printed_name": {"digest": "B" * 43}}

    assert texts(old, new) == ["printed name a personal value → a personal value"]
