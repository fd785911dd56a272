"""What a correction touches: balances, findings, recall scopes and traces, open shipments, signatures.

Asked of two histories of one ledger that differ in the correction alone: what is known, and what is known with it. Both
are asked by the same code that answers questions, so what is shown before a correction is recorded is what is answered
afterwards. Nothing is told that stays as it was.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from thread.events.dispatch import CustomerReturned, Delivered, Shipped
from thread.genealogy.focus import NothingTold, focus_of, starts_of
from thread.genealogy.lot_card import LotFacts, OpenFinding, lot_facts
from thread.genealogy.plant import Plant
from thread.genealogy.projection import History, Told
from thread.genealogy.signatures import void_signatures_of
from thread.genealogy.walk import walk
from thread.recall.near_an_entry import lots_beside, lots_carried_on, lots_named
from thread.recall.scope import customers_of
from thread.recall.scope_reach import scope_reach
from thread.recall.touched_facts import (
    Amount,
    AnswerChange,
    BalanceChange,
    Difference,
    OpenShipment,
    Side,
    Touched,
    TouchedLot,
    TouchedSignature,
    Way,
)

__all__ = ["touched"]

MOST_LOTS: Final = 500
"""Lots whose accounts are compared; more than these are counted as left out."""
MOST_ANSWERS: Final = 50
"""Lots whose scopes and traces are compared."""


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
        customers = {
            one.customer for one in customers_of(found.custody, certain=found.lots) if one.customer is not None
        }
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


_Key = tuple[Side, str, str | None, str | None, str | None, bool, bool]
"""What a line of a balance stands for; what is short is a line of its own."""


def _lines(facts: LotFacts) -> dict[_Key, Amount]:
    """Return the lines of a balance as it is printed."""
    found: dict[_Key, Amount] = {}
    told: Mapping[str, Any] = facts.account.as_json()
    sides: tuple[Side, ...] = ("in", "out")
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
