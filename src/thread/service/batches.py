"""Many events at once: a file of receipts, a batch of a machine; all or none of them, or each for itself.

They stream through: memory does not grow with their number. What is wrong is collected, each with its place, so that a
clerk mends a file once and not fifty times.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final, NamedTuple

from thread.errors import BadInput, ThreadError, Unavailable
from thread.events import Event
from thread.service.faults import Fault, faults_of
from thread.service.recording import Actor, Recorder, Recording
from thread.values.reasons import checked_force_reason

__all__ = ["BatchSummary", "NothingRecorded", "Rejected", "Told", "record_all", "record_each"]

_MOST_REJECTED: Final = 100
_GIVE_UP_AFTER: Final = 1_000
_TRANSACTION: Final = 1_000
_PROGRESS_STEP: Final = 1_000

Refused = Callable[[int, ThreadError], None]
"""Told the place of an event that is rejected, and why."""

Transaction = Callable[[], AbstractContextManager[Recorder]]


class Told(NamedTuple):
    """One of many events. `key`: its idempotency key; `line`: where it stands in a file, from 1.

    `fault`: why it could not even be read; it is rejected with that.
    """

    event: Mapping[str, Any] | bytes | Event
    key: str | None = None
    line: int | None = None
    fault: ThreadError | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """An event that was not recorded, and why. `index`: its place among the events, from 0."""

    index: int
    line: int | None
    path: str
    code: str
    reason: str
    findings: tuple[Fault, ...] = ()
    """All that is wrong with it; `path` and `reason` tell the first."""

    def as_json(self) -> dict[str, Any]:
        """The rejection as shells print it."""
        return {
            "index": self.index,
            "line": self.line,
            "path": self.path,
            "code": self.code,
            "reason": self.reason,
            "findings": [one.as_json() for one in self.findings],
        }


class NothingRecorded(BadInput):
    """Some of many events are wrong, so none was recorded. `rejected` tells the first of them."""

    code = "nothing-recorded"

    def __init__(self, *, rejected: tuple[Rejected, ...], count: int) -> None:
        first = rejected[0]
        where = f"line {first.line}" if first.line is not None else f"event {first.index}"
        more = f" (and {count - 1} more)" if count > 1 else ""
        super().__init__(
            f"nothing was recorded: {where}: {first.reason}{more}",
            rejected=[one.as_json() for one in rejected],
            count=count,
        )
        self.rejected = rejected
        self.count = count


@dataclass(frozen=True, slots=True)
class BatchSummary:
    """What became of many events."""

    recorded: int
    duplicates: int
    rejected: tuple[Rejected, ...]
    """The first hundred."""
    rejected_count: int
    findings: int
    """How many findings the recorded events have together."""
    size: int
    """Entries in the ledger afterwards."""

    def as_json(self) -> dict[str, Any]:
        """The summary as shells print it."""
        return {
            "recorded": self.recorded,
            "duplicates": self.duplicates,
            "rejected": [one.as_json() for one in self.rejected],
            "rejected_count": self.rejected_count,
            "findings": self.findings,
        }


@dataclass(slots=True)
class _Counts:
    recorded: int = 0
    duplicates: int = 0
    findings: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    rejected_count: int = 0
    size: int = 0
    refused: Refused | None = None

    def record(
        self,
        recorder: Recorder,
        told: Told,
        index: int,
        *,
        keys: str | None,
        actor: Actor,
        force_reason: str | None,
    ) -> Recording | None:
        """Record one event and count it; None where it is rejected."""
        key = told.key if told.key is not None or keys is None else f"{keys}#{index}"
        try:
            if told.fault is not None:
                raise told.fault
            recording = recorder.record(told.event, key=key, actor=actor, force_reason=force_reason)
        except Unavailable:
            raise
        except ThreadError as error:
            self.rejected_count += 1
            if self.refused is not None:
                self.refused(index, error)
            if len(self.rejected) < _MOST_REJECTED:
                faults = faults_of(error)
                self.rejected.append(Rejected(index, told.line, faults[0].path, error.code, error.text, faults))
            return None
        if recording.duplicate:
            self.duplicates += 1
        else:
            self.recorded += 1
            self.findings += len(recording.findings)
        return recording

    def summary(self) -> BatchSummary:
        return BatchSummary(
            self.recorded, self.duplicates, tuple(self.rejected), self.rejected_count, self.findings, self.size
        )


def record_all(
    recording: Transaction,
    events: Iterable[Told],
    *,
    actor: Actor,
    keys: str | None = None,
    force_reason: str | None = None,
    progress: Callable[[int], None] | None = None,
    taken: Callable[[Recording], None] | None = None,
    refused: Refused | None = None,
) -> BatchSummary:
    """Record all events in one transaction, or none.

    Args:
        recording: gives what records inside a transaction.
        events: in order.
        actor: who tells them.
        keys: an event without a key of its own takes this and `#` and its place; None: the event's id.
        force_reason: why they are recorded even if rules are broken.
        progress: told the number of events read, every 1,000.
        taken: called with each recording, before it is durable.
        refused: called with each event that is rejected; told by place and error, for all that is wrong with it.

    Raises:
        ForceReasonInvalid: the reason says nothing; no event was looked at.
        NothingRecorded: some are wrong; lists them.
    """
    checked_force_reason(force_reason)
    counts = _Counts(refused=refused)
    with recording() as recorder:
        for index, told in enumerate(events):
            result = counts.record(recorder, told, index, keys=keys, actor=actor, force_reason=force_reason)
            if result is not None and taken is not None:
                taken(result)
            if progress and not (index + 1) % _PROGRESS_STEP:
                progress(index + 1)
            if counts.rejected_count >= _GIVE_UP_AFTER:
                break
        if counts.rejected_count:
            raise NothingRecorded(rejected=tuple(counts.rejected), count=counts.rejected_count)
        counts.size = recorder.size
    return counts.summary()


def record_each(
    recording: Transaction,
    events: Iterable[Told],
    *,
    actor: Actor,
    keys: str | None = None,
    force_reason: str | None = None,
    progress: Callable[[int], None] | None = None,
    taken: Callable[[Recording], None] | None = None,
    refused: Refused | None = None,
) -> BatchSummary:
    """Record every event that can be recorded, a thousand in one commit; the others are rejected, each with its reason.

    Arguments as of `record_all`; `taken` is called after the commit.
    """
    checked_force_reason(force_reason)
    counts = _Counts(refused=refused)
    for batch in _batches(enumerate(events), _TRANSACTION):
        results: list[Recording] = []
        with recording() as recorder:
            for index, told in batch:
                result = counts.record(recorder, told, index, keys=keys, actor=actor, force_reason=force_reason)
                if result is not None:
                    results.append(result)
            counts.size = recorder.size
        if taken is not None:
            for result in results:
                taken(result)
        if progress:
            progress(batch[-1][0] + 1)
    return counts.summary()


def _batches(items: Iterator[tuple[int, Told]], size: int) -> Iterator[list[tuple[int, Told]]]:
    while batch := list(islice(items, size)):
        yield batch
