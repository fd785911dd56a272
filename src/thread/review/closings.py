"""How findings end: whether one was closed as it stands, and who may close it.

A closing names the entries and the digest of the facts that were looked into. It holds as long as the finding has just
these; when one changes, the finding is open again and the old closing stays to be read. Nobody closes what they caused,
and no reason overrides that: whoever looks into a finding has to be somebody else (ISO 13485, 8.2.4).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from thread.acceptance import RULES
from thread.acceptance import Finding as Fault
from thread.events.corrections import Corrected
from thread.events.review import FindingClosed
from thread.genealogy.line_words import listed
from thread.genealogy.projection import History, Told
from thread.review.finding import Finding
from thread.review.review import Review
from thread.review.rule_sets import RULE_SETS
from thread.values.persons import same_persons

__all__ = ["Closing", "caused_by", "closing_faults", "closing_of"]


@dataclass(frozen=True, slots=True)
class Closing:
    """What somebody decided about a finding."""

    entries: tuple[int, ...]
    """The entry of the closing, and the correction of it that counts."""
    closed_by: str
    closed_at: str
    decision: str
    reason: str
    documents: tuple[str, ...]
    stands: bool
    """Whether the finding is still as it was closed."""

    def as_json(self) -> dict[str, object]:
        """The closing as a finding prints it."""
        return {
            "entries": list(self.entries),
            "by": self.closed_by,
            "at": self.closed_at,
            "decision": self.decision,
            "reason": self.reason,
            "documents": list(self.documents),
            "stands": self.stands,
        }


def closing_of(finding: Finding, history: History) -> Closing | None:
    """Return the closing that stands for a finding, else the latest that once did; None where nobody closed it."""
    found: Closing | None = None
    for told in sorted(history.about("finding", finding.id), key=lambda one: one.entries[-1]):
        event = told.event
        if not isinstance(event, FindingClosed):
            continue
        stands = _is_about(event, finding)
        if found is None or stands or not found.stands:
            found = _closing(told, event, history, stands=stands)
    return found


def _is_about(event: FindingClosed, finding: Finding) -> bool:
    return event.seqs == finding.seqs and event.facts_sha256 == finding.facts_sha256


def _closing(told: Told, event: FindingClosed, history: History, *, stands: bool) -> Closing:
    entry = history.entry(told.entries[-1])
    by = event.performed_by or (entry.actor if entry else "")
    papers = tuple(f"{one.type} {one.number}" for one in event.documents)
    at = event.event_time or event.time_to or ""
    return Closing(told.entries, by, at, event.decision, event.reason, papers, stands)


def caused_by(seqs: Iterable[int], history: History) -> tuple[str, ...]:
    """Return who is behind entries: whoever told them, and whoever did what they tell, sorted."""
    found: set[str] = set()
    for seq in seqs:
        entry = history.entry(seq)
        if entry is None:
            continue
        found.add(entry.actor)
        if entry.event.performed_by is not None:
            found.add(entry.event.performed_by)
        if isinstance(entry.event, Corrected):
            told = (one.get("performed_by") for one in entry.event.replaced_by or ())
            found.update(name for name in told if isinstance(name, str))
    return tuple(sorted(found))


def closing_faults(
    event: FindingClosed,
    history: History,
    *,
    told_by: Iterable[str],
    path: str = "",
) -> Iterator[Fault]:
    """Yield what speaks against closing a finding; none of it can be forced.

    `told_by`: ids of who tells the closing.
    """
    # Every limit at its lowest: whoever closes a finding saw it under some limit or other.
    review = Review(history, rule_sets=RULE_SETS, late_hours=0)
    finding = review.by_id(event.finding, event.seqs)
    if finding is None or finding.is_settled:
        text = f"there is no open finding {event.finding}; `thread findings` lists them, with their ids"
        yield _fault("finding-unknown", f"{path}/finding", text, finding=event.finding)
        return
    if not _is_about(event, finding):
        text = (
            f"finding {event.finding} is not any more what was looked into: {finding.text} Look at it again, and close"
            " it with the seqs and facts_sha256 that it has now"
        )
        yield _fault("finding-changed", f"{path}/facts_sha256", text, finding=event.finding)
    closing = closing_of(finding, history)
    if closing is not None and closing.stands:
        text = f"finding {event.finding} was closed by {closing.closed_by} with entry {closing.entries[0]}"
        yield _fault("finding-closed-before", f"{path}/finding", text, finding=event.finding, entry=closing.entries[0])
    causers = caused_by(finding.seqs, history)
    same = same_persons((*told_by, *((event.performed_by,) if event.performed_by else ())), causers)
    if same:
        text = (
            f"{same[0]} caused finding {event.finding}, which rests on {_entries(finding.seqs)};"
            " somebody else has to close it, and tell it under a name of their own"
        )
        yield _fault("finding-own", f"{path}/performed_by", text, finding=event.finding, caused_by=causers)


def _entries(seqs: tuple[int, ...]) -> str:
    return f"entry {seqs[0]}" if len(seqs) == 1 else f"entries {listed(map(str, seqs))}"


def _fault(code: str, path: str, text: str, **facts: object) -> Fault:
    return Fault(code, RULES[code].severity, path, text, facts)
