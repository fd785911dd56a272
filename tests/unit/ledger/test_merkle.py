"""The Merkle tree: roots, frontiers, and the nodes that a leaf completes."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thread.ledger.merkle import (
    EMPTY_ROOT,
    Frontier,
    FrontierMalformed,
    Node,
    leaf_hash,
    node_hash,
    root_from_leaves,
)

leaf_lists = st.lists(st.binary(max_size=4).map(leaf_hash), max_size=70)


def oracle(leaves: list[bytes]) -> bytes:
    """Return MTH of RFC 9162 section 2.1.1, written down as the definition stands."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + oracle(leaves[:split]) + oracle(leaves[split:])).digest()


def test_the_tree_without_leaves_has_the_hash_of_nothing_as_root() -> None:
    assert Frontier().root() == EMPTY_ROOT == sha256(b"").digest()


def test_leaves_and_nodes_are_hashed_with_different_first_bytes() -> None:
    assert leaf_hash(b"L") == sha256(b"\x00L").digest()
    assert node_hash(b"a" * 32, b"b" * 32) == sha256(b"\x01" + b"a" * 32 + b"b" * 32).digest()


@given(leaf_lists)
def test_the_root_is_that_of_the_definition(leaves: list[bytes]) -> None:
    assert root_from_leaves(leaves) == oracle(leaves)


@given(leaf_lists, st.data())
def test_leaves_added_in_any_portions_give_the_same_tree(leaves: list[bytes], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(leaves)))
    whole, all_nodes = Frontier().extend(leaves)

    first, nodes_before = Frontier().extend(leaves[:cut])
    second, nodes_after = first.extend(leaves[cut:])

    assert second == whole
    assert nodes_before + nodes_after == all_nodes


@given(leaf_lists.filter(bool))
def test_one_leaf_more_is_the_same_as_a_portion_of_one(leaves: list[bytes]) -> None:
    before, _ = Frontier().extend(leaves[:-1])

    frontier, nodes = before.append(leaves[-1])

    assert (frontier, list(nodes)) == before.extend(leaves[-1:])
    assert before == Frontier().extend(leaves[:-1])[0]


@given(leaf_lists)
def test_every_complete_subtree_comes_once_when_its_last_leaf_does(leaves: list[bytes]) -> None:
    _, nodes = Frontier().extend(leaves)

    expected = [
        Node(level, end >> level, oracle(leaves[end + 1 - (1 << level) : end + 1]))
        for end in range(len(leaves))
        for level in range(1, 8)
        if (end + 1) % (1 << level) == 0
    ]
    assert nodes == expected
    assert [node.completed_by for node in nodes] == [
        end for end in range(len(leaves)) for level in range(1, 8) if (end + 1) % (1 << level) == 0
    ]


def test_a_node_tells_over_which_leaves_it_stands() -> None:
    node = Node(level=2, position=3, hash=bytes(32))

    assert (node.first_leaf, node.completed_by) == (12, 15)


@pytest.mark.parametrize(
    ("size", "peaks"), [(-1, ()), (1, ()), (2, (bytes(32), bytes(32))), (3, (bytes(32), bytes(31))), (0, (bytes(32),))]
)
def test_hashes_that_are_no_frontier_of_that_size_are_refused(size: int, peaks: tuple[bytes, ...]) -> None:
    with pytest.raises(FrontierMalformed) as refused:
        Frontier(size, peaks)

    assert refused.value.facts == {"size": size, "peaks": len(peaks)}
