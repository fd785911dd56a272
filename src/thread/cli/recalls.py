"""`thread recall`: how far an issue may have reached."""

from __future__ import annotations

import click

from thread.cli.options import Command, Group, opened, wants_json
from thread.cli.output import Page, document

__all__ = ["recall_command"]


@click.group(cls=Group, name="recall")
def recall_command() -> None:
    """Recall work: how far an issue may have reached."""


@recall_command.command(cls=Command, name="scope")
@click.argument("lots", nargs=-1, required=True, metavar="LOT...")
@click.option("--known-at", metavar="SIZE|TIME", help="As known when the ledger had SIZE entries, or at TIME.")
@click.pass_context
def scope_command(context: click.Context, *, lots: tuple[str, ...], known_at: str | None) -> None:
    """Show what an issue with LOT may have reached.

    That is every lot, container, shipment and customer. LOT is a lot, serial, order, container or shipment. Every
    possible path counts; what cannot have been reached in time is marked, never left out.
    """
    with opened(context) as ledger:
        scope = ledger.recall_scope(lots, known_at=known_at).as_json()
    if wants_json(context):
        document(scope)
        return
    from thread.cli.recall_view import show_scope

    show_scope(Page(), scope)
