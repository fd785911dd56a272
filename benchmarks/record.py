"""Bulk recording: 100,000 receipts through the ledger, against bare inserts of the same bytes into a like file.

Product: parse, resolve names, accept, chain, tree, subjects and every other projection, in transactions of 10,000.
Peer: `sqlite3.executemany` of the very same entry bytes, write-ahead log, synchronous FULL, batches of 10,000. Both in
one run, in turn; the ratio of the medians is printed. Nothing else should run beside it.
"""

from __future__ import annotations

import argparse
import sqlite3
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.floors import receipts
from thread.service import Actor, Ledger

BATCH = 10_000
CLERK = Actor("bench", "asserted")


def record_all(path: Path, events: list[dict[str, Any]]) -> float:
    """Record the events in a new ledger; return the seconds that it took."""
    with Ledger.create(f"sqlite:///{path}", origin="bench.example") as ledger:
        started = time.perf_counter()
        for first in range(0, len(events), BATCH):
            with ledger.recording() as recorder:
                for event in events[first : first + BATCH]:
                    recorder.record(event, key=None, actor=CLERK)
        return time.perf_counter() - started


def entry_bytes(path: Path) -> list[tuple[int, bytes]]:
    """Return the entries of a ledger as its file holds them."""
    database = sqlite3.connect(path)
    rows = database.execute("SELECT seq, bytes FROM entries ORDER BY seq").fetchall()
    database.close()
    return rows


def insert_all(path: Path, rows: list[tuple[int, bytes]]) -> float:
    """Insert the rows in a new file; return the seconds that it took."""
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE entries (seq INTEGER PRIMARY KEY, bytes BLOB NOT NULL)")
    started = time.perf_counter()
    for first in range(0, len(rows), BATCH):
        database.execute("BEGIN IMMEDIATE")
        database.executemany("INSERT INTO entries VALUES (?, ?)", rows[first : first + BATCH])
        database.execute("COMMIT")
    taken = time.perf_counter() - started
    database.close()
    return taken


def main() -> None:
    """Run both sides in turn and print the ratio."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--events", type=int, default=100_000)
    asked.add_argument("--rounds", type=int, default=3)
    told = asked.parse_args()
    events = list(receipts(told.events))
    ours: list[float] = []
    bare: list[float] = []
    for number in range(told.rounds):
        with tempfile.TemporaryDirectory() as folder:
            ours.append(record_all(Path(folder) / "ledger.db", events))
            rows = entry_bytes(Path(folder) / "ledger.db")
            bare.append(insert_all(Path(folder) / "bare.db", rows))
        size = sum(len(data) for _, data in rows) / len(rows)
        print(f"round {number + 1}: thread {ours[-1]:.2f} s, bare inserts {bare[-1]:.2f} s, {size:.0f} B an entry")
    mine, peer = statistics.median(ours), statistics.median(bare)
    each = mine / told.events * 1e6
    print(f"bulk record of {told.events} receipts: {each:.1f} µs an event, {told.events / mine:.0f} events/s")
    print(f"ratio to bare inserts of the same bytes: {peer / mine:.3f} (goal 0.10 or more)")


if __name__ == "__main__":
    main()
