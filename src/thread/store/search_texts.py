"""By which texts a thing can be found: the codes in its name, and what events say that it is called.

Pure, and one function for a fresh entry and for a replay, so the search index is the same either way. Personal data is
no text here: of a private name its digest is told, and the value behind it is read from the table where it can be
erased.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from thread.store.facts import code_in
from thread.values.gs1_keys import pairs_of
from thread.values.names import is_uri, label, parts, short_forms

__all__ = [
    "EARLIER",
    "KINDS",
    "LATER",
    "PRIVATE_NAME",
    "Called",
    "kind_of",
    "may_tell",
    "texts_of_event",
    "texts_of_name",
]

KINDS: Final = (
    "lot",
    "order",
    "shipment",
    "container",
    "document",
    "item",
    "party",
    "place",
    "vessel",
    "resource",
    "hold",
    "activity",
    "serial",
)
"""What can be found, in the order in which it is listed. An activity is a split, merge, relabelling or rework."""

PRIVATE_NAME: Final = "name"
"""Name of the personal values that somebody can be found by."""

EARLIER: Final = "earlier label"
LATER: Final = "later label"
"""Codes that are found, and are no name of the lot: the goods bore them before, or after, they were relabelled."""

_PLAIN_KINDS: Final = frozenset(KINDS) - {"lot", "serial", "order", "vessel", "activity"}
_DIVIDED: Final = {"lot": frozenset({"serial"}), "activity": frozenset({"order", "vessel"})}
"""Kinds of subject in which people see several kinds of thing."""

_TELLS: Final = re.compile(rb'"(?:supplier_lots|marks|udi|relabelled|[a-z]+_defined|epcis_captured)"')
_TYPED: Final = re.compile(r"(?P<type>[^/:]+)/(?P<number>.+)", re.DOTALL)
_READ_KINDS: Final = {"lot": "lot", "serial": "lot", "unknown": "lot", "container": "container", "item": "item"}


class Called(NamedTuple):
    """An event says that a subject is called something. `by`: what kind of name that is; `text` may be a digest."""

    kind: str
    name: str
    by: str
    text: str


def kind_of(kind: str, name: str, origin: str) -> str | None:
    """Return what people call the kind of a subject, None if it is not looked for (entries, ids of others' events)."""
    if kind not in _DIVIDED:
        return kind if kind in _PLAIN_KINDS else None
    own = f"https://{origin}/"
    # The first part of a name of ours says it; a whole look at each of many names would be half of indexing them.
    said = name[len(own) :].partition("/")[0] if name.startswith(own) else parts(name, origin)["kind"]
    return said if said in _DIVIDED[kind] else "lot" if kind == "lot" else "activity"


def texts_of_name(kind: str, name: str, origin: str) -> tuple[str, ...]:
    """Return the texts that a subject goes by because of its name, the shortest form first.

    >>> texts_of_name("lot", "https://plant.example/site/P1/lot/STEEL/S%2077~2", "plant.example")
    ('S 77',)
    >>> texts_of_name("document", "despatch_advice/DN-4711", "plant.example")
    ('DN-4711', 'despatch_advice/DN-4711')
    """
    if kind in {"document", "resource"} and not is_uri(name):
        typed = _TYPED.fullmatch(name)
        return (typed["number"], name) if typed else (name,)
    if name.startswith(f"https://{origin}/"):
        return (code_in(name),)
    if not is_uri(name):
        return (name,)
    if pairs_of(name.partition("~")[0]):
        return tuple(dict.fromkeys((code_in(name), *_without_slashes(name), label(name))))
    told = (code_in(name), label(name), name) if parts(name, origin)["kind"] == "unknown" else (code_in(name),)
    return tuple(dict.fromkeys(told))


def _without_slashes(name: str) -> Iterator[str]:
    return (form for form in short_forms(name) if "/" not in form)


def may_tell(data: bytes) -> bool:
    """Tell whether an entry may say that something is called something; quick, and never wrong where it says no."""
    return _TELLS.search(data) is not None


def texts_of_event(event: Mapping[str, Any]) -> Iterator[Called]:
    """Yield what a recorded event says that things are called, beside their names; a correction, what it embeds."""
    match event["type"]:
        case "received" | "declared":
            yield from _of_lot(event)
        case "batch_produced" | "split" | "merged" | "relabelled" | "reworked":
            for line in event["outputs"]:
                yield from _of_lot(line)
            if event["type"] == "relabelled":
                yield from _relabelled(event)
        case "item_defined":
            yield from _described(event, "item", event["item"])
        case "party_defined":
            yield from _described(event, "party", event["party"])
        case "place_defined":
            yield from _described(event, "place", event["place"])
        case "resource_defined":
            resource = event["resource"]
            yield from _described(event, "resource", f"{resource['kind']}/{resource['id']}")
        case "epcis_captured":
            yield from _as_captured(event["reading"])
        case "corrected":
            for one in event.get("replaced_by") or ():
                yield from texts_of_event(one)
        case _:
            pass


def _of_lot(told: Mapping[str, Any]) -> Iterator[Called]:
    lot = told["lot"]
    yield from (Called("lot", lot, "supplier lot", code) for code in told.get("supplier_lots") or ())
    yield from (Called("lot", lot, "printed mark", mark) for mark in told.get("marks") or ())
    if told.get("udi"):
        yield Called("lot", lot, "UDI", told["udi"])


def _relabelled(event: Mapping[str, Any]) -> Iterator[Called]:
    """Yield the code on the other label: goods are looked for by either."""
    before = [line["lot"] for line in event["inputs"] if line.get("lot")]
    after = [line["lot"] for line in event["outputs"]]
    yield from (Called("lot", new, EARLIER, code_in(old)) for new in after for old in before)
    yield from (Called("lot", old, LATER, code_in(new)) for new in after for old in before)


def _described(event: Mapping[str, Any], kind: str, name: str) -> Iterator[Called]:
    for field in ("label", "description"):
        if event.get(field):
            yield Called(kind, name, field, event[field])
    for field in ("gtin", "gln"):
        if event.get(field):
            forms = dict.fromkeys((*_without_slashes(event[field]), code_in(event[field])))
            yield from (Called(kind, name, field.upper(), form) for form in forms)
    private = event.get(PRIVATE_NAME)
    if isinstance(private, dict):
        yield Called(kind, name, "private name", private["digest"])


def _as_captured(reading: Mapping[str, Any]) -> Iterator[Called]:
    fields: Iterable[str] = ("inputs", "outputs", "contents", "components", "lots")
    for line in (line for field in fields for line in reading.get(field) or ()):
        if line.get("as_given"):
            yield Called(_READ_KINDS[line["kind"]], line["name"], "name as captured", line["as_given"])
