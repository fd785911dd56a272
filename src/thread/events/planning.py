"""Decisions of planning: pegs that move between demands, and the policies behind just in time and just in case."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from thread.events.base import Event, FloorEvent, ItemName, Model, OrderName, PartyName, Short, Text
from thread.events.production import TouchLine
from thread.values.quantity import Quantity

__all__ = ["PolicySet", "Repegged"]


class Repegged(FloorEvent):
    """A peg moved from one demand to another, or to none. Origin stays what it was at release."""

    type: Literal["repegged"] = "repegged"
    lots: Annotated[tuple[TouchLine, ...], Field(min_length=1, max_length=1_000)] | None = None
    """The lots whose peg moved."""
    order: OrderName | None = None
    """The order whose peg moved."""
    from_demand: Short | None = None
    """The demand that it was for."""
    to_demand: Short | None = None
    """The demand that it is for now."""
    quantity: Quantity | None = None
    """How much of the peg moved; not told: all."""
    reason: Text | None = None
    """Why, in words."""

    @model_validator(mode="after")
    def _moves_a_peg(self) -> Repegged:
        if (self.lots is None) == (self.order is None):
            message = "a peg belongs to lots or to an order: give one of them"
            raise ValueError(message)
        if self.from_demand is None and self.to_demand is None:
            message = "no demand is named: give from_demand, to_demand, or both"
            raise ValueError(message)
        return self


class Parameter(Model):
    """One setting of a policy."""

    name: Short
    """Name of the setting."""
    value: Short
    """Its value, as text."""


class PolicySet(Event):
    """Whether an item is bought or made just in time or just in case from now on, and by which numbers."""

    type: Literal["policy_set"] = "policy_set"
    policy: Short
    """Name of the policy."""
    item: ItemName | None = None
    """Item that it holds for."""
    supplier: PartyName | None = None
    """Supplier that it holds for."""
    mode: Literal["JIT", "JIC"]
    """Just in time, or just in case."""
    parameters: Annotated[tuple[Parameter, ...], Field(max_length=100)] = ()
    """Its settings."""
    reason: Text | None = None
    """Why, in words."""
