"""Nothing is edited: a wrong event is answered by a correction, and what people sign is an event too."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from thread.events.base import Event, Private, Short, Text

__all__ = ["Corrected", "Signed"]

Seq = Annotated[int, Field(ge=0, lt=2**53)]


class Corrected(Event):
    """An entry was wrong: it is void, or these events stand in its place, at its seq.

    `seq` is always the first entry, never a correction; the latest correction of an entry wins; reinstating is
    replacing by the original.
    """

    type: Literal["corrected"] = "corrected"
    seq: Seq
    """Sequence number of the entry that was wrong; always the first entry, never a correction."""
    void: bool = False
    """It did not happen at all."""
    replaced_by: Annotated[tuple[dict[str, Any], ...], Field(min_length=1, max_length=100)] | None = None
    """Whole events without id, each valid by its own model."""
    reason_code: Literal["wrong_lot", "wrong_quantity", "wrong_time", "did_not_happen", "duplicate", "other"] = "other"
    """Why, as a code."""
    reason: Text
    """Why, in words."""
    approver: Short | None = None
    """Pseudonymous id of the person who approved the correction."""

    @model_validator(mode="after")
    def _corrects_something(self) -> Corrected:
        if self.void == (self.replaced_by is not None):
            message = "a correction voids the entry or replaces it: give void or replaced_by"
            raise ValueError(message)
        return self


class Signed(Event):
    """Somebody put their name to entries, with a meaning (21 CFR 11.50)."""

    type: Literal["signed"] = "signed"
    seqs: Annotated[tuple[Seq, ...], Field(min_length=1, max_length=1_000)]
    """Sequence numbers of the entries that were signed."""
    meaning: Literal["authorship", "review", "approval", "responsibility", "release"]
    """What the signature means (21 CFR 11.50)."""
    method: Short
    """How the signer was identified: pin, card, password …"""
    signer: Short
    """Pseudonymous id of the signer."""
    printed_name: Private
    """Printed name of the signer."""
