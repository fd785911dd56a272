"""The search index: under which texts things are found, kept beside the projections and topped up when somebody looks.

It follows from the entries like every projection, but is not made while events are recorded: nothing that is written
in bulk waits for it. What it does not hold yet a question reads from the entries themselves, so an answer never depends
on how far the index got. Three tables: every text of a thing in an ordinary index, for texts that are equal or begin
alike; its trigrams in a full-text index, for texts that stand within it; and the digests of private names.

A row is numbered by kind, then by thing from the latest to the oldest, then by the order in which its texts were told,
so that numbers neither depend on when the index was topped up nor have to be sorted for an answer.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Final, NamedTuple

import orjson

from thread.store.search_texts import KINDS, kind_of, may_tell, texts_of_event, texts_of_name
from thread.values.folding import FOLDING, folded

__all__ = [
    "Extent",
    "Fresh",
    "Row",
    "drop_search",
    "extent_of",
    "fresh_rows",
    "has_words",
    "kind_of_row",
    "range_of_kind",
    "row_base",
    "subject_of",
    "top_up",
]

_VERSION: Final = 1
"""Version of what the index holds; one of another version is made anew."""

_KIND_BITS: Final = 58
_SUBJECT_BITS: Final = 38
_TEXT_BITS: Final = 20
_LAST_SUBJECT: Final = (1 << _SUBJECT_BITS) - 1
_SUBJECTS_TOGETHER: Final = 20_000
_ENTRIES_TOGETHER: Final = 5_000
_RANKS: Final = {kind: rank for rank, kind in enumerate(KINDS)}

_TABLES: Final = (
    """
    CREATE TABLE search_names (
        id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, folded TEXT NOT NULL, text TEXT, called TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX search_names_folded ON search_names (kind, folded)",
    """
    CREATE TABLE search_digests (
        digest TEXT NOT NULL, base INTEGER NOT NULL, PRIMARY KEY (digest, base)
    ) STRICT, WITHOUT ROWID
    """,
)
_STATE: Final = re.compile(rf"{_VERSION} {re.escape(FOLDING)} (?P<size>[0-9]{{1,17}}) (?P<subjects>[0-9]{{1,17}})")
"""How far the index reaches, as `meta` tells it: of this version, folded by these tables of Unicode."""

_WORDS: Final = (
    "CREATE VIRTUAL TABLE search_words USING fts5(folded, content='', columnsize=0, detail=none, "
    "tokenize='trigram case_sensitive 1')"
)


class Extent(NamedTuple):
    """How far something reaches: entries, and the number of the last subject."""

    size: int
    subjects: int


class Row(NamedTuple):
    """A thing goes by a text. `kind`: its place in `KINDS`; `called`: what kind of name the text is."""

    id: int
    kind: int
    folded: str
    text: str
    called: str


class Fresh(NamedTuple):
    """What a stretch of entries adds to the index: rows by number, and digests of private names with their rows."""

    rows: list[Row]
    digests: list[tuple[str, int]]


def row_base(kind: int, subject: int) -> int:
    """Return the number of the first row of a thing: kinds in their order, in a kind the latest thing first."""
    return kind << _KIND_BITS | (_LAST_SUBJECT - subject) << _TEXT_BITS


def subject_of(row: int) -> int:
    """Return the subject that a row is about."""
    return _LAST_SUBJECT - (row >> _TEXT_BITS & _LAST_SUBJECT)


def kind_of_row(row: int) -> int:
    """Return the place in `KINDS` of the kind that a row is of."""
    return row >> _KIND_BITS


def range_of_kind(kind: int) -> tuple[int, int]:
    """Return the lowest and the highest number that rows of a kind have."""
    return kind << _KIND_BITS, (kind + 1 << _KIND_BITS) - 1


def extent_of(connection: sqlite3.Connection) -> tuple[Extent, Extent | None]:
    """Return how far the ledger reaches, and how far the index does; None: there is none that can be used."""
    size, subjects, state, tables = connection.execute(
        "SELECT (SELECT coalesce(max(seq), -1) + 1 FROM entries), (SELECT coalesce(max(id), 0) FROM subjects), "
        "(SELECT value FROM meta WHERE name = 'search'), "
        "(SELECT count(*) FROM sqlite_master WHERE name IN ('search_names', 'search_names_folded', 'search_digests'))"
    ).fetchone()
    ledger = Extent(size, subjects)
    found = _STATE.fullmatch(str(state))
    if found is None or tables < len(_TABLES):
        return ledger, None
    index = Extent(int(found["size"]), int(found["subjects"]))
    return ledger, index if index.size <= size and index.subjects <= subjects else None


def drop_search(connection: sqlite3.Connection) -> None:
    """Take the index out, inside the transaction that is open."""
    for name in ("search_words", "search_digests", "search_names"):
        connection.execute(f"DROP TABLE IF EXISTS {name}")
    connection.execute("DELETE FROM meta WHERE name = 'search'")


