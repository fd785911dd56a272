"""What is found in a plant: each source of findings, what it says, and what makes it go away."""

from __future__ import annotations

from typing import Any

import pytest

from tests import builders
from tests.plant import MemoryPlant, plant, recorded
from thread.review import LATE_HOURS, Finding, Review

NEVER = 100_000
"""A limit in hours that no booking of these tests exceeds."""

DELIVERY: dict[str, Any] = {"documents": [{"type": "despatch_advice", "number": "DN-1"}]}


def found(lived: MemoryPlant, *, rules: tuple[str, ...] = (), late_hours: int = LATE_HOURS) -> dict[str, Finding]:
    """Return the findings of a plant by code."""
    history = lived.history
    findings = tuple(Review(history, rule_sets=rules, late_hours=late_hours).through(range(history.size)))
    assert len({one.code for one in findings}) == len(findings), [one.id for one in findings]
    return {one.code: one for one in findings}


def of_story(text: str) -> dict[str, Finding]:
    """Return the findings of a story by code."""
    return found(plant(text))


def test_a_plant_where_everything_adds_up_has_no_findings() -> None:
    findings = of_story(
        """
        day 1, 08:00  receive 100 KGM of STEEL lot S-77 from ACME on DN-1
        day 1, 09:30  issue 30 KGM of S-77 to WO-1
        day 1, 11:00  produce 20 EA of FRAME lot F-1 from WO-1
        day 2, 09:00  ship 20 EA of F-1 to RIDE as SH-1
        """
    )

    assert findings == {}


def test_what_counts_could_not_explain_is_found_until_somebody_explains_it() -> None:
    counted = """
        day 1, 08:00  receive 100 KGM of STEEL lot S-77 from ACME
        day 1, 18:00  count 98 KGM of S-77
        """
    explained = f"{counted}\n        day 1, 15:00  scrap 2 KGM of S-77 as KERF, booked day 1, 19:00"

    missing = of_story(counted)["stock-missing"]

    assert missing.text == "STEEL / S-77 (ACME): 2 KGM missing since entry 1, and nobody explained it."
    assert (missing.seqs, missing.facts) == ((1,), ("2",))
    assert of_story(explained) == {}


def test_found_and_missing_stock_are_two_findings() -> None:
    findings = of_story(
        """
        day 1, 08:00  receive 100 KGM of STEEL lot S-77 from ACME
        day 1, 18:00  count 150 KGM of S-77
        day 2, 18:00  count 100 KGM of S-77
        """
    )

    assert {code: one.facts for code, one in findings.items()} == {"stock-found": ("50",), "stock-missing": ("50",)}


def test_a_voided_receipt_leaves_a_finding_at_the_later_issue_and_a_late_receipt_closes_it() -> None:
    voided = """
        1. day 1, 08:00  receive 100 KGM of STEEL lot S-77 from ACME
        2. day 1, 09:30  issue 30 KGM of S-77 to WO-1
        3. day 1, 12:00  line 1 did not happen, because "wrong"
        """
    late = f"{voided}\n        4. day 1, 08:00  receive 30 KGM of STEEL lot S-77 from ACME, booked day 1, 13:00"

    findings = of_story(voided)

    assert set(findings) == {"unresolved", "negative-stock"}
    assert findings["negative-stock"].seqs == (1, 2)
    assert of_story(late) == {}


def test_an_entry_with_several_candidates_is_one_finding_until_it_is_known_which_it_was() -> None:
    told = """
        1. day 1, 08:00  receive 10 KGM of STEEL lot S-1 from ACME
        2. day 1, 08:05  receive 10 KGM of STEEL lot S-2 from ACME
        3. day 1, 09:30  issue 5 KGM of either S-1 or S-2 to WO-1
        """
    known = f'{told}\n        4. day 1, 12:00  instead of line 3, because "known now": issue 5 KGM of S-2 to WO-1'

    one = of_story(told)["one-of-open"]

    assert one.text == "Entry 2 took 5 KGM of STEEL / S-1 (ACME) or STEEL / S-2 (ACME), and nobody knows which."
    assert (one.kind, one.name, len(one.lots)) == ("entry", "2", 2)
    assert of_story(known) == {}


def test_a_forced_entry_stays_a_finding_with_its_reason_and_is_settled_by_a_late_receipt() -> None:
    lived = recorded(builders.receipt(), builders.issue("130 KGM of STEEL-1"))
    entries = lived.entries
    forced = type(entries[1])(
        1, entries[1].event, entries[1].recorded_at, "teller", ("quantity-exceeded",), "two counted", ("too much",)
    )
    late = recorded(builders.receipt(), builders.issue("130 KGM of STEEL-1"), builders.receipt(quantity="50 KGM"))

    short = found(MemoryPlant((entries[0], forced), (), (), {}, {}, lived.origin), late_hours=NEVER)
    settled = found(MemoryPlant((entries[0], forced, late.entries[2]), (), (), {}, {}, lived.origin), late_hours=NEVER)

    one = short["forced-quantity-exceeded"]
    assert one.text == "Entry 1 was recorded by force (two counted) although too much."
    assert (one.is_settled, one.sort.severity) == (False, "high")
    assert set(short) == {"forced-quantity-exceeded", "negative-stock"}
    assert [(code, one.is_settled) for code, one in settled.items()] == [("forced-quantity-exceeded", True)]


