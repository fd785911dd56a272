"""Which names of the ledger a typed text may mean: what naming asks while events are recorded, and people in questions.

A text that fits several names is answered with the list, never with a guess.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from itertools import islice
from typing import Any, Final

from thread.acceptance.pending import Arrival, NoNames, PendingNames, agrees
from thread.errors import LotAmbiguous, NotFound
from thread.events.captured import EpcisCaptured
from thread.events.dispatch import Shipped
from thread.events.material import Entering, Transforming
from thread.events.production import BatchProduced, WorkOrderReleased
from thread.events.vessels import VesselDrawn
from thread.genealogy.plant import Plant
from thread.genealogy.projection import History
from thread.service.history import HistoryWithout, StoreHistory
from thread.store.protocol import Reader
from thread.values.names import is_uri, item_name, normalise, parts, run_name, short_forms

__all__ = [
    "SEARCHED",
    "ExactNames",
    "LedgerNames",
    "NameAmbiguous",
    "NameNotFound",
    "NameNotYetRecorded",
    "NameOfAnotherKind",
    "codes_in",
    "forms_of",
    "resolved_lot",
    "resolved_name",
]

_LIFE_OR_PARTY: Final = re.compile(r"(?:~[0-9]+)?(?: \([^()]*\))?\Z")
_ASKED_KINDS: Final = ("lot", "activity", "container", "shipment")
SEARCHED: Final[Mapping[str, tuple[str, ...]]] = {
    "lot": ("lot", "serial"),
    "activity": ("order", "vessel", "activity"),
    "container": ("container",),
    "shipment": ("shipment",),
}
"""What a search calls the kinds that a question can be about."""

_ONLY_FOUND: Final[Mapping[str, str]] = {
    "document": "a document",
    "item": "an item",
    "party": "a party",
    "place": "a place",
    "resource": "a resource",
    "hold": "a hold",
}
"""Kinds that a search finds and no other question is about."""

_MOST_ENDS: Final = 32
"""As many slashes or brackets of a text may end a part of a name; nothing is called so that it has more."""

ExactNames = Callable[[str, Sequence[str]], tuple[str, ...]]
"""Gives the names of all things of some kinds that a search finds under exactly a text, as known now, sorted."""

_LOT_CODE_ALONE: Final = re.compile(r"\(10\)([^()]+)(?:\([0-9]{2,4}\)[^()]+)*")
"""A lot code with its GS1 application identifier, as a label prints it, without the GTIN that it belongs to."""

_RUN_IN_WORDS: Final = re.compile(r"run (?P<run>.+) of order (?P<order>.+)")
_OUTPUTS_IN_WORDS: Final = re.compile(r"outputs of order (?P<order>.+)")
_IN_WORDS: Final = re.compile(r"(?:order|vessel|activity) (?P<name>.+)")
_FILL: Final = re.compile(r"(?P<vessel>.+?) ?#(?P<fill>[1-9][0-9]{0,8})")
_WITH_ARTICLE: Final[Mapping[str, str]] = {
    "lot": "a lot",
    "serial": "a serial",
    "order": "an order",
    "run": "a run of an order",
    "vessel": "a vessel",
    "container": "a container",
    "shipment": "a shipment",
}


class NameNotFound(NotFound):
    """No known entry names what a text may mean.

    `kinds`: what was looked for; `size`: among how many entries; `read_as`: how a label was read.
    """

    code = "name-not-found"

    def __init__(
        self,
        *,
        text: str,
        kinds: tuple[str, ...] = _ASKED_KINDS,
        size: int | None = None,
        read_as: str | None = None,
    ) -> None:
        read = "" if read_as is None else f" (read as {read_as})"
        super().__init__(f"nothing recorded goes by the name {text[:80]!r}{read}; check the spelling", name=text)
        self.kinds = kinds
        self.size = size


class NameOfAnotherKind(NotFound):
    """A question is about a lot, order, container or shipment, and the text names something else.

    `named` lists what the text stands for; `kinds`: what that is, in words; `ask`: the command that tells about it.
    """

    code = "name-of-another-kind"

    def __init__(self, *, text: str, named: tuple[str, ...], kinds: Iterable[str], ask: str) -> None:
        told = text.strip()[:80]
        super().__init__(
            f"{told} is {' and '.join(dict.fromkeys(kinds))}; ask `thread {ask} {shlex.quote(told)}`",
            name=text,
            named=named,
            near=(),
        )


class NameNotYetRecorded(NotFound):
    """What a text means was recorded later than the question looks. `size`: entries that it may use."""

    code = "name-not-yet-recorded"

    def __init__(self, *, text: str, named: tuple[str, ...], size: int) -> None:
        entries = "1 entry" if size == 1 else f"{size} entries"
        super().__init__(
            f"{text.strip()[:80]} was not recorded yet when the ledger had {entries}",
            name=text,
            named=named,
            size=size,
            near=(),
        )


class NameAmbiguous(LotAmbiguous):
    """A text fits several names that are recorded. `candidates` lists them."""

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
                for code in codes_in(text)
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

    def activities(self, text: str) -> tuple[str, ...]:
        """Return the runs, fills of vessels and other nodes that a text means as answers print them, sorted.

        `C-12 / early`, `run early of order C-12`, `outputs of order C-12`, `TANK-B #1`, `order C-12`.
        """
        plant = Plant(self._history)
        nodes = {node for node in self._nodes(text) if plant.is_activity(node)}
        if found := _IN_WORDS.fullmatch(text):
            nodes.update(self.named("activity", found["name"]), self.activities(found["name"]))
        return tuple(sorted(nodes))

    def _nodes(self, text: str) -> Iterator[str]:
        """Yield names of nodes that a text may be put together from, whether or not anything is told about them."""
        if is_uri(text):
            yield text
            return
        if found := _RUN_IN_WORDS.fullmatch(text):
            yield from self._runs(found["order"], found["run"])
        if found := _OUTPUTS_IN_WORDS.fullmatch(text):
            yield from (f"{order}/out" for order in self.named("activity", found["order"]))
        if found := _FILL.fullmatch(text):
            yield from (f"{vessel}#{found['fill']}" for vessel in self.named("activity", found["vessel"]))
        for index in islice((index for index, char in enumerate(text) if char == "/"), _MOST_ENDS):
            yield from self._runs(text[:index].rstrip(), text[index + 1 :].lstrip())

    def _runs(self, order: str, run: str) -> Iterator[str]:
        if order and run:
            yield from (run_name(name, run) for name in self.named("activity", order))

    def as_known_now(self) -> LedgerNames:
        """Return the same of everything that is recorded by now."""
        with self._asking() as reader:
            size = reader.size
        return LedgerNames(StoreHistory(self._asking, origin=self._history.origin, size=size), self._asking)

    def meant(self, text: str, kinds: Sequence[str]) -> tuple[str, ...]:
        """Return the names of some kinds that a text typed by people may mean, sorted."""
        name = normalise(text).name
        if any(self._history.about(kind, name) for kind in kinds):
            return (name,)
        found = set(self.activities(name)) if "activity" in kinds else set()
        if is_uri(name):
            return tuple(found)
        for by_any_code in (False, True):
            found.update(one for kind in kinds for one in self.named(kind, name, by_any_code=by_any_code))
            if found:
                return tuple(sorted(found))
        code = _LOT_CODE_ALONE.fullmatch(name)
        return self.meant(code[1], ("lot",)) if code and "lot" in kinds else ()

    def _sites_of_shipment(self, name: str) -> set[str | None]:
        told = [one.event for one in self._history.about("shipment", name)]
        return {site for event in told if isinstance(event, Shipped) for site in (event.site, event.to_site)}


def resolved_lot(names: LedgerNames, history: History, text: str, exact: ExactNames) -> str:
    """Return the lot that a typed text means: a name in any spelling, a short form, whatever a search finds it by.

    Raises:
        LotAmbiguous: it fits several; the error lists them.
        NameNotFound: it fits none.
        NameOfAnotherKind: it fits something that the question cannot be about.
        NameNotYetRecorded: it fits one that is not known yet to this history.
    """
    return _resolved(names, history, text, ("lot",), exact)


def resolved_name(names: LedgerNames, history: History, text: str, exact: ExactNames) -> str:
    """Return the lot, order, container or shipment that a typed text means; errors as of `resolved_lot`."""
    return _resolved(names, history, text, _ASKED_KINDS, exact)


def _resolved(names: LedgerNames, history: History, text: str, kinds: Sequence[str], exact: ExactNames) -> str:
    found = names.meant(text, kinds)
    searched = () if found else _searched(text, kinds, exact)
    found = found or tuple(name for name in searched if any(history.about(kind, name) for kind in kinds))
    if len(found) == 1:
        return found[0]
    if found:
        error = LotAmbiguous if kinds == ("lot",) else NameAmbiguous
        raise error(lot=normalise(text).name, candidates=found)
    now = names.as_known_now()
    if later := now.meant(text, kinds) or searched:
        raise NameNotYetRecorded(text=text, named=later, size=history.size)
    if other := now.meant(text, _ASKED_KINDS) or _searched(text, _ASKED_KINDS, exact):
        articles = [_with_article(name, history.origin) for name in other]
        raise NameOfAnotherKind(text=text, named=other, kinds=articles, ask="trace")
    if only := {kind: found for kind in _ONLY_FOUND if (found := exact(text, (kind,)))}:
        listed = tuple(name for found in only.values() for name in found)
        raise NameOfAnotherKind(text=text, named=listed, kinds=[_ONLY_FOUND[kind] for kind in only], ask="find")
    raise NameNotFound(text=text, kinds=tuple(kinds), size=history.size)


def _searched(text: str, kinds: Sequence[str], exact: ExactNames) -> tuple[str, ...]:
    return exact(text, [one for kind in kinds for one in SEARCHED[kind]])


def _with_article(name: str, origin: str) -> str:
    told = parts(name, origin)
    if "fill" in told:
        return "a fill of a vessel"
    return _WITH_ARTICLE.get(told["kind"], "no lot")


def _is_shortened(text: str, name: str) -> bool:
    """Tell whether a text is a short form of a name without what stands behind it: party, number of its life."""
    return any(_LIFE_OR_PARTY.sub("", form) == text for form in short_forms(name))


def forms_of(name: str) -> Iterable[str]:
    """Return all that people may type for a name, also without what stands behind it."""
    forms = short_forms(name)
    return dict.fromkeys((*forms, *(_LIFE_OR_PARTY.sub("", form) for form in forms)))


def codes_in(text: str) -> Iterable[str]:
    """Return the codes with which names are filed that a short form may end in: `S-77` of `STEEL / S-77~2 (ACME)`."""
    ends = [text, *(text[index + 1 :].lstrip() for index, char in enumerate(text) if char in "/)")][: _MOST_ENDS + 1]
    plain = [_LIFE_OR_PARTY.sub("", end) for end in ends]
    return dict.fromkeys(code for code in (*ends, *plain) if code)
