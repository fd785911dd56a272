"""Which receipts tell of one delivery: the one comparison behind the warning and the finding (EVENTS 5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from thread.events.material import Received
from thread.genealogy.projection import History, Told

__all__ = ["deliveries_like"]


def deliveries_like(event: Received, history: History, about: Iterable[Told]) -> Iterator[Told]:
    """Yield the recorded receipts that tell the same delivery as a receipt: same paper, same quantity, same goods.

    The goods are the same if the lot is, or, where the code is our own, if item, supplier and a supplier's lot are.
    `about`: the events that name the lot.
    """
    is_own_code = event.lot_assigner == "site" and bool(event.supplier_lots)
    # Most receipts bring a new lot under its supplier's code: nothing was told that could be the same.
    papers = _papers(event) if about or is_own_code else ()
    if not papers:
        return
    yield from (told for told in about if _is_same(event, told, papers) and _lot_of(told) == event.lot)
    if is_own_code:
        for kind, number in papers:
            for told in history.about("document", f"{kind}/{number}"):
                if _is_same(event, told, papers) and _lot_of(told) != event.lot and _is_same_supply(event, told):
                    yield told


def _papers(event: Received) -> tuple[tuple[str, str], ...]:
    return tuple(dict.fromkeys((document.type, document.number) for document in event.documents))


def _lot_of(told: Told) -> str | None:
    return told.event.lot if isinstance(told.event, Received) else None


def _is_same(event: Received, told: Told, papers: tuple[tuple[str, str], ...]) -> bool:
    other = told.event
    return (
        isinstance(other, Received)
        and other.quantity.unit == event.quantity.unit
        and other.quantity.amount == event.quantity.amount
        and not set(papers).isdisjoint(_papers(other))
    )


def _is_same_supply(event: Received, told: Told) -> bool:
    other = told.event
    return (
        isinstance(other, Received)
        and other.item == event.item
        and other.supplier == event.supplier
        and not set(other.supplier_lots).isdisjoint(event.supplier_lots)
    )
