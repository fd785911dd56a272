"""Moments: text as told on the floor, and one integer to compare it by.

Text is RFC 3339 with an offset and is never rewritten, so an auditor reads what the floor told. For comparison a text
becomes whole nanoseconds since the Unix epoch. Years 1900 to 2199 are accepted, so that an instant fits 64 bits.
Leap seconds are refused: no clock on a shop floor shows them, and RFC 3339 software disagrees about them.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Annotated, Final

from pydantic import AfterValidator, StringConstraints, WithJsonSchema

from thread.errors import BadInput, printed

__all__ = [
    "MINUS_INFINITY",
    "PLUS_INFINITY",
    "DateText",
    "TimeMalformed",
    "TimeText",
    "asked_instant",
    "instant",
    "ledger_microseconds",
    "ledger_time",
    "moment_text",
]

MINUS_INFINITY: Final = -(2**63)
PLUS_INFINITY: Final = 2**63 - 1

_RFC_3339 = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(?:Z|([+-])(\d{2}):(\d{2}))", re.ASCII
)
_LEDGER = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z", re.ASCII)
_EPOCH_DAY: Final = date(1970, 1, 1).toordinal()
_NO_DAY: Final = MINUS_INFINITY
_FIRST_YEAR: Final = 1900
_LAST_YEAR: Final = 2199
_OFFSET_LIMIT_MINUTES: Final = 14 * 60
_SECOND: Final = 1_000_000_000


class TimeMalformed(BadInput):
    """A text is not a moment that we accept."""

    code = "time-malformed"

    def __init__(self, *, text: str, why: str) -> None:
        super().__init__(
            f"time {text[:60]!r} {why}; write it like 2026-03-09T14:07:00+01:00, with the offset from UTC",
            time=text,
        )


@lru_cache(maxsize=65_536)
def instant(text: str) -> int:
    """Return the moment that an RFC 3339 text names, in nanoseconds since the Unix epoch (UTC).

    Digits beyond nanoseconds are cut, not rounded: order is kept.

    Raises:
        TimeMalformed: no offset, no such day, a leap second, or a year outside 1900 to 2199.
    """
    match = _RFC_3339.fullmatch(text)
    if match is None:
        raise TimeMalformed(text=text, why="is not an RFC 3339 time with an offset")
    hour, minute, second = int(match[4]), int(match[5]), int(match[6])
    days = _days_of(text[:10])
    if days is None:
        raise TimeMalformed(text=text, why=f"lies outside the years {_FIRST_YEAR} to {_LAST_YEAR}")
    if days == _NO_DAY or hour > 23 or minute > 59 or second > 59:
        raise TimeMalformed(text=text, why="names no day or time that exists")
    offset = 0
    if match[8]:
        offset = int(match[9]) * 60 + int(match[10])
        if offset > _OFFSET_LIMIT_MINUTES or int(match[10]) > 59:
            raise TimeMalformed(text=text, why="has an offset that no place on earth has")
        offset = -offset if match[8] == "-" else offset
    seconds = days * 86_400 + hour * 3_600 + (minute - offset) * 60 + second
    return seconds * _SECOND + int(((match[7] or "") + "000000000")[:9])


def asked_instant(told: object) -> int:
    """Return the moment that a question names, as `instant`; what is no text is no moment either.

    Raises:
        TimeMalformed: it names none.
    """
    if not isinstance(told, str):
        raise TimeMalformed(text=printed(told), why="is no text")
    return instant(told)


@lru_cache(maxsize=1_024)
def _days_of(day: str) -> int | None:
    """Return the days from the epoch to a day, `_NO_DAY` if there is no such day, None if its year is not accepted."""
    if not _FIRST_YEAR <= int(day[:4]) <= _LAST_YEAR:
        return None
    try:
        return date(int(day[:4]), int(day[5:7]), int(day[8:])).toordinal() - _EPOCH_DAY
    except ValueError:
        return _NO_DAY


def _told_time(text: str) -> str:
    try:
        instant(text)
    except TimeMalformed as error:
        # As a ValueError it is one finding among those of the whole event, with its place.
        raise ValueError(error.text) from None
    return text


def _told_date(text: str) -> str:
    try:
        date.fromisoformat(text)
    except ValueError:
        message = f"{text!r} is not a day; write it like 2026-03-09"
        raise ValueError(message) from None
    return text


TimeText = Annotated[
    str,
    StringConstraints(max_length=45),
    AfterValidator(_told_time),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""RFC 3339 text with an offset, kept as told."""

DateText = Annotated[
    str,
    StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$"),
    AfterValidator(_told_date),
    WithJsonSchema({"type": "string", "format": "date"}),
]
"""A calendar day, `YYYY-MM-DD`, kept as told."""


def ledger_time(microseconds: int) -> str:
    """Return the ledger clock's text for microseconds since the Unix epoch, `YYYY-MM-DDTHH:MM:SS.ffffffZ`."""
    seconds, fraction = divmod(microseconds, 1_000_000)
    return f"{_second_text(seconds)}.{fraction:06d}Z"


@lru_cache(maxsize=4_096)
def _second_text(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def moment_text(at: int) -> str:
    """Return a computed moment as RFC 3339 in UTC, with as many fraction digits as it needs.

    >>> moment_text(instant("2026-03-09T14:07:00.5+01:00"))
    '2026-03-09T13:07:00.5Z'
    """
    seconds, fraction = divmod(at, _SECOND)
    digits = f".{fraction:09d}".rstrip("0") if fraction else ""
    return f"{_second_text(seconds)}{digits}Z"


def ledger_microseconds(text: str) -> int:
    """Return microseconds since the Unix epoch of a ledger clock text; accepts exactly what `ledger_time` writes."""
    if _LEDGER.fullmatch(text) is None:
        raise TimeMalformed(text=text, why="is not a ledger time (YYYY-MM-DDTHH:MM:SS.ffffffZ)")
    return instant(text) // 1_000
