"""The history of a lot in full: who, when, why, old and new value, as people print it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders import correction, receipt
from tests.surfaces.cli_shell import Shell, lines


@pytest.fixture
def thread(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    return Shell(tmp_path, capsys, monkeypatch)


@pytest.mark.requirement("COR-5")
def test_the_full_history_shows_old_and_new_value_who_when_and_why(thread: Shell) -> None:
    thread.plant("day 1, 08:00  receive 100 KGM of STEEL lot S-77")
    right = receipt("S-77", "90 KGM", supplier=None)
    better = correction(1, right, reason="weighed again", reason_code="wrong_quantity", approver="p-31")
    assert thread("record", thread.file("c.json", lines([better])), "--actor", "p-12").status == 0

    out = thread("lot", "S-77", "--history").out

    was, now = (one.splitlines() for one in out.split("\n\n")[1:3])
    assert was[:2] == ["Entry 1, received, happened 2026-03-02T08:00:00+01:00", "  100 KGM of STEEL / S-77 came in."]
    assert was[3].startswith("  Corrected by entry 2, recorded 20")
    assert was[3].endswith("Z by p-12, approved by p-31")
    assert was[4:] == ["    why: wrong quantity: weighed again", "    quantity: 100 KGM → 90 KGM"]
    assert now[1] == "  90 KGM of STEEL / S-77 came in."
    assert now[3:] == ["  Stands in the place of entry 1, approved by p-31", *was[4:]]
    told = thread("lot", "S-77", "--history", "--json").json
    assert list(told) == ["id", "history", "ledger"]
    assert told["history"][0]["corrected"] == told["history"][1]["correction"]
    assert told["history"][0]["corrected"]["changes"][0]["text"] == "quantity 100 KGM → 90 KGM"


def test_the_history_tells_what_was_void_and_reinstated(thread: Shell) -> None:
    thread.plant(
        """
        day 1, 08:00  receive 100 KGM of STEEL lot S-77
        day 1, 09:00  move 5 KGM of S-77 to RACK-1
        day 2, 08:00  line 2 did not happen, because "other lot"
        day 3, 08:00  instead of line 2, because "it was this one": move 5 KGM of S-77 to RACK-1
        """
    )

    out = thread("lot", "S-77", "--history").out

    moved, _, void = (one.splitlines() for one in out.split("\n\n")[2:5])
    assert moved[3].startswith("  Made void by entry 3, recorded 20")
    assert moved[5:] == ["    old: 5 KGM of STEEL / S-77 went to RACK-1.", "    new: void"]
    assert void[0].startswith("Entry 3, corrected")
    assert "  Makes void entry 2" in void
    assert "    old: void" in void
