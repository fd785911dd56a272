"""Orders: what came back, what was booked late, reels that change, shifts, overruns, rework, packaging, pegs."""

from __future__ import annotations

import pytest

from tests.scenarios.answers import Edge, Teller


@pytest.mark.scenario(4)
def test_unused_material_that_comes_back_from_the_line_is_stock_again_and_brings_nothing_along(tell: Teller) -> None:
    floor = tell("""
        1. day 1, 08:00  receive 100 KGM of STEEL lot S-1 from ACME
        2. day 1, 08:10  receive 20 KGM of GLUE lot G-1 from LUMA
        3. day 2, 08:00  issue 30 KGM of S-1 to WO-1
        4. day 2, 08:05  issue 5 KGM of G-1 to WO-1
        5. day 2, 10:00  return 30 KGM of S-1 from WO-1
        6. day 2, 12:00  produce 10 EA of FRAME lot F-1 from WO-1
    """)

    assert floor.balance("S-1") == {"received": "100", "on hand free": "100"}
    assert floor.where_from("S-1") == set()
    assert floor.where_used("G-1") == {"FRAME / F-1"}
    assert floor.edge("STEEL / S-1 (ACME)", "WO-1", about="S-1") == Edge("0", "0", "30", "in time")


@pytest.mark.requirement("TRC-7")
@pytest.mark.scenario(5)
def test_a_backflush_at_order_close_is_in_time_for_an_output_that_was_finished_before(tell: Teller) -> None:
    floor = tell("""
        1. day 1, 08:00  receive 100 KGM of STEEL lot S-1 from ACME
        2. day 2, 08:00  release order WO-1 for 10 EA of FRAME
        3. day 2, 11:00  produce 10 EA of FRAME lot F-1 from WO-1
        4. day 2, 16:00  issue 30 KGM of S-1 to WO-1, backflush
        5. day 2, 16:00  close order WO-1
    """)

    assert floor.where_from("F-1", in_time_only=True) == {"STEEL / S-1 (ACME)"}
    assert floor.where_used("S-1", in_time_only=True) == {"FRAME / F-1"}
    assert floor.gaps("F-1", "backward")["WO-1"] == ("calculated",)
    assert floor.balance("S-1") == {"received": "100", "on hand free": "70", "consumed calculated": "30"}


@pytest.mark.requirement("TRC-7")
@pytest.mark.scenario(6)
def test_an_issue_booked_after_its_batch_gives_the_same_answer_as_one_booked_in_order(tell: Teller) -> None:
    late = tell("""
        1. day 1, 08:00  receive 100 KGM of STEEL lot S-1 from ACME
        2. day 2, 08:00  issue 30 KGM of S-1 to WO-1, booked day 3, 09:00
        3. day 2, 11:00  produce 10 EA of FRAME lot F-1 from WO-1
    """)
    in_order = tell("""
        1. day 1, 08:00  receive 100 KGM of STEEL lot S-1 from ACME
        2. day 2, 08:00  issue 30 KGM of S-1 to WO-1
        3. day 2, 11:00  produce 10 EA of FRAME lot F-1 from WO-1
    """)

    assert (late.plant.seq(2), in_order.plant.seq(2)) == (3, 2)
    assert late.where_from("F-1", in_time_only=True) == in_order.where_from("F-1", in_time_only=True)
    assert late.where_used("S-1", in_time_only=True) == {"FRAME / F-1"}
    assert late.balance("S-1") == in_order.balance("S-1")
    assert late.balance("S-1") == {"received": "100", "on hand free": "70", "in process": "0 to 30"}


@pytest.mark.requirement("TRC-7")
@pytest.mark.scenario(7)
def test_a_reel_changed_at_unit_213_touches_the_units_of_its_run_only(tell: Teller) -> None:
    floor = tell("""
        1. day 1, 08:00  receive 300 MTR of WIRE lot REEL-A from CABLO
        2. day 1, 08:10  receive 300 MTR of WIRE lot REEL-B from CABLO
        3. day 2, 06:00  issue 212 MTR of REEL-A to WO-1 run 1
        4. day 2, 10:00  issue 188 MTR of REEL-B to WO-1 run 2
        5. day 2, 14:00  produce 212 EA of LAMP lot L-1 serials U001 to U212 from WO-1 run 1
        6. day 2, 14:00  produce 188 EA of LAMP lot L-1 serials U213 to U400 from WO-1 run 2
    """)

    assert floor.where_from("LAMP/U212") == {"WIRE / REEL-A (CABLO)"}
    assert floor.where_from("LAMP/U213") == {"WIRE / REEL-B (CABLO)"}
    assert floor.where_from("L-1") == {"WIRE / REEL-A (CABLO)", "WIRE / REEL-B (CABLO)"}
    assert floor.serials("REEL-A", "LAMP / L-1") == ["U001 to U212"]
    assert floor.serials("REEL-B", "LAMP / L-1") == ["U213 to U400"]


