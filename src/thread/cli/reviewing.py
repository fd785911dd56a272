"""`thread findings`: what somebody should look into, and how it is closed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, Literal, cast

import click

from thread.cli.options import Command, Group, opened, wants_json
from thread.cli.output import Page, document
from thread.cli.progress import Progress

if TYPE_CHECKING:
    from thread.service.findings import FindingsFilter

__all__ = ["asked_of", "asked_options", "findings_command"]

_LIMIT: Final = 100


_OPTIONS: Final = (
    click.option(
        "--rules", multiple=True, metavar="NAME", help="Miss fields by fsma204, eu178, ipc1782-1 … ipc1782-4."
    ),
    click.option(
        "--kind", "kinds", multiple=True, metavar="KIND", help="Only stock, use, names, forced, holds, late …"
    ),
    click.option("--code", "codes", multiple=True, metavar="CODE", help="Only findings of this code."),
    click.option("--severity", "severities", multiple=True, metavar="SEVERITY", help="Only high, medium or low."),
    click.option("--lot", metavar="LOT", help="Only what touches LOT."),
    click.option(
        "--older-than",
        type=click.IntRange(min=0),
        metavar="DAYS",
        help="Only what is at least DAYS old. [holds: 30 if not told]",
    ),
    click.option(
        "--late-hours",
        type=click.IntRange(min=0, max=100_000),
        metavar="HOURS",
        help="Booked more than HOURS after the event is late. [default: 24]",
    ),
    click.option("--open", "state", flag_value="open", help="Only what nobody has closed. [default]"),
    click.option("--closed", "state", flag_value="closed", help="Only what was closed, with who, when and why."),
    click.option("--all", "state", flag_value="all", help="Both, and what was forced once and made good since."),
)


def asked_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say which findings are asked for."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def asked_of(
    *,
    rules: tuple[str, ...],
    kinds: tuple[str, ...],
    codes: tuple[str, ...],
    severities: tuple[str, ...],
    older_than: int | None,
    late_hours: int | None,
    state: str | None,
) -> FindingsFilter:
    """Return what these options ask for.

    Raises:
        FindingsQuestionInvalid, RulesNotTold: one names what there is not.
    """
    from thread.service.findings import FindingsFilter, states_of

    return FindingsFilter(
        kinds=kinds,
        codes=codes,
        severities=severities,
        states=states_of(state or "open"),
        rules=rules,
        older_than_days=older_than,
        **({} if late_hours is None else {"late_hours": late_hours}),
    )


@click.group(cls=Group, name="findings", invoke_without_command=True)
@asked_options
@click.option(
    "--limit", type=click.IntRange(min=1), default=_LIMIT, metavar="N", help=f"Most findings. [default: {_LIMIT}]"
)
@click.pass_context
def findings_command(context: click.Context, /, *, lot: str | None, limit: int, **options: Any) -> None:
    """List what to look into, the gravest and oldest first.

    Forced facts, stock that does not add up, names that nobody knows, old holds, late bookings, deliveries told twice,
    and with --rules the fields that a later report will miss. Each has an id, by which `thread findings close` closes
    it.
    """
    if context.invoked_subcommand is not None:
        return
    as_json = wants_json(context)
    asked = asked_of(**options)
    with opened(context) as ledger, Progress("looking for findings", unit="entries", quiet=as_json) as progress:
        found = ledger.findings(lot=lot, asked=asked, limit=limit, progress=progress.reached).as_json()
    if as_json:
        document(found)
        return
    from thread.cli.findings_view import show_findings

    show_findings(Page(), found)


@findings_command.command(cls=Command, name="close")
@click.argument("finding", metavar="ID")
@click.option("--reason", required=True, metavar="TEXT", help="Why, for somebody who reads it in ten years.")
@click.option(
    "--decision",
    type=click.Choice(["accepted", "corrected", "follow-up"]),
    default="accepted",
    help="What was decided. [default: accepted]",
)
@click.option("--document", "documents", multiple=True, metavar="TYPE/NUMBER", help="A paper that belongs to it.")
@click.option("--as", "actor", metavar="ID", help="Who closes it; the user of the operating system if not told.")
@click.pass_context
def close_command(
    context: click.Context, *, finding: str, reason: str, decision: str, documents: tuple[str, ...], actor: str | None
) -> None:
    """Close the finding ID as it stands, with a reason.

    Whoever told or did what the finding rests on cannot close it, and no force helps. When what it rests on changes,
    it is open again.
    """
    from thread.cli.actors import actor_of

    papers = [_document(context, told) for told in documents]
    decided = cast("Literal['accepted', 'corrected', 'follow_up']", decision.replace("-", "_"))
    with opened(context) as ledger:
        recording = ledger.close_finding(
            finding, reason=reason, decision=decided, documents=papers, actor=actor_of(actor)
        )
    if wants_json(context):
        document(recording.as_json())
    else:
        Page().line(f"Closed {finding} with entry {recording.seq}.")


def _document(context: click.Context, told: str) -> dict[str, str]:
    kind, mark, number = told.partition("/")
    if not (kind and mark and number):
        message = f"--document {told!r} is not TYPE/NUMBER, such as nonconformity/NC-31"
        raise click.UsageError(message, context)
    return {"type": kind, "number": number}
