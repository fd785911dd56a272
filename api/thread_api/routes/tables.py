"""Tables: master data, opening stock and receipts from CSV and XLSX; templates to fill in; mappings of columns."""

from __future__ import annotations

from io import BytesIO
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from thread.interop.table_columns import KINDS, KindName
from thread.interop.table_mapping import ColumnMapping, mapping_from, told_mapping
from thread.interop.table_templates import write_template
from thread.service import Actor, Ledger
from thread.values.reasons import LONGEST_REASON
from thread_api.answers import JsonAnswer, json_answer
from thread_api.asking import ActorId, LedgerHere, RetryKey, SettingsHere
from thread_api.bodies import body_of
from thread_api.description import PROBLEMS, V1, body
from thread_api.examples import MAPPING, TABLE
from thread_api.schemas import Loaded, MappingRemoved, Mappings
from thread_api.uploads import FORM, TABLES, Upload, uploaded

__all__ = ["router"]

router = APIRouter(prefix=V1, tags=["Tables"], responses=PROBLEMS)

_MEDIA_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_TEMPLATES: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The empty table.",
        "content": {kind.partition(";")[0]: {"schema": {"type": "string"}} for kind in _MEDIA_TYPES.values()},
    }
}


def _file_or_form() -> dict[str, Any]:
    """Return what describes the body: the file itself, or a form with it."""
    told = body({"type": "string"}, {"two receipts": TABLE}, media_types=TABLES[:3])
    fields = {"file": {"type": "string"}, "mapping": {"type": "string"}}
    told["requestBody"]["content"][FORM] = {
        "schema": {"type": "object", "required": ["file"], "properties": fields},
        "examples": {"two receipts": {"summary": "two receipts", "value": {"file": TABLE}}},
    }
    return told


MappingName = Annotated[str, Path(description="Name of the mapping.", examples=["acme"])]


@router.post(
    "/import",
    summary="Load a table",
    response_model=Loaded,
    response_class=JsonAnswer,
    openapi_extra=_file_or_form(),
)
async def load_table(
    request: Request,
    *,
    ledger: LedgerHere,
    settings: SettingsHere,
    actor: ActorId,
    _: RetryKey,
    kind: Annotated[KindName | None, Query(description="What the rows are, where the mapping does not say so.")] = None,
    mapping: Annotated[str | None, Query(description="Name of a saved mapping of columns.")] = None,
    dry_run: Annotated[bool, Query(description="Record nothing, and tell all that is wrong.")] = False,
    each: Annotated[bool, Query(description="Record each row by itself; those that are wrong are listed.")] = False,
    form: Annotated[
        Literal["csv", "xlsx"] | None,
        Query(alias="format", description="What the file has to be."),
    ] = None,
    decimal: Annotated[Literal["point", "comma"] | None, Query(description="How decimals are written.")] = None,
    date_format: Annotated[str | None, Query(description="How days are written, such as DD.MM.YYYY.")] = None,
    zone: Annotated[str | None, Query(description="Zone of times without an offset, such as Europe/Paris.")] = None,
    encoding: Annotated[
        Literal["utf-8", "utf-16", "windows-1252"] | None, Query(description="Encoding of a CSV file.")
    ] = None,
    delimiter: Annotated[
        Literal[",", ";", "|", "tab"] | None, Query(description="What stands between the cells of a CSV file.")
    ] = None,
    sheet: Annotated[str | None, Query(description="Which sheet of a workbook.")] = None,
    site: Annotated[str | None, Query(description="The plant, where a row does not tell it.")] = None,
    force_reason: Annotated[
        str | None,
        Query(
            json_schema_extra={"minLength": 1, "maxLength": LONGEST_REASON},
            description="Why rows are recorded although a rule speaks against them.",
        ),
    ] = None,
) -> JsonAnswer:
    """Records the rows of a table in CSV or XLSX: all of them, or none.

    The file is the body, or the field `file` of a form; the form may tell a mapping of columns in the field `mapping`.
    With `dry_run`, and with `each`, the answer lists every fault with line, column, value, and what was expected;
    without, a fault is answered 422 (`table-refused`) with the same list, and nothing is recorded. A row is known by
    the digest of its file, so the same file again changes nothing.
    """
    told = {
        "decimal": decimal,
        "date_format": date_format,
        "zone": zone,
        "encoding": encoding,
        "delimiter": "\t" if delimiter == "tab" else delimiter,
        "sheet": sheet,
        "kind": kind,
    }
    site = site or settings.site
    over = told_mapping(
        {name: value for name, value in told.items() if value is not None}
        | ({"defaults": {"site": site}} if site is not None else {}),
        named=_parameter_of,
    )
    async with uploaded(request, most=settings.batch_bytes) as upload:
        summary = await run_in_threadpool(
            lambda: ledger.load(
                upload.file,
                mapping=_reading(ledger, mapping, upload, over),
                file=upload.name,
                form=form,
                actor=Actor(actor),
                all_or_none=not each,
                dry_run=dry_run,
                force_reason=force_reason,
            )
        )
    return json_answer(summary.as_json())


