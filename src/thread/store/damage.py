"""Is the file of the database what SQLite wrote: its pages, and each index row for row what its table holds?

A question may look a name up in an index and a check may read the table beside it; a bit that flips in one of them
makes the two differ. Comparing what is stored with what the entries give reads only one, so this looks at both.
"""

from __future__ import annotations

import sqlite3
from typing import Final

__all__ = ["damages"]

_MOST: Final = 20
_SOUND: Final = "ok"


def damages(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Return what SQLite finds wrong with its file, in its own words, at most 20 lines; none if nothing is."""
    try:
        rows = connection.execute(f"PRAGMA integrity_check({_MOST})").fetchall()
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        return (str(error),)
    return tuple(line for (text,) in rows if text != _SOUND for line in str(text).splitlines())
