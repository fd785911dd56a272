"""The EPCIS event hash: one identity for one event, however it was written down.

Two spellings of an event (order of members, time zone, EPC URN or Digital Link) have one hash; it leaves out eventID,
recordTime and errorDeclaration, so it names the content and proves nothing about who sent it. Source: CBV 2.0, section
8.9. Where its text and the published test vectors differ, the vectors are followed: types stand before what they
qualify, and what follows the sensor data is in alphabetical order.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from thread.interop.epcis_context import STANDARD_PREFIXES, expanded
from thread.interop.epcis_links import digital_link
from thread.values.times import TimeMalformed, instant

__all__ = ["event_hash", "prehash"]

_MILLISECOND: Final = 1_000_000
_NUMERIC: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_COMMENT: Final = STANDARD_PREFIXES["rdfs"] + "comment"
_WORDS: Final = {
    "urn:epcglobal:cbv:bizstep:": "https://ref.gs1.org/cbv/BizStep-",
    "urn:epcglobal:cbv:disp:": "https://ref.gs1.org/cbv/Disp-",
    "urn:epcglobal:cbv:btt:": "https://ref.gs1.org/cbv/BTT-",
    "urn:epcglobal:cbv:sdt:": "https://ref.gs1.org/cbv/SDT-",
    "urn:epcglobal:cbv:er:": "https://ref.gs1.org/cbv/ER-",
}
_SENSOR_METADATA: Final = (
    "time", "startTime", "endTime", "deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "bizRules",
)  # fmt: skip
_SENSOR_REPORT: Final = (
    "type", "exception", "deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "time", "microorganism",
    "chemicalSubstance", "value", "component", "stringValue", "booleanValue", "hexBinaryValue", "uriValue", "minValue",
    "maxValue", "meanValue", "sDev", "percRank", "percValue", "uom", "coordinateReferenceSystem",
)  # fmt: skip
_BARE: Final = {
    "bizStep": "https://ref.gs1.org/cbv/BizStep-",
    "disposition": "https://ref.gs1.org/cbv/Disp-",
    "set": "https://ref.gs1.org/cbv/Disp-",
    "unset": "https://ref.gs1.org/cbv/Disp-",
    "exception": "https://gs1.org/voc/",
    "component": "https://ref.gs1.org/cbv/Comp-",
}
"""Where a bare word stands for a term of the vocabulary, and how that term begins."""


def event_hash(event: Mapping[str, Any], prefixes: Mapping[str, str]) -> str:
    """Return the hash of an event as a name, `ni:///sha-256;...?ver=CBV2.0`.

    `event`: as `json_text.parsed` gives it; `prefixes`: what its compact URIs stand for.
    """
    return f"ni:///sha-256;{hashlib.sha256(prehash(event, prefixes).encode()).hexdigest()}?ver=CBV2.0"


def prehash(event: Mapping[str, Any], prefixes: Mapping[str, str]) -> str:
    """Return the text that the event hash is the SHA-256 of."""
    writer = _Writer(prefixes)
    told = {name: value for name, value in event.items() if not _is_empty(value)}
    ordered = [f"eventType={told.get('type') or told.get('isA') or ''}"]
    ordered += [write(writer, name, told.pop(name)) for name, write in _ORDER.items() if name in told]
    for name in _LEFT_OUT:
        told.pop(name, None)
    return "".join(ordered) + "".join(sorted(writer.rest(name, value) for name, value in told.items()))


class _Writer:
    """Writes the parts of one event; `prefixes` is what its compact URIs stand for."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self.prefixes = prefixes

    def text(self, name: str, value: object) -> str:
        """Write a field with its value, or nothing if the value is empty."""
        kept = self._value(name, value)
        return f"{name}={kept}" if kept else ""

    def texts(self, name: str, value: object) -> str:
        return "".join(sorted(self.text(name, each) for each in _each(value)))

    def epcs(self, name: str, value: object) -> str:
        return _headed(name, sorted(self.text("epc", epc) for epc in _each(value)))

    def quantities(self, name: str, value: object) -> str:
        return _headed(
            name,
            sorted("quantityElement" + self.fields(told, ("epcClass", "quantity", "uom")) for told in _each(value)),
        )

    def place(self, name: str, value: object) -> str:
        return _headed(name, [self.fields(value, ("id",))])

    def dispositions(self, name: str, value: object) -> str:
        parts = value if isinstance(value, dict) else {}
        return _headed(name, [self.texts(part, parts.get(part)) for part in ("set", "unset")])

    def sensors(self, name: str, value: object) -> str:
        return _headed(name, sorted("sensorElement" + self._sensor(each) for each in _each(value)))

    def _sensor(self, element: object) -> str:
        told = element if isinstance(element, dict) else {}
        metadata = _headed("sensorMetadata", [self.fields(told.get("sensorMetadata"), _SENSOR_METADATA)])
        reports = sorted(
            _headed("sensorReport", [self.fields(report, _SENSOR_REPORT, type_prefix="https://gs1.org/voc/")])
            for report in _each(told.get("sensorReport"))
        )
        return metadata + "".join(reports) + self.extensions(told, known=("sensorMetadata", "sensorReport"))

    def fields(self, value: object, names: tuple[str, ...], *, type_prefix: str = "") -> str:
        """Write the fields of an object in their order, then its extensions."""
        told = value if isinstance(value, dict) else {}
        written = []
        for name in names:
            if _is_empty(told.get(name)):
                continue
            if name == "type":
                written.append(f"type={self._word(told[name], type_prefix)}")
            else:
                written.append(self.text(name, told[name]))
        return "".join(written) + self.extensions(told, known=names)

    def extensions(self, told: Mapping[str, Any], *, known: tuple[str, ...]) -> str:
        return "".join(
            sorted(self.rest(name, value) for name, value in told.items() if name not in known and not _is_empty(value))
        )

    def rest(self, name: str, value: object) -> str:
        """Write what has no place in the order: lists of transactions, sources, destinations; ilmd; extensions."""
        if name in _QUALIFIED:
            what, type_prefix = _QUALIFIED[name]
            return _headed(
                name, sorted(self.fields(each, ("type", what), type_prefix=type_prefix) for each in _each(value))
            )
        key = self._extension_name(name)
        if key is None or value is None:
            return ""
        if isinstance(value, list):
            return "".join(sorted(self.rest(name, each) for each in value))
        if isinstance(value, dict):
            return key + "".join(sorted(self.rest(inner, each) for inner, each in value.items()))
        kept = self._own(value)
        return f"{key}={kept}" if kept else key

    def _extension_name(self, name: str) -> str | None:
        """Return `{namespace}local` for an extension, the name itself for other fields, None for a comment."""
        whole = expanded(name, self.prefixes)
        if whole == _COMMENT:
            return None
        local = name.partition(":")[2]
        return name if whole == name else f"{{{whole.removesuffix(local)}}}{local}"

    def _word(self, value: object, prefix: str) -> str:
        text = str(value).strip()
        return self._uri(text if ":" in text or not prefix else prefix + text)

    def _value(self, name: str, value: object) -> str:
        """Return the value of a field of the standard, whose name says what it is."""
        text = str(value).strip()
        if name in _TIMES:
            return _utc(text)
        if name in _BARE:
            return self._word(text, _BARE[name])
        return self._uri(text) if name == "uom" else self._own(value)

    def _own(self, value: object) -> str:
        """Return a value that only its look tells about: truth, number, identifier or text."""
        if isinstance(value, bool):
            return "true" if value else "false"
        text = str(value).strip()
        return _plain(text) if _NUMERIC.fullmatch(text) else self._uri(text)

    def _uri(self, text: str) -> str:
        whole = expanded(text, self.prefixes)
        for old, new in _WORDS.items():
            whole = whole.replace(old, new)
        return digital_link(whole) or whole


