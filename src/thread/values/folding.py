"""How texts are compared when somebody looks for one: by what is read, not by how it was typed.

Case, Unicode normal forms, width and white space make no difference; every other sign does, so nothing in a text is a
wildcard or a command. Source: Unicode Standard, section 3.13, toNFKC_Casefold.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

__all__ = ["FOLDING", "folded"]

FOLDING: Final = unicodedata.unidata_version
"""Version of the Unicode tables that texts are folded by; texts that another version folded may differ."""

_NOTHING: Final = re.compile(r"[\x00-\x20\x7f-\xa0]+")


def folded(text: str) -> str:
    r"""Return a text as it is compared.

    Two texts that people read as the same give the same. What folds to nothing at all stays as it is.

    >>> folded(" Große\tCharge ")
    'grosse charge'
    """
    told = _NOTHING.sub(" ", text)
    if told.isascii():
        return told.lower().strip()
    # Folding once may leave what a second pass changes again, as with Cherokee letters and some ligatures.
    for _ in range(2):
        told = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", told).casefold())
    return " ".join(told.split()) or text
