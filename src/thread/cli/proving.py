"""`thread prove`: one file that shows an outsider that an entry is in the ledger, or that the ledger only grew."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from thread.cli.options import Command, opened, wants_json
from thread.cli.output import document, document_bytes, remark
from thread.cli.words import count_words

__all__ = ["prove_command"]


@click.command(cls=Command, name="prove")
@click.argument("seq", type=click.IntRange(min=0), required=False)
@click.option("--from", "old", type=click.IntRange(min=0), metavar="SIZE", help="Size that the ledger had.")
@click.option(
    "--to", "new", type=click.IntRange(min=0), metavar="SIZE", help="Size that it grew to; today's if not told."
)
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write to FILE.")
@click.pass_context
def prove_command(
    context: click.Context, *, seq: int | None, old: int | None, new: int | None, output: Path | None
) -> None:
    """Prove that entry SEQ is in, or that the ledger only grew.

    The proof of an entry is a C2SP tlog-proof: one text with the entry, its place, and the newest signed checkpoint. It
    is checked without this ledger, by whoever has the ledger's public keys.
    """
    if (seq is None) == (old is None and new is None):
        message = "tell either the entry to prove, or --from SIZE and --to SIZE"
        raise click.UsageError(message, context)
    with opened(context) as ledger:
        if seq is not None:
            proof = ledger.inclusion_proof(seq)
            told, data = proof.as_json(), proof.as_tlog_proof()
            what = f"entry {seq} is among the {count_words(proof.size, 'entry')} of a signed checkpoint"
        else:
            if old is None:
                message = "--to SIZE needs --from SIZE: the size that the ledger had before"
                raise click.UsageError(message, context)
            grown = ledger.consistency_proof(old, new)
            told, data = grown.as_json(), document_bytes(grown.as_json())
            what = f"the ledger of {count_words(grown.new_size, 'entry')} begins with the {grown.old_size} of before"
    if output is not None:
        from thread.cli.files import write_whole

        write_whole(output, data)
    if wants_json(context):
        document(told)
    elif output is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    else:
        remark(f"{output} proves that {what}")
