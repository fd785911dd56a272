"""Are the projections those that the entries give? Compared row for row with a replay into a temporary database.

The replay lies in a file that SQLite makes without a name and that is gone with the comparison; rows stream by in the
order of their keys. So memory stays flat, the disk holds the projections once more meanwhile, and time is that of
recording the entries again without their signatures and rules.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from itertools import zip_longest
from typing import Any, Final, NamedTuple
from uuid import UUID

from thread.errors import one_line
from thread.ledger import LEDGER_KEY
from thread.store.reader import SqliteReader
from thread.store.replay import IndexFault, replay
from thread.store.subject_index import SubjectIndex
from thread.store.tables import PROJECTIONS, create_statement, table

__all__ = ["Difference", "projection_differences"]

_FETCH: Final = 1_000
_CACHE_KIB: Final = 65_536
_SHOWN: Final = 16
_NAMED_BY_SUBJECT: Final = frozenset({"postings", "codes"})

_Row = tuple[Any, ...]


class Difference(NamedTuple):
    """The first row of a projection that is not as the entries give it. `seq`: the entry concerned, where one is.

    `table`: None where an entry itself tells another index than the entries before it give.
    """

    table: str | None
    seq: int | None
    text: str
    code: str = "projection-differs"


def projection_differences(
    stored: SqliteReader, progress: Callable[[int], None] | None = None
) -> tuple[Difference, ...]:
    """Return for each projection that differs from a replay of the entries where it differs first.

    Before them come the entries that tell another root of the index than the entries before give.
    `progress`: told the number of entries replayed, every 1,000.

    Raises:
        LedgerBroken: the entries give no projections.
    """
    with closing(sqlite3.connect("", isolation_level=None)) as connection:
        for setting in ("journal_mode = OFF", "synchronous = OFF", f"cache_size = -{_CACHE_KIB}"):
            connection.execute(f"PRAGMA {setting}")
        connection.execute("BEGIN")
        for name in ("meta", *reversed(PROJECTIONS)):
            connection.execute(create_statement(name))
        faults: list[IndexFault] = []
        replay(connection, stored, progress, index_faults=faults)
        comparison = _Comparison(stored.connection, connection)
        found = (comparison.first_difference(name) for name in PROJECTIONS)
        told, given = SubjectIndex(stored.connection).covers, SubjectIndex(connection).covers
        if told != given:
            text = _advised(f"The index is noted as being over {told} entries, but the entries say {given}.")
            faults.append(IndexFault(None, "projection-differs", text))
        return (
            *(Difference(None, fault.seq, fault.text, fault.code) for fault in faults),
            *(difference for difference in found if difference),
        )


class _Comparison:
    def __init__(self, stored: sqlite3.Connection, replayed: sqlite3.Connection) -> None:
        self._stored = stored
        self._replayed = replayed

    def first_difference(self, name: str) -> Difference | None:
        try:
            pairs = zip_longest(_rows(self._stored, name), _rows(self._replayed, name))
            pair = next(((row, given) for row, given in pairs if row != given), None)
        except (sqlite3.OperationalError, OverflowError) as error:
            return Difference(name, None, _advised(f"The table {name} cannot be read: {error}."))
        if pair is None:
            return None
        row, given = pair
        if row is not None and given is not None:
            width = len(table(name).primary_key)
            if row[:width] != given[:width]:
                row, given = (row, None) if _comes_first(row, given) else (None, given)
        says = None if row is None else self._in_words(name, row)
        should = None if given is None else self._in_words(name, given)
        if says is None:
            text = f"The entries say that {should}, but the table {name} does not."
        elif should is None:
            text = f"The table {name} says that {says}, but no entry does."
        else:
            text = f"The table {name} says that {says}, but the entries say that {should}."
        return Difference(name, self._seq_of(name, given or row or ()), _advised(text))

    def _in_words(self, name: str, row: _Row) -> str:
        one = dict(zip(table(name).columns.keys(), row, strict=True))
        if name in _NAMED_BY_SUBJECT:
            one["subject"] = self._subject(one["subject"])
        words = _WORDS[f"{LEDGER_KEY}#" if name == "types" and one["type"].startswith(f"{LEDGER_KEY}#") else name]
        return words(one)

    def _subject(self, number: object) -> str:
        for connection in (self._replayed, self._stored):
            row = connection.execute("SELECT kind, name FROM subjects WHERE id = ?", (number,)).fetchone()
            if row is not None:
                return f"{row[0]} {row[1]}"
        return f"subject {number}"

    def _seq_of(self, name: str, row: _Row) -> int | None:
        one = dict(zip(table(name).columns.keys(), row, strict=True))
        if name in {"nodes", "index_leaves", "index_nodes"}:
            return None
        if name in {"subjects", "codes"}:
            number = one["id" if name == "subjects" else "subject"]
            statement = "SELECT min(seq) FROM postings WHERE subject = ?"
            seq = self._replayed.execute(statement, (number,)).fetchone()[0]
        else:
            seq = one["correction" if name == "corrections" else "seq"]
        return seq if isinstance(seq, int) else None


_WORDS: Final[Mapping[str, Callable[[dict[str, Any]], str]]] = {
    "postings": lambda one: (
        f"entry {one['seq']} names {one['subject']}" + (f" as {one['role']}" if one["role"] else "")
    ),
    "codes": lambda one: f"{one['subject']} goes by the code {one['code']!r}",
    "subjects": lambda one: f"subject {one['id']} is {one['kind']} {one['name']}",
    "corrections": lambda one: f"entry {one['correction']} corrects entry {one['seq']}",
    f"{LEDGER_KEY}#": lambda one: f"entry {one['seq']} changes the signing keys",
    "types": lambda one: f"entry {one['seq']} is the first of the type {one['type']}",
    "nodes": lambda one: f"tree node {one['idx']} of level {one['level']} is {_hex(one['hash'])}",
    "index_leaves": lambda one: (
        f"the index lists {one['count']} entries under {_hex(one['key'])}, in a leaf {_hex(one['hash'])}"
    ),
    "index_nodes": lambda one: (
        f"the index has the hash {_hex(one['hash'])} under the first {one['bits']} bits {one['prefix']}"
    ),
    "event_ids": lambda one: f"entry {one['seq']} tells event {_event_id(one['id'])}",
    "keys": lambda one: f"entry {one['seq']} has the key {one['key']!r}",
}
"""What a row of each projection says; of types, those that list changes of keys say something else."""


def _rows(connection: sqlite3.Connection, name: str) -> Iterator[_Row]:
    columns = ", ".join(table(name).columns.keys())
    key = ", ".join(table(name).primary_key.columns.keys())
    cursor = connection.execute(f"SELECT {columns} FROM {name} ORDER BY {key}")  # noqa: S608 our names
    while rows := cursor.fetchmany(_FETCH):
        yield from rows


def _comes_first(row: _Row, given: _Row) -> bool:
    try:
        return row < given
    except TypeError:  # a column holds what it never should
        return True


def _advised(text: str) -> str:
    return one_line(f"{text} What is looked up there is wrong; `thread rebuild` makes it anew from the entries.")


def _hex(data: object) -> str:
    return f"{data.hex()[:_SHOWN]}…" if isinstance(data, bytes) else repr(data)


def _event_id(data: object) -> str:
    return str(UUID(bytes=data)) if isinstance(data, bytes) and len(data) == _SHOWN else _hex(data)
