"""Replay gives what was built step by step: tables row for row, and histories at every size (DESIGN 10, 3 and 7)."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stores.independent import table_dump
from tests.strategies import ORIGIN, Life, lives
from thread.events import dump_event, subjects
from thread.events.corrections import Corrected
from thread.genealogy.projection import KINDS, History, MemoryHistory, Recorded, Told
from thread.ledger import SigningKeys, opened_event, write_entry
from thread.service.history import LiveHistory, StoreHistory
from thread.store.facts import entry_facts
from thread.store.sqlite import SqliteStore
from thread.store.writer import SqliteWriter

KEYS = SigningKeys.from_seeds(ed25519_seed=bytes(32), ml_dsa_44_seed=bytes(32), origin=ORIGIN)
OPENED = opened_event(
    event_id="00000000-0000-4000-b000-000000000000",
    event_time="2026-01-01T00:00:00Z",
    origin=ORIGIN,
    keys=KEYS.verifier_keys,
    subjects_version=1,
)
ACTOR = {"id": "teller", "auth": "asserted"}


@contextmanager
def stored(life: Life, batches: list[int]) -> Iterator[tuple[SqliteStore, Path, tuple[Recorded, ...], LiveHistory]]:
    """A store with a life in it, committed in batches; its entries, and the history that grew with them."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.db"
        store = SqliteStore.create(path)
        entries = tuple(as_booked(life))
        live = LiveHistory(origin=ORIGIN, size=1)
        with store.creating() as writer:
            opening = write_entry(
                seq=0,
                prev=bytes(32),
                recorded_at_us=1_700_000_000_000_000,
                actor=ACTOR,
                key=OPENED["id"],
                event=OPENED,
            )
            writer.append(entry_facts(opening, None, None, origin=ORIGIN))
        left = list(entries)
        for size in [*batches, len(left)]:
            with store.writing() as writer:
                live.within(writer)
                for entry in left[:size]:
                    append(writer, live, entry, entries)
            left = left[size:]
        yield store, path, entries, live
        store.close()


def as_booked(life: Life) -> Iterator[Recorded]:
    """The entries of a life one seq later: entry 0 opens the ledger."""
    for entry in life.entries:
        event = entry.event
        if isinstance(event, Corrected):
            event = event.model_copy(update={"seq": event.seq + 1})
        yield Recorded(entry.seq + 1, event, entry.recorded_at, entry.actor)


def append(writer: SqliteWriter, live: LiveHistory, entry: Recorded, entries: tuple[Recorded, ...]) -> None:
    event = entry.event
    # What was asked before must not go stale by what is appended.
    for subject in subjects(event, origin=ORIGIN):
        live.about(subject.kind.partition(".")[0], subject.name)
    written = write_entry(
        seq=entry.seq,
        prev=writer.leaf_hash,
        recorded_at_us=1_800_000_000_000_000 + (entry.seq - 1) * 1_000_000,
        actor=ACTOR,
        key=f"teller/{entry.seq}",
        event=dump_event(event),
    )
    corrected = entries[event.seq - 1].event if isinstance(event, Corrected) else None
    facts = entry_facts(written, event, corrected, origin=ORIGIN)
    writer.append(facts)
    live.take(entry, facts.subjects)


def names_in(entries: tuple[Recorded, ...]) -> list[tuple[str, str]]:
    memory = MemoryHistory(entries, origin=ORIGIN, every_version=True)
    return sorted(key for key in memory._postings if key[0] in KINDS)


def told_by(history: History, names: list[tuple[str, str]]) -> dict[tuple[str, str], tuple[Told, ...]]:
    return {name: history.about(*name) for name in names}


LIVES = lives()
BATCHES = st.lists(st.integers(1, 12), max_size=3)


@pytest.mark.requirement("BAL-4")
@given(LIVES, BATCHES)
def test_every_projection_that_is_dropped_is_made_again_row_for_row(life: Life, batches: list[int]) -> None:
    with stored(life, batches) as (store, path, _, _):
        grown = table_dump(path)

        store.rebuild()

        assert table_dump(path) == grown


@pytest.mark.requirement("BAL-4")
@given(LIVES, BATCHES, st.data())
def test_the_stored_history_is_the_plain_one_at_every_size(life: Life, batches: list[int], data: st.DataObject) -> None:
    with stored(life, batches) as (store, _, entries, _):
        size = data.draw(st.integers(1, len(entries) + 1))
        plain = MemoryHistory(entries[: size - 1], origin=ORIGIN)
        history = StoreHistory(store.reading, origin=ORIGIN, size=size)

        names = names_in(entries)

        assert told_by(history, names) == told_by(plain, names)
        assert told_by(history.ever_told(), names) == told_by(plain.ever_told(), names)
        types = sorted({entry.event.type for entry in entries})
        assert [history.has_type(one) for one in types] == [plain.has_type(one) for one in types]


@given(LIVES, BATCHES)
def test_the_history_that_grows_with_the_writer_is_the_plain_one(life: Life, batches: list[int]) -> None:
    with stored(life, batches) as (store, _, entries, live), store.writing() as writer:
        live.within(writer)
        plain = MemoryHistory(entries, origin=ORIGIN)

        assert told_by(live, names_in(entries)) == told_by(plain, names_in(entries))
