"""Canonical form: one byte string for one value, and nothing else is read."""

import json
import math
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from thread.ledger.canonical import (
    MAX_DEPTH,
    MAX_INTEGER,
    EntryMalformed,
    NotCanonical,
    canonical_bytes,
    parse_canonical,
)

EVERY_CHARACTER = "".join(chr(code) for code in range(0x110000) if not 0xD800 <= code <= 0xDFFF)

keys = st.text(st.characters(max_codepoint=0x7F), max_size=6)
scalars = st.one_of(st.booleans(), st.integers(-MAX_INTEGER, MAX_INTEGER), st.text(max_size=20))
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4), max_leaves=25
)
objects = st.dictionaries(keys, values, max_size=5)


@pytest.mark.requirement("INT-4")
@given(values)
@example({"\u007f": "\u007f\u2028\u2029\ufeff\ufffe", "\u0000": '\b\f\n\r\t\\"/\u001f', "a": "\U0001f9ea\U0010ffff"})
@example({"B": 1, "a": 2, "_": 3, "": 4, "aa": 5, "A~": 6})
def test_the_bytes_are_those_of_rfc_8785(value: Any) -> None:
    assert canonical_bytes(value) == rfc8785.dumps(value)


def test_every_unicode_character_is_written_as_rfc_8785_writes_it() -> None:
    assert canonical_bytes(EVERY_CHARACTER) == rfc8785.dumps(EVERY_CHARACTER)


@given(st.lists(keys, unique=True))
def test_the_key_order_of_rfc_8785_by_utf_16_units_is_plain_ascii_order(names: list[str]) -> None:
    by_utf_16 = sorted(names, key=lambda name: name.encode("utf-16-be"))

    assert by_utf_16 == sorted(names)
    assert list(json.loads(canonical_bytes(dict.fromkeys(names, 1)))) == by_utf_16


@given(objects)
def test_what_was_written_is_read_back(value: dict[str, Any]) -> None:
    assert parse_canonical(canonical_bytes(value)) == value


def test_tuples_are_written_like_lists() -> None:
    assert canonical_bytes({"lots": ("A", "B")}) == b'{"lots":["A","B"]}'


@pytest.mark.parametrize(
    ("value", "path", "why"),
    [
        (None, "", "null"),
        ({"a": None}, "/a", "null"),
        ({"a": [1, {"b": 0.5}]}, "/a/1/b", "fraction or an exponent"),
        ({"a": math.nan}, "/a", "fraction or an exponent"),
        ({"a": MAX_INTEGER + 1}, "/a", "2^53"),
        ({"a": -MAX_INTEGER - 1}, "/a", "2^53"),
        ({"a": 10**30}, "/a", "2^53"),
        ({"Größe": 1}, "", "'Größe' is not plain ASCII"),
        ({"a": {"b": {"é": "ö"}}}, "/a/b", "'é' is not plain ASCII"),
        ({1: 2}, "", "'1' is not plain ASCII"),
        ({"a": "x\ud800"}, "/a", "surrogate"),
        ({"\udc00": "x"}, "", "not plain ASCII"),
        ({"a/b": {"c~d": b"x"}}, "/a~1b/c~0d", "bytes is not a kind of JSON value"),
        ({"a": Decimal("1.5")}, "/a", "Decimal is not"),
        ({"a": datetime(2026, 3, 9, tzinfo=UTC)}, "/a", "datetime is not"),
        ({"a": {1, 2}}, "/a", "set is not"),
    ],
)
def test_what_entries_do_not_hold_is_refused_with_its_place(value: Any, path: str, why: str) -> None:
    with pytest.raises(NotCanonical) as refused:
        canonical_bytes(value)

    assert refused.value.path == path
    assert why in refused.value.why
    assert refused.value.facts == {"path": path, "why": refused.value.why}


def test_types_that_only_look_like_text_are_refused() -> None:
    class Lot(str):
        __slots__ = ()

    with pytest.raises(NotCanonical, match="Lot is not a kind of JSON value"):
        canonical_bytes({"lot": Lot("A")})


def nested(levels: int) -> Any:
    value: Any = "x"
    for _ in range(levels):
        value = [value]
    return value


def test_nesting_is_limited_in_both_directions() -> None:
    assert canonical_bytes(nested(MAX_DEPTH)) == b"[" * MAX_DEPTH + b'"x"' + b"]" * MAX_DEPTH
    for levels in (MAX_DEPTH + 1, 300):
        with pytest.raises(NotCanonical, match="nested deeper than 64 levels"):
            canonical_bytes({"a": nested(levels)})
    deep: dict[str, Any] = {}
    for _ in range(MAX_DEPTH):
        deep = {"a": deep}
    with pytest.raises(NotCanonical, match="nested deeper"):
        canonical_bytes(deep)
    with pytest.raises(EntryMalformed, match="nested deeper"):
        parse_canonical(b'{"a":' + b"[" * 70 + b"]" * 70 + b"}")


def test_a_value_that_holds_itself_is_refused() -> None:
    loop: list[Any] = []
    loop.append(loop)

    with pytest.raises(NotCanonical, match="nested deeper"):
        canonical_bytes(loop)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "not JSON"),
        (b'{"a":1', "not JSON"),
        (b'{"a":"\xff"}', "not JSON"),
        (b'\xef\xbb\xbf{"a":1}', "not JSON"),
        (b'["a"]', "not an object"),
        (b'{"a":1}\n', "at byte 7 stands '\\n'"),
        (b'{"a": 1}', "at byte 5 stands ' 1}'"),
        (b'{"b":1,"a":1}', "keys are not in order"),
        (b'{"a":{"z":1,"y":2}}', "keys are not in order"),
        (b'{"a":1,"a":1}', "the key 'a' stands twice"),
        (b'{"a":1,"a":2}', "the key 'a' stands twice"),
        (b'{"c":[{"a":1,"\\u0061":2}]}', "the key 'a' stands twice"),
        (b'{"a":"\\u0041"}', "at byte 6"),
        (b'{"a":"\\/"}', "at byte 6"),
        (b'{"a":"\\u001F"}', "at byte 11"),
        (b'{"a":-0}', "at byte 5"),
        (b'{"a":1.0}', "fraction or an exponent"),
        (b'{"a":1e2}', "fraction or an exponent"),
        (b'{"a":null}', "null"),
        (b'{"a":9007199254740992}', "2^53"),
        (b'{"a":99999999999999999999999}', "fraction or an exponent"),
        ('{"é":1}'.encode(), "not plain ASCII"),
    ],
)
def test_bytes_that_our_writer_does_not_write_are_refused(data: bytes, why: str) -> None:
    with pytest.raises(EntryMalformed) as refused:
        parse_canonical(data)

    assert why in refused.value.why


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_whatever_the_bytes_reading_them_gives_an_object_or_our_error(data: bytes) -> None:
    try:
        value = parse_canonical(data)
    except EntryMalformed:
        return
    assert canonical_bytes(value) == data


@given(objects, st.data())
def test_json_that_means_the_same_but_is_written_otherwise_is_refused(value: dict[str, Any], data: Any) -> None:
    other = json.dumps(value, indent=data.draw(st.sampled_from([None, 0, 2]))).encode()

    if other != canonical_bytes(value):
        with pytest.raises(EntryMalformed):
            parse_canonical(other)
