"""What is known of a lot, for its card: what it is, how it came, why, where it is, what holds it, and what is odd.

Everything is found again at every question, so a late receipt closes a finding and a correction opens one. A finding
that an entry was forced with stays open until the recount no longer shows what it says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from thread.events.base import Document
from thread.events.captured import EpcisCaptured
from thread.events.material import Declared, Entering, Received, Transforming
from thread.events.production import BatchProduced
from thread.events.vessels import VesselDrawn
from thread.genealogy.account import Account, account_from
from thread.genealogy.bookkeeping import Bookkeeper
from thread.genealogy.books import Books
from thread.genealogy.custody import Custody
from thread.genealogy.holds import Claim
from thread.genealogy.lot_origin import OriginBook, joined_parts, unexplained
from thread.genealogy.lot_terms import TermChange, changes_of, event_day, term_at
from thread.genealogy.movement import IN_LINES
from thread.genealogy.projection import History, Told
from thread.genealogy.signatures import void_signatures
from thread.genealogy.uses import use_of
from thread.values.names import label, parts
from thread.values.origin import OriginPart, mode_totals
from thread.values.quantity import ZERO, Money, Quantity, decimal_text
from thread.values.serials import Span

__all__ = [
    "Arrival",
    "LotFacts",
    "LotHold",
    "OpenFinding",
    "arrival_of",
    "hold_facts",
    "is_confirmed",
    "item_told",
    "lot_facts",
    "recounted_findings",
]

_RECOUNTED: Final[Mapping[str, frozenset[str]]] = {
    "quantity-exceeded": frozenset({"negative-stock"}),
    "over-tolerance": frozenset({"negative-stock"}),
    "later-use": frozenset({"negative-stock"}),
    "lot-unknown": frozenset({"unresolved", "negative-stock"}),
    "before-lot": frozenset({"negative-stock"}),
    "serial-unknown": frozenset({"negative-stock"}),
    "lot-held": frozenset({"lot-held"}),
    "lot-expired": frozenset({"lot-expired"}),
    "wrong-unit": frozenset({"wrong-unit"}),
    "returned-not-issued": frozenset({"returned-not-issued"}),
    "returned-not-shipped": frozenset({"returned-not-shipped"}),
}
"""Codes of acceptance that a recount confirms or closes, and the findings of the recount that confirm them."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One receipt or declaration of a lot."""

    event_id: str | None
    entries: tuple[int, ...]
    event_time: str
    kind: str
    """`received`, or what was declared: opening, harvest, landing, found."""
    supplier: str | None
    supplier_lots: tuple[str, ...]
    documents: tuple[Document, ...]
    quantity: Quantity
    place: str | None
    origin_parts: tuple[OriginPart, ...]
    unit_cost: Money | None
    expiry: str | None
    best_before: str | None
    made_on: str | None
    country: str | None
    status: str
    contents_declared: bool
    """Some of it came in containers that nobody looked into."""

    def as_json(self) -> dict[str, object]:
        """The arrival as the card prints it."""
        return {
            "id": self.event_id,
            "entries": list(self.entries),
            "event_time": self.event_time,
            "kind": self.kind,
            "supplier": self.supplier,
            "supplier_lots": list(self.supplier_lots),
            "documents": [one.model_dump(mode="json", exclude_none=True) for one in self.documents],
            "quantity": self.quantity.model_dump(mode="json", exclude_defaults=True),
            "place": self.place,
            "origin": mode_totals(self.origin_parts),
            "origin_parts": [part.as_json() for part in self.origin_parts],
            "unit_cost": None if self.unit_cost is None else self.unit_cost.model_dump(mode="json"),
            "expiry": self.expiry,
            "best_before": self.best_before,
            "made_on": self.made_on,
            "country": self.country,
            "status": self.status,
            "contents_declared": self.contents_declared,
        }


@dataclass(frozen=True, slots=True)
class LotHold:
    """A hold on the lot, or on some of it, that is not released. `quantity` None: all of its target, now and later."""

    hold_id: str
    reason: str
    quantity: Decimal | None
    spans: tuple[Span, ...]
    place: str | None
    container: str | None
    within: str | None
    entries: tuple[int, ...]

    def as_json(self) -> dict[str, object]:
        """The hold as the card prints it."""
        return {
            "hold_id": self.hold_id,
            "reason": self.reason,
            "quantity": None if self.quantity is None else decimal_text(self.quantity),
            "serials": [dict(zip(("first", "last"), span.bounds, strict=True)) for span in self.spans],
            "place": self.place,
            "container": self.container,
            "within": self.within,
            "entries": list(self.entries),
        }


