"""`thread import`: documents and tables into the ledger, each all or none, or each event for itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from thread.cli.options import Command, opened, wants_json
from thread.cli.outcomes import Outcome, Rejected, report_rejected, show_outcome
from thread.cli.output import Page
from thread.cli.progress import Progress
from thread.cli.table_options import table_options
from thread.errors import BadInput, ThreadError, Unavailable

if TYPE_CHECKING:
    from thread import Ledger
    from thread.interop import EpcisDocument
    from thread.service import Actor

__all__ = ["import_command"]

_LARGEST: Final = 512 << 20
_NOT_CAPTURED: Final = "event-rejected"


@click.command(cls=Command, name="import")
@click.argument("files", nargs=-1, metavar="FILE...")
@click.option(
    "--format",
    "form",
    type=click.Choice(["auto", "epcis", "csv", "xlsx"]),
    default="auto",
    show_default=True,
    help="What the files are: EPCIS 2.0 documents in JSON, or tables. auto looks at them.",
)
@click.option("--each", is_flag=True, help="Record every event that can be, and report each one that cannot.")
@click.option("--actor", metavar="ID", help="Who tells it; the user of the operating system if not told.")
@table_options
@click.pass_context
def import_command(
    context: click.Context,
    /,
    *,
    files: tuple[str, ...],
    form: str,
    each: bool,
    actor: str | None,
    **told: Any,
) -> int:
    """Record documents of others, and tables of events.

    Tables hold master data, opening stock or receipts. Of each FILE all is recorded or none, unless --each is told. A
    file that is wrong does not keep the others out.
    The same file again is a duplicate and changes nothing. Of a table (CSV, XLSX), --kind says what its rows are;
    --template writes an empty one, and --dry-run lists all that is wrong with a filled one.
    """
    from thread.cli.actors import actor_of
    from thread.cli.tables import TableOptions, import_table, is_table_file, write_template_of

    options = TableOptions(**told)
    if options.template is not None:
        return write_template_of(context, options, files)
    if not files:
        message = "name a file; or ask for an empty table with --template"
        raise click.UsageError(message, context)
    if options.output is not None:
        message = "-o goes with --template"
        raise click.UsageError(message, context)
    as_json = wants_json(context)
    told_by = actor_of(actor)
    outcome = Outcome(dry_run=options.dry_run)
    with opened(context) as ledger, Progress("importing", unit="events", quiet=as_json) as progress:
        page = Page()
        for file in files:
            before = len(outcome.rejected)
            if is_table_file(file, form, options):
                import_table(ledger, file, form, options, told_by, outcome=outcome, progress=progress, each=each)
            else:
                options.refuse_for_documents(context)
                _import(ledger, file, told_by, outcome, progress, each=each)
            if each and not as_json:
                report_rejected(page, outcome.rejected[before:])
    show_outcome(outcome, as_json=as_json, each=each)
    return outcome.status


class _Undone(Exception):
    """Leaves the transaction, so that nothing of it stays."""


def _import(ledger: Ledger, file: str, actor: Actor, outcome: Outcome, progress: Progress, *, each: bool) -> None:
    """Capture one document and take note of what became of it."""
    from thread.cli.files import read_whole
    from thread.interop import read_epcis

    of_file = Outcome()
    try:
        document = read_epcis(read_whole(Path(file), most=_LARGEST), file=file)
        for one in document.rejected:
            of_file.rejected.append(Rejected(file, one.index, None, one.path, _NOT_CAPTURED, one.reason))
        of_file.rejected_events = len({(one.index, one.path if one.index is None else "") for one in document.rejected})
        if each or not of_file.rejected:
            _capture(ledger, document, actor, of_file, progress, done=outcome.recorded + outcome.duplicates, each=each)
    except BadInput as error:
        of_file.rejected.append(Rejected(file, None, _line_of(error), "", error.code, error.text))
        of_file.rejected_files += 1
    if of_file.rejected and not each:
        of_file.forget_taken()
        outcome.nothing_from.append(file)
    _add(of_file, outcome)


def _line_of(error: ThreadError) -> int | None:
    line = error.facts.get("line")
    return line if isinstance(line, int) else None


def _capture(
    ledger: Ledger,
    document: EpcisDocument,
    actor: Actor,
    outcome: Outcome,
    progress: Progress,
    *,
    done: int,
    each: bool,
) -> None:
    """Record what a document holds in one transaction; one that is refused undoes the others unless `each`."""
    from thread.service.faults import faults_of

    try:
        with ledger.recording() as recorder:
            for number, captured in enumerate(document.captured, start=done + 1):
                try:
                    recording = recorder.record(captured.event, key=captured.key, actor=actor, captured=True)
                    outcome.take(recording, is_master_data=captured.is_master_data, tell_findings=False)
                except Unavailable:
                    raise
                except ThreadError as error:
                    outcome.rejected_events += 1
                    outcome.rejected.append(
                        Rejected(
                            document.file,
                            captured.index,
                            None,
                            captured.path,
                            error.code,
                            error.text,
                            faults_of(error),
                        )
                    )
                    continue
                for finding in () if recording.duplicate else captured.findings:
                    outcome.found(f"{document.file}: {captured.path}{finding.path}: {finding.text} [{finding.code}]")
                progress.reached(number)
            _undo_unless(each or not outcome.rejected)
    except _Undone:
        outcome.forget_taken()


def _undo_unless(wanted: bool) -> None:
    if not wanted:
        raise _Undone


def _add(part: Outcome, whole: Outcome) -> None:
    """Add what became of one file to what became of all."""
    whole.recorded += part.recorded
    whole.duplicates += part.duplicates
    whole.master_data += part.master_data
    whole.first_seq = part.first_seq if whole.first_seq is None else whole.first_seq
    whole.last_seq = part.last_seq if part.last_seq is not None else whole.last_seq
    whole.entries += part.entries
    whole.rejected += part.rejected
    whole.rejected_events += part.rejected_events
    whole.rejected_files += part.rejected_files
    for text in part.findings:
        whole.found(text)
    whole.finding_count += part.finding_count - len(part.findings)
