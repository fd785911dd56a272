"""The sentences of a story: one function per verb, from the words after it to the fields of an event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tests import story_production, story_stock, story_trade
from tests.story_words import Sentence, Told, Words

SENTENCES: Final[Mapping[str, Sentence]] = dict(
    sorted({**story_stock.SENTENCES, **story_production.SENTENCES, **story_trade.SENTENCES}.items())
)
"""What a sentence may begin with. `instead of line`, `line … did not happen`, `sign` and `close finding` speak of
other sentences."""


def sentence(words: Words) -> Told:
    """Return the event that one sentence tells, without its time and site."""
    verb = words.name("a verb")
    known = SENTENCES.get(verb)
    if known is None:
        words.fail(f"{verb!r} begins no sentence; it can be {', '.join(SENTENCES)}")
    return known(words)
