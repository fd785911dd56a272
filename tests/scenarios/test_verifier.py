"""The auditor's verifier, asked about the situations that the tests beside it tell, finds what the product does."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bundles import full_world, lists_of, redone
from tests.scenarios.plants import CorePlant
from thread.errors import ThreadError
from thread.genealogy.focus import NothingTold
from thread.genealogy.trace import trace

MOST = 40
"""Lines of a story that is followed, and subjects of it that are asked about; thousands of serials are all alike."""

ASKED = ("lot", "activity", "container", "shipment")


def _stories(path: Path) -> Iterator[str]:
    """Yield the stories of a file that can be told as they stand; what is refused in them is not of interest here."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "tell" and len(node.args) == 1:
            try:
                yield ast.literal_eval(node.args[0])
            except ValueError:
                continue


@pytest.mark.parametrize(
    "path", [path for path in sorted(Path(__file__).parent.glob("test_*.py")) if "tell(" in path.read_text("utf-8")]
)
def test_every_situation_is_traced_alike(path: Path) -> None:
    differing = []
    for story in _stories(path):
        if len(story.splitlines()) > MOST:
            continue
        try:
            plant = CorePlant.of(story)
        except ThreadError:  # the test is about what may not be recorded
            continue
        world = full_world(plant.entries)
        names = sorted({name for kind, name in lists_of(plant.entries) if kind.split(".")[0] in ASKED})
        for name in names[:: 1 + len(names) // MOST]:
            try:
                answer = trace(plant.history, name, direction="both")
            except NothingTold:  # what named it was taken back
                continue
            told, mine = redone(world, answer)
            if told != mine:
                differing.append((story, name))

    assert differing == []
