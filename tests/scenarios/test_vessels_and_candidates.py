"""Silos that never quite empty, silos that were cleaned, and a picker who took one of two lots."""

from __future__ import annotations

import pytest

from tests.scenarios.answers import Edge, Teller


@pytest.mark.requirement("TRC-3")
@pytest.mark.scenario(9)
def test_a_draw_from_a_silo_with_a_heel_may_hold_every_fill_and_in_time_only_the_earlier_ones(tell: Teller) -> None:
    floor = tell("""
        1. day 1, 08:00   receive 500 KGM of FLOUR lot A from MILL
        2. day 1, 08:10   receive 500 KGM of FLOUR lot B from MILL
        3. day 1, 08:20   receive 500 KGM of FLOUR lot C from MILL
        4. day 1, 08:30   receive 500 KGM of FLOUR lot D from MILL
        5. day 1, 10:00   fill 500 KGM of A into SILO
        6. day 2, 08:00   draw 100 KGM from SILO into WO-1
        7. day 2, 12:00   produce 80 EA of BREAD lot MON from WO-1
        8. day 5, 08:00   fill 500 KGM of B into SILO
        9. day 8, 08:00   empty SILO leaving 40 KGM
        10. day 8, 10:00  fill 500 KGM of C into SILO
        11. day 9, 08:00  draw 100 KGM from SILO into WO-2
        12. day 9, 12:00  produce 80 EA of BREAD lot TUE from WO-2
        13. day 12, 08:00  fill 500 KGM of D into SILO
    """)

    assert floor.where_from("TUE") == {
        "FLOUR / A (MILL)",
        "FLOUR / B (MILL)",
        "FLOUR / C (MILL)",
        "FLOUR / D (MILL), not in time",
    }
    assert floor.where_from("TUE", in_time_only=True) == {"FLOUR / A (MILL)", "FLOUR / B (MILL)", "FLOUR / C (MILL)"}
    assert floor.where_from("MON", in_time_only=True) == {"FLOUR / A (MILL)"}
    assert floor.where_used("D") == {"BREAD / MON, not in time", "BREAD / TUE, not in time"}
    assert floor.clean_breaks("TUE") == []
    assert floor.balance("A") == {"received": "500", "in process in vessel at SILO": "0 to 500"}


@pytest.mark.requirement("TRC-7")
@pytest.mark.scenario(10)
def test_an_emptied_and_cleaned_silo_passes_no_earlier_fill_on_and_the_answer_shows_the_break(tell: Teller) -> None:
    floor = tell("""
        1. day 1, 08:00   receive 500 KGM of NUTS lot N-1 from GROVE
        2. day 1, 08:10   receive 500 KGM of FLOUR lot A from MILL
        3. day 1, 10:00   fill 500 KGM of N-1 into SILO
        4. day 2, 08:00   draw 480 KGM from SILO into WO-1
        5. day 2, 12:00   produce 80 EA of CAKE lot NUTTY from WO-1
        6. day 3, 08:00   empty SILO leaving 0 KGM, cleaned, document protocol CL-9
        7. day 3, 10:00   fill 500 KGM of A into SILO
        8. day 4, 08:00   draw 100 KGM from SILO into WO-2
        9. day 4, 12:00   produce 80 EA of CAKE lot PLAIN from WO-2
    """)

    assert floor.where_from("PLAIN") == {"FLOUR / A (MILL)"}
    assert floor.where_used("N-1") == {"CAKE / NUTTY"}
    assert floor.clean_breaks("PLAIN") == [(6, "SILO #1", "SILO #2")]
    assert floor.clean_breaks("N-1") == [(6, "SILO #1", "SILO #2")]
    assert floor.balance("N-1") == {"received": "500", "consumed": "500"}


