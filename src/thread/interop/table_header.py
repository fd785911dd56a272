"""The header of a table: which column of the file is which of ours, and what is missing.

A column is known by our name (small and capital letters, spaces and hyphens do not count) or by the mapping. One that
is neither known nor told to be left out is an error: a misspelt column that was passed over would be lost for good.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from thread.interop.table_cells import CellRules, value_of
from thread.interop.table_columns import Column, Kind, column_of
from thread.interop.table_errors import CellRefused, HeaderRefused, shown
from thread.interop.table_mapping import ColumnMapping

__all__ = ["Bound", "Header", "bound_header", "known_columns"]

_BETWEEN: Final = re.compile(r"[\s_-]+")
_MOST_TOLD: Final = 10
_MOST_COLUMNS: Final = 1_000
_WINDOW: Final = frozenset({"time_from", "time_to"})


@dataclass(frozen=True, slots=True)
class Bound:
    """A column of the file that is read: where it stands, what the file calls it, and which of ours it is."""

    at: int
    header: str
    column: Column


@dataclass(frozen=True, slots=True)
class Header:
    """What the columns of a file are. `width`: how many there are; `unnamed`: places without a header.

    `defaults`: values of columns of ours where a row does not tell them.
    """

    columns: tuple[Bound, ...]
    width: int
    unnamed: tuple[int, ...]
    defaults: tuple[tuple[Column, Any], ...]


def known_columns(names: Iterable[str], kind: Kind, mapping: ColumnMapping) -> int:
    """Return how many of the names in a header are known."""
    theirs = {_folded(name) for name in (*mapping.columns, *mapping.ignore)}
    return sum(_folded(name) in theirs or _ours(kind, name) is not None for name in names if name.strip())


def bound_header(
    names: Sequence[str], kind: Kind, mapping: ColumnMapping, rules: CellRules, *, file: str, line: int
) -> Header:
    """Return what the columns of a file are.

    Raises:
        HeaderRefused: columns are unknown, missing, or there twice; lists every fault.
    """
    told = [name.strip() for name in names]
    while told and not told[-1]:
        told.pop()
    if len(told) > _MOST_COLUMNS:
        text = f"the header has {len(told)} columns, at most {_MOST_COLUMNS} are read"
        raise HeaderRefused(file=file, line=line, findings=[("", text)])
    findings = [*_twice(told), *_absent(told, mapping)]
    mapped = {_folded(theirs): ours for theirs, ours in mapping.columns.items()}
    ignored = {_folded(theirs) for theirs in mapping.ignore}
    columns: list[Bound] = []
    unknown = ""
    for at, name in enumerate(told):
        if not name or _folded(name) in ignored:
            continue
        ours = mapped.get(_folded(name))
        column = _ours(kind, name) if ours is None else column_of(kind, ours)
        if column is None:
            findings.append((name, _unknown(kind, name, ours, told)))
            unknown = unknown or name
        else:
            columns.append(Bound(at, name, column))
    findings += _same(columns)
    defaults = tuple(_defaults(kind, mapping, rules, findings))
    if not findings:
        findings += _missing(kind, columns, defaults)
    if findings:
        cut = findings[:_MOST_TOLD]
        if len(findings) > len(cut):
            cut.append(("", f"{len(findings) - len(cut)} more columns are wrong"))
        if unknown:
            cut.append(("", _advice(kind, unknown)))
        raise HeaderRefused(file=file, line=line, findings=cut)
    unnamed = tuple(at for at, name in enumerate(told) if not name)
    return Header(tuple(columns), len(told), unnamed, defaults)


def _folded(name: str) -> str:
    return _BETWEEN.sub("_", name.strip().casefold())


def _ours(kind: Kind, name: str) -> Column | None:
    return column_of(kind, _folded(name))


def _twice(told: Sequence[str]) -> Iterator[tuple[str, str]]:
    places: dict[str, list[int]] = {}
    for at, name in enumerate(told, start=1):
        if name:
            places.setdefault(_folded(name), []).append(at)
    for numbers in places.values():
        if len(numbers) > 1:
            where = ", ".join(str(number) for number in numbers)
            name = told[numbers[0] - 1]
            yield name, f"the column {shown(name)!r} is there {len(numbers)} times (columns {where}); keep one of them"


def _absent(told: Sequence[str], mapping: ColumnMapping) -> Iterator[tuple[str, str]]:
    there = {_folded(name) for name in told}
    for theirs in mapping.columns:
        if _folded(theirs) not in there:
            has = ", ".join(repr(shown(name)) for name in told[:30] if name) or "none"
            yield theirs, f"the mapping names the column {shown(theirs)!r}, which the file does not have; it has {has}"


def _unknown(kind: Kind, name: str, ours: str | None, told: Sequence[str]) -> str:
    known = [column.name for column in kind.columns]
    if ours is not None:
        near = difflib.get_close_matches(ours, known, n=1)
        return f"{name!r} is mapped to {ours[:60]!r}, which is no column of {kind.name}{_meant(near)}"
    if len(told) == 1 and (found := _separators(name)):
        return (
            f"the whole header is one column, {shown(name)!r}; its columns seem to be separated by {found}, so say"
            f" --delimiter {found}"
        )
    near = difflib.get_close_matches(_folded(name), known, n=1, cutoff=0.75)
    return f"the column {shown(name)!r} is not known{_meant(near)}"


def _advice(kind: Kind, name: str) -> str:
    return (
        f"map each unknown column (--map {shown(name) + '=...'!r}) or leave it out (--ignore {shown(name)!r}); the"
        f" columns of {kind.name} are told by `thread import --template {kind.name}`"
    )


def _meant(near: Sequence[str]) -> str:
    return f"; did you mean {near[0]!r}?" if near else ""


def _separators(name: str) -> str | None:
    return next((repr(sign) for sign in (";", "\t", "|", ",") if sign in name), None)


def _same(columns: Sequence[Bound]) -> Iterator[tuple[str, str]]:
    first: dict[str, str] = {}
    for bound in columns:
        other = first.setdefault(bound.column.name, bound.header)
        if other != bound.header:
            yield (
                bound.header,
                f"{other!r} and {bound.header!r} are both the column {bound.column.name}; keep one of them",
            )


def _defaults(
    kind: Kind, mapping: ColumnMapping, rules: CellRules, findings: list[tuple[str, str]]
) -> Iterator[tuple[Column, Any]]:
    for name, text in mapping.defaults.items():
        column = column_of(kind, name)
        if column is None:
            near = difflib.get_close_matches(name, [one.name for one in kind.columns], n=1)
            findings.append(
                (name, f"{name[:60]!r} is told for all rows, but is no column of {kind.name}{_meant(near)}")
            )
            continue
        try:
            yield column, value_of(text, column, rules)
        except CellRefused as error:
            findings.append((name, f"{name} as told for all rows: {error.text}; expected {column.expected}"))


def _missing(kind: Kind, columns: Sequence[Bound], defaults: Sequence[tuple[Column, Any]]) -> Iterator[tuple[str, str]]:
    there = {bound.column.name for bound in columns} | {column.name for column, _ in defaults}
    for column in kind.required:
        if column.name in there or (column.name == "event_time" and there >= _WINDOW):
            continue
        for_all = "site, with --site" if column.name == "site" else f"it, with --default {column.name}=..."
        yield (
            column.name,
            f"the column {column.name} is missing ({column.expected}); map one to it, or tell for all rows {for_all}",
        )
