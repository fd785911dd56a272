"""Balances in words: `on hand held at CAGE` and how much, a range as `0 to 5`. They must close."""

from __future__ import annotations

from tests.builders import time
from tests.plant import MemoryPlant, plant
from thread.genealogy.account import Account, AccountLine, account_of
from thread.genealogy.custody import Custody
from thread.genealogy.lot_card import LotFacts, lot_facts
from thread.values.names import label
from thread.values.quantity import decimal_text
from thread.values.times import instant

__all__ = ["account", "balance", "facts", "findings", "status"]


def _plant(told: str | MemoryPlant) -> MemoryPlant:
    return plant(told) if isinstance(told, str) else told


def account(told: str | MemoryPlant, lot: str, *, as_of: str | None = None) -> Account:
    """Return the account of a lot of a story."""
    lived = _plant(told)
    at = None if as_of is None else instant(time(as_of))
    return account_of(lived.lot(lot), lived.history, Custody(lived.history), as_of=at)


def balance(told: str | MemoryPlant, lot: str, *, as_of: str | None = None) -> dict[str, str]:
    """Return the balance of a lot of a story, line by line."""
    found = account(told, lot, as_of=as_of)
    assert found.difference == 0
    lines: dict[str, str] = {}
    for line in (*found.lines_in, *found.lines_out):
        assert _words(line) not in lines, f"two lines of {_words(line)}"
        most = "" if line.quantity_max is None else f" to {decimal_text(line.quantity_max)}"
        lines[_words(line)] = decimal_text(line.quantity) + most
    return lines


def _words(line: AccountLine) -> str:
    words = [line.line.replace("_", " ")]
    words += [line.state.replace("_", " ")] if line.state else []
    words += [f"in {label(line.container)}"] if line.container else []
    words += [f"at {label(line.place)}"] if line.place else []
    words += [f"of {label(line.owner)}"] if line.owner else []
    words += ["calculated"] if line.calculated else []
    return " ".join(words)


def findings(told: str | MemoryPlant, lot: str) -> dict[str, tuple[int, ...]]:
    """Return the codes of what does not fit, with the entries."""
    return {finding.code: finding.entries for finding in account(told, lot).findings}


def status(told: str | MemoryPlant, lot: str) -> dict[str, str]:
    """Return what is on hand by status."""
    return {state: decimal_text(quantity) for state, quantity in account(told, lot).status.items()}


def facts(told: str | MemoryPlant, lot: str) -> LotFacts:
    """Return what the card of a lot says."""
    lived = _plant(told)
    return lot_facts(lived.lot(lot), lived.history, Custody(lived.history))
