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
    order: OrderName | None = None
    from_demand: Short | None = None
    to_demand: Short | None = None
    quantity: Quantity | None = None
    reason: Text | None = None

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
    value: Short


class PolicySet(Event):
    """Whether an item is bought or made just in time or just in case from now on, and by which numbers."""

    type: Literal["policy_set"] = "policy_set"
    policy: Short
    item: ItemName | None = None
    supplier: PartyName | None = None
    mode: Literal["JIT", "JIC"]
    parameters: Annotated[tuple[Parameter, ...], Field(max_length=100)] = ()
    reason: Text | None = None
