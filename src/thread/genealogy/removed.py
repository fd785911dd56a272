"""What corrections took out of an answer: "removed by entry n".

The same walk over every version that was ever told reaches more than the walk over the valid events. What is only
there was removed, by the corrections of the entries on the way to it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from thread.genealogy.dispatch_custody import CustodyEdge, custody_of, fitted_at
from thread.genealogy.focus import Focus, NothingTold, focus_of, starts_of
from thread.genealogy.plant import Plant
from thread.genealogy.projection import History
from thread.genealogy.walk import Direction, Reach, Start, walk

__all__ = ["Removal", "removals"]

Kind = Literal["lot", "activity", "container", "shipment"]


@dataclass(frozen=True, slots=True)
class Removal:
    """A lot, activity, container or shipment that left an answer through corrections."""

    id: str
    kind: Kind
    entries: tuple[int, ...]
    """The correcting entries."""

    def as_json(self) -> dict[str, object]:
        """The removal as printed in `graph.removed_by`."""
        return {"id": self.id, "kind": self.kind, "entries": list(self.entries)}


def removals(
    plant: Plant,
    focuses: Iterable[Focus],
    ways: Iterable[Direction],
    present: Collection[str],
    *,
    depth_limit: int | None = None,
) -> tuple[Removal, ...]:
    """Return what an answer held before corrections and does not hold now, sorted by name.

    The points where the outputs of an order meet are left out: nobody could find them on the floor.

    `present`: the nodes of the answer as it is now, containers and shipments among them.
    """
    history = plant.history
    if not history.saw_correction:
        # Every version that was ever told would be asked for the same, and would answer the same.
        return ()
    ever = Plant(history.ever_told(), as_of=plant.as_of)
    found: dict[tuple[str, Kind], set[int]] = defaultdict(set)
    for way in ways:
        starts = [start for focus in focuses for start in _starts_ever(focus, ever, way)]
        reach = walk(ever, starts, way, depth_limit=depth_limit)
        for node in reach.depths:
            is_activity = node in reach.activities
            if node not in present and not (is_activity and node.endswith("/out")):
                kind: Kind = "activity" if is_activity else "lot"
                found[node, kind] |= _corrections_on_the_way(node, reach, history)
        for edge, lot in _custody_of(ever, reach) if way == "forward" else ():
            if edge.target not in present:
                kind = "shipment" if edge.target_is_shipment else "container"
                found[edge.target, kind] |= _corrections_of(edge.entries, history)
                found[edge.target, kind] |= _corrections_on_the_way(lot, reach, history)
    return tuple(Removal(*node, tuple(sorted(entries))) for node, entries in sorted(found.items()) if entries)


def _custody_of(ever: Plant, reach: Reach) -> Iterator[tuple[CustodyEdge, str]]:
    """Yield the containers and shipments that lots of a walk were in, as once told, each with the lot."""
    fitted = fitted_at(reach)
    for lot in set(reach.depths) - reach.activities:
        spans, arrival = reach.spans.get(lot, ()), reach.arrivals.get(lot)
        for edge in custody_of(ever, lot, spans, arrival, as_of=ever.as_of, fitted=fitted.get(lot, ())):
            yield edge, lot


def _starts_ever(focus: Focus, ever: Plant, way: Direction) -> tuple[Start, ...]:
    try:
        return starts_of(focus_of(focus.name, ever), ever, way)
    except NothingTold:
        return ()


def _corrections_on_the_way(node: str, reach: Reach, history: History) -> set[int]:
    """Return the corrections of the entries by which a node was reached from the focus."""
    entries: set[int] = set()
    seen: set[str] = set()
    while node not in seen and node in reach.came_by:
        seen.add(node)
        flow = reach.came_by[node]
        entries |= _corrections_of((flow.seq, *flow.entries), history)
        node = flow.source if reach.direction == "forward" else flow.target
    return entries


def _corrections_of(seqs: Iterable[int], history: History) -> set[int]:
    return {one.seq for seq in seqs for one in history.about("entry", str(seq)) if one.event.type == "corrected"}
