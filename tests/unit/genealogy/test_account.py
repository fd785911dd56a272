"""What came in, went out and is there: receipts, orders, counts, samples, losses, loops."""

from __future__ import annotations

from tests.unit.genealogy.balances import account, balance, findings, status


def test_what_was_issued_is_in_process_and_all_of_it_still_there_until_something_was_produced() -> None:
    story = """
        day 1, 08:00  receive 100 KGM of STEEL lot S-1 from ACME
        day 1, 09:00  issue 30 KGM of S-1 to WO-1
    """

    assert balance(story, "S-1") == {"received": "100", "on hand free": "70", "in process": "30"}


def test_once_the_order_produced_nobody_knows_how_much_of_the_issue_is_left() -> None:
    story = """
        day 1, 08:00  receive 100 KGM of STEEL lot S-1 from ACME
        day 1, 09:00  issue 30 KGM of S-1 to WO-1
        day 1, 10:00  produce 10 EA of FRAME lot F-1 from WO-1
    """

    assert balance(story, "S-1") == {"received": "100", "on hand free": "70", "in process": "0 to 30"}


def test_a_closed_order_has_consumed_what_was_issued_less_what_came_back_and_what_was_lost() -> None:
    story = """
        day 1, 08:00  receive 100 KGM of STEEL lot S-1 from ACME
        day 1, 09:00  issue 30 KGM of S-1 to WO-1
        day 1, 10:00  produce 10 EA of FRAME lot F-1 from WO-1
        day 1, 11:00  return 5 KGM of S-1 from WO-1
        day 1, 12:00  close order WO-1, lost 1.25 KGM of STEEL lot S-1 as dust
    """

    assert balance(story, "S-1") == {"received": "100", "on hand free": "75", "consumed": "23.75", "loss": "1.25"}
    assert balance(story, "S-1", as_of="day 1, 11:30") == {
        "received": "100",
        "on hand free": "75",
        "in process": "0 to 25",
    }


def test_material_goes_back_to_where_it_was_taken_from_unless_told_otherwise() -> None:
    story = """
        day 1, 08:00  receive 100 KGM of STEEL lot S-1 from ACME, to RACK-1
        day 1, 09:00  issue 30 KGM of S-1 to WO-1
        day 1, 10:00  return 10 KGM of S-1 from WO-1
        day 1, 11:00  return 5 KGM of S-1 (at LINE-1) from WO-1
    """

    assert balance(story, "S-1") == {
        "received at RACK-1": "100",
        "on hand free at RACK-1": "80",
        "on hand free at LINE-1": "5",
        "in process": "15",
    }


def test_more_returned_than_issued_is_shown_and_a_late_issue_closes_it() -> None:
    story = """
        day 1, 08:00  receive 100 KGM of STEEL lot S-1 from ACME
        day 1, 09:00  issue 5 KGM of S-1 to WO-1
        day 1, 10:00  return 8 KGM of S-1 from WO-1
    """
    late = "\n        day 1, 09:30  issue 3 KGM of S-1 to WO-1, booked day 3"

    assert findings(story, "S-1") == {"returned-not-issued": (2,)}
    assert balance(story, "S-1") == {"received": "100", "on hand free": "103", "in process": "-3"}
    assert findings(story + late, "S-1") == {}
    assert balance(story + late, "S-1") == {"received": "100", "on hand free": "100"}


def test_what_was_booked_by_backflush_stands_on_a_line_of_its_own() -> None:
    story = """
        day 1, 08:00  receive 100 KGM of STEEL lot S-1 from ACME
        day 1, 09:00  issue 10 KGM of S-1 to WO-1
        day 1, 10:00  issue 20 KGM of S-1 to WO-1, backflush
        day 1, 11:00  close order WO-1
    """

    assert balance(story, "S-1") == {
        "received": "100",
        "on hand free": "70",
        "consumed": "10",
        "consumed calculated": "20",
    }


