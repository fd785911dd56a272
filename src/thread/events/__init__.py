"""What can happen to material: about forty event types, each a frozen model, told once and never changed.

`parse_event` turns JSON into an event or says everything that is wrong with it; `subjects` says what an entry is about.
Whether an event may be recorded now is no question of this package (`thread.acceptance`).
"""

from __future__ import annotations

from thread.events.base import Event, FloorEvent, Line
from thread.events.reading import EVENT_TYPES, HOLD_ANYTHING, EventInvalid, dump_event, parse_event
from thread.events.subjects import SUBJECTS_VERSION, Subject, subjects

__all__ = [
    "EVENT_TYPES",
    "HOLD_ANYTHING",
    "SUBJECTS_VERSION",
    "Event",
    "EventInvalid",
    "FloorEvent",
    "Line",
    "Subject",
    "dump_event",
    "parse_event",
    "subjects",
]
