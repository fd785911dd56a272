"""A search over 200,000 lots through the public Python call, beside a plain scan over the same names in the same run.

Product: `Ledger.find` on an open ledger, all kinds of questions in turn: exact, in other case, beginning, inner, by
supplier lot, document, item and barcode, short, frequent, and of what nobody recorded (which is answered with names
like it). Peer: SQLite's `LIKE '%text%'` over one table of the same names, ordered as people want them. Told apart: what
the first question after bulk costs, because it takes the new names into the index.
"""

from __future__ import annotations

import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.floors import receipts
from thread import open_ledger
from thread.service import Ledger

LOTS = 200_000
QUESTIONS = 600
SCAN_QUESTIONS = 40
PEER = "SELECT text FROM names WHERE text LIKE ? ORDER BY lower(text) = ? DESC, lower(text) LIKE ? DESC, text LIMIT 21"


def questions(lots: int, count: int) -> list[str]:
    """Return texts that people type, the same in every run."""
    chance = random.Random(11)
    told = []
    for place in range(count):
        number = chance.randrange(lots)
        told.append(
            [
                f"L{number:07d}",
                f"l{number:07d}",
                f"S{number:07d}",
                f"L{number:07d}"[:6],
                f"{number:07d}"[1:],
                f"{number:05d}",
                f"ITEM-{number % 200:03d}/L{number:07d}",
                f"DN-{number // 20:06d}",
                f"ITEM-{number % 200:03d}",
                f"]C10109506000134352{10}L{number:07d}",
                f"M{number:07d}",
                "L0",
                "000",
                "SUP-1",
                f"L{number:07d}X",
            ][place % 15]
        )
    return told


def milliseconds(call: Callable[[], object]) -> float:
    """Return how long one call takes."""
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1e3


def percentile(taken: list[float], share: float) -> float:
    """Return the value that this share of all does not exceed."""
    return sorted(taken)[min(len(taken) - 1, int(share * len(taken)))]


def main() -> None:
    """Record the lots, ask, and print figures and ratio. An argument sets the number of lots."""
    lots = int(sys.argv[1]) if len(sys.argv) > 1 else LOTS
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.db"
        with Ledger.create(f"sqlite:///{path}", origin="bench.example") as ledger:
            ledger.record_many(receipts(lots), keys="bench")
        before = path.stat().st_size
        with open_ledger(f"sqlite:///{path}") as ledger:
            first = milliseconds(lambda: ledger.find("L0000001"))
            grown = path.stat().st_size - before
            told = questions(lots, QUESTIONS)
            for text in told[:45]:
                ledger.find(text)
            taken = [milliseconds(lambda text=text: ledger.find(text)) for text in told]  # type: ignore[misc]
            slowest = told[taken.index(max(taken))]
        with sqlite3.connect(path) as stored, sqlite3.connect(":memory:") as peer:
            peer.execute("CREATE TABLE names (text TEXT)")
            names = stored.execute("SELECT coalesce(text, folded) FROM search_names").fetchall()
            peer.executemany("INSERT INTO names VALUES (?)", names)
            scans = [
                milliseconds(
                    lambda text=text: peer.execute(PEER, (f"%{text}%", text.lower(), f"{text.lower()}%")).fetchall()  # type: ignore[misc]
                )
                for text in told[:SCAN_QUESTIONS]
            ]
    print(f"find among {lots:,} lots, {len(names):,} names; {len(taken)} questions [ms]")
    print(f"  thread   median {statistics.median(taken):7.2f}   p95 {percentile(taken, 0.95):7.2f}  (goal 20 or less)")
    print(f"  thread   slowest {max(taken):6.2f}   {slowest!r}")
    print(f"  LIKE     median {statistics.median(scans):7.2f}   p95 {percentile(scans, 0.95):7.2f}")
    print(f"  ratio of p95 to the scan: {percentile(taken, 0.95) / percentile(scans, 0.95):.3f}")
    print(
        f"  first question after bulk, which takes all names in: {first / 1e3:.2f} s,"
        f" {first * 1e3 / len(names):.1f} µs a name; {grown / len(names):.0f} bytes a name"
    )


if __name__ == "__main__":
    main()
