"""Material comes in, moves, is counted, divided and joined."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from thread.events.base import (
    ContainerName,
    Document,
    FloorEvent,
    ItemName,
    Line,
    Model,
    Named,
    NewLotName,
    OrderName,
    PartyName,
    PlaceName,
    Private,
    Short,
    Text,
)
from thread.values.origin import Origin
from thread.values.quantity import Money, PositiveText, Quantity
from thread.values.serials import MOST_SERIALS, SerialRange, Span, overlap, serial_count, spans_of
from thread.values.times import DateText, TimeText

__all__ = [
    "Counted",
    "Declared",
    "Entering",
    "Merged",
    "Moved",
    "OutputLine",
    "Received",
    "Relabelled",
    "Reworked",
    "Split",
    "Transforming",
]

Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
"""ISO 3166-1 alpha-2 country code."""

LotAssigner = Annotated[str, StringConstraints(min_length=1, max_length=1_000), Named("assigner")]
"""Who gave a lot its code: the word `site`, or the name of a party."""


class InContainer(Model):
    """The part of an arriving lot that came inside one container."""

    container: ContainerName
    """The container."""
    quantity: Quantity | None = None
    """How much of the lot is in it."""
    serials: Annotated[tuple[SerialRange, ...], Field(min_length=1, max_length=MOST_SERIALS)] | None = None
    """Which serials are in it."""
    contents: Literal["declared", "verified"] = "declared"
    """Whether somebody looked inside, or the sender's word was taken."""

    @model_validator(mode="after")
    def _tells_how_much(self) -> InContainer:
        if self.quantity is None and self.serials is None:
            message = "how much of the lot is in the container is missing: give quantity or serials"
            raise ValueError(message)
        if self.quantity is not None and self.quantity.is_zero:
            message = "the quantity in the container is zero; tell how much there is, or leave the container out"
            raise ValueError(message)
        if overlap(self.spans):
            message = "the container names a serial twice; ranges must not overlap"
            raise ValueError(message)
        return self

    @property
    def amount(self) -> Decimal:
        """How much of the lot is inside, in the lot's unit."""
        return self.quantity.amount if self.quantity is not None else Decimal(serial_count(self.serials or ()))

    @property
    def spans(self) -> tuple[Span, ...]:
        """The serials inside; empty means the lot names none here."""
        return spans_of(self.serials or ())


class Entering(FloorEvent):
    """One lot that comes under the control of the site. Never an event of its own."""

    item: ItemName
    """What the lot is of."""
    lot: NewLotName
    """The lot: a code, or a whole name in any spelling."""
    lot_assigner: LotAssigner | None = None
    """Who gave the code: `site`, or a party. Not told: GS1 if the item has a GTIN, else the supplier, else the site."""
    quantity: Quantity
    """What was accepted into stock, in the lot's own unit from now on."""
    serials: Annotated[tuple[SerialRange, ...], Field(min_length=1, max_length=MOST_SERIALS)] | None = None
    """Serials of the lot that came, as ranges."""
    expiry: DateText | None = None
    """Last day of use."""
    best_before: DateText | None = None
    """Best-before day."""
    made_on: DateText | None = None
    """Day on which it was made."""
    country: Country | None = None
    """Country of origin, ISO 3166-1 alpha-2."""
    owner: PartyName | None = None
    """Who owns it, where that is not us."""
    unit_cost: Money | None = None
    """What one unit of it cost."""
    certificates: Annotated[tuple[Document, ...], Field(max_length=50)] = ()
    """Certificates that came with it."""
    marks: Annotated[tuple[Short, ...], Field(max_length=20)] = ()
    """Marks as printed on the pack."""
    status: Literal["available", "quarantine"] = "available"
    """Whether it can be used, or waits in quarantine."""
    origin: Origin | None = None
    """Why it was released: for firm demand, or for stock."""

    @model_validator(mode="after")
    def _serials_agree(self) -> Entering:
        if self.quantity.is_zero:
            message = "the quantity is zero; tell how much there is, or record nothing"
            raise ValueError(message)
        if self.serials is not None:
            count = serial_count(self.serials)
            if count > MOST_SERIALS:
                message = f"the event names {count} serials; at most {MOST_SERIALS} fit one event, tell them in several"
                raise ValueError(message)
            if overlap(self.spans):
                message = "the event names a serial twice; ranges must not overlap"
                raise ValueError(message)
            if self.quantity.amount != count:
                message = f"{count} serials are named but the quantity is {self.quantity.value}; they must agree"
                raise ValueError(message)
        return self

    @property
    def spans(self) -> tuple[Span, ...]:
        """The serials that came; empty where none were named."""
        return spans_of(self.serials or ())


