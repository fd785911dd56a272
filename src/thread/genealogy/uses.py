"""What an event does to a lot that it takes from stock, in one word; the rows of the matrix of acceptance."""

from __future__ import annotations

from typing import Final

from thread.events.base import Event, Line
from thread.events.containers import KitAssembled, Packed
from thread.events.dispatch import Shipped
from thread.events.material import Merged, Moved, Relabelled, Reworked, Split
from thread.events.production import ComponentChanged, MaterialIssued
from thread.events.quality import Sampled, Scrapped
from thread.events.vessels import VesselFilled
from thread.genealogy.movement import BLOCKED_USES

__all__ = ["USES", "taken_lines", "use_of"]

USES: Final[dict[type[Event], str]] = {
    MaterialIssued: "issued",
    KitAssembled: "kit",
    VesselFilled: "filled",
    Reworked: "reworked",
    Packed: "packed",
    Moved: "moved",
    Split: "split",
    Merged: "merged",
    Relabelled: "relabelled",
    Sampled: "sampled",
    Scrapped: "scrapped",
    ComponentChanged: "installed",
}
"""The use that an event puts material to; that of `shipped` is its purpose."""


def taken_lines(event: Event) -> tuple[tuple[str, Line], ...]:
    """Return the lines by which an event takes material from stock, each with its JSON Pointer."""
    match event:
        case MaterialIssued() | VesselFilled() | Scrapped() | Sampled() | Moved():
            return tuple((f"/lots/{number}", line) for number, line in enumerate(event.lots))
        case Shipped():
            return tuple((f"/lots/{number}", line) for number, line in enumerate(event.lots)) if event.custody else ()
        case KitAssembled() | Packed():
            return tuple((f"/contents/{number}", line) for number, line in enumerate(event.contents))
        case Split() | Merged() | Relabelled() | Reworked():
            return tuple((f"/inputs/{number}", line) for number, line in enumerate(event.inputs))
        case ComponentChanged():
            return (("/installed", event.installed),) if event.installed is not None else ()
        case _:
            return ()


def use_of(event: Event, lot: str) -> str | None:
    """Return the use that an event puts a lot to, if it is one that blocked material may not be put to."""
    use = event.purpose if isinstance(event, Shipped) else USES.get(type(event))
    if use not in BLOCKED_USES:
        return None
    named = any(lot in line.candidates or line.is_whole_container for _, line in taken_lines(event))
    return use if named else None
