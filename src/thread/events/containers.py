"""Containers hold lots for a while. Holding is not mixing (EPCIS aggregation)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from thread.events.base import ContainerName, FloorEvent, ItemName, Line, OrderName, Short, Text
from thread.values.origin import Origin

__all__ = ["KitAssembled", "KitBroken", "PackLine", "Packed", "Packing", "Unpacked", "Unpacking"]


class PackLine(Line):
    """A lot or an inner container that is put into a container."""

    planned_item: ItemName | None = None
    """What the list asked for, where something else was put in."""
    concession: Short | None = None
    """Document that allows the substitute."""


class Packing(FloorEvent):
    """Something was put into a container. Never an event of its own."""

    container: ContainerName
    """The container that they were put into."""
    contents: Annotated[tuple[PackLine, ...], Field(min_length=1, max_length=1_000)]
    """What was put in."""
    level: Literal["inner", "case", "pallet", "load", "kit", "reusable"] | None = None
    """What kind of container it is."""
    told: Literal["declared", "verified"] = "verified"
    """Whether somebody looked inside, or the sender's word was taken."""

    @model_validator(mode="after")
    def _holds_others(self) -> Packing:
        if any(line.is_whole_container and line.container == self.container for line in self.contents):
            message = f"container {self.container} cannot hold itself"
            raise ValueError(message)
        return self


class Packed(Packing):
    """Lots or containers were put into a container."""

    type: Literal["packed"] = "packed"


class KitAssembled(Packing):
    """A kit was put together: a container with a purpose, released for a reason of its own."""

    type: Literal["kit_assembled"] = "kit_assembled"
    item: ItemName | None = None
    """The kind of kit."""
    order: OrderName | None = None
    """The order that the kit is for."""
    origin: Origin | None = None
    """Why the kit was released: for firm demand, or for stock."""


class OutLine(Line):
    """What leaves a container; without a quantity, all of that lot inside."""

    needs_quantity = False


class Unpacking(FloorEvent):
    """Something was taken out of a container. Never an event of its own."""

    container: ContainerName
    """The container that they were taken out of."""
    contents: Annotated[tuple[OutLine, ...], Field(min_length=1, max_length=1_000)] | None = None
    """What was taken out; not told: everything."""


class Unpacked(Unpacking):
    """Lots or containers were taken out of a container."""

    type: Literal["unpacked"] = "unpacked"


class KitBroken(Unpacking):
    """A kit was taken apart again; its contents are stock once more."""

    type: Literal["kit_broken"] = "kit_broken"
    reason: Text | None = None
    """Why it was taken apart."""
