"""Every scenario is told twice: on the pure core, and in a ledger on SQLite."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.scenarios.answers import Answers, Teller
from tests.scenarios.plants import CorePlant, LedgerPlant


@pytest.fixture(params=["core", "ledger"])
def tell(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Teller]:
    """Return what tells a story; each story has a plant of its own."""
    with ExitStack() as open_ledgers:

        def told(text: str, document: bytes | None = None) -> Answers:
            if request.param == "core":
                return Answers(CorePlant.of(text, document))
            path = tmp_path / f"{len(list(tmp_path.iterdir()))}.db"
            return Answers(open_ledgers.enter_context(LedgerPlant.of(path, text, document)))

        yield told
