"""Builders of EPCIS documents with good defaults: a test states only what it is about."""

import json
from typing import Any

CONTEXT: list[Any] = [
    "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
    {"example": "https://ns.example.com/epcis/"},
]
MILK = "https://id.gs1.org/01/09506000134352/10/MILK-7"
CHEESE = "https://id.gs1.org/01/09506000134369/10/CH-1"
PALLET = "https://id.gs1.org/00/106141412345678908"


def _event(kind: str, defaults: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    event = {
        "type": kind,
        "eventTime": "2026-03-09T14:07:00+01:00",
        "eventTimeZoneOffset": "+01:00",
        **defaults,
        **told,
    }
    return {name: value for name, value in event.items() if value is not ...}


def object_event(**told: Any) -> dict[str, Any]:
    """An observation of some milk. A member given as `...` is left out."""
    return _event("ObjectEvent", {"action": "OBSERVE", "quantityList": [{"epcClass": MILK}]}, told)


def transformation(**told: Any) -> dict[str, Any]:
    """Milk becomes cheese."""
    lists = {"inputQuantityList": [{"epcClass": MILK}], "outputQuantityList": [{"epcClass": CHEESE}]}
    return _event("TransformationEvent", lists, told)


def aggregation(**told: Any) -> dict[str, Any]:
    """Cheese is put on a pallet."""
    held = {"action": "ADD", "parentID": PALLET, "childQuantityList": [{"epcClass": CHEESE}]}
    return _event("AggregationEvent", held, told)


def association(**told: Any) -> dict[str, Any]:
    """A sensor is fitted to a crate."""
    parts = {
        "action": "ADD",
        "parentID": "urn:epc:id:grai:4012345.66666.87",
        "childEPCs": ["urn:epc:id:giai:4000001.111"],
    }
    return _event("AssociationEvent", parts, told)


def document(*events: object, **told: Any) -> bytes:
    """An EPCISDocument with these events."""
    whole = {
        "@context": CONTEXT,
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-03-10T08:00:00Z",
        "epcisBody": {"eventList": list(events)},
        **told,
    }
    return json.dumps({name: value for name, value in whole.items() if value is not ...}, indent=1).encode()


def query_document(*events: object, **told: Any) -> bytes:
    """An EPCISQueryDocument that answers with these events."""
    results = {"queryName": "SimpleEventQuery", "resultsBody": {"eventList": list(events)}}
    return document(type="EPCISQueryDocument", epcisBody={"queryResults": results}, **told)
