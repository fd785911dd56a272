"""`thread correct`: shows what a correction touches, asks, and records it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

import click

from thread.cli.options import Command, EntryNumber, opened, wants_json
from thread.cli.output import Page, document

if TYPE_CHECKING:
    from thread import Ledger
    from thread.service import Actor, Recording
    from thread.service.correcting import CorrectionPreview

__all__ = ["correct_command"]

_REASON_CODES: Final = ("wrong_lot", "wrong_quantity", "wrong_time", "did_not_happen", "duplicate", "other")
_ANSWERED_NO: Final = 1


@click.command(cls=Command, name="correct")
@click.argument("seq", type=EntryNumber(min=0))
@click.option("--void", is_flag=True, help="It did not happen at all.")
@click.option(
    "--replace", metavar="FILE|-", help="The whole event as it should have been told, without an id; or several."
)
@click.option("--reason", metavar="TEXT", required=True, help="Why, in words that somebody understands in ten years.")
@click.option("--reason-code", type=click.Choice(_REASON_CODES), default="other", show_default=True, help="Why.")
@click.option("--approver", metavar="ID", help="Who approved it: a pseudonymous id.")
@click.option("--force", "force_reason", metavar="REASON", help="Record even if rules are broken; REASON says why.")
@click.option("--actor", metavar="ID", help="Who tells it; the user of the operating system if not told.")
@click.option("--dry-run", is_flag=True, help="Show what it touches; ask nothing, record nothing.")
@click.option("--yes", is_flag=True, help="Do not ask; needed where no terminal can be asked.")
@click.pass_context
def correct_command(
    context: click.Context,
    *,
    seq: int,
    void: bool,
    replace: str | None,
    reason: str,
    reason_code: str,
    approver: str | None,
    force_reason: str | None,
    actor: str | None,
    dry_run: bool,
    yes: bool,
) -> int:
    """Correct what entry SEQ tells: void or replace it.

    Shows first what the correction touches: old and new value, balances, recall scopes and traces, open shipments,
    signatures, findings. Then it asks, and records only what was shown. The entry itself stays as it is. SEQ is always
    the first entry, never a correction; the latest correction wins. Exit status 1: nothing was recorded, as answered.
    """
    from thread.cli.actors import actor_of

    if void == (replace is not None):
        message = "say what is right: --void if it did not happen, or --replace FILE with the event as it was"
        raise click.UsageError(message, context)
    if not (yes or dry_run) and (wants_json(context) or not sys.stdin.isatty()):
        message = (
            "nobody can be asked here, so nothing was recorded; say --yes to record it unasked, or --dry-run to look"
        )
        raise click.UsageError(message, context)
    told: dict[str, Any] = {"reason": reason, "reason_code": reason_code}
    told |= {"void": True} if replace is None else {"replaced_by": _events(replace)}
    if approver is not None:
        told["approver"] = approver
    with opened(context) as ledger:
        work = _Work(ledger, seq, told, actor_of(actor), force_reason)
        if wants_json(context):
            document(work.as_json(dry_run=dry_run))
            return 0
        return work.by_words(Page(), dry_run=dry_run, yes=yes)


class _Work:
    """One correction: looked at, asked for, recorded."""

    def __init__(self, ledger: Ledger, seq: int, told: dict[str, Any], actor: Actor, force_reason: str | None) -> None:
        self._ledger, self._seq, self._told = ledger, seq, told
        self._actor, self._force_reason = actor, force_reason

    def as_json(self, *, dry_run: bool) -> dict[str, Any]:
        """Return the preview, or preview and recording as one document."""
        preview = self._preview()
        if dry_run:
            return preview.as_json()
        return {"preview": preview.as_json(), "recorded": self._record(preview).as_json()}

    def by_words(self, page: Page, *, dry_run: bool, yes: bool) -> int:
        """Show, ask and record; show again if the ledger grew and something else is touched now."""
        from thread.cli.correction_view import show_preview, show_recorded
        from thread.service.correcting import TouchedMeanwhile

        preview = self._preview()
        while True:
            show_preview(page, preview.as_json())
            page.line()
            if dry_run:
                page.line("Nothing was recorded: this was a dry run.")
                return 0
            if not yes and not self._is_confirmed():
                page.line("Nothing was recorded.")
                return _ANSWERED_NO
            try:
                recording = self._record(preview)
            except TouchedMeanwhile as error:
                page.line(("The ledger grew meanwhile, and the correction touches something else now:", "bold red"))
                page.line()
                preview = error.preview
            else:
                show_recorded(page, self._seq, recording.as_json())
                return 0

    def _is_confirmed(self) -> bool:
        # What is asked about may still wait where the output goes into a pipe.
        sys.stdout.flush()
        return click.confirm(f"Record this correction of entry {self._seq}?", err=True)

    def _preview(self) -> CorrectionPreview:
        return self._ledger.correction(self._seq, self._told, actor=self._actor, force_reason=self._force_reason)

    def _record(self, preview: CorrectionPreview) -> Recording:
        return self._ledger.correct(
            self._seq, self._told, actor=self._actor, force_reason=self._force_reason, seen=preview.seen
        )


def _events(file: str) -> list[Any]:
    """Return the events of a file, or of standard input (-)."""
    from thread.cli.files import readable

    if file == "-":
        return _read(sys.stdin.buffer, "standard input")
    with readable(Path(file)) as stream:
        return _read(stream, file)


def _read(stream: IO[bytes], name: str) -> list[Any]:
    from thread.cli.event_files import told_events

    found = []
    for one in told_events(stream, file=name):
        if one.fault is not None:
            raise one.fault
        found.append(one.event)
    return found
