from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path

import pytest

from tests.builders import correction, issue, order, pack, production, receipt, relabel, shipment, void
from tests.story import events
from tests.unit.service.conftest import Clock
from thread.errors import LotAmbiguous
from thread.service import KnownAtAhead, Ledger, NameAmbiguous, NameNotFound, open_ledger
from thread.service.names import NameNotYetRecorded, NameOfAnotherKind
from thread.service.near_names import near_names

STEEL = "https://plant.example/site/P1/lot/STEEL/STEEL-1"


@pytest.fixture
def day(ledger: Ledger) -> Ledger:
    ledger.record(receipt("STEEL-1", "100 KGM", supplier_lots=["HEAT-9"], marks=["L2 14:07"], lot_assigner="site"))
    ledger.record(order("WO-1", item="FRAME"))
    ledger.record(issue("30 KGM of STEEL-1", order="WO-1"))
    ledger.record(production("2 EA lot FRAME-1", order="WO-1"))
    ledger.record(pack("2 EA of FRAME-1", container="PAL-1"))
    ledger.record(shipment("PAL-1", number="SH-1"))
    return ledger


@pytest.mark.parametrize(
    "text", ["STEEL-1", "STEEL/STEEL-1", "P1/STEEL/STEEL-1", "STEEL / STEEL-1", STEEL, "HEAT-9", "L2 14:07"]
)
def test_a_lot_is_found_by_any_form_of_its_name_and_by_what_others_call_it(day: Ledger, text: str) -> None:
    assert day.resolve_lot(text) == STEEL


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("WO-1", "https://plant.example/order/P1/WO-1"),
        ("P1/WO-1", "https://plant.example/order/P1/WO-1"),
        ("PAL-1", "https://plant.example/container/PAL-1"),
        ("SH-1", "https://plant.example/shipment/P1/SH-1"),
        ("FRAME-1", "https://plant.example/site/P1/lot/FRAME/FRAME-1"),
    ],
)
def test_orders_containers_and_shipments_are_found_too(day: Ledger, text: str, name: str) -> None:
    assert day.resolve(text) == name


def test_what_nobody_told_is_not_found(day: Ledger) -> None:
    with pytest.raises(NameNotFound, match="nothing recorded goes by the name 'STEEL-2'"):
        day.resolve_lot("STEEL-2")
    with pytest.raises(NameNotFound):
        day.resolve("https://plant.example/order/P1/WO-1/run/nobody")


@pytest.mark.parametrize(
    ("text", "what"),
    [("WO-1", "an order"), ("PAL-1", "a container"), ("SH-1", "a shipment"), ("order WO-1", "an order")],
)
def test_a_question_about_a_lot_says_what_another_thing_is_and_what_to_ask(day: Ledger, text: str, what: str) -> None:
    told = text if " " not in text else f"'{text}'"

    for ask in (day.resolve_lot, day.lot, day.balance):
        with pytest.raises(NameOfAnotherKind) as refused:
            ask(text)

        assert refused.value.text == f"{text} is {what}; ask `thread trace {told}`"


