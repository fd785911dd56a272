"""Running tanks, silos and bins: what mixes and never quite empties."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from thread.events.base import FloorEvent, ItemName, Line, NewLotName, OrderName, PlaceName, Short
from thread.events.material import LotAssigner
from thread.values.quantity import Quantity
from thread.values.times import DateText

__all__ = ["VesselDrawn", "VesselEmptied", "VesselFilled"]


class VesselFilled(FloorEvent):
    """Lots went into a vessel and mix with what is there."""

    type: Literal["vessel_filled"] = "vessel_filled"
    vessel: PlaceName
    """The vessel: a tank, silo or bin, told by its place."""
    lots: Annotated[tuple[Line, ...], Field(min_length=1, max_length=1_000)]
    """What was filled in."""


class VesselDrawn(FloorEvent):
    """Material left a vessel, as a new lot or straight into an order."""

    type: Literal["vessel_drawn"] = "vessel_drawn"
    vessel: PlaceName
    """The vessel: a tank, silo or bin, told by its place."""
    quantity: Quantity
    """How much was drawn."""
    item: ItemName | None = None
    """What the new lot is of."""
    lot: NewLotName | None = None
    """The new lot that it became."""
    lot_assigner: LotAssigner | None = None
    """Who gave the code: `site`, or a party. Not told: GS1 if the item has a GTIN, else the site."""
    expiry: DateText | None = None
    """Last day of use."""
    best_before: DateText | None = None
    """Best-before day."""
    order: OrderName | None = None
    """The order that it went into."""
    run: Short | None = None
    """The run of the order: line, shift, step or unit."""

    @model_validator(mode="after")
    def _goes_somewhere(self) -> VesselDrawn:
        if (self.lot is None) == (self.order is None):
            message = "a draw goes into a new lot or into an order: give one of lot and order"
            raise ValueError(message)
        if self.lot is not None and self.item is None:
            message = "a draw into a lot needs the item that the lot is of"
            raise ValueError(message)
        return self


class VesselEmptied(FloorEvent):
    """A vessel was emptied. With nothing left (heel 0) what comes after holds nothing of what was before."""

    type: Literal["vessel_emptied"] = "vessel_emptied"
    vessel: PlaceName
    """The vessel: a tank, silo or bin, told by its place."""
    heel: Quantity
    """What stayed inside; more than 0 ends no run of the vessel."""
    cleaned: bool = False
    """It was cleaned as well."""
