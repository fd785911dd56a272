"""Peak memory of `thread record FILE` for NDJSON files of growing length: it must not grow with them."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import orjson

from benchmarks.floors import receipts

PROGRAM = str(Path(sys.executable).with_name("thread"))
LENGTHS = (20_000, 100_000, 300_000)


def peak_mebibytes(folder: Path, length: int) -> float:
    """Record a file of `length` receipts in a process of its own; return the most memory that it held."""
    told = folder / f"{length}.ndjson"
    with told.open("wb") as file:
        for event in receipts(length):
            file.write(orjson.dumps(event) + b"\n")
    ledger = f"sqlite:///{folder / f'{length}.db'}"
    subprocess.run([PROGRAM, "--ledger", ledger, "init"], check=True, capture_output=True)
    program = (
        "import resource, subprocess, sys\n"
        "subprocess.run(sys.argv[1:], check=True, capture_output=True)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n"
    )
    command = [sys.executable, "-c", program, PROGRAM, "--ledger", ledger, "record", str(told)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    # Linux counts kibibytes, macOS bytes.
    return int(printed) / (1024 if sys.platform != "darwin" else 1024 * 1024)


def main() -> None:
    """Print the peaks, and the last by the first."""
    peaks: list[float] = []
    for length in LENGTHS:
        with tempfile.TemporaryDirectory() as folder:
            peaks.append(peak_mebibytes(Path(folder), length))
        print(f"thread record, peak memory: {length} receipts {peaks[-1]:.0f} MiB", flush=True)
    print(f"ratio {peaks[-1] / peaks[0]:.2f} for a file {LENGTHS[-1] // LENGTHS[0]} times as long (goal: about 1)")


if __name__ == "__main__":
    main()
