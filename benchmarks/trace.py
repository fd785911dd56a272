"""A trace of a thousand nodes through the public Python call, from a ledger file, beside two plain peers.

Product: `Ledger.trace` on a freshly opened ledger (nothing in memory), then again (entries in memory), then with every
fact of every node as JSON. Peers on the same flows, told to them beforehand: a recursive query in SQLite, and
`networkx.ancestors` on a resident graph. Answers are compared before anything is timed. Run it alone.
"""

from __future__ import annotations

import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import networkx as nx
import orjson

from benchmarks.floors import layers
from thread import open_ledger
from thread.service import Actor, Ledger

ROUNDS = 15
SHAPE = {"levels": 13, "width": 60, "inputs": 3}


def seconds(call: Callable[[], object]) -> float:
    """Return how long one call takes."""
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def main() -> None:
    """Make the plant, compare the answers, print medians and ratios."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'ledger.db'}"
        with Ledger.create(url, origin="bench.example") as ledger, ledger.recording() as recorder:
            for event in layers(**SHAPE):
                recorder.record(event, key=None, actor=Actor("bench", "asserted"))
        with open_ledger(url) as ledger:
            focus = ledger.resolve_lot(f"B{SHAPE['levels'] - 1}-0")
            answer = ledger.trace(focus, direction="backward")
            whole = ledger.trace(ledger.resolve_lot("R0"), direction="forward")
            edges = {(edge.source, edge.target) for edge in (*answer.edges, *whole.edges)}
        graph: nx.DiGraph[str] = nx.DiGraph(sorted(edges))
        database = sqlite3.connect(":memory:")
        database.execute("CREATE TABLE flow (target TEXT, source TEXT, PRIMARY KEY (target, source)) WITHOUT ROWID")
        database.executemany("INSERT INTO flow VALUES (?, ?)", sorted((target, source) for source, target in edges))
        query = (
            "WITH RECURSIVE up(node) AS (SELECT ? UNION SELECT source FROM flow JOIN up ON target = node)"
            " SELECT node FROM up"
        )
        ours = {node.id for node in answer.nodes}
        assert ours == nx.ancestors(graph, focus) | {focus}
        assert ours == {node for (node,) in database.execute(query, (focus,))}

        cold, warm, told = [], [], []
        for _ in range(ROUNDS):
            with open_ledger(url) as ledger:
                cold.append(seconds(lambda: ledger.trace(focus, direction="backward")))
                warm.append(seconds(lambda: ledger.trace(focus, direction="backward")))
                told.append(seconds(lambda: orjson.dumps(ledger.trace(focus, direction="backward").as_json())))
        sql = [seconds(lambda: database.execute(query, (focus,)).fetchall()) for _ in range(ROUNDS)]
        plain = [seconds(lambda: nx.ancestors(graph, focus)) for _ in range(ROUNDS)]
        database.close()

    print(f"trace of {len(ours)} nodes, {len(answer.edges)} edges; medians of {ROUNDS} [ms]")
    figures = {
        "thread, ledger just opened": cold,
        "thread, entries in memory": warm,
        "thread, with all facts as JSON": told,
        "recursive query over ready flows": sql,
        "networkx.ancestors over a resident graph": plain,
    }
    base = statistics.median(cold)
    for name, taken in figures.items():
        print(f"  {name:42} {statistics.median(taken) * 1e3:8.2f}   ratio {base / statistics.median(taken):7.2f}")

    print(f"  per 1,000 nodes, ledger just opened: {base * 1e6 / len(ours):.1f} ms (goal 100 ms or less)")


if __name__ == "__main__":
    main()
