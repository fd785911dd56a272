"""The text of a proof is read exactly as it may be written, and shows an entry to whoever has the ledger's keys."""

from __future__ import annotations

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thread.errors import ThreadError
from thread.ledger import Checkpoint, CheckpointNotSigned, SigningKeys, leaf_hash, root_from_leaves, sign_checkpoint
from thread.ledger.proofs import InclusionUnproven
from thread.ledger.tlog_proof import TlogProofMalformed, read_tlog_proof, verify_tlog_proof, write_tlog_proof

ENTRIES = [b"first", b"second", b"third"]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]
KEYS = SigningKeys.from_seeds(ed25519_seed=bytes(32), ml_dsa_44_seed=bytes(32), origin="plant.example")
OTHERS = SigningKeys.from_seeds(ed25519_seed=b"\x01" * 32, ml_dsa_44_seed=b"\x01" * 32, origin="plant.example")
NOTE = sign_checkpoint(Checkpoint("plant.example", 3, root_from_leaves(LEAVES)), KEYS.signers, 1_700_000_000)
# Entry 2 of 3 has one sibling: the node over the two before it.
SIBLING = root_from_leaves(LEAVES[:2])
PROOF = write_tlog_proof(seq=2, hashes=[SIBLING], checkpoint=NOTE, extra=ENTRIES[2])


def test_a_proof_is_a_header_the_entry_its_place_hashes_and_a_checkpoint() -> None:
    head, _, note = PROOF.partition(b"\n\n")

    assert head.decode().split("\n") == [
        "c2sp.org/tlog-proof@v1",
        f"extra {b64encode(b'third').decode()}",
        "index 2",
        b64encode(SIBLING).decode(),
    ]
    assert note == NOTE


@pytest.mark.requirement("EVI-1")
def test_a_proof_shows_its_entry_to_whoever_has_a_key_of_the_ledger() -> None:
    signed = verify_tlog_proof(read_tlog_proof(PROOF), KEYS.verifier_keys)

    assert [one.key for one in signed] == list(KEYS.verifier_keys)


def test_a_proof_shows_nothing_of_another_entry_or_to_whoever_has_other_keys() -> None:
    proof = read_tlog_proof(PROOF)

    with pytest.raises(InclusionUnproven):
        verify_tlog_proof(proof, KEYS.verifier_keys, entry=b"another")
    with pytest.raises(CheckpointNotSigned):
        verify_tlog_proof(proof, OTHERS.verifier_keys)


def test_a_proof_without_the_entry_needs_it_from_elsewhere() -> None:
    proof = read_tlog_proof(write_tlog_proof(seq=2, hashes=[SIBLING], checkpoint=NOTE))

    with pytest.raises(TlogProofMalformed, match="brings no entry bytes"):
        verify_tlog_proof(proof, KEYS.verifier_keys)
    verify_tlog_proof(proof, KEYS.verifier_keys, entry=ENTRIES[2])


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (b"tlog-proof@v1", b"tlog-proof@v2", "its first line is not"),
        (b"index 2", b"index 02", "without leading zeros"),
        (b"index 2", b"index +2", "without leading zeros"),
        (b"index 2\n", b"", "no line tells the index"),
        (b"extra ", b"extra  ", "not base64"),
        (b64encode(SIBLING), b64encode(SIBLING)[:-4], "is not the base64 of a hash"),
        (b"\n\n", b"\n", "no empty line"),
        (b"index 2", b"index 2\r", "without leading zeros"),
        (b"index", "índex".encode(), "not ASCII"),
    ],
)
def test_what_the_format_does_not_allow_is_refused(old: bytes, new: bytes, why: str) -> None:
    with pytest.raises(ThreadError, match=why):
        read_tlog_proof(PROOF.replace(old, new, 1 if old != b"\n\n" else -1))


@given(st.integers(0, len(PROOF) * 8 - 1))
def test_any_bit_that_is_changed_is_found_or_costs_the_proof_a_signature(place: int) -> None:
    changed = bytearray(PROOF)
    changed[place // 8] ^= 1 << place % 8

    try:
        signed = verify_tlog_proof(read_tlog_proof(bytes(changed)), KEYS.verifier_keys)
    except ThreadError:
        return
    # A line that was spoilt so that it names an unknown key is passed over; the other key vouches for all the rest.
    assert len(signed) == 1


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_but_an_error_of_ours(data: bytes) -> None:
    with pytest.raises(ThreadError):
        read_tlog_proof(data)
