"""Serials are told as ranges and compared without being written out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from thread.values.serials import MOST_SERIALS, SerialRange, Span, meet, serial_count, span_of, spans_of, without

_SPANS = st.builds(
    lambda prefix, first, length: Span(prefix, 2, first, min(99, first + length)),
    st.sampled_from(["A", "B"]),
    st.integers(0, 99),
    st.integers(0, 20),
)
_SETS = st.lists(_SPANS, max_size=4).map(tuple)


def written_out(spans: tuple[Span, ...]) -> set[str]:
    """Every serial of some spans, one by one."""
    return {text for span in spans for text in span.texts()}


def test_a_range_is_a_prefix_and_the_digits_behind_it() -> None:
    span = span_of("SN0001", "SN0400")

    assert span == Span("SN", 4, 1, 400)
    assert span.bounds == ("SN0001", "SN0400")
    assert len(span) == 400


def test_serials_keep_their_width_and_may_be_all_digits() -> None:
    assert list(span_of("098", "101").texts()) == ["098", "099", "100", "101"]
    assert list(span_of("A9B7", "A9B9").texts()) == ["A9B7", "A9B8", "A9B9"]


def test_a_serial_without_digits_at_its_end_is_a_range_of_one() -> None:
    span = span_of("SN-X", "SN-X")

    assert (list(span.texts()), span.bounds, len(span)) == (["SN-X"], ("SN-X", "SN-X"), 1)


@pytest.mark.parametrize(
    ("first", "last", "why"),
    [
        ("SN1", "SN10", "both need the same prefix and the same number of digits"),
        ("SA1", "SB2", "both need the same prefix and the same number of digits"),
        ("A", "B", "both need the same prefix and the same number of digits"),
        ("SN9", "SN1", "run backwards"),
    ],
)
def test_what_is_no_range_is_refused(first: str, last: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        span_of(first, last)


def test_the_last_serial_may_be_left_out() -> None:
    assert SerialRange(first="SN7").span == Span("SN", 1, 7, 7)


def test_more_serials_than_an_entry_may_name_are_refused() -> None:
    assert serial_count([SerialRange(first="00001", last="10000")]) == MOST_SERIALS
    with pytest.raises(ValidationError, match="are more than 10000; tell them in several events"):
        SerialRange(first="00000", last="10000")


def test_a_range_of_astronomic_length_is_refused_too() -> None:
    with pytest.raises(ValidationError, match="are more than 10000"):
        SerialRange(first="0" * 60, last="9" * 60)


@pytest.mark.parametrize("text", ["", "S\n1", "S" * 61])
def test_a_serial_is_a_short_printable_text(text: str) -> None:
    with pytest.raises(ValidationError):
        SerialRange(first=text)


def test_spans_come_sorted_and_are_counted_with_overlaps() -> None:
    told = [SerialRange(first="B1", last="B3"), SerialRange(first="A1"), SerialRange(first="B3")]

    assert spans_of(told) == (Span("A", 1, 1, 1), Span("B", 1, 1, 3), Span("B", 1, 3, 3))
    assert serial_count(told) == 5


def test_the_whole_lot_meets_every_serial() -> None:
    assert meet((), (Span("A", 1, 1, 1),))
    assert meet((Span("A", 1, 1, 1),), ())
    assert meet((), ())


def test_serials_of_another_width_are_other_serials() -> None:
    assert not meet((span_of("A01", "A09"),), (span_of("A1", "A9"),))


@pytest.mark.requirement("NAM-4")
@given(_SETS, _SETS)
def test_two_sets_meet_exactly_when_one_serial_is_in_both(left: tuple[Span, ...], right: tuple[Span, ...]) -> None:
    if left and right:
        assert meet(left, right) == bool(written_out(left) & written_out(right))


@given(_SETS, _SETS)
def test_what_is_left_without_some_serials_is_the_rest(spans: tuple[Span, ...], taken: tuple[Span, ...]) -> None:
    left = without(spans, taken)

    assert written_out(left) == written_out(spans) - written_out(taken)
    assert left == tuple(sorted(left))


@given(_SPANS)
def test_a_span_reads_back_from_its_bounds(span: Span) -> None:
    assert span_of(*span.bounds) == span
