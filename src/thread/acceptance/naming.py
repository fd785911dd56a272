"""Names as typed become names as recorded: every event tells one name for one thing, however people wrote it.

GS1 names in any spelling become their Digital Link, codes become names under `https://<origin>/`, other URIs stay. What
was typed stands beside it in `as_given`, so nothing is lost. A short form of a lot is looked up; one that fits several
lots is answered with the list, never with a guess. Whether the event may be recorded is for the rest of this package.
Rules: DESIGN 4, EVENTS 1 and 6; how the code of a lot finds its assigner: `new_lot_name`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final, NamedTuple

from thread.acceptance.as_typed import told_as_given, typed_form
from thread.acceptance.naming_plan import Step, steps_of
from thread.acceptance.pending import NameLookup, NoNames, PendingNames
from thread.acceptance.spelling import IN_A_SITE, Spelled, new_lot_name, spelled, spelled_lot
from thread.errors import Gs1Malformed, LotAmbiguous, LotUnknown, NameMalformed, ShipmentAmbiguous
from thread.events import EVENT_TYPES, EventInvalid, FloorEvent, parse_event
from thread.values.names import item_name, parts, second_life

__all__ = ["NameFinding", "NameLookup", "NoNames", "PendingNames", "Resolved", "new_lot_name", "resolve", "typed_form"]

Told = dict[str, Any]


class NameFinding(NamedTuple):
    """Something odd about a name that was kept nevertheless. `path`: JSON Pointer to it in the event."""

    code: str
    text: str
    path: str


class Resolved(NamedTuple):
    """An event with canonical names, `as_given` included, and what is odd about them. Not validated yet."""

    event: Told
    findings: tuple[NameFinding, ...]


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
    if type(told) is not dict and not isinstance(told, Mapping):
        raise EventInvalid(type_name="unknown", findings=(("", "is not a JSON object with the fields of an event"),))
    given = told_as_given(told)
    walk = _Walk(lookup, origin, {} if given is None else given, [], force=force)
    event = walk.event(told, "")
    if walk.as_given and given is not None:
        event["as_given"] = [
            {"name": name} if value is None else {"name": name, "value": value} for name, value in walk.as_given.items()
        ]
    return Resolved(event, tuple(walk.findings))


class _Walk:
    """One event on its way from typed to recorded. `as_given` and `findings` collect what is met on the way."""

    __slots__ = (
        "as_given", "findings", "force", "lookup", "origin", "pending", "scan", "site", "top", "type",
    )  # fmt: skip

    def __init__(
        self,
        lookup: NameLookup,
        origin: str,
        as_given: dict[str, str | None],
        findings: list[NameFinding],
        *,
        force: bool,
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
        self.pending: PendingNames | None = None

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
        self.scan = source is not None and isinstance(source, Mapping) and source.get("method") == "scan"
        try:
            self.fill(steps_of(model), out, path)
        except _BadName as bad:
            raise EventInvalid(type_name=self.type, findings=((bad.path, bad.text),)) from None
        return out

    def fill(self, steps: tuple[Step, ...], out: Told, path: str) -> None:
        """Resolve the fields of one object in place, step by step."""
        for step in steps:
            field = step[0]
            if field not in out or (value := out[field]) is None:
                continue
            act = _ACTS[step.kind]
            at = f"{path}/{field}"
            if not step.many:
                out[field] = act(self, step, value, out, at)
            elif isinstance(value, list | tuple):
                out[field] = [act(self, step, one, out, f"{at}/{index}") for index, one in enumerate(value)]

    def canonical(self, kind: str, text: str, path: str, site: str | None = None) -> Spelled:
        """Return a text as a name of a kind; remember what is odd about it."""
        try:
            if kind == "lot":
                found = spelled_lot(text, self.origin, scan=self.scan)
            else:
                found = spelled(kind, text, self.origin, site or self.site or "", self.scan)
        except (NameMalformed, Gs1Malformed) as error:
            raise _BadName(path, error.text) from None
        for one in found.findings:
            if (finding := NameFinding(one.code, one.text, path)) not in self.findings:
                self.findings.append(finding)
        return found

    def lot_spelled(self, text: str, path: str) -> Spelled:
        """Return a text as the name of a lot; what says by itself that it names something else is refused."""
        found = self.canonical("lot", text, path)
        if found.state == "other":
            why = f"{found.name} names no lot; read the code that has the lot or serial in it, or type the lot's code"
            raise _BadName(path, why)
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

    def existing_lot(self, found: Spelled, item: Any, path: str) -> str:
        """Return the lot that a code means, of `item` where that is told; another name stays."""
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
    if step.kind not in IN_A_SITE:
        return walk.typed(walk.canonical(step.kind, value, path).name, value, path)
    site = out.get(step.place_of) if step.place_of else None
    site = site if isinstance(site, str) and site else walk.site
    if site is None and walk.canonical("lot", value, path).state == "code":
        if issubclass(EVENT_TYPES[walk.type], FloorEvent):
            return value  # validation says that the site is missing
        raise _BadName(path, f"{value[:60]!r} lies in a site; add site, or tell its full name (URI or GLN)")
    return walk.typed(walk.canonical(step.kind, value, path, site).name, value, path)


def _company_number(walk: _Walk, step: Step, value: Any, _: Told, path: str) -> Any:
    """Name a GTIN or GLN, told in a field that holds nothing else: bare digits are one too."""
    if not isinstance(value, str):
        return value
    ai, kind = _NUMBERS[step.kind]
    text = f"({ai}){value}" if value.isdecimal() and value.isascii() else value
    return walk.typed(walk.canonical(kind, text, path).name, value, path)


_NUMBERS: Final = {"gtin": ("01", "item"), "gln place": ("414", "place"), "gln party": ("417", "party")}


def _assigner(walk: _Walk, _: Step, value: Any, __: Told, path: str) -> Any:
    if not isinstance(value, str) or value == "site":
        return value
    return walk.typed(walk.canonical("party", value, path).name, value, path)


def _shipment(walk: _Walk, step: Step, value: Any, out: Told, path: str) -> Any:
    """Name a shipment: a new one of the site where goods leave, else the one that is known by the number."""
    if isinstance(value, str) and walk.type != "shipped" and walk.site is not None:
        found = walk.canonical("lot", value, path)
        if found.state == "code":
            known = tuple(walk.lookup.shipments(found.name, walk.site) or walk.lookup.shipments(found.name, None))
            if len(known) > 1:
                raise ShipmentAmbiguous(shipment=found.name, candidates=known, path=path)
            if known:
                return walk.typed(known[0], value, path)
    return _plain(walk, step, value, out, path)


def _object(walk: _Walk, step: Step, value: Any, _: Told, path: str) -> Any:
    if type(value) is dict:
        for inner_step in step.steps:
            if inner_step.field in value:
                break
        else:
            return value  # nothing in it is named
    elif not isinstance(value, Mapping):
        return value
    inner = dict(value)
    walk.fill(step.steps, inner, path)
    return inner


def _lot(walk: _Walk, step: Step, value: Any, out: Told, path: str) -> Any:
    """Name a lot that is there already; of a scanned serial, the lot that it belongs to."""
    if not isinstance(value, str):
        return value
    found = walk.lot_spelled(value, path)
    name = walk.existing_lot(found, out.get("item"), path)
    if found.state == "serial" and step.takes_serials and out.get("serials") is None:
        lots = tuple(walk.lookup.lots_of_serial(name))
        if len(lots) > 1:
            raise LotAmbiguous(lot=value, candidates=lots, path=path)
        serial = parts(name, walk.origin).get("serial")
        if lots and serial is not None:
            walk.made(out, "serials", [{"first": serial}], path.removesuffix("lot") + "serials")
            name = lots[0]
    return walk.typed(name, value, path)


def _line(walk: _Walk, step: Step, value: Any, out: Told, path: str) -> Any:
    """Resolve a line; one that names serials tells its item, which their names are made of."""
    line = _object(walk, step, value, out, path)
    if line is not value and line.get("serials") and line.get("item") is None and isinstance(line.get("lot"), str):
        item = walk.lookup.item_of(line["lot"])
        if item is not None:
            walk.made(line, "item", item, f"{path}/item")
    return line


def _new_lot(walk: _Walk, _: Step, value: Any, out: Told, path: str) -> Any:
    """Name a lot that comes into the ledger by a receipt, a declaration, a draw or an output."""
    if not isinstance(value, str):
        return value
    found = walk.lot_spelled(value, path)
    item, is_output = out.get("item"), out is not walk.top
    if item is None:
        item = None if found.state == "code" else _item_in(found.name, walk)
        item = walk.output_item(out) if item is None and is_output else item
        if item is not None:
            walk.made(out, "item", item, path.removesuffix("lot") + "item")
    name = found.name
    if found.state == "code":
        if item is None and is_output:
            raise _BadName(
                path.removesuffix("lot") + "item",
                f"is missing: lot {value[:60]!r} is of which item? Neither the order nor the inputs tell it",
            )
        if not isinstance(item, str) or walk.site is None:
            return value  # validation says what is missing
        assigner, supplier = out.get("lot_assigner"), out.get("supplier")
        name = walk.built(
            path,
            item,
            found.name,
            assigner=assigner if isinstance(assigner, str) else None,
            supplier=supplier if isinstance(supplier, str) else None,
        )
    return walk.typed(walk.life(name, path) if walk.type in _ENTERING else name, value, path)


_ENTERING: Final = frozenset({"received", "declared"})
"""Events that bring a lot in: only these start another life of a name. What is made is booked onto the known lot."""


def _item_in(lot: str, walk: _Walk) -> str | None:
    """Return the item of a lot that was told by its full name: as its own name says, else as known."""
    item = parts(lot, walk.origin).get("item")
    return item_name(walk.origin, item) if item is not None else walk.lookup.item_of(lot)


def _correction(walk: _Walk, _: Step, value: Any, out: Told, path: str) -> Any:
    """Resolve an embedded event as if what it replaces had never been recorded, after those embedded before it."""
    if not isinstance(value, Mapping) or value.get("type") in ("corrected", "signed"):
        return value
    if walk.pending is None:
        seq = out.get("seq")
        walk.pending = PendingNames(walk.lookup.without(seq) if type(seq) is int else walk.lookup, origin=walk.origin)
    inner = _Walk(walk.pending, walk.origin, walk.as_given, walk.findings, force=walk.force)
    event = inner.event(value, path)
    with suppress(EventInvalid):  # acceptance validates every embedded event and says what is wrong
        walk.pending.add(parse_event(event))
    return event


_ACTS: Final[Mapping[str, Callable[[_Walk, Step, Any, Told, str], Any]]] = {
    "item": _plain,
    "party": _plain,
    "place": _plain,
    "container": _plain,
    "order": _plain,
    "gtin": _company_number,
    "gln place": _company_number,
    "gln party": _company_number,
    "assigner": _assigner,
    "shipment": _shipment,
    "object": _object,
    "lot": _lot,
    "line": _line,
    "output": _object,
    "new_lot": _new_lot,
    "correction": _correction,
}
