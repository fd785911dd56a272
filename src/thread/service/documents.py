"""Documents in and out: EPCIS captured and written again, entries as they are stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

from thread.errors import ThreadError, Unavailable
from thread.events.captured import EpcisCaptured, ForeignText
from thread.genealogy.projection import versions
from thread.interop import EpcisDocument, Rejection, read_epcis
from thread.service.history import StoreHistory
from thread.service.recording import Actor, Finding, Recorder
from thread.store.protocol import Reader

__all__ = ["ImportSummary", "captured_events", "import_epcis", "write_entries"]

_CAPTURED: Final = b'"type":"epcis_captured"'


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """What became of a document."""

    recorded: int
    duplicates: int
    rejected: tuple[Rejection, ...]
    findings: tuple[Finding, ...]
    """What is odd about the document and what was captured from it."""

    def as_json(self) -> dict[str, Any]:
        """The summary as `thread import --json` prints it."""
        return {
            "recorded": self.recorded,
            "duplicates": self.duplicates,
            "rejected": [one.as_json() for one in self.rejected],
        }


def import_epcis(
    recording: Callable[[], AbstractContextManager[Recorder]], data: bytes, *, file: str, actor: Actor
) -> ImportSummary:
    """Capture every event of an EPCIS document that can be captured, in one transaction.

    Raises:
        JsonMalformed, NotEpcis: the file is no EPCIS 2.0 document in JSON.
    """
    document = read_epcis(data, file=file)
    return _captured(recording, document, file, actor)


def _captured(
    recording: Callable[[], AbstractContextManager[Recorder]], document: EpcisDocument, file: str, actor: Actor
) -> ImportSummary:
    recorded = duplicates = 0
    rejected = list(document.rejected)
    findings = [Finding(one.code, one.text, one.path) for one in document.findings]
    with recording() as recorder:
        for captured in document.captured:
            try:
                result = recorder.record(captured.event, key=captured.key, actor=actor)
            except Unavailable:
                raise
            except ThreadError as error:
                rejected.append(Rejection(file, captured.index, captured.path, error.text))
                continue
            duplicates += result.duplicate
            recorded += not result.duplicate
            findings.extend(Finding(one.code, one.text, f"{captured.path}{one.path}") for one in captured.findings)
    return ImportSummary(recorded, duplicates, tuple(rejected), tuple(findings))


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