@pytest.mark.scenario(10)
def test_a_draw_told_over_a_time_in_which_the_silo_was_emptied_may_hold_what_was_there_before_and_after(
    tell: Teller,
) -> None:
    floor = tell("""
        1. day 1, 08:00   receive 500 KGM of FLOUR lot A from MILL
        2. day 1, 08:10   receive 500 KGM of FLOUR lot B from MILL
        3. day 1, 10:00   fill 500 KGM of A into SILO
        4. day 2, 06:00 to 10:00  draw 100 KGM from SILO into WO-1
        5. day 2, 08:00   empty SILO leaving 0 KGM, cleaned
        6. day 2, 09:00   fill 400 KGM of B into SILO
        7. day 2, 12:00   produce 80 EA of BREAD lot X from WO-1
    """)

    assert floor.where_from("X", in_time_only=True) == {"FLOUR / A (MILL)", "FLOUR / B (MILL)"}
    assert floor.edge("SILO #1", "WO-1", about="X") == Edge("0", "100", "100", "in time, uncertain")
    assert floor.edge("SILO #2", "WO-1", about="X") == Edge("0", "100", "100", "in time, uncertain")
    assert floor.clean_breaks("X") == [(5, "SILO #1", "SILO #2")]
    assert floor.balance("B") == {"received": "500", "on hand free": "100", "in process in vessel at SILO": "0 to 400"}


@pytest.mark.scenario(10)
def test_an_emptying_booked_days_late_takes_the_earlier_fill_out_of_the_answer(tell: Teller) -> None:
    floor = tell("""
        1. day 1, 08:00  receive 500 KGM of FLOUR lot A from MILL
        2. day 1, 08:10  receive 500 KGM of FLOUR lot B from MILL
        3. day 1, 10:00  fill 500 KGM of A into SILO
        4. day 2, 08:00  empty SILO leaving 0 KGM, cleaned, booked day 5
        5. day 3, 09:00  fill 400 KGM of B into SILO
        6. day 3, 10:00  draw 100 KGM from SILO as DOUGH lot X
    """)

    assert floor.after(6).where_from("X") == {"FLOUR / A (MILL)", "FLOUR / B (MILL)"}
    assert floor.where_from("X") == {"FLOUR / B (MILL)"}
    assert floor.clean_breaks("X") == [(6, "SILO #1", "SILO #2")]


@pytest.mark.requirement("RCL-2")
@pytest.mark.scenario(11)
def test_a_picker_who_took_one_of_two_lots_leaves_both_in_scope_and_neither_certain(tell: Teller) -> None:
    floor = tell("""
        1. day 1, 08:00  receive 20 KGM of GLUE lot A from LUMA
        2. day 1, 08:10  receive 50 KGM of GLUE lot B from LUMA
        3. day 2, 08:00  issue 7 KGM of either A or B to WO-1
        4. day 2, 12:00  produce 10 EA of FRAME lot F-1 from WO-1
        5. day 3, 08:00  ship 10 EA of F-1 to RIDE as SH-1
    """)

    assert floor.scope("A") == {"GLUE / A (LUMA)": "certain", "FRAME / F-1": "uncertain"}
    assert floor.scope("B") == {"GLUE / B (LUMA)": "certain", "FRAME / F-1": "uncertain"}
    assert floor.customers("A") == {"RIDE": ("SH-1",)}
    assert floor.customers("B") == {"RIDE": ("SH-1",)}
    assert floor.edge("GLUE / A (LUMA)", "WO-1", about="F-1") == Edge("0", "7", "7", "in time, uncertain")
    assert floor.edge("GLUE / B (LUMA)", "WO-1", about="F-1") == Edge("0", "7", "7", "in time, uncertain")
    assert floor.balance("A") == {"received": "20", "on hand free": "13", "unassigned": "0 to 7"}
    assert floor.balance("B") == {"received": "50", "on hand free": "43", "unassigned": "0 to 7"}
    assert floor.where_from("F-1") == {"GLUE / A (LUMA)", "GLUE / B (LUMA)"}
    assert floor.recorded_with(3) == ("one-of-open",)
    assert floor.gaps("F-1", "backward")["WO-1"] == ("one_of",)
    assert floor.findings("A") == {"one-of-open": [3]}
