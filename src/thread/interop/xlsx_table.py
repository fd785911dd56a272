"""Tables as workbooks (XLSX), read and written row by row with openpyxl.

Cells keep their kinds until their column is known. Of a formula the value is taken that the workbook holds; where it
holds none, nobody can tell it. Written are texts only, in cells formatted as text, so that no spreadsheet makes a date
of a lot code.
"""

from __future__ import annotations

import re
import warnings
import zipfile
import zlib
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import IO, Any, Final
from xml.etree.ElementTree import ParseError
from xml.sax import SAXException

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.utils.exceptions import InvalidFileException

from thread.interop.table_cells import Broken, Cell, Number
from thread.interop.table_errors import NotATable
from thread.interop.table_rows import Row
from thread.interop.xlsx_guard import SheetFacts, checked_archive, sheet_facts

__all__ = ["XlsxTable", "as_text_cell", "write_xlsx"]

_BROKEN: Final = (
    ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError, EOFError, NotImplementedError,
    RuntimeError, OSError, zipfile.BadZipFile, zlib.error, ParseError, SAXException, InvalidFileException,
)  # fmt: skip
"""What openpyxl, and what it rests on, raises over a workbook that is not as it should be."""

_ESCAPED: Final = re.compile(r"_x(005F|000D|FFFE|FFFF)_", re.IGNORECASE)
_LOOKS_ESCAPED: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_LONGEST_CELL: Final = 32_767
_MOST_COLUMNS: Final = 1_001
_MOST_NAMED: Final = 5


class XlsxTable:
    """The rows of one sheet. `names`: its header; `header_line`: where that stands; `notes`: what a person should know.

    `epoch`: from which day the workbook counts.
    """

    def __init__(self, stream: IO[bytes], *, file: str, sheet: str | None, kind: str) -> None:
        """Open the workbook and read the header.

        Raises:
            NotATable: it cannot be read, several sheets could be meant, or cells are merged.
        """
        self._file = file
        archive = checked_archive(stream, file=file)
        with _told(file):
            self._book = load_workbook(stream, read_only=True, data_only=True, keep_links=False)
            self.epoch = "excel-1904" if self._book.epoch == CALENDAR_MAC_1904 else "excel-1900"
        self.notes: list[str] = []
        self._sheet = self._chosen(sheet, kind)
        self.sheet: str = self._sheet.title
        with _told(file), archive.open(self._sheet._worksheet_path.lstrip("/")) as part:  # noqa: SLF001 told nowhere else
            self._facts = sheet_facts(part, file=file)
        self._check(self._facts)
        self.names: tuple[str, ...] = ()
        self.header_line = 0
        for row in self._records():
            if not _says_something(row.cells) or _is_remark(row.cells):
                continue
            self.header_line, self.names = row.line, tuple(self._name(cell) for cell in row.cells)
            break
        if not self.names:
            raise NotATable(file=file, why=f"the sheet {self.sheet!r} holds no header; its first row names the columns")

    def rows(self) -> Generator[Row, None, None]:
        """Yield the rows after the header; empty ones are left out.

        Raises:
            NotATable: the workbook breaks off.
        """
        for row in self._records():
            if row.line > self.header_line and _says_something(row.cells):
                yield row

    def _chosen(self, told: str | None, kind: str) -> Any:
        """Return the sheet that was told, else the one that is named like the kind, else the only one that is shown."""
        sheets = [one for one in self._book.worksheets if hasattr(one, "_worksheet_path")]
        shown = [one for one in sheets if one.sheet_state == "visible"]
        listed = ", ".join(repr(one.title) for one in sheets[:20])
        if told is not None:
            found = [one for one in sheets if one.title == told]
            if not found:
                raise NotATable(file=self._file, why=f"has no sheet {told!r}; it has {listed}")
        else:
            found = [one for one in shown if one.title.casefold() == kind] or shown
            if len(found) != 1:
                why = "has no sheet that is shown" if not found else f"has the sheets {listed}"
                raise NotATable(file=self._file, why=f"{why}; say which one holds the {kind} (--sheet NAME)")
        hidden = [one.title for one in sheets if one.sheet_state != "visible" and one is not found[0]]
        if hidden:
            self.notes.append(f"hidden sheets were not read: {', '.join(hidden[:20])}")
        return found[0]

    def _check(self, facts: SheetFacts) -> None:
        if facts.merged:
            named = ", ".join(facts.merged[:_MOST_NAMED])
            more = f" and {len(facts.merged) - _MOST_NAMED} more" if len(facts.merged) > _MOST_NAMED else ""
            why = (
                f"cells are merged in the sheet {self.sheet!r} ({named}{more}); a merged cell holds one value only, so"
            )
            raise NotATable(file=self._file, why=f"{why} unmerge them and fill in each row")
        if self._sheet.sheet_state != "visible":
            self.notes.append(f"the sheet {self.sheet!r} is hidden, and was read")
        if facts.hidden_rows:
            self.notes.append(f"hidden rows were read too: {facts.hidden_rows}")
        if facts.hidden_columns:
            self.notes.append("hidden columns were read too")

    def _name(self, cell: Cell) -> str:
        if cell is None or isinstance(cell, str):
            return cell or ""
        why = f"the header holds {str(cell)!r:.60}, which is no text; its first row names the columns"
        raise NotATable(file=self._file, line=self.header_line, why=why)

    def _records(self) -> Iterator[Row]:
        width = min(max(self._facts.width, 1), _MOST_COLUMNS)
        self._sheet.reset_dimensions()
        rows = self._sheet.iter_rows(min_row=1, max_row=self._facts.last_row or 1, max_col=width)
        line = 0
        while True:
            with _told(self._file):
                found = next(rows, None)
                line += 1
                cells = None if found is None else [self._cell(cell, line, at) for at, cell in enumerate(found, 1)]
            if cells is None:
                return
            yield Row(line, cells)

    def _cell(self, cell: Any, line: int, at: int) -> Cell:
        value, kind = cell.value, cell.data_type
        if isinstance(value, str) and kind != "e":
            return _unescaped(value)
        if value is None:
            if self._facts.valueless:
                address = f"{get_column_letter(at)}{line}"
                if address in self._facts.valueless:
                    why = f"cell {address} holds a formula without a value; open the workbook, calculate and save it"
                    return Broken(address, why)
            return None
        if kind == "e":
            address = f"{get_column_letter(at)}{line}"
            return Broken(str(value), f"cell {address} holds the error {value}; mend it in the workbook")
        return _kept(value, cell, f"{get_column_letter(at)}{line}")


