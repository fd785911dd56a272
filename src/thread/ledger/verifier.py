"""Checks an evidence bundle: is it genuine, and does its answer follow from it, with nothing left out?

    python3 verifier.py BUNDLE.zip [--key VKEY ...] [--fingerprint HEX] [--json]

Needs Python 3.9 or later and nothing else; with the package `cryptography` (48 or later) it checks the second signature
too. It shares no line with the software that wrote the bundle, so that an error in one is found by the other. Exit
status: 0 verified, 1 not verified, 2 this is no bundle that can be read.

The file reads in the order in which an auditor asks:

1. *What is in the bundle?* Members, their hashes, JSON that can be written in one way only.
2. *Is every entry in the tree that was signed?* Merkle tree (RFC 9162) and the proof that these entries are its leaves.
3. *Who signed?* Ed25519 (RFC 8032), ML-DSA-44, checkpoints (C2SP tlog-checkpoint, tlog-cosignature), changes of keys.
4. *Are these all the entries about a subject?* Merkle Patricia tree, lists of entries, what an entry is about.
5. *What do the entries say?* Corrections, containers, orders, vessels, parts: the flows of material.
6. *Does the answer say the same?* The trace is walked anew over those flows and compared, node by node, edge by edge.

Hashes are SHA-256. A hash is a fingerprint of bytes: change one letter and it is another one.
"""

from __future__ import annotations

import argparse
import bisect
import hashlib
import heapq
import io
import json
import re
import struct
import sys
import unicodedata
import uuid
import zipfile
import zlib
from base64 import b64decode, b64encode
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, localcontext
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

try:
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey
except ImportError:
    MLDSA44PublicKey = None  # type: ignore[assignment, misc]  # the second signature is then told to be unchecked

__all__ = ["BundleUnusable", "verify_bundle"]

CHECKS = ("files", "signatures", "inclusion", "index", "completeness", "answer")
SUBJECTS_VERSION = 1

MAX_MEMBER_BYTES = 256 * 1024 * 1024
MAX_BUNDLE_BYTES = 512 * 1024 * 1024
MAX_ENTRY_BYTES = 65_535
MAX_DEPTH = 64
MAX_INTEGER = 2**53 - 1
MAX_SIZE = 2**63 - 1
MAX_SERIALS = 10_000
MAX_STEPS = 2_000_000
NEVER, ALWAYS = -(2**63), 2**63 - 1
"""Before and after every time, in nanoseconds."""

READ_BY_IT = (
    "answer.json",
    "checkpoint.txt",
    "entries.ndjson",
    "inclusion.json",
    "index.json",
    "keys.json",
    "manifest.json",
)
READ_BY_PEOPLE = ("READ-ME.html", "verifier.py")

Told_ = dict[str, Any]
Pair = tuple[str, str]


class BundleUnusable(Exception):
    """What was handed over is no bundle that can be read. The text is one line that says why."""


class Wrong(Exception):
    """Something does not hold. `code` names it for machines, the text says it to people."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


class Unreadable(Exception):
    """An entry says something that this file does not know how to read, so nothing can be concluded from it."""


NOT_AS_EXPECTED = (Unreadable, KeyError, TypeError, ValueError, AttributeError, IndexError, ArithmeticError)
"""What the reading of an entry of an unknown shape may end in; each becomes a finding about that entry."""


@dataclass
class Verdict:
    """What was checked, what is wrong, and what the reader should know beside it."""

    checks: dict[str, str] = field(default_factory=lambda: dict.fromkeys(CHECKS, "not done"))
    problems: list[dict[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def wrong(self, check: str, code: str, text: str, where: str = "") -> None:
        """Take in that something is wrong."""
        problem = {"check": check, "code": code, "text": text, "where": where}
        if problem not in self.problems:
            self.problems.append(problem)
        self.checks[check] = "bad"

    def done(self, check: str) -> None:
        """Take in that a check came to its end; it is good if nothing was wrong."""
        if self.checks[check] != "bad":
            self.checks[check] = "good"

    @property
    def is_ok(self) -> bool:
        """Whether everything was checked and nothing is wrong."""
        return not self.problems and all(state == "good" for state in self.checks.values())


# 1. What is in the bundle?


def members_of(data: bytes) -> dict[str, bytes]:
    """Return the members of a ZIP file by name.

    Raises:
        BundleUnusable: it is no ZIP file, holds a name twice, or unpacks to more than can be looked at.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            listed = archive.infolist()
            names = [one.filename for one in listed]
            if len(set(names)) != len(names) or len(names) > 64:
                raise BundleUnusable("the ZIP file holds a name twice, or far too many files; ask for the bundle again")
            if any(one.file_size > MAX_MEMBER_BYTES for one in listed):
                raise BundleUnusable("a file of the bundle is larger than any bundle needs; ask for the bundle again")
            if sum(one.file_size for one in listed) > MAX_BUNDLE_BYTES:
                raise BundleUnusable("the bundle unpacks to more than any bundle needs; ask for it again")
            return {one.filename: _unpacked(archive, one) for one in listed}
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        zlib.error,
        struct.error,
        EOFError,
        OSError,
        RuntimeError,  # an encrypted member; also NotImplementedError, an unknown way of packing
        ValueError,
        OverflowError,
        MemoryError,
    ):
        raise BundleUnusable("this is no ZIP file that can be unpacked; ask for the bundle again") from None


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise BundleUnusable("a file of the bundle is packed in a way that bundles do not use; ask for it again")
    with archive.open(member) as packed:
        content = packed.read(member.file_size + 1)
    if len(content) != member.file_size:
        raise BundleUnusable("a file of the bundle is longer or shorter than the bundle says; ask for it again")
    return content


def hash_of(data: bytes) -> bytes:
    """Return the SHA-256 of bytes."""
    return hashlib.sha256(data).digest()


def _whole_number(digits: str) -> int:
    if len(digits) > 20:
        raise ValueError("a number of more than 20 digits")
    return int(digits)


def _no_fraction(_: str) -> Any:
    raise ValueError("a number with a fraction")


def json_of(data: bytes, *, entry: bool = False) -> Any:
    """Return what JSON bytes say; accepts only the one way of writing it (RFC 8785).

    `entry`: the stricter form of entries: no null, keys of ASCII, whole numbers below 2^53, at most 64 levels.

    Raises:
        Wrong: they are no JSON, or the same could have been written with other bytes.
    """
    try:
        value = json.loads(
            data.decode(), parse_int=_whole_number, parse_float=_no_fraction, parse_constant=_no_fraction
        )
        again = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    except (ValueError, RecursionError, MemoryError):
        raise Wrong("not-json", "it cannot be read: it is not JSON as bundles hold it") from None
    if again != data:
        raise Wrong("other-bytes", "it is written in other bytes than the one form that is allowed (RFC 8785)")
    if entry and not _is_plain(value, 0):
        raise Wrong("not-plain", "it holds something that entries never hold")
    return value


def _is_plain(value: Any, depth: int) -> bool:
    if type(value) is str or type(value) is bool:
        return True
    if type(value) is int:
        return -MAX_INTEGER <= value <= MAX_INTEGER
    if depth == MAX_DEPTH:
        return False
    if type(value) is list:
        return all(_is_plain(one, depth + 1) for one in value)
    return type(value) is dict and all(key.isascii() and _is_plain(one, depth + 1) for key, one in value.items())


def document_of(name: str, members: dict[str, bytes]) -> dict[str, Any]:
    """Return what a JSON member says: one object on one line.

    Raises:
        Wrong: it is missing or says something else.
    """
    data = members.get(name)
    if data is None:
        raise Wrong("member-missing", f"the bundle holds no file {name}")
    if not data.endswith(b"\n"):
        raise Wrong("other-bytes", f"{name} does not end in a line end")
    try:
        value = json_of(data[:-1])
    except Wrong as wrong:
        raise Wrong(wrong.code, f"{name}: {wrong}") from None
    if type(value) is not dict:
        raise Wrong("not-an-object", f"{name} does not hold one object")
    return value


def bytes_of_base64(text: Any) -> bytes:
    """Return what standard base64 stands for; accepts only the one text that encodes those bytes.

    Raises:
        Wrong: it is something else.
    """
    try:
        decoded = b64decode(text.encode("ascii"), validate=True) if type(text) is str else None
    except ValueError:
        decoded = None
    if decoded is None or b64encode(decoded).decode() != text:
        raise Wrong("not-base64", "a value is not base64")
    return decoded


def bytes_of_hex(text: Any) -> bytes:
    """Return the 32 bytes that 64 lower-case hex digits stand for.

    Raises:
        Wrong: it is something else.
    """
    if type(text) is not str or not re.fullmatch(r"[0-9a-f]{64}", text):
        raise Wrong("not-a-hash", "a value is not 64 hexadecimal digits")
    return bytes.fromhex(text)


def is_count(value: Any, most: int = MAX_SIZE) -> bool:
    """Tell whether a value is a whole number from 0."""
    return type(value) is int and 0 <= value <= most


def check_files(members: dict[str, bytes], manifest: dict[str, Any], verdict: Verdict) -> None:
    """Check that the manifest names every member with its hash, and nothing else."""
    named = manifest.get("files")
    if type(named) is not dict:
        verdict.wrong(
            "files", "manifest-malformed", "The manifest does not list the files of the bundle.", "manifest.json"
        )
        return
    for name in sorted(set(members) - set(named) - {"manifest.json"}):
        verdict.wrong(
            "files",
            "member-not-named",
            f"The file {name[:80]} is in the bundle, but its manifest does not name it.",
            name[:80],
        )
    for name in sorted(set(named) - set(members)):
        verdict.wrong(
            "files",
            "member-missing",
            f"The manifest names a file {name[:80]}, which the bundle does not hold.",
            name[:80],
        )
    for name in sorted({*READ_BY_IT, *READ_BY_PEOPLE} - set(members)):
        verdict.wrong("files", "member-missing", f"The bundle holds no file {name}.", name)
    for name in sorted(set(members) - {*READ_BY_IT, *READ_BY_PEOPLE}):
        verdict.wrong(
            "files", "member-unknown", f"The bundle holds a file {name[:80]} that bundles do not have.", name[:80]
        )
    for name in sorted(set(members) & set(named)):
        if named[name] != hash_of(members[name]).hex():
            verdict.wrong(
                "files",
                "member-altered",
                f"The file {name[:80]} is not the one that the manifest was written for: it was changed.",
                name[:80],
            )
    verdict.done("files")


# 2. Is every entry in the tree that was signed? (RFC 9162, section 2.1)


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf of a Merkle tree."""
    return hash_of(b"\x00" + data)


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node of a Merkle tree."""
    return hash_of(b"\x01" + left + right)


def _split(length: int) -> int:
    """Return the largest power of two below a length."""
    return 1 << ((length - 1).bit_length() - 1)


