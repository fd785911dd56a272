"""What the server is told before it starts: which ledger, where it listens, and how much it reads from one request."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

__all__ = ["DEFAULT_LEDGER", "DEFAULT_PORT", "Settings", "exposure_warning", "is_loopback", "settings_from"]

DEFAULT_LEDGER: Final = "sqlite:///thread.db"
DEFAULT_PORT: Final = 8000
_LOCAL_NAMES: Final = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one server.

    `ledger`: database URL. `hosts`: names that the server goes by beside those of this machine, for requests are taken
    only if they are addressed to such a name (their Host header, without the port). `site`: the site of receipts that
    name none. Limits are in bytes.
    """

    ledger: str = DEFAULT_LEDGER
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    hosts: frozenset[str] | None = None
    site: str | None = None
    event_bytes: int = 1_000_000
    """Longest event, line of a batch, or question."""
    document_bytes: int = 32_000_000
    """Longest EPCIS document; it is read as a whole."""
    batch_bytes: int = 4_000_000_000
    """Longest batch; it waits on disk, not in memory."""
    checkpoint_every: int | None = None
    """Sign a checkpoint by itself when so many entries are in none; None: however many there are."""
    checkpoint_minutes: float | None = None
    """Sign a checkpoint by itself so long after the first entry that is in none; None: however long."""

    @property
    def accepted_hosts(self) -> frozenset[str] | None:
        """Names that a request may be addressed to; None: any, for others are served and no name is told.

        A server that only this machine reaches answers to the names of this machine alone. Otherwise a page of the
        web could have its own name resolved to 127.0.0.1 and talk to the ledger through the reader's browser.
        """
        if self.hosts is None and not is_loopback(self.host):
            return None
        return frozenset({*_LOCAL_NAMES, self.host.lower(), *(self.hosts or ())})


def settings_from(environment: Mapping[str, str]) -> Settings:
    """Return the settings that environment variables tell: THREAD_LEDGER, THREAD_HOSTS (with commas), THREAD_SITE."""
    told = environment.get("THREAD_LEDGER") or DEFAULT_LEDGER
    hosts = frozenset(name.strip().lower() for name in environment.get("THREAD_HOSTS", "").split(",") if name.strip())
    return Settings(
        ledger=told if "://" in told else f"sqlite:///{told}",
        hosts=hosts or None,
        site=environment.get("THREAD_SITE") or None,
    )


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach a server that listens at `host`.

    >>> is_loopback("127.0.0.1"), is_loopback("0.0.0.0")
    (True, False)
    """
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def exposure_warning(settings: Settings) -> str | None:
    """Return what whoever starts the server has to know if others than this machine can reach it, else None."""
    if is_loopback(settings.host):
        return None
    return (
        f"the server listens at {settings.host}, where other machines reach it, and this release asks nobody who they"
        " are: whoever reaches it reads the whole ledger and can record in it under any name. Put a proxy that checks"
        " who is there in front of it, or serve at 127.0.0.1"
    )
