"""What is told over HTTP is recorded once, durably, in the name of whoever says so."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest

from tests.builders import receipt
from thread import Ledger
from thread_api import examples


def recorded(ledger: Ledger, seq: int) -> dict[str, Any]:
    entry = ledger.entry(seq)
    return {"actor": dict(entry.actor), "event": dict(entry.event), "key": entry.key}


@pytest.mark.requirement("REC-1")
def test_an_event_is_recorded_and_its_entry_can_be_fetched_at_the_location_told(http: httpx2.Client) -> None:
    answer = http.post("/v1/events", json=receipt(lot="S-77"))

    assert answer.status_code == 201
    assert answer.json()["seq"] == 1
    assert answer.json()["duplicate"] is False
    entry = http.get(answer.headers["location"]).json()
    assert {"name": "/lot", "value": "S-77"} in entry["entry"]["event"]["as_given"]
    assert entry["entry"]["event"]["id"] == answer.json()["event_id"]


def test_telling_the_same_under_the_same_key_records_it_once(http: httpx2.Client, ledger: Ledger) -> None:
    first = http.post("/v1/events", json=receipt(lot="S-77"), headers={"Idempotency-Key": "k-1"})
    again = http.post("/v1/events", json=receipt(lot="S-77"), headers={"Idempotency-Key": "k-1"})

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["duplicate"] is True
    assert again.json()["seq"] == first.json()["seq"]
    assert ledger.size == 2


def test_a_key_in_double_quotes_is_the_same_key(http: httpx2.Client) -> None:
    http.post("/v1/events", json=receipt(lot="S-77"), headers={"Idempotency-Key": "k-1"})
    again = http.post("/v1/events", json=receipt(lot="S-77"), headers={"Idempotency-Key": '"k-1"'})

    assert again.json()["duplicate"] is True


@pytest.mark.requirement("REC-3")
def test_telling_something_else_under_a_key_is_refused(http: httpx2.Client, ledger: Ledger) -> None:
    http.post("/v1/events", json=receipt(lot="S-77"), headers={"Idempotency-Key": "k-1"})
    other = http.post("/v1/events", json=receipt(lot="S-78"), headers={"Idempotency-Key": "k-1"})

    assert other.status_code == 409
    assert other.json()["code"] == "key-reused"
    assert other.json()["seq"] == 1
    assert ledger.size == 2


def test_two_actors_may_use_the_same_key(http: httpx2.Client, ledger: Ledger) -> None:
    http.post("/v1/events", json=receipt(lot="S-77"), headers={"Idempotency-Key": "k", "X-Actor": "desk-1"})
    http.post("/v1/events", json=receipt(lot="S-78"), headers={"Idempotency-Key": "k", "X-Actor": "desk-2"})

    assert recorded(ledger, 1)["key"] == "desk-1/k"
    assert recorded(ledger, 2)["key"] == "desk-2/k"


def test_the_actor_is_recorded_as_asserted(http: httpx2.Client, ledger: Ledger) -> None:
    http.post("/v1/events", json=receipt(lot="S-77"), headers={"X-Actor": "desk-3"})
    http.post("/v1/events", json=receipt(lot="S-78"))

    assert recorded(ledger, 1)["actor"] == {"id": "desk-3", "auth": "asserted"}
    assert recorded(ledger, 2)["actor"] == {"id": "api", "auth": "asserted"}


@pytest.mark.parametrize("actor", ["", "a/b", "a b", "x" * 101, "Zoë"])
def test_an_actor_that_could_be_mistaken_for_something_else_is_refused(http: httpx2.Client, actor: str) -> None:
    answer = http.post("/v1/events", json=receipt(), headers={b"X-Actor": actor.encode("latin-1")})

    assert answer.status_code == 400
    assert answer.json()["code"] == "header-malformed"
    assert answer.json()["header"] == "X-Actor"


@pytest.mark.parametrize("key", ["", '""', "two words", "x" * 256, '"open'])
def test_a_key_that_is_none_is_refused(http: httpx2.Client, key: str) -> None:
    answer = http.post("/v1/events", json=receipt(), headers={"Idempotency-Key": key})

    assert answer.status_code == 400
    assert answer.json()["header"] == "Idempotency-Key"


def test_a_wrong_event_is_refused_with_the_place_of_each_fault(http: httpx2.Client, ledger: Ledger) -> None:
    answer = http.post("/v1/events", json=receipt(lot="S-77", quantity={"value": "1e3", "unit": "kg"}))

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "event-invalid"
    assert [finding["path"] for finding in answer.json()["findings"]] == ["/quantity/value", "/quantity/unit"]
    assert ledger.size == 1


@pytest.mark.requirement("ACC-3")
def test_what_breaks_a_rule_is_refused_until_a_reason_is_told(http: httpx2.Client, ledger: Ledger) -> None:
    http.post("/v1/events", json=examples.EVENT).raise_for_status()

    refused = http.post("/v1/events", json=examples.FORCED_EVENT["event"])
    forced = http.post("/v1/events", json=examples.FORCED_EVENT)

    assert refused.status_code == 409
    assert forced.status_code == 201
    stored = ledger.entry(2).forced
    assert stored is not None
    assert stored["reason"] == examples.FORCED_EVENT["force_reason"]


def test_the_reason_may_stand_in_the_query(http: httpx2.Client, ledger: Ledger) -> None:
    http.post("/v1/events", json=examples.EVENT).raise_for_status()
    told = examples.FORCED_EVENT["event"]
    answer = http.post("/v1/events", json=told, params={"force_reason": "counted twice"})

    assert answer.status_code == 201
    stored = ledger.entry(2).forced
    assert stored is not None
    assert stored["reason"] == "counted twice"


@pytest.mark.parametrize(
    ("told", "path"),
    [
        ({"event": receipt(), "force_reason": 1}, "/force_reason"),
        ({"event": [], "force_reason": "x"}, "/event"),
        ({"event": receipt(), "reason": "x"}, "/reason"),
    ],
)
def test_a_reason_beside_an_event_is_told_in_one_way_only(http: httpx2.Client, told: Any, path: str) -> None:
    answer = http.post("/v1/events", json=told)

    assert answer.status_code == 422
    assert answer.json()["code"] == "body-invalid"
    assert answer.json()["findings"][0]["path"] == path


@pytest.mark.requirement("REC-5")
def test_32_posts_at_once_leave_no_gap_and_each_is_answered_with_its_own_entry(
    http: httpx2.Client, ledger: Ledger
) -> None:
    def post(number: int) -> tuple[int, str]:
        answer = http.post("/v1/events", json=receipt(lot=f"L-{number}"))
        return answer.json()["seq"], answer.json()["event_id"]

    with ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(post, range(64)))

    assert sorted(seq for seq, _ in answers) == list(range(1, 65))
    assert all(ledger.entry(seq).event["id"] == event_id for seq, event_id in answers)
    assert ledger.verify().ok


@pytest.mark.requirement("REC-3")
def test_the_same_key_raced_by_32_clients_records_once(http: httpx2.Client, ledger: Ledger) -> None:
    def post(_: int) -> tuple[int, int]:
        answer = http.post("/v1/events", json=receipt(lot="S-77"), headers={"Idempotency-Key": "raced"})
        return answer.status_code, answer.json()["seq"]

    with ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(post, range(32)))

    assert sorted(answers) == [(200, 1)] * 31 + [(201, 1)]
    assert ledger.size == 2


def test_readers_are_answered_while_writers_write(http: httpx2.Client) -> None:
    http.post("/v1/events", json=receipt(lot="S-77")).raise_for_status()

    def post(number: int) -> int:
        return http.post("/v1/events", json=receipt(lot=f"L-{number}")).status_code

    def read(_: int) -> int:
        return http.get("/v1/lots/S-77/balance").status_code

    with ThreadPoolExecutor(16) as pool:
        writing = [pool.submit(post, number) for number in range(40)]
        reading = [pool.submit(read, number) for number in range(40)]

    assert {future.result() for future in writing} == {201}
    assert {future.result() for future in reading} == {200}
