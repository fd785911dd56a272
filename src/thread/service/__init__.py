"""The joint of core and disk: accept, append, project, answer. Every shell (CLI, API) speaks to a `Ledger`."""

from __future__ import annotations

from thread.service.auto_checkpoints import AutoCheckpoints
from thread.service.batches import BatchSummary, NothingRecorded, Rejected, Told
from thread.service.documents import DocumentRefused, ImportSummary
from thread.service.group_writer import GroupWriter, WriterClosed
from thread.service.known_at import KnownAtAhead, KnownAtMalformed, KnownAtNegative
from thread.service.ledger import CheckpointMissing, EntryMissing, Ledger, open_ledger
from thread.service.names import NameAmbiguous, NameNotFound
from thread.service.recording import (
    Actor,
    CapturedOnly,
    EventIdReused,
    Finding,
    KeyReused,
    NotCorrectable,
    Recorder,
    Recording,
    TypeReserved,
)
from thread.service.told_json import ToldMalformed, events_in

__all__ = [
    "Actor",
    "AutoCheckpoints",
    "BatchSummary",
    "CapturedOnly",
    "CheckpointMissing",
    "DocumentRefused",
    "EntryMissing",
    "EventIdReused",
    "Finding",
    "GroupWriter",
    "ImportSummary",
    "KeyReused",
    "KnownAtAhead",
    "KnownAtMalformed",
    "KnownAtNegative",
    "Ledger",
    "NameAmbiguous",
    "NameNotFound",
    "NotCorrectable",
    "NothingRecorded",
    "Recorder",
    "Recording",
    "Rejected",
    "Told",
    "ToldMalformed",
    "TypeReserved",
    "WriterClosed",
    "events_in",
    "open_ledger",
]
