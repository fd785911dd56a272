"""What every event carries, and how names inside an event are marked.

Models are frozen, strict and free of state. A field whose text names something is annotated with `Named`, so that one
walk over the model finds every name that has to be resolved before recording, and every subject afterwards. Sources:
EPCIS/CBV 2.0, ISA-95, 21 CFR 1 Subpart S.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from thread.errors import NameMalformed
from thread.values.quantity import Quantity
from thread.values.serials import MOST_SERIALS, SerialRange, Span, overlap, serial_count, spans_of
from thread.values.times import DateText, TimeText, instant
from thread.values.uri import percent

__all__ = [
    "Document",
    "Event",
    "FloorEvent",
    "ItemName",
    "Line",
    "LotName",
    "Model",
    "Named",
    "NewLotName",
    "OrderName",
    "PartyName",
    "PlaceName",
    "Private",
    "PrivateDigest",
    "Resource",
    "Short",
    "Text",
]


@dataclass(frozen=True, slots=True)
class Named:
    """Marks a text as the name of something of one kind, to be resolved when the event is recorded."""

    kind: str


_NAME = StringConstraints(min_length=1, max_length=1_000, pattern=r"^[^\x00-\x1f\x7f]+$")

ItemName = Annotated[str, _NAME, Named("item")]
LotName = Annotated[str, _NAME, Named("lot")]
NewLotName = Annotated[str, _NAME, Named("new_lot")]
"""A lot that this event brings into the ledger, or that arrives again."""
PlaceName = Annotated[str, _NAME, Named("place")]
PartyName = Annotated[str, _NAME, Named("party")]
ContainerName = Annotated[str, _NAME, Named("container")]
OrderName = Annotated[str, _NAME, Named("order")]
ShipmentName = Annotated[str, _NAME, Named("shipment")]

Short = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
"""A code or number as people write it: no control characters, at most 200 characters."""

Text = Annotated[str, StringConstraints(min_length=1, max_length=8_000, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]+$")]
"""Free text."""

EventId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")]
"""A UUID in lower case (RFC 9562)."""


def _is_code(site: str) -> str:
    try:
        percent(site)
    except NameMalformed as error:
        raise ValueError(error.text) from None
    return site


SiteCode = Annotated[
    str, StringConstraints(min_length=1, max_length=60, pattern=r"^[^\x00-\x20\x7f/~]+$"), AfterValidator(_is_code)
]


class Model(BaseModel):
    """Base of everything inside an event: frozen, strict, unknown fields refused."""

    # A command uses a few of the models; each is built when it is first needed.
    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        use_attribute_docstrings=True,
        ignored_types=(cached_property,),
        defer_build=True,
    )


class PrivateDigest(Model):
    """A private value as an entry holds it: base64url of SHA-256 over base64url of `[salt, name, value]` (RFC 9901)."""

    digest: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}$")]
    """43 characters of base64url."""


Private = Annotated[
    Annotated[str, StringConstraints(min_length=1, max_length=2_000, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]+$")]
    | PrivateDigest,
    Named("private"),
]
"""A personal value: told in clear, recorded as a salted digest; the value itself lies in an erasable table."""


class Extension(Model):
    """A field that this vocabulary lacks, kept as told."""

    name: Annotated[str, StringConstraints(min_length=3, max_length=200, pattern=r"^[^\s:]+:[^\s]+$")]
    """With a namespace: `acme:furnace_zone`."""
    value: Annotated[str, StringConstraints(max_length=8_000)]
    """Its value, as text."""


class AsGiven(Model):
    """What somebody typed where the entry holds a resolved name; no value: nothing was typed, it was made."""

    name: Annotated[str, StringConstraints(pattern=r"^/")]
    """JSON Pointer (RFC 6901) into the event."""
    value: str | None = None
    """The text as typed; missing where the value was made."""


class Resource(Model):
    """Something that took part without being material; a recall may start from it."""

    kind: Literal["equipment", "tool", "line", "person", "environment", "software"]
    """What kind of thing it is."""
    id: Short
    """Its number or code."""


class Document(Model):
    """A paper or file that belongs to an event: purchase order, despatch advice, certificate, protocol."""

    type: Short
    """Kind of document: despatch_advice, purchase_order, certificate, protocol …"""
    number: Short
    """Its number."""
    issuer: PartyName | None = None
    """Who issued it."""
    date: DateText | None = None
    """Day that it bears."""
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None
    """SHA-256 of the file, 64 hexadecimal digits."""


class Source(Model):
    """Where the facts of an event came from."""

    system: Short | None = None
    """Program that told it: the ERP, the MES."""
    device: Short | None = None
    """Device that read it."""
    message_id: Short | None = None
    """Id of the message that it came in."""
    method: Literal["scan", "manual", "import", "api"] | None = None
    """How it was captured."""
    raw: Annotated[str, StringConstraints(max_length=8_000)] | None = None
    """The scan as read."""


class Line(Model):
    """Material that an event speaks of: a lot, candidates for it, the content of a container, or some serials.

    `container` beside `lot` means: taken out of that container. `container` alone means all that it holds at that time.
    """

    item: ItemName | None = None
    """The item; may be missing where the lot is known."""
    lot: LotName | None = None
    """The lot."""
    one_of: Annotated[tuple[LotName, ...], Field(min_length=2, max_length=200)] | None = None
    """Candidates where nobody knows which lot it was; each stays possible."""
    container: ContainerName | None = None
    """The container that the material is taken out of, or, without a lot, all that it holds."""
    serials: Annotated[tuple[SerialRange, ...], Field(min_length=1, max_length=MOST_SERIALS)] | None = None
    """Serials of the lot; the line then touches these only."""
    quantity: Quantity | None = None
    """How much of the lot; may be missing where serials or a whole container say it."""
    place: PlaceName | None = None
    """Where the material lies."""
    arrival: EventId | None = None
    """The receipt that this material came by, where a lot arrived several times."""

    needs_quantity: ClassVar[bool] = True
    """Whether a line of a lot must tell how much; serials are counted, containers are whole."""

    may_be_zero: ClassVar[bool] = False
    """Whether a quantity of zero says something: that nothing was there. Of what moves, zero says nothing."""

    @model_validator(mode="after")
    def _names_material(self) -> Line:
        if self.one_of is not None:
            if self.lot is not None or self.container is not None or self.serials is not None:
                message = "one_of stands alone: candidates exclude lot, container and serials on the same line"
                raise ValueError(message)
            if len(set(self.one_of)) != len(self.one_of):
                message = "one_of names the same lot twice; name each candidate once"
                raise ValueError(message)
        elif self.lot is None and self.container is None:
            message = "the line names no material: give lot, one_of, or container"
            raise ValueError(message)
        if self.serials is not None:
            self._count_serials(self.serials)
        if self.needs_quantity and self.quantity is None and self.serials is None and not self.is_whole_container:
            message = "the line tells no quantity: give quantity (value and unit) or serials"
            raise ValueError(message)
        if self.quantity is not None and self.quantity.is_zero and not self.may_be_zero:
            message = "the quantity is zero; tell how much it was, or leave the line out"
            raise ValueError(message)
        return self

    def _count_serials(self, serials: tuple[SerialRange, ...]) -> None:
        if self.lot is None:
            message = "serials belong to a lot: give lot beside serials"
            raise ValueError(message)
        count = serial_count(serials)
        if count > MOST_SERIALS:
            message = f"the line names {count} serials; at most {MOST_SERIALS} fit one event, tell them in several"
            raise ValueError(message)
        if overlap(spans_of(serials)):
            message = "the line names a serial twice; ranges must not overlap"
            raise ValueError(message)
        if self.quantity is not None and self.quantity.amount != count:
            message = f"the line names {count} serials but tells a quantity of {self.quantity.value}; they must agree"
            raise ValueError(message)

    @property
    def is_whole_container(self) -> bool:
        """Whether the line means all that a container holds at that time."""
        return self.container is not None and self.lot is None

    @property
    def candidates(self) -> tuple[str, ...]:
        """The lots that the line may mean: one, several (`one_of`), or none (a whole container)."""
        if self.lot is not None:
            return (self.lot,)
        return self.one_of or ()

    @property
    def spans(self) -> tuple[Span, ...]:
        """The serials that the line names; empty means the whole lot."""
        return spans_of(self.serials) if self.serials else ()

    @property
    def amount(self) -> Decimal | None:
        """How much of the lot, in `unit`; None where the line does not tell (a whole container, all of a lot)."""
        if self.quantity is not None:
            return self.quantity.amount
        return Decimal(serial_count(self.serials)) if self.serials else None

    @property
    def unit(self) -> str | None:
        """Unit of `amount`; a count of serials has none of its own and takes that of the lot."""
        return self.quantity.unit if self.quantity is not None else None


class Event(Model):
    """What every event carries. One instant is `event_time`; a window is `time_from` to `time_to`, both included."""

    type: str
    """What happened."""
    v: Literal[1] = 1
    """Version of the fields of this type."""
    id: EventId | None = None
    """UUID of the event, made at recording if nobody told one. The same id with the same content is the same event."""
    event_time: TimeText | None = None
    """When it happened: one instant, RFC 3339 with the offset from UTC."""
    time_from: TimeText | None = None
    """Start of the window in which it happened, where no instant is known."""
    time_to: TimeText | None = None
    """End of that window, included."""
    basis: Literal["measured", "scanned", "manual", "backflush", "estimated", "imported"] | None = None
    """How the facts were got. `backflush`: calculated from what was made, so the time of use is that of the order."""
    site: SiteCode | None = None
    """The plant; events on the floor must tell it."""
    place: PlaceName | None = None
    """The place inside the plant where it happened."""
    resources: Annotated[tuple[Resource, ...], Field(max_length=200)] = ()
    """Machines, tools, lines, people and programs that took part."""
    documents: Annotated[tuple[Document, ...], Field(max_length=200)] = ()
    """Papers and files that belong to it."""
    performed_by: Short | None = None
    """Pseudonymous id of a person."""
    verified_by: Short | None = None
    """Pseudonymous id of the person who checked it."""
    source: Source | None = None
    """Where the facts came from."""
    case: Short | None = None
    """Recall, complaint or deviation that this belongs to."""
    note: Text | None = None
    """Free text."""
    ext: Annotated[tuple[Extension, ...], Field(max_length=200)] = ()
    """Fields that this vocabulary lacks."""
    as_given: Annotated[tuple[AsGiven, ...], Field(max_length=20_000)] = ()
    """What was typed, where the stored name differs."""

    @model_validator(mode="after")
    def _is_in_time(self) -> Event:
        if self.event_time is not None:
            if self.time_from is not None or self.time_to is not None:
                message = "tell event_time (an instant) or time_from and time_to (a window), not both"
                raise ValueError(message)
            at = instant(self.event_time)
            self.__dict__["window"] = at, at
        elif self.time_from is None or self.time_to is None:
            message = "when it happened is missing: give event_time, or time_from and time_to"
            raise ValueError(message)
        elif instant(self.time_from) > instant(self.time_to):
            message = "time_from lies after time_to; a window starts before it ends"
            raise ValueError(message)
        return self

    @cached_property
    def window(self) -> tuple[int, int]:
        """When it happened: first and last possible instant, nanoseconds since the Unix epoch."""
        if self.event_time is not None:
            at = instant(self.event_time)
            return at, at
        return instant(self.time_from or ""), instant(self.time_to or "")

    @property
    def at(self) -> int:
        """Instant that orders this event among others (`event_time` or `time_from`), nanoseconds since the epoch."""
        return self.window[0]


class FloorEvent(Event):
    """An event on the floor of a plant: the site must be told."""

    site: SiteCode
    """The plant."""
