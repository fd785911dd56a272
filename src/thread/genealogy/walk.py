"""Which lots and activities a question reaches, how many activities away, and which of it could really have happened.

The closure is every *possible* path: the superset that a recall needs. In-time marks are earliest-arrival reachability
over windows of time (EVENTS 3): a flow is usable if it does not end before the arrival at its source; the new arrival
is the later of that arrival and its start. Backward runs the same with the signs turned. Serials behave as runs of
their lot: a lot whose flows name serials is walked piece by piece, and what names none touches every piece. Everything
is reached at most once per piece, so loops end.
"""

from __future__ import annotations

import heapq
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal, NamedTuple

from thread.genealogy.flows import Flow
from thread.genealogy.plant import Plant
from thread.values.serials import Span, joined
from thread.values.times import MINUS_INFINITY, PLUS_INFINITY

__all__ = ["Direction", "Pieces", "Reach", "Start", "walk"]

Direction = Literal["backward", "forward"]

WHOLE: Final = 0
"""Piece of a lot that stands for all that no flow names by serial."""


class Start(NamedTuple):
    """A node that a walk starts from, with the serials meant (empty: all) and its first arrival (None: no bound)."""

    node: str
    is_activity: bool
    spans: tuple[Span, ...] = ()
    arrival: int | None = None


class Pieces:
    """The runs of serials that the onward flows of a lot tell apart; piece 0 is the rest of the lot."""

    __slots__ = ("_all", "segments")

    def __init__(self, named: Iterable[tuple[Span, ...]]) -> None:
        bounds: dict[tuple[str, int], set[int]] = defaultdict(set)
        spans = [span for told in named for span in told]
        for span in spans:
            bounds[span.prefix, span.width] |= {span.first, span.last + 1}
        self.segments: tuple[Span, ...] = tuple(
            Span(prefix, width, low, high - 1)
            for (prefix, width), cuts in sorted(bounds.items())
            for low, high in pairwise(sorted(cuts))
            if any((s.prefix, s.width) == (prefix, width) and s.first <= low <= s.last for s in spans)
        )
        self._all = tuple(range(len(self.segments) + 1))

    def touched(self, spans: tuple[Span, ...]) -> tuple[int, ...]:
        """Return the pieces that some serials touch; none named means all of them."""
        if not spans or not self.segments:
            return self._all
        found = tuple(
            number
            for number, segment in enumerate(self.segments, start=1)
            if any(
                (span.prefix, span.width) == (segment.prefix, segment.width)
                and span.first <= segment.last
                and segment.first <= span.last
                for span in spans
            )
        )
        # Serials that no onward flow names go on only with what is told of the whole lot.
        return found or (WHOLE,)


_ONE_PIECE: Final = Pieces(())


State = tuple[str, bool, int]


@dataclass(frozen=True, slots=True)
class Reach:
    """What a walk reached."""

    direction: Direction
    depths: Mapping[str, int]
    """Activities between the start and each node; the smallest wins."""
    activities: frozenset[str]
    spans: Mapping[str, tuple[Span, ...]]
    """Serials reached of each lot that tells its serials apart; empty: the whole lot."""
    flows: tuple[Flow, ...]
    flows_in_time: frozenset[int]
    """`id()` of the flows of `flows` that could really have happened."""
    arrivals: Mapping[str, int]
    """Earliest arrival (forward) or latest departure (backward) of the nodes that are in time, nanoseconds."""
    frontier: tuple[str, ...]
    """Nodes where the depth limit cut the walk."""
    came_by: Mapping[str, Flow]
    """The flow by which each node was first reached, for telling a path."""


