"""Every bundle that the product writes is whole for the auditor's verifier, whatever happened on the floor."""

from __future__ import annotations

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.floor import Floor
from tests.properties.random_floors import floors
from tests.properties.test_index import append_index
from tests.properties.test_replay import KEYS, stored
from tests.properties.test_verifier import _names, captures, trades
from tests.strategies import ORIGIN, Life, lives
from thread.genealogy.focus import NothingTold
from thread.genealogy.trace import Asked, trace
from thread.ledger import Checkpoint, KeySchedule, read_entry, read_opened_event, sign_checkpoint
from thread.ledger.verifier import verify_bundle
from thread.service.bundles import NotingHistory, bundle
from thread.service.proofs import newest_index
from thread.store.sqlite import SqliteStore

DIRECTIONS = st.sampled_from(["backward", "forward", "both"])


def signed(store: SqliteStore) -> None:
    append_index(store)
    with store.writing() as writer:
        head = writer.head()
        note = sign_checkpoint(Checkpoint(ORIGIN, head.size, head.frontier.root()), KEYS.signers, 1_900_000_000)
        writer.keep_checkpoint(head.size, note)


def written(store: SqliteStore, name: str, direction: Asked) -> bytes | None:
    """Return the bundle of a trace, as the service puts it together; None where nothing is told of the name."""
    with store.snapshot() as reader:
        index = newest_index(reader)
        schedule = KeySchedule.from_opening(read_opened_event(read_entry(reader.entry_bytes((0,))[0]).event))
        history = NotingHistory(store.reading, origin=ORIGIN, size=index.size)
        try:
            answer = trace(history, name, direction=direction, root=b64encode(index.root).decode())
        except NothingTold:
            return None
        return bundle(reader, answer, frozenset(history.asked), index=index, schedule=schedule).data


def assert_verifies(life: Life, name: str, direction: Asked) -> None:
    with stored(life, []) as (store, _, _, _):
        signed(store)
        data = written(store, name, direction)
    if data is not None:
        verdict = verify_bundle(data, fingerprint=KEYS.fingerprint)
        assert verdict["problems"] == []
        assert verdict["ok"]


@pytest.mark.requirement("EVI-3")
@given(lives(), st.data(), DIRECTIONS)
def test_bundles_of_what_a_plant_lived_through_are_whole(life: Life, data: st.DataObject, direction: Asked) -> None:
    assert_verifies(life, data.draw(st.sampled_from(life.lots or [ORIGIN])), direction)


@given(floors(), st.data(), DIRECTIONS)
def test_bundles_of_nasty_floors_are_whole(floor: Floor, data: st.DataObject, direction: Asked) -> None:
    assert_verifies(Life(tuple(floor.events)), data.draw(st.sampled_from(_names(floor))), direction)


@given(trades(), st.data(), DIRECTIONS)
def test_bundles_of_what_was_traded_are_whole(floor: Floor, data: st.DataObject, direction: Asked) -> None:
    assert_verifies(Life(tuple(floor.events)), data.draw(st.sampled_from(_names(floor))), direction)


@given(captures(), st.data(), DIRECTIONS)
def test_bundles_of_what_others_told_are_whole(floor: Floor, data: st.DataObject, direction: Asked) -> None:
    assert_verifies(Life(tuple(floor.events)), data.draw(st.sampled_from(_names(floor))), direction)
