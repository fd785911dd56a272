"""What comes in: the same code twice, the same lot twice, stock that nobody received, dates that change."""

from __future__ import annotations

import pytest

from tests.scenarios.answers import Teller


@pytest.mark.requirement("NAM-2")
@pytest.mark.scenario(1)
def test_two_suppliers_use_the_same_lot_number_and_a_short_name_lists_both(tell: Teller) -> None:
    floor = tell("""
        1. day 1, 08:00  receive 100 KGM of STEEL lot 77 from ACME on DN-1
        2. day 1, 09:00  receive 80 KGM of STEEL lot 77 from BOLT on DN-2
        3. day 2, 09:00  issue 30 KGM of "ACME/STEEL/77" to WO-1
        4. day 2, 11:00  produce 10 EA of FRAME lot F-1 from WO-1
    """)

    assert floor.candidates("77") == ("STEEL / 77 (ACME)", "STEEL / 77 (BOLT)")
    assert floor.refused("day 3, 08:00  issue 5 KGM of 77 to WO-2") == ("lot-ambiguous",)
    assert floor.where_used("ACME/STEEL/77") == {"FRAME / F-1"}
    assert floor.where_used("BOLT/STEEL/77") == set()
    assert floor.balance("BOLT/STEEL/77") == {"received": "80", "on hand free": "80"}


@pytest.mark.scenario(2)
def test_one_supplier_lot_that_arrives_twice_is_one_lot_with_two_arrivals_of_their_own(tell: Teller) -> None:
    floor = tell("""
        1. day 1, 08:00  receive 100 KGM of STEEL lot S-77 from ACME on DN-1, pegged 100 to SO-1, cost 2.10 EUR
        2. day 5, 08:00  receive 60 KGM of STEEL lot S-77 from ACME on DN-2, all forecast, cost 2.40 EUR
        3. day 6, 08:00  issue 20 KGM of S-77 (came by line 1) to WO-1
    """)

    assert floor.candidates("S-77") == ("STEEL / S-77 (ACME)",)
    assert floor.arrivals("S-77") == [
        {"kind": "received", "quantity": "100", "documents": "DN-1", "origin": "100 JIT", "cost": "2.10 EUR"},
        {"kind": "received", "quantity": "60", "documents": "DN-2", "origin": "60 JIC", "cost": "2.40 EUR"},
    ]
    assert floor.balance("S-77") == {"received": "160", "on hand free": "140", "in process": "20"}
    assert floor.origin("S-77") == {"JIT": "100", "JIC": "60"}
    assert floor.recorded_with(2) == ()


@pytest.mark.requirement("NAM-3")
@pytest.mark.scenario(3)
def test_a_lot_number_used_again_two_years_later_is_a_second_lot_that_reaches_no_old_customer(tell: Teller) -> None:
    floor = tell("""
        1. day 1, 08:00    receive 100 LTR of PAINT lot B-5 from LUMA on DN-1, expiry 2027-03-01
        2. day 2, 08:00    issue 100 LTR of B-5 to WO-1
        3. day 2, 12:00    produce 50 EA of FRAME lot F-1 from WO-1
        4. day 3, 08:00    ship 50 EA of F-1 to RIDE as SH-1
        5. day 731, 08:00  receive 90 LTR of PAINT lot B-5 from LUMA on DN-900, expiry 2029-03-01
        6. day 732, 08:00  issue 40 LTR of "PAINT / B-5~2 (LUMA)" to WO-2
        7. day 732, 12:00  produce 20 EA of FRAME lot F-2 from WO-2
        8. day 733, 08:00  ship 20 EA of F-2 to WHEELS as SH-2
    """)

    assert floor.recorded_with(5) == ("lot-reused",)
    assert floor.candidates("B-5") == ("PAINT / B-5 (LUMA)", "PAINT / B-5~2 (LUMA)")
    assert floor.where_used("PAINT / B-5~2 (LUMA)") == {"FRAME / F-2"}
    assert floor.customers("PAINT / B-5~2 (LUMA)") == {"WHEELS": ("SH-2",)}
    assert floor.customers("PAINT / B-5 (LUMA)") == {"RIDE": ("SH-1",)}
    assert floor.balance("PAINT / B-5~2 (LUMA)") == {"received": "90", "on hand free": "50", "in process": "0 to 40"}


@pytest.mark.scenario(12)
def test_stock_found_without_a_label_is_a_new_lot_held_and_of_unknown_origin(tell: Teller) -> None:
    floor = tell("""
        1. day 1, 08:00  receive 100 EA of BOLT lot B-1 from FIXIT on DN-1, all forecast
        2. day 4, 10:00  find 40 EA of BOLT lot FOUND-1, at RACK-9
        3. day 4, 10:05  hold lot FOUND-1 as H-1, because "no label; nobody knows where it came from"
    """)

    assert floor.balance("FOUND-1") == {"found at RACK-9": "40", "on hand held at RACK-9": "40"}
    assert floor.balance("B-1") == {"received": "100", "on hand free": "100"}
    assert floor.status("FOUND-1") == {"free": "0", "held": "40"}
    assert floor.origin("FOUND-1") == {"UNKNOWN": "40"}
    assert floor.where_from("FOUND-1") == set()
    assert floor.refused("day 5, 08:00  issue 10 EA of FOUND-1 to WO-1") == ("lot-held",)


