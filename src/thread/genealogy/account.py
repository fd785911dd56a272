"""The account of a lot: what came in, what went out, what is there, and that the two sides agree (EVENTS 4).

Found and missing never cancel each other. What is in an order, a vessel or at a processor may or may not have gone into
an output yet: its line runs from a low to a high end, and the high end counts in the sum. What may have been this lot
or another stands on a line of its own. Amounts are exact, in the lot's own unit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from thread.genealogy.bookkeeping import Bookkeeper
from thread.genealogy.books import Books
from thread.genealogy.custody import Custody
from thread.genealogy.holds import Coverage
from thread.genealogy.movement import IN_LINES, OUT_LINES, LotFinding, Movement
from thread.genealogy.process_state import ProcessStates
from thread.genealogy.projection import History
from thread.genealogy.serial_map import serials_in
from thread.genealogy.stock import Bucket
from thread.values.quantity import EXACT, ZERO, decimal_text
from thread.values.serials import Span, joined, without

__all__ = ["Account", "AccountLine", "Whereabouts", "account_from", "account_of"]

_RANK: Final = {word: number for number, word in enumerate((*IN_LINES, *OUT_LINES))}


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One side of the balance, as fine as it is known. `quantity` is the low end where `quantity_max` is told."""

    line: str
    quantity: Decimal
    quantity_max: Decimal | None
    place: str | None
    owner: str | None
    state: str | None
    calculated: bool
    entries: tuple[int, ...]
    site: str | None = None
    container: str | None = None
    shipment: str | None = None
    customer: str | None = None
    order: str | None = None
    run: str | None = None
    spans: tuple[Span, ...] = ()
    """Serials that are known to be part of it."""
    open_spans: tuple[Span, ...] = ()
    """Serials that are part of this line or of another one there: a hold blocks some, and nobody told which."""

    @property
    def counted(self) -> Decimal:
        """What stands in the sum: the high end."""
        return self.quantity if self.quantity_max is None else self.quantity_max


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where some of a lot is now, or went. `quantity` is the low end where `quantity_max` is told."""

    line: str
    quantity: Decimal
    quantity_max: Decimal | None
    place: str | None
    shipment: str | None
    customer: str | None
    state: str | None
    entries: tuple[int, ...]
    spans: tuple[Span, ...] = ()
    """Serials that are known to be part of it."""

    def joined(self, other: Whereabouts) -> Whereabouts:
        """Return both together."""
        is_range = self.quantity_max is not None or other.quantity_max is not None
        high = EXACT.add(
            self.quantity if self.quantity_max is None else self.quantity_max,
            other.quantity if other.quantity_max is None else other.quantity_max,
        )
        return replace(
            self,
            quantity=EXACT.add(self.quantity, other.quantity),
            quantity_max=high if is_range else None,
            entries=tuple(sorted({*self.entries, *other.entries})),
            spans=joined((*self.spans, *other.spans)),
        )

    def as_json(self) -> dict[str, object]:
        """The line as the scope of a recall prints it (DESIGN 8)."""
        return {
            "line": self.line,
            "quantity": decimal_text(self.quantity),
            "quantity_max": None if self.quantity_max is None else decimal_text(self.quantity_max),
            "place": self.place,
            "shipment": self.shipment,
            "customer": self.customer,
            "state": self.state,
            "serials": [dict(zip(("first", "last"), span.bounds, strict=True)) for span in self.spans],
            "entries": list(self.entries),
        }


@dataclass(frozen=True, slots=True)
class Account:
    """The account of one lot, as of an event time (nanoseconds; None: all that was told)."""

    lot: str
    unit: str | None
    as_of: int | None
    lines_in: tuple[AccountLine, ...]
    lines_out: tuple[AccountLine, ...]
    movements: tuple[Movement, ...]
    findings: tuple[LotFinding, ...]
    incomplete: tuple[str, ...]
    """What keeps the account from being whole: quantities that nobody told, or told in another unit."""
    status: Mapping[str, Decimal]
    """On hand by status: `free` and `held` always, others where there is any."""

    @property
    def came_in(self) -> Decimal:
        """All that came in."""
        return _total(self.lines_in)

    @property
    def difference(self) -> Decimal:
        """What came in less what went out or is there; 0 unless this program is wrong."""
        return EXACT.subtract(_total(self.lines_in), _total(self.lines_out))

    @property
    def is_complete(self) -> bool:
        """Whether every quantity that an event moved is counted."""
        return not self.incomplete

    def total(self, *words: str) -> Decimal:
        """Return what stands on some lines of the balance together, high ends counted."""
        return _total(line for line in (*self.lines_in, *self.lines_out) if line.line in words)

    def whereabouts(self) -> tuple[Whereabouts, ...]:
        """Return where the lot is now or went, as a recall asks it: by line, place, shipment and customer."""
        found: dict[tuple[object, ...], Whereabouts] = {}
        for line in self.lines_out:
            key = (line.line, line.state, line.place, line.shipment, line.customer)
            one = Whereabouts(
                line.line,
                line.quantity,
                line.quantity_max,
                line.place,
                line.shipment,
                line.customer,
                line.state,
                line.entries,
                line.spans,
            )
            known = found.get(key)
            found[key] = one if known is None else known.joined(one)
        return tuple(found.values())

    def as_json(self) -> dict[str, object]:
        """The balance as DESIGN 8 prints it."""
        return {
            "lot": self.lot,
            "unit": self.unit,
            "in": [_json(line) for line in _merged(self.lines_in)],
            "out": [_json(line) for line in _merged(self.lines_out)],
            "difference": decimal_text(self.difference),
            "findings": [{"code": one.code, "text": one.text, "entries": list(one.entries)} for one in self.findings],
        }


def account_of(lot: str, history: History, custody: Custody, *, as_of: int | None = None) -> Account:
    """Return the account of a lot; events later than `as_of` do not count."""
    books = Bookkeeper(history, custody, as_of=as_of).books(lot)
    return account_from(books, as_of=as_of)


def account_from(books: Books, *, as_of: int | None = None) -> Account:
    """Return the account that books amount to. `as_of`: the time up to which they were kept."""
    entries = _entries_by_bucket(books.movements)
    coverage = books.coverage()
    states = ProcessStates(books.history, as_of=as_of)
    incoming = _lines_in(books.movements)
    outgoing = [
        line
        for bucket, quantity in books.tally.items()
        if quantity
        for line in _gone(books, states, bucket, quantity, entries[bucket])
    ]
    outgoing.extend(_on_hand(books, coverage, entries))
    return Account(
        books.lot,
        books.unit,
        as_of,
        tuple(sorted(incoming, key=_order)),
        tuple(sorted(outgoing, key=_order)),
        tuple(books.movements),
        tuple(books.findings),
        tuple(dict.fromkeys(text for text, _ in books.incomplete)),
        _status(books, coverage),
    )


def _status(books: Books, coverage: Coverage | None) -> Mapping[str, Decimal]:
    found = {"free": ZERO, "held": ZERO}
    for bucket, quantity in books.stock.piles.items():
        blocked = coverage.certain.get(bucket, ZERO) if coverage is not None else ZERO
        state = bucket.state or "free"
        found[state] = EXACT.add(found.get(state, ZERO), EXACT.subtract(quantity, blocked))
        found["held"] = EXACT.add(found["held"], blocked)
    if coverage is not None and coverage.floating:
        # Nobody said which of it is held: the free part shrinks first.
        left = coverage.floating
        found["held"] = EXACT.add(found["held"], left)
        for state in ("free", *sorted(set(found) - {"free", "held"})):
            part = min(left, max(ZERO, found[state]))
            found[state] = EXACT.subtract(found[state], part)
            left = EXACT.subtract(left, part)
    return {state: quantity for state, quantity in found.items() if quantity or state in {"free", "held"}}


def _entries_by_bucket(movements: Iterable[Movement]) -> dict[Bucket, set[int]]:
    found: defaultdict[Bucket, set[int]] = defaultdict(set)
    for move in movements:
        entries = move.entries
        found[move.source].update(entries)
        found[move.target].update(entries)
    return found


def _lines_in(movements: Iterable[Movement]) -> list[AccountLine]:
    sums: dict[Bucket, tuple[Decimal, set[int], list[Span]]] = {}
    for move in movements:
        if move.source.line in IN_LINES:
            quantity, entries, spans = sums.get(move.source, (ZERO, set(), []))
            entries.update(move.entries)
            spans.extend(move.spans)
            sums[move.source] = (EXACT.add(quantity, move.quantity), entries, spans)
    return [
        _line(bucket, quantity, None, entries, tuple(sorted(set(spans))))
        for bucket, (quantity, entries, spans) in sums.items()
    ]


def _line(
    bucket: Bucket, quantity: Decimal, high: Decimal | None, entries: Iterable[int], spans: tuple[Span, ...] = ()
) -> AccountLine:
    return AccountLine(
        bucket.line,
        quantity,
        high,
        bucket.place,
        bucket.owner,
        bucket.state,
        bucket.calculated,
        tuple(sorted(entries)),
        bucket.site,
        bucket.container,
        bucket.shipment,
        bucket.customer,
        bucket.order,
        bucket.run,
        spans,
    )


def _gone(
    books: Books, states: ProcessStates, bucket: Bucket, quantity: Decimal, entries: set[int]
) -> Iterable[AccountLine]:
    spans = books.stock.serials_of(bucket)
    if bucket.line == "unassigned":
        yield _line(bucket, ZERO, quantity, entries, spans)
    elif bucket.line != "in_process":
        yield _line(bucket, quantity, None, entries, spans)
    elif bucket.state == "in_vessel":
        yield from _in_vessel(books, states, bucket)
    else:
        state = states.of_order(bucket)
        known = entries.union(state.entries) if state.entries else entries
        if state.is_over:
            ended = bucket._replace(line="consumed", state=None, place=None)
            yield _line(ended, quantity, None, known, spans)
            return
        still = bucket._replace(line="on_hand") if bucket.state == "at_processor" else bucket
        if state.has_output and quantity > ZERO:
            yield _line(still, ZERO, quantity, known, spans)
        else:
            yield _line(still, quantity, None, known, spans)


def _in_vessel(books: Books, states: ProcessStates, bucket: Bucket) -> Iterable[AccountLine]:
    """Yield fills of one vessel, run by run: consumed where the vessel was emptied since."""
    runs: dict[int, tuple[Decimal, set[int], bool]] = {}
    for move in books.movements:
        if bucket not in (move.source, move.target):
            continue
        number, drawn = states.of_fill(bucket.order or "", move.position)
        quantity, entries, was_drawn = runs.get(number, (ZERO, set(), False))
        change = move.quantity if move.target == bucket else EXACT.minus(move.quantity)
        runs[number] = (EXACT.add(quantity, change), entries | set(move.entries), was_drawn or drawn)
    last = states.runs_ended(bucket.order or "")
    for number, (quantity, entries, was_drawn) in sorted(runs.items()):
        if not quantity:
            continue
        if number < last:
            ended = states.emptied_by(bucket.order or "", number)
            yield _line(bucket._replace(line="consumed", place=None, state=None), quantity, None, entries.union(ended))
        elif was_drawn:
            yield _line(bucket, ZERO, quantity, entries)
        else:
            yield _line(bucket, quantity, None, entries)


def _on_hand(books: Books, coverage: Coverage | None, entries: Mapping[Bucket, set[int]]) -> Iterable[AccountLine]:
    floating = coverage.floating if coverage is not None else ZERO
    for bucket in sorted(books.stock.piles, key=repr):
        quantity = books.stock.piles[bucket]
        spans = books.stock.serials_of(bucket)
        known = entries.get(bucket, ())
        if coverage is None or bucket.state != "free" or quantity <= ZERO:
            yield _line(bucket, quantity, None, known, spans)
            continue
        held = coverage.certain.get(bucket, ZERO)
        part = min(floating, EXACT.subtract(quantity, held))
        floating = EXACT.subtract(floating, part)
        held = EXACT.add(held, part)
        free_spans, held_spans, open_spans = _split(books, bucket, spans, quantity=quantity, held=held)
        if held < quantity:
            line = _line(bucket, EXACT.subtract(quantity, held), None, known, free_spans)
            yield replace(line, open_spans=open_spans)
        if held:
            line = _line(bucket._replace(state="held"), held, None, known, held_spans)
            yield replace(line, open_spans=open_spans)


def _split(
    books: Books, bucket: Bucket, spans: tuple[Span, ...], *, quantity: Decimal, held: Decimal
) -> tuple[tuple[Span, ...], tuple[Span, ...], tuple[Span, ...]]:
    """Return which serials of a pile are free, which are held, and of which nobody told whether they are."""
    if held >= quantity:
        return (), spans, ()
    if not held:
        return spans, (), ()
    free = books.holds.open_serials(spans, bucket)
    blocked = without(spans, free)
    count = Decimal(serials_in(blocked))
    if books.holds.block_all_in(bucket):
        count = EXACT.add(count, EXACT.subtract(quantity, Decimal(serials_in(spans))))
    return (free, blocked, ()) if count == held else ((), blocked, free)


def _order(line: AccountLine) -> tuple[object, ...]:
    names = (line.place, line.owner, line.state, line.site, line.container, line.shipment, line.customer, line.order)
    return (_RANK[line.line], *(name or "" for name in names), line.run or "", line.calculated, line.entries)


def _total(lines: Iterable[AccountLine]) -> Decimal:
    total = ZERO
    for line in lines:
        total = EXACT.add(total, line.counted)
    return total


def _merged(lines: Iterable[AccountLine]) -> tuple[AccountLine, ...]:
    """Return lines as the balance prints them: one for each word, place, owner and state; what is short on its own."""
    found: dict[tuple[object, ...], AccountLine] = {}
    for line in lines:
        key = (line.line, line.place, line.owner, line.state, line.calculated, line.quantity < ZERO)
        known = found.get(key)
        if known is None:
            found[key] = line
            continue
        is_range = known.quantity_max is not None or line.quantity_max is not None
        found[key] = replace(
            known,
            quantity=EXACT.add(known.quantity, line.quantity),
            quantity_max=EXACT.add(known.counted, line.counted) if is_range else None,
            entries=tuple(sorted({*known.entries, *line.entries})),
        )
    return tuple(found.values())


def _json(line: AccountLine) -> dict[str, object]:
    return {
        "line": line.line,
        "quantity": decimal_text(line.quantity),
        "quantity_max": None if line.quantity_max is None else decimal_text(line.quantity_max),
        "place": line.place,
        "owner": line.owner,
        "state": line.state,
        "calculated": line.calculated,
        "entries": list(line.entries),
    }
