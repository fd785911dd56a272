"""`thread correct`: shows first, asks, and records nothing that nobody has seen or said yes to."""

from __future__ import annotations

import io
import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.builders import issue, receipt
from tests.surfaces.cli_shell import PLANT, PROGRAM, Shell, lines
from thread import open_ledger
from thread_api.schemas import CorrectionPreviewAnswer

RIGHT = issue("20 KGM of S-77", at="day 1, 09:30")
ANSWER = ("--replace", "right.json", "--reason", "weighed again", "--reason-code", "wrong_quantity")


class Keyboard:
    """A terminal at which somebody answers; `before`: what happens while the first question stands."""

    def __init__(self, answers: str, before: Callable[[], None]) -> None:
        self._answers = io.StringIO(answers)
        self._before: Callable[[], None] | None = before

    def isatty(self) -> bool:
        return True

    def readline(self) -> str:
        happens, self._before = self._before, None
        if happens is not None:
            happens()
        return self._answers.readline()


@pytest.fixture
def thread(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    shell = Shell(tmp_path, capsys, monkeypatch)
    shell.plant(PLANT)
    shell.file("right.json", json.dumps(RIGHT))
    return shell


def size() -> int:
    with open_ledger("sqlite:///thread.db") as ledger:
        return ledger.size


def test_a_dry_run_shows_what_is_touched_and_records_nothing(thread: Shell) -> None:
    ran = thread("correct", "3", *ANSWER, "--dry-run")

    assert (ran.status, ran.err, size()) == (0, "", 8)
    told = [" ".join(line.split()) for line in ran.out.splitlines()]
    assert "quantity 30 KGM → 20 KGM" in told
    assert "STEEL / S-77 (ACME) out on hand free 70 KGM 80 KGM" in told
    assert told[-1] == "Nothing was recorded: this was a dry run."


def test_a_dry_run_as_json_is_the_preview_that_http_answers(thread: Shell) -> None:
    ran = thread("correct", "3", *ANSWER, "--dry-run", "--json")

    assert CorrectionPreviewAnswer.model_validate_json(ran.out).seen.startswith("8-")
    assert size() == 8


def test_yes_records_it_unasked_and_says_as_which_entry(thread: Shell) -> None:
    ran = thread("correct", "3", *ANSWER, "--yes", "--actor", "desk-1")

    assert ran.status == 0
    assert ran.out.splitlines()[-1] == "Corrected entry 3 with entry 8."
    with open_ledger("sqlite:///thread.db") as ledger:
        assert ledger.entry(8).actor == {"id": "desk-1", "auth": "asserted"}


def test_yes_with_json_tells_the_preview_and_the_recording(thread: Shell) -> None:
    told = thread("correct", "3", *ANSWER, "--yes", "--json").json

    assert set(told) == {"preview", "recorded"}
    assert (told["recorded"]["seq"], told["recorded"]["duplicate"]) == (8, False)


@pytest.mark.parametrize("more", [(), ("--json",)])
def test_where_nobody_can_be_asked_nothing_is_recorded(thread: Shell, more: tuple[str, ...]) -> None:
    ran = thread("correct", "3", *ANSWER, *more)

    assert (ran.status, size()) == (2, 8)
    assert "say --yes to record it unasked, or --dry-run to look" in ran.out + ran.err


def test_the_event_may_come_from_standard_input(thread: Shell) -> None:
    ran = thread.program("correct", "3", "--replace", "-", "--reason", "weighed", "--yes", told=json.dumps(RIGHT))

    assert (ran.status, size()) == (0, 9), ran.err


def test_a_terminal_is_asked_and_no_is_what_return_means(thread: Shell) -> None:
    terminal, end = pty.openpty()
    os.write(terminal, b"\n")
    try:
        ran = subprocess.run(
            [str(PROGRAM), "correct", "3", *ANSWER],
            check=False,
            cwd=thread.folder,
            stdin=end,
            capture_output=True,
            timeout=60,
        )
    finally:
        os.close(terminal)
        os.close(end)

    assert ran.returncode == 1
    assert ran.stdout.decode().splitlines()[-1] == "Nothing was recorded."
    assert "Record this correction of entry 3? [y/N]" in ran.stderr.decode()
    assert size() == 8


def test_what_changed_while_the_question_stood_is_shown_again_and_asked_again(
    thread: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile() -> None:
        with open_ledger("sqlite:///thread.db") as ledger:
            ledger.record(issue("5 KGM of S-77", order="WO-9"))

    monkeypatch.setattr(sys, "stdin", Keyboard("y\ny\n", meanwhile))

    ran = thread("correct", "3", *ANSWER)

    assert ran.status == 0
    first, again = ran.out.split("The ledger grew meanwhile, and the correction touches something else now:\n")
    assert "70 KGM" in first
    assert "65 KGM" in again
    assert ran.err.count("Record this correction of entry 3?") == 2
    assert again.splitlines()[-1] == "Corrected entry 3 with entry 9."


def test_what_came_meanwhile_and_has_nothing_to_do_with_it_is_no_reason_to_ask_again(
    thread: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile() -> None:
        with open_ledger("sqlite:///thread.db") as ledger:
            ledger.record(receipt("Z-1"))

    monkeypatch.setattr(sys, "stdin", Keyboard("y\n", meanwhile))

    ran = thread("correct", "3", *ANSWER)

    assert ran.out.splitlines()[-1] == "Corrected entry 3 with entry 9."


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("3", "--reason", "x", "--yes"), "say what is right: --void if it did not happen, or --replace FILE"),
        (("3", "--void", "--replace", "right.json", "--reason", "x"), "say what is right"),
        (("3", "--void", "--yes"), "Missing option '--reason'"),
        (("3", "--void", "--reason", " ", "--yes"), "/reason: shows nothing; say in words why"),
        (("3", "--void", "--reason", "x", "--reason-code", "slip", "--yes"), "'slip' is not one of"),
        (("three", "--void", "--reason", "x", "--yes"), "'three' is not the number of an entry"),
        (("3", "--replace", "none.json", "--reason", "x", "--yes"), "none.json: cannot be read"),
        (("3", "--replace", "empty.json", "--reason", "x", "--yes"), "empty.json: holds no event"),
        (("3", "--replace", "broken.json", "--reason", "x", "--yes"), "broken.json:1:"),
        (("3", "--replace", "wrong.json", "--reason", "x", "--yes"), "/replaced_by/0/order: is missing"),
    ],
)
def test_what_cannot_be_understood_is_one_line_and_records_nothing(
    thread: Shell, arguments: tuple[str, ...], says: str
) -> None:
    thread.file("empty.json", "")
    thread.file("broken.json", "{")
    thread.file("wrong.json", json.dumps({name: value for name, value in RIGHT.items() if name != "order"}))

    ran = thread("correct", *arguments)

    assert (ran.status, size()) == (2, 8)
    assert says in ran.err
    assert len(ran.err.splitlines()) == 1


