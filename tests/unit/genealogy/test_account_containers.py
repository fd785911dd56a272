"""What happens to a lot through the containers that hold it: holding is not mixing, and the quantity goes along."""

from __future__ import annotations

import pytest

from tests.plant import plant
from tests.unit.genealogy.balances import account, balance, facts, findings
from thread.genealogy.custody import Custody
from thread.values.names import container_name, label
from thread.values.times import PLUS_INFINITY

STOCK = "day 1, 08:00  receive 100 EA of PUMP lot P-1 from ACME, to STORE"


def test_what_is_packed_stands_in_its_container() -> None:
    story = f"{STOCK}\nday 1, 09:00  pack 40 EA of P-1 into PAL-1"

    assert balance(story, "P-1") == {
        "received at STORE": "100",
        "on hand free at STORE": "60",
        "on hand free in PAL-1 at STORE": "40",
    }
    assert facts(story, "P-1").containers == (("https://plant.example/container/PAL-1", "40"),)


def test_a_pallet_that_is_shipped_takes_along_the_cases_inside() -> None:
    story = f"""
        {STOCK}
        day 1, 09:00  pack 30 EA of P-1 into CASE-1
        day 1, 09:10  pack 20 EA of P-1 into CASE-2
        day 1, 09:20  pack CASE-1 and CASE-2 into PAL-1
        day 1, 10:00  ship pallet PAL-1 to RIDE as SH-1
    """

    assert account(story, "P-1").total("shipped") == 50
    assert account(story, "P-1").total("on_hand") == 50


def test_a_case_that_was_taken_off_the_pallet_before_stays() -> None:
    story = f"""
        {STOCK}
        day 1, 09:00  pack 30 EA of P-1 into CASE-1
        day 1, 09:10  pack 20 EA of P-1 into CASE-2
        day 1, 09:20  pack CASE-1 and CASE-2 into PAL-1
        day 1, 09:30  unpack container CASE-2 from PAL-1
        day 1, 10:00  ship pallet PAL-1 to RIDE as SH-1
    """

    assert account(story, "P-1").total("shipped") == 30


@pytest.mark.requirement("TRC-6")
def test_a_kit_that_is_issued_is_consumed_with_all_that_it_holds() -> None:
    story = """
        day 1, 08:00  receive 100 EA of BOLT lot B-1 from FIXIT
        day 1, 08:00  receive 100 EA of NUT lot N-1 from FIXIT
        day 1, 09:00  assemble kit KIT-1 from 8 EA of B-1 and 4 EA of N-1
        day 1, 10:00  issue container KIT-1 to WO-1
        day 1, 11:00  close order WO-1
    """

    assert balance(story, "B-1") == {"received": "100", "consumed": "8", "on hand free": "92"}
    assert balance(story, "N-1") == {"received": "100", "consumed": "4", "on hand free": "96"}


def test_what_is_taken_out_of_a_named_container_leaves_that_one() -> None:
    story = f"""
        {STOCK}
        day 1, 09:00  pack 30 EA of P-1 into CASE-1
        day 1, 09:10  pack 20 EA of P-1 into CASE-2
        day 1, 10:00  issue 5 EA of P-1 out of CASE-2 to WO-1
    """

    assert balance(story, "P-1") == {
        "received at STORE": "100",
        "on hand free at STORE": "50",
        "on hand free in CASE-1 at STORE": "30",
        "on hand free in CASE-2 at STORE": "15",
        "in process": "5",
    }


def test_unpacked_material_is_loose_again() -> None:
    story = f"""
        {STOCK}
        day 1, 09:00  pack 30 EA of P-1 into CASE-1
        day 1, 10:00  unpack 10 EA of P-1 from CASE-1, at BENCH
        day 1, 11:00  unpack CASE-1, at BENCH
    """

    assert balance(story, "P-1") == {
        "received at STORE": "100",
        "on hand free at STORE": "70",
        "on hand free at BENCH": "30",
    }


def test_a_container_that_is_moved_moves_what_it_holds() -> None:
    story = f"""
        {STOCK}
        day 1, 09:00  pack 30 EA of P-1 into CASE-1
        day 1, 10:00  move container CASE-1 to DOCK
    """

    assert balance(story, "P-1")["on hand free in CASE-1 at DOCK"] == "30"


def test_what_arrives_in_containers_is_in_them() -> None:
    story = """
        day 1, 08:00  receive 100 EA of PUMP lot P-1 from ACME, contains PAL-1 60 EA, contains PAL-2 30 EA verified
    """

    assert balance(story, "P-1") == {
        "received": "100",
        "on hand free": "10",
        "on hand free in PAL-1": "60",
        "on hand free in PAL-2": "30",
    }
    declared = [one for one in facts(story, "P-1").findings if one.code == "contents-declared"]
    assert len(declared) == 1
    assert "PAL-1" in declared[0].text


