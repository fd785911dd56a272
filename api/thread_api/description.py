"""The API's description (OpenAPI 3.1): what every route shares, and the shapes of what is posted.

Bodies are read by the routes themselves, because they must be read more strictly than the framework does; so their
shapes are added to the description here, from the same models that read them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import or_
from typing import Annotated, Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel, Field, TypeAdapter
from pydantic.json_schema import models_json_schema

from thread.events import EVENT_TYPES
from thread.interop.table_mapping import ColumnMapping
from thread_api.problems import PROBLEM_TYPE
from thread_api.receipts import Receipt
from thread_api.schemas import CorrectionTold, FindingToClose, ProblemDocument, ScopeQuestion

__all__ = ["EVENT_SCHEMA", "PROBLEMS", "TAGS", "TITLE", "V1", "body", "describe"]

V1: Final = "/v1"
TITLE: Final = "thread"
TEXT: Final = """A traceability ledger: what happened to material, recorded once, traced both ways, provable later.

**Conventions.** Decimals are text (`"12.50"`), units are UN/ECE Rec 20 codes (`KGM`, `MTR`, `EA`), times are RFC 3339
with their offset. Equal questions at an equal ledger size give equal bytes. Every error is a problem document
(RFC 9457) with a stable `code`. Unknown fields and unknown query parameters are refused, not passed over.

**Telling something twice.** Send an `Idempotency-Key` with each POST and use it again when you retry: the same content
is recorded once, for ever. An event's own `id` does the same.

**Who are you?** This release asks nobody: `X-Actor` is recorded as asserted. Serve it to your own machine only, or put
a proxy that checks who is there in front of it.
"""
TAGS: Final = [
    {"name": "Recording", "description": "Tell what happened."},
    {"name": "Search", "description": "Find anything by any name, number, mark or barcode."},
    {"name": "Lots", "description": "Ask what is known of a lot, where it came from and where it went."},
    {"name": "Recall", "description": "Ask how far an issue may have reached."},
    {"name": "Reports", "description": "Answers as CSV, workbooks and pages to print."},
    {"name": "Review", "description": "Ask what somebody should look into, and close it."},
    {"name": "Evidence", "description": "Entries byte for byte, signed checkpoints, verification."},
    {"name": "EPCIS", "description": "Take in what partners tell, as EPCIS 2.0 documents."},
    {"name": "Tables", "description": "Load master data, opening stock and receipts from CSV and XLSX."},
    {"name": "Care", "description": "Is the server well?"},
]

EVENT_SCHEMA: Final = {"$ref": "#/components/schemas/Event"}

PROBLEMS: Final[dict[int | str, dict[str, Any]]] = {
    "default": {
        "description": "What went wrong.",
        "content": {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}},
    }
}

_UNSAID: Final = "Successful Response"
_REF: Final = "#/components/schemas/{model}"


def body(
    shape: type[BaseModel] | Mapping[str, Any],
    examples: Mapping[str, Any],
    *,
    media_types: tuple[str, ...] = ("application/json",),
) -> dict[str, Any]:
    """Return what describes the body of a route: its shape, and examples by their summary."""
    schema = {"$ref": _REF.format(model=shape.__name__)} if isinstance(shape, type) else dict(shape)
    told = {name: {"summary": name, "value": value} for name, value in examples.items()}
    content = {kind: {"schema": schema, "examples": told} for kind in media_types}
    return {"requestBody": {"required": True, "content": content}}


def describe(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document of the application."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title,
            version=app.version,
            openapi_version="3.1.0",
            description=TEXT,
            routes=app.routes,
            tags=TAGS,
            license_info={"name": "Apache License 2.0", "identifier": "Apache-2.0"},
        )
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        schemas.update(_posted_shapes())
        for path in document["paths"].values():
            for operation in path.values():
                # The framework promises an error document of its own; every error here is a problem document.
                operation["responses"].pop("422", None)
                for answer in operation["responses"].values():
                    if answer["description"] == _UNSAID:
                        answer["description"] = "The answer."
        document["components"]["schemas"] = dict(sorted(schemas.items()))
        app.openapi_schema = document
    return app.openapi_schema


def _posted_shapes() -> dict[str, Any]:
    """Return the schemas of what is posted: every event type, and the models of the other bodies."""
    events = tuple(EVENT_TYPES.values())
    any_event: TypeAdapter[Any] = TypeAdapter(Annotated[reduce(or_, events), Field(discriminator="type")])  # type: ignore[arg-type]
    union = any_event.json_schema(ref_template=_REF, mode="validation")
    found = dict(union.pop("$defs"))
    found["Event"] = {"title": "Event", "description": "What happened, by its type.", **union}
    posted = (Receipt, CorrectionTold, ScopeQuestion, FindingToClose, ProblemDocument, ColumnMapping)
    _, models = models_json_schema([(model, "validation") for model in posted], ref_template=_REF)
    found.update(models["$defs"])
    return found
