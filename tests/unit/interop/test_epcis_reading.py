from typing import Any

import pytest

from tests.unit.interop.epcis_documents import (
    CHEESE,
    CONTEXT,
    MILK,
    PALLET,
    aggregation,
    association,
    document,
    object_event,
    transformation,
)
from thread.interop import read_epcis
from thread.interop.epcis_reading import decimal_of

SSCC = "urn:epc:id:sscc:0614141.1234567890"
MILK_ITEM = "https://id.gs1.org/01/09506000134352"


def event_of(event: dict[str, Any], **told: Any) -> dict[str, Any]:
    found = read_epcis(document(event, **told), file="f")
    assert found.rejected == ()
    return dict(found.events[0].event)


def reading_of(event: dict[str, Any], **told: Any) -> dict[str, Any]:
    return dict(event_of(event, **told)["reading"])


def codes_of(event: dict[str, Any], **told: Any) -> list[tuple[str, str]]:
    return [(each["code"], each["path"]) for each in reading_of(event, **told).get("findings", [])]


def test_a_transformation_is_inputs_an_activity_and_outputs() -> None:
    reading = reading_of(
        transformation(
            transformationID="urn:epc:id:gdti:4012345.55555.1234",
            inputQuantityList=[
                {"epcClass": "urn:epc:class:lgtin:9506000.013435.MILK-7", "quantity": 500.5, "uom": "LTR"}
            ],
            outputQuantityList=[{"epcClass": CHEESE, "quantity": 50, "uom": "KGM"}],
        )
    )

    assert reading["activity"] == "https://id.gs1.org/253/40123455555541234"
    assert reading["inputs"] == [
        {
            "name": MILK,
            "kind": "lot",
            "item": MILK_ITEM,
            "quantity": {"value": "500.5", "unit": "LTR"},
            "as_given": "urn:epc:class:lgtin:9506000.013435.MILK-7",
        }
    ]
    assert [(line["name"], line["quantity"]["value"]) for line in reading["outputs"]] == [(CHEESE, "50")]


def test_an_aggregation_is_a_container_and_its_contents() -> None:
    reading = reading_of(aggregation(parentID=SSCC, childEPCs=["urn:epc:id:sscc:0614141.1234567891"]))

    assert (reading["action"], reading["container"]) == ("ADD", PALLET)
    assert [(line["kind"], line["name"]) for line in reading["contents"]] == [
        ("container", "https://id.gs1.org/00/106141412345678915"),
        ("lot", CHEESE),
    ]


def test_a_deletion_without_children_empties_the_container() -> None:
    reading = reading_of(aggregation(action="DELETE", childQuantityList=...))

    assert (reading["action"], reading["container"]) == ("DELETE", PALLET)
    assert "contents" not in reading


def test_an_association_is_a_unit_and_its_components() -> None:
    reading = reading_of(association())

    assert reading["unit"] == "https://id.gs1.org/8003/0401234566666387"
    assert reading["components"] == [
        {"name": "https://id.gs1.org/8004/4000001111", "kind": "serial", "as_given": "urn:epc:id:giai:4000001.111"}
    ]


def test_an_object_event_is_about_lots_at_places_between_parties_for_documents() -> None:
    event = event_of(
        object_event(
            bizStep="shipping",
            disposition="https://ref.gs1.org/cbv/Disp-in_transit",
            readPoint={"id": "urn:epc:id:sgln:4012345.00011.987"},
            bizLocation={"id": "urn:epc:id:sgln:4012345.00011.0"},
            sourceList=[{"type": "owning_party", "source": "urn:epc:id:pgln:4012345.00000"}],
            destinationList=[{"type": "location", "destination": "example:dock"}],
            bizTransactionList=[
                {"type": "desadv", "bizTransaction": "urn:epcglobal:cbv:bt:0614141073467:1152"},
                {"bizTransaction": "https://transaction.example.com/po/1"},
            ],
        )
    )

    reading = event["reading"]
    assert (reading["business_step"], reading["disposition"]) == ("shipping", "in_transit")
    assert reading["read_point"] == "https://id.gs1.org/414/4012345000115/254/987"
    assert reading["business_location"] == "https://id.gs1.org/414/4012345000115"
    assert reading["parties"] == [
        {"role": "source", "type": "owning_party", "name": "https://id.gs1.org/417/4012345000009"},
        {"role": "destination", "type": "location", "name": "https://ns.example.com/epcis/dock"},
    ]
    assert reading["documents"] == [
        {"type": "desadv", "name": "urn:epcglobal:cbv:bt:0614141073467:1152"},
        {"type": "unspecified", "name": "https://transaction.example.com/po/1"},
    ]
    assert event["documents"] == [
        {"type": "desadv", "number": "1152", "issuer": "https://id.gs1.org/417/0614141073467"},
        {"type": "unspecified", "number": "https://transaction.example.com/po/1"},
    ]


