"""Rows of a table to events, and events to rows; both ways together change nothing.

A field that its columns cannot say exactly (a list inside a list, a text of spaces) stands in the column `more`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from thread.events import EventInvalid, parse_event
from thread.interop.table_cells import Cell, CellRules, cell_text, is_blank, value_of
from thread.interop.table_columns import MORE, Column, Kind
from thread.interop.table_errors import CellRefused, RowFault, shown
from thread.interop.table_header import Bound, Header

__all__ = ["Row", "ToldRow", "fault_at", "row_of", "told_row"]

_WINDOW: Final = ("time_from", "time_to")
_IN_PLACE_OF_TIME: Final = frozenset({"event_time", "time_from"})
_EXACT: Final = CellRules()


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file, as it stands there. `line`: where it begins, from 1."""

    line: int
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class ToldRow:
    """A row as the event that it tells, or with all that is wrong with it. `index`: among the rows, from 0."""

    index: int
    line: int
    event: dict[str, Any]
    faults: tuple[RowFault, ...]
    places: Mapping[tuple[str | int, ...], Bound]
    """Which column each field of the event came from."""


def told_row(row: Row, index: int, header: Header, kind: Kind, rules: CellRules) -> ToldRow:
    """Return the event that a row tells."""
    told: dict[str, Any] = {"type": kind.type, **kind.constants}
    places: dict[tuple[str | int, ...], Bound] = {}
    faults = list(_misshapen(row, header))
    further: dict[str, Any] = {}
    cells = row.cells
    for bound in header.columns:
        cell = cells[bound.at] if bound.at < len(cells) else None
        if is_blank(cell):
            continue
        try:
            value = value_of(cell, bound.column, rules)
        except CellRefused as error:
            faults.append(_fault(row, bound, cell, error))
            continue
        if bound.column is MORE:
            further = value
            places[()] = bound
        else:
            _tell(told, bound.column, value)
            places[bound.column.place()] = bound
    for column, value in header.defaults:
        _tell_default(told, column, value)
    for steps, source in kind.fallbacks:
        _fall_back(told, steps, source)
    event, moved = _with_lists(told, places)
    for name in sorted(further.keys() & event.keys()):
        text = f"tells {name!r}, which another column tells too; tell it once"
        faults.append(_fault(row, moved[()], str(further[name]), CellRefused(text)))
    whole = {**further, **event}
    faults += _empty(row, header, kind, whole, {fault.field for fault in faults})
    found = ToldRow(index, row.line, whole, tuple(faults), moved)
    return replace(found, faults=(*faults, *_also_wrong(found))) if faults else found


def _empty(
    row: Row, header: Header, kind: Kind, event: Mapping[str, Any], faulty: Collection[str | None]
) -> Iterator[RowFault]:
    """Yield the cells that are empty, and must not be."""
    bound = {one.column.name: one for one in header.columns}
    for column in kind.required:
        if column.name in faulty or _inside(event, column.steps) is not None:
            continue
        if column.name == "event_time" and (event.keys() & _IN_PLACE_OF_TIME or "time_from" in faulty):
            continue
        found = bound.get(column.name)
        name = column.name if found is None else found.header
        yield RowFault(row.line, name, column.name, None, column.expected, "cell-empty", "is empty")


def _also_wrong(told: ToldRow) -> Iterator[RowFault]:
    """Yield what else is wrong with a row that has faults already; what is missing only because of them is left out."""
    faulty = {fault.field for fault in told.faults}
    try:
        parse_event(told.event)
    except EventInvalid as error:
        for path, text in error.findings:
            fault = fault_at(told, path, error.code, text)
            if text != "is missing" and fault.field is not None and fault.field not in faulty:
                yield fault


def fault_at(told: ToldRow, path: str, code: str, text: str) -> RowFault:
    """Return what is wrong at a JSON Pointer of the event as a fault of the row, in the column that told it."""
    steps = tuple(int(step) if step.isdecimal() else step for step in path.split("/")[1:])
    bound = None
    for length in range(len(steps), -1, -1):
        bound = told.places.get(steps[:length]) or _below(told.places, steps[:length])
        if bound is not None:
            break
    if bound is None or (not steps and bound.column is MORE):
        return RowFault(told.line, None, None, None, None, code, text)
    column = bound.column
    value = None if column.private else _value_at(told.event, column)
    return RowFault(told.line, bound.header, column.name, value, column.expected, code, text)


def _below(places: Mapping[tuple[str | int, ...], Bound], steps: tuple[str | int, ...]) -> Bound | None:
    """Return the first column that told something inside what the steps lead to."""
    if not steps:
        return None
    return next((bound for place, bound in places.items() if place[: len(steps)] == steps), None)


def _value_at(event: Mapping[str, Any], column: Column) -> str | None:
    at: Any = event
    for step in column.place():
        inside = isinstance(at, Mapping) and step in at
        inside = inside or (isinstance(at, list) and isinstance(step, int) and step < len(at))
        if not inside:
            return None
        at = at[step]
    return shown(at) if isinstance(at, str | int) else None


def _fault(row: Row, bound: Bound, cell: Cell, error: CellRefused) -> RowFault:
    column = bound.column
    if column.private:
        return RowFault(
            row.line, bound.header, column.name, None, column.expected, error.code, "does not hold such a text"
        )
    return RowFault(row.line, bound.header, column.name, shown(cell), column.expected, error.code, error.text)


