"""The ledger: the one joint between what is pure and what touches a disk, a clock or chance.

Records events, answers questions about them, signs checkpoints and verifies itself. Safe to be used from several
threads; one process or thread writes at a time, readers see whole transactions.
"""

from __future__ import annotations

import os
import secrets
import time
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, BinaryIO, Final, Self

import orjson

from thread.errors import NotFound
from thread.events import SUBJECTS_VERSION, Event
from thread.interop import write_epcis
from thread.ledger import (
    ZERO_PREV,
    Checkpoint,
    Entry,
    EntryMalformed,
    LedgerOpened,
    SigningKeys,
    Verification,
    VerifierKey,
    checked_origin,
    opened_event,
    read_entry,
    read_opened_event,
    sign_checkpoint,
    verify_entries,
    write_entry,
)
from thread.service.batches import BatchSummary, Told, record_all, record_each
from thread.service.collector import collector_paused, rare_collections
from thread.service.documents import ImportSummary, captured_events, import_epcis, write_entries
from thread.service.history import REMEMBERED_ENTRIES, LiveHistory, StoreHistory
from thread.service.known_at import known_size, size_at
from thread.service.names import LedgerNames, resolved_lot, resolved_name
from thread.service.recording import Actor, Recorder, Recording, made_id
from thread.service.stored_check import checked_checkpoint, with_stored_checks
from thread.store.facts import entry_facts
from thread.store.key_directory import read_signing_keys, write_signing_keys
from thread.store.recent import Recent
from thread.store.refusals import EntryOutOfPlace, EntryUnreadable
from thread.store.search import Search, catch_up, searching
from thread.store.sqlite import SqliteStore, database_path, holds_something
from thread.store.tables import MOST_ENTRIES
from thread.values.times import instant, ledger_time

if TYPE_CHECKING:
    from thread.genealogy.trace import Asked, Trace
    from thread.interop.table import TableForm
    from thread.interop.table_mapping import ColumnMapping
    from thread.recall.scope import Scope
    from thread.service.correcting import CorrectionPreview
    from thread.service.find import Finder, Found
    from thread.service.findings import FindingRow, FindingsAnswer, FindingsFilter
    from thread.service.loading import LoadSummary
    from thread.service.lots import LotPage
    from thread.service.proofs import ConsistencyProof, InclusionProof
    from thread.service.receipts import ReceiptsAsked

__all__ = ["CheckpointMissing", "EntryMissing", "Ledger", "open_ledger"]

KEYS_ENVIRONMENT: Final = "THREAD_KEYS"
"""Names the key directory where it does not lie beside the database."""


class EntryMissing(NotFound):
    """There is no entry with a seq."""

    code = "entry-missing"

    def __init__(self, *, seq: int, size: int) -> None:
        super().__init__(f"there is no entry {seq}; the ledger has entries 0 to {size - 1}", seq=seq, size=size)


class CheckpointMissing(NotFound):
    """No checkpoint was signed yet."""

    code = "checkpoint-missing"

    def __init__(self, *, origin: str) -> None:
        super().__init__(f"no checkpoint of {origin} was signed yet; sign one with `thread checkpoint`", origin=origin)


def open_ledger(
    url: str,
    *,
    keys: Path | str | None = None,
    clock: Callable[[], int] | None = None,
    create: bool = False,
) -> Ledger:
    """Return the ledger at an address, such as `sqlite:///thread.db`.

    Args:
        url: `sqlite:///` and a path.
        keys: directory of the signing keys; None: `THREAD_KEYS`, else beside the database.
        clock: gives nanoseconds since the Unix epoch; None is the clock of the machine.
        create: make the ledger if there is none.

    Raises:
        LedgerMissing, NotALedger, LedgerNewer: there is none, or none that this program reads.
        StoreUnsupported: the address names another kind of database.
    """
    path = database_path(url)
    if create and not holds_something(path):
        return Ledger.create(url, keys=keys, clock=clock)
    return Ledger(SqliteStore.open(path), keys=_key_directory(path, keys), clock=clock)


def _key_directory(path: Path, keys: Path | str | None) -> Path:
    told = keys or os.environ.get(KEYS_ENVIRONMENT)
    return Path(told) if told else path.with_name(f"{path.name}.keys")


