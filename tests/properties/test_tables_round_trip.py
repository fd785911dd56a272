"""Load, export, load is the identity: whatever a table says, its export says again, in CSV and in a workbook."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thread import Ledger
from thread.interop.table import TableForm, columns_used, open_table, write_table
from thread.interop.table_columns import KINDS, Column, Kind
from thread.interop.table_mapping import ColumnMapping
from thread.interop.table_rows import row_of
from thread.values.cells import guarded, unguarded

LETTERS = st.characters(exclude_categories=["Cs", "Cc"])
SIGNS = st.sampled_from("=+-@'\"#;,|\t_x0041_ %\n\u2028\ufeff")
TEXTS = st.lists(LETTERS | SIGNS, min_size=1, max_size=30).map("".join)
LINES = TEXTS.map(lambda text: text.replace("\n", " ").replace("\t", " "))
NUMBERS = st.decimals(min_value="0.001", max_value=10**9, places=3).map(str)
DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31)).map(str)


def values(column: Column) -> st.SearchStrategy[Any]:
    """Return what a field that a column stands for may hold."""
    match column.form:
        case "decimal":
            return NUMBERS
        case "date":
            return DAYS
        case "time":
            return DAYS.map(lambda day: f"{day}T08:10:00.25+01:00")
        case "integer":
            return st.integers(0, 9_999)
        case "flag":
            return st.booleans()
        case "choice":
            return st.sampled_from(column.choices)
        case _:
            return TEXTS if column.name in {"note", "description", "address"} else LINES


@st.composite
def told_events(draw: st.DrawFn, kind: Kind) -> dict[str, Any]:
    """Return an event of a kind with any text in any field; whether it is valid does not matter to its row."""
    event: dict[str, Any] = {"type": kind.type, **kind.constants}
    drawn = draw(st.lists(st.sampled_from(kind.columns), max_size=12, unique_by=lambda column: column.name))
    for column in drawn:
        put(event, column.steps, draw(values(column)))
    for document in event.get("documents", ()):
        document.setdefault("type", "protocol")
    for amount in _amounts(event):
        amount.setdefault("unit", "KGM")
    return {**event, "item": "A", "lot": "B", "event_time": "2026-03-02T08:10:00Z"}


def _amounts(event: dict[str, Any]) -> list[dict[str, Any]]:
    found = [event.get(name) for name in ("quantity", "declared_quantity", "rejected_quantity")]
    found += [container.get("quantity") for container in event.get("containers", ())]
    return [amount for amount in found if amount is not None]


def put(at: dict[str, Any], steps: Sequence[str], value: Any) -> None:
    """Put a value where steps lead to, into the first element of a list."""
    step, *rest = steps
    if not rest:
        at[step] = value
    elif rest == ["*"]:
        at.setdefault(step, []).append(value)
    elif rest[0] == "*":
        elements = at.setdefault(step, [{}])
        put(elements[0], rest[1:], value)
    else:
        put(at.setdefault(step, {}), rest, value)


def read_again(events: list[dict[str, Any]], kind: Kind, form: TableForm) -> list[dict[str, Any]]:
    """Return the events of the table that these events were written to."""
    out = io.BytesIO()
    write_table(events, columns_used(events, kind), kind, out, form=form)
    out.seek(0)
    table = open_table(out, file="again", kind=kind, mapping=ColumnMapping(), form=form)
    return [row.event for row in table.rows()]


@pytest.mark.requirement("REC-8")
@pytest.mark.parametrize("name", ["items", "parties", "places", "resources", "opening", "receipts"])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
@settings(max_examples=15)
@given(data=st.data())
def test_a_table_tells_the_events_that_it_was_written_of(name: str, form: TableForm, data: st.DataObject) -> None:
    kind = KINDS[name]
    events = data.draw(st.lists(told_events(kind), min_size=1, max_size=3))

    assert read_again(events, kind, form) == events


@given(st.text())
def test_a_text_made_harmless_comes_back_and_no_spreadsheet_takes_it_for_a_formula(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


def test_what_no_column_can_say_stands_in_the_column_more() -> None:
    kind = KINDS["receipts"]
    events: list[dict[str, Any]] = [
        {"type": "received", "site": "P1", "note": " spaces ", "case": "C-1", "marks": ["a", " b"]},
        {
            "type": "received",
            "site": "P1",
            "ext": [{"name": "acme:colour", "value": "red"}],
            "quantity": {"value": "1"},
        },
        {
            "type": "received",
            "site": "P1",
            "containers": [{"container": "B", "serials": [{"first": "S1", "last": "S2"}]}],
        },
    ]

    assert row_of(events[0], kind) == {
        "site": "P1",
        "case": "C-1",
        "more": '{"note": " spaces ", "marks": ["a", " b"]}',
    }
    for form in ("csv", "xlsx"):
        whole = [{**event, "item": "A"} for event in events]
        assert read_again(whole, kind, form) == whole


@settings(max_examples=10)
@given(st.lists(st.tuples(LINES, TEXTS, LINES), min_size=1, max_size=4, unique_by=lambda told: told[0].strip()))
def test_loading_exporting_and_loading_again_records_the_same_events(told: list[tuple[str, str, str]]) -> None:
    events = [
        {
            "type": "party_defined",
            "event_time": "2026-01-01T00:00:00Z",
            "party": f"P{number}",
            "label": label,
            "note": note,
            "name": name,
        }
        for number, (label, note, name) in enumerate(told)
    ]
    usable = [{name: value for name, value in event.items() if value.strip()} for event in events]
    first, second = _loaded(usable), None
    with first as ledger:
        exported = io.BytesIO()
        ledger.export_table("parties", exported)
        again = ledger.load(exported.getvalue(), kind="parties")
        assert (again.recorded, again.duplicates) == (0, len(usable))
        with _fresh() as second:
            second.load(exported.getvalue(), kind="parties")
            twice = io.BytesIO()
            second.export_table("parties", twice)
    assert twice.getvalue() == exported.getvalue()


def _fresh() -> Ledger:
    return Ledger.create(f"sqlite:///{Path(tempfile.mkdtemp(prefix='thread-'))}/thread.db", origin="plant.example")


def _loaded(events: list[dict[str, Any]]) -> Ledger:
    ledger = _fresh()
    out = io.BytesIO()
    kind = KINDS["parties"]
    write_table(events, columns_used(events, kind), kind, out, form="csv")
    ledger.load(out.getvalue(), kind="parties")
    return ledger
