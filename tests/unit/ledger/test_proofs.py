"""Proofs of the Merkle tree over the entries: each one that is made is accepted, for its place and no other."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thread.ledger import Frontier, leaf_hash, root_from_leaves
from thread.ledger.proofs import (
    ConsistencyUnproven,
    InclusionUnproven,
    ProofRangeInvalid,
    consistency_ranges,
    inclusion_ranges,
    nodes_of,
    range_hash,
    verify_consistency,
    verify_inclusion,
    verify_subtree_consistency,
)

LEAVES = [leaf_hash(str(number).encode()) for number in range(70)]
STORED = {(0, place): leaf for place, leaf in enumerate(LEAVES)} | {
    (node.level, node.position): node.hash for node in Frontier().extend(LEAVES)[1]
}
ROOTS = [root_from_leaves(LEAVES[:size]) for size in range(len(LEAVES) + 1)]
SIZES = st.integers(1, len(LEAVES))


def hashes(ranges: Iterable[tuple[int, int]]) -> list[bytes]:
    return [range_hash([STORED[node] for node in nodes_of(one)]) for one in ranges]


@pytest.mark.requirement("EVI-1")
@given(SIZES, st.data())
def test_every_entry_is_shown_to_be_in_every_tree_that_has_it(size: int, data: st.DataObject) -> None:
    seq = data.draw(st.integers(0, size - 1))
    proof = hashes(inclusion_ranges(seq, size))

    verify_inclusion(seq=seq, size=size, leaf=LEAVES[seq], root=ROOTS[size], proof=proof)
    for wrong_seq in {seq - 1, seq + 1, seq ^ 2} - {seq}:
        with pytest.raises(InclusionUnproven):
            verify_inclusion(seq=wrong_seq, size=size, leaf=LEAVES[seq], root=ROOTS[size], proof=proof)
    with pytest.raises(InclusionUnproven):
        verify_inclusion(
            seq=seq, size=size, leaf=LEAVES[seq - 1] if size > 1 else ROOTS[0], root=ROOTS[size], proof=proof
        )


@pytest.mark.requirement("EVI-1")
@given(SIZES, st.data())
def test_every_tree_is_shown_to_begin_every_larger_one(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new))
    proof = hashes(consistency_ranges(old, new))

    verify_consistency(old_size=old, old_root=ROOTS[old], new_size=new, new_root=ROOTS[new], proof=proof)
    with pytest.raises(ConsistencyUnproven):
        verify_consistency(old_size=old, old_root=ROOTS[old - 1], new_size=new, new_root=ROOTS[new], proof=proof)
    with pytest.raises(ConsistencyUnproven):
        verify_consistency(old_size=old, old_root=ROOTS[old], new_size=new, new_root=ROOTS[new - 1], proof=proof)


@given(SIZES, st.data())
def test_any_hash_of_a_proof_that_is_changed_left_out_or_added_is_found(size: int, data: st.DataObject) -> None:
    seq = data.draw(st.integers(0, size - 1))
    proof = hashes(inclusion_ranges(seq, size))
    wrong = [[*proof, bytes(32)], [bytes(32), *proof]]
    if proof:
        place = data.draw(st.integers(0, len(proof) - 1))
        wrong += [proof[:place] + proof[place + 1 :], [*proof[:place], bytes(32), *proof[place + 1 :]], proof[:-1]]

    for one in wrong:
        with pytest.raises(InclusionUnproven):
            verify_inclusion(seq=seq, size=size, leaf=LEAVES[seq], root=ROOTS[size], proof=one)


def test_a_hash_of_another_length_is_refused() -> None:
    with pytest.raises(InclusionUnproven, match="32 bytes"):
        verify_inclusion(seq=0, size=2, leaf=LEAVES[0], root=ROOTS[2], proof=[LEAVES[1][:31]])
    with pytest.raises(ConsistencyUnproven, match="32 bytes"):
        verify_consistency(old_size=1, old_root=ROOTS[1], new_size=2, new_root=ROOTS[2], proof=[LEAVES[1] + b"\x00"])


def test_what_no_tree_has_cannot_be_asked_for() -> None:
    with pytest.raises(ProofRangeInvalid, match="a tree of 3 entries has no entry 3; ask for one from 0 to 2"):
        inclusion_ranges(3, 3)
    with pytest.raises(ProofRangeInvalid, match="does not begin with one of 4"):
        consistency_ranges(4, 3)
    with pytest.raises(ConsistencyUnproven, match="nothing to compare"):
        verify_consistency(old_size=0, old_root=ROOTS[0], new_size=2, new_root=ROOTS[2], proof=[])
    with pytest.raises(ConsistencyUnproven, match="no subtree"):
        verify_subtree_consistency(start=1, end=3, size=4, subtree_root=ROOTS[2], root=ROOTS[4], proof=[])
