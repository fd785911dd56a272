"""Python's garbage collector, kept out of the way of short bursts of work.

A question builds some ten thousand small values and drops them again; a run of the cyclic collector in the middle of it
walks every object of the process, which takes half as long as the question itself. Nothing that we build is cyclic.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

__all__ = ["collector_paused"]

_lock = Lock()
_pauses = 0
_was_on = False


@contextmanager
def collector_paused() -> Iterator[None]:
    """Pause the cyclic garbage collector; the last of several pauses that overlap turns it on again, if it was on."""
    global _pauses, _was_on  # noqa: PLW0603 the collector is one for the whole process
    with _lock:
        if not _pauses:
            _was_on = gc.isenabled()
            gc.disable()
        _pauses += 1
    try:
        yield
    finally:
        with _lock:
            _pauses -= 1
            if not _pauses and _was_on:
                gc.enable()
