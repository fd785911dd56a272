from __future__ import annotations

import json
from typing import Any

import pytest

from tests.builders import correction, issue, line, order, receipt, void
from tests.unit.service.conftest import Clock
from thread.acceptance import Refused
from thread.errors import LotAmbiguous, LotUnknown
from thread.events import EventInvalid, parse_event
from thread.ledger import EntryTooLong
from thread.service import Actor, EventIdReused, KeyReused, Ledger, NothingRecorded, ToldMalformed, TypeReserved
from thread.service.recording import made_id

STEEL = "https://plant.example/site/P1/lot/STEEL/STEEL-1"
EVENT_ID = "6f1c2f0a-5d1c-4b7e-9a57-0d6f3a1b2c3d"


def stored(ledger: Ledger, seq: int) -> dict[str, Any]:
    entry: dict[str, Any] = json.loads(ledger.entry(seq).data)
    return entry


def test_an_entry_holds_resolved_names_and_what_was_typed(ledger: Ledger) -> None:
    recording = ledger.record(receipt("STEEL-1"), key="desk/1", actor=Actor("desk", "api-key"))

    entry = stored(ledger, recording.seq)
    assert entry["actor"] == {"id": "desk", "auth": "api-key"}
    assert entry["key"] == "desk/1"
    assert entry["event"]["lot"].endswith("/lot/STEEL/STEEL-1")
    assert {"name": "/lot", "value": "STEEL-1"} in entry["event"]["as_given"]
    assert entry["event"]["id"] == recording.event_id
    assert "forced" not in entry


def test_without_a_key_the_events_id_is_the_key(ledger: Ledger) -> None:
    recording = ledger.record({**receipt("STEEL-1"), "id": EVENT_ID})

    assert stored(ledger, 1)["key"] == EVENT_ID == recording.event_id


def test_made_ids_grow_with_time_and_are_uuids_of_version_7() -> None:
    first = made_id(1_800_000_000_000_000_000, bytes(10))
    second = made_id(1_800_000_000_001_000_000, bytes(10))

    assert first == "01a3185c-5000-7000-8000-000000000000"
    assert first < second
    assert made_id(0, b"\xff" * 10) == "00000000-0000-7fff-bfff-ffffffffffff"


@pytest.mark.parametrize(
    "again",
    [
        receipt("STEEL-1"),
        dict(reversed(receipt("STEEL-1").items())),
        {**receipt("STEEL-1"), "v": 1, "note": None},
        {**receipt("STEEL-1"), "lot": STEEL, "lot_assigner": None},
        {**receipt("STEEL-1"), "item": "https://plant.example/item/STEEL"},
    ],
)
def test_the_same_told_again_is_a_duplicate_however_it_is_written(ledger: Ledger, again: dict[str, Any]) -> None:
    told = {**receipt("STEEL-1"), "supplier": None}
    first = ledger.record(told, key="desk/1")

    second = ledger.record({**again, "supplier": None}, key="desk/1")

    assert (second.seq, second.duplicate, second.event_id) == (first.seq, True, first.event_id)
    assert ledger.size == 2


def test_a_duplicate_is_found_by_its_id_though_its_key_differs(ledger: Ledger) -> None:
    ledger.record({**receipt("STEEL-1"), "id": EVENT_ID}, key="desk/1")

    assert ledger.record({**receipt("STEEL-1"), "id": EVENT_ID}).duplicate
    assert ledger.record({**receipt("STEEL-1"), "id": EVENT_ID}, key="desk/2").duplicate


def test_a_key_that_stands_for_something_else_is_refused(ledger: Ledger) -> None:
    ledger.record(receipt("STEEL-1"), key="desk/1")

    with pytest.raises(KeyReused, match="key 'desk/1' was used for entry 1, which says something else"):
        ledger.record(receipt("STEEL-2"), key="desk/1")
    with pytest.raises(KeyReused):
        ledger.record(receipt("STEEL-1", "100.0 KGM"), key="desk/1")


