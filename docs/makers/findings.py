"""Makes the reference of findings from the tables of the review: every code, what it means, and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from thread.events import EVENT_TYPES
from thread.review import LATE_HOURS, RULE_SETS, SORTS, Sort
from thread.review.rule_sets import Need
from thread.service.findings import HOLD_DAYS

__all__ = ["make"]

_INTRO: Final = f"""\
# Findings

Generated from `src/thread/review` by `make docs`; do not edit.

A finding is something in the ledger that somebody should look into. `thread findings` lists them, and so do
`GET /v1/findings` and `ledger.findings()` in Python ([how to go through them](../how-to/review-findings.md)). None is
stored: they are found again at every question, by the accounts that the card of a lot shows, so a late receipt makes
one go away and a correction makes one appear.

**Id.** `negative-stock:14:3fa29c1b07de` is the code, the first entry that the finding rests on, and 12 digits of the
SHA-256 of both and of what it is about. It stays the same as long as the finding lasts, whatever is recorded later, and
in a ledger that was rebuilt.

**Severity.** `high`: somebody may be harmed, or a recall would miss something. `medium`: the books or the papers are
not right. `low`: somebody should know.

**State.** `open`; `closed`: somebody decided about it as it stands; `settled`: a rule was broken by force once, and
what was recorded since made it good.

**Age** is counted in days since the newest entry that the finding rests on was recorded; of a hold since its goods were
blocked. A hold is a finding from {HOLD_DAYS} days on, unless `--older-than` asks for another age. A booking is late
more than {LATE_HOURS} hours after the event, unless `--late-hours` asks for another limit; opening stock and what
others told (EPCIS) are never late.

**Closing.** A `finding_closed` event names the finding, the entries that it rested on (`seqs`), and the SHA-256 of its
facts (`facts_sha256`: the id, the seqs, and the amounts, days and fields of its sentence). As soon as any of that
changes, the finding is open again, and shows who had closed it. Whoever told one of the entries, or did what it tells
(`performed_by`), cannot close it: `finding-own`, and no force helps ([rules](rules.md)).

## Every code

| code | kind | severity | meaning | what to do |
|---|---|---|---|---|"""

_FORCED: Final = """
## Forced facts

One for each [rule](rules.md) that was broken with a reason. It is settled where a recount no longer shows what it says.

| code | severity | meaning |
|---|---|---|"""

_RULES: Final = """
## Missing fields

Only with `--rules`. An entry is asked for these fields as soon as it is about an item that the rules concern; the
finding names those that it lacks. `fsma204` concerns items whose definition has `food_list: true`; `ipc1782-N` those
that have no `ipc_1782_level`, or one of at least N; `eu178` all. What others told in EPCIS is not asked. IPC-1782
leaves much to an agreement between the partners: its table is our reading of the levels.
"""


def make(root: Path) -> None:
    """Write `docs/reference/findings.md`."""
    folder = root / "docs" / "reference"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "findings.md").write_text("\n".join(_page()) + "\n", encoding="utf-8")


def _page() -> Iterator[str]:
    yield _INTRO
    forced: list[Sort] = []
    for sort in SORTS.values():
        if sort.kind == "forced":
            forced.append(sort)
        else:
            meaning = f"**{sort.title}.** {sort.says}".replace("?.**", "?**")
            yield f"| `{sort.code}` | {sort.kind} | {sort.severity} | {meaning} | {sort.to_do} |"
    yield _FORCED
    for sort in forced:
        yield f"| `{sort.code}` | {sort.severity} | {sort.says} |"
    yield _RULES
    for rules in RULE_SETS.values():
        yield f"### {rules.name}: {rules.title}\n"
        yield "| event | clause | has to tell | in |\n|---|---|---|---|"
        for name, model in EVENT_TYPES.items():
            for clause, needs in rules.needs.get(model, ()):
                yield from (_row(name, clause, need) for need in needs)
        yield ""


def _row(name: str, clause: str, need: Need) -> str:
    each = ", each line" if need.by_line else ""
    return f"| [`{name}`](events.md#{name}) | {clause} | {need.words} | `{need.fields}`{each} |"