def tree_root(leaves: Sequence[bytes]) -> bytes:
    """Return the root over the hashes of all leaves; one half after the other, as the standard writes it."""
    if not leaves:
        return hash_of(b"")
    level = list(leaves)
    while len(level) > 1:
        joined = [node_hash(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
        level = joined + level[len(level) - len(level) % 2 :]
    return level[0]


class Inclusion:
    """The root of a tree from some of its leaves, and the complete subtrees where there are none of them."""

    def __init__(self, leaves: dict[int, bytes], nodes: dict[tuple[int, int], bytes]) -> None:
        self.leaves = leaves
        self.places = sorted(leaves)
        self.nodes = nodes
        self.used: set[tuple[int, int]] = set()

    def root(self, begin: int, end: int) -> bytes:
        """Return the root over the leaves from `begin` to `end`.

        Raises:
            Wrong: a hash that is needed is not there.
        """
        place = bisect.bisect_left(self.places, begin)
        if place == len(self.places) or self.places[place] >= end:
            return self._without_leaves(begin, end)
        if end - begin == 1:
            return self.leaves[begin]
        middle = begin + _split(end - begin)
        return node_hash(self.root(begin, middle), self.root(middle, end))

    def _without_leaves(self, begin: int, end: int) -> bytes:
        parts = []
        while begin < end:
            level = (end - begin).bit_length() - 1
            name = (level, begin >> level)
            if name not in self.nodes:
                raise Wrong(
                    "hash-missing", f"the proof lacks the hash over the entries {begin} to {begin + 2**level - 1}"
                )
            self.used.add(name)
            parts.append(self.nodes[name])
            begin += 1 << level
        root = parts.pop()
        while parts:
            root = node_hash(parts.pop(), root)
        return root


def inclusion_root(told: dict[str, Any], leaves: dict[int, bytes], size: int) -> bytes:
    """Return the root that entries and the hashes beside them lead to.

    `told`: what `inclusion.json` says. `leaves`: leaf hashes of the entries by seq.

    Raises:
        Wrong: it is not the proof of these entries in a tree of this size: hashes too many, too few, or out of order.
    """
    if set(told) != {"size", "nodes"} or type(told["nodes"]) is not list:
        raise Wrong("proof-malformed", "the proof that the entries are in the ledger is not written as it should be")
    if told["size"] != size or type(told["size"]) is not int:
        raise Wrong("other-size", "the proof is about a ledger of another size than the checkpoint")
    nodes: dict[tuple[int, int], bytes] = {}
    last: tuple[int, int] | None = None
    for one in told["nodes"]:
        if type(one) is not list or len(one) != 3 or not is_count(one[0], 63) or not is_count(one[1]):
            raise Wrong("proof-malformed", "a hash of the proof does not say over which entries it goes")
        if last is not None and (one[0], one[1]) <= last:
            raise Wrong("proof-malformed", "the hashes of the proof are not in order")
        last = one[0], one[1]
        nodes[one[0], one[1]] = bytes_of_base64(one[2])
        if len(nodes[one[0], one[1]]) != 32:
            raise Wrong("proof-malformed", "a hash of the proof has the wrong length")
    if any(not 0 <= seq < size for seq in leaves):
        raise Wrong("beyond-size", "the bundle holds an entry that the signed ledger did not have yet")
    proof = Inclusion(leaves, nodes)
    root = proof.root(0, size) if size else hash_of(b"")
    if proof.used != set(nodes):
        raise Wrong("proof-malformed", "the proof holds hashes that nothing needs")
    return root


# 3. Who signed?

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
CURVE_D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]
"""X, Y, Z, T with x = X/Z, y = Y/Z, x·y = T/Z. Source: RFC 8032, section 5.1.4."""


def _add(one: Point, other: Point) -> Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c = 2 * one[3] * other[3] * CURVE_D % P
    d = 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(scalar: int, point: Point) -> Point:
    result: Point = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = _add(result, point)
        point = _add(point, point)
        scalar >>= 1
    return result


def _point_of(data: bytes) -> Point | None:
    """Return the point that 32 bytes encode, None if they are no canonical encoding (RFC 8032, section 5.1.3)."""
    encoded = int.from_bytes(data, "little")
    sign, y = encoded >> 255, encoded & (2**255 - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(CURVE_D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (not x and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


BASE = _point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def ed25519_accepts(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether an Ed25519 signature over a message was made with a key. Source: RFC 8032, section 5.1.7."""
    if len(public_key) != 32 or len(signature) != 64:
        return False
    key, commitment = _point_of(public_key), _point_of(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if key is None or commitment is None or BASE is None or scalar >= ORDER:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public_key + message).digest(), "little") % ORDER
    left, right = _times(scalar, BASE), _add(commitment, _times(challenge, key))
    return not (left[0] * right[2] - right[0] * left[2]) % P and not (left[1] * right[2] - right[1] * left[2]) % P


def ml_dsa_accepts(public_key: bytes, message: bytes, signature: bytes) -> bool | None:
    """Return whether an ML-DSA-44 signature (FIPS 204) was made with a key; None: it cannot be checked here."""
    if MLDSA44PublicKey is None:
        return None
    try:
        MLDSA44PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    except UnsupportedAlgorithm:
        return None
    return True


ED25519, ML_DSA_44 = 0x04, 0x06
KEY_BYTES = {ED25519: 32, ML_DSA_44: 1312}
SIGNATURE_BYTES = {ED25519: 64, ML_DSA_44: 2420}
KIND_NAMES = {ED25519: "Ed25519", ML_DSA_44: "ML-DSA-44"}


class Key(NamedTuple):
    """A public key with its name. Source: C2SP signed-note and tlog-cosignature."""

    name: str
    kind: int
    material: bytes

    @property
    def key_id(self) -> bytes:
        """First 4 bytes of SHA-256(name, line end, kind, key)."""
        return hash_of(self.name.encode() + b"\n" + bytes([self.kind]) + self.material)[:4]

    def accepts(self, message: bytes, signature: bytes) -> bool | None:
        """Return whether a signature over a message was made with it; None: that cannot be checked here."""
        if len(signature) != SIGNATURE_BYTES[self.kind]:
            return False
        if self.kind == ED25519:
            return ed25519_accepts(self.material, message, signature)
        return ml_dsa_accepts(self.material, message, signature)


def is_key_name(text: str) -> bool:
    """Tell whether a text may name a key: at most 255 bytes, no space, control character or plus."""
    if not text or "+" in text or any(sign.isspace() or sign < " " or "\ud800" <= sign <= "\udfff" for sign in text):
        return False
    return len(text.encode()) <= 255


def key_of(vkey: Any) -> Key:
    """Return the key that a verifier key text names, `<name>+<key id>+<base64 of kind and key>`.

    Raises:
        Wrong: it is something else.
    """
    found = re.fullmatch(r"([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})", vkey) if type(vkey) is str else None
    if found is None or not is_key_name(found[1]):
        raise Wrong("key-malformed", "a text is no verifier key: it should read name+8 hex digits+base64")
    material = bytes_of_base64(found[3])
    if KEY_BYTES.get(material[0]) != len(material) - 1:
        raise Wrong("key-malformed", "a verifier key is of no kind that signs ledgers")
    key = Key(found[1], material[0], material[1:])
    if key.key_id.hex() != found[2]:
        raise Wrong("key-malformed", "a verifier key was not copied well: its name and its key give another key id")
    return key


def fingerprint_of(keys: Iterable[Key]) -> str:
    """Return the SHA-256 of a ledger's public keys, as people compare it: kind and key, by kind, no name."""
    material = b"".join(bytes([key.kind]) + key.material for key in sorted(keys, key=lambda key: key.kind))
    return hash_of(b"thread ledger keys v1\n" + material).hex()


class Checkpoint(NamedTuple):
    """What a checkpoint says, and its signature lines: name, key id, what follows."""

    origin: str
    size: int
    root: bytes
    text: str
    signatures: tuple[tuple[str, bytes, bytes], ...]


def checkpoint_of(data: bytes) -> Checkpoint:
    """Return what a signed checkpoint says. Sources: C2SP signed-note, tlog-checkpoint.

    Raises:
        Wrong: the bytes are something else.
    """
    malformed = Wrong("checkpoint-malformed", "the checkpoint is not written as checkpoints are")
    try:
        note = data.decode() if len(data) <= 512 * 1024 else ""
    except UnicodeDecodeError:
        raise malformed from None
    body, blank, block = note.rpartition("\n\n")
    lines = body.split("\n")
    if not blank or len(lines) != 3 or any(sign < " " and sign != "\n" for sign in note):
        raise malformed
    origin, size, root = lines
    if not is_key_name(origin) or not re.fullmatch(r"0|[1-9][0-9]{0,18}", size) or int(size) > MAX_SIZE:
        raise malformed
    *signed, end = block.split("\n")
    root_hash = bytes_of_base64(root)
    if len(root_hash) != 32 or end or not 1 <= len(signed) <= 64:
        raise malformed
    return Checkpoint(origin, int(size), root_hash, body + "\n", tuple(_signature_line(line) for line in signed))


def _signature_line(line: str) -> tuple[str, bytes, bytes]:
    name, space, encoded = line[2:].partition(" ")
    if not line.startswith("\u2014 ") or not space or not is_key_name(name):
        raise Wrong("checkpoint-malformed", "a signature line of the checkpoint is not written as such lines are")
    signature = bytes_of_base64(encoded)
    if len(signature) <= 4:
        raise Wrong("checkpoint-malformed", "a signature line of the checkpoint holds no signature")
    return name, signature[:4], signature[4:]


def cosigned_message(checkpoint: Checkpoint, key: Key, timestamp: int) -> bytes:
    """Return the bytes that a key signs for a checkpoint. Source: C2SP tlog-cosignature."""
    if key.kind == ED25519:
        return f"cosignature/v1\ntime {timestamp}\n{checkpoint.text}".encode()
    name, origin = key.name.encode(), checkpoint.origin.encode()
    numbers = timestamp.to_bytes(8, "big"), bytes(8) + checkpoint.size.to_bytes(8, "big")
    return (
        b"subtree/v1\n\x00"
        + bytes([len(name)])
        + name
        + numbers[0]
        + bytes([len(origin)])
        + origin
        + numbers[1]
        + checkpoint.root
    )


def signed_by(checkpoint: Checkpoint, key: Key) -> bool | None:
    """Return whether a key signed a checkpoint; None: it says so, but that cannot be checked here.

    Raises:
        Wrong: a line bears its name and id and was not made with it.
    """
    lines = [rest for name, key_id, rest in checkpoint.signatures if (name, key_id) == (key.name, key.key_id)]
    answers = [_line_accepted(checkpoint, key, rest) for rest in lines]
    if False in answers:
        raise Wrong(
            "signature-wrong",
            f"The signature of {key.name} ({KIND_NAMES[key.kind]}) does not fit the checkpoint: the checkpoint was "
            "changed after it was signed, or somebody else signed it.",
        )
    if not answers:
        return False
    return None if None in answers else True


def _line_accepted(checkpoint: Checkpoint, key: Key, timed: bytes) -> bool | None:
    timestamp = int.from_bytes(timed[:8], "big")
    if len(timed) < 8 or timestamp > MAX_SIZE:
        return False
    return key.accepts(cosigned_message(checkpoint, key, timestamp), timed[8:])


def _ledger_keys(told: Any, origin: str) -> tuple[Key, Key]:
    if type(told) is not list or len(told) != 2:
        raise Wrong("keys-malformed", "An entry that names the keys of the ledger does not name two.")
    one, other = key_of(told[0]), key_of(told[1])
    if (one.kind, other.kind) != (ED25519, ML_DSA_44) or one.name != origin or other.name != origin:
        raise Wrong("keys-malformed", "The keys that an entry names are not the two of this ledger.")
    return one, other


class KeyChain:
    """Which keys could sign at which size: those of entry 0, then those of each `ledger.key` entry."""

    def __init__(self, opening: dict[str, Any]) -> None:
        event = opening["event"]
        if event.get("type") != "ledger.opened" or event.get("format") != 1 or type(event.get("origin")) is not str:
            raise Wrong("opening-malformed", "Entry 0 does not open a ledger of a kind that is known here.")
        self.origin: str = event["origin"]
        self.subjects_version = event.get("subjects")
        self.sets: list[tuple[int, tuple[Key, Key]]] = [(0, _ledger_keys(event.get("keys"), self.origin))]
        self.next_key = event.get("next_key")
        self.unchecked = False

    def rotate(self, entry: dict[str, Any]) -> None:
        """Take in a `ledger.key` entry, which old and new keys signed.

        Raises:
            Wrong: it is not signed by all of them, or the keys are not those that were announced.
        """
        event, seq = entry["event"], entry["seq"]
        old, new = self.sets[-1][1], _ledger_keys(event.get("keys"), self.origin)
        if self.next_key is not None and fingerprint_of(new) != self.next_key:
            raise Wrong(
                "key-not-announced", f"Entry {seq} changes the keys to others than those that were announced before."
            )
        told = event.get("signatures")
        if type(told) is not list or len(told) != 4 or any(type(one) is not dict for one in told):
            raise Wrong("key-not-signed", f"Entry {seq} changes the keys without the four signatures that it needs.")
        plain = {name: value for name, value in event.items() if name != "signatures"}
        content = {"origin": self.origin, "prev": entry["prev"], "seq": seq, "event": plain}
        message = (
            b"thread ledger.key v1\n"
            + json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        )
        for key, signed in zip((*old, *new), told):
            if set(signed) != {"key", "signature"} or key_of(signed["key"]) != key:
                raise Wrong("key-not-signed", f"Entry {seq} changes the keys, and a signature on it is of another key.")
            accepted = key.accepts(message, bytes_of_base64(signed["signature"]))
            if accepted is False:
                raise Wrong("key-not-signed", f"Entry {seq} changes the keys, and a signature on it is not genuine.")
            self.unchecked |= accepted is None
        self.next_key = event.get("next_key")
        self.sets.append((seq + 2, new))

    def at(self, size: int) -> tuple[Key, Key]:
        """Return the keys that sign a checkpoint of a size; the entry that changes them still counts as old."""
        return [keys for first, keys in self.sets if first <= size][-1]


def check_signatures(checkpoint: Checkpoint, chain: KeyChain, verdict: Verdict) -> None:
    """Check that both keys of the ledger signed the checkpoint."""
    for key in chain.at(checkpoint.size):
        try:
            signed = signed_by(checkpoint, key)
        except Wrong as wrong:
            verdict.wrong("signatures", wrong.code, str(wrong), "checkpoint.txt")
            continue
        if signed is False:
            ended = any(key_of_old in keys for _, keys in chain.sets for key_of_old in _signers(checkpoint, keys))
            verdict.wrong(
                "signatures",
                "signature-missing",
                f"The checkpoint is not signed by the {KIND_NAMES[key.kind]} key that could sign when the ledger had "
                f"{checkpoint.size} entries"
                + ("; it is signed by a key of the ledger that did not hold then." if ended else "."),
                "checkpoint.txt",
            )
        elif signed is None:
            chain.unchecked = True
    if chain.unchecked:
        verdict.notes.append(
            "The ML-DSA-44 signatures were not checked, because the Python package cryptography (48 or later) is not "
            "installed here. The Ed25519 signatures were."
        )
    verdict.done("signatures")


def _signers(checkpoint: Checkpoint, keys: Iterable[Key]) -> list[Key]:
    lines = {(name, key_id) for name, key_id, _ in checkpoint.signatures}
    return [key for key in keys if (key.name, key.key_id) in lines]


def anchored(
    checkpoint: Checkpoint, chain: KeyChain, keys: Sequence[str], fingerprint: str | None, verdict: Verdict
) -> bool:
    """Return whether the trust rests on something that the reader has from elsewhere."""
    found = False
    if fingerprint is not None:
        if fingerprint in [fingerprint_of(held) for _, held in chain.sets]:
            found = True
        else:
            verdict.wrong(
                "signatures",
                "fingerprint-differs",
                "The fingerprint that you gave is not that of this ledger's keys: somebody else's keys signed it.",
                "keys.json",
            )
    for vkey in keys:
        key = key_of(vkey)
        if any(key in held for _, held in chain.sets):
            found = found or key.kind == ED25519 or MLDSA44PublicKey is not None
            continue
        try:
            signed = signed_by(checkpoint, key)
        except Wrong as wrong:
            verdict.wrong("signatures", wrong.code, str(wrong), "checkpoint.txt")
            continue
        found = found or signed is True
        if signed is False:
            verdict.wrong(
                "signatures",
                "key-unknown",
                f"The key that you gave ({key.name}) is none of this ledger's keys and did not sign the checkpoint.",
                "checkpoint.txt",
            )
    return found


# 4. Are these all the entries about a subject?


def _varint(number: int) -> bytes:
    told = bytearray()
    while number > 0x7F:
        told.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(told) + bytes([number])


class _Proof:
    """The bytes of a Merkle Patricia proof, read from the front."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, length: int) -> bytes:
        taken = self.data[self.at : self.at + length]
        if len(taken) != length:
            raise Wrong("index-unproven", "the proof of a list is cut off")
        self.at += length
        return taken

    def number(self) -> int:
        number, shift = 0, 0
        while True:
            (byte,) = self.take(1)
            number |= (byte & 0x7F) << shift
            if byte < 0x80:
                break
            shift += 7
            if shift > 28:
                raise Wrong("index-unproven", "a number in the proof of a list does not end")
        if shift and not byte:
            raise Wrong("index-unproven", "a number in the proof of a list is written longer than it is")
        return number

    def text(self) -> bytes:
        return self.take(self.number())

    @property
    def is_over(self) -> bool:
        return self.at == len(self.data)


def _bit(key: bytes, bit: int) -> int:
    """Return a bit of a key; a key compares as if 0x00 and then 0xFF for ever followed it."""
    byte = key[bit // 8] if bit // 8 < len(key) else (0 if bit // 8 == len(key) else 0xFF)
    return byte >> (7 - bit % 8) & 1


def _climb(root: bytes, key: bytes, value: bytes, proof: _Proof) -> list[int]:
    """Return the bits at which the way from a leaf up to the root turns.

    Raises:
        Wrong: the way does not end at the root.
    """
    reached = hash_of(b"\x00" + _varint(len(key)) + key + _varint(len(value)) + value)
    bits: list[int] = []
    while not proof.is_over:
        bit = proof.number()
        if bits and bit >= bits[-1]:
            raise Wrong("index-unproven", "the proof of a list does not lead upwards")
        bits.append(bit)
        sibling = proof.take(32)
        pair = sibling + reached if _bit(key, bit) else reached + sibling
        reached = hash_of(b"\x01" + _varint(bit) + pair)
    if reached != root:
        raise Wrong("index-unproven", "the proof of a list leads to another index than the one that was signed")
    return bits


def check_presence(root: bytes, key: bytes, value: bytes, proof: bytes) -> None:
    """Check that a value stands under a key of a Merkle Patricia tree.

    Raises:
        Wrong: the proof does not show it.
    """
    _climb(root, key, value, _Proof(proof))


def check_absence(root: bytes, key: bytes, proof: bytes) -> None:
    """Check that nothing stands under a key of a Merkle Patricia tree.

    Raises:
        Wrong: the proof does not show it.
    """
    if not proof:
        if root != hash_of(b""):
            raise Wrong("index-unproven", "nothing proves that a list is empty")
        return
    told = _Proof(proof)
    other, value = told.text(), told.text()
    if other == key:
        raise Wrong("index-unproven", "the proof that a list is empty shows that it is not")
    if any(_bit(key, bit) != _bit(other, bit) for bit in _climb(root, other, value, told)):
        raise Wrong("index-unproven", "the proof that a list is empty looks at the wrong place")


def check_list(root: bytes, kind: str, name: str, seqs: Sequence[int], proof: bytes) -> None:
    """Check that exactly these entries name a subject, according to the index with a root.

    Raises:
        Wrong: the proof does not show it.
    """
    key = hash_of(kind.encode() + b"\x00" + name.encode())
    if seqs:
        listed = tree_root([leaf_hash(seq.to_bytes(8, "big")) for seq in seqs])
        check_presence(root, key, len(seqs).to_bytes(8, "big") + listed, proof)
    else:
        check_absence(root, key, proof)


# Serials, times, names: how entries write them.


class Span(NamedTuple):
    """Serials: a prefix and the numbers from `first` to `last` at `width` digits."""

    prefix: str
    width: int
    first: int
    last: int


Spans = tuple[Span, ...]


def span_of(first: str, last: str) -> Span:
    """Return the serials between two that are told."""
    cut = len(first) - len(first) + len(re.sub(r"[0-9]*\Z", "", first))
    prefix, digits, others = first[:cut], first[cut:], last[cut:]
    if len(first) != len(last) or last[:cut] != prefix or len(first) > 60 or not re.fullmatch(r"[0-9]*", others):
        raise Unreadable("serials that are no range")
    span = Span(prefix, len(digits), int(digits or 0), int(others or 0))
    if not 0 <= span.last - span.first < MAX_SERIALS:
        raise Unreadable("serials that run backwards, or too many")
    return span


def spans_in(told: Any) -> Spans:
    """Return the serials that a line tells, sorted; none: the line is about the whole lot."""
    return tuple(sorted(span_of(one["first"], one.get("last", one["first"])) for one in told or ()))


def _same_form(one: Span, other: Span) -> bool:
    return one.prefix == other.prefix and one.width == other.width


def meets(ones: Spans, others: Spans) -> bool:
    """Tell whether two sets of serials share one; none told means the whole lot."""
    return (
        not ones
        or not others
        or any(_same_form(a, b) and a.first <= b.last and b.first <= a.last for a in ones for b in others)
    )


def without(spans: Spans, gone: Spans) -> Spans:
    """Return the serials that are left after some are gone."""
    for cut in gone:
        rest: list[Span] = []
        for span in spans:
            if not _same_form(span, cut) or cut.last < span.first or span.last < cut.first:
                rest.append(span)
                continue
            if span.first < cut.first:
                rest.append(span._replace(last=cut.first - 1))
            if cut.last < span.last:
                rest.append(span._replace(first=cut.last + 1))
        spans = tuple(rest)
    return tuple(sorted(spans))


def joined(spans: Iterable[Span]) -> Spans:
    """Return the same serials in as few ranges as possible."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and _same_form(found[-1], span) and span.first <= found[-1].last + 1:
            found[-1] = found[-1]._replace(last=max(found[-1].last, span.last))
        else:
            found.append(span)
    return tuple(found)


def texts_of(span: Span) -> Iterator[str]:
    """Yield each serial as printed."""
    if not span.width:
        yield span.prefix
        return
    for number in range(span.first, span.last + 1):
        yield span.prefix + str(number).zfill(span.width)


_TIME = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,30}))?(?:Z|([+-])([0-9]{2}):([0-9]{2}))"
)


def instant(text: str) -> int:
    """Return a moment in nanoseconds since 1970, from RFC 3339 text with its offset."""
    found = _TIME.fullmatch(text)
    if found is None:
        raise Unreadable("a time that is none")
    day = date(int(found[1]), int(found[2]), int(found[3])).toordinal() - date(1970, 1, 1).toordinal()
    minutes = int(found[4]) * 60 + int(found[5])
    if found[8]:
        offset = int(found[9]) * 60 + int(found[10])
        minutes += offset if found[8] == "-" else -offset
    seconds = day * 86_400 + minutes * 60 + int(found[6])
    return seconds * 10**9 + int((found[7] or "").ljust(9, "0")[:9])


_DECIMAL = re.compile(r"(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,12})?")


def amount_of(quantity: Any) -> Decimal | None:
    """Return how much a quantity is, None where none is told."""
    if quantity is None:
        return None
    if not _DECIMAL.fullmatch(quantity["value"]):
        raise Unreadable("a quantity that is no number")
    return Decimal(quantity["value"])


def unit_of(quantity: Any) -> str | None:
    """Return the unit of a quantity, None where none is told."""
    return None if quantity is None else str(quantity["unit"])


def _segment(code: str) -> str:
    """Return a code as one segment of a name: all but unreserved characters percent-encoded."""
    return quote(unicodedata.normalize("NFC", code).strip(), safe="").replace("~", "%7E")


def _code_in(name: str, folder: str) -> str:
    """Return what stands for something named inside another name: its code, or a foreign name as a whole."""
    bare = name[len(folder) :]
    if name.startswith(folder) and re.fullmatch(r"[^/?#~]+", bare):
        return _segment(unquote(bare))
    return quote(name, safe="").replace("~", "%7E") if "://" in name or name.startswith("urn:") else _segment(name)


class Names:
    """Names that follow from others, all below `https://<origin>/`."""

    def __init__(self, origin: str) -> None:
        self.under = f"https://{origin}/"
        lots = re.escape(self.under) + r"(?:site|party)/[^/?#~]+/lot/([^/?#~]+)/[^/?#~]+(?:~[0-9]+)?"
        self._own_lot = re.compile(lots)

    def run(self, order: str, run: str | None) -> str:
        """Name of a run of an order; without a run, the order."""
        return order if run is None else f"{order}/run/{_segment(run)}"

    def event(self, event_id: str) -> str:
        """Name of the activity that an event is by itself."""
        return f"{self.under}event/{_segment(event_id)}"

    def vessel(self, site: str, place: str) -> str:
        """Name of a vessel by its site and place."""
        at = _code_in(site, self.under + "/")
        return f"{self.under}vessel/{at}/{_code_in(place, f'{self.under}place/{at}/')}"

    def serial(self, item: str | None, lot: str, text: str) -> str:
        """Name of one piece of a lot."""
        own = self._own_lot.fullmatch(lot)
        gs1 = re.match(r"(https://id\.gs1\.org/01/[0-9]{14})/", lot)
        held = unquote(own[1]) if own else gs1[1] if gs1 else item or lot
        if re.fullmatch(r"https://id\.gs1\.org/01/[0-9]{14}", held) and re.fullmatch(r"[!-\"%-?A-Z_a-z]{1,20}", text):
            return f"{held}/21/{_segment(text)}"
        return f"{self.under}serial/{_code_in(held, self.under + 'item/')}/{_segment(text)}"


# 5. What do the entries say?

PACKING = ("packed", "kit_assembled")
UNPACKING = ("unpacked", "kit_broken")
TRANSFORMING = ("split", "merged", "relabelled", "reworked")
LOT_ROLES = ("lot.made", "lot.used", "lot.other")
CONTAINER_ROLES = ("container.in", "container.out", "container.other")
ACTIVITY_ROLES = ("activity.in", "activity.out")
Position = tuple[int, int, int]
"""Event time, seq, index among the events at that seq: the order in which events apply."""


class Line(NamedTuple):
    """Material as an event names it: a lot, candidates for it, or all that a container holds."""

    lots: tuple[str, ...]
    certain: bool
    container: str | None
    item: str | None
    spans: Spans
    amount: Decimal | None
    told: Told_

    @property
    def unit(self) -> str | None:
        """Unit of the amount; a count of serials has none of its own."""
        return unit_of(self.told.get("quantity"))

    @property
    def whole(self) -> str | None:
        """The container whose whole content is meant, if one is."""
        return None if self.lots else self.container


def line_of(told: Told_) -> Line:
    """Return a line as an event tells it."""
    spans = spans_in(told.get("serials"))
    amount = amount_of(told.get("quantity"))
    if amount is None and spans:
        amount = Decimal(sum(span.last - span.first + 1 for span in spans))
    lots = (_text(told["lot"]),) if "lot" in told else tuple(_text(one) for one in told.get("one_of", ()))
    container = told.get("container")
    if not lots and container is None:
        raise Unreadable("a line that names no material")
    return Line(lots, "one_of" not in told, container, told.get("item"), spans, amount, told)


def _text(value: Any) -> str:
    if type(value) is not str:
        raise Unreadable("a name that is no text")
    return value


class Output(NamedTuple):
    """A lot that came forth."""

    lot: str
    item: str | None
    amount: Decimal | None
    unit: str | None
    spans: Spans
    container: str | None
    inputs: tuple[Line, ...] | None
    begin: int
    end: int


class Event:
    """A valid event: as recorded, or as its latest correction put it. `entries`: the entries that it rests on."""

    def __init__(self, seq: int, index: int, told: Told_, entries: tuple[int, ...]) -> None:
        self.seq, self.index, self.told, self.entries = seq, index, told, entries
        self.type: str = told["type"]
        self.id: str = told.get("id", "")
        if "event_time" in told:
            self.begin = self.end = instant(told["event_time"])
        else:
            self.begin, self.end = instant(told["time_from"]), instant(told["time_to"])
        self.position: Position = (self.begin, seq, index)

    def get(self, name: str) -> Any:
        """Return what a field tells, None where it is not told."""
        return self.told.get(name)

    def lines(self, *names: str) -> list[Line]:
        """Return the lines of some fields."""
        return [line_of(one) for name in names for one in self.told.get(name) or ()]

    def line(self, name: str) -> Line | None:
        """Return the one line of a field, if it is told."""
        return line_of(self.told[name]) if name in self.told else None

    def outputs(self) -> list[Output]:
        """Return the lots that came forth."""
        found = []
        for one in self.told.get("outputs") or ():
            inputs = tuple(line_of(line) for line in one["from"]) if "from" in one else None
            begin, end = self.begin, self.end
            if "made_from" in one:
                begin, end = instant(one["made_from"]), instant(one["made_to"])
            found.append(
                Output(
                    _text(one["lot"]),
                    one.get("item"),
                    amount_of(one["quantity"]),
                    unit_of(one["quantity"]),
                    spans_in(one.get("serials")),
                    one.get("container"),
                    inputs,
                    begin,
                    end,
                )
            )
        return found

    def exact_inputs(self) -> list[Line]:
        """Return the inputs that outputs name as exactly theirs."""
        return [line for output in self.outputs() for line in output.inputs or ()]

    @property
    def reading(self) -> Told_:
        """What a captured EPCIS event says."""
        reading: Told_ = self.told["reading"]
        return reading


def leaving(event: Event) -> list[Line]:
    """Return the lines by which material may leave a container that they name."""
    if event.type in ("material_issued", "shipped", "scrapped", "vessel_filled"):
        return event.lines("lots")
    if event.type == "sampled":
        return [line for line in event.lines("lots") if line.told.get("fate") != "returned"]
    if event.type == "moved":
        return [line for line in event.lines("lots") if line.lots]
    if event.type == "component_changed":
        return [line for line in (event.line("installed"),) if line is not None]
    if event.type in TRANSFORMING:
        return event.lines("inputs")
    if event.type in PACKING:
        return event.lines("contents")
    if event.type == "batch_produced":
        return event.exact_inputs()
    return []


def gone_whole(event: Event) -> set[str]:
    """Return the containers that an event uses up, sends away or brings back as a whole."""
    if event.type in PACKING or event.type in UNPACKING:
        return set()
    lines = event.lines("lots") if event.type == "customer_returned" else leaving(event)
    return {line.whole for line in lines if line.whole is not None}


class Subjects:
    """What an event is about, by role, as far as a trace needs it; the index of the ledger says the same."""

    def __init__(self, names: Names) -> None:
        self.names = names

    def of(self, event: Event) -> set[Pair]:
        """Return (role, name) of what an event is about; serials are left out, see `serials_of`."""
        self.found: set[Pair] = set()
        by_type: dict[str, Callable[[Event], None]] = {
            "received": self._entering,
            "declared": self._entering,
            "vessel_filled": self._vessel,
            "vessel_drawn": self._vessel,
            "vessel_emptied": self._vessel,
            "work_order_released": self._order,
            "work_order_closed": self._order,
            "material_issued": self._order,
            "material_returned": self._order,
            "batch_produced": self._order,
            "component_changed": self._component,
            "shipped": self._away,
            "delivered": self._away,
            "customer_returned": self._away,
            "epcis_captured": self._captured,
        }
        if event.type in by_type:
            by_type[event.type](event)
        elif event.type in PACKING or event.type in UNPACKING:
            self._packing(event)
        elif event.type in TRANSFORMING:
            self._lines(event.lines("inputs"), "lot.used", "container.out")
            self._outputs(event)
            self._add(self.names.event(event.id), *ACTIVITY_ROLES)
        elif event.type in ("sampled", "scrapped"):
            self._lines(event.lines("lots"), "lot.used", "container.out")
        elif event.type in (
            "moved",
            "counted",
            "step_done",
            "repegged",
            "inspected",
            "complaint_received",
            "ownership_changed",
            "held",
            "hold_released",
        ):
            self._lines(event.lines("lots"), "lot.other", "container.other")
            self._add(event.get("shipment") if event.type == "complaint_received" else None, "shipment")
        elif event.type == "lot_changed":
            self._add(event.get("lot"), "lot.other")
        return self.found

    def _add(self, name: str | None, *roles: str) -> None:
        if name is not None:
            self.found.update((role, name) for role in roles)

    def _lines(self, lines: Iterable[Line], lot: str, container: str) -> None:
        for line in lines:
            self.found.update((lot, name) for name in line.lots)
            self._add(line.container, container)

    def _outputs(self, event: Event) -> None:
        for output in event.outputs():
            self._add(output.lot, "lot.made")
            self._add(output.container, "container.in")
        self._lines(event.exact_inputs(), "lot.used", "container.out")

    def _entering(self, event: Event) -> None:
        self._add(event.get("lot"), "lot.made")
        if event.type == "received":
            self._add(event.get("work_order"), "activity.out")
            for inside in event.get("containers") or ():
                self._add(inside["container"], "container.in")

    def _packing(self, event: Event) -> None:
        into = event.type in PACKING
        self._add(event.get("container"), "container.in" if into else "container.out")
        self._lines(event.lines("contents"), "lot.used" if into else "lot.other", "container.out")

    def _vessel(self, event: Event) -> None:
        name = self.names.vessel(event.get("site"), event.get("vessel"))
        if event.type != "vessel_drawn":
            self._add(name, "activity.in")
        if event.type != "vessel_filled":
            self._add(name, "activity.out")
        self._lines(event.lines("lots"), "lot.used", "container.out")
        self._add(event.get("lot"), "lot.made")
        self._add(event.get("order"), "activity.in")

    def _order(self, event: Event) -> None:
        if event.type != "batch_produced" or event.exact_inputs():
            self._add(event.get("order"), "activity.in")
        if event.type not in ("material_issued", "material_returned") or event.get("opened"):
            self._add(event.get("order"), "activity.out")
        self._lines(event.lines("lots"), "lot.used", "container.out")
        if event.get("opened"):
            self._lines(event.lines("lots"), "lot.made", "container.other")
        self._outputs(event)
        for loss in event.get("losses") or ():
            self._add(loss.get("lot"), "lot.used")

    def _component(self, event: Event) -> None:
        unit = event.line("unit")
        if unit is not None:
            self._lines([unit], "lot.made", "container.other")
            self._lines([unit], "lot.used", "container.other")
        parts = (event.line("removed"), event.line("installed"))
        self._lines([part for part in parts if part is not None], "lot.used", "container.out")

    def _away(self, event: Event) -> None:
        self._add(event.get("shipment"), "shipment")
        roles = {"shipped": "container.out", "delivered": "container.other", "customer_returned": "container.in"}
        self._lines(event.lines("lots", "accepted", "refused"), "lot.used", roles[event.type])
        self._add(event.get("work_order"), "activity.in")

    def _captured(self, event: Event) -> None:
        reading = event.reading
        if reading["kind"] == "TransformationEvent":
            self._add(reading.get("activity") or self.names.event(event.id), *ACTIVITY_ROLES)
        seen = "lot.made" if reading.get("action") == "ADD" else "lot.other"
        for part, lot, container in (
            ("inputs", "lot.used", "container.out"),
            ("outputs", "lot.made", "container.in"),
            ("contents", "lot.used", "container.out"),
            ("components", "lot.used", "container.out"),
            ("lots", seen, "container.other"),
        ):
            for line in reading.get(part) or ():
                if line["kind"] != "item":
                    self._add(line["name"], container if line["kind"] == "container" else lot)
        self._add(reading.get("container"), "container.out" if reading.get("action") == "DELETE" else "container.in")
        self._add(reading.get("unit"), "lot.made")
        self._add(reading.get("event_id"), "epcis")

    def serials_of(self, event: Event) -> Iterator[tuple[str, str, Span]]:
        """Yield name, lot and printed serial (as a range of one) of every piece that an event names."""
        named: list[tuple[str | None, str, Spans]] = []
        if event.type in ("received", "declared"):
            named.append((event.get("item"), event.get("lot"), spans_in(event.get("serials"))))
        if event.type == "batch_produced" or event.type in TRANSFORMING:
            named.extend((output.item, output.lot, output.spans) for output in event.outputs())
        lines = event.lines("lots", "inputs", "contents", "accepted", "refused") + event.exact_inputs()
        lines += [line for line in map(event.line, ("unit", "removed", "installed")) if line is not None]
        named.extend((line.item, line.lots[0], line.spans) for line in lines if line.spans)
        for item, lot, spans in named:
            for span in spans:
                for text in texts_of(span):
                    yield self.names.serial(item, lot, text), lot, span_of(text, text)


class World:
    """The entries of a bundle, asked only by way of the lists of the index: what is not in a list is not known."""

    def __init__(self, entries: dict[int, dict[str, Any]], lists: dict[Pair, tuple[int, ...]], origin: str) -> None:
        self.entries = entries
        self.lists = lists
        self.names = Names(origin)
        self.missing: set[Pair] = set()
        self.absent: set[int] = set()
        self.corrected = {
            entry["event"]["seq"] for entry in entries.values() if entry["event"].get("type") == "corrected"
        }
        self.steps = 0
        self._valid: dict[int, tuple[Event, ...]] = {}
        self._about: dict[tuple[tuple[str, ...], str], list[Event]] = {}

    def step(self) -> None:
        """Count a step inside containers; a bundle that was made to keep us busy for ever is not followed."""
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise Unreadable("containers that are inside each other in more ways than any plant has")

    def _listed(self, kind: str, name: str) -> tuple[int, ...]:
        if (kind, name) not in self.lists:
            self.missing.add((kind, name))
        return self.lists.get((kind, name), ())

    def about(self, roles: tuple[str, ...], name: str) -> list[Event]:
        """Return the valid events that the lists about a subject lead to, in the order in which they apply."""
        found = self._about.get((roles, name))
        if found is None:
            bases = {self._base(seq) for role in roles for seq in self._listed(role, name)}
            events = (event for base in bases if base is not None for event in self.valid(base))
            found = sorted((one for one in events if not self._is_taken_back(one)), key=lambda one: one.position)
            self._about[roles, name] = found
        return found

    def _base(self, seq: int) -> int | None:
        """Return the entry that a listed entry is or corrects."""
        entry = self.entries.get(seq)
        if entry is None:
            self.absent.add(seq)
            return None
        event = entry["event"]
        return event["seq"] if event["type"] == "corrected" else seq

    def valid(self, base: int) -> tuple[Event, ...]:
        """Return the events that stand at an entry: as recorded, or what its latest correction put there."""
        found = self._valid.get(base)
        if found is None:
            found = self._valid[base] = tuple(self._effective(base))
        return found

    def _effective(self, base: int) -> Iterator[Event]:
        entry = self.entries.get(base)
        if entry is None:
            self.absent.add(base)
            return
        if entry["event"]["type"] == "corrected":
            return
        latest = self._latest_correction(base) if base in self.corrected else None
        if latest is None:
            yield Event(base, 0, entry["event"], (base,))
        else:
            yield from replacements(entry, latest)

    def _latest_correction(self, base: int) -> dict[str, Any] | None:
        """Return the last correction of an entry; the list of what names that entry says which there are."""
        told = [self.entries[seq] for seq in self._listed("entry", str(base)) if seq in self.entries]
        if ("entry", str(base)) not in self.lists:
            told = list(self.entries.values())
        corrections = [one for one in told if one["event"]["type"] == "corrected" and one["event"]["seq"] == base]
        return max(corrections, key=lambda one: one["seq"], default=None)

    def _is_taken_back(self, event: Event) -> bool:
        """Tell whether the sender of a captured event declared it an error (EPCIS 2.0, 7.4.1.4)."""
        if event.type != "epcis_captured" or event.reading.get("event_id") is None:
            return False
        bases = {self._base(seq) for seq in self._listed("epcis", event.reading["event_id"])}
        same = (one for base in bases if base is not None for one in self.valid(base) if one.type == event.type)
        return any(
            one.reading.get("error") is not None and one.reading.get("event_id") == event.reading["event_id"]
            for one in same
        )


def replacements(entry: dict[str, Any], correction: dict[str, Any]) -> Iterator[Event]:
    """Yield the events that a correction puts in the place of an entry; the first keeps its id, others derive one."""
    first = entry["event"].get("id", "")
    for index, told in enumerate(correction["event"].get("replaced_by") or ()):
        event_id = first if not index else str(uuid.uuid5(uuid.UUID(first), str(index)))
        yield Event(entry["seq"], index, {**told, "id": event_id}, (entry["seq"], correction["seq"]))


@dataclass
class Holding:
    """A lot, or an inner container, inside a container from `begin` to `end`."""

    container: str
    content: str
    is_container: bool
    spans: Spans
    amount: Decimal | None
    unit: str | None
    begin: Position
    entries: tuple[int, ...]
    end: Position = (ALWAYS, ALWAYS, 0)

    def holds_at(self, position: Position) -> bool:
        """Tell whether it is inside at a position; what is packed at that very time counts, what leaves goes by seq."""
        return self.begin[0] <= position[0] and position <= self.end


class Story:
    """What went into one container and out of it, told event by event."""

    def __init__(self, container: str) -> None:
        self.container = container
        self.inside: list[Holding] = []
        self.past: list[Holding] = []
        self.is_away = False

    def tell(self, event: Event) -> None:
        """Take in one event: what leaves goes first."""
        if event.type == "epcis_captured":
            self._captured(event)
            return
        for line in leaving(event):
            if line.container == self.container:
                if line.lots:
                    self._take(line.lots[0], line.amount, line.spans, event)
                elif event.type != "shipped" and event.type not in PACKING:
                    self._end(event, lambda _: True)
        if event.type in UNPACKING and event.get("container") == self.container:
            self._unpack(event)
        gone = gone_whole(event)
        if event.type in PACKING and event.get("container") != self.container:
            self._inner_leave({line.whole for line in event.lines("contents") if line.whole}, event)
        if self.container not in gone:
            self._inner_leave(gone, event)
        self._travel(event)
        self._fill(event)

    def _end(self, event: Event, which: Callable[[Holding], bool]) -> None:
        for holding in [one for one in self.inside if which(one)]:
            self.inside.remove(holding)
            self.past.append(self._ended(holding, event))

    def _ended(self, holding: Holding, event: Event) -> Holding:
        return replace(holding, end=event.position, entries=tuple(sorted({*holding.entries, *event.entries})))

    def _inner_leave(self, names: Iterable[str | None], event: Event) -> None:
        left = set(names)
        self._end(event, lambda one: one.is_container and one.content in left)

    def _take(self, lot: str, amount: Decimal | None, spans: Spans, event: Event) -> None:
        """Some of a lot leaves, what went in first; no amount means all of it."""
        left = amount
        kept = []
        for holding in self.inside:
            mine = not holding.is_container and holding.content == lot and meets(holding.spans, spans)
            if not mine or (left is not None and left <= 0):
                kept.append(holding)
            elif left is None or holding.amount is None or holding.amount <= left:
                self.past.append(self._ended(holding, event))
                if left is not None and holding.amount is not None:
                    left -= holding.amount
            else:
                is_named = bool(holding.spans and spans)
                leaves = spans if is_named else spans or holding.spans
                stays = without(holding.spans, spans) if is_named else holding.spans
                self.past.append(replace(self._ended(holding, event), amount=left, spans=leaves))
                kept.append(replace(holding, amount=holding.amount - left, spans=stays))
                left = Decimal(0)
        self.inside = kept

    def _unpack(self, event: Event) -> None:
        if event.get("contents") is None:
            self._end(event, lambda _: True)
        for line in event.lines("contents"):
            self._inner_leave({line.whole} if line.whole else set(), event)
            for lot in line.lots:
                self._take(lot, line.amount, line.spans, event)

    def _travel(self, event: Event) -> None:
        """A container that left for good and is filled here again came back empty."""
        if event.type in ("shipped", "customer_returned"):
            if any(line.whole == self.container for line in event.lines("lots")):
                self.is_away = event.type == "shipped" and (
                    self.is_away or event.get("purpose") not in ("transfer", "processing")
                )
        elif event.type in PACKING and event.get("container") == self.container and self.is_away:
            self._end(event, lambda _: True)
            self.is_away = False

    def _fill(self, event: Event) -> None:
        if event.type in PACKING and event.get("container") == self.container:
            for line in event.lines("contents"):
                self._put(line, event)
        elif event.type in ("customer_returned", "material_returned"):
            for line in event.lines("lots"):
                if line.container == self.container and line.lots:
                    self._put(line, event)
        elif event.type == "received":
            for part in event.get("containers") or ():
                if part["container"] == self.container:
                    inside = line_of({**part, "lot": event.get("lot")})
                    self._hold(event.get("lot"), event, inside.amount, unit_of(event.get("quantity")), inside.spans)
        elif event.type == "batch_produced" or event.type in TRANSFORMING:
            for output in event.outputs():
                if output.container == self.container:
                    self._hold(output.lot, event, output.amount, output.unit, output.spans)

    def _put(self, line: Line, event: Event) -> None:
        if line.whole:
            self._hold(line.whole, event, None, None, (), is_container=True)
        for lot in line.lots:
            self._hold(lot, event, line.amount, line.unit, line.spans)

    def _hold(
        self,
        content: str,
        event: Event,
        amount: Decimal | None,
        unit: str | None,
        spans: Spans,
        *,
        is_container: bool = False,
    ) -> None:
        self.inside.append(
            Holding(self.container, content, is_container, spans, amount, unit, event.position, event.entries)
        )

    def _captured(self, event: Event) -> None:
        reading = event.reading
        if reading["kind"] == "TransformationEvent":
            if any(one["kind"] == "container" and one["name"] == self.container for one in reading.get("inputs") or ()):
                self._end(event, lambda _: True)
        elif reading["kind"] == "AggregationEvent":
            contents = reading.get("contents") or ()
            inner = {one["name"] for one in contents if one["kind"] == "container"}
            if reading.get("container") != self.container:
                if reading.get("action") == "ADD":
                    self._inner_leave(inner, event)
            elif reading.get("action") == "DELETE":
                if not contents:
                    self._end(event, lambda _: True)
                self._inner_leave(inner, event)
                for one in contents:
                    if one["kind"] != "container":
                        self._take(one["name"], amount_of(one.get("quantity")), (), event)
            else:
                self._observed(contents, event)

    def _observed(self, contents: Iterable[Told_], event: Event) -> None:
        """An observation tells again what is inside; only what was not known to be there goes in."""
        known = {(one.content, one.is_container) for one in self.inside}
        for one in contents:
            is_container = one["kind"] == "container"
            is_new = event.reading.get("action") == "ADD" or (one["name"], is_container) not in known
            if one["kind"] != "item" and is_new:
                told = one.get("quantity")
                self._hold(one["name"], event, amount_of(told), unit_of(told), (), is_container=is_container)


def put_into(event: Event) -> Iterator[tuple[str, str | None]]:
    """Yield each container that an event puts something into, with the inner container that it puts there, if any."""
    if event.type in PACKING:
        yield event.get("container"), None
        yield from ((event.get("container"), line.whole) for line in event.lines("contents") if line.whole)
    elif event.type == "received":
        yield from ((part["container"], None) for part in event.get("containers") or ())
    elif event.type == "batch_produced" or event.type in TRANSFORMING:
        yield from ((output.container, None) for output in event.outputs() if output.container)
    elif event.type in ("customer_returned", "material_returned"):
        yield from ((line.container, None) for line in event.lines("lots") if line.container)
    elif event.type == "epcis_captured" and event.reading.get("container") is not None:
        container = event.reading["container"]
        yield container, None
        if event.reading["kind"] == "AggregationEvent" and event.reading.get("action") != "DELETE":
            for one in event.reading.get("contents") or ():
                if one["kind"] == "container":
                    yield container, one["name"]


class Containers:
    """What containers held, and when. Holding is not mixing: a container passes on where it went, never material."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._stories: dict[str, list[Holding]] = {}

    def story(self, container: str) -> list[Holding]:
        """Return every holding of a container, past and present, in the order in which they began."""
        found = self._stories.get(container)
        if found is None:
            events = {event.position: event for event in self.world.about(CONTAINER_ROLES, container)}
            inner = {
                into for event in events.values() for outer, into in put_into(event) if outer == container and into
            }
            for name in sorted(inner):
                events.update((event.position, event) for event in self.world.about(CONTAINER_ROLES, name))
            told = Story(container)
            for position in sorted(events):
                told.tell(events[position])
            found = sorted((*told.past, *told.inside), key=lambda one: (one.begin, one.content, one.spans))
            self._stories[container] = found
        return found

    def contents(self, container: str, position: Position, above: tuple[str, ...] = ()) -> Iterator[Holding]:
        """Yield what a container held at a position, in inner containers too."""
        if container in above:
            return
        self.world.step()
        for holding in self.story(container):
            if holding.holds_at(position):
                if holding.is_container:
                    yield from self.contents(holding.content, position, (*above, container))
                else:
                    yield holding

    def holdings_of(self, content: str, *, is_container: bool) -> list[Holding]:
        """Return every holding of a lot, or of a container inside others, in the order in which they began."""
        events = self.world.about(CONTAINER_ROLES if is_container else LOT_ROLES, content)
        names = {outer for event in events for outer, _ in put_into(event)} - ({content} if is_container else set())
        found = [
            holding
            for name in sorted(names)
            for holding in self.story(name)
            if holding.content == content and holding.is_container == is_container
        ]
        return sorted(found, key=lambda one: (one.begin, one.container))

    def around(self, lot: str) -> set[str]:
        """Return every container that ever held a lot, the outer ones too."""
        found: set[str] = set()
        fresh = {one.container for one in self.holdings_of(lot, is_container=False)}
        while fresh:
            found |= fresh
            outer = {one.container for name in fresh for one in self.holdings_of(name, is_container=True)}
            fresh = outer - found
        return found


class Home(NamedTuple):
    """What an activity belongs to: an order, a vessel, an event of its own, a captured transformation; or a unit."""

    kind: str
    name: str


@dataclass(eq=False)
class Flow:
    """Material from `source` to `target`, `source` always upstream. A home says that this end is an activity."""

    source: str
    target: str
    kind: str
    begin: int
    end: int
    source_home: Home | None = None
    target_home: Home | None = None
    source_spans: Spans = ()
    target_spans: Spans = ()
    entries: tuple[int, ...] = ()
    seq: int = 0
    low: Decimal | None = None
    """How much at least, net of what came back."""
    most: Decimal | None = None
    gross: Decimal | None = None
    unit: str | None = None
    certain: bool = True
    via: str | None = None
    """The container that was consumed with what it held, or that the material was taken out of."""

    def shown(self, *, in_time: bool) -> Shown:
        """Return what an answer tells of it."""
        spans = self.target_spans if self.source_home is not None else self.source_spans
        amounts = (self.low, self.most, self.gross)
        entries = tuple(sorted(set(self.entries)))
        return Shown(self.seq, self.begin, self.end, *amounts, in_time, self.certain, self.via, spans, entries)


class Shown(NamedTuple):
    """One flow of an edge, as an answer tells it."""

    seq: int
    begin: int
    end: int
    low: Decimal | None
    most: Decimal | None
    gross: Decimal | None
    in_time: bool
    certain: bool
    via: str | None
    spans: Spans
    entries: tuple[int, ...]


class Piece(NamedTuple):
    """A quantity of one lot that a line turns out to mean. `certain`: it is this lot and no other candidate."""

    lot: str
    spans: Spans
    amount: Decimal | None
    most: Decimal | None
    unit: str | None
    certain: bool
    via: str | None
    entries: tuple[int, ...]


@dataclass
class Issue:
    """Material that went into an order, and what of it is still in there."""

    piece: Piece
    event: Event
    run: str | None
    begin: int
    end: int
    left: Decimal | None
    spans: Spans
    entries: set[int]
    is_spent: bool = False
    """Some of it was given to exact runs, or was taken out of a unit again."""

    def take(self, amount: Decimal, event: Event) -> Decimal:
        """Take up to an amount out; return what was not found."""
        if self.left is None:
            return Decimal(0)
        taken = min(self.left, amount)
        self.left -= taken
        self.entries.update(event.entries)
        return amount - taken


class Made(NamedTuple):
    """How much came forth, and which serials."""

    amount: Decimal | None
    unit: str | None
    spans: Spans = ()


class Flows:
    """Which event makes which flow. Flows come in groups, each derived once from the events that its lists lead to."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.names = world.names
        self.containers = Containers(world)
        self._groups: dict[Home, list[Flow]] = {}
        self.ended: dict[str, list[Flow]] = {}
        """Of each unit: the parts that were taken out again."""

    def of(self, home: Home) -> list[Flow]:
        """Return the flows of a group."""
        found = self._groups.get(home)
        if found is None:
            derive = {
                "order": self._order,
                "vessel": self._vessel,
                "event": self._transformed,
                "captured": self._captured,
                "unit": self._unit,
            }[home.kind]
            found = self._groups[home] = list(derive(home))
        return found

    def pieces(self, line: Line, event: Event) -> Iterator[Piece]:
        """Yield what a line means: its lot, each candidate, or all that a container held at that time."""
        low = line.amount if line.certain else Decimal(0)
        for lot in line.lots:
            yield Piece(lot, line.spans, low, line.amount, line.unit, line.certain, line.container, event.entries)
        if line.whole:
            yield from self._held(line.whole, event)

    def _held(self, container: str, event: Event) -> Iterator[Piece]:
        for held in self.containers.contents(container, event.position):
            entries = (*held.entries, *event.entries)
            amount = held.amount
            yield Piece(
                held.content, held.spans, amount, amount, held.unit, certain=True, via=container, entries=entries
            )

    def read_pieces(self, lines: Iterable[Told_], event: Event) -> Iterator[Piece]:
        """Yield what the lines of a captured event mean; an item without a lot means nothing."""
        for line in lines:
            if line["kind"] == "container":
                yield from self._held(line["name"], event)
            elif line["kind"] != "item":
                told = line.get("quantity")
                amount, unit = amount_of(told), unit_of(told)
                yield Piece(line["name"], (), amount, amount, unit, certain=True, via=None, entries=event.entries)

    # Orders: lots → order, or a run of it → lots.

    def _order(self, home: Home) -> Iterator[Flow]:
        order = home.name
        told = [event for event in self.world.about(ACTIVITY_ROLES, order) if self._is_of_order(event, order)]
        events = [event for event in told if event.type != "vessel_drawn"]
        runs = sorted({event.get("run") for event in told if event.get("run") is not None})
        issues = list(self._issues(events))
        for event in events:
            if event.type == "material_returned":
                _give_back(event, issues)
        exact = [flow for event in events for flow in self._exact_runs(home, event, issues)]
        self._take_out_parts(events, issues)
        for issue in issues:
            # What came back from the line was there, so its edge stays; what is wholly elsewhere by now is not here.
            if issue.left is None or issue.left or not issue.piece.certain or not issue.is_spent:
                flow = self._into(issue.piece, self.names.run(order, issue.run), home, issue.event)
                yield replace(
                    flow,
                    begin=issue.begin,
                    end=issue.end,
                    source_spans=issue.spans if issue.left else issue.piece.spans,
                    entries=tuple(issue.entries),
                    low=issue.left,
                    most=issue.left if issue.piece.certain else issue.piece.most,
                )
        yield from self._structure(home, runs)
        for event in events:
            yield from self._made(home, event, home.name + "/out" if runs else home.name)
        yield from exact

    def _is_of_order(self, event: Event, order: str) -> bool:
        of_order = (
            "material_issued",
            "material_returned",
            "batch_produced",
            "vessel_drawn",
            "work_order_released",
            "work_order_closed",
        )
        if event.type in ("received", "shipped"):
            return bool(event.get("work_order") == order)
        return event.type in of_order and bool(event.get("order") == order)

    def _into(self, piece: Piece, node: str, home: Home, event: Event) -> Flow:
        return Flow(
            piece.lot,
            node,
            "flow",
            event.begin,
            event.end,
            target_home=home,
            source_spans=piece.spans,
            entries=piece.entries,
            seq=event.seq,
            low=piece.amount,
            most=piece.most,
            gross=piece.most,
            unit=piece.unit,
            certain=piece.certain,
            via=piece.via,
        )

    def _issues(self, events: Sequence[Event]) -> Iterator[Issue]:
        release = min((one.begin for one in events if one.type == "work_order_released"), default=NEVER)
        close = max((one.end for one in events if one.type == "work_order_closed"), default=NEVER)
        for event in events:
            is_issue = event.type == "material_issued"
            if not is_issue and (event.type != "shipped" or event.get("purpose") != "processing"):
                continue
            begin, end = event.begin, event.end
            if event.get("basis") == "backflush":
                begin, end = min(release, begin), max(close, end)
            for line in event.lines("lots"):
                for piece in self.pieces(line, event):
                    run = event.get("run") if is_issue else None
                    yield Issue(piece, event, run, begin, end, piece.amount, piece.spans, set(piece.entries))

    def _structure(self, home: Home, runs: Sequence[str]) -> Iterator[Flow]:
        order, out = home.name, home.name + "/out"
        for run in runs:
            name = self.names.run(order, run)
            yield Flow(order, name, "structure", NEVER, ALWAYS, home, home)
            yield Flow(name, out, "structure", NEVER, ALWAYS, home, home)
        if runs:
            yield Flow(order, out, "structure", NEVER, ALWAYS, home, home)

    def _made(self, home: Home, event: Event, common: str) -> Iterator[Flow]:
        """Yield the flows out of an order. `common`: the node that outputs without a run leave."""
        run = event.get("run")
        node = common if run is None else self.names.run(home.name, run)
        if event.type == "batch_produced":
            for output in event.outputs():
                if output.inputs is None:
                    yield self._out(node, home, output, event)
        elif event.type == "received":
            told, spans = event.get("quantity"), spans_in(event.get("serials"))
            yield self._from(node, event.get("lot"), home, event, Made(amount_of(told), unit_of(told), spans))
        elif event.type == "material_returned" and event.get("opened"):
            for line in event.lines("lots"):
                for lot in line.lots:
                    flow = self._from(node, lot, home, event, Made(line.amount, line.unit, line.spans))
                    yield replace(flow, certain=line.certain)

    def _from(self, node: str, lot: str, home: Home, event: Event, made: Made) -> Flow:
        return Flow(
            node,
            lot,
            "flow",
            event.begin,
            event.end,
            home,
            target_spans=made.spans,
            entries=event.entries,
            seq=event.seq,
            low=made.amount,
            most=made.amount,
            gross=made.amount,
            unit=made.unit,
        )

    def _out(self, node: str, home: Home, output: Output, event: Event) -> Flow:
        flow = self._from(node, output.lot, home, event, Made(output.amount, output.unit, output.spans))
        return replace(flow, begin=output.begin, end=output.end)

    def _exact_runs(self, home: Home, event: Event, issues: list[Issue]) -> Iterator[Flow]:
        """Yield the flows of outputs that name their exact inputs: a run of its own, of what was issued already."""
        if event.type != "batch_produced":
            return
        for number, output in enumerate(event.outputs()):
            if output.inputs is None:
                continue
            node = self.names.run(home.name, f"{event.id}.{number}")
            for piece in [one for line in output.inputs for one in self.pieces(line, event)]:
                used = list(_reassigned(piece, event, issues))
                yield replace(
                    self._into(piece, node, home, event),
                    begin=min((one.begin for one in used), default=event.begin),
                    end=max((one.end for one in used), default=event.end),
                    entries=(*piece.entries, *(seq for one in used for seq in one.event.entries)),
                )
            yield self._out(node, home, output, event)

    def _take_out_parts(self, events: Sequence[Event], issues: list[Issue]) -> None:
        """Parts that were taken out of units of this order are in them no longer: they have edges of their own."""
        made: dict[str, list[Spans]] = defaultdict(list)
        for event in events:
            if event.type == "batch_produced":
                for output in event.outputs():
                    made[output.lot].append(output.spans)
        if not issues:
            return
        changes = {one.position: one for unit in sorted(made) for one in self._changes(unit)}
        for issue in issues:
            for position in sorted(changes):
                removed, unit = changes[position].line("removed"), changes[position].line("unit")
                if removed is None or unit is None or removed.lots != (issue.piece.lot,):
                    continue
                is_ours = any(meets(spans, unit.spans) for spans in made[unit.lots[0]])
                if not is_ours or not meets(issue.spans, removed.spans) or self._came_later(changes[position]):
                    continue
                issue.take(removed.amount or Decimal(0), changes[position])
                issue.is_spent = True
                if removed.spans:
                    issue.spans = without(issue.spans, removed.spans)

    def _changes(self, unit: str) -> list[Event]:
        """Return the changes of the parts of a unit."""
        return [
            event
            for event in self.world.about(("lot.made",), unit)
            if event.type == "component_changed" and event.told["unit"]["lot"] == unit
        ]

    def _came_later(self, removal: Event) -> bool:
        """Tell whether a part that was taken out had been fitted by an earlier change, not when the unit was built."""
        removed, unit = removal.line("removed"), removal.line("unit")
        if removed is None or unit is None:
            return False
        for event in self._changes(unit.lots[0]):
            fitted, where = event.line("installed"), event.line("unit")
            if event.position < removal.position and fitted is not None and where is not None:
                is_same = fitted.lots == removed.lots and meets(fitted.spans, removed.spans)
                if is_same and meets(where.spans, unit.spans):
                    return True
        return False

    # Vessels: lots → vessel, since it was last emptied → lots or orders.

    def _vessel(self, home: Home) -> Iterator[Flow]:
        events = [
            event
            for event in self.world.about(ACTIVITY_ROLES, home.name)
            if event.type in ("vessel_filled", "vessel_drawn", "vessel_emptied")
            and self.names.vessel(event.get("site"), event.get("vessel")) == home.name
        ]
        emptied = [one for one in events if one.type == "vessel_emptied" and not amount_of(one.get("heel"))]
        for event in events:
            first = sum((one.end, one.seq) < (event.begin, event.seq) for one in emptied)
            last = sum((one.begin, one.seq) < (event.end, event.seq) for one in emptied)
            nodes = [f"{home.name}#{number + 1}" for number in range(first, max(first, last) + 1)]
            for node in nodes:
                for flow in self._vessel_run(home, node, event):
                    # Nobody knows how much of it belongs to which run: each may have any part of it.
                    yield flow if len(nodes) == 1 else replace(flow, low=Decimal(0), certain=False)

    def _vessel_run(self, home: Home, node: str, event: Event) -> Iterator[Flow]:
        if event.type == "vessel_filled":
            for line in event.lines("lots"):
                for piece in self.pieces(line, event):
                    yield self._into(piece, node, home, event)
        elif event.type == "vessel_drawn":
            order, lot, told = event.get("order"), event.get("lot"), event.get("quantity")
            target = lot if lot is not None else self.names.run(order, event.get("run"))
            flow = self._from(node, target, home, event, Made(amount_of(told), unit_of(told)))
            yield flow if lot is not None else replace(flow, target_home=Home("order", order))

    # One event: inputs → activity → outputs.

    def _transformed(self, home: Home) -> Iterator[Flow]:
        for event in self.world.about(("activity.in",), home.name):
            if event.type in TRANSFORMING and self.names.event(event.id) == home.name:
                for line in event.lines("inputs"):
                    for piece in self.pieces(line, event):
                        yield self._into(piece, home.name, home, event)
                for output in event.outputs():
                    yield replace(self._out(home.name, home, output, event), begin=event.begin, end=event.end)

    def _captured(self, home: Home) -> Iterator[Flow]:
        for event in self.world.about(("activity.in",), home.name):
            if captured_activity(event, self.names) != home.name:
                continue
            for piece in self.read_pieces(event.reading.get("inputs") or (), event):
                yield self._into(piece, home.name, home, event)
            for line in event.reading.get("outputs") or ():
                if line["kind"] not in ("item", "container"):
                    told = line.get("quantity")
                    yield self._from(home.name, line["name"], home, event, Made(amount_of(told), unit_of(told)))

    # Parts: part → unit while it is fitted.

    def _unit(self, home: Home) -> Iterator[Flow]:
        # What we told of a unit and what others told of it are two stories: neither ends what the other began.
        fitted: list[Flow] = []
        associated: list[Flow] = []
        ended = self.ended.setdefault(home.name, [])
        for event in self.world.about(("lot.made",), home.name):
            if event.type == "component_changed" and event.told["unit"]["lot"] == home.name:
                self._change(event, fitted, ended)
            elif associated_unit(event) == home.name:
                self._associate(event, associated, ended)
        return iter((*fitted, *associated))

    def _change(self, event: Event, fitted: list[Flow], ended: list[Flow]) -> None:
        unit, removed, installed = event.line("unit"), event.line("removed"), event.line("installed")
        if unit is None:
            return
        if removed is not None:
            for flow in fitted:
                is_same = flow.source in removed.lots and meets(flow.source_spans, removed.spans)
                if is_same and meets(flow.target_spans, unit.spans):
                    fitted.remove(flow)
                    ended.append(replace(flow, end=event.end, entries=(*flow.entries, *event.entries)))
                    break
            else:
                begin = self._made_at(unit)
                ended.extend(self._part(piece, unit, event, begin, event.end) for piece in self.pieces(removed, event))
        if installed is not None:
            pieces = self.pieces(installed, event)
            fitted.extend(self._part(piece, unit, event, event.begin, ALWAYS) for piece in pieces)

    def _part(self, piece: Piece, unit: Line, event: Event, begin: int, end: int) -> Flow:
        flow = self._into(piece, unit.lots[0], Home("unit", unit.lots[0]), event)
        flow = replace(flow, kind="component", begin=begin, end=end, target_home=None, target_spans=unit.spans)
        return replace(flow, via=None) if event.type == "component_changed" else flow

    def _made_at(self, unit: Line) -> int:
        """Return when a unit came to be."""
        for event in self.world.about(("lot.made",), unit.lots[0]):
            if event.type in ("received", "declared") and event.get("lot") == unit.lots[0]:
                return event.begin
            if any(one.lot == unit.lots[0] and meets(one.spans, unit.spans) for one in event.outputs()):
                return event.begin
        return NEVER

    def _associate(self, event: Event, fitted: list[Flow], ended: list[Flow]) -> None:
        parts = list(self.read_pieces(event.reading.get("components") or (), event))
        names = {piece.lot for piece in parts}
        if event.reading.get("action") == "DELETE":
            for flow in [one for one in fitted if not names or one.source in names]:
                fitted.remove(flow)
                ended.append(replace(flow, end=event.end, entries=(*flow.entries, *event.entries)))
            return
        known = {flow.source for flow in fitted}
        unit = line_of({"lot": event.reading["unit"]})
        fresh = [piece for piece in parts if piece.lot not in known]
        fitted.extend(self._part(piece, unit, event, event.begin, ALWAYS) for piece in fresh)

    # Where a node's flows are told.

    def made_by(self, lot: str) -> set[Home]:
        """Return the groups that may hold flows into a lot."""
        found: set[Home] = set()
        for event in self.world.about(("lot.made",), lot):
            if event.type == "component_changed" or associated_unit(event) == lot:
                found.add(Home("unit", lot))
            else:
                found.update(self._made_in(event, lot))
        return found

    def _made_in(self, event: Event, lot: str) -> Iterator[Home]:
        """Yield the group in which an event brings a lot forth."""
        brings_forth = any(one.lot == lot for one in event.outputs())
        if (event.type == "batch_produced" and brings_forth) or event.get("opened"):
            yield Home("order", event.get("order"))
        elif event.type == "received" and event.get("work_order") is not None:
            yield Home("order", event.get("work_order"))
        elif event.type in TRANSFORMING and brings_forth:
            yield Home("event", self.names.event(event.id))
        elif event.type == "vessel_drawn" and event.get("lot") == lot:
            yield Home("vessel", self.names.vessel(event.get("site"), event.get("vessel")))
        elif captured_activity(event, self.names) is not None:
            yield Home("captured", captured_activity(event, self.names) or "")

    def used_by(self, lot: str) -> set[Home]:
        """Return the groups that may hold flows out of a lot, also through the containers that held it."""
        found = {home for event in self.world.about(LOT_ROLES, lot) for home in self._used_in(event, lot, "lot")}
        for container in self.containers.around(lot):
            for event in self.world.about(CONTAINER_ROLES, container):
                found.update(self._used_in(event, container, "container"))
        return found

    def _used_in(self, event: Event, name: str, kind: str) -> Iterator[Home]:
        """Yield the groups in which an event uses a lot, or a container with all that it holds."""
        if event.type == "epcis_captured":
            yield from self._captured_use(event, name)
            return
        lines = leaving(event)
        if event.type == "component_changed":
            lines = [line for line in map(event.line, ("removed", "installed")) if line is not None]
        if not any(line.whole == name if kind == "container" else name in line.lots for line in lines):
            return
        if event.type in ("material_issued", "batch_produced"):
            yield Home("order", event.get("order"))
        elif event.type == "shipped" and event.get("work_order") is not None:
            yield Home("order", event.get("work_order"))
        elif event.type in TRANSFORMING:
            yield Home("event", self.names.event(event.id))
        elif event.type == "vessel_filled":
            yield Home("vessel", self.names.vessel(event.get("site"), event.get("vessel")))
        elif event.type == "component_changed":
            yield Home("unit", event.told["unit"]["lot"])

    def _captured_use(self, event: Event, name: str) -> Iterator[Home]:
        reading = event.reading
        activity = captured_activity(event, self.names)
        if activity is not None and any(one["name"] == name for one in reading.get("inputs") or ()):
            yield Home("captured", activity)
        unit = associated_unit(event)
        if unit is not None and any(one["name"] == name for one in reading.get("components") or ()):
            yield Home("unit", unit)

    def around(self, home: Home) -> list[Flow]:
        """Return the flows that may touch an activity of a group: its own, and those of vessels drawn into an order."""
        flows = list(self.of(home))
        if home.kind == "order":
            drawn = [
                Home("vessel", self.names.vessel(event.get("site"), event.get("vessel")))
                for event in self.world.about(ACTIVITY_ROLES, home.name)
                if event.type == "vessel_drawn" and event.get("order") == home.name
            ]
            flows += [flow for vessel in sorted(set(drawn)) for flow in self.of(vessel)]
        return flows

    def homes_named(self, name: str) -> list[Home]:
        """Return the groups that an activity's name stands for."""
        found: set[Home] = set()
        for event in self.world.about(ACTIVITY_ROLES, name):
            if self._is_of_order(event, name):
                found.add(Home("order", name))
            elif event.type in TRANSFORMING and self.names.event(event.id) == name:
                found.add(Home("event", name))
            elif captured_activity(event, self.names) == name:
                found.add(Home("captured", name))
            elif event.get("vessel") and self.names.vessel(event.get("site"), event.get("vessel")) == name:
                found.add(Home("vessel", name))
        return sorted(found)


def captured_activity(event: Event, names: Names) -> str | None:
    """Return the activity of a captured transformation, None of any other event."""
    if event.type != "epcis_captured" or event.reading["kind"] != "TransformationEvent":
        return None
    return str(event.reading.get("activity") or names.event(event.id))


def associated_unit(event: Event) -> str | None:
    """Return the unit of a captured association of parts, None of any other event."""
    if event.type != "epcis_captured" or event.reading["kind"] != "AssociationEvent":
        return None
    return str(event.reading["unit"]) if "unit" in event.reading else None


def _give_back(event: Event, issues: list[Issue]) -> None:
    """Reduce the issue that a return names, else those of its run and lot, the latest first, none later than itself."""
    for line in event.lines("lots"):
        left = line.amount or Decimal(0)
        named = line.told.get("issue")
        for issue in reversed(issues):
            if issue.piece.lot not in line.lots or not meets(issue.spans, line.spans):
                continue
            is_meant = issue.run == event.get("run") and issue.event.position <= event.position
            if issue.event.id != named if named is not None else not is_meant:
                continue
            left = issue.take(left, event)
            if line.spans:
                issue.spans = without(issue.spans, line.spans)
            if not left:
                break


def _reassigned(piece: Piece, event: Event, issues: list[Issue]) -> Iterator[Issue]:
    """Yield the issues that an exact input came from, and take it out of them."""
    left = piece.amount or Decimal(0)
    for issue in issues:
        if issue.piece.lot != piece.lot or not meets(issue.spans, piece.spans) or issue.event.position > event.position:
            continue
        if piece.certain:
            left = issue.take(left, event)
            issue.is_spent = True
            if piece.spans:
                issue.spans = without(issue.spans, piece.spans)
        yield issue
        if piece.certain and not left:
            return


# 6. Does the answer say the same?


class Start(NamedTuple):
    """Where a walk starts: a lot, with the serials meant, or an activity with its home."""

    node: str
    home: Home | None = None
    spans: Spans = ()
    arrival: int | None = None
    """When material was there first (forward) or last (backward); None: no bound."""


class Walk:
    """Everything upstream or downstream of some nodes, and when material can first have come there.

    What is told of named serials touches those only: a flow leads on to those flows out of its far end whose serials
    meet its own. So a walk goes from flow to flow, each once.
    """

    def __init__(self, flows: Flows, starts: Sequence[Start], *, forward: bool) -> None:
        self.flows = flows
        self.forward = forward
        self.starts = starts
        self.nodes: dict[str, Home | None] = {start.node: start.home for start in starts}
        self.spans: dict[str, set[Span] | None] = {}
        self.edges: dict[Flow, None] = {}
        self.arrivals: dict[str, int] = {}
        self.in_time: set[Flow] = set()
        self._leading: dict[tuple[str, Home | None], list[Flow]] = {}
        self._go()

    def _go(self) -> None:
        heap: list[tuple[int, int, Flow | None, Start]] = []
        for start in self.starts:
            if start.home is None:
                self._reached(start.node, start.spans)
            arrival = NEVER if start.arrival is None else start.arrival if self.forward else -start.arrival
            heap.append((arrival, len(heap), None, start))
        waiting = [start for _, _, _, start in heap]
        while waiting:
            here = waiting.pop()
            for flow in self._onward(here):
                if flow not in self.edges:
                    self.edges[flow] = None
                    there = self._far_end(flow)
                    self.nodes[there.node] = there.home
                    if there.home is None:
                        self._reached(there.node, there.spans)
                    waiting.append(there)
        self._arrive(sorted(heap, key=lambda one: one[:2]))

    def _arrive(self, heap: list[tuple[int, int, Flow | None, Start]]) -> None:
        """Find out when material can first have come to each node; a flow that ended before brings none.

        Backward, times run the other way: the last departure is the first arrival.
        """
        done: set[Flow] = set()
        pushed = len(heap)
        while heap:
            arrival, _, by, here = heapq.heappop(heap)
            if by is not None:
                if by in done:
                    continue
                done.add(by)
            self.arrivals[here.node] = min(arrival, self.arrivals.get(here.node, arrival))
            for flow in self._onward(here):
                begin, end = (flow.begin, flow.end) if self.forward else (-flow.end, -flow.begin)
                if arrival <= end and flow not in done:
                    self.in_time.add(flow)
                    pushed += 1
                    heapq.heappush(heap, (max(arrival, begin), pushed, flow, self._far_end(flow)))

    def _reached(self, lot: str, spans: Spans) -> None:
        known = self.spans.setdefault(lot, set())
        if not spans:
            self.spans[lot] = None
        elif known is not None:
            known.update(spans)

    def _far_end(self, flow: Flow) -> Start:
        if self.forward:
            return Start(flow.target, flow.target_home, flow.target_spans)
        return Start(flow.source, flow.source_home, flow.source_spans)

    def _onward(self, here: Start) -> list[Flow]:
        """Return the flows that lead on from a node, for the serials that came there."""
        flows = self._leading.get((here.node, here.home))
        if flows is None:
            flows = self._leading[here.node, here.home] = self._leading_on(here)
        if here.home is not None or not here.spans:
            return flows
        if self.forward:
            return [flow for flow in flows if meets(here.spans, flow.source_spans)]
        return [flow for flow in flows if meets(here.spans, flow.target_spans)]

    def _leading_on(self, here: Start) -> list[Flow]:
        if here.home is not None:
            found = self.flows.around(here.home)
        else:
            homes = self.flows.used_by(here.node) if self.forward else self.flows.made_by(here.node)
            found = [flow for home in sorted(homes) for flow in self.flows.of(home)]
        if self.forward:
            return [
                one for one in found if one.source == here.node and (one.source_home is None) == (here.home is None)
            ]
        return [one for one in found if one.target == here.node and (one.target_home is None) == (here.home is None)]


class Edge(NamedTuple):
    """A step of custody: a lot or container in a container, or gone with a shipment."""

    source: str
    target: str
    begin: int
    end: int
    in_time: bool
    entries: tuple[int, ...]
    spans: Spans = ()
    amount: Decimal | None = None
    unit: str | None = None
    shipped: Position | None = None
    """Of a shipment: the event that it left by."""

    def shown(self) -> Shown:
        """Return what an answer tells of it."""
        entries = tuple(sorted(set(self.entries)))
        return Shown(
            seq=entries[0],
            begin=self.begin,
            end=self.end,
            low=self.amount,
            most=self.amount,
            gross=self.amount,
            in_time=self.in_time,
            certain=True,
            via=None,
            spans=self.spans,
            entries=entries,
        )


class Departure(NamedTuple):
    """A shipment that something left with."""

    shipment: str
    purpose: str
    event: Event


class Custody:
    """Where lots went in containers and shipments: lot → container → outer container → shipment."""

    def __init__(self, flows: Flows) -> None:
        self.flows = flows
        self.world = flows.world
        self.containers = flows.containers

    def of(
        self, lot: str, spans: Spans, arrival: int | None, fitted: Sequence[int] = (), above: tuple[str, ...] = ()
    ) -> Iterator[Edge]:
        """Yield the custody of a lot, or of some of its serials.

        `arrival`: when the material can first have been in it, None: never. `fitted`: when it was fitted into it as a
        part; whoever had the unit then got it.
        """
        for departure, line in self._departures_of_lot(lot):
            if meets(spans, line.spans):
                is_away = any(self._is_away(lot, spans, departure, at) for at in fitted)
                in_time = arrival is not None and (arrival <= departure.event.end or is_away)
                told = line.told.get("quantity")
                edge = self._gone(lot, departure, in_time=in_time)
                yield edge._replace(spans=line.spans, amount=amount_of(told), unit=unit_of(told))
        for held in self.containers.holdings_of(lot, is_container=False):
            if meets(spans, held.spans):
                usable = arrival is not None and arrival <= held.end[0]
                begin = held.begin[0] if arrival is None else max(held.begin[0], arrival)
                is_fitted = any(held.begin[0] <= at <= held.end[0] for at in fitted)
                yield self._inside(lot, held, in_time=usable)
                yield from self._onward(held.container, begin, held.end[0], (lot,), usable=usable, is_fitted=is_fitted)
        for flow in self._taken_out(lot):
            if flow.target not in above and meets(spans, flow.source_spans):
                yield from self._while_fitted(flow, arrival, (*above, lot))

    def _gone(self, source: str, departure: Departure, *, in_time: bool) -> Edge:
        event = departure.event
        target = departure.shipment
        return Edge(source, target, event.begin, event.end, in_time, event.entries, shipped=event.position)

    def _inside(self, source: str, held: Holding, *, in_time: bool) -> Edge:
        begin, end = held.begin[0], held.end[0]
        return Edge(source, held.container, begin, end, in_time, held.entries, held.spans, held.amount, held.unit)

    def _taken_out(self, lot: str) -> list[Flow]:
        """Return the edges of a part that was taken out of units again."""
        units = [home for home in sorted(self.flows.used_by(lot)) if home.kind == "unit"]
        for home in units:
            self.flows.of(home)
        return [flow for home in units for flow in self.flows.ended[home.name] if flow.source == lot]

    def _while_fitted(self, flow: Flow, arrival: int | None, above: tuple[str, ...]) -> Iterator[Edge]:
        for edge in self.of(flow.target, flow.target_spans, flow.begin, (flow.begin,), above):
            if edge.begin <= flow.end and (edge.end >= flow.begin or edge.in_time):
                in_time = edge.in_time and arrival is not None and arrival <= flow.end
                shown = edge._replace(in_time=in_time)
                if edge.source == flow.target:
                    shown = shown._replace(
                        source=flow.source,
                        spans=flow.source_spans,
                        amount=flow.low,
                        unit=flow.unit,
                        entries=tuple(sorted({*edge.entries, *flow.entries})),
                    )
                yield shown

    def _departures(self, events: Iterable[Event]) -> Iterator[Departure]:
        for event in events:
            if event.type == "shipped":
                yield Departure(event.get("shipment"), event.get("purpose"), event)
            elif event.type == "epcis_captured" and (event.reading.get("business_step") or "").endswith("shipping"):
                yield Departure(self.world.names.event(event.id), "sale", event)

    def _departures_of_lot(self, lot: str) -> Iterator[tuple[Departure, Line]]:
        for departure in self._departures(self.world.about(LOT_ROLES, lot)):
            event = departure.event
            if event.type == "shipped":
                yield from ((departure, line) for line in event.lines("lots") if lot in line.lots)
            else:
                read = (one for one in event.reading.get("lots") or () if one["name"] == lot)
                quantities = ({"quantity": one["quantity"]} if "quantity" in one else {} for one in read)
                yield from ((departure, line_of({"lot": lot, **told})) for told in quantities)

    def _departures_of_container(self, container: str) -> Iterator[Departure]:
        for departure in self._departures(self.world.about(CONTAINER_ROLES, container)):
            event = departure.event
            if event.type == "shipped":
                if any(line.whole == container for line in event.lines("lots")):
                    yield departure
            elif any(one["name"] == container for one in event.reading.get("lots") or ()):
                yield departure

    def _onward(
        self, container: str, begin: int, end: int, above: tuple[str, ...], *, usable: bool, is_fitted: bool
    ) -> Iterator[Edge]:
        """Yield where a container went while it held something."""
        if container in above:
            return
        self.world.step()
        for departure in self._departures_of_container(container):
            event = departure.event
            if event.begin <= end and begin <= event.end:
                yield self._gone(container, departure, in_time=usable)
            elif begin > event.end and not self._came_back(container, departure, begin):
                yield self._gone(container, departure, in_time=usable and is_fitted)
        for held in self.containers.holdings_of(container, is_container=True):
            inner, outer = max(begin, held.begin[0]), min(end, held.end[0])
            if inner <= outer:
                yield self._inside(container, held, in_time=usable)
                yield from self._onward(
                    held.container, inner, outer, (*above, container), usable=usable, is_fitted=is_fitted
                )

    def _came_back(self, container: str, departure: Departure, before: int) -> bool:
        """Tell whether a container was back by a time: then it did not leave with what was packed later."""
        events = [*self.world.about(CONTAINER_ROLES, container)]
        if departure.event.type == "shipped":
            events += [
                event
                for event in self.world.about(("shipment",), departure.shipment)
                if event.get("shipment") == departure.shipment
            ]
        for event in events:
            if departure.event.begin <= event.begin <= before:
                if event.type == "customer_returned":
                    return True
                if event.type == "delivered" and (departure.purpose == "transfer" or event.get("refused") is not None):
                    return True
        return False

    def _is_away(self, unit: str, spans: Spans, departure: Departure, at: int) -> bool:
        """Tell whether a unit that left had not come back by a time."""
        if at < departure.event.begin:
            return False
        for event in self.world.about(LOT_ROLES, unit):
            if departure.event.begin <= event.begin <= at:
                lines: list[Line] = []
                if event.type == "customer_returned":
                    lines = event.lines("lots")
                elif event.type == "delivered" and event.get("shipment") == departure.shipment:
                    lines = event.lines("accepted" if departure.purpose == "transfer" else "refused")
                if any(unit in line.lots and meets(spans, line.spans) for line in lines):
                    return False
        return True


@dataclass
class Trace:
    """What a question reaches: nodes by kind, edges with their flows, serials of each lot (None: the whole lot)."""

    nodes: dict[str, str] = field(default_factory=dict)
    edges: dict[tuple[str, str, str], list[Shown]] = field(default_factory=lambda: defaultdict(list))
    units: dict[tuple[str, str, str], set[str | None]] = field(default_factory=lambda: defaultdict(set))
    spans: dict[str, set[Span] | None] = field(default_factory=dict)
    in_time: set[str] = field(default_factory=set)


class Question:
    """A question, answered from the entries alone."""

    def __init__(self, world: World, focus: str, kind: str) -> None:
        self.world = world
        self.flows = Flows(world)
        self.custody = Custody(self.flows)
        self.focus = focus
        self.kind = kind
        self.lot: str | None = None
        self.piece: Spans = ()
        self.trace = Trace()

    def answer(self, ways: Sequence[str]) -> Trace:
        """Return the trace in one or both directions.

        Raises:
            Wrong: no entry names what the question is about as what the answer says that it is.
        """
        if self.kind == "lot":
            self._look_for_serial()
        elif self.kind in ("container", "shipment"):
            roles = CONTAINER_ROLES if self.kind == "container" else ("shipment",)
            if not self.world.about(roles, self.focus):
                raise Wrong("focus-unknown", f"No entry names {self.focus} as a {self.kind}.")
        self.trace.nodes[self.focus] = self.kind
        self.trace.in_time.add(self.focus)
        edges: list[Edge] = []
        walks = [(way, self._starts(way)) for way in ways]
        flows: dict[Flow, bool] = {}
        for way, starts in walks:
            walk = Walk(self.flows, starts, forward=way == "forward")
            self._take_in(walk)
            flows.update((flow, flows.get(flow, False) or flow in walk.in_time) for flow in walk.edges)
            if way == "forward":
                edges += self._custody_of_lots(walk)
            if self.kind in ("container", "shipment"):
                edges += self._custody_of_contents(onward=way == "forward")
        for flow, in_time in flows.items():
            name = (flow.source, flow.target, flow.kind)
            self.trace.edges[name].append(flow.shown(in_time=in_time))
            self.trace.units[name].add(flow.unit)
        for edge in dict.fromkeys(edges):
            self.trace.nodes[edge.target] = "container" if edge.shipped is None else "shipment"
            name = (edge.source, edge.target, "custody")
            self.trace.edges[name].append(edge.shown())
            self.trace.units[name].add(edge.unit)
            self.trace.in_time.update((edge.source, edge.target) if edge.in_time else ())
        for way, starts in walks:
            self._same_thing(way, starts)
        if self.lot is not None:
            self.trace.spans[self.focus] = set(self.piece)
        return self.trace

    def _look_for_serial(self) -> None:
        """Find out whether the question is about one piece of a lot."""
        events = self.world.about(LOT_ROLES, self.focus)
        if not events:
            raise Wrong("focus-unknown", f"No entry names {self.focus} as a lot.")
        subjects = Subjects(self.world.names)
        owners = {
            (lot, span.prefix + str(span.first).zfill(span.width) if span.width else span.prefix, span)
            for event in events
            for name, lot, span in subjects.serials_of(event)
            if name == self.focus
        }
        if owners:
            self.lot, _, span = min(owners)
            self.piece = (span,)

    def _starts(self, way: str) -> list[Start]:
        if self.kind == "lot":
            return [Start(self.lot or self.focus, None, self.piece)]
        if self.kind == "activity":
            return self._activity_starts()
        if way == "forward":
            return []
        return self._carried()

    def _activity_starts(self) -> list[Start]:
        """Return the nodes that an activity consists of: an order with its runs, a vessel with its fills."""
        run = self.focus.rsplit("/run/", 1)[0]
        out = self.focus.removesuffix("/out")
        fill = self.focus.rsplit("#", 1)[0]
        for name in dict.fromkeys((self.focus, run, out, fill)):
            if any(self.world.lists.get((role, name)) for role in ACTIVITY_ROLES):
                homes = self.flows.homes_named(name)
                flows = [flow for home in homes for flow in self.flows.of(home)]
                ends = {(one.source, one.source_home) for one in flows} | {
                    (one.target, one.target_home) for one in flows
                }
                mine = sorted((node, home) for node, home in ends if home is not None and home in homes)
                if name != self.focus:
                    mine = [(node, home) for node, home in mine if node == self.focus]
                if mine or homes:
                    return [Start(*one) for one in mine or [(self.focus, homes[0])]]
        if self.world.about((*ACTIVITY_ROLES, "activity.other"), self.focus):
            return [Start(self.focus, Home("order", self.focus))]
        raise Wrong("focus-unknown", f"No entry names {self.focus} as an activity.")

    def _carried(self) -> list[Start]:
        """Return the lots that a container ever held, or that left with a shipment."""
        if self.kind == "container":
            return list(dict.fromkeys(self._ever_held(self.focus, ())))
        found: list[Start] = []
        for event in self.world.about(("shipment",), self.focus):
            if event.type == "shipped" and event.get("shipment") == self.focus:
                for line in event.lines("lots"):
                    found.extend(Start(lot, None, line.spans, event.end) for lot in line.lots)
                    if line.whole:
                        held = self.flows.containers.contents(line.whole, event.position)
                        found.extend(Start(one.content, None, one.spans, event.end) for one in held)
        return list(dict.fromkeys(found))

    def _ever_held(self, container: str, above: tuple[str, ...]) -> Iterator[Start]:
        if container in above:
            return
        self.world.step()
        for held in self.flows.containers.story(container):
            if held.is_container:
                yield from self._ever_held(held.content, (*above, container))
            else:
                yield Start(held.content, None, held.spans, held.end[0])

    def _take_in(self, walk: Walk) -> None:
        for node, home in walk.nodes.items():
            self.trace.nodes[node] = "lot" if home is None else "activity"
        self.trace.in_time.update(walk.arrivals)
        for lot, spans in walk.spans.items():
            known = self.trace.spans.get(lot, set())
            self.trace.spans[lot] = None if known is None or spans is None else known | spans

    def _custody_of_lots(self, walk: Walk) -> list[Edge]:
        fitted: dict[str, set[int]] = defaultdict(set)
        for flow in walk.in_time:
            if flow.kind == "component":
                fitted[flow.target].add(max(flow.begin, walk.arrivals.get(flow.source, NEVER)))
        return [
            edge
            for lot in sorted(node for node, home in walk.nodes.items() if home is None)
            for edge in self.custody.of(
                lot, joined(walk.spans[lot] or ()), walk.arrivals.get(lot), sorted(fitted.get(lot, ()))
            )
        ]

    def _custody_of_contents(self, *, onward: bool) -> Iterator[Edge]:
        """Yield custody between the lots of a container or shipment and itself, or from it onward."""
        for start in self._carried():
            edges = list(dict.fromkeys(self.custody.of(start.node, start.spans, NEVER)))
            below = _downstream(edges, self.focus)
            for edge in edges:
                if edge.source in below if onward else self.focus in _downstream(edges, edge.target):
                    yield edge

    def _same_thing(self, way: str, starts: Sequence[Start]) -> None:
        """Link what is asked about with what stands for it: the lot of a serial, the runs of an order."""
        parts = [self.lot] if self.lot is not None else []
        if self.kind == "activity":
            parts = [start.node for start in starts if start.node != self.focus]
        for part in parts:
            source, target = (part, self.focus) if way == "backward" else (self.focus, part)
            if not any((source, target, kind) in self.trace.edges for kind in ("flow", "structure")):
                self.trace.edges[source, target, "structure"] = []


def _downstream(edges: Sequence[Edge], name: str) -> set[str]:
    """Return a holder and everything that its custody leads on to."""
    found = {name}
    while True:
        more = {edge.target for edge in edges if edge.source in found} - found
        if not more:
            return found
        found |= more


class Bundle:
    """A bundle while it is checked."""

    def __init__(self, data: bytes) -> None:
        self.members = members_of(data)
        try:
            self.manifest = document_of("manifest.json", self.members)
        except Wrong as wrong:
            raise BundleUnusable(f"this is no evidence bundle: {wrong}; ask for it again") from None
        if self.manifest.get("format") != "thread-bundle" or self.manifest.get("version") != 1:
            raise BundleUnusable(
                "this is no evidence bundle of a version that this program knows; get a newer verifier"
            )
        self.verdict = Verdict()
        self.checkpoint: Checkpoint | None = None
        self.chain: KeyChain | None = None
        self.entries: dict[int, dict[str, Any]] = {}
        self.leaves: dict[int, bytes] = {}
        self.last_seq = -1
        self.lists: dict[Pair, tuple[int, ...]] = {}
        self.is_anchored = False
        self.question: dict[str, Any] = {}

    def check(self, keys: Sequence[str], fingerprint: str | None) -> None:
        """Go through all checks, in the order of the file."""
        check_files(self.members, self.manifest, self.verdict)
        self._attempt("files", self._check_manifest)
        self._attempt("signatures", self._read_checkpoint)
        self._attempt("inclusion", self._check_entries)
        if self.checkpoint is None or not self.entries:
            return
        self._attempt("signatures", lambda: self._check_keys(keys, fingerprint))
        self._attempt("index", self._check_index)
        if self.lists and self.chain is not None:
            self._attempt("completeness", self._check_trace)

    def _attempt(self, check: str, step: Callable[[], None]) -> None:
        try:
            step()
        except Wrong as wrong:
            self.verdict.wrong(check, wrong.code, sentence(str(wrong)))
        except RecursionError:
            self.verdict.wrong(check, "too-deep", "Things are inside each other more deeply than any plant has them.")
        except NOT_AS_EXPECTED:
            text = "Something in the bundle is written in a way that this program does not know, so it shows nothing."
            self.verdict.wrong(check, "unreadable", text)

    def _check_manifest(self) -> None:
        told = self.manifest
        if set(told) != {"format", "version", "origin", "size", "root", "question", "files"}:
            raise Wrong("manifest-malformed", "The manifest does not say what manifests say.")
        if type(told["version"]) is not int or not is_count(told["size"]):
            raise Wrong("manifest-malformed", "The manifest does not say what manifests say.")
        question = told["question"]
        if type(question) is not dict or set(question) != {"focus", "direction"} or type(question["focus"]) is not str:
            raise Wrong("manifest-malformed", "The manifest does not say what was asked.")
        if question["direction"] not in ("backward", "forward", "both"):
            raise Wrong("manifest-malformed", "The manifest does not say in which direction was asked.")
        self.question = question

    def _read_checkpoint(self) -> None:
        if "checkpoint.txt" not in self.members:
            raise Wrong("member-missing", "The bundle holds no checkpoint, so nothing shows who stands behind it.")
        self.checkpoint = checkpoint_of(self.members["checkpoint.txt"])
        told = (self.manifest.get("origin"), self.manifest.get("size"), self.manifest.get("root"))
        if told != (self.checkpoint.origin, self.checkpoint.size, b64encode(self.checkpoint.root).decode()):
            raise Wrong(
                "other-checkpoint", "The manifest was written for another checkpoint than the one in the bundle."
            )

    # Entries.

    def _check_entries(self) -> None:
        data = self.members.get("entries.ndjson", b"")
        if not data.endswith(b"\n"):
            raise Wrong("member-missing", "The bundle holds no entries, or their file is cut off.")
        for number, line in enumerate(data[:-1].split(b"\n"), start=1):
            try:
                self._take_entry(line)
            except Wrong as wrong:
                where = f"entries.ndjson, line {number}"
                self.verdict.wrong("inclusion", wrong.code, sentence(f"line {number} of the entries: {wrong}"), where)
        if self.checkpoint is not None and self.verdict.checks["inclusion"] != "bad":
            told = document_of("inclusion.json", self.members)
            if inclusion_root(told, self.leaves, self.checkpoint.size) != self.checkpoint.root:
                raise Wrong(
                    "entries-altered",
                    "The entries are not those of the signed ledger: one was changed, added, or put in another place.",
                )
            self.verdict.done("inclusion")

    def _take_entry(self, line: bytes) -> None:
        if len(line) > MAX_ENTRY_BYTES:
            raise Wrong("entry-malformed", "it is longer than entries are")
        entry = json_of(line, entry=True)
        if not is_entry(entry):
            raise Wrong("entry-malformed", "it does not hold exactly what an entry holds")
        seq = entry["seq"]
        last = self.last_seq
        if seq <= last:
            raise Wrong("entry-order", f"entry {seq} does not stand in the order of the ledger")
        if self.entries and entry["recorded_at"] <= self.entries[last]["recorded_at"]:
            raise Wrong("entry-time", f"entry {seq} claims to have been recorded before an earlier one")
        before = "0" * 64 if not seq else self.leaves[seq - 1].hex() if seq - 1 in self.leaves else entry["prev"]
        if entry["prev"] != before:
            raise Wrong("entry-unchained", f"entry {seq} does not follow the entry that stands before it")
        self.last_seq = seq
        self.entries[seq] = entry
        self.leaves[seq] = leaf_hash(line)

    # Keys.

    def _check_keys(self, keys: Sequence[str], fingerprint: str | None) -> None:
        checkpoint = self.checkpoint
        if checkpoint is None or 0 not in self.entries:
            raise Wrong("opening-missing", "The bundle lacks entry 0, which names the keys of the ledger.")
        chain = KeyChain(self.entries[0])
        if chain.origin != checkpoint.origin:
            raise Wrong("other-origin", "The checkpoint is of another ledger than the entries.")
        for seq in sorted(self.entries):
            if self.entries[seq]["event"]["type"] == "ledger.key":
                chain.rotate(self.entries[seq])
        self.chain = chain
        check_signatures(checkpoint, chain, self.verdict)
        self.is_anchored = anchored(checkpoint, chain, keys, fingerprint, self.verdict)
        told = document_of("keys.json", self.members)
        held = chain.at(checkpoint.size)
        named = told.get("keys") if type(told.get("keys")) is list else []
        is_same = [key_of(one) for one in named or ()] == list(held)
        if not is_same or told != {"origin": chain.origin, "fingerprint": fingerprint_of(held), "keys": named}:
            raise Wrong("other-keys", "The file keys.json does not name the keys that the entries of the ledger name.")

    # Index.

    def _check_index(self) -> None:
        told = document_of("index.json", self.members)
        if set(told) != {"root", "covers", "subjects_version", "subjects"} or type(told["subjects"]) is not list:
            raise Wrong("index-malformed", "The lists of entries are not written as they should be.")
        root = bytes_of_hex(told["root"])
        self._check_index_entry(told)
        before: Pair | None = None
        for one in told["subjects"]:
            before = self._take_list(one, root, before)
        if not self.lists:
            raise Wrong(
                "index-malformed", "The bundle holds no list of entries, so nothing shows that none was left out."
            )
        self._check_subjects()
        self.verdict.done("index")

    def _check_index_entry(self, told: dict[str, Any]) -> None:
        size = self.checkpoint.size if self.checkpoint is not None else 0
        last = self.entries.get(size - 1)
        if last is None or last["event"]["type"] != "ledger.index":
            raise Wrong(
                "index-not-signed",
                "The last entry of the ledger does not hold the index, so nothing shows that no entry was left out.",
            )
        event = last["event"]
        said = (event.get("root"), event.get("covers"), event.get("subjects"))
        if said != (told["root"], told["covers"], told["subjects_version"]) or told["covers"] != size - 1:
            raise Wrong("other-index", "The lists of entries are of another index than the one that was signed.")
        opening = self.entries.get(0, {"event": {}})["event"]
        if told["subjects_version"] != SUBJECTS_VERSION or opening.get("subjects") != SUBJECTS_VERSION:
            raise Wrong(
                "other-subjects", "The index was made by rules that this program does not know; get a newer verifier."
            )

    def _take_list(self, one: Any, root: bytes, before: Pair | None) -> Pair:
        if type(one) is not dict or set(one) != {"kind", "name", "seqs", "proof"}:
            raise Wrong("index-malformed", "A list of entries is not written as it should be.")
        kind, name, seqs = one["kind"], one["name"], one["seqs"]
        if type(kind) is not str or type(name) is not str or type(seqs) is not list or "\x00" in kind:
            raise Wrong("index-malformed", "A list of entries is not written as it should be.")
        if before is not None and (kind, name) <= before:
            raise Wrong("index-malformed", "The lists of entries are not in order.")
        covers = self.checkpoint.size - 1 if self.checkpoint is not None else 0
        if any(not is_count(seq) or seq >= covers for seq in seqs) or any(a >= b for a, b in zip(seqs, seqs[1:])):
            raise Wrong("index-malformed", f"The list of the entries that name {name} ({kind}) is not in order.")
        try:
            check_list(root, kind, name, seqs, bytes_of_base64(one["proof"]))
        except Wrong as wrong:
            text = (
                f"It is not proven that these are all the entries that name {name} ({kind}): {wrong}. "
                "Some may have been left out, or added."
            )
            self.verdict.wrong("index", "list-unproven", text, f"{kind} {name}")
        self.lists[kind, name] = tuple(seqs)
        for seq in seqs:
            if seq not in self.entries:
                text = f"Entry {seq} names {name} ({kind}), but the bundle does not hold it: it was left out."
                self.verdict.wrong("completeness", "entry-absent", text, f"entry {seq}")
        return kind, name

    def _check_subjects(self) -> None:
        """Check that the signed index says of the entries here what they are about, no less and no more."""
        opening = self.entries.get(0, {"event": {}})["event"]
        subjects = Subjects(Names(str(opening.get("origin"))))
        listed: dict[int, set[Pair]] = defaultdict(set)
        for subject, seqs in self.lists.items():
            for seq in seqs:
                listed[seq].add(subject)
        for seq, entry in sorted(self.entries.items()):
            about = self._subjects_of(entry, subjects)
            if about is None:
                continue
            for kind, name in sorted(about):
                if (kind, name) in self.lists and seq not in self.lists[kind, name]:
                    text = f"Entry {seq} names {name} ({kind}), but the signed index leaves it out."
                    self.verdict.wrong("index", "index-omits", text, f"entry {seq}")
            for kind, name in sorted(listed[seq] - about):
                if kind in KNOWN_ROLES and not self._names_serial(entry, name, subjects):
                    text = f"The signed index says that entry {seq} names {name} ({kind}), but it does not."
                    self.verdict.wrong("index", "index-foreign", text, f"entry {seq}")

    def _versions(self, entry: dict[str, Any]) -> list[Event] | None:
        """Return the events that an entry is indexed by: its own, or what it corrects and what it puts there."""
        event = entry["event"]
        if event["type"] != "corrected":
            return [Event(entry["seq"], 0, event, (entry["seq"],))]
        target = self.entries.get(event["seq"])
        if target is None:
            return None
        return [Event(event["seq"], 0, target["event"], ()), *replacements(target, entry)]

    def _subjects_of(self, entry: dict[str, Any], subjects: Subjects) -> set[Pair] | None:
        event = entry["event"]
        if event["type"].startswith("ledger."):
            return set()
        if event["type"] in ("signed", "finding_closed"):
            return {("entry", str(seq)) for seq in event["seqs"]}
        versions = self._versions(entry)
        if versions is None:
            return None
        found = {pair for one in versions for pair in subjects.of(one)}
        return found | {("entry", str(event["seq"]))} if event["type"] == "corrected" else found

    def _names_serial(self, entry: dict[str, Any], name: str, subjects: Subjects) -> bool:
        versions = self._versions(entry) or []
        return any(serial == name for one in versions for serial, _, _ in subjects.serials_of(one))

    # The answer.

    def _check_trace(self) -> None:
        answer = document_of("answer.json", self.members)
        self._attempt("answer", lambda: self._check_question(answer))
        self._attempt("answer", lambda: self._check_rests(answer))
        unknown = sorted({one["event"]["type"] for one in self.entries.values()} - KNOWN_TYPES)
        world = World(self.entries, self.lists, self.chain.origin if self.chain is not None else "")
        kinds = {node["id"]: node["kind"] for node in answer["nodes"]}
        focus, direction = self.question["focus"], self.question["direction"]
        if focus not in kinds:
            raise Wrong("focus-missing", "The answer does not hold what was asked about.")
        ways = ("backward", "forward") if direction == "both" else (direction,)
        try:
            trace = Question(world, focus, kinds[focus]).answer(ways)
        finally:
            self._tell_missing(world)
        if unknown:
            self.verdict.notes.append(
                f"Not redone: entries of the kinds {', '.join(unknown)[:200]}, which this program does not know. "
                "Get a newer verifier."
            )
            return
        self.verdict.done("completeness")
        self._attempt("answer", lambda: self._compare(answer, trace))
        self.verdict.notes.append(
            "Redone from the entries: every lot, activity, container and shipment of the answer, every edge between "
            "them, and of each edge the amounts, times, serials, entries and whether it can have been in time. Not "
            "redone: what stands beside the nodes (depth, item, quantity, status, origin) and the lists of gaps, clean "
            "breaks and removed things. They can be read in the entries that the answer names."
        )

    def _tell_missing(self, world: World) -> None:
        for kind, name in sorted(world.missing):
            text = (
                f"The trace passes {name}, but the bundle does not show which entries name it ({kind}): "
                "something may have been left out there."
            )
            self.verdict.wrong("completeness", "list-missing", text, f"{kind} {name}")
        for seq in sorted(world.absent):
            text = f"The trace needs entry {seq}, but the bundle does not hold it: it was left out."
            self.verdict.wrong("completeness", "entry-absent", text, f"entry {seq}")

    def _check_question(self, answer: dict[str, Any]) -> None:
        graph = answer["graph"]
        checkpoint = self.checkpoint
        if (graph["focus"], graph["direction"]) != (self.question["focus"], self.question["direction"]):
            raise Wrong("other-question", "The answer is to another question than the one that the manifest names.")
        ledger = graph["ledger"]
        told = (ledger["origin"], ledger["size"], ledger["root"], graph["known_at"])
        if checkpoint is None or told != (
            checkpoint.origin,
            checkpoint.size,
            b64encode(checkpoint.root).decode(),
            checkpoint.size,
        ):
            raise Wrong(
                "other-size", "The answer was given by another ledger, or at another size, than the checkpoint's."
            )
        if graph["in_time_only"] is not False or graph["as_of"] is not None or graph["complete"] is not True:
            raise Wrong(
                "answer-narrowed", "The answer was narrowed (by time or depth), so it does not hold everything."
            )
        if graph["frontier"] or answer["directed"] is not True or answer["multigraph"] is not False:
            raise Wrong("answer-narrowed", "The answer was cut off, so it does not hold everything.")

    def _check_rests(self, answer: dict[str, Any]) -> None:
        """Check that every entry that the answer names is here."""
        for node in answer["nodes"]:
            self._rests(node["entries"], node["id"])
        for edge in answer["edges"]:
            for flow in edge["flows"]:
                self._rests(flow["entries"], f"{edge['source']} to {edge['target']}")
        self._rests(answer["graph"]["entries"], "the whole answer")

    def _rests(self, seqs: Any, what: str) -> None:
        for seq in seqs:
            if type(seq) is not int or seq not in self.entries:
                text = f"The answer rests on entry {seq!r:.20} ({what}), but the bundle does not hold it."
                self.verdict.wrong("answer", "entry-absent", text, what)

    def _compare(self, answer: dict[str, Any], trace: Trace) -> None:
        told = {node["id"]: node["kind"] for node in answer["nodes"]}
        edges = {(edge["source"], edge["target"], edge["kind"]) for edge in answer["edges"]}
        if len(told) != len(answer["nodes"]) or len(edges) != len(answer["edges"]):
            self.verdict.wrong("answer", "told-twice", "The answer tells the same thing twice.")
        for name in sorted(set(trace.nodes) - set(told)):
            text = f"The answer leaves out the {trace.nodes[name]} {name}, which the entries lead to."
            self.verdict.wrong("answer", "node-left-out", text, name)
        for name in sorted(set(told) - set(trace.nodes)):
            text = f"The answer holds {name}, which no entry leads to."
            self.verdict.wrong("answer", "node-too-many", text, name)
        for name in sorted(set(told) & set(trace.nodes)):
            if told[name] != trace.nodes[name]:
                text = f"The answer calls {name} a {told[name]}, by the entries it is a {trace.nodes[name]}."
                self.verdict.wrong("answer", "node-other-kind", text, name)
        for source, target, kind in sorted(set(trace.edges) - edges):
            text = f"The answer leaves out that {source} leads to {target} ({kind}), as the entries say."
            self.verdict.wrong("answer", "edge-left-out", text, f"{source} to {target}")
        for source, target, kind in sorted(edges - set(trace.edges)):
            text = f"The answer says that {source} leads to {target} ({kind}), which no entry says."
            self.verdict.wrong("answer", "edge-too-many", text, f"{source} to {target}")
        for edge in answer["edges"]:
            self._compare_edge(edge, trace)
        for node in answer["nodes"]:
            if node["id"] not in trace.nodes:
                continue
            if node["in_time"] is not (node["id"] in trace.in_time):
                text = f"The answer marks wrongly whether material can have come to {node['id']} in time."
                self.verdict.wrong("answer", "node-in-time", text, node["id"])
            spans = trace.spans.get(node["id"])
            if joined(spans_in(node["serials"])) != joined(spans or ()):
                text = f"The answer names other serials of {node['id']} than the entries lead to."
                self.verdict.wrong("answer", "other-serials", text, node["id"])
        self.verdict.done("answer")

    def _compare_edge(self, edge: Told_, trace: Trace) -> None:
        """Compare what the answer tells of an edge: amounts, times, marks, serials and entries, flow by flow."""
        name = (edge["source"], edge["target"], edge["kind"])
        if name not in trace.edges or edge["kind"] == "structure":
            return
        told, flows = [flow_of(one) for one in edge["flows"]], trace.edges[name]
        units = trace.units[name]
        unit = next(iter(units)) if len(units) == 1 else None
        sums = [total([getattr(flow, field) for flow in flows], unit) for field in ("low", "most", "gross")]
        said = [_told_amount(edge[field]) for field in ("quantity", "quantity_max", "gross")]
        marks = (any(flow.in_time for flow in flows), any(flow.certain for flow in flows), unit)
        same_marks = marks == (edge["in_time"], edge["certain"], edge["unit"])
        if (
            sorted(map(repr, map(_plain, told))) != sorted(map(repr, map(_plain, flows)))
            or sums != said
            or not same_marks
        ):
            text = (
                f"The answer tells other amounts, times or entries of how {edge['source']} leads to {edge['target']} "
                "than the entries themselves."
            )
            self.verdict.wrong("answer", "edge-altered", text, f"{edge['source']} to {edge['target']}")


def flow_of(told: Told_) -> Shown:
    """Return one flow of an edge as an answer tells it."""
    begin = NEVER if told["time_from"] is None else instant(told["time_from"])
    end = ALWAYS if told["time_to"] is None else instant(told["time_to"])
    low, most, gross = (_told_amount(told[name]) for name in ("quantity", "quantity_max", "gross"))
    spans, entries = spans_in(told["serials"]), tuple(told["entries"])
    marks = (told["in_time"], told["certain"], told["via"])
    return Shown(told["seq"], begin, end, low, most, gross, *marks, spans, entries)


def _plain(flow: Shown) -> tuple[Any, ...]:
    """Return a flow in a form in which equal ones read alike: amounts without the zeros at their end."""
    return tuple(one.normalize() + 0 if isinstance(one, Decimal) else one for one in flow)


def _told_amount(text: str | None) -> Decimal | None:
    return None if text is None else amount_of({"value": text})


def total(amounts: Sequence[Decimal | None], unit: str | None) -> Decimal | None:
    """Return the sum of amounts; None where units differ or one is not told."""
    if unit is None or any(amount is None for amount in amounts):
        return None
    with localcontext() as context:
        context.prec = 100
        return sum((amount for amount in amounts if amount is not None), Decimal(0))


KNOWN_ROLES = {*LOT_ROLES, *CONTAINER_ROLES, *ACTIVITY_ROLES, "entry", "epcis", "shipment"}
KNOWN_TYPES = {
    *PACKING,
    *UNPACKING,
    *TRANSFORMING,
    *("ledger.opened", "ledger.index", "ledger.key", "corrected", "signed", "finding_closed", "epcis_captured"),
    *("item_defined", "party_defined", "place_defined", "resource_defined", "policy_set", "resource_checked"),
    *("declared", "received", "moved", "counted", "vessel_filled", "vessel_drawn", "vessel_emptied"),
    *("work_order_released", "material_issued", "material_returned", "step_done", "batch_produced"),
    *("work_order_closed", "repegged", "component_changed", "inspected", "sampled", "held", "hold_released"),
    *("scrapped", "lot_changed", "shipped", "delivered", "customer_returned", "complaint_received"),
    "ownership_changed",
}
_RECORDED_AT = re.compile(
    r"(?:19[7-9][0-9]|20[0-9]{2}|21[0-9]{2})-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z"
)


def is_entry(entry: Any) -> bool:
    """Tell whether a value has exactly the fields of an entry, each of its kind."""
    fields = {"actor", "event", "key", "prev", "recorded_at", "seq"}
    if type(entry) is not dict or set(entry) - {"forced"} != fields:
        return False
    actor, event = entry["actor"], entry["event"]
    if type(actor) is not dict or set(actor) != {"auth", "id"} or type(actor["id"]) is not str or not actor["id"]:
        return False
    if actor["auth"] not in ("asserted", "os-user", "api-key", "oidc"):
        return False
    if type(event) is not dict or type(event.get("type")) is not str or not event["type"]:
        return False
    if event["type"] == "corrected" and not is_count(event.get("seq"), MAX_INTEGER):
        return False
    if type(entry["key"]) is not str or not entry["key"] or not is_count(entry["seq"], MAX_INTEGER):
        return False
    if type(entry["recorded_at"]) is not str or not _RECORDED_AT.fullmatch(entry["recorded_at"]):
        return False
    return type(entry["prev"]) is str and bool(re.fullmatch(r"[0-9a-f]{64}", entry["prev"])) and _is_forced(entry)


def _is_forced(entry: dict[str, Any]) -> bool:
    if "forced" not in entry:
        return True
    forced = entry["forced"]
    if type(forced) is not dict or set(forced) != {"reason", "findings"} or type(forced["reason"]) is not str:
        return False
    findings = forced["findings"]
    return (
        type(findings) is list
        and bool(findings)
        and all(type(one) is dict and set(one) - {"path"} == {"code", "text"} for one in findings)
    )


def sentence(text: str) -> str:
    """Return a text as a sentence."""
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


def verify_bundle(data: bytes, keys: Sequence[str] = (), fingerprint: str | None = None) -> dict[str, Any]:
    """Return the verdict about a bundle, as JSON.

    `keys`: verifier keys that the reader has from elsewhere; `fingerprint`: that of the ledger's public keys. Without
    either the verdict says what holds if the keys in the bundle are the ledger's (`anchored` is false).

    Raises:
        BundleUnusable: this is no bundle that can be read, or a key or fingerprint is none.
    """
    digits = None
    if fingerprint is not None:
        digits = re.sub(r"[\s:-]", "", fingerprint).lower()
        if not re.fullmatch(r"[0-9a-f]{64}", digits):
            raise BundleUnusable(
                "the fingerprint is not 64 hexadecimal digits; copy it again from where it was published"
            )
    for vkey in keys:
        try:
            key_of(vkey)
        except Wrong as wrong:
            raise BundleUnusable(f"{wrong}; copy it again from where it was published") from None
    bundle = Bundle(data)
    bundle.check(keys, digits)
    verdict, checkpoint, chain = bundle.verdict, bundle.checkpoint, bundle.chain
    if not bundle.is_anchored:
        verdict.notes.insert(
            0,
            "Not anchored: the keys that were used stand in the bundle itself. Compare the fingerprint with one that "
            "you have from the ledger's owner, or give --key or --fingerprint.",
        )
    return {
        "ok": verdict.is_ok,
        "anchored": bundle.is_anchored,
        "fingerprint": fingerprint_of(chain.at(checkpoint.size))
        if chain is not None and checkpoint is not None
        else None,
        "origin": checkpoint.origin if checkpoint is not None else None,
        "size": checkpoint.size if checkpoint is not None else None,
        "question": bundle.question,
        "checks": verdict.checks,
        "problems": verdict.problems,
        "notes": verdict.notes,
    }


LABELS = {
    "files": "The files are those that the manifest names",
    "signatures": "The ledger's keys signed the checkpoint",
    "inclusion": "All entries are in the signed ledger, unchanged",
    "index": "The lists of entries are those of the signed index",
    "completeness": "No entry that the trace passes was left out",
    "answer": "The answer follows from the entries",
}


def printed(verdict: dict[str, Any]) -> str:
    """Return a verdict as people read it."""
    lines = ["VERIFIED" if verdict["ok"] else "NOT VERIFIED"]
    if verdict["origin"] is not None:
        asked = verdict["question"]
        lines.append(f"ledger       {verdict['origin']}, {verdict['size']} entries")
        lines.append(f"question     {asked.get('direction')} of {asked.get('focus')}")
        lines.append(f"fingerprint  {verdict['fingerprint']}" + ("" if verdict["anchored"] else "  (not anchored)"))
    lines += [f"{verdict['checks'][check]:<9}    {LABELS[check]}" for check in CHECKS]
    lines += [f"problem      {one['text']}" for one in verdict["problems"]]
    lines += [f"note         {note}" for note in verdict["notes"]]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the bundle that the command line names; return the exit status."""
    parser = argparse.ArgumentParser(description="Checks an evidence bundle, offline.")
    parser.add_argument("bundle", help="the bundle, a ZIP file")
    parser.add_argument("--key", action="append", default=[], help="a verifier key that you have from elsewhere")
    parser.add_argument("--fingerprint", help="the fingerprint of the ledger's public keys, from elsewhere")
    parser.add_argument("--json", action="store_true", help="print the verdict as JSON")
    asked = parser.parse_args(arguments)
    try:
        with Path(asked.bundle).open("rb") as file:
            data = file.read(MAX_BUNDLE_BYTES)
        verdict = verify_bundle(data, asked.key, asked.fingerprint)
    except OSError as error:
        print(f"the file cannot be read: {error.strerror}", file=sys.stderr)
        return 2
    except BundleUnusable as error:
        print(str(error), file=sys.stderr)
        return 2
    print(json.dumps(verdict, ensure_ascii=False, indent=2) if asked.json else printed(verdict))
    return 0 if verdict["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
