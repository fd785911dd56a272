"""Documents of others that are wrong: refused whole, with the place of the fault, by every way in for documents.

Captured events are other people's truth and no rule of the plant refuses them; what is no EPCIS is refused all the
same. A row is a sentence, the document, the code, and a phrase that the line must hold.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

import pytest

from tests.surfaces.bad_input_surfaces import (
    JSON,
    Refusal,
    Standing,
    command,
    one_line,
    refused_by_command,
    refused_in_json,
    refused_in_python,
    refused_over_http,
    standing,
)
from tests.unit.interop.epcis_documents import object_event


class Document(NamedTuple):
    """One bad document."""

    name: str
    data: bytes
    code: str
    says: str


def document(*told: Any, **changed: Any) -> bytes:
    """Return a document of events as bytes; a member given as `...` is left out."""
    members = {
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-03-10T00:00:00Z",
        "epcisBody": {"eventList": list(told)},
        **changed,
    }
    return json.dumps({name: value for name, value in members.items() if value is not ...}).encode()


GOOD: Final = document(object_event())
NO_VOCABULARY: Final[Mapping[str, Any]] = {"epcisMasterData": {"vocabularyList": [{}]}}


def of_quantity(text: bytes) -> bytes:
    """Return the document whose quantity is this JSON."""
    return GOOD.replace(b'"quantityList": [{', b'"quantityList": [{"uom": "KGM", "quantity": ' + text + b",")


_EVENT: Final = "/epcisBody/eventList/0"
_REFUSED: Final = "event-rejected"
"""Code of the first rejection; over HTTP and in Python, that of the whole document is `document-refused`."""

DOCUMENTS: Final = (
    Document("nothing at all", b"", "json-malformed", "the file is empty"),
    Document("white space only", b" \r\n ", "json-malformed", "the file is empty"),
    Document("one NUL", b"\x00", "json-malformed", r"a value is expected, found '\x00'"),
    Document("UTF-16", GOOD.decode().encode("utf-16"), "json-malformed", "the file is UTF-16; save it as UTF-8"),
    Document("Latin-1", GOOD.replace(b"MILK", b"M\xfcLK"), "json-malformed", "byte 0xFC is not UTF-8"),
    Document("a lone surrogate", GOOD.replace(b"MILK", b"\\udfff"), "json-malformed", "half of a surrogate pair"),
    Document("a document that is cut", GOOD[:-3], "json-malformed", "it may be cut off"),
    Document("two documents", GOOD + GOOD, "json-malformed", "text follows, found '{'"),
    Document("a key that stands twice", GOOD.replace(b"{", b'{"type":1,', 1), "json-malformed", "'type' stands twice"),
    Document("a hundred thousand open brackets", b"[" * 100_000, "json-malformed", "nested deeper than 100 levels"),
    Document("NaN", of_quantity(b"NaN"), "json-malformed", "NaN is not a JSON number"),
    Document("null", b"null", "not-epcis", "the file holds null, which is no EPCIS document"),
    Document("an empty array", b"[]", "not-epcis", "the file holds an empty array"),
    Document("an empty object", b"{}", "not-epcis", "without 'type' and 'epcisBody'"),
    Document("an array of numbers", b"[1]", "not-epcis", "element 0 of the array is no EPCIS event"),
    Document("XML", b"<?xml version='1.0'?><epcis:EPCISDocument/>", "not-epcis", "this is XML, which is not read"),
    Document("XML in UTF-16", "<epcis/>".encode("utf-16"), "not-epcis", "this is XML, which is not read"),
    Document("an invoice", document(type="Invoice"), "not-epcis", 'its type is "Invoice"'),
    Document("a document without a type", document(type=...), "not-epcis", "'type' is missing"),
    Document("a document as text in another", json.dumps({"value": GOOD.decode()}).encode(), "not-epcis", "take that"),
    Document("a document without a body", document(epcisBody=...), _REFUSED, "/epcisBody: is missing"),
    Document("a body that is a list", document(epcisBody=[]), _REFUSED, "/epcisBody: found a list; expected an object"),
    Document("no list of events", document(epcisBody={}), _REFUSED, "/epcisBody/eventList: is missing"),
    Document("events in an object", document(epcisBody={"eventList": {}}), _REFUSED, "found an object; expected"),
    Document("a document without a context", document(**{"@context": ...}), _REFUSED, "/@context: is missing"),
    Document("a version that is a number", document(schemaVersion=2), _REFUSED, "/schemaVersion: found 2"),
    Document("a document of no day", document(creationDate="soon"), _REFUSED, '/creationDate: found "soon"'),
    Document("a header that is a number", document(epcisHeader=5), _REFUSED, "/epcisHeader: found 5"),
    Document("an event that is a number", document(5), _REFUSED, f"{_EVENT}: found 5; expected an event"),
    Document("an event without a type", document({}), _REFUSED, f"{_EVENT}/type: is missing; expected one of"),
    Document("an unknown event", document(object_event(type="TeleportEvent")), _REFUSED, 'found "TeleportEvent"'),
    Document("no time", document(object_event(eventTime=...)), _REFUSED, f"{_EVENT}/eventTime: is missing"),
    Document("a time without a zone", document(object_event(eventTime="2026-03-09T14:07:00")), _REFUSED, "with offset"),
    Document("a zone by name", document(object_event(eventTimeZoneOffset="CET")), _REFUSED, 'found "CET"'),
    Document("a zone of 25 hours", document(object_event(eventTimeZoneOffset="+25:00")), _REFUSED, "at most 14 hours"),
    Document("an unknown action", document(object_event(action="EXPLODE")), _REFUSED, f"{_EVENT}/action: found"),
    Document("a name that is a number", document(object_event(epcList=[5])), _REFUSED, f"{_EVENT}/epcList/0: found 5"),
    Document("a name that is a code", document(object_event(epcList=["S 77"])), _REFUSED, "expected a URI"),
    Document("a name that moves the cursor", document(object_event(epcList=["urn:\x1b"])), _REFUSED, "expected a URI"),
    Document("a name of a megabyte", document(object_event(eventID=f"urn:x:{'y' * 10**6}")), _REFUSED, "at most 1000"),
    Document("a quantity below zero", of_quantity(b"-5"), _REFUSED, "quantityList/0/quantity: found -5"),
    Document("minus zero", of_quantity(b"-0"), _REFUSED, "quantityList/0/quantity: found -0"),
    Document("a quantity as text", of_quantity(b'"5"'), _REFUSED, 'found "5"; expected a number'),
    Document("an unknown unit", GOOD.replace(b'[{"epcC', b'[{"quantity":1,"uom":"kilo","epcC'), _REFUSED, '"kilo"'),
    Document("a field without a prefix", document(object_event(colour="red")), _REFUSED, f"{_EVENT}/colour: is no"),
    Document("a field that moves the cursor", document(object_event(**{"a\x1b[2J\n": 1})), _REFUSED, "is no field"),
    Document("a field of 100,000 letters", document(object_event(**{"k" * 100_000: 1})), _REFUSED, f"{_EVENT}/kkk"),
    Document("one wrong event of two", document(object_event(), object_event(action="X")), _REFUSED, "List/1/action"),
    Document("300 wrong events", document(*[object_event(action="X")] * 300), _REFUSED, f"{_EVENT}/action: found"),
    Document("master data of no vocabulary", document(epcisHeader=NO_VOCABULARY), _REFUSED, "List/0/type: is missing"),
)  # fmt: skip


def by_import(plant: Standing, row: Document) -> Refusal:
    refusal = refused_in_python(lambda: plant.ledger.import_document(row.data, file="document.json"))
    return refusal._replace(code=_REFUSED) if refusal.code == "document-refused" else refusal


def by_command(plant: Standing, row: Document) -> Refusal:
    return refused_by_command(command("import", *in_file(plant, row)), row.code, lists_more=True)


def by_json_command(plant: Standing, row: Document) -> Refusal:
    return refused_in_json(command("--json", "import", *in_file(plant, row)), row.code)


def by_capture(plant: Standing, row: Document) -> Refusal:
    answer = plant.http.post("/v1/epcis/capture", content=row.data, headers=JSON)
    if row.code != _REFUSED:
        return refused_over_http(answer, row.code)
    told = answer.json()
    assert (answer.status_code, told["status"], told["code"]) == (422, 422, "document-refused")
    assert answer.headers["content-type"] == "application/problem+json"
    return Refusal(_REFUSED, one_line(told["detail"]))


def in_file(plant: Standing, row: Document) -> tuple[str, ...]:
    """Return the arguments that name the ledger and a file that holds the document."""
    file = plant.folder / "document.json"
    file.write_bytes(row.data)
    return str(file), "--ledger", str(plant.database)


WAYS: Final[Mapping[str, Callable[[Standing, Document], Refusal]]] = {
    "Ledger.import_document": by_import,
    "thread import": by_command,
    "thread --json import": by_json_command,
    "POST epcis/capture": by_capture,
}
CASES = [pytest.param(row, way, id=f"{row.name} [{way}]") for row in DOCUMENTS for way in WAYS]


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    with standing(tmp_path_factory.mktemp("plant")) as made:
        yield made


@pytest.mark.parametrize(("row", "way"), CASES)
def test_a_bad_document_is_refused_whole_in_one_clear_line(plant: Standing, row: Document, way: str) -> None:
    with plant.recording_nothing():
        refusal = WAYS[way](plant, row)

    assert refusal.code == row.code
    assert row.says in refusal.text


def test_with_each_the_right_event_beside_a_wrong_one_is_captured(plant: Standing) -> None:
    size, _ = plant.told()
    row = Document("", document(object_event(eventID="urn:uuid:2c0b8f7e-1"), object_event(action="X")), "", "")

    ran = command("import", "--each", *in_file(plant, row))

    assert ran.status == 2
    assert ran.err.startswith("thread: 1 event rejected")
    assert plant.told()[0] == size + 1


def test_a_number_that_no_quantity_can_be_is_captured_as_told_and_left_out_of_the_reading(plant: Standing) -> None:
    for number in (b"1e400", b"1e999999999", b"1e-999999999", b"9" * 5_000):
        summary = plant.ledger.import_document(of_quantity(number), file="document.json")

        assert summary.recorded == 1
        assert "more than 18 digits before or 12 after the point" in summary.findings[0].text
    card = plant.ledger.lot("https://id.gs1.org/01/09506000134352/10/MILK-7")

    assert card["unit"] is None
    assert plant.ledger.verify().ok
