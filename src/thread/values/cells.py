"""Texts in the cells of a table, made harmless for spreadsheets and made themselves again.

A spreadsheet takes a text that begins with one of a few signs for a formula, also in a CSV file. So what we write has a
quotation mark before such a text, and what we read loses it again: any text comes back as it was. Source: OWASP, "CSV
Injection".
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["guarded", "unguarded"]

_MARK: Final = "'"
_FORMULA: Final = re.compile(r"'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
"""How a text begins that a spreadsheet may run, with marks put before it; the last four are full-width."""


def guarded(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula.

    >>> guarded("=1+1"), guarded("'=1+1"), guarded("S-77")
    ("'=1+1", "''=1+1", 'S-77')
    """
    return _MARK + text if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """Return the text that `guarded` was given.

    >>> unguarded("'=1+1"), unguarded("'t Hart")
    ('=1+1', "'t Hart")
    """
    return text[1:] if text.startswith(_MARK) and _FORMULA.match(text) else text
