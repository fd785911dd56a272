"""Inclusion and consistency proofs of the Merkle tree: RFC 9162 section 2.1, and of its subtrees.

A proof is a tuple of 32-byte hashes. To make one, ask which ranges of leaves its hashes stand for (`inclusion_ranges`,
`consistency_ranges`), which stored complete nodes each range is made of (`nodes_of`), and fold those (`range_hash`). To
check one, no ledger is needed: `verify_inclusion` and `verify_consistency` take hashes and sizes only.

A subtree [start, end) is a tree of its own over some of the leaves, where `start` is a multiple of a power of two that
is not less than its length (draft-ietf-plants-merkle-tree-certs, section 4.1).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from thread.errors import BadInput, ThreadError
from thread.ledger.merkle import node_hash

__all__ = [
    "ConsistencyUnproven",
    "InclusionUnproven",
    "ProofRangeInvalid",
    "consistency_ranges",
    "inclusion_ranges",
    "nodes_of",
    "range_hash",
    "verify_consistency",
    "verify_inclusion",
    "verify_subtree_consistency",
]

_HASH_BYTES = 32

Range = tuple[int, int]


class InclusionUnproven(ThreadError):
    """A proof does not show that an entry is in the tree. `why` says what does not fit."""

    code: ClassVar[str] = "inclusion-unproven"

    def __init__(self, *, seq: int, size: int, why: str) -> None:
        super().__init__(
            f"the proof does not show that entry {seq} is among the {size} of the tree: {why}", seq=seq, size=size
        )
        self.why = why


class ConsistencyUnproven(ThreadError):
    """A proof does not show that one tree is the beginning of another. `why` says what does not fit."""

    code: ClassVar[str] = "consistency-unproven"

    def __init__(self, *, old: int, new: int, why: str) -> None:
        super().__init__(
            f"the proof does not show that the tree of {old} entries is the beginning of the one of {new}: {why}",
            old=old,
            new=new,
        )
        self.why = why


class ProofRangeInvalid(BadInput):
    """A proof was asked for that no tree can have."""

    code = "proof-range-invalid"

    def __init__(self, text: str) -> None:
        super().__init__(text)


def inclusion_ranges(seq: int, size: int) -> tuple[Range, ...]:
    """Return the ranges of leaves whose hashes prove leaf `seq` in a tree of `size`, from the leaf up to the root.

    Raises:
        ProofRangeInvalid: there is no such leaf.
    """
    if not 0 <= seq < size:
        raise ProofRangeInvalid(f"a tree of {size} entries has no entry {seq}; ask for one from 0 to {size - 1}")
    found: list[Range] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _largest_power_below(end - start)
        if seq < middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((start, middle))
            start = middle
    return tuple(reversed(found))


def consistency_ranges(old: int, new: int) -> tuple[Range, ...]:
    """Return the ranges of leaves whose hashes prove that the tree of `old` leaves begins the one of `new`.

    None are needed where both are the same tree, or the old one is empty.

    Raises:
        ProofRangeInvalid: the old tree is larger than the new one.
    """
    if not 0 <= old <= new:
        raise ProofRangeInvalid(f"a tree of {new} entries does not begin with one of {old}; ask from a smaller size")
    if old in {0, new}:
        return ()
    found: list[Range] = []
    start, end, is_whole = 0, new, True
    while old != end:
        middle = start + _largest_power_below(end - start)
        if old <= middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((start, middle))
            start, is_whole = middle, False
    if not is_whole:
        found.append((start, end))
    return tuple(reversed(found))


def nodes_of(leaves: Range) -> tuple[tuple[int, int], ...]:
    """Return the complete nodes (level, position) that a range of leaves consists of, from left to right.

    `leaves`: from, and up to but not including; as the ranges of this module are, so that its hash is a subtree's.
    """
    start, end = leaves
    found: list[tuple[int, int]] = []
    while start < end:
        level = (end - start).bit_length() - 1
        found.append((level, start >> level))
        start += 1 << level
    return tuple(found)


def range_hash(hashes: Sequence[bytes]) -> bytes:
    """Return the hash of a range of leaves from the hashes of its complete nodes, from left to right; at least one."""
    *others, root = hashes
    for left in reversed(others):
        root = node_hash(left, root)
    return root


def _largest_power_below(count: int) -> int:
    return 1 << ((count - 1).bit_length() - 1)


def verify_inclusion(*, seq: int, size: int, leaf: bytes, root: bytes, proof: Sequence[bytes]) -> None:
    """Check that a leaf hash is at a place of the tree with a root. Source: RFC 9162, section 2.1.3.2.

    Raises:
        InclusionUnproven: it is not shown.
    """
    if not 0 <= seq < size:
        raise InclusionUnproven(seq=seq, size=size, why="the tree has no such entry")
    if any(len(one) != _HASH_BYTES for one in (leaf, root, *proof)):
        raise InclusionUnproven(seq=seq, size=size, why="a hash does not have 32 bytes")
    first, last, reached = seq, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise InclusionUnproven(seq=seq, size=size, why="it has more hashes than the tree has levels")
        if first & 1 or first == last:
            reached = node_hash(sibling, reached)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            reached = node_hash(reached, sibling)
        first, last = first >> 1, last >> 1
    if last:
        raise InclusionUnproven(seq=seq, size=size, why="it has fewer hashes than the tree has levels")
    if reached != root:
        raise InclusionUnproven(seq=seq, size=size, why="the root that follows from it is another one")


def verify_consistency(
    *, old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Check that a tree is the beginning of another one. Source: RFC 9162, section 2.1.4.2.

    Raises:
        ConsistencyUnproven: it is not shown. Of the empty tree nothing can be shown, as every tree begins with it.
    """
    if not 0 < old_size <= new_size:
        raise ConsistencyUnproven(old=old_size, new=new_size, why="there is nothing to compare between these sizes")
    verify_subtree_consistency(start=0, end=old_size, size=new_size, subtree_root=old_root, root=new_root, proof=proof)


