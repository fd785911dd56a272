"""Signing keys of a ledger and the public keys that check them: bytes in, bytes out.

A ledger signs with two keys at once: Ed25519, which every tool reads, and ML-DSA-44 (FIPS 204), which outlives quantum
computers. Public keys travel as C2SP verifier keys (signed-note, "Verifier keys"; key ids and types: tlog-cosignature).
Where seeds come from and where they are kept is the business of the shell.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property
from hashlib import sha256
from typing import Final, Protocol

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from thread.errors import BadInput, ThreadError

__all__ = [
    "MAX_NAME_BYTES",
    "SEED_BYTES",
    "KeyKind",
    "KeyKindUnsupported",
    "KeyMalformed",
    "Signer",
    "SigningKeys",
    "VerifierKey",
    "base64_bytes",
    "default_origin",
    "is_key_name",
    "public_key_fingerprint",
    "read_fingerprint",
]

SEED_BYTES: Final = 32
"""Length of the seed of either key: 32 bytes of chance."""

MAX_NAME_BYTES: Final = 255
"""Longest key name or origin, in UTF-8 bytes (tlog-cosignature, "ML-DSA-44 signed message")."""

_FINGERPRINT_LABEL: Final = b"thread ledger keys v1\n"
_FINGERPRINT_DIGITS: Final = 64
_PARTING: Final = " \t\r\n:-"
_FILE_HEADER: Final = "thread signing keys v1"
_VKEY: Final = re.compile(r"([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})")
_BASE64: Final = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?", re.ASCII)


class KeyMalformed(BadInput):
    """A text is not a verifier key or a signing key file as this software writes them."""

    code = "key-malformed"

    def __init__(self, *, what: str, why: str) -> None:
        super().__init__(f"this is not a {what}: {why}; copy it again from where it was published", what=what, why=why)
        self.what, self.why = what, why


class KeyKindUnsupported(ThreadError):
    """The installed cryptography library cannot do one of the two kinds of signature."""

    code = "key-kind-unsupported"

    def __init__(self, *, why: str) -> None:
        super().__init__(
            f"ML-DSA-44 is not available here ({why}); install the wheel of cryptography 50 or later", why=why
        )


class KeyKind(IntEnum):
    """Signature type bytes of C2SP tlog-cosignature."""

    ED25519 = 0x04
    ML_DSA_44 = 0x06

    @property
    def public_key_bytes(self) -> int:
        """Return the length of a public key of this kind, in bytes."""
        return 32 if self is KeyKind.ED25519 else 1312

    @property
    def signature_bytes(self) -> int:
        """Return the length of a signature of this kind, in bytes; the time in front of it is not counted."""
        return 64 if self is KeyKind.ED25519 else 2420


@dataclass(frozen=True)
class VerifierKey:
    """A public key with its name: who signs, and how. `public_key` is the raw encoding of its kind.

    Raises:
        KeyMalformed: the name is not a key name, or the public key has the wrong length.
    """

    name: str
    kind: KeyKind
    public_key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if not is_key_name(self.name):
            raise KeyMalformed(what="verifier key", why="its name is empty, too long, or holds a space or a plus sign")
        if len(self.public_key) != self.kind.public_key_bytes:
            raise KeyMalformed(
                what="verifier key",
                why=f"its public key has {len(self.public_key)} bytes, not {self.kind.public_key_bytes}",
            )

    @cached_property
    def key_id(self) -> bytes:
        """Return the first 4 bytes of SHA-256(name, newline, type, public key). Source: tlog-cosignature, "Format"."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public_key).digest()[:4]

    @cached_property
    def vkey(self) -> str:
        """Return the text by which the key is published, `<name>+<hex key id>+<base64 of type and public key>`."""
        material = b64encode(bytes([self.kind]) + self.public_key).decode()
        return f"{self.name}+{self.key_id.hex()}+{material}"

    @classmethod
    def from_vkey(cls, text: str) -> VerifierKey:
        """Return the key that a verifier key text names; accepts exactly what `vkey` writes.

        Raises:
            KeyMalformed: anything else, also a key id that does not belong to the name and the key.
        """
        match = _VKEY.fullmatch(text)
        material = base64_bytes(match[3]) if match else None
        if match is None or not material:
            raise KeyMalformed(what="verifier key", why="it does not read <name>+<8 hex digits>+<base64>")
        if material[0] not in tuple(KeyKind):
            raise KeyMalformed(what="verifier key", why=f"signature type 0x{material[0]:02x} is not 0x04 or 0x06")
        key = cls(match[1], KeyKind(material[0]), material[1:])
        if key.key_id.hex() != match[2]:
            raise KeyMalformed(
                what="verifier key", why=f"its key id is {match[2]}, but name and key give {key.key_id.hex()}"
            )
        return key

    def accepts(self, signature: bytes, message: bytes) -> bool:
        """Return whether a raw signature over a message was made with this key."""
        try:
            if self.kind is KeyKind.ED25519:
                Ed25519PublicKey.from_public_bytes(self.public_key).verify(signature, message)
            else:
                MLDSA44PublicKey.from_public_bytes(self.public_key).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        except UnsupportedAlgorithm as error:
            raise KeyKindUnsupported(why=str(error)) from None
        return True


