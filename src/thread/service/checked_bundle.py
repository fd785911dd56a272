"""Checks a bundle with the auditor's verifier, and tells what it refuses as our own error."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from thread.errors import BadInput
from thread.ledger.verifier import BundleUnusable, printed, verify_bundle

__all__ = ["BundleUnreadable", "checked_bundle", "verdict_text"]

verdict_text = printed
"""Returns a verdict as people read it, in the words of the verifier."""


class BundleUnreadable(BadInput):
    """Bytes are no bundle, or a key or fingerprint to check it with is none."""

    code = "bundle-unreadable"

    def __init__(self, *, why: str) -> None:
        super().__init__(why, why=why)


def checked_bundle(data: bytes, *, keys: Sequence[str] = (), fingerprint: str | None = None) -> dict[str, Any]:
    """Return the verdict about a bundle; no ledger is needed.

    `keys`, `fingerprint`: of the ledger, as somebody has them from elsewhere; without them the verdict is not anchored.

    Raises:
        BundleUnreadable: this is no bundle that can be read, or a key or the fingerprint is none.
    """
    try:
        return verify_bundle(data, keys, fingerprint)
    except BundleUnusable as error:
        raise BundleUnreadable(why=str(error)) from None
