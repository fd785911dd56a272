"""The tables of a ledger, the triggers that keep them append-only, and which of them are projections.

What cannot be made again is kept: entries, checkpoints, private values, foreign texts. Everything else follows from the
entries. Rows are keyed by names and running numbers, not by hashes, so that new rows lie beside the last ones. The
projections that grow with every entry declare no foreign keys: a look-up per row would cost a third of appending it,
and what they hold is compared with a replay of the entries whenever the ledger is verified (`comparison`).
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import CheckConstraint, Column, LargeBinary, MetaData, Table, Text, UniqueConstraint
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlalchemy.schema import CreateTable
from sqlmodel import Field, SQLModel

__all__ = [
    "APPEND_ONLY",
    "KEPT",
    "KEPT_WHERE_NEEDED",
    "MOST_ENTRIES",
    "PROJECTIONS",
    "PROJECTION_VERSION",
    "SCHEMA_VERSION",
    "SETTINGS",
    "create_statement",
    "metadata",
    "table",
    "triggers_of",
]

SCHEMA_VERSION: Final = 1
"""Version of the tables that cannot be made again. A program refuses a newer one."""

PROJECTION_VERSION: Final = 3
"""Version of the projections; a ledger with another one is rebuilt when it is opened."""

MOST_ENTRIES: Final = 2**53
"""Entries that a ledger can have: their numbers are whole in any JSON reader (RFC 8259, section 6)."""

metadata: Final = MetaData()


class _Base(SQLModel):
    metadata = metadata


class Meta(_Base, table=True):
    """What the file is (`format`, `schema`), of what size the projections are, and over how many entries the index is.

    The last two are `projected` and `indexed`.
    """

    __tablename__ = "meta"
    __table_args__ = ({"sqlite_with_rowid": False, "sqlite_strict": True},)
    name: str = Field(sa_column=Column(Text, primary_key=True))
    value: str = Field(sa_column=Column(Text, nullable=False))


class EntryRow(_Base, table=True):
    """An entry, stored verbatim."""

    __tablename__ = "entries"
    __table_args__ = (CheckConstraint(f"seq >= 0 AND seq < {MOST_ENTRIES}"), {"sqlite_strict": True})
    seq: int | None = Field(default=None, primary_key=True)
    data: bytes = Field(sa_column=Column("bytes", LargeBinary, nullable=False))


class CheckpointRow(_Base, table=True):
    """A signed checkpoint, stored verbatim and served again."""

    __tablename__ = "checkpoints"
    __table_args__ = ({"sqlite_strict": True},)
    size: int | None = Field(default=None, primary_key=True)
    data: bytes = Field(sa_column=Column("bytes", LargeBinary, nullable=False))


class PrivateValueRow(_Base, table=True):
    """A personal value behind a digest; may be erased."""

    __tablename__ = "private_values"
    __table_args__ = ({"sqlite_strict": True},)
    digest: str = Field(sa_column=Column(Text, primary_key=True))
    salt: str = Field(sa_column=Column(Text, nullable=False))
    name: str = Field(sa_column=Column(Text, nullable=False))
    value: str = Field(sa_column=Column(Text, nullable=False))


class ForeignTextRow(_Base, table=True):
    """A captured text too long for its entry, behind a digest; may be erased."""

    __tablename__ = "foreign_texts"
    __table_args__ = ({"sqlite_strict": True},)
    digest: str = Field(sa_column=Column(Text, primary_key=True))
    salt: str = Field(sa_column=Column(Text, nullable=False))
    text: str = Field(sa_column=Column(Text, nullable=False))


class CosignatureRow(_Base, table=True):
    """A signature line that somebody else put under a checkpoint, verbatim, in the order in which they came."""

    __tablename__ = "cosignatures"
    __table_args__ = ({"sqlite_with_rowid": False, "sqlite_strict": True},)
    size: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    position: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    line: str = Field(sa_column=Column(Text, nullable=False))


class MappingRow(_Base, table=True):
    """How the tables of one sender are read, under a name; a setting of people, changed and removed at will."""

    __tablename__ = "mappings"
    __table_args__ = ({"sqlite_strict": True},)
    name: str = Field(sa_column=Column(Text, primary_key=True))
    value: str = Field(sa_column=Column(Text, nullable=False))


class KeyRow(_Base, table=True):
    """Which entry has an idempotency key that is not its event's id."""

    __tablename__ = "keys"
    __table_args__ = ({"sqlite_with_rowid": False, "sqlite_strict": True},)
    key: str = Field(sa_column=Column(Text, primary_key=True))
    seq: int


class EventIdRow(_Base, table=True):
    """Which entry tells the event with an id (the 16 bytes of its UUID)."""

    __tablename__ = "event_ids"
    __table_args__ = ({"sqlite_with_rowid": False, "sqlite_strict": True},)
    id: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    seq: int


class NodeRow(_Base, table=True):
    """A complete inner node of the Merkle tree; leaves are the hashes of the entries themselves."""

    __tablename__ = "nodes"
    __table_args__ = ({"sqlite_with_rowid": False, "sqlite_strict": True},)
    level: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    idx: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class SubjectRow(_Base, table=True):
    """A thing that entries are about, numbered in the order of its first entry. `kind` without the role."""

    __tablename__ = "subjects"
    __table_args__ = (UniqueConstraint("name", "kind"), {"sqlite_strict": True})
    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(sa_column=Column(Text, nullable=False))
    name: str = Field(sa_column=Column(Text, nullable=False))


