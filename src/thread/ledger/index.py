"""The verifiable index: which entries name a subject, all of them, under one hash that stands in the ledger itself.

It maps the SHA-256 of a subject to the count and the Merkle root of the seqs of the entries that name it, as a Merkle
Patricia tree (`patricia`). A `ledger.index` entry holds the root of the index over all entries before it, so that the
index is committed in the same tree as the entries, and anybody who has the entries can make it again. With the list of
seqs and its proof, nothing can be left out: the count and the root of the list would be others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, ClassVar, Final

from thread.errors import LedgerBroken
from thread.ledger.merkle import Frontier, leaf_hash
from thread.ledger.patricia import verify_absence, verify_presence

__all__ = [
    "LEDGER_INDEX",
    "IndexEntryMalformed",
    "LedgerIndex",
    "index_event",
    "index_key",
    "index_value",
    "list_frontier",
    "read_index_event",
    "verify_subject_list",
]

LEDGER_INDEX: Final = "ledger.index"
"""Type of the entry that holds the root of the index."""

_VERSION: Final = 1
_MEMBERS: Final = frozenset({"type", "v", "id", "event_time", "root", "subjects", "covers"})


class IndexEntryMalformed(LedgerBroken):
    """An event does not say what the index was, as this software says it."""

    code: ClassVar[str] = "index-entry-malformed"

    def __init__(self, *, why: str) -> None:
        super().__init__(f"this is no entry of the index: {why}", why=why)
        self.why = why


@dataclass(frozen=True, slots=True)
class LedgerIndex:
    """What a `ledger.index` entry says."""

    root: bytes
    """Root of the index over the entries before it, 32 bytes."""
    subjects_version: int
    """Version of the function that says what an event is about."""
    covers: int
    """How many entries the index is over: the seq of the entry itself."""


def index_key(kind: str, name: str) -> bytes:
    """Return the key of a subject, 32 bytes: SHA-256(kind || 0x00 || name). `kind` has its role: `lot.used`."""
    return sha256(kind.encode() + b"\x00" + name.encode()).digest()


def list_frontier(seqs: Iterable[int], known: Frontier | None = None) -> Frontier:
    """Return the frontier of a list of seqs, each a leaf of 8 bytes, big-endian. `known`: of those before them."""
    return (known or Frontier()).extend(leaf_hash(seq.to_bytes(8, "big")) for seq in seqs)[0]


def index_value(seqs: Frontier) -> bytes:
    """Return what stands under a key, 40 bytes: how many seqs there are, and the root of their list."""
    return seqs.size.to_bytes(8, "big") + seqs.root()


def verify_subject_list(*, root: bytes, kind: str, name: str, seqs: Iterable[int], proof: bytes) -> None:
    """Check that exactly these entries name a subject, in an index with a root. No seqs: that no entry names it.

    Raises:
        IndexUnproven: it is not shown; some may be missing, or too many.
    """
    key = index_key(kind, name)
    listed = list_frontier(seqs)
    if listed.size:
        verify_presence(root=root, key=key, value=index_value(listed), proof=proof)
    else:
        verify_absence(root=root, key=key, proof=proof)


def index_event(*, event_id: str, event_time: str, root: bytes, subjects_version: int, covers: int) -> dict[str, Any]:
    """Return the event that says what the index is over all entries before its own."""
    return {
        "type": LEDGER_INDEX,
        "v": _VERSION,
        "id": event_id,
        "event_time": event_time,
        "root": root.hex(),
        "subjects": subjects_version,
        "covers": covers,
    }


def read_index_event(event: Mapping[str, Any]) -> LedgerIndex:
    """Return what an event says of the index.

    Raises:
        IndexEntryMalformed: it is not exactly what `index_event` makes.
    """
    if event.get("type") != LEDGER_INDEX or event.get("v") != _VERSION:
        raise IndexEntryMalformed(why="its type or version is another one")
    if set(event) != _MEMBERS:
        raise IndexEntryMalformed(why="it has other members than it should have")
    root, version, covers = event["root"], event["subjects"], event["covers"]
    if not isinstance(root, str) or len(root) != 64 or set(root) - set("0123456789abcdef"):
        raise IndexEntryMalformed(why="its root is not 64 hexadecimal digits")
    if any(type(number) is not int or number < 0 for number in (version, covers)):
        raise IndexEntryMalformed(why="its numbers are not whole numbers from 0 up")
    return LedgerIndex(bytes.fromhex(root), version, covers)
