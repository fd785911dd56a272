"""What is known of one piece: a hold stands on the pieces that it blocks, and on no other."""

from __future__ import annotations

from typing import Any

from tests.floor import Floor, item, lot, party, place, quantity, shipment
from thread.genealogy.plant import Plant
from thread.genealogy.serial_card import serial_facts

HOLD = "https://plant.example/hold/L/H-1"
PUMPS = {"item": item("PUMP"), "lot": lot("PUMP", "L")}


def serial(text: str) -> str:
    return f"https://plant.example/serial/PUMP/{text}"


def pumps(**held: Any) -> Floor:
    """Ten pumps at STORE with serials U01 to U10, some of them on hold."""
    floor = Floor()
    serials = [{"first": "U01", "last": "U10"}]
    floor.tell(
        "declared",
        0,
        kind="opening",
        **PUMPS,
        quantity=quantity("10", "EA"),
        serials=serials,
        place=place("STORE"),
    )
    floor.tell("held", 1, hold_id=HOLD, reason="checks", lots=[{**PUMPS, **held}])
    # A serial is known as a name once a line names it.
    moved = {**PUMPS, "serials": [{"first": "U01", "last": "U04"}]}
    floor.tell("moved", 2, to_place=place("STORE"), lots=[moved])
    return floor


def card(floor: Floor, text: str) -> tuple[dict[str, str], list[str]]:
    """Return the status of a piece and the holds on it."""
    facts = serial_facts(serial(text), Plant(floor.history()))
    assert facts is not None
    return dict(facts.status), [hold.hold_id for hold in facts.holds]


def test_a_hold_on_one_serial_stands_on_its_card_and_on_no_other() -> None:
    floor = pumps(serials=[{"first": "U01"}])

    assert card(floor, "U01") == ({"free": "0", "held": "1"}, [HOLD])
    assert card(floor, "U02") == ({"free": "1", "held": "0"}, [])


def test_the_trace_of_a_serial_shows_the_status_of_that_piece() -> None:
    floor = pumps(serials=[{"first": "U01"}])

    held, free = (floor.trace(serial(text), direction="forward").nodes for text in ("U01", "U02"))

    assert [node.facts.status for node in held if node.id == serial("U01")] == [{"free": "0", "held": "1"}]
    assert [node.facts.status for node in free if node.id == serial("U02")] == [{"free": "1", "held": "0"}]


def test_a_hold_on_a_whole_lot_stands_on_each_of_its_pieces_but_a_released_one() -> None:
    floor = pumps()
    floor.tell("hold_released", 3, hold_id=HOLD, reason="checked", lots=[{**PUMPS, "serials": [{"first": "U02"}]}])

    assert card(floor, "U01") == ({"free": "0", "held": "1"}, [HOLD])
    assert card(floor, "U02") == ({"free": "1", "held": "0"}, [])


def test_a_hold_on_a_quantity_stands_on_a_piece_only_when_nothing_is_left_free() -> None:
    assert card(pumps(quantity=quantity("9", "EA")), "U01") == ({"free": "1", "held": "0"}, [])
    assert card(pumps(quantity=quantity("10", "EA")), "U01") == ({"free": "0", "held": "1"}, [HOLD])


def test_a_held_piece_that_was_shipped_is_not_on_hand_and_its_hold_is_still_told() -> None:
    floor = pumps(serials=[{"first": "U01"}])
    line = {**PUMPS, "serials": [{"first": "U01"}]}
    floor.tell("shipped", 3, shipment=shipment("1"), purpose="sale", customer=party("X"), lots=[line])

    assert card(floor, "U01") == ({"free": "0", "held": "0"}, [HOLD])
