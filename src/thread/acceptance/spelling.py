"""One text as the name of one kind of thing, without a look into the ledger.

A code becomes a name under `https://<origin>/`, a GS1 name its Digital Link, another URI stays. Only what a short form
of a lot means needs the ledger; such a code is handed back as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from thread.errors import Gs1Malformed, NameMalformed
from thread.values.names import (
    Finding,
    container_name,
    foreign_lot,
    gs1_lot,
    is_plain,
    is_uri,
    item_name,
    normalise,
    order_name,
    own_lot,
    parts,
    party_name,
    place_name,
    scanned,
    shipment_name,
)

__all__ = ["IN_A_SITE", "Spelled", "new_lot_name", "spelled", "spelled_lot"]

_GTIN_LINK: Final = "https://id.gs1.org/01/"
_PLACE_LINK: Final = "https://id.gs1.org/414/"
_PARTY_LINK: Final = "https://id.gs1.org/417/"


State = Literal["uri", "serial", "other", "code", "odd"]


class Spelled(NamedTuple):
    """A text as one kind of name: a URI (that of a serial apart), a code to be looked up, or odd and kept as given.

    `other`: a URI whose own spelling says that it names no lot but an item, container, place, party or paper.
    """

    name: str
    state: State
    findings: tuple[Finding, ...]


@lru_cache(maxsize=65_536)
def spelled(kind: str, text: str, origin: str, site: str, scan: bool) -> Spelled:  # noqa: FBT001 one cache key
    """Return a text as a name of a kind. `scan`: it comes from a barcode reader.

    `kind`: item, party, container, place, order, shipment; any other is not built from a code, so a code stays one.

    Raises:
        NameMalformed: the text can be no name.
    """
    found = spelled_lot(text, origin, scan=scan)
    if found.state == "odd":
        return found
    if found.state == "code":
        build = _BUILD.get(kind)
        return found if build is None else Spelled(build(origin, site, found.name), "uri", ())
    return Spelled(_in_role(kind, found.name, origin), found.state, ())


def spelled_lot(text: str, origin: str, *, scan: bool) -> Spelled:
    """Return a text as the name of a lot. Most lots are told once as they come in, so no result is kept."""
    if not scan and is_plain(text):
        return Spelled(text, "code", ())
    found = scanned(text) if scan else normalise(text)
    if found.findings:
        return Spelled(found.name, "odd", found.findings)
    if not is_uri(found.name):
        return Spelled(found.name, "code", ())
    kind: str = found.kind
    if found.name.startswith(own := f"https://{origin}/") and "/lot/" not in found.name:
        kind = found.name[len(own) :].partition("/")[0]
    state: State = "serial" if kind == "serial" else "other" if kind in _NO_LOTS else "uri"
    return Spelled(found.name, state, ())


_NO_LOTS: Final = frozenset(
    {"item", "container", "place", "party", "document", "shipment", "order", "event", "vessel", "resource"}
)


_BUILD: Final[Mapping[str, Callable[[str, str, str], str]]] = {
    "item": lambda origin, _, code: item_name(origin, code),
    "party": lambda origin, _, code: party_name(origin, code),
    "container": lambda origin, _, code: container_name(origin, code),
    "place": place_name,
    "order": order_name,
    "shipment": shipment_name,
}
IN_A_SITE: Final = frozenset({"place", "order", "shipment"})


def _in_role(kind: str, name: str, origin: str) -> str:
    """Return a URI as the field needs it: of a scanned lot the item; a GLN as that of a place, or of a party.

    One GLN is told under AI 414 or 417, whichever the label has; which of the two it names here, the field says.
    """
    if kind == "item":
        return parts(name, origin).get("item", name) if name.startswith(_GTIN_LINK) else name
    if kind == "party" and name.startswith(_PLACE_LINK) and "/" not in name[len(_PLACE_LINK) :]:
        return _PARTY_LINK + name[len(_PLACE_LINK) :]
    if kind == "place" and name.startswith(_PARTY_LINK):
        return _PLACE_LINK + name[len(_PARTY_LINK) :]
    return name


def new_lot_name(origin: str, site: str, item: str, code: str, *, assigner: str | None, supplier: str | None) -> str:
    """Return the name of a lot that comes into the ledger under a code.

    A told assigner decides: `site` gives an own name, a party a name under that party. With nobody told, the code of an
    item that has a GTIN is its GS1 lot (so the pallet's barcode and the typed form give one lot, whoever delivered it),
    unless GS1 allows no such code; else it is the supplier's code, and without a supplier the site's own.
    `assigner`, `supplier`: `site` or canonical names of parties.
    """
    if assigner is None and item.startswith(_GTIN_LINK):
        try:
            return gs1_lot(item, code)
        except (Gs1Malformed, NameMalformed):
            pass
    party = None if assigner == "site" else assigner or supplier
    return own_lot(origin, site, item, code) if party is None else foreign_lot(origin, party, item, code)
