"""Derives the projections from the stored entries: to make them anew, or to compare them with what is stored."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Final

from thread.errors import ThreadError
from thread.events import Event, parse_event
from thread.ledger import EntryMalformed, read_entry, read_opened_event
from thread.store.facts import facts_of_row
from thread.store.reader import SqliteReader
from thread.store.refusals import EntryOutOfPlace, EntryUnreadable, ReplayFailed
from thread.store.writer import SqliteWriter, WriterMemory

__all__ = ["replay"]

_PROGRESS_STEP: Final = 1_000


def replay(connection: sqlite3.Connection, source: SqliteReader, progress: Callable[[int], None] | None = None) -> None:
    """Fill the empty projections of a connection, in its open transaction, from the entries of a source.

    `progress`: told the number of entries read, every 1,000.

    Raises:
        EntryUnreadable: a row holds no entry, or one that this program does not understand.
        EntryOutOfPlace: the rows are no chain from 0 on.
        ReplayFailed: two entries claim what only one can have.
    """
    writer = SqliteWriter(connection, WriterMemory.empty(), replaying=True)
    origin = ""

    def recorded_event(seq: int) -> Event | None:
        data = source.entry_bytes((seq,)).get(seq)
        return None if data is None else parse_event(read_entry(data).event)

    try:
        for seq, data in source.rows():
            if seq != writer.size:
                raise EntryOutOfPlace(seq=seq, size=writer.size)
            try:
                entry = read_entry(data)
                if not seq:
                    origin = read_opened_event(entry.event).origin
                facts = facts_of_row(entry, recorded_event, origin=origin)
            except EntryMalformed as error:
                raise EntryUnreadable(seq=seq, why=error.why) from None
            except ThreadError as error:
                raise EntryUnreadable(seq=seq, why=error.text) from None
            writer.append(facts)
            if progress and not (seq + 1) % _PROGRESS_STEP:
                progress(seq + 1)
        writer.finish()
    except sqlite3.IntegrityError as error:
        raise ReplayFailed(why=str(error)) from None
