"""Checkpoints: their text, their signatures, and what is refused."""

from base64 import b64encode
from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.ledger.sample import SIGNED_AT, signing_keys
from thread.errors import ThreadError
from thread.ledger import (
    Checkpoint,
    CheckpointMalformed,
    CheckpointNotSigned,
    Cosignature,
    SignatureInvalid,
    VerifierKey,
    read_checkpoint,
    sign_checkpoint,
    verify_checkpoint,
)
from thread.ledger.checkpoint import MAX_SIGNATURES, MAX_SIZE
from thread.ledger.keys import KeyKind

ROOT = sha256(b"root").digest()
CHECKPOINT = Checkpoint("example.com/plant-7", 42, ROOT)
SIGNED = sign_checkpoint(CHECKPOINT, signing_keys().signers, SIGNED_AT)
TEXT, LINES = SIGNED.decode().split("\n\n")
LINE = f"— example.com/w {b64encode(b'abcd-signature').decode()}"


def note(text: str, lines: str = LINE + "\n") -> bytes:
    return f"{text}\n{lines}".encode()


def test_a_checkpoint_is_three_lines_of_origin_size_and_root() -> None:
    assert CHECKPOINT.text == f"example.com/plant-7\n42\n{b64encode(ROOT).decode()}\n"


@pytest.mark.requirement("INT-3")
def test_a_ledger_signs_with_both_keys_and_the_time() -> None:
    ed25519, ml_dsa_44 = signing_keys().verifier_keys

    assert verify_checkpoint(SIGNED, signing_keys().verifier_keys) == (
        Cosignature(ed25519, SIGNED_AT),
        Cosignature(ml_dsa_44, SIGNED_AT),
    )


def test_the_bytes_are_kept_as_they_were_read() -> None:
    signed = read_checkpoint(SIGNED)

    assert signed.data == SIGNED
    assert signed.checkpoint == CHECKPOINT
    assert signed.checkpoint.text + "\n" + "".join(one.line for one in signed.signatures) == SIGNED.decode()
    assert [one.key_id for one in signed.signatures] == [key.key_id for key in signing_keys().verifier_keys]


def test_the_ed25519_key_signs_the_message_of_the_specification() -> None:
    ed25519 = signing_keys().verifier_keys[0]
    signature = read_checkpoint(SIGNED).signatures[0].signature

    assert int.from_bytes(signature[:8], "big") == SIGNED_AT
    Ed25519PublicKey.from_public_bytes(ed25519.public_key).verify(
        signature[8:],
        f"cosignature/v1\ntime {SIGNED_AT}\nexample.com/plant-7\n42\n{b64encode(ROOT).decode()}\n".encode(),
    )


def test_the_ml_dsa_key_signs_the_structure_of_the_specification() -> None:
    ml_dsa_44 = signing_keys().verifier_keys[1]
    signature = read_checkpoint(SIGNED).signatures[1].signature

    MLDSA44PublicKey.from_public_bytes(ml_dsa_44.public_key).verify(
        signature[8:],
        b"subtree/v1\n\x00"
        b"\x13example.com/plant-7"
        + SIGNED_AT.to_bytes(8, "big")
        + b"\x13example.com/plant-7"
        + (0).to_bytes(8, "big")
        + (42).to_bytes(8, "big")
        + ROOT,
    )


def test_signatures_of_unknown_keys_are_passed_over() -> None:
    stranger = f"— example.com/plant-7 {b64encode(b'XXXX' + bytes(72)).decode()}\n"
    witness = f"— witness.example/w1 {b64encode(b'YYYY' + bytes(72)).decode()}\n"
    ed25519 = signing_keys().verifier_keys[0]

    found = verify_checkpoint(f"{TEXT}\n\n{stranger}{LINES}{witness}".encode(), [ed25519])

    assert found == (Cosignature(ed25519, SIGNED_AT),)


def test_a_known_name_with_another_key_id_is_an_unknown_key() -> None:
    other = signing_keys("b").verifier_keys

    with pytest.raises(CheckpointNotSigned) as refused:
        verify_checkpoint(SIGNED, other)

    assert refused.value.origin == "example.com/plant-7"
    assert refused.value.found == tuple(
        f"example.com/plant-7 (key id {key.key_id.hex()})" for key in signing_keys().verifier_keys
    )


