"""Where goods are that left: sold, refused, brought back, between sites, at a processor, with a consignee."""

from __future__ import annotations

from tests.unit.genealogy.balances import account, balance, findings, status
from thread.values.names import label

STOCK = "day 1, 08:00  receive 100 EA of PUMP lot P-1 from ACME, to STORE"


def test_what_was_sold_is_shipped_with_its_shipment_and_customer() -> None:
    found = account(f"{STOCK}\nday 2, 08:00  ship 30 EA of P-1 to RIDE as SH-1", "P-1")

    (line,) = (line for line in found.lines_out if line.line == "shipped")
    assert line.quantity == 30
    assert (label(line.shipment or ""), label(line.customer or "")) == ("SH-1", "RIDE")
    (where,) = (one for one in found.whereabouts() if one.line == "shipped")
    assert where.as_json() == {
        "line": "shipped",
        "state": None,
        "quantity": "30",
        "quantity_max": None,
        "place": None,
        "shipment": "https://plant.example/shipment/P1/SH-1",
        "customer": "https://plant.example/party/RIDE",
        "serials": [],
        "entries": [1],
    }


def test_a_shipment_that_is_void_never_left() -> None:
    story = f"""
        {STOCK}
        day 2, 08:00  ship 30 EA of P-1 to RIDE as SH-1
        day 2, 09:00  line 2 did not happen, because "truck never came"
    """

    assert balance(story, "P-1") == {"received at STORE": "100", "on hand free at STORE": "100"}


def test_goods_refused_at_the_door_are_on_their_way_until_they_are_back() -> None:
    refused = f"""
        {STOCK}
        day 2, 08:00  ship 30 EA of P-1 to RIDE as SH-1
        day 3, 08:00  deliver SH-1, refused 10 EA of P-1
    """
    back = refused + "\n        day 4, 08:00  take back 10 EA of P-1 of SH-1, available, to DOCK"

    assert balance(refused, "P-1") == {
        "received at STORE": "100",
        "shipped": "20",
        "on hand free at STORE": "70",
        "on hand in transit": "10",
    }
    assert balance(back, "P-1") == {
        "received at STORE": "100",
        "shipped": "20",
        "on hand free at STORE": "70",
        "on hand free at DOCK": "10",
    }
    assert status(refused, "P-1") == {"free": "70", "held": "0", "in_transit": "10"}


def test_goods_returned_to_stock_net_what_was_shipped_and_wait_in_quarantine() -> None:
    story = f"""
        {STOCK}
        day 2, 08:00  ship 30 EA of P-1 to RIDE as SH-1
        day 9, 08:00  take back 5 EA of P-1 from RIDE, to CAGE
    """

    assert balance(story, "P-1") == {
        "received at STORE": "100",
        "shipped": "25",
        "on hand free at STORE": "70",
        "on hand quarantine at CAGE": "5",
    }


def test_a_return_goes_back_to_the_shipment_and_customer_that_it_names() -> None:
    story = f"""
        {STOCK}
        day 2, 08:00  ship 30 EA of P-1 to RIDE as SH-1
        day 3, 08:00  ship 30 EA of P-1 to WHEELS as SH-2
        day 9, 08:00  take back 5 EA of P-1 from RIDE, to CAGE
        day 9, 09:00  take back 2 EA of P-1 of SH-2, to CAGE
    """

    shipped = {
        label(line.customer or ""): line.quantity for line in account(story, "P-1").lines_out if line.line == "shipped"
    }

    assert shipped == {"RIDE": 25, "WHEELS": 28}


def test_more_returned_than_shipped_is_shown_as_it_is() -> None:
    story = f"{STOCK}\nday 9, 08:00  take back 5 EA of P-1 from RIDE, to CAGE"

    assert balance(story, "P-1")["shipped"] == "-5"
    assert findings(story, "P-1") == {"returned-not-shipped": (1,)}


def test_returns_without_labels_may_be_any_of_the_shipped_lots() -> None:
    story = """
        day 1, 08:00  receive 100 EA of PUMP lot A-1 from ACME
        day 1, 08:00  receive 100 EA of PUMP lot B-1 from BOLT
        day 2, 08:00  ship 30 EA of A-1 and 30 EA of B-1 to RIDE as SH-1
        day 9, 08:00  take back 4 EA of either A-1 or B-1 of SH-1, label unknown
    """

    assert balance(story, "A-1") == {
        "received": "100",
        "shipped": "26",
        "on hand free": "70",
        "unassigned quarantine": "0 to 4",
    }


def test_a_transfer_stays_in_the_balance_until_the_other_site_has_it() -> None:
    story = f"""
        {STOCK}
        day 2, 08:00  ship 30 EA of P-1 for transfer to site P2 as SH-1
    """
    arrived = story + "\n        site P2\n        day 3, 08:00  deliver SH-1 to STORE-2"

    assert balance(story, "P-1") == {
        "received at STORE": "100",
        "on hand free at STORE": "70",
        "on hand in transit": "30",
    }
    assert balance(arrived, "P-1") == {
        "received at STORE": "100",
        "on hand free at STORE": "70",
        "on hand free at STORE-2": "30",
    }
    assert {line.site for line in account(arrived, "P-1").lines_out} == {"P1", "P2"}


def test_part_of_a_transfer_that_is_refused_stays_on_its_way() -> None:
    story = f"""
        {STOCK}
        day 2, 08:00  ship 30 EA of P-1 for transfer to site P2 as SH-1
        day 3, 08:00  deliver SH-1 to STORE-2, refused 4 EA of P-1
    """

    found = balance(story, "P-1")

    assert (found["on hand free at STORE-2"], found["on hand in transit"]) == ("26", "4")