@pytest.mark.scenario(13)
def test_opening_stock_at_go_live_is_declared_and_no_receipt_is_invented(tell: Teller) -> None:
    floor = tell("""
        1. day 1, 06:00  open 500 KGM of STEEL lot OLD-7, numbered by site, supplier ACME, supplier lots H-99, at RACK-1
        2. day 1, 09:00  issue 120 KGM of OLD-7 to WO-1
        3. day 1, 11:00  produce 40 EA of FRAME lot F-1 from WO-1
    """)

    assert floor.arrivals("OLD-7") == [
        {"kind": "opening", "quantity": "500", "documents": "", "origin": "500 UNKNOWN", "cost": "not told"}
    ]
    assert floor.balance("OLD-7") == {
        "opening at RACK-1": "500",
        "on hand free at RACK-1": "380",
        "in process": "0 to 120",
    }
    assert floor.where_from("F-1") == {"STEEL / OLD-7"}
    assert floor.where_from("OLD-7") == set()
    assert floor.findings("OLD-7") == {}


@pytest.mark.scenario(25)
def test_an_expiry_extended_after_a_retest_shows_both_dates_and_the_document(tell: Teller) -> None:
    floor = tell("""
        1. day 1, 08:00   receive 60 LTR of PAINT lot P-1 from LUMA on DN-1, expiry 2026-03-11
        2. day 1, 09:00   release order WO-1 for 20 EA of FRAME
        3. day 14, 10:00  inspect lot P-1: pass, specification PAINT-RETEST, value viscosity 24 SEC between 20 and 28
        4. day 14, 11:00  change expiry of P-1 from 2026-03-11 to 2026-09-11, because "retest passed",
                          document retest_report RT-5
        5. day 20, 08:00  issue 10 LTR of P-1 to WO-1
    """)

    assert floor.refused("day 13, 08:00  issue 10 LTR of P-1 to WO-1") == ("lot-expired",)
    assert floor.recorded_with(5) == ()
    assert floor.terms("P-1", "expiry") == "2026-09-11"
    assert floor.story_of("P-1")[2] == (
        "The expiry of PAINT / P-1 (LUMA) changed from 2026-03-11 to 2026-09-11 (retest report RT-5): retest passed."
    )
    assert floor.card("P-1")["arrivals"][0]["expiry"] == "2026-03-11"
    assert floor.findings("P-1") == {}


@pytest.mark.scenario(26)
def test_a_supplier_lot_relabelled_to_an_own_number_keeps_origin_and_expiry_and_either_name_finds_both(
    tell: Teller,
) -> None:
    floor = tell("""
        1. day 1, 08:00  receive 160 EA of TYRE lot TY-88 from ROND on DN-1, all price hedge, expiry 2030-01-31,
                         made on 2026-01-31
        2. day 2, 10:00  relabel 160 EA of TY-88 as 160 EA of TYRE lot T-2601, because "own label for the tyre rack"
        3. day 3, 08:00  issue 80 EA of T-2601 to WO-1
        4. day 3, 12:00  produce 40 EA of BIKE lot BK-1 from WO-1
    """)

    assert floor.origin_parts("T-2601") == [("JIC", "160", "price_hedge")]
    assert floor.terms("T-2601", "expiry") == "2030-01-31"
    assert floor.terms("T-2601", "made_on") == "2026-01-31"
    assert floor.where_from("T-2601") == {"TYRE / TY-88 (ROND)"}
    assert floor.where_used("TY-88") == {"TYRE / T-2601", "BIKE / BK-1"}
    assert floor.where_from("BK-1") == {"TYRE / T-2601", "TYRE / TY-88 (ROND)"}
    assert floor.balance("TY-88") == {"received": "160", "consumed": "160"}


@pytest.mark.requirement("ACC-4")
@pytest.mark.scenario(50)
def test_the_same_delivery_scanned_twice_with_another_key_is_a_loud_warning_and_recorded_once(tell: Teller) -> None:
    floor = tell("""
        1. day 1, 08:00  receive 100 KGM of STEEL lot S-77 from ACME on DN-4711
    """)

    again = "day 1, 08:20  receive 100 KGM of STEEL lot S-77 from ACME on DN-4711"
    assert floor.refused(again) == ("duplicate-delivery",)
    assert floor.refused(f'{again}, forced "two pallets on one note, both counted"') == ()
    assert floor.balance("S-77") == {"received": "100", "on hand free": "100"}


@pytest.mark.scenario(50)
def test_the_same_delivery_that_is_confirmed_is_recorded_a_second_time_with_its_finding(tell: Teller) -> None:
    floor = tell("""
        1. day 1, 08:00  receive 100 KGM of STEEL lot S-77 from ACME on DN-4711
        2. day 1, 08:20  receive 100 KGM of STEEL lot S-77 from ACME on DN-4711, forced "two pallets, both counted"
    """)

    assert floor.recorded_with(2) == ("duplicate-delivery",)
    assert floor.balance("S-77") == {"received": "200", "on hand free": "200"}
    assert floor.findings("S-77") == {"duplicate-delivery": [2]}
