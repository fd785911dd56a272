"""Pallets and kits: holding is not mixing, contents by declaration, serials over four pallets, substitutes."""

from __future__ import annotations

import pytest

from tests.scenarios.answers import Edge, Teller
from tests.unit.interop.epcis_documents import aggregation, document, object_event


@pytest.mark.requirement("NAM-4")
@pytest.mark.scenario(16)
def test_of_serials_on_four_pallets_one_can_be_held_and_a_hold_of_the_lot_covers_all(tell: Teller) -> None:
    floor = tell("""
        1. day 1, 12:00  produce 400 EA of PUMP lot P-1 serials SN0001 to SN0400 from WO-1
        2. day 1, 13:00  pack serials SN0001 to SN0100 of P-1 into PAL-1
        3. day 1, 13:10  pack serials SN0101 to SN0200 of P-1 into PAL-2
        4. day 1, 13:20  pack serials SN0201 to SN0300 of P-1 into PAL-3
        5. day 1, 13:30  pack serials SN0301 to SN0400 of P-1 into PAL-4
        6. day 2, 08:00  hold serial SN0150 of P-1 as H-1, because "drop test failed"
    """)

    assert floor.status("P-1") == {"free": "399", "held": "1"}
    assert floor.refused("day 2, 09:00  ship PAL-2 to DEPOT as SH-1") == ("lot-held",)
    assert floor.refused("day 2, 09:00  ship PAL-1 to DEPOT as SH-1") == ()
    assert floor.refused("day 2, 09:00  ship serial SN0150 of P-1 out of PAL-2 to DEPOT as SH-1") == ("lot-held",)
    assert floor.refused("day 2, 09:00  ship serials SN0101 to SN0149 of P-1 out of PAL-2 to DEPOT as SH-1") == ()
    assert floor.went_with("PUMP/SN0150") == {"PAL-2"}


@pytest.mark.scenario(16)
def test_a_hold_of_the_lot_covers_the_serials_on_all_four_pallets(tell: Teller) -> None:
    floor = tell("""
        1. day 1, 12:00  produce 400 EA of PUMP lot P-1 serials SN0001 to SN0400 from WO-1
        2. day 1, 13:00  pack serials SN0001 to SN0200 of P-1 into PAL-1
        3. day 1, 13:10  pack serials SN0201 to SN0400 of P-1 into PAL-2
        4. day 2, 08:00  hold serial SN0150 of P-1 as H-1, because "drop test failed"
        5. day 3, 08:00  hold lot P-1 as H-2, because "three more failed"
    """)

    assert floor.status("P-1") == {"free": "0", "held": "400"}
    assert floor.refused("day 3, 09:00  ship PAL-2 to DEPOT as SH-1") == ("lot-held",)
    assert floor.refused("day 3, 09:00  ship serial SN0400 of P-1 out of PAL-2 to DEPOT as SH-1") == ("lot-held",)


@pytest.mark.scenario(31)
def test_a_cross_docked_pallet_that_was_never_opened_carries_its_contents_by_declaration(tell: Teller) -> None:
    floor = tell("""
        1. day 1, 08:00  receive 60 EA of JUICE lot J-1 from PRESS on DN-1, contains PAL-9 60 EA declared
        2. day 1, 11:00  ship PAL-9 to SHOP as SH-1
    """)

    assert floor.went_with("J-1") == {"PAL-9", "SH-1"}
    assert floor.customers("J-1") == {"SHOP": ("SH-1",)}
    assert floor.card("J-1")["arrivals"][0]["contents_declared"] is True
    assert floor.gaps("J-1", "forward")["JUICE / J-1 (PRESS)"] == ("declared",)
    assert floor.balance("J-1") == {"received": "60", "shipped": "60"}
    assert floor.where_from("PAL-9") == {"JUICE / J-1 (PRESS)"}


@pytest.mark.requirement("RCL-2")
@pytest.mark.scenario(32)
def test_a_pallet_booked_as_packed_after_it_was_shipped_is_in_scope_but_not_in_time(tell: Teller) -> None:
    floor = tell("""
        1. day 1, 12:00  produce 20 EA of FRAME lot F-1 from WO-1
        2. day 1, 12:10  produce 20 EA of FRAME lot F-2 from WO-2
        3. day 1, 13:00  pack 20 EA of F-1 into PAL-1
        4. day 2, 09:00  ship PAL-1 to RIDE as SH-1
        5. day 2, 11:00  pack 20 EA of F-2 into PAL-1
    """)

    assert floor.recorded_with(5) == ("container-shipped",)
    assert floor.customers("F-1") == {"RIDE": ("SH-1",)}
    assert floor.customers("F-2") == {"RIDE, not in time": ("SH-1",)}
    assert floor.went_with("F-2") == {"PAL-1", "SH-1, not in time"}
    assert floor.edge("PAL-1", "SH-1", about="F-2").marks == "custody, not in time"