def test_goods_at_a_processor_are_on_hand_until_they_come_back_under_another_number() -> None:
    sent = f"""
        {STOCK}
        day 2, 08:00  release order WO-7 for 60 EA of PLATED, processor PLATER
        day 2, 09:00  ship 60 EA of P-1 for processing on WO-7 to PLATER as SH-1
    """
    half = sent + "\n        day 8, 08:00  receive 40 EA of PLATED lot X-1 from PLATER, for order WO-7"
    back = half + "\n        day 9, 08:00  receive 20 EA of PLATED lot X-1 from PLATER, for order WO-7"

    assert _at_processor(sent) == "60"
    assert _at_processor(half) == "0 to 60"
    assert balance(back, "P-1") == {"received at STORE": "100", "on hand free at STORE": "40", "consumed": "60"}
    assert balance(back, "X-1") == {"received": "60", "on hand free": "60"}


def _at_processor(story: str) -> str:
    return next(text for line, text in balance(story, "P-1").items() if line.startswith("on hand at processor"))


def test_goods_at_a_processor_are_consumed_when_the_order_is_closed() -> None:
    story = f"""
        {STOCK}
        day 2, 09:00  ship 60 EA of P-1 for processing on WO-7 to PLATER as SH-1
        day 9, 08:00  close order WO-7
    """

    assert balance(story, "P-1") == {"received at STORE": "100", "on hand free at STORE": "40", "consumed": "60"}


def test_goods_that_come_back_from_the_processor_under_their_own_name_are_not_received_twice() -> None:
    story = """
        day 1, 08:00  open 100 EA of PUMP lot P-1
        day 2, 09:00  ship 60 EA of P-1 for processing on WO-7 to PLATER as SH-1
        day 8, 08:00  receive 60 EA of PUMP lot P-1 from PLATER, numbered by site, for order WO-7
    """

    assert balance(story, "P-1") == {"opening": "100", "on hand free": "100"}


def test_consignment_stock_is_ours_at_the_consignee_until_it_is_bought() -> None:
    story = f"""
        {STOCK}
        day 2, 08:00  ship 40 EA of P-1 on consignment to SHOP as SH-1, consignee RIDE
    """
    bought = story + "\n        day 9, 08:00  hand over 15 EA of P-1 to owner RIDE"

    assert _on_consignment(story) == "40"
    assert _on_consignment(bought) == "25"
    assert account(bought, "P-1").total("shipped") == 15
    assert account(bought, "P-1").total("on_hand") == 85


def _on_consignment(story: str) -> str:
    return next(text for line, text in balance(story, "P-1").items() if line.startswith("on hand on consignment"))


def test_the_owner_stands_apart_from_the_place() -> None:
    story = """
        day 1, 08:00  receive 100 EA of PUMP lot P-1 from ACME, to STORE, owner ACME
        day 5, 08:00  hand over 30 EA of P-1 to owner US
    """

    assert balance(story, "P-1") == {
        "received at STORE of ACME": "100",
        "on hand free at STORE of ACME": "70",
        "on hand free at STORE of US": "30",
    }


def test_a_drop_shipment_never_touches_the_stock_here() -> None:
    story = f"""
        {STOCK}
        day 2, 08:00  ship 50 EA of P-1 to RIDE as SH-1, drop shipment
    """

    assert balance(story, "P-1") == {
        "received at STORE": "100",
        "received drop shipment": "50",
        "shipped drop shipment": "50",
        "on hand free at STORE": "100",
    }


def test_goods_back_to_the_supplier_and_goods_disposed_of_have_lines_of_their_own() -> None:
    story = f"""
        {STOCK}
        day 2, 08:00  ship 10 EA of P-1 back to ACME as SH-1
        day 2, 09:00  ship 5 EA of P-1 for disposal to DUMP as SH-2
    """

    found = account(story, "P-1")

    assert [*map(str, (found.total("returned_to_supplier"), found.total("scrapped"), found.total("on_hand")))] == [
        "10",
        "5",
        "85",
    ]
    assert found.difference == 0


def test_a_pallet_that_was_shipped_and_comes_back_brings_back_what_it_held() -> None:
    story = f"""
        {STOCK}
        day 2, 08:00  pack 40 EA of P-1 into PAL-1
        day 2, 09:00  ship pallet PAL-1 to RIDE as SH-1
        day 5, 09:00  take back pallet PAL-1 of SH-1, available, to DOCK
        day 5, 10:00  unpack PAL-1
    """

    assert balance(story, "P-1") == {
        "received at STORE": "100",
        "on hand free at DOCK": "40",
        "on hand free at STORE": "60",
    }


def test_a_serial_that_comes_back_leaves_the_shipment_that_it_went_with() -> None:
    story = """
        day 1, 08:00  receive 10 EA of PUMP lot P-1 serials A01 to A10 from ACME
        day 2, 08:00  ship serials A01 to A03 of P-1 to RIDE as SH-1
        day 3, 08:00  ship serials A04 to A06 of P-1 to RIDE as SH-2
        day 9, 08:00  take back serials A02 of P-1 from RIDE
    """

    shipped = {
        label(line.shipment or ""): line.quantity for line in account(story, "P-1").lines_out if line.line == "shipped"
    }

    assert shipped == {"SH-1": 2, "SH-2": 3}