def _kept(value: Any, cell: Any, address: str) -> Cell:
    if isinstance(value, bool | datetime):
        return value
    if isinstance(value, int | float):
        try:
            return Number(float(value), cell.number_format)
        except OverflowError:
            return Broken(address, f"cell {address} holds a number that is too large")
    if isinstance(value, date):
        return datetime.combine(value, time())
    return Broken(str(value), f"cell {address} holds a time of day without a day, {value}; tell both")


def _says_something(cells: Sequence[Cell]) -> bool:
    return any(cell is not None and not (isinstance(cell, str) and not cell.strip()) for cell in cells)


def _is_remark(cells: Sequence[Cell]) -> bool:
    first = cells[0] if cells else None
    return isinstance(first, str) and first.lstrip().startswith("#") and not _says_something(cells[1:])


@contextmanager
def _told(file: str) -> Iterator[None]:
    """Tell what openpyxl stumbles over as our own error, and its warnings about looks not at all."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except _BROKEN as error:
        why = " ".join(str(error).split())[:200] or type(error).__name__
        raise NotATable(file=file, why=f"is a broken workbook ({why}); save it again as XLSX, or as CSV") from None


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def as_text_cell(sheet: Any, text: str) -> Any:
    """Return a cell that holds a text and is formatted as text, whatever the text looks like.

    Raises:
        NotATable: it is longer than a cell of a workbook can be.
    """
    if len(text) > _LONGEST_CELL:
        why = f"a cell has {len(text)} characters, a workbook holds {_LONGEST_CELL}; write CSV instead"
        raise NotATable(file="workbook", why=why)
    escaped = _LOOKS_ESCAPED.sub("_x005F_", text).replace("\ufffe", "_xFFFE_").replace("\uffff", "_xFFFF_")
    cell = WriteOnlyCell(sheet, escaped)
    cell.data_type = "s"
    cell.number_format = "@"
    return cell


def write_xlsx(rows: Iterable[Sequence[str]], out: IO[bytes], *, title: str) -> int:
    """Write rows, the header among them, as the only sheet of a workbook; return how many there were."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    count = 0
    for row in rows:
        sheet.append([as_text_cell(sheet, text) for text in row])
        count += 1
    book.save(out)
    return count
