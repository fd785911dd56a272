"""What is odd about captured events, collected while they are read; each thing with its place (JSON Pointer)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from thread.events.captured import ReadingFinding

__all__ = ["Findings", "pointer"]

_MOST_FINDINGS: Final = 1_000


class Findings:
    """Collects what is odd about one event, each with the place in its text (JSON Pointer)."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], ReadingFinding] = {}

    def add(self, code: str, path: Iterable[str | int], text: str) -> None:
        """Note one thing once."""
        place = pointer(path)
        if len(self._found) < _MOST_FINDINGS:
            self._found.setdefault((code, place), ReadingFinding(code=code, path=place, text=text[:4_000]))

    def all(self) -> tuple[ReadingFinding, ...]:
        """Everything noted, in the order noted."""
        return tuple(self._found.values())


def pointer(path: Iterable[str | int]) -> str:
    """Return names and positions as a JSON Pointer (RFC 6901).

    >>> pointer(("ilmd", "https://example.com/a", 0))
    '/ilmd/https:~1~1example.com~1a/0'
    """
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)
