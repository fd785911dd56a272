"""The application: routes, what stands in front of them, and the ledger that they ask.

`uvicorn --factory thread_api.app:create_app` serves the ledger that THREAD_LEDGER names; `thread serve` does the same
with more comfort.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, nullcontext
from functools import partial
from typing import cast

from fastapi import Depends, FastAPI
from fastapi_offline import FastAPIOffline
from starlette.middleware import Middleware

from thread import Ledger, __version__, open_ledger
from thread.events.reading import build_models
from thread.service import AutoCheckpoints, GroupWriter
from thread_api.asking import only_known_parameters
from thread_api.description import TITLE, describe
from thread_api.front import Front
from thread_api.metrics import Metrics
from thread_api.problems import HandlesErrors
from thread_api.routes import ROUTERS
from thread_api.settings import Settings, settings_from

__all__ = ["create_app"]


def create_app(settings: Settings | None = None, ledger: Ledger | None = None) -> FastAPI:
    """Return the application.

    `settings`: None takes those of the environment. `ledger`: an open one, which stays open; None opens the one that
    the settings name when the server starts, and closes it when it stops.
    """
    told = settings or settings_from(os.environ)
    build_models()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        with nullcontext(ledger) if ledger is not None else open_ledger(told.ledger) as opened:
            app.state.ledger = opened
            # Closed before the ledger is: what was accepted is recorded and answered first.
            checkpoints = AutoCheckpoints(opened, every=told.checkpoint_every, minutes=told.checkpoint_minutes)
            with closing(GroupWriter(opened, checkpoints=checkpoints)) as app.state.writer:
                yield

    metrics = Metrics(lambda: cast("Ledger", app.state.ledger).size)
    app = FastAPIOffline(
        title=TITLE,
        version=__version__,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        swagger_ui_parameters={"validatorUrl": None, "displayRequestDuration": True, "docExpansion": "list"},
        middleware=[Middleware(Front, metrics=metrics, hosts=told.accepted_hosts)],
        exception_handlers=HandlesErrors(metrics.rejected).handlers(),
        dependencies=[Depends(only_known_parameters)],
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.metrics = metrics
    app.state.settings = told
    for router in ROUTERS:
        app.include_router(router)
    app.openapi = partial(describe, app)  # type: ignore[method-assign]  # FastAPI's documented way
    return app
