"""Examples that the API's description shows, and that an auditor can send as they are from /docs.

They tell one short story: tube, paint and grease arrive, an order takes tube and makes frames, the tube turns out to be
cracked. Each event has an id of its own, so sending one a second time records nothing twice. A test sends all of them.
"""

from __future__ import annotations

from typing import Any, Final

__all__ = [
    "BATCH",
    "CORRECTION",
    "EPCIS_DOCUMENT",
    "EVENT",
    "FORCED_EVENT",
    "RECEIPT",
    "RECEIPT_BY_SCAN",
    "SCOPE_QUESTION",
]

_SITE: Final = "LYON"

EVENT: Final[dict[str, Any]] = {
    "type": "received",
    "id": "0b5c7a52-5c62-4f0e-9d0a-6d6a1f0a0001",
    "event_time": "2026-03-02T08:15:00+01:00",
    "site": _SITE,
    "item": "TUBE-25",
    "lot": "H-4711",
    "supplier": "ACIERS-DU-RHONE",
    "quantity": {"value": "600", "unit": "MTR"},
    "documents": [{"type": "despatch advice", "number": "DA-88120"}],
    "origin": {"pegs": [{"demand": "SO-1001", "kind": "customer_order", "quantity": "450"}], "trigger": "safety_stock"},
}
"""A receipt of 600 m of tube, 450 m of it for a customer's order."""

FORCED_EVENT: Final[dict[str, Any]] = {
    "event": {
        "type": "moved",
        "id": "0b5c7a52-5c62-4f0e-9d0a-6d6a1f0a0009",
        "event_time": "2026-03-02T09:00:00+01:00",
        "site": _SITE,
        "lots": [{"lot": "H-4711", "quantity": {"value": "601", "unit": "MTR"}}],
        "to_place": "RACK-7",
    },
    "force_reason": "counted twice: 601 m were carried; the despatch advice is a metre short",
}
"""A movement of more than the ledger knows of, recorded with the reason."""

BATCH: Final[tuple[dict[str, Any], ...]] = (
    {
        "type": "work_order_released",
        "id": "0b5c7a52-5c62-4f0e-9d0a-6d6a1f0a0002",
        "event_time": "2026-03-03T06:00:00+01:00",
        "site": _SITE,
        "order": "WO-3001",
        "item": "FRAME-M",
        "planned_quantity": {"value": "40", "unit": "EA"},
        "origin": {"pegs": [{"demand": "SO-1001", "kind": "customer_order", "quantity": "40"}]},
    },
    {
        "type": "material_issued",
        "id": "0b5c7a52-5c62-4f0e-9d0a-6d6a1f0a0003",
        "event_time": "2026-03-03T06:30:00+01:00",
        "site": _SITE,
        "order": "WO-3001",
        "lots": [{"lot": "H-4711", "quantity": {"value": "180", "unit": "MTR"}}],
    },
    {
        "type": "batch_produced",
        "id": "0b5c7a52-5c62-4f0e-9d0a-6d6a1f0a0004",
        "event_time": "2026-03-03T14:00:00+01:00",
        "site": _SITE,
        "order": "WO-3001",
        "outputs": [{"lot": "F-0303", "quantity": {"value": "40", "unit": "EA"}}],
    },
)
"""An order that takes tube and makes frames."""

CORRECTION: Final[dict[str, Any]] = {
    "replaced_by": [
        {**{name: value for name, value in EVENT.items() if name != "id"}, "quantity": {"value": "599", "unit": "MTR"}}
    ],
    "reason_code": "wrong_quantity",
    "reason": "measured again: one tube is a metre short",
    "approver": "p-31",
}
"""The receipt of the tube told better: 599 m."""

RECEIPT: Final[dict[str, Any]] = {
    "site": _SITE,
    "item": "PAINT-RAL5010",
    "lot": "P-2207",
    "quantity": "100 KGM",
    "supplier": "COULEURS-SA",
    "document": "DA-5521",
    "place": "DOCK-1",
    "expiry": "2027-03-31",
    "pegs": [{"demand": "SO-1001", "quantity": "60"}],
    "trigger": "minimum_order_excess",
    "event_time": "2026-03-02T10:05:00+01:00",
}
"""100 kg of paint: 60 kg for an order, 40 kg because the drum holds 100."""

RECEIPT_BY_SCAN: Final[dict[str, Any]] = {
    "site": _SITE,
    "scan": "(01)09506000134352(10)GREASE-9(17)270331(30)12",
    "supplier": "LUBRIFIANTS-SA",
    "document": "DA-7781",
    "event_time": "2026-03-02T10:20:00+01:00",
}
"""12 cartridges of grease; item, lot, expiry and count are on the label."""

SCOPE_QUESTION: Final[dict[str, Any]] = {"start": ["H-4711"]}
"""The tube is found to be cracked."""

TABLE: Final = (
    "event_time,site,item,lot,quantity,unit,supplier,document_number\r\n"
    "2026-03-02T10:30:00+01:00,LYON-1,LUG-T,00815,400,EA,FONDERIE-SA,DA-9001\r\n"
    "2026-03-02T10:30:00+01:00,LYON-1,LUG-T,00816,250,EA,FONDERIE-SA,DA-9001\r\n"
)
"""Two lots of one delivery, as CSV."""

MAPPING: Final[dict[str, Any]] = {
    "kind": "receipts",
    "columns": {"Artikel": "item", "Charge": "lot", "Menge": "quantity", "ME": "unit", "Eingang": "event_time"},
    "ignore": ["Sachbearbeiter"],
    "defaults": {"site": "LYON-1"},
    "decimal": "comma",
    "date_format": "DD.MM.YYYY",
    "zone": "Europe/Berlin",
}
"""How the receipts of an ERP are read that writes German."""

CLOSING: Final[dict[str, Any]] = {
    "reason": "1 kg was spilled at the dock; the shift leader saw it",
    "decision": "accepted",
    "performed_by": "p-31",
    "documents": [{"type": "nonconformity", "number": "NC-31"}],
}
"""Somebody looked into stock that was missing."""

EPCIS_DOCUMENT: Final[dict[str, Any]] = {
    "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
    "type": "EPCISDocument",
    "schemaVersion": "2.0",
    "creationDate": "2026-03-04T09:00:00Z",
    "epcisBody": {
        "eventList": [
            {
                "type": "ObjectEvent",
                "eventID": "urn:uuid:0b5c7a52-5c62-4f0e-9d0a-6d6a1f0a0005",
                "eventTime": "2026-03-04T08:30:00+01:00",
                "eventTimeZoneOffset": "+01:00",
                "action": "OBSERVE",
                "bizStep": "receiving",
                "disposition": "in_progress",
                "quantityList": [
                    {
                        "epcClass": "https://id.gs1.org/01/09506000134352/10/GREASE-9",
                        "quantity": 12,
                    }
                ],
            }
        ]
    },
}
"""A partner saw the grease."""