class Signer(Protocol):
    """Something that holds one private key and signs with it: keys in memory, or a device that never lets them out."""

    @property
    def verifier_key(self) -> VerifierKey:
        """Return the public key that checks what is signed here."""

    def sign(self, message: bytes) -> bytes:
        """Return the raw signature over a message."""


@dataclass(frozen=True)
class _Ed25519Signer:
    verifier_key: VerifierKey
    _private_key: Ed25519PrivateKey = field(repr=False)

    def sign(self, message: bytes) -> bytes:
        return self._private_key.sign(message)


@dataclass(frozen=True)
class _MLDSA44Signer:
    verifier_key: VerifierKey
    _private_key: MLDSA44PrivateKey = field(repr=False)

    def sign(self, message: bytes) -> bytes:
        return self._private_key.sign(message)


@dataclass(frozen=True)
class SigningKeys:
    """The two private keys of one ledger. `name` is the ledger's origin; the seeds never show in a printout.

    Raises:
        KeyMalformed: the name is not a key name, or a seed has not 32 bytes.
    """

    name: str
    ed25519_seed: bytes = field(repr=False)
    ml_dsa_44_seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if not is_key_name(self.name):
            raise KeyMalformed(what="signing key", why="its name is empty, too long, or holds a space or a plus sign")
        if not len(self.ed25519_seed) == len(self.ml_dsa_44_seed) == SEED_BYTES:
            raise KeyMalformed(what="signing key", why=f"a seed has not {SEED_BYTES} bytes")

    @classmethod
    def from_seeds(cls, *, ed25519_seed: bytes, ml_dsa_44_seed: bytes, origin: str | None = None) -> SigningKeys:
        """Return the keys that two seeds give, named by an origin, or by `default_origin` where none is told.

        The seeds are two separate draws of 32 bytes from a cryptographic source of chance.
        """
        keys = cls(origin or "unnamed", ed25519_seed, ml_dsa_44_seed)
        return keys if origin else cls(default_origin(keys.fingerprint), ed25519_seed, ml_dsa_44_seed)

    @cached_property
    def signers(self) -> tuple[Signer, Signer]:
        """Return what signs: Ed25519 first, then ML-DSA-44."""
        try:
            ed25519 = Ed25519PrivateKey.from_private_bytes(self.ed25519_seed)
            ml_dsa_44 = MLDSA44PrivateKey.from_seed_bytes(self.ml_dsa_44_seed)
        except UnsupportedAlgorithm as error:
            raise KeyKindUnsupported(why=str(error)) from None
        return (
            _Ed25519Signer(
                VerifierKey(self.name, KeyKind.ED25519, ed25519.public_key().public_bytes_raw()),
                ed25519,
            ),
            _MLDSA44Signer(
                VerifierKey(self.name, KeyKind.ML_DSA_44, ml_dsa_44.public_key().public_bytes_raw()),
                ml_dsa_44,
            ),
        )

    @cached_property
    def verifier_keys(self) -> tuple[VerifierKey, VerifierKey]:
        """Return the public keys: Ed25519 first, then ML-DSA-44."""
        ed25519, ml_dsa_44 = self.signers
        return ed25519.verifier_key, ml_dsa_44.verifier_key

    @cached_property
    def fingerprint(self) -> str:
        """Return `public_key_fingerprint` of the two public keys."""
        return public_key_fingerprint(self.verifier_keys)

    def to_text(self) -> str:
        """Return the text of a key file. Whoever reads it can sign in the name of the ledger."""
        return (
            f"{_FILE_HEADER}\n"
            f"origin {self.name}\n"
            f"fingerprint {self.fingerprint}\n"
            f"ed25519 {b64encode(self.ed25519_seed).decode()}\n"
            f"ml-dsa-44 {b64encode(self.ml_dsa_44_seed).decode()}\n"
        )

    @classmethod
    def from_text(cls, text: str) -> SigningKeys:
        """Return the keys that a key file holds; accepts exactly what `to_text` writes.

        Raises:
            KeyMalformed: anything else, also seeds that do not give the fingerprint written beside them.
        """
        header, *lines = text.split("\n")
        if header != _FILE_HEADER:
            raise KeyMalformed(what="signing key file", why=f"its first line is not {_FILE_HEADER!r}")
        labels = ("origin ", "fingerprint ", "ed25519 ", "ml-dsa-44 ", "")
        if len(lines) != len(labels) or not all(
            line.startswith(label) for line, label in zip(lines, labels, strict=True)
        ):
            raise KeyMalformed(what="signing key file", why="its lines are not origin, fingerprint, ed25519, ml-dsa-44")
        name, fingerprint, ed25519, ml_dsa_44 = (
            line.removeprefix(label) for line, label in zip(lines[:4], labels[:4], strict=True)
        )
        keys = cls(name, base64_bytes(ed25519) or b"", base64_bytes(ml_dsa_44) or b"")
        if keys.to_text() != text:
            raise KeyMalformed(
                what="signing key file", why=f"its seeds give the fingerprint {keys.fingerprint}, not {fingerprint:.64}"
            )
        return keys


