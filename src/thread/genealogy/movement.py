"""What a movement of a lot is, between which lines of the balance, and what may not be done with blocked material."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, NamedTuple

from thread.genealogy.stock import Bucket, Wanted
from thread.values.serials import Span

__all__ = ["BLOCKED_USES", "IN_LINES", "IN_OUR_HANDS", "OUT_LINES", "LotFinding", "Movement", "Selection"]

IN_LINES: Final = ("opening", "received", "produced", "found")
"""Words of the balance for what came in, in the order that they are printed (EVENTS 4)."""

OUT_LINES: Final = (
    "consumed",
    "shipped",
    "returned_to_supplier",
    "scrapped",
    "sampled",
    "loss",
    "missing",
    "on_hand",
    "in_process",
    "unassigned",
)
"""Words of the balance for what went out and what is there."""

BLOCKED_USES: Final = frozenset(
    {"issued", "kit", "filled", "installed", "reworked", "sale", "transfer", "processing", "consignment"}
)
"""Uses that held, quarantined and expired material may not be put to."""

IN_OUR_HANDS: Final = frozenset({"free", "quarantine", "retained"})
"""States of stock that stands on our site."""


class Movement(NamedTuple):
    """A quantity of the lot that went from one bucket to another, told by some entries."""

    position: tuple[int, int, int]
    entries: tuple[int, ...]
    quantity: Decimal
    """In the lot's unit; 0 where nobody knows whether it was this lot."""
    quantity_max: Decimal | None
    """Where one of several lots was meant: as much as it may have been."""
    source: Bucket
    target: Bucket
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class LotFinding:
    """Something about a lot that does not fit, found again at every recount; a late entry may make it go away."""

    code: str
    entries: tuple[int, ...]
    at: int
    """Event time, nanoseconds since the Unix epoch."""
    text: str
    quantity: Decimal | None = None


class Selection(NamedTuple):
    """What a line means of this lot: how much (None: all that fits), which serials, and where from."""

    amount: Decimal | None
    spans: tuple[Span, ...]
    buckets: Iterable[Bucket]
    wanted: Wanted
    certain: bool
    """False: one of several lots, nobody knows which."""
    whole: bool
    """All that a container holds."""
