"""What somebody should look into, and how it is closed."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.concurrency import run_in_threadpool

from thread.service import Actor
from thread.service.findings import FindingsFilter, states_of
from thread_api.answers import JsonAnswer, json_answer
from thread_api.asking import ActorId, LedgerHere, RetryKey, SettingsHere, near_names_told
from thread_api.bodies import body_of, model_of, told_object
from thread_api.description import PROBLEMS, V1, body
from thread_api.examples import CLOSING
from thread_api.schemas import FindingsPage, FindingToClose, Recorded

__all__ = ["AskedFor", "OfLot", "router"]

router = APIRouter(prefix=V1, tags=["Review"], responses=PROBLEMS)

_ANSWERS: Any = {
    200: {"model": Recorded, "description": "Recorded before: a duplicate, with the entry that it has."},
}


def _words(text: str | None) -> tuple[str, ...]:
    """Return the words of a parameter that may name several, separated by commas."""
    return tuple(word for part in (text or "").split(",") if (word := part.strip()))


def asked_for(
    *,
    rules: Annotated[
        str | None,
        Query(description="Sets of rules that fields are missed for: fsma204, eu178, ipc1782-1 … 4, by commas."),
    ] = None,
    kind: Annotated[str | None, Query(description="Only these kinds (stock, forced, holds …), by commas.")] = None,
    code: Annotated[str | None, Query(description="Only these codes, by commas.")] = None,
    severity: Annotated[str | None, Query(description="Only high, medium or low, by commas.")] = None,
    older_than: Annotated[
        int | None, Query(ge=0, le=100_000, description="Only what is at least that many days old; of holds 30.")
    ] = None,
    late_hours: Annotated[
        int, Query(ge=0, le=100_000, description="From how many hours after the event on a booking is late.")
    ] = 24,
    state: Annotated[
        Literal["open", "closed", "all"], Query(description="Open ones, closed ones, or all with what was made good.")
    ] = "open",
) -> FindingsFilter:
    """Return which findings a request asks for."""
    return FindingsFilter(
        kinds=_words(kind),
        codes=_words(code),
        severities=_words(severity),
        states=states_of(state),
        rules=_words(rules),
        older_than_days=older_than,
        late_hours=late_hours,
    )


AskedFor = Annotated[FindingsFilter, Depends(asked_for)]
OfLot = Annotated[str | None, Query(description="Only what touches this lot.", min_length=1)]


@router.get("/findings", response_model=FindingsPage, summary="List findings", response_class=JsonAnswer)
def findings(
    *,
    ledger: LedgerHere,
    asked: AskedFor,
    lot: OfLot = None,
    limit: Annotated[int, Query(ge=1, le=10_000, description="Most findings; all are counted.")] = 100,
) -> JsonAnswer:
    """What somebody should look into, the gravest and oldest first, each with what to do and who caused it.

    Found again at every question: a late receipt makes a finding go away, a correction makes one appear. Without a lot
    the whole plant is gone through, which for ten thousand lots takes some seconds.
    """
    with near_names_told(ledger):
        return json_answer(ledger.findings(lot=lot, asked=asked, limit=limit).as_json())


@router.post(
    "/findings/{finding}/close",
    summary="Close a finding",
    status_code=201,
    response_model=Recorded,
    response_description="Recorded, durably.",
    responses=_ANSWERS,
    response_class=JsonAnswer,
    openapi_extra=body(FindingToClose, {"explained": CLOSING}),
)
async def close_finding(
    request: Request,
    *,
    finding: Annotated[
        str,
        Path(description="Id of the finding, as the list gives it.", examples=["stock-missing:17:8d916b692d37"]),
    ],
    ledger: LedgerHere,
    settings: SettingsHere,
    actor: ActorId,
    key: RetryKey,
) -> JsonAnswer:
    """Records that somebody looked into a finding and decided about it, as it stands now.

    Whoever told or did what it rests on is refused (`finding-own`), whatever the reason. When what it rests on changes,
    the finding is open again.
    """
    told = model_of(FindingToClose, told_object(await body_of(request, most=settings.event_bytes)))
    recording = await run_in_threadpool(
        lambda: ledger.close_finding(
            finding,
            reason=told.reason,
            decision=told.decision,
            performed_by=told.performed_by,
            documents=[one.model_dump(exclude_none=True) for one in told.documents],
            key=None if key is None else f"{actor}/{key}",
            actor=Actor(actor),
        )
    )
    status = HTTPStatus.OK if recording.duplicate else HTTPStatus.CREATED
    return json_answer(recording.as_json(), status=status, headers={"Location": f"{V1}/entries/{recording.seq}"})
