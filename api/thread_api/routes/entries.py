"""The entries themselves, byte for byte."""

from __future__ import annotations

from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from thread_api.answers import json_answer
from thread_api.asking import LedgerHere
from thread_api.description import PROBLEMS, V1
from thread_api.media_types import preferred
from thread_api.schemas import EntryAnswer

__all__ = ["router"]

router = APIRouter(prefix=V1, tags=["Evidence"], responses=PROBLEMS)

_BYTES: Final = "application/octet-stream"
_JSON: Final = "application/json"
_FORMS: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The entry, as JSON or byte for byte.",
        "content": {_BYTES: {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.get("/entries/{seq}", response_model=EntryAnswer, summary="One entry", responses=_FORMS)
def entry(
    request: Request,
    ledger: LedgerHere,
    seq: Annotated[int, Path(ge=0, le=2**53, description="Place in the ledger, from 0.")],
) -> Response:
    """An entry with its leaf hash. `Accept: application/octet-stream` gives the stored bytes, which hash to it."""
    form = preferred(request.headers.get("accept"), (_JSON, _BYTES))
    found = ledger.entry(seq)
    headers = {"Vary": "Accept"}
    if form == _BYTES:
        return Response(found.data, media_type=_BYTES, headers=headers)
    # The bytes stand in the answer as they are stored: what a reader copies out of it hashes to the leaf hash.
    told = {"seq": found.seq, "leaf_hash": found.leaf_hash.hex(), "entry": orjson.Fragment(found.data)}
    return json_answer(told, headers=headers)
