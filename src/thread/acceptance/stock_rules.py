"""Whether there is enough of a lot, in a status that allows the use: the rules that read the books (EVENTS 5).

The books are kept up to the event time, everything of that time counted. Lines are taken one after the other, so two
lines of one lot are checked together. Then the books are kept to the end, with the event and without it: what only then
is short, or only then is taken from a hold, is a later use that the event leaves nothing for.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final, NamedTuple

from thread.acceptance.availability import Availability, availability, serials_there
from thread.acceptance.findings import Finding, Severity
from thread.acceptance.matrix import CODES, MATRIX, Status
from thread.acceptance.state import PlantState
from thread.events.base import Event, Line
from thread.events.containers import Packing
from thread.events.dispatch import Shipped
from thread.events.material import Moved
from thread.events.quality import SampleLine
from thread.genealogy.books import Books
from thread.genealogy.lot_terms import event_day
from thread.genealogy.movements import MOVEMENTS
from thread.genealogy.projection import Told
from thread.genealogy.uses import USES, taken_lines
from thread.values.names import label
from thread.values.quantity import EXACT, ZERO, decimal_text, exact_sum

__all__ = ["check_taken"]

_WHAT_TO_DO: Final[dict[str, str]] = {
    "held": "release the hold with a decision, or take other material",
    "quarantine": "record the inspection that it passed, or take other material",
    "expired": "take other material, or record the retest that extends the expiry",
    "retained": "take other material; samples are kept",
    "in_container": "name the container on the line, or record that it was unpacked",
    "other_site": "record the transfer between the sites",
    "in_transit": "record its delivery first",
    "on_consignment": "record that it came back, or name the shipment",
    "unassigned": "correct the entry that names several lots when it is known which it was",
}


class _Asked(NamedTuple):
    """A line that takes from stock, and what the event does to it."""

    path: str
    line: Line
    use: str


def check_taken(state: PlantState) -> Iterable[Finding]:
    """Yield what speaks against taking from stock what an event takes."""
    event = state.event
    use = event.purpose if isinstance(event, Shipped) else USES.get(type(event))
    lines = taken_lines(event)
    if use is None or not lines:
        return
    asked = [
        _Asked(path, line, use)
        for path, line in lines
        if not (isinstance(line, SampleLine) and line.fate == "returned")
    ]
    for path, line, _ in asked:
        if line.container is not None:
            yield from _container_told(state, path, line)
    for lot in state.lots_of(line for _, line, _ in asked):
        yield from _check_lot(state, lot, asked)
    for one in asked:
        if one.line.one_of is not None:
            yield from _check_candidates(state, one, one.line.one_of)


def _container_told(state: PlantState, path: str, line: Line) -> Iterable[Finding]:
    away = state.left_with(line.container or "") if line.is_whole_container else None
    if away is not None:
        yield state.is_away(path, line.container or "", away)
    elif line.is_whole_container and not state.held_in(line.container or ""):
        if isinstance(state.event, Moved | Packing):
            return
        text = (
            f"container {label(line.container or '')} held nothing at that time; record what was packed, or correct it"
        )
        yield state.finding("container-empty", path, text, container=line.container)


def _check_lot(state: PlantState, lot: str, asked: list[_Asked]) -> Iterable[Finding]:
    if not state.is_known(lot):
        for one in asked:
            if one.line.lot == lot:
                yield state.unknown(one.path, lot)
        return
    mine = [one for one in asked if one.line.lot == lot or one.line.is_whole_container]
    books = state.books(lot) if len(mine) > 1 else state.books_to_read(lot)
    for one in mine:
        if one.line.lot == lot:
            yield from _check_line(state, books, one)
        else:
            yield from _check_content(state, books, one)
        if len(mine) > 1:
            _book(state, books, one)
    yield from _check_later(state, lot, asked)


def _book(state: PlantState, books: Books, one: _Asked) -> None:
    """Take the line from the books, so that the next line of the lot sees what it leaves."""
    handler = MOVEMENTS.get(type(state.event))
    _, field, *place = one.path.split("/")
    lines = getattr(state.event, field)
    if place and isinstance(lines, tuple):
        only = state.event.model_copy(update={field: (lines[int(place[0])],)})
    else:
        only = state.event.model_copy(update={"removed": None}) if field == "installed" else state.event
    if handler is not None:
        handler(books, Told(state.seq, 0, only, (state.seq,)), only)


def _check_line(state: PlantState, books: Books, one: _Asked) -> Iterable[Finding]:
    event, line, lot = state.event, one.line, books.lot
    unit = books.unit or state.unit_of(lot)
    amount = _amount(unit, line)
    if line.quantity is not None and amount is None and unit is not None:
        yield _wrong_unit(state, lot, unit, one)
    item = state.item_of(lot)
    if line.item is not None and item is not None and line.item != item:
        text = f"lot {label(lot)} is of item {label(item)}, not {label(line.item)}; correct the item or the lot"
        yield state.finding("wrong-item", one.path, text, lot=lot, item=item)
    place = line.place or _told_place(event)
    is_expired = MATRIX[one.use]["expired"] != "yes" and state.is_expired(lot)
    if line.serials:
        yield from _check_serials(state, books, one, is_expired=is_expired)
        return
    there = availability(books, line, site=event.site, place=place, is_expired=is_expired)
    if amount is None:
        if line.quantity is not None and there.usable(one.use) <= ZERO:
            yield from _nothing_usable(state, books, one, there)
        return
    drawn, left = there.used(one.use, amount)
    for status, _ in drawn:
        if status != "free" and MATRIX[one.use][status] == "warn":
            yield _status_finding(state, books, one, status, severity="warn", amount=amount)
    if left > ZERO:
        yield from _too_much(state, books, one, there, amount=amount, left=left)
        return
    if place is None:
        return
    here = availability(books, line, site=event.site, place=place, is_expired=is_expired, only_there=True)
    _, short = here.used(one.use, amount)
    blocked = here.blocked(one.use)
    if short > ZERO and blocked:
        # There is enough elsewhere, but what stands where it was taken is blocked.
        yield _status_finding(state, books, one, blocked[0][0], severity="refuse", amount=amount)
    elif there.at_place < amount:
        text = (
            f"{books.told_quantity(amount)} of lot {label(lot)} are taken at {label(place)},"
            f" where the books have {decimal_text(there.at_place)}; record the move, or correct the place"
        )
        yield state.finding("elsewhere", one.path, text, lot=lot, place=place)


def _told_place(event: Event) -> str | None:
    """Return where an event says that its material stood."""
    if isinstance(event, Moved):
        return event.from_place
    return event.ship_from if isinstance(event, Shipped) else None


def _amount(unit: str | None, line: Line) -> Decimal | None:
    if line.quantity is None:
        return line.amount
    if unit is None or line.quantity.unit == unit:
        return line.quantity.amount
    return next((Decimal(measure.value) for measure in line.quantity.also if measure.unit == unit), None)


def _wrong_unit(state: PlantState, lot: str, unit: str, one: _Asked) -> Finding:
    text = (
        f"{one.line.quantity} is told, but lot {label(lot)} is kept in {unit}; tell the quantity in {unit},"
        " the other may stand beside it (also)"
    )
    return state.finding("wrong-unit", f"{one.path}/quantity", text, lot=lot, unit=unit)


def _nothing_usable(state: PlantState, books: Books, one: _Asked, there: Availability) -> Iterable[Finding]:
    """Yield why nothing may be taken at all, however much is asked in whatever unit."""
    early = _before_lot(state, books.lot, one)
    if early is not None:
        yield early
    for status, quantity in there.blocked(one.use):
        yield _status_finding(state, books, one, status, severity="refuse", amount=quantity)


def _before_lot(state: PlantState, lot: str, one: _Asked) -> Finding | None:
    first = state.first_time(lot)
    if first is None or state.event.at >= first:
        return None
    text = (
        f"at {state.time_told} lot {label(lot)} did not exist yet; it came at {state.time_text(first)};"
        " correct the time, or record how it came before"
    )
    return state.finding("before-lot", one.path, text, lot=lot)


def _too_much(
    state: PlantState, books: Books, one: _Asked, there: Availability, *, amount: Decimal, left: Decimal
) -> Iterable[Finding]:
    """Yield why the rest of a quantity may not be taken: what of it is blocked, and that the others are not there."""
    lot, use = books.lot, one.use
    blocked = there.blocked(use)
    for status, _ in sorted(blocked, key=lambda pair: pair[0] != "expired"):
        yield _status_finding(state, books, one, status, severity="refuse", amount=amount)
    unusable = exact_sum(quantity for _, quantity in blocked)
    left = EXACT.subtract(left, unusable)
    if left <= ZERO:
        return
    early = _before_lot(state, lot, one)
    if early is not None:
        yield early
        return
    if one.line.container is not None:
        text = (
            f"{books.told_quantity(amount)} of lot {label(lot)} are taken out of {label(one.line.container)},"
            f" which holds {decimal_text(there.usable(use))}; correct the quantity or the container"
        )
        yield state.finding("not-in-container", one.path, text, lot=lot, container=one.line.container)
        return
    usable = there.usable(use)
    on_hand = EXACT.add(usable, unusable)
    allowance = state.tolerance(lot, on_hand)
    code, severity = ("over-tolerance", "warn") if left <= allowance else ("quantity-exceeded", None)
    if books.incomplete:
        code, severity = "quantity-unknown", "warn"
    there_is = f"{decimal_text(max(ZERO, usable))} may be taken"
    if blocked:
        there_is = f"only {decimal_text(on_hand)} are there, blocked or not,"
    text = (
        f"{books.told_quantity(amount)} of lot {label(lot)} are asked, {there_is} at {state.time_told};"
        " record the receipt that is missing, correct the quantity, or take another lot"
    )
    yield state.finding(
        code,
        one.path,
        text,
        severity="warn" if severity else None,
        lot=lot,
        asked=decimal_text(amount),
        free=decimal_text(usable),
    )


def _status_finding(
    state: PlantState, books: Books, one: _Asked, status: Status, *, severity: Severity, amount: Decimal
) -> Finding:
    lot = books.lot
    code = CODES[status]
    what = f"{books.told_quantity(amount)} of lot {label(lot)}"
    facts: dict[str, object] = {"lot": lot, "asked": decimal_text(amount)}
    match status:
        case "held":
            holds = books.holds.holds_of((*books.stock.piles, *books.aside()))
            if one.use == "reworked" and all(state.hold_decision(hold) in {"rework", "sort"} for hold in holds):
                severity = "warn"
            facts["holds"] = holds
            why = f"some of it is under hold {', '.join(holds)}"
        case "expired":
            expiry = state.expiry(lot)
            facts["expiry"] = expiry
            why = f"it expired on {expiry}, the event is of {event_day(state.event)}"
        case "in_container":
            inside = availability(books, one.line, site=None, place=None, is_expired=False).containers
            facts["containers"] = inside
            why = f"it stands in {', '.join(label(name) for name in inside[:3])}"
        case "other_site":
            why = "the books have it at another site"
        case "in_transit":
            why = "it is on its way"
        case "on_consignment":
            why = "it is with a consignee"
        case "unassigned":
            why = "another event that names several lots may have taken some of it"
        case "retained":
            why = "what is left is a retained sample"
        case _:
            why = "it is in quarantine"
    said = _SAID[one.use]
    if severity == "refuse":
        text = f"{what} cannot simply be {said}: {why}; {_WHAT_TO_DO[status]}"
    elif one.line.one_of is not None:
        text = f"{what} may be among what is {said}, although {why}; {_WHAT_TO_DO[status]}"
    else:
        text = f"{what} are {said} although {why}; {_WHAT_TO_DO[status]}"
    return state.finding(code, one.path, text, severity=severity, **facts)


_SAID: Final[dict[str, str]] = {
    "sale": "shipped",
    "transfer": "transferred",
    "processing": "sent for processing",
    "consignment": "sent on consignment",
    "supplier_return": "returned to the supplier",
    "disposal": "disposed of",
    "kit": "put into a kit",
    **{
        word: word
        for word in (
            "issued",
            "filled",
            "installed",
            "reworked",
            "packed",
            "moved",
            "split",
            "merged",
            "relabelled",
            "sampled",
            "scrapped",
        )
    },
}


def _check_serials(state: PlantState, books: Books, one: _Asked, *, is_expired: bool) -> Iterable[Finding]:
    line, lot = one.line, books.lot
    there = serials_there(books, line, site=state.event.site, is_expired=is_expired)
    row = MATRIX[one.use]
    for status, count in there.by_status.items():
        if count and row[status] != "yes":
            severity: Severity = "warn" if row[status] == "warn" else "refuse"
            yield _status_finding(state, books, one, status, severity=severity, amount=Decimal(count))
    unnamed = _unnamed(books)
    missing = sum(len(span) for span in there.unknown) - unnamed
    if there.gone:
        span, bucket = there.gone[0]
        went = bucket.line.replace("_", " ")
        where = label(bucket.shipment or bucket.order or "") if bucket.shipment or bucket.order else ""
        text = f"serial {span.bounds[0]} of lot {label(lot)} is not on hand: {went} {where}".rstrip()
        yield state.finding("serial-gone", one.path, f"{text}; correct the serial", lot=lot, serial=span.bounds[0])
    elif missing > 0:
        first = there.unknown[0].bounds[0]
        text = f"serial {first} of lot {label(lot)} never came; correct the serial, or record how it came"
        yield state.finding("serial-gone", one.path, text, lot=lot, serial=first)


def _unnamed(books: Books) -> int:
    """Return how many pieces are on hand whose serials nobody told."""
    stock = books.stock
    return sum(max(0, int(quantity) - stock.named.get(bucket, 0)) for bucket, quantity in stock.piles.items())


def _check_content(state: PlantState, books: Books, one: _Asked) -> Iterable[Finding]:
    """Check what a whole container holds of a lot: blocked material makes the whole container blocked."""
    line = Line.model_construct(container=one.line.container, lot=books.lot)
    is_expired = MATRIX[one.use]["expired"] != "yes" and state.is_expired(books.lot)
    there = availability(books, line, site=state.event.site, place=None, is_expired=is_expired)
    if one.use in {"packed", "moved"}:
        return
    for status, quantity in there.blocked(one.use):
        if status not in {"in_container", "unassigned"}:
            yield _status_finding(state, books, one, status, severity="refuse", amount=quantity)


def _check_candidates(state: PlantState, one: _Asked, lots: tuple[str, ...]) -> Iterable[Finding]:
    amount = one.line.amount or ZERO
    usable = ZERO
    for lot in lots:
        if not state.is_known(lot):
            yield state.unknown(one.path, lot)
            return
        books = state.books_to_read(lot)
        is_expired = MATRIX[one.use]["expired"] != "yes" and state.is_expired(lot)
        there = availability(books, one.line, site=state.event.site, place=None, is_expired=is_expired)
        here = max(ZERO, there.usable(one.use))
        usable += here
        # What is blocked matters only where the candidate has too little beside it.
        for status, quantity in there.blocked(one.use)[:1] if here < amount else ():
            yield _status_finding(state, books, one, status, severity="warn", amount=quantity)
    names = ", ".join(label(lot) for lot in lots)
    if usable < amount:
        has = decimal_text(usable)
        text = f"{one.line.quantity} are asked of {names}, which have {has} together; correct the quantity"
        yield state.finding("quantity-exceeded", one.path, text, lots=lots)
    text = f"one of {names}, nobody knows which: each stays possible; correct the entry when it is known"
    yield state.finding("one-of-open", one.path, text, lots=lots)


def _check_later(state: PlantState, lot: str, asked: list[_Asked]) -> Iterable[Finding]:
    """Yield what later entries would lack because of this event."""
    if not state.has_later(lot):
        return
    path = next((one.path for one in asked if lot in one.line.candidates or one.line.is_whole_container), "")
    before, after = state.books_to_the_end(lot), state.books_to_the_end(lot, with_event=True)
    for code in ("negative-stock", "lot-held"):
        known = {(one.entries, one.quantity) for one in before.findings if one.code == code}
        fresh = [
            one
            for one in after.findings
            if one.code == code and (one.entries, one.quantity) not in known and one.at > state.event.at
        ]
        if fresh:
            entries = sorted({seq for one in fresh for seq in one.entries if seq != state.seq})
            text = (
                f"entry {', '.join(str(seq) for seq in entries)} used later what this event takes of lot {label(lot)};"
                " correct the quantity or the time, or correct the later entry"
            )
            yield state.finding("later-use", path, text, lot=lot, entries=tuple(entries))
            return
