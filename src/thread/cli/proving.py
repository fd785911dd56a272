"""`thread prove`: one file that shows an outsider an entry, that the ledger only grew, or all entries on a subject."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from thread.cli.options import Command, EntryNumber, opened, wants_json
from thread.cli.output import document, document_bytes, remark
from thread.cli.words import count_words

__all__ = ["prove_command"]


@click.command(cls=Command, name="prove")
@click.argument("seq", type=EntryNumber(min=0), required=False)
@click.option("--from", "old", type=click.IntRange(min=0), metavar="SIZE", help="Size that the ledger had.")
@click.option(
    "--to", "new", type=click.IntRange(min=0), metavar="SIZE", help="Size that it grew to; today's if not told."
)
@click.option(
    "--subject", metavar="KIND:NAME", help="All entries about a subject, such as lot.used:S-77, and that these are all."
)
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write to FILE.")
@click.pass_context
def prove_command(
    context: click.Context,
    *,
    seq: int | None,
    old: int | None,
    new: int | None,
    subject: str | None,
    output: Path | None,
) -> None:
    """Prove that entry SEQ is in, or that nothing is missing.

    The proof of an entry is a C2SP tlog-proof: one text with the entry, its place, and the newest signed checkpoint. It
    is checked without this ledger, by whoever has the ledger's public keys.

    The proof about a subject lists every entry that names it in a role (lot.made, lot.used, activity.in, container.out,
    party ...) up to the newest checkpoint, or shows that there is none.
    """
    asked = [seq is not None, old is not None or new is not None, subject is not None]
    if asked.count(True) != 1:
        message = "tell either the entry to prove, or --from SIZE and --to SIZE, or --subject KIND:NAME"
        raise click.UsageError(message, context)
    with opened(context) as ledger:
        if seq is not None:
            proof = ledger.inclusion_proof(seq)
            told, data = proof.as_json(), proof.as_tlog_proof()
            what = f"entry {seq} is among the {count_words(proof.size, 'entry')} of a signed checkpoint"
        elif subject is not None:
            kind, colon, name = subject.partition(":")
            if not (colon and name):
                message = "--subject takes kind and name, such as lot.used:S-77"
                raise click.UsageError(message, context)
            listed = ledger.subject_proof(kind, name)
            told, data = listed.as_json(), document_bytes(listed.as_json())
            number = count_words(len(listed.seqs), "entry")
            what = f"{number} of the first {listed.covers} name {kind} {listed.name}, and no other does"
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
