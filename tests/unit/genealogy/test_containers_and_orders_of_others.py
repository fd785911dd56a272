"""Orders that bear the URI of another system, material returned into a container, and pallets shared over depths."""

from __future__ import annotations

from tests.floor import Floor, container, lot, order, party, quantity, shipment

FOREIGN = "https://erp.example/wo/77"


def ordered_elsewhere() -> Floor:
    floor = Floor()
    floor.receive("STEEL", "S-1")
    line = {"lot": lot("STEEL", "S-1"), "quantity": quantity("1")}
    floor.tell("material_issued", 1, order=FOREIGN, run="A", lots=[line])
    made = {"item": "https://plant.example/item/FRAME", "lot": lot("FRAME", "F-1"), "quantity": quantity("5")}
    floor.tell("batch_produced", 2, order=FOREIGN, run="A", outputs=[made])
    return floor


def test_an_order_with_the_uri_of_another_system_is_traced_through_its_runs() -> None:
    floor = ordered_elsewhere()

    assert floor.lots(lot("FRAME", "F-1"), "backward") == {"STEEL/S-1"}
    assert floor.lots(lot("STEEL", "S-1"), "forward") == {"FRAME/F-1"}


def test_an_order_with_the_uri_of_another_system_is_asked_about_with_its_runs() -> None:
    answer = ordered_elsewhere().trace(FOREIGN, direction="both")

    assert {node.id for node in answer.nodes if node.kind == "lot"} == {lot("STEEL", "S-1"), lot("FRAME", "F-1")}


def test_material_returned_into_a_container_leaves_with_it() -> None:
    floor = Floor()
    floor.receive("STEEL", "S-1")
    floor.issue(lot("STEEL", "S-1"), "WO-1", 1)
    back = {"lot": lot("STEEL", "S-1"), "container": container("BIN"), "quantity": quantity("2")}
    floor.tell("material_returned", 2, order=order("WO-1"), lots=[back])
    away = [{"container": container("BIN")}]
    floor.tell("shipped", 3, shipment=shipment("SH-1"), purpose="sale", customer=party("RIDE"), lots=away)

    answer = floor.trace(lot("STEEL", "S-1"), direction="forward")

    custody = {(edge.source, edge.target) for edge in answer.edges if edge.kind == "custody"}
    assert custody == {
        (lot("STEEL", "S-1"), container("BIN")),
        (container("BIN"), shipment("SH-1")),
    }


def test_a_lot_comes_no_nearer_by_a_pallet_that_it_shares() -> None:
    floor = Floor()
    floor.receive("STEEL", "S-1")
    floor.issue(lot("STEEL", "S-1"), "WO-1", 1)
    floor.produce("FRAME", "F-1", "WO-1", 2)
    floor.issue(lot("FRAME", "F-1"), "WO-2", 3, "5")
    floor.produce("BIKE", "B-1", "WO-2", 4)
    lines = [{"lot": name, "quantity": quantity("1")} for name in (lot("STEEL", "S-1"), lot("BIKE", "B-1"))]
    floor.tell("packed", 5, container=container("PAL-1"), contents=lines)

    depths = {node.id: node.depth for node in floor.trace(lot("STEEL", "S-1"), direction="forward").nodes}

    assert depths[lot("STEEL", "S-1")] == 0
    assert depths[lot("FRAME", "F-1")] == 1
    assert depths[lot("BIKE", "B-1")] == 2
    assert depths[container("PAL-1")] == 0
