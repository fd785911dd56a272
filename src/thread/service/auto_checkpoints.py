"""Checkpoints that a server signs by itself: after so many new entries, or so many minutes after the first new one.

Nobody waits for them: they are signed after those who recorded have their answers, and what goes wrong is logged.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from thread.errors import ThreadError, Unavailable
from thread.ledger import read_checkpoint
from thread.service.ledger_evidence import CheckpointMissing

if TYPE_CHECKING:
    from thread.service.ledger import Ledger

__all__ = ["AutoCheckpoints"]

_LOG: Final = logging.getLogger(__name__)
_SECONDS_BETWEEN_LOOKS: Final = 1.0


class AutoCheckpoints:
    """When the next checkpoint is due, and signing it. For one thread.

    `every`: sign when there are that many entries that no checkpoint counts; None: however many there are. `minutes`:
    sign that long after the first of them was seen; None: however long.
    """

    def __init__(
        self,
        ledger: Ledger,
        *,
        every: int | None,
        minutes: float | None,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ledger = ledger
        self._every = every
        self._after_seconds = None if minutes is None else minutes * 60
        self._seconds = seconds
        self._signed = _signed_size(ledger)
        self._new_since: float | None = None

    @property
    def seconds_to_wait(self) -> float | None:
        """How long at most to wait before `sign_if_due` is asked again [s]; None: for ever."""
        return None if self._every is None and self._after_seconds is None else _SECONDS_BETWEEN_LOOKS

    def sign_if_due(self) -> None:
        """Sign a checkpoint if one is due; what goes wrong is logged, and tried again when the next one is due."""
        if self.seconds_to_wait is None:
            return
        try:
            self._sign_if_due()
        except Unavailable as error:
            _LOG.warning("no checkpoint was signed yet: %s", error.text)
        except ThreadError as error:
            _LOG.error("no checkpoint was signed: %s", error.text)
        except Exception:  # noqa: BLE001 whatever it is, recording goes on
            _LOG.exception("no checkpoint was signed")

    def _sign_if_due(self) -> None:
        size = self._ledger.size
        if size <= self._signed:
            return
        now = self._seconds()
        if self._new_since is None:
            self._new_since = now
        is_many = self._every is not None and size - self._signed >= self._every
        if is_many or (self._after_seconds is not None and now - self._new_since >= self._after_seconds):
            self._sign(size)

    def _sign(self, size: int) -> None:
        try:
            size = read_checkpoint(self._ledger.checkpoint()).checkpoint.size
        except Unavailable:
            raise
        except BaseException:
            self._signed, self._new_since = size, None
            raise
        self._signed, self._new_since = size, None


def _signed_size(ledger: Ledger) -> int:
    try:
        return read_checkpoint(ledger.latest_checkpoint()).checkpoint.size
    except CheckpointMissing:
        return 0
    except ThreadError as error:
        _LOG.warning("the last checkpoint cannot be read: %s", error.text)
        return 0
