"""Scenarios 29 and 30 as people live through them: a wrong lot corrected after shipping, a voided receipt in use."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.builders import issue, production, receipt, shipment
from tests.surfaces.transcript import CliTranscript, HttpTranscript, assert_told

SIGNED = {
    "type": "signed",
    "event_time": "2026-03-03T14:00:00+01:00",
    "seqs": [3, 4],
    "meaning": "release",
    "method": "pin",
    "signer": "P-7",
    "printed_name": "Ann Example",
}
WRONG_LOT = [
    receipt("A", at="day 1, 08:00"),
    receipt("B", at="day 1, 08:10"),
    issue("30 KGM of A", at="day 2, 08:00"),
    production("10 EA of FRAME lot F-1", at="day 2, 12:00"),
    SIGNED,
    shipment("10 EA of F-1", at="day 3, 08:00"),
]
RIGHT = issue("30 KGM of B", at="day 2, 08:00")
RIGHT_ANSWER = {"replaced_by": [RIGHT], "reason_code": "wrong_lot", "reason": "wrong lot scanned", "approver": "P-31"}

USED = [
    receipt("S-1", at="day 1, 08:00", documents=[{"type": "despatch_advice", "number": "DN-1"}]),
    issue("30 KGM of S-1", at="day 2, 08:00"),
    production("10 EA of FRAME lot F-1", at="day 2, 12:00"),
]
LATE = receipt("S-1", "90 KGM", at="day 1, 08:00", documents=[{"type": "despatch_advice", "number": "DN-2"}])
VOID = {"void": True, "reason_code": "did_not_happen", "reason": "wrong site", "approver": "P-31"}


def ndjson(*told: dict[str, Any]) -> str:
    return "".join(f"{json.dumps(event)}\n" for event in told)


def lot(client: HttpTranscript, code: str, question: str, *show: str) -> None:
    client.ask("GET", f"/v1/lots/{code}{question}", show=show)


@pytest.mark.scenario(29)
@pytest.mark.requirement("COR-4")
def test_a_wrong_lot_is_corrected_after_shipping_on_the_command_line(tmp_path: Path) -> None:
    clerk = CliTranscript(
        tmp_path, "Scenario 29: a wrong lot was scanned; it is found out after the frames were shipped."
    )
    clerk.file("day.ndjson", ndjson(*WRONG_LOT))
    clerk.file("right.json", ndjson(RIGHT))

    correct = [
        *("correct", "3", "--replace", "right.json", "--reason", "wrong lot scanned", "--reason-code", "wrong_lot"),
        *("--approver", "P-31", "--actor", "clerk"),
    ]
    statuses = [
        clerk.type("init", "--origin", "plant.example"),
        clerk.type("record", "day.ndjson", "--actor", "clerk"),
        clerk.type("recall", "scope", "A"),
        clerk.type(*correct),
        clerk.type(*correct, answers="n\n"),
        clerk.type(*correct, answers="y\n"),
        clerk.type("recall", "scope", "A"),
        clerk.type("recall", "scope", "B"),
        clerk.type("lot", "A", "--history"),
        clerk.type("lot", "B"),
        clerk.type(*correct, "--yes"),
        clerk.type("correct", "7", "--void", "--reason", "x", "--yes"),
    ]

    assert_told("scenario_29_cli", clerk.text)
    assert statuses == [0, 0, 0, 2, 1, 0, 0, 0, 0, 0, 2, 2]


@pytest.mark.scenario(29)
@pytest.mark.requirement("COR-4")
def test_a_wrong_lot_is_corrected_after_shipping_over_http(http: httpx2.Client) -> None:
    clerk = HttpTranscript(
        http, "Scenario 29 over HTTP: a wrong lot was scanned; found out after the frames were shipped."
    )
    for told in WRONG_LOT:
        http.post("/v1/events", json=told, headers={"X-Actor": "clerk"}).raise_for_status()

    shown = clerk.ask("POST", "/v1/entries/3/correction?dry_run=true", RIGHT_ANSWER, X_Actor="clerk")
    http.post("/v1/events", json=issue("5 KGM of A", order="WO-2", at="day 4, 08:00")).raise_for_status()
    confirmed = {**RIGHT_ANSWER, "seen": shown["seen"]}
    again = clerk.ask("POST", "/v1/entries/3/correction", confirmed, show=(), X_Actor="clerk", Idempotency_Key="c-1")
    confirmed = {**RIGHT_ANSWER, "seen": again["preview"]["seen"]}
    for _ in range(2):
        clerk.ask("POST", "/v1/entries/3/correction", confirmed, X_Actor="clerk", Idempotency_Key="c-1")
    clerk.ask("POST", "/v1/recalls/scope", {"start": ["A"]}, show=("customers", "removed_by"))
    lot(clerk, "A", "/history", "history")
    lot(clerk, "B", "", "findings")

    assert_told("scenario_29_http", clerk.text)


@pytest.mark.scenario(30)
@pytest.mark.requirement("COR-4")
def test_a_voided_receipt_whose_lot_was_used_on_the_command_line(tmp_path: Path) -> None:
    clerk = CliTranscript(
        tmp_path, "Scenario 30: a receipt is voided whose lot was used; the right receipt comes late."
    )
    clerk.file("day.ndjson", ndjson(*USED))
    clerk.file("late.json", ndjson(LATE))

    void = ("correct", "1", "--void", "--reason", "wrong site", "--reason-code", "did_not_happen", "--actor", "clerk")
    statuses = [
        clerk.type("init", "--origin", "plant.example"),
        clerk.type("record", "day.ndjson", "--actor", "clerk"),
        clerk.type(*void, "--dry-run"),
        clerk.type(*void, answers="y\n"),
        clerk.type("lot", "S-1"),
        clerk.type("trace", "F-1", "--backward"),
        clerk.type("record", "late.json", "--actor", "clerk"),
        clerk.type("lot", "S-1"),
        clerk.type(*void, "--yes"),
    ]

    assert_told("scenario_30_cli", clerk.text)
    assert statuses == [0, 0, 0, 0, 0, 0, 0, 0, 2]


@pytest.mark.scenario(30)
@pytest.mark.requirement("COR-4")
def test_a_voided_receipt_whose_lot_was_used_over_http(http: httpx2.Client) -> None:
    clerk = HttpTranscript(
        http, "Scenario 30 over HTTP: a receipt is voided whose lot was used; the right one comes late."
    )
    for told in USED:
        http.post("/v1/events", json=told, headers={"X-Actor": "clerk"}).raise_for_status()

    shown = clerk.ask("POST", "/v1/entries/1/correction?dry_run=true", VOID, X_Actor="clerk")
    clerk.ask("POST", "/v1/entries/1/correction", {**VOID, "seen": shown["seen"]}, X_Actor="clerk")
    lot(clerk, "S-1", "", "findings", "balance")
    clerk.ask("POST", "/v1/events", LATE, X_Actor="clerk")
    lot(clerk, "S-1", "", "findings", "balance")
    clerk.ask("POST", "/v1/entries/1/correction", VOID, X_Actor="clerk")
    clerk.ask("POST", "/v1/entries/77/correction", VOID, X_Actor="clerk")

    assert_told("scenario_30_http", clerk.text)
