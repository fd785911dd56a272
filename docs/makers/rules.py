"""Makes the reference of rules from the tables of acceptance: what is refused, and what is recorded with a warning."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from thread.acceptance import CODES, MATRIX, RULES, STATUSES, Rule

__all__ = ["make"]

_INTRO: Final = """\
# Rules

Generated from `src/thread/acceptance` by `make docs`; do not edit.

Before an event is recorded, it is compared with what the ledger holds at the time of the event. What does not fit is
a finding, with a stable code. A **refused** event is not recorded: the command line ends with exit status 2, the API
answers 409 with the code (`GET /v1/problems/{code}` says what it means). An event with a **warning** is recorded, and
the warning comes back with the answer. All rules that an event breaks are told at once, each with its place in the
event.

## Recording it all the same

A rule may be wrong about the floor: 25 frames are on the lorry, whatever the books say. A fact that happened is
recorded by force, with a reason that somebody will understand in ten years:

```sh
thread record shipment.json --force "two people counted 25 onto the lorry"
```

Over HTTP the reason is `force_reason`, in the query or beside the event: `{"event": {...}, "force_reason": "..."}`. In
Python it is `ledger.record(event, force_reason="...")`. The entry keeps the reason and every rule that the event broke,
for the card of the lot and for whoever audits it.

A few rules cannot be forced, because the event would say nothing that could be true: they have *no* in the last column
of the table.

## Rules that are not applied in full

- **What others tell** ([EPCIS documents](../how-to/capture-epcis.md)) is their truth and never refused: each finding
  becomes a warning.
- **A correction** is not refused because later entries no longer fit. Its replacements are refused only for what is
  wrong in itself: `lot-unknown`, `wrong-item`, `wrong-unit`, `in-future`, `container-loop` and
  `serial-twice`; all else is a warning.

## Why an empty vessel warns and an empty container refuses

Drawing from a vessel into which nothing was filled is a warning (`vessel-empty`); taking something out of a container
that holds nothing is refused (`container-empty`). The two say different things. What comes out of a tank is new: the
draw makes a lot, or goes straight into an order, and takes nothing from any other stock. Tanks, silos and furnaces
are seldom empty on the day a ledger begins, and their content is seldom known. So the draw is true, only a filling
was not told, and the warning says so. What comes out of a container was there before, as lots that the books have at
a place of their own. To unpack them from a container that they never went into would put the same goods at two
places, and a recall would look for them at the wrong one. Mostly the number of the container is wrong; if the packing
was not told, record that first.

## Every rule

*Verdict* is what usually happens. *By status*: the [table below](#what-may-be-done-with-stock) says for which use it is
refused and for which it is a warning. *Force*: whether a refused event can be recorded with a reason.

| code | rule | verdict | force |
|---|---|---|---|"""

_STATUS_INTRO: Final = """
## What may be done with stock

Each row is a use, each column what the stock is. `yes`: recorded. `warn`: recorded with a warning. `no`: refused unless
forced.
"""

_STATUS_NOTES: Final = """
Material on hold that is to be reworked or sorted by decision of that hold may be `reworked` with a warning. A container
that the line names does not count as *in container*. More than is free, but within the tolerance of the item, is
`over-tolerance`, a warning. *Gone* is what was used or shipped, or never came.

The code for each column:

| the stock is | code |
|---|---|"""

_USES: Final = {
    "counted": "`counted`",
    "inspected": "`inspected`",
    "moved": "`moved`",
    "sampled": "`sampled`",
    "scrapped": "`scrapped`",
    "supplier_return": "`shipped`, purpose `supplier_return`",
    "disposal": "`shipped`, purpose `disposal`",
    "packed": "`packed`",
    "split": "`split`",
    "merged": "`merged`",
    "relabelled": "`relabelled`",
    "reworked": "`reworked`",
    "kit": "`kit_assembled`",
    "issued": "`material_issued`",
    "filled": "`vessel_filled`",
    "installed": "`component_changed`, the part put in",
    "processing": "`shipped`, purpose `processing`",
    "sale": "`shipped`, purpose `sale`",
    "transfer": "`shipped`, purpose `transfer`",
    "consignment": "`shipped`, purpose `consignment`",
}
"""The event of each row of the matrix."""


def make(root: Path) -> None:
    """Write `docs/reference/rules.md`."""
    folder = root / "docs" / "reference"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "rules.md").write_text("\n".join(_page()) + "\n", encoding="utf-8")


def _page() -> Iterator[str]:
    yield _INTRO
    for rule in RULES.values():
        yield f"| `{rule.code}` | **{rule.title}.** {rule.says} | {_verdict(rule)} | {_force(rule)} |"
    yield _STATUS_INTRO
    yield f"| use | {' | '.join(_words(status) for status in STATUSES)} |"
    yield f"|---|{'---|' * len(STATUSES)}"
    for use, row in MATRIX.items():
        yield f"| {_USES[use]} | {' | '.join(row[status] for status in STATUSES)} |"
    yield _STATUS_NOTES
    for status in STATUSES:
        if status in CODES:
            yield f"| {_words(status)} | `{CODES[status]}` |"


def _verdict(rule: Rule) -> str:
    statuses = [status for status in STATUSES if CODES.get(status) == rule.code]
    if len({row[status] for status in statuses for row in MATRIX.values()} & {"warn", "no"}) > 1:
        return "by status"
    return {"refuse": "refused", "warn": "warning"}[rule.severity]


def _force(rule: Rule) -> str:
    if _verdict(rule) == "warning":
        return ""
    return "yes" if rule.forceable else "no"


def _words(status: str) -> str:
    return status.replace("_", " ")
