"""Orders turn input lots into output lots (ISA-95 production; EPCIS TransformationEvent with a transformationID)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from thread.events.base import (
    EventId,
    FloorEvent,
    ItemName,
    Line,
    LotName,
    Model,
    OrderName,
    PartyName,
    Short,
)
from thread.events.material import OutputLine
from thread.values.origin import Origin
from thread.values.quantity import DecimalText, Quantity, UnitCode
from thread.values.times import DateText

__all__ = [
    "BatchProduced",
    "ComponentChanged",
    "IssueLine",
    "MaterialIssued",
    "MaterialReturned",
    "Reading",
    "ReturnLine",
    "StepDone",
    "WorkOrderClosed",
    "WorkOrderReleased",
]


class WorkOrderReleased(FloorEvent):
    """An order was released, for a demand or for stock."""

    type: Literal["work_order_released"] = "work_order_released"
    order: OrderName
    """Number of the order."""
    item: ItemName | None = None
    """What it is to make."""
    item_revision: Short | None = None
    """Revision of the item."""
    recipe: Short | None = None
    """Recipe or parts list."""
    recipe_revision: Short | None = None
    """Its revision."""
    planned_quantity: Quantity | None = None
    """How much it is to make."""
    processor: PartyName | None = None
    """Who does the work, where it is subcontracted."""
    due_date: DateText | None = None
    """Day by which it is to be done."""
    origin: Origin | None = None
    """Why it was released: for firm demand, or for stock."""


class IssueLine(Line):
    """Material that goes into an order."""

    position: Short | None = None
    """Line of the parts list."""


class Pull(Model):
    """Why it was consumed: drawn by a demand, or pushed by a plan."""

    mode: Literal["JIT", "JIC"]
    """Drawn by a demand (JIT), or pushed by a plan (JIC)."""
    demand: Short | None = None
    """The demand."""


class MaterialIssued(FloorEvent):
    """Material went into an order, or into one run of it."""

    type: Literal["material_issued"] = "material_issued"
    order: OrderName
    """The order."""
    run: Short | None = None
    """Line, shift, step or unit: flows of a run touch that run only; without a run, all of the order."""
    lots: Annotated[tuple[IssueLine, ...], Field(min_length=1, max_length=1_000)]
    """What went in."""
    pull: Pull | None = None
    """Why it was consumed."""


class ReturnLine(Line):
    """Material that came back from an order unused."""

    issue: EventId | None = None
    """The issue that it undoes; not told: the latest one of that order, run and lot that is not after the return."""


class MaterialReturned(FloorEvent):
    """Unused material came back from an order."""

    type: Literal["material_returned"] = "material_returned"
    order: OrderName
    """The order."""
    run: Short | None = None
    """The run of the order: line, shift, step or unit."""
    lots: Annotated[tuple[ReturnLine, ...], Field(min_length=1, max_length=1_000)]
    """What came back."""
    opened: bool = False
    """The pack was open at the line: what comes back may carry traces of the order."""


class Reading(Model):
    """One value as measured."""

    name: Short
    """What was measured."""
    value: DecimalText | None = None
    """The value, a decimal."""
    unit: UnitCode | None = None
    """Its unit, UN/ECE Recommendation 20."""
    text: Short | None = None
    """The finding in words, where it is no number."""
    low: DecimalText | None = None
    """Lower limit."""
    high: DecimalText | None = None
    """Upper limit."""

    @model_validator(mode="after")
    def _says_something(self) -> Reading:
        if (self.value is None) == (self.text is None):
            message = "a reading is a number (value) or words (text): give one of them"
            raise ValueError(message)
        return self


class StepDone(FloorEvent):
    """A step was done on an order, a run, or named lots, with the resources that did it."""

    type: Literal["step_done"] = "step_done"
    order: OrderName | None = None
    """The order that the step was done on."""
    run: Short | None = None
    """The run of the order: line, shift, step or unit."""
    lots: Annotated[tuple[TouchLine, ...], Field(min_length=1, max_length=1_000)] | None = None
    """The lots that the step was done on."""
    step: Short
    """Name of the step."""
    parameters: Annotated[tuple[Reading, ...], Field(max_length=500)] = ()
    """Settings and values of the step."""
    result: Literal["pass", "fail", "conditional"] | None = None
    """How it went."""

    @model_validator(mode="after")
    def _touches_something(self) -> StepDone:
        if self.order is None and self.lots is None:
            message = "what the step was done on is missing: give order (and run) or lots"
            raise ValueError(message)
        if self.run is not None and self.order is None:
            message = "a run belongs to an order: give order beside run"
            raise ValueError(message)
        return self


class TouchLine(Line):
    """Material that was touched but did not move; without a quantity, all of it."""

    needs_quantity = False
    may_be_zero = True


class BatchProduced(FloorEvent):
    """An order, or one run of it, brought forth lots. Several bookings of one lot by one order are normal."""

    type: Literal["batch_produced"] = "batch_produced"
    order: OrderName
    """The order."""
    run: Short | None = None
    """The run of the order that made it."""
    outputs: Annotated[tuple[OutputLine, ...], Field(min_length=1, max_length=1_000)]
    """The lots that came forth."""
    origin: Origin | None = None
    """Not told: that of the order, pegs filled first, the excess as overrun."""

    @model_validator(mode="after")
    def _run_or_exact_inputs(self) -> BatchProduced:
        if self.run is not None and any(line.inputs for line in self.outputs):
            message = "an output with `from` is a run of its own; leave run out, or book that output in another event"
            raise ValueError(message)
        return self


class Loss(Model):
    """Material that an order lost, by kind."""

    kind: Short
    """Kind of loss: kerf, evaporation, start-up …"""
    item: ItemName | None = None
    """Item that was lost."""
    lot: LotName | None = None
    """Lot that was lost."""
    quantity: Quantity
    """How much was lost."""


class WorkOrderClosed(FloorEvent):
    """An order is done."""

    type: Literal["work_order_closed"] = "work_order_closed"
    order: OrderName
    """The order."""
    losses: Annotated[tuple[Loss, ...], Field(max_length=200)] = ()
    """What the order lost."""


class RemovedLine(Line):
    """A part that was taken out of a unit, and what became of it."""

    fate: Literal["stock", "scrapped", "customer", "supplier"]
    """What became of the part."""


class ComponentChanged(FloorEvent):
    """A part of a unit was swapped, fitted or taken out. The removed part keeps its own ancestry."""

    type: Literal["component_changed"] = "component_changed"
    unit: TouchLine
    """The unit: its lot, and its serial where it has one."""
    position: Short
    """Where in the unit the part sits."""
    removed: RemovedLine | None = None
    """The part that was taken out."""
    installed: Line | None = None
    """The part that was fitted."""

    @model_validator(mode="after")
    def _changes_something(self) -> ComponentChanged:
        if self.removed is None and self.installed is None:
            message = "nothing changed: give removed, installed, or both"
            raise ValueError(message)
        if self.unit.lot is None:
            message = "the unit is missing: give its lot (and serials where it has them)"
            raise ValueError(message)
        return self


StepDone.model_rebuild()
