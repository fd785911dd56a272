"""Random floors: small, nasty, and booked out of order. Every event is well formed; nothing is checked for sense."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.floor import Floor, container, hour, item, lot, order, place, quantity

LOTS = [lot("ITEM", code) for code in "ABCDE"]
ORDERS = [order(f"WO-{number}") for number in (1, 2, 3)]
CONTAINERS = [container(f"C-{number}") for number in (1, 2, 3)]
VESSEL = place("TANK")

lots = st.sampled_from(LOTS)
orders = st.sampled_from(ORDERS)
containers = st.sampled_from(CONTAINERS)
runs = st.sampled_from([None, None, "1", "2"])
hours = st.integers(min_value=0, max_value=6)
amounts = st.sampled_from(["1", "2.5", "10"])


@st.composite
def lines(draw: st.DrawFn, *, whole: bool = True) -> dict[str, Any]:
    kind = draw(st.sampled_from(["lot", "lot", "lot", "one_of", "container"] if whole else ["lot"]))
    if kind == "container":
        return {"container": draw(containers)}
    amount = quantity(draw(amounts))
    if kind == "one_of":
        return {"one_of": draw(st.lists(lots, min_size=2, max_size=2, unique=True)), "quantity": amount}
    return {"lot": draw(lots), "quantity": amount}


@st.composite
def outputs(draw: st.DrawFn) -> list[dict[str, Any]]:
    names = draw(st.lists(lots, min_size=1, max_size=2, unique=True))
    return [{"item": item("ITEM"), "lot": name, "quantity": quantity(draw(amounts))} for name in names]


def _told(draw: st.DrawFn, kind: str) -> dict[str, Any]:  # noqa: PLR0911 one return for each kind of event
    run = draw(runs)
    in_run = {"run": run} if run else {}
    if kind == "material_issued":
        basis = draw(st.sampled_from(["scanned", "scanned", "backflush"]))
        some = draw(st.lists(lines(), min_size=1, max_size=2))
        return {"order": draw(orders), "lots": some, "basis": basis, **in_run}
    if kind == "material_returned":
        some = [draw(lines(whole=False))]
        return {"order": draw(orders), "lots": some, "opened": draw(st.booleans()), **in_run}
    if kind == "batch_produced":
        return {"order": draw(orders), "outputs": draw(outputs()), **in_run}
    if kind.startswith("work_order"):
        return {"order": draw(orders)}
    if kind in {"split", "merged", "reworked"}:
        return {"inputs": draw(st.lists(lines(), min_size=1, max_size=2)), "outputs": draw(outputs())}
    if kind == "packed":
        target = draw(containers)
        inner = st.sampled_from([name for name in CONTAINERS if name > target] or [target])
        if target != CONTAINERS[-1] and draw(st.booleans()):
            return {"container": target, "contents": [{"container": draw(inner)}]}
        return {"container": target, "contents": [draw(lines(whole=False))]}
    if kind == "unpacked":
        told: dict[str, Any] = {"container": draw(containers)}
        if draw(st.booleans()):
            told["contents"] = [{"lot": draw(lots)}]
        return told
    if kind == "vessel_filled":
        return {"vessel": VESSEL, "lots": [draw(lines())]}
    if kind == "vessel_drawn":
        into: dict[str, Any] = (
            {"order": draw(orders)} if draw(st.booleans()) else {"lot": draw(lots), "item": item("ITEM")}
        )
        return {"vessel": VESSEL, "quantity": quantity("1"), **into}
    return {"vessel": VESSEL, "heel": quantity(draw(st.sampled_from(["0", "0", "1"])))}


ORDERS_ONLY = [
    "material_issued",
    "material_issued",
    "batch_produced",
    "material_returned",
    "work_order_released",
    "work_order_closed",
]
CONTAINERS_ONLY = ["packed", "packed", "unpacked", "material_issued", "batch_produced"]
VESSELS_ONLY = ["vessel_filled", "vessel_filled", "vessel_drawn", "vessel_emptied", "batch_produced"]
KINDS = [*ORDERS_ONLY, *CONTAINERS_ONLY, *VESSELS_ONLY, "split", "merged", "reworked"]
THEMES = [KINDS, ORDERS_ONLY, CONTAINERS_ONLY, VESSELS_ONLY]
"""A floor of few kinds of event meets itself more often."""


@st.composite
def floors(draw: st.DrawFn, *, most: int = 14, corrections: bool = True) -> Floor:
    """Return a floor with up to `most` events in any order of booking, and some of them corrected afterwards."""
    floor = Floor()
    theme = draw(st.sampled_from(THEMES))
    for kind in draw(st.lists(st.sampled_from(theme), min_size=1, max_size=most)):
        floor.tell(kind, draw(hours), **_told(draw, kind))
    told = len(floor.events)
    for _ in range(draw(st.integers(0, 2)) if corrections else 0):
        seq = draw(st.integers(0, told - 1))
        if draw(st.booleans()):
            floor.tell("corrected", 20, seq=seq, void=True, reason="did not happen")
            continue
        kinds = draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=2))
        better = [{"type": kind, "site": "L", "event_time": hour(draw(hours)), **_told(draw, kind)} for kind in kinds]
        floor.tell("corrected", 20, seq=seq, replaced_by=better, reason="told better")
    return floor


names = st.sampled_from(LOTS)
