"""Bulk recording: 100,000 receipts through the ledger, against bare inserts of the same bytes into a like file.

Product: parse, resolve names, accept, chain, tree, subjects and every other projection, in transactions of 10,000.
Peer: `sqlite3.executemany` of the very same entry bytes, write-ahead log, synchronous FULL, batches of 10,000. Both in
one run, in turn; the ratio of the medians is printed. Nothing else should run beside it.

What cannot be done without is measured beside it: inserting the rows that the ledger's tables hold, validating the
events, making and hashing canonical bytes (ADR 21).
"""

from __future__ import annotations

import argparse
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson

from benchmarks.floors import receipts
from thread.events import parse_event
from thread.ledger import canonical_bytes
from thread.service import Actor, Ledger
from thread.store.tables import PROJECTIONS, create_statement

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


def floors(path: Path, folder: Path) -> dict[str, float]:
    """Return the seconds of the parts of recording that no way of recording can leave out, each alone."""
    source = sqlite3.connect(path)
    names = ("entries", *PROJECTIONS)
    rows = {name: source.execute(f"SELECT * FROM {name}").fetchall() for name in names}  # noqa: S608 our names
    source.close()
    return {
        "rows of all tables": insert_tables(folder / "tables.db", rows),
        "validation": seconds(lambda told: parse_event(orjson.loads(told), told), events_in(rows["entries"])),
        "canonical bytes and hash": seconds(
            lambda told: sha256(b"\x00" + canonical_bytes(told)).digest(),
            [orjson.loads(data) for _, data in rows["entries"]],
        ),
    }


def insert_tables(path: Path, rows: dict[str, list[tuple[Any, ...]]]) -> float:
    """Insert the rows of every table into a new file, as many at once as a transaction of the ledger holds."""
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    for name in rows:
        database.execute(create_statement(name))
    started = time.perf_counter()
    parts = max(1, len(rows["entries"]) // BATCH)
    for part in range(parts):
        database.execute("BEGIN IMMEDIATE")
        for name, of_table in rows.items():
            some = of_table[len(of_table) * part // parts : len(of_table) * (part + 1) // parts]
            if some:
                places = ", ".join("?" * len(some[0]))
                database.executemany(f"INSERT INTO {name} VALUES ({places})", some)  # noqa: S608 our names
        database.execute("COMMIT")
    taken = time.perf_counter() - started
    database.close()
    return taken


def events_in(rows: list[tuple[Any, ...]]) -> list[bytes]:
    """Return the JSON of the floor events of some entries."""
    told = (orjson.loads(data)["event"] for _, data in rows)
    return [canonical_bytes(event) for event in told if not event["type"].startswith("ledger.")]


def seconds(step: Callable[[Any], object], told: list[Any]) -> float:
    """Return how long a step takes for all of these."""
    started = time.perf_counter()
    for one in told:
        step(one)
    return time.perf_counter() - started


def main() -> None:
    """Run both sides in turn and print the ratio."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--events", type=int, default=100_000)
    asked.add_argument("--rounds", type=int, default=3)
    told = asked.parse_args()
    events = list(receipts(told.events))
    ours: list[float] = []
    bare: list[float] = []
    parts: list[dict[str, float]] = []
    for number in range(told.rounds):
        with tempfile.TemporaryDirectory() as folder:
            ours.append(record_all(Path(folder) / "ledger.db", events))
            rows = entry_bytes(Path(folder) / "ledger.db")
            bare.append(insert_all(Path(folder) / "bare.db", rows))
            parts.append(floors(Path(folder) / "ledger.db", Path(folder)))
        size = sum(len(data) for _, data in rows) / len(rows)
        print(f"round {number + 1}: thread {ours[-1]:.2f} s, bare inserts {bare[-1]:.2f} s, {size:.0f} B an entry")
    mine, peer = statistics.median(ours), statistics.median(bare)
    each = mine / told.events * 1e6
    print(f"bulk record of {told.events} receipts: {each:.1f} µs an event, {told.events / mine:.0f} events/s")
    print(f"ratio to bare inserts of the same bytes: {peer / mine:.3f} (goal 0.10 or more)")
    least = {name: statistics.median(one[name] for one in parts) for name in parts[0]}
    for name, taken in least.items():
        print(f"  {name} alone: {taken / told.events * 1e6:.1f} µs an event")
    print(f"these alone would give a ratio of {peer / sum(least.values()):.3f}")


if __name__ == "__main__":
    main()