def test_found_and_missing_never_cancel_each_other() -> None:
    story = """
        day 1, 08:00  open 500 LTR of PAINT lot P-1, at TANK-YARD
        day 2, 08:00  count 550 LTR of P-1 (at TANK-YARD)
        day 3, 08:00  count 500 LTR of P-1 (at TANK-YARD)
    """

    assert balance(story, "P-1") == {
        "opening at TANK-YARD": "500",
        "found at TANK-YARD": "50",
        "missing at TANK-YARD": "50",
        "on hand free at TANK-YARD": "500",
    }


def test_a_count_is_held_against_the_books_of_its_place_and_time_only() -> None:
    story = """
        day 1, 08:00  receive 60 KGM of STEEL lot S-1 from ACME, to RACK-1
        day 1, 09:00  receive 40 KGM of STEEL lot S-1 from ACME, to RACK-2
        day 2, 08:00  count 58 KGM of S-1 (at RACK-1)
        day 1, 10:00  issue 1 KGM of S-1 (at RACK-1) to WO-1, booked day 3
    """

    assert balance(story, "S-1") == {
        "received at RACK-1": "60",
        "received at RACK-2": "40",
        "missing at RACK-1": "1",
        "on hand free at RACK-1": "58",
        "on hand free at RACK-2": "40",
        "in process": "1",
    }


def test_a_shortage_nobody_explains_stays_missing() -> None:
    story = """
        day 1, 08:00  receive 100 EA of BOLT lot B-1 from FIXIT
        day 9, 08:00  count 97 EA of B-1
        day 20, 08:00  issue 97 EA of B-1 to WO-1
        day 21, 08:00  close order WO-1
    """

    assert balance(story, "B-1") == {"received": "100", "missing": "3", "consumed": "97"}


def test_a_destroyed_sample_leaves_and_a_retained_one_stays_but_is_not_free() -> None:
    story = """
        day 1, 08:00  receive 100 EA of VIAL lot V-1 from ACME
        day 1, 09:00  sample 3 EA of V-1 (destroyed) and 2 EA of V-1 (retained, kept at LAB) and 1 EA of V-1 (returned)
    """

    assert balance(story, "V-1") == {
        "received": "100",
        "sampled": "3",
        "on hand free": "95",
        "on hand retained at LAB": "2",
    }
    assert status(story, "V-1") == {"free": "95", "held": "0", "retained": "2"}


def test_scrap_has_a_line_of_its_own() -> None:
    story = """
        day 1, 08:00  receive 100 KGM of STEEL lot S-1 from ACME
        day 1, 09:00  scrap 4.5 KGM of S-1 as RUST
    """

    assert balance(story, "S-1") == {"received": "100", "scrapped": "4.5", "on hand free": "95.5"}


def test_rework_back_into_the_same_lot_is_no_second_making() -> None:
    story = """
        day 1, 08:00  issue 1 KGM of "https://plant.example/site/P1/lot/STEEL/X" to WO-1
        day 1, 09:00  produce 50 EA of FRAME lot F-1 from WO-1
        day 2, 08:00  rework 10 EA of F-1 into 8 EA of FRAME lot F-1, because "scratched"
    """

    assert balance(story, "F-1") == {"produced": "50", "consumed": "2", "on hand free": "48"}


def test_a_lot_that_goes_through_an_order_and_comes_back_under_its_name_is_no_second_making() -> None:
    story = """
        day 1, 08:00  open 50 EA of FRAME lot F-1
        day 2, 08:00  issue 10 EA of F-1 to WO-9
        day 2, 09:00  produce 9 EA of FRAME lot F-1 from WO-9
        day 2, 10:00  close order WO-9
    """

    assert balance(story, "F-1") == {"opening": "50", "consumed": "1", "on hand free": "49"}


