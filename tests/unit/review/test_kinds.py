"""The table of findings: every code that the accounts and the rules can bring forth has its meaning and its remedy."""

import re
from pathlib import Path

from thread.acceptance import RULES
from thread.review import RULE_SETS, SEVERITIES, SORTS

_GENEALOGY = Path(__file__).resolve().parents[3] / "src" / "thread" / "genealogy"
_NOTED = re.compile(r"(?:note|note_overdrawn|LotFinding|OpenFinding)\(\s*\"([a-z-]+)\"")


def test_every_code_that_an_account_notes_is_in_the_table() -> None:
    noted = {code for path in _GENEALOGY.glob("*.py") for code in _NOTED.findall(path.read_text(encoding="utf-8"))}

    assert {"negative-stock", "unresolved", "one-of-open"} <= noted
    assert noted - SORTS.keys() == set()


def test_every_rule_that_can_be_forced_has_a_code_of_its_own_and_no_other() -> None:
    forced = {code.removeprefix("forced-") for code, sort in SORTS.items() if sort.kind == "forced"}

    assert forced == {rule.code for rule in RULES.values() if rule.forceable}


def test_every_set_of_rules_has_a_code() -> None:
    assert {rules.code for rules in RULE_SETS.values()} <= SORTS.keys()


def test_every_sort_says_in_whole_sentences_what_it_is_and_what_to_do() -> None:
    assert [sort.code for sort in SORTS.values() if not (sort.says.endswith(".") and sort.to_do.endswith("."))] == []
    assert {sort.severity for sort in SORTS.values()} == set(SEVERITIES)
