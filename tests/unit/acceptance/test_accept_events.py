"""Rules beyond stock: arrivals, orders, containers, holds, shipments, times, corrections."""

from __future__ import annotations

import pytest

from tests.plant import plant
from tests.unit.acceptance.judged import judged, refused, warned
from thread.acceptance import Refused, needs_second_life
from thread.errors import exit_status, http_status
from thread.events.material import Received
from thread.genealogy.projection import MemoryHistory

RECEIPT = "day 1, 08:00  receive 100 KGM of STEEL lot S-1 from ACME on DN-1, expiry 2027-01-31, supplier lots H-7"


def test_a_plain_receipt_of_a_new_lot_has_no_findings() -> None:
    assert judged(RECEIPT).findings == ()


def test_the_same_delivery_told_twice_is_refused_until_it_is_confirmed() -> None:
    again = judged(f"{RECEIPT}\n{RECEIPT.replace('08:00', '09:00')}")

    assert [(one.code, one.severity, one.path) for one in again.findings] == [("duplicate-delivery", "refuse", "/lot")]
    assert "entry 0 tells the same delivery" in again.findings[0].text
    assert again.require(forced=True) == again.findings


def test_another_quantity_or_another_document_is_another_arrival() -> None:
    assert judged(f"{RECEIPT}\n{RECEIPT.replace('100 KGM', '90 KGM')}").findings == ()
    assert judged(f"{RECEIPT}\n{RECEIPT.replace('DN-1', 'DN-2')}").findings == ()


def test_the_same_supplier_lot_under_another_code_of_ours_is_the_same_delivery() -> None:
    story = """
        day 1, 08:00  receive 100 KGM of STEEL lot OWN-1 from ACME on DN-1, numbered by site, supplier lots H-7
        day 1, 09:00  receive 100 KGM of STEEL lot OWN-2 from ACME on DN-1, numbered by site, supplier lots H-7
    """

    assert refused(story) == {"duplicate-delivery": "/supplier_lots"}


def test_a_code_that_is_used_again_gets_a_second_life_with_a_loud_finding() -> None:
    story = f"""
        {RECEIPT}
        day 70, 08:00  receive 50 KGM of STEEL lot "https://plant.example/party/ACME/lot/STEEL/S-1~2" from ACME
    """

    assert warned(story) == {"lot-reused": "/lot"}


def test_needs_a_second_life_if_dates_or_supplier_lots_differ_where_both_are_told() -> None:
    story = f"""
        {RECEIPT}
        day 70, 08:00  receive 50 KGM of STEEL lot "https://plant.example/party/ACME/lot/STEEL/S-1" from ACME{{more}}
    """

    def answer(more: str) -> bool:
        lived = plant(story.format(more=more))
        event = lived.entries[-1].event.model_copy(update={"lot": lived.entries[0].event.lot})  # type: ignore[attr-defined]
        assert isinstance(event, Received)
        return needs_second_life(event, MemoryHistory(lived.entries[:1], origin=lived.origin))

    assert not answer("")
    assert not answer(", expiry 2027-01-31")
    assert answer(", expiry 2029-01-31")
    assert answer(", supplier lots H-8")


def test_a_serial_that_is_on_hand_cannot_come_again() -> None:
    story = """
        day 1, 08:00  receive 10 EA of PUMP lot P-1 serials A01 to A10 from ACME
        day 2, 08:00  receive 1 EA of PUMP lot P-1 serials A10 from ACME
    """

    assert refused(story) == {"serial-reused": "/serials"}


MADE_TWICE = """
    day 1, 08:00  receive 100 KGM of STEEL lot S-1 from ACME
    day 1, 09:00  issue 10 KGM of S-1 to WO-1
    day 1, 10:00  produce 3 EA of RIM lot F-1 serials A01 to A03 and 2 EA of RIM lot {lot} serials {serials} from WO-1
"""


