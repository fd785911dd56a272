"""How events that others told in EPCIS move a lot. What they leave out makes the account incomplete, never a guess.

ADD brings a lot into being, a transformation uses and makes, DELETE ends it; aggregation packs and unpacks; what is
observed only moves (EVENTS 3).
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from functools import partial
from typing import Final

from thread.events.captured import EpcisCaptured, EpcisReading, ReadLine
from thread.genealogy.books import Books
from thread.genealogy.movement import Selection
from thread.genealogy.projection import Told
from thread.genealogy.stock import Bucket, Wanted
from thread.genealogy.stock_movements import come_out
from thread.values.names import event_activity
from thread.values.quantity import exact_sum

__all__ = ["captured"]

_ONE: Final = Decimal(1)


def captured(books: Books, told: Told, event: EpcisCaptured) -> None:
    """Book a captured event."""
    reading = event.reading
    match reading.kind:
        case "TransformationEvent":
            _transformed(books, told, event, reading)
        case "ObjectEvent":
            _object(books, told, reading)
        case "AggregationEvent":
            _aggregated(books, told, reading)
        case "AssociationEvent":
            _associated(books, told, reading)
        case _:
            return


def _amount(books: Books, told: Told, line: ReadLine) -> Decimal | None:
    """Return how much of the lot a line means; None, noted, where nobody told."""
    if line.quantity is not None:
        return books.amount_of(line.quantity, told)
    if line.kind == "serial":
        return _ONE
    books.incomplete.append((f"entry {told.seq} tells no quantity", told.entries))
    return None


def _mine(books: Books, lines: Iterable[ReadLine]) -> list[ReadLine]:
    return [line for line in lines if line.name == books.lot and line.kind not in {"container", "item"}]


def _place(reading: EpcisReading) -> str | None:
    return reading.business_location or reading.read_point


def _leave(books: Books, told: Told, line: ReadLine, target: Bucket) -> None:
    amount = _amount(books, told, line)
    if amount is not None:
        wanted = Wanted()
        buckets = books.stock.candidates(wanted)
        books.leave(told, Selection(amount, (), buckets, wanted, certain=True, whole=False), target, "captured")


def _leave_with_containers(books: Books, told: Told, lines: Iterable[ReadLine], target: Bucket) -> None:
    for line in lines:
        inside = books.stock.inside(line.name) if line.kind == "container" else []
        if inside:
            chosen = Selection(None, (), inside, Wanted(), certain=True, whole=True)
            books.leave(told, chosen, target, "captured")


def _transformed(books: Books, told: Told, event: EpcisCaptured, reading: EpcisReading) -> None:
    activity = reading.activity or event_activity(books.history.origin, event.id or str(told.seq))
    target = Bucket("consumed", event.site, order=activity)
    for line in _mine(books, reading.inputs):
        _leave(books, told, line, target)
    _leave_with_containers(books, told, reading.inputs, target)
    for line in _mine(books, reading.outputs):
        _enter(books, told, reading, line, activity)


def _enter(books: Books, told: Told, reading: EpcisReading, line: ReadLine, activity: str | None) -> None:
    amount = _amount(books, told, line)
    if amount is not None and amount > 0:
        place = _place(reading)
        stock = Bucket("on_hand", told.event.site, place, None, "free")
        source = Bucket("produced", told.event.site, place)
        come_out(books, told, amount, (), source=source, target=stock, activity=activity)


def _object(books: Books, told: Told, reading: EpcisReading) -> None:
    for line in _mine(books, reading.lots):
        if reading.action == "ADD":
            _enter(books, told, reading, line, None)
        elif reading.action == "DELETE":
            consumed = (reading.business_step or "").endswith("consuming")
            _leave(books, told, line, Bucket("consumed" if consumed else "scrapped", told.event.site))
        else:
            _observed(books, told, reading, line)
    for line in reading.lots:
        inside = books.stock.inside(line.name) if line.kind == "container" else []
        if inside and reading.action == "OBSERVE":
            _go(books, told, reading, Selection(None, (), inside, Wanted(), certain=True, whole=True))


def _observed(books: Books, told: Told, reading: EpcisReading, line: ReadLine) -> None:
    amount = line.amount if line.unit == books.unit else None
    buckets = list(books.stock.candidates(Wanted()))
    there = exact_sum(books.stock.piles[bucket] for bucket in buckets if books.stock.piles[bucket] > 0)
    if amount is not None and amount > there:
        amount = there
    if buckets:
        _go(books, told, reading, Selection(amount, (), buckets, Wanted(), certain=True, whole=False))


def _go(books: Books, told: Told, reading: EpcisReading, chosen: Selection) -> None:
    """Say where goods are that somebody saw: on their way after shipping, here after receiving."""
    step = (reading.business_step or "").rsplit("-", 1)[-1].rsplit("/", 1)[-1].rsplit(":", 1)[-1]
    place = _place(reading)

    def seen(bucket: Bucket) -> Bucket:
        if step in {"shipping", "departing", "transporting"}:
            return bucket._replace(state="in_transit", place=None)
        here = bucket._replace(place=place) if place is not None else bucket
        return here._replace(state="free") if here.state == "in_transit" else here

    books.shift(told, chosen, seen, "captured")


def _aggregated(books: Books, told: Told, reading: EpcisReading) -> None:
    container = reading.container
    if container is None or reading.action == "OBSERVE":
        return
    outer = books.stock.outer
    for line in reading.contents:
        if line.kind != "container":
            continue
        if reading.action == "DELETE":
            outer.pop(line.name, None)
        elif line.name not in books.stock.chain(container):
            outer[line.name] = container
    if reading.action == "DELETE":
        _unpacked(books, told, reading, container)
        return
    for line in _mine(books, reading.contents):
        amount = _amount(books, told, line)
        if amount is not None:
            wanted = Wanted()
            chosen = Selection(amount, (), books.stock.candidates(wanted), wanted, certain=True, whole=False)
            books.shift(told, chosen, lambda bucket: bucket._replace(container=container), "captured")


def _unpacked(books: Books, told: Told, reading: EpcisReading, container: str) -> None:
    inside = list(books.stock.containers.get(container, ()))
    lines = _mine(books, reading.contents)
    if not inside or (reading.contents and not lines):
        return
    amounts = [line.amount if line.unit == books.unit else None for line in lines] or [None]
    for amount in amounts:
        chosen = Selection(amount, (), inside, Wanted(), certain=True, whole=False)
        books.shift(told, chosen, lambda bucket: bucket._replace(container=None), "captured")


def _to(target: Bucket, _: Bucket) -> Bucket:
    return target


def _associated(books: Books, told: Told, reading: EpcisReading) -> None:
    target = Bucket("consumed", told.event.site, order=reading.unit)
    for line in _mine(books, reading.components):
        if reading.action != "DELETE":
            if reading.action == "ADD":
                _leave(books, told, line, target)
            continue
        amount = _amount(books, told, line)
        if amount is not None:
            stock = Bucket("on_hand", told.event.site, _place(reading), None, "free")
            books.undo(told, books.by_order.get(reading.unit or "", ()), amount, (), become=partial(_to, stock))
