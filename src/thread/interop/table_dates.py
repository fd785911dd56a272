"""Days and times in cells: as they stand in the file, by the form that somebody declared, never by a guess.

A form is written in letters, `DD.MM.YYYY hh:mm`. Spreadsheets count days, from 1900 or from 1904; such numbers are read
where the file is one of theirs, or where the form says so (`excel-1900`, `excel-1904`). A time without an offset needs
the zone that it was told in; one that a change of clocks makes impossible, or possible twice, is refused.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from thread.interop.table_errors import CellRefused, DateFormatUnknown, MappingInvalid

__all__ = ["SERIALS", "checked_form", "day_of", "moment_of", "offset_time", "serial_moment", "zone_of"]

SERIALS: Final = {"excel-1900": datetime(1899, 12, 30), "excel-1904": datetime(1904, 1, 1)}  # noqa: DTZ001 days, no moments
"""Forms that are day numbers of a spreadsheet, with the day that they count from."""

_LETTERS: Final = {
    "YYYY": r"(?P<year>[0-9]{4})",
    "MM": r"(?P<month>[0-9]{1,2})",
    "DD": r"(?P<day>[0-9]{1,2})",
    "hh": r"(?P<hour>[0-9]{1,2})",
    "mm": r"(?P<minute>[0-9]{2})",
    "ss": r"(?P<second>[0-9]{2})",
}
_TOKEN: Final = re.compile("YYYY|MM|DD|hh|mm|ss|[A-Za-z]")
_CLOCK: Final = r"(?:[T ]+(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))?)?"
_ISO: Final = re.compile(
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
    r"(?:[T ](?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))?)?"
)
_RFC_3339: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_OFFSET: Final = re.compile(r"([+-])([0-9]{2}):([0-9]{2})")
_NUMBER: Final = re.compile(r"[0-9]{1,7}(?:\.[0-9]{1,15})?")
_LAST_SERIAL: Final = 2_958_466
_PHANTOM: Final = 60
"""29 February 1900, a day that only the spreadsheets of 1900 have."""


class Told(NamedTuple):
    """A day, with the time of day where one was told."""

    day: date
    clock: time | None


def checked_form(form: str) -> str:
    """Return a form of dates that can be read.

    Raises:
        DateFormatUnknown: it has letters that mean nothing here, or no year, month and day.
    """
    if form not in SERIALS:
        _pattern(form)
    return form


@lru_cache(maxsize=64)
def _pattern(form: str) -> re.Pattern[str]:
    tokens = _TOKEN.findall(form)
    unknown = [token for token in tokens if token not in _LETTERS]
    if unknown:
        raise DateFormatUnknown(form=form, why=f"has the letter {unknown[0]!r}, which means nothing here")
    if len(set(tokens)) < len(tokens):
        raise DateFormatUnknown(form=form, why="tells a part twice")
    if missing := [part for part in ("YYYY", "MM", "DD") if part not in tokens]:
        raise DateFormatUnknown(form=form, why=f"lacks {missing[0]}")
    if ("hh" in tokens) != ("mm" in tokens) or ("ss" in tokens and "hh" not in tokens):
        raise DateFormatUnknown(form=form, why="needs hh and mm together")
    pattern = _TOKEN.sub(lambda found: _LETTERS[found[0]], re.escape(form))
    if not re.search(r"[^A-Za-z]", form.replace("YYYY", "").replace("MM", "").replace("DD", "") or " "):
        pattern = pattern.replace("{1,2}", "{2}")
    if re.fullmatch("[A-Za-z]+", form):
        pattern = pattern.replace("{1,2}", "{2}")
    if "hh" not in tokens:
        pattern += _CLOCK
    return re.compile(pattern)


def _told(text: str, form: str | None) -> Told | None:
    """Return the day, and the time of day, that a text tells in the form declared or in that of ISO 8601."""
    if form in SERIALS:
        return _as_told(serial_moment(float(text), form)) if _NUMBER.fullmatch(text) else None
    found = (_pattern(form).fullmatch(text) if form else None) or _ISO.fullmatch(text)
    if found is None:
        return None
    parts = {name: int(told) for name, told in found.groupdict().items() if told is not None}
    try:
        day = date(parts["year"], parts["month"], parts["day"])
        clock = time(parts["hour"], parts["minute"], parts.get("second", 0)) if "hour" in parts else None
    except ValueError:
        message = "names no day or time that exists"
        raise CellRefused(f"{text!r} {message}") from None
    return Told(day, clock)


def _as_told(moment: datetime) -> Told:
    clock = moment.time()
    return Told(moment.date(), clock if clock != time() else None)


def serial_moment(number: float, form: str) -> datetime:
    """Return the moment that a spreadsheet means by a number of days, to the second.

    Raises:
        CellRefused: no such day.
    """
    day = int(number)
    if not 1 <= number < _LAST_SERIAL or (form == "excel-1900" and day == _PHANTOM):
        raise CellRefused(f"{number:g} is no number of a day ({form})")
    if form == "excel-1900" and day < _PHANTOM:
        day += 1
    return SERIALS[form] + timedelta(days=day, seconds=round((number - int(number)) * 86_400))


def day_of(cell: str | datetime, form: str | None) -> str:
    """Return the day that a cell tells, as `YYYY-MM-DD`.

    Raises:
        CellRefused: it tells none, or a time of day too.
    """
    told = _as_told(cell) if isinstance(cell, datetime) else _told(cell, form)
    if told is None:
        raise CellRefused(_no_day(str(cell), form))
    if told.clock not in {None, time()}:
        raise CellRefused(f"{cell!s} is a time, and a day is asked for; take the time of day out")
    return told.day.isoformat()


def moment_of(cell: str | datetime, form: str | None, zone: tzinfo | None) -> str | tuple[str, str]:
    """Return the time that a cell tells, as RFC 3339; of a day without a time of day, its first and last second.

    Raises:
        CellRefused: it tells none, or one without an offset where no zone is known.
    """
    if isinstance(cell, str) and _RFC_3339.fullmatch(cell):
        return f"{cell[:10]}T{cell[11:].upper()}"
    told = _as_told(cell) if isinstance(cell, datetime) else _told(cell, form)
    if told is None:
        raise CellRefused(_no_day(str(cell), form))
    if zone is None:
        raise CellRefused(
            f"{cell!s} has no offset from UTC; say in which zone the file tells times, with zone (--zone Europe/Paris,"
            " or --zone +01:00)"
        )
    if told.clock is None:
        return offset_time(told.day, time(), zone), offset_time(told.day, time(23, 59, 59), zone)
    return offset_time(told.day, told.clock, zone)


def _no_day(text: str, form: str | None) -> str:
    shown = text[:40]
    if form in SERIALS:
        return f"{shown!r} is no number of a day ({form})"
    if form is not None:
        return f"{shown!r} is not written as {form}"
    if _NUMBER.fullmatch(text):
        return (
            f"{shown!r} is a number; if it is a day number of a spreadsheet, say so with the date format excel-1900"
            " (--date-format excel-1900)"
        )
    return f"{shown!r} is not written as YYYY-MM-DD; say how the file writes dates (--date-format DD.MM.YYYY)"


def offset_time(day: date, clock: time, zone: tzinfo) -> str:
    """Return a time of day in a zone as RFC 3339.

    Raises:
        CellRefused: clocks were changed, so that it did not happen, or happened twice.
    """
    local = datetime.combine(day, clock, tzinfo=zone)
    other = local.replace(fold=1)
    if local.utcoffset() != other.utcoffset():
        shown = f"{day.isoformat()} {clock:%H:%M:%S}"
        back = local.astimezone(UTC).astimezone(zone)
        if back.replace(tzinfo=None) != local.replace(tzinfo=None):
            raise CellRefused(f"{shown} was skipped when clocks were changed; tell the time with its offset")
        raise CellRefused(f"{shown} was there twice, clocks were set back; tell the time with its offset")
    offset = local.utcoffset() or timedelta()
    if offset.seconds % 60:
        raise CellRefused(f"{day.isoformat()} lies before time zones; tell the time with its offset")
    return local.isoformat(timespec="seconds")


def zone_of(text: str) -> tzinfo:
    """Return the zone that a text names: an offset such as `+01:00`, `Z`, or a name such as `Europe/Paris`.

    Raises:
        MappingInvalid: there is no such zone here.
    """
    if text in {"Z", "UTC"}:
        return UTC
    offset = _OFFSET.fullmatch(text)
    if offset and int(offset[2]) <= 14 and int(offset[3]) < 60:
        minutes = int(offset[2]) * 60 + int(offset[3])
        return timezone(timedelta(minutes=-minutes if offset[1] == "-" else minutes))
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        message = f"zone {text[:60]!r} is not known here; write it like Europe/Paris or +01:00"
        raise MappingInvalid(message) from None
