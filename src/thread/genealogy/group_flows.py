"""The flows of everything that is no order: vessels, splits and merges, parts of units, captured transformations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import assert_never

from thread.events.base import Line
from thread.events.captured import EpcisCaptured
from thread.events.material import Entering, Transforming
from thread.events.production import BatchProduced, ComponentChanged
from thread.events.vessels import VesselDrawn, VesselEmptied, VesselFilled
from thread.genealogy.custody import Custody
from thread.genealogy.flows import CleanBreak, Flow, FlowGroup, GroupKey, Piece, gaps_of, pieces_of, read_pieces
from thread.genealogy.order_flows import order_flows
from thread.genealogy.projection import History, Told
from thread.values.names import event_activity, run_name, vessel_name
from thread.values.quantity import ZERO
from thread.values.serials import Span, meet
from thread.values.times import MINUS_INFINITY, PLUS_INFINITY

__all__ = ["flows_of"]


def flows_of(key: GroupKey, history: History, custody: Custody, *, as_of: int | None = None) -> FlowGroup:
    """Return the flows of one group, as far as they began by `as_of` (nanoseconds; None: all)."""
    match key.kind:
        case "order":
            group = order_flows(key.name, history, custody, as_of=as_of)
        case "vessel":
            group = _vessel(key.name, history, custody)
        case "event":
            group = _transformed(key.name, history, custody)
        case "unit":
            group = _unit(key.name, history, custody, as_of)
        case "captured":
            group = _captured(key.name, history, custody, as_of)
        case _:  # pragma: no cover
            assert_never(key.kind)
    if as_of is None:
        return group
    return replace(group, flows=tuple(flow for flow in group.flows if flow.time_from <= as_of))


def _into(piece: Piece, node: str, told: Told, index: int, window: tuple[int, int] | None = None) -> Flow:
    begin, end = window or told.event.window
    return Flow(
        piece.lot,
        node,
        "flow",
        told.seq,
        index,
        begin,
        end,
        piece.quantity,
        piece.quantity_max,
        piece.quantity_max,
        piece.unit,
        piece.entries,
        certain=piece.certain,
        via=piece.via,
        source_spans=piece.spans,
        gaps=piece.gaps,
    )


def _transformed(name: str, history: History, custody: Custody) -> FlowGroup:
    flows: list[Flow] = []
    for told in history.about("activity", name):
        event = told.event
        if not isinstance(event, Transforming) or event_activity(history.origin, event.id or "") != name:
            continue
        pieces = [piece for line in event.inputs for piece in pieces_of(line, told, custody)]
        flows.extend(_into(piece, name, told, index) for index, piece in enumerate(pieces))
        begin, end = event.window
        for index, line in enumerate(event.outputs, start=len(pieces)):
            amount = line.quantity.amount
            flows.append(
                Flow(
                    name,
                    line.lot,
                    "flow",
                    told.seq,
                    index,
                    begin,
                    end,
                    amount,
                    amount,
                    amount,
                    line.quantity.unit,
                    told.entries,
                    way="out",
                    target_spans=line.spans,
                    gaps=gaps_of(told),
                )
            )
    return FlowGroup(tuple(flows))


def _vessel(name: str, history: History, custody: Custody) -> FlowGroup:
    events = tuple(
        told
        for told in history.about("activity", name)
        if isinstance(told.event, VesselFilled | VesselDrawn | VesselEmptied)
        and vessel_name(history.origin, told.event.site, told.event.vessel) == name
    )
    emptied = [told for told in events if isinstance(told.event, VesselEmptied) and not told.event.heel.amount]
    flows = [flow for told in events for flow in _vessel_flows(name, told, emptied, custody)]
    breaks = tuple(
        CleanBreak(told.seq, f"{name}#{number}", f"{name}#{number + 1}") for number, told in enumerate(emptied, start=1)
    )
    return FlowGroup(tuple(flows), breaks)


def _vessel_runs(name: str, told: Told, emptied: list[Told]) -> list[str]:
    """Return the runs of a vessel that an event touches: several where its window spans an emptying.

    Nobody knows then how much of it belongs to which run: each may have any part of it.
    """
    begin, end = told.event.window
    first = sum(1 for other in emptied if (other.event.window[1], other.seq) < (begin, told.seq))
    last = sum(1 for other in emptied if (other.event.window[0], other.seq) < (end, told.seq))
    return [f"{name}#{number + 1}" for number in range(first, max(first, last) + 1)]


def _vessel_flows(name: str, told: Told, emptied: list[Told], custody: Custody) -> Iterator[Flow]:
    event = told.event
    nodes = _vessel_runs(name, told, emptied)
    if isinstance(event, VesselFilled):
        pieces = [piece for line in event.lots for piece in pieces_of(line, told, custody)]
        for number, node in enumerate(nodes):
            for index, piece in enumerate(pieces, start=number * len(pieces)):
                flow = _into(piece, node, told, index)
                yield flow if len(nodes) == 1 else replace(flow, certain=False, quantity=ZERO)
    elif isinstance(event, VesselDrawn):
        order = event.order
        target = event.lot or (run_name(order, event.run) if order and event.run else order) or ""
        begin, end = event.window
        amount = event.quantity.amount
        for index, node in enumerate(nodes):
            yield Flow(
                node,
                target,
                "flow",
                told.seq,
                index,
                begin,
                end,
                amount if len(nodes) == 1 else ZERO,
                amount,
                amount,
                event.quantity.unit,
                told.entries,
                way="out" if event.lot is not None else "between",
                certain=len(nodes) == 1,
                gaps=gaps_of(told),
            )


@dataclass(slots=True)
class _Fitted:
    """A part that is in a unit since `begin`."""

    part: Line
    piece: Piece
    told: Told
    begin: int
    unit_spans: tuple[Span, ...]


def _unit(unit: str, history: History, custody: Custody, as_of: int | None) -> FlowGroup:
    """Return the part → unit edges that changes of a unit made; those that ended by `as_of` stand apart."""
    fitted: list[_Fitted] = []
    ended: list[Flow] = []
    for told in history.about("lot", unit):
        event = told.event
        if (
            not isinstance(event, ComponentChanged)
            or event.unit.lot != unit
            or (as_of is not None and event.at > as_of)
        ):
            continue
        if event.removed is not None:
            ended.extend(_removal(event.removed, told, fitted, unit=event.unit, history=history, custody=custody))
        if event.installed is not None:
            fitted.extend(
                _Fitted(event.installed, piece, told, event.window[0], event.unit.spans)
                for piece in pieces_of(event.installed, told, custody)
            )
    live = tuple(_component(unit, one, PLUS_INFINITY, (), number) for number, one in enumerate(fitted))
    return FlowGroup(live, (), tuple(ended))


def _component(unit: str, one: _Fitted, end: int, more: tuple[int, ...], index: int) -> Flow:
    piece = one.piece
    return Flow(
        piece.lot,
        unit,
        "component",
        one.told.seq,
        index,
        one.begin,
        end,
        piece.quantity,
        piece.quantity_max,
        piece.quantity_max,
        piece.unit,
        tuple(sorted({*piece.entries, *more})),
        way="part",
        certain=piece.certain,
        source_spans=piece.spans,
        target_spans=one.unit_spans,
        gaps=piece.gaps,
    )


def _removal(
    removed: Line, told: Told, fitted: list[_Fitted], *, unit: Line, history: History, custody: Custody
) -> Iterator[Flow]:
    """End the edge of a part that was fitted by a change, or make the ended edge of one that came with the building."""
    end = told.event.window[1]
    for number, one in enumerate(fitted):
        same_part = one.piece.lot in removed.candidates and meet(one.piece.spans, removed.spans)
        if same_part and meet(one.unit_spans, unit.spans):
            del fitted[number]
            yield _component(unit.lot or "", one, end, told.entries, number)
            return
    begin = _made_at(unit.lot or "", unit.spans, history)
    for number, piece in enumerate(pieces_of(removed, told, custody)):
        built = _Fitted(removed, piece, told, begin, unit.spans)
        yield _component(unit.lot or "", built, end, told.entries, number)


def _made_at(unit: str, spans: tuple[Span, ...], history: History) -> int:
    """Return when a unit came to be, minus infinity where nobody told."""
    for told in history.about("lot", unit):
        event = told.event
        if isinstance(event, BatchProduced | Transforming):
            if any(line.lot == unit and meet(line.spans, spans) for line in event.outputs):
                return event.window[0]
        elif isinstance(event, Entering) and event.lot == unit:
            return event.window[0]
    return MINUS_INFINITY


def _captured(name: str, history: History, custody: Custody, as_of: int | None) -> FlowGroup:
    flows: list[Flow] = []
    for told in history.about("activity", name):
        event = told.event
        if not isinstance(event, EpcisCaptured) or event.reading.kind != "TransformationEvent":
            continue
        reading = event.reading
        inputs = list(read_pieces(reading.inputs, told, custody))
        flows.extend(_into(piece, name, told, index) for index, piece in enumerate(inputs))
        begin, end = event.window
        outputs = [line for line in reading.outputs if line.kind not in {"item", "container"}]
        flows.extend(
            Flow(
                name,
                line.name,
                "flow",
                told.seq,
                index,
                begin,
                end,
                line.amount,
                line.amount,
                line.amount,
                line.unit,
                told.entries,
                way="out",
                gaps=gaps_of(told),
            )
            for index, line in enumerate(outputs, start=len(inputs))
        )
    if flows:
        return FlowGroup(tuple(flows))
    return _associated(name, history, custody, as_of)


def _associated(unit: str, history: History, custody: Custody, as_of: int | None) -> FlowGroup:
    """Return the part → unit edges of captured associations; a part that was taken off again stands apart."""
    live: list[Flow] = []
    ended: list[Flow] = []
    for told in history.about("lot", unit):
        event = told.event
        if not isinstance(event, EpcisCaptured) or event.reading.kind != "AssociationEvent":
            continue
        if event.reading.unit != unit or (as_of is not None and event.at > as_of):
            continue
        parts = list(read_pieces(event.reading.components, told, custody))
        if event.reading.action == "DELETE":
            names = {piece.lot for piece in parts}
            for flow in [flow for flow in live if not names or flow.source in names]:
                live.remove(flow)
                entries = tuple(sorted({*flow.entries, *told.entries}))
                ended.append(replace(flow, time_to=event.window[1], entries=entries))
            continue
        known = {flow.source for flow in live}
        for index, piece in enumerate(parts):
            if piece.lot not in known:
                flow = _into(piece, unit, told, index, (event.window[0], PLUS_INFINITY))
                live.append(replace(flow, kind="component", way="part"))
    return FlowGroup(tuple(live), (), tuple(ended))
