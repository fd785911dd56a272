"""One cell of a table as the value of an event's field, read by the rules that somebody declared for the file.

Nothing is guessed: a decimal comma is read where it was declared, a number in a column of texts only where every digit
of it is known. Cells of CSV are texts; those of a workbook have kinds, and what a spreadsheet made of a lot code by
itself (a date, a number of 15 digits) is refused with advice.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Final, Literal

from thread.errors import JsonMalformed
from thread.interop import json_text
from thread.interop.table_columns import Column
from thread.interop.table_dates import SERIALS, day_of, moment_of, serial_moment
from thread.interop.table_errors import CellRefused
from thread.values.cells import guarded, unguarded

__all__ = ["Broken", "Cell", "CellRules", "Number", "cell_text", "is_blank", "value_of"]

_WHOLE_DIGITS: Final = 15
"""Digits of a number that a spreadsheet keeps; those after it are noughts."""

_POINT: Final = re.compile(r"(-?)0*([0-9]+)(\.[0-9]+)?")
_PARTS: Final = re.compile(r'(?:"[^"]*"|[\\_*].|[^;"\\_*])+|(?<=;)(?=;|\Z)', re.DOTALL)
"""The parts of a format: for numbers above nothing, below it, and for nothing; what is quoted may hold a semicolon."""

_DIGITS_ONLY: Final = re.compile(
    r"(?:\[[A-Z]+[0-9]{0,2}\]|\[\$-[0-9A-F,]+\]|_.|\* )*(?:General|@|([0#?]+(?:,[0#?]+)*)(?:\.[0#?]*)?)(?:_.|\* )*",
    re.IGNORECASE | re.DOTALL,
)
"""Parts that show the digits of a number and nothing else; colours, languages and room for a sign are no text."""

_LONGEST_FORM: Final = 255
"""Characters of a format that a spreadsheet can have."""

_TOO_LONG: Final = (
    f"is a number of more than {_WHOLE_DIGITS} digits, of which a spreadsheet keeps {_WHOLE_DIGITS}; format the"
    " column as text and type it again"
)
_MARKS: Final = {".": "point", ",": "comma"}
_LARGEST: Final = 2**53 - 1
"""Largest whole number that every reader of JSON takes as it is (RFC 7493, 2.2)."""

_FLAGS: Final = {"yes": True, "true": True, "no": False, "false": False}


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a workbook, with the form in which the cell shows it."""

    value: float
    form: str = "General"

    def __str__(self) -> str:
        return f"{self.value:.15g}"


@dataclass(frozen=True, slots=True)
class Broken:
    """A cell of a workbook that holds no value. `why`: what is wrong, with its address."""

    shown: str
    why: str

    def __str__(self) -> str:
        return self.shown


Cell = str | Number | bool | datetime | Broken | None
"""What stands in a cell; None: nothing."""


@dataclass(frozen=True, slots=True)
class CellRules:
    """How the cells of a file are to be read. `epoch`: from which day a workbook counts."""

    decimal: Literal["point", "comma"] = "point"
    date_format: str | None = None
    zone: tzinfo | None = None
    epoch: str = "excel-1900"


def is_blank(cell: Cell) -> bool:
    """Tell whether nothing stands in a cell."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def value_of(cell: Cell, column: Column, rules: CellRules) -> Any:
    """Return what a cell that is not blank tells: text, whole number, true or false, an object, or two times.

    Raises:
        CellRefused: it does not hold what the column takes.
    """
    if isinstance(cell, Broken):
        raise CellRefused(cell.why)
    if isinstance(cell, str):
        cell = unguarded(cell.strip()) if column.form in {"text", "choice"} else cell.strip()
    return _READERS[column.form](cell, column, rules)


def cell_text(value: Any, column: Column) -> str:
    """Return the cell that `value_of` reads as a value, made harmless for spreadsheets."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if column.form == "json":
        return json.dumps(value, ensure_ascii=False)
    return guarded(str(value))


def _text(cell: Cell, _: Column, __: CellRules) -> str:
    if isinstance(cell, str):
        return cell.replace("\r\n", "\n").replace("\r", "\n")
    if isinstance(cell, datetime):
        raise CellRefused(
            "is a date; the spreadsheet made it of a text, so format the column as text and type it again"
        )
    if isinstance(cell, bool):
        raise CellRefused("is the truth value of a spreadsheet; format the column as text and type it again")
    assert isinstance(cell, Number)  # noqa: S101 the kinds of cell are told above
    return _digits(cell)


def _digits(cell: Number) -> str:
    """Return the digits of a whole number, with the noughts that its cell shows before it."""
    if not cell.value.is_integer():
        message = "is a number with decimals; format the column as text and type it again, so that no digit is lost"
        raise CellRefused(message)
    if abs(cell.value) >= 10**_WHOLE_DIGITS:
        raise CellRefused(_TOO_LONG)
    sign, digits = "-" if cell.value < 0 else "", str(abs(int(cell.value)))
    form = _form_of(cell)
    found = _DIGITS_ONLY.fullmatch(form.strip())
    if found is None:
        message = (
            f"is the number {sign}{digits}, which the format of its cell ({form[:40]}) shows as something else; format"
            " the column as text and type what is shown"
        )
        raise CellRefused(message)
    return sign + digits.zfill((found[1] or "").count("0"))


def _form_of(cell: Number) -> str:
    """Return the part of a cell's format that shows its number."""
    parts: list[str] = _PARTS.findall(cell.form) if len(cell.form) <= _LONGEST_FORM else []
    at = 1 if cell.value < 0 else 2 if not cell.value else 0
    return parts[at] if at < len(parts) else (parts or [cell.form])[0]


