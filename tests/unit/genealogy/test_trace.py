from __future__ import annotations

import networkx as nx
import pytest

from tests.floor import Floor, container, hour, item, lot, order, party, place, quantity, shipment
from thread.genealogy.focus import NothingTold
from thread.genealogy.trace import DepthInvalid, trace
from thread.values.times import instant


def test_an_order_leads_from_each_input_to_each_output() -> None:
    floor = Floor()
    floor.receive("STEEL", "A")
    floor.receive("PAINT", "B")
    floor.issue(lot("STEEL", "A"), "WO-1", 1)
    floor.issue(lot("PAINT", "B"), "WO-1", 1)
    floor.produce("FRAME", "F", "WO-1", 2)

    assert floor.lots(lot("FRAME", "F"), "backward") == {"STEEL/A", "PAINT/B"}
    assert floor.lots(lot("STEEL", "A"), "forward") == {"FRAME/F"}


def test_material_that_went_in_after_the_batch_left_is_possible_but_not_in_time() -> None:
    floor = Floor()
    floor.receive("STEEL", "EARLY")
    floor.receive("STEEL", "LATE")
    floor.issue(lot("STEEL", "EARLY"), "WO-1", 1)
    floor.produce("FRAME", "F", "WO-1", 2)
    floor.issue(lot("STEEL", "LATE"), "WO-1", 3)

    assert floor.lots(lot("FRAME", "F"), "backward") == {"STEEL/EARLY", "STEEL/LATE?"}
    assert floor.lots(lot("FRAME", "F"), "backward", in_time_only=True) == {"STEEL/EARLY"}
    assert floor.lots(lot("STEEL", "LATE"), "forward") == {"FRAME/F?"}


def test_equal_times_count_as_usable() -> None:
    floor = Floor()
    floor.receive("STEEL", "A", at=2)
    floor.produce("FRAME", "F", "WO-1", 2)
    floor.issue(lot("STEEL", "A"), "WO-1", 2)

    assert floor.lots(lot("FRAME", "F"), "backward") == {"STEEL/A"}


def test_what_in_time_leaves_out_is_counted_in_the_answer() -> None:
    floor = Floor()
    floor.receive("STEEL", "LATE")
    floor.produce("FRAME", "F", "WO-1", 2)
    floor.issue(lot("STEEL", "LATE"), "WO-1", 3)

    answer = floor.trace(lot("FRAME", "F"), direction="backward", in_time_only=True)

    assert (answer.dropped_nodes, answer.dropped_edges) == (1, 1)


def test_a_backflushed_issue_counts_from_release_to_close() -> None:
    floor = Floor()
    floor.receive("STEEL", "A")
    floor.tell("work_order_released", 1, order=order("WO-1"))
    floor.produce("FRAME", "F", "WO-1", 2)
    floor.issue(lot("STEEL", "A"), "WO-1", 5, basis="backflush")
    floor.tell("work_order_closed", 5, order=order("WO-1"))

    answer = floor.trace(lot("FRAME", "F"), direction="backward")

    assert floor.lots(lot("FRAME", "F"), "backward") == {"STEEL/A"}
    assert [(gap.id, gap.codes) for gap in answer.gaps] == [(order("WO-1"), ("calculated",))]


def test_an_issue_that_was_booked_late_gives_the_same_answer() -> None:
    in_order, late = Floor(), Floor()
    for floor, issue_last in ((in_order, False), (late, True)):
        floor.receive("STEEL", "A")
        if not issue_last:
            floor.issue(lot("STEEL", "A"), "WO-1", 1)
        floor.produce("FRAME", "F", "WO-1", 2)
        if issue_last:
            floor.issue(lot("STEEL", "A"), "WO-1", 1)

    assert in_order.lots(lot("FRAME", "F"), "backward") == late.lots(lot("FRAME", "F"), "backward") == {"STEEL/A"}


def test_a_run_touches_what_went_into_that_run_and_what_went_into_the_whole_order() -> None:
    floor = Floor()
    for code in ("REEL-A", "REEL-B", "GLUE"):
        floor.receive("PART", code)
    floor.issue(lot("PART", "REEL-A"), "WO-1", 1, run="1")
    floor.issue(lot("PART", "REEL-B"), "WO-1", 1, run="2")
    floor.issue(lot("PART", "GLUE"), "WO-1", 1)
    floor.produce("UNIT", "FIRST", "WO-1", 2, run="1")
    floor.produce("UNIT", "SECOND", "WO-1", 2, run="2")
    floor.produce("UNIT", "REST", "WO-1", 2)

    assert floor.lots(lot("UNIT", "FIRST"), "backward") == {"PART/REEL-A", "PART/GLUE"}
    assert floor.lots(lot("UNIT", "SECOND"), "backward") == {"PART/REEL-B", "PART/GLUE"}
    assert floor.lots(lot("UNIT", "REST"), "backward") == {"PART/REEL-A", "PART/REEL-B", "PART/GLUE"}


