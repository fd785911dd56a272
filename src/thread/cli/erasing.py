"""`thread erase`: personal values out of the ledger for good; entries and proofs stay valid."""

from __future__ import annotations

import re
import sys
from typing import Final

import click

from thread.cli.options import Command, opened, wants_json
from thread.cli.output import Page, document
from thread.cli.words import count_words

__all__ = ["erase_command"]

_DIGEST: Final = re.compile(r"[A-Za-z0-9_-]{43}")


@click.command(cls=Command, name="erase")
@click.argument("digests", nargs=-1, required=True, metavar="DIGEST...")
@click.option("--yes", is_flag=True, help="Do not ask; needed where no terminal can be asked.")
@click.pass_context
def erase_command(context: click.Context, *, digests: tuple[str, ...], yes: bool) -> int:
    """Erase for good what lies behind DIGEST.

    That is a personal value, or a captured text. A digest is what an entry holds in place of the value: 43 characters
    under the name `digest`. Entries, hashes and proofs stay as they are. Exit status 1: nothing lay behind one of
    them.
    """
    for digest in digests:
        if not _DIGEST.fullmatch(digest):
            message = f"{digest[:60]!r} is no digest; it has 43 letters, digits, - and _, as entries show it"
            raise click.UsageError(message, context)
    if not yes:
        if not sys.stdin.isatty() or wants_json(context):
            message = "erasing cannot be undone; say so with --yes"
            raise click.UsageError(message, context)
        click.confirm(f"Erase {count_words(len(digests), 'value')} for good?", abort=True, err=True)
    with opened(context) as ledger:
        found = {digest: ledger.erase(digest) for digest in digests}
    missing = [digest for digest, erased in found.items() if not erased]
    if wants_json(context):
        document({"erased": [digest for digest, erased in found.items() if erased], "not_found": missing})
    else:
        page = Page()
        page.line(f"Erased {count_words(len(found) - len(missing), 'value')}.")
        for digest in missing:
            page.line(f"Nothing lies behind {digest}: it was erased before, or never was here.")
    return 1 if missing else 0
