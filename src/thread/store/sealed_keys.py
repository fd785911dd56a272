"""A key file that a passphrase opens: what it says in clear, and the two private keys sealed under it.

The passphrase becomes a key by scrypt (RFC 7914) and the keys are sealed with AES-256-GCM. All lines above the sealed
one are authenticated with it, so nobody puts another origin there. Chance comes in from the service.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable
from typing import Final, NamedTuple
from unicodedata import normalize

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from thread.errors import BadInput
from thread.ledger.keys import SEED_BYTES, KeyMalformed, SigningKeys, base64_bytes, is_key_name

__all__ = [
    "COST",
    "NONCE_BYTES",
    "SALT_BYTES",
    "PassphraseMissing",
    "PassphraseUnusable",
    "PassphraseWrong",
    "is_sealed",
    "sealed",
    "sealed_fingerprint",
    "unsealed",
]

COST: Final = 17
"""Binary logarithm of scrypt's N in files that are written: 128 MiB and some tenths of a second for each guess."""

SALT_BYTES: Final = 16
NONCE_BYTES: Final = 12

_COSTS: Final = range(14, 19)
"""Costs that are read: a file from elsewhere must not take the machine's memory."""
_BLOCK: Final = 8
_PARALLEL: Final = 1
_KEY_BYTES: Final = 32
_TAG_BYTES: Final = 16
_MOST_PASSPHRASE_BYTES: Final = 1_024
_HEADER: Final = "thread sealed signing keys v1"
_FORM: Final = re.compile(
    rf"{_HEADER}\norigin ([^\n]*)\nfingerprint ([0-9a-f]{{64}})\nscrypt ([0-9]{{2}}) {_BLOCK} {_PARALLEL} ([^\n ]*)\n"
    r"aes-256-gcm ([^\n ]*)\nsealed ([^\n ]*)\n",
    re.ASCII,
)


class PassphraseMissing(BadInput):
    """Signing keys are sealed, and nobody told the passphrase."""

    code = "passphrase-missing"

    def __init__(self, *, fingerprint: str) -> None:
        super().__init__(
            f"the signing keys with the fingerprint {fingerprint} are sealed with a passphrase; tell it in "
            "THREAD_KEY_PASSPHRASE, or run this on a terminal",
            fingerprint=fingerprint,
        )


class PassphraseWrong(BadInput):
    """A passphrase does not open a file of signing keys."""

    code = "passphrase-wrong"

    def __init__(self, *, fingerprint: str) -> None:
        super().__init__(
            f"the passphrase does not open the signing keys with the fingerprint {fingerprint}: "
            "it is another one, or the file was changed",
            fingerprint=fingerprint,
        )


class PassphraseUnusable(BadInput):
    """A text cannot be a passphrase."""

    code = "passphrase-unusable"

    def __init__(self, *, why: str) -> None:
        super().__init__(f"this cannot be a passphrase: {why}; choose another one", why=why)


class _Sealed(NamedTuple):
    origin: str
    fingerprint: str
    cost: int
    salt: bytes
    nonce: bytes
    secret: bytes

    @property
    def in_clear(self) -> str:
        return (
            f"{_HEADER}\norigin {self.origin}\nfingerprint {self.fingerprint}\n"
            f"scrypt {self.cost} {_BLOCK} {_PARALLEL} {b64encode(self.salt).decode()}\n"
            f"aes-256-gcm {b64encode(self.nonce).decode()}\n"
        )


def is_sealed(text: str) -> bool:
    """Return whether the text of a key file says that it is sealed."""
    return text.startswith(f"{_HEADER}\n")


def sealed(keys: SigningKeys, passphrase: str, *, salt: bytes, nonce: bytes, cost: int = COST) -> str:
    """Return the text of a key file that a passphrase opens.

    `salt`, `nonce`: `SALT_BYTES` and `NONCE_BYTES` of cryptographic chance, never used before.

    Raises:
        PassphraseUnusable: the passphrase is empty or too long.
    """
    form = _Sealed(keys.name, keys.fingerprint, cost, salt, nonce, b"")
    cipher = AESGCM(_key(passphrase, salt, cost))
    secret = cipher.encrypt(nonce, keys.ed25519_seed + keys.ml_dsa_44_seed, form.in_clear.encode())
    return f"{form.in_clear}sealed {b64encode(secret).decode()}\n"


def sealed_fingerprint(text: str) -> str:
    """Return the fingerprint that a sealed key file says its keys have.

    Raises:
        KeyMalformed: it is not written as `sealed` writes.
    """
    return _parsed(text).fingerprint


def unsealed(text: str, passphrase: Callable[[], str | None]) -> SigningKeys:
    """Return the keys that a sealed key file holds; accepts exactly what `sealed` writes.

    `passphrase`: asked for it, once the file is found to be well formed; None: there is none.

    Raises:
        KeyMalformed: it is written otherwise.
        PassphraseMissing, PassphraseWrong: it stays sealed.
        PassphraseUnusable: the passphrase is empty or too long.
    """
    form = _parsed(text)
    told = passphrase()
    if told is None:
        raise PassphraseMissing(fingerprint=form.fingerprint)
    try:
        seeds = AESGCM(_key(told, form.salt, form.cost)).decrypt(form.nonce, form.secret, form.in_clear.encode())
    except InvalidTag:
        raise PassphraseWrong(fingerprint=form.fingerprint) from None
    keys = SigningKeys(form.origin, seeds[:SEED_BYTES], seeds[SEED_BYTES:])
    if keys.fingerprint != form.fingerprint:
        raise KeyMalformed(what="signing key file", why=f"its keys have the fingerprint {keys.fingerprint}")
    return keys


def _key(passphrase: str, salt: bytes, cost: int) -> bytes:
    try:
        # One passphrase typed on two keyboards may come as different characters that look the same.
        told = normalize("NFC", passphrase).encode()
    except UnicodeEncodeError:
        raise PassphraseUnusable(why="it is not text in UTF-8") from None
    if not told:
        raise PassphraseUnusable(why="it is empty")
    if len(told) > _MOST_PASSPHRASE_BYTES:
        raise PassphraseUnusable(why=f"it has more than {_MOST_PASSPHRASE_BYTES} bytes")
    return Scrypt(salt=salt, length=_KEY_BYTES, n=1 << cost, r=_BLOCK, p=_PARALLEL).derive(told)


def _parsed(text: str) -> _Sealed:
    match = _FORM.fullmatch(text)
    if match is None:
        raise KeyMalformed(
            what="sealed signing key file",
            why="its lines are not origin, fingerprint, scrypt, aes-256-gcm, sealed",
        )
    origin, fingerprint, cost, *encoded = match.groups()
    salt, nonce, secret = (base64_bytes(one) or b"" for one in encoded)
    lengths = (len(salt), len(nonce), len(secret))
    if not is_key_name(origin) or lengths != (SALT_BYTES, NONCE_BYTES, 2 * SEED_BYTES + _TAG_BYTES):
        raise KeyMalformed(what="sealed signing key file", why="a part of it has the wrong length or no base64")
    if int(cost) not in _COSTS:
        raise KeyMalformed(
            what="sealed signing key file", why=f"its cost {cost} is not between {_COSTS[0]} and {_COSTS[-1]}"
        )
    return _Sealed(origin, fingerprint, int(cost), salt, nonce, secret)
