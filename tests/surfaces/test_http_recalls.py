"""The scope of a recall over HTTP."""

import httpx2
import orjson
import pytest

from tests.builders import shipment
from tests.surfaces.test_http_errors import assert_problem
from thread import Ledger
from thread_api.schemas import ScopeAnswer

FRAMES = "https://plant.example/site/LYON/lot/FRAME-M/F-0303"


@pytest.mark.requirement("RCL-1")
def test_a_scope_names_every_lot_and_customer_and_has_exactly_the_published_members(frames: httpx2.Client) -> None:
    told = shipment("10 EA of F-0303", site="LYON", at="day 3, 08:00", customer="RIDE")
    frames.post("/v1/events", json=told).raise_for_status()
    answer = frames.post("/v1/recalls/scope", json={"start": ["H-4711"]})

    scope = ScopeAnswer.model_validate_json(answer.content)
    assert [lot.id for lot in scope.lots][-1] == FRAMES
    assert [customer.customer for customer in scope.customers] == ["https://plant.example/party/RIDE"]
    (departure,) = scope.customers[0].departures
    assert departure.shipment.endswith(f"/{departure.number}")
    assert departure.event_time.startswith("2026-03-04T08:00:00")
    assert departure.lots == (FRAMES,)
    assert scope.complete


def test_equal_questions_give_equal_bytes(frames: httpx2.Client, ledger: Ledger) -> None:
    answers = {frames.post("/v1/recalls/scope", json={"start": ["H-4711"]}).content for _ in range(3)}

    assert answers == {orjson.dumps(ledger.recall_scope(["H-4711"]).as_json())}


@pytest.mark.parametrize("known_at", [5, "5"], ids=["number", "text"])
def test_a_scope_can_be_asked_as_known_at_a_size(frames: httpx2.Client, known_at: int | str) -> None:
    answer = frames.post("/v1/recalls/scope", json={"start": ["H-4711"], "known_at": known_at})

    assert answer.json()["ledger"]["size"] == 5


@pytest.mark.parametrize("question", [{}, {"start": []}, {"start": "H-4711"}, {"start": ["H-4711"], "depth": 1}])
def test_a_question_of_another_shape_is_refused(frames: httpx2.Client, question: object) -> None:
    assert_problem(frames.post("/v1/recalls/scope", json=question), 422, "body-invalid")


def test_a_scope_of_nothing_is_refused_in_plain_words(frames: httpx2.Client) -> None:
    told = assert_problem(frames.post("/v1/recalls/scope", json={"start": []}), 422, "body-invalid")

    assert told["findings"] == [{"path": "/start", "text": "is empty; tell at least one"}]


def test_a_start_that_nobody_told_of_is_not_found(frames: httpx2.Client) -> None:
    told = assert_problem(frames.post("/v1/recalls/scope", json={"start": ["H-4117"]}), 404, "name-not-found")

    assert told["near"]