def test_several_events_may_stand_in_the_place_of_one(thread: Shell) -> None:
    thread.file("two.jsonl", lines([issue("20 KGM of S-77"), issue("10 KGM of S-77", order="WO-2")]))

    ran = thread("correct", "3", "--replace", "two.jsonl", "--reason", "two orders", "--yes")

    assert ran.status == 0
    assert "event 1, quantity 30 KGM → 20 KGM" in ran.out
    assert "event 2, order not told → WO-2" in ran.out


def test_a_correction_that_touches_nothing_says_so(thread: Shell) -> None:
    noted = {**issue("30 KGM of S-77", at="day 1, 09:30"), "note": "night shift"}
    thread.file("noted.json", json.dumps(noted))

    ran = thread("correct", "3", "--replace", "noted.json", "--reason", "a note was missing", "--dry-run")

    assert "note not told → night shift" in ran.out
    assert "It changes no balance, answer, signature or finding." in ran.out


def test_a_shipment_that_arrived_is_not_on_its_way(thread: Shell) -> None:
    before = thread("correct", "4", "--void", "--reason", "x", "--dry-run").out
    delivered = {"type": "delivered", "event_time": "2026-03-04T09:00:00+01:00", "site": "P1", "shipment": "SH-1"}
    assert thread("record", thread.file("d.json", json.dumps(delivered))).status == 0

    after = thread("correct", "4", "--void", "--reason", "x", "--dry-run").out

    assert "Shipment SH-1 to RIDE left" in before
    assert "SH-1 to RIDE left" not in after


def test_a_broken_rule_is_told_and_can_be_forced_with_a_reason(thread: Shell) -> None:
    wrong_unit = {**RIGHT, "lots": [{"lot": "S-77", "quantity": {"value": "20", "unit": "MTR"}}]}
    thread.file("unit.json", json.dumps(wrong_unit))
    told = ("correct", "3", "--replace", "unit.json", "--reason", "x", "--yes")

    refused, forced = thread(*told), thread(*told, "--force", "it was metres")

    assert (refused.status, forced.status) == (2, 0)
    assert "MTR" in refused.err
    assert "[wrong-unit]" in forced.out