@pytest.mark.parametrize(
    ("told", "kind", "item"),
    [
        (
            "urn:gdst:example.org:product:lot:class:feedmill.1.ff11252021",
            "lot",
            "urn:gdst:example.org:product:class:feedmill.1",
        ),
        ("urn:gdst:example.org:product:class:feedmill.1", "item", None),
        ("urn:epc:idpat:sgtin:4012345.066666.*", "item", None),
        ("urn:epc:id:sgtin:4012345.011111.9876", "serial", "https://id.gs1.org/01/04012345111118"),
        (SSCC, "container", None),
        ("https://ns.example.com/lots/77", "unknown", None),
        ("example:lot-77", "unknown", None),
    ],
)
def test_the_spelling_of_a_name_says_what_it_names(told: str, kind: str, item: str | None) -> None:
    (line,) = reading_of(object_event(quantityList=[{"epcClass": told}]))["lots"]

    assert (line["kind"], line.get("item")) == (kind, item)


def test_whatever_goes_into_a_transformation_is_a_lot_unless_it_is_clearly_something_else() -> None:
    lines = reading_of(
        transformation(
            inputEPCList=["urn:epc:id:giai:4000001.111"],
            inputQuantityList=[
                {"epcClass": "https://ns.example.com/lots/77"},
                {"epcClass": "urn:epc:idpat:sgtin:4012345.066666.*"},
            ],
        )
    )["inputs"]

    assert [line["kind"] for line in lines] == ["serial", "lot", "item"]


def test_a_compact_name_stands_for_the_same_lot_in_every_document() -> None:
    (line,) = reading_of(object_event(quantityList=[{"epcClass": "example:lot-77"}]))["lots"]
    (other,) = reading_of(
        object_event(quantityList=[{"epcClass": "e:lot-77"}]), **{"@context": {"e": "https://ns.example.com/epcis/"}}
    )["lots"]

    assert line["name"] == other["name"] == "https://ns.example.com/epcis/lot-77"
    assert other["as_given"] == "e:lot-77"


@pytest.mark.parametrize(
    ("told", "value"),
    [
        ("500.0", "500.0"),
        ("1e3", "1000"),
        ("1.50E1", "15.0"),
        ("2.5e-3", "0.0025"),
        ("0", "0"),
        ("-0", "0"),
        ("1.0000000000000", "1.000000000000"),
        ("999999999999999999", "999999999999999999"),
        ("1000000000000000000", None),
        ("0.0000000000001", None),
        ("1e400", None),
        ("1e9999999999", None),
    ],
)
def test_a_number_becomes_a_decimal_of_the_ledger_exactly_or_not_at_all(told: str, value: str | None) -> None:
    assert decimal_of(told) == value


def quantity(**told: Any) -> dict[str, Any]:
    return object_event(quantityList=[{"epcClass": MILK, **told}])


def test_a_quantity_without_unit_is_a_count() -> None:
    assert reading_of(quantity(quantity=12))["lots"][0]["quantity"] == {"value": "12", "unit": "C62"}


def test_a_quantity_that_cannot_be_told_exactly_is_left_out_with_a_finding() -> None:
    assert "quantity" not in reading_of(quantity(quantity=1.5))["lots"][0]
    assert codes_of(quantity(quantity=1.5)) == [("unit-missing", "/quantityList/0/quantity")]
    assert codes_of(quantity(quantity=10**18, uom="KGM")) == [("quantity-unreadable", "/quantityList/0/quantity")]
    assert codes_of(quantity(quantity=0, uom="KGM")) == [("quantity-zero", "/quantityList/0/quantity")]
    assert codes_of(quantity(uom="KGM")) == [("unit-without-quantity", "/quantityList/0/uom")]


