"""Empty tables to fill in, one for each kind of row: columns explained, as CSV or as a workbook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import IO, Any, Final

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from thread.interop.csv_table import write_csv
from thread.interop.table import TableForm
from thread.interop.table_columns import Column, Kind
from thread.interop.xlsx_table import as_text_cell
from thread.values.cells import guarded

__all__ = ["write_template"]

_NUMBERED: Final = "Several: add columns {name}_2, {name}_3 …"
_ROWS: Final = 1_000
"""Rows of a template that offer a choice where a column takes one of a few words."""


def write_template(kind: Kind, out: IO[bytes], *, form: TableForm) -> None:
    """Write the template of a kind of row; filled in, it is loaded without any mapping."""
    if form == "csv":
        _write_csv(kind, out)
    else:
        _write_xlsx(kind, out)


def _listed(kind: Kind) -> tuple[Column, ...]:
    """Return the columns of a template, those that must be told first."""
    columns = [column for column in kind.columns if column.listed]
    return tuple(sorted(columns, key=lambda column: not column.required))


def _explained(column: Column) -> str:
    must = "Required. " if column.required else ""
    example = f" Example: {column.example}" if column.example else ""
    several = f" {_NUMBERED.format(name=column.name)}" if column.repeats else ""
    return f"{must}{column.meaning} Takes {column.expected}.{several}{example}"


def _rules(kind: Kind) -> tuple[str, ...]:
    return (
        f"{kind.name}: {kind.says}",
        "One row for each. A column that is not needed can stay empty or be taken out; their order does not matter.",
        "Codes are text: keep leading zeros. Decimals have a point, days are 2026-03-09, or else say so on loading.",
    )


def _write_csv(kind: Kind, out: IO[bytes]) -> None:
    def rows() -> Iterator[Sequence[str]]:
        for rule in _rules(kind):
            yield [f"# {rule}"]
        yield ["# Lines before the header that begin with # are not read."]
        for column in _listed(kind):
            yield [f"# {column.name}: {_explained(column)}"]
        yield [column.name for column in _listed(kind)]

    write_csv(rows(), out)


def _write_xlsx(kind: Kind, out: IO[bytes]) -> None:
    book = Workbook()
    sheet: Any = book.active
    sheet.title = kind.name
    columns = _listed(kind)
    for at, column in enumerate(columns, start=1):
        _write_column(sheet, at, column)
    sheet.freeze_panes = "A2"
    _write_instructions(book.create_sheet("Instructions"), kind, columns)
    _write_examples(book.create_sheet("Examples"), columns)
    book.save(out)


def _write_column(sheet: Any, at: int, column: Column) -> None:
    letter = get_column_letter(at)
    head = sheet.cell(1, at)
    head.value, head.data_type, head.number_format = column.name, "s", "@"
    head.font = Font(bold=True)
    if column.required:
        head.fill = PatternFill("solid", fgColor="FFF2CC")
    head.comment = Comment(_explained(column), "thread", width=320, height=160)
    sheet.column_dimensions[letter].width = max(12, len(column.name) + 3)
    sheet.column_dimensions[letter].number_format = "@"
    if column.choices:
        choice = DataValidation(type="list", formula1=f'"{",".join(column.choices)}"', allow_blank=True)
        choice.add(f"{letter}2:{letter}{_ROWS + 1}")
        sheet.add_data_validation(choice)


def _write_instructions(sheet: Any, kind: Kind, columns: Sequence[Column]) -> None:
    for rule in _rules(kind):
        sheet.append([rule])
    sheet.append(["Fill in the first sheet. Its cells are formatted as text, so that codes stay as you type them."])
    sheet.append([])
    sheet.append(["column", "required", "takes", "means", "example"])
    for cell in sheet[sheet.max_row]:
        cell.font = Font(bold=True)
    for column in columns:
        several = f" {_NUMBERED.format(name=column.name)}" if column.repeats else ""
        told = (
            column.name,
            "yes" if column.required else "",
            column.expected,
            f"{column.meaning}{several}",
            column.example,
        )
        sheet.append([as_text_cell(sheet, text) for text in told])
        for cell in sheet[sheet.max_row]:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for letter, width in zip("ABCDE", (24, 10, 44, 70, 28), strict=True):
        sheet.column_dimensions[letter].width = width


def _write_examples(sheet: Any, columns: Sequence[Column]) -> None:
    shown = [column for column in columns if column.example]
    sheet.append([as_text_cell(sheet, column.name) for column in shown])
    sheet.append([as_text_cell(sheet, guarded(column.example)) for column in shown])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
