"""A ledger that may be read but not written: every question is answered, and recording is refused in one line."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.builders import receipt
from thread.cli.main import main
from thread.errors import StoreFailed
from thread.service import Ledger, open_ledger
from thread.store.refusals import LedgerReadOnly

NOBODY = 65_534
STEEL = "https://plant.example/site/P1/lot/STEEL/S-77"

READ_ONLY_FILE = (0o444, 0o777)
READ_ONLY_FOLDER = (0o666, 0o555)
BOTH = (0o444, 0o555)


@pytest.fixture
def file() -> Iterator[Path]:
    """Return a ledger of one receipt and one checkpoint, in a folder that everybody may look into."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        path = Path(folder) / "plant" / "ledger.db"
        path.parent.mkdir()
        with Ledger.create(f"sqlite:///{path}", origin="plant.example") as made:
            made.record(receipt("S-77", "100 KGM", item="STEEL"))
            made.checkpoint()
            answers(made)  # whoever may write nothing may not be able to load what answers, either
        yield path


@contextmanager
def closed_to_writing(file: Path, modes: tuple[int, int]) -> Iterator[None]:
    """Take away leave to write a file or its folder; root may write everything, so it is nobody meanwhile."""
    is_root = os.geteuid() == 0
    file.chmod(modes[0])
    file.parent.chmod(modes[1])
    if is_root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)
        file.parent.chmod(0o755)


def answers(ledger: Ledger) -> tuple[object, ...]:
    return (
        ledger.lot("S-77"),
        ledger.balance("S-77"),
        ledger.trace("S-77").as_json(),
        ledger.recall_scope(["S-77"]).as_json(),
        ledger.correction(1, {"void": True, "reason": "told twice"}).as_json(),
        ledger.latest_checkpoint(),
        ledger.checkpoint(),
        ledger.verify().ok,
    )


@pytest.mark.parametrize("modes", [READ_ONLY_FILE, READ_ONLY_FOLDER, BOTH], ids=["file", "folder", "both"])
def test_a_ledger_that_cannot_be_written_answers_every_question(file: Path, modes: tuple[int, int]) -> None:
    with open_ledger(f"sqlite:///{file}") as ledger:
        before = answers(ledger)

    with closed_to_writing(file, modes), open_ledger(f"sqlite:///{file}") as ledger:
        found = answers(ledger)

    assert found == before
    assert sorted(path.name for path in file.parent.iterdir()) == ["ledger.db", "ledger.db.keys"]


@pytest.mark.parametrize("modes", [READ_ONLY_FILE, READ_ONLY_FOLDER, BOTH], ids=["file", "folder", "both"])
def test_recording_in_a_ledger_that_cannot_be_written_is_refused(file: Path, modes: tuple[int, int]) -> None:
    with closed_to_writing(file, modes), open_ledger(f"sqlite:///{file}") as ledger:
        with pytest.raises(LedgerReadOnly, match="is read-only: it can be asked and verified, but nothing can be"):
            ledger.record(receipt("S-78"))
        with pytest.raises(LedgerReadOnly):
            ledger.rebuild()

        assert ledger.size == 3


def test_what_somebody_else_writes_meanwhile_is_seen_by_who_may_only_read(file: Path) -> None:
    file.chmod(0o666)
    with open_ledger(f"sqlite:///{file}") as writer:
        writer.record(receipt("S-78", item="STEEL"))
        with closed_to_writing(file, READ_ONLY_FOLDER), open_ledger(f"sqlite:///{file}") as reader:
            assert reader.size == 4
            assert reader.verify().ok


def test_a_log_that_is_closed_to_the_reader_is_told(file: Path) -> None:
    with open_ledger(f"sqlite:///{file}") as writer:
        writer.record(receipt("S-78", item="STEEL"))

        with (
            closed_to_writing(file, BOTH),
            pytest.raises(StoreFailed, match="a program writes it, and its log"),
        ):
            open_ledger(f"sqlite:///{file}")


def test_tables_of_another_release_in_a_ledger_that_cannot_be_written_are_told_and_verify_still_works(
    file: Path,
) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE meta SET value = '0 2' WHERE name = 'projected'")
        connection.commit()

    with closed_to_writing(file, BOTH), open_ledger(f"sqlite:///{file}") as ledger:
        with pytest.raises(LedgerReadOnly, match="its look-up tables are not of this release"):
            ledger.lot("S-77")

        assert ledger.verify().results["chain"] == "good"


def test_the_command_line_asks_a_read_only_ledger_and_says_why_it_records_nothing(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = file.with_name("event.json")
    told.write_text('{"type": "item_defined", "item": "STEEL", "site": "P1"}', encoding="utf-8")
    ask: Callable[..., int] = lambda *words: main(["--ledger", f"sqlite:///{file}", *words])  # noqa: E731
    ask("lot", "S-77")
    ask("record", str(told), "--each")
    capsys.readouterr()

    with closed_to_writing(file, BOTH):
        asked = ask("lot", "S-77")
        out = capsys.readouterr().out
        recorded = ask("record", str(told))

    assert (asked, recorded) == (0, 2)
    assert out.startswith("STEEL / S-77")
    assert capsys.readouterr().err.startswith(f"thread: {file} is read-only: it can be asked and verified")
