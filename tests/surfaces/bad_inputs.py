"""The table of bad inputs: what may be handed in by mistake or by malice, and what each is answered with.

A row is a sentence, the input as it is handed in (bytes, or the fields of an event), the code of the refusal, and a
phrase that its line must hold: what is wrong, and where. It goes through every way in; `otherwise` names the ways that
answer differently, `only` the ways that there are for it. Nothing in the table is ever recorded.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from tests.surfaces.bad_input_surfaces import (
    BATCH,
    COMMAND,
    JSON_COMMAND,
    POST,
    PYTHON,
    PYTHON_MANY,
    WAYS,
)

__all__ = ["ROWS", "Answer", "Row"]

Told = dict[str, Any]


class Answer(NamedTuple):
    """The code of a refusal, and a phrase that its line holds."""

    code: str
    says: str


class Row(NamedTuple):
    """One bad input. `otherwise`: by way in, where the answer is another one."""

    name: str
    told: bytes | Told
    code: str
    says: str
    only: tuple[str, ...] = tuple(WAYS)
    otherwise: Mapping[str, Answer] = {}

    def answer(self, way: str) -> Answer:
        """Return what this way in has to answer."""
        return self.otherwise.get(way, Answer(self.code, self.says))


# What the rows are made of: one good receipt, one good issue, and what is wrong with them

RECEIPT: Final[Told] = {
    "type": "received",
    "event_time": "2026-03-03T08:00:00+01:00",
    "site": "P1",
    "item": "STEEL",
    "lot": "Q-1",
    "quantity": {"value": "5", "unit": "KGM"},
}
ISSUE: Final[Told] = {
    "type": "material_issued",
    "event_time": "2026-03-03T08:00:00+01:00",
    "site": "P1",
    "order": "WO-1",
    "lots": [{"lot": "S-77", "quantity": {"value": "5", "unit": "KGM"}}],
}
CORRECTION: Final[Told] = {
    "type": "corrected",
    "event_time": "2026-03-03T08:00:00+01:00",
    "seq": 1,
    "reason_code": "wrong_quantity",
    "reason": "weighed again",
}
A_UUID: Final = "0b5c7a52-5c62-4f0e-9d0a-6d6a1f0a0001"


def receipt(**changed: Any) -> Told:
    """Return the receipt with fields changed; `...` takes one out."""
    return {name: value for name, value in {**RECEIPT, **changed}.items() if value is not ...}


def issue(**changed: Any) -> Told:
    """Return the issue with fields changed."""
    return {name: value for name, value in {**ISSUE, **changed}.items() if value is not ...}


def issued(value: str, unit: str, lot: str = "S-77", **more: Any) -> Told:
    """Return the issue of another quantity or lot."""
    return issue(lots=[{"lot": lot, "quantity": {"value": value, "unit": unit}, **more}])


def correction(**changed: Any) -> Told:
    """Return the correction with fields changed."""
    return {name: value for name, value in {**CORRECTION, **changed}.items() if value is not ...}


def amount(value: Any, unit: Any = "KGM") -> Told:
    """Return the receipt of another quantity."""
    return receipt(quantity={"value": value, "unit": unit})


RAW: Final = json.dumps(RECEIPT).encode()


def number(text: bytes) -> bytes:
    """Return the receipt whose quantity is this JSON, not a text."""
    return RAW.replace(b'"5"', text)


def lot(text: bytes) -> bytes:
    """Return the receipt whose lot is spelled with these bytes."""
    return RAW.replace(b"Q-1", text)


ONE_EVENT: Final = (PYTHON, PYTHON_MANY, COMMAND, JSON_COMMAND, POST)
"""Ways in that take bytes as one event; in a batch they would be several, or stand between its brackets."""

COMMANDS: Final = (COMMAND, JSON_COMMAND)
A_NUMBER: Final = "/quantity/value: must be a text in double quotes, also where it is a number"
NO_DECIMAL: Final = "is not a decimal; write digits with a point, like 12.50"
NO_OBJECT: Final = "it is not an object { ... } with the fields of an event"
NO_TIME: Final = "is not an RFC 3339 time with an offset"


def by_command(code: str, says: str) -> Mapping[str, Answer]:
    """Return the answer of the command line where it is another one."""
    return dict.fromkeys(COMMANDS, Answer(code, says))


_OTHERWISE_IN_A_BATCH: Final = {BATCH: Answer("json-malformed", "body:1:1: this is no JSON")}
_NO_EVENT: Final = by_command("no-events", "holds no event; nothing was recorded")

_TEXTS: Final = (
    Row("nothing at all", b"", "json-malformed", "it is empty", ONE_EVENT, _NO_EVENT),
    Row("white space only", b" \n\t\r\n ", "json-malformed", "it is empty", ONE_EVENT, _NO_EVENT),
    Row("one NUL", b"\x00", "json-malformed", r"a value is expected, found '\x00'", ONE_EVENT),
    Row("a NUL before the event", b"\x00" + RAW, "json-malformed", "1", ONE_EVENT),
    Row("a NUL after the event", RAW + b"\x00", "json-malformed", r"text follows, found '\x00'", ONE_EVENT),
    Row("a mark of byte order only", b"\xef\xbb\xbf", "json-malformed", "is empty", ONE_EVENT, _NO_EVENT),
    Row("UTF-16", RAW.decode().encode("utf-16"), "json-malformed", "is UTF-16; save it as UTF-8", ONE_EVENT),
    Row(
        "UTF-16 without a mark",
        RAW.decode().encode("utf-16-le"),
        "json-malformed",
        "a name in double quotes",
        ONE_EVENT,
    ),
    Row("UTF-32", RAW.decode().encode("utf-32"), "json-malformed", "is UTF-32; save it as UTF-8", ONE_EVENT),
    Row("Latin-1", lot(b"Gr\xf6\xdfe"), "json-malformed", "byte 0xF6 is not UTF-8", ONE_EVENT),
    Row(
        "half of a surrogate pair in UTF-8", lot(b"\xed\xa0\x80"), "json-malformed", "byte 0xED is not UTF-8", ONE_EVENT
    ),
    Row("a character spelled too long", lot(b"\xc0\x80"), "json-malformed", "byte 0xC0 is not UTF-8", ONE_EVENT),
    Row("a lone high surrogate", lot(b"\\ud800"), "json-malformed", "half of a surrogate pair"),
    Row("a lone low surrogate", lot(b"\\udc00"), "json-malformed", "half of a surrogate pair"),
    Row("a surrogate pair turned round", lot(b"\\udc00\\ud800"), "json-malformed", "half of a surrogate pair"),
    Row("a surrogate in a name", RAW.replace(b"site", b"\\ud800"), "json-malformed", "half of a surrogate pair"),
    Row("an event that is cut", RAW[:-1], "json-malformed", "it may be cut off", ONE_EVENT),
    Row("an event that is cut inside a text", RAW[:20], "json-malformed", "it may be cut off", ONE_EVENT),
    Row("null", b"null", "json-malformed", NO_OBJECT),
    Row("true", b"true", "json-malformed", NO_OBJECT),
    Row("a number", b"12", "json-malformed", NO_OBJECT),
    Row("a text", b'"received"', "json-malformed", NO_OBJECT),
    Row("an empty array", b"[]", "json-malformed", NO_OBJECT, ONE_EVENT, _NO_EVENT),
    Row("an array in an array", b"[[]]", "json-malformed", NO_OBJECT, ONE_EVENT),
    Row("an empty object", b"{}", "event-invalid", "/type: is missing; tell what happened"),
    Row("NaN", number(b"NaN"), "json-malformed", "NaN is not a JSON number"),
    Row("Infinity", number(b"Infinity"), "json-malformed", "Infinity is not a JSON number"),
    Row("minus infinity", number(b"-Infinity"), "json-malformed", "-Infinity is not a JSON number"),
    Row(
        "a number beyond every float",
        number(b"1e400"),
        "json-malformed",
        "number is infinity",
        otherwise=by_command("event-invalid", A_NUMBER),
    ),
    Row(
        "a number of 5,000 digits",
        number(b"1" * 5_000),
        "json-malformed",
        "number is infinity",
        otherwise=by_command("event-invalid", A_NUMBER),
    ),
    Row("minus zero", number(b"-0"), "event-invalid", A_NUMBER),
    Row("minus zero with a point", number(b"-0.0"), "event-invalid", A_NUMBER),
    Row("a binary fraction", number(b"1.5"), "event-invalid", A_NUMBER),
    Row("a whole number", number(b"5"), "event-invalid", A_NUMBER),
    Row("a number with an exponent", number(b"1e5"), "event-invalid", A_NUMBER),
    Row("a number of 64 bits", number(b"9223372036854775808"), "event-invalid", A_NUMBER),
    Row("a number of 65 bits", number(b"18446744073709551616"), "event-invalid", A_NUMBER),
    Row(
        "a number with a leading zero",
        number(b"05"),
        "json-malformed",
        "a comma or a closing bracket is expected",
        otherwise=_OTHERWISE_IN_A_BATCH,
    ),
    Row(
        "a number with a plus",
        number(b"+5"),
        "json-malformed",
        "a value is expected, found '+'",
        otherwise=_OTHERWISE_IN_A_BATCH,
    ),
    Row(
        "a hexadecimal number",
        number(b"0x5"),
        "json-malformed",
        "a comma or a closing bracket is expected",
        otherwise=_OTHERWISE_IN_A_BATCH,
    ),
    Row("a key that stands twice", b'{"type":"moved",' + RAW[1:], "json-malformed", "'type' stands twice"),
    Row("a key that stands twice in two spellings", b'{"\\u0074ype":"x",' + RAW[1:], "json-malformed", "stands twice"),
    Row(
        "a key that stands twice inside",
        RAW.replace(b'"unit"', b'"value":"6","unit"'),
        "json-malformed",
        "'value' stands twice",
    ),
    Row(
        "a key that is null once",
        RAW.replace(b'"unit"', b'"value":null,"unit"'),
        "json-malformed",
        "'value' stands twice",
    ),
    Row(
        "a line feed inside a text", lot(b"Q\n1"), "json-malformed", "a text holds a bare control character", ONE_EVENT
    ),
    Row(
        "a tab inside a text",
        lot(b"Q\t1"),
        "json-malformed",
        "a text holds a bare control character",
        otherwise=_OTHERWISE_IN_A_BATCH,
    ),
    Row(
        "an escape sequence inside a text",
        lot(b"Q\x1b[2J"),
        "json-malformed",
        "a text holds a bare control character",
        otherwise=_OTHERWISE_IN_A_BATCH,
    ),
    Row(
        "an unknown escape",
        lot(b"Q\\x41"),
        "json-malformed",
        "a backslash starts no escape that JSON knows",
        otherwise=_OTHERWISE_IN_A_BATCH,
    ),
    Row(
        "single quotes",
        b"{'type': 'received'}",
        "json-malformed",
        "a name in double quotes is expected",
        otherwise=_OTHERWISE_IN_A_BATCH,
    ),
    Row(
        "names without quotes",
        b"{type: 1}",
        "json-malformed",
        "a name in double quotes is expected",
        otherwise=_OTHERWISE_IN_A_BATCH,
    ),
    Row("a comment", b"// receipt\n" + RAW, "json-malformed", "there is a comment", ONE_EVENT),
    Row(
        "a comma before the closing bracket",
        RAW[:-1] + b",}",
        "json-malformed",
        "a comma stands before a closing bracket",
        otherwise=_OTHERWISE_IN_A_BATCH,
    ),
    Row("two events without a line between", RAW + RAW, "json-malformed", "text follows, found '{'", ONE_EVENT),
    Row("an event and some text", RAW + b" x", "json-malformed", "text follows, found 'x'", ONE_EVENT),
    Row(
        "sixty-one levels",
        b'{"type":"moved","ext":' + b"[" * 60 + b"]" * 60 + b"}",
        "json-malformed",
        "deeper than 60 levels",
    ),
    Row(
        "ten thousand levels",
        b'{"type":"moved","ext":' + b"[" * 10_000 + b"]" * 10_000 + b"}",
        "json-malformed",
        "deep",
    ),
    Row("a hundred thousand open brackets", b'{"a":' * 100_000, "json-malformed", "deep", ONE_EVENT),
    Row(
        "a text of ten megabytes",
        lot(b"Q" * 10_000_000),
        "json-malformed",
        "it has 10000148 bytes, at most 1000000 are read",
        otherwise={
            **by_command("event-invalid", "it has 10000000 characters, at most 200 are kept"),
            POST: Answer("body-too-long", "the request has more than 1000000 bytes"),
            BATCH: Answer("body-too-long", "the event has more than 1000000 bytes"),
        },
    ),
    Row("a note of 900 kilobytes", receipt(note="x" * 900_000), "event-invalid", "/note: "),
    Row("a field name of 900 kilobytes", receipt(**{"k" * 900_000: 1}), "event-invalid", "kkk…: is not a field"),
    Row("XML", b"<?xml version='1.0'?><epcis/>", "json-malformed", "a value is expected, found '<'", ONE_EVENT),
    Row("a web page", b"<!doctype html><html></html>", "json-malformed", "a value is expected, found '<'", ONE_EVENT),
    Row("CSV", b"type;site;lot", "json-malformed", "a value is expected, found 't'", ONE_EVENT),
    Row("a form", b"type=received&site=P1", "json-malformed", "a value is expected, found 't'", ONE_EVENT),
    Row("a file that is compressed", b"\x1f\x8b\x08\x00\x00", "json-malformed", "byte 0x8B is not UTF-8", ONE_EVENT),
    Row(
        "a database", b"SQLite format 3\x00" + bytes(84), "json-malformed", "a value is expected, found 'S'", ONE_EVENT
    ),
    Row("a pickle", b"\x80\x04\x95\x00", "json-malformed", "byte 0x80 is not UTF-8", ONE_EVENT),
)

_TYPES: Final = (
    Row("a type that is misspelt", receipt(type="recieved"), "event-invalid", "did you mean 'received'?"),
    Row("a type of the future", receipt(type="teleported"), "event-invalid", "'teleported' is no event type"),
    Row("a type that is a number", receipt(type=7), "event-invalid", "/type: '7' is no event type"),
    Row("a type that is a list", receipt(type=["received"]), "event-invalid", "is no event type"),
    Row("a type that is an object", receipt(type={}), "event-invalid", "/type: '{}' is no event type"),
    Row("a type of 100,000 letters", receipt(type="x" * 100_000), "event-invalid", "is no event type"),
    Row("a type that clears the screen", receipt(type="re\x1b[2J"), "event-invalid", r"/type: 're\x1b[2J' is no event"),
    Row("no type", receipt(type=...), "event-invalid", "/type: is missing; tell what happened"),
    Row(
        "an event of the ledger itself", receipt(type="ledger.opened"), "type-reserved", "written by the ledger itself"
    ),
    Row(
        "a captured event told by hand", receipt(type="epcis_captured"), "captured-only", "hand in the document instead"
    ),
    Row("a version of the future", receipt(v=2), "event-invalid", "/v: version '2' is not known to this program"),
    Row("a version that is a text", receipt(v="1"), "event-invalid", "/v: version '1' is not known"),
    Row("a version that is true", receipt(v=True), "event-invalid", "/v: version 'True' is not known"),
    Row("a version that is a fraction", receipt(v=1.0), "event-invalid", "/v: version '1.0' is not known"),
    Row("version nought", receipt(v=0), "event-invalid", "/v: version '0' is not known"),
    Row("an id that is no UUID", receipt(id="42"), "event-invalid", "/id: '42' is no UUID"),
    Row("an id in capitals", receipt(id=A_UUID.upper()), "event-invalid", "is no UUID in small letters"),
    Row("an id with a line feed", receipt(id=f"{A_UUID}\n"), "event-invalid", "is no UUID in small letters"),
    Row("an id that is a number", receipt(id=42), "event-invalid", "/id: must be a text in double quotes"),
)

_TIMES: Final = (
    Row("no time", receipt(event_time=...), "event-invalid", "when it happened is missing"),
    Row("a time without a zone", receipt(event_time="2026-03-03T08:00:00"), "event-invalid", NO_TIME),
    Row("a zone by name", receipt(event_time="2026-03-03T08:00:00 Europe/Berlin"), "event-invalid", NO_TIME),
    Row("a zone without a colon", receipt(event_time="2026-03-03T08:00:00+0100"), "event-invalid", NO_TIME),
    Row(
        "a zone that no place has",
        receipt(event_time="2026-03-03T08:00:00+25:00"),
        "event-invalid",
        "no place on earth",
    ),
    Row("a day only", receipt(event_time="2026-03-03"), "event-invalid", NO_TIME),
    Row("a time with a blank in it", receipt(event_time="2026-03-03 08:00:00Z"), "event-invalid", NO_TIME),
    Row("a time in small letters", receipt(event_time="2026-03-03t08:00:00z"), "event-invalid", NO_TIME),
    Row("a time with a line feed", receipt(event_time="2026-03-03T08:00:00Z\n"), "event-invalid", NO_TIME),
    Row("a time in Arabic digits", receipt(event_time="٢٠٢٦-03-03T08:00:00Z"), "event-invalid", NO_TIME),
    Row("a time in seconds since 1970", receipt(event_time=1772521200), "event-invalid", "/event_time: must be a text"),
    Row(
        "the 30th of February",
        receipt(event_time="2026-02-30T08:00:00Z"),
        "event-invalid",
        "no day or time that exists",
    ),
    Row("the hour 24", receipt(event_time="2026-03-03T24:00:00Z"), "event-invalid", "no day or time that exists"),
    Row("a leap second", receipt(event_time="2016-12-31T23:59:60Z"), "event-invalid", "no day or time that exists"),
    Row("the year 0", receipt(event_time="0000-03-03T08:00:00Z"), "event-invalid", "outside the years 1900 to 2199"),
    Row("the year 9999", receipt(event_time="9999-12-31T23:59:59Z"), "event-invalid", "outside the years 1900 to 2199"),
    Row("the future", receipt(event_time="2199-01-01T00:00:00Z"), "in-future", "lies ahead of the ledger's clock"),
    Row(
        "an instant and a window",
        receipt(time_from="2026-03-03T08:00:00Z", time_to="2026-03-03T09:00:00Z"),
        "event-invalid",
        "not both",
    ),
    Row(
        "half a window",
        receipt(event_time=..., time_from="2026-03-03T08:00:00Z"),
        "event-invalid",
        "when it happened is missing",
    ),
    Row(
        "a window that ends before it starts",
        receipt(event_time=..., time_from="2026-03-03T09:00:00Z", time_to="2026-03-03T08:00:00Z"),
        "event-invalid",
        "time_from lies after time_to",
    ),
    Row(
        "an expiry in another order",
        receipt(expiry="31.12.2026"),
        "event-invalid",
        "/expiry: '31.12.2026' is not a day",
    ),
    Row("an expiry on no day", receipt(expiry="2026-02-30"), "event-invalid", "/expiry: '2026-02-30' is not a day"),
)

_QUANTITIES: Final = (
    Row("a quantity with a comma", amount("5,5"), "event-invalid", f"/quantity/value: '5,5' {NO_DECIMAL}"),
    Row("a quantity with an exponent", amount("1e3"), "event-invalid", NO_DECIMAL),
    Row("a quantity that is NaN as text", amount("NaN"), "event-invalid", NO_DECIMAL),
    Row("a quantity of minus zero as text", amount("-0"), "event-invalid", NO_DECIMAL),
    Row("a quantity with a plus", amount("+5"), "event-invalid", NO_DECIMAL),
    Row("a quantity with a leading zero", amount("05"), "event-invalid", NO_DECIMAL),
    Row("a quantity with a blank", amount(" 5"), "event-invalid", NO_DECIMAL),
    Row("a quantity with a line feed", amount("5\n"), "event-invalid", NO_DECIMAL),
    Row("a quantity with an underscore", amount("5_0"), "event-invalid", NO_DECIMAL),
    Row("a quantity in Arabic digits", amount("٥"), "event-invalid", NO_DECIMAL),
    Row("a quantity of 19 digits", amount("1234567890123456789"), "event-invalid", NO_DECIMAL),
    Row("a quantity of 13 decimals", amount("0.1234567890123"), "event-invalid", NO_DECIMAL),
    Row("a quantity of 100,000 digits", amount("9" * 100_000), "event-invalid", "/quantity/value: "),
    Row("an empty quantity", amount(""), "event-invalid", NO_DECIMAL),
    Row("a quantity below zero", amount("-5"), "event-invalid", "/quantity/value: '-5' is negative"),
    Row("a quantity of zero", amount("0"), "event-invalid", "the quantity is zero"),
    Row("a quantity that is true", amount(value=True), "event-invalid", A_NUMBER),
    Row("a quantity that is a list", amount([]), "event-invalid", A_NUMBER),
    Row("a quantity as one text", receipt(quantity="5 KGM"), "event-invalid", "/quantity: Input should be an object"),
    Row("no quantity", receipt(quantity=...), "event-invalid", "/quantity: is missing"),
    Row("a quantity without a unit", receipt(quantity={"value": "5"}), "event-invalid", "/quantity/unit: is missing"),
    Row(
        "a quantity with more in it",
        receipt(quantity={"value": "5", "unit": "KGM", "of": 1}),
        "event-invalid",
        "/quantity/of: ",
    ),
    Row("a unit in small letters", amount("5", "kg"), "event-invalid", "/quantity/unit: 'kg' is no unit code"),
    Row("a unit in words", amount("5", "KILOGRAM"), "event-invalid", "is no unit code of UN/ECE Rec 20"),
    Row("a unit with a Cyrillic letter", amount("5", "\u041aGM"), "event-invalid", "is no unit code"),
    Row("a unit with a line feed", amount("5", "KGM\n"), "event-invalid", "is no unit code"),
    Row(
        "a unit that the lot is not kept in", issued("5", "MTR"), "wrong-unit", "(at /lots/0/quantity); if it happened"
    ),
    Row(
        "a price that is no number",
        receipt(unit_cost={"value": "dear", "currency": "EUR"}),
        "event-invalid",
        NO_DECIMAL,
    ),
    Row(
        "a currency in words",
        receipt(unit_cost={"value": "5", "currency": "euro"}),
        "event-invalid",
        "no currency code",
    ),
    Row(
        "a peg below zero",
        receipt(origin={"pegs": [{"demand": "SO", "kind": "customer_order", "quantity": "-1"}]}),
        "event-invalid",
        "/origin/pegs/0/quantity: '-1' is negative",
    ),
    Row("an origin in one word", receipt(origin="JIT"), "event-invalid", "/origin: Input should be an object"),
    Row(
        "a trigger that nobody knows",
        receipt(origin={"trigger": "hunch"}),
        "event-invalid",
        "/origin/trigger: 'hunch' is not allowed",
    ),
)

_NAMES: Final = (
    Row("no site", receipt(site=...), "event-invalid", "/site: is missing"),
    Row("an empty site", receipt(site=""), "event-invalid", "/site: "),
    Row("a site that is a path", receipt(site="P1/../P2"), "event-invalid", "/site: 'P1/../P2' can be no site"),
    Row("a site with a blank", receipt(site="P 1"), "event-invalid", "/site: 'P 1' can be no site"),
    Row("a site of 61 letters", receipt(site="P" * 61), "event-invalid", "/site: "),
    Row("no item", receipt(item=...), "event-invalid", "/item: is missing"),
    Row("an item of white space", receipt(item=" "), "event-invalid", "/item: ' ' is no name: it is empty"),
    Row(
        "an item of 201 letters",
        receipt(item="I" * 201),
        "event-invalid",
        "it has 201 characters, at most 200 are kept",
    ),
    Row("an item that is a list", receipt(item=["STEEL"]), "event-invalid", "/item: must be a text in double quotes"),
    Row("no lot", receipt(lot=...), "event-invalid", "/lot: is missing"),
    Row("an empty lot", receipt(lot=""), "event-invalid", "/lot: '' is no name: it is empty"),
    Row("a lot of a blank that does not break", receipt(lot="\u00a0"), "event-invalid", "is no name: it is empty"),
    Row("a lot that is a number", receipt(lot=77), "event-invalid", "/lot: must be a text in double quotes"),
    Row("a lot with a NUL", receipt(lot="S\x0077"), "event-invalid", "it holds the character U+0000"),
    Row("a lot that clears the screen", receipt(lot="S\x1b[2J"), "event-invalid", "it holds the character U+001B"),
    Row("a lot with a control character of 8 bits", receipt(lot="S\x9b2J"), "event-invalid", "the character U+009B"),
    Row("a lot over two lines", receipt(lot="S\n77"), "event-invalid", "it holds the character U+000A"),
    Row("a lot with a delete", receipt(lot="S\x7f"), "event-invalid", "it holds the character U+007F"),
    Row("a lot of 10,000 letters", receipt(lot="L" * 10_000), "event-invalid", "it has 10000 characters, at most 200"),
    Row("a lot of 200 smileys", receipt(lot="\U0001f600" * 200), "event-invalid", "at most 1000 are kept"),
    Row("a lot that is an item", receipt(lot="https://plant.example/item/STEEL"), "event-invalid", "names no lot"),
    Row(
        "a note with an escape sequence",
        receipt(note="a\x1b[2J"),
        "event-invalid",
        "/note: 'a\\x1b[2J' holds a control",
    ),
    Row("a note with a NUL", receipt(note="a\x00b"), "event-invalid", "/note: 'a\\x00b' holds a control character"),
    Row("an empty note", receipt(note=""), "event-invalid", "/note: "),
    Row("a country in words", receipt(country="Germany"), "event-invalid", "'Germany' is no country code"),
    Row(
        "serials that run backwards", receipt(serials=[{"first": "A9", "last": "A1"}]), "event-invalid", "/serials/0: "
    ),
    Row("serials of two widths", receipt(serials=[{"first": "A1", "last": "A10"}]), "event-invalid", "are no range"),
    Row(
        "a thousand million serials",
        receipt(serials=[{"first": "A000000000", "last": "A999999999"}]),
        "event-invalid",
        "more than 10000",
    ),
    Row("fewer serials than pieces", receipt(serials=[{"first": "A1", "last": "A3"}]), "event-invalid", "must agree"),
)

_SHAPES: Final = (
    Row("a field that nobody knows", receipt(colour="red"), "event-invalid", "/colour: is not a field of received"),
    Row("a field that is misspelt", receipt(suplier="ACME"), "event-invalid", "did you mean 'supplier'?"),
    Row(
        "a field named with an escape sequence",
        receipt(**{"a\x1b[31m\n": 1}),
        "event-invalid",
        r"/a\x1b[31m\n: is not a",
    ),
    Row("a field named with a slash", receipt(**{"a/b~c": 1}), "event-invalid", "/a~1b~0c: is not a field"),
    Row("a field without a name", receipt(**{"": 1}), "event-invalid", "/: is not a field"),
    Row("a field that Python knows", receipt(__class__="Event"), "event-invalid", "/__class__: is not a field"),
    Row(
        "an extension without a namespace",
        receipt(ext=[{"name": "zone", "value": "1"}]),
        "event-invalid",
        "/ext/0/name: 'zone' is no name with a namespace",
    ),
    Row(
        "an extension that is an object",
        receipt(ext={"a:b": "c"}),
        "event-invalid",
        "/ext: Input should be a valid array",
    ),
    Row("201 extensions", receipt(ext=[{"name": "a:b", "value": "c"}] * 201), "event-invalid", "/ext: "),
    Row(
        "an entry of 160 kilobytes",
        receipt(ext=[{"name": "a:b", "value": "x" * 8_000}] * 20),
        "entry-too-long",
        "at most 65535 are allowed",
    ),
    Row(
        "what was typed as a text",
        receipt(as_given="S-77"),
        "event-invalid",
        "/as_given: Input should be a valid array",
    ),
    Row(
        "what was typed at no place",
        receipt(as_given=[{"name": "lot"}]),
        "event-invalid",
        "/as_given/0/name: 'lot' is no JSON Pointer",
    ),
    Row(
        "a basis that nobody knows", receipt(basis="guessed"), "event-invalid", "/basis: 'guessed' is not allowed here"
    ),
    Row("an issue of nothing", issue(lots=[]), "event-invalid", "/lots: "),
    Row("an issue without lots", issue(lots=...), "event-invalid", "/lots: is missing"),
    Row("an issue without an order", issue(order=...), "event-invalid", "/order: is missing"),
    Row("an issue of 1,001 lines", issue(lots=ISSUE["lots"] * 1_001), "event-invalid", "/lots: "),
    Row(
        "lines that are one object",
        issue(lots=ISSUE["lots"][0]),
        "event-invalid",
        "/lots: Input should be a valid array",
    ),
    Row("a line that is a text", issue(lots=["S-77"]), "event-invalid", "/lots/0: Input should be an object"),
    Row("a line that is null", issue(lots=[None]), "event-invalid", "/lots/0: Input should be an object"),
    Row(
        "a line that names nothing",
        issue(lots=[{"quantity": RECEIPT["quantity"]}]),
        "event-invalid",
        "/lots/0: the line names no material",
    ),
    Row(
        "a line without a quantity",
        issue(lots=[{"lot": "S-77"}]),
        "event-invalid",
        "/lots/0: the line tells no quantity",
    ),
    Row(
        "one of one lot",
        issue(lots=[{"one_of": ["S-77"], "quantity": RECEIPT["quantity"]}]),
        "event-invalid",
        "/lots/0/one_of: ",
    ),
    Row(
        "one of the same lot twice",
        issue(lots=[{"one_of": ["S-77"] * 2, "quantity": RECEIPT["quantity"]}]),
        "event-invalid",
        "names the same lot twice",
    ),
    Row(
        "a container in itself",
        receipt(type="packed", container="C-1", contents=[{"container": "C-1"}], item=..., lot=..., quantity=...),
        "event-invalid",
        "cannot hold itself",
    ),
)

_IN_THIS_LEDGER: Final = (
    Row(
        "a lot that nobody recorded",
        issued("5", "KGM", "NOPE"),
        "lot-unknown",
        "lot 'NOPE' (at /lots/0/lot) was never recorded",
    ),
    Row(
        "a short name of two lots",
        issued("5", "KGM", "26-14"),
        "lot-ambiguous",
        "lot '26-14' (at /lots/0/lot) may be any of",
    ),
    Row(
        "more than is there",
        issued("71", "KGM"),
        "quantity-exceeded",
        "71 KGM of lot STEEL / S-77 (ACME) are asked",
    ),
    Row(
        "a line of the wrong item",
        issued("5", "KGM", "https://plant.example/party/ACME/lot/STEEL/S-77", item="FILM"),
        "wrong-item",
        "(at /lots/0); if it happened",
    ),
    Row("a use before the lot came", issue(event_time="2026-02-01T08:00:00Z"), "before-lot", "did not exist yet"),
    Row(
        "a shipment of what is on hold",
        issue(
            type="shipped",
            shipment="SH-9",
            purpose="sale",
            customer="RIDE",
            order=...,
            event_time="2026-03-04T08:00:00Z",
            lots=[{"lot": "F-1", "quantity": {"value": "10", "unit": "EA"}}],
        ),
        "lot-held",
        "(at /lots/0); if it happened",
    ),
    Row(
        "the same delivery again",
        receipt(
            lot="S-77",
            supplier="ACME",
            event_time="2026-03-02T08:00:00+01:00",
            quantity={"value": "100", "unit": "KGM"},
            documents=[{"type": "despatch_advice", "number": "DN-4711"}],
        ),
        "duplicate-delivery",
        "confirm it by force only if it came twice",
    ),
    Row(
        "a correction of no entry", correction(seq=999, void=True), "entry-unknown", "there is no entry 999 to correct"
    ),
    Row(
        "a correction of the ledger's own entry",
        correction(seq=0, void=True),
        "not-correctable",
        "belongs to the ledger itself",
    ),
    Row("a correction of an entry below zero", correction(seq=-1, void=True), "event-invalid", "/seq: "),
    Row(
        "a correction of an entry beyond any number",
        correction(seq=2**70, void=True),
        "event-invalid",
        "is too large; tell a number below 9007199254740992",
    ),
    Row("a correction of a huge entry", correction(seq=10**18, void=True), "event-invalid", "/seq: "),
    Row("a correction of entry 1.5", correction(seq=1.5, void=True), "event-invalid", "/seq: "),
    Row("a correction of entry true", correction(seq=True, void=True), "event-invalid", "/seq: "),
    Row("a correction of entry 2^64", correction(seq=2**64, void=True), "event-invalid", "corrected event: /"),
    Row("a correction that says nothing", correction(), "event-invalid", "corrected event: /"),
    Row(
        "a correction that voids and replaces",
        correction(void=True, replaced_by=[RECEIPT]),
        "event-invalid",
        "corrected event: /",
    ),
    Row(
        "a correction by an event of the ledger",
        correction(replaced_by=[receipt(type="ledger.opened")]),
        "event-invalid",
        "/replaced_by/0/type: ",
    ),
    Row(
        "a correction by an event without a type",
        correction(replaced_by=[{"type": {}}]),
        "event-invalid",
        "/replaced_by/0/type: ",
    ),
    Row(
        "a correction by a correction",
        correction(replaced_by=[correction(void=True)]),
        "event-invalid",
        "/replaced_by/0/type: ",
    ),
    Row(
        "a correction by an event with an id",
        correction(replaced_by=[receipt(id=A_UUID)]),
        "event-invalid",
        "/replaced_by/0/id: ",
    ),
    Row(
        "a correction by a number",
        correction(replaced_by=[1]),
        "event-invalid",
        "/replaced_by/0: Input should be an object",
    ),
    Row(
        "a signature under 2^64",
        receipt(type="signed", seqs=[2**64], meaning="approved", item=..., lot=..., quantity=...),
        "event-invalid",
        "signed event: /",
    ),
)

ROWS: Final = (*_TEXTS, *_TYPES, *_TIMES, *_QUANTITIES, *_NAMES, *_SHAPES, *_IN_THIS_LEDGER)
