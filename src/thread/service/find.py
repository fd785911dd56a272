"""One box for every name: lots, orders, shipments, containers, documents, items, customers, by what anybody calls them.

First whatever is called exactly that, then what begins with it, then what holds it; within each, lots before orders
before shipments and so on, the latest first (those that begin alike by the alphabet). The answer says how the text was
read. Names of entries that were voided are found too, and marked.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import islice
from typing import Any, Final, Literal

from thread.errors import BadInput, NameMalformed
from thread.events import Event
from thread.events.corrections import Corrected
from thread.events.material import Entering, Transforming
from thread.events.production import BatchProduced
from thread.service.history import StoreHistory
from thread.service.names import LedgerNames, NameNotFound, codes_in, forms_of
from thread.store.search import SHORTEST_WITHIN, Search, Thing
from thread.store.search_index import Row, row_base, subject_of
from thread.store.search_texts import EARLIER, KINDS, LATER, kind_of
from thread.values.asked import Reading, reading_of
from thread.values.folding import folded
from thread.values.name_parts import label
from thread.values.uri import LONGEST_NAME, is_uri
from thread.values.visible import is_visible

__all__ = ["MOST_SHOWN", "Finder", "Found", "Hit", "SearchKindUnknown", "SearchLimitInvalid", "SearchTextMissing"]

How = Literal["exact", "prefix", "within", "part"]

MOST_SHOWN: Final = 1_000
"""As many things one answer can list."""

_LONGEST: Final = 20_000
"""Characters of a text that something can be called, however it is folded."""

_ASKED_FIRST: Final = 32
"""Entries of a thing that are looked at before its whole story is read, to tell whether it was voided."""

_MOST_OF_A_SCAN: Final = 200
"""Lots of one code that are compared with the item on a label."""

_MOST_DOCUMENTS: Final = 20
"""Documents of one number whose lots are listed."""

_MOST_EXACT: Final = 1_000
"""Things of exactly one name that a question about one of them lists."""

_END_OF_NODE: Final = re.compile(r"(?:/run/[^/]+(?:/out)?|/out|#[0-9]+)\Z")
"""What the name of a run, of the outputs of an order, or of a fill of a vessel adds to the name that entries tell."""

_OF_ELEMENT: Final[dict[str, tuple[str, ...]]] = {
    "00": ("container",),
    "01": ("item",),
    "02": ("item",),
    "10": ("lot",),
    "21": ("serial",),
    "240": ("item",),
    "400": ("order", "document", "shipment"),
    "401": ("shipment",),
    "402": ("shipment",),
    "410": ("place", "party"),
    "412": ("party",),
    "414": ("place", "party"),
    "417": ("party", "place"),
}
"""What an element of a label names, by its AI."""


class SearchTextMissing(BadInput):
    """A search tells nothing to look for."""

    code = "search-text-missing"

    def __init__(self) -> None:
        super().__init__("there is nothing to look for; tell a name, a number, or what a scanner read")


class SearchKindUnknown(BadInput):
    """A search asks for a kind of thing that there is none of."""

    code = "search-kind-unknown"

    def __init__(self, *, kind: str) -> None:
        super().__init__(f"{kind[:60]!r} is no kind of thing; tell one of {', '.join(KINDS)}", kind=kind)


class SearchLimitInvalid(BadInput):
    """A search asks for no things, or for more than one answer lists."""

    code = "search-limit-invalid"

    def __init__(self, *, limit: int) -> None:
        super().__init__(f"an answer lists 1 to {MOST_SHOWN} things, not {limit}", limit=limit)


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing that was found.

    `matched`: the text that fits, as it was told; `by`: what kind of name that is; `how`: it is equal, begins with what
    was asked, holds it, or names a part of a scan. `seq`: the first entry that names the thing. `voided`: every entry
    that names it was voided or replaced.
    """

    kind: str
    name: str
    label: str
    matched: str
    how: How
    by: str
    seq: int | None
    voided: bool

    def as_json(self) -> dict[str, Any]:
        """The hit as an answer prints it."""
        return {
            "kind": self.kind,
            "name": self.name,
            "label": self.label,
            "matched": self.matched,
            "how": self.how,
            "by": self.by,
            "seq": self.seq,
            "voided": self.voided,
        }


