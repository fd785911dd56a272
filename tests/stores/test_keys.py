"""Changing, sealing, exporting and importing the signing keys of a stored ledger."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests.builders import receipt
from tests.stores.conftest import Clock
from tests.stores.failing import Crash, FailingConnection
from tests.stores.independent import problems_of
from thread.ledger import Signer, SigningKeys, read_checkpoint, verify_checkpoint
from thread.ledger.verifier import verify_bundle
from thread.service import Ledger, open_ledger
from thread.service.ledger_keys import KeysChangedMeanwhile, KeysOfOtherLedger, NextKeysCommitted
from thread.store.key_directory import KeyFileExists, KeyFileMissing, KeyFileUnsafe
from thread.store.sealed_keys import PassphraseMissing, PassphraseWrong, sealed
from thread.store.sqlite import SqliteStore

ORIGIN = "plant.example"


def keys_of(letter: str, origin: str = ORIGIN) -> SigningKeys:
    seed = letter.encode()
    return SigningKeys.from_seeds(ed25519_seed=seed * 32, ml_dsa_44_seed=seed.upper() * 32, origin=origin)


def states(ledger: Ledger) -> list[tuple[str, str]]:
    return [(one.public.state, one.private) for one in ledger.stored_keys()]


def key_folder(path: Path) -> Path:
    return path.with_name(f"{path.name}.keys")


def remove(path: Path, fingerprint: str) -> None:
    (key_folder(path) / f"{fingerprint}.keys").unlink()


@pytest.fixture
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seal at the least cost that is read, so that tests do not wait."""

    def seal(keys: SigningKeys, passphrase: str, *, salt: bytes, nonce: bytes) -> str:
        return sealed(keys, passphrase, salt=salt, nonce=nonce, cost=14)

    monkeypatch.setattr("thread.service.ledger_keys.sealed", seal)


@pytest.mark.requirement("KEY-1")
def test_checkpoints_are_signed_by_the_keys_that_are_valid_at_their_size(
    ledger: Ledger, again: Callable[[], Ledger], path: Path
) -> None:
    ledger.record(receipt("STEEL-1"))
    first, before = ledger.opened.keys, ledger.checkpoint()

    change = ledger.rotate_keys()
    between = ledger.signers_at(change.seq + 1)
    after = ledger.checkpoint()

    new = ledger.keys_at(ledger.size).keys
    assert (change.seq, change.fingerprint, change.next_key) == (3, ledger.current_fingerprint, None)
    assert ledger.current_fingerprint != ledger.fingerprint
    assert len(verify_checkpoint(before, first)) == 2
    assert tuple(one.verifier_key for one in between) == first
    assert read_checkpoint(after).checkpoint.size == change.seq + 2
    assert len(verify_checkpoint(after, new)) == 2
    assert [one.name for one in read_checkpoint(after).signatures] == [ORIGIN, ORIGIN]
    assert ledger.verify(fingerprint=ledger.fingerprint).ok
    assert problems_of(path) == []
    with again() as reopened:
        assert reopened.current_fingerprint == change.fingerprint
        assert reopened.checkpoint() == after
        reopened.rebuild()
        assert reopened.keys_at(5).fingerprint == change.fingerprint


def test_keys_change_many_times_and_every_change_is_found_without_reading_all_entries(
    ledger: Ledger, path: Path
) -> None:
    for number in range(4):
        ledger.rotate_keys()
        ledger.record(receipt(f"STEEL-{number}"))
        ledger.checkpoint()

    found = ledger.verify(verifier_keys=ledger.opened.keys)

    assert (found.ok, found.anchored, found.vouched) == (True, True, ledger.size)
    assert [one.seq for one in ledger.key_schedule().generations] == [0, 1, 4, 7, 10]
    assert problems_of(path) == []
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM types WHERE type LIKE 'ledger.key%'").fetchone() == (4,)


def test_a_ledger_goes_on_recording_after_its_keys_changed(ledger: Ledger) -> None:
    ledger.record(receipt("STEEL-1"), key="desk/1")
    ledger.rotate_keys()

    retried = ledger.record(receipt("STEEL-1"), key="desk/1")
    other = ledger.record(receipt("STEEL-2"), key="desk/2")

    assert (retried.seq, retried.duplicate, other.seq) == (1, True, 3)


