"""The notation of stories: what an auditor reads is what is recorded."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests import story as notation
from tests.plant import plant, story_ledger
from tests.story import StoryError, events, story
from tests.story_sentences import SENTENCES
from thread.events import EVENT_TYPES

CHECKOUT = Path(__file__).resolve().parents[2]

SIX_LINES = """
    site P1
    1. day 1, 08:00  receive 100 KGM of STEEL lot S-77 from ACME on DN-4711, pegged 60 to SO-1, rest forecast
    2. day 1, 09:00  release order WO-1 for 40 EA of FRAME
    3. day 1, 09:30  issue 30 KGM of S-77 to WO-1
    4. day 1, 11:00  produce 20 EA of FRAME lot F-1 from WO-1
    5. day 2, 08:00  pack 10 EA of F-1 into PAL-1
    6. day 2, 09:00  ship PAL-1 to RIDE as SH-1
"""


def one(sentence: str) -> Any:
    """Return the event of one sentence, without what every event has."""
    (event,) = events(f"day 1, 08:00  {sentence}")
    return {name: value for name, value in event.items() if name not in {"id", "event_time", "site"}}


def test_six_lines_are_six_events() -> None:
    told = events(SIX_LINES)

    assert [event["type"] for event in told] == [
        "received",
        "work_order_released",
        "material_issued",
        "batch_produced",
        "packed",
        "shipped",
    ]
    assert told[0] == {
        "type": "received",
        "id": "00000000-0000-4000-8000-000001000001",
        "event_time": "2026-03-02T08:00:00+01:00",
        "site": "P1",
        "quantity": {"value": "100", "unit": "KGM"},
        "item": "STEEL",
        "lot": "S-77",
        "supplier": "ACME",
        "documents": [{"type": "despatch_advice", "number": "DN-4711"}],
        "origin": {"pegs": [{"quantity": "60", "demand": "SO-1"}], "trigger": "forecast"},
    }


def test_a_window_runs_to_an_hour_of_the_same_day_or_of_another() -> None:
    same, other = events("day 2, 08:00 to 09:30 count 1 EA of A\nday 2, 22:00 to day 3, 06:00 count 1 EA of A")

    assert (same["time_from"], same["time_to"]) == ("2026-03-03T08:00:00+01:00", "2026-03-03T09:30:00+01:00")
    assert other["time_to"] == "2026-03-04T06:00:00+01:00"


def test_the_first_day_and_the_clock_can_be_told() -> None:
    (event,) = events("day 1 is 2024-02-28\nclock -05:00\nday 3, 08:00:30 count 1 EA of A")

    assert event["event_time"] == "2024-03-01T08:00:30-05:00"


def test_a_site_holds_from_there_on() -> None:
    told = events("day 1, 08:00 count 1 EA of A\nsite P2\nday 1, 09:00 count 1 EA of A")

    assert [event["site"] for event in told] == ["P1", "P2"]


def test_a_late_booking_is_recorded_after_what_happened_before_it_was_booked() -> None:
    told = story(
        """
        1. day 1, 08:00  count 1 EA of A, booked day 2
        2. day 2, 08:00  count 1 EA of B
        3. day 2, 09:00  count 1 EA of C, booked day 2, 09:30
        4. day 3, 08:00  count 1 EA of D
        """
    )

    assert [booking.number for booking in told] == [2, 3, 1, 4]
    assert told[2].booked_at == "2026-03-03T23:59:59+01:00"


def test_lines_without_a_booking_are_booked_in_their_order_even_if_an_earlier_hour_is_told() -> None:
    told = story("day 2, 08:00 count 1 EA of A\nday 1, 08:00 count 1 EA of B")

    assert [booking.number for booking in told] == [1, 2]
    assert told[0].booked_at == told[1].booked_at


def test_a_sentence_goes_on_in_lines_that_are_indented_further() -> None:
    told = events("  day 1, 08:00 count 1 EA of A,\n      note wet\n  # a remark\n\n  day 1, 09:00 count 2 EA of A")

    assert [event.get("note") for event in told] == ["wet", None]


@pytest.mark.parametrize(
    ("told", "line"),
    [
        ("30 KGM of S-77", {"quantity": {"value": "30", "unit": "KGM"}, "lot": "S-77"}),
        ("30 KGM of STEEL lot S-77", {"quantity": {"value": "30", "unit": "KGM"}, "item": "STEEL", "lot": "S-77"}),
        (
            "12 EA (31.4 KGM + 3 LTR) of A",
            {
                "quantity": {
                    "value": "12",
                    "unit": "EA",
                    "also": [{"value": "31.4", "unit": "KGM"}, {"value": "3", "unit": "LTR"}],
                },
                "lot": "A",
            },
        ),
        ("serials A01 to A09 + B1 of F", {"serials": [{"first": "A01", "last": "A09"}, {"first": "B1"}], "lot": "F"}),
        (
            "2 EA of F serials A1 to A2",
            {"quantity": {"value": "2", "unit": "EA"}, "lot": "F", "serials": [{"first": "A1", "last": "A2"}]},
        ),
        ("5 EA of either A or B or C", {"quantity": {"value": "5", "unit": "EA"}, "one_of": ["A", "B", "C"]}),
        (
            "5 EA of FRAME either A or B",
            {"quantity": {"value": "5", "unit": "EA"}, "item": "FRAME", "one_of": ["A", "B"]},
        ),
        (
            "5 EA of A out of pallet PAL-1 (at RACK)",
            {"quantity": {"value": "5", "unit": "EA"}, "lot": "A", "container": "PAL-1", "place": "RACK"},
        ),
        ("PAL-1", {"container": "PAL-1"}),
        ("kit KIT-1", {"container": "KIT-1"}),
        ('5 EA of "lot 7, left"', {"quantity": {"value": "5", "unit": "EA"}, "lot": "lot 7, left"}),
    ],
)
def test_material_is_told_in_many_ways(told: str, line: dict[str, Any]) -> None:
    assert one(f"scrap {told} as BAD")["lots"] == [line]


def test_a_name_in_quotes_is_never_a_keyword() -> None:
    assert one('hand over 1 EA of "either" to owner "to"')["owner"] == "to"


def test_a_bare_name_is_a_lot_where_nothing_moves_and_a_container_where_goods_move() -> None:
    assert one('hold A and container C as H, because "x"')["lots"] == [{"lot": "A"}, {"container": "C"}]
    assert one("ship C to RIDE as SH")["lots"] == [{"container": "C"}]


def test_an_output_tells_its_details_in_brackets() -> None:
    (told,) = one("produce 2 EA of X lot L serials 1 to 2 (co, allocation 40, from 1 KGM of S and 2 EA of T) from W")[
        "outputs"
    ]

    assert (told["kind"], told["allocation"]) == ("co", "40")
    assert [line["lot"] for line in told["from"]] == ["S", "T"]


def test_lines_speak_of_other_lines_by_their_number() -> None:
    told = events(
        """
        1. day 1, 08:00  receive 9 KGM of STEEL lot S from ACME
        2. day 1, 09:00  issue 5 KGM of S (came by line 1) to W
        3. day 1, 10:00  return 1 KGM of S (issued by line 2) from W
        4. day 2, 08:00  line 3 did not happen, because "told twice", code duplicate
        5. day 2, 09:00  sign line 1 + line 4 by P-7 "Ann Example" as review, method pin
        """,
        first_seq=10,
    )

    assert told[1]["lots"][0]["arrival"] == told[0]["id"]
    assert told[2]["lots"][0]["issue"] == told[1]["id"]
    assert (told[3]["seq"], told[3]["void"], told[3]["reason_code"]) == (12, True, "duplicate")
    assert told[4]["seqs"] == [10, 13]


def test_sequence_numbers_follow_the_order_of_booking() -> None:
    told = events(
        """
        1. day 1, 08:00  count 1 EA of A, booked day 5
        2. day 1, 09:00  count 1 EA of B
        3. day 6, 08:00  line 1 did not happen, because "x"
        """
    )

    assert [event.get("seq") for event in told] == [None, None, 1]


def test_a_replacement_happened_when_the_line_it_replaces_did_unless_it_says_otherwise() -> None:
    told = events(
        """
        1. day 1, 08:00 to 09:00  issue 5 KGM of S to W
        2. day 2, 08:00  instead of line 1, because "a: b; c", code wrong lot: issue 4 KGM of S to W ;
             day 1, 08:30 issue 1 KGM of T to W
        """
    )

    first, second = told[1]["replaced_by"]
    assert (first["time_from"], first["time_to"]) == (told[0]["time_from"], told[0]["time_to"])
    assert second["event_time"] == "2026-03-02T08:30:00+01:00"
    assert told[1]["reason"] == "a: b; c"


def test_forcing_is_told_in_the_story_and_not_in_the_event() -> None:
    (booking,) = story('day 1, 08:00 issue 5 KGM of STEEL lot S to W, forced "found on the line"')

    assert booking.forced == "found on the line"
    assert "forced" not in booking.told


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("\nday 1, 08:00 frob 1 EA of A", "line 2: 'frob' begins no sentence; it can be assemble, break"),
        ("count 1 EA of A", "line 1: a sentence begins with its time, like 'day 1, 08:00  receive"),
        ("day 1, 08:00 count 5 KGM", "line 1: expected 'of', found 'the end'; in: count 5 KGM"),
        ("day 1, 08:00 count 5 KGM of A, colour red", "'colour red' is no clause of this sentence; it knows: at, "),
        ("day 1, 08:00 count 5 KGM of A note x", "expected ',', found 'note x'"),
        ("day 1, 08:00 count 5 KGM of A, note x, note y", "note is told twice"),
        (
            "day 1, 08:00 count 5 KGM of A (colour red)",
            "'colour red )' is no clause of this sentence; it knows: at, came by",
        ),
        ("day 1, 08:00 count of A", "expected"),
        ("2. day 1, 08:00 count 1 EA of A", "line 1: this is sentence 1, not 2"),
        ('day 1, 08:00 line 1 did not happen, because "x"', "line 1: there is no other sentence 1 in this story"),
        ('day 1, 08:00 line 9 did not happen, because "x"', "line 1: there is no other sentence 9 in this story"),
        ('day 1, 08:00 instead of line 2, because "x": count 1 EA of A', "sentence 2 stands further down"),
        ("day 1, 08:00 check equipment X: fine", "expected one of good, bad, found 'fine'"),
        ("day 1, 08:00 unpack 1 EA of A", "from which container"),
        ('day 1, 08:00 count "1 EA of A', "cannot read"),
        ("day 1, 08:00 receive 1 EA of X lot L, expiry soon", "expected a date such as 2026-03-09, found 'soon'"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(text: str, why: str) -> None:
    with pytest.raises(StoryError, match=re.escape(why)):
        story(text)


def test_every_verb_is_explained_in_the_notation() -> None:
    explained = notation.__doc__ or ""

    assert [verb for verb in SENTENCES if not re.search(rf"(^|\s|\|){verb}\b", explained)] == []


def test_every_event_type_but_those_of_others_can_be_told() -> None:
    examples = CHECKOUT / "fixtures" / "examples"
    told = [event for path in sorted(examples.glob("*.story")) for event in events(path.read_text(encoding="utf-8"))]

    assert set(EVENT_TYPES) - {event["type"] for event in told} == {"epcis_captured"}


def test_a_plant_lives_through_a_story() -> None:
    lived = plant(SIX_LINES)

    assert lived.lot("S-77") == "https://plant.example/party/ACME/lot/STEEL/S-77"
    assert lived.lot("F-1", item="FRAME") == "https://plant.example/site/P1/lot/FRAME/F-1"
    assert [entry.seq for entry in lived.entries] == [0, 1, 2, 3, 4, 5]
    assert lived.history.about("lot", lived.lot("S-77"))[1].event.type == "material_issued"
    assert lived.known_at(1).size == 1


def test_a_ledger_lives_through_the_same_story(tmp_path: Path) -> None:
    ledger, seqs = story_ledger(tmp_path, SIX_LINES)

    with ledger:
        assert seqs == {1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 6}
        assert ledger.entry(1).event["lot"] == "https://plant.example/party/ACME/lot/STEEL/S-77"
        assert ledger.entry(6).recorded_at == "2026-03-03T08:00:00.000000Z"
