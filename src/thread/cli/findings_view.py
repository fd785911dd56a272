"""Findings as a list for whoever goes through them: what is odd, how old it is, who caused it, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from thread.cli.words import count_words, entries_words, joined

if TYPE_CHECKING:
    from thread.cli.output import Page

__all__ = ["show_findings"]

Told = Mapping[str, Any]

_STYLES: Final = {"high": "bold red", "medium": "yellow", "low": "dim"}
_DECIDED: Final = {"accepted": "accepted", "corrected": "corrected", "follow_up": "followed up elsewhere"}


def show_findings(page: Page, found: Told) -> None:
    """Write findings, each with its id, then how many there are."""
    for one in found["findings"]:
        _show(page, one)
    shown, total = len(found["findings"]), found["total"]
    if not total:
        page.line("Nothing to look into.")
        return
    counts = joined(f"{count} {severity}" for severity, count in found["by_severity"].items() if count)
    page.line((f"{count_words(total, 'finding')}: {counts}.", "bold"))
    if shown < total:
        page.line(f"The first {shown} are shown; --limit {total} shows all of them.")


def _show(page: Page, one: Told) -> None:
    state = "" if one["state"] == "open" else f", {one['state']}"
    age = count_words(one["age_days"], "day")
    page.line((one["severity"], _STYLES[one["severity"]]), "  ", (one["id"], "bold"), f"  {age}{state}")
    page.line("  ", one["text"])
    rests = f"Rests on {entries_words(one['seqs'])}"
    page.line(f"  {rests}, by {joined(one['caused_by'])}." if one["caused_by"] else f"  {rests}.")
    closing = one["closing"]
    if closing is None:
        page.line("  ", one["to_do"])
    else:
        papers = f" ({', '.join(closing['documents'])})" if closing["documents"] else ""
        decided = f"{_DECIDED[closing['decision']]} by {closing['by']} on {closing['at']}: {closing['reason']}{papers}"
        if closing["stands"]:
            page.line(f"  Closed with entry {closing['entries'][0]}, {decided}")
        elif one["state"] == "open":
            page.line(f"  Open again: it has changed since entry {closing['entries'][0]}, {decided}")
            page.line("  ", one["to_do"])
    page.line()
