"""Signatures that no longer hold: what was signed was corrected since, and must be signed again (EVENTS 5).

A signature stands for an entry as it was when it was signed; the order of entries decides, not that of event times.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from thread.events.corrections import Corrected, Signed
from thread.genealogy.projection import History

__all__ = ["VoidSignature", "void_signatures", "void_signatures_of"]


@dataclass(frozen=True, slots=True)
class VoidSignature:
    """A signature of an entry that was corrected afterwards, and that nobody repeated."""

    seq: int
    """The entry that was signed."""
    signed_by: int
    corrected_by: int
    """The latest correction."""
    signer: str
    meaning: str

    @property
    def text(self) -> str:
        """What happened, as a clause, and what to do."""
        return (
            f"the signature of {self.signer} ({self.meaning}, entry {self.signed_by}) of entry {self.seq} no longer"
            f" holds: entry {self.corrected_by} corrected it; sign it again"
        )

    @property
    def entries(self) -> tuple[int, ...]:
        """The entries that show it."""
        return tuple(sorted({self.seq, self.signed_by, self.corrected_by}))


def void_signatures(lot: str, history: History) -> Iterator[VoidSignature]:
    """Yield the signatures that no longer hold for an entry which tells, or once told, of a lot."""
    if not (history.has_type("signed") and history.has_type("corrected")):
        return
    for seq in sorted({told.seq for told in history.ever_told().about("lot", lot)}):
        yield from void_signatures_of(seq, history)


def void_signatures_of(seq: int, history: History) -> Iterator[VoidSignature]:
    """Yield the signatures of one entry, and of its corrections, that no longer hold.

    Who signed a correction signed what it put in place; a later correction of the same entry takes that away too.
    """
    if not (history.has_type("signed") and history.has_type("corrected")):
        return
    about = history.about("entry", str(seq))
    corrections = [told.seq for told in about if isinstance(told.event, Corrected) and told.event.seq == seq]
    if not corrections:
        return
    last = max(corrections)
    signatures = list(_signatures(seq, history))
    for correction in corrections:
        signatures.extend(_signatures(correction, history))
    again = {event.meaning for _, signed_by, event in signatures if signed_by > last}
    for signed, signed_by, event in signatures:
        if signed_by < last and event.meaning not in again:
            yield VoidSignature(signed, signed_by, last, event.signer, event.meaning)


def _signatures(seq: int, history: History) -> Iterator[tuple[int, int, Signed]]:
    """Yield the signatures of an entry: the entry, the one that tells the signature, what it tells."""
    for told in history.about("entry", str(seq)):
        if isinstance(told.event, Signed):
            yield seq, told.seq, told.event
