"""What a correction touches: balances, findings, recall scopes and traces, open shipments, signatures.

Asked of two histories of one ledger that differ in the correction alone: what is known, and what is known with it. Both
are asked by the same code that answers questions, so what is shown before a correction is recorded is what is answered
afterwards. Nothing is told that stays as it was.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from thread.events.dispatch import CustomerReturned, Delivered, Shipped
from thread.genealogy.focus import NothingTold, focus_of, starts_of
from thread.genealogy.lot_card import LotFacts, OpenFinding, lot_facts
from thread.genealogy.plant import Plant
from thread.genealogy.projection import History, Told
from thread.genealogy.signatures import VoidSignature, void_signatures_of
from thread.genealogy.walk import walk
from thread.recall.near_an_entry import lots_beside, lots_carried_on, lots_named
from thread.recall.scope import customers_of
from thread.recall.scope_reach import scope_reach
from thread.values.names import label

__all__ = [
    "NOTHING_TOUCHED",
    "AnswerChange",
    "BalanceChange",
    "OpenShipment",
    "Touched",
    "TouchedLot",
    "TouchedSignature",
    "touched",
]

MOST_LOTS: Final = 500
"""Lots whose accounts are compared; more than these are counted as left out."""
MOST_ANSWERS: Final = 50
"""Lots whose scopes and traces are compared."""

Way = Literal["leaves", "enters", "stays"]
Amount = tuple[str, str | None]
"""A quantity as decimal text, and the high end where it is a range."""


@dataclass(frozen=True, slots=True)
class BalanceChange:
    """A line of a balance that says something else; None: there is no such line."""

    side: Literal["in", "out"]
    line: str
    place: str | None
    owner: str | None
    state: str | None
    calculated: bool
    before: Amount | None
    after: Amount | None

    def as_json(self) -> dict[str, object]:
        """The line as a preview prints it."""
        return {
            "side": self.side,
            "line": self.line,
            "place": self.place,
            "owner": self.owner,
            "state": self.state,
            "calculated": self.calculated,
            "before": _amount_json(self.before),
            "after": _amount_json(self.after),
        }


@dataclass(frozen=True, slots=True)
class TouchedLot:
    """A lot that the entry names, or for which something changes."""

    lot: str
    unit: str | None
    is_named: bool
    """Whether the entry names it, before or after; else it lies beside: in the same order, shipment or hold."""
    balance: tuple[BalanceChange, ...]
    opened: tuple[OpenFinding, ...]
    """Findings that it gets."""
    closed: tuple[OpenFinding, ...]
    """Findings that it loses."""

    @property
    def changes(self) -> bool:
        """Whether anything changes for it."""
        return bool(self.balance or self.opened or self.closed)

    def as_json(self) -> dict[str, object]:
        """The lot as a preview prints it."""
        return {
            "id": self.lot,
            "short": label(self.lot),
            "unit": self.unit,
            "named": self.is_named,
            "balance": [change.as_json() for change in self.balance],
            "findings_opened": [_finding_json(one) for one in self.opened],
            "findings_closed": [_finding_json(one) for one in self.closed],
        }


@dataclass(frozen=True, slots=True)
class Difference:
    """Names that leave an answer, and names that enter it; sorted."""

    leaves: tuple[str, ...]
    enters: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.leaves or self.enters)

    def as_json(self) -> dict[str, object]:
        """The difference as a preview prints it."""
        return {"leaves": list(self.leaves), "enters": list(self.enters)}


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """How the answers about one lot change: its recall scope, and where it came from."""

    lot: str
    scope_lots: Difference
    scope_shipments: Difference
    scope_customers: Difference
    """Customers that somebody named."""
    where_from: Difference

    def as_json(self) -> dict[str, object]:
        """The change as a preview prints it."""
        return {
            "lot": self.lot,
            "short": label(self.lot),
            "scope": {
                "lots": self.scope_lots.as_json(),
                "shipments": self.scope_shipments.as_json(),
                "customers": self.scope_customers.as_json(),
            },
            "where_from": self.where_from.as_json(),
        }


@dataclass(frozen=True, slots=True)
class OpenShipment:
    """Goods on their way that rest on the entry: shipped, and nobody told that they arrived or came back."""

    shipment: str
    customer: str | None
    event_time: str
    way: Way
    """Whether it leaves what rests on the lots of the entry, enters it, or stays."""
    entries: tuple[int, ...]

    def as_json(self) -> dict[str, object]:
        """The shipment as a preview prints it."""
        return {
            "shipment": self.shipment,
            "number": label(self.shipment),
            "customer": self.customer,
            "event_time": self.event_time,
            "change": self.way,
            "entries": list(self.entries),
        }


@dataclass(frozen=True, slots=True)
class TouchedSignature:
    """A signature that does not hold with the correction: somebody has to sign again."""

    void: VoidSignature
    was_void: bool
    """It did not hold before either, because of an earlier correction."""

    def as_json(self) -> dict[str, object]:
        """The signature as a preview prints it."""
        return {
            "seq": self.void.seq,
            "signed_by": self.void.signed_by,
            "signer": self.void.signer,
            "meaning": self.void.meaning,
            "void_before": self.was_void,
        }


@dataclass(frozen=True, slots=True)
class Touched:
    """All that a correction touches."""

    lots: tuple[TouchedLot, ...]
    """Those that the entry names first, then those beside it for which something changes; each sorted by name."""
    answers: tuple[AnswerChange, ...]
    shipments: tuple[OpenShipment, ...]
    signatures: tuple[TouchedSignature, ...]
    left_out: int
    """Lots beside the entry that were not looked at because they are too many; 0: this is all."""

    def as_json(self) -> dict[str, Any]:
        """What is touched, as a preview prints it."""
        return {
            "lots": [lot.as_json() for lot in self.lots],
            "answers": [answer.as_json() for answer in self.answers],
            "shipments": [shipment.as_json() for shipment in self.shipments],
            "signatures": [signature.as_json() for signature in self.signatures],
            "complete": not self.left_out,
            "left_out": self.left_out,
        }


NOTHING_TOUCHED: Final = Touched((), (), (), (), 0)


class _Side:
    """One of the two histories, with what stands at the entry in it."""

    def __init__(self, history: History, standing: Sequence[Told]) -> None:
        self.history = history
        self.standing = standing
        self.plant = Plant(history)
        self.named = lots_named(standing, self.plant)

    def facts(self, lot: str) -> LotFacts:
        return lot_facts(lot, self.history, self.plant.custody)

    def reached(self, lot: str) -> tuple[set[str], dict[str, Told], set[str]]:
        """Return the lots, shipments and customers in the recall scope of a lot, nothing if it is not known."""
        try:
            found = scope_reach(self.plant, (lot,))
        except NothingTold:
            return set(), {}, set()
        shipments = {
            edge.target: edge.departure.told
            for edges in found.custody.values()
            for edge in edges
            if edge.departure is not None
        }
        customers = {one.customer for one in customers_of(found.custody) if one.customer is not None}
        return {one for one in found.lots if one != lot}, shipments, customers

    def made_from(self, lot: str) -> set[str]:
        """Return the lots that a lot was made from."""
        try:
            focus = focus_of(lot, self.plant)
        except NothingTold:
            return set()
        reach = walk(self.plant, starts_of(focus, self.plant, "backward"), "backward")
        return set(reach.depths) - reach.activities - {lot}


def touched(seq: int, before: History, after: History, *, old: Sequence[Told], new: Sequence[Told]) -> Touched:
    """Return what differs between two histories that differ in one more correction of the entry at `seq`.

    `old`, `new`: the events that stand at the entry in each of them.
    """
    was, now = _Side(before, old), _Side(after, new)
    named = was.named | now.named
    near = named.union(*(lots_beside((*old, *new), side.plant) for side in (was, now)))
    near = near.union(*(lots_carried_on(near, side.plant) for side in (was, now)))
    looked_at = (*sorted(named), *sorted(near - named))[:MOST_LOTS]
    joined = named.union(*(lots_beside((*old, *new), side.plant, kinds=("activity",)) for side in (was, now)))
    asked = (*sorted(named), *sorted(joined - named))[:MOST_ANSWERS]
    compared = [_lot(lot, was, now, seq, is_named=lot in named) for lot in looked_at]
    answers, shipments = _answers(asked, named, was, now)
    return Touched(
        tuple(lot for lot in compared if lot.is_named or lot.changes),
        tuple(answers),
        tuple(shipments),
        tuple(_signatures(seq, was, now)),
        max(len(near) - MOST_LOTS, len(joined) - MOST_ANSWERS, 0),
    )


def _lot(lot: str, was: _Side, now: _Side, seq: int, *, is_named: bool) -> TouchedLot:
    one, other = was.facts(lot), now.facts(lot)
    corrections = {told.seq for told in now.history.about("entry", str(seq)) if told.event.type == "corrected"}
    before = {_finding_key(finding, corrections): finding for finding in one.findings if finding.is_open}
    after = {_finding_key(finding, corrections): finding for finding in other.findings if finding.is_open}
    return TouchedLot(
        lot,
        other.unit or one.unit,
        is_named,
        tuple(_balance_changes(_lines(one), _lines(other))),
        tuple(finding for key, finding in after.items() if key not in before),
        tuple(finding for key, finding in before.items() if key not in after),
    )


def _finding_key(finding: OpenFinding, corrections: Collection[int]) -> tuple[object, ...]:
    """Return what makes a finding the same one, whichever correction of the entry it rests on."""
    entries = tuple(seq for seq in finding.entries if seq not in corrections)
    return finding.code, entries, "" if finding.code == "signature-void" else finding.text


_Key = tuple[Literal["in", "out"], str, str | None, str | None, str | None, bool, bool]
"""What a line of a balance stands for; what is short is a line of its own."""


def _lines(facts: LotFacts) -> dict[_Key, Amount]:
    """Return the lines of a balance as it is printed."""
    found: dict[_Key, Amount] = {}
    told: Mapping[str, Any] = facts.account.as_json()
    sides: tuple[Literal["in", "out"], ...] = ("in", "out")
    for side in sides:
        for line in told[side]:
            is_short = line["quantity"].startswith("-")
            key: _Key = (side, line["line"], line["place"], line["owner"], line["state"], line["calculated"], is_short)
            found[key] = line["quantity"], line["quantity_max"]
    return found


def _balance_changes(before: Mapping[_Key, Amount], after: Mapping[_Key, Amount]) -> Iterator[BalanceChange]:
    for key in dict.fromkeys((*before, *after)):
        if before.get(key) != after.get(key):
            yield BalanceChange(*key[:-1], before.get(key), after.get(key))


def _answers(
    asked: Iterable[str], named: Collection[str], was: _Side, now: _Side
) -> tuple[list[AnswerChange], list[OpenShipment]]:
    """Return the answers that change, and the open shipments that the lots of the entry went with."""
    changed: list[AnswerChange] = []
    gone: dict[str, Told] = {}
    come: dict[str, Told] = {}
    for lot in asked:
        lots, shipments, customers = was.reached(lot)
        lots_now, shipments_now, customers_now = now.reached(lot)
        if lot in named:
            gone |= shipments
            come |= shipments_now
        change = AnswerChange(
            lot,
            _difference(lots, lots_now),
            _difference(shipments, shipments_now),
            _difference(customers, customers_now),
            _difference(was.made_from(lot), now.made_from(lot)),
        )
        if change.scope_lots or change.scope_shipments or change.scope_customers or change.where_from:
            changed.append(change)
    return changed, list(_open_shipments(gone, come, was, now))


def _difference(before: Iterable[str], after: Iterable[str]) -> Difference:
    one, other = frozenset(before), frozenset(after)
    return Difference(tuple(sorted(one - other)), tuple(sorted(other - one)))


def _open_shipments(
    before: Mapping[str, Told], after: Mapping[str, Told], was: _Side, now: _Side
) -> Iterator[OpenShipment]:
    for shipment in sorted({*before, *after}):
        side = now if shipment in after else was
        told = after.get(shipment) or before[shipment]
        if not isinstance(told.event, Shipped) or not _is_open(shipment, side.history):
            continue
        way: Way = "stays" if shipment in before and shipment in after else "enters" if shipment in after else "leaves"
        event = told.event
        customer = event.customer or event.consignee or event.ship_to
        yield OpenShipment(shipment, customer, event.event_time or event.time_from or "", way, told.entries)


def _is_open(shipment: str, history: History) -> bool:
    """Tell whether goods left under a number, and nobody told that they arrived or came back."""
    events = [told.event for told in history.about("shipment", shipment)]
    return not any(isinstance(event, Delivered | CustomerReturned) for event in events)


def _signatures(seq: int, was: _Side, now: _Side) -> Iterator[TouchedSignature]:
    before = {one.signed_by for one in void_signatures_of(seq, was.history)}
    for void in void_signatures_of(seq, now.history):
        yield TouchedSignature(void, void.signed_by in before)


def _amount_json(amount: Amount | None) -> dict[str, object] | None:
    return None if amount is None else {"quantity": amount[0], "quantity_max": amount[1]}


def _finding_json(finding: OpenFinding) -> dict[str, object]:
    return {"code": finding.code, "text": finding.text, "entries": list(finding.entries)}
