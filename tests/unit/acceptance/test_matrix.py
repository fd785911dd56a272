"""The tables of acceptance are whole, and say what the design says."""

from __future__ import annotations

import pytest

from thread.acceptance import CODES, MATRIX, RULES, STATUSES
from thread.events.dispatch import Shipped
from thread.genealogy.movement import BLOCKED_USES
from thread.genealogy.uses import USES


@pytest.mark.requirement("ACC-1")
def test_every_use_has_a_verdict_for_every_status() -> None:
    for use, row in MATRIX.items():
        assert set(row) == set(STATUSES), use


def test_every_use_of_an_event_has_a_row() -> None:
    purposes = Shipped.model_fields["purpose"].annotation.__args__  # type: ignore[union-attr]

    assert set(USES.values()) | set(purposes) <= set(MATRIX)


@pytest.mark.requirement("ACC-1")
def test_what_is_held_in_quarantine_or_expired_may_be_put_to_the_uses_that_the_design_names_only() -> None:
    allowed = {"moved", "counted", "inspected", "sampled", "scrapped", "supplier_return", "disposal"}

    for status in ("held", "quarantine", "expired"):
        assert {use for use, row in MATRIX.items() if row[status] == "yes"} == allowed


def test_the_books_and_the_matrix_agree_on_what_blocked_material_may_not_be_put_to() -> None:
    assert {use for use, row in MATRIX.items() if row["held"] == "no"} == BLOCKED_USES


def test_every_status_that_speaks_has_a_rule() -> None:
    assert set(CODES) == set(STATUSES) - {"free"}
    assert set(CODES.values()) <= set(RULES)


def test_every_rule_is_a_sentence_with_a_code_in_small_letters() -> None:
    for code, rule in RULES.items():
        assert code == rule.code
        assert code == code.lower().replace("_", "-")
        assert rule.says.endswith(".")
        assert rule.title


def test_what_makes_no_sense_cannot_be_forced() -> None:
    assert {code for code, rule in RULES.items() if not rule.forceable} == {
        "already-void",
        "container-loop",
        "serial-twice",
        "entry-unknown",
        "finding-changed",
        "finding-closed-before",
        "finding-own",
        "finding-unknown",
        "not-correctable",
    }
