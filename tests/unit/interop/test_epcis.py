import hashlib
import json
from typing import Any

import pytest

from tests.unit.interop.epcis_documents import (
    CHEESE,
    CONTEXT,
    MILK,
    PALLET,
    aggregation,
    document,
    object_event,
    query_document,
    transformation,
)
from thread.errors import EpcisContextsDiffer, EpcisTextMissing, JsonMalformed, NotEpcis
from thread.events import parse_event
from thread.events.captured import EpcisCaptured, ForeignText
from thread.interop import read_epcis, same_captured, write_epcis
from thread.interop.epcis_capture import CapturedEvent

EVENT_ID = "urn:uuid:404d95fc-9457-4a51-bd6a-0bba133845a8"


def captured(told: CapturedEvent) -> EpcisCaptured:
    event = parse_event(told.event)
    assert isinstance(event, EpcisCaptured)
    return event


def refused(data: bytes) -> list[tuple[int | None, str, str]]:
    return [(each.index, each.path, each.reason) for each in read_epcis(data, file="f.json").rejected]


# What comes in


def test_a_document_gives_its_events_in_their_order_with_the_hash_of_the_file() -> None:
    data = document(object_event(), aggregation(), transformation())

    found = read_epcis(data, file="milk.json")

    assert [each.event["reading"]["kind"] for each in found.events] == [
        "ObjectEvent",
        "AggregationEvent",
        "TransformationEvent",
    ]
    assert [(each.index, each.path) for each in found.events] == [(at, f"/epcisBody/eventList/{at}") for at in range(3)]
    assert found.sha256 == hashlib.sha256(data).hexdigest()
    assert found.events[0].event["document_sha256"] == found.sha256
    assert (found.rejected, found.findings) == ((), ())


def test_the_text_of_an_event_is_exactly_what_stood_in_the_file() -> None:
    text = (
        '{ "type":"ObjectEvent",\r\n\t"eventTime" : "2026-03-09T14:07:00.0000000+01:00","eventTimeZoneOffset":"+01:00",'
        ' "action":"OBSERVE", "quantityList":[{"epcClass":"urn:x:gr\\u00f6\\/7é", "quantity": 1.500, "uom":"KGM" }] }'
    )
    data = document("HERE").replace(b'"HERE"', text.encode())

    (event,) = read_epcis(data, file="f").events

    assert event.event["text"] == text
    assert event.event["event_time"] == "2026-03-09T14:07:00.0000000+01:00"
    assert event.event["reading"]["lots"][0]["quantity"] == {"value": "1.500", "unit": "KGM"}


def test_the_context_of_the_document_is_kept_beside_each_event() -> None:
    (event,) = read_epcis(document(object_event()), file="f").events

    assert json.loads(event.event["context"]) == CONTEXT


def test_a_byte_order_mark_changes_no_event() -> None:
    data = document(object_event())

    plain, marked = read_epcis(data, file="f"), read_epcis(b"\xef\xbb\xbf" + data, file="f")

    assert marked.events[0].event["text"] == plain.events[0].event["text"]
    assert marked.sha256 != plain.sha256


def test_a_query_document_is_read_like_a_document_and_may_have_a_header() -> None:
    found = read_epcis(query_document(object_event(), epcisHeader={}), file="f")

    assert found.events[0].path == "/epcisBody/queryResults/resultsBody/eventList/0"
    assert found.rejected == ()


def test_an_event_may_stand_alone_or_in_an_array_or_each_on_a_line() -> None:
    one, two = object_event(), aggregation()
    lines = [json.dumps({"@context": CONTEXT, **event}) for event in (one, two)]

    alone = read_epcis(lines[0].encode(), file="f")
    array = read_epcis(f" [{lines[0]} ,\n{lines[1]}]".encode(), file="f")
    by_line = read_epcis(("\n".join(lines) + "\r\n\r\n").encode(), file="f")

    assert [each.event["text"] for each in alone.events] == lines[:1]
    assert [each.event["text"] for each in array.events] == lines
    assert [each.event["text"] for each in by_line.events] == lines
    assert [each.path for each in array.events] == ["/0", "/1"]
    assert json.loads(array.events[1].event["context"]) == CONTEXT


def test_an_event_that_stands_alone_must_bring_its_context() -> None:
    data = json.dumps(object_event()).encode()

    assert refused(data) == [(0, "/@context", "is missing; an event outside a document brings its own")]


