"""Why the material of a lot was released: receipts by their pegs, batches by those of their order (DESIGN 6, EVENTS 6).

Bookings of an order fill its pegs first, then the rest of its plan, then they are overrun, in the order of time. What
was split, merged or relabelled keeps the set that it had, by quantity. Nothing is guessed: what nobody told is UNKNOWN.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, Context, Decimal
from typing import Final

from thread.events.material import Entering, OutputLine, Received, Transforming
from thread.events.production import BatchProduced, MaterialIssued, MaterialReturned, WorkOrderReleased
from thread.genealogy.books import Books
from thread.genealogy.movement import IN_LINES, Movement
from thread.genealogy.projection import History, Told
from thread.values.origin import Origin, OriginPart, Peg, Trigger, origin_parts
from thread.values.quantity import EXACT, ZERO, decimal_text

__all__ = ["OriginBook", "joined_parts", "order_bookings"]

_FINEST: Final = Decimal("0.000000000001")
_WIDE: Final = Context(prec=80, rounding=ROUND_DOWN)
_Key = tuple[int, int, int]


class _Fill:
    """Pegs and plan of an order, filled booking by booking."""

    def __init__(self, origin: Origin | None, planned: Decimal | None) -> None:
        self._told = origin is not None
        self._pegs = [(peg, Decimal(peg.quantity)) for peg in (origin.pegs if origin else ())]
        self._trigger: Trigger | None = origin.trigger if origin else None
        pegged = sum((left for _, left in self._pegs), ZERO)
        self._plan: Decimal | None = None if planned is None else max(ZERO, planned - pegged)
        if planned is None and self._pegs and self._trigger is None:
            self._plan = ZERO

    def parts(self, quantity: Decimal) -> tuple[OriginPart, ...]:
        """Return the origin of the next booking of a main output."""
        if not self._told:
            return (OriginPart("UNKNOWN", quantity),)
        found: list[OriginPart] = []
        left = quantity
        filled: list[Peg] = []
        while self._pegs and left > ZERO:
            peg, open_quantity = self._pegs[0]
            take = min(open_quantity, left)
            filled.append(peg.model_copy(update={"quantity": decimal_text(take)}))
            left -= take
            if take == open_quantity:
                self._pegs.pop(0)
            else:
                self._pegs[0] = (peg, open_quantity - take)
        if filled:
            found.append(OriginPart("JIT", quantity - left, None, tuple(filled)))
        planned = left if self._plan is None else min(self._plan, left)
        if planned > ZERO:
            found.append(OriginPart("JIC" if self._trigger else "UNKNOWN", planned, self._trigger))
            left -= planned
            self._plan = None if self._plan is None else self._plan - planned
        if left > ZERO:
            found.append(OriginPart("JIC", left, "overrun"))
        return tuple(found)

    def joint(self, quantity: Decimal) -> tuple[OriginPart, ...]:
        """Return the origin of what came out beside the main output."""
        return (OriginPart("JIC", quantity, "joint"),) if self._told else (OriginPart("UNKNOWN", quantity),)


@dataclass(frozen=True, slots=True)
class Booking:
    """A quantity of a lot that an order brought forth, and why it was released."""

    lot: str
    parts: tuple[OriginPart, ...]


def order_bookings(order: str, history: History, *, as_of: int | None = None) -> dict[_Key, Booking]:
    """Return the bookings of an order by seq, index and number of the output, each with its origin."""
    events = [told for told in history.about("activity", order) if as_of is None or told.event.at <= as_of]
    release = next(
        (told.event for told in events if isinstance(told.event, WorkOrderReleased) and told.event.order == order), None
    )
    plan = release.planned_quantity if release is not None else None
    fill = _Fill(release.origin if release is not None else None, plan.amount if plan is not None else None)
    found: dict[_Key, Booking] = {}
    inside: dict[str, Decimal] = {}
    for told in events:
        event = told.event
        if isinstance(event, MaterialIssued | MaterialReturned) and event.order == order:
            sign = 1 if isinstance(event, MaterialIssued) else -1
            for issued in event.lots:
                if issued.lot is not None:
                    inside[issued.lot] = max(ZERO, inside.get(issued.lot, ZERO) + sign * (issued.amount or ZERO))
        elif isinstance(event, BatchProduced) and event.order == order:
            own = _Fill(event.origin, None) if event.origin is not None else None
            for number, line in enumerate(event.outputs):
                # What went in under the same name comes back with the origin that it had: it is not made twice.
                back = ZERO if line.kind == "regrind" else min(inside.get(line.lot, ZERO), line.quantity.amount)
                inside[line.lot] = inside.get(line.lot, ZERO) - back
                fresh = line.quantity.amount - back
                unit = plan.unit if plan is not None and own is None else None
                parts = _booked(line, fresh, own or fill, unit) if fresh else ()
                found[told.seq, told.index, number] = Booking(line.lot, parts)
        elif isinstance(event, Received) and event.work_order == order:
            amount = event.quantity.amount
            same_unit = plan is None or plan.unit == event.quantity.unit
            parts = (
                origin_parts(amount, event.origin)
                if event.origin is not None
                else fill.parts(amount)
                if same_unit
                else (OriginPart("UNKNOWN", amount),)
            )
            found[told.seq, told.index, 0] = Booking(event.lot, parts)
    return found


def _booked(line: OutputLine, amount: Decimal, fill: _Fill, unit: str | None) -> tuple[OriginPart, ...]:
    if line.kind != "main":
        return fill.joint(amount)
    if unit is not None and unit != line.quantity.unit:
        return (OriginPart("UNKNOWN", amount),)
    return fill.parts(amount)


class OriginBook:
    """Why the material of lots was released, each lot found out once."""

    def __init__(self, history: History, *, as_of: int | None = None) -> None:
        self._history = history
        self._as_of = as_of
        self._parts: dict[str, tuple[OriginPart, ...]] = {}
        self._orders: dict[str, dict[_Key, Booking]] = {}

    def parts(self, lot: str) -> tuple[OriginPart, ...]:
        """Return the origin of all that came in of a lot, by mode and trigger."""
        waiting, opened = [lot], set[str]()
        while waiting:
            top = waiting[-1]
            if top in self._parts:
                waiting.pop()
                continue
            # A lot that was made of itself, in a loop, adds nothing that is not known of it already.
            parents = [] if top in opened else [one for one in self._parents(top) if one not in opened]
            opened.add(top)
            waiting.extend(one for one in parents if one not in self._parts)
            if waiting[-1] == top:
                self._parts[top] = joined_parts(
                    part for told in self._events(top) for part in self.parts_of_event(told, top)
                )
                waiting.pop()
        return self._parts[lot]

    def _events(self, lot: str) -> list[Told]:
        return [told for told in self._history.about("lot", lot) if self._as_of is None or told.event.at <= self._as_of]

    def _parents(self, lot: str) -> list[str]:
        return [
            parent
            for told in self._events(lot)
            if isinstance(told.event, Transforming) and any(line.lot == lot for line in told.event.outputs)
            for line in told.event.inputs
            for parent in line.candidates
            if parent != lot
        ]

    def parts_of_event(self, told: Told, lot: str) -> tuple[OriginPart, ...]:
        """Return why the quantity of a lot that an event brought was released; empty if it brought none."""
        event = told.event
        if isinstance(event, Received) and event.work_order is not None and event.lot == lot:
            return self._of_order(event.work_order, told, lot)
        if isinstance(event, Entering):
            return origin_parts(event.quantity.amount, event.origin) if event.lot == lot else ()
        if isinstance(event, BatchProduced):
            return self._of_order(event.order, told, lot)
        if isinstance(event, Transforming):
            return self._kept(event, lot)
        return ()

    def _of_order(self, order: str, told: Told, lot: str) -> tuple[OriginPart, ...]:
        bookings = self._orders.get(order)
        if bookings is None:
            bookings = self._orders[order] = order_bookings(order, self._history, as_of=self._as_of)
        return tuple(
            part
            for (seq, index, _), booking in bookings.items()
            if (seq, index) == (told.seq, told.index) and booking.lot == lot
            for part in booking.parts
        )

    def _kept(self, event: Transforming, lot: str) -> tuple[OriginPart, ...]:
        made = sum((line.quantity.amount for line in event.outputs if line.lot == lot), ZERO)
        again = sum((line.amount or ZERO for line in event.inputs if line.lot == lot), ZERO)
        fresh = made - again
        if fresh <= ZERO:
            return ()
        inputs: list[tuple[Decimal, tuple[OriginPart, ...]]] = []
        units = {line.unit for line in event.inputs if line.lot != lot}
        for line in event.inputs:
            if line.lot == lot:
                continue
            if line.lot is None or line.amount is None or (len(units) > 1):
                return (OriginPart("UNKNOWN", fresh),)
            inputs.append((line.amount, self._parts.get(line.lot, ())))
        return _mixed(inputs, fresh)


def _mixed(inputs: Sequence[tuple[Decimal, tuple[OriginPart, ...]]], quantity: Decimal) -> tuple[OriginPart, ...]:
    """Return the set of several inputs, each weighted by how much of it went in, for a quantity that came out."""
    taken = sum((amount for amount, _ in inputs), ZERO)
    if not taken:
        return (OriginPart("UNKNOWN", quantity),)
    found: list[OriginPart] = []
    for amount, parts in inputs:
        total = sum((part.quantity for part in parts), ZERO)
        for part in parts if total else (OriginPart("UNKNOWN", amount),):
            share = _share(
                _WIDE.multiply(_WIDE.multiply(quantity, amount), part.quantity), _WIDE.multiply(taken, total or amount)
            )
            pegs = tuple(_scaled_peg(peg, share, part.quantity) for peg in part.pegs)
            found.append(replace(part, quantity=share, pegs=tuple(peg for peg in pegs if peg is not None)))
    rest = quantity - sum((part.quantity for part in found), ZERO)
    if rest:
        # What rounding to twelve digits leaves over goes to the largest part, so that the parts add up.
        largest = max(range(len(found)), key=lambda number: found[number].quantity)
        found[largest] = replace(found[largest], quantity=found[largest].quantity + rest)
    return joined_parts(part for part in found if part.quantity)


def _share(numerator: Decimal, denominator: Decimal) -> Decimal:
    return Decimal(decimal_text(_WIDE.quantize(_WIDE.divide(numerator, denominator), _FINEST)))


def _scaled_peg(peg: Peg, share: Decimal, whole: Decimal) -> Peg | None:
    scaled = _share(_WIDE.multiply(Decimal(peg.quantity), share), whole)
    return peg.model_copy(update={"quantity": decimal_text(scaled)}) if scaled else None


def joined_parts(parts: Iterable[OriginPart]) -> tuple[OriginPart, ...]:
    """Return parts with those of one mode and trigger added up; pegs of one demand are one peg."""
    found: dict[tuple[str, str | None], OriginPart] = {}
    for part in parts:
        key = part.mode, part.trigger
        known = found.get(key)
        if known is None:
            found[key] = part
        else:
            pegs = _joined_pegs((*known.pegs, *part.pegs))
            found[key] = replace(known, quantity=EXACT.add(known.quantity, part.quantity), pegs=pegs)
    order = {"JIT": 0, "JIC": 1, "UNKNOWN": 2}
    return tuple(sorted(found.values(), key=lambda part: (order[part.mode], part.trigger or "")))


def _joined_pegs(pegs: Iterable[Peg]) -> tuple[Peg, ...]:
    found: dict[tuple[str, str], Peg] = {}
    for peg in pegs:
        key = peg.demand, peg.kind
        known = found.get(key)
        total = Decimal(peg.quantity) + (Decimal(known.quantity) if known else ZERO)
        found[key] = peg.model_copy(update={"quantity": decimal_text(total)})
    return tuple(found.values())


def unexplained(books: Books, parts: Iterable[OriginPart]) -> Decimal:
    """Return how much came in that no part explains: found, or told by others."""
    came_in = sum((_entered(move) for move in books.movements), ZERO)
    return max(ZERO, came_in - sum((part.quantity for part in parts), ZERO))


def _entered(move: Movement) -> Decimal:
    return move.quantity if move.source.line in IN_LINES else ZERO
