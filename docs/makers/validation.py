"""Makes the table of requirements and the tests that show them, for whoever validates an installation.

Requirements stand in `docs/requirements.toml`; a test says which it shows with `@pytest.mark.requirement("TRC-1")`, and
which situation from the floor it tells with `@pytest.mark.scenario(7)`. A requirement without a test, and a test of a
requirement that nobody wrote down, stop the maker.
"""

from __future__ import annotations

import ast
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

__all__ = ["make", "shown", "told"]

_CHECKOUT: Final = Path(__file__).resolve().parents[2]

_INTRO: Final = """\
# Validation: requirements and the tests that show them

Generated from `docs/requirements.toml` and the markers on the tests by `make docs`; do not edit.

Whoever validates an installation (GAMP 5; ISO 13485 section 4.1.6, to which 21 CFR 820 refers since February 2026; EU
GMP Annex 11 section 4) needs, for each requirement, its risk, where it comes from, and a test that shows it. Each test
below is a sentence; its file says how it is shown. CI fails where a requirement has no test.

## How to make a record of it

On the machine that is to be qualified, in a checkout of the release that is to be used:

```
make setup
.venv/bin/pytest -m requirement --junit-xml=validation.xml
```

`validation.xml` names each test with its result and duration; keep it with the version (`thread --version`) and the
hash of `requirements.lock`, which fixes every library. Conformance tests are skipped, with the reason, where the
published vectors are not at hand.

*Risk* is what a fault would do: **high**, a wrong answer about material or evidence; **medium**, lost work or a late
answer; **low**, an inconvenience."""

_SCENARIOS: Final = """
## Situations from real floors

Each is told as a test in plain words, in `tests/scenarios`.

| number | tests |
|---|---|"""


def make(root: Path) -> None:
    """Write `docs/validation.md`."""
    (root / "docs" / "validation.md").write_text("\n".join(_page()) + "\n", encoding="utf-8")


def told() -> dict[str, dict[str, Any]]:
    """Return each requirement that is written down, by its id, in the order of the file."""
    document = _document()
    return {requirement["id"]: requirement for requirement in document["requirement"]}


def shown(marker: str) -> dict[str, list[tuple[str, str]]]:
    """Return what the tests are marked with: each argument of the marker, with the files and names of its tests.

    A marker of a whole module (`pytestmark`) stands with an empty name.
    """
    tests: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for path in sorted((_CHECKOUT / "tests").rglob("test_*.py")):
        file = path.relative_to(_CHECKOUT).as_posix()
        for name, expression in _markers(ast.parse(path.read_text(encoding="utf-8"))):
            for call in ast.walk(expression):
                if isinstance(call, ast.Call) and ast.unparse(call.func) == f"pytest.mark.{marker}":
                    for argument in call.args:
                        tests[str(ast.literal_eval(argument))].append((file, name))
    return dict(tests)


def _markers(module: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    for node in module.body:
        if isinstance(node, ast.FunctionDef):
            yield from ((node.name, decorator) for decorator in node.decorator_list)
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark":
            yield "", node.value


def _document() -> Mapping[str, Any]:
    return tomllib.loads((_CHECKOUT / "docs" / "requirements.toml").read_text(encoding="utf-8"))


def _page() -> Iterator[str]:
    requirements, tests = told(), shown("requirement")
    if missing := sorted(requirements.keys() - tests.keys()):
        raise SystemExit(f"no test shows the requirements {', '.join(missing)}: mark one in tests/")
    if unknown := sorted(tests.keys() - requirements.keys()):
        raise SystemExit(f"tests show requirements that docs/requirements.toml does not hold: {', '.join(unknown)}")
    yield _INTRO
    for area in _document()["area"]:
        yield f"\n## {area['title']}\n\n| id | requirement | risk | asked for by | shown by |\n|---|---|---|---|---|"
        for identity, requirement in requirements.items():
            if identity.rpartition("-")[0] == area["id"]:
                source = ", ".join(requirement["source"])
                cells = (identity, requirement["text"], requirement["risk"], source, _links(tests[identity]))
                yield f"| {' | '.join(cells)} |"
    yield _SCENARIOS
    for number, told_by in sorted(shown("scenario").items(), key=lambda item: int(item[0])):
        yield f"| {number} | {_links(told_by)} |"


def _links(tests: list[tuple[str, str]]) -> str:
    return "<br>".join(f"[{_sentence(file, name)}](../{file})" for file, name in tests)


def _sentence(file: str, name: str) -> str:
    if not name:
        docstring = ast.get_docstring(ast.parse((_CHECKOUT / file).read_text(encoding="utf-8"))) or file
        return docstring.partition("\n")[0].rstrip(".")
    words = name.removeprefix("test_").replace("_", " ")
    return words[:1].upper() + words[1:]
