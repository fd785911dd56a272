"""What a captured EPCIS event says in our vocabulary: flows, holdings, quantities, names.

Made once, when the event is captured; everything below `interop` uses the reading only. Nothing is invented: what was
not told stays out, what is odd is kept and stands in `findings`. GS1 names become the one name that the ledger uses;
instance or lot master data (`ilmd`), sensor data and extensions stay in the event's text. Sources: EPCIS 2.0, 7.4; CBV
2.0, sections 7 and 8; the mapping of DESIGN 4 and EVENTS 3.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, Literal, get_args

from thread.errors import NameMalformed
from thread.events.captured import (
    EpcisReading,
    ErrorDeclaration,
    ReadDocument,
    ReadingFinding,
    ReadLine,
    ReadParty,
)
from thread.interop.epcis_context import expanded
from thread.interop.epcis_findings import Findings
from thread.interop.epcis_meaning import QUANTITY_LISTS
from thread.values.names import normalise
from thread.values.quantity import Quantity, is_decimal_text
from thread.values.times import TimeMalformed, instant

__all__ = ["PIECES", "decimal_of", "document_number", "read_event", "told_values"]

Position = Literal["flow", "component", "held", "object"]
"""Where an event names material: a flow of a transformation, a component, a content, or what it is just about."""

LineKind = Literal["lot", "serial", "container", "item", "unknown"]

PIECES: Final = "C62"
"""Unit of a quantity that is told without one: a count ("one" of UN/ECE Recommendation 20; EPCIS 2.0, 7.3.3.3)."""

_NUMBER: Final = re.compile(r"(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?", re.ASCII)
_GDST_NAME: Final = re.compile(r"(urn:gdst:[^:]+:product):(?:lot:class|serial:obj):([^.]+\.[^.]+)\..+", re.IGNORECASE)
_GS1_UNDER_ITEM: Final = re.compile(r"(https://id\.gs1\.org/(?:01|8006)/[^/]+)/(?:10|21|235)/.+")
_GS1_PART: Final = re.compile(r"(https://id\.gs1\.org/8010/[^/]+)/8011/.+")
_ASSET: Final = "https://id.gs1.org/8004/"
_CBV_TERM: Final = re.compile(r"https?://(?:ref|ns)\.gs1\.org/cbv/(?:BizStep|Disp|BTT|SDT|ER)-(.+)")
_CBV_TRANSACTION: Final = re.compile(r"urn:epcglobal:cbv:bt:(\d{13}):(.+)", re.ASCII)
_SPELLED_KINDS: Final[tuple[tuple[re.Pattern[str], LineKind], ...]] = (
    (re.compile(r"urn:epc:id:(?:sscc|grai):|https?://.*/(?:00|8003)/", re.IGNORECASE), "container"),
    (re.compile(r"urn:epc:id:(?:sgtin|upui|itip|cpi):|https?://.*/01/[^/]+/(?:21|235)/", re.IGNORECASE), "serial"),
    (re.compile(r"urn:epc:class:lgtin:|https?://.*/01/[^/]+/10/", re.IGNORECASE), "lot"),
    (re.compile(r"urn:epc:idpat:|https?://.*/01/[^/]+/?$", re.IGNORECASE), "item"),
)
"""What a GS1 name means to name, also where its digits are wrong."""
_CLASS_NAMES: Final = ("urn:epc:class:", "urn:epc:idpat:")
_MOST_PARTIES: Final = 200
_MOST_DOCUMENTS: Final = 1_000


def told_values(event: Mapping[str, Any], findings: Findings) -> dict[str, Any]:
    """Return an event without members that are told empty, and with `isA` under its later name `type`."""
    told: dict[str, Any] = {}
    for name, value in event.items():
        if value is None or value == "" or value in ({"id": ""}, {"id": None}):
            findings.add("empty-value", (name,), "is told without a value; taken as not told")
        elif name == "isA" and "type" not in event:
            told["type"] = value
        elif name in QUANTITY_LISTS and isinstance(value, list):
            told[name] = [_told_quantity(name, at, element, findings) for at, element in enumerate(value)]
        else:
            told[name] = value
    return told


def _told_quantity(name: str, at: int, element: object, findings: Findings) -> object:
    if not isinstance(element, dict):
        return element
    empty = [field for field in ("quantity", "uom") if field in element and element[field] in (None, "")]
    for field in empty:
        findings.add("empty-value", (name, at, field), "is told without a value; taken as not told")
    return {field: value for field, value in element.items() if field not in empty} if empty else element


def read_event(
    event: Mapping[str, Any], *, prefixes: Mapping[str, str], event_hash: str, findings: Findings
) -> EpcisReading:
    """Return what an event says. `event`: as `told_values` gave it, without faults; `prefixes`: of its context."""
    reader = _Reader(event, prefixes, findings)
    told = {"kind": event["type"], "event_hash": event_hash, **reader.common(), **_READERS[event["type"]](reader)}
    findings_told = reader.noted()
    return EpcisReading.model_validate({**told, "findings": findings_told} if findings_told else told)


class _Reader:
    """Reads one event; `prefixes` is what its compact URIs stand for."""

    def __init__(self, event: Mapping[str, Any], prefixes: Mapping[str, str], findings: Findings) -> None:
        self.event = event
        self.prefixes = prefixes
        self.findings = findings

    def common(self) -> dict[str, Any]:
        """Read what every type of event may tell; left out where it is not told."""
        event = self.event
        told: dict[str, Any] = {
            "event_id": event.get("eventID"),
            "action": event.get("action"),
            "business_step": self._word(event.get("bizStep")),
            "disposition": self._word(event.get("disposition")),
            "read_point": self._place("readPoint"),
            "business_location": self._place("bizLocation"),
            "parties": (*self._parties("sourceList", "source"), *self._parties("destinationList", "destination")),
            "documents": self._documents(),
            "error": self._error(),
        }
        return {name: value for name, value in told.items() if value}

    def transformation(self) -> dict[str, Any]:
        told = {
            "activity": self._name(("transformationID",), self.event.get("transformationID")),
            "inputs": self._lines("inputEPCList", "inputQuantityList", "flow"),
            "outputs": self._lines("outputEPCList", "outputQuantityList", "flow"),
        }
        return {name: value for name, value in told.items() if value}

    def aggregation(self) -> dict[str, Any]:
        told = {
            "container": self._name(("parentID",), self.event.get("parentID")),
            "contents": self._lines("childEPCs", "childQuantityList", "held"),
        }
        return {name: value for name, value in told.items() if value}

    def association(self) -> dict[str, Any]:
        told = {
            "unit": self._name(("parentID",), self.event.get("parentID")),
            "components": self._lines("childEPCs", "childQuantityList", "component"),
        }
        return {name: value for name, value in told.items() if value}

    def objects(self) -> dict[str, Any]:
        told = {
            "container": self._name(("parentID",), self.event.get("parentID")),
            "lots": self._lines("epcList", "quantityList", "object"),
        }
        return {name: value for name, value in told.items() if value}

    def noted(self) -> tuple[ReadingFinding, ...]:
        """Look for what is odd about the event as a whole, and return all findings."""
        self._odd_times()
        self._odd_prefixes(self.event, ())
        return self.findings.all()

    # Names

    def _name(self, path: tuple[str | int, ...], told: str | None) -> str | None:
        return None if told is None else self._line(path, told, "object").name

    def _place(self, field: str) -> str | None:
        told = self.event.get(field)
        return self._name((field, "id"), told["id"]) if told else None

    def _word(self, told: str | None) -> str | None:
        """Return a term of the Core Business Vocabulary as its bare word; other URIs in full."""
        if told is None:
            return None
        whole = expanded(told, self.prefixes)
        term = _CBV_TERM.fullmatch(whole)
        return term[1] if term else whole

    def _lines(self, instances: str, classes: str, position: Position) -> tuple[ReadLine, ...]:
        lines = [self._line((instances, at), told, position) for at, told in enumerate(self.event.get(instances) or ())]
        for at, told in enumerate(self.event.get(instances) or ()):
            if told.startswith(_CLASS_NAMES):
                self.findings.add(
                    "class-as-instance", (instances, at), "a class of things stands where single things are listed"
                )
        for at, element in enumerate(self.event.get(classes) or ()):
            quantity = self._quantity((classes, at), element)
            lines.append(self._line((classes, at, "epcClass"), element["epcClass"], position, quantity))
        return tuple(lines)

    def _line(
        self, path: tuple[str | int, ...], told: str, position: Position, quantity: Quantity | None = None
    ) -> ReadLine:
        whole = expanded(told, self.prefixes)
        try:
            found = normalise(whole)
            name, kind = found.name, found.kind
            for finding in found.findings:
                self.findings.add(finding.code, path, f"{finding.text}; kept as given")
                kind = next((meant for form, meant in _SPELLED_KINDS if form.match(whole)), kind)
        except NameMalformed as error:
            name, kind = whole, "unknown"
            self.findings.add(error.code, path, f"{error.text}; kept as given")
        fields: dict[str, Any] = {
            "name": name,
            "kind": _line_kind(kind, name, position),
            "item": _item_of(name),
            "quantity": quantity,
            "as_given": told if told != name else None,
        }
        return ReadLine.model_validate({field: value for field, value in fields.items() if value is not None})

    # Quantities

    def _quantity(self, path: tuple[str | int, ...], element: Mapping[str, Any]) -> Quantity | None:
        told, unit = element.get("quantity"), element.get("uom")
        if told is None:
            if unit is not None:
                self.findings.add("unit-without-quantity", (*path, "uom"), "a unit is told, but no quantity")
            return None
        value = decimal_of(told.text)
        if value is None:
            text = f"{told.text[:60]} has more than 18 digits before or 12 after the point; left out of the reading"
            self.findings.add("quantity-unreadable", (*path, "quantity"), text)
            return None
        if unit is None and Decimal(value) % 1:
            text = f"{value} has no unit, and a count of things is whole; left out of the reading"
            self.findings.add("unit-missing", (*path, "quantity"), text)
            return None
        if not Decimal(value):
            self.findings.add("quantity-zero", (*path, "quantity"), "a quantity of zero is told")
        return Quantity(value=value, unit=unit or PIECES)

    # Parties, documents, errors

    def _parties(self, field: str, role: Literal["source", "destination"]) -> tuple[ReadParty, ...]:
        told = self.event.get(field) or []
        if len(told) > _MOST_PARTIES // 2:
            self.findings.add(
                "list-cut", (field,), f"holds {len(told)} entries; the reading keeps {_MOST_PARTIES // 2}"
            )
        return tuple(
            ReadParty(
                role=role,
                type=self._word(each["type"]) or "",
                name=self._line((field, at, role), each[role], "object").name,
            )
            for at, each in enumerate(told[: _MOST_PARTIES // 2])
        )

    def _documents(self) -> tuple[ReadDocument, ...]:
        told = self.event.get("bizTransactionList") or []
        if len(told) > _MOST_DOCUMENTS:
            self.findings.add(
                "list-cut", ("bizTransactionList",), f"holds {len(told)} entries; the reading keeps {_MOST_DOCUMENTS}"
            )
        return tuple(
            ReadDocument(
                type=self._word(each.get("type")) or "unspecified",
                name=self._line(("bizTransactionList", at, "bizTransaction"), each["bizTransaction"], "object").name,
            )
            for at, each in enumerate(told[:_MOST_DOCUMENTS])
        )

    def _error(self) -> ErrorDeclaration | None:
        told = self.event.get("errorDeclaration")
        if told is None:
            return None
        if not told.get("reason"):
            self.findings.add(
                "error-without-reason", ("errorDeclaration",), "the sender takes the event back and does not say why"
            )
        fields = {
            "declared_at": told["declarationTime"],
            "reason": self._word(told.get("reason")),
            "corrective_ids": tuple(told.get("correctiveEventIDs") or ())[:1_000],
        }
        return ErrorDeclaration.model_validate({name: value for name, value in fields.items() if value})

    # What is odd

    def _odd_times(self) -> None:
        happened, recorded = self.event["eventTime"], self.event.get("recordTime")
        if recorded is not None and _instant(recorded) < _instant(happened):
            self.findings.add("recorded-too-early", ("recordTime",), f"lies before the eventTime {happened}")

    def _odd_prefixes(self, value: object, path: tuple[str | int, ...]) -> None:
        if isinstance(value, list):
            for at, each in enumerate(value):
                self._odd_prefixes(each, (*path, at))
        if not isinstance(value, dict):
            return
        for name, each in value.items():
            prefix, colon, rest = name.partition(":")
            if colon and not rest.startswith("//") and prefix not in self.prefixes and prefix not in _SCHEMES:
                text = (
                    f"the prefix {prefix!r} is declared in no @context that was read, so nobody can tell what it means"
                )
                self.findings.add("prefix-unknown", (*path, name), text)
            self._odd_prefixes(each, (*path, name))


_SCHEMES: Final = frozenset({"urn", "http", "https", "tag", "did", "info"})
_READERS: Final = {
    "TransformationEvent": _Reader.transformation,
    "AggregationEvent": _Reader.aggregation,
    "AssociationEvent": _Reader.association,
    "ObjectEvent": _Reader.objects,
    "TransactionEvent": _Reader.objects,
}


def _instant(text: str) -> int:
    try:
        return instant(text)
    except TimeMalformed:
        return 0


def _line_kind(kind: str, name: str, position: Position) -> LineKind:
    if position in {"flow", "component"} and name.startswith(_ASSET):
        return "serial"  # an asset that goes into something is a thing of its own there, it holds nothing
    if kind in get_args(LineKind) and kind != "unknown":
        return kind  # type: ignore[return-value]
    return "lot" if position == "flow" else "unknown"


def _item_of(name: str) -> str | None:
    """Return the item that a lot or serial is one of, where the name itself says so."""
    under = _GS1_UNDER_ITEM.fullmatch(name) or _GS1_PART.fullmatch(name)
    if under:
        return under[1]
    gdst = _GDST_NAME.fullmatch(name)
    return f"{gdst[1]}:class:{gdst[2]}" if gdst else None


def decimal_of(text: str) -> str | None:
    """Return a JSON number as a decimal of the ledger, exactly; None where it has too many digits.

    >>> decimal_of("500.0"), decimal_of("1e3"), decimal_of("1e-20")
    ('500.0', '1000', None)
    """
    number = _NUMBER.fullmatch(text)
    if number is None or len(text) > 400:
        return None
    if number[4] is None and is_decimal_text(text):
        return text
    plain = format(Decimal(text), "f")
    while "." in plain and not is_decimal_text(plain) and plain[-1] in "0.":
        plain = plain[:-1].removesuffix(".")
    plain = "0" if not Decimal(plain) else plain
    return plain if is_decimal_text(plain) else None


def document_number(name: str) -> tuple[str, str | None]:
    """Return the number of a business transaction and who gave it, as far as its name says.

    >>> document_number("urn:epcglobal:cbv:bt:0614141073467:1152")
    ('1152', 'https://id.gs1.org/417/0614141073467')
    """
    told = _CBV_TRANSACTION.fullmatch(name)
    if told is None:
        return name, None
    issuer = normalise(f"https://id.gs1.org/417/{told[1]}")
    return told[2], issuer.name if not issuer.findings else None
