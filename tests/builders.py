"""Events with good defaults: a test states only what it is about.

What comes back is an event as typed, with short names, ready for `ledger.record` or `tests.plant.recorded`. Times and
lines are told as in a story: `at="day 1, 08:00"`, `"30 KGM of S-77 out of PAL-1"`. Any field can be told by its name;
None takes a default out.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from tests import story_words
from tests.story_words import Words

__all__ = [
    "close_order",
    "correction",
    "count",
    "customer_return",
    "declaration",
    "delivery",
    "draw",
    "emptying",
    "fill",
    "hold",
    "hold_release",
    "inspection",
    "issue",
    "item",
    "kit",
    "line",
    "merge",
    "move",
    "order",
    "output",
    "pack",
    "production",
    "quantity",
    "receipt",
    "relabel",
    "return_to_stock",
    "rework",
    "sample",
    "scrap",
    "shipment",
    "split",
    "step",
    "swap",
    "time",
    "unpack",
    "void",
]

Told = dict[str, Any]
FIRST_DAY = date(2026, 3, 2)


def time(text: str) -> str:
    """Return RFC 3339 text of `day 1, 08:00`; such text itself stays as it is."""
    if not text.startswith("day "):
        return text
    day, clock = text.removeprefix("day ").split(", ")
    return f"{(FIRST_DAY + timedelta(days=int(day) - 1)).isoformat()}T{clock}:00+01:00"


def _read(text: str, reader: Callable[[Words], Any]) -> Any:
    words = Words(
        1, text, lambda day, clock: time(f"day {day or 1}, {clock}"), "00000000-0000-4000-8000-{:012d}".format
    )
    told = reader(words)
    if not words.is_over:
        words.fail(f"unexpected {words.rest!r}")
    return told


def quantity(text: str) -> Told:
    """Return `100 KGM` as JSON."""
    told: Told = _read(text, Words.quantity)
    return told


def line(text: str, **more: Any) -> Told:
    """Return a line: `30 KGM of S-77`, `serials A1 to A9 of F-1`, `PAL-1`."""
    return {**_read(text, story_words.line), **more}


def output(text: str, **more: Any) -> Told:
    """Return a line of what came forth: `20 EA of FRAME lot F-1 (expiry 2027-01-31)`."""
    return {**_read(text, story_words.output), **more}


def _lines(texts: tuple[str | Told, ...]) -> list[Told]:
    return [line(text) if isinstance(text, str) else text for text in texts]


def _touched(texts: tuple[str | Told, ...]) -> list[Told]:
    def touched(words: Words) -> Told:
        return story_words.line(words, bare="lot")

    return [_read(text, touched) if isinstance(text, str) else text for text in texts]


def _outputs(texts: tuple[str | Told, ...]) -> list[Told]:
    return [output(text) if isinstance(text, str) else text for text in texts]


def _event(type_name: str, at: str, more: Told, **fields: Any) -> Told:
    told = {"type": type_name, "event_time": time(at), "site": "P1", **fields, **more}
    if "time_from" in told:
        told["event_time"] = None
        told["time_from"], told["time_to"] = time(told["time_from"]), time(told["time_to"])
    return {name: value for name, value in told.items() if value is not None}


def _amount(told: str | Told) -> Told:
    return quantity(told) if isinstance(told, str) else told


def receipt(lot: str = "STEEL-1", quantity: str | Told = "100 KGM", *, at: str = "day 1, 08:00", **more: Any) -> Told:
    told = {"item": "STEEL", "supplier": "ACME", "lot": lot, "quantity": _amount(quantity)}
    return _event("received", at, more, **told)


def declaration(
    lot: str = "STEEL-0", quantity: str | Told = "50 KGM", *, at: str = "day 1, 07:00", **more: Any
) -> Told:
    return _event("declared", at, more, kind="opening", item="STEEL", lot=lot, quantity=_amount(quantity))


def item(item: str = "STEEL", unit: str = "KGM", *, at: str = "day 1, 06:00", **more: Any) -> Told:
    return _event("item_defined", at, more, item=item, unit=unit)


def order(
    order: str = "WO-1", item: str = "FRAME", planned: str | None = "40 EA", *, at: str = "day 1, 09:00", **more: Any
) -> Told:
    plan = None if planned is None else quantity(planned)
    return _event("work_order_released", at, more, order=order, item=item, planned_quantity=plan)


def issue(*lines: str | Told, order: str = "WO-1", at: str = "day 1, 10:00", **more: Any) -> Told:
    return _event("material_issued", at, more, order=order, lots=_lines(lines or ("30 KGM of STEEL-1",)))


def return_to_stock(*lines: str | Told, order: str = "WO-1", at: str = "day 1, 12:00", **more: Any) -> Told:
    return _event("material_returned", at, more, order=order, lots=_lines(lines or ("5 KGM of STEEL-1",)))


def production(*outputs: str | Told, order: str = "WO-1", at: str = "day 1, 11:00", **more: Any) -> Told:
    told = _outputs(outputs or ("20 EA of FRAME lot FRAME-1",))
    return _event("batch_produced", at, more, order=order, outputs=told)


def close_order(order: str = "WO-1", *, at: str = "day 1, 18:00", **more: Any) -> Told:
    return _event("work_order_closed", at, more, order=order)


def step(name: str = "WELD", *lines: str | Told, at: str = "day 1, 10:30", **more: Any) -> Told:
    on: Told = {"lots": _touched(lines)} if lines else {"order": "WO-1"}
    return _event("step_done", at, more, step=name, **on)


def _transformed(type_name: str, at: str, inputs: list[Told], outputs: list[Told], more: Told) -> Told:
    return _event(type_name, at, more, inputs=inputs, outputs=outputs)


def split(source: str, *outputs: str | Told, at: str = "day 1, 14:00", **more: Any) -> Told:
    return _transformed("split", at, _lines((source,)), _outputs(outputs), more)


def merge(*inputs: str | Told, into: str | Told, at: str = "day 1, 14:00", **more: Any) -> Told:
    return _transformed("merged", at, _lines(inputs), _outputs((into,)), more)


def relabel(source: str, into: str, *, at: str = "day 1, 08:30", **more: Any) -> Told:
    return _transformed("relabelled", at, _lines((source,)), _outputs((into,)), more)


def rework(*inputs: str | Told, into: str | Told, at: str = "day 1, 15:00", **more: Any) -> Told:
    return _transformed("reworked", at, _lines(inputs), _outputs((into,)), more)


def pack(*lines: str | Told, container: str = "PAL-1", at: str = "day 2, 08:00", **more: Any) -> Told:
    return _event("packed", at, more, container=container, contents=_lines(lines or ("10 EA of FRAME-1",)))


def unpack(*lines: str | Told, container: str = "PAL-1", at: str = "day 2, 10:00", **more: Any) -> Told:
    return _event("unpacked", at, more, container=container, contents=_lines(lines) or None)


def kit(*lines: str | Told, container: str = "KIT-1", at: str = "day 2, 08:00", **more: Any) -> Told:
    return _event("kit_assembled", at, more, container=container, contents=_lines(lines or ("1 EA of FRAME-1",)))


def fill(*lines: str | Told, vessel: str = "TANK-1", at: str = "day 1, 10:00", **more: Any) -> Told:
    return _event("vessel_filled", at, more, vessel=vessel, lots=_lines(lines or ("30 KGM of STEEL-1",)))


def draw(lot: str | None = "DRAW-1", quantity: str = "10 KGM", *, at: str = "day 1, 11:00", **more: Any) -> Told:
    what: Told = {"item": "MIX", "lot": lot} if lot is not None else {}
    return _event("vessel_drawn", at, more, **{"vessel": "TANK-1", "quantity": _amount(quantity), **what})


def emptying(vessel: str = "TANK-1", *, heel: str = "0 KGM", at: str = "day 1, 20:00", **more: Any) -> Told:
    return _event("vessel_emptied", at, more, vessel=vessel, heel=quantity(heel))


def move(*lines: str | Told, to: str = "RACK-1", at: str = "day 1, 08:30", **more: Any) -> Told:
    return _event("moved", at, more, to_place=to, lots=_lines(lines or ("10 KGM of STEEL-1",)))


def count(*lines: str | Told, at: str = "day 1, 20:00", **more: Any) -> Told:
    return _event("counted", at, more, lots=_lines(lines or ("100 KGM of STEEL-1",)))


def inspection(*lines: str | Told, at: str = "day 1, 13:00", **more: Any) -> Told:
    return _event("inspected", at, more, lots=_touched(lines or ("STEEL-1",)), result="pass")


def sample(*lines: str | Told, fate: str = "destroyed", at: str = "day 1, 13:00", **more: Any) -> Told:
    told = [{"fate": fate, **one} for one in _lines(lines or ("1 KGM of STEEL-1",))]
    return _event("sampled", at, more, lots=told)


def hold(*lines: str | Told, hold_id: str = "H-1", at: str = "day 1, 13:00", **more: Any) -> Told:
    told = _touched(lines or ("STEEL-1",))
    return _event("held", at, more, hold_id=hold_id, lots=told, reason="suspected")


def hold_release(hold_id: str = "H-1", *lines: str | Told, at: str = "day 1, 16:00", **more: Any) -> Told:
    told = _touched(lines) or None
    return _event("hold_released", at, more, hold_id=hold_id, lots=told, reason="found good")


def scrap(*lines: str | Told, at: str = "day 1, 17:00", **more: Any) -> Told:
    return _event("scrapped", at, more, lots=_lines(lines or ("1 KGM of STEEL-1",)), reason_code="DAMAGED")


def swap(unit: str, *, out: str | Told | None = None, into: str | None = None, at: str, **more: Any) -> Told:
    """Return the change of a part of `unit`; `out` goes back to stock unless it tells its fate."""
    removed = None if out is None else {"fate": "stock", **_lines((out,))[0]}
    installed = None if into is None else line(into)
    (on,) = _touched((unit,))
    told: Told = {"unit": on, "position": "1", "removed": removed, "installed": installed}
    return _event("component_changed", at, more, **told)


def shipment(*lines: str | Told, number: str = "SH-1", at: str = "day 2, 09:00", **more: Any) -> Told:
    told: Told = {"shipment": number, "purpose": "sale", "lots": _lines(lines or ("PAL-1",))}
    if more.get("purpose", "sale") == "sale":
        told["customer"] = "RIDE"
    return _event("shipped", at, {**told, **more})


def delivery(number: str = "SH-1", *, at: str = "day 3, 09:00", **more: Any) -> Told:
    return _event("delivered", at, more, shipment=number)


def customer_return(*lines: str | Told, at: str = "day 5, 09:00", **more: Any) -> Told:
    told: Told = {"customer": "RIDE", "shipment": "SH-1", "lots": _lines(lines or ("1 EA of FRAME-1",))}
    return _event("customer_returned", at, more, **told)


def void(seq: int, *, at: str = "day 6, 09:00", **more: Any) -> Told:
    """Return the correction that says: the entry at `seq` did not happen."""
    told: Told = {"seq": seq, "void": True, "reason": "did not happen", "site": None}
    return _event("corrected", at, {**told, **more})


def correction(seq: int, *replaced_by: Told, at: str = "day 6, 09:00", **more: Any) -> Told:
    """Return the correction that puts events in the place of the entry at `seq`."""
    told: Told = {"seq": seq, "replaced_by": list(replaced_by), "reason": "told wrongly", "site": None}
    return _event("corrected", at, {**told, **more})
