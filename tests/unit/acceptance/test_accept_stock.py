"""Is there enough, and may it be put to that use?"""

from __future__ import annotations

from tests.unit.acceptance.judged import judged, refused, warned

STOCK = """
        day 1, 08:00  receive 100 KGM of STEEL lot S-1 from ACME, to STORE, expiry 2026-03-20
"""


def test_free_stock_may_be_issued() -> None:
    assert not judged(f"{STOCK} day 1, 09:00  issue 100 KGM of S-1 to WO-1".replace("\n day", "\nday")).findings


def test_more_than_is_there_is_refused_and_the_text_says_how_much_there_is() -> None:
    story = f"""{STOCK}
        day 1, 09:00  issue 100.5 KGM of S-1 to WO-1
    """

    (finding,) = judged(story).findings

    assert (finding.code, finding.severity, finding.path) == ("quantity-exceeded", "refuse", "/lots/0")
    assert "100.5 KGM of lot STEEL / S-1 (ACME) are asked, 100 may be taken" in finding.text
    assert finding.facts["free"] == "100"
    assert finding.forceable


def test_two_lines_of_one_lot_are_looked_at_together() -> None:
    story = f"""{STOCK}
        day 1, 09:00  issue 60 KGM of S-1 and 50 KGM of S-1 to WO-1
    """

    assert refused(story) == {"quantity-exceeded": "/lots/1"}


def test_what_came_at_the_very_same_time_counts() -> None:
    story = f"""{STOCK}
        day 1, 09:00  receive 20 KGM of STEEL lot S-1 from ACME
        day 1, 09:00  issue 120 KGM of S-1 to WO-1
    """

    assert refused(story) == {}


def test_a_late_issue_may_not_take_what_a_later_entry_used() -> None:
    story = f"""{STOCK}
        day 3, 09:00  issue 80 KGM of S-1 to WO-1
        day 2, 09:00  issue 30 KGM of S-1 to WO-2, booked day 4
    """

    (finding,) = judged(story).findings

    assert (finding.code, finding.severity) == ("later-use", "refuse")
    assert finding.facts["entries"] == (1,)


def test_a_late_issue_that_leaves_enough_for_later_is_fine() -> None:
    story = f"""{STOCK}
        day 3, 09:00  issue 80 KGM of S-1 to WO-1
        day 2, 09:00  issue 20 KGM of S-1 to WO-2, booked day 4
    """

    assert refused(story) == {}


def test_within_the_tolerance_of_the_item_over_use_is_a_finding_beyond_it_a_refusal() -> None:
    story = f"""
        day 1, 06:00  item STEEL in KGM, tolerance 2{STOCK}
        day 1, 09:00  issue 102 KGM of S-1 to WO-1
    """

    assert warned(story) == {"over-tolerance": "/lots/0"}
    assert refused(story.replace("issue 102", "issue 102.5")) == {"quantity-exceeded": "/lots/0"}


def test_held_stock_may_not_be_issued_shipped_or_put_into_a_kit() -> None:
    held = f"""{STOCK}
        day 1, 09:00  hold lot S-1 as H-1, because "rust"
"""

    assert refused(f"{held}        day 1, 10:00  issue 1 KGM of S-1 to WO-1") == {"lot-held": "/lots/0"}
    assert refused(f"{held}        day 1, 10:00  ship 1 KGM of S-1 to RIDE as SH-1") == {"lot-held": "/lots/0"}
    assert refused(f"{held}        day 1, 10:00  assemble kit K-1 from 1 KGM of S-1") == {"lot-held": "/contents/0"}


def test_held_stock_may_be_moved_counted_inspected_sampled_scrapped_and_returned_to_the_supplier() -> None:
    held = f"""{STOCK}
        day 1, 09:00  hold lot S-1 as H-1, because "rust"
"""
    for sentence in (
        "move 50 KGM of S-1 to CAGE",
        "count 100 KGM of S-1 (at STORE)",
        "inspect lot S-1: fail",
        "sample 1 KGM of S-1 (destroyed)",
        "scrap 10 KGM of S-1 as RUST",
        "ship 20 KGM of S-1 back to ACME as SH-1",
    ):
        assert judged(f"{held}        day 1, 10:00  {sentence}").findings == (), sentence


def test_part_of_a_lot_on_hold_leaves_the_rest_free() -> None:
    story = f"""{STOCK}
        day 1, 09:00  hold 40 KGM of S-1 as H-1, because "rust"
        day 1, 10:00  issue 60 KGM of S-1 to WO-1
    """

    assert refused(story) == {}
    assert refused(story.replace("issue 60", "issue 61")) == {"lot-held": "/lots/0"}


