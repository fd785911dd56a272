"""Which signs show something: a text of others says nothing to whoever reads it.

Sources: Unicode Standard, section 4.5 (general categories) and section 5.21 (default ignorable code points).
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

__all__ = ["FILLERS", "FORMATS_AND_SPACES", "is_visible", "without_invisible"]

FORMATS_AND_SPACES: Final = frozenset({"Cf", "Zs", "Zl", "Zp"})
"""Unicode categories of signs that show nothing by themselves."""

FILLERS: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols that are drawn as nothing."""

_SHOWN: Final = re.compile(r"[!-~]")
_SELECTORS: Final = re.compile("[\u034f\u17b4\u17b5\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""Marks that change how another sign is drawn, or join signs, and are no signs of their own."""


def is_visible(text: str) -> bool:
    r"""Tell whether a text shows anything at all.

    >>> is_visible("S-77"), is_visible(" \x00\u200b")
    (True, False)
    """
    return _SHOWN.search(text) is not None or any(_shows(sign) for sign in text)


def without_invisible(text: str) -> str:
    """Return a text without the signs that show nothing; white space is kept."""
    return text if text.isascii() else "".join(sign for sign in text if sign.isspace() or _shows(sign))


def _shows(sign: str) -> bool:
    category = unicodedata.category(sign)
    is_hidden = category in FORMATS_AND_SPACES or category in {"Cc", "Cs"}
    return not (is_hidden or sign in FILLERS or _SELECTORS.match(sign))
