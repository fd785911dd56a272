"""Tables as CSV (RFC 4180), read and written.

Read as spreadsheets and other programs write it: comma, semicolon, tab or bar between the cells, found by the names in
the header; a first line `sep=;`; lines of remarks before the header, each in one cell that begins with `#`. Written as
spreadsheets read it best: UTF-8 with its mark, CRLF, and no text that they take for a formula.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from typing import IO, Final

from thread.interop.table_errors import NotATable
from thread.interop.table_rows import Row
from thread.interop.table_text import Survey, lines_of

__all__ = ["CsvTable", "write_csv"]

DELIMITERS: Final = (",", ";", "\t", "|")
_SEPARATOR: Final = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
_HEADER_LINES: Final = 200
_HEADER_CHARACTERS: Final = 4 << 20
"""Lines, and characters, that remarks and the header may take."""

_MARK: Final = "\ufeff"
_NO_CSV: Final = (
    ("{", "this is JSON; record events with `thread record`, documents with --format epcis"),
    ("[", "this is JSON; record events with `thread record`, documents with --format epcis"),
    ("<", "this is XML or HTML; save the table as CSV or XLSX"),
    ("%PDF", "this is a PDF; ask for the table as CSV or XLSX"),
)


class CsvTable:
    """The rows of a CSV file. `names`: its header; `header_line`: where that begins."""

    def __init__(
        self,
        stream: IO[bytes],
        survey: Survey,
        *,
        file: str,
        delimiter: str | None,
        known: Callable[[Sequence[str]], int],
    ) -> None:
        """Read the header. `known`: how many of the names in a header are known, which tells the delimiter.

        Raises:
            NotATable: there is no header, or the file is something else.
        """
        self._stream, self._survey, self._file = stream, survey, file
        with lines_of(stream, survey, file=file) as lines:
            start = list(_beginning(lines))
        self._skipped, told = self._before(start)
        self.delimiter = delimiter or told or self._found_delimiter(start[self._skipped :], known)
        self.names: tuple[str, ...] = ()
        self.header_line = 0
        with closing(self._records()) as records:
            for row in records:
                if not any(cell.strip() for cell in row.cells if isinstance(cell, str)) or _is_remark(row.cells):
                    continue
                self.header_line, self.names = row.line, tuple(str(cell) for cell in row.cells)
                break
        if not self.names:
            raise NotATable(file=file, why="holds no header; its first row names the columns")

    def _before(self, start: Sequence[str]) -> tuple[int, str | None]:
        """Return how many lines come before the table, and the delimiter that they tell."""
        first = start[0].lstrip() if start else ""
        for sign, why in _NO_CSV:
            if first.startswith(sign):
                raise NotATable(file=self._file, line=1, why=why)
        told = _SEPARATOR.fullmatch(start[0]) if start else None
        return (1, told[1]) if told else (0, None)

    def _found_delimiter(self, start: Sequence[str], known: Callable[[Sequence[str]], int]) -> str:
        """Return the delimiter that gives a header of known names; among equals the one that gives most names."""
        best, most = DELIMITERS[0], (0, 0)
        for delimiter in DELIMITERS:
            names = self._header_by(start, delimiter)
            score = (known(names), len(names))
            if score > most and (len(names) > 1 or score[0]):
                best, most = delimiter, score
        return best

    @staticmethod
    def _header_by(start: Sequence[str], delimiter: str) -> Sequence[str]:
        reader = csv.reader(start, delimiter=delimiter)
        try:
            for cells in reader:
                if any(cell.strip() for cell in cells) and not _is_remark(cells):
                    return cells
        except csv.Error:
            return ()
        return ()

    def rows(self) -> Generator[Row, None, None]:
        """Yield the rows after the header; empty ones are left out. Close it before the stream, where it is not ended.

        Raises:
            NotATable: from some line on, the file is no CSV.
        """
        with closing(self._records()) as records:
            for row in records:
                if row.line > self.header_line and any(isinstance(cell, str) and cell.strip() for cell in row.cells):
                    yield row

    def _records(self) -> Generator[Row, None, None]:
        with lines_of(self._stream, self._survey, file=self._file) as lines:
            for _ in range(self._skipped):
                next(lines)
            reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
            while True:
                line = self._skipped + reader.line_num + 1
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    raise NotATable(file=self._file, line=line, why=_why(error)) from None
                yield Row(line, cells)


def _beginning(lines: Iterator[str]) -> Iterator[str]:
    """Yield the lines that remarks and the header may take."""
    taken = 0
    for number, line in enumerate(lines, start=1):
        yield line
        taken += len(line)
        if number == _HEADER_LINES or taken > _HEADER_CHARACTERS:
            return


def _is_remark(cells: Sequence[object]) -> bool:
    return bool(cells) and str(cells[0]).lstrip().startswith("#") and not any(str(cell).strip() for cell in cells[1:])


def _why(error: csv.Error) -> str:
    text = str(error)
    if "field larger" in text:
        return "a cell is longer than 131072 characters; is a double quote opened here and never closed?"
    if "unexpected end" in text:
        return "a double quote is opened in this row and never closed"
    if "expected after" in text:
        return (
            "something follows a closing double quote; a double quote inside a quoted cell is written twice, and the"
            " delimiter has to be the right one"
        )
    return f"this is no CSV: {text}"


def write_csv(rows: Iterable[Sequence[str]], out: IO[bytes], *, delimiter: str = ",") -> int:
    """Write rows, the header among them, and return how many there were. Cells are texts made harmless already."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    count = 0
    for number, row in enumerate(rows):
        if number == 0:
            text.write(_MARK)
        writer.writerow(row)
        count += 1
        if text.tell() > 1 << 16:
            _drain(text, out)
    _drain(text, out)
    return count


def _drain(text: io.StringIO, out: IO[bytes]) -> None:
    out.write(text.getvalue().encode())
    text.seek(0)
    text.truncate()
