"""What acceptance says of the last sentence of a story, everything before it recorded as it is told."""

from __future__ import annotations

from tests.builders import time
from tests.plant import plant
from thread.acceptance import Acceptance, accept
from thread.events.corrections import Corrected
from thread.genealogy.custody import Custody
from thread.genealogy.projection import MemoryHistory, corrections_by_target
from thread.values.times import instant

__all__ = ["judged", "refused", "warned"]


def judged(text: str, *, now: str = "day 100, 00:00") -> Acceptance:
    """Return what speaks against the last sentence."""
    lived = plant(text)
    *before, last = lived.entries
    event = last.event
    now_ns = instant(time(now))
    if not isinstance(event, Corrected):
        history = MemoryHistory(before, origin=lived.origin)
        return accept(event, history, Custody(history), now_ns=now_ns)
    corrected = next((one for one in before if one.seq == event.seq), None)
    corrections = corrections_by_target(before).get(event.seq, ())
    others = MemoryHistory([one for one in before if one.seq != event.seq], origin=lived.origin)
    return accept(
        event,
        others,
        Custody(others),
        now_ns=now_ns,
        corrected=corrected,
        correction=corrections[-1] if corrections else None,
    )


def refused(text: str) -> dict[str, str]:
    """Return the codes that refuse the last sentence, each with the place in the event."""
    return {finding.code: finding.path for finding in judged(text).refusals}


def warned(text: str) -> dict[str, str]:
    """Return the codes that the last sentence would be recorded with, each with the place in the event."""
    found = judged(text)
    assert not found.refusals
    return {finding.code: finding.path for finding in found.warnings}