def test_held_material_may_be_reworked_where_the_hold_says_so() -> None:
    story = f"""{STOCK}
        day 1, 09:00  hold lot S-1 as H-1, because "rust", decision rework
        day 1, 10:00  rework 10 KGM of S-1 into 9 KGM of STEEL lot S-1R, because "brushed"
    """

    assert warned(story) == {"lot-held": "/inputs/0"}
    assert refused(story.replace(", decision rework", "")) == {"lot-held": "/inputs/0"}


def test_stock_in_quarantine_waits_for_its_inspection() -> None:
    story = """
        day 1, 08:00  receive 100 KGM of STEEL lot S-1 from ACME, in quarantine
        day 1, 10:00  issue 10 KGM of S-1 to WO-1
    """
    inspected = story.replace("day 1, 10:00", "day 1, 09:00  inspect lot S-1: pass\n        day 1, 10:00")

    assert refused(story) == {"lot-quarantined": "/lots/0"}
    assert refused(inspected) == {}


def test_an_expired_lot_may_be_used_on_its_last_day_and_not_after() -> None:
    story = f"""{STOCK}
        day 19, 23:00  issue 10 KGM of S-1 to WO-1
    """

    assert refused(story) == {}
    assert refused(story.replace("day 19, 23:00", "day 20, 00:30")) == {"lot-expired": "/lots/0"}
    assert (
        refused(story.replace("day 19, 23:00  issue 10 KGM of S-1 to WO-1", "day 40, 00:30  scrap 9 KGM of S-1 as OLD"))
        == {}
    )


def test_the_expiry_that_was_valid_at_the_event_time_counts() -> None:
    changed = f"""{STOCK}
        day 15, 08:00  change expiry of S-1 from 2026-03-20 to 2026-09-20, because "retest passed"
        day 30, 08:00  issue 10 KGM of S-1 to WO-1
    """
    too_late = f"""{STOCK}
        day 45, 08:00  change expiry of S-1 from 2026-03-20 to 2026-09-20, because "retest passed"
        day 30, 08:00  issue 10 KGM of S-1 to WO-1, booked day 46
    """

    assert refused(changed) == {}
    assert refused(too_late) == {"lot-expired": "/lots/0"}


def test_a_relabelled_lot_keeps_the_expiry() -> None:
    story = f"""{STOCK}
        day 2, 08:00  relabel 100 KGM of S-1 as 100 KGM of STEEL lot OWN-1, because "own label"
        day 30, 08:00  issue 10 KGM of OWN-1 to WO-1
    """

    assert refused(story) == {"lot-expired": "/lots/0"}


def test_a_retained_sample_may_not_be_used() -> None:
    story = """
        day 1, 08:00  receive 10 EA of VIAL lot V-1 from ACME
        day 1, 09:00  sample 10 EA of V-1 (retained)
        day 1, 10:00  issue 1 EA of V-1 to WO-1
    """

    assert refused(story) == {"lot-retained": "/lots/0"}


def test_material_in_a_container_that_the_line_does_not_name_is_not_free() -> None:
    story = f"""{STOCK}
        day 1, 09:00  pack 90 KGM of S-1 into BIN-1
        day 1, 10:00  issue 20 KGM of S-1 to WO-1
    """

    (finding,) = judged(story).findings

    assert (finding.code, finding.severity) == ("in-container", "refuse")
    assert "it stands in BIN-1; name the container on the line" in finding.text
    assert refused(story.replace("of S-1 to", "of S-1 out of BIN-1 to")) == {}
    assert refused(story.replace("20 KGM of S-1 to", "95 KGM of S-1 out of BIN-1 to")) == {
        "not-in-container": "/lots/0"
    }


def test_material_on_its_way_to_another_site_is_not_free() -> None:
    story = f"""{STOCK}
        day 2, 08:00  ship 100 KGM of S-1 for transfer to site P2 as SH-1
        day 2, 10:00  issue 20 KGM of S-1 to WO-1
    """

    assert refused(story) == {"in-transit": "/lots/0"}


def test_what_was_shipped_cannot_be_shipped_again() -> None:
    story = f"""{STOCK}
        day 2, 08:00  ship 100 KGM of S-1 to RIDE as SH-1
        day 3, 08:00  ship 1 KGM of S-1 to WHEELS as SH-2
    """

    assert refused(story) == {"quantity-exceeded": "/lots/0"}


