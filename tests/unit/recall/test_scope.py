from __future__ import annotations

from typing import Any

import pytest

from tests.floor import Floor, container, hour, item, lot, order, party, place, quantity, shipment
from thread.genealogy.account import account_of
from thread.genealogy.focus import NothingTold
from thread.genealogy.plant import Plant
from thread.recall.scope import Scope, ScopeEmpty, recall_scope
from thread.values.quantity import decimal_text

HOLD = "https://plant.example/hold/L/H-1"


def scope(floor: Floor, *names: str) -> Scope:
    return recall_scope(floor.history(), names)


def where(found: Scope, name: str) -> list[tuple[Any, Any, Any]]:
    (affected,) = (one for one in found.lots if one.id == name)
    return [(line["line"], line["quantity"], line["customer"]) for line in affected.where]


def bikes() -> Floor:
    """Ten bicycles with serials, six of them sold to RIDE, four to ROLL."""
    floor = Floor()
    floor.receive("STEEL", "S")
    floor.issue(lot("STEEL", "S"), "WO-1", 1)
    made = {
        "item": item("BIKE"),
        "lot": lot("BIKE", "B"),
        "quantity": quantity("10", "EA"),
        "serials": [{"first": "B01", "last": "B10"}],
    }
    floor.tell("batch_produced", 2, order=order("WO-1"), outputs=[made])
    for number, customer, first, last in (("1", "RIDE", "B01", "B06"), ("2", "ROLL", "B07", "B10")):
        line = {"item": item("BIKE"), "lot": lot("BIKE", "B"), "serials": [{"first": first, "last": last}]}
        floor.tell("shipped", 3, shipment=shipment(number), purpose="sale", customer=party(customer), lots=[line])
    return floor


@pytest.mark.requirement("RCL-1")
def test_a_scope_names_every_lot_where_it_is_and_who_has_it() -> None:
    found = scope(bikes(), lot("STEEL", "S"))

    assert [one.id for one in found.lots] == [lot("STEEL", "S"), lot("BIKE", "B")]
    assert sorted(where(found, lot("BIKE", "B"))) == [
        ("shipped", "4", party("ROLL")),
        ("shipped", "6", party("RIDE")),
    ]
    assert [one.customer for one in found.customers] == [party("RIDE"), party("ROLL")]
    assert found.complete


def test_a_customer_is_told_every_shipment_and_when_it_left() -> None:
    floor = bikes()
    line = {"item": item("BIKE"), "lot": lot("BIKE", "B"), "quantity": quantity("1", "EA")}
    floor.tell("customer_returned", 5, customer=party("RIDE"), lots=[line])
    floor.tell("shipped", 9, shipment=shipment("9"), purpose="consignment", consignee=party("RIDE"), lots=[line])

    ride, _ = scope(floor, lot("STEEL", "S")).customers

    assert [(one.shipment, one.event_time, one.lots) for one in ride.departures] == [
        (shipment("1"), hour(3), (lot("BIKE", "B"),)),
        (shipment("9"), hour(9), (lot("BIKE", "B"),)),
    ]
    assert ride.as_json()["departures"][0] == {
        "shipment": shipment("1"),
        "number": "1",
        "event_time": hour(3),
        "lots": [lot("BIKE", "B")],
        "in_time": True,
        "certain": True,
        "entries": [3],
    }


@pytest.mark.parametrize(
    ("purpose", "word", "more"),
    [
        ("supplier_return", "returned_to_supplier", {}),
        ("disposal", "scrapped", {}),
        ("processing", "on_hand", {"work_order": order("WO-9")}),
    ],
)
def test_who_gets_goods_but_buys_none_is_no_customer_and_stands_in_where(
    purpose: str, word: str, more: dict[str, str]
) -> None:
    floor = Floor()
    floor.receive("STEEL", "S")
    line = {"lot": lot("STEEL", "S"), "quantity": quantity("100")}
    floor.tell("shipped", 2, shipment=shipment("7"), purpose=purpose, consignee=party("ACME"), lots=[line], **more)

    found = scope(floor, lot("STEEL", "S"))

    assert found.customers == ()
    assert [(at["line"], at["shipment"], at["customer"], at["consignee"]) for at in found.lots[0].where] == [
        (word, shipment("7"), None, party("ACME"))
    ]


def test_a_container_of_goods_that_go_back_to_the_supplier_is_no_delivery_to_a_customer() -> None:
    floor = Floor()
    floor.receive("STEEL", "S")
    floor.tell(
        "packed", 1, container=container("BOX"), contents=[{"lot": lot("STEEL", "S"), "quantity": quantity("40")}]
    )
    box = [{"container": container("BOX")}]
    floor.tell("shipped", 2, shipment=shipment("7"), purpose="supplier_return", ship_to=place("ACME"), lots=box)

    found = scope(floor, lot("STEEL", "S"))

    assert found.customers == ()
    assert ("returned_to_supplier", "40", None) in where(found, lot("STEEL", "S"))


