"""The options that say how a table is read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import click

__all__ = ["KINDS", "table_options"]

KINDS: Final = ("items", "parties", "places", "resources", "opening", "receipts")
"""Kinds of row, as `interop.table_columns` has them; named here so that help costs no models."""

_OPTIONS: Final = (
    click.option("--kind", type=click.Choice(KINDS), help="What the rows of a table are."),
    click.option("--dry-run", is_flag=True, help="List all that is wrong with a table, and record nothing."),
    click.option("--mapping", metavar="NAME", help="Read a table by the mapping of columns saved as NAME."),
    click.option(
        "--mapping-file",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Read a table by the mapping in FILE (JSON, as `thread mapping show` prints it).",
    ),
    click.option("--save-mapping", metavar="NAME", help="Save how this table was read as NAME, for the next ones."),
    click.option(
        "--map", "columns", multiple=True, metavar="THEIRS=OURS", help="Their column THEIRS is our column OURS."
    ),
    click.option("--ignore", multiple=True, metavar="THEIRS", help="Leave their column THEIRS out."),
    click.option(
        "--default",
        "defaults",
        multiple=True,
        metavar="OURS=VALUE",
        help="What our column OURS is where a row does not tell it.",
    ),
    click.option("--site", metavar="SITE", help="The plant, where a row does not tell it."),
    click.option(
        "--decimal", type=click.Choice(["point", "comma"]), help="How the table writes decimals; point if not told."
    ),
    click.option(
        "--date-format",
        metavar="FORM",
        help="How the table writes days: DD.MM.YYYY, MM/DD/YYYY, excel-1900; YYYY-MM-DD is always read.",
    ),
    click.option("--zone", metavar="ZONE", help="Zone of times that tell no offset from UTC: Europe/Paris, or +01:00."),
    click.option(
        "--encoding",
        type=click.Choice(["utf-8", "utf-16", "windows-1252"]),
        help="Encoding of a CSV file; UTF-8, or UTF-16 by its mark, if not told.",
    ),
    click.option(
        "--delimiter",
        type=click.Choice([",", ";", "|", "tab"]),
        help="What stands between the cells of a CSV file; found by the header if not told.",
    ),
    click.option("--sheet", metavar="NAME", help="Which sheet of a workbook to read."),
    click.option(
        "--force",
        "force_reason",
        metavar="REASON",
        help="Record rows of a table even if rules are broken; REASON says why.",
    ),
    click.option("--template", type=click.Choice(KINDS), help="Write an empty table of that kind, explained."),
    click.option(
        "-o",
        "--output",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Write the template to FILE; a workbook if it ends in .xlsx, else CSV.",
    ),
)


def table_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that say how a table is read."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
