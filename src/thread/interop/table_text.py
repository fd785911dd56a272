"""The text of a CSV file: its digest, its encoding, and its lines, none of them without end.

A file is gone through once before it is read, so that what is wrong with its bytes is told with its line before any row
is looked at. Memory does not grow with its length.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import IO, Final

from thread.interop.table_errors import NotATable

__all__ = ["Survey", "digest_of", "lines_of", "survey_of"]

_CHUNK: Final = 1 << 20
LONGEST_LINE: Final = 1 << 20
"""Characters of a line; a CSV file whose line is longer is something else, or has lost its line breaks."""

_MARKS: Final = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CODECS: Final = {"utf-8": "utf-8", "utf-16": "utf-16-le", "windows-1252": "cp1252"}


@dataclass(frozen=True, slots=True)
class Survey:
    """What is known of a file before it is read. `codec`: of Python; `skip`: bytes of the mark at its beginning."""

    digest: str
    codec: str
    skip: int


def digest_of(stream: IO[bytes]) -> str:
    """Return the SHA-256 of a file in hex, and go back to its start."""
    digest = sha256()
    while chunk := stream.read(_CHUNK):
        digest.update(chunk)
    stream.seek(0)
    return digest.hexdigest()


def survey_of(stream: IO[bytes], *, file: str, encoding: str | None) -> Survey:
    """Return digest and encoding of a CSV file, and go back to its start.

    `encoding`: as declared; None: UTF-8, or what the mark at the beginning says.

    Raises:
        NotATable: the file is empty, is not in that encoding, or holds NUL.
    """
    head = stream.read(4)
    stream.seek(0)
    if not head:
        raise NotATable(file=file, why="is empty")
    codec, skip = _codec(head, encoding, file)
    digest = sha256(stream.read(skip))
    decoder = codecs.getincrementaldecoder(codec)("strict")
    lines = 1
    while True:
        chunk = stream.read(_CHUNK)
        digest.update(chunk)
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            lines += _line_breaks(error.object[: error.start].decode(codec, "replace"))
            raise NotATable(file=file, line=lines, why=_undecodable(error, codec)) from None
        if "\0" in text:
            lines += _line_breaks(text[: text.index("\0")])
            why = (
                "holds NUL, which no text does; if the file is UTF-16 without a mark, declare it (--encoding utf-16),"
                " else export it again as CSV"
            )
            raise NotATable(file=file, line=lines, why=why)
        lines += _line_breaks(text)
        if not chunk:
            break
    stream.seek(0)
    return Survey(digest.hexdigest(), codec, skip)


def _codec(head: bytes, encoding: str | None, file: str) -> tuple[str, int]:
    marked = next(((codec, len(mark)) for mark, codec in _MARKS if head.startswith(mark)), None)
    if marked is None:
        return _CODECS[encoding or "utf-8"], 0
    if encoding is not None and not marked[0].startswith(encoding):
        why = f"begins with the mark of {marked[0]} and was declared to be {encoding}; leave the declaration out"
        raise NotATable(file=file, line=1, why=why)
    return marked


def _line_breaks(text: str) -> int:
    return text.count("\n") or text.count("\r")


def _undecodable(error: UnicodeDecodeError, codec: str) -> str:
    found = f"byte 0x{error.object[error.start]:02X}" if error.start < len(error.object) else "its end"
    name = {"cp1252": "Windows-1252"}.get(codec, codec.upper())
    if codec == "utf-8":
        return (
            f"{found} is not UTF-8; save the file as CSV UTF-8, or, if it comes from an older Windows program, declare"
            " it (--encoding windows-1252)"
        )
    return f"{found} is not {name}, as the file was declared to be or its mark says"


@contextmanager
def lines_of(stream: IO[bytes], survey: Survey, *, file: str) -> Iterator[Iterator[str]]:
    """Yield the lines of a CSV file with their line breaks; the stream stays open.

    Raises:
        NotATable: a line is too long.
    """
    stream.seek(survey.skip)
    text = io.TextIOWrapper(stream, survey.codec, "strict", newline="")
    try:
        yield _lines(text, file)
    finally:
        text.detach()


def _lines(text: io.TextIOWrapper, file: str) -> Iterator[str]:
    number = 0
    while line := text.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            why = (
                f"the line is longer than {LONGEST_LINE} characters, so this is no CSV file, or it lost its line breaks"
            )
            raise NotATable(file=file, line=number, why=why)
        yield line
