"""What is known of one piece of a lot: which lot it belongs to, where it is or went, and which entries tell of it.

Quantities are kept by lot, so the account of a piece is the one of its lot: the lines of it that name the serial.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from thread.genealogy.account import Account, AccountLine, account_from
from thread.genealogy.bookkeeping import Bookkeeper
from thread.genealogy.books import Books
from thread.genealogy.dispatch_custody import custody_of
from thread.genealogy.focus import focus_of
from thread.genealogy.holds import Claim
from thread.genealogy.lot_card import LotHold, hold_facts
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
    status: Mapping[str, str]
    """On hand by status: 1 where it stands, else 0; `free` and `held` always."""
    holds: tuple[LotHold, ...]
    """The holds of its lot that block it, now or when it comes back."""

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
    books = Bookkeeper(plant.history, plant.custody, as_of=plant.as_of).books(focus.lot)
    account = account_from(books, as_of=plant.as_of)
    lines = _lines(account, focus.spans)
    named = [claim for claim in books.holds.claims if _is_blocked(books, claim, focus.spans)]
    status = _status(lines, is_blocked=bool(named))
    # A hold on some quantity blocks just this piece only where it leaves nothing free.
    on_all = [claim for claim in books.holds.claims if status["held"] != "0" and _may_block(books, claim, focus.spans)]
    customers = {
        edge.target: edge.departure.customer
        for edge in custody_of(plant, focus.lot, focus.spans, None)
        if edge.departure is not None
    }
    moved = {move.entries for move in account.movements if move.spans and meet(move.spans, focus.spans)}
    return SerialFacts(
        focus.lot,
        focus.spans[0].bounds[0],
        tuple(_where(lines, customers)),
        frozenset(moved),
        status,
        tuple(hold_facts(claim) for claim in named or on_all),
    )


def _status(lines: Iterable[AccountLine], *, is_blocked: bool) -> Mapping[str, str]:
    """Return the status of a piece that is on one of these lines. `is_blocked`: whether a hold is known to block it.

    Where a hold blocks some of the lot there and nobody told which, a piece is free: the free part leaves first.
    """
    found = {"free": "0", "held": "0"}
    states = {(line.line, line.state or "free") for line in lines}
    if not states or any(line != "on_hand" for line, _ in states):
        return found
    words = {"held"} if is_blocked else {state for _, state in states}
    if "free" in words or len(words) == 1:
        found["free" if "free" in words else words.pop()] = "1"
    return found


def _is_blocked(books: Books, claim: Claim, spans: tuple[Span, ...]) -> bool:
    """Tell whether a claim is known to block a piece: by its name, or with all that is there."""
    if claim.spans:
        return meet(claim.spans, spans)
    return claim.blocks_all and _may_block(books, claim, spans)


def _may_block(books: Books, claim: Claim, spans: tuple[Span, ...]) -> bool:
    if claim.spans or (claim.free_spans and meet(claim.free_spans, spans)):
        return False
    known = [bucket for _, bucket in books.stock.serials.find(spans)[0]]
    return all(books.holds.covers(claim, bucket) for bucket in known or books.stock.piles)


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
