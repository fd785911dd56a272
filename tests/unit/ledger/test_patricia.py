"""The Merkle Patricia tree: what stands in it can be shown, what does not stand in it too, and nothing else."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thread.errors import ThreadError
from thread.ledger.patricia import (
    EMPTY_MAP,
    IndexUnproven,
    Part,
    absence_proof,
    leaf_part,
    map_root,
    place_of,
    presence_proof,
    steps_to,
    verify_absence,
    verify_presence,
)

KEYS = st.integers(0, 60).map(lambda number: sha256(bytes([number])).digest())
MAPS = st.dictionaries(KEYS, st.binary(min_size=1, max_size=40), max_size=30)


def naive_root(items: dict[bytes, bytes], bit: int = 0) -> bytes:
    """Return the root as the format says it, by dividing the keys at each bit."""
    if not items:
        return EMPTY_MAP
    if len(items) == 1:
        ((key, value),) = items.items()
        return leaf_part(key, value).hash
    while True:
        left = {key: value for key, value in items.items() if not key[bit // 8] >> (7 - bit % 8) & 1}
        if left and len(left) < len(items):
            break
        bit += 1
    right = {key: value for key, value in items.items() if key not in left}
    told = bytes([bit]) if bit < 128 else bytes([bit & 127 | 128, bit >> 7])
    return sha256(b"\x01" + told + naive_root(left, bit + 1) + naive_root(right, bit + 1)).digest()


def parts_of(items: dict[bytes, bytes]) -> list[Part]:
    return [leaf_part(key, items[key]) for key in sorted(items)]


@given(MAPS)
def test_the_root_is_that_of_a_tree_made_bit_by_bit(items: dict[bytes, bytes]) -> None:
    assert map_root(parts_of(items)) == naive_root(items)


@given(MAPS, KEYS)
def test_a_key_is_shown_to_be_there_or_not_to_be_there_and_never_both(items: dict[bytes, bytes], key: bytes) -> None:
    parts, root = parts_of(items), map_root(parts_of(items))
    place = place_of(parts, key) if parts else None
    steps = steps_to(parts, place) if place is not None else ()

    if key in items:
        proof = presence_proof(steps)
        verify_presence(root=root, key=key, value=items[key], proof=proof)
        with pytest.raises(IndexUnproven):
            verify_presence(root=root, key=key, value=items[key] + b"x", proof=proof)
        with pytest.raises(IndexUnproven):
            verify_absence(root=root, key=key, proof=absence_proof(key, items[key], steps))
    elif place is None:
        verify_absence(root=root, key=key, proof=b"")
    else:
        other = parts[place].key
        verify_absence(root=root, key=key, proof=absence_proof(other, items[other], steps))


@given(MAPS.filter(bool), KEYS)
def test_no_leaf_but_the_one_in_its_way_shows_that_a_key_is_not_there(items: dict[bytes, bytes], key: bytes) -> None:
    parts, root = parts_of(items), map_root(parts_of(items))
    right = place_of(parts, key)

    for place, part in enumerate(parts):
        proof = absence_proof(part.key, items[part.key], steps_to(parts, place))
        if place == right and part.key != key:
            verify_absence(root=root, key=key, proof=proof)
        else:
            with pytest.raises(IndexUnproven):
                verify_absence(root=root, key=key, proof=proof)


@given(MAPS.filter(lambda items: len(items) > 1), st.data())
def test_subtrees_may_stand_for_their_leaves(items: dict[bytes, bytes], data: st.DataObject) -> None:
    """Whoever keeps the hashes of buckets of neighbouring keys gets the same root and the same proofs."""
    bits = data.draw(st.integers(1, 4))
    parts = parts_of(items)
    buckets: dict[int, list[Part]] = {}
    for part in parts:
        buckets.setdefault(part.key[0] >> (8 - bits), []).append(part)
    upper = [Part(inside[0].key, map_root(inside)) for _, inside in sorted(buckets.items())]
    key = data.draw(st.sampled_from(sorted(items)))

    assert map_root(upper) == map_root(parts)
    place = sorted(buckets).index(key[0] >> (8 - bits))
    inside = list(buckets.values())[list(buckets).index(key[0] >> (8 - bits))]
    steps = (*steps_to(inside, place_of(inside, key)), *steps_to(upper, place))
    assert steps == steps_to(parts, place_of(parts, key))


@given(MAPS.filter(bool), st.data())
def test_any_bit_of_a_proof_that_is_changed_is_found(items: dict[bytes, bytes], data: st.DataObject) -> None:
    parts, root = parts_of(items), map_root(parts_of(items))
    key = data.draw(st.sampled_from(sorted(items)))
    proof = presence_proof(steps_to(parts, place_of(parts, key)))
    if not proof:
        return
    place = data.draw(st.integers(0, len(proof) * 8 - 1))
    changed = bytearray(proof)
    changed[place // 8] ^= 1 << place % 8

    with pytest.raises(IndexUnproven):
        verify_presence(root=root, key=key, value=items[key], proof=bytes(changed))


@given(st.binary(max_size=200), KEYS)
def test_no_bytes_raise_anything_but_an_error_of_ours(proof: bytes, key: bytes) -> None:
    with pytest.raises(ThreadError):
        verify_presence(root=bytes(32), key=key, value=b"v", proof=proof)
    with pytest.raises(ThreadError):
        verify_absence(root=bytes(32), key=key, proof=proof)
