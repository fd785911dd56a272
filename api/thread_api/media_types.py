"""Which of the forms that a resource has is the one that a request's Accept header asks for (RFC 9110, 12.5.1)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from thread_api.problems import NotAcceptable

__all__ = ["preferred"]

_QUALITY: Final = re.compile(r"q\s*=\s*(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)", re.IGNORECASE)


def preferred(accept: str | None, offered: Sequence[str]) -> str:
    """Return the form to answer in, the first of `offered` where the request does not care.

    Raises:
        NotAcceptable: the request takes none of them.

    >>> preferred("application/octet-stream, */*;q=0.1", ("application/json", "application/octet-stream"))
    'application/octet-stream'
    """
    if accept is None or not accept.strip():
        return offered[0]
    ranges = [_range(part) for part in accept.split(",") if part.strip()]
    best = max(offered, key=lambda form: _weight(form, ranges))
    if not _weight(best, ranges):
        raise NotAcceptable(offered=offered)
    return best


def _range(part: str) -> tuple[str, float]:
    name, *parameters = (one.strip() for one in part.split(";"))
    told = next((found for one in parameters if (found := _QUALITY.fullmatch(one))), None)
    return name.lower(), float(told[1]) if told else 1.0


def _weight(form: str, ranges: Sequence[tuple[str, float]]) -> float:
    """Return how much a form is wanted; the most exact range that covers it says so."""
    for wanted in (form, f"{form.partition('/')[0]}/*", "*/*"):
        told = [quality for name, quality in ranges if name == wanted]
        if told:
            return max(told)
    return 0.0