class Ledger:
    """One organisation's or plant's ledger. Make one with `Ledger.create`, open one with `open_ledger`."""

    def __init__(
        self,
        store: SqliteStore,
        *,
        keys: Path,
        clock: Callable[[], int] | None = None,
        randomness: Callable[[int], bytes] | None = None,
    ) -> None:
        self._store = store
        self._keys = keys
        self._clock = clock or time.time_ns
        self._randomness = randomness or secrets.token_bytes
        self._live = (b"", LiveHistory(origin="", size=0))
        self._parsed: Recent[int, Any] = Recent(REMEMBERED_ENTRIES)

    @classmethod
    def create(
        cls,
        url: str,
        *,
        origin: str | None = None,
        keys: Path | str | None = None,
        clock: Callable[[], int] | None = None,
        randomness: Callable[[int], bytes] | None = None,
        actor: Actor | None = None,
    ) -> Ledger:
        """Make a ledger with fresh signing keys, and return it open.

        `origin`: its name; None makes one from the fingerprint of the keys. `randomness`: gives that many random bytes,
        for keys, ids and salts; None is that of the machine. `actor`: who makes it.

        Raises:
            LedgerExists: the file holds something already.
            OriginMalformed: the origin cannot name a ledger.
        """
        path = database_path(url)
        store = SqliteStore.create(path)
        ledger = cls(store, keys=_key_directory(path, keys), clock=clock, randomness=randomness)
        signing_keys = SigningKeys.from_seeds(
            ed25519_seed=ledger._randomness(32),
            ml_dsa_44_seed=ledger._randomness(32),
            origin=None if origin is None else checked_origin(origin),
        )
        try:
            with store.creating() as writer:
                write_signing_keys(ledger._keys, signing_keys)
                entry = ledger._opening(signing_keys, actor or Actor("thread", "asserted"))
                writer.append(entry_facts(entry, None, None, origin=signing_keys.name))
        except BaseException:
            store.close()
            raise
        return ledger

    def _opening(self, keys: SigningKeys, actor: Actor) -> Entry:
        now_us = self._clock() // 1_000
        event_id = made_id(now_us * 1_000, self._randomness(10))
        event = opened_event(
            event_id=event_id,
            event_time=ledger_time(now_us),
            origin=keys.name,
            keys=keys.verifier_keys,
            subjects_version=SUBJECTS_VERSION,
        )
        told_by = {"id": actor.id, "auth": actor.auth}
        return write_entry(seq=0, prev=ZERO_PREV, recorded_at_us=now_us, actor=told_by, key=event_id, event=event)

    def close(self) -> None:
        """Close the database."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # What it is

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
        """Fingerprint of the ledger's public keys, 64 hex digits."""
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

    # Recording

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

    def record(
        self,
        event: Mapping[str, Any] | bytes | Event,
        *,
        key: str | None = None,
        actor: Actor | None = None,
        force_reason: str | None = None,
        make_time: bool = False,
    ) -> Recording:
        """Record an event, and return once it is durable.

        Args:
            event: as parsed from JSON, as JSON in UTF-8, or an event model.
            key: makes it idempotent: told again with the same content, it is a duplicate. None: the event's own id.
            actor: who tells it, and how we know.
            force_reason: why it is recorded even if rules are broken.
            make_time: an event that tells no time happened now.

        Raises:
            ThreadError: it cannot be read, named, validated or accepted; nothing was recorded.
        """
        with self.recording() as recorder:
            return recorder.record(
                event, key=key, actor=actor or _OURSELVES, force_reason=force_reason, make_time=make_time
            )

    def record_many(
        self,
        events: Iterable[Told | Mapping[str, Any] | bytes | Event],
        *,
        keys: str | None = None,
        actor: Actor | None = None,
        force_reason: str | None = None,
        all_or_none: bool = True,
        progress: Callable[[int], None] | None = None,
        taken: Callable[[Recording], None] | None = None,
    ) -> BatchSummary:
        """Record many events: all in one transaction or none, or each that can be recorded.

        Arguments as of `batches.record_all`; an event may be told bare, or as `Told` with its key and line.

        Raises:
            NothingRecorded: some are wrong and all or none was asked for; lists them.
        """
        record = record_all if all_or_none else record_each
        told = (one if isinstance(one, Told) else Told(one) for one in events)
        return record(
            self.recording,
            told,
            actor=actor or _OURSELVES,
            keys=keys,
            force_reason=force_reason,
            progress=progress,
            taken=taken,
        )

    def correction(
        self,
        seq: int,
        told: Mapping[str, Any],
        *,
        actor: Actor | None = None,
        force_reason: str | None = None,
    ) -> CorrectionPreview:
        """Return what a correction of an entry would touch; nothing is recorded, and nobody has to wait for it.

        Args:
            seq: the entry that was wrong; always the first one, never a correction.
            told: the correction without type and seq: `void` or `replaced_by`, `reason`, and what else it may tell.
                Without a time it happens now.
            actor: who would tell it.
            force_reason: why it would be recorded even if rules are broken.

        Raises:
            EntryMissing: there is no entry with that seq.
            NothingCorrected: it puts in place what stands there already.
            ThreadError: it cannot be read, named, validated or accepted.
        """
        from thread.service.correcting import Proposal, corrected_event

        event = corrected_event(seq, told, target=self.entry(seq))
        with self._store.supposing() as writer:
            live = LiveHistory(origin=self.origin, size=writer.size)
            recorder = Recorder(writer, live, clock=self._clock, randomness=self._randomness)
            recording = recorder.record(
                event, key=None, actor=actor or _OURSELVES, force_reason=force_reason, make_time=True
            )
            return Proposal(writer, recording, origin=self.origin, parsed=self._parsed).preview()

    def correct(
        self,
        seq: int,
        told: Mapping[str, Any],
        *,
        key: str | None = None,
        actor: Actor | None = None,
        force_reason: str | None = None,
        seen: str | None = None,
    ) -> Recording:
        """Record a correction of an entry, and return once it is durable.

        Arguments as of `correction`, and `key` as of `record`. `seen`: that of the preview which somebody confirmed; if
        the correction touches something else by now, nothing is recorded. None: nobody looked.

        Raises:
            TouchedMeanwhile: it does something else now than was seen; holds the new preview.
            ThreadError: as of `correction`.
        """
        from thread.service.correcting import Proposal, corrected_event

        event = corrected_event(seq, told, target=self.entry(seq))
        with self.recording() as recorder:
            recording = recorder.record(
                event, key=key, actor=actor or _OURSELVES, force_reason=force_reason, make_time=True
            )
            if not recording.duplicate:
                proposal = Proposal(recorder.reader, recording, origin=self.origin, parsed=self._parsed)
                proposal.require_seen(seen)
            return recording

    def import_document(
        self, data: bytes, *, file: str, actor: Actor | None = None, all_or_none: bool = True
    ) -> ImportSummary:
        """Capture the events of a document, in one transaction. This release reads EPCIS 2.0 in JSON.

        `file`: its name, for messages. `all_or_none`: False captures what can be, and reports the rest.

        Raises:
            JsonMalformed, NotEpcis: the file is no EPCIS 2.0 document in JSON.
            DocumentRefused: something in it is wrong, so nothing was captured.
        """
        return import_epcis(self.recording, data, file=file, actor=actor or _OURSELVES, all_or_none=all_or_none)

    def load(
        self,
        table: bytes | IO[bytes],
        *,
        kind: str | None = None,
        mapping: ColumnMapping | str | None = None,
        file: str = "table",
        form: TableForm | None = None,
        actor: Actor | None = None,
        all_or_none: bool = True,
        dry_run: bool = False,
        force_reason: str | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> LoadSummary:
        """Record the rows of a table in CSV or XLSX: master data, opening stock or receipts.

        Args:
            table: the file, or a stream of it that can be read twice.
            kind: what its rows are: items, parties, places, resources, opening, receipts; None: as the mapping says.
            mapping: which of its columns is which of ours, and how it writes numbers and days; or a saved one's name.
            file: its name, for messages.
            form: `csv` or `xlsx`; None looks at its first bytes.
            actor: who tells it, and how we know.
            all_or_none: False records each row that can be, and reports the rest.
            dry_run: record nothing, and tell all that is wrong.
            force_reason: why rows are recorded even if rules are broken.
            progress: told the number of rows read, every 1,000.

        Raises:
            KindMissing, MappingMissing: nobody said what the rows are, or no mapping has that name.
            NotATable, HeaderRefused: the file cannot be read, or its columns are not those of the kind.
            TableRefused: rows are wrong, so nothing was recorded; `rejected` lists every fault.
        """
        from thread.interop.table_mapping import ColumnMapping
        from thread.service.loading import load_table, table_kind

        told = self.mapping(mapping) if isinstance(mapping, str) else mapping or ColumnMapping()
        return load_table(
            self.recording,
            BytesIO(table) if isinstance(table, bytes) else table,
            file=file,
            kind=table_kind(kind, told, file=file),
            mapping=told,
            form=form,
            actor=actor or _OURSELVES,
            all_or_none=all_or_none,
            dry_run=dry_run,
            force_reason=force_reason,
            progress=progress,
        )

    def mappings(self) -> dict[str, ColumnMapping]:
        """Return every saved mapping of columns by its name."""
        from thread.interop.table_mapping import mapping_from

        return {name: mapping_from(value.encode()) for name, value in self._store.mappings().items()}

    def mapping(self, name: str) -> ColumnMapping:
        """Return a saved mapping of columns.

        Raises:
            MappingMissing: none was saved under that name.
        """
        from thread.service.loading import saved_mapping

        return saved_mapping(self._store, name)

    def save_mapping(self, name: str, mapping: ColumnMapping) -> None:
        """Save a mapping of columns under a name, over one that was saved under it before.

        Raises:
            MappingInvalid: the name is none.
        """
        from thread.service.loading import checked_mapping_name

        self._store.save_mapping(checked_mapping_name(name), orjson.dumps(mapping.as_json()).decode())

    def remove_mapping(self, name: str) -> None:
        """Remove a saved mapping of columns.

        Raises:
            MappingMissing: none was saved under that name.
        """
        from thread.service.loading import saved_mapping

        saved_mapping(self._store, name)
        self._store.remove_mapping(name)

    def export_table(self, kind: str, out: IO[bytes], *, form: TableForm = "csv", private: bool = True) -> int:
        """Write the valid events of a kind as a table that `load` reads again; return how many rows there are.

        `private`: personal values are told where they were not erased; else their digests are.

        Raises:
            KindUnknown: there is no such kind.
        """
        from thread.interop.table_mapping import ColumnMapping
        from thread.service.loading import table_kind, write_events

        history = self.history()
        with self._store.snapshot() as reader:
            found = table_kind(kind, ColumnMapping(), file="table")
            return write_events(reader, history, found, out, form=form, private=private)

    def export_ndjson(self, out: BinaryIO) -> int:
        """Write every entry as it is stored, one a line, and return how many there are."""
        with self._store.snapshot() as reader:
            return write_entries(reader, out)

    def export_epcis(self) -> bytes:
        """Return an EPCIS document of all valid captured events, each text exactly as it was captured.

        Raises:
            EpcisTextMissing: the text of an event was erased.
            EpcisContextsDiffer: two events use one prefix for two namespaces.
        """
        history = self.history()
        with self._store.snapshot() as reader:
            return write_epcis(captured_events(reader, history), creation_date=ledger_time(self._clock() // 1_000))

    # Personal data

    def private_value(self, digest: str) -> str | None:
        """Return the value behind a digest in an entry, None where it was erased.

        Raises:
            PrivateValueAltered: another value stands there.
        """
        with self._store.reading() as reader:
            value = reader.private_value(digest)
        return None if value is None else value.value

    def foreign_text(self, digest: str) -> str | None:
        """Return the captured text behind a digest in an entry, None where it was erased.

        Raises:
            ForeignTextAltered: another text stands there.
        """
        with self._store.reading() as reader:
            text = reader.foreign_text(digest)
        return None if text is None else text[1]

    def erase(self, digest: str) -> bool:
        """Erase what lies behind a digest, for good; tell whether anything did. Entries and proofs stay valid."""
        return self._store.erase_private_value(digest) or self._store.erase_foreign_text(digest)

    # Questions

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

    def resolve_lot(self, text: str) -> str:
        """Return the name of the lot that a typed text means.

        Raises:
            LotAmbiguous: it fits several; `facts["candidates"]` lists them.
            NameNotFound: it fits none.
        """
        return self._lot(self.history(), text)

    def resolve(self, text: str) -> str:
        """Return the name of the lot, order, container or shipment that a typed text means; errors as `resolve_lot`."""
        history = self.history()
        return resolved_name(LedgerNames(history, self._store.reading), history, text, self._exact_names)

    def find(
        self,
        text: str,
        *,
        kind: str | None = None,
        limit: int = 20,
        progress: Callable[[int], None] | None = None,
    ) -> Found:
        """Return what goes by a text: lots, orders, shipments, containers, documents, items, customers, places.

        Args:
            text: a name, a number, a supplier's lot, a printed mark, a customer, a barcode in any spelling; or a part.
            kind: find only things of this kind, one of `Found.hits`' kinds.
            limit: list at most so many, 1 to 1,000.
            progress: told how many entries are in the index, where the first question after bulk takes many in.

        Raises:
            SearchTextMissing, SearchKindUnknown, SearchLimitInvalid: the question cannot be understood.
        """
        from thread.service.near_names import near_names

        with self._finder(progress) as finder:
            found = finder.found(text, kind=kind, limit=limit)
        return found if found.hits else replace(found, near=near_names(self, text))

    def searching(self, progress: Callable[[int], None] | None = None) -> AbstractContextManager[Search]:
        """Return what looks for texts among all names, as they are at one moment. `progress`: as of `find`."""
        return searching(self._store, self.origin, progress)

    def trace(
        self,
        name: str,
        *,
        direction: Asked = "both",
        depth: int | None = None,
        as_of: str | None = None,
        known_at: int | str | None = None,
        in_time_only: bool = False,
    ) -> Trace:
        """Return where a lot came from, where it went, or both.

        Args:
            name: a lot, serial, order, container or shipment, as people write it.
            direction: `backward`, `forward` or `both`.
            depth: activities to follow; None follows everything.
            as_of: event time up to which flows count, RFC 3339 with offset.
            known_at: what was known at this size of the ledger, or at this ledger time.
            in_time_only: leave out what cannot really have happened in time; what is dropped is counted.

        Raises:
            NameNotFound, NameAmbiguous: the name fits nothing known, or several things.
            DepthInvalid, DirectionInvalid, TimeMalformed: the question cannot be understood.
            KnownAtAhead, KnownAtNegative: the ledger never had that size.
        """
        from thread.genealogy.trace import trace

        with collector_paused():
            history, resolved, root = self._asked(known_at, name)
            with history.in_one_go():
                return trace(
                    history,
                    resolved[0],
                    direction=direction,
                    depth=depth,
                    as_of=None if as_of is None else instant(as_of),
                    as_of_text=as_of,
                    in_time_only=in_time_only,
                    root=root,
                )

    def recall_scope(self, names: Iterable[str], *, known_at: int | str | None = None) -> Scope:
        """Return what an issue that began with some lots, orders, containers or shipments may have reached.

        Raises:
            ScopeEmpty: no name was given.
            NameNotFound, NameAmbiguous: a name fits nothing known, or several things.
        """
        from thread.recall.scope import recall_scope

        with collector_paused():
            history, resolved, root = self._asked(known_at, *names)
            with history.in_one_go():
                return recall_scope(history, resolved, root=root)

    def lot(self, lot: str, *, as_of: str | None = None, known_at: int | str | None = None) -> dict[str, Any]:
        """Return the card of a lot in its JSON form: everything that is known of it.

        Raises:
            NameNotFound, LotAmbiguous: the text fits no known lot, or several.
        """
        from thread.service.lots import lot_card

        history = self.history(known_at)
        name = self._lot(history, lot)
        at = None if as_of is None else instant(as_of)
        return lot_card(name, history, root=self._root_text(history.size), as_of=at)

    def lots(self, *, after: str | None = None, limit: int = 100, known_at: int | str | None = None) -> LotPage:
        """Return lots by name, in pages: those after a name, at most `limit`."""
        from thread.service.lots import lot_page

        history = self.history(known_at)
        root = self._root_text(history.size)
        return lot_page(self._store.reading, history, after=after, limit=limit, root=root)

    def balance(self, lot: str, *, as_of: str | None = None, known_at: int | str | None = None) -> dict[str, Any]:
        """Return the mass balance of a lot in its JSON form: all that came in, and where all of it is or went.

        Raises:
            NameNotFound, LotAmbiguous: the text fits no known lot, or several.
        """
        from thread.genealogy.account import account_of
        from thread.genealogy.custody import Custody

        history = self.history(known_at)
        name = self._lot(history, lot)
        at = None if as_of is None else instant(as_of)
        return dict(account_of(name, history, Custody(history), as_of=at).as_json())

    def receipts(self, asked: ReceiptsAsked, *, known_at: int | str | None = None) -> dict[str, Any]:
        """Return the receipts that are asked for, as they stand after corrections, in their published JSON form.

        Raises:
            TimeMalformed, NameMalformed: the question cannot be understood.
        """
        from thread.service.receipts import receipt_list

        history = self.history(known_at)
        return receipt_list(self._store.reading, history, asked, root=self._root_text(history.size))

    def findings(
        self,
        *,
        lot: str | None = None,
        asked: FindingsFilter | None = None,
        limit: int | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> FindingsAnswer:
        """Return what somebody should look into, the gravest and oldest first.

        Args:
            lot: only what touches this lot, as people write it; None goes through the whole plant.
            asked: which kinds, severities, states and rules are asked for; None: all that is open.
            limit: most findings; None: all. They are counted all the same.
            progress: told how many entries were gone through, every few thousand.

        Raises:
            NameNotFound, LotAmbiguous: the text fits no known lot, or several.
        """
        from thread.service.findings import FindingsFilter, found_in

        with collector_paused():
            size = self.size
            history = self.history(size)
            name = None if lot is None else self._lot(history, lot)
            return found_in(
                lambda: self.history(size),
                lot=name,
                asked=asked or FindingsFilter(),
                limit=limit,
                now_ns=self._clock(),
                root=self._root_text(size),
                progress=progress,
            )

    def finding(self, finding: str) -> FindingRow:
        """Return one finding as it stands now, open or closed.

        Raises:
            FindingMissing: there is none of that id, open or closed.
        """
        from thread.service.findings import found_by_id

        history = self.history()
        with collector_paused(), history.in_one_go():
            return found_by_id(finding, history, now_ns=self._clock())

    def close_finding(
        self,
        finding: str,
        *,
        reason: str,
        decision: str = "accepted",
        performed_by: str | None = None,
        documents: Iterable[Mapping[str, Any]] = (),
        key: str | None = None,
        actor: Actor | None = None,
    ) -> Recording:
        """Record that somebody looked into a finding and decided about it, now; return once it is durable.

        Args:
            finding: its id.
            reason: why, in words.
            decision: `accepted`, `corrected` or `follow_up`.
            performed_by: pseudonymous id of who decided, where that is not who tells it.
            documents: papers that belong to it, as in every event.
            key: makes it idempotent: told again with the same content, it is a duplicate.
            actor: who tells it, and how we know.

        Raises:
            FindingMissing: there is none of that id, open or closed.
            Refused: it was closed before, or by whoever caused it; no force helps.
        """
        from thread.service.findings import closing_event

        told = closing_event(
            self.finding(finding).finding,
            reason=reason,
            decision=decision,
            performed_by=performed_by,
            documents=documents,
        )
        return self.record(told, key=key, actor=actor, make_time=True)

    def _asked(self, known_at: int | str | None, *names: str) -> tuple[StoreHistory, tuple[str, ...], str]:
        """Return what is known at a size, the names that texts mean in it, and the root hash of that size."""
        history = self.history(known_at)
        known = LedgerNames(history, self._store.reading)
        resolved = tuple(resolved_name(known, history, name, self._exact_names) for name in names)
        return history, resolved, self._root_text(history.size)

    def _lot(self, history: StoreHistory, text: str) -> str:
        return resolved_lot(LedgerNames(history, self._store.reading), history, text, self._exact_names)

    def _exact_names(self, text: str, kinds: Sequence[str]) -> tuple[str, ...]:
        with self._finder() as finder:
            return finder.exact_names(text, kinds)

    @contextmanager
    def _finder(self, progress: Callable[[int], None] | None = None) -> Iterator[Finder]:
        from thread.service.find import Finder

        with self.searching(progress) as search:
            history = self.history()
            yield Finder(search, history, LedgerNames(history, self._store.reading))

    # Evidence

    def checkpoint(self) -> bytes:
        """Return the signed checkpoint of the present size; made once, stored, and served again byte for byte.

        Raises:
            KeyFileMissing: the signing keys are not in the key directory.
            CheckpointAltered: what is stored for the present size was not signed for it.
        """
        with self._store.reading() as reader:
            size = reader.size
            stored = reader.checkpoint_of(size)
            if stored is not None:
                root = reader.frontier_at(size).root()
        if stored is not None:
            return checked_checkpoint(size, stored, origin=self.origin, root=root)
        keys = read_signing_keys(self._keys, self.fingerprint)
        with self._store.writing() as writer:
            head = writer.head()
            root = head.frontier.root()
            stored = writer.checkpoint_of(head.size)
            if stored is not None:
                return checked_checkpoint(head.size, stored, origin=self.origin, root=root)
            checkpoint = Checkpoint(self.origin, head.size, root)
            stored = sign_checkpoint(checkpoint, keys.signers, self._clock() // 1_000_000_000)
            writer.keep_checkpoint(head.size, stored)
        return stored

    def latest_checkpoint(self) -> bytes:
        """Return the last checkpoint that was signed.

        Raises:
            CheckpointMissing: none was signed yet.
            CheckpointAltered: one that is stored was not signed for its size.
        """
        stored = self.checkpoints()
        if not stored:
            raise CheckpointMissing(origin=self.origin)
        return stored[-1]

    def checkpoints(self) -> tuple[bytes, ...]:
        """Return every stored checkpoint, by size.

        Raises:
            CheckpointAltered: one of them was not signed for its size.
        """
        with self._store.snapshot() as reader:
            stored = reader.checkpoints()
        return tuple(checked_checkpoint(size, note, origin=self.origin) for size, note in stored)

    def inclusion_proof(self, seq: int, *, size: int | None = None) -> InclusionProof:
        """Return the proof that an entry is in the ledger as it was when it had `size` entries.

        `size`: None is that of the newest checkpoint that was signed.

        Raises:
            EntryMissing: there is no such entry.
            CheckpointTooSmall: no checkpoint was signed since it was recorded, and no size is told.
            ProofRangeInvalid, KnownAtAhead: a ledger of that size had no such entry, or there was none of that size.
        """
        from thread.service.proofs import CheckpointTooSmall, inclusion_proof

        entry = self.entry(seq)
        with self._store.snapshot() as reader:
            if size is None:
                sizes = [signed for signed, _ in reader.checkpoints() if signed > seq]
                if not sizes:
                    raise CheckpointTooSmall(seq=seq)
                size = sizes[-1]
            note = reader.checkpoint_of(self._known_size(size))
            return inclusion_proof(reader, seq, size=size, entry=entry.data, checkpoint=note)

    def consistency_proof(self, old: int, new: int | None = None) -> ConsistencyProof:
        """Return the proof that the ledger of `old` entries is the beginning of the one of `new` (None: of today).

        Raises:
            ProofRangeInvalid, KnownAtAhead: the ledger never had these sizes in this order.
        """
        from thread.service.proofs import consistency_proof

        with self._store.snapshot() as reader:
            return consistency_proof(reader, self._known_size(old), self._known_size(new))

    def verify(
        self,
        *,
        checkpoints: Iterable[bytes] = (),
        verifier_keys: Iterable[VerifierKey] | None = None,
        fingerprint: str | None = None,
        progress: Callable[[int], None] | None = None,
        replayed: Callable[[int], None] | None = None,
    ) -> Verification:
        """Return what is wrong with the stored ledger, or that nothing is.

        Everything is read and made anew: entries, tree, and every table that answers are looked up in. It takes about
        as long as recording the entries in bulk, flat memory, and a temporary file about as large as the database.

        Args:
            checkpoints: signed checkpoints that somebody kept outside the ledger.
            verifier_keys: public keys that somebody has from elsewhere; None takes the ledger's own word for them.
            fingerprint: of the ledger's public keys, 64 hex digits, as somebody has it from elsewhere.
            progress: told the number of entries checked, every 1,000.
            replayed: told the number of entries from which the tables were made anew, every 1,000.

        Raises:
            KeyMalformed: the fingerprint is none.
        """
        with self._store.snapshot() as reader:
            found = verify_entries(
                reader.rows(),
                nodes=reader.nodes(),
                checkpoints=[data for _, data in reader.checkpoints()],
                kept=checkpoints,
                verifier_keys=verifier_keys,
                fingerprint=fingerprint,
                progress=progress,
            )
            return with_stored_checks(found, reader, replayed)

    def rebuild(self, progress: Callable[[int], None] | None = None) -> None:
        """Drop every projection and make it again from the entries.

        Raises:
            LedgerBroken: the entries give no projections; what is stored stays.
        """
        self._store.rebuild(progress)
        catch_up(self._store, self.origin)
        self._live = (b"", LiveHistory(origin="", size=0))


_OURSELVES: Final = Actor("thread", "asserted")
