"""How the server starts, whom it warns, and how it stops: what it accepted is answered first."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from tests.builders import receipt
from thread import Ledger, open_ledger
from thread_api.settings import Settings, exposure_warning, is_loopback, settings_from

PROGRAM = """
import sys
from thread_api.serving import serve
from thread_api.settings import Settings

serve(
    Settings(ledger=sys.argv[1], port=int(sys.argv[2]), host=sys.argv[3]),
    warn=lambda text: print("WARNING", text, file=sys.stderr, flush=True),
    log_level="error",
)
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(url: str, port: int, host: str = "127.0.0.1") -> Iterator[subprocess.Popen[str]]:
    """Run a server in a process of its own until the block ends."""
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, url, str(port), host], stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_until_it_answers(client: httpx2.Client) -> None:
    for _ in range(400):
        try:
            if client.get("/v1/health").status_code == 200:
                return
        except httpx2.TransportError:
            threading.Event().wait(0.05)
    pytest.fail("the server did not start within 20 s")


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Return the address of a fresh ledger that nobody has open."""
    address = f"sqlite:///{tmp_path}/thread.db"
    Ledger.create(address, origin="plant.example").close()
    return address


def test_a_request_that_is_under_way_is_answered_before_the_server_stops(url: str) -> None:
    port = free_port()
    with running(url, port) as process, httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
        wait_until_it_answers(client)
        halfway, go_on = threading.Event(), threading.Event()

        def slow_body() -> Iterator[bytes]:
            yield b'{"type":"received",'
            halfway.set()
            assert go_on.wait(20)
            yield (
                b'"event_time":"2026-03-02T08:00:00Z","site":"P1","item":"STEEL","lot":"S-77",'
                b'"quantity":{"value":"1","unit":"KGM"}}'
            )

        answers: list[httpx2.Response] = []

        def post() -> None:
            with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as own:
                answers.append(
                    own.post("/v1/events", content=slow_body(), headers={"Content-Type": "application/json"})
                )

        posting = threading.Thread(target=post)
        posting.start()
        assert halfway.wait(20)
        threading.Event().wait(0.3)
        process.send_signal(signal.SIGTERM)
        threading.Event().wait(0.3)
        go_on.set()
        posting.join(30)
        status = process.wait(30)

    assert [answer.status_code for answer in answers] == [201]
    assert status in {0, -signal.SIGTERM}
    with open_ledger(url) as ledger:
        assert ledger.size == 2
        assert ledger.verify().ok


@pytest.mark.requirement("REC-4")
def test_what_was_answered_is_there_after_the_process_is_killed(url: str) -> None:
    port = free_port()
    with running(url, port) as process, httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
        wait_until_it_answers(client)
        answered = [client.post("/v1/events", json=receipt(lot=f"L-{number}")).json()["seq"] for number in range(10)]
        os.kill(process.pid, signal.SIGKILL)
        process.wait(30)

    with open_ledger(url) as ledger:
        assert ledger.size == answered[-1] + 1
        assert ledger.verify().ok


def test_whoever_serves_to_other_machines_is_warned_that_nobody_is_asked_who_they_are(url: str) -> None:
    port = free_port()
    with running(url, port, "0.0.0.0") as process:
        with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            wait_until_it_answers(client)
        process.terminate()
        told = process.communicate(timeout=30)[1]

    assert told.startswith("WARNING the server listens at 0.0.0.0, where other machines reach it")


def test_a_server_of_a_ledger_that_is_not_there_does_not_start(tmp_path: Path) -> None:
    with running(f"sqlite:///{tmp_path}/none.db", free_port()) as process:
        told = process.communicate(timeout=30)[1]

    assert process.returncode == 1
    assert "LedgerMissing" in told


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("localhost", True),
        ("::1", True),
        ("[::1]", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.0.2.7", False),
        ("plant.example", False),
    ],
)
def test_only_a_loopback_address_is_served_without_a_warning(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback
    assert (exposure_warning(Settings(host=host)) is None) is loopback


def test_a_server_of_this_machine_goes_by_the_names_of_this_machine_only() -> None:
    assert Settings().accepted_hosts == frozenset({"localhost", "127.0.0.1", "[::1]"})
    assert Settings(host="0.0.0.0").accepted_hosts is None
    assert Settings(hosts=frozenset({"trace.example"})).accepted_hosts == frozenset(
        {"localhost", "127.0.0.1", "[::1]", "trace.example"}
    )


def test_settings_come_from_the_environment() -> None:
    told = settings_from({"THREAD_LEDGER": "plant.db", "THREAD_HOSTS": "A.example, b.example", "THREAD_SITE": "LYON"})

    assert told.ledger == "sqlite:///plant.db"
    assert told.hosts == frozenset({"a.example", "b.example"})
    assert told.site == "LYON"
    assert settings_from({}) == Settings()
