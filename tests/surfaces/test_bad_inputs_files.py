"""Files that are not what they should be: ledgers that are none, events in a wrong encoding, pipes that break.

Most run in this process; the last few run the installed program, as a clerk or a cron job does.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.surfaces.bad_input_surfaces import (
    COMMAND,
    JSON,
    WAYS,
    Ran,
    Standing,
    command,
    refused_by_command,
    refused_in_json,
    refused_in_python,
    standing,
)
from tests.surfaces.bad_inputs import ROWS, issued
from tests.surfaces.cli_shell import PROGRAM, receipts
from thread import open_ledger

NDJSON: Final = {"Content-Type": "application/x-ndjson"}
GOOD: Final = receipts(1, lot="GOOD").encode()
BAD: Final = GOOD.replace(b"KGM", b"kilo")


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    with standing(tmp_path_factory.mktemp("plant")) as made:
        yield made


# Ledgers that are none

Spoil = Callable[[Path], None]


def changed(sql: str) -> Spoil:
    """Return what changes a ledger's tables behind its back."""

    def spoil(path: Path) -> None:
        connection = sqlite3.connect(path)
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute(sql)
        connection.commit()
        connection.close()

    return spoil


def written(data: bytes) -> Spoil:
    """Return what writes a file anew."""
    return lambda path: void(path.write_bytes(data))


def cut(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


def another_database(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE meta (x)")
    connection.close()


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def gone(path: Path) -> None:
    path.unlink()


def a_link_to_nothing(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.with_name("nothing"))


def a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def void(_: object) -> None:
    return


SPOILT: Final = (
    ("no file", gone, "ledger-missing", "there is no ledger at"),
    ("a link to nothing", a_link_to_nothing, "ledger-missing", "there is no ledger at"),
    ("a pipe", a_pipe, "ledger-missing", "there is no ledger at"),
    ("a folder", a_folder, "not-a-ledger", "it is a directory; name the file in it"),
    ("an empty file", written(b""), "not-a-ledger", "it is empty; make a ledger with `thread init`"),
    ("a text", written(b"seq;event\n" * 1_000), "not-a-ledger", "it is no SQLite database"),
    ("a header only", written(b"SQLite format 3\x00"), "not-a-ledger", "it is no SQLite database"),
    ("a header and rubbish", written(b"SQLite format 3\x00" + b"\xa5" * 9_000), "not-a-ledger", "no SQLite database"),
    ("another program's database", another_database, "not-a-ledger", "it is another program's database"),
    (
        "a ledger of the future",
        changed("UPDATE meta SET value = '99' WHERE name = 'schema'"),
        "ledger-newer",
        "version 99",
    ),
    ("a ledger of no version", changed("DELETE FROM meta WHERE name = 'schema'"), "ledger-newer", "version unknown"),
    (
        "a version that moves the cursor",
        changed("UPDATE meta SET value = char(27) || '[2J'"),
        "not-a-ledger",
        "no thread",
    ),
    ("a ledger without entries", changed("DROP TABLE entries"), "not-a-ledger", "its table entries is missing"),
    ("half a file", cut, "database-damaged", "is damaged; restore it from a backup"),
)
ASKING: Final = (
    ("lot", "S-77"),
    ("trace", "S-77"),
    ("balance", "S-77"),
    ("recall", "scope", "S-77"),
    ("record", "-"),
    ("export",),
    ("checkpoint",),
    ("verify",),
)
ANSWERED_NO: Final = frozenset({"ledger-missing", "database-damaged"})


@pytest.fixture
def ledger_file(plant: Standing, tmp_path: Path) -> Path:
    """Return a copy of the plant's ledger that may be spoilt."""
    path = tmp_path / "spoilt.db"
    connection = sqlite3.connect(plant.database)
    with sqlite3.connect(path) as copy:
        connection.backup(copy)
    copy.close()
    connection.close()
    shutil.copytree(f"{plant.database}.keys", f"{path}.keys")
    return path


@pytest.mark.parametrize(("spoil", "code", "says"), [row[1:] for row in SPOILT], ids=[row[0] for row in SPOILT])
def test_a_file_that_is_no_ledger_is_told_in_one_line_whatever_is_asked_of_it(
    ledger_file: Path, spoil: Spoil, code: str, says: str
) -> None:
    spoil(ledger_file)
    before = content(ledger_file)

    in_python = refused_in_python(lambda: open_ledger(f"sqlite:///{ledger_file}"))

    assert in_python.code == code
    assert says in in_python.text
    for asked in ASKING:
        ran = command("--ledger", str(ledger_file), *asked, told=GOOD)
        told = command("--ledger", str(ledger_file), "--json", *asked, told=GOOD)
        assert ran.status == told.status == (1 if code in ANSWERED_NO else 2), asked
        assert (ran.out, ran.err) == ("", f"thread: {in_python.text}\n")
        assert json.loads(told.out)["error"]["code"] == code
    assert content(ledger_file) == before


def content(path: Path) -> bytes | None:
    """Return the bytes of a file, None if it is no plain file."""
    return path.read_bytes() if path.is_file() else None


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("postgresql://ann:secret@db/plant", "'postgresql://ann@db/plant' is no ledger address of this release"),
        ("mysql://db/plant", "is no ledger address of this release"),
        ("http://plant.example/", "is no ledger address of this release"),
        ("sqlite:///:memory:", "is no ledger address of this release"),
        ("sqlite:///thread.db?mode=ro", "is no ledger address of this release"),
        ("sqlite://thread.db", "is no ledger address of this release"),
        ("://", "is no ledger address of this release"),
    ],
)
def test_an_address_that_names_no_file_is_refused_and_its_password_is_not_repeated(address: str, says: str) -> None:
    refusal = refused_in_json(command("--json", "--ledger", address, "lot", "S-77"), "store-unsupported")

    assert refusal.code == "store-unsupported"
    assert says in refusal.text
    assert "secret" not in refusal.text


