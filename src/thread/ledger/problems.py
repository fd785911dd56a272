"""What verification finds wrong: each problem in one plain sentence, and not a thousand times the same.

An altered entry makes much else look wrong. The checks report causes, not consequences; what is left is limited here,
so that a report stays something that a person reads.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["MAX_PER_CODE", "Problem", "ProblemList"]

MAX_PER_CODE: Final = 20
"""How many problems of one kind are told one by one; the others are counted."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. `seq`: the first entry concerned, None where it is not about an entry."""

    seq: int | None
    code: str
    text: str


@dataclass(slots=True)
class _Overflow:
    count: int
    first_seq: int | None
    last_seq: int | None


class ProblemList:
    """Collects problems; after `MAX_PER_CODE` of one code it only counts."""

    def __init__(self) -> None:
        self._told: list[Problem] = []
        self._counts: dict[str, int] = {}
        self._overflow: dict[str, _Overflow] = {}

    def add(self, seq: int | None, code: str, text: str) -> None:
        """Take up one problem."""
        count = self._counts[code] = self._counts.get(code, 0) + 1
        if count <= MAX_PER_CODE:
            self._told.append(Problem(seq, code, text))
            return
        more = self._overflow.setdefault(code, _Overflow(0, seq, seq))
        more.count += 1
        more.last_seq = seq

    def told(self) -> tuple[Problem, ...]:
        """Return the problems in order of seq, those that are about no entry last, each kind closed by what was cut."""
        cut = [Problem(more.first_seq, code, _cut_text(more)) for code, more in self._overflow.items()]
        return tuple(sorted(self._told + cut, key=lambda problem: (problem.seq is None, problem.seq or 0)))


def _cut_text(more: _Overflow) -> str:
    where = "" if more.last_seq is None else f", the last at entry {more.last_seq}"
    return f"{more.count} more problems of this kind were found{where}."
