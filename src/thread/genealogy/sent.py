"""What of a lot went to customers under each shipment, and what of it came back or was refused (EVENTS 6 "Dispatch").

The balance knows only what a customer still has; this is read from the movements behind it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from thread.genealogy.dispatch_movements import REFUSED
from thread.genealogy.movement import Movement
from thread.genealogy.stock import Bucket
from thread.values.quantity import EXACT, ZERO
from thread.values.serials import Span, common, joined

__all__ = ["Sent", "sent_under"]


@dataclass(frozen=True, slots=True)
class Sent:
    """What went to a customer under a shipment. Amounts are None where nobody told which lot or which serials."""

    shipped: Decimal | None
    returned: Decimal | None
    """What came back, or was refused and is on its way back."""
    spans: tuple[Span, ...]
    """Serials that are known to have gone."""
    entries: tuple[int, ...]

    @property
    def still_there(self) -> Decimal | None:
        """What the customer still has."""
        if self.shipped is None or self.returned is None:
            return None
        return EXACT.subtract(self.shipped, self.returned)


def sent_under(
    shipment: str, customer: str | None, movements: Iterable[Movement], *, spans: tuple[Span, ...] = ()
) -> Sent:
    """Return what of a lot went to a customer under a shipment. `spans`: count these serials only; none: all."""
    shipped = returned = ZERO
    is_known = True
    gone: tuple[Span, ...] = ()
    entries: set[int] = set()
    for move in movements:
        ends = [bucket for bucket in (move.source, move.target) if _is_under(bucket, shipment, customer)]
        named = common(move.spans, spans) if spans else move.spans
        if not ends or (spans and move.spans and not named):
            continue
        entries.update(move.entries)
        was_there, is_there = (bucket in ends and _is_with_customer(bucket) for bucket in (move.source, move.target))
        is_known = is_known and bool(move.spans or not spans) and all(one.line != "unassigned" for one in ends)
        quantity = Decimal(sum(len(span) for span in named)) if spans else move.quantity
        if is_there and not was_there:
            shipped = EXACT.add(shipped, quantity)
            gone = joined((*gone, *named))
        elif was_there and not is_there:
            returned = EXACT.add(returned, quantity)
    seqs = tuple(sorted(entries))
    return Sent(shipped, returned, gone, seqs) if is_known and seqs else Sent(None, None, gone, seqs)


def _is_under(bucket: Bucket, shipment: str, customer: str | None) -> bool:
    """Tell whether stock went under a shipment; a customer that only the delivery address names is not in the books."""
    if bucket.shipment != shipment or bucket.customer not in {None, customer}:
        return False
    return _is_with_customer(bucket) or bucket.run == REFUSED or bucket.line == "unassigned"


def _is_with_customer(bucket: Bucket) -> bool:
    return bucket.run != REFUSED and (bucket.line == "shipped" or bucket.state == "on_consignment")
