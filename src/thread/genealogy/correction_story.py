"""The story of an entry that was corrected: each correction with what it put in place of what, by whom, when and why.

This is the audit trail of one fact as EU GMP Annex 11 and 21 CFR 11.10(e) ask for it: old and new value beside each
other, nothing obscured. A correction is told against what stood there just before it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from thread.events.base import Event
from thread.events.corrections import Corrected
from thread.genealogy.field_changes import FieldChange, field_changes
from thread.genealogy.projection import Correction, Recorded
from thread.genealogy.sentences import sentence

__all__ = ["CorrectionStep", "correction_story"]


@dataclass(frozen=True, slots=True)
class CorrectionStep:
    """One correction of an entry, told against the version before it."""

    entry: Recorded
    """The correcting entry."""
    event: Corrected
    old: tuple[Event, ...]
    """What stood at the entry before; empty: it was void."""
    new: tuple[Event, ...]
    """What stands there from now on; empty: it is void."""

    @property
    def changes(self) -> tuple[FieldChange, ...]:
        """What differs, field by field; nothing where one of the two is void."""
        return field_changes(self.old, self.new) if self.old else ()

    def as_json(self) -> dict[str, object]:
        """The correction as a history prints it."""
        return {
            "seq": self.entry.seq,
            "corrects": self.event.seq,
            "void": not self.new,
            "event_time": self.event.event_time or self.event.time_from,
            "recorded_at": self.entry.recorded_at,
            "actor": self.entry.actor,
            "reason_code": self.event.reason_code,
            "reason": self.event.reason,
            "approver": self.event.approver,
            "old": [sentence(event) for event in self.old],
            "new": [sentence(event) for event in self.new],
            "changes": [change.as_json() for change in self.changes],
        }


def correction_story(entry: Recorded, corrections: Iterable[Correction]) -> tuple[CorrectionStep, ...]:
    """Return the corrections of an entry, oldest first, each with what it took the place of."""
    steps: list[CorrectionStep] = []
    standing: tuple[Event, ...] = (entry.event,)
    for correction in corrections:
        event = correction.entry.event
        if isinstance(event, Corrected):
            steps.append(CorrectionStep(correction.entry, event, standing, correction.replacements))
            standing = correction.replacements
    return tuple(steps)
