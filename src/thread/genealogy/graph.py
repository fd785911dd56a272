"""The NetworkX face of an answer: a read-only `nx.DiGraph` over its nodes and edges, with no copy into dicts.

NetworkX's own functions run on the mappings. `nx.DiGraph(graph)` makes a copy that may be changed, `parallel(graph)` a
multigraph that keeps the flows of an edge apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NoReturn

import networkx as nx

if TYPE_CHECKING:
    from thread.genealogy.trace import Trace, TraceEdge, TraceNode

__all__ = ["TraceGraph"]


class _Nodes(Mapping[str, Mapping[str, Any]]):
    """Node attributes by node name, made when first asked for."""

    __slots__ = ("_attributes", "_nodes")

    def __init__(self, nodes: tuple[TraceNode, ...]) -> None:
        self._nodes = {node.id: node for node in nodes}
        self._attributes: dict[str, Mapping[str, Any]] = {}

    def __getitem__(self, name: str) -> Mapping[str, Any]:
        found = self._attributes.get(name)
        if found is None:
            told = self._nodes[name].as_json()
            del told["id"]
            found = MappingProxyType(told)
            self._attributes[name] = found
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._nodes)

    def __len__(self) -> int:
        return len(self._nodes)

    def __contains__(self, name: object) -> bool:
        return name in self._nodes


class _EdgeAttributes:
    """Attributes of each edge, made once for both directions of looking."""

    __slots__ = ("_edges", "_made")

    def __init__(self, edges: tuple[TraceEdge, ...]) -> None:
        self._edges = edges
        self._made: dict[int, Mapping[str, Any]] = {}

    def __getitem__(self, number: int) -> Mapping[str, Any]:
        found = self._made.get(number)
        if found is None:
            told = self._edges[number].as_json()
            del told["source"], told["target"]
            found = MappingProxyType(told)
            self._made[number] = found
        return found


class _Neighbours(Mapping[str, Mapping[str, Any]]):
    """The far ends of the edges of one node, with the attributes of each edge."""

    __slots__ = ("_attributes", "_ends")

    def __init__(self, ends: dict[str, int], attributes: _EdgeAttributes) -> None:
        self._ends = ends
        self._attributes = attributes

    def __getitem__(self, name: str) -> Mapping[str, Any]:
        return self._attributes[self._ends[name]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._ends)

    def __len__(self) -> int:
        return len(self._ends)

    def __contains__(self, name: object) -> bool:
        return name in self._ends


class _Adjacency(Mapping[str, _Neighbours]):
    """Neighbours by node name, in one direction."""

    __slots__ = ("_attributes", "_ends", "_nodes")

    def __init__(self, nodes: _Nodes, ends: dict[str, dict[str, int]], attributes: _EdgeAttributes) -> None:
        self._nodes = nodes
        self._ends = ends
        self._attributes = attributes

    def __getitem__(self, name: str) -> _Neighbours:
        if name not in self._nodes:
            raise KeyError(name)
        return _Neighbours(self._ends.get(name, {}), self._attributes)

    def __iter__(self) -> Iterator[str]:
        return iter(self._nodes)

    def __len__(self) -> int:
        return len(self._nodes)

    def __contains__(self, name: object) -> bool:
        return name in self._nodes


class TraceGraph(nx.DiGraph):  # type: ignore[type-arg]  # subscripting nx.DiGraph fails at run time
    """A trace as a directed graph. Reading is NetworkX; changing raises `nx.NetworkXError`."""

    def __new__(cls, *args: Any, **attributes: Any) -> nx.DiGraph:  # type: ignore[misc,type-arg]
        """Return a plain, changeable graph: NetworkX makes copies of a view by calling its class."""
        return nx.DiGraph(*args, **attributes)

    @classmethod
    def over(cls, trace: Trace) -> TraceGraph:
        """Return the graph of a trace."""
        graph: TraceGraph = object.__new__(cls)
        nodes = _Nodes(trace.nodes)
        attributes = _EdgeAttributes(trace.edges)
        ahead: dict[str, dict[str, int]] = {}
        behind: dict[str, dict[str, int]] = {}
        for number, edge in enumerate(trace.edges):
            ahead.setdefault(edge.source, {})[edge.target] = number
            behind.setdefault(edge.target, {})[edge.source] = number
        forward = _Adjacency(nodes, ahead, attributes)
        # NetworkX guards these names with descriptors that reset its caches; the instance dictionary is what they read.
        graph.__dict__.update(
            graph=MappingProxyType(trace.facts_json()),
            _node=nodes,
            _adj=forward,
            _succ=forward,
            _pred=_Adjacency(nodes, behind, attributes),
            __networkx_cache__={},
        )
        return graph

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        message = "an answer cannot be changed; nx.DiGraph(graph) makes a copy that can"
        raise nx.NetworkXError(message)

    add_node = add_nodes_from = remove_node = remove_nodes_from = _refuse
    add_edge = add_edges_from = add_weighted_edges_from = remove_edge = remove_edges_from = _refuse
    update = clear = clear_edges = _refuse

    def parallel(self) -> nx.MultiDiGraph:  # type: ignore[type-arg]
        """Return a changeable multigraph in which each flow is an edge of its own."""
        copy: nx.MultiDiGraph = nx.MultiDiGraph(**self.graph)  # type: ignore[type-arg]
        copy.add_nodes_from((name, dict(attributes)) for name, attributes in self.nodes(data=True))
        for source, target, told in self.edges(data=True):
            shared = {name: value for name, value in told.items() if name in {"kind", "unit"}}
            for flow in told["flows"]:
                copy.add_edge(source, target, key=(flow["seq"], flow["index"]), **{**flow, **shared})
        return copy
