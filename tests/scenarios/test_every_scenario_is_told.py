"""The table of situations from real floors: each that belongs to this release has a test of its own."""

from __future__ import annotations

import ast
from pathlib import Path

RECORDING_TRACE_CUSTODY_ACCEPTANCE = frozenset(
    {*range(1, 14), 16, 17, *range(20, 27), *range(29, 37), 40, 41, *range(43, 51)}
)
"""Numbers of the situations that concern these; the others concern amounts, or recalls and reconciliation."""


def _told() -> set[int]:
    """Return the numbers that the tests beside this file are marked with."""
    files = sorted(Path(__file__).parent.glob("test_*.py"))
    calls = (node for file in files for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call))
    return {ast.literal_eval(call.args[0]) for call in calls if ast.unparse(call.func) == "pytest.mark.scenario"}


def test_every_situation_of_this_release_is_told_and_no_other() -> None:
    assert _told() == RECORDING_TRACE_CUSTODY_ACCEPTANCE
