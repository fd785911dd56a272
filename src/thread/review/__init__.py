"""What somebody should look into, found again at every question, and how it is closed by somebody else.

`Review` finds; `closing_of` says whether somebody decided about it; `closing_faults` says who may. `SORTS` and
`RULE_SETS` are the tables behind it, for the reference page.
"""

from __future__ import annotations

from thread.review.closings import Closing, caused_by, closing_faults, closing_of
from thread.review.finding import Finding
from thread.review.kinds import KINDS, SEVERITIES, SORTS, Sort
from thread.review.review import LATE_HOURS, Review, is_finding_id
from thread.review.rule_sets import RULE_SETS

__all__ = [
    "KINDS",
    "LATE_HOURS",
    "RULE_SETS",
    "SEVERITIES",
    "SORTS",
    "Closing",
    "Finding",
    "Review",
    "Sort",
    "caused_by",
    "closing_faults",
    "closing_of",
    "is_finding_id",
]
