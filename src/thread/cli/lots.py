"""`thread lot` and `thread balance`: what is known of one lot, and where all of it went."""

from __future__ import annotations

from typing import Final

import click

from thread.cli.options import Command, opened, wants_json
from thread.cli.output import Page, document

__all__ = ["balance_command", "lot_command"]


_AS_OF: Final = click.option("--as-of", metavar="TIME", help="Leave out what happened after this time.")
_KNOWN_AT: Final = click.option(
    "--known-at", metavar="SIZE|TIME", help="As known when the ledger had SIZE entries, or at TIME."
)


@click.command(cls=Command, name="lot")
@click.argument("lot")
@_AS_OF
@_KNOWN_AT
@click.option("--history", is_flag=True, help="Print its history alone and in full: old and new value, who, when, why.")
@click.pass_context
def lot_command(context: click.Context, *, lot: str, as_of: str | None, known_at: str | None, history: bool) -> None:
    """Show the card of LOT: what it is, where, its history.

    The card tells quantity, balance, status, places, origin, history and findings. LOT is its name, a scan, or any
    short form such as STEEL/S-77 or S-77.
    """
    with opened(context) as ledger:
        card = ledger.lot(lot, as_of=as_of, known_at=known_at)
    if history:
        card = {name: card[name] for name in ("id", "history", "ledger")}
    if wants_json(context):
        document(card)
        return
    if history:
        from thread.cli.history_view import show_full_history

        show_full_history(Page(), card)
        return
    from thread.cli.lot_view import show_card

    show_card(Page(), card)


@click.command(cls=Command, name="balance")
@click.argument("lot")
@_AS_OF
@_KNOWN_AT
@click.pass_context
def balance_command(context: click.Context, *, lot: str, as_of: str | None, known_at: str | None) -> None:
    """Show the mass balance of LOT.

    All that came in, what went out, and what is there.
    """
    with opened(context) as ledger:
        balance = ledger.balance(lot, as_of=as_of, known_at=known_at)
    if wants_json(context):
        document(balance)
        return
    from thread.cli.lot_view import show_balance, show_piece
    from thread.values.names import label

    page = Page()
    page.line((label(balance["lot"]), "bold"), ": mass balance")
    page.line()
    if balance["serial_of"] is not None:
        show_piece(page, balance["serial_of"], ask="balance")
    else:
        show_balance(page, balance)
