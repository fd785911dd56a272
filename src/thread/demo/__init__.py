"""The demo plant: a bicycle maker's eight weeks, and the recall that hides in them.

Data only. `plant.ndjson` holds the events in the order of booking, `repacking.json` what a distributor told in EPCIS,
`story.json` where the story begins and the words to tell it with. Every answer is computed from a ledger, never kept
here. Made by `fixtures/makers/plants.py`, except for `story.json`.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import orjson

__all__ = ["demo_documents", "demo_events", "demo_story"]


def demo_events() -> Iterator[dict[str, Any]]:
    """Yield what to record into a fresh ledger, in this order.

    `event`: as typed; `key`: makes recording it twice harmless; `force`, where told: why it is recorded although a rule
    says no; `recorded_after`, where told: when the clerk came to it, long after it happened.
    """
    for line in _read("plant.ndjson").splitlines():
        yield orjson.loads(line)


def demo_documents() -> Iterator[tuple[str, bytes]]:
    """Yield the documents of others to import after the events: file name and content."""
    yield "repacking.json", _read("repacking.json")


def demo_story() -> dict[str, Any]:
    """Return where the story of the recall begins, and the fixed words that it is told with."""
    told: dict[str, Any] = orjson.loads(_read("story.json"))
    return told


def _read(name: str) -> bytes:
    return files(__name__).joinpath(name).read_bytes()
