"""What every store must do with entries: keep them, number them, refuse to change them, give them back."""

from __future__ import annotations

import io
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.builders import correction, issue, order, production, receipt, void
from tests.stores.conftest import Clock
from tests.stores.independent import problems_of, table_dump
from thread.errors import LedgerBroken, Unavailable
from thread.service import Actor, Ledger, Recording, open_ledger
from thread.store.refusals import NotALedger
from thread.store.sqlite import SqliteStore
from thread.store.tables import PROJECTIONS


def day(ledger: Ledger) -> dict[str, Recording]:
    """A short day: steel comes in, an order takes some of it and makes a frame; a receipt is corrected."""
    return {
        "steel": ledger.record(receipt("STEEL-1", "100 KGM", supplier_lots=["HEAT-9"])),
        "paint": ledger.record(receipt("PAINT-1", "20 LTR", item="PAINT"), key="desk/1", actor=Actor("desk")),
        "order": ledger.record(order("WO-1", item="FRAME")),
        "issue": ledger.record(issue("30 KGM of STEEL-1", order="WO-1")),
        "frame": ledger.record(production("1 EA lot FRAME-1", order="WO-1")),
        "corrected": ledger.record(correction(1, receipt("STEEL-1", "90 KGM", supplier_lots=["HEAT-9"]))),
    }


def test_an_independent_reader_finds_nothing_wrong(ledger: Ledger, path: Path) -> None:
    day(ledger)

    assert problems_of(path) == []
    assert ledger.verify().ok


@pytest.mark.requirement("REC-7")
def test_entries_are_numbered_from_0_without_a_gap_and_time_never_stands_still(ledger: Ledger) -> None:
    day(ledger)

    entries = list(ledger.entries())

    assert [entry.seq for entry in entries] == [0, 1, 2, 3, 4, 5, 6]
    times = [entry.recorded_at_us for entry in entries]
    assert times == sorted(set(times))


@pytest.mark.requirement("REC-7")
def test_ledger_time_goes_on_when_the_clock_is_set_back(ledger: Ledger, clock: Clock) -> None:
    first = ledger.record(receipt("STEEL-1")).entry.recorded_at_us
    clock.now_ns -= 3_600_000_000_000

    second = ledger.record(receipt("STEEL-2")).entry.recorded_at_us

    assert second == first + 1


def test_an_entry_is_served_byte_for_byte_as_it_was_written(ledger: Ledger, again: Callable[[], Ledger]) -> None:
    written = day(ledger)["steel"].entry

    with again() as reopened:
        assert reopened.entry(1).data == written.data


def test_exported_entries_are_the_stored_bytes(ledger: Ledger) -> None:
    day(ledger)
    out = io.BytesIO()

    count = ledger.export_ndjson(out)

    assert count == 7
    assert out.getvalue() == b"".join(entry.data + b"\n" for entry in ledger.entries())


