"""No bytes whatever, and no event however spoilt, make the program fail or record what cannot be read back.

Hypothesis looks for the input that the table lacks. What it finds becomes a row there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.story import events
from tests.surfaces.bad_input_surfaces import JSON, PLANT, Standing, command, one_line, standing, unseen_in
from tests.unit.interop.epcis_documents import object_event, transformation
from thread.errors import ThreadError
from thread.events import dump_event, parse_event
from thread.ledger import read_entry

_EXAMPLES: Final = Path(__file__).parents[2] / "fixtures" / "events"


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    with standing(tmp_path_factory.mktemp("plant")) as made:
        yield made
        before = made.told()
        made.ledger.rebuild()
        assert made.told() == before
        assert made.ledger.verify().ok
        assert made.ledger.export_epcis()


# What is told


def _examples() -> list[dict[str, Any]]:
    """Return events of every type, without the ids that would make the second of them a retry."""
    told = [*events(PLANT, first_seq=1), *(json.loads(path.read_bytes()) for path in sorted(_EXAMPLES.glob("*.json")))]
    return [{name: value for name, value in event.items() if name != "id"} for event in told]


EVENTS: Final = _examples()
DOCUMENT: Final = json.dumps(
    {
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-03-10T00:00:00Z",
        "epcisBody": {"eventList": [object_event(), transformation()]},
    }
).encode()
TEXTS: Final = (*(json.dumps(event).encode() for event in EVENTS), DOCUMENT)
SIGNS: Final = (
    *(bytes([code]) for code in b'{}[]",:\\ \n\r\t-+.eE0789/#ntf'),
    b"\x00",
    b"\x1b",
    b"\xff",
    b"\xed\xa0\x80",
)
ODD: Final[tuple[Any, ...]] = (
    *(None, True, False, 0, -1, 2**53, 2**63, 2**64, 1.5, -0.0, "", " ", "\x00", "\x1b[2J", "\u202e", "\U0001f600"),
    *("x" * 300, "x" * 9_000, "%", "%ZZ", "../..", "~2", "S-77~9", "9" * 18, "9" * 5_000, "-5", "0", "1e5", "NaN"),
    *("S-77", "26-14", "F-1", "WO-1", "PAL-1", "SH-1", "H-1", "NOPE", "site", "2026-03-03", "2026-03-03T08:00:00Z"),
    *("https://", "https://[x", "https://plant.example//", "https://plant.example/site/P1/lot/%ZZ", "urn:x:%"),
    *("https://plant.example/party/ACME/lot/STEEL/S-77", "https://plant.example/order/P1/WO-1", "urn:epc:id:sgtin:x"),
    *("https://id.gs1.org/01/x", "https://id.gs1.org/01/09506000134352/10/%", "(01)09506000134352(10)A", "(10)"),
    *("]C10109506000134352", "\x1d", [], {}, [[]], [{}], {"value": "1", "unit": "KGM"}, {"lot": "S-77"}),
    *({"digest": "x" * 43}, "received", "corrected", "ledger.opened", "JIT", "\u0661"),
)


@st.composite
def spoilt_bytes(draw: st.DrawFn) -> bytes:
    """Return a text of JSON with bytes changed, put in, taken out, or cut off."""
    data = bytearray(draw(st.sampled_from(TEXTS)))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        match draw(st.sampled_from(["put in", "take out", "cut", "repeat"])):
            case "put in":
                data[at:at] = draw(st.sampled_from(SIGNS))
            case "take out":
                del data[at : at + draw(st.integers(1, 20))]
            case "cut":
                del data[at:]
            case _:
                data[at:at] = data[at : at + draw(st.integers(1, 40))]
    return bytes(data)


ANY_BYTES: Final = st.binary(max_size=200) | st.text(max_size=80).map(lambda text: text.encode()) | spoilt_bytes()


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to every value inside an event."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in inside:
        yield (*path, step)
        yield from places(inner, (*path, step))


def at(event: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        event = event[step]
    return event


FIELDS: Final = sorted({str(path[-1]) for event in EVENTS for path in places(event) if isinstance(path[-1], str)})


@st.composite
def spoilt_events(draw: st.DrawFn) -> dict[str, Any]:
    """Return a good event with values dropped, replaced, moved about, or put in."""
    event: dict[str, Any] = deepcopy(draw(st.sampled_from(EVENTS)))
    for _ in range(draw(st.integers(1, 3))):
        found = list(places(event))
        if not found:
            break
        path = draw(st.sampled_from(found))
        holder = at(event, path[:-1])
        match draw(st.sampled_from(["drop", "replace", "replace", "put in", "move", "take over"])):
            case "drop":
                del holder[path[-1]]
            case "replace":
                holder[path[-1]] = deepcopy(draw(st.sampled_from(ODD)))
            case "put in" if isinstance(holder, dict):
                holder[draw(st.sampled_from(FIELDS))] = deepcopy(draw(st.sampled_from(ODD)))
            case "take over":
                other = draw(st.sampled_from(EVENTS))
                holder[path[-1]] = deepcopy(at(other, draw(st.sampled_from(list(places(other))))))
            case _:
                holder[path[-1]] = deepcopy(at(event, draw(st.sampled_from(found))))
    return event


# What has to hold


@pytest.mark.requirement("REC-6")
@given(data=ANY_BYTES)
def test_no_bytes_make_python_raise_anything_but_an_error_of_ours(plant: Standing, data: bytes) -> None:
    for ask in (plant.ledger.record, lambda told: plant.ledger.import_document(told, file="document")):
        try:
            ask(data)
        except ThreadError as error:
            one_line(error.text)


@pytest.mark.requirement("REC-6")
@given(data=ANY_BYTES)
def test_no_bytes_make_the_server_fail(plant: Standing, data: bytes) -> None:
    for path in ("events", "events/batch", "receipts", "recalls/scope", "epcis/capture"):
        answer = plant.http.post(f"/v1/{path}", content=data, headers=JSON)
        assert answer.status_code < 500, (path, answer.text)
        assert answer.is_success or answer.headers["content-type"] == "application/problem+json"


@pytest.mark.requirement("REC-6")
@given(data=ANY_BYTES)
def test_no_bytes_make_the_command_line_fail(plant: Standing, data: bytes) -> None:
    file = plant.folder / "any.json"
    file.write_bytes(data)
    ledger = ("--ledger", str(plant.database))

    for arguments in (("record", "-"), ("record", str(file), "--each"), ("import", str(file))):
        ran = command(*arguments, *ledger, told=data)
        assert ran.status in {0, 2}
        assert (ran.status == 0) == (ran.err == "")
        assert not unseen_in(ran.out + ran.err)


@given(event=spoilt_events(), forced=st.booleans(), as_text=st.booleans())
def test_what_is_recorded_of_a_spoilt_event_can_always_be_read_back(
    plant: Standing, event: dict[str, Any], forced: bool, as_text: bool
) -> None:
    size = plant.ledger.size
    told = json.dumps(event).encode() if as_text else event

    try:
        recording = plant.ledger.record(told, force_reason="it happened" if forced else None)
    except ThreadError as error:
        one_line(error.text)
        assert plant.ledger.size == size
        return

    entry = read_entry(recording.entry.data)
    assert plant.ledger.entry(recording.seq) == entry
    assert dump_event(parse_event(entry.event)) == entry.event
    assert plant.ledger.size == size + (not recording.duplicate)
    assert plant.ledger.history().entry(recording.seq) is not None


@given(told=spoilt_events(), again=spoilt_events())
def test_a_key_told_again_with_something_else_never_makes_the_program_fail(
    plant: Standing, told: dict[str, Any], again: dict[str, Any]
) -> None:
    for event in (told, again, told):
        try:
            plant.ledger.record(event, key="retry#1")
        except ThreadError as error:
            one_line(error.text)


@given(event=spoilt_events())
def test_a_spoilt_event_is_answered_alike_by_python_and_over_http(plant: Standing, event: dict[str, Any]) -> None:
    data = json.dumps(event).encode()

    answer = plant.http.post("/v1/events", content=data, headers=JSON)

    assert answer.status_code < 500, answer.text
    if not answer.is_success:
        with pytest.raises(ThreadError) as refused:
            plant.ledger.record(data)
        assert refused.value.code == answer.json()["code"]
