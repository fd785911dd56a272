"""Names: how a code becomes a URI, which URI a text means, and how a URI is shown to people.

Everything that is named has a URI. Ours lie under `https://<origin>/` and are built here; a told URI of somebody else
stays as it is; a GS1 name is one name however it is spelled (`gs1`). Which of several lots a short form means is for
those to say who know the ledger. Rules: DESIGN 4, EVENTS 1.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from thread.errors import Gs1Malformed, NameMalformed
from thread.values.gs1 import SEPARATOR, read, read_bare
from thread.values.gs1_keys import GS1_HOST, GS1_SERIAL, Kind, named, pairs_of
from thread.values.name_parts import kind_of_uri, label, parts, short_forms
from thread.values.uri import LONGEST_NAME, code_of, is_uri, percent, quoted, told

__all__ = [
    "Finding",
    "Kind",
    "Normalised",
    "base_of",
    "code_of",
    "container_name",
    "event_activity",
    "foreign_lot",
    "gs1_lot",
    "gs1_serial",
    "is_plain",
    "is_uri",
    "item_name",
    "label",
    "normalise",
    "order_name",
    "own_lot",
    "parts",
    "party_name",
    "percent",
    "place_name",
    "resource_name",
    "run_name",
    "scanned",
    "second_life",
    "serial_name",
    "serial_of",
    "shipment_name",
    "short_forms",
    "vessel_name",
]

_SUBSTITUTES = re.compile(r"[<{](?:GS|FNC1)[>}]|\u241d", re.IGNORECASE)
_MAY_MARK = re.compile(r"[:(\]\x1d\u241d]|[<{](?:GS|FNC1)[>}]", re.IGNORECASE)
_PLAIN = re.compile(r"[0-9A-Za-z](?:[0-9A-Za-z ._/+-]{0,198}[0-9A-Za-z])?")
_READER_MARK = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_LIFE = re.compile(r"~(?:[2-9]|[1-9][0-9]+)\Z")


@dataclass(frozen=True, slots=True)
class Finding:
    """What is odd about a name that was kept nevertheless."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Normalised:
    """A name as thread keeps it.

    `kind` is what the spelling itself says it names, "unknown" for codes and for most URIs. `elements` are the GS1
    (AI, value) pairs that stood in the text, in their order, also those that are no part of the name (expiry, weight).
    """

    name: str
    kind: Kind
    findings: tuple[Finding, ...] = ()
    elements: tuple[tuple[str, str], ...] = ()


def normalise(text: str) -> Normalised:
    """Return the one name that a text is a spelling of.

    A code stays a code (NFC, trimmed; a reader's symbology identifier such as `]C0` is taken off), a URI stays as told,
    every spelling of a GS1 name becomes its Digital Link. A text that is written as a GS1 name and is none is kept as
    given, with the finding `gs1-malformed`; separators in it are kept as U+241D, for no name holds a control character.

    Raises:
        NameMalformed: the text can be no name (empty, too long, control characters).

    >>> normalise("(01)09506000134352(10)ABC").name
    'https://id.gs1.org/01/09506000134352/10/ABC'
    >>> normalise(" S-77 ").name
    'S-77'
    """
    return Normalised(text, "unknown") if is_plain(text) else _normalise(text)


def is_plain(text: str) -> bool:
    """Return whether a text is a code for sure, one that stays as it is: letters, digits and little else."""
    return _PLAIN.fullmatch(text) is not None


@lru_cache(maxsize=65_536)
def _normalise(text: str) -> Normalised:
    if len(text) > LONGEST_NAME or not _MAY_MARK.search(text):
        return Normalised(told(text), "unknown")
    text = unicodedata.normalize("NFC", text)
    marked, text = _marked(text), text.strip()
    life = _LIFE.search(marked) if marked.startswith(GS1_HOST) else None
    try:
        found = read(base_of(marked) if life else marked)
    except Gs1Malformed as error:
        kept = told(text.replace(SEPARATOR, "\u241d"), longest=LONGEST_NAME)
        return Normalised(kept, "unknown", (Finding(error.code, error.text),))
    if found:
        return Normalised(found.name + (life[0] if life else ""), found.kind, (), found.elements)
    if _READER_MARK.match(text) and text[3:].strip():
        return normalise(text[3:])
    if is_uri(text):
        return Normalised(told(text, longest=LONGEST_NAME), kind_of_uri(text))
    return Normalised(told(text), "unknown")


