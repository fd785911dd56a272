"""Who records: the name told with `--actor`, which is only asserted, or the user of the operating system."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING

from thread.errors import BadInput

if TYPE_CHECKING:
    from thread.service import Actor

__all__ = ["ActorUnknown", "actor_of"]


class ActorUnknown(BadInput):
    """Nobody says who records."""

    code = "actor-unknown"

    def __init__(self) -> None:
        super().__init__("the operating system does not say who you are; tell it with --actor ID")


def actor_of(told: str | None) -> Actor:
    """Return who records.

    Raises:
        ActorUnknown: nobody told, and the operating system does not know either.
        NameMalformed: what was told can be no id.
    """
    from thread.service import Actor
    from thread.values.uri import told as as_told

    if told is not None:
        return Actor(as_told(told), "asserted")
    try:
        return Actor(getpass.getuser(), "os-user")
    except (KeyError, OSError):
        raise ActorUnknown from None