def test_a_key_may_end_in_any_number(ledger: Ledger) -> None:
    keys = ["feed#7", "feed#07", "feed#8", "feed#x", "feed#" + "9" * 400, "#1", "feed#\u0663", "feed#"]

    recordings = [ledger.record(receipt(f"LOT-{number}"), key=key) for number, key in enumerate(keys)]
    again = [ledger.record(receipt(f"LOT-{number}"), key=key) for number, key in enumerate(keys)]

    assert [recording.seq for recording in recordings] == [one.seq for one in again] == list(range(1, 9))
    with ledger.recording() as recorder:
        seqs = [
            recorder.record(receipt(f"LOT-{number}"), key=key, actor=Actor("a")).seq for number, key in enumerate(keys)
        ]
    assert seqs == list(range(1, 9))


@pytest.mark.parametrize("given", [7, ["x"], [{"name": 3}], [{"value": "x"}]])
def test_a_retry_that_tells_nonsense_beside_is_something_else(ledger: Ledger, given: Any) -> None:
    ledger.record(receipt("STEEL-1"), key="desk/1")

    with pytest.raises(KeyReused):
        ledger.record({**receipt("STEEL-1"), "as_given": given}, key="desk/1")


def test_an_exported_event_told_again_is_a_duplicate(ledger: Ledger) -> None:
    first = ledger.record(receipt("STEEL-1"), key="desk/1")

    assert ledger.record(dict(first.entry.event), key="desk/1").duplicate
    assert ledger.record(dict(first.entry.event)).duplicate


def test_an_id_that_stands_for_something_else_is_refused(ledger: Ledger) -> None:
    ledger.record({**receipt("STEEL-1"), "id": EVENT_ID})

    with pytest.raises(EventIdReused, match=f"event id {EVENT_ID} was used for entry 1"):
        ledger.record({**receipt("STEEL-2"), "id": EVENT_ID}, key="desk/2")


def test_a_made_time_does_not_make_a_retry_something_else(ledger: Ledger, clock: Clock) -> None:
    told = {name: value for name, value in receipt("STEEL-1").items() if name != "event_time"}
    ledger.record(told, key="desk/1", make_time=True)
    clock.now_ns += 10**10

    again = ledger.record(told, key="desk/1", make_time=True)

    assert again.duplicate
    assert stored(ledger, 1)["event"]["event_time"] == "2027-01-15T08:00:00.000000Z"
    assert {"name": "/event_time"} in stored(ledger, 1)["event"]["as_given"]


PARTY = {"type": "party_defined", "event_time": "2026-03-02T08:00:00Z", "party": "ACME", "name": "A. Weber"}


def test_personal_data_stands_in_no_entry_and_is_compared_through_its_salt(ledger: Ledger) -> None:
    recording = ledger.record(PARTY, key="desk/1")

    assert b"Weber" not in recording.entry.data
    assert ledger.private_value(stored(ledger, 1)["event"]["name"]["digest"]) == "A. Weber"
    assert ledger.record(PARTY, key="desk/1").duplicate
    with pytest.raises(KeyReused):
        ledger.record({**PARTY, "name": "B. Weber"}, key="desk/1")


def test_the_same_personal_value_twice_has_two_digests(ledger: Ledger) -> None:
    ledger.record(PARTY)
    ledger.record(PARTY)

    assert stored(ledger, 1)["event"]["name"] != stored(ledger, 2)["event"]["name"]


def test_personal_data_inside_a_correction_is_kept_apart_too(ledger: Ledger) -> None:
    ledger.record(PARTY)

    recording = ledger.record(correction(1, {**PARTY, "name": "C. Weber"}))

    assert b"Weber" not in recording.entry.data
    [told] = ledger.history().about("party", "https://plant.example/party/ACME")
    assert told.entries == (1, 2)


def test_an_erased_value_lets_a_retry_pass_as_a_duplicate(ledger: Ledger) -> None:
    ledger.record(PARTY, key="desk/1")
    ledger.erase(stored(ledger, 1)["event"]["name"]["digest"])

    assert ledger.record(PARTY, key="desk/1").duplicate