def public_key_fingerprint(keys: tuple[VerifierKey, ...]) -> str:
    """Return the SHA-256 of a ledger's public keys, 64 hex digits, for people to compare.

    Hashed are the label "thread ledger keys v1" with a newline, then for each key in order of its type byte that byte
    and the raw public key. The name is not part of it, so it stays the same whatever the ledger is called.
    """
    material = b"".join(bytes([key.kind]) + key.public_key for key in sorted(keys, key=lambda key: key.kind))
    return sha256(_FINGERPRINT_LABEL + material).hexdigest()


def read_fingerprint(text: str) -> str:
    """Return a fingerprint of public keys as it was written down: any case, groups parted by spaces, colons or hyphens.

    Raises:
        KeyMalformed: it is not 64 hex digits.
    """
    digits = "".join(sign for sign in text if sign not in _PARTING).lower()
    if len(digits) != _FINGERPRINT_DIGITS or not set(digits) <= set("0123456789abcdef"):
        raise KeyMalformed(what="fingerprint of public keys", why=f"it must be {_FINGERPRINT_DIGITS} hex digits")
    return digits


def default_origin(fingerprint: str) -> str:
    """Return the origin of a ledger whose owner names none: `thread.local/` and 16 hex digits of the fingerprint."""
    return f"thread.local/{fingerprint[:16]}"


def is_key_name(text: str) -> bool:
    """Return whether a text may name a key: not empty, no space, control character or plus, at most 255 bytes.

    Source: signed-note, "Format".
    """
    if not text or "+" in text or any(char.isspace() or char < " " or "\ud800" <= char <= "\udfff" for char in text):
        return False
    return len(text.encode()) <= MAX_NAME_BYTES


def base64_bytes(text: str) -> bytes | None:
    """Return what standard base64 stands for, None if it is not the one text that encodes those bytes."""
    if not _BASE64.fullmatch(text):
        return None
    try:
        decoded = b64decode(text, validate=True)
    except Base64Error:  # pragma: no cover - the pattern admits nothing that the decoder refuses
        return None
    return decoded if b64encode(decoded).decode() == text else None
