"""The auditor's verifier reads the published Merkle Patricia proofs as they are meant."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from thread.ledger.verifier import Wrong, check_absence, check_presence

pytestmark = pytest.mark.conformance


def test_exactly_the_valid_proofs_are_accepted(shared: Path) -> None:
    wrong = []
    for case in json.loads((shared / "standards" / "mpt" / "vectors.json").read_bytes())["proofs"]:
        root, key, proof = (bytes.fromhex(case[name]) for name in ("snap", "key", "proof"))
        try:
            if case["value"] is None:
                check_absence(root, key, proof)
            else:
                check_presence(root, key, bytes.fromhex(case["value"]), proof)
            is_accepted = True
        except Wrong:
            is_accepted = False
        if is_accepted is not case["valid"]:
            wrong.append(case)

    assert wrong == []
