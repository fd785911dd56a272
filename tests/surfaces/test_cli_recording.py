"""`thread record`: one event, an array or one on each line; all or none of a file, or each for itself."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.story import events
from tests.surfaces.cli_shell import PROGRAM, Shell, lines, receipts


@pytest.fixture
def thread(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    shell = Shell(tmp_path, capsys, monkeypatch)
    shell("init", "--origin", "plant.example")
    return shell


def one_event() -> dict[str, object]:
    told: dict[str, object] = json.loads(receipts(1))
    return told


def size(thread: Shell) -> int:
    return len(thread("export", "--json").json)


@pytest.mark.requirement("REC-1")
@pytest.mark.parametrize(
    ("form", "count"),
    [
        (json.dumps(one_event()), 1),
        (json.dumps(one_event(), indent=2), 1),
        (json.dumps(json.loads(f"[{receipts(3).strip().replace(chr(10), ',')}]"), indent=1), 3),
        (receipts(3), 3),
        (receipts(3).replace("\n", "\r\n"), 3),
        (f"\n\n{receipts(2)}\n\n", 2),
        (f"\ufeff{receipts(2)}", 2),
        (receipts(2).rstrip("\n"), 2),
    ],
    ids=["object", "indented object", "array", "lines", "CRLF", "empty lines", "byte order mark", "no last line feed"],
)
def test_a_file_may_be_one_event_an_array_or_one_event_on_each_line(thread: Shell, form: str, count: int) -> None:
    ran = thread("record", thread.file("told.json", form), "--json")

    assert ran.status == 0
    assert (ran.json["recorded"], ran.json["duplicates"], ran.json["rejected"]) == (count, 0, [])
    assert size(thread) == 1 + count


def test_recording_says_which_entries_were_made(thread: Shell) -> None:
    assert thread("record", thread.file("a.ndjson", receipts(3))).out == "Recorded 3 events as entries 1 to 3.\n"
    assert thread("record", thread.file("b.ndjson", receipts(1, lot="T"))).out == "Recorded 1 event as entry 4.\n"


def test_each_recorded_event_is_told_with_its_entry_under_json(thread: Shell) -> None:
    told = thread("record", thread.file("a.ndjson", receipts(2)), "--json").json

    assert (told["first_seq"], told["last_seq"], told["entries_left_out"]) == (1, 2, 0)
    assert [entry["seq"] for entry in told["entries"]] == [1, 2]
    assert set(told["entries"][0]) == {"seq", "event_id", "duplicate", "findings"}


@pytest.mark.requirement("REC-3")
def test_the_same_file_again_is_a_duplicate_and_changes_nothing(thread: Shell) -> None:
    file = thread.file("a.ndjson", receipts(3))
    thread("record", file)

    again = thread("record", file)

    assert again.status == 0
    assert again.out == "Recorded 0 events.\n3 events had been recorded before and changed nothing.\n"
    assert size(thread) == 4


def test_the_same_standard_input_again_is_a_duplicate(thread: Shell) -> None:
    thread.program("record", "-", told=receipts(2))

    again = thread.program("record", "-", "--json", told=receipts(2))

    assert (again.json["recorded"], again.json["duplicates"]) == (0, 2)


def test_a_key_prefix_makes_a_retry_safe_whatever_the_file_is_called(thread: Shell) -> None:
    thread("record", thread.file("a.ndjson", receipts(2)), "--key", "shift-1")

    again = thread("record", thread.file("b.json", receipts(2) + "\n"), "--key", "shift-1", "--json")

    assert (again.json["recorded"], again.json["duplicates"]) == (0, 2)


@pytest.mark.requirement("REC-3")
def test_a_key_that_stands_for_something_else_is_refused(thread: Shell) -> None:
    thread("record", thread.file("a.ndjson", receipts(1)), "--key", "shift-1")

    ran = thread("record", thread.file("b.ndjson", receipts(1, lot="T")), "--key", "shift-1")

    assert ran.status == 2
    assert "was used for entry 1, which says something else" in ran.err


def test_an_event_may_bring_its_own_key(thread: Shell) -> None:
    beside = json.dumps({"key": "scan-1", "event": one_event()})
    among = json.dumps({**one_event(), "key": "scan-1"})

    thread("record", thread.file("a.json", beside))
    again = thread("record", thread.file("b.json", among), "--json")

    assert (again.json["recorded"], again.json["duplicates"]) == (0, 1)


def test_an_entry_of_a_ledger_is_not_taken_for_an_event(thread: Shell) -> None:
    thread("record", thread.file("a.ndjson", receipts(1)))
    entry = thread("export").out.splitlines()[1]

    ran = thread("record", thread.file("b.ndjson", entry))

    assert ran.status == 2
    assert "stands beside `event`, where only `key` may" in ran.err


def test_the_actor_is_the_user_or_whoever_is_told(thread: Shell) -> None:
    thread("record", thread.file("a.ndjson", receipts(1)))
    thread("record", thread.file("b.ndjson", receipts(1, lot="T")), "--actor", "dock-2")

    _, first, second = thread("export", "--json").json

    assert first["actor"]["auth"] == "os-user"
    assert second["actor"] == {"id": "dock-2", "auth": "asserted"}


@pytest.mark.requirement("REC-2")
def test_one_wrong_event_keeps_all_of_its_file_out(thread: Shell) -> None:
    wrong = receipts(5).replace('"S-3"', '""')

    ran = thread("record", thread.file("a.ndjson", wrong))

    assert ran.status == 2
    assert ran.out == ""
    assert ran.err.startswith("thread: a.ndjson:3: received event: /lot: ")
    assert ran.err.endswith("; nothing was recorded of a.ndjson\n")
    assert ran.err.count("\n") == 1
    assert size(thread) == 1


def test_all_wrong_events_of_a_file_are_told_at_once(thread: Shell) -> None:
    wrong = receipts(5).replace('"S-2"', '""').replace('"S-4"', "7")

    ran = thread("record", thread.file("a.ndjson", wrong))
    as_json = thread("record", "a.ndjson", "--json")

    first, second = ran.out.splitlines()
    assert first.startswith("a.ndjson:2: ")
    assert second.startswith("a.ndjson:4: ")
    assert ran.err.startswith("thread: a.ndjson:2: ")
    assert ran.err.endswith("; 1 more is wrong; nothing was recorded of a.ndjson\n")
    assert ran.err.count("\n") == 1
    assert [(one["index"], one["line"], one["path"]) for one in as_json.json["rejected"]] == [
        (1, 2, "/lot"),
        (3, 4, "/lot"),
    ]
    assert as_json.json["recorded"] == 0
    assert as_json.json["error"]["code"] == "event-invalid"


def test_every_fault_of_one_event_is_told_as_text_and_under_json(thread: Shell) -> None:
    event = {"type": "shipped", "event_time": "2026-03-02T08:00:00+01:00", "site": "P1"}

    ran = thread("record", thread.file("a.ndjson", json.dumps(event)))
    each = thread("record", "a.ndjson", "--each")
    rejected = thread("record", "a.ndjson", "--json").json["rejected"]

    faults = [f"a.ndjson:1: /{name}: is missing" for name in ("shipment", "purpose", "lots")]
    assert ran.out.splitlines() == faults
    assert ran.err.count("\n") == 1
    assert each.out.splitlines() == [*faults, "Recorded 0 events."]
    assert len(rejected) == 1
    assert rejected[0]["findings"] == [
        {"path": f"/{name}", "text": "is missing"} for name in ("shipment", "purpose", "lots")
    ]


def test_every_broken_rule_of_one_event_is_told_beside_events_that_are_no_json(thread: Shell) -> None:
    thread("record", thread.file("a.ndjson", receipts(1)))
    issue = lines(events("day 1, 09:00  issue 9 KGM of S-1 and 1 LTR of S-1 to WO-1")).strip()
    keyed = json.dumps({"key": 7, "event": one_event()})

    rejected = thread("record", thread.file("b.ndjson", f"{keyed}\n{issue}\n"), "--json").json["rejected"]

    assert [one["code"] for one in rejected] == ["bad-input", "quantity-exceeded"]
    assert [one["path"] for one in rejected] == ["/key", "/lots/0"]
    assert len(rejected[0]["findings"]) == 1
    assert [one["path"] for one in rejected[1]["findings"]] == ["/lots/0", "/lots/1/quantity"]


def test_an_event_in_the_future_is_rejected_with_the_path_of_its_time(thread: Shell) -> None:
    event = {**one_event(), "event_time": "2199-01-01T00:00:00Z"}

    rejected = thread("record", thread.file("a.json", json.dumps(event)), "--json").json["rejected"][0]

    assert (rejected["code"], rejected["path"]) == ("in-future", "/event_time")


def test_a_refusal_is_a_sentence_that_says_how_to_force_it(thread: Shell) -> None:
    thread("record", thread.file("a.ndjson", receipts(1)))

    issue = lines(events("day 1, 09:00  issue 9 KGM of S-1 to WO-1"))
    ran = thread("record", thread.file("b.json", issue))

    assert ran.err.startswith("thread: b.json:1: 9 KGM of lot ")
    assert 'record it by force, with a reason (--force "REASON")' in ran.err
    assert "quantity-exceeded" not in ran.err


@pytest.mark.requirement("REC-2")
def test_each_records_what_can_be_and_reports_every_other_line_with_its_number_and_reason(thread: Shell) -> None:
    wrong = receipts(5).replace('"S-2"', '""').splitlines()
    wrong[3] = '{"type": '

    ran = thread("record", thread.file("a.ndjson", "\n".join(wrong)), "--each")

    assert ran.status == 2
    second, fourth, last = ran.out.splitlines()
    assert second.startswith("a.ndjson:2: received event: /lot: ")
    assert fourth.startswith("a.ndjson:4:10: ")
    assert last == "Recorded 3 events as entries 1 to 3."
    assert ran.err == "thread: 2 events rejected, 3 events recorded or there before\n"
    assert size(thread) == 4


def test_each_reports_every_rejected_line_however_many_there_are(thread: Shell) -> None:
    wrong = receipts(450).replace('"lot": "S-', '"lots": "S-')

    ran = thread("record", thread.file("a.ndjson", wrong), "--each", "--json")

    assert ran.status == 2
    assert [one["line"] for one in ran.json["rejected"]] == list(range(1, 451))


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('{"type": "moved",\n "site": }\n', "a.json:2:10: "),
        ('[{"type": "moved"},\n {"type": moved}]', "a.json:2:11: "),
        ("hello", "a.json:1:1: "),
        ('{"type": "moved"}\n{"type" "moved"}\n', "a.json:2:9: "),
        ('{"type": "moved", "type": "moved"}', "a.json:1:19: "),
        ('[{"type": "moved"}', "a.json:1:19: "),
        ('{"a": NaN}', "a.json:1:7: "),
    ],
)
def test_what_is_no_json_is_told_with_file_line_and_column(thread: Shell, text: str, where: str) -> None:
    ran = thread("record", thread.file("a.json", text))

    assert ran.status == 2
    assert ran.err.startswith(f"thread: {where}")
    assert ran.err.count("\n") == 1
    assert size(thread) == 1


@pytest.mark.parametrize("text", ["", " \n\n", "[]", "\ufeff"])
def test_a_file_without_events_is_refused(thread: Shell, text: str) -> None:
    ran = thread("record", thread.file("a.json", text))

    assert ran.status == 2
    assert ran.err == "thread: a.json: holds no event; nothing was recorded\n"


def test_bytes_that_are_no_utf_8_are_told_with_their_place(thread: Shell) -> None:
    (thread.folder / "a.json").write_bytes(b'{"type": "mov\xffed"}')

    ran = thread("record", "a.json")

    assert ran.status == 2
    assert ran.err.startswith("thread: a.json:1:14: byte 0xFF is not UTF-8; save the file as UTF-8")


def test_numbers_in_place_of_decimals_are_told_with_their_path(thread: Shell) -> None:
    event = {**one_event(), "quantity": {"value": 5.5, "unit": "KGM"}}

    ran = thread("record", thread.file("a.json", json.dumps(event)))

    assert ran.status == 2
    assert "/quantity/value: " in ran.err


@pytest.mark.parametrize("name", ["missing.json", "."])
def test_a_file_that_cannot_be_read_is_one_line(thread: Shell, name: str) -> None:
    ran = thread("record", name)

    assert ran.status == 2
    assert ran.err.startswith(f"thread: {name}: cannot be read: ")
    assert ran.err.count("\n") == 1


@pytest.mark.requirement("ACC-3")
def test_a_broken_rule_is_refused_and_recorded_when_forced_with_a_reason(thread: Shell) -> None:
    thread("record", thread.file("a.ndjson", receipts(1)))
    issue = thread.file("b.json", lines(events("day 1, 09:00  issue 9 KGM of S-1 to WO-1")))

    refused = thread("record", issue)
    forced = thread("record", issue, "--force", "the scale was broken, weighed by hand")

    assert refused.status == 2
    assert refused.err.count("\n") == 1
    assert forced.status == 0
    assert thread("export", "--json").json[-1]["forced"]["reason"] == "the scale was broken, weighed by hand"


def test_standard_input_with_each_is_recorded_as_it_comes(thread: Shell) -> None:
    running = subprocess.Popen(
        [str(PROGRAM), "record", "-", "--each"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=thread.folder
    )
    assert running.stdin is not None
    for number, line in enumerate(receipts(3).splitlines(), start=2):
        running.stdin.write(f"{line}\n".encode())
        running.stdin.flush()
        deadline = time.monotonic() + 30
        while size(thread) < number:
            assert time.monotonic() < deadline
            time.sleep(0.02)

    out, _ = running.communicate(timeout=30)

    assert running.returncode == 0
    assert out.decode() == "Recorded 3 events as entries 1 to 3.\n"


def peak_kilobytes(thread: Shell, count: int) -> int:
    """Return the largest memory of a run that records `count` duplicates from standard input."""
    code = (
        "import resource, sys; from thread.cli.main import main; status = main(sys.argv[1:]);"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss); sys.exit(status)"
    )
    line = receipts(1).replace('"S-1"', '"S-1", "key": "one"')
    ran = subprocess.run(
        [sys.executable, "-c", code, "record", "-"],
        check=True,
        input=(line * count).encode(),
        capture_output=True,
        cwd=thread.folder,
    )
    return int(ran.stdout.split()[-1])


@pytest.mark.requirement("USE-3")
def test_memory_does_not_grow_with_the_number_of_lines(thread: Shell) -> None:

    short = peak_kilobytes(thread, 10)

    long = peak_kilobytes(thread, 8_000)

    assert long - short < 12_000


def test_progress_stays_off_standard_error_when_recording_is_quick(thread: Shell) -> None:
    assert thread.program("record", "-", told=receipts(3)).err == ""
