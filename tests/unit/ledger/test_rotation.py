"""Changing the signing keys: what is signed, what is read, and which keys are valid at which size."""

import copy
import json
from base64 import b64encode
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.ledger.sample import CLOCK_US, Sample, chained, opening, received, rotated, signing_keys, written
from thread.ledger import (
    Entry,
    KeyNotCommitted,
    KeySchedule,
    RotationInvalid,
    SigningKeys,
    canonical_bytes,
    key_event,
    read_opened_event,
    verify_entries,
)
from thread.ledger.rotation import read_key_event, rotation_message

ORIGIN = "example.com/plant-7"
A, B, C = (signing_keys(letter) for letter in "abc")


def begun(next_key: str | None = None) -> list[Entry]:
    return chained([opening(next_key=next_key), received(1), received(2)])


def once_rotated() -> list[Entry]:
    return chained([received(number) for number in range(4, 7)], rotated(begun(), A, B))


def schedule(entries: list[Entry]) -> KeySchedule:
    found = KeySchedule.from_opening(read_opened_event(entries[0].event))
    for entry in entries:
        if entry.event["type"] == "ledger.key":
            found = found.after(entry)
    return found


def codes(ledger: Sample, *checkpoints: bytes, **told: Any) -> list[tuple[int | None, str]]:
    found = verify_entries(ledger.rows, nodes=ledger.nodes, checkpoints=checkpoints, **told)
    return [(problem.seq, problem.code) for problem in found.problems]


def resigned(event: dict[str, Any], entries: list[Entry], *signers: SigningKeys) -> list[Entry]:
    """Return entries with one more that holds an event signed by pairs of keys."""
    seq, prev = len(entries), entries[-1].leaf_hash
    message = rotation_message(event, origin=ORIGIN, seq=seq, prev=prev)
    event["signatures"] = [
        {"key": one.verifier_key.vkey, "signature": b64encode(one.sign(message)).decode()}
        for pair in signers
        for one in pair.signers
    ]
    return [*entries, written(seq, prev, event)]


# What the event is


def test_the_signed_message_is_the_label_and_the_canonical_bytes_of_event_and_place() -> None:
    entry = rotated(begun(), A, B)[3]
    unsigned = {name: value for name, value in entry.event.items() if name != "signatures"}

    message = rotation_message(entry.event, origin=ORIGIN, seq=3, prev=entry.prev)

    place = {"origin": ORIGIN, "prev": entry.prev.hex(), "seq": 3, "event": unsigned}
    told = json.dumps(place, sort_keys=True, separators=(",", ":"))
    assert message == b"thread ledger.key v1\n" + told.encode()


def test_a_change_of_keys_is_read_as_it_was_written() -> None:
    entry = rotated(begun(), A, B, next_key=C.fingerprint)[3]

    told = read_key_event(entry.event, origin=ORIGIN)

    assert told.keys == B.verifier_keys
    assert told.fingerprint == B.fingerprint
    assert told.next_key == C.fingerprint
    assert [key for key, _ in told.signatures] == [*A.verifier_keys, *B.verifier_keys]
    assert len(entry.data) < 20_000


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"type": "ledger.opened"}, "type or version"),
        ({"v": 2}, "type or version"),
        ({"v": True}, "type or version"),
        ({"extra": 1}, "fields"),
        ({"id": "0B7C5C0A-6E1C-4B7E-9A53-1D1F0F3D2A11"}, "id is not a UUID"),
        ({"event_time": "2026-03-10"}, "event_time"),
        ({"keys": []}, "two verifier keys"),
        ({"next_key": "AB" * 32}, "next_key"),
        ({"signatures": []}, "list of four"),
    ],
)
def test_another_form_is_refused(changed: dict[str, Any], why: str) -> None:
    event = {**rotated(begun(), A, B)[3].event, **changed}

    with pytest.raises(RotationInvalid, match=why):
        read_key_event(event, origin=ORIGIN)


@pytest.mark.parametrize(
    ("place", "changed", "why"),
    [
        (0, {"signature": "AAAA"}, "base64 of 64 bytes"),
        (1, {"signature": "A" * 88}, "base64 of 2420 bytes"),
        (2, {"key": A.verifier_keys[0].vkey}, "not by the new keys"),
        (0, {"key": "nobody"}, "malformed"),
        (0, {"more": ""}, "list of four"),
        (3, {"signature": 1}, "list of four"),
    ],
)
def test_a_signature_in_another_form_is_refused(place: int, changed: dict[str, Any], why: str) -> None:
    event = copy.deepcopy(dict(rotated(begun(), A, B)[3].event))
    event["signatures"][place].update(changed)

    with pytest.raises(RotationInvalid, match=why):
        read_key_event(event, origin=ORIGIN)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
        max_leaves=10,
    ),
    st.sampled_from(["type", "v", "id", "event_time", "keys", "signatures", "next_key"]),
)
def test_no_value_of_a_field_makes_the_reader_raise_anything_of_its_own(value: object, name: str) -> None:
    event = {**rotated(begun(), A, B)[3].event, name: value}

    with suppress(RotationInvalid):
        read_key_event(event, origin=ORIGIN)


