"""What somebody alters in the database beside the entries is found, and never served as true."""

from __future__ import annotations

import json
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.builders import correction, receipt
from tests.stores.independent import table_dump
from tests.stores.test_recording import day
from tests.unit.interop.epcis_documents import document, transformation
from thread.errors import LedgerBroken
from thread.ledger import Verification
from thread.service import Ledger, open_ledger
from thread.store.refusals import (
    CheckpointAltered,
    EntryOutOfPlace,
    EntryUnreadable,
    ForeignTextAltered,
    PrivateValueAltered,
)
from thread.store.tables import APPEND_ONLY

FURTHEST = 2**63 - 1
PERSON = {"type": "party_defined", "event_time": "2026-03-02T08:00:00Z", "party": "ACME", "name": "Erika Musterfrau"}


def alter(path: Path, *statements: str) -> None:
    """Change the database as its owner can: the triggers are away meanwhile, and references not looked at."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("PRAGMA ignore_check_constraints = ON")
        for statement in statements:
            connection.execute(statement)
        for _, statement in triggers:
            connection.execute(statement)


def told(verdict: Verification) -> list[tuple[int | None, str]]:
    return [(problem.seq, problem.code) for problem in verdict.problems]


STEEL = "(SELECT id FROM subjects WHERE kind = 'lot' AND name LIKE '%STEEL-1')"


@pytest.mark.requirement("INT-6")
@pytest.mark.parametrize(
    ("statement", "words"),
    [
        (f"DELETE FROM postings WHERE seq = 4 AND subject = {STEEL}", "The entries say that entry 4 names lot "),
        (f"INSERT INTO postings VALUES ({STEEL}, 2, '')", "The table postings says that entry 2 names lot "),
        ("UPDATE subjects SET name = replace(name, 'STEEL-1', 'STEEL-2')", "but the entries say that subject "),
        ("DELETE FROM codes WHERE code = 'HEAT-9'", "goes by the code 'HEAT-9', but the table codes does not"),
        (
            "DELETE FROM corrections",
            "The entries say that entry 6 corrects entry 1, but the table corrections does not",
        ),
        ("UPDATE corrections SET seq = 2", "The entries say that entry 6 corrects entry 1"),
        ("DELETE FROM types WHERE type = 'corrected'", "entry 6 is the first of the type corrected"),
        ("UPDATE types SET seq = 99 WHERE type = 'corrected'", "says that entry 99 is the first of the type corrected"),
        ("DELETE FROM keys", "The entries say that entry 2 has the key 'desk/1'"),
        ("UPDATE keys SET seq = 3", "says that entry 3 has the key 'desk/1', but the entries say that entry 2 has"),
        ("DELETE FROM event_ids WHERE seq = 5", "The entries say that entry 5 tells event "),
        ("UPDATE event_ids SET seq = 2 WHERE seq = 5", "but the entries say that entry 5 tells event "),
        ("INSERT INTO nodes VALUES (70, 1, x'00')", "The table nodes says that tree node 1 of level 70 is 00"),
        ("ALTER TABLE keys RENAME COLUMN seq TO other", "The table keys cannot be read"),
    ],
)
def test_an_altered_projection_is_found_and_a_rebuild_mends_it(
    ledger: Ledger, path: Path, statement: str, words: str
) -> None:
    day(ledger)
    before = table_dump(path)
    assert ledger.verify().checked.projections
    alter(path, statement)

    verdict = ledger.verify()

    assert {code for _, code in told(verdict)} == {"projection-differs"}
    assert any(words in problem.text for problem in verdict.problems), verdict.problems
    assert all("`thread rebuild` makes it anew" in problem.text for problem in verdict.problems)
    assert verdict.results["projections"] == "bad"
    assert verdict.results["chain"] == "good"
    ledger.rebuild()
    assert table_dump(path) == before
    assert ledger.verify().ok


def test_of_a_long_table_the_first_difference_is_named(ledger: Ledger, path: Path) -> None:
    ledger.record_many([receipt(f"LOT-{number}") for number in range(3_000)])
    alter(path, "DELETE FROM codes WHERE code IN ('LOT-1777', 'LOT-2888')")

    assert told(ledger.verify()) == [(1778, "projection-differs")]


@pytest.mark.parametrize("seq", [-1, 7, 2**53, FURTHEST])
@pytest.mark.parametrize("data", ["x'00'", "(SELECT bytes FROM entries WHERE seq = 3)"])
def test_a_stray_row_is_found_wherever_it_stands_and_named_to_whoever_asks(
    ledger: Ledger, path: Path, again: Callable[[], Ledger], seq: int, data: str
) -> None:
    day(ledger)
    ledger.close()
    alter(path, f"INSERT INTO entries VALUES ({seq}, {data})")

    with again() as reopened:
        verdict = reopened.verify()
        for question in (lambda: reopened.trace("STEEL-1"), lambda: reopened.lot("STEEL-1"), reopened.lots):
            with pytest.raises((EntryOutOfPlace, EntryUnreadable), match=rf" {seq} .* run thread verify"):
                question()

    assert not verdict.ok
    assert verdict.problems[0].seq is not None


@pytest.mark.parametrize("seq", [-1, FURTHEST])
def test_a_stray_row_that_comes_while_the_ledger_is_open_overflows_nothing(
    ledger: Ledger, path: Path, seq: int
) -> None:
    day(ledger)
    alter(path, f"INSERT INTO entries VALUES ({seq}, x'00')")

    assert not ledger.verify().ok
    if seq > 0:
        with pytest.raises(LedgerBroken, match="run thread verify"):
            ledger.trace("STEEL-1")


@pytest.mark.parametrize("seq", [-1, 2**53, FURTHEST])
def test_the_table_of_entries_holds_no_number_that_no_entry_can_have(ledger: Ledger, path: Path, seq: int) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER entries_refuse_gaps")
        with pytest.raises(sqlite3.IntegrityError, match="CHECK constraint failed"):
            connection.execute("INSERT INTO entries VALUES (?, x'00')", (seq,))


def test_an_altered_private_value_is_never_shown_and_an_erased_one_is_no_problem(ledger: Ledger, path: Path) -> None:
    digest = json.loads(ledger.record(PERSON).entry.data)["event"]["name"]["digest"]
    assert ledger.verify().checked.values
    alter(path, "UPDATE private_values SET value = 'Max Mustermann'")

    with pytest.raises(PrivateValueAltered, match=f"the personal value behind {digest} was altered"):
        ledger.private_value(digest)
    verdict = ledger.verify()
    assert told(verdict) == [(None, "private-value-altered")]
    assert digest in verdict.problems[0].text

    ledger.erase(digest)
    assert ledger.private_value(digest) is None
    assert ledger.verify().ok


def test_an_altered_captured_text_is_never_shown_and_never_exported(ledger: Ledger, path: Path) -> None:
    papers = [{"type": "po", "bizTransaction": f"urn:x:{number:09d}"} for number in range(900)]
    ledger.import_document(document(transformation(bizTransactionList=papers)), file="long.json")
    digest = json.loads(ledger.entry(1).data)["event"]["text"]["digest"]
    alter(path, "UPDATE foreign_texts SET text = replace(text, 'urn:x:000000001', 'urn:x:000000002')")

    for question in (lambda: ledger.foreign_text(digest), ledger.export_epcis):
        with pytest.raises(ForeignTextAltered, match=f"the captured text behind {digest} was altered"):
            question()
    assert told(ledger.verify()) == [(None, "foreign-text-altered")]


def test_a_tail_that_was_cut_is_told_as_such_without_a_checkpoint(ledger: Ledger, path: Path) -> None:
    day(ledger)
    alter(path, "DELETE FROM entries WHERE seq > 4")

    found = told(ledger.verify())

    assert (5, "entries-missing") in found
    assert "projection-differs" not in {code for _, code in found}


@pytest.mark.requirement("INT-2")
@pytest.mark.parametrize("name", APPEND_ONLY)
def test_the_database_refuses_to_replace_a_row(ledger: Ledger, path: Path, name: str) -> None:
    day(ledger)
    ledger.checkpoint()
    ledger.add_cosignatures("\u2014 witness.example AAAAAAE=\n".encode())
    before = table_dump(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        columns = [column for (column,) in connection.execute(f"SELECT name FROM pragma_table_info('{name}')")]
        keys = {
            column for (column,) in connection.execute(f"SELECT name FROM pragma_table_info('{name}') WHERE pk > 0")
        }
        altered = ", ".join(
            column if column in keys else {"seq": "seq + 1", "kind": "'item'", "line": "'x'"}.get(column, "x'00'")
            for column in columns
            if name != "subjects"
        )
        if keys == set(columns):
            connection.execute(f"INSERT OR REPLACE INTO {name} SELECT * FROM {name}")
        else:
            rows = altered or "id, 'item', name || 'X'"
            with pytest.raises(sqlite3.IntegrityError, match=f"{name} is append-only"):
                connection.execute(f"INSERT OR REPLACE INTO {name} SELECT {rows} FROM {name} LIMIT 1")

    assert table_dump(path) == before


def test_the_database_refuses_to_replace_a_subject_by_its_name(ledger: Ledger, path: Path) -> None:
    day(ledger)
    with (
        closing(sqlite3.connect(path, isolation_level=None)) as connection,
        pytest.raises(sqlite3.IntegrityError, match="subjects is append-only"),
    ):
        connection.execute("INSERT OR REPLACE INTO subjects SELECT id + 1000, kind, name FROM subjects LIMIT 1")


def test_an_old_checkpoint_is_not_served_as_the_one_of_today(ledger: Ledger, path: Path) -> None:
    day(ledger)
    ledger.checkpoint()
    ledger.record(receipt("STEEL-9"))
    ledger.checkpoint()
    alter(path, "DELETE FROM checkpoints WHERE size = 10")
    alter(path, "UPDATE checkpoints SET size = 10")

    for question in (ledger.checkpoint, ledger.latest_checkpoint, ledger.checkpoints):
        with pytest.raises(CheckpointAltered, match="stored for 10 entries was altered: what was signed counts 8 ent"):
            question()
    verdict = ledger.verify()
    assert told(verdict) == [(None, "checkpoint-altered")]
    assert verdict.results["signatures"] == "bad"


@pytest.mark.parametrize("note", ["x''", "x'ff00'", "CAST('plant.example' AS BLOB)"])
def test_a_malformed_stored_checkpoint_is_told_in_one_line(ledger: Ledger, path: Path, note: str) -> None:
    ledger.checkpoint()
    alter(path, f"UPDATE checkpoints SET bytes = {note}")

    with pytest.raises(CheckpointAltered, match="the checkpoint stored for 2 entries was altered"):
        ledger.checkpoint()
    with pytest.raises(CheckpointAltered, match="run thread verify"):
        ledger.latest_checkpoint()
    assert told(ledger.verify()) == [(None, "checkpoint-malformed")]


def test_the_files_of_a_ledger_are_open_to_their_owner_only(ledger: Ledger, path: Path) -> None:
    ledger.record(receipt("STEEL-1"))
    ledger.record(correction(1, receipt("STEEL-1", "2 KGM")))

    files = sorted(file for file in path.parent.glob("ledger.db*") if file.is_file())

    assert [file.name for file in files] == ["ledger.db", "ledger.db-shm", "ledger.db-wal"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_a_trigger_that_was_dropped_is_named_with_its_table_and_rebuild_puts_it_back(
    ledger: Ledger, path: Path
) -> None:
    day(ledger)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER entries_refuse_update")
        connection.execute("DROP TRIGGER postings_refuse_update")
        connection.execute("DROP TRIGGER postings_refuse_delete")

    verdict = ledger.verify()
    ledger.rebuild()

    assert [(one.seq, one.code) for one in verdict.problems] == [(None, "trigger-missing")] * 2
    assert verdict.problems[0].text == (
        "The trigger entries_refuse_update of the table entries is missing, so SQLite lets rows there be changed; "
        "`thread rebuild` puts back what is missing."
    )
    assert "postings_refuse_update and postings_refuse_delete of the table postings are" in verdict.problems[1].text
    assert ledger.verify().ok


def test_a_trigger_that_says_something_else_and_one_of_somebody_else_are_named(ledger: Ledger, path: Path) -> None:
    day(ledger)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER checkpoints_refuse_delete")
        connection.execute("CREATE TRIGGER checkpoints_refuse_delete BEFORE DELETE ON checkpoints BEGIN SELECT 1; END")
        connection.execute("CREATE TRIGGER mine AFTER INSERT ON entries BEGIN DELETE FROM meta; END")

    problems = {one.code: one.text for one in ledger.verify().problems}

    assert problems.keys() == {"trigger-altered", "trigger-foreign"}
    assert "checkpoints_refuse_delete of the table checkpoints is not as thread made it" in problems["trigger-altered"]
    assert "The trigger mine of the table entries" in problems["trigger-foreign"]


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("DELETE FROM entries WHERE seq = 2", "it is not there"),
        ("UPDATE entries SET bytes = x'7b7d' WHERE seq = 2", "its bytes were changed"),
        ("UPDATE entries SET bytes = substr(bytes, 1, 90) WHERE seq = 2", "its bytes were changed"),
        (
            "UPDATE entries SET bytes = (SELECT bytes FROM entries WHERE seq = 1) WHERE seq = 2",
            "its bytes were changed",
        ),
    ],
)
def test_a_question_about_what_was_taken_out_or_spoilt_says_which_entry_it_is(
    ledger: Ledger, path: Path, statement: str, why: str
) -> None:
    ledger.record_many([receipt("STEEL-1"), receipt("STEEL-2"), receipt("STEEL-3")])
    alter(path, statement)

    with (
        open_ledger(f"sqlite:///{path}") as opened,
        pytest.raises(EntryUnreadable, match=f"row 2 holds no entry: {why}"),
    ):
        opened.lot("STEEL-2")
