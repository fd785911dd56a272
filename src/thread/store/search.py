"""Questions to the search index, and what it does not hold yet: rows that are equal to a text, begin with it, hold it.

A question sees every committed entry. If the index lacks many, it is topped up first, in short transactions of its own
and only while nobody else writes; if it lacks few, or cannot be written, they are read from the entries. Personal names
are read from their own table each time, so that what was erased is not found.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from heapq import merge
from itertools import islice
from operator import gt
from typing import Final, NamedTuple

from thread.errors import LedgerBusy, StoreFailed
from thread.store.digests import fits
from thread.store.reader import SqliteReader
from thread.store.refusals import SearchIndexAltered
from thread.store.search_index import (
    Extent,
    Fresh,
    Row,
    extent_of,
    fresh_rows,
    has_words,
    kind_of_row,
    range_of_kind,
    top_up,
)
from thread.store.search_texts import KINDS, PRIVATE_NAME
from thread.store.sqlite import SqliteStore
from thread.values.folding import folded

__all__ = ["SHORTEST_WITHIN", "Search", "Thing", "catch_up", "searching"]

SHORTEST_WITHIN: Final = 3
"""Characters that a text must have to be looked for inside of others: a trigram."""

_FEW: Final = Extent(100, 500)
"""As many new entries, or things, are read at each question rather than taken into the index: 5 ms or less."""

_MOST_TRIGRAMS: Final = 24
_COLUMNS: Final = "SELECT n.id, n.kind, n.folded, coalesce(n.text, n.folded), n.called FROM search_names n "
_EXACT: Final = f"{_COLUMNS} WHERE n.kind = ? AND n.folded = ? ORDER BY n.id"
_AFTER: Final = f"{_COLUMNS} WHERE n.kind = ? AND n.folded > ? ORDER BY n.folded, n.id"
_BEFORE: Final = f"{_COLUMNS} WHERE n.kind = ? AND n.folded < ? ORDER BY n.folded DESC, n.id"
_HOLDING: Final = f"{_COLUMNS} WHERE n.id BETWEEN ? AND ? AND instr(n.folded, ?) ORDER BY n.id"
_HOLDING_WORDS: Final = (
    f"{_COLUMNS} JOIN search_words ON search_words.rowid = n.id "
    "WHERE search_words MATCH ? AND search_words.rowid BETWEEN ? AND ? AND instr(n.folded, ?) "
    "ORDER BY search_words.rowid"
)


class Thing(NamedTuple):
    """A subject that was found."""

    kind: str
    name: str
    seqs: tuple[int, ...]
    """The first entries that name it."""


class Search:
    """Answers from the rows of one moment, in the order of their numbers: by kind, the latest thing first."""

    def __init__(self, reader: SqliteReader, origin: str) -> None:
        self.reader = reader
        self._connection = reader.connection
        ledger, index = extent_of(self._connection)
        self._is_stored = index is not None
        self._has_words = self._is_stored and has_words(self._connection)
        self._fresh = fresh_rows(self._connection, origin, index, ledger) if index != ledger else Fresh([], [])

    def exact(self, texts: Collection[str], kinds: Sequence[str]) -> Iterator[Row]:
        """Return rows that are equal to one of some texts, by number. Texts are folded; so in all questions here."""
        ranks = _ranks(kinds)
        stored = (
            row
            for rank in ranks
            for row in merge(*(self._rows(_EXACT, (rank, text)) for text in sorted(texts)), key=_by_id)
        )
        fresh = self._unstored(ranks, lambda told: told in texts)
        return merge(stored, sorted(fresh), key=_by_id)

    def beginning(self, text: str, kinds: Sequence[str]) -> Iterator[Row]:
        """Return rows that begin with a text and are longer, by kind, then by what they say, then by number."""
        ranks = _ranks(kinds)
        stored = (row for rank in ranks for row in self._beginning(rank, text))
        fresh = self._unstored(ranks, lambda told: told.startswith(text) and told != text)
        return merge(stored, sorted(fresh, key=_by_text), key=_by_text)

    def holding(self, text: str, kinds: Sequence[str]) -> Iterator[Row]:
        """Return rows that hold a text of three or more characters, by number."""
        ranks = _ranks(kinds)
        stored = (row for rank in _runs(ranks) for row in self._holding(rank, text))
        fresh = self._unstored(ranks, lambda told: text in told)
        return merge(stored, sorted(fresh), key=_by_id)

    def beside(self, text: str, kinds: Sequence[str], *, each: int) -> Iterator[Row]:
        """Return rows beside a text in the order of the alphabet, `each` before and after it of every kind.

        Rows that are not in the index yet follow, all of them.
        """
        ranks = _ranks(kinds)
        for rank in ranks:
            for statement in (_AFTER, _BEFORE):
                yield from islice(self._rows(statement, (rank, text)), each)
        yield from (row for row in self._fresh.rows if row.kind in ranks)

    def named(self, name: str) -> list[int]:
        """Return the numbers of the subjects that have a name."""
        return [
            one for (one,) in self._connection.execute("SELECT id FROM subjects WHERE name = ? ORDER BY id", (name,))
        ]

    def thing(self, subject: int, *, entries: int) -> Thing:
        """Return a subject with the first entries that name it, at most so many.

        Raises:
            SearchIndexAltered: there is no such subject.
        """
        found = self._connection.execute("SELECT kind, name FROM subjects WHERE id = ?", (subject,)).fetchone()
        if found is None:
            raise SearchIndexAltered(subject=subject)
        statement = "SELECT DISTINCT seq FROM postings WHERE subject = ? ORDER BY seq LIMIT ?"
        seqs = tuple(seq for (seq,) in self._connection.execute(statement, (subject, entries)))
        kind, name = found
        return Thing(kind, name, seqs)

    def _beginning(self, rank: int, text: str) -> Iterator[Row]:
        for row in self._rows(_AFTER, (rank, text)):
            if not row.folded.startswith(text):
                return
            yield row

    def _holding(self, ranks: tuple[int, int], text: str) -> Iterator[Row]:
        low, high = range_of_kind(ranks[0])[0], range_of_kind(ranks[1])[1]
        if not self._has_words:
            return self._rows(_HOLDING, (low, high, text))
        trigrams = list(dict.fromkeys(text[at : at + 3] for at in range(len(text) - 2)))
        quoted = ('"{}"'.format(one.replace('"', '""')) for one in trigrams[:: 1 + len(trigrams) // _MOST_TRIGRAMS])
        return self._rows(_HOLDING_WORDS, (" AND ".join(quoted), low, high, text))

    def _rows(self, statement: str, values: tuple[object, ...]) -> Iterator[Row]:
        return map(Row._make, self._connection.execute(statement, values)) if self._is_stored else iter(())

    def _unstored(self, ranks: Collection[int], fitting: Callable[[str], bool]) -> list[Row]:
        """Return rows that no table of the index holds and whose text fits: fresh ones, and private names."""
        fresh = [row for row in self._fresh.rows if row.kind in ranks and fitting(row.folded)]
        return fresh + [row for row in self._private_names(fitting) if row.kind in ranks]

    def _private_names(self, fitting: Callable[[str], bool]) -> Iterator[Row]:
        statement = "SELECT digest, salt, value FROM private_values WHERE name = ? ORDER BY digest"
        for digest, salt, value in self._connection.execute(statement, (PRIVATE_NAME,)).fetchall():
            compared = folded(value)
            if fitting(compared) and fits(digest, salt, PRIVATE_NAME, value):
                for base in self._called_by_digest(digest):
                    yield Row(base, kind_of_row(base), compared, value, "private name")

    def _called_by_digest(self, digest: str) -> list[int]:
        fresh = {base for told, base in self._fresh.digests if told == digest}
        if self._is_stored:
            found = self._connection.execute("SELECT base FROM search_digests WHERE digest = ?", (digest,))
            fresh.update(base for (base,) in found)
        return sorted(fresh)


def _ranks(kinds: Iterable[str]) -> list[int]:
    return sorted(KINDS.index(kind) for kind in kinds)


def _runs(ranks: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and last of each run of neighbours: all kinds are one range of numbers."""
    start = 0
    for at in range(1, len(ranks) + 1):
        if at == len(ranks) or ranks[at] != ranks[at - 1] + 1:
            yield ranks[start], ranks[at - 1]
            start = at


