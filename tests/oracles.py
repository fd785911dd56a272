"""Slow, plain answers to compare ours with. Nothing here uses our projection: edges are told straight from the events.

An edge is `(source, target, time_from, time_to)`. Serial numbers are left out, so plants with serials are compared by
other means.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID, uuid5

import networkx as nx

from thread.events import Event, Line, parse_event
from thread.events.containers import Packing, Unpacking
from thread.events.corrections import Corrected
from thread.events.dispatch import Shipped
from thread.events.material import Received, Transforming
from thread.events.production import BatchProduced, MaterialIssued, MaterialReturned, WorkOrderClosed, WorkOrderReleased
from thread.events.quality import Scrapped
from thread.events.vessels import VesselDrawn, VesselEmptied, VesselFilled

BEFORE = -(10**30)
AFTER = 10**30


class Edge(NamedTuple):
    source: str
    target: str
    time_from: int
    time_to: int


class Fact(NamedTuple):
    at: int
    seq: int
    event: Event


def valid_facts(events: Sequence[Event]) -> list[Fact]:
    """Apply corrections by brute force: the last one of each entry wins."""
    stands: dict[int, list[Event]] = {
        seq: [event] for seq, event in enumerate(events) if not isinstance(event, Corrected)
    }
    for event in events:
        if isinstance(event, Corrected):
            first = UUID(events[event.seq].id or "")
            told = event.replaced_by or ()
            stands[event.seq] = [
                parse_event({**one, "id": str(uuid5(first, str(i)) if i else first)}) for i, one in enumerate(told)
            ]
    facts = [Fact(event.at, seq, event) for seq, some in stands.items() for event in some]
    return sorted(facts, key=lambda fact: (fact.at, fact.seq))


class _Put(NamedTuple):
    at: int
    seq: int
    container: str
    content: str
    is_container: bool


def _puts(facts: Iterable[Fact]) -> list[_Put]:
    found = []
    for fact in facts:
        event = fact.event
        if isinstance(event, Packing):
            for line in event.contents:
                inner = [line.container] if line.is_whole_container and line.container else []
                found += [_Put(fact.at, fact.seq, event.container, name, True) for name in inner]
                found += [_Put(fact.at, fact.seq, event.container, lot, False) for lot in line.candidates]
        elif isinstance(event, Received):
            found += [_Put(fact.at, fact.seq, part.container, event.lot, False) for part in event.containers]
        elif isinstance(event, BatchProduced | Transforming):
            found += [_Put(fact.at, fact.seq, o.container, o.lot, False) for o in event.outputs if o.container]
    return found


def _lines(event: Event) -> Iterable[Line]:
    if isinstance(event, MaterialIssued | Shipped | Scrapped | VesselFilled):
        return event.lots
    if isinstance(event, Transforming):
        return event.inputs
    if isinstance(event, Packing):
        return event.contents
    return ()


def _inside(container: str, at: int, seq: int, facts: list[Fact], above: tuple[str, ...] = ()) -> set[str]:
    """Return the lots in a container just before (at, seq), by telling its whole story again."""
    if container in above:
        return set()
    story: list[tuple[int, int, int, object]] = []
    for number, put in enumerate(_puts(facts)):
        if put.container == container and put.at <= at:
            story.append((put.at, put.seq, 1, (number, put)))
    story += [(fact.at, fact.seq, 0, fact.event) for fact in facts if (fact.at, fact.seq) < (at, seq)]
    inside: dict[tuple[str, bool], Decimal | None] = {}
    for _put_at, put_seq, kind, what in sorted(story, key=lambda one: one[:3]):
        if kind == 1:
            _, put = what  # type: ignore[misc]
            amount = _amount_put(put, facts, put_seq)
            key = (put.content, put.is_container)
            known = inside.get(key, Decimal(0))
            inside[key] = None if amount is None or known is None else known + amount
            continue
        _leave(container, what, inside)  # type: ignore[arg-type]
    lots: set[str] = set()
    for content, is_container in inside:
        lots |= _inside(content, at, seq, facts, (*above, container)) if is_container else {content}
    return lots


def _amount_put(put: _Put, facts: list[Fact], seq: int) -> Decimal | None:
    for fact in facts:
        if fact.seq == seq and isinstance(fact.event, Packing) and fact.event.container == put.container:
            for line in fact.event.contents:
                if put.content in line.candidates:
                    return line.amount
    return None if put.is_container else Decimal(10**12)


def _leave(container: str, event: Event, inside: dict[tuple[str, bool], Decimal | None]) -> None:
    for line in _lines(event):
        if line.container == container:
            if line.lot is not None:
                _take(inside, line.lot, amount=line.amount)
            elif not isinstance(event, Shipped | Packing):
                inside.clear()
    if isinstance(event, Unpacking) and event.container == container:
        if event.contents is None:
            inside.clear()
        for line in event.contents or ():
            inside.pop((line.container or "", True), None)
            for lot in line.candidates:
                _take(inside, lot, amount=line.amount)
    if isinstance(event, Packing) and event.container != container:
        for line in event.contents:
            if line.is_whole_container:
                inside.pop((line.container or "", True), None)


def _take(inside: dict[tuple[str, bool], Decimal | None], lot: str, *, amount: Decimal | None) -> None:
    known = inside.get((lot, False))
    if amount is None or known is None or known <= amount:
        inside.pop((lot, False), None)
    else:
        inside[lot, False] = known - amount


def plain_edges(events: Sequence[Event], *, origin: str, as_of: int | None = None) -> list[Edge]:
    """Return every edge that the events tell, one event at a time."""
    facts = valid_facts(events)
    edges: list[Edge] = []
    for fact in facts:
        event = fact.event
        begin, end = event.window
        if isinstance(event, MaterialIssued):
            node = f"{event.order}/run/{event.run}" if event.run else event.order
            if event.basis == "backflush":
                begin, end = _order_window(event.order, facts, begin, end)
            edges += [Edge(lot, node, begin, end) for line in event.lots for lot in _lots(line, fact, facts)]
        elif isinstance(event, BatchProduced):
            node = f"{event.order}/run/{event.run}" if event.run else _out(event.order, facts, as_of)
            edges += [Edge(node, line.lot, begin, end) for line in event.outputs]
        elif isinstance(event, MaterialReturned) and event.opened:
            node = f"{event.order}/run/{event.run}" if event.run else _out(event.order, facts, as_of)
            edges += [Edge(node, lot, begin, end) for line in event.lots for lot in line.candidates]
        elif isinstance(event, Transforming):
            node = f"https://{origin}/event/{event.id}"
            edges += [Edge(lot, node, begin, end) for line in event.inputs for lot in _lots(line, fact, facts)]
            edges += [Edge(node, line.lot, begin, end) for line in event.outputs]
        elif isinstance(event, VesselFilled):
            node = _vessel(event, fact, facts)
            edges += [Edge(lot, node, begin, end) for line in event.lots for lot in _lots(line, fact, facts)]
        elif isinstance(event, VesselDrawn):
            order = event.order and (f"{event.order}/run/{event.run}" if event.run else event.order)
            edges.append(Edge(_vessel(event, fact, facts), event.lot or order or "", begin, end))
    for order in {edge.source.split("/run/")[0].removesuffix("/out") for edge in edges if "/order/" in edge.source} | {
        edge.target.split("/run/")[0] for edge in edges if "/order/" in edge.target
    }:
        runs = _runs(order, facts, as_of)
        for run in runs:
            edges.append(Edge(order, f"{order}/run/{run}", BEFORE, AFTER))
            edges.append(Edge(f"{order}/run/{run}", f"{order}/out", BEFORE, AFTER))
        if runs:
            edges.append(Edge(order, f"{order}/out", BEFORE, AFTER))
    return edges


def _lots(line: Line, fact: Fact, facts: list[Fact]) -> set[str]:
    if line.candidates:
        return set(line.candidates)
    return _inside(line.container or "", fact.at, fact.seq, facts)


def _runs(order: str, facts: list[Fact], as_of: int | None) -> set[str]:
    return {
        fact.event.run
        for fact in facts
        if isinstance(fact.event, MaterialIssued | MaterialReturned | BatchProduced | VesselDrawn)
        and fact.event.order == order
        and fact.event.run
        and (as_of is None or fact.event.window[0] <= as_of)
    }


def _out(order: str, facts: list[Fact], as_of: int | None) -> str:
    return f"{order}/out" if _runs(order, facts, as_of) else order


def _order_window(order: str, facts: list[Fact], begin: int, end: int) -> tuple[int, int]:
    released = [f.event.window[0] for f in facts if isinstance(f.event, WorkOrderReleased) and f.event.order == order]
    closed = [f.event.window[1] for f in facts if isinstance(f.event, WorkOrderClosed) and f.event.order == order]
    return min([*released, begin]) if released else BEFORE, max([*closed, end])


def _vessel(event: VesselFilled | VesselDrawn, fact: Fact, facts: list[Fact]) -> str:
    number = 1 + sum(
        1
        for other in facts
        if isinstance(other.event, VesselEmptied)
        and other.event.vessel == event.vessel
        and other.event.heel.amount == 0
        and (other.at, other.seq) < (fact.at, fact.seq)
    )
    return f"{event.vessel.replace('/place/', '/vessel/')}#{number}"


def as_networkx(edges: Iterable[Edge]) -> nx.DiGraph[str]:
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_edges_from((edge.source, edge.target) for edge in edges)
    return graph


def by_sql(edges: Iterable[Edge], start: str, *, forward: bool) -> set[str]:
    """Return what a recursive query reaches; `start` itself is always in."""
    source, target = ("source", "target") if forward else ("target", "source")
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE TABLE flow (source TEXT, target TEXT)")
        database.executemany("INSERT INTO flow VALUES (?, ?)", [(edge.source, edge.target) for edge in edges])
        rows = database.execute(
            "WITH RECURSIVE reached(node) AS"
            f" (SELECT ? UNION SELECT {target} FROM flow JOIN reached ON {source} = node) SELECT node FROM reached",
            (start,),
        ).fetchall()
    database.close()
    return {node for (node,) in rows}


def in_time(edges: Sequence[Edge], start: str, *, forward: bool) -> set[str]:
    """Return what can be reached in time, by relaxing every edge until nothing changes."""
    arrival = {start: BEFORE}
    changed = True
    while changed:
        changed = False
        for edge in edges:
            source, target, begin, end = edge
            if not forward:
                source, target, begin, end = target, source, -end, -begin
            if source in arrival and arrival[source] <= end:
                then = max(arrival[source], begin)
                if then < arrival.get(target, AFTER + 1):
                    arrival[target] = then
                    changed = True
    return set(arrival)
