"""What the documentation tells a reader to type works, and prints what the page shows."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import Command, SavedFile, follow, steps_of, what_is_missing

_DOCS = Path(__file__).resolve().parents[2] / "docs"
_PAGES = sorted(
    page
    for folder in ("tutorial", "how-to")
    for page in (_DOCS / folder).glob("*.md")
    if steps_of(page.read_text("utf-8"))
)


@pytest.mark.requirement("USE-2")
@pytest.mark.parametrize("page", _PAGES, ids=lambda page: page.stem)
def test_every_command_of_the_page_prints_what_the_page_shows(page: Path, tmp_path: Path) -> None:
    wrong = follow(page, tmp_path)

    assert not wrong, "\n\n".join(wrong)


def test_the_tutorial_is_among_the_pages() -> None:
    assert "find-a-recall" in {page.stem for page in _PAGES}


@pytest.mark.requirement("USE-2")
def test_what_the_readme_says_to_type_works_in_its_order(tmp_path: Path) -> None:
    own_ledger = (_DOCS.parent / "README.md").read_text("utf-8").split("## Your own ledger")[1].split("\n## ")[0]
    typed = own_ledger.split("```sh\n")[1].split("```")[0]
    rows = re.findall(r"^\|[^|]*\| (`thread .*) \|$", own_ledger, re.MULTILINE)
    asked = [command for row in rows for command in re.findall(r"`(thread [^`]*)`", row)]
    assert len(rows) == 11

    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    ran = subprocess.run(
        ["/bin/sh", "-e", "-c", "\n".join([typed, *asked])],
        cwd=tmp_path,
        env={"HOME": str(tmp_path), "PATH": programs, "LC_ALL": "C.UTF-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=60,
        check=False,
    )

    assert ran.returncode == 0, ran.stdout


def test_every_page_for_readers_is_linked_from_the_readme() -> None:
    readme = (_DOCS.parent / "README.md").read_text("utf-8")
    folders = ("tutorial", "how-to", "explanation", "reference")

    pages = [page for folder in folders for page in (_DOCS / folder).glob("*.md")]

    assert [page.name for page in pages if f"(docs/{page.parent.name}/{page.name})" not in readme] == []


def test_signing_keys_of_a_ledger_that_is_tried_out_are_not_for_git() -> None:
    tried = [
        *("thread.db", "thread-demo.db", "thread-demo.db-wal", "thread-demo.db.keys/ed25519", "thread.keys/ed25519"),
        *("plant.db.keys/ed25519", "elsewhere/plant.db.keys/ed25519"),
    ]
    root = _DOCS.parent
    if not (root / ".git").exists():
        pytest.skip("this is no checkout")

    told = subprocess.run(
        ["git", "check-ignore", *tried], cwd=root, stdout=subprocess.PIPE, encoding="utf-8", timeout=60, check=False
    )

    assert told.stdout.split() == tried


def test_a_page_is_read_as_commands_with_their_output_and_files_to_save() -> None:
    page = "Text\n\n```json a.json\n{}\n```\n\n```console\n$ thread lot A\nA  5 KGM\n…\n$ ls\n```\n\n```sh\nmake\n```\n"

    steps = steps_of(page)

    assert steps == (SavedFile("a.json", "{}\n"), Command("thread lot A", ("A  5 KGM", "…")), Command("ls"))


def test_a_shown_line_that_does_not_come_or_comes_in_another_order_is_missing() -> None:
    output = "one\ntwo, 17 entries\nthree\n"

    assert what_is_missing(("one", "…", "three"), output) is None
    assert what_is_missing(("two, … entries",), output) is None
    assert what_is_missing(("three", "one"), output) == "one"
    assert what_is_missing(("four",), output) == "four"
