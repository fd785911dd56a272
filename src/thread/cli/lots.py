"""`thread lot` and `thread balance`: what is known of one lot, and where all of it went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from thread.cli.options import Command, opened, wants_json
from thread.cli.output import Page, document

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["balance_command", "lot_command"]


@click.command(cls=Command, name="lot")
@click.argument("lot")
@click.pass_context
def lot_command(context: click.Context, lot: str) -> None:
    """Show the card of LOT: quantity, balance, status, places, origin, history, findings.

    LOT is its name, a scan, or any short form such as STEEL/S-77 or S-77.
    """
    with opened(context) as ledger:
        card = _json(ledger.lot(lot))
    if wants_json(context):
        document(card)
        return
    from thread.cli.lot_view import show_card

    show_card(Page(), card)


@click.command(cls=Command, name="balance")
@click.argument("lot")
@click.pass_context
def balance_command(context: click.Context, lot: str) -> None:
    """Show the mass balance of LOT: all that came in, what went out, and what is there."""
    with opened(context) as ledger:
        balance = _json(ledger.balance(lot))
    if wants_json(context):
        document(balance)
        return
    from thread.cli.lot_view import show_balance
    from thread.values.names import label

    page = Page()
    page.line((label(balance["lot"]), "bold"), ": mass balance")
    page.line()
    show_balance(page, balance)


def _json(answer: Any) -> Mapping[str, Any]:
    told: Mapping[str, Any] = answer.as_json() if hasattr(answer, "as_json") else answer
    return told
