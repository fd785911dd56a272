"""Many events in one request: all or none, or each; in flat memory, however long the batch is."""

import io
import tracemalloc
from typing import Any

import httpx2
import orjson
import pytest

from tests.builders import receipt
from thread import Ledger
from thread_api import examples
from thread_api.bodies import told_events

NDJSON = {"Content-Type": "application/x-ndjson"}


def lines(*events: Any) -> bytes:
    return b"".join(orjson.dumps(event) + b"\n" for event in events)


def test_events_one_a_line_are_recorded_in_order(http: httpx2.Client, ledger: Ledger) -> None:
    answer = http.post("/v1/events/batch", content=lines(examples.EVENT, *examples.BATCH), headers=NDJSON)

    assert answer.status_code == 200
    assert answer.json()["recorded"] == 4
    assert [entry.event["type"] for entry in ledger.entries(1)] == [
        "received",
        "work_order_released",
        "material_issued",
        "batch_produced",
    ]


def test_a_json_array_is_a_batch_too(http: httpx2.Client) -> None:
    answer = http.post("/v1/events/batch", json=[examples.EVENT, *examples.BATCH])

    assert answer.json() == {"recorded": 4, "duplicates": 0, "rejected": [], "rejected_count": 0, "findings": 0}


@pytest.mark.requirement("REC-2")
def test_one_wrong_event_keeps_the_whole_batch_out_and_every_fault_is_told(http: httpx2.Client, ledger: Ledger) -> None:
    batch = lines(receipt(lot="A"), receipt(lot="B", site=None), receipt(lot="C", item=None)) + b"{oops\n"
    answer = http.post("/v1/events/batch", content=batch, headers=NDJSON)

    assert answer.status_code == 422
    assert answer.json()["code"] == "nothing-recorded"
    told = [(one["index"], one["line"], one["code"]) for one in answer.json()["rejected"]]
    assert told == [(1, 2, "event-invalid"), (2, 3, "event-invalid"), (3, 4, "json-malformed")]
    assert ledger.size == 1


@pytest.mark.parametrize("each", ["true", "false"])
def test_every_fault_of_an_event_of_a_batch_is_told_with_its_place_in_it(http: httpx2.Client, each: str) -> None:
    wrong = {**receipt(lot="A", site=None), "colour": "red"}
    answer = http.post("/v1/events/batch", params={"each": each}, content=lines(wrong), headers=NDJSON)

    (rejected,) = answer.json()["rejected"]
    assert [one["path"] for one in rejected["findings"]] == ["/site", "/colour"]
    assert rejected["path"] == "/site"
    assert all(one["text"] for one in rejected["findings"])


def test_every_rule_that_an_event_of_a_batch_breaks_is_told(frames: httpx2.Client) -> None:
    issue = {
        "type": "material_issued",
        "site": "LYON",
        "event_time": "2026-03-04T08:00:00+01:00",
        "order": "WO-9",
        "lots": [
            {"lot": "H-4711", "quantity": {"value": "99999", "unit": "MTR"}},
            {"lot": "F-0303", "quantity": {"value": "99999", "unit": "EA"}},
        ],
    }
    answer = frames.post("/v1/events/batch", content=lines(issue), headers=NDJSON)

    (rejected,) = answer.json()["rejected"]
    assert rejected["code"] == "quantity-exceeded"
    assert [one["path"] for one in rejected["findings"]] == ["/lots/0", "/lots/1"]


def test_each_event_by_itself_records_what_can_be_recorded(http: httpx2.Client, ledger: Ledger) -> None:
    batch = lines(receipt(lot="A"), receipt(lot="B", site=None), receipt(lot="C"))
    answer = http.post("/v1/events/batch", params={"each": "true"}, content=batch, headers=NDJSON)

    assert answer.status_code == 200
    assert (answer.json()["recorded"], answer.json()["rejected_count"]) == (2, 1)
    assert answer.json()["rejected"][0]["index"] == 1
    assert ledger.size == 3


def test_a_batch_that_is_sent_again_under_its_key_records_nothing_twice(http: httpx2.Client, ledger: Ledger) -> None:
    batch = lines(receipt(lot="A"), receipt(lot="B"))
    headers = {**NDJSON, "Idempotency-Key": "file-7", "X-Actor": "mes"}
    http.post("/v1/events/batch", content=batch, headers=headers).raise_for_status()
    again = http.post("/v1/events/batch", content=batch, headers=headers)

    assert (again.json()["recorded"], again.json()["duplicates"]) == (0, 2)
    assert [entry.key for entry in ledger.entries(1)] == ["mes/file-7#0", "mes/file-7#1"]


