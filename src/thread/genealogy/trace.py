"""Where a lot came from and where it went: an answer that is complete or says where it was cut, with its entries.

A trace is made of the walk over lots and activities (`walk`), of custody attached to it afterwards
(`dispatch_custody`), and of the facts of each node (`node_facts`). Equal questions at equal ledger size give equal
bytes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, get_args

from thread.errors import BadInput, printed
from thread.genealogy.dispatch_custody import CustodyEdge, Departure, custody_of, fitted_at
from thread.genealogy.flows import CleanBreak, Flow
from thread.genealogy.focus import Focus, focus_of, starts_of
from thread.genealogy.node_facts import (
    NodeFacts,
    activity_facts,
    container_facts,
    lot_node_facts,
    serial_node_facts,
    shipment_facts,
)
from thread.genealogy.plant import Plant
from thread.genealogy.projection import History
from thread.genealogy.removed import Removal, removals
from thread.genealogy.walk import Direction, Reach, walk
from thread.values.quantity import EXACT, ZERO, decimal_text
from thread.values.serials import Span
from thread.values.times import MINUS_INFINITY, PLUS_INFINITY, moment_text

if TYPE_CHECKING:
    from thread.genealogy.graph import TraceGraph

__all__ = [
    "Asked",
    "DepthInvalid",
    "DirectionInvalid",
    "Gap",
    "Trace",
    "TraceEdge",
    "TraceFlow",
    "TraceNode",
    "flow_gaps",
    "serials_json",
    "trace",
]

Asked = Literal["backward", "forward", "both"]
NodeKind = Literal["lot", "activity", "container", "shipment"]


class DepthInvalid(BadInput):
    """A depth that is no number of activities."""

    code = "depth-invalid"

    def __init__(self, *, depth: object) -> None:
        shown = printed(depth)
        super().__init__(f"depth {shown} is not a number of activities; give 0 or more, or leave it out", depth=shown)


class DirectionInvalid(BadInput):
    """A direction that no trace has."""

    code = "direction-invalid"

    def __init__(self, *, direction: object) -> None:
        shown = str(direction)[:60]
        super().__init__(f"direction {shown!r} is none; tell backward, forward or both", direction=shown)


@dataclass(frozen=True, slots=True)
class TraceFlow:
    """One told flow on an edge. Times in nanoseconds; quantities in the unit of the edge's lot."""

    seq: int
    index: int
    time_from: int
    time_to: int
    quantity: Decimal | None
    quantity_max: Decimal | None
    gross: Decimal | None
    unit: str | None
    in_time: bool
    certain: bool
    via: str | None
    spans: tuple[Span, ...]
    entries: tuple[int, ...]

    def as_json(self) -> dict[str, object]:
        """The flow as DESIGN 8 prints it; a bound that nobody told is null."""
        return {
            "seq": self.seq,
            "index": self.index,
            "time_from": _bound(self.time_from),
            "time_to": _bound(self.time_to),
            "quantity": _amount(self.quantity),
            "quantity_max": _amount(self.quantity_max),
            "gross": _amount(self.gross),
            "in_time": self.in_time,
            "certain": self.certain,
            "via": self.via,
            "serials": serials_json(self.spans),
            "entries": list(self.entries),
        }


@dataclass(frozen=True, slots=True)
class TraceEdge:
    """All flows from one node to another. `source` is always upstream of `target`."""

    source: str
    target: str
    kind: Literal["flow", "component", "structure", "custody"]
    flows: tuple[TraceFlow, ...]

    @property
    def in_time(self) -> bool:
        """Whether one of its flows could really have happened on the way."""
        return any(flow.in_time for flow in self.flows)

    @property
    def certain(self) -> bool:
        """Whether one of its flows is known to be of this lot and not of another candidate."""
        return any(flow.certain for flow in self.flows)

    @property
    def unit(self) -> str | None:
        """Unit of all its flows; None where they differ or nobody told."""
        units = {flow.unit for flow in self.flows}
        return units.pop() if len(units) == 1 else None

    @property
    def entries(self) -> tuple[int, ...]:
        """Entries that it rests on."""
        return tuple(sorted({seq for flow in self.flows for seq in flow.entries}))

    def total(self, of: Literal["quantity", "quantity_max", "gross"]) -> Decimal | None:
        """Return the exact sum over its flows; None where units differ or a flow tells none."""
        amounts = [getattr(flow, of) for flow in self.flows]
        if self.unit is None or any(amount is None for amount in amounts):
            return None
        total = ZERO
        for amount in amounts:
            total = EXACT.add(total, amount)
        return total

    def as_json(self) -> dict[str, object]:
        """The edge as DESIGN 8 prints it."""
        return {
            "source": self.source,
            "target": self.target,
            "kind": self.kind,
            "quantity": _amount(self.total("quantity")),
            "quantity_max": _amount(self.total("quantity_max")),
            "gross": _amount(self.total("gross")),
            "unit": self.unit,
            "in_time": self.in_time,
            "certain": self.certain,
            "flows": [flow.as_json() for flow in self.flows],
        }


