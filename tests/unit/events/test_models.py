"""What an event must say to make sense, whatever the state of the plant."""

from typing import Any

import pytest

from tests import builders
from tests.builders import line, output, time
from thread.events import EventInvalid, parse_event
from thread.values.times import instant

Told = dict[str, Any]


def refused(told: Told) -> str:
    """Return why an event is refused."""
    with pytest.raises(EventInvalid) as refusal:
        parse_event(told)
    return str(refusal.value)


# Time


def test_an_event_is_at_an_instant_or_in_a_window_never_both_and_never_neither() -> None:
    both = {**builders.move(), "time_from": time("day 1, 08:00"), "time_to": time("day 1, 09:00")}

    assert "tell event_time (an instant) or time_from and time_to (a window), not both" in refused(both)
    assert "when it happened is missing" in refused(builders.move(event_time=None))
    assert "when it happened is missing" in refused(
        {**builders.move(event_time=None), "time_from": time("day 1, 08:00")}
    )


def test_a_window_starts_before_it_ends_and_orders_by_its_start() -> None:
    backwards = builders.move(time_from="day 1, 09:00", time_to="day 1, 08:00")
    event = parse_event(builders.move(time_from="day 1, 08:00", time_to="day 1, 09:00"))

    assert "time_from lies after time_to" in refused(backwards)
    assert event.window == (instant(time("day 1, 08:00")), instant(time("day 1, 09:00")))
    assert event.at == event.window[0]


def test_an_instant_is_a_window_of_length_zero() -> None:
    event = parse_event(builders.move())

    assert event.window == (event.at, event.at)


# Lines


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"quantity": {"value": "1", "unit": "EA"}}, "the line names no material: give lot, one_of, or container"),
        ({"lot": "A"}, "the line tells no quantity"),
        ({"one_of": ["A", "B"]}, "the line tells no quantity"),
        ({"one_of": ["A", "A"], "quantity": {"value": "1", "unit": "EA"}}, "one_of names the same lot twice"),
        ({"one_of": ["A"], "quantity": {"value": "1", "unit": "EA"}}, "at least 2 items"),
        ({"one_of": ["A", "B"], "lot": "A", "quantity": {"value": "1", "unit": "EA"}}, "one_of stands alone"),
        ({"one_of": ["A", "B"], "container": "C", "quantity": {"value": "1", "unit": "EA"}}, "one_of stands alone"),
        ({"container": "C", "serials": [{"first": "A1"}]}, "serials belong to a lot"),
        ({"lot": "A", "serials": [{"first": "A1"}, {"first": "A1"}]}, "the line names a serial twice"),
        ({"lot": "A", "serials": [{"first": "A1", "last": "A5"}, {"first": "A3"}]}, "the line names a serial twice"),
        (
            {"lot": "A", "serials": [{"first": "A1", "last": "A5"}], "quantity": {"value": "4", "unit": "EA"}},
            "the line names 5 serials but tells a quantity of 4; they must agree",
        ),
        (
            {"lot": "A", "serials": [{"first": "00001", "last": "09000"}, {"first": "10000", "last": "19000"}]},
            "the line names 18001 serials; at most 10000 fit one event",
        ),
        ({"lot": "A", "serials": []}, "at least 1 item"),
    ],
)
def test_a_line_that_makes_no_sense_is_refused(wrong: Told, why: str) -> None:
    assert why in refused(builders.scrap(wrong))


def test_a_line_says_what_it_means() -> None:
    event = parse_event(builders.scrap("4 EA of A", "serials A1 to A9 of B", "PAL-1", "2 EA of C out of PAL-2"))
    whole, serials, container, taken_out = event.lots  # type: ignore[attr-defined]

    assert (whole.candidates, str(whole.amount), whole.unit) == (("A",), "4", "EA")
    assert (str(serials.amount), serials.unit, len(serials.spans)) == ("9", None, 1)
    assert (container.is_whole_container, container.candidates, container.amount) == (True, (), None)
    assert (taken_out.is_whole_container, taken_out.container) == (False, "PAL-2")


def test_what_is_only_touched_needs_no_quantity_and_what_was_counted_does() -> None:
    assert parse_event(builders.hold("A")).type == "held"
    assert "the line tells no quantity" in refused(builders.count({"lot": "A"}))


