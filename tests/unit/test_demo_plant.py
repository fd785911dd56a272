"""The demo plant is what it was designed to be: one bad lot of steel, and three customers."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from thread import Ledger, Trace
from thread.demo import demo_documents, demo_events, demo_story
from thread.events import EVENT_TYPES
from thread.recall.scope import Scope
from thread.service.recording import Actor

ORIGIN = "thread.local/demo"

AFFECTED = {
    "H-7731", "OC-12", "OC-13", "OC-14", "SW-12", "SW-13", "SW-14", "TS-12A", "TS-13A", "TS-14A",
    "F-12", "F-13", "F-14", "PF-12", "PF-13", "PF-14", "BK-12C", "BK-13T",
}  # fmt: skip
ONLY_PERHAPS = {"OC-14", "SW-14", "TS-14A", "F-14", "PF-14"}
NEVER = {
    "H-7702", "H-7718", "H-7742", "H-7755", "H-7768", "TS-12B", "TS-13B", "TS-14B", "OC-10", "OC-11", "RC-14",
    "F-10", "F-11", "F-15", "F-16", "F-17", "BK-10C", "BK-10T", "BK-11C", "BK-11T", "BK-12T", "BK-13C", "BK-14C",
    "BK-15C", "BK-15T", "BK-16C", "BK-16T",
}  # fmt: skip


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    folder = tmp_path_factory.mktemp("demo")
    with Ledger.create(f"sqlite:///{folder}/thread.db", origin=ORIGIN) as ledger:
        with ledger.recording() as recorder:
            for line in demo_events():
                recorder.record(
                    line["event"], key=line["key"], actor=Actor("demo", "asserted"), force_reason=line.get("force")
                )
        for name, document in demo_documents():
            ledger.import_document(document, file=name)
        yield ledger


def short(name: str) -> str:
    return name.rsplit("/", 1)[-1]


def lots_of(scope: Scope) -> set[str]:
    return {short(lot.id) for lot in scope.lots}


def customers_of(scope: Scope) -> set[str]:
    return {short(one.customer or "") for one in scope.customers}


def the_correction(plant: Ledger) -> int:
    (seq,) = (entry.seq for entry in plant.entries() if entry.event["type"] == "corrected")
    return seq


def serials_of(scope: Scope) -> dict[str, list[dict[str, str]]]:
    return {short(lot["id"]): lot["serials"] for lot in scope.as_json()["lots"] if lot["serials"]}


# What it is made of


def test_the_plant_tells_every_type_of_event_at_least_once(plant: Ledger) -> None:
    told = Counter(entry.event["type"] for entry in plant.entries())

    # A finding is closed by somebody else than whoever told its entries; the plant is told by one teller.
    assert set(EVENT_TYPES) - {"finding_closed"} <= set(told)
    assert plant.size > 400


def test_one_event_is_forced_and_three_are_booked_late() -> None:
    lines = list(demo_events())

    assert [line["event"]["order"] for line in lines if "force" in line] == ["P-16"]
    assert [line["event"]["type"] for line in lines if "recorded_after" in line] == [
        "received",
        "received",
        "material_issued",
    ]


def test_telling_the_plant_twice_records_it_once(plant: Ledger) -> None:
    before = plant.size

    again = [
        plant.record(line["event"], key=line["key"], actor=Actor("demo", "asserted"), force_reason=line.get("force"))
        for line in demo_events()
    ]

    assert all(one.duplicate for one in again)
    assert plant.size == before


def test_every_balance_closes(plant: Ledger) -> None:
    lots = {
        node["id"]
        for lot in ("H-7702", "H-7718", "H-7731", "H-7742", "H-7755")
        for node in plant.trace(lot, direction="both").as_json()["nodes"]
        if node["kind"] == "lot"
    }

    assert len(lots) > 50
    assert {plant.balance(lot)["difference"] for lot in lots} == {"0"}


def test_the_ledger_of_the_plant_verifies(plant: Ledger) -> None:
    checked = plant.verify()

    assert checked.ok
    assert checked.problems == ()


def test_the_supplier_of_drives_comes_later_and_later(plant: Ledger) -> None:
    receipts = [
        entry.event
        for entry in plant.entries()
        if entry.event["type"] == "received" and short(entry.event["item"]) == "DRIVE-8"
    ]

    days_late = [
        (date.fromisoformat(told["event_time"][:10]) - date.fromisoformat(told["promised_date"])).days
        for told in receipts
    ]

    assert days_late == [0, 0, 1, 2, 3, 6, 8]


def test_the_bad_steel_came_once_to_order_and_once_in_excess(plant: Ledger) -> None:
    (node,) = plant.trace("H-7731", depth=0).as_json()["nodes"][:1]

    assert node["origin"] == {"JIT": "120", "JIC": "60", "UNKNOWN": "0"}
    assert node["quantity"] == "180"


def test_a_count_found_spokes_and_another_one_missed_grips(plant: Ledger) -> None:
    spokes = {line["line"]: line["quantity"] for line in plant.balance("SP-12")["in"]}
    grips = {line["line"]: line["quantity"] for line in plant.balance("GR-5")["out"]}

    assert spokes == {"received": "6000", "found": "23"}
    assert grips["missing"] == "3"


def painted(trace: Trace) -> set[str]:
    return {short(name) for name in trace.lots if "/FRAME-PAINTED/" in name}


def test_paint_from_before_the_cleaning_is_on_no_frame_made_after_it(plant: Ledger) -> None:
    before = plant.trace("PB-507", direction="forward", in_time_only=True)
    after = plant.trace("PB-533", direction="forward", in_time_only=True)

    assert painted(before) == {"PF-12", "PF-13"}
    assert painted(after) == {"PF-14", "PF-15", "PF-16", "PF-17"}
    assert len(before.as_json()["graph"]["clean_breaks"]) == 1


def test_frames_that_were_painted_before_a_fill_are_possible_and_marked(plant: Ledger) -> None:
    nodes = plant.trace("PB-507", direction="forward").as_json()["nodes"]

    in_time = {short(node["id"]): node["in_time"] for node in nodes if "/FRAME-PAINTED/" in node["id"]}
    assert in_time == {"PF-10": False, "PF-11": False, "PF-12": True, "PF-13": True}


def test_the_first_paint_may_be_on_every_frame_until_the_cleaning(plant: Ledger) -> None:
    trace = plant.trace("PB-501", direction="forward")

    assert painted(trace) == {"PF-10", "PF-11", "PF-12", "PF-13"}


def test_the_substitute_chain_is_on_the_bicycles_that_were_built_with_it(plant: Ledger) -> None:
    trace = plant.trace("CH-8S-4", direction="forward")

    assert {short(name) for name in trace.lots if "/BIKE-" in name} == {"BK-11T"}


def test_chromed_lugs_lead_back_through_the_plater_to_the_raw_ones(plant: Ledger) -> None:
    trace = plant.trace("LC-01", direction="backward")

    assert [short(name) for name in trace.lots] == ["L-111"]
    left = {line["line"]: line["quantity"] for line in plant.balance("L-111")["out"]}
    assert left == {"consumed": "113", "loss": "2", "on_hand": "15"}


# The recall


def test_the_cracked_bicycle_leads_back_to_one_lot_of_steel(plant: Ledger) -> None:
    trace = plant.trace("CT260044", direction="backward")

    lots = {tuple(node["id"].split("/")[-2:]) for node in trace.as_json()["nodes"] if node["kind"] == "lot"}
    assert {lot for item, lot in lots if item == "TUBE-25CRMO4"} == {"H-7731"}
    assert {lot for item, lot in lots if item == "PAINT-BLUE"} == {"PB-501", "PB-507"}
    assert {lot for item, lot in lots if item == "TYRE-28"} == {"T-2601", "TY-88"}
    assert {lot for item, lot in lots if item == "TUBESET"} == {"TS-12A"}
    assert trace.complete


def test_the_bad_steel_reached_these_lots_and_no_others(plant: Ledger) -> None:
    scope = plant.recall_scope(["H-7731"])

    assert lots_of(scope) == AFFECTED
    assert not lots_of(scope) & NEVER
    assert scope.complete
    assert {short(lot.id) for lot in scope.lots if not lot.certain} == ONLY_PERHAPS


def test_exactly_three_customers_have_bicycles_of_the_bad_steel(plant: Ledger) -> None:
    scope = plant.recall_scope(["H-7731"])

    told = {
        short(one.customer or ""): ({short(s) for s in one.shipments}, {short(x) for x in one.lots})
        for one in scope.customers
    }
    assert told == {
        "C-ATELIER9": ({"SH-2610"}, {"BK-12C"}),
        "C-NORDVELO": ({"SH-2608"}, {"BK-12C"}),
        "C-RIVAGE": ({"SH-2613"}, {"BK-13T"}),
    }


def test_twenty_bicycles_are_affected_and_their_neighbours_on_the_same_lots_are_not(plant: Ledger) -> None:
    serials = serials_of(plant.recall_scope(["H-7731"]))

    assert serials["BK-12C"] == [{"first": "CT260041", "last": "CT260050"}]
    assert serials["BK-13T"] == [{"first": "TT260061", "last": "TT260070"}]
    assert serials["F-12"] == [{"first": "FR260041", "last": "FR260050"}]
    assert serials["PF-13"] == [{"first": "FR260061", "last": "FR260070"}]


def test_the_two_bicycles_that_did_not_leave_are_still_in_store(plant: Ledger) -> None:
    scope = plant.recall_scope(["H-7731"])

    (bikes,) = (lot for lot in scope.lots if short(lot.id) == "BK-13T")
    where = [(line["line"], line["quantity"], short(line["customer"] or line["place"])) for line in bikes.where]
    assert sorted(where) == [("on_hand", "2", "FG"), ("shipped", "8", "C-RIVAGE")]


def test_the_distributor_put_the_cartons_on_two_pallets_of_his_own(plant: Ledger) -> None:
    containers = plant.recall_scope(["H-7731"]).containers

    assert "https://id.gs1.org/00/395212340000000090" in containers
    assert {"https://id.gs1.org/00/095219870000000414", "https://id.gs1.org/00/095219870000000421"} <= set(containers)
    assert len(containers) == 12


# The correction


def test_before_the_correction_the_recall_would_have_missed_a_customer(plant: Ledger) -> None:
    scope = plant.recall_scope(["H-7731"], known_at=the_correction(plant))

    assert customers_of(scope) == {"C-ATELIER9", "C-NORDVELO"}
    assert lots_of(scope) == AFFECTED - {"OC-13", "SW-13", "TS-13A", "F-13", "PF-13", "BK-13T"}


def test_the_lot_that_was_wrongly_scanned_lost_what_the_correction_took(plant: Ledger) -> None:
    scope = plant.recall_scope(["H-7718"])

    removed = {short(one.id): one.entries for one in scope.removed_by if "/lot/" in one.id}
    assert removed == dict.fromkeys(("BK-13T", "OC-13", "TS-13A"), (the_correction(plant),))
    assert "C-RIVAGE" not in customers_of(scope)


def test_the_count_shows_which_of_two_lots_went_into_the_saw(plant: Ledger) -> None:
    counted, other = plant.balance("H-7731"), plant.balance("H-7742")

    assert [line["line"] for line in counted["in"]] == ["received"]
    assert "unassigned" not in {line["line"] for line in counted["out"]}
    assert [line["quantity_max"] for line in other["out"] if line["line"] == "unassigned"] == ["42"]


# The story


def test_the_story_tells_what_the_ledger_answers(plant: Ledger) -> None:
    story: dict[str, Any] = demo_story()

    scope = plant.recall_scope([story["guilty"]["lot"]])
    backward = plant.trace(story["complaint"]["serial"], direction="backward").as_json()["nodes"]
    before = {short(node["id"]) for node in backward}
    earlier = plant.recall_scope([story["guilty"]["lot"]], known_at=the_correction(plant))
    assert {step["lot"] for step in story["where_from"]} <= before
    assert sorted(customers_of(scope)) == story["scope"]["customers"]
    assert sorted({short(s) for one in scope.customers for s in one.shipments}) == story["scope"]["shipments"]
    assert story["numbers"] == {
        "lots": len(scope.lots),
        "customers": len(scope.customers),
        "customers_before_correction": len(earlier.customers),
        "bicycles": 20,
        "bicycles_with_customers": 18,
    }
    serials = serials_of(scope)
    for bikes in story["scope"]["bicycles"]:
        assert serials[bikes["lot"]] == [{"first": bikes["first"], "last": bikes["last"]}]


def test_only_the_findings_that_were_planned_are_open(plant: Ledger) -> None:
    findings = {
        short(row.id): [found["code"] for found in card["findings"]]
        for row in plant.lots(limit=500).lots
        if (card := plant.lot(row.id))["findings"]
    }

    assert findings == {
        "H-7718": ["signature-void"],
        "H-7731": ["one-of-counted", "signature-void"],
        "H-7742": ["one-of-open"],
        "PG-220": ["negative-stock", "quantity-exceeded"],
        "F-16": ["quantity-exceeded"],
    }


def test_a_bicycle_that_its_keeper_bought_is_sold_and_the_other_is_still_ours(plant: Ledger) -> None:
    out = [(line["line"], line["quantity"], line["state"]) for line in plant.balance("BK-11T")["out"]]

    assert sorted(out, key=str) == [
        ("on_hand", "1", "on_consignment"),
        ("on_hand", "2", "free"),
        ("shipped", "1", None),
        ("shipped", "6", None),
    ]


def test_the_card_of_a_lot_tells_the_shipment_that_its_pallet_left_with(plant: Ledger) -> None:
    card = plant.lot("BK-12C")

    types = [line["type"] for line in card["history"]]
    assert types == ["batch_produced", "inspected", "packed", "shipped", "shipped", "complaint_received"]
    assert "SH-2608" in card["history"][3]["text"]
