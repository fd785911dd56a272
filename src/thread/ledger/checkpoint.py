"""A checkpoint: the signed statement "this ledger has n entries and this root hash".

Text and signatures follow C2SP tlog-checkpoint, signed-note and tlog-cosignature, so that transparency-log tools read
them. Each of a ledger's keys signs as a cosigner, with the time of signing. Extension lines are neither written nor
accepted: ML-DSA-44 cosignatures do not cover them, so what stands there would not be signed by all keys.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from thread.errors import BadInput, LedgerBroken
from thread.ledger.keys import KeyKind, Signer, VerifierKey, base64_bytes, is_key_name

__all__ = [
    "MAX_SIGNATURES",
    "MAX_SIZE",
    "Checkpoint",
    "CheckpointMalformed",
    "CheckpointNotSigned",
    "Cosignature",
    "NoteSignature",
    "SignatureInvalid",
    "SignedCheckpoint",
    "read_checkpoint",
    "read_signature_lines",
    "sign_checkpoint",
    "verify_checkpoint",
]

MAX_SIZE: Final = 2**63 - 1
"""Largest tree size, and latest time of signing, that is read."""

MAX_SIGNATURES: Final = 64
"""Most signature lines that are read (signed-note asks for at least 16)."""

_MAX_BYTES: Final = 512 * 1024
_ROOT_BYTES: Final = 32
_TIME_BYTES: Final = 8
_KEY_ID_BYTES: Final = 4
_MAX_DIGITS: Final = 19
_SIZE: Final = re.compile(r"0|[1-9][0-9]*", re.ASCII)
_DASH: Final = "\u2014 "


class CheckpointMalformed(BadInput):
    """Bytes are not a signed checkpoint."""

    code = "checkpoint-malformed"

    def __init__(self, *, why: str) -> None:
        super().__init__(f"this is not a signed checkpoint: {why}; fetch it again, byte for byte", why=why)
        self.why = why


class SignatureInvalid(LedgerBroken):
    """A signature that bears the name and id of a known key was not made with it over this checkpoint."""

    code = "signature-invalid"

    def __init__(self, *, key: VerifierKey) -> None:
        super().__init__(
            f"the signature of {key.name} (key id {key.key_id.hex()}) does not fit this checkpoint: "
            "the checkpoint was changed after it was signed, or someone else signed it",
            key=key.vkey,
        )
        self.key = key


class CheckpointNotSigned(LedgerBroken):
    """None of the known keys signed a checkpoint."""

    code = "checkpoint-not-signed"

    def __init__(self, *, origin: str, found: tuple[str, ...]) -> None:
        super().__init__(
            f"the checkpoint of {origin} is signed by none of the known keys, but by {', '.join(found)}; "
            "ask its owner for the verifier keys of the ledger",
            origin=origin,
            found=found,
        )
        self.origin, self.found = origin, found


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The first `size` entries of the ledger `origin` have the Merkle root `root` (32 bytes).

    Raises:
        CheckpointMalformed: the origin is not a key name, the size is negative or too large, the root has not 32 bytes.
    """

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        if not is_key_name(self.origin):
            raise CheckpointMalformed(why="the origin is empty, too long, or holds a space or a plus sign")
        if not 0 <= self.size <= MAX_SIZE:
            raise CheckpointMalformed(why="the size is not a number of entries")
        if len(self.root) != _ROOT_BYTES:
            raise CheckpointMalformed(why=f"the root hash has {len(self.root)} bytes, not {_ROOT_BYTES}")

    @property
    def text(self) -> str:
        """Return the note text: origin, size and base64 root, each on a line."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line of a signed note: who claims to have signed, by name and key id, and the signature itself."""

    name: str
    key_id: bytes
    signature: bytes

    @property
    def line(self) -> str:
        """Return the signature line with its newline, byte for byte as it was read."""
        return f"{_DASH}{self.name} {b64encode(self.key_id + self.signature).decode()}\n"


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint as stored and served: its exact bytes, what they say, and the signature lines."""

    data: bytes
    checkpoint: Checkpoint
    signatures: tuple[NoteSignature, ...]


@dataclass(frozen=True, slots=True)
class Cosignature:
    """A signature that was checked: this key signed at this time [s since the Unix epoch, as its holder says]."""

    key: VerifierKey
    timestamp: int


def read_checkpoint(data: bytes) -> SignedCheckpoint:
    """Return the signed checkpoint that bytes hold; no signature is checked.

    Raises:
        CheckpointMalformed: the bytes are not a note of three lines, an empty line, and 1 to 64 signature lines.
    """
    if len(data) > _MAX_BYTES:
        raise CheckpointMalformed(why=f"it has {len(data)} bytes")
    try:
        note = data.decode()
    except UnicodeDecodeError:
        raise CheckpointMalformed(why="it is not UTF-8 text") from None
    if any(char < " " and char != "\n" for char in note):
        raise CheckpointMalformed(why="it holds control characters")
    body, blank, signature_block = note.rpartition("\n\n")
    if not blank:
        raise CheckpointMalformed(why="no empty line stands between its text and its signatures")
    return SignedCheckpoint(data, _checkpoint_from(body.split("\n")), _signatures_from(signature_block))


def read_signature_lines(data: bytes) -> tuple[NoteSignature, ...]:
    """Return the signatures that 1 to 64 bare signature lines hold; none is checked.

    Raises:
        CheckpointMalformed: the bytes are anything else.
    """
    if len(data) > _MAX_BYTES:
        raise CheckpointMalformed(why=f"it has {len(data)} bytes")
    try:
        return _signatures_from(data.decode())
    except UnicodeDecodeError:
        raise CheckpointMalformed(why="it is not UTF-8 text") from None


def sign_checkpoint(checkpoint: Checkpoint, signers: Iterable[Signer], timestamp: int) -> bytes:
    """Return the signed note of a checkpoint, one signature line per signer, in their order.

    `timestamp`: time of signing [s since the Unix epoch]; it is part of what is signed.

    Raises:
        CheckpointMalformed: there is no signer, or the time is not after the epoch.
    """
    if not 0 < timestamp <= MAX_SIZE:
        raise CheckpointMalformed(why="the time of signing is not after the year 1970; set the clock")
    lines = []
    for signer in signers:
        key = signer.verifier_key
        signature = signer.sign(_signed_message(checkpoint, key, timestamp))
        lines.append(NoteSignature(key.name, key.key_id, timestamp.to_bytes(_TIME_BYTES, "big") + signature).line)
    if not lines:
        raise CheckpointMalformed(why="nobody is to sign it")
    return f"{checkpoint.text}\n{''.join(lines)}".encode()


def verify_checkpoint(data: bytes | SignedCheckpoint, verifier_keys: Iterable[VerifierKey]) -> tuple[Cosignature, ...]:
    """Return which of the known keys signed a checkpoint, and when, in the order of the signature lines.

    Signatures of other keys are passed over. Whether those that signed are enough is for the caller to say.

    Raises:
        CheckpointMalformed: the bytes are not a signed checkpoint.
        SignatureInvalid: a known key's signature is wrong, which rejects the checkpoint whatever others signed.
        CheckpointNotSigned: no known key signed.
    """
    signed = data if isinstance(data, SignedCheckpoint) else read_checkpoint(data)
    known = {(key.name, key.key_id): key for key in verifier_keys}
    found = tuple(
        _verified(signed.checkpoint, known[line.name, line.key_id], line.signature)
        for line in signed.signatures
        if (line.name, line.key_id) in known
    )
    if not found:
        names = tuple(f"{line.name} (key id {line.key_id.hex()})" for line in signed.signatures)
        raise CheckpointNotSigned(origin=signed.checkpoint.origin, found=names)
    return found


def _checkpoint_from(lines: list[str]) -> Checkpoint:
    if len(lines) != 3:
        raise CheckpointMalformed(why=f"its text has {len(lines)} lines, not the three of origin, size and root hash")
    origin, size, root = lines
    if len(size) > _MAX_DIGITS or not _SIZE.fullmatch(size):
        raise CheckpointMalformed(why="its second line is not a number of entries without leading zeros")
    root_hash = base64_bytes(root)
    if root_hash is None:
        raise CheckpointMalformed(why="its third line is not the base64 of a root hash")
    return Checkpoint(origin, int(size), root_hash)


def _signatures_from(block: str) -> tuple[NoteSignature, ...]:
    *lines, end = block.split("\n")
    if end or not lines:
        raise CheckpointMalformed(why="it ends within a signature line, or has none")
    if len(lines) > MAX_SIGNATURES:
        raise CheckpointMalformed(why=f"it has {len(lines)} signature lines, more than {MAX_SIGNATURES}")
    return tuple(_signature_from(line) for line in lines)


def _signature_from(line: str) -> NoteSignature:
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    signature = base64_bytes(encoded)
    if (
        not line.startswith(_DASH)
        or not space
        or not is_key_name(name)
        or signature is None
        or len(signature) <= _KEY_ID_BYTES
    ):
        raise CheckpointMalformed(
            why="a signature line does not read: em dash, key name, base64 of key id and signature"
        )
    return NoteSignature(name, signature[:_KEY_ID_BYTES], signature[_KEY_ID_BYTES:])


def _verified(checkpoint: Checkpoint, key: VerifierKey, timed_signature: bytes) -> Cosignature:
    timestamp = int.from_bytes(timed_signature[:_TIME_BYTES], "big")
    signature = timed_signature[_TIME_BYTES:]
    if (
        len(signature) != key.kind.signature_bytes
        or timestamp > MAX_SIZE
        or not key.accepts(signature, _signed_message(checkpoint, key, timestamp))
    ):
        raise SignatureInvalid(key=key)
    return Cosignature(key, timestamp)


def _signed_message(checkpoint: Checkpoint, key: VerifierKey, timestamp: int) -> bytes:
    """Return the bytes that a key signs. Source: tlog-cosignature, "Ed25519 signed message" and "ML-DSA-44 ..."."""
    if key.kind is KeyKind.ED25519:
        return f"cosignature/v1\ntime {timestamp}\n{checkpoint.text}".encode()
    return b"".join(
        (
            b"subtree/v1\n\x00",
            _opaque(key.name),
            timestamp.to_bytes(_TIME_BYTES, "big"),
            _opaque(checkpoint.origin),
            bytes(_TIME_BYTES),  # the first leaf: a checkpoint stands over all entries from 0
            checkpoint.size.to_bytes(_TIME_BYTES, "big"),
            checkpoint.root,
        )
    )


def _opaque(text: str) -> bytes:
    """Return a text with its length in one byte before it. Source: RFC 8446, section 3.4."""
    encoded = text.encode()
    return bytes([len(encoded)]) + encoded
