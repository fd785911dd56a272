"""Which event moves which quantity of a lot: the one table of the balance (EVENTS 3, 4, 6).

Each function books one kind of event for one lot; what it says of other lots is not its business. What a whole
container holds is what was packed and not taken out; it goes where the container goes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from thread.events.captured import EpcisCaptured
from thread.events.containers import KitAssembled, KitBroken, Packed, Unpacked
from thread.events.dispatch import CustomerReturned, Delivered, OwnershipChanged, Shipped
from thread.events.material import Counted, Declared, Merged, Moved, Received, Relabelled, Reworked, Split
from thread.events.production import BatchProduced, ComponentChanged, MaterialIssued, MaterialReturned, WorkOrderClosed
from thread.events.quality import Held, HoldReleased, Inspected, Sampled, Scrapped
from thread.events.vessels import VesselDrawn, VesselFilled
from thread.genealogy import captured_movements, component_movements, dispatch_movements
from thread.genealogy import production_movements as production
from thread.genealogy import quality_movements as quality
from thread.genealogy import stock_counts as counts
from thread.genealogy import stock_movements as stock
from thread.genealogy.books import Books
from thread.genealogy.projection import Told

__all__ = ["MOVEMENTS"]

MOVEMENTS: Final[Mapping[type[Any], Callable[[Books, Told, Any], None]]] = MappingProxyType(
    {
        Received: stock.entered,
        Declared: stock.entered,
        Moved: stock.moved,
        Counted: counts.counted,
        Packed: stock.packed,
        KitAssembled: stock.packed,
        Unpacked: stock.unpacked,
        KitBroken: stock.unpacked,
        MaterialIssued: production.issued,
        MaterialReturned: production.returned,
        BatchProduced: production.produced,
        WorkOrderClosed: production.closed,
        VesselFilled: production.filled,
        VesselDrawn: production.drawn,
        Split: production.transformed,
        Merged: production.transformed,
        Relabelled: production.transformed,
        Reworked: production.transformed,
        ComponentChanged: component_movements.component_changed,
        Sampled: quality.sampled,
        Scrapped: quality.scrapped,
        Inspected: quality.inspected,
        Held: quality.held,
        HoldReleased: quality.hold_released,
        Shipped: dispatch_movements.shipped,
        Delivered: dispatch_movements.delivered,
        CustomerReturned: dispatch_movements.came_back,
        OwnershipChanged: dispatch_movements.owner_changed,
        EpcisCaptured: captured_movements.captured,
    }
)
"""Every event that can move a quantity of a lot; the others move nothing."""
