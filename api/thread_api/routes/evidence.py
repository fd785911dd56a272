"""Evidence: the signed checkpoint, and whether the stored ledger is what its hashes and signatures say."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse, Response

from thread_api.answers import JsonAnswer, json_answer
from thread_api.asking import LedgerHere, RetryKey, SettingsHere
from thread_api.bodies import body_of
from thread_api.description import PROBLEMS, V1, body
from thread_api.schemas import KeysAnswer, VerificationAnswer

__all__ = ["router"]

router = APIRouter(prefix=V1, tags=["Evidence"], responses=PROBLEMS)


_TEXT: Final = ("text/plain",)
_NOTE: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The signed note, byte for byte as it is stored (C2SP tlog-checkpoint)."}
}


@router.get("/checkpoint", summary="Latest checkpoint", response_class=PlainTextResponse, responses=_NOTE)
def latest_checkpoint(ledger: LedgerHere) -> Response:
    """The latest signed statement "this ledger has n entries and this root hash". Keep it elsewhere, to verify with.

    What others signed under it stands after the ledger's own signatures, byte for byte.
    """
    return PlainTextResponse(ledger.latest_checkpoint())


@router.post("/checkpoint", summary="Sign a checkpoint", response_class=PlainTextResponse, responses=_NOTE)
def checkpoint(ledger: LedgerHere, _: RetryKey) -> Response:
    """Signs the ledger as it stands and answers with the signed note.

    A size is signed once: asked again before anything was recorded, it answers with the same bytes. It records no
    event, so a retry does no harm.
    """
    return PlainTextResponse(ledger.checkpoint())


@router.get("/keys", response_model=KeysAnswer, summary="Public keys of the ledger", response_class=JsonAnswer)
def public_keys(ledger: LedgerHere) -> JsonAnswer:
    """Which keys sign checkpoints, and of which sizes. Compare a fingerprint with what its owner told you another way.

    Each pair was signed in by the one before, in the entry that names it.
    """
    return json_answer(
        {
            "origin": ledger.origin,
            "fingerprint": ledger.fingerprint,
            "current_fingerprint": ledger.current_fingerprint,
            "size": ledger.size,
            "keys": [one.as_json() for one in ledger.public_keys()],
        }
    )


@router.get("/verify", response_model=VerificationAnswer, summary="Verify the ledger", response_class=JsonAnswer)
def verify(ledger: LedgerHere) -> JsonAnswer:
    """Reads every stored entry again, and compares chain, tree and signatures with what is stored and signed.

    It takes as long as reading the whole ledger. Whoever doubts this server verifies a copy with a checkpoint that they
    kept themselves.
    """
    return json_answer(ledger.verify().to_json())


@router.post(
    "/verify",
    response_model=VerificationAnswer,
    summary="Verify the ledger against a checkpoint that you kept",
    response_class=JsonAnswer,
    openapi_extra=body({"type": "string"}, {}, media_types=_TEXT),
)
async def verify_against(request: Request, ledger: LedgerHere, settings: SettingsHere, _: RetryKey) -> JsonAnswer:
    """The same, and whether the ledger still begins with what the checkpoint in the body says, byte for byte.

    With a checkpoint that was kept elsewhere, a tail that was cut off and a ledger that was written anew are found too.
    """
    kept = await body_of(request, most=settings.event_bytes, accepted=_TEXT)
    found = await run_in_threadpool(lambda: ledger.verify(checkpoints=(kept,)))
    return json_answer(found.to_json())