def test_who_gets_a_pallet_after_a_case_of_it_was_sold_alone_did_not_get_the_case() -> None:
    floor = Floor()
    floor.receive("PART", "A")
    inside = [{"lot": lot("PART", "A"), "quantity": quantity("5")}]
    floor.tell("packed", 1, container=container("CASE"), contents=inside)
    floor.tell("packed", 2, container=container("PAL"), contents=[{"container": container("CASE")}])
    for at, number, customer, name in ((3, "1", "RIDE", "CASE"), (4, "2", "ROLL", "PAL")):
        line = {"container": container(name)}
        floor.tell("shipped", at, shipment=shipment(number), purpose="sale", customer=party(customer), lots=[line])

    assert [one.customer for one in scope(floor, lot("PART", "A")).customers] == [party("RIDE")]


def test_the_scope_of_one_serial_is_that_piece_and_its_customer() -> None:
    found = scope(bikes(), "https://plant.example/serial/BIKE/B08")

    assert where(found, lot("BIKE", "B")) == [("shipped", "1", party("ROLL"))]
    assert [one.customer for one in found.customers] == [party("ROLL")]


def test_why_a_lot_is_in_the_scope_is_told_as_a_path_with_its_entries() -> None:
    found = scope(bikes(), lot("STEEL", "S"))
    bike = found.lots[1]

    assert bike.path == (lot("STEEL", "S"), order("WO-1"), lot("BIKE", "B"))
    assert bike.path_entries == (1, 2)


def test_a_scope_from_a_pallet_takes_every_lot_on_it_as_suspect() -> None:
    floor = Floor()
    for code in ("A", "B"):
        floor.receive("PART", code)
    contents = [{"lot": lot("PART", code), "quantity": quantity("5")} for code in ("A", "B")]
    floor.tell("packed", 1, container=container("PAL"), contents=contents)

    assert {one.id for one in scope(floor, container("PAL")).lots} == {lot("PART", "A"), lot("PART", "B")}


def test_what_only_one_of_several_candidates_brought_in_is_uncertain() -> None:
    floor = Floor()
    for code in ("A", "B"):
        floor.receive("PART", code)
    either = {"one_of": [lot("PART", "A"), lot("PART", "B")], "quantity": quantity("7")}
    floor.tell("material_issued", 1, order=order("WO-1"), lots=[either])
    floor.produce("UNIT", "U", "WO-1", 2)

    assert {one.id: one.certain for one in scope(floor, lot("PART", "A")).lots} == {
        lot("PART", "A"): True,
        lot("UNIT", "U"): False,
    }


@pytest.mark.parametrize("packed", [False, True], ids=["shipped", "packed"])
def test_who_may_have_got_only_one_of_several_candidates_is_told_as_uncertain(packed: bool) -> None:
    floor = Floor()
    for code in ("A", "B"):
        floor.receive("PART", code)
    either = {"one_of": [lot("PART", "A"), lot("PART", "B")], "quantity": quantity("7")}
    if packed:
        floor.tell("packed", 1, container=container("PAL"), contents=[either])
    line = {"container": container("PAL")} if packed else either
    floor.tell("shipped", 2, shipment=shipment("1"), purpose="sale", customer=party("RIDE"), lots=[line])
    sure = {"lot": lot("PART", "A"), "quantity": quantity("5")}
    floor.tell("shipped", 3, shipment=shipment("2"), purpose="sale", customer=party("ROLL"), lots=[sure])

    ride, roll = scope(floor, lot("PART", "A")).customers

    assert (ride.customer, ride.certain, [one.certain for one in ride.departures]) == (party("RIDE"), False, [False])
    assert (roll.customer, roll.certain, [one.certain for one in roll.departures]) == (party("ROLL"), True, [True])


def test_what_one_of_several_candidates_went_into_leaves_its_customer_uncertain() -> None:
    floor = Floor()
    for code in ("A", "B"):
        floor.receive("PART", code)
    either = {"one_of": [lot("PART", "A"), lot("PART", "B")], "quantity": quantity("7")}
    floor.tell("material_issued", 1, order=order("WO-1"), lots=[either])
    floor.produce("UNIT", "U", "WO-1", 2)
    line = {"lot": lot("UNIT", "U"), "quantity": quantity("5")}
    floor.tell("shipped", 3, shipment=shipment("1"), purpose="sale", customer=party("RIDE"), lots=[line])

    (ride,) = scope(floor, lot("PART", "A")).customers

    assert (ride.certain, ride.as_json()["certain"], ride.as_json()["departures"][0]["certain"]) == (False,) * 3


def test_a_scope_without_a_start_is_refused() -> None:
    with pytest.raises(ScopeEmpty, match="no start is named"):
        scope(Floor())


def test_a_scope_from_what_nobody_told_of_is_not_found() -> None:
    with pytest.raises(NothingTold, match="no entry names"):
        scope(Floor(), lot("PART", "A"))


