"""Names like one that nothing recorded goes by: what a misread label or a slip of the finger may have meant.

Looked through are the names beside it in the alphabet and those that hold one half of it: a single slip lies in one
half only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher, get_close_matches
from itertools import islice
from typing import TYPE_CHECKING, Final

from thread.errors import NameMalformed
from thread.service.names import SEARCHED
from thread.store.search import SHORTEST_WITHIN, Search
from thread.store.search_index import Row, subject_of
from thread.store.search_texts import KINDS
from thread.values.folding import folded
from thread.values.names import is_uri, normalise, parts, short_forms

if TYPE_CHECKING:
    from thread.service.ledger_questions import LedgerQuestions

__all__ = ["near_names"]

_BESIDE: Final = 8
_HOLDING_A_HALF: Final = 40
_MOST: Final = 3
_LIKENESS: Final = 0.75


def near_names(
    ledger: LedgerQuestions, text: str, kinds: Sequence[str] | None = None, *, size: int | None = None
) -> tuple[str, ...]:
    """Return names of recorded things whose code looks like that of a text, likest first; often none.

    `kinds`: of which subjects (lot, activity, container, shipment); None: of whatever a search finds. A URI is only
    like names of the kind that it says. `size`: among how many entries those subjects are known; None: all.
    """
    asked = _asked(text, ledger.origin)
    wanted = KINDS if kinds is None else [one for kind in kinds for one in SEARCHED[kind]]
    if asked and is_uri(normalise(text).name):
        said = parts(normalise(text).name, ledger.origin)["kind"]
        wanted = [kind for kind in wanted if kind == said]
    if not asked or not wanted:
        return ()
    forms: dict[str, list[str]] = {}
    with ledger.searching() as search:
        for row in _rows_like(search, asked, wanted):
            name = search.thing(subject_of(row.id), entries=0).name
            told = (folded(form) for form in short_forms(name)) if "/" in asked else (row.folded,)
            for form in told:
                forms.setdefault(form, []).append(name)
    likest = get_close_matches(asked, forms, n=20 * _MOST, cutoff=_LIKENESS)
    near = dict.fromkeys(name for form in likest if _is_like(asked, form) for name in forms[form])
    if kinds is None or size is None or size == ledger.size:
        return tuple(near)[:_MOST]
    then = ledger.history(size)
    return tuple(name for name in near if any(then.about(kind, name) for kind in kinds))[:_MOST]


def _asked(text: str, origin: str) -> str:
    """Return the short form of a text that is looked for, as it is compared; "" where it has none."""
    try:
        name = normalise(text).name
    except NameMalformed:
        return ""
    if not is_uri(name):
        return folded(name)
    if parts(name, origin)["kind"] == "unknown":
        return ""
    return folded(next(iter(short_forms(name)), ""))


def _rows_like(search: Search, asked: str, kinds: Sequence[str]) -> Iterator[Row]:
    code = folded(asked.rpartition("/")[2])
    yield from search.beside(code, kinds, each=_BESIDE)
    middle = len(code) // 2
    for half in (code[:middle], code[middle:]):
        if len(half) >= SHORTEST_WITHIN:
            yield from islice(search.holding(half, kinds), _HOLDING_A_HALF)


def _is_like(asked: str, form: str) -> bool:
    """Tell whether the codes behind the items are alike too; long items are alike whatever the lots are."""
    code, other = (told.rpartition("/")[2].strip() for told in (asked, form))
    return SequenceMatcher(a=code, b=other).ratio() >= _LIKENESS
