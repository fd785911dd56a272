"""Who tampers with evidence is found: the attacks of docs/explanation/evidence.md, and what a person reads then."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from fixtures.makers.tampered import ATTACKS
from tests.surfaces.cli_shell import Shell
from thread.errors import LedgerBroken
from thread.ledger import VerifierKey
from thread.ledger.opening import read_opened_event
from thread.ledger.proofs import InclusionUnproven
from thread.ledger.tlog_proof import read_tlog_proof, verify_tlog_proof
from thread.store.sqlite import SqliteStore

CHECKOUT = Path(__file__).resolve().parents[2]
TAMPERED = CHECKOUT / "fixtures" / "tampered"
FINGERPRINT = json.loads((TAMPERED / "honest.json").read_bytes())["fingerprint"]


@pytest.fixture
def thread(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    return Shell(tmp_path, capsys, monkeypatch)


def given(attack: str, path: Path) -> None:
    """Put the entries and stored checkpoints of an attack into a database, as its owner hands it over."""
    folder = TAMPERED / attack
    SqliteStore.create(path).close()
    store = SqliteStore(path)
    with store._transaction():
        store.make_tables()
    store.close()
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("DROP TRIGGER entries_refuse_gaps")
        for seq, line in enumerate((folder / "entries.ndjson").read_bytes().splitlines()):
            number = seq + 1 if attack == "entry-removed" and seq > 3 else seq
            database.execute("INSERT INTO entries VALUES (?, ?)", (number, line))
        for note in sorted(folder.glob("stored-*.checkpoint")):
            data = note.read_bytes()
            database.execute("INSERT INTO checkpoints VALUES (?, ?)", (int(data.split(b"\n")[1]), data))
    store = SqliteStore(path)
    try:
        store.rebuild()
    except LedgerBroken:
        pass  # such a ledger answers nothing, but it can be verified
    finally:
        store.close()
    if (folder / "alter.sql").exists():
        with closing(sqlite3.connect(path)) as database, database:
            database.execute("DROP TRIGGER postings_refuse_delete")
            database.execute((folder / "alter.sql").read_text(encoding="utf-8"))


def assert_found(attack: str, thread: Shell) -> None:
    folder = TAMPERED / attack
    said = (folder / "said.txt").read_text(encoding="utf-8").rstrip("\n")
    if (folder / "bundle.zip").exists():
        ran = thread("verify-bundle", str(folder / "bundle.zip"), "--fingerprint", FINGERPRINT)
    else:
        given(attack, thread.folder / "given.db")
        kept = folder / "kept.checkpoint"
        against = ("--checkpoint", str(kept)) if kept.exists() else ()
        ran = thread("verify", "--ledger", "given.db", "--fingerprint", FINGERPRINT, *against)
    assert ran.status == 1, ran.out
    assert said
    assert said in ran.out.replace("\n", " "), ran.out


def test_a_changed_byte_is_found(thread: Shell) -> None:
    assert_found("byte-changed", thread)


def test_an_entry_taken_out_of_the_middle_is_found(thread: Shell) -> None:
    assert_found("entry-removed", thread)


def test_a_tail_that_was_cut_off_is_found_by_who_kept_a_checkpoint(thread: Shell) -> None:
    assert_found("tail-cut", thread)


def test_an_inserted_entry_is_found(thread: Shell) -> None:
    assert_found("entry-inserted", thread)


def test_two_swapped_entries_are_found(thread: Shell) -> None:
    assert_found("entries-swapped", thread)


def test_a_ledger_written_anew_with_another_key_is_found_by_the_fingerprint(thread: Shell) -> None:
    assert_found("rewritten-with-a-new-key", thread)


def test_a_ledger_written_anew_with_the_stolen_key_is_found_by_who_kept_a_checkpoint(thread: Shell) -> None:
    assert_found("rewritten-with-the-stolen-key", thread)


def test_a_look_up_table_changed_behind_the_back_is_found(thread: Shell) -> None:
    assert_found("projection-changed", thread)


def test_a_signed_index_that_omits_an_entry_is_found_by_who_makes_it_anew(thread: Shell) -> None:
    assert_found("index-omits-an-entry", thread)


def test_a_signed_index_that_lists_a_foreign_entry_is_found(thread: Shell) -> None:
    assert_found("index-lists-a-foreign-entry", thread)


def test_a_stale_checkpoint_is_found_by_who_kept_a_newer_one(thread: Shell) -> None:
    assert_found("stale-checkpoint", thread)


def test_forked_checkpoints_are_found_by_who_has_both(thread: Shell) -> None:
    assert_found("forked-checkpoints", thread)


def test_a_bundle_without_one_entry_is_found(thread: Shell) -> None:
    assert_found("bundle-without-an-entry", thread)


def test_a_bundle_whose_answer_was_edited_is_found(thread: Shell) -> None:
    assert_found("bundle-answer-edited", thread)


def test_a_bundle_that_leaves_out_a_branch_with_all_hashes_right_is_found(thread: Shell) -> None:
    assert_found("bundle-leaves-out-a-branch", thread)


def test_a_signature_by_a_key_after_its_rotation_is_found(thread: Shell) -> None:
    assert_found("signed-after-rotation", thread)


def test_an_extra_field_in_an_entry_is_found(thread: Shell) -> None:
    assert_found("extra-field", thread)


def test_the_same_json_in_other_bytes_is_found(thread: Shell) -> None:
    assert_found("same-json-other-bytes", thread)


def test_a_proof_for_another_tree_size_is_found() -> None:
    folder = TAMPERED / "proof-for-another-size"
    opening = json.loads((TAMPERED / "projection-changed" / "entries.ndjson").read_bytes().splitlines()[0])
    keys: tuple[VerifierKey, ...] = read_opened_event(opening["event"]).keys

    with pytest.raises(InclusionUnproven) as refused:
        verify_tlog_proof(read_tlog_proof((folder / "proof.tlog-proof").read_bytes()), keys)

    assert str(refused.value).startswith((folder / "said.txt").read_text(encoding="utf-8").rstrip("\n"))


@pytest.mark.requirement("EVI-2", "EVI-3", "INT-1")
def test_every_attack_has_its_fixture_and_its_test(request: pytest.FixtureRequest) -> None:
    text = Path(__file__).read_text(encoding="utf-8")

    assert {folder.name for folder in TAMPERED.iterdir() if folder.is_dir()} == set(ATTACKS)
    assert [name for name in ATTACKS if f'"{name}"' not in text] == []
    assert request.node.name