@pytest.mark.requirement("KEY-1")
def test_prepared_keys_follow_and_no_others_can(url: str, path: Path, clock: Clock) -> None:
    with Ledger.create(url, origin=ORIGIN, clock=clock, prepare_next_key=True) as ledger:
        promised = ledger.opened.next_key
        assert states(ledger) == [("valid", "in clear"), ("prepared", "in clear")]
        with pytest.raises(NextKeysCommitted, match=str(promised)):
            ledger.rotate_keys(new=keys_of("x").signers)
        assert ledger.size == 1

        change = ledger.rotate_keys(prepare_next=True)

        assert change.fingerprint == promised
        assert states(ledger) == [("valid", "in clear"), ("follows", "in clear"), ("prepared", "in clear")]
        remove(path, str(change.next_key))
        with pytest.raises(KeyFileMissing, match=str(change.next_key)):
            ledger.rotate_keys()
        assert ledger.verify().ok


def test_whoever_lost_the_old_private_keys_cannot_change_them(ledger: Ledger, path: Path) -> None:
    remove(path, ledger.fingerprint)

    with pytest.raises(KeyFileMissing, match=ledger.fingerprint):
        ledger.rotate_keys()
    assert ledger.size == 1
    assert states(ledger) == [("valid", "missing")]


def test_two_who_change_the_keys_at_once_do_it_once(
    ledger: Ledger, again: Callable[[], Ledger], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = ledger._made_keys

    def meanwhile(origin: str | None) -> SigningKeys:
        with again() as other:
            other.rotate_keys()
        return made(origin)

    monkeypatch.setattr(ledger, "_made_keys", meanwhile)

    with pytest.raises(KeysChangedMeanwhile):
        ledger.rotate_keys()
    assert ledger.size == 2
    assert states(ledger) == [("valid", "in clear"), ("follows", "in clear"), ("unused", "in clear")]


@pytest.mark.parametrize("persists", [False, True], ids=["fails_and_does_not_persist", "fails_but_persists"])
def test_a_crash_between_the_key_file_and_the_entry_leaves_a_valid_ledger(
    ledger: Ledger, url: str, path: Path, persists: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.close()
    monkeypatch.setattr(SqliteStore, "connection_factory", FailingConnection)
    for stop_at in range(20):
        FailingConnection.plan.arm(None, persists=False)
        with open_ledger(url) as opened:
            size = opened.size
            FailingConnection.plan.arm(stop_at, persists=persists)
            with suppress(Crash):
                opened.rotate_keys()
            FailingConnection.plan.arm(None, persists=False)
        with open_ledger(url) as opened:
            assert problems_of(path) == []
            assert opened.size in {size, size + 1}
            assert "missing" not in dict(states(opened)).values()
            opened.record(receipt(f"STEEL-{stop_at}"))
            opened.checkpoint()
            assert opened.verify().ok


# Sealed keys


@pytest.mark.requirement("KEY-3")
@pytest.mark.usefixtures("cheap")
def test_a_ledger_made_with_a_passphrase_keeps_its_private_keys_sealed(url: str, path: Path) -> None:
    with Ledger.create(url, origin=ORIGIN, passphrase="open sesame") as ledger:
        ledger.rotate_keys(prepare_next=True)
        assert states(ledger) == [("valid", "sealed"), ("follows", "sealed"), ("prepared", "sealed")]
    for file in key_folder(path).iterdir():
        assert "ml-dsa-44 " not in file.read_text(encoding="utf-8")

    with open_ledger(url) as ledger, pytest.raises(PassphraseMissing):
        ledger.checkpoint()
    with open_ledger(url, passphrase="guess") as ledger, pytest.raises(PassphraseWrong):
        ledger.checkpoint()
    with open_ledger(url, passphrase=lambda: "open sesame") as ledger:
        assert ledger.checkpoint()
        assert ledger.verify().ok


@pytest.mark.usefixtures("cheap")
def test_the_passphrase_may_stand_in_the_environment(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THREAD_KEY_PASSPHRASE", "open sesame")
    with Ledger.create(url, origin=ORIGIN) as ledger:
        assert states(ledger) == [("valid", "sealed")]
        assert ledger.checkpoint()


@pytest.mark.usefixtures("cheap")
def test_keys_that_were_in_clear_are_followed_by_sealed_ones(ledger: Ledger, url: str) -> None:
    ledger.close()
    with open_ledger(url, passphrase="open sesame") as opened:
        opened.rotate_keys()
        assert states(opened) == [("valid", "in clear"), ("follows", "sealed")]


@pytest.mark.usefixtures("cheap")
def test_somebody_is_asked_once_for_the_passphrase(url: str) -> None:
    asked = []
    Ledger.create(url, origin=ORIGIN, passphrase="open sesame").close()

    def ask() -> str:
        asked.append(1)
        return "open sesame"

    with open_ledger(url, passphrase=ask) as ledger:
        ledger.rotate_keys()
        ledger.record(receipt("STEEL-1"))
        ledger.checkpoint()
        assert states(ledger) == [("retired", "sealed"), ("valid", "sealed")]
    assert asked == [1]


@pytest.mark.usefixtures("cheap")
def test_whoever_mistyped_the_passphrase_is_asked_again(url: str) -> None:
    Ledger.create(url, origin=ORIGIN, passphrase="open sesame").close()
    typed = iter(["open seasme", "open sesame"])

    with open_ledger(url, passphrase=lambda: next(typed)) as ledger:
        with pytest.raises(PassphraseWrong):
            ledger.checkpoint()
        assert ledger.checkpoint()


# Devices


def test_a_device_signs_where_the_private_keys_are_not_in_the_directory(ledger: Ledger, url: str) -> None:
    ledger.close()
    device = keys_of("d")

    def signers(fingerprint: str) -> tuple[Signer, Signer] | None:
        return device.signers if fingerprint == device.fingerprint else None

    with open_ledger(url, signers=signers) as opened:
        change = opened.rotate_keys(new=device.signers)
        opened.record(receipt("STEEL-1"))
        note = opened.checkpoint()

        assert change.fingerprint == device.fingerprint
        assert len(verify_checkpoint(note, device.verifier_keys)) == 2
        assert states(opened) == [("retired", "in clear"), ("valid", "elsewhere")]
        assert opened.verify().ok


# Export and import


def test_a_key_file_goes_out_and_comes_back(ledger: Ledger, path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "safe.keys"

    assert ledger.export_key_file(copy) == ledger.fingerprint
    assert copy.stat().st_mode & 0o777 == 0o600
    with pytest.raises(KeyFileExists):
        ledger.export_key_file(copy)
    remove(path, ledger.fingerprint)

    assert ledger.import_key_file(copy) == ledger.fingerprint
    with pytest.raises(KeyFileExists):
        ledger.import_key_file(copy)
    assert ledger.checkpoint()


def test_a_key_file_of_another_ledger_or_open_to_others_is_not_brought_in(ledger: Ledger, tmp_path: Path) -> None:
    place = tmp_path / "other.keys"
    place.write_text(keys_of("x", "other.example").to_text(), encoding="utf-8")
    place.chmod(0o644)

    with pytest.raises(KeyFileUnsafe, match="open to other users"):
        ledger.import_key_file(place)
    place.chmod(0o600)
    with pytest.raises(KeysOfOtherLedger, match=r"other\.example"):
        ledger.import_key_file(place)
    assert states(ledger) == [("valid", "in clear")]


def test_a_key_file_that_cannot_be_used_is_listed_as_such(ledger: Ledger, path: Path) -> None:
    (key_folder(path) / f"{ledger.fingerprint}.keys").chmod(0o644)

    assert states(ledger) == [("valid", "unusable")]


# What leaves the building


def test_a_bundle_after_a_change_of_keys_holds_the_change_and_verifies_from_the_first_keys_on(ledger: Ledger) -> None:
    ledger.record(receipt("STEEL-1"))
    ledger.checkpoint()
    first = ledger.fingerprint
    ledger.rotate_keys(prepare_next=True)
    ledger.rotate_keys()
    ledger.checkpoint()

    verdict = verify_bundle(ledger.bundle("STEEL-1").data, fingerprint=first)

    assert (verdict["checks"]["signatures"], verdict["anchored"]) == ("good", True)
    assert "signatures" not in {problem["check"] for problem in verdict["problems"]}
