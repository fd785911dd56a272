"""`ledger.key`: the entry that ends the signing keys of a ledger and names the ones that follow.

Both pairs sign it, the old one and the new one, over where it stands in the chain: nobody else can end a key, and
nobody can name a key that they do not hold. Keys may be committed to beforehand by their fingerprint; then whoever
stole today's private keys cannot bring in keys of their own. Which keys are valid at which size says `key_schedule`.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from thread.errors import LedgerBroken
from thread.ledger.canonical import canonical_bytes
from thread.ledger.keys import Signer, VerifierKey, base64_bytes, public_key_fingerprint
from thread.ledger.opening import (
    FINGERPRINT_TEXT,
    UUID_TEXT,
    OpeningMalformed,
    event_keys,
    event_moment,
    event_text,
)

__all__ = [
    "LEDGER_KEY",
    "KeyRotation",
    "RotationInvalid",
    "check_rotation_signatures",
    "key_event",
    "read_key_event",
    "rotation_message",
]

LEDGER_KEY: Final = "ledger.key"
"""Type of the event that changes the signing keys."""

_LABEL: Final = b"thread ledger.key v1\n"
_VERSION: Final = 1
_FIELDS: Final = frozenset({"type", "v", "id", "event_time", "keys", "signatures"})
_SIGNATURE_FIELDS: Final = frozenset({"key", "signature"})

KeyPair = tuple[VerifierKey, VerifierKey]


class RotationInvalid(LedgerBroken):
    """An entry does not change the signing keys as this software does it, or its signatures do not bear it out."""

    code = "rotation-invalid"

    def __init__(self, *, why: str) -> None:
        super().__init__(f"this entry does not change the signing keys: {why}", why=why)
        self.why = why


@dataclass(frozen=True, slots=True)
class KeyRotation:
    """What a `ledger.key` event says.

    `keys`: the new public keys, Ed25519 first, then ML-DSA-44. `signatures`: by the old and then the new pair, in that
    order, each with its key. `next_key`: fingerprint of the keys that will follow these, if they are prepared.
    """

    id: str
    event_time: str
    keys: KeyPair
    signatures: tuple[tuple[VerifierKey, bytes], ...]
    next_key: str | None = None

    @property
    def fingerprint(self) -> str:
        """Return the fingerprint of the new public keys, 64 hex digits."""
        return public_key_fingerprint(self.keys)


def key_event(
    *,
    event_id: str,
    event_time: str,
    origin: str,
    seq: int,
    prev: bytes,
    old: tuple[Signer, Signer],
    new: tuple[Signer, Signer],
    next_key: str | None = None,
) -> dict[str, Any]:
    """Return the event that ends the keys of `old` and names those of `new`, signed by all four.

    Args:
        event_id: a UUID in lower case.
        event_time: when the keys are changed, RFC 3339 with offset.
        origin: name of the ledger; the keys must bear it.
        seq: place of the entry that will hold the event.
        prev: leaf hash of the entry before, 32 bytes.
        old: what signs with the keys that are valid now, Ed25519 first, then ML-DSA-44.
        new: the same of the keys that follow.
        next_key: fingerprint of the keys that will follow these, 64 hex digits, if they are prepared.

    Raises:
        RotationInvalid: an argument breaks its rule.
    """
    event: dict[str, Any] = {
        "type": LEDGER_KEY,
        "v": _VERSION,
        "id": event_id,
        "event_time": event_time,
        "keys": [signer.verifier_key.vkey for signer in new],
    }
    if next_key is not None:
        event["next_key"] = next_key
    message = rotation_message(event, origin=origin, seq=seq, prev=prev)
    event["signatures"] = [
        {"key": signer.verifier_key.vkey, "signature": b64encode(signer.sign(message)).decode()}
        for signer in (*old, *new)
    ]
    read_key_event(event, origin=origin)
    return event


def rotation_message(event: Mapping[str, Any], *, origin: str, seq: int, prev: bytes) -> bytes:
    """Return the bytes that all four keys sign: what the event says without its signatures, and where it stands."""
    unsigned = {name: value for name, value in event.items() if name != "signatures"}
    return _LABEL + canonical_bytes({"origin": origin, "prev": prev.hex(), "seq": seq, "event": unsigned})


def read_key_event(event: Mapping[str, Any], *, origin: str) -> KeyRotation:
    """Return what a `ledger.key` event says; accepts exactly what `key_event` writes. No signature is checked.

    Raises:
        RotationInvalid: anything else.
    """
    if event.get("type") != LEDGER_KEY or event.get("v") != _VERSION or type(event["v"]) is not int:
        raise RotationInvalid(why="its type or version is another one")
    if event.keys() - {"next_key"} != _FIELDS:
        raise RotationInvalid(why="it has not the fields that a change of keys has")
    try:
        keys = event_keys(event["keys"], origin)
        return KeyRotation(
            id=event_text(event["id"], UUID_TEXT, "id is not a UUID in lower case"),
            event_time=event_moment(event["event_time"]),
            keys=keys,
            signatures=_signatures_in(event["signatures"], keys, origin),
            next_key=event_text(event["next_key"], FINGERPRINT_TEXT, "next_key is not a fingerprint of 64 hex digits")
            if "next_key" in event
            else None,
        )
    except OpeningMalformed as error:
        raise RotationInvalid(why=error.why) from None


def check_rotation_signatures(
    event: Mapping[str, Any], rotation: KeyRotation, *, old: KeyPair, origin: str, seq: int, prev: bytes
) -> None:
    """Check that the keys that were valid, and the new ones, signed a change of keys where it stands.

    `rotation`: what `read_key_event` says of `event`.

    Raises:
        RotationInvalid: another key signed, or a signature does not fit.
    """
    message = rotation_message(event, origin=origin, seq=seq, prev=prev)
    for key, (named, signature) in zip((*old, *rotation.keys), rotation.signatures, strict=True):
        which = "old" if key in old else "new"
        if named != key:
            raise RotationInvalid(
                why=f"it is signed by key {named.key_id.hex()} ({named.kind.name}) where the {which} key "
                f"{key.key_id.hex()} has to sign"
            )
        if not key.accepts(signature, message):
            raise RotationInvalid(
                why=f"the signature of the {which} key {key.key_id.hex()} ({key.kind.name}) does not fit it"
            )


def _signatures_in(value: object, keys: KeyPair, origin: str) -> tuple[tuple[VerifierKey, bytes], ...]:
    if type(value) is not list or len(value) != 2 * len(keys) or not all(_is_signature(one) for one in value):
        raise RotationInvalid(why="signatures is not a list of four, each a key and a signature")
    old = event_keys([one["key"] for one in value[: len(keys)]], origin)
    if [one["key"] for one in value[len(keys) :]] != [key.vkey for key in keys]:
        raise RotationInvalid(why="its last two signatures are not by the new keys")
    found = []
    for key, one in zip((*old, *keys), value, strict=True):
        signature = base64_bytes(one["signature"])
        if signature is None or len(signature) != key.kind.signature_bytes:
            raise RotationInvalid(why=f"a signature is not the base64 of {key.kind.signature_bytes} bytes")
        found.append((key, signature))
    return tuple(found)


def _is_signature(value: object) -> bool:
    return (
        type(value) is dict and value.keys() == _SIGNATURE_FIELDS and all(type(text) is str for text in value.values())
    )