def _marked(text: str) -> str:
    """Return a text with true separators; one before or after it is kept where digits would say nothing without it."""
    plain = _SUBSTITUTES.sub(SEPARATOR, text)
    core = plain.strip()
    return SEPARATOR + core if SEPARATOR in plain and core[:2].isdigit() else core


def scanned(text: str) -> Normalised:
    """Return what `normalise` returns, for text that is known to come from a barcode reader.

    Readers are often set to send no symbology identifier. So an SSCC or GTIN with its AI and a right check digit in
    front is then read as one, where typed digits stay a code.

    Raises:
        NameMalformed: the text can be no name.

    >>> scanned("00106141412345678908").name
    'https://id.gs1.org/00/106141412345678908'
    """
    as_typed = normalise(text)
    if as_typed.kind != "unknown" or as_typed.findings or not as_typed.name.startswith(("00", "01")):
        return as_typed
    try:
        found = read_bare(as_typed.name)
    except Gs1Malformed:
        return as_typed
    return Normalised(found.name, found.kind, (), found.elements)


# Names of ours. An item, party or place that is told as a name of ours gives its bare code; another URI becomes one
# segment, whole. Codes are taken as they are: what a reader put in front of them is `normalise`'s to take off.


def own_lot(origin: str, site: str, item: str, code: str) -> str:
    """Return the name of a lot whose code the site assigned.

    Raises:
        NameMalformed: a part can be no code, or all together are too long. So for every name built here.

    >>> own_lot("example.com", "PLANT-1", "https://example.com/item/STEEL", "S 77")
    'https://example.com/site/PLANT-1/lot/STEEL/S%2077'
    """
    return _built(_own_lots(origin, site, item) + percent(code))


def foreign_lot(origin: str, party: str, item: str, code: str) -> str:
    """Return the name of a lot whose code a party other than us assigned, such as the supplier.

    >>> foreign_lot("example.com", "ACME", "STEEL", "S-77")
    'https://example.com/party/ACME/lot/STEEL/S-77'
    """
    return _built(_foreign_lots(origin, party, item) + percent(code))


def second_life(name: str, n: int) -> str:
    """Return the name of the `n`-th lot (from 2) that goes by a code which was used before.

    >>> second_life("https://example.com/site/P/lot/STEEL/S-77", 2)
    'https://example.com/site/P/lot/STEEL/S-77~2'
    """
    if n < 2:
        raise NameMalformed(name=name, why=f"lives are counted from 2, not {n}; the first has no number")
    return _built(f"{base_of(name)}~{n}")


def base_of(name: str) -> str:
    """Return the name of the first lot that went by the code: without the number of a later life."""
    life = _LIFE.search(name)
    return name[: life.start()] if life else name


def gs1_lot(item: str, code: str) -> str:
    """Return the Digital Link of a lot of a GTIN (any spelling of it).

    Raises:
        NameMalformed: the item is no GTIN.
        Gs1Malformed: the code is no GS1 lot code (1 to 20 characters of set 82, so no space); name the lot by
            `own_lot` or `foreign_lot` instead.

    >>> gs1_lot("https://id.gs1.org/01/09506000134352", "A/1")
    'https://id.gs1.org/01/09506000134352/10/A%2F1'
    """
    return named((*_gtin(item), ("10", told(code)))).name


def gs1_serial(item: str, serial: str) -> str:
    """Return the Digital Link of one piece of a GTIN; errors as of `gs1_lot`."""
    return named((*_gtin(item), ("21", told(serial)))).name


def order_name(origin: str, site: str, no: str) -> str:
    """Return the name of a work order; as for all names that follow, one told as a URI has its name already."""
    return _told_or_built(origin, no, "order", _segment(origin, "", site))


def run_name(order: str, run: str) -> str:
    """Return the name of a run (line, shift, step, unit) of an order, `order` being the name of the order."""
    return _built(f"{order}/run/{percent(run)}")


def event_activity(origin: str, event_id: str) -> str:
    """Return the name of the activity that an event is by itself: split, merge, relabelling, rework."""
    return _built(f"{_under(origin)}event/{percent(event_id)}")


def vessel_name(origin: str, site: str, place: str) -> str:
    """Return the name of a vessel; nodes of its runs add `#1`, `#2` to it, its subject does not."""
    at = _segment(origin, "", site)
    prefix = f"{_under(origin)}place/{at}/"
    return _built(f"{_under(origin)}vessel/{at}/{_bare_or_whole(place, prefix)}")


