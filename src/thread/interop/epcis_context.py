"""JSON-LD prefixes of EPCIS documents: what `gdst:productOwner` means, and contexts put together for export.

Only what EPCIS needs of JSON-LD 1.1 is read: prefixes that the document itself declares, and those of the published
EPCIS context, which every EPCIS document names. Nothing is ever fetched; a context at another address stays unread, and
that is said. Sources: JSON-LD 1.1, sections 3.1 and 4.1; the EPCIS 2.0 context.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from thread.errors import EpcisContextsDiffer
from thread.interop.json_text import JsonValue

__all__ = ["EPCIS_CONTEXT", "STANDARD_PREFIXES", "declared_prefixes", "expanded", "merged_context", "unread_contexts"]

EPCIS_CONTEXT: Final = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
"""What stands in a document of ours that has no other context."""

STANDARD_PREFIXES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "epcis": "https://ref.gs1.org/epcis/",
        "cbv": "https://ref.gs1.org/cbv/",
        "cbvmda": "urn:epcglobal:cbv:mda:",
        "gs1": "https://gs1.org/voc/",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "owl": "http://www.w3.org/2002/07/owl#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
        "dcterms": "http://purl.org/dc/terms/",
    }
)
"""Prefixes of the published EPCIS context. They are protected: a document cannot change them."""

_PUBLISHED: Final = re.compile(r"https?://[^?#]*/epcis-context(-simple)?(\.jsonld|\.json)?/?", re.IGNORECASE)


def declared_prefixes(*contexts: JsonValue) -> Mapping[str, str]:
    """Return what each prefix stands for, the standard ones included; a later context replaces an earlier one."""
    found: dict[str, str] = {}
    for context in contexts:
        for part in _parts(context):
            if isinstance(part, dict):
                found |= {name: uri for name, term in part.items() if (uri := _uri(name, term)) is not None}
    return MappingProxyType({**found, **STANDARD_PREFIXES})


def unread_contexts(context: JsonValue) -> tuple[str, ...]:
    """Return the addresses of contexts that are neither written out in the document nor the published one of EPCIS."""
    return tuple(part for part in _parts(context) if isinstance(part, str) and not _PUBLISHED.fullmatch(part))


def expanded(name: str, prefixes: Mapping[str, str]) -> str:
    """Return a compact URI in full; anything else as it is.

    >>> expanded("gs1:Temperature", STANDARD_PREFIXES), expanded("https://example.com/1", STANDARD_PREFIXES)
    ('https://gs1.org/voc/Temperature', 'https://example.com/1')
    """
    prefix, colon, rest = name.partition(":")
    namespace = prefixes.get(prefix) if colon and not rest.startswith("//") else None
    return name if namespace is None else namespace + rest


def merged_context(contexts: Iterable[JsonValue]) -> JsonValue:
    """Return one context that gives every prefix the meaning that it has in each of `contexts`.

    Raises:
        EpcisContextsDiffer: two contexts use one prefix for two namespaces.
    """
    told = [context for context in contexts if context is not None]
    if not told:
        return EPCIS_CONTEXT
    if all(context == told[0] for context in told):
        return told[0]
    meanings: dict[str, str] = {}
    parts: list[Any] = []
    for part in (part for context in told for part in _parts(context)):
        for name, term in part.items() if isinstance(part, dict) else ():
            uri = _uri(name, term) or repr(term)
            if meanings.setdefault(name, uri) != uri:
                raise EpcisContextsDiffer(prefix=name, one=meanings[name], other=uri)
        if part not in parts:
            parts.append(part)
    return parts


def _parts(context: JsonValue) -> list[Any]:
    if context is None:
        return []
    return context if isinstance(context, list) else [context]


def _uri(name: str, term: object) -> str | None:
    if name.startswith("@"):
        return None
    uri = term.get("@id") if isinstance(term, dict) else term
    if not isinstance(uri, str) or uri.startswith("@") or not uri:
        return None
    return expanded(uri, STANDARD_PREFIXES)
