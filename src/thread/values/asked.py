"""What a text in a search box may be: a GS1 barcode or link in any spelling, another URI, or a code as people type it.

Nothing is looked up here and nothing is guessed: a reading says which name the text is a spelling of, which elements a
label holds, and in words how it was read, so that a misread label is seen at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from thread.errors import NameMalformed
from thread.values.gs1 import SEPARATOR, elements
from thread.values.gs1_keys import KEYS
from thread.values.names import is_uri, scanned

__all__ = ["Reading", "reading_of"]

_LONGEST: Final = 1_000
"""Characters of a text that can be a name; longer ones are looked for as text only."""

_WORDS: Final[Mapping[str, str]] = {
    "02": "GTIN of the content",
    "10": "lot",
    "11": "made on",
    "13": "packed on",
    "15": "best before",
    "17": "expiry",
    "21": "serial",
    "30": "count",
    "37": "count",
    "235": "serial",
    "240": "item",
    "241": "customer's item",
    "400": "customer's order",
    "410": "ship to GLN",
    "412": "supplier GLN",
}
"""How elements that are no keys are called; others by their AI."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a text is read.

    `name`: the one name that it is a spelling of, or the code without what a reader put in front of it. `elements`: the
    GS1 (AI, value) pairs in it. `words`: the reading for people. `malformed`: why it is not the GS1 name that it is
    written as; it is looked for as typed then.
    """

    name: str
    words: str
    elements: tuple[tuple[str, str], ...] = ()
    malformed: str | None = None


def reading_of(text: str) -> Reading:
    """Return how a text is read. No text is refused.

    >>> reading_of("]C1010950600013435210S-77").words
    'GTIN 09506000134352, lot S-77'
    >>> reading_of("S-77").words
    'the text S-77'
    """
    as_text = Reading(text.strip(), f"the text {_shown(text)}")
    if len(text) > _LONGEST:
        return as_text
    try:
        read = scanned(text)
    except NameMalformed:
        return as_text
    told = read.elements or elements(_with_separators(text))
    if read.elements:
        return Reading(read.name, _in_words(told), told)
    malformed = read.findings[0].text if read.findings else None
    if told:
        return Reading(read.name, _in_words(told), told, malformed if _has_key(told) else None)
    if is_uri(read.name) and not malformed:
        return Reading(read.name, f"the name {_shown(read.name)}")
    return Reading(read.name, f"the text {_shown(read.name)}", (), malformed)


def _with_separators(text: str) -> str:
    return text.strip().replace("\u241d", SEPARATOR)


def _has_key(told: tuple[tuple[str, str], ...]) -> bool:
    return any(ai in KEYS for ai, _ in told)


def _in_words(told: tuple[tuple[str, str], ...]) -> str:
    return ", ".join(f"{_title(ai)} {value}" for ai, value in told)


def _title(ai: str) -> str:
    return KEYS[ai].title if ai in KEYS else _WORDS.get(ai, f"({ai})")


def _shown(text: str) -> str:
    text = text.strip()
    return text if len(text) <= 80 else f"{text[:80]} … ({len(text)} characters)"
