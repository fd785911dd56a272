"""One transaction of the one writer: appended rows wait in memory, its questions see them, they go in many at once.

What waits is bounded: after some thousand entries it is handed to SQLite, still inside the same transaction, so a file
of any length is recorded whole or not at all in flat memory.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any, Final
from uuid import UUID

from thread.ledger import LEDGER_KEY, ZERO_PREV, Frontier, read_entry
from thread.store.facts import CODED_KINDS, EntryFacts, code_in, facts_of_row
from thread.store.gaps import Gap, above, in_series, lies_in
from thread.store.protocol import Head, PrivateValue
from thread.store.reader import SqliteReader, uuid_bytes
from thread.store.refusals import EntryOutOfPlace
from thread.store.subject_index import IndexBuilder, SubjectIndex, stored_lists
from thread.store.tables import PROJECTION_VERSION
from thread.values.times import ledger_microseconds

__all__ = ["SqliteWriter", "WriterMemory"]

_FLUSH_ENTRIES: Final = 5_000
_FLUSH_POSTINGS: Final = 50_000
_REMEMBERED_SUBJECTS: Final = 20_000
_UNKNOWN: Final = 2**63
_ROWS_TOGETHER: Final = 64
_SCAN_WORTH: Final = 150
"""Reading one entry again takes as long as looking through the postings of so many."""
_MANY_ROWS: Final = frozenset({"event_ids", "nodes", "subjects", "postings", "codes"})
"""Tables with many short rows."""

_INSERTS: Final = {
    "entries": "INSERT INTO entries VALUES (?, ?)",
    "keys": "INSERT INTO keys VALUES (?, ?)",
    "event_ids": "INSERT INTO event_ids VALUES (?, ?)",
    "nodes": "INSERT INTO nodes VALUES (?, ?, ?)",
    "subjects": "INSERT INTO subjects VALUES (?, ?, ?)",
    "postings": "INSERT INTO postings VALUES (?, ?, ?)",
    "codes": "INSERT OR IGNORE INTO codes VALUES (?, ?)",
    "corrections": "INSERT INTO corrections VALUES (?, ?)",
    "types": "INSERT INTO types VALUES (?, ?)",
    "private_values": "INSERT INTO private_values VALUES (?, ?, ?, ?)",
    "foreign_texts": "INSERT INTO foreign_texts VALUES (?, ?, ?)",
    "checkpoints": "INSERT INTO checkpoints VALUES (?, ?)",
}
"""In the order in which rows are handed over, so that what is referred to is there first."""


class WriterMemory:
    """What a writer knows after a commit, so that the next transaction need not read it again."""

    def __init__(self, head: Head, next_subject: int, types: Iterable[str]) -> None:
        self.head = head
        self.next_subject = next_subject
        self.types = set(types)
        self.subject_ids: dict[tuple[str, str], int] = {}
        """By kind and name; 0: there is no such subject."""
        self.free_names: dict[str, Gap] = {}
        """By what names begin with. Whatever was appended into a gap since it was found is among the `subject_ids`."""
        self.free_ids: Gap | None = None

    @classmethod
    def read(cls, connection: sqlite3.Connection) -> WriterMemory:
        """Return what the tables say."""
        (last,) = connection.execute("SELECT coalesce(max(id), 0) FROM subjects").fetchone()
        types = (name for (name,) in connection.execute("SELECT type FROM types"))
        return cls(SqliteReader(connection).head(), last + 1, types)

    @classmethod
    def empty(cls) -> WriterMemory:
        """Return what is known before the first entry."""
        return cls(Head(Frontier(), ZERO_PREV, None), 1, ())


class SqliteWriter(SqliteReader):
    """Appends inside an open transaction. What waits is seen by its own questions."""

    def __init__(
        self, connection: sqlite3.Connection, memory: WriterMemory, *, replaying: bool = False, keeping: bool = True
    ) -> None:
        """Write behind the end that `memory` tells of.

        `replaying`: entries are there already. `keeping`: False holds all in memory, for what is only supposed.
        """
        super().__init__(connection)
        self._memory = memory
        self._keeping = keeping
        self._tables = tuple(name for name in _INSERTS if not (replaying and name == "entries"))
        self._frontier, self._leaf_hash, self._recorded_at_us = memory.head
        self._size = memory.head.size
        self._recorded_at: str | None = None
        self._last_of_series: dict[str, int] = {}
        self._leaves: list[bytes] = []
        self._wait_anew()

    def _wait_anew(self) -> None:
        self._waiting: dict[str, list[tuple[Any, ...]]] = {name: [] for name in _INSERTS}
        self._waiting_entries: dict[int, bytes] = {}
        self._waiting_keys: dict[str, int] = {}
        self._waiting_ids: dict[str, int] = {}
        self._waiting_types: dict[str, int] = {}
        self._first_waiting_subject = self._memory.next_subject
        self._waiting_postings: defaultdict[int, list[tuple[int, int, str]]] = defaultdict(list)
        self._posted = 0
        self._indexed_codes = 0
        self._waiting_codes: defaultdict[str, set[int]] = defaultdict(set)
        self._waiting_corrections: defaultdict[int, list[int]] = defaultdict(list)
        self._waiting_values: dict[str, PrivateValue] = {}
        self._waiting_texts: dict[str, tuple[str, str]] = {}
        self._last_waiting_id = ""

    def head(self) -> Head:
        """Return the end of the ledger, with what this transaction appended."""
        self._grow()
        return Head(self._frontier, self._leaf_hash, self.recorded_at_us)

    @property
    def size(self) -> int:
        """Return how many entries there are, with those of this transaction."""
        return self._size

    @property
    def leaf_hash(self) -> bytes:
        """Return the leaf hash of the last entry, 32 zero bytes where there is none."""
        return self._leaf_hash

    @property
    def recorded_at_us(self) -> int | None:
        """Return the ledger time of the last entry [µs since the Unix epoch]."""
        if self._recorded_at is not None:
            self._recorded_at_us = ledger_microseconds(self._recorded_at)
            self._recorded_at = None
        return self._recorded_at_us

    def append(self, facts: EntryFacts) -> None:
        """Add the entry that follows the head, and all that is derived from it."""
        entry = facts.entry
        seq = entry.seq
        if seq != self._size or entry.prev != self._leaf_hash:
            raise EntryOutOfPlace(seq=seq, size=self._size)
        waiting = self._waiting
        waiting["entries"].append((seq, entry.data))
        self._waiting_entries[seq] = entry.data
        if entry.key != facts.event_id:
            waiting["keys"].append((entry.key, seq))
            self._waiting_keys[entry.key] = seq
            series, number = in_series(entry.key)
            if number is not None and series in self._last_of_series:
                self._last_of_series[series] = max(self._last_of_series[series], number)
        if facts.event_id is not None:
            self._identify(facts.event_id, seq)
        if facts.type not in self._memory.types:
            self._memory.types.add(facts.type)
            waiting["types"].append((facts.type, seq))
            self._waiting_types[facts.type] = seq
        elif facts.type == LEDGER_KEY:
            waiting["types"].append((f"{LEDGER_KEY}#{seq}", seq))
        self._post(facts, seq)
        self._leaves.append(entry.leaf_hash)
        self._leaf_hash = entry.leaf_hash
        self._recorded_at = entry.recorded_at
        self._size = seq + 1
        is_much = len(waiting["entries"]) >= _FLUSH_ENTRIES or self._posted >= _FLUSH_POSTINGS
        if is_much and self._keeping:
            self.flush()

    def _identify(self, event_id: str, seq: int) -> None:
        self._waiting["event_ids"].append((uuid_bytes(event_id), seq))
        self._waiting_ids[event_id] = seq
        self._last_waiting_id = max(self._last_waiting_id, event_id)
        gap = self._memory.free_ids
        if lies_in(gap, event_id):
            self._memory.free_ids = above(event_id, gap)

    def _post(self, facts: EntryFacts, seq: int) -> None:
        ids, waiting = self._memory.subject_ids, self._waiting_postings
        for kind, name in facts.subjects:
            family, role = _DIVIDED.get(kind) or _divided(kind)
            subject = ids.get((family, name)) or self._subject(family, name)
            waiting[subject].append((subject, seq, role))
        self._posted += len(facts.subjects)
        for lot, code in facts.codes:
            self._waiting["codes"].append((code, self._subject("lot", lot)))
        if facts.corrects is not None:
            self._waiting["corrections"].append((facts.corrects, seq))
            self._waiting_corrections[facts.corrects].append(seq)

    def _subject(self, kind: str, name: str) -> int:
        """Return the number of a subject, a new one where it has none."""
        known = self._subject_id(kind, name)
        if known:
            return known
        memory = self._memory
        subject = memory.next_subject
        memory.next_subject = subject + 1
        memory.subject_ids[kind, name] = subject
        series = name.rpartition("/")[0]
        gap = memory.free_names.get(series)
        if lies_in(gap, name):
            memory.free_names[series] = above(name, gap)
        self._waiting["subjects"].append((subject, kind, name))
        if kind in CODED_KINDS:
            self._waiting["codes"].append((code_in(name), subject))
        return subject

    def _subject_id(self, kind: str, name: str) -> int:
        """Return the number of a subject, 0 where it has none."""
        ids = self._memory.subject_ids
        known = ids.get((kind, name))
        if known is None:
            known = ids[kind, name] = 0 if self._is_free(name) else self._stored_subject(kind, name)
        return known

    def _is_free(self, name: str) -> bool:
        """Tell whether no stored subject has a name, as far as the names beside it tell."""
        series = name.rpartition("/")[0]
        if lies_in(self._memory.free_names.get(series), name):
            return True
        row = self._one("SELECT name FROM subjects WHERE name >= ? ORDER BY name LIMIT 1", (name,)).fetchone()
        following = None if row is None else row[0]
        if following == name:
            return False
        self._memory.free_names[series] = name, following
        return True

    def _stored_subject(self, kind: str, name: str) -> int:
        row = self._one("SELECT id FROM subjects WHERE name = ? AND kind = ?", (name, kind)).fetchone()
        return 0 if row is None else int(row[0])

    def has_subject(self, kind: str, name: str) -> bool:
        """Tell whether any entry, valid or not, names a subject in any role."""
        return bool(self._subject_id(kind, name))

    def keep_private_value(self, digest: str, value: PrivateValue) -> None:
        """Keep a value that an entry names by its digest."""
        self._waiting["private_values"].append((digest, *value))
        self._waiting_values[digest] = value

    def keep_foreign_text(self, digest: str, salt: str, text: str) -> None:
        """Keep a text that is too long for an entry."""
        self._waiting["foreign_texts"].append((digest, salt, text))
        self._waiting_texts[digest] = (salt, text)

    def keep_checkpoint(self, size: int, data: bytes) -> None:
        """Keep the signed checkpoint of a size that has none yet."""
        self._waiting["checkpoints"].append((size, data))

    def flush(self) -> None:
        """Hand what waits to SQLite; it stays part of this transaction."""
        self._grow()
        by_subject = self._waiting_postings
        self._waiting["postings"] = [posting for subject in sorted(by_subject) for posting in by_subject[subject]]
        for table in self._tables:
            rows = self._waiting[table]
            if rows:
                self._hand_over(table, rows)
        self._wait_anew()
        if len(self._memory.subject_ids) > _REMEMBERED_SUBJECTS:
            self._memory.subject_ids.clear()
            self._memory.free_names.clear()

    def _hand_over(self, table: str, rows: list[tuple[Any, ...]]) -> None:
        """Insert rows, many by one statement where there are many: that halves what SQLite does for each."""
        single = _INSERTS[table]
        together = len(rows) - len(rows) % _ROWS_TOGETHER if table in _MANY_ROWS else 0
        if together:
            places = single[single.index("(") :]
            flat = chain.from_iterable
            self._connection.executemany(
                f"{single}{f', {places}' * (_ROWS_TOGETHER - 1)}",
                (tuple(flat(rows[at : at + _ROWS_TOGETHER])) for at in range(0, together, _ROWS_TOGETHER)),
            )
        if together < len(rows):
            self._connection.executemany(single, rows[together:])

    def finish(self) -> None:
        """Hand over everything, and what size the projections are of; what comes next is the commit."""
        self.flush()
        self._connection.execute(
            "INSERT INTO meta VALUES ('projected', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (f"{PROJECTION_VERSION} {self._size}",),
        )
        self._memory.head = self.head()

    def index_root(self, origin: str) -> bytes:
        """Bring the verifiable index up to all entries there are, and return its root."""
        self.flush()
        index = SubjectIndex(self._connection)
        start, stop = index.covers or 0, self._size
        builder = IndexBuilder(index)
        if (stop - start) * _SCAN_WORTH < stop:
            for _, data in self.rows(start, stop):
                builder.take(facts_of_row(read_entry(data), self.event, origin=origin))
        else:
            builder.take_lists(stored_lists(self._connection, start=start, stop=stop))
        builder.write(stop)
        return builder.root()

    def _grow(self) -> None:
        """Add the waiting leaves to the tree."""
        if self._leaves:
            self._frontier, nodes = self._frontier.extend(self._leaves)
            self._waiting["nodes"].extend(nodes)
            self._leaves = []

    def entry_bytes(self, seqs: Iterable[int]) -> dict[int, bytes]:
        """Return the stored bytes of those entries that exist."""
        wanted = set(seqs)
        waiting = {seq: self._waiting_entries[seq] for seq in wanted & self._waiting_entries.keys()}
        return waiting | super().entry_bytes(wanted - waiting.keys())

    def seq_of_key(self, key: str) -> int | None:
        """Return the entry that has an idempotency key."""
        waiting = self._waiting_keys.get(key)
        if waiting is not None or self._is_beyond_its_series(key):
            return waiting
        return super().seq_of_key(key)

    def _is_beyond_its_series(self, key: str) -> bool:
        """Tell whether a key `<series>#<number>` comes after all of its series, which spares bulk a look-up each."""
        series, number = in_series(key)
        if number is None:
            return False
        last = self._last_of_series.get(series)
        if last is None:
            found = self._one("SELECT 1 FROM keys WHERE key >= ? AND key < ? LIMIT 1", (f"{series}#", f"{series}$"))
            last = self._last_of_series[series] = -1 if found.fetchone() is None else _UNKNOWN
        return number > last

    def seq_of_event(self, event_id: str) -> int | None:
        """Return the entry whose event has an id."""
        waiting = self._waiting_ids.get(event_id)
        if waiting is not None:
            return waiting
        if lies_in(self._memory.free_ids, event_id):
            return None
        row = self._one(
            "SELECT id, seq FROM event_ids WHERE id >= ? ORDER BY id LIMIT 1", (uuid_bytes(event_id),)
        ).fetchone()
        following = None if row is None else str(UUID(bytes=row[0]))
        if following == event_id:
            return int(row[1])
        if event_id > self._last_waiting_id:
            self._memory.free_ids = event_id, following
        return None

    def seqs_about(self, kind: str, name: str, *, below: int) -> Sequence[int]:
        """Return the entries that name a subject in any role, ascending; corrections of such entries are among them."""
        subject = self._subject_id(kind, name)
        if not subject:
            return []
        waiting = [seq for seq in self._waiting_about(subject) if seq < below]
        if subject >= self._first_waiting_subject:
            return waiting
        statement = "SELECT DISTINCT seq FROM postings WHERE subject = ? AND seq < ? ORDER BY seq"
        return [seq for (seq,) in self._one(statement, (subject, below))] + waiting

    def corrections_of(self, seqs: Iterable[int], *, below: int) -> dict[int, tuple[int, ...]]:
        """Return for each corrected entry the seqs of its corrections, oldest first."""
        wanted = set(seqs)
        if "corrected" not in self._memory.types:
            return {}
        found = super().corrections_of(wanted, below=below)
        for seq in wanted & self._waiting_corrections.keys():
            waiting = (one for one in self._waiting_corrections[seq] if one < below)
            found[seq] = (*found.get(seq, ()), *waiting)
        return found

    def first_of_type(self, type_name: str) -> int | None:
        """Return the first entry that tells an event of a type."""
        if type_name not in self._memory.types:
            return None
        waiting = self._waiting_types.get(type_name)
        return super().first_of_type(type_name) if waiting is None else waiting

    def key_changes(self) -> Sequence[int]:
        """Return the entries that change the signing keys, ascending."""
        if LEDGER_KEY not in self._memory.types:
            return ()
        waiting = [seq for type_name, seq in self._waiting["types"] if type_name.startswith(LEDGER_KEY)]
        return (*super().key_changes(), *waiting)

    def names_of_code(self, kind: str, code: str) -> Sequence[str]:
        """Return the names of the subjects of a kind that go by a code, sorted."""
        codes = self._waiting["codes"]
        for waiting_code, subject in codes[self._indexed_codes :]:
            self._waiting_codes[waiting_code].add(subject)
        self._indexed_codes = len(codes)
        waiting = {name for name in map(self._name_of, self._waiting_codes.get(code, ())) if name[0] == kind}
        return sorted({name for _, name in waiting}.union(super().names_of_code(kind, code)))

    def _name_of(self, subject: int) -> tuple[str, str]:
        """Return kind and name of a subject that has a number."""
        waiting = self._waiting["subjects"]
        place = subject - self._first_waiting_subject
        if place >= 0:
            _, kind, name = waiting[place]
        else:
            kind, name = self._one("SELECT kind, name FROM subjects WHERE id = ?", (subject,)).fetchone()
        return kind, name

    def _waiting_about(self, subject: int) -> list[int]:
        """Return the waiting entries that name a subject, ascending."""
        return list(dict.fromkeys(seq for _, seq, _ in self._waiting_postings.get(subject, ())))

    def private_value(self, digest: str) -> PrivateValue | None:
        """Return the value behind a digest, None where it was erased or never stored."""
        return self._waiting_values.get(digest) or super().private_value(digest)

    def foreign_text(self, digest: str) -> tuple[str, str] | None:
        """Return salt and text behind a digest, None where it was erased or never stored."""
        return self._waiting_texts.get(digest) or super().foreign_text(digest)


_DIVIDED: Final[dict[str, tuple[str, str]]] = {}
"""Kind and role by kind of subject; there are few."""


def _divided(kind: str) -> tuple[str, str]:
    """Return kind and role of a subject: `lot.made` is a lot, made."""
    family, _, role = kind.partition(".")
    _DIVIDED[kind] = family, role
    return family, role