def pumps(*, held: dict[str, Any] | None = None) -> Floor:
    """Ten pumps with serials; U01, or what `held` names, is on hold, U02 to U04 are sold to RIDE."""
    floor = Floor()
    name = {"item": item("PUMP"), "lot": lot("PUMP", "L")}
    serials = [{"first": "U01", "last": "U10"}]
    floor.tell("declared", 0, kind="opening", **name, quantity=quantity("10", "EA"), serials=serials)
    blocked = {**name, **({"serials": [{"first": "U01"}]} if held is None else held)}
    floor.tell("held", 1, hold_id=HOLD, reason="checks", lots=[blocked])
    line = {**name, "serials": [{"first": "U02", "last": "U04"}]}
    floor.tell("shipped", 2, shipment=shipment("1"), purpose="sale", customer=party("RIDE"), lots=[line])
    return floor


def pieces(found: Scope) -> list[tuple[Any, ...]]:
    """Return what stands in `where` of the last lot: line, quantities and serials."""
    return [
        (
            line["line"],
            line["quantity"],
            line["quantity_max"],
            *((span["first"], span["last"]) for span in line["serials"]),
        )
        for line in found.lots[-1].where
    ]


def test_a_serial_on_hold_stands_apart_from_the_free_ones_and_no_serial_is_counted_twice() -> None:
    assert pieces(scope(pumps(), lot("PUMP", "L"))) == [
        ("shipped", "3", None, ("U02", "U04")),
        ("on_hand", "6", None, ("U05", "U10")),
        ("on_hand", "1", None, ("U01", "U01")),
    ]


def test_the_pieces_of_one_run_are_counted_once_when_one_of_them_is_on_hold() -> None:
    floor = Floor()
    name = {"item": item("UNIT"), "lot": lot("UNIT", "U1")}
    for run, reel, first, last, amount in (("1", "A", "U001", "U212", "212"), ("2", "B", "U213", "U400", "188")):
        floor.receive("REEL", reel)
        floor.issue(lot("REEL", reel), "WO-1", 1, run=run)
        made = {**name, "quantity": quantity(amount, "EA"), "serials": [{"first": first, "last": last}]}
        floor.tell("batch_produced", 2, order=order("WO-1"), run=run, outputs=[made])
    sold = {**name, "serials": [{"first": "U201", "last": "U300"}]}
    floor.tell("shipped", 3, shipment=shipment("1"), purpose="sale", customer=party("RIDE"), lots=[sold])
    floor.tell("held", 4, hold_id=HOLD, reason="checks", lots=[{**name, "serials": [{"first": "U001"}]}])

    assert pieces(scope(floor, lot("REEL", "A"))) == [
        ("shipped", "12", None, ("U201", "U212")),
        ("on_hand", "199", None, ("U002", "U200")),
        ("on_hand", "1", None, ("U001", "U001")),
    ]


def test_all_on_hold_but_a_released_serial_leaves_just_that_one_free() -> None:
    floor = pumps(held={})
    line = {"item": item("PUMP"), "lot": lot("PUMP", "L"), "serials": [{"first": "U07"}]}
    floor.tell("hold_released", 3, hold_id=HOLD, reason="checked", lots=[line])

    assert pieces(scope(floor, lot("PUMP", "L")))[1:] == [
        ("on_hand", "1", None, ("U07", "U07")),
        ("on_hand", "6", None, ("U01", "U01"), ("U05", "U06"), ("U08", "U10")),
    ]


def test_a_hold_on_some_pieces_that_nobody_named_says_of_no_serial_whether_it_is_free() -> None:
    floor = pumps(held={"quantity": quantity("2", "EA")})

    assert pieces(scope(floor, lot("PUMP", "L")))[1:] == [("on_hand", "5", None), ("on_hand", "2", None)]
    assert pieces(scope(floor, "https://plant.example/serial/PUMP/U05")) == [
        ("on_hand", "0", "1"),
        ("on_hand", "0", "1"),
    ]


def test_where_goods_are_now_tells_their_state_in_the_words_and_numbers_of_the_balance() -> None:
    floor = Floor()
    name = {"item": item("PART"), "lot": lot("PART", "A")}
    floor.receive("PART", "A", at=0)
    floor.tell("held", 1, hold_id=HOLD, reason="checks", lots=[{**name, "quantity": quantity("10")}])
    away: tuple[tuple[str, dict[str, Any]], ...] = (
        ("transfer", {"ship_to": "https://plant.example/site/M"}),
        ("consignment", {"consignee": party("RIDE")}),
        ("processing", {"consignee": party("COAT"), "work_order": order("WO-9")}),
    )
    for number, (purpose, more) in enumerate(away):
        line = {**name, "quantity": quantity(str(20 + number))}
        floor.tell("shipped", 2, shipment=shipment(purpose), purpose=purpose, lots=[line], **more)
    floor.receive("PART", "A", at=3, amount="5", status="quarantine")

    (found,) = scope(floor, lot("PART", "A")).lots

    told = {line["state"]: line["quantity"] for line in found.where}
    assert told == {
        "free": "27",
        "held": "10",
        "quarantine": "5",
        "in_transit": "20",
        "on_consignment": "21",
        "at_processor": "22",
    }
    account = account_of(lot("PART", "A"), floor.history(), Plant(floor.history()).custody)
    assert {line.state: decimal_text(line.quantity) for line in account.lines_out} == told