def container_name(origin: str, code: str) -> str:
    """Return the name of a container or handling unit."""
    return _told_or_built(origin, code, "container")


def shipment_name(origin: str, site: str, no: str) -> str:
    """Return the name of a shipment."""
    return _told_or_built(origin, no, "shipment", _segment(origin, "", site))


def item_name(origin: str, code: str) -> str:
    """Return the name of an item."""
    return _told_or_built(origin, code, "item")


def party_name(origin: str, code: str) -> str:
    """Return the name of a party: supplier, customer, carrier."""
    return _told_or_built(origin, code, "party")


def place_name(origin: str, site: str, code: str) -> str:
    """Return the name of a place within a site."""
    return _told_or_built(origin, code, "place", _segment(origin, "", site))


def resource_name(origin: str, kind: str, code: str) -> str:
    """Return the name of a resource; `kind`: equipment, tool, line, person, environment, software."""
    return _told_or_built(origin, code, "resource", percent(kind))


def serial_name(origin: str, item: str, serial: str) -> str:
    """Return the name of one piece of an item, by its serial.

    >>> serial_name("example.com", "PUMP", "SN0001")
    'https://example.com/serial/PUMP/SN0001'
    """
    return _built(f"{_serials(origin, item)}{percent(serial)}")


def serial_of(origin: str, item: str | None, lot: str, serial: str) -> str:
    """Return the name of one piece of a lot, the same whether or not the line told the item too.

    The item is the one in the lot's name; if that shows none, the one told, else the lot stands in its place. A piece
    of a GTIN has its Digital Link, as a scan of it gives, if the serial is one of GS1.
    """
    held = parts(lot, origin).get("item") or item or lot
    gtin = _gtin_serials(held)
    if gtin and GS1_SERIAL.fullmatch(told(serial)):
        return gtin + percent(serial)
    return serial_name(origin, held, serial)


def _under(origin: str) -> str:
    return f"https://{origin}/"


@lru_cache(maxsize=16_384)
def _own_lots(origin: str, site: str, item: str) -> str:
    return f"{_under(origin)}site/{_segment(origin, '', site)}/lot/{_segment(origin, 'item', item)}/"


@lru_cache(maxsize=16_384)
def _foreign_lots(origin: str, party: str, item: str) -> str:
    return f"{_under(origin)}party/{_segment(origin, 'party', party)}/lot/{_segment(origin, 'item', item)}/"


@lru_cache(maxsize=4_096)
def _serials(origin: str, item: str) -> str:
    return f"{_under(origin)}serial/{_segment(origin, 'item', item)}/"


@lru_cache(maxsize=4_096)
def _gtin(item: str) -> tuple[tuple[str, str], ...]:
    pairs = pairs_of(normalise(item).name)
    if [ai for ai, _ in pairs] != ["01"]:
        raise NameMalformed(name=item, why="it is no GTIN, so it has no GS1 lots or serials; tell the item by its GTIN")
    return pairs


@lru_cache(maxsize=4_096)
def _gtin_serials(item: str) -> str:
    """Return what the names of the pieces of a GTIN begin with; "" for any other item."""
    name = normalise(item).name
    return f"{name}/21/" if [ai for ai, _ in pairs_of(name)] == ["01"] else ""


@lru_cache(maxsize=16_384)
def _segment(origin: str, kind: str, text: str) -> str:
    return _bare_or_whole(text, f"{_under(origin)}{kind}/")


def _bare_or_whole(text: str, prefix: str) -> str:
    name = _uri_of(text)
    if name is None:
        return percent(text)
    bare = name.removeprefix(prefix)
    if name.startswith(prefix) and re.fullmatch(r"[^/?#~]+", bare):
        return percent(code_of(bare))
    return quoted(name)


def _told_or_built(origin: str, text: str, *path: str) -> str:
    return _uri_of(text) or _built(f"{_under(origin)}{'/'.join(path)}/{percent(text)}")


def _uri_of(text: str) -> str | None:
    """Return the URI that a text is a spelling of; None if it is a code."""
    name = normalise(text).name
    return name if is_uri(name) else None


def _built(name: str) -> str:
    if len(name) > LONGEST_NAME:
        raise NameMalformed(
            name=name, why=f"put together it has {len(name)} characters, at most {LONGEST_NAME} are kept"
        )
    return name
