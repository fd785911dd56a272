"""The plant as a graph that is derived where a question touches it: lots and activities as nodes, flows between them.

A lot knows its groups (orders, vessels, splits …) from the events that name it and from the containers that held it; a
group knows its flows. Each is derived once per `Plant`, which stands for one ledger size and one `as_of`. Containers
and shipments are no nodes here: they pass on custody, not material.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from thread.events.base import Event
from thread.events.captured import EpcisCaptured
from thread.events.dispatch import Shipped
from thread.events.material import Received, Transforming
from thread.events.production import BatchProduced, ComponentChanged, MaterialIssued, MaterialReturned
from thread.events.vessels import VesselDrawn, VesselFilled
from thread.genealogy.custody import Custody
from thread.genealogy.flows import CleanBreak, Flow, FlowGroup, GroupKey
from thread.genealogy.group_flows import flows_of
from thread.genealogy.projection import History
from thread.values.names import event_activity, vessel_name

__all__ = ["Adjacent", "Plant"]


class Adjacent(NamedTuple):
    """The flows into a node and out of it."""

    into: tuple[Flow, ...]
    out_of: tuple[Flow, ...]


_NOTHING: Final = Adjacent((), ())


class Plant:
    """Lots, activities and the flows between them, as known to a history, as of an event time."""

    def __init__(self, history: History, *, as_of: int | None = None) -> None:
        self.history = history
        self.custody = Custody(history)
        self.as_of = as_of
        self._groups: dict[GroupKey, FlowGroup] = {}
        self._adjacent: dict[GroupKey, dict[str, Adjacent]] = {}
        self._into_lot: dict[str, tuple[Flow, ...]] = {}
        self._out_of_lot: dict[str, tuple[Flow, ...]] = {}
        self._activities: dict[str, Adjacent] = {}

    def group(self, key: GroupKey) -> FlowGroup:
        """Return the flows of a group."""
        found = self._groups.get(key)
        if found is None:
            found = flows_of(key, self.history, self.custody, as_of=self.as_of)
            self._groups[key] = found
        return found

    def _adjacency(self, key: GroupKey) -> dict[str, Adjacent]:
        found = self._adjacent.get(key)
        if found is None:
            into: dict[str, list[Flow]] = defaultdict(list)
            out_of: dict[str, list[Flow]] = defaultdict(list)
            for flow in self.group(key).flows:
                out_of[flow.source].append(flow)
                into[flow.target].append(flow)
            nodes = dict.fromkeys((*into, *out_of))
            found = {node: Adjacent(tuple(into.get(node, ())), tuple(out_of.get(node, ()))) for node in nodes}
            self._adjacent[key] = found
        return found

    def _collected(self, node: str, keys: Iterable[GroupKey]) -> Adjacent:
        parts = [self._adjacency(key).get(node, _NOTHING) for key in keys]
        if len(parts) == 1:
            return parts[0]
        return Adjacent(
            tuple(flow for part in parts for flow in part.into),
            tuple(flow for part in parts for flow in part.out_of),
        )

    def flows(self, node: str, *, is_activity: bool, forward: bool) -> tuple[Flow, ...]:
        """Return the flows out of a node (`forward`), or into it."""
        if is_activity:
            around = self.around_activity(node)
            return around.out_of if forward else around.into
        known = self._out_of_lot if forward else self._into_lot
        found = known.get(node)
        if found is None:
            keys = self._groups_using(node) if forward else self._groups_making(node)
            around = self._collected(node, keys)
            found = known[node] = around.out_of if forward else around.into
        return found

    def around_activity(self, node: str) -> Adjacent:
        """Return the flows into an activity and out of it."""
        found = self._activities.get(node)
        if found is None:
            found = self._activities[node] = self._collected(node, self._groups_of_activity(node))
        return found

    def _groups_making(self, lot: str) -> tuple[GroupKey, ...]:
        origin = self.history.origin
        found = {
            key
            for told in self.history.about("lot", lot)
            if _makes(told.event, lot)
            for key in _keys(told.event, origin)
        }
        return tuple(sorted(found))

    def _groups_using(self, lot: str) -> tuple[GroupKey, ...]:
        origin = self.history.origin
        found = {
            key for told in self.history.about("lot", lot) if _uses(told.event) for key in _keys(told.event, origin)
        }
        for container in self.containers_of(lot):
            events = self.history.about("container", container)
            found |= {key for told in events if _uses(told.event) for key in _keys(told.event, origin)}
        return tuple(sorted(found))

    def groups_of(self, lot: str) -> tuple[GroupKey, ...]:
        """Return the groups in which a lot may have flows, through the containers that held it too."""
        return tuple(sorted({*self._groups_making(lot), *self._groups_using(lot)}))

    def containers_of(self, lot: str) -> tuple[str, ...]:
        """Return every container that ever held a lot, the outer ones too, sorted."""
        found: set[str] = set()
        fresh = {holding.container for holding in self.custody.holdings_of(lot, is_container=False)}
        while fresh:
            found |= fresh
            outer = {
                holding.container
                for container in fresh
                for holding in self.custody.holdings_of(container, is_container=True)
            }
            fresh = outer - found
        return tuple(sorted(found))

    def is_activity(self, name: str) -> bool:
        """Tell whether a name is an activity that something is told about."""
        return any(self._adjacency(key).get(name) is not None for key in self._groups_of_activity(name))

    def activity_nodes(self, name: str) -> tuple[str, ...]:
        """Return the nodes that an activity consists of: an order with all its runs, a vessel with all its fills."""
        found: set[str] = set()
        for key in self._groups_of_activity(name):
            if key.name != name:
                continue
            for flow in self.group(key).flows:
                ends = ((flow.source, flow.leaves_activity), (flow.target, flow.enters_activity))
                found.update(node for node, is_activity in ends if is_activity and name in _subjects_of(node))
        return tuple(sorted(found)) or (name,)

    def _groups_of_activity(self, node: str) -> tuple[GroupKey, ...]:
        """Return the groups whose flows touch an activity: its own, and the vessels that were drawn into an order."""
        origin = self.history.origin
        found: set[GroupKey] = set()
        for name in _subjects_of(node):
            for told in self.history.about("activity", name):
                found.update(key for key in _keys(told.event, origin) if key.kind == "vessel" or key.name == name)
                if isinstance(told.event, VesselDrawn) and told.event.order == name:
                    found.add(GroupKey("order", name))
        return tuple(sorted(found))

    def clean_breaks(self, nodes: Iterable[str]) -> tuple[CleanBreak, ...]:
        """Return the emptyings that cut paths at the edge of some nodes."""
        wanted = set(nodes)
        found = {
            cut
            for group in self._groups.values()
            for cut in group.clean_breaks
            if cut.before in wanted or cut.after in wanted
        }
        return tuple(sorted(found, key=lambda cut: (cut.seq, cut.before)))

    def removed(self, lots: Iterable[str]) -> tuple[Flow, ...]:
        """Return the component flows of some lots that ended: parts that were taken out again."""
        found: dict[tuple[int, int, str, str], Flow] = {}
        if not (self.history.has_type("component_changed") or self.history.has_type("epcis_captured")):
            return ()
        for lot in lots:
            for key in self.groups_of(lot):
                for flow in self.group(key).removed:
                    if lot in (flow.source, flow.target):
                        found[flow.seq, flow.index, flow.source, flow.target] = flow
        return tuple(found[key] for key in sorted(found))


def _makes(event: Event, lot: str) -> bool:
    """Tell whether an event may make a flow into a lot."""
    if isinstance(event, BatchProduced | Transforming):
        return any(line.lot == lot for line in event.outputs)
    if isinstance(event, Received):
        return event.work_order is not None
    if isinstance(event, VesselDrawn):
        return event.lot == lot
    if isinstance(event, MaterialReturned):
        return event.opened
    if isinstance(event, ComponentChanged):
        return event.unit.lot == lot
    return isinstance(event, EpcisCaptured)


def _uses(event: Event) -> bool:
    """Tell whether an event may make a flow out of a lot that it names, or out of what a container holds."""
    if isinstance(event, BatchProduced):
        return any(line.inputs for line in event.outputs)
    return not isinstance(event, Received | VesselDrawn)


def _keys(event: Event, origin: str) -> Iterator[GroupKey]:
    """Yield the groups in which an event makes flows."""
    if isinstance(event, MaterialIssued | MaterialReturned | BatchProduced):
        yield GroupKey("order", event.order)
    elif isinstance(event, Received | Shipped):
        if event.work_order is not None:
            yield GroupKey("order", event.work_order)
    elif isinstance(event, Transforming):
        yield GroupKey("event", event_activity(origin, event.id or ""))
    elif isinstance(event, VesselFilled | VesselDrawn):
        yield GroupKey("vessel", vessel_name(origin, event.site, event.vessel))
    elif isinstance(event, ComponentChanged):
        yield GroupKey("unit", event.unit.lot or "")
    elif isinstance(event, EpcisCaptured):
        if event.reading.kind == "TransformationEvent":
            yield GroupKey("captured", event.reading.activity or event_activity(origin, event.id or ""))
        elif event.reading.kind == "AssociationEvent" and event.reading.unit is not None:
            yield GroupKey("captured", event.reading.unit)


def _subjects_of(node: str) -> tuple[str, ...]:
    """Return the names under which entries may speak of an activity node: itself, its order, its vessel."""
    # An order may be told by any URI. What is cut off in vain is a name that nothing is told of.
    names = [node, node.rsplit("/run/", 1)[0].removesuffix("/out")]
    if "/vessel/" in node:
        names.append(node.rsplit("#", 1)[0])
    return tuple(dict.fromkeys(names))
