"""`thread checkpoint` and `thread verify`: a signed statement of what the ledger holds, and whether it still does."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from thread.cli.options import Command, opened, wants_json
from thread.cli.output import Page, document
from thread.cli.progress import Progress
from thread.cli.words import count_words

if TYPE_CHECKING:
    from thread.ledger import Verification

__all__ = ["checkpoint_command", "verify_command"]

_CHECKS: Final = {
    "chain": ("whether every entry follows the one before it", "not done"),
    "tree": ("whether the hash tree over all entries is what was stored and signed", "not done"),
    "signatures": ("whether checkpoints are of this ledger and signed with its keys", "not done, there is none"),
    "projections": ("whether the tables that answers are looked up in are what the entries give", "not done"),
    "values": ("whether personal values and captured texts have the digests that entries hold", "not done"),
    "keys": ("whether the keys have the fingerprint that you gave", "not done, none was given"),
    "index": ("whether every index of subjects leaves out no entry and lists no other", "not done, or there is none"),
    "readings": ("whether captured EPCIS texts say what was read from them", None),
}
"""Each check, and what is said where it was not done; None: this release never does it."""


@click.command(cls=Command, name="checkpoint")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write it to FILE; a file that holds something else is never written over.",
)
@click.option(
    "--add-cosignature",
    "cosigned",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Keep what others signed under a checkpoint: it in FILE with their lines, or the lines alone; signs nothing.",
)
@click.pass_context
def checkpoint_command(context: click.Context, *, output: Path | None, cosigned: Path | None) -> None:
    """Sign how many entries there are, and their hash.

    The signed statement is a checkpoint. Keep it outside this machine: with it, `thread verify --checkpoint FILE`
    finds any later change. What others signed under it is served after our own signatures.
    """
    from thread.cli.files import keep_whole

    if cosigned is not None:
        if output is not None:
            message = "tell either -o FILE or --add-cosignature FILE"
            raise click.UsageError(message, context)
        _add_cosignatures(context, cosigned)
        return
    with opened(context) as ledger:
        note = ledger.checkpoint()
    origin, size, root = note.decode().split("\n")[:3]
    if output is not None:
        keep_whole(output, note)
    if wants_json(context):
        file = str(output) if output is not None else None
        document({"origin": origin, "size": int(size), "root": root, "checkpoint": note.decode(), "file": file})
    elif output is None:
        click.echo(note.decode(), nl=False)
    else:
        page = Page()
        page.line(f"{output} holds the signed checkpoint of {count_words(int(size), 'entry')}, root {root}.")
        page.line("Keep a copy outside this machine.")


def _add_cosignatures(context: click.Context, file: Path) -> None:
    from thread.cli.files import read_whole

    data = read_whole(file, most=1 << 20)
    with opened(context) as ledger:
        kept = ledger.add_cosignatures(data)
    if wants_json(context):
        document(kept._asdict())
        return
    added = count_words(kept.added, "new cosignature")
    Page().line(
        f"Kept {added} under the checkpoint of {count_words(kept.size, 'entry')}; it has {kept.cosignatures} now."
    )


@click.command(cls=Command, name="verify")
@click.option(
    "--checkpoint",
    "kept",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="A checkpoint that you kept outside the ledger; may be told several times.",
)
@click.option(
    "--fingerprint",
    metavar="HEX",
    help="Fingerprint of the ledger's keys as you have it from elsewhere; says whether this ledger has those keys.",
)
@click.option(
    "--key",
    "vkeys",
    multiple=True,
    metavar="VKEY",
    help="A public key of the ledger, or of a witness, as you have it from elsewhere; may be told several times.",
)
@click.pass_context
def verify_command(
    context: click.Context, *, kept: tuple[Path, ...], fingerprint: str | None, vkeys: tuple[str, ...]
) -> int:
    """Check that nothing in the ledger was changed.

    Nothing removed, inserted or reordered either. Exit status 0: nothing is wrong; 1: something is.

    It prints the fingerprint of the ledger's keys, to compare with what its owner told you another way. Keys that you
    give may be the first ones or any that followed: every change of keys is checked.
    """
    from thread.cli.files import read_whole
    from thread.ledger import VerifierKey

    notes = [read_whole(path, most=1 << 20) for path in kept]
    keys = tuple(VerifierKey.from_vkey(text) for text in vkeys)
    as_json = wants_json(context)
    with (
        opened(context) as ledger,
        Progress("checking the chain", unit="entries", total=ledger.size, quiet=as_json) as chain,
        Progress("comparing the tables", unit="entries", total=ledger.size, quiet=as_json) as tables,
    ):
        found = ledger.verify(
            checkpoints=notes,
            verifier_keys=keys or None,
            fingerprint=fingerprint,
            progress=chain.reached,
            replayed=tables.reached,
        )
    if as_json:
        document(found.to_json())
    else:
        _show_verdict(Page(), found, kept=len(notes), keys=len(keys))
    return 0 if found.ok else 1


def _show_verdict(page: Page, found: Verification, *, kept: int, keys: int) -> None:
    size = count_words(found.size, "entry")
    if found.ok:
        all_are = "the 1 entry is as it was" if found.size == 1 else f"all {size} are as they were"
        page.line(("Verified", "bold green"), f": {all_are} recorded.")
        _show_anchor(page, found, kept=kept, keys=keys)
    else:
        number = len(found.problems)
        page.line(("Not verified", "bold red"), f": {count_words(number, 'problem')} in a ledger of {size}.")
        page.line()
        for problem in found.problems:
            where = f"entry {problem.seq}" if problem.seq is not None else "ledger"
            page.line(("! ", "red"), (where, "bold"), f": {problem.text} [{problem.code}]")
    page.line()
    for name, (by_default, otherwise) in _CHECKS.items():
        result = found.results[name]
        words = "whether the keys are those that you gave, or followed them" if name == "keys" and keys else by_default
        if otherwise is None and result == "not done":
            page.line(f"not done in this release: {words}")
        elif result == "not done":
            page.line(f"{words}: {otherwise}")
        else:
            page.line(f"{words}: ", (result, "green" if result == "good" else "bold red"))
    page.line(f"fingerprint of the keys that entry 0 names: {found.fingerprint or 'it cannot be read'}")
    if found.current_fingerprint != found.fingerprint:
        page.line(f"fingerprint of the keys that sign now: {found.current_fingerprint}")
    if found.root is not None:
        page.line((f"root {b64encode(found.root).decode()}", "dim"))


def _show_anchor(page: Page, found: Verification, *, kept: int, keys: int) -> None:
    """Say what from outside bears the verdict out, and what it leaves open."""
    if kept:
        page.line(f"They agree with {count_words(kept, 'checkpoint')} that you kept outside the ledger.")
    if found.keys_compared:
        what = "are those that you gave, or followed them" if keys else "have the fingerprint that you gave"
        page.line(f"The keys of the ledger {what}.")
    if not found.anchored:
        if found.keys_compared:
            why = ": no checkpoint is signed with those keys. Anybody can name them; until one is signed, whoever"
            page.line(("Not anchored", "yellow"), why)
            page.line("can write the whole ledger anew would not be found: sign one with `thread checkpoint`.")
        else:
            why = (
                ": nothing from outside was compared. Whoever can write the whole ledger anew, with keys of their own,"
            )
            page.line(("Not anchored", "yellow"), why)
            page.line(
                "would not be found; give a checkpoint that you kept with --checkpoint FILE, or the fingerprint of"
            )
            page.line("the keys, as its owner told you another way, with --fingerprint HEX.")
    elif found.vouched < found.size:
        number = found.size - found.vouched
        newer = (
            f"{count_words(number, 'entry')} {'is' if number == 1 else 'are'} newer than the last of these checkpoints"
        )
        page.line(f"{newer}: the ledger alone vouches for {'it' if number == 1 else 'them'}.")
