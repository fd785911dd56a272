"""Answers as bytes: equal answers are equal bytes, so what the core prints is written once and never re-modelled."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import orjson
from starlette.responses import Response

__all__ = ["JsonAnswer", "json_answer"]


class JsonAnswer(Response):
    """A JSON document, written by one serialiser in the order in which its members are given."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """Return the bytes of the document."""
        return orjson.dumps(content)


def json_answer(content: Any, *, status: int = HTTPStatus.OK, headers: dict[str, str] | None = None) -> JsonAnswer:
    """Return a value as the answer to a request."""
    return JsonAnswer(content, status, headers)
