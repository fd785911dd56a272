"""Keys: names, ids, fingerprints, and the texts by which they travel."""

import hashlib
from base64 import b64encode

import pytest
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.ledger.sample import signing_keys
from thread.ledger.keys import (
    KeyKind,
    KeyKindUnsupported,
    KeyMalformed,
    SigningKeys,
    VerifierKey,
    base64_bytes,
    default_origin,
    is_key_name,
    public_key_fingerprint,
)


def test_a_ledger_has_an_ed25519_key_and_an_ml_dsa_44_key_of_its_own_name() -> None:
    ed25519, ml_dsa_44 = signing_keys().verifier_keys

    assert (ed25519.kind, len(ed25519.public_key), ed25519.name) == (KeyKind.ED25519, 32, "example.com/plant-7")
    assert (ml_dsa_44.kind, len(ml_dsa_44.public_key), ml_dsa_44.name) == (
        KeyKind.ML_DSA_44,
        1312,
        "example.com/plant-7",
    )


def test_the_same_seeds_give_the_same_keys() -> None:
    again = SigningKeys.from_seeds(ed25519_seed=b"a" * 32, ml_dsa_44_seed=b"A" * 32, origin="example.com/plant-7")

    assert again == signing_keys()
    assert again.verifier_keys == signing_keys().verifier_keys


def test_the_fingerprint_does_not_depend_on_the_name() -> None:
    assert signing_keys(origin="example.com/other").fingerprint == signing_keys().fingerprint
    assert signing_keys("b").fingerprint != signing_keys().fingerprint


def test_the_fingerprint_is_the_hash_of_a_label_and_both_public_keys() -> None:
    ed25519, ml_dsa_44 = signing_keys().verifier_keys

    expected = hashlib.sha256(
        b"thread ledger keys v1\n\x04" + ed25519.public_key + b"\x06" + ml_dsa_44.public_key
    ).hexdigest()

    assert signing_keys().fingerprint == expected
    assert public_key_fingerprint((ml_dsa_44, ed25519)) == expected


def test_a_ledger_without_a_name_is_called_after_its_fingerprint() -> None:
    keys = signing_keys(origin=None)

    assert keys.name == f"thread.local/{keys.fingerprint[:16]}" == default_origin(keys.fingerprint)
    assert keys.verifier_keys[0].name == keys.name


def test_what_a_key_signs_only_that_key_accepts() -> None:
    for ours, theirs in zip(signing_keys().signers, signing_keys("b").signers, strict=True):
        signature = ours.sign(b"message")

        assert len(signature) == ours.verifier_key.kind.signature_bytes
        assert ours.verifier_key.accepts(signature, b"message")
        assert not ours.verifier_key.accepts(signature, b"massage")
        assert not ours.verifier_key.accepts(signature[:-1], b"message")
        assert not theirs.verifier_key.accepts(signature, b"message")


def test_seeds_never_show_in_a_printout() -> None:
    keys = SigningKeys("example.com/x", b"\xaa" * 32, b"\xbb" * 32)

    for text in (repr(keys), str(keys), repr(keys.signers), repr(keys.verifier_keys)):
        assert "\\xaa" not in text
        assert "\\xbb" not in text


def test_the_published_text_of_a_key_is_name_id_and_key() -> None:
    key = VerifierKey("example.com/foo", KeyKind.ED25519, bytes(32))
    key_id = hashlib.sha256(b"example.com/foo\n\x04" + bytes(32)).hexdigest()[:8]

    assert key.vkey == f"example.com/foo+{key_id}+BA{'A' * 42}"
    assert VerifierKey.from_vkey(key.vkey) == key


@given(st.binary(min_size=32, max_size=32), st.from_regex(r"[a-z]{1,8}\.example/[!-*,-~é]{0,5}", fullmatch=True))
def test_a_published_key_is_read_back(public_key: bytes, name: str) -> None:
    key = VerifierKey(name, KeyKind.ED25519, public_key)

    assert VerifierKey.from_vkey(key.vkey) == key


def with_material(name: str, material: bytes) -> str:
    key_id = hashlib.sha256(name.encode() + b"\n" + material).hexdigest()[:8]
    return f"{name}+{key_id}+{b64encode(material).decode()}"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "does not read"),
        ("example.com+0123abcd", "does not read"),
        ("example.com+0123abcd+", "does not read"),
        ("example.com+0123ABCD+BAAA", "does not read"),
        ("example.com+0123abcd+BAAA\n", "does not read"),
        ("example.com+0123abcd+BAA", "does not read"),
        ("example.com+0123abcd+BAB=", "does not read"),
        (with_material("example.com", b"\x01" + bytes(32)), "signature type 0x01"),
        (with_material("example.com", b"\x04" + bytes(31)), "31 bytes, not 32"),
        (with_material("example.com", b"\x06" + bytes(32)), "32 bytes, not 1312"),
        (with_material("exam ple", b"\x04" + bytes(32)), "space"),
        (with_material("e" * 256, b"\x04" + bytes(32)), "too long"),
        (f"example.com+00000000+BA{'A' * 42}", "its key id is 00000000"),
        ("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "signature type 0x01"),
    ],
)
def test_a_text_that_is_no_verifier_key_is_refused(text: str, why: str) -> None:
    with pytest.raises(KeyMalformed) as refused:
        VerifierKey.from_vkey(text)

    assert refused.value.what == "verifier key"
    assert why in refused.value.why