@pytest.mark.requirement("INT-2")
@pytest.mark.parametrize("name", ["entries", "keys", "event_ids", "nodes", "subjects", "postings", "codes", "types"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET {} = {}"])
def test_the_database_refuses_to_change_or_take_out_rows(ledger: Ledger, path: Path, name: str, statement: str) -> None:
    day(ledger)
    with closing(sqlite3.connect(path)) as connection:
        column = connection.execute(f"SELECT name FROM pragma_table_info('{name}')").fetchone()[0]

        with pytest.raises(sqlite3.IntegrityError, match=f"{name} is append-only"):
            connection.execute(statement.format(name, column, column))


def test_the_database_refuses_checkpoints_to_be_changed_or_taken_out(ledger: Ledger, path: Path) -> None:
    ledger.checkpoint()
    with closing(sqlite3.connect(path)) as connection:
        for statement in ("DELETE FROM checkpoints", "UPDATE checkpoints SET size = 9"):
            with pytest.raises(sqlite3.IntegrityError, match="checkpoints is append-only"):
                connection.execute(statement)


@pytest.mark.parametrize("seq", [1, 99])
def test_the_database_refuses_an_entry_that_does_not_follow_the_last_one(ledger: Ledger, path: Path, seq: int) -> None:
    day(ledger)
    with (
        closing(sqlite3.connect(path)) as connection,
        pytest.raises(sqlite3.IntegrityError, match="the next entry follows the last one"),
    ):
        connection.execute("INSERT OR REPLACE INTO entries VALUES (?, ?)", (seq, b"{}"))


@pytest.mark.requirement("INT-3")
def test_a_checkpoint_is_signed_once_and_served_again_byte_for_byte(
    ledger: Ledger, again: Callable[[], Ledger]
) -> None:
    day(ledger)

    signed = ledger.checkpoint()

    assert signed.startswith(b"plant.example\n8\n")
    assert ledger.checkpoint() == signed
    with again() as reopened:
        assert reopened.checkpoint() == signed
        assert reopened.latest_checkpoint() == signed
    verdict = ledger.verify(checkpoints=[signed])
    assert verdict.ok
    assert verdict.anchored


def test_a_changed_entry_is_found(ledger: Ledger, path: Path, again: Callable[[], Ledger]) -> None:
    day(ledger)
    kept = ledger.checkpoint()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER entries_refuse_update")
        connection.execute("UPDATE entries SET bytes = CAST(replace(bytes, '100', '999') AS BLOB) WHERE seq = 1")

    with again() as reopened:
        verdict = reopened.verify(checkpoints=[kept])

    assert not verdict.ok
    assert 1 in [problem.seq for problem in verdict.problems]


def test_a_ledger_whose_tail_was_cut_takes_no_entry_and_says_so(
    ledger: Ledger, path: Path, again: Callable[[], Ledger]
) -> None:
    day(ledger)
    kept = ledger.checkpoint()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER entries_refuse_delete")
        connection.execute("DELETE FROM entries WHERE seq > 3")

    with again() as reopened:
        assert reopened.size == 4
        with pytest.raises(LedgerBroken, match="had 8 entries and holds only 4"):
            reopened.record(receipt("STEEL-9"))
        assert not reopened.verify(checkpoints=[kept]).ok


@pytest.mark.requirement("BAL-4")
@pytest.mark.parametrize("harm", ["DELETE FROM {}", "DROP TABLE {}"])
def test_projections_that_were_lost_come_back_row_for_row(
    ledger: Ledger, path: Path, again: Callable[[], Ledger], harm: str
) -> None:
    day(ledger)
    ledger.record(void(2))
    ledger.checkpoint()
    ledger.record(receipt("STEEL-9"))
    ledger.close()
    before = table_dump(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for name in PROJECTIONS:
            connection.execute(f"DROP TRIGGER IF EXISTS {name}_refuse_delete")
            connection.execute(harm.format(name))
        connection.execute("DELETE FROM meta WHERE name = 'projected'")

    with again() as reopened:
        assert reopened.verify().ok

    assert table_dump(path) == before


def test_projections_of_another_version_are_made_again(ledger: Ledger, path: Path, again: Callable[[], Ledger]) -> None:
    day(ledger)
    ledger.close()
    before = table_dump(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE meta SET value = '0 7' WHERE name = 'projected'")

    again().close()

    assert table_dump(path) == before


def test_tables_that_another_release_rebuilt_meanwhile_are_not_written_to(ledger: Ledger, path: Path) -> None:
    day(ledger)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE meta SET value = '99 7' WHERE name = 'projected'")

    with pytest.raises(Unavailable, match=r"another program rebuilt the tables of .*; open the ledger again"):
        ledger.record(receipt("STEEL-9"))


def test_a_second_ledger_is_not_made_over_the_first(ledger: Ledger, url: str, path: Path) -> None:
    before = path.read_bytes()

    with pytest.raises(Exception, match="exists already and is left as it is"):
        Ledger.create(url, origin="other.example")

    assert path.read_bytes() == before


def test_a_missing_ledger_is_said_to_be_missing_and_none_is_made(tmp_path: Path) -> None:
    with pytest.raises(Exception, match=r"there is no ledger at .*gone.db; make one with `thread init`"):
        open_ledger(f"sqlite:///{tmp_path}/gone.db")

    assert list(tmp_path.iterdir()) == []


def test_create_makes_a_ledger_where_there_is_none_and_opens_it_where_there_is(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new.db"

    with open_ledger(url, create=True) as made:
        origin = made.origin

    with open_ledger(url, create=True) as opened:
        assert opened.origin == origin
        assert origin == f"thread.local/{opened.fingerprint[:16]}"


def test_a_text_file_is_no_ledger(tmp_path: Path) -> None:
    file = tmp_path / "notes.db"
    file.write_text("steel, paint\n" * 100)

    with pytest.raises(Exception, match=r"notes.db is no thread ledger"):
        open_ledger(f"sqlite:///{file}")

    assert file.read_text().startswith("steel")


def test_another_programs_database_is_no_ledger(tmp_path: Path) -> None:
    file = tmp_path / "crm.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE customers (name TEXT)")
    before = file.read_bytes()

    with pytest.raises(NotALedger, match="it is another program's database"):
        open_ledger(f"sqlite:///{file}")

    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]


def test_another_programs_table_of_the_same_name_is_no_ledger(tmp_path: Path) -> None:
    file = tmp_path / "crm.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE meta (version INTEGER)")

    with pytest.raises(NotALedger, match="it is another program's database"):
        open_ledger(f"sqlite:///{file}")


def test_a_ledger_of_a_later_release_is_refused(ledger: Ledger, path: Path, again: Callable[[], Ledger]) -> None:
    ledger.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE meta SET value = '2' WHERE name = 'schema'")

    with pytest.raises(Exception, match="has tables of version 2, this program knows version 1; use a newer thread"):
        again()


@pytest.mark.parametrize(
    "url", ["postgresql://user:secret@host/db", "sqlite://", "ledger.db", "sqlite:///", "sqlite:///:memory:"]
)
def test_an_address_of_another_kind_is_refused_with_what_is_supported(url: str) -> None:
    with pytest.raises(Exception, match=r"write sqlite:///FILE, or sqlite:////ABSOLUTE/FILE") as raised:
        open_ledger(url)

    assert "secret" not in str(raised.value)


@pytest.mark.requirement("SEC-2")
def test_private_keys_lie_beside_the_database_and_never_in_it(ledger: Ledger, path: Path) -> None:
    keys = list(path.with_name("ledger.db.keys").glob("*.keys"))

    assert len(keys) == 1
    seeds = [line.split()[1] for line in keys[0].read_text().splitlines()[3:]]
    ledger.close()
    for seed in seeds:
        assert seed.encode() not in path.read_bytes()


def test_the_key_directory_can_be_named_by_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THREAD_KEYS", str(tmp_path / "safe"))

    with Ledger.create(f"sqlite:///{tmp_path}/a.db") as made:
        assert made.checkpoint()

    assert len(list((tmp_path / "safe").iterdir())) == 1


@pytest.mark.requirement("SEC-1")
def test_an_erased_value_is_gone_from_the_file_and_proofs_stay_valid(ledger: Ledger, path: Path) -> None:
    told = {"type": "party_defined", "event_time": "2026-03-02T08:00:00Z", "party": "ACME", "name": "Erika Musterfrau"}
    digest = json.loads(ledger.record(told).entry.data)["event"]["name"]["digest"]
    kept = ledger.checkpoint()
    assert ledger.private_value(digest) == "Erika Musterfrau"

    assert ledger.erase(digest)

    assert not ledger.erase(digest)
    assert ledger.private_value(digest) is None
    assert ledger.verify(checkpoints=[kept]).ok
    ledger.close()
    for file in path.parent.glob("ledger.db*"):
        assert file.is_dir() or b"Musterfrau" not in file.read_bytes()


def test_a_store_says_how_many_rows_it_has(ledger: Ledger, path: Path) -> None:
    day(ledger)
    store = SqliteStore.open(path)

    with store.reading() as reader:
        rows = reader.table_rows()

    store.close()
    assert (rows["entries"], rows["corrections"], rows["keys"]) == (7, 1, 1)
