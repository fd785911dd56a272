"""Mappings of columns are settings: saved, shown, replaced and removed, and no part of what is proved."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.tables import receipts_csv
from thread.interop.table_errors import MappingInvalid
from thread.interop.table_mapping import told_mapping
from thread.service import Ledger, open_ledger
from thread.service.loading import KindMissing, MappingMissing, TableRefused

RELEASED = Path(__file__).parents[2] / "fixtures" / "ledgers" / "release-0.1.db"
ERP = told_mapping({"kind": "receipts", "columns": {"Charge": "lot"}, "decimal": "comma"})


def test_a_mapping_that_was_saved_is_there_when_the_ledger_is_opened_again(ledger: Ledger, url: str) -> None:
    ledger.save_mapping("erp", ERP)
    ledger.close()

    with open_ledger(url) as again:
        assert again.mappings() == {"erp": ERP}
        assert again.mapping("erp") == ERP


def test_saving_again_replaces_and_removing_takes_out(ledger: Ledger) -> None:
    other = told_mapping({"decimal": "point"})
    ledger.save_mapping("erp", ERP)
    ledger.save_mapping("erp", other)
    assert ledger.mappings() == {"erp": other}

    ledger.remove_mapping("erp")

    assert ledger.mappings() == {}
    with pytest.raises(MappingMissing, match="no mapping is saved as 'erp'; none is saved yet"):
        ledger.remove_mapping("erp")


def test_mappings_are_no_entries_and_a_rebuild_and_a_verification_leave_them_alone(ledger: Ledger) -> None:
    size, root = ledger.size, ledger.root
    ledger.save_mapping("erp", ERP)

    ledger.rebuild()

    assert (ledger.size, ledger.root) == (size, root)
    assert ledger.verify().ok
    assert ledger.mappings() == {"erp": ERP}


def test_a_ledger_of_an_earlier_release_takes_mappings(tmp_path: Path) -> None:
    shutil.copy(RELEASED, tmp_path / "old.db")

    with open_ledger(f"sqlite:///{tmp_path}/old.db") as old:
        assert old.mappings() == {}
        with pytest.raises(MappingMissing):
            old.remove_mapping("erp")
        old.save_mapping("erp", ERP)
        assert old.mappings() == {"erp": ERP}
        assert old.verify().ok


@pytest.mark.parametrize("name", ["", " ", "a b", "../x", ".x", "x" * 61, "a\nb"])
def test_a_name_that_could_lead_astray_is_refused(ledger: Ledger, name: str) -> None:
    with pytest.raises(MappingInvalid, match="can be no name of a mapping"):
        ledger.save_mapping(name, ERP)


def test_a_dry_run_records_nothing_and_the_recording_after_it_is_the_same(ledger: Ledger) -> None:
    data = receipts_csv({"lot": "A"}, {"lot": "B"})
    size, root = ledger.size, ledger.root

    dry = ledger.load(data, kind="receipts", dry_run=True)
    assert (dry.recorded, ledger.size, ledger.root) == (2, size, root)

    loaded = ledger.load(data, kind="receipts")
    again = ledger.load(data, kind="receipts", dry_run=True)

    assert (loaded.recorded, loaded.first_seq, loaded.last_seq) == (2, size, size + 1)
    assert (again.recorded, again.duplicates) == (0, 2)
    assert ledger.verify().ok


def test_a_file_of_which_a_row_is_wrong_leaves_nothing_behind(ledger: Ledger) -> None:
    root = ledger.root

    with pytest.raises(TableRefused, match="line 3: column 'unit': 'kilo' is no unit code") as refused:
        ledger.load(receipts_csv({"lot": "A"}, {"lot": "B", "unit": "kilo"}, {"lot": "C"}), kind="receipts")

    assert [(one.line, one.column, one.value) for one in refused.value.rejected] == [(3, "unit", "kilo")]
    assert ledger.root == root


def test_the_same_file_read_by_another_mapping_is_not_recorded_twice(ledger: Ledger) -> None:
    data = receipts_csv({"note": "a", "supplier": "ACME"})
    ledger.load(data, kind="receipts")

    with pytest.raises(TableRefused, match="says something else"):
        ledger.load(data, kind="receipts", mapping=told_mapping({"ignore": ["note"]}))


def test_what_the_rows_are_is_never_guessed(ledger: Ledger) -> None:
    with pytest.raises(KindMissing, match="say what its rows are: items, parties"):
        ledger.load(receipts_csv({}))


def test_so_many_wrong_rows_that_the_rest_was_not_looked_at_are_told_as_such(ledger: Ledger) -> None:
    data = receipts_csv(*({"unit": "kilo"} for _ in range(1_500)))

    dry = ledger.load(data, kind="receipts", dry_run=True)

    assert dry.gave_up
    assert dry.rejected_rows == len(dry.rejected) == 1_000
