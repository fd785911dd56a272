"""The verifiable index as tables: a row for each subject in a role, and a hash for each of the upper turns of its tree.

Its format is told in `thread.ledger.index`; nothing here is part of it. A leaf holds the list of a subject as a
frontier, so that it grows without being read. Leaves lie in the order of their keys, and of the tree above them the
hashes of those subtrees are kept whose keys share 4, 8, 12 or 16 bits: an addition touches one path of them, and a
proof reads a few dozen rows. The tables are what the index was at the last `ledger.index` entry.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from hashlib import sha256
from typing import Final, NamedTuple

from thread.ledger.index import index_key, index_value, list_frontier
from thread.ledger.merkle import Frontier, leaf_hash
from thread.ledger.patricia import (
    Part,
    Step,
    absence_proof,
    leaf_part,
    map_root,
    place_of,
    presence_proof,
    steps_to,
)
from thread.store.facts import EntryFacts

__all__ = ["IndexBuilder", "SubjectIndex", "stored_lists"]

_LEVELS: Final = (4, 8, 12, 16)
"""How many bits the keys share below the hashes that are kept, from the root down; each has at most 16 below it."""

_STEP: Final = 4
_HASH_BYTES: Final = 32
_LOOKED_UP_TOGETHER: Final = 256
_MOST_WAITING: Final = 200_000
"""Namings that are held before their lists are added to; bounds memory."""


class _Leaf(NamedTuple):
    """The row of a subject: its list of seqs as a frontier, and the hash of its leaf in the tree."""

    key: bytes
    named: int
    peaks: bytes
    hash: bytes

    @property
    def frontier(self) -> Frontier:
        found = self.peaks
        return Frontier(self.named, tuple(found[at : at + _HASH_BYTES] for at in range(0, len(found), _HASH_BYTES)))


class SubjectIndex:
    """The index in the tables of a connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._seen: dict[tuple[int, int], Sequence[Part]] = {}
        """Parts that proofs have read, by bits and prefix of what is above them."""

    @property
    def covers(self) -> int | None:
        """Over how many entries the index is: the seq of the last `ledger.index` entry; None before the first."""
        row = self._connection.execute("SELECT value FROM meta WHERE name = 'indexed'").fetchone()
        return None if row is None else int(row[0])

    def set_covers(self, covers: int) -> None:
        """Note over how many entries the index is."""
        self._connection.execute(
            "INSERT INTO meta VALUES ('indexed', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (str(covers),),
        )

    def root(self) -> bytes:
        """Return the root of the index."""
        return map_root(self._nodes_below(0, 0))

    def proof(self, kind: str, name: str) -> bytes:
        """Return the proof of what stands under a subject in a role, or that nothing does."""
        key = index_key(kind, name)
        parts = self._parts_below(0, 0)
        if not parts:
            return b""
        ways: list[tuple[Step, ...]] = []
        for bits in (*_LEVELS, None):
            place = place_of(parts, key)
            ways.append(steps_to(parts, place))
            found = parts[place].key
            if bits is None:
                break
            parts = self._parts_below(bits, _prefix(found, bits))
        steps = [step for way in reversed(ways) for step in way]
        if found == key:
            return presence_proof(steps)
        (leaf,) = self._stored([found]).values()
        return absence_proof(found, index_value(leaf.frontier), steps)

    def add(self, lists: Iterable[tuple[bytes, Sequence[int]]]) -> set[int]:
        """Add seqs to the lists of subjects, by key; return which of the lowest hashes have to be made anew."""
        self._seen.clear()
        by_key = sorted(lists)
        known = self._stored([key for key, _ in by_key])
        rows = [_grown(known.get(key), key, seqs) for key, seqs in by_key]
        self._connection.executemany("INSERT OR REPLACE INTO index_leaves VALUES (?, ?, ?, ?)", rows)
        return {_prefix(key, _LEVELS[-1]) for key, _ in by_key}

    def refresh(self, touched: Iterable[int]) -> None:
        """Make anew the kept hashes above leaves that changed. `touched`: as `add` returned it."""
        self._seen.clear()
        prefixes = sorted(touched)
        for bits in reversed(_LEVELS):
            rows = []
            below = self._leaves_below if bits == _LEVELS[-1] else partial(self._nodes_below, bits)
            for prefix in prefixes:
                parts = below(prefix)
                rows.append((bits, prefix, parts[0].key, map_root(parts)))
            self._connection.executemany("INSERT OR REPLACE INTO index_nodes VALUES (?, ?, ?, ?)", rows)
            prefixes = sorted({prefix >> _STEP for prefix in prefixes})

    def _parts_below(self, bits: int, prefix: int) -> Sequence[Part]:
        """Return the parts right below a kept subtree: others of them, or, below the lowest, leaves."""
        found = self._seen.get((bits, prefix))
        if found is None:
            is_lowest = bits == _LEVELS[-1]
            found = self._leaves_below(prefix) if is_lowest else self._nodes_below(bits, prefix)
            self._seen[bits, prefix] = found
        return found

    def _nodes_below(self, bits: int, prefix: int) -> list[Part]:
        """Return the kept subtrees right below one, in the order of their keys."""
        return [
            Part(key, digest)
            for key, digest in self._connection.execute(
                "SELECT key, hash FROM index_nodes WHERE bits = ? AND prefix >= ? AND prefix < ? ORDER BY prefix",
                (bits + _STEP, prefix << _STEP, (prefix + 1) << _STEP),
            )
        ]

    def _leaves_below(self, prefix: int) -> list[Part]:
        width = _LEVELS[-1] // 8
        first = prefix.to_bytes(width, "big")
        last = first + b"\xff" * (_HASH_BYTES - width)
        found = self._connection.execute(
            "SELECT key, hash FROM index_leaves WHERE key BETWEEN ? AND ? ORDER BY key", (first, last)
        )
        return [Part(key, digest) for key, digest in found]

    def _stored(self, keys: Sequence[bytes]) -> dict[bytes, _Leaf]:
        if self._connection.execute("SELECT 1 FROM index_leaves LIMIT 1").fetchone() is None:
            return {}
        found: dict[bytes, _Leaf] = {}
        for at in range(0, len(keys), _LOOKED_UP_TOGETHER):
            some = keys[at : at + _LOOKED_UP_TOGETHER]
            places = ",".join("?" * len(some))
            statement = f"SELECT key, count, peaks, hash FROM index_leaves WHERE key IN ({places})"  # noqa: S608 places
            for row in self._connection.execute(statement, some):
                found[row[0]] = _Leaf(*row)
        return found


