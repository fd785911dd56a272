"""`thread demo` and `thread serve`: a plant to try things on, its story, and the API on this machine."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import urllib.request
from pathlib import Path

import pytest

from tests.surfaces.cli_shell import PROGRAM, Shell
from thread.demo import demo_story


@pytest.fixture
def thread(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    return Shell(tmp_path, capsys, monkeypatch)


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
        return port


def test_the_demo_tells_the_story_from_the_complaint_to_the_customers(thread: Shell) -> None:
    ran = thread("demo", "--no-serve")

    assert ran.status == 0
    for heading in (
        "1. A complaint",
        "2. Where did it come from?",
        "3. The guilty receipt",
        "4. Where did the steel go, and who has it?",
        "5. Can anybody have changed this afterwards?",
    ):
        assert f"\n{heading}\n$ thread " in ran.out
    for step in demo_story()["where_from"]:
        assert f"  {step['lot']:<8}{step['text']}\n" in ran.out
    assert "As known before that entry: 2 customers. As known now: 3.\n" in ran.out
    assert "entries fit together, to the root " in ran.out


def test_the_demo_claims_no_more_than_a_check_without_anything_from_outside_shows(thread: Shell) -> None:
    ran = thread("demo", "--no-serve")
    told = thread("demo", "--no-serve", "--json").json

    verdict = " ".join(ran.out.split("5. Can anybody", 1)[1].split())
    assert "Whoever wrote the whole ledger anew, with keys of their own, would not" in verdict
    assert "keep a checkpoint where nobody here can reach it" in verdict
    assert "thread checkpoint -o FILE thread verify --checkpoint FILE" in verdict
    assert (told["verified"], told["anchored"]) == (True, False)


def test_the_story_is_what_the_ledger_answers(thread: Shell) -> None:
    told = thread("demo", "--no-serve", "--json").json
    expected = demo_story()

    assert told["verified"] is True
    assert told["complete"] is True
    assert len(told["affected_lots"]) == expected["numbers"]["lots"]
    assert [one["customer"].rsplit("/", 1)[-1] for one in told["customers"]] == expected["scope"]["customers"]
    assert told["correction"]["customers_before"] == expected["numbers"]["customers_before_correction"]


def test_every_command_of_the_story_can_be_tried(thread: Shell) -> None:
    story = thread("demo", "--no-serve").out

    commands = [line.removeprefix("$ thread ") for line in story.splitlines() if line.startswith("$ thread ")]

    assert len(commands) == 5
    for command in commands:
        assert thread("--ledger", "thread-demo.db", *command.split()).status == 0


def test_what_the_demo_says_to_try_works_where_no_shell_finds_the_program(thread: Shell) -> None:
    story = thread.program("demo", "--no-serve", environment={"PATH": "/usr/bin:/bin"}).out
    to_try = story.split("\nTry it\n")[1]

    assert f"\n{PROGRAM} trace " in to_try
    ran = subprocess.run(
        ["/bin/sh", "-e", "-c", to_try],
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=thread.folder,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        encoding="utf-8",
        timeout=60,
    )
    assert ran.returncode == 0, ran.stdout


def test_the_demo_again_uses_the_ledger_that_is_there(thread: Shell) -> None:
    first = thread("demo", "--no-serve", "--json").json

    assert thread("demo", "--no-serve", "--json").json == first


def test_the_demo_lies_in_a_ledger_of_its_own(thread: Shell) -> None:
    thread("demo", "--no-serve")

    assert (thread.folder / "thread-demo.db").is_file()
    assert not (thread.folder / "thread.db").exists()


def test_the_demo_never_touches_another_ledger(thread: Shell) -> None:
    thread.plant()
    before = (thread.folder / "thread.db").read_bytes()

    ran = thread("demo", "--no-serve", "--ledger", "thread.db")

    assert ran.status == 2
    assert ran.err == (
        "thread: sqlite:///thread.db holds the ledger plant.example, not the demo; name a file of its own for the demo"
        " with --ledger\n"
    )
    assert (thread.folder / "thread.db").read_bytes() == before


def test_the_demo_keeps_what_somebody_added_to_it(thread: Shell) -> None:
    size = thread("demo", "--no-serve", "--json").json["size"]
    event = {
        "type": "moved",
        "site": "LYON",
        "event_time": "2026-05-04T08:00:00+02:00",
        "lots": [{"lot": "RM-428", "quantity": {"value": "1", "unit": "EA"}}],
        "to_place": "LAB",
    }
    assert thread("record", thread.file("a.json", json.dumps(event)), "--ledger", "thread-demo.db").status == 0

    assert thread("demo", "--no-serve", "--json").json["size"] == size + 2  # and the index that is signed with it


def test_a_port_that_is_taken_is_told_before_anything_else(thread: Shell) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])

        ran = thread("demo", "--port", port)

    assert ran.status == 2
    assert ran.err.startswith(f"thread: cannot listen at 127.0.0.1 port {port}: ")
    assert ran.err.endswith("; tell another with --port\n")
    assert not (thread.folder / "thread-demo.db").exists()


@pytest.mark.parametrize("command", [("demo",), ("serve", "--ledger", "thread-demo.db")])
def test_the_ledger_is_served_until_ctrl_c(thread: Shell, command: tuple[str, ...]) -> None:
    thread("demo", "--no-serve")
    port = free_port()
    running = subprocess.Popen(
        [str(PROGRAM), *command, "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        cwd=thread.folder,
    )
    assert running.stderr is not None
    with running.stderr as log:
        told = next(line for line in iter(log.readline, b"") if b"is served at" in line)
        next(line for line in iter(log.readline, b"") if b"Uvicorn running" in line)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/health", timeout=30) as answer:
            health = json.load(answer)
        running.send_signal(signal.SIGINT)
        rest = log.read()
        status = running.wait(timeout=30)

    assert told.decode() == f"velo-lyon.example is served at http://127.0.0.1:{port}/docs until Ctrl-C\n"
    assert health["ledger"]["origin"] == "velo-lyon.example"
    assert status == 0
    assert b"Traceback" not in rest


def test_serving_a_ledger_that_is_not_there_is_one_line(thread: Shell) -> None:
    ran = thread("serve", "--port", str(free_port()))

    assert ran.status == 1
    assert ran.err == "thread: there is no ledger at thread.db; make one with `thread init`\n"
