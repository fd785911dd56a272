"""`thread record`: events from a file or standard input into the ledger, all or none, or each for itself."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import islice
from typing import IO, TYPE_CHECKING, Any, Final

import click

from thread.cli.options import Command, opened, wants_json
from thread.cli.outcomes import Outcome, Rejected, report_rejected, show_outcome
from thread.cli.output import Page
from thread.cli.progress import Progress
from thread.errors import BadInput, JsonMalformed

if TYPE_CHECKING:
    from thread import Ledger
    from thread.cli.event_files import ToldEvent
    from thread.service import Actor, BatchSummary, Told

__all__ = ["record_command"]

_STANDARD_INPUT: Final = "standard input"
_CHUNK: Final = 1 << 20
_BATCH: Final = 100
"""Events in one commit under --each; the service tells that many rejections one by one."""


class FileChanged(BadInput):
    """A file was written to while it was read."""

    code = "file-changed"

    def __init__(self, *, file: str) -> None:
        super().__init__(f"{file}: was written to while it was read; record it again when it is whole", file=file)


@click.command(cls=Command, name="record")
@click.argument("file", metavar="FILE|-")
@click.option("--each", is_flag=True, help="Record every event that can be, and report each one that cannot.")
@click.option("--force", "force_reason", metavar="REASON", help="Record even if rules are broken; REASON says why.")
@click.option("--actor", metavar="ID", help="Who tells it; the user of the operating system if not told.")
@click.option("--key", "prefix", metavar="PREFIX", help="Record under PREFIX#0, PREFIX#1 ...: again is a duplicate.")
@click.pass_context
def record_command(
    context: click.Context, *, file: str, each: bool, force_reason: str | None, actor: str | None, prefix: str | None
) -> int:
    """Record the events of FILE, or of standard input (-).

    FILE holds one JSON object, a JSON array, or one event on each line. All are recorded or none, unless --each is
    told. The same file again is a duplicate and changes nothing. With --each, standard input is recorded event by
    event as it comes; a retry is safe then if events carry an id or a key, or if --key is told.
    """
    from thread.cli.actors import actor_of
    from thread.cli.files import readable_twice

    as_json = wants_json(context)
    told_by = actor_of(actor)
    keys = f"{told_by.id}/{prefix}" if prefix is not None else None
    with opened(context) as ledger, Progress("recording", unit="events", quiet=as_json) as progress:
        name = _STANDARD_INPUT if file == "-" else file
        work = _Work(
            ledger=ledger,
            file=name,
            actor=told_by,
            force_reason=force_reason,
            progress=progress,
            page=None if as_json else Page(),
        )
        if file == "-" and each:
            work.each(sys.stdin.buffer, keys, batch=1)
        else:
            with readable_twice(file) as stream:
                digest = _digest(stream)
                if each:
                    work.each(stream, keys or f"file:{digest}", batch=_BATCH)
                else:
                    work.all_or_none(stream, keys or f"file:{digest}", digest)
    show_outcome(work.outcome, as_json=as_json, each=each)
    return work.outcome.status


def _digest(stream: IO[bytes]) -> str:
    """Return the SHA-256 of a file in hex, and go back to its start."""
    digest = sha256()
    while chunk := stream.read(_CHUNK):
        digest.update(chunk)
    stream.seek(0)
    return digest.hexdigest()


class _Work:
    """Records the events of one file and keeps account."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        file: str,
        actor: Actor,
        force_reason: str | None,
        progress: Progress,
        page: Page | None,
    ) -> None:
        self.outcome = Outcome()
        self._ledger, self._file, self._actor = ledger, file, actor
        self._force_reason = force_reason
        self._progress = progress
        self._page = page

    def all_or_none(self, stream: IO[bytes], keys: str, digest: str) -> None:
        """Record all events in one transaction; if one is refused, the others are checked and none is recorded."""
        from thread.cli.event_files import told_events
        from thread.service import NothingRecorded

        def told() -> Iterator[Told]:
            for one in told_events(stream, file=self._file):
                if isinstance(one.fault, JsonMalformed):
                    # Not a wrong event but a broken file: what follows may be anything.
                    raise one.fault
                yield self._told(one, keys)
            stream.seek(0)
            if _digest(stream) != digest:
                raise FileChanged(file=self._file)

        try:
            self._record(told(), all_or_none=True)
        except NothingRecorded as error:
            self.outcome.forget_taken()
            self.outcome.nothing_from.append(self._file)
            self._refuse(error.rejected, error.count)

    def each(self, stream: IO[bytes], keys: str | None, *, batch: int) -> None:
        """Record every event that can be, `batch` of them in one commit, and report each that cannot."""
        from thread.cli.event_files import told_events

        waiting = (self._told(one, keys) for one in told_events(stream, file=self._file))
        start = 0
        while together := list(islice(waiting, batch)):
            summary = self._record(together, all_or_none=False)
            before = len(self.outcome.rejected)
            self._refuse(summary.rejected, summary.rejected_count, start=start)
            if self._page is not None:
                report_rejected(self._page, self.outcome.rejected[before:])
            start += len(together)

    def _told(self, one: ToldEvent, keys: str | None) -> Told:
        """Return an event with its key: its own, or the place that it has in the file."""
        from thread.service import Told

        self._progress.reached(one.index)
        key = f"{keys}#{one.index}" if keys is not None else None
        if one.key is not None:
            key = f"{self._actor.id}/{one.key}"
        return Told(one.event, key=key, line=one.line, fault=one.fault)

    def _record(self, events: Iterable[Told], *, all_or_none: bool) -> BatchSummary:
        from thread.service.batches import record_all, record_each

        record = record_all if all_or_none else record_each
        return record(
            self._ledger.recording,
            events,
            actor=self._actor,
            force_reason=self._force_reason,
            taken=self.outcome.take,
        )

    def _refuse(self, rejected: Iterable[Any], count: int, *, start: int = 0) -> None:
        self.outcome.rejected_events += count
        self.outcome.rejected += [
            Rejected(
                self._file,
                start + one.index,
                one.line,
                one.path,
                one.code,
                one.reason,
                one.findings,
                can_force=True,
            )
            for one in rejected
        ]
