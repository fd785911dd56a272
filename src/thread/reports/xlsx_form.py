"""A report as an Excel workbook: the table on the first sheet, sortable and filterable; what it is on the second.

Every text is written as text, so lot numbers keep their zeros and no name becomes a formula. An amount is written as a
number where a spreadsheet keeps all of its digits (15, ISO/IEC 29500 numbers are binary doubles), else as text.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from xlsxwriter import Workbook

from thread.reports.report import Report, shown

__all__ = ["xlsx_bytes"]

_DIGITS_KEPT: Final = 15
_LONGEST_TEXT: Final = 32_767
_WIDEST: Final = 60
_ROWS_MEASURED: Final = 500
_NO_CLOCK: Final = datetime(1980, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""When every workbook says that it was made: the same answer is the same bytes whenever it is written."""


def xlsx_bytes(report: Report) -> bytes:
    """Return a report as the bytes of a workbook."""
    data = io.BytesIO()
    settings = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    book = Workbook(data, settings)
    book.set_properties({"title": report.title, "created": _NO_CLOCK})
    _table_sheet(book, report)
    _about_sheet(book, report)
    book.close()
    return data.getvalue()


def _table_sheet(book: Workbook, report: Report) -> None:
    sheet = book.add_worksheet("Report")
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    formats = _Formats(book)
    for place, column in enumerate(report.columns):
        sheet.write_string(0, place, column.name, head)
        sheet.set_column(place, place, _width(report, place))
    for number, row in enumerate(report.rows, start=1):
        for place, (cell, column) in enumerate(zip(row, report.columns, strict=True)):
            if cell is None:
                continue
            if isinstance(cell, int):
                sheet.write_number(number, place, cell, formats.amount("0"))
            elif column.kind == "amount" and _fits_a_double(cell):
                sheet.write_number(number, place, float(cell), formats.amount(cell))
            else:
                sheet.write_string(number, place, _writable(cell), formats.text)
    sheet.freeze_panes(1, 0)
    if report.rows:
        sheet.autofilter(0, 0, len(report.rows), len(report.columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer("&L&A&RPage &P of &N")


def _fits_a_double(amount: str) -> bool:
    return len(Decimal(amount).normalize().as_tuple().digits) <= _DIGITS_KEPT


class _Formats:
    """Formats of cells; an amount has one for each count of decimals, so that it shows those that were told."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._amounts: dict[int, Any] = {}
        self.text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})

    def amount(self, amount: str) -> Any:
        """Return the format of an amount."""
        decimals = len(amount.partition(".")[2])
        if decimals not in self._amounts:
            pattern = "0" if decimals == 0 else f"0.{'0' * decimals}"
            self._amounts[decimals] = self._book.add_format({"num_format": pattern, "valign": "top"})
        return self._amounts[decimals]


def _about_sheet(book: Workbook, report: Report) -> None:
    sheet = book.add_worksheet("About")
    bold = book.add_format({"bold": True, "valign": "top"})
    text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 90)
    facts = [("Title", report.title), *report.asked, ("Rows", str(len(report.rows))), *report.known_as]
    facts += [("Remark", remark) for remark in report.remarks]
    for number, (name, value) in enumerate(facts):
        sheet.write_string(number, 0, _writable(name), bold)
        sheet.write_string(number, 1, _writable(value), text)


def _width(report: Report, place: int) -> int:
    """Return a width that shows what most rows hold; the rest is wrapped."""
    longest = max(
        (len(line) for row in report.rows[:_ROWS_MEASURED] for line in str(row[place] or "").split("\n")), default=0
    )
    return min(max(longest, len(report.columns[place].name)) + 2, _WIDEST)


def _writable(text: str) -> str:
    """Return a text that a cell can hold; what is too long for one is cut."""
    told = shown(text)
    return told if len(told) <= _LONGEST_TEXT else f"{told[: _LONGEST_TEXT - 1]}…"