def _by_id(row: Row) -> int:
    return row.id


def _by_text(row: Row) -> tuple[int, str, int]:
    return row.kind, row.folded, row.id


@contextmanager
def searching(store: SqliteStore, origin: str, progress: Callable[[int], None] | None = None) -> Iterator[Search]:
    """Return what answers from the committed entries of this moment.

    `origin`: name of the ledger. `progress`: told the number of entries that are in the index, while it is topped up.
    """
    if store.broken:
        raise store.broken
    with store.snapshot() as reader:
        ledger, index = extent_of(reader.connection)
        lacking = None if index is None else Extent(ledger.size - index.size, ledger.subjects - index.subjects)
        is_far_behind = ledger.size > _FEW.size if lacking is None else any(map(gt, lacking, _FEW))
    if is_far_behind:
        catch_up(store, origin, progress)
    with store.snapshot() as reader:
        yield Search(reader, origin)


def catch_up(store: SqliteStore, origin: str, progress: Callable[[int], None] | None = None) -> None:
    """Take what is new into the index; leave it where somebody else writes, or nobody can.

    `progress`: told the number of entries taken in.
    """
    reached, ledger = Extent(-1, 0), Extent(0, 0)
    while reached != ledger and not store.is_read_only:
        try:
            with store.at_once() as connection:
                reached, ledger = top_up(connection, origin)
        except (LedgerBusy, StoreFailed):
            return
        if progress is not None:
            progress(reached.size)
