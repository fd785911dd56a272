"""Findings of a ledger: how old they are, who is behind them, how they are closed and when they are open again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.builders import correction, count, hold, hold_release, receipt, scrap, void
from tests.plant import ORIGIN, StoryClock
from thread.acceptance import Refused
from thread.service import Actor, Ledger
from thread.service.findings import FindingMissing, FindingRow, FindingsFilter, FindingsQuestionInvalid, states_of

DOCK, QUALITY = Actor("dock-1"), Actor("quality-3")
LATE = FindingsFilter(kinds=("late",))
STOCK = FindingsFilter(kinds=("stock",))
ALL_STOCK = FindingsFilter(kinds=("stock",), states=states_of("all"))


@pytest.fixture
def clock() -> StoryClock:
    clock = StoryClock()
    clock.set("2026-03-10T08:00:00+01:00")
    return clock


@pytest.fixture
def ledger(tmp_path: Path, clock: StoryClock) -> Iterator[Ledger]:
    """A ledger where 2 of 100 KGM are missing, and 5 KGM are on hold since day 3."""
    with Ledger.create(f"sqlite:///{tmp_path}/thread.db", origin=ORIGIN, clock=clock) as made:
        for told in (
            receipt(performed_by="p-12"),
            count("98 KGM of STEEL-1", performed_by="p-12"),
            hold("5 KGM of STEEL-1", hold_id="H-1", at="day 3, 08:00"),
        ):
            made.record(told, actor=DOCK)
        yield made


def only(ledger: Ledger, asked: FindingsFilter = STOCK) -> FindingRow:
    (row,) = ledger.findings(asked=asked).rows
    return row


def closing_of(row: FindingRow, **more: Any) -> dict[str, Any]:
    """Return the plain event that closes a finding."""
    return {
        "type": "finding_closed",
        "event_time": "2026-03-09T08:00:00+01:00",
        "finding": row.finding.id,
        "seqs": list(row.finding.seqs),
        "facts_sha256": row.finding.facts_sha256,
        "decision": "accepted",
        "reason": "spilled",
        **more,
    }


@pytest.mark.requirement("REV-1")
def test_a_finding_tells_its_age_by_the_clock_of_the_ledger_and_who_is_behind_it(
    ledger: Ledger, clock: StoryClock
) -> None:
    clock.set("2026-03-20T08:01:00+01:00")

    row = only(ledger)

    assert row.finding.text == "STEEL / STEEL-1 (ACME): 2 KGM missing since entry 2, and nobody explained it."
    assert (row.state, row.age_days, row.caused_by, row.closing) == ("open", 10, ("dock-1", "p-12"), None)


def test_a_hold_is_listed_once_it_is_thirty_days_old_or_as_old_as_is_asked_for(
    ledger: Ledger, clock: StoryClock
) -> None:
    holds = FindingsFilter(kinds=("holds",))

    assert ledger.findings(asked=holds).total == 0
    assert ledger.findings(asked=FindingsFilter(kinds=("holds",), older_than_days=5)).total == 1
    clock.set("2026-04-03T09:00:00+01:00")
    assert only(ledger, holds).age_days == 30
    ledger.record(hold_release("H-1", at="day 12, 08:00"))
    assert ledger.findings(asked=holds).total == 0


def test_somebody_else_closes_a_finding_and_it_shows_who_when_and_why(ledger: Ledger) -> None:
    row = only(ledger)
    paper = {"type": "nonconformity", "number": "NC-31"}

    recording = ledger.close_finding(
        row.finding.id, reason="the scale was wrong", decision="follow_up", documents=[paper], actor=QUALITY
    )

    assert ledger.findings(asked=STOCK).total == 0
    closed = only(ledger, FindingsFilter(kinds=("stock",), states=("closed",)))
    assert closed.finding == row.finding
    assert closed.closing is not None
    told = closed.closing.as_json()
    assert told.pop("at") == ledger.entry(recording.seq).event["event_time"]
    assert told == {
        "entries": [recording.seq],
        "by": "quality-3",
        "decision": "follow_up",
        "reason": "the scale was wrong",
        "documents": ["nonconformity NC-31"],
        "stands": True,
    }


@pytest.mark.parametrize("actor", [Actor("dock-1"), Actor("p-12", "api-key")])
@pytest.mark.requirement("REV-2")
def test_whoever_caused_a_finding_cannot_close_it_and_no_force_helps(ledger: Ledger, actor: Actor) -> None:
    row, size = only(ledger), ledger.size

    with pytest.raises(Refused, match="somebody else has to close it") as refused:
        ledger.close_finding(row.finding.id, reason="I know", actor=actor)
    with pytest.raises(Refused, match="somebody else has to close it"):
        ledger.record(closing_of(row), actor=actor, force_reason="I really know")

    assert refused.value.code == "finding-own"
    assert ledger.size == size


@pytest.mark.parametrize("typed", ["DOCK-1", " dock-1 ", "ｄｏｃｋ-1", "dock-1\u200b", "P-12"], ids=ascii)
@pytest.mark.requirement("REV-2")
def test_whoever_caused_a_finding_cannot_close_it_under_another_spelling_of_their_id(
    ledger: Ledger, typed: str
) -> None:
    row, size = only(ledger), ledger.size

    with pytest.raises(Refused, match=r"(dock-1|p-12) caused finding .* somebody else has to close it"):
        ledger.record(closing_of(row, performed_by=typed), actor=QUALITY)
    with pytest.raises(Refused, match="somebody else has to close it"):
        ledger.close_finding(row.finding.id, reason="I know", actor=Actor(typed))

    assert ledger.size == size


def test_a_closing_told_for_somebody_who_caused_the_finding_is_refused(ledger: Ledger) -> None:
    with pytest.raises(Refused) as refused:
        ledger.record(closing_of(only(ledger), performed_by="p-12"), actor=QUALITY)

    assert refused.value.code == "finding-own"
    assert refused.value.facts["path"] == "/performed_by"


def test_a_plain_closing_event_is_recorded_like_every_other(ledger: Ledger) -> None:
    row = only(ledger)

    recording = ledger.record(closing_of(row, performed_by="p-40"), actor=QUALITY)

    assert not recording.duplicate
    closing = only(ledger, ALL_STOCK).closing
    assert closing is not None
    assert (closing.closed_by, closing.stands) == ("p-40", True)


@pytest.mark.requirement("REV-3")
def test_a_finding_is_open_again_when_what_it_rests_on_changes(ledger: Ledger) -> None:
    row = only(ledger)
    ledger.close_finding(row.finding.id, reason="spilled", actor=QUALITY)

    ledger.record(correction(1, receipt(quantity="110 KGM")), actor=QUALITY)

    again = only(ledger)
    assert (again.finding.id, again.state) == (row.finding.id, "open")
    assert again.finding.text.startswith("STEEL / STEEL-1 (ACME): 12 KGM missing since")
    assert again.closing is not None
    assert not again.closing.stands


def test_what_was_looked_into_must_be_what_is_there_now(ledger: Ledger) -> None:
    seen = only(ledger)
    ledger.record(correction(1, receipt(quantity="110 KGM")), actor=QUALITY)

    with pytest.raises(Refused, match="is not any more what was looked into") as refused:
        ledger.record(closing_of(seen), actor=QUALITY)

    assert refused.value.code == "finding-changed"


def test_a_finding_is_closed_once(ledger: Ledger) -> None:
    row = only(ledger)
    ledger.record(closing_of(row), actor=QUALITY)

    with pytest.raises(Refused, match="was closed by quality-3 with entry 4") as refused:
        ledger.record(closing_of(row, reason="once more"), actor=QUALITY)

    assert refused.value.code == "finding-closed-before"


def test_closing_a_finding_again_under_the_same_key_is_a_duplicate(ledger: Ledger) -> None:
    row = only(ledger)
    first = ledger.close_finding(row.finding.id, reason="spilled", key="quality-3/1", actor=QUALITY)

    again = ledger.close_finding(row.finding.id, reason="spilled", key="quality-3/1", actor=QUALITY)

    assert (again.seq, again.duplicate) == (first.seq, True)


def test_what_nobody_finds_cannot_be_closed(ledger: Ledger) -> None:
    row = only(ledger)
    ledger.record(scrap("2 KGM of STEEL-1", at="day 1, 12:00"))

    with pytest.raises(FindingMissing, match="there is no finding"):
        ledger.close_finding(row.finding.id, reason="spilled", actor=QUALITY)
    with pytest.raises(Refused, match="there is no open finding") as refused:
        ledger.record(closing_of(row), actor=QUALITY)

    assert refused.value.code == "finding-unknown"
    assert ledger.findings(asked=STOCK).total == 0


def test_a_voided_closing_opens_the_finding_and_a_corrected_one_tells_the_new_reason(ledger: Ledger) -> None:
    row = only(ledger)
    seq = ledger.record(closing_of(row), actor=QUALITY).seq

    ledger.record(correction(seq, closing_of(row, reason="stolen")), actor=Actor("quality-4"))
    corrected = only(ledger, ALL_STOCK).closing
    ledger.record(void(seq), actor=QUALITY)

    assert corrected is not None
    assert (corrected.reason, corrected.closed_by, corrected.stands) == ("stolen", "quality-4", True)
    assert only(ledger).state == "open"


@pytest.mark.requirement("REV-2")
def test_the_history_of_a_lot_shows_who_closed_a_finding_and_why_also_after_that_was_voided(ledger: Ledger) -> None:
    seq = ledger.record(closing_of(only(ledger)), actor=QUALITY).seq
    ledger.record(void(seq), actor=QUALITY)

    (line,) = [line for line in ledger.lot("STEEL-1")["history"] if line["type"] == "finding_closed"]

    assert (line["seq"], line["actor"], line["corrected_by"]) == (seq, "quality-3", seq + 1)
    assert line["text"].endswith("was closed as accepted: spilled.")


def test_nobody_closes_their_own_finding_by_way_of_a_correction(ledger: Ledger) -> None:
    row = only(ledger)

    with pytest.raises(Refused) as refused:
        ledger.record(correction(3, closing_of(row)), actor=DOCK, force_reason="please")

    assert refused.value.code == "finding-own"
    assert refused.value.facts["path"] == "/replaced_by/0/performed_by"


def test_the_findings_of_one_lot_are_those_of_the_plant_that_touch_it(ledger: Ledger) -> None:
    ledger.record(receipt("STEEL-2"))
    ledger.record(count("90 KGM of STEEL-2"))

    asked = FindingsFilter(older_than_days=0)
    of_lot = {row.finding.id for row in ledger.findings(lot="STEEL-1", asked=asked).rows}
    of_plant = ledger.findings(asked=asked).rows

    name = "https://plant.example/party/ACME/lot/STEEL/STEEL-1"
    assert of_lot == {row.finding.id for row in of_plant if name in row.finding.lots}
    assert len(of_plant) > len(of_lot)


def test_findings_come_the_gravest_first_and_all_are_counted_beyond_the_limit(ledger: Ledger) -> None:
    ledger.record(
        receipt(documents=[{"type": "note", "number": "7"}], id="00000000-0000-4000-8000-000000000001"), actor=DOCK
    )
    ledger.record(receipt(documents=[{"type": "note", "number": "7"}]), actor=DOCK, force_reason="two lorries")

    found = ledger.findings(limit=1)

    assert [row.finding.code for row in found.rows] == ["duplicate-delivery"]
    assert "recorded by force: two lorries" in found.rows[0].finding.text
    assert found.total == sum(found.by_severity.values()) > 1


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ({"kinds": ("stok",)}, "'stok' is no kind of finding; it is one of stock"),
        ({"codes": ("x",)}, "'x' is no code of a finding"),
        ({"severities": ("grave",)}, "'grave' is no severity; it is one of high, medium, low"),
        ({"rules": ("fsma",)}, "'fsma' is no set of rules; it is one of fsma204"),
    ],
)
def test_a_question_that_names_what_there_is_not_is_refused(question: dict[str, Any], told: str) -> None:
    with pytest.raises(FindingsQuestionInvalid, match=told):
        FindingsFilter(**question)