@dataclass(frozen=True)
class TraceNode:
    """A lot, activity, container or shipment of an answer."""

    id: str
    kind: NodeKind
    depth: int
    in_time: bool
    spans: tuple[Span, ...]
    look_up: Callable[[str, NodeKind], NodeFacts]

    @cached_property
    def facts(self) -> NodeFacts:
        """Item, quantity, status and origin; read from the ledger when first asked for."""
        return self.look_up(self.id, self.kind)

    def as_json(self) -> dict[str, object]:
        """The node as DESIGN 8 prints it."""
        return {
            "id": self.id,
            "kind": self.kind,
            "depth": self.depth,
            "in_time": self.in_time,
            "serials": serials_json(self.spans),
            **self.facts.as_json(self.kind),
        }


@dataclass(frozen=True, slots=True)
class Gap:
    """A node that rests on something less than a plain fact."""

    id: str
    codes: tuple[str, ...]
    entries: tuple[int, ...]

    def as_json(self) -> dict[str, object]:
        """The gap as printed in `graph.gaps`."""
        return {"id": self.id, "codes": list(self.codes), "entries": list(self.entries)}


@dataclass(frozen=True)
class Trace:
    """The answer to where-from, where-used, or both."""

    focus: Focus
    direction: Asked
    nodes: tuple[TraceNode, ...]
    """Sorted by depth, then id."""
    edges: tuple[TraceEdge, ...]
    """Sorted by source, then target."""
    frontier: tuple[str, ...]
    """Where a depth limit cut the walk; empty: nothing was cut."""
    reaches: tuple[Reach, ...]
    """The walks behind the answer, one for each direction."""
    clean_breaks: tuple[CleanBreak, ...]
    removed: tuple[TraceEdge, ...]
    removed_by: tuple[Removal, ...]
    dropped_nodes: int
    dropped_edges: int
    in_time_only: bool
    as_of: str | None
    known_at: int
    origin: str
    root: str
    """Root hash of the ledger at `known_at`, base64 as in a checkpoint."""

    @property
    def complete(self) -> bool:
        """Whether nothing was cut."""
        return not self.frontier

    @cached_property
    def gaps(self) -> tuple[Gap, ...]:
        """The nodes that rest on something less than a plain fact, by name."""
        facts = ((node.id, node.facts) for node in self.nodes)
        return flow_gaps(facts, self.reaches, {node.id for node in self.nodes})

    @cached_property
    def entries(self) -> tuple[int, ...]:
        """Every entry that the answer rests on, by seq."""
        found = {seq for node in self.nodes for seq in node.facts.entries}
        found.update(seq for edge in (*self.edges, *self.removed) for seq in edge.entries)
        found.update(cut.seq for cut in self.clean_breaks)
        found.update(seq for removal in self.removed_by for seq in removal.entries)
        return tuple(sorted(found))

    @cached_property
    def graph(self) -> TraceGraph:
        """The answer as a read-only `networkx.DiGraph`; `nx.DiGraph(trace.graph)` makes a copy that may be changed."""
        from thread.genealogy.graph import TraceGraph  # noqa: PLC0415 networkx takes half a second to import

        return TraceGraph.over(self)

    @property
    def lots(self) -> tuple[str, ...]:
        """Names of the lots of the answer other than the focus, by depth, then name."""
        mine = {self.focus.name, self.focus.lot}
        return tuple(node.id for node in self.nodes if node.kind == "lot" and node.id not in mine)

    def facts_json(self) -> dict[str, object]:
        """What the answer says about itself: `graph` of the node-link data."""
        return {
            "focus": self.focus.name,
            "direction": self.direction,
            "in_time_only": self.in_time_only,
            "as_of": self.as_of,
            "known_at": self.known_at,
            "complete": self.complete,
            "frontier": list(self.frontier),
            "gaps": [gap.as_json() for gap in self.gaps],
            "dropped": {"nodes": self.dropped_nodes, "edges": self.dropped_edges},
            "clean_breaks": [{"seq": cut.seq, "before": cut.before, "after": cut.after} for cut in self.clean_breaks],
            "removed": [edge.as_json() for edge in self.removed],
            "removed_by": [removal.as_json() for removal in self.removed_by],
            "ledger": {"origin": self.origin, "size": self.known_at, "root": self.root},
            "entries": list(self.entries),
        }

    def as_json(self) -> dict[str, Any]:
        """The answer as NetworkX node-link data (`edges="edges"`), as DESIGN 8 fixes it."""
        return {
            "directed": True,
            "multigraph": False,
            "graph": self.facts_json(),
            "nodes": [node.as_json() for node in self.nodes],
            "edges": [edge.as_json() for edge in self.edges],
        }


