"""A GS1 barcode as the fields of a receipt: what it names, how much of it, and the dates on the label.

Reading the barcode and its names is `thread.values`' work; here its other elements become fields. Sources: GS1 General
Specifications, section 3 (application identifiers), 3.4.2 (day 00 is the last of the month), 7.12 (centuries).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from biip import ParseError
from biip.gs1_element_strings import GS1ElementString

from thread.errors import Gs1Malformed
from thread.values.names import scanned

__all__ = ["label_fields"]

_DATES: Final = {"11": "made_on", "15": "best_before", "17": "expiry"}
_COUNTS: Final = frozenset({"30", "37"})
_NET_CONTENT: Final = {"310": "KGM", "315": "LTR", "316": "MTQ", "320": "LBR", "357": "ONZ", "361": "GLL"}
"""Net weight and volume, by the first three digits of the AI, in UN/ECE Rec 20 units."""
_PIECE: Final = "EA"


def label_fields(scan: str) -> dict[str, Any]:
    """Return what a label tells of a receipt: item, lot, serials, container, quantity and dates, as far as it does.

    Raises:
        Gs1Malformed: the text is no GS1 barcode, or a value in it is not what its AI says.

    >>> label_fields("(01)09506000134352(10)ABC(17)270100(3102)001250")["quantity"]
    {'value': '12.50', 'unit': 'KGM'}
    """
    read = scanned(scan)
    if read.findings:
        raise Gs1Malformed(read.findings[0].text)
    if not read.elements:
        raise Gs1Malformed(f"{scan[:60]!a} is not read as a GS1 barcode; scan it again, or tell item, lot and quantity")
    told = dict(read.elements)
    fields = _names(told)
    fields.update({field: _date(ai, told[ai]) for ai, field in _DATES.items() if ai in told})
    quantity = _quantity(told)
    return {**fields, "quantity": quantity} if quantity else fields


def _names(told: Mapping[str, str]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    item = told.get("01") or told.get("02")
    if item is not None:
        fields["item"] = f"(01){item}"
    if "10" in told:
        fields["lot"] = told["10"]
    if "21" in told:
        fields["serials"] = [{"first": told["21"]}]
    if "00" in told:
        fields["container"] = f"(00){told['00']}"
    return fields


def _quantity(told: Mapping[str, str]) -> dict[str, Any] | None:
    """Return how much the label speaks of: a count before a measure, the others beside it."""
    measures = [{"value": str(int(told[ai])), "unit": _PIECE} for ai in sorted(_COUNTS & set(told))]
    for ai, value in told.items():
        unit = _NET_CONTENT.get(ai[:3]) if len(ai) == 4 else None
        if unit:
            measures.append({"value": f"{_element(ai, value).decimal:f}", "unit": unit})
    if not measures:
        return {"value": "1", "unit": _PIECE} if "21" in told else None
    first, *others = measures
    return {**first, "also": others} if others else first


def _date(ai: str, value: str) -> str:
    date = _element(ai, value).date
    if date is None:  # pragma: no cover - the AIs asked for are dates
        raise Gs1Malformed(f"({ai}){value} is no day")
    return date.isoformat()


def _element(ai: str, value: str) -> GS1ElementString:
    try:
        return GS1ElementString.parse(ai + value)
    except ParseError:
        raise Gs1Malformed(f"({ai}){value} is not what ({ai}) stands for; read it again") from None
