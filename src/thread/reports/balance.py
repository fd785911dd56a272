"""The balance of a lot as a report: what came in, and where all of it is or went."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

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

    *At most* is told where nobody knows how much: the quantity is then the least.
    """
    lot, unit = balance["lot"], balance["unit"] or ""
    rows = (*_rows("in", balance["in"], unit), *_rows("out", balance["out"], unit))
    difference = str(balance["difference"])
    verdict = (
        f"It does not balance: {difference} {unit} of difference between in and out."
        if difference.strip("-0.")
        else "It balances: what came in equals what went out and what is there."
    )
    remarks = (verdict, *(finding["text"] for finding in balance["findings"]))
    return Report(
        "balance", f"Balance of lot {label(lot)}", (("Lot", lot), ("Unit", unit)), _COLUMNS, rows, remarks, ledger
    )


def _rows(side: str, lines: list[Mapping[str, Any]], unit: str) -> Iterator[tuple[Cell, ...]]:
    for line in lines:
        yield (
            side,
            str(line["line"]).replace("_", " "),
            line["quantity"],
            line["quantity_max"],
            unit,
            label_or_nothing(line["place"]),
            label_or_nothing(line["owner"]),
            None if line["state"] is None else str(line["state"]).replace("_", " "),
            "yes" if line["calculated"] else None,
            seqs_text(line["entries"]),
        )