def test_regrind_is_booked_as_it_is_produced_and_consumed_as_it_is_issued() -> None:
    story = """
        day 1, 08:00  receive 100 KGM of RESIN lot R-1 from CHEM
        day 1, 09:00  issue 50 KGM of R-1 to WO-1
        day 1, 10:00  produce 40 EA of CUP lot C-1 and 8 KGM of REGRIND lot G-1 (regrind) from WO-1
        day 2, 09:00  issue 8 KGM of G-1 to WO-2
        day 2, 10:00  produce 5 EA of CUP lot C-2 and 1 KGM of REGRIND lot G-1 (regrind) from WO-2
        day 2, 11:00  close order WO-2
    """

    assert balance(story, "G-1") == {"produced": "9", "consumed": "8", "on hand free": "1"}


def test_a_split_consumes_its_input_and_brings_forth_its_outputs() -> None:
    story = """
        day 1, 08:00  receive 100 KGM of STEEL lot S-1 from ACME
        day 1, 09:00  split 100 KGM of S-1 into 60 KGM of STEEL lot S-1A and 40 KGM of STEEL lot S-1B
    """

    assert balance(story, "S-1") == {"received": "100", "consumed": "100"}
    assert balance(story, "S-1B") == {"produced": "40", "on hand free": "40"}


def test_more_taken_than_there_is_shows_as_it_is_and_a_late_receipt_closes_it() -> None:
    story = """
        day 1, 08:00  receive 10 KGM of STEEL lot S-1 from ACME
        day 1, 09:00  issue 15 KGM of S-1 to WO-1
    """
    late = "\n        day 1, 08:30  receive 5 KGM of STEEL lot S-1 from ACME, booked day 4"

    assert balance(story, "S-1") == {"received": "10", "on hand free": "-5", "in process": "15"}
    assert findings(story, "S-1") == {"negative-stock": (1,)}
    assert findings(story + late, "S-1") == {}
    assert balance(story + late, "S-1") == {"received": "15", "in process": "15"}


def test_what_came_and_was_used_at_the_very_same_time_is_looked_at_together() -> None:
    story = """
        day 1, 09:00  issue 15 KGM of "https://plant.example/party/ACME/lot/STEEL/S-1" to WO-1
        day 1, 09:00  receive 15 KGM of STEEL lot S-1 from ACME, to DOCK
    """

    assert findings(story, "S-1") == {}
    assert balance(story, "S-1") == {"received at DOCK": "15", "in process": "15"}


def test_a_quantity_in_another_unit_is_never_converted_and_leaves_the_account_incomplete() -> None:
    story = """
        day 1, 08:00  receive 12 EA (31.4 KGM) of CHEESE lot C-1 from DAIRY
        day 1, 09:00  issue 10 KGM of C-1 to WO-1
    """

    found = account(story, "C-1")

    assert [finding.code for finding in found.findings] == ["wrong-unit"]
    assert not found.is_complete
    assert "10 KGM is told, but the lot is kept in EA" in found.incomplete[0]
    assert found.difference == 0


def test_a_weight_told_beside_the_pieces_is_counted_by_the_unit_of_the_lot() -> None:
    story = """
        day 1, 08:00  receive 12 EA (31.4 KGM) of CHEESE lot C-1 from DAIRY
        day 1, 09:00  issue 5.2 KGM (2 EA) of C-1 to WO-1
    """

    assert balance(story, "C-1") == {"received": "12", "on hand free": "10", "in process": "2"}


def test_what_may_be_one_of_two_lots_stands_on_a_line_of_its_own_in_both() -> None:
    story = """
        day 1, 08:00  receive 10 EA of PUMP lot A-1 from ACME
        day 1, 08:00  receive 10 EA of PUMP lot B-1 from BOLT
        day 1, 09:00  issue 4 EA of either A-1 or B-1 to WO-1
    """

    assert balance(story, "A-1") == {"received": "10", "on hand free": "6", "unassigned": "0 to 4"}
    assert balance(story, "B-1") == {"received": "10", "on hand free": "6", "unassigned": "0 to 4"}


