"""Names, amounts and marks as people read them on a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from thread.values.name_parts import parts
from thread.values.names import label

__all__ = [
    "GAP_WORDS",
    "NOT_IN_TIME",
    "activity_words",
    "amount_words",
    "count_words",
    "entries_words",
    "joined",
    "kind_of",
    "origin_words",
    "serials_words",
    "time_words",
]

GAP_WORDS: Final[Mapping[str, str]] = {
    "forced": "a rule was broken when it was recorded, and somebody gave a reason",
    "calculated": "a quantity was calculated by backflush, not measured",
    "one_of": "it is one of several candidates, and nobody knows which",
    "declared": "the content of a container was taken from the sender's word",
    "unresolved": "nobody told where it came from",
    "unrecorded": "it rests on a fact that nobody recorded",
    "negative-stock": "more left it than ever came in",
}
"""What each code of a gap means, as the end of a sentence about a lot."""

NOT_IN_TIME: Final = "not in time"
"""What marks a path that is possible by what was told, but cannot really have happened in time (`in_time: false`)."""

_ZERO_FRACTION: Final = re.compile(r"(:\d\d)(?:\.0+(?=\D|\Z)|(\.\d*[1-9])0+)")

_PLURALS: Final[Mapping[str, str]] = {"activity": "activities", "entry": "entries"}


def count_words(number: int, noun: str) -> str:
    """Return a number with its noun.

    >>> count_words(1, "lot"), count_words(2, "entry")
    ('1 lot', '2 entries')
    """
    return f"{number} {noun if number == 1 else _PLURALS.get(noun, f'{noun}s')}"


def joined(texts: Iterable[str]) -> str:
    """Return texts as a list in a sentence: `A, B and C`."""
    told = list(texts)
    return f"{', '.join(told[:-1])} and {told[-1]}" if len(told) > 1 else "".join(told)


def entries_words(seqs: Sequence[int], *, most: int = 6) -> str:
    """Return the entries that something rests on: `entry 4`, `entries 4, 7 and 9`."""
    told = [str(seq) for seq in seqs[:most]]
    if len(seqs) > most:
        told.append(f"{len(seqs) - most} more")
    return f"{'entry' if len(seqs) == 1 else 'entries'} {joined(told)}" if seqs else "no entry"


def amount_words(quantity: str | None, most: str | None, unit: str | None) -> str:
    """Return an amount, or the two ends between which it lies, with its unit; empty where nobody told."""
    if quantity is None and most is None:
        return ""
    low = quantity if quantity is not None else "?"
    told = low if most is None or most == quantity else f"{low} to {most}"
    return f"{told} {unit}" if unit else told


def origin_words(quantities: Mapping[str, str]) -> str:
    """Return quantities by mode, the absent ones left out: `JIT 60, JIC 40`; the mode alone where there is one."""
    told = {mode: amount for mode, amount in quantities.items() if amount.strip("0.")}
    if len(told) == 1:
        return next(iter(told))
    return ", ".join(f"{mode} {amount}" for mode, amount in told.items())


def serials_words(ranges: Sequence[Mapping[str, str]]) -> str:
    """Return serial ranges: `SN1 to SN9, SN12`."""
    return ", ".join(
        one["first"] if one["first"] == one["last"] else f"{one['first']} to {one['last']}" for one in ranges
    )


def time_words(told: str) -> str:
    """Return a time as told, without the zeros at the end of its fraction of a second.

    >>> time_words("2026-03-09T14:07:00.0000000Z"), time_words("2026-03-09T14:07:00.2500000+01:00")
    ('2026-03-09T14:07:00Z', '2026-03-09T14:07:00.25+01:00')
    """
    return _ZERO_FRACTION.sub(r"\1\2", told)


def activity_words(name: str, told_as: Mapping[str, str]) -> str:
    """Return what kind of activity a name is, and which one: `order WO-1`, `run L1 of order WO-1`, `split (entry 9)`.

    `told_as`: what the activities that are single events did, by their names.
    """
    if name in told_as:
        return told_as[name]
    found: Mapping[str, Any] = parts(name, _origin_of(name))
    if found["kind"] == "run":
        return f"run {found['run']} of order {found['order']}"
    if found["kind"] == "order":
        return f"outputs of order {found['order']}" if "step" in found else f"order {found['order']}"
    if found["kind"] == "vessel":
        return f"vessel {label(name)}"
    return f"activity {label(name)}"


def kind_of(name: str) -> str:
    """Return what kind of thing a name of anybody's ledger says that it names: lot, serial, order, run, vessel ..."""
    return parts(name, _origin_of(name))["kind"]


def _origin_of(name: str) -> str:
    return name.split("/", 3)[2] if name.startswith("https://") else ""
