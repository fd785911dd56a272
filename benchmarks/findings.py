"""Every finding of a plant, and the memory of it, beside reading and parsing the same entries and doing nothing.

Product: `Ledger.findings` over 10,000 lots in 45,000 entries, and over twice as many, each in a process of its own. A
finding of one lot is asked for as well. CPU time, so that neighbours on the machine count for less.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from thread import open_ledger
from thread.events import parse_event
from thread.service import Ledger
from thread.service.findings import FindingsFilter

RULES = ("fsma204", "eu178", "ipc1782-4")
ASKED = FindingsFilter(late_hours=100_000)


def plant(orders: int) -> Iterator[dict[str, Any]]:
    """Yield nine events for each order, about two lots each; one count in twenty finds too little."""

    def kilograms(value: str) -> dict[str, str]:
        return {"value": value, "unit": "KGM"}

    for number in range(10):
        item = {"item": f"ITEM-{number}", "unit": "KGM", "food_list": number == 0}
        yield {"type": "item_defined", "event_time": "2026-01-01T00:00:00Z", **item}
    for number in range(orders):
        minutes = number % 40_000
        day = f"2026-{1 + minutes // 3_640:02d}-{1 + minutes // 130 % 28:02d}"
        told = {"event_time": f"{day}T{8 + minutes % 130 // 60:02d}:{minutes % 60:02d}:00Z", "site": "BENCH"}
        raw, made = f"ITEM-{number % 5}", f"ITEM-{5 + number % 5}"
        lot = {"item": raw, "lot": f"R{number}"}
        frame = {"item": made, "lot": f"F{number}"}
        paper = {"type": "desadv", "number": f"D{number // 10}"}
        yield {
            **told,
            "type": "received",
            **lot,
            "quantity": kilograms("100"),
            "supplier": "ACME",
            "documents": [paper],
        }
        yield {**told, "type": "moved", "lots": [{**lot, "quantity": kilograms("100")}], "to_place": "RACK"}
        yield {**told, "type": "inspected", "lots": [lot], "result": "pass"}
        yield {**told, "type": "work_order_released", "order": f"W{number}", "item": made}
        yield {**told, "type": "material_issued", "order": f"W{number}", "lots": [{**lot, "quantity": kilograms("50")}]}
        yield {
            **told,
            "type": "batch_produced",
            "order": f"W{number}",
            "outputs": [{**frame, "quantity": kilograms("40")}],
        }
        counted = "40" if number % 20 else "39"
        yield {**told, "type": "counted", "lots": [{**frame, "quantity": kilograms(counted)}]}
        yield {
            **told,
            "type": "packed",
            "container": f"P{number}",
            "contents": [{**frame, "quantity": kilograms("10")}],
        }
        sale = {"shipment": f"H{number}", "purpose": "sale", "customer": f"C{number % 30}"}
        yield {**told, "type": "shipped", **sale, "lots": [{"container": f"P{number}"}]}


def _measured(url: str) -> None:
    """Print how long each question takes, and the highest memory."""
    with open_ledger(url) as ledger:
        started = time.process_time()
        for entry in ledger.entries(1):
            parse_event(entry.event)
        peer = time.process_time() - started
        print(f"  {ledger.size} entries read and parsed: {peer:.2f} s")
        for asked in (ASKED, FindingsFilter(late_hours=100_000, rules=RULES)):
            started = time.process_time()
            found = ledger.findings(asked=asked)
            took = time.process_time() - started
            rules = f" with {', '.join(asked.rules)}" if asked.rules else ""
            print(f"  {found.total} findings{rules}: {took:.2f} s, {took / peer:.2f} of that")
        started = time.process_time()
        ledger.findings(lot="R100", asked=ASKED)
        print(f"  of one lot: {1_000 * (time.process_time() - started):.1f} ms")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"  highest memory: {peak / 1_024 / (1_024 if sys.platform == 'darwin' else 1):.0f} MiB")


def main() -> None:
    """Make each plant and measure it in a process of its own."""
    for orders in (5_000, 10_000):
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{Path(folder) / 'ledger.db'}"
            with Ledger.create(url, origin="bench.example") as ledger:
                ledger.record_many(plant(orders))
            print(f"{2 * orders} lots", flush=True)
            subprocess.run([sys.executable, "-m", "benchmarks.findings", url], check=True)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        _measured(sys.argv[1])
    else:
        main()
