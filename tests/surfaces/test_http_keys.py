"""Public keys and cosignatures over HTTP, and checkpoints that the server signs by itself."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from pathlib import Path

import httpx2
import pytest

from tests.builders import receipt
from tests.stores.test_cosignatures import witnessed
from tests.surfaces.conftest import serving
from tests.surfaces.test_http_server import free_port, wait_until_it_answers
from thread import Ledger
from thread.cli.main import main
from thread.ledger import VerifierKey, read_checkpoint, verify_checkpoint
from thread.service import AutoCheckpoints
from thread_api.schemas import KeysAnswer
from thread_api.settings import Settings


def test_public_keys_are_served_with_the_sizes_at_which_they_are_valid(http: httpx2.Client, ledger: Ledger) -> None:
    ledger.rotate_keys(prepare_next=True)

    answer = http.get("/v1/keys")

    told = KeysAnswer.model_validate_json(answer.content)
    assert (told.origin, told.fingerprint, told.size) == ("plant.example", ledger.fingerprint, 2)
    assert told.current_fingerprint == ledger.current_fingerprint
    assert [(one.state, one.seq, one.first_size, one.last_size) for one in told.keys] == [
        ("valid", 0, 0, 2),
        ("follows", 1, 3, None),
        ("prepared", None, None, None),
    ]
    assert [VerifierKey.from_vkey(text) for text in told.keys[0].keys] == list(ledger.opened.keys)
    assert "private" not in answer.text


@pytest.mark.requirement("EVI-4")
def test_the_latest_checkpoint_is_served_with_its_cosignatures(http: httpx2.Client, ledger: Ledger) -> None:
    note = http.post("/v1/checkpoint").content

    lines = witnessed(note)
    ledger.add_cosignatures(lines)

    assert http.get("/v1/checkpoint").content == note + lines
    assert http.post("/v1/checkpoint").content == note + lines


def latest_size(client: httpx2.Client) -> int:
    answer = client.get("/v1/checkpoint")
    return read_checkpoint(answer.content).checkpoint.size if answer.status_code == 200 else 0


def wait_for_size(client: httpx2.Client, size: int) -> bytes:
    for _ in range(400):
        if latest_size(client) >= size:
            return client.get("/v1/checkpoint").content
        threading.Event().wait(0.05)
    pytest.fail(f"no checkpoint of size {size} was signed within 20 s")


@pytest.mark.requirement("EVI-5")
def test_a_server_signs_a_checkpoint_when_so_many_entries_are_in_none(ledger: Ledger) -> None:
    with (
        serving(Settings(checkpoint_every=3), ledger) as address,
        httpx2.Client(base_url=address, timeout=60) as client,
    ):
        for number in range(2):
            client.post("/v1/events", json=receipt(f"L-{number}")).raise_for_status()

        signed = wait_for_size(client, 3)

    assert len(verify_checkpoint(signed, ledger.opened.keys)) == 2
    assert ledger.verify().ok


@pytest.mark.requirement("EVI-5")
def test_a_server_signs_a_checkpoint_so_long_after_the_first_new_entry_also_of_a_batch(ledger: Ledger) -> None:
    with (
        serving(Settings(checkpoint_minutes=0.01), ledger) as address,
        httpx2.Client(base_url=address, timeout=60) as client,
    ):
        wait_for_size(client, 1)
        client.post("/v1/events/batch", json=[receipt("L-1"), receipt("L-2")]).raise_for_status()

        wait_for_size(client, 3)


@pytest.mark.requirement("EVI-5")
def test_a_server_that_cannot_sign_goes_on_recording_and_says_so(
    ledger: Ledger, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    next((tmp_path / "thread.db.keys").iterdir()).unlink()
    with (
        caplog.at_level(logging.ERROR),
        serving(Settings(checkpoint_every=1), ledger) as address,
        httpx2.Client(base_url=address, timeout=60) as client,
    ):
        answers = [client.post("/v1/events", json=receipt(f"L-{number}")) for number in range(3)]

    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert ledger.size == 4
    assert "no checkpoint was signed: " in caplog.text
    assert ledger.fingerprint in caplog.text


SERVE = """
import sys
from thread.cli.main import main

sys.exit(main(["--ledger", sys.argv[1], "serve", "--port", sys.argv[2], "--checkpoint-every", "2"]))
"""


@pytest.mark.requirement("EVI-5")
def test_the_command_that_serves_takes_the_bounds(tmp_path: Path) -> None:
    url, port = f"sqlite:///{tmp_path}/own.db", free_port()
    Ledger.create(url, origin="plant.example").close()
    with (
        subprocess.Popen([sys.executable, "-c", SERVE, url, str(port)], stderr=subprocess.DEVNULL) as process,
        httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client,
    ):
        try:
            wait_until_it_answers(client)
            client.post("/v1/events", json=receipt("L-1")).raise_for_status()
            wait_for_size(client, 2)
        finally:
            process.kill()


def test_a_server_that_is_to_sign_does_not_start_without_its_keys(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{tmp_path}/own.db"
    Ledger.create(url, origin="plant.example").close()
    next((tmp_path / "own.db.keys").iterdir()).unlink()

    status = main(["--ledger", url, "serve", "--port", str(free_port()), "--checkpoint-minutes", "5"])

    assert status == 1
    assert "holds no signing keys" in capsys.readouterr().err


def test_a_checkpoint_is_due_by_number_or_by_time_and_only_where_something_is_new(ledger: Ledger) -> None:
    now = [0.0]
    automatic = AutoCheckpoints(ledger, every=2, minutes=1, seconds=lambda: now[0])

    def sizes() -> list[int]:
        automatic.sign_if_due()
        return [read_checkpoint(note).checkpoint.size for note in ledger.checkpoints()]

    assert sizes() == []
    now[0] = 60
    assert sizes() == [2]
    now[0] = 1_000
    assert sizes() == [2]
    ledger.record(receipt("L-1"))
    assert sizes() == [2]
    now[0] = 1_059
    assert sizes() == [2]
    ledger.record(receipt("L-2"))
    assert sizes() == [2, 5]


def test_a_server_without_bounds_signs_nothing_by_itself(ledger: Ledger) -> None:
    automatic = AutoCheckpoints(ledger, every=None, minutes=None)

    automatic.sign_if_due()

    assert automatic.seconds_to_wait is None
    assert ledger.checkpoints() == ()
