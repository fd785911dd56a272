"""The list of receipts: what came to the plant, as it stands after corrections, in the order in which it came."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Final

from thread.events.corrections import Corrected
from thread.events.material import Received
from thread.genealogy.lot_card import arrival_of
from thread.genealogy.lot_origin import OriginBook
from thread.genealogy.projection import Told, effective
from thread.service.history import StoreHistory, recorded
from thread.store.protocol import Reader
from thread.values.names import item_name, label, normalise, parts, party_name
from thread.values.times import instant

__all__ = ["ReceiptsAsked", "receipt_list"]

_TELLS_RECEIPT: Final = b'"type":"received"'
"""Stands in every entry that tells a receipt, also as the replacement in a correction: entries are canonical JSON."""


@dataclass(frozen=True, slots=True)
class ReceiptsAsked:
    """Which receipts are asked for. What is None excludes nothing."""

    item: str | None = None
    supplier: str | None = None
    since: str | None = None
    """Not before this event time, RFC 3339 with offset."""
    until: str | None = None
    """Before this event time."""

    def as_json(self) -> dict[str, str | None]:
        """The question as it is printed beside its answer."""
        return {"item": self.item, "supplier": self.supplier, "since": self.since, "until": self.until}


def receipt_list(
    reading: Callable[[], AbstractContextManager[Reader]], history: StoreHistory, asked: ReceiptsAsked, *, root: str
) -> dict[str, Any]:
    """Return the receipts that are asked for, by event time and then seq, in their published JSON form.

    `root`: root hash of the history's size, to print.

    Raises:
        TimeMalformed: `since` or `until` is no time with an offset.
        NameMalformed: `item` or `supplier` can name nothing.
    """
    since = None if asked.since is None else instant(asked.since)
    until = None if asked.until is None else instant(asked.until)
    origins = OriginBook(history)
    found = []
    for told, event, actor in _receipts(reading, history, asked):
        if (since is None or event.at >= since) and (until is None or event.at < until):
            code = parts(event.lot, history.origin).get("lot")
            about = {"item": event.item, "lot": event.lot, "code": code, "short": label(event.lot), "actor": actor}
            found.append((told.position, {**about, **arrival_of(told, event, origins).as_json()}))
    found.sort(key=lambda one: one[0])
    return {
        "asked": asked.as_json(),
        "receipts": [row for _, row in found],
        "ledger": {"origin": history.origin, "size": history.size, "root": root},
    }


def _receipts(
    reading: Callable[[], AbstractContextManager[Reader]], history: StoreHistory, asked: ReceiptsAsked
) -> Iterator[tuple[Told, Received, str]]:
    """Yield the valid receipts of the item and the supplier, with who told them."""
    items = _names(asked.item, item_name, history.origin)
    suppliers = _names(asked.supplier, party_name, history.origin)
    told = (
        _about(history, "party", suppliers)
        if suppliers
        else _about(history, "item", items)
        if items
        else _every(reading, history)
    )
    for one in told:
        event = one.event
        if not isinstance(event, Received):
            continue
        if (not items or event.item in items) and (not suppliers or event.supplier in suppliers):
            entry = history.entry(one.entries[-1])
            yield one, event, entry.actor if entry else ""


def _names(text: str | None, built: Callable[[str, str], str], origin: str) -> frozenset[str]:
    """Return the names that a typed text may stand for: the one that it is, and the one of that code here."""
    if text is None:
        return frozenset()
    name = normalise(text).name
    return frozenset({name, built(origin, text)})


def _about(history: StoreHistory, kind: str, names: Iterable[str]) -> Iterator[Told]:
    for name in sorted(names):
        yield from history.about(kind, name)


def _every(reading: Callable[[], AbstractContextManager[Reader]], history: StoreHistory) -> Iterator[Told]:
    """Yield all valid receipts in the order of their entries, without keeping what is read."""
    is_corrected = history.has_type("corrected")
    done: set[int] = set()
    with reading() as reader:
        for place, data in reader.rows(1, history.size):
            if _TELLS_RECEIPT not in data:
                continue
            entry = recorded(data, seq=place)
            seq = entry.event.seq if isinstance(entry.event, Corrected) else entry.seq
            if not is_corrected:
                yield from effective(entry, None)
            elif seq not in done:
                done.add(seq)
                first = entry if seq == entry.seq else history.entry(seq)
                corrections = history.corrections(seq)
                if first is not None:
                    yield from effective(first, corrections[-1] if corrections else None)
