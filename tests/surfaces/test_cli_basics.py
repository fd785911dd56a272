"""What holds for every command: options before and after it, exit status, one line for what is wrong, a quick start."""

from __future__ import annotations

import os
import pty
import re
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.surfaces.cli_shell import PROGRAM, Shell, receipts

SLOW = {"cryptography", "fastapi", "networkx", "numpy", "pydantic", "rich", "sqlalchemy", "sqlmodel", "uvicorn"}


@pytest.fixture
def thread(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    return Shell(tmp_path, capsys, monkeypatch)


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_version_and_help_come_at_once(thread: Shell, option: str) -> None:
    fastest = 60.0
    for _ in range(5):
        before = processor_seconds()
        ran = thread.program(option)
        fastest = min(fastest, processor_seconds() - before)

    assert ran.status == 0
    assert fastest <= 0.3


def processor_seconds() -> float:
    """Return the processor time of all ended child processes; other work on the machine does not count in it."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_version_and_help_import_nothing_slow(option: str) -> None:
    code = (
        "import sys, thread.cli.main as cli; status = cli.main(sys.argv[1:]);"
        "print('imported', *{name.split('.')[0] for name in sys.modules})"
    )

    ran = subprocess.run([sys.executable, "-c", code, option], check=True, capture_output=True, text=True)

    assert set(ran.stdout.splitlines()[-1].split()) & SLOW == set()


def test_the_version_is_the_one_of_the_package(thread: Shell) -> None:
    import thread as package

    assert thread.program("--version").out == f"thread {package.__version__}\n"


def test_help_lists_every_command_with_what_it_does(thread: Shell) -> None:
    out = thread("--help").out

    for command in ("init", "record", "import", "export", "lot", "trace", "balance", "recall", "checkpoint", "verify"):
        assert f"\n  {command} " in out
    assert re.search(r"\n  trace +Show where LOT came from and where it went\.\n", out)


def test_help_cuts_no_sentence_of_any_command(thread: Shell) -> None:
    told = thread("--help").out.split("Commands:\n")[1].split("\n\n")[0].splitlines()

    assert len(told) >= 14
    assert [line for line in told if not line.endswith(".") or line.endswith("...")] == []


def test_options_for_all_commands_work_before_and_after_the_command(thread: Shell) -> None:
    thread.plant()
    elsewhere = ("--ledger", "sqlite:///elsewhere.db")
    thread(*elsewhere, "init")

    before = thread(*elsewhere, "--json", "export")
    after = thread("export", *elsewhere, "--json")

    assert before == after
    assert len(before.json) == 1


def test_the_option_after_the_command_wins(thread: Shell) -> None:
    thread("init", "--ledger", "one.db")
    thread("init", "--ledger", "two.db")

    origin_of_two = thread("--ledger", "two.db", "checkpoint", "--json").json["origin"]

    assert thread("--ledger", "one.db", "checkpoint", "--ledger", "two.db", "--json").json["origin"] == origin_of_two


def test_the_environment_names_the_ledger_and_the_option_overrules_it(
    thread: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THREAD_LEDGER", "sqlite:///told.db")

    assert thread("init", "--json").json["ledger"] == "sqlite:///told.db"
    assert thread("init", "--json", "--ledger", "other.db").json["ledger"] == "sqlite:///other.db"


def test_without_anything_told_the_ledger_is_thread_db_here(thread: Shell) -> None:
    thread("init")

    assert (thread.folder / "thread.db").is_file()


def test_a_ledger_that_is_not_there_is_told_in_one_line(thread: Shell) -> None:
    ran = thread("trace", "S-77")

    assert ran.status == 1
    assert ran.out == ""
    assert ran.err == "thread: there is no ledger at thread.db; make one with `thread init`\n"


def test_an_unknown_command_is_bad_usage_with_a_near_one(thread: Shell) -> None:
    ran = thread("trase", "S-77")

    assert ran.status == 2
    assert ran.err == ("thread: No such command 'trase', did you mean 'trace'; `thread --help` tells what it takes\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ("trace",),
        ("trace", "S-77", "--depth", "many"),
        ("trace", "S-77", "--depth", "-1"),
        ("trace", "S-77", "--bogus"),
        ("export", "--format", "xml"),
        ("serve", "--port", "0"),
        ("record",),
        ("recall",),
        ("recall", "scope"),
        ("verify", "--checkpoint", "missing.txt"),
        ("erase", "no digest", "--yes"),
    ],
)
def test_bad_usage_is_one_line_on_standard_error_and_status_2(thread: Shell, arguments: tuple[str, ...]) -> None:
    ran = thread(*arguments)

    assert ran.status == 2
    assert ran.err.startswith("thread: ")
    assert ran.err.count("\n") == 1


def test_without_a_command_the_help_is_shown_and_the_status_is_2(thread: Shell) -> None:
    ran = thread()

    assert ran.status == 2
    assert ran.out.startswith("Usage: thread ")
    assert ran.err == "thread: no command is given; `thread --help` lists them\n"


@pytest.mark.requirement("USE-1")
def test_under_json_an_error_is_one_document_and_the_same_line_on_standard_error(thread: Shell) -> None:
    ran = thread("--json", "trace", "S-77")

    assert ran.status == 1
    assert ran.json == {
        "error": {
            "code": "ledger-missing",
            "text": "there is no ledger at thread.db; make one with `thread init`",
            "facts": {"path": "thread.db"},
        }
    }
    assert ran.err == f"thread: {ran.json['error']['text']}\n"


def test_under_json_bad_usage_is_one_document_too(thread: Shell) -> None:
    ran = thread("trace", "--json", "--bogus")

    assert ran.status == 2
    assert ran.json["error"]["code"] == "usage"
    assert ran.err == f"thread: {ran.json['error']['text']}\n"


def test_an_unknown_lot_is_answered_with_names_that_look_like_it(thread: Shell) -> None:
    thread.plant()

    ran = thread("trace", "S77")

    assert ran.status == 1
    assert ran.out == ""
    assert ran.err.startswith("thread: nothing recorded goes by the name 'S77'")
    assert "did you mean STEEL / S-77 (ACME)" in ran.err
    assert thread("trace", "S77", "--json").json["error"]["facts"]["near"][0] == (
        "https://plant.example/party/ACME/lot/STEEL/S-77"
    )


@pytest.mark.requirement("NAM-2")
def test_a_short_name_of_several_lots_is_answered_with_the_list(thread: Shell) -> None:
    thread.plant(
        """
        day 1, 08:00  receive 5 KGM of STEEL lot 26-14 from ACME
        day 1, 08:00  receive 5 MTR of FILM lot 26-14 from EMBAL
        """
    )

    ran = thread("balance", "26-14")

    assert ran.status == 2
    assert ran.out == ""
    first, _, *rows = ran.err.splitlines()
    assert first.startswith("thread: lot '26-14' may be any of ")
    assert [row.split("  ")[0] for row in rows] == ["STEEL / 26-14 (ACME)", "FILM / 26-14 (EMBAL)"]
    assert thread("balance", "26-14", "--json").json["error"]["facts"]["candidates"] == [
        "https://plant.example/party/ACME/lot/STEEL/26-14",
        "https://plant.example/party/EMBAL/lot/FILM/26-14",
    ]


def test_a_reader_that_closes_the_pipe_early_sees_no_traceback(thread: Shell) -> None:
    thread("init")
    thread("record", thread.file("many.ndjson", receipts(500)))

    ran = subprocess.run(
        f"{PROGRAM} export | head -n 1; echo ${{PIPESTATUS[0]}}",
        check=True,
        shell=True,
        executable="/bin/bash",
        capture_output=True,
        text=True,
        cwd=thread.folder,
    )

    assert ran.stderr == ""
    assert ran.stdout.splitlines()[-1] == "141"


def test_ctrl_c_ends_in_one_line_and_status_130(thread: Shell) -> None:
    thread("init")
    running = subprocess.Popen(
        [str(PROGRAM), "record", "-", "--each"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=thread.folder,
    )
    assert running.stdin is not None
    running.stdin.write(receipts(1).encode())
    running.stdin.flush()
    while thread("lot", "S-1").status:
        time.sleep(0.05)
    assert thread("checkpoint").status == 0  # its turn comes when the recording of the line is over
    time.sleep(1)

    running.send_signal(signal.SIGINT)

    assert running.wait(timeout=30) == 130
    assert running.stderr is not None
    assert running.stderr.read().decode() == "thread: stopped\n"
    for stream in (running.stdin, running.stdout, running.stderr):
        assert stream is not None
        stream.close()


def in_terminal(folder: Path, *arguments: str, **environment: str) -> str:
    """Return what a terminal of 60 columns is sent."""
    parent, child = pty.openpty()
    try:
        running = subprocess.Popen(
            [str(PROGRAM), *arguments],
            stdin=child,
            stdout=child,
            stderr=child,
            cwd=folder,
            env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "60", **environment},
        )
        os.close(child)
        told = b""
        while True:
            try:
                chunk = os.read(parent, 65_536)
            except OSError:
                break
            if not chunk:
                break
            told += chunk
        running.wait(timeout=30)
    finally:
        os.close(parent)
    return told.decode()


def test_colour_is_for_terminals_only(thread: Shell) -> None:
    thread.plant()

    assert "\x1b[1m" in in_terminal(thread.folder, "trace", "F-1")
    assert "\x1b" not in thread.program("trace", "F-1").out


def test_no_color_is_obeyed(thread: Shell) -> None:
    thread.plant()

    told = in_terminal(thread.folder, "trace", "F-1", NO_COLOR="1")

    assert "\x1b[3" not in told
    assert "STEEL / S-77" in told


def test_piped_tables_are_neither_cut_nor_wrapped(thread: Shell) -> None:
    code = "LOT-" + "X" * 180
    thread.plant(f"day 1, 08:00  receive 5 KGM of STEEL lot {code} from ACME")

    ran = thread.program("trace", code, "--table", environment={"COLUMNS": "40"})

    assert any(f"STEEL / {code} (ACME)" in line for line in ran.out.splitlines())


@pytest.mark.requirement("SEC-3")
def test_control_characters_of_entries_never_reach_the_terminal(thread: Shell) -> None:
    thread("init", "--origin", "plant.example")
    event = receipts(1).replace('"S-1"', '"S-1\\u009b2J"')
    thread("record", thread.file("odd.ndjson", event))

    ran = thread("trace", "S-1\x9b2J")

    assert "\x9b" not in ran.out + ran.err


def test_output_that_the_terminal_cannot_encode_is_no_error(thread: Shell) -> None:
    thread.plant()

    ran = thread.program("trace", "F-1", environment={"PYTHONIOENCODING": "ascii"})

    assert ran.status == 0
    assert "STEEL / S-77" in ran.out


def test_an_empty_name_of_a_ledger_is_refused_instead_of_taking_the_one_that_is_here(thread: Shell) -> None:
    thread.plant()

    ran = thread("--ledger", "", "lot", "S-77")

    assert ran.status == 2
    assert ran.err.startswith("thread: --ledger names no ledger; ")


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-"])
def test_a_closed_stream_is_no_reason_to_fall_over(thread: Shell, closed: str) -> None:
    thread.plant()

    ran = subprocess.run(
        f"{PROGRAM} lot S-77 {closed}",
        check=False,
        shell=True,
        executable="/bin/bash",
        capture_output=True,
        text=True,
        cwd=thread.folder,
    )

    assert ran.returncode == 0
    assert "Traceback" not in ran.stderr


def test_an_argument_that_is_no_text_is_told_in_one_line_and_one_document(thread: Shell) -> None:
    thread("init")

    ran = subprocess.run(
        [str(PROGRAM).encode(), b"record", b"\xff.json", b"--json"], check=False, capture_output=True, cwd=thread.folder
    )

    assert ran.returncode == 2
    assert ran.stderr == b"thread: \\udcff.json: cannot be read: No such file or directory\n"
    assert b'"code": "file-unusable"' in ran.stdout
