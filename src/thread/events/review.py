"""What people decide about the findings of a ledger: each is closed once, with a reason, by somebody else."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from thread.events.base import Event, Text
from thread.events.corrections import Seq

__all__ = ["FindingClosed", "FindingId"]

FindingId = Annotated[
    str, StringConstraints(max_length=120, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*:[0-9]{1,16}:[0-9a-f]{12}$")
]
"""Name of a finding: its code, the first entry that it rests on, and what it is about (48 bits of its SHA-256)."""


class FindingClosed(Event):
    """Somebody looked into a finding and decided about it (ISO 13485, 8.3 and 8.5).

    It holds for the finding as it stood: when what the finding rests on changes, the finding is open again.
    """

    type: Literal["finding_closed"] = "finding_closed"
    finding: FindingId
    """Id of the finding, as `thread findings` prints it."""
    seqs: Annotated[tuple[Seq, ...], Field(min_length=1, max_length=5_000)]
    """Sequence numbers of the entries that the finding rested on."""
    facts_sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    """SHA-256 of the facts that were looked into, 64 hexadecimal digits, as `thread findings` prints it."""
    decision: Literal["accepted", "corrected", "follow_up"]
    """Accepted as it is, corrected by other entries, or followed up elsewhere (name the paper under documents)."""
    reason: Text
    """Why, in words."""
