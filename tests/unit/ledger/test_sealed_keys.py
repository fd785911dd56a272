"""Key files that a passphrase opens: what is written is read, and nothing else."""

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.ledger.sample import signing_keys
from thread.errors import ThreadError
from thread.ledger.keys import KeyMalformed
from thread.store.key_directory import KeyFileExists, read_signing_keys, write_key_file, write_key_text
from thread.store.sealed_keys import (
    PassphraseMissing,
    PassphraseUnusable,
    PassphraseWrong,
    is_sealed,
    sealed,
    sealed_fingerprint,
    unsealed,
)

CHEAP = 14
PHRASE = "correct horse battery"


@cache
def file_text() -> str:
    return sealed(signing_keys(), PHRASE, salt=b"s" * 16, nonce=b"n" * 12, cost=CHEAP)


@pytest.mark.requirement("KEY-3")
def test_sealed_keys_open_with_their_passphrase_and_no_other() -> None:
    text = file_text()

    assert is_sealed(text)
    assert sealed_fingerprint(text) == signing_keys().fingerprint
    assert unsealed(text, lambda: PHRASE) == signing_keys()
    with pytest.raises(PassphraseWrong, match=signing_keys().fingerprint):
        unsealed(text, lambda: f"{PHRASE} ")
    with pytest.raises(PassphraseMissing, match="THREAD_KEY_PASSPHRASE"):
        unsealed(text, lambda: None)


def test_neither_seed_stands_in_a_sealed_file() -> None:
    assert signing_keys().to_text().split("\n")[3].removeprefix("ed25519 ") not in file_text()
    assert signing_keys().to_text().split("\n")[4].removeprefix("ml-dsa-44 ") not in file_text()


def test_what_is_written_by_default_costs_128_mib_for_each_guess() -> None:
    text = sealed(signing_keys(), PHRASE, salt=b"s" * 16, nonce=b"n" * 12)

    assert "\nscrypt 17 8 1 " in text
    assert unsealed(text, lambda: PHRASE) == signing_keys()


def test_characters_that_look_the_same_are_the_same_passphrase() -> None:
    text = sealed(signing_keys(), "Schlu\u0308ssel", salt=b"s" * 16, nonce=b"n" * 12, cost=CHEAP)

    assert unsealed(text, lambda: "Schl\u00fcssel") == signing_keys()


@pytest.mark.parametrize(
    ("phrase", "why"), [("", "empty"), ("x" * 1_025, "more than 1024 bytes"), ("\ud800", "not text in UTF-8")]
)
def test_what_can_be_no_passphrase_is_refused(phrase: str, why: str) -> None:
    with pytest.raises(PassphraseUnusable, match=why):
        unsealed(file_text(), lambda: phrase)


@pytest.mark.requirement("KEY-3")
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("origin example.com/plant-7", "origin example.com/plant-8"),
        ("fingerprint ", "fingerprint 0"),
        ("scrypt 14", "scrypt 15"),
        ("scrypt 14", "scrypt 19"),
        ("scrypt 14 8 1", "scrypt 14 8 2"),
        ("scrypt 14", "scrypt 014"),
        ("origin example.com/plant-7", "origin two words"),
        ("aes-256-gcm bm5u", "aes-256-gcm bm5v"),
        ("aes-256-gcm bm5u", "aes-256-gcm "),
        ("sealed ", "sealed A"),
        ("v1\n", "v2\n"),
    ],
)
def test_a_changed_file_opens_nothing(old: str, new: str) -> None:
    changed = file_text().replace(old, new, 1)
    if old == "fingerprint ":
        changed = changed.replace(f"{signing_keys().fingerprint}\n", f"{signing_keys().fingerprint[:-1]}\n")
    assert changed != file_text()

    with pytest.raises((KeyMalformed, PassphraseWrong)):
        unsealed(changed, lambda: PHRASE)


@given(st.text(max_size=400) | st.builds(lambda at, sign: file_text()[:at] + sign, st.integers(0, 400), st.text()))
def test_no_text_makes_the_reader_raise_anything_of_its_own(text: str) -> None:
    with pytest.raises(ThreadError):
        unsealed(text, lambda: None)


def test_sealed_keys_lie_in_the_directory_under_their_fingerprint(tmp_path: Path) -> None:
    directory = tmp_path / "keys"
    fingerprint = signing_keys().fingerprint

    write_key_text(directory, fingerprint, file_text())

    assert read_signing_keys(directory, fingerprint, passphrase=lambda: PHRASE) == signing_keys()
    with pytest.raises(PassphraseMissing):
        read_signing_keys(directory, fingerprint)


def test_sealed_keys_of_another_fingerprint_are_refused_before_anybody_types(tmp_path: Path) -> None:
    directory = tmp_path / "keys"
    write_key_text(directory, "0" * 64, file_text())

    with pytest.raises(KeyMalformed, match=signing_keys().fingerprint):
        read_signing_keys(directory, "0" * 64, passphrase=lambda: pytest.fail("asked"))


def test_a_key_file_is_never_written_over(tmp_path: Path) -> None:
    place = tmp_path / "copy.keys"
    write_key_file(place, file_text())

    with pytest.raises(KeyFileExists):
        write_key_file(place, signing_keys().to_text())
    assert place.read_text(encoding="utf-8") == file_text()
    assert place.stat().st_mode & 0o777 == 0o600
