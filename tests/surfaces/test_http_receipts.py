"""The clerk's short form over HTTP: a few fields or a label, and saying it twice records it once."""

from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient

from tests.surfaces.test_http_errors import assert_problem
from thread import Ledger
from thread_api.app import create_app
from thread_api.examples import RECEIPT, RECEIPT_BY_SCAN
from thread_api.scans import label_fields
from thread_api.settings import Settings

GREASE = "(01)09506000134352(10)GREASE-9(17)270331(30)12"


def event(ledger: Ledger, seq: int) -> dict[str, Any]:
    return dict(ledger.entry(seq).event)


def short(**told: Any) -> dict[str, Any]:
    """Return a short form of a receipt; a field told as None is left out."""
    fields = {"site": "LYON", "item": "PAINT", "lot": "P-1", "quantity": "100 KGM", **told}
    return {name: value for name, value in fields.items() if value is not None}


@pytest.mark.requirement("REC-1")
def test_a_receipt_of_100_against_a_peg_of_60_is_recorded_as_told(http: httpx2.Client, ledger: Ledger) -> None:
    answer = http.post("/v1/receipts", json=RECEIPT)

    assert answer.status_code == 201
    told = event(ledger, 1)
    assert told["type"] == "received"
    assert told["quantity"] == {"value": "100", "unit": "KGM"}
    assert told["lot"] == "https://plant.example/party/COULEURS-SA/lot/PAINT-RAL5010/P-2207"
    assert told["documents"][0]["number"] == "DA-5521"
    assert told["origin"]["trigger"] == "minimum_order_excess"
    assert told["to_place"] == "https://plant.example/place/LYON/DOCK-1"


def test_a_label_tells_item_lot_expiry_and_count(http: httpx2.Client, ledger: Ledger) -> None:
    http.post("/v1/receipts", json=RECEIPT_BY_SCAN).raise_for_status()

    told = event(ledger, 1)
    assert told["lot"] == "https://id.gs1.org/01/09506000134352/10/GREASE-9"
    assert told["item"] == "https://id.gs1.org/01/09506000134352"
    assert told["expiry"] == "2027-03-31"
    assert told["quantity"] == {"value": "12", "unit": "EA"}
    assert told["source"] == {"method": "scan", "raw": RECEIPT_BY_SCAN["scan"]}


@pytest.mark.parametrize(
    ("scan", "fields"),
    [
        ("]d2010950600013435210ABC\x1d17270331", {"item": "(01)09506000134352", "lot": "ABC", "expiry": "2027-03-31"}),
        (
            "(01)09506000134352(21)SN-9",
            {"item": "(01)09506000134352", "serials": [{"first": "SN-9"}], "quantity": {"value": "1", "unit": "EA"}},
        ),
        (
            "(01)09506000134352(10)A(15)270200(11)260131",
            {"item": "(01)09506000134352", "lot": "A", "best_before": "2027-02-28", "made_on": "2026-01-31"},
        ),
        (
            "(01)09506000134352(10)A(30)12(3102)003140",
            {
                "item": "(01)09506000134352",
                "lot": "A",
                "quantity": {"value": "12", "unit": "EA", "also": [{"value": "31.40", "unit": "KGM"}]},
            },
        ),
        (
            "(00)106141412345678908(02)09506000134352(37)40(10)A",
            {
                "item": "(01)09506000134352",
                "lot": "A",
                "container": "(00)106141412345678908",
                "quantity": {"value": "40", "unit": "EA"},
            },
        ),
    ],
    ids=["scanned", "serial", "dates", "catch weight", "pallet"],
)
def test_each_element_of_a_label_becomes_its_field(scan: str, fields: dict[str, Any]) -> None:
    assert label_fields(scan) == fields


def test_a_pallet_label_says_in_what_the_goods_came(http: httpx2.Client, ledger: Ledger) -> None:
    told = short(item=None, lot=None, quantity=None, scan="(00)106141412345678908(02)09506000134352(37)40(10)A")
    http.post("/v1/receipts", json=told).raise_for_status()

    assert event(ledger, 1)["containers"] == [
        {"container": "https://id.gs1.org/00/106141412345678908", "quantity": {"value": "40", "unit": "EA"}}
    ]


def test_an_own_item_number_and_another_quantity_may_stand_beside_a_label(http: httpx2.Client, ledger: Ledger) -> None:
    told = short(item="GREASE", lot=None, quantity="48 EA", scan=GREASE, supplier="LUB")
    http.post("/v1/receipts", json=told).raise_for_status()

    assert event(ledger, 1)["lot"] == "https://plant.example/party/LUB/lot/GREASE/GREASE-9"
    assert event(ledger, 1)["quantity"] == {"value": "48", "unit": "EA"}


@pytest.mark.parametrize(("field", "value"), [("lot", "OTHER"), ("expiry", "2027-04-01")])
def test_a_label_that_says_something_else_is_refused(http: httpx2.Client, field: str, value: str) -> None:
    told = short(**{"item": None, "lot": None, "quantity": None, "scan": GREASE, field: value})
    problem = assert_problem(http.post("/v1/receipts", json=told), 422, "body-invalid")

    assert problem["findings"][0]["path"] == f"/{field}"


