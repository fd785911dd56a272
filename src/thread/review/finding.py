"""A finding: something in the ledger that somebody should look into, and by what it is known from one day to the next.

Its id is made of what does not change while it lasts: its code, the first entry that it rests on, and what it is about.
Its digest is made of everything that may change, so that whoever closes a finding closes it as it stood.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from typing import Final, Literal

from thread.ledger import canonical_bytes
from thread.review.kinds import SORTS, Sort
from thread.values.names import label

__all__ = ["Finding", "SubjectKind", "finding_id", "joined_findings"]

SubjectKind = Literal["lot", "entry", "hold"]

_DIGITS: Final = 12


def finding_id(code: str, seq: int, kind: SubjectKind, name: str) -> str:
    """Return the id of a finding: code, first entry, and 48 bits of the SHA-256 of all three and the subject.

    >>> finding_id("hold-open", 7, "hold", "H-1")
    'hold-open:7:96df4d2d580f'
    """
    digest = sha256(canonical_bytes([code, seq, kind, name])).hexdigest()
    return f"{code}:{seq}:{digest[:_DIGITS]}"


@dataclass(frozen=True)
class Finding:
    """Something about a lot, an entry or a hold that somebody should look into."""

    code: str
    kind: SubjectKind
    name: str
    """What it is about: name of a lot, number of an entry, or id of a hold."""
    seqs: tuple[int, ...]
    """The entries that it rests on, ascending, corrections among them; the first one is part of its id."""
    text: str
    """What is odd, as one sentence."""
    facts: tuple[str, ...] = ()
    """What else may change while the finding lasts: amounts, days, fields."""
    lots: tuple[str, ...] = ()
    """The lots that it touches."""
    since: int | None = None
    """When it began, where that is not when its last entry was recorded: nanoseconds since the Unix epoch."""
    is_settled: bool = False
    """It was forced once, and later entries made it good."""

    @property
    def sort(self) -> Sort:
        """What its code means."""
        return SORTS[self.code]

    @cached_property
    def id(self) -> str:
        """Its name, the same as long as it lasts."""
        return finding_id(self.code, self.seqs[0], self.kind, self.name)

    @cached_property
    def facts_sha256(self) -> str:
        """SHA-256 over all that it says beside its words, 64 hex digits; another one if anything of that changes."""
        return sha256(canonical_bytes([self.id, list(self.seqs), list(self.facts)])).hexdigest()

    @property
    def about(self) -> str:
        """What it is about, as people read it."""
        if self.kind == "lot":
            return label(self.name)
        return f"{self.kind} {self.name}"

    def resting_on(self, seqs: Iterable[int]) -> Finding:
        """Return the same, resting on further entries too, none before its first."""
        first = self.seqs[0]
        return replace(self, seqs=tuple(sorted({*self.seqs, *(seq for seq in seqs if seq > first)})))


def joined_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings with those of one id joined: what is said of one thing in several sentences is one finding."""
    found: dict[str, Finding] = {}
    for one in findings:
        known = found.get(one.id)
        if known is None:
            found[one.id] = one
            continue
        found[one.id] = replace(
            known,
            seqs=tuple(sorted({*known.seqs, *one.seqs})),
            text=known.text if one.text == known.text else f"{known.text} {one.text}",
            facts=known.facts if one.text == known.text else (*known.facts, *one.facts),
            lots=tuple(dict.fromkeys((*known.lots, *one.lots))),
            is_settled=known.is_settled and one.is_settled,
        )
    return tuple(found.values())
