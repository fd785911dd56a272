"""A small ledger to test with: always the same keys, clock and events."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from thread.ledger import (
    ZERO_PREV,
    Checkpoint,
    Entry,
    Frontier,
    Node,
    SigningKeys,
    key_event,
    opened_event,
    root_from_leaves,
    sign_checkpoint,
    write_entry,
)

CLOCK_US = 1_773_000_000_000_000
SIGNED_AT = 1_773_000_100


@cache
def signing_keys(letter: str = "a", origin: str | None = "example.com/plant-7") -> SigningKeys:
    seed = letter.encode()
    return SigningKeys.from_seeds(ed25519_seed=seed * 32, ml_dsa_44_seed=seed.upper() * 32, origin=origin)


def opening(keys: SigningKeys | None = None, next_key: str | None = None) -> dict[str, Any]:
    keys = keys or signing_keys()
    return opened_event(
        event_id="0b7c5c0a-6e1c-4b7e-9a53-1d1f0f3d2a11",
        event_time="2026-03-08T20:00:00+01:00",
        origin=keys.name,
        keys=keys.verifier_keys,
        subjects_version=1,
        next_key=next_key,
    )


def rotated(entries: list[Entry], old: SigningKeys, new: SigningKeys, next_key: str | None = None) -> list[Entry]:
    """Return entries with one more that changes the signing keys."""
    event = key_event(
        event_id=f"00000000-0000-4000-8000-1{len(entries):011d}",
        event_time="2026-03-10T08:00:00+01:00",
        origin=old.name,
        seq=len(entries),
        prev=entries[-1].leaf_hash,
        old=old.signers,
        new=new.signers,
        next_key=next_key,
    )
    return chained([event], entries)


def received(number: int, quantity: str = "100") -> dict[str, Any]:
    return {
        "type": "received",
        "v": 1,
        "id": f"00000000-0000-4000-8000-{number:012d}",
        "event_time": "2026-03-09T14:07:00+01:00",
        "site": "P7",
        "lot": f"STEEL-{number}",
        "quantity": {"value": quantity, "unit": "KGM"},
    }


def written(seq: int, prev: bytes, event: dict[str, Any], **changed: Any) -> Entry:
    fields: dict[str, Any] = {
        "seq": seq,
        "prev": prev,
        "recorded_at_us": CLOCK_US + seq * 1_000,
        "actor": {"id": "clerk-1", "auth": "api-key"},
        "key": f"clerk-1/{seq}",
        "event": event,
    }
    return write_entry(**(fields | changed))


def chained(events: list[dict[str, Any]], start: list[Entry] | None = None) -> list[Entry]:
    """Return entries that record events one after the other, after those of `start`."""
    entries = list(start or [])
    for event in events:
        prev = entries[-1].leaf_hash if entries else ZERO_PREV
        entries.append(written(len(entries), prev, event))
    return entries


@dataclass
class Sample:
    """A ledger as a store would hand it to verification."""

    entries: list[Entry]
    keys: SigningKeys = field(default_factory=signing_keys)

    @property
    def rows(self) -> list[tuple[int, bytes]]:
        return [(entry.seq, entry.data) for entry in self.entries]

    @property
    def nodes(self) -> list[Node]:
        return Frontier().extend(entry.leaf_hash for entry in self.entries)[1]

    def checkpoint(self, size: int | None = None, *keys: SigningKeys) -> bytes:
        """Return the checkpoint of a size, signed with the ledger's first keys or with others."""
        entries = self.entries[:size]
        root = root_from_leaves(entry.leaf_hash for entry in entries)
        signers = [signer for pair in keys or (self.keys,) for signer in pair.signers]
        return sign_checkpoint(Checkpoint(self.keys.name, len(entries), root), signers, SIGNED_AT)


@cache
def sample_entries(size: int) -> tuple[Entry, ...]:
    return tuple(chained([opening(), *(received(number) for number in range(1, size))]))


def sample(size: int = 8) -> Sample:
    return Sample(list(sample_entries(size)))
