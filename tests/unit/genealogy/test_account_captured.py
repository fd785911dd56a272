"""What others told in EPCIS, as far as they told quantities; what they left out makes the account incomplete."""

from __future__ import annotations

from typing import Any

from thread.events import parse_event
from thread.genealogy.account import Account, account_of
from thread.genealogy.custody import Custody
from thread.genealogy.projection import MemoryHistory, Recorded

MILK = "https://id.gs1.org/01/09506000134352/10/MILK-1"
CHEESE = "https://id.gs1.org/01/09506000134369/10/CHEESE-1"
PALLET = "https://id.gs1.org/00/106141412345678908"


def _line(name: str, quantity: str | None = None, kind: str = "lot") -> dict[str, Any]:
    told: dict[str, Any] = {"name": name, "kind": kind}
    return told if quantity is None else {**told, "quantity": {"value": quantity, "unit": "KGM"}}


def _account(lot: str, *readings: dict[str, Any]) -> Account:
    entries = [
        Recorded(
            seq,
            parse_event(
                {
                    "type": "epcis_captured",
                    "id": f"00000000-0000-4000-8000-{seq:012d}",
                    "event_time": f"2026-03-01T{8 + seq:02d}:00:00Z",
                    "text": "{}",
                    "document_sha256": "0" * 64,
                    "reading": reading,
                }
            ),
            "2026-03-09T08:00:00.000000Z",
            "teller",
        )
        for seq, reading in enumerate(readings)
    ]
    history = MemoryHistory(entries, origin="plant.example")
    found = account_of(lot, history, Custody(history))
    assert found.difference == 0
    return found


def test_add_brings_a_lot_into_being_and_a_transformation_consumes_and_produces() -> None:
    told = (
        {"kind": "ObjectEvent", "action": "ADD", "lots": [_line(MILK, "100")]},
        {"kind": "TransformationEvent", "inputs": [_line(MILK, "80")], "outputs": [_line(CHEESE, "8")]},
    )

    milk, cheese = _account(MILK, *told), _account(CHEESE, *told)

    assert [*map(str, (milk.total("produced"), milk.total("consumed"), milk.total("on_hand")))] == ["100", "80", "20"]
    assert [*map(str, (cheese.total("produced"), cheese.total("on_hand")))] == ["8", "8"]


def test_a_quantity_that_nobody_told_makes_the_account_incomplete() -> None:
    found = _account(
        MILK,
        {"kind": "ObjectEvent", "action": "ADD", "lots": [_line(MILK, "100")]},
        {"kind": "TransformationEvent", "inputs": [_line(MILK)], "outputs": [_line(CHEESE, "8")]},
    )

    assert found.total("on_hand") == 100
    assert found.incomplete == ("entry 1 tells no quantity",)


def test_what_is_shipped_is_on_its_way_and_what_is_received_is_there() -> None:
    shipped = (
        {"kind": "ObjectEvent", "action": "ADD", "lots": [_line(MILK, "100")], "business_location": "urn:x:farm"},
        {"kind": "ObjectEvent", "action": "OBSERVE", "lots": [_line(MILK, "60")], "business_step": "shipping"},
    )
    received = {
        "kind": "ObjectEvent",
        "action": "OBSERVE",
        "lots": [_line(MILK, "60")],
        "business_step": "receiving",
        "business_location": "urn:x:dairy",
    }

    away, there = _account(MILK, *shipped), _account(MILK, *shipped, received)

    assert {(line.state, line.place): line.quantity for line in away.lines_out} == {
        ("free", "urn:x:farm"): 40,
        ("in_transit", None): 60,
    }
    assert {line.place: line.quantity for line in there.lines_out}["urn:x:dairy"] == 60


def test_delete_takes_a_lot_out() -> None:
    found = _account(
        MILK,
        {"kind": "ObjectEvent", "action": "ADD", "lots": [_line(MILK, "100")]},
        {"kind": "ObjectEvent", "action": "DELETE", "lots": [_line(MILK, "30")], "business_step": "destroying"},
    )

    assert [*map(str, (found.total("scrapped"), found.total("on_hand")))] == ["30", "70"]


def test_a_pallet_that_is_consumed_takes_along_what_it_holds() -> None:
    found = _account(
        MILK,
        {"kind": "ObjectEvent", "action": "ADD", "lots": [_line(MILK, "100")]},
        {"kind": "AggregationEvent", "action": "ADD", "container": PALLET, "contents": [_line(MILK, "40")]},
        {
            "kind": "TransformationEvent",
            "inputs": [_line(PALLET, kind="container")],
            "outputs": [_line(CHEESE, "4")],
        },
    )

    assert [*map(str, (found.total("consumed"), found.total("on_hand")))] == ["40", "60"]


def test_what_is_taken_off_a_pallet_is_loose_again() -> None:
    found = _account(
        MILK,
        {"kind": "ObjectEvent", "action": "ADD", "lots": [_line(MILK, "100")]},
        {"kind": "AggregationEvent", "action": "ADD", "container": PALLET, "contents": [_line(MILK, "40")]},
        {"kind": "AggregationEvent", "action": "DELETE", "container": PALLET},
    )

    assert {line.container for line in found.lines_out} == {None}


def test_a_serial_is_one_piece() -> None:
    pump = "https://id.gs1.org/01/09506000134352/21/S1"

    found = _account(
        pump,
        {"kind": "ObjectEvent", "action": "ADD", "lots": [_line(pump, kind="serial")]},
        {
            "kind": "AssociationEvent",
            "action": "ADD",
            "unit": "urn:x:truck",
            "components": [_line(pump, kind="serial")],
        },
    )

    assert [*map(str, (found.total("produced"), found.total("consumed")))] == ["1", "1"]
