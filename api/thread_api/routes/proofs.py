"""Proofs that are checked without this server: an entry is in, the ledger only grew, a list is complete."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from thread_api.answers import JsonAnswer, json_answer
from thread_api.asking import LedgerHere
from thread_api.description import PROBLEMS, V1
from thread_api.media_types import preferred
from thread_api.schemas import ConsistencyProofAnswer, InclusionProofAnswer, SubjectProofAnswer

__all__ = ["router"]

router = APIRouter(prefix=V1, tags=["Evidence"], responses=PROBLEMS)

_TEXT: Final = "text/plain"
_JSON: Final = "application/json"
_MOST: Final = 2**53
_FORMS: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The proof, as JSON or as a C2SP tlog-proof.",
        "content": {_TEXT: {"schema": {"type": "string"}}},
    }
}


@router.get(
    "/proofs/inclusion", response_model=InclusionProofAnswer, summary="Proof that an entry is in", responses=_FORMS
)
def inclusion(
    request: Request,
    ledger: LedgerHere,
    seq: Annotated[int, Query(ge=0, le=_MOST, description="The entry.")],
    size: Annotated[
        int | None, Query(ge=1, le=_MOST, description="Of the ledger that it is in; the newest signed one if not told.")
    ] = None,
) -> Response:
    """The hashes that lead from an entry to a root, with the entry itself and the signed checkpoint of that root.

    `Accept: text/plain` gives a C2SP tlog-proof, which tools for transparency logs read.
    """
    form = preferred(request.headers.get("accept"), (_JSON, _TEXT))
    proof = ledger.inclusion_proof(seq, size=size)
    headers = {"Vary": "Accept"}
    if form == _TEXT:
        return Response(proof.as_tlog_proof(), media_type="text/plain; charset=utf-8", headers=headers)
    return json_answer(proof.as_json(), headers=headers)


@router.get(
    "/proofs/consistency",
    response_model=ConsistencyProofAnswer,
    summary="Proof that the ledger only grew",
    response_class=JsonAnswer,
)
def consistency(
    ledger: LedgerHere,
    old: Annotated[int, Query(alias="from", ge=0, le=_MOST, description="Size that the ledger had.")],
    new: Annotated[
        int | None, Query(alias="to", ge=0, le=_MOST, description="Size that it grew to; today's if not told.")
    ] = None,
) -> JsonAnswer:
    """The hashes that show that the ledger of one size is the beginning of the one of a larger size.

    Whoever kept a checkpoint of the smaller size sees that nothing before it was changed since.
    """
    return json_answer(ledger.consistency_proof(old, new).as_json())


@router.get(
    "/proofs/subject",
    response_model=SubjectProofAnswer,
    summary="Proof that a list of entries is complete",
    response_class=JsonAnswer,
)
def subject(
    ledger: LedgerHere,
    kind: Annotated[str, Query(max_length=60, description="Kind of subject with its role, such as `lot.used`.")],
    name: Annotated[str, Query(min_length=1, max_length=2_000, description="Its name.")],
) -> JsonAnswer:
    """Every entry that names a subject in a role up to the newest checkpoint, and the proof that these are all.

    No entries in the list: the proof shows that none names it.
    """
    return json_answer(ledger.subject_proof(kind, name).as_json())
