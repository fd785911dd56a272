"""What can be wrong with a table: the file as a whole, its header, and single cells and rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from thread.errors import BadInput

__all__ = [
    "CellRefused",
    "DateFormatUnknown",
    "HeaderRefused",
    "MappingInvalid",
    "NotATable",
    "RowFault",
    "RowRefused",
    "shown",
]

_MOST_SHOWN: Final = 80


class NotATable(BadInput):
    """A file cannot be read as a table of rows and columns."""

    code = "not-a-table"

    def __init__(self, *, file: str, why: str, line: int | None = None) -> None:
        place = file if line is None else f"{file}:{line}"
        super().__init__(f"{place}: {why}", file=file, line=line, why=why)
        self.file, self.line, self.why = file, line, why


class HeaderRefused(BadInput):
    """The columns of a table are not those that its rows need. `findings` lists every fault with its column."""

    code = "header-refused"

    def __init__(self, *, file: str, line: int, findings: Sequence[tuple[str, str]]) -> None:
        shown = "; ".join(text for _, text in findings)
        super().__init__(f"{file}:{line}: {shown}", file=file, line=line, findings=tuple(findings))
        self.findings = tuple(findings)


class MappingInvalid(BadInput):
    """A mapping of columns says something that it cannot say."""

    code = "mapping-invalid"


class DateFormatUnknown(MappingInvalid):
    """A way to write dates is told in letters that are not known."""

    def __init__(self, *, form: str, why: str) -> None:
        super().__init__(
            f"date format {form[:40]!r} {why}; write it like DD.MM.YYYY, MM/DD/YYYY or DD.MM.YYYY hh:mm", form=form[:40]
        )


class CellRefused(BadInput):
    """A cell does not hold what its column takes."""

    code = "cell-refused"


@dataclass(frozen=True, slots=True)
class RowFault:
    """One thing that is wrong in a row.

    `line`: in the file, from 1. `column`: as the header of the file has it; `field`: our column. Both are None where it
    is about the whole row. `value`: what stands there, cut; None where nothing does, or where it is personal.
    """

    line: int
    column: str | None
    field: str | None
    value: str | None
    expected: str | None
    code: str
    text: str

    def as_json(self) -> dict[str, Any]:
        """The fault as shells print it."""
        return asdict(self)

    def told(self) -> str:
        """Return the fault in one line, its place without the file."""
        where = ""
        if self.column is not None:
            also = f" ({self.field})" if self.field not in {None, self.column} else ""
            where = f"column {self.column!r}{also}: "
        expected = f"; expected {self.expected}" if self.expected else ""
        return f"{where}{self.text}{expected}"


class RowRefused(BadInput):
    """A row of a table tells no event. `faults` lists all that is wrong with it."""

    code = "row-refused"

    def __init__(self, faults: tuple[RowFault, ...]) -> None:
        more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        super().__init__(f"{faults[0].told()}{more}", faults=[one.as_json() for one in faults])
        self.faults = faults


def shown(value: object) -> str:
    """Return what stands in a cell, as a person may be shown it."""
    text = str(value)
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"
