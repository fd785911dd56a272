"""Documents that leave the house, by command line and over HTTP: the numbers are those of the answers they print."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import httpx2
import pytest
from openpyxl import load_workbook

from tests.builders import (
    correction,
    count,
    customer_return,
    declaration,
    delivery,
    line,
    receipt,
    shipment,
    time,
    void,
)
from tests.surfaces.cli_shell import Shell
from thread import Ledger
from thread.service import reports

STEEL = "https://plant.example/party/ACME/lot/STEEL/S-77"

ASKED = {
    "history": {"lot": "S-77"},
    "balance": {"lot": "S-77"},
    "customers": {"start": "S-77"},
    "receipts": {},
    "findings": {"lot": "S-77"},
}


@pytest.fixture
def thread(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    return Shell(tmp_path, capsys, monkeypatch)


def csv_rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def book_rows(data: bytes) -> list[list[Any]]:
    sheet = load_workbook(io.BytesIO(data))["Report"]
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]


@pytest.mark.requirement("EXP-1")
def test_the_balance_is_the_same_on_the_screen_in_csv_in_a_workbook_and_as_json(thread: Shell) -> None:
    thread.plant()
    told = thread("balance", "S-77", "--json").json
    lines = [(line["line"].replace("_", " "), line["quantity"]) for line in [*told["in"], *told["out"]]]

    for ending in ("csv", "xlsx", "html"):
        assert thread("report", "balance", "S-77", "-o", f"b.{ending}").status == 0

    as_json = thread("report", "balance", "S-77", "--json").json
    assert [(row["Line"], row["Quantity"]) for row in as_json["rows"]] == lines
    in_csv = csv_rows((thread.folder / "b.csv").read_bytes())
    assert [(row["Line"], row["Quantity"]) for row in in_csv] == lines
    in_book = book_rows((thread.folder / "b.xlsx").read_bytes())
    assert [(row[1], row[2]) for row in in_book] == [(line, float(quantity)) for line, quantity in lines]
    page = (thread.folder / "b.html").read_text(encoding="utf-8")
    assert all(f">{quantity}</td>" in page for _, quantity in lines)
    assert "Balances: what came in equals what went out and what is there." in page


def test_a_lot_that_is_short_says_so_in_every_form_of_its_balance(thread: Shell) -> None:
    thread.plant(
        """
        day 1, 08:00  receive 100 KGM of STEEL lot A
        day 1, 09:00  issue 30 KGM of A to WO-1
        """
    )
    assert thread("correct", "1", "--void", "--reason", "never came", "--yes").status == 0
    short = "Short by 30 KGM: more left than ever came in."

    for ending in ("csv", "xlsx", "html"):
        assert thread("report", "balance", "A", "-o", f"b.{ending}").status == 0

    assert short in thread("balance", "A").out
    assert short in thread("report", "balance", "A").out
    page = (thread.folder / "b.html").read_text(encoding="utf-8")
    assert short in page
    assert "alances" not in page
    about = load_workbook(thread.folder / "b.xlsx")["About"]
    assert ("Remark", short) in [(row[0].value, row[1].value) for row in about.iter_rows()]
    owed = ("on hand, short: more left than ever came in", "-30", "")
    in_csv = csv_rows((thread.folder / "b.csv").read_bytes())
    assert owed in [(row["Line"], row["Quantity"], row["State"]) for row in in_csv]


def test_affected_customers_are_one_row_for_each_customer_shipment_and_lot(thread: Shell) -> None:
    thread.plant()

    rows = thread("report", "customers", "S-77", "--json").json["rows"]

    assert [(row["Customer"], row["Shipment"], row["Lot"], row["Quantity"], row["In time"]) for row in rows] == [
        ("RIDE", "SH-1", "F-1", "10", "yes")
    ]
    assert [row["Left at"] for row in rows] == [time("day 2, 09:00")]


def sent_and_back(ledger: Ledger, *later: dict[str, Any]) -> tuple[Any, ...]:
    ledger.record(declaration("B", "10 EA"))
    ledger.record(shipment("4 EA of B", number="SH", customer="RIDE"))
    for told in later:
        ledger.record(told)
    (row,) = reports.customers(ledger, ["B"]).as_json()["rows"]
    assert (row["Customer"], row["Shipment"]) == ("RIDE", "SH")
    return tuple(row[name] for name in ("Quantity", "Shipped", "Returned", "Still there", "Entries"))


def test_goods_that_nobody_brought_back_are_still_with_the_customer(ledger: Ledger) -> None:
    assert sent_and_back(ledger, delivery("SH")) == ("4", "4", "0", "4", "2")


def test_a_customer_who_sent_everything_back_is_listed_with_what_left_and_what_came_back(ledger: Ledger) -> None:
    back = customer_return("4 EA of B", shipment="SH", customer="RIDE")

    assert sent_and_back(ledger, delivery("SH"), back) == ("0", "4", "4", "0", "2, 4")


def test_a_customer_who_sent_some_of_it_back_still_has_the_rest(ledger: Ledger) -> None:
    back = customer_return("1 EA of B", shipment="SH", customer="RIDE")

    assert sent_and_back(ledger, delivery("SH"), back) == ("3", "4", "1", "3", "2, 4")


def test_what_a_customer_refused_is_not_there_whether_it_is_on_its_way_or_back(ledger: Ledger) -> None:
    refused = delivery("SH", refused=[line("4 EA of B")])

    assert sent_and_back(ledger, refused) == ("0", "4", "4", "0", "2, 3")

    ledger.record(customer_return("4 EA of B", shipment="SH", customer="RIDE"))
    (row,) = reports.customers(ledger, ["B"]).as_json()["rows"]
    assert (row["Shipped"], row["Returned"], row["Still there"], row["Entries"]) == ("4", "4", "0", "2, 3, 4")


def test_goods_on_consignment_that_come_back_are_told_like_goods_that_were_sold(ledger: Ledger) -> None:
    ledger.record(declaration("B", "10 EA"))
    ledger.record(shipment("4 EA of B", number="SH", purpose="consignment", customer=None, consignee="RIDE"))
    ledger.record(customer_return("1 EA of B", shipment="SH", customer="RIDE"))

    (row,) = reports.customers(ledger, ["B"]).as_json()["rows"]

    assert (row["Customer"], row["Shipped"], row["Returned"], row["Still there"]) == ("RIDE", "4", "1", "3")


def test_the_history_shows_old_and_new_value_of_a_correction_with_its_reason_and_approver(thread: Shell) -> None:
    thread.plant()
    right = receipt("S-77", "90 KGM", item="STEEL", supplier="ACME", site="P1")
    told = correction(1, right, approver="qa-1", reason="scale was read wrongly")
    assert thread("record", thread.file("right.json", json.dumps(told))).status == 0

    rows = thread("report", "history", "S-77", "--json").json["rows"]

    (row,) = [row for row in rows if row["Corrects"] == 1]
    assert "quantity 100 KGM → 90 KGM" in row["Old and new value"].split("\n")
    assert (row["Reason"], row["Approved by"]) == ("scale was read wrongly", "qa-1")


def test_the_history_shows_what_was_corrected_by_which_entry(thread: Shell) -> None:
    thread.plant()
    assert thread("record", thread.file("void.json", json.dumps(void(1))), "--actor", "key-user").status == 0

    report = thread("report", "history", "S-77", "--json").json

    (first,) = [row for row in report["rows"] if row["Entry"] == 1]
    (second,) = [row for row in report["rows"] if row["Corrects"] == 1]
    assert (first["Corrected by"], second["By"]) == (second["Entry"], "key-user")
    assert second["Reason"] == "did not happen"
    assert report["remarks"][0].startswith("Some of it was corrected")


def test_a_list_of_receipts_shows_why_each_came_and_is_written_for_a_spreadsheet(thread: Shell) -> None:
    thread.plant()

    assert thread("report", "receipts", "-o", "receipts.csv").err == "receipts.csv is written: Receipts, 1 row\n"

    (row,) = csv_rows((thread.folder / "receipts.csv").read_bytes())
    assert (row["Lot"], row["Supplier"], row["Quantity"], row["JIT"], row["JIC"]) == ("S-77", "ACME", "100", "60", "40")
    assert row["Demands and triggers"] == "60 for SO-1, forecast"
    assert row["Lot name"] == STEEL


def test_a_list_of_findings_says_what_is_odd_who_is_behind_it_and_who_decided_what(thread: Shell) -> None:
    thread.plant()
    counted = json.dumps(count("69 KGM of S-77", at="day 3, 09:00"))
    assert thread("record", thread.file("count.json", counted), "--actor", "dock-1").status == 0
    (found,) = thread("findings", "--kind", "stock", "--json").json["findings"]
    assert thread("findings", "close", found["id"], "--reason", "spilled", "--as", "quality-3").status == 0

    assert thread("report", "findings", "--kind", "stock", "--all", "-o", "findings.csv").status == 0

    (row,) = csv_rows((thread.folder / "findings.csv").read_bytes())
    assert (row["Finding"], row["State"], row["What is odd"]) == (found["id"], "closed", found["text"])
    assert (row["Caused by"], row["Closed by"], row["Decision"], row["Reason"]) == (
        "dock-1",
        "quality-3",
        "accepted",
        "spilled",
    )


def test_only_a_report_that_tells_no_ages_says_that_it_is_the_same_whenever_it_is_asked(thread: Shell) -> None:
    thread.plant()

    for kind, lot in (("findings", ()), ("balance", ("S-77",))):
        assert thread("report", kind, *lot, "-o", f"{kind}.html").status == 0

    same = "the answer is the same, byte for byte"
    assert same not in (thread.folder / "findings.html").read_text(encoding="utf-8")
    assert same in (thread.folder / "balance.html").read_text(encoding="utf-8")


def test_what_was_asked_stands_apart_from_its_name_and_one_is_no_plural(thread: Shell) -> None:
    thread.plant()

    findings = thread("report", "findings").out
    customers = thread("report", "customers", "F-1").out

    assert "Ages by the clock of 2" in findings
    assert "1 customer, 1 shipment, 1 lot in the scope." in customers


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("-o", "list.pdf"), "the name list.pdf does not say in which form to write"),
        (("--format", "csv", "--json"), "--json and --format want two things on standard output"),
        (("--since", "yesterday"), "'yesterday'"),
        (("--format", "pdf"), "'pdf' is not one of"),
    ],
)
def test_a_report_that_cannot_be_written_is_refused_in_one_line(
    thread: Shell, arguments: tuple[str, ...], why: str
) -> None:
    thread.plant()

    refused = thread("report", "receipts", *arguments)

    assert refused.status == 2
    assert why in refused.err
    assert refused.err.count("\n") == 1


def test_csv_goes_to_standard_output_where_no_file_is_told(thread: Shell) -> None:
    thread.plant()

    ran = thread.program("report", "receipts", "--format", "csv")

    assert ran.out.startswith("\ufeffReceived at,Item,Lot,")
    assert thread.program("report", "receipts", "--format", "csv").out == ran.out


# Over HTTP


def test_receipts_stand_as_corrected_and_are_chosen_by_item_supplier_and_time(
    http: httpx2.Client, ledger: Ledger
) -> None:
    one = ledger.record(receipt(item="STEEL", lot="S-1", supplier="ACME", at="day 1, 08:00"))
    ledger.record(receipt(item="STEEL", lot="S-2", supplier="EMCA", at="day 2, 08:00"))
    two = ledger.record(receipt(item="TUBE", lot="T-1", supplier="ACME", at="day 3, 08:00"))
    void_one = ledger.record(receipt(item="TUBE", lot="T-2", supplier="ACME", at="day 4, 08:00"))
    ledger.record(void(void_one.seq))
    right = receipt(item="TUBE", lot="T-1", supplier="ACME", quantity="7 KGM", at="day 3, 08:00")
    mended = ledger.record(correction(two.seq, right))

    def lots(**asked: str) -> list[tuple[str, str, str]]:
        answer = http.get("/v1/reports/receipts", params=asked)
        assert answer.status_code == 200, answer.text
        return [(row["Lot"], row["Quantity"], row["Entries"]) for row in answer.json()["rows"]]

    everything = lots()
    assert [lot for lot, _, _ in everything] == ["S-1", "S-2", "T-1"]
    assert everything[2] == ("T-1", "7", f"{two.seq}, {mended.seq}")
    assert [lot for lot, _, _ in lots(supplier="ACME")] == ["S-1", "T-1"]
    assert [lot for lot, _, _ in lots(item="TUBE", supplier="ACME")] == ["T-1"]
    assert [lot for lot, _, _ in lots(supplier="EMCA", item="TUBE")] == []
    assert [lot for lot, _, _ in lots(since=time("day 2, 08:00"), until=time("day 3, 08:00"))] == ["S-2"]
    assert [lot for lot, _, _ in lots(known_at=str(one.seq + 1))] == ["S-1"]


@pytest.mark.requirement("EXP-1")
@pytest.mark.parametrize("kind", ASKED)
def test_every_report_is_served_in_every_form(http: httpx2.Client, kind: str) -> None:
    http.post("/v1/events", json=receipt(lot="S-77")).raise_for_status()
    asked = ASKED[kind]

    served = {
        form: http.get(f"/v1/reports/{kind}", params={**asked, "format": form})
        for form in ("json", "csv", "xlsx", "html")
    }

    rows = served["json"].json()["rows"]
    assert served["csv"].headers["content-type"] == "text/csv; charset=utf-8"
    assert served["csv"].headers["content-disposition"].startswith(f'attachment; filename="{kind}')
    assert len(csv_rows(served["csv"].content)) == len(rows) == len(book_rows(served["xlsx"].content))
    assert served["html"].headers["content-disposition"].startswith("inline")
    assert served["html"].text.startswith("<!DOCTYPE html>")


def test_a_report_about_a_lot_that_nobody_told_of_is_not_found(http: httpx2.Client) -> None:
    http.post("/v1/events", json=receipt(lot="S-77")).raise_for_status()

    missing = http.get("/v1/reports/history", params={"lot": "S-78", "format": "xlsx"})

    assert missing.status_code == 404
    assert missing.headers["content-type"] == "application/problem+json"
    assert missing.json()["near"] != []
