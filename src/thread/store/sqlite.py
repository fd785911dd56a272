"""A ledger's store in one SQLite file: made, opened, checked, written by one at a time, rebuilt.

Write-ahead log, so that readers and the writer do not wait for each other; full synchronisation, so that a commit that
was answered survives a power cut. Tables come from `tables`; what is hot asks the driver through SQLAlchemy's pool.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import ClassVar, Final

from sqlalchemy import create_engine
from sqlalchemy.pool import PoolProxiedConnection, QueuePool

from thread.errors import LedgerBroken, LedgerBusy, StoreFailed
from thread.store.database_file import database_path, holds_something, is_read_only, make_private, reading_uri
from thread.store.reader import SqliteReader
from thread.store.refusals import (
    CosignaturesTooMany,
    DatabaseDamaged,
    EntriesMissing,
    EntryOutOfPlace,
    LedgerExists,
    LedgerMissing,
    LedgerNewer,
    LedgerReadOnly,
    NotALedger,
    ProjectionsChanged,
)
from thread.store.replay import replay
from thread.store.search_index import drop_search
from thread.store.tables import (
    KEPT,
    KEPT_WHERE_NEEDED,
    PROJECTION_VERSION,
    PROJECTIONS,
    SCHEMA_VERSION,
    create_statement,
    triggers_of,
)
from thread.store.triggers import put_back
from thread.store.writer import SqliteWriter, WriterMemory

__all__ = ["BUSY_SECONDS", "SqliteStore", "database_path", "holds_something"]

BUSY_SECONDS: Final = 10.0
"""How long a writer waits for another one before it says that the ledger is busy."""

_APPLICATION_ID: Final = 0x74687264
"""Marks the file as a thread ledger for programs that look at files (SQLite, application_id)."""

_FORMAT: Final = "thread ledger"
_READER_CACHE_KIB: Final = 16_384
_WRITER_CACHE_KIB: Final = 32_768


class SqliteStore:
    """One ledger in one SQLite file."""

    connection_factory: ClassVar[type[sqlite3.Connection]] = sqlite3.Connection
    """What connections are made of; tests put one here that fails on demand."""

    def __init__(self, path: Path, *, busy_seconds: float = BUSY_SECONDS) -> None:
        self.path = path
        self._busy_seconds = busy_seconds
        self._engine = create_engine(
            "sqlite://", creator=self._connect, poolclass=QueuePool, max_overflow=-1, pool_reset_on_return=None
        )
        self._idle: list[PoolProxiedConnection] = []
        self._turn = threading.Lock()
        self._writer: PoolProxiedConnection | None = None
        self._memory: WriterMemory | None = None
        self.is_read_only = is_read_only(path)
        """Whether the file, or its folder, is closed to writing: it can be asked, and verified, but not added to."""
        self.broken: LedgerBroken | LedgerReadOnly | None = None
        """Why nothing can be looked up; such a ledger can be verified and exported, not asked or added to."""

    # Making and opening

    @classmethod
    def create(cls, path: Path, *, busy_seconds: float = BUSY_SECONDS) -> SqliteStore:
        """Return a store with empty tables; the first transaction makes them, and whatever it appends, at once.

        Raises:
            LedgerExists: the file holds something already.
        """
        if holds_something(path):
            raise LedgerExists(path=path)
        if not path.parent.is_dir():
            raise StoreFailed(path=str(path), why=f"the folder {path.parent} does not exist")
        return cls(path, busy_seconds=busy_seconds)

    @classmethod
    def open(cls, path: Path, *, busy_seconds: float = BUSY_SECONDS) -> SqliteStore:
        """Return the store of a ledger; projections that do not fit its entries are made again first.

        Raises:
            LedgerMissing: there is no such file.
            NotALedger: the file is something else.
            LedgerNewer: a later release wrote it.
        """
        if path.is_dir():
            raise NotALedger(path=path, why="it is a directory; name the file in it")
        if not path.is_file():
            raise LedgerMissing(path=path)
        store = cls(path, busy_seconds=busy_seconds)
        try:
            store._check_format()
            store._project_anew_where_needed()
        except BaseException:
            store.close()
            raise
        return store

    def _check_format(self) -> None:
        """Refuse what is no ledger of ours, and leave it as it is: no setting is changed before."""
        uri = reading_uri(self.path) if self.is_read_only else f"{self.path.absolute().as_uri()}?mode=rw"
        with self._told(), closing(sqlite3.connect(uri, uri=True, timeout=self._busy_seconds)) as connection:
            tables = _tables(connection)
            columns = {name for (name,) in connection.execute("SELECT name FROM pragma_table_info('meta')")}
            is_meta = columns == {"name", "value"}
            meta = dict(connection.execute("SELECT name, value FROM meta")) if is_meta else {}
        if meta.get("format") != _FORMAT:
            why = "it is another program's database" if tables else "it is empty; make a ledger with `thread init`"
            raise NotALedger(path=self.path, why=why)
        if meta.get("schema") != str(SCHEMA_VERSION):
            raise LedgerNewer(path=self.path, version=meta.get("schema", "unknown"))
        if missing := sorted(set(KEPT) - tables):
            raise NotALedger(path=self.path, why=f"its table {missing[0]} is missing")

    def _project_anew_where_needed(self) -> None:
        """Rebuild projections that do not fit; a ledger that cannot be projected can still be verified."""
        with self._told(), self._borrowed() as connection:
            # One statement, so that all of it is of one moment.
            lowest, last, projected = connection.execute(
                "SELECT (SELECT min(seq) FROM entries), (SELECT coalesce(max(seq), -1) FROM entries), "
                "(SELECT value FROM meta WHERE name = 'projected')"
            ).fetchone()
            tables = _tables(connection)
        size = last + 1
        version, _, number = (projected or "").partition(" ")
        if version == str(PROJECTION_VERSION) and number.isdecimal() and int(number) > size:
            # Entries and projections are committed together, so no crash leaves this behind.
            self.broken = EntriesMissing(stored=size, projected=int(number))
        elif lowest:
            self.broken = EntryOutOfPlace(seq=lowest, size=0)
        elif not tables.issuperset(PROJECTIONS) or projected != _projected(size):
            if self.is_read_only:
                why = "its look-up tables are not of this release and would have to be made anew first"
                self.broken = LedgerReadOnly(path=self.path, why=why)
                return
            try:
                self.rebuild()
            except LedgerBroken as error:
                self.broken = error

    def make_tables(self) -> None:
        """Make the tables, inside the transaction that is open; they appear with the first entry or not at all."""
        connection = self._writing_connection()
        for name in (*KEPT, *KEPT_WHERE_NEEDED, *reversed(PROJECTIONS)):
            _make_table(connection, name)
        rows = [("format", _FORMAT), ("schema", str(SCHEMA_VERSION))]
        connection.executemany("INSERT INTO meta VALUES (?, ?)", rows)

    # Reading

    @contextmanager
    def reading(self) -> Iterator[SqliteReader]:
        """Return a reader; each of its answers sees every commit made before the question."""
        if self.broken:
            raise self.broken
        with self._told(), self._borrowed() as connection:
            yield SqliteReader(connection)

    @contextmanager
    def snapshot(self) -> Iterator[SqliteReader]:
        """Return a reader whose answers are all of one moment."""
        with self._told(), self._borrowed() as connection:
            connection.execute("BEGIN")
            try:
                yield SqliteReader(connection)
            finally:
                connection.execute("ROLLBACK")

    @contextmanager
    def supposing(self) -> Iterator[SqliteWriter]:
        """Return a writer that nothing comes of: it sees the rows of one moment and what it appends; no other does.

        It hands nothing over to the database, so no writer waits for it and it waits for none.
        """
        if self.broken:
            raise self.broken
        with self._told(), self._borrowed() as connection:
            connection.execute("BEGIN")
            try:
                yield SqliteWriter(connection, WriterMemory.read(connection), keeping=False)
            finally:
                connection.execute("ROLLBACK")

    # Writing

    @contextmanager
    def writing(self) -> Iterator[SqliteWriter]:
        """Return the one writer's transaction: committed at the end of the block, undone if the block fails.

        Raises:
            LedgerBusy: another writer did not finish in time.
        """
        if self.broken:
            raise self.broken
        with self._transaction() as connection:
            memory = self._fresh_memory(connection)
            self._memory = None
            writer = SqliteWriter(connection, memory)
            yield writer
            writer.finish()
            self._memory = memory

    @contextmanager
    def creating(self) -> Iterator[SqliteWriter]:
        """Return the transaction that makes the tables and appends the first entry.

        The file, and those that SQLite puts beside it, are open to their owner only (mode 0600).
        """
        make_private(self.path)
        with self._transaction() as connection:
            (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            if tables:
                raise LedgerExists(path=self.path)
            connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
            self.make_tables()
            writer = SqliteWriter(connection, WriterMemory.read(connection))
            yield writer
            writer.finish()

    def _fresh_memory(self, connection: sqlite3.Connection) -> WriterMemory:
        """Return what the last transaction of this process left, or, where others wrote since, what the tables say."""
        memory = self._memory
        size = SqliteReader(connection).size
        row = connection.execute("SELECT value FROM meta WHERE name = 'projected'").fetchone()
        if row is None or row[0] != _projected(size):
            raise ProjectionsChanged(path=str(self.path))
        if memory is not None and memory.head.size == size:
            return memory
        return WriterMemory.read(connection)

    @contextmanager
    def at_once(self) -> Iterator[sqlite3.Connection]:
        """Return a transaction that changes nothing which entries are appended to: it is open at once or not at all.

        Raises:
            LedgerBusy: somebody writes at this moment.
        """
        with self._transaction(waits=False) as connection:
            yield connection

    @contextmanager
    def _transaction(self, *, waits: bool = True) -> Iterator[sqlite3.Connection]:
        if self.is_read_only:
            raise LedgerReadOnly(path=self.path)
        if not self._turn.acquire(timeout=self._busy_seconds if waits else 0):
            raise LedgerBusy(path=str(self.path), seconds=self._busy_seconds)
        try:
            with self._told():
                connection = self._writing_connection()
                connection.execute(f"PRAGMA busy_timeout = {int(self._busy_seconds * 1_000) if waits else 0}")
                connection.execute("BEGIN IMMEDIATE")
                try:
                    yield connection
                    connection.execute("COMMIT")
                except BaseException:
                    self._memory = None
                    if connection.in_transaction:
                        connection.execute("ROLLBACK")
                    raise
        finally:
            self._turn.release()

    # Erasing

    def erase_private_value(self, digest: str) -> bool:
        """Erase the value behind a digest, also from free pages; tell whether one was there."""
        return self._erase("private_values", digest)

    def erase_foreign_text(self, digest: str) -> bool:
        """Erase the text behind a digest, also from free pages; tell whether one was there."""
        return self._erase("foreign_texts", digest)

    def _erase(self, name: str, digest: str) -> bool:
        with self._transaction() as connection:
            connection.execute("PRAGMA secure_delete = ON")
            erased = connection.execute(f"DELETE FROM {name} WHERE digest = ?", (digest,)).rowcount  # noqa: S608 ours
        with self._told(), self._borrowed() as connection:
            # Copies of the page may wait in the write-ahead log; it is emptied as soon as no reader needs it.
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return bool(erased)

    # Signatures of others

    def add_cosignatures(self, size: int, lines: Sequence[str], *, most: int) -> int:
        """Keep lines that others put under the checkpoint of a size, and return how many of them are new.

        `most`: how many there may be in all.

        Raises:
            CosignaturesTooMany: there would be more; none is kept.
        """
        with self._transaction() as connection:
            if "cosignatures" not in _tables(connection):
                _make_table(connection, "cosignatures")
            kept = SqliteReader(connection).cosignatures().get(size, ())
            new = [line for line in dict.fromkeys(lines) if line not in kept]
            if len(kept) + len(new) > most:
                raise CosignaturesTooMany(size=size, most=most)
            rows = [(size, position, line) for position, line in enumerate(new, len(kept))]
            connection.executemany("INSERT INTO cosignatures VALUES (?, ?, ?)", rows)
            return len(new)

    # Settings of people

    def mappings(self) -> dict[str, str]:
        """Return every saved mapping of columns by its name, in the order of names."""
        with self._told(), self._borrowed() as connection:
            if "mappings" not in _tables(connection):
                return {}
            return dict(connection.execute("SELECT name, value FROM mappings ORDER BY name"))

    def save_mapping(self, name: str, value: str) -> None:
        """Save a mapping of columns, over one of the same name."""
        with self._transaction() as connection:
            if "mappings" not in _tables(connection):
                _make_table(connection, "mappings")
            connection.execute("INSERT OR REPLACE INTO mappings VALUES (?, ?)", (name, value))

    def remove_mapping(self, name: str) -> bool:
        """Remove a mapping of columns; tell whether it was there."""
        with self._transaction() as connection:
            if "mappings" not in _tables(connection):
                return False
            return bool(connection.execute("DELETE FROM mappings WHERE name = ?", (name,)).rowcount)

    # Rebuilding

    def rebuild(self, progress: Callable[[int], None] | None = None) -> None:
        """Drop every projection and make it again from the entries; triggers that are missing come back.

        `progress`: told the number of entries read.

        Raises:
            LedgerBroken: the entries give no projections; what is stored stays.
        """
        if self.broken:
            raise self.broken
        with self._transaction() as connection:
            self._memory = None
            drop_search(connection)
            for name in PROJECTIONS:
                connection.execute(f"DROP TABLE IF EXISTS {name}")
            for name in reversed(PROJECTIONS):
                _make_table(connection, name)
            connection.execute("DELETE FROM meta WHERE name = 'indexed'")
            put_back(connection)
            replay(connection, SqliteReader(connection), progress)

    def close(self) -> None:
        """Close every connection."""
        held = [*self._idle, *([self._writer] if self._writer else [])]
        self._idle, self._writer = [], None
        for connection in held:
            connection.close()
        self._engine.dispose()

    # Connections

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            reading_uri(self.path) if self.is_read_only else self.path,
            timeout=self._busy_seconds,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
            factory=self.connection_factory,
            uri=self.is_read_only,
        )
        writing = () if self.is_read_only else ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON")
        for setting in (*writing, "trusted_schema = OFF", f"cache_size = -{_READER_CACHE_KIB}"):
            connection.execute(f"PRAGMA {setting}")
        return connection

    def _writing_connection(self) -> sqlite3.Connection:
        if self._writer is None:
            self._writer = self._engine.raw_connection()
            _driver(self._writer).execute(f"PRAGMA cache_size = -{_WRITER_CACHE_KIB}")
        return _driver(self._writer)

    @contextmanager
    def _borrowed(self) -> Iterator[sqlite3.Connection]:
        if self.is_read_only:
            # Opened for each question, so that one sees what somebody else has written since the last.
            with closing(self._connect()) as connection:
                yield connection
            return
        # Taking from and adding to the end of a list are single steps, so threads need no lock here.
        try:
            pooled = self._idle.pop()
        except IndexError:
            pooled = self._engine.raw_connection()
        try:
            yield _driver(pooled)
        finally:
            self._idle.append(pooled)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Tell what SQLite refuses as our own errors."""
        try:
            yield
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
                raise LedgerBusy(path=str(self.path), seconds=self._busy_seconds) from None
            if "decode to UTF-8" in str(error):
                raise DatabaseDamaged(path=self.path) from error
            raise StoreFailed(path=str(self.path), why=str(error)) from error
        except UnicodeDecodeError as error:
            raise DatabaseDamaged(path=self.path) from error
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_NOTADB:
                raise NotALedger(path=self.path, why="it is no SQLite database") from None
            if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_CORRUPT:
                raise DatabaseDamaged(path=self.path) from error
            raise


def _projected(size: int) -> str:
    return f"{PROJECTION_VERSION} {size}"


def _tables(connection: sqlite3.Connection) -> set[str]:
    return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def _driver(pooled: PoolProxiedConnection) -> sqlite3.Connection:
    connection = pooled.driver_connection
    assert isinstance(connection, sqlite3.Connection)  # noqa: S101 our own creator made it
    return connection


def _make_table(connection: sqlite3.Connection, name: str) -> None:
    connection.execute(create_statement(name))
    for statement in triggers_of(name):
        connection.execute(statement)