# Each type


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (builders.receipt(quantity="0 KGM"), "the quantity is zero; tell how much there is, or record nothing"),
        (
            builders.receipt(quantity="3 EA", serials=[{"first": "A1", "last": "A2"}]),
            "2 serials are named but the quantity is 3; they must agree",
        ),
        (
            builders.receipt(quantity="20000 EA", serials=[{"first": "00001", "last": "09999"}, {"first": "1A"}] * 2),
            "the event names 20000 serials; at most 10000 fit one event",
        ),
        (builders.receipt(containers=[{"container": "C"}]), "how much of the lot is in the container is missing"),
        (builders.receipt(country="Germany"), "/country: "),
        (builders.production(output("0 EA of F lot A")), "an output of quantity zero was not made"),
        (
            builders.production(output("3 EA of F lot A serials A1 to A2")),
            "2 serials are named but the quantity is 3",
        ),
        (
            builders.production(output("3 EA of F lot A", made_from=time("day 1, 08:00"))),
            "made_from and made_to go together",
        ),
        (
            builders.production("3 EA of F lot A (from 1 KGM of S)", run="R"),
            "an output with `from` is a run of its own; leave run out",
        ),
        (builders.pack("PAL-1", container="PAL-1"), "container PAL-1 cannot hold itself"),
        (builders.draw(order="WO-1"), "a draw goes into a new lot or into an order: give one of lot and order"),
        (builders.draw(lot=None), "a draw goes into a new lot or into an order: give one of lot and order"),
        (builders.draw(item=None), "a draw into a lot needs the item that the lot is of"),
        ({**builders.step(), "order": None}, "what the step was done on is missing"),
        ({**builders.step("W", "A"), "run": "R"}, "a run belongs to an order"),
        (builders.inspection(lots=None), "what was inspected is missing"),
        (builders.swap("A", at="day 1, 08:00"), "nothing changed: give removed, installed, or both"),
        (builders.shipment(customer=None), "a sale goes to a customer: give customer"),
        (builders.shipment(purpose="processing"), "goods sent for processing belong to a subcontracted order"),
        (
            {"type": "complaint_received", "event_time": time("day 1, 08:00"), "site": "P1", "complaint": "C-1"},
            "what the complaint is about is missing: give lots, shipment, or as_printed marks",
        ),
        (
            {"type": "repegged", "event_time": time("day 1, 08:00"), "site": "P1", "order": "WO-1"},
            "no demand is named: give from_demand, to_demand, or both",
        ),
        (
            {"type": "repegged", "event_time": time("day 1, 08:00"), "site": "P1", "from_demand": "SO-1"},
            "a peg belongs to lots or to an order: give one of them",
        ),
        (builders.void(3, void=False), "a correction voids the entry or replaces it"),
        (builders.void(3, replaced_by=[builders.move()]), "a correction voids the entry or replaces it"),
        (builders.void(-1), "/seq: "),
        (builders.correction(3), "/replaced_by: "),
    ],
)
def test_an_event_that_contradicts_itself_is_refused(told: Told, why: str) -> None:
    assert why in refused({name: value for name, value in told.items() if value is not None})


def test_a_reading_is_a_number_or_words() -> None:
    told = builders.step(parameters=[{"name": "TEMP", "value": "180", "text": "hot"}])

    assert "a reading is a number (value) or words (text): give one of them" in refused(told)


def test_site_is_asked_for_on_the_floor_and_not_in_the_office() -> None:
    assert "/site: is missing" in refused({name: value for name, value in builders.move().items() if name != "site"})
    assert parse_event(builders.item(site=None)).site is None


@pytest.mark.parametrize("site", ["", "P 1", "P/1", "P~1", "P\x001", "P" * 61])
def test_a_site_is_a_short_code_that_fits_names(site: str) -> None:
    assert "/site: " in refused(builders.move(site=site))


@pytest.mark.parametrize("site", [".", "..", "\u200b"])
def test_a_site_is_a_code_that_can_be_seen(site: str) -> None:
    assert "is no name" in refused(builders.move(site=site))


def test_free_fields_have_a_namespace() -> None:
    assert "/ext/0/name: " in refused(builders.move(ext=[{"name": "zone", "value": "1"}]))
    assert parse_event(builders.move(ext=[{"name": "acme:zone", "value": ""}])).ext[0].name == "acme:zone"


def test_what_a_line_of_another_kind_adds_is_refused_elsewhere() -> None:
    assert "/lots/0/position: is not a field" in refused(builders.move(line("1 EA of A", position="10")))


def test_private_values_are_told_in_clear_or_as_a_digest() -> None:
    party = {"type": "party_defined", "event_time": time("day 1, 08:00"), "party": "ACME"}
    digest = {"digest": "A" * 43}

    assert parse_event({**party, "name": "Ann"}).name == "Ann"  # type: ignore[attr-defined]
    assert parse_event({**party, "name": digest}).name.digest == "A" * 43  # type: ignore[attr-defined]
    assert "/name" in refused({**party, "name": {"digest": "short"}})
    assert "/name" in refused({**party, "name": 7})


@pytest.mark.parametrize(
    "told",
    [
        builders.pack("0 KGM of A"),
        builders.shipment("0.000 KGM of A"),
        builders.issue("0 KGM of A"),
        builders.move("0 KGM of A"),
        builders.receipt(containers=[{"container": "C", "quantity": {"value": "0", "unit": "KGM"}}]),
    ],
)
def test_nothing_cannot_move(told: Told) -> None:
    assert "zero" in refused(told)


def test_what_was_counted_held_or_inspected_may_be_nothing() -> None:
    nothing = [{"lot": "A", "quantity": {"value": "0", "unit": "KGM"}}]
    when = {"event_time": time("day 1, 08:00"), "site": "P1", "lots": nothing}

    parse_event({"type": "counted", **when})
    parse_event({"type": "held", "hold_id": "H", "reason": "wet", **when})


TWICE = [{"first": "A1", "last": "A2"}, {"first": "A2", "last": "A3"}]


@pytest.mark.parametrize(
    "told",
    [
        builders.receipt(quantity="4 EA", serials=TWICE),
        {**builders.receipt(quantity="4 EA", serials=TWICE), "type": "declared", "kind": "found"},
        builders.receipt(quantity="4 EA", containers=[{"container": "C", "serials": TWICE}]),
        builders.production({**output("4 EA of F lot A"), "serials": TWICE}),
    ],
)
def test_a_serial_comes_once(told: Told) -> None:
    assert "names a serial twice" in refused(told)


def test_a_serial_comes_in_one_container() -> None:
    parts = [{"container": name, "serials": [{"first": "A1", "last": "A2"}]} for name in ("C", "D")]

    assert "two containers name the same serial" in refused(builders.receipt(quantity="4 EA", containers=parts))