def test_a_pallet_packed_at_the_very_time_that_it_leaves_takes_along_what_was_packed() -> None:
    story = f"""
        {STOCK}
        day 1, 10:00  ship pallet PAL-1 to RIDE as SH-1
        day 1, 10:00  pack 40 EA of P-1 into PAL-1
    """

    assert account(story, "P-1").total("shipped") == 40
    assert findings(story, "P-1") == {}


def test_a_pallet_packed_after_it_left_leaves_the_material_on_hand() -> None:
    story = f"""
        {STOCK}
        day 1, 10:00  ship pallet PAL-1 to RIDE as SH-1
        day 1, 11:00  pack 40 EA of P-1 into PAL-1
    """

    assert account(story, "P-1").total("shipped") == 0
    assert account(story, "P-1").total("on_hand") == 100


def test_a_tote_that_goes_round_ships_only_what_is_in_it_now() -> None:
    story = f"""
        {STOCK}
        day 1, 09:00  pack 10 EA of P-1 into TOTE-1
        day 1, 10:00  ship container TOTE-1 to RIDE as SH-1
        day 5, 09:00  pack 7 EA of P-1 into TOTE-1
        day 5, 10:00  ship container TOTE-1 to RIDE as SH-2
    """

    assert account(story, "P-1").total("shipped") == 17
    assert findings(story, "P-1") == {}


def test_serials_go_with_the_containers_that_hold_them() -> None:
    story = """
        day 1, 08:00  receive 10 EA of PUMP lot P-1 serials A01 to A10 from ACME
        day 1, 09:00  pack serials A01 to A04 of P-1 into PAL-1
        day 1, 10:00  ship pallet PAL-1 to RIDE as SH-1
    """

    (line,) = (line for line in account(story, "P-1").lines_out if line.line == "shipped")

    assert [span.bounds for span in line.spans] == [("A01", "A04")]


def test_what_is_moved_out_of_a_container_is_no_longer_in_it() -> None:
    story = f"""
        {STOCK}
        day 1, 09:00  pack 30 EA of P-1 into CASE-1
        day 1, 10:00  move 10 EA of P-1 out of CASE-1 to BENCH
        day 1, 11:00  ship container CASE-1 to RIDE as SH-1
    """

    lived = plant(story)
    held = Custody(lived.history).contents(container_name("plant.example", "CASE-1"), (PLUS_INFINITY, 0, 0))

    assert [str(one.quantity) for one in held] == ["20"]
    assert balance(story, "P-1") == {
        "received at STORE": "100",
        "shipped in CASE-1": "20",
        "on hand free at BENCH": "10",
        "on hand free at STORE": "70",
    }


NESTED = """
    day 1, 08:00  receive 100 EA of PUMP lot P-1 from ACME
    day 1, 08:00  receive 100 EA of VALVE lot V-1 from ACME
    day 1, 09:00  pack 10 EA of P-1 into CASE-1
    day 1, 09:00  pack 10 EA of V-1 into CASE-2
    day 1, 09:30  pack CASE-1 and CASE-2 into PAL-1
"""


def test_a_case_that_leaves_its_pallet_alone_does_not_leave_with_the_pallet_again() -> None:
    story = (
        NESTED
        + """
    day 2, 08:00  ship CASE-1 to RIDE as SH-1
    day 3, 08:00  take back CASE-1 of SH-1, available, to STORE
    day 4, 08:00  ship PAL-1 to ROLL as SH-2
    """
    )

    assert account(story, "P-1").total("shipped") == 0
    assert account(story, "P-1").total("on_hand") == 100
    assert account(story, "V-1").total("shipped") == 10


def test_a_case_that_leaves_together_with_its_pallet_stays_inside_and_comes_back_with_it() -> None:
    story = (
        NESTED
        + """
    day 2, 08:00  ship PAL-1 and CASE-1 to RIDE as SH-1
    day 3, 08:00  take back PAL-1 of SH-1, available, to STORE
    """
    )

    assert account(story, "P-1").total("on_hand") == 100
    assert account(story, "P-1").total("shipped") == 0


def test_a_case_that_was_used_up_on_its_pallet_can_be_filled_anew_without_standing_on_it() -> None:
    lived = plant(
        NESTED
        + """
    day 2, 08:00  issue container CASE-1 to WO-1
    day 3, 08:00  pack 5 EA of P-1 into CASE-1
    """
    )
    story = Custody(lived.history).story(container_name("plant.example", "PAL-1"))

    assert [(label(one.content), one.is_over) for one in story] == [("CASE-1", True), ("CASE-2", False)]
