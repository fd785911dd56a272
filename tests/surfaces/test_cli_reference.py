"""The reference of the command line is what the commands say about themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from docs.makers.cli import make
from tests.surfaces.cli_shell import Shell

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture
def thread(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    return Shell(tmp_path, capsys, monkeypatch)


def test_the_reference_page_is_the_one_that_its_maker_writes(tmp_path: Path) -> None:
    (tmp_path / "docs" / "reference").mkdir(parents=True)

    make(tmp_path)

    page = Path("docs") / "reference" / "cli.md"
    assert (CHECKOUT / page).read_bytes() == (tmp_path / page).read_bytes()


@pytest.mark.requirement("USE-1")
@pytest.mark.parametrize(
    ("arguments", "members"),
    [
        (("init", "--ledger", "new.db"), {"ledger", "origin", "fingerprint", "size"}),
        (("export", "-o", "out.ndjson"), {"file", "format", "bytes"}),
        (("checkpoint",), {"origin", "size", "root", "checkpoint", "file"}),
        (
            ("record", "plant.ndjson"),
            {
                "recorded",
                "duplicates",
                "master_data",
                "rejected",
                "first_seq",
                "last_seq",
                "entries",
                "entries_left_out",
            },
        ),
        (("balance", "S-77"), {"lot", "unit", "in", "out", "difference", "findings", "serial_of"}),
        (("trace", "S-77"), {"directed", "multigraph", "graph", "nodes", "edges"}),
        (
            ("verify",),
            {"ok", "size", "root", "checked", "problems", "fingerprint", "current_fingerprint", "anchored"},
        ),
        (("keys", "list"), {"origin", "fingerprint", "current_fingerprint", "size", "keys"}),
        (("keys", "rotate"), {"seq", "fingerprint", "next_key"}),
        (
            ("keys", "export"),
            {"state", "fingerprint", "keys", "seq", "first_size", "last_size", "origin", "private", "file"},
        ),
        (
            ("recall", "scope", "S-77"),
            {
                "start",
                "lots",
                "containers",
                "customers",
                "totals",
                "complete",
                "frontier",
                "gaps",
                "removed_by",
                "ledger",
            },
        ),
    ],
)
def test_the_documents_of_the_commands_have_the_members_that_the_reference_names(
    thread: Shell, arguments: tuple[str, ...], members: set[str]
) -> None:
    thread.plant()

    assert set(thread(*arguments, "--json").json) == members
