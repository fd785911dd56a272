"""What acceptance knows of the plant for one event: the books of its lots at the event time, and facts read once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from thread.acceptance.findings import Finding, Severity
from thread.acceptance.rules import RULES
from thread.events.base import Event, Line
from thread.events.containers import Packing
from thread.events.dispatch import CustomerReturned, Delivered, Shipped
from thread.events.master_data import ItemDefined
from thread.events.material import Entering, Received, Transforming
from thread.events.production import BatchProduced, MaterialReturned, WorkOrderClosed
from thread.events.quality import Held
from thread.events.vessels import VesselDrawn
from thread.genealogy.book_shelf import BookShelf
from thread.genealogy.bookkeeping import Bookkeeper, unit_of
from thread.genealogy.books import Books
from thread.genealogy.custody import Custody, Position
from thread.genealogy.lot_terms import event_day, term_at
from thread.genealogy.projection import History, Told
from thread.values.names import label, parts
from thread.values.quantity import ZERO

__all__ = ["PlantState"]

_LEAVES: Final = frozenset({"sale", "processing", "supplier_return", "disposal"})
"""Purposes of shipments whose goods leave our books."""


def _fills(event: Event, container: str) -> bool:
    """Tell whether an event puts something into a container: then it is here."""
    if isinstance(event, Packing):
        return event.container == container
    if isinstance(event, Received):
        return any(part.container == container for part in event.containers)
    if isinstance(event, BatchProduced | Transforming):
        return any(line.container == container for line in event.outputs)
    return False


class PlantState:
    """The plant at the time of one event, as far as the rules ask for it."""

    def __init__(self, event: Event, history: History, custody: Custody, shelf: BookShelf | None = None) -> None:
        self.event = event
        self.history = history
        self.custody = custody
        self.seq = history.size
        """Where the event would stand."""
        self._books: dict[str, Books] = {}
        self._shelf = shelf

    # Findings.

    def finding(self, code: str, path: str, text: str, *, severity: Severity | None = None, **facts: object) -> Finding:
        """Return a finding, with the rule's own severity unless another is told."""
        return Finding(code, severity or RULES[code].severity, path, text, facts)

    def unknown(self, path: str, lot: str) -> Finding:
        """Return the finding that a lot was never recorded."""
        text = f"lot {label(lot)} was never recorded; record how it came first, or correct the name"
        return self.finding("lot-unknown", path, text, lot=lot)

    def is_away(self, path: str, container: str, departure: Told) -> Finding:
        """Return the finding that a container is used that left."""
        text = (
            f"container {label(container)} left with entry {departure.seq} and did not come back;"
            " record its return, or correct the container"
        )
        return self.finding("container-away", path, text, container=container, entry=departure.seq)

    @property
    def time_told(self) -> str:
        """The event time as told."""
        return self.event.event_time or self.event.time_from or ""

    @staticmethod
    def time_text(at: int) -> str:
        """Return an instant (nanoseconds) as text in UTC."""
        return datetime.fromtimestamp(at // 1_000_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    # Lots.

    def is_known(self, lot: str) -> bool:
        """Tell whether any valid entry names the lot."""
        return bool(self.history.about("lot", lot))

    def books(self, lot: str) -> Books:
        """Return the books of a lot up to the event time, everything of that time counted. They may be booked on."""
        known = self._books.get(lot)
        if known is None:
            keeper = Bookkeeper(self.history, self.custody, as_of=self.event.at)
            known = self._books[lot] = keeper.books(lot)
        return known

    def books_to_read(self, lot: str) -> Books:
        """Return the same for who books nothing on them: from the shelf, where nothing happened after the event."""
        known = self._books.get(lot)
        if known is None and self._shelf is not None and not self._is_before_the_last(lot):
            known = self._shelf.books(lot, self.history, self.custody)
        return self.books(lot) if known is None else known

    def _is_before_the_last(self, lot: str) -> bool:
        told = self.history.about("lot", lot)
        return bool(told) and told[-1].event.at > self.event.at

    def books_to_the_end(self, lot: str, *, with_event: bool = False) -> Books:
        """Return the books of a lot with all later entries, and with this event booked or not."""
        keeper = Bookkeeper(self.history, self.custody)
        told = Told(self.seq, 0, self.event, (self.seq,))
        return keeper.books(lot, proposed=told if with_event else None)

    def has_later(self, lot: str) -> bool:
        """Tell whether entries about a lot happened after the event."""
        # The shelf keeps plain lots only: nothing but their own entries can have moved them.
        is_plain = self._shelf is not None and self._shelf.books(lot, self.history, self.custody) is not None
        if is_plain:
            return self._is_before_the_last(lot)
        return Bookkeeper(self.history, self.custody).last_time(lot) > self.event.at

    def lots_of(self, lines: Iterable[Line]) -> tuple[str, ...]:
        """Return the lots that lines name or whose containers they name, in order."""
        found: dict[str, None] = {}
        for line in lines:
            if line.lot is not None:
                found[line.lot] = None
            elif line.is_whole_container:
                found.update(dict.fromkeys(self.held_in(line.container or "")))
        return tuple(found)

    def held_in(self, container: str) -> tuple[str, ...]:
        """Return the lots that a container holds at the event time."""
        held = self.custody.contents(container, (self.event.at, self.seq, 0))
        return tuple(dict.fromkeys(one.lot for one in held))

    def left_with(self, container: str) -> Told | None:
        """Return the shipment that a container left with, alone or inside others, and has not come back from.

        Transfers and goods on consignment stay in our books; what is packed, received or made into a container anew
        tells that it is here again.
        """
        here: Position = (self.event.at, self.seq, 0)
        waiting: list[tuple[str, ...]] = [(container,)]
        seen: set[str] = set()
        while waiting:
            way = waiting.pop()
            if way[-1] in seen:
                continue
            seen.add(way[-1])
            departure = self._departure(way[-1], here)
            if departure is not None and not self._came_back(way, departure, here):
                return departure
            holdings = self.custody.holdings_of(way[-1], is_container=True)
            waiting.extend((*way, one.container) for one in holdings if one.holds_at(here))
        return None

    def _departure(self, container: str, here: Position) -> Told | None:
        """Return the last shipment of a whole container before a position."""
        for told in reversed(self.history.about("container", container)):
            event = told.event
            if (
                isinstance(event, Shipped)
                and event.purpose in _LEAVES
                and told.position <= here
                and any(line.is_whole_container and line.container == container for line in event.lots)
            ):
                return told
        return None

    def _came_back(self, way: tuple[str, ...], departure: Told, here: Position) -> bool:
        """Tell whether an inner container, those around it, or lots that left in it are here again.

        `way`: from the inner container out to the one that left.
        """
        lots = {held.lot for held in self.custody.contents(way[0], departure.position)}
        shipment = departure.event.shipment if isinstance(departure.event, Shipped) else ""
        names = [("shipment", shipment), *(("lot", lot) for lot in lots), *(("container", name) for name in way)]
        for kind, name in names:
            for told in self.history.about(kind, name):
                event = told.event
                if not departure.position < told.position <= here:
                    continue
                if any(_fills(event, container) for container in way):
                    return True
                lines: tuple[Line, ...] = ()
                if isinstance(event, Delivered) and event.shipment == shipment:
                    lines = event.refused or ()
                elif isinstance(event, CustomerReturned | MaterialReturned):
                    lines = event.lots
                if any(line.container in way or lots.intersection(line.candidates) for line in lines):
                    return True
        return False

    def item_of(self, lot: str) -> str | None:
        """Return the item that a lot was told to be of as it came; None where nobody told."""
        for told in self.history.about("lot", lot):
            event = told.event
            if isinstance(event, Entering | VesselDrawn) and event.lot == lot:
                return event.item
            if isinstance(event, BatchProduced | Transforming):
                item = next((line.item for line in event.outputs if line.lot == lot and line.item is not None), None)
                if item is not None:
                    return item
        return None

    def unit_of(self, lot: str) -> str | None:
        """Return the unit that a lot is kept in, by all that was told of it, later or not."""
        return unit_of(lot, self.history.about("lot", lot))

    def first_time(self, lot: str) -> int | None:
        """Return when a lot first came or was made (nanoseconds), None where nobody told."""
        for told in self.history.about("lot", lot):
            event = told.event
            if isinstance(event, Entering | VesselDrawn) and event.lot == lot:
                return event.at
            if isinstance(event, BatchProduced | Transforming) and any(line.lot == lot for line in event.outputs):
                return event.at
        return None

    def expiry(self, lot: str) -> str | None:
        """Return the expiry of a lot that was valid at the event time."""
        # What the books up to the event time do not know was told later: a receipt that is late, with its expiry.
        telling = self.books_to_read(lot).telling if not self._is_before_the_last(lot) else None
        return term_at(lot, "expiry", self.history, at=self.event.at, telling=telling)

    def is_expired(self, lot: str) -> bool:
        """Tell whether a lot expired before the day of the event, on the clock of the site."""
        expiry = self.expiry(lot)
        return expiry is not None and event_day(self.event) > expiry

    def tolerance(self, lot: str, on_hand: Decimal) -> Decimal:
        """Return how far over what is on hand a use may go, by the item's definition at the event time."""
        name = self.item_of(lot)
        if name is None:
            return ZERO
        percent: str | None = None
        for told in self.history.about("item", name):
            event = told.event
            if isinstance(event, ItemDefined) and event.item == name and event.at <= self.event.at:
                percent = event.tolerance_percent
        return max(ZERO, on_hand) * Decimal(percent) / 100 if percent is not None else ZERO

    def lot_code(self, lot: str) -> dict[str, str]:
        """Return what the name of a lot is put together from."""
        return parts(lot, self.history.origin)

    # Orders and holds.

    def closed_at(self, order: str) -> Told | None:
        """Return what closed an order at or before the event time."""
        closed = [
            told
            for told in self.history.about("activity", order)
            if isinstance(told.event, WorkOrderClosed) and told.event.order == order and told.event.at <= self.event.at
        ]
        return closed[-1] if closed else None

    def hold_decision(self, hold: str) -> str | None:
        """Return the decision of a hold, the latest told."""
        decisions = [
            told.event.decision
            for told in self.history.about("hold", hold)
            if isinstance(told.event, Held) and told.event.decision is not None
        ]
        return decisions[-1] if decisions else None
