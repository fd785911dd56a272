"""Which keys may sign for a ledger at which size: the pair of the opening, then those that `ledger.key` entries name.

A `ledger.key` at seq s ends the old keys at size s + 1: they may sign any checkpoint up to that size. The new ones sign
from size s + 2 on, so that no size has two pairs.
"""

from __future__ import annotations

from dataclasses import dataclass

from thread.errors import LedgerBroken
from thread.ledger.entry import Entry
from thread.ledger.keys import VerifierKey, public_key_fingerprint
from thread.ledger.opening import LedgerOpened
from thread.ledger.rotation import KeyPair, RotationInvalid, check_rotation_signatures, read_key_event

__all__ = ["KeyGeneration", "KeyNotCommitted", "KeySchedule"]


class KeyNotCommitted(LedgerBroken):
    """New keys are not those whose fingerprint an earlier entry committed to."""

    code = "key-not-committed"

    def __init__(self, *, committed: str, found: str) -> None:
        super().__init__(
            f"the new keys have the fingerprint {found}, but the ledger is committed to {committed}: "
            "somebody else brought them in, or the prepared keys were lost",
            committed=committed,
            found=found,
        )
        self.committed, self.found = committed, found


@dataclass(frozen=True, slots=True)
class KeyGeneration:
    """A pair of keys. `seq`: the entry that names them. `next_key`: fingerprint of those that must follow, if told."""

    seq: int
    keys: KeyPair
    next_key: str | None

    @property
    def first_size(self) -> int:
        """Return the smallest size that these keys may sign."""
        return self.seq + 2 if self.seq else 0

    @property
    def fingerprint(self) -> str:
        """Return the fingerprint of the pair, 64 hex digits."""
        return public_key_fingerprint(self.keys)


@dataclass(frozen=True, slots=True)
class KeySchedule:
    """All keys of a ledger, `origin`, in the order in which they were valid."""

    origin: str
    generations: tuple[KeyGeneration, ...]

    @classmethod
    def from_opening(cls, opened: LedgerOpened) -> KeySchedule:
        """Return the keys that entry 0 names."""
        return cls(opened.origin, (KeyGeneration(0, opened.keys, opened.next_key),))

    @property
    def last(self) -> KeyGeneration:
        """Return the newest keys; they may not be valid yet at the present size."""
        return self.generations[-1]

    def at(self, size: int) -> KeyGeneration:
        """Return the keys that may sign a checkpoint of a size."""
        return next(one for one in reversed(self.generations) if one.first_size <= size or one.seq == 0)

    def last_size(self, generation: KeyGeneration) -> int | None:
        """Return the largest size that keys may sign, None where no others follow them."""
        later = (one.seq + 1 for one in self.generations if one.seq > generation.seq)
        return next(later, None)

    def generation_of(self, key: VerifierKey) -> KeyGeneration | None:
        """Return the pair that a key belongs to, None if it is none of this ledger."""
        return next((one for one in self.generations if key in one.keys), None)

    def after(self, entry: Entry) -> KeySchedule:
        """Return the schedule with the keys that a `ledger.key` entry brings in; every rule for them is checked.

        Raises:
            RotationInvalid: it is not signed by the keys before and by the new ones, or the new ones were used before.
            KeyNotCommitted: the keys before committed to others.
        """
        rotation = read_key_event(entry.event, origin=self.origin)
        before = self.last
        if any(self.generation_of(key) for key in rotation.keys):
            raise RotationInvalid(why="one of its new keys signed for this ledger before")
        check_rotation_signatures(
            entry.event, rotation, old=before.keys, origin=self.origin, seq=entry.seq, prev=entry.prev
        )
        if before.next_key not in {None, rotation.fingerprint}:
            raise KeyNotCommitted(committed=before.next_key or "", found=rotation.fingerprint)
        added = KeyGeneration(entry.seq, rotation.keys, rotation.next_key)
        return KeySchedule(self.origin, (*self.generations, added))
