"""Where the quantity of one lot stands: a bucket for each place, owner, state, container, order and shipment.

Every quantity is in exactly one bucket, so what came in equals what went out plus what is there, to the last digit.
Which event moves what is said in `movements`; this module only keeps the piles and finds the fitting ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from thread.genealogy.serial_map import SerialMap, first_serials, serials_in
from thread.values.quantity import EXACT, ZERO
from thread.values.serials import Span

__all__ = ["AWAY", "Bucket", "Stock", "Taken", "Wanted"]

AWAY: Final = frozenset({"in_transit", "on_consignment"})
"""States of stock that is ours but not in our hands."""

_STATE_RANK: Final = {"free": 0, "quarantine": 1, "retained": 2, "in_transit": 3, "on_consignment": 4}


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


class Stock:
    """The piles on hand of one lot, found by what a line tells; and where its serials are, gone ones too."""

    __slots__ = ("_at", "_loose", "containers", "named", "outer", "piles", "serials")

    def __init__(self) -> None:
        self.piles: dict[Bucket, Decimal] = {}
        self.containers: dict[str, dict[Bucket, None]] = {}
        self.outer: dict[str, str] = {}
        """Which container stands in which."""
        self.serials: SerialMap[Bucket] = SerialMap()
        self.named: dict[Bucket, int] = {}
        """How many serials are known to be in a bucket."""
        self._loose: dict[Bucket, None] = {}
        self._at: dict[str | None, dict[Bucket, None]] = {}

    def put(self, bucket: Bucket, quantity: Decimal, spans: Sequence[Span] = ()) -> None:
        """Add to a pile on hand; a pile that comes to nothing is cleared away."""
        before = self.piles.get(bucket)
        if before is None:
            if bucket.container is None:
                self._loose[bucket] = None
                self._at.setdefault(bucket.place, {})[bucket] = None
            else:
                self.containers.setdefault(bucket.container, {})[bucket] = None
            self.piles[bucket] = quantity
        else:
            quantity = EXACT.add(before, quantity)
            self.piles[bucket] = quantity
        if spans:
            self.name(spans, bucket)
        if not quantity:
            self._clear(bucket)

    def name(self, spans: Sequence[Span], bucket: Bucket) -> None:
        """Say that serials are in a bucket from now on, wherever they were known to be before."""
        self._unname(spans)
        self.serials.put(spans, bucket)
        self.named[bucket] = self.named.get(bucket, 0) + serials_in(spans)

    def name_unnamed(self, spans: Sequence[Span]) -> list[Span]:
        """Say that serials are among stock whose serials nobody told; return those for which there is none left."""
        left = list(spans)
        for bucket in sorted(self.piles, key=repr) if left else ():
            room = int(self.piles[bucket]) - self.named.get(bucket, 0)
            if room > 0 and left:
                now, left = first_serials(left, room)
                self.name(now, bucket)
        return left

    def _unname(self, spans: Sequence[Span]) -> None:
        for span, before in self.serials.drop(spans):
            self.named[before] -= len(span)

    def _clear(self, bucket: Bucket) -> None:
        del self.piles[bucket]
        if bucket.container is None:
            del self._loose[bucket]
            here = self._at[bucket.place]
            del here[bucket]
            if not here:
                del self._at[bucket.place]
            return
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
        if not self.outer:
            return list(self.containers.get(container, ()))
        return [
            bucket for held, inside in self.containers.items() if container in self.chain(held) for bucket in inside
        ]

    def on_hand(self) -> Decimal:
        """Return all that is on hand, negative piles counted."""
        total = ZERO
        for quantity in self.piles.values():
            total = EXACT.add(total, quantity)
        return total

    def candidates(self, wanted: Wanted) -> Iterable[Bucket]:
        """Return the buckets that material may come from, the best fitting first."""
        if len(self.piles) < 2:
            return tuple(self.piles)
        if wanted.container is not None or wanted.shipment is not None or wanted.state is not None:
            return self._sorted(self.piles, wanted)
        return self._lazily(wanted)

    def _lazily(self, wanted: Wanted) -> Iterator[Bucket]:
        # What stands elsewhere, or in containers, is looked through only if what stands here does not do.
        here = self._loose_at(wanted.place or wanted.near, wanted)
        if wanted.place is None:
            here = [bucket for bucket in here if bucket.state == "free"]
        else:
            here += self._loose_at(None, wanted)
        yield from here
        known = set(here)
        for bucket in list(self._loose):
            if bucket.state == "free" and bucket.site == wanted.site and bucket not in known:
                known.add(bucket)
                yield bucket
        yield from self._sorted((bucket for bucket in self.piles if bucket not in known), wanted)

    def _loose_at(self, place: str | None, wanted: Wanted) -> list[Bucket]:
        here = (b for b in self._at.get(place, ()) if b.site == wanted.site and b.state not in AWAY)
        return self._sorted(here, wanted)

    def _sorted(self, buckets: Iterable[Bucket], wanted: Wanted) -> list[Bucket]:
        found = list(buckets)
        return found if len(found) < 2 else sorted(found, key=lambda bucket: self._rank(bucket, wanted))

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
        )

    def take(
        self,
        amount: Decimal | None,
        spans: Sequence[Span],
        buckets: Iterable[Bucket],
        may_be: Callable[[Bucket], bool] | None = None,
    ) -> tuple[list[Taken], Decimal, Sequence[Span]]:
        """Take from buckets in the order given; return what came from where, and what was short, with its serials.

        No `amount`: all that the buckets hold. Named serials are taken where they are known to be, as far as `may_be`
        allows; serials that nobody told before may be any of the material whose serials are unknown.
        """
        if spans:
            return self._take_serials(spans, buckets, may_be)
        taken: list[Taken] = []
        left = amount
        for bucket in list(buckets) if amount is None else buckets:
            if left is not None and left <= ZERO:
                break
            quantity = self.piles.get(bucket, ZERO)
            if quantity <= ZERO:
                continue
            if left is None or quantity <= left:
                taken.append(Taken(bucket, quantity, self.serials_of(bucket)))
                left = None if left is None else EXACT.subtract(left, quantity)
                self._clear(bucket)
            else:
                taken.append(Taken(bucket, left, ()))
                self.piles[bucket] = EXACT.subtract(quantity, left)
                left = ZERO
        return taken, left or ZERO, ()

    def serials_of(self, bucket: Bucket) -> tuple[Span, ...]:
        """Return the serials that are known to be in a bucket."""
        if not self.named.get(bucket):
            return ()
        return self.serials.of(bucket)

    def _take_serials(
        self, spans: Sequence[Span], buckets: Iterable[Bucket], may_be: Callable[[Bucket], bool] | None
    ) -> tuple[list[Taken], Decimal, Sequence[Span]]:
        taken: list[Taken] = []
        found, missing = self.serials.find(spans)
        for span, bucket in found:
            here = self.piles.get(bucket, ZERO)
            if here <= ZERO or (may_be is not None and not may_be(bucket)):
                missing.append(span)
                continue
            now, rest = first_serials((span,), int(here))
            missing.extend(rest)
            self._reduce(bucket, now, taken)
        if not missing:
            return taken, ZERO, ()
        for bucket in list(buckets):
            room = int(self.piles.get(bucket, ZERO)) - self.named.get(bucket, 0)
            if room > 0 and missing:
                now, missing = first_serials(missing, room)
                self._reduce(bucket, now, taken)
        return taken, Decimal(serials_in(missing)), tuple(missing)

    def _reduce(self, bucket: Bucket, spans: Sequence[Span], taken: list[Taken]) -> None:
        if not spans:
            return
        self._unname(spans)
        count = Decimal(serials_in(spans))
        taken.append(Taken(bucket, count, tuple(spans)))
        left = EXACT.subtract(self.piles[bucket], count)
        self.piles[bucket] = left
        if not left:
            self._clear(bucket)
