"""A floor to tell events on, one call each, with literal names and hours; answers come from the pure core."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from thread.events import Event, parse_event
from thread.genealogy.projection import MemoryHistory, Recorded
from thread.genealogy.trace import Trace, trace

ORIGIN = "plant.example"


def item(code: str) -> str:
    return f"https://{ORIGIN}/item/{code}"


def lot(item_code: str, code: str) -> str:
    return f"https://{ORIGIN}/site/L/lot/{item_code}/{code}"


def order(number: str) -> str:
    return f"https://{ORIGIN}/order/L/{number}"


def place(code: str) -> str:
    return f"https://{ORIGIN}/place/L/{code}"


def container(code: str) -> str:
    return f"https://{ORIGIN}/container/{code}"


def shipment(number: str) -> str:
    return f"https://{ORIGIN}/shipment/L/{number}"


def party(code: str) -> str:
    return f"https://{ORIGIN}/party/{code}"


def quantity(value: str, unit: str = "KGM") -> dict[str, str]:
    return {"value": value, "unit": unit}


def hour(number: int) -> str:
    """Return the time `number` hours after the first of March 2026."""
    return f"2026-03-{1 + number // 24:02d}T{number % 24:02d}:00:00Z"


class Floor:
    """Events in the order in which they were booked."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def tell(self, type_name: str, at: int | None = None, **fields: Any) -> int:
        """Record an event that happened at an hour; return its seq."""
        told: dict[str, Any] = {"type": type_name, "id": str(UUID(int=len(self.events) + 1)), **fields}
        if at is not None:
            told["event_time"] = hour(at)
        if type_name not in {"corrected", "signed", "finding_closed"}:
            told.setdefault("site", "L")
        self.events.append(parse_event(told))
        return len(self.events) - 1

    def receive(self, item_code: str, code: str, at: int = 0, amount: str = "100", **more: Any) -> int:
        return self.tell(
            "received", at, item=item(item_code), lot=lot(item_code, code), quantity=quantity(amount), **more
        )

    def issue(self, name: str, into: str, at: int, amount: str = "10", **more: Any) -> int:
        lines = [{"lot": name, "quantity": quantity(amount)}]
        return self.tell("material_issued", at, order=order(into), lots=lines, **more)

    def produce(self, item_code: str, code: str, by: str, at: int, amount: str = "5", **more: Any) -> int:
        line = {"item": item(item_code), "lot": lot(item_code, code), "quantity": quantity(amount)}
        return self.tell("batch_produced", at, order=order(by), outputs=[line], **more)

    def history(
        self, *, known_at: int | None = None, forced: dict[int, tuple[str, ...]] | None = None
    ) -> MemoryHistory:
        events = self.events[:known_at]
        entries = [
            Recorded(seq, event, "2026-04-01T00:00:00.000000Z", "clerk", (forced or {}).get(seq, ()))
            for seq, event in enumerate(events)
        ]
        return MemoryHistory(entries, origin=ORIGIN)

    def trace(self, name: str, **asked: Any) -> Trace:
        return trace(self.history(), name, **asked)

    def lots(self, name: str, direction: str, **asked: Any) -> set[str]:
        """Return the lots of an answer in short: `ITEM/CODE`, with `?` where it is only possible, not in time."""
        answer = self.trace(name, direction=direction, **asked)
        return {
            node.id.split("/lot/")[1] + ("" if node.in_time else "?")
            for node in answer.nodes
            if node.kind == "lot" and node.id not in {name, answer.focus.lot}
        }

    def activities(self, name: str, direction: str, **asked: Any) -> set[str]:
        answer = self.trace(name, direction=direction, **asked)
        return {node.id.removeprefix(f"https://{ORIGIN}/") for node in answer.nodes if node.kind == "activity"}
