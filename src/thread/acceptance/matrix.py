"""Status × use: what may be done with stock that is free, held, in quarantine … (EVENTS 5). One table of data.

What is held, in quarantine or expired may be moved, counted, inspected, sampled, scrapped and returned to the supplier;
it may not be issued, packed for sale, or shipped. `no` is a refusal that a reason can overcome.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

__all__ = ["CODES", "MATRIX", "STATUSES", "Status", "Verdict"]

Verdict = Literal["yes", "warn", "no"]

Status = Literal[
    "free",
    "held",
    "quarantine",
    "expired",
    "retained",
    "in_container",
    "other_site",
    "in_transit",
    "on_consignment",
    "unassigned",
    "gone",
]

STATUSES: Final[tuple[Status, ...]] = (
    "free",
    "held",
    "quarantine",
    "expired",
    "retained",
    "in_container",
    "other_site",
    "in_transit",
    "on_consignment",
    "unassigned",
    "gone",
)
"""What stock can be, in the order that it is taken: `gone` is what is not there (used, shipped, or never came)."""

CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "held": "lot-held",
        "quarantine": "lot-quarantined",
        "expired": "lot-expired",
        "retained": "lot-retained",
        "in_container": "in-container",
        "other_site": "other-site",
        "in_transit": "in-transit",
        "on_consignment": "on-consignment",
        "unassigned": "unassigned-used",
        "gone": "quantity-exceeded",
    }
)
"""The rule that speaks where a status is used."""


def _row(told: str) -> Mapping[Status, Verdict]:
    verdicts: dict[str, Verdict] = {"yes": "yes", "warn": "warn", "no": "no"}
    return MappingProxyType(dict(zip(STATUSES, (verdicts[word] for word in told.split()), strict=True)))


MATRIX: Final[Mapping[str, Mapping[Status, Verdict]]] = MappingProxyType(
    {
        #                       free held quar expi reta cont site tran cons unas gone
        "counted": _row("        yes  yes  yes  yes  yes  yes  yes  yes  yes  yes  yes"),
        "inspected": _row("      yes  yes  yes  yes  yes  yes  yes  yes  yes  yes  no"),
        "moved": _row("          yes  yes  yes  yes  yes  warn warn warn warn warn no"),
        "sampled": _row("        yes  yes  yes  yes  yes  warn warn no   warn warn no"),
        "scrapped": _row("       yes  yes  yes  yes  yes  warn warn warn warn warn no"),
        "supplier_return": _row("yes  yes  yes  yes  warn warn warn no   no   warn no"),
        "disposal": _row("       yes  yes  yes  yes  yes  warn warn no   no   warn no"),
        "packed": _row("         yes  warn warn warn no   no   warn no   no   warn no"),
        "split": _row("          yes  warn warn warn no   no   warn no   no   warn no"),
        "merged": _row("         yes  warn warn warn no   no   warn no   no   warn no"),
        "relabelled": _row("     yes  warn warn warn warn no   warn no   no   warn no"),
        "reworked": _row("       yes  no   no   no   no   no   warn no   no   warn no"),
        "kit": _row("            yes  no   no   no   no   no   warn no   no   warn no"),
        "issued": _row("         yes  no   no   no   no   no   warn no   no   warn no"),
        "filled": _row("         yes  no   no   no   no   no   warn no   no   warn no"),
        "installed": _row("      yes  no   no   no   no   no   warn no   no   warn no"),
        "processing": _row("     yes  no   no   no   no   no   warn no   no   warn no"),
        "sale": _row("           yes  no   no   no   no   no   warn no   warn warn no"),
        "transfer": _row("       yes  no   no   no   no   no   warn no   no   warn no"),
        "consignment": _row("    yes  no   no   no   no   no   warn no   no   warn no"),
    }
)
"""May stock of a status be put to a use? `yes`, `warn` (recorded with a finding), `no` (refused unless forced).

`held` under `reworked` is a warning where the hold was decided to be reworked or sorted. A container that the line
names is no `in_container`.
"""
