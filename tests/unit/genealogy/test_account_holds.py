"""Holds: by lot, quantity, serial, place and container, several at once; free is on hand less the union."""

from __future__ import annotations

from tests.unit.genealogy.balances import balance, facts, findings, status

STOCK = "day 1, 08:00  receive 100 EA of PUMP lot P-1 from ACME, to STORE"


def test_a_hold_without_a_quantity_blocks_all_of_the_lot_now_and_later() -> None:
    story = f"""
        {STOCK}
        day 1, 09:00  hold lot P-1 as H-1, because checks
        day 2, 09:00  receive 20 EA of PUMP lot P-1 from ACME, to STORE
    """

    assert status(story, "P-1") == {"free": "0", "held": "120"}
    assert balance(story, "P-1")["on hand held at STORE"] == "120"


def test_quantities_of_two_holds_add_up_and_are_capped_at_what_is_there() -> None:
    story = f"""
        {STOCK}
        day 1, 09:00  hold 30 EA of P-1 as H-1, because checks
        day 1, 10:00  hold 20 EA of P-1 as H-2, because checks
    """

    assert status(story, "P-1") == {"free": "50", "held": "50"}
    assert status(story + "\n        day 1, 11:00  hold 90 EA of P-1 as H-3, because checks", "P-1") == {
        "free": "0",
        "held": "100",
    }


def test_a_hold_within_another_means_the_same_goods() -> None:
    story = f"""
        {STOCK}
        day 1, 09:00  hold 30 EA of P-1 as H-1, because checks
        day 1, 10:00  hold 20 EA of P-1 as H-2 within H-1, because checks
    """

    assert status(story, "P-1") == {"free": "70", "held": "30"}
    released = story + "\n        day 1, 11:00  release hold H-1, because checks"
    assert status(released, "P-1") == {"free": "80", "held": "20"}


def test_releasing_one_hold_frees_what_the_other_does_not_block() -> None:
    story = f"""
        {STOCK}
        day 1, 09:00  hold lot P-1 as H-1, because checks
        day 1, 10:00  hold 20 EA of P-1 as H-2, because checks
    """

    assert status(story, "P-1") == {"free": "0", "held": "100"}
    assert status(story + "\n        day 1, 11:00  release hold H-1, because checks", "P-1") == {
        "free": "80",
        "held": "20",
    }


def test_part_of_a_hold_may_be_released() -> None:
    of_quantity = f"""
        {STOCK}
        day 1, 09:00  hold 30 EA of P-1 as H-1, because checks
        day 1, 10:00  release hold H-1 for 10 EA of P-1, because checks
    """
    of_all = f"""
        {STOCK}
        day 1, 09:00  hold lot P-1 as H-1, because checks
        day 1, 10:00  release hold H-1 for 60 EA of P-1, because checks
        day 1, 11:00  issue 50 EA of P-1 to WO-1
    """

    assert status(of_quantity, "P-1") == {"free": "80", "held": "20"}
    assert status(of_all, "P-1") == {"free": "10", "held": "40"}
    assert findings(of_all, "P-1") == {}


def test_one_held_serial_leaves_the_others_free_and_two_holds_on_it_count_once() -> None:
    story = """
        day 1, 08:00  receive 10 EA of PUMP lot P-1 serials A01 to A10 from ACME
        day 1, 09:00  hold serials A03 to A04 of P-1 as H-1, because checks
        day 1, 10:00  hold serials A04 to A05 of P-1 as H-2, because checks
    """

    assert status(story, "P-1") == {"free": "7", "held": "3"}
    assert status(story + "\n        day 1, 11:00  release hold H-1, because checks", "P-1") == {
        "free": "8",
        "held": "2",
    }


def test_a_hold_on_the_lot_covers_all_its_serials_but_those_released() -> None:
    story = """
        day 1, 08:00  receive 10 EA of PUMP lot P-1 serials A01 to A10 from ACME
        day 1, 09:00  hold lot P-1 as H-1, because checks
        day 1, 10:00  release hold H-1 for serials A01 to A06 of P-1, because checks
    """

    assert status(story, "P-1") == {"free": "6", "held": "4"}


def test_a_held_serial_stays_held_wherever_it_goes() -> None:
    story = """
        day 1, 08:00  receive 10 EA of PUMP lot P-1 serials A01 to A10 from ACME, to STORE
        day 1, 09:00  hold serials A03 of P-1 as H-1, because checks
        day 1, 10:00  move serials A03 of P-1 to CAGE
        day 1, 11:00  pack serials A03 of P-1 into BOX-1
    """

    found = balance(story, "P-1")

    assert found["on hand held in BOX-1 at CAGE"] == "1"
    assert found["on hand free at STORE"] == "9"


def test_a_hold_on_a_place_blocks_what_stands_there_and_what_leaves_it_stays_blocked() -> None:
    story = f"""
        {STOCK}
        day 1, 08:30  move 40 EA of P-1 to RACK-2
        day 1, 09:00  hold lot P-1 (at RACK-2) as H-1, because checks
        day 1, 10:00  move 15 EA of P-1 from RACK-2 to CAGE
    """

    assert balance(story, "P-1") == {
        "received at STORE": "100",
        "on hand free at STORE": "60",
        "on hand held at RACK-2": "25",
        "on hand held at CAGE": "15",
    }