@dataclass(frozen=True, slots=True)
class Found:
    """What a search came to. `read_as`: how the text was read; `remark`: why it is not the GS1 name it looks like.

    `more`: there are more than `hits`. `near`: names like the text, where nothing was found.
    """

    text: str
    read_as: str
    remark: str | None
    hits: tuple[Hit, ...]
    more: bool
    near: tuple[str, ...] = ()

    def or_nothing(self) -> Found:
        """Return this, if it found anything.

        Raises:
            NameNotFound: nothing goes by the text; `facts["near"]` lists names like it.
        """
        if self.hits:
            return self
        error = NameNotFound(text=self.text, read_as=None if self.read_as.startswith("the ") else self.read_as)
        error.facts["near"] = self.near
        raise error

    def as_json(self) -> list[dict[str, Any]]:
        """The hits as an answer prints them."""
        return [hit.as_json() for hit in self.hits]


class Finder:
    """Looks for texts in a ledger as it is at one moment."""

    def __init__(self, search: Search, history: StoreHistory, names: LedgerNames) -> None:
        self._search = search
        self._history = history
        self._names = names

    def found(self, text: str, *, kind: str | None = None, limit: int = 20) -> Found:
        """Return what goes by a text.

        Raises:
            SearchTextMissing, SearchKindUnknown, SearchLimitInvalid: the question cannot be understood.
        """
        if kind is not None and kind not in KINDS:
            raise SearchKindUnknown(kind=kind)
        if not 1 <= limit <= MOST_SHOWN:
            raise SearchLimitInvalid(limit=limit)
        if not is_visible(text):
            raise SearchTextMissing
        kinds = KINDS if kind is None else (kind,)
        reading = reading_of(text)
        hits = tuple(islice(self._hits(text, reading, kinds), limit + 1)) if _can_be_told(text) else ()
        return Found(text, reading.words, reading.malformed, hits[:limit], len(hits) > limit)

    def exact_names(self, text: str, kinds: Sequence[str]) -> tuple[str, ...]:
        """Return the names of all things of some kinds that go by exactly a text, sorted; only such as are valid."""
        if not is_visible(text) or not _can_be_told(text):
            return ()
        rows = islice(self._exact(text, reading_of(text), kinds), _MOST_EXACT)
        things = (self._thing(row) for row in rows if row.called not in {EARLIER, LATER})
        return tuple(sorted({thing.name for thing in things if not self._is_voided(thing)}))

    def _hits(self, text: str, reading: Reading, kinds: Sequence[str]) -> Iterator[Hit]:
        seen: set[int] = set()
        compared = folded(reading.name)
        exact: How = "exact"
        yield from self._told(self._exact(text, reading, kinds), exact, seen)
        if "lot" in kinds:
            yield from self._told(self._on_documents({folded(text), compared}), exact, seen)
        if not seen:
            yield from self._nodes(text, kinds)
            yield from self._told(self._parts(reading, kinds), "part", seen)
        yield from self._told(self._search.beginning(compared, kinds), "prefix", seen)
        if len(compared) >= SHORTEST_WITHIN:
            yield from self._told(self._search.holding(compared, kinds), "within", seen)

    def _told(self, rows: Iterable[Row], how: How, seen: set[int]) -> Iterator[Hit]:
        """Yield each thing once, under the first of its texts that fits."""
        for row in rows:
            subject = subject_of(row.id)
            if subject not in seen:
                seen.add(subject)
                thing = self._thing(row)
                yield Hit(
                    KINDS[row.kind],
                    thing.name,
                    _label(thing),
                    row.text,
                    how,
                    row.called,
                    thing.seqs[0] if thing.seqs else None,
                    self._is_voided(thing),
                )

    def _thing(self, row: Row) -> Thing:
        return self._search.thing(subject_of(row.id), entries=_ASKED_FIRST)

    def _exact(self, text: str, reading: Reading, kinds: Sequence[str]) -> Iterator[Row]:
        """Return rows of what is called exactly so: by name, by a short form of it, by any other text, by a label."""
        texts = {folded(text), folded(reading.name)}
        by_name = sorted(self._by_name(reading.name, kinds))
        by_form = sorted(self._by_form(reading.name, kinds)) if len(text) <= LONGEST_NAME else []
        of_label = sorted(self._of_label(reading, kinds))
        return merge(by_name, by_form, of_label, self._search.exact(texts, kinds), key=lambda row: row.id)

    def _by_name(self, name: str, kinds: Sequence[str]) -> Iterator[Row]:
        if is_uri(name):
            for subject in self._search.named(name):
                thing = self._search.thing(subject, entries=1)
                kind = kind_of(thing.kind, name, self._history.origin)
                if kind in kinds:
                    rank = KINDS.index(str(kind))
                    yield Row(row_base(rank, subject), rank, folded(name), name, "name")

    def _by_form(self, text: str, kinds: Sequence[str]) -> Iterator[Row]:
        """Yield rows of things with a longer form of their name: `STEEL / S-77 (ACME)`, `P1/WO-1`, `S-77~2`."""
        compared = folded(text)
        for code in codes_in(text):
            if code != text:
                for row in self._search.exact({folded(code)}, kinds):
                    thing = self._search.thing(subject_of(row.id), entries=1)
                    if any(folded(form) == compared for form in (*forms_of(thing.name), _label(thing))):
                        yield row._replace(text=text, called="name")

    def _of_label(self, reading: Reading, kinds: Sequence[str]) -> Iterator[Row]:
        """Yield the lots or serials that a label means: of the item with its GTIN, or of any where it tells none."""
        told = dict(reading.elements)
        ai, kind = ("21", "serial") if "21" in told else ("10", "lot")
        if ai not in told or kind not in kinds or reading.malformed:
            return
        of_gtin = self._search.exact({folded(told["01"])}, ("item",)) if "01" in told else ()
        items = {self._thing(row).name for row in of_gtin}
        for row in islice(self._search.exact({folded(told[ai])}, (kind,)), _MOST_OF_A_SCAN):
            if "01" not in told or self._names.item_of(self._thing(row).name) in items:
                yield row

    def _on_documents(self, texts: Collection[str]) -> Iterator[Row]:
        """Yield the lots that came, or were made, on a document of that number; of one on many entries none."""
        for row in islice(self._search.exact(texts, ("document",)), _MOST_DOCUMENTS):
            document = self._thing(row)
            if len(document.seqs) < _ASKED_FIRST:
                told = self._history.about("document", document.name)
                lots = dict.fromkeys(lot for one in told for lot in _lots_brought(one.event))
                rows = [found for lot in lots for found in self._by_name(lot, ("lot",))]
                yield from (found._replace(text=row.text, called="document") for found in sorted(rows))

    def _parts(self, reading: Reading, kinds: Sequence[str]) -> Iterator[Row]:
        """Yield rows of what single elements of a label name, where all of it together names nothing known."""
        for ai, value in reading.elements:
            asked = [kind for kind in _OF_ELEMENT.get(ai, ()) if kind in kinds]
            yield from self._search.exact({folded(value)}, asked)

    def _nodes(self, text: str, kinds: Sequence[str]) -> Iterator[Hit]:
        """Yield runs of orders and fills of vessels, which answers print and no entry names by itself."""
        if len(text) > LONGEST_NAME or not {"order", "vessel"} & set(kinds):
            return
        try:
            names = self._names.activities(text.strip())
        except NameMalformed:
            return
        for name in names:
            kind = "vessel" if "/vessel/" in name else "order"
            if kind in kinds:
                named_by = _END_OF_NODE.sub("", name)
                seqs = [told.seq for told in self._history.about("activity", named_by)]
                yield Hit(kind, name, label(name), text.strip(), "exact", "name", min(seqs, default=None), voided=False)

    def _is_voided(self, thing: Thing) -> bool:
        """Tell whether no valid event names a thing."""
        corrected, captured = (self._history.has_type(one) for one in ("corrected", "epcis_captured"))
        if not corrected and not captured:
            return False
        if not captured:
            found = self._search.reader.corrections_of(thing.seqs, below=self._history.size)
            for seq in thing.seqs:
                entry = None if seq in found else self._history.entry(seq)
                if entry is not None and not isinstance(entry.event, Corrected):
                    return False
        return not self._history.about(thing.kind, thing.name)


def _lots_brought(event: Event) -> Iterator[str]:
    if isinstance(event, Entering):
        yield event.lot
    elif isinstance(event, BatchProduced | Transforming):
        yield from (line.lot for line in event.outputs)


def _label(thing: Thing) -> str:
    if thing.kind in {"document", "resource"} and not is_uri(thing.name):
        kind, _, number = thing.name.partition("/")
        return f"{number} ({kind})" if number else thing.name
    return label(thing.name)


def _can_be_told(text: str) -> bool:
    """Tell whether anything can be called so: nothing has so long a name, or NUL or half a character in it."""
    if len(text) > _LONGEST or "\0" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
