"""Material that comes in another unit than its item is kept in: told when it is recorded, and listed until mended."""

from __future__ import annotations

from typing import Any

from tests.builders import correction, declaration, item, receipt, void
from thread.service import Ledger
from thread.service.findings import FindingsFilter

STOCK = FindingsFilter(kinds=("stock",))


def warned(ledger: Ledger, told: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one.code, one.path) for one in ledger.record(told).findings]


def listed(ledger: Ledger) -> list[tuple[str, str]]:
    return [(one.finding.code, one.finding.text) for one in ledger.findings(asked=STOCK).rows]


def test_a_receipt_in_another_unit_than_its_item_is_kept_in_is_recorded_with_a_warning_and_listed(
    ledger: Ledger,
) -> None:
    ledger.record(item("STEEL", "KGM"))

    assert warned(ledger, receipt("S-1", "1 LTR")) == [("item-unit", "/quantity")]

    seq = ledger.size - 1
    assert listed(ledger) == [("item-unit", f"Entry {seq} brought in 1 LTR of STEEL, which is kept in KGM.")]
    assert [one.finding.code for one in ledger.findings(lot="S-1", asked=STOCK).rows] == ["item-unit"]
    ledger.record(correction(seq, receipt("S-1", "1 KGM")))
    assert listed(ledger) == []


def test_opening_stock_is_held_against_the_unit_of_its_item_too(ledger: Ledger) -> None:
    ledger.record(item("STEEL", "KGM"))

    assert warned(ledger, declaration("S-0", "1 LTR")) == [("item-unit", "/quantity")]


def test_units_that_the_item_has_a_factor_for_and_what_was_measured_in_both_are_no_finding(ledger: Ledger) -> None:
    ledger.record(item("STEEL", "KGM", factors=[{"unit": "MTR", "value": "0.5"}]))
    both = {"value": "3", "unit": "EA", "also": [{"value": "1", "unit": "KGM"}]}

    assert warned(ledger, receipt("S-1", "1 KGM")) == []
    assert warned(ledger, receipt("S-2", "1 MTR")) == []
    assert warned(ledger, receipt("S-3", both)) == []
    assert listed(ledger) == []


def test_an_item_that_nobody_defined_by_then_takes_any_unit(ledger: Ledger) -> None:
    assert warned(ledger, receipt("S-1", "1 LTR")) == []

    ledger.record(item("STEEL", "KGM", at="day 2, 08:00"))

    assert warned(ledger, receipt("S-2", "1 LTR")) == []
    assert warned(ledger, receipt("S-3", "1 LTR", at="day 2, 09:00")) == [("item-unit", "/quantity")]


def test_a_definition_that_is_changed_or_void_no_longer_counts(ledger: Ledger) -> None:
    ledger.record(item("STEEL", "KGM"))
    first = ledger.size - 1
    assert warned(ledger, receipt("S-1", "1 LTR")) == [("item-unit", "/quantity")]

    ledger.record(item("STEEL", "LTR", at="day 1, 07:00"))
    assert warned(ledger, receipt("S-2", "1 LTR")) == []
    assert listed(ledger) == []

    ledger.record(void(ledger.size - 2))
    ledger.record(void(first))
    assert warned(ledger, receipt("S-3", "1 EA")) == []
