"""Where each serial of a lot is: one bucket for each serial, ranges kept as ranges.

A serial is in one bucket only. Taking one out or putting one in costs a binary search, however many there are.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Iterable, Iterator
from typing import Final, Generic, TypeVar

from thread.values.serials import Span

__all__ = ["SerialMap", "first_serials", "serials_in"]

Place = TypeVar("Place", bound=Hashable)
_Key = tuple[str, int, int, int]
_HUGE: Final = 10**80


def serials_in(spans: Iterable[Span]) -> int:
    """Return how many serials some spans name, where no two overlap."""
    return sum(len(span) for span in spans)


def first_serials(spans: Iterable[Span], count: int) -> tuple[list[Span], list[Span]]:
    """Divide serials into the first `count` and the rest."""
    first: list[Span] = []
    rest: list[Span] = []
    room = count
    for span in spans:
        if room <= 0:
            rest.append(span)
        elif len(span) <= room:
            first.append(span)
        else:
            first.append(Span(span.prefix, span.width, span.first, span.first + room - 1))
            rest.append(Span(span.prefix, span.width, span.first + room, span.last))
        room -= len(span)
    return first, rest


class SerialMap(Generic[Place]):
    """Which place each serial is known to be in."""

    __slots__ = ("_at", "_keys", "_places")

    def __init__(self) -> None:
        self._keys: list[_Key] = []
        self._places: list[Place] = []
        self._at: dict[Place, set[_Key]] = {}

    def __bool__(self) -> bool:
        return bool(self._keys)

    def _meeting(self, want: Span) -> Iterator[int]:
        """Yield the positions of the ranges that share a serial with `want`."""
        at = max(bisect_right(self._keys, (want.prefix, want.width, want.first, _HUGE)) - 1, 0)
        while at < len(self._keys):
            prefix, width, first, last = self._keys[at]
            if (prefix, width, first) > (want.prefix, want.width, want.last):
                return
            if (prefix, width) == (want.prefix, want.width) and last >= want.first:
                yield at
            at += 1

    def find(self, spans: Iterable[Span]) -> tuple[list[tuple[Span, Place]], list[Span]]:
        """Return where serials are, range by range, and those that are nowhere."""
        found: list[tuple[Span, Place]] = []
        missing: list[Span] = []
        for want in spans:
            number = want.first
            for at in self._meeting(want):
                _, _, first, last = self._keys[at]
                low, high = max(first, number), min(last, want.last)
                if number < low:
                    missing.append(Span(want.prefix, want.width, number, low - 1))
                found.append((Span(want.prefix, want.width, low, high), self._places[at]))
                number = high + 1
            if number <= want.last:
                missing.append(Span(want.prefix, want.width, number, want.last))
        return found, missing

    def of(self, place: Place) -> tuple[Span, ...]:
        """Return the serials that are known to be in a place, sorted."""
        return tuple(Span(*key) for key in sorted(self._at.get(place, ())))

    def drop(self, spans: Iterable[Span]) -> list[tuple[Span, Place]]:
        """Forget where serials are; return where they were known to be."""
        return [found for span in spans for found in self._cut(span)] if self._keys else []

    def put(self, spans: Iterable[Span], place: Place) -> None:
        """Say where serials are; they are nowhere yet (`drop` them first)."""
        for span in spans:
            self._insert(span, place)

    def _cut(self, want: Span) -> list[tuple[Span, Place]]:
        found: list[tuple[Span, Place]] = []
        for at in reversed(list(self._meeting(want))):
            prefix, width, first, last = self._keys[at]
            place = self._places[at]
            low, high = max(first, want.first), min(last, want.last)
            found.append((Span(prefix, width, low, high), place))
            outside: list[_Key] = []
            if first < low:
                outside.append((prefix, width, first, low - 1))
            if high < last:
                outside.append((prefix, width, high + 1, last))
            here = self._at[place]
            here.discard(self._keys[at])
            here.update(outside)
            self._keys[at : at + 1] = outside
            self._places[at : at + 1] = [place] * len(outside)
        found.reverse()
        return found

    def _insert(self, span: Span, place: Place) -> None:
        prefix, width, first, last = span.prefix, span.width, span.first, span.last
        here = self._at.setdefault(place, set())
        at = bisect_right(self._keys, (prefix, width, first, last))
        if at < len(self._keys) and self._places[at] == place and self._keys[at][:3] == (prefix, width, last + 1):
            last = self._keys[at][3]
            here.discard(self._keys[at])
            del self._keys[at], self._places[at]
        before = self._keys[at - 1] if at else None
        touches = before is not None and before[:2] == (prefix, width) and before[3] + 1 == first
        if before is not None and touches and width and self._places[at - 1] == place:
            here.discard(before)
            here.add((prefix, width, before[2], last))
            self._keys[at - 1] = (prefix, width, before[2], last)
            return
        here.add((prefix, width, first, last))
        self._keys.insert(at, (prefix, width, first, last))
        self._places.insert(at, place)
