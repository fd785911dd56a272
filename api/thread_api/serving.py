"""Runs the server until it is told to stop: requests that are under way are answered first, then the ledger closes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import uvicorn

from thread import open_ledger
from thread_api.app import create_app
from thread_api.settings import Settings, exposure_warning

__all__ = ["serve"]

_PATIENCE_SECONDS: Final = 30


def serve(settings: Settings, *, warn: Callable[[str], None], log_level: str = "info") -> None:
    """Serve a ledger until SIGINT or SIGTERM.

    `warn`: told what whoever starts the server has to know, before it starts.

    Raises:
        ThreadError: the ledger cannot be opened.
    """
    text = exposure_warning(settings)
    if text is not None:
        warn(text)
    with open_ledger(settings.ledger) as ledger:
        uvicorn.run(
            create_app(settings, ledger),
            host=settings.host,
            port=settings.port,
            log_level=log_level,
            server_header=False,
            timeout_graceful_shutdown=_PATIENCE_SECONDS,
        )
