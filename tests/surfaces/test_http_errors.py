"""Whatever is wrong with a request is answered as a problem document: never HTML, never a traceback."""

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import httpx2
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from tests.builders import receipt
from tests.surfaces.conftest import serving
from thread import Ledger
from thread.acceptance import RULES
from thread.errors import LedgerBusy, ThreadError
from thread_api import examples
from thread_api.app import create_app
from thread_api.problems import problem_codes, status_of
from thread_api.settings import Settings

JSON = {"Content-Type": "application/json"}


def assert_problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    """Return the problem document of an answer that is one."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    assert (told["status"], told["code"], told["type"]) == (status, code, f"/v1/problems/{code}")
    assert told["title"]
    assert told["detail"]
    return told


@pytest.mark.parametrize("path", ["/v1", "/v1/", "/v1/nothing", "/v1/entries", "/favicon.ico", "/v2/x"])
def test_an_unknown_path_is_a_problem_document(http: httpx2.Client, path: str) -> None:
    assert_problem(http.get(path), 404, "no-such-resource")


def test_who_knows_only_the_address_of_the_server_is_led_to_its_pages(http: httpx2.Client) -> None:
    told = http.get("/").json()

    assert told["name"] == "thread"
    assert [http.get(told[page]).status_code for page in ("docs", "openapi")] == [200, 200]


def test_a_wrong_method_is_a_problem_document_that_names_the_right_one(http: httpx2.Client) -> None:
    answer = http.put("/v1/events", json={})

    assert_problem(answer, 405, "method-not-allowed")
    assert answer.headers["allow"] == "POST"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b'{"type":"received","type":"received"}',
        b'{"type":"received","quantity":NaN}',
        b'{"type":"received","note":"\\ud800"}',
        b'{"type":"received","note":"\xff"}',
        b'{"a":' * 2_000 + b"1" + b"}" * 2_000,
        b'{"a":' * 100_000,
    ],
    ids=["empty", "cut", "array", "text", "key twice", "NaN", "surrogate", "not UTF-8", "deep", "deep and cut"],
)
@pytest.mark.parametrize("path", ["/v1/events", "/v1/receipts", "/v1/recalls/scope"])
def test_what_two_readers_could_understand_differently_is_refused(
    http: httpx2.Client, ledger: Ledger, path: str, content: bytes
) -> None:
    answer = http.post(path, content=content, headers=JSON)

    assert_problem(answer, 400, "json-malformed")
    assert ledger.size == 1


def test_a_number_that_no_event_takes_is_told_with_its_place(http: httpx2.Client) -> None:
    answer = http.post("/v1/events", content=b'{"type":"received","v":1e400}', headers=JSON)

    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "application/json; charset=utf-16"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
        {"Content-Type": ""},
    ],
    ids=["text", "form", "UTF-16", "compressed", "untold"],
)
def test_another_media_type_is_refused(http: httpx2.Client, headers: dict[str, str]) -> None:
    told = assert_problem(http.post("/v1/events", content=b"{}", headers=headers), 415, "media-type-unsupported")

    assert told["accepted"] == ["application/json"]


def test_a_request_that_is_too_long_is_refused_before_it_is_read(http: httpx2.Client) -> None:
    answer = http.post("/v1/events", content=b"x" * 1_000_001, headers=JSON)

    assert_problem(answer, 413, "body-too-long")


def test_a_request_that_does_not_say_how_long_it_is_is_cut_at_the_limit(http: httpx2.Client) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(40):
            yield b" " * 50_000

    assert_problem(http.post("/v1/events", content=endless(), headers=JSON), 413, "body-too-long")


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/v1/lots/S-77/trace?deph=1", "/query/deph"),
        ("/v1/lots/S-77/trace?depth=1&depth=2", "/query/depth"),
        ("/v1/lots/S-77/trace?depth=-1", "/query/depth"),
        ("/v1/lots/S-77/trace?direction=up", "/query/direction"),
        ("/v1/lots/S-77/trace?in_time=maybe", "/query/in_time"),
        ("/v1/lots/%FF/trace", "/path/lot"),
        ("/v1/entries/x", "/path/seq"),
        ("/v1/entries/-1", "/path/seq"),
        ("/v1/lots?limit=0", "/query/limit"),
        ("/v1/health?x=1", "/query/x"),
    ],
)
def test_a_wrong_parameter_is_told_with_its_place(http: httpx2.Client, path: str, place: str) -> None:
    told = assert_problem(http.get(path), 422, "parameter-invalid")

    assert [finding["path"] for finding in told["findings"]] == [place]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("as_of=yesterday", "time-malformed"),
        ("known_at=99", "known-at-ahead"),
        ("known_at=2199-01-01T00:00:00Z", "known-at-ahead"),
        ("known_at=soon", "time-malformed"),
    ],
)
def test_a_question_that_cannot_be_answered_says_why(frames: httpx2.Client, query: str, code: str) -> None:
    assert_problem(frames.get(f"/v1/lots/F-0303/trace?{query}"), 422, code)


def test_a_fault_of_the_program_is_a_problem_document_without_its_insides(ledger: Ledger) -> None:
    class Faulty:
        origin = "plant.example"

        @property
        def size(self) -> int:
            raise RuntimeError("inside: secret")

    app = create_app(Settings(), ledger)
    with TestClient(app, base_url="http://localhost", raise_server_exceptions=False) as client:
        app.state.ledger = Faulty()
        answer = client.get("/v1/health")

    assert_problem(answer, 500, "internal-error")
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text


@contextmanager
def failing(ledger: Ledger, error: ThreadError) -> Iterator[TestClient]:
    """Yield a client of a server whose writer always fails."""

    class Failing:
        def submit(self, *_: Any, **__: Any) -> Any:
            raise error

    app = create_app(Settings(), ledger)
    with TestClient(app, base_url="http://localhost") as client:
        writer, app.state.writer = app.state.writer, Failing()
        yield client
        app.state.writer = writer


def test_a_busy_ledger_asks_to_come_again(ledger: Ledger) -> None:
    with failing(ledger, LedgerBusy(path="thread.db", seconds=10)) as client:
        answer = client.post("/v1/events", json=receipt())

    assert_problem(answer, 503, "ledger-busy")
    assert answer.headers["retry-after"] == "1"


def test_a_page_of_the_web_cannot_talk_to_a_server_of_this_machine_through_a_name_of_its_own(
    http: httpx2.Client,
) -> None:
    answer = http.get("/v1/health", headers={"Host": "evil.example"})

    assert_problem(answer, 421, "host-unknown")


def test_a_server_answers_to_the_names_that_it_was_told(ledger: Ledger) -> None:
    settings = Settings(hosts=frozenset({"trace.plant.example"}))
    with serving_hosts(settings, ledger) as get:
        assert get("trace.plant.example:8443") == 200
        assert get("TRACE.plant.example") == 200
        assert get("localhost:8000") == 200
        assert get("other.example") == 421


@contextmanager
def serving_hosts(settings: Settings, ledger: Ledger) -> Iterator[Callable[[str], int]]:
    with TestClient(create_app(settings, ledger)) as client:
        yield lambda host: client.get("/v1/health", headers={"Host": host}).status_code


def test_what_is_no_http_is_refused(address: str) -> None:
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as raw:
        raw.sendall(b"\x16\x03\x01 this is no HTTP\r\n\r\n")
        assert raw.recv(100).startswith(b"HTTP/1.1 400 ")


def test_a_client_that_hangs_up_does_no_harm(http: httpx2.Client, address: str, ledger: Ledger) -> None:
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as raw:
        raw.sendall(b"POST /v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n")
        raw.sendall(b"Content-Length: 1000\r\n\r\n{")

    assert http.get("/v1/health").status_code == 200
    assert ledger.size == 1


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Return a client of one server for many tries; whatever it raises becomes an answer, as it would in service."""
    folder = tmp_path_factory.mktemp("tried")
    with (
        Ledger.create(f"sqlite:///{folder}/thread.db", origin="plant.example") as ledger,
        TestClient(
            create_app(Settings(), ledger), base_url="http://localhost", raise_server_exceptions=False
        ) as client,
    ):
        yield client


