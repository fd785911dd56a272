"""The joint of core and disk: accept, append, project, answer. Every shell (CLI, API) speaks to a `Ledger`."""

from __future__ import annotations

from thread.service.ledger import EntryMissing, KnownAtAhead, Ledger, open_ledger
from thread.service.recording import Actor, EventIdReused, Finding, KeyReused, Recorder, Recording

__all__ = [
    "Actor",
    "EntryMissing",
    "EventIdReused",
    "Finding",
    "KeyReused",
    "KnownAtAhead",
    "Ledger",
    "Recorder",
    "Recording",
    "open_ledger",
]
