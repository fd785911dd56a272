"""What became of the events of a file: counted, the first told one by one, every rejection with its place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from thread.cli.output import Page, complain, document, printable
from thread.cli.words import count_words

if TYPE_CHECKING:
    from thread.interop.table_errors import RowFault
    from thread.service import Recording
    from thread.service.faults import Fault

__all__ = ["BAD_INPUT", "Outcome", "Rejected", "report_rejected", "show_outcome"]

BAD_INPUT: Final = 2
"""Exit status where something was rejected."""

_LONGEST_PATH: Final = 200
_MOST_TOLD: Final = 1_000
_MOST_SHOWN: Final = 20
_BY_FORCE: Final = "by force, with a reason"


@dataclass(frozen=True, slots=True)
class Rejected:
    """Something in a file that was not recorded, and why. `index`: from 0; `line`: from 1, where it is known.

    `faults`: all that is wrong with it, where that is more than `reason`. `can_force`: the command takes --force.
    """

    file: str
    index: int | None
    line: int | None
    path: str
    code: str
    reason: str
    faults: tuple[Fault, ...] = ()
    can_force: bool = False
    cell: RowFault | None = None
    """Of a row of a table: the column and the cell that it is about."""

    @property
    def text(self) -> str:
        """Place and reason in one line; a reason that tells its place already is left as it is."""
        reason = self.reason.replace(_BY_FORCE, f'{_BY_FORCE} (--force "REASON")', 1) if self.can_force else self.reason
        return reason if reason.startswith(f"{self.file}:") else f"{self._place}: {reason}"

    @property
    def texts(self) -> tuple[str, ...]:
        """Place and fault, one line for each fault."""
        if len(self.faults) < 2:
            return (self.text,)
        return tuple(
            f"{self._place}: {printable(fault.path[:_LONGEST_PATH]) or '/'}: {fault.text}" for fault in self.faults
        )

    @property
    def _place(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        if self.line is None and self.index is not None:
            place = f"{self.file}: event {self.index}"
        if self.line is None and self.path and self.path not in self.reason:
            place = f"{place}: {printable(self.path[:_LONGEST_PATH])}"
        return place

    def as_json(self) -> dict[str, object]:
        """The rejection as `--json` prints it."""
        told: dict[str, object] = {
            "file": self.file,
            "index": self.index,
            "line": self.line,
            "path": self.path,
            "code": self.code,
            "reason": self.reason,
            "findings": [fault.as_json() for fault in self.faults] or [{"path": self.path, "text": self.reason}],
        }
        if self.cell is not None:
            told |= {name: getattr(self.cell, name) for name in ("column", "field", "value", "expected")}
        return told


@dataclass(slots=True)
class Outcome:
    """What became of the events of one or several files."""

    recorded: int = 0
    duplicates: int = 0
    master_data: int = 0
    """Descriptions of items, places and parties that came with documents and were not known before."""
    first_seq: int | None = None
    last_seq: int | None = None
    entries: list[dict[str, object]] = field(default_factory=list)
    """The first events that are in the ledger now, each with its entry."""
    findings: list[str] = field(default_factory=list)
    finding_count: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    rejected_events: int = 0
    rejected_files: int = 0
    """Files that could not be read at all."""
    nothing_from: list[str] = field(default_factory=list)
    """Files of which nothing was recorded, because something in them is wrong."""
    tables: list[dict[str, Any]] = field(default_factory=list)
    """What became of each table: its file, kind, rows, notes and findings."""
    dry_run: bool = False
    """Nothing was recorded, whatever was found; `would_record` rows could be."""
    would_record: int = 0

    @property
    def status(self) -> int:
        """Exit status: 2 where something was rejected."""
        return BAD_INPUT if self.rejected else 0

    def take(self, recording: Recording, *, is_master_data: bool = False, tell_findings: bool = True) -> None:
        """Take note of an event that is in the ledger now. `tell_findings`: False where the caller tells them."""
        if is_master_data:
            self.master_data += not recording.duplicate
            if not recording.duplicate:
                self.first_seq = recording.seq if self.first_seq is None else self.first_seq
                self.last_seq = recording.seq
            return
        if recording.duplicate:
            self.duplicates += 1
        else:
            self.recorded += 1
            self.first_seq = recording.seq if self.first_seq is None else self.first_seq
            self.last_seq = recording.seq
        if len(self.entries) < _MOST_TOLD:
            self.entries.append(recording.as_json())
        for finding in () if recording.duplicate or not tell_findings else recording.findings:
            self.found(f"entry {recording.seq}: {finding.text} [{finding.code}]")

    def found(self, text: str) -> None:
        """Take note of something that somebody should look at."""
        self.finding_count += 1
        if len(self.findings) < _MOST_SHOWN:
            self.findings.append(text)

    def forget_taken(self) -> None:
        """Take note that nothing was recorded after all."""
        self.recorded = self.duplicates = self.master_data = self.finding_count = 0
        self.first_seq = self.last_seq = None
        self.entries, self.findings = [], []

    def as_json(self) -> dict[str, Any]:
        """The outcome as `--json` prints it."""
        told: dict[str, Any] = {
            "recorded": self.recorded,
            "duplicates": self.duplicates,
            "master_data": self.master_data,
            "rejected": [one.as_json() for one in self.rejected],
            "first_seq": self.first_seq,
            "last_seq": self.last_seq,
            "entries": self.entries,
            "entries_left_out": max(0, self.recorded + self.duplicates - len(self.entries)),
        }
        if self.tables:
            told |= {"dry_run": self.dry_run, "would_record": self.would_record, "tables": self.tables}
        if self.rejected:
            first = self.rejected[0]
            told["error"] = {"code": first.code, "text": first.text, "facts": first.as_json()}
        return told


def report_rejected(page: Page, rejected: Iterable[Rejected]) -> None:
    """Write each rejection with its place and reason; of several faults, each on its own line."""
    for one in rejected:
        for text in one.texts:
            page.line(text)


def show_outcome(outcome: Outcome, *, as_json: bool, each: bool) -> None:
    """Write what became of everything, and in one line on standard error what is wrong.

    `each`: each event stood for itself, and every rejection has been reported already.
    """
    rejected = outcome.rejected
    if as_json:
        document(outcome.as_json())
    else:
        page = Page()
        if not each and sum(len(one.texts) for one in rejected) > 1:
            report_rejected(page, rejected)
        if outcome.recorded or outcome.duplicates or each or not rejected or outcome.dry_run:
            _show_counts(page, outcome)
    if not rejected:
        return
    if each:
        done = outcome.recorded + outcome.duplicates
        complain(f"{_counted(outcome)} rejected, {count_words(done, 'event')} recorded or there before")
        return
    others = outcome.rejected_events + outcome.rejected_files - 1
    if outcome.dry_run:
        clauses = [f"{others} more {'is' if others == 1 else 'are'} wrong"] if others else []
        complain(_in_one_line(rejected[0].text, *clauses, "nothing was recorded, this is a dry run"))
        return
    clauses = [f"{others} more {'is' if others == 1 else 'are'} wrong"] if others else []
    complain(_in_one_line(rejected[0].text, *clauses, f"nothing was recorded of {_files(outcome.nothing_from)}"))


def _counted(outcome: Outcome) -> str:
    files, events = outcome.rejected_files, outcome.rejected_events
    parts = [count_words(number, noun) for number, noun in ((files, "file"), (events, "event")) if number]
    return " and ".join(parts)


def _in_one_line(*clauses: str) -> str:
    """Return clauses as one line; after a question a new sentence begins.

    >>> _in_one_line("did you mean S-1?", "nothing was recorded")
    'did you mean S-1? Nothing was recorded'
    """
    line = clauses[0]
    for clause in clauses[1:]:
        line += f" {clause[0].upper()}{clause[1:]}" if line.endswith("?") else f"; {clause}"
    return line


def _files(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{len(names)} files"


def _show_counts(page: Page, outcome: Outcome) -> None:
    where = ""
    if outcome.first_seq is not None:
        one = outcome.first_seq == outcome.last_seq
        where = f" as entry {outcome.first_seq}" if one else f" as entries {outcome.first_seq} to {outcome.last_seq}"
    if outcome.dry_run:
        page.line(
            f"{count_words(outcome.would_record, 'row')} can be recorded; nothing was recorded, this is a dry run."
        )
        _show_rest(page, outcome)
        return
    beside = f" and {count_words(outcome.master_data, 'master data element')}" if outcome.master_data else ""
    page.line(f"Recorded {count_words(outcome.recorded, 'event')}{beside}{where}.")
    _show_rest(page, outcome)


def _show_rest(page: Page, outcome: Outcome) -> None:
    if outcome.duplicates:
        page.line(f"{count_words(outcome.duplicates, 'event')} had been recorded before and changed nothing.")
    for text in outcome.findings:
        page.line(("! ", "yellow"), text)
    if outcome.finding_count > len(outcome.findings):
        page.line(f"and {count_words(outcome.finding_count - len(outcome.findings), 'more finding')}.")