POSTED: list[tuple[str, object]] = [
    ("/v1/events", examples.EVENT),
    ("/v1/events", examples.FORCED_EVENT),
    ("/v1/events/batch", examples.BATCH),
    ("/v1/receipts", examples.RECEIPT),
    ("/v1/receipts", examples.RECEIPT_BY_SCAN),
    ("/v1/recalls/scope", examples.SCOPE_QUESTION),
    ("/v1/epcis/capture", examples.EPCIS_DOCUMENT),
]


@pytest.mark.requirement("REC-6")
@given(
    posted=st.sampled_from(POSTED),
    changes=st.lists(st.tuples(st.integers(0, 400), st.integers(0, 9), st.binary(max_size=6)), max_size=4),
)
def test_no_body_however_broken_makes_the_server_fail(
    tried: TestClient, posted: tuple[str, object], changes: list[tuple[int, int, bytes]]
) -> None:
    path, told = posted
    content = orjson.dumps(told)
    for at, length, other in changes:
        content = content[:at] + other + content[at + length :]

    answer = tried.post(path, content=content, headers=JSON)

    assert answer.status_code in {200, 201, 400, 404, 409, 422}
    assert answer.headers["content-type"] in {"application/json", "application/problem+json"}


@given(name=st.text(max_size=40), question=st.sampled_from(["", "/trace", "/balance", "/history"]))
def test_no_name_of_a_lot_makes_the_server_fail(tried: TestClient, name: str, question: str) -> None:
    answer = tried.get(f"/v1/lots/{quote(name, safe='')}{question}")

    assert answer.status_code in {404, 422}
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.requirement("USE-1")
def test_each_kind_of_problem_is_explained_where_its_type_leads(http: httpx2.Client) -> None:
    told = assert_problem(http.get("/v1/nothing"), 404, "no-such-resource")
    kind = http.get(told["type"]).json()

    assert kind["code"] == "no-such-resource"
    assert kind["title"] == told["title"]
    assert kind["status"] == 404
    assert_problem(http.get("/v1/problems/nonsense"), 404, "no-such-resource")


