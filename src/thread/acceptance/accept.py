"""May an event be recorded now? The one question of this package: state and event in, findings out (EVENTS 5).

A physical fact is never lost: what breaks a rule can be recorded by force, with a reason and its findings, unless it
makes no sense at all. Captured events are other people's truth and are never refused. A correction is never refused
because later entries no longer fit; those get findings, found again at every recount.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any, Final

from thread.acceptance import arrival_rules as arrival
from thread.acceptance import event_rules as rules
from thread.acceptance.findings import Acceptance, Finding
from thread.acceptance.state import PlantState
from thread.acceptance.stock_rules import check_taken
from thread.events.base import Event
from thread.events.captured import EpcisCaptured
from thread.events.containers import KitAssembled, KitBroken, Packed, Unpacked
from thread.events.corrections import Corrected, Signed
from thread.events.dispatch import ComplaintReceived, CustomerReturned, Delivered, OwnershipChanged, Shipped
from thread.events.material import Counted, Declared, Merged, Moved, Received, Relabelled, Reworked, Split, Transforming
from thread.events.planning import Repegged
from thread.events.production import (
    BatchProduced,
    ComponentChanged,
    MaterialIssued,
    MaterialReturned,
    StepDone,
    WorkOrderClosed,
    WorkOrderReleased,
)
from thread.events.quality import Held, HoldReleased, Inspected, LotChanged, Sampled, Scrapped
from thread.events.vessels import VesselDrawn, VesselFilled
from thread.genealogy.book_shelf import BookShelf
from thread.genealogy.custody import Custody
from thread.genealogy.projection import Correction, History, Recorded, replacements_of

__all__ = ["CLOCK_SKEW_NS", "accept"]

CLOCK_SKEW_NS: Final = 300 * 1_000_000_000
"""How far ahead of the ledger's clock an event may lie: clocks of scanners are not exact (5 minutes)."""

_NOTHING: Final = Acceptance()


def accept(
    event: Event,
    history: History,
    custody: Custody,
    *,
    now_ns: int,
    corrected: Recorded | None = None,
    correction: Correction | None = None,
    shelf: BookShelf | None = None,
) -> Acceptance:
    """Return what speaks against recording an event now, and what it would be recorded with.

    `event` as it would be stored, names resolved; `history`: all that is recorded; `now_ns`: the ledger's clock in
    nanoseconds. For a correction: `corrected`, the entry that it names (None: there is none), `correction`, the latest
    correction of it, and a `history` without that entry, if its replacements should be judged by the rest.
    `shelf`: keeps books from one event to the next; the answer is the same without it.
    """
    if type(event) is Corrected:
        findings = tuple(_correction(event, history, custody, now_ns, corrected=corrected, correction=correction))
    else:
        findings = tuple(_findings(event, history, custody, now_ns, shelf))
    return Acceptance(findings) if findings else _NOTHING


def _findings(
    event: Event, history: History, custody: Custody, now_ns: int, shelf: BookShelf | None = None
) -> Iterable[Finding]:
    checks = _CHECKS.get(type(event), ())
    is_ahead = event.at > now_ns + CLOCK_SKEW_NS
    if not checks and not is_ahead:
        return ()
    state = PlantState(event, history, custody, shelf)
    found: list[Finding] = []
    if is_ahead:
        text = f"{state.time_told} lies ahead of the ledger's clock, {state.time_text(now_ns)}; correct the time"
        found.append(state.finding("in-future", _time_path(event), text))
    for check in checks:
        found.extend(check(state, event))
    if type(event) is EpcisCaptured:
        found = [replace(one, severity="warn") for one in found]
    return dict.fromkeys(found) if found else ()


def _time_path(event: Event) -> str:
    return "/event_time" if event.event_time is not None else "/time_from"


def _taken(state: PlantState, _: Event) -> Iterable[Finding]:
    return check_taken(state)


def _transformed(state: PlantState, event: Transforming) -> Iterator[Finding]:
    yield from check_taken(state)
    yield from arrival.check_outputs(state, event.outputs, None)


def _correction(
    event: Corrected,
    history: History,
    custody: Custody,
    now_ns: int,
    *,
    corrected: Recorded | None,
    correction: Correction | None,
) -> Iterator[Finding]:
    state = PlantState(event, history, custody)
    if event.at > now_ns + CLOCK_SKEW_NS:
        text = f"{state.time_told} lies ahead of the ledger's clock, {state.time_text(now_ns)}; correct the time"
        yield state.finding("in-future", _time_path(event), text)
    if corrected is None:
        text = f"there is no entry {event.seq} to correct; the ledger has {history.size} entries"
        yield state.finding("entry-unknown", "/seq", text, seq=event.seq)
        return
    if isinstance(corrected.event, Corrected):
        first = corrected.event.seq
        text = f"entry {event.seq} is a correction itself; correct entry {first} again, the latest correction wins"
        yield state.finding("not-correctable", "/seq", text, seq=event.seq, first=first)
        return
    if event.void and correction is not None and not correction.replacements:
        text = f"entry {event.seq} is void already, by entry {correction.entry.seq}"
        yield state.finding("already-void", "/seq", text, seq=event.seq, entry=correction.entry.seq)
    for number, replacement in enumerate(replacements_of(event, corrected.event)):
        for one in _findings(replacement, history, custody, now_ns):
            severity = one.severity if one.code in _REFUSES_REPLACEMENT else "warn"
            yield replace(one, severity=severity, path=f"/replaced_by/{number}{one.path}")


_REFUSES_REPLACEMENT: Final = frozenset(
    {"lot-unknown", "wrong-item", "wrong-unit", "in-future", "container-loop", "serial-twice"}
)
"""Rules that a replacement must keep too: what breaks them is wrong in itself, whatever else was recorded."""

_Check = Callable[[PlantState, Any], Iterable[Finding]]

_CHECKS: Final[dict[type[Event], tuple[_Check, ...]]] = {
    Received: (arrival.check_entering,),
    Declared: (arrival.check_entering,),
    BatchProduced: (arrival.check_made,),
    VesselDrawn: (arrival.check_draw,),
    MaterialIssued: (rules.check_issue_order, _taken),
    MaterialReturned: (rules.check_returned,),
    WorkOrderReleased: (rules.check_order_released,),
    WorkOrderClosed: (rules.check_closed,),
    VesselFilled: (_taken,),
    Split: (_transformed,),
    Merged: (_transformed,),
    Relabelled: (_transformed,),
    Reworked: (_transformed,),
    Packed: (rules.check_packing, _taken),
    KitAssembled: (rules.check_packing, _taken),
    Unpacked: (rules.check_unpacking,),
    KitBroken: (rules.check_unpacking,),
    Moved: (_taken,),
    Counted: (rules.check_touched,),
    Inspected: (rules.check_touched,),
    StepDone: (rules.check_touched,),
    Repegged: (rules.check_touched,),
    ComplaintReceived: (rules.check_touched,),
    OwnershipChanged: (rules.check_touched,),
    Sampled: (_taken,),
    Scrapped: (_taken,),
    Held: (rules.check_held,),
    HoldReleased: (rules.check_hold_released,),
    LotChanged: (rules.check_changed,),
    ComponentChanged: (rules.check_component, _taken),
    Shipped: (rules.check_shipped_order, _taken),
    Delivered: (rules.check_delivered,),
    CustomerReturned: (rules.check_returned,),
    Signed: (rules.check_signed,),
    EpcisCaptured: (rules.check_captured,),
}
"""Which rules an event has to keep; the others only have to lie in the past."""
