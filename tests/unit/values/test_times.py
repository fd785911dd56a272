"""Times are kept as told and compared as whole nanoseconds."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from thread.values.times import (
    MINUS_INFINITY,
    PLUS_INFINITY,
    DateText,
    TimeMalformed,
    TimeText,
    instant,
    ledger_microseconds,
    ledger_time,
    moment_text,
)

_OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
_MOMENTS = st.builds(
    lambda seconds, microseconds, zone: (
        datetime.fromtimestamp(seconds, UTC).astimezone(zone) + timedelta(microseconds=microseconds)
    ),
    st.integers(-2_208_902_400, 7_258_032_000),
    st.integers(0, 999_999),
    _OFFSETS,
)
"""From the second day of 1900 to the last but one of 2199."""


def test_the_same_moment_told_with_two_offsets_is_one_instant() -> None:
    assert instant("2026-03-09T14:07:00+01:00") == instant("2026-03-09T13:07:00Z") == 1_773_061_620_000_000_000


def test_the_epoch_is_zero_and_earlier_moments_are_negative() -> None:
    assert instant("1970-01-01T00:00:00Z") == 0
    assert instant("1969-12-31T23:59:59.999999999Z") == -1


def test_nine_digits_of_a_second_count_and_further_ones_are_cut() -> None:
    assert instant("1970-01-01T00:00:00.000000001Z") == 1
    assert instant("1970-01-01T00:00:00.0000000019Z") == 1
    assert instant("1970-01-01T00:00:00.5Z") == 500_000_000


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2026-03-09", "is not an RFC 3339 time with an offset"),
        ("2026-03-09T14:07:00", "is not an RFC 3339 time with an offset"),
        ("2026-03-09 14:07:00Z", "is not an RFC 3339 time with an offset"),
        ("2026-03-09t14:07:00z", "is not an RFC 3339 time with an offset"),
        ("2026-03-09T14:07Z", "is not an RFC 3339 time with an offset"),
        (" 2026-03-09T14:07:00Z", "is not an RFC 3339 time with an offset"),
        ("２026-03-09T14:07:00Z", "is not an RFC 3339 time with an offset"),
        ("2026-02-29T14:07:00Z", "names no day or time that exists"),
        ("2026-03-09T24:00:00Z", "names no day or time that exists"),
        ("2016-12-31T23:59:60Z", "names no day or time that exists"),
        ("1899-12-31T23:59:59Z", "lies outside the years 1900 to 2199"),
        ("2200-01-01T00:00:00Z", "lies outside the years 1900 to 2199"),
        ("2026-03-09T14:07:00+14:01", "has an offset that no place on earth has"),
        ("2026-03-09T14:07:00+01:60", "has an offset that no place on earth has"),
    ],
)
def test_what_is_no_moment_is_refused_in_words(text: str, why: str) -> None:
    with pytest.raises(TimeMalformed, match=why) as refused:
        instant(text)

    assert "write it like 2026-03-09T14:07:00+01:00" in str(refused.value)


@given(_MOMENTS)
def test_an_instant_is_what_the_standard_library_reads(moment: datetime) -> None:
    since = moment - datetime(1970, 1, 1, tzinfo=UTC)

    assert instant(moment.isoformat()) == (since // timedelta(microseconds=1)) * 1_000


@given(_MOMENTS, _MOMENTS)
def test_instants_are_ordered_as_moments_and_lie_between_the_infinities(one: datetime, other: datetime) -> None:
    assert (instant(one.isoformat()) < instant(other.isoformat())) == (one < other)
    assert MINUS_INFINITY < instant(one.isoformat()) < PLUS_INFINITY


@given(st.integers(instant("1900-01-01T00:00:00Z"), instant("2199-12-31T23:59:59.999999999Z")))
def test_a_computed_moment_is_printed_so_that_it_reads_back(at: int) -> None:
    assert instant(moment_text(at)) == at


@given(st.integers(0, instant("2199-12-31T23:59:59.999999Z") // 1_000))
def test_ledger_times_read_back_and_sort_as_text(at: int) -> None:
    assert ledger_microseconds(ledger_time(at)) == at
    assert ledger_time(at) <= ledger_time(at + 1) or at % 10**18 == 0


def test_a_ledger_time_has_six_digits_and_a_z() -> None:
    assert ledger_time(1_773_061_620_000_001) == "2026-03-09T13:07:00.000001Z"


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-09T13:07:00Z",
        "2026-03-09T13:07:00.00000Z",
        "2026-03-09T13:07:00.000001+00:00",
        "2026-03-09T13:07:00.000001",
    ],
)
def test_only_what_the_ledger_clock_writes_is_a_ledger_time(text: str) -> None:
    with pytest.raises(TimeMalformed, match="is not a ledger time"):
        ledger_microseconds(text)


def test_times_and_dates_in_events_stay_as_told() -> None:
    assert TypeAdapter(TimeText).validate_python("2026-03-09T14:07:00.50+01:00") == "2026-03-09T14:07:00.50+01:00"
    assert TypeAdapter(DateText).validate_python("2026-03-09") == "2026-03-09"


@pytest.mark.parametrize("text", ["2026-02-30", "2026-3-9", "20260309", "2026-W10-1", "yesterday", ""])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(DateText).validate_python(text)
