"""`thread checkpoint` and `thread verify`: a signed statement of what the ledger holds, and whether it still does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from thread.cli.options import Command, opened, wants_json
from thread.cli.output import Page, document
from thread.cli.progress import Progress
from thread.cli.words import count_words

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["checkpoint_command", "verify_command"]

_CHECKS: Final = {
    "chain": "every entry follows the one before it",
    "tree": "the hash tree over all entries is what was stored and signed",
    "signatures": "the signatures of checkpoints are good",
    "index": "the index of subjects is complete",
    "readings": "captured EPCIS texts say what was read from them",
}


@click.command(cls=Command, name="checkpoint")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write it to FILE.")
@click.pass_context
def checkpoint_command(context: click.Context, output: Path | None) -> None:
    """Sign a statement of how many entries the ledger has and what their hash is.

    Keep it outside this machine: with it, `thread verify --checkpoint FILE` finds any later change.
    """
    from thread.cli.files import write_whole

    with opened(context) as ledger:
        note = ledger.checkpoint()
    origin, size, root = note.decode().split("\n")[:3]
    if output is not None:
        write_whole(output, note)
    if wants_json(context):
        file = str(output) if output is not None else None
        document({"origin": origin, "size": int(size), "root": root, "checkpoint": note.decode(), "file": file})
    elif output is None:
        click.echo(note.decode(), nl=False)
    else:
        page = Page()
        page.line(f"{output} holds the signed checkpoint of {count_words(int(size), 'entry')}, root {root}.")
        page.line("Keep a copy outside this machine.")


@click.command(cls=Command, name="verify")
@click.option(
    "--checkpoint",
    "kept",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="A checkpoint that you kept outside the ledger; may be told several times.",
)
@click.pass_context
def verify_command(context: click.Context, kept: tuple[Path, ...]) -> int:
    """Check that nothing in the ledger was changed, removed, inserted or reordered.

    Exit status 0: nothing is wrong; 1: something is.
    """
    from thread.cli.files import read_whole

    notes = [read_whole(path, most=1 << 20) for path in kept]
    as_json = wants_json(context)
    with opened(context) as ledger, Progress("verifying", unit="entries", total=ledger.size, quiet=as_json) as progress:
        found = ledger.verify(checkpoints=notes, progress=progress.reached)
    told = found.to_json()
    if as_json:
        document(told)
    else:
        _show_verdict(Page(), told, anchored=found.anchored, kept=len(notes))
    return 0 if found.ok else 1


def _show_verdict(page: Page, told: Mapping[str, Any], *, anchored: bool, kept: int) -> None:
    size = count_words(told["size"], "entry")
    if told["ok"]:
        page.line(("Verified", "bold green"), f": all {size} are as they were recorded.")
        if anchored:
            page.line(f"They agree with {count_words(kept, 'checkpoint')} that you kept outside the ledger.")
        else:
            page.line(
                ("Not anchored", "yellow"),
                ": nothing from outside was compared. Whoever can write the whole ledger anew, with keys of their own,",
            )
            page.line("would not be found; give a checkpoint that you kept with --checkpoint FILE.")
    else:
        number = len(told["problems"])
        page.line(("Not verified", "bold red"), f": {count_words(number, 'problem')} in a ledger of {size}.")
        page.line()
        for problem in told["problems"]:
            where = f"entry {problem['seq']}" if problem["seq"] is not None else "ledger"
            page.line(("! ", "red"), (where, "bold"), f": {problem['text']} [{problem['code']}]")
    page.line()
    checked = told["checked"]
    for name, words in _CHECKS.items():
        if name in checked:
            page.line(f"{'checked    ' if checked[name] else 'not checked'}  {words}")
    if told["root"]:
        page.line((f"root {told['root']}", "dim"))
