"""A ledger in a file of its own, with a clock that each test sets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from thread.service import Ledger


class Clock:
    """Nanoseconds since the epoch; starts on 2027-01-15."""

    def __init__(self) -> None:
        self.now_ns = 1_800_000_000_000_000_000

    def __call__(self) -> int:
        return self.now_ns


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(tmp_path: Path, clock: Clock) -> Iterator[Ledger]:
    with Ledger.create(f"sqlite:///{tmp_path}/ledger.db", origin="plant.example", clock=clock) as made:
        yield made
