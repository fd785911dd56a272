"""GS1 keys and the canonical Digital Link, `https://id.gs1.org/...`, that names the thing.

Knows which keys there are, what their values look like, and which level of identification is the name: GTIN and serial,
else GTIN and lot, else GTIN. Check digits are verified; what a company prefix may be is never asked, for a Digital Link
does not show it. How a key can be spelled stands in `gs1`. Sources: GS1 General Specifications, section 3 (application
identifiers) and 7.9 (check digit); GS1 Digital Link URI Syntax.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from thread.errors import BadInput, Gs1Malformed
from thread.values.uri import code_of, percent

__all__ = [
    "GS1_HOST",
    "GS1_SERIAL",
    "KEYS",
    "Gs1Key",
    "Gs1Name",
    "Kind",
    "check_digit",
    "full_length",
    "named",
    "pairs_of",
]

Kind = Literal["lot", "serial", "item", "container", "place", "party", "document", "shipment", "unknown"]
"""What a name names. `shipment` is a GS1 shipment or consignment number."""

GS1_HOST: Final = "https://id.gs1.org/"

_C82 = r"[!-\"%-?A-Z_a-z]"
"""Characters of GS1 alphanumeric values (GS1 AI encodable character set 82)."""

GS1_SERIAL: Final = re.compile(_C82 + "{1,20}")
"""The serial of a piece of a GTIN, and the code of a lot of it."""


@dataclass(frozen=True, slots=True)
class Gs1Name:
    """A GS1 name as read: `name` is canonical, `elements` are all (AI, value) pairs told, in their order."""

    name: str
    kind: Kind
    elements: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Qualifier:
    ai: str
    form: re.Pattern[str]
    kind: Kind


@dataclass(frozen=True, slots=True)
class Gs1Key:
    """A GS1 key: `checked` digits at its start end in a check digit (0: it has none)."""

    title: str
    form: re.Pattern[str]
    checked: int
    kind: Kind
    qualifiers: tuple[_Qualifier, ...] = ()
    attribute: bool = False
    """It may stand beside another key in one message, and names nothing then."""


def _key(
    title: str,
    form: str,
    checked: int,
    kind: Kind,
    *qualifiers: tuple[str, str, Kind],
    attribute: bool = False,
) -> Gs1Key:
    lower = tuple(_Qualifier(ai, re.compile(shape, re.ASCII), its) for ai, shape, its in qualifiers)
    return Gs1Key(title, re.compile(form, re.ASCII), checked, kind, lower, attribute)


_SERIAL: Final = ("21", _C82 + "{1,20}", "serial")
_LOT: Final = ("10", _C82 + "{1,20}", "lot")

# The first qualifier that is told is the name's; the others are dropped, for they say nothing about which thing it is.
KEYS: Final[Mapping[str, Gs1Key]] = {
    "00": _key("SSCC", r"\d{18}", 18, "container"),
    "01": _key("GTIN", r"\d{14}", 14, "item", _SERIAL, ("235", _C82 + "{1,28}", "serial"), _LOT),
    "8006": _key("ITIP", r"\d{18}", 14, "item", _SERIAL, _LOT),
    "8003": _key("GRAI", rf"0\d{{13}}{_C82}{{0,16}}", 14, "container"),
    "8004": _key("GIAI", rf"\d{{4}}{_C82}{{0,26}}", 0, "container"),
    "8010": _key("CPID", r"\d{4}[#\-/0-9A-Z]{0,26}", 0, "item", ("8011", r"0|[1-9]\d{0,11}", "serial")),
    "253": _key("GDTI", rf"\d{{13}}{_C82}{{0,17}}", 13, "document"),
    "255": _key("GCN", r"\d{13,25}", 13, "document"),
    "8017": _key("GSRN", r"\d{18}", 18, "party", ("8019", r"\d{1,10}", "party"), attribute=True),
    "8018": _key("GSRN", r"\d{18}", 18, "party", ("8019", r"\d{1,10}", "party"), attribute=True),
    "414": _key("GLN", r"\d{13}", 13, "place", ("254", _C82 + "{1,20}", "place"), attribute=True),
    "417": _key("party GLN", r"\d{13}", 13, "party", attribute=True),
    "402": _key("GSIN", r"\d{17}", 17, "shipment", attribute=True),
    "401": _key("GINC", _C82 + "{1,30}", 0, "shipment", attribute=True),
}


def check_digit(digits: str) -> str:
    """Return the check digit that follows a row of digits (GS1 General Specifications, section 7.9.1).

    >>> check_digit("0950600013435")
    '2'
    """
    return str(-sum(int(digit) * (1 if place % 2 else 3) for place, digit in enumerate(reversed(digits))) % 10)


def full_length(ai: str, value: str) -> str:
    """Return a value as its AI asks for it: GTIN-8, GTIN-12 and GTIN-13 filled up to 14 digits, others as they are."""
    return value.zfill(14) if ai == "01" and len(value) in {8, 12, 13} else value


def named(elements: Iterable[tuple[str, str]]) -> Gs1Name:
    """Return the name that element strings, as (AI, value) pairs, give together.

    Raises:
        Gs1Malformed: no key is among them, or more than one, or a value is not what its AI asks for.

    >>> named([("01", "9506000134352"), ("10", "A/1")]).name
    'https://id.gs1.org/01/09506000134352/10/A%2F1'
    """
    pairs = tuple((ai, full_length(ai, value)) for ai, value in elements)
    values: dict[str, str] = {}
    for ai, value in pairs:
        if values.setdefault(ai, value) != value:
            raise Gs1Malformed(f"({ai}) is told twice, as {values[ai]} and as {value}; read the code again")
    keys = [ai for ai in KEYS if ai in values]
    if len(keys) > 1:
        keys = [ai for ai in keys if not KEYS[ai].attribute] or keys[:1]
    if not keys:
        raise Gs1Malformed("it holds no GS1 key such as (00) or (01), so it names nothing; read the code that has one")
    if len(keys) > 1:
        raise Gs1Malformed(f"it holds the keys ({keys[0]}) and ({keys[1]}), so it names two things; tell them apart")
    return _under_key(keys[0], values, pairs)


def _under_key(ai: str, values: Mapping[str, str], pairs: tuple[tuple[str, str], ...]) -> Gs1Name:
    key, value = KEYS[ai], values[ai]
    if not key.form.fullmatch(value):
        raise Gs1Malformed(f"({ai}){value} has not the length or characters of a {key.title}; read it again")
    if key.checked:
        digits = value[: key.checked]
        if not digits.strip("0"):
            raise Gs1Malformed(f"({ai}){value} is all zeros, so it stands for no {key.title}; read it again")
        if (due := check_digit(digits[:-1])) != digits[-1]:
            raise Gs1Malformed(
                f"check digit of {key.title} {digits} is {digits[-1]}, its digits ask for {due}; read it again"
            )
    path, kind = f"{GS1_HOST}{ai}/{percent(value)}", key.kind
    if ai == "8003" and len(value) == 14:
        kind = "item"  # a type of crate, not one crate
    for lower in key.qualifiers:
        told = values.get(lower.ai)
        # A GLN extension of 0 means that there is none (EPC Tag Data Standard, section 6.3.3).
        if told is None or (lower.ai == "254" and told == "0"):
            continue
        if not lower.form.fullmatch(told):
            raise Gs1Malformed(f"({lower.ai}){told} has not the length or characters of its kind; read it again")
        return Gs1Name(f"{path}/{lower.ai}/{percent(told)}", lower.kind, pairs)
    return Gs1Name(path, kind, pairs)


def pairs_of(name: str) -> tuple[tuple[str, str], ...]:
    """Return the (AI, value) pairs of a canonical Digital Link; none if it is something else.

    >>> pairs_of("https://id.gs1.org/01/09506000134352/10/A%2F1")
    (('01', '09506000134352'), ('10', 'A/1'))
    """
    if not name.startswith(GS1_HOST):
        return ()
    segments = name.removeprefix(GS1_HOST).split("/")
    try:
        pairs = tuple(zip(segments[::2], map(code_of, segments[1::2]), strict=True))
        return pairs if named(pairs).name == name else ()
    except (ValueError, BadInput):
        return ()
