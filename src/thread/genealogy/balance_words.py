"""What a balance says as a whole, for every page and document that shows it: whether it balances, or is short."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal

from thread.values.quantity import EXACT, ZERO, decimal_text

__all__ = ["SHORT", "Verdict", "is_short", "short_by", "verdict_on"]

SHORT: Final = "more left than ever came in"
"""What it means that a lot is short."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A sentence about a balance; `head` is its first words, which a page may show in bold."""

    kind: Literal["balances", "short", "differs"]
    head: str
    rest: str

    @property
    def text(self) -> str:
        """The sentence."""
        return self.head + self.rest


def verdict_on(balance: Mapping[str, Any]) -> Verdict:
    """Return what a balance in its published JSON form comes to.

    >>> owed = {"line": "on_hand", "quantity": "-30"}
    >>> verdict_on({"unit": "KGM", "out": [owed], "difference": "0"}).text
    'Short by 30 KGM: more left than ever came in.'
    """
    difference = str(balance["difference"])
    if difference.strip("-0."):
        unit = f" {balance['unit']}" if balance["unit"] else ""
        return Verdict("differs", "Does not balance", f": {difference}{unit} of difference between in and out.")
    if short := short_by(balance):
        return Verdict("short", f"Short by {short}", f": {SHORT}.")
    return Verdict("balances", "Balances", ": what came in equals what went out and what is there.")


def short_by(balance: Mapping[str, Any]) -> str:
    """Return how much more left than came in, with its unit; empty where that is not so."""
    missing = ZERO
    for line in balance["out"]:
        if is_short(line):
            missing = EXACT.subtract(missing, Decimal(line["quantity"]))
    if not missing:
        return ""
    return f"{decimal_text(missing)} {balance['unit']}" if balance["unit"] else decimal_text(missing)


def is_short(line: Mapping[str, Any]) -> bool:
    """Tell whether a line of a balance stands for what is missing: its quantity lies below zero."""
    return str(line["quantity"]).startswith("-")
