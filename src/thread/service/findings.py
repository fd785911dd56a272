"""The findings of a ledger, of the whole plant or of one lot: filtered, with age, state and who caused them.

The whole plant is gone through once in the order of the entries, some thousands at a time: each entry, and each lot and
hold when it is named first. What is remembered is dropped after each part, so memory stays flat however many there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from thread.errors import BadInput, NotFound
from thread.genealogy.bookkeeping import may_tell
from thread.review import (
    KINDS,
    LATE_HOURS,
    RULE_SETS,
    SEVERITIES,
    SORTS,
    Closing,
    Finding,
    Review,
    caused_by,
    closing_of,
    is_finding_id,
)
from thread.service.history import StoreHistory
from thread.values.names import label
from thread.values.times import ledger_microseconds, ledger_time

__all__ = [
    "HOLD_DAYS",
    "FindingMissing",
    "FindingRow",
    "FindingsAnswer",
    "FindingsFilter",
    "FindingsQuestionInvalid",
    "RulesNotTold",
    "State",
    "closing_event",
    "found_by_id",
    "found_in",
    "states_of",
]

HOLD_DAYS: Final = 30
"""From how many days on an open hold is a finding, unless another age is asked for."""

State = Literal["open", "closed", "settled"]
"""`open`; `closed`: somebody decided about it as it stands; `settled`: forced once, and made good by later entries."""

_AT_ONCE: Final = 2_000
_DAY_NS: Final = 86_400 * 1_000_000_000
_RANK: Final = {severity: rank for rank, severity in enumerate(SEVERITIES)}


def states_of(word: str) -> tuple[State, ...]:
    """Return the states that `open`, `closed` or `all` asks for."""
    asked: dict[str, tuple[State, ...]] = {
        "open": ("open",),
        "closed": ("closed",),
        "all": ("open", "closed", "settled"),
    }
    return asked[word]


class FindingsQuestionInvalid(BadInput):
    """A question about findings names something that there is not."""

    code = "findings-question-invalid"

    def __init__(self, *, name: str, told: str, known: Iterable[str]) -> None:
        choices = tuple(known)
        super().__init__(f"{told[:60]!r} is no {name}; it is one of {', '.join(choices)}", name=name, known=choices)


class RulesNotTold(BadInput):
    """Missing fields are asked for, but not by which set of rules."""

    code = "rules-not-told"

    def __init__(self) -> None:
        known = ", ".join(RULE_SETS)
        super().__init__(f"fields are missing by a set of rules only; tell rules: one or more of {known}")


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingsFilter:
    """Which findings are asked for; empty fields ask for all.

    `older_than_days` counts for every finding; without it holds are findings from `HOLD_DAYS` on.
    """

    kinds: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()
    states: tuple[State, ...] = ("open",)
    rules: tuple[str, ...] = ()
    older_than_days: int | None = None
    late_hours: int = LATE_HOURS

    def __post_init__(self) -> None:
        """Check that every word is known.

        Raises:
            FindingsQuestionInvalid: one is not.
            RulesNotTold: missing fields are asked for, but not by which rules.
        """
        for name, told, known in (
            ("kind of finding", self.kinds, KINDS),
            ("code of a finding", self.codes, SORTS),
            ("severity", self.severities, SEVERITIES),
            ("set of rules", self.rules, RULE_SETS),
        ):
            for one in told:
                if one not in known:
                    raise FindingsQuestionInvalid(name=name, told=one, known=known)
        if not self.rules and ("fields" in self.kinds or any(SORTS[code].kind == "fields" for code in self.codes)):
            raise RulesNotTold

    def wants_row(self, row: FindingRow) -> bool:
        """Tell whether a finding is asked for by its state and age."""
        least = self.older_than_days
        if least is None and row.finding.code == "hold-open":
            least = HOLD_DAYS
        return row.state in self.states and (least is None or row.age_days >= least)

    def wants(self, finding: Finding) -> bool:
        """Tell whether a finding is asked for by what it is."""
        sort = finding.sort
        return (
            (not self.kinds or sort.kind in self.kinds)
            and (not self.codes or sort.code in self.codes)
            and (not self.severities or sort.severity in self.severities)
        )


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding with what else is known of it."""

    finding: Finding
    state: State
    since: int
    """Nanoseconds since the Unix epoch."""
    age_days: int
    caused_by: tuple[str, ...]
    closing: Closing | None

    def as_json(self) -> dict[str, Any]:
        """The finding as it is printed."""
        one = self.finding
        return {
            "id": one.id,
            "code": one.code,
            "kind": one.sort.kind,
            "severity": one.sort.severity,
            "state": self.state,
            "title": one.sort.title,
            "text": one.text,
            "to_do": one.sort.to_do,
            "subject": {"kind": one.kind, "name": one.name, "label": one.about},
            "lots": [{"name": lot, "label": label(lot)} for lot in one.lots],
            "seqs": list(one.seqs),
            "since": ledger_time(self.since // 1_000),
            "age_days": self.age_days,
            "caused_by": list(self.caused_by),
            "facts_sha256": one.facts_sha256,
            "closing": None if self.closing is None else self.closing.as_json(),
        }


@dataclass(frozen=True, slots=True)
class FindingsAnswer:
    """Findings, the gravest and oldest first. `total`: how many there are, those beyond the limit too."""

    rows: tuple[FindingRow, ...]
    total: int
    by_severity: dict[str, int]
    asked: dict[str, Any]
    ledger: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        """The answer as it is printed."""
        return {
            "findings": [row.as_json() for row in self.rows],
            "total": self.total,
            "by_severity": self.by_severity,
            "asked": self.asked,
            "ledger": self.ledger,
        }


def found_in(
    history_anew: Callable[[], StoreHistory],
    *,
    lot: str | None,
    asked: FindingsFilter,
    limit: int | None,
    now_ns: int,
    root: str,
    progress: Callable[[int], None] | None = None,
) -> FindingsAnswer:
    """Return the findings that are asked for.

    `history_anew`: gives a fresh history of one ledger size; `lot`: only what touches this lot; `now_ns`: the clock,
    for ages; `root`: root hash of that size, to print; `progress`: told how many entries were gone through.
    """
    history = history_anew()
    with history.in_one_go():
        found = _of_lot(lot, history, asked) if lot is not None else _of_plant(history_anew, asked, progress)
        told = (_row(one, history, now_ns) for one in found if asked.wants(one))
        rows = [row for row in told if asked.wants_row(row)]
        rows.sort(key=lambda row: (_RANK[row.finding.sort.severity], row.since, row.finding.id))
        counts = Counter(row.finding.sort.severity for row in rows)
        shown = tuple(rows if limit is None else rows[:limit])
    question = {
        "lot": lot,
        "rules": list(asked.rules),
        "hold_days": HOLD_DAYS if asked.older_than_days is None else asked.older_than_days,
        "late_hours": asked.late_hours,
        "now": ledger_time(now_ns // 1_000),
    }
    by_severity: dict[str, int] = {severity: counts[severity] for severity in SEVERITIES}
    ledger = {"origin": history.origin, "size": history.size, "root": root}
    return FindingsAnswer(shown, len(rows), by_severity, question, ledger)


def _row(finding: Finding, history: StoreHistory, now_ns: int) -> FindingRow:
    """Return a finding with its age, its state, and who is behind it."""
    closing = closing_of(finding, history) if may_tell(history, "finding_closed") else None
    state: State = "settled" if finding.is_settled else "closed" if closing and closing.stands else "open"
    since = finding.since
    if since is None:
        entry = history.entry(finding.seqs[-1])
        since = ledger_microseconds(entry.recorded_at) * 1_000 if entry is not None else now_ns
    age_days = max(0, now_ns - since) // _DAY_NS
    return FindingRow(finding, state, since, age_days, caused_by(finding.seqs, history), closing)


def _of_plant(
    history_anew: Callable[[], StoreHistory], asked: FindingsFilter, progress: Callable[[int], None] | None
) -> Iterator[Finding]:
    """Yield every finding of the plant, in the order of the entries that name what it is about first."""
    seen: set[tuple[str, str]] = set()
    history = history_anew()
    definitions = history.item_definitions() if history.has_type("item_defined") or asked.rules else {}
    start, size = 0, history.size
    while start < size:
        history = history_anew()
        with history.in_one_go():
            review = _review(history, asked, lambda item: definitions.get(item, ()))
            yield from review.through(history.read_ahead(start, start + _AT_ONCE), seen)
        start += _AT_ONCE
        if progress is not None:
            progress(min(start, size))


def _of_lot(lot: str, history: StoreHistory, asked: FindingsFilter) -> Iterator[Finding]:
    """Yield every finding that touches a lot."""
    review = _review(history, asked, None)
    yield from review.of_lot(lot)
    for hold in review.holds_of(lot):
        yield from review.of_hold(hold)
    for seq in review.entries_of(lot):
        yield from (one for one in review.of_entry(seq) if lot in one.lots or one.code == "signature-void")


def _review(history: StoreHistory, asked: FindingsFilter, definitions: Callable[[str], Sequence[Any]] | None) -> Review:
    return Review(history, rule_sets=asked.rules, late_hours=asked.late_hours, definitions=definitions)


class FindingMissing(NotFound):
    """There is no finding of an id, open or closed."""

    code = "finding-missing"

    def __init__(self, *, finding: str) -> None:
        super().__init__(
            f"there is no finding {finding[:120]!r}; `thread findings --all` lists them with their ids",
            finding=finding,
        )


def found_by_id(finding: str, history: StoreHistory, *, now_ns: int) -> FindingRow:
    """Return one finding as it stands now, whatever rules or limits it was found by.

    Raises:
        FindingMissing: there is none of that id, open or closed.
    """
    one = Review(history, rule_sets=RULE_SETS, late_hours=0).by_id(finding) if is_finding_id(finding) else None
    if one is None:
        raise FindingMissing(finding=finding)
    return _row(one, history, now_ns)


def closing_event(
    finding: Finding, *, reason: str, decision: str, performed_by: str | None, documents: Iterable[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return the event that closes a finding as it stands, without a time: that is when it is recorded."""
    return {
        "type": "finding_closed",
        "finding": finding.id,
        "seqs": list(finding.seqs),
        "facts_sha256": finding.facts_sha256,
        "decision": decision,
        "reason": reason,
        **({"performed_by": performed_by} if performed_by else {}),
        **({"documents": [dict(one) for one in documents]} if documents else {}),
    }
