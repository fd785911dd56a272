"""Derives the projections from the stored entries: to make them anew, or to compare them with what is stored."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from thread.errors import ThreadError
from thread.events import SUBJECTS_VERSION
from thread.ledger import Entry, EntryMalformed, read_entry, read_opened_event
from thread.ledger.index import LEDGER_INDEX, IndexEntryMalformed, read_index_event
from thread.store.facts import facts_of_row
from thread.store.reader import SqliteReader
from thread.store.refusals import EntryOutOfPlace, EntryUnreadable, ReplayFailed
from thread.store.subject_index import IndexBuilder, SubjectIndex
from thread.store.writer import SqliteWriter, WriterMemory

__all__ = ["IndexFault", "replay"]

_PROGRESS_STEP: Final = 1_000


class IndexFault(NamedTuple):
    """What an entry tells of the index and is not so."""

    seq: int | None
    code: str
    text: str


def replay(
    connection: sqlite3.Connection,
    source: SqliteReader,
    progress: Callable[[int], None] | None = None,
    *,
    index_faults: list[IndexFault] | None = None,
) -> None:
    """Fill the empty projections of a connection, in its open transaction, from the entries of a source.

    `progress`: told the number of entries read, every 1,000. `index_faults`: gets what is wrong with the roots of the
    index that entries tell; None: only the last index is made, and nothing compared.

    Raises:
        EntryUnreadable: a row holds no entry, or one that this program does not understand.
        EntryOutOfPlace: the rows are no chain from 0 on.
        ReplayFailed: two entries claim what only one can have.
    """
    writer = SqliteWriter(connection, WriterMemory.empty(), replaying=True)
    index = IndexBuilder(SubjectIndex(connection))
    last_index = source.last_of_type(LEDGER_INDEX) or 0
    origin = ""

    try:
        for seq, data in source.rows():
            if seq != writer.size:
                raise EntryOutOfPlace(seq=seq, size=writer.size)
            try:
                entry = read_entry(data)
                if not seq:
                    origin = read_opened_event(entry.event).origin
                facts = facts_of_row(entry, source.event, origin=origin)
            except EntryMalformed as error:
                raise EntryUnreadable(seq=seq, why=error.why) from None
            except ThreadError as error:
                raise EntryUnreadable(seq=seq, why=error.text) from None
            writer.append(facts)
            if seq < last_index:
                index.take(facts)
            if facts.type == LEDGER_INDEX:
                index.write(seq)
                if index_faults is not None:
                    index_faults.extend(_index_faults(entry, index.root()))
            if progress and not (seq + 1) % _PROGRESS_STEP:
                progress(seq + 1)
        index.root()
        writer.finish()
    except sqlite3.IntegrityError as error:
        raise ReplayFailed(why=str(error)) from None


def _index_faults(entry: Entry, root: bytes) -> Iterator[IndexFault]:
    """Return what is wrong with an entry that tells the root of the index; `root`: as all entries before it give it."""
    try:
        told = read_index_event(entry.event)
    except IndexEntryMalformed as error:
        yield IndexFault(entry.seq, error.code, f"Entry {entry.seq} tells no index: {error.why}.")
        return
    if told.covers != entry.seq:
        text = f"Entry {entry.seq} says that its index is over {told.covers} entries, but {entry.seq} are before it."
        yield IndexFault(entry.seq, "index-covers-differ", text)
    if told.subjects_version != SUBJECTS_VERSION:
        text = (
            f"Entry {entry.seq} holds an index by version {told.subjects_version} of what entries are about; this "
            f"release knows version {SUBJECTS_VERSION}. Verify with the release that wrote it."
        )
        yield IndexFault(entry.seq, "index-version-unknown", text)
    elif told.root != root:
        text = (
            f"The index in entry {entry.seq} is not the one that the entries before it give: it leaves out an entry "
            f"about a subject, or lists one that is not about it. Its root is {told.root.hex()[:16]}…, and should be "
            f"{root.hex()[:16]}…; what was proven to be complete with it was not."
        )
        yield IndexFault(entry.seq, "index-differs", text)
