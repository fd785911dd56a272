"""Every spelling of a GS1 name, read to its one canonical Digital Link.

Bracketed element strings, barcode scans, EPC URNs and Digital Links of any host all end in `gs1_keys.named`. What is
not marked as GS1 is left alone. Application identifiers and their forms come from biip. Sources: GS1 General
Specifications, section 7.8 (element strings); ISO/IEC 15424 (symbology identifiers); EPC Tag Data Standard, sections 6
to 8 and 12 (EPC URNs), CBV 2.0, section 8.2 (EPC classes); GS1 Digital Link URI Syntax.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from thread.errors import Gs1Malformed, NameMalformed
from thread.values.gs1_keys import KEYS, Gs1Name, check_digit, full_length, named
from thread.values.uri import code_of

if TYPE_CHECKING:
    from biip.gs1_application_identifiers import GS1ApplicationIdentifier

__all__ = ["SEPARATOR", "elements", "read", "read_bare"]

SEPARATOR: Final = "\x1d"
"""Group separator (GS), which readers send for the FNC1 that ends an element of variable length."""


def read(text: str) -> Gs1Name | None:
    """Return the GS1 name that a text is a spelling of, or None where it is not written as one.

    Only what is marked as GS1 is read as GS1: brackets around the AI of a key, a GS1 symbology identifier, a group
    separator (substitutes are the caller's to replace), an EPC URN, a Digital Link. A bare row of digits is a code like
    any other; `read_bare` is for text that is known to come from a GS1 barcode.

    Raises:
        Gs1Malformed: it is written as a GS1 name, but is none.

    >>> read("urn:epc:id:sgtin:9506000.013435.7").name
    'https://id.gs1.org/01/09506000134352/21/7'
    """
    if text.startswith("("):
        return _bracketed(text)
    if text.startswith("]"):
        return _scanned(text)
    if SEPARATOR in text:
        return named(_split(text)) if re.match(r"\x1d?[0-9]{2}", text) else None
    if text[:8].lower() == "urn:epc:":
        return _urn(text)
    return _link(text) if "://" in text else None


def read_bare(text: str) -> Gs1Name:
    """Return the GS1 name in a scan whose reader told neither symbology nor, maybe, separators.

    A reader that drops separators makes one value of two: what follows a lot code then counts as part of it.

    Raises:
        Gs1Malformed: the text is not a row of element strings with a key.

    >>> read_bare("00106141412345678908").kind
    'container'
    """
    return read(text) or named(_split(text))


def elements(text: str) -> tuple[tuple[str, str], ...]:
    """Return the (AI, value) pairs of a bracketed text or a scan, also where no key is among them.

    Without a key they name nothing. Values are not checked further than their AI asks for. A text that is no row of
    element strings has none.

    >>> elements("(10)S-77(17)270131")
    (('10', 'S-77'), ('17', '270131'))
    """
    try:
        if marks := _marks(text):
            return tuple(_bracket_pairs(text, marks))
        if text[:3] in _GS1_SYMBOLS:
            return tuple(_split(text[3:]))
        return tuple(_split(text)) if SEPARATOR in text else ()
    except Gs1Malformed:
        return ()


_BRACKETS = re.compile(r"\(([0-9]{2,4})\)")
_GS1_SYMBOLS: Final = frozenset({"]C1", "]d2", "]d5", "]d8", "]Q3", "]Q4", "]e0", "]e1", "]J1"})
_RETAIL_SYMBOLS: Final = frozenset({"]E0", "]E4"})


def _bracketed(text: str) -> Gs1Name | None:
    """Read `(01)...(10)...`. Brackets around anything but an AI are part of the value that they stand in."""
    marks = _marks(text)
    return named(_bracket_pairs(text, marks)) if any(mark[1] in KEYS for mark in marks) else None


def _marks(text: str) -> list[re.Match[str]]:
    """Return the AIs in brackets of a text that begins with one."""
    if not text.startswith("("):
        return []
    marks = [mark for mark in _BRACKETS.finditer(text) if (ai := _identifier(mark[1])) and ai.ai == mark[1]]
    return marks if marks and not marks[0].start() else []


def _bracket_pairs(text: str, marks: list[re.Match[str]]) -> Iterator[tuple[str, str]]:
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    return (_in_brackets(mark[1], text[mark.end() : end].strip()) for mark, end in zip(marks, ends, strict=True))


def _in_brackets(ai: str, value: str) -> tuple[str, str]:
    if re.fullmatch(r"[0-9 ]+", value):
        value = value.replace(" ", "")  # the digits under a barcode are printed in groups
    value = full_length(ai, value)
    if _first(ai + value)[1]:
        raise Gs1Malformed(f"({ai}){value} has not the length or characters that ({ai}) asks for; read it again")
    return ai, value


def _scanned(text: str) -> Gs1Name | None:
    symbol, content = text[:3], text[3:]
    if symbol in _GS1_SYMBOLS:
        return named(_split(content))
    if symbol in _RETAIL_SYMBOLS and re.fullmatch(r"[0-9]{8}|[0-9]{12,13}", content):
        return named([("01", content)])
    return None


def _split(content: str) -> Iterator[tuple[str, str]]:
    """Split a row of element strings at separators and at the fixed lengths of AIs.

    biip's own message parser is not used: it cuts a value that is too long and reads on inside it, and it refuses a lot
    for a date that has nothing to do with its name.
    """
    rest = content.strip(SEPARATOR)
    if not rest:
        raise Gs1Malformed("nothing follows the start of the barcode; read it again")
    while rest:
        pair, rest = _first(rest)
        yield pair
        rest = rest.lstrip(SEPARATOR)


def _first(content: str) -> tuple[tuple[str, str], str]:
    """Return the first element string and what follows it; an AI of variable length runs to a separator or the end."""
    ai, told = _identifier(content), content.partition(SEPARATOR)[0]
    if ai is not None:
        match = re.fullmatch if ai.separator_required else re.match
        whole = match(ai.pattern.removesuffix("$"), told, re.ASCII)
        if whole and (value := whole[0][len(ai.ai) :]):
            return (ai.ai, value), content[whole.end() :]
    raise Gs1Malformed(f"{told[:40]!a} does not begin with an AI and a value that fits it; read it again")


def _identifier(content: str) -> GS1ApplicationIdentifier | None:
    from biip import ParseError  # noqa: PLC0415 costs 0.1 s, and only scans need it
    from biip.gs1_application_identifiers import GS1ApplicationIdentifier  # noqa: PLC0415

    try:
        return GS1ApplicationIdentifier.extract(content)
    except ParseError:
        return None


_URN = re.compile(r"urn:epc:(id|idpat|class|tag):([a-z]+)(-[0-9]+)?:(.*)", re.IGNORECASE | re.DOTALL)

# EPC scheme: AI of its key, digits of company prefix and reference together (0: not fixed), AI of what follows them
# ("": the serial is part of the key; None: nothing follows).
_SCHEMES: Final[Mapping[str, tuple[str, int, str | None]]] = {
    "sgtin": ("01", 13, "21"),
    "lgtin": ("01", 13, "10"),
    "upui": ("01", 13, "235"),
    "itip": ("8006", 13, "21"),
    "sscc": ("00", 17, None),
    "sgln": ("414", 12, "254"),
    "pgln": ("417", 12, None),
    "grai": ("8003", 12, ""),
    "gdti": ("253", 12, ""),
    "sgcn": ("255", 12, ""),
    "gsrn": ("8018", 17, None),
    "gsrnp": ("8017", 17, None),
    "gsin": ("402", 16, None),
    "giai": ("8004", 0, None),
    "ginc": ("401", 0, None),
    "cpi": ("8010", 0, "8011"),
}
_INDICATOR_FIRST: Final = frozenset({"00", "01", "8006"})
"""Keys that begin with the first digit of the reference: the indicator of a GTIN, the extension digit of an SSCC."""

_CLASSES: Final = frozenset({"sgtin", "grai", "gdti", "sgcn", "cpi", "itip", "upui"})
"""Schemes whose pattern `prefix.reference.*` is a class that EPCIS counts in quantities."""


def _urn(text: str) -> Gs1Name | None:
    found = _URN.fullmatch(text)
    form, scheme = (found[1].lower(), found[2].lower()) if found else ("", "")
    if found is None or scheme not in _SCHEMES or (form == "class") != (scheme == "lgtin"):
        return None  # urn:epc:raw, adi, bic, usdod ... name things, but not by a GS1 key
    if (form == "tag") != (found[3] is not None):
        return None
    lower = _SCHEMES[scheme][2]
    count = 2 + (lower is not None) + 2 * (scheme == "itip")
    parts = found[4].split(".", count - 1 + (form == "tag"))
    if form == "tag":
        parts = parts[1:]  # the filter value says how to read tags, not what is tagged
    if len(parts) != count or (lower is not None and not parts[-1]):
        raise Gs1Malformed(f"an EPC of scheme {scheme} has {count} parts between its points, all told; read it again")
    if form == "idpat":
        if scheme not in _CLASSES or parts[-1] != "*" or "*" in parts[:-1]:
            return None  # a pattern of many classes, or of one piece, is no name
        parts[-1] = ""
    if re.search(r"[?#]", found[4]):
        raise Gs1Malformed(f"an EPC of scheme {scheme} holds no ? or #; write %3F or %23 for them, or leave them out")
    return named(_of_scheme(scheme, [_decoded(part) for part in parts]))


def _of_scheme(scheme: str, parts: list[str]) -> Iterator[tuple[str, str]]:
    """Give the element strings of a decoded EPC (EPC Tag Data Standard, section 7)."""
    ai, digits, lower = _SCHEMES[scheme]
    prefix, reference = parts[0], parts[1]
    if not re.fullmatch(r"[0-9]{1,12}", prefix):
        raise Gs1Malformed(f"company prefix {prefix[:20]!a} of the {scheme} is not 1 to 12 digits; read it again")
    if not digits:
        key = prefix + reference
    else:
        key = reference[:1] + prefix + reference[1:] if ai in _INDICATOR_FIRST else prefix + reference
        if not re.fullmatch(rf"[0-9]{{{digits}}}", key) or (ai in _INDICATOR_FIRST and not reference):
            raise Gs1Malformed(
                f"company prefix and reference of the {scheme} have {len(key)} characters, "
                f"{digits} digits are asked for; read it again"
            )
        key += check_digit(key)
    if ai == "8003":
        key = "0" + key
    if scheme == "itip":
        key += parts[2] + parts[3]
    if lower == "":
        key += parts[-1]
    yield ai, key
    if lower and parts[-1]:
        yield lower, parts[-1]


_LINK = re.compile(r"https?://([^/?#\s]+)/([^?#]*)(?:\?([^#]*))?(?:#.*)?", re.IGNORECASE | re.DOTALL)
_WORDS: Final[Mapping[str, str]] = {
    "gtin": "01", "lot": "10", "ser": "21", "cpv": "22", "sscc": "00", "gln": "414", "glnx": "254",
    "grai": "8003", "giai": "8004", "gdti": "253",
}  # fmt: skip
"""Words that Digital Link 1.0 allowed in place of numbers. `party` is left out: our own names begin with it."""


def _link(text: str) -> Gs1Name | None:
    """Read a Digital Link.

    The standard lets any host carry one, and its canonical form is the one at id.gs1.org, so `https://id.example.com/01/
    GTIN/10/LOT` is that lot. But a path of another host may mean anything, and a lot must not be merged with another
    thing. So beside id.gs1.org a path counts only if it is unmistakable: it begins with the key and all of it is AIs
    and values that fit; behind other segments (`/shop/01/...`) the key has a qualifier such as a lot too; a key without
    check digit begins with six digits. A wrong check digit leaves such a link as it is, with a finding.
    """
    found = _LINK.fullmatch(text)
    if found is None:
        return None
    official = found[1].lower() == "id.gs1.org"
    segments = found[2].removesuffix("/").split("/")
    start = next((place for place, segment in enumerate(segments) if _in_figures(segment) in KEYS), None)
    if start is None or (official and start):
        return None
    try:
        pairs = _in_path(segments[start:])
    except Gs1Malformed:
        if official:
            raise
        return None
    if not official and not _is_unmistakable(pairs, behind_others=start > 0):
        return None
    query = parse_qsl(found[3] or "")
    return named([*pairs, *((ai, value) for ai, value in query if re.fullmatch(r"[0-9]{2,4}", ai))])


def _in_figures(segment: str) -> str:
    return _WORDS.get(segment, segment)


def _in_path(segments: list[str]) -> list[tuple[str, str]]:
    """Return the key and qualifiers of a path; GTINs at full length."""
    if len(segments) % 2:
        raise Gs1Malformed("the path of a Digital Link is AIs and values in turn; read it again")
    pairs = [(_in_figures(ai), _decoded(value)) for ai, value in zip(segments[::2], segments[1::2], strict=True)]
    (key, value), *lower = pairs
    known = {"22", "7040"} | {qualifier.ai for qualifier in KEYS[key].qualifiers}
    if unknown := [ai for ai, _ in lower if ai not in known]:
        raise Gs1Malformed(f"{unknown[0][:20]!a} does not qualify ({key}) in a Digital Link; read it again")
    return [(key, full_length(key, value)), *lower]


def _is_unmistakable(pairs: list[tuple[str, str]], *, behind_others: bool) -> bool:
    (key, value), *lower = pairs
    if not KEYS[key].form.fullmatch(value) or (behind_others and not lower):
        return False
    return KEYS[key].checked > 0 or re.match(r"[0-9]{6}", value) is not None


def _decoded(part: str) -> str:
    try:
        return code_of(part)
    except NameMalformed as error:
        raise Gs1Malformed(error.text) from None
