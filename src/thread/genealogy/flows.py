"""Which event makes which flow: the one table of meaning (EVENTS 3).

Flows come in groups: an order with its runs, a vessel, one split or merge or relabel or rework, the parts of a unit, a
captured transformation. The flows of a group are a pure function of the valid events that name it and of the containers
that it consumed, so a group can be derived when a question needs it, in any order, after any correction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, NamedTuple

from thread.events.base import Line
from thread.events.captured import ReadLine
from thread.genealogy.custody import Custody
from thread.genealogy.projection import Told
from thread.values.quantity import ZERO
from thread.values.serials import Span

__all__ = ["CleanBreak", "Flow", "FlowGroup", "GroupKey", "Piece", "pieces_of", "read_pieces"]

FlowKind = Literal["flow", "structure", "component"]
Way = Literal["in", "out", "between", "part"]
"""lot → activity, activity → lot, activity → activity, part → unit (lot → lot)."""


@dataclass(frozen=True, slots=True)
class Flow:
    """Material of a lot into an activity, or out of it, in a window of time, told by some entries.

    `source` is always upstream of `target`. Times are nanoseconds since the Unix epoch, both ends included.
    """

    source: str
    target: str
    kind: FlowKind
    seq: int
    index: int
    time_from: int
    time_to: int
    quantity: Decimal | None
    """Net of what came back, or the low end; None where nobody told, and for structure."""
    quantity_max: Decimal | None
    gross: Decimal | None
    unit: str | None
    entries: tuple[int, ...]
    way: Way = "in"
    certain: bool = True
    via: str | None = None
    """The kit or container that was consumed."""
    source_spans: tuple[Span, ...] = ()
    """Serials of the source lot that it touches; empty: the whole lot."""
    target_spans: tuple[Span, ...] = ()
    gaps: tuple[str, ...] = ()
    """What it rests on that is less than a plain fact: forced, calculated, one_of, unrecorded."""

    @property
    def leaves_activity(self) -> bool:
        """Whether its source is an activity."""
        return self.way in {"out", "between"}

    @property
    def enters_activity(self) -> bool:
        """Whether its target is an activity."""
        return self.way in {"in", "between"}


class GroupKey(NamedTuple):
    """What a group of flows belongs to."""

    kind: Literal["order", "vessel", "event", "unit", "captured"]
    name: str


@dataclass(frozen=True, slots=True)
class CleanBreak:
    """An emptying that ended a run of a vessel: what was in `before` is not in `after`."""

    seq: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class FlowGroup:
    """The flows of one group, and what ended in it."""

    flows: tuple[Flow, ...]
    clean_breaks: tuple[CleanBreak, ...] = ()
    removed: tuple[Flow, ...] = ()
    """Component flows that ended: the part was taken out again."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A quantity of one lot that a line turns out to mean."""

    lot: str
    spans: tuple[Span, ...]
    quantity: Decimal | None
    quantity_max: Decimal | None
    unit: str | None
    certain: bool
    via: str | None
    entries: tuple[int, ...]
    gaps: tuple[str, ...]


def gaps_of(told: Told) -> tuple[str, ...]:
    """Return what every flow of an event rests on that is less than a plain fact."""
    gaps = ["forced"] if told.forced else []
    if told.event.basis == "backflush":
        gaps.append("calculated")
    return tuple(gaps)


def pieces_of(line: Line, told: Told, custody: Custody) -> Iterator[Piece]:
    """Yield what a line means: its lot, each candidate of `one_of`, or all that a container held at that time."""
    gaps = gaps_of(told)
    if line.one_of is not None:
        for lot in line.one_of:
            yield Piece(lot, (), ZERO, line.amount, line.unit, False, None, told.entries, (*gaps, "one_of"))  # noqa: FBT003
        return
    if line.lot is not None:
        amount = line.amount
        yield Piece(line.lot, line.spans, amount, amount, line.unit, True, line.container, told.entries, gaps)  # noqa: FBT003
        return
    if line.container is not None:
        yield from _content_pieces(line.container, told, custody, gaps)


def _content_pieces(container: str, told: Told, custody: Custody, gaps: tuple[str, ...]) -> Iterator[Piece]:
    for held in custody.contents(container, told.position):
        entries = tuple(sorted({*held.entries, *told.entries}))
        known = gaps if held.verified else (*gaps, "declared")
        yield Piece(held.lot, held.spans, held.quantity, held.quantity, held.unit, True, container, entries, known)  # noqa: FBT003


def read_pieces(lines: Iterable[ReadLine], told: Told, custody: Custody) -> Iterator[Piece]:
    """Yield what the lines of a captured event mean; a container means what it held, an item without a lot nothing."""
    gaps = gaps_of(told)
    for line in lines:
        if line.kind == "item":
            continue
        if line.kind == "container":
            yield from _content_pieces(line.name, told, custody, gaps)
            continue
        yield Piece(line.name, (), line.amount, line.amount, line.unit, True, None, told.entries, gaps)  # noqa: FBT003