def test_the_parts_of_an_order_with_runs_are_one_step_of_depth() -> None:
    floor = Floor()
    floor.receive("PART", "A")
    floor.issue(lot("PART", "A"), "WO-1", 1)
    floor.produce("UNIT", "U", "WO-1", 2, run="1")

    depths = {node.id: node.depth for node in floor.trace(lot("UNIT", "U"), direction="backward").nodes}

    assert depths == {
        lot("UNIT", "U"): 0,
        order("WO-1") + "/run/1": 1,
        order("WO-1"): 1,
        lot("PART", "A"): 1,
    }


def test_an_output_with_exact_inputs_has_nothing_else_of_the_order() -> None:
    floor = Floor()
    floor.receive("PART", "A")
    floor.receive("PART", "B")
    floor.issue(lot("PART", "A"), "WO-1", 1)
    floor.issue(lot("PART", "B"), "WO-1", 1)
    exact = {
        "item": item("UNIT"),
        "lot": lot("UNIT", "EXACT"),
        "quantity": quantity("1"),
        "from": [{"lot": lot("PART", "A"), "quantity": quantity("10")}],
    }
    floor.tell("batch_produced", 2, order=order("WO-1"), outputs=[exact])
    floor.produce("UNIT", "REST", "WO-1", 3)

    assert floor.lots(lot("UNIT", "EXACT"), "backward") == {"PART/A"}
    assert floor.lots(lot("UNIT", "REST"), "backward") == {"PART/B"}


def test_unused_material_that_comes_back_keeps_its_edge_at_net_zero_and_takes_nothing_along() -> None:
    floor = Floor()
    floor.receive("PART", "A")
    floor.receive("PART", "B")
    floor.issue(lot("PART", "A"), "WO-1", 1)
    floor.issue(lot("PART", "B"), "WO-1", 1)
    floor.tell(
        "material_returned", 2, order=order("WO-1"), lots=[{"lot": lot("PART", "A"), "quantity": quantity("10")}]
    )
    floor.produce("UNIT", "U", "WO-1", 3)

    edge = next(e for e in floor.trace(lot("PART", "A"), direction="forward").edges if e.source == lot("PART", "A"))

    assert (str(edge.total("quantity")), str(edge.total("gross"))) == ("0", "10")
    assert floor.lots(lot("PART", "A"), "backward") == set()


def test_an_opened_return_may_carry_traces_of_the_order() -> None:
    floor = Floor()
    floor.receive("PART", "A")
    floor.receive("PART", "B")
    floor.issue(lot("PART", "A"), "WO-1", 1)
    floor.issue(lot("PART", "B"), "WO-1", 1)
    back = [{"lot": lot("PART", "A"), "quantity": quantity("3")}]
    floor.tell("material_returned", 2, order=order("WO-1"), lots=back, opened=True)

    assert floor.lots(lot("PART", "A"), "backward") == {"PART/B"}


def test_a_draw_from_a_tank_may_hold_every_fill_of_its_run_and_in_time_only_the_earlier_ones() -> None:
    floor = Floor()
    for code in ("MON", "WED"):
        floor.receive("MILK", code)
    floor.tell("vessel_filled", 1, vessel=place("TANK"), lots=[{"lot": lot("MILK", "MON"), "quantity": quantity("5")}])
    floor.tell(
        "vessel_drawn", 2, vessel=place("TANK"), quantity=quantity("2"), item=item("DRINK"), lot=lot("DRINK", "D")
    )
    floor.tell("vessel_filled", 3, vessel=place("TANK"), lots=[{"lot": lot("MILK", "WED"), "quantity": quantity("5")}])

    assert floor.lots(lot("DRINK", "D"), "backward") == {"MILK/MON", "MILK/WED?"}


