"""A bundle: one ZIP file with an answer, the entries that it rests on, and the proofs of both, in a fixed form.

The form is told in `docs/reference/bundles.md`. Equal members give equal bytes: they are stored uncompressed, sorted by
name, without a time. What checks a bundle is `verifier.py`, which shares no code with this module.
"""

from __future__ import annotations

import json
import zipfile
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from io import BytesIO
from typing import Any, Final

from thread.ledger.proofs import Range, nodes_of

__all__ = ["BUNDLE_VERSION", "bundle_bytes", "inclusion_nodes", "json_member", "manifest"]

BUNDLE_FORMAT: Final = "thread-bundle"
BUNDLE_VERSION: Final = 1
MANIFEST: Final = "manifest.json"

_NO_TIME: Final = (1980, 1, 1, 0, 0, 0)
_READABLE: Final = 0o100644 << 16
_UNIX: Final = 3


def json_member(value: object) -> bytes:
    """Return the bytes of a JSON member: sorted keys, no spaces, UTF-8, a newline at the end."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


def inclusion_nodes(seqs: Sequence[int], size: int) -> tuple[tuple[int, int], ...]:
    """Return the complete nodes (level, position) that prove some leaves of a tree, each once, in order.

    `seqs`: ascending, at least one, all below `size`.
    """
    return tuple(sorted(_needed(seqs, (0, size))))


def _needed(seqs: Sequence[int], leaves: Range) -> Iterator[tuple[int, int]]:
    waiting = [leaves]
    while waiting:
        start, end = waiting.pop()
        first = bisect_left(seqs, start)
        if first == len(seqs) or seqs[first] >= end:
            yield from nodes_of((start, end))
        elif end - start > 1:
            middle = start + (1 << ((end - start - 1).bit_length() - 1))
            waiting += [(start, middle), (middle, end)]


def manifest(members: Mapping[str, bytes], *, origin: str, size: int, root: str, question: Mapping[str, Any]) -> bytes:
    """Return the member that says what the bundle is about, and the hash of every other member."""
    return json_member(
        {
            "format": BUNDLE_FORMAT,
            "version": BUNDLE_VERSION,
            "origin": origin,
            "size": size,
            "root": root,
            "question": question,
            "files": {name: sha256(data).hexdigest() for name, data in members.items()},
        }
    )


def bundle_bytes(members: Iterable[tuple[str, bytes]]) -> bytes:
    """Return the bytes of a bundle with these members."""
    written = BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, data in sorted(members):
            about = zipfile.ZipInfo(name, date_time=_NO_TIME)
            about.create_system = _UNIX
            about.external_attr = _READABLE
            archive.writestr(about, data)
    return written.getvalue()
