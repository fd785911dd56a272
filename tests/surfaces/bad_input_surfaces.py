"""The ways in: what is told or asked goes through Python, the command line or HTTP, and comes back as one refusal.

One ledger, with the server that serves it, stands for all tests of a module. `refusal_of` asks one way and checks what
holds for every refusal there, whatever it refuses: its form, its exit status or HTTP status, one line, no traceback.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import httpx2

from tests.story import events
from tests.surfaces.conftest import ORIGIN, serving
from thread import Ledger
from thread.cli.main import main
from thread.errors import ThreadError
from thread.service import NothingRecorded
from thread_api.settings import Settings

PLANT: Final = """
site P1
day 1, 08:00  receive 100 KGM of STEEL lot S-77 from ACME on DN-4711, pegged 60 to SO-1, rest forecast
day 1, 08:10  receive 5 KGM of STEEL lot 26-14 from ACME
day 1, 08:20  receive 5 MTR of FILM lot 26-14 from EMBAL
day 1, 09:00  release order WO-1 for 40 EA of FRAME
day 1, 09:30  issue 30 KGM of S-77 to WO-1
day 1, 11:00  produce 20 EA of FRAME lot F-1 from WO-1
day 2, 08:00  pack 10 EA of F-1 into PAL-1
day 2, 09:00  ship PAL-1 to RIDE as SH-1
day 2, 10:00  hold 5 EA of F-1 as H-1, because "scratches"
"""

NOT_FOUND: Final = frozenset(
    {"ledger-missing", "name-not-found", "name-of-another-kind", "entry-missing", "checkpoint-missing"}
)
"""Codes whose answer is "no": exit status 1 and HTTP status 404."""

CONFLICTS: Final = frozenset(
    {
        "already-void",
        "before-lot",
        "duplicate-delivery",
        "entry-unknown",
        "event-id-reused",
        "hold-unknown",
        "in-container",
        "in-future",
        "lot-ambiguous",
        "lot-held",
        "lot-unknown",
        "name-ambiguous",
        "not-correctable",
        "quantity-exceeded",
        "returned-not-issued",
        "shipment-unknown",
        "wrong-item",
        "wrong-unit",
    }
)
"""Codes of what is well formed but does not fit what the ledger holds: HTTP status 409."""

_STATUS_OF_ONE: Final = {"json-malformed": 400, "body-too-long": 413, "no-such-resource": 404}
_LONGEST_LINE: Final = 2_000


class Refusal(NamedTuple):
    """What came back: the stable code, and the one line of text."""

    code: str
    text: str


class Ran(NamedTuple):
    """What a run of the command line left behind."""

    status: int
    out: str
    err: str


@dataclass(frozen=True)
class Standing:
    """A ledger of a small plant, and a client of the server that serves it."""

    folder: Path
    ledger: Ledger
    http: httpx2.Client

    @property
    def database(self) -> Path:
        return self.folder / "thread.db"

    def told(self) -> tuple[int, str]:
        """Return size and root of the ledger."""
        return self.ledger.size, self.ledger.root

    @contextmanager
    def recording_nothing(self) -> Iterator[None]:
        """Check that the ledger is afterwards what it was before, and still whole."""
        before = self.told()
        yield
        assert self.told() == before
        assert self.ledger.verify().ok


@contextmanager
def standing(folder: Path) -> Iterator[Standing]:
    """Make the plant's ledger in a folder, serve it, and take both down at the end."""
    with Ledger.create(f"sqlite:///{folder}/thread.db", origin=ORIGIN) as ledger:
        ledger.record_many(events(PLANT, first_seq=1))
        ledger.checkpoint()
        with serving(Settings(), ledger) as address, httpx2.Client(base_url=address, timeout=60) as http:
            yield Standing(folder, ledger, http)


def command(*arguments: str, told: bytes = b"") -> Ran:
    """Run the command line in this process, with something on its standard input."""
    streams = sys.stdin, sys.stdout, sys.stderr
    out, err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8"), io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    sys.stdin, sys.stdout, sys.stderr = io.TextIOWrapper(io.BytesIO(told), encoding="utf-8"), out, err
    try:
        status = main(list(arguments))
        out.flush()
        err.flush()
        return Ran(status, _bytes_in(out).decode(), _bytes_in(err).decode())
    finally:
        sys.stdin, sys.stdout, sys.stderr = streams


def _bytes_in(stream: io.TextIOWrapper) -> bytes:
    kept = stream.buffer
    assert isinstance(kept, io.BytesIO)
    return kept.getvalue()


# What holds for every refusal


def refused_in_python(ask: Callable[[], object]) -> Refusal:
    """Return what Python raises; anything but a ThreadError is no refusal."""
    try:
        ask()
    except NothingRecorded as error:
        first = error.rejected[0]
        return Refusal(first.code, one_line(first.reason))
    except ThreadError as error:
        return Refusal(error.code, one_line(error.text))
    raise AssertionError("nothing was refused")


