"""`thread import`: EPCIS documents of others, each all or none, or each event for itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.surfaces.cli_shell import Shell


@pytest.fixture
def thread(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    shell = Shell(tmp_path, capsys, monkeypatch)
    shell("init", "--origin", "plant.example")
    return shell


def observed(number: int, **fields: Any) -> dict[str, Any]:
    return {
        "type": "ObjectEvent",
        "eventID": f"urn:uuid:00000000-0000-4000-8000-{number:012d}",
        "eventTime": f"2026-03-02T08:00:{number:02d}Z",
        "eventTimeZoneOffset": "+01:00",
        "action": "OBSERVE",
        "epcList": [f"https://id.gs1.org/01/09506000134352/21/{number}"],
        **fields,
    }


def document(*told: dict[str, Any]) -> str:
    return json.dumps(
        {
            "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": "2026-03-02T09:00:00Z",
            "epcisBody": {"eventList": list(told)},
        }
    )


def test_every_event_of_a_document_is_captured(thread: Shell) -> None:
    ran = thread("import", thread.file("a.json", document(observed(1), observed(2))))

    assert ran.status == 0
    assert ran.out.startswith("Recorded 2 events as entries 1 to 2.\n")


def test_under_json_the_counts_and_rejections_are_told(thread: Shell) -> None:
    told = thread("import", thread.file("a.json", document(observed(1))), "--json").json

    assert (told["recorded"], told["duplicates"], told["rejected"]) == (1, 0, [])


def test_the_same_document_again_is_a_duplicate(thread: Shell) -> None:
    thread("import", thread.file("a.json", document(observed(1), observed(2))))

    told = thread("import", thread.file("b.json", document(observed(2), observed(1))), "--json").json

    assert (told["recorded"], told["duplicates"]) == (0, 2)


@pytest.mark.requirement("EXC-1")
def test_one_wrong_event_keeps_all_of_its_file_out_and_says_where_it_stands(thread: Shell) -> None:
    wrong = document(observed(1), observed(2, action="MAYBE"))

    ran = thread("import", thread.file("a.json", wrong))
    told = thread("import", "a.json", "--json")

    assert ran.status == told.status == 2
    assert ran.out == ""
    assert ran.err.startswith("thread: a.json: event 1: ")
    assert ran.err.endswith("; nothing was recorded of a.json\n")
    assert told.json["recorded"] == 0
    first = told.json["rejected"][0]
    assert (first["file"], first["index"], first["path"]) == ("a.json", 1, "/epcisBody/eventList/1/action")
    assert len(thread("export", "--json").json) == 1


def test_each_captures_what_can_be_and_reports_the_others(thread: Shell) -> None:
    wrong = document(observed(1), observed(2, action="MAYBE"), observed(3))

    ran = thread("import", thread.file("a.json", wrong), "--each")

    assert ran.status == 2
    assert ran.out.startswith("a.json: event 1: ")
    assert "\nRecorded 2 events as entries 1 to 2.\n" in ran.out
    assert ran.err == "thread: 1 event rejected, 2 events recorded or there before\n"


def test_a_wrong_file_does_not_keep_the_other_files_out(thread: Shell) -> None:
    good = thread.file("good.json", document(observed(1)))
    bad = thread.file("bad.json", document(observed(2, action="MAYBE")))

    ran = thread("import", bad, good)

    assert ran.status == 2
    assert ran.out.startswith("Recorded 1 event as entry 1.\n")
    assert "; nothing was recorded of bad.json\n" in ran.err


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('{"type": "EPCISDocument",\n "epcisBody": }', "a.json:2:15: "),
        ("", "a.json:1:1: the file is empty"),
        ('{"hello": 1}', "a.json: "),
        ("<EPCISDocument/>", "a.json"),
    ],
)
def test_what_is_no_epcis_document_is_one_line_with_its_place(thread: Shell, text: str, where: str) -> None:
    ran = thread("import", thread.file("a.json", text))

    assert ran.status == 2
    assert ran.err.startswith(f"thread: {where}")
    assert ran.err.count("\n") == 1


def test_a_missing_file_is_one_line(thread: Shell) -> None:
    ran = thread("import", "missing.json")

    assert ran.status == 2
    assert ran.err.startswith("thread: missing.json: cannot be read: No such file or directory")
    assert ran.err.count("\n") == 1


def test_captured_events_are_exported_to_the_last_digit_as_they_were_captured(thread: Shell) -> None:
    amount = {"epcClass": "https://id.gs1.org/01/09506000134352/10/A", "quantity": 0.5, "uom": "KGM"}
    text = document(observed(1, quantityList=[amount])).replace("0.5", "0.500")
    thread("import", thread.file("a.json", text))

    exported = thread.program("export", "--format", "epcis")

    assert exported.json["type"] == "EPCISDocument"
    assert exported.json["epcisBody"]["eventList"] == [observed(1, quantityList=[amount])]
    assert '"quantity": 0.500' in exported.out


def test_a_captured_event_can_be_asked_about_like_any_other(thread: Shell) -> None:
    packed = {
        **observed(1),
        "type": "AggregationEvent",
        "action": "ADD",
        "parentID": "https://id.gs1.org/00/106141412345678908",
        "childEPCs": ["https://id.gs1.org/01/09506000134352/21/1"],
    }
    del packed["epcList"]
    thread("import", thread.file("a.json", document(packed)))

    out = thread("trace", "(01)09506000134352(21)1", "--forward").out

    assert "container (00)106141412345678908" in out