class PostingRow(_Base, table=True):
    """An entry names a subject in a role (empty where its kind has no roles)."""

    __tablename__ = "postings"
    __table_args__ = ({"sqlite_with_rowid": False, "sqlite_strict": True},)
    subject: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    role: str = Field(sa_column=Column(Text, primary_key=True))


class CodeRow(_Base, table=True):
    """A subject goes by a code: the one in its name, a supplier's lot number, a printed mark."""

    __tablename__ = "codes"
    __table_args__ = ({"sqlite_with_rowid": False, "sqlite_strict": True},)
    code: str = Field(sa_column=Column(Text, primary_key=True))
    subject: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})


class CorrectionRow(_Base, table=True):
    """An entry was corrected by another; the latest counts."""

    __tablename__ = "corrections"
    __table_args__ = ({"sqlite_with_rowid": False, "sqlite_strict": True},)
    seq: int = Field(primary_key=True, foreign_key="entries.seq", sa_column_kwargs={"autoincrement": False})
    correction: int = Field(primary_key=True, foreign_key="entries.seq", sa_column_kwargs={"autoincrement": False})


class TypeRow(_Base, table=True):
    """The first entry that tells an event of a type.

    Of changes of keys, which are few, every one stands here, from the second on as `ledger.key#<seq>`: whoever signs a
    checkpoint needs them all.
    """

    __tablename__ = "types"
    __table_args__ = ({"sqlite_with_rowid": False, "sqlite_strict": True},)
    type: str = Field(sa_column=Column(Text, primary_key=True))
    seq: int = Field(foreign_key="entries.seq")


class IndexLeafRow(_Base, table=True):
    """What the verifiable index says of a subject in a role: how many entries name it, and their list as a frontier."""

    __tablename__ = "index_leaves"
    __table_args__ = ({"sqlite_with_rowid": False, "sqlite_strict": True},)
    key: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    count: int
    peaks: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class IndexNodeRow(_Base, table=True):
    """The hash of the index over all keys that begin with the same bits, and the first of them."""

    __tablename__ = "index_nodes"
    __table_args__ = ({"sqlite_with_rowid": False, "sqlite_strict": True},)
    bits: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    prefix: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    key: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


PROJECTIONS: Final = (
    "postings",
    "codes",
    "subjects",
    "corrections",
    "types",
    "nodes",
    "event_ids",
    "keys",
    "index_leaves",
    "index_nodes",
)
"""Tables that follow from the entries, in an order in which they can be dropped."""

KEPT: Final = ("meta", "entries", "checkpoints", "private_values", "foreign_texts")
"""Tables that nothing else could give back."""

KEPT_WHERE_NEEDED: Final = ("cosignatures",)
"""Tables that nothing else could give back, and that ledgers of earlier releases lack until they are first put into."""

SETTINGS: Final = ("mappings",)
"""Tables that hold what people set. A ledger need not have them; each is made when something is first put into it."""

APPEND_ONLY: Final = (
    "entries",
    "checkpoints",
    "cosignatures",
    "keys",
    "event_ids",
    "nodes",
    "subjects",
    "postings",
    "codes",
    "corrections",
    "types",
)
"""Tables whose rows are never changed and never taken out."""


_SAME_KEY: Final = {
    "checkpoints": "size = NEW.size",
    "cosignatures": "size = NEW.size AND position = NEW.position",
    "keys": "key = NEW.key",
    "event_ids": "id = NEW.id",
    "nodes": "level = NEW.level AND idx = NEW.idx",
    "subjects": "id = NEW.id OR (name = NEW.name AND kind = NEW.kind)",
    "types": "type = NEW.type",
}
"""When a stored row of an append-only table has the key of a new one. In the other tables the key is the whole row."""


def table(name: str) -> Table:
    """Return a table by its name."""
    return metadata.tables[name]


def create_statement(name: str) -> str:
    """Return the statement that makes a table, for SQLite."""
    return str(CreateTable(table(name)).compile(dialect=sqlite_dialect.dialect()))


def triggers_of(name: str) -> tuple[str, ...]:
    """Return the statements that make a table append-only, for SQLite."""
    if name not in APPEND_ONLY:
        return ()
    refusals = tuple(
        f"CREATE TRIGGER {name}_refuse_{action.lower()} BEFORE {action} ON {name} BEGIN "
        f"SELECT RAISE(ABORT, '{name} is append-only: nothing is edited or taken out, record a correction'); END"
        for action in ("UPDATE", "DELETE")
    )
    # A replacing insert deletes without asking the triggers above; these find that its key is taken.
    if name == "entries":
        follows = (
            "CREATE TRIGGER entries_refuse_gaps BEFORE INSERT ON entries "
            "WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), -1) + 1 FROM entries) BEGIN "
            "SELECT RAISE(ABORT, 'entries is append-only: the next entry follows the last one'); END"
        )
        return (*refusals, follows)
    if name in _SAME_KEY:
        same = f"SELECT 1 FROM {name} WHERE {_SAME_KEY[name]}"  # noqa: S608 our names
        replaces = (
            f"CREATE TRIGGER {name}_refuse_replace BEFORE INSERT ON {name} WHEN EXISTS ({same}) BEGIN "
            f"SELECT RAISE(ABORT, '{name} is append-only: nothing is replaced'); END"
        )
        return (*refusals, replaces)
    return refusals
