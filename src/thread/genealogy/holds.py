"""Which stock of a lot is blocked: several holds at once, by serial, container, place or quantity (EVENTS 6).

A hold without a quantity blocks all of its target, now and later. Targets overlap by serial, container and place; other
quantities add up, capped at what is there; `within` says that two holds mean the same goods. Free is what is on hand
less the union. What leaves is taken from the free part first; only what goes beyond it reduces a held quantity. A hold
ends by its release, not by use.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from thread.events.base import Line
from thread.genealogy.serial_map import serials_in
from thread.genealogy.stock import Bucket, Stock, Taken
from thread.values.quantity import EXACT, ZERO, exact_sum
from thread.values.serials import Span, without

__all__ = ["Carried", "Claim", "Coverage", "Holds"]


class Carried(NamedTuple):
    """Held material that left the lot; a lot made by split, merge or relabelling carries the hold on."""

    hold: str
    quantity: Decimal
    spans: tuple[Span, ...]
    entries: tuple[int, ...]
    within: str | None
    reason: str


@dataclass(slots=True)
class Claim:
    """What one line of a hold blocks of the lot, less what was released of it."""

    hold: str
    entries: tuple[int, ...]
    reason: str
    quantity: Decimal | None = None
    """None: all of the target, now and later."""
    spans: tuple[Span, ...] = ()
    place: str | None = None
    container: str | None = None
    within: str | None = None
    allowance: Decimal = ZERO
    """How much of an all-embracing hold was released without saying which."""
    free_spans: tuple[Span, ...] = ()
    free_at: list[tuple[str | None, str | None]] = field(default_factory=list)
    """Places and containers that were released of it."""

    @property
    def is_located(self) -> bool:
        """Whether it blocks only what stands in a place or container."""
        return self.place is not None or self.container is not None

    @property
    def blocks_all(self) -> bool:
        """Whether it blocks all of its target."""
        return self.quantity is None and not self.spans and not self.allowance


@dataclass(slots=True)
class Coverage:
    """How much of each pile is blocked, as far as it is known where; and how much more is blocked somewhere.

    What an event that names several lots may have taken may still be there, so a hold blocks it too: `aside`, by where
    it stood. What is blocked nobody said where lies on what is on hand first (`floating`), then on that.
    """

    certain: dict[Bucket, Decimal]
    floating: Decimal
    aside_floating: Decimal
    aside: Mapping[Bucket, Decimal]
    full: set[Bucket]
    serials: list[tuple[Span, Bucket]]
    """Blocked serials that are known to be on hand."""

    @property
    def open_aside(self) -> Decimal:
        """How much of what stands aside is not blocked."""
        blocked = exact_sum(self.certain.get(bucket, ZERO) for bucket in self.aside)
        return EXACT.subtract(EXACT.subtract(exact_sum(self.aside.values()), blocked), self.aside_floating)


class Holds:
    """The holds on one lot."""

    __slots__ = ("claims", "stock")

    def __init__(self, stock: Stock) -> None:
        self.stock = stock
        self.claims: list[Claim] = []

    @property
    def active(self) -> bool:
        """Whether anything is blocked."""
        return bool(self.claims)

    def covers(self, claim: Claim, bucket: Bucket) -> bool:
        """Tell whether a pile belongs to what a claim means."""
        if claim.place is not None and bucket.place != claim.place:
            return False
        if claim.container is None and not claim.free_at:
            return True
        chain = self.stock.chain(bucket.container)
        if claim.container is not None and claim.container not in chain:
            return False
        return not any(
            (place is None or place == bucket.place) and (container is None or container in chain)
            for place, container in claim.free_at
        )

    # Holding and releasing.

    def hold(self, claim: Claim) -> None:
        """Block more."""
        self.claims.append(claim)

    def release_all(self, hold: str) -> None:
        """End a hold."""
        self.claims = [claim for claim in self.claims if claim.hold != hold]

    def release(self, hold: str, line: Line, amount: Decimal | None) -> None:
        """Free some goods of a hold: those that a line names, `amount` of them where it tells how much."""
        spans = line.spans
        place, container = line.place, line.container
        for claim in [claim for claim in self.claims if claim.hold == hold]:
            if spans:
                self._release_spans(claim, spans)
            elif amount is None:
                self._release_target(claim, place, container)
            elif claim.quantity is not None:
                part = min(claim.quantity, amount)
                claim.quantity = EXACT.subtract(claim.quantity, part)
                amount = EXACT.subtract(amount, part)
            elif not claim.spans:
                claim.allowance = EXACT.add(claim.allowance, amount)
                amount = ZERO
        self._tidy()

    def _release_spans(self, claim: Claim, spans: tuple[Span, ...]) -> None:
        if claim.spans:
            claim.spans = without(claim.spans, spans)
            if not claim.spans:
                claim.quantity = ZERO
        elif claim.quantity is not None:
            claim.quantity = EXACT.subtract(claim.quantity, min(claim.quantity, Decimal(serials_in(spans))))
        else:
            claim.free_spans = tuple(sorted((*without(claim.free_spans, spans), *spans)))

    def _release_target(self, claim: Claim, place: str | None, container: str | None) -> None:
        is_whole = (place is None or place == claim.place) and (container is None or container == claim.container)
        if is_whole:
            claim.quantity = ZERO
            claim.spans = ()
        else:
            claim.free_at.append((place, container))

    def _tidy(self) -> None:
        self.claims = [claim for claim in self.claims if claim.spans or claim.quantity is None or claim.quantity > ZERO]

    # How much is blocked.

    def coverage(self, aside: Mapping[Bucket, Decimal]) -> Coverage:
        """Return the union of all holds over what is on hand now, or may be (`aside`, see `Books.aside`)."""
        positive = {bucket: quantity for bucket, quantity in self.stock.piles.items() if quantity > ZERO}
        positive.update(aside)
        certain: dict[Bucket, Decimal] = {}
        full: set[Bucket] = set()
        self._cover_whole(positive, certain, full)
        serials, unknown = self._cover_serials(positive, certain, full)
        room = {bucket: EXACT.subtract(quantity, certain.get(bucket, ZERO)) for bucket, quantity in positive.items()}
        floating = min(Decimal(unknown), exact_sum(room.values()))
        for root in self._roots():
            tree = list(self._tree(root, ()))
            places = {(claim.place, claim.container) for claim in tree}
            value = self._value(root, room, ())
            if len(places) == 1 and tree[0].is_located:
                for bucket in [bucket for bucket in room if self.covers(tree[0], bucket)]:
                    part = min(room[bucket], value)
                    if part > ZERO:
                        certain[bucket] = EXACT.add(certain.get(bucket, ZERO), part)
                        room[bucket] = EXACT.subtract(room[bucket], part)
                        value = EXACT.subtract(value, part)
            else:
                floating = EXACT.add(floating, value)
        floating = min(floating, exact_sum(room.values()))
        on_hand = min(floating, exact_sum(left for bucket, left in room.items() if bucket not in aside))
        return Coverage(certain, on_hand, EXACT.subtract(floating, on_hand), aside, full, serials)

    def blocked_serials(self, span: Span, bucket: Bucket) -> int:
        """Return how many serials of a span, known to be in a bucket, are blocked by name or with all there."""
        return len(span) - serials_in(self.open_serials((span,), bucket))

    def open_serials(self, spans: tuple[Span, ...], bucket: Bucket) -> tuple[Span, ...]:
        """Return which serials, known to be in a bucket, are blocked neither by name nor with all there."""
        open_spans = spans
        for claim in self.claims:
            if claim.spans:
                open_spans = without(open_spans, claim.spans)
            elif claim.blocks_all and self.covers(claim, bucket):
                blocked = without(open_spans, claim.free_spans)
                open_spans = without(open_spans, blocked)
        return open_spans

    def block_all_in(self, bucket: Bucket) -> bool:
        """Tell whether a hold blocks all that is in a bucket, serials that were released of it apart."""
        return any(claim.blocks_all and self.covers(claim, bucket) for claim in self.claims)

    def holds_of(self, buckets: Iterable[Bucket]) -> tuple[str, ...]:
        """Return the holds that may block some of these buckets, sorted."""
        there = list(buckets)
        found = {
            claim.hold for claim in self.claims if claim.spans or any(self.covers(claim, bucket) for bucket in there)
        }
        return tuple(sorted(found))

    def _cover_whole(self, positive: dict[Bucket, Decimal], certain: dict[Bucket, Decimal], full: set[Bucket]) -> None:
        for claim in self.claims:
            if not claim.blocks_all:
                continue
            freed: dict[Bucket, int] = {}
            for span, bucket in self.stock.serials.find(claim.free_spans)[0]:
                freed[bucket] = freed.get(bucket, 0) + len(span)
            for bucket, quantity in positive.items():
                if self.covers(claim, bucket):
                    certain[bucket] = max(
                        certain.get(bucket, ZERO),
                        EXACT.subtract(quantity, min(quantity, Decimal(freed.get(bucket, 0)))),
                    )
                    if bucket not in freed:
                        full.add(bucket)

    def _cover_serials(
        self, positive: dict[Bucket, Decimal], certain: dict[Bucket, Decimal], full: set[Bucket]
    ) -> tuple[list[tuple[Span, Bucket]], int]:
        union: tuple[Span, ...] = ()
        for claim in self.claims:
            union = tuple(sorted((*union, *without(claim.spans, union)))) if claim.spans else union
        if not union:
            return [], 0
        found, missing = self.stock.serials.find(union)
        here = [(span, bucket) for span, bucket in found if bucket in positive]
        for span, bucket in here:
            if bucket not in full:
                certain[bucket] = min(positive[bucket], EXACT.add(certain.get(bucket, ZERO), Decimal(len(span))))
        return here, serials_in(missing)

    def _roots(self) -> list[str]:
        """Return the holds that quantities are claimed by and that lie within no other one of them."""
        known = {claim.hold for claim in self.claims if self._is_amount(claim)}
        roots = [
            claim.hold
            for claim in self.claims
            if self._is_amount(claim) and (claim.within not in known or claim.within == claim.hold)
        ]
        found = list(dict.fromkeys(roots))
        reached = {one.hold for root in found for one in self._tree(root, ())}
        # Holds that lie within each other in a ring still block: the first of them stands for all.
        for hold in sorted(known - reached):
            if hold not in reached:
                found.append(hold)
                reached.update(one.hold for one in self._tree(hold, ()))
        return found

    @staticmethod
    def _is_amount(claim: Claim) -> bool:
        return not claim.spans and (claim.quantity is not None or bool(claim.allowance))

    def _tree(self, hold: str, above: tuple[str, ...]) -> Iterator[Claim]:
        if hold in above:
            return
        yield from (claim for claim in self.claims if claim.hold == hold and self._is_amount(claim))
        for inner in self._inner(hold):
            yield from self._tree(inner, (*above, hold))

    def _inner(self, hold: str) -> list[str]:
        within = (claim.hold for claim in self.claims if claim.within == hold and claim.hold != hold)
        return list(dict.fromkeys(within))

    def _value(self, hold: str, room: dict[Bucket, Decimal], above: tuple[str, ...]) -> Decimal:
        """Return how much a hold and those within it block together."""
        if hold in above:
            return ZERO
        own = ZERO
        for claim in self.claims:
            if claim.hold == hold and self._is_amount(claim):
                there = exact_sum(quantity for bucket, quantity in room.items() if self.covers(claim, bucket))
                wanted = EXACT.subtract(there, claim.allowance) if claim.quantity is None else claim.quantity
                own = EXACT.add(own, max(ZERO, min(there, wanted)))
        inner = exact_sum(self._value(one, room, (*above, hold)) for one in self._inner(hold))
        return max(own, inner)

    # What happens to holds when material goes.

    def leaving(self, taken: Sequence[Taken], before: Coverage, *, stays: bool) -> list[Carried]:
        """Reduce what is blocked by what was taken beyond the free part; return what of the taken was blocked.

        `stays`: it only went elsewhere on hand, so nothing is reduced.
        """
        carried: list[Carried] = []
        loose = ZERO
        for part in taken:
            blocked = list(self._held_in(part, before))
            carried.extend(blocked)
            if part.bucket in before.full:
                continue
            there = before.aside.get(part.bucket)
            if there is None:
                there = EXACT.add(self.stock.piles.get(part.bucket, ZERO), part.quantity)
            free_here = max(ZERO, EXACT.subtract(there, before.certain.get(part.bucket, ZERO)))
            rest = EXACT.subtract(part.quantity, exact_sum(one.quantity for one in blocked))
            beyond = max(ZERO, EXACT.subtract(rest, free_here))
            if beyond > ZERO:
                carried.extend(self._reduce((part,), beyond, stays=stays, located=True))
            loose = EXACT.add(loose, EXACT.subtract(rest, beyond))
        for claim in self.claims:
            if claim.allowance and not stays:
                claim.allowance = EXACT.subtract(claim.allowance, min(claim.allowance, loose))
        open_part = max(ZERO, EXACT.subtract(self._uncovered(taken, before), before.floating))
        open_part = EXACT.add(open_part, self._open_aside(taken, before))
        excess = EXACT.subtract(loose, open_part)
        if excess > ZERO:
            carried.extend(self._reduce(taken, excess, stays=stays, located=False))
        self._tidy()
        return carried

    def _uncovered(self, taken: Sequence[Taken], before: Coverage) -> Decimal:
        """Return how much was on hand, before it was taken, that no hold was known to lie on."""
        now = exact_sum(quantity for quantity in self.stock.piles.values() if quantity > ZERO)
        gone = exact_sum(part.quantity for part in taken if part.bucket.line == "on_hand")
        certain = exact_sum(part for bucket, part in before.certain.items() if bucket not in before.aside)
        return EXACT.subtract(EXACT.add(now, gone), certain)

    @staticmethod
    def _open_aside(taken: Sequence[Taken], before: Coverage) -> Decimal:
        """Return how much of what was taken of what stood aside no hold lies on."""
        asked = exact_sum(part.quantity for part in taken if part.bucket in before.aside)
        return min(asked, before.open_aside) if asked else ZERO

    def _held_in(self, part: Taken, before: Coverage) -> Iterator[Carried]:
        if part.bucket in before.full:
            first: str | None = None
            for claim in self.claims:
                if claim.blocks_all and not claim.free_spans and self.covers(claim, part.bucket):
                    within = claim.within or first
                    first = first or claim.hold
                    yield Carried(claim.hold, part.quantity, part.spans, claim.entries, within, claim.reason)
            return
        for claim in self.claims:
            if claim.spans and part.spans:
                both = tuple(without(part.spans, without(part.spans, claim.spans)))
                if both:
                    yield Carried(
                        claim.hold, Decimal(serials_in(both)), both, claim.entries, claim.within, claim.reason
                    )
            elif claim.blocks_all and claim.free_spans and self.covers(claim, part.bucket):
                both = without(part.spans, claim.free_spans)
                if both:
                    yield Carried(
                        claim.hold, Decimal(serials_in(both)), both, claim.entries, claim.within, claim.reason
                    )

    def _reduce(self, taken: Sequence[Taken], excess: Decimal, *, stays: bool, located: bool) -> Iterator[Carried]:
        """Reduce held quantities by what was taken of them, the oldest first."""
        claims = [
            claim
            for claim in self.claims
            if claim.quantity is not None and self._is_amount(claim) and claim.is_located == located
        ]
        known = {claim.hold for claim in claims}
        left = excess
        for claim in claims:
            if left <= ZERO or claim.quantity is None:
                return
            if not any(self.covers(claim, part.bucket) for part in taken):
                continue
            part_of = min(claim.quantity, left)
            if not stays:
                claim.quantity = EXACT.subtract(claim.quantity, part_of)
            if claim.within not in known or claim.within == claim.hold:
                left = EXACT.subtract(left, part_of)
            yield Carried(claim.hold, part_of, (), claim.entries, claim.within, claim.reason)

    def follow(self, part: Taken, target: Bucket, before: Coverage) -> None:
        """Keep material blocked that left the place or container by which it was blocked."""
        fresh: list[Claim] = []
        for claim in self.claims:
            if not claim.is_located or not self.covers(claim, part.bucket) or self.covers(claim, target):
                continue
            if any(one.hold == claim.hold and one.blocks_all and self.covers(one, target) for one in self.claims):
                continue
            moved = part.quantity
            if claim.quantity is not None:
                there = EXACT.add(self.stock.piles.get(part.bucket, ZERO), part.quantity)
                free = EXACT.subtract(there, before.certain.get(part.bucket, ZERO))
                moved = min(claim.quantity, max(ZERO, EXACT.subtract(part.quantity, max(ZERO, free))))
                claim.quantity = EXACT.subtract(claim.quantity, moved)
            if claim.spans:
                continue
            if moved > ZERO:
                spans = part.spans
                fresh.append(
                    Claim(
                        claim.hold,
                        claim.entries,
                        claim.reason,
                        None if spans else moved,
                        spans,
                        None if spans else target.place,
                        None if spans else target.container,
                        claim.within or (fresh[0].hold if fresh and fresh[0].hold != claim.hold else None),
                    )
                )
        self.claims.extend(fresh)
        self._tidy()
