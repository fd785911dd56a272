"""How long `thread --version` and `thread --help` take as whole processes, beside a Python that does nothing."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

ROUNDS = 15
PROGRAM = str(Path(sys.executable).with_name("thread"))


def seconds(command: list[str]) -> float:
    """Return the median time of a whole process."""
    taken = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def main() -> None:
    """Print medians and ratios."""
    nothing = seconds([sys.executable, "-c", "pass"])
    print(f"python -c pass            {nothing * 1e3:6.0f} ms")
    for option in ("--version", "--help"):
        ours = seconds([PROGRAM, option])
        print(f"thread {option:18} {ours * 1e3:6.0f} ms   ratio {ours / nothing:.1f}   (goal 300 ms for --version)")


if __name__ == "__main__":
    main()
