"""thread: a traceability ledger.

Offers `open_ledger`, `Ledger`, `Trace` and `ThreadError`, and imports what stands behind a name when the name is first
asked for: NetworkX, SQLModel and FastAPI cost a second to import, and `thread --version` needs none of them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from thread.errors import ThreadError
    from thread.genealogy.trace import Trace
    from thread.service import Ledger, open_ledger

__all__ = ["Ledger", "ThreadError", "Trace", "__version__", "open_ledger"]

__version__ = "0.1.0"

_HOMES = {
    "Ledger": "thread.service",
    "ThreadError": "thread.errors",
    "Trace": "thread.genealogy.trace",
    "open_ledger": "thread.service",
}


def __getattr__(name: str) -> object:
    """Return the public name `name`, imported now (PEP 562)."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    offered: object = getattr(import_module(home), name)
    globals()[name] = offered
    return offered


def __dir__() -> list[str]:
    """Return what `dir(thread)` lists, the lazy names included."""
    return sorted({*globals(), *__all__})
