"""Entries: their bytes, their links, and what is refused."""

import json
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.ledger.sample import CLOCK_US, received, sample_entries, written
from thread.ledger import (
    ZERO_PREV,
    EntryMalformed,
    EntryRefused,
    EntryTooLong,
    NotCanonical,
    canonical_bytes,
    next_recorded_at,
    read_entry,
)
from thread.ledger.entry import LAST_RECORDED_AT_US, MAX_ENTRY_BYTES

FORCED = {"reason": "truck waits", "findings": [{"code": "quantity-exceeded", "text": "5 more", "path": "/lines/0"}]}


@pytest.mark.requirement("INT-4")
def test_an_entry_is_the_canonical_json_of_its_fields() -> None:
    entry = written(1, b"\xab" * 32, {"type": "moved", "v": 1})

    assert entry.data == (
        b'{"actor":{"auth":"api-key","id":"clerk-1"},"event":{"type":"moved","v":1},"key":"clerk-1/1","prev":"'
        + b"ab" * 32
        + b'","recorded_at":"2026-03-08T20:00:00.001000Z","seq":1}'
    )
    assert entry.leaf_hash == sha256(b"\x00" + entry.data).digest()


def test_an_entry_is_read_back_as_it_was_written() -> None:
    entry = written(3, b"\x01" * 32, received(3), forced=FORCED)

    assert read_entry(entry.data) == entry
    assert entry.forced == FORCED
    assert entry.recorded_at_us == CLOCK_US + 3_000


def test_the_first_entry_names_64_zeros_before_it() -> None:
    entry = sample_entries(1)[0]

    assert entry.prev == ZERO_PREV
    assert json.loads(entry.data)["prev"] == "0" * 64


@pytest.mark.requirement("REC-7")
@given(st.integers(0, 2**50), st.integers(0, 2**50))
def test_the_ledger_clock_always_goes_forward(now_us: int, last_us: int) -> None:
    following = next_recorded_at(now_us, last_us)

    assert following > last_us
    assert following in (now_us, last_us + 1)


def test_the_first_entry_takes_the_time_of_the_clock() -> None:
    assert next_recorded_at(7, None) == 7
    assert next_recorded_at(7, 7) == 8
    assert next_recorded_at(7, 20) == 21
    assert next_recorded_at(21, 7) == 21


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"seq": -1}, "seq"),
        ({"seq": True}, "seq"),
        ({"seq": 2**53}, "seq"),
        ({"prev": b"short"}, "prev"),
        ({"key": ""}, "key"),
        ({"key": 5}, "key"),
        ({"key": "x" * 1025}, "key has more than 1024 bytes"),
        ({"key": "ß" * 513}, "key has more than 1024 bytes"),
        ({"event": {}}, "event"),
        ({"event": {"type": ""}}, "event"),
        ({"event": {"type": 1}}, "event"),
        ({"event": "moved"}, "event"),
        ({"actor": {"id": "x"}}, "actor"),
        ({"actor": {"id": "x", "auth": "oidc", "name": "y"}}, "actor"),
        ({"actor": {"id": "", "auth": "oidc"}}, "actor has no id"),
        ({"actor": {"id": "x", "auth": "trust"}}, "auth"),
        ({"actor": {"id": "x", "auth": []}}, "auth"),
        ({"actor": "x"}, "actor"),
        ({"forced": {}}, "forced"),
        ({"forced": "because"}, "forced"),
        ({"forced": {"reason": "", "findings": FORCED["findings"]}}, "reason"),
        ({"forced": {"reason": "x", "findings": []}}, "findings"),
        ({"forced": {"reason": "x", "findings": "none"}}, "findings"),
        ({"forced": {"reason": "x", "findings": [{"code": "x"}]}}, "finding"),
        ({"forced": {"reason": "x", "findings": [{"code": "x", "text": 1}]}}, "finding"),
        ({"forced": {"reason": "x", "findings": [{"code": "x", "text": "y", "more": "z"}]}}, "finding"),
        ({"forced": {"reason": "x", "findings": ["x"]}}, "finding"),
        ({"recorded_at_us": -1}, "clock"),
        ({"recorded_at_us": LAST_RECORDED_AT_US + 1}, "clock"),
        ({"recorded_at_us": 1.5}, "clock"),
    ],
)
def test_what_makes_no_entry_is_refused_by_name(changed: dict[str, Any], why: str) -> None:
    told: dict[str, Any] = {"seq": 1, "prev": ZERO_PREV, "event": received(1), "recorded_at_us": CLOCK_US} | changed

    with pytest.raises(EntryRefused) as refused:
        written(**told)

    assert why in refused.value.why


