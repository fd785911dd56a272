"""How far a scope goes: the lots that material may have come into, and the containers and shipments that they were in.

The bare reach, without what is known of each lot; `recall_scope` tells that, and a correction that is looked at before
it is recorded compares the reach alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from thread.genealogy.dispatch_custody import CustodyEdge, custody_of, fitted_at
from thread.genealogy.focus import Focus, focus_of, starts_of
from thread.genealogy.plant import Plant
from thread.genealogy.walk import Reach, Start, walk

__all__ = ["ScopeReach", "scope_reach"]


@dataclass(frozen=True, slots=True)
class ScopeReach:
    """What an issue may have reached, by name."""

    focuses: tuple[Focus, ...]
    starts: tuple[Start, ...]
    reach: Reach
    lots: tuple[str, ...]
    """Sorted by depth, then name; the starts first."""
    custody: Mapping[str, tuple[CustodyEdge, ...]]
    """Where each lot went in containers and shipments."""

    @property
    def holders(self) -> frozenset[str]:
        """The containers and shipments that reached lots were in."""
        return frozenset(edge.target for edges in self.custody.values() for edge in edges)


def scope_reach(plant: Plant, names: Iterable[str]) -> ScopeReach:
    """Return how far an issue may have reached that began with some lots, orders, containers or shipments.

    Raises:
        NothingTold: no known entry names one of them.
    """
    focuses = tuple(focus_of(name, plant) for name in names)
    starts = tuple(dict.fromkeys(one for focus in focuses for one in _starts(focus, plant)))
    reach = walk(plant, starts, "forward")
    lots = sorted(set(reach.depths) - reach.activities, key=lambda lot: (reach.depths[lot], lot))
    fitted = fitted_at(reach)
    custody = {
        lot: custody_of(plant, lot, reach.spans.get(lot, ()), reach.arrivals.get(lot), fitted=fitted.get(lot, ()))
        for lot in lots
    }
    return ScopeReach(focuses, starts, reach, tuple(lots), custody)


def _starts(focus: Focus, plant: Plant) -> tuple[Start, ...]:
    """A container or shipment that is the issue itself makes every lot in it suspect, from the beginning on."""
    if focus.kind in {"container", "shipment"}:
        return tuple(Start(one.node, False, one.spans) for one in starts_of(focus, plant, "backward"))  # noqa: FBT003
    return starts_of(focus, plant, "forward")
