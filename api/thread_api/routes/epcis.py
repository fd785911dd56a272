"""What partners tell: EPCIS 2.0 documents, taken in as they are.

Of GS1's REST binding this release does the capture of documents, and does it at once: what became of the document is
the answer itself. There are no capture jobs to ask about later, no queries and no subscriptions.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Header, Request
from fastapi.concurrency import run_in_threadpool

from thread.service import Actor
from thread_api.answers import JsonAnswer, json_answer
from thread_api.asking import ActorId, LedgerHere, RetryKey, SettingsHere
from thread_api.bodies import body_of
from thread_api.description import PROBLEMS, V1, body
from thread_api.examples import EPCIS_DOCUMENT
from thread_api.schemas import Captured

__all__ = ["router"]

router = APIRouter(prefix=V1, tags=["EPCIS"], responses=PROBLEMS)

_MEDIA_TYPES: Final = ("application/json", "application/ld+json")
_VERSIONS: Final = {"GS1-EPCIS-Version": "2.0.0", "GS1-CBV-Version": "2.0.0"}

_FILE: Final = "document"


@router.post(
    "/epcis/capture",
    response_model=Captured,
    summary="Capture an EPCIS document",
    response_class=JsonAnswer,
    openapi_extra=body({"type": "object"}, {"a partner's document": EPCIS_DOCUMENT}, media_types=_MEDIA_TYPES),
)
async def capture(
    request: Request,
    *,
    ledger: LedgerHere,
    settings: SettingsHere,
    actor: ActorId,
    _: RetryKey,
    gs1_capture_error_behaviour: Annotated[
        Literal["rollback", "proceed"],
        Header(
            alias="GS1-Capture-Error-Behaviour",
            description="`rollback`: one wrong event keeps all others out; `proceed`: the others are recorded.",
        ),
    ] = "rollback",
) -> JsonAnswer:
    """Records the events of an EPCISDocument or EPCISQueryDocument (EPCIS 2.0, JSON), each as the exact text that came.

    The answer says what became of it; GS1's binding answers 202 with a job to ask about, here nothing is left to ask.
    An event is known by its eventID, else by its event hash, so a document that comes twice is recorded once.
    """
    data = await body_of(request, most=settings.document_bytes, accepted=_MEDIA_TYPES)
    all_or_none = gs1_capture_error_behaviour == "rollback"
    summary = await run_in_threadpool(
        lambda: ledger.import_document(data, file=_FILE, actor=Actor(actor), all_or_none=all_or_none)
    )
    return json_answer(summary.as_json(), headers=dict(_VERSIONS))