def test_an_emptied_tank_passes_nothing_on_and_the_answer_says_where_it_was_cut() -> None:
    floor = Floor()
    for code in ("OLD", "NEW"):
        floor.receive("MILK", code)
    floor.tell("vessel_filled", 1, vessel=place("TANK"), lots=[{"lot": lot("MILK", "OLD"), "quantity": quantity("5")}])
    emptied = floor.tell("vessel_emptied", 2, vessel=place("TANK"), heel=quantity("0"), cleaned=True)
    floor.tell("vessel_filled", 3, vessel=place("TANK"), lots=[{"lot": lot("MILK", "NEW"), "quantity": quantity("5")}])
    floor.tell("vessel_drawn", 4, vessel=place("TANK"), quantity=quantity("2"), order=order("WO-1"))
    floor.produce("DRINK", "D", "WO-1", 5)

    answer = floor.trace(lot("DRINK", "D"), direction="backward")

    assert floor.lots(lot("DRINK", "D"), "backward") == {"MILK/NEW"}
    assert [(cut.seq, cut.before[-2:], cut.after[-2:]) for cut in answer.clean_breaks] == [(emptied, "#1", "#2")]


def test_a_heel_that_stays_ends_no_run() -> None:
    floor = Floor()
    floor.receive("MILK", "OLD")
    floor.tell("vessel_filled", 1, vessel=place("TANK"), lots=[{"lot": lot("MILK", "OLD"), "quantity": quantity("5")}])
    floor.tell("vessel_emptied", 2, vessel=place("TANK"), heel=quantity("0.5"))
    floor.tell(
        "vessel_drawn", 3, vessel=place("TANK"), quantity=quantity("0.1"), item=item("DRINK"), lot=lot("DRINK", "D")
    )

    assert floor.lots(lot("DRINK", "D"), "backward") == {"MILK/OLD"}


def test_two_lots_on_one_pallet_do_not_contaminate_each_other() -> None:
    floor = Floor()
    floor.receive("PART", "A")
    floor.receive("PART", "B")
    contents = [{"lot": lot("PART", code), "quantity": quantity("5")} for code in ("A", "B")]
    floor.tell("packed", 1, container=container("PAL"), contents=contents)

    assert floor.lots(lot("PART", "A"), "forward") == set()
    assert floor.lots(lot("PART", "A"), "backward") == set()


def test_a_kit_that_is_consumed_consumes_what_it_held_at_that_time() -> None:
    floor = Floor()
    for code in ("STAYS", "LEAVES", "COMES-LATER"):
        floor.receive("PART", code)
    contents = [{"lot": lot("PART", code), "quantity": quantity("5")} for code in ("STAYS", "LEAVES")]
    floor.tell("kit_assembled", 1, container=container("KIT"), contents=contents)
    floor.tell("unpacked", 2, container=container("KIT"), contents=[{"lot": lot("PART", "LEAVES")}])
    floor.tell("material_issued", 3, order=order("WO-1"), lots=[{"container": container("KIT")}])
    late = [{"lot": lot("PART", "COMES-LATER"), "quantity": quantity("5")}]
    floor.tell("packed", 4, container=container("KIT"), contents=late)
    floor.produce("UNIT", "U", "WO-1", 5)

    answer = floor.trace(lot("UNIT", "U"), direction="backward")

    assert floor.lots(lot("UNIT", "U"), "backward") == {"PART/STAYS"}
    assert [flow.via for edge in answer.edges for flow in edge.flows if edge.source == lot("PART", "STAYS")] == [
        container("KIT")
    ]


def test_a_kit_inside_a_tote_is_consumed_with_the_tote() -> None:
    floor = Floor()
    floor.receive("PART", "A")
    floor.tell("packed", 1, container=container("BAG"), contents=[{"lot": lot("PART", "A"), "quantity": quantity("5")}])
    floor.tell("packed", 2, container=container("TOTE"), contents=[{"container": container("BAG")}])
    floor.tell("material_issued", 3, order=order("WO-1"), lots=[{"container": container("TOTE")}])
    floor.produce("UNIT", "U", "WO-1", 4)

    assert floor.lots(lot("UNIT", "U"), "backward") == {"PART/A"}
    assert floor.lots(lot("PART", "A"), "forward") == {"UNIT/U"}


def test_either_of_two_lots_stays_possible_and_uncertain() -> None:
    floor = Floor()
    floor.receive("PART", "A")
    floor.receive("PART", "B")
    either = {"one_of": [lot("PART", "A"), lot("PART", "B")], "quantity": quantity("7")}
    floor.tell("material_issued", 1, order=order("WO-1"), lots=[either])
    floor.produce("UNIT", "U", "WO-1", 2)

    answer = floor.trace(lot("UNIT", "U"), direction="backward")
    edges = {edge.source: edge for edge in answer.edges if edge.target == order("WO-1")}

    assert set(edges) == {lot("PART", "A"), lot("PART", "B")}
    for edge in edges.values():
        assert (edge.certain, str(edge.total("quantity")), str(edge.total("quantity_max"))) == (False, "0", "7")


