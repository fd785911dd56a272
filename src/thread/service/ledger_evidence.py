"""What a ledger shows to those who trust nobody: signed checkpoints, proofs, and a check of all that is stored."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from thread.errors import NotFound
from thread.events import SUBJECTS_VERSION
from thread.ledger import (
    Checkpoint,
    Verification,
    VerifierKey,
    next_recorded_at,
    sign_checkpoint,
    verify_entries,
    write_entry,
)
from thread.ledger.index import index_event
from thread.service.cosigning import MOST_COSIGNATURES, Cosigned, cosignature_lines, told_size, with_cosignatures
from thread.service.stored_check import checked_checkpoint, with_stored_checks
from thread.store.facts import entry_facts
from thread.values.times import ledger_time

if TYPE_CHECKING:
    from thread.service.proofs import ConsistencyProof, InclusionProof
    from thread.store.protocol import Reader, Writer
from thread.service.ledger_core import OURSELVES
from thread.service.ledger_keys import LedgerKeys
from thread.service.recording import made_id

__all__ = ["CheckpointMissing", "LedgerEvidence"]


class CheckpointMissing(NotFound):
    """No checkpoint was signed yet."""

    code = "checkpoint-missing"

    def __init__(self, *, origin: str) -> None:
        super().__init__(f"no checkpoint of {origin} was signed yet; sign one with `thread checkpoint`", origin=origin)


class LedgerEvidence(LedgerKeys):
    """Checkpoints, proofs and verification of a ledger."""

    def checkpoint(self) -> bytes:
        """Return the signed checkpoint of all entries; made once, stored, and served again byte for byte.

        Before it is signed, an entry tells the root of the index over all entries before, so that whoever has the
        checkpoint can be shown that a list of entries is complete. None is appended where the last entry is one.

        It is signed with the keys that are valid at that size; what others signed stands after our own signatures.

        Raises:
            KeyFileMissing: the signing keys are not in the key directory.
            PassphraseMissing, PassphraseWrong: they are sealed, and stay so.
            CheckpointAltered: what is stored for the present size was not signed for it.
        """
        with self._store.snapshot() as reader:
            stored = self._stored_checkpoint(reader)
            if stored is not None:
                return stored
            size = reader.size
        self.signers_at(size + 1)  # whoever has to type a passphrase keeps no writer waiting
        with self._store.writing() as writer:
            stored = self._stored_checkpoint(writer)
            if stored is not None:
                return stored
            if not _ends_with_index(writer):
                self._append_index(writer)
            head = writer.head()
            checkpoint = Checkpoint(self.origin, head.size, head.frontier.root())
            signers = self.signers_at(head.size, writer)
            stored = sign_checkpoint(checkpoint, signers, self._clock() // 1_000_000_000)
            writer.keep_checkpoint(head.size, stored)
        return stored

    def _stored_checkpoint(self, reader: Reader) -> bytes | None:
        """Return the checkpoint of all entries if it was signed before, with an index as the last of them."""
        size = reader.size
        stored = reader.checkpoint_of(size) if _ends_with_index(reader) else None
        if stored is None:
            return None
        checked = checked_checkpoint(size, stored, origin=self.origin, root=reader.frontier_at(size).root())
        return with_cosignatures(checked, reader.cosignatures().get(size, ()))

    def _append_index(self, writer: Writer) -> None:
        now_ns = self._clock()
        recorded_at_us = next_recorded_at(now_ns // 1_000, writer.recorded_at_us)
        event_id = made_id(now_ns, self._randomness(10))
        covers = writer.size
        event = index_event(
            event_id=event_id,
            event_time=ledger_time(recorded_at_us),
            root=writer.index_root(self.origin),
            subjects_version=SUBJECTS_VERSION,
            covers=covers,
        )
        entry = write_entry(
            seq=covers,
            prev=writer.leaf_hash,
            recorded_at_us=recorded_at_us,
            actor={"id": OURSELVES.id, "auth": OURSELVES.auth},
            key=event_id,
            event=event,
        )
        writer.append(entry_facts(entry, None, None, origin=self.origin))

    def latest_checkpoint(self) -> bytes:
        """Return the last checkpoint that was signed.

        Raises:
            CheckpointMissing: none was signed yet.
            CheckpointAltered: it was not signed for its size.
        """
        with self._store.snapshot() as reader:
            stored = reader.last_checkpoint()
            if stored is None:
                raise CheckpointMissing(origin=self.origin)
            others = reader.cosignatures().get(stored[0], ())
        return with_cosignatures(checked_checkpoint(*stored, origin=self.origin), others)

    def checkpoints(self) -> tuple[bytes, ...]:
        """Return every stored checkpoint, by size.

        Raises:
            CheckpointAltered: one of them was not signed for its size.
        """
        with self._store.snapshot() as reader:
            stored, others = reader.checkpoints(), reader.cosignatures()
        return tuple(
            with_cosignatures(checked_checkpoint(size, note, origin=self.origin), others.get(size, ()))
            for size, note in stored
        )

    def add_cosignatures(self, data: bytes) -> Cosigned:
        """Keep what others signed under a stored checkpoint; it is served after our own signatures from now on.

        `data`: a stored checkpoint with further signature lines, or bare signature lines for the newest one. Nobody
        checks them here: whose they are and whether they fit is for whoever knows the keys.

        Raises:
            CheckpointMalformed: it is neither.
            CheckpointMissing: no such checkpoint was signed.
            CosignatureRefused, CosignaturesTooMany: it is of another checkpoint, or more than is read.
        """
        size = told_size(data)
        with self._store.snapshot() as reader:
            sizes = [signed for signed, _ in reader.checkpoints() if size in {None, signed}]
            note = reader.checkpoint_of(sizes[-1]) if sizes else None
            if note is None:
                raise CheckpointMissing(origin=self.origin)
            lines = cosignature_lines(data, note, self.key_schedule(reader))
            kept = len(reader.cosignatures().get(sizes[-1], ()))
        added = self._store.add_cosignatures(sizes[-1], lines, most=MOST_COSIGNATURES) if lines else 0
        return Cosigned(sizes[-1], added, kept + added)

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
            if note is not None:
                note = with_cosignatures(note, reader.cosignatures().get(size, ()))
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
            fingerprint: of the ledger's public keys, 64 hex digits, as somebody has it from elsewhere. Keys that are
                told may be the first ones or any that followed.
            progress: told the number of entries checked, every 1,000.
            replayed: told the number of entries from which the tables were made anew, every 1,000.

        Raises:
            KeyMalformed: the fingerprint is none.
        """
        with self._store.snapshot() as reader:
            found = verify_entries(
                reader.rows(),
                nodes=reader.nodes(),
                checkpoints=self._with_others(reader),
                kept=checkpoints,
                verifier_keys=verifier_keys,
                fingerprint=fingerprint,
                progress=progress,
            )
            return with_stored_checks(found, reader, replayed)

    def _with_others(self, reader: Reader) -> list[bytes]:
        """Return the stored checkpoints with what others put under them."""
        others = reader.cosignatures()
        return [with_cosignatures(note, others.get(size, ())) for size, note in reader.checkpoints()]


def _ends_with_index(reader: Reader) -> bool:
    indexed = reader.indexed_size
    return indexed is not None and indexed == reader.size - 1