def test_the_older_member_is_a_is_read_as_type() -> None:
    event = {"isA": "ObjectEvent", **object_event(type=...)}

    found = read_epcis(document(event, type=..., isA="EPCISDocument"), file="f")

    assert found.rejected == ()
    assert found.events[0].event["reading"]["kind"] == "ObjectEvent"


# Keys


def test_the_key_is_the_event_id_or_else_the_event_hash() -> None:
    named, nameless = read_epcis(document(object_event(eventID=EVENT_ID), aggregation()), file="f").events

    assert named.key == f"epcis:{EVENT_ID}"
    assert nameless.key == "epcis:" + nameless.event["reading"]["event_hash"]


def test_a_declared_error_has_a_key_of_its_own() -> None:
    error = {"declarationTime": "2026-03-11T00:00:00Z", "reason": "did_not_occur", "correctiveEventIDs": ["urn:uuid:1"]}
    wrong = object_event(eventID=EVENT_ID, errorDeclaration=error)

    first, second = read_epcis(document(object_event(eventID=EVENT_ID), wrong), file="f").events

    assert second.key == f"{first.key};error=2026-03-11T00:00:00Z"
    assert second.event["reading"]["event_hash"] == first.event["reading"]["event_hash"]
    assert second.event["reading"]["error"] == {
        "declared_at": "2026-03-11T00:00:00Z",
        "reason": "did_not_occur",
        "corrective_ids": ["urn:uuid:1"],
    }


def test_the_same_event_in_another_document_is_the_same_capture() -> None:
    (one,) = read_epcis(document(object_event(eventID=EVENT_ID)), file="one.json").events
    (again,) = read_epcis(
        query_document(object_event(eventID=EVENT_ID, recordTime="2026-03-11T00:00:00Z")), file="two.json"
    ).events
    (other,) = read_epcis(document(object_event(eventID=EVENT_ID, action="ADD")), file="three.json").events

    assert one.key == again.key == other.key
    assert same_captured(captured(one), captured(again))
    assert not same_captured(captured(one), captured(other))


def test_one_event_id_for_two_events_of_a_file_is_refused() -> None:
    data = document(object_event(eventID=EVENT_ID), object_event(eventID=EVENT_ID), aggregation(eventID=EVENT_ID))

    found = read_epcis(data, file="f")

    assert len(found.events) == 2
    assert [(each.index, each.path) for each in found.rejected] == [(2, "/epcisBody/eventList/2/eventID")]
    assert "event 0 has the same eventID" in found.rejected[0].reason


# Master data


def header(*elements: dict[str, Any], name: str = "epcisMasterData") -> dict[str, Any]:
    vocabulary = {"type": "urn:epcglobal:epcis:vtype:EPCClass", "vocabularyElementList": list(elements)}
    return {name: {"vocabularyList": [vocabulary]}}


def test_master_data_of_a_header_are_kept_dated_as_the_document() -> None:
    attributes = [
        {"id": "cbvmda:descriptionShort", "attribute": "Milk"},
        {"id": "example:fat", "attribute": {"share": 3.50}},
    ]
    element = {"id": "urn:epc:idpat:sgtin:9506000.013435.*", "attributes": attributes, "children": ["urn:x:1"]}

    found = read_epcis(document(object_event(), epcisHeader=header(element)), file="f")

    (milk,) = found.master_data
    assert milk.path == "/epcisHeader/epcisMasterData/vocabularyList/0/vocabularyElementList/0"
    assert json.loads(milk.event["text"]) == element
    assert milk.event["event_time"] == "2026-03-10T08:00:00Z"
    assert milk.event["reading"] == {
        "kind": "MasterData",
        "master_data": {
            "vocabulary": "urn:epcglobal:epcis:vtype:EPCClass",
            "name": "https://id.gs1.org/01/09506000134352",
            "attributes": [
                {"name": "urn:epcglobal:cbv:mda:descriptionShort", "value": "Milk"},
                {"name": "https://ns.example.com/epcis/fat", "value": '{"share":3.5}'},
                {"name": "children", "value": '["urn:x:1"]'},
            ],
        },
    }
    assert found.captured == (*found.master_data, *found.events)


def test_the_same_master_data_in_another_document_have_the_same_key() -> None:
    element = {"id": "https://id.gs1.org/01/09506000134352"}
    one = read_epcis(document(epcisHeader=header(element)), file="f").master_data[0]
    later = read_epcis(
        document(epcisHeader=header(element), creationDate="2027-01-01T00:00:00Z"), file="f"
    ).master_data[0]

    assert one.key == later.key
    assert one.key.startswith("epcis:masterdata:")
    assert same_captured(captured(one), captured(later))