def test_rework_into_the_same_lot_ends_and_keeps_the_loop() -> None:
    floor = Floor()
    floor.receive("PART", "A")
    floor.issue(lot("PART", "A"), "WO-1", 1)
    floor.produce("UNIT", "U", "WO-1", 2)
    line = {"item": item("UNIT"), "lot": lot("UNIT", "U"), "quantity": quantity("1")}
    floor.tell("reworked", 3, inputs=[{"lot": lot("UNIT", "U"), "quantity": quantity("1")}], outputs=[line])

    answer = floor.trace(lot("UNIT", "U"), direction="backward")

    assert floor.lots(lot("UNIT", "U"), "backward") == {"PART/A"}
    assert answer.complete
    assert nx.is_directed_acyclic_graph(answer.graph) is False


def test_a_depth_that_cuts_is_said_and_the_frontier_is_named() -> None:
    floor = Floor()
    floor.receive("RAW", "R")
    floor.issue(lot("RAW", "R"), "WO-1", 1)
    floor.produce("MID", "M", "WO-1", 2)
    floor.issue(lot("MID", "M"), "WO-2", 3)
    floor.produce("END", "E", "WO-2", 4)

    answer = floor.trace(lot("END", "E"), direction="backward", depth=1)
    whole = floor.trace(lot("END", "E"), direction="backward", depth=2)

    assert (answer.complete, answer.frontier) == (False, (lot("MID", "M"),))
    assert (whole.complete, whole.frontier) == (True, ())


def test_a_negative_depth_is_refused() -> None:
    floor = Floor()
    floor.receive("RAW", "R")

    with pytest.raises(DepthInvalid, match="depth -1 is not a number of activities"):
        floor.trace(lot("RAW", "R"), depth=-1)


def test_a_lot_that_nobody_told_of_is_not_found() -> None:
    with pytest.raises(NothingTold, match="no entry names"):
        Floor().trace(lot("RAW", "R"))


def test_a_swapped_part_leaves_the_unit_and_as_of_gives_as_built() -> None:
    floor = Floor()
    floor.receive("ALT", "OLD")
    floor.receive("ALT", "NEW")
    floor.issue(lot("ALT", "OLD"), "WO-1", 1, amount="1")
    floor.produce("CAR", "V1", "WO-1", 2, amount="1")
    floor.tell(
        "component_changed",
        30,
        unit={"lot": lot("CAR", "V1")},
        position="alternator",
        removed={"lot": lot("ALT", "OLD"), "quantity": quantity("1"), "fate": "scrapped"},
        installed={"lot": lot("ALT", "NEW"), "quantity": quantity("1")},
    )

    assert floor.lots(lot("ALT", "OLD"), "forward") == set()
    assert floor.lots(lot("ALT", "NEW"), "forward") == {"CAR/V1"}
    assert floor.lots(lot("ALT", "OLD"), "forward", as_of=instant(hour(10))) == {"CAR/V1"}
    removed = floor.trace(lot("ALT", "OLD"), direction="forward").removed
    assert [(edge.source, edge.target) for edge in removed] == [(lot("ALT", "OLD"), lot("CAR", "V1"))]


def test_serials_behave_as_runs_of_their_lot() -> None:
    floor = Floor()
    for code in ("REEL-A", "REEL-B"):
        floor.receive("PART", code)
    floor.issue(lot("PART", "REEL-A"), "WO-1", 1, run="1")
    floor.issue(lot("PART", "REEL-B"), "WO-1", 1, run="2")
    for run, first, last in (("1", "U001", "U005"), ("2", "U006", "U010")):
        line = {
            "item": item("UNIT"),
            "lot": lot("UNIT", "U"),
            "quantity": quantity("5"),
            "serials": [{"first": first, "last": last}],
        }
        floor.tell("batch_produced", 2, order=order("WO-1"), run=run, outputs=[line])

    serial = "https://plant.example/serial/UNIT/U007"
    forward = floor.trace(lot("PART", "REEL-A"), direction="forward")
    unit = next(node for node in forward.nodes if node.id == lot("UNIT", "U"))

    assert floor.lots(serial, "backward") == {"PART/REEL-B"}
    assert [span.bounds for span in unit.spans] == [("U001", "U005")]


