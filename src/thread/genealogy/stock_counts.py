"""What a count says of a lot: what is missing, what is found, and what turns out not to have been taken (EVENTS 4, 6).

A count tells what stands at a place. More than the books hold there is explained by what nobody knew first: stock whose
place nobody told may be this, and what one of several lots may have lost was not taken, as far as it is seen here. Only
what goes beyond that is found. A count never says where anything went: what is not here is missing, and what may have
been taken stays unassigned until the entry is corrected (docs/adr/0013).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from operator import eq

from thread.events.base import Line
from thread.events.material import Counted
from thread.genealogy.books import Books
from thread.genealogy.movement import IN_OUR_HANDS, LotFinding, Selection
from thread.genealogy.projection import Told
from thread.genealogy.serial_map import first_serials, serials_in
from thread.genealogy.stock import Bucket
from thread.genealogy.stock_movements import is_calculated
from thread.values.quantity import EXACT, ZERO, exact_sum
from thread.values.serials import Span

__all__ = ["counted"]

WasHere = Callable[[Bucket], bool]


def counted(books: Books, told: Told, event: Counted) -> None:
    """Book what was counted against the books of that place and time."""
    for line in event.lots:
        if line.lot == books.lot:
            _compare(books, told, event, line)
        elif line.is_whole_container and line.quantity is not None and line.quantity.unit == books.unit:
            inside = books.stock.inside(line.container or "")
            if inside and books.is_alone_in(line.container or "", told):
                was_here = _inside(books, line.container or "")
                _book_difference(books, told, event, line.quantity.amount, base=inside[0], was_here=was_here)


def _compare(books: Books, told: Told, event: Counted, line: Line) -> None:
    place = line.place or event.place
    base = Bucket("on_hand", event.site, place, None, "free", line.container)
    was_here = (
        _inside(books, line.container)
        if line.container is not None
        else lambda bucket: _is_at(bucket, place, event.site)
    )
    if line.serials:
        _count_serials(books, told, event, line.spans, base=base, was_here=was_here)
        return
    amount = books.amount_of(line.quantity, told) if line.quantity is not None else None
    if amount is not None:
        _book_difference(books, told, event, amount, base=base, was_here=was_here)


def _inside(books: Books, container: str) -> WasHere:
    return lambda bucket: container in books.stock.chain(bucket.container)


def _is_at(bucket: Bucket, place: str | None, site: str) -> bool:
    """Tell whether a count at a place covers a bucket; a count that tells no place is of all that is in our hands."""
    return bucket.place == place if place is not None else bucket.site == site and bucket.state in IN_OUR_HANDS


def _book_difference(
    books: Books, told: Told, event: Counted, counted: Decimal, *, base: Bucket, was_here: WasHere
) -> None:
    here = [bucket for bucket in books.stock.piles if was_here(bucket)]
    book = exact_sum(books.stock.piles[bucket] for bucket in here)
    if counted < book:
        here.sort(key=lambda bucket: (bucket.container is not None, bucket.state != "free", repr(bucket)))
        wanted = Selection(EXACT.subtract(book, counted), (), here, books.wanted_at(event), certain=True, whole=False)
        target = Bucket("missing", base.site, base.place, calculated=is_calculated(event))
        books.leave(told, wanted, target, "counted")
        return
    left = EXACT.subtract(counted, book)
    if base.container is None:
        left = _may_have_stood_here(books, told, event, left, base)
    left = _not_taken(books, told, left, base=base, was_here=was_here)
    if left > ZERO:
        _find(books, told, event, left, base=base)


def _find(
    books: Books, told: Told, event: Counted, quantity: Decimal, *, base: Bucket, spans: Sequence[Span] = ()
) -> None:
    source = Bucket("found", base.site, base.place, calculated=is_calculated(event))
    books.enter(told, quantity, source, base, spans)


def _may_have_stood_here(books: Books, told: Told, event: Counted, left: Decimal, base: Bucket) -> Decimal:
    """Book stock whose place nobody told to where it was counted; return how much of the surplus that leaves."""
    if base.place is None or left <= ZERO:
        return left
    anywhere = [
        bucket
        for bucket, quantity in books.stock.piles.items()
        if bucket.place is None
        and bucket.site == base.site
        and bucket.container is None
        and bucket.state in IN_OUR_HANDS
        and quantity > ZERO
    ]
    part = min(left, exact_sum(books.stock.piles[bucket] for bucket in anywhere))
    if part > ZERO:
        chosen = Selection(part, (), anywhere, books.wanted_at(event), certain=True, whole=False)
        books.shift(told, chosen, lambda bucket: bucket._replace(place=base.place), "counted")
    return EXACT.subtract(left, part)


def _not_taken(
    books: Books, told: Told, seen: Decimal, *, base: Bucket, was_here: WasHere, spans: Sequence[Span] = ()
) -> Decimal:
    """Book back what was seen although one of several lots may have lost it; return how much that does not explain."""
    left, unnamed = seen, list(spans)
    for bucket in [bucket for bucket in books.tally if bucket.line == "unassigned"]:
        stood = books.drawn_from.get(bucket, bucket)
        part = min(left, books.tally[bucket])
        if part <= ZERO or not was_here(stood):
            continue
        state = stood.state if stood.state in IN_OUR_HANDS else base.state
        back = base._replace(state=state, owner=stood.owner)
        now, unnamed = first_serials(unnamed, int(part))
        books.undo(told, (bucket,), part, now, become=partial(_as, back))
        left = EXACT.subtract(left, part)
        text = (
            f"{books.told_quantity(part)} that an event may have taken (one of several lots) were counted since;"
            " say which lot it took by correcting that event"
        )
        taken_by = (seq for move in books.movements if move.target == bucket for seq in move.entries)
        entries = tuple(sorted({*told.entries, *taken_by}))
        books.findings.append(LotFinding("one-of-counted", entries, told.event.at, text, part))
    return left


def _as(back: Bucket, _: Bucket) -> Bucket:
    return back


def _count_serials(
    books: Books, told: Told, event: Counted, spans: tuple[Span, ...], *, base: Bucket, was_here: WasHere
) -> None:
    """Serials that were seen are there: on hand elsewhere they moved, else they are found."""
    known, unknown = books.stock.serials.find(spans)
    found = [span for span, bucket in known if bucket.line != "on_hand"] + unknown
    seen = [span for span, bucket in known if bucket.line == "on_hand"]
    _back_to_their_piles(books, told, known)
    wanted = books.wanted_at(event)
    if seen and base.place is not None:
        chosen = Selection(None, tuple(seen), books.stock.candidates(wanted), wanted, certain=True, whole=False)
        books.shift(told, chosen, lambda bucket: bucket._replace(site=base.site, place=base.place), "counted")
    # Material whose serials nobody told may be these, then what may have been taken; only what goes beyond is found.
    new = books.stock.name_unnamed(found)
    count = Decimal(serials_in(new))
    left = _not_taken(books, told, count, base=base, was_here=was_here, spans=new)
    if left > ZERO:
        _, rest = first_serials(new, int(EXACT.subtract(count, left)))
        _find(books, told, event, left, base=base, spans=rest)


def _back_to_their_piles(books: Books, told: Told, known: list[tuple[Span, Bucket]]) -> None:
    """Serials that were seen were not taken by what may have taken them: their pile holds at least these again."""
    seen: Counter[Bucket] = Counter()
    for span, bucket in known:
        if bucket.line == "on_hand":
            seen[bucket] += len(span)
    for bucket, count in seen.items():
        short = EXACT.subtract(Decimal(count), books.stock.piles.get(bucket, ZERO))
        if short > ZERO:
            _not_taken(books, told, short, base=bucket, was_here=partial(eq, bucket))