def test_a_hold_on_a_container_blocks_what_it_holds_and_what_is_unpacked_stays_blocked() -> None:
    story = f"""
        {STOCK}
        day 1, 08:30  pack 40 EA of P-1 into PAL-1
        day 1, 09:00  hold container PAL-1 as H-1, because checks
    """
    unpacked = story + "\n        day 1, 10:00  unpack 10 EA of P-1 from PAL-1, at BENCH"

    assert status(story, "P-1") == {"free": "60", "held": "40"}
    assert balance(unpacked, "P-1")["on hand held at BENCH"] == "10"
    assert status(unpacked, "P-1") == {"free": "60", "held": "40"}
    assert status(unpacked + "\n        day 1, 11:00  release hold H-1, because checks", "P-1") == {
        "free": "100",
        "held": "0",
    }


def test_a_pallet_on_hold_blocks_the_cases_on_it() -> None:
    story = f"""
        {STOCK}
        day 1, 08:30  pack 40 EA of P-1 into CASE-1
        day 1, 08:40  pack CASE-1 into PAL-1
        day 1, 09:00  hold container PAL-1 as H-1, because checks
    """

    assert status(story, "P-1") == {"free": "60", "held": "40"}


def test_two_holds_on_one_place_overlap() -> None:
    story = f"""
        {STOCK}
        day 1, 08:30  move 40 EA of P-1 to RACK-2
        day 1, 09:00  hold lot P-1 (at RACK-2) as H-1, because checks
        day 1, 10:00  hold 10 EA of P-1 (at RACK-2) as H-2, because checks
    """

    assert status(story, "P-1") == {"free": "60", "held": "40"}
    assert status(story + "\n        day 1, 11:00  release hold H-1, because checks", "P-1") == {
        "free": "90",
        "held": "10",
    }


def test_what_leaves_is_taken_from_the_free_part_first_and_only_the_excess_reduces_a_hold() -> None:
    story = f"""
        {STOCK}
        day 1, 09:00  hold 40 EA of P-1 as H-1, because checks
        day 1, 10:00  scrap 80 EA of P-1 as DENTED
        day 1, 11:00  receive 50 EA of PUMP lot P-1 from ACME, to STORE
    """

    assert status(story, "P-1") == {"free": "50", "held": "20"}


def test_a_split_takes_free_stock_first_and_the_excess_carries_the_hold() -> None:
    story = f"""
        {STOCK}
        day 1, 09:00  hold 40 EA of P-1 as H-1, because checks
        day 1, 10:00  split 50 EA of P-1 into 50 EA of PUMP lot P-1A
        day 1, 11:00  split 50 EA of P-1 into 30 EA of PUMP lot P-1B and 20 EA of PUMP lot P-1C
    """

    assert status(story, "P-1A") == {"free": "50", "held": "0"}
    assert status(story, "P-1B") == {"free": "10", "held": "20"}
    assert status(story, "P-1C") == {"free": "0", "held": "20"}


def test_a_relabelled_lot_carries_the_hold_and_its_release_frees_it() -> None:
    story = f"""
        {STOCK}
        day 1, 09:00  hold lot P-1 as H-1, because checks
        day 1, 10:00  relabel 100 EA of P-1 as 100 EA of PUMP lot OWN-1, because "own label"
        day 1, 11:00  relabel 100 EA of OWN-1 as 100 EA of PUMP lot OWN-2, because "again"
    """

    assert status(story, "OWN-1") == {"free": "0", "held": "0"}
    assert status(story, "OWN-2") == {"free": "0", "held": "100"}
    assert status(story + "\n        day 1, 12:00  release hold H-1, because checks", "OWN-2") == {
        "free": "100",
        "held": "0",
    }


def test_a_merge_carries_the_hold_for_the_held_part() -> None:
    story = """
        day 1, 08:00  receive 50 KGM of FLOUR lot A-1 from MILL
        day 1, 08:00  receive 50 KGM of FLOUR lot B-1 from MILL
        day 1, 09:00  hold lot B-1 as H-1, because checks
        day 1, 10:00  merge 50 KGM of A-1 and 20 KGM of B-1 into 70 KGM of FLOUR lot C-1
    """

    assert status(story, "C-1") == {"free": "50", "held": "20"}


def test_a_hold_that_is_told_late_shows_what_was_used_of_the_held_material() -> None:
    story = f"""
        {STOCK}
        day 2, 09:00  issue 70 EA of P-1 to WO-1
        day 1, 09:00  hold 50 EA of P-1 as H-1, because checks, booked day 3
    """

    assert findings(story, "P-1") == {"lot-held": (1,)}


def test_a_loop_of_relabels_ends() -> None:
    story = f"""
        {STOCK}
        day 1, 09:00  hold lot P-1 as H-1, because checks
        day 1, 10:00  relabel 100 EA of P-1 as 100 EA of PUMP lot X-1, because "one way"
        day 1, 11:00  relabel 100 EA of X-1 as 100 EA of PUMP lot "https://plant.example/party/ACME/lot/PUMP/P-1",
                      because "and back"
    """

    assert status(story, "P-1")["held"] == "100"


def test_the_card_lists_the_holds_that_are_not_released() -> None:
    story = f"""
        {STOCK}
        day 1, 09:00  hold 40 EA of P-1 as H-1, because "dented cans"
        day 1, 10:00  hold lot P-1 (at STORE) as H-2, because checks
        day 1, 11:00  release hold H-2, because checks
    """

    (hold,) = facts(story, "P-1").holds

    assert (hold.hold_id, hold.reason, hold.entries) == ("H-1", "dented cans", (1,))
    assert hold.quantity == 40
