"""Names like one that nothing recorded goes by: what a misread label or a slip of the finger may have meant."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from thread.values.names import parts, short_forms

if TYPE_CHECKING:
    from thread.service.ledger import Ledger

__all__ = ["near_names"]

_LOOKED_THROUGH: Final = 5_000
"""As many of the latest entries are looked through, so that the answer comes at once in a ledger of any size."""

_MOST: Final = 5
_LIKENESS: Final = 0.6
_NAME: Final = re.compile(rb'"((?:https?://|urn:)[^"\\]{1,1000})"')
_ASKED_FOR: Final = frozenset({"lot", "serial", "order", "run", "container", "shipment", "vessel"})


def near_names(ledger: Ledger, text: str) -> tuple[str, ...]:
    """Return names of recorded lots, orders, containers and shipments that look like a text, likest first."""
    forms: dict[str, str] = {}
    for name in _names_in(ledger):
        for form in (*short_forms(name), name):
            forms.setdefault(form.casefold(), name)
    likest = get_close_matches(text.strip().casefold(), forms, n=4 * _MOST, cutoff=_LIKENESS)
    return tuple(dict.fromkeys(forms[form] for form in likest))[:_MOST]


def _names_in(ledger: Ledger) -> Iterable[str]:
    origin = ledger.origin
    found: set[bytes] = set()
    for entry in ledger.entries(max(0, ledger.size - _LOOKED_THROUGH)):
        found.update(_NAME.findall(entry.data))
    for name in sorted(found):
        told = name.decode(errors="replace")
        if parts(told, origin)["kind"] in _ASKED_FOR:
            yield told