def _misshapen(row: Row, header: Header) -> Iterator[RowFault]:
    """Yield that a row has fewer cells than the header, or that something stands where the header has no column."""
    count = len(row.cells)
    if count < header.width:
        text = (
            f"the row has {count} cells and the header has {header.width} columns; a cell that holds a separator or a"
            " line break stands in double quotes"
        )
        yield RowFault(row.line, None, None, None, f"{header.width} cells", "row-ragged", text)
    outside = [at for at in (*header.unnamed, *range(header.width, count)) if at < count]
    for at in [at for at in outside if not is_blank(row.cells[at])][:1]:
        value = shown(row.cells[at])
        text = f"the row has {value!r} in its {_ordinal(at)}, where the header has no name"
        yield RowFault(row.line, None, None, value, f"{header.width} cells", "row-ragged", text)


def _ordinal(at: int) -> str:
    return f"cell {at + 1}"


def _tell(told: dict[str, Any], column: Column, value: Any) -> None:
    if column.form == "time" and isinstance(value, tuple):
        # Only the day is known: the window is all of it.
        if column.name == "event_time":
            told.update(zip(_WINDOW, value, strict=True))
        else:
            told[column.name] = value[column.name == "time_to"]
        return
    at: dict[Any, Any] = told
    *way, last = column.place()
    for step in way:
        at = at.setdefault(step, {})
    at[last] = value


def _tell_default(told: dict[str, Any], column: Column, value: Any) -> None:
    if column.form == "time" and (told.keys() & {"event_time", *_WINDOW}):
        return
    at: Any = told
    for step in column.place():
        if not isinstance(at, dict) or step not in at:
            _tell(told, column, value)
            return
        at = at[step]


def _fall_back(told: dict[str, Any], steps: tuple[str, ...], source: tuple[str, ...] | str) -> None:
    """Tell a field from another one, or from a constant, wherever its neighbours are told and it is not."""
    *way, last = steps
    value: Any = told if isinstance(source, tuple) else source
    for step in source if isinstance(source, tuple) else ():
        value = value.get(step) if isinstance(value, dict) else None
    if value is None:
        return
    for holder in _holders(told, way):
        holder.setdefault(last, value)


def _holders(at: Any, way: Sequence[str]) -> Iterator[dict[Any, Any]]:
    if not isinstance(at, dict):
        return
    if not way:
        yield at
    elif way[0] == "*":
        for inner in at.values():
            yield from _holders(inner, way[1:])
    elif way[0] in at:
        yield from _holders(at[way[0]], way[1:])


def _with_lists(
    told: dict[str, Any], places: Mapping[tuple[str | int, ...], Bound]
) -> tuple[dict[str, Any], dict[tuple[str | int, ...], Bound]]:
    """Return the event with lists where numbers were told, closed up, and where each column's field stands now."""
    if not any(isinstance(inner, dict) for inner in told.values()):
        return told, dict(places)
    moved = {_closed(told, place): bound for place, bound in places.items()}
    return {name: _listed(inner) for name, inner in told.items()}, moved


def _closed(told: dict[str, Any], place: tuple[str | int, ...]) -> tuple[str | int, ...]:
    at: Any = told
    closed: list[str | int] = []
    for step in place:
        closed.append(sorted(at).index(step) if isinstance(step, int) else step)
        at = at.get(step) if isinstance(at, dict) else None
        if at is None:
            return place
    return tuple(closed)


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if value and all(isinstance(name, int) for name in value):
        return [_listed(value[number]) for number in sorted(value)]
    return {name: _listed(inner) for name, inner in value.items()}


# Events to rows


def row_of(event: Mapping[str, Any], kind: Kind) -> dict[str, str]:
    """Return the cells of an event by the name of their column, those of `more` included.

    `event`: as it was told, with its id. Read again, the row tells the same event.
    """
    cells: dict[str, str] = {}
    further: dict[str, Any] = {}
    by_field: dict[str, list[Column]] = {}
    for column in kind.columns:
        by_field.setdefault(column.steps[0], []).append(column)
    for field, value in event.items():
        if field == "type" or field in kind.constants or (field == "v" and value == 1):
            continue
        columns = by_field.get(field, [])
        found = _cells_of(field, value, columns)
        if found is None:
            further[field] = value
        else:
            cells.update(found)
    if further:
        cells[MORE.name] = cell_text(further, MORE)
    return cells


def _cells_of(field: str, value: Any, columns: Sequence[Column]) -> dict[str, str] | None:
    """Return the cells of one field, None if they cannot say it."""
    cells: dict[str, str] = {}
    told: dict[str, Any] = {}
    for column, inner in _leaves(value, columns):
        text = cell_text(inner, column)
        try:
            again = None if is_blank(text) else value_of(text, column, _EXACT)
        except CellRefused:
            return None
        if again is None or type(again) is not type(inner) or again != inner:
            return None
        cells[column.name] = text
        _tell(told, column, again)
    return cells if _listed(told).get(field) == value else None


def _leaves(value: Any, columns: Sequence[Column]) -> Iterator[tuple[Column, Any]]:
    """Yield the values inside a field that a column stands for, each with its column."""
    for column in columns:
        if not column.repeats:
            found = _inside(value, column.steps[1:])
            if found is not None:
                yield column, found
            continue
        at = column.steps.index("*")
        elements = _inside(value, column.steps[1:at]) if at else None
        for number, element in enumerate(elements if isinstance(elements, list) else (), start=1):
            found = _inside(element, column.steps[at + 1 :])
            if found is not None and number < 1_000:
                yield column.numbered(number), found


def _inside(value: Any, steps: Sequence[str]) -> Any:
    for step in steps:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value
