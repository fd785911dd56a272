"""Each serial is in one place; ranges stay ranges."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thread.genealogy.serial_map import SerialMap, first_serials, serials_in
from thread.values.serials import Span


def _span(first: int, last: int) -> Span:
    return Span("A", 4, first, last)


def test_serials_are_found_where_they_were_put_and_others_are_missing() -> None:
    where: SerialMap[str] = SerialMap()
    where.put([_span(1, 10)], "shelf")

    found, missing = where.find([_span(8, 12)])

    assert found == [(_span(8, 10), "shelf")]
    assert missing == [_span(11, 12)]


def test_taking_serials_out_of_the_middle_leaves_both_ends() -> None:
    where: SerialMap[str] = SerialMap()
    where.put([_span(1, 10)], "shelf")

    assert where.drop([_span(4, 5)]) == [(_span(4, 5), "shelf")]

    assert where.of("shelf") == (_span(1, 3), _span(6, 10))


def test_neighbours_in_one_place_become_one_range() -> None:
    where: SerialMap[str] = SerialMap()
    where.put([_span(5, 6)], "shelf")
    where.put([_span(1, 4)], "shelf")
    where.put([_span(7, 7)], "shelf")

    assert where.of("shelf") == (_span(1, 7),)


def test_serials_without_digits_are_single() -> None:
    where: SerialMap[str] = SerialMap()
    where.put([Span("LEFT", 0, 0, 0), Span("RIGHT", 0, 0, 0)], "shelf")

    assert where.find([Span("LEFT", 0, 0, 0)]) == ([(Span("LEFT", 0, 0, 0), "shelf")], [])
    assert where.find([Span("TOP", 0, 0, 0)]) == ([], [Span("TOP", 0, 0, 0)])


def test_serials_are_divided_in_their_order() -> None:
    assert first_serials([_span(1, 3), _span(7, 9)], 4) == ([_span(1, 3), _span(7, 7)], [_span(8, 9)])


@pytest.mark.requirement("NAM-4")
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 8), st.sampled_from("xyz")), max_size=20))
def test_a_map_of_ranges_says_what_a_plain_dictionary_says(moves: list[tuple[int, int, str]]) -> None:
    where: SerialMap[str] = SerialMap()
    plain: dict[int, str] = {}
    for first, more, place in moves:
        span = _span(first, first + more)
        where.drop([span])
        where.put([span], place)
        plain.update(dict.fromkeys(range(first, first + more + 1), place))

    found, missing = where.find([_span(0, 40)])

    told = {number: place for span, place in found for number in range(span.first, span.last + 1)}
    assert told == plain
    assert {place: serials_in(where.of(place)) for place in "xyz"} == {
        place: sum(there == place for there in plain.values()) for place in "xyz"
    }
    assert serials_in(missing) == 41 - len(plain)