def test_what_was_recorded_later_than_known_at_is_said_so(day: Ledger) -> None:
    with pytest.raises(NameNotYetRecorded, match=r"^FRAME-1 was not recorded yet when the ledger had 3 entries$"):
        day.lot("FRAME-1", known_at=3)
    with pytest.raises(NameNotYetRecorded, match=r"^SH-1 was not recorded yet when the ledger had 1 entry$"):
        day.trace("SH-1", known_at=1)
    with pytest.raises(NameNotFound):
        day.trace("SH-2", known_at=1)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("WO-2 / early", "https://plant.example/order/P1/WO-2/run/early"),
        ("WO-2/early", "https://plant.example/order/P1/WO-2/run/early"),
        ("P1/WO-2/early", "https://plant.example/order/P1/WO-2/run/early"),
        ("run early of order WO-2", "https://plant.example/order/P1/WO-2/run/early"),
        ("https://plant.example/order/P1/WO-2/run/early", "https://plant.example/order/P1/WO-2/run/early"),
        ("order WO-2", "https://plant.example/order/P1/WO-2"),
        ("TANK-B #1", "https://plant.example/vessel/P1/TANK-B#1"),
        ("vessel TANK-B #1", "https://plant.example/vessel/P1/TANK-B#1"),
        ("https://plant.example/vessel/P1/TANK-B#1", "https://plant.example/vessel/P1/TANK-B#1"),
        ("STEEL / S-77", "https://plant.example/party/ACME/lot/STEEL/S-77"),
        ("(10)S-77", "https://plant.example/party/ACME/lot/STEEL/S-77"),
    ],
)
def test_names_as_answers_print_them_are_found_again(ledger: Ledger, text: str, name: str) -> None:
    ledger.record_many(
        events(
            """
            day 1, 08:00  receive 100 KGM of STEEL lot S-77 from ACME
            day 1, 08:00  receive 100 LTR of OIL lot O-1 from ACME
            day 1, 09:00  issue 30 KGM of S-77 to WO-2 run early
            day 1, 09:30  produce 5 EA of PART lot PA-1 from WO-2 run early
            day 1, 10:00  fill 40 LTR of O-1 into TANK-B
            """,
            first_seq=1,
        )
    )

    assert ledger.resolve(text) == name


def test_near_names_are_few_of_the_same_kind_and_none_where_nothing_is_near(day: Ledger) -> None:
    day.record_many(receipt(f"HEAT-9000{number}") for number in range(6))

    assert len(near_names(day, "HEAT-90009")) == 3
    assert near_names(day, "WO-11", ("lot",)) == ()
    assert near_names(day, "WO-11") == ("https://plant.example/order/P1/WO-1",)
    assert near_names(day, "https://plant.example/order/P1/WO-11") == ("https://plant.example/order/P1/WO-1",)
    assert near_names(day, "https://plant.example/order/P1/HEAT-90009") == ()
    assert near_names(day, "https://elsewhere.example/a/b") == ()
    assert near_names(day, "something else") == ()


def test_a_name_that_fits_several_things_is_answered_with_all(ledger: Ledger) -> None:
    ledger.record(receipt("77", lot_assigner="site"))
    ledger.record(receipt("77", supplier="ACME"))
    ledger.record(order("77"))

    with pytest.raises(LotAmbiguous) as lots:
        ledger.resolve_lot("77")
    with pytest.raises(NameAmbiguous) as names:
        ledger.resolve("77")

    assert len(lots.value.facts["candidates"]) == 2  # type: ignore[arg-type]
    assert len(names.value.facts["candidates"]) == 3  # type: ignore[arg-type]


def test_a_relabelled_lot_is_found_under_both_names(ledger: Ledger) -> None:
    ledger.record(receipt("S-77", "100 KGM", supplier="ACME"))
    ledger.record(relabel("100 KGM of S-77", "100 KGM lot OWN-1"))

    assert ledger.trace("S-77").lots == (ledger.resolve_lot("OWN-1"),)
    assert ledger.trace("OWN-1").lots == (ledger.resolve_lot("S-77"),)


def test_a_trace_is_the_same_bytes_after_any_number_of_later_entries(day: Ledger) -> None:
    before = json.dumps(day.trace("STEEL-1", known_at=6).as_json())
    day.record(correction(3, issue("20 KGM of STEEL-1", order="WO-1")))
    day.record(receipt("STEEL-2"))

    assert json.dumps(day.trace("STEEL-1", known_at=6).as_json()) == before
    assert json.dumps(day.trace("STEEL-1", known_at="6").as_json()) == before
    assert json.dumps(day.trace("STEEL-1").as_json()) != before


