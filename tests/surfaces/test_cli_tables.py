"""`thread import` of tables: a dry run, a mapping that is saved, all or none, the same file again, export and back."""

from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.surfaces.cli_shell import Shell
from tests.tables import receipts_csv, receipts_xlsx
from thread.interop.table_columns import KINDS

GERMAN = (
    "Artikel;Charge;Menge;ME;Eingang;Sachbearbeiter\r\n"
    "STEEL;007;1,5;KGM;02.03.2026 08:10;Meier\r\n"
    "STEEL;1E5;20;KGM;03.03.2026 09:00;Meier\r\n"
)
TOLD = (
    *("--kind", "receipts", "--site", "LYON", "--decimal", "comma", "--date-format", "DD.MM.YYYY"),
    *("--zone", "Europe/Berlin", "--ignore", "Sachbearbeiter", "--map", "Artikel=item", "--map", "Charge=lot"),
    *("--map", "Menge=quantity", "--map", "ME=unit", "--map", "Eingang=event_time"),
)


@pytest.fixture
def thread(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    shell = Shell(tmp_path, capsys, monkeypatch)
    assert shell("init", "--origin", "plant.example").status == 0
    return shell


def saved(thread: Shell, name: str, data: bytes) -> str:
    (thread.folder / name).write_bytes(data)
    return name


def entries(thread: Shell) -> list[dict[str, object]]:
    """Return the events in the ledger, its opening left out."""
    exported: list[dict[str, dict[str, object]]] = thread("export", "--json").json
    return [entry["event"] for entry in exported[1:]]


def test_an_option_that_is_wrong_is_named_as_the_option_that_it_is(thread: Shell) -> None:
    march = saved(thread, "march.csv", GERMAN.encode("utf-8"))

    refused = thread("import", march, "--kind", "receipts", "--zone", "CET+9")

    assert refused.status == 2
    assert "--zone: zone 'CET+9' is not known here; write it like Europe/Paris or +01:00" in refused.err
    assert "mapping" not in refused.err


@pytest.mark.requirement("REC-8")
def test_a_file_of_an_erp_is_loaded_by_a_mapping_that_is_saved_and_used_again(thread: Shell) -> None:
    march = saved(thread, "march.csv", GERMAN.encode("utf-8"))
    april = saved(thread, "april.csv", GERMAN.replace("03.2026", "04.2026").replace("007", "008").encode("utf-8"))

    dry = thread("import", march, *TOLD, "--dry-run", "--save-mapping", "erp")
    assert (dry.status, dry.out) == (0, "2 rows can be recorded; nothing was recorded, this is a dry run.\n")
    assert entries(thread) == []

    loaded = thread("import", march, "--mapping", "erp")
    assert loaded.out == "Recorded 2 events as entries 1 to 2.\n"
    assert [event["event_time"] for event in entries(thread)] == [
        "2026-03-02T08:10:00+01:00",
        "2026-03-03T09:00:00+01:00",
    ]
    assert thread("import", april, "--mapping", "erp", "--json").json["recorded"] == 2

    again = thread("import", march, "--mapping", "erp")
    assert again.out == "Recorded 0 events.\n2 events had been recorded before and changed nothing.\n"


@pytest.mark.requirement("REC-8")
def test_a_dry_run_lists_every_fault_with_line_column_value_and_what_was_expected(thread: Shell) -> None:
    data = receipts_csv({"quantity": "1,5"}, {"lot": "", "unit": "kilo"}, {"expiry": "31.03.2027"}, delimiter=";")
    file = saved(thread, "bad.csv", data)

    ran = thread("import", file, "--kind", "receipts", "--dry-run")
    told = thread("import", file, "--kind", "receipts", "--dry-run", "--json").json

    assert ran.status == 2
    assert ran.out.splitlines() == [
        (
            "bad.csv:2: column 'quantity': '1,5' holds a comma; if that is how the file writes decimals, say so"
            " (--decimal comma); expected a number, 0 or more, such as 12.50"
        ),
        "bad.csv:3: column 'lot': is empty; expected the code of a lot",
        (
            "bad.csv:3: column 'unit': 'kilo' is no unit code of UN/ECE Rec 20; write it like KGM, LTR, MTR or EA;"
            " expected a unit code of UN/ECE Rec 20, such as KGM, MTR or EA"
        ),
        (
            "bad.csv:4: column 'expiry': '31.03.2027' is not written as YYYY-MM-DD; say how the file writes dates"
            " (--date-format DD.MM.YYYY); expected a day, such as 2026-03-09"
        ),
        "0 rows can be recorded; nothing was recorded, this is a dry run.",
    ]
    assert [(one["line"], one["column"], one["value"]) for one in told["rejected"]] == [
        (2, "quantity", "1,5"),
        (3, "lot", None),
        (3, "unit", "kilo"),
        (4, "expiry", "31.03.2027"),
    ]
    assert (told["dry_run"], told["would_record"]) == (True, 0)


def test_a_dry_run_finds_what_the_rules_of_the_plant_refuse(thread: Shell) -> None:
    first = saved(thread, "first.csv", receipts_csv({"document_number": "DN-1"}))
    second = saved(thread, "second.csv", receipts_csv({"document_number": "DN-1", "note": "again"}))
    assert thread("import", first, "--kind", "receipts").status == 0

    dry = thread("import", second, "--kind", "receipts", "--dry-run")
    forced = thread("import", second, "--kind", "receipts", "--force", "it really came twice")

    assert "second.csv:2: column 'lot': entry 1 tells the same delivery" in dry.err
    assert forced.out.startswith("Recorded 1 event as entry 2.\n! second.csv:2: entry 1 tells the same delivery")


@pytest.mark.requirement("REC-8")
def test_one_wrong_row_keeps_the_file_out_and_each_records_the_others(thread: Shell) -> None:
    file = saved(thread, "mixed.csv", receipts_csv({}, {"lot": "S-78", "unit": "kilo"}, {"lot": "S-79"}))

    refused = thread("import", file, "--kind", "receipts")
    each = thread("import", file, "--kind", "receipts", "--each")

    assert refused.status == 2
    assert refused.err.endswith("; nothing was recorded of mixed.csv\n")
    assert each.status == 2
    assert each.err == "thread: 1 event rejected, 2 events recorded or there before\n"
    assert each.out.splitlines()[-1] == "Recorded 2 events as entries 1 to 2."


def test_a_workbook_is_found_by_itself_and_what_is_hidden_is_told(thread: Shell) -> None:
    book = saved(thread, "stock.xlsx", receipts_xlsx({"lot": "007"}))
    opened = load_workbook(thread.folder / book)
    opened.worksheets[0].row_dimensions[2].hidden = True
    opened.create_sheet("Secret").sheet_state = "hidden"
    opened.save(thread.folder / book)

    untold = thread("import", book)
    loaded = thread("import", book, "--kind", "receipts")

    assert "stock.xlsx: say what its rows are: items, parties" in untold.err
    assert loaded.out.splitlines() == [
        "Recorded 1 event as entry 1.",
        "! stock.xlsx: hidden sheets were not read: Secret",
        "! stock.xlsx: hidden rows were read too: 1",
    ]


def test_one_file_may_hold_rows_of_several_kinds(thread: Shell) -> None:
    data = "item;unit;site;lot;quantity;event_time\r\nSTEEL;KGM;LYON;S-1;5;2026-01-01T00:00:00Z\r\n"
    file = saved(thread, "stock.csv", data.encode())

    items = thread("import", file, "--kind", "items", "--ignore", "lot", "--ignore", "quantity")
    stock = thread("import", file, "--kind", "opening")

    assert (items.status, stock.status) == (0, 0)
    assert [event["type"] for event in entries(thread)] == ["item_defined", "declared"]


@pytest.mark.scenario(13)
def test_opening_stock_at_go_live_is_declared_and_no_receipt_is_invented(thread: Shell) -> None:
    data = (
        "item;lot;quantity;unit;site;place;event_time;supplier;supplier_lot;expiry\r\n"
        "PAINT;P-1;120,5;KGM;LYON;RACK-1;2026-01-01T00:00:00+01:00;COULEURS;C-9;2027-03-31\r\n"
        "STEEL;007;80;KGM;LYON;RACK-2;2026-01-01T00:00:00+01:00;;;\r\n"
    )
    file = saved(thread, "opening.csv", data.encode())

    assert thread("import", file, "--kind", "opening", "--decimal", "comma").status == 0

    balance = thread("balance", "P-1", "--json").json
    card = thread("lot", "P-1", "--json").json
    assert [(line["line"], line["quantity"]) for line in balance["in"]] == [("opening", "120.5")]
    assert balance["difference"] == "0"
    assert card["supplier_lots"] == ["C-9"]
    assert card["origin"] == {"JIT": "0", "JIC": "0", "UNKNOWN": "120.5"}
    assert {event["type"] for event in entries(thread)} == {"declared"}
    assert thread("lot", "007").status == 0


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_template_explains_every_column_and_can_be_loaded_when_it_is_filled_in(
    thread: Shell, kind: str, ending: str
) -> None:
    name = f"{kind}.{ending}"
    written = thread("import", "--template", kind, "-o", name)
    columns = [column for column in KINDS[kind].columns if column.required or column.name == "site"]
    examples = {column.name: column.example for column in columns}

    if ending == "csv":
        text = (thread.folder / name).read_text("utf-8-sig")
        names = text.splitlines()[-1].split(",")
        row = ",".join(examples.get(column, "") for column in names)
        (thread.folder / name).write_text(f"{text}{row}\r\n", "utf-8-sig")
    else:
        book = load_workbook(thread.folder / name)
        sheet = book[kind]
        for at, cell in enumerate(sheet[1], start=1):
            assert cell.comment is not None
            sheet.cell(2, at).value = examples.get(str(cell.value))
        book.save(thread.folder / name)

    assert written.err == f"{name} is written: an empty table of {kind}, with its columns explained\n"
    loaded = thread("import", name, "--kind", kind, "--json").json
    assert (loaded["recorded"], loaded["rejected"]) == (1, [])


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_is_exported_can_be_loaded_again_and_changes_nothing(thread: Shell, form: str) -> None:
    file = saved(thread, "in.csv", receipts_csv({"lot": "=1+1", "note": '"a, ""b"""'}, {"lot": "007"}))
    assert thread("import", file, "--kind", "receipts").status == 0

    assert thread("export", "--format", form, "--kind", "receipts", "-o", f"out.{form}").status == 0
    again = thread("import", f"out.{form}", "--kind", "receipts", "--json").json

    assert (again["recorded"], again["duplicates"]) == (0, 2)


def test_an_export_tells_what_is_valid_now_and_not_what_was_corrected(thread: Shell) -> None:
    file = saved(thread, "in.csv", receipts_csv({"lot": "A"}, {"lot": "B"}, {"lot": "C"}))
    assert thread("import", file, "--kind", "receipts").status == 0
    first = entries(thread)[0]
    told = {name: value for name, value in first.items() if name not in {"id", "as_given"}} | {"note": "weighed again"}
    common = {"type": "corrected", "event_time": "2026-03-03T08:00:00Z", "reason_code": "other", "reason": "weighed"}
    with_python = [{**common, "seq": 1, "replaced_by": [told]}, {**common, "seq": 2, "void": True}]
    import json

    file = thread.file("corrections.json", json.dumps(with_python))
    assert thread("record", file).status == 0

    exported = thread.program("export", "--format", "csv", "--kind", "receipts").out

    assert "weighed again" in exported
    assert ",STEEL,C," in exported
    assert ",STEEL,B," not in exported
    assert exported.count("\n") == 3


def test_personal_values_are_exported_or_left_as_digests_and_both_are_the_same_fact(thread: Shell) -> None:
    data = b"party,name,event_time\r\nACME,Acme Ltd,2026-01-01T00:00:00Z\r\n"
    assert thread("import", saved(thread, "in.csv", data), "--kind", "parties").status == 0

    thread("export", "--format", "csv", "--kind", "parties", "-o", "clear.csv")
    thread("export", "--format", "csv", "--kind", "parties", "--without-personal", "-o", "digests.csv")

    assert "Acme Ltd" in (thread.folder / "clear.csv").read_text("utf-8")
    assert "Acme Ltd" not in (thread.folder / "digests.csv").read_text("utf-8")
    for name in ("clear.csv", "digests.csv"):
        assert thread("import", name, "--kind", "parties", "--json").json["duplicates"] == 1


def test_a_personal_value_that_is_wrong_is_never_shown(thread: Shell) -> None:
    data = b"party,name,event_time\r\nACME,Secret \x07 Name,2026-01-01T00:00:00Z\r\n"

    ran = thread("import", saved(thread, "in.csv", data), "--kind", "parties")

    assert ran.status == 2
    assert "Secret" not in ran.out + ran.err
    assert "column 'name'" in ran.err


def test_mappings_are_listed_shown_saved_from_a_file_and_removed(thread: Shell) -> None:
    file = thread.file("erp.json", '{"kind": "items", "columns": {"Teil": "item"}, "decimal": "comma"}')

    assert thread("mapping", "list").out.startswith("No mapping is saved")
    assert thread("mapping", "save", "erp", file).out == "Saved the mapping erp.\n"
    assert thread("mapping", "show", "erp").json == {"kind": "items", "columns": {"Teil": "item"}, "decimal": "comma"}
    assert thread("mapping", "list").out.splitlines()[1].split() == ["erp", "items", "1", "column", "comma"]
    assert thread("mapping", "remove", "erp").out == "Removed the mapping erp.\n"
    missing = thread("mapping", "show", "erp")
    assert (missing.status, missing.err) == (1, "thread: no mapping is saved as 'erp'; none is saved yet\n")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("import",), "name a file; or ask for an empty table with --template"),
        (("import", "a.csv", "--template", "items"), "--template writes an empty table and reads no file"),
        (("import", "a.csv", "--kind", "items", "-o", "b.csv"), "-o goes with --template"),
        (("import", "a.csv", "--kind", "items", "--map", "Teil"), "--map 'Teil' is not written as NAME=VALUE"),
        (("import", "a.json", "--site", "LYON"), "are for tables; say what the rows are with --kind"),
        (("import", "a.json", "--dry-run"), "--dry-run is for tables"),
        (("export", "--format", "csv"), "a table needs --kind and --format csv or xlsx together"),
        (("export", "--kind", "items"), "a table needs --kind and --format csv or xlsx together"),
        (("export", "--format", "csv", "--kind", "items", "--json"), "a table is no JSON; write it to a file"),
    ],
)
def test_options_that_do_not_go_together_are_refused(thread: Shell, arguments: tuple[str, ...], says: str) -> None:
    thread.file("a.json", "{}")
    thread.file("a.csv", "item\r\n")

    ran = thread(*arguments)

    assert ran.status == 2
    assert says in ran.err


def test_a_table_may_come_on_standard_input(thread: Shell) -> None:
    ran = thread.program("import", "-", "--kind", "receipts", told=receipts_csv({}).decode())

    assert (ran.status, ran.out) == (0, "Recorded 1 event as entry 1.\n")


def test_a_table_of_a_header_only_is_refused_in_one_plain_line(thread: Shell) -> None:
    ran = thread("import", saved(thread, "h.csv", receipts_csv({}).splitlines(keepends=True)[0]), "--kind", "receipts")

    assert ran.status == 2
    assert ran.err == "thread: h.csv: holds no row below its header; nothing was recorded of h.csv\n"


def test_a_table_of_more_wrong_rows_than_are_looked_at_is_refused_in_one_line(thread: Shell) -> None:
    saved(thread, "wrong.csv", receipts_csv(*({"quantity": "-"} for _ in range(1_100))))

    ran = thread.program("import", "wrong.csv", "--kind", "receipts")

    assert ran.status == 2
    assert [line for line in ran.err.splitlines() if not line.startswith("importing: ")] == [
        (
            "thread: wrong.csv:2: column 'quantity': '-' is no number; expected a number, 0 or more, such as 12.50;"
            " 999 more are wrong; nothing was recorded of wrong.csv"
        )
    ]
