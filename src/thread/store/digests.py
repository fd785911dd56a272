"""The salted digest by which an entry names a value that lies beside it and may be erased.

In the manner of SD-JWT (RFC 9901, section 4.2): the digest is the base64url of SHA-256 over the base64url of the JSON
array `[salt, name, value]`, in canonical form.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Final

from thread.errors import ThreadError
from thread.ledger import canonical_bytes

__all__ = ["FOREIGN_TEXT", "digest_of", "fits"]

FOREIGN_TEXT: Final = "text"
"""The name under which the digest of a captured text is made."""


def digest_of(salt: str, name: str, value: str) -> str:
    """Return the digest of a salted value, 43 characters of base64url.

    >>> digest_of("2GLC42sKQveCfGfryNRN9w", "printed_name", "A. Weber")
    'YTWhBXTibp4AsUn2pkYqWnAZLVwzRsjwGZm1M1eMlmc'
    """
    disclosure = _base64url(canonical_bytes([salt, name, value]))
    return _base64url(sha256(disclosure.encode()).digest())


def fits(digest: str, salt: str, name: str, value: str) -> bool:
    """Tell whether a stored value is the one that its digest was made of."""
    try:
        return digest_of(salt, name, value) == digest
    except ThreadError:
        return False


def _base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
