"""Reads a ledger's file with sqlite3, json and hashlib only, and says what is wrong; shares no code with thread."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

__all__ = ["entries_of", "problems_of", "table_dump"]


def entries_of(path: Path) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(path)) as connection:
        return [json.loads(data) for (data,) in connection.execute("SELECT bytes FROM entries ORDER BY seq")]


def problems_of(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        rows = list(connection.execute("SELECT seq, bytes FROM entries ORDER BY seq"))
        keys = dict(connection.execute("SELECT key, seq FROM keys"))
        ids = {event_id.hex(): seq for event_id, seq in connection.execute("SELECT id, seq FROM event_ids")}
        nodes = {(level, idx): node for level, idx, node in connection.execute("SELECT level, idx, hash FROM nodes")}
        corrections = set(connection.execute("SELECT seq, correction FROM corrections"))
        types = dict(connection.execute("SELECT type, seq FROM types"))
    found = [*_chain_problems(rows), *_tree_problems([data for _, data in rows], nodes)]
    entries = [json.loads(data) for _, data in rows]
    expected_ids = {entry["event"]["id"].replace("-", ""): entry["seq"] for entry in entries}
    expected_keys = {entry["key"]: entry["seq"] for entry in entries if entry["key"] != entry["event"]["id"]}
    expected_corrections = {
        (entry["event"]["seq"], entry["seq"]) for entry in entries if entry["event"]["type"] == "corrected"
    }
    first_of_type: dict[str, int] = {}
    for entry in entries:
        is_later = first_of_type.setdefault(entry["event"]["type"], entry["seq"]) < entry["seq"]
        if is_later and entry["event"]["type"] == "ledger.key":
            first_of_type[f"ledger.key#{entry['seq']}"] = entry["seq"]
    for name, stored, expected in (
        ("event ids", ids, expected_ids),
        ("keys", keys, expected_keys),
        ("corrections", corrections, expected_corrections),
        ("types", types, first_of_type),
    ):
        if stored != expected:
            found.append(f"{name} are not those of the entries")
    return found


def _chain_problems(rows: list[tuple[int, bytes]]) -> list[str]:
    found = []
    before, last_time = bytes(32), ""
    for place, (seq, data) in enumerate(rows):
        entry = json.loads(data)
        canonical = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        if seq != place or entry["seq"] != place:
            found.append(f"row {place} has seq {seq}")
        if canonical != data:
            found.append(f"entry {seq} is not canonical")
        if entry["prev"] != before.hex():
            found.append(f"entry {seq} does not follow the one before")
        if entry["recorded_at"] <= last_time:
            found.append(f"entry {seq} is not later than the one before")
        before, last_time = sha256(b"\x00" + data).digest(), entry["recorded_at"]
    return found


def _tree_problems(entries: list[bytes], nodes: dict[tuple[int, int], bytes]) -> list[str]:
    level = [sha256(b"\x00" + data).digest() for data in entries]
    expected: dict[tuple[int, int], bytes] = {}
    height = 0
    while len(level) > 1:
        height += 1
        level = [sha256(b"\x01" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)]
        expected |= {(height, index): node for index, node in enumerate(level)}
    return [] if expected == nodes else ["tree nodes are not those of the entries"]


def table_dump(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table, in key order; of the search index, which is topped up by questions, none."""
    dump: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    with closing(sqlite3.connect(path)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for name in sorted(name for name in names if not name.startswith("search_")):
            dump[name] = sorted(connection.execute(f"SELECT * FROM {name}"))
        dump["meta"] = [row for row in dump["meta"] if row[0] != "search"]
    return dict(dump)
