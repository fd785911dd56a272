"""Books that are kept from one question to the next, for whoever records: what is new is booked on, nothing recounted.

A shortcut that changes no answer: books are carried on only if everything they were made of is still told, in the same
order, and what is new happened later. Lots with a story beyond their own entries (containers, deliveries, holds, splits
of held material) are counted anew each time.
"""

from __future__ import annotations

from collections import OrderedDict
from operator import is_
from typing import Final, NamedTuple

from thread.events.base import Event
from thread.events.captured import EpcisCaptured
from thread.events.containers import Packing, Unpacking
from thread.events.dispatch import CustomerReturned, Shipped
from thread.events.material import Merged, Received, Relabelled, Split, Transforming
from thread.events.production import BatchProduced, ComponentChanged, MaterialReturned
from thread.events.quality import Held
from thread.genealogy.bookkeeping import Bookkeeper, book_events, may_tell
from thread.genealogy.books import Books
from thread.genealogy.custody import Custody
from thread.genealogy.projection import History, Told

__all__ = ["BookShelf"]

_SHELF_LOTS: Final = 256

_Plain = tuple[bool, bool]


class _Kept(NamedTuple):
    told: tuple[Told, ...]
    books: Books
    reach: _Plain


class BookShelf:
    """The books of the lots that were asked for last. Who asks must not book on them."""

    def __init__(self, *, most_lots: int = _SHELF_LOTS) -> None:
        self._most = most_lots
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    def books(self, lot: str, history: History, custody: Custody) -> Books | None:
        """Return the books of a lot with all that is told of it; None where they cannot be kept."""
        told = history.about("lot", lot)
        reach = (may_tell(history, "held"), may_tell(history, "delivered"))
        kept = self._kept.get(lot)
        known = len(kept.told) if kept is not None and kept.reach == reach and _goes_on(kept.told, told) else 0
        if not all(_is_plain(one.event, lot, reach) for one in told[known:]):
            self._kept.pop(lot, None)
            return None
        if kept is None or not known:
            books = Bookkeeper(history, custody).books(lot)
            if books.unit is None:
                return None
        else:
            books = kept.books
            books.history, books.custody = history, custody
            book_events(books, told[known:])
        self._kept[lot] = _Kept(told, books, reach)
        self._kept.move_to_end(lot)
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return books


def _goes_on(known: tuple[Told, ...], told: tuple[Told, ...]) -> bool:
    """Tell whether a story is an earlier one with something later at its end."""
    count = len(known)
    if not count or count > len(told) or known[-1] is not told[count - 1]:
        return False
    if len(told) > count and told[count].event.at <= known[-1].event.at:
        return False
    return all(map(is_, known, told))


def _is_plain(event: Event, lot: str, reach: _Plain) -> bool:
    """Tell whether an event says all that it means for a lot by itself."""
    may_hold, may_deliver = reach
    match event:
        case Packing() | Unpacking() | Held() | EpcisCaptured() | CustomerReturned() | ComponentChanged():
            return False
        case Received():
            return not event.containers
        case Split() | Merged() | Relabelled() if may_hold:
            return all(line.lot != lot for line in event.outputs)
        case BatchProduced() | Transforming():
            return all(line.container is None for line in event.outputs)
        case MaterialReturned():
            return all(line.container is None for line in event.lots)
        case Shipped():
            return not may_deliver
        case _:
            return True
