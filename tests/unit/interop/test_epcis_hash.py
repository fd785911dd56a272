"""The published test vectors are in tests/conformance/test_epcis_vectors.py."""

import re
from typing import Any

import pytest

from tests.unit.interop.epcis_documents import CONTEXT, object_event, transformation
from thread.interop.epcis_context import declared_prefixes
from thread.interop.epcis_hash import event_hash, prehash
from thread.interop.epcis_links import digital_link
from thread.interop.json_text import Number

PREFIXES = declared_prefixes(CONTEXT)


def test_the_hash_is_a_name_with_the_version_of_the_vocabulary() -> None:
    told = event_hash(object_event(), PREFIXES)

    assert re.fullmatch(r"ni:///sha-256;[0-9a-f]{64}\?ver=CBV2\.0", told)


def test_the_text_that_is_hashed_follows_the_canonical_order() -> None:
    event = object_event(
        bizStep="receiving",
        readPoint={"id": "urn:epc:id:sgln:4012345.00011.987", "example:door": "4"},
        bizTransactionList=[{"type": "po", "bizTransaction": "urn:epcglobal:cbv:bt:4012345000009:7"}],
        quantityList=[{"epcClass": "urn:epc:class:lgtin:4012345.012345.L1", "quantity": Number("600.0"), "uom": "KGM"}],
    )

    assert prehash(event, PREFIXES) == (
        "eventType=ObjectEventeventTime=2026-03-09T13:07:00.000ZeventTimeZoneOffset=+01:00"
        "quantityListquantityElementepcClass=https://id.gs1.org/01/04012345123456/10/L1quantity=600uom=KGM"
        "action=OBSERVEbizStep=https://ref.gs1.org/cbv/BizStep-receiving"
        "readPointid=https://id.gs1.org/414/4012345000115/254/987{https://ns.example.com/epcis/}door=4"
        "bizTransactionListtype=https://ref.gs1.org/cbv/BTT-pobizTransaction=urn:epcglobal:cbv:bt:4012345000009:7"
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"eventTime": "2026-03-09T13:07:00.0000000Z"},
        {"recordTime": "2026-03-10T00:00:00Z"},
        {"eventID": "urn:uuid:404d95fc-9457-4a51-bd6a-0bba133845a8"},
        {"errorDeclaration": {"declarationTime": "2026-03-10T00:00:00Z"}},
        {"bizStep": "https://ref.gs1.org/cbv/BizStep-packing"},
        {"bizStep": "cbv:BizStep-packing"},
        {"disposition": ""},
        {"epcList": []},
        {"rdfs:comment": "only a remark"},
        {
            "quantityList": [
                {"uom": "KGM", "quantity": Number("12"), "epcClass": "urn:epc:class:lgtin:9506000.013435.MILK-7"}
            ]
        },
    ],
)
def test_another_spelling_of_an_event_has_the_same_hash(changes: dict[str, Any]) -> None:
    milk = {
        "epcClass": "https://example.com/01/09506000134352/10/MILK-7?x=1",
        "quantity": Number("12.00"),
        "uom": "KGM",
    }
    event = object_event(bizStep="packing", quantityList=[milk])

    assert event_hash({**event, **changes}, PREFIXES) == event_hash(event, PREFIXES)


@pytest.mark.parametrize(
    "changes",
    [
        {"eventTime": "2026-03-09T14:07:00.001+01:00"},
        {"eventTimeZoneOffset": "+02:00"},
        {"action": "ADD"},
        {"example:oven": "2"},
        {"quantityList": [{"epcClass": "https://id.gs1.org/01/09506000134352/10/MILK-8"}]},
    ],
)
def test_another_event_has_another_hash(changes: dict[str, Any]) -> None:
    event = object_event()

    assert event_hash({**event, **changes}, PREFIXES) != event_hash(event, PREFIXES)


def test_the_name_of_a_prefix_does_not_count_but_what_it_stands_for_does() -> None:
    told = {**object_event(), "a:oven": "2"}
    renamed = {**object_event(), "b:oven": "2"}
    prefixes = declared_prefixes({"a": "https://one.example/", "b": "https://one.example/"})
    others = declared_prefixes({"a": "https://one.example/", "b": "https://two.example/"})

    assert event_hash(told, prefixes) == event_hash(renamed, prefixes)
    assert event_hash(told, others) != event_hash(renamed, others)


def test_inputs_and_outputs_are_kept_apart() -> None:
    there = transformation(inputEPCList=["urn:epc:id:sgtin:4012345.011111.1"])
    elsewhere = transformation(outputEPCList=["urn:epc:id:sgtin:4012345.011111.1"])

    assert event_hash(there, PREFIXES) != event_hash(elsewhere, PREFIXES)


def test_a_long_number_in_a_text_keeps_its_digits() -> None:
    one = prehash({**object_event(), "example:serial": "12345678901234567890"}, PREFIXES)

    assert one.endswith("{https://ns.example.com/epcis/}serial=12345678901234567890")


@pytest.mark.parametrize(
    ("uri", "link"),
    [
        ("urn:epc:id:sgtin:4012345.011111.98%22", "https://id.gs1.org/01/04012345111118/21/98%22"),
        ("urn:epc:id:sscc:4012345.0000000333", "https://id.gs1.org/00/040123450000003338"),
        ("urn:epc:id:sgln:4012345.00005.0", "https://id.gs1.org/414/4012345000054"),
        ("urn:epc:id:grai:4012345.00022.334455", "https://id.gs1.org/8003/04012345000221334455"),
        ("urn:epc:id:gdti:987659999999..9", "https://id.gs1.org/253/98765999999929"),
        ("urn:epc:id:cpi:0614141.11-A%23%2F.1234", "https://id.gs1.org/8010/061414111-A%23%2F/8011/1234"),
        ("urn:epc:id:itip:4012345.011111.01.02.987", "https://id.gs1.org/8006/040123451111180102/21/987"),
        ("urn:epc:idpat:sgtin:4054739.099914.*", "https://id.gs1.org/01/04054739999148"),
        (
            "https://example.com/shop/gtin/09780345418913/lot/A1/ser/765tz",
            "https://id.gs1.org/01/09780345418913/21/765tz",
        ),
        ("https://id.gs1.org/01/40123455/10/A", "https://id.gs1.org/01/00000040123455/10/A"),
        ("urn:epc:id:sscc:4012345.333", None),
        ("urn:epc:idpat:sgtin:4054739.*.*", None),
        ("http://www.opengis.net/def/crs/EPSG/0/27700", None),
        ("urn:uuid:404d95fc-9457-4a51-bd6a-0bba133845a8", None),
    ],
)
def test_gs1_identifiers_become_their_constrained_digital_link(uri: str, link: str | None) -> None:
    assert digital_link(uri) == link
