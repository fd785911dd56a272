"""Which columns a table has, for each kind of row: item masters, opening stock, receipts.

A column stands for one field of an event; what it takes, whether it must be told and what it means come from the model
of that event, so a table can say nothing that an event cannot. Columns of lists are numbered: `supplier_lot`,
`supplier_lot_2`, `supplier_lot_3`. What no column can say stands in the column `more`, as JSON.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final, Literal

from thread.events import EVENT_TYPES
from thread.interop.table_fields import EACH, Form, field_at, told_form

__all__ = ["KINDS", "MORE", "Column", "Kind", "KindName", "column_of", "kind_of"]

KindName = Literal["items", "parties", "places", "resources", "opening", "receipts"]

_NUMBERED: Final = re.compile(r"(?P<name>[a-z][a-z0-9_]*?)_(?P<number>[2-9]|[1-9][0-9]{1,2})")


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `steps`: the way to its field in the event, `*` for the element of a list.

    `number`: which element of the list, from 1. `expected`: what it takes, in words. `required`: each row must tell it.
    `private`: it holds personal values, which no message shows. `listed`: a template has it.
    """

    name: str
    steps: tuple[str, ...]
    form: Form
    expected: str
    meaning: str
    example: str = ""
    required: bool = False
    choices: tuple[str, ...] = ()
    private: bool = False
    listed: bool = True
    number: int = 1

    @property
    def repeats(self) -> bool:
        """Whether there may be several of it, numbered."""
        return EACH in self.steps

    def numbered(self, number: int) -> Column:
        """Return the column of another element of the list."""
        return self if number == 1 else replace(self, name=f"{self.name}_{number}", number=number, required=False)

    def place(self) -> tuple[str | int, ...]:
        """Return the steps with the number of the element, from 0."""
        return tuple(self.number - 1 if step == EACH else step for step in self.steps)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of row. `constants`: fields that each of its events has; `fallbacks`: what a field is if not told."""

    name: KindName
    type: str
    says: str
    columns: tuple[Column, ...]
    constants: Mapping[str, str]
    fallbacks: tuple[tuple[tuple[str, ...], tuple[str, ...] | str], ...]

    @property
    def required(self) -> tuple[Column, ...]:
        """The columns that each row must tell."""
        return tuple(column for column in self.columns if column.required)

    def takes(self, event: Mapping[str, Any]) -> bool:
        """Tell whether an event is of this kind."""
        return event.get("type") == self.type and all(event.get(name) == told for name, told in self.constants.items())


MORE: Final = Column(
    name="more",
    steps=(),
    form="json",
    expected='a JSON object of further fields, such as {"case": "C-1"}',
    meaning="Further fields of the event, as a JSON object; what no other column can say.",
    listed=False,
)

_COMMON_FIRST: Final = "event_time=event_time; time_from=time_from; time_to=time_to; site=site"
_COMMON_LAST: Final = (
    "document_type=documents/*/type; document_number=documents/*/number; document_date=documents/*/date;"
    " document_issuer=documents/*/issuer; performed_by=performed_by; verified_by=verified_by; basis=basis; case=case;"
    " note=note; event_id=id"
)
_ENTERING: Final = (
    "item=item; lot=lot; quantity=quantity/value; unit=quantity/unit; supplier=supplier; supplier_lot=supplier_lots/*;"
    " lot_assigner=lot_assigner; expiry=expiry; best_before=best_before; made_on=made_on; status=status;"
    " serial_first=serials/*/first; serial_last=serials/*/last; peg_demand=origin/pegs/*/demand;"
    " peg_quantity=origin/pegs/*/quantity; peg_kind=origin/pegs/*/kind; trigger=origin/trigger; owner=owner;"
    " country=country; unit_cost=unit_cost/value; currency=unit_cost/currency; mark=marks/*;"
    " certificate_type=certificates/*/type; certificate_number=certificates/*/number;"
    " certificate_date=certificates/*/date; certificate_issuer=certificates/*/issuer"
)
_SPECS: Final[Mapping[KindName, tuple[str, str, dict[str, str], str]]] = {
    "items": (
        "item_defined",
        "What items there are, and how each is traced.",
        {},
        (
            "item=item; description=description; unit=unit; tracking=tracking; shelf_life_days=shelf_life_days;"
            " gtin=gtin; factor_unit=factors/*/unit; factor_value=factors/*/value; tolerance_percent=tolerance_percent;"
            " planning_class=planning_class; mro_supply=mro_supply; food_list=food_list; ipc_1782_level=ipc_1782_level"
        ),
    ),
    "parties": (
        "party_defined",
        "Suppliers, customers, carriers and processors.",
        {},
        (
            "party=party; role=roles/*; label=label; name=name; address=address; telephone=telephone; country=country;"
            " gln=gln"
        ),
    ),
    "places": (
        "place_defined",
        "Docks, racks, lines, cages and vessels.",
        {},
        "place=place; kind=kind; pooling=pooling; label=label; name=name; address=address; gln=gln",
    ),
    "resources": (
        "resource_defined",
        "Machines, tools, lines and people that events name.",
        {},
        "resource_kind=resource/kind; resource_id=resource/id; label=label",
    ),
    "opening": (
        "declared",
        "Stock that is there at go-live, lot by lot. No receipt is invented for it.",
        {"kind": "opening"},
        f"{_ENTERING}; place=place",
    ),
    "receipts": (
        "received",
        "Lots that arrived. Several lots on one delivery are several rows with the same document number.",
        {},
        (
            f"{_ENTERING}; to_place=to_place; from_place=from_place; declared_quantity=declared_quantity/value;"
            " declared_unit=declared_quantity/unit; rejected_quantity=rejected_quantity/value;"
            " rejected_unit=rejected_quantity/unit; consignor=consignor; order_line=order_line;"
            " promised_date=promised_date; container=containers/*/container;"
            " container_quantity=containers/*/quantity/value; container_unit=containers/*/quantity/unit;"
            " container_contents=containers/*/contents;"
            " tlc_source=tlc_source; tlc_reason=tlc_reason; work_order=work_order; run=run; place=place"
        ),
    ),
}

_FALLBACKS: Final[Mapping[str, tuple[tuple[str, ...] | str, str]]] = {
    "declared_quantity/unit": (("quantity", "unit"), "If not told: that of `quantity`."),
    "rejected_quantity/unit": (("quantity", "unit"), "If not told: that of `quantity`."),
    "containers/*/quantity/unit": (("quantity", "unit"), "If not told: that of `quantity`."),
    "documents/*/type": ("despatch_advice", "If not told: despatch_advice."),
}
_DOCUMENTED: Final = frozenset({"receipts"})
"""Kinds whose rows come with a despatch advice, unless they say what their document is."""

_TIME: Final = (
    "When it happened. A day without a time is all of that day; instead of it time_from and time_to may be told."
)
_VALID_FROM: Final = "From when on it holds. A day without a time is all of that day."

_EXPECTED: Final = {
    "event_time": "a day or a time, such as 2026-03-09T14:07:00+01:00",
    "event_id": "a UUID, as an export wrote it",
    "country": "a country code of ISO 3166-1, such as FR",
    "currency": "a currency code of ISO 4217, such as EUR",
    "gtin": "a GTIN",
    "gln": "a GLN",
    "ipc_1782_level": "1, 2, 3 or 4",
}
_MEANINGS: Final = {
    "unit": "Unit of the quantity, UN/ECE Recommendation 20.",
    "currency": "Currency of `unit_cost`, ISO 4217.",
    "declared_unit": "Unit of `declared_quantity`.",
    "rejected_unit": "Unit of `rejected_quantity`.",
    "document_number": "Number of a paper that belongs to it.",
    "document_date": "Day that the paper bears.",
    "document_issuer": "Who issued the paper.",
    "certificate_type": "Kind of a certificate that came with it.",
    "certificate_number": "Number of the certificate.",
    "certificate_date": "Day that the certificate bears.",
    "certificate_issuer": "Who issued the certificate.",
    "factor_unit": "Another unit that lots of the item are told in.",
    "factor_value": "How much of `factor_unit` one unit of the item is.",
    "container": "A container that it came in.",
    "container_quantity": "How much of it is in the container.",
    "container_unit": "Unit of `container_quantity`.",
    "event_id": "Id of the event. An export tells it, so that loading the same rows again changes nothing; leave it out"
    " for new rows.",
}
"""What a column means, where the field of the event says it only together with what it stands in."""

_EXAMPLES: Final = {
    "item": "STEEL-S355",
    "lot": "00477",
    "quantity": "100",
    "supplier": "ACME",
    "supplier_lot": "H-4711",
    "lot_assigner": "site",
    "expiry": "2027-03-31",
    "best_before": "2027-03-31",
    "made_on": "2026-02-20",
    "document_number": "DN-4711",
    "document_type": "despatch_advice",
    "to_place": "RACK-1",
    "place": "RACK-1",
    "party": "ACME",
    "label": "Acme Steel Ltd",
    "description": "Steel tube 25 x 2",
    "shelf_life_days": "365",
    "gtin": "09506000134352",
    "factor_unit": "MTR",
    "factor_value": "0.81",
    "tolerance_percent": "2",
    "resource_id": "OVEN-2",
    "peg_demand": "SO-1",
    "peg_quantity": "60",
    "unit_cost": "1.85",
    "currency": "EUR",
    "country": "FR",
    "ipc_1782_level": "2",
    "address": "12 Quay Street, Lyon",
    "name": "Acme Steel Limited",
    "telephone": "+33 4 00 00 00 00",
    "mark": "L2 14:07",
    "site": "LYON",
    "serial_first": "SN0001",
    "serial_last": "SN0100",
    "performed_by": "P-17",
    "note": "label torn",
    "order_line": "PO-9/10",
    "container": "PAL-1",
    "container_quantity": "50",
    "certificate_type": "3.1",
    "certificate_number": "C-2026-118",
}


@cache
def _kinds() -> Mapping[str, Kind]:
    return {name: _kind(name, *spec) for name, spec in _SPECS.items()}


class _Kinds(Mapping[str, Kind]):
    """The kinds by name, made when first asked for: walking the models takes a while."""

    def __getitem__(self, name: str) -> Kind:
        return _kinds()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(_SPECS)

    def __len__(self) -> int:
        return len(_SPECS)


KINDS: Final[Mapping[str, Kind]] = _Kinds()
"""Every kind of row by its name."""


def kind_of(event: Mapping[str, Any]) -> Kind | None:
    """Return the kind of row that an event can be told by, None if there is none."""
    return next((kind for kind in KINDS.values() if kind.takes(event)), None)


def column_of(kind: Kind, name: str) -> Column | None:
    """Return the column of a name, numbered ones included; None if there is none."""
    if name == MORE.name:
        return MORE
    known = {column.name: column for column in kind.columns}
    if name in known:
        return known[name]
    numbered = _NUMBERED.fullmatch(name)
    column = known.get(numbered["name"]) if numbered else None
    if numbered is None or column is None or not column.repeats:
        return None
    return column.numbered(int(numbered["number"]))


def _kind(name: KindName, type_name: str, says: str, constants: dict[str, str], own: str) -> Kind:
    common_first, common_last = _pairs(_COMMON_FIRST), _pairs(_COMMON_LAST)
    pairs = {**common_first, **_pairs(own), **common_last}
    if name == "resources":
        pairs.pop("performed_by")
        pairs.pop("verified_by")
    fallbacks = {path: told for path, told in _FALLBACKS.items() if path in pairs.values()}
    if name not in _DOCUMENTED:
        fallbacks.pop("documents/*/type", None)
    columns = tuple(_column(name, type_name, column, path, fallbacks) for column, path in pairs.items())
    told = tuple((tuple(path.split("/")), source) for path, (source, _) in fallbacks.items())
    return Kind(name, type_name, says, columns, constants, told)


def _pairs(spec: str) -> dict[str, str]:
    return dict(one.strip().split("=", 1) for one in spec.split(";"))


def _column(
    kind: KindName, type_name: str, name: str, path: str, fallbacks: Mapping[str, tuple[tuple[str, ...] | str, str]]
) -> Column:
    steps = tuple(path.split("/"))
    annotation, meaning, required = field_at(EVENT_TYPES[type_name], steps)
    form, expected, example, choices, private = told_form(annotation)
    meaning = _MEANINGS.get(name if kind != "items" or name != "unit" else "", meaning)
    if path in fallbacks:
        meaning = f"{meaning} {fallbacks[path][1]}"
    if name == "event_time":
        meaning = _TIME if kind in {"opening", "receipts"} else _VALID_FROM
        required = True
    return Column(
        name=name,
        steps=steps,
        form=form,
        expected=_EXPECTED.get(name, expected),
        meaning=meaning,
        example=_EXAMPLES.get(name, example or (choices[0] if choices else "")),
        required=required,
        choices=choices,
        private=private,
        listed=name not in {"event_id", "time_from", "time_to", "basis", "case"},
    )