def test_a_member_that_is_told_empty_counts_as_not_told() -> None:
    event = transformation(transformationID="", disposition=None, bizLocation={"id": ""})

    reading = reading_of(event)

    assert {"activity", "disposition", "business_location"}.isdisjoint(reading)
    assert codes_of(event) == [
        ("empty-value", "/transformationID"),
        ("empty-value", "/disposition"),
        ("empty-value", "/bizLocation"),
    ]


@pytest.mark.requirement("EXC-3")
def test_a_malformed_gs1_name_is_kept_as_given_with_a_finding() -> None:
    event = aggregation(parentID="urn:epc:id:sscc:08600031303.12382183213")

    assert reading_of(event)["container"] == "urn:epc:id:sscc:08600031303.12382183213"
    assert codes_of(event) == [("gs1-malformed", "/parentID")]


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ("urn:epc:id:sscc:08600031303.12382183213", "container"),
        ("urn:epc:id:sgtin:4012345.1.9876", "serial"),
        ("https://id.gs1.org/01/09506000134353/10/A", "lot"),
        ("https://id.gs1.org/01/09506000134353/21/A", "serial"),
        ("https://id.gs1.org/01/09506000134353", "item"),
    ],
)
def test_a_gs1_name_with_wrong_digits_still_says_what_it_means_to_name(told: str, kind: str) -> None:
    event = object_event(quantityList=[{"epcClass": told}])

    (line,) = reading_of(event)["lots"]

    assert (line["name"], line["kind"]) == (told, kind)
    assert codes_of(event) == [("gs1-malformed", "/quantityList/0/epcClass")]


def test_what_is_odd_about_an_event_is_found() -> None:
    assert codes_of(object_event(recordTime="2026-03-09T13:00:00Z")) == [("recorded-too-early", "/recordTime")]
    assert codes_of({**object_event(), "acme:oven": "2"}) == [("prefix-unknown", "/acme:oven")]
    assert codes_of(object_event(epcList=["urn:epc:class:lgtin:4012345.012345.L1"])) == [
        ("class-as-instance", "/epcList/0")
    ]
    assert codes_of(object_event(errorDeclaration={"declarationTime": "2026-03-11T00:00:00Z"})) == [
        ("error-without-reason", "/errorDeclaration")
    ]


def test_a_context_that_would_have_to_be_fetched_is_told_and_not_fetched() -> None:
    context = [*CONTEXT, "https://acme.example/context.jsonld"]

    found = read_epcis(document(object_event(), **{"@context": context}), file="f")

    assert [(each.code, each.path) for each in found.findings] == [("context-unread", "/@context")]


def test_an_event_may_declare_prefixes_of_its_own() -> None:
    event = {**object_event(), "@context": [{"acme": "https://acme.example/"}], "acme:oven": "2"}

    assert codes_of(event) == []


def test_a_second_with_more_digits_than_a_ledger_keeps_is_cut() -> None:
    event = event_of(object_event(eventTime="2026-03-09T14:07:00." + "1234567890" * 4 + "+01:00"))

    assert event["event_time"] == "2026-03-09T14:07:00.123456789+01:00"


def test_an_event_that_names_many_things_keeps_their_spelling_in_its_text_only() -> None:
    few = aggregation(childEPCs=[f"urn:epc:id:sgtin:4012345.011111.{number}" for number in range(300)])
    many = aggregation(childEPCs=[f"urn:epc:id:sgtin:4012345.011111.{number}" for number in range(450)])

    assert reading_of(few)["contents"][0]["as_given"] == "urn:epc:id:sgtin:4012345.011111.0"
    assert "as_given" not in reading_of(many)["contents"][0]
    assert len(reading_of(many)["contents"]) == 451


def test_an_event_that_names_more_than_an_entry_holds_is_refused() -> None:
    event = aggregation(childEPCs=[f"urn:epc:id:sgtin:4012345.011111.{number}" for number in range(5_000)])

    (told,) = read_epcis(document(event), file="f").rejected

    assert told.path == "/epcisBody/eventList/0"
    assert "62000 fit; tell it in parts" in told.reason
