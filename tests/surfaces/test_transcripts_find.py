"""Scenarios 1 and 26 as people live through them at the search box: one lot number of two suppliers, two labels."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import httpx2
import pytest

from tests.builders import issue, item, production, receipt, relabel, void
from tests.surfaces.transcript import CliTranscript, HttpTranscript, assert_told

TWO_SUPPLIERS = [
    item("STEEL", description="Steel tube 25 mm", gtin="(01)09506000134352"),
    receipt("77", at="day 1, 08:00", documents=[{"type": "despatch_advice", "number": "DN-1"}]),
    receipt("77", supplier="BOLT", at="day 1, 09:00", documents=[{"type": "despatch_advice", "number": "DN-2"}]),
    issue("30 KGM of ACME/STEEL/77", at="day 2, 09:00"),
]
RELABELLED = [
    receipt("TY-88", "160 EA", item="TYRE", supplier="ROND", expiry="2030-01-31", at="day 1, 08:00"),
    relabel("160 EA of TY-88", "160 EA of TYRE lot T-2601", at="day 2, 10:00"),
    issue("80 EA of T-2601", at="day 3, 08:00"),
    production("40 EA of BIKE lot BK-1", at="day 3, 12:00"),
]


def ndjson(told: list[dict[str, Any]]) -> str:
    return "".join(f"{json.dumps(event)}\n" for event in told)


def clerk_of(folder: Path, title: str, told: list[dict[str, Any]]) -> CliTranscript:
    clerk = CliTranscript(folder, title)
    clerk.file("days.ndjson", ndjson(told))
    clerk.type("init", "--origin", "plant.example")
    clerk.type("record", "days.ndjson", "--actor", "clerk")
    return clerk


def searched(client: HttpTranscript, http: httpx2.Client, text: str) -> None:
    """Search over HTTP; the transcript shows how the text was read too."""
    path = f"/v1/search?q={quote(text, safe='')}"
    read_as = unquote(http.get(path).headers["Search-Read-As"])
    client.ask("GET", path)
    client._told[-1] = client._told[-1].replace("200 OK\n", f"200 OK\nSearch-Read-As: {read_as}\n", 1)


@pytest.mark.scenario(1)
def test_two_suppliers_use_the_same_lot_number_and_the_search_box_lists_both(tmp_path: Path) -> None:
    clerk = clerk_of(tmp_path, "Scenario 1: two suppliers use the same lot number.", TWO_SUPPLIERS)

    assert clerk.type("find", "77") == 0
    assert clerk.type("find", "(01)09506000134352(10)77") == 0
    assert clerk.type("find", "dn-2") == 0
    assert clerk.type("lot", "77") == 2
    assert clerk.type("recall", "scope", "77") == 2
    assert clerk.type("trace", "BOLT/STEEL/77", "--forward") == 0
    assert clerk.type("find", "78") == 1
    assert clerk.type("trace", "DN-2") == 1
    assert_told("scenario_1_find_cli", clerk.text)


@pytest.mark.scenario(1)
def test_two_suppliers_use_the_same_lot_number_over_http(http: httpx2.Client) -> None:
    for event in TWO_SUPPLIERS:
        http.post("/v1/events", json=event).raise_for_status()
    clerk = HttpTranscript(http, "Scenario 1 over HTTP: two suppliers use the same lot number.")

    searched(clerk, http, "77")
    searched(clerk, http, "(01)09506000134352(10)77")
    clerk.ask("GET", "/v1/lots/77")
    clerk.ask("POST", "/v1/recalls/scope", {"start": ["77"]})
    searched(clerk, http, "78")
    assert_told("scenario_1_find_http", clerk.text)


@pytest.mark.scenario(26)
def test_a_relabelled_supplier_lot_is_found_under_either_number(tmp_path: Path) -> None:
    clerk = clerk_of(tmp_path, "Scenario 26: a supplier's lot was relabelled to an own number.", RELABELLED)
    clerk.file("void.json", json.dumps(void(4)))

    assert clerk.type("find", "ty-88") == 0
    assert clerk.type("find", "T-2601") == 0
    assert clerk.type("trace", "ty-88", "--forward") == 0
    assert clerk.type("trace", "BK-1", "--backward") == 0
    assert clerk.type("record", "void.json", "--actor", "clerk") == 0
    assert clerk.type("find", "bk") == 0
    assert_told("scenario_26_find_cli", clerk.text)


@pytest.mark.scenario(26)
def test_a_relabelled_supplier_lot_is_found_under_either_number_over_http(http: httpx2.Client) -> None:
    for event in RELABELLED:
        http.post("/v1/events", json=event).raise_for_status()
    clerk = HttpTranscript(http, "Scenario 26 over HTTP: a supplier's lot was relabelled to an own number.")

    searched(clerk, http, "TY-88")
    searched(clerk, http, "t-2601")
    clerk.ask("GET", "/v1/lots/ty-88", show=("id", "short", "expiry"))
    clerk.ask("GET", "/v1/lots/t-2601", show=("id", "short", "expiry"))
    assert_told("scenario_26_find_http", clerk.text)