@pytest.mark.parametrize("content", [b"", b" \n\n", b"[]", b" [ ] "])
def test_a_batch_that_tells_nothing_is_refused(http: httpx2.Client, content: bytes) -> None:
    answer = http.post("/v1/events/batch", content=content, headers={"Content-Type": "application/json"})

    assert answer.status_code == 422
    assert answer.json()["code"] == "batch-empty"


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b'[{"type": "x"}\n {"type": "y"}]', 2),
        (b'[{"type": "x"},\n {"type": ]', 2),
        (b'[{"type": "x"}', 1),
        (b'[{"type": "x"},\n', 2),
        (b'[{"type": "x"}] {}', 1),
        (b'[{"type": "x"}, "\xff"]', 1),
        (b'[{"type": "x"},,]', 1),
    ],
)
def test_an_array_that_breaks_off_is_told_with_its_line(http: httpx2.Client, content: bytes, line: int) -> None:
    answer = http.post("/v1/events/batch", content=content, headers={"Content-Type": "application/json"})

    assert answer.status_code == 422
    last = answer.json()["rejected"][-1]
    assert (last["code"], last["line"]) == ("json-malformed", line)


def test_a_fault_early_in_a_long_array_is_told_where_it_is() -> None:
    batch = io.BytesIO(b'[{"a": 1},\n{"b": oops},\n' + b'{"c": 3},\n' * 200_000 + b"{}]")
    found = list(told_events(batch, longest=1_000_000))

    assert [(one.line, one.fault and one.fault.code) for one in found] == [(1, None), (2, "json-malformed")]


def test_an_array_that_goes_too_deep_is_refused_at_once() -> None:
    found = list(told_events(io.BytesIO(b"[" * 3_000_000), longest=1_000_000))

    assert [one.fault and one.fault.code for one in found] == ["json-malformed"]


def test_an_element_without_an_end_is_not_read_for_ever() -> None:
    found = list(told_events(io.BytesIO(b'[{"a": "' + b"x" * 3_000_000), longest=1_000_000))

    assert [one.fault and one.fault.code for one in found] == ["body-too-long"]


def test_an_event_that_is_too_long_is_refused_and_the_others_are_read_on() -> None:
    batch = io.BytesIO(b'{"a":1}\n{"b":"' + b"x" * 300 + b'"}\n{"c":3}')
    found = list(told_events(batch, longest=100))

    assert [(one.line, one.fault and one.fault.code) for one in found] == [(1, None), (2, "body-too-long"), (3, None)]
    assert found[2].event == b'{"c":3}'


def test_an_element_of_an_array_that_is_too_long_is_refused() -> None:
    batch = io.BytesIO(b'[{"a":1}, {"b":"' + b"x" * 300 + b'"}, {"c":3}]')
    found = list(told_events(batch, longest=100))

    assert [one.fault and one.fault.code for one in found] == [None, "body-too-long", None]


def test_elements_are_taken_out_byte_for_byte_wherever_the_file_is_cut() -> None:
    elements = [b'{"text": "' + b'\\"]},[{\xc3\xa9' * number + b'"}' for number in range(0, 9_000, 300)]
    batch = io.BytesIO(b"\xef\xbb\xbf [" + b" ,\n".join(elements) + b"\n]\n")

    assert [one.event for one in told_events(batch, longest=1_000_000)] == elements


class Endless(io.RawIOBase):
    """A batch of a hundred thousand events that is made while it is read."""

    def __init__(self, before: bytes, event: bytes, after: bytes) -> None:
        self._before, self._event, self._after = before, event, after
        self._buffer = before
        self._left = 100_000

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self._buffer, self._left = self._before, 100_000
        return 0

    def readinto(self, buffer: Any) -> int:
        while len(self._buffer) < len(buffer) and self._left:
            many = min(self._left, 1 + len(buffer) // len(self._event))
            self._buffer += self._event * many
            self._left -= many
            if not self._left:
                self._buffer += self._after
        count = min(len(buffer), len(self._buffer))
        buffer[:count], self._buffer = self._buffer[:count], self._buffer[count:]
        return count


@pytest.mark.requirement("USE-3")
@pytest.mark.parametrize(
    ("before", "event", "after"),
    [(b"", b'{"n":"' + b"x" * 400 + b'"}\n', b""), (b"[", b'{"n":"' + b"x" * 400 + b'"},\n', b"{}]")],
    ids=["one a line", "array"],
)
def test_memory_does_not_grow_with_the_batch(before: bytes, event: bytes, after: bytes) -> None:
    batch = io.BufferedReader(Endless(before, event, after), 1 << 16)
    tracemalloc.start()
    count = sum(1 for _ in told_events(batch, longest=1_000_000))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert count >= 100_000
    assert peak < 2_000_000
