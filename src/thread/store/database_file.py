"""The file of a ledger: which one an address names, whether it holds something, who may read and write it."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from thread.errors import StoreFailed
from thread.store.refusals import StoreUnsupported

__all__ = ["database_path", "holds_something", "is_read_only", "make_private", "reading_uri"]


def database_path(url: str) -> Path:
    """Return the file that an address names: `sqlite:///` and a path, relative or absolute.

    Raises:
        StoreUnsupported: any other address.
    """
    path = url.removeprefix("sqlite:///")
    if path == url or not path or path.startswith(":") or "?" in path:
        raise StoreUnsupported(url=url)
    return Path(path)


def holds_something(path: Path) -> bool:
    """Tell whether a file is there that is more than the empty database which an interrupted making leaves behind."""
    if not path.exists() or (path.is_file() and not path.stat().st_size):
        return False
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.DatabaseError:
        return True
    return bool(tables)


def is_read_only(path: Path) -> bool:
    """Tell whether a file is there that we may not write, or whose folder does not take the log of a writer."""
    return path.exists() and not (_may(path, os.W_OK) and _may(path.parent, os.W_OK))


def _may(path: Path, mode: int) -> bool:
    return os.access(path, mode, effective_ids=os.access in os.supports_effective_ids)


def reading_uri(path: Path) -> str:
    """Return how SQLite is to open a file that we may not write.

    Where a write-ahead log lies beside it, somebody else writes, and what is in the log counts. Where none does,
    nothing changes while we read, and SQLite must not try to make a log.

    Raises:
        StoreFailed: somebody else writes, and we may not read the log.
    """
    log = path.with_name(f"{path.name}-wal")
    is_written = log.exists() and log.stat().st_size
    if is_written and not _may(log, os.R_OK):
        raise StoreFailed(path=str(path), why=f"a program writes it, and its log {log.name} is closed to you")
    return f"{path.absolute().as_uri()}?{'mode=ro' if is_written else 'immutable=1'}"


def make_private(path: Path) -> None:
    """Make the empty file of a ledger, closed to other users; what the system refuses, SQLite meets and tells."""
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if not os.fstat(descriptor).st_size:
                os.fchmod(descriptor, 0o600)
        finally:
            os.close(descriptor)
