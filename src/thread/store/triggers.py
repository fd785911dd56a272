"""The triggers that make the tables append-only: are they all there and as we made them, and putting them back."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from thread.store.tables import APPEND_ONLY, KEPT, KEPT_WHERE_NEEDED, triggers_of

__all__ = ["TriggerFault", "put_back", "trigger_faults"]


class TriggerFault(NamedTuple):
    """What is wrong with the triggers of a table, in one sentence."""

    code: str
    text: str


def trigger_faults(connection: sqlite3.Connection) -> tuple[TriggerFault, ...]:
    """Return for each append-only table which of its triggers are missing or altered, and which are not ours."""
    found: list[TriggerFault] = []
    for table in APPEND_ONLY:
        if not _is_there(connection, table):
            continue
        ours, stored = _ours(table), _stored(connection, table)
        missing = [name for name in ours if name not in stored]
        altered = [name for name in ours if name in stored and stored[name] != ours[name]]
        others = [name for name in stored if name not in ours]
        if missing:
            text = (
                f"{_named(missing)} of the table {table} {_is(missing)} missing, so SQLite lets rows there be changed"
            )
            found.append(TriggerFault("trigger-missing", f"{text}; `thread rebuild` puts back what is missing."))
        if altered:
            text = f"{_named(altered)} of the table {table} {_is(altered)} not as thread made it"
            found.append(TriggerFault("trigger-altered", f"{text}; `thread rebuild` makes it anew."))
        if others:
            text = f"{_named(others)} of the table {table} {_is(others)} not of thread and may change what is recorded"
            found.append(TriggerFault("trigger-foreign", f"{text}; find out who made it, and drop it."))
    return tuple(found)


def put_back(connection: sqlite3.Connection) -> None:
    """Make the triggers of the tables that are never made anew as they should be, inside the open transaction."""
    for table in (*KEPT, *(name for name in KEPT_WHERE_NEEDED if _is_there(connection, name))):
        stored = _stored(connection, table)
        for name, statement in _ours(table).items():
            if stored.get(name) != statement:
                connection.execute(f"DROP TRIGGER IF EXISTS {name}")
                connection.execute(statement)


def _is_there(connection: sqlite3.Connection, table: str) -> bool:
    """Return whether a table is there, or has to be."""
    if table not in KEPT_WHERE_NEEDED:
        return True
    found = connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (table,))
    return found.fetchone() is not None


def _ours(table: str) -> dict[str, str]:
    return {statement.split()[2]: statement for statement in triggers_of(table)}


def _stored(connection: sqlite3.Connection, table: str) -> dict[str, str]:
    found = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", (table,))
    return dict(found.fetchall())


def _named(names: list[str]) -> str:
    return f"The trigger {names[0]}" if len(names) == 1 else f"The triggers {', '.join(names[:-1])} and {names[-1]}"


def _is(names: list[str]) -> str:
    return "is" if len(names) == 1 else "are"
