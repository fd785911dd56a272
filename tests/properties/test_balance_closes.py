"""What came in is what went out and what is there, to the last digit, in whatever order it was told."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import ORIGIN, Life, lives
from thread.events import Event
from thread.genealogy.account import Account, account_of
from thread.genealogy.custody import Custody
from thread.genealogy.movement import IN_LINES
from thread.genealogy.projection import History, MemoryHistory, Recorded
from thread.values.times import ledger_time


def _accounts(history: History, lots: tuple[str, ...]) -> dict[str, Account]:
    custody = Custody(history)
    return {lot: account_of(lot, history, custody) for lot in lots}


def _plain(account: Account) -> tuple[object, ...]:
    """Return what an account says, the numbers of entries left out."""
    sides = tuple(
        (line.line, line.quantity, line.quantity_max, line.place, line.owner, line.state, line.site, line.container)
        for line in (*account.lines_in, *account.lines_out)
    )
    return account.unit, tuple(sorted(sides, key=repr)), tuple(sorted(account.status.items()))


def _told(events: list[Event]) -> MemoryHistory:
    entries = [
        Recorded(seq, event, ledger_time(1_800_000_000_000_000 + seq), "teller") for seq, event in enumerate(events)
    ]
    return MemoryHistory(entries, origin=ORIGIN)


@pytest.mark.requirement("BAL-1")
@given(lives())
def test_the_balance_of_every_lot_closes_to_the_last_digit(life: Life) -> None:
    for lot, account in _accounts(life.history(), life.lots).items():
        assert account.difference == 0, lot


@pytest.mark.requirement("BAL-1")
@given(lives(), st.data())
def test_the_balance_closes_at_every_time_and_every_size(life: Life, data: st.DataObject) -> None:
    history = life.history(data.draw(st.integers(0, len(life.events))))
    at = data.draw(st.sampled_from([event.at for event in life.events]))
    custody = Custody(history)

    for lot in life.lots:
        account = account_of(lot, history, custody, as_of=at)
        assert account.difference == 0, lot
        assert all(move.position[0] <= at for move in account.movements)


@pytest.mark.requirement("BAL-3")
@given(lives())
def test_free_and_held_and_all_other_states_add_up_to_what_is_on_hand(life: Life) -> None:
    for lot, account in _accounts(life.history(), life.lots).items():
        piles = [line for line in account.lines_out if line.line == "on_hand" and line.order is None]
        assert sum(account.status.values()) == sum((line.quantity for line in piles), Decimal(0)), lot


@given(lives())
def test_what_came_in_is_the_sum_of_the_movements_that_brought_it(life: Life) -> None:
    for account in _accounts(life.history(), life.lots).values():
        moved = sum((move.quantity for move in account.movements if move.source.line in IN_LINES), Decimal(0))
        assert moved == account.came_in


@given(lives(), st.data())
def test_late_entries_give_the_same_balance_as_entries_in_order(life: Life, data: st.DataObject) -> None:
    events = list(life.valid_events)
    in_order = sorted(enumerate(events), key=lambda pair: (pair[1].at, pair[0]))
    # Equal times go by seq, so entries of one time keep their order among themselves.
    times = data.draw(st.permutations(sorted({event.at for event in events})))
    late = [event for at in times for _, event in in_order if event.at == at]

    one = _accounts(_told([event for _, event in in_order]), life.lots)
    other = _accounts(_told(late), life.lots)

    assert {lot: _plain(account) for lot, account in one.items()} == {
        lot: _plain(account) for lot, account in other.items()
    }


@pytest.mark.requirement("COR-2")
@given(lives())
def test_a_corrected_plant_has_the_balances_of_one_that_was_told_right_at_once(life: Life) -> None:
    right_at_once = _told(list(life.valid_events))

    corrected, told = _accounts(life.history(), life.lots), _accounts(right_at_once, life.lots)

    assert {lot: _plain(one) for lot, one in corrected.items()} == {lot: _plain(one) for lot, one in told.items()}


@given(lives(), st.data())
def test_an_account_at_a_ledger_size_stays_the_same_after_later_entries(life: Life, data: st.DataObject) -> None:
    size = data.draw(st.integers(0, len(life.events)))
    before = life.history(size)

    again = MemoryHistory(life.entries[:size], origin=before.origin)

    for lot in life.lots:
        assert account_of(lot, before, Custody(before)) == account_of(lot, again, Custody(again))
