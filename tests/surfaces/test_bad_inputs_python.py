"""What only Python can hand in: values that JSON has no form for, keys and actors that no entry can hold."""

from __future__ import annotations

import datetime as dt
import decimal
import enum
import uuid
from collections import ChainMap, OrderedDict
from collections.abc import Iterator
from typing import Any, Final

import pytest

from tests.surfaces.bad_input_surfaces import Standing, refused_in_python, standing
from tests.surfaces.bad_inputs import amount, issued, receipt
from thread.errors import ThreadError
from thread.service import Actor


class Site(enum.Enum):
    P1 = "P1"


class Text(str):
    __slots__ = ()


def endless() -> dict[str, Any]:
    """Return an event that holds itself."""
    event = receipt()
    event["ext"] = [event]
    return event


NO_EVENT: Final = "it is not an object { ... } with the fields of an event"
NO_JSON: Final = "cannot be written as JSON"
NOT_KEPT: Final = "is not a kind of JSON value"

VALUES: Final[dict[str, tuple[Any, str, str]]] = {
    "None": (None, "json-malformed", NO_EVENT),
    "a number": (5, "json-malformed", NO_EVENT),
    "a text": ("received", "json-malformed", NO_EVENT),
    "a list": ([receipt()], "json-malformed", NO_EVENT),
    "a set": ({1}, "json-malformed", NO_EVENT),
    "a class": (dict, "json-malformed", NO_EVENT),
    "a memory view": (memoryview(b"{}"), "json-malformed", NO_EVENT),
    "an event that holds itself": (endless(), "json-malformed", "nested deeper than 60 levels"),
    "a key that is a number": ({**receipt(), 1: 2}, "event-invalid", NO_JSON),
    "a key that is None": ({**receipt(), None: 2}, "event-invalid", NO_JSON),
    "a set inside": (receipt(documents={1}), "event-invalid", NO_JSON),
    "bytes inside": (receipt(lot=b"Q-1"), "event-invalid", NO_JSON),
    "a decimal": (amount(decimal.Decimal(5)), "event-invalid", NO_JSON),
    "a complex number": (amount(1j), "event-invalid", NO_JSON),
    "a function": (receipt(note=print), "event-invalid", NO_JSON),
    "a number of 5,000 digits": (receipt(note=10**5_000), "event-invalid", NO_JSON),
    "a version of 5,000 digits": (receipt(v=10**5_000), "event-invalid", "version 'a huge number' is not known"),
    "a type of 5,000 digits": (receipt(type=10**5_000), "event-invalid", "'a huge number' is no event type"),
    "a lone surrogate": (receipt(note="\ud800"), "event-invalid", NO_JSON),
    "a lone surrogate as a lot": (receipt(lot="\ud800"), "event-invalid", "the character U+D800"),
    "a lone surrogate as a field": (receipt(**{"\ud800": 1}), "event-invalid", NO_JSON),
    "a lone surrogate as a type": (receipt(type="\ud800"), "event-invalid", "is no event type"),
    "NaN": (amount(float("nan")), "event-invalid", "/quantity/value: "),
    "infinity": (amount(float("inf")), "event-invalid", "/quantity/value: "),
    "a time without a zone": (receipt(event_time=dt.datetime(2026, 3, 3)), "event-invalid", "/event_time: "),  # noqa: DTZ001
    "a time": (receipt(event_time=dt.datetime(2026, 3, 3, tzinfo=dt.UTC)), "not-canonical", NOT_KEPT),
    "a day": (receipt(expiry=dt.date(2027, 3, 3)), "not-canonical", NOT_KEPT),
    "a UUID": (receipt(id=uuid.UUID(int=7)), "not-canonical", NOT_KEPT),
    "an enumeration": (receipt(site=Site.P1), "not-canonical", NOT_KEPT),
    "a text of a class of one's own": (receipt(note=Text("fine")), "not-canonical", NOT_KEPT),
}


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    with standing(tmp_path_factory.mktemp("plant")) as made:
        yield made


