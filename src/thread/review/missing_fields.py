"""Which fields a set of rules will miss in an event, and in which of its lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, NamedTuple

from thread.events.base import Event, Line
from thread.events.dispatch import CustomerReturned, Shipped
from thread.events.master_data import ItemDefined, PartyDefined
from thread.events.material import Entering, OutputLine, Transforming
from thread.events.production import BatchProduced, MaterialIssued, StepDone
from thread.events.quality import Inspected
from thread.genealogy.custody import Custody
from thread.genealogy.lot_card import item_told
from thread.genealogy.projection import History, Told
from thread.review.rule_sets import Need, RuleSet
from thread.values.names import item_name, parts

__all__ = ["Definitions", "Missing", "missing_in"]

Definitions = Callable[[str], Iterable[Told]]
"""Gives the valid definitions of an item, in the order that they apply."""

_ITEM_UNTOLD: Final = (None,)
_STAYS: Final = frozenset({"transfer"})
_LEFT: Final = frozenset({"sale", "processing", "consignment", "transfer"})


class Missing(NamedTuple):
    """Something that a clause asks for and an event does not tell."""

    clause: str
    fields: str
    words: str


def missing_in(
    told: Told, rules: RuleSet, history: History, custody: Custody, definitions: Definitions
) -> tuple[Missing, ...]:
    """Return what a set of rules asks of an event that it does not tell, in the order of the rules."""
    event = told.event
    clauses = rules.needs.get(type(event))
    if clauses is None or not _is_asked(event, rules):
        return ()
    if isinstance(event, ItemDefined):
        lines: tuple[Any, ...] = (event,) if rules.concerns(event) else ()
    elif isinstance(event, PartyDefined):
        lines = (event,) if not event.roles or {"supplier", "customer"} & set(event.roles) else ()
    else:
        items = _Items(told, history, custody, definitions)
        lines = tuple(line for line in _lines(event) if any(rules.concerns(one) for one in items.of(line)))
    if not lines:
        return ()
    return tuple(
        dict.fromkeys(
            Missing(clause, need.fields, need.words)
            for clause, needs in clauses
            for need in needs
            if not _is_told(need, event, lines)
        )
    )


def _is_asked(event: Event, rules: RuleSet) -> bool:
    """Tell whether an event is one that the rules speak of: goods that come back to us or go to waste are not."""
    if isinstance(event, Shipped):
        return event.purpose in (_LEFT if rules.name == "fsma204" else _LEFT - _STAYS)
    return True


def _is_told(need: Need, event: Event, lines: tuple[Any, ...]) -> bool:
    return all(need.is_told(event, line) for line in lines) if need.by_line else need.is_told(event, None)


def _lines(event: Event) -> tuple[Any, ...]:
    """Return the parts of an event that are of one item each."""
    if isinstance(event, BatchProduced | Transforming):
        return event.outputs
    if isinstance(event, Shipped | MaterialIssued | CustomerReturned):
        return event.lots
    if isinstance(event, StepDone | Inspected):
        return event.lots or _ITEM_UNTOLD
    return (event,)


class _Items:
    """The items that lines of one event are about, as they were defined at its time."""

    def __init__(self, told: Told, history: History, custody: Custody, definitions: Definitions) -> None:
        self._told, self._history, self._custody = told, history, custody
        self._definitions = definitions

    def of(self, line: Entering | OutputLine | Line | None) -> Iterator[ItemDefined | None]:
        """Yield the definition of each item that a line may be of; None where there is no definition."""
        if line is None:
            yield None
            return
        names = {line.item} if line.item is not None else {self._item_of(lot) for lot in self._lots(line)}
        for name in sorted(name for name in names if name is not None):
            yield self._defined(name)
        if None in names or not names:
            yield None

    def _lots(self, line: Entering | OutputLine | Line) -> Iterator[str]:
        if not isinstance(line, Line):
            yield line.lot
        elif line.is_whole_container:
            yield from (held.lot for held in self._custody.contents(line.container or "", self._told.position))
        else:
            yield from line.candidates

    def _item_of(self, lot: str) -> str | None:
        found = item_told(lot, self._history.about("lot", lot))
        if found is not None:
            return found
        origin = self._history.origin
        code = parts(lot, origin).get("item")
        return None if code is None else code if "://" in code else item_name(origin, code)

    def _defined(self, name: str) -> ItemDefined | None:
        """Return the definition that was valid at the event, else the first that there is."""
        known = [one.event for one in self._definitions(name) if isinstance(one.event, ItemDefined)]
        earlier = [one for one in known if one.at <= self._told.event.at]
        return earlier[-1] if earlier else known[0] if known else None
