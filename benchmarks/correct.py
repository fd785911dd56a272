"""What a correction would touch, on a ledger of 10,000 entries: the preview, beside a recall scope of the same lot.

Product: `Ledger.correction` of an entry of each kind, the ledger just opened and then warm. Peer: `Ledger.recall_scope`
of a lot of that entry in the same ledger; a preview asks such questions before and after. CPU time, medians.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.floors import orders
from thread import open_ledger
from thread.service import Ledger

EVENTS = 10_000
ROUNDS = 7
VOID = {"void": True, "reason": "told twice"}


def seconds(call: Callable[[], object]) -> float:
    """Return the CPU time of one call."""
    started = time.process_time()
    call()
    return time.process_time() - started


def main() -> None:
    """Measure each kind of entry and print the medians."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'ledger.db'}"
        with Ledger.create(url, origin="bench.example") as ledger:
            ledger.record_many(orders(EVENTS))
            middle = EVENTS // 2
            first = {entry.event["type"]: entry.seq for entry in ledger.entries(middle, middle + 100)}
            lot = str(next(ledger.entries(first["received"])).event["lot"])
        for kind, seq in first.items():
            with open_ledger(url) as ledger:
                fresh = seconds(lambda: ledger.correction(seq, VOID))  # noqa: B023 called here
                warm = statistics.median(seconds(lambda: ledger.correction(seq, VOID)) for _ in range(ROUNDS))  # noqa: B023
            print(
                f"preview of a void {kind}: {fresh * 1e3:.1f} ms just opened, {warm * 1e3:.1f} ms warm (goal 1000 ms)"
            )
        with open_ledger(url) as ledger:
            scope = statistics.median(seconds(lambda: ledger.recall_scope([lot])) for _ in range(ROUNDS))
            preview = statistics.median(
                seconds(lambda: ledger.correction(first["received"], VOID)) for _ in range(ROUNDS)
            )
        print(f"recall scope of a coil: {scope * 1e3:.1f} ms; preview of its receipt: {preview / scope:.2f} times that")


if __name__ == "__main__":
    main()