def test_a_correction_changes_the_answer_and_the_answer_says_which_entry_did_it() -> None:
    floor = Floor()
    floor.receive("STEEL", "WRONG")
    floor.receive("STEEL", "RIGHT")
    issue = floor.issue(lot("STEEL", "WRONG"), "WO-1", 1)
    floor.produce("FRAME", "F", "WO-1", 2)
    right = {
        "type": "material_issued",
        "site": "L",
        "event_time": hour(1),
        "order": order("WO-1"),
        "lots": [{"lot": lot("STEEL", "RIGHT"), "quantity": quantity("10")}],
    }
    correction = floor.tell("corrected", 9, seq=issue, replaced_by=[right], reason="wrong lot scanned")

    wrong = floor.trace(lot("STEEL", "WRONG"), direction="forward")
    edge = next(e for e in floor.trace(lot("FRAME", "F"), direction="backward").edges if e.target == order("WO-1"))

    assert floor.lots(lot("FRAME", "F"), "backward") == {"STEEL/RIGHT"}
    assert edge.entries == (issue, correction)
    assert (lot("FRAME", "F"), (correction,)) in {(one.id, one.entries) for one in wrong.removed_by}


def test_a_void_entry_counts_for_nothing_and_the_latest_correction_wins() -> None:
    floor = Floor()
    floor.receive("STEEL", "A")
    issue = floor.issue(lot("STEEL", "A"), "WO-1", 1)
    floor.produce("FRAME", "F", "WO-1", 2)
    floor.tell("corrected", 9, seq=issue, void=True, reason="did not happen")

    assert floor.lots(lot("FRAME", "F"), "backward") == set()

    again = {
        "type": "material_issued",
        "site": "L",
        "event_time": hour(1),
        "order": order("WO-1"),
        "lots": [{"lot": lot("STEEL", "A"), "quantity": quantity("10")}],
    }
    floor.tell("corrected", 10, seq=issue, replaced_by=[again], reason="it did happen")

    assert floor.lots(lot("FRAME", "F"), "backward") == {"STEEL/A"}


class TestCustody:
    def packed_and_shipped(self, *, pack_at: int, ship_at: int, unpack_at: int | None = None) -> Floor:
        floor = Floor()
        floor.receive("BIKE", "B")
        contents = [{"lot": lot("BIKE", "B"), "quantity": quantity("5")}]
        floor.tell("packed", pack_at, container=container("PAL"), contents=contents)
        if unpack_at is not None:
            floor.tell("unpacked", unpack_at, container=container("PAL"))
        floor.tell(
            "shipped",
            ship_at,
            shipment=shipment("SH"),
            purpose="sale",
            customer=party("RIDE"),
            lots=[{"container": container("PAL")}],
        )
        return floor

    def holders(self, floor: Floor) -> dict[str, bool]:
        answer = floor.trace(lot("BIKE", "B"), direction="forward")
        return {node.id: node.in_time for node in answer.nodes if node.kind in {"container", "shipment"}}

    def test_a_pallet_passes_its_lots_on_to_its_shipment_and_customer(self) -> None:
        floor = self.packed_and_shipped(pack_at=1, ship_at=2)
        answer = floor.trace(lot("BIKE", "B"), direction="forward")
        sent = next(node for node in answer.nodes if node.kind == "shipment")

        assert self.holders(floor) == {container("PAL"): True, shipment("SH"): True}
        assert sent.facts.customer == party("RIDE")

    def test_what_was_packed_after_its_pallet_left_is_shown_and_not_in_time(self) -> None:
        assert self.holders(self.packed_and_shipped(pack_at=3, ship_at=2)) == {
            container("PAL"): True,
            shipment("SH"): False,
        }

    def test_what_was_unpacked_before_its_pallet_left_did_not_go(self) -> None:
        assert self.holders(self.packed_and_shipped(pack_at=1, unpack_at=2, ship_at=3)) == {container("PAL"): True}

    def test_a_pallet_on_a_truck_load_goes_where_the_load_goes(self) -> None:
        floor = Floor()
        floor.receive("BIKE", "B")
        contents = [{"lot": lot("BIKE", "B"), "quantity": quantity("5")}]
        floor.tell("packed", 1, container=container("PAL"), contents=contents)
        floor.tell("packed", 2, container=container("LOAD"), contents=[{"container": container("PAL")}])
        floor.tell(
            "shipped",
            3,
            shipment=shipment("SH"),
            purpose="sale",
            customer=party("RIDE"),
            lots=[{"container": container("LOAD")}],
        )

        assert set(self.holders(floor)) == {container("PAL"), container("LOAD"), shipment("SH")}

    def test_where_a_pallet_came_from_is_where_its_lots_came_from(self) -> None:
        floor = self.packed_and_shipped(pack_at=1, ship_at=2)

        answer = floor.trace(container("PAL"), direction="backward")

        assert {node.id for node in answer.nodes} == {container("PAL"), lot("BIKE", "B")}


