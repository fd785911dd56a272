"""Questions about lots: which there are, what is known of one, where it came from and where it went."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from starlette.responses import Response

from thread_api.answers import JsonAnswer, json_answer
from thread_api.asking import LedgerHere, LotText, near_names_told, size_or_time
from thread_api.description import PROBLEMS, V1
from thread_api.schemas import LotBalance, LotCard, LotHistory, LotPage, TraceAnswer

__all__ = ["router"]

router = APIRouter(prefix=V1, tags=["Lots"], responses=PROBLEMS)

KnownAt = Annotated[
    str | None,
    Query(
        description=(
            "What was known when the ledger had this many entries, or at this ledger time (RFC 3339, not ahead of the"
            " clock). Not told: all that is known now."
        ),
        examples=["120"],
    ),
]
AsOf = Annotated[
    str | None,
    Query(description="Up to which event time flows count (RFC 3339 with offset).", examples=["2026-03-09T14:00:00Z"]),
]


@router.get("/lots", response_model=LotPage, summary="List lots", response_class=JsonAnswer)
def lots(
    ledger: LedgerHere,
    after: Annotated[str | None, Query(description="Where to begin: `next` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=1_000, description="Most lots on the page.")] = 100,
    known_at: KnownAt = None,
) -> JsonAnswer:
    """Lots by name, in pages. Pages stay whole while entries are added: a page begins after a name, not at a number."""
    return json_answer(ledger.lots(after=after, limit=limit, known_at=size_or_time(known_at)).as_json())


@router.get("/lots/{lot:path}/trace", response_model=TraceAnswer, summary="Trace a lot", response_class=JsonAnswer)
def trace(
    *,
    ledger: LedgerHere,
    lot: LotText,
    direction: Annotated[
        Literal["backward", "forward", "both"],
        Query(description="`backward`: where it came from; `forward`: where it went."),
    ] = "both",
    depth: Annotated[
        int | None, Query(ge=0, le=1_000_000, description="Activities to follow; all if not told.")
    ] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    in_time: Annotated[
        bool, Query(description="Leave out what cannot really have happened in time; it is counted.")
    ] = False,
) -> JsonAnswer:
    """Everything that a lot was made from and everything that it may have reached, as NetworkX node-link data.

    The answer is complete or says where it was cut (`graph.frontier`), and says what it rests on that is less than a
    plain fact (`graph.gaps`). The focus may also be an order, a container or a shipment.
    """
    with near_names_told(ledger):
        found = ledger.trace(
            lot,
            direction=direction,
            depth=depth,
            as_of=as_of,
            known_at=size_or_time(known_at),
            in_time_only=in_time,
        )
    return json_answer(found.as_json())


@router.get(
    "/lots/{lot:path}/bundle",
    summary="Trace a lot, with all its evidence",
    response_class=Response,
    responses={200: {"description": "One ZIP file.", "content": {"application/zip": {"schema": {"type": "string"}}}}},
)
def bundle(
    ledger: LedgerHere,
    lot: LotText,
    direction: Annotated[
        Literal["backward", "forward", "both"],
        Query(description="`backward`: where it came from; `forward`: where it went."),
    ] = "backward",
) -> Response:
    """The trace, every entry that it rests on, and the proofs that these are genuine and that none was left out.

    It tells what was known at the newest checkpoint, and holds the program that checks it without this server.
    """
    with near_names_told(ledger):
        found = ledger.bundle(lot, direction=direction)
    headers = {"Content-Disposition": f'attachment; filename="bundle-{direction}-{found.size}.zip"'}
    return Response(found.data, media_type="application/zip", headers=headers)


@router.get(
    "/lots/{lot:path}/balance", response_model=LotBalance, summary="Mass balance of a lot", response_class=JsonAnswer
)
def balance(ledger: LedgerHere, lot: LotText, as_of: AsOf = None, known_at: KnownAt = None) -> JsonAnswer:
    """All that came in, and where all of it is or went, in the lot's own unit; `difference` is 0."""
    with near_names_told(ledger):
        return json_answer(ledger.balance(lot, as_of=as_of, known_at=size_or_time(known_at)))


@router.get(
    "/lots/{lot:path}/history", response_model=LotHistory, summary="History of a lot", response_class=JsonAnswer
)
def history(ledger: LedgerHere, lot: LotText, as_of: AsOf = None, known_at: KnownAt = None) -> JsonAnswer:
    """What was told of a lot, line by line, with the entries that corrected it."""
    with near_names_told(ledger):
        card = ledger.lot(lot, as_of=as_of, known_at=size_or_time(known_at))
    return json_answer({name: card[name] for name in ("id", "history", "ledger")})


@router.get("/lots/{lot:path}", response_model=LotCard, summary="Card of a lot", response_class=JsonAnswer)
def card(ledger: LedgerHere, lot: LotText, as_of: AsOf = None, known_at: KnownAt = None) -> JsonAnswer:
    """What is known of a lot: item, quantity, status, places, arrivals, origin, holds, findings, history, balance."""
    with near_names_told(ledger):
        return json_answer(ledger.lot(lot, as_of=as_of, known_at=size_or_time(known_at)))
