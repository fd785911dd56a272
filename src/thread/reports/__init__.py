"""Answers as documents that leave the house: one table each, as CSV, XLSX and a page to print.

Content and form are apart. A content function turns the published JSON of an answer into a `Report`; a form turns any
report into bytes. So the numbers are the same in each form, and the same as on the card, in the trace and in the API.
Equal answers give equal bytes: no form looks at a clock.
"""

from thread.reports.balance import balance_report
from thread.reports.csv_form import csv_bytes
from thread.reports.customers import customers_report
from thread.reports.findings import findings_report
from thread.reports.history import history_report
from thread.reports.html_form import html_bytes
from thread.reports.receipts import receipts_report
from thread.reports.report import Column, Report
from thread.reports.xlsx_form import xlsx_bytes

__all__ = [
    "Column",
    "Report",
    "balance_report",
    "csv_bytes",
    "customers_report",
    "findings_report",
    "history_report",
    "html_bytes",
    "receipts_report",
    "xlsx_bytes",
]
