"""`thread findings` and `thread findings close`: what is printed, and what is refused in one line."""

import json
from pathlib import Path

import pytest

from tests.builders import correction, count
from tests.surfaces.cli_shell import Shell

PLANT = """
site P1
day 1, 08:00  receive 100 KGM of STEEL lot S-77 from ACME
day 1, 18:00  count 98 KGM of S-77
day 1, 20:00  hold 5 KGM of S-77 as H-1, because "rust"
"""


@pytest.fixture
def thread(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    shell = Shell(tmp_path, capsys, monkeypatch)
    shell.plant(PLANT)
    return shell


def test_the_list_under_json_is_one_document_with_all_that_a_program_needs(thread: Shell) -> None:
    found = thread("findings", "--kind", "stock", "--json").json

    (one,) = found["findings"]
    assert one["code"] == "stock-missing"
    assert one["subject"]["label"] == "STEEL / S-77 (ACME)"
    assert one["seqs"] == [2]
    assert found["total"] == 1
    assert found["by_severity"] == {"high": 0, "medium": 1, "low": 0}
    assert found["asked"]["hold_days"] == 30
    assert found["ledger"]["size"] == 4


def test_several_kinds_codes_and_severities_may_be_asked_for(thread: Shell) -> None:
    asked = ("findings", "--code", "stock-missing", "--code", "hold-open", "--older-than", "0", "--json")

    assert [one["code"] for one in thread(*asked).json["findings"]] == ["hold-open", "stock-missing"]
    assert thread(*asked, "--severity", "high").json["total"] == 0


def test_a_list_that_is_cut_says_how_to_see_the_rest(thread: Shell) -> None:
    out = thread("findings", "--limit", "1").out

    assert "--limit 5 shows all of them." in out
    assert "5 findings: 2 medium and 3 low." in out


def test_a_plant_without_findings_says_so(thread: Shell) -> None:
    assert thread("findings", "--severity", "high").out == "Nothing to look into.\n"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--kind", "stok"), "'stok' is no kind of finding; it is one of stock, use, names"),
        (("--rules", "fsma"), "'fsma' is no set of rules; it is one of fsma204, eu178, ipc1782-1"),
        (("--kind", "fields"), "fields are missing by a set of rules only; tell rules: one or more of fsma204, eu178"),
        (("--code", "eu178-missing"), "fields are missing by a set of rules only"),
        (("--older-than", "-1"), "Invalid value for '--older-than'"),
        (("--lot", "S-78"), "nothing recorded goes by the name 'S-78'; did you mean STEEL / S-77 (ACME)?"),
        (("close", "x", "--reason", "y"), "there is no finding 'x'; `thread findings --all` lists them"),
        (("close", "stock-missing:2:000000000000", "--reason", "y"), "there is no finding"),
        (("close", "x"), "Missing option '--reason'"),
        (("close", "x", "--reason", "y", "--document", "NC"), "--document 'NC' is not TYPE/NUMBER"),
        (("close", "x", "--reason", "y", "--decision", "maybe"), "Invalid value for '--decision'"),
    ],
)
def test_what_cannot_be_asked_or_closed_is_said_in_one_line(
    thread: Shell, arguments: tuple[str, ...], told: str
) -> None:
    ran = thread("findings", *arguments)

    assert ran.status in {1, 2}
    assert ran.out == ""
    assert ran.err.count("\n") == 1
    assert told in ran.err
    assert thread("findings", "--all", "--json").json["ledger"]["size"] == 4


def test_closing_under_json_tells_the_entry(thread: Shell) -> None:
    (one,) = thread("findings", "--kind", "stock", "--json").json["findings"]

    closed = thread("findings", "close", one["id"], "--reason", "spilled", "--as", "quality-3", "--json")

    assert (closed.status, closed.json["seq"], closed.json["duplicate"]) == (0, 4, False)
    out = thread("findings", "--kind", "stock", "--all").out
    assert "Closed with entry 4, accepted by quality-3 on" in out
    assert "To" not in out


def test_a_finding_that_changed_is_shown_as_open_again(thread: Shell) -> None:
    (one,) = thread("findings", "--kind", "stock", "--json").json["findings"]
    thread("findings", "close", one["id"], "--reason", "spilled", "--as", "quality-3")
    wrong = correction(2, count("97 KGM of S-77"))
    thread("record", thread.file("wrong.json", json.dumps(wrong)))

    out = thread("findings", "--kind", "stock").out

    assert "3 KGM missing since entry 2" in out
    assert "Open again: it has changed since entry 4, accepted by quality-3 on" in out
