"""What a ledger needs of a store, and nothing about any database.

A store keeps entries and what follows from them. Entries, checkpoints, private values and foreign texts are kept; all
else (keys, tree nodes, subjects, codes ...) are projections, which can be dropped and made again from the entries. One
writer works at a time, inside one transaction; readers see whole transactions only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

from thread.ledger import Frontier
from thread.store.facts import EntryFacts

__all__ = ["Head", "PrivateValue", "Reader", "Store", "Writer"]


class Head(NamedTuple):
    """The end of a ledger, which the next entry follows.

    `leaf_hash`: of the last entry, 32 zero bytes where there is none. `recorded_at_us`: ledger time of the last entry,
    microseconds since the Unix epoch.
    """

    frontier: Frontier
    leaf_hash: bytes
    recorded_at_us: int | None

    @property
    def size(self) -> int:
        """Return how many entries there are."""
        return self.frontier.size


class PrivateValue(NamedTuple):
    """A value that an entry names by its digest only."""

    salt: str
    name: str
    value: str


class Reader(Protocol):
    """Questions to a store. `below` means: as known when the ledger had that many entries."""

    @property
    def size(self) -> int:
        """Return how many entries there are; in a transaction, with those that it appended."""
        ...

    def head(self) -> Head:
        """Return the end of the ledger."""
        ...

    def entry_bytes(self, seqs: Iterable[int]) -> dict[int, bytes]:
        """Return the stored bytes of those entries that exist."""
        ...

    def rows(self, start: int | None = None, stop: int | None = None) -> Iterator[tuple[int, bytes]]:
        """Return seq and bytes of entries from `start` up to, not including, `stop`, as stored, by seq; None: no bound.

        Without bounds, rows come too whose number no entry can have.
        """
        ...

    def nodes(self) -> Iterator[tuple[int, int, bytes]]:
        """Return level, index and hash of the inner tree nodes, by (`Node.completed_by`, level)."""
        ...

    def node_hashes(self, wanted: Iterable[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
        """Return the hashes of those nodes, by level and index, that are stored; level 0 are the leaves."""
        ...

    def frontier_at(self, size: int) -> Frontier:
        """Return the frontier of the tree when it had `size` leaves."""
        ...

    def checkpoints(self) -> Sequence[tuple[int, bytes]]:
        """Return every stored checkpoint with its size, by size."""
        ...

    def checkpoint_of(self, size: int) -> bytes | None:
        """Return the stored checkpoint of a size."""
        ...

    def seq_of_key(self, key: str) -> int | None:
        """Return the entry that has an idempotency key."""
        ...

    def seq_of_event(self, event_id: str) -> int | None:
        """Return the entry whose event has an id."""
        ...

    def seqs_about(self, kind: str, name: str, *, below: int) -> Sequence[int]:
        """Return the entries that name a subject in any role, ascending; corrections of such entries are among them."""
        ...

    def seqs_in_role(self, kind: str, name: str, *, below: int) -> Sequence[int]:
        """Return the entries that name a subject in one role, ascending. `kind` has the role: `lot.used`."""
        ...

    @property
    def indexed_size(self) -> int | None:
        """Return over how many entries the verifiable index is, None where none was made yet."""
        ...

    def index_proofs(self, subjects: Iterable[tuple[str, str]]) -> list[bytes]:
        """Return the proof of what the verifiable index says of each subject in a role, or that it says nothing."""
        ...

    def corrections_of(self, seqs: Iterable[int], *, below: int) -> dict[int, tuple[int, ...]]:
        """Return for each corrected entry the seqs of its corrections, oldest first."""
        ...

    def first_of_type(self, type_name: str) -> int | None:
        """Return the first entry that tells an event of a type."""
        ...

    def key_changes(self) -> Sequence[int]:
        """Return the entries that change the signing keys, ascending."""
        ...

    def last_checkpoint(self) -> tuple[int, bytes] | None:
        """Return the stored checkpoint of the largest size, and that size."""
        ...

    def cosignatures(self) -> Mapping[int, tuple[str, ...]]:
        """Return the lines that others put under checkpoints, by the size of these, in the order in which they came."""
        ...

    def names_of_code(self, kind: str, code: str) -> Sequence[str]:
        """Return the names of the subjects of a kind that go by a code, sorted."""
        ...

    def names_after(self, kind: str, name: str, *, limit: int) -> Sequence[str]:
        """Return names of a kind that come after a name, by name, at most `limit`."""
        ...

    def private_value(self, digest: str) -> PrivateValue | None:
        """Return the value behind a digest, None where it was erased or never stored.

        Raises:
            PrivateValueAltered: another value stands there.
        """
        ...

    def foreign_text(self, digest: str) -> tuple[str, str] | None:
        """Return salt and text behind a digest, None where it was erased or never stored.

        Raises:
            ForeignTextAltered: another text stands there.
        """
        ...

    def altered_private_values(self) -> Iterator[str]:
        """Return the digests behind which another personal value stands than the one that they were made of."""
        ...

    def altered_foreign_texts(self) -> Iterator[str]:
        """Return the digests behind which another captured text stands than the one that they were made of."""
        ...

    def table_rows(self) -> Mapping[str, int]:
        """Return how many rows each table has."""
        ...


class Writer(Reader, Protocol):
    """A transaction of the one writer. It sees what it has appended; others see it once it is committed."""

    @property
    def leaf_hash(self) -> bytes:
        """Return the leaf hash of the last entry, 32 zero bytes where there is none."""
        ...

    @property
    def recorded_at_us(self) -> int | None:
        """Return the ledger time of the last entry [µs since the Unix epoch]."""
        ...

    def append(self, facts: EntryFacts) -> None:
        """Add the entry that follows the head, and all that is derived from it."""
        ...

    def index_root(self, origin: str) -> bytes:
        """Bring the verifiable index up to all entries there are, and return its root."""
        ...

    def has_subject(self, kind: str, name: str) -> bool:
        """Tell whether any entry, valid or not, names a subject in any role."""
        ...

    def keep_private_value(self, digest: str, value: PrivateValue) -> None:
        """Keep a value that an entry names by its digest."""
        ...

    def keep_foreign_text(self, digest: str, salt: str, text: str) -> None:
        """Keep a text that is too long for an entry."""
        ...

    def keep_checkpoint(self, size: int, data: bytes) -> None:
        """Keep the signed checkpoint of a size that has none yet."""
        ...


class Store(Protocol):
    """One ledger's tables."""

    def reading(self) -> AbstractContextManager[Reader]:
        """Return a reader; each of its answers sees every commit made before the question."""
        ...

    def snapshot(self) -> AbstractContextManager[Reader]:
        """Return a reader whose answers are all of one moment."""
        ...

    def supposing(self) -> AbstractContextManager[Writer]:
        """Return a writer that nothing comes of: it sees the rows of one moment and what it appends; no other does."""
        ...

    def writing(self) -> AbstractContextManager[Writer]:
        """Return the one writer's transaction: committed at the end of the block, undone if the block fails.

        Raises:
            LedgerBusy: another writer did not finish in time.
        """
        ...

    def erase_private_value(self, digest: str) -> bool:
        """Erase the value behind a digest, also from free pages; tell whether one was there."""
        ...

    def erase_foreign_text(self, digest: str) -> bool:
        """Erase the text behind a digest, also from free pages; tell whether one was there."""
        ...

    def add_cosignatures(self, size: int, lines: Sequence[str], *, most: int) -> int:
        """Keep lines that others put under the checkpoint of a size, and return how many of them are new.

        `most`: how many there may be in all.

        Raises:
            CosignaturesTooMany: there would be more; none is kept.
        """
        ...

    def mappings(self) -> Mapping[str, str]:
        """Return every saved mapping of columns by its name, in the order of names."""
        ...

    def save_mapping(self, name: str, value: str) -> None:
        """Save a mapping of columns, over one of the same name."""
        ...

    def remove_mapping(self, name: str) -> bool:
        """Remove a mapping of columns; tell whether it was there."""
        ...

    def rebuild(self, progress: Callable[[int], None] | None = None) -> None:
        """Drop every projection and make it again from the entries. `progress`: told the number of entries read."""
        ...

    def close(self) -> None:
        """Close every connection."""
        ...