def _choice(cell: Cell, column: Column, rules: CellRules) -> str:
    text = _text(cell, column, rules)
    if text not in column.choices:
        raise CellRefused(f"{text[:40]!r} is not allowed here")
    return text


def _decimal(cell: Cell, _: Column, rules: CellRules) -> str:
    if isinstance(cell, Number):
        return _plain_decimal(cell)
    if not isinstance(cell, str):
        raise CellRefused("is no number")
    text, mark, other = (cell, ".", ",") if rules.decimal == "point" else (cell, ",", ".")
    if other in text:
        raise CellRefused(_ambiguous(text, rules))
    found = _POINT.fullmatch(text.replace(mark, ".") if text.count(mark) < 2 else text)
    if found is None:
        raise CellRefused(_no_number(text))
    return f"{found[1]}{found[2]}{found[3] or ''}"


def _plain_decimal(cell: Number) -> str:
    """Return a number as the spreadsheet shows it, to 15 digits."""
    if not math.isfinite(cell.value):
        raise CellRefused("is no number that can be written down")
    if abs(cell.value) >= 10**_WHOLE_DIGITS:
        raise CellRefused(_TOO_LONG)
    text = f"{cell.value:.15g}"
    if "e" not in text:
        return text
    places = max(0, _WHOLE_DIGITS - 1 - math.floor(math.log10(abs(cell.value))))
    plain = f"{cell.value:.{places}f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _ambiguous(text: str, rules: CellRules) -> str:
    if "." in text and "," in text:
        return f"{text[:40]!r} holds a point and a comma; write numbers without separators of thousands"
    if rules.decimal == "point":
        return f"{text[:40]!r} holds a comma; if that is how the file writes decimals, say so (--decimal comma)"
    return (
        f"{text[:40]!r} holds a point, and the file is said to write decimal commas; take separators of thousands out,"
        " or say --decimal point"
    )


def _no_number(text: str) -> str:
    shown = f"{text[:40]!r}"
    if re.fullmatch(r"[0-9.,]+[eE][+-]?[0-9]+", text):
        return f"{shown} is a power of ten, as a spreadsheet shortens numbers; write all digits"
    if halved := re.fullmatch(r"(-?)([0-9]*)([.,])([0-9]*)", text):
        if halved[2] and not halved[4]:
            return f"{shown} ends with its {_MARKS[halved[3]]}; write {halved[1]}{halved[2][:40]}"
        if halved[4] and not halved[2]:
            return f"{shown} begins with its {_MARKS[halved[3]]}; write {halved[1]}0{halved[3]}{halved[4][:40]}"
    if re.search(r"[0-9]", text) and re.fullmatch(r"[0-9 '\u00a0\u202f\u2019.,_]+", text):
        return f"{shown} has separators of thousands; write the digits without them"
    if re.fullmatch(r"[0-9.,]+\s*[A-Za-z%]+", text):
        return f"{shown} is a number with a unit; the unit stands in a column of its own"
    return f"{shown} is no number"


def _day(cell: Cell, _: Column, rules: CellRules) -> str:
    return day_of(_moment_cell(cell, rules), rules.date_format)


def _time(cell: Cell, _: Column, rules: CellRules) -> str | tuple[str, str]:
    return moment_of(_moment_cell(cell, rules), rules.date_format, rules.zone)


def _moment_cell(cell: Cell, rules: CellRules) -> str | datetime:
    if isinstance(cell, Number):
        return serial_moment(cell.value, rules.date_format if rules.date_format in SERIALS else rules.epoch)
    if isinstance(cell, str | datetime):
        return cell
    raise CellRefused("is no day")


def _integer(cell: Cell, _: Column, __: CellRules) -> int:
    if isinstance(cell, Number) and cell.value.is_integer() and abs(cell.value) < 10**_WHOLE_DIGITS:
        return int(cell.value)
    if isinstance(cell, str) and re.fullmatch(r"[0-9]{1,9}", cell):
        return int(cell)
    raise CellRefused(f"{str(cell)[:40]!r} is no whole number")


def _flag(cell: Cell, _: Column, __: CellRules) -> bool:
    if isinstance(cell, bool):
        return cell
    known = _FLAGS.get(cell.lower()) if isinstance(cell, str) else None
    if known is None:
        raise CellRefused(f"{str(cell)[:40]!r} is neither yes nor no")
    return known


def _object(cell: Cell, _: Column, __: CellRules) -> dict[str, Any]:
    if not isinstance(cell, str):
        raise CellRefused(f"{str(cell)[:40]!r} is no JSON object")
    try:
        json_text.parsed(cell, file="")
    except JsonMalformed as error:
        where = f"character {error.column}" + (f" of line {error.line}" if error.line > 1 else "")
        raise CellRefused(f"{cell[:40]!r} is no JSON object; at its {where}: {error.why}") from None
    told = json.loads(cell, parse_int=_number_in(int), parse_float=_number_in(float))
    if not isinstance(told, dict):
        raise CellRefused(f"{cell[:40]!r} is no JSON object")
    return told


def _number_in(kind: Callable[[str], float]) -> Callable[[str], float]:
    """Return what reads a number of a JSON text, and refuses one that is too large to be told exactly."""

    def read(text: str) -> float:
        if abs(float(text)) > _LARGEST:
            raise CellRefused(f"holds the number {text[:40]}, which is too large")
        return kind(text)

    return read


_READERS: Final = {
    "text": _text,
    "choice": _choice,
    "decimal": _decimal,
    "date": _day,
    "time": _time,
    "integer": _integer,
    "flag": _flag,
    "json": _object,
}
