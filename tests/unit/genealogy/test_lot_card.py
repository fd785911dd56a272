"""What the card of a lot says: how it came, why it was released, its terms, what is odd about it."""

from __future__ import annotations

import pytest

from tests.unit.genealogy.balances import facts
from thread.genealogy.lot_card import LotFacts


def _origin(found: LotFacts) -> list[tuple[str, str, str]]:
    """Return the parts of an origin: mode, quantity, and the demands pegged or the trigger."""
    return [
        (part.mode, str(part.quantity), " + ".join(peg.demand for peg in part.pegs) or part.trigger or "not told")
        for part in found.origin_parts
    ]


def test_one_lot_with_two_arrivals_keeps_the_document_cost_and_origin_of_each() -> None:
    story = """
        day 1, 08:00  receive 100 KGM of STEEL lot S-1 from ACME on DN-1, pegged 60 to SO-1, rest forecast,
                      cost 2.10 EUR
        day 5, 08:00  receive 40 KGM of STEEL lot S-1 from ACME on DN-2, cost 2.40 EUR
    """

    found = facts(story, "S-1")

    assert [
        (one.documents[0].number, str(one.quantity), one.unit_cost.value if one.unit_cost else "")
        for one in found.arrivals
    ] == [
        ("DN-1", "100 KGM", "2.10"),
        ("DN-2", "40 KGM", "2.40"),
    ]
    assert _origin(found) == [("JIT", "60", "SO-1"), ("JIC", "40", "forecast"), ("UNKNOWN", "40", "not told")]
    assert found.origin == {"JIT": "60", "JIC": "40", "UNKNOWN": "40"}
    assert found.arrivals[0].as_json()["origin"] == {"JIT": "60", "JIC": "40", "UNKNOWN": "0"}


def test_item_code_and_assigner_come_from_what_was_told() -> None:
    found = facts("day 1, 08:00  receive 100 KGM of STEEL lot S-1 from ACME, supplier lots H-7 + H-8", "S-1")

    assert (found.item, found.code, found.assigner) == ("https://plant.example/item/STEEL", "S-1", "ACME")
    assert found.supplier_lots == ("H-7", "H-8")
    assert found.suppliers == ("https://plant.example/party/ACME",)


def test_a_batch_takes_the_origin_of_its_order_and_what_goes_beyond_the_plan_is_overrun() -> None:
    story = """
        day 1, 08:00  release order WO-1 for 100 EA of FRAME, pegged 100 to SO-1
        day 1, 10:00  produce 60 EA of FRAME lot F-1 from WO-1
        day 1, 11:00  produce 50 EA of FRAME lot F-2 from WO-1
    """

    assert _origin(facts(story, "F-1")) == [("JIT", "60", "SO-1")]
    assert _origin(facts(story, "F-2")) == [("JIT", "40", "SO-1"), ("JIC", "10", "overrun")]


def test_bookings_fill_the_pegs_first_then_the_planned_rest_then_they_are_overrun_in_order_of_time() -> None:
    story = """
        day 1, 08:00  release order WO-1 for 100 EA of FRAME, pegged 30 to SO-1 + 30 to SO-2, rest forecast
        day 1, 11:00  produce 70 EA of FRAME lot F-2 from WO-1
        day 1, 10:00  produce 45 EA of FRAME lot F-1 from WO-1, booked day 2
    """

    assert _origin(facts(story, "F-1")) == [("JIT", "45", "SO-1 + SO-2")]
    assert _origin(facts(story, "F-2")) == [("JIT", "15", "SO-2"), ("JIC", "40", "forecast"), ("JIC", "15", "overrun")]


def test_what_comes_out_beside_the_main_output_is_joint() -> None:
    story = """
        day 1, 08:00  release order WO-1 for 100 EA of FRAME, pegged 100 to SO-1
        day 1, 10:00  produce 100 EA of FRAME lot F-1 and 7 KGM of OFFCUT lot O-1 (co) from WO-1
    """

    assert _origin(facts(story, "O-1")) == [("JIC", "7", "joint")]


def test_an_order_without_an_origin_makes_lots_of_unknown_origin() -> None:
    assert _origin(facts("day 1, 10:00  produce 10 EA of FRAME lot F-1 from WO-1", "F-1")) == [
        ("UNKNOWN", "10", "not told")
    ]


def test_a_batch_may_tell_an_origin_of_its_own() -> None:
    story = """
        day 1, 08:00  release order WO-1 for 100 EA of FRAME, pegged 100 to SO-1
        day 1, 10:00  produce 10 EA of FRAME lot F-1 from WO-1, all safety stock
    """

    assert _origin(facts(story, "F-1")) == [("JIC", "10", "safety_stock")]


@pytest.mark.requirement("ORI-2")
def test_a_relabelled_lot_keeps_its_origin_and_a_split_keeps_the_set_by_quantity() -> None:
    story = """
        day 1, 08:00  receive 100 KGM of STEEL lot S-1 from ACME, pegged 60 to SO-1, rest forecast
        day 2, 08:00  relabel 100 KGM of S-1 as 100 KGM of STEEL lot OWN-1, because "own label"
        day 3, 08:00  split 50 KGM of OWN-1 into 50 KGM of STEEL lot HALF-1
    """

    assert _origin(facts(story, "OWN-1")) == [("JIT", "60", "SO-1"), ("JIC", "40", "forecast")]
    assert facts(story, "HALF-1").origin == {"JIT": "30", "JIC": "20", "UNKNOWN": "0"}


