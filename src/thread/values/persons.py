"""What an id of a person may be, and whether two ids mean one person, where a rule demands somebody else.

An id is kept as it was told. What it may be is asked when it is recorded; a ledger that holds others is read all the
same. For the comparison case, Unicode forms, width, white space around it and signs that show
nothing make no difference, so nobody becomes somebody else by typing their own id in another way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from thread.values.folding import folded
from thread.values.visible import is_visible, without_invisible

__all__ = ["LONGEST_ID", "compared_id", "id_fault", "same_persons"]

LONGEST_ID: Final = 200
"""Characters of an id, as of `performed_by` in an event."""

_REFUSED: Final = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


def id_fault(person: object) -> str | None:
    r"""Return what is wrong with an id, in words that follow its name; None: nothing.

    >>> id_fault("desk-3")
    >>> id_fault("desk\n3")
    'holds the character U+000A, which no id does'
    """
    if not isinstance(person, str):
        return "is no text"
    if found := _REFUSED.search(person):
        return f"holds the character U+{ord(found[0]):04X}, which no id does"
    if len(person) > LONGEST_ID:
        return f"has {len(person)} characters, at most {LONGEST_ID} are kept"
    return None if is_visible(person) else "shows nothing"


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
