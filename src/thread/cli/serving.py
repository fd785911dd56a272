"""`thread serve`: the API and its pages, until Ctrl-C."""

from __future__ import annotations

import os
import socket
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import click

from thread.cli.options import Command, ledger_url, wants_json
from thread.cli.output import complain, document, remark
from thread.errors import BadInput

if TYPE_CHECKING:
    from thread_api.settings import Settings

__all__ = ["DEFAULT_HOST", "DEFAULT_PORT", "PortTaken", "checked_port", "serve_command", "serve_ledger"]

DEFAULT_HOST: Final = "127.0.0.1"
DEFAULT_PORT: Final = 8000


class PortTaken(BadInput):
    """The server cannot listen where it was told to."""

    code = "port-taken"

    def __init__(self, *, host: str, port: int, why: str) -> None:
        super().__init__(
            f"cannot listen at {host} port {port}: {why}; tell another with --port", host=host, port=port, why=why
        )


@click.command(cls=Command, name="serve")
@click.option("--host", default=DEFAULT_HOST, show_default=True, metavar="ADDRESS", help="Where to listen.")
@click.option(
    "--port", type=click.IntRange(1, 65_535), default=DEFAULT_PORT, show_default=True, metavar="N", help="Port."
)
@click.option(
    "--checkpoint-every",
    type=click.IntRange(min=1),
    metavar="N",
    help="Sign a checkpoint by itself when N entries are in none.",
)
@click.option(
    "--checkpoint-minutes",
    type=click.FloatRange(min=0, min_open=True),
    metavar="T",
    help="Sign a checkpoint by itself T minutes after the first entry that is in none.",
)
@click.pass_context
def serve_command(
    context: click.Context, *, host: str, port: int, checkpoint_every: int | None, checkpoint_minutes: float | None
) -> None:
    """Serve the API and its pages until Ctrl-C.

    Checkpoints that are signed by itself need the signing keys; if these are sealed, THREAD_KEY_PASSPHRASE opens them.
    """
    from thread_api.settings import settings_from

    checked_port(host, port)
    url = ledger_url(context)
    settings = replace(
        settings_from({**os.environ, "THREAD_LEDGER": url}),
        checkpoint_every=checkpoint_every,
        checkpoint_minutes=checkpoint_minutes,
    )
    serve_ledger(url, host=host, port=port, as_json=wants_json(context), settings=settings)


def checked_port(host: str, port: int) -> None:
    """Find out whether a server can listen there.

    Raises:
        PortTaken: it cannot.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind((host.strip("[]"), port))
    except OSError as error:
        raise PortTaken(host=host, port=port, why=error.strerror or str(error)) from None
    except (UnicodeError, TypeError):
        raise PortTaken(host=ascii(host[:60]), port=port, why="this can be no name of a machine") from None


def serve_ledger(
    url: str, *, host: str, port: int, as_json: bool, announce: bool = True, settings: Settings | None = None
) -> None:
    """Serve the ledger at a URL until Ctrl-C. `announce`: say where. `settings`: None: those of the environment."""
    from thread import open_ledger
    from thread_api.serving import serve
    from thread_api.settings import settings_from

    settings = replace(settings or settings_from({**os.environ, "THREAD_LEDGER": url}), host=host, port=port)
    # Opened once before, so that a ledger that is not there is told before anything else is.
    with open_ledger(url) as ledger:
        origin = ledger.origin
        if settings.checkpoint_every is not None or settings.checkpoint_minutes is not None:
            ledger.signers_at(ledger.size)
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{port}"
    if as_json and announce:
        document({"url": address, "ledger": url, "origin": origin})
    elif announce:
        remark(f"{origin} is served at {address}/docs until Ctrl-C")
    serve(settings, warn=complain, log_level="warning" if as_json else "info")
