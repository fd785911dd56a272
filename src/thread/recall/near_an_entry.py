"""Which lots an entry may bear on: those that it names, those beside it, and those that carry on what it says of them.

Beside it are the lots of the orders, vessels, shipments and holds that it names. Splits, merges and relabels carry
holds and terms on to what is made. This is a superset: whether anything really changes for a lot, its account tells.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from thread.events import subjects
from thread.events.material import Transforming
from thread.genealogy.custody import Position
from thread.genealogy.plant import Plant
from thread.genealogy.projection import Told
from thread.values.names import parts

__all__ = ["lots_beside", "lots_carried_on", "lots_named"]

_JOINING: Final = ("activity", "shipment", "hold", "epcis")
"""Kinds of subject whose entries bear on each other's lots."""


def lots_named(events: Iterable[Told], plant: Plant) -> frozenset[str]:
    """Return the lots that events name, and those that were in the containers they name then or later."""
    found: set[str] = set()
    for told in events:
        for kind, name in _families(told, plant):
            if kind == "lot" and parts(name, plant.history.origin)["kind"] != "serial":
                found.add(name)
            elif kind == "container":
                found.update(_inside(name, told.position, plant, ()))
    return frozenset(found)


def lots_beside(events: Iterable[Told], plant: Plant, *, kinds: tuple[str, ...] = _JOINING) -> frozenset[str]:
    """Return the lots of what else was told of the orders, vessels, shipments and holds that events name."""
    names = {(kind, name) for told in events for kind, name in _families(told, plant) if kind in kinds}
    beside = {told.position: told for kind, name in names for told in plant.history.about(kind, name)}
    return lots_named(beside.values(), plant)


def lots_carried_on(lots: Iterable[str], plant: Plant) -> frozenset[str]:
    """Return lots with all that was split, merged, relabelled or reworked from them, over any number of steps."""
    found: set[str] = set()
    fresh = set(lots)
    while fresh:
        found |= fresh
        fresh = {lot for one in fresh for lot in _made_of(one, plant)} - found
    return frozenset(found)


def _made_of(lot: str, plant: Plant) -> Iterator[str]:
    about = [plant.history.about("lot", lot)]
    about.extend(plant.history.about("container", container) for container in plant.containers_of(lot))
    for events in about:
        for told in events:
            if isinstance(told.event, Transforming):
                yield from (line.lot for line in told.event.outputs)


def _families(told: Told, plant: Plant) -> frozenset[tuple[str, str]]:
    return frozenset(
        (subject.kind.partition(".")[0], subject.name) for subject in subjects(told.event, origin=plant.history.origin)
    )


def _inside(container: str, since: Position, plant: Plant, above: tuple[str, ...]) -> Iterator[str]:
    """Yield the lots that a container held at a position or later, in inner containers too."""
    if container in above:
        return
    for holding in plant.custody.story(container):
        if holding.end < since:
            continue
        if holding.is_container:
            yield from _inside(holding.content, since, plant, (*above, container))
        else:
            yield holding.content
