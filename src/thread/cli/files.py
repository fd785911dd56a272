"""Files named on the command line: read and written whole, with one clear line when that fails."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copyfileobj
from tempfile import SpooledTemporaryFile
from typing import IO, Final

from thread.errors import BadInput

__all__ = ["FileUnusable", "keep_whole", "read_whole", "readable", "readable_twice", "write_whole", "written_whole"]

_IN_MEMORY: Final = 1 << 20
_CHUNK: Final = 1 << 20


class FileUnusable(BadInput):
    """A file cannot be opened, read or written."""

    code = "file-unusable"

    def __init__(self, *, file: str, why: str) -> None:
        super().__init__(f"{file}: {why}", file=file, why=why)


def read_whole(path: Path, *, most: int) -> bytes:
    """Return the bytes of a file of at most `most` bytes.

    Raises:
        FileUnusable: it cannot be read, or is longer.
    """
    with readable(path) as stream:
        data = stream.read(most + 1)
    if len(data) > most:
        raise FileUnusable(file=str(path), why=f"is longer than {most} bytes, so it is not what is asked for here")
    return data


@contextmanager
def readable(path: Path) -> Iterator[IO[bytes]]:
    """Open a file for reading.

    Raises:
        FileUnusable: the system refuses.
    """
    try:
        stream = path.open("rb")
    except OSError as error:
        raise _refused(path, "read", error) from None
    with stream:
        try:
            yield stream
        except IsADirectoryError as error:
            raise _refused(path, "read", error) from None


@contextmanager
def readable_twice(file: str) -> Iterator[IO[bytes]]:
    """Open a file that can be read twice; what cannot be, such as standard input (`-`), is kept on disk meanwhile.

    Raises:
        FileUnusable: the system refuses.
    """
    if file == "-":
        with _kept(sys.stdin.buffer) as kept:
            yield kept
        return
    with readable(Path(file)) as stream:
        if stream.seekable():
            yield stream
            return
        with _kept(stream) as kept:
            yield kept


@contextmanager
def _kept(source: IO[bytes]) -> Iterator[IO[bytes]]:
    with SpooledTemporaryFile(max_size=_IN_MEMORY, prefix="thread-") as kept:
        copyfileobj(source, kept, _CHUNK)
        kept.seek(0)
        yield kept


def write_whole(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    with written_whole(path) as stream:
        stream.write(data)


def keep_whole(path: Path, data: bytes) -> None:
    """Write a file whole or not at all, never over a file that holds something else.

    Raises:
        FileUnusable: it does, or the system refuses.
    """
    if path.is_file():
        with readable(path) as stream:
            if stream.read(len(data) + 1) != data:
                raise FileUnusable(
                    file=str(path), why="holds something else already, and was left as it is; name another file"
                )
        return
    write_whole(path, data)


@contextmanager
def written_whole(path: Path) -> Iterator[IO[bytes]]:
    """Open a file for writing; it takes its name when all of it is written, so nobody finds half of it.

    What is no regular file, such as a device or a pipe, is written to directly.

    Raises:
        FileUnusable: the system refuses.
    """
    if path.exists() and not path.is_file():
        try:
            with path.open("wb") as stream:
                yield stream
        except OSError as error:
            raise _refused(path, "written", error) from None
        return
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.unfinished")
    try:
        with unfinished.open("wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        unfinished.replace(path)
    except OSError as error:
        raise _refused(path, "written", error) from None
    finally:
        unfinished.unlink(missing_ok=True)


def _refused(path: Path, what: str, error: OSError) -> FileUnusable:
    return FileUnusable(file=str(path), why=f"cannot be {what}: {error.strerror or error}")
