"""`thread export`: entries or captured events out of the ledger, to standard output or a file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from thread.cli.options import Command, opened, wants_json
from thread.cli.output import document, remark

if TYPE_CHECKING:
    from thread.service import Ledger

__all__ = ["export_command"]


@click.command(cls=Command, name="export")
@click.option(
    "--format",
    "form",
    type=click.Choice(["ndjson", "epcis"]),
    default="ndjson",
    show_default=True,
    help="ndjson: every entry on a line, as stored. epcis: captured events as one EPCIS 2.0 document.",
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write to FILE, over what it held."
)
@click.pass_context
def export_command(context: click.Context, *, form: str, output: Path | None) -> None:
    """Write out the entries, or the captured EPCIS events.

    Under --json without FILE, ndjson becomes one JSON array of the same entries.
    """
    from thread.cli.files import written_whole

    with opened(context) as ledger:
        if output is None:
            _to_standard_output(ledger, form, as_json=wants_json(context))
            return
        with written_whole(output) as stream:
            _write(ledger, form, stream)
        told = {"file": str(output), "format": form, "bytes": output.stat().st_size}
    if wants_json(context):
        document(told)
    else:
        remark(f"{output} is written, {told['bytes']} bytes")


def _to_standard_output(ledger: Ledger, form: str, *, as_json: bool) -> None:
    out = sys.stdout.buffer
    if as_json and form == "ndjson":
        array = _Array(out)
        _write(ledger, form, array)
        array.end()
    else:
        _write(ledger, form, out)
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
