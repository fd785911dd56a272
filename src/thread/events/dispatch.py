"""Material leaves, arrives elsewhere, comes back, or is complained about."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from thread.events.base import (
    Document,
    FloorEvent,
    Line,
    OrderName,
    PartyName,
    PlaceName,
    ShipmentName,
    Short,
    SiteCode,
    Text,
)
from thread.events.production import TouchLine
from thread.values.times import DateText

__all__ = [
    "ComplaintReceived",
    "CustomerReturned",
    "Delivered",
    "OwnershipChanged",
    "ShipLine",
    "Shipped",
]


class ShipLine(Line):
    """What leaves, and for which order line."""

    order_line: Short | None = None
    """Line of the customer's order."""
    tlc_source: Short | None = None
    """Place that assigned the traceability lot code, or a reference to it (21 CFR 1.1310)."""


class Shipped(FloorEvent):
    """Lots or containers left the site."""

    type: Literal["shipped"] = "shipped"
    shipment: ShipmentName
    """Number of the shipment."""
    purpose: Literal["sale", "transfer", "processing", "consignment", "supplier_return", "disposal"]
    """Why the goods left."""
    lots: Annotated[tuple[ShipLine, ...], Field(min_length=1, max_length=1_000)]
    """What left: lots, serials or whole containers."""
    customer: PartyName | None = None
    """Who buys the goods; a sale must tell it."""
    consignee: PartyName | None = None
    """Who receives them."""
    ship_from: PlaceName | None = None
    """Place that they left from."""
    ship_to: PlaceName | None = None
    """Place that they go to; of a transfer, a place of the other site."""
    to_site: SiteCode | None = None
    """Where a transfer goes."""
    owner: PartyName | None = None
    """Who owns the goods on the way."""
    carrier: PartyName | None = None
    """Who carries them."""
    work_order: OrderName | None = None
    """With purpose `processing`: this shipment is the issue to that subcontracted order."""
    data_sent: Document | None = None
    """Proof that the data went to the recipient (21 CFR 1.1340)."""
    custody: bool = True
    """False for a drop shipment: the goods never were in our hands."""

    @model_validator(mode="after")
    def _goes_to_somebody(self) -> Shipped:
        if self.purpose == "sale" and self.customer is None:
            message = "a sale goes to a customer: give customer"
            raise ValueError(message)
        if self.purpose == "processing" and self.work_order is None:
            message = "goods sent for processing belong to a subcontracted order: give work_order"
            raise ValueError(message)
        return self


class Delivered(FloorEvent):
    """A shipment arrived: accepted, or refused in part. A transfer arrives by this, not by `received`."""

    type: Literal["delivered"] = "delivered"
    shipment: ShipmentName
    """The shipment that arrived."""
    accepted: Annotated[tuple[Line, ...], Field(min_length=1, max_length=1_000)] | None = None
    """Not told: all that was not refused."""
    refused: Annotated[tuple[Line, ...], Field(min_length=1, max_length=1_000)] | None = None
    """What was refused; it is in transit until it comes back."""
    to_place: PlaceName | None = None
    """Where it is afterwards."""


class CustomerReturned(FloorEvent):
    """Goods came back from a customer."""

    type: Literal["customer_returned"] = "customer_returned"
    customer: PartyName | None = None
    """The customer."""
    shipment: ShipmentName | None = None
    """The shipment that the goods left in, where it is known."""
    lots: Annotated[tuple[Line, ...], Field(min_length=1, max_length=1_000)]
    """What came back."""
    status: Literal["available", "quarantine"] = "quarantine"
    """Whether the goods can be used again, or wait in quarantine."""
    label: Literal["read", "stated", "unknown"] = "read"
    """How we know which lot it is: from the label, from the customer's word, or not at all."""
    condition: Short | None = None
    """Condition of the goods."""
    to_place: PlaceName | None = None
    """Where it is afterwards."""


class ComplaintReceived(FloorEvent):
    """A customer complained. No data of patients or consumers."""

    type: Literal["complaint_received"] = "complaint_received"
    complaint: Short
    """Number of the complaint."""
    customer: PartyName | None = None
    """The customer."""
    lots: Annotated[tuple[TouchLine, ...], Field(min_length=1, max_length=1_000)] | None = None
    """The lots that the customer names."""
    shipment: ShipmentName | None = None
    """The shipment, where it is known."""
    as_printed: Annotated[tuple[Short, ...], Field(max_length=20)] = ()
    """Marks as read from the pack."""
    aware_on: DateText | None = None
    """Day on which we became aware of it."""
    harm: bool = False
    """Somebody was harmed, or could have been."""
    text: Text | None = None
    """What the customer said."""

    @model_validator(mode="after")
    def _is_about_something(self) -> ComplaintReceived:
        if self.lots is None and self.shipment is None and not self.as_printed:
            message = "what the complaint is about is missing: give lots, shipment, or as_printed marks"
            raise ValueError(message)
        return self


class OwnershipChanged(FloorEvent):
    """Goods belong to somebody else from now on; they did not move."""

    type: Literal["ownership_changed"] = "ownership_changed"
    lots: Annotated[tuple[Line, ...], Field(min_length=1, max_length=1_000)]
    """The lots, quantities, containers or serials that it is about."""
    owner: PartyName
    """Who owns the goods from now on."""
    document_date: DateText | None = None
    """Day from which the papers say so."""
