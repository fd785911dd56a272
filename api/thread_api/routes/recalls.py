"""How far an issue may have reached."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool

from thread import Ledger
from thread_api.answers import JsonAnswer, json_answer
from thread_api.asking import LedgerHere, RetryKey, SettingsHere, near_names_told, size_or_time
from thread_api.bodies import body_of, model_of, told_object
from thread_api.description import PROBLEMS, V1, body
from thread_api.examples import SCOPE_QUESTION
from thread_api.schemas import ScopeAnswer, ScopeQuestion

__all__ = ["router"]

router = APIRouter(prefix=V1, tags=["Recall"], responses=PROBLEMS)


@router.post(
    "/recalls/scope",
    response_model=ScopeAnswer,
    summary="Scope of a recall",
    response_class=JsonAnswer,
    openapi_extra=body(ScopeQuestion, {"one lot": SCOPE_QUESTION}),
)
async def scope(request: Request, ledger: LedgerHere, settings: SettingsHere, _: RetryKey) -> JsonAnswer:
    """Every lot that an issue may have reached, where it is now, and who has it: a superset, never a guess.

    A question, though it is posted: nothing is recorded, and equal questions at equal ledger size give equal bytes.
    """
    data = await body_of(request, most=settings.event_bytes)
    question = model_of(ScopeQuestion, told_object(data))
    return json_answer(await run_in_threadpool(_scope, ledger, question))


def _scope(ledger: Ledger, question: ScopeQuestion) -> dict[str, Any]:
    known_at = question.known_at if isinstance(question.known_at, int) else size_or_time(question.known_at)
    with near_names_told(ledger):
        return ledger.recall_scope(question.start, known_at=known_at).as_json()
