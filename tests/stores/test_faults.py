"""The machine stops at any write, before or after it took effect: the ledger stays valid and holds what it answered."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from tests.builders import correction, receipt
from tests.stores.failing import Crash, FailingConnection
from tests.stores.independent import entries_of, problems_of
from thread.service import Ledger, open_ledger
from thread.store.sqlite import SqliteStore

MOST_WRITES = 40


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> type[FailingConnection]:
    monkeypatch.setattr(SqliteStore, "connection_factory", FailingConnection)
    FailingConnection.plan.arm(None, persists=False)
    return FailingConnection


def begun(path: Path) -> str:
    url = f"sqlite:///{path}/ledger.db"
    with Ledger.create(url, origin="plant.example") as ledger:
        ledger.record(receipt("STEEL-1"), key="desk/1")
    return url


@pytest.mark.requirement("REC-4")
@pytest.mark.parametrize("persists", [False, True], ids=["fails_and_does_not_persist", "fails_but_persists"])
def test_a_crash_at_any_write_leaves_a_valid_ledger(
    tmp_path: Path, failing: type[FailingConnection], persists: bool
) -> None:
    url, path = begun(tmp_path), tmp_path / "ledger.db"
    kept = 0
    for stop_at in range(MOST_WRITES):
        ledger = open_ledger(url)
        size = ledger.size
        failing.plan.arm(stop_at, persists=persists)
        crashed = False
        try:
            ledger.record_many([receipt(f"LOT-{stop_at}"), correction(1, receipt("STEEL-1", f"{stop_at + 1} KGM"))])
        except Crash:
            crashed = True
        failing.plan.arm(None, persists=False)
        ledger.close()

        assert problems_of(path) == []
        committed = len(entries_of(path)) - size
        assert committed in ({2} if not crashed else {0, 2})
        kept += committed == 2
        if not crashed:
            break
    else:
        pytest.fail("the transaction has more writes than this test tries")
    # Only a commit that took effect, and the run that met no crash, leave something behind.
    assert kept >= 2 if persists else kept == 1


@pytest.mark.requirement("REC-4")
def test_after_a_commit_whose_answer_was_lost_a_retry_finds_the_entry(
    tmp_path: Path, failing: type[FailingConnection]
) -> None:
    url = begun(tmp_path)
    with open_ledger(url) as ledger:
        failing.plan.arm("COMMIT", persists=True)
        with pytest.raises(Crash):
            ledger.record(receipt("STEEL-2"), key="desk/2")
        failing.plan.arm(None, persists=False)

        retried = ledger.record(receipt("STEEL-2"), key="desk/2")

    assert (retried.seq, retried.duplicate) == (2, True)


def test_a_ledger_whose_making_was_cut_off_can_be_made_again(tmp_path: Path, failing: type[FailingConnection]) -> None:
    url = f"sqlite:///{tmp_path}/ledger.db"
    for stop_at in range(3):
        failing.plan.arm(stop_at * 9, persists=False)
        with pytest.raises(Crash):
            Ledger.create(url, origin="plant.example")
    failing.plan.arm(None, persists=False)

    with Ledger.create(url, origin="plant.example") as ledger:
        assert ledger.verify().ok
        assert ledger.checkpoint()


@pytest.mark.parametrize("stop_at", [0, 5, 12, 30, 45])
def test_a_rebuild_that_was_cut_off_is_done_again(
    tmp_path: Path, failing: type[FailingConnection], stop_at: int
) -> None:
    url, path = begun(tmp_path), tmp_path / "ledger.db"
    ledger = open_ledger(url)
    failing.plan.arm(stop_at, persists=False)

    with suppress(Crash):
        ledger.rebuild()
    failing.plan.arm(None, persists=False)
    ledger.close()

    open_ledger(url).close()
    assert problems_of(path) == []


def test_a_fault_while_recording_leaves_the_open_ledger_usable(
    tmp_path: Path, failing: type[FailingConnection]
) -> None:
    with open_ledger(begun(tmp_path)) as ledger:
        failing.plan.arm(2, persists=False)
        with pytest.raises(Crash):
            ledger.record(receipt("STEEL-2"))
        failing.plan.arm(None, persists=False)

        after = ledger.record(receipt("STEEL-3"))

        assert after.seq == 2
        assert ledger.history().about("lot", "https://plant.example/site/P1/lot/STEEL/STEEL-2") == ()
        assert ledger.verify().ok
    assert problems_of(tmp_path / "ledger.db") == []
