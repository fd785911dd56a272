"""What a name says: its parts, the short forms that people type for it, and the label that tables show.

Reads names that are made already: ours, GS1 Digital Links, GDST URNs. Nothing here decides what a text means; that is
`names.normalise`, and among several lots the ledger.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from thread.errors import NameMalformed
from thread.values.gs1_keys import GS1_HOST, KEYS, Kind, pairs_of
from thread.values.uri import code_of, is_uri

__all__ = ["kind_of_uri", "label", "parts", "short_forms"]

_SHAPES: Final = (
    ("lot", "site/{site}/lot/{item}/{lot}"),
    ("lot", "party/{party}/lot/{item}/{lot}"),
    ("run", "order/{site}/{order}/run/{run}"),
    ("order", "order/{site}/{order}/{step}"),
    ("order", "order/{site}/{order}"),
    ("shipment", "shipment/{site}/{shipment}"),
    ("vessel", "vessel/{site}/{place}"),
    ("serial", "serial/{item}/{serial}"),
    ("place", "place/{site}/{place}"),
    ("resource", "resource/{resource_kind}/{resource}"),
    ("event", "event/{event}"),
    ("container", "container/{container}"),
    ("item", "item/{item}"),
    ("party", "party/{party}"),
)
_SUFFIXES: Final[Mapping[str, str]] = {
    "lot": r"(?:~(?P<life>[0-9]+))?",
    "vessel": r"(?:#(?P<fill>[0-9]+))?",
}


def _pattern(kind: str, shape: str) -> re.Pattern[str]:
    segments = shape.replace("{step}", "(?P<step>out)")
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/?#~]+)", segments) + _SUFFIXES.get(kind, ""))


_OURS: Final = tuple((kind, _pattern(kind, shape)) for kind, shape in _SHAPES)
_ANYBODYS: Final = tuple((kind, re.compile(r"https://[^?#\s]+/" + form.pattern)) for kind, form in _OURS)

_GS1_LEVEL: Final[Mapping[str, str]] = {"10": "lot", "21": "serial", "235": "serial", "8011": "serial"}

_GDST = re.compile(
    r"urn:gdst:[^:]+:(product:lot:class|product:serial:obj|product:class|lpn:obj|location:loc|party):(.+)"
)
_GDST_KINDS: Final[Mapping[str, Kind]] = {
    "product:lot:class": "lot",
    "product:serial:obj": "serial",
    "product:class": "item",
    "lpn:obj": "container",
    "location:loc": "place",
    "party": "party",
}


def kind_of_uri(name: str) -> Kind:
    """Return what a URI outside GS1 says that it names: GDST URNs do (GDST 1.2), others are "unknown"."""
    found = _GDST.fullmatch(name)
    return _GDST_KINDS[found[1]] if found else "unknown"


def parts(name: str, origin: str) -> dict[str, str]:
    """Return what a name is put together from, decoded, under the keys of its kind; `kind` is always there.

    Lots: `site` or `party`, `item`, `lot`, and `life` from the second on. GS1: the value under its key's title in small
    letters (`gtin`, `sscc`, `gln` ...), `lot` or `serial`, and `item` as the name of the GTIN. A vessel's run: `fill`.

    >>> parts("https://example.com/site/P/lot/STEEL/S%2077", "example.com")
    {'kind': 'lot', 'site': 'P', 'item': 'STEEL', 'lot': 'S 77'}
    >>> parts("https://id.gs1.org/01/09506000134352/10/A", "example.com")["item"]
    'https://id.gs1.org/01/09506000134352'
    """
    if name.startswith(prefix := f"https://{origin}/"):
        own = _matched(name.removeprefix(prefix), _OURS)
        return own or {"kind": "unknown"}
    return _gs1_parts(name) or {"kind": kind_of_uri(name)}


def _matched(name: str, shapes: tuple[tuple[str, re.Pattern[str]], ...]) -> dict[str, str]:
    for kind, shape in shapes:
        if found := shape.fullmatch(name):
            try:
                return {"kind": kind} | {key: code_of(told) for key, told in found.groupdict().items() if told}
            except NameMalformed:
                return {}
    return {}


def _gs1_parts(name: str) -> dict[str, str]:
    base, _, life = name.partition("~")
    pairs = pairs_of(base)
    if not pairs:
        return {}
    ai, value = pairs[0]
    found = {"kind": str(KEYS[ai].kind), KEYS[ai].title.lower().replace(" ", "_"): value}
    if ai == "8003" and len(value) == 14:
        found["kind"] = "item"
    for lower, told in pairs[1:]:
        level = _GS1_LEVEL.get(lower, "extension")
        found[level] = told
        found["kind"] = level if level != "extension" else found["kind"]
    if KEYS[ai].kind == "item":
        found["item"] = "/".join((GS1_HOST.rstrip("/"), *base.removeprefix(GS1_HOST).split("/")[:2]))
    return found | ({"life": life} if life else {})


@lru_cache(maxsize=65_536)
def label(name: str) -> str:
    """Return the short label of a name, as tables show it; what is no name of a known form is shown by its last part.

    >>> label("https://example.com/site/P/lot/STEEL/S-77")
    'STEEL / S-77'
    >>> label("https://example.com/party/ACME/lot/STEEL/S-77~2")
    'STEEL / S-77~2 (ACME)'
    >>> label("https://id.gs1.org/01/09506000134352/10/ABC")
    '(01)09506000134352(10)ABC'
    """
    base, _, life = name.partition("~")
    if pairs := pairs_of(base):
        return "".join(f"({ai}){value}" for ai, value in pairs) + (f"~{life}" if life else "")
    told = _matched(name, _ANYBODYS)
    if told:
        return _own_label(told)
    if found := _GDST.fullmatch(name):
        return found[2]
    return _last_part(name)


def _own_label(told: Mapping[str, str]) -> str:
    match told["kind"]:
        case "lot":
            life = f"~{told['life']}" if "life" in told else ""
            assigner = f" ({_bare(told['party'])})" if "party" in told else ""
            return f"{_bare(told['item'])} / {told['lot']}{life}{assigner}"
        case "serial":
            return f"{_bare(told['item'])} / {told['serial']}"
        case "run":
            return f"{told['order']} / {told['run']}"
        case "order":
            return f"{told['order']} / {told['step']}" if "step" in told else told["order"]
        case "vessel":
            return f"{_bare(told['place'])} #{told['fill']}" if "fill" in told else _bare(told["place"])
        case kind:
            return _bare(told[kind])


def _bare(name: str) -> str:
    """Return the code inside a name: a GTIN without its brackets, another URI by its label."""
    pairs = pairs_of(name)
    return "/".join(value for _, value in pairs) if pairs else label(name)


def _last_part(name: str) -> str:
    if not is_uri(name):
        return name
    if name[:4].lower() == "urn:":
        return name.split(":", 2)[2]
    try:
        split = urlsplit(name)
        return code_of(split.path.rstrip("/").rpartition("/")[2]) or split.netloc or name
    except (ValueError, NameMalformed):
        return name


def short_forms(name: str) -> tuple[str, ...]:
    """Return what people may type for a name beside the name itself, the shortest first; several names may share one.

    >>> short_forms("https://example.com/site/P/lot/STEEL/S-77")
    ('S-77', 'STEEL/S-77', 'P/STEEL/S-77', 'STEEL / S-77')
    """
    return tuple(dict.fromkeys(form for form in (*_forms(name), label(name)) if form != name))


def _forms(name: str) -> Iterator[str]:
    base = name.partition("~")[0]
    told = _gs1_parts(name) or _matched(name, _ANYBODYS)
    kind = told.get("kind", "")
    life = [f"~{told['life']}", ""] if "life" in told else [""]
    if "item" in told and (code := told.get("lot") or told.get("serial")):
        yield from (code + end for end in life)
        for item in _item_forms(told["item"]):
            yield from (f"{item}/{code}{end}" for end in life)
        if assigner := told.get("site") or told.get("party"):
            yield from (f"{_bare(assigner)}/{_bare(told['item'])}/{code}{end}" for end in life)
    elif kind == "run":
        yield from (f"{told['order']}/{told['run']}", f"{told['site']}/{told['order']}/{told['run']}")
    elif pairs := pairs_of(base):
        yield from _item_forms(base)
        yield "/".join(value for _, value in pairs)
    elif kind and "step" not in told and "fill" not in told:
        code = _bare(told["place" if kind == "vessel" else kind])
        yield code
        yield from (f"{_bare(told[above])}/{code}" for above in ("site", "resource_kind") if above in told)


def _item_forms(item: str) -> Iterator[str]:
    """Give an item as people write it: a GTIN at 14 digits, and without the zeros that filled it up."""
    code = _bare(item)
    yield code
    if item.startswith(f"{GS1_HOST}01/"):
        yield from (code[-length:] for length in (13, 12, 8) if code.startswith("0" * (14 - length)))
