"""`thread report`: answers as tables to read here, and as CSV, XLSX or a page to print for somebody else."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from thread.cli.options import Command, Group, opened, wants_json
from thread.cli.output import Page, document, remark
from thread.cli.reviewing import asked_of, asked_options

if TYPE_CHECKING:
    from thread.reports import Report

__all__ = ["report_command"]

_ENDINGS: Final = ("csv", "xlsx", "html")
_AS_OF: Final = click.option("--as-of", metavar="TIME", help="Leave out what happened after this time.")
_KNOWN_AT: Final = click.option(
    "--known-at", metavar="SIZE|TIME", help="As known when the ledger had SIZE entries, or at TIME."
)


def _written(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say in which form a report is written, and where."""
    form = click.option(
        "--format",
        "form",
        type=click.Choice(_ENDINGS),
        help="csv, xlsx (Excel), or html (a page to print). Not told: as FILE ends, else a table to read here.",
    )
    output = click.option(
        "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write to FILE, over what it held."
    )
    return form(output(command))


@click.group(cls=Group, name="report")
def report_command() -> None:
    """Print and export histories, balances, lists and findings."""


@report_command.command(cls=Command, name="history")
@click.argument("lot")
@_AS_OF
@_KNOWN_AT
@_written
@click.pass_context
def history_command(
    context: click.Context, /, *, lot: str, as_of: str | None, known_at: str | None, **written: Any
) -> None:
    """Write the history of LOT: every entry about it, with what was corrected by whom and why."""
    from thread.service import reports

    with opened(context) as ledger:
        _show(context, reports.history(ledger, lot, as_of=as_of, known_at=known_at), **written)


@report_command.command(cls=Command, name="balance")
@click.argument("lot")
@_AS_OF
@_KNOWN_AT
@_written
@click.pass_context
def balance_command(
    context: click.Context, /, *, lot: str, as_of: str | None, known_at: str | None, **written: Any
) -> None:
    """Write the mass balance of LOT: what came in, and where all of it is or went."""
    from thread.service import reports

    with opened(context) as ledger:
        _show(context, reports.balance(ledger, lot, as_of=as_of, known_at=known_at), **written)


@report_command.command(cls=Command, name="customers")
@click.argument("lots", nargs=-1, required=True, metavar="LOT...")
@_KNOWN_AT
@_written
@click.pass_context
def customers_command(
    context: click.Context, /, *, lots: tuple[str, ...], known_at: str | None, **written: Any
) -> None:
    """Write the customers that an issue with LOT may have reached.

    One row for each customer, shipment and lot. LOT is a lot, serial, order, container or shipment.
    """
    from thread.service import reports

    with opened(context) as ledger:
        _show(context, reports.customers(ledger, lots, known_at=known_at), **written)


@report_command.command(cls=Command, name="receipts")
@click.option("--item", metavar="ITEM", help="Only of this item.")
@click.option("--supplier", metavar="PARTY", help="Only from this supplier.")
@click.option("--since", metavar="TIME", help="Only what came at this time or later.")
@click.option("--until", metavar="TIME", help="Only what came before this time.")
@_KNOWN_AT
@_written
@click.pass_context
def receipts_command(
    context: click.Context,
    /,
    *,
    item: str | None,
    supplier: str | None,
    since: str | None,
    until: str | None,
    known_at: str | None,
    **written: Any,
) -> None:
    """Write the list of receipts, as they stand after corrections, by the time at which they came."""
    from thread.service import reports
    from thread.service.receipts import ReceiptsAsked

    asked = ReceiptsAsked(item, supplier, since, until)
    with opened(context) as ledger:
        _show(context, reports.receipts(ledger, asked, known_at=known_at), **written)


@report_command.command(cls=Command, name="findings")
@asked_options
@_written
@click.pass_context
def findings_report_command(
    context: click.Context,
    /,
    *,
    lot: str | None,
    form: str | None,
    output: Path | None,
    **options: Any,
) -> None:
    """Write what somebody should look into, the gravest and oldest first, with who decided about it."""
    from thread.service import reports

    with opened(context) as ledger:
        _show(context, reports.findings(ledger, asked_of(**options), lot=lot), form=form, output=output)


def _show(context: click.Context, report: Report, *, form: str | None, output: Path | None) -> None:
    ending = form or _ending_of(context, output)
    if ending is not None:
        _write(context, report, ending, output)
    elif wants_json(context):
        document(report.as_json())
    else:
        _print(Page(), report)


def _ending_of(context: click.Context, output: Path | None) -> str | None:
    if output is None:
        return None
    ending = output.suffix.lower().removeprefix(".")
    if ending not in _ENDINGS:
        message = f"the name {output.name} does not say in which form to write; end it in .csv, .xlsx or .html"
        raise click.UsageError(f"{message}, or tell --format", context)
    return ending


def _write(context: click.Context, report: Report, ending: str, output: Path | None) -> None:
    from thread.cli.files import write_whole
    from thread.service.reports import FORMS

    data = FORMS[ending].written(report)
    if output is None:
        if wants_json(context):
            message = "--json and --format want two things on standard output; tell -o FILE, or leave one out"
            raise click.UsageError(message, context)
        if ending == "xlsx" and sys.stdout.isatty():
            message = "a workbook is nothing to read on a terminal; tell -o FILE"
            raise click.UsageError(message, context)
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    write_whole(output, data)
    told = {"file": str(output), "format": ending, "rows": len(report.rows), "bytes": len(data)}
    if wants_json(context):
        document(told)
    else:
        remark(f"{output} is written: {report.title}, {_rows(report)}")


def _print(page: Page, report: Report) -> None:
    page.line((report.title, "bold"))
    width = max(15, *(len(name) + 1 for name, _ in report.asked)) if report.asked else 15
    for name, value in report.asked:
        page.line((f"{name:<{width}}", "dim"), value)
    for text in report.remarks:
        page.line(text)
    page.line()
    numbers = [column.name for column in report.columns if column.is_number]
    rows = [["" if cell is None else str(cell) for cell in row] for row in report.rows]
    page.table([column.name for column in report.columns], rows, right=numbers)
    page.line()
    page.line((f"{_rows(report)}. {', '.join(f'{name} {value}' for name, value in report.known_as)}", "dim"))


def _rows(report: Report) -> str:
    return "1 row" if len(report.rows) == 1 else f"{len(report.rows)} rows"
