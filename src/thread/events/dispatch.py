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
    tlc_source: Short | None = None


class Shipped(FloorEvent):
    """Lots or containers left the site."""

    type: Literal["shipped"] = "shipped"
    shipment: ShipmentName
    purpose: Literal["sale", "transfer", "processing", "consignment", "supplier_return", "disposal"]
    lots: Annotated[tuple[ShipLine, ...], Field(min_length=1, max_length=1_000)]
    customer: PartyName | None = None
    consignee: PartyName | None = None
    ship_from: PlaceName | None = None
    ship_to: PlaceName | None = None
    to_site: SiteCode | None = None
    """Where a transfer goes."""
    owner: PartyName | None = None
    carrier: PartyName | None = None
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
    accepted: Annotated[tuple[Line, ...], Field(min_length=1, max_length=1_000)] | None = None
    """Not told: all that was not refused."""
    refused: Annotated[tuple[Line, ...], Field(min_length=1, max_length=1_000)] | None = None
    to_place: PlaceName | None = None


class CustomerReturned(FloorEvent):
    """Goods came back from a customer."""

    type: Literal["customer_returned"] = "customer_returned"
    customer: PartyName | None = None
    shipment: ShipmentName | None = None
    lots: Annotated[tuple[Line, ...], Field(min_length=1, max_length=1_000)]
    status: Literal["available", "quarantine"] = "quarantine"
    label: Literal["read", "stated", "unknown"] = "read"
    """How we know which lot it is: from the label, from the customer's word, or not at all."""
    condition: Short | None = None
    to_place: PlaceName | None = None


class ComplaintReceived(FloorEvent):
    """A customer complained. No data of patients or consumers."""

    type: Literal["complaint_received"] = "complaint_received"
    complaint: Short
    customer: PartyName | None = None
    lots: Annotated[tuple[TouchLine, ...], Field(min_length=1, max_length=1_000)] | None = None
    shipment: ShipmentName | None = None
    as_printed: Annotated[tuple[Short, ...], Field(max_length=20)] = ()
    """Marks as read from the pack."""
    aware_on: DateText | None = None
    harm: bool = False
    text: Text | None = None

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
    owner: PartyName
    document_date: DateText | None = None