class Harvest(Model):
    """Where and by whom something was grown or caught (21 CFR 1.1325, 1.1335)."""

    farm: PlaceName | None = None
    """The farm."""
    field: Short | None = None
    """Field, pond or container."""
    harvester: Private | None = None
    """Who harvested it; private."""
    telephone: Private | None = None
    """Telephone number of the harvester; private."""
    harvested_on: DateText | None = None
    """Day of the harvest."""
    cooled_at: PlaceName | None = None
    """Where it was cooled before packing."""
    cooled_on: DateText | None = None
    """Day on which it was cooled."""
    catch_area: Short | None = None
    """Where it was caught (FAO or ICES area)."""
    vessel_flag: Country | None = None
    """Flag of the fishing vessel, ISO 3166-1 alpha-2."""


class Declared(Entering):
    """A lot exists here without a receipt: opening stock, harvest, landing, or found on the floor."""

    type: Literal["declared"] = "declared"
    kind: Literal["opening", "harvest", "landing", "found"]
    """How it comes that the lot exists: stock at go-live, harvest, landing, or found."""
    harvest: Harvest | None = None
    """Where and by whom it was grown or caught."""
    supplier: PartyName | None = None
    """Who supplied it."""
    supplier_lots: Annotated[tuple[Short, ...], Field(max_length=200)] = ()
    """Codes that the supplier gave it."""


class Received(Entering):
    """One lot arrived from outside. Several lots on one delivery are several events with the same document."""

    type: Literal["received"] = "received"
    declared_quantity: Quantity | None = None
    """What the papers say."""
    rejected_quantity: Quantity | None = None
    """What was refused at the door."""
    supplier: PartyName | None = None
    """Who supplied it; where nobody tells an assigner, also who gave the code."""
    supplier_lots: Annotated[tuple[Short, ...], Field(max_length=200)] = ()
    """Codes that the supplier gave it."""
    from_place: PlaceName | None = None
    """Where it came from."""
    to_place: PlaceName | None = None
    """Where it was put."""
    consignor: PartyName | None = None
    """Who sent it, where that is not the supplier."""
    order_line: Short | None = None
    """Line of our purchase order."""
    promised_date: DateText | None = None
    """Day for which it was promised."""
    containers: Annotated[tuple[InContainer, ...], Field(max_length=1_000)] = ()
    """Containers that it came in, and how much of it is in each."""
    tlc_source: Short | None = None
    """Place that assigned the traceability lot code, or a reference to it (21 CFR 1.1310)."""
    tlc_reason: Text | None = None
    """Why a code was assigned here."""
    work_order: OrderName | None = None
    """The lot is the output of this subcontracted order."""
    run: Short | None = None
    """The run of that order."""

    @model_validator(mode="after")
    def _is_in_one_container(self) -> Received:
        if self.containers and overlap(span for part in self.containers for span in part.spans):
            message = "two containers name the same serial; a piece is in one of them"
            raise ValueError(message)
        return self


class Moved(FloorEvent):
    """Material went from one place to another inside the site."""

    type: Literal["moved"] = "moved"
    lots: Annotated[tuple[Line, ...], Field(min_length=1, max_length=1_000)]
    """What was moved."""
    from_place: PlaceName | None = None
    """Where it was before."""
    to_place: PlaceName
    """Where it is afterwards."""


