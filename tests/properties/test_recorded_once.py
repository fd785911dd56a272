"""Invariants 7 and 8 through a real ledger: told twice is recorded once; an answer at a size stays the same."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import ORIGIN, Life, lives
from thread.errors import NotFound
from thread.events import dump_event
from thread.service import Ledger, Recording

NOW = 1_900_000_000_000_000_000
"""Later than everything that these lives tell, nanoseconds since the Unix epoch."""


@contextmanager
def ledger_of(told: list[dict[str, Any]]) -> Iterator[tuple[Ledger, list[Recording]]]:
    """A ledger in which everything is recorded, by force where a rule says no."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'ledger.db'}"
        with Ledger.create(url, origin=ORIGIN, clock=lambda: NOW) as ledger:
            yield ledger, [record(ledger, event, number) for number, event in enumerate(told)]


def told_by(life: Life) -> list[dict[str, Any]]:
    """The events as somebody tells them; entry 0 opens the ledger, so a correction names one more."""
    told = [dump_event(event) for event in life.events]
    return [{**event, "seq": event["seq"] + 1} if event["type"] == "corrected" else event for event in told]


def record(ledger: Ledger, event: dict[str, Any], number: int) -> Recording:
    return ledger.record(event, key=f"teller/{number}", force_reason="the property records everything")


def answer(ledger: Ledger, lot: str, size: int) -> bytes | None:
    try:
        return orjson.dumps(ledger.trace(lot, known_at=size).as_json())
    except NotFound:
        return None


@pytest.mark.requirement("REC-3")
@given(lives(most=8), st.data())
def test_told_twice_under_the_same_key_or_id_is_recorded_once(life: Life, data: st.DataObject) -> None:
    told = told_by(life)
    with ledger_of(told) as (ledger, recordings):
        root, size = ledger.root, ledger.size
        order = data.draw(st.permutations(range(len(told))))

        again = {number: record(ledger, told[number], number) for number in order}
        by_id = [ledger.record(event, force_reason="again") for event in told]

        assert (ledger.root, ledger.size) == (root, size)
        assert all(one.duplicate for one in (*again.values(), *by_id))
        assert [again[number].seq for number in range(len(told))] == [one.seq for one in recordings]
        assert [one.seq for one in by_id] == [one.seq for one in recordings]


@given(lives(most=8), st.data())
def test_an_answer_at_a_size_is_the_same_bytes_after_any_later_entries(life: Life, data: st.DataObject) -> None:
    told = told_by(life)
    cut = data.draw(st.integers(0, len(told)))
    with ledger_of(told[:cut]) as (ledger, _):
        size = ledger.size
        before = {lot: answer(ledger, lot, size) for lot in life.lots}
        for number, event in enumerate(told[cut:], start=cut):
            record(ledger, event, number)

        assert {lot: answer(ledger, lot, size) for lot in life.lots} == before
