"""What the writer says is new is new, in whatever order ids and names come, waiting or handed over."""

import gc
import random
import tempfile
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thread.service import Actor, Ledger
from thread.service.collector import rare_collections
from thread.store import writer as writer_module

CLERK = Actor("clerk", "asserted")

told_numbers = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=40)
ends = st.sets(st.integers(0, 40), max_size=3)


def receipt(number: int, lot: int) -> dict[str, object]:
    return {
        "type": "received",
        "id": str(UUID(int=number * 7_919_000_000_000_000_000_000_000_000_000_000 % 2**128)),
        "event_time": "2026-03-09T14:07:00+01:00",
        "site": "P",
        "item": f"ITEM-{lot % 2}",
        "lot": f"L{lot}",
        "quantity": {"value": "5", "unit": "KGM"},
    }


@pytest.mark.parametrize("flush", [1, 3, 100])
@given(told=told_numbers, commits=ends)
def test_an_id_is_known_and_a_lot_is_known_as_soon_as_told_and_no_sooner(
    flush: int, told: list[tuple[int, int]], commits: set[int]
) -> None:
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        patch.setattr(writer_module, "_FLUSH_ENTRIES", flush)
        patch.setattr(writer_module, "_REMEMBERED_SUBJECTS", flush)
        with Ledger.create(f"sqlite:///{Path(folder) / 'ledger.db'}", origin="plant.example") as ledger:
            first: dict[int, tuple[int, int]] = {}
            lots: set[int] = set()
            portions = [told[a:b] for a, b in zip([0, *sorted(commits)], [*sorted(commits), len(told)], strict=True)]
            for portion in portions:
                with ledger.recording() as recorder:
                    for number, lot in portion:
                        name = f"https://plant.example/site/P/lot/ITEM-{lot % 2}/L{lot}"
                        assert recorder._writer.has_subject("lot", name) == (lot in lots)
                        assert not recorder._writer.has_subject("container", name)
                        told_lot = first[number][1] if number in first else lot
                        done = recorder.record(receipt(number, told_lot), key=None, actor=CLERK)
                        assert done.duplicate == (number in first)
                        assert done.seq == first.setdefault(number, (done.seq, told_lot))[0]
                        lots.add(told_lot)
            assert ledger.size == 1 + len(first)


def test_many_rows_together_and_the_few_left_over_are_all_there(ledger: Ledger) -> None:
    chance = random.Random(1)
    numbers = chance.sample(range(1_000), 201)
    with ledger.recording() as recorder:
        for number in numbers:
            event = {**receipt(0, number), "id": str(UUID(int=number + 1))}
            recorder.record(event, key=None, actor=CLERK)

    with ledger.recording() as recorder:
        for number in numbers:
            event = {**receipt(0, number), "id": str(UUID(int=number + 1))}
            assert recorder.record(event, key=None, actor=CLERK).duplicate
    assert ledger.verify().ok


def test_the_collector_runs_rarely_while_a_transaction_is_open_and_as_before_afterwards(ledger: Ledger) -> None:
    before = gc.get_threshold()
    with ledger.recording():
        assert gc.get_threshold()[0] > before[0]
        with rare_collections():
            pass
        assert gc.get_threshold()[0] > before[0]

    assert gc.get_threshold() == before
    assert gc.isenabled()