def test_keys_of_another_ledger_cannot_follow() -> None:
    with pytest.raises(RotationInvalid, match="not named by the origin"):
        rotated(begun(), A, signing_keys("b", origin="example.com/other"))


# When keys are valid


def test_old_keys_end_one_size_after_the_change_and_new_ones_begin_with_the_next() -> None:
    found = schedule(once_rotated())

    assert [found.at(size).fingerprint for size in (0, 1, 4, 5, 100)] == [
        A.fingerprint,
        A.fingerprint,
        A.fingerprint,
        B.fingerprint,
        B.fingerprint,
    ]
    assert [(one.first_size, found.last_size(one)) for one in found.generations] == [(0, 4), (5, None)]


def test_keys_change_twice_in_a_row() -> None:
    found = schedule(rotated(rotated(begun(), A, B), B, C))

    assert [found.at(size).fingerprint for size in (4, 5, 6)] == [A.fingerprint, B.fingerprint, C.fingerprint]
    assert [(one.first_size, found.last_size(one)) for one in found.generations] == [(0, 4), (5, 5), (6, None)]


def test_keys_that_signed_before_never_come_back() -> None:
    with pytest.raises(RotationInvalid, match="signed for this ledger before"):
        schedule(rotated(rotated(begun(), A, B), B, A))


def test_a_change_belongs_to_its_place_in_the_chain() -> None:
    entries = once_rotated()
    moved = chained([dict(entries[3].event)], chained([received(9)], begun()))

    with pytest.raises(RotationInvalid, match="signature of the old key"):
        schedule(moved)


def test_prepared_keys_and_no_others_may_follow() -> None:
    promised = begun(next_key=B.fingerprint)

    assert schedule(rotated(promised, A, B)).last.fingerprint == B.fingerprint
    with pytest.raises(KeyNotCommitted, match=B.fingerprint):
        schedule(rotated(promised, A, C))
    with pytest.raises(KeyNotCommitted):
        schedule(rotated(rotated(begun(), A, B, next_key=A.fingerprint), B, C))


# What verification finds


def test_checkpoints_before_and_after_a_change_of_keys_verify() -> None:
    ledger = Sample(once_rotated())

    found = verify_entries(
        ledger.rows,
        nodes=ledger.nodes,
        checkpoints=[ledger.checkpoint(2), ledger.checkpoint(4), ledger.checkpoint(5, B), ledger.checkpoint(7, B)],
        fingerprint=A.fingerprint,
    )

    assert found.problems == ()
    assert (found.anchored, found.vouched, found.checked.signatures) == (True, 7, True)
    assert (found.fingerprint, found.current_fingerprint) == (A.fingerprint, B.fingerprint)


@pytest.mark.requirement("KEY-2")
def test_a_signature_by_a_key_after_its_rotation_is_found() -> None:
    ledger = Sample(once_rotated())

    found = verify_entries(ledger.rows, checkpoints=[ledger.checkpoint(7)])

    assert [(problem.seq, problem.code) for problem in found.problems] == [(None, "key-retired")]
    assert found.problems[0].text == (
        "The checkpoint of size 7 stored with the ledger is signed by a key that entry 3 retired: it may sign up to "
        "size 4 only. Somebody used the old private key afterwards."
    )
    assert found.results["signatures"] == "bad"
    assert codes(ledger, ledger.checkpoint(7, A, B)) == [(None, "key-retired")]


@pytest.mark.requirement("KEY-2")
@pytest.mark.parametrize("size", [2, 3, 4])
def test_a_signature_by_a_key_before_it_was_valid_is_found(size: int) -> None:
    ledger = Sample(once_rotated())

    assert codes(ledger, ledger.checkpoint(size, B)) == [(None, "key-not-valid-yet")]


@pytest.mark.parametrize("size", [2, 3, 4])
def test_a_past_that_is_signed_with_the_new_keys_beside_the_old_ones_is_found(size: int) -> None:
    ledger = Sample(once_rotated())

    assert codes(ledger, ledger.checkpoint(size, A, B)) == [(None, "key-not-valid-yet")]


