"""A report says the same in each form, and nothing that somebody else typed becomes a formula, markup or script."""

from __future__ import annotations

import csv
import io
import zipfile
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from thread.reports import Column, Report, csv_bytes, html_bytes, xlsx_bytes

COLUMNS = (Column("Lot"), Column("Quantity", "amount"), Column("Entry", "count"))
LEDGER = {"origin": "plant.example", "size": 7, "root": "cm9vdA=="}


def report(*rows: tuple[str | int | None, ...]) -> Report:
    return Report("list", "A list", (("Lot", "S-77"),), COLUMNS, rows, ("It is complete.",), LEDGER)


class Cells(HTMLParser):
    """The texts of the cells of a page's table, and the names of all its elements."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.elements: set[str] = set()
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        if tag == "tr":
            self.rows.append([])
        self._inside = tag in {"td", "th"}
        if self._inside:
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th"}:
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.rows[-1][-1] += data


def page(told: Report) -> Cells:
    found = Cells()
    found.feed(html_bytes(told).decode())
    return found


texts = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff\u2028\u2029\x85"),
    max_size=30,
)
amounts = st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**8), max_value=10**8).map(str)


@pytest.mark.requirement("EXP-1", "SEC-3")
@given(st.lists(st.tuples(texts, amounts, st.integers(0, 2**40)), max_size=5))
def test_every_form_holds_the_same_cells(rows: list[tuple[str, str, int]]) -> None:
    told = report(*rows)

    in_csv = list(csv.reader(io.StringIO(csv_bytes(told).decode("utf-8-sig"), newline="")))[1:]
    in_page = page(told).rows[1:] if rows else []
    sheet = load_workbook(io.BytesIO(xlsx_bytes(told)))["Report"]
    in_book = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2, max_col=3)] if rows else []

    for row, written, shown, kept in zip(rows, in_csv, in_page, in_book, strict=True):
        lot, quantity, entry = row
        assert written == [f"'{lot}" if lot[:1] in {"=", "+", "-", "@"} and lot else lot, quantity, str(entry)]
        assert [" ".join(cell.split()) for cell in shown] == [" ".join(lot.split()), quantity, str(entry)]
        assert (kept[0] or "") == lot
        assert kept[1] == pytest.approx(float(quantity), rel=0, abs=0)
        assert kept[2] == entry


@pytest.mark.parametrize("lot", ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "\t=1"])
def test_a_text_that_looks_like_a_formula_stays_text(lot: str) -> None:
    told = report((lot, "-5", 1))

    cell = load_workbook(io.BytesIO(xlsx_bytes(told)))["Report"]["A2"]

    assert (cell.data_type, cell.value) == ("s", lot)
    assert csv_bytes(told).decode("utf-8-sig").splitlines()[1].lstrip('"').startswith("'")
    assert ",-5,1" in csv_bytes(told).decode()


def test_what_was_typed_is_never_markup() -> None:
    told = report(("<script>alert(1)</script><img src=x onerror=alert(1)>", None, None))

    found = page(told)

    assert not found.elements & {"script", "img"}
    assert found.rows[1][0] == "<script>alert(1)</script><img src=x onerror=alert(1)>"


def test_an_amount_with_more_digits_than_a_spreadsheet_keeps_is_written_as_text() -> None:
    exact = "123456789012345.678"

    cell = load_workbook(io.BytesIO(xlsx_bytes(report(("S-77", exact, 1)))))["Report"]["B2"]

    assert (cell.data_type, cell.value) == ("s", exact)


def test_an_amount_shows_the_decimals_that_were_told() -> None:
    cell = load_workbook(io.BytesIO(xlsx_bytes(report(("S-77", "12.50", 1)))))["Report"]["B2"]

    assert (cell.value, cell.number_format) == (12.5, "0.00")


def test_leading_zeros_of_a_lot_stay() -> None:
    sheet = load_workbook(io.BytesIO(xlsx_bytes(report(("000123", "1", 1)))))["Report"]

    assert sheet["A2"].value == "000123"
    assert sheet["A2"].number_format == "@"


def test_equal_reports_are_equal_bytes() -> None:
    told = report(("S-77", "1", 1), ("S-78", None, 2))

    for form in (csv_bytes, xlsx_bytes, html_bytes):
        assert form(told) == form(told)
    parts = zipfile.ZipFile(io.BytesIO(xlsx_bytes(told))).infolist()
    assert {part.date_time for part in parts} == {(1980, 1, 1, 0, 0, 0)}


def test_what_no_cell_can_hold_is_shown_by_its_code() -> None:
    told = report(("a\x00b\ud800", "1", 1))

    assert load_workbook(io.BytesIO(xlsx_bytes(told)))["Report"]["A2"].value == "a\\x00b\\xd800"
    assert "a\\x00b\\xd800" in html_bytes(told).decode()
    assert "a\\x00b\\xd800" in csv_bytes(told).decode("utf-8-sig")


def test_a_workbook_tells_on_its_second_sheet_what_it_is_and_what_ledger_said_so() -> None:
    sheet = load_workbook(io.BytesIO(xlsx_bytes(report(("S-77", "1", 1)))))["About"]

    told = {row[0].value: row[1].value for row in sheet.iter_rows()}
    assert told == {
        "Title": "A list",
        "Lot": "S-77",
        "Rows": "1",
        "Ledger": "plant.example",
        "Entries": "7",
        "Root hash": "cm9vdA==",
        "Remark": "It is complete.",
    }


def test_a_page_asks_nothing_of_the_web_and_says_what_ledger_said_so() -> None:
    text = html_bytes(report(("S-77", "1", 1))).decode()

    assert "http" not in text.replace("http-equiv", "")
    assert "default-src 'none'" in text
    assert "cm9vdA==" in text


def test_an_empty_list_says_so() -> None:
    assert page(report()).rows[1] == ["There is nothing to list."]
