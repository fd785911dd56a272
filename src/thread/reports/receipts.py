"""A list of receipts as a report: what came, from whom, with which papers, and whether just in time or just in case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from thread.reports.report import Cell, Column, Report, label_or_nothing, seqs_text

__all__ = ["receipts_report"]

_COLUMNS: Final = (
    Column("Received at", "time"),
    Column("Item"),
    Column("Lot"),
    Column("Supplier"),
    Column("Supplier lots"),
    Column("Quantity", "amount"),
    Column("Unit"),
    Column("JIT", "amount"),
    Column("JIC", "amount"),
    Column("UNKNOWN", "amount"),
    Column("Demands and triggers"),
    Column("Documents"),
    Column("Place"),
    Column("Status"),
    Column("Expiry"),
    Column("Lot name", "name"),
    Column("By"),
    Column("Entries"),
)


def receipts_report(found: Mapping[str, Any]) -> Report:
    """Return the report of receipts in their published JSON form."""
    rows = tuple(_row(receipt) for receipt in found["receipts"])
    corrected = sum(1 for receipt in found["receipts"] if len(receipt["entries"]) > 1)
    remarks = (f"{corrected} of {len(rows)} receipts are shown as corrected.",) if corrected else ()
    asked = tuple((name.replace("_", " ").capitalize(), str(value)) for name, value in found["asked"].items() if value)
    return Report("receipts", "Receipts", asked, _COLUMNS, rows, remarks, found["ledger"])


def _row(receipt: Mapping[str, Any]) -> tuple[Cell, ...]:
    origin = receipt["origin"]
    return (
        receipt["event_time"],
        label_or_nothing(receipt["item"]),
        receipt["code"] or receipt["short"],
        label_or_nothing(receipt["supplier"]),
        ", ".join(receipt["supplier_lots"]),
        receipt["quantity"]["value"],
        receipt["quantity"]["unit"],
        origin["JIT"],
        origin["JIC"],
        origin["UNKNOWN"],
        ", ".join(_reasons(receipt)),
        ", ".join(f"{paper['type'].replace('_', ' ')} {paper['number']}" for paper in receipt["documents"]),
        label_or_nothing(receipt["place"]),
        receipt["status"],
        receipt["expiry"],
        receipt["lot"],
        receipt["actor"],
        seqs_text(receipt["entries"]),
    )


def _reasons(receipt: Mapping[str, Any]) -> list[str]:
    found: list[str] = []
    for part in receipt["origin_parts"]:
        found.extend(f"{peg['quantity']} for {peg['demand']}" for peg in part.get("pegs", ()))
        if part.get("trigger"):
            found.append(str(part["trigger"]).replace("_", " "))
    return found
