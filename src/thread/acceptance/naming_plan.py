"""Which fields of an event name something, in the order in which they can be resolved.

Read once from the models: a field whose text names something is marked with `Named` there. A lot can only be found once
its item is known, an output only once the inputs are, so each model's steps stand in that order.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from types import UnionType
from typing import Any, Final, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel

from thread.events.base import Line, Model, Named
from thread.events.corrections import Corrected
from thread.events.material import OutputLine

__all__ = ["Step", "steps_of"]


class Step(NamedTuple):
    """One field to resolve.

    `kind`: what its text names (item, party, place, container, order, assigner, shipment, gtin, gln, lot, new_lot), or
    what stands in it: line, output, object, correction. `many`: a list of such. `steps`: those of the model in it.
    """

    field: str
    kind: str
    many: bool
    steps: tuple[Step, ...]
    place_of: str | None = None
    """Field that tells the site of a place, where that is not the event's own."""
    takes_serials: bool = False
    """Whether serials may stand beside it, so that one serial's name can be told for its lot."""


_ORDER: Final = ("assigner", "shipment", "object", "lot", "line", "output", "new_lot", "correction")
"""Kinds that need others before them, in that order; everything else comes first."""

_PRIVATE: Final = frozenset({"private", "foreign"})
"""Marked as named, but no names of things: the service keeps these values apart."""


@cache
def steps_of(model: type[BaseModel]) -> tuple[Step, ...]:
    """Return the steps that resolve every name in a model, in the order in which they can be done."""
    steps = [step for field in _fields(model) if (step := _step(model, *field)) is not None]
    return tuple(sorted(steps, key=lambda step: _ORDER.index(step.kind) if step.kind in _ORDER else -1))


def _fields(model: type[BaseModel]) -> Iterator[tuple[str, Any, list[Any]]]:
    for name, info in model.model_fields.items():
        yield info.alias or name, info.annotation, list(info.metadata)


def _step(model: type[BaseModel], field: str, annotation: Any, metadata: list[Any]) -> Step | None:
    if model is Corrected and field == "replaced_by":
        return Step(field, "correction", many=True, steps=())
    kinds, models, many = set[str](), set[type[Model]](), False
    for mark in (*metadata, *_parts(annotation)):
        if isinstance(mark, Named):
            kinds.add(mark.kind)
        elif mark is tuple:
            many = True
        elif isinstance(mark, type) and issubclass(mark, Model):
            models.add(mark)
    if kinds and not kinds & _PRIVATE:
        (kind,) = kinds
        if field in {"gtin", "gln"}:
            kind = field if field == "gtin" else f"gln {kind}"
        place_of = "to_site" if field == "ship_to" else None
        takes_serials = kind == "lot" and not many and issubclass(model, Line)
        return Step(field, kind, many=many, steps=(), place_of=place_of, takes_serials=takes_serials)
    if len(models) != 1:
        return None
    (inner,) = models
    steps = steps_of(inner)
    kind = "line" if issubclass(inner, Line) else "output" if issubclass(inner, OutputLine) else "object"
    return Step(field, kind, many=many, steps=steps) if steps else None


def _parts(annotation: Any) -> Iterator[Any]:
    """Yield the classes and marks that a type annotation is put together from."""
    origin = get_origin(annotation)
    if origin is None:
        yield annotation
        return
    if origin not in {Union, UnionType}:
        yield origin
    for part in get_args(annotation):
        yield from _parts(part)