class TestNetworkx:
    def answer(self) -> Floor:
        floor = Floor()
        floor.receive("STEEL", "A")
        floor.issue(lot("STEEL", "A"), "WO-1", 1)
        floor.issue(lot("STEEL", "A"), "WO-1", 2)
        floor.produce("FRAME", "F", "WO-1", 3)
        return floor

    def test_the_graph_is_networkx_and_its_functions_run_on_it(self) -> None:
        graph = self.answer().trace(lot("FRAME", "F"), direction="backward").graph

        assert isinstance(graph, nx.DiGraph)
        assert nx.ancestors(graph, lot("FRAME", "F")) == {order("WO-1"), lot("STEEL", "A")}
        assert list(nx.topological_sort(graph)) == [lot("STEEL", "A"), order("WO-1"), lot("FRAME", "F")]

    def test_the_graph_writes_the_same_node_link_data_as_the_answer(self) -> None:
        answer = self.answer().trace(lot("FRAME", "F"), direction="both")

        written = nx.node_link_data(nx.DiGraph(answer.graph), edges="edges")

        told = answer.as_json()
        assert {node["id"] for node in written["nodes"]} == {node["id"] for node in told["nodes"]}
        assert sorted(written["nodes"][0]) == sorted(told["nodes"][0])
        assert sorted(written["edges"][0]) == sorted(told["edges"][0])

    def test_an_answer_cannot_be_changed_and_says_how_to_get_one_that_can(self) -> None:
        graph = self.answer().trace(lot("FRAME", "F"), direction="backward").graph

        with pytest.raises(nx.NetworkXError, match=r"nx\.DiGraph\(graph\) makes a copy"):
            graph.remove_node(order("WO-1"))
        copy: nx.DiGraph[str] = nx.DiGraph(graph)
        copy.remove_node(order("WO-1"))
        assert (len(copy), len(graph)) == (2, 3)

    def test_parallel_flows_are_one_edge_that_keeps_each(self) -> None:
        answer = self.answer().trace(lot("FRAME", "F"), direction="backward")
        edge = next(edge for edge in answer.edges if edge.source == lot("STEEL", "A"))

        assert ([flow.seq for flow in edge.flows], str(edge.total("quantity"))) == ([1, 2], "20")
        assert answer.graph.parallel().number_of_edges(lot("STEEL", "A"), order("WO-1")) == 2


def test_what_was_packed_at_the_very_time_of_consumption_counts_even_if_it_was_booked_later() -> None:
    floor = Floor()
    floor.receive("PART", "A")
    floor.tell("material_issued", 3, order=order("WO-1"), lots=[{"container": container("KIT")}])
    contents = [{"lot": lot("PART", "A"), "quantity": quantity("5")}]
    floor.tell("packed", 3, container=container("KIT"), contents=contents)
    floor.produce("UNIT", "U", "WO-1", 5)

    assert floor.lots(lot("UNIT", "U"), "backward") == {"PART/A"}


def test_a_shipment_that_a_correction_took_out_of_the_answer_is_listed_with_that_entry() -> None:
    floor = Floor()
    floor.receive("BIKE", "B")
    sent = floor.tell(
        "shipped",
        2,
        shipment=shipment("SH"),
        purpose="sale",
        customer=party("RIDE"),
        lots=[{"lot": lot("BIKE", "B"), "quantity": quantity("5")}],
    )
    correction = floor.tell("corrected", 3, seq=sent, void=True, reason="it never left")

    answer = floor.trace(lot("BIKE", "B"), direction="forward")

    assert [(one.id, one.entries) for one in answer.removed_by] == [(shipment("SH"), (correction,))]


def test_a_tote_that_is_filled_again_after_it_left_came_back_empty() -> None:
    floor = Floor()
    for code in ("FIRST", "SECOND"):
        floor.receive("PART", code)
    for code, pack_at in (("FIRST", 1), ("SECOND", 3)):
        contents = [{"lot": lot("PART", code), "quantity": quantity("5")}]
        floor.tell("packed", pack_at, container=container("TOTE"), contents=contents)
        floor.tell(
            "shipped",
            pack_at + 1,
            shipment=shipment(code),
            purpose="sale",
            customer=party("RIDE"),
            lots=[{"container": container("TOTE")}],
        )

    answer = floor.trace(lot("PART", "FIRST"), direction="forward")

    assert {node.id for node in answer.nodes if node.kind == "shipment"} == {shipment("FIRST")}