@pytest.mark.requirement("ORI-2")
def test_a_merge_keeps_the_set_and_never_one_label() -> None:
    story = """
        day 1, 08:00  receive 40 KGM of FLOUR lot A-1 from MILL, pegged 40 to SO-1
        day 1, 08:00  receive 50 KGM of FLOUR lot B-1 from MILL, all forecast
        day 2, 08:00  merge 40 KGM of A-1 and 20 KGM of B-1 into 60 KGM of FLOUR lot C-1
    """

    assert _origin(facts(story, "C-1")) == [("JIT", "40", "SO-1"), ("JIC", "20", "forecast")]


def test_shares_that_do_not_divide_still_add_up_to_the_quantity() -> None:
    story = """
        day 1, 08:00  receive 3 KGM of FLOUR lot A-1 from MILL, pegged 1 to SO-1, rest forecast
        day 2, 08:00  split 1 KGM of A-1 into 1 KGM of FLOUR lot A-2
    """

    assert sum(part.quantity for part in facts(story, "A-2").origin_parts) == 1


def test_what_was_found_is_of_unknown_origin() -> None:
    story = """
        day 1, 08:00  receive 40 KGM of FLOUR lot A-1 from MILL, all forecast
        day 2, 08:00  count 45 KGM of A-1
    """

    assert facts(story, "A-1").origin == {"JIT": "0", "JIC": "40", "UNKNOWN": "5"}


def test_rework_into_the_same_lot_adds_nothing_to_its_origin() -> None:
    story = """
        day 1, 08:00  open 50 EA of FRAME lot F-1, all forecast
        day 2, 08:00  rework 10 EA of F-1 into 10 EA of FRAME lot F-1
    """

    assert facts(story, "F-1").origin == {"JIT": "0", "JIC": "50", "UNKNOWN": "0"}


def test_both_values_of_an_extended_expiry_stand_on_the_card() -> None:
    story = """
        day 1, 08:00  receive 60 LTR of PAINT lot P-1 from LUMA, expiry 2026-03-11, best before 2026-03-09
        day 9, 11:00  change expiry of P-1 from 2026-03-11 to 2026-09-11, because "retest", document report RT-5
    """

    found = facts(story, "P-1")

    assert (found.expiry, found.best_before) == ("2026-09-11", "2026-03-09")
    (change,) = found.changes
    assert (change.old, change.new, change.documents, change.entries) == ("2026-03-11", "2026-09-11", ("RT-5",), (1,))


def test_a_merged_lot_has_the_earliest_expiry_of_its_inputs() -> None:
    story = """
        day 1, 08:00  receive 40 KGM of FLOUR lot A-1 from MILL, expiry 2027-05-31
        day 1, 08:00  receive 50 KGM of FLOUR lot B-1 from MILL, expiry 2027-03-31
        day 2, 08:00  merge 40 KGM of A-1 and 20 KGM of B-1 into 60 KGM of FLOUR lot C-1
    """

    assert facts(story, "C-1").expiry == "2027-03-31"


def test_an_extension_after_the_split_is_not_that_of_the_part() -> None:
    story = """
        day 1, 08:00  receive 40 KGM of FLOUR lot A-1 from MILL, expiry 2027-03-31
        day 2, 08:00  split 10 KGM of A-1 into 10 KGM of FLOUR lot A-2
        day 3, 08:00  change expiry of A-1 to 2027-09-30, because "retest"
    """

    assert facts(story, "A-1").expiry == "2027-09-30"
    assert facts(story, "A-2").expiry == "2027-03-31"


def test_places_and_status_say_where_the_lot_is() -> None:
    story = """
        day 1, 08:00  receive 100 KGM of STEEL lot S-1 from ACME, to DOCK
        day 1, 09:00  move 30 KGM of S-1 to RACK-1
        day 1, 10:00  hold 10 KGM of S-1 as H-1, because rust
    """

    found = facts(story, "S-1")

    assert found.places == (
        ("https://plant.example/place/P1/DOCK", "70"),
        ("https://plant.example/place/P1/RACK-1", "30"),
    )
    assert found.status == {"free": "90", "held": "10"}


@pytest.mark.requirement("EXC-3")
def test_a_lot_that_nobody_told_the_coming_of_is_unresolved_until_a_late_receipt() -> None:
    story = """
        day 1, 09:00  issue 10 KGM of "https://plant.example/party/ACME/lot/STEEL/S-1" to WO-1, forced "it was there"
    """
    late = "\n        day 1, 08:00  receive 100 KGM of STEEL lot S-1 from ACME, booked day 3"

    assert {one.code for one in facts(story, "S-1").findings if one.is_open} == {
        "negative-stock",
        "unresolved",
        "forced",
    }
    assert {one.code for one in facts(story + late, "S-1").findings if one.is_open} == {"forced"}


def test_an_open_candidate_is_a_finding() -> None:
    story = """
        day 1, 08:00  receive 10 EA of PUMP lot A-1 from ACME
        day 1, 08:00  receive 10 EA of PUMP lot B-1 from BOLT
        day 1, 09:00  issue 4 EA of either A-1 or B-1 to WO-1
    """

    (finding,) = facts(story, "A-1").findings

    assert (finding.code, finding.entries) == ("one-of-open", (2,))


def test_what_was_used_after_its_expiry_is_found_again_when_the_expiry_is_corrected() -> None:
    story = """
        day 1, 08:00  receive 60 LTR of PAINT lot P-1 from LUMA, expiry 2026-12-31
        day 20, 08:00  issue 10 LTR of P-1 to WO-1
        day 21, 08:00  instead of line 1, because "typed wrong": receive 60 LTR of PAINT lot P-1 from LUMA,
                       expiry 2026-03-11
    """

    (finding,) = facts(story, "P-1").findings

    assert (finding.code, finding.entries) == ("lot-expired", (1,))
    assert "2026-03-21, after its expiry on 2026-03-11" in finding.text