@pytest.mark.parametrize("scan", ["hello", "(01)09506000134353(10)A", "(01)09506000134352(17)271399", "12345"])
def test_a_label_that_does_not_read_is_refused(http: httpx2.Client, ledger: Ledger, scan: str) -> None:
    problem = assert_problem(http.post("/v1/receipts", json=short(scan=scan)), 422, "body-invalid")

    assert problem["findings"][0]["path"] == "/scan"
    assert ledger.size == 1


@pytest.mark.parametrize("quantity", ["100", "KGM", "100 KGM extra", ""])
def test_a_quantity_without_a_unit_is_refused(http: httpx2.Client, quantity: str) -> None:
    problem = assert_problem(http.post("/v1/receipts", json=short(quantity=quantity)), 422, "body-invalid")

    assert problem["findings"][0]["path"] == "/quantity"


def test_a_field_that_is_not_known_is_refused(http: httpx2.Client) -> None:
    problem = assert_problem(http.post("/v1/receipts", json=short(suplier="ACME")), 422, "body-invalid")

    assert problem["findings"] == [{"path": "/suplier", "text": "is not known here"}]


def test_a_receipt_without_a_time_happened_now_and_a_retry_later_is_the_same(
    http: httpx2.Client, ledger: Ledger
) -> None:
    first = http.post("/v1/receipts", json=short(), headers={"Idempotency-Key": "scan-1"})
    again = http.post("/v1/receipts", json=short(), headers={"Idempotency-Key": "scan-1"})

    assert first.status_code == 201
    assert again.status_code == 200
    assert again.json()["duplicate"] is True
    assert {"name": "/event_time"} in event(ledger, 1)["as_given"]


def test_another_receipt_under_the_same_key_is_refused(http: httpx2.Client) -> None:
    http.post("/v1/receipts", json=short(), headers={"Idempotency-Key": "scan-1"}).raise_for_status()
    other = http.post("/v1/receipts", json=short(quantity="90 KGM"), headers={"Idempotency-Key": "scan-1"})

    assert_problem(other, 409, "key-reused")


@pytest.mark.requirement("ACC-4")
def test_the_same_delivery_scanned_again_under_another_key_is_refused_loudly(
    http: httpx2.Client, ledger: Ledger
) -> None:
    told = short(supplier="ACME", supplier_lot="X-1", document="DA-1")
    http.post("/v1/receipts", json=told, headers={"Idempotency-Key": "scan-1"}).raise_for_status()
    again = http.post("/v1/receipts", json=told, headers={"Idempotency-Key": "scan-2"})

    assert again.status_code == 409
    assert ledger.size == 2


@pytest.mark.requirement("ACC-4")
def test_the_same_delivery_is_recorded_again_if_somebody_confirms_it(http: httpx2.Client, ledger: Ledger) -> None:
    told = short(supplier="ACME", supplier_lot="X-1", document="DA-1")
    http.post("/v1/receipts", json=told).raise_for_status()
    again = http.post("/v1/receipts", json={**told, "force_reason": "two equal pallets"})

    assert again.status_code == 201
    assert ledger.size == 3


def test_a_delivery_told_twice_names_the_field_that_records_it_and_the_query_takes_it_too(
    http: httpx2.Client, ledger: Ledger
) -> None:
    told = short(supplier="ACME", supplier_lot="X-1", document="DA-1")
    http.post("/v1/receipts", json=told).raise_for_status()

    refused = http.post("/v1/receipts", json=told)
    forced = http.post("/v1/receipts", json=told, params={"force_reason": "two equal pallets"})

    assert "by force, with a reason (force_reason, in the body or the query)" in refused.json()["detail"]
    assert forced.status_code == 201
    stored = ledger.entry(forced.json()["seq"]).forced
    assert stored is not None
    assert stored["reason"] == "two equal pallets"


def test_a_reason_in_the_body_that_is_another_in_the_query_is_refused(http: httpx2.Client) -> None:
    told = short(force_reason="two equal pallets")

    answer = http.post("/v1/receipts", json=told, params={"force_reason": "counted twice"})

    assert_problem(answer, 422, "body-invalid")


def test_a_receipt_that_names_no_site_is_refused_unless_the_server_serves_one(http: httpx2.Client) -> None:
    problem = assert_problem(http.post("/v1/receipts", json=short(site=None)), 422, "event-invalid")

    assert "/site" in [finding["path"] for finding in problem["findings"]]


def test_a_server_of_one_site_fills_it_in_and_a_retry_is_still_the_same(ledger: Ledger) -> None:
    app = create_app(Settings(site="LYON"), ledger)
    with TestClient(app, base_url="http://localhost") as client:
        first = client.post("/v1/receipts", json=short(site=None), headers={"Idempotency-Key": "scan-1"})
        again = client.post("/v1/receipts", json=short(site="LYON"), headers={"Idempotency-Key": "scan-1"})

    assert (first.status_code, again.status_code) == (201, 200)
    assert event(ledger, 1)["site"] == "LYON"
    assert {"name": "/site"} in event(ledger, 1)["as_given"]


def test_what_a_clerk_leaves_empty_says_nothing(http: httpx2.Client, ledger: Ledger) -> None:
    answer = http.post("/v1/receipts", json={**short(), "supplier": None, "expiry": None, "pegs": None})

    assert answer.status_code == 201
    assert "supplier" not in event(ledger, 1)
