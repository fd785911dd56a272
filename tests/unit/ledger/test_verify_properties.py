"""No tampering escapes verification against a checkpoint kept outside, which needs bytes and public keys only.

Invariants 1 and 2 of the design.
"""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.ledger.sample import Sample, chained, received, sample
from thread.ledger import verify_entries

SIZE = 9
LEDGER = sample(SIZE)
ROWS = tuple(LEDGER.rows)
NODES = tuple(LEDGER.nodes)
KEPT = LEDGER.checkpoint()
KEYS = LEDGER.keys.verifier_keys
BITS = [(seq, bit) for seq, data in ROWS for bit in range(len(data) * 8)]

rows_by_seq = st.permutations(range(SIZE))


def found(rows: Any, *, with_nodes: bool) -> Any:
    return verify_entries(rows, nodes=NODES if with_nodes else None, kept=[KEPT], verifier_keys=KEYS)


def test_the_ledger_as_it_is_has_no_problem() -> None:
    assert found(ROWS, with_nodes=True).ok
    assert found(ROWS, with_nodes=False).ok


@pytest.mark.requirement("INT-1")
@given(st.sampled_from(BITS), st.booleans())
def test_any_bit_changed_is_found_and_its_entry_is_the_first_named(place: tuple[int, int], with_nodes: bool) -> None:
    seq, bit = place
    changed = bytearray(ROWS[seq][1])
    changed[bit // 8] ^= 1 << bit % 8

    verification = found([*ROWS[:seq], (seq, bytes(changed)), *ROWS[seq + 1 :]], with_nodes=with_nodes)

    assert not verification.ok
    if seq < SIZE - 1:
        assert verification.problems[0].seq == seq


@pytest.mark.requirement("INT-1")
@given(st.sets(st.integers(0, SIZE - 1), min_size=1), st.booleans())
def test_any_entries_removed_are_found(removed: set[int], with_nodes: bool) -> None:
    rows = [row for row in ROWS if row[0] not in removed]

    verification = found(rows, with_nodes=with_nodes)

    assert not verification.ok
    assert verification.problems[0].seq == min(removed)


@given(st.sets(st.integers(0, SIZE - 1), min_size=1, max_size=SIZE - 1), st.booleans())
def test_any_entries_removed_and_the_rest_closed_up_are_found(removed: set[int], with_nodes: bool) -> None:
    rows = list(enumerate(data for seq, data in ROWS if seq not in removed))

    assert not found(rows, with_nodes=with_nodes).ok


@pytest.mark.requirement("INT-1")
@given(rows_by_seq.filter(lambda order: order != list(range(SIZE))), st.booleans())
def test_any_other_order_is_found(order: list[int], with_nodes: bool) -> None:
    assert not found([(place, ROWS[seq][1]) for place, seq in enumerate(order)], with_nodes=with_nodes).ok
    assert not found([ROWS[seq] for seq in order], with_nodes=with_nodes).ok


@pytest.mark.requirement("INT-1")
@given(st.integers(0, SIZE), st.sampled_from([data for _, data in ROWS]) | st.binary(max_size=40), st.booleans())
def test_any_entry_inserted_is_found(place: int, data: bytes, with_nodes: bool) -> None:
    stored = [data for _, data in ROWS]
    stored.insert(place, data)

    # An entry put behind the last one that is no continuation of it; a true continuation is what appending is.
    assert not found(list(enumerate(stored)), with_nodes=with_nodes).ok


@pytest.mark.requirement("INT-1")
@given(st.integers(0, SIZE - 1), st.booleans())
def test_a_cut_tail_is_found_and_counted(size: int, with_nodes: bool) -> None:
    verification = found(ROWS[:size], with_nodes=with_nodes)

    assert not verification.ok
    assert any(problem.code == "tail-missing" and problem.seq == size for problem in verification.problems)


@pytest.mark.requirement("INT-1")
@given(st.integers(1, SIZE - 1), st.integers(0, 3), st.booleans())
def test_a_ledger_written_anew_from_any_entry_on_is_found(start: int, longer: int, new_nodes: bool) -> None:
    events = [received(number, "1") for number in range(start, SIZE + longer)]
    rewritten = Sample(chained(events, LEDGER.entries[:start]))

    verification = verify_entries(
        rewritten.rows, nodes=rewritten.nodes if new_nodes else NODES, kept=[KEPT], verifier_keys=KEYS
    )

    assert not verification.ok
    assert any(problem.code == "root-differs" for problem in verification.problems)


@given(st.integers(1, SIZE), st.data())
def test_any_checkpoint_of_the_past_fits_the_ledger_that_grew_from_it(size: int, data: st.DataObject) -> None:
    grown = Sample(
        chained([received(number) for number in range(SIZE, SIZE + data.draw(st.integers(0, 4)))], LEDGER.entries)
    )

    assert verify_entries(grown.rows, nodes=grown.nodes, kept=[LEDGER.checkpoint(size)], verifier_keys=KEYS).ok


@given(st.lists(st.sampled_from(BITS), min_size=1, max_size=6, unique=True))
def test_the_root_is_told_only_where_the_chain_holds(places: list[tuple[int, int]]) -> None:
    stored = [bytearray(data) for _, data in ROWS]
    for seq, bit in places:
        stored[seq][bit // 8] ^= 1 << bit % 8

    verification = verify_entries(
        [(seq, bytes(data)) for seq, data in enumerate(stored)], kept=[KEPT], verifier_keys=KEYS
    )

    assert not verification.ok
    assert verification.size == SIZE
