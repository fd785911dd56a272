"""Makes the reference of tables: every kind of row with its columns, from the models of the events that rows tell."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from thread.interop.table_columns import KINDS, MORE, Column, Kind

__all__ = ["make"]

_INTRO = """\
# Tables

Generated from `src/thread/interop` by `make docs`; do not edit.

What the columns of a CSV file or a workbook (XLSX) may be, for each kind of row that `thread import --kind` and
`POST /v1/import` take. How a plant is loaded with them: [load a new plant](../how-to/load-a-new-plant.md).

- **Names.** Small and capital letters, spaces and hyphens do not count: `Supplier lot` is `supplier_lot`. Other names
  are mapped (`--map THEIRS=OURS`) or left out (`--ignore THEIRS`); an unknown column that is neither is refused.
- **Bold columns** must be told in each row, or for all rows with `--site` or `--default OURS=VALUE`.
- **Several.** A column marked *several* may be there more than once, numbered: `mark`, `mark_2`, `mark_3`.
- **Numbers** have a decimal point, or a comma with `--decimal comma`; never separators of thousands.
- **Days** are `2026-03-09`, or as `--date-format` says. Cells of a workbook that are dates, and day numbers in them,
  are read as they stand, counted from 1900 or 1904 as the workbook says; in CSV
  `--date-format excel-1900` declares them.
- **Times** have an offset (`2026-03-09T14:07:00+01:00`), or take the zone that `--zone` tells. A day without a time
  is all of that day.
- **Text** is kept as it stands, without white space around it. What looks like a formula stays text: a quotation mark
  before `=`, `+`, `-` or `@`, as our exports write it, is taken off again.
- **Keys.** A row is recorded under `file:<SHA-256 of the file>#<kind>/<row>`, in a workbook `#<kind>/<sheet>/<row>`,
  rows counted from 0. So the same file again changes nothing, and one file may hold rows of several kinds.
"""


def make(root: Path) -> None:
    """Write `docs/reference/tables.md`."""
    folder = root / "docs" / "reference"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tables.md").write_text("\n".join(_page()).rstrip() + "\n", encoding="utf-8")


def _page() -> Iterator[str]:
    yield _INTRO
    for kind in KINDS.values():
        yield from _kind(kind)


def _kind(kind: Kind) -> Iterator[str]:
    constants = "".join(f", {name} `{told}`" for name, told in kind.constants.items())
    yield f"## {kind.name}\n\n{kind.says} Each row is a [`{kind.type}`](events.md#{kind.type}) event{constants}.\n"
    yield "| column | takes | means |\n| --- | --- | --- |"
    for column in (*kind.columns, MORE):
        yield _row(column)
    yield ""


def _row(column: Column) -> str:
    name = f"**`{column.name}`**" if column.required else f"`{column.name}`"
    several = ", *several*" if column.repeats else ""
    return f"| {name}{several} | {column.expected} | {column.meaning} |"