def test_stock_that_may_have_been_taken_may_be_used_with_a_finding() -> None:
    story = """
        day 1, 08:00  receive 10 EA of PUMP lot A-1 from ACME
        day 1, 08:00  receive 10 EA of PUMP lot B-1 from BOLT
        day 1, 09:00  issue 4 EA of either A-1 or B-1 to WO-1
        day 1, 10:00  issue 9 EA of A-1 to WO-2
    """

    assert balance(story, "A-1") == {"received": "10", "in process": "9", "unassigned": "0 to 1"}
    assert findings(story, "A-1") == {"unassigned-used": (3,)}


def test_the_entry_that_says_which_lot_it_was_clears_the_unassigned_line() -> None:
    story = """
        day 1, 08:00  receive 10 EA of PUMP lot A-1 from ACME
        day 1, 08:00  receive 10 EA of PUMP lot B-1 from BOLT
        day 1, 09:00  issue 4 EA of either A-1 or B-1 to WO-1
        day 2, 09:00  instead of line 3, because "label found in the bin": issue 4 EA of A-1 to WO-1
    """

    assert balance(story, "A-1") == {"received": "10", "on hand free": "6", "in process": "4"}
    assert balance(story, "B-1") == {"received": "10", "on hand free": "10"}


EITHER = """
    day 1, 08:00  receive 100 KGM of STEEL lot A-1 from ACME, to RACK
    day 1, 08:00  receive 100 KGM of STEEL lot B-1 from BOLT, to RACK
    day 1, 09:00  issue 40 KGM of either A-1 or B-1 to WO-1
"""


def test_a_count_takes_back_first_what_may_have_been_another_lot() -> None:
    story = EITHER + "    day 2, 08:00  count 100 KGM of A-1 (at RACK)"

    assert balance(story, "A-1") == {"received at RACK": "100", "on hand free at RACK": "100"}
    assert findings(story, "A-1") == {"one-of-counted": (2, 3)}
    assert balance(story, "B-1") == {"received at RACK": "100", "on hand free at RACK": "60", "unassigned": "0 to 40"}


def test_a_count_within_the_uncertainty_shrinks_it_by_what_was_seen() -> None:
    story = EITHER + "    day 2, 08:00  count 75 KGM of A-1 (at RACK)"

    assert balance(story, "A-1") == {
        "received at RACK": "100",
        "on hand free at RACK": "75",
        "unassigned": "0 to 25",
    }


def test_only_what_a_count_shows_beyond_the_uncertainty_is_found() -> None:
    story = EITHER + "    day 2, 08:00  count 103 KGM of A-1 (at RACK)"

    assert balance(story, "A-1") == {
        "received at RACK": "100",
        "found at RACK": "3",
        "on hand free at RACK": "103",
    }


def test_a_count_does_not_say_where_the_unassigned_quantity_went() -> None:
    story = EITHER + "    day 2, 08:00  count 60 KGM of A-1 (at RACK)"
    less = EITHER + "    day 2, 08:00  count 55 KGM of A-1 (at RACK)"

    assert balance(story, "A-1") == {
        "received at RACK": "100",
        "on hand free at RACK": "60",
        "unassigned": "0 to 40",
    }
    assert balance(less, "A-1") == {
        "received at RACK": "100",
        "missing at RACK": "5",
        "on hand free at RACK": "55",
        "unassigned": "0 to 40",
    }


def test_a_count_elsewhere_says_nothing_of_what_was_taken_here() -> None:
    story = EITHER + "    day 2, 08:00  count 7 KGM of A-1 (at YARD)"

    assert balance(story, "A-1") == {
        "received at RACK": "100",
        "found at YARD": "7",
        "on hand free at RACK": "60",
        "on hand free at YARD": "7",
        "unassigned": "0 to 40",
    }


def test_the_entry_that_says_which_lot_it_was_settles_what_a_count_left_open() -> None:
    counted = EITHER + "    day 2, 08:00  count 100 KGM of A-1 (at RACK)\n"
    story = counted + '    day 3, 08:00  instead of line 3, because "the count": issue 40 KGM of B-1 to WO-1'

    assert findings(story, "A-1") == {}
    assert balance(story, "A-1") == {"received at RACK": "100", "on hand free at RACK": "100"}
    assert balance(story, "B-1") == {"received at RACK": "100", "on hand free at RACK": "60", "in process": "40"}


