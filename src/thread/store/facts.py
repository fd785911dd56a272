"""What the tables keep of an entry beside its bytes: a pure function of the entry and of the entry that it corrects.

Recording and rebuilding use this one function, so a rebuild gives the same rows (DESIGN 10, invariant 3).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from thread.errors import NameMalformed
from thread.events import Event, Subject, parse_event, subjects
from thread.events.captured import EpcisCaptured
from thread.events.corrections import Corrected
from thread.events.material import Declared, Entering, Received
from thread.events.production import BatchProduced
from thread.genealogy.projection import replacements_of
from thread.ledger import Entry
from thread.values.names import code_of

__all__ = ["CODED_KINDS", "EntryFacts", "code_in", "entry_facts", "facts_of_row"]

CODED_KINDS: Final = frozenset({"lot", "activity", "container", "shipment", "item", "party", "document", "hold"})
"""Kinds of subject that people look for by a code."""

_LEDGER_TYPES: Final = "ledger."


class EntryFacts(NamedTuple):
    """An entry with all that the tables keep of it.

    `subjects` are sorted, so that their ids do not depend on the order of a set. `codes`: (lot, code) beside the code
    in the lot's own name: supplier lots and printed marks. `corrects`: seq of the entry that it corrects.
    """

    entry: Entry
    type: str
    event_id: str | None
    subjects: tuple[Subject, ...]
    codes: tuple[tuple[str, str], ...]
    corrects: int | None


def entry_facts(entry: Entry, event: Event | None, corrected: Event | None, *, origin: str) -> EntryFacts:
    """Return what the tables keep of an entry.

    `event`: its event as parsed, None for the ledger's own types; `corrected`: for a correction, the event as recorded
    that it corrects.
    """
    type_name = entry.event["type"]
    event_id = entry.event.get("id")
    if event is None:
        return EntryFacts(entry, type_name, event_id, (), (), None)
    if type(event) is Corrected and corrected is not None:
        replacements = replacements_of(event, corrected)
        found = subjects(event, origin=origin, corrected=(corrected, *replacements))
        codes = tuple(sorted({code for one in replacements for code in _codes(one)}))
        return EntryFacts(entry, type_name, event_id, tuple(sorted(found)), codes, event.seq)
    return EntryFacts(entry, type_name, event_id, tuple(sorted(subjects(event, origin=origin))), _codes(event), None)


def facts_of_row(entry: Entry, recorded_event: Callable[[int], Event | None], *, origin: str) -> EntryFacts:
    """Return what the tables keep of an entry that was read back. `recorded_event`: the event of an earlier entry."""
    if entry.event["type"].startswith(_LEDGER_TYPES):
        return entry_facts(entry, None, None, origin=origin)
    event = parse_event(entry.event)
    corrected = recorded_event(event.seq) if isinstance(event, Corrected) else None
    return entry_facts(entry, event, corrected, origin=origin)


def code_in(name: str) -> str:
    """Return the code that people read in a name: its last part, decoded, without the number of a later life.

    >>> code_in("https://example.com/site/P/lot/STEEL/S%2077~2")
    'S 77'

    The URI of somebody else may hold a % that encodes nothing; such a part stays as it is written.
    """
    last = name.rpartition("/")[2] if "/" in name else name.rpartition(":")[2]
    base, mark, life = last.rpartition("~")
    if mark and life.isdecimal():
        last = base
    try:
        return code_of(last) if "%" in last else last
    except NameMalformed:
        return last


def _codes(event: Event) -> tuple[tuple[str, str], ...]:
    """Return further codes that lots of an event go by."""
    if isinstance(event, Received) or isinstance(event, Entering):  # noqa: SIM101 the first question is the quick one
        codes = {*(event.supplier_lots if isinstance(event, (Received, Declared)) else ()), *event.marks}
        return tuple((event.lot, code) for code in sorted(codes)) if codes else ()
    if isinstance(event, BatchProduced):
        return tuple(sorted({(line.lot, mark) for line in event.outputs for mark in line.marks}))
    if isinstance(event, EpcisCaptured):
        return tuple(sorted(_as_captured(event)))
    return ()


def _as_captured(event: EpcisCaptured) -> Iterable[tuple[str, str]]:
    reading = event.reading
    for line in (*reading.inputs, *reading.outputs, *reading.contents, *reading.components, *reading.lots):
        if line.as_given is not None and line.kind in {"lot", "serial", "unknown"}:
            yield line.name, line.as_given