def test_wrong_master_data_are_refused_one_by_one() -> None:
    right: dict[str, Any] = {"id": "urn:x:1"}
    wrong: dict[str, Any] = {"attributes": []}

    found = read_epcis(document(epcisHeader=header(right, wrong)), file="f")

    assert len(found.master_data) == 1
    assert refused(document(epcisHeader=header(right, wrong))) == [
        (None, "/epcisHeader/epcisMasterData/vocabularyList/0/vocabularyElementList/1/id", "is missing")
    ]


def test_master_data_of_a_query_document_without_date_are_as_old_as_the_last_time_told() -> None:
    told = object_event(recordTime="2026-03-09T20:00:00Z")

    found = read_epcis(query_document(told, creationDate=..., epcisHeader=header({"id": "urn:x:1"})), file="f")

    assert found.master_data[0].event["event_time"] == "2026-03-09T20:00:00Z"
    assert [each.code for each in found.findings] == ["creation-date-missing"]


def test_a_header_of_another_name_is_read_in_a_query_document_with_a_finding() -> None:
    found = read_epcis(query_document(epcisHeader=header({"id": "urn:x:1"}, name="EPCISMasterData")), file="f")

    assert len(found.master_data) == 1
    assert [(each.code, each.path) for each in found.findings] == [("header-unknown", "/epcisHeader/EPCISMasterData")]


# What is refused


@pytest.mark.requirement("EXC-1")
@pytest.mark.parametrize(
    ("event", "path", "reason"),
    [
        (object_event(eventTime=...), "/eventTime", "is missing"),
        (
            object_event(eventTime="2026-02-30T10:00:00Z"),
            "/eventTime",
            'found "2026-02-30T10:00:00Z"; expected a day and time',
        ),
        (
            object_event(eventTime="2026-02-20T10:00:00"),
            "/eventTime",
            "expected a day and time that exist, with offset",
        ),
        (
            object_event(eventTimeZoneOffset="+1:00"),
            "/eventTimeZoneOffset",
            'found "+1:00"; expected an offset from UTC like',
        ),
        (object_event(action="CREATE"), "/action", 'found "CREATE"; expected OBSERVE, ADD or DELETE'),
        (object_event(bizStep="shiping"), "/bizStep", "did you mean 'shipping'?"),
        (object_event(bizStep="urn:epcglobal:cbv:bizstep:shipping"), "/bizStep", "expected the bare word 'shipping'"),
        (
            object_event(epcList=["no uri"]),
            "/epcList/0",
            "expected a URI, or a name with a prefix that @context declares",
        ),
        (object_event(attachments=[]), "/attachments", "is no field of EPCIS; a field of your own needs a prefix"),
        (object_event(bizsteps="x"), "/bizsteps", "did you mean 'bizStep'?"),
        (object_event(ilmd={"example:a": 1}), "/ilmd", "belongs to action ADD only; found action"),
        (object_event(quantityList=[]), "", "names no objects"),
        (object_event(quantityList=[], epcList=[]), "", "names no objects"),
        (
            object_event(quantityList=[{"epcClass": MILK, "quantity": "5"}]),
            "/quantityList/0/quantity",
            'found "5"; expected a number',
        ),
        (
            object_event(quantityList=[{"epcClass": MILK, "quantity": -5}]),
            "/quantityList/0/quantity",
            "expected more than zero",
        ),
        (
            object_event(quantityList=[{"epcClass": MILK, "uom": "kg"}]),
            "/quantityList/0/uom",
            "a unit of UN/ECE Recommendation 20",
        ),
        (
            object_event(quantityList=[{"epcClass": MILK, "weight": 5}]),
            "/quantityList/0/weight",
            "is no field here; EPCIS knows",
        ),
        (object_event(type="StockEvent"), "/type", 'found "StockEvent"; expected one of ObjectEvent'),
        (object_event(type=...), "/type", "is missing; expected one of ObjectEvent"),
        ([], "", "found a list; expected an event, which is an object"),
        (aggregation(parentID=...), "/parentID", "is missing; action ADD says what is put into"),
        (aggregation(childQuantityList=...), "", "names no contents"),
        (
            aggregation(parentID="urn:epc:class:lgtin:4012345.012345.L1"),
            "/parentID",
            "a class; expected one thing of its own",
        ),
        (aggregation(childEPCs=[PALLET]), "/parentID", "which stands in childEPCs too; nothing holds itself"),
        (transformation(inputQuantityList=...), "", "needs an input and an output, or a transformationID"),
        (transformation(transformationID="7d06ddab"), "/transformationID", 'found "7d06ddab"; expected a URI'),
        (object_event(errorDeclaration={}), "/errorDeclaration/declarationTime", "is missing"),
        (
            object_event(eventID="urn:" + "x" * 1_000),
            "/eventID",
            "has 1004 characters; at most 1000 are kept of a name",
        ),
        (object_event(certificationInfo=[{}]), "/certificationInfo/0", "found an object; expected a text"),
    ],
)
def test_a_wrong_event_is_refused_with_what_was_found_and_what_is_expected(event: Any, path: str, reason: str) -> None:
    found = read_epcis(document(aggregation(), event), file="f.json")

    assert len(found.events) == 1
    assert (1, "/epcisBody/eventList/1" + path) in {(each.index, each.path) for each in found.rejected}
    assert reason in " ".join(each.reason for each in found.rejected)