def test_too_long_a_personal_value_is_refused_before_it_is_hidden(ledger: Ledger) -> None:
    with pytest.raises(EventInvalid, match="/name"):
        ledger.record({**PARTY, "name": "x" * 3_000})


@pytest.mark.parametrize("type_name", ["ledger.opened", "ledger.key", "ledger.whatever"])
def test_events_of_the_ledger_itself_are_not_taken_from_outside(ledger: Ledger, type_name: str) -> None:
    with pytest.raises(TypeReserved, match=f"events of type '{type_name}' are written by the ledger itself"):
        ledger.record({"type": type_name})


def test_what_breaks_a_rule_is_refused_and_leaves_nothing_behind(ledger: Ledger) -> None:
    ledger.record(receipt("STEEL-1", "10 KGM"))

    with pytest.raises(Refused, match="30 KGM of lot STEEL / STEEL-1") as refused:
        ledger.record(issue("30 KGM of STEEL-1", order="WO-1"))

    assert refused.value.code == "quantity-exceeded"
    assert ledger.size == 2
    assert ledger.verify().ok


def test_what_is_forced_says_which_rules_it_broke_and_why(ledger: Ledger) -> None:
    ledger.record(receipt("STEEL-1", "10 KGM"))
    ledger.record(order("WO-1"))

    recording = ledger.record(issue("30 KGM of STEEL-1", order="WO-1"), force_reason="the scale says so")

    forced = stored(ledger, recording.seq)["forced"]
    assert forced["reason"] == "the scale says so"
    assert [finding["code"] for finding in forced["findings"]] == ["quantity-exceeded"]
    [told] = [one for one in ledger.history().about("activity", "https://plant.example/order/P1/WO-1") if one.forced]
    assert told.forced == ("quantity-exceeded",)


def test_a_reason_without_a_broken_rule_is_not_kept(ledger: Ledger) -> None:
    recording = ledger.record(receipt("STEEL-1"), force_reason="just in case")

    assert "forced" not in stored(ledger, recording.seq)


def test_a_short_name_that_fits_two_lots_is_answered_with_both(ledger: Ledger) -> None:
    ledger.record(receipt("77", supplier="ACME"))
    ledger.record(receipt("77", supplier="BOLTCO"))

    with pytest.raises(LotAmbiguous) as raised:
        ledger.record(issue("1 KGM of 77", order="WO-1"))

    assert raised.value.facts["candidates"] == (
        "https://plant.example/party/ACME/lot/STEEL/77",
        "https://plant.example/party/BOLTCO/lot/STEEL/77",
    )


def test_a_name_that_a_correction_took_back_is_unknown_again(ledger: Ledger) -> None:
    ledger.record(receipt("STEEL-1"))
    ledger.record(void(1))

    with pytest.raises(LotUnknown):
        ledger.record(issue("1 KGM of STEEL-1", order="WO-1"))


def test_a_correction_names_an_entry_that_is_there_and_is_none_itself(ledger: Ledger) -> None:
    ledger.record(receipt("STEEL-1"))
    ledger.record(void(1))

    with pytest.raises(Refused, match="there is no entry 99 to correct"):
        ledger.record(void(99))
    with pytest.raises(Refused, match="entry 2 is a correction itself; correct entry 1 again"):
        ledger.record(void(2))
    with pytest.raises(Exception, match="entry 0 belongs to the ledger itself"):
        ledger.record(void(0))


@pytest.mark.parametrize(
    ("embedded", "path"),
    [
        ({**receipt("STEEL-1"), "id": EVENT_ID}, "/replaced_by/0/id"),
        ({"type": "corrected", "seq": 1, "void": True}, "/replaced_by/0/type"),
        ({"type": "received"}, "/replaced_by/0/site"),
    ],
)
def test_what_a_correction_embeds_is_checked_and_told_with_its_place(
    ledger: Ledger, embedded: dict[str, Any], path: str
) -> None:
    ledger.record(receipt("STEEL-1"))

    with pytest.raises(EventInvalid) as raised:
        ledger.record(correction(1, embedded))

    assert raised.value.findings[0][0] == path


