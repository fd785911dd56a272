"""An entry: an event as recorded, and the bytes that are hashed and kept for ever.

The bytes are the canonical JSON of `actor`, `event`, `key`, `prev`, `recorded_at`, `seq` and, where rules were broken,
`forced`. `prev` is the leaf hash of the entry before, so the entries are a hash chain; the leaf hash is that of
RFC 9162, so the same entries are the leaves of a Merkle tree. What an event means is not known here.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final, NamedTuple

from thread.errors import BadInput
from thread.ledger.canonical import MAX_INTEGER, EntryMalformed, canonical_bytes, parse_canonical, written_plain
from thread.values.times import TimeMalformed, ledger_microseconds, ledger_time

__all__ = [
    "AUTH_KINDS",
    "LAST_RECORDED_AT_US",
    "MAX_ENTRY_BYTES",
    "MAX_KEY_BYTES",
    "ZERO_PREV",
    "Entry",
    "EntryRefused",
    "EntryTooLong",
    "next_recorded_at",
    "read_entry",
    "write_entry",
]

MAX_ENTRY_BYTES: Final = 65_535
"""Longest entry, in bytes; what is longer lies beside the ledger, and the entry holds its digest."""

MAX_KEY_BYTES: Final = 1_024
"""Longest idempotency key, in UTF-8 bytes, so that every database can index it."""

ZERO_PREV: Final = bytes(32)
"""What stands as the hash of the entry before in entry 0."""

AUTH_KINDS: Final = frozenset({"asserted", "os-user", "api-key", "oidc"})
"""How we know who told an entry."""

LAST_RECORDED_AT_US: Final = 7_258_118_399_999_999
"""Last ledger time that can be written: the end of the year 2199."""

_FIELDS: Final = frozenset({"actor", "event", "key", "prev", "recorded_at", "seq"})
_ACTOR: Final = ("id", "auth")
_HASH_BYTES: Final = 32


class EntryTooLong(BadInput):
    """An entry would have more bytes than entries may have."""

    code = "entry-too-long"

    def __init__(self, *, length: int) -> None:
        super().__init__(
            f"the entry has {length} bytes, at most {MAX_ENTRY_BYTES} are allowed; record it in several events, "
            "or keep long texts as documents beside the ledger",
            length=length,
        )
        self.length = length


class EntryRefused(BadInput):
    """What was handed over does not make an entry. `why` names the field and what is wrong with it."""

    code = "entry-refused"

    def __init__(self, *, why: str) -> None:
        super().__init__(f"no entry can be written: {why}", why=why)
        self.why = why


class Entry(NamedTuple):
    """One entry of a ledger. `data` is what is stored; everything else can be read from it.

    `prev`, `leaf_hash`: 32 bytes each. `recorded_at`: ledger clock, UTC, `YYYY-MM-DDTHH:MM:SS.ffffffZ`. `actor`:
    `{"id", "auth"}`. `forced`: `{"reason", "findings"}` where rules were broken, else None. The mappings are shared
    with whoever handed them over and must not be changed.
    """

    seq: int
    prev: bytes
    recorded_at: str
    actor: Mapping[str, str]
    key: str
    event: Mapping[str, Any]
    forced: Mapping[str, Any] | None
    data: bytes
    leaf_hash: bytes

    @property
    def recorded_at_us(self) -> int:
        """Return the ledger time in microseconds since the Unix epoch."""
        return ledger_microseconds(self.recorded_at)


def next_recorded_at(now_us: int, last_us: int | None) -> int:
    """Return the ledger time of the next entry, in microseconds since the Unix epoch.

    It is the clock's time, or 1 µs more than the entry before where the clock stands still or was set back.
    `last_us`: ledger time of the entry before, None where there is none.
    """
    return now_us if last_us is None or now_us > last_us else last_us + 1


def write_entry(
    *,
    seq: int,
    prev: bytes,
    recorded_at_us: int,
    actor: Mapping[str, str],
    key: str,
    event: Mapping[str, Any],
    forced: Mapping[str, Any] | None = None,
    written: bytes | None = None,
) -> Entry:
    """Return the entry that records an event.

    Args:
        seq: place in the ledger, from 0.
        prev: leaf hash of the entry before, `ZERO_PREV` for entry 0 [32 bytes].
        recorded_at_us: ledger time, see `next_recorded_at` [µs since the Unix epoch].
        actor: who told it and how we know, `{"id", "auth"}` with one of `AUTH_KINDS`.
        key: makes recording idempotent; unique in the ledger.
        event: plain dict of text, whole numbers, booleans, lists and dicts, with its `type`.
        forced: `{"reason", "findings": [{"code", "text", "path"?}]}` where rules were broken.
        written: the canonical bytes of `event`, where the caller has them (`written_plain`).

    Raises:
        EntryRefused: a field is missing, empty, or of the wrong kind.
        NotCanonical: the event holds something that entries do not hold.
        EntryTooLong: the bytes are more than `MAX_ENTRY_BYTES`.
    """
    if type(recorded_at_us) is not int or not 0 <= recorded_at_us <= LAST_RECORDED_AT_US:
        raise EntryRefused(why="the ledger clock shows a time outside the years 1970 to 2199; set the clock")
    recorded_at = ledger_time(recorded_at_us)
    why = "prev is not a hash of 32 bytes" if len(prev) != _HASH_BYTES else _what_is_wrong(seq, key, event, actor)
    if why is None and forced is not None:
        why = _wrong_forced(forced)
    if why is not None:
        raise EntryRefused(why=why)
    key_written = written_plain(key)
    if written is not None and forced is None and key_written is not None:
        data = b'{"actor":%b,"event":%b,"key":%b,"prev":"%b","recorded_at":"%b","seq":%d}' % (
            _actor_bytes(actor["id"], actor["auth"]),
            written,
            key_written,
            prev.hex().encode(),
            recorded_at.encode(),
            seq,
        )
    else:
        fields: dict[str, Any] = {
            "actor": actor,
            "event": event,
            "key": key,
            "prev": prev.hex(),
            "recorded_at": recorded_at,
            "seq": seq,
        }
        data = canonical_bytes(fields if forced is None else {**fields, "forced": forced})
    if len(data) > MAX_ENTRY_BYTES:
        raise EntryTooLong(length=len(data))
    return Entry(seq, prev, recorded_at, actor, key, event, forced, data, sha256(b"\x00" + data).digest())


@lru_cache(maxsize=1_024)
def _actor_bytes(actor: str, auth: str) -> bytes:
    return canonical_bytes({"auth": auth, "id": actor})


def read_entry(data: bytes) -> Entry:
    """Return the entry that stored bytes hold; accepts exactly what `write_entry` writes.

    Whether it fits its neighbours, and whether its event has a meaning, is not looked at.

    Raises:
        EntryMalformed: anything else; the error says what is wrong.
    """
    if len(data) > MAX_ENTRY_BYTES:
        raise EntryMalformed(why=f"they are {len(data)} bytes, more than the {MAX_ENTRY_BYTES} of the longest entry")
    fields = parse_canonical(data)
    unexpected = sorted(fields.keys() ^ (_FIELDS | {"forced"} if "forced" in fields else _FIELDS))
    if unexpected:
        problem = "an unknown field" if unexpected[0] in fields else "no field"
        raise EntryMalformed(why=f"they hold {problem} {unexpected[0][:60]!r}")
    prev = _hash_in(fields["prev"])
    why = (
        _what_is_wrong(fields["seq"], fields["key"], fields["event"], fields["actor"])
        or ("forced" in fields and _wrong_forced(fields["forced"]))
        or _wrong_time(fields["recorded_at"])
    )
    if prev is None or why:
        raise EntryMalformed(why=why or "prev is not a hash of 64 hex digits")
    return Entry(
        fields["seq"],
        prev,
        fields["recorded_at"],
        fields["actor"],
        fields["key"],
        fields["event"],
        fields.get("forced"),
        data,
        sha256(b"\x00" + data).digest(),
    )


def _what_is_wrong(seq: object, key: object, event: object, actor: object) -> str | None:
    """Return in words the first of these fields that breaks a rule, None if all are well."""
    if type(seq) is not int or not 0 <= seq <= MAX_INTEGER:
        return "seq is not a whole number from 0"
    if type(key) is not str or not key:
        return "key is not a text, or is empty"
    if len(key) * 4 > MAX_KEY_BYTES and len(key.encode("utf-8", "replace")) > MAX_KEY_BYTES:
        return f"key has more than {MAX_KEY_BYTES} bytes"
    if type(event) is not dict or type(event.get("type")) is not str or not event["type"]:
        return "event is not an object with a type"
    return _wrong_actor(actor)


def _hash_in(text: object) -> bytes | None:
    """Return the 32 bytes that 64 lower-case hex digits stand for, None if the text is anything else."""
    try:
        decoded = bytes.fromhex(text) if type(text) is str else b""
    except ValueError:
        return None
    return decoded if len(decoded) == _HASH_BYTES and decoded.hex() == text else None


def _wrong_actor(actor: object) -> str | None:
    if type(actor) is not dict or len(actor) != len(_ACTOR) or "id" not in actor or "auth" not in actor:
        return "actor is not an object of id and auth"
    if type(actor["auth"]) is not str or actor["auth"] not in AUTH_KINDS:
        return f"auth of the actor is not one of {', '.join(sorted(AUTH_KINDS))}"
    if type(actor["id"]) is not str or not actor["id"]:
        return "actor has no id"
    return None


def _wrong_forced(forced: object) -> str | None:
    if type(forced) is not dict or forced.keys() != {"reason", "findings"}:
        return "forced is not an object of reason and findings"
    if type(forced["reason"]) is not str or not forced["reason"]:
        return "forced has no reason"
    findings = forced["findings"]
    if type(findings) not in (list, tuple) or not findings:
        return "forced has no findings"
    if not all(_is_finding(finding) for finding in findings):
        return "a finding in forced is not an object of code, text and perhaps path"
    return None


def _is_finding(finding: object) -> bool:
    return (
        type(finding) is dict
        and finding.keys() - {"path"} == {"code", "text"}
        and all(type(value) is str for value in finding.values())
    )


def _wrong_time(recorded_at: object) -> str | None:
    try:
        if type(recorded_at) is str and ledger_microseconds(recorded_at) >= 0:
            return None
    except TimeMalformed:
        pass
    return "recorded_at is not a ledger time (YYYY-MM-DDTHH:MM:SS.ffffffZ)"
