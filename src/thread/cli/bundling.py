"""`thread bundle` and `thread verify-bundle`: an answer with all its evidence in one file, and the check of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from thread.cli.options import Command, opened, wants_json
from thread.cli.output import Page, document
from thread.cli.words import count_words

if TYPE_CHECKING:
    from thread.genealogy.trace import Asked

__all__ = ["bundle_command", "verify_bundle_command"]

_LARGEST: Final = 1 << 30


@click.command(cls=Command, name="bundle")
@click.argument("lot")
@click.option("--backward", is_flag=True, help="Where it came from (upstream); this is what happens if none is told.")
@click.option("--forward", is_flag=True, help="Where it went (downstream).")
@click.option("--both", is_flag=True, help="Both.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", required=True, help="Write the bundle to FILE."
)
@click.pass_context
def bundle_command(
    context: click.Context, *, lot: str, backward: bool, forward: bool, both: bool, output: Path
) -> None:
    """Write a trace of LOT with all its evidence into one file.

    It holds the answer, every entry that it rests on, the proofs that these are genuine and that none was left out, and
    a program that checks all of it. Whoever gets it needs no ledger: `thread verify-bundle FILE`, or the verifier.py in
    it. It tells what was known at the newest checkpoint; sign one first with `thread checkpoint`.
    """
    from thread.cli.files import write_whole

    direction: Asked = "both" if both or (forward and backward) else "forward" if forward else "backward"
    with opened(context) as ledger:
        found = ledger.bundle(lot, direction=direction)
        newer = ledger.size - found.size
    write_whole(output, found.data)
    if wants_json(context):
        told = {"focus": found.focus, "direction": found.direction, "size": found.size, "entries": found.entries}
        document({**told, "subjects": found.subjects, "newer": newer, "file": str(output), "bytes": len(found.data)})
        return
    page = Page()
    page.line(f"{output} shows {found.question}, as known at {found.size} entries:")
    page.line(f"{count_words(found.entries, 'entry')}, and {count_words(found.subjects, 'list')} shown to be complete.")
    if newer:
        were, are = ("was", "is") if newer == 1 else ("were", "are")
        page.line(f"{count_words(newer, 'entry')} {were} recorded since that checkpoint and {are} not in it;")
        page.line("sign a new one (`thread checkpoint`) and write the bundle again to include them.")


@click.command(cls=Command, name="verify-bundle")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--key", "keys", multiple=True, metavar="VKEY", help="A public key of the ledger as you have it from elsewhere."
)
@click.option("--fingerprint", metavar="HEX", help="Fingerprint of its keys as you have it from elsewhere.")
@click.pass_context
def verify_bundle_command(context: click.Context, *, file: Path, keys: tuple[str, ...], fingerprint: str | None) -> int:
    """Check a bundle, without any ledger.

    Exit status 0: all of it holds; 1: something does not. The verifier.py in the bundle does the same on a machine
    without thread.
    """
    from thread.cli.files import read_whole
    from thread.service.checked_bundle import checked_bundle, verdict_text

    verdict = checked_bundle(read_whole(file, most=_LARGEST), keys=keys, fingerprint=fingerprint)
    if wants_json(context):
        document(verdict)
    else:
        page = Page()
        for line in verdict_text(verdict).splitlines():
            page.line(line)
    return 0 if verdict["ok"] else 1
