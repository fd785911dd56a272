"""`thread mapping`: the saved ways to read the tables of others."""

from __future__ import annotations

from pathlib import Path

import click

from thread.cli.options import Command, Group, opened, wants_json
from thread.cli.output import Page, document
from thread.cli.words import count_words

__all__ = ["mapping_command"]


@click.group(cls=Group, name="mapping")
def mapping_command() -> None:
    """Mappings of columns: how the tables of others are read."""


@mapping_command.command(cls=Command, name="list")
@click.pass_context
def list_command(context: click.Context) -> None:
    """List the saved mappings."""
    with opened(context) as ledger:
        saved = ledger.mappings()
    if wants_json(context):
        document({"mappings": {name: mapping.as_json() for name, mapping in saved.items()}})
        return
    page = Page()
    if not saved:
        page.line("No mapping is saved; `thread import --save-mapping NAME` saves one.")
        return
    rows = [
        (name, mapping.kind or "", count_words(len(mapping.columns), "column"), mapping.decimal or "point")
        for name, mapping in saved.items()
    ]
    page.table(("Name", "Kind", "Mapped", "Decimals"), rows)


@mapping_command.command(cls=Command, name="show")
@click.argument("name")
@click.pass_context
def show_command(context: click.Context, *, name: str) -> None:
    """Print a saved mapping as JSON, for a file that --mapping-file reads."""
    with opened(context) as ledger:
        document(ledger.mapping(name).as_json())


@mapping_command.command(cls=Command, name="save")
@click.argument("name")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_context
def save_command(context: click.Context, *, name: str, file: Path) -> None:
    """Save the mapping in FILE (JSON) as NAME, over one of the same name."""
    from thread.cli.tables import mapping_in

    with opened(context) as ledger:
        ledger.save_mapping(name, mapping_in(file))
    if wants_json(context):
        document({"saved": name})
    else:
        Page().line(f"Saved the mapping {name}.")


@mapping_command.command(cls=Command, name="remove")
@click.argument("name")
@click.pass_context
def remove_command(context: click.Context, *, name: str) -> None:
    """Remove a saved mapping; what was loaded by it stays."""
    with opened(context) as ledger:
        ledger.remove_mapping(name)
    if wants_json(context):
        document({"removed": name})
    else:
        Page().line(f"Removed the mapping {name}.")
