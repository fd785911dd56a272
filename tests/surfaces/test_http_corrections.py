"""Corrections over HTTP: the preview has exactly the published members, and what is confirmed is what was seen."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from tests.builders import issue
from tests.surfaces.test_http_errors import assert_problem
from thread import Ledger
from thread_api import examples
from thread_api.schemas import CorrectionPreviewAnswer, LotHistory, Recorded

VOID = {"void": True, "reason": "told twice"}
SEQ = 3
"""The issue of the tube in the story of the examples."""


def right(quantity: str = "170") -> dict[str, Any]:
    event = {name: value for name, value in examples.BATCH[1].items() if name != "id"}
    return {**event, "lots": [{"lot": "H-4711", "quantity": {"value": quantity, "unit": "MTR"}}]}


def told(quantity: str = "170", **more: Any) -> dict[str, Any]:
    return {"replaced_by": [right(quantity)], "reason": "measured again", "reason_code": "wrong_quantity", **more}


def test_a_dry_run_answers_the_preview_and_records_nothing(frames: httpx2.Client, ledger: Ledger) -> None:
    size = ledger.size

    answer = frames.post(f"/v1/entries/{SEQ}/correction?dry_run=true", json=told())

    assert answer.status_code == 200
    preview = CorrectionPreviewAnswer.model_validate_json(answer.content)
    assert [change.text for change in preview.changes] == ["quantity 180 MTR → 170 MTR"]
    assert ledger.size == size


@pytest.mark.requirement("COR-4")
def test_what_was_seen_is_recorded_and_the_history_tells_it(frames: httpx2.Client, ledger: Ledger) -> None:
    seen = frames.post(f"/v1/entries/{SEQ}/correction?dry_run=true", json=told()).json()["seen"]

    answer = frames.post(
        f"/v1/entries/{SEQ}/correction?dry_run=false",
        json=told(seen=seen, approver="p-31"),
        headers={"X-Actor": "desk-3"},
    )
    assert_problem(answer, 409, "touched-meanwhile")
    answer = frames.post(f"/v1/entries/{SEQ}/correction", json=told(seen=seen), headers={"X-Actor": "desk-3"})

    assert answer.status_code == 201
    recorded = Recorded.model_validate_json(answer.content)
    assert answer.headers["location"] == f"/v1/entries/{recorded.seq}"
    history = LotHistory.model_validate_json(frames.get("/v1/lots/H-4711/history").content)
    (line,) = (line for line in history.history if line.seq == recorded.seq)
    assert line.correction is not None
    assert (line.correction.actor, line.correction.reason) == ("desk-3", "measured again")


def test_without_a_confirmation_it_is_recorded_at_once(frames: httpx2.Client, ledger: Ledger) -> None:
    size = ledger.size

    assert frames.post(f"/v1/entries/{SEQ}/correction", json=VOID).status_code == 201

    assert ledger.size == size + 1


def test_the_same_key_and_content_is_recorded_once(frames: httpx2.Client, ledger: Ledger) -> None:
    seen = frames.post(f"/v1/entries/{SEQ}/correction?dry_run=true", json=told()).json()["seen"]
    first, again = (
        frames.post(f"/v1/entries/{SEQ}/correction", json=told(seen=seen), headers={"Idempotency-Key": "c-1"})
        for _ in range(2)
    )

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == {**first.json(), "duplicate": True}
    other = frames.post(f"/v1/entries/{SEQ}/correction", json=told("160"), headers={"Idempotency-Key": "c-1"})
    assert_problem(other, 409, "key-reused")


def test_a_dry_run_uses_up_no_key(frames: httpx2.Client) -> None:
    for path in ("?dry_run=true", "?dry_run=true", ""):
        answer = frames.post(f"/v1/entries/{SEQ}/correction{path}", json=told(), headers={"Idempotency-Key": "c-2"})

    assert answer.status_code == 201


def test_what_is_touched_by_now_comes_back_as_a_new_preview(frames: httpx2.Client, ledger: Ledger) -> None:
    seen = frames.post(f"/v1/entries/{SEQ}/correction?dry_run=true", json=told()).json()["seen"]
    ledger.record(issue({"lot": "H-4711", "quantity": {"value": "5", "unit": "MTR"}}, order="WO-9", site="LYON"))
    size = ledger.size

    problem = assert_problem(
        frames.post(f"/v1/entries/{SEQ}/correction", json=told(seen=seen)), 409, "touched-meanwhile"
    )

    assert ledger.size == size
    preview = problem["preview"]
    assert preview == frames.post(f"/v1/entries/{SEQ}/correction?dry_run=true", json=told()).json()
    assert frames.post(f"/v1/entries/{SEQ}/correction", json=told(seen=preview["seen"])).status_code == 201


@pytest.mark.parametrize("seen", ["zzz", "", "5-aa-bb", f"999-{'0' * 32}-{'0' * 32}"])
def test_a_seen_that_no_preview_gave_is_said_to_be_none(frames: httpx2.Client, ledger: Ledger, seen: str) -> None:
    size = ledger.size

    problem = assert_problem(frames.post(f"/v1/entries/{SEQ}/correction", json=told(seen=seen)), 422, "seen-unknown")

    assert ledger.size == size
    assert problem["title"] == "What is handed back as seen is none that a preview of this ledger gave"
    assert "ask for the preview, and hand back its seen as it is" in problem["detail"]


@pytest.mark.parametrize("query", ["", "?dry_run=true"])
@pytest.mark.parametrize(
    ("seq", "body", "status", "code"),
    [
        ("77", VOID, 404, "entry-missing"),
        ("0", VOID, 409, "not-correctable"),
        ("3", {"void": True}, 422, "body-invalid"),
        ("3", {**VOID, "why": "x"}, 422, "body-invalid"),
        ("3", {"reason": "x"}, 422, "event-invalid"),
        ("3", {**VOID, "replaced_by": [right()]}, 422, "event-invalid"),
        ("3", {"reason": "x", "replaced_by": [{"type": "corrected"}]}, 422, "event-invalid"),
        ("3", told("180"), 409, "nothing-corrected"),
        ("x", VOID, 422, "parameter-invalid"),
        ("-1", VOID, 422, "parameter-invalid"),
    ],
)
def test_what_cannot_be_corrected_is_a_problem_and_records_nothing(
    frames: httpx2.Client, ledger: Ledger, *, query: str, seq: str, body: dict[str, Any], status: int, code: str
) -> None:
    size = ledger.size

    assert_problem(frames.post(f"/v1/entries/{seq}/correction{query}", json=body), status, code)

    assert ledger.size == size


def test_two_who_correct_the_same_entry_do_not_overwrite_each_other_unseen(frames: httpx2.Client) -> None:
    one, other = (
        frames.post(f"/v1/entries/{SEQ}/correction?dry_run=true", json=told(amount)).json()["seen"]
        for amount in ("170", "160")
    )
    frames.post(f"/v1/entries/{SEQ}/correction", json=told("170", seen=one)).raise_for_status()

    late = frames.post(f"/v1/entries/{SEQ}/correction", json=told("160", seen=other))

    preview = assert_problem(late, 409, "touched-meanwhile")["preview"]
    assert [change["text"] for change in preview["changes"]] == ["quantity 170 MTR → 160 MTR"]