@dataclass(frozen=True, slots=True)
class OpenFinding:
    """Something about the lot that somebody should look at. `is_open` False: it was so once, and was made good."""

    code: str
    text: str
    entries: tuple[int, ...]
    is_open: bool = True
    reason: str | None = None
    """Of what was recorded by force: why, as somebody typed it."""
    facts: tuple[str, ...] = ()
    """What else it says, for programs: amounts, days, names. With the entries it tells one state of it from another."""

    def as_json(self) -> dict[str, object]:
        """The finding as the card prints it."""
        return {
            "code": self.code,
            "text": self.text,
            "entries": list(self.entries),
            "open": self.is_open,
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class LotFacts:
    """What is known of a lot as of an event time."""

    lot: str
    item: str | None
    code: str | None
    """The lot code as its assigner wrote it."""
    assigner: str | None
    """Site or party that gave the code; None for names of others."""
    unit: str | None
    suppliers: tuple[str, ...]
    supplier_lots: tuple[str, ...]
    arrivals: tuple[Arrival, ...]
    origin_parts: tuple[OriginPart, ...]
    expiry: str | None
    best_before: str | None
    made_on: str | None
    retest_date: str | None
    grade: str | None
    planning_class: str | None
    changes: tuple[TermChange, ...]
    status: Mapping[str, str]
    """On hand by status as decimal texts: `free` and `held` always."""
    places: tuple[tuple[str | None, str], ...]
    """Places where it is, with how much (decimal text), sorted."""
    containers: tuple[tuple[str, str], ...]
    """Containers that hold it, with how much, sorted."""
    holds: tuple[LotHold, ...]
    findings: tuple[OpenFinding, ...]
    account: Account

    @property
    def origin(self) -> dict[str, str]:
        """Quantities by mode."""
        return mode_totals(self.origin_parts)


def lot_facts(lot: str, history: History, custody: Custody, as_of: int | None = None) -> LotFacts:
    """Return what is known of a lot; events later than `as_of` (nanoseconds) do not count."""
    books = Bookkeeper(history, custody, as_of=as_of).books(lot)
    account = account_from(books, as_of=as_of)
    origins = OriginBook(history, as_of=as_of)
    told_parts = origins.parts(lot)
    rest = unexplained(books, told_parts)
    events = [told for told in history.about("lot", lot) if as_of is None or told.event.at <= as_of]
    arrivals = tuple(_arrivals(lot, events, origins))
    name = parts(lot, history.origin)
    return LotFacts(
        lot,
        item_told(lot, events) or name.get("item"),
        name.get("lot"),
        name.get("site") or name.get("party"),
        books.unit,
        tuple(dict.fromkeys(one.supplier for one in arrivals if one.supplier is not None)),
        tuple(dict.fromkeys(code for one in arrivals for code in one.supplier_lots)),
        arrivals,
        joined_parts((*told_parts, OriginPart("UNKNOWN", rest))) if rest else told_parts,
        term_at(lot, "expiry", history, at=as_of),
        term_at(lot, "best_before", history, at=as_of),
        term_at(lot, "made_on", history, at=as_of),
        term_at(lot, "retest_date", history, at=as_of),
        term_at(lot, "grade", history, at=as_of),
        term_at(lot, "planning_class", history, at=as_of),
        changes_of(lot, history, as_of=as_of),
        {state: decimal_text(quantity) for state, quantity in account.status.items()},
        _by_place(account),
        _by_container(account),
        tuple(hold_facts(claim) for claim in books.holds.claims),
        tuple(_findings(books, account, events, custody, as_of=as_of)),
        account,
    )


def item_told(lot: str, events: Iterable[Told]) -> str | None:
    """Return the item that a lot was told to be of as it came; None where nobody told."""
    for told in events:
        event = told.event
        if isinstance(event, Entering | VesselDrawn) and event.lot == lot:
            return event.item
        if isinstance(event, BatchProduced | Transforming):
            items = [line.item for line in event.outputs if line.lot == lot and line.item is not None]
            if items:
                return items[0]
        if isinstance(event, EpcisCaptured):
            reading = event.reading
            read = [line.item for line in (*reading.outputs, *reading.lots) if line.name == lot and line.item]
            if read:
                return read[0]
    return None


def _arrivals(lot: str, events: Iterable[Told], origins: OriginBook) -> Iterable[Arrival]:
    for told in events:
        event = told.event
        if isinstance(event, Received | Declared) and event.lot == lot:
            yield arrival_of(told, event, origins)


def arrival_of(told: Told, event: Received | Declared, origins: OriginBook) -> Arrival:
    """Return how a lot came by one receipt or declaration. `event`: that of `told`, which brings it."""
    inside = event.containers if isinstance(event, Received) else ()
    return Arrival(
        event.id,
        told.entries,
        event.event_time or event.time_from or "",
        event.kind if isinstance(event, Declared) else "received",
        event.supplier,
        event.supplier_lots,
        event.documents,
        event.quantity,
        (event.to_place if isinstance(event, Received) else None) or event.place,
        origins.parts_of_event(told, event.lot),
        event.unit_cost,
        event.expiry,
        event.best_before,
        event.made_on,
        event.country,
        event.status,
        any(part.contents == "declared" for part in inside),
    )


def _by_place(account: Account) -> tuple[tuple[str | None, str], ...]:
    found: dict[str | None, Decimal] = {}
    for line in account.lines_out:
        if line.line == "on_hand":
            found[line.place] = found.get(line.place, ZERO) + line.counted
    return tuple(
        (place, decimal_text(found[place])) for place in sorted(found, key=lambda one: (one is None, one or ""))
    )


def _by_container(account: Account) -> tuple[tuple[str, str], ...]:
    found: dict[str, Decimal] = {}
    for line in account.lines_out:
        if line.line == "on_hand" and line.container is not None:
            found[line.container] = found.get(line.container, ZERO) + line.counted
    return tuple((container, decimal_text(found[container])) for container in sorted(found))


def hold_facts(claim: Claim) -> LotHold:
    """Return what a claim says of the hold that it is of."""
    return LotHold(
        claim.hold,
        claim.reason,
        claim.quantity,
        claim.spans,
        claim.place,
        claim.container,
        claim.within,
        claim.entries,
    )


def _findings(
    books: Books, account: Account, events: list[Told], custody: Custody, *, as_of: int | None
) -> Iterable[OpenFinding]:
    recount = recounted_findings(books, account, events, custody, as_of=as_of)
    yield from recount
    yield from _forced(events, recount)


def recounted_findings(
    books: Books, account: Account, events: Sequence[Told], custody: Custody, *, as_of: int | None = None
) -> tuple[OpenFinding, ...]:
    """Return what does not add up about a lot now, found again from all that is valid; what is odd once is there once.

    `events`: the valid events that name the lot, in the order that they apply.
    """
    lot, history = books.lot, books.history
    recount = [
        OpenFinding(one.code, one.text, one.entries, facts=_amount_told(one.quantity)) for one in account.findings
    ]
    recount.extend(_expired(lot, books, events, history))
    came = [move for move in account.movements if move.source.line in IN_LINES]
    if events and not came:
        text = "no entry tells how the lot came; record its receipt, output or opening stock"
        recount.append(OpenFinding("unresolved", text, events[0].entries))
    for line in account.lines_out:
        if line.line == "unassigned":
            some = books.told_quantity(line.counted)
            text = f"{some} may be of this lot or of another; correct the entry when it is known"
            recount.append(OpenFinding("one-of-open", text, line.entries, facts=_amount_told(line.counted)))
    recount.extend(OpenFinding("incomplete", text, entries) for text, entries in dict(books.incomplete).items())
    recount.extend(_declared_contents(lot, custody, as_of))
    recount.extend(OpenFinding("signature-void", void.text, void.entries) for void in void_signatures(lot, history))
    life = parts(lot, history.origin).get("life")
    if life is not None:
        text = f"the code was used before; this is lot number {life} of that name"
        recount.append(OpenFinding("lot-reused", text, events[0].entries if events else ()))
    return tuple(dict.fromkeys(recount))


def _amount_told(quantity: Decimal | None) -> tuple[str, ...]:
    return () if quantity is None else (decimal_text(quantity),)


def _expired(lot: str, books: Books, events: Sequence[Told], history: History) -> Iterable[OpenFinding]:
    moved = {move.position for move in books.movements if move.source.line == "on_hand"}
    for told in events:
        use = use_of(told.event, lot)
        if use is None or told.position not in moved:
            continue
        expiry = term_at(lot, "expiry", history, at=told.event.at)
        if expiry is not None and event_day(told.event) > expiry:
            text = f"it was {use} on {event_day(told.event)}, after its expiry on {expiry}"
            yield OpenFinding("lot-expired", text, told.entries, facts=(use, event_day(told.event), expiry))


def _declared_contents(lot: str, custody: Custody, as_of: int | None) -> Iterable[OpenFinding]:
    for holding in custody.holdings_of(lot, is_container=False):
        if not holding.verified and not holding.is_over and (as_of is None or holding.begin[0] <= as_of):
            text = f"what is in container {label(holding.container)} was declared by its sender; nobody looked inside"
            yield OpenFinding("contents-declared", text, holding.entries, facts=(holding.container,))


def is_confirmed(code: str, told: Told, recount: Iterable[OpenFinding]) -> bool:
    """Tell whether what an event was forced with still shows: in the recount of its lots, or because none asks it."""
    confirming = _RECOUNTED.get(code)
    return confirming is None or any(
        one.code in confirming and not set(one.entries).isdisjoint(told.entries) for one in recount
    )


def _forced(events: Iterable[Told], recount: Sequence[OpenFinding]) -> Iterable[OpenFinding]:
    for told in events:
        texts = told.forced_texts or tuple(f"it broke the rule {code}" for code in told.forced)
        for code, words in dict.fromkeys(zip(told.forced, texts, strict=True)):
            shown = is_confirmed(code, told, recount)
            yield OpenFinding(code, f"recorded by force: {words}", told.entries, shown, told.reason)
