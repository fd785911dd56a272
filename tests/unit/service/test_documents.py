from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.builders import issue, receipt, void
from tests.unit.interop.epcis_documents import CHEESE, MILK, document, object_event, transformation
from thread.errors import EpcisTextMissing
from thread.interop import read_epcis
from thread.service import CapturedOnly, DocumentRefused, KeyReused, Ledger

LONG = [{"type": "po", "bizTransaction": f"urn:x:{number:09d}"} for number in range(900)]


def texts_in(data: bytes) -> list[Any]:
    return [json.loads(one.event["text"]) for one in read_epcis(data, file="out.json").captured]


def test_a_document_is_captured_once(ledger: Ledger) -> None:
    data = document(object_event(action="ADD"), transformation())

    first = ledger.import_document(data, file="milk.json")
    second = ledger.import_document(data, file="again.json")

    assert first.as_json() == {"recorded": 2, "duplicates": 0, "master_data": 0, "rejected": []}
    assert second.as_json() == {"recorded": 0, "duplicates": 2, "master_data": 0, "rejected": []}
    assert ledger.size == 3
    assert ledger.trace(MILK).lots == (CHEESE,)


def test_what_cannot_be_captured_is_told_with_its_place_and_the_rest_is_captured(ledger: Ledger) -> None:
    data = document(object_event(), object_event(action="TAKE"))

    summary = ledger.import_document(data, file="milk.json", all_or_none=False)

    assert summary.recorded == 1
    [rejection] = summary.as_json()["rejected"]
    assert (rejection["file"], rejection["index"]) == ("milk.json", 1)


def test_one_wrong_event_keeps_the_whole_document_out(ledger: Ledger) -> None:
    data = document(object_event(), object_event(action="TAKE"))

    with pytest.raises(DocumentRefused, match="nothing was recorded: /epcisBody/eventList/1/action"):
        ledger.import_document(data, file="milk.json")
    assert ledger.size == 1


def test_a_captured_event_is_never_told_with_a_reading_of_somebodys_own(ledger: Ledger) -> None:
    captured = dict(read_epcis(document(object_event()), file="milk.json").captured[0].event)

    with pytest.raises(CapturedOnly, match="hand in the document instead"):
        ledger.record(captured)
    assert ledger.size == 1


def test_an_event_id_with_other_content_is_refused(ledger: Ledger) -> None:
    ledger.import_document(document(object_event(eventID="urn:uuid:1")), file="a.json")

    other = document(object_event(eventID="urn:uuid:1", action="ADD"))
    summary = ledger.import_document(other, file="b.json", all_or_none=False)

    assert summary.recorded == 0
    assert "which says something else" in summary.rejected[0].reason


def test_captured_events_leave_as_they_came(ledger: Ledger) -> None:
    data = document(object_event(action="ADD"), transformation())
    ledger.import_document(data, file="milk.json")

    out = ledger.export_epcis()

    assert texts_in(out) == texts_in(data)


def test_a_text_too_long_for_an_entry_lies_beside_it_and_comes_back_whole(ledger: Ledger, tmp_path: Path) -> None:
    data = document(transformation(bizTransactionList=LONG, eventID="urn:uuid:1"))

    assert ledger.import_document(data, file="long.json").recorded == 1

    told = json.loads(ledger.entry(1).data)["event"]["text"]
    assert told["length"] > 30_000
    assert json.loads(ledger.foreign_text(told["digest"]) or "")["bizTransactionList"] == LONG
    assert texts_in(ledger.export_epcis()) == texts_in(data)
    assert ledger.import_document(data, file="long.json").duplicates == 1
    assert ledger.trace(MILK).lots == (CHEESE,)


def test_an_erased_text_cannot_be_exported_and_everything_else_stays(ledger: Ledger) -> None:
    ledger.import_document(document(transformation(bizTransactionList=LONG)), file="long.json")
    digest = json.loads(ledger.entry(1).data)["event"]["text"]["digest"]
    kept = ledger.checkpoint()

    assert ledger.erase(digest)

    with pytest.raises(EpcisTextMissing):
        ledger.export_epcis()
    assert ledger.verify(checkpoints=[kept]).ok
    assert ledger.trace(MILK).lots == (CHEESE,)


def test_a_voided_capture_is_not_exported(ledger: Ledger) -> None:
    ledger.import_document(document(object_event(), transformation()), file="milk.json")
    ledger.record(void(1))

    assert len(texts_in(ledger.export_epcis())) == 1


def test_captured_and_own_events_tell_of_one_lot(ledger: Ledger) -> None:
    ledger.import_document(document(object_event(action="ADD")), file="milk.json")
    ledger.record(receipt("MILK-7", "100 KGM", item="(01)09506000134352", lot_assigner=None))
    ledger.record(issue("10 KGM of MILK-7", order="WO-1"))

    assert ledger.resolve_lot("(01)09506000134352(10)MILK-7") == MILK
    assert {told.event.type for told in ledger.history().about("lot", MILK)} == {
        "epcis_captured",
        "received",
        "material_issued",
    }


def test_a_key_is_compared_by_what_was_captured_not_by_its_spelling(ledger: Ledger) -> None:
    ledger.import_document(document(object_event(action="ADD")), file="milk.json")
    key = ledger.entry(1).key

    with pytest.raises(KeyReused):
        ledger.record(receipt("STEEL-1"), key=key)


def test_the_table_of_long_texts_holds_nothing_for_short_ones(ledger: Ledger, tmp_path: Path) -> None:
    ledger.import_document(document(object_event()), file="milk.json")

    with closing(sqlite3.connect(tmp_path / "ledger.db")) as connection:
        assert connection.execute("SELECT count(*) FROM foreign_texts").fetchone() == (0,)