def test_a_vessel_is_asked_about_with_all_its_fills() -> None:
    floor = Floor()
    for code in ("OLD", "NEW"):
        floor.receive("MILK", code)
    tank = "https://plant.example/vessel/L/TANK"
    for code, at in (("OLD", 1), ("NEW", 4)):
        lines = [{"lot": lot("MILK", code), "quantity": quantity("5")}]
        floor.tell("vessel_filled", at, vessel=place("TANK"), lots=lines)
        floor.tell(
            "vessel_drawn",
            at + 1,
            vessel=place("TANK"),
            quantity=quantity("2"),
            item=item("DRINK"),
            lot=lot("DRINK", code),
        )
        floor.tell("vessel_emptied", at + 2, vessel=place("TANK"), heel=quantity("0"))

    assert floor.lots(tank, "backward") == {"MILK/OLD", "MILK/NEW"}
    assert floor.lots(tank, "forward") == {"DRINK/OLD", "DRINK/NEW"}
    assert floor.lots(tank + "#2", "forward") == {"DRINK/NEW"}
    assert {edge.target for edge in floor.trace(tank, direction="forward").edges if edge.source == tank} == {
        tank + "#1",
        tank + "#2",
    }


def test_an_order_is_asked_about_with_all_its_runs() -> None:
    floor = Floor()
    for code in ("A", "B"):
        floor.receive("PART", code)
    for run, code in (("1", "A"), ("2", "B")):
        floor.issue(lot("PART", code), "WO-1", 1, run=run)
        floor.produce("UNIT", code, "WO-1", 2, run=run)

    assert floor.lots(order("WO-1"), "backward") == {"PART/A", "PART/B"}
    assert floor.lots(order("WO-1"), "forward") == {"UNIT/A", "UNIT/B"}
    assert floor.lots(order("WO-1") + "/run/1", "forward") == {"UNIT/A"}


def test_a_signature_that_no_longer_holds_weakens_no_answer_and_a_forced_receipt_does() -> None:
    floor = Floor()
    floor.receive("STEEL", "FORCED")
    floor.issue(lot("STEEL", "FORCED"), "WO-1", 1)

    history = floor.history(forced={0: ("duplicate-delivery",)})
    answer = trace(history, lot("STEEL", "FORCED"), direction="forward")

    assert [(gap.id, gap.codes, gap.entries) for gap in answer.gaps] == [(lot("STEEL", "FORCED"), ("forced",), (0,))]


def test_a_container_packed_elsewhere_goes_with_the_new_one_only() -> None:
    floor = Floor()
    floor.receive("PART", "A")
    contents = [{"lot": lot("PART", "A"), "quantity": quantity("5")}]
    floor.tell("packed", 1, container=container("CASE"), contents=contents)
    for at, outer in ((2, "OLD"), (3, "NEW")):
        floor.tell("packed", at, container=container(outer), contents=[{"container": container("CASE")}])
    for at, outer in ((4, "OLD"), (5, "NEW")):
        lines = [{"container": container(outer)}]
        floor.tell("shipped", at, shipment=shipment(outer), purpose="sale", customer=party("RIDE"), lots=lines)

    answer = floor.trace(lot("PART", "A"), direction="forward")

    assert {node.id for node in answer.nodes if node.kind == "shipment"} == {shipment("NEW")}


def test_what_was_used_out_of_a_container_that_is_away_shows_that_it_was_forced() -> None:
    floor = Floor()
    floor.receive("PART", "A")
    contents = [{"lot": lot("PART", "A"), "quantity": quantity("5")}]
    floor.tell("packed", 1, container=container("CASE"), contents=contents)
    lines = [{"container": container("CASE")}]
    floor.tell("shipped", 2, shipment=shipment("S"), purpose="sale", customer=party("RIDE"), lots=lines)
    forced = floor.tell("material_issued", 3, order=order("WO-1"), lots=lines)
    floor.produce("FRAME", "F", "WO-1", 4)

    answer = trace(floor.history(forced={forced: ("container-away",)}), lot("PART", "A"), direction="forward")

    gaps = {code: gap.entries for gap in answer.gaps for code in gap.codes}
    assert set(gaps) == {"forced"}
    assert forced in gaps["forced"]


