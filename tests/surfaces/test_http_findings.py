"""`GET /v1/findings` and the closing of one: the same answers as on the command line, problems with their code."""

import httpx2
import pytest

from tests.builders import count, receipt
from thread import Ledger
from thread.service.findings import FindingsFilter
from thread_api.schemas import FindingsPage, Recorded

STOCK = "/v1/findings?kind=stock"


@pytest.fixture
def short(http: httpx2.Client) -> httpx2.Client:
    """Return a client of a server in whose plant 2 of 100 KGM are missing."""
    for told in (receipt(), count("98 KGM of STEEL-1")):
        http.post("/v1/events", json=told, headers={"X-Actor": "dock-1"}).raise_for_status()
    return http


def test_the_answer_is_what_the_description_promises_and_what_python_gives(
    short: httpx2.Client, ledger: Ledger
) -> None:
    answer = short.get(STOCK)

    page = FindingsPage.model_validate_json(answer.content)
    (row,) = ledger.findings(asked=FindingsFilter(kinds=("stock",))).rows
    assert page.total == 1
    assert page.findings[0].id == row.finding.id
    assert page.findings[0].caused_by == ("dock-1",)
    assert answer.json()["findings"][0] == row.as_json()


def test_words_in_one_parameter_stand_between_commas(short: httpx2.Client) -> None:
    found = short.get("/v1/findings?kind=stock,late&severity=medium,low&rules=eu178,ipc1782-1").json()

    assert {one["kind"] for one in found["findings"]} == {"stock", "late"}
    assert found["asked"]["rules"] == ["eu178", "ipc1782-1"]


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("kind=stok", 422, "findings-question-invalid"),
        ("rules=fsma", 422, "findings-question-invalid"),
        ("state=gone", 422, "parameter-invalid"),
        ("older_than=-1", 422, "parameter-invalid"),
        ("limit=0", 422, "parameter-invalid"),
        ("olderthan=1", 422, "parameter-invalid"),
        ("lot=S-78", 404, "name-not-found"),
    ],
)
def test_a_question_that_cannot_be_answered_is_a_problem(
    short: httpx2.Client, query: str, status: int, code: str
) -> None:
    answer = short.get(f"/v1/findings?{query}")

    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_closing_is_recorded_once_however_often_it_is_sent_under_one_key(short: httpx2.Client) -> None:
    (one,) = short.get(STOCK).json()["findings"]
    headers = {"X-Actor": "quality-3", "Idempotency-Key": "7"}

    answers = [
        short.post(f"/v1/findings/{one['id']}/close", json={"reason": "spilled"}, headers=headers) for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [201, 200]
    first, again = (Recorded.model_validate_json(answer.content) for answer in answers)
    assert (first.seq, again.duplicate) == (again.seq, True)
    assert answers[0].headers["Location"] == f"/v1/entries/{first.seq}"
    assert short.get(STOCK).json()["total"] == 0


@pytest.mark.parametrize(
    ("body", "actor", "status", "code"),
    [
        ({"reason": "spilled"}, "dock-1", 409, "finding-own"),
        ({"reason": "spilled", "performed_by": "dock-1"}, "quality-3", 409, "finding-own"),
        ({"reason": ""}, "quality-3", 422, "event-invalid"),
        ({"reason": " \u200b"}, "quality-3", 422, "event-invalid"),
        ({}, "quality-3", 422, "body-invalid"),
        ({"reason": "spilled", "decision": "maybe"}, "quality-3", 422, "body-invalid"),
        ({"reason": "spilled", "force_reason": "now"}, "quality-3", 422, "body-invalid"),
    ],
)
def test_a_closing_that_is_not_right_is_a_problem_and_records_nothing(
    short: httpx2.Client, body: dict[str, str], actor: str, status: int, code: str
) -> None:
    (one,) = short.get(STOCK).json()["findings"]

    answer = short.post(f"/v1/findings/{one['id']}/close", json=body, headers={"X-Actor": actor})

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert short.get(STOCK).json()["ledger"]["size"] == 3


def test_a_finding_that_there_is_not_is_not_found(short: httpx2.Client) -> None:
    answer = short.post("/v1/findings/stock-missing:2:000000000000/close", json={"reason": "spilled"})

    assert (answer.status_code, answer.json()["code"]) == (404, "finding-missing")
