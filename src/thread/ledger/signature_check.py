"""Are checkpoints signed with keys of this ledger, those that were valid at their size, and are changes of keys sound?

Keys come in with the entries: those of entry 0, then those of every sound `ledger.key`. A checkpoint is judged when all
entries that it counts have gone by, so its keys are known then. What somebody has from elsewhere (keys, a fingerprint)
is compared at the end with every pair; it bears out all checkpoints by that pair and by those that followed it, because
each pair was signed in by the one before.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from thread.ledger.checkpoint import (
    CheckpointMalformed,
    CheckpointNotSigned,
    SignatureInvalid,
    read_checkpoint,
    verify_checkpoint,
)
from thread.ledger.entry import Entry
from thread.ledger.key_schedule import KeyGeneration, KeyNotCommitted, KeySchedule
from thread.ledger.keys import VerifierKey
from thread.ledger.opening import LedgerOpened
from thread.ledger.problems import ProblemList
from thread.ledger.rotation import RotationInvalid
from thread.ledger.tree_check import KnownCheckpoint

__all__ = ["SignatureCheck"]


@dataclass(frozen=True, slots=True)
class _Good:
    """A checkpoint that counts: who signed it, of which pair of the ledger's own keys, if any.

    `pairs`: how many pairs were known when it was judged.
    """

    known: KnownCheckpoint
    pairs: int
    signed_by: frozenset[VerifierKey]
    generation: KeyGeneration | None


class SignatureCheck:
    """Judges checkpoints with the keys that the entries so far name, and the entries that name new ones.

    `any_checked`: whether the signatures of any checkpoint were checked.
    """

    def __init__(
        self,
        problems: ProblemList,
        opened: LedgerOpened | None,
        *,
        brought: tuple[VerifierKey, ...] | None,
        fingerprint: str | None,
    ) -> None:
        """Judge for a ledger that was opened so. `brought`, `fingerprint`: keys that are known from elsewhere."""
        self._problems = problems
        self._schedule = None if opened is None else KeySchedule.from_opening(opened)
        self._brought = brought
        self._fingerprint = fingerprint
        self._good: list[_Good] = []
        self._unsigned: list[tuple[KnownCheckpoint, int, CheckpointNotSigned]] = []
        self.any_checked = False

    @property
    def current_fingerprint(self) -> str | None:
        """Fingerprint of the newest keys, None if the ledger was not opened."""
        return self._schedule.last.fingerprint if self._schedule else None

    def readable(self, notes: Iterable[bytes], *, kept: bool) -> list[KnownCheckpoint]:
        """Return the checkpoints that bytes hold; those that cannot be read are reported."""
        found = []
        for note in notes:
            try:
                signed = read_checkpoint(note)
            except CheckpointMalformed as error:
                where = "that you kept" if kept else "stored with the ledger"
                self._problems.add(None, error.code, f"A checkpoint {where} cannot be used: {error.text}.")
                continue
            found.append(KnownCheckpoint(signed, kept))
        return found

    def take_rotation(self, entry: Entry) -> None:
        """Take the new keys of a `ledger.key` entry, or report why they do not count."""
        if self._schedule is None:
            return
        try:
            self._schedule = self._schedule.after(entry)
        except (RotationInvalid, KeyNotCommitted) as error:
            text = f"Entry {entry.seq} does not change the signing keys, though it says so: {error.text}."
            self._problems.add(entry.seq, error.code, text)

    def counts(self, known: KnownCheckpoint) -> bool:
        """Return whether a checkpoint is to be compared; one with a wrong signature proves nothing and does not count.

        Asked once about each of them, when the entries that it counts have been taken.
        """
        schedule, origin = self._schedule, known.checkpoint.origin
        if schedule and origin != schedule.origin:
            told = f"is of the ledger {origin}, but this ledger is {schedule.origin}"
            self._problems.add(None, "origin-differs", f"{_title(known)} {told}.")
            return False
        keys = (*(key for one in self._generations for key in one.keys), *(self._brought or ()))
        if not keys:
            self._good.append(_Good(known, 0, frozenset(), None))
            return True
        try:
            signed_by = frozenset(one.key for one in verify_checkpoint(known.signed, keys))
        except SignatureInvalid as error:
            self._problems.add(None, error.code, f"{_title(known)} does not count: {error.text}.")
            return False
        except CheckpointNotSigned as error:
            self._unsigned.append((known, len(self._generations), error))
            return False
        self.any_checked = True
        return self._is_signed_in_time(known, signed_by)

    @property
    def _generations(self) -> tuple[KeyGeneration, ...]:
        return self._schedule.generations if self._schedule else ()

    def _is_signed_in_time(self, known: KnownCheckpoint, signed_by: frozenset[VerifierKey]) -> bool:
        """Return whether keys that were valid at its size signed a checkpoint; report others of the ledger that did."""
        own = self._schedule.at(known.checkpoint.size) if self._schedule else None
        counting = signed_by
        for one in self._generations:
            if one != own and signed_by.intersection(one.keys):
                self._report_other(known, one)
                counting = counting.difference(one.keys)
        if not counting:
            return False
        # Each of the ledger's own keys must have signed: a forger of one kind of signature must not get through.
        # Whoever brought one of the pair along decides by that one.
        pair = own.keys if own else ()
        required = tuple(key for key in pair if key in (self._brought or ())) or pair
        lacking = [key for key in required if key not in counting]
        if lacking:
            key = f"{lacking[0].key_id.hex()} ({lacking[0].kind.name})"
            text = f"{_title(known)} lacks the signature by key {key}, with which the ledger signs every checkpoint."
            self._problems.add(None, "signature-missing", text)
        self._good.append(
            _Good(known, len(self._generations), counting, own if own and counting.intersection(own.keys) else None)
        )
        return True

    def _report_other(self, known: KnownCheckpoint, generation: KeyGeneration) -> None:
        """Report a signature by keys of the ledger that were not valid at the size of a checkpoint."""
        schedule = self._schedule
        last = schedule.last_size(generation) if schedule else None
        if last is not None and known.checkpoint.size > last:
            why = (
                f"is signed by a key that entry {last - 1} retired: it may sign up to size {last} only. Somebody used "
                f"the old private key afterwards"
            )
            self._problems.add(None, "key-retired", f"{_title(known)} {why}.")
        else:
            why = (
                f"is signed by a key that entry {generation.seq} brings in: it may sign from size "
                f"{generation.first_size} on. Somebody signed a past that others had signed already"
            )
            self._problems.add(None, "key-not-valid-yet", f"{_title(known)} {why}.")

    def finish(self) -> int:
        """Report what shows only when all keys are known; return how many entries a checkpoint from outside counts."""
        for good in self._good:
            self._is_signed_too_early(good.known, good.pairs)
        for known, pairs, error in self._unsigned:
            if not self._is_signed_too_early(known, pairs):
                self._problems.add(None, error.code, f"{_title(known)} does not count: {error.text}.")
        from_generation = self._first_known_elsewhere()
        witnesses = frozenset(
            key for key in self._brought or () if self._schedule and key.name != self._schedule.origin
        )
        vouched = 0
        for good in self._good:
            is_theirs = (
                from_generation is not None and good.generation is not None and (good.generation.seq >= from_generation)
            )
            if good.known.kept or is_theirs or good.signed_by & witnesses:
                vouched = max(vouched, good.known.checkpoint.size)
        return vouched

    def _is_signed_too_early(self, known: KnownCheckpoint, pairs: int) -> bool:
        """Return whether keys that came in later signed a checkpoint, and report it.

        `pairs`: how many were known when it was judged.
        """
        for one in self._generations[pairs:]:
            try:
                verify_checkpoint(known.signed, one.keys)
            except (SignatureInvalid, CheckpointNotSigned):
                continue
            self._report_other(known, one)
            return True
        return False

    def _first_known_elsewhere(self) -> int | None:
        """Return the entry that names the first pair which is known from elsewhere; report what fits no pair."""
        schedule = self._schedule
        if schedule is None:
            return None
        found = []
        if self._brought is not None:
            agreeing = _agreeing(self._brought, schedule)
            if agreeing is None and not self._witnessed():
                self._report_others_brought(schedule)
            found.append(agreeing)
        if self._fingerprint is not None:
            pair = next((one for one in schedule.generations if one.fingerprint == self._fingerprint), None)
            if pair is None:
                text = (
                    f"The keys of this ledger are not those that you expect: their fingerprint is "
                    f"{_fingerprints(schedule)}, but you gave {self._fingerprint}. It may be another ledger, or one "
                    f"that somebody wrote anew with keys of their own."
                )
                self._problems.add(0, "keys-differ", text)
            found.append(pair)
        known = [one.seq for one in found if one is not None]
        return max(known) if len(known) == len(found) and known else None

    def _witnessed(self) -> bool:
        """Return whether all keys brought along are of somebody else, and one of them signed a checkpoint."""
        brought, schedule = self._brought or (), self._schedule
        if schedule is None or any(key.name == schedule.origin for key in brought):
            return False
        return any(good.signed_by.intersection(brought) for good in self._good)

    def _report_others_brought(self, schedule: KeySchedule) -> None:
        text = (
            f"Entry 0 names other public keys than those you brought along; the fingerprint of its keys is "
            f"{schedule.generations[0].fingerprint}."
        )
        self._problems.add(0, "keys-differ", text)
        for good in self._good:
            if not good.signed_by.intersection(self._brought or ()):
                text = f"{_title(good.known)} is signed by none of the keys that you brought along."
                self._problems.add(None, "checkpoint-not-signed", text)


def _agreeing(brought: tuple[VerifierKey, ...], schedule: KeySchedule) -> KeyGeneration | None:
    """Return the first pair that a key brought along belongs to; None if one only bears the name of the ledger."""
    pairs = [schedule.generation_of(key) for key in brought if key.name == schedule.origin]
    found = [pair for pair in pairs if pair is not None]
    return min(found, key=lambda pair: pair.seq) if found and len(found) == len(pairs) else None


def _fingerprints(schedule: KeySchedule) -> str:
    """Return the fingerprints of the first and the newest pair in words."""
    first, last = schedule.generations[0].fingerprint, schedule.last.fingerprint
    return first if first == last else f"{first}, and now {last}"


def _title(known: KnownCheckpoint) -> str:
    return f"{known.title[0].upper()}{known.title[1:]}"
