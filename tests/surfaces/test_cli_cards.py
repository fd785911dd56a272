"""What cards, balances and scopes say in words: what is short, why it was recorded, units, pieces and their stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.surfaces.cli_shell import Shell, lines

REASON = "two people counted 25 onto the lorry"
SERIALS = """
    day 1, 08:00  receive 6 EA of PUMP lot A-1 serials N01 to N06 from ACME
    day 1, 09:00  pack serials N01 to N04 of A-1 into PAL-1
    day 1, 10:00  ship pallet PAL-1 to RIDE as SH-1
"""


@pytest.fixture
def thread(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    return Shell(tmp_path, capsys, monkeypatch)


def shipped_too_much(thread: Shell) -> None:
    thread.plant("day 1, 08:00  receive 20 EA of FRAME lot F-1 from ACME")
    shipment = {
        "type": "shipped",
        "event_time": "2026-03-03T10:00:00+01:00",
        "site": "P1",
        "shipment": "SH-1",
        "purpose": "sale",
        "customer": "RIDE",
        "lots": [{"lot": "F-1", "quantity": {"value": "25", "unit": "EA"}}],
    }
    assert thread("record", thread.file("s.jsonl", lines([shipment])), "--force", REASON).status == 0


def test_a_balance_says_in_words_what_is_short_and_why_that_is_odd(thread: Shell) -> None:
    shipped_too_much(thread)

    out = thread("balance", "F-1").out
    told = thread("balance", "F-1", "--json").json

    words = [" ".join(line.split()) for line in out.splitlines()]
    assert any(line.startswith("short by 5 EA") for line in words)
    assert words[-1] == "Short by 5 EA: more left than ever came in."
    assert "Balances" not in out
    assert "-5" not in out
    (finding,) = told["findings"]
    assert (finding["code"], finding["entries"]) == ("negative-stock", [2])
    assert any(finding["text"] in line for line in words)


@pytest.mark.requirement("ACC-3")
def test_a_card_tells_why_something_was_recorded_by_force_and_what_was_wrong_with_it(thread: Shell) -> None:
    shipped_too_much(thread)

    out = thread("lot", "F-1").out
    told = thread("lot", "F-1", "--json").json

    (forced,) = (one for one in told["findings"] if one["code"] == "quantity-exceeded")
    assert forced["reason"] == REASON
    assert forced["text"].startswith("recorded by force: 25 EA of lot FRAME / F-1")
    assert "quantity-exceeded" not in out
    assert f"forced: {REASON}\n" in out
    assert "Short by       5 EA: more left than ever came in\n" in out
    assert [line["reason"] for line in told["history"]] == [None, REASON]


@pytest.mark.requirement("COR-1")
def test_the_history_names_the_entry_that_a_correction_corrects(thread: Shell) -> None:
    thread.plant(
        """
        day 1, 08:00  receive 100 KGM of STEEL lot S-77
        day 1, 09:00  issue 10 KGM of S-77 to WO-1
        day 2, 08:00  instead of line 1, because "weighed again", code wrong quantity: receive 90 KGM of STEEL lot S-77
        day 2, 09:00  line 2 did not happen, because "the saw stood still"
        """
    )

    out = thread("lot", "S-77").out
    told = thread("lot", "S-77", "--json").json

    assert {line["seq"]: line["corrects"] for line in told["history"]} == {1: None, 2: None, 3: 1, 4: 2}
    assert "corrects entry 1: quantity 100 KGM → 90 KGM\n" in out
    assert "corrects entry 2\n" in out


def test_the_card_of_a_piece_tells_its_lot_where_it_is_and_how_it_went_there(thread: Shell) -> None:
    thread.plant(SERIALS)

    away, here = (thread("lot", serial, "--json").json for serial in ("N02", "N05"))

    assert away["serial_of"]["lot"] == "https://plant.example/party/ACME/lot/PUMP/A-1"
    assert away["serial_of"]["serial"] == "N02"
    (gone,) = away["serial_of"]["where"]
    assert (gone["line"], gone["customer"]) == ("shipped", "https://plant.example/party/RIDE")
    assert [one["line"] for one in here["serial_of"]["where"]] == ["on_hand"]
    assert (away["findings"], here["findings"]) == ([], [])
    assert [line["seq"] for line in away["history"]] == [1, 2, 3]
    assert [line["seq"] for line in here["history"]] == [1]
    assert thread("lot", "A-1", "--json").json["serial_of"] is None
    out = thread("lot", "N02").out
    assert "Piece of lot   PUMP / A-1 (ACME)\n" in out
    assert "Where          shipped in container PAL-1 in shipment SH-1 to RIDE (entry 3)\n" in out
    assert "Balances" not in out


def test_a_scope_lists_its_containers_and_what_is_held_with_its_unit(thread: Shell) -> None:
    thread.plant(f'{SERIALS}\n    day 1, 11:00  hold 2 EA of A-1 as H-1, because "noise"')

    out = thread("recall", "scope", "A-1").out

    words = [" ".join(line.split()) for line in out.splitlines()]
    assert words[words.index("Containers that hold or held them") + 1 :][:2] == [
        "Container Lots",
        "PAL-1 PUMP / A-1 (ACME)",
    ]
    assert any("2 EA held" in line for line in words)
    assert any(line.startswith("RIDE SH-1 20") and line.endswith(" PUMP / A-1 (ACME) [N01 to N04]") for line in words)


def test_every_stay_in_a_container_has_a_row_with_its_own_amount_and_times_in_utc(thread: Shell) -> None:
    thread.plant(
        """
        day 1, 08:00  receive 100 EA of PUMP lot P-1 from ACME
        day 1, 09:00  pack 30 EA of P-1 into PAL-1
        day 1, 10:00  unpack 30 EA of P-1 from PAL-1
        day 1, 11:00  pack 20 EA of P-1 into PAL-1
        """
    )

    out = thread("trace", "P-1", "--forward").out

    assert "From (UTC)" in out
    stays = [line.split() for line in out.splitlines() if "container PAL-1" in line and "EA" in line]
    assert [stay[stay.index("EA") - 1] for stay in stays] == ["30", "20"]
    assert all(stay[stay.index("EA") + 1].endswith("Z") for stay in stays)


def test_a_finding_shows_a_container_by_its_short_name(thread: Shell) -> None:
    thread.plant("day 1, 08:00  receive 100 EA of PUMP lot P-1 from ACME, contains PAL-1 60 EA")

    (finding,) = thread("lot", "P-1", "--json").json["findings"]

    assert finding["text"].startswith("what is in container PAL-1 was declared")


def test_the_balance_of_one_piece_says_where_its_balance_stands(thread: Shell) -> None:
    thread.plant(SERIALS)

    ran = thread("balance", "N02")
    told = thread("balance", "N02", "--json").json

    assert ran.status == 0
    assert "Piece of lot   PUMP / A-1 (ACME)\n" in ran.out
    assert "shipped in container PAL-1 in shipment SH-1 to RIDE" in ran.out
    assert "For the balance: thread balance https://plant.example/party/ACME/lot/PUMP/A-1\n" in ran.out
    assert "Nothing came in" not in ran.out
    assert told["serial_of"]["lot"] == "https://plant.example/party/ACME/lot/PUMP/A-1"
    assert thread("balance", "A-1", "--json").json["serial_of"] is None


def test_near_names_of_a_past_size_do_not_tell_what_was_recorded_later(thread: Shell) -> None:
    thread.plant(SERIALS)

    assert thread("lot", "A-2", "--known-at", "1").err == (
        "thread: nothing recorded goes by the name 'A-2'; check the spelling\n"
    )


def test_the_card_of_a_piece_on_hold_shows_the_hold_and_that_of_its_neighbour_does_not(thread: Shell) -> None:
    thread.plant(SERIALS + "    day 1, 11:00  hold serials N05 of A-1 as H-1, because checks\n")

    held, free = (thread("lot", serial, "--json").json for serial in ("N05", "N06"))

    assert ([hold["reason"] for hold in held["holds"]], free["holds"]) == (["checks"], [])
    assert (held["status"]["held"], free["status"]["held"]) == ("1", "0")
    assert "blocks N05: checks" in thread("lot", "N05").out
    assert "Holds" not in thread("lot", "N06").out


def test_a_scope_says_of_goods_on_hold_that_they_are(thread: Shell) -> None:
    thread.plant(SERIALS + "    day 1, 11:00  hold serials N05 of A-1 as H-1, because checks\n")

    words = [" ".join(line.split()) for line in thread("recall", "scope", "A-1").out.splitlines()]

    assert any("on hand (held) [N05] 1 EA" in line for line in words)
    assert any("on hand [N06] 1 EA" in line for line in words)


def test_a_scope_marks_a_customer_who_may_have_got_another_lot_as_uncertain(thread: Shell) -> None:
    thread.plant(
        """
        day 1, 08:00  receive 20 EA of PUMP lot A-1 from ACME
        day 1, 08:30  receive 20 EA of PUMP lot B-1 from ACME
        day 1, 10:00  ship 5 EA of PUMP either A-1 or B-1 to RIDE as SH-1
        day 1, 11:00  ship 5 EA of A-1 to ROLL as SH-2
        """
    )

    words = [" ".join(line.split()) for line in thread("recall", "scope", "A-1").out.splitlines()]

    (ride,) = (line for line in words if line.startswith("RIDE SH-1"))
    (roll,) = (line for line in words if line.startswith("ROLL SH-2"))
    assert (ride.endswith("uncertain"), roll.endswith("uncertain")) == (True, False)
