"""Tables as senders write them, read without a ledger: what tests of tables are made of."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl import Workbook

from thread.interop.table import TableOfEvents, open_table
from thread.interop.table_columns import KINDS
from thread.interop.table_mapping import told_mapping

RECEIPT = {
    "event_time": "2026-03-02T08:10:00+01:00",
    "site": "LYON",
    "item": "STEEL",
    "lot": "S-77",
    "quantity": "100",
    "unit": "KGM",
}
"""The cells of a good receipt, by column."""


def csv_bytes(*rows: Sequence[str], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    """Return rows of cells without anything to quote as CSV."""
    return "".join(delimiter.join(row) + "\r\n" for row in rows).encode(encoding)


def receipts_csv(*rows: Mapping[str, str], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    """Return receipts as CSV: the good one, changed by each row."""
    whole = [{**RECEIPT, **row} for row in rows]
    names = list(dict.fromkeys(name for row in whole for name in row))
    return csv_bytes(
        names, *([row.get(name, "") for name in names] for row in whole), delimiter=delimiter, encoding=encoding
    )


def xlsx_bytes(*rows: Sequence[Any], book: Workbook | None = None) -> bytes:
    """Return rows of cells as a workbook; `book`: takes them in its first sheet."""
    made = book or Workbook()
    sheet = made.worksheets[0]
    for row in rows:
        sheet.append(list(row))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def receipts_xlsx(*rows: Mapping[str, Any], book: Workbook | None = None) -> bytes:
    """Return receipts as a workbook: the good one, changed by each row."""
    whole: list[dict[str, Any]] = [{**RECEIPT, **row} for row in rows]
    names = list(dict.fromkeys(name for row in whole for name in row))
    return xlsx_bytes(names, *([row.get(name) for name in names] for row in whole), book=book)


def rewritten(book: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """Return a workbook with something replaced in the part whose name ends so."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for one in source.infolist():
            data = source.read(one)
            if one.filename.endswith(part):
                assert old in data, data[-2_000:]
                data = data.replace(old, new)
            target.writestr(one.filename, data)
    return out.getvalue()


def opened_table(data: bytes, *, kind: str = "receipts", file: str = "receipts.csv", **told: Any) -> TableOfEvents:
    """Return a file as a table; `told` is what a mapping tells."""
    return open_table(io.BytesIO(data), file=file, kind=KINDS[kind], mapping=told_mapping(told))


def told_events(data: bytes, **told: Any) -> list[dict[str, Any]]:
    """Return the events of a table that has no faults."""
    rows = list(opened_table(data, **told).rows())
    assert [fault.told() for row in rows for fault in row.faults] == []
    return [row.event for row in rows]


def only_event(data: bytes, **told: Any) -> dict[str, Any]:
    """Return the one event of a table that has no faults."""
    (event,) = told_events(data, **told)
    return event


def faults(data: bytes, **told: Any) -> list[str]:
    """Return what is wrong with the rows of a table, each with its line."""
    return [f"{fault.line}: {fault.told()}" for row in opened_table(data, **told).rows() for fault in row.faults]