@pytest.mark.parametrize(("told", "code", "says"), VALUES.values(), ids=VALUES)
def test_a_value_that_json_has_no_form_for_is_refused(plant: Standing, told: Any, code: str, says: str) -> None:
    for ask in (plant.ledger.record, lambda value: plant.ledger.record_many([value])):
        with plant.recording_nothing():
            refusal = refused_in_python(lambda ask=ask: ask(told))  # type: ignore[misc]

        assert refusal.code == code
        assert says in refusal.text


@pytest.mark.parametrize(
    ("beside", "code", "says"),
    [
        ({"key": ""}, "entry-refused", "key is not a text, or is empty"),
        ({"key": "k" * 2_000}, "entry-refused", "key has more than 1024 bytes"),
        ({"key": "\ud800"}, "entry-refused", "key is no text of whole Unicode characters"),
        ({"key": 5}, "entry-refused", "key is no text of whole Unicode characters"),
        ({"actor": Actor("")}, "entry-refused", "actor has no id"),
        ({"actor": Actor("ann", "root")}, "entry-refused", "auth of the actor is not one of"),
        ({"actor": Actor("\ud800")}, "entry-refused", "the id of the actor holds the character U+D800"),
        ({"actor": Actor("ann\nbob")}, "entry-refused", "the id of the actor holds the character U+000A"),
        ({"actor": Actor("a" * 201)}, "entry-refused", "the id of the actor has 201 characters, at most 200 are kept"),
        ({"actor": Actor("\u200b")}, "entry-refused", "the id of the actor shows nothing"),
        ({"actor": Actor(5)}, "entry-refused", "the id of the actor is no text"),  # type: ignore[arg-type]
        ({"key": "k\x00"}, "entry-refused", "key holds the control character U+0000"),
        ({"force_reason": ""}, "force-reason-invalid", "shows nothing; say in words why"),
        ({"force_reason": "so\ud800"}, "force-reason-invalid", "the character U+D800"),
        ({"force_reason": "x" * 70_000}, "force-reason-invalid", "70000 characters, at most 2000 are kept"),
        ({"force_reason": 5}, "force-reason-invalid", "is no text"),
    ],
    ids=[
        "no key",
        "long key",
        "surrogate key",
        "number",
        "nobody",
        "self-made",
        "surrogate",
        "two lines",
        "long id",
        "unseen id",
        "id of a number",
        "control key",
        "no reason",
        "half",
        "long",
        "number as a reason",
    ],
)
def test_a_key_an_actor_or_a_reason_that_no_entry_can_hold_is_refused(
    plant: Standing, beside: dict[str, Any], code: str, says: str
) -> None:
    with plant.recording_nothing():
        refusal = refused_in_python(
            lambda: plant.ledger.record(issued("500", "KGM"), **{"force_reason": "counted", **beside})
        )

    assert refusal.code == code
    assert says in refusal.text


def test_a_mapping_of_any_class_is_an_event(plant: Standing) -> None:
    first = plant.ledger.record(OrderedDict(receipt(lot="ORDERED", documents=())))
    second = plant.ledger.record(ChainMap({"lot": "CHAINED"}, receipt()))

    assert second.seq == first.seq + 1
    assert plant.ledger.verify().ok


@pytest.mark.parametrize(
    "typed",
    [
        "S-77",
        True,
        7,
        [7],
        [[]],
        ["name"],
        [{}],
        [{"name": []}],
        [{"name": ""}],
        [{"name": "lot"}],
        [{"name": "/lots/0/lot", "value": 7}],
        [{"name": f"/lots/{'9' * 5_000}"}],
        [{"name": "/type"}],
    ],
    ids=repr,
)
def test_a_retry_whose_as_typed_has_a_wrong_shape_is_a_duplicate_or_refused_and_never_a_fault(
    plant: Standing, typed: Any
) -> None:
    event = {**issued("1", "KGM"), "id": "0b5c7a52-5c62-4f0e-9d0a-6d6a1f0a0002"}
    first = plant.ledger.record(event)

    with plant.recording_nothing():
        answer = retried(plant, {**event, "as_given": typed})

    assert answer in {"event-id-reused", "event-invalid", first.seq}


def retried(plant: Standing, event: dict[str, Any]) -> int | str:
    """Return the entry that an event told again stands for, or the code that refuses it."""
    try:
        again = plant.ledger.record(event)
    except ThreadError as error:
        return error.code
    assert again.duplicate
    return again.seq