def test_one_wrong_signature_of_a_known_key_rejects_the_whole_checkpoint() -> None:
    first, second = LINES.splitlines()
    forged = f"{TEXT}\n\n{first}\n{second[:-10]}{'AAAAAAAAA='[-10:]}\n".encode()
    ed25519, ml_dsa_44 = signing_keys().verifier_keys

    with pytest.raises(SignatureInvalid) as refused:
        verify_checkpoint(forged, [ed25519, ml_dsa_44])

    assert refused.value.key == ml_dsa_44
    assert verify_checkpoint(forged, [ed25519])[0].key == ed25519


@pytest.mark.parametrize(
    ("old", "new"), [("\n42\n", "\n43\n"), ("plant-7\n42", "plant-8\n42"), (b64encode(ROOT).decode(), "A" * 43 + "=")]
)
@pytest.mark.parametrize("kind", [0, 1])
def test_changed_text_is_found_by_either_key(old: str, new: str, kind: int) -> None:
    changed = SIGNED.decode().replace(old, new, 1).encode()

    with pytest.raises(SignatureInvalid):
        verify_checkpoint(changed, [signing_keys().verifier_keys[kind]])


@given(st.integers(0, len(SIGNED) * 8 - 1))
def test_any_bit_changed_in_a_signed_checkpoint_is_found(bit: int) -> None:
    changed = bytearray(SIGNED)
    changed[bit // 8] ^= 1 << bit % 8

    try:
        found = verify_checkpoint(bytes(changed), signing_keys().verifier_keys)
    except ThreadError:
        return
    # Only the name or id in one signature line can change without a refusal: then that signature counts no more.
    assert len(found) == 1
    assert read_checkpoint(bytes(changed)).checkpoint == CHECKPOINT


def test_a_signature_with_another_time_does_not_count() -> None:
    key = signing_keys().verifier_keys[0]
    signature = read_checkpoint(SIGNED).signatures[0].signature

    for time in (SIGNED_AT + 1, 2**63, 2**64 - 1):
        encoded = b64encode(key.key_id + time.to_bytes(8, "big") + signature[8:]).decode()
        with pytest.raises(SignatureInvalid):
            verify_checkpoint(f"{TEXT}\n\n— {key.name} {encoded}\n".encode(), [key])


@pytest.mark.parametrize("length", [1, 7, 8, 71, 73])
def test_a_signature_of_the_wrong_length_does_not_count(length: int) -> None:
    key = signing_keys().verifier_keys[0]
    encoded = b64encode(key.key_id + bytes(length)).decode()

    with pytest.raises(SignatureInvalid):
        verify_checkpoint(f"{TEXT}\n\n— {key.name} {encoded}\n".encode(), [key])


def test_a_checkpoint_of_no_entries_can_be_signed() -> None:
    empty = Checkpoint("example.com/plant-7", 0, sha256(b"").digest())

    signed = sign_checkpoint(empty, signing_keys().signers, SIGNED_AT)

    assert read_checkpoint(signed).checkpoint == empty
    assert len(verify_checkpoint(signed, signing_keys().verifier_keys)) == 2


@pytest.mark.parametrize("timestamp", [0, -1, 2**63])
def test_a_clock_that_shows_no_time_signs_nothing(timestamp: int) -> None:
    with pytest.raises(CheckpointMalformed, match="set the clock"):
        sign_checkpoint(CHECKPOINT, signing_keys().signers, timestamp)


def test_nothing_is_signed_by_nobody() -> None:
    with pytest.raises(CheckpointMalformed, match="nobody"):
        sign_checkpoint(CHECKPOINT, (), SIGNED_AT)


@pytest.mark.parametrize(
    ("origin", "size", "root"),
    [("", 1, ROOT), ("a b", 1, ROOT), ("a", -1, ROOT), ("a", MAX_SIZE + 1, ROOT), ("a", 1, ROOT[:-1])],
)
def test_what_is_no_checkpoint_cannot_be_made(origin: str, size: int, root: bytes) -> None:
    with pytest.raises(CheckpointMalformed):
        Checkpoint(origin, size, root)


B64 = b64encode(ROOT).decode()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "no empty line"),
        (b"\xff", "not UTF-8"),
        (b"o\n1\n" + B64.encode() + b"\n", "no empty line"),
        (note(f"o\n1\n{B64}\n", ""), "has none"),
        (note(f"o\n1\n{B64}\n", LINE), "ends within"),
        (note(f"o\n1\n{B64}\n", f"{LINE}\n\n"), "no empty line|2 lines|lines, not"),
        (note(f"\n1\n{B64}\n"), "origin is empty"),
        (note(f"1\n{B64}\n"), "2 lines"),
        (note(f"o\n1\n{B64}\nextension\n"), "4 lines"),
        (note(f"o\n1\n{B64}\n\n"), "4 lines"),
        (note(f"o+p\n1\n{B64}\n"), "plus"),
        (note(f"o p\n1\n{B64}\n"), "space"),
        (note(f"o\n01\n{B64}\n"), "leading zeros"),
        (note(f"o\n+1\n{B64}\n"), "leading zeros"),
        (note(f"o\n-1\n{B64}\n"), "leading zeros"),
        (note(f"o\n1_0\n{B64}\n"), "leading zeros"),
        (note(f"o\n١\n{B64}\n"), "leading zeros"),
        (note(f"o\n\n{B64}\n"), "leading zeros"),
        (note(f"o\n{2**63}\n{B64}\n"), "size is not"),
        (note(f"o\n{'9' * 30}\n{B64}\n"), "leading zeros"),
        (note(f"o\n1\n{B64[:-1]}\n"), "base64"),
        (note(f"o\n1\n{B64[:-2]}J=\n"), "base64"),
        (note("o\n1\nAAAA\n"), "3 bytes"),
        (note(f"o\n1\n {B64}\n"), "base64"),
        (note(f"o\r\n1\n{B64}\n"), "control characters"),
        (note(f"o\n1\n{B64}\n", "- example.com/w AAAAAAA=\n"), "signature line"),
        (note(f"o\n1\n{B64}\n", "—  AAAAAAA=\n"), "signature line"),
        (note(f"o\n1\n{B64}\n", "— w\n"), "signature line"),
        (note(f"o\n1\n{B64}\n", "— w AAAA\n"), "signature line"),
        (note(f"o\n1\n{B64}\n", "— w AAAAAA==\n"), "signature line"),
        (note(f"o\n1\n{B64}\n", "— w  AAAAAAA=\n"), "signature line"),
        (note(f"o\n1\n{B64}\n", "— w AAAAAAA= \n"), "signature line"),
        (note(f"o\n1\n{B64}\n", f"{LINE}\n" * (MAX_SIGNATURES + 1)), "65 signature lines"),
        (note(f"o\n1\n{B64}\n", LINE + "A" * 600_000 + "\n"), "bytes"),
    ],
)
def test_bytes_that_are_no_signed_checkpoint_are_refused(data: bytes, why: str) -> None:
    with pytest.raises(CheckpointMalformed) as refused:
        read_checkpoint(data)

    assert any(part in refused.value.why for part in why.split("|"))