def test_a_shipment_number_that_was_used_for_two_customers_names_both() -> None:
    floor = Floor()
    floor.receive("BIKE", "B")
    for customer in ("RIDE", "ROLL"):
        lines = [{"lot": lot("BIKE", "B"), "quantity": quantity("5")}]
        floor.tell("shipped", 2, shipment=shipment("S"), purpose="sale", customer=party(customer), lots=lines)

    (sent,) = [node for node in floor.trace(lot("BIKE", "B"), direction="forward").nodes if node.kind == "shipment"]

    assert (sent.as_json()["customer"], sent.as_json()["customers"]) == (party("RIDE"), [party("RIDE"), party("ROLL")])


def test_exact_inputs_that_are_told_later_change_no_answer_of_an_earlier_time() -> None:
    floor = Floor()
    floor.receive("PART", "A")
    floor.issue(lot("PART", "A"), "WO-1", 2)
    floor.produce("UNIT", "Y", "WO-1", 4)
    line = {
        "item": item("UNIT"),
        "lot": lot("UNIT", "X"),
        "quantity": quantity("1"),
        "from": [{"lot": lot("PART", "A"), "quantity": quantity("10")}],
    }
    floor.tell("batch_produced", 8, order=order("WO-1"), outputs=[line])

    assert floor.lots(lot("UNIT", "Y"), "backward", as_of=instant(hour(5))) == {"PART/A"}
    assert floor.lots(lot("PART", "A"), "forward", as_of=instant(hour(5))) == {"UNIT/Y"}
    assert floor.lots(lot("PART", "A"), "forward", as_of=instant(hour(9))) == {"UNIT/X"}


def test_a_run_that_begins_later_is_not_there_yet() -> None:
    floor = Floor()
    floor.receive("PART", "A")
    floor.issue(lot("PART", "A"), "WO-1", 2)
    floor.issue(lot("PART", "A"), "WO-1", 9, run="r9")

    assert floor.activities(lot("PART", "A"), "forward", as_of=instant(hour(3))) == {"order/L/WO-1"}
    assert "order/L/WO-1/run/r9" in floor.activities(lot("PART", "A"), "forward", as_of=instant(hour(9)))


def test_a_run_that_only_a_tank_was_drawn_into_belongs_to_its_order() -> None:
    floor = Floor()
    floor.receive("PAINT", "P")
    floor.tell("vessel_filled", 1, vessel=place("TANK"), lots=[{"lot": lot("PAINT", "P"), "quantity": quantity("10")}])
    floor.tell("vessel_drawn", 2, vessel=place("TANK"), order=order("WO-1"), run="r1", quantity=quantity("5"))

    reached = floor.activities(lot("PAINT", "P"), "forward")

    assert {"order/L/WO-1/run/r1", "order/L/WO-1/out"} <= reached


def test_a_removed_node_says_what_it_is_and_the_point_where_outputs_meet_is_not_told() -> None:
    floor = Floor()
    floor.receive("STEEL", "A")
    issue = floor.issue(lot("STEEL", "A"), "WO-1", 1)
    floor.produce("FRAME", "F", "WO-1", 2, run="early")
    sold = {"lot": lot("FRAME", "F"), "quantity": quantity("5")}
    floor.tell("shipped", 3, shipment=shipment("1"), purpose="sale", customer=party("RIDE"), lots=[sold])
    correction = floor.tell("corrected", 9, seq=issue, void=True, reason="did not happen")

    answer = floor.trace(lot("STEEL", "A"), direction="forward")

    assert [(one.id, one.kind, one.entries) for one in answer.removed_by] == [
        (order("WO-1"), "activity", (correction,)),
        (f"{order('WO-1')}/run/early", "activity", (correction,)),
        (shipment("1"), "shipment", (correction,)),
        (lot("FRAME", "F"), "lot", (correction,)),
    ]


def test_a_correction_that_nothing_of_an_answer_rests_on_takes_nothing_out_of_it() -> None:
    floor = Floor()
    floor.receive("STEEL", "A")
    floor.issue(lot("STEEL", "A"), "WO-1", 1)
    floor.produce("FRAME", "F", "WO-1", 2)
    elsewhere = floor.receive("PAINT", "P")
    floor.tell("corrected", 9, seq=elsewhere, void=True, reason="did not happen")
    history = floor.history()

    answer = trace(history, lot("STEEL", "A"))

    assert answer.removed_by == ()
    assert not history.saw_correction
