"""Correcting through the service: what is shown first, what is recorded, what is refused and in which words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders import issue, production, receipt, shipment
from thread.errors import ThreadError
from thread.service import Actor, EntryMissing, Ledger
from thread.service.correcting import NothingCorrected, SeenUnknown, TouchedMeanwhile

CLERK = Actor("clerk", "asserted")
TO_B = {"replaced_by": [issue("30 KGM of B")], "reason": "the tag says B"}
VOID = {"void": True, "reason": "told twice"}


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """Frames F-1 made of steel A, and shipped; entry 3 is the issue."""
    with Ledger.create(f"sqlite:///{tmp_path}/thread.db", origin="plant.example") as made:
        for told in (
            receipt("A"),
            receipt("B"),
            issue("30 KGM of A"),
            production("10 EA of FRAME lot F-1"),
            shipment("10 EA of F-1"),
        ):
            made.record(told)
        yield made


def balance(ledger: Ledger, lot: str) -> list[tuple[str, str]]:
    return [(line["line"], line["quantity"]) for line in ledger.balance(lot)["out"]]


def test_a_preview_records_nothing_and_waits_for_nobody(ledger: Ledger) -> None:
    size = ledger.size

    with ledger.recording() as recorder:
        shown = ledger.correction(3, TO_B)
        recorder.record(receipt("C"), key=None, actor=CLERK)

    assert (shown.size, ledger.size) == (size, size + 1)
    assert ledger.entry(size).event["type"] == "received"


def test_what_is_shown_is_what_is_answered_after_recording(ledger: Ledger) -> None:
    shown = ledger.correction(3, TO_B).as_json()

    recording = ledger.correct(3, TO_B, seen=shown["seen"])

    assert recording.seq == 6
    assert {lot["short"]: [line["after"] for line in lot["balance"]] for lot in shown["lots"]} == {
        "STEEL / A (ACME)": [{"quantity": "100", "quantity_max": None}, None],
        "STEEL / B (ACME)": [{"quantity": "70", "quantity_max": None}, {"quantity": "0", "quantity_max": "30"}],
    }
    assert balance(ledger, "A") == [("on_hand", "100")]
    assert balance(ledger, "B") == [("on_hand", "70"), ("in_process", "0")]
    assert [customer.customer for customer in ledger.recall_scope(["A"]).customers] == []
    (answer,) = (one for one in shown["answers"] if one["short"] == "STEEL / A (ACME)")
    assert answer["scope"]["customers"]["leaves"] == ["https://plant.example/party/RIDE"]


def test_an_entry_that_came_in_between_and_changes_nothing_of_it_is_no_hindrance(ledger: Ledger) -> None:
    shown = ledger.correction(3, TO_B)
    ledger.record(receipt("Z"))

    assert ledger.correct(3, TO_B, seen=shown.seen).seq == 7


def test_a_correction_that_touches_something_else_by_now_is_shown_again_and_not_recorded(ledger: Ledger) -> None:
    shown = ledger.correction(3, TO_B)
    ledger.record(issue("50 KGM of A", order="WO-2"))
    size = ledger.size

    with pytest.raises(TouchedMeanwhile, match="the ledger has 7 entries now; nothing was recorded") as refused:
        ledger.correct(3, TO_B, seen=shown.seen)

    assert ledger.size == size
    assert refused.value.facts["preview"] == ledger.correction(3, TO_B).as_json()
    assert ledger.correct(3, TO_B, seen=refused.value.preview.seen).seq == 7


def test_what_somebody_else_corrected_meanwhile_is_shown_again(ledger: Ledger) -> None:
    shown = ledger.correction(3, TO_B)
    ledger.correct(3, {"replaced_by": [issue("20 KGM of A")], "reason": "weighed"})

    with pytest.raises(TouchedMeanwhile):
        ledger.correct(3, TO_B, seen=shown.seen)


def test_a_preview_of_another_correction_is_no_confirmation(ledger: Ledger) -> None:
    shown = ledger.correction(3, VOID)

    with pytest.raises(TouchedMeanwhile):
        ledger.correct(3, TO_B, seen=shown.seen)


@pytest.mark.parametrize("seen", ["", "6", "-", "6-x-y-z", "nothing"])
def test_a_confirmation_that_no_preview_gave_is_refused(ledger: Ledger, seen: str) -> None:
    with pytest.raises(SeenUnknown, match="is none that a preview gave; ask for the preview"):
        ledger.correct(3, TO_B, seen=seen)


@pytest.mark.parametrize(
    ("seq", "told", "code", "text"),
    [
        (99, VOID, "entry-missing", "there is no entry 99; the ledger has entries 0 to 7"),
        (0, VOID, "not-correctable", "entry 0 belongs to the ledger itself and cannot be corrected"),
        (
            6,
            VOID,
            "not-correctable",
            "entry 6 is a correction itself; correct entry 1 again, the latest correction wins",
        ),
        (2, VOID, "already-void", "entry 2 is void already, by entry 7"),
        (3, {"replaced_by": [issue("30 KGM of A")], "reason": "x"}, "nothing-corrected", "says exactly that already"),
        (
            1,
            {"replaced_by": [receipt("A", "90 KGM")], "reason": "x"},
            "nothing-corrected",
            "since entry 6 corrected it",
        ),
        (3, {"reason": "x"}, "event-invalid", "give void or replaced_by"),
        (3, {"void": True}, "event-invalid", "/reason"),
        (3, {**VOID, "seq": 4}, "event-invalid", "the correction is one of entry 3; leave it out"),
        (3, {"replaced_by": [issue("1 KGM of NONE")], "reason": "x"}, "lot-unknown", "'NONE'"),
    ],
)
def test_what_cannot_be_corrected_is_refused_in_clear_words(
    ledger: Ledger, seq: int, told: dict[str, object], code: str, text: str
) -> None:
    ledger.correct(1, {"replaced_by": [receipt("A", "90 KGM")], "reason": "weighed"})
    ledger.correct(2, VOID)
    size = ledger.size

    for ask in (ledger.correction, ledger.correct):
        with pytest.raises(ThreadError) as refused:
            ask(seq, told)
        assert refused.value.code == code
        assert text in refused.value.text
    assert ledger.size == size


def test_a_missing_entry_is_missing(ledger: Ledger) -> None:
    with pytest.raises(EntryMissing):
        ledger.correction(-1, VOID)


def test_the_event_as_the_entry_shows_it_can_be_changed_and_sent_back(ledger: Ledger) -> None:
    stored = dict(ledger.entry(1).event)
    stored["quantity"] = {"value": "60", "unit": "KGM"}

    shown = ledger.correction(1, {"replaced_by": [stored], "reason": "weighed"})

    assert [change.text for change in shown.changes] == ["quantity 100 KGM → 60 KGM"]


def test_the_same_correction_under_the_same_key_is_recorded_once(ledger: Ledger) -> None:
    shown = ledger.correction(3, TO_B)

    first = ledger.correct(3, TO_B, key="clerk/1", seen=shown.seen)
    again = ledger.correct(3, TO_B, key="clerk/1", seen=shown.seen)

    assert (again.seq, again.duplicate, first.duplicate) == (first.seq, True, False)
    assert ledger.size == 7


def test_a_void_entry_is_reinstated_by_what_was_told_first(ledger: Ledger) -> None:
    ledger.correct(3, VOID)

    shown = ledger.correction(3, {"replaced_by": [issue("30 KGM of A")], "reason": "it did happen"})

    assert shown.as_json()["old"] == []
    assert shown.as_json()["told_by"]["seq"] == 6
    assert shown.changes == ()
    assert [one["short"] for one in shown.as_json()["lots"]] == ["STEEL / A (ACME)"]


def test_an_entry_recorded_by_force_can_be_told_again_without_force(ledger: Ledger) -> None:
    too_much = issue("80 KGM of B", "30 KGM of A", order="WO-3")
    ledger.record(too_much | {"lots": [{"lot": "B", "quantity": {"value": "120", "unit": "KGM"}}]}, force_reason="late")
    ledger.record(receipt("B", "50 KGM", documents=[{"type": "despatch_advice", "number": "DN-9"}]))
    again = too_much | {"lots": [{"lot": "B", "quantity": {"value": "120", "unit": "KGM"}}]}

    assert ledger.correct(6, {"replaced_by": [again], "reason": "the receipt is there now"}).seq == 8


def signature(*seqs: int, day: int = 3) -> dict[str, object]:
    return {
        "type": "signed",
        "event_time": f"2026-03-{day:02d}T08:00:00Z",
        "seqs": list(seqs),
        "meaning": "release",
        "method": "pin",
        "signer": "P-7",
        "printed_name": "Ann Example",
    }


@pytest.mark.requirement("COR-3")
def test_a_signature_on_the_entry_must_be_given_again(ledger: Ledger) -> None:
    ledger.record(signature(3))

    shown = ledger.correction(3, TO_B).as_json()

    assert shown["signatures"] == [
        {"seq": 3, "signed_by": 6, "signer": "P-7", "meaning": "release", "void_before": False}
    ]
    ledger.correct(3, TO_B)
    findings = [one["code"] for one in ledger.lot("B")["findings"]]
    assert findings == ["signature-void"]


def test_correcting_a_signature_does_not_correct_what_was_signed(ledger: Ledger) -> None:
    ledger.record(signature(3))

    ledger.correct(6, {"void": True, "reason": "signed by mistake"})

    assert ledger.lot("A")["findings"] == []
    ledger.correct(3, TO_B)
    assert ledger.lot("A")["findings"] == []


@pytest.mark.requirement("COR-3")
def test_a_signature_on_a_correction_must_be_given_again_when_the_entry_is_corrected_once_more(ledger: Ledger) -> None:
    ledger.correct(3, TO_B)
    ledger.record(signature(6))

    shown = ledger.correction(3, VOID).as_json()

    assert [(one["seq"], one["signed_by"]) for one in shown["signatures"]] == [(6, 7)]
    ledger.correct(3, VOID)
    assert [one["entries"] for one in ledger.lot("B")["findings"]] == [[6, 7, 8]]
    ledger.record(signature(8, day=4))
    assert ledger.lot("B")["findings"] == []


def test_signing_the_latest_correction_is_signing_the_entry_again(ledger: Ledger) -> None:
    ledger.record(signature(3))
    ledger.correct(3, TO_B)
    ledger.record(signature(7, day=4))

    assert ledger.lot("B")["findings"] == []


def test_lots_that_were_too_many_to_look_at_are_counted(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("thread.recall.touched.MOST_LOTS", 1)

    shown = ledger.correction(3, TO_B).as_json()

    assert (shown["complete"], shown["left_out"], len(shown["lots"])) == (False, 2, 1)


def test_a_personal_value_told_again_is_no_change_and_another_one_is(ledger: Ledger) -> None:
    party = {"type": "party_defined", "event_time": "2026-03-01T08:00:00Z", "site": "P1", "party": "RIDE"}
    ledger.record({**party, "name": "Ann Example"})

    with pytest.raises(NothingCorrected, match="entry 6 says exactly that already"):
        ledger.correct(6, {"replaced_by": [{**party, "name": "Ann Example"}], "reason": "x"})
    shown = ledger.correction(6, {"replaced_by": [{**party, "name": "Bea Example"}], "reason": "married"})

    assert [change.text for change in shown.changes] == ["name a personal value → a personal value"]
    assert "Example" not in str(shown.as_json())
