"""How far a long piece of work has come, on standard error, once it takes longer than a second."""

from __future__ import annotations

import sys
from time import monotonic
from typing import Final, Self

from thread.cli.output import printable

__all__ = ["Progress"]

_FIRST_SECONDS: Final = 1.0
_TERMINAL_SECONDS: Final = 0.1
_PLAIN_SECONDS: Final = 10.0


class Progress:
    """Tells how many of something are done. A terminal sees one line that changes, a log one line now and then.

    `quiet`: say nothing unless a terminal reads it; for `--json`, whose callers are programs.
    """

    def __init__(self, what: str, *, unit: str, total: int | None = None, quiet: bool = False) -> None:
        self._what, self._unit, self._total = what, unit, total
        self._terminal = sys.stderr.isatty()
        self._silent = quiet and not self._terminal
        self._started = monotonic()
        self._due = self._started + _FIRST_SECONDS
        self._shown = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._shown and self._terminal:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def reached(self, done: int) -> None:
        """Take note that `done` are done, and say so if it is time to."""
        if self._silent:
            return
        now = monotonic()
        if now < self._due:
            return
        self._shown = True
        self._due = now + (_TERMINAL_SECONDS if self._terminal else _PLAIN_SECONDS)
        of_total = f" of {self._total}" if self._total else ""
        line = printable(f"{self._what}: {done}{of_total} {self._unit}, {now - self._started:.0f} s")
        sys.stderr.write(f"\r{line}\x1b[K" if self._terminal else f"{line}\n")
        sys.stderr.flush()
