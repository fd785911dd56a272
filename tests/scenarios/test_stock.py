"""Stock that is held, caged, sampled, counted, lost and found."""

from __future__ import annotations

import pytest

from tests.scenarios.answers import Teller


@pytest.mark.requirement("BAL-2")
@pytest.mark.scenario(17)
def test_found_and_missing_are_both_shown_and_a_declared_loss_stands_apart(tell: Teller) -> None:
    floor = tell("""
        1. day 1, 08:00  receive 1000 LTR of SOLVENT lot V-1 from CHEMCO
        2. day 2, 08:00  count 1050 LTR of V-1
        3. day 3, 08:00  count 1000 LTR of V-1
        4. day 4, 08:00  issue 100 LTR of V-1 to WO-1
        5. day 4, 16:00  close order WO-1, lost 5 LTR of SOLVENT lot V-1 as evaporation
    """)

    assert floor.balance("V-1") == {
        "received": "1000",
        "found": "50",
        "missing": "50",
        "loss": "5",
        "consumed": "95",
        "on hand free": "900",
    }


@pytest.mark.requirement("BAL-3")
@pytest.mark.scenario(20)
def test_two_holds_at_once_block_their_union_and_releasing_one_frees_what_the_other_does_not_hold(
    tell: Teller,
) -> None:
    floor = tell("""
        1. day 1, 12:00  produce 100 EA of PUMP lot P-1 serials N001 to N100 from WO-1
        2. day 2, 08:00  hold serials N001 to N030 of P-1 as H-1, because "noise"
        3. day 2, 09:00  hold serials N021 to N050 of P-1 as H-2, because "leak"
        4. day 3, 08:00  release hold H-1, because "noise is within limits", decision use as is
    """)

    assert floor.after(2).status("P-1") == {"free": "70", "held": "30"}
    assert floor.after(3).status("P-1") == {"free": "50", "held": "50"}
    assert floor.after(4).status("P-1") == {"free": "70", "held": "30"}
    assert floor.refused("day 3, 09:00  ship serials N001 to N020 of P-1 to DEPOT as SH-1") == ()
    assert floor.refused("day 3, 09:00  ship serial N021 of P-1 to DEPOT as SH-1") == ("lot-held",)


@pytest.mark.scenario(20)
def test_held_quantities_add_up_unless_one_hold_means_goods_of_the_other(tell: Teller) -> None:
    floor = tell("""
        1. day 1, 08:00  receive 100 KGM of STEEL lot S-1 from ACME
        2. day 2, 08:00  hold 30 KGM of S-1 as H-1, because "rust"
        3. day 2, 09:00  hold 20 KGM of S-1 as H-2, because "no certificate"
        4. day 2, 10:00  hold 10 KGM of S-1 as H-3 within H-1, because "rust and bent"
        5. day 3, 08:00  release hold H-1, because "brushed", decision use as is
    """)

    assert floor.after(3).status("S-1") == {"free": "50", "held": "50"}
    assert floor.after(4).status("S-1") == {"free": "50", "held": "50"}
    assert floor.after(5).status("S-1") == {"free": "70", "held": "30"}
    assert floor.refused("day 3, 09:00  issue 71 KGM of S-1 to WO-1") == ("lot-held",)
    assert floor.refused("day 3, 09:00  issue 70 KGM of S-1 to WO-1") == ()


@pytest.mark.requirement("ACC-1")
@pytest.mark.scenario(21)
def test_held_stock_may_be_moved_to_the_cage_sampled_and_scrapped_but_not_issued(tell: Teller) -> None:
    floor = tell("""
        1. day 1, 08:00  receive 100 KGM of STEEL lot S-1 from ACME, to RACK-1
        2. day 2, 08:00  hold lot S-1 as H-1, because "rust"
        3. day 2, 09:00  move 100 KGM of S-1 from RACK-1 to CAGE
        4. day 2, 10:00  sample 2 KGM of S-1 (destroyed)
        5. day 2, 11:00  scrap 50 KGM of S-1 as RUST
    """)

    assert [floor.recorded_with(line) for line in (3, 4, 5)] == [(), (), ()]
    assert floor.refused("day 3, 08:00  issue 10 KGM of S-1 to WO-1") == ("lot-held",)
    assert floor.refused("day 3, 08:00  ship 10 KGM of S-1 to RIDE as SH-1") == ("lot-held",)
    assert floor.refused("day 3, 08:00  ship 48 KGM of S-1 back to ACME as SH-1") == ()
    assert floor.balance("S-1") == {
        "received at RACK-1": "100",
        "sampled": "2",
        "scrapped": "50",
        "on hand held at CAGE": "48",
    }
    assert floor.status("S-1") == {"free": "0", "held": "48"}


