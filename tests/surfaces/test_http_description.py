"""The API's description: complete, true to what is answered, readable offline, and its examples can be sent."""

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest
from jsonschema import Draft202012Validator

from thread import Ledger
from thread_api import examples
from thread_api.app import create_app
from thread_api.settings import Settings

ROUTES = {
    ("post", "/v1/events"),
    ("post", "/v1/events/batch"),
    ("post", "/v1/receipts"),
    ("get", "/v1/search"),
    ("get", "/v1/lots"),
    ("get", "/v1/lots/{lot}"),
    ("get", "/v1/lots/{lot}/trace"),
    ("get", "/v1/lots/{lot}/balance"),
    ("get", "/v1/lots/{lot}/history"),
    ("get", "/v1/entries/{seq}"),
    ("post", "/v1/entries/{seq}/correction"),
    ("get", "/v1/checkpoint"),
    ("post", "/v1/checkpoint"),
    ("get", "/v1/keys"),
    ("get", "/v1/verify"),
    ("get", "/v1/proofs/inclusion"),
    ("get", "/v1/proofs/consistency"),
    ("get", "/v1/proofs/subject"),
    ("get", "/v1/lots/{lot}/bundle"),
    ("post", "/v1/verify"),
    ("post", "/v1/recalls/scope"),
    ("get", "/v1/findings"),
    ("get", "/v1/reports/findings"),
    ("post", "/v1/findings/{finding}/close"),
    ("get", "/v1/reports/history"),
    ("get", "/v1/reports/balance"),
    ("get", "/v1/reports/customers"),
    ("get", "/v1/reports/receipts"),
    ("post", "/v1/epcis/capture"),
    ("post", "/v1/import"),
    ("get", "/v1/templates/{kind}"),
    ("get", "/v1/mappings"),
    ("get", "/v1/mappings/{name}"),
    ("put", "/v1/mappings/{name}"),
    ("delete", "/v1/mappings/{name}"),
    ("get", "/v1/health"),
    ("get", "/v1/metrics"),
    ("get", "/v1/problems/{code}"),
}


@pytest.fixture(scope="module")
def description() -> dict[str, Any]:
    return create_app(Settings()).openapi()


def operations(description: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(method, path, told) for path, methods in description["paths"].items() for method, told in methods.items()]


def test_the_description_names_every_route_and_no_other(description: dict[str, Any]) -> None:
    assert description["openapi"].startswith("3.1")
    assert {(method, path) for method, path, _ in operations(description)} == ROUTES


def test_every_reference_in_the_description_leads_somewhere(description: dict[str, Any]) -> None:
    text = json.dumps(description)
    wanted = {part.split('"')[0] for part in text.split('"#/components/schemas/')[1:]}

    assert wanted <= description["components"]["schemas"].keys()


def test_every_route_has_a_summary_a_text_a_tag_and_the_problem_document(description: dict[str, Any]) -> None:
    for _, _, told in operations(description):
        assert told["summary"]
        assert told["description"]
        assert len(told["tags"]) == 1
        assert "application/problem+json" in told["responses"]["default"]["content"]
        assert "422" not in told["responses"]


def test_every_post_takes_an_idempotency_key_and_shows_an_example(description: dict[str, Any]) -> None:
    for method, path, told in operations(description):
        if method == "post":
            assert "Idempotency-Key" in {one["name"] for one in told["parameters"]}, path
            if path not in {"/v1/checkpoint", "/v1/verify"}:
                assert all(one["examples"] for one in told["requestBody"]["content"].values()), path


@pytest.mark.requirement("USE-1")
def test_every_schema_is_a_json_schema(description: dict[str, Any]) -> None:
    for schema in description["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_the_examples_fit_the_schemas_that_they_illustrate(description: dict[str, Any]) -> None:
    for _, _, told in operations(description):
        for kind, body in told.get("requestBody", {}).get("content", {}).items():
            schema = {**body["schema"], "components": description["components"]}
            for example in body.get("examples", {}).values():
                if kind != "application/x-ndjson":
                    Draft202012Validator(schema).validate(example["value"])


def test_every_example_can_be_sent_as_it_is_and_sent_again(http: httpx2.Client, ledger: Ledger) -> None:
    for again in (False, True):
        told = [
            http.post("/v1/events", json=examples.EVENT),
            http.post("/v1/events", json=examples.FORCED_EVENT),
            http.post("/v1/events/batch", json=examples.BATCH),
            http.post("/v1/receipts", json=examples.RECEIPT, headers={"Idempotency-Key": "a"}),
            http.post("/v1/receipts", json=examples.RECEIPT_BY_SCAN, headers={"Idempotency-Key": "b"}),
            http.post("/v1/entries/1/correction", json=examples.CORRECTION, headers={"Idempotency-Key": "c"}),
            http.post("/v1/recalls/scope", json=examples.SCOPE_QUESTION),
            http.post("/v1/epcis/capture", json=examples.EPCIS_DOCUMENT),
        ]
        assert [answer.status_code for answer in told] == [200 if again else 201] * 2 + [200] + [
            200 if again else 201
        ] * 3 + [200, 200]

    assert ledger.size == 10


def test_the_page_reads_nothing_from_the_web(http: httpx2.Client) -> None:
    page = http.get("/docs")

    assert page.status_code == 200
    assert "https://" not in page.text
    assert "http://" not in page.text
    scripts = [part.split('"')[0] for part in page.text.split('src="')[1:]]
    assert scripts
    assert all(http.get(script).status_code == 200 for script in scripts)


def test_the_description_is_served(http: httpx2.Client, description: dict[str, Any]) -> None:
    assert http.get("/openapi.json").json() == description


@pytest.mark.parametrize("name", ["openapi.json", "http.md"])
def test_the_reference_in_the_documentation_is_the_one_that_is_made(name: str, tmp_path: Path) -> None:
    from docs.makers import http as maker

    (tmp_path / "docs" / "reference").mkdir(parents=True)
    maker.make(tmp_path)
    kept = Path(__file__).parents[2] / "docs" / "reference" / name

    assert (tmp_path / "docs" / "reference" / name).read_text() == kept.read_text(), "run `make docs`"
