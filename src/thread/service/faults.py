"""All that is wrong with something that was refused, one fault after the other."""

from __future__ import annotations

from typing import NamedTuple

from thread.acceptance.findings import Refused
from thread.errors import ThreadError
from thread.events import EventInvalid

__all__ = ["Fault", "faults_of"]


class Fault(NamedTuple):
    """One thing that is wrong. `path`: JSON Pointer into the event, "" where it is about all of it."""

    path: str
    text: str

    def as_json(self) -> dict[str, str]:
        """The fault as shells print it."""
        return {"path": self.path, "text": self.text}


def faults_of(error: ThreadError) -> tuple[Fault, ...]:
    """Return every fault that an error tells, in its order; an error of one fault is told by its own text."""
    told: tuple[Fault, ...] = ()
    if isinstance(error, EventInvalid):
        told = tuple(Fault(path, text) for path, text in error.findings)
    elif isinstance(error, Refused):
        told = tuple(Fault(one.path, one.text) for one in error.findings)
    return told or (Fault(str(error.facts.get("path", "")), error.text),)
