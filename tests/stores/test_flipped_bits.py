"""One bit of the database file flips: either verification finds it, or every answer is what it was."""

from __future__ import annotations

import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import orjson
import pytest

from tests.builders import receipt
from tests.story import events
from tests.surfaces.cli_shell import PLANT
from thread.errors import ThreadError
from thread.service import Ledger, open_ledger

FLIPS = 120


def answers(ledger: Ledger) -> bytes:
    return orjson.dumps(
        [
            ledger.trace("S-77").as_json(),
            ledger.recall_scope(["S-77"]).as_json(),
            ledger.lot("F-1"),
            ledger.balance("S-77"),
            ledger.lots().as_json(),
        ]
    )


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes, bytes]:
    """Return a ledger in one file, a checkpoint kept outside, and what it answers."""
    path = tmp_path_factory.mktemp("sound") / "t.db"
    with Ledger.create(f"sqlite:///{path}", origin="plant.example") as ledger:
        ledger.record_many(events(PLANT, first_seq=1))
        ledger.record_many(receipt(f"X-{number}") for number in range(60))
        kept, right = ledger.checkpoint(), answers(ledger)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode = DELETE")
    return path, kept, right


def what_a_flip_does(path: Path, kept: bytes, right: bytes) -> str | None:
    """Return what is wrong with how a spoilt ledger is met; None: it is found, or nothing of it is ever read."""
    try:
        with open_ledger(f"sqlite:///{path}") as ledger:
            is_ok = ledger.verify(checkpoints=[kept]).ok
            try:
                is_right = answers(ledger) == right
            except ThreadError:
                is_right = False
    except ThreadError:
        return None
    return "verification passes, and an answer is another one" if is_ok and not is_right else None


@pytest.mark.requirement("INT-1", "INT-6")
@pytest.mark.parametrize("seed", range(4))
def test_a_flipped_bit_is_found_or_changes_no_answer(
    sound: tuple[Path, bytes, bytes], seed: int, tmp_path: Path
) -> None:
    path, kept, right = sound
    data = path.read_bytes()
    draw = random.Random(seed)
    shutil.copytree(path.with_name("t.db.keys"), tmp_path / "t.db.keys")
    # Most of a page that is not full is never read; bits that say something are drawn more often.
    told = [place for place, byte in enumerate(data) if byte]

    wrong = []
    for _ in range(FLIPS // 4):
        place, bit = draw.choice(told), draw.randrange(8)
        spoilt = bytearray(data)
        spoilt[place] ^= 1 << bit
        for left in tmp_path.glob("t.db-*"):
            left.unlink()
        (tmp_path / "t.db").write_bytes(spoilt)
        if why := what_a_flip_does(tmp_path / "t.db", kept, right):
            wrong.append((place, bit, why))
    assert wrong == []


def test_a_bit_that_flips_in_a_look_up_table_but_not_in_its_index_is_found(
    sound: tuple[Path, bytes, bytes], tmp_path: Path
) -> None:
    """Questions look names up in the index; a comparison that read only the table would see nothing."""
    path, kept, _ = sound
    data = bytearray(path.read_bytes())
    with closing(sqlite3.connect(path)) as connection:
        (root,) = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'sqlite_autoindex_subjects_1'"
        ).fetchone()
    page = slice((root - 1) * 4096, root * 4096)
    at = data.index(b"/lot/STEEL/S-77", page.start, page.stop) + len(b"/lot/STEEL/S-7")
    data[at] ^= 1
    shutil.copytree(path.with_name("t.db.keys"), tmp_path / "t.db.keys")
    (tmp_path / "t.db").write_bytes(data)

    with open_ledger(f"sqlite:///{tmp_path}/t.db") as ledger:
        found = ledger.verify(checkpoints=[kept])

    assert "database-damaged" in {problem.code for problem in found.problems}
    assert any("sqlite_autoindex_subjects_1" in problem.text for problem in found.problems)