def test_a_trace_prints_the_size_that_it_knows_and_its_root(day: Ledger) -> None:
    ledger = day.trace("STEEL-1", known_at=5).as_json()["graph"]["ledger"]

    assert ledger == {"origin": "plant.example", "size": 5, "root": b64encode(day.root_at(5)).decode()}
    assert day.root == b64encode(day.root_at(7)).decode()


def test_known_at_a_time_is_what_had_been_recorded_by_then(ledger: Ledger, clock: Clock) -> None:
    sizes = []
    for number in range(5):
        clock.now_ns += 60_000_000_000
        ledger.record(receipt(f"LOT-{number}"))
        sizes.append(ledger.size_at(ledger.entry(number + 1).recorded_at))

    assert sizes == [2, 3, 4, 5, 6]
    assert ledger.size_at("2027-01-15T08:02:30Z") == 3
    assert ledger.size_at("2027-01-15T09:02:30+01:00") == 3
    assert ledger.size_at("1999-01-01T00:00:00Z") == 0
    assert ledger.history("2027-01-15T08:02:30Z").size == 3


def test_known_at_must_not_lie_ahead(day: Ledger) -> None:
    with pytest.raises(KnownAtAhead, match="known at 8 lies ahead; the ledger has 7 entries"):
        day.history(8)
    with pytest.raises(KnownAtAhead):
        day.history("2099-01-01T00:00:00Z")


def test_the_card_of_a_lot_tells_its_story_with_what_was_corrected(day: Ledger) -> None:
    day.record(correction(3, issue("20 KGM of STEEL-1", order="WO-1")))
    day.record(void(4))

    card = day.lot("HEAT-9")

    assert card["id"] == STEEL
    assert card["status"]["free"] == "80"
    assert [(line["seq"], line["corrected_by"]) for line in card["history"]] == [(1, None), (3, 7), (7, None)]
    assert card["history"][2]["text"] == "20 KGM of STEEL / STEEL-1 went into order WO-1."
    frame = day.lot("https://plant.example/site/P1/lot/FRAME/FRAME-1")
    assert [(line["seq"], line["type"], line["corrected_by"]) for line in frame["history"]] == [
        (4, "batch_produced", 8),
        (5, "packed", None),
        (6, "shipped", None),
        (8, "corrected", None),
    ]


def test_lots_are_listed_in_pages_without_what_was_voided(day: Ledger) -> None:
    day.record(receipt("STEEL-0"))
    day.record(void(7))

    first = day.lots(limit=1)
    second = day.lots(limit=5, after=first.next)

    assert [row.lot for row in first.lots] == ["FRAME-1"]
    assert [(row.lot, row.item) for row in second.lots] == [("STEEL-1", "https://plant.example/item/STEEL")]
    assert second.next is None


def test_a_balance_can_be_asked_by_a_short_name(day: Ledger) -> None:
    balance = day.balance("STEEL-1")

    assert balance["lot"] == STEEL
    assert balance["difference"] == "0"


def test_a_scope_names_what_an_issue_may_have_reached(day: Ledger) -> None:
    scope = day.recall_scope(["STEEL-1"]).as_json()

    assert [lot["id"].rpartition("/")[2] for lot in scope["lots"]] == ["STEEL-1", "FRAME-1"]
    assert scope["ledger"]["size"] == 7


def test_a_question_sees_entries_that_another_process_recorded(day: Ledger, tmp_path: Path, clock: Clock) -> None:
    with open_ledger(f"sqlite:///{tmp_path}/ledger.db", clock=clock) as other:
        other.record(receipt("STEEL-2"))
        day.record(receipt("STEEL-3"))
        other.record(issue("10 KGM of STEEL-3", order="WO-1"))

    assert {row.lot for row in day.lots().lots} == {"FRAME-1", "STEEL-1", "STEEL-2", "STEEL-3"}
    assert day.balance("STEEL-3")["difference"] == "0"


def test_a_missing_entry_is_not_found(day: Ledger) -> None:
    with pytest.raises(Exception, match="there is no entry 7; the ledger has entries 0 to 6"):
        day.entry(7)
