"""A fresh ledger for each test of a store. One suite for every store; this release has one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from thread.service import Ledger, open_ledger


class Clock:
    """Nanoseconds that stand still until they are set; each test says what time it is."""

    def __init__(self) -> None:
        self.now_ns = 1_800_000_000_000_000_000

    def __call__(self) -> int:
        return self.now_ns


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["sqlite"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/ledger.db"


@pytest.fixture
def path(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


@pytest.fixture
def ledger(url: str, clock: Clock) -> Iterator[Ledger]:
    with Ledger.create(url, origin="plant.example", clock=clock) as made:
        yield made


@pytest.fixture
def again(url: str, clock: Clock) -> Callable[[], Ledger]:
    return lambda: open_ledger(url, clock=clock)
