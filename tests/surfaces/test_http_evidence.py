"""Evidence over HTTP: entries and checkpoints byte for byte, and a verdict that finds what was changed."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx2
import pytest

from tests.builders import receipt
from tests.surfaces.test_http_errors import assert_problem
from thread import Ledger
from thread.ledger import leaf_hash, read_checkpoint
from thread_api.schemas import EntryAnswer, Health, VerificationAnswer


def test_an_entry_is_served_byte_for_byte(frames: httpx2.Client, ledger: Ledger) -> None:
    answer = frames.get("/v1/entries/2", headers={"Accept": "application/octet-stream"})

    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.content == ledger.entry(2).data


def test_the_bytes_in_the_json_answer_hash_to_the_leaf_hash(frames: httpx2.Client, ledger: Ledger) -> None:
    answer = frames.get("/v1/entries/2")

    told = EntryAnswer.model_validate_json(answer.content)
    inside = answer.content.split(b',"entry":', 1)[1].removesuffix(b"}")
    assert inside == ledger.entry(2).data
    assert leaf_hash(inside).hex() == told.leaf_hash


@pytest.mark.parametrize(
    ("accept", "served"),
    [
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("application/octet-stream, application/json;q=0.5", "application/octet-stream"),
        ("text/html, application/octet-stream;q=0.1", "application/octet-stream"),
        ("application/json;q=0, */*", "application/octet-stream"),
    ],
)
def test_the_form_that_is_asked_for_is_served(http: httpx2.Client, accept: str, served: str) -> None:
    answer = http.get("/v1/entries/0", headers={"Accept": accept})

    assert answer.headers["content-type"] == served
    assert answer.headers["vary"] == "Accept"


def test_a_form_that_is_not_there_is_refused(http: httpx2.Client) -> None:
    assert_problem(http.get("/v1/entries/0", headers={"Accept": "text/html"}), 406, "not-acceptable")


def test_an_entry_that_is_not_there_is_not_found(http: httpx2.Client) -> None:
    told = assert_problem(http.get("/v1/entries/1"), 404, "entry-missing")

    assert told["seq"] == 1


def test_there_is_no_checkpoint_before_one_is_signed(http: httpx2.Client) -> None:
    assert_problem(http.get("/v1/checkpoint"), 404, "checkpoint-missing")


def test_a_checkpoint_is_signed_once_for_a_size_and_served_again_byte_for_byte(frames: httpx2.Client) -> None:
    signed = frames.post("/v1/checkpoint")
    again = frames.post("/v1/checkpoint")
    served = frames.get("/v1/checkpoint")

    assert signed.headers["content-type"] == "text/plain; charset=utf-8"
    assert signed.content == again.content == served.content
    assert read_checkpoint(signed.content).checkpoint.size == 6
    assert len(read_checkpoint(signed.content).signatures) == 2


def test_an_honest_ledger_verifies(frames: httpx2.Client) -> None:
    kept = frames.post("/v1/checkpoint").content
    told = VerificationAnswer.model_validate_json(frames.get("/v1/verify").content)
    against = frames.post("/v1/verify", content=kept, headers={"Content-Type": "text/plain"})

    assert (told.ok, told.size, told.problems) == (True, 6, ())
    assert told.checked.signatures
    assert VerificationAnswer.model_validate_json(against.content).ok


def test_the_answer_says_the_fingerprint_and_whether_anything_from_outside_was_compared(
    frames: httpx2.Client, ledger: Ledger
) -> None:
    kept = frames.post("/v1/checkpoint").content
    alone = frames.get("/v1/verify").json()
    against = frames.post("/v1/verify", content=kept, headers={"Content-Type": "text/plain"}).json()

    assert (alone["fingerprint"], alone["anchored"]) == (ledger.fingerprint, False)
    assert (against["fingerprint"], against["anchored"]) == (ledger.fingerprint, True)


@contextmanager
def tampering(path: Path) -> Iterator[sqlite3.Connection]:
    """Yield the database of a ledger as somebody with an editor has it: the triggers that refuse changes are away."""
    with closing(sqlite3.connect(path)) as database, database:
        triggers = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            database.execute(f"DROP TRIGGER {name}")
        yield database
        for _, statement in triggers:
            database.execute(statement)


def test_a_changed_entry_is_found(frames: httpx2.Client, tmp_path: Path) -> None:
    with tampering(tmp_path / "thread.db") as database:
        database.execute("UPDATE entries SET bytes = CAST(replace(bytes, '600', '601') AS BLOB) WHERE seq = 1")
    told = frames.get("/v1/verify").json()

    assert told["ok"] is False
    assert told["problems"][0]["seq"] == 1


def test_a_tail_that_was_cut_off_is_found_with_a_checkpoint_that_was_kept(http: httpx2.Client, tmp_path: Path) -> None:
    http.post("/v1/events", json=receipt(lot="S-77")).raise_for_status()
    kept = http.post("/v1/checkpoint").content
    with tampering(tmp_path / "thread.db") as database:
        for table in ("keys", "event_ids", "postings", "types", "nodes", "checkpoints"):
            database.execute(f"DELETE FROM {table}")
        database.execute("DELETE FROM entries WHERE seq >= 1")
    bare = http.get("/v1/verify").json()
    against = http.post("/v1/verify", content=kept, headers={"Content-Type": "text/plain"}).json()

    assert bare["size"] == 1
    assert against["ok"] is False
    assert "checkpoint" in against["problems"][-1]["text"]


def test_what_is_no_checkpoint_is_said_to_be_none(http: httpx2.Client) -> None:
    told = http.post("/v1/verify", content=b"not a checkpoint", headers={"Content-Type": "text/plain"}).json()

    assert told["ok"] is False
    assert "checkpoint" in told["problems"][0]["text"]


def test_health_tells_the_state_of_the_ledger_and_no_secret(frames: httpx2.Client, tmp_path: Path) -> None:
    answer = frames.get("/v1/health")

    told = Health.model_validate_json(answer.content)
    assert (told.status, told.ledger.origin, told.ledger.size) == ("ok", "plant.example", 5)
    assert str(tmp_path) not in answer.text


def test_metrics_count_entries_requests_and_refusals(frames: httpx2.Client) -> None:
    frames.get("/v1/lots/nothing-like-it/balance")
    text = frames.get("/v1/metrics")

    assert text.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    lines = text.text.splitlines()
    assert "thread_entries_total 5.0" in lines
    assert 'thread_http_requests_total{method="POST",route="/v1/events",status="201"} 1.0' in lines
    assert 'thread_http_requests_total{method="GET",route="/v1/lots/{lot:path}/balance",status="404"} 1.0' in lines
    assert 'thread_rejected_total{code="name-not-found"} 1.0' in lines
    assert any(line.startswith("thread_http_request_duration_seconds_bucket") for line in lines)
