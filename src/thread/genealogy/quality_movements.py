"""How samples, scrap, inspections and holds touch a lot (EVENTS 4, 5, 6)."""

from __future__ import annotations

from functools import partial

from thread.events.quality import Held, HoldReleased, Inspected, Sampled, SampleLine, Scrapped
from thread.genealogy.books import Books
from thread.genealogy.holds import Claim
from thread.genealogy.projection import Told
from thread.genealogy.stock import Bucket
from thread.genealogy.stock_movements import is_calculated
from thread.values.quantity import exact_sum

__all__ = ["held", "hold_released", "inspected", "sampled", "scrapped"]


def sampled(books: Books, told: Told, event: Sampled) -> None:
    """Book samples: destroyed ones are gone, retained ones stay on hand but are not free."""
    for line in event.lots:
        chosen = books.meant(told, line)
        if chosen is None or line.fate == "returned":
            continue
        if line.fate == "destroyed":
            books.leave(told, chosen, Bucket("sampled", event.site, calculated=is_calculated(event)), "sampled")
        else:
            books.shift(
                told,
                chosen,
                partial(_kept, line),
                "sampled",
                may_owe=True,
            )


def _kept(line: SampleLine, bucket: Bucket) -> Bucket:
    return bucket._replace(state="retained", place=line.kept_at or bucket.place, container=None)


def scrapped(books: Books, told: Told, event: Scrapped) -> None:
    """Book what was thrown away."""
    target = Bucket("scrapped", event.site, calculated=is_calculated(event))
    for line in event.lots:
        chosen = books.meant(told, line)
        if chosen is not None:
            books.leave(told, chosen, target, "scrapped")


def inspected(books: Books, told: Told, event: Inspected) -> None:
    """A passed inspection of a lot ends its quarantine."""
    if event.result != "pass":
        return
    for line in event.lots or ():
        chosen = books.meant(told, line)
        if chosen is None or not chosen.certain:
            continue
        waiting = [bucket for bucket in chosen.buckets if bucket.state == "quarantine"]
        if line.container is not None:
            waiting = [bucket for bucket in waiting if line.container in books.stock.chain(bucket.container)]
        if line.place is not None:
            waiting = [bucket for bucket in waiting if bucket.place == line.place]
        there = exact_sum(books.stock.piles[bucket] for bucket in waiting)
        amount = None if chosen.amount is None else min(chosen.amount, there)
        if waiting:
            books.shift(
                told,
                chosen._replace(buckets=waiting, amount=amount),
                lambda bucket: bucket._replace(state="free") if bucket.state == "quarantine" else bucket,
                "inspected",
            )


def held(books: Books, told: Told, event: Held) -> None:
    """Block what a hold names."""
    for line in event.lots:
        if not books.is_about(line):
            continue
        amount = books.amount_of(line.quantity, told) if line.quantity is not None else None
        if line.quantity is not None and amount is None:
            continue
        spans = line.spans
        books.holds.hold(
            Claim(
                event.hold_id,
                told.entries,
                event.reason,
                None if spans else amount,
                spans,
                None if spans else line.place,
                None if spans else line.container,
                event.within,
            )
        )


def hold_released(books: Books, told: Told, event: HoldReleased) -> None:
    """Free what a release names, or all of the hold."""
    if event.lots is None:
        books.holds.release_all(event.hold_id)
        return
    for line in event.lots:
        if books.is_about(line):
            amount = books.amount_of(line.quantity, told) if line.quantity is not None else None
            if line.quantity is None or amount is not None:
                books.holds.release(event.hold_id, line, amount)