def _prefix(key: bytes, bits: int) -> int:
    return int.from_bytes(key[:2], "big") >> (16 - bits)


def _grown(leaf: _Leaf | None, key: bytes, seqs: Sequence[int]) -> _Leaf:
    """Return the row of a subject with seqs more in its list."""
    if leaf is None and len(seqs) == 1:
        # Most subjects are named once; their list is its only leaf.
        only = leaf_hash(seqs[0].to_bytes(8, "big"))
        told = b"\x00\x20%b\x28\x00\x00\x00\x00\x00\x00\x00\x01%b" % (key, only)
        return _Leaf(key, 1, only, sha256(told).digest())
    frontier = list_frontier(seqs, leaf.frontier if leaf else None)
    return _Leaf(key, frontier.size, b"".join(frontier.peaks), leaf_part(key, index_value(frontier)).hash)


class IndexBuilder:
    """Brings an index up to date from what entries are about, in bounded memory."""

    def __init__(self, index: SubjectIndex) -> None:
        self._index = index
        self._waiting: defaultdict[bytes, list[int]] = defaultdict(list)
        self._number = 0
        self._touched: set[int] = set()

    def take(self, facts: EntryFacts) -> None:
        """Note what the next entry is about."""
        seq = facts.entry.seq
        for kind, name in facts.subjects:
            self._waiting[index_key(kind, name)].append(seq)
        self._number += len(facts.subjects)
        if self._number > _MOST_WAITING:
            self._add()

    def take_lists(self, lists: Iterable[tuple[str, str, Sequence[int]]]) -> None:
        """Note the entries that name subjects, by kind with role, name, and ascending seqs."""
        for kind, name, seqs in lists:
            self._waiting[index_key(kind, name)].extend(seqs)
            self._number += len(seqs)
            if self._number > _MOST_WAITING:
                self._add()

    def _add(self) -> None:
        if self._waiting:
            self._touched |= self._index.add(self._waiting.items())
            self._waiting = defaultdict(list)
            self._number = 0

    def write(self, covers: int) -> None:
        """Add what was noted to the lists; the index is over that many entries, and its hashes follow in `root`."""
        self._add()
        self._index.set_covers(covers)

    def root(self) -> bytes:
        """Return the root of the index with all that was written."""
        if self._touched:
            self._index.refresh(self._touched)
            self._touched = set()
        return self._index.root()


def stored_lists(connection: sqlite3.Connection, *, start: int, stop: int) -> Iterator[tuple[str, str, Sequence[int]]]:
    """Return which of the entries from `start` up to, not including, `stop` name each subject, out of the postings."""
    rows = connection.execute(
        "SELECT kind, role, name, seq FROM postings JOIN subjects ON id = subject "
        "WHERE seq >= ? AND seq < ? ORDER BY subject, role, seq",
        (start, stop),
    )
    last: tuple[str, str, str] | None = None
    seqs: list[int] = []
    for kind, role, name, seq in rows:
        if (kind, role, name) != last:
            if last:
                yield _with_role(last[0], last[1]), last[2], seqs
            last, seqs = (kind, role, name), []
        seqs.append(seq)
    if last:
        yield _with_role(last[0], last[1]), last[2], seqs


def _with_role(kind: str, role: str) -> str:
    return f"{kind}.{role}" if role else kind
