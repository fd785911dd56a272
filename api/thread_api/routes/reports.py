"""Answers as documents: JSON, CSV, an Excel workbook or a page to print, with the same numbers in each."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query
from starlette.responses import Response

from thread.reports import Report
from thread.service import reports
from thread.service.receipts import ReceiptsAsked
from thread_api.answers import json_answer
from thread_api.asking import LedgerHere, near_names_told, size_or_time
from thread_api.description import PROBLEMS, V1
from thread_api.routes.findings import AskedFor, OfLot
from thread_api.routes.lots import AsOf, KnownAt
from thread_api.schemas import ReportAnswer

__all__ = ["router"]

_FILES: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "model": ReportAnswer,
        "description": "The report, in the form that `format` names.",
        "content": {
            form.media_type.partition(";")[0]: {"schema": {"type": "string", "format": "binary"}}
            for form in reports.FORMS.values()
        },
    }
}

router = APIRouter(prefix=V1, tags=["Reports"], responses={**PROBLEMS, **_FILES})

Form = Annotated[
    Literal["json", "csv", "xlsx", "html"],
    Query(description="`json`; `csv` and `xlsx` for spreadsheets; `html` is a page to print."),
]
Lot = Annotated[str, Query(min_length=1, description="The lot, in any spelling.", examples=["S-77"])]


@router.get("/reports/history", summary="History of a lot as a document", response_class=Response)
def history_report(
    ledger: LedgerHere,
    lot: Lot,
    form: Annotated[Form, Query(alias="format")] = "json",
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> Response:
    """Every entry about a lot, with what was corrected by whom and why."""
    with near_names_told(ledger):
        return _answer(reports.history(ledger, lot, as_of=as_of, known_at=size_or_time(known_at)), form)


@router.get("/reports/balance", summary="Balance of a lot as a document", response_class=Response)
def balance_report(
    ledger: LedgerHere,
    lot: Lot,
    form: Annotated[Form, Query(alias="format")] = "json",
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> Response:
    """What came in of a lot, and where all of it is or went."""
    with near_names_told(ledger):
        return _answer(reports.balance(ledger, lot, as_of=as_of, known_at=size_or_time(known_at)), form)


@router.get("/reports/customers", summary="Affected customers as a document", response_class=Response)
def customers_report(
    ledger: LedgerHere,
    start: Annotated[
        str,
        Query(min_length=1, description="A lot, serial, order, container or shipment that the issue began with."),
    ],
    form: Annotated[Form, Query(alias="format")] = "json",
    known_at: KnownAt = None,
) -> Response:
    """The customers that an issue may have reached: one row for each customer, shipment and lot."""
    with near_names_told(ledger):
        return _answer(reports.customers(ledger, (start,), known_at=size_or_time(known_at)), form)


@router.get("/reports/receipts", summary="List of receipts as a document", response_class=Response)
def receipts_report(
    *,
    ledger: LedgerHere,
    item: Annotated[str | None, Query(min_length=1, description="Only of this item.", examples=["STEEL"])] = None,
    supplier: Annotated[str | None, Query(min_length=1, description="Only from this supplier.")] = None,
    since: Annotated[str | None, Query(description="Only what came at this time or later (RFC 3339).")] = None,
    until: Annotated[str | None, Query(description="Only what came before this time (RFC 3339).")] = None,
    form: Annotated[Form, Query(alias="format")] = "json",
    known_at: KnownAt = None,
) -> Response:
    """What came, from whom and with which papers, as it stands after corrections, by the time at which it came."""
    asked = ReceiptsAsked(item, supplier, since, until)
    return _answer(reports.receipts(ledger, asked, known_at=size_or_time(known_at)), form)


@router.get("/reports/findings", summary="Findings as a document", response_class=Response)
def findings_report(
    ledger: LedgerHere, asked: AskedFor, lot: OfLot = None, form: Annotated[Form, Query(alias="format")] = "json"
) -> Response:
    """What somebody should look into, the gravest and oldest first, with who decided about it."""
    with near_names_told(ledger):
        return _answer(reports.findings(ledger, asked, lot=lot), form)


def _answer(report: Report, form: str) -> Response:
    if form == "json":
        return json_answer(report.as_json())
    written = reports.FORMS[form]
    name = quote(reports.file_name(report, form))
    # A page is shown, so that it can be printed; what a spreadsheet opens is saved.
    how = "inline" if form == "html" else "attachment"
    headers = {"Content-Disposition": f'{how}; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return Response(written.written(report), headers=headers, media_type=written.media_type)
