"""What a name is made of: one percent-encoding, its inverse, and what counts as a URI.

Every name that thread makes is put together from segments that `percent` wrote. So two texts that differ give two
segments that differ, and no text can bring a `/` or a `~` of its own into a name. Rules: RFC 3986, Unicode UAX #15.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final
from urllib.parse import quote, unquote

from thread.errors import NameMalformed
from thread.values.visible import FILLERS, FORMATS_AND_SPACES

__all__ = ["LONGEST_CODE", "LONGEST_NAME", "code_of", "is_uri", "percent", "quoted", "told"]

LONGEST_CODE: Final = 200
"""Characters of a code, as people type it, after normalisation."""

LONGEST_NAME: Final = 1_000
"""Characters of a whole name; every database can index that many."""

_REFUSED = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_ESCAPES = re.compile(r"(?:[^%]|%[0-9A-Fa-f]{2})*", re.DOTALL)

_UNRESERVED = re.compile(rf"(?!\.{{1,2}}\Z)[0-9A-Za-z._-]{{1,{LONGEST_CODE}}}")
"""Codes that are segments as they are; most codes are."""

_DOTS: Final = frozenset({".", ".."})
"""Segments by which a path climbs; no code may be one (RFC 3986, 5.2.4)."""

_URI = re.compile(
    r"""
    [a-z][a-z0-9+.\-]+ :// \S+
    | urn: [a-z0-9][a-z0-9\-]{0,31} : \S+
    | tag: [^\s,:]+ , \d{4}(?:-\d\d){0,2} : \S*
    | did: [a-z0-9]+ : \S+
    | geo: -?\d+(?:\.\d+)? , -?\d+(?:\.\d+)? \S*
    | ni: / \S+
    | info: [a-z][a-z0-9+.\-]* / \S+
    """,
    re.IGNORECASE | re.VERBOSE | re.ASCII,
)


def told(text: str, *, longest: int = LONGEST_CODE) -> str:
    """Return a text as names hold it: Unicode NFC, without white space around it.

    Raises:
        NameMalformed: it is empty or shows nothing, is `.` or `..`, is longer than `longest`, or holds a control
            character or a lone surrogate.
    """
    kept = (text if text.isascii() else unicodedata.normalize("NFC", text)).strip()
    if not kept:
        raise NameMalformed(name=text, why="it is empty; give the code as it is printed")
    if len(kept) > longest:
        raise NameMalformed(name=kept, why=f"it has {len(kept)} characters, at most {longest} are kept; shorten it")
    if found := _REFUSED.search(kept):
        raise NameMalformed(name=kept, why=f"it holds the character U+{ord(found[0]):04X}; read or type it again")
    if kept in _DOTS:
        raise NameMalformed(name=kept, why="a path reads it as a step, not as a code; give the code as it is printed")
    if not kept.isascii() and all(unicodedata.category(sign) in FORMATS_AND_SPACES or sign in FILLERS for sign in kept):
        raise NameMalformed(name=kept, why="it holds nothing that can be seen; give the code as it is printed")
    return kept


def percent(text: str) -> str:
    """Return a code as one segment of a name: NFC, trimmed, all but RFC 3986 unreserved characters percent-encoded.

    `~` becomes `%7E`, because a bare `~` starts the number of a second life. The case of letters is kept.

    Raises:
        NameMalformed: the text cannot be a code (see `told`).

    >>> percent(" Größe 7/8 ")
    'Gr%C3%B6%C3%9Fe%207%2F8'
    """
    return text if _UNRESERVED.fullmatch(text) else _percent(text)


@lru_cache(maxsize=65_536)
def _percent(text: str) -> str:
    return quoted(told(text))


def quoted(text: str) -> str:
    """Return a text as one segment of a name, as it is; for a text that is checked already, such as a whole URI."""
    return quote(text, safe="").replace("~", "%7E")


def code_of(segment: str) -> str:
    """Return the code that a segment of a name stands for; the inverse of `percent`.

    Raises:
        NameMalformed: an escape is not two hexadecimal digits, or the bytes are not UTF-8.

    >>> code_of("Gr%C3%B6%C3%9Fe%207%2F8")
    'Größe 7/8'
    """
    if "%" not in segment:
        return segment
    if not _ESCAPES.fullmatch(segment):
        raise NameMalformed(name=segment, why="a % stands without two hexadecimal digits; write %25 for a percent sign")
    try:
        return unquote(segment, errors="strict")
    except UnicodeError:
        raise NameMalformed(name=segment, why="its percent-encoded bytes are not UTF-8; encode it again") from None


def is_uri(text: str) -> bool:
    """Return whether a text is a URI rather than a code that happens to hold a colon.

    Any scheme followed by `://` is one; without slashes only `urn`, `tag`, `did`, `geo`, `ni` and `info` are, each in
    the form that its own specification asks for. So a code typed as `A:1`, `TAG:55` or `geo:red` is not taken for one.

    >>> is_uri("urn:uuid:1"), is_uri("https://example.com/1"), is_uri("A:1")
    (True, True, False)
    """
    return ":" in text and _URI.fullmatch(text) is not None
