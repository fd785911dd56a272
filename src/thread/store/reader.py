"""Questions to the tables of a ledger in SQLite, asked of the driver: they are the hot path of every answer."""

from __future__ import annotations

import heapq
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, Final, TypeVar

from thread.events import Event, parse_event
from thread.ledger import LEDGER_KEY, ZERO_PREV, EntryMalformed, Frontier, leaf_hash, read_entry
from thread.store.digests import FOREIGN_TEXT, fits
from thread.store.protocol import Head, PrivateValue
from thread.store.refusals import ForeignTextAltered, LastEntryMalformed, PrivateValueAltered, TreeNodeMissing
from thread.store.subject_index import SubjectIndex
from thread.store.tables import KEPT, PROJECTIONS

__all__ = ["SqliteReader", "batches", "uuid_bytes"]

_MOST_PARAMETERS: Final = 512
_FETCH: Final = 1_000
_HIGHEST_LEVEL: Final = 62
_LONGEST_NUMBER: Final = 18

Item = TypeVar("Item")


def batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Return lists of up to `size` items, in order."""
    source = iter(items)
    while batch := list(islice(source, size)):
        yield batch


def uuid_bytes(event_id: str) -> bytes:
    """Return the 16 bytes of a UUID in its text form."""
    return bytes.fromhex(event_id.replace("-", ""))


class SqliteReader:
    """Answers from committed rows, or, within a transaction, from those of one moment."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = self.connection = connection
        self._one = connection.execute

    def head(self) -> Head:
        """Return the end of the ledger."""
        row = self._one("SELECT seq, bytes FROM entries ORDER BY seq DESC LIMIT 1").fetchone()
        if row is None:
            return Head(Frontier(), ZERO_PREV, None)
        seq, data = row
        return Head(self.frontier_at(seq + 1), leaf_hash(data), _recorded_at_us(seq, data))

    @property
    def size(self) -> int:
        """Return how many entries there are."""
        # Added here: the largest number of a row plus one is none that SQLite can count to.
        return int(self._one("SELECT coalesce(max(seq), -1) FROM entries").fetchone()[0]) + 1

    @property
    def projected_size(self) -> int | None:
        """Return of how many entries the projections were made, None where that is not told."""
        row = self._one("SELECT value FROM meta WHERE name = 'projected'").fetchone()
        number = "" if row is None else str(row[0]).rpartition(" ")[2]
        return int(number) if number.isascii() and number.isdecimal() and len(number) < _LONGEST_NUMBER else None

    def entry_bytes(self, seqs: Iterable[int]) -> dict[int, bytes]:
        """Return the stored bytes of those entries that exist."""
        return dict(self._in("SELECT seq, bytes FROM entries WHERE seq IN (%s)", seqs))

    def event(self, seq: int) -> Event | None:
        """Return the event of an entry as it was recorded, None where there is no such entry."""
        data = self.entry_bytes((seq,)).get(seq)
        return None if data is None else parse_event(read_entry(data).event)

    def rows(self, start: int | None = None, stop: int | None = None) -> Iterator[tuple[int, bytes]]:
        """Return seq and bytes of entries from `start` up to, not including, `stop`, as stored, by seq; None: no bound.

        Without bounds, rows come too whose number no entry can have.
        """
        bounds = {"seq >= ?": start, "seq < ?": stop}
        asked = {condition: bound for condition, bound in bounds.items() if bound is not None}
        where = f"WHERE {' AND '.join(asked)} " if asked else ""
        statement = f"SELECT seq, bytes FROM entries {where}ORDER BY seq"  # noqa: S608 our conditions
        return _fetched(self._one(statement, tuple(asked.values())))

    def nodes(self) -> Iterator[tuple[int, int, bytes]]:
        """Return level, index and hash of the inner tree nodes, by (`Node.completed_by`, level)."""
        # No tree is higher; what else stands there differs from a replay.
        found = self._one("SELECT DISTINCT level FROM nodes WHERE level BETWEEN 0 AND ?", (_HIGHEST_LEVEL,))
        levels = [level for (level,) in found]
        return heapq.merge(
            *(
                _fetched(self._one("SELECT level, idx, hash FROM nodes WHERE level = ? ORDER BY idx", (level,)))
                for level in levels
            ),
            key=lambda node: ((node[1] + 1) << node[0], node[0]),
        )

    def node_hashes(self, wanted: Iterable[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
        """Return the hashes of those nodes, by level and index, that are stored; level 0 are the leaves."""
        places = tuple(wanted)
        leaves = self.entry_bytes(index for level, index in places if level == 0)
        found = {(0, seq): leaf_hash(data) for seq, data in leaves.items()}
        for level, index in places:
            if level:
                row = self._one("SELECT hash FROM nodes WHERE level = ? AND idx = ?", (level, index)).fetchone()
                if row is not None:
                    found[level, index] = row[0]
        return found

    def frontier_at(self, size: int) -> Frontier:
        """Return the frontier of the tree when it had `size` leaves."""
        # The complete subtrees of a tree stand at the binary digits of its size, the largest first.
        places = [
            (level, (size >> (level + 1)) << 1) for level in reversed(range(size.bit_length())) if size >> level & 1
        ]
        hashes = self.node_hashes(places)
        missing = next((place for place in places if place not in hashes), None)
        if missing is not None:
            raise TreeNodeMissing(level=missing[0], index=missing[1])
        return Frontier(size, tuple(hashes[place] for place in places))

    def checkpoints(self) -> Sequence[tuple[int, bytes]]:
        """Return every stored checkpoint with its size, by size."""
        return tuple(self._one("SELECT size, bytes FROM checkpoints ORDER BY size"))

    def checkpoint_of(self, size: int) -> bytes | None:
        """Return the stored checkpoint of a size."""
        row = self._one("SELECT bytes FROM checkpoints WHERE size = ?", (size,)).fetchone()
        return None if row is None else bytes(row[0])

    def seq_of_key(self, key: str) -> int | None:
        """Return the entry that has an idempotency key."""
        row = self._one("SELECT seq FROM keys WHERE key = ?", (key,)).fetchone()
        return None if row is None else int(row[0])

    def seq_of_event(self, event_id: str) -> int | None:
        """Return the entry whose event has an id."""
        row = self._one("SELECT seq FROM event_ids WHERE id = ?", (uuid_bytes(event_id),)).fetchone()
        return None if row is None else int(row[0])

    def seqs_about(self, kind: str, name: str, *, below: int) -> Sequence[int]:
        """Return the entries that name a subject in any role, ascending; corrections of such entries are among them."""
        found = self._one(
            "SELECT DISTINCT seq FROM postings WHERE seq < ? AND subject = "
            "(SELECT id FROM subjects WHERE name = ? AND kind = ?) ORDER BY seq",
            (below, name, kind),
        )
        return [seq for (seq,) in found]

    def seqs_in_role(self, kind: str, name: str, *, below: int) -> Sequence[int]:
        """Return the entries that name a subject in one role, ascending. `kind` has the role: `lot.used`."""
        family, _, role = kind.partition(".")
        found = self._one(
            "SELECT seq FROM postings WHERE seq < ? AND role = ? AND subject = "
            "(SELECT id FROM subjects WHERE name = ? AND kind = ?) ORDER BY seq",
            (below, role, name, family),
        )
        return [seq for (seq,) in found]

    @property
    def indexed_size(self) -> int | None:
        """Return over how many entries the verifiable index is, None where none was made yet."""
        return SubjectIndex(self.connection).covers

    def index_proofs(self, subjects: Iterable[tuple[str, str]]) -> list[bytes]:
        """Return the proof of what the verifiable index says of each subject in a role, or that it says nothing."""
        index = SubjectIndex(self.connection)
        return [index.proof(kind, name) for kind, name in subjects]

    def corrections_of(self, seqs: Iterable[int], *, below: int) -> dict[int, tuple[int, ...]]:
        """Return for each corrected entry the seqs of its corrections, oldest first."""
        found: dict[int, tuple[int, ...]] = {}
        statement = "SELECT seq, correction FROM corrections WHERE seq IN (%s) ORDER BY seq, correction"
        for seq, correction in self._in(statement, seqs):
            if correction < below:
                found[seq] = (*found.get(seq, ()), correction)
        return found

    def last_of_type(self, type_name: str) -> int | None:
        """Return the last entry that tells an event of a type; every entry is looked through."""
        # A text that holds this has its quotation marks behind backslashes, but a part of an event may have a type too.
        marked = f'"type":"{type_name}"'.encode()
        found = self._one("SELECT seq, bytes FROM entries WHERE instr(bytes, ?) ORDER BY seq DESC", (marked,))
        return next((seq for seq, data in found if _type_of(data) == type_name), None)

    def first_of_type(self, type_name: str) -> int | None:
        """Return the first entry that tells an event of a type."""
        row = self._one("SELECT seq FROM types WHERE type = ?", (type_name,)).fetchone()
        return None if row is None else int(row[0])

    def key_changes(self) -> Sequence[int]:
        """Return the entries that change the signing keys, ascending."""
        # "$" is the sign that follows "#".
        statement = "SELECT seq FROM types WHERE type = ? OR (type > ? AND type < ?) ORDER BY seq"
        return [seq for (seq,) in self._one(statement, (LEDGER_KEY, f"{LEDGER_KEY}#", f"{LEDGER_KEY}$"))]

    def last_checkpoint(self) -> tuple[int, bytes] | None:
        """Return the stored checkpoint of the largest size, and that size."""
        row = self._one("SELECT size, bytes FROM checkpoints ORDER BY size DESC LIMIT 1").fetchone()
        return None if row is None else (row[0], bytes(row[1]))

    def cosignatures(self) -> dict[int, tuple[str, ...]]:
        """Return the lines that others put under checkpoints, by the size of these, in the order in which they came."""
        is_there = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'cosignatures'"
        found: dict[int, tuple[str, ...]] = {}
        if self._one(is_there).fetchone() is not None:
            for size, line in self._one("SELECT size, line FROM cosignatures ORDER BY size, position"):
                found[size] = (*found.get(size, ()), line)
        return found

    def names_of_code(self, kind: str, code: str) -> Sequence[str]:
        """Return the names of the subjects of a kind that go by a code, sorted."""
        found = self._one(
            "SELECT name FROM codes JOIN subjects ON id = subject WHERE code = ? AND kind = ? ORDER BY name",
            (code, kind),
        )
        return [name for (name,) in found]

    def names_after(self, kind: str, name: str, *, limit: int) -> Sequence[str]:
        """Return names of a kind that come after a name, by name, at most `limit`."""
        statement = "SELECT name FROM subjects WHERE name > ? AND kind = ? ORDER BY name LIMIT ?"
        return [found for (found,) in self._one(statement, (name, kind, limit))]

    def private_value(self, digest: str) -> PrivateValue | None:
        """Return the value behind a digest, None where it was erased or never stored.

        Raises:
            PrivateValueAltered: another value stands there.
        """
        row = self._one("SELECT salt, name, value FROM private_values WHERE digest = ?", (digest,)).fetchone()
        if row is None:
            return None
        value = PrivateValue(*row)
        if not fits(digest, *value):
            raise PrivateValueAltered(digest=digest)
        return value

    def foreign_text(self, digest: str) -> tuple[str, str] | None:
        """Return salt and text behind a digest, None where it was erased or never stored.

        Raises:
            ForeignTextAltered: another text stands there.
        """
        row = self._one("SELECT salt, text FROM foreign_texts WHERE digest = ?", (digest,)).fetchone()
        if row is None:
            return None
        salt, text = row
        if not fits(digest, salt, FOREIGN_TEXT, text):
            raise ForeignTextAltered(digest=digest)
        return salt, text

    def altered_private_values(self) -> Iterator[str]:
        """Return the digests behind which another personal value stands than the one that they were made of."""
        rows = _fetched(self._one("SELECT digest, salt, name, value FROM private_values ORDER BY digest"))
        return (digest for digest, *value in rows if not fits(digest, *value))

    def altered_foreign_texts(self) -> Iterator[str]:
        """Return the digests behind which another captured text stands than the one that they were made of."""
        rows = self._one("SELECT digest, salt, text FROM foreign_texts ORDER BY digest")
        return (digest for digest, salt, text in rows if not fits(digest, salt, FOREIGN_TEXT, text))

    def table_rows(self) -> dict[str, int]:
        """Return how many rows each table has."""
        names = (*KEPT, *PROJECTIONS)
        return {name: self._one(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names}  # noqa: S608 our names

    def _in(self, statement: str, seqs: Iterable[int]) -> Iterator[Any]:
        """Return the rows of a statement over a list of seqs that may be long; `%s` stands for the list."""
        for batch in batches(sorted(set(seqs)), _MOST_PARAMETERS):
            # Few different lengths, so that the driver finds its prepared statement again.
            width = 1 << (len(batch) - 1).bit_length()
            padded = batch + [batch[-1]] * (width - len(batch))
            yield from self._one(_with_places(statement, width), padded)


@lru_cache(maxsize=64)
def _with_places(statement: str, width: int) -> str:
    return statement % ",".join("?" * width)


def _fetched(cursor: sqlite3.Cursor) -> Iterator[Any]:
    while rows := cursor.fetchmany(_FETCH):
        yield from rows


def _type_of(data: bytes) -> object:
    try:
        return read_entry(data).event["type"]
    except EntryMalformed:
        return None


def _recorded_at_us(seq: int, data: bytes) -> int | None:
    try:
        return read_entry(data).recorded_at_us
    except EntryMalformed as error:
        raise LastEntryMalformed(seq=seq, why=error.why) from None
