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


@pytest.mark.requirement("SEC-2")
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

    assert printed.splitlines()[:2] == ["plant.example", "9"]
    assert (thread.folder / "kept.txt").read_text(encoding="utf-8") == printed == told["checkpoint"]
    assert written.out.startswith("kept.txt holds the signed checkpoint of 9 entries, root ")
    assert (told["origin"], told["size"], told["root"]) == ("plant.example", 9, printed.splitlines()[2])


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


def test_a_kept_checkpoint_is_never_written_over(thread: Shell) -> None:
    thread.plant()
    thread("checkpoint", "-o", "kept.txt")
    kept = (thread.folder / "kept.txt").read_bytes()
    again = thread("checkpoint", "-o", "kept.txt")
    thread("record", thread.file("more.ndjson", receipts(2)))

    ran = thread("checkpoint", "-o", "kept.txt")

    assert again.status == 0
    assert ran.status == 2
    assert ran.err == ("thread: kept.txt: holds something else already, and was left as it is; name another file\n")
    assert (thread.folder / "kept.txt").read_bytes() == kept


def test_verify_prints_the_fingerprint_that_init_told_and_compares_one_from_elsewhere(thread: Shell) -> None:
    told = thread("init", "--json").json["fingerprint"]
    thread("checkpoint")

    alone = thread("verify")
    right = thread("verify", "--fingerprint", told)
    wrong = thread("verify", "--fingerprint", "0" * 64)
    none = thread("verify", "--fingerprint", "abc")

    assert f"fingerprint of the keys that entry 0 names: {told}\n" in alone.out
    assert "whether the keys have the fingerprint that you gave: not done, none was given\n" in alone.out
    assert right.status == 0
    assert "The keys of the ledger have the fingerprint that you gave.\n" in right.out
    assert "whether the keys have the fingerprint that you gave: good\n" in right.out
    assert wrong.status == 1
    assert "[keys-differ]\n" in wrong.out
    assert (none.status, none.err.count("\n")) == (2, 1)


def test_the_document_says_whether_anything_from_outside_was_compared(thread: Shell) -> None:
    fingerprint = thread("init", "--json").json["fingerprint"]
    thread("checkpoint", "-o", "kept.txt")

    alone = thread("verify", "--json").json
    kept = thread("verify", "--checkpoint", "kept.txt", "--json").json
    compared = thread("verify", "--fingerprint", fingerprint, "--json").json

    assert [told["anchored"] for told in (alone, kept, compared)] == [False, True, True]
    assert {told["fingerprint"] for told in (alone, kept, compared)} == {fingerprint}


def test_a_fingerprint_without_a_signed_checkpoint_anchors_nothing_and_says_so(thread: Shell) -> None:
    fingerprint = thread("init", "--json").json["fingerprint"]

    ran = thread("verify", "--fingerprint", fingerprint)

    assert "Not anchored: no checkpoint is signed with those keys." in ran.out


def test_entries_newer_than_the_kept_checkpoint_are_counted(thread: Shell) -> None:
    thread.plant()
    thread("checkpoint", "-o", "kept.txt")
    thread("record", thread.file("more.ndjson", receipts(2)))

    ran = thread("verify", "--checkpoint", "kept.txt")

    assert "2 entries are newer than the last of these checkpoints: the ledger alone vouches for them.\n" in ran.out


def test_a_ledger_of_one_entry_is_told_in_the_singular(thread: Shell) -> None:
    thread("init")

    assert thread("verify").out.startswith("Verified: the 1 entry is as it was recorded.\n")


def test_each_check_says_good_bad_or_not_done(thread: Shell) -> None:
    thread("init")
    thread("record", thread.file("a.ndjson", receipts(3)))
    good = thread("verify")
    alter(thread.folder, 2)

    bad = thread("verify")

    assert "whether every entry follows the one before it: good\n" in good.out
    assert "whether every entry follows the one before it: bad\n" in bad.out
    for ran in (good, bad):
        assert "signed with its keys: not done, there is none\n" in ran.out
        assert "not done in this release: whether captured EPCIS texts say what was read from them\n" in ran.out


def test_a_tail_that_was_cut_off_is_told_once(thread: Shell) -> None:
    thread.plant()
    thread("checkpoint", "-o", "kept.txt")
    with sqlite3.connect(thread.folder / "thread.db") as database:
        (trigger,) = database.execute("SELECT sql FROM sqlite_master WHERE name = 'entries_refuse_delete'").fetchone()
        database.execute("DROP TRIGGER entries_refuse_delete")
        database.execute("DELETE FROM entries WHERE seq >= 6")
        database.execute(trigger)
    database.close()

    told = thread("verify", "--checkpoint", "kept.txt", "--json").json

    assert [(one["seq"], one["code"]) for one in told["problems"]] == [(6, "tail-missing")]


@pytest.mark.requirement("INT-1")
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


@pytest.mark.requirement("SEC-1")
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


@pytest.mark.requirement("INT-6")
def test_an_altered_look_up_table_is_found_by_verify_and_mended_by_rebuild(thread: Shell) -> None:
    thread.plant()
    with sqlite3.connect(thread.folder / "thread.db") as database:
        database.execute("DROP TRIGGER postings_refuse_delete")
        database.execute("DELETE FROM postings")
    database.close()

    found = thread("verify")
    rebuilt = thread("rebuild")

    assert found.status == 1
    assert "but the table postings does not" in found.out
    assert "`thread rebuild` makes it anew" in " ".join(found.out.split())
    assert rebuilt.status == 0
    assert rebuilt.out.startswith("Made the look-up tables anew from ")
    assert thread("verify").status == 0
    assert thread("rebuild", "--json").json["rebuilt"]


def test_a_verification_that_takes_longer_says_how_far_both_of_its_passes_are(
    thread: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    thread.plant()
    monkeypatch.setattr("thread.cli.progress._FIRST_SECONDS", 0.0)
    monkeypatch.setattr("thread.ledger.verify._PROGRESS_STEP", 5)
    monkeypatch.setattr("thread.store.replay._PROGRESS_STEP", 5)

    told = thread("verify").err.splitlines()

    assert [line.split(",")[0] for line in told] == [
        "checking the chain: 5 of 8 entries",
        "comparing the tables: 5 of 8 entries",
    ]
