"""The balance of a lot as a report: what came in, and where all of it is or went."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from thread.genealogy.balance_words import SHORT, is_short, verdict_on
from thread.reports.report import Cell, Column, Report, label_or_nothing, seqs_text
from thread.values.names import label

__all__ = ["balance_report"]

_COLUMNS: Final = (
    Column("Side"),
    Column("Line"),
    Column("Quantity", "amount"),
    Column("At most", "amount"),
    Column("Unit"),
    Column("Place"),
    Column("Owner"),
    Column("State"),
    Column("Calculated"),
    Column("Entries"),
)


def balance_report(balance: Mapping[str, Any], ledger: Mapping[str, Any]) -> Report:
    """Return the report of a balance in its published JSON form. `ledger`: origin, size and root that it was asked at.

    What is short stays a quantity below zero, so that both sides add up; its line says in words what that means, as a
    CSV file has no room for remarks. *At most* is told where nobody knows how much: the quantity is then the least.
    """
    lot, unit = balance["lot"], balance["unit"] or ""
    rows = (*_rows("in", balance["in"], unit), *_rows("out", balance["out"], unit))
    remarks = (verdict_on(balance).text, *(finding["text"] for finding in balance["findings"]))
    return Report(
        "balance", f"Balance of lot {label(lot)}", (("Lot", lot), ("Unit", unit)), _COLUMNS, rows, remarks, ledger
    )


def _rows(side: str, lines: list[Mapping[str, Any]], unit: str) -> Iterator[tuple[Cell, ...]]:
    for line in lines:
        yield (
            side,
            _line_words(line),
            line["quantity"],
            line["quantity_max"],
            unit,
            label_or_nothing(line["place"]),
            label_or_nothing(line["owner"]),
            None if line["state"] is None or is_short(line) else str(line["state"]).replace("_", " "),
            "yes" if line["calculated"] else None,
            seqs_text(line["entries"]),
        )


def _line_words(line: Mapping[str, Any]) -> str:
    word = str(line["line"]).replace("_", " ")
    return f"{word}, short: {SHORT}" if is_short(line) else word
