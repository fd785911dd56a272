"""`thread init` makes a ledger and the keys that sign for it; `thread rebuild` makes its look-up tables anew."""

from __future__ import annotations

import click

from thread.cli.options import Command, ledger_url, opened, wants_json
from thread.cli.output import Page, document
from thread.cli.progress import Progress
from thread.cli.words import count_words

__all__ = ["init_command", "rebuild_command"]


@click.command(cls=Command, name="init")
@click.option(
    "--origin", metavar="NAME", help="Name of the ledger, such as ledger.example.com/plant-1; made if not told."
)
@click.option("--actor", metavar="ID", help="Who makes it; the user of the operating system if not told.")
@click.option("--passphrase", is_flag=True, help="Ask for a passphrase to seal the private keys with.")
@click.option("--prepare-next-key", is_flag=True, help="Make the keys that will follow as well, and commit to them.")
@click.pass_context
def init_command(
    context: click.Context, *, origin: str | None, actor: str | None, passphrase: bool, prepare_next_key: bool
) -> None:
    """Make a ledger and its signing keys.

    The keys lie in a directory beside the database, or where THREAD_KEYS says; only you can read them. They are sealed
    where THREAD_KEY_PASSPHRASE holds a passphrase, or --passphrase asks for one. Keep the fingerprint where others can
    find it: whoever verifies the ledger compares it.
    """
    from thread import Ledger
    from thread.cli.actors import actor_of
    from thread.cli.passphrases import new_passphrase

    url = ledger_url(context)
    typed = new_passphrase(context) if passphrase else None
    with Ledger.create(
        url, origin=origin, actor=actor_of(actor), passphrase=typed, prepare_next_key=prepare_next_key
    ) as ledger:
        told = {"ledger": url, "origin": ledger.origin, "fingerprint": ledger.fingerprint, "size": ledger.size}
        if prepare_next_key:
            told["next_key"] = ledger.opened.next_key
    if wants_json(context):
        document(told)
        return
    page = Page()
    page.line("Made the ledger ", (str(told["origin"]), "bold"), f" in {url}.")
    page.line(f"Fingerprint of its keys: {told['fingerprint']}")
    if prepare_next_key:
        page.line(f"Committed to the keys after them, fingerprint {told['next_key']}: keep their file apart.")


@click.command(cls=Command, name="rebuild")
@click.pass_context
def rebuild_command(context: click.Context) -> None:
    """Make the look-up tables anew from the entries.

    Do this when `thread verify` finds that they are not what the entries give. Entries and checkpoints stay as they
    are. Nobody can record meanwhile; it takes about as long as recording all entries from files.
    """
    as_json = wants_json(context)
    with (
        opened(context) as ledger,
        Progress("rebuilding", unit="entries", total=ledger.size, quiet=as_json) as progress,
    ):
        ledger.rebuild(progress.reached)
        size = ledger.size
    if as_json:
        document({"rebuilt": True, "size": size})
    else:
        Page().line(f"Made the look-up tables anew from {count_words(size, 'entry')}.")
