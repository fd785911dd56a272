"""A Merkle Patricia tree: one hash over a map from keys to values, with proofs that a key is in it, or is not.

The format is that of the Go package `mpt` of FiloSottile/torchwood, whose published vectors pin it. With H = SHA-256,
varints as in protocol buffers and `bit` counting from 0, the most significant bit of the first byte of a key:

- the empty tree is H("");
- a leaf is H(0x00 || varint(len key) || key || varint(len value) || value);
- an inner node is H(0x01 || varint(bit) || left || right), where `bit` is the first in which the keys below differ.

No inner node has one child, so the tree follows from the set of its keys and values alone. A key compares as if 0x00
and then 0xFF for ever followed it. Whoever keeps the hash of a subtree may put it in place of the leaves below it: the
functions here take leaves and subtrees alike (`Part`), in the order of their keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import ClassVar, Final, NamedTuple

from thread.errors import ThreadError

__all__ = [
    "EMPTY_MAP",
    "IndexUnproven",
    "Part",
    "Step",
    "absence_proof",
    "leaf_part",
    "map_root",
    "place_of",
    "presence_proof",
    "steps_to",
    "verify_absence",
    "verify_presence",
]

EMPTY_MAP: Final = sha256(b"").digest()
"""Root of the map that holds nothing."""

_HASH_BYTES: Final = 32
_LONGEST_VARINT: Final = 5


class IndexUnproven(ThreadError):
    """A proof does not show what stands, or that nothing stands, under a key of an index. `why` says what is wrong."""

    code: ClassVar[str] = "index-unproven"

    def __init__(self, *, why: str) -> None:
        super().__init__(f"the proof does not show what the index says: {why}")
        self.why = why


class Part(NamedTuple):
    """A leaf, or a subtree in place of its leaves. `key`: that of the leaf, or of any leaf of the subtree."""

    key: bytes
    hash: bytes


class Step(NamedTuple):
    """A turn on the way from a leaf up to the root: the bit of the inner node, and the hash of its other child."""

    bit: int
    sibling: bytes


def leaf_part(key: bytes, value: bytes) -> Part:
    """Return the leaf of a key and a value."""
    told = b"\x00" + _varint(len(key)) + key + _varint(len(value)) + value
    return Part(key, sha256(told).digest())


def map_root(parts: Iterable[Part]) -> bytes:
    """Return the root hash of the map over parts in the order of their keys.

    Pure of any tree: parts are pushed on a stack, and the top two are joined as soon as the next key lies further away.
    """
    stack: list[bytes] = []
    bits: list[int] = []
    last: bytes | None = None
    for key, digest in parts:
        if last is not None:
            bit = first_difference(last, key)
            while bits and bits[-1] > bit:
                _join(stack, bits)
            bits.append(bit)
        stack.append(digest)
        last = key
    while bits:
        _join(stack, bits)
    return stack[0] if stack else EMPTY_MAP


def _join(stack: list[bytes], bits: list[int]) -> None:
    right = stack.pop()
    stack[-1] = _inner(bits.pop(), stack[-1], right)


def _inner(bit: int, left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + _varint(bit) + left + right).digest()


def first_difference(one: bytes, other: bytes) -> int:
    """Return the first bit in which two different keys differ."""
    if len(one) != len(other):
        length = max(len(one), len(other)) + 2
        one, other = _extended(one, length), _extended(other, length)
    apart = int.from_bytes(one, "big") ^ int.from_bytes(other, "big")
    return 8 * len(one) - apart.bit_length()


def _extended(key: bytes, length: int) -> bytes:
    return (key + b"\x00").ljust(length, b"\xff")


def _bit_of(key: bytes, bit: int) -> int:
    byte, place = divmod(bit, 8)
    told = key[byte] if byte < len(key) else (0 if byte == len(key) else 0xFF)
    return told >> (7 - place) & 1


def place_of(parts: Sequence[Part], key: bytes) -> int:
    """Return the part below which a key would be looked up, by its place among parts in the order of their keys.

    Of any part but the right one the key differs in a bit in which the tree turns. There must be at least one part.
    """
    low, high = 0, len(parts)
    while high - low > 1:
        bit = first_difference(parts[low].key, parts[high - 1].key)
        middle = _turn(parts, low, high, bit)
        low, high = (middle, high) if _bit_of(key, bit) else (low, middle)
    return low


def steps_to(parts: Sequence[Part], place: int) -> tuple[Step, ...]:
    """Return the way from the part at a place up to the root of the tree over all parts."""
    steps: list[Step] = []
    low, high = 0, len(parts)
    while high - low > 1:
        bit = first_difference(parts[low].key, parts[high - 1].key)
        middle = _turn(parts, low, high, bit)
        if place < middle:
            steps.append(Step(bit, map_root(parts[middle:high])))
            high = middle
        else:
            steps.append(Step(bit, map_root(parts[low:middle])))
            low = middle
    return tuple(reversed(steps))


def _turn(parts: Sequence[Part], low: int, high: int, bit: int) -> int:
    """Return the place of the first part, among those from `low` to `high`, that has a bit."""
    while low < high:
        middle = (low + high) // 2
        if _bit_of(parts[middle].key, bit):
            high = middle
        else:
            low = middle + 1
    return low


def presence_proof(steps: Iterable[Step]) -> bytes:
    """Return the bytes of the proof that a key is in the map: its way up to the root."""
    return b"".join(_varint(step.bit) + step.sibling for step in steps)


def absence_proof(key: bytes, value: bytes, steps: Iterable[Step]) -> bytes:
    """Return the bytes of the proof that some key is not in the map: the leaf that stands where it would be.

    `key`, `value`, `steps`: of that leaf. Of an empty map nothing needs to be shown: its proof is empty.
    """
    return _varint(len(key)) + key + _varint(len(value)) + value + presence_proof(steps)


def verify_presence(*, root: bytes, key: bytes, value: bytes, proof: bytes) -> None:
    """Check that a value stands under a key of the map with a root.

    Raises:
        IndexUnproven: it is not shown.
    """
    _follow(root, key, value, proof)


def verify_absence(*, root: bytes, key: bytes, proof: bytes) -> None:
    """Check that nothing stands under a key of the map with a root.

    Raises:
        IndexUnproven: it is not shown.
    """
    if not proof:
        if root != EMPTY_MAP:
            raise IndexUnproven(why="it is empty, and the index is not")
        return
    other, rest = _sized(proof)
    value, rest = _sized(rest)
    if other == key:
        raise IndexUnproven(why="it shows that something stands there")
    for bit in _follow(root, other, value, rest):
        if _bit_of(key, bit) != _bit_of(other, bit):
            raise IndexUnproven(why="the way that it shows does not lead to where the key would stand")


def _follow(root: bytes, key: bytes, value: bytes, proof: bytes) -> list[int]:
    """Return the bits at which the way from a leaf to the root turns.

    Raises:
        IndexUnproven: the way does not end at the root, or is written otherwise than the format says.
    """
    reached = leaf_part(key, value).hash
    bits: list[int] = []
    while proof:
        bit, proof = _number(proof)
        if bits and bit >= bits[-1]:
            raise IndexUnproven(why="its bits do not fall")
        if len(proof) < _HASH_BYTES:
            raise IndexUnproven(why="its last hash is cut off")
        sibling, proof = proof[:_HASH_BYTES], proof[_HASH_BYTES:]
        reached = _inner(bit, sibling, reached) if _bit_of(key, bit) else _inner(bit, reached, sibling)
        bits.append(bit)
    if reached != root:
        raise IndexUnproven(why="the root that follows from it is another one")
    return bits


def _varint(number: int) -> bytes:
    told = bytearray()
    while number > 0x7F:
        told.append(number & 0x7F | 0x80)
        number >>= 7
    told.append(number)
    return bytes(told)


def _number(data: bytes) -> tuple[int, bytes]:
    number = 0
    for place, byte in enumerate(data[:_LONGEST_VARINT]):
        number |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            if place and not byte:
                raise IndexUnproven(why="a number is written longer than it needs to be")
            return number, data[place + 1 :]
    raise IndexUnproven(why="a number does not end")


def _sized(data: bytes) -> tuple[bytes, bytes]:
    length, rest = _number(data)
    if len(rest) < length:
        raise IndexUnproven(why="a text is cut off")
    return rest[:length], rest[length:]
