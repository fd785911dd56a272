"""The ledger: the one joint between what is pure and what touches a disk, a clock or chance.

Records events, answers questions about them, signs checkpoints and verifies itself. Safe to be used from several
threads; one process or thread writes at a time, readers see whole transactions. Recording and correcting stand here;
what is asked stands in `ledger_questions`, files in `ledger_tables`, evidence in `ledger_evidence`, and what is proven
to be complete in `ledger_bundles`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from thread.events import SUBJECTS_VERSION, Event
from thread.ledger import (
    ZERO_PREV,
    Entry,
    Signer,
    SigningKeys,
    checked_origin,
    opened_event,
    write_entry,
)
from thread.service.batches import BatchSummary, Told, record_all, record_each
from thread.service.history import LiveHistory
from thread.service.recording import Actor, Recorder, Recording, checked_actor, made_id
from thread.store.facts import entry_facts
from thread.store.search import catch_up
from thread.store.sqlite import SqliteStore, database_path, holds_something
from thread.values.times import ledger_time

if TYPE_CHECKING:
    from thread.service.correcting import CorrectionPreview
from thread.service.ledger_bundles import LedgerBundles
from thread.service.ledger_core import OURSELVES, EntryMissing
from thread.service.ledger_evidence import CheckpointMissing
from thread.service.ledger_tables import LedgerTables

__all__ = ["CheckpointMissing", "EntryMissing", "Ledger", "open_ledger"]

KEYS_ENVIRONMENT: Final = "THREAD_KEYS"
"""Names the key directory where it does not lie beside the database."""


def open_ledger(
    url: str,
    *,
    keys: Path | str | None = None,
    clock: Callable[[], int] | None = None,
    create: bool = False,
    passphrase: str | Callable[[], str | None] | None = None,
    signers: Callable[[str], tuple[Signer, Signer] | None] | None = None,
) -> Ledger:
    """Return the ledger at an address, such as `sqlite:///thread.db`.

    Args:
        url: `sqlite:///` and a path.
        keys: directory of the signing keys; None: `THREAD_KEYS`, else beside the database.
        clock: gives nanoseconds since the Unix epoch; None is the clock of the machine.
        create: make the ledger if there is none.
        passphrase: opens sealed signing keys, or asks somebody for what does; None: `THREAD_KEY_PASSPHRASE`, if it is
            set. Keys that are made are sealed with it, where it is known.
        signers: gives what signs (Ed25519, ML-DSA-44) for the fingerprint of public keys, where a device holds the
            private ones; None, or where it gives None, the key directory does.

    Raises:
        LedgerMissing, NotALedger, LedgerNewer: there is none, or none that this program reads.
        StoreUnsupported: the address names another kind of database.
    """
    path = database_path(url)
    if create and not holds_something(path):
        return Ledger.create(url, keys=keys, clock=clock, passphrase=passphrase)
    return Ledger(
        SqliteStore.open(path), keys=_key_directory(path, keys), clock=clock, passphrase=passphrase, signers=signers
    )


def _key_directory(path: Path, keys: Path | str | None) -> Path:
    told = keys or os.environ.get(KEYS_ENVIRONMENT)
    return Path(told) if told else path.with_name(f"{path.name}.keys")


class Ledger(LedgerTables, LedgerBundles):
    """One organisation's or plant's ledger. Make one with `Ledger.create`, open one with `open_ledger`."""

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
        passphrase: str | Callable[[], str | None] | None = None,
        prepare_next_key: bool = False,
    ) -> Ledger:
        """Make a ledger with fresh signing keys, and return it open.

        `origin`: its name; None makes one from the fingerprint of the keys. `randomness`: gives that many random bytes,
        for keys, ids and salts; None is that of the machine. `actor`: who makes it. `passphrase`: as of `open_ledger`.
        `prepare_next_key`: make the keys that will follow as well, and commit to them.

        Raises:
            LedgerExists: the file holds something already.
            OriginMalformed: the origin cannot name a ledger.
        """
        path = database_path(url)
        store = SqliteStore.create(path)
        ledger = cls(store, keys=_key_directory(path, keys), clock=clock, randomness=randomness, passphrase=passphrase)
        name = None if origin is None else checked_origin(origin)
        try:
            with store.creating() as writer:
                signing_keys = ledger._made_keys(name)
                next_key = ledger._made_keys(signing_keys.name).fingerprint if prepare_next_key else None
                entry = ledger._opening(signing_keys, actor or Actor("thread", "asserted"), next_key)
                writer.append(entry_facts(entry, None, None, origin=signing_keys.name))
        except BaseException:
            store.close()
            raise
        return ledger

    def _opening(self, keys: SigningKeys, actor: Actor, next_key: str | None) -> Entry:
        checked_actor(actor)
        now_us = self._clock() // 1_000
        event_id = made_id(now_us * 1_000, self._randomness(10))
        event = opened_event(
            event_id=event_id,
            event_time=ledger_time(now_us),
            origin=keys.name,
            keys=keys.verifier_keys,
            subjects_version=SUBJECTS_VERSION,
            next_key=next_key,
        )
        told_by = {"id": actor.id, "auth": actor.auth}
        return write_entry(seq=0, prev=ZERO_PREV, recorded_at_us=now_us, actor=told_by, key=event_id, event=event)

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
                event, key=key, actor=actor or OURSELVES, force_reason=force_reason, make_time=make_time
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
            actor=actor or OURSELVES,
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
                event, key=None, actor=actor or OURSELVES, force_reason=force_reason, make_time=True
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
            SeenUnknown: `seen` is none that a preview gave.
            TouchedMeanwhile: it does something else now than was seen; holds the new preview.
            ThreadError: as of `correction`.
        """
        from thread.service.correcting import Proposal, corrected_event

        event = corrected_event(seq, told, target=self.entry(seq))
        with self.recording() as recorder:
            recording = recorder.record(
                event, key=key, actor=actor or OURSELVES, force_reason=force_reason, make_time=True
            )
            if not recording.duplicate:
                proposal = Proposal(recorder.reader, recording, origin=self.origin, parsed=self._parsed)
                proposal.require_seen(seen)
            return recording

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

    def rebuild(self, progress: Callable[[int], None] | None = None) -> None:
        """Drop every projection and make it again from the entries.

        Raises:
            LedgerBroken: the entries give no projections; what is stored stays.
        """
        self._store.rebuild(progress)
        catch_up(self._store, self.origin)
        self._live = (b"", LiveHistory(origin="", size=0))
