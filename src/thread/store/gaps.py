"""Gaps in an index: two neighbours between which nothing is stored, so what lies there need not be looked up.

Names and ids of a bulk grow, so one look-up stands for thousands: each that is taken leaves the gap above it.
"""

from __future__ import annotations

from typing import Final

__all__ = ["Gap", "above", "in_series", "lies_in"]

_LONGEST_NUMBER: Final = 18

Gap = tuple[str, str | None]
"""Neither end lies in it; None: nothing follows the first."""


def lies_in(gap: Gap | None, text: str) -> bool:
    """Tell whether a text lies in a gap.

    >>> lies_in(("L1", "L9"), "L4"), lies_in(("L1", None), "L1"), lies_in(None, "L4")
    (True, False, False)
    """
    return gap is not None and gap[0] < text and (gap[1] is None or text < gap[1])


def above(text: str, gap: Gap | None) -> Gap:
    """Return what is left of a gap above a text that was taken in it."""
    return text, gap[1] if gap else None


def in_series(key: str) -> tuple[str, int | None]:
    """Return series and number of a key such as `file:2c26b4#17`; no number: it belongs to no series."""
    series, mark, number = key.rpartition("#")
    if not mark or len(number) > _LONGEST_NUMBER or not number.isdecimal():
        return key, None
    return series, int(number)
