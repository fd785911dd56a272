"""What acceptance lets through leaves books that make sense, in whatever order it was told."""

from __future__ import annotations

from hypothesis import given

from tests.strategies import ORIGIN, Life, lives
from thread.acceptance import RULES, accept
from thread.events.corrections import Corrected
from thread.genealogy.account import account_of
from thread.genealogy.custody import Custody
from thread.genealogy.projection import MemoryHistory, Recorded
from thread.values.times import instant

NOW = instant("2030-01-01T00:00:00Z")


def _recorded_as_far_as_accepted(life: Life) -> MemoryHistory:
    entries: list[Recorded] = []
    for event in life.events:
        is_late = any(entry.event.at > event.at for entry in entries)
        # A hold that is told late is a fact, and so is a count; what was used meanwhile gets findings.
        if isinstance(event, Corrected) or event.type == "counted" or (event.type == "held" and is_late):
            continue
        history = MemoryHistory(entries, origin=ORIGIN)
        if not accept(event, history, Custody(history), now_ns=NOW).refusals:
            entries.append(Recorded(len(entries), event, "2030-01-01T00:00:00.000000Z", "teller"))
    return MemoryHistory(entries, origin=ORIGIN)


@given(lives())
def test_nothing_that_is_accepted_makes_stock_negative_or_uses_what_is_held(life: Life) -> None:
    history = _recorded_as_far_as_accepted(life)
    custody = Custody(history)

    for lot in life.lots:
        codes = {finding.code for finding in account_of(lot, history, custody).findings}
        assert not codes & {"negative-stock", "lot-held", "returned-not-issued", "returned-not-shipped"}, lot


@given(lives())
def test_every_finding_is_a_rule_of_the_table_and_says_where_and_what_to_do(life: Life) -> None:
    history = life.history()
    custody = Custody(history)

    for event in life.valid_events:
        for finding in accept(event, history, custody, now_ns=NOW).findings:
            assert finding.code in RULES
            assert finding.path.startswith("/")
            assert len(finding.text) > len(finding.code)
