"""The fast reader takes nothing that the careful one would read otherwise, and leaves it nothing plain."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from unittest.mock import patch

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thread.cli import event_files
from thread.cli.event_files import told_events
from thread.interop.quick_json import quickly_read

_SCALARS = st.one_of(
    st.text(max_size=8),
    st.sampled_from(["a", 'say "x": y', "1234567890123456789", "\u2028", "é", "\\"]),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=True, allow_infinity=True),
    st.booleans(),
    st.none(),
)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)
_WRITERS: st.SearchStrategy[Callable[[object], bytes]] = st.sampled_from(
    [
        lambda value: json.dumps(value).encode(),
        lambda value: json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass"),
        lambda value: json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass"),
        lambda value: json.dumps(value, separators=(" , ", " : ")).encode(),
    ]
)
_FRAGMENTS = st.lists(
    st.sampled_from(
        ['{"a":1}', '{"a":', '"a":1', ",", "}", "{", "]", "[", '"', "\\u00e9", "\\ud800", "NaN", "-0", "1e400", "1.50",
         "12345678901234567890", "null", " ", "\t", "//x", "\ufeff", '"a" : 2', "\\"]
    ),
    max_size=8,
).map(lambda parts: "".join(parts).encode())  # fmt: skip


def _told(line: bytes) -> str:
    try:
        return repr(
            [(one.event, one.key, str(one.fault)) for one in told_events(io.BytesIO(b'{"x":1}\n' + line), file="f")]
        )
    except Exception as error:  # noqa: BLE001 whatever it is, both readers must say it
        return repr(error)


@given(_VALUES.map(lambda value: {"type": value}) | _VALUES, _WRITERS)
def test_a_line_is_read_alike_by_the_fast_reader_and_the_careful_one(
    value: object, write: Callable[[object], bytes]
) -> None:
    line = write(value)

    fast = _told(line)

    with patch.object(event_files, "quickly_read", return_value=None):
        assert fast == _told(line)


@given(_FRAGMENTS)
def test_a_broken_line_is_refused_alike_by_the_fast_reader_and_the_careful_one(line: bytes) -> None:
    fast = _told(line)

    with patch.object(event_files, "quickly_read", return_value=None):
        assert fast == _told(line)


@pytest.mark.parametrize(
    "line",
    [
        b'{"a":1,"a":2}',
        b'{"a":{"b":"x","b":"x"}}',
        b'{"a":1,"\\u0061":2}',
        b'{"a" :1,"a":2}',
        b'{"a":1e400}',
        b'{"a":9223372036854775808}',
        b'{"a":"\\ud800"}',
        b'\xef\xbb\xbf{"a":1}',
        b"[1]",
        b'{"a":' + b"[" * 70 + b"]" * 70 + b"}",
    ],
)
def test_what_readers_may_understand_differently_is_left_to_the_careful_one(line: bytes) -> None:
    assert quickly_read(line) is None


def test_an_ordinary_event_is_read_at_once() -> None:
    event = {"type": "received", "lot": "S-77", "quantity": {"value": "12.5", "unit": "KGM"}, "v": 1}

    assert quickly_read(orjson.dumps(event) + b"\n") == event
    assert quickly_read(json.dumps(event).encode()) == event