def test_every_fault_of_every_event_is_listed_as_the_command_prints_it() -> None:
    found = read_epcis(
        document(object_event(action=...), aggregation(), object_event(eventTime=0, bizStep=7)), file="f.json"
    )

    assert [each.as_json() for each in found.rejected] == [
        {"file": "f.json", "index": 0, "path": "/epcisBody/eventList/0/action", "reason": "is missing"},
        {
            "file": "f.json",
            "index": 2,
            "path": "/epcisBody/eventList/2/eventTime",
            "reason": "found 0; expected a text",
        },
        {
            "file": "f.json",
            "index": 2,
            "path": "/epcisBody/eventList/2/bizStep",
            "reason": "found 7; expected a word of the vocabulary (accepting …) or a URI of your own",
        },
    ]


@pytest.mark.parametrize(
    ("changes", "path", "reason"),
    [
        ({"@context": ...}, "/@context", "is missing"),
        ({"schemaVersion": ...}, "/schemaVersion", "is missing"),
        ({"creationDate": "10.3.2026"}, "/creationDate", 'found "10.3.2026"; expected a day and time'),
        ({"epcisBody": {}}, "/epcisBody/eventList", "is missing"),
        ({"epcisBody": {"eventList": {}}}, "/epcisBody/eventList", "found an object; expected a list"),
        ({"epcisHeader": {"other": 1}}, "/epcisHeader/other", "is no field of EPCIS"),
    ],
)
def test_what_is_wrong_with_the_document_itself_has_no_index(changes: dict[str, Any], path: str, reason: str) -> None:
    (told,) = refused(document(object_event(), **changes))

    assert told[:2] == (None, path)
    assert told[2].startswith(reason)


def test_a_document_of_an_older_version_is_read_with_a_finding() -> None:
    found = read_epcis(document(object_event(), schemaVersion="1.2"), file="f")

    assert [(each.code, each.text) for each in found.findings] == [("schema-version", 'is "1.2"; read as EPCIS 2.0')]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b'\xef\xbb\xbf<?xml version="1.0"?><EPCISDocument/>', "this is XML, which is not read"),
        (b"\xff\xfe<\x00?\x00", "this is XML, which is not read"),
        (b"{}", "the file holds a JSON object without 'type' and 'epcisBody'"),
        (b'{"type": "Feature"}', 'its type is "Feature"; expected EPCISDocument, EPCISQueryDocument or an event'),
        (b'{"epcisBody": {}}', "'type' is missing; expected EPCISDocument or EPCISQueryDocument"),
        (b"[]", "the file holds an empty array"),
        (b'[{"type": "ObjectEvent"}, {}]', "element 1 of the array is no EPCIS event"),
        (b"7", "the file holds 7, which is no EPCIS document"),
        (b'{"type": "ObjectEvent"}\n{"a": 1}\n', "line 2 is no EPCIS event"),
    ],
)
def test_another_kind_of_file_is_refused_with_what_it_is(data: bytes, why: str) -> None:
    with pytest.raises(NotEpcis, match=r"^f: ") as caught:
        read_epcis(data, file="f")

    assert caught.value.why.startswith(why)


