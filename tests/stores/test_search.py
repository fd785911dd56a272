"""The search index is topped up by questions, in its own transactions; an answer never depends on how far it got."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.builders import receipt, void
from thread import Ledger, open_ledger
from thread.store import search_index
from thread.store.refusals import SearchIndexAltered
from thread.store.search import catch_up
from thread.store.search_index import Extent, extent_of
from thread.store.sqlite import SqliteStore

RELEASED = Path(__file__).parents[2] / "fixtures/ledgers/release-0.1.db"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.create(f"sqlite:///{tmp_path}/l.db", origin="plant.example") as made:
        yield made


def lots(count: int, *, first: int = 0) -> list[dict[str, Any]]:
    return [
        receipt(f"L-{number:04d}", at="day 1, 08:00", supplier_lots=[f"HEAT-{number}"])
        for number in range(first, first + count)
    ]


def found(ledger: Ledger, text: str) -> list[str]:
    return [hit.matched for hit in ledger.find(text, limit=1000).hits]


def extents(ledger: Ledger) -> tuple[Extent, Extent | None]:
    with ledger._store.reading() as reader:
        return extent_of(reader.connection)


def rows(path: Path) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT * FROM search_names ORDER BY id").fetchall()


def test_recording_makes_no_index_and_a_few_new_entries_are_read_without_one(ledger: Ledger) -> None:
    ledger.record_many(lots(50))

    assert found(ledger, "heat-4") == ["HEAT-4", *(f"HEAT-4{digit}" for digit in range(10))]
    assert extents(ledger)[1] is None


def test_many_new_entries_are_taken_into_the_index_by_the_first_question(ledger: Ledger) -> None:
    ledger.record_many(lots(150))
    ledger.find("L-0001")
    told, index = extents(ledger)
    ledger.record_many(lots(20, first=150))

    assert index == told
    assert found(ledger, "heat-16") == ["HEAT-16", *(f"HEAT-16{digit}" for digit in range(10))]
    assert extents(ledger)[1] == index


def test_the_index_is_the_same_however_it_was_topped_up(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_index, "_ENTRIES_TOGETHER", 7)
    monkeypatch.setattr(search_index, "_SUBJECTS_TOGETHER", 11)
    for part in range(4):
        ledger.record_many(lots(30, first=20 * part))
        catch_up(ledger._store, ledger.origin)
    step_by_step = rows(tmp_path / "l.db")
    monkeypatch.undo()
    ledger.rebuild()

    assert rows(tmp_path / "l.db") == step_by_step
    assert extents(ledger)[0] == extents(ledger)[1]


def test_a_name_that_only_has_the_same_trigrams_does_not_hold_the_text(ledger: Ledger) -> None:
    ledger.record(receipt("X-AAB-AAA", at="day 1, 08:00"))
    ledger.record(receipt("X-AAAB", at="day 1, 08:00"))
    catch_up(ledger._store, ledger.origin)

    assert found(ledger, "aaab") == ["X-AAAB"]


def test_an_index_of_another_version_is_made_anew(ledger: Ledger, tmp_path: Path) -> None:
    ledger.record_many(lots(150))
    ledger.find("L-0001")
    before = rows(tmp_path / "l.db")
    with closing(sqlite3.connect(tmp_path / "l.db")) as connection, connection:
        connection.execute("UPDATE meta SET value = '0 ' || value WHERE name = 'search'")
        connection.execute("DROP TABLE search_digests")

    assert found(ledger, "heat-149") == ["HEAT-149"]
    assert rows(tmp_path / "l.db") == before


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE search_names",
        "DROP TABLE search_digests",
        "DROP TABLE search_words",
        "UPDATE meta SET value = 'none' WHERE name = 'search'",
        "UPDATE meta SET value = value || '99' WHERE name = 'search'",
    ],
)
def test_an_index_that_somebody_took_apart_is_made_anew_or_done_without(
    ledger: Ledger, tmp_path: Path, statement: str
) -> None:
    ledger.record_many(lots(150))
    ledger.find("L-0001")
    with closing(sqlite3.connect(tmp_path / "l.db")) as connection, connection:
        connection.execute(statement)

    assert found(ledger, "EAT-149") == ["HEAT-149"]


def test_an_index_of_things_that_are_not_there_is_told_and_a_rebuild_mends_it(ledger: Ledger, tmp_path: Path) -> None:
    ledger.record_many(lots(150))
    ledger.find("L-0001")
    with closing(sqlite3.connect(tmp_path / "l.db")) as connection, connection:
        connection.execute("DROP TRIGGER subjects_refuse_delete")
        connection.execute("DELETE FROM subjects WHERE name LIKE '%L-0003'")

    with pytest.raises(SearchIndexAltered, match="`thread rebuild` makes the index anew"):
        ledger.find("L-0003")
    ledger.rebuild()
    assert found(ledger, "L-0003") == ["L-0003"]


def test_threads_search_while_another_records(ledger: Ledger) -> None:
    ledger.record_many(lots(120))

    def ask(_: int) -> list[str]:
        return found(ledger, "HEAT-119")

    with ThreadPoolExecutor(4) as pool:
        answers = pool.map(ask, range(40))
        for number in range(120, 160):
            ledger.record(receipt(f"L-{number:04d}", at="day 1, 08:00", supplier_lots=[f"HEAT-{number}"]))
        assert set(map(tuple, answers)) == {("HEAT-119",)}
    assert len(found(ledger, "HEAT-1")) == 71


def test_a_question_waits_for_no_writer_and_sees_what_is_committed(ledger: Ledger, tmp_path: Path) -> None:
    ledger.record_many(lots(150))
    with ledger.recording():
        assert found(ledger, "heat-149") == ["HEAT-149"]
        with open_ledger(f"sqlite:///{tmp_path}/l.db") as other:
            assert found(other, "heat-149") == ["HEAT-149"]

    assert extents(ledger)[1] is None


class _ReadOnly(sqlite3.Connection):
    """A connection that refuses to write, as one to a file on a disk that is mounted to be read does."""

    def execute(self, sql: str, *arguments: Any) -> sqlite3.Cursor:
        if sql.startswith("BEGIN IMMEDIATE"):
            message = "attempt to write a readonly database"
            raise sqlite3.OperationalError(message)
        return super().execute(sql, *arguments)


def test_a_database_that_cannot_be_written_still_answers(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.record_many(lots(150))
    monkeypatch.setattr(SqliteStore, "connection_factory", _ReadOnly)

    with open_ledger(f"sqlite:///{tmp_path}/l.db") as reading:
        assert found(reading, "heat-149") == ["HEAT-149"]
        assert found(reading, "EAT-14") == ["HEAT-149", *(f"HEAT-14{digit}" for digit in range(8, -1, -1)), "HEAT-14"]
        assert extents(reading)[1] is None


def test_an_sqlite_without_full_text_search_scans(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_index, "_WORDS", "CREATE VIRTUAL TABLE search_words USING none_such(folded)")
    ledger.record_many(lots(150))

    assert found(ledger, "EAT-149") == ["HEAT-149"]
    assert extents(ledger)[0] == extents(ledger)[1]


def test_all_of_an_older_release_is_found_by_its_name_and_by_the_label_that_answers_print(tmp_path: Path) -> None:
    shutil.copyfile(RELEASED, tmp_path / "l.db")

    with open_ledger(f"sqlite:///{tmp_path}/l.db") as ledger:
        with ledger._store.reading() as reader:
            told = reader.connection.execute("SELECT kind, name FROM subjects").fetchall()
        names = [name for kind, name in told if kind not in {"entry", "epcis", "master"}]
        by_name = {name: {hit.name: hit for hit in ledger.find(name).hits} for name in names}

        assert [name for name in names if by_name[name][name].how != "exact"] == []
        labels = {name: by_name[name][name].label for name in names}
        assert [name for name in names if name not in {hit.name for hit in ledger.find(labels[name]).hits}] == []
        ledger.rebuild()
        assert by_name == {name: {hit.name: hit for hit in ledger.find(name).hits} for name in names}
        assert ledger.verify().ok


def test_names_of_a_voided_receipt_are_found_and_marked(ledger: Ledger) -> None:
    ledger.record(receipt("L-1", supplier_lots=["HEAT-9"], at="day 1, 08:00"))
    ledger.record(void(1))
    ledger.record(receipt("L-2", at="day 1, 08:00"))

    hits = {hit.label: hit.voided for text in ("heat-9", "L-2") for hit in ledger.find(text).hits}

    assert hits == {"STEEL / L-1 (ACME)": True, "STEEL / L-2 (ACME)": False}


@pytest.mark.requirement("SEC-1")
def test_a_personal_name_is_found_until_it_is_erased_and_lies_in_no_index(ledger: Ledger, tmp_path: Path) -> None:
    party = {"type": "party_defined", "event_time": "2026-03-02T08:00:00+01:00", "site": "P1", "party": "C-1"}
    ledger.record({**party, "name": "Aurelia Nachtigall"})
    ledger.record_many(lots(150))
    catch_up(ledger._store, ledger.origin)

    assert found(ledger, "nachtigall") == ["Aurelia Nachtigall"]
    assert ledger.find("NACHTIGALL", kind="lot").hits == ()
    assert not [row for row in rows(tmp_path / "l.db") if "nachtigall" in str(row).casefold()]

    assert ledger.erase(ledger.entry(1).event["name"]["digest"])
    assert ledger.find("nachtigall").hits == ()
    assert b"achtigall" not in (tmp_path / "l.db").read_bytes()
