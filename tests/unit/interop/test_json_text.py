import pytest

from thread.errors import JsonMalformed
from thread.interop.json_text import DEEPEST, Number, decoded, items, members, parsed, written


def test_a_number_keeps_every_digit_that_was_told() -> None:
    value = parsed('{"quantity": 500.0, "big": 12345678901234567890123, "small": 1e-30}', file="f")

    assert value == {"quantity": Number("500.0"), "big": Number("12345678901234567890123"), "small": Number("1e-30")}


def test_a_byte_order_mark_of_utf_8_is_no_part_of_the_text() -> None:
    assert decoded(b'\xef\xbb\xbf{"a": 1}', file="f") == '{"a": 1}'


@pytest.mark.parametrize(
    ("data", "line", "column", "why"),
    [
        (b"", 1, 1, "the file is empty"),
        (b" \n ", 2, 2, "the file is empty"),
        (b"\xff\xfe{\x00", 1, 1, "the file is UTF-16; save it as UTF-8"),
        (b"\x00\x00\xfe\xff", 1, 1, "the file is UTF-32; save it as UTF-8"),
        (b'{\n"a": "\xc3\xa9\xff"}', 2, 8, "byte 0xFF is not UTF-8; save the file as UTF-8"),
        (b'{"a": 1', 1, 8, "the file ends in the middle of a value; it may be cut off"),
        (b'{"a": "b', 1, 7, "a text starts here and never ends; the file may be cut off"),
        (b'{"a": 1,}', 1, 9, "a comma stands before a closing bracket; take it out"),
        (b"[\n  // note\n 1]", 2, 3, "there is a comment; JSON has none, take it out"),
        (b"[1 2]", 1, 4, "a comma or a closing bracket is expected, found '2'"),
        (b'{"a" 1}', 1, 6, "a colon is expected after the name, found '1'"),
        (b"{'a': 1}", 1, 2, 'a name in double quotes is expected, found "\'"'),
        (b"[NaN]", 1, 2, "NaN is not a JSON number; leave the value out where there is none"),
        (b"[1, -Infinity]", 1, 5, "-Infinity is not a JSON number; leave the value out where there is none"),
        (b"[1]\n[2]", 2, 1, "the document has ended, but text follows, found '['"),
        (b'["\x01"]', 1, 3, "a text holds a bare control character; write it as an escape such as \\n"),
        (b"[01]", 1, 3, "a comma or a closing bracket is expected, found '1'"),
        (b"\xef\xbb\xbf\xef\xbb\xbf[]", 1, 1, "a value is expected, found '\\ufeff'"),
    ],
)
def test_what_is_no_json_is_told_with_line_and_column(data: bytes, line: int, column: int, why: str) -> None:
    with pytest.raises(JsonMalformed) as caught:
        parsed(decoded(data, file="lots.json"), file="lots.json")

    assert (caught.value.line, caught.value.column, caught.value.why) == (line, column, why)
    assert str(caught.value) == f"lots.json:{line}:{column}: {why}"


def test_a_name_that_stands_twice_in_one_object_is_refused_where_it_stands_again() -> None:
    with pytest.raises(JsonMalformed, match=r"f:4:2: the name 'b' stands twice in one object, first on line 3"):
        parsed('{"a": {"b": 0},\n"list": [{\n "b": 1,\n "b": 2}]}', file="f")


def test_half_of_a_surrogate_pair_is_refused_and_a_whole_one_is_a_character() -> None:
    assert parsed('"\\ud83d\\ude00"', file="f") == "😀"
    with pytest.raises(JsonMalformed, match="f:1:2: the text holds half of a surrogate pair"):
        parsed('["\\ud83d"]', file="f")


def test_nesting_is_read_to_a_limit_that_is_told() -> None:
    assert parsed("[" * DEEPEST + "]" * DEEPEST, file="f")
    with pytest.raises(JsonMalformed, match=f"f:1:{DEEPEST + 1}: objects and arrays are nested deeper than {DEEPEST}"):
        parsed("[" * (DEEPEST + 1) + "]" * (DEEPEST + 1), file="f")


@pytest.mark.parametrize("bomb", ["[" * 1_000_000, '{"a":' * 200_000, '"' + '\\"' * 500_000, "[" * 2_000 + "]" * 2_000])
def test_a_file_made_to_exhaust_the_reader_is_refused(bomb: str) -> None:
    with pytest.raises(JsonMalformed):
        parsed(bomb, file="f")


def test_members_and_elements_are_found_where_they_stand() -> None:
    text = ' { "a" : [1, {"b": "]}"} , "x"], "c":{} } '

    found = {name: text[span.start : span.end] for name, span in members(text, 1)}
    elements = [text[span.start : span.end] for span in items(text, text.index("["))]

    assert found == {"a": '[1, {"b": "]}"} , "x"]', "c": "{}"}
    assert elements == ["1", '{"b": "]}"}', '"x"']


def test_a_value_is_written_with_the_numbers_that_were_told() -> None:
    assert written(parsed('{"a": [1.50, true, null], "é": "\\n"}', file="f")) == '{"a":[1.50,true,null],"é":"\\n"}'