def test_at_least_sixteen_signatures_are_read() -> None:
    assert len(read_checkpoint(note(f"o\n1\n{B64}\n", f"{LINE}\n" * 16)).signatures) == 16


@given(
    st.binary(max_size=80)
    | st.text(alphabet="o1— \n+=AB/w", max_size=60).map(str.encode)
    | st.lists(st.sampled_from(["o", "1", B64, "", LINE, "x"]), max_size=8).map(lambda lines: "\n".join(lines).encode())
)
def test_no_bytes_make_reading_a_checkpoint_fail_otherwise(data: bytes) -> None:
    try:
        signed = read_checkpoint(data)
    except CheckpointMalformed:
        return
    assert f"{signed.checkpoint.text}\n{''.join(one.line for one in signed.signatures)}".encode() == data


def test_a_device_that_keeps_its_key_can_sign() -> None:
    class Device:
        verifier_key = signing_keys().verifier_keys[0]

        def sign(self, message: bytes) -> bytes:
            return signing_keys().signers[0].sign(message)

    signed = sign_checkpoint(CHECKPOINT, [Device()], SIGNED_AT)

    assert verify_checkpoint(signed, [Device.verifier_key]) == (Cosignature(Device.verifier_key, SIGNED_AT),)


def test_a_public_key_that_is_no_point_accepts_nothing() -> None:
    key: Any = VerifierKey("example.com/plant-7", KeyKind.ED25519, b"\xff" * 32)

    assert not key.accepts(bytes(64), b"message")