@pytest.mark.parametrize("code", RULES)
def test_each_rule_is_explained_where_the_type_of_its_refusal_leads(http: httpx2.Client, code: str) -> None:
    kind = http.get(f"/v1/problems/{code}").json()

    assert (kind["code"], kind["status"]) == (code, 409)
    assert kind["title"]
    assert code not in kind["text"]


def test_each_error_is_explained_before_anybody_has_met_it(http: httpx2.Client) -> None:
    # The package in a process of its own: here, other tests have imported what the server has not.
    told = subprocess.run(
        [sys.executable, "-c", _EVERY_CODE], check=True, capture_output=True, encoding="utf-8", timeout=60
    )
    codes = told.stdout.split()

    assert {"lot-unknown", "depth-invalid", "key-file-unsafe", "before-lot"} <= set(codes)
    for code in codes:
        kind = http.get(f"/v1/problems/{code}").json()
        assert kind["title"], code
        assert "facts[" not in kind["text"]


_EVERY_CODE = "from thread_api.problems import problem_meanings; print(*problem_meanings())"


def test_a_refusal_has_the_title_of_its_rule(frames: httpx2.Client) -> None:
    event = {
        "type": "material_issued",
        "event_time": "2026-01-01T09:30:00+01:00",
        "site": "P1",
        "order": "WO-9",
        "lots": [{"lot": "H-4711", "quantity": {"value": "1", "unit": "MTR"}}],
    }
    told = frames.post("/v1/events", json=event).json()

    kind = frames.get(told["type"]).json()

    assert (told["code"], told["status"], told["title"]) == (kind["code"], kind["status"], kind["title"])
    assert told["code"] in RULES


def test_every_kind_of_problem_has_a_status_that_says_it_failed_and_a_title() -> None:
    kinds = problem_codes()

    assert {"lot-ambiguous", "key-reused", "event-invalid", "ledger-busy", "body-too-long"} <= kinds.keys()
    assert all(400 <= status_of(kind) < 600 for kind in kinds.values())
    assert all(kind.__doc__ for kind in kinds.values())


def test_head_is_answered_like_get_without_a_body(http: httpx2.Client) -> None:
    answer = http.head("/v1/health")

    assert answer.status_code == 200
    assert answer.content == b""
    assert int(answer.headers["content-length"]) > 0


def test_no_answer_may_be_taken_for_another_media_type(http: httpx2.Client) -> None:
    assert http.get("/v1/health").headers["x-content-type-options"] == "nosniff"
    assert http.get("/v1/nothing").headers["x-content-type-options"] == "nosniff"


def test_serving_in_a_row_leaves_nothing_behind(ledger: Ledger) -> None:
    for _ in range(2):
        with serving(Settings(), ledger) as address:
            assert httpx2.get(f"{address}/v1/health").status_code == 200


@pytest.mark.parametrize("header", ["Idempotency-Key", "X-Actor"])
def test_a_header_that_is_told_twice_is_refused_and_nothing_is_recorded(
    http: httpx2.Client, ledger: Ledger, header: str
) -> None:
    twice = [(header, "one"), (header, "two"), ("Content-Type", "application/json")]

    refused = http.post("/v1/events", content=orjson.dumps(receipt()), headers=twice)

    assert "told more than once" in assert_problem(refused, 400, "header-malformed")["detail"]
    assert ledger.size == 1


def test_the_mark_that_some_programs_put_before_a_text_is_no_part_of_it(http: httpx2.Client) -> None:
    told = http.post(
        "/v1/events", content=b"\xef\xbb\xbf" + orjson.dumps(receipt()), headers={"Content-Type": "application/json"}
    )

    assert told.status_code == 201, told.text