@pytest.mark.requirement("KEY-1")
def test_a_rotation_that_the_old_keys_did_not_sign_is_found() -> None:
    event = {name: value for name, value in rotated(begun(), A, B)[3].event.items() if name != "signatures"}
    ledger = Sample(resigned(dict(event), begun(), B, B))

    found = verify_entries(ledger.rows, nodes=ledger.nodes)

    assert [(problem.seq, problem.code) for problem in found.problems] == [(3, "rotation-invalid")]
    assert found.problems[0].text.startswith("Entry 3 does not change the signing keys, though it says so: ")
    assert "has to sign" in found.problems[0].text
    assert found.current_fingerprint == A.fingerprint


@pytest.mark.requirement("KEY-1")
@pytest.mark.parametrize("place", [0, 1, 2, 3])
def test_a_rotation_with_one_wrong_signature_is_found(place: int) -> None:
    entries = begun()
    event = copy.deepcopy(dict(rotated(entries, A, B)[3].event))
    others = copy.deepcopy(dict(rotated(entries, A, B, next_key="0" * 64)[3].event))
    event["signatures"][place] = others["signatures"][place]

    assert codes(Sample(chained([event], entries))) == [(3, "rotation-invalid")]


@pytest.mark.requirement("KEY-1")
def test_a_thief_of_todays_key_cannot_bring_in_keys_where_the_next_ones_are_committed_to() -> None:
    ledger = Sample(chained([received(4)], rotated(begun(next_key=B.fingerprint), A, C)))

    found = verify_entries(ledger.rows, checkpoints=[ledger.checkpoint(5, C)], nodes=ledger.nodes)

    assert [problem.code for problem in found.problems] == ["key-not-committed", "checkpoint-not-signed"]
    assert B.fingerprint in found.problems[0].text
    assert not found.anchored


def test_keys_known_from_elsewhere_bear_out_what_came_before_only_by_later_checkpoints() -> None:
    ledger = Sample(once_rotated())
    old, new = ledger.checkpoint(4), ledger.checkpoint(7, B)

    by_new = verify_entries(ledger.rows, checkpoints=[old], fingerprint=B.fingerprint)
    by_both = verify_entries(ledger.rows, checkpoints=[old, new], verifier_keys=B.verifier_keys[:1])
    by_first = verify_entries(ledger.rows, checkpoints=[old, new], verifier_keys=A.verifier_keys[1:])

    assert (by_new.ok, by_new.anchored) == (True, False)
    assert (by_both.ok, by_both.vouched) == (True, 7)
    assert (by_first.ok, by_first.vouched) == (True, 7)


def test_keys_that_are_no_pair_of_the_ledger_are_told() -> None:
    ledger = Sample(once_rotated())

    assert codes(ledger, ledger.checkpoint(7, B), fingerprint=C.fingerprint) == [(0, "keys-differ")]
    assert codes(ledger, ledger.checkpoint(7, B), verifier_keys=C.verifier_keys) == [
        (0, "keys-differ"),
        (None, "checkpoint-not-signed"),
    ]


def test_a_witness_whose_key_is_known_bears_out_what_it_signed() -> None:
    ledger, witness = Sample(once_rotated()), signing_keys("w", origin="witness.example/w1")

    found = verify_entries(
        ledger.rows, checkpoints=[ledger.checkpoint(7, B, witness)], verifier_keys=witness.verifier_keys[:1]
    )
    unsigned = codes(ledger, ledger.checkpoint(7, B), verifier_keys=witness.verifier_keys)

    assert (found.ok, found.anchored, found.vouched) == (True, True, 7)
    assert unsigned == [(0, "keys-differ"), (None, "checkpoint-not-signed")]


def test_a_rotation_of_a_ledger_that_does_not_open_is_not_judged() -> None:
    entries = once_rotated()
    broken = [written(0, bytes(32), received(1)), *entries[1:]]

    assert "rotation-invalid" not in [code for _, code in codes(Sample(broken))]


def test_what_is_no_change_of_keys_in_a_ledger_is_told_in_plain_words() -> None:
    entries = begun()
    entry = written(3, entries[-1].leaf_hash, {"type": "ledger.key"}, recorded_at_us=CLOCK_US + 3_000)

    assert codes(Sample([*entries, entry])) == [(3, "rotation-invalid")]
    assert canonical_bytes(entry.event) == b'{"type":"ledger.key"}'


def test_the_writer_writes_nothing_that_the_reader_refuses() -> None:
    with pytest.raises(RotationInvalid, match="id is not a UUID"):
        key_event(
            event_id="1",
            event_time="2026-03-10T08:00:00+01:00",
            origin=ORIGIN,
            seq=1,
            prev=bytes(32),
            old=A.signers,
            new=B.signers,
        )
