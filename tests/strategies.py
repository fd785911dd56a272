"""Random plants: small, valid at the time of each event, and nasty.

`lives()` draws what happened on a floor: receipts in several arrivals, orders with runs, returns, backflush, loops of
rework and regrind, nested containers that are consumed or shipped whole, vessels, serials, candidates (`one_of`), swaps
of parts, equal instants and windows. Then it is booked: some of it late, some of it corrected, once or twice. All names
are canonical, so nothing has to be resolved. Quantities are quarters of a unit, so halves come back exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from hypothesis import strategies as st

from thread.events import Event, parse_event
from thread.events.corrections import Corrected
from thread.genealogy.projection import MemoryHistory, Recorded, corrections_by_target, effective
from thread.values.names import (
    container_name,
    foreign_lot,
    item_name,
    order_name,
    own_lot,
    party_name,
    place_name,
    shipment_name,
)
from thread.values.quantity import decimal_text
from thread.values.times import ledger_time

__all__ = ["BEGIN", "ORIGIN", "Life", "lives", "other_version"]

ORIGIN: Final = "plant.example"
SITE: Final = "P1"
UNITS: Final[Mapping[str, str]] = {"STEEL": "KGM", "PAINT": "LTR", "BOLT": "EA", "FRAME": "EA", "BIKE": "EA"}
BEGIN: Final = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)

Told = dict[str, Any]
Draw = Callable[[st.SearchStrategy[Any]], Any]


@dataclass(frozen=True, slots=True)
class Life:
    """What happened in a plant, in the order of booking."""

    events: tuple[Event, ...]

    @property
    def entries(self) -> tuple[Recorded, ...]:
        """The events as entries from seq 0, a second apart."""
        return tuple(
            Recorded(seq, event, ledger_time(1_800_000_000_000_000 + seq * 1_000_000), "teller")
            for seq, event in enumerate(self.events)
        )

    def history(self, size: int | None = None) -> MemoryHistory:
        """The first `size` entries as the genealogy reads them."""
        return MemoryHistory(self.entries[:size], origin=ORIGIN)

    @property
    def valid_events(self) -> tuple[Event, ...]:
        """What holds once every correction is in, in the order of booking."""
        corrections = {seq: told[-1] for seq, told in corrections_by_target(self.entries).items()}
        told = (one for entry in self.entries for one in effective(entry, corrections.get(entry.seq)))
        return tuple(one.event for one in told if not isinstance(one.event, Corrected))

    @property
    def lots(self) -> tuple[str, ...]:
        """Every lot that a valid event names, sorted."""
        named = (_lots_in(event.model_dump(by_alias=True)) for event in self.valid_events)
        return tuple(sorted(set[str]().union(*named)))


def _lots_in(told: Any) -> set[str]:
    if isinstance(told, Mapping):
        own = {told["lot"]} if isinstance(told.get("lot"), str) else set()
        return own.union(told.get("one_of") or (), *(_lots_in(value) for value in told.values()))
    if isinstance(told, list | tuple):
        return set().union(*(_lots_in(value) for value in told))
    return set()


@dataclass(slots=True)
class _Lot:
    name: str
    item: str
    quarters: int
    """What is free on the shelf, in quarters of a unit."""
    serials: list[int] | None = None
    """Serials that are free, where they are followed one by one."""

    @property
    def unit(self) -> str:
        return UNITS[self.item]


@dataclass(slots=True)
class _Order:
    name: str
    item: str
    issued: list[tuple[_Lot, str | None, int]] = field(default_factory=list)
    made: list[_Lot] = field(default_factory=list)
    is_closed: bool = False


@dataclass(slots=True)
class _Container:
    name: str
    contents: list[tuple[_Lot, Told]] = field(default_factory=list)
    inner: list[_Container] = field(default_factory=list)
    is_inside: bool = False
    is_gone: bool = False

    @property
    def is_full(self) -> bool:
        return bool(self.contents or self.inner)

    @property
    def all_contents(self) -> list[tuple[_Lot, Told]]:
        return [*self.contents, *(one for inner in self.inner for one in inner.all_contents)]

    def leave(self) -> None:
        self.is_gone = True
        for inner in self.inner:
            inner.leave()


def _quantity(quarters: int, unit: str) -> Told:
    return {"value": decimal_text(Decimal(quarters) / 4), "unit": unit}


def _quarters_of(line: Told) -> int:
    return int(Decimal(line["quantity"]["value"]) * 4)


def _serial_ranges(numbers: list[int]) -> list[Told]:
    """Serials as ranges, runs joined."""
    ranges: list[list[int]] = []
    for number in sorted(numbers):
        if ranges and ranges[-1][-1] == number - 1:
            ranges[-1].append(number)
        else:
            ranges.append([number])
    return [{"first": f"S{run[0]:03d}", "last": f"S{run[-1]:03d}"} for run in ranges]


def _numbers(ranges: list[Told]) -> list[int]:
    return [number for told in ranges for number in range(int(told["first"][1:]), int(told["last"][1:]) + 1)]


class _Floor:
    """What is where, while a life is drawn."""

    def __init__(self, draw: Draw) -> None:
        self.draw = draw
        self.minutes = 0
        self.told: list[Told] = []
        self.lots: list[_Lot] = []
        self.orders: list[_Order] = []
        self.containers: list[_Container] = []
        self.shipments: list[tuple[str, list[tuple[_Lot, Told]]]] = []
        self.vessel_quarters = 0
        self.fitted: list[tuple[Told, str, _Lot, Told]] = []

    # Drawing

    def one_of(self, choices: list[Any]) -> Any:
        return choices[0] if len(choices) == 1 else self.draw(st.sampled_from(choices))

    def maybe(self) -> bool:
        return bool(self.draw(st.booleans()))

    def quarters(self, most: int, unit: str) -> int:
        """Draw how much, at most `most`; pieces are whole."""
        step = 4 if unit == "EA" else 1
        return step * int(self.draw(st.integers(1, max(1, min(most, 40) // step))))

    def free(self) -> list[_Lot]:
        return [lot for lot in self.lots if lot.quarters >= (4 if lot.unit == "EA" else 1)]

    def full(self) -> list[_Container]:
        return [one for one in self.containers if one.is_full and not one.is_inside and not one.is_gone]

    # Telling

    def tell(self, type_name: str, *, minutes: int | None = None, **fields: Any) -> None:
        """Tell an event; it happens at once with the one before, later, or in a window."""
        self.minutes += self.one_of([1, 0, 30]) if minutes is None else minutes
        begin = BEGIN + timedelta(minutes=self.minutes)
        window = self.draw(st.sampled_from([0, 0, 0, 20]))
        times = (
            {"time_from": begin.isoformat(), "time_to": (begin + timedelta(minutes=window)).isoformat()}
            if window
            else {"event_time": begin.isoformat()}
        )
        told_id = f"00000000-0000-4000-8000-{len(self.told):012d}"
        self.told.append({"type": type_name, "id": told_id, "site": SITE, **times, **fields})

    def new(self, item: str, quarters: int, *, supplier: str | None = None) -> _Lot:
        code = f"L{len(self.lots)}"
        name = foreign_lot(ORIGIN, supplier, item, code) if supplier else own_lot(ORIGIN, SITE, item, code)
        lot = _Lot(name, item, quarters)
        self.lots.append(lot)
        return lot

    def entering(self, lot: _Lot, quarters: int) -> Told:
        """Fields of a lot that comes in or comes forth; pieces may have serials."""
        told: Told = {"item": item_name(ORIGIN, lot.item), "lot": lot.name, "quantity": _quantity(quarters, lot.unit)}
        if lot.unit == "EA" and lot.serials is None and lot.quarters == quarters and self.maybe():
            lot.serials = list(range(1, quarters // 4 + 1))
            told["serials"] = _serial_ranges(lot.serials)
        return told

    def take(self, lot: _Lot) -> Told:
        """Take some of a lot; of one with serials, some that are named, or from then on nobody knows which."""
        quarters = self.quarters(lot.quarters, lot.unit)
        lot.quarters -= quarters
        line: Told = {"lot": lot.name, "quantity": _quantity(quarters, lot.unit)}
        if lot.serials is not None and self.maybe():
            gone, lot.serials = lot.serials[: quarters // 4], lot.serials[quarters // 4 :]
            line |= {"item": item_name(ORIGIN, lot.item), "serials": _serial_ranges(gone)}
        else:
            lot.serials = None
        return line

    def put_back(self, lot: _Lot, line: Told) -> None:
        lot.quarters += _quarters_of(line)
        if lot.serials is not None and "serials" in line:
            lot.serials = sorted({*lot.serials, *_numbers(line["serials"])})

    def some_lines(self) -> tuple[list[Told], list[_Lot]]:
        """Take from one or two lots, or a whole container with what it holds."""
        full = self.full()
        if full and self.maybe():
            container = self.one_of(full)
            container.leave()
            return [{"container": container.name}], [lot for lot, _ in container.all_contents]
        lots = [self.one_of(self.free())]
        others = [lot for lot in self.free() if lot is not lots[0]]
        if others and self.maybe():
            lots.append(self.one_of(others))
        return [self.take(lot) for lot in lots], lots

    # What can happen

    def receive(self) -> None:
        known = [lot for lot in self.lots if "/party/" in lot.name and lot.serials is None]
        item = self.one_of(["STEEL", "BOLT", "PAINT"])
        quarters = self.quarters(40, UNITS[item])
        supplier = self.one_of(["ACME", "BETA"])
        if known and self.maybe():
            lot = self.one_of(known)
            quarters = self.quarters(40, lot.unit)
            lot.quarters += quarters
            supplier = lot.name.split("/party/")[1].split("/")[0]
        else:
            lot = self.new(item, quarters, supplier=supplier)
        origin = self.one_of([None, {"trigger": "forecast"}, {"pegs": [{"demand": "SO-1", "quantity": "2"}]}])
        more: Told = {} if origin is None else {"origin": origin}
        self.tell("received", supplier=party_name(ORIGIN, supplier), **self.entering(lot, quarters), **more)

    def declare(self) -> None:
        item = self.one_of(["STEEL", "FRAME"])
        quarters = self.quarters(20, UNITS[item])
        lot = self.new(item, quarters)
        self.tell("declared", kind=self.one_of(["opening", "found"]), **self.entering(lot, quarters))

    def split(self) -> None:
        source = self.one_of(self.free())
        line = self.take(source)
        total, step = _quarters_of(line), 4 if source.unit == "EA" else 1
        part = total // step // 2 * step
        sizes = [part, total - part] if part else [total]
        outputs = [self.entering(self.new(source.item, size), size) for size in sizes]
        self.tell(self.one_of(["split", "relabelled"]), inputs=[line], outputs=outputs)

    def merge(self) -> None:
        lines, lots = self.some_lines()
        item = lots[0].item
        quarters = self.quarters(40, UNITS[item])
        self.tell("merged", inputs=lines, outputs=[self.entering(self.new(item, quarters), quarters)])

    def rework(self) -> None:
        """Work a lot again; it comes back under its own name, or joins another, even one that it was made from."""
        source = self.one_of(self.free())
        line = self.take(source)
        targets = [lot for lot in self.lots if lot.unit == source.unit]
        target = self.one_of([source, *targets])
        quarters = _quarters_of(line)
        target.serials = None
        target.quarters += quarters
        told = {"item": item_name(ORIGIN, target.item), "lot": target.name, "quantity": line["quantity"]}
        self.tell("reworked", inputs=[line], outputs=[told])

    def release(self) -> None:
        order = _Order(order_name(ORIGIN, SITE, f"WO-{len(self.orders)}"), self.one_of(["FRAME", "BIKE"]))
        self.orders.append(order)
        self.tell("work_order_released", order=order.name, item=item_name(ORIGIN, order.item))

    def open_orders(self) -> list[_Order]:
        return [order for order in self.orders if not order.is_closed]

    def issue(self) -> None:
        order = self.one_of(self.open_orders())
        run = self.one_of([None, "A", "B"])
        free = self.free()
        if len(free) > 1 and self.one_of([0, 0, 1]):
            # Nobody knows which of two it was, so nothing is taken from either for sure.
            pair = [free[0], self.one_of(free[1:])]
            most = min(lot.quarters for lot in pair)
            lines: list[Told] = [
                {"one_of": [lot.name for lot in pair], "quantity": _quantity(self.quarters(most, "EA"), pair[0].unit)}
            ]
        else:
            lines, lots = self.some_lines()
            if "lot" in lines[0]:
                order.issued += [(lot, run, _quarters_of(line)) for lot, line in zip(lots, lines, strict=True)]
        more: Told = {"run": run} if run else {}
        if self.one_of([0, 0, 1]):
            more["basis"] = "backflush"
        self.tell("material_issued", order=order.name, lots=lines, **more)

    def give_back(self) -> None:
        order = self.one_of([order for order in self.orders if order.issued])
        place = int(self.draw(st.integers(0, len(order.issued) - 1)))
        lot, run, issued = order.issued[place]
        quarters = self.quarters(issued, lot.unit)
        order.issued[place] = (lot, run, issued - quarters)
        if order.issued[place][2] < 4:
            del order.issued[place]
        lot.quarters += quarters
        lot.serials = None
        more: Told = {"run": run} if run else {}
        if self.maybe():
            more["opened"] = True
        line = {"lot": lot.name, "quantity": _quantity(quarters, lot.unit)}
        self.tell("material_returned", order=order.name, lots=[line], **more)

    def produce(self) -> None:
        order = self.one_of(self.open_orders())
        quarters = self.quarters(20, UNITS[order.item])
        if order.made and self.maybe():
            lot = self.one_of(order.made)
            lot.quarters += quarters
            lot.serials = None
            output = {"item": item_name(ORIGIN, lot.item), "lot": lot.name, "quantity": _quantity(quarters, lot.unit)}
        else:
            lot = self.new(order.item, quarters)
            order.made.append(lot)
            output = self.entering(lot, quarters)
        outputs = [output]
        if self.one_of([0, 0, 1]):
            regrind = self.new("STEEL", left := self.quarters(8, "KGM"))
            outputs.append({**self.entering(regrind, left), "kind": self.one_of(["regrind", "co"])})
        run = self.one_of([None, "A", "B"])
        exact = [(source, amount) for source, _, amount in order.issued if amount >= 4]
        more: Told = {"run": run} if run else {}
        if exact and self.one_of([0, 0, 1]):
            source, amount = self.one_of(exact)
            used = {"lot": source.name, "quantity": _quantity(self.quarters(amount, source.unit), source.unit)}
            output["from"] = [used]
            more = {}
        self.tell("batch_produced", order=order.name, outputs=outputs, **more)

    def close(self) -> None:
        order = self.one_of(self.open_orders())
        order.is_closed = True
        self.tell("work_order_closed", order=order.name)

    def pack(self) -> None:
        around = [one for one in self.containers if not one.is_inside and not one.is_gone]
        if around and self.maybe():
            container = self.one_of(around)
        else:
            container = _Container(container_name(ORIGIN, f"C{len(self.containers)}"))
            self.containers.append(container)
        inner = [one for one in self.full() if one is not container]
        if inner and self.maybe():
            packed = self.one_of(inner)
            packed.is_inside = True
            container.inner.append(packed)
            contents: list[Told] = [{"container": packed.name}]
        else:
            lot = self.one_of(self.free())
            contents = [self.take(lot)]
            container.contents.append((lot, contents[0]))
        self.tell(self.one_of(["packed", "kit_assembled"]), container=container.name, contents=contents)

    def unpack(self) -> None:
        container = self.one_of(self.full())
        for lot, line in container.contents:
            self.put_back(lot, line)
        for inner in container.inner:
            inner.is_inside = False
        container.contents, container.inner = [], []
        self.tell("unpacked", container=container.name)

    def fill(self) -> None:
        lot = self.one_of(self.free())
        line = self.take(lot)
        self.vessel_quarters += _quarters_of(line)
        self.tell("vessel_filled", vessel=place_name(ORIGIN, SITE, "TANK"), lots=[line])

    def draw_off(self) -> None:
        quarters = self.quarters(self.vessel_quarters, "KGM")
        self.vessel_quarters -= quarters
        fields: Told = {"vessel": place_name(ORIGIN, SITE, "TANK"), "quantity": _quantity(quarters, "KGM")}
        orders = self.open_orders()
        if orders and self.maybe():
            self.tell("vessel_drawn", **fields, order=self.one_of(orders).name)
        else:
            lot = self.new("STEEL", quarters)
            self.tell("vessel_drawn", **fields, item=item_name(ORIGIN, "STEEL"), lot=lot.name)

    def empty(self) -> None:
        heel = self.one_of([0, 0, self.vessel_quarters])
        self.vessel_quarters = heel
        self.tell("vessel_emptied", vessel=place_name(ORIGIN, SITE, "TANK"), heel=_quantity(heel, "KGM"))

    def ship(self) -> None:
        lines, lots = self.some_lines()
        shipment = shipment_name(ORIGIN, SITE, f"SH-{len(self.shipments)}")
        gone = list(zip(lots, lines, strict=True)) if "lot" in lines[0] else []
        self.shipments.append((shipment, gone))
        customer = party_name(ORIGIN, self.one_of(["RIDE", "WHEELS"]))
        self.tell("shipped", shipment=shipment, purpose="sale", customer=customer, lots=lines)

    def come_back(self) -> None:
        shipment, gone = self.one_of([one for one in self.shipments if one[1]])
        lot, line = gone.pop()
        self.put_back(lot, line)
        self.tell("customer_returned", shipment=shipment, lots=[line], status=self.one_of(["available", "quarantine"]))

    def scrap(self) -> None:
        line = self.take(self.one_of(self.free()))
        self.tell("scrapped", lots=[line], reason_code="DAMAGED")

    def count(self) -> None:
        lot = self.one_of(self.free())
        lot.serials = None
        lot.quarters = max(4, lot.quarters + self.one_of([0, -4, 4]))
        self.tell("counted", lots=[{"lot": lot.name, "quantity": _quantity(lot.quarters, lot.unit)}])

    def hold(self) -> None:
        lot = self.one_of(self.lots)
        self.tell("held", hold_id=f"H-{len(self.told)}", lots=[{"lot": lot.name}], reason="suspected")

    def swap(self) -> None:
        """Fit a part into a unit, or take out one that was fitted."""
        if self.fitted and self.maybe():
            unit, position, lot, line = self.fitted.pop()
            self.put_back(lot, line)
            self.tell("component_changed", unit=unit, position=position, removed={**line, "fate": "stock"})
            return
        made = self.one_of([lot for order in self.orders for lot in order.made])
        parts = [lot for lot in self.free() if lot is not made]
        if not parts:
            return
        part = self.one_of(parts)
        line = self.take(part)
        unit = {"lot": made.name, "item": item_name(ORIGIN, made.item)}
        if made.serials:
            unit["serials"] = _serial_ranges(made.serials[:1])
        position = f"POS-{len(self.told)}"
        self.fitted.append((unit, position, part, line))
        self.tell("component_changed", unit=unit, position=position, installed=line)

    def possible(self, *, parts: frozenset[str]) -> list[Callable[[], None]]:
        """What can happen now, the plainest first, so that examples shrink to it."""
        free, orders = bool(self.free()), bool(self.open_orders())
        has_material = free or bool(self.full())
        made_others = any(lot is not one for order in self.orders for lot in order.made for one in self.free())
        fitting = len(self.open_orders()) < 2
        table: tuple[tuple[int, str, bool, Callable[[], None]], ...] = (
            (2, "", len(self.lots) < 12, self.receive),
            (1, "orders", fitting, self.release),
            (4, "orders", free and orders, self.issue),
            (4, "orders", orders, self.produce),
            (2, "transforms", free, self.split),
            (1, "transforms", free, self.merge),
            (2, "loops", free, self.rework),
            (2, "orders", any(order.issued for order in self.orders), self.give_back),
            (3, "containers", free, self.pack),
            (2, "containers", bool(self.full()), self.unpack),
            (2, "dispatch", has_material and free, self.ship),
            (2, "dispatch", any(gone for _, gone in self.shipments), self.come_back),
            (1, "vessels", free, self.fill),
            (3, "vessels", self.vessel_quarters > 0, self.draw_off),
            (1, "vessels", self.vessel_quarters > 0, self.empty),
            (3, "components", made_others or bool(self.fitted), self.swap),
            (1, "orders", orders and any(order.made for order in self.open_orders()), self.close),
            (1, "", free, self.scrap),
            (1, "", free, self.count),
            (1, "", bool(self.lots) and len(self.told) % 3 == 0, self.hold),
            (1, "", not self.lots, self.declare),
        )
        acts = [(weight, act) for weight, part, now, act in table if now and (not part or part in parts)]
        return [act for weight, act in acts for _ in range(weight)]


PARTS: Final = frozenset({"orders", "transforms", "loops", "containers", "dispatch", "vessels", "components"})


@st.composite
def lives(
    draw: st.DrawFn,
    *,
    most: int = 16,
    parts: frozenset[str] = PARTS,
    late: bool = True,
    corrections: bool = True,
) -> Life:
    """Draw the life of a plant.

    `most`: how many events happen, corrections not counted; `parts`: which of `PARTS` may happen beside receipts,
    scrap, counts and holds; `late`: some events are booked after others that happened later; `corrections`: some
    entries are voided, replaced or reinstated afterwards.
    """
    floor = _Floor(draw)
    for _ in range(draw(st.integers(1, most) | st.just(most))):
        floor.one_of(floor.possible(parts=parts))()
    told = floor.told
    if late:
        delays = [draw(st.sampled_from([0, 0, 0, 2, 5, 99])) for _ in told]
        told = [told[place] for place in sorted(range(len(told)), key=lambda place: (place + delays[place], place))]
    if corrections:
        told = _corrected(draw, told)
    return Life(tuple(parse_event(event) for event in told))


def _corrected(draw: st.DrawFn, told: list[Told]) -> list[Told]:
    """Add corrections behind what they correct: void, less of it, at another time, or as it was first told."""
    events = list(told)
    for number in range(draw(st.integers(0, 3))):
        seq = draw(st.integers(0, len(told) - 1))
        wrong = {name: value for name, value in told[seq].items() if name != "id"}
        event: Told = {
            "type": "corrected",
            "id": f"00000000-0000-4000-8000-9{number:011d}",
            "event_time": (BEGIN + timedelta(days=1, minutes=number)).isoformat(),
            "seq": seq,
            "reason": "told wrongly",
        }
        way = draw(st.sampled_from(["void", "again", "later", "less", "twice"]))
        if way == "void":
            event["void"] = True
        elif way == "later":
            event["replaced_by"] = [_moved(wrong)]
        elif way == "less":
            event["replaced_by"] = [_lessened(wrong)]
        else:
            event["replaced_by"] = [wrong] if way == "again" else [_lessened(wrong), _moved(_lessened(wrong))]
        events.append(event)
    return events


@st.composite
def other_version(draw: st.DrawFn, told: Told, others: list[Told]) -> list[Told]:
    """Draw what stands better in the place of an event: less of it, another time, one more, or another event."""
    way = draw(st.sampled_from(["again", "later", "less", "twice", "other"]))
    if way == "other":
        return [{name: value for name, value in draw(st.sampled_from(others)).items() if name != "id"}]
    if way == "twice":
        return [_lessened(told), _moved(_lessened(told))]
    return [{"again": told, "later": _moved(told), "less": _lessened(told)}[way]]


def _moved(event: Told) -> Told:
    moved = dict(event)
    for name in ("event_time", "time_from", "time_to"):
        if name in moved:
            moved[name] = (datetime.fromisoformat(moved[name]) + timedelta(minutes=45)).isoformat()
    return moved


def _lessened(told: Any) -> Any:
    """Halve every quantity that stands without serials; what cannot be halved in quarters stays."""
    if isinstance(told, list):
        return [_lessened(one) for one in told]
    if not isinstance(told, dict):
        return told
    less = {name: _lessened(value) for name, value in told.items()}
    quantity = less.get("quantity")
    if isinstance(quantity, dict) and "serials" not in less and Decimal(quantity["value"]) * 2 % 1 == 0:
        half = decimal_text(Decimal(quantity["value"]) / 2)
        less["quantity"] = {**quantity, "value": half}
    return less
