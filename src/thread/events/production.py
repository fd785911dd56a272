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
    item: ItemName | None = None
    item_revision: Short | None = None
    recipe: Short | None = None
    recipe_revision: Short | None = None
    planned_quantity: Quantity | None = None
    processor: PartyName | None = None
    """Who does the work, where it is subcontracted."""
    due_date: DateText | None = None
    origin: Origin | None = None


class IssueLine(Line):
    """Material that goes into an order."""

    position: Short | None = None


class Pull(Model):
    """Why it was consumed: drawn by a demand, or pushed by a plan."""

    mode: Literal["JIT", "JIC"]
    demand: Short | None = None


class MaterialIssued(FloorEvent):
    """Material went into an order, or into one run of it."""

    type: Literal["material_issued"] = "material_issued"
    order: OrderName
    run: Short | None = None
    """Line, shift, step or unit: flows of a run touch that run only; without a run, all of the order."""
    lots: Annotated[tuple[IssueLine, ...], Field(min_length=1, max_length=1_000)]
    pull: Pull | None = None


class ReturnLine(Line):
    """Material that came back from an order unused."""

    issue: EventId | None = None
    """The issue that it undoes; not told: the latest one of that order, run and lot that is not after the return."""


class MaterialReturned(FloorEvent):
    """Unused material came back from an order."""

    type: Literal["material_returned"] = "material_returned"
    order: OrderName
    run: Short | None = None
    lots: Annotated[tuple[ReturnLine, ...], Field(min_length=1, max_length=1_000)]
    opened: bool = False
    """The pack was open at the line: what comes back may carry traces of the order."""


class Reading(Model):
    """One value as measured."""

    name: Short
    value: DecimalText | None = None
    unit: UnitCode | None = None
    text: Short | None = None
    low: DecimalText | None = None
    high: DecimalText | None = None

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
    run: Short | None = None
    lots: Annotated[tuple[TouchLine, ...], Field(min_length=1, max_length=1_000)] | None = None
    step: Short
    parameters: Annotated[tuple[Reading, ...], Field(max_length=500)] = ()
    result: Literal["pass", "fail", "conditional"] | None = None

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


class BatchProduced(FloorEvent):
    """An order, or one run of it, brought forth lots. Several bookings of one lot by one order are normal."""

    type: Literal["batch_produced"] = "batch_produced"
    order: OrderName
    run: Short | None = None
    outputs: Annotated[tuple[OutputLine, ...], Field(min_length=1, max_length=1_000)]
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
    item: ItemName | None = None
    lot: LotName | None = None
    quantity: Quantity


class WorkOrderClosed(FloorEvent):
    """An order is done."""

    type: Literal["work_order_closed"] = "work_order_closed"
    order: OrderName
    losses: Annotated[tuple[Loss, ...], Field(max_length=200)] = ()


class RemovedLine(Line):
    """A part that was taken out of a unit, and what became of it."""

    fate: Literal["stock", "scrapped", "customer", "supplier"]


class ComponentChanged(FloorEvent):
    """A part of a unit was swapped, fitted or taken out. The removed part keeps its own ancestry."""

    type: Literal["component_changed"] = "component_changed"
    unit: TouchLine
    """The unit: its lot, and its serial where it has one."""
    position: Short
    removed: RemovedLine | None = None
    installed: Line | None = None

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
