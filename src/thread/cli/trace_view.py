"""A trace as pages for people: whether it is whole, a tree or a table, who has it, and what it rests on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from thread.cli.trace_tree import marks, node_words, outputs_point, tree_lines
from thread.cli.words import (
    GAP_WORDS,
    NOT_IN_TIME,
    activity_words,
    amount_words,
    count_words,
    entries_words,
    joined,
    origin_words,
)
from thread.values.names import label
from thread.values.origin import mode_totals
from thread.values.quantity import decimal_text

if TYPE_CHECKING:
    from thread.cli.output import Cell, Page
    from thread.genealogy.trace import Trace, TraceEdge, TraceFlow, TraceNode
    from thread.values.serials import Span

__all__ = ["ledger_line", "show_table", "show_trace", "told_as"]

_WAYS: Final[Mapping[str, str]] = {
    "backward": "where it came from",
    "forward": "where it went",
    "both": "where it came from and where it went",
}
_DID: Final[Mapping[str, str]] = {
    "split": "split",
    "merged": "merge",
    "relabelled": "relabelling",
    "reworked": "rework",
    "epcis_captured": "transformation",
}


def told_as(trace: Trace, type_of: Callable[[int], str]) -> dict[str, str]:
    """Return words for the activities that are single events, which have no number of their own.

    `type_of`: the type of the event of an entry.
    """
    found = {}
    for node in trace.nodes:
        if node.kind == "activity" and activity_words(node.id, {}).startswith("activity ") and node.facts.entries:
            first = node.facts.entries[0]
            did = _DID.get(type_of(first))
            if did is not None:
                found[node.id] = f"{did} (entry {first})"
    return found


def show_trace(page: Page, trace: Trace, names: Mapping[str, str]) -> None:
    """Write an answer as a tree, with everything that a reader has to know about it."""
    _show_headline(page, trace)
    both = trace.direction == "both"
    if trace.direction in {"backward", "both"}:
        page.heading("Where from") if both else page.line()
        for cells in tree_lines(trace, "backward", names):
            page.line(*cells)
    if trace.direction in {"forward", "both"}:
        page.heading("Where used") if both else page.line()
        for cells in tree_lines(trace, "forward", names):
            page.line(*cells)
    _show_custody(page, trace)
    _show_footing(page, trace)


def show_table(page: Page, trace: Trace, names: Mapping[str, str]) -> None:
    """Write an answer as one row for each lot, activity, container and shipment."""
    _show_headline(page, trace)
    page.line()
    headers = ("Depth", "Kind", "Name", "Quantity", "Unit", "Origin", "Marks", "Customer", "Entries")
    rows = [_row(node, names) for node in trace.nodes if not (node.kind == "activity" and outputs_point(node.id))]
    page.table(headers, rows, right=("Depth", "Quantity"))
    _show_footing(page, trace)


def _row(node: TraceNode, names: Mapping[str, str]) -> tuple[Cell, ...]:
    facts = node.facts
    origin = origin_words(mode_totals(facts.origin_parts)) if node.kind == "lot" else ""
    told = [cell if isinstance(cell, str) else cell[0] for cell in marks(node)]
    attention = [text.strip() for text in told if text.strip() != origin]
    name = node_words(node, names).removeprefix(f"{node.kind} ")
    return (
        str(node.depth),
        node.kind,
        (name, "bold" if node.kind == "lot" else ""),
        facts.quantity or "",
        facts.unit or "",
        origin,
        (", ".join(attention), "yellow"),
        label(facts.customer) if facts.customer else "",
        ", ".join(str(seq) for seq in facts.entries[:6]) + (" …" if len(facts.entries) > 6 else ""),
    )


def _show_headline(page: Page, trace: Trace) -> None:
    page.line((label(trace.focus.name), "bold"), f": {_WAYS[trace.direction]}")
    counts = joined(_counts(trace)) or "nothing else"
    if trace.complete:
        page.line(("Complete", "green"), f": {counts}.")
    else:
        cut = joined(label(name) for name in trace.frontier[:10])
        more = f" and {len(trace.frontier) - 10} more" if len(trace.frontier) > 10 else ""
        page.line(("Cut", "bold yellow"), f" by the depth that was asked for, at {cut}{more}; shown: {counts}.")
    if trace.as_of is not None:
        page.line(f"As of {trace.as_of}: what happened later is left out.")
    if trace.in_time_only:
        dropped = f"{count_words(trace.dropped_nodes, 'node')} and {count_words(trace.dropped_edges, 'link')}"
        page.line(f"In time only: {dropped} that cannot really have happened are left out.")


def _counts(trace: Trace) -> list[str]:
    numbers: dict[str, int] = defaultdict(int)
    for node in trace.nodes:
        if node.id not in {trace.focus.name, trace.focus.lot} and not outputs_point(node.id):
            numbers[node.kind] += 1
    return [count_words(numbers[kind], kind) for kind in ("lot", "activity", "container", "shipment") if numbers[kind]]


def _show_custody(page: Page, trace: Trace) -> None:
    custody = [edge for edge in trace.edges if edge.kind == "custody"]
    if not custody:
        return
    nodes = {node.id: node for node in trace.nodes}
    page.heading("Containers and shipments")
    headers = ("What", "In", "Amount", "From (UTC)", "To (UTC)", "Marks")
    page.table(headers, [_custody_row(edge, flow, nodes) for edge in custody for flow in edge.flows])
    _show_customers(page, custody, nodes)


def _custody_row(edge: TraceEdge, flow: TraceFlow, nodes: Mapping[str, TraceNode]) -> tuple[Cell, ...]:
    """Return one stay of something in a container, or its departure with a shipment."""
    told = flow.as_json()
    begin, end = str(told["time_from"] or ""), str(told["time_to"] or "")
    amount = None if flow.quantity is None else decimal_text(flow.quantity)
    source, target = nodes.get(edge.source), nodes.get(edge.target)
    unit = flow.unit
    if unit is None and amount is not None and source is not None and source.kind == "lot":
        unit = source.facts.unit
    return (
        (label(edge.source), "bold"),
        f"{target.kind} {label(edge.target)}" if target else label(edge.target),
        amount_words(amount, None, unit) or ", ".join(_bounds_words(span) for span in flow.spans),
        begin,
        end if end != begin else "",
        "" if flow.in_time else NOT_IN_TIME,
    )


def _bounds_words(span: Span) -> str:
    first, last = span.bounds
    return first if first == last else f"{first} to {last}"


def _show_customers(page: Page, custody: list[TraceEdge], nodes: Mapping[str, TraceNode]) -> None:
    contents: dict[str, set[str]] = defaultdict(set)
    for edge in custody:
        contents[edge.target].add(edge.source)
    reached: dict[str, dict[str, set[str]]] = defaultdict(dict)
    for name in sorted(contents):
        node = nodes.get(name)
        if node is not None and node.kind == "shipment" and node.facts.customer is not None:
            reached[node.facts.customer][name] = _lots_inside(name, contents)
    if not reached:
        return
    page.heading("Customers")
    rows = [
        (
            (label(customer), "bold"),
            ", ".join(label(shipment) for shipment in shipments),
            ", ".join(label(lot) for lot in sorted(set().union(*shipments.values()))),
        )
        for customer, shipments in sorted(reached.items())
    ]
    page.table(("Customer", "Shipments", "Lots"), rows)


def _lots_inside(holder: str, contents: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    seen: set[str] = set()
    waiting = [holder]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        inside = contents.get(name)
        if inside:
            waiting.extend(inside)
        elif name != holder:
            found.add(name)
    return found


def _show_footing(page: Page, trace: Trace) -> None:
    """Write what the answer rests on that is less than a plain fact, and what it leaves out and why."""
    told: list[str] = []
    for gap in trace.gaps:
        why = joined(GAP_WORDS.get(code, code) for code in gap.codes)
        told.append(f"{label(gap.id)}: {why} ({entries_words(gap.entries)}).")
    if told:
        page.heading("Rests on less than a plain fact")
        _list(page, told)
    told = [
        f"Entry {cut.seq} emptied a vessel: what is in {label(cut.before)} did not reach {label(cut.after)}."
        for cut in trace.clean_breaks
    ]
    told += [
        f"{label(edge.source)} was taken out of {label(edge.target)} ({entries_words(edge.entries)}) and is not"
        " counted as part of it."
        for edge in trace.removed
    ]
    told += [
        f"{label(removal.id)} was in this answer before {entries_words(removal.entries)} corrected what was told."
        for removal in trace.removed_by
        if removal.kind != "activity"
    ]
    if told:
        page.heading("Left out, and why")
        _list(page, told)
    page.line()
    page.line((ledger_line(trace.origin, trace.known_at, trace.root), "dim"))


def _list(page: Page, texts: list[str]) -> None:
    for text in texts:
        page.line(f"- {text}")


def ledger_line(origin: str, size: int, root: str) -> str:
    """Return which ledger an answer was read from, and in which state."""
    return f"Ledger {origin}, {count_words(size, 'entry')}" + (f", root {root}" if root else "")
