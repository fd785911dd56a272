"""Where the quantity of one lot stands: a bucket for each place, owner, state, container, order and shipment.

Every quantity is in exactly one bucket, so what came in equals what went out plus what is there, to the last digit.
Which rule moves what is said in `movements`; this module only keeps the piles and finds the fitting ones.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from thread.values.quantity import EXACT, ZERO
from thread.values.serials import Span

__all__ = ["AWAY", "Bucket", "Pile", "Stock", "Taken", "Wanted", "cut_out", "serials_in"]

AWAY: Final = frozenset({"in_transit", "on_consignment"})
"""States of stock that is ours but not in our hands."""

_STATE_RANK: Final = {"free": 0, "quarantine": 1, "retained": 2, "in_transit": 3, "on_consignment": 4}
_HUGE: Final = 10**80


class Bucket(NamedTuple):
    """Where a quantity stands. `line` is the word of the balance (EVENTS 4) that it is counted under."""

    line: str
    site: str | None = None
    place: str | None = None
    owner: str | None = None
    state: str | None = None
    container: str | None = None
    shipment: str | None = None
    customer: str | None = None
    order: str | None = None
    """Order, vessel, event or unit that the material went into."""
    run: str | None = None
    calculated: bool = False
    """Booked by backflush, so nobody saw it."""


class Taken(NamedTuple):
    """A part of a quantity asked for, and the bucket that it came from."""

    bucket: Bucket
    quantity: Decimal
    spans: tuple[Span, ...]


class Wanted(NamedTuple):
    """Which stock a line means. What is told narrows the choice first; what does not fit is taken last."""

    site: str | None = None
    place: str | None = None
    """Told for this line: material from elsewhere is taken only if there is not enough here."""
    near: str | None = None
    """Where the event happened; decides only between equals."""
    container: str | None = None
    shipment: str | None = None
    state: str | None = None


def serials_in(spans: Iterable[Span]) -> int:
    """Return how many serials some spans name together, where no two overlap."""
    return sum(len(span) for span in spans)


def cut_out(held: list[Span], wanted: Sequence[Span]) -> tuple[list[Span], list[Span]]:
    """Take serials out of `held` (sorted, no two overlap), in place; return those that were there and those that were not."""
    found: list[Span] = []
    missing: list[Span] = []
    for want in wanted:
        rest = want
        at = max(bisect_right(held, (want.prefix, want.width, want.first, _HUGE), key=_span_key) - 1, 0)
        done = False
        while at < len(held) and not done:
            span = held[at]
            if (span.prefix, span.width) > (want.prefix, want.width) or span.first > want.last:
                if (span.prefix, span.width) != (want.prefix, want.width) or span.first > want.last:
                    break
            if (span.prefix, span.width) != (want.prefix, want.width) or span.last < rest.first:
                at += 1
                continue
            low, high = max(span.first, rest.first), min(span.last, rest.last)
            if rest.first < low:
                missing.append(Span(want.prefix, want.width, rest.first, low - 1))
            found.append(Span(want.prefix, want.width, low, high))
            outside = []
            if span.first < low:
                outside.append(Span(span.prefix, span.width, span.first, low - 1))
            if high < span.last:
                outside.append(Span(span.prefix, span.width, high + 1, span.last))
            held[at : at + 1] = outside
            if high == rest.last:
                done = True
            else:
                rest = Span(want.prefix, want.width, high + 1, rest.last)
                at += len(outside)
        if not done:
            missing.append(rest)
    return found, missing


def _span_key(span: Span) -> tuple[str, int, int, int]:
    return span.prefix, span.width, span.first, span.last


class Pile:
    """How much stands in one bucket, and which serials may be among it."""

    __slots__ = ("quantity", "spans")

    def __init__(self) -> None:
        self.quantity: Decimal = ZERO
        self.spans: list[Span] = []

    def add(self, quantity: Decimal, spans: Iterable[Span]) -> None:
        """Put a quantity in; `spans` are the serials that are known to be part of it."""
        self.quantity = EXACT.add(self.quantity, quantity)
        for span in spans:
            self.spans.insert(bisect_right(self.spans, span), span)

    def named(self, spans: Sequence[Span]) -> tuple[list[Span], list[Span]]:
        """Take serials out; return those that were known to be here and those that were not."""
        return cut_out(self.spans, spans) if self.spans else ([], list(spans))

    @property
    def unnamed(self) -> Decimal:
        """How much has no known serial."""
        return max(ZERO, self.quantity - serials_in(self.spans)) if self.spans else max(ZERO, self.quantity)


class Stock:
    """The piles on hand of one lot, found by what a line tells."""

    __slots__ = ("containers", "outer", "piles")

    def __init__(self) -> None:
        self.piles: dict[Bucket, Pile] = {}
        self.containers: dict[str | None, dict[Bucket, None]] = {}
        self.outer: dict[str, str] = {}
        """Which container stands in which."""

    def put(self, bucket: Bucket, quantity: Decimal, spans: Iterable[Span] = ()) -> None:
        """Add to a pile; a pile that comes to nothing is cleared away."""
        pile = self.piles.get(bucket)
        if pile is None:
            pile = self.piles[bucket] = Pile()
            self.containers.setdefault(bucket.container, {})[bucket] = None
        pile.add(quantity, spans)
        if not pile.quantity:
            self._clear(bucket)

    def _clear(self, bucket: Bucket) -> None:
        del self.piles[bucket]
        inside = self.containers[bucket.container]
        del inside[bucket]
        if not inside:
            del self.containers[bucket.container]

    def chain(self, container: str | None) -> tuple[str, ...]:
        """Return a container and those around it, inside out."""
        found: list[str] = []
        while container is not None and container not in found:
            found.append(container)
            container = self.outer.get(container)
        return tuple(found)

    def inside(self, container: str) -> list[Bucket]:
        """Return the buckets of what stands in a container, in inner ones too."""
        return [
            bucket
            for held in self.containers
            if held is not None and (held == container or (self.outer and container in self.chain(held)))
            for bucket in self.containers[held]
        ]

    def on_hand(self) -> Decimal:
        """Return all that is on hand, negative piles counted."""
        total = ZERO
        for pile in self.piles.values():
            total = EXACT.add(total, pile.quantity)
        return total

    def candidates(self, wanted: Wanted, amount: Decimal | None) -> Iterable[Bucket]:
        """Return the buckets that material may come from, the best fitting first."""
        if len(self.piles) == 1:
            return tuple(self.piles)
        if wanted.container is None and wanted.shipment is None:
            loose = sorted(self.containers.get(None, ()), key=lambda bucket: self._rank(bucket, wanted))
            if amount is None:
                return (*loose, *sorted((b for b in self.piles if b.container), key=lambda b: self._rank(b, wanted)))
            return self._lazily(loose, wanted)
        return sorted(self.piles, key=lambda bucket: self._rank(bucket, wanted))

    def _lazily(self, loose: list[Bucket], wanted: Wanted) -> Iterator[Bucket]:
        # What stands in containers is looked through only if what stands beside them does not do.
        yield from loose
        yield from sorted((b for b in self.piles if b.container), key=lambda bucket: self._rank(bucket, wanted))

    def _rank(self, bucket: Bucket, wanted: Wanted) -> tuple[object, ...]:
        if wanted.container is None:
            container = bucket.container is not None
        else:
            container = wanted.container not in self.chain(bucket.container)
        return (
            wanted.shipment is not None and bucket.shipment != wanted.shipment,
            wanted.state is not None and bucket.state != wanted.state,
            wanted.shipment is None and bucket.state in AWAY,
            container,
            wanted.site is not None and bucket.site != wanted.site,
            0 if wanted.place is None or bucket.place == wanted.place else 1 if bucket.place is None else 2,
            _STATE_RANK.get(bucket.state or "free", 5),
            wanted.near is not None and bucket.place != wanted.near,
            tuple("" if part is None else str(part) for part in bucket),
        )

    def take(
        self, amount: Decimal | None, spans: Sequence[Span], buckets: Iterable[Bucket]
    ) -> tuple[list[Taken], Decimal, list[Span]]:
        """Take from buckets in the order given; return what came from where, and what was short (with its serials).

        No `amount`: all that the buckets hold, or all of the serials that are named. Named serials are taken where they
        are known to be; where nobody told which serials a pile has, they may be any of it.
        """
        if spans:
            return self._take_serials(spans, list(buckets))
        taken: list[Taken] = []
        left = amount
        for bucket in list(buckets) if amount is None else buckets:
            if left is not None and left <= ZERO:
                break
            pile = self.piles.get(bucket)
            if pile is None or pile.quantity <= ZERO:
                continue
            whole = left is None or pile.quantity <= left
            part = pile.quantity if whole else (left or ZERO)
            moved = tuple(pile.spans) if pile.spans else ()
            taken.append(Taken(bucket, part, moved))
            if left is not None:
                left = EXACT.subtract(left, part)
            if whole:
                self._clear(bucket)
            else:
                pile.quantity = EXACT.subtract(pile.quantity, part)
        return taken, left or ZERO, []

    def _take_serials(self, spans: Sequence[Span], buckets: list[Bucket]) -> tuple[list[Taken], Decimal, list[Span]]:
        taken: list[Taken] = []
        rest = list(spans)
        for bucket in buckets:
            pile = self.piles.get(bucket)
            if not rest or pile is None or not pile.spans:
                continue
            found, rest = pile.named(rest)
            if found:
                self._reduce(bucket, pile, Decimal(serials_in(found)), tuple(found), taken)
        for bucket in buckets:
            pile = self.piles.get(bucket)
            if not rest or pile is None:
                continue
            room = int(min(pile.unnamed, serials_in(rest)))
            if room > 0:
                now, rest = _first(rest, room)
                self._reduce(bucket, pile, Decimal(room), tuple(now), taken)
        return taken, Decimal(serials_in(rest)), rest

    def _reduce(
        self, bucket: Bucket, pile: Pile, quantity: Decimal, spans: tuple[Span, ...], taken: list[Taken]
    ) -> None:
        pile.quantity = EXACT.subtract(pile.quantity, quantity)
        taken.append(Taken(bucket, quantity, spans))
        if not pile.quantity:
            self._clear(bucket)


def _first(spans: list[Span], count: int) -> tuple[list[Span], list[Span]]:
    """Divide serials into the first `count` and the rest."""
    first: list[Span] = []
    rest: list[Span] = []
    for span in spans:
        room = count - serials_in(first)
        if room <= 0:
            rest.append(span)
        elif len(span) <= room:
            first.append(span)
        else:
            first.append(Span(span.prefix, span.width, span.first, span.first + room - 1))
            rest.append(Span(span.prefix, span.width, span.first + room, span.last))
    return first, rest