def test_serials_that_are_seen_were_not_taken_by_what_may_have_taken_them() -> None:
    story = """
        day 1, 08:00  receive 10 EA of PUMP lot A-1 serials A01 to A10 from ACME, to RACK
        day 1, 08:00  receive 10 EA of PUMP lot B-1 from BOLT, to RACK
        day 1, 09:00  issue 4 EA of either A-1 or B-1 to WO-1
        day 2, 08:00  count serials A01 to A09 of A-1 (at RACK)
    """

    assert balance(story, "A-1") == {"received at RACK": "10", "on hand free at RACK": "9", "unassigned": "0 to 1"}


def test_stock_whose_place_nobody_told_may_be_what_was_counted() -> None:
    story = """
        day 1, 08:00  receive 100 KGM of STEEL lot S-1 from ACME
        day 2, 08:00  count 60 KGM of S-1 (at RACK-1)
        day 2, 09:00  count 45 KGM of S-1 (at RACK-2)
    """

    assert balance(story, "S-1") == {
        "received": "100",
        "found at RACK-2": "5",
        "on hand free at RACK-1": "60",
        "on hand free at RACK-2": "45",
    }


def test_a_fill_is_in_the_vessel_until_it_was_emptied() -> None:
    story = """
        day 1, 08:00  receive 100 KGM of FLOUR lot F-1 from MILL
        day 1, 09:00  fill 60 KGM of F-1 into SILO-1
    """
    drawn = story + "\n        day 1, 10:00  draw 20 KGM from SILO-1 into WO-1"
    emptied = drawn + "\n        day 2, 10:00  empty SILO-1 leaving 0 KGM, cleaned"

    assert balance(story, "F-1")["in process in vessel at SILO-1"] == "60"
    assert balance(drawn, "F-1")["in process in vessel at SILO-1"] == "0 to 60"
    assert balance(emptied, "F-1") == {"received": "100", "on hand free": "40", "consumed": "60"}
    assert balance(drawn + "\n        day 2, 10:00  empty SILO-1 leaving 5 KGM", "F-1") == balance(drawn, "F-1")


def test_a_part_that_is_swapped_in_is_consumed_and_the_one_taken_out_goes_its_way() -> None:
    story = """
        day 1, 08:00  receive 5 EA of ALTERNATOR lot A-OLD from ELEC
        day 1, 08:00  receive 5 EA of ALTERNATOR lot A-NEW from ELEC
        day 1, 09:00  issue 1 EA of A-OLD to WO-1
        day 1, 10:00  produce 1 EA of TRUCK lot T-1 serial VIN1 from WO-1
        day 1, 11:00  close order WO-1
        day 9, 10:00  swap ALTERNATOR of serials VIN1 of T-1: out 1 EA of A-OLD to scrapped, in 1 EA of A-NEW
    """

    assert balance(story, "A-OLD") == {"received": "5", "on hand free": "4", "scrapped": "1"}
    assert balance(story, "A-NEW") == {"received": "5", "on hand free": "4", "consumed": "1"}
    assert balance(story, "A-OLD", as_of="day 5, 00:00") == {"received": "5", "on hand free": "4", "consumed": "1"}


def test_harvest_and_landing_are_lines_of_what_came_in() -> None:
    story = """
        day 1, 08:00  harvest 80 KGM of APPLE lot H-1
        day 1, 08:00  land 90 KGM of COD lot L-1
        day 1, 08:00  find 7 EA of BOLT lot X-1
    """

    assert balance(story, "H-1") == {"produced": "80", "on hand free": "80"}
    assert balance(story, "L-1") == {"received": "90", "on hand free": "90"}
    assert balance(story, "X-1") == {"found": "7", "on hand free": "7"}
