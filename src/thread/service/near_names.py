"""Names like one that nothing recorded goes by: what a misread label or a slip of the finger may have meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher, get_close_matches
from typing import TYPE_CHECKING, Final

from thread.errors import NameMalformed
from thread.values.names import is_uri, normalise, parts, short_forms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from thread.service.ledger import Ledger

__all__ = ["near_names"]

_LOOKED_THROUGH: Final = 5_000
"""As many of the latest entries are looked through, so that the answer comes at once in a ledger of any size."""

_MOST: Final = 3
_LIKENESS: Final = 0.75
_NAME: Final = re.compile(rb'"((?:https?://|urn:)[^"\\]{1,1000})"')
_NAMED: Final[Mapping[str, tuple[str, ...]]] = {
    "lot": ("lot", "serial"),
    "activity": ("order", "run", "vessel"),
    "container": ("container",),
    "shipment": ("shipment",),
}
"""What names say that they name, by the kind of subject that is asked for."""


def near_names(ledger: Ledger, text: str, kinds: Sequence[str] = tuple(_NAMED)) -> tuple[str, ...]:
    """Return names of recorded things whose code looks like that of a text, likest first; often none.

    `kinds`: of which subjects: lot, activity, container, shipment. A URI is only like names of the kind that it says.
    """
    asked = _asked(text, ledger.origin)
    if not asked:
        return ()
    wanted = {named for kind in kinds for named in _NAMED[kind]}
    if is_uri(normalise(text).name):
        wanted &= {parts(normalise(text).name, ledger.origin)["kind"]}
    forms: dict[str, str] = {}
    for name in _names_in(ledger, wanted) if wanted else ():
        for form in short_forms(name):
            forms.setdefault(form.casefold(), name)
    likest = get_close_matches(asked, forms, n=20 * _MOST, cutoff=_LIKENESS)
    return tuple(dict.fromkeys(forms[form] for form in likest if _is_like(asked, form)))[:_MOST]


def _asked(text: str, origin: str) -> str:
    """Return the short form of a text that is looked for, in small letters; "" where it has none."""
    try:
        name = normalise(text).name
    except NameMalformed:
        return ""
    if not is_uri(name):
        return name.casefold()
    if parts(name, origin)["kind"] == "unknown":
        return ""
    return next(iter(short_forms(name)), "").casefold()


def _is_like(asked: str, form: str) -> bool:
    """Tell whether the codes behind the items are alike too; long items are alike whatever the lots are."""
    code, other = (told.rpartition("/")[2].strip() for told in (asked, form))
    return SequenceMatcher(a=code, b=other).ratio() >= _LIKENESS


def _names_in(ledger: Ledger, wanted: Iterable[str]) -> Iterator[str]:
    origin = ledger.origin
    found: set[bytes] = set()
    for entry in ledger.entries(max(0, ledger.size - _LOOKED_THROUGH)):
        found.update(_NAME.findall(entry.data))
    for name in sorted(found):
        told = name.decode(errors="replace")
        if parts(told, origin)["kind"] in wanted:
            yield told
