"""A real server on the loopback interface, with a ledger of its own, and a client that speaks HTTP to it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
import uvicorn

from thread import Ledger
from thread_api import examples
from thread_api.app import create_app
from thread_api.settings import Settings

ORIGIN = "plant.example"


@contextmanager
def serving(settings: Settings, ledger: Ledger) -> Iterator[str]:
    """Run a server in a thread of its own; yield its address, and stop it gracefully."""
    # With the protocol told, asyncio sends small answers at once instead of waiting for an acknowledgement.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(create_app(settings, ledger), log_level="error", server_header=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="server")
    thread.start()
    try:
        with httpx2.Client(transport=httpx2.HTTPTransport(retries=20)) as client:
            while not server.started and thread.is_alive():
                threading.Event().wait(0.01)
            client.get(f"http://127.0.0.1:{port}/v1/health").raise_for_status()
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(timeout=30)
        listener.close()


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """Return a fresh ledger of the origin `plant.example`."""
    with Ledger.create(f"sqlite:///{tmp_path}/thread.db", origin=ORIGIN) as made:
        yield made


@pytest.fixture
def address(ledger: Ledger) -> Iterator[str]:
    """Return the address of a server of the ledger."""
    with serving(Settings(), ledger) as told:
        yield told


@pytest.fixture
def http(address: str) -> Iterator[httpx2.Client]:
    """Return a client of a server of the ledger."""
    with httpx2.Client(base_url=address, timeout=60) as client:
        yield client


@pytest.fixture
def frames(http: httpx2.Client) -> httpx2.Client:
    """Return a client of a server whose ledger tells that frames F-0303 were made of tube H-4711."""
    http.post("/v1/events", json=examples.EVENT).raise_for_status()
    http.post("/v1/events/batch", json=examples.BATCH).raise_for_status()
    return http
