"""A report as CSV (RFC 4180) that Excel opens as it is: UTF-8 with a byte order mark, comma, CRLF.

A spreadsheet takes a text that begins with `=`, `+`, `-` or `@` for a formula, and somebody else may have chosen that
text as a lot number. Such texts get an apostrophe in front, which spreadsheets read as "this is text" (OWASP, CSV
injection). Amounts are decimals that were checked, so a minus sign before them stays.
"""

from __future__ import annotations

import csv
import io

from thread.reports.report import Cell, Column, Report, shown
from thread.values.cells import guarded

__all__ = ["csv_bytes"]


def csv_bytes(report: Report) -> bytes:
    """Return the table of a report as the bytes of a CSV file. What was asked and remarks are left out."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([column.name for column in report.columns])
    for row in report.rows:
        writer.writerow([_text(cell, column) for cell, column in zip(row, report.columns, strict=True)])
    return text.getvalue().encode("utf-8-sig")


def _text(cell: Cell, column: Column) -> str:
    if cell is None:
        return ""
    return guarded(shown(cell)) if isinstance(cell, str) and not column.is_number else str(cell)
