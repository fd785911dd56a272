"""Goods that leave: to a plater, on consignment, to another site; refused, returned, returned without labels."""

from __future__ import annotations

import pytest

from tests.scenarios.answers import Teller


@pytest.mark.requirement("TRC-7")
@pytest.mark.scenario(22)
def test_goods_sent_to_a_plater_that_come_back_under_another_number_are_one_genealogy(tell: Teller) -> None:
    floor = tell("""
        1. day 1, 08:00  receive 100 EA of LUG lot L-1 from FONTE
        2. day 2, 08:00  release order SUB-1 for 100 EA of LUG-CR, processor CHROMEX
        3. day 2, 10:00  ship 100 EA of L-1 for processing on SUB-1 to CHROMEX as SH-1
        4. day 9, 10:00  receive 60 EA of LUG-CR lot LC-1 from CHROMEX on DN-1, for order SUB-1
        5. day 12, 10:00  receive 40 EA of LUG-CR lot LC-1 from CHROMEX on DN-2, for order SUB-1
        6. day 13, 08:00  issue 20 EA of LC-1 to WO-1
        7. day 13, 12:00  produce 10 EA of FRAME lot F-1 from WO-1
    """)

    assert floor.after(3).balance("L-1") == {"received": "100", "on hand at processor": "100"}
    assert floor.after(4).balance("L-1") == {"received": "100", "on hand at processor": "0 to 100"}
    assert floor.balance("L-1") == {"received": "100", "consumed": "100"}
    assert floor.balance("LC-1") == {"received": "100", "on hand free": "80", "in process": "0 to 20"}
    assert floor.where_from("F-1") == {"LUG-CR / LC-1 (CHROMEX)", "LUG / L-1 (FONTE)"}
    assert floor.where_used("L-1") == {"LUG-CR / LC-1 (CHROMEX)", "FRAME / F-1"}
    assert floor.balance("L-1", as_of="day 5, 08:00") == {"received": "100", "on hand at processor": "100"}


@pytest.mark.scenario(23)
def test_consignment_stock_has_an_owner_apart_from_its_place(tell: Teller) -> None:
    floor = tell("""
        1. day 1, 08:00   receive 100 EA of SADDLE lot SD-1 from SELLE, owner SELLE, to STORE
        2. day 10, 08:00  hand over 60 EA of SD-1 to owner VELO, dated 2026-03-11
        3. day 11, 08:00  produce 30 EA of BIKE lot BK-1 from WO-1
        4. day 12, 08:00  ship 20 EA of BK-1 on consignment to RIDE as SH-1, ship to RIDE-SHOP, owner VELO
        5. day 20, 08:00  hand over 15 EA of BK-1 to owner RIDE
    """)

    assert floor.after(1).balance("SD-1") == {
        "received at STORE of SELLE": "100",
        "on hand free at STORE of SELLE": "100",
    }
    assert floor.balance("SD-1") == {
        "received at STORE of SELLE": "100",
        "on hand free at STORE of SELLE": "40",
        "on hand free at STORE of VELO": "60",
    }
    assert floor.after(4).balance("BK-1") == {
        "produced": "30",
        "on hand free": "10",
        "on hand on consignment at RIDE-SHOP of VELO": "20",
    }
    assert floor.balance("BK-1") == {
        "produced": "30",
        "on hand free": "10",
        "on hand on consignment at RIDE-SHOP of VELO": "5",
        "shipped at RIDE-SHOP": "15",
    }
    assert floor.customers("BK-1") == {"RIDE": ("SH-1",)}


@pytest.mark.scenario(23)
def test_a_drop_shipment_never_is_in_our_custody_and_still_tells_who_has_the_goods(tell: Teller) -> None:
    floor = tell("""
        1. day 1, 08:00  receive 100 EA of PUMP lot P-1 from FLOW
        2. day 2, 08:00  ship 40 EA of P-1 to FARM as SH-1, drop shipment
    """)

    assert floor.recorded_with(2) == ()
    assert floor.status("P-1") == {"free": "100", "held": "0"}
    assert floor.balance("P-1") == {
        "received": "100",
        "received drop shipment": "40",
        "shipped drop shipment": "40",
        "on hand free": "100",
    }
    assert floor.customers("P-1") == {"FARM": ("SH-1",)}


