"""The Merkle tree over the entries: RFC 9162 section 2.1.

A tree of any size is known by its frontier: the roots of the largest complete subtrees, from left to right. That is all
it takes to add leaves and to tell the root; no more than one hash per binary digit of the size is kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, NamedTuple

from thread.errors import BadInput

__all__ = [
    "EMPTY_ROOT",
    "Frontier",
    "FrontierMalformed",
    "Node",
    "leaf_hash",
    "node_hash",
    "root_from_leaves",
]

EMPTY_ROOT: Final = sha256(b"").digest()
"""Root of the tree without leaves."""

_HASH_BYTES: Final = 32


class FrontierMalformed(BadInput):
    """A size and a list of hashes are not the frontier of any tree."""

    code = "frontier-malformed"

    def __init__(self, *, size: int, peaks: int) -> None:
        super().__init__(
            f"{peaks} hashes are not the frontier of a tree of {size} leaves; rebuild the tree from the entries",
            size=size,
            peaks=peaks,
        )


class Node(NamedTuple):
    """A complete subtree: `level` 0 is a leaf, `position` counts the nodes of a level from the left.

    It stands over the leaves from position · 2^level up to, not including, (position + 1) · 2^level.
    """

    level: int
    position: int
    hash: bytes

    @property
    def first_leaf(self) -> int:
        """Return the seq of the first leaf below this node."""
        return self.position << self.level

    @property
    def completed_by(self) -> int:
        """Return the seq of the leaf that completed this subtree."""
        return ((self.position + 1) << self.level) - 1


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf, SHA-256(0x00 || data). Source: RFC 9162, section 2.1.1."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner tree node, SHA-256(0x01 || left || right).

    `left`, `right`: 32-byte hashes of the children. Source: RFC 9162, section 2.1.1.
    """
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """What must be known of a tree of `size` leaves to add more: the roots of its complete subtrees, largest first.

    Raises:
        FrontierMalformed: the number or length of the hashes does not fit the size.
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if (
            self.size < 0
            or len(self.peaks) != self.size.bit_count()
            or any(len(peak) != _HASH_BYTES for peak in self.peaks)
        ):
            raise FrontierMalformed(size=self.size, peaks=len(self.peaks))

    def append(self, leaf: bytes) -> tuple[Frontier, tuple[Node, ...]]:
        """Return the frontier with one leaf hash more, and the inner nodes that it completes, lowest first."""
        frontier, nodes = self.extend((leaf,))
        return frontier, tuple(nodes)

    def extend(self, leaves: Iterable[bytes]) -> tuple[Frontier, list[Node]]:
        """Return the frontier with leaf hashes added in order, and the inner nodes that they complete.

        Nodes come in the order of the leaf that completes them, lowest first. Leaves themselves are not among them:
        they are the nodes of level 0.
        """
        size, peaks = self.size, list(self.peaks)
        nodes: list[Node] = []
        for leaf in leaves:
            subtree, level, position = leaf, 0, size
            while position & 1:
                subtree, level, position = node_hash(peaks.pop(), subtree), level + 1, position >> 1
                nodes.append(Node(level, position, subtree))
            peaks.append(subtree)
            size += 1
        return Frontier(size, tuple(peaks)), nodes

    def root(self) -> bytes:
        """Return the root hash of the tree, 32 bytes."""
        if not self.peaks:
            return EMPTY_ROOT
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = node_hash(peak, root)
        return root


def root_from_leaves(leaves: Iterable[bytes]) -> bytes:
    """Return the root hash of the tree over leaf hashes."""
    return Frontier().extend(leaves)[0].root()
