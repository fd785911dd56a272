"""Synthetic events for the benchmarks: made by rule, the same in every run, in the form that people type."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import islice
from typing import Any
from uuid import UUID

SITE = "BENCH"


def _time(minute: int) -> str:
    day, rest = divmod(minute, 1_440)
    month, day = divmod(day, 28)
    return f"2026-{1 + month:02d}-{1 + day:02d}T{rest // 60:02d}:{rest % 60:02d}:00+01:00"


def receipts(count: int) -> Iterator[dict[str, Any]]:
    """Yield receipts of 200 items from 40 suppliers, each a lot of its own, with origin and despatch advice."""
    chance = random.Random(7)
    for number in range(count):
        yield {
            "type": "received",
            "id": str(UUID(int=number + 1)),
            "event_time": _time(number // 10 % 400_000),
            "site": SITE,
            "item": f"ITEM-{number % 200:03d}",
            "lot": f"L{number:07d}",
            "quantity": {"value": str(chance.randint(1, 9_999)), "unit": "KGM"},
            "supplier": f"SUP-{number % 40:02d}",
            "supplier_lots": [f"S{number:07d}"],
            "documents": [{"type": "desadv", "number": f"DN-{number // 20:06d}"}],
            "origin": {"pegs": [{"demand": f"SO-{number // 7:06d}", "quantity": "1"}], "trigger": "forecast"},
        }


def layers(*, levels: int, width: int, inputs: int, seed: int = 1) -> Iterator[dict[str, Any]]:
    """Yield a plant of `levels` layers of `width` lots, each lot a batch made from `inputs` lots of the layer below."""
    chance = random.Random(seed)
    number = 0

    def event(type_name: str, minute: int, **fields: Any) -> dict[str, Any]:
        nonlocal number
        number += 1
        return {"type": type_name, "id": str(UUID(int=number)), "event_time": _time(minute), "site": SITE, **fields}

    below = [("RAW", f"R{k}") for k in range(width)]
    for item, code in below:
        yield event("received", 0, item=item, lot=code, quantity={"value": "1000000", "unit": "KGM"})
    for level in range(levels):
        minute = 10 + 10 * level
        made = []
        for k in range(width):
            order = f"W{level}-{k}"
            lines = [
                {"item": item, "lot": code, "quantity": {"value": "5", "unit": "KGM"}}
                for item, code in chance.sample(below, inputs)
            ]
            yield event("material_issued", minute, order=order, lots=lines)
            output = {"item": f"MID{level}", "lot": f"B{level}-{k}", "quantity": {"value": "1000", "unit": "KGM"}}
            yield event("batch_produced", minute + 1, order=order, outputs=[output])
            made.append((f"MID{level}", f"B{level}-{k}"))
        below = made


def orders(count: int) -> Iterator[dict[str, Any]]:
    """Yield `count` events of an ordinary plant: three coils feed twenty orders, each packed and shipped by itself."""
    number = 0

    def event(type_name: str, **fields: Any) -> dict[str, Any]:
        nonlocal number
        number += 1
        return {
            "type": type_name,
            "id": str(UUID(int=number)),
            "event_time": _time(number),
            "site": SITE,
            **fields,
        }

    def some(value: int, unit: str, **fields: Any) -> dict[str, Any]:
        return {"quantity": {"value": str(value), "unit": unit}, **fields}

    def told() -> Iterator[dict[str, Any]]:
        for group in range(count):
            coils = [f"C{group}-{k}" for k in range(3)]
            for coil in coils:
                yield event("received", item="STEEL", lot=coil, supplier="ACME", **some(1_000, "KGM"))
            for k in range(20):
                order, frame, pallet = f"W{group}-{k}", f"F{group}-{k}", f"P{group}-{k}"
                yield event("material_issued", order=order, lots=[some(10, "KGM", lot=coil) for coil in coils])
                yield event("batch_produced", order=order, outputs=[some(20, "EA", item="FRAME", lot=frame)])
                yield event("packed", container=pallet, contents=[some(20, "EA", lot=frame)])
                yield event(
                    "shipped", shipment=f"S{group}-{k}", purpose="sale", customer=f"CU{k}", lots=[{"container": pallet}]
                )

    yield from islice(told(), count)
