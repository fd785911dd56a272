"""Rules for containers that left, that are packed elsewhere, and for shipments of two customers."""

from __future__ import annotations

import pytest

from tests.unit.acceptance.judged import judged, refused, warned

GONE = """
    day 1, 08:00  receive 100 KGM of STEEL lot S-1 from ACME
    day 1, 09:00  pack 10 KGM of S-1 into PAL-1
    day 1, 10:00  ship pallet PAL-1 to RIDE as SH-1
"""


@pytest.mark.parametrize(
    ("told", "path"),
    [
        ("issue container PAL-1 to WO-1", "/lots/0"),
        ("ship pallet PAL-1 to OTHER as SH-2", "/lots/0"),
        ("move container PAL-1 to DOCK", "/lots/0"),
        ("pack PAL-1 into LOAD-1", "/contents/0"),
        ("unpack PAL-1", "/container"),
    ],
)
def test_a_container_that_left_is_not_used_again_unless_somebody_insists(told: str, path: str) -> None:
    found = judged(f"{GONE}\nday 2, 09:00  {told}")

    assert [(one.code, one.path) for one in found.refusals] == [("container-away", path)]
    assert found.refusals_if(forced=True) == ()
    assert "left with entry 2" in found.refusals[0].text


@pytest.mark.parametrize(
    "back",
    [
        "day 2, 08:00  take back pallet PAL-1 of SH-1, available, to DOCK",
        "day 2, 08:00  take back 10 KGM of S-1 from RIDE",
        "day 2, 08:00  deliver SH-1, refused 10 KGM of S-1",
        "day 2, 08:00  pack 5 KGM of S-1 into PAL-1",
    ],
)
def test_a_container_that_came_back_may_be_used(back: str) -> None:
    found = judged(f"{GONE}\n{back}\nday 2, 09:00  move container PAL-1 to DOCK")

    assert "container-away" not in {one.code for one in found.findings}


def test_a_container_may_be_used_before_it_leaves() -> None:
    assert refused(f"{GONE}\nday 1, 09:30  move container PAL-1 to DOCK") == {}


def test_an_inner_container_left_with_the_one_around_it_and_may_come_back_alone() -> None:
    story = """
        day 1, 08:00  receive 100 KGM of STEEL lot S-1 from ACME
        day 1, 09:00  pack 10 KGM of S-1 into CASE-1
        day 1, 09:30  pack CASE-1 into PAL-1
        day 1, 10:00  ship pallet PAL-1 to RIDE as SH-1
    """
    use = "\nday 3, 09:00  issue container CASE-1 to WO-1"

    assert refused(story + use) == {"container-away": "/lots/0"}
    assert refused(f"{story}\nday 2, 08:00  take back pallet CASE-1 of SH-1, available, to DOCK{use}") == {}


def test_a_container_packed_into_another_one_is_no_longer_in_the_first() -> None:
    story = """
        day 1, 08:00  receive 100 KGM of STEEL lot S-1 from ACME
        day 1, 09:00  pack 10 KGM of S-1 into CASE-1
        day 1, 09:30  pack CASE-1 into PAL-1
        day 1, 10:00  pack CASE-1 into PAL-2
    """

    assert refused(f"{story}\nday 1, 11:00  ship pallet PAL-1 to RIDE as SH-1") == {"container-empty": "/lots/0"}
    assert refused(f"{story}\nday 1, 11:00  ship pallet PAL-2 to RIDE as SH-1") == {}


@pytest.mark.parametrize(
    "left",
    ["ship pallet CASE-1 to RIDE as SH-1", "issue container CASE-1 to WO-1", "scrap container CASE-1 as RUST"],
)
def test_a_container_that_left_by_itself_is_no_longer_in_the_one_around_it(left: str) -> None:
    story = f"""
        day 1, 08:00  receive 100 KGM of STEEL lot S-1 from ACME
        day 1, 09:00  pack 10 KGM of S-1 into CASE-1
        day 1, 09:30  pack CASE-1 into PAL-1
        day 1, 10:00  {left}
    """

    assert refused(f"{story}\nday 1, 11:00  ship pallet PAL-1 to ROLL as SH-2") == {"container-empty": "/lots/0"}
    assert refused(f"{story}\nday 1, 11:00  unpack PAL-1") == {"container-empty": "/container"}


def test_a_shipment_number_used_for_another_customer_is_recorded_with_a_finding() -> None:
    story = """
        day 1, 08:00  receive 100 KGM of STEEL lot S-1 from ACME
        day 1, 09:00  ship 10 KGM of S-1 to RIDE as SH-1
        day 1, 10:00  ship 10 KGM of S-1 to {customer} as SH-1
    """

    assert warned(story.format(customer="RIDE")) == {}
    assert warned(story.format(customer="OTHER")) == {"shipment-customer-differs": "/shipment"}
