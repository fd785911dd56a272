"""`thread find`: one box for every name, number and mark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from thread.cli.options import Command, opened, wants_json
from thread.cli.output import Page, complain, document
from thread.cli.progress import Progress

if TYPE_CHECKING:
    from thread.service.find import Found

__all__ = ["find_command"]

# Told here too, for the help comes without the imports of the service; a test compares them.
_KINDS: Final = (
    "lot",
    "order",
    "shipment",
    "container",
    "document",
    "item",
    "party",
    "place",
    "vessel",
    "resource",
    "hold",
    "activity",
    "serial",
)


@click.command(cls=Command, name="find")
@click.argument("text")
@click.option(
    "--kind", type=click.Choice(_KINDS), metavar="KIND", help=f"Only things of one kind: {', '.join(_KINDS)}."
)
@click.option("--limit", type=click.IntRange(1, 1_000), default=20, metavar="N", help="List at most N; 20 if not told.")
@click.pass_context
def find_command(context: click.Context, *, text: str, kind: str | None, limit: int) -> None:
    """Find whatever goes by TEXT, or by a name that holds it.

    TEXT is a lot, supplier lot, serial, order, shipment, container, customer, supplier, item, place, document, printed
    mark, or what a scanner read. First come names that are exactly TEXT, then those that begin with it, then those that
    hold it. Upper and lower case are the same, and no sign in TEXT means anything but itself.
    """
    with opened(context) as ledger:
        with Progress("taking names in", unit="entries", total=ledger.size, quiet=wants_json(context)) as progress:
            found = ledger.find(text, kind=kind, limit=limit, progress=progress.reached)
        found = found.or_nothing()
    if found.remark:
        complain(f"not read as it looks: {found.remark}")
    if wants_json(context):
        document(found.as_json())
        if found.more:
            complain(_more(found, kind, limit))
        return
    _show(Page(), found)
    if found.more:
        Page().line()
        Page().line(_more(found, kind, limit))


def _show(page: Page, found: Found) -> None:
    page.line("Read as ", (found.read_as, "bold"), ".")
    page.line()
    rows = []
    for hit in found.hits:
        remark = "voided" if hit.voided else ""
        entry = "" if hit.seq is None else str(hit.seq)
        by = f"{hit.by} {hit.matched if len(hit.matched) <= 60 else hit.matched[:60] + ' …'}"
        rows.append((hit.kind, (hit.label, "bold"), hit.how, by, entry, (remark, "yellow")))
    page.table(("Kind", "Name", "Match", "By", "Entry", ""), rows, right=("Entry",))


def _more(found: Found, kind: str | None, limit: int) -> str:
    wider = f"--limit {min(10 * limit, 1_000)} lists more of them" if limit < 1_000 else "tell more of the name"
    narrower = "" if kind else f", --kind {found.hits[-1].kind} only one kind"
    return f"There are more: {wider}{narrower}."
