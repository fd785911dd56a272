"""Material, amounts and reasons in words: the parts that the sentences about events are put together from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from thread.events.base import Document, Line, Resource
from thread.events.captured import ReadLine
from thread.events.production import Reading
from thread.values.names import label
from thread.values.origin import Origin
from thread.values.quantity import Quantity
from thread.values.serials import SerialRange

__all__ = [
    "WHOLE_CONTAINER",
    "amount_words",
    "documents_words",
    "lines_words",
    "listed",
    "lot_words",
    "origin_words",
    "readings_words",
    "resource_words",
    "serials_words",
]

_MOST: Final = 5

WHOLE_CONTAINER: Final = "all that was in container"
"""How a line that names a container only begins."""


def listed(texts: Iterable[str], *, most: int = _MOST, joint: str = "and") -> str:
    """Return texts as a list in a sentence; what goes beyond `most` is counted.

    >>> listed(["A", "B", "C"])
    'A, B and C'
    """
    told = list(texts)
    if len(told) > most:
        told = [*told[:most], f"{len(told) - most} more"]
    return told[0] if len(told) == 1 else f"{', '.join(told[:-1])} {joint} {told[-1]}" if told else "nothing"


def amount_words(quantity: Quantity) -> str:
    """Return a quantity with its unit, and the same stuff in other units where told."""
    also = ", ".join(f"{measure.value} {measure.unit}" for measure in quantity.also)
    return f"{quantity.value} {quantity.unit}" + (f" ({also})" if also else "")


def serials_words(serials: Sequence[SerialRange]) -> str:
    """Return serial ranges in words: `SN0001 to SN0400`."""
    spans = [one.span.bounds for one in serials]
    return listed(first if first == last else f"{first} to {last}" for first, last in spans)


def lot_words(lot: str, quantity: Quantity | None, serials: Sequence[SerialRange] | None = None) -> str:
    """Return how much of which lot, serials named: `5 KGM of STEEL / S-77`."""
    told = label(lot)
    if serials:
        return f"{serials_words(serials)} of {told}"
    return f"{amount_words(quantity)} of {told}" if quantity is not None else told


def _line_words(line: Line) -> str:
    if line.one_of is not None:
        candidates = listed((label(lot) for lot in line.one_of), joint="or")
        amount = f"{amount_words(line.quantity)} of " if line.quantity is not None else ""
        return f"{amount}{candidates} (nobody knows which)"
    if line.lot is None:
        return f"{WHOLE_CONTAINER} {label(line.container or '')}"
    out_of = f" out of container {label(line.container)}" if line.container is not None else ""
    return lot_words(line.lot, line.quantity, line.serials) + out_of


def lines_words(lines: Iterable[Line | ReadLine]) -> str:
    """Return lines of material in words."""
    return listed(_read_words(line) if isinstance(line, ReadLine) else _line_words(line) for line in lines)


def _read_words(line: ReadLine) -> str:
    told = label(line.name)
    return f"{amount_words(line.quantity)} of {told}" if line.quantity is not None else told


def origin_words(origin: Origin | None, unit: str | None = None) -> str:
    """Return why supply was released, as a clause that starts with a comma; empty where nobody told.

    `unit`: of the quantities that are pegged.
    """
    if origin is None:
        return ""
    in_unit = f" {unit}" if unit else ""
    pegs = listed(f"{peg.quantity}{in_unit} for {peg.demand}" for peg in origin.pegs) if origin.pegs else ""
    trigger = origin.trigger.replace("_", " ") if origin.trigger else ""
    if pegs and trigger:
        return f", just in time {pegs}, the rest just in case ({trigger})"
    if pegs:
        return f", just in time {pegs}"
    return f", just in case ({trigger})" if trigger else ""


def documents_words(documents: Sequence[Document]) -> str:
    """Return the papers of an event as a clause: ` (purchase order 4711)`; empty where there are none."""
    told = listed(f"{document.type.replace('_', ' ')} {document.number}" for document in documents)
    return f" ({told})" if documents else ""


def resource_words(resource: Resource) -> str:
    """Return a machine, tool, line or person by kind and id."""
    return f"{resource.kind} {resource.id}"


def readings_words(values: Sequence[Reading]) -> str:
    """Return measured values as a clause that starts with a colon; empty where there are none."""
    told = listed(
        f"{reading.name} {reading.value if reading.value is not None else reading.text}"
        f"{f' {reading.unit}' if reading.unit else ''}"
        for reading in values
    )
    return f": {told}" if values else ""