@pytest.mark.requirement("RCL-3")
@pytest.mark.scenario(43)
def test_a_shipment_voided_before_it_left_never_left(tell: Teller) -> None:
    floor = tell("""
        1. day 1, 12:00  produce 50 EA of FRAME lot F-1 from WO-1
        2. day 2, 08:00  ship 30 EA of F-1 to RIDE as SH-1
        3. day 2, 09:00  line 2 did not happen, because "the lorry did not come", code did not happen
    """)

    assert floor.balance("F-1") == {"produced": "50", "on hand free": "50"}
    assert floor.customers("F-1") == {}
    assert floor.after(2).customers("F-1") == {"RIDE": ("SH-1",)}


@pytest.mark.requirement("RCL-3")
@pytest.mark.scenario(43)
def test_goods_refused_at_the_door_are_in_transit_until_they_are_back(tell: Teller) -> None:
    floor = tell("""
        1. day 1, 12:00  produce 50 EA of FRAME lot F-1 from WO-1
        2. day 2, 08:00  ship 30 EA of F-1 to RIDE as SH-1
        3. day 3, 08:00  deliver SH-1, refused 10 EA of F-1
        4. day 5, 08:00  take back 10 EA of F-1 from RIDE of SH-1, available
    """)

    assert floor.after(3).balance("F-1") == {
        "produced": "50",
        "shipped": "20",
        "on hand free": "20",
        "on hand in transit": "10",
    }
    assert floor.balance("F-1") == {"produced": "50", "shipped": "20", "on hand free": "30"}
    assert floor.customers("F-1") == {"RIDE": ("SH-1",)}


@pytest.mark.scenario(43)
def test_goods_returned_to_stock_net_what_was_shipped_and_wait_in_quarantine(tell: Teller) -> None:
    floor = tell("""
        1. day 1, 12:00   produce 50 EA of FRAME lot F-1 from WO-1
        2. day 2, 08:00   ship 30 EA of F-1 to RIDE as SH-1
        3. day 3, 08:00   deliver SH-1
        4. day 20, 08:00  take back 10 EA of F-1 from RIDE of SH-1, condition "unopened"
    """)

    assert floor.balance("F-1") == {
        "produced": "50",
        "shipped": "20",
        "on hand free": "20",
        "on hand quarantine": "10",
    }
    assert floor.refused("day 21, 08:00  ship 21 EA of F-1 to WHEELS as SH-2") == ("lot-quarantined",)
    assert floor.customers("F-1") == {"RIDE": ("SH-1",)}


@pytest.mark.requirement("RCL-3")
@pytest.mark.scenario(44)
def test_blended_customer_returns_without_labels_may_be_either_shipped_lot_and_may_not_be_sold(tell: Teller) -> None:
    floor = tell("""
        1. day 1, 12:00   produce 50 EA of FRAME lot F-1 from WO-1
        2. day 1, 12:10   produce 50 EA of FRAME lot F-2 from WO-2
        3. day 2, 08:00   ship 50 EA of F-1 and 50 EA of F-2 to RIDE as SH-1
        4. day 20, 08:00  take back 12 EA of either F-1 or F-2 from RIDE of SH-1, label unknown, in quarantine, to CAGE
    """)

    blended = {"produced": "50", "shipped": "38", "unassigned quarantine at CAGE": "0 to 12"}
    assert floor.balance("F-1") == blended
    assert floor.balance("F-2") == blended
    assert floor.status("F-1") == {"free": "0", "held": "0"}
    assert floor.findings("F-1") == {"one-of-open": [4]}
    assert floor.refused("day 21, 08:00  ship 5 EA of F-1 to WHEELS as SH-2") == ("quantity-exceeded",)
    assert floor.refused("day 21, 08:00  ship 5 EA of either F-1 or F-2 to WHEELS as SH-2") == ("quantity-exceeded",)


@pytest.mark.scenario(46)
def test_a_transfer_between_two_sites_stays_in_the_balance_as_in_transit_under_one_lot_name(tell: Teller) -> None:
    floor = tell("""
        1. day 1, 12:00  produce 100 EA of FRAME lot F-1 from WO-1
        2. day 2, 08:00  ship 40 EA of F-1 for transfer to site P2 as TR-1
        site P2
        3. day 3, 08:00  deliver TR-1 to DOCK
        4. day 4, 08:00  issue 10 EA of F-1 to WO-2
        5. day 4, 12:00  produce 10 EA of BIKE lot BK-1 from WO-2
    """)

    assert floor.after(2).balance("F-1") == {"produced": "100", "on hand free": "60", "on hand in transit": "40"}
    assert floor.candidates("F-1") == ("FRAME / F-1",)
    assert floor.balance("F-1") == {
        "produced": "100",
        "on hand free": "60",
        "on hand free at DOCK": "30",
        "in process": "0 to 10",
    }
    assert floor.where_from("BK-1") == {"FRAME / F-1"}
    assert floor.customers("F-1") == {}
