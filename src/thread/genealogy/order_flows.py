"""The flows of an order: lots → order[/run] → lots, with returns, backflush, exact inputs and parts taken out again.

Without runs an order is one node. With runs, order-wide issues enter the order, structural edges lead order → run →
`/out` and order → `/out`, and order-wide outputs leave `/out` (EVENTS 6). `outputs[].from` is a run of its own that
re-assigns what was issued already.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from thread.events.base import Line
from thread.events.containers import KitAssembled
from thread.events.dispatch import Shipped
from thread.events.material import OutputLine, Received
from thread.events.production import (
    BatchProduced,
    ComponentChanged,
    MaterialIssued,
    MaterialReturned,
    ReturnLine,
    WorkOrderClosed,
    WorkOrderReleased,
)
from thread.events.vessels import VesselDrawn
from thread.genealogy.custody import Custody
from thread.genealogy.flows import Flow, FlowGroup, Piece, gaps_of, pieces_of
from thread.genealogy.projection import History, Told
from thread.values.names import run_name
from thread.values.quantity import EXACT, ZERO
from thread.values.serials import Span, meet, without
from thread.values.times import MINUS_INFINITY, PLUS_INFINITY, instant

__all__ = ["order_flows", "order_output_node", "order_runs"]

_OUT: Final = "/out"


@dataclass(slots=True)
class _Issue:
    """One piece of material that went into the order, and what was taken back from it since."""

    piece: Piece
    told: Told
    index: int
    run: str | None
    window: tuple[int, int]
    net: Decimal | None
    spans: tuple[Span, ...]
    entries: set[int] = field(default_factory=set)
    was_reassigned: bool = False
    was_removed: bool = False

    def take(self, amount: Decimal, told: Told) -> Decimal:
        """Reduce what stays issued by up to `amount`; return what was left to take."""
        if self.net is None:
            return ZERO
        taken = min(self.net, amount)
        self.net = EXACT.subtract(self.net, taken)
        self.entries.update(told.entries)
        return EXACT.subtract(amount, taken)


def order_runs(events: Iterable[Told]) -> tuple[str, ...]:
    """Return the runs that the events of an order name, sorted."""
    runs = {
        run
        for told in events
        if isinstance(told.event, MaterialIssued | MaterialReturned | BatchProduced | VesselDrawn | Received)
        and (run := told.event.run) is not None
    }
    return tuple(sorted(runs))


def order_output_node(order: str, runs: tuple[str, ...], run: str | None) -> str:
    """Return the node that an output of an order leaves: its run, the order, or `/out` where the order has runs."""
    if run is not None:
        return run_name(order, run)
    return order + _OUT if runs else order


def order_flows(order: str, history: History, custody: Custody, *, as_of: int | None = None) -> FlowGroup:
    """Return the flows of an order.

    `as_of`: runs, returns, removals and exact inputs that are told of a later time do not exist yet.
    """
    told_of_it = tuple(told for told in history.about("activity", order) if not isinstance(told.event, KitAssembled))
    events = tuple(told for told in told_of_it if not isinstance(told.event, VesselDrawn))
    begun = told_of_it if as_of is None else tuple(told for told in told_of_it if told.event.window[0] <= as_of)
    runs = order_runs(begun)
    issues = _issues(order, events, custody)
    _apply_returns(order, events, issues, as_of)
    outputs = tuple(_outputs(order, events, runs))
    exact = tuple(_exact_runs(order, events, issues, custody, as_of))
    if history.has_type("component_changed"):
        _apply_removals(events, issues, history, as_of)
    flows = (
        *_issue_flows(order, issues),
        *_structure(order, runs, begun),
        *outputs,
        *exact,
        *_opened_returns(order, events, runs, as_of),
    )
    return FlowGroup(flows)


def _order_window(events: Iterable[Told]) -> tuple[int, int]:
    """Return release and close of an order, minus and plus infinity where nobody told."""
    released = [told.event.window[0] for told in events if isinstance(told.event, WorkOrderReleased)]
    closed = [told.event.window[1] for told in events if isinstance(told.event, WorkOrderClosed)]
    return min(released, default=MINUS_INFINITY), max(closed, default=MINUS_INFINITY)


def _issues(order: str, events: tuple[Told, ...], custody: Custody) -> list[_Issue]:
    release, close = _order_window(events)
    found: list[_Issue] = []
    for told in events:
        event = told.event
        lines: tuple[Line, ...]
        if isinstance(event, MaterialIssued) and event.order == order:
            lines, run = event.lots, event.run
        elif isinstance(event, Shipped) and event.work_order == order and event.purpose == "processing":
            lines, run = event.lots, None
        else:
            continue
        begin, end = event.window
        # Nobody noted when a backflushed quantity was used: any time from release to close is possible.
        window = (min(release, begin), max(close, end)) if event.basis == "backflush" else (begin, end)
        pieces = (piece for line in lines for piece in pieces_of(line, told, custody))
        for index, piece in enumerate(pieces):
            found.append(_Issue(piece, told, index, run, window, piece.quantity, piece.spans, set(piece.entries)))
    return found


def _apply_returns(order: str, events: tuple[Told, ...], issues: list[_Issue], as_of: int | None) -> None:
    for told in events:
        event = told.event
        if not isinstance(event, MaterialReturned) or event.order != order or (as_of is not None and event.at > as_of):
            continue
        for line in event.lots:
            left = line.amount or ZERO
            for issue in _returned_issues(line, event.run, told, issues):
                left = issue.take(left, told)
                if line.spans:
                    issue.spans = without(issue.spans, line.spans)
                if not left:
                    break


def _returned_issues(line: ReturnLine, run: str | None, told: Told, issues: list[_Issue]) -> Iterator[_Issue]:
    """Yield the issues that a return may undo: the one it names, else the latest first, none later than itself."""
    for issue in reversed(issues):
        if issue.piece.lot not in line.candidates or not meet(issue.spans, line.spans):
            continue
        if line.issue is not None:
            if issue.told.event.id == line.issue:
                yield issue
        elif issue.run == run and issue.told.position <= told.position:
            yield issue


def _opened_returns(order: str, events: tuple[Told, ...], runs: tuple[str, ...], as_of: int | None) -> Iterator[Flow]:
    for told in events:
        event = told.event
        if not isinstance(event, MaterialReturned) or not event.opened or (as_of is not None and event.at > as_of):
            continue
        node = order_output_node(order, runs, event.run)
        for index, line in enumerate(event.lots):
            for lot in line.candidates:
                begin, end = event.window
                yield Flow(
                    node,
                    lot,
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
                    certain=line.lot is not None,
                    target_spans=line.spans,
                    gaps=gaps_of(told),
                )


def _made_window(line: OutputLine, told: Told) -> tuple[int, int]:
    if line.made_from is not None and line.made_to is not None:
        return instant(line.made_from), instant(line.made_to)
    return told.event.window


def _output_flow(node: str, line: OutputLine, told: Told, index: int) -> Flow:
    begin, end = _made_window(line, told)
    amount = line.quantity.amount
    return Flow(
        node,
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


def _outputs(order: str, events: tuple[Told, ...], runs: tuple[str, ...]) -> Iterator[Flow]:
    for told in events:
        event = told.event
        if isinstance(event, BatchProduced) and event.order == order:
            node = order_output_node(order, runs, event.run)
            for index, line in enumerate(event.outputs):
                if line.inputs is None:
                    yield _output_flow(node, line, told, index)
        elif isinstance(event, Received) and event.work_order == order:
            node = order_output_node(order, runs, event.run)
            begin, end = event.window
            amount = event.quantity.amount
            yield Flow(
                node,
                event.lot,
                "flow",
                told.seq,
                0,
                begin,
                end,
                amount,
                amount,
                amount,
                event.quantity.unit,
                told.entries,
                way="out",
                target_spans=event.spans,
                gaps=gaps_of(told),
            )


def _exact_runs(
    order: str, events: tuple[Told, ...], issues: list[_Issue], custody: Custody, as_of: int | None
) -> Iterator[Flow]:
    """Yield the flows of outputs that name their exact inputs: lot → own run → output, nothing from the order."""
    for told in events:
        event = told.event
        if not isinstance(event, BatchProduced) or event.order != order:
            continue
        for number, line in enumerate(event.outputs):
            if line.inputs is None or (as_of is not None and _made_window(line, told)[0] > as_of):
                continue
            node = run_name(order, f"{event.id}.{number}")
            pieces = [piece for source in line.inputs for piece in pieces_of(source, told, custody)]
            # Inputs are numbered after the outputs of the event, so that no two flows share seq and index.
            for index, piece in enumerate(pieces, start=len(event.outputs) * (number + 1)):
                yield _reassigned(node, piece, told, index, issues)
            yield _output_flow(node, line, told, number)


def _reassigned(node: str, piece: Piece, told: Told, index: int, issues: list[_Issue]) -> Flow:
    """Return the flow of a piece into its own run, and take it out of what was issued to the order as a whole."""
    left = piece.quantity or ZERO
    used: list[_Issue] = []
    for issue in issues:
        if issue.piece.lot != piece.lot or not meet(issue.spans, piece.spans) or issue.told.position > told.position:
            continue
        used.append(issue)
        if piece.certain:
            left = issue.take(left, told)
            issue.was_reassigned = True
            if piece.spans:
                issue.spans = without(issue.spans, piece.spans)
            if not left:
                break
    begin = min((issue.window[0] for issue in used), default=told.event.window[0])
    end = max((issue.window[1] for issue in used), default=told.event.window[1])
    entries = {*piece.entries, *(seq for issue in used for seq in issue.told.entries)}
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
        tuple(sorted(entries)),
        certain=piece.certain,
        via=piece.via,
        source_spans=piece.spans,
        gaps=piece.gaps if used else (*piece.gaps, "unrecorded"),
    )


def _apply_removals(events: tuple[Told, ...], issues: list[_Issue], history: History, as_of: int | None) -> None:
    """Take parts that were removed from units out of what was issued: they have a component edge of their own."""
    made: dict[str, list[tuple[Span, ...]]] = {}
    for told in events:
        if isinstance(told.event, BatchProduced):
            for line in told.event.outputs:
                made.setdefault(line.lot, []).append(line.spans)
    for issue in issues:
        for told in history.about("lot", issue.piece.lot):
            event = told.event
            if not isinstance(event, ComponentChanged) or event.removed is None or event.unit.lot not in made:
                continue
            if event.removed.lot != issue.piece.lot or (as_of is not None and event.at > as_of):
                continue
            unit_is_ours = any(meet(spans, event.unit.spans) for spans in made[event.unit.lot or ""])
            if not unit_is_ours or not meet(issue.spans, event.removed.spans) or was_fitted_later(told, history):
                continue
            issue.take(event.removed.amount or ZERO, told)
            issue.was_removed = True
            if event.removed.spans:
                issue.spans = without(issue.spans, event.removed.spans)


def was_fitted_later(removal: Told, history: History) -> bool:
    """Tell whether a removed part had been installed by an earlier change of the unit, not by its building order."""
    event = removal.event
    if not isinstance(event, ComponentChanged) or event.removed is None or event.unit.lot is None:
        return False
    for told in history.about("lot", event.unit.lot):
        other = told.event
        if told.position >= removal.position:
            break
        if (
            isinstance(other, ComponentChanged)
            and other.installed is not None
            and other.unit.lot == event.unit.lot
            and meet(other.unit.spans, event.unit.spans)
            and other.installed.lot == event.removed.lot
            and meet(other.installed.spans, event.removed.spans)
        ):
            return True
    return False


def _issue_flows(order: str, issues: list[_Issue]) -> Iterator[Flow]:
    for issue in issues:
        piece = issue.piece
        # What was wholly given to exact runs, or wholly taken out of the units again, is in no other output. What came
        # back from the line was there, so its edge stays, at net 0.
        if issue.net is not None and not issue.net and piece.certain and (issue.was_reassigned or issue.was_removed):
            continue
        yield Flow(
            piece.lot,
            run_name(order, issue.run) if issue.run is not None else order,
            "flow",
            issue.told.seq,
            issue.index,
            *issue.window,
            issue.net,
            piece.quantity_max if not piece.certain else issue.net,
            piece.quantity_max,
            piece.unit,
            tuple(sorted(issue.entries)),
            certain=piece.certain,
            via=piece.via,
            source_spans=issue.spans if issue.net else piece.spans,
            gaps=piece.gaps,
        )


def _structure(order: str, runs: tuple[str, ...], events: tuple[Told, ...]) -> Iterator[Flow]:
    """Yield the edges that hold an order with runs together; they carry no quantity and are always in time."""
    if not runs or not events:
        return
    first = min(told.seq for told in events)
    entries = (first,)
    pairs = [(order, run_name(order, run)) for run in runs]
    pairs += [(run_name(order, run), order + _OUT) for run in runs]
    pairs.append((order, order + _OUT))
    for index, (source, target) in enumerate(pairs):
        always = (MINUS_INFINITY, PLUS_INFINITY)
        yield Flow(source, target, "structure", first, index, *always, None, None, None, None, entries, way="between")
