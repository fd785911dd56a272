"""JSON that every reader understands in the same way, read by a fast one; all else is left to `json_text`.

A fast reader keeps the last of two equal names, and whole numbers of any length are whole numbers to it. So a text is
taken only where neither can have happened, and where it is JSON without a doubt.
"""

from __future__ import annotations

from typing import Any, Final

import orjson

__all__ = ["needs_care", "quickly_read"]

_MOST_BRACKETS: Final = 60
_MAY_HIDE_A_NAME: Final = (b"\\u", b'" ', b'"\t', b'"\n', b'"\r')
"""A name can be written with escapes, or with space before its colon."""


def quickly_read(data: bytes) -> dict[str, Any] | None:
    """Return the object that a JSON text holds; None where a careful reader must look at the text.

    What comes back is what the careful one would give; a number with a fraction or an exponent is a float.

    >>> quickly_read(b'{"lot": "S-77", "v": 1}')
    {'lot': 'S-77', 'v': 1}
    >>> quickly_read(b'{"lot": "S-77", "lot": "S-78"}') is None
    True
    """
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError:
        return None
    if type(value) is not dict or data.count(b"{") + data.count(b"[") > _MOST_BRACKETS or needs_care(data, value):
        return None
    return value


def needs_care(data: bytes, value: dict[str, Any]) -> bool:
    """Tell whether only a careful reader can say that no name stands twice in an object, or that a number is whole.

    `value`: what a fast reader made of the text; what stood twice is lost in it. A name ends in a quotation mark and a
    colon, and so do few other things, which are written again as they were read.
    """
    for mark in _MAY_HIDE_A_NAME:
        if mark in data:
            return True
    try:
        again = orjson.dumps(value, option=orjson.OPT_STRICT_INTEGER)
    except orjson.JSONEncodeError:
        return True
    return data.count(b'":') != again.count(b'":')
