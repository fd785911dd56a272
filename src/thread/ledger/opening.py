"""Entry 0: the event `ledger.opened`, which says whose ledger this is and which keys may sign for it.

What a verifier must know before the first floor event stands in it, so that the ledger explains
itself; whoever wants more than the ledger's own word compares the fingerprint.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from thread.errors import BadInput, LedgerBroken
from thread.ledger.keys import KeyKind, KeyMalformed, VerifierKey, public_key_fingerprint
from thread.values.times import TimeMalformed, instant

__all__ = [
    "FINGERPRINT_TEXT",
    "FORMAT_VERSION",
    "LEDGER_OPENED",
    "MAX_ORIGIN_LENGTH",
    "UUID_TEXT",
    "LedgerOpened",
    "OpeningMalformed",
    "OriginMalformed",
    "checked_origin",
    "event_keys",
    "event_moment",
    "event_text",
    "opened_event",
    "read_opened_event",
]

LEDGER_OPENED: Final = "ledger.opened"
"""Type of the event in entry 0."""

FORMAT_VERSION: Final = 1
"""Version of the entry format: what is hashed, how it is chained, and how checkpoints are signed."""

MAX_ORIGIN_LENGTH: Final = 200
"""Longest origin in characters; names of lots and places are built upon it."""

UUID_TEXT: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII)
"""How an event is identified."""

FINGERPRINT_TEXT: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
"""How a fingerprint of public keys is written in an event."""

_ORIGIN: Final = re.compile(
    r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[1-9][0-9]{0,4})?(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*", re.ASCII
)
_FIELDS: Final = frozenset({"type", "v", "id", "event_time", "format", "origin", "keys", "subjects"})


class OriginMalformed(BadInput):
    """A text cannot name a ledger."""

    code = "origin-malformed"

    def __init__(self, *, origin: str) -> None:
        super().__init__(
            f"{origin[:80]!r} cannot name a ledger; write a host name in lower case and, if you like, a path, "
            f"such as example.com/plant-7, in at most {MAX_ORIGIN_LENGTH} characters, without https://",
            origin=origin,
        )
        self.origin = origin


class OpeningMalformed(LedgerBroken):
    """The first event of a ledger does not open it as this software opens ledgers."""

    code = "opening-malformed"

    def __init__(self, *, why: str) -> None:
        super().__init__(f"the first entry does not open a ledger: {why}", why=why)
        self.why = why


@dataclass(frozen=True, slots=True)
class LedgerOpened:
    """What entry 0 says.

    `keys`: Ed25519 first, then ML-DSA-44, both named by the origin. `subjects_version`: version of the function that
    says what an entry is about. `next_key`: fingerprint of the signing keys that will follow, if they are prepared.
    """

    id: str
    event_time: str
    origin: str
    keys: tuple[VerifierKey, VerifierKey]
    subjects_version: int
    next_key: str | None = None
    format_version: int = FORMAT_VERSION

    @property
    def fingerprint(self) -> str:
        """Return the fingerprint of the ledger's public keys, 64 hex digits, to compare with what its owner says."""
        return public_key_fingerprint(self.keys)


def opened_event(
    *,
    event_id: str,
    event_time: str,
    origin: str,
    keys: tuple[VerifierKey, VerifierKey],
    subjects_version: int,
    next_key: str | None = None,
) -> dict[str, Any]:
    """Return the event that opens a ledger.

    Args:
        event_id: a UUID in lower case.
        event_time: when the ledger is opened, RFC 3339 with offset.
        origin: name of the ledger, see `checked_origin`; the keys must bear it.
        keys: public keys, Ed25519 first, then ML-DSA-44.
        subjects_version: version of the function that says what an entry is about.
        next_key: fingerprint of the keys that will follow, 64 hex digits, if they are prepared.

    Raises:
        OriginMalformed: the origin cannot name a ledger.
        OpeningMalformed: another argument breaks its rule.
    """
    event: dict[str, Any] = {
        "type": LEDGER_OPENED,
        "v": 1,
        "id": event_id,
        "event_time": event_time,
        "format": FORMAT_VERSION,
        "origin": checked_origin(origin),
        "keys": [key.vkey for key in keys],
        "subjects": subjects_version,
    }
    if next_key is not None:
        event["next_key"] = next_key
    read_opened_event(event)
    return event


