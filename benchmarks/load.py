"""Loading: receipts from a CSV file, against the same rows recorded one by one, each in a commit of its own.

A single post is a call of `Ledger.record` with the event that the row tells, as one request after the other makes them;
no HTTP is counted, so the ratio is the least that loading saves. Both in one run, in turn, CPU time; the ratio of the
medians is printed, and the peak memory of `thread import` for a short file and one five times as long.
"""

from __future__ import annotations

import argparse
import io
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from thread.interop.csv_table import write_csv
from thread.interop.table import open_table
from thread.interop.table_columns import KINDS
from thread.interop.table_mapping import ColumnMapping
from thread.service import Ledger

HEADER = (
    "event_time",
    "site",
    "item",
    "lot",
    "quantity",
    "unit",
    "supplier",
    "supplier_lot",
    "document_number",
    "expiry",
)


ORIGIN = "bench.example"
PROGRAM = str(Path(sys.executable).with_name("thread"))
MEASURE = (
    "import resource, subprocess, sys\n"
    "subprocess.run(sys.argv[1:], check=True, capture_output=True)\n"
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n"
)


def rows(count: int) -> Iterator[tuple[str, ...]]:
    """Yield a header and receipts of four hundred items from thirty suppliers."""
    yield HEADER
    for number in range(count):
        yield (
            f"2026-03-{number % 28 + 1:02}T08:{number % 60:02}:00+01:00",
            "LYON",
            f"ITEM-{number % 400:03}",
            f"L{number:07}",
            f"{number % 900 + 1}.50",
            "KGM",
            f"SUPPLIER-{number % 30}",
            f"H-{number}",
            f"DN-{number // 5}",
            "2027-03-31",
        )


def csv_of(count: int) -> bytes:
    """Return that many receipts as CSV."""
    out = io.BytesIO()
    write_csv(rows(count), out)
    return out.getvalue()


def load(data: bytes) -> tuple[float, float]:
    """Load the file into a new ledger; return seconds of CPU and of the clock."""
    with tempfile.TemporaryDirectory() as folder, Ledger.create(f"sqlite:///{folder}/l.db", origin=ORIGIN) as ledger:
        started, clock = time.process_time(), time.perf_counter()
        ledger.load(data, kind="receipts")
        return time.process_time() - started, time.perf_counter() - clock


def post_each(data: bytes, count: int) -> tuple[float, float]:
    """Record the first `count` rows one by one in a new ledger; return seconds of CPU and of the clock."""
    table = open_table(io.BytesIO(data), file="bench.csv", kind=KINDS["receipts"], mapping=ColumnMapping())
    events = [row.event for row, _ in zip(table.rows(), range(count), strict=False)]
    with tempfile.TemporaryDirectory() as folder, Ledger.create(f"sqlite:///{folder}/l.db", origin=ORIGIN) as ledger:
        started, clock = time.process_time(), time.perf_counter()
        for number, event in enumerate(events):
            ledger.record(event, key=f"bench/{number}")
        return time.process_time() - started, time.perf_counter() - clock


def peak_of_loading(count: int) -> float:
    """Load a file in a process of its own; return the most memory that it held [MiB]."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "receipts.csv"
        with path.open("wb") as out:
            write_csv(rows(count), out)
        ledger = f"{folder}/ledger.db"
        subprocess.run([PROGRAM, "--ledger", ledger, "init"], check=True, capture_output=True)
        command = [PROGRAM, "--ledger", ledger, "import", "--kind", "receipts", str(path)]
        measured = [sys.executable, "-c", MEASURE, *command]
        printed = subprocess.run(measured, check=True, capture_output=True, text=True).stdout
    # Linux counts kibibytes, macOS bytes.
    return int(printed) / (1024 if sys.platform != "darwin" else 1024 * 1024)


def main() -> None:
    """Run both sides in turn and print the ratio."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=50_000)
    asked.add_argument("--posts", type=int, default=5_000, help="rows that are recorded one by one, scaled to all")
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument(
        "--memory", type=int, default=20_000, help="rows of the short file; the long one has five times as many"
    )
    told = asked.parse_args()
    data = csv_of(told.rows)
    posts = min(told.posts, told.rows)
    loads, singles, loads_clock, singles_clock = [], [], [], []
    for number in range(told.rounds):
        cpu, clock = load(data)
        loads.append(cpu)
        loads_clock.append(clock)
        cpu, clock = post_each(data, posts)
        scale = told.rows / posts
        singles.append(cpu * scale)
        singles_clock.append(clock * scale)
        print(
            f"round {number + 1}: load {loads[-1]:.2f} s of CPU ({loads_clock[-1]:.2f} s), single posts"
            f" {singles[-1]:.2f} s of CPU ({singles_clock[-1]:.2f} s)"
        )
    ratio = statistics.median(loads) / statistics.median(singles)
    clock_ratio = statistics.median(loads_clock) / statistics.median(singles_clock)
    print(f"{told.rows} CSV receipts: {statistics.median(loads) / told.rows * 1e6:.0f} µs of CPU a row")
    print(f"ratio to single posts of the same rows: {ratio:.2f} of the CPU, {clock_ratio:.2f} of the time (goal 0.50)")
    short, long = peak_of_loading(told.memory), peak_of_loading(told.memory * 5)
    print(f"peak memory of thread import: {short:.0f} MiB for {told.memory} rows, {long:.0f} MiB for {told.memory * 5}")


if __name__ == "__main__":
    main()
