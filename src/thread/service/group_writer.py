"""Many requests, one commit: a thread that records what has queued up, commits once, and then answers each.

An answer comes after its entry is durable. A request that is refused fails alone; a fault of the program fails the
request that it met, and the others are recorded one by one.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from thread.errors import ThreadError, Unavailable
from thread.events import Event
from thread.service.recording import Actor, Recorder, Recording

if TYPE_CHECKING:
    from thread.service.auto_checkpoints import AutoCheckpoints
    from thread.service.ledger import Ledger

__all__ = ["GroupWriter", "WriterClosed"]

_MOST_IN_ONE_COMMIT: Final = 500


class WriterClosed(Unavailable):
    """The server is stopping and takes no more events."""

    code = "writer-closed"

    def __init__(self) -> None:
        super().__init__("the ledger is being closed; tell the event again when the server is back")


class _Request(NamedTuple):
    event: Mapping[str, Any] | bytes | Event
    key: str | None
    actor: Actor
    force_reason: str | None
    make_time: bool
    answer: Future[Recording]

    def record(self, recorder: Recorder) -> Recording:
        return recorder.record(
            self.event, key=self.key, actor=self.actor, force_reason=self.force_reason, make_time=self.make_time
        )


class GroupWriter:
    """Records events of many threads in shared commits. Close it before the ledger."""

    def __init__(self, ledger: Ledger, *, checkpoints: AutoCheckpoints | None = None) -> None:
        """Write for a ledger. `checkpoints`: those that are signed on this thread, after commits; None: none."""
        self._ledger = ledger
        self._checkpoints = checkpoints
        self._queue: SimpleQueue[_Request | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="thread-group-writer", daemon=True)
        self._thread.start()

    def submit(
        self,
        event: Mapping[str, Any] | bytes | Event,
        *,
        key: str | None = None,
        actor: Actor,
        force_reason: str | None = None,
        make_time: bool = False,
    ) -> Future[Recording]:
        """Queue an event; the future holds its recording once it is durable, or the error. Arguments: `record`."""
        request = _Request(event, key, actor, force_reason, make_time, Future())
        with self._lock:
            if self._closed:
                raise WriterClosed
            self._queue.put(request)
        return request.answer

    def record(
        self,
        event: Mapping[str, Any] | bytes | Event,
        *,
        key: str | None = None,
        actor: Actor,
        force_reason: str | None = None,
        make_time: bool = False,
    ) -> Recording:
        """Record an event in a shared commit, and return once it is durable."""
        return self.submit(event, key=key, actor=actor, force_reason=force_reason, make_time=make_time).result()

    def close(self) -> None:
        """Record what has queued, then stop."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        is_last = False
        while not is_last:
            try:
                first = self._queue.get(timeout=self._checkpoints.seconds_to_wait if self._checkpoints else None)
            except Empty:
                pass  # time to look whether a checkpoint is due
            else:
                if first is None:
                    return
                requests, is_last = self._queued(first)
                self._commit(requests)
            if self._checkpoints is not None:
                self._checkpoints.sign_if_due()

    def _queued(self, first: _Request) -> tuple[list[_Request], bool]:
        """Return the requests that wait now, and whether the writer is to stop after them."""
        requests = [first]
        while len(requests) < _MOST_IN_ONE_COMMIT:
            try:
                request = self._queue.get_nowait()
            except Empty:
                return requests, False
            if request is None:
                return requests, True
            requests.append(request)
        return requests, False

    def _commit(self, requests: list[_Request]) -> None:
        waiting = [request for request in requests if request.answer.set_running_or_notify_cancel()]
        results: list[Callable[[], None]] = []
        try:
            with self._ledger.recording() as recorder:
                for request in waiting:
                    try:
                        recording = request.record(recorder)
                    except Unavailable:
                        raise
                    except ThreadError as error:
                        results.append(_failing(request, error))
                    else:
                        results.append(_answering(request, recording))
        except Exception as error:  # noqa: BLE001 whatever it is, it goes to those who wait for an answer
            if len(waiting) > 1 and not isinstance(error, ThreadError):
                for request in waiting:
                    self._alone(request)
                return
            results = [_failing(request, error) for request in waiting]
        for answer in results:
            answer()

    def _alone(self, request: _Request) -> None:
        try:
            with self._ledger.recording() as recorder:
                recording = request.record(recorder)
        except Exception as error:  # noqa: BLE001 see above
            request.answer.set_exception(error)
        else:
            request.answer.set_result(recording)


def _answering(request: _Request, recording: Recording) -> Callable[[], None]:
    return lambda: request.answer.set_result(recording)


def _failing(request: _Request, error: Exception) -> Callable[[], None]:
    return lambda: request.answer.set_exception(error)
