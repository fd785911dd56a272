"""One box for every name: what is found by what, in which order, and how a text was read."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import correction, hold, issue, item, order, pack, production, receipt, relabel, shipment, void
from tests.story import events
from thread.errors import LotAmbiguous, NameMalformed
from thread.service import Ledger, NameAmbiguous, NameNotFound
from thread.service.find import Found, SearchKindUnknown, SearchLimitInvalid
from thread.service.names import NameNotYetRecorded, NameOfAnotherKind

GTIN = "09506000134352"
DOCUMENT = {"type": "despatch_advice", "number": "DN/4711-a"}


@pytest.fixture
def day(ledger: Ledger) -> Ledger:
    told: list[dict[str, Any]] = [
        item("STEEL", description="Steel tube 25 mm", gtin=f"(01){GTIN}"),
        receipt("R-5", supplier_lots=["HEAT-9"], marks=["L2 14:07"], lot_assigner="site", documents=[DOCUMENT]),
        receipt("S-77", supplier="ACME"),
        receipt("S-77", supplier="BOLT"),
        order("WO-1", item="FRAME"),
        issue("30 KGM of R-5", order="WO-1"),
        production("2 EA lot F-1 serials A1 to A2", order="WO-1"),
        pack("2 EA of F-1", container="(00)106141412345678908"),
        shipment({"container": "(00)106141412345678908"}, number="SH-1", customer="RIDE"),
        {
            "type": "party_defined",
            "event_time": "2026-03-02T08:00:00+01:00",
            "site": "P1",
            "party": "RIDE",
            "label": "Ride Bikes",
            "name": "Ana Lopes",
            "gln": "(417)9506000134376",
        },
    ]
    for event in told:
        ledger.record(event)
    return ledger


def hits(found: Found) -> list[tuple[str, str, str]]:
    return [(hit.how, hit.label, f"{hit.by} {hit.matched}") for hit in found.hits]


@pytest.mark.parametrize(
    ("text", "kind", "label", "by"),
    [
        ("r-5", "lot", "STEEL / R-5", "code R-5"),
        ("heat-9", "lot", "STEEL / R-5", "supplier lot HEAT-9"),
        ("L2 14:07", "lot", "STEEL / R-5", "printed mark L2 14:07"),
        ("STEEL/R-5", "lot", "STEEL / R-5", "name STEEL/R-5"),
        ("steel / s-77 (bolt)", "lot", "STEEL / S-77 (BOLT)", "name steel / s-77 (bolt)"),
        ("https://plant.example/order/P1/WO-1", "order", "WO-1", "name https://plant.example/order/P1/WO-1"),
        ("order WO-1", "order", "WO-1", "name order WO-1"),
        ("A1", "serial", "FRAME / A1", "code A1"),
        ("sh-1", "shipment", "SH-1", "code SH-1"),
        (
            "00106141412345678908",
            "container",
            "(00)106141412345678908",
            "name https://id.gs1.org/00/106141412345678908",
        ),
        ("106141412345678908", "container", "(00)106141412345678908", "code 106141412345678908"),
        ("urn:epc:id:sscc:0614141.1234567890", "container", "(00)106141412345678908", ""),
        ("steel tube 25 MM", "item", "STEEL", "description Steel tube 25 mm"),
        ("ride", "party", "RIDE", "code RIDE"),
        ("RIDE  bikes", "party", "RIDE", "label Ride Bikes"),
        ("ana lopes", "party", "RIDE", "private name Ana Lopes"),
        (f"]C101{GTIN}10R-5", "lot", "STEEL / R-5", "code R-5"),
        (f"01{GTIN}10R-5", "lot", "STEEL / R-5", "code R-5"),
        (f"https://brand.example/01/{GTIN}/10/R-5", "lot", "STEEL / R-5", "code R-5"),
        ("(10)R-5(17)270131", "lot", "STEEL / R-5", "code R-5"),
    ],
)
def test_anything_is_found_by_whatever_it_is_called(day: Ledger, text: str, kind: str, label: str, by: str) -> None:
    found = day.find(text).hits

    assert [(hit.kind, hit.label, hit.how) for hit in found if hit.how == "exact"] == [(kind, label, "exact")]
    assert f"{found[0].by} {found[0].matched}".startswith(by)
    assert found[0].seq is not None


def test_a_document_is_found_with_the_lots_that_came_on_it(day: Ledger) -> None:
    assert hits(day.find("dn/4711-A")) == [
        ("exact", "DN/4711-a (despatch_advice)", "code DN/4711-a"),
        ("exact", "STEEL / R-5", "document DN/4711-a"),
    ]
    assert hits(day.find("dn/4711-A", kind="lot")) == [("exact", "STEEL / R-5", "document DN/4711-a")]
    assert [hit.by for hit in day.find("DN/47").hits] == ["code"]


def test_a_gln_finds_the_party_and_a_gtin_the_item(day: Ledger) -> None:
    assert "RIDE" in {hit.label for hit in day.find("9506000134376").hits}
    assert "STEEL" in {hit.label for hit in day.find("9506000134352").hits}


def test_exact_comes_before_prefix_before_within_and_lots_before_the_rest(day: Ledger) -> None:
    day.record_many(
        [receipt("STE"), order("STEP-2"), receipt("LOW-STE-9"), receipt("STEEL-3"), hold("R-5", hold_id="STE-H")]
    )

    assert hits(day.find("ste")) == [
        ("exact", "STEEL / STE (ACME)", "code STE"),
        ("prefix", "STEEL / STEEL-3 (ACME)", "code STEEL-3"),
        ("prefix", "STEP-2", "code STEP-2"),
        ("prefix", "STEEL", "code STEEL"),
        ("prefix", "STE-H", "code STE-H"),
        ("within", "STEEL / LOW-STE-9 (ACME)", "code LOW-STE-9"),
    ]
    assert [hit.label for hit in day.find("ste", kind="order").hits] == ["STEP-2"]
    assert [(hit.label, day.find("ste", limit=1).more) for hit in day.find("ste", limit=1).hits] == [
        ("STEEL / STE (ACME)", True)
    ]


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        (f"]C101{GTIN}10S-77", f"GTIN {GTIN}, lot S-77"),
        (f"(01){GTIN}(17)270131(10)S-77(21)9", f"GTIN {GTIN}, expiry 270131, lot S-77, serial 9"),
        ("00106141412345678908", "SSCC 106141412345678908"),
        (f"https://id.gs1.org/01/{GTIN}", f"GTIN {GTIN}"),
        ("(10)S-77", "lot S-77"),
        ("urn:uuid:1", "the name urn:uuid:1"),
        (" S-77 ", "the text S-77"),
        ("S-77" * 500, f"the text {'S-77' * 20} … (2000 characters)"),
    ],
)
def test_an_answer_says_how_the_text_was_read(day: Ledger, text: str, read_as: str) -> None:
    assert day.find(text).read_as == read_as


def test_a_label_with_a_wrong_check_digit_is_said_to_be_wrong_and_its_parts_are_looked_for(day: Ledger) -> None:
    found = day.find("(01)09506000134353(10)R-5")

    assert found.remark == "check digit of GTIN 09506000134353 is 3, its digits ask for 2; read it again"
    assert hits(found) == [("part", "STEEL / R-5", "code R-5")]


def test_a_label_of_which_only_the_item_is_known_finds_the_item(day: Ledger) -> None:
    found = day.find(f"(01){GTIN}(10)NEW-1")

    assert ("part", "STEEL", f"GTIN {GTIN}") in hits(found)


def test_either_label_of_relabelled_goods_finds_both_and_stands_for_the_lot_that_bears_it(ledger: Ledger) -> None:
    ledger.record(receipt("TY-88", supplier="ROND"))
    ledger.record(relabel("100 KGM of TY-88", "100 KGM lot T-2601"))

    assert {hit.label for hit in ledger.find("TY-88").hits} == {"STEEL / TY-88 (ROND)", "STEEL / T-2601"}
    assert {hit.label for hit in ledger.find("t-2601").hits} == {"STEEL / TY-88 (ROND)", "STEEL / T-2601"}
    assert ledger.resolve_lot("ty-88").endswith("/party/ROND/lot/STEEL/TY-88")


@pytest.mark.parametrize("text", ["heat-9", "r-5", f"]C101{GTIN}10R-5", "l2 14:07", "STEEL/r-5"])
def test_questions_about_a_lot_take_what_a_search_finds(day: Ledger, text: str) -> None:
    lot = "https://plant.example/site/P1/lot/STEEL/R-5"

    assert day.resolve_lot(text) == lot
    assert day.lot(text)["id"] == lot
    assert day.balance(text)["lot"] == lot
    assert day.trace(text).as_json()["graph"]["focus"] == lot
    assert day.recall_scope([text]).as_json()["start"] == [lot]


@pytest.mark.requirement("NAM-2")
def test_questions_list_the_candidates_of_a_text_and_never_guess(day: Ledger) -> None:
    day.record(receipt("heat-9", supplier="BOLT"))
    day.record(order("s-77"))

    with pytest.raises(LotAmbiguous) as lots:
        day.lot("Heat-9")
    with pytest.raises(NameAmbiguous) as names:
        day.trace("S-77")

    assert len(lots.value.facts["candidates"]) == 2  # type: ignore[arg-type]
    assert len(names.value.facts["candidates"]) == 2  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("ride", "ride is a party; ask `thread find ride`"),
        ("DN/4711-a", "DN/4711-a is a document; ask `thread find DN/4711-a`"),
        ("steel", "steel is an item; ask `thread find steel`"),
    ],
)
def test_questions_about_what_is_no_lot_say_what_it_is(day: Ledger, text: str, told: str) -> None:
    with pytest.raises(NameOfAnotherKind) as refused:
        day.trace(text)

    assert refused.value.text == told


def test_what_a_search_finds_was_not_always_known(day: Ledger) -> None:
    with pytest.raises(NameNotYetRecorded, match="heat-9 was not recorded yet when the ledger had 2 entries"):
        day.lot("heat-9", known_at=2)


def test_voided_names_are_found_but_answer_no_question(day: Ledger) -> None:
    day.record(receipt("GONE-1"))
    day.record(void(day.size - 1))

    assert [(hit.label, hit.voided) for hit in day.find("gone").hits] == [("STEEL / GONE-1 (ACME)", True)]
    with pytest.raises(NameNotFound):
        day.lot("gone-1")


def test_what_a_replaced_receipt_said_is_voided_and_what_replaced_it_is_not(ledger: Ledger) -> None:
    ledger.record(receipt("OLD-1", at="day 1, 08:00"))
    ledger.record(correction(1, receipt("NEW-1")))

    assert {hit.label: hit.voided for text in ("OLD-1", "NEW-1") for hit in ledger.find(text).hits} == {
        "STEEL / OLD-1 (ACME)": True,
        "STEEL / NEW-1 (ACME)": False,
    }


def test_a_run_and_a_fill_are_found_as_answers_print_them(ledger: Ledger) -> None:
    ledger.record_many(
        events(
            """
            day 1, 08:00  receive 100 LTR of OIL lot O-1 from ACME
            day 1, 09:00  issue 30 LTR of O-1 to WO-2 run early
            day 1, 10:00  fill 40 LTR of O-1 into TANK-B
            """,
            first_seq=1,
        )
    )

    assert hits(ledger.find("WO-2 / early")) == [("exact", "WO-2 / early", "name WO-2 / early")]
    assert hits(ledger.find("TANK-B #1")) == [("exact", "TANK-B #1", "name TANK-B #1")]


def test_what_nobody_told_is_answered_with_names_like_it(day: Ledger) -> None:
    found = day.find("SH-2")

    assert (found.hits, found.near) == ((), ("https://plant.example/shipment/P1/SH-1",))
    with pytest.raises(NameNotFound, match="nothing recorded goes by the name 'SH-2'"):
        found.or_nothing()
    with pytest.raises(NameNotFound, match=rf"\(read as GTIN {GTIN}, lot X\)") as refused:
        day.find(f"(01){GTIN}(10)X", kind="lot").or_nothing()
    assert refused.value.facts["near"] == ()


def test_a_search_for_a_kind_or_number_that_there_is_none_of_is_refused(day: Ledger) -> None:
    with pytest.raises(SearchKindUnknown, match="'customer' is no kind of thing; tell one of lot, order,"):
        day.find("RIDE", kind="customer")
    with pytest.raises(SearchLimitInvalid, match="an answer lists 1 to 1000 things, not 0"):
        day.find("RIDE", limit=0)


@pytest.mark.parametrize("text", ["L2\x0014:07", "STEEL\0", "\0R-5"])
def test_nothing_goes_by_a_text_with_nul_in_it(day: Ledger, text: str) -> None:
    assert day.find(text).hits == ()
    with pytest.raises((NameNotFound, NameMalformed)):
        day.lot(text)
