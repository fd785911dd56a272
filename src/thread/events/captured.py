"""Events that other people told in EPCIS 2.0: their text exactly as captured, and our reading of it.

Everything below `interop` uses the reading only; whoever doubts it reads the text again. Captured events are never
refused by the state of the plant: they are other people's truth, recorded with findings.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from thread.events.base import Event, Model, Named
from thread.values.quantity import Quantity

__all__ = [
    "EpcisCaptured",
    "EpcisReading",
    "ErrorDeclaration",
    "ForeignText",
    "MasterData",
    "ReadLine",
    "ReadingFinding",
]

Name = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
Words = Annotated[str, StringConstraints(max_length=4_000)]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class ForeignText(Model):
    """A text too long for an entry: it lies in an erasable table, the entry holds its salted digest and length."""

    digest: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}$")]
    """Salted digest of the text, 43 characters of base64url."""
    length: Annotated[int, Field(ge=0)]
    """Bytes of the text in UTF-8."""


class ReadLine(Model):
    """Material as an EPCIS event names it. No quantity: a single instance, or nobody told."""

    name: Name
    """Normalised name: GS1 keys as Digital Link, everything else as given."""
    kind: Literal["lot", "serial", "container", "item", "unknown"]
    """A class-level name without a lot is an `item`: it is no lot and joins nothing."""
    item: Name | None = None
    """The item, where the name shows it."""
    quantity: Quantity | None = None
    """How much, where the event tells it."""
    as_given: Name | None = None
    """The name as captured, where it differs."""

    @property
    def amount(self) -> Decimal | None:
        """How much, in the unit told; None where nobody told."""
        return self.quantity.amount if self.quantity is not None else None

    @property
    def unit(self) -> str | None:
        """Unit of `amount`."""
        return self.quantity.unit if self.quantity is not None else None


class ReadingFinding(Model):
    """Something about a captured event that is unusual, and where it stands."""

    code: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+$")]
    """Stable code of the finding."""
    path: Words
    """JSON Pointer into the captured text."""
    text: Words
    """The finding in words."""


class ReadParty(Model):
    """A source or destination of an event."""

    role: Literal["source", "destination"]
    """Whether it is a source or a destination."""
    type: Words
    """Owning party, possessing party or location."""
    name: Name
    """Who or where."""


class ReadDocument(Model):
    """A business transaction that an event belongs to."""

    type: Words
    """Kind of business transaction."""
    name: Name
    """Its identifier."""


class ErrorDeclaration(Model):
    """The sender takes an event back, or says which events stand in its place (EPCIS 2.0, 7.4.1.4)."""

    declared_at: Words
    """When it was declared, as told."""
    reason: Words | None = None
    """Why, as told."""
    corrective_ids: Annotated[tuple[Name, ...], Field(max_length=1_000)] = ()
    """The events that stand in its place."""


class Attribute(Model):
    """One attribute of a master data element; structured values are kept as JSON text."""

    name: Words
    """Name of the attribute."""
    value: Annotated[str, StringConstraints(max_length=16_000)]
    """Its value, as told."""


class MasterData(Model):
    """One vocabulary element of a document: an item, place or party as the sender describes it."""

    vocabulary: Words
    """The vocabulary that the element is of."""
    name: Name
    """What it describes."""
    attributes: Annotated[tuple[Attribute, ...], Field(max_length=500)] = ()
    """What it says."""


class EpcisReading(Model):
    """What a captured event says, in our vocabulary. Made once, when it was captured."""

    kind: Literal[
        "ObjectEvent", "AggregationEvent", "TransactionEvent", "TransformationEvent", "AssociationEvent", "MasterData"
    ]
    """Kind of EPCIS event, or of a master data element."""
    event_id: Name | None = None
    """The eventID as captured."""
    event_hash: Name | None = None
    """`ni:///sha-256;…?ver=CBV2.0`, the identity of the content (CBV 2.0, 8.9)."""
    action: Literal["ADD", "OBSERVE", "DELETE"] | None = None
    """Whether things were added, seen or removed."""
    business_step: Words | None = None
    """bizStep: what was being done."""
    disposition: Words | None = None
    """Condition of the things afterwards."""
    read_point: Name | None = None
    """Where it was seen."""
    business_location: Name | None = None
    """Where the things are afterwards."""
    activity: Name | None = None
    """transformationID, where one was told: several events of one run."""
    inputs: Annotated[tuple[ReadLine, ...], Field(max_length=20_000)] = ()
    """What went into a transformation."""
    outputs: Annotated[tuple[ReadLine, ...], Field(max_length=20_000)] = ()
    """What came out of it."""
    container: Name | None = None
    """parentID of an aggregation."""
    contents: Annotated[tuple[ReadLine, ...], Field(max_length=20_000)] = ()
    """What the container of an aggregation holds."""
    unit: Name | None = None
    """parentID of an association."""
    components: Annotated[tuple[ReadLine, ...], Field(max_length=20_000)] = ()
    """What was fitted to the unit of an association."""
    lots: Annotated[tuple[ReadLine, ...], Field(max_length=20_000)] = ()
    """What an object or transaction event is about."""
    parties: Annotated[tuple[ReadParty, ...], Field(max_length=200)] = ()
    """Sources and destinations."""
    documents: Annotated[tuple[ReadDocument, ...], Field(max_length=1_000)] = ()
    """Business transactions."""
    error: ErrorDeclaration | None = None
    """The declaration that the event was wrong, where it is one."""
    master_data: MasterData | None = None
    """The element, where it is master data."""
    findings: Annotated[tuple[ReadingFinding, ...], Field(max_length=1_000)] = ()
    """What is odd about the event."""


class EpcisCaptured(Event):
    """An EPCIS 2.0 event, or a master data element, as somebody sent it."""

    type: Literal["epcis_captured"] = "epcis_captured"
    text: Annotated[str | ForeignText, Named("foreign")]
    """The event exactly as captured, so that no number passes through a binary float."""
    context: str | None = None
    """The JSON-LD context of the document, as JSON text: the prefixes that the event uses."""
    document_sha256: Sha256
    """SHA-256 of the document that the event came in, 64 hexadecimal digits."""
    reading: EpcisReading
    """Our reading of the text."""
