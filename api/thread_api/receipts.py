"""The clerk's short form of a receipt, as the event that it stands for.

A label or a few fields are enough; the rest is filled in and marked as made, so that saying the same again, a minute
later, is still the same receipt.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field

from thread.errors import Gs1Malformed
from thread.events.base import Document
from thread.values.origin import Peg, Trigger
from thread.values.quantity import Quantity
from thread_api.bodies import BodyInvalid
from thread_api.scans import label_fields
from thread_api.schemas import Reason

__all__ = ["Receipt", "received_event"]

_QUANTITY: Final = re.compile(r"(\S+)\s+(\S+)")
_DOCUMENT_TYPE: Final = "despatch advice"
_OWN_NUMBERS: Final = frozenset({"item", "quantity"})
"""Where the label and the clerk may differ: the plant's own item number, and how many of what the label is on."""


class Receipt(BaseModel):
    """What a clerk tells of one lot that arrived. Item, lot and quantity may come from `scan` instead."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)

    scan: Annotated[str, Field(max_length=1_000)] | None = None
    """A GS1 barcode as the reader sends it, or as printed with brackets: item, lot, expiry, serial, quantity, SSCC."""
    item: str | None = None
    """Item number, GTIN or URI."""
    lot: str | None = None
    """Lot code as printed, or URI."""
    lot_assigner: str | None = None
    """Who gave the lot its code: `site`, or a party; the supplier if not told."""
    quantity: str | Quantity | None = None
    """How much was accepted, as text (`100 KGM`) or as object; units are UN/ECE Rec 20 codes."""
    supplier: str | None = None
    supplier_lot: str | None = None
    """The supplier's lot code, where the lot goes by another here."""
    document: str | Document | None = None
    """Number of the despatch advice, or a document with its type."""
    site: str | None = None
    """The plant; may be left out if the server was started for one."""
    place: str | None = None
    """Where the goods were put."""
    expiry: str | None = None
    best_before: str | None = None
    made_on: str | None = None
    pegs: tuple[Peg, ...] | None = None
    """Firm demand that the goods were ordered for: that much is just in time."""
    trigger: Trigger | None = None
    """Why the rest was ordered: that much is just in case. Not told: unknown."""
    status: str | None = None
    """`available` (if not told) or `quarantine`."""
    event_time: str | None = None
    """When it arrived; now, if not told."""
    performed_by: str | None = None
    """Pseudonymous id of who took it in."""
    note: str | None = None
    force_reason: Reason | None = None
    """Why it is recorded although a rule speaks against it."""


def received_event(receipt: Receipt, *, site: str | None) -> dict[str, Any]:
    """Return the `received` event that a receipt stands for.

    `site`: of receipts that name none. The time is left out if it was not told: whoever records it makes one.

    Raises:
        BodyInvalid: the quantity does not read, or the label contradicts what is told beside it.
    """
    told = receipt.model_dump(mode="json", exclude_none=True, exclude_unset=True)
    told.pop("force_reason", None)
    if "quantity" in told:
        told["quantity"] = _quantity(told["quantity"])
    fields = _with_label(told)
    event: dict[str, Any] = {"type": "received", "v": 1}
    if "site" not in fields and site is not None:
        event["site"] = site
        event["as_given"] = [{"name": "/site"}]
    for name, value in fields.items():
        _tell(event, name, value)
    return event


def _tell(event: dict[str, Any], name: str, value: Any) -> None:
    """Put a field of the short form where the event has it."""
    if name == "scan":
        event["source"] = {"method": "scan", "raw": value}
        event["basis"] = "scanned"
    elif name == "supplier_lot":
        event["supplier_lots"] = [value]
    elif name == "document":
        event["documents"] = [{"type": _DOCUMENT_TYPE, "number": value} if isinstance(value, str) else value]
    elif name == "place":
        event["to_place"] = value
    elif name in {"pegs", "trigger"}:
        event.setdefault("origin", {})[name] = value
    else:
        event[name] = value


def _with_label(told: dict[str, Any]) -> dict[str, Any]:
    """Return the fields told, and those of the label where there is one."""
    if "scan" not in told:
        return told
    try:
        label = label_fields(told["scan"])
    except Gs1Malformed as error:
        raise BodyInvalid((("/scan", error.text),)) from None
    differing = [name for name in label if name in told and name not in _OWN_NUMBERS and told[name] != label[name]]
    if differing:
        raise BodyInvalid(
            tuple(
                (f"/{name}", f"the label says {label[name]!r}; scan the right label, or leave it out")
                for name in differing
            )
        )
    container = label.pop("container", None)
    fields = {**label, **told}
    if container is not None and "quantity" in fields:
        fields["containers"] = [{"container": container, "quantity": fields["quantity"]}]
    return fields


def _quantity(told: Any) -> Any:
    if not isinstance(told, str):
        return told
    found = _QUANTITY.fullmatch(told.strip())
    if found is None:
        raise BodyInvalid((("/quantity", f"{told[:40]!r} is not a number and a unit; write it like 100 KGM"),))
    return {"value": found[1], "unit": found[2]}
