"""What the documentation tells a reader to type works, and prints what the page shows."""

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


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: page.stem)
def test_every_command_of_the_page_prints_what_the_page_shows(page: Path, tmp_path: Path) -> None:
    wrong = follow(page, tmp_path)

    assert not wrong, "\n\n".join(wrong)


def test_the_tutorial_is_among_the_pages() -> None:
    assert "find-a-recall" in {page.stem for page in _PAGES}


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
