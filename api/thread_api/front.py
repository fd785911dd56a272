"""What happens to every request before it is routed, and to every answer before it leaves.

Requests are routed by their path as it was sent. A lot's name is a URI full of slashes: percent-encoded it is one part
of the path, and stays one only if nothing is decoded before the route is found.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import Any, Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from thread_api.metrics import Metrics
from thread_api.problems import HostUnknown, problem

__all__ = ["Front"]

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Front:
    """Checks whom a request is addressed to, routes it by its path as sent, and measures it."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics, hosts: frozenset[str] | None) -> None:
        self._app = app
        self._metrics = metrics
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = perf_counter()
        status = 500

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message).setdefault("X-Content-Type-Options", "nosniff")
            await send(message)

        inner = _as_sent(scope)
        try:
            await self._answer(inner, receive, sent)
        finally:
            route = getattr(inner.get("route"), "path", "other")
            method = scope["method"] if scope["method"] in _METHODS else "other"
            self._metrics.answered(method=method, route=route, status=status, seconds=perf_counter() - started)

    async def _answer(
        self, scope: Scope, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        host = _host(scope)
        if self._hosts is None or host in self._hosts:
            await self._app(scope, receive, send)
            return
        error = HostUnknown(host=host)
        self._metrics.rejected(error.code)
        await problem(error)(scope, receive, send)


def _as_sent(scope: Scope) -> dict[str, Any]:
    """Return a request with its path undecoded, and HEAD as the GET whose body is left out."""
    raw = scope.get("raw_path") or scope["path"].encode()
    method = "GET" if scope["method"] == "HEAD" else scope["method"]
    return {**scope, "path": raw.decode("latin-1"), "method": method}


def _host(scope: Scope) -> str:
    """Return the name that a request is addressed to, without its port."""
    told = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "").lower()
    name, colon, port = told.rpartition(":")
    return name if colon and port.isdecimal() else told
