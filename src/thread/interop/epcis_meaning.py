"""Does an EPCIS event make sense? What the standard's text asks for and its schema cannot say.

Faults make an event refused; what is merely unusual becomes a finding of its reading (`epcis_reading`). Source: EPCIS
2.0, sections 7.3.3 (what), 7.4 (event types).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from thread.interop.epcis_schema import Fault, shown

__all__ = ["EPC_LISTS", "QUANTITY_LISTS", "meaning_faults"]

EPC_LISTS: Final = ("epcList", "childEPCs", "inputEPCList", "outputEPCList")
QUANTITY_LISTS: Final = ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList")

_MOST_NAMES: Final = 20_000
_LONGEST_NAME: Final = 1_000
_CLASS_LEVEL: Final = ("urn:epc:class:", "urn:epc:idpat:")


def meaning_faults(event: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield what is wrong with an event that the schema finds right; empty values are taken as not told."""
    yield from _objects(event)
    yield from _parent(event)
    yield from _quantities(event)
    yield from _sizes(event)


def _objects(event: Mapping[str, Any]) -> Iterator[Fault]:
    kind, action = event["type"], event.get("action")
    named = any(event.get(name) for name in (*EPC_LISTS, *QUANTITY_LISTS))
    if kind == "ObjectEvent" and not named and not event.get("sensorElementList"):
        yield Fault((), "names no objects: epcList and quantityList are empty, and there is no sensor data")
    if kind == "TransactionEvent" and not named and action != "DELETE":
        yield Fault((), "names no objects: epcList and quantityList are empty; only action DELETE may mean all")


def _parent(event: Mapping[str, Any]) -> Iterator[Fault]:
    parent = event.get("parentID")
    if event["type"] == "AggregationEvent" and parent is None and event.get("action") in {"ADD", "DELETE"}:
        yield Fault(
            ("parentID",), f"is missing; action {event['action']} says what is put into or taken out of something"
        )
    if parent is None:
        return
    if event["type"] in {"AggregationEvent", "AssociationEvent"} and parent.startswith(_CLASS_LEVEL):
        yield Fault(("parentID",), f"found {shown(parent)}, a class; expected one thing of its own, such as an SSCC")
    for name in EPC_LISTS:
        if parent in (event.get(name) or ()) and event["type"] != "TransactionEvent":
            yield Fault(("parentID",), f"found {shown(parent)}, which stands in {name} too; nothing holds itself")


def _quantities(event: Mapping[str, Any]) -> Iterator[Fault]:
    for name in QUANTITY_LISTS:
        for at, element in enumerate(event.get(name) or ()):
            told = element.get("quantity")
            if told is not None and told.text.startswith("-"):
                yield Fault(
                    (name, at, "quantity"),
                    f"found {shown(told)}; expected more than zero, for the event says which way it goes",
                )


def _sizes(event: Mapping[str, Any]) -> Iterator[Fault]:
    for name in (*EPC_LISTS, *QUANTITY_LISTS):
        if len(event.get(name) or ()) > _MOST_NAMES:
            yield Fault((name,), f"holds more than {_MOST_NAMES} names; tell them in several events")
    for path, text in _names(event):
        if len(text) > _LONGEST_NAME:
            yield Fault(path, f"has {len(text)} characters; at most {_LONGEST_NAME} are kept of a name")


def _names(event: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for name in ("eventID", "parentID", "transformationID", "bizStep", "disposition"):
        if name in event:
            yield (name,), event[name]
    for name in ("readPoint", "bizLocation"):
        if name in event:
            yield (name, "id"), event[name]["id"]
    for name in EPC_LISTS:
        yield from (((name, at), text) for at, text in enumerate(event.get(name) or ()))
    for name, field in (
        *((name, "epcClass") for name in QUANTITY_LISTS),
        ("bizTransactionList", "bizTransaction"),
        ("sourceList", "source"),
        ("destinationList", "destination"),
    ):
        for at, element in enumerate(event.get(name) or ()):
            yield (name, at, field), element[field]
            if "type" in element:
                yield (name, at, "type"), element["type"]
    for at, text in enumerate(event.get("errorDeclaration", {}).get("correctiveEventIDs") or ()):
        yield ("errorDeclaration", "correctiveEventIDs", at), text
