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
    """The other unit."""
    value: PositiveText
    """How much of it one unit of the item is."""


class ItemDefined(Event):
    """An item and how it is traced. A later definition holds from its own event time on."""

    type: Literal["item_defined"] = "item_defined"
    item: ItemName
    """Code of the item."""
    description: Text | None = None
    """What it is, in words."""
    unit: UnitCode
    """Unit in which lots of the item are kept."""
    factors: Annotated[tuple[Factor, ...], Field(max_length=20)] = ()
    """Measured amounts of other units in one unit of the item."""
    tracking: Literal["lot", "serial", "none"] = "lot"
    """Whether it is traced by lot, by serial, or not at all."""
    ipc_1782_level: Annotated[int, Field(ge=1, le=4)] | None = None
    """Traceability level by IPC-1782, 1 to 4."""
    shelf_life_days: Annotated[int, Field(ge=0, le=36_500)] | None = None
    """Days from making to expiry."""
    tolerance_percent: PositiveText | None = None
    """How far over what is on hand a use may go and still be a finding, not a refusal; percent of what is on hand."""
    planning_class: Literal["JIT", "JIC"] | None = None
    """Whether it is planned just in time or just in case."""
    mro_supply: bool = False
    """Maintenance, repair and operating supply."""
    food_list: bool = False
    """On the FDA Food Traceability List (21 CFR 1 Subpart S)."""
    gtin: ItemName | None = None
    """Its GTIN (GS1), in any spelling."""


class PartyDefined(Event):
    """A supplier, customer, carrier or processor. Name and address are private."""

    type: Literal["party_defined"] = "party_defined"
    party: PartyName
    """Code of the party."""
    roles: Annotated[
        tuple[Literal["supplier", "customer", "carrier", "processor", "owner"], ...], Field(max_length=5)
    ] = ()
    """What it is to us."""
    label: Short | None = None
    """A name that may be shown to everybody, such as that of a company."""
    name: Private | None = None
    """Its full name; private."""
    address: Private | None = None
    """Its address; private."""
    telephone: Private | None = None
    """Its telephone number; private."""
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None
    """Country, ISO 3166-1 alpha-2."""
    gln: PartyName | None = None
    """Its GLN (GS1)."""


class PlaceDefined(Event):
    """A place in a plant or outside it. A vessel says how its content mixes."""

    type: Literal["place_defined"] = "place_defined"
    place: PlaceName
    """Code of the place."""
    kind: Literal["dock", "rack", "line", "cage", "vessel", "store", "cold_store", "transit", "outside"]
    """What kind of place it is."""
    pooling: Literal["mixed", "fifo", "unknown"] | None = None
    """How the content of a vessel mixes."""
    label: Short | None = None
    """A name that may be shown to everybody."""
    name: Private | None = None
    """Its full name; private."""
    address: Private | None = None
    """Its address; private."""
    gln: PlaceName | None = None
    """Its GLN (GS1)."""


class ResourceDefined(Event):
    """A machine, tool, line, person or program that events name."""

    type: Literal["resource_defined"] = "resource_defined"
    resource: Resource
    """The resource."""
    label: Short | None = None
    """A name that may be shown to everybody."""
