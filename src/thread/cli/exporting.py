"""`thread export`: entries or captured events out of the ledger, to standard output or a file."""

from __future__ import annotations

import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

import click

from thread.cli.options import Command, opened, wants_json
from thread.cli.output import document, remark
from thread.cli.table_options import KINDS

if TYPE_CHECKING:
    from thread.service import Ledger

__all__ = ["export_command"]

_TABLES: Final = ("csv", "xlsx")


@click.command(cls=Command, name="export")
@click.option(
    "--format",
    "form",
    type=click.Choice(["ndjson", "epcis", "csv", "xlsx"]),
    default="ndjson",
    show_default=True,
    help="ndjson: every entry on a line, as stored. epcis: captured events as one EPCIS 2.0 document. csv, xlsx: the"
    " events of one kind as a table.",
)
@click.option("--kind", type=click.Choice(KINDS), help="What the rows of a table are.")
@click.option("--without-personal", is_flag=True, help="Leave names, addresses and the like as digests.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write to FILE, over what it held."
)
@click.pass_context
def export_command(
    context: click.Context, *, form: str, kind: str | None, without_personal: bool, output: Path | None
) -> None:
    """Write out entries, captured EPCIS events, or a table.

    A table holds the events of one kind; `thread import` loads it again, and into the same ledger it changes nothing.
    Under --json without FILE, ndjson becomes one JSON array of the same entries.
    """
    from thread.cli.files import written_whole

    if (kind is not None) != (form in _TABLES):
        message = "a table needs --kind and --format csv or xlsx together"
        raise click.UsageError(message, context)
    if form in _TABLES and output is None and wants_json(context):
        message = "a table is no JSON; write it to a file with -o FILE"
        raise click.UsageError(message, context)

    def write(ledger: Ledger, stream: Any) -> None:
        if form in _TABLES:
            ledger.export_table(
                str(kind), stream, form="csv" if form == "csv" else "xlsx", private=not without_personal
            )
        else:
            _write(ledger, form, stream)

    with opened(context) as ledger:
        if output is None:
            _to_standard_output(ledger, form, write, as_json=wants_json(context))
            return
        with written_whole(output) as stream:
            write(ledger, stream)
        told = {"file": str(output), "format": form, "bytes": output.stat().st_size}
    if wants_json(context):
        document(told)
    else:
        remark(f"{output} is written, {told['bytes']} bytes")


def _to_standard_output(ledger: Ledger, form: str, write: Callable[[Ledger, Any], None], *, as_json: bool) -> None:
    out = sys.stdout.buffer
    if as_json and form == "ndjson":
        array = _Array(out)
        write(ledger, array)
        array.end()
    elif form == "xlsx":
        # A workbook is written going back and forth, which a pipe cannot do.
        whole = BytesIO()
        write(ledger, whole)
        out.write(whole.getvalue())
    else:
        write(ledger, out)
    out.flush()


def _write(ledger: Ledger, form: str, stream: Any) -> None:
    if form == "ndjson":
        ledger.export_ndjson(stream)
    else:
        stream.write(ledger.export_epcis())


class _Array:
    """A stream that takes NDJSON and writes the same values as one JSON array."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._rest = b""
        self._started = False

    def write(self, data: bytes) -> int:
        """Take some of the NDJSON."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._line(line)
        return len(data)

    def flush(self) -> None:
        """Hand on what is whole."""
        self._stream.flush()

    def end(self) -> None:
        """Close the array."""
        self._line(self._rest)
        self._stream.write(b"\n]\n" if self._started else b"[]\n")

    def _line(self, line: bytes) -> None:
        if line.strip():
            self._stream.write((b",\n" if self._started else b"[\n") + line)
            self._started = True
