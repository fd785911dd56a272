"""Python's garbage collector, kept out of the way: of short bursts of work, and of bulk recording.

A question builds some ten thousand small values and drops them again; a run of the cyclic collector in the middle of it
walks every object of the process, which takes half as long as the question itself. Nothing that we build is cyclic.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Final

__all__ = ["collector_paused", "rare_collections"]

_OBJECTS_BETWEEN: Final = 70_000
"""New objects, less those freed, between two collections while events are recorded; some ten megabytes."""

_lock = Lock()
_pauses = 0
_was_on = False
_recording = 0
_thresholds: tuple[int, int, int] = (0, 0, 0)


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
                if not gc.get_freeze_count():
                    # What is young now counts as old, so that turning it on does not at once go over all of it.
                    gc.freeze()
                    gc.unfreeze()
                gc.enable()


@contextmanager
def rare_collections() -> Iterator[None]:
    """Collect rarely while a transaction is open: each run would look through all that waits to be committed.

    Never off, for a transaction may last, and what other threads leave behind has to be found. Of several that overlap
    the last one sets back what was; a collector that was set to run more rarely still, or is off, stays as it is.
    """
    global _recording, _thresholds  # noqa: PLW0603 the collector is one for the whole process
    with _lock:
        if not _recording:
            _thresholds = gc.get_threshold()
            if 0 < _thresholds[0] < _OBJECTS_BETWEEN:
                gc.set_threshold(_OBJECTS_BETWEEN, *_thresholds[1:])
        _recording += 1
    try:
        yield
    finally:
        with _lock:
            _recording -= 1
            if not _recording and gc.get_threshold()[0] == _OBJECTS_BETWEEN:
                gc.set_threshold(*_thresholds)