def test_a_name_of_a_ledger_that_no_file_can_have_is_one_line() -> None:
    ran = command("--ledger", "x" * 300, "lot", "S-77")

    assert refused_by_command(ran, "system").text.endswith("File name too long")


def test_the_bytes_of_a_file_name_that_are_no_text_are_shown_and_are_no_fault_of_the_program(tmp_path: Path) -> None:
    name = os.fsdecode(b"\xff.db")

    told = command("--json", "--ledger", name, "lot", "S-77")

    assert refused_in_json(told, "ledger-missing").text.startswith(r"there is no ledger at \udcff.db")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read and write everything")
@pytest.mark.parametrize(
    ("mode", "asked", "code"),
    [(0o000, ("lot", "S-77"), "store-failed"), (0o400, ("record", "-"), "ledger-read-only")],
)
def test_a_ledger_that_may_not_be_read_or_written_is_told_in_one_line(
    ledger_file: Path, mode: int, asked: tuple[str, ...], code: str
) -> None:
    ledger_file.chmod(mode)
    ledger_file.parent.chmod(0o500)

    ran = command("--ledger", str(ledger_file), *asked, told=GOOD)
    ledger_file.parent.chmod(0o700)

    assert refused_by_command(ran, code).code == code


def test_a_ledger_is_never_made_over_something_else(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("do not lose me", encoding="utf-8")

    refusal = refused_by_command(command("init", "--ledger", str(file)), "ledger-exists")

    assert "exists already and is left as it is" in refusal.text
    assert file.read_text(encoding="utf-8") == "do not lose me"


# Files of events


def recorded(plant: Standing, data: bytes, *options: str) -> Ran:
    """Record a file of these bytes."""
    file = plant.folder / "events.ndjson"
    file.write_bytes(data)
    return command("record", str(file), *options, "--ledger", str(plant.database))


def told(lot: str) -> bytes:
    """Return receipts of two lots, one a line, whose ids are made."""
    events = [json.loads(line) for line in receipts(2, lot=lot).splitlines()]
    return b"".join(json.dumps({**event, "id": None}).encode() + b"\n" for event in events)


def windows(data: bytes) -> bytes:
    """Return a text with the line ends of Windows."""
    return data.replace(b"\n", b"\r\n")


@pytest.mark.parametrize(
    "edited",
    [
        windows,
        lambda data: b"\xef\xbb\xbf" + data,
        lambda data: b"\xef\xbb\xbf" + windows(b"\n" + data),
        lambda data: b"\n \n" + data.replace(b"\n", b"\n\t\n"),
        lambda data: data.rstrip(),
    ],
    ids=["Windows line ends", "mark of byte order", "both", "blank lines", "no line feed at the end"],
)
def test_what_editors_add_to_a_file_is_no_fault(
    plant: Standing, request: pytest.FixtureRequest, edited: Callable[[bytes], bytes]
) -> None:
    size, _ = plant.told()
    case = request.node.callspec.id.replace(" ", "-")

    status, _, err = recorded(plant, edited(told(f"FILE-{case}")))
    answer = plant.http.post("/v1/events/batch", content=edited(told(f"HTTP-{case}")), headers=NDJSON)

    assert (status, err) == (0, "")
    assert answer.json()["recorded"] == 2
    assert plant.told()[0] == size + 4
    assert plant.ledger.verify().ok


ONE_IN_A_THOUSAND: Final = [json.loads(line) for line in receipts(1_000, lot="T").splitlines()]


def thousand(wrong: bytes) -> bytes:
    """Return a thousand receipts of which the 500th is something else."""
    lines = [json.dumps(event).encode() for event in ONE_IN_A_THOUSAND]
    lines[499] = wrong
    return b"\n".join(lines) + b"\n"


WRONG_LINES: Final = (
    ("no JSON", b"{'type': 'received'}", "json-malformed"),
    ("cut", b'{"type":"received","site":', "json-malformed"),
    ("not UTF-8", b'{"type":"received","site":"\xff"}', "json-malformed"),
    ("no object", b"42", "json-malformed"),
    ("no event", b'{"type":"recieved"}', "event-invalid"),
    ("a wrong unit", BAD.rstrip(), "event-invalid"),
    ("an unknown lot", json.dumps(issued("1", "KGM", "NOPE")).encode(), "lot-unknown"),
)


def complaints(err: str) -> list[str]:
    """Return what standard error says beside the progress of work that takes more than a second."""
    return [line for line in err.splitlines() if not line.startswith("recording: ")]


@pytest.mark.requirement("REC-2")
@pytest.mark.parametrize(("wrong", "code"), [row[1:] for row in WRONG_LINES], ids=[row[0] for row in WRONG_LINES])
def test_one_wrong_line_among_a_thousand_keeps_all_of_them_out_and_is_told_with_its_number(
    plant: Standing, wrong: bytes, code: str
) -> None:
    data = thousand(wrong)

    with plant.recording_nothing():
        status, out, err = recorded(plant, data)
        in_json = recorded(plant, data, "--json")
        over_http = plant.http.post("/v1/events/batch", content=data, headers=NDJSON).json()

    assert (status, out) == (2, "")
    assert "events.ndjson:500" in err
    assert len(complaints(err)) == 1
    refusal = refused_in_json(in_json, code)
    assert refusal.code == code
    assert "events.ndjson:500" in refusal.text
    rejected = over_http["rejected"][0]
    assert (rejected["code"], rejected["line"], rejected["index"]) == (code, 500, 499)


def test_with_each_the_other_999_are_recorded_and_the_wrong_one_is_told(plant: Standing) -> None:
    size, _ = plant.told()

    status, out, err = recorded(plant, thousand(b"{'type': 'received'}"), "--each")

    assert status == 2
    assert [line for line in complaints(err) if line.startswith("thread: 1 event rejected")]
    assert "events.ndjson:500:2: a name in double quotes is expected" in out + err
    assert plant.told()[0] == size + 999
    assert plant.ledger.verify().ok


@pytest.mark.parametrize(
    ("data", "code", "says"),
    [
        (b"", "no-events", "holds no event"),
        (b"\n \r\n\t\n", "no-events", "holds no event"),
        (b"\xef\xbb\xbf", "no-events", "holds no event"),
        (b"[]", "no-events", "holds no event"),
        (GOOD.decode().encode("utf-16"), "json-malformed", "is UTF-16; save it as UTF-8"),
        (GOOD + b"\x00" * 4_096, "json-malformed", r"events.ndjson:2:1: a value is expected, found '\x00'"),
        (b'{"event":' + GOOD.rstrip() + b',"seq":7}', "bad-input", "'seq' stands beside `event`"),
        (b'{"key":7,"event":' + GOOD.rstrip() + b"}", "bad-input", "key is '7', which is no text"),
        (b"{" + b"x" * (17 << 20) + b"}", "file-unusable", "the line is longer than 16 MiB"),
    ],
    ids=["empty", "blank lines", "a mark", "empty array", "UTF-16", "zeros at the end", "entry", "key", "17 MiB"],
)
def test_a_file_without_events_is_refused_with_its_name(plant: Standing, data: bytes, code: str, says: str) -> None:
    with plant.recording_nothing():
        refusal = refused_in_json(recorded(plant, data, "--json"), code)

    assert refusal.code == code
    assert says in refusal.text
    assert "events.ndjson" in refusal.text


@pytest.mark.parametrize("asked", [("record",), ("import",)])
@pytest.mark.parametrize(
    ("file", "says"),
    [("/nonexistent/file.json", "No such file or directory"), ("/", "Is a directory")],
    ids=["none", "a folder"],
)
def test_a_file_that_cannot_be_read_is_told_by_its_name(
    plant: Standing, asked: tuple[str, ...], file: str, says: str
) -> None:
    with plant.recording_nothing():
        refusal = refused_in_json(command("--json", "--ledger", str(plant.database), *asked, file), "file-unusable")

    assert refusal.code == "file-unusable"
    assert f"{file}: cannot be read: {says}" in refusal.text


def test_a_key_that_no_database_can_hold_is_refused(plant: Standing) -> None:
    for key in (os.fsdecode(b"\xff"), "k" * 2_000):
        with plant.recording_nothing():
            ran = command("--json", "record", "-", "--key", key, "--ledger", str(plant.database), told=told("KEYED"))

        assert refused_in_json(ran, "entry-refused").code == "entry-refused"
    answer = plant.http.post("/v1/events", content=GOOD, headers={**JSON, "Idempotency-Key": "k" * 256})
    assert answer.json()["code"] == "header-malformed"


# The program itself


def run(folder: Path, *arguments: str, told: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run the installed program."""
    return subprocess.run(
        [str(PROGRAM), *arguments], input=told, capture_output=True, check=False, cwd=folder, timeout=60
    )


@pytest.mark.parametrize("name", ["nothing at all", "NaN", "a type that clears the screen", "more than is there"])
def test_the_program_says_what_its_main_says(plant: Standing, name: str) -> None:
    row = next(row for row in ROWS if row.name == name)
    data = row.told if isinstance(row.told, bytes) else json.dumps(row.told).encode()

    with plant.recording_nothing():
        ran = run(plant.folder, "record", "-", told=data)
        in_process = WAYS[COMMAND](plant, row.told, row.answer(COMMAND).code)

    assert (ran.returncode, ran.stdout) == (2, b"")
    assert ran.stderr.decode() == f"{in_process.text}\n"


def test_a_reader_that_hangs_up_ends_the_program_without_a_word(plant: Standing) -> None:
    ran = subprocess.run(
        f"{PROGRAM} export --json | head -c 1; exit ${{PIPESTATUS[0]}}",
        shell=True,
        executable="/bin/bash",
        capture_output=True,
        check=False,
        cwd=plant.folder,
        timeout=60,
    )

    assert (ran.returncode, ran.stderr) == (141, b"")


def test_nobody_to_complain_to_is_no_fault_either(plant: Standing) -> None:
    ran = subprocess.run(
        f"{PROGRAM} lot NOPE 2>&-", shell=True, capture_output=True, check=False, cwd=plant.folder, timeout=60
    )

    assert ran.returncode == 1
    assert ran.stdout == b""


@pytest.mark.requirement("REC-6")
def test_a_full_disk_is_told_in_one_line(plant: Standing) -> None:
    ran = subprocess.run(
        f"{PROGRAM} export > /dev/full", shell=True, capture_output=True, check=False, cwd=plant.folder, timeout=60
    )

    assert ran.returncode == 2
    assert ran.stderr == b"thread: the system refused: No space left on device\n"


def test_a_standard_input_that_is_closed_holds_no_event(plant: Standing) -> None:
    with plant.recording_nothing():
        ran = subprocess.run(
            f"{PROGRAM} record - <&-", shell=True, capture_output=True, check=False, cwd=plant.folder, timeout=60
        )

    assert ran.returncode == 2
    assert ran.stderr.startswith(b"thread: ")
    assert ran.stderr.count(b"\n") == 1


def test_serving_what_is_no_ledger_ends_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no ledger", encoding="utf-8")

    ran = run(tmp_path, "serve", "--port", "18765", "--ledger", "notes.txt")

    assert ran.returncode == 2
    assert ran.stderr == b"thread: notes.txt is no thread ledger: it is no SQLite database\n"
