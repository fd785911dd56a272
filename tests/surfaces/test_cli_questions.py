"""What the command line answers about a lot: where from, where used, its card, its balance, its recall scope."""

from __future__ import annotations

import re
from pathlib import Path

import networkx as nx
import pytest

from tests.surfaces.cli_shell import Shell

STEEL = "https://plant.example/party/ACME/lot/STEEL/S-77"
FRAME = "https://plant.example/site/P1/lot/FRAME/F-1"


@pytest.fixture
def thread(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    return Shell(tmp_path, capsys, monkeypatch)


def page(out: str) -> str:
    """Return a page without its last line, which names the root hash."""
    return out[: out.rindex("\nLedger plant.example")]


def test_where_from_is_a_tree_with_sources_below(thread: Shell) -> None:
    thread.plant()

    out = thread("trace", "F-1", "--backward").out

    assert page(out) == (
        "FRAME / F-1: where it came from\n"
        "Complete: 1 lot and 1 activity.\n"
        "\n"
        "FRAME / F-1  20 EA  UNKNOWN  held 5\n"
        "└─ order WO-1  20 EA\n"
        "   └─ STEEL / S-77 (ACME)  30 KGM of 100 KGM  JIT 60, JIC 40\n"
    )


def test_where_used_is_a_tree_with_uses_below_then_containers_shipments_and_customers(thread: Shell) -> None:
    thread.plant()

    out = thread("trace", "S-77", "--forward").out

    assert page(out) == (
        "STEEL / S-77 (ACME): where it went\n"
        "Complete: 1 lot, 1 activity, 1 container and 1 shipment.\n"
        "\n"
        "STEEL / S-77 (ACME)  100 KGM  JIT 60, JIC 40\n"
        "└─ order WO-1  30 KGM\n"
        "   └─ FRAME / F-1  20 EA  UNKNOWN  held 5\n"
        "\n"
        "Containers and shipments\n"
        "What         In               Amount  From (UTC)            To (UTC)  Marks\n"
        "PAL-1        shipment SH-1            2026-03-03T08:00:00Z\n"
        "FRAME / F-1  container PAL-1  10 EA   2026-03-03T07:00:00Z\n"
        "\n"
        "Customers\n"
        "Customer  Shipments  Lots\n"
        "RIDE      SH-1       FRAME / F-1\n"
    )


def test_neither_way_told_means_both(thread: Shell) -> None:
    thread.plant()

    assert thread("trace", "F-1").out == thread("trace", "F-1", "--both").out
    assert "\nWhere from\n" in thread("trace", "F-1").out
    assert "\nWhere used\n" in thread("trace", "F-1").out


def test_json_is_the_node_link_document_of_networkx(thread: Shell) -> None:
    thread.plant()

    told = thread("trace", "S-77", "--forward", "--json").json

    graph = nx.node_link_graph(told, edges="edges")
    assert nx.descendants(graph, STEEL) >= {"https://plant.example/order/P1/WO-1", FRAME}
    assert told["graph"]["complete"] is True
    assert told["graph"]["ledger"]["size"] == 8


def test_the_table_has_one_row_for_each_node(thread: Shell) -> None:
    thread.plant()

    out = thread("trace", "S-77", "--forward", "--table").out

    rows = [line.split() for line in page(out).splitlines()[4:] if line]
    assert sorted(row[1] for row in rows) == ["activity", "container", "lot", "lot", "shipment"]
    assert ["1", "shipment", "SH-1", "RIDE", "6"] in rows


@pytest.mark.requirement("TRC-4")
def test_a_cut_answer_says_where_it_was_cut(thread: Shell) -> None:
    thread.plant(
        """
        day 1, 08:00  receive 100 KGM of STEEL lot S-77
        day 1, 09:00  split 50 KGM of S-77 into 50 KGM of STEEL lot S-78
        day 1, 10:00  split 20 KGM of S-78 into 20 KGM of STEEL lot S-79
        """
    )

    ran = thread("trace", "S-77", "--forward", "--depth", "1")

    assert ran.status == 0
    assert "Cut by the depth that was asked for, at STEEL / S-78; shown: 1 lot and 1 activity." in ran.out
    assert "STEEL / S-78  50 KGM  UNKNOWN  … cut here" in ran.out
    assert "STEEL / S-79" not in ran.out
    assert thread("trace", "S-77", "--forward", "--depth", "1", "--json").json["graph"]["complete"] is False


def test_split_and_rework_are_named_by_what_they_did(thread: Shell) -> None:
    thread.plant(
        """
        day 1, 08:00  receive 100 KGM of STEEL lot S-77
        day 1, 09:00  split 50 KGM of S-77 into 50 KGM of STEEL lot S-78
        """
    )

    assert "└─ split (entry 2)  50 KGM" in thread("trace", "S-77", "--forward").out


def test_a_loop_is_told_once_and_then_marked(thread: Shell) -> None:
    thread.plant(
        """
        day 1, 08:00  receive 10 EA of FRAME lot F-1
        day 1, 09:00  rework 4 EA of F-1 into 4 EA of FRAME lot F-1
        """
    )

    lines = thread("trace", "F-1", "--backward").out.splitlines()

    assert lines[3:6] == [
        "FRAME / F-1  10 EA  UNKNOWN",
        "└─ rework (entry 2)  4 EA",
        "   └─ FRAME / F-1  4 EA of 10 EA  UNKNOWN  (see above)",
    ]


def test_a_lot_reached_by_two_ways_is_expanded_once(thread: Shell) -> None:
    thread.plant(
        """
        day 1, 08:00  receive 100 KGM of STEEL lot S-77
        day 1, 09:00  split 50 KGM of S-77 into 20 KGM of STEEL lot A-1 and 30 KGM of STEEL lot A-2
        day 1, 10:00  merge 20 KGM of A-1 and 30 KGM of A-2 into 50 KGM of STEEL lot M-1
        """
    )

    out = thread("trace", "M-1", "--backward").out

    assert out.count("split (entry 2)") == 2
    assert out.count("(see above)") == 1
    assert out.count("STEEL / S-77") == 1


@pytest.mark.requirement("TRC-3")
def test_what_cannot_have_happened_in_time_is_marked_and_left_out_on_request(thread: Shell) -> None:
    thread.plant(
        """
        day 1, 08:00  receive 100 KGM of STEEL lot S-77
        day 1, 08:00  receive 100 KGM of STEEL lot S-78
        day 1, 09:00  issue 30 KGM of S-77 to WO-1
        day 1, 10:00  produce 20 EA of FRAME lot F-1 from WO-1
        day 1, 11:00  issue 30 KGM of S-78 to WO-1
        """
    )

    out = thread("trace", "S-78", "--forward").out
    in_time = thread("trace", "S-78", "--forward", "--in-time").out

    assert "FRAME / F-1  20 EA  UNKNOWN  not in time" in out
    assert "FRAME / F-1" not in in_time
    assert "In time only: 1 node and 1 link that cannot really have happened are left out." in in_time


def test_candidates_are_marked_uncertain_with_both_ends_of_the_amount_and_told_as_a_gap(thread: Shell) -> None:
    thread.plant(
        """
        day 1, 08:00  receive 100 KGM of STEEL lot S-77
        day 1, 08:00  receive 100 KGM of STEEL lot S-78
        day 1, 09:00  issue 30 KGM of STEEL either S-77 or S-78 to WO-1
        day 1, 10:00  produce 20 EA of FRAME lot F-1 from WO-1
        """
    )

    out = thread("trace", "S-77", "--forward").out

    assert "└─ order WO-1  0 to 30 KGM  uncertain" in out
    assert "- WO-1: it is one of several candidates, and nobody knows which (entry 3)." in out


def test_what_a_correction_removed_is_told_with_the_correcting_entry(thread: Shell) -> None:
    thread.plant(
        """
        day 1, 08:00  receive 100 KGM of STEEL lot S-77
        day 1, 09:00  issue 30 KGM of S-77 to WO-1
        day 1, 10:00  produce 20 EA of FRAME lot F-1 from WO-1
        day 2, 08:00  line 2 did not happen, because "scanned by mistake", code did not happen
        """
    )

    out = thread("trace", "S-77", "--forward").out

    assert "- FRAME / F-1 was in this answer before entry 4 corrected what was told." in out


def test_known_at_a_size_answers_as_it_was_known_then(thread: Shell) -> None:
    thread.plant()

    assert "Complete: nothing else." in thread("trace", "S-77", "--known-at", "3").out
    assert thread("trace", "S-77", "--known-at", "3", "--json").json["graph"]["known_at"] == 3


def test_as_of_a_time_leaves_out_what_happened_later(thread: Shell) -> None:
    thread.plant()

    out = thread("trace", "S-77", "--forward", "--as-of", "2026-03-02T10:00:00+01:00").out

    assert "As of 2026-03-02T10:00:00+01:00: what happened later is left out." in out
    assert "FRAME / F-1" not in out


@pytest.mark.parametrize("option", ["--as-of", "--known-at"])
def test_a_time_that_is_none_is_told_with_how_to_write_it(thread: Shell, option: str) -> None:
    thread.plant()

    ran = thread("trace", "S-77", option, "monday")

    assert ran.status == 2
    assert ran.err.startswith("thread: time 'monday' is not an RFC 3339 time with an offset; write it like ")


def test_known_at_ahead_of_the_ledger_is_refused(thread: Shell) -> None:
    thread.plant()

    ran = thread("trace", "S-77", "--known-at", "900")

    assert ran.status == 2
    assert "known at 900 lies ahead; the ledger has 8 entries" in ran.err


def test_orders_containers_and_shipments_can_be_asked_about(thread: Shell) -> None:
    thread.plant()

    assert "└─ STEEL / S-77 (ACME)" in thread("trace", "WO-1", "--backward").out
    assert "└─ shipment SH-1" in thread("trace", "PAL-1", "--forward").out
    assert thread("trace", "SH-1", "--backward").out.splitlines()[3:8] == [
        "shipment SH-1",
        "└─ container PAL-1",
        "   └─ FRAME / F-1  10 EA of 20 EA  UNKNOWN  held 5",
        "      └─ order WO-1  20 EA",
        "         └─ STEEL / S-77 (ACME)  30 KGM of 100 KGM  JIT 60, JIC 40",
    ]


def test_a_scan_names_a_lot_as_well_as_its_code(thread: Shell) -> None:
    thread.plant('day 1, 08:00  receive 5 KGM of 09506000134352 lot "(01)09506000134352(10)ABC"')

    told = [
        thread("trace", spelling, "--json").json["graph"]["focus"]
        for spelling in ("ABC", "(01)09506000134352(10)ABC", "https://id.gs1.org/01/09506000134352/10/ABC")
    ]

    assert told == ["https://id.gs1.org/01/09506000134352/10/ABC"] * 3


@pytest.mark.requirement("TRC-5")
def test_the_same_question_gives_the_same_bytes(thread: Shell) -> None:
    thread.plant()

    assert thread.program("trace", "F-1").out == thread.program("trace", "F-1").out
    assert thread.program("lot", "F-1", "--json").out == thread.program("--json", "lot", "F-1").out


def test_the_card_of_a_lot_says_what_it_is_where_it_is_and_what_happened(thread: Shell) -> None:
    thread.plant()

    out = thread("lot", "F-1").out

    assert out.startswith(f"FRAME / F-1\nName           {FRAME}\nItem           FRAME\n")
    assert "On hand        5 EA free and 5 EA held\n" in out
    assert "\nHolds\nH-1 blocks 5 EA: scratches (entry 7)\n" in out
    assert "Balances: what came in equals what went out and what is there.\n" in out
    assert "4  2026-03-02T11:00:00+01:00  Order WO-1 brought forth 20 EA of FRAME / F-1." in out
    assert "5  2026-03-03T08:00:00+01:00  10 EA of FRAME / F-1 went into container PAL-1." in out


def test_the_card_shows_the_origin_of_each_part_with_its_demand(thread: Shell) -> None:
    thread.plant()

    out = thread("lot", "S-77").out

    assert "JIT       60 KGM  just in time, for a firm demand            60 KGM for SO-1\n" in out
    assert "JIC       40 KGM  just in case                     forecast\n" in out
    assert thread("lot", "S-77", "--json").json["origin"] == {"JIT": "60", "JIC": "40", "UNKNOWN": "0"}


@pytest.mark.requirement("COR-1")
def test_the_history_of_a_card_shows_what_was_corrected_by_which_entry(thread: Shell) -> None:
    thread.plant(
        """
        day 1, 08:00  receive 100 KGM of STEEL lot S-77
        day 2, 08:00  instead of line 1, because "weighed again", code wrong quantity: receive 90 KGM of STEEL lot S-77
        """
    )

    out = thread("lot", "S-77").out

    first, second = (line for line in out.splitlines() if "KGM of STEEL / S-77 came in" in line)
    assert first.endswith("corrected by entry 2")
    assert "  90 KGM of" in second
    assert second.endswith("corrects entry 1: quantity 100 KGM → 90 KGM")


def test_the_balance_says_that_it_balances(thread: Shell) -> None:
    thread.plant()

    out = thread("balance", "S-77").out

    assert out.startswith("STEEL / S-77 (ACME): mass balance\n\n     Line ")
    assert re.search(r"^in +received +100 KGM  +.* 1$", out, re.MULTILINE)
    assert out.endswith("Balances: what came in equals what went out and what is there.\n")
    assert thread("balance", "S-77", "--json").json["difference"] == "0"


@pytest.mark.requirement("RCL-1")
def test_a_recall_scope_tells_customers_first_then_lots_and_where_they_are(thread: Shell) -> None:
    thread.plant()

    out = thread("recall", "scope", "S-77").out

    assert out.startswith(
        "Recall scope of STEEL / S-77 (ACME)\n"
        "Complete: 2 lots, 1 container, 1 shipment and 1 customer may be affected.\n"
        "\n"
        "Customers to tell\n"
    )
    assert "\nRIDE      SH-1      2026-03-03T09:00:00+01:00  FRAME / F-1\n" in out
    assert "shipped in shipment SH-1 to RIDE" in out
    assert thread("recall", "scope", "S-77", "--json").json["customers"][0]["customer"] == (
        "https://plant.example/party/RIDE"
    )


def test_a_recall_scope_may_start_from_several_things(thread: Shell) -> None:
    thread.plant()

    assert thread("recall", "scope", "S-77", "WO-1", "--json").json["start"] == [
        STEEL,
        "https://plant.example/order/P1/WO-1",
    ]


def test_a_recall_scope_that_reaches_nobody_says_so(thread: Shell) -> None:
    thread.plant("day 1, 08:00  receive 100 KGM of STEEL lot S-77")

    assert "None: nothing affected has been shipped to a customer." in thread("recall", "scope", "S-77").out


def test_a_deep_genealogy_is_drawn_like_a_shallow_one(thread: Shell) -> None:
    steps = "\n".join(
        f"day 1, 09:00  split 1 EA of L-{number} into 1 EA of A lot L-{number + 1}" for number in range(400)
    )
    thread.plant(f"day 1, 08:00  receive 1 EA of A lot L-0\n{steps}")

    out = thread("trace", "L-0", "--forward").out

    assert "Complete: 400 lots and 400 activities." in out
    assert f"{'   ' * 799}└─ A / L-400" in out


def test_card_and_balance_can_be_asked_as_of_a_time_and_as_known_at_a_size(thread: Shell) -> None:
    thread.plant()

    early = ("--as-of", "2026-03-02T09:00:00+01:00")

    assert "On hand        100 KGM free\n" in thread("lot", "S-77", *early).out
    assert thread("balance", "S-77", *early, "--json").json["out"][0]["quantity"] == "100"
    assert thread("lot", "S-77", "--known-at", "2", "--json").json["ledger"]["size"] == 2
    assert thread("balance", "S-77", "--known-at", "2", "--json").json["out"][0]["quantity"] == "100"


def test_backward_and_forward_together_mean_both(thread: Shell) -> None:
    thread.plant()

    assert thread("trace", "F-1", "--backward", "--forward").out == thread("trace", "F-1", "--both").out
