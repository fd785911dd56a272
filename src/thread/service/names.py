"""Which names of the ledger a typed text may mean: what naming asks while events are recorded, and people in questions.

A text that fits several names is answered with the list, never with a guess.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Final

from thread.acceptance.pending import Arrival, NoNames, PendingNames, agrees
from thread.errors import LotAmbiguous, NotFound
from thread.events.captured import EpcisCaptured
from thread.events.dispatch import Shipped
from thread.events.material import Entering, Transforming
from thread.events.production import BatchProduced, WorkOrderReleased
from thread.events.vessels import VesselDrawn
from thread.genealogy.projection import History
from thread.service.history import HistoryWithout
from thread.store.protocol import Reader
from thread.values.names import is_uri, item_name, normalise, parts, short_forms

__all__ = ["LedgerNames", "NameAmbiguous", "NameNotFound", "resolved_lot", "resolved_name"]

_LIFE_OR_PARTY: Final = re.compile(r"(?:~[0-9]+)?(?: \([^()]*\))?\Z")
_ASKED_KINDS: Final = ("lot", "activity", "container", "shipment")


class NameNotFound(NotFound):
    """No known entry names what a text may mean."""

    code = "name-not-found"

    def __init__(self, *, text: str) -> None:
        super().__init__(f"nothing recorded goes by the name {text[:80]!r}; check the spelling", name=text)


class NameAmbiguous(LotAmbiguous):
    """A text fits several names that are recorded. `facts["candidates"]` lists them."""

    code = "name-ambiguous"


class LedgerNames:
    """What naming asks of the ledger, answered from a history and the codes that its store keeps."""

    def __init__(self, history: History, asking: Callable[[], AbstractContextManager[Reader]]) -> None:
        self._history = history
        self._asking = asking

    def named(self, kind: str, text: str, *, by_any_code: bool = False) -> tuple[str, ...]:
        """Return the names of a kind that a short form stands for, sorted; only such as valid events name.

        `by_any_code`: also lots that go by this supplier lot or printed mark, or whose assigner was left out.
        """
        with self._asking() as reader:
            found = {
                name
                for code in _codes_in(text)
                for name in reader.names_of_code(kind, code)
                if text in short_forms(name) or (by_any_code and (code == text or _is_shortened(text, name)))
            }
        return tuple(sorted(name for name in found if self._history.about(kind, name)))

    def lots(self, code: str, item: str | None) -> Sequence[str]:
        """Return the known lots that a short form may mean, of that item where one is told, sorted."""
        found = self.named("lot", code)
        return found if item is None else [lot for lot in found if self._is_of(lot, item)]

    def _is_of(self, lot: str, item: str) -> bool:
        """Tell whether a lot is of an item: by what was told as it came, else by its own name."""
        told = self.item_of(lot)
        if told is None:
            code = parts(lot, self._history.origin).get("item")
            told = None if code is None else item_name(self._history.origin, code)
        return told == item

    def lots_of_serial(self, serial: str) -> Sequence[str]:
        """Return the known lots that a serial (its name) was told to belong to, sorted."""
        story = PendingNames(NoNames(), origin=self._history.origin)
        for told in self._history.about("lot", serial):
            story.add(told.event)
        return story.lots_of_serial(serial)

    def knows(self, lot: str) -> bool:
        """Tell whether any valid event names a lot."""
        return bool(self._history.about("lot", lot))

    def needs_second_life(self, event: Mapping[str, Any], lot: str) -> bool:
        """Tell whether a receipt or declaration speaks of other material than the known lot of that name."""
        return not all(agrees(event, arrival) for arrival in self._arrivals(lot))

    def item_of(self, lot: str) -> str | None:
        """Return the item of a known lot or serial, None where nobody told it."""
        told = (arrival.item for owner in (lot, *self._owners(lot)) for arrival in self._arrivals(owner))
        return next((item for item in told if item is not None), None) or self._captured_item(lot)

    def _owners(self, name: str) -> Sequence[str]:
        is_serial = parts(name, self._history.origin)["kind"] == "serial"
        return self.lots_of_serial(name) if is_serial else ()

    def _arrivals(self, lot: str) -> Iterator[Arrival]:
        """Yield whatever brought a lot into the ledger, in the order that it happened."""
        for told in self._history.about("lot", lot):
            event = told.event
            if isinstance(event, Entering | VesselDrawn):
                if event.lot == lot:
                    yield event
            elif isinstance(event, BatchProduced | Transforming):
                yield from (line for line in event.outputs if line.lot == lot)

    def _captured_item(self, lot: str) -> str | None:
        captured = (told.event for told in self._history.about("lot", lot) if isinstance(told.event, EpcisCaptured))
        read = (
            line.item
            for event in captured
            for line in (*event.reading.outputs, *event.reading.lots, *event.reading.inputs, *event.reading.contents)
            if line.name == lot
        )
        return next((item for item in read if item is not None), None)

    def order_item(self, order: str) -> str | None:
        """Return the item that an order was released for, None where nobody told it."""
        released = [
            told.event for told in self._history.about("activity", order) if isinstance(told.event, WorkOrderReleased)
        ]
        items = [event.item for event in released if event.order == order and event.item is not None]
        return items[-1] if items else None

    def shipments(self, number: str, site: str | None) -> Sequence[str]:
        """Return the known shipments of that number, from or to the site where one is told, sorted."""
        found = self.named("shipment", number)
        return [name for name in found if site is None or site in self._sites_of_shipment(name)]

    def without(self, seq: int) -> LedgerNames:
        """Return the same as if the entry at `seq`, with all its corrections, had never been recorded."""
        return LedgerNames(HistoryWithout(self._history, seq), self._asking)

    def _sites_of_shipment(self, name: str) -> set[str | None]:
        told = [one.event for one in self._history.about("shipment", name)]
        return {site for event in told if isinstance(event, Shipped) for site in (event.site, event.to_site)}


def resolved_lot(names: LedgerNames, history: History, text: str) -> str:
    """Return the lot that a typed text means: a name in any spelling, a short form, a supplier lot, a printed mark.

    Raises:
        LotAmbiguous: it fits several; the error lists them.
        NameNotFound: it fits none.
    """
    return _resolved(names, history, text, ("lot",))


def resolved_name(names: LedgerNames, history: History, text: str) -> str:
    """Return the lot, order, container or shipment that a typed text means; errors as of `resolved_lot`."""
    return _resolved(names, history, text, _ASKED_KINDS)


def _resolved(names: LedgerNames, history: History, text: str, kinds: Sequence[str]) -> str:
    name = normalise(text).name
    if any(history.about(kind, name) for kind in kinds):
        return name
    if not is_uri(name):
        for by_any_code in (False, True):
            found = sorted({one for kind in kinds for one in names.named(kind, name, by_any_code=by_any_code)})
            if len(found) == 1:
                return found[0]
            if found:
                error = LotAmbiguous if kinds == ("lot",) else NameAmbiguous
                raise error(lot=name, candidates=tuple(found))
    raise NameNotFound(text=text)


def _is_shortened(text: str, name: str) -> bool:
    """Tell whether a text is a short form of a name without what stands behind it: party, number of its life."""
    return any(_LIFE_OR_PARTY.sub("", form) == text for form in short_forms(name))


def _codes_in(text: str) -> Iterable[str]:
    """Return the codes with which names are filed that a short form may end in: `S-77` of `STEEL / S-77~2 (ACME)`."""
    ends = [text, *(text[index + 1 :].lstrip() for index, char in enumerate(text) if char in "/)")]
    plain = [_LIFE_OR_PARTY.sub("", end) for end in ends]
    return dict.fromkeys(code for code in (*ends, *plain) if code)