class CountLine(Line):
    """What was counted: `quantity` is what was there."""

    may_be_zero = True


class Counted(FloorEvent):
    """Somebody counted. More than the books say is found, less is missing; the two never cancel each other."""

    type: Literal["counted"] = "counted"
    lots: Annotated[tuple[CountLine, ...], Field(min_length=1, max_length=1_000)]
    """What was counted, each with what was there."""


class OutputLine(Model):
    """A lot that an activity brought forth."""

    item: ItemName | None = None
    """May be left out for an order's main output, or where all inputs are one item."""
    lot: NewLotName
    """The lot: a code, or a whole name in any spelling."""
    lot_assigner: LotAssigner | None = None
    """Who gave the code: `site`, or a party. Not told: GS1 if the item has a GTIN, else the site."""
    quantity: Quantity
    """How much was made."""
    serials: Annotated[tuple[SerialRange, ...], Field(min_length=1, max_length=MOST_SERIALS)] | None = None
    """Serials that were made, as ranges."""
    kind: Literal["main", "co", "by", "regrind", "waste"] = "main"
    """Main product, co-product, by-product, regrind or waste."""
    allocation: PositiveText | None = None
    """Share of the inputs that this output carries, in percent, where several come out."""
    expiry: DateText | None = None
    """Last day of use."""
    best_before: DateText | None = None
    """Best-before day."""
    made_from: TimeText | None = None
    """Start of the time in which it was made."""
    made_to: TimeText | None = None
    """End of that time, included."""
    marks: Annotated[tuple[Short, ...], Field(max_length=20)] = ()
    """Marks as printed on the pack."""
    line: Short | None = None
    """Production line."""
    item_revision: Short | None = None
    """Revision of the item."""
    udi: Short | None = None
    """Unique device identifier, as printed."""
    tlc_source: Short | None = None
    """Place that assigned the traceability lot code, or a reference to it (21 CFR 1.1310)."""
    container: ContainerName | None = None
    """Container that it went straight into."""
    place: PlaceName | None = None
    """Where it was put."""
    inputs: Annotated[tuple[Line, ...], Field(min_length=1, max_length=1_000)] | None = Field(
        default=None, alias="from"
    )
    """Exactly what this output was made from: a run of its own, of material already issued to the order."""

    @model_validator(mode="after")
    def _agrees(self) -> OutputLine:
        if self.quantity.is_zero:
            message = "an output of quantity zero was not made; leave the line out"
            raise ValueError(message)
        if overlap(self.spans):
            message = "the output names a serial twice; ranges must not overlap"
            raise ValueError(message)
        if self.serials is not None and self.quantity.amount != serial_count(self.serials):
            message = f"{serial_count(self.serials)} serials are named but the quantity is {self.quantity.value}"
            raise ValueError(message)
        if (self.made_from is None) != (self.made_to is None):
            message = "made_from and made_to go together"
            raise ValueError(message)
        return self

    @property
    def spans(self) -> tuple[Span, ...]:
        """The serials that were made; empty where none were named."""
        return spans_of(self.serials or ())


class Transforming(FloorEvent):
    """Inputs become outputs in one step. Never an event of its own."""

    inputs: Annotated[tuple[Line, ...], Field(min_length=1, max_length=1_000)]
    """What went in."""
    outputs: Annotated[tuple[OutputLine, ...], Field(min_length=1, max_length=1_000)]
    """What came out."""
    reason: Text | None = None
    """Why, in words."""
    order: OrderName | None = None
    """The order that it was done under."""


class Split(Transforming):
    """A lot was divided into lots with names of their own."""

    type: Literal["split"] = "split"


class Merged(Transforming):
    """Lots were joined into one."""

    type: Literal["merged"] = "merged"


class Relabelled(Transforming):
    """The same material goes by another name from now on; origin, age and expiry stay."""

    type: Literal["relabelled"] = "relabelled"


class Reworked(Transforming):
    """Material was worked again; it may come back under the same name."""

    type: Literal["reworked"] = "reworked"