def test_an_open_hold_is_one_finding_of_all_its_lots_and_goes_when_it_is_released() -> None:
    held = """
        day 1, 08:00  receive 10 KGM of STEEL lot S-1 from ACME
        day 1, 08:05  receive 10 KGM of STEEL lot S-2 from ACME
        day 1, 09:30  hold S-1 and 5 KGM of S-2 as H-1, because "rust"
        """
    split = (
        f"{held}\n        day 1, 10:00  split 10 KGM of S-1 into 4 KGM of STEEL lot S-1A and 6 KGM of STEEL lot S-1B"
    )
    released = f'{held}\n        day 2, 09:30  release hold H-1, because "polished"'

    one = of_story(held)["hold-open"]
    after_split = of_story(split)["hold-open"]

    assert one.text == ("Hold H-1 has blocked STEEL / S-1 (ACME), STEEL / S-2 (ACME) since 2026-03-02 (rust).")
    assert (one.kind, one.name, one.seqs) == ("hold", "H-1", (2,))
    assert after_split.id == one.id
    assert len(after_split.lots) == 4
    assert of_story(released) == {}


def test_a_booking_is_late_from_a_day_after_the_event_on_unless_another_limit_is_asked_for() -> None:
    told = "day 1, 08:00  receive 10 KGM of STEEL lot S-1 from ACME, booked day 2, 10:00"

    assert of_story(told)["booked-late"].text == "Entry 0 was recorded 26 hours after what it tells happened."
    assert found(plant(told), late_hours=48) == {}


def test_opening_stock_is_never_late() -> None:
    assert of_story("day 1, 08:00  open 10 KGM of STEEL lot S-1, booked day 9, 10:00") == {}


def test_a_gs1_name_with_a_wrong_check_digit_is_a_finding() -> None:
    told = builders.receipt("(01)09506000134353(10)ABC", item="(01)09506000134353", supplier=None)

    one = found(recorded(told))["name-malformed"]

    assert "check digit" in one.text


def test_the_same_delivery_told_twice_is_a_finding_until_one_is_voided() -> None:
    twice = (builders.receipt(**DELIVERY), builders.receipt(at="day 1, 08:30", **DELIVERY))

    one = found(recorded(*twice), late_hours=NEVER)["duplicate-delivery"]
    made_good = found(recorded(*twice, builders.void(1)), late_hours=NEVER)

    assert one.text == ("Entries 0 and 1 tell the same delivery: 100 KGM of STEEL / STEEL-1 (ACME) on document DN-1.")
    assert (one.kind, one.name, one.seqs) == ("entry", "1", (1,))
    assert made_good == {}


def test_a_signature_of_what_was_corrected_is_a_finding_of_the_entry() -> None:
    findings = of_story(
        """
        1. day 1, 08:00  receive 100 KGM of STEEL lot S-77 from ACME
        2. day 1, 09:00  sign line 1 by P-9 "Ann" as release, method pin
        3. day 1, 10:00  instead of line 1, because "misread": receive 90 KGM of STEEL lot S-77 from ACME
        """
    )

    one = findings["signature-void"]
    assert (one.kind, one.name, one.seqs) == ("entry", "0", (0, 1, 2))


def test_an_id_stays_the_same_while_the_facts_change_and_the_digest_does_not() -> None:
    told = """
        1. day 1, 08:00  receive 100 KGM of STEEL lot S-77 from ACME
        2. day 1, 18:00  count 98 KGM of S-77
        """
    instead = "receive 110 KGM of STEEL lot S-77 from ACME"
    more = f'{told}\n        3. day 2, 18:00  instead of line 1, because "misread": {instead}'

    before, after = of_story(told)["stock-missing"], of_story(more)["stock-missing"]

    assert before.id == after.id
    assert (before.facts, after.facts) == (("2",), ("12",))
    assert before.facts_sha256 != after.facts_sha256


def test_a_finding_is_found_again_by_its_id_alone() -> None:
    lived = plant(
        """
        1. day 1, 08:00  receive 100 KGM of STEEL lot S-77 from ACME
        2. day 1, 18:00  count 98 KGM of S-77
        3. day 2, 09:30  hold 5 KGM of S-77 as H-1, because "rust"
        4. day 3, 08:00  move 5 KGM of S-77 to CAGE, booked day 9
        """
    )

    findings = found(lived)

    assert set(findings) == {"stock-missing", "hold-open", "booked-late"}
    for one in findings.values():
        assert Review(lived.history).by_id(one.id) == one
    assert Review(lived.history).by_id("stock-missing:1:000000000000") is None


@pytest.mark.parametrize("text", ["", "stock-missing", "stock-missing:1:xyz", "a:b:c", "stock-missing:1:0000000000000"])
def test_what_is_no_id_finds_nothing(text: str) -> None:
    lived = plant("day 1, 08:00  receive 100 KGM of STEEL lot S-77 from ACME")

    assert Review(lived.history).by_id(text) is None