class _Walk:
    def __init__(self, plant: Plant, direction: Direction, depth_limit: int | None) -> None:
        self.plant = plant
        self.forward = direction == "forward"
        self.direction: Direction = direction
        self.depth_limit = depth_limit
        self.pieces: dict[str, Pieces] = {}
        self.distance: dict[State, int] = {}
        self.links: dict[State, list[tuple[Flow, tuple[State, ...]]]] = {}
        self.spans: dict[str, set[Span] | None] = {}
        self.frontier: set[str] = set()
        self.came_by: dict[str, Flow] = {}

    def pieces_at(self, lot: str) -> Pieces:
        found = self.pieces.get(lot)
        if found is None:
            onward = self.plant.flows(lot, is_activity=False, forward=self.forward)
            named = [near for flow in onward if (near := self._near_spans(flow))]
            found = self.pieces[lot] = Pieces(named) if named else _ONE_PIECE
        return found

    def _near_spans(self, flow: Flow) -> tuple[Span, ...]:
        return flow.source_spans if self.forward else flow.target_spans

    def states(self, node: str, spans: tuple[Span, ...], *, is_activity: bool) -> tuple[State, ...]:
        if is_activity:
            return ((node, True, WHOLE),)
        return tuple((node, False, piece) for piece in self.pieces_at(node).touched(spans))

    def reached(self, lot: str, spans: tuple[Span, ...]) -> None:
        """Note which serials of a lot are reached; none named means the whole lot."""
        known = self.spans.setdefault(lot, set())
        if not spans:
            self.spans[lot] = None
        elif known is not None:
            known.update(spans)

    def ahead(self, state: State) -> list[tuple[Flow, tuple[State, ...]]]:
        """Return the flows that lead on from a state, and the states at their far ends."""
        node, is_activity, piece = state
        found = []
        for flow in self.plant.flows(node, is_activity=is_activity, forward=self.forward):
            near = self._near_spans(flow)
            if not is_activity and near and piece not in self.pieces_at(node).touched(near):
                continue
            if self.forward:
                other, far, other_is_activity = flow.target, flow.target_spans, flow.enters_activity
            else:
                other, far, other_is_activity = flow.source, flow.source_spans, flow.leaves_activity
            found.append((flow, self.states(other, far, is_activity=other_is_activity)))
        return found

    def close(self, starts: Iterable[Start]) -> None:
        """Reach everything that is possible, nearest first, and note the smallest depth of each state."""
        queue: deque[State] = deque()
        for start in starts:
            if not start.is_activity:
                self.reached(start.node, start.spans)
            for state in self.states(start.node, start.spans, is_activity=start.is_activity):
                self.distance[state] = 0
                queue.append(state)
        done: set[State] = set()
        while queue:
            state = queue.popleft()
            if state in done:
                continue
            done.add(state)
            depth = self.distance[state]
            kept = []
            for flow, targets in self.ahead(state):
                step = _step(flow, forward=self.forward)
                if self.depth_limit is not None and depth + step > self.depth_limit:
                    self.frontier.add(state[0])
                    continue
                kept.append((flow, targets))
                if not targets[0][1]:
                    self.reached(targets[0][0], flow.target_spans if self.forward else flow.source_spans)
                for target in targets:
                    if self.distance.get(target, depth + step + 1) <= depth + step:
                        continue
                    self.distance[target] = depth + step
                    self.came_by.setdefault(target[0], flow)
                    if step:
                        queue.append(target)
                    else:
                        queue.appendleft(target)
            self.links[state] = kept

    def arrive(self, starts: Iterable[Start]) -> tuple[dict[State, int], set[int]]:
        """Return the best arrival of each state that is in time, and the flows that are usable from there.

        Backward, times are negated: a latest departure is an earliest arrival of a world that runs the other way.
        """
        best: dict[State, int] = {}
        heap: list[tuple[int, int, State]] = []
        for start in starts:
            arrival = MINUS_INFINITY
            if start.arrival is not None:
                arrival = start.arrival if self.forward else -start.arrival
            for state in self.states(start.node, start.spans, is_activity=start.is_activity):
                best[state] = min(arrival, best.get(state, arrival))
                heapq.heappush(heap, (arrival, len(heap), state))
        usable: set[int] = set()
        pushed = len(heap)
        done: set[State] = set()
        while heap:
            arrival, _, state = heapq.heappop(heap)
            if state in done:
                continue
            done.add(state)
            for flow, targets in self.links.get(state, ()):
                begin, end = (flow.time_from, flow.time_to) if self.forward else (-flow.time_to, -flow.time_from)
                if arrival > end:
                    continue
                usable.add(id(flow))
                then = max(arrival, begin)
                for target in targets:
                    if target not in done and then < best.get(target, PLUS_INFINITY + 1):
                        best[target] = then
                        pushed += 1
                        heapq.heappush(heap, (then, pushed, target))
        return best, usable


def _step(flow: Flow, *, forward: bool) -> int:
    """Return how much deeper a flow leads: entering an activity, or a unit, is one step; structure is none."""
    if flow.kind == "structure":
        return 0
    if flow.way == "part":
        return 1
    enters = flow.enters_activity if forward else flow.leaves_activity
    return 1 if enters else 0


def walk(plant: Plant, starts: Iterable[Start], direction: Direction, *, depth_limit: int | None = None) -> Reach:
    """Return everything upstream (`backward`) or downstream (`forward`) of some nodes.

    `depth_limit`: activities to follow; what it cuts is named in `frontier`. None follows everything.
    """
    starts = tuple(starts)
    job = _Walk(plant, direction, depth_limit)
    job.close(starts)
    best, usable = job.arrive(starts)
    depths: dict[str, int] = {}
    activities: set[str] = set()
    for (node, is_activity, _), depth in job.distance.items():
        depths[node] = min(depth, depths.get(node, depth))
        if is_activity:
            activities.add(node)
    arrivals: dict[str, int] = {}
    for (node, _, _), arrival in best.items():
        arrivals[node] = min(arrival, arrivals.get(node, arrival))
    if direction == "backward":
        arrivals = {node: -arrival for node, arrival in arrivals.items()}
    flows = {id(flow): flow for links in job.links.values() for flow, _ in links}
    return Reach(
        direction,
        depths,
        frozenset(activities),
        {lot: joined(found) if found else () for lot, found in job.spans.items()},
        tuple(flows.values()),
        frozenset(usable),
        arrivals,
        tuple(sorted(job.frontier)),
        job.came_by,
    )