def _parameter_of(path: str) -> str:
    """Return the parameter of the query that told what stands at a path of a mapping."""
    return "site" if path.startswith("/defaults") else path.removeprefix("/").partition("/")[0]


def _reading(ledger: Ledger, name: str | None, upload: Upload, over: ColumnMapping) -> ColumnMapping:
    """Return how the table is read: as saved, above it as the form tells, above it as the query tells."""
    reading = ledger.mapping(name) if name is not None else ColumnMapping()
    if upload.encoding is not None:
        reading = reading.overlaid(told_mapping({"encoding": upload.encoding}))
    if upload.mapping is not None:
        reading = reading.overlaid(mapping_from(upload.mapping.encode()))
    return reading.overlaid(over)


@router.get("/templates/{kind}", summary="An empty table to fill in", response_class=Response, responses=_TEMPLATES)
def template(
    kind: Annotated[KindName, Path(description="What the rows are.")],
    form: Annotated[
        Literal["csv", "xlsx"], Query(alias="format", description="`csv`, or `xlsx` for a workbook.")
    ] = "csv",
) -> Response:
    """An empty table with its columns explained. A workbook has cells formatted as text, instructions and examples."""
    out = BytesIO()
    write_template(KINDS[kind], out, form=form)
    headers = {"Content-Disposition": f'attachment; filename="{kind}.{form}"'}
    return Response(out.getvalue(), headers=headers, media_type=_MEDIA_TYPES[form])


@router.get("/mappings", summary="Saved mappings", response_model=Mappings, response_class=JsonAnswer)
def saved_mappings(ledger: LedgerHere) -> JsonAnswer:
    """Every saved mapping of columns by its name."""
    return json_answer({"mappings": {name: mapping.as_json() for name, mapping in ledger.mappings().items()}})


@router.get("/mappings/{name}", summary="A saved mapping", response_model=ColumnMapping, response_class=JsonAnswer)
def saved_mapping(ledger: LedgerHere, name: MappingName) -> JsonAnswer:
    """How the tables of one sender are read, as far as somebody told it."""
    return json_answer(ledger.mapping(name).as_json())


@router.put(
    "/mappings/{name}",
    summary="Save a mapping",
    response_model=ColumnMapping,
    response_class=JsonAnswer,
    openapi_extra=body(ColumnMapping, {"of an ERP": MAPPING}),
)
async def save_mapping(request: Request, ledger: LedgerHere, settings: SettingsHere, name: MappingName) -> JsonAnswer:
    """Saves how the tables of one sender are read, over what was saved under that name before."""
    mapping = mapping_from(await body_of(request, most=settings.event_bytes))
    await run_in_threadpool(ledger.save_mapping, name, mapping)
    return json_answer(mapping.as_json())


@router.delete("/mappings/{name}", summary="Remove a mapping", response_model=MappingRemoved, response_class=JsonAnswer)
def remove_mapping(ledger: LedgerHere, name: MappingName) -> JsonAnswer:
    """Removes a saved mapping; what was loaded by it stays."""
    ledger.remove_mapping(name)
    return json_answer({"removed": name})
