"""How a file of somebody else is read: which of their columns is which of ours, and how they write numbers and days.

A mapping is told once, saved under a name, and used for every file of the same sender. What is told with a file stands
above what the mapping says.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final, Literal

import orjson
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from thread.errors import ThreadError
from thread.interop.table_cells import CellRules
from thread.interop.table_columns import KINDS, KindName, column_of
from thread.interop.table_dates import checked_form, zone_of
from thread.interop.table_errors import MappingInvalid

__all__ = ["ENCODINGS", "ColumnMapping", "mapping_from", "told_mapping"]

ENCODINGS: Final = ("utf-8", "utf-16", "windows-1252")
"""Encodings that can be declared; UTF-8, and UTF-16 with its mark, are found without."""

_MOST_COLUMNS: Final = 1_000


def _form(form: str) -> str:
    try:
        return checked_form(form)
    except ThreadError as error:
        raise ValueError(error.text) from None


def _zone(text: str) -> str:
    try:
        zone_of(text)
    except ThreadError as error:
        raise ValueError(error.text) from None
    return text


Header = Annotated[str, StringConstraints(min_length=1, max_length=1_000)]


class ColumnMapping(BaseModel):
    """How the tables of one sender are read. What is not told is as a table of our own has it."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)

    kind: KindName | None = None
    """What the rows are."""
    columns: Annotated[dict[Header, str], Field(max_length=_MOST_COLUMNS)] = {}
    """Our column, by theirs. A column that goes by our name already need not stand here."""
    ignore: Annotated[tuple[Header, ...], Field(max_length=_MOST_COLUMNS)] = ()
    """Their columns that are not read."""
    defaults: Annotated[dict[str, str], Field(max_length=_MOST_COLUMNS)] = {}
    """What our column is where their file does not tell it, such as the site."""
    decimal: Literal["point", "comma"] | None = None
    """How decimals are written; `point` if not told."""
    date_format: Annotated[str, StringConstraints(max_length=40), AfterValidator(_form)] | None = None
    """How days are written: `DD.MM.YYYY`, or `excel-1900` for day numbers; `YYYY-MM-DD` is always read."""
    zone: Annotated[str, StringConstraints(max_length=60), AfterValidator(_zone)] | None = None
    """Zone of times that tell no offset: `Europe/Paris`, or `+01:00`."""
    encoding: Literal["utf-8", "utf-16", "windows-1252"] | None = None
    """Encoding of a CSV file; UTF-8 if not told, and UTF-16 where the file begins with its mark."""
    delimiter: Literal[",", ";", "\t", "|"] | None = None
    """What stands between two cells of a CSV file; found by the header if not told."""
    sheet: Annotated[str, StringConstraints(min_length=1, max_length=31)] | None = None
    """Sheet of a workbook; the one that is named like the kind, or the only one, if not told."""

    def overlaid(self, told: ColumnMapping) -> ColumnMapping:
        """Return this mapping with what another tells put above it."""
        above = told.model_dump(exclude_unset=True, exclude_none=True)
        columns = {**self.columns, **told.columns}
        ignore = tuple(dict.fromkeys((*self.ignore, *told.ignore)))
        defaults = {**self.defaults, **told.defaults}
        changed = {**above, "columns": columns, "ignore": ignore, "defaults": defaults}
        return self.model_copy(update=changed)

    def rules(self, epoch: str = "excel-1900") -> CellRules:
        """Return how the cells of a file are read."""
        zone = None if self.zone is None else zone_of(self.zone)
        return CellRules(self.decimal or "point", self.date_format, zone, epoch)

    def as_json(self) -> dict[str, Any]:
        """Return the mapping as it is shown, saved and told: what somebody told, nothing else."""
        told = self.model_dump(mode="json", exclude_none=True)
        return {name: value for name, value in told.items() if value not in ({}, [])}


def mapping_from(data: bytes) -> ColumnMapping:
    """Return the mapping that a JSON object tells.

    Raises:
        MappingInvalid: it tells none; lists every fault.
    """
    try:
        told = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        message = f"the mapping is no JSON: {error.msg} at line {error.lineno}, column {error.colno}"
        raise MappingInvalid(message) from None
    return told_mapping(told)


def _in_mapping(path: str) -> str:
    return f"the mapping: {path or '/'}"


def told_mapping(told: Any, *, named: Callable[[str], str] = _in_mapping) -> ColumnMapping:
    """Return the mapping that JSON values tell. `named`: how a refusal names what stands at a path (`/zone`).

    Raises:
        MappingInvalid: they tell none, or name a column that its kind does not have; lists every fault.
    """
    try:
        mapping = ColumnMapping.model_validate_json(orjson.dumps(told))
    except (ValidationError, TypeError) as error:
        raise _invalid(_findings(error), named) from None
    findings = [*_unknown_columns(mapping)]
    if findings:
        raise _invalid(findings, named)
    return mapping


def _findings(error: ValidationError | TypeError) -> list[tuple[str, str]]:
    if not isinstance(error, ValidationError):
        return [("", f"cannot be written as JSON: {error}")]
    details = error.errors(include_url=False)[:20]
    return [("".join(f"/{step}" for step in one["loc"]), _said(one["type"], one["msg"])) for one in details]


def _said(kind: str, message: str) -> str:
    if kind == "extra_forbidden":
        return f"is not known; known are {', '.join(ColumnMapping.model_fields)}"
    return message.removeprefix("Value error, ")


def _unknown_columns(mapping: ColumnMapping) -> list[tuple[str, str]]:
    if mapping.kind is None:
        return []
    kind = KINDS[mapping.kind]
    told = [(f"/columns/{theirs}", ours) for theirs, ours in mapping.columns.items()]
    told += [(f"/defaults/{ours}", ours) for ours in mapping.defaults]
    return [
        (path, f"{ours[:60]!r} is no column of {kind.name}") for path, ours in told if column_of(kind, ours) is None
    ]


def _invalid(findings: list[tuple[str, str]], named: Callable[[str], str]) -> MappingInvalid:
    path, text = findings[0]
    more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
    return MappingInvalid(f"{named(path)}: {text}{more}", findings=tuple(findings))
