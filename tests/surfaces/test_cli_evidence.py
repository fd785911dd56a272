"""`thread init`, `checkpoint`, `verify`, `export`, `erase`: what the ledger shows to others, and whether it holds."""

from __future__ import annotations

import json
import sqlite3
import stat
from pathlib import Path

import pytest

from tests.story import events
from tests.surfaces.cli_shell import Shell, lines, receipts


@pytest.fixture
def thread(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    return Shell(tmp_path, capsys, monkeypatch)


def alter(folder: Path, seq: int) -> None:
    """Change one byte of a stored entry behind the ledger's back."""
    with sqlite3.connect(folder / "thread.db") as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        (data,) = database.execute("SELECT bytes FROM entries WHERE seq = ?", (seq,)).fetchone()
        changed = bytes(data).replace(b'"value":"5"', b'"value":"6"')
        assert changed != data
        database.execute("UPDATE entries SET bytes = ? WHERE seq = ?", (changed, seq))
    database.close()


def test_init_makes_a_ledger_and_keys_that_only_the_owner_can_read(thread: Shell) -> None:
    ran = thread("init", "--origin", "plant.example/line-1")

    keys = list((thread.folder / "thread.db.keys").iterdir())
    assert ran.status == 0
    assert ran.out.startswith("Made the ledger plant.example/line-1 in sqlite:///thread.db.\nFingerprint of its keys: ")
    assert [stat.S_IMODE(key.stat().st_mode) for key in keys] == [0o600]


def test_init_never_touches_a_ledger_that_is_there(thread: Shell) -> None:
    thread.plant()
    before = (thread.folder / "thread.db").read_bytes()

    ran = thread("init")

    assert ran.status == 2
    assert ran.err.count("\n") == 1
    assert (thread.folder / "thread.db").read_bytes() == before


def test_an_origin_that_cannot_name_a_ledger_is_refused(thread: Shell) -> None:
    ran = thread("init", "--origin", "two words")

    assert ran.status == 2
    assert ran.err.startswith("thread: ")
    assert ran.err.count("\n") == 1
    assert not (thread.folder / "thread.db").exists()


def test_a_checkpoint_is_printed_or_written_to_a_file_byte_for_byte_the_same(thread: Shell) -> None:
    thread.plant()

    printed = thread("checkpoint").out
    written = thread("checkpoint", "-o", "kept.txt")
    told = thread("checkpoint", "--json").json

    assert printed.splitlines()[:2] == ["plant.example", "8"]
    assert (thread.folder / "kept.txt").read_text(encoding="utf-8") == printed == told["checkpoint"]
    assert written.out.startswith("kept.txt holds the signed checkpoint of 8 entries, root ")
    assert (told["origin"], told["size"], told["root"]) == ("plant.example", 8, printed.splitlines()[2])


def test_a_file_that_cannot_be_written_is_one_line(thread: Shell) -> None:
    thread.plant()

    ran = thread("checkpoint", "-o", "nowhere/kept.txt")

    assert ran.status == 2
    assert ran.err == "thread: nowhere/kept.txt: cannot be written: No such file or directory\n"


def test_an_untouched_ledger_verifies_and_says_that_nothing_from_outside_was_compared(thread: Shell) -> None:
    thread.plant()

    ran = thread("verify")

    assert ran.status == 0
    assert ran.out.startswith("Verified: all 8 entries are as they were recorded.\nNot anchored: ")


def test_an_untouched_ledger_verifies_against_a_checkpoint_kept_outside(thread: Shell) -> None:
    thread.plant()
    thread("checkpoint", "-o", "kept.txt")
    thread("record", thread.file("more.ndjson", receipts(2)))

    ran = thread("verify", "--checkpoint", "kept.txt")

    assert ran.status == 0
    assert "They agree with 1 checkpoint that you kept outside the ledger.\n" in ran.out
    assert thread("verify", "--checkpoint", "kept.txt", "--json").json["ok"] is True


def test_an_altered_entry_is_named_in_plain_words_and_the_status_is_1(thread: Shell) -> None:
    thread("init")
    thread("record", thread.file("a.ndjson", receipts(3)))
    alter(thread.folder, 2)

    ran = thread("verify")
    told = thread("verify", "--json")

    assert ran.status == told.status == 1
    assert ran.out.startswith("Not verified: ")
    assert "\n! entry 2: " in ran.out
    assert told.json["ok"] is False
    assert told.json["problems"][0]["seq"] == 2


def test_the_checkpoint_of_another_ledger_does_not_verify(thread: Shell) -> None:
    thread("init", "--origin", "other.example", "--ledger", "other.db")
    thread("checkpoint", "-o", "other.txt", "--ledger", "other.db")
    thread.plant()

    ran = thread("verify", "--checkpoint", "other.txt")

    assert ran.status == 1
    assert "is of the ledger other.example, but this ledger is plant.example" in ran.out


def test_a_file_that_is_no_checkpoint_does_not_verify(thread: Shell) -> None:
    thread.plant()

    ran = thread("verify", "--checkpoint", thread.file("kept.txt", "hello\n"))

    assert ran.status == 1
    assert "A checkpoint that you kept cannot be used" in ran.out


def test_a_file_that_is_no_ledger_is_told_in_one_line(thread: Shell) -> None:
    thread.file("thread.db", "hello, this is no database " * 100)

    ran = thread("verify")

    assert ran.status in {1, 2}
    assert ran.err.count("\n") == 1
    assert "Traceback" not in ran.err


def test_export_writes_every_entry_as_it_is_stored(thread: Shell) -> None:
    thread.plant()

    printed = thread.program("export").out
    written = thread("export", "-o", "entries.ndjson")

    assert [json.loads(line)["seq"] for line in printed.splitlines()] == list(range(8))
    assert (thread.folder / "entries.ndjson").read_text(encoding="utf-8") == printed
    assert written.out == ""
    assert thread.program("export", "--json").json == [json.loads(line) for line in printed.splitlines()]


def test_export_to_a_file_tells_its_name_under_json(thread: Shell) -> None:
    thread.plant()

    told = thread("export", "-o", "entries.ndjson", "--json").json

    assert told == {
        "file": "entries.ndjson",
        "format": "ndjson",
        "bytes": (thread.folder / "entries.ndjson").stat().st_size,
    }


def test_a_failed_export_leaves_the_file_that_was_there(thread: Shell) -> None:
    thread.file("entries.ndjson", "what was there")

    ran = thread("export", "-o", "entries.ndjson")

    assert ran.status == 1
    assert (thread.folder / "entries.ndjson").read_text(encoding="utf-8") == "what was there"
    assert [path.name for path in thread.folder.iterdir()] == ["entries.ndjson"]


def test_erasing_a_personal_value_leaves_the_ledger_verified(thread: Shell) -> None:
    thread("init", "--origin", "plant.example")
    party = lines(events('day 1, 08:00  party RIDE is customer, name "Ann Example"'))
    thread("record", thread.file("a.ndjson", party))
    digest = thread("export", "--json").json[1]["event"]["name"]["digest"]

    first = thread("erase", digest, "--yes")
    again = thread("erase", digest, "--yes", "--json")

    assert (first.status, first.out) == (0, "Erased 1 value.\n")
    assert (again.status, again.json) == (1, {"erased": [], "not_found": [digest]})
    assert thread("verify").status == 0


def test_nothing_is_erased_without_saying_so(thread: Shell) -> None:
    thread("init")

    ran = thread.program("erase", "A" * 43)

    assert ran.status == 2
    assert ran.err == "thread: erasing cannot be undone; say so with --yes; `thread erase --help` tells what it takes\n"