@given(st.text() | st.text(alphabet="a+/=0BA\n \ud800"))
def test_no_text_makes_reading_a_key_fail_otherwise(text: str) -> None:
    for read in (VerifierKey.from_vkey, SigningKeys.from_text):
        with pytest.raises(KeyMalformed):
            read(text)


def test_a_key_file_is_read_back() -> None:
    text = signing_keys().to_text()

    assert text.splitlines()[:3] == [
        "thread signing keys v1",
        "origin example.com/plant-7",
        f"fingerprint {signing_keys().fingerprint}",
    ]
    assert SigningKeys.from_text(text) == signing_keys()


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("keys v1", "keys v2", "first line"),
        ("origin ", "Origin ", "lines are not"),
        ("origin example.com/plant-7", "origin ", "name is empty"),
        ("origin example.com/plant-7", "origin a b", "space"),
        ("\n", "\r\n", "first line"),
        ("ed25519 YWFh", "ed25519 AAAA", "its seeds give the fingerprint"),
        ("ed25519 YWFh", "ed25519 *AAA", "a seed has not 32 bytes"),
        ("ed25519 YWFh", "ed25519 ", "a seed has not 32 bytes"),
        ("ml-dsa-44 ", "ml-dsa-65 ", "lines are not"),
        ("fingerprint ", "fingerprint 0", "its seeds give the fingerprint"),
    ],
)
def test_a_changed_key_file_is_refused(old: str, new: str, why: str) -> None:
    text = signing_keys().to_text()

    with pytest.raises(KeyMalformed) as refused:
        SigningKeys.from_text(text.replace(old, new))

    assert why in refused.value.why


def test_a_key_file_with_a_line_more_or_less_is_refused() -> None:
    text = signing_keys().to_text()

    for changed in (text + "\n", text[:-1], text.rstrip("\n").rsplit("\n", 1)[0] + "\n", text + "more\n"):
        with pytest.raises(KeyMalformed):
            SigningKeys.from_text(changed)


def test_seeds_of_the_wrong_length_are_refused() -> None:
    with pytest.raises(KeyMalformed, match="32 bytes"):
        SigningKeys.from_seeds(ed25519_seed=b"a" * 31, ml_dsa_44_seed=b"b" * 32)
    with pytest.raises(KeyMalformed, match="32 bytes"):
        SigningKeys.from_seeds(ed25519_seed=b"a" * 32, ml_dsa_44_seed=b"b" * 33)


@pytest.mark.parametrize(
    ("name", "good"),
    [
        ("example.com/plant-7", True),
        ("Käserei", True),
        ("a" * 255, True),
        ("a" * 256, False),
        ("ä" * 128, False),
        ("", False),
        ("a b", False),
        ("a\u2003b", False),
        ("a\u0085b", False),
        ("a\tb", False),
        ("a\x00b", False),
        ("a+b", False),
        ("\ud800", False),
    ],
)
def test_a_key_name_has_no_space_no_plus_and_at_most_255_bytes(name: str, good: bool) -> None:
    assert is_key_name(name) is good


@given(st.binary(max_size=40))
def test_base64_is_read_back(data: bytes) -> None:
    assert base64_bytes(b64encode(data).decode()) == data


@pytest.mark.parametrize("text", ["A", "AB", "AAA", "AB==A", "AB==", "AAB=", "AA A", "AAAA\n", "AA-_", "====", "ÄAAA"])
def test_base64_that_is_not_the_one_encoding_is_refused(text: str) -> None:
    assert base64_bytes(text) is None


def test_a_library_without_ml_dsa_is_told_clearly(monkeypatch: pytest.MonkeyPatch) -> None:
    def unsupported(data: bytes) -> None:
        raise UnsupportedAlgorithm("ML-DSA-44 is not supported by this backend.")

    monkeypatch.setattr(MLDSA44PrivateKey, "from_seed_bytes", unsupported)
    monkeypatch.setattr(MLDSA44PublicKey, "from_public_bytes", unsupported)

    with pytest.raises(KeyKindUnsupported, match="install the wheel of cryptography"):
        _ = SigningKeys("example.com/new", b"a" * 32, b"b" * 32).signers
    with pytest.raises(KeyKindUnsupported, match="install the wheel of cryptography"):
        VerifierKey("example.com/new", KeyKind.ML_DSA_44, bytes(1312)).accepts(bytes(2420), b"message")