def top_up(connection: sqlite3.Connection, origin: str) -> tuple[Extent, Extent]:
    """Take a stretch of what is new into the index, inside the transaction that is open.

    Return how far the index reaches now, and how far the ledger does.
    """
    ledger, index = extent_of(connection)
    if index is None:
        drop_search(connection)
        for statement in _TABLES:
            connection.execute(statement)
        with suppress(sqlite3.OperationalError):  # an SQLite without it: what stands within a text is scanned for
            connection.execute(_WORDS)
        index = Extent(0, 0)
    # Texts that events tell follow those of the name itself, so entries wait until every subject is in.
    subjects = min(ledger.subjects, index.subjects + _SUBJECTS_TOGETHER)
    size = min(ledger.size, index.size + _ENTRIES_TOGETHER) if subjects == ledger.subjects else index.size
    reached = Extent(size, subjects)
    fresh = fresh_rows(connection, origin, index, reached)
    stored = (
        (row.id, row.kind, row.folded, None if row.text == row.folded else row.text, row.called) for row in fresh.rows
    )
    connection.executemany("INSERT INTO search_names VALUES (?, ?, ?, ?, ?)", stored)
    connection.executemany("INSERT OR IGNORE INTO search_digests VALUES (?, ?)", fresh.digests)
    if has_words(connection):
        words = ((row.id, row.folded) for row in fresh.rows)
        connection.executemany("INSERT INTO search_words (rowid, folded) VALUES (?, ?)", words)
    connection.execute(
        "INSERT INTO meta VALUES ('search', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (f"{_VERSION} {FOLDING} {reached.size} {reached.subjects}",),
    )
    return reached, ledger


def has_words(connection: sqlite3.Connection) -> bool:
    """Tell whether there is a full-text index."""
    found = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'search_words'")
    return found.fetchone() is not None


def fresh_rows(connection: sqlite3.Connection, origin: str, after: Extent | None, upto: Extent) -> Fresh:
    """Return what entries and subjects from one extent to another add to the index; None: from the beginning."""
    start = after or Extent(0, 0)
    gathered = _Gathered(connection, origin, stored=start.subjects)
    for subject, kind, name in connection.execute(
        "SELECT id, kind, name FROM subjects WHERE id > ? AND id <= ? ORDER BY id", (start.subjects, upto.subjects)
    ):
        told = kind_of(kind, name, origin)
        if told is not None:
            texts = texts_of_name(kind, name, origin)
            gathered.add(_RANKS[told], subject, ((text, "code" if not at else "name") for at, text in enumerate(texts)))
    entries = connection.execute(
        "SELECT bytes FROM entries WHERE seq >= ? AND seq < ? ORDER BY seq", (start.size, upto.size)
    )
    for (data,) in entries:
        if may_tell(data):
            gathered.take(data)
    return Fresh(sorted(row for rows in gathered.rows.values() for row in rows), gathered.digests)


class _Gathered:
    """Rows of a stretch, by thing; a text that a thing goes by already is not told twice."""

    def __init__(self, connection: sqlite3.Connection, origin: str, *, stored: int) -> None:
        self._one = connection.execute
        self._origin = origin
        self._last_stored = stored
        self.rows: dict[int, list[Row]] = {}
        self.digests: list[tuple[str, int]] = []
        self._known: dict[int, set[str]] = {}

    def take(self, data: bytes) -> None:
        """Take what an entry says that things are called."""
        for called in texts_of_event(orjson.loads(data)["event"]):
            found = self._one("SELECT id FROM subjects WHERE name = ? AND kind = ?", (called.name, called.kind))
            kind = kind_of(called.kind, called.name, self._origin)
            for (subject,) in found.fetchall():
                if kind is None:
                    continue
                if called.by == "private name":
                    self.digests.append((called.text, row_base(_RANKS[kind], subject)))
                else:
                    self.add(_RANKS[kind], subject, ((called.text, called.by),))

    def add(self, kind: int, subject: int, texts: Iterable[tuple[str, str]]) -> None:
        """Add texts of one thing, in the order told."""
        base = row_base(kind, subject)
        known = self._known.get(base)
        if known is None:
            known = self._known[base] = set(self._stored(subject, base))
        for text, called in texts:
            compared = folded(text)
            if compared not in known:
                self.rows.setdefault(base, []).append(Row(base + len(known), kind, compared, text, called))
                known.add(compared)

    def _stored(self, subject: int, base: int) -> Iterator[str]:
        if subject > self._last_stored:
            return iter(())
        last = base | (1 << _TEXT_BITS) - 1
        found = self._one("SELECT folded FROM search_names WHERE id BETWEEN ? AND ?", (base, last))
        return (text for (text,) in found.fetchall())
