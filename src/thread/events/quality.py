"""What was found out about material, and what was decided: inspections, samples, holds, scrap."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from thread.events.base import Document, FloorEvent, Line, LotName, OrderName, PlaceName, Resource, Short, Text
from thread.events.production import Reading, TouchLine
from thread.values.times import DateText

__all__ = ["Held", "HoldReleased", "Inspected", "LotChanged", "ResourceChecked", "Sampled", "Scrapped"]

Decision = Literal["use_as_is", "rework", "return", "scrap", "sort", "wait"]


class Inspected(FloorEvent):
    """Lots, or a run of an order, were inspected against a specification."""

    type: Literal["inspected"] = "inspected"
    lots: Annotated[tuple[TouchLine, ...], Field(min_length=1, max_length=1_000)] | None = None
    """What was inspected."""
    order: OrderName | None = None
    """The order that was inspected."""
    run: Short | None = None
    """The run of the order: line, shift, step or unit."""
    specification: Short | None = None
    """Specification that it was inspected against."""
    specification_revision: Short | None = None
    """Its revision."""
    method: Short | None = None
    """How it was inspected."""
    instrument: Short | None = None
    """Instrument that was used."""
    sample_size: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    """How many pieces were looked at."""
    values: Annotated[tuple[Reading, ...], Field(max_length=500)] = ()
    """What was measured."""
    result: Literal["pass", "fail", "conditional"]
    """The result."""

    @model_validator(mode="after")
    def _inspects_something(self) -> Inspected:
        if self.lots is None and self.order is None:
            message = "what was inspected is missing: give lots, or order (and run)"
            raise ValueError(message)
        return self


class SampleLine(Line):
    """A sample and what became of it."""

    fate: Literal["destroyed", "retained", "returned"]
    """What became of the sample."""
    kept_at: PlaceName | None = None
    """Where a retained sample is kept."""
    kept_until: DateText | None = None
    """Day until which it is kept."""


class Sampled(FloorEvent):
    """Samples were taken. Destroyed ones leave the balance, retained ones stay on hand but are not free."""

    type: Literal["sampled"] = "sampled"
    lots: Annotated[tuple[SampleLine, ...], Field(min_length=1, max_length=1_000)]
    """The samples."""


class Held(FloorEvent):
    """Goods are blocked. A line without a quantity blocks all of its target, now and later."""

    type: Literal["held"] = "held"
    hold_id: Short
    """Number of the hold."""
    lots: Annotated[tuple[TouchLine, ...], Field(min_length=1, max_length=1_000)]
    """What is blocked."""
    within: Short | None = None
    """Another hold whose goods these are: the two overlap instead of adding up."""
    reason: Text
    """Why, in words."""
    decision: Decision | None = None
    """What was decided about the goods."""


class HoldReleased(FloorEvent):
    """A hold ends, for all of its goods or for some."""

    type: Literal["hold_released"] = "hold_released"
    hold_id: Short
    """Number of the hold."""
    lots: Annotated[tuple[TouchLine, ...], Field(min_length=1, max_length=1_000)] | None = None
    """Which goods are free again; not told: all of the hold."""
    reason: Text
    """Why, in words."""
    decision: Decision | None = None
    """What was decided about the goods."""


class Scrapped(FloorEvent):
    """Material was destroyed or thrown away."""

    type: Literal["scrapped"] = "scrapped"
    lots: Annotated[tuple[Line, ...], Field(min_length=1, max_length=1_000)]
    """What was destroyed."""
    reason_code: Short
    """Why, as a code."""
    method: Short | None = None
    """How it was destroyed."""
    witness: Short | None = None
    """Pseudonymous id of the witness."""
    certificate: Document | None = None
    """Proof of the destruction."""


class LotChanged(FloorEvent):
    """A field of a lot has a new value from now on; the old one stays in the history."""

    type: Literal["lot_changed"] = "lot_changed"
    lot: LotName
    """The lot."""
    field: Literal["expiry", "best_before", "retest_date", "grade", "planning_class"]
    """Which field."""
    old: Short | None = None
    """Its value before."""
    new: Short
    """Its value from now on."""
    reason: Text
    """Why it changed."""


class ResourceChecked(FloorEvent):
    """A machine, tool or line was cleaned, calibrated or checked, and was good or bad."""

    type: Literal["resource_checked"] = "resource_checked"
    resource: Resource
    """What was checked."""
    kind: Literal["cleaned", "calibrated", "checked"]
    """Whether it was cleaned, calibrated or checked."""
    result: Literal["good", "bad"]
    """Whether it was found good or bad."""
    values: Annotated[tuple[Reading, ...], Field(max_length=500)] = ()
    """What was measured."""
