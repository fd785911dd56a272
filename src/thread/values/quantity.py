"""Quantities and money: exact decimals as told, with their unit.

A decimal is kept as text with the zeros that were told (`1.50` is not `1.5` on a certificate); arithmetic is done on
`Decimal`, which is exact for sums of such numbers. Units are UN/ECE Recommendation 20 codes; none is ever converted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Context, Decimal, Inexact
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, WithJsonSchema

__all__ = [
    "EXACT",
    "ZERO",
    "DecimalText",
    "Money",
    "PositiveText",
    "Quantity",
    "UnitCode",
    "decimal_text",
    "exact_sum",
    "is_decimal_text",
]

EXACT: Final = Context(prec=64, traps=[Inexact])
"""Sums of up to 10^30 recorded decimals are exact in it; anything that would round raises."""

ZERO: Final = Decimal(0)

_DECIMAL = re.compile(r"-?(0|[1-9]\d{0,17})(\.\d{1,12})?", re.ASCII)
_WHOLE = re.compile(r"[1-9]\d{0,17}", re.ASCII)
"""Most quantities: decimals for sure, and more than zero."""


def is_decimal_text(text: str) -> bool:
    """Tell whether a text is a decimal in the ledger's one spelling: no exponent, no plus, no leading zero, no -0."""
    return _DECIMAL.fullmatch(text) is not None and not (text.startswith("-") and not text.strip("-0."))


def _decimal(text: str) -> str:
    if not is_decimal_text(text):
        message = (
            f"{text[:40]!r} is not a decimal; write digits with a point, like 12.50"
            " (at most 18 digits before and 12 after it, no exponent)"
        )
        raise ValueError(message)
    return text


def _amount(text: str) -> str:
    if _WHOLE.fullmatch(text):
        return text
    if _decimal(text).startswith("-"):
        message = f"{text[:40]!r} is negative; a quantity is told as what there is, the event says which way it goes"
        raise ValueError(message)
    return text


def _positive(text: str) -> str:
    if not _amount(text).strip("0."):
        message = "the quantity is zero; tell how much there was, or leave the line out"
        raise ValueError(message)
    return text


DecimalText = Annotated[
    str,
    StringConstraints(max_length=40),
    AfterValidator(_decimal),
    WithJsonSchema({"type": "string", "pattern": f"^{_DECIMAL.pattern}$"}),
]
"""A decimal as text, `-?(0|[1-9]\\d{0,17})(\\.\\d{1,12})?`, without -0 (DESIGN 3)."""

AmountText = Annotated[
    str,
    StringConstraints(max_length=40),
    AfterValidator(_amount),
    WithJsonSchema({"type": "string", "pattern": f"^{_DECIMAL.pattern}$"}),
]
PositiveText = Annotated[
    str,
    StringConstraints(max_length=40),
    AfterValidator(_positive),
    WithJsonSchema({"type": "string", "pattern": f"^{_DECIMAL.pattern}$"}),
]

UnitCode = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{2,3}$")]
"""A UN/ECE Recommendation 20 unit code: KGM, LTR, MTR, EA, C62 …"""


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)


class Measure(_Value):
    """One number with its unit."""

    value: AmountText
    """The number, a decimal as text."""
    unit: UnitCode
    """Its unit, UN/ECE Recommendation 20."""


class Quantity(_Value):
    """How much there is: a decimal, its unit, and the same stuff told in other units (catch weight)."""

    value: AmountText
    """The number, a decimal as text with the zeros as told."""
    unit: UnitCode
    """Its unit, UN/ECE Recommendation 20."""
    also: tuple[Measure, ...] = ()
    """The same stuff in other units (catch weight)."""

    @property
    def amount(self) -> Decimal:
        """The value as an exact decimal, in `unit`."""
        return Decimal(self.value)

    @property
    def is_zero(self) -> bool:
        """Whether there is nothing."""
        return not self.value.strip("-0.")

    def __str__(self) -> str:
        return f"{self.value} {self.unit}"


class Money(_Value):
    """An amount of money with its ISO 4217 currency code."""

    value: DecimalText
    """The amount, a decimal as text."""
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    """ISO 4217 code."""


def decimal_text(value: Decimal) -> str:
    """Return the ledger's spelling of a decimal that was computed: no exponent, no trailing zeros, no -0."""
    if not value:
        return "0"
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def exact_sum(values: Iterable[Decimal]) -> Decimal:
    """Return the exact sum of decimals; never rounds.

    Raises:
        decimal.Inexact: more than 64 digits would be needed, which no sum of recorded quantities can reach.
    """
    total = ZERO
    for value in values:
        total = EXACT.add(total, value)
    return total
