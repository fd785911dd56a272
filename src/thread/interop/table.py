"""A file as rows of one kind: CSV or workbook, its columns bound, each row the event that it tells."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import IO, Any, Final, Literal

from thread.interop.csv_table import CsvTable, write_csv
from thread.interop.table_columns import MORE, Column, Kind, column_of
from thread.interop.table_errors import NotATable
from thread.interop.table_header import Header, bound_header, known_columns
from thread.interop.table_mapping import ColumnMapping
from thread.interop.table_rows import ToldRow, row_of, told_row
from thread.interop.table_text import digest_of, survey_of
from thread.interop.xlsx_guard import looks_like_workbook
from thread.interop.xlsx_table import XlsxTable, write_xlsx

__all__ = ["TableForm", "TableOfEvents", "columns_used", "is_table", "open_table", "write_table"]

TableForm = Literal["csv", "xlsx"]

_TABLE_ENDINGS: Final = (".csv", ".tsv", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
_HEAD: Final = 8


@dataclass(frozen=True, slots=True)
class TableOfEvents:
    """A table whose header is read. `digest`: SHA-256 of the file in hex; `sheet`: of a workbook; `notes`: for people.

    Rows are read from the file as they are asked for.
    """

    file: str
    digest: str
    kind: Kind
    header: Header
    sheet: str | None
    notes: tuple[str, ...]
    source: CsvTable | XlsxTable
    mapping: ColumnMapping

    def rows(self) -> Generator[ToldRow, None, None]:
        """Yield the rows as events. Close it before the stream, where it is not ended.

        Raises:
            NotATable: from some line on, the file cannot be read.
        """
        rules = self.mapping.rules(self.source.epoch if isinstance(self.source, XlsxTable) else "excel-1900")
        with closing(self.source.rows()) as rows:
            for index, row in enumerate(rows):
                yield told_row(row, index, self.header, self.kind, rules)

    def key(self, index: int) -> str:
        """Return the idempotency key of a row: the file, and the place of the row in it.

        One file may hold rows of several kinds, so kind and sheet are part of the place.
        """
        sheet = "" if self.sheet is None else f"{self.sheet}/"
        return f"file:{self.digest}#{self.kind.name}/{sheet}{index}"


def is_table(head: bytes, file: str) -> bool:
    """Tell whether a file is a table, by its first bytes or its name; what is no table is a document."""
    return looks_like_workbook(head) or file.lower().endswith(_TABLE_ENDINGS)


def open_table(
    stream: IO[bytes], *, file: str, kind: Kind, mapping: ColumnMapping, form: TableForm | None = None
) -> TableOfEvents:
    """Return a file as a table of events; its header is read, its rows are not yet.

    `stream`: can be read twice. `form`: None looks at the first bytes.

    Raises:
        NotATable: it cannot be read as CSV or XLSX.
        HeaderRefused: columns are unknown, missing, or there twice.
    """
    head = stream.read(_HEAD)
    stream.seek(0)
    if form == "xlsx" and not looks_like_workbook(head):
        raise NotATable(file=file, why="is no workbook; load it as CSV (--format csv), or save it as XLSX")
    if form == "csv" and looks_like_workbook(head):
        raise NotATable(file=file, why="is a workbook or an archive, not CSV; load it with --format xlsx")
    source: CsvTable | XlsxTable
    if looks_like_workbook(head):
        digest = digest_of(stream)
        source = XlsxTable(stream, file=file, sheet=mapping.sheet, kind=kind.name)
    else:
        survey = survey_of(stream, file=file, encoding=mapping.encoding)
        digest = survey.digest
        source = CsvTable(
            stream,
            survey,
            file=file,
            delimiter=mapping.delimiter,
            known=lambda names: known_columns(names, kind, mapping),
        )
    rules = mapping.rules(source.epoch if isinstance(source, XlsxTable) else "excel-1900")
    header = bound_header(source.names, kind, mapping, rules, file=file, line=source.header_line)
    sheet = source.sheet if isinstance(source, XlsxTable) else None
    notes = tuple(source.notes) if isinstance(source, XlsxTable) else ()
    return TableOfEvents(file, digest, kind, header, sheet, notes, source, mapping)


def write_table(
    events: Iterable[Mapping[str, Any]], columns: Sequence[str], kind: Kind, out: IO[bytes], *, form: TableForm
) -> int:
    """Write events of a kind as a table; return how many there were.

    `events`: as told, each with its id. `columns`: names of the columns, `columns_used` says which.
    """
    rows = _rows(events, columns, kind)
    return (write_csv(rows, out) if form == "csv" else write_xlsx(rows, out, title=kind.name)) - 1


def columns_used(events: Iterable[Mapping[str, Any]], kind: Kind) -> tuple[str, ...]:
    """Return the columns that a table of these events needs, those that each row must tell among them."""
    used: dict[str, Column] = {column.name: column for column in kind.required}
    for event in events:
        for name in row_of(event, kind):
            if name not in used:
                column = column_of(kind, name)
                assert column is not None  # noqa: S101 rows have columns of their kind only
                used[name] = column
    order = {column.name: at for at, column in enumerate(kind.columns)}
    order[MORE.name] = len(order)

    def place(column: Column) -> tuple[int, int]:
        base = column.name if column.number == 1 else column.name.rpartition("_")[0]
        return order[base], column.number

    return tuple(column.name for column in sorted(used.values(), key=place))


def _rows(events: Iterable[Mapping[str, Any]], columns: Sequence[str], kind: Kind) -> Iterator[Sequence[str]]:
    yield columns
    for event in events:
        cells = row_of(event, kind)
        yield [cells.get(name, "") for name in columns]
