"""What a reason has to be: why a rule was overridden, an entry corrected, a finding closed.

Entries keep it for ever, and somebody reads it who was not there. The rule holds when something is recorded; what
stands in a ledger already is read whatever it says.
"""

from __future__ import annotations

import re
from typing import Final

from thread.errors import BadInput
from thread.values.visible import is_visible

__all__ = ["LONGEST_REASON", "ForceReasonInvalid", "checked_force_reason", "reason_fault"]

LONGEST_REASON: Final = 2_000
"""Characters of a reason; what needs more is a document."""

_REFUSED: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


class ForceReasonInvalid(BadInput):
    """The reason to record something although a rule speaks against it says nothing, or too much."""

    code = "force-reason-invalid"

    def __init__(self, *, why: str) -> None:
        super().__init__(f"the reason to record by force {why}", why=why)


def reason_fault(reason: object) -> str | None:
    r"""Return what is wrong with a reason, in words that follow its name; None: nothing.

    >>> reason_fault("counted twice")
    >>> reason_fault("\u200b")
    'shows nothing; say in words why, for somebody who reads it in ten years'
    """
    if not isinstance(reason, str):
        return "is no text; say in words why"
    if not is_visible(reason):
        return "shows nothing; say in words why, for somebody who reads it in ten years"
    if len(reason) > LONGEST_REASON:
        return f"has {len(reason)} characters, at most {LONGEST_REASON} are kept; shorten it, and name a document"
    if found := _REFUSED.search(reason):
        return f"holds the character U+{ord(found[0]):04X}, which no text does; take it out"
    return None


def checked_force_reason(reason: str | None) -> str | None:
    """Return the reason for recording by force; None: nothing is forced.

    Raises:
        ForceReasonInvalid: it shows nothing, is too long, or holds what no text does.
    """
    why = None if reason is None else reason_fault(reason)
    if why is not None:
        raise ForceReasonInvalid(why=why)
    return reason
