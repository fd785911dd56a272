"""The entries themselves, byte for byte, and what corrects them."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from thread.service import Actor
from thread_api.answers import JsonAnswer, json_answer
from thread_api.asking import ActorId, LedgerHere, RetryKey, SettingsHere
from thread_api.bodies import body_of, model_of, told_object
from thread_api.description import PROBLEMS, V1, body
from thread_api.examples import CORRECTION
from thread_api.media_types import preferred
from thread_api.schemas import CorrectionPreviewAnswer, CorrectionTold, EntryAnswer, Recorded

__all__ = ["router"]

router = APIRouter(prefix=V1, responses=PROBLEMS)

Seq = Annotated[int, Path(ge=0, le=2**53, description="Place in the ledger, from 0.")]

_BYTES: Final = "application/octet-stream"
_JSON: Final = "application/json"
_FORMS: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The entry, as JSON or byte for byte.",
        "content": {_BYTES: {"schema": {"type": "string", "format": "binary"}}},
    }
}
_CORRECTED: Any = {
    200: {
        "model": CorrectionPreviewAnswer | Recorded,
        "description": "With `dry_run`: what it would touch. Without: recorded before, a duplicate.",
    },
}


@router.get("/entries/{seq}", response_model=EntryAnswer, summary="One entry", responses=_FORMS, tags=["Evidence"])
def entry(request: Request, ledger: LedgerHere, seq: Seq) -> Response:
    """An entry with its leaf hash. `Accept: application/octet-stream` gives the stored bytes, which hash to it."""
    form = preferred(request.headers.get("accept"), (_JSON, _BYTES))
    found = ledger.entry(seq)
    headers = {"Vary": "Accept"}
    if form == _BYTES:
        return Response(found.data, media_type=_BYTES, headers=headers)
    # The bytes stand in the answer as they are stored: what a reader copies out of it hashes to the leaf hash.
    told = {"seq": found.seq, "leaf_hash": found.leaf_hash.hex(), "entry": orjson.Fragment(found.data)}
    return json_answer(told, headers=headers)


@router.post(
    "/entries/{seq}/correction",
    summary="Correct an entry, or see what that would touch",
    status_code=201,
    response_model=Recorded,
    response_description="Recorded, durably.",
    responses=_CORRECTED,
    response_class=JsonAnswer,
    openapi_extra=body(CorrectionTold, {"a quantity": CORRECTION, "void": {"void": True, "reason": "told twice"}}),
    tags=["Recording"],
)
async def correct_entry(
    request: Request,
    *,
    ledger: LedgerHere,
    settings: SettingsHere,
    actor: ActorId,
    key: RetryKey,
    seq: Seq,
    dry_run: Annotated[bool, Query(description="Answer what the correction would touch, and record nothing.")] = False,
) -> JsonAnswer:
    """Puts something else in the place of what an entry tells, or makes it void; the entry itself stays as it is.

    With `dry_run=true` the answer is the preview: old and new value, balances, recall scopes and traces, shipments on
    their way, signatures and findings that change. Its `seen`, handed back with the correction, makes sure that what
    was shown is what happens; if the ledger grew and something else is touched, the answer is 409 with a new preview.
    `seq` is always the first entry, never a correction; the latest correction wins.
    """
    told = model_of(CorrectionTold, told_object(await body_of(request, most=settings.event_bytes)))
    fields = told.model_dump(mode="json", exclude_unset=True, exclude={"force_reason", "seen"})
    by = Actor(actor)
    if dry_run:
        found = await run_in_threadpool(ledger.correction, seq, fields, actor=by, force_reason=told.force_reason)
        return json_answer(found.as_json())
    recording = await run_in_threadpool(
        ledger.correct,
        seq,
        fields,
        key=None if key is None else f"{actor}/{key}",
        actor=by,
        force_reason=told.force_reason,
        seen=told.seen,
    )
    status = HTTPStatus.OK if recording.duplicate else HTTPStatus.CREATED
    return json_answer(recording.as_json(), status=status, headers={"Location": f"{V1}/entries/{recording.seq}"})
