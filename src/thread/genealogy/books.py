"""The books of one lot: every event moves a quantity from one bucket to another, so the balance closes by construction.

Events are applied in the order that they apply (time, seq). What is taken beyond what is there makes a negative pile
and a finding; nothing is hidden or refused here. Which event moves what stands in `movements`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from thread.events.base import Line
from thread.genealogy.holds import Carried, Coverage, Holds
from thread.genealogy.movement import BLOCKED_USES, IN_OUR_HANDS, LotFinding, Movement, Selection
from thread.genealogy.serial_map import first_serials
from thread.genealogy.stock import Bucket, Stock, Taken, Wanted
from thread.values.quantity import EXACT, ZERO, Quantity, decimal_text, exact_sum
from thread.values.serials import Span

if TYPE_CHECKING:
    from thread.events.base import Event
    from thread.genealogy.custody import Custody
    from thread.genealogy.projection import History, Told

__all__ = ["Books"]


class Books:
    """The running account of one lot. Apply events in order, close every instant, then read."""

    def __init__(self, lot: str, unit: str | None, history: History, custody: Custody) -> None:
        self.lot = lot
        self.unit = unit
        self.history = history
        self.custody = custody
        self.stock = Stock()
        self.holds = Holds(self.stock)
        self.tally: dict[Bucket, Decimal] = {}
        """What stands in every bucket that is not stock."""
        self.by_order: dict[str, list[Bucket]] = {}
        self.by_shipment: dict[str, list[Bucket]] = {}
        self.shipped: list[Bucket] = []
        self.issues: dict[str, list[Bucket]] = {}
        """Buckets that an issue (by event id) went into."""
        self.drawn_from: dict[Bucket, Bucket] = {}
        """Where the material of a bucket was last taken from, so that a return goes back there."""
        self.movements: list[Movement] = []
        self.findings: list[LotFinding] = []
        self.incomplete: list[tuple[str, tuple[int, ...]]] = []
        self.carried: dict[tuple[int, int], list[Carried]] = {}
        """Held material that left by a split, merge or relabelling, by the entry that took it."""
        self.telling: list[Told] = []
        """Booked events that may say what the lot is."""
        self._aside: dict[Bucket, list[tuple[Bucket, Decimal]]] = {}
        """What was set aside for one of several lots, with where it stood."""
        self._short: list[tuple[Told, Decimal]] = []
        self._negative: set[Bucket] = set()
        self._owed = ZERO
        self._overdrawn: list[tuple[Bucket, LotFinding]] = []

    # Reading what a line means.

    def amount_of(self, quantity: Quantity, told: Told) -> Decimal | None:
        """Return a quantity in the lot's unit; None, with a finding, where it was told in another unit only."""
        if self.unit is None:
            self.unit = quantity.unit
        if quantity.unit == self.unit:
            return Decimal(quantity.value)
        for also in quantity.also:
            if also.unit == self.unit:
                return Decimal(also.value)
        text = (
            f"{quantity} is told, but the lot is kept in {self.unit}; units are never converted, so it is not counted:"
            f" correct entry {told.seq} to {self.unit}"
        )
        self.note("wrong-unit", told, text)
        self.incomplete.append((text, told.entries))
        return None

    def meant(
        self,
        told: Told,
        line: Line,
        *,
        place: str | None = None,
        shipment: str | None = None,
        state: str | None = None,
    ) -> Selection | None:
        """Return what a line means of this lot, None if nothing."""
        if line.lot != self.lot:
            return self._indirectly(told, line, shipment)
        amount: Decimal | None = None
        if line.quantity is not None:
            amount = self.amount_of(line.quantity, told)
            if amount is None:
                return None
        spans = line.spans if line.serials else ()
        event = told.event
        wanted = Wanted(event.site, line.place or place, event.place, line.container, shipment, state)
        return Selection(amount, spans, self.stock.candidates(wanted), wanted, certain=True, whole=False)

    def _indirectly(self, told: Told, line: Line, shipment: str | None) -> Selection | None:
        event = told.event
        if line.one_of is not None:
            if self.lot not in line.one_of or line.quantity is None:
                return None
            amount = self.amount_of(line.quantity, told)
            wanted = Wanted(event.site, line.place, event.place, None, shipment)
            if amount is None:
                return None
            return Selection(amount, (), self.stock.candidates(wanted), wanted, certain=False, whole=False)
        if line.lot is not None or line.container is None:
            return None
        inside = self.stock.inside(line.container)
        wanted = Wanted(event.site, None, event.place, line.container, shipment)
        return Selection(None, (), inside, wanted, certain=True, whole=True) if inside else None

    def wanted_at(self, event: Event) -> Wanted:
        """Return what an event without a line means: what is where it happened."""
        return Wanted(event.site, None, event.place)

    def is_about(self, line: Line) -> bool:
        """Tell whether a line of a hold means this lot, or a container that it may be in."""
        return self.lot in line.candidates or line.is_whole_container

    def is_alone_in(self, container: str, told: Told) -> bool:
        """Tell whether a container held this lot and no other then."""
        return {held.lot for held in self.custody.contents(container, told.position)} == {self.lot}

    def serials_of(self, bucket: Bucket) -> tuple[Span, ...]:
        """Return the serials that are known to be in a bucket."""
        return self.stock.serials_of(bucket)

    def aside(self) -> dict[Bucket, Decimal]:
        """Return what an event that names several lots may have taken, by where it stood: it may be there still."""
        found: dict[Bucket, Decimal] = {}
        for aside in self._aside:
            for bucket, quantity in self._stood(aside):
                found[bucket] = EXACT.add(found.get(bucket, ZERO), quantity)
        return found

    def coverage(self) -> Coverage | None:
        """Return how much of what is there, or may be, is blocked by holds; None where nothing is."""
        return self.holds.coverage(self.aside() if self._aside else {}) if self.holds.active else None

    # Moving.

    def enter(self, told: Told, quantity: Decimal, source: Bucket, target: Bucket, spans: Sequence[Span] = ()) -> None:
        """Book what came in from outside the account into stock."""
        self.stock.put(target, quantity, spans)
        self.movements.append(Movement(told.position, told.entries, quantity, None, source, target, tuple(spans)))

    def leave(self, told: Told, chosen: Selection, target: Bucket, use: str, *, keep_container: bool = False) -> None:
        """Book stock out of the account, or into an order, vessel or unit; what is short makes a negative pile.

        `keep_container`: it went in its container, and may come back in it.
        """
        if not chosen.certain:
            self._unassign(told, chosen, target)
            return
        for part in self._take(told, chosen, use):
            inside = part.bucket.container if keep_container else None
            to = target._replace(container=inside) if inside is not None else target
            self._add(to, part.quantity, part.spans)
            self.drawn_from[to] = part.bucket if part.bucket.line == "on_hand" else self.drawn_from[part.bucket]
            self.movements.append(
                Movement(told.position, told.entries, part.quantity, None, part.bucket, to, part.spans)
            )

    def pass_through(
        self, told: Told, quantity: Decimal, source: Bucket, target: Bucket, spans: Sequence[Span]
    ) -> None:
        """Book what came in and went out in one step."""
        self._add(target, quantity, spans)
        self.movements.append(Movement(told.position, told.entries, quantity, None, source, target, tuple(spans)))

    def shift(
        self, told: Told, chosen: Selection, change: Callable[[Bucket], Bucket], use: str, *, may_owe: bool = False
    ) -> None:
        """Book stock from one bucket on hand to another: it moved, was packed, changed owner or state.

        `may_owe`: more than is there makes a negative pile; else only what is there goes, with a finding.
        """
        if not chosen.certain:
            return
        before = self.coverage()
        for part in self._take(told, chosen, use, stays=True, may_owe=may_owe):
            stood = part.bucket if part.bucket.line == "on_hand" else self.drawn_from[part.bucket]
            target = change(stood)
            self.stock.put(target, part.quantity, part.spans)
            if before is not None and target != part.bucket:
                self.holds.follow(part._replace(bucket=stood), target, before)
            self.movements.append(
                Movement(told.position, told.entries, part.quantity, None, part.bucket, target, part.spans)
            )

    def undo(
        self,
        told: Told,
        sources: Iterable[Bucket],
        amount: Decimal,
        spans: Sequence[Span],
        *,
        become: Callable[[Bucket], Bucket],
        fallback: Bucket | None = None,
    ) -> Decimal:
        """Book back from orders or shipments, as far as they hold; return what nobody had booked out.

        That rest makes `fallback` negative; without a fallback it is not booked.
        """
        left = amount
        unnamed = list(spans)
        for source in sources:
            here = self.tally.get(source, ZERO)
            if left <= ZERO:
                break
            if here > ZERO:
                part = min(here, left)
                now, unnamed = first_serials(unnamed, int(part))
                self._rebook(told, source, become(source), part, tuple(now))
                left = EXACT.subtract(left, part)
        if left > ZERO and fallback is not None:
            self._rebook(told, fallback, become(fallback), left, tuple(unnamed))
        return left

    def _rebook(self, told: Told, source: Bucket, target: Bucket, part: Decimal, spans: tuple[Span, ...]) -> None:
        self.tally[source] = EXACT.subtract(self.tally.get(source, ZERO), part)
        if target.line == "on_hand":
            self.stock.put(target, part, spans)
        else:
            self._add(target, part, spans)
        is_open = target.line == "unassigned"
        self.movements.append(
            Movement(
                told.position, told.entries, ZERO if is_open else part, part if is_open else None, source, target, spans
            )
        )

    def _unassign(self, told: Told, chosen: Selection, target: Bucket) -> None:
        """Set aside what may have been this lot; never more than there is."""
        taken, _, _ = self.stock.take(chosen.amount, chosen.spans, chosen.buckets)
        aside = target._replace(line="unassigned")
        stood = list(self._stood(aside))
        for part in taken:
            stood.append((part.bucket._replace(line="unassigned"), part.quantity))
            self._add(aside, part.quantity, ())
            self.drawn_from[aside] = part.bucket
            self.movements.append(
                Movement(told.position, told.entries, ZERO, part.quantity, part.bucket, aside, part.spans)
            )
        if stood:
            self._aside[aside] = stood

    def _stood(self, aside: Bucket) -> Iterator[tuple[Bucket, Decimal]]:
        """Yield where what still stands aside stood before: what was used or counted since was the last of it."""
        left = self.tally.get(aside, ZERO)
        for bucket, quantity in self._aside.get(aside, ()):
            part = min(left, quantity)
            left = EXACT.subtract(left, part)
            if part > ZERO:
                yield bucket, part

    def _add(self, target: Bucket, quantity: Decimal, spans: Sequence[Span]) -> None:
        before = self.tally.get(target)
        if before is None:
            self.tally[target] = quantity
            if target.order is not None:
                self.by_order.setdefault(target.order, []).append(target)
            if target.shipment is not None:
                self.by_shipment.setdefault(target.shipment, []).append(target)
            if target.line == "shipped":
                self.shipped.append(target)
        else:
            self.tally[target] = EXACT.add(before, quantity)
        if spans:
            self.stock.name(spans, target)

    def _take(
        self, told: Told, chosen: Selection, use: str, *, stays: bool = False, may_owe: bool = True
    ) -> list[Taken]:
        coverage = self.coverage()
        from_aside = self._from_aside(chosen, coverage, use) if self._aside else ZERO
        if from_aside and chosen.amount is not None:
            chosen = chosen._replace(amount=EXACT.subtract(chosen.amount, from_aside))
        if coverage is not None:
            taken, short, spans = self._free_first(chosen, coverage)
        else:
            taken, short, spans = self.stock.take(chosen.amount, chosen.spans, chosen.buckets)
        short = EXACT.add(short, from_aside)
        loose = list(self._from_unassigned(told, short)) if short > ZERO else []
        if coverage is not None:
            carried = self.holds.leaving((*taken, *self._less_aside(coverage)), coverage, stays=stays)
            if carried and not stays:
                self.carried.setdefault((told.seq, told.index), []).extend(carried)
            if carried and use in BLOCKED_USES:
                self._note_held(told, carried)
        taken.extend(loose)
        short = EXACT.subtract(short, exact_sum(part.quantity for part in loose))
        if short > ZERO and may_owe:
            taken.append(self._owe(told, chosen.wanted, short, tuple(spans)))
        elif short > ZERO:
            text = (
                f"{self.told_quantity(short)} more were moved than the books held there; only what was there is moved"
            )
            self.note("moved-more", told, text, short)
        return taken

    def _from_aside(self, chosen: Selection, coverage: Coverage | None, use: str) -> Decimal:
        """Return how much a use takes of what stands aside: it goes before what the use may not take at all."""
        if use not in BLOCKED_USES or chosen.amount is None or chosen.spans:
            return ZERO
        blocked = coverage.certain if coverage is not None else {}
        container = chosen.wanted.container

        def plain(piles: Mapping[Bucket, Decimal]) -> Decimal:
            return exact_sum(
                EXACT.subtract(quantity, blocked.get(bucket, ZERO))
                for bucket, quantity in piles.items()
                if quantity > ZERO
                and (_is_plain(bucket) or (bucket.state == "free" and container in self.stock.chain(bucket.container)))
            )

        there, aside = plain(self.stock.piles), plain(self.aside())
        if coverage is not None:
            there = EXACT.subtract(there, coverage.floating)
            aside = EXACT.subtract(aside, coverage.aside_floating)
        return max(ZERO, min(EXACT.subtract(chosen.amount, max(ZERO, there)), aside))

    def _less_aside(self, before: Coverage) -> Iterator[Taken]:
        """Yield what was taken of what stood aside, by where it stood."""
        if before.aside:
            now = self.aside()
            for bucket, quantity in before.aside.items():
                gone = EXACT.subtract(quantity, now.get(bucket, ZERO))
                if gone > ZERO:
                    yield Taken(bucket, gone, ())

    def _free_first(self, chosen: Selection, coverage: Coverage) -> tuple[list[Taken], Decimal, Sequence[Span]]:
        """Take what is meant; where nobody told where it stood, what stands loose and free goes before what is held."""
        wanted, amount = chosen.wanted, chosen.amount
        if amount is None or chosen.spans or wanted.place or wanted.container or wanted.shipment:
            return self.stock.take(amount, chosen.spans, chosen.buckets)
        buckets = list(chosen.buckets)
        found: dict[Bucket, Taken] = {}
        left = amount
        for bucket in buckets:
            free = EXACT.subtract(self.stock.piles.get(bucket, ZERO), coverage.certain.get(bucket, ZERO))
            if bucket.state == "free" and bucket.container is None and min(left, free) > ZERO:
                (part,), _, _ = self.stock.take(min(left, free), (), (bucket,))
                found[bucket] = part
                left = EXACT.subtract(left, part.quantity)
        rest, short, spans = self.stock.take(left, (), buckets)
        for part in rest:
            known = found.get(part.bucket)
            found[part.bucket] = (
                part if known is None else part._replace(quantity=EXACT.add(known.quantity, part.quantity))
            )
        return list(found.values()), short, spans

    def _owe(self, told: Told, wanted: Wanted, short: Decimal, spans: tuple[Span, ...]) -> Taken:
        """Make a negative pile of what was taken beyond what is there."""
        bucket = Bucket("on_hand", wanted.site, wanted.place, None, "free")
        self.stock.put(bucket, EXACT.minus(short))
        if self.stock.piles.get(bucket, ZERO) < ZERO:
            self._negative.add(bucket)
        self._short.append((told, short))
        return Taken(bucket, short, spans)

    def _from_unassigned(self, told: Told, short: Decimal) -> Iterator[Taken]:
        """Yield what stands aside because nobody knows which lot it was: it may be used, with a finding."""
        left = short
        for bucket in sorted(self._aside, key=lambda one: not _is_plain(self.drawn_from[one])):
            here = self.tally[bucket]
            if left <= ZERO or here <= ZERO:
                continue
            part = min(here, left)
            self.tally[bucket] = EXACT.subtract(here, part)
            left = EXACT.subtract(left, part)
            text = (
                f"{self.told_quantity(part)} were used that another event may have taken (one of several lots);"
                " say which lot it was by correcting that event"
            )
            self.note("unassigned-used", told, text, part)
            yield Taken(bucket, part, ())

    def _note_held(self, told: Told, carried: Iterable[Carried]) -> None:
        names = sorted({one.hold for one in carried})
        text = (
            f"material under hold {', '.join(names)} was used; release the hold with a decision, or correct the entry"
        )
        self.note("lot-held", told, text)

    # Findings.

    def note(self, code: str, told: Told, text: str, quantity: Decimal | None = None) -> None:
        """Keep a finding about an event."""
        self.findings.append(LotFinding(code, told.entries, told.event.at, text, quantity))

    def note_overdrawn(self, code: str, told: Told, text: str, quantity: Decimal, bucket: Bucket) -> None:
        """Keep a finding that more came back out of a bucket than went in, unless as much goes in at the same time."""
        self._overdrawn.append((bucket, LotFinding(code, told.entries, told.event.at, text, quantity)))

    def told_quantity(self, quantity: Decimal) -> str:
        """Return a quantity of the lot as people read it."""
        return f"{decimal_text(quantity)} {self.unit or ''}".rstrip()

    def close_instant(self, last: Told) -> None:
        """Check what happened at one time together: what came in then covers what was taken then.

        `last`: the last event of that time.
        """
        if self._overdrawn:
            self.findings.extend(found for bucket, found in self._overdrawn if self.tally.get(bucket, ZERO) < ZERO)
            self._overdrawn = []
        if not self._negative and not self._short:
            return
        for bucket in sorted(self._negative, key=repr):
            self._settle(bucket, last)
        piles = self.stock.piles
        self._negative = {bucket for bucket in self._negative if piles.get(bucket, ZERO) < ZERO}
        owed = EXACT.minus(exact_sum(piles[bucket] for bucket in self._negative))
        if owed > self._owed and self._short:
            told, _ = self._short[-1]
            entries = tuple(sorted({seq for one, _ in self._short for seq in one.entries}))
            text = (
                f"{self.told_quantity(EXACT.subtract(owed, self._owed))} more were taken than the books held then;"
                " record the receipt or output that is missing, or correct the quantity"
            )
            more = EXACT.subtract(owed, self._owed)
            self.findings.append(LotFinding("negative-stock", entries, told.event.at, text, more))
        self._owed = owed
        self._short = []

    def _settle(self, negative: Bucket, last: Told) -> None:
        """Cover a negative pile by what stands loose elsewhere in our hands."""
        owed = EXACT.minus(self.stock.piles.get(negative, ZERO))
        if owed <= ZERO:
            return
        wanted = Wanted(negative.site, negative.place)
        loose = [b for b in self.stock.candidates(wanted) if b.container is None and b.state in IN_OUR_HANDS]
        taken, _, _ = self.stock.take(owed, (), [bucket for bucket in loose if bucket != negative])
        for part in taken:
            self.stock.put(negative, part.quantity, part.spans)
            told = self._short[-1][0] if self._short else last
            self.movements.append(
                Movement(told.position, told.entries, part.quantity, None, part.bucket, negative, part.spans)
            )


def _is_plain(bucket: Bucket) -> bool:
    return bucket.state == "free" and bucket.container is None
