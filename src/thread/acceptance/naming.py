"""Names as typed become names as recorded: every event tells one name for one thing, however people wrote it.

GS1 names in any spelling become their Digital Link, codes become names under `https://<origin>/`, other URIs stay. What
was typed stands beside it in `as_given`, so nothing is lost. A short form of a lot is looked up; one that fits several
lots is answered with the list, never with a guess. Whether the event may be recorded is for the rest of this package.
Rules: DESIGN 4, EVENTS 1 and 6; how the code of a lot finds its assigner: `new_lot_name`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, NamedTuple, Protocol

from thread.acceptance.naming_plan import Step, steps_of
from thread.errors import Gs1Malformed, LotAmbiguous, LotUnknown, NameMalformed, ShipmentAmbiguous
from thread.events import EVENT_TYPES, EventInvalid, FloorEvent
from thread.values.names import (
    Finding,
    container_name,
    foreign_lot,
    gs1_lot,
    is_uri,
    item_name,
    normalise,
    order_name,
    own_lot,
    parts,
    party_name,
    place_name,
    scanned,
    second_life,
    shipment_name,
)

__all__ = ["NameFinding", "NameLookup", "Resolved", "new_lot_name", "resolve", "typed_form"]

Told = dict[str, Any]

_GTIN_LINK: Final = "https://id.gs1.org/01/"
_PLACE_LINK: Final = "https://id.gs1.org/414/"
_PARTY_LINK: Final = "https://id.gs1.org/417/"


class NameLookup(Protocol):
    """What naming has to know of the ledger. All names that go in and come out are canonical."""

    def lots(self, code: str, item: str | None) -> Sequence[str]:
        """Return the known lots that a short form may mean, of that item where one is told, sorted."""
        ...

    def lots_of_serial(self, serial: str) -> Sequence[str]:
        """Return the known lots that a serial (its name) was told to belong to, sorted."""
        ...

    def knows(self, lot: str) -> bool:
        """Tell whether any valid event names a lot."""
        ...

    def needs_second_life(self, event: Mapping[str, Any], lot: str) -> bool:
        """Tell whether a receipt or declaration speaks of other material than the known lot of that name.

        `event`: as resolved so far, not validated. See `thread.acceptance.pending.agrees`.
        """
        ...

    def item_of(self, lot: str) -> str | None:
        """Return the item of a known lot, None where nobody told it."""
        ...

    def order_item(self, order: str) -> str | None:
        """Return the item that an order was released for, None where nobody told it."""
        ...

    def shipments(self, number: str, site: str) -> Sequence[str]:
        """Return the known shipments of that number: those from or to the site, else those of any site, sorted."""
        ...

    def without(self, seq: int) -> NameLookup:
        """Return the same as if the entry at `seq`, with all its corrections, had never been recorded."""
        ...


class NameFinding(NamedTuple):
    """Something odd about a name that was kept nevertheless. `path`: JSON Pointer to it in the event."""

    code: str
    text: str
    path: str


@dataclass(frozen=True, slots=True)
class Resolved:
    """An event with canonical names, `as_given` included, and what is odd about them. Not validated yet."""

    event: Told
    findings: tuple[NameFinding, ...] = ()


def resolve(told: Mapping[str, Any], lookup: NameLookup, *, origin: str, force: bool = False) -> Resolved:
    """Return an event with canonical names in place of what was typed.

    Fields of a wrong shape stay as they are, for validation to find them. `force`: a short form that no lot is known by
    becomes a lot of the site if its item is told, instead of an error.

    Raises:
        EventInvalid: a text can be no name, an output's item cannot be found out, or a place has no site to lie in.
        LotAmbiguous: a short form fits several lots.
        LotUnknown: a short form fits none.
        ShipmentAmbiguous: a shipment number fits several shipments.
    """
    if not isinstance(told, Mapping):
        raise EventInvalid(type_name="unknown", findings=(("", "is not a JSON object with the fields of an event"),))
    walk = _Walk(lookup, origin=origin, force=force, as_given=_told_as_given(told), findings=[])
    event = walk.event(told, "")
    if walk.as_given:
        event["as_given"] = [
            {"name": name} if value is None else {"name": name, "value": value} for name, value in walk.as_given.items()
        ]
    return Resolved(event, tuple(walk.findings))


def typed_form(event: Mapping[str, Any]) -> Told:
    """Return a recorded event as it was typed: `as_given` put back in place, made values and `as_given` left out."""
    typed: Told = {field: value for field, value in event.items() if field != "as_given"}
    for given in event.get("as_given", ()):
        _put_back(typed, given["name"].split("/")[1:], given.get("value"))
    return typed


def _put_back(typed: Told, path: list[str], value: str | None) -> None:
    """Set what a pointer names, or take it out; containers on the way are copied. A pointer that leads nowhere is left."""
    at: Any = typed
    for step in path[:-1]:
        key = _key(at, step)
        if key is None or not isinstance(at[key], dict | list):
            return
        at[key] = at[key].copy()
        at = at[key]
    key = _key(at, path[-1])
    if key is None:
        return
    if value is None:
        del at[key]
    else:
        at[key] = value


def _key(at: Any, step: str) -> Any:
    if isinstance(at, list):
        return int(step) if step.isdecimal() and int(step) < len(at) else None
    return step if step in at else None


def _told_as_given(told: Mapping[str, Any]) -> dict[str, str | None]:
    """Return what an event that was exported already tells as typed."""
    given = told.get("as_given")
    if not isinstance(given, list | tuple):
        return {}
    return {
        one["name"]: one.get("value")
        for one in given
        if isinstance(one, Mapping) and isinstance(one.get("name"), str) and isinstance(one.get("value"), str | None)
    }


class _Canonical(NamedTuple):
    """A text as one kind of name: a URI, a code that has to be looked up, or odd and kept as given."""

    name: str
    state: str
    findings: tuple[Finding, ...]


@lru_cache(maxsize=65_536)
def _canonical(kind: str, text: str, origin: str, site: str, scan: bool) -> _Canonical:  # noqa: FBT001 one cache key
    found = scanned(text) if scan else normalise(text)
    if found.findings:
        return _Canonical(found.name, "odd", found.findings)
    if is_uri(found.name):
        state = "serial" if found.kind == "serial" or _is_own_serial(found.name, origin) else "uri"
        return _Canonical(_in_role(kind, found.name, found.kind, origin), state, ())
    build = _BUILD.get(kind)
    if build is None:
        return _Canonical(found.name, "code", ())
    return _Canonical(build(origin, site, found.name), "uri", ())


_BUILD: Final[Mapping[str, Callable[[str, str, str], str]]] = {
    "item": lambda origin, _, code: item_name(origin, code),
    "party": lambda origin, _, code: party_name(origin, code),
    "container": lambda origin, _, code: container_name(origin, code),
    "place": place_name,
    "order": order_name,
    "shipment": shipment_name,
}
_IN_A_SITE: Final = frozenset({"place", "order", "shipment"})


def _is_own_serial(name: str, origin: str) -> bool:
    return name.startswith(f"https://{origin}/serial/")


def _in_role(kind: str, name: str, named: str, origin: str) -> str:
    """Return a URI as the field needs it: of a scanned lot the item; a GLN as that of a place, or of a party.

    One GLN is told under AI 414 or 417, whichever the label has; which of the two it names here, the field says.
    """
    if kind == "item" and named in {"lot", "serial"}:
        return parts(name, origin).get("item", name)
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


class _Walk:
    """One event on its way from typed to recorded. `as_given` and `findings` collect what is met on the way."""

    def __init__(
        self,
        lookup: NameLookup,
        *,
        origin: str,
        force: bool,
        as_given: dict[str, str | None],
        findings: list[NameFinding],
    ) -> None:
        self.lookup = lookup
        self.origin = origin
        self.force = force
        self.as_given = as_given
        self.findings = findings
        self.type = ""
        self.site: str | None = None
        self.scan = False
        self.top: Told = {}

    def event(self, told: Mapping[str, Any], path: str) -> Told:
        """Return one event resolved; of an unknown type: as it is."""
        self.top = out = dict(told)
        name = out.get("type")
        model = EVENT_TYPES.get(name) if isinstance(name, str) else None
        if model is None:
            return out
        self.type = str(name)
        site = out.get("site")
        self.site = site if isinstance(site, str) and site else None
        source = out.get("source")
        self.scan = isinstance(source, Mapping) and source.get("method") == "scan"
        try:
            self.fill(steps_of(model), out, path)
        except _BadName as bad:
            raise EventInvalid(type_name=self.type, findings=((bad.path, bad.text),)) from None
        return out

    def fill(self, steps: tuple[Step, ...], out: Told, path: str) -> None:
        """Resolve the fields of one object in place, step by step."""
        for step in steps:
            value = out.get(step.field)
            if value is None:
                continue
            act = _ACTS.get(step.kind, _plain)
            at = f"{path}/{step.field}"
            if not step.many:
                out[step.field] = act(self, step, value, out, at)
            elif isinstance(value, list | tuple):
                out[step.field] = [act(self, step, one, out, f"{at}/{index}") for index, one in enumerate(value)]

    def canonical(self, kind: str, text: str, path: str, site: str | None = None) -> _Canonical:
        """Return a text as a name of a kind; remember what is odd about it."""
        try:
            found = _canonical(kind, text, self.origin, site or self.site or "", self.scan)
        except (NameMalformed, Gs1Malformed) as error:
            raise _BadName(path, error.text) from None
        if found.findings:
            self.findings.extend(NameFinding(one.code, one.text, path) for one in found.findings)
        return found

    def typed(self, name: str, text: str, path: str) -> str:
        """Return `name`, and keep what was typed for it where that differs."""
        if name != text:
            self.as_given[path] = text
        return name

    def made(self, out: Told, field: str, value: Any, path: str) -> None:
        """Set a field that nobody typed."""
        out[field] = value
        self.as_given[path] = None

    def existing_lot(self, text: str, item: Any, path: str) -> str:
        """Return the lot that a text means, of `item` where that is told."""
        found = self.canonical("lot", text, path)
        if found.state != "code":
            return found.name
        told_item = item if isinstance(item, str) else None
        lots = tuple(self.lookup.lots(found.name, told_item))
        if len(lots) == 1:
            return lots[0]
        if lots:
            raise LotAmbiguous(lot=found.name, candidates=lots, path=path)
        if self.force and told_item is not None and self.site is not None:
            return self.built(path, told_item, found.name, assigner="site", supplier=None)
        raise LotUnknown(lot=found.name, item=told_item, path=path)

    def built(self, path: str, item: str, code: str, *, assigner: str | None, supplier: str | None) -> str:
        """Return the name of a lot put together from a code."""
        try:
            return new_lot_name(self.origin, self.site or "", item, code, assigner=assigner, supplier=supplier)
        except NameMalformed as error:
            raise _BadName(path, error.text) from None

    def life(self, name: str, path: str) -> str:
        """Return the name of the lot that a receipt speaks of: a known life of the name, or the next one.

        Raises:
            LotAmbiguous: the name was used several times, and the receipt fits more than one of those lots.
        """
        if not self.lookup.knows(name):
            return name
        lives = [name]
        while self.lookup.knows(following := second_life(name, len(lives) + 1)):
            lives.append(following)
        fitting = tuple(one for one in lives if not self.lookup.needs_second_life(self.top, one))
        if len(fitting) > 1:
            raise LotAmbiguous(lot=name, candidates=fitting, path=path)
        if fitting:
            return fitting[0]
        text = f"lot {name} was known with other dates or supplier lots; this one is {following}"
        self.findings.append(NameFinding("lot-reused", text, path))
        return following

    def output_item(self, line: Told) -> str | None:
        """Return the item of an output that tells none: the only one of all inputs, or the order's for its main one."""
        inputs = self.top.get("inputs")
        if isinstance(inputs, list) and inputs:
            items = {item for one in inputs for item in self._items_in(one)}
            if len(items) == 1 and None not in items:
                return items.pop()
        order = self.top.get("order")
        if isinstance(order, str) and line.get("kind", "main") == "main":
            return self.lookup.order_item(order)
        return None

    def _items_in(self, line: Any) -> Sequence[str | None]:
        if not isinstance(line, dict):
            return (None,)
        if isinstance(line.get("item"), str):
            return (line["item"],)
        candidates = [line.get("lot"), *(line["one_of"] if isinstance(line.get("one_of"), list) else ())]
        return [self.lookup.item_of(lot) for lot in candidates if isinstance(lot, str)] or (None,)


class _BadName(Exception):
    """A text can be no name; where it stands. Never leaves this module."""

    def __init__(self, path: str, text: str) -> None:
        super().__init__(text)
        self.path = path
        self.text = text


def _plain(walk: _Walk, step: Step, value: Any, out: Told, path: str) -> Any:
    """Name an item, party, place, container or order."""
    if not isinstance(value, str):
        return value
    site = out.get(step.place_of) if step.place_of else None
    if walk.site is None and step.kind in _IN_A_SITE and normalise_is_code(value):
        return _siteless(walk, value, path)
    found = walk.canonical(step.kind, value, path, site if isinstance(site, str) and site else None)
    return walk.typed(found.name, value, path)