def read_opened_event(event: Mapping[str, Any]) -> LedgerOpened:
    """Return what an opening event says; accepts exactly what `opened_event` writes.

    Raises:
        OpeningMalformed: anything else.
    """
    if event.get("type") != LEDGER_OPENED:
        raise OpeningMalformed(why=f"its type is {str(event.get('type'))[:60]!r}, not {LEDGER_OPENED!r}")
    if type(event.get("format")) is int and event["format"] > FORMAT_VERSION:
        raise OpeningMalformed(
            why=f"it has format {event['format']}, made by a later release; verify with that release"
        )
    if event.keys() - {"next_key"} != _FIELDS:
        raise OpeningMalformed(why="it has not the fields that an opening has")
    if event["v"] != 1 or event["format"] != FORMAT_VERSION or {type(event["v"]), type(event["format"])} != {int}:
        raise OpeningMalformed(why="its version or format is none that exists")
    return LedgerOpened(
        id=event_text(event["id"], UUID_TEXT, "id is not a UUID in lower case"),
        event_time=event_moment(event["event_time"]),
        origin=_origin_in(event["origin"]),
        keys=event_keys(event["keys"], event["origin"]),
        subjects_version=_positive(event["subjects"]),
        next_key=event_text(event["next_key"], FINGERPRINT_TEXT, "next_key is not a fingerprint of 64 hex digits")
        if "next_key" in event
        else None,
    )


def checked_origin(origin: str) -> str:
    """Return the origin if it can name a ledger: a lower-case host, perhaps a port, perhaps a path; no scheme.

    Raises:
        OriginMalformed: it cannot.
    """
    if len(origin) > MAX_ORIGIN_LENGTH or not _ORIGIN.fullmatch(origin):
        raise OriginMalformed(origin=origin)
    return origin


def event_text(value: object, pattern: re.Pattern[str], why: str) -> str:
    """Return a text of the ledger's own event that has the form of a pattern.

    Raises:
        OpeningMalformed: it has not, for the reason `why`.
    """
    if type(value) is not str or not pattern.fullmatch(value):
        raise OpeningMalformed(why=why)
    return value


def event_moment(value: object) -> str:
    """Return the time of the ledger's own event, as it is written.

    Raises:
        OpeningMalformed: it is no time with its offset from UTC.
    """
    try:
        instant(value if type(value) is str else "")
    except TimeMalformed:
        raise OpeningMalformed(why="event_time is not a time with its offset from UTC") from None
    return str(value)


def _origin_in(value: object) -> str:
    try:
        return checked_origin(value if type(value) is str else "")
    except OriginMalformed:
        raise OpeningMalformed(why="its origin cannot name a ledger") from None


def event_keys(value: object, origin: object) -> tuple[VerifierKey, VerifierKey]:
    """Return the pair of public keys that the ledger's own event names: Ed25519, then ML-DSA-44.

    Raises:
        OpeningMalformed: they are others, or not named by the origin.
    """
    if type(value) is not list or len(value) != 2 or not all(type(text) is str for text in value):
        raise OpeningMalformed(why="keys is not a list of two verifier keys")
    try:
        ed25519, ml_dsa_44 = (VerifierKey.from_vkey(text) for text in value)
    except KeyMalformed as error:
        raise OpeningMalformed(why=f"a key in it is malformed: {error.why}") from None
    if (ed25519.kind, ml_dsa_44.kind) != (KeyKind.ED25519, KeyKind.ML_DSA_44):
        raise OpeningMalformed(why="its keys are not an Ed25519 key and then an ML-DSA-44 key")
    if not ed25519.name == ml_dsa_44.name == origin:
        raise OpeningMalformed(why="a key in it is not named by the origin")
    return ed25519, ml_dsa_44


def _positive(value: object) -> int:
    if type(value) is not int or value < 1:
        raise OpeningMalformed(why="subjects is not a version number")
    return value