def trace(
    history: History,
    name: str,
    *,
    direction: Asked = "both",
    depth: int | None = None,
    as_of: int | None = None,
    as_of_text: str | None = None,
    in_time_only: bool = False,
    root: str = "",
) -> Trace:
    """Return where something came from, where it went, or both.

    Args:
        history: what is known, at the size that is asked about.
        name: resolved name of a lot, serial, activity, container or shipment.
        direction: `backward` where from, `forward` where used, `both`.
        depth: activities to follow; None follows everything.
        as_of: event time up to which flows count [ns since the Unix epoch]; None: all.
        as_of_text: the same time as it was typed, to print.
        in_time_only: leave out what cannot really have happened in time; what is dropped is counted.
        root: root hash of the ledger at that size, to print.

    Raises:
        NothingTold: no known entry names it.
        DepthInvalid: depth is negative, or no whole number.
        DirectionInvalid: no trace has that direction.
    """
    if depth is not None and (type(depth) is not int or depth < 0):
        raise DepthInvalid(depth=depth)
    if direction not in get_args(Asked):
        raise DirectionInvalid(direction=direction)
    plant = Plant(history, as_of=as_of)
    focus = focus_of(name, plant)
    ways: tuple[Direction, ...] = ("backward", "forward") if direction == "both" else (direction,)
    reaches = [walk(plant, starts_of(focus, plant, way), way, depth_limit=depth) for way in ways]
    answer = _Answer(plant, focus, reaches)
    nodes, edges = answer.nodes(), answer.edges()
    shown = {node.id for node in nodes if node.in_time} if in_time_only else {node.id for node in nodes}
    kept_nodes = tuple(node for node in nodes if node.id in shown)
    kept_edges = tuple(edge for edge in edges if edge.in_time or not in_time_only)
    frontier = tuple(sorted({node for reach in reaches for node in reach.frontier} & shown))
    return Trace(
        focus=focus,
        direction=direction,
        nodes=kept_nodes,
        edges=kept_edges,
        frontier=frontier,
        reaches=tuple(reaches),
        clean_breaks=plant.clean_breaks(shown),
        removed=_removed_edges(plant, [node.id for node in kept_nodes if node.kind == "lot"]),
        removed_by=removals(plant, [focus], ways, {node.id for node in nodes}, depth_limit=depth),
        dropped_nodes=len(nodes) - len(kept_nodes),
        dropped_edges=len(edges) - len(kept_edges),
        in_time_only=in_time_only,
        as_of=as_of_text,
        known_at=history.size,
        origin=history.origin,
        root=root,
    )


