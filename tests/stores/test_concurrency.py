"""Several processes and threads on one ledger: they take turns, and nobody sees half of anything."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.builders import receipt
from tests.stores.independent import entries_of, problems_of
from thread.errors import LedgerBusy
from thread.service import Actor, GroupWriter, KeyReused, Ledger
from thread.store.sqlite import SqliteStore

CHECKOUT = Path(__file__).resolve().parents[2]

RECORDS = """
import sys
from tests.builders import receipt
from thread.service import open_ledger
with open_ledger(sys.argv[1]) as ledger:
    for number in range(int(sys.argv[3])):
        ledger.record(receipt(f"{sys.argv[2]}-{number}"), key=f"{sys.argv[2]}/{number}")
"""

STOPPED = """
import os, sys
from tests.builders import receipt
from thread.service import open_ledger
ledger = open_ledger(sys.argv[1])
for number in range(1000):
    recording = ledger.record(receipt(f"K-{number}"), key=f"kill/{number}")
    print(recording.seq, flush=True)
"""


@pytest.mark.requirement("REC-5")
def test_processes_take_turns(ledger: Ledger, url: str, path: Path) -> None:
    processes = [
        subprocess.Popen([sys.executable, "-c", RECORDS, url, name, "20"], cwd=CHECKOUT) for name in ("A", "B", "C")
    ]
    here = [ledger.record(receipt(f"HERE-{number}")).seq for number in range(10)]

    assert [process.wait(timeout=120) for process in processes] == [0, 0, 0]
    assert len(entries_of(path)) == 1 + 60 + 10
    assert len(set(here)) == 10
    assert problems_of(path) == []
    assert ledger.verify().ok


@pytest.mark.requirement("REC-4")
def test_every_answered_entry_survives_kill_9(ledger: Ledger, url: str, path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", STOPPED, url], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    answered = [int(process.stdout.readline()) for _ in range(25)]
    process.kill()
    answered += [int(line) for line in process.stdout.read().splitlines(keepends=True) if line.endswith("\n")]
    process.wait()
    process.stdout.close()

    assert {entry["seq"] for entry in entries_of(path)}.issuperset(answered)
    assert problems_of(path) == []
    assert ledger.record(receipt("AFTER")).seq == len(entries_of(path)) - 1


def test_a_writer_that_cannot_have_its_turn_says_that_the_ledger_is_busy(ledger: Ledger, path: Path) -> None:
    other = SqliteStore(path, busy_seconds=0.05)
    with (
        ledger.recording(),
        pytest.raises(LedgerBusy, match=r"did not finish within 0\.05 s; try again"),
        other.writing(),
    ):
        pytest.fail("two writers at once")
    other.close()


@pytest.mark.requirement("REC-5")
def test_threads_of_one_process_take_turns(ledger: Ledger, path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        recordings = list(threads.map(lambda number: ledger.record(receipt(f"T-{number}")), range(60)))

    assert sorted(recording.seq for recording in recordings) == list(range(1, 61))
    assert problems_of(path) == []


def test_readers_see_whole_transactions_only(ledger: Ledger) -> None:
    seen: set[int] = set()
    done = threading.Event()

    def watch() -> None:
        while not done.is_set():
            seen.add((ledger.size - 1) % 50)

    watcher = threading.Thread(target=watch)
    watcher.start()
    for batch in range(6):
        ledger.record_many([receipt(f"B{batch}-{number}") for number in range(50)])
    done.set()
    watcher.join()

    assert seen == {0}


@pytest.mark.requirement("REC-5")
def test_many_requests_share_commits_and_each_gets_its_own_answer(ledger: Ledger, path: Path) -> None:
    writer = GroupWriter(ledger)
    actor = Actor("desk", "api-key")
    answers = [writer.submit(receipt(f"G-{number}"), key=f"desk/{number}", actor=actor) for number in range(40)]
    wrong = writer.submit({"type": "received"}, key="desk/wrong", actor=actor)
    reused = writer.submit(receipt("G-99"), key="desk/3", actor=actor)
    last = writer.submit(receipt("G-100"), key="desk/100", actor=actor)
    writer.close()

    assert [answer.result().seq for answer in answers] == list(range(1, 41))
    assert "is missing" in str(wrong.exception())
    assert isinstance(reused.exception(), KeyReused)
    assert last.result().seq == 41
    assert problems_of(path) == []


def test_a_closed_group_writer_takes_nothing_more(ledger: Ledger) -> None:
    writer = GroupWriter(ledger)
    writer.close()

    with pytest.raises(Exception, match="the ledger is being closed"):
        writer.record(receipt("LATE"), actor=Actor("desk"))

    assert ledger.size == 1


def test_a_fault_of_the_program_fails_one_request_and_not_its_neighbours(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    from thread.acceptance import accept

    def faulty(event: object, *arguments: object, **more: object) -> object:
        if getattr(event, "note", None) == "bug":
            raise ZeroDivisionError
        return accept(event, *arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr("thread.service.recording.accept", faulty)
    with ledger.recording():
        writer = GroupWriter(ledger)
        good = writer.submit(receipt("A"), actor=Actor("desk"))
        bad = writer.submit(receipt("B", note="bug"), actor=Actor("desk"))
        after = writer.submit(receipt("C"), actor=Actor("desk"))
    writer.close()

    assert isinstance(bad.exception(), ZeroDivisionError)
    assert (good.result().seq, after.result().seq) == (1, 2)
    assert ledger.verify().ok
