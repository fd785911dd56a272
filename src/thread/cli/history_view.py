"""The history of a lot: short in its card, and in full as the audit trail that people print and sign."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from thread.cli.words import count_words, joined, time_words
from thread.values.names import label

if TYPE_CHECKING:
    from thread.cli.output import Page

__all__ = ["changes_words", "reason_words", "show_full_history", "show_history"]

Told = Mapping[str, Any]

_MOST_CHANGES: Final = 3
_REASONS: Final = {
    "wrong_lot": "wrong lot",
    "wrong_quantity": "wrong quantity",
    "wrong_time": "wrong time",
    "did_not_happen": "did not happen",
    "duplicate": "told twice",
}


def show_history(page: Page, history: Sequence[Told]) -> None:
    """Write what was told of a lot as a table, one line for each version of an entry."""
    page.heading("History")
    shown = {line["seq"] for line in history}
    rows = [
        (
            str(line["seq"]),
            time_words(line["event_time"] or ""),
            (line["text"], "dim strike" if line["corrected_by"] is not None else ""),
            line["actor"],
            (", ".join(_notes(line, shown)), "yellow"),
        )
        for line in history
    ]
    page.table(("Entry", "When", "What happened", "By", "Note"), rows, right=("Entry",))


def _notes(line: Told, shown: Collection[int]) -> Iterator[str]:
    """Yield what is to be noted of a version. `shown`: entries with a line of their own, where the change is told."""
    if line["corrects"] is not None:
        changes = changes_words(line["correction"]["changes"], most=_MOST_CHANGES)
        yield f"corrects entry {line['corrects']}" + (f": {changes}" if changes else "")
    if line["corrected_by"] is not None:
        later = line["corrected"]
        changes = "" if later["seq"] in shown else changes_words(later["changes"], most=_MOST_CHANGES)
        yield f"corrected by entry {line['corrected_by']}" + (f": {changes}" if changes else "")
    if line["forced"]:
        yield f"forced: {line['reason']}" if line["reason"] else "forced"


def changes_words(changes: Sequence[Told], *, most: int) -> str:
    """Return what a correction changed as a list; what goes beyond `most` is counted."""
    told = [str(change["text"]) for change in changes[:most]]
    if len(changes) > most:
        told.append(f"{len(changes) - most} more")
    return joined(told)


def reason_words(correction: Told) -> str:
    """Return why something was corrected: the code in words, and the reason as somebody typed it."""
    code = _REASONS.get(correction["reason_code"])
    return f"{code}: {correction['reason']}" if code else str(correction["reason"])


def show_full_history(page: Page, told: Told) -> None:
    """Write every version of every entry with who, when, why, old and new value."""
    page.line((label(told["id"]), "bold"), ": history")
    page.line(("Name ", "dim"), told["id"])
    for line in told["history"]:
        page.line()
        _show_version(page, line)
    page.line()
    ledger = told["ledger"]
    page.line((f"Ledger {ledger['origin']}, {count_words(ledger['size'], 'entry')}, root {ledger['root']}", "dim"))


def _show_version(page: Page, line: Told) -> None:
    is_gone = line["corrected_by"] is not None
    page.line((f"Entry {line['seq']}", "bold"), f", {line['type'].replace('_', ' ')}, happened {line['event_time']}")
    page.line("  ", (line["text"], "dim strike" if is_gone else ""))
    page.line(f"  Recorded {line['recorded_at']} by {line['actor']}")
    if line["forced"]:
        page.line("  Recorded by force", f", because: {line['reason']}" if line["reason"] else "")
    if line["correction"] is not None:
        own = line["correction"]
        what = "Makes void" if own["void"] else "Stands in the place of"
        _show_correction(page, own, f"{what} entry {own['corrects']}", who=False)
    if line["corrected"] is not None:
        later = line["corrected"]
        what = "Made void by" if later["void"] else "Corrected by"
        _show_correction(page, later, f"{what} entry {later['seq']}", who=True)


def _show_correction(page: Page, correction: Told, head: str, *, who: bool) -> None:
    """Write one correction below the version that it put there or took away. `who`: tell who recorded it, and when."""
    by = f", recorded {correction['recorded_at']} by {correction['actor']}" if who else ""
    approved = f", approved by {correction['approver']}" if correction["approver"] else ""
    page.line(f"  {head}{by}{approved}")
    page.line(f"    why: {reason_words(correction)}")
    for change in correction["changes"]:
        page.line("    ", (change["field"], "cyan"), f": {_or_nothing(change['old'])} → {_or_nothing(change['new'])}")
    if not correction["changes"]:
        page.line(f"    old: {' '.join(correction['old']) or 'void'}")
        page.line(f"    new: {' '.join(correction['new']) or 'void'}")


def _or_nothing(value: str | None) -> str:
    return "not told" if value is None else value
