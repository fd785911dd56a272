"""The key directory: private, durable, never written over."""

import os
from pathlib import Path

import pytest

from tests.unit.ledger.sample import signing_keys
from thread.errors import Conflict, NotFound
from thread.ledger.keys import KeyMalformed
from thread.store.key_directory import (
    KeyDirectoryUnusable,
    KeyFileExists,
    KeyFileMissing,
    KeyFileUnsafe,
    read_signing_keys,
    stored_fingerprints,
    write_signing_keys,
)

FINGERPRINT = signing_keys().fingerprint


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "sub" / "keys"


def test_keys_are_read_back(directory: Path) -> None:
    path = write_signing_keys(directory, signing_keys())

    assert path == directory / f"{FINGERPRINT}.keys"
    assert read_signing_keys(directory, FINGERPRINT) == signing_keys()


def test_only_the_owner_can_reach_the_directory_and_the_file(directory: Path) -> None:
    before = os.umask(0)
    try:
        path = write_signing_keys(directory, signing_keys())
    finally:
        os.umask(before)

    assert directory.stat().st_mode & 0o777 == 0o700
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in directory.iterdir()] == [path.name]


def test_keys_are_never_written_over(directory: Path) -> None:
    path = write_signing_keys(directory, signing_keys())
    path.write_text("something else")

    with pytest.raises(KeyFileExists, match="exists already") as refused:
        write_signing_keys(directory, signing_keys())

    assert isinstance(refused.value, Conflict)
    assert path.read_text() == "something else"
    assert list(directory.iterdir()) == [path]


def test_what_an_interrupted_run_left_behind_does_no_harm(directory: Path) -> None:
    directory.mkdir(parents=True, mode=0o700)
    (directory / f".{FINGERPRINT}.{os.getpid()}.unfinished").write_text("half")

    path = write_signing_keys(directory, signing_keys())

    assert list(directory.iterdir()) == [path]
    assert read_signing_keys(directory, FINGERPRINT) == signing_keys()


def test_several_ledgers_keep_their_keys_side_by_side(directory: Path) -> None:
    write_signing_keys(directory, signing_keys("b"))
    write_signing_keys(directory, signing_keys("c"))
    (directory / "note.keys").touch()

    assert stored_fingerprints(directory) == tuple(
        sorted([signing_keys("b").fingerprint, signing_keys("c").fingerprint])
    )
    assert read_signing_keys(directory, signing_keys("c").fingerprint) == signing_keys("c")


def test_a_missing_directory_holds_no_keys(directory: Path) -> None:
    assert stored_fingerprints(directory) == ()
    with pytest.raises(KeyFileMissing, match="restore the file from its backup") as refused:
        read_signing_keys(directory, FINGERPRINT)
    assert isinstance(refused.value, NotFound)


@pytest.mark.parametrize("fingerprint", ["00" * 32, "", "../../etc/passwd", "AB" * 32])
def test_keys_that_are_not_there_are_missing(directory: Path, fingerprint: str) -> None:
    write_signing_keys(directory, signing_keys())

    with pytest.raises(KeyFileMissing) as refused:
        read_signing_keys(directory, fingerprint)

    assert refused.value.fingerprint == fingerprint


@pytest.mark.requirement("SEC-2")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_file_open_to_others_is_refused(directory: Path, mode: int) -> None:
    path = write_signing_keys(directory, signing_keys())
    path.chmod(mode)

    with pytest.raises(KeyFileUnsafe, match=r"open to other users \(mode 06") as refused:
        read_signing_keys(directory, FINGERPRINT)

    assert refused.value.path == path
    assert path.stat().st_mode & 0o777 == mode


def test_a_directory_open_to_others_is_refused(directory: Path) -> None:
    write_signing_keys(directory, signing_keys())
    directory.chmod(0o755)

    with pytest.raises(KeyFileUnsafe, match="mode 0755"):
        read_signing_keys(directory, FINGERPRINT)
    with pytest.raises(KeyFileUnsafe, match="mode 0755"):
        write_signing_keys(directory, signing_keys("b"))


def test_a_link_in_place_of_the_file_is_refused(directory: Path) -> None:
    path = write_signing_keys(directory, signing_keys())
    path.rename(directory / "elsewhere")
    path.symlink_to(directory / "elsewhere")

    with pytest.raises(KeyFileUnsafe, match="is a link"):
        read_signing_keys(directory, FINGERPRINT)


def test_a_directory_in_place_of_the_file_is_refused(directory: Path) -> None:
    directory.mkdir(parents=True, mode=0o700)
    (directory / f"{FINGERPRINT}.keys").mkdir(mode=0o700)

    with pytest.raises(KeyFileUnsafe, match="is not a file"):
        read_signing_keys(directory, FINGERPRINT)


def test_a_file_in_place_of_the_directory_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "keys"
    place.touch(mode=0o600)

    with pytest.raises(KeyDirectoryUnusable, match="name another directory"):
        write_signing_keys(place, signing_keys())
    with pytest.raises(KeyFileUnsafe, match="is not a directory"):
        read_signing_keys(place, FINGERPRINT)
    assert stored_fingerprints(place) == ()


def test_files_of_another_user_are_refused(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_signing_keys(directory, signing_keys())
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)

    with pytest.raises(KeyFileUnsafe, match="belongs to another user"):
        read_signing_keys(directory, FINGERPRINT)


def test_a_damaged_file_is_refused(directory: Path) -> None:
    path = write_signing_keys(directory, signing_keys())

    path.write_bytes(b"\xff\xfe")
    with pytest.raises(KeyMalformed, match="not text"):
        read_signing_keys(directory, FINGERPRINT)
    path.write_text(signing_keys().to_text()[:-8])
    with pytest.raises(KeyMalformed):
        read_signing_keys(directory, FINGERPRINT)


def test_a_file_with_the_keys_of_another_ledger_is_refused(directory: Path) -> None:
    path = write_signing_keys(directory, signing_keys())
    path.write_text(signing_keys("b").to_text())

    with pytest.raises(KeyMalformed, match="it holds other keys"):
        read_signing_keys(directory, FINGERPRINT)


def test_a_disk_that_cannot_link_leaves_nothing_behind(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, target: Path) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)

    with pytest.raises(KeyDirectoryUnusable, match="Operation not permitted"):
        write_signing_keys(directory, signing_keys())
    assert list(directory.iterdir()) == []


def test_a_failing_disk_leaves_nothing_behind(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)

    with pytest.raises(KeyDirectoryUnusable, match="No space left on device"):
        write_signing_keys(directory, signing_keys())
    assert list(directory.iterdir()) == []
