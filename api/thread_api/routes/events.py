"""Recording: one event, a batch of them, or a receipt in short form."""

from __future__ import annotations

from asyncio import wrap_future
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool

from thread.service import Actor, Recording
from thread.values.reasons import LONGEST_REASON
from thread_api.answers import JsonAnswer, json_answer
from thread_api.asking import ActorId, LedgerHere, MetricsHere, RetryKey, SettingsHere, WriterHere
from thread_api.bodies import BATCH, BodyInvalid, body_of, model_of, spooled, told_events, told_object
from thread_api.description import EVENT_SCHEMA, PROBLEMS, V1, body
from thread_api.examples import BATCH as BATCH_EXAMPLE
from thread_api.examples import EVENT, FORCED_EVENT, RECEIPT, RECEIPT_BY_SCAN
from thread_api.receipts import Receipt, received_event
from thread_api.schemas import BatchRecorded, Recorded

__all__ = ["router"]

router = APIRouter(prefix=V1, tags=["Recording"], responses=PROBLEMS)

ForceReason = Annotated[
    str | None,
    Query(
        json_schema_extra={"minLength": 1, "maxLength": LONGEST_REASON},
        description="Why it is recorded although a rule speaks against it; the entry keeps reason and findings.",
    ),
]

_ANSWERS: Any = {
    200: {"model": Recorded, "description": "Recorded before: a duplicate, with the entry that it has."},
}
_FORCED_SCHEMA: Any = {
    "title": "ForcedEvent",
    "description": "An event with the reason for which it is recorded although a rule speaks against it.",
    "type": "object",
    "required": ["event", "force_reason"],
    "properties": {
        "event": EVENT_SCHEMA,
        "force_reason": {"type": "string", "minLength": 1, "maxLength": LONGEST_REASON},
    },
    "additionalProperties": False,
}


@router.post(
    "/events",
    summary="Record an event",
    status_code=201,
    response_model=Recorded,
    response_description="Recorded, durably.",
    responses=_ANSWERS,
    response_class=JsonAnswer,
    openapi_extra=body(
        {"anyOf": [EVENT_SCHEMA, _FORCED_SCHEMA]}, {"a receipt": EVENT, "recorded against a rule": FORCED_EVENT}
    ),
)
async def record_event(
    request: Request,
    *,
    writer: WriterHere,
    settings: SettingsHere,
    actor: ActorId,
    key: RetryKey,
    force_reason: ForceReason = None,
) -> JsonAnswer:
    """Records one event, and answers once it is durable.

    Names may be told in any spelling; the entry keeps what was typed beside what it means. A reason to record against a
    rule stands in the query, or beside the event: `{"event": {...}, "force_reason": "..."}`.
    """
    told = told_object(await body_of(request, most=settings.event_bytes))
    event, reason = _event_and_reason(told, force_reason)
    answer = writer.submit(event, key=_full_key(actor, key), actor=Actor(actor), force_reason=reason)
    return _recorded(await wrap_future(answer))


@router.post(
    "/receipts",
    summary="Record a receipt in short form",
    status_code=201,
    response_model=Recorded,
    response_description="Recorded, durably.",
    responses=_ANSWERS,
    response_class=JsonAnswer,
    openapi_extra=body(Receipt, {"typed": RECEIPT, "scanned": RECEIPT_BY_SCAN}),
)
async def record_receipt(
    request: Request,
    *,
    writer: WriterHere,
    settings: SettingsHere,
    actor: ActorId,
    key: RetryKey,
    force_reason: ForceReason = None,
) -> JsonAnswer:
    """Records that one lot arrived: a few fields, or the barcode of the label and how much came.

    What is told beside a label has to agree with it, except item and quantity: a plant may use item numbers of its own,
    and several packs may have come. A time that is not told is now; it is made here, so a retry is still the same.

    The same lot, document and quantity again are refused (409, `duplicate-delivery`), as mostly it is the same delivery
    told twice. If it came twice, tell `force_reason`, in the body or in the query: the receipt is recorded with it.
    """
    data = await body_of(request, most=settings.event_bytes)
    receipt = model_of(Receipt, told_object(data))
    answer = writer.submit(
        received_event(receipt, site=settings.site),
        key=_full_key(actor, key),
        actor=Actor(actor),
        force_reason=_one_reason(receipt.force_reason, force_reason),
        make_time=True,
    )
    return _recorded(await wrap_future(answer))


@router.post(
    "/events/batch",
    response_model=BatchRecorded,
    summary="Record many events",
    response_class=JsonAnswer,
    openapi_extra=body(
        {"oneOf": [{"type": "array", "items": EVENT_SCHEMA}, EVENT_SCHEMA]},
        {"an order": list(BATCH_EXAMPLE)},
        media_types=("application/json", "application/x-ndjson"),
    ),
)
async def record_events(
    request: Request,
    *,
    ledger: LedgerHere,
    settings: SettingsHere,
    metrics: MetricsHere,
    actor: ActorId,
    key: RetryKey,
    each: Annotated[bool, Query(description="Record each event by itself; those that are refused are listed.")] = False,
    force_reason: ForceReason = None,
) -> JsonAnswer:
    """Records events in the order told: one JSON object on each line, or a JSON array. All of them, or none.

    The batch may be long: it is never held in memory. With an `Idempotency-Key`, the event at place i is recorded under
    `key#i`, so a batch that broke off can be sent again.
    """
    async with spooled(request, most=settings.batch_bytes, accepted=BATCH) as file:
        summary = await run_in_threadpool(
            lambda: ledger.record_many(
                told_events(file, longest=settings.event_bytes),
                keys=_full_key(actor, key),
                actor=Actor(actor),
                force_reason=force_reason,
                all_or_none=not each,
            )
        )
    for one in summary.rejected:
        metrics.rejected(one.code)
    return json_answer(summary.as_json())


def _event_and_reason(told: dict[str, Any], reason: str | None) -> tuple[Any, str | None]:
    """Return the event of a body, and why it is forced, told beside it or in the query."""
    if "type" in told or "event" not in told:
        return told, reason
    unknown = sorted(told.keys() - {"event", "force_reason"})
    if unknown:
        raise BodyInvalid(tuple((f"/{name}", "is not known beside event and force_reason") for name in unknown[:20]))
    event, beside = told["event"], told.get("force_reason")
    if not isinstance(event, dict):
        raise BodyInvalid((("/event", "is no JSON object with the fields of an event"),))
    if beside is not None and not isinstance(beside, str):
        raise BodyInvalid((("/force_reason", "is no text"),))
    return event, _one_reason(beside, reason)


def _one_reason(beside: str | None, in_query: str | None) -> str | None:
    """Return why an event is forced, told in the body, in the query, or twice the same."""
    if beside is not None and in_query is not None and beside != in_query:
        raise BodyInvalid((("/force_reason", "differs from the one in the query; tell it once"),))
    return in_query if beside is None else beside


def _full_key(actor: str, key: str | None) -> str | None:
    return None if key is None else f"{actor}/{key}"


def _recorded(recording: Recording) -> JsonAnswer:
    status = HTTPStatus.OK if recording.duplicate else HTTPStatus.CREATED
    return json_answer(recording.as_json(), status=status, headers={"Location": f"{V1}/entries/{recording.seq}"})
