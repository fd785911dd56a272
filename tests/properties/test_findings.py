"""Findings depend on what was told and on nothing else, and a closing closes exactly the one that was looked into."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.properties.test_replay import as_booked, stored
from tests.strategies import ORIGIN, Life, lives
from thread.events.review import FindingClosed
from thread.genealogy.projection import MemoryHistory, Recorded
from thread.review import RULE_SETS, Finding, Review, closing_faults, closing_of
from thread.service.findings import FindingsAnswer, FindingsFilter, found_in
from thread.service.history import StoreHistory
from thread.store.sqlite import SqliteStore

NOW = 1_900_000_000_000_000_000
ALL = FindingsFilter(states=("open", "closed", "settled"), older_than_days=0, late_hours=0, rules=tuple(RULE_SETS))


def in_memory(entries: tuple[Recorded, ...]) -> tuple[Finding, ...]:
    history = MemoryHistory(entries, origin=ORIGIN)
    review = Review(history, rule_sets=RULE_SETS, late_hours=0)
    return tuple(review.through(entry.seq for entry in entries))


def in_store(store: SqliteStore) -> FindingsAnswer:
    with store.snapshot() as reader:
        size = reader.size
    return found_in(
        lambda: StoreHistory(store.reading, origin=ORIGIN, size=size),
        lot=None,
        asked=ALL,
        limit=None,
        now_ns=NOW,
        root="",
    )


@pytest.mark.requirement("REV-1")
@given(lives(), st.lists(st.integers(min_value=1, max_value=4), max_size=4))
def test_findings_of_a_ledger_are_those_of_its_entries_and_stay_the_same_when_it_is_rebuilt(
    life: Life, batches: list[int]
) -> None:
    with stored(life, batches) as (store, _, entries, _):
        before = in_store(store)
        store.rebuild()
        after = in_store(store)

        assert before == after
        assert {row.finding for row in before.rows} == set(in_memory(entries))


@given(lives())
def test_every_finding_has_an_id_of_its_own_by_which_it_is_found_again(life: Life) -> None:
    entries = tuple(as_booked(life))

    findings = in_memory(entries)

    assert len({one.id for one in findings}) == len(findings)
    review = Review(MemoryHistory(entries, origin=ORIGIN), rule_sets=RULE_SETS, late_hours=0)
    assert [review.by_id(one.id, one.seqs) for one in findings] == list(findings)


@pytest.mark.requirement("REV-2")
@pytest.mark.requirement("REV-3")
@given(lives(), st.data())
def test_a_closing_closes_the_finding_that_was_looked_into_and_no_other(life: Life, data: st.DataObject) -> None:
    entries = tuple(as_booked(life))
    findings = in_memory(entries)
    unsettled = [one for one in findings if not one.is_settled]
    if not unsettled:
        return
    closed = data.draw(st.sampled_from(unsettled))
    event = FindingClosed(
        id="00000000-0000-4000-8000-c00000000000",
        event_time="2030-01-01T00:00:00Z",
        finding=closed.id,
        seqs=closed.seqs,
        facts_sha256=closed.facts_sha256,
        decision="accepted",
        reason="looked into",
    )

    faults = tuple(closing_faults(event, MemoryHistory(entries, origin=ORIGIN), told_by=("reviewer",)))
    own = tuple(closing_faults(event, MemoryHistory(entries, origin=ORIGIN), told_by=("teller",)))
    told = (*entries, Recorded(entries[-1].seq + 1, event, "2030-01-01T00:00:00.000000Z", "reviewer"))
    history = MemoryHistory(told, origin=ORIGIN)
    again = tuple(closing_faults(event, history, told_by=("reviewer",)))

    assert faults == ()
    assert [fault.code for fault in own] == ["finding-own"]
    assert [fault.code for fault in again] == ["finding-closed-before"]
    assert in_memory(told) == findings
    assert [one.id for one in findings if closing_of(one, history) is not None] == [closed.id]
