"""EPCIS 2.0 documents over HTTP: captured as they are, once; whole or what can be."""

from copy import deepcopy
from typing import Any

import httpx2
import pytest

from tests.surfaces.test_http_errors import assert_problem
from thread import Ledger
from thread_api.examples import EPCIS_DOCUMENT
from thread_api.schemas import Captured

PROCEED = {"GS1-Capture-Error-Behaviour": "proceed"}


def with_a_wrong_event() -> dict[str, Any]:
    document = deepcopy(EPCIS_DOCUMENT)
    events = document["epcisBody"]["eventList"]
    events.append({**events[0], "eventID": "urn:uuid:0b5c7a52-5c62-4f0e-9d0a-6d6a1f0a0006", "eventTime": "yesterday"})
    return document


def test_a_document_is_captured_and_a_second_time_records_nothing_twice(http: httpx2.Client, ledger: Ledger) -> None:
    first = http.post("/v1/epcis/capture", json=EPCIS_DOCUMENT)
    again = http.post("/v1/epcis/capture", json=EPCIS_DOCUMENT)

    assert first.status_code == 200
    told = {"recorded": 1, "duplicates": 0, "master_data": 0, "rejected": ()}
    assert Captured.model_validate_json(first.content).model_dump() == told
    assert (again.json()["recorded"], again.json()["duplicates"]) == (0, 1)
    assert ledger.entry(1).event["type"] == "epcis_captured"
    assert ledger.entry(1).actor["id"] == "api"


def test_linked_data_is_the_same_json(http: httpx2.Client) -> None:
    answer = http.post("/v1/epcis/capture", json=EPCIS_DOCUMENT, headers={"Content-Type": "application/ld+json"})

    assert answer.json()["recorded"] == 1
    assert answer.headers["gs1-epcis-version"] == "2.0.0"


def test_one_wrong_event_keeps_the_document_out(http: httpx2.Client, ledger: Ledger) -> None:
    told = assert_problem(http.post("/v1/epcis/capture", json=with_a_wrong_event()), 422, "document-refused")

    assert [one["index"] for one in told["rejected"]] == [1]
    assert told["rejected"][0]["path"] == "/epcisBody/eventList/1/eventTime"
    assert ledger.size == 1


def test_the_others_are_captured_if_that_is_asked_for(http: httpx2.Client, ledger: Ledger) -> None:
    answer = http.post("/v1/epcis/capture", json=with_a_wrong_event(), headers=PROCEED)

    told = Captured.model_validate_json(answer.content)
    assert (told.recorded, len(told.rejected)) == (1, 1)
    assert ledger.size == 2


def test_an_event_id_that_was_used_for_something_else_keeps_the_document_out(
    http: httpx2.Client, ledger: Ledger
) -> None:
    http.post("/v1/epcis/capture", json=EPCIS_DOCUMENT).raise_for_status()
    other = deepcopy(EPCIS_DOCUMENT)
    other["epcisBody"]["eventList"][0]["quantityList"][0]["quantity"] = 13
    answer = http.post("/v1/epcis/capture", json=other)

    assert answer.status_code == 422
    assert ledger.size == 2


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [(b"<epcis/>", 422, "not-epcis"), (b"{}", 422, "not-epcis"), (b"{", 400, "json-malformed")],
)
def test_what_is_no_document_is_refused(http: httpx2.Client, content: bytes, status: int, code: str) -> None:
    answer = http.post("/v1/epcis/capture", content=content, headers={"Content-Type": "application/json"})

    assert_problem(answer, status, code)


def test_xml_is_not_read(http: httpx2.Client) -> None:
    answer = http.post("/v1/epcis/capture", content=b"<x/>", headers={"Content-Type": "application/xml"})

    assert_problem(answer, 415, "media-type-unsupported")


def test_another_behaviour_is_refused(http: httpx2.Client) -> None:
    answer = http.post("/v1/epcis/capture", json=EPCIS_DOCUMENT, headers={"GS1-Capture-Error-Behaviour": "guess"})

    assert_problem(answer, 422, "parameter-invalid")
