"""Whether what went into an order, to a processor or into a vessel may still be there (EVENTS 6).

An order is over when it is closed. A subcontracted one is over too when its planned quantity was received, or, where no
plan was told, when anything was. A run of a vessel is over when the vessel was emptied with nothing left.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from decimal import Decimal

from thread.events.material import Received
from thread.events.production import BatchProduced, WorkOrderClosed, WorkOrderReleased
from thread.events.vessels import VesselDrawn, VesselEmptied
from thread.genealogy.projection import History
from thread.genealogy.stock import Bucket
from thread.values.quantity import EXACT, ZERO

__all__ = ["ProcessState", "ProcessStates"]

Position = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class ProcessState:
    """How far an order is. `entries`: those that ended it."""

    is_over: bool
    has_output: bool
    entries: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Vessel:
    emptied: tuple[Position, ...]
    """When it was emptied with nothing left, in order."""
    entries: tuple[tuple[int, ...], ...]
    drawn: tuple[Position, ...]
    """When material had left it without emptying it, at the latest, in order."""


class ProcessStates:
    """The states of orders and vessels, each read once, as of an event time (nanoseconds; None: all)."""

    def __init__(self, history: History, *, as_of: int | None = None) -> None:
        self._history = history
        self._as_of = as_of
        self._orders: dict[tuple[str, bool], ProcessState] = {}
        self._vessels: dict[str, _Vessel] = {}

    def of_order(self, bucket: Bucket) -> ProcessState:
        """Return the state of the order that a bucket belongs to."""
        key = (bucket.order or "", bucket.state == "at_processor")
        state = self._orders.get(key)
        if state is None:
            state = self._orders[key] = self._order(*key)
        return state

    def _order(self, order: str, is_subcontracted: bool) -> ProcessState:  # noqa: FBT001 a fact of the bucket
        closed: list[int] = []
        receipts: list[int] = []
        received, planned, planned_unit, has_output = ZERO, None, None, False
        for told in self._history.about("activity", order):
            event = told.event
            if self._as_of is not None and event.at > self._as_of:
                continue
            if isinstance(event, WorkOrderClosed) and event.order == order:
                closed.extend(told.entries)
            elif isinstance(event, WorkOrderReleased) and event.order == order and event.planned_quantity is not None:
                planned, planned_unit = event.planned_quantity.amount, event.planned_quantity.unit
            elif isinstance(event, BatchProduced) and event.order == order:
                has_output = True
            elif isinstance(event, Received) and event.work_order == order:
                has_output = True
                receipts.extend(told.entries)
                received = EXACT.add(received, _counted(event, planned_unit))
        is_back = is_subcontracted and bool(receipts) and (planned is None or received >= planned)
        return ProcessState(bool(closed) or is_back, has_output, tuple(closed) or (tuple(receipts) if is_back else ()))

    def _vessel(self, vessel: str) -> _Vessel:
        known = self._vessels.get(vessel)
        if known is None:
            emptied: list[tuple[Position, tuple[int, ...]]] = []
            drawn: list[Position] = []
            for told in self._history.about("activity", vessel):
                event = told.event
                if self._as_of is not None and event.at > self._as_of:
                    continue
                if isinstance(event, VesselEmptied) and not event.heel.amount:
                    emptied.append((told.position, told.entries))
                elif isinstance(event, VesselDrawn | VesselEmptied):
                    # Nobody knows when in its window it was drawn: what was filled by the end may have left with it.
                    drawn.append((event.window[1], told.seq, told.index))
            known = self._vessels[vessel] = _Vessel(
                tuple(position for position, _ in emptied),
                tuple(entries for _, entries in emptied),
                tuple(sorted(drawn)),
            )
        return known

    def of_fill(self, vessel: str, position: Position) -> tuple[int, bool]:
        """Return the run of a vessel that a fill belongs to (from 0), and whether anything left that run since."""
        known = self._vessel(vessel)
        number = bisect_left(known.emptied, position)
        after = bisect_left(known.drawn, position)
        return number, after < len(known.drawn)

    def runs_ended(self, vessel: str) -> int:
        """Return how many runs of a vessel ended."""
        return len(self._vessel(vessel).emptied)

    def emptied_by(self, vessel: str, number: int) -> tuple[int, ...]:
        """Return the entries that ended a run."""
        return self._vessel(vessel).entries[number]


def _counted(event: Received, unit: str | None) -> Decimal:
    """Return how much of a plan a receipt fills; all of it where the two cannot be compared."""
    rejected = event.rejected_quantity
    if unit is None or event.quantity.unit != unit:
        return Decimal(10**18)
    more = rejected.amount if rejected is not None and rejected.unit == unit else ZERO
    return EXACT.add(event.quantity.amount, more)
