"""What is shown before a correction is recorded is what is answered afterwards; nothing else changes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.strategies import BEGIN, ORIGIN, Life, lives, other_version
from thread.events import dump_event, parse_event
from thread.events.corrections import Corrected
from thread.genealogy.custody import Custody
from thread.genealogy.lot_card import lot_facts
from thread.genealogy.projection import History, MemoryHistory, Recorded, corrections_by_target, effective
from thread.genealogy.trace import trace
from thread.recall.scope import recall_scope
from thread.recall.touched import touched
from thread.recall.touched_facts import Touched

Line = tuple[object, ...]
Amount = tuple[str, str | None]


def corrected(life: Life, data: st.DataObject) -> tuple[int, tuple[Recorded, ...]]:
    """One more correction at the end of a life: which entry, and all entries with it."""
    seqs = [entry.seq for entry in life.entries if not isinstance(entry.event, Corrected)]
    seq = data.draw(st.sampled_from(seqs))
    told = {name: value for name, value in dump_event(life.events[seq]).items() if name != "id"}
    event: dict[str, Any] = {
        "type": "corrected",
        "id": "00000000-0000-4000-8000-700000000000",
        "event_time": (BEGIN + timedelta(days=2)).isoformat(),
        "seq": seq,
        "reason": "told wrongly",
    }
    others = [dump_event(life.events[one]) for one in seqs]
    better = data.draw(st.none() | other_version(told, others))
    event |= {"void": True} if better is None else {"replaced_by": better}
    last = life.entries[-1]
    return seq, (*life.entries, Recorded(last.seq + 1, parse_event(event), last.recorded_at, "teller"))


def asked(life: Life, data: st.DataObject) -> tuple[MemoryHistory, MemoryHistory, Touched]:
    seq, entries = corrected(life, data)
    before, after = (MemoryHistory(some, origin=ORIGIN) for some in (life.entries, entries))
    standing = []
    for some in (life.entries, entries):
        corrections = corrections_by_target(some).get(seq, ())
        standing.append(effective(some[seq], corrections[-1] if corrections else None))
    return before, after, touched(seq, before, after, old=standing[0], new=standing[1])


def lots_of(*histories: MemoryHistory) -> list[str]:
    names = {name for history in histories for kind, name in history._postings if kind == "lot"}
    return sorted(name for name in names if "/serial/" not in name)


def balance(history: History, lot: str) -> dict[Line, Amount]:
    told: Mapping[str, Any] = lot_facts(lot, history, Custody(history)).account.as_json()
    members = ("line", "place", "owner", "state", "calculated")
    return {
        (side, *(line[name] for name in members), line["quantity"].startswith("-")): (
            line["quantity"],
            line["quantity_max"],
        )
        for side in ("in", "out")
        for line in told[side]
    }


def findings(history: History, lot: str) -> set[tuple[str, str]]:
    facts = lot_facts(lot, history, Custody(history))
    return {(one.code, one.text) for one in facts.findings if one.is_open and one.code != "signature-void"}


def lines_shown(shown: Touched) -> dict[str, dict[Line, tuple[Amount | None, Amount | None]]]:
    return {
        lot.lot: {
            (
                *(change.side, change.line, change.place, change.owner, change.state, change.calculated),
                (change.before or change.after or ("", None))[0].startswith("-"),
            ): (change.before, change.after)
            for change in lot.balance
        }
        for lot in shown.lots
    }


@pytest.mark.requirement("COR-4")
@given(lives(), st.data())
def test_the_balances_and_findings_that_change_are_exactly_those_that_were_shown(
    life: Life, data: st.DataObject
) -> None:
    assume(any(not isinstance(event, Corrected) for event in life.events))
    before, after, shown = asked(life, data)

    lines = lines_shown(shown)
    by_lot = {lot.lot: lot for lot in shown.lots}
    for lot in lots_of(before, after):
        was, now = balance(before, lot), balance(after, lot)
        changed = {line: (was.get(line), now.get(line)) for line in {*was, *now} if was.get(line) != now.get(line)}
        assert lines.get(lot, {}) == changed, lot
        told = by_lot.get(lot)
        had, has = findings(before, lot), findings(after, lot)
        opened = {(one.code, one.text) for one in told.opened} if told else set()
        closed = {(one.code, one.text) for one in told.closed} if told else set()
        assert {one for one in opened if one[0] != "signature-void"} >= has - had, lot
        assert {one for one in closed if one[0] != "signature-void"} >= had - has, lot
    assert shown.left_out == 0


@pytest.mark.requirement("COR-4")
@given(lives(), st.data())
def test_what_leaves_and_enters_scopes_and_traces_is_what_was_shown(life: Life, data: st.DataObject) -> None:
    assume(any(not isinstance(event, Corrected) for event in life.events))
    before, after, shown = asked(life, data)

    answers = {answer.lot: answer for answer in shown.answers}
    for lot in (one.lot for one in shown.lots if one.is_named):
        if not (before.about("lot", lot) and after.about("lot", lot)):
            continue
        answer = answers.get(lot)
        was, now = (recall_scope(history, [lot]) for history in (before, after))
        lots, lots_now = ({one.id for one in scope.lots} for scope in (was, now))
        customers, customers_now = ({one.customer for one in scope.customers} for scope in (was, now))
        backward, backward_now = (
            {node.id for node in trace(history, lot, direction="backward").nodes if node.kind == "lot"}
            for history in (before, after)
        )
        assert set(answer.scope_lots.leaves if answer else ()) == lots - lots_now
        assert set(answer.scope_lots.enters if answer else ()) == lots_now - lots
        assert set(answer.scope_customers.leaves if answer else ()) == customers - customers_now - {None}
        assert set(answer.scope_customers.enters if answer else ()) == customers_now - customers - {None}
        assert set(answer.where_from.leaves if answer else ()) == backward - backward_now
        assert set(answer.where_from.enters if answer else ()) == backward_now - backward
