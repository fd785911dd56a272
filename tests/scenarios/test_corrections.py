"""What was told wrongly: the chain keeps it, the answers follow what is right, and say what left them."""

from __future__ import annotations

import pytest

from tests.scenarios.answers import Teller


@pytest.mark.requirement("COR-3")
@pytest.mark.scenario(29)
def test_a_wrong_lot_corrected_after_shipping_changes_the_scope_and_lists_what_was_removed(tell: Teller) -> None:
    floor = tell("""
        1. day 1, 08:00  receive 100 KGM of STEEL lot A from ACME
        2. day 1, 08:10  receive 100 KGM of STEEL lot B from ACME
        3. day 2, 08:00  issue 30 KGM of A to WO-1
        4. day 2, 12:00  produce 10 EA of FRAME lot F-1 from WO-1
        5. day 2, 14:00  sign line 3 + line 4 by P-7 "Ann Example" as release, method pin
        6. day 3, 08:00  ship 10 EA of F-1 to RIDE as SH-1
        7. day 5, 08:00  instead of line 3, because "wrong lot scanned", code wrong lot: issue 30 KGM of B to WO-1
    """)

    assert floor.entry(3) == "30 KGM of STEEL / A (ACME) went into order WO-1."
    assert floor.entry(7) == (
        "Entry 3 was wrong, because the wrong lot was told: wrong lot scanned;"
        " in its place stands: 30 KGM of STEEL / B (ACME) went into order WO-1."
    )
    assert floor.where_used("A") == set()
    assert floor.where_used("B") == {"FRAME / F-1"}
    assert floor.removed_by("A") == {"WO-1": (7,), "FRAME / F-1": (7,), "SH-1": (7,)}
    assert floor.removed_by("F-1") == {"STEEL / A (ACME)": (7,)}
    assert set(floor.scope("A")) == {"STEEL / A (ACME)"}
    assert floor.left_scope("A") == {"WO-1": (7,), "FRAME / F-1": (7,), "SH-1": (7,)}
    assert floor.customers("A") == {}
    assert floor.customers("B") == {"RIDE": ("SH-1",)}
    assert floor.balance("A") == {"received": "100", "on hand free": "100"}
    assert floor.balance("B") == {"received": "100", "on hand free": "70", "in process": "0 to 30"}
    assert floor.edge_entries("STEEL / B (ACME)", "WO-1", about="B") == (3, 7)
    assert floor.after(6).where_used("A") == {"FRAME / F-1"}
    assert floor.after(6).customers("A") == {"RIDE": ("SH-1",)}


@pytest.mark.requirement("COR-3")
@pytest.mark.scenario(29)
def test_what_was_signed_before_a_correction_must_be_signed_again(tell: Teller) -> None:
    floor = tell("""
        1. day 1, 08:00  receive 100 KGM of STEEL lot A from ACME
        2. day 1, 08:10  receive 100 KGM of STEEL lot B from ACME
        3. day 2, 08:00  issue 30 KGM of A to WO-1
        4. day 2, 12:00  produce 10 EA of FRAME lot F-1 from WO-1
        5. day 2, 14:00  sign line 3 + line 4 by P-7 "Ann Example" as release, method pin
        6. day 5, 08:00  instead of line 3, because "wrong lot scanned", code wrong lot: issue 30 KGM of B to WO-1
        7. day 6, 08:00  sign line 3 by P-7 "Ann Example" as release, method pin
    """)

    assert "signature-void" not in floor.after(5).findings("A")
    assert floor.after(6).findings("B")["signature-void"] == [3, 5, 6]
    assert "signature-void" not in floor.after(7).findings("B")


@pytest.mark.requirement("COR-3")
@pytest.mark.scenario(30)
def test_a_voided_receipt_whose_lot_was_used_leaves_findings_that_a_late_receipt_closes(tell: Teller) -> None:
    floor = tell("""
        1. day 1, 08:00  receive 100 KGM of STEEL lot S-1 from ACME on DN-1
        2. day 2, 08:00  issue 30 KGM of S-1 to WO-1
        3. day 2, 12:00  produce 10 EA of FRAME lot F-1 from WO-1
        4. day 3, 08:00  line 1 did not happen, because "wrong site", code did not happen
        5. day 1, 08:00  receive 90 KGM of STEEL lot S-1 from ACME on DN-2, booked day 4
    """)

    assert floor.after(3).findings("S-1") == {}
    assert floor.after(4).findings("S-1") == {"negative-stock": [2], "unresolved": [2]}
    assert floor.after(4).where_from("F-1") == {"STEEL / S-1 (ACME)"}
    assert floor.after(4).gaps("F-1")["STEEL / S-1 (ACME)"] == ("negative-stock", "unresolved")
    assert floor.findings("S-1") == {}
    assert floor.candidates("S-1") == ("STEEL / S-1 (ACME)",)
    assert floor.where_from("F-1") == {"STEEL / S-1 (ACME)"}
    assert floor.balance("S-1") == {"received": "90", "on hand free": "60", "in process": "0 to 30"}


@pytest.mark.requirement("ACC-2")
@pytest.mark.scenario(30)
def test_an_issue_of_more_than_was_there_is_refused_unless_forced_and_made_good_by_a_late_receipt(tell: Teller) -> None:
    floor = tell("""
        1. day 1, 08:00  receive 10 KGM of STEEL lot S-1 from ACME on DN-1
        2. day 2, 08:00  issue 30 KGM of S-1 to WO-1, forced "the receipt is not booked yet"
        3. day 1, 09:00  receive 25 KGM of STEEL lot S-1 from ACME on DN-2, booked day 4
    """)

    assert floor.after(2).findings("S-1") == {"quantity-exceeded": [2], "negative-stock": [2]}
    assert floor.findings("S-1") == {}
    assert floor.made_good("S-1") == {"quantity-exceeded": [2]}
    assert floor.balance("S-1") == {"received": "35", "on hand free": "5", "in process": "30"}
    assert floor.gaps("S-1", "forward")["WO-1"] == ("forced",)
    assert floor.refused("day 5, 08:00  issue 6 KGM of S-1 to WO-2") == ("quantity-exceeded",)