@pytest.mark.scenario(7)
def test_without_runs_every_unit_of_the_order_may_have_either_reel(tell: Teller) -> None:
    floor = tell("""
        1. day 1, 08:00  receive 300 MTR of WIRE lot REEL-A from CABLO
        2. day 1, 08:10  receive 300 MTR of WIRE lot REEL-B from CABLO
        3. day 2, 06:00  issue 212 MTR of REEL-A to WO-1
        4. day 2, 10:00  issue 188 MTR of REEL-B to WO-1
        5. day 2, 14:00  produce 400 EA of LAMP lot L-1 serials U001 to U400 from WO-1
    """)

    assert floor.where_from("LAMP/U001") == {"WIRE / REEL-A (CABLO)", "WIRE / REEL-B (CABLO)"}
    assert floor.where_from("LAMP/U400") == {"WIRE / REEL-A (CABLO)", "WIRE / REEL-B (CABLO)"}


@pytest.mark.scenario(8)
def test_one_lot_booked_in_three_shifts_is_one_lot_with_three_entries_and_not_produced_twice(tell: Teller) -> None:
    floor = tell("""
        1. day 1, 08:00  receive 900 KGM of RESIN lot R-1 from POLY
        2. day 2, 06:00  release order WO-1 for 300 EA of CUP
        3. day 2, 06:10  issue 600 KGM of R-1 to WO-1
        4. day 2, 14:00  produce 100 EA of CUP lot C-1 from WO-1
        5. day 2, 22:00  produce 110 EA of CUP lot C-1 from WO-1
        6. day 3, 06:00  produce 90 EA of CUP lot C-1 from WO-1
    """)

    assert floor.candidates("C-1") == ("CUP / C-1",)
    assert floor.balance("C-1") == {"produced": "300", "on hand free": "300"}
    assert floor.entries_of("C-1", "produced") == [4, 5, 6]
    assert [floor.recorded_with(line) for line in (4, 5, 6)] == [(), (), ()]
    assert floor.findings("C-1") == {}
    assert floor.where_used("R-1") == {"CUP / C-1"}


@pytest.mark.requirement("ORI-2")
@pytest.mark.scenario(35)
def test_steel_pegged_to_one_order_that_goes_to_another_stays_just_in_time_and_tells_its_pegs(tell: Teller) -> None:
    floor = tell("""
        1. day 1, 08:00  receive 100 KGM of STEEL lot S-1 from ACME, pegged 100 to SO-1
        2. day 2, 08:00  repeg lot S-1 from SO-1 to SO-2, quantity 40 KGM, because "SO-2 is late"
        3. day 2, 09:00  issue 40 KGM of S-1 to WO-2, pull JIC for SO-2
        4. day 3, 08:00  repeg lot S-1 from SO-1 to nobody, quantity 60 KGM, because "SO-1 was cancelled"
    """)

    assert floor.origin_parts("S-1") == [("JIT", "100", "SO-1")]
    assert floor.story_of("S-1")[1:] == [
        "The peg of 40 KGM of STEEL / S-1 (ACME) moved from SO-1 to SO-2: SO-2 is late.",
        "40 KGM of STEEL / S-1 (ACME) went into order WO-2, issued just in case for SO-2.",
        "The peg of 60 KGM of STEEL / S-1 (ACME) moved from SO-1 to no demand: SO-1 was cancelled.",
    ]
    assert floor.status("S-1") == {"free": "60", "held": "0"}


@pytest.mark.requirement("ORI-1")
@pytest.mark.scenario(36)
def test_a_hundred_and_ten_made_on_an_order_for_a_hundred_are_ten_of_overrun(tell: Teller) -> None:
    floor = tell("""
        1. day 1, 08:00  release order WO-1 for 100 EA of FRAME, pegged 100 to SO-1
        2. day 2, 12:00  produce 70 EA of FRAME lot F-1 from WO-1
        3. day 2, 18:00  produce 40 EA of FRAME lot F-1 from WO-1
    """)

    assert floor.origin_parts("F-1") == [("JIT", "100", "SO-1"), ("JIC", "10", "overrun")]
    assert floor.origin("F-1") == {"JIT": "100", "JIC": "10"}
    assert floor.balance("F-1") == {"produced": "110", "on hand free": "110"}


