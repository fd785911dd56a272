"""What a field of an event takes, as its model says it: told to a person who fills in a table."""

from __future__ import annotations

from types import UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from thread.events.base import Named, Short, SiteCode, Text
from thread.values.quantity import AmountText, DecimalText, PositiveText, UnitCode
from thread.values.times import DateText, TimeText

__all__ = ["EACH", "Form", "field_at", "told_form"]

Form = Literal["text", "decimal", "date", "time", "choice", "integer", "flag", "json"]

EACH: Final = "*"
"""Step to the elements of a list."""

_FORMS: Final[tuple[tuple[Any, Form, str, str], ...]] = (
    (TimeText, "time", "a time with its offset, such as 2026-03-09T14:07:00+01:00", "2026-03-09T14:07:00+01:00"),
    (DateText, "date", "a day, such as 2026-03-09", "2026-03-09"),
    (PositiveText, "decimal", "a number above 0, such as 12.50", "12.50"),
    (AmountText, "decimal", "a number, 0 or more, such as 12.50", "12.50"),
    (DecimalText, "decimal", "a number, such as 12.50", "12.50"),
    (UnitCode, "text", "a unit code of UN/ECE Rec 20, such as KGM, MTR or EA", "KGM"),
    (Short, "text", "text of one line, at most 200 characters", ""),
    (Text, "text", "text, at most 8,000 characters", ""),
    (SiteCode, "text", "the code of a plant", "LYON"),
)
_NAMED: Final = {
    "item": "an item",
    "new_lot": "the code of a lot",
    "place": "a place",
    "party": "a party",
    "container": "a container",
    "order": "an order",
    "assigner": "`site` or a party",
    "private": "text, at most 2,000 characters",
}


def field_at(model: type[BaseModel], steps: tuple[str, ...]) -> tuple[Any, str, bool]:
    """Return annotation and meaning of the field that steps lead to, and whether every event must tell it."""
    annotation: Any = model
    meaning, required = "", True
    for step in steps:
        if step == EACH:
            annotation, required = get_args(_bare(annotation, of=tuple))[0], False
            continue
        holder = _bare(annotation, of=BaseModel)
        info = holder.model_fields[step]
        annotation = get_type_hints(holder, include_extras=True)[step]
        required = required and info.is_required()
        if step != "value" or not meaning:
            meaning = " ".join((info.description or "").split())
    return annotation, meaning, required


def _bare(annotation: Any, *, of: type) -> Any:
    """Return the model, or the tuple, that an annotation is about."""
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is tuple and of is tuple:
        return annotation
    if isinstance(annotation, type) and issubclass(annotation, of):
        return annotation
    found = (_bare(arg, of=of) for arg in (args if origin in {Union, UnionType} else args[:1]))
    return next(one for one in found if one is not None) if args else None


def told_form(annotation: Any) -> tuple[Form, str, str, tuple[str, ...], bool]:
    """Return form, expectation, example and choices of a field, and whether it is private."""
    for known, form, expected, example in _FORMS:
        if annotation == known:
            return form, expected, example, (), False
    origin, args = get_origin(annotation), get_args(annotation)
    if origin in {Union, UnionType}:
        return told_form(next(arg for arg in args if arg is not type(None)))
    if origin is Annotated:
        marks = [mark.kind for mark in args[1:] if isinstance(mark, Named)]
        if marks:
            return "text", _NAMED[marks[0]], "", (), marks[0] == "private"
        return told_form(args[0])
    if origin is Literal:
        return "choice", f"one of {', '.join(args)}", "", tuple(args), False
    if annotation is int:
        return "integer", "a whole number", "", (), False
    if annotation is bool:
        return "flag", "yes or no", "yes", (), False
    return "text", "text", "", (), False
