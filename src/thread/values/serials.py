"""Serial numbers as ranges: `SN0001` to `SN0400` is one line, not four hundred.

A serial is a fixed prefix and its trailing digits. A range runs over the digits, at equal width. Serials behave as runs
of their lot: two flows of a lot meet where their serials meet, or where one of them names none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, model_validator

__all__ = [
    "MOST_SERIALS",
    "SerialRange",
    "Span",
    "common",
    "joined",
    "meet",
    "overlap",
    "serial_count",
    "span_of",
    "spans_of",
    "without",
]

MOST_SERIALS: Final = 10_000
"""As many serials as one entry may name (EVENTS 1)."""

_TAIL = re.compile(r"\d*\Z", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Serials `prefix` + number at `width` digits, from `first` to `last`, both included."""

    prefix: str
    width: int
    first: int
    last: int

    def __len__(self) -> int:
        return self.last - self.first + 1

    def texts(self) -> Iterator[str]:
        """Every serial of the span, in order, as printed."""
        if not self.width:
            yield self.prefix
            return
        for number in range(self.first, self.last + 1):
            yield f"{self.prefix}{number:0{self.width}d}"

    @property
    def bounds(self) -> tuple[str, str]:
        """First and last serial, as printed."""
        if not self.width:
            return self.prefix, self.prefix
        return f"{self.prefix}{self.first:0{self.width}d}", f"{self.prefix}{self.last:0{self.width}d}"


def _split(text: str) -> tuple[str, str]:
    tail = _TAIL.search(text)
    cut = tail.start() if tail else len(text)
    return text[:cut], text[cut:]


def span_of(first: str, last: str) -> Span:
    """Return the span between two serials.

    Raises:
        ValueError: lengths or prefixes differ, or the range runs backwards.
    """
    prefix, low = _split(first)
    other, high = _split(last)
    if len(first) != len(last) or prefix != other:
        message = f"serials {first!r} to {last!r} are no range: both need the same prefix and the same number of digits"
        raise ValueError(message)
    if not low:
        return Span(prefix, 0, 0, 0)
    if int(low) > int(high):
        message = f"serials {first!r} to {last!r} run backwards"
        raise ValueError(message)
    return Span(prefix, len(low), int(low), int(high))


class SerialRange(BaseModel):
    """Serials from `first` to `last`; one serial is a range of length one, its `last` may be left out."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)

    first: str = Field(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f\x7f]+$")
    """First serial of the range."""
    last: str | None = Field(default=None, min_length=1, max_length=60, pattern=r"^[^\x00-\x1f\x7f]+$")
    """Last serial; not told: a range of one."""

    @model_validator(mode="after")
    def _is_a_range(self) -> SerialRange:
        if self.span.last - self.span.first >= MOST_SERIALS:
            message = (
                f"serials {self.first!r} to {self.last!r} are more than {MOST_SERIALS}; tell them in several events"
            )
            raise ValueError(message)
        return self

    @property
    def span(self) -> Span:
        """The range as numbers."""
        return span_of(self.first, self.last or self.first)


def spans_of(ranges: Iterable[SerialRange]) -> tuple[Span, ...]:
    """Return the spans of told ranges, sorted."""
    return tuple(sorted(told.span for told in ranges))


def serial_count(ranges: Iterable[SerialRange]) -> int:
    """Return how many serials some ranges name, overlaps counted as often as told."""
    return sum(len(told.span) for told in ranges)


def overlap(spans: Iterable[Span]) -> bool:
    """Tell whether some spans hold a serial more than once.

    >>> overlap([span_of("A1", "A5"), span_of("A5", "A9")])
    True
    """
    return any((a.prefix, a.width) == (b.prefix, b.width) and b.first <= a.last for a, b in pairwise(sorted(spans)))


def meet(left: tuple[Span, ...], right: tuple[Span, ...]) -> bool:
    """Tell whether two sets of serials share one, where an empty set stands for the whole lot."""
    if not left or not right:
        return True
    return any(
        a.prefix == b.prefix and a.width == b.width and a.first <= b.last and b.first <= a.last
        for a in left
        for b in right
    )


def without(spans: tuple[Span, ...], taken: tuple[Span, ...]) -> tuple[Span, ...]:
    """Return the serials of `spans` that are not in `taken`, sorted."""
    left = list(spans)
    for cut in taken:
        left = [rest for span in left for rest in _outside(span, cut)]
    return tuple(sorted(left))


def _outside(span: Span, cut: Span) -> Iterator[Span]:
    if (span.prefix, span.width) != (cut.prefix, cut.width) or cut.last < span.first or span.last < cut.first:
        yield span
        return
    if span.first < cut.first:
        yield Span(span.prefix, span.width, span.first, cut.first - 1)
    if cut.last < span.last:
        yield Span(span.prefix, span.width, cut.last + 1, span.last)


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the same serials in as few spans as possible, sorted.

    >>> joined([span_of("A4", "A9"), span_of("A1", "A3")])
    (Span(prefix='A', width=1, first=1, last=9),)
    """
    found: list[Span] = []
    for span in sorted(spans):
        last = found[-1] if found else None
        if last and (last.prefix, last.width) == (span.prefix, span.width) and span.first <= last.last + 1:
            found[-1] = Span(last.prefix, last.width, last.first, max(last.last, span.last))
        else:
            found.append(span)
    return tuple(found)


def common(left: Iterable[Span], right: Iterable[Span]) -> tuple[Span, ...]:
    """Return the serials that two sets share, sorted.

    >>> common([span_of("A1", "A5")], [span_of("A4", "A9")])
    (Span(prefix='A', width=1, first=4, last=5),)
    """
    others = tuple(right)
    return tuple(
        sorted(
            Span(a.prefix, a.width, max(a.first, b.first), min(a.last, b.last))
            for a in left
            for b in others
            if (a.prefix, a.width) == (b.prefix, b.width) and a.first <= b.last and b.first <= a.last
        )
    )
