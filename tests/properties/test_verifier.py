"""The auditor's verifier walks every trace anew, from the entries alone, and finds the same; nothing slips by it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.bundles import KEYS, SignedEntries, full_world, json_line, redone, zipped
from tests.floor import Floor, hour, item, lot, order, place, quantity, shipment
from tests.properties.random_floors import CONTAINERS, LOTS, ORDERS, floors, lines
from tests.strategies import Life, lives
from thread.errors import ThreadError
from thread.events import dump_event
from thread.genealogy.focus import NothingTold
from thread.genealogy.projection import MemoryHistory, Recorded
from thread.genealogy.trace import Asked, trace
from thread.ledger.verifier import READ_BY_IT, BundleUnusable, verify_bundle

VESSEL = "https://plant.example/vessel/L/TANK"
SHIPMENTS = [shipment(f"SH-{number}") for number in (1, 2)]
PIECES = [{"first": "S1", "last": "S3"}, {"first": "S2"}, {"first": "S4", "last": "S9"}, {"first": "X"}]


def differences(entries: Iterable[Recorded], names: Iterable[str]) -> list[Any]:
    """Return where the verifier and the product answer otherwise."""
    entries = tuple(entries)
    history = MemoryHistory(entries, origin="plant.example")
    world = full_world(entries)
    found = []
    for name in names:
        try:
            answer = trace(history, name, direction="both")
        except NothingTold:
            continue
        told, mine = redone(world, answer)
        if told != mine:
            found.append((name, told, mine))
    return found


def pieces(line: dict[str, Any]) -> int:
    return sum(int(one.get("last", one["first"])[1:] or 0) - int(one["first"][1:] or 0) + 1 for one in line["serials"])


@st.composite
def goods(draw: st.DrawFn, *, names: tuple[str, ...] = ("lot", "serials", "whole", "out_of")) -> dict[str, Any]:
    """Return a line: a lot, serials of it, a whole container, or a lot that is taken out of a container."""
    kind = draw(st.sampled_from(names))
    if kind == "whole":
        return {"container": draw(st.sampled_from(CONTAINERS))}
    line: dict[str, Any] = {"lot": draw(st.sampled_from(LOTS)), "item": item("ITEM")}
    if kind == "serials":
        line["serials"] = [draw(st.sampled_from(PIECES))]
        return line
    if kind == "out_of":
        line["container"] = draw(st.sampled_from(CONTAINERS))
    return {**line, "quantity": quantity(draw(st.sampled_from(["1", "2.5", "10"])))}


def _traded(draw: st.DrawFn, kind: str) -> dict[str, Any]:  # noqa: PLR0911 one return for each kind of event
    some = st.lists(goods(), min_size=1, max_size=2)
    named = st.lists(goods(names=("lot", "serials")), min_size=1, max_size=2)
    made = {"item": item("ITEM"), "lot": draw(st.sampled_from(LOTS)), "quantity": quantity("1")}
    if kind == "received":
        inside = [{"container": draw(st.sampled_from(CONTAINERS)), "quantity": quantity("1")}]
        return {**made, "containers": draw(st.sampled_from([[], inside])), "quantity": quantity("5")}
    if kind == "shipped":
        purpose = draw(st.sampled_from(["consignment", "transfer", "processing"]))
        work = {"work_order": draw(st.sampled_from(ORDERS))} if purpose == "processing" else {}
        return {"shipment": draw(st.sampled_from(SHIPMENTS)), "purpose": purpose, "lots": draw(some), **work}
    if kind == "customer_returned":
        return {"shipment": draw(st.sampled_from(SHIPMENTS)), "lots": draw(some)}
    if kind == "delivered":
        field = draw(st.sampled_from(["accepted", "refused"]))
        return {"shipment": draw(st.sampled_from(SHIPMENTS)), field: draw(named)}
    if kind == "moved":
        return {"lots": draw(some), "to_place": place("DOCK")}
    if kind == "packed":
        target = draw(st.sampled_from(CONTAINERS[:-1]))
        inner = {"container": draw(st.sampled_from([name for name in CONTAINERS if name > target]))}
        return {"container": target, "contents": draw(st.one_of(named, st.just([inner])))}
    if kind == "unpacked":
        return {"container": draw(st.sampled_from(CONTAINERS)), "contents": draw(named)}
    if kind == "component_changed":
        changed = {"removed": {**draw(goods(names=("lot", "serials"))), "fate": "stock"}}
        fitted = {"installed": draw(goods())}
        unit = draw(goods(names=("lot", "serials")))
        return {"unit": unit, "position": "1", **draw(st.sampled_from([changed, fitted, {**changed, **fitted}]))}
    if kind == "batch_produced":
        output: dict[str, Any] = {
            **made,
            **draw(st.sampled_from([{}, {"container": CONTAINERS[0]}, {"from": draw(some)}])),
        }
        if draw(st.booleans()):
            output["serials"] = [draw(st.sampled_from(PIECES))]
            output["quantity"] = quantity(str(pieces(output)))
        return {"order": draw(st.sampled_from(ORDERS)), "outputs": [output]}
    if kind == "material_returned":
        return {"order": draw(st.sampled_from(ORDERS)), "lots": draw(named), "opened": draw(st.booleans())}
    return {"order": draw(st.sampled_from(ORDERS)), "lots": draw(st.lists(st.one_of(goods(), lines()), min_size=1))}


TRADE = [
    "received",
    "shipped",
    "shipped",
    "customer_returned",
    "delivered",
    "moved",
    "packed",
    "packed",
    "unpacked",
    "component_changed",
    "component_changed",
    "batch_produced",
    "batch_produced",
    "material_issued",
    "material_issued",
    "material_returned",
]


@st.composite
def trades(draw: st.DrawFn) -> Floor:
    """Return a floor where goods are packed, sent away and come back, and parts are swapped."""
    floor = Floor()
    for kind in draw(st.lists(st.sampled_from(TRADE), min_size=2, max_size=14)):
        floor.tell(kind, draw(st.integers(0, 8)), **_traded(draw, kind))
    if draw(st.booleans()):
        seq = draw(st.integers(0, len(floor.events) - 1))
        for _ in range(draw(st.integers(1, 2))):
            kinds = draw(st.lists(st.sampled_from(TRADE), max_size=2))
            better = [
                {"type": kind, "site": "L", "event_time": hour(draw(st.integers(0, 8))), **_traded(draw, kind)}
                for kind in kinds
            ]
            told = {"replaced_by": better} if better else {"void": True}
            floor.tell("corrected", 20, seq=seq, reason="told better", **told)
    return floor


def _read(draw: st.DrawFn, names: list[str], kind: str = "lot") -> list[dict[str, Any]]:
    told = draw(st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True))
    return [{"name": name, "kind": kind} for name in told]


@st.composite
def captures(draw: st.DrawFn) -> Floor:
    """Return a floor where other people told some of it in EPCIS."""
    floor = Floor()
    for number in range(draw(st.integers(2, 10))):
        at = draw(st.integers(0, 6))
        kind = draw(st.sampled_from(["Transformation", "Aggregation", "Aggregation", "Association", "Object", "own"]))
        if kind == "own":
            own = draw(st.sampled_from(TRADE))
            floor.tell(own, at, **_traded(draw, own))
            continue
        some = draw(st.sampled_from([LOTS, CONTAINERS]))
        lots = _read(draw, some, "lot" if some is LOTS else "container")
        action = draw(st.sampled_from(["ADD", "OBSERVE", "DELETE"]))
        reading: dict[str, Any] = {"kind": f"{kind}Event"}
        if kind == "Transformation":
            reading |= {"inputs": lots, "outputs": _read(draw, LOTS)}
            reading |= draw(st.sampled_from([{}, {"activity": "urn:acme:run:1"}]))
        elif kind == "Aggregation":
            contents = draw(st.sampled_from([lots, _read(draw, LOTS)]))
            reading |= {"action": action, "container": draw(st.sampled_from(CONTAINERS)), "contents": contents}
        elif kind == "Association":
            reading |= {"action": action, "unit": draw(st.sampled_from(LOTS)), "components": lots}
        else:
            reading |= {"action": action, "business_step": "shipping", "lots": lots}
        reading |= draw(st.sampled_from([{}, {"event_id": f"urn:e:{number % 3}"}]))
        if "event_id" in reading and draw(st.sampled_from([False, False, True])):
            reading["error"] = {"declared_at": hour(9)}
        floor.tell("epcis_captured", at, text="{}", document_sha256="0" * 64, reading=reading, site=None)
    return floor


def _names(floor: Floor) -> list[str]:
    ids = [f"https://plant.example/event/{event.id}" for event in floor.events]
    return [*LOTS, *ORDERS, *CONTAINERS, *SHIPMENTS, VESSEL, order("WO-1") + "/run/1", "urn:acme:run:1", *ids]


EVIDENCE = ("checkpoint.txt", "entries.ndjson", "inclusion.json", "index.json", "keys.json")


@cache
def _bundle() -> tuple[SignedEntries, dict[str, bytes]]:
    floor = Floor()
    floor.receive("STEEL", "S-1")
    floor.issue(lot("STEEL", "S-1"), "WO-1", 1)
    floor.produce("FRAME", "F-1", "WO-1", 2)
    ledger = SignedEntries([dump_event(event) for event in floor.events])
    return ledger, ledger.members(lot("FRAME", "F-1"))


@given(st.sampled_from(EVIDENCE), st.floats(0, 1, exclude_max=True), st.integers(0, 7))
def test_any_flipped_bit_of_the_evidence_is_rejected_also_under_a_manifest_that_fits(
    name: str, place: float, bit: int
) -> None:
    ledger, members = _bundle()
    data = bytearray(members[name])
    data[int(place * len(data))] ^= 1 << bit

    sealed = ledger.sealed({**members, name: bytes(data)}, lot("FRAME", "F-1"), "backward")

    assert not verify_bundle(zipped(sealed), fingerprint=KEYS.fingerprint)["ok"]


@given(
    st.binary(max_size=300) | st.builds(zipped, st.dictionaries(st.sampled_from(READ_BY_IT), st.binary(max_size=99)))
)
def test_no_bytes_end_in_anything_but_a_verdict_or_one_line(data: bytes) -> None:
    with suppress(BundleUnusable):
        assert not verify_bundle(data)["ok"]


@st.composite
def _other_json(draw: st.DrawFn, value: Any) -> Any:
    """Return a JSON value that differs from another one in one place, in a way that no writer would."""
    odd: st.SearchStrategy[Any] = st.sampled_from([None, 0, -1, 2**60, "", "x", "\x00", [], {}, True, [[]], {"lot": 1}])
    if isinstance(value, dict) and value and draw(st.booleans()):
        key = draw(st.sampled_from(sorted(value)))
        return {**value, key: draw(_other_json(value[key]))}
    if isinstance(value, list) and value and draw(st.booleans()):
        place = draw(st.integers(0, len(value) - 1))
        return [*value[:place], draw(_other_json(value[place])), *value[place + 1 :]]
    return draw(odd)


@given(st.data())
def test_members_of_another_shape_end_in_a_verdict(data: st.DataObject) -> None:
    ledger, members = _bundle()
    name = data.draw(st.sampled_from(sorted(READ_BY_IT)))
    if name.endswith(".json"):
        members = {**members, name: json_line(data.draw(_other_json(json.loads(members[name]))))}
    if name != "manifest.json":
        members = ledger.sealed(members, lot("FRAME", "F-1"), "backward")

    with suppress(BundleUnusable):
        verdict = verify_bundle(zipped(members))
        assert verdict["ok"] is not bool(verdict["problems"])


def _behind_an_opening(event: dict[str, Any]) -> dict[str, Any]:
    return {**event, "seq": event["seq"] + 1} if event["type"] == "corrected" else event


@given(st.data())
def test_entries_of_another_shape_that_are_properly_signed_end_in_a_verdict(data: st.DataObject) -> None:
    floor = data.draw(st.one_of(floors(most=6), trades(), captures()))
    events = [_behind_an_opening(dump_event(event)) for event in floor.events]
    seq = data.draw(st.integers(1, len(events)))
    other = data.draw(_other_json(events[seq - 1]))
    focus = data.draw(st.sampled_from(LOTS))
    direction: Asked = data.draw(st.sampled_from(["backward", "forward"]))
    try:
        ledger = SignedEntries(events, told_instead={seq: other})
        members = ledger.members(focus, direction)
    except ThreadError:  # no entry can tell that, or nothing is told of the lot
        return

    verdict = verify_bundle(zipped(members))

    assert verdict["ok"] is not bool(verdict["problems"])
    assert verdict["checks"]["inclusion"] == "good"


@given(lives())
def test_what_a_plant_lived_through_is_traced_alike(life: Life) -> None:
    assert differences(life.entries, life.lots) == []


@given(floors())
def test_nasty_floors_are_traced_alike(floor: Floor) -> None:
    assert differences(floor.history()._entries, _names(floor)) == []


@given(trades())
def test_containers_shipments_serials_and_swapped_parts_are_traced_alike(floor: Floor) -> None:
    assert differences(floor.history()._entries, _names(floor)) == []


@given(captures())
def test_what_others_told_in_epcis_is_traced_alike(floor: Floor) -> None:
    assert differences(floor.history()._entries, _names(floor)) == []