@pytest.mark.requirement("TRC-1")
@pytest.mark.scenario(40)
def test_rework_back_into_the_same_lot_number_is_a_loop_that_ends_and_its_balance_is_right(tell: Teller) -> None:
    floor = tell("""
        1. day 1, 08:00  receive 100 KGM of STEEL lot S-1 from ACME
        2. day 1, 08:10  receive 10 LTR of PAINT lot P-1 from LUMA
        3. day 2, 08:00  issue 60 KGM of S-1 to WO-1
        4. day 2, 12:00  produce 20 EA of FRAME lot F-1 from WO-1
        5. day 3, 08:00  rework 5 EA of F-1 and 1 LTR of P-1 into 5 EA of FRAME lot F-1, because "scratched"
        6. day 4, 08:00  rework 2 EA of F-1 into 1 EA of FRAME lot F-1, because "bent"
    """)

    assert floor.balance("F-1") == {"produced": "20", "consumed": "1", "on hand free": "19"}
    assert floor.where_from("F-1") == {"STEEL / S-1 (ACME)", "PAINT / P-1 (LUMA)"}
    assert floor.where_used("F-1") == set()
    assert floor.where_used("P-1") == {"FRAME / F-1"}
    assert floor.trace("F-1").complete


@pytest.mark.scenario(40)
def test_rework_by_an_order_of_its_own_brings_the_lot_back_and_does_not_make_it_twice(tell: Teller) -> None:
    floor = tell("""
        1. day 1, 08:00  receive 100 KGM of STEEL lot S-1 from ACME
        2. day 2, 07:00  release order WO-1 for 20 EA of FRAME, pegged 20 to SO-1
        3. day 2, 08:00  issue 60 KGM of S-1 to WO-1
        4. day 2, 12:00  produce 20 EA of FRAME lot F-1 from WO-1
        5. day 3, 07:00  release order RW-1 for 5 EA of FRAME
        6. day 3, 08:00  issue 5 EA of F-1 to RW-1
        7. day 3, 12:00  produce 4 EA of FRAME lot F-1 from RW-1
        8. day 3, 13:00  close order RW-1, lost 1 EA of FRAME lot F-1 as cracked
    """)

    assert floor.balance("F-1") == {"produced": "20", "loss": "1", "on hand free": "19"}
    assert floor.origin_parts("F-1") == [("JIT", "20", "SO-1")]
    assert floor.recorded_with(7) == ()
    assert floor.where_from("F-1") == {"STEEL / S-1 (ACME)"}
    assert floor.activities("F-1", "backward") == {"WO-1", "RW-1"}


@pytest.mark.scenario(47)
def test_packaging_film_that_is_a_lot_reaches_every_finished_lot_it_wrapped(tell: Teller) -> None:
    floor = tell("""
        1. day 1, 08:00  receive 1000 MTR of FILM lot FILM-1 from WRAPPO
        2. day 1, 08:10  receive 1000 MTR of FILM lot FILM-2 from WRAPPO
        3. day 1, 09:00  receive 500 KGM of CHEESE lot CH-1 from DAIRY
        4. day 2, 08:00  issue 100 KGM of CH-1 and 200 MTR of FILM-1 to PK-1
        5. day 2, 10:00  produce 400 EA of SLICES lot SL-1 from PK-1
        6. day 2, 12:00  issue 100 KGM of CH-1 and 150 MTR of FILM-1 and 50 MTR of FILM-2 to PK-2
        7. day 2, 14:00  produce 400 EA of SLICES lot SL-2 from PK-2
        8. day 3, 08:00  issue 100 KGM of CH-1 and 200 MTR of FILM-2 to PK-3
        9. day 3, 10:00  produce 400 EA of SLICES lot SL-3 from PK-3
    """)

    assert floor.where_used("FILM-1") == {"SLICES / SL-1", "SLICES / SL-2"}
    assert floor.where_used("FILM-2") == {"SLICES / SL-2", "SLICES / SL-3"}
    assert floor.where_from("SL-2") == {"FILM / FILM-1 (WRAPPO)", "FILM / FILM-2 (WRAPPO)", "CHEESE / CH-1 (DAIRY)"}
    assert floor.where_from("FILM-1") == set()
