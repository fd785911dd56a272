"""Invariants 3, 4, 5 and 7: an answer is what plain walks over plainly told edges give, on any floor."""

from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from tests.floor import ORIGIN, Floor, hour
from tests.oracles import AFTER, Edge, as_networkx, by_sql, in_time, plain_edges
from tests.properties.random_floors import LOTS, floors, names
from thread.genealogy.focus import NothingTold
from thread.genealogy.projection import MemoryHistory, Recorded
from thread.genealogy.trace import Trace, trace
from thread.genealogy.walk import Direction
from thread.values.times import instant

directions = st.sampled_from(["backward", "forward"])


def asked(floor: Floor, name: str, direction: Direction, **more: object) -> Trace | None:
    try:
        return floor.trace(name, direction=direction, **more)
    except NothingTold:
        return None


def material(answer: Trace) -> dict[str, bool]:
    return {node.id: node.in_time for node in answer.nodes if node.kind in {"lot", "activity"}}


def edges_of(floor: Floor) -> list[Edge]:
    return plain_edges(floor.events, origin=ORIGIN)


@pytest.mark.requirement("TRC-1")
@given(floors(), names, directions)
def test_an_answer_is_what_networkx_and_a_recursive_query_reach(floor: Floor, name: str, direction: Direction) -> None:
    answer = asked(floor, name, direction)
    edges = edges_of(floor)
    graph = as_networkx(edges)
    graph.add_node(name)
    reached = nx.descendants(graph, name) if direction == "forward" else nx.ancestors(graph, name)

    if answer is None:
        assert reached == set()
        return
    note(str(sorted(material(answer))))
    assert set(material(answer)) == reached | {name}
    assert set(material(answer)) == by_sql(edges, name, forward=direction == "forward")


@pytest.mark.requirement("TRC-1")
@given(floors(), names, directions)
def test_the_edges_of_an_answer_are_the_edges_that_were_told(floor: Floor, name: str, direction: Direction) -> None:
    answer = asked(floor, name, direction)
    if answer is None:
        return
    near = {edge[0] if direction == "forward" else edge[1] for edge in edges_of(floor)} & set(material(answer))

    told = {(e.source, e.target) for e in edges_of(floor) if (e[0] if direction == "forward" else e[1]) in near}

    assert {(edge.source, edge.target) for edge in answer.edges if edge.kind != "custody"} == told


@pytest.mark.requirement("TRC-3")
@given(floors(), names, directions)
def test_in_time_is_what_relaxing_every_edge_gives(floor: Floor, name: str, direction: Direction) -> None:
    answer = asked(floor, name, direction)
    if answer is None:
        return

    marked = {node for node, usable in material(answer).items() if usable}

    assert marked == in_time(edges_of(floor), name, forward=direction == "forward")


@pytest.mark.requirement("TRC-2")
@given(floors(), names, names, st.one_of(st.none(), st.integers(0, 7)))
def test_a_is_upstream_of_b_exactly_when_b_is_downstream_of_a(
    floor: Floor, one: str, other: str, as_of: int | None
) -> None:
    time = None if as_of is None else instant(hour(as_of))
    forward = asked(floor, one, "forward", as_of=time)
    backward = asked(floor, other, "backward", as_of=time)
    if forward is None or backward is None:
        return

    assert material(forward).get(other) == material(backward).get(one)


@given(floors(), names, directions, st.integers(0, 7))
def test_as_of_a_time_is_the_plain_walk_over_the_flows_that_had_begun(
    floor: Floor, name: str, direction: Direction, as_of: int
) -> None:
    time = instant(hour(as_of))
    answer = asked(floor, name, direction, as_of=time)
    if answer is None:
        return
    begun = plain_edges(floor.events, origin=ORIGIN, as_of=time)
    edges = [edge for edge in begun if edge.time_from <= time or edge.time_to == AFTER]

    assert set(material(answer)) == by_sql(edges, name, forward=direction == "forward")


@pytest.mark.requirement("TRC-3")
@given(floors(), names, directions)
def test_leaving_out_what_is_not_in_time_gives_a_part_of_the_answer(
    floor: Floor, name: str, direction: Direction
) -> None:
    whole, narrow = asked(floor, name, direction), asked(floor, name, direction, in_time_only=True)
    if whole is None or narrow is None:
        return

    assert {node.id for node in narrow.nodes} == {node.id for node in whole.nodes if node.in_time}
    assert narrow.dropped_nodes == len(whole.nodes) - len(narrow.nodes)
    assert narrow.dropped_edges == len(whole.edges) - len(narrow.edges)


@pytest.mark.requirement("TRC-5")
@given(floors(), names, st.data())
def test_an_answer_at_a_size_is_the_same_bytes_after_any_later_entries(
    floor: Floor, name: str, data: st.DataObject
) -> None:
    size = data.draw(st.integers(1, len(floor.events)))
    earlier = Floor()
    earlier.events = floor.events[:size]

    before = asked(earlier, name, "forward")
    later = Floor()
    later.events = [entry.event for entry in floor.history(known_at=size)._entries]
    after = asked(later, name, "forward")

    assert (before and before.as_json()) == (after and after.as_json())


@pytest.mark.requirement("TRC-5")
@given(floors(corrections=False), st.randoms(use_true_random=False))
def test_the_order_of_booking_changes_no_answer(floor: Floor, chance: object) -> None:
    """Events at different times may be booked in any order; equal times are ordered by seq, so they keep theirs."""
    shuffled = Floor()
    order = list(range(len(floor.events)))
    chance.shuffle(order)  # type: ignore[attr-defined]
    by_time: dict[int, list[int]] = {}
    for seq, event in enumerate(floor.events):
        by_time.setdefault(event.at, []).append(seq)
    places: dict[int, list[int]] = {at: list(seqs) for at, seqs in by_time.items()}
    shuffled.events = [floor.events[places[floor.events[seq].at].pop(0)] for seq in order]

    for name in LOTS[:3]:
        one, other = asked(floor, name, "backward"), asked(shuffled, name, "backward")
        assert (one and material(one)) == (other and material(other))


@pytest.mark.requirement("TRC-4")
@given(floors(), names, directions, st.integers(0, 3))
def test_an_answer_is_complete_exactly_when_nothing_was_cut(
    floor: Floor, name: str, direction: Direction, depth: int
) -> None:
    whole, cut = asked(floor, name, direction), asked(floor, name, direction, depth=depth)
    if whole is None or cut is None:
        return

    missing = set(material(whole)) - set(material(cut))
    missing_edges = {(e.source, e.target) for e in whole.edges} - {(e.source, e.target) for e in cut.edges}

    assert cut.complete == (not missing and not missing_edges)
    assert {node.id for node in cut.nodes} <= {node.id for node in whole.nodes}
    assert all(node.depth <= depth for node in cut.nodes)


class _Looks(MemoryHistory):
    """A history that always has every version looked through."""

    @property
    def saw_correction(self) -> bool:
        return True


@given(floors(), names, directions)
def test_what_rests_on_no_correction_had_nothing_removed_by_one(floor: Floor, name: str, direction: Direction) -> None:
    answer = asked(floor, name, direction)
    if answer is None:
        return
    entries = [Recorded(seq, event, "2026-04-01T00:00:00.000000Z", "clerk") for seq, event in enumerate(floor.events)]

    assert trace(_Looks(entries, origin=ORIGIN), name, direction=direction).removed_by == answer.removed_by
