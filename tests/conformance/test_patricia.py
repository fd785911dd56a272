"""Published Merkle Patricia trees: roots, and proofs of presence and absence, good and bad."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from thread.ledger.patricia import IndexUnproven, leaf_part, map_root, verify_absence, verify_presence

pytestmark = [pytest.mark.conformance, pytest.mark.requirement("EVI-1")]


def order(key: bytes) -> bytes:
    return (key + b"\x00").ljust(40, b"\xff")


def vectors(shared: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((shared / "standards" / "mpt" / "vectors.json").read_bytes())
    return loaded


def test_roots_are_the_published_ones(shared: Path) -> None:
    for case in vectors(shared)["treehash"]:
        items = {bytes.fromhex(key): bytes.fromhex(value) for key, value in case["items"].items()}
        parts = [leaf_part(key, items[key]) for key in sorted(items, key=order)]

        assert map_root(parts).hex() == case["hash"], case["items"]


def test_exactly_the_valid_proofs_are_accepted(shared: Path) -> None:
    wrong = []
    for case in vectors(shared)["proofs"]:
        root, key, proof = (bytes.fromhex(case[name]) for name in ("snap", "key", "proof"))
        try:
            if case["value"] is None:
                verify_absence(root=root, key=key, proof=proof)
            else:
                verify_presence(root=root, key=key, value=bytes.fromhex(case["value"]), proof=proof)
            is_accepted = True
        except IndexUnproven:
            is_accepted = False
        if is_accepted is not case["valid"]:
            wrong.append(case)

    assert wrong == []
