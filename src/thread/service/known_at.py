"""As known at: which entries a question may use, told as a size of the ledger or as a ledger time (DESIGN 3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from thread.errors import BadInput, printed
from thread.values.times import asked_instant

__all__ = ["KnownAtAhead", "KnownAtMalformed", "KnownAtNegative", "known_size", "size_at"]

_TOO_LARGE: Final = 10**15
"""No ledger is that long; larger numbers are not written out."""


class KnownAtAhead(BadInput):
    """A question asks what is known at a size or time that is not reached yet."""

    code = "known-at-ahead"

    def __init__(self, *, known_at: int | str, size: int) -> None:
        if isinstance(known_at, int) and known_at >= _TOO_LARGE:
            known_at = f"{_TOO_LARGE} or more"
        super().__init__(
            f"known at {known_at} lies ahead; the ledger has {size} entries, leave known-at out to use all of them",
            known_at=known_at,
            size=size,
        )


class KnownAtNegative(BadInput):
    """A question asks what is known at a size below zero."""

    code = "known-at-negative"

    def __init__(self) -> None:
        super().__init__("known at a size below zero nothing can be known; tell how many entries count, 0 or more")


class KnownAtMalformed(BadInput):
    """A question asks what is known at something that is neither a size nor a time."""

    code = "known-at-malformed"

    def __init__(self, *, known_at: object) -> None:
        shown = printed(known_at)
        super().__init__(
            f"known at {shown} is neither a size of the ledger nor a time; tell how many entries count as a whole"
            " number, or a time such as 2026-03-09T14:07:00+01:00",
            known_at=shown,
        )


def known_size(told: int | str, *, size: int, size_at: Callable[[str], int]) -> int:
    """Return how many entries a question may use.

    Args:
        told: a size, as a number or in digits, or a ledger time (RFC 3339 with offset).
        size: entries in the ledger.
        size_at: gives the size that the ledger had at a time.

    Raises:
        KnownAtAhead: the ledger is not that long, or the time is not reached yet.
        KnownAtNegative: the size is below zero.
        KnownAtMalformed: it is neither a whole number nor a text.
        TimeMalformed: the text is no time.
    """
    if isinstance(told, str):
        if not (told.isascii() and told.isdecimal()):
            return size_at(told)
        digits = told.lstrip("0")
        told = int(digits or "0") if len(digits) <= len(str(_TOO_LARGE)) else _TOO_LARGE
    if type(told) is not int:
        raise KnownAtMalformed(known_at=told)
    if told < 0:
        raise KnownAtNegative
    if told > size:
        raise KnownAtAhead(known_at=told, size=size)
    return told


def size_at(time_text: str, recorded_at_us: Callable[[int], int], *, size: int, now_ns: int) -> int:
    """Return how many of `size` entries had been recorded up to a time.

    `recorded_at_us`: gives the ledger time of an entry [µs since the Unix epoch]. `now_ns`: the ledger's clock [ns].

    Raises:
        KnownAtAhead: the time lies ahead of the clock.
    """
    at_us = asked_instant(time_text) // 1_000
    if at_us * 1_000 > now_ns:
        raise KnownAtAhead(known_at=time_text, size=size)
    low, high = 0, size
    while low < high:
        middle = (low + high) // 2
        if recorded_at_us(middle) <= at_us:
            low = middle + 1
        else:
            high = middle
    return low