def test_two_outputs_of_one_event_cannot_be_the_same_serial_and_no_reason_records_it() -> None:
    found = judged(MADE_TWICE.format(lot="F-1", serials="A03 to A04"))

    assert [(one.code, one.path) for one in found.refusals] == [("serial-twice", "/outputs/1/serials")]
    assert "serial A03 of lot RIM / F-1 stands in an earlier output" in found.refusals[0].text
    assert [one.code for one in found.refusals_if(forced=True)] == ["serial-twice"]


def test_outputs_of_one_lot_with_serials_of_their_own_and_of_two_lots_with_the_same_are_fine() -> None:
    assert refused(MADE_TWICE.format(lot="F-1", serials="A04 to A05")) == {}
    assert refused(MADE_TWICE.format(lot="F-2", serials="A02 to A03")) == {}


def test_a_known_lot_cannot_come_in_another_unit() -> None:
    story = f"{RECEIPT}\nday 2, 08:00  receive 5 EA of STEEL lot S-1 from ACME"

    assert refused(story) == {"wrong-unit": "/quantity"}


def test_nothing_goes_into_a_closed_order_or_out_of_it_and_late_bookings_do() -> None:
    story = f"""
        {RECEIPT}
        day 1, 09:00  issue 10 KGM of S-1 to WO-1
        day 3, 09:00  close order WO-1
    """

    assert refused(f"{story}\n        day 3, 10:00  issue 1 KGM of S-1 to WO-1") == {"order-closed": "/order"}
    assert refused(f"{story}\n        day 3, 10:00  produce 1 EA of FRAME lot F-1 from WO-1") == {
        "order-closed": "/order"
    }
    assert refused(f"{story}\n        day 2, 10:00  issue 1 KGM of S-1 to WO-1, booked day 4") == {}


def test_several_bookings_of_one_lot_by_one_order_are_normal_and_another_order_is_a_finding() -> None:
    story = """
        day 1, 09:00  produce 10 EA of FRAME lot F-1 from WO-1
        day 1, 17:00  produce 10 EA of FRAME lot F-1 from {order}
    """

    assert judged(story.format(order="WO-1")).findings == ()
    assert warned(story.format(order="WO-2")) == {"made-elsewhere": "/outputs/0/lot"}


def test_more_back_from_an_order_than_went_in_is_refused() -> None:
    story = f"""
        {RECEIPT}
        day 1, 09:00  issue 10 KGM of S-1 to WO-1
        day 1, 10:00  return 11 KGM of S-1 from WO-1
    """

    assert refused(story) == {"returned-not-issued": "/lots/0"}


def test_more_back_from_a_customer_than_was_shipped_is_refused() -> None:
    story = f"""
        {RECEIPT}
        day 2, 09:00  ship 10 KGM of S-1 to RIDE as SH-1
        day 3, 10:00  take back 11 KGM of S-1 from RIDE
    """

    assert refused(story) == {"returned-not-shipped": "/lots/0"}


def test_an_empty_container_cannot_be_shipped_or_unpacked() -> None:
    assert refused(f"{RECEIPT}\nday 2, 09:00  ship pallet PAL-9 to RIDE as SH-1") == {"container-empty": "/lots/0"}
    assert refused(f"{RECEIPT}\nday 2, 09:00  unpack PAL-9") == {"container-empty": "/container"}


def test_what_is_not_in_a_container_cannot_be_taken_out() -> None:
    story = f"""
        {RECEIPT}
        day 1, 09:00  pack 10 KGM of S-1 into BIN-1
        day 1, 10:00  unpack 12 KGM of S-1 from BIN-1
    """

    assert refused(story) == {"not-in-container": "/contents/0"}


def test_a_container_cannot_stand_in_itself_by_way_of_others_even_by_force() -> None:
    story = f"""
        {RECEIPT}
        day 1, 09:00  pack 10 KGM of S-1 into CASE-1
        day 1, 10:00  pack CASE-1 into PAL-1
        day 1, 11:00  pack PAL-1 into CASE-1
    """

    found = judged(story)

    assert [one.code for one in found.refusals_if(forced=True)] == ["container-loop"]