class _Answer:
    """Nodes and edges of an answer, gathered from the walks of one or both directions."""

    def __init__(self, plant: Plant, focus: Focus, reaches: list[Reach]) -> None:
        self.plant = plant
        self.focus = focus
        self.reaches = reaches
        self.custody = self._custody()

    def _custody(self) -> tuple[CustodyEdge, ...]:
        """Return custody downstream of what a forward walk reached, and of a container that is asked about itself."""
        found: dict[CustodyEdge, None] = {}
        for reach in self.reaches:
            if reach.direction == "forward":
                fitted = fitted_at(reach)
                for lot in sorted(set(reach.depths) - reach.activities):
                    edges = custody_of(
                        self.plant,
                        lot,
                        reach.spans.get(lot, ()),
                        reach.arrivals.get(lot),
                        as_of=self.plant.as_of,
                        fitted=fitted.get(lot, ()),
                    )
                    found.update(dict.fromkeys(edges))
                if self.focus.kind in {"container", "shipment"}:
                    found.update(dict.fromkeys(self._custody_of_contents(onward=True)))
            elif self.focus.kind in {"container", "shipment"}:
                found.update(dict.fromkeys(self._custody_of_contents(onward=False)))
        return tuple(found)

    def _custody_of_contents(self, *, onward: bool) -> Iterable[CustodyEdge]:
        """Yield custody between the lots of a container or shipment and itself, or from it onward."""
        for start in starts_of(self.focus, self.plant, "backward"):
            edges = custody_of(self.plant, start.node, start.spans, MINUS_INFINITY, as_of=self.plant.as_of)
            downstream = _downstream(edges, self.focus.name)
            for edge in edges:
                wanted = edge.source in downstream if onward else self.focus.name in _downstream(edges, edge.target)
                if wanted:
                    yield edge

    def nodes(self) -> tuple[TraceNode, ...]:
        depths: dict[str, int] = {self.focus.name: 0}
        spans: dict[str, tuple[Span, ...]] = {}
        in_time = {self.focus.name}
        activities: set[str] = set()
        for reach in self.reaches:
            for node, depth in reach.depths.items():
                depths[node] = min(depth, depths.get(node, depth))
            for lot, found in reach.spans.items():
                spans[lot] = (
                    () if lot in spans and not (spans[lot] and found) else tuple(sorted({*spans.get(lot, ()), *found}))
                )
            in_time.update(reach.arrivals)
            activities |= reach.activities
        if self.focus.kind == "activity":
            activities.add(self.focus.name)
        holders = self._holders(depths, in_time)
        if self.focus.kind == "serial":
            spans[self.focus.name] = self.focus.spans
        found_nodes = []
        for node, depth in depths.items():
            kind: NodeKind = "activity" if node in activities else "lot"
            if node in holders:
                kind = holders[node]
            elif node == self.focus.name and self.focus.kind in {"container", "shipment"}:
                kind = "container" if self.focus.kind == "container" else "shipment"
            found_nodes.append(TraceNode(node, kind, depth, node in in_time, spans.get(node, ()), self._facts))
        return tuple(sorted(found_nodes, key=lambda node: (node.depth, node.id)))

    def _holders(self, depths: dict[str, int], in_time: set[str]) -> dict[str, NodeKind]:
        """Give containers and shipments the depth of the lot they are nearest to; they are never expanded."""
        kinds: dict[str, NodeKind] = {}
        walked = frozenset(depths)  # lots have the depth of the material; a pallet that they share brings none nearer
        waiting = list(self.custody)
        while waiting:
            later = []
            for edge in waiting:
                if edge.source not in depths and edge.target not in depths:
                    later.append(edge)
                    continue
                depth = min(depths.get(edge.source, 1 << 30), depths.get(edge.target, 1 << 30))
                for node, kind in (
                    (edge.source, None),
                    (edge.target, "shipment" if edge.target_is_shipment else "container"),
                ):
                    if node not in walked:
                        depths[node] = min(depths.get(node, depth), depth)
                    if kind is not None:
                        kinds[node] = "shipment" if kind == "shipment" else "container"
                    if edge.in_time:
                        in_time.add(node)
            if len(later) == len(waiting):
                break
            waiting = later
        return kinds

    @cached_property
    def _departures(self) -> Mapping[str, Departure]:
        return {edge.target: edge.departure for edge in self.custody if edge.departure is not None}

    def _facts(self, node: str, kind: NodeKind) -> NodeFacts:
        if kind == "lot":
            if node == self.focus.name and self.focus.lot:
                return serial_node_facts(self.plant, node, self.focus.lot)
            return lot_node_facts(self.plant, node)
        if kind == "activity":
            return activity_facts(self.plant, node)
        if kind == "container":
            return container_facts(self.plant, node)
        return shipment_facts(self.plant, node, self._departures.get(node))

    def _parts_of_focus(self, direction: Direction) -> tuple[str, ...]:
        """Return what stands for the focus: the lot of a serial, the runs of an order, the fills of a vessel."""
        if self.focus.lot is not None:
            return (self.focus.lot,)
        if self.focus.kind != "activity":
            return ()
        starts = starts_of(self.focus, self.plant, direction)
        return tuple(start.node for start in starts if start.node != self.focus.name)

    def edges(self) -> tuple[TraceEdge, ...]:
        flows: dict[tuple[str, str, str], dict[tuple[int, int, int, int], TraceFlow]] = defaultdict(dict)
        for reach in self.reaches:
            for flow in reach.flows:
                shown = _shown(flow, in_time=id(flow) in reach.flows_in_time)
                known = flows[flow.source, flow.target, flow.kind]
                key = (flow.time_from, flow.seq, flow.index, flow.time_to)
                if key not in known or shown.in_time:
                    known[key] = shown
        for number, edge in enumerate(self.custody):
            at = (edge.time_from, edge.entries[0], number, edge.time_to)
            flows[edge.source, edge.target, "custody"][at] = _shown_custody(edge)
        for reach in self.reaches:
            for part in self._parts_of_focus(reach.direction):
                ends = (part, self.focus.name)
                source, target = ends if reach.direction == "backward" else ends[::-1]
                if not any((source, target, kind) in flows for kind in ("flow", "structure")):
                    flows[source, target, "structure"][0, 0, 0, 0] = _same_thing(self.focus, self.plant)
        return tuple(
            TraceEdge(source, target, kind, tuple(found[key] for key in sorted(found)))  # type: ignore[arg-type]  # the kinds above
            for (source, target, kind), found in sorted(flows.items())
        )


