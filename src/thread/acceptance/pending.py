"""What naming has to know of the ledger, and the same with what is told but not recorded yet.

Several events may be recorded together (a file, a correction with its replacements); a later one may name what an
earlier one of them brought. `PendingNames` answers for both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from typing import Any, Final, Protocol

from thread.events import Event
from thread.events.base import Model
from thread.events.dispatch import Shipped
from thread.events.material import Entering, OutputLine, Transforming
from thread.events.production import BatchProduced, WorkOrderReleased
from thread.events.vessels import VesselDrawn
from thread.values.names import item_name, parts, serial_of, short_forms

__all__ = ["Arrival", "NameLookup", "NoNames", "PendingNames", "agrees"]

Arrival = Entering | OutputLine | VesselDrawn
"""Whatever brings a lot into the ledger, with the dates that it tells."""

_DATES: Final = ("expiry", "best_before", "made_on")


def agrees(told: Mapping[str, Any], arrival: Arrival) -> bool:
    """Tell whether a receipt can be of the same lot as an earlier arrival: what both tell of dates and supplier lots.

    `told`: a receipt or declaration as JSON, validated or not. Supplier lots agree if they share one.

    >>> agrees({"expiry": "2027-01-31"}, Entering.model_construct(expiry="2029-01-31"))
    False
    """
    for field in _DATES:
        told_date, known = told.get(field), getattr(arrival, field, None)
        if told_date is not None and known is not None and told_date != known:
            return False
    lots, known_lots = told.get("supplier_lots"), getattr(arrival, "supplier_lots", ())
    if not isinstance(lots, list | tuple) or not lots or not known_lots:
        return True
    return any(lot in known_lots for lot in lots)


class NameLookup(Protocol):
    """What naming has to know of the ledger. All names that go in and come out are canonical."""

    def lots(self, code: str, item: str | None) -> Sequence[str]:
        """Return the known lots that a short form may mean, of that item where one is told, sorted.

        Known is what any valid event names, as it came or as it was used.
        """
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

    def shipments(self, number: str, site: str | None) -> Sequence[str]:
        """Return the known shipments of that number, from or to the site where one is told, sorted."""
        ...

    def without(self, seq: int) -> NameLookup:
        """Return the same as if the entry at `seq`, with all its corrections, had never been recorded."""
        ...


class NoNames:
    """What is known of a ledger without entries: nothing."""

    def lots(self, code: str, item: str | None) -> Sequence[str]:  # noqa: ARG002 nothing is known, whatever is asked
        """Return no lot."""
        return ()

    def lots_of_serial(self, serial: str) -> Sequence[str]:  # noqa: ARG002
        """Return no lot."""
        return ()

    def knows(self, lot: str) -> bool:  # noqa: ARG002
        """Return False."""
        return False

    def needs_second_life(self, event: Mapping[str, Any], lot: str) -> bool:  # noqa: ARG002
        """Return False."""
        return False

    def item_of(self, lot: str) -> str | None:  # noqa: ARG002
        """Return None."""
        return None

    def order_item(self, order: str) -> str | None:  # noqa: ARG002
        """Return None."""
        return None

    def shipments(self, number: str, site: str | None) -> Sequence[str]:  # noqa: ARG002
        """Return no shipment."""
        return ()

    def without(self, seq: int) -> NameLookup:  # noqa: ARG002
        """Return itself."""
        return self


class PendingNames:
    """A lookup that also knows what some events bring that are not recorded yet."""

    def __init__(self, recorded: NameLookup, *, origin: str) -> None:
        self._recorded = recorded
        self._origin = origin
        self._named: set[str] = set()
        self._items: dict[str, str | None] = {}
        self._arrivals: dict[str, list[Arrival]] = {}
        self._lots_of_serial: dict[str, set[str]] = {}
        self._order_items: dict[str, str | None] = {}
        self._shipments: dict[str, set[str | None]] = {}

    def add(self, event: Event) -> None:
        """Take in what an event names and brings; its names are resolved."""
        self._named.update(_lots_in(event))
        for arrival, item in _brought(event):
            lot = arrival.lot or ""
            self._items.setdefault(lot, item)
            self._arrivals.setdefault(lot, []).append(arrival)
            for span in arrival.spans if isinstance(arrival, Entering | OutputLine) else ():
                for text in span.texts():
                    self._lots_of_serial.setdefault(serial_of(self._origin, item, lot, text), set()).add(lot)
        if isinstance(event, WorkOrderReleased):
            self._order_items[event.order] = event.item
        if isinstance(event, Shipped):
            self._shipments.setdefault(event.shipment, set()).update((event.site, event.to_site))

    def lots(self, code: str, item: str | None) -> Sequence[str]:
        """Return the lots that a short form may mean, sorted."""
        found = {lot for lot in self._named if code in short_forms(lot) and (item is None or self._is_of(lot, item))}
        return sorted(found.union(self._recorded.lots(code, item)))

    def _is_of(self, lot: str, item: str) -> bool:
        """Tell whether a lot is of an item: by what was told as it came, else by its own name."""
        told = self.item_of(lot) or parts(lot, self._origin).get("item")
        return told is not None and item_name(self._origin, told) == item

    def lots_of_serial(self, serial: str) -> Sequence[str]:
        """Return the lots that a serial was told to belong to, sorted."""
        return sorted(self._lots_of_serial.get(serial, set()).union(self._recorded.lots_of_serial(serial)))

    def knows(self, lot: str) -> bool:
        """Tell whether a lot was named before."""
        return lot in self._named or self._recorded.knows(lot)

    def needs_second_life(self, event: Mapping[str, Any], lot: str) -> bool:
        """Tell whether a receipt speaks of other material than the lot of that name."""
        if not all(agrees(event, arrival) for arrival in self._arrivals.get(lot, ())):
            return True
        return self._recorded.knows(lot) and self._recorded.needs_second_life(event, lot)

    def item_of(self, lot: str) -> str | None:
        """Return the item of a lot, None where nobody told it."""
        return self._items.get(lot) or self._recorded.item_of(lot)

    def order_item(self, order: str) -> str | None:
        """Return the item that an order was released for, None where nobody told it."""
        return self._order_items.get(order) or self._recorded.order_item(order)

    def shipments(self, number: str, site: str | None) -> Sequence[str]:
        """Return the shipments of that number, from or to the site where one is told, sorted."""
        found = {
            name
            for name, sites in self._shipments.items()
            if (site is None or site in sites) and number in short_forms(name)
        }
        return sorted(found.union(self._recorded.shipments(number, site)))

    def without(self, seq: int) -> NameLookup:
        """Return the same as if the entry at `seq` had never been recorded."""
        other = copy(self)
        other._recorded = self._recorded.without(seq)  # noqa: SLF001 another of the same kind
        return other


def _lots_in(told: Model) -> Iterator[str]:
    """Yield every lot that an event names."""
    for field, value in told:
        if isinstance(value, str) and field == "lot":
            yield value
        elif isinstance(value, Model):
            yield from _lots_in(value)
        elif isinstance(value, tuple):
            for one in value:
                if isinstance(one, Model):
                    yield from _lots_in(one)
                elif isinstance(one, str) and field == "one_of":
                    yield one


def _brought(event: Event) -> Iterable[tuple[Arrival, str | None]]:
    """Yield what brings a lot in an event, with the item of that lot."""
    if isinstance(event, Entering):
        yield event, event.item
    elif isinstance(event, BatchProduced | Transforming):
        for line in event.outputs:
            yield line, line.item
    elif isinstance(event, VesselDrawn) and event.lot is not None:
        yield event, event.item
