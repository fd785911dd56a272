"""What people ask a ledger: names, lots, traces, scopes, balances, receipts and findings.

Each question is answered from the history at one size, by the module that it imports when it is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from thread.service.collector import collector_paused
from thread.service.history import StoreHistory
from thread.service.names import LedgerNames, resolved_lot, resolved_name
from thread.store.search import Search, searching
from thread.values.times import asked_instant

if TYPE_CHECKING:
    from thread.genealogy.trace import Asked, Trace
    from thread.recall.scope import Scope
    from thread.service.find import Finder, Found
    from thread.service.findings import FindingRow, FindingsAnswer, FindingsFilter
    from thread.service.lots import LotPage
    from thread.service.receipts import ReceiptsAsked
from thread.service.ledger_core import LedgerCore

__all__ = ["LedgerQuestions"]


class LedgerQuestions(LedgerCore):
    """Questions to a ledger; none of them records anything."""

    def resolve_lot(self, text: str) -> str:
        """Return the name of the lot that a typed text means.

        Raises:
            LotAmbiguous: it fits several; `facts["candidates"]` lists them.
            NameNotFound: it fits none.
        """
        return self._lot(self.history(), text)

    def resolve(self, text: str) -> str:
        """Return the name of the lot, order, container or shipment that a typed text means; errors as `resolve_lot`."""
        history = self.history()
        return resolved_name(LedgerNames(history, self._store.reading), history, text, self._exact_names)

    def find(
        self,
        text: str,
        *,
        kind: str | None = None,
        limit: int = 20,
        progress: Callable[[int], None] | None = None,
    ) -> Found:
        """Return what goes by a text: lots, orders, shipments, containers, documents, items, customers, places.

        Args:
            text: a name, a number, a supplier's lot, a printed mark, a customer, a barcode in any spelling; or a part.
            kind: find only things of this kind, one of `Found.hits`' kinds.
            limit: list at most so many, 1 to 1,000.
            progress: told how many entries are in the index, where the first question after bulk takes many in.

        Raises:
            SearchTextMissing, SearchKindUnknown, SearchLimitInvalid: the question cannot be understood.
        """
        from thread.service.near_names import near_names

        with self._finder(progress) as finder:
            found = finder.found(text, kind=kind, limit=limit)
        return found if found.hits else replace(found, near=near_names(self, text))

    def searching(self, progress: Callable[[int], None] | None = None) -> AbstractContextManager[Search]:
        """Return what looks for texts among all names, as they are at one moment. `progress`: as of `find`."""
        return searching(self._store, self.origin, progress)

    def trace(
        self,
        name: str,
        *,
        direction: Asked = "both",
        depth: int | None = None,
        as_of: str | None = None,
        known_at: int | str | None = None,
        in_time_only: bool = False,
    ) -> Trace:
        """Return where a lot came from, where it went, or both.

        Args:
            name: a lot, serial, order, container or shipment, as people write it.
            direction: `backward`, `forward` or `both`.
            depth: activities to follow; None follows everything.
            as_of: event time up to which flows count, RFC 3339 with offset.
            known_at: what was known at this size of the ledger, or at this ledger time.
            in_time_only: leave out what cannot really have happened in time; what is dropped is counted.

        Raises:
            NameNotFound, NameAmbiguous: the name fits nothing known, or several things.
            DepthInvalid, DirectionInvalid, TimeMalformed: the question cannot be understood.
            KnownAtAhead, KnownAtNegative, KnownAtMalformed: the ledger never had that size.
        """
        from thread.genealogy.trace import trace

        with collector_paused():
            history, resolved, root = self._asked(known_at, name)
            with history.in_one_go():
                return trace(
                    history,
                    resolved[0],
                    direction=direction,
                    depth=depth,
                    as_of=None if as_of is None else asked_instant(as_of),
                    as_of_text=as_of,
                    in_time_only=in_time_only,
                    root=root,
                )

    def recall_scope(self, names: Iterable[str], *, known_at: int | str | None = None) -> Scope:
        """Return what an issue that began with some lots, orders, containers or shipments may have reached.

        Raises:
            ScopeEmpty: no name was given.
            NameNotFound, NameAmbiguous: a name fits nothing known, or several things.
        """
        from thread.recall.scope import recall_scope

        with collector_paused():
            history, resolved, root = self._asked(known_at, *names)
            with history.in_one_go():
                return recall_scope(history, resolved, root=root)

    def lot(self, lot: str, *, as_of: str | None = None, known_at: int | str | None = None) -> dict[str, Any]:
        """Return the card of a lot in its JSON form: everything that is known of it.

        Raises:
            NameNotFound, LotAmbiguous: the text fits no known lot, or several.
        """
        from thread.service.lots import lot_card

        history = self.history(known_at)
        name = self._lot(history, lot)
        at = None if as_of is None else asked_instant(as_of)
        return lot_card(name, history, root=self._root_text(history.size), as_of=at)

    def lots(self, *, after: str | None = None, limit: int = 100, known_at: int | str | None = None) -> LotPage:
        """Return lots by name, in pages: those after a name, at most `limit`."""
        from thread.service.lots import lot_page

        history = self.history(known_at)
        root = self._root_text(history.size)
        return lot_page(self._store.reading, history, after=after, limit=limit, root=root)

    def balance(self, lot: str, *, as_of: str | None = None, known_at: int | str | None = None) -> dict[str, Any]:
        """Return the mass balance of a lot in its JSON form: all that came in, and where all of it is or went.

        Quantities are kept by lot: of a single piece there is no balance, and `serial_of` says of which lot it is and
        where it is or went, as on its card.

        Raises:
            NameNotFound, LotAmbiguous: the text fits no known lot, or several.
        """
        from thread.service.lots import lot_balance

        history = self.history(known_at)
        name = self._lot(history, lot)
        return lot_balance(name, history, as_of=None if as_of is None else asked_instant(as_of))

    def receipts(self, asked: ReceiptsAsked, *, known_at: int | str | None = None) -> dict[str, Any]:
        """Return the receipts that are asked for, as they stand after corrections, in their published JSON form.

        Raises:
            TimeMalformed, NameMalformed: the question cannot be understood.
        """
        from thread.service.receipts import receipt_list

        history = self.history(known_at)
        return receipt_list(self._store.reading, history, asked, root=self._root_text(history.size))

    def findings(
        self,
        *,
        lot: str | None = None,
        asked: FindingsFilter | None = None,
        limit: int | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> FindingsAnswer:
        """Return what somebody should look into, the gravest and oldest first.

        Args:
            lot: only what touches this lot, as people write it; None goes through the whole plant.
            asked: which kinds, severities, states and rules are asked for; None: all that is open.
            limit: most findings; None: all. They are counted all the same.
            progress: told how many entries were gone through, every few thousand.

        Raises:
            NameNotFound, LotAmbiguous: the text fits no known lot, or several.
        """
        from thread.service.findings import FindingsFilter, found_in

        with collector_paused():
            size = self.size
            history = self.history(size)
            name = None if lot is None else self._lot(history, lot)
            return found_in(
                lambda: self.history(size),
                lot=name,
                asked=asked or FindingsFilter(),
                limit=limit,
                now_ns=self._clock(),
                root=self._root_text(size),
                progress=progress,
            )

    def finding(self, finding: str) -> FindingRow:
        """Return one finding as it stands now, open or closed.

        Raises:
            FindingMissing: there is none of that id, open or closed.
        """
        from thread.service.findings import found_by_id

        history = self.history()
        with collector_paused(), history.in_one_go():
            return found_by_id(finding, history, now_ns=self._clock())

    def _asked(self, known_at: int | str | None, *names: str) -> tuple[StoreHistory, tuple[str, ...], str]:
        """Return what is known at a size, the names that texts mean in it, and the root hash of that size."""
        history = self.history(known_at)
        known = LedgerNames(history, self._store.reading)
        resolved = tuple(resolved_name(known, history, name, self._exact_names) for name in names)
        return history, resolved, self._root_text(history.size)

    def _lot(self, history: StoreHistory, text: str) -> str:
        return resolved_lot(LedgerNames(history, self._store.reading), history, text, self._exact_names)

    def _exact_names(self, text: str, kinds: Sequence[str]) -> tuple[str, ...]:
        with self._finder() as finder:
            return finder.exact_names(text, kinds)

    @contextmanager
    def _finder(self, progress: Callable[[int], None] | None = None) -> Iterator[Finder]:
        from thread.service.find import Finder

        with self.searching(progress) as search:
            history = self.history()
            yield Finder(search, history, LedgerNames(history, self._store.reading))
