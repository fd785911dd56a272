"""May this be recorded now: every rule that needs the state of the plant.

`accept` judges an event whose names are resolved (`thread.acceptance.naming` does that); `RULES` and `MATRIX` are the
rules as data, for the reference pages.
"""

from __future__ import annotations

from thread.acceptance.accept import CLOCK_SKEW_NS, accept
from thread.acceptance.arrival_rules import needs_second_life
from thread.acceptance.findings import Acceptance, Finding, Refused, Severity
from thread.acceptance.matrix import CODES, MATRIX, STATUSES
from thread.acceptance.rules import RULES, Rule

__all__ = [
    "CLOCK_SKEW_NS",
    "CODES",
    "MATRIX",
    "RULES",
    "STATUSES",
    "Acceptance",
    "Finding",
    "Refused",
    "Rule",
    "Severity",
    "accept",
    "needs_second_life",
]
