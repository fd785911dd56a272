"""What every part of a ledger works with: its store, its keys, its clock, its entries and what is known at a size.

How the parts are put together is told in `ledger`.
"""

from __future__ import annotations

import secrets
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Self

from thread.errors import NotFound
from thread.ledger import (
    Entry,
    EntryMalformed,
    KeySchedule,
    LedgerOpened,
    Signer,
    SigningKeys,
    read_entry,
    read_opened_event,
)
from thread.service.collector import rare_collections
from thread.service.history import REMEMBERED_ENTRIES, LiveHistory, StoreHistory
from thread.service.known_at import known_size, size_at
from thread.service.recording import Actor, Recorder
from thread.store.recent import Recent
from thread.store.refusals import EntryOutOfPlace, EntryUnreadable
from thread.store.sqlite import SqliteStore
from thread.store.tables import MOST_ENTRIES

__all__ = ["OURSELVES", "EntryMissing", "LedgerCore"]

OURSELVES: Final = Actor("thread", "asserted")
"""Who records where nobody says who does."""


class EntryMissing(NotFound):
    """There is no entry with a seq."""

    code = "entry-missing"

    def __init__(self, *, seq: int, size: int) -> None:
        super().__init__(f"there is no entry {seq}; the ledger has entries 0 to {size - 1}", seq=seq, size=size)


class LedgerCore:
    """A ledger without its questions: open, with entries to read and one writer's turn to take."""

    def __init__(
        self,
        store: SqliteStore,
        *,
        keys: Path,
        clock: Callable[[], int] | None = None,
        randomness: Callable[[int], bytes] | None = None,
        passphrase: str | Callable[[], str | None] | None = None,
        signers: Callable[[str], tuple[Signer, Signer] | None] | None = None,
    ) -> None:
        self._store = store
        self._keys = keys
        self._passphrase = passphrase
        self._typed: str | None = None
        self._devices = signers
        self._unsealed: dict[str, SigningKeys] = {}
        self._known_schedule: tuple[tuple[int, ...], KeySchedule] | None = None
        self._clock = clock or time.time_ns
        self._randomness = randomness or secrets.token_bytes
        self._live = (b"", LiveHistory(origin="", size=0))
        self._parsed: Recent[int, Any] = Recent(REMEMBERED_ENTRIES)

    def close(self) -> None:
        """Close the database."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @cached_property
    def opened(self) -> LedgerOpened:
        """What entry 0 says: origin, public keys, versions."""
        return read_opened_event(self.entry(0).event)

    @property
    def origin(self) -> str:
        """Name of the ledger."""
        return self.opened.origin

    @property
    def fingerprint(self) -> str:
        """Fingerprint of the public keys that the ledger was opened with, 64 hex digits; it identifies the ledger."""
        return self.opened.fingerprint

    @property
    def size(self) -> int:
        """How many entries there are."""
        with self._store.snapshot() as reader:
            return reader.size

    @property
    def root(self) -> str:
        """Merkle root over all entries, base64 as in a checkpoint."""
        return self._root_text(self.size)

    def _root_text(self, size: int) -> str:
        return b64encode(self.root_at(size)).decode()

    def root_at(self, size: int) -> bytes:
        """Return the Merkle root over the first `size` entries, 32 bytes.

        Raises:
            KnownAtAhead: there are not that many.
        """
        with self._store.reading() as reader:
            return reader.frontier_at(self._known_size(size)).root()

    @contextmanager
    def recording(self) -> Iterator[Recorder]:
        """Return what records events inside one transaction, committed at the end of the block or undone if it fails.

        Raises:
            LedgerBusy: another writer did not finish in time.
        """
        with rare_collections(), self._store.writing() as writer:
            after, live = self._live
            if after != writer.leaf_hash:
                live = LiveHistory(origin=self.origin, size=writer.size)
            self._live = (b"", live)
            yield Recorder(writer, live, clock=self._clock, randomness=self._randomness)
            # Known by the entry that it ends with: if the commit fails, nobody will take it for the ledger's history.
            self._live = (writer.leaf_hash, live)

    def entry(self, seq: int) -> Entry:
        """Return one entry.

        Raises:
            EntryMissing: there is none with that seq.
            EntryUnreadable: what is stored there is no entry.
        """
        with self._store.snapshot() as reader:
            data = reader.entry_bytes((seq,)).get(seq) if 0 <= seq < min(reader.size, MOST_ENTRIES) else None
            if data is None:
                raise EntryMissing(seq=seq, size=reader.size)
        return self._read_entry(seq, data)

    def _read_entry(self, seq: int, data: bytes) -> Entry:
        try:
            return read_entry(data)
        except EntryMalformed as error:
            raise EntryUnreadable(seq=seq, why=error.why) from None

    def entries(self, start: int = 0, stop: int | None = None) -> Iterator[Entry]:
        """Yield entries by seq, from `start` up to, not including, `stop`."""
        with self._store.snapshot() as reader:
            for _, data in reader.rows(start, stop):
                yield read_entry(data)

    def history(self, known_at: int | str | None = None) -> StoreHistory:
        """Return what is known, or what was known when the ledger had that size or at that time."""
        return StoreHistory(
            self._store.reading, origin=self.origin, size=self._known_size(known_at), parsed=self._parsed
        )

    def size_at(self, time_text: str) -> int:
        """Return how many entries had been recorded up to a time (RFC 3339 with offset).

        Raises:
            KnownAtAhead: it lies ahead of the clock.
        """
        return size_at(time_text, lambda seq: self.entry(seq).recorded_at_us, size=self.size, now_ns=self._clock())

    def _known_size(self, known_at: int | str | None) -> int:
        size = self.size
        if size > MOST_ENTRIES:
            raise EntryOutOfPlace(seq=size - 1, size=MOST_ENTRIES)
        return size if known_at is None else known_size(known_at, size=size, size_at=self.size_at)
