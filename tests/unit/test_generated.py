"""What commands make is what lies in the checkout: nobody edits it by hand, and nobody forgets to make it again."""

import importlib
import shutil
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
FOLDERS = ("docs", "fixtures", "src/thread/demo")
MAKERS = sorted(
    f"{folder.replace('/', '.')}.{path.stem}"
    for folder in ("fixtures/makers", "docs/makers")
    for path in (CHECKOUT / folder).glob("*.py")
)


def files(root: Path) -> dict[str, bytes]:
    """Return every file under the folders that makers write to, caches apart."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for folder in FOLDERS
        for path in (root / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.mark.parametrize("name", MAKERS)
def test_making_it_again_changes_no_file(name: str, tmp_path: Path) -> None:
    for folder in FOLDERS:
        if (CHECKOUT / folder).is_dir():
            shutil.copytree(CHECKOUT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    if str(CHECKOUT) not in sys.path:
        sys.path.insert(0, str(CHECKOUT))

    importlib.import_module(name).make(tmp_path)

    kept, made = files(CHECKOUT), files(tmp_path)
    changed = sorted(path for path in kept.keys() | made.keys() if kept.get(path) != made.get(path))
    assert changed == [], "run `make fixtures docs` and look at what changed"


def test_there_is_something_to_make() -> None:
    assert {"fixtures.makers.events", "fixtures.makers.names", "docs.makers.events"} <= set(MAKERS)
