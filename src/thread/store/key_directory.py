"""Where the private keys of ledgers lie: a directory of their own, never the database.

One file per pair of keys, named after the fingerprint of the public keys, so that nothing is ever written over. The
directory is open to its owner only (mode 0700), and so are the files (0600); anything wider is refused, not repaired:
a key that others could read may have been read. A file holds the keys in clear, or sealed with a passphrase
(`sealed_keys`).
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from thread.errors import BadInput, Conflict, NotFound
from thread.ledger.keys import KeyMalformed, SigningKeys
from thread.store.sealed_keys import is_sealed, sealed_fingerprint, unsealed

__all__ = [
    "KeyDirectoryUnusable",
    "KeyFileExists",
    "KeyFileMissing",
    "KeyFileUnsafe",
    "key_file_text",
    "keys_in",
    "read_key_file",
    "read_signing_keys",
    "stored_fingerprints",
    "write_key_file",
    "write_key_text",
    "write_signing_keys",
]

_SUFFIX: Final = ".keys"
_FINGERPRINT: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_MAX_FILE_BYTES: Final = 4_096
_OPEN_TO_OTHERS: Final = 0o077


class KeyFileMissing(NotFound):
    """The private keys of a ledger are not in the key directory."""

    code = "key-file-missing"

    def __init__(self, *, directory: Path, fingerprint: str) -> None:
        super().__init__(
            f"{directory} holds no signing keys with the fingerprint {fingerprint}; "
            "restore the file from its backup, or name the directory that has it",
            directory=str(directory),
            fingerprint=fingerprint,
        )
        self.directory, self.fingerprint = directory, fingerprint


class KeyFileExists(Conflict):
    """Signing keys with this fingerprint are stored already; key files are never written over."""

    code = "key-file-exists"

    def __init__(self, *, path: Path) -> None:
        super().__init__(f"{path} exists already and is left as it is", path=str(path))
        self.path = path


class KeyFileUnsafe(BadInput):
    """A key file or its directory is open to others than its owner, or is not what it should be."""

    code = "key-file-unsafe"

    def __init__(self, *, path: Path, why: str, remedy: str) -> None:
        super().__init__(f"{path} {why}; {remedy}", path=str(path), why=why)
        self.path, self.why = path, why


class KeyDirectoryUnusable(BadInput):
    """The operating system refuses to read or write the key directory."""

    code = "key-directory-unusable"

    def __init__(self, *, path: Path, why: str) -> None:
        super().__init__(
            f"{path} cannot be used for signing keys: {why}; name another directory", path=str(path), why=why
        )
        self.path, self.why = path, why


def write_signing_keys(directory: Path, keys: SigningKeys) -> Path:
    """Store private keys in clear and return the path of their file. Errors: as of `write_key_text`."""
    return write_key_text(directory, keys.fingerprint, keys.to_text())


def write_key_text(directory: Path, fingerprint: str, text: str) -> Path:
    """Store the text of a key file and return the path of the file.

    The directory is made if it is missing. The file appears whole or not at all, also if the machine stops meanwhile.

    Raises:
        KeyFileExists: keys with this fingerprint are there already.
        KeyFileUnsafe: the directory is open to others, belongs to someone else, or is none.
        KeyDirectoryUnusable: the operating system refuses.
    """
    path = directory / f"{fingerprint}{_SUFFIX}"
    with _refusals_told(directory):
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        _check_owner_only(directory, directory.stat(), is_kind=stat.S_ISDIR)
        _write_new(path, directory / f".{fingerprint}.{os.getpid()}.unfinished", text)
    return path


def write_key_file(path: Path, text: str) -> None:
    """Write the text of a key file to a new file anywhere, which only its owner can read.

    Raises:
        KeyFileExists: there is a file already.
        KeyDirectoryUnusable: the operating system refuses.
    """
    with _refusals_told(path.parent):
        _write_new(path, path.with_name(f".{path.name}.{os.getpid()}.unfinished"), text)


def read_signing_keys(
    directory: Path, fingerprint: str, *, passphrase: Callable[[], str | None] = lambda: None
) -> SigningKeys:
    """Return the private keys whose public keys have a fingerprint.

    `passphrase`: asked for where they are sealed; None: there is none.

    Raises:
        KeyFileMissing: there are none.
        KeyFileUnsafe: file or directory is open to others, belongs to someone else, or is a link.
        KeyMalformed: the file was changed or damaged.
        PassphraseMissing, PassphraseWrong: they are sealed, and stay so.
        KeyDirectoryUnusable: the operating system refuses.
    """
    keys = keys_in(key_file_text(directory, fingerprint), passphrase)
    if keys.fingerprint != fingerprint:
        raise KeyMalformed(what="signing key file", why=f"it holds other keys, with the fingerprint {keys.fingerprint}")
    return keys


def keys_in(text: str, passphrase: Callable[[], str | None]) -> SigningKeys:
    """Return the private keys that the text of a key file holds, in clear or sealed. Errors: `read_signing_keys`."""
    if not is_sealed(text):
        return SigningKeys.from_text(text)
    return unsealed(text, passphrase)


def key_file_text(directory: Path, fingerprint: str) -> str:
    """Return the text of the file that holds the private keys with a fingerprint.

    Raises:
        KeyFileMissing, KeyFileUnsafe, KeyMalformed, KeyDirectoryUnusable: as of `read_signing_keys`.
    """
    path = directory / f"{fingerprint}{_SUFFIX}"
    if not _FINGERPRINT.fullmatch(fingerprint):
        raise KeyFileMissing(directory=directory, fingerprint=fingerprint)
    with _refusals_told(directory):
        try:
            _check_owner_only(directory, directory.stat(), is_kind=stat.S_ISDIR)
            data = _read_owner_only(path)
        except FileNotFoundError:
            raise KeyFileMissing(directory=directory, fingerprint=fingerprint) from None
    text = _text(data)
    if is_sealed(text) and (told := sealed_fingerprint(text)) != fingerprint:
        raise KeyMalformed(what="signing key file", why=f"it holds other keys, with the fingerprint {told}")
    return text


def read_key_file(path: Path) -> str:
    """Return the text of a key file that lies anywhere.

    Raises:
        KeyFileUnsafe: it is open to others, belongs to someone else, or is a link.
        KeyMalformed: it is not text.
        KeyDirectoryUnusable: the operating system refuses.
    """
    with _refusals_told(path):
        return _text(_read_owner_only(path))


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise KeyMalformed(what="signing key file", why="it is not text") from None


def stored_fingerprints(directory: Path) -> tuple[str, ...]:
    """Return the fingerprints of all keys in a directory, sorted; none where there is no such directory."""
    with _refusals_told(directory):
        names = sorted(path.name for path in directory.glob(f"*{_SUFFIX}")) if directory.is_dir() else []
    return tuple(name.removesuffix(_SUFFIX) for name in names if _FINGERPRINT.fullmatch(name.removesuffix(_SUFFIX)))


@contextmanager
def _refusals_told(directory: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise KeyDirectoryUnusable(path=directory, why=error.strerror or str(error)) from None


def _check_owner_only(path: Path, found: os.stat_result, *, is_kind: Callable[[int], bool]) -> None:
    """Refuse what others can reach. `is_kind`: the function of `stat` that says what the path must be."""
    if not is_kind(found.st_mode):
        what = "directory" if is_kind is stat.S_ISDIR else "file"
        raise KeyFileUnsafe(path=path, why=f"is not a {what}", remedy=f"name a {what}, not a link to one")
    if found.st_uid != os.geteuid():
        raise KeyFileUnsafe(path=path, why="belongs to another user", remedy="run as its owner")
    if found.st_mode & _OPEN_TO_OTHERS:
        mode = stat.S_IMODE(found.st_mode)
        remedy = f"close it with: chmod go-rwx {path} - and consider keys that others could read as stolen"
        raise KeyFileUnsafe(path=path, why=f"is open to other users (mode {mode:04o})", remedy=remedy)


def _write_new(path: Path, unfinished: Path, text: str) -> None:
    """Write a file that is there whole or not at all, never over another one."""
    unfinished.unlink(missing_ok=True)
    try:
        _write_durably(unfinished, text.encode())
        # A hard link, unlike a rename, fails where the name is taken already.
        path.hardlink_to(unfinished)
    except FileExistsError:
        raise KeyFileExists(path=path) from None
    finally:
        unfinished.unlink(missing_ok=True)
    _sync_directory(path.parent)


def _write_durably(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(descriptor, 0o600)
        file.write(data)
        file.flush()
        os.fsync(descriptor)


def _read_owner_only(path: Path) -> bytes:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        if path.is_symlink():
            raise KeyFileUnsafe(path=path, why="is a link", remedy="put the file itself there") from error
        raise
    try:
        _check_owner_only(path, os.fstat(descriptor), is_kind=stat.S_ISREG)
        return os.read(descriptor, _MAX_FILE_BYTES)
    finally:
        os.close(descriptor)


def _sync_directory(directory: Path) -> None:
    """Make the new name durable."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
