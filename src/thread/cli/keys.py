"""`thread keys`: which keys sign for the ledger and when, changing them, and taking them out and in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from thread.cli.options import Command, Group, opened, wants_json
from thread.cli.output import Page, document, document_bytes

if TYPE_CHECKING:
    from thread import Ledger
    from thread.service.ledger_keys import PublicKeys

__all__ = ["keys_command"]


@click.group(cls=Group, name="keys")
def keys_command() -> None:
    """Signing keys of the ledger: list, change, export, import."""


@keys_command.command(cls=Command, name="list")
@click.pass_context
def list_command(context: click.Context) -> None:
    """List all keys, when they are valid, and where the private ones are.

    A prepared pair is one that the ledger is committed to: no other can follow. An unused one is a file that nothing
    names, as a crash while keys were changed leaves it; it may be deleted.
    """
    with opened(context) as ledger:
        found = ledger.stored_keys()
        told: dict[str, Any] = {
            "origin": ledger.origin,
            "fingerprint": ledger.fingerprint,
            "current_fingerprint": ledger.current_fingerprint,
            "size": ledger.size,
            "keys": [one.as_json() for one in found],
        }
    if wants_json(context):
        document(told)
        return
    rows = [
        (
            one.public.state,
            _number(one.public.first_size),
            _number(one.public.last_size),
            _number(one.public.seq),
            one.private,
            one.public.fingerprint,
        )
        for one in found
    ]
    Page().table(("State", "From size", "To size", "Entry", "Private keys", "Fingerprint"), rows)


@keys_command.command(cls=Command, name="rotate")
@click.option("--prepare-next", is_flag=True, help="Make the keys after the new ones as well, and commit to them.")
@click.option("--passphrase", is_flag=True, help="Ask for a passphrase to seal the new keys with.")
@click.option("--actor", metavar="ID", help="Who does it; the user of the operating system if not told.")
@click.pass_context
def rotate_command(context: click.Context, *, prepare_next: bool, passphrase: bool, actor: str | None) -> None:
    """End the signing keys and begin with new ones.

    The entry that says so is signed by the old keys and by the new ones. Checkpoints that were signed before stay
    verifiable. If the ledger is committed to prepared keys, these follow, and no others can.
    """
    from thread.cli.actors import actor_of
    from thread.cli.passphrases import new_passphrase

    told = new_passphrase(context) if passphrase else None
    with opened(context, passphrase=told) as ledger:
        change = ledger.rotate_keys(prepare_next=prepare_next, actor=actor_of(actor))
    if wants_json(context):
        document(change._asdict())
        return
    page = Page()
    page.line(f"Entry {change.seq} ends the signing keys and names new ones.")
    page.line(f"Fingerprint of the new keys: {change.fingerprint}")
    page.line(f"Checkpoints of up to {change.seq + 1} entries are signed with the old keys, later ones with the new.")
    if change.next_key:
        page.line(f"Committed to the keys after them, fingerprint {change.next_key}: keep their file apart.")


@keys_command.command(cls=Command, name="export")
@click.option("--fingerprint", metavar="HEX", help="Of which keys; the newest if not told.")
@click.option("--private", is_flag=True, help="Copy the private keys. Whoever has them can sign for the ledger.")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write to FILE.")
@click.pass_context
def export_command(context: click.Context, *, fingerprint: str | None, private: bool, output: Path | None) -> None:
    """Write the public keys, for whoever verifies the ledger.

    They are C2SP verifier keys, one a line after the fingerprint. With --private the file of the private keys is copied
    to a new FILE that only you can read; sealed keys stay sealed.
    """
    from thread.cli.files import keep_whole
    from thread.ledger.keys import read_fingerprint

    if private and output is None:
        message = "--private needs -o FILE: private keys are never printed"
        raise click.UsageError(message, context)
    asked = None if fingerprint is None else read_fingerprint(fingerprint)
    with opened(context) as ledger:
        if private and output is not None:
            told = ledger.export_key_file(output, asked)
        else:
            pair = _public(ledger, asked)
    if private:
        if wants_json(context):
            document({"fingerprint": told, "private": True, "file": str(output)})
        else:
            Page().line(f"{output} holds the private keys with the fingerprint {told}. Keep it where only you are.")
        return
    as_json = {**pair.as_json(), "origin": pair.keys[0].partition("+")[0], "private": False}
    as_json["file"] = str(output) if output else None
    lines = "".join(f"{line}\n" for line in (f"fingerprint {pair.fingerprint}", *pair.keys))
    if output is not None:
        keep_whole(output, document_bytes(as_json) if wants_json(context) else lines.encode())
    if wants_json(context):
        document(as_json)
    elif output is None:
        click.echo(lines, nl=False)
    else:
        Page().line(f"{output} holds the public keys with the fingerprint {pair.fingerprint}.")


@keys_command.command(cls=Command, name="import")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_context
def import_command(context: click.Context, *, file: Path) -> None:
    """Bring a file of private keys of this ledger into the key directory."""
    with opened(context) as ledger:
        fingerprint = ledger.import_key_file(file)
    if wants_json(context):
        document({"fingerprint": fingerprint})
    else:
        Page().line(f"Brought in the signing keys with the fingerprint {fingerprint}.")


def _public(ledger: Ledger, fingerprint: str | None) -> PublicKeys:
    """Return a pair that entries name; the newest if not told."""
    from thread.service.ledger_keys import KeysUnknown

    named = [one for one in ledger.public_keys() if one.keys and fingerprint in {None, one.fingerprint}]
    if not named:
        raise KeysUnknown(fingerprint=fingerprint or "")
    return named[-1]


def _number(told: int | None) -> str:
    return "" if told is None else str(told)
