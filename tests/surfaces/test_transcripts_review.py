"""Scenarios 50 and 3 as people live through them: a delivery scanned twice, a lot number that was used before."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.builders import issue, production, receipt, shipment
from tests.surfaces.transcript import CliTranscript, HttpTranscript, assert_told

PAPER: dict[str, Any] = {"documents": [{"type": "despatch_advice", "number": "DN-4711"}]}
FIRST = receipt("S-77", at="day 1, 08:00", performed_by="p-12", **PAPER)
AGAIN = receipt("S-77", at="day 1, 08:20", performed_by="p-12", **PAPER)
OLD_RECEIPT = receipt("B-100", "50 KGM", item="RESIN", at="2024-02-05T08:00:00+01:00", expiry="2024-12-31")
OLD_LIFE = [
    OLD_RECEIPT,
    issue("50 KGM of B-100", order="WO-1", at="2024-02-06T08:00:00+01:00"),
    production("40 EA of BOARD lot BD-1", order="WO-1", at="2024-02-06T12:00:00+01:00"),
    shipment("40 EA of BD-1", number="SH-1", at="2024-02-07T12:00:00+01:00"),
]
NEW = receipt("B-100", "80 KGM", item="RESIN", at="2026-02-05T08:00:00+01:00", expiry="2026-12-31")


def ndjson(*told: dict[str, Any]) -> str:
    return "".join(f"{json.dumps(event)}\n" for event in told)


@pytest.mark.scenario(50)
def test_the_clerk_scans_a_delivery_twice_on_the_command_line(tmp_path: Path) -> None:
    clerk = CliTranscript(tmp_path, "Scenario 50: a clerk scans the same delivery twice with another key.")
    clerk.file("first.json", ndjson(FIRST))
    clerk.file("again.json", ndjson(AGAIN))
    clerk.type("init", "--origin", "plant.example")
    clerk.type("record", "first.json", "--actor", "dock-1", "--key", "scan-1")
    clerk.type("record", "first.json", "--actor", "dock-1", "--key", "scan-1")
    clerk.type("record", "again.json", "--actor", "dock-1", "--key", "scan-2")
    clerk.type("lot", "S-77")
    clerk.type("record", "again.json", "--actor", "dock-1", "--key", "scan-2", "--force", "a second lorry came at 8:20")
    clerk.type("findings", "--kind", "duplicates", "--kind", "forced")
    duplicate = _id(clerk, "duplicate-delivery")
    clerk.type("findings", "close", duplicate, "--reason", "I saw both lorries", "--as", "dock-1")
    clerk.type("findings", "close", duplicate, "--reason", "the driver signed twice", "--as", "quality-3")
    clerk.type("findings", "close", duplicate, "--reason", "the driver signed twice", "--as", "quality-3")
    clerk.type("findings", "--kind", "duplicates")
    clerk.type("findings", "--kind", "duplicates", "--closed")

    assert_told("scenario_50_review_cli", clerk.text)


@pytest.mark.scenario(50)
def test_the_clerk_scans_a_delivery_twice_over_http(http: httpx2.Client) -> None:
    client = HttpTranscript(http, "Scenario 50: a clerk scans the same delivery twice with another key.")
    dock: dict[str, Any] = {"X_Actor": "dock-1"}
    client.ask("POST", "/v1/events", FIRST, Idempotency_Key="scan-1", **dock)
    client.ask("POST", "/v1/events", FIRST, Idempotency_Key="scan-1", **dock)
    client.ask("POST", "/v1/events", AGAIN, Idempotency_Key="scan-2", **dock)
    forced = {"event": AGAIN, "force_reason": "a second lorry came at 8:20"}
    client.ask("POST", "/v1/events", forced, Idempotency_Key="scan-2", **dock)
    asked = "/v1/findings?kind=duplicates"
    found = client.ask("GET", asked, show=("findings", "total"))
    close = f"/v1/findings/{found['findings'][0]['id']}/close"
    client.ask("POST", close, {"reason": "I saw both lorries"}, **dock)
    told = {"reason": "the driver signed twice", "performed_by": "p-40"}
    client.ask("POST", close, told, X_Actor="quality-3", Idempotency_Key="review-1")
    client.ask("POST", close, told, X_Actor="quality-3", Idempotency_Key="review-1")
    client.ask("POST", close, told, X_Actor="quality-4")
    client.ask("GET", asked, show=("findings", "total"))
    client.ask("GET", f"{asked}&state=closed", show=("findings", "total"))

    assert_told("scenario_50_review_http", client.text)


@pytest.mark.scenario(3)
def test_a_lot_number_comes_again_on_the_command_line(tmp_path: Path) -> None:
    clerk = CliTranscript(tmp_path, "Scenario 3: a lot number is used again two years later with another expiry.")
    clerk.file("2024.ndjson", ndjson(*OLD_LIFE))
    clerk.file("2026.json", ndjson(NEW))
    clerk.type("init", "--origin", "plant.example")
    clerk.type("record", "2024.ndjson", "--actor", "dock-1")
    clerk.type("record", "2026.json", "--actor", "dock-1")
    clerk.type("lot", "B-100")
    clerk.type("findings", "--code", "lot-reused")
    clerk.type("recall", "scope", "RESIN/B-100~2")

    assert_told("scenario_03_review_cli", clerk.text)


@pytest.mark.scenario(3)
def test_a_lot_number_comes_again_over_http(http: httpx2.Client) -> None:
    client = HttpTranscript(http, "Scenario 3: a lot number is used again two years later with another expiry.")
    for event in OLD_LIFE:
        http.post("/v1/events", json=event).raise_for_status()
    client.ask("POST", "/v1/events", NEW)
    client.ask("GET", "/v1/findings?code=lot-reused", show=("findings", "total"))
    client.ask("POST", "/v1/recalls/scope", {"start": ["RESIN/B-100~2"]}, show=("customers", "totals", "complete"))

    assert_told("scenario_03_review_http", client.text)


def _id(clerk: CliTranscript, code: str) -> str:
    """Return the id of the one finding of a code, as the transcript shows it."""
    (found,) = {word for word in clerk.text.split() if word.startswith(f"{code}:")}
    return found
