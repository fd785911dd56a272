"""Proofs out of a stored ledger: an entry is in it, it only grew, and these are all entries about a subject."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from thread.errors import BadInput, NotFound
from thread.events.subjects import SUBJECT_KINDS
from thread.ledger import read_entry
from thread.ledger.index import read_index_event
from thread.ledger.proofs import Range, consistency_ranges, inclusion_ranges, nodes_of, range_hash
from thread.ledger.tlog_proof import write_tlog_proof
from thread.store.protocol import Reader
from thread.store.refusals import TreeNodeMissing

__all__ = [
    "CheckpointTooSmall",
    "ConsistencyProof",
    "InclusionProof",
    "IndexMissing",
    "SubjectKindUnknown",
    "SubjectProof",
    "consistency_proof",
    "inclusion_proof",
    "newest_index",
    "subject_proof",
]


class CheckpointTooSmall(NotFound):
    """No checkpoint was signed yet that an entry is under."""

    code = "checkpoint-too-small"

    def __init__(self, *, seq: int) -> None:
        super().__init__(
            f"no checkpoint was signed since entry {seq} was recorded; sign one (`thread checkpoint`), then ask again",
            seq=seq,
        )


class IndexMissing(NotFound):
    """No index of subjects was signed yet, so nothing shows that a list is complete."""

    code = "index-missing"

    def __init__(self) -> None:
        super().__init__(
            "no index of subjects was signed yet, so nothing shows that a list is complete; "
            "sign one (`thread checkpoint`), then ask again"
        )


class SubjectKindUnknown(BadInput):
    """A subject was told whose kind or role there is none."""

    code = "subject-kind-unknown"

    def __init__(self, *, kind: str) -> None:
        super().__init__(f"{kind[:60]!r} is no kind of subject; tell one of {', '.join(SUBJECT_KINDS)}", kind=kind[:60])


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """A proof that entry `seq` is among the `size` entries under `root`."""

    seq: int
    size: int
    root: bytes
    leaf: bytes
    hashes: tuple[bytes, ...]
    entry: bytes
    checkpoint: bytes | None
    """The signed checkpoint of that size, where there is one."""

    def as_json(self) -> dict[str, Any]:
        """The proof as printed; hashes in base64, as in a checkpoint."""
        return {
            "seq": self.seq,
            "size": self.size,
            "root": _base64(self.root),
            "leaf_hash": _base64(self.leaf),
            "proof": [_base64(one) for one in self.hashes],
            "entry": self.entry.decode(),
            "checkpoint": None if self.checkpoint is None else self.checkpoint.decode(),
        }

    def as_tlog_proof(self) -> bytes:
        """Return the proof as one text that tools for transparency logs read (C2SP tlog-proof).

        Raises:
            CheckpointTooSmall: no checkpoint was signed for its size.
        """
        if self.checkpoint is None:
            raise CheckpointTooSmall(seq=self.seq)
        return write_tlog_proof(seq=self.seq, hashes=self.hashes, checkpoint=self.checkpoint, extra=self.entry)


@dataclass(frozen=True, slots=True)
class ConsistencyProof:
    """A proof that the ledger of `old_size` entries is the beginning of the one of `new_size`."""

    old_size: int
    old_root: bytes
    new_size: int
    new_root: bytes
    hashes: tuple[bytes, ...]

    def as_json(self) -> dict[str, Any]:
        """The proof as printed; hashes in base64, as in a checkpoint."""
        return {
            "from": {"size": self.old_size, "root": _base64(self.old_root)},
            "to": {"size": self.new_size, "root": _base64(self.new_root)},
            "proof": [_base64(one) for one in self.hashes],
        }


def inclusion_proof(reader: Reader, seq: int, *, size: int, entry: bytes, checkpoint: bytes | None) -> InclusionProof:
    """Return the proof that an entry is among the first `size`.

    Raises:
        ProofRangeInvalid: it is not.
        TreeNodeMissing: a node of the stored tree is gone.
    """
    hashes = _hashes(reader, inclusion_ranges(seq, size))
    leaf = reader.node_hashes([(0, seq)])[0, seq]
    return InclusionProof(seq, size, reader.frontier_at(size).root(), leaf, hashes, entry, checkpoint)


def consistency_proof(reader: Reader, old: int, new: int) -> ConsistencyProof:
    """Return the proof that the ledger of `old` entries is the beginning of the one of `new`.

    Raises:
        ProofRangeInvalid: the old one has more entries.
        TreeNodeMissing: a node of the stored tree is gone.
    """
    hashes = _hashes(reader, consistency_ranges(old, new))
    return ConsistencyProof(old, reader.frontier_at(old).root(), new, reader.frontier_at(new).root(), hashes)


def _hashes(reader: Reader, ranges: Sequence[Range]) -> tuple[bytes, ...]:
    nodes = {one: nodes_of(one) for one in ranges}
    stored = reader.node_hashes([node for parts in nodes.values() for node in parts])
    for parts in nodes.values():
        for level, position in parts:
            if (level, position) not in stored:
                raise TreeNodeMissing(level=level, index=position)
    return tuple(range_hash([stored[node] for node in nodes[one]]) for one in ranges)


def _base64(data: bytes) -> str:
    return b64encode(data).decode()


@dataclass(frozen=True, slots=True)
class SubjectProof:
    """Which entries name a subject in a role, and the proof that these are all of those before a signed index."""

    kind: str
    name: str
    seqs: tuple[int, ...]
    proof: bytes
    index_root: bytes
    index: InclusionProof
    """Shows the entry that tells the root of the index, the last one of a signed checkpoint."""

    @property
    def covers(self) -> int:
        """Over how many entries the index is; what was recorded later is not in the list."""
        return self.index.seq

    def as_json(self) -> dict[str, Any]:
        """The proof as printed; hashes and proofs in base64, as in a checkpoint."""
        return {
            "subject": {"kind": self.kind, "name": self.name},
            "seqs": list(self.seqs),
            "covers": self.covers,
            "index_root": _base64(self.index_root),
            "proof": _base64(self.proof),
            "index_entry": self.index.as_json(),
        }


def subject_proof(reader: Reader, kind: str, name: str) -> SubjectProof:
    """Return which entries name a subject in a role, as of the newest signed index, with its proof.

    Raises:
        IndexMissing: no index was signed yet.
        CheckpointTooSmall: the checkpoint of the index is gone.
    """
    index = newest_index(reader)
    covers = index.seq
    told = read_index_event(read_entry(index.entry).event)
    seqs = tuple(reader.seqs_in_role(kind, name, below=covers))
    (proof,) = reader.index_proofs([(kind, name)])
    return SubjectProof(kind, name, seqs, proof, told.root, index)


def newest_index(reader: Reader) -> InclusionProof:
    """Return the entry of the newest index, and the proof that it is the last one of a signed checkpoint.

    Raises:
        IndexMissing: no index was signed yet.
        CheckpointTooSmall: its checkpoint is gone.
    """
    covers = reader.indexed_size
    if covers is None:
        raise IndexMissing
    note = reader.checkpoint_of(covers + 1)
    if note is None:
        raise CheckpointTooSmall(seq=covers)
    entry = reader.entry_bytes((covers,))[covers]
    return inclusion_proof(reader, covers, size=covers + 1, entry=entry, checkpoint=note)