def test_the_last_moment_of_the_ledger_clock_can_be_read() -> None:
    entry = written(1, ZERO_PREV, received(1), recorded_at_us=LAST_RECORDED_AT_US)

    assert entry.recorded_at == "2199-12-31T23:59:59.999999Z"
    assert read_entry(entry.data).recorded_at_us == LAST_RECORDED_AT_US


def test_a_fraction_in_an_event_is_refused_with_its_place() -> None:
    with pytest.raises(NotCanonical) as refused:
        written(1, ZERO_PREV, {"type": "moved", "quantity": 0.1})

    assert refused.value.path == "/event/quantity"


def test_an_entry_of_65535_bytes_is_the_longest() -> None:
    room = MAX_ENTRY_BYTES - len(written(1, ZERO_PREV, {"type": "x", "note": ""}).data)

    longest = written(1, ZERO_PREV, {"type": "x", "note": "n" * room})

    assert len(longest.data) == MAX_ENTRY_BYTES
    assert read_entry(longest.data) == longest
    with pytest.raises(EntryTooLong, match="65536 bytes") as refused:
        written(1, ZERO_PREV, {"type": "x", "note": "n" * (room + 1)})
    assert refused.value.length == 65_536
    with pytest.raises(EntryMalformed, match="more than the 65535"):
        read_entry(longest.data + b" ")


def fields(**changed: Any) -> dict[str, Any]:
    return {**json.loads(sample_entries(2)[1].data), **changed}


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (fields(extra=1), "an unknown field 'extra'"),
        ({name: value for name, value in fields().items() if name != "key"}, "no field 'key'"),
        (fields(seq="1"), "seq"),
        (fields(prev="AB" * 32), "prev"),
        (fields(prev="ab" * 31), "prev"),
        (fields(prev=1), "prev"),
        (fields(prev="g" * 64), "prev"),
        (fields(prev=" " + "ab" * 32), "prev"),
        (fields(recorded_at="2026-03-08T20:00:00.001Z"), "recorded_at"),
        (fields(recorded_at="2026-03-08T20:00:00.001000+00:00"), "recorded_at"),
        (fields(recorded_at="2026-02-30T20:00:00.001000Z"), "recorded_at"),
        (fields(recorded_at="1969-12-31T23:59:59.999999Z"), "recorded_at"),
        (fields(recorded_at=5), "recorded_at"),
        (fields(forced={"reason": "x", "findings": []}), "findings"),
        (fields(actor={"id": "x", "auth": ["oidc"]}), "auth"),
        (fields(event=[]), "event"),
    ],
)
def test_canonical_bytes_that_are_no_entry_are_refused(value: dict[str, Any], why: str) -> None:
    with pytest.raises(EntryMalformed) as refused:
        read_entry(canonical_bytes(value))

    assert why in refused.value.why


@given(st.data())
def test_no_bytes_make_reading_fail_otherwise_than_with_our_error(data: Any) -> None:
    stored = bytearray(data.draw(st.sampled_from([entry.data for entry in sample_entries(3)])))
    for place in data.draw(st.lists(st.integers(0, len(stored) - 1), min_size=1, max_size=4)):
        stored[place] = data.draw(st.integers(0, 255))

    try:
        entry = read_entry(bytes(stored))
    except EntryMalformed:
        return
    assert entry.data == stored


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(["actor", "event", "key", "prev", "recorded_at", "seq", "forced", "more"]), json_values)
def test_no_json_value_in_any_field_makes_reading_fail_otherwise(name: str, value: Any) -> None:
    data = json.dumps(fields(**{name: value}), sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    try:
        entry = read_entry(data.encode("utf-8", "surrogatepass"))
    except EntryMalformed:
        return
    assert entry.leaf_hash == sha256(b"\x00" + data.encode()).digest()