def test_packing_into_a_container_that_left_is_recorded_with_a_finding() -> None:
    story = f"""
        {RECEIPT}
        day 1, 09:00  pack 10 KGM of S-1 into PAL-1
        day 1, 10:00  ship pallet PAL-1 to RIDE as SH-1
        day 1, 11:00  pack 5 KGM of S-1 into PAL-1
    """

    assert warned(story) == {"container-shipped": "/container"}


def test_a_hold_that_nobody_set_cannot_be_released_or_be_the_wider_one() -> None:
    assert refused(f"{RECEIPT}\nday 2, 09:00  release hold H-9, because ok") == {"hold-unknown": "/hold_id"}
    assert refused(f"{RECEIPT}\nday 2, 09:00  hold lot S-1 as H-1 within H-9, because wet") == {
        "hold-unknown": "/within"
    }


def test_a_shipment_that_nobody_sent_cannot_be_delivered() -> None:
    assert refused(f"{RECEIPT}\nday 2, 09:00  deliver SH-9") == {"shipment-unknown": "/shipment"}


def test_an_event_ahead_of_the_clock_is_refused_but_clocks_need_not_be_exact() -> None:
    assert [one.code for one in judged(RECEIPT, now="day 1, 07:50").refusals] == ["in-future"]
    assert judged(RECEIPT, now="day 1, 07:56").refusals == ()


def test_an_entry_that_is_void_cannot_be_voided_again_but_it_can_be_reinstated() -> None:
    story = f"""
        {RECEIPT}
        day 2, 09:00  line 1 did not happen, because "typed twice"
    """
    void_again = story + '\n        day 2, 10:00  line 1 did not happen, because "typed twice"'
    again = story + f'\n        day 2, 10:00  instead of line 1, because "it did": {RECEIPT.partition("  ")[2]}'

    assert [one.code for one in judged(void_again).refusals_if(forced=True)] == ["already-void"]
    assert judged(again).refusals == ()


def test_a_correction_is_never_refused_because_later_entries_no_longer_fit() -> None:
    story = f"""
        {RECEIPT}
        day 2, 09:00  issue 90 KGM of S-1 to WO-1
        day 3, 09:00  instead of line 1, because "weighed again": receive 50 KGM of STEEL lot S-1 from ACME on DN-1
    """

    assert judged(story).refusals == ()


def test_a_replacement_that_names_an_unknown_lot_is_refused() -> None:
    story = f"""
        {RECEIPT}
        day 2, 09:00  issue 90 KGM of S-1 to WO-1
        day 3, 09:00  instead of line 2, because "wrong lot":
                      issue 90 KGM of "https://plant.example/site/P1/lot/STEEL/X" to WO-1
    """

    assert refused(story) == {"lot-unknown": "/replaced_by/0/lots/0"}


def test_the_error_carries_every_finding_and_the_code_of_the_first() -> None:
    story = f"""
        {RECEIPT}
        day 1, 09:00  issue 101 KGM of S-1 and 1 LTR of S-1 to WO-1
    """

    with pytest.raises(Refused) as caught:
        judged(story).require()

    error = caught.value
    assert error.code == "quantity-exceeded"
    assert [one.code for one in error.findings] == ["quantity-exceeded", "wrong-unit"]
    assert str(error).startswith("101 KGM of lot ")
    assert error.facts["path"] == "/lots/0"
    assert "(at /lots/0); if it happened all the same, record it by force, with a reason" in str(error)
    assert str(error).endswith("(and 1 more)")
    assert (exit_status(error), http_status(error)) == (2, 409)


def test_a_changed_term_that_was_another_before_is_recorded_with_a_finding() -> None:
    story = f'{RECEIPT}\nday 2, 09:00  change expiry of S-1 from 2026-12-31 to 2027-06-30, because "retest"'

    assert warned(story) == {"old-differs": "/old"}
