"""What rules of the outside world miss in an entry: FSMA 204, EU 178/2002, IPC-1782."""

from __future__ import annotations

from typing import Any

import pytest

from tests import builders
from tests.plant import recorded
from thread.review import Review

FOOD: dict[str, Any] = {"item": "TUNA", "food_list": True, "description": "Tuna, yellowfin, fresh"}
PAPER = [{"type": "bill_of_lading", "number": "BL-1"}]
Told = dict[str, Any]


def tuna(lot: str = "T-1", **more: Any) -> Told:
    """Return a receipt of tuna that tells all that 21 CFR 1.1345 asks for."""
    whole = {"item": "TUNA", "supplier": "BOAT", "to_place": "COLD-1", "tlc_source": "GLN-1", "documents": PAPER}
    return builders.receipt(lot, **{**whole, **more})


def shipped(**more: Any) -> Told:
    """Return a shipment of tuna that tells all that 21 CFR 1.1340 asks for."""
    whole = {"ship_from": "COLD-1", "documents": PAPER, "data_sent": {"type": "despatch_advice", "number": "DA-1"}}
    return builders.shipment(builders.line("5 KGM of T-1", tlc_source="GLN-1"), **{**whole, **more})


def missing(rules: str, *told: Told) -> dict[int, list[str]]:
    """Return which fields a set of rules misses, by entry."""
    history = recorded(*told).history
    review = Review(history, rule_sets=(rules,), late_hours=100_000)
    found = review.through(range(history.size))
    return {one.seqs[0]: list(one.facts) for one in found if one.sort.kind == "fields"}


def test_a_receipt_and_a_shipment_that_tell_every_key_data_element_miss_nothing() -> None:
    assert missing("fsma204", builders.item(**FOOD), tuna(), shipped()) == {}


@pytest.mark.parametrize(
    ("told", "fields"),
    [
        (tuna(documents=[]), ["documents"]),
        (tuna(supplier=None), ["from_place, consignor or supplier"]),
        (tuna(to_place=None), ["to_place or place"]),
        (tuna(tlc_source=None), ["tlc_source"]),
        (tuna(lot_assigner="site"), ["tlc_reason"]),
        (tuna(to_place=None, documents=[]), ["documents", "to_place or place"]),
    ],
)
@pytest.mark.requirement("REV-4")
def test_receiving_misses_each_key_data_element_that_nobody_told(told: Told, fields: list[str]) -> None:
    assert missing("fsma204", builders.item(**FOOD), told) == {1: fields}


@pytest.mark.parametrize(
    ("told", "fields"),
    [
        (shipped(documents=[]), ["documents"]),
        (shipped(ship_from=None), ["ship_from or place"]),
        (shipped(data_sent=None), ["data_sent"]),
        (shipped(lots=[builders.line("5 KGM of T-1")]), ["tlc_source"]),
    ],
)
@pytest.mark.requirement("REV-4")
def test_shipping_misses_each_key_data_element_that_nobody_told(told: Told, fields: list[str]) -> None:
    assert missing("fsma204", builders.item(**FOOD), tuna(), told) == {2: fields}


def test_a_transformation_misses_its_place_and_the_source_of_the_new_code() -> None:
    salad: Told = {"item": "SALAD", "food_list": True, "description": "Tuna salad"}
    produced = builders.production("4 KGM of SALAD lot S-1")
    whole = builders.production(builders.output("4 KGM of SALAD lot S-1", tlc_source="GLN-1"), place="LINE-1")
    before = (builders.item(**FOOD), builders.item(**salad), tuna(), builders.issue("5 KGM of T-1"))

    assert missing("fsma204", *before, produced) == {4: ["place", "tlc_source"]}
    assert missing("fsma204", *before, whole) == {}


def test_an_input_that_is_one_of_several_lots_misses_its_traceability_lot_code() -> None:
    told = (builders.item(**FOOD), tuna(), tuna("T-2"), builders.issue("5 KGM of either T-1 or T-2"))

    assert missing("fsma204", *told) == {3: ["lot instead of one_of"]}


def test_items_that_are_not_on_the_food_traceability_list_are_not_asked() -> None:
    assert missing("fsma204", builders.item(item="TUNA"), tuna(documents=[])) == {}
    assert missing("fsma204", tuna(documents=[])) == {}


def test_what_leaves_in_a_container_is_asked_by_what_the_container_holds() -> None:
    told = (builders.item(**FOOD), tuna(), builders.pack("5 KGM of T-1", container="PAL-1"), builders.shipment("PAL-1"))

    assert missing("fsma204", *told) == {3: ["documents", "ship_from or place", "tlc_source", "data_sent"]}


def test_goods_that_go_back_to_the_supplier_are_not_asked() -> None:
    back = builders.shipment("5 KGM of T-1", purpose="supplier_return")

    assert missing("fsma204", builders.item(**FOOD), tuna(), back) == {}


def test_a_food_without_description_and_a_party_without_address_are_missed_once_each() -> None:
    party = {"type": "party_defined", "event_time": builders.time("day 1, 06:00"), "party": "BOAT", "label": "Boat"}

    assert missing("fsma204", builders.item(**{**FOOD, "description": None}), party) == {
        0: ["description"],
        1: ["address", "telephone"],
    }


@pytest.mark.requirement("REV-4")
def test_one_step_back_and_one_step_forward_are_missed_where_nobody_told_them() -> None:
    told = (
        builders.receipt(supplier=None),
        builders.declaration(),
        builders.shipment("1 KGM of STEEL-1", purpose="consignment"),
        builders.shipment("1 KGM of STEEL-1", number="SH-2"),
        builders.customer_return("1 KGM of STEEL-1", shipment=None, customer=None),
    )

    assert missing("eu178", *told) == {
        0: ["supplier or consignor"],
        1: ["supplier, or harvest"],
        2: ["customer, consignee or ship_to"],
        4: ["customer or shipment"],
    }


@pytest.mark.requirement("REV-4")
def test_each_level_of_ipc_1782_asks_for_more_and_an_item_of_a_lower_level_for_less() -> None:
    told = (builders.receipt(supplier_lots=["C-9"]), builders.issue(), builders.production("1 EA of FRAME lot F-1"))
    low = builders.item(item="STEEL", ipc_1782_level=1)

    assert missing("ipc1782-1", *told) == {}
    assert missing("ipc1782-2", *told) == {1: ["run", "place or resources"], 2: ["run, or outputs[].from"]}
    assert missing("ipc1782-3", *told) == {
        1: ["run", "place or resources", "position"],
        2: ["run, or outputs[].from", "serials"],
    }
    assert missing("ipc1782-4", *told)[1][-1] == "basis or source.method"
    assert missing("ipc1782-2", low, *told) == {3: ["run, or outputs[].from"]}
