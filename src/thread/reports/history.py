"""The history of a lot as a report: every entry about it, what it says now, and what was corrected by whom and why."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from thread.reports.report import Cell, Column, Report
from thread.values.names import label

__all__ = ["history_report"]

_COLUMNS: Final = (
    Column("Entry", "count"),
    Column("Event time", "time"),
    Column("Recorded at", "time"),
    Column("What happened"),
    Column("By"),
    Column("Corrects", "count"),
    Column("Corrected by", "count"),
    Column("Old and new value"),
    Column("Reason"),
    Column("Approved by"),
)


def history_report(card: Mapping[str, Any]) -> Report:
    """Return the report of what was told of a lot, from its card in its published JSON form."""
    history = card["history"]
    entries = {line["seq"] for line in history}
    remark = (
        "Some of it was corrected after it was first entered: what was first told and what stands in its place are both"
        " listed."
        if any(line["corrected_by"] is not None or line["corrects"] is not None for line in history)
        else "Nothing of it was corrected after it was first entered."
    )
    return Report(
        "history",
        f"History of lot {label(card['id'])}",
        (("Lot", card["id"]), ("Item", label(card["item"]) if card["item"] else "nobody told")),
        _COLUMNS,
        tuple(_row(line, entries) for line in history),
        (remark,),
        card["ledger"],
    )


def _row(line: Mapping[str, Any], entries: Collection[int]) -> tuple[Cell, ...]:
    """Return the row of one version of an entry. `entries`: those that have rows of their own.

    A change stands in the row of the entry that made it; where that entry is no longer about this lot, in the row of
    what it took away.
    """
    later = line["corrected"]
    correction = line["correction"] or (later if later is not None and later["seq"] not in entries else None) or {}
    return (
        line["seq"],
        line["event_time"],
        line["recorded_at"],
        line["text"],
        line["actor"],
        line["corrects"],
        line["corrected_by"],
        "\n".join(change["text"] for change in correction.get("changes", ())) or None,
        _joined(correction.get("reason"), line["reason"] and f"recorded by force: {line['reason']}"),
        correction.get("approver"),
    )


def _joined(*reasons: str | None) -> str | None:
    return "; ".join(reason for reason in reasons if reason) or None