def _downstream(edges: Iterable[CustodyEdge], name: str) -> set[str]:
    """Return a holder and everything that its custody leads on to."""
    found = {name}
    edges = tuple(edges)
    while True:
        more = {edge.target for edge in edges if edge.source in found} - found
        if not more:
            return found
        found |= more


def _shown(flow: Flow, *, in_time: bool) -> TraceFlow:
    return TraceFlow(
        flow.seq,
        flow.index,
        flow.time_from,
        flow.time_to,
        flow.quantity,
        flow.quantity_max,
        flow.gross,
        flow.unit,
        in_time,
        flow.certain,
        flow.via,
        flow.source_spans if flow.way in {"in", "part"} else flow.target_spans,
        flow.entries,
    )


def _shown_custody(edge: CustodyEdge) -> TraceFlow:
    amount = None if edge.quantity is None else Decimal(edge.quantity)
    return TraceFlow(
        edge.entries[0],
        0,
        edge.time_from,
        edge.time_to,
        amount,
        amount,
        amount,
        edge.unit,
        edge.in_time,
        True,  # noqa: FBT003 a container holds what was put in
        None,
        edge.spans,
        edge.entries,
    )


def _same_thing(focus: Focus, plant: Plant) -> TraceFlow:
    """Return the link between what is asked about and what stands for it."""
    first = plant.history.about("activity" if focus.kind == "activity" else "lot", focus.name)[0]
    always = (MINUS_INFINITY, PLUS_INFINITY)
    return TraceFlow(first.seq, 0, *always, None, None, None, None, True, True, None, focus.spans, first.entries)  # noqa: FBT003


def _removed_edges(plant: Plant, lots: list[str]) -> tuple[TraceEdge, ...]:
    grouped: dict[tuple[str, str], list[TraceFlow]] = defaultdict(list)
    for flow in plant.removed(lots):
        grouped[flow.source, flow.target].append(_shown(flow, in_time=True))
    return tuple(
        TraceEdge(
            source, target, "component", tuple(sorted(flows, key=lambda flow: (flow.time_from, flow.seq, flow.index)))
        )
        for (source, target), flows in sorted(grouped.items())
    )


def flow_gaps(
    facts: Iterable[tuple[str, NodeFacts]], reaches: Iterable[Reach], shown: Collection[str]
) -> tuple[Gap, ...]:
    """Return what an answer rests on that is less than a plain fact, by node, sorted."""
    codes: dict[str, set[str]] = defaultdict(set)
    entries: dict[str, set[int]] = defaultdict(set)
    for reach in reaches:
        for flow in reach.flows:
            if flow.gaps and flow.target in shown:
                codes[flow.target].update(flow.gaps)
                entries[flow.target].update(flow.entries)
    for node, told in facts:
        if told.gaps:
            codes[node].update(told.gaps)
            entries[node].update(told.gap_entries)
    return tuple(Gap(node, tuple(sorted(codes[node])), tuple(sorted(entries[node]))) for node in sorted(codes))


def serials_json(spans: tuple[Span, ...]) -> list[dict[str, str]]:
    """Return serials as ranges, as DESIGN 8 prints them."""
    return [{"first": span.bounds[0], "last": span.bounds[1]} for span in spans]


def _bound(at: int) -> str | None:
    return None if at in (MINUS_INFINITY, PLUS_INFINITY) else moment_text(at)


def _amount(amount: Decimal | None) -> str | None:
    return None if amount is None else decimal_text(amount)
