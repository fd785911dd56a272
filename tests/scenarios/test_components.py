"""Parts that are swapped in the field, and units that are taken apart."""

from __future__ import annotations

import pytest

from tests.scenarios.answers import Teller


@pytest.mark.requirement("TRC-7")
@pytest.mark.scenario(24)
def test_a_recall_of_an_alternator_swapped_in_the_field_no_longer_hits_the_unit_but_one_of_the_new_one_does(
    tell: Teller,
) -> None:
    floor = tell("""
        1. day 1, 08:00   receive 2 EA of ALTERNATOR lot A-1 serials AL01 to AL02 from VOLT
        2. day 1, 08:10   receive 2 EA of ALTERNATOR lot A-2 serials AL91 to AL92 from VOLT
        3. day 2, 08:00   issue serial AL01 of A-1 to WO-7
        4. day 2, 12:00   produce 1 EA of TRUCK lot T-7 serials U7 from WO-7
        5. day 3, 08:00   issue serial AL02 of A-1 to WO-8
        6. day 3, 12:00   produce 1 EA of TRUCK lot T-8 serials U8 from WO-8
        7. day 4, 08:00   ship serial U7 of T-7 to HAUL as SH-1
        8. day 4, 09:00   ship serial U8 of T-8 to MOVERS as SH-2
        9. day 90, 08:00  swap ALTERNATOR of serial U7 of T-7: out serial AL01 of A-1 to supplier, in serial AL91 of A-2
    """)

    assert floor.where_used("A-1") == {"TRUCK / T-8"}
    assert floor.where_used("A-2") == {"TRUCK / T-7"}
    assert set(floor.scope("A-1")) == {"ALTERNATOR / A-1 (VOLT)", "TRUCK / T-8"}
    assert floor.customers("A-1") == {"HAUL": ("SH-1",), "MOVERS": ("SH-2",)}
    assert floor.customers("A-2") == {"HAUL": ("SH-1",)}
    assert floor.where_from("TRUCK/U7") == {"ALTERNATOR / A-2 (VOLT)"}
    assert floor.went_with("ALTERNATOR/AL01") == {"SH-1"}
    assert floor.where_from("TRUCK/U7", as_of="day 3, 00:00") == {"ALTERNATOR / A-1 (VOLT)"}
    assert floor.where_used("A-1", as_of="day 89, 08:00") == {"TRUCK / T-7", "TRUCK / T-8"}
    assert floor.removed_parts("TRUCK/U7") == {("ALTERNATOR / A-1 (VOLT)", "TRUCK / T-7")}
    assert floor.balance("A-1") == {"received": "2", "returned to supplier": "1", "in process": "0 to 1"}


@pytest.mark.requirement("RCL-3")
@pytest.mark.scenario(49)
def test_the_spare_parts_of_a_unit_taken_apart_keep_their_own_ancestry_and_the_custody_of_the_unit(
    tell: Teller,
) -> None:
    floor = tell("""
        1. day 1, 08:00   receive 10 KGM of COPPER lot CU-1 from MINE
        2. day 1, 08:10   receive 10 KGM of STEEL lot S-1 from ACME
        3. day 2, 08:00   issue 5 KGM of CU-1 to WO-1
        4. day 2, 10:00   produce 2 EA of MOTOR lot M-1 serials M01 to M02 from WO-1
        5. day 3, 08:00   issue serial M01 of M-1 and 4 KGM of S-1 to WO-2
        6. day 3, 12:00   produce 1 EA of PUMP lot P-1 serials P01 from WO-2
        7. day 4, 08:00   ship serial P01 of P-1 to FARM as SH-1
        8. day 60, 08:00  take back serial P01 of P-1 from FARM of SH-1
        9. day 61, 08:00  swap MOTOR of serial P01 of P-1: out serial M01 of M-1 to stock
        10. day 61, 09:00  scrap serial P01 of P-1 as TEARDOWN
        11. day 70, 08:00  issue serial M01 of M-1 to WO-3
        12. day 70, 12:00  produce 1 EA of PUMP lot P-2 serials P02 from WO-3
    """)

    assert floor.where_from("MOTOR/M01") == {"COPPER / CU-1 (MINE)"}
    assert floor.where_from("PUMP/P02") == {"MOTOR / M-1", "COPPER / CU-1 (MINE)"}
    assert floor.where_used("S-1") == {"PUMP / P-1"}
    assert floor.where_used("CU-1") == {"MOTOR / M-1", "PUMP / P-2"}
    assert floor.went_with("MOTOR/M01") == {"SH-1"}
    assert floor.customers("M-1") == {"FARM": ("SH-1",)}
    assert floor.balance("P-1") == {"produced": "1", "scrapped": "1"}
    assert floor.balance("M-1") == {"produced": "2", "on hand free": "1", "in process": "0 to 1"}