@pytest.mark.scenario(21)
def test_of_a_lot_that_stands_partly_in_the_cage_only_what_stands_outside_may_be_issued(tell: Teller) -> None:
    floor = tell("""
        1. day 1, 08:00  receive 60 KGM of STEEL lot S-1 from ACME, to RACK-1
        2. day 1, 08:10  receive 40 KGM of STEEL lot S-1 from ACME, to RACK-2
        3. day 2, 08:00  hold lot S-1 (at RACK-1) as H-1, because "rust"
        4. day 2, 09:00  move 60 KGM of S-1 from RACK-1 to CAGE
        5. day 3, 08:00  issue 30 KGM of S-1 to WO-1
    """)

    assert floor.status("S-1") == {"free": "10", "held": "60"}
    assert floor.balance("S-1") == {
        "received at RACK-1": "60",
        "received at RACK-2": "40",
        "on hand free at RACK-2": "10",
        "on hand held at CAGE": "60",
        "in process": "30",
    }
    assert floor.findings("S-1") == {}
    assert floor.refused("day 3, 09:00  issue 5 KGM of S-1 (at CAGE) to WO-1") == ("lot-held",)
    assert floor.refused("day 3, 09:00  ship 5 KGM of S-1 to RIDE as SH-1, ship from CAGE") == ("lot-held",)
    assert floor.refused("day 3, 09:00  issue 11 KGM of S-1 to WO-1") == ("lot-held",)
    assert floor.refused("day 3, 09:00  issue 10 KGM of S-1 to WO-1") == ()


@pytest.mark.scenario(41)
def test_a_destroyed_sample_leaves_the_balance_and_a_retained_one_stays_on_hand_but_is_not_free(tell: Teller) -> None:
    floor = tell("""
        1. day 1, 12:00  produce 100 EA of VIAL lot V-1 from WO-1
        2. day 1, 13:00  sample 3 EA of V-1 (destroyed) and 5 EA of V-1 (retained, kept at LAB, until 2031-03-02)
                         and 2 EA of V-1 (returned)
    """)

    assert floor.balance("V-1") == {
        "produced": "100",
        "sampled": "3",
        "on hand free": "92",
        "on hand retained at LAB": "5",
    }
    assert floor.status("V-1") == {"free": "92", "held": "0", "retained": "5"}
    assert floor.refused("day 2, 08:00  ship 93 EA of V-1 to CLINIC as SH-1") == ("lot-retained",)
    assert floor.refused("day 2, 08:00  ship 92 EA of V-1 to CLINIC as SH-1") == ()


@pytest.mark.requirement("BAL-2")
@pytest.mark.scenario(48)
def test_a_stock_take_difference_that_nobody_can_explain_stays_missing_for_ever(tell: Teller) -> None:
    floor = tell("""
        1. day 1, 08:00    receive 100 EA of VALVE lot V-1 from FLOW, to RACK-1
        2. day 30, 18:00   count 93 EA of V-1, at RACK-1
        3. day 31, 08:00   issue 50 EA of V-1 to WO-1
        4. day 31, 16:00   close order WO-1
        5. day 60, 18:00   count 45 EA of V-1, at RACK-1
        6. day 400, 18:00  count 45 EA of V-1, at RACK-1
    """)

    assert floor.after(2).balance("V-1") == {
        "received at RACK-1": "100",
        "missing at RACK-1": "7",
        "on hand free at RACK-1": "93",
    }
    assert floor.balance("V-1") == {
        "received at RACK-1": "100",
        "found at RACK-1": "2",
        "missing at RACK-1": "7",
        "consumed": "50",
        "on hand free at RACK-1": "45",
    }
    assert "7 missing at RACK-1" in floor.whereabouts("V-1", "VALVE / V-1 (FLOW)")