_TIMES: Final = frozenset({"eventTime", "time", "startTime", "endTime"})
_LEFT_OUT: Final = ("@context", "type", "isA", "recordTime", "eventID", "errorDeclaration")
_QUALIFIED: Final = {
    "bizTransactionList": ("bizTransaction", "https://ref.gs1.org/cbv/BTT-"),
    "sourceList": ("source", "https://ref.gs1.org/cbv/SDT-"),
    "destinationList": ("destination", "https://ref.gs1.org/cbv/SDT-"),
}
_ORDER: Final[Mapping[str, Callable[[_Writer, str, Any], str]]] = {
    "eventTime": _Writer.text,
    "eventTimeZoneOffset": _Writer.text,
    "certificationInfo": _Writer.texts,
    "parentID": _Writer.text,
    "epcList": _Writer.epcs,
    "inputEPCList": _Writer.epcs,
    "childEPCs": _Writer.epcs,
    "quantityList": _Writer.quantities,
    "childQuantityList": _Writer.quantities,
    "inputQuantityList": _Writer.quantities,
    "outputEPCList": _Writer.epcs,
    "outputQuantityList": _Writer.quantities,
    "action": _Writer.text,
    "transformationID": _Writer.text,
    "bizStep": _Writer.text,
    "disposition": _Writer.text,
    "persistentDisposition": _Writer.dispositions,
    "readPoint": _Writer.place,
    "bizLocation": _Writer.place,
    "sensorElementList": _Writer.sensors,
}
"""The canonical order of properties."""


def _headed(name: str, parts: Iterable[str]) -> str:
    inside = "".join(parts)
    return name + inside if inside else ""


def _each(value: object) -> list[Any]:
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def _is_empty(value: object) -> bool:
    return value is None or value in ("", [], {})


def _utc(text: str) -> str:
    """Return a time in UTC at milliseconds; ties go to the even millisecond. What is no time stays as it is."""
    try:
        moment = instant(text)
    except TimeMalformed:
        return text
    milliseconds, rest = divmod(moment, _MILLISECOND)
    half = _MILLISECOND // 2
    milliseconds += rest > half or (rest == half and milliseconds % 2)
    return _written(milliseconds)


def _written(milliseconds: int) -> str:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{milliseconds % 1000:03d}Z"


def _plain(text: str) -> str:
    """Return a number without exponent, plus sign, or zeros that say nothing."""
    number = _NUMERIC.fullmatch(text)
    if number is None:
        return text
    plain = format(Decimal(text), "f")
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return "0" if plain.lstrip("-") in {"", "0"} or not Decimal(plain) else plain
