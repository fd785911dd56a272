"""What rules of the outside world want an entry to tell, as tables: FSMA 204, EU 178/2002, IPC-1782.

Each need names the fields of our own events that answer it. What the regulations say in more ways than one is read so
that a later export finds what it prints; IPC-1782 leaves much to an agreement, so its table is our reading of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from thread.events.base import Event
from thread.events.dispatch import CustomerReturned, ShipLine, Shipped
from thread.events.master_data import ItemDefined, PartyDefined
from thread.events.material import Declared, Merged, OutputLine, Received, Reworked
from thread.events.production import BatchProduced, MaterialIssued, StepDone
from thread.events.quality import Inspected

__all__ = ["RULE_SETS", "Need", "RuleSet"]


class Need(NamedTuple):
    """Something that an event has to tell. `line` None: the event as a whole; else each of its lines is asked."""

    fields: str
    """Fields of ours that tell it, as they stand in the event."""
    words: str
    is_told: Callable[[Any, Any], bool]
    """Of the event and one of its lines (None for a need of the event as a whole)."""
    by_line: bool = False


@dataclass(frozen=True, slots=True)
class RuleSet:
    """One set of rules: which items it is about, and what entries about them have to tell."""

    name: str
    code: str
    """Code of its findings."""
    title: str
    needs: Mapping[type[Event], tuple[tuple[str, tuple[Need, ...]], ...]]
    """By event type: the clause of the rules, and what it asks."""
    concerns: Callable[[ItemDefined | None], bool]
    """Whether an item, as it was defined at the time of the event, falls under the rules."""


def _any_of(*names: str) -> Callable[[Any, Any], bool]:
    return lambda event, _: any(bool(getattr(event, name)) for name in names)


def _line_has(name: str) -> Callable[[Any, Any], bool]:
    return lambda _, line: bool(getattr(line, name))


def _is_one_lot(_: Any, line: Any) -> bool:
    return line.one_of is None


def _harvest_has(name: str) -> Callable[[Any, Any], bool]:
    return lambda event, _: event.harvest is not None and bool(getattr(event.harvest, name))


_PAPER: Final = Need("documents", "reference document (type and number)", _any_of("documents"))
_ORDER_PAPER: Final = Need("documents or order", "reference document (type and number)", _any_of("documents", "order"))
_TLC: Final = Need("lot instead of one_of", "traceability lot code", _is_one_lot, by_line=True)
_TLC_SOURCE: Final = Need("tlc_source", "traceability lot code source", _line_has("tlc_source"), by_line=True)


def _code_is_explained(event: Received, _: Any) -> bool:
    return event.lot_assigner != "site" or event.tlc_reason is not None


def _transformed_where(event: Any, line: OutputLine) -> bool:
    return event.place is not None or line.place is not None


def _leaves(event: Shipped, _: ShipLine | None) -> bool:
    return bool(event.ship_to or event.consignee or event.customer)


_MADE: Final = (
    Need("place", "location of the transformation", _transformed_where, by_line=True),
    _TLC_SOURCE,
    _ORDER_PAPER,
)

_FSMA: Final[Mapping[type[Event], tuple[tuple[str, tuple[Need, ...]], ...]]] = {
    Received: (
        (
            "receiving, 21 CFR 1.1345",
            (
                _PAPER,
                Need(
                    "from_place, consignor or supplier",
                    "immediate previous source",
                    _any_of("from_place", "consignor", "supplier"),
                ),
                Need("to_place or place", "receiving location", _any_of("to_place", "place")),
                Need("tlc_source", "traceability lot code source", _any_of("tlc_source")),
                Need("tlc_reason", "why a code was assigned here (21 CFR 1.1320)", _code_is_explained),
            ),
        ),
    ),
    Declared: (
        (
            "harvesting or landing, 21 CFR 1.1325 and 1.1335",
            (
                Need(
                    "harvest.farm or harvest.catch_area",
                    "where it was grown or caught",
                    lambda event, _: (
                        event.kind not in {"harvest", "landing"}
                        or _harvest_has("farm")(event, None)
                        or _harvest_has("catch_area")(event, None)
                    ),
                ),
                Need(
                    "harvest.harvested_on",
                    "day of the harvest",
                    lambda event, _: (
                        event.kind not in {"harvest", "landing"} or _harvest_has("harvested_on")(event, None)
                    ),
                ),
                _PAPER,
            ),
        ),
    ),
    MaterialIssued: (("input of a transformation, 21 CFR 1.1350", (_TLC,)),),
    BatchProduced: (("output of a transformation, 21 CFR 1.1350", _MADE),),
    Merged: (("output of a transformation, 21 CFR 1.1350", _MADE),),
    Reworked: (("output of a transformation, 21 CFR 1.1350", _MADE),),
    Shipped: (
        (
            "shipping, 21 CFR 1.1340",
            (
                _TLC,
                _PAPER,
                Need("ship_to, consignee or customer", "recipient location", _leaves),
                Need("ship_from or place", "location that it was shipped from", _any_of("ship_from", "place")),
                _TLC_SOURCE,
                Need("data_sent", "proof that the recipient got the data", _any_of("data_sent")),
            ),
        ),
    ),
    ItemDefined: (
        ("product description, 21 CFR 1.1310", (Need("description", "product description", _any_of("description")),)),
    ),
    PartyDefined: (
        (
            "location description, 21 CFR 1.1310",
            (
                Need("name", "name", _any_of("name", "label")),
                Need("address", "address", _any_of("address")),
                Need("telephone", "telephone number", _any_of("telephone")),
            ),
        ),
    ),
}

_EU: Final[Mapping[type[Event], tuple[tuple[str, tuple[Need, ...]], ...]]] = {
    Received: (
        (
            "one step back, article 18(2)",
            (
                Need(
                    "supplier or consignor",
                    "who supplied it",
                    lambda event, _: bool(event.supplier or event.consignor or event.work_order),
                ),
            ),
        ),
    ),
    Declared: (
        (
            "one step back, article 18(2)",
            (
                Need(
                    "supplier, or harvest",
                    "who supplied it, or where it was grown or caught",
                    lambda event, _: event.supplier is not None or event.harvest is not None,
                ),
            ),
        ),
    ),
    Shipped: (("one step forward, article 18(3)", (Need("customer, consignee or ship_to", "who got it", _leaves),)),),
    CustomerReturned: (
        (
            "one step back, article 18(2)",
            (Need("customer or shipment", "who sent it", _any_of("customer", "shipment")),),
        ),
    ),
    PartyDefined: (
        (
            "name and address, article 18",
            (Need("name", "name", _any_of("name", "label")), Need("address", "address", _any_of("address"))),
        ),
    ),
}

_IPC_1: Final[Mapping[type[Event], tuple[Need, ...]]] = {
    Received: (
        Need("supplier", "supplier", _any_of("supplier")),
        Need("supplier_lots", "the maker's lot or date code", _any_of("supplier_lots", "serials")),
    ),
    MaterialIssued: (Need("lot instead of one_of", "which lot went in", _is_one_lot, by_line=True),),
}
_IPC_2: Final[Mapping[type[Event], tuple[Need, ...]]] = {
    MaterialIssued: (
        Need("run", "which run of the order took it", _any_of("run")),
        Need("place or resources", "at which line or machine", _any_of("place", "resources")),
    ),
    BatchProduced: (
        Need(
            "run, or outputs[].from",
            "which run made it",
            lambda event, line: event.run is not None or bool(line.inputs),
            by_line=True,
        ),
    ),
}
_IPC_3: Final[Mapping[type[Event], tuple[Need, ...]]] = {
    MaterialIssued: (Need("position", "at which position of the parts list", _line_has("position"), by_line=True),),
    BatchProduced: (Need("serials", "the serial of each unit", _line_has("serials"), by_line=True),),
    StepDone: (Need("resources", "the machine that did the step", _any_of("resources")),),
}


def _is_automatic(event: Event, _: Any) -> bool:
    return event.basis in {"scanned", "measured"} or (
        event.source is not None and event.source.method in {"scan", "api"}
    )


_AUTOMATIC: Final = Need("basis or source.method", "capture by machine (scanned or measured)", _is_automatic)
_IPC_4: Final[Mapping[type[Event], tuple[Need, ...]]] = {
    MaterialIssued: (_AUTOMATIC,),
    BatchProduced: (_AUTOMATIC,),
    StepDone: (_AUTOMATIC, Need("parameters", "the values of the step", _any_of("parameters"))),
    Inspected: (Need("values", "the values that were measured", _any_of("values")),),
}
_IPC: Final = (_IPC_1, _IPC_2, _IPC_3, _IPC_4)


def _ipc_needs(level: int) -> Mapping[type[Event], tuple[tuple[str, tuple[Need, ...]], ...]]:
    found: dict[type[Event], tuple[tuple[str, tuple[Need, ...]], ...]] = {}
    for number, table in enumerate(_IPC[:level], start=1):
        for model, needs in table.items():
            found[model] = (*found.get(model, ()), (f"IPC-1782 level {number}", needs))
    return found


def _ipc_concerns(level: int) -> Callable[[ItemDefined | None], bool]:
    return lambda item: item is None or item.ipc_1782_level is None or item.ipc_1782_level >= level


def _all_sets() -> Iterator[RuleSet]:
    yield RuleSet(
        "fsma204",
        "fsma204-missing",
        "FDA Food Traceability Rule (FSMA 204), 21 CFR 1 Subpart S",
        _FSMA,
        lambda item: item is not None and item.food_list,
    )
    yield RuleSet("eu178", "eu178-missing", "Regulation (EC) 178/2002, article 18", _EU, lambda _: True)
    for level in (1, 2, 3, 4):
        yield RuleSet(
            f"ipc1782-{level}",
            f"ipc1782-{level}-missing",
            f"IPC-1782, level {level}",
            _ipc_needs(level),
            _ipc_concerns(level),
        )


RULE_SETS: Final[Mapping[str, RuleSet]] = {one.name: one for one in _all_sets()}
"""Every set of rules by the name that people ask for it by."""