@pytest.mark.requirement("TRC-6")
@pytest.mark.scenario(33)
def test_two_lots_on_one_pallet_do_not_contaminate_each_other(tell: Teller) -> None:
    floor = tell("""
        1. day 1, 08:00  receive 10 KGM of NUTS lot N-1 from GROVE
        2. day 1, 08:10  receive 10 KGM of RICE lot R-1 from PADDY
        3. day 1, 09:00  pack 10 KGM of N-1 and 10 KGM of R-1 into PAL-1
        4. day 2, 08:00  issue 10 KGM of R-1 out of PAL-1 to WO-1
        5. day 2, 12:00  produce 40 EA of PUFF lot P-1 from WO-1
        6. day 3, 08:00  ship PAL-1 to SHOP as SH-1
    """)

    assert floor.where_used("N-1") == set()
    assert floor.where_from("N-1") == set()
    assert floor.where_from("P-1") == {"RICE / R-1 (PADDY)"}
    assert floor.went_with("N-1") == {"PAL-1", "SH-1"}
    assert floor.went_with("R-1") == {"PAL-1"}
    assert floor.customers("R-1") == {}


@pytest.mark.requirement("TRC-6")
@pytest.mark.scenario(34)
def test_a_kit_with_a_substituted_component_is_told_as_built_with_planned_item_and_concession(tell: Teller) -> None:
    floor = tell("""
        1. day 1, 08:00  receive 100 EA of BOLT-M8 lot B-8 from FIXIT
        2. day 1, 08:10  receive 100 EA of BOLT-M8Z lot B-9 from FIXIT
        3. day 1, 08:20  receive 50 EA of NUT lot N-1 from FIXIT
        4. day 2, 08:00  assemble kit K-1 from 4 EA of B-9 (instead of BOLT-M8, concession CN-12) and 4 EA of N-1,
                         item WHEEL-KIT, for order WO-1, pegged 1 to SO-1
        5. day 2, 10:00  issue kit K-1 to WO-1
        6. day 2, 12:00  produce 1 EA of BIKE lot BK-1 from WO-1
    """)

    assert floor.where_from("BK-1") == {"BOLT-M8Z / B-9 (FIXIT)", "NUT / N-1 (FIXIT)"}
    assert floor.where_used("B-8") == set()
    assert floor.edge("BOLT-M8Z / B-9 (FIXIT)", "WO-1", about="BK-1") == Edge("4", "4", "4", "in time")
    assert floor.balance("B-9") == {"received": "100", "on hand free": "96", "in process": "0 to 4"}
    assert floor.story_of("B-9")[1] == (
        "Kit K-1 was put together from 4 EA of BOLT-M8Z / B-9 (FIXIT) and 4 EA of NUT / N-1 (FIXIT) for order WO-1,"
        " BOLT-M8Z / B-9 (FIXIT) in place of BOLT-M8 under concession CN-12, just in time 1 for SO-1."
    )


REPACKED = document(
    aggregation(
        eventTime="2026-03-05T09:00:00+01:00",
        action="DELETE",
        bizStep="unpacking",
        parentID="https://id.gs1.org/00/095060001340000017",
        childQuantityList=[{"epcClass": "https://id.gs1.org/01/09506000134352/10/A1", "quantity": 24, "uom": "EA"}],
    ),
    aggregation(
        eventTime="2026-03-05T10:00:00+01:00",
        action="ADD",
        bizStep="packing",
        parentID="https://id.gs1.org/00/095060001350000014",
        childQuantityList=[{"epcClass": "https://id.gs1.org/01/09506000134352/10/A1", "quantity": 24, "uom": "EA"}],
    ),
    object_event(
        eventTime="2026-03-06T06:00:00+01:00",
        bizStep="shipping",
        quantityList=...,
        epcList=["https://id.gs1.org/00/095060001350000014"],
        destinationList=[{"type": "owning_party", "destination": "https://id.gs1.org/417/9506000135304"}],
    ),
)


@pytest.mark.scenario(45)
def test_custody_goes_on_to_the_new_pallet_that_a_distributor_packed_from_ours(tell: Teller) -> None:
    floor = tell(
        """
        1. day 1, 12:00  produce 40 EA of "(01)09506000134352" lot "(01)09506000134352(10)A1" from WO-1
        2. day 1, 13:00  pack 40 EA of "(01)09506000134352(10)A1" into "(00)095060001340000017"
        3. day 2, 08:00  ship "(00)095060001340000017" to DISTRIBUTOR as SH-1
        """,
        REPACKED,
    )

    lot, ours, theirs = "(01)09506000134352(10)A1", "(00)095060001340000017", "(00)095060001350000014"
    assert floor.after(3).went_with(lot) == {ours, "SH-1"}
    assert floor.went_with(lot) > {ours, "SH-1", theirs}
    assert floor.edge(lot, theirs, about=lot) == Edge("24", "24", "24", "custody, in time")
    assert set(floor.customers(lot)) == {"DISTRIBUTOR", "(417)9506000135304"}
    assert floor.where_from(theirs) == {lot}
    assert floor.where_used(lot) == set()
    assert floor.balance(lot) == {"produced": "40", "shipped": "40"}
