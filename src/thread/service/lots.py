"""The card of a lot and the list of lots, in their published JSON form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from thread.events.review import FindingClosed
from thread.genealogy.account import account_of
from thread.genealogy.bookkeeping import may_tell
from thread.genealogy.correction_story import CorrectionStep, correction_story
from thread.genealogy.custody import Custody
from thread.genealogy.lot_card import lot_facts
from thread.genealogy.plant import Plant
from thread.genealogy.projection import Recorded, Told
from thread.genealogy.sentences import sentence
from thread.genealogy.serial_card import SerialFacts, serial_facts
from thread.service.history import StoreHistory
from thread.service.names import LedgerNames
from thread.store.protocol import Reader
from thread.values.names import label, parts

__all__ = ["LotPage", "LotRow", "lot_balance", "lot_card", "lot_page"]

_READ_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class LotRow:
    """A lot in a list. `short`: as tables show it; `lot`: its code."""

    id: str
    short: str
    item: str | None
    lot: str | None

    def as_json(self) -> dict[str, str | None]:
        """The row as a page of lots prints it."""
        return {"id": self.id, "short": self.short, "item": self.item, "lot": self.lot}


@dataclass(frozen=True, slots=True)
class LotPage:
    """Lots by name, in pages. `next`: the name after which the next page begins, None on the last one."""

    lots: tuple[LotRow, ...]
    next: str | None
    ledger: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        """The page as the API prints it."""
        return {"lots": [row.as_json() for row in self.lots], "next": self.next, "ledger": self.ledger}


def lot_card(lot: str, history: StoreHistory, *, root: str, as_of: int | None = None) -> dict[str, Any]:
    """Return everything that is known of a lot (DESIGN 8). `root`: root hash of the history's size, to print."""
    facts = lot_facts(lot, history, Custody(history), as_of)
    moved_by = frozenset(movement.entries for movement in facts.account.movements)
    piece = serial_facts(lot, Plant(history, as_of=as_of))
    # How a piece came, and how many there are, its lot tells.
    findings = [one for one in facts.findings if piece is None or one.code != "unresolved"]
    return {
        "id": lot,
        "short": label(lot),
        "item": facts.item,
        "lot": facts.code,
        "assigner": facts.assigner,
        "unit": facts.unit,
        "suppliers": list(facts.suppliers),
        "supplier_lots": list(facts.supplier_lots),
        "arrivals": [arrival.as_json() for arrival in facts.arrivals],
        "origin": facts.origin,
        "origin_parts": [part.as_json() for part in facts.origin_parts],
        "expiry": facts.expiry,
        "best_before": facts.best_before,
        "made_on": facts.made_on,
        "retest_date": facts.retest_date,
        "grade": facts.grade,
        "planning_class": facts.planning_class,
        "status": dict(facts.status if piece is None else piece.status),
        "balance": facts.account.as_json(),
        "places": [{"place": place, "quantity": quantity} for place, quantity in facts.places],
        "containers": [{"container": container, "quantity": quantity} for container, quantity in facts.containers],
        "holds": [hold.as_json() for hold in (facts if piece is None else piece).holds],
        "findings": [finding.as_json() for finding in findings],
        "history": list(_history(lot, history, as_of, moved_by=moved_by, piece=piece)),
        "serial_of": None if piece is None else piece.as_json(),
        "ledger": {"origin": history.origin, "size": history.size, "root": root},
    }


def lot_balance(lot: str, history: StoreHistory, *, as_of: int | None = None) -> dict[str, Any]:
    """Return the balance of a lot (DESIGN 8); of a piece, `serial_of` says where its balance stands."""
    piece = serial_facts(lot, Plant(history, as_of=as_of))
    account = account_of(lot, history, Custody(history), as_of=as_of)
    return {**account.as_json(), "serial_of": None if piece is None else piece.as_json()}


