"""RFC 6962 / RFC 9162 trees: roots in the published vectors, over the leaves that those vectors are about."""

import json
from base64 import b64decode
from pathlib import Path

import pytest

from thread.ledger import EMPTY_ROOT, Frontier, leaf_hash, root_from_leaves

pytestmark = pytest.mark.conformance

# The eight leaves of the Certificate Transparency reference tests, which the vectors were made from.
LEAVES = [
    leaf_hash(bytes.fromhex(data))
    for data in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]


def vector(shared: Path, name: str) -> dict[str, object]:
    path = shared / "standards" / "tlog" / "merkle" / name / "happy-path.json"
    loaded: dict[str, object] = json.loads(path.read_bytes())
    return loaded


@pytest.mark.parametrize("name", ["consistency/1", "consistency/3"])
def test_roots_of_two_sizes_are_the_published_ones(shared: Path, name: str) -> None:
    case = vector(shared, name)

    for size, root in ((case["size1"], case["root1"]), (case["size2"], case["root2"])):
        assert root_from_leaves(LEAVES[: int(str(size))]) == b64decode(str(root))


@pytest.mark.requirement("INT-4")
@pytest.mark.parametrize("name", ["inclusion/1", "inclusion/3"])
def test_root_and_leaf_hash_are_the_published_ones(shared: Path, name: str) -> None:
    case = vector(shared, name)

    assert LEAVES[int(str(case["leafIdx"]))] == b64decode(str(case["leafHash"]))
    assert root_from_leaves(LEAVES[: int(str(case["treeSize"]))]) == b64decode(str(case["root"]))


def test_inner_nodes_are_those_of_the_published_proof(shared: Path) -> None:
    """The proof for leaf 0 of 8 is leaf 1 and the nodes over leaves 2 to 3 and 4 to 7."""
    proof = [b64decode(one) for one in json.loads(json.dumps(vector(shared, "inclusion/1")["proof"]))]

    _, nodes = Frontier().extend(LEAVES)

    by_place = {(node.level, node.position): node.hash for node in nodes}
    assert proof == [LEAVES[1], by_place[1, 1], by_place[2, 1]]


def test_the_empty_tree_has_the_root_of_the_standard() -> None:
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
