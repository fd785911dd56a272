"""Tables into the ledger and out of it: master data, opening stock, receipts.

A file is recorded whole or not at all, unless each row is to stand for itself. A dry run does all that a recording
does, in the same transaction, and undoes it, so it finds what the state of the ledger would refuse as well. A row is
known by the digest of its file and its place in it, so the same file again changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, replace
from typing import IO, Any, Final

from thread.acceptance.as_typed import typed_form
from thread.errors import BadInput, NotFound, ThreadError
from thread.events import EventInvalid, dump_event
from thread.genealogy.projection import versions
from thread.interop.table import TableForm, TableOfEvents, columns_used, open_table, write_table
from thread.interop.table_columns import KINDS, Kind
from thread.interop.table_errors import MappingInvalid, NotATable, RowFault, RowRefused
from thread.interop.table_mapping import ColumnMapping, mapping_from
from thread.interop.table_rows import ToldRow, fault_at
from thread.ledger import read_entry
from thread.service.batches import NothingRecorded, Told, record_all, record_each
from thread.service.faults import faults_of
from thread.service.history import StoreHistory
from thread.service.recording import Actor, Recorder, Recording
from thread.store.protocol import Reader, Store

__all__ = [
    "KindMissing",
    "KindUnknown",
    "LoadSummary",
    "MappingMissing",
    "TableRefused",
    "checked_mapping_name",
    "load_table",
    "saved_mapping",
    "table_kind",
    "write_events",
]

MOST_FAULTS: Final = 1_000
"""Faults that are kept and told; beyond them only rows are counted."""

_MOST_IN_ERROR: Final = 100
_CORRECTED: Final = b'"type":"corrected"'
_MOST_FINDINGS: Final = 1_000

_MAPPING_NAME: Final = re.compile(r"[\w][\w.-]{0,59}")

Transaction = Callable[[], AbstractContextManager[Recorder]]


class KindMissing(BadInput):
    """Nobody said what the rows of a table are."""

    code = "kind-missing"

    def __init__(self, *, file: str) -> None:
        super().__init__(
            f"{file}: say what its rows are: {', '.join(KINDS)} (--kind receipts), or name a mapping that says so",
            file=file,
            kinds=tuple(KINDS),
        )


class KindUnknown(BadInput):
    """There is no such kind of row."""

    code = "kind-unknown"

    def __init__(self, *, kind: str) -> None:
        super().__init__(f"{kind[:60]!r} is no kind of row; expected one of {', '.join(KINDS)}", kind=kind[:60])


class MappingMissing(NotFound):
    """No mapping of columns was saved under a name."""

    code = "mapping-missing"

    def __init__(self, *, name: str, known: tuple[str, ...]) -> None:
        there = f"saved are {', '.join(known[:20])}" if known else "none is saved yet"
        super().__init__(f"no mapping is saved as {name[:60]!r}; {there}", mapping=name[:60], known=known)


class TableRefused(BadInput):
    """Rows of a table are wrong, so nothing of it was recorded. `rejected` lists what is wrong with each."""

    code = "table-refused"

    def __init__(self, summary: LoadSummary) -> None:
        first = summary.rejected[0]
        others = summary.rejected_rows - 1
        more = f"; {others} more rows are wrong" if others > 1 else "; one more row is wrong" if others else ""
        super().__init__(
            f"nothing was recorded: line {first.line}: {first.told()}{more}",
            rejected=[one.as_json() for one in summary.rejected[:_MOST_IN_ERROR]],
            rejected_rows=summary.rejected_rows,
        )
        self.summary = summary
        self.rejected = summary.rejected


@dataclass(frozen=True, slots=True)
class LoadSummary:
    """What became of a table, or would become of it.

    `rejected`: the first thousand faults; `rejected_rows`: rows that have any; `gave_up`: later rows were not looked
    at. `findings`: of rows that were recorded, each with its line. `notes`: about the file.
    """

    kind: str
    dry_run: bool
    rows: int
    recorded: int
    duplicates: int
    rejected: tuple[RowFault, ...]
    rejected_rows: int
    gave_up: bool
    findings: tuple[tuple[int | None, str], ...]
    finding_count: int
    notes: tuple[str, ...]
    first_seq: int | None = None
    last_seq: int | None = None

    def as_json(self) -> dict[str, Any]:
        """The summary as shells print it. Of a dry run, what would be recorded stands apart from what was."""
        return {
            "kind": self.kind,
            "dry_run": self.dry_run,
            "rows": self.rows,
            "recorded": 0 if self.dry_run else self.recorded,
            "would_record": self.recorded if self.dry_run else 0,
            "duplicates": self.duplicates,
            "rejected": [one.as_json() for one in self.rejected],
            "rejected_rows": self.rejected_rows,
            "gave_up": self.gave_up,
            "findings": [{"line": line, "text": text} for line, text in self.findings],
            "finding_count": self.finding_count,
            "notes": list(self.notes),
            "first_seq": self.first_seq,
            "last_seq": self.last_seq,
        }


class _Undone(Exception):
    """Leaves a transaction, so that nothing of it stays."""


def saved_mapping(store: Store, name: str) -> ColumnMapping:
    """Return a mapping that was saved.

    Raises:
        MappingMissing: none was saved under that name.
    """
    saved = store.mappings()
    if name not in saved:
        raise MappingMissing(name=name, known=tuple(saved))
    return mapping_from(saved[name].encode())


def checked_mapping_name(name: str) -> str:
    """Return a name that a mapping can be saved under.

    Raises:
        MappingInvalid: it is none.
    """
    if _MAPPING_NAME.fullmatch(name) is None:
        message = f"{name[:60]!r} can be no name of a mapping; use 1 to 60 letters, digits, points, hyphens and _"
        raise MappingInvalid(message)
    return name


def table_kind(told: str | None, mapping: ColumnMapping, *, file: str) -> Kind:
    """Return what the rows of a file are: as told, else as the mapping says.

    Raises:
        KindMissing, KindUnknown: nobody said, or there is no such kind.
    """
    name = told or mapping.kind
    if name is None:
        raise KindMissing(file=file)
    if name not in KINDS:
        raise KindUnknown(kind=name)
    return KINDS[name]


def load_table(
    recording: Transaction,
    stream: IO[bytes],
    *,
    file: str,
    kind: Kind,
    mapping: ColumnMapping,
    form: TableForm | None,
    actor: Actor,
    all_or_none: bool = True,
    dry_run: bool = False,
    force_reason: str | None = None,
    progress: Callable[[int], None] | None = None,
) -> LoadSummary:
    """Record the rows of a table, and return what became of them.

    `stream`: can be read twice. `dry_run`: nothing is recorded, and the summary tells all that is wrong.
    `force_reason`: why rows are recorded even if rules are broken.

    Raises:
        NotATable, HeaderRefused: the file cannot be read, or its columns are not those of the kind.
        TableRefused: rows are wrong, and all or none was asked for; nothing was recorded.
    """
    table = open_table(stream, file=file, kind=kind, mapping=mapping, form=form)
    load = _Load(table)
    record = record_all if dry_run or all_or_none else record_each
    # Closed here, whatever ends the recording: the rows hold the stream, which is the caller's to close afterwards.
    with closing(load.told()) as rows:
        try:
            record(
                _undone(recording) if dry_run else recording,
                rows,
                actor=actor,
                force_reason=force_reason,
                progress=progress,
                taken=load.taken,
                refused=load.refused,
            )
        except NothingRecorded:
            if not dry_run:
                raise TableRefused(load.summary(dry_run=False, nothing=True)) from None
    return load.summary(dry_run=dry_run)


def _undone(recording: Transaction) -> Transaction:
    """Return a transaction that is undone at its end, whatever it did."""

    @contextmanager
    def undone() -> Iterator[Recorder]:
        try:
            with recording() as recorder:
                yield recorder
                raise _Undone  # noqa: TRY301 the way out of the transaction
        except _Undone:
            return

    return undone


class _Load:
    """One table on its way into the ledger: which row is where, and what became of each."""

    def __init__(self, table: TableOfEvents) -> None:
        self._table = table
        self._row: ToldRow | None = None
        self._lines: dict[int, int] = {}
        self._rejected: list[RowFault] = []
        self._rejected_rows = 0
        self._read = self._recorded = self._duplicates = self._finding_count = 0
        self._finished = False
        self._findings: list[tuple[int | None, str]] = []
        self._first: int | None = None
        self._last: int | None = None

    def told(self) -> Generator[Told, None, None]:
        """Yield the rows as events with their keys; a row that tells none comes with its fault."""
        with closing(self._table.rows()) as rows:
            for row in rows:
                self._row = row
                self._lines[row.index] = row.line
                self._lines.pop(row.index - _LINES_KEPT, None)
                self._read += 1
                fault = RowRefused(row.faults) if row.faults else None
                yield Told(row.event, key=self._table.key(row.index), line=row.line, fault=fault)
        if not self._read:
            raise NotATable(file=self._table.file, why="holds no row below its header")
        self._finished = True

    def refused(self, _: int, error: ThreadError) -> None:
        """Take note of all that is wrong with the row that was told last."""
        self._rejected_rows += 1
        if len(self._rejected) < MOST_FAULTS:
            self._rejected += self._faults(error)

    def _faults(self, error: ThreadError) -> tuple[RowFault, ...]:
        """Return all that is wrong with the row that was told last."""
        if isinstance(error, RowRefused):
            return error.faults
        row = self._row
        assert row is not None  # noqa: S101 what is refused was told
        faults = tuple(fault_at(row, one.path, error.code, one.text) for one in faults_of(error))
        # What a rule says is not about what the column takes.
        return faults if isinstance(error, EventInvalid) else tuple(replace(one, expected=None) for one in faults)

    def taken(self, recording: Recording) -> None:
        """Take note of a row that is in the ledger now."""
        if recording.duplicate:
            self._duplicates += 1
            return
        self._recorded += 1
        self._first = recording.seq if self._first is None else self._first
        self._last = recording.seq
        for finding in recording.findings:
            self._finding_count += 1
            if len(self._findings) < _MOST_FINDINGS:
                self._findings.append((self._line_of(recording), f"{finding.text} [{finding.code}]"))

    def _line_of(self, recording: Recording) -> int | None:
        return self._lines.get(int(recording.entry.key.rpartition("/")[2]))

    def summary(self, *, dry_run: bool, nothing: bool = False) -> LoadSummary:
        """Return what became of the table. `nothing`: what was recorded was undone."""
        return LoadSummary(
            kind=self._table.kind.name,
            dry_run=dry_run,
            rows=self._read,
            recorded=0 if nothing else self._recorded,
            duplicates=0 if nothing else self._duplicates,
            rejected=tuple(self._rejected[:MOST_FAULTS]),
            rejected_rows=self._rejected_rows,
            gave_up=not self._finished,
            findings=() if nothing else tuple(self._findings),
            finding_count=0 if nothing else self._finding_count,
            notes=self._table.notes,
            first_seq=None if nothing or dry_run else self._first,
            last_seq=None if nothing or dry_run else self._last,
        )


_LINES_KEPT: Final = 20_000
"""Rows whose lines are kept for their findings; more than are ever committed together."""


def write_events(
    reader: Reader, history: StoreHistory, kind: Kind, out: IO[bytes], *, form: TableForm, private: bool
) -> int:
    """Write the valid events of a kind as a table, in the order of their entries; return how many there were.

    Names stand as they were typed, so that the table can be loaded again. `private`: personal values are told; else,
    and where they were erased, their digests are.
    """

    def events() -> Iterator[dict[str, Any]]:
        return _events(reader, history, kind, private=private)

    return write_table(events(), columns_used(events(), kind), kind, out, form=form)


def _events(reader: Reader, history: StoreHistory, kind: Kind, *, private: bool) -> Iterator[dict[str, Any]]:
    mark = f'"type":"{kind.type}"'.encode()
    corrected = {
        read_entry(data).event.get("seq")
        for _, data in reader.rows(0, history.size)
        if mark in data and _CORRECTED in data
    }
    corrected.discard(None)
    for seq, data in reader.rows(0, history.size):
        if mark not in data and seq not in corrected:
            continue
        entry = history.entry(seq)
        if entry is None or entry.event.type == "corrected":
            continue
        for told in versions(entry, history.corrections(seq)):
            event = dump_event(told.event)
            if kind.takes(event):
                as_told: dict[str, Any] = _clear(_as_told(event), reader if private else None)
                yield as_told


def _as_told(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return an event with what was typed in place of resolved names; what was made stays."""
    given = [one for one in event.get("as_given", ()) if one.get("value") is not None]
    return typed_form({**event, "as_given": given})


def _clear(value: Any, reader: Reader | None) -> Any:
    """Return a value with personal values in place of their digests, where they are there and may be told."""
    if reader is None:
        return value
    if isinstance(value, Mapping):
        if value.keys() == {"digest"}:
            kept = reader.private_value(value["digest"])
            return dict(value) if kept is None else kept.value
        return {name: _clear(inner, reader) for name, inner in value.items()}
    if isinstance(value, list):
        return [_clear(inner, reader) for inner in value]
    return value
