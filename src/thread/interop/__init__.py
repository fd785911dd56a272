"""Foreign bytes to events and back: EPCIS 2.0 documents. Pure: nothing here reads a disk, a network or a clock."""

from __future__ import annotations

from thread.interop.epcis import (
    CapturedEvent,
    EpcisDocument,
    Rejection,
    captured_key,
    read_epcis,
    same_captured,
    write_epcis,
)

__all__ = [
    "CapturedEvent",
    "EpcisDocument",
    "Rejection",
    "captured_key",
    "read_epcis",
    "same_captured",
    "write_epcis",
]