def test_a_serial_that_is_gone_or_never_came_or_is_held_may_not_be_used_and_others_may() -> None:
    story = """
        day 1, 08:00  receive 10 EA of PUMP lot P-1 serials A01 to A10 from ACME
        day 1, 09:00  ship serials A01 to A02 of P-1 to RIDE as SH-1
        day 1, 10:00  hold serials A05 of P-1 as H-1, because "noise"
        day 1, 11:00  issue serials {serials} of P-1 to WO-1
    """

    assert refused(story.format(serials="A03 to A04")) == {}
    assert refused(story.format(serials="A02 to A03")) == {"serial-gone": "/lots/0"}
    assert refused(story.format(serials="A11")) == {"serial-gone": "/lots/0"}
    assert refused(story.format(serials="A04 to A06")) == {"lot-held": "/lots/0"}


def test_a_quantity_in_another_unit_is_refused() -> None:
    story = f"""{STOCK}
        day 1, 09:00  issue 10 LTR of S-1 to WO-1
    """

    assert refused(story) == {"wrong-unit": "/lots/0/quantity"}


def test_a_line_that_tells_another_item_is_refused() -> None:
    story = f"""{STOCK}
        day 1, 09:00  issue 10 KGM of PAINT lot "https://plant.example/party/ACME/lot/STEEL/S-1" to WO-1
    """

    assert refused(story) == {"wrong-item": "/lots/0"}


def test_a_lot_that_nobody_recorded_is_refused() -> None:
    story = f"""{STOCK}
        day 1, 09:00  issue 10 KGM of "https://plant.example/site/P1/lot/STEEL/NEW" to WO-1
    """

    assert refused(story) == {"lot-unknown": "/lots/0"}


def test_a_use_before_the_lot_came_is_refused() -> None:
    story = f"""{STOCK}
        day 1, 07:00  issue 10 KGM of S-1 to WO-1, booked day 2
    """

    (finding,) = judged(story).findings

    assert finding.code == "before-lot"
    assert "did not exist yet; it came at 2026-03-01T" in finding.text or "did not exist yet" in finding.text


def test_candidates_are_recorded_with_a_finding_and_refused_beyond_what_they_have_together() -> None:
    story = f"""{STOCK}
        day 1, 08:00  receive 50 KGM of STEEL lot S-2 from BOLT
        day 1, 09:00  issue 120 KGM of either S-1 or S-2 to WO-1
    """

    assert warned(story) == {"one-of-open": "/lots/0"}
    assert "quantity-exceeded" in refused(story.replace("issue 120", "issue 151"))


def test_stock_that_an_open_candidate_may_have_taken_is_used_with_a_finding() -> None:
    story = f"""{STOCK}
        day 1, 08:00  receive 50 KGM of STEEL lot S-2 from BOLT
        day 1, 09:00  issue 20 KGM of either S-1 or S-2 to WO-1
        day 1, 10:00  issue 90 KGM of S-1 to WO-2
    """

    assert warned(story) == {"unassigned-used": "/lots/0"}


def test_a_whole_pallet_with_held_material_may_not_be_shipped() -> None:
    story = f"""{STOCK}
        day 1, 09:00  pack 20 KGM of S-1 into PAL-1
        day 1, 10:00  hold container PAL-1 as H-1, because "wet"
        day 1, 11:00  ship pallet PAL-1 to RIDE as SH-1
    """

    assert refused(story) == {"lot-held": "/lots/0"}


def test_a_drop_shipment_asks_for_no_stock() -> None:
    story = f"""{STOCK}
        day 1, 11:00  ship 500 KGM of S-1 to RIDE as SH-1, drop shipment
    """

    assert refused(story) == {}


def test_material_of_another_place_is_recorded_with_a_finding() -> None:
    story = f"""{STOCK}
        day 1, 09:00  issue 10 KGM of S-1 (at RACK-9) to WO-1
    """

    assert warned(story) == {"elsewhere": "/lots/0"}


EITHER = """
        day 1, 08:00  receive 100 KGM of STEEL lot S-1 from ACME, to STORE
        day 1, 08:00  receive 100 KGM of STEEL lot S-2 from ACME, to STORE
        day 1, 09:00  issue 40 KGM of either S-1 or S-2 to WO-1
"""


def test_a_hold_of_a_whole_lot_blocks_what_one_of_several_lots_may_have_taken() -> None:
    story = f"""{EITHER}
        day 1, 10:00  hold lot S-1 as H-1, because "rust"
        day 1, 11:00  ship 40 KGM of S-1 to RIDE as SH-1
    """

    assert refused(story) == {"lot-held": "/lots/0"}


