"""Documents in and out: EPCIS captured and written again, entries as they are stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

from thread.errors import BadInput, ThreadError, Unavailable
from thread.events.captured import EpcisCaptured, ForeignText
from thread.genealogy.projection import versions
from thread.interop import EpcisDocument, Rejection, read_epcis
from thread.service.faults import faults_of
from thread.service.history import StoreHistory
from thread.service.recording import Actor, Finding, Recorder
from thread.store.protocol import Reader

__all__ = ["DocumentRefused", "ImportSummary", "captured_events", "import_epcis", "write_entries"]

_MOST_TOLD: Final = 100
_CAPTURED: Final = b'"type":"epcis_captured"'


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """What became of a document."""

    recorded: int
    duplicates: int
    master_data: int
    """Descriptions of items, places and parties that came with the events and were not known before."""
    rejected: tuple[Rejection, ...]
    findings: tuple[Finding, ...]
    """What is odd about the document and what was captured from it."""

    def as_json(self) -> dict[str, Any]:
        """The summary as `thread import --json` prints it."""
        return {
            "recorded": self.recorded,
            "duplicates": self.duplicates,
            "master_data": self.master_data,
            "rejected": [one.as_json() for one in self.rejected],
        }


class DocumentRefused(BadInput):
    """Events of a document are wrong, so none of it was recorded. `rejected` lists them."""

    code = "document-refused"

    def __init__(self, rejected: tuple[Rejection, ...]) -> None:
        first = rejected[0]
        more = f" (and {len(rejected) - 1} more)" if len(rejected) > 1 else ""
        super().__init__(
            f"nothing was recorded: {first.path or '/'}: {first.reason}{more}",
            rejected=[one.as_json() for one in rejected[:_MOST_TOLD]],
            rejected_count=len(rejected),
        )
        self.rejected = rejected


def import_epcis(
    recording: Callable[[], AbstractContextManager[Recorder]],
    data: bytes,
    *,
    file: str,
    actor: Actor,
    all_or_none: bool,
) -> ImportSummary:
    """Capture the events of an EPCIS document in one transaction: all or none, or each that can be.

    Raises:
        JsonMalformed, NotEpcis: the file is no EPCIS 2.0 document in JSON.
        DocumentRefused: `all_or_none`, and something in it is wrong.
    """
    document = read_epcis(data, file=file)
    if all_or_none and document.rejected:
        raise DocumentRefused(document.rejected)
    return _captured(recording, document, actor, all_or_none=all_or_none)


def _captured(
    recording: Callable[[], AbstractContextManager[Recorder]],
    document: EpcisDocument,
    actor: Actor,
    *,
    all_or_none: bool,
) -> ImportSummary:
    recorded = duplicates = master_data = 0
    rejected = list(document.rejected)
    findings = [Finding(one.code, one.text, one.path) for one in document.findings]
    with recording() as recorder:
        for captured in document.captured:
            try:
                result = recorder.record(captured.event, key=captured.key, actor=actor, captured=True)
            except Unavailable:
                raise
            except ThreadError as error:
                rejected += [Rejection(document.file, captured.index, captured.path, text) for text in _reasons(error)]
                if all_or_none:
                    raise DocumentRefused(tuple(rejected)) from None
                continue
            if captured.is_master_data:
                master_data += not result.duplicate
            else:
                duplicates += result.duplicate
                recorded += not result.duplicate
            findings.extend(Finding(one.code, one.text, f"{captured.path}{one.path}") for one in captured.findings)
    return ImportSummary(recorded, duplicates, master_data, tuple(rejected), tuple(findings))


def _reasons(error: ThreadError) -> Sequence[str]:
    """Return what is wrong with a captured event, each fault by itself; its path leads into what is recorded."""
    faults = faults_of(error)
    return [error.text] if len(faults) == 1 else [f"{fault.path or '/'}: {fault.text}" for fault in faults]


def write_entries(reader: Reader, out: BinaryIO) -> int:
    """Write every entry as it is stored, one a line, and return how many there are."""
    count = 0
    for _, data in reader.rows():
        out.write(data + b"\n")
        count += 1
    return count


def captured_events(reader: Reader, history: StoreHistory) -> Iterator[EpcisCaptured]:
    """Yield the valid captured events in the order of their entries, their texts in place where they are not erased."""
    for seq, data in reader.rows(0, history.size):
        if _CAPTURED not in data:
            continue
        entry = history.entry(seq)
        if entry is None or not isinstance(entry.event, EpcisCaptured):
            continue
        for told in versions(entry, history.corrections(seq)):
            if isinstance(told.event, EpcisCaptured):
                yield _with_text(told.event, reader)


def _with_text(event: EpcisCaptured, reader: Reader) -> EpcisCaptured:
    if not isinstance(event.text, ForeignText):
        return event
    kept = reader.foreign_text(event.text.digest)
    return event if kept is None else event.model_copy(update={"text": kept[1]})
