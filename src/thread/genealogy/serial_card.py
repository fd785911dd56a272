"""What is known of one piece of a lot: which lot it belongs to, where it is or went, and which entries tell of it.

Quantities are kept by lot, so the account of a piece is the one of its lot: the lines of it that name the serial.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from thread.genealogy.account import Account, AccountLine, account_of
from thread.genealogy.dispatch_custody import custody_of
from thread.genealogy.focus import focus_of
from thread.genealogy.plant import Plant
from thread.values.serials import Span, common, meet

__all__ = ["PieceWhereabouts", "SerialFacts", "serial_facts"]


@dataclass(frozen=True, slots=True)
class PieceWhereabouts:
    """Where one piece is or went: a line of the balance of its lot."""

    line: str
    place: str | None
    container: str | None
    shipment: str | None
    customer: str | None
    order: str | None
    state: str | None
    """None also where a hold blocks some of the lot there, and nobody told which pieces."""
    entries: tuple[int, ...]

    def as_json(self) -> dict[str, object]:
        """The line as the card prints it."""
        return {
            "line": self.line,
            "place": self.place,
            "container": self.container,
            "shipment": self.shipment,
            "customer": self.customer,
            "order": self.order,
            "state": self.state,
            "entries": list(self.entries),
        }


@dataclass(frozen=True, slots=True)
class SerialFacts:
    """A piece of a lot."""

    lot: str
    serial: str
    """As it is printed on the piece."""
    where: tuple[PieceWhereabouts, ...]
    """One where it is known; more where nobody told which of these it is; empty where its lot is nowhere."""
    moved_by: frozenset[tuple[int, ...]]
    """The entries of each movement of its lot that moved this piece."""

    def as_json(self) -> dict[str, object]:
        """The facts as the card prints them."""
        return {"lot": self.lot, "serial": self.serial, "where": [one.as_json() for one in self.where]}


def serial_facts(name: str, plant: Plant) -> SerialFacts | None:
    """Return what is known of a piece of a lot; None if the name is no serial of a lot that an event tells."""
    if not plant.history.about("lot", name):
        return None
    focus = focus_of(name, plant)
    if focus.kind != "serial" or focus.lot is None:
        return None
    account = account_of(focus.lot, plant.history, plant.custody, as_of=plant.as_of)
    customers = {
        edge.target: edge.departure.customer
        for edge in custody_of(plant, focus.lot, focus.spans, None)
        if edge.departure is not None
    }
    moved = {move.entries for move in account.movements if move.spans and meet(move.spans, focus.spans)}
    return SerialFacts(
        focus.lot,
        focus.spans[0].bounds[0],
        tuple(_where(_lines(account, focus.spans), customers)),
        frozenset(moved),
    )


def _lines(account: Account, spans: tuple[Span, ...]) -> list[AccountLine]:
    """Return the lines that name the serial; else those that name none and so may hold it."""
    there = [line for line in account.lines_out if line.counted > 0]
    named = [line for line in there if common((*line.spans, *line.open_spans), spans)]
    return named or [line for line in there if not line.spans and not line.open_spans]


def _where(lines: Iterable[AccountLine], customers: dict[str, str | None]) -> Iterable[PieceWhereabouts]:
    found: dict[tuple[str | None, ...], PieceWhereabouts] = {}
    for line in lines:
        key = (line.line, line.place, line.container, line.shipment, line.customer, line.order)
        known = found.get(key)
        entries = line.entries if known is None else tuple(sorted({*known.entries, *line.entries}))
        found[key] = PieceWhereabouts(
            line.line,
            line.place,
            line.container,
            line.shipment,
            line.customer or customers.get(line.shipment or ""),
            line.order,
            line.state if known is None or known.state == line.state else None,
            entries,
        )
    return found.values()
