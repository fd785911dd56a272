"""Tables on the command line: loaded with what the options say, and written empty as templates."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from thread.cli.options import wants_json
from thread.cli.outcomes import Outcome, Rejected
from thread.cli.output import document, remark
from thread.errors import BadInput, NotFound

if TYPE_CHECKING:
    from thread import Ledger
    from thread.cli.progress import Progress
    from thread.interop.table import TableForm
    from thread.interop.table_errors import RowFault
    from thread.interop.table_mapping import ColumnMapping
    from thread.service import Actor
    from thread.service.loading import LoadSummary

__all__ = ["TableOptions", "import_table", "is_table_file", "mapping_in", "write_template_of"]

_LONGEST_MAPPING: Final = 1 << 20
_HEAD: Final = 8
_ROW_WRONG: Final = "row-refused"


@dataclass(frozen=True, slots=True)
class TableOptions:
    """What the options say about a table."""

    kind: str | None
    dry_run: bool
    mapping: str | None
    mapping_file: Path | None
    save_mapping: str | None
    columns: tuple[str, ...]
    ignore: tuple[str, ...]
    defaults: tuple[str, ...]
    site: str | None
    decimal: str | None
    date_format: str | None
    zone: str | None
    encoding: str | None
    delimiter: str | None
    sheet: str | None
    force_reason: str | None
    template: str | None
    output: Path | None

    @property
    def told(self) -> dict[str, Any]:
        """How the table is read, as far as the options say; as a mapping tells it."""
        defaults = _pairs("--default", self.defaults, where="=")
        if self.site is not None:
            defaults["site"] = self.site
        told = {
            "columns": _pairs("--map", self.columns, where="last ="),
            "ignore": list(self.ignore),
            "defaults": defaults,
            "decimal": self.decimal,
            "date_format": self.date_format,
            "zone": self.zone,
            "encoding": self.encoding,
            "delimiter": "\t" if self.delimiter == "tab" else self.delimiter,
            "sheet": self.sheet,
        }
        return {name: value for name, value in told.items() if value not in (None, {}, [])}

    @property
    def says_table(self) -> bool:
        """Whether an option says that the files are tables."""
        return bool(self.kind or self.mapping or self.mapping_file)

    def refuse_for_documents(self, context: click.Context) -> None:
        """Refuse options of tables for a document, which would do nothing there."""
        for name in ("dry_run", "save_mapping", "force_reason"):
            if getattr(self, name) not in {None, False}:
                option = {"dry_run": "--dry-run", "save_mapping": "--save-mapping", "force_reason": "--force"}[name]
                message = f"{option} is for tables; say what the rows are with --kind, or leave it out for documents"
                raise click.UsageError(message, context)
        if self.told:
            message = "columns, decimals, days and the like are for tables; say what the rows are with --kind"
            raise click.UsageError(message, context)

    def reading(self, ledger: Ledger) -> ColumnMapping:
        """Return how the table is read: as saved, above it as the file says, above it as the options say.

        Raises:
            MappingMissing, MappingInvalid: there is no such mapping, or one says what it cannot say.
        """
        from thread.interop.table_mapping import ColumnMapping, told_mapping

        saved = ledger.mapping(self.mapping) if self.mapping is not None else ColumnMapping()
        if self.mapping_file is not None:
            saved = saved.overlaid(mapping_in(self.mapping_file))
        whole = saved.overlaid(told_mapping(self.told, named=_option_of))
        return whole if self.kind is None else whole.overlaid(told_mapping({"kind": self.kind}))


_OPTIONS_NAMED_OTHERWISE: Final = {"columns": "map", "defaults": "default"}


def _option_of(path: str) -> str:
    """Return the option that told what stands at a path of a mapping."""
    name = path.removeprefix("/").partition("/")[0]
    return f"--{_OPTIONS_NAMED_OTHERWISE.get(name, name).replace('_', '-')}"


def _pairs(option: str, told: tuple[str, ...], *, where: str) -> dict[str, str]:
    """Return what stands before and after the equals sign; a name of theirs may hold more of them."""
    pairs: dict[str, str] = {}
    for one in told:
        name, equals, value = one.rpartition("=") if where == "last =" else one.partition("=")
        if not equals or not name.strip() or not value.strip():
            message = f"{option} {one!r} is not written as NAME=VALUE"
            raise click.UsageError(message)
        if name.strip() in pairs:
            message = f"{option} tells {name.strip()!r} twice"
            raise click.UsageError(message)
        pairs[name.strip()] = value.strip()
    return pairs


def mapping_in(path: Path) -> ColumnMapping:
    """Return the mapping in a file.

    Raises:
        FileUnusable, MappingInvalid: the file cannot be read, or holds no mapping.
    """
    from thread.cli.files import read_whole
    from thread.interop.table_mapping import mapping_from

    return mapping_from(read_whole(path, most=_LONGEST_MAPPING))


def is_table_file(file: str, form: str, options: TableOptions) -> bool:
    """Tell whether a file is loaded as a table: by the format told, by what the options say, by how it begins."""
    from thread.cli.files import readable
    from thread.interop.table import is_table

    if form != "auto":
        return form != "epcis"
    if options.says_table:
        return True
    path = Path(file)
    if not path.is_file():
        return False
    with readable(path) as stream:
        return is_table(stream.read(_HEAD), file)


def import_table(
    ledger: Ledger,
    file: str,
    form: str,
    options: TableOptions,
    actor: Actor,
    *,
    outcome: Outcome,
    progress: Progress,
    each: bool,
) -> None:
    """Load one table and take note of what became of it."""
    from thread.cli.files import readable_twice
    from thread.service.loading import TableRefused

    done = outcome.recorded + outcome.duplicates
    wanted: TableForm | None = None if form == "auto" else "csv" if form == "csv" else "xlsx"
    reading = options.reading(ledger)
    try:
        with readable_twice(file) as stream:
            summary = ledger.load(
                stream,
                mapping=reading,
                file=file,
                form=wanted,
                actor=actor,
                all_or_none=not each,
                dry_run=options.dry_run,
                force_reason=options.force_reason,
                progress=lambda count: progress.reached(done + count),
            )
    except TableRefused as error:
        summary = error.summary
        outcome.nothing_from.append(file)
    except NotFound:
        raise
    except BadInput as error:
        line = error.facts.get("line")
        outcome.rejected.append(
            Rejected(file, None, line if isinstance(line, int) else None, "", error.code, error.text)
        )
        outcome.rejected_files += 1
        outcome.nothing_from.append(file)
        return
    _take(summary, file, outcome)
    if options.save_mapping is not None:
        ledger.save_mapping(options.save_mapping, reading)


def _take(summary: LoadSummary, file: str, outcome: Outcome) -> None:
    told = summary.as_json()
    outcome.tables.append(
        {"file": file, **{name: told[name] for name in ("kind", "rows", "gave_up", "notes", "findings")}}
    )
    outcome.would_record += told["would_record"]
    outcome.recorded += told["recorded"]
    outcome.duplicates += summary.duplicates
    outcome.first_seq = summary.first_seq if outcome.first_seq is None else outcome.first_seq
    outcome.last_seq = summary.last_seq if summary.last_seq is not None else outcome.last_seq
    outcome.rejected += [_rejected(fault, file) for fault in summary.rejected]
    outcome.rejected_events += summary.rejected_rows
    for note in summary.notes:
        outcome.found(f"{file}: {note}")
    for line, text in summary.findings:
        outcome.found(f"{file}: {text}" if line is None else f"{file}:{line}: {text}")
    if summary.gave_up:
        outcome.found(f"{file}: too many rows are wrong; those after row {summary.rows} were not looked at")


def _rejected(fault: RowFault, file: str) -> Rejected:
    is_rule = fault.code not in {_ROW_WRONG, "cell-refused", "cell-empty", "row-ragged", "event-invalid"}
    return Rejected(file, None, fault.line, "", fault.code, fault.told(), can_force=is_rule, cell=fault)


def write_template_of(context: click.Context, options: TableOptions, files: tuple[str, ...]) -> int:
    """Write an empty table of a kind."""
    from io import BytesIO

    from thread.cli.files import written_whole
    from thread.interop.table_columns import KINDS
    from thread.interop.table_templates import write_template

    if files:
        message = "--template writes an empty table and reads no file; name where to with -o FILE"
        raise click.UsageError(message, context)
    kind = KINDS[str(options.template)]
    path = options.output
    form: TableForm = "xlsx" if path is not None and path.suffix.lower() == ".xlsx" else "csv"
    if path is None:
        whole = BytesIO()
        write_template(kind, whole, form=form)
        sys.stdout.buffer.write(whole.getvalue())
        sys.stdout.buffer.flush()
        return 0
    with written_whole(path) as stream:
        write_template(kind, stream, form=form)
    if wants_json(context):
        document({"file": str(path), "kind": kind.name, "format": form})
    else:
        remark(f"{path} is written: an empty table of {kind.name}, with its columns explained")
    return 0
