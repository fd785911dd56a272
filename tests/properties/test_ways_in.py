"""Plain events take a shorter way into the ledger; whichever way one takes, its entry or its refusal is the same."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from copy import copy
from itertools import count
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from thread.errors import ThreadError
from thread.service import Ledger

NOW: Final = 1_900_000_000_000_000_000
"""Later than every example, nanoseconds since the Unix epoch."""
EXAMPLES: Final = [
    event
    for path in sorted((Path(__file__).parents[2] / "fixtures" / "events").glob("*.json"))
    for event in [orjson.loads(path.read_bytes())]
    if event.get("type") != "epcis_captured"
]
JUNK: Final = st.sampled_from(
    [None, "", "x", "\x00", "é", "e\u0301", " S 1 ", "x" * 9_000, 0, -1, 2**60, 1.5, True, [], ["x"], {}, {"x": "y"},
     {"value": "0", "unit": "KGM"}, {"value": "1.0", "unit": "KGM"}, "2026-03-09T14:07:00+01:00", "https://x.example/1"]
)  # fmt: skip


@st.composite
def told_events(draw: st.DrawFn) -> dict[str, Any]:
    """An example, as it is or with fields left out, added, or with something else in them."""
    event: dict[str, Any] = orjson.loads(orjson.dumps(draw(st.sampled_from(EXAMPLES))))
    for _ in range(draw(st.integers(0, 2))):
        holder: Any = event
        while isinstance(holder, dict | list) and holder:
            keys = sorted(holder) if isinstance(holder, dict) else list(range(len(holder)))
            key = draw(st.sampled_from([*keys, "extra", "another"] if isinstance(holder, dict) else keys))
            if draw(st.booleans()) or key in {"extra", "another"} or not isinstance(holder[key], dict | list):
                break
            holder = holder[key]
        if not isinstance(holder, dict | list) or not holder:
            continue
        if draw(st.booleans()) and key in holder and isinstance(holder, dict):
            del holder[key]
        else:
            holder[key] = copy(draw(JUNK))
    return event


def chance() -> Callable[[int], bytes]:
    """Bytes that are new each time, and the same in every ledger."""
    numbers = count(1)
    return lambda length: next(numbers).to_bytes(length, "big")


def outcome(ledger: Ledger, told: Mapping[str, Any] | bytes, *, forced: bool) -> bytes | tuple[str, str]:
    """The bytes of the entry, or code and text of what refuses it."""
    try:
        return ledger.record(told, force_reason="seen on the floor" if forced else None).entry.data
    except ThreadError as error:
        return error.code, error.text


@settings(max_examples=25)
@given(told=st.lists(st.tuples(told_events(), st.booleans()), min_size=1, max_size=8))
def test_an_event_is_recorded_or_refused_alike_as_a_dict_as_json_and_as_any_other_mapping(
    told: list[tuple[dict[str, Any], bool]],
) -> None:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        as_dict, as_json, as_mapping = (
            stack.enter_context(
                Ledger.create(
                    f"sqlite:///{folder}/{name}.db",
                    origin="plant.example",
                    clock=lambda: NOW,
                    randomness=chance(),
                )
            )
            for name in ("dict", "json", "mapping")
        )
        for event, forced in told:
            plain = outcome(as_dict, event, forced=forced)
            assert outcome(as_json, orjson.dumps(event), forced=forced) == plain
            assert outcome(as_mapping, MappingProxyType(event), forced=forced) == plain
