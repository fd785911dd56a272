"""A ledger against a plain dict: record, retry, correct, reopen, crash before and after any write, rebuild."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.builders import correction, issue, receipt, void
from tests.stores.failing import Crash, FailingConnection
from tests.stores.independent import entries_of, problems_of, table_dump
from thread.acceptance import Refused
from thread.errors import ThreadError
from thread.genealogy.projection import MemoryHistory
from thread.ledger import read_checkpoint
from thread.ledger.index import LEDGER_INDEX
from thread.service import KeyReused, Ledger, Recording, open_ledger
from thread.service.history import recorded
from thread.store.sqlite import SqliteStore

pytestmark = pytest.mark.requirement("BAL-4", "COR-2", "REC-2", "REC-3", "REC-4")

Told = dict[str, Any]
LOTS = st.sampled_from(["A", "B", "C"])
NUMBERS = st.integers(1, 9)
WRITES = st.integers(0, 14)


def names_of(history: MemoryHistory) -> list[tuple[str, str]]:
    return sorted(history._postings)


class LedgerMachine(RuleBasedStateMachine):
    """The model: keys in the order of their entries, with what was told under each."""

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "ledger.db"
        self.url = f"sqlite:///{self.path}"
        self.now_ns = 1_800_000_000_000_000_000
        self.keys: list[str] = []
        self.told: dict[str, Told] = {}
        self.real_factory = SqliteStore.connection_factory
        SqliteStore.connection_factory = FailingConnection
        self.plan = FailingConnection.plan
        self.plan.arm(None, persists=False)
        self.ledger = Ledger.create(self.url, origin="plant.example", clock=lambda: self.now_ns)

    def teardown(self) -> None:
        if hasattr(self, "ledger"):
            self.ledger.close()
            SqliteStore.connection_factory = self.real_factory
            self.folder.cleanup()

    def reopen_ledger(self) -> None:
        self.ledger.close()
        self.ledger = open_ledger(self.url, clock=lambda: self.now_ns)

    def tell(self, told: Told) -> str:
        key = f"desk/{len(self.told)}-{len(self.keys)}"
        recording = self.ledger.record(told, key=key, force_reason="seen on the floor")
        assert not recording.duplicate
        self.keep(key, told, recording)
        return key

    def keep(self, key: str, told: Told, recording: Recording) -> None:
        assert recording.seq == len(self.keys) + 1
        self.keys.append(key)
        self.told[key] = told

    @rule(lot=LOTS, number=NUMBERS, seconds=st.integers(-100, 100))
    def receive(self, lot: str, number: int, seconds: int) -> None:
        self.now_ns += seconds * 1_000_000_000
        self.tell(receipt(lot, f"{number} KGM"))

    @rule(lot=LOTS, number=NUMBERS)
    def take(self, lot: str, number: int) -> None:
        told = issue(f"{number} KGM of {lot}", order="WO-1")
        try:
            self.tell(told)
        except ThreadError:
            # Nobody received such a lot, or all of it was voided: refused, and nothing is left behind.
            assert self.ledger.size == len(self.keys) + 1

    @precondition(lambda self: any(told["type"] != "corrected" for told in self.told.values()))
    @rule(data=st.data(), number=NUMBERS, is_void=st.booleans())
    def correct(self, data: st.DataObject, number: int, is_void: bool) -> None:
        seqs = [
            seq for seq, key in enumerate(self.keys, 1) if key in self.told and self.told[key]["type"] != "corrected"
        ]
        seq = data.draw(st.sampled_from(seqs))
        told = void(seq) if is_void else correction(seq, receipt("D", f"{number} KGM"))
        with suppress(Refused):
            self.tell(told)

    @precondition(lambda self: self.told)
    @rule(data=st.data())
    def retry(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.told)))

        again = self.ledger.record(self.told[key], key=key)

        assert (again.duplicate, again.seq) == (True, self.keys.index(key) + 1)

    @precondition(lambda self: self.told)
    @rule(data=st.data())
    def reuse_a_key(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.told)))
        try:
            self.ledger.record(receipt("OTHER", "1 KGM"), key=key)
        except KeyReused:
            return
        raise AssertionError(key)

    @rule(number=NUMBERS, stop_at=WRITES, persists=st.booleans())
    def crash(self, number: int, stop_at: int, persists: bool) -> None:
        key, told = f"crash/{len(self.keys)}", receipt("E", f"{number} KGM")
        self.plan.arm(stop_at, persists=persists)
        try:
            self.keep(key, told, self.ledger.record(told, key=key))
        except Crash:
            self.plan.arm(None, persists=False)
            self.reopen_ledger()
            was_there = self.ledger.size == len(self.keys) + 2
            retried = self.ledger.record(told, key=key)
            assert retried.duplicate == was_there
            self.keep(key, told, retried)
        finally:
            self.plan.arm(None, persists=False)

    @rule()
    def reopen(self) -> None:
        self.reopen_ledger()

    @rule()
    def rebuild(self) -> None:
        before = table_dump(self.path)

        self.ledger.rebuild()

        assert table_dump(self.path) == before

    @rule()
    def sign(self) -> None:
        signed = self.ledger.checkpoint()

        assert self.ledger.checkpoint() == signed
        if self.ledger.size == len(self.keys) + 2:
            # The index of all entries before it, told by the ledger itself.
            self.keys.append(self.ledger.entry(len(self.keys) + 1).key)
        assert read_checkpoint(signed).checkpoint.size == len(self.keys) + 1

    @invariant()
    def holds_what_the_model_holds(self) -> None:
        if not hasattr(self, "ledger"):
            return
        entries = entries_of(self.path)
        assert [entry["key"] for entry in entries[1:]] == self.keys
        assert problems_of(self.path) == []

    @invariant()
    def answers_as_the_entries_say(self) -> None:
        if not hasattr(self, "ledger"):
            return
        plain = MemoryHistory(
            (
                recorded(entry.data, seq=entry.seq)
                for entry in self.ledger.entries(1)
                if entry.event["type"] != LEDGER_INDEX
            ),
            origin="plant.example",
        )
        history = self.ledger.history()
        for name in names_of(plain):
            assert history.about(*name) == plain.about(*name)
        assert self.ledger.verify().ok


LedgerMachine.TestCase.settings = settings(stateful_step_count=20)
TestLedger = LedgerMachine.TestCase
