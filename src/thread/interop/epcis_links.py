"""GS1 identifiers in the spelling that the EPCIS event hash asks for: the constrained canonical Digital Link.

This is not how thread names things (`thread.values.names` is): the hash keeps what it cannot verify, check digits and
percent-encoding included, so that it equals what partners compute. Sources: CBV 2.0, 8.9; EPC Tag Data Standard 2.0,
sections 6 and 7; GS1 Digital Link URI Syntax.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from thread.values.gs1_keys import check_digit

__all__ = ["digital_link"]

_URN: Final = re.compile(r"urn:epc:(id|class|idpat):([a-z]+):([0-9]{6,12})\.(.*)", re.DOTALL)
_LINK: Final = re.compile(r"https?://[^/?#]+(/[^?#]*)", re.DOTALL)
_ENCODED: Final = {ord(sign): f"%{ord(sign):02X}" for sign in "!()*+,:"}
_HOST: Final = "https://id.gs1.org/"


def digital_link(uri: str) -> str | None:
    """Return the constrained canonical Digital Link of a GS1 identifier; None for any other URI.

    >>> digital_link("urn:epc:class:lgtin:4012345.012345.Lot987")
    'https://id.gs1.org/01/04012345123456/10/Lot987'
    >>> digital_link("https://example.com/gtin/09780345418913/21/765tz?abc=1")
    'https://id.gs1.org/01/09780345418913/21/765tz'
    """
    if uri.startswith("urn:epc:"):
        return _of_urn(uri)
    return _of_link(uri) if uri.startswith("http") else None


# EPC URNs: a company prefix, a reference that fills it up to a fixed number of digits, and a serial


def _gtin(prefix: str, item: str) -> str:
    return _checked(item[:1] + prefix + item[1:])


def _checked(digits: str) -> str:
    return digits + check_digit(digits)


def _gln(prefix: str, place: str) -> str:
    return _checked(prefix + place)


class _Scheme(NamedTuple):
    """How an EPC scheme is written: digits of prefix and reference together (0: any), and the path made of them."""

    digits: int
    parts: int
    path: Callable[[str, list[str]], str]


_SCHEMES: Final[Mapping[str, _Scheme]] = {
    "sgtin": _Scheme(13, 2, lambda p, r: f"01/{_gtin(p, r[0])}/21/{r[1]}"),
    "sscc": _Scheme(17, 1, lambda p, r: f"00/{_gtin(p, r[0])}"),
    "sgln": _Scheme(12, 2, lambda p, r: f"414/{_gln(p, r[0])}" + ("" if r[1] == "0" else f"/254/{r[1]}")),
    "pgln": _Scheme(12, 1, lambda p, r: f"417/{_gln(p, r[0])}"),
    "grai": _Scheme(12, 2, lambda p, r: f"8003/0{_gln(p, r[0])}{r[1]}"),
    "giai": _Scheme(0, 1, lambda p, r: f"8004/{p}{r[0]}"),
    "gsrn": _Scheme(17, 1, lambda p, r: f"8018/{_gln(p, r[0])}"),
    "gsrnp": _Scheme(17, 1, lambda p, r: f"8017/{_gln(p, r[0])}"),
    "gdti": _Scheme(12, 2, lambda p, r: f"253/{_gln(p, r[0])}{r[1]}"),
    "sgcn": _Scheme(12, 2, lambda p, r: f"255/{_gln(p, r[0])}{r[1]}"),
    "cpi": _Scheme(0, 2, lambda p, r: f"8010/{p}{r[0]}/8011/{r[1]}"),
    "ginc": _Scheme(0, 1, lambda p, r: f"401/{p}{r[0]}"),
    "gsin": _Scheme(16, 1, lambda p, r: f"402/{_gln(p, r[0])}"),
    "itip": _Scheme(13, 4, lambda p, r: f"8006/{_gtin(p, r[0])}{r[1]}{r[2]}/21/{r[3]}"),
    "upui": _Scheme(13, 2, lambda p, r: f"01/{_gtin(p, r[0])}/235/{r[1]}"),
    "lgtin": _Scheme(13, 2, lambda p, r: f"01/{_gtin(p, r[0])}/10/{r[1]}"),
}
_PATTERNS: Final[Mapping[str, _Scheme]] = {
    "sgtin": _Scheme(13, 1, lambda p, r: f"01/{_gtin(p, r[0])}"),
    "upui": _Scheme(13, 1, lambda p, r: f"01/{_gtin(p, r[0])}"),
    "grai": _Scheme(12, 1, lambda p, r: f"8003/0{_gln(p, r[0])}"),
    "gdti": _Scheme(12, 1, lambda p, r: f"253/{_gln(p, r[0])}"),
    "sgcn": _Scheme(12, 1, lambda p, r: f"255/{_gln(p, r[0])}"),
    "cpi": _Scheme(0, 1, lambda p, r: f"8010/{p}{r[0]}"),
    "itip": _Scheme(13, 3, lambda p, r: f"8006/{_gtin(p, r[0])}{r[1]}{r[2]}"),
}
"""Patterns that stand for a whole class: the serial is `*`."""


def _of_urn(uri: str) -> str | None:
    match = _URN.fullmatch(uri)
    if match is None:
        return None
    how, name, prefix, rest = match.groups()
    if how == "idpat":
        if not rest.endswith(".*"):
            return None
        rest = rest.removesuffix(".*")
    scheme = (_PATTERNS if how == "idpat" else _SCHEMES).get(name)
    if scheme is None or (how == "class") != (name == "lgtin"):
        return None
    references = rest.split(".", scheme.parts - 1)
    digits = prefix + references[0]
    if len(references) != scheme.parts or (scheme.digits and (len(digits) != scheme.digits or not _is_digits(digits))):
        return None
    return _HOST + scheme.path(prefix, [part.translate(_ENCODED) for part in references])


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


# Digital Links of any host


class _Key(NamedTuple):
    ai: str
    form: re.Pattern[str]
    qualifiers: tuple[str, ...] = ()


_KEYS: Final = {
    word: key
    for key, words in (
        (_Key("01", re.compile(r"[0-9]{8}|[0-9]{12,14}"), ("21", "235", "10")), ("gtin",)),
        (_Key("8006", re.compile(r"[0-9]{18}"), ("21", "10")), ("itip",)),
        (_Key("8010", re.compile(r"[0-9]{4}.*"), ("8011",)), ("cpid",)),
        (_Key("414", re.compile(r"[0-9]{13}"), ("254",)), ("gln",)),
        (_Key("417", re.compile(r"[0-9]{13}")), ("party",)),
        (_Key("8017", re.compile(r"[0-9]{18}")), ("gsrnp",)),
        (_Key("8018", re.compile(r"[0-9]{18}")), ("gsrn",)),
        (_Key("255", re.compile(r"[0-9]{13,25}")), ("gcn",)),
        (_Key("00", re.compile(r"[0-9]{18}")), ("sscc",)),
        (_Key("253", re.compile(r"[0-9]{13}.*")), ("gdti",)),
        (_Key("401", re.compile(r"[0-9]{4}.*")), ("ginc",)),
        (_Key("402", re.compile(r"[0-9]{17}")), ("gsin",)),
        (_Key("8003", re.compile(r"[0-9]{14}.*")), ("grai",)),
        (_Key("8004", re.compile(r"[0-9]{4}.*")), ("giai",)),
    )
    for word in (key.ai, *words)
}
_QUALIFIER_WORDS: Final = {"lot": "10", "ser": "21", "cpv": "22", "cpsn": "8011", "glnx": "254"}


def _of_link(uri: str) -> str | None:
    match = _LINK.match(uri)
    if match is None:
        return None
    steps = match[1].rstrip("/").split("/")
    for at in range(len(steps) - 2, 0, -1):
        key = _KEYS.get(steps[at])
        if key is None or not key.form.fullmatch(steps[at + 1]):
            continue
        value = steps[at + 1].zfill(14) if key.ai == "01" else steps[at + 1]
        told = steps[at + 2 :]
        qualifiers = {_QUALIFIER_WORDS.get(ai, ai): part for ai, part in zip(told[::2], told[1::2], strict=False)}
        finest = next((f"/{ai}/{qualifiers[ai]}" for ai in key.qualifiers if qualifiers.get(ai)), "")
        return f"{_HOST}{key.ai}/{value}{finest}"
    return None