def refused_by_command(ran: Ran, code: str, *, lists_more: bool = False) -> Refusal:
    """Return what a run of the command line refused, in the one line that it wrote.

    `lists_more`: what else is wrong, or what could have been meant, may stand on standard output.
    """
    assert ran.status == (1 if code in NOT_FOUND else 2), ran
    assert lists_more or ran.out == ""
    assert ran.err.startswith("thread: ")
    assert ran.err.count("\n") == 1
    assert ran.err.endswith("\n")
    assert "Traceback" not in ran.err + ran.out
    assert not unseen_in(ran.err + ran.out)
    return Refusal(code, one_line(ran.err[:-1]))


def refused_in_json(ran: Ran, code: str) -> Refusal:
    """Return what a run under --json refused: one document, and its text again on standard error."""
    error = json.loads(ran.out)["error"]
    assert ran.status == (1 if code in NOT_FOUND else 2), ran
    assert ran.err.startswith("thread: ")
    assert "Traceback" not in ran.out + ran.err
    return Refusal(error["code"], one_line(error["text"]))


def refused_over_http(answer: httpx2.Response, code: str) -> Refusal:
    """Return what an answer refuses; of a batch, what its first rejected event refuses."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    told = answer.json()
    assert answer.status_code == told["status"] == (422 if "rejected" in told else http_status(code)), told
    assert told["type"] == f"/v1/problems/{told['code']}"
    assert told["title"]
    assert "Traceback" not in answer.text
    if "rejected" in told:
        first = told["rejected"][0]
        return Refusal(first.get("code", told["code"]), one_line(first["reason"]))
    return Refusal(told["code"], one_line(told["detail"]))


def http_status(code: str) -> int:
    """Return the HTTP status that a code has to have."""
    if code in NOT_FOUND:
        return 404
    return 409 if code in CONFLICTS else _STATUS_OF_ONE.get(code, 422)


def one_line(text: str) -> str:
    """Return a text that is one line for people: not empty, not endless, nothing in it that moves a cursor."""
    assert text.strip()
    assert len(text) <= _LONGEST_LINE, f"{len(text)} characters"
    assert not unseen_in(text)
    assert "\n" not in text
    return text


def unseen_in(text: str) -> str:
    """Return the characters of a text that a terminal acts on instead of showing them."""
    return "".join(sign for sign in text if (ord(sign) < 0x20 and sign != "\n") or 0x7F <= ord(sign) < 0xA0)


# The ways in for one event

JSON: Final = {"Content-Type": "application/json"}


def as_bytes(told: bytes | Mapping[str, Any]) -> bytes:
    """Return what is told as it goes over a wire."""
    return told if isinstance(told, bytes) else json.dumps(told, ensure_ascii=False).encode()


def by_record(plant: Standing, told: bytes | Mapping[str, Any], code: str) -> Refusal:
    """Tell Python one event."""
    return refused_in_python(lambda: plant.ledger.record(told))


def by_record_many(plant: Standing, told: bytes | Mapping[str, Any], code: str) -> Refusal:
    """Tell Python several events of which this is one."""
    return refused_in_python(lambda: plant.ledger.record_many([told]))


def by_command(plant: Standing, told: bytes | Mapping[str, Any], code: str) -> Refusal:
    """Tell the command line on its standard input."""
    ran = command("record", "-", "--ledger", str(plant.database), told=as_bytes(told))
    return refused_by_command(ran, code, lists_more=True)


def by_json_command(plant: Standing, told: bytes | Mapping[str, Any], code: str) -> Refusal:
    """Tell the command line, which answers in JSON."""
    ran = command("--json", "record", "-", "--ledger", str(plant.database), told=as_bytes(told))
    return refused_in_json(ran, code)


def by_post(plant: Standing, told: bytes | Mapping[str, Any], code: str) -> Refusal:
    """Post one event."""
    return refused_over_http(plant.http.post("/v1/events", content=as_bytes(told), headers=JSON), code)


def by_batch(plant: Standing, told: bytes | Mapping[str, Any], code: str) -> Refusal:
    """Post a batch of which this is one event."""
    body = b"[" + as_bytes(told) + b"]"
    return refused_over_http(plant.http.post("/v1/events/batch", content=body, headers=JSON), code)


Way = Callable[[Standing, bytes | Mapping[str, Any], str], Refusal]

PYTHON: Final = "Ledger.record"
PYTHON_MANY: Final = "Ledger.record_many"
COMMAND: Final = "thread record -"
JSON_COMMAND: Final = "thread --json record -"
POST: Final = "POST events"
BATCH: Final = "POST events/batch"

WAYS: Final[Mapping[str, Way]] = {
    PYTHON: by_record,
    PYTHON_MANY: by_record_many,
    COMMAND: by_command,
    JSON_COMMAND: by_json_command,
    POST: by_post,
    BATCH: by_batch,
}
