"""A database connection that fails at a chosen write, before or after the write took effect."""

from __future__ import annotations

import sqlite3
from typing import Any

__all__ = ["Crash", "FailingConnection", "Plan"]

_WRITES = ("INSERT", "DELETE", "COMMIT", "CREATE", "DROP")


class Crash(BaseException):
    """The machine stopped here."""


class Plan:
    """At which write to stop: counted from 0, None never, COMMIT whichever that is.

    `persists`: the write takes effect before.
    """

    def __init__(self) -> None:
        self.stop_at: int | str | None = None
        self.persists = False
        self.writes = 0

    def arm(self, stop_at: int | str | None, *, persists: bool) -> None:
        self.stop_at, self.persists, self.writes = stop_at, persists, 0

    def reached(self, sql: str) -> bool:
        self.writes += 1
        return sql == self.stop_at or (isinstance(self.stop_at, int) and self.writes == self.stop_at + 1)


class FailingConnection(sqlite3.Connection):
    plan = Plan()

    def execute(self, sql: str, *arguments: Any) -> sqlite3.Cursor:
        return self._done(sql, lambda: super(FailingConnection, self).execute(sql, *arguments))

    def executemany(self, sql: str, *arguments: Any) -> sqlite3.Cursor:
        return self._done(sql, lambda: super(FailingConnection, self).executemany(sql, *arguments))

    def _done(self, sql: str, act: Any) -> sqlite3.Cursor:
        if not sql.lstrip().startswith(_WRITES) or not self.plan.reached(sql):
            cursor: sqlite3.Cursor = act()
            return cursor
        if self.plan.persists:
            act()
        raise Crash(sql)
