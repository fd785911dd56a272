"""Corrections: in any order they give one plant, a rebuild changes nothing, and what was shown is what happened."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.strategies import BEGIN, ORIGIN, Life, lives, other_version
from thread.errors import ThreadError
from thread.events import dump_event, parse_event
from thread.genealogy.account import Account, account_of
from thread.genealogy.custody import Custody
from thread.genealogy.focus import NothingTold
from thread.genealogy.projection import History, MemoryHistory, Recorded
from thread.genealogy.trace import trace
from thread.service import Ledger
from thread.values.times import ledger_time

NOW = 1_900_000_000_000_000_000
FORCED = "the property records everything"


@st.composite
def corrections(draw: st.DrawFn, life: Life, *, most: int = 3) -> list[tuple[int, dict[str, Any]]]:
    """What is right in the place of some entries: each entry at most once."""
    told = [dump_event(event) for event in life.events]
    seqs = draw(st.lists(st.integers(0, len(told) - 1), min_size=1, max_size=most, unique=True))
    found: list[tuple[int, dict[str, Any]]] = []
    for seq in seqs:
        own = {name: value for name, value in told[seq].items() if name != "id"}
        better = draw(st.none() | other_version(own, told))
        found.append((seq, {"void": True} if better is None else {"replaced_by": better}))
    return found


def history(life: Life, told: list[tuple[int, dict[str, Any]]]) -> MemoryHistory:
    entries = list(life.entries)
    for number, (seq, fields) in enumerate(told):
        event = parse_event(
            {
                "type": "corrected",
                "id": f"00000000-0000-4000-8000-7{number:011d}",
                "event_time": BEGIN.isoformat(),
                "seq": seq,
                "reason": "told wrongly",
                **fields,
            }
        )
        entries.append(Recorded(len(entries), event, ledger_time(1_900_000_000_000_000 + number), "teller"))
    return MemoryHistory(entries, origin=ORIGIN)


def plain_account(account: Account) -> tuple[object, ...]:
    sides = tuple(
        (line.line, line.quantity, line.quantity_max, line.place, line.owner, line.state, line.container)
        for line in (*account.lines_in, *account.lines_out)
    )
    return account.unit, tuple(sorted(sides, key=repr)), tuple(sorted(account.status.items()))


def plain_trace(told: History, lot: str) -> tuple[object, ...] | None:
    try:
        found = trace(told, lot)
    except NothingTold:
        return None
    nodes = tuple((node.id, node.depth, node.in_time) for node in found.nodes)
    return nodes, tuple((edge.source, edge.target, edge.in_time, len(edge.flows)) for edge in found.edges)


@pytest.mark.requirement("COR-2")
@given(lives(corrections=False), st.data())
def test_corrections_in_any_order_give_the_same_plant(life: Life, data: st.DataObject) -> None:
    told = data.draw(corrections(life))
    other = data.draw(st.permutations(told))

    one, another = history(life, told), history(life, other)

    for lot in life.lots:
        accounts = [plain_account(account_of(lot, side, Custody(side))) for side in (one, another)]
        assert accounts[0] == accounts[1], lot
        assert plain_trace(one, lot) == plain_trace(another, lot), lot


def answers(ledger: Ledger, lots: tuple[str, ...]) -> dict[str, bytes | None]:
    found: dict[str, bytes | None] = {}
    for lot in lots:
        try:
            found[lot] = orjson.dumps([ledger.lot(lot), ledger.trace(lot).as_json()])
        except ThreadError:
            found[lot] = None
    return found


def lines_of(balance: dict[str, Any]) -> dict[tuple[object, ...], tuple[str, str | None]]:
    members = ("line", "place", "owner", "state", "calculated")
    return {
        (side, *(line[name] for name in members), line["quantity"].startswith("-")): (
            line["quantity"],
            line["quantity_max"],
        )
        for side in ("in", "out")
        for line in balance[side]
    }


@pytest.mark.requirement("COR-4")
@settings(max_examples=15)
@given(lives(most=8, corrections=False), st.data())
def test_a_ledger_does_what_it_has_shown_and_a_rebuild_changes_nothing(life: Life, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'ledger.db'}"
        with Ledger.create(url, origin=ORIGIN, clock=lambda: NOW) as ledger:
            for event in life.events:
                ledger.record(dump_event(event), force_reason=FORCED)
            for seq, fields in data.draw(corrections(life, most=2)):
                told = {**fields, "reason": "told wrongly", "event_time": BEGIN.isoformat()}
                try:
                    shown = ledger.correction(seq + 1, told, force_reason=FORCED)
                except ThreadError:
                    continue
                recording = ledger.correct(seq + 1, told, force_reason=FORCED, seen=shown.seen)
                assert (recording.seq, recording.findings) == (shown.size, shown.findings)
                for lot in shown.touched.lots:
                    card = ledger.lot(lot.lot) if ledger.history().about("lot", lot.lot) else None
                    balance = lines_of(card["balance"]) if card else {}
                    for change in lot.balance:
                        short = (change.before or change.after or ("", None))[0].startswith("-")
                        key = (change.side, change.line, change.place, change.owner, change.state, change.calculated)
                        assert balance.get((*key, short)) == change.after, lot.lot
                    if card is not None:
                        open_now = [(one["code"], one["text"]) for one in card["findings"] if one["open"]]
                        assert {(one.code, one.text) for one in lot.opened} <= set(open_now)
                        assert not {(one.code, one.text) for one in lot.closed} & set(open_now)
            before = answers(ledger, life.lots)

            ledger.rebuild()

            assert answers(ledger, life.lots) == before
