"""Master data: what items, parties, places and resources are, in versions valid from their event time."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from thread.events.base import Event, ItemName, Model, PartyName, PlaceName, Private, Resource, Short, Text
from thread.values.quantity import PositiveText, UnitCode

__all__ = ["ItemDefined", "PartyDefined", "PlaceDefined", "ResourceDefined"]


class Factor(Model):
    """How much of another unit one unit of the item is: one roll is 250 m."""

    unit: UnitCode
    value: PositiveText


class ItemDefined(Event):
    """An item and how it is traced. A later definition holds from its own event time on."""

    type: Literal["item_defined"] = "item_defined"
    item: ItemName
    description: Text | None = None
    unit: UnitCode
    """Unit in which lots of the item are kept."""
    factors: Annotated[tuple[Factor, ...], Field(max_length=20)] = ()
    tracking: Literal["lot", "serial", "none"] = "lot"
    ipc_1782_level: Annotated[int, Field(ge=1, le=4)] | None = None
    shelf_life_days: Annotated[int, Field(ge=0, le=36_500)] | None = None
    tolerance_percent: PositiveText | None = None
    """How far over what is on hand a use may go and still be a finding, not a refusal; percent of what is on hand."""
    planning_class: Literal["JIT", "JIC"] | None = None
    mro_supply: bool = False
    """Maintenance, repair and operating supply."""
    food_list: bool = False
    """On the FDA Food Traceability List (21 CFR 1 Subpart S)."""
    gtin: ItemName | None = None


class PartyDefined(Event):
    """A supplier, customer, carrier or processor. Name and address are private."""

    type: Literal["party_defined"] = "party_defined"
    party: PartyName
    roles: Annotated[
        tuple[Literal["supplier", "customer", "carrier", "processor", "owner"], ...], Field(max_length=5)
    ] = ()
    label: Short | None = None
    """A name that may be shown to everybody, such as that of a company."""
    name: Private | None = None
    address: Private | None = None
    telephone: Private | None = None
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None
    gln: PartyName | None = None


class PlaceDefined(Event):
    """A place in a plant or outside it. A vessel says how its content mixes."""

    type: Literal["place_defined"] = "place_defined"
    place: PlaceName
    kind: Literal["dock", "rack", "line", "cage", "vessel", "store", "cold_store", "transit", "outside"]
    pooling: Literal["mixed", "fifo", "unknown"] | None = None
    label: Short | None = None
    name: Private | None = None
    address: Private | None = None
    gln: PlaceName | None = None


class ResourceDefined(Event):
    """A machine, tool, line, person or program that events name."""

    type: Literal["resource_defined"] = "resource_defined"
    resource: Resource
    label: Short | None = None
