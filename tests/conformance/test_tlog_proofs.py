"""Published proofs of Merkle trees: those that are valid are accepted, all others refused."""

from __future__ import annotations

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from thread.ledger.proofs import (
    ConsistencyUnproven,
    InclusionUnproven,
    verify_consistency,
    verify_inclusion,
    verify_subtree_consistency,
)

pytestmark = [pytest.mark.conformance, pytest.mark.requirement("EVI-1")]


def cases(shared: Path, kind: str) -> list[tuple[str, dict[str, Any]]]:
    folder = shared / "standards" / "tlog" / "merkle" / kind
    found = [(str(path.relative_to(folder)), json.loads(path.read_bytes())) for path in sorted(folder.rglob("*.json"))]
    assert found
    return found


def hashes(case: dict[str, Any]) -> list[bytes]:
    return [b64decode(one) for one in case["proof"] or ()]


def inclusion_is_accepted(case: dict[str, Any]) -> bool:
    start, end = case.get("start", 0), case.get("end", case.get("treeSize"))
    leaf, root = b64decode(case["leafHash"] or ""), b64decode(case["root"] or "")
    try:
        verify_inclusion(seq=case["leafIdx"] - start, size=end - start, leaf=leaf, root=root, proof=hashes(case))
    except InclusionUnproven:
        return False
    return True


def consistency_is_accepted(case: dict[str, Any]) -> bool:
    one, other = b64decode(case["root1"] or ""), b64decode(case["root2"] or "")
    try:
        if "start" in case:
            verify_subtree_consistency(
                start=case["start"],
                end=case["end"],
                size=case["size"],
                subtree_root=one,
                root=other,
                proof=hashes(case),
            )
        else:
            verify_consistency(
                old_size=case["size1"], old_root=one, new_size=case["size2"], new_root=other, proof=hashes(case)
            )
    except ConsistencyUnproven:
        return False
    return True


@pytest.mark.parametrize("kind", ["inclusion", "subtreeinclusion"])
def test_exactly_the_valid_inclusion_proofs_are_accepted(shared: Path, kind: str) -> None:
    wrong = [name for name, case in cases(shared, kind) if inclusion_is_accepted(case) is case["wantErr"]]

    assert wrong == []


@pytest.mark.parametrize("kind", ["consistency", "subtreeconsistency"])
def test_exactly_the_valid_consistency_proofs_are_accepted(shared: Path, kind: str) -> None:
    wrong = [name for name, case in cases(shared, kind) if consistency_is_accepted(case) is case["wantErr"]]

    assert wrong == []