def verify_subtree_consistency(
    *, start: int, end: int, size: int, subtree_root: bytes, root: bytes, proof: Sequence[bytes]
) -> None:
    """Check that a subtree over the leaves [start, end) is part of the tree with a root.

    Source: draft-ietf-plants-merkle-tree-certs, section 4.4.3; from 0 it is RFC 9162, section 2.1.4.2.

    Raises:
        ConsistencyUnproven: it is not shown.
    """
    why = _refuted(start, end, size, (subtree_root, root, *proof))
    if why is None:
        first, last, top = _lowest_common(start, end - 1, size - 1)
        hashes = list(proof)
        # Where the subtree is complete, it is where the way begins; else the way begins at a hash inside it.
        begin = subtree_root if first == last else (hashes.pop(0) if hashes else b"")
        why = _way_refuted((first, last, top), begin, hashes, subtree_root=subtree_root, root=root)
    if why is not None:
        raise ConsistencyUnproven(old=end, new=size, why=why)


def _refuted(start: int, end: int, size: int, hashes: Sequence[bytes]) -> str | None:
    if not 0 <= start < end <= size or start % (1 << (end - start - 1).bit_length()):
        return "these leaves are no subtree"
    if any(len(one) != _HASH_BYTES for one in hashes):
        return "a hash does not have 32 bytes"
    return None


def _lowest_common(first: int, last: int, top: int) -> tuple[int, int, int]:
    """Return the places of the first and last leaf and of the tree's last one at the level where the way begins."""
    while first != last and (last == top or last & 1):
        first, last, top = first >> 1, last >> 1, top >> 1
    return first, last, top


def _way_refuted(
    places: tuple[int, int, int], begin: bytes, hashes: Sequence[bytes], *, subtree_root: bytes, root: bytes
) -> str | None:
    """Go up from a node to both roots at once; return what is wrong, None if both are reached."""
    first, last, top = places
    inner = outer = begin
    for sibling in hashes:
        if top == 0:
            return "it has more hashes than the tree has levels"
        if last & 1 or last == top:
            if first < last:
                inner = node_hash(sibling, inner)
            outer = node_hash(sibling, outer)
            while not last & 1 and last:
                first, last, top = first >> 1, last >> 1, top >> 1
        else:
            outer = node_hash(outer, sibling)
        first, last, top = first >> 1, last >> 1, top >> 1
    if top:
        return "it has fewer hashes than the tree has levels"
    if inner != subtree_root:
        return "the older root that follows from it is another one"
    return None if outer == root else "the newer root that follows from it is another one"