def test_a_wrong_line_among_events_is_told_with_its_number() -> None:
    with pytest.raises(JsonMalformed, match=r"^f:3:12: the file ends in the middle of a value"):
        read_epcis(b'{"type": "ObjectEvent"}\n\n{"type": 1,\n', file="f")


def test_a_log_record_around_a_document_is_told_as_such_with_what_is_inside() -> None:
    right = json.dumps({"Content": document(object_event()).decode()}).encode()
    wrong = json.dumps({"Content": document(object_event(action=...)).decode()}).encode()
    broken = json.dumps({"Content": '{"type": "EPCISDocument",'}).encode()

    whys = []
    for data in (right, wrong, broken):
        with pytest.raises(NotEpcis) as caught:
            read_epcis(data, file="f.log")
        whys.append(caught.value.why.removeprefix("this is a record that holds a document as the text of "))

    assert whys == [
        '"Content"; take that text out and import it; nothing in it is refused, 1 events can be captured',
        '"Content"; take that text out and import it, once it is mended: /epcisBody/eventList/0/action: is missing',
        (
            '"Content"; take that text out and import it, once it is mended: Content:1:26: the file ends in the middle'
            " of a value; it may be cut off"
        ),
    ]


# What goes out


def written_and_read(data: bytes) -> tuple[tuple[CapturedEvent, ...], tuple[CapturedEvent, ...]]:
    before = read_epcis(data, file="f").captured
    after = write_epcis([captured(each) for each in before], creation_date="2026-03-10T08:00:00Z")
    return before, read_epcis(after, file="g").captured


def test_what_is_imported_and_exported_and_imported_again_is_the_same() -> None:
    data = document(
        object_event(), aggregation(eventID=EVENT_ID), epcisHeader=header({"id": "urn:x:1"}, {"id": "urn:x:2"})
    )

    before, after = written_and_read(data)

    def content(told: CapturedEvent) -> dict[str, Any]:
        return {name: value for name, value in told.event.items() if name != "document_sha256"}

    assert [(each.key, content(each)) for each in after] == [(each.key, content(each)) for each in before]


def test_events_of_documents_with_different_prefixes_stand_in_one_document_that_has_all() -> None:
    one = document({**object_event(), "example:oven": "2"})
    other = document({**aggregation(), "acme:shift": "B"}, **{"@context": {"acme": "https://acme.example/"}})
    before = [read_epcis(data, file="f").events[0] for data in (one, other)]

    exported = write_epcis([captured(each) for each in before], creation_date="2026-03-10T08:00:00Z")

    after = read_epcis(exported, file="g").events
    assert [each.event["text"] for each in after] == [each.event["text"] for each in before]
    assert [each.event["reading"] for each in after] == [each.event["reading"] for each in before]
    assert json.loads(exported)["@context"] == [*CONTEXT, {"acme": "https://acme.example/"}]


def test_events_that_use_a_prefix_for_two_namespaces_cannot_stand_in_one_document() -> None:
    one = document(object_event(), **{"@context": {"acme": "https://acme.example/"}})
    other = document(aggregation(), **{"@context": {"acme": "https://other.example/"}})
    events = [captured(read_epcis(data, file="f").events[0]) for data in (one, other)]

    with pytest.raises(
        EpcisContextsDiffer, match=r"the prefix 'acme' for https://acme\.example/ and for https://other\.example/"
    ):
        write_epcis(events, creation_date="2026-03-10T08:00:00Z")


def test_an_event_whose_text_was_erased_is_not_exported() -> None:
    event = captured(read_epcis(document(object_event(eventID=EVENT_ID)), file="f").events[0])
    erased = event.model_copy(update={"text": ForeignText(digest="A" * 43, length=400)})

    with pytest.raises(EpcisTextMissing, match=f"the text of captured event {EVENT_ID} is not there"):
        write_epcis([erased], creation_date="2026-03-10T08:00:00Z")


def test_no_events_make_an_empty_document() -> None:
    found = read_epcis(write_epcis([], creation_date="2026-03-10T08:00:00Z"), file="f")

    assert (found.events, found.rejected) == ((), ())


def test_a_lot_that_only_an_event_names_stays_what_it_is() -> None:
    (event,) = read_epcis(document(object_event(quantityList=[{"epcClass": CHEESE}])), file="f").events

    assert event.event["reading"]["lots"] == [
        {"name": CHEESE, "kind": "lot", "item": "https://id.gs1.org/01/09506000134369"}
    ]
