"""Answers as files: which reports there are, in which forms, and what a file of each is called."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from thread.reports import (
    Report,
    balance_report,
    csv_bytes,
    customers_report,
    findings_report,
    history_report,
    html_bytes,
    receipts_report,
    xlsx_bytes,
)
from thread.values.names import label

if TYPE_CHECKING:
    from thread.genealogy.movement import Movement
    from thread.service.findings import FindingsFilter
    from thread.service.ledger import Ledger
    from thread.service.receipts import ReceiptsAsked

__all__ = ["FORMS", "Form", "FormName", "balance", "customers", "file_name", "findings", "history", "receipts"]

FormName = Literal["csv", "xlsx", "html"]


@dataclass(frozen=True, slots=True)
class Form:
    """A form that a report is written in. `media_type`: as HTTP names it."""

    media_type: str
    written: Callable[[Report], bytes]


FORMS: Final[Mapping[str, Form]] = {
    "csv": Form("text/csv; charset=utf-8", csv_bytes),
    "xlsx": Form("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx_bytes),
    "html": Form("text/html; charset=utf-8", html_bytes),
}
"""Forms by the ending of their files."""

_NOT_IN_FILE_NAMES: Final = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST_FILE_NAME: Final = 80


def history(ledger: Ledger, lot: str, *, as_of: str | None = None, known_at: int | str | None = None) -> Report:
    """Return what was told of a lot as a report; errors as `Ledger.lot`."""
    return history_report(ledger.lot(lot, as_of=as_of, known_at=known_at))


def balance(ledger: Ledger, lot: str, *, as_of: str | None = None, known_at: int | str | None = None) -> Report:
    """Return the mass balance of a lot as a report; errors as `Ledger.lot`."""
    card = ledger.lot(lot, as_of=as_of, known_at=known_at)
    return balance_report(card["balance"], card["ledger"])


def customers(ledger: Ledger, names: Iterable[str], *, known_at: int | str | None = None) -> Report:
    """Return the customers that an issue may have reached as a report; errors as `Ledger.recall_scope`."""
    from thread.genealogy.account import account_of
    from thread.genealogy.custody import Custody
    from thread.genealogy.sent import Sent, sent_under

    scope = ledger.recall_scope(names, known_at=known_at)
    known = ledger.history(scope.size)
    custody = Custody(known)
    spans = {lot.id: lot.spans for lot in scope.lots}
    movements: dict[str, tuple[Movement, ...]] = {}

    def sent_of(lot: str, shipment: str, customer: str | None) -> Sent:
        if lot not in movements:
            movements[lot] = account_of(lot, known, custody).movements
        return sent_under(shipment, customer, movements[lot], spans=spans[lot])

    with known.in_one_go():
        return customers_report(scope.as_json(), sent_of)


def findings(ledger: Ledger, asked: FindingsFilter, *, lot: str | None = None, limit: int | None = None) -> Report:
    """Return what somebody should look into as a report; errors as `Ledger.findings`."""
    return findings_report(ledger.findings(lot=lot, asked=asked, limit=limit).as_json())


def receipts(ledger: Ledger, asked: ReceiptsAsked, *, known_at: int | str | None = None) -> Report:
    """Return a list of receipts as a report; errors as `Ledger.receipts`."""
    return receipts_report(ledger.receipts(asked, known_at=known_at))


def file_name(report: Report, form: str) -> str:
    """Return what a file of a report is called: letters, digits and signs that every file system takes.

    >>> from thread.reports import Report
    >>> file_name(Report("receipts", "Receipts", (), (), (), (), {}), "csv")
    'receipts.csv'
    """
    about = [label(value) for name, value in report.asked if name in {"Lot", "Starts from"}]
    stem = _NOT_IN_FILE_NAMES.sub("-", "-".join((report.name, *about)))[:_LONGEST_FILE_NAME].strip("-.")
    return f"{stem}.{form}"
