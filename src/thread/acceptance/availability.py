"""How much of a lot is there for a line, by status, and whether that allows the use (see `matrix`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from thread.acceptance.matrix import MATRIX, STATUSES, Status, Verdict
from thread.events.base import Line
from thread.genealogy.books import Books
from thread.genealogy.holds import Coverage
from thread.genealogy.stock import Bucket
from thread.values.quantity import EXACT, ZERO, exact_sum
from thread.values.serials import Span

__all__ = ["Availability", "SerialsThere", "availability", "serials_there"]

_STATE: dict[str | None, Status] = {
    "free": "free",
    "quarantine": "quarantine",
    "retained": "retained",
    "in_transit": "in_transit",
    "on_consignment": "on_consignment",
}


@dataclass(frozen=True, slots=True)
class Availability:
    """Quantities of a lot by status, as a line sees them."""

    by_status: dict[Status, Decimal]
    aside: dict[Status, Decimal]
    """What an event that names several lots may have taken, by the status that it had."""
    at_place: Decimal
    """How much of it stands, or may stand, at the place that the line tells; all of it where the line tells none."""
    containers: tuple[str, ...]
    """Containers that hold some of it."""

    def usable(self, use: str) -> Decimal:
        """Return how much a use may take, with or without a finding."""
        return exact_sum(quantity for _, verdict, quantity in self._verdicts(use) if verdict != "no")

    def used(self, use: str, amount: Decimal) -> tuple[list[tuple[Status, Decimal]], Decimal]:
        """Return which statuses a use draws on, the best first, and what is left that it may not take."""
        left = amount
        drawn: list[tuple[Status, Decimal]] = []
        parts = list(self._verdicts(use))
        for wanted in ("yes", "warn"):
            for status, verdict, there in parts:
                if left > ZERO and there > ZERO and verdict == wanted:
                    part = min(there, left)
                    drawn.append((status, part))
                    left = EXACT.subtract(left, part)
        return drawn, left

    def blocked(self, use: str) -> list[tuple[Status, Decimal]]:
        """Return what is there but may not be put to a use."""
        found: dict[Status, Decimal] = {}
        for status, verdict, there in self._verdicts(use):
            if status != "gone" and verdict == "no" and there > ZERO:
                found[status] = EXACT.add(found.get(status, ZERO), there)
        return list(found.items())

    def _verdicts(self, use: str) -> Iterator[tuple[Status, Verdict, Decimal]]:
        """Yield what is there with what the matrix says of it.

        What may have been taken is `unassigned`, unless the use may not have it even if it was not taken.
        """
        row = MATRIX[use]
        for status in STATUSES:
            yield status, row[status], self.by_status.get(status, ZERO)
        for status, quantity in self.aside.items():
            kind: Status = status if row[status] == "no" else "unassigned"
            yield kind, row[kind], quantity


def availability(
    books: Books, line: Line, *, site: str | None, place: str | None, is_expired: bool, only_there: bool = False
) -> Availability:
    """Return what is there of the books' lot for a line, on hand at the time that the books stand at.

    `only_there`: leave out what stands elsewhere than at `place`; holds of which nobody knows where they lie too.
    """
    stock = books.stock
    coverage = books.coverage()
    found: dict[Status, Decimal] = dict.fromkeys(STATUSES, ZERO)
    containers: list[str] = []
    at_place = ZERO
    for bucket, quantity in stock.piles.items():
        if only_there and bucket.place not in {place, None}:
            continue
        status = _status(books, bucket, line, site)
        if status is None or quantity <= ZERO:
            if status == "free":
                found["free"] = EXACT.add(found["free"], quantity)
            continue
        if status == "in_container" and bucket.container is not None:
            containers.append(bucket.container)
        blocked = coverage.certain.get(bucket, ZERO) if coverage is not None else ZERO
        if status in {"free", "quarantine"} and blocked:
            found["held"] = EXACT.add(found["held"], blocked)
        else:
            blocked = ZERO
        found[status] = EXACT.add(found[status], EXACT.subtract(quantity, blocked))
        if place is None or bucket.place in {place, None}:
            at_place = EXACT.add(at_place, quantity)
    aside = _aside(books, line, site, coverage)
    if not only_there and coverage is not None:
        _hold_floating(found, coverage.floating)
        _hold_floating(aside, coverage.aside_floating)
    if is_expired:
        for one in (found, aside):
            one["expired"], one["free"] = one["free"], ZERO
    return Availability(found, aside, at_place, tuple(sorted(set(containers))))


def _aside(books: Books, line: Line, site: str | None, coverage: Coverage | None) -> dict[Status, Decimal]:
    """Return what an event that names several lots may have taken, by the status that it had."""
    found: dict[Status, Decimal] = dict.fromkeys(STATUSES, ZERO)
    for bucket, quantity in books.aside().items():
        status = _status(books, bucket, line, site)
        if status is not None:
            blocked = coverage.certain.get(bucket, ZERO) if coverage is not None else ZERO
            found["held"] = EXACT.add(found["held"], blocked)
            found[status] = EXACT.add(found[status], EXACT.subtract(quantity, blocked))
    return found


def _status(books: Books, bucket: Bucket, line: Line, site: str | None) -> Status | None:
    status: Status = _STATE.get(bucket.state, "free")
    if line.container is not None:
        return status if line.container in books.stock.chain(bucket.container) else None
    if status in {"free", "quarantine", "retained"}:
        if bucket.container is not None:
            return "in_container"
        if site is not None and bucket.site is not None and bucket.site != site:
            return "other_site"
    return status


def _hold_floating(found: dict[Status, Decimal], floating: Decimal) -> None:
    """Take what is blocked, nobody said where, from the free part first."""
    part = min(floating, max(ZERO, found["free"]))
    found["free"] = EXACT.subtract(found["free"], part)
    found["held"] = EXACT.add(found["held"], part)


@dataclass(frozen=True, slots=True)
class SerialsThere:
    """Where named serials are: on hand by status, gone (with the bucket), or never told."""

    by_status: dict[Status, int]
    gone: tuple[tuple[Span, Bucket], ...]
    unknown: tuple[Span, ...]


def serials_there(books: Books, line: Line, *, site: str | None, is_expired: bool) -> SerialsThere:
    """Return the statuses of the serials that a line names."""
    stock = books.stock
    found, unknown = stock.serials.find(line.spans)
    here = [(span, bucket) for span, bucket in found if stock.piles.get(bucket, ZERO) > ZERO]
    gone = tuple((span, bucket) for span, bucket in found if stock.piles.get(bucket, ZERO) <= ZERO)
    by_status: dict[Status, int] = dict.fromkeys(STATUSES, 0)
    for span, bucket in here:
        status = _status(books, bucket, line, site) or "in_container"
        is_open = status in {"free", "quarantine"}
        blocked = books.holds.blocked_serials(span, bucket) if is_open and books.holds.active else 0
        by_status["held"] += blocked
        by_status["expired" if is_expired and status == "free" else status] += len(span) - blocked
    return SerialsThere(by_status, gone, tuple(unknown))
