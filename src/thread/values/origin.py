"""Why supply was released: just in time, just in case, or nobody said.

A quantity pegged to firm demand when it was released is `JIT`; the rest is `JIC` if a trigger was told, else `UNKNOWN`.
Origin is fixed at release and never edited (DESIGN 6). Parts keep their quantities; a mixture never gets one label.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from thread.values.quantity import EXACT, PositiveText, decimal_text

__all__ = ["Mode", "Origin", "OriginPart", "Peg", "Trigger", "mode_totals", "origin_parts"]

Mode = Literal["JIT", "JIC", "UNKNOWN"]

Trigger = Literal[
    "forecast",
    "safety_stock",
    "temporary_buffer",
    "price_hedge",
    "minimum_order_excess",
    "mro",
    "overrun",
    "joint",
]
"""What released supply that no firm demand asked for."""


class Peg(BaseModel):
    """Firm demand that a quantity was released for."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)

    demand: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    """Number of the demand: customer order, kanban card, order."""
    kind: Literal["customer_order", "kanban", "work_order", "transfer_order"] = "customer_order"
    """What kind of demand it is."""
    quantity: PositiveText
    """How much of it, in the unit of what was released."""


class Origin(BaseModel):
    """Why a receipt, kit, batch or work order was released, as told."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)

    pegs: Annotated[tuple[Peg, ...], Field(max_length=1_000)] = ()
    """Firm demand that it was released for."""
    trigger: Trigger | None = None
    """Why the rest was released; not told: nobody knows."""


@dataclass(frozen=True, slots=True)
class OriginPart:
    """A quantity of one mode, with what explains it. `quantity` is in the unit of the lot."""

    mode: Mode
    quantity: Decimal
    trigger: Trigger | None = None
    pegs: tuple[Peg, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The part as DESIGN 8 prints it."""
        return {
            "mode": self.mode,
            "quantity": decimal_text(self.quantity),
            "trigger": self.trigger,
            "pegs": [peg.model_dump(mode="json") for peg in self.pegs],
        }


def origin_parts(quantity: Decimal, origin: Origin | None) -> tuple[OriginPart, ...]:
    """Return a released quantity divided by why it was released; the parts add up to `quantity`.

    Pegs are filled in the order told; what they do not cover is JIC with the trigger told, UNKNOWN without one. Pegs
    beyond the quantity are filled as far as it goes.

    >>> [
    ...     (p.mode, str(p.quantity))
    ...     for p in origin_parts(Decimal(100), Origin(pegs=(Peg(demand="SO-1", quantity="60"),), trigger="forecast"))
    ... ]
    [('JIT', '60'), ('JIC', '40')]
    """
    if origin is None:
        return (OriginPart("UNKNOWN", quantity),) if quantity else ()
    left = quantity
    filled: list[Peg] = []
    for peg in origin.pegs:
        if not left:
            break
        take = min(left, Decimal(peg.quantity))
        filled.append(peg if take == Decimal(peg.quantity) else peg.model_copy(update={"quantity": decimal_text(take)}))
        left = EXACT.subtract(left, take)
    parts = []
    if filled:
        parts.append(OriginPart("JIT", EXACT.subtract(quantity, left), None, tuple(filled)))
    if left:
        mode: Mode = "JIC" if origin.trigger else "UNKNOWN"
        parts.append(OriginPart(mode, left, origin.trigger))
    return tuple(parts)


def mode_totals(parts: Iterable[OriginPart]) -> dict[str, str]:
    """Return quantities by mode as DESIGN 8 prints them, every mode named."""
    totals: dict[str, Decimal] = {"JIT": Decimal(0), "JIC": Decimal(0), "UNKNOWN": Decimal(0)}
    for part in parts:
        totals[part.mode] = EXACT.add(totals[part.mode], part.quantity)
    return {mode: decimal_text(amount) for mode, amount in totals.items()}
