"""Draw a real trace of the demo plant for the README: columns by distance, sources left, customers right."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from html import escape
from pathlib import Path
from typing import Any

COLUMN, ROW, WIDTH, HEIGHT, MARGIN = 196, 50, 170, 36, 16
FILL = {"lot": "#eef4fb", "activity": "#f4f1ea", "container": "#f0f0f0", "shipment": "#e9f5ec"}
STROKE = {"lot": "#2b5c8a", "activity": "#7a6a45", "container": "#777777", "shipment": "#2f7d46"}


def columns(nodes: list[dict[str, Any]], edges: list[dict[str, Any]]) -> dict[str, int]:
    """Give each node the column of its longest way from a source; loops count once."""
    ahead = defaultdict(list)
    for edge in edges:
        ahead[edge["source"]].append(edge["target"])
    column = {node["id"]: 0 for node in nodes}
    for _ in range(len(nodes)):
        moved = False
        for source, targets in ahead.items():
            for target in targets:
                if target != source and column[target] < column[source] + 1 <= len(nodes):
                    column[target] = column[source] + 1
                    moved = True
        if not moved:
            break
    return column


def rows(column: dict[str, int], edges: list[dict[str, Any]]) -> dict[str, int]:
    """Order each column by the mean row of its neighbours to the left, a few sweeps, ties by name."""
    near = defaultdict(list)
    for edge in edges:
        near[edge["target"]].append(edge["source"])
        near[edge["source"]].append(edge["target"])
    row: dict[str, int] = {}
    by_column: dict[int, list[str]] = defaultdict(list)
    for name in sorted(column):
        by_column[column[name]].append(name)
        row[name] = len(by_column[column[name]]) - 1
    for _ in range(8):
        for names in by_column.values():
            names.sort(key=lambda name: (sum(row[n] for n in near[name]) / max(1, len(near[name])), name))
            row.update({name: place for place, name in enumerate(names)})
    return row


def without_frames(
    nodes: list[dict[str, Any]], edges: list[dict[str, Any]]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Leave out what only holds an order with runs together, where no material stands between it and the runs."""
    flows = [edge for edge in edges if edge["kind"] != "structure"]
    touched = {edge[end] for edge in flows for end in ("source", "target")}
    kept = {node["id"] for node in nodes if node["id"] in touched}
    links = [edge for edge in edges if edge["source"] in kept and edge["target"] in kept]
    return [node for node in nodes if node["id"] in kept], links


def words(node: dict[str, Any]) -> tuple[str, str]:
    """Return the two lines of text of a node."""
    name = str(node["id"])
    last = name.rsplit("/", maxsplit=1)[-1].split("#", maxsplit=1)[0]
    if node["kind"] == "lot":
        item = str(node["item"] or "").rsplit("/", maxsplit=1)[-1]
        modes = [mode for mode, amount in node["origin"].items() if amount != "0"]
        return f"{item} {node['lot'] or last}", f"{node['quantity']} {node['unit']}  {'+'.join(modes)}"
    if node["kind"] == "shipment":
        return f"shipment {last}", str(node["customer"] or "").rsplit("/", maxsplit=1)[-1]
    if "/order/" in name:
        number, _, run = name.split("/order/")[1].split("/", 1)[1].partition("/run/")
        return f"order {number}", f"run {run}" if run else "whole order"
    return last, node["kind"]


def picture(trace: dict[str, Any]) -> str:
    """Return an answer as SVG. Dashed: possible, but not in time."""
    nodes, edges = without_frames(trace["nodes"], trace["edges"])
    column, focus = columns(nodes, edges), trace["graph"]["focus"]
    row = rows(column, edges)
    width = MARGIN * 2 + (max(column.values()) + 1) * COLUMN - (COLUMN - WIDTH)
    height = MARGIN * 2 + (max(row.values()) + 1) * ROW

    filled: dict[int, int] = defaultdict(int)
    for name in row:
        filled[column[name]] += 1

    def corner(name: str) -> tuple[int, int]:
        spare = max(filled.values()) - filled[column[name]]
        return MARGIN + column[name] * COLUMN, MARGIN + row[name] * ROW + spare * ROW // 2

    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
            ' font-family="system-ui, sans-serif" font-size="12" role="img" aria-label="genealogy of one lot">'
        ),
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
    ]
    for edge in edges:
        (x1, y1), (x2, y2) = corner(edge["source"]), corner(edge["target"])
        x1, y1, y2 = x1 + WIDTH, y1 + HEIGHT // 2, y2 + HEIGHT // 2
        middle = (x1 + x2) // 2
        dash = "" if edge["in_time"] else ' stroke-dasharray="4 4"'
        parts.append(
            f'<path d="M{x1} {y1} C{middle} {y1} {middle} {y2} {x2} {y2}" fill="none" stroke="#9aa5b1"{dash}/>'
        )
    for node in nodes:
        x, y = corner(node["id"])
        first, second = (escape(text) for text in words(node))
        thick = "3" if node["id"] == focus else "1.2"
        dash = "" if node["in_time"] else ' stroke-dasharray="4 4"'
        parts.append(
            f'<rect x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="{4 if node["kind"] == "lot" else 14}"'
            f' fill="{FILL[node["kind"]]}" stroke="{STROKE[node["kind"]]}" stroke-width="{thick}"{dash}/>'
        )
        parts.append(f'<text x="{x + 9}" y="{y + 15}" fill="#1c2733">{first}</text>')
        parts.append(f'<text x="{x + 9}" y="{y + 29}" fill="#5b6773" font-size="10.5">{second}</text>')
    return "\n".join([*parts, "</svg>", ""])


LOT = "FRAME-RAW/F-12"
"""A lot in the middle of the plant: two runs, a subcontracted part, pallets and four customers."""


def make(root: Path) -> None:
    """Record the demo plant in a ledger of its own, ask for one trace, and draw the answer."""
    with tempfile.TemporaryDirectory() as folder:
        program = str(Path(sys.executable).with_name("thread"))
        thread = [program, "--ledger", f"sqlite:///{folder}/demo.db"]
        subprocess.run([*thread, "demo", "--no-serve"], check=True, capture_output=True)
        answer = subprocess.run([*thread, "trace", LOT, "--both", "--json"], check=True, capture_output=True)
    target = root / "docs/images/trace.svg"
    target.parent.mkdir(exist_ok=True)
    target.write_text(picture(json.loads(answer.stdout)), encoding="utf-8")
