"""What machines watch: is the server well, what does it do, and what does a kind of problem mean."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from thread import __version__
from thread_api.answers import JsonAnswer, json_answer
from thread_api.asking import LedgerHere, MetricsHere
from thread_api.description import PROBLEMS, TITLE, V1
from thread_api.metrics import METRICS_TYPE
from thread_api.problems import NoSuchResource, problem_meanings
from thread_api.schemas import Health, ProblemKind

__all__ = ["entrance", "router"]

entrance = APIRouter(include_in_schema=False)
router = APIRouter(prefix=V1, tags=["Care"], responses=PROBLEMS)


@entrance.get("/", response_class=JsonAnswer)
def way_in() -> JsonAnswer:
    """Where somebody who knows only the address of the server finds the rest."""
    return json_answer({"name": TITLE, "version": __version__, "docs": "/docs", "openapi": "/openapi.json"})


@router.get("/health", response_model=Health, summary="Health", response_class=JsonAnswer)
def health(ledger: LedgerHere) -> JsonAnswer:
    """Answers 200 if the ledger can be read: its origin, size and root hash, and the version of this program."""
    size = ledger.size
    facts = {"origin": ledger.origin, "size": size, "root": b64encode(ledger.root_at(size)).decode()}
    return json_answer({"status": "ok", "version": __version__, "ledger": facts}, headers={"Cache-Control": "no-store"})


@router.get("/metrics", summary="Metrics", responses={200: {"description": "Series in the Prometheus text format."}})
def metrics(counted: MetricsHere) -> Response:
    """Entries, requests, durations, and refusals by code."""
    return Response(counted.text(), headers={"Content-Type": METRICS_TYPE})


@router.get("/problems/{code}", response_model=ProblemKind, summary="A kind of problem", response_class=JsonAnswer)
def problem_kind(code: Annotated[str, Path(description="`code` of a problem document.")]) -> JsonAnswer:
    """What a kind of problem means: where the `type` of a problem document leads."""
    meaning = problem_meanings().get(code)
    if meaning is None:
        raise NoSuchResource(path=f"{V1}/problems/{code}")
    return json_answer(asdict(meaning))
