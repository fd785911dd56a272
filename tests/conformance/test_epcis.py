"""EPCIS 2.0 against what GS1, OpenEPCIS and others published: samples, hash vectors, and files of real partners."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from thread.errors import JsonMalformed, NotEpcis
from thread.events import parse_event
from thread.events.captured import EpcisCaptured
from thread.interop import EpcisDocument, read_epcis, write_epcis

pytestmark = pytest.mark.conformance

NO_DOCUMENTS = {"SimpleEventQuery.json"}
WITHOUT_SENSOR_TYPE = {"SensorData_with_combined_events.json"}


def read(path: Path) -> EpcisDocument:
    return read_epcis(path.read_bytes(), file=path.name)


def published_samples(shared: Path) -> list[Path]:
    epcis = shared / "standards" / "epcis"
    gs1 = (epcis / "gs1-EPCIS" / "samples" / "JSON").rglob("*.jsonld")
    openepcis = (epcis / "openepcis-test-resources" / "2.0" / "EPCIS" / "JSON").rglob("*.json")
    return sorted(path for path in (*gs1, *openepcis) if path.name not in NO_DOCUMENTS)


def real(shared: Path, name: str) -> Path:
    return shared / "real" / "opentraceability" / name


def inner_document(shared: Path, name: str) -> EpcisDocument:
    record = json.loads(real(shared, name).read_text(encoding="utf-8-sig"))
    return read_epcis(record["Content"].encode(), file=name)


@pytest.mark.requirement("EXC-1")
def test_every_published_sample_is_captured_whole(shared: Path) -> None:
    samples = [path for path in published_samples(shared) if path.name not in WITHOUT_SENSOR_TYPE]

    refused = {path.name: read(path).rejected for path in samples if read(path).rejected or not read(path).events}

    assert len(samples) == 47
    assert refused == {}


def test_a_sample_whose_sensor_reports_lack_their_type_is_refused_where_they_lack_it(shared: Path) -> None:
    samples = [path for path in published_samples(shared) if path.name in WITHOUT_SENSOR_TYPE]

    told = [
        [(each.index, each.path.rpartition("eventList")[2], each.reason) for each in read(path).rejected]
        for path in samples
    ]

    reports = "/8/sensorElementList/0/sensorReport"
    assert told == [[(8, f"{reports}/0/type", "is missing"), (8, f"{reports}/1/type", "is missing")]] * 2


def test_a_query_is_no_document(shared: Path) -> None:
    (path,) = (shared / "standards" / "epcis").rglob("SimpleEventQuery.json")

    with pytest.raises(NotEpcis, match="a JSON object without 'type' and 'epcisBody'"):
        read(path)


def test_an_xml_document_is_told_as_such(shared: Path) -> None:
    with pytest.raises(
        NotEpcis, match=r"importer\.xml: this is XML, which is not read; ask for the document as EPCIS 2"
    ):
        read(real(shared, "importer.xml"))


@pytest.mark.requirement("EXC-2")
@pytest.mark.parametrize(
    "name",
    ["ReferenceEventHashAlgorithm", "epcisDocWithShippingAndTransportingEvent", "epcisDocWithSingleEvent"],
)
def test_event_hashes_are_those_of_the_published_vectors(shared: Path, name: str) -> None:
    vectors = shared / "standards" / "epcis" / "epcis-event-hash-generator" / "examples"

    found = read(vectors / f"{name}.jsonld")

    hashes = [each.event["reading"]["event_hash"] for each in found.events]
    assert hashes == (vectors / f"{name}.hashes").read_text(encoding="utf-8").split()


def test_two_seafood_chains_are_captured_whole(shared: Path) -> None:
    found = read(real(shared, "all_wholechain_events.jsonld"))

    kinds = Counter(each.event["reading"]["kind"] for each in found.events)
    lines = [
        line
        for each in found.events
        for part in ("inputs", "outputs", "contents", "lots")
        for line in each.event["reading"].get(part, ())
    ]
    assert (len(found.events), len(found.master_data), found.rejected, found.findings) == (31, 11, (), ())
    assert kinds == {"ObjectEvent": 18, "TransformationEvent": 7, "AggregationEvent": 6}
    assert {line["kind"] for line in lines} == {"lot", "container"}
    assert all(line["item"] for line in lines if line["kind"] == "lot")
    assert {finding.code for each in found.events for finding in each.findings} == {"empty-value", "gs1-malformed"}


@pytest.mark.parametrize(
    ("name", "events", "master_data"),
    [("gdst_data_withmasterdata.jsonld", 17, 20), ("epcisdocument-example01.jsonld", 11, 10)],
)
def test_documents_of_real_partners_are_captured_whole(shared: Path, name: str, events: int, master_data: int) -> None:
    found = read(real(shared, name))

    assert (len(found.events), len(found.master_data), found.rejected) == (events, master_data, ())


def test_comments_in_a_file_are_told_with_line_and_column(shared: Path) -> None:
    with pytest.raises(JsonMalformed, match="there is a comment; JSON has none, take it out") as caught:
        read(real(shared, "beef-leather-events.jsonld"))

    assert (caught.value.line, caught.value.column) == (14, 17)


def test_a_document_that_broke_an_importer_is_told_what_is_wrong_with_it(shared: Path) -> None:
    first, second, third = (inner_document(shared, f"bad_data_0{number}.log") for number in (1, 2, 3))

    events = "/epcisBody/queryResults/resultsBody/eventList"
    assert [(each.index, each.path.removeprefix(events)) for each in first.rejected] == [
        (0, "/0/transformationID"),
        (1, "/1/transformationID"),
    ]
    assert [(each.index, each.path.removeprefix(events)) for each in second.rejected] == [
        (0, "/0/attachments"),
        (0, "/0/eventGlobalID"),
        (1, "/1/ilmd/harvestStartDate"),
        (1, "/1/ilmd/harvestEndDate"),
    ]
    assert (len(third.events), third.rejected) == (2, ())
    assert {finding.code for each in third.events for finding in each.findings} == {"gs1-malformed", "empty-value"}


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("bad_data_01.log", 'found "7d06ddab-9cb6-43cd-a90e-41198bd01505"; expected a URI'),
        ("bad_data_02.log", "attachments: is no field of EPCIS"),
        ("bad_data_03.log", "nothing in it is refused, 2 events can be captured, with findings"),
    ],
)
def test_a_log_record_is_told_as_such_with_what_is_inside(shared: Path, name: str, what: str) -> None:
    with pytest.raises(NotEpcis, match='this is a record that holds a document as the text of "Content"') as caught:
        read(real(shared, name))

    assert what in caught.value.why


@pytest.mark.requirement("EXC-2")
def test_every_captured_document_comes_out_as_it_came_in(shared: Path) -> None:
    for path in (*published_samples(shared), *sorted((shared / "real" / "opentraceability").glob("[aeg]*.jsonld"))):
        before = read(path)
        events = [event for each in before.captured if isinstance(event := parse_event(each.event), EpcisCaptured)]

        after = read_epcis(write_epcis(events, creation_date="2026-03-10T08:00:00Z"), file=path.name)

        assert all(event.text.encode() in path.read_bytes() for event in events if isinstance(event.text, str))
        assert [(each.key, each.event["text"], each.event["reading"]) for each in after.captured] == [
            (each.key, each.event["text"], each.event["reading"]) for each in before.captured
        ]
