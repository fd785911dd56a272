"""What goes into a ledger and comes out of it as a file: EPCIS documents, tables, and how columns are mapped."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import IO, TYPE_CHECKING, BinaryIO

import orjson

from thread.interop import write_epcis
from thread.service.documents import ImportSummary, captured_events, import_epcis, write_entries
from thread.service.recording import Actor
from thread.values.times import ledger_time

if TYPE_CHECKING:
    from thread.interop.table import TableForm
    from thread.interop.table_mapping import ColumnMapping
    from thread.service.loading import LoadSummary
from thread.service.ledger_core import OURSELVES, LedgerCore

__all__ = ["LedgerTables"]


class LedgerTables(LedgerCore):
    """Documents and tables, in and out."""

    def import_document(
        self, data: bytes, *, file: str, actor: Actor | None = None, all_or_none: bool = True
    ) -> ImportSummary:
        """Capture the events of a document, in one transaction. This release reads EPCIS 2.0 in JSON.

        `file`: its name, for messages. `all_or_none`: False captures what can be, and reports the rest.

        Raises:
            JsonMalformed, NotEpcis: the file is no EPCIS 2.0 document in JSON.
            DocumentRefused: something in it is wrong, so nothing was captured.
        """
        return import_epcis(self.recording, data, file=file, actor=actor or OURSELVES, all_or_none=all_or_none)

    def load(
        self,
        table: bytes | IO[bytes],
        *,
        kind: str | None = None,
        mapping: ColumnMapping | str | None = None,
        file: str = "table",
        form: TableForm | None = None,
        actor: Actor | None = None,
        all_or_none: bool = True,
        dry_run: bool = False,
        force_reason: str | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> LoadSummary:
        """Record the rows of a table in CSV or XLSX: master data, opening stock or receipts.

        Args:
            table: the file, or a stream of it that can be read twice.
            kind: what its rows are: items, parties, places, resources, opening, receipts; None: as the mapping says.
            mapping: which of its columns is which of ours, and how it writes numbers and days; or a saved one's name.
            file: its name, for messages.
            form: `csv` or `xlsx`; None looks at its first bytes.
            actor: who tells it, and how we know.
            all_or_none: False records each row that can be, and reports the rest.
            dry_run: record nothing, and tell all that is wrong.
            force_reason: why rows are recorded even if rules are broken.
            progress: told the number of rows read, every 1,000.

        Raises:
            KindMissing, MappingMissing: nobody said what the rows are, or no mapping has that name.
            NotATable, HeaderRefused: the file cannot be read, or its columns are not those of the kind.
            TableRefused: rows are wrong, so nothing was recorded; `rejected` lists every fault.
        """
        from thread.interop.table_mapping import ColumnMapping
        from thread.service.loading import load_table, table_kind

        told = self.mapping(mapping) if isinstance(mapping, str) else mapping or ColumnMapping()
        return load_table(
            self.recording,
            BytesIO(table) if isinstance(table, bytes) else table,
            file=file,
            kind=table_kind(kind, told, file=file),
            mapping=told,
            form=form,
            actor=actor or OURSELVES,
            all_or_none=all_or_none,
            dry_run=dry_run,
            force_reason=force_reason,
            progress=progress,
        )

    def mappings(self) -> dict[str, ColumnMapping]:
        """Return every saved mapping of columns by its name."""
        from thread.interop.table_mapping import mapping_from

        return {name: mapping_from(value.encode()) for name, value in self._store.mappings().items()}

    def mapping(self, name: str) -> ColumnMapping:
        """Return a saved mapping of columns.

        Raises:
            MappingMissing: none was saved under that name.
        """
        from thread.service.loading import saved_mapping

        return saved_mapping(self._store, name)

    def save_mapping(self, name: str, mapping: ColumnMapping) -> None:
        """Save a mapping of columns under a name, over one that was saved under it before.

        Raises:
            MappingInvalid: the name is none.
        """
        from thread.service.loading import checked_mapping_name

        self._store.save_mapping(checked_mapping_name(name), orjson.dumps(mapping.as_json()).decode())

    def remove_mapping(self, name: str) -> None:
        """Remove a saved mapping of columns.

        Raises:
            MappingMissing: none was saved under that name.
        """
        from thread.service.loading import saved_mapping

        saved_mapping(self._store, name)
        self._store.remove_mapping(name)

    def export_table(self, kind: str, out: IO[bytes], *, form: TableForm = "csv", private: bool = True) -> int:
        """Write the valid events of a kind as a table that `load` reads again; return how many rows there are.

        `private`: personal values are told where they were not erased; else their digests are.

        Raises:
            KindUnknown: there is no such kind.
        """
        from thread.interop.table_mapping import ColumnMapping
        from thread.service.loading import table_kind, write_events

        history = self.history()
        with self._store.snapshot() as reader:
            found = table_kind(kind, ColumnMapping(), file="table")
            return write_events(reader, history, found, out, form=form, private=private)

    def export_ndjson(self, out: BinaryIO) -> int:
        """Write every entry as it is stored, one a line, and return how many there are."""
        with self._store.snapshot() as reader:
            return write_entries(reader, out)

    def export_epcis(self) -> bytes:
        """Return an EPCIS document of all valid captured events, each text exactly as it was captured.

        Raises:
            EpcisTextMissing: the text of an event was erased.
            EpcisContextsDiffer: two events use one prefix for two namespaces.
        """
        history = self.history()
        with self._store.snapshot() as reader:
            return write_epcis(captured_events(reader, history), creation_date=ledger_time(self._clock() // 1_000))
