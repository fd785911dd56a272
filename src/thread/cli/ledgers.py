"""`thread init`: makes a ledger and the keys that sign for it."""

from __future__ import annotations

import click

from thread.cli.options import Command, ledger_url, wants_json
from thread.cli.output import Page, document

__all__ = ["init_command"]


@click.command(cls=Command, name="init")
@click.option(
    "--origin", metavar="NAME", help="Name of the ledger, such as ledger.example.com/plant-1; made if not told."
)
@click.option("--actor", metavar="ID", help="Who makes it; the user of the operating system if not told.")
@click.pass_context
def init_command(context: click.Context, *, origin: str | None, actor: str | None) -> None:
    """Make a ledger and its signing keys.

    The keys lie in a directory beside the database, or where THREAD_KEYS says; only you can read them. Keep the
    fingerprint where others can find it: whoever verifies the ledger compares it.
    """
    from thread import Ledger
    from thread.cli.actors import actor_of

    url = ledger_url(context)
    with Ledger.create(url, origin=origin, actor=actor_of(actor)) as ledger:
        told = {"ledger": url, "origin": ledger.origin, "fingerprint": ledger.fingerprint, "size": ledger.size}
    if wants_json(context):
        document(told)
        return
    page = Page()
    page.line("Made the ledger ", (str(told["origin"]), "bold"), f" in {url}.")
    page.line(f"Fingerprint of its keys: {told['fingerprint']}")
