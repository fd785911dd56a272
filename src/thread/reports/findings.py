"""What somebody should look into, as a report: one row for each finding, with who decided about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from thread.reports.report import Cell, Column, Report, counted, seqs_text

__all__ = ["findings_report"]

_COLUMNS: Final = (
    Column("Severity"),
    Column("State"),
    Column("Kind"),
    Column("Finding"),
    Column("About"),
    Column("What is odd"),
    Column("What to do"),
    Column("Since", "time"),
    Column("Age in days", "count"),
    Column("Entries"),
    Column("Caused by"),
    Column("Closed by"),
    Column("Closed at", "time"),
    Column("Decision"),
    Column("Reason"),
    Column("Documents"),
)
_DECIDED: Final = {"accepted": "accepted", "corrected": "corrected", "follow_up": "followed up elsewhere"}


def findings_report(found: Mapping[str, Any]) -> Report:
    """Return the report of findings in their published JSON form.

    A closing that stands no longer is told in the column of its decision.
    """
    asked, total = found["asked"], found["total"]
    questions = [("Lot", asked["lot"])] if asked["lot"] else []
    questions.extend(("Rules", name) for name in asked["rules"])
    questions.append(("Ages by the clock of", asked["now"]))
    counts = ", ".join(f"{count} {severity}" for severity, count in found["by_severity"].items())
    cut = "" if len(found["findings"]) == total else f" The first {len(found['findings'])} are listed."
    return Report(
        "findings",
        "Findings",
        tuple(questions),
        _COLUMNS,
        tuple(_row(one) for one in found["findings"]),
        (
            f"{counted(total, 'finding')}: {counts}.{cut}",
            f"Holds from {asked['hold_days']} days on; bookings more than {asked['late_hours']} hours after the event.",
        ),
        found["ledger"],
        is_repeatable=False,
    )


def _row(one: Mapping[str, Any]) -> tuple[Cell, ...]:
    closing = one["closing"]
    decided = None
    if closing is not None:
        decided = _DECIDED[closing["decision"]] + ("" if closing["stands"] else "; it has changed since")
    return (
        one["severity"],
        one["state"],
        one["kind"],
        one["id"],
        one["subject"]["label"],
        one["text"],
        one["to_do"],
        one["since"],
        one["age_days"],
        seqs_text(one["seqs"]),
        ", ".join(one["caused_by"]),
        None if closing is None else closing["by"],
        None if closing is None else closing["at"],
        decided,
        None if closing is None else closing["reason"],
        None if closing is None else ", ".join(closing["documents"]),
    )