def test_the_latest_correction_wins_and_a_reinstated_event_counts_again(ledger: Ledger) -> None:
    ledger.record(receipt("STEEL-1", lot_assigner="site"))
    ledger.record(void(1))
    ledger.record(correction(1, receipt("STEEL-1", lot_assigner="site")))

    [told] = ledger.history().about("lot", STEEL)

    assert told.entries == (1, 3)
    assert ledger.history(3).about("lot", STEEL) == ()
    assert [one.entries for one in ledger.history(2).about("lot", STEEL)] == [(1,)]
    assert [one.entries for one in ledger.history().ever_told().about("lot", STEEL)] == [(1,), (1, 3)]


def test_an_entry_that_would_be_too_long_is_refused(ledger: Ledger) -> None:
    long = [{"name": f"acme:n{number}", "value": "x" * 7_000} for number in range(10)]

    with pytest.raises(EntryTooLong, match="at most 65535 are allowed"):
        ledger.record(receipt("STEEL-1", ext=long))

    assert ledger.size == 1


def test_an_event_may_be_told_as_a_model(ledger: Ledger) -> None:
    event = parse_event({**receipt("STEEL-1"), "lot": STEEL, "item": "https://plant.example/item/STEEL"})

    assert ledger.record(event).seq == 1


def test_all_or_none_of_many_are_recorded_and_every_fault_is_told(ledger: Ledger) -> None:
    events: list[dict[str, Any] | bytes] = [receipt("A"), {"type": "recieved"}, receipt("B"), b'{"type":']

    with pytest.raises(NothingRecorded) as raised:
        ledger.record_many(events, keys="file:abc")

    assert [(one.index, one.code) for one in raised.value.rejected] == [(1, "event-invalid"), (3, "json-malformed")]
    assert "did you mean 'received'?" in raised.value.rejected[0].reason
    assert ledger.size == 1


def test_each_of_many_that_can_be_is_recorded(ledger: Ledger) -> None:
    seen: list[int] = []

    summary = ledger.record_many(
        [receipt("A"), {"type": "recieved"}, issue("5 KGM of A", order="WO-1")],
        keys="file:abc",
        all_or_none=False,
        taken=lambda recording: seen.append(recording.seq),
    )

    assert (summary.recorded, summary.duplicates, summary.rejected_count, summary.size) == (2, 0, 1, 3)
    assert seen == [1, 2]
    assert [entry.key for entry in ledger.entries(1)] == ["file:abc#0", "file:abc#2"]


def test_a_file_told_twice_is_recorded_once(ledger: Ledger) -> None:
    events = [receipt(f"LOT-{number}") for number in range(12)]
    ledger.record_many(events, keys="file:abc")

    again = ledger.record_many(events, keys="file:abc")

    assert (again.recorded, again.duplicates) == (0, 12)


def test_a_file_that_grew_records_what_is_new(ledger: Ledger) -> None:
    events = [receipt(f"LOT-{number}") for number in range(12)]
    ledger.record_many(events[:5], keys="feed")

    again = ledger.record_many(events, keys="feed")

    assert (again.recorded, again.duplicates) == (7, 5)


def test_a_line_with_several_faults_is_told_once(ledger: Ledger) -> None:
    with pytest.raises(NothingRecorded, match=r"nothing was recorded: event 0: .*\(and 1 more\)"):
        ledger.record_many([{"type": "moved", "lots": [line("1 KGM of A")]}, {}])


def test_bytes_that_no_reader_agrees_on_are_refused(ledger: Ledger) -> None:
    with pytest.raises(ToldMalformed, match="the key 'type' stands twice"):
        ledger.record(b'{"type":"received","type":"moved"}')
