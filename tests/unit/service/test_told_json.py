from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thread.service import ToldMalformed, events_in
from thread.service.told_json import told_event


def test_a_null_says_nothing_so_it_is_left_out() -> None:
    told = told_event(b'{"type":"moved","note":null,"lots":[{"lot":"A","place":null}]}')

    assert told == {"type": "moved", "lots": [{"lot": "A"}]}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b'{"type":"moved","type":"counted"}', "the key 'type' stands twice in one object"),
        (b'{"a": {"lot": "1", "lot" : "2"}}', "the key 'lot' stands twice in one object"),
        (b'{"a":"\\u0022:","b":1,"b":1}', "the key 'b' stands twice in one object"),
        (b'{"quantity":NaN}', "NaN is not a JSON number"),
        (b'{"note":"\\ud800"}', "half of a surrogate pair"),
        (b"[1]", "it is not an object"),
        (b'"received"', "it is not an object"),
        (b'{"a":' * 70 + b"1" + b"}" * 70, "nested deeper than 60 levels"),
        (b'{"note":"' + b"x" * 1_000_000 + b'"}', "at most 1000000 are read for one event"),
        (b"", "it is empty"),
        (b"\xff\xfe", "UTF-16"),
    ],
)
def test_what_two_readers_could_understand_differently_is_refused(text: bytes, why: str) -> None:
    with pytest.raises(ToldMalformed, match="this is no event in JSON") as raised:
        told_event(text)

    assert why in str(raised.value)


@pytest.mark.parametrize("told", [None, 3, "received", [{"type": "received"}]])
def test_what_is_no_object_is_refused_however_it_is_handed_over(told: object) -> None:
    with pytest.raises(ToldMalformed, match="it is not an object"):
        told_event(told)  # type: ignore[arg-type]


KEYS = st.sampled_from(["a", "b", ":", '":', "a b", "\u00e9", " "])
VALUES = st.recursive(
    st.text(alphabet='a:" \\\u00e9', max_size=6) | st.integers(-3, 3) | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)


@given(
    st.dictionaries(KEYS, VALUES, max_size=4),
    st.booleans(),
    st.sampled_from([(",", ":"), (", ", ": "), (" , ", " : ")]),
)
def test_every_object_whose_keys_differ_is_read(
    value: dict[str, object], ascii_only: bool, signs: tuple[str, str]
) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, separators=signs).encode()

    assert told_event(text) == value


@given(st.lists(st.tuples(KEYS, VALUES), min_size=1, max_size=4), st.sampled_from([":", " :", "\t:", ": "]))
def test_a_key_that_stands_twice_is_always_found(pairs: list[tuple[str, object]], colon: str) -> None:
    inner = ",".join(f"{json.dumps(key)}{colon}{json.dumps(value)}" for key, value in [*pairs, pairs[0]])

    for text in (f"{{{inner}}}", f'{{"lots":[{{{inner}}}]}}'):
        with pytest.raises(ToldMalformed, match="stands twice"):
            told_event(text.encode())


def read(text: bytes) -> list[tuple[int, object]]:
    return [
        (line, told_event(event) if isinstance(event, bytes) else event) for line, event in events_in(io.BytesIO(text))
    ]


def test_a_file_holds_one_event_or_an_array_or_one_event_a_line() -> None:
    assert read(b'{"a":1}') == [(1, {"a": 1})]
    assert read(b'{\n "a": 1\n}\n') == [(1, {"a": 1})]
    assert read(b'\n[{"a":1},\n{"b":2}]') == [(2, {"a": 1}), (2, {"b": 2})]
    assert read(b'\xef\xbb\xbf{"a":1}\r\n\r\n{"b":2}\n') == [(1, {"a": 1}), (3, {"b": 2})]


def test_a_wrong_first_line_is_told_by_itself() -> None:
    lines = list(events_in(io.BytesIO(b'{"a":1\n{"b":2}\n')))

    assert lines == [(1, b'{"a":1'), (2, b'{"b":2}')]


@pytest.mark.parametrize("text", [b"", b" \n\n", b"[]"])
def test_an_empty_file_is_said_to_be_empty(text: bytes) -> None:
    with pytest.raises(ToldMalformed, match="is empty"):
        list(events_in(io.BytesIO(text)))