def _history(
    lot: str,
    history: StoreHistory,
    as_of: int | None,
    *,
    moved_by: frozenset[tuple[int, ...]],
    piece: SerialFacts | None,
) -> Iterator[dict[str, Any]]:
    """Yield what was told of a lot in the order that it happened, also what was corrected later.

    `moved_by`: the entries of each movement of the lot; some of them name only a container that it was in. `piece`:
    what is known of a serial; entries that moved it may name only its lot, or a container.
    """
    lines: list[tuple[tuple[int, int, int], dict[str, Any]]] = []
    entered: set[int] = set()
    for told in history.ever_told().about("lot", lot):
        if as_of is not None and told.event.at > as_of:
            continue
        if told.seq not in entered:
            entered.add(told.seq)
            lines.extend(_voids(told.seq, history))
        lines.append((told.position, _line(told, history)))
    plant = Plant(history)
    containers = plant.containers_of(lot)
    if piece is not None:
        moved_by = piece.moved_by
        containers = plant.containers_of(piece.lot)
    inside = {told.position: told for name in containers for told in history.about("container", name)}
    if piece is not None:
        inside |= {told.position: told for told in history.about("lot", piece.lot)}
    lines.extend(
        (position, _line(told, history))
        for position, told in inside.items()
        if told.entries in moved_by and told.seq not in entered
    )
    lines.extend(_closings({line["seq"] for _, line in lines}, history, as_of))
    yield from (line for _, line in sorted(lines, key=lambda one: (one[0], one[1]["seq"])))


def _closings(
    seqs: Iterable[int], history: StoreHistory, as_of: int | None
) -> Iterator[tuple[tuple[int, int, int], dict[str, Any]]]:
    """Yield what was decided about findings that rest on some entries: who closed them, when and why."""
    if not may_tell(history, "finding_closed"):
        return
    ever = history.ever_told()
    found = {
        (told.position, told.entries): told
        for seq in seqs
        for told in ever.about("entry", str(seq))
        if isinstance(told.event, FindingClosed) and (as_of is None or told.event.at <= as_of)
    }
    yield from ((told.position, _line(told, history)) for told in found.values())


def _line(told: Told, history: StoreHistory) -> dict[str, Any]:
    """Return what one version of an entry says; `corrected_by`: the entry that put something else in its place."""
    seq = told.entries[-1]
    steps = _steps(told.seq, history)
    own = next((step for step in steps if step.entry.seq == seq), None)
    later = next((step for step in steps if step.entry.seq > seq), None)
    return _as_line(seq, told, history.entry(seq), own=own, later=later)


def _voids(seq: int, history: StoreHistory) -> Iterator[tuple[tuple[int, int, int], dict[str, Any]]]:
    """Yield the corrections of an entry that void it; nothing stands in its place that would show them."""
    steps = _steps(seq, history)
    for place, step in enumerate(steps):
        if not step.new:
            later = steps[place + 1] if place + 1 < len(steps) else None
            told = Told(step.entry.seq, 0, step.event, (step.entry.seq,))
            yield told.position, _as_line(step.entry.seq, told, step.entry, own=step, later=later)


def _steps(seq: int, history: StoreHistory) -> tuple[CorrectionStep, ...]:
    entry = history.entry(seq)
    corrections = history.corrections(seq) if history.has_type("corrected") else ()
    return correction_story(entry, corrections) if entry is not None and corrections else ()


def _as_line(
    seq: int, told: Told, entry: Recorded | None, *, own: CorrectionStep | None, later: CorrectionStep | None
) -> dict[str, Any]:
    """Return a line of a history. `own`: the correction that this line is; `later`: the one that took its place."""
    return {
        "seq": seq,
        "type": told.event.type,
        "event_time": told.event.event_time or told.event.time_from,
        "recorded_at": entry.recorded_at if entry else "",
        "text": sentence(told.event),
        "corrected_by": None if later is None else later.entry.seq,
        "actor": entry.actor if entry else "",
        "forced": bool(entry and entry.forced),
        "reason": entry.reason if entry and entry.forced else None,
        "corrects": None if own is None else own.event.seq,
        "correction": None if own is None else own.as_json(),
        "corrected": None if later is None else later.as_json(),
    }


def lot_page(
    reading: Callable[[], AbstractContextManager[Reader]],
    history: StoreHistory,
    *,
    after: str | None,
    limit: int,
    root: str,
) -> LotPage:
    """Return up to `limit` lots whose names come after a name. Serials are no lots of their own."""
    names = LedgerNames(history, reading)
    rows: list[LotRow] = []
    last = after or ""
    while True:
        with reading() as reader:
            found = reader.names_after("lot", last, limit=_READ_AT_ONCE)
        for name in found:
            if len(rows) == limit:
                return LotPage(tuple(rows), rows[-1].id if rows else None, _ledger(history, root))
            last = name
            told = parts(name, history.origin)
            if told["kind"] != "serial" and history.about("lot", name):
                rows.append(LotRow(name, label(name), names.item_of(name), told.get("lot")))
        if len(found) < _READ_AT_ONCE:
            return LotPage(tuple(rows), None, _ledger(history, root))


def _ledger(history: StoreHistory, root: str) -> dict[str, Any]:
    return {"origin": history.origin, "size": history.size, "root": root}
