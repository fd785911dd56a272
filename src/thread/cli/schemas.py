"""`thread schema`: what an event of each type looks like, as JSON Schema."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

import click

from thread.cli.options import Command, wants_json
from thread.cli.output import Page, document
from thread.errors import BadInput

if TYPE_CHECKING:
    from thread.events import Event

__all__ = ["EventTypeUnknown", "schema_command"]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


class EventTypeUnknown(BadInput):
    """No event type has this name."""

    code = "event-type-unknown"

    def __init__(self, *, name: str, near: tuple[str, ...]) -> None:
        hint = f"did you mean {near[0]}?" if near else "`thread schema` lists them"
        super().__init__(f"{name[:60]!r} is no event type; {hint}", type=name, near=near)


@click.command(cls=Command, name="schema")
@click.argument("type_name", metavar="[TYPE]", required=False)
@click.pass_context
def schema_command(context: click.Context, type_name: str | None) -> None:
    """List the event types, or print the schema of TYPE.

    It is the JSON Schema of the events of that type.
    """
    from thread.events import EVENT_TYPES

    if type_name is not None:
        model = EVENT_TYPES.get(type_name)
        if model is None:
            raise EventTypeUnknown(name=type_name, near=tuple(difflib.get_close_matches(type_name, EVENT_TYPES, n=3)))
        document(_schema(model))
        return
    rows = [(name, _meaning(model)) for name, model in EVENT_TYPES.items()]
    if wants_json(context):
        document({"types": [{"type": name, "text": text} for name, text in rows]})
    else:
        Page().table(("Type", "What it tells"), rows)


def _schema(model: type[Event]) -> dict[str, Any]:
    schema = model.model_json_schema(by_alias=True, mode="validation")
    # The model knows its own type; whoever tells an event has to say it.
    return {"$schema": _DIALECT, **schema, "required": ["type", *schema.get("required", ())]}


def _meaning(model: type[Event]) -> str:
    return (model.__doc__ or "").strip().splitlines()[0]