def test_an_entry_with_several_lots_after_the_hold_frees_nothing() -> None:
    story = """
        day 1, 08:00  receive 100 KGM of STEEL lot S-1 from ACME, to STORE
        day 1, 08:00  receive 100 KGM of STEEL lot S-2 from ACME, to STORE
        day 1, 09:00  hold lot S-1 as H-1, because "rust"
        day 1, 10:00  issue 40 KGM of either S-1 or S-2 to WO-1
        day 1, 11:00  ship 1 KGM of S-1 to RIDE as SH-1
    """

    assert refused(story) == {"lot-held": "/lots/0"}


def test_a_held_quantity_lies_on_what_is_there_first_and_then_on_what_may_have_been_taken() -> None:
    held = f"""{EITHER}
        day 1, 10:00  hold 80 KGM of S-1 as H-1, because "rust"
"""

    assert warned(f"{held}        day 1, 11:00  ship 20 KGM of S-1 to RIDE as SH-1") == {"unassigned-used": "/lots/0"}
    assert refused(f"{held}        day 1, 11:00  ship 21 KGM of S-1 to RIDE as SH-1") == {"lot-held": "/lots/0"}


def test_what_may_have_been_taken_is_sold_once_and_then_only_what_is_held_is_left() -> None:
    story = f"""{EITHER}
        day 1, 10:00  hold 60 KGM of S-1 as H-1, because "rust"
        day 1, 11:00  ship 40 KGM of S-1 to RIDE as SH-1
        day 1, 12:00  ship 1 KGM of S-1 to RIDE as SH-2
    """

    assert refused(story) == {"lot-held": "/lots/0"}


def test_stock_in_quarantine_is_not_sold_in_the_place_of_what_may_have_been_taken() -> None:
    story = """
        day 1, 07:00  receive 40 KGM of STEEL lot S-1 from ACME, to STORE
        day 1, 08:00  receive 100 KGM of STEEL lot S-2 from ACME, to STORE
        day 1, 09:00  issue 40 KGM of either S-1 or S-2 to WO-1
        day 1, 10:00  receive 60 KGM of STEEL lot S-1 from ACME, to STORE, in quarantine
        day 1, 11:00  ship 40 KGM of S-1 to RIDE as SH-1
        day 1, 12:00  ship 1 KGM of S-1 to RIDE as SH-2
    """

    assert refused(story) == {"lot-quarantined": "/lots/0"}


def test_expired_material_does_not_become_good_because_another_event_may_have_taken_it() -> None:
    story = f"""{EITHER.replace("lot S-1 from ACME, to STORE", "lot S-1 from ACME, to STORE, expiry 2026-03-20")}
        day 30, 11:00  ship 1 KGM of S-1 to RIDE as SH-1
    """

    assert refused(story) == {"lot-expired": "/lots/0"}


def test_more_than_is_there_of_a_held_lot_is_told_together_with_the_hold() -> None:
    story = f"""{STOCK}
        day 1, 09:00  hold lot S-1 as H-1, because "rust"
        day 1, 10:00  issue 101 KGM of S-1 to WO-1
    """

    assert refused(story) == {"lot-held": "/lots/0", "quantity-exceeded": "/lots/0"}
    assert "only 100 are there" in judged(story).findings[1].text


def test_a_wrong_unit_and_a_time_before_the_lot_are_told_together() -> None:
    story = """
        day 1, 08:00  receive 100 KGM of STEEL lot S-1 from ACME, to STORE
        day 1, 07:00  issue 1 EA of S-1 to WO-1, booked day 2
    """

    assert refused(story) == {"wrong-unit": "/lots/0/quantity", "before-lot": "/lots/0"}


def test_a_wrong_unit_does_not_hide_a_hold() -> None:
    story = f"""{STOCK}
        day 1, 09:00  hold lot S-1 as H-1, because "rust"
        day 1, 10:00  issue 1 EA of S-1 to WO-1
    """

    assert refused(story) == {"wrong-unit": "/lots/0/quantity", "lot-held": "/lots/0"}


def test_a_use_that_is_recorded_with_a_warning_is_not_said_to_be_impossible() -> None:
    story = f"""{EITHER}
        day 1, 11:00  ship 70 KGM of S-1 to RIDE as SH-1
    """

    (finding,) = judged(story).warnings

    assert finding.code == "unassigned-used"
    assert "70 KGM of lot STEEL / S-1 (ACME) are shipped although another event" in finding.text
