"""In which units material of an item may come in: those of its definition at that time."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from thread.events.master_data import ItemDefined
from thread.events.material import Entering
from thread.genealogy.projection import Told

__all__ = ["foreign_unit"]


def foreign_unit(event: Entering, definitions: Callable[[str], Iterable[Told]]) -> str | None:
    """Return the unit that the item is kept in, where a receipt or declaration is told in no unit of the item.

    `definitions`: gives the valid definitions of an item, in the order that they apply. The units of an item are its
    own, and those that it has a factor for. An item that nobody defined by then takes any unit, and so does what was
    measured in the item's own unit too (`also`).
    """
    if event.item is None:
        return None
    known = [told.event for told in definitions(event.item) if told.event.at <= event.at]
    defined = known[-1] if known else None
    if not isinstance(defined, ItemDefined):
        return None
    units = {defined.unit, *(factor.unit for factor in defined.factors)}
    is_measured = any(measure.unit == defined.unit for measure in event.quantity.also)
    return None if event.quantity.unit in units or is_measured else defined.unit
