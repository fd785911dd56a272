"""`thread trace`: where a lot came from and where it went."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from thread.cli.options import Command, opened, wants_json
from thread.cli.output import Page, document

if TYPE_CHECKING:
    from thread.genealogy.trace import Asked

__all__ = ["trace_command"]


@click.command(cls=Command, name="trace")
@click.argument("lot")
@click.option("--backward", is_flag=True, help="Where it came from (upstream).")
@click.option("--forward", is_flag=True, help="Where it went (downstream).")
@click.option("--both", is_flag=True, help="Both; this is what happens if neither is told.")
@click.option("--depth", type=click.IntRange(min=0), metavar="N", help="Follow N activities and say where it was cut.")
@click.option("--as-of", metavar="TIME", help="Leave out what happened after this time.")
@click.option("--known-at", metavar="SIZE|TIME", help="As known when the ledger had SIZE entries, or at TIME.")
@click.option("--in-time", is_flag=True, help="Leave out what cannot really have happened in time; it is counted.")
@click.option("--table", is_flag=True, help="Print one row for each lot, activity, container and shipment.")
@click.pass_context
def trace_command(
    context: click.Context,
    *,
    lot: str,
    backward: bool,
    forward: bool,
    both: bool,
    depth: int | None,
    as_of: str | None,
    known_at: str | None,
    in_time: bool,
    table: bool,
) -> None:
    """Show where LOT came from and where it went.

    LOT is a lot, serial, order, container or shipment: its name, a scan, or any short form. Times are written like
    2026-03-09T14:07:00+01:00. The answer holds every possible path; what cannot have happened in time is marked.
    """
    direction: Asked = "both" if both or backward == forward else "backward" if backward else "forward"
    with opened(context) as ledger:
        found = ledger.trace(
            lot,
            direction=direction,
            depth=depth,
            as_of=as_of,
            known_at=known_at,
            in_time_only=in_time,
        )
        if wants_json(context):
            document(found.as_json())
            return
        from thread.cli.trace_view import show_table, show_trace, told_as

        names = told_as(found, lambda seq: str(ledger.entry(seq).event["type"]))
        (show_table if table else show_trace)(Page(), found, names)
