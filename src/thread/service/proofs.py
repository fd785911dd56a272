"""Proofs out of a stored ledger: that an entry is in it, and that it only grew."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from thread.errors import NotFound
from thread.ledger.proofs import Range, consistency_ranges, inclusion_ranges, nodes_of, range_hash
from thread.ledger.tlog_proof import write_tlog_proof
from thread.store.protocol import Reader
from thread.store.refusals import TreeNodeMissing

__all__ = ["CheckpointTooSmall", "ConsistencyProof", "InclusionProof", "consistency_proof", "inclusion_proof"]


class CheckpointTooSmall(NotFound):
    """No checkpoint was signed yet that an entry is under."""

    code = "checkpoint-too-small"

    def __init__(self, *, seq: int) -> None:
        super().__init__(
            f"no checkpoint was signed since entry {seq} was recorded; sign one (`thread checkpoint`), then ask again",
            seq=seq,
        )


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
