"""A trace as an indented tree: below each lot what it was made of, or what it went into; each branch is told once.

The walk keeps its own stack, so a genealogy of ten thousand steps is drawn like one of ten. The point where the outputs
of an order meet has no line of its own: it is no thing that anybody could find on the floor.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from thread.cli.words import NOT_IN_TIME, activity_words, amount_words, kind_of, origin_words, serials_words
from thread.values.names import label
from thread.values.quantity import decimal_text

if TYPE_CHECKING:
    from thread.cli.output import Cell
    from thread.genealogy.trace import Trace, TraceEdge, TraceNode

__all__ = ["marks", "node_words", "outputs_point", "tree_lines"]

_BRANCH: Final = "├─ "
_LAST: Final = "└─ "
_GOES_ON: Final = "│  "
_EMPTY: Final = "   "


@dataclass(frozen=True, slots=True)
class _Step:
    node: str
    edge: TraceEdge | None
    guides: str
    """What stands before its own branch sign."""
    sign: str


def tree_lines(
    trace: Trace, way: Literal["backward", "forward"], told_as: Mapping[str, str]
) -> Iterator[tuple[Cell, ...]]:
    """Yield the lines of the tree from the focus. `told_as`: see `activity_words`."""
    nodes = {node.id: node for node in trace.nodes}
    onward = _neighbours(trace, way)
    cut = set(trace.frontier)
    seen: set[str] = set()
    waiting = [_Step(trace.focus.name, None, "", "")]
    while waiting:
        step = waiting.pop()
        node = nodes.get(step.node)
        again = step.node in seen
        seen.add(step.node)
        children = () if again else _children(step.node, onward, nodes)
        yield _line(step, node, told_as, again=again and bool(onward.get(step.node)), cut=step.node in cut)
        below = step.guides + {"": "", _BRANCH: _GOES_ON, _LAST: _EMPTY}[step.sign]
        for number, (child, edge) in enumerate(reversed(children)):
            waiting.append(_Step(child, edge, below, _BRANCH if number else _LAST))


def outputs_point(name: str) -> bool:
    """Return whether a node is only the point where the outputs of an order meet."""
    return activity_words(name, {}).startswith("outputs of order ")


def _neighbours(trace: Trace, way: str) -> Mapping[str, list[TraceEdge]]:
    onward: dict[str, list[TraceEdge]] = defaultdict(list)
    # Below a lot stands material only; a container or shipment that is asked about leads to what it held or went with.
    with_custody = trace.focus.kind in {"container", "shipment"}
    for edge in trace.edges:
        if edge.kind != "custody" or with_custody:
            onward[edge.target if way == "backward" else edge.source].append(edge)
    return onward


def _children(
    name: str, onward: Mapping[str, list[TraceEdge]], nodes: Mapping[str, TraceNode]
) -> tuple[tuple[str, TraceEdge], ...]:
    found: dict[str, TraceEdge] = {}
    for edge in onward.get(name, ()):
        child = edge.source if edge.target == name else edge.target
        if child not in nodes:
            continue
        if nodes[child].kind == "activity" and outputs_point(child):
            beyond = _children(child, onward, nodes)
            for other, inner in beyond:
                # Backward, what an output got of its order stands on the edge to this point: told if one is behind it.
                found.setdefault(other, edge if inner.kind == "structure" and len(beyond) == 1 else inner)
        else:
            found.setdefault(child, edge)
    return tuple(found.items())


def _line(
    step: _Step, node: TraceNode | None, told_as: Mapping[str, str], *, again: bool, cut: bool
) -> tuple[Cell, ...]:
    if node is None:
        return (f"{step.guides}{step.sign}{label(step.node)}",)
    cells: list[Cell] = [(step.guides + step.sign, "dim"), (node_words(node, told_as), _look(node))]
    if step.edge is not None and node.kind != "activity":
        cells.append(_amounts(step.edge, node))
    elif node.kind == "lot" and node.facts.quantity is not None and kind_of(node.id) != "serial":
        cells.append(f"  {amount_words(node.facts.quantity, None, node.facts.unit)}")
    elif step.edge is not None and (told := _edge_amount(step.edge)):
        cells.append(f"  {told}")
    cells += marks(node, step.edge)
    if cut:
        cells.append(("  … cut here", "yellow"))
    if again:
        cells.append(("  (see above)", "dim"))
    return tuple(cells)


def _look(node: TraceNode) -> str:
    return "" if node.kind == "activity" else "bold" if node.in_time else "dim"


def node_words(node: TraceNode, told_as: Mapping[str, str]) -> str:
    """Return what a node is called, with the serials that were reached."""
    from thread.genealogy.trace import serials_json

    if node.kind == "activity":
        return activity_words(node.id, told_as)
    name = label(node.id) if node.kind == "lot" else f"{node.kind} {label(node.id)}"
    serials = serials_words(serials_json(node.spans))
    return name if not serials or name.endswith(f" / {serials}") else f"{name} [{serials}]"


def _edge_amount(edge: TraceEdge) -> str:
    low, high = edge.total("quantity"), edge.total("quantity_max")
    return amount_words(
        None if low is None else decimal_text(low), None if high is None else decimal_text(high), edge.unit
    )


def _amounts(edge: TraceEdge, node: TraceNode) -> str:
    part = _edge_amount(edge)
    whole = amount_words(node.facts.quantity, None, node.facts.unit)
    if part and whole and part != whole:
        return f"  {part} of {whole}"
    return f"  {part or whole}" if part or whole else ""


def marks(node: TraceNode, edge: TraceEdge | None = None) -> list[Cell]:
    """Return what deserves attention about a node: origin, held, not in time, uncertain."""
    from thread.values.origin import mode_totals

    found: list[Cell] = []
    if node.kind == "lot" and (origin := origin_words(mode_totals(node.facts.origin_parts))):
        found.append((f"  {origin}", "cyan"))
    for status, amount in node.facts.status.items():
        if status != "free" and amount.strip("0."):
            found.append((f"  {status.replace('_', ' ')} {amount}", "red" if status == "held" else "yellow"))
    if not node.in_time or (edge is not None and not edge.in_time):
        found.append((f"  {NOT_IN_TIME}", "dim"))
    if edge is not None and not edge.certain:
        found.append(("  uncertain", "yellow"))
    return found
