"""Whether two ids mean one person, where a rule demands somebody else.

An id is kept as it was told. For the comparison case, Unicode forms, width, white space around it and signs that show
nothing make no difference, so nobody becomes somebody else by typing their own id in another way.
"""

from __future__ import annotations

from collections.abc import Iterable

from thread.values.folding import folded
from thread.values.visible import without_invisible

__all__ = ["compared_id", "same_persons"]


def compared_id(person: str) -> str:
    r"""Return an id of a person as it is compared.

    >>> compared_id(" Alice\u200b"), compared_id("ＡＬＩＣＥ")
    ('alice', 'alice')
    """
    return folded(without_invisible(person))


def same_persons(told: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    """Return those of `others`, as they are written there, who are among the persons told; sorted."""
    asked = {compared_id(one) for one in told}
    return tuple(sorted({one for one in others if compared_id(one) in asked}))
