"""Tables over HTTP: loaded once, whole or not at all; templates to fill in; mappings saved, shown and removed."""

import io
import json

import httpx2
import pytest

from tests.surfaces.test_http_errors import assert_problem
from tests.tables import receipts_csv, receipts_xlsx
from thread import Ledger
from thread_api.examples import MAPPING, TABLE
from thread_api.schemas import Loaded, MappingRemoved, Mappings

CSV = {"Content-Type": "text/csv"}
XLSX = {"Content-Type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
RECEIPTS = {"kind": "receipts"}


def load(http: httpx2.Client, data: bytes | str, **query: str) -> httpx2.Response:
    return http.post("/v1/import", params={**RECEIPTS, **query}, content=data, headers=CSV)


def test_a_table_is_loaded_and_a_second_time_changes_nothing(http: httpx2.Client, ledger: Ledger) -> None:
    first, again = load(http, TABLE), load(http, TABLE)

    told = Loaded.model_validate_json(first.content)
    assert (first.status_code, told.recorded, told.first_seq, told.last_seq) == (200, 2, 1, 2)
    assert (again.json()["recorded"], again.json()["duplicates"]) == (0, 2)
    assert ledger.entry(1).actor == {"id": "api", "auth": "asserted"}
    assert ledger.entry(1).event["lot"].endswith("/00815")


def test_a_dry_run_tells_every_fault_and_records_nothing(http: httpx2.Client, ledger: Ledger) -> None:
    data = receipts_csv({"quantity": "1,5"}, {"lot": ""}, {}, delimiter=";")

    answer = load(http, data, dry_run="true")

    told = Loaded.model_validate_json(answer.content)
    assert (answer.status_code, told.rows, told.would_record, told.recorded, told.rejected_rows) == (200, 3, 1, 0, 2)
    assert [(one.line, one.column, one.value) for one in told.rejected] == [(2, "quantity", "1,5"), (3, "lot", None)]
    assert told.rejected[1].expected == "the code of a lot"
    assert ledger.size == 1


def test_one_wrong_row_keeps_the_table_out_unless_each_was_asked_for(http: httpx2.Client, ledger: Ledger) -> None:
    data = receipts_csv({}, {"lot": "S-78", "unit": "kilo"})

    told = assert_problem(load(http, data), 422, "table-refused")
    assert [one["line"] for one in told["rejected"]] == [3]
    assert ledger.size == 1

    assert load(http, data, each="true").json()["recorded"] == 1
    assert ledger.size == 2


def test_a_workbook_is_a_body_like_any_other(http: httpx2.Client) -> None:
    answer = http.post("/v1/import", params=RECEIPTS, content=receipts_xlsx({"lot": "007"}), headers=XLSX)

    assert answer.json()["recorded"] == 1


def test_a_form_brings_the_file_and_may_bring_a_mapping(http: httpx2.Client, ledger: Ledger) -> None:
    data = receipts_csv({}).replace(b"lot,", b"Charge,")

    answer = http.post(
        "/v1/import",
        params=RECEIPTS,
        files={"file": ("march.csv", data)},
        data={"mapping": json.dumps({"columns": {"Charge": "lot"}})},
    )

    assert answer.json()["recorded"] == 1
    assert ledger.size == 2


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"table": ("a.csv", TABLE)}, "/table: is not known here"),
        ({"mapping": ("a.json", "{}")}, "/file: is missing"),
    ],
)
def test_a_form_that_brings_something_else_is_refused(
    http: httpx2.Client, files: dict[str, tuple[str, str]], says: str
) -> None:
    told = assert_problem(http.post("/v1/import", params=RECEIPTS, files=files), 422, "body-invalid")

    assert says in told["detail"]


def test_the_character_set_of_the_body_is_a_declaration(http: httpx2.Client, ledger: Ledger) -> None:
    data = receipts_csv({"note": "Größe"}, encoding="cp1252")

    answer = http.post(
        "/v1/import", params=RECEIPTS, content=data, headers={"Content-Type": "text/csv; charset=windows-1252"}
    )

    assert answer.json()["recorded"] == 1
    assert ledger.entry(1).event["note"] == "Größe"


def test_what_the_rows_are_must_be_told(http: httpx2.Client) -> None:
    assert_problem(http.post("/v1/import", content=TABLE, headers=CSV), 422, "kind-missing")
    assert_problem(http.post("/v1/import", params=RECEIPTS, json={}), 415, "media-type-unsupported")


def test_a_mapping_is_saved_shown_used_and_removed(http: httpx2.Client, ledger: Ledger) -> None:
    data = "Artikel;Charge;Menge;ME;Eingang;Sachbearbeiter\r\nSTEEL;007;1,5;KGM;02.03.2026 08:10;Meier\r\n"

    assert http.put("/v1/mappings/erp", json=MAPPING).json() == MAPPING
    assert Mappings.model_validate_json(http.get("/v1/mappings").content).mappings == {"erp": MAPPING}
    assert http.get("/v1/mappings/erp").json() == MAPPING
    loaded = http.post("/v1/import", params={"mapping": "erp"}, content=data, headers=CSV)
    assert loaded.json()["recorded"] == 1
    assert ledger.entry(1).event["event_time"] == "2026-03-02T08:10:00+01:00"
    assert MappingRemoved.model_validate_json(http.delete("/v1/mappings/erp").content).removed == "erp"
    assert_problem(http.get("/v1/mappings/erp"), 404, "mapping-missing")
    assert_problem(http.delete("/v1/mappings/erp"), 404, "mapping-missing")
    assert_problem(
        http.post("/v1/import", params={"mapping": "erp"}, content=data, headers=CSV), 404, "mapping-missing"
    )


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"colour": "red"}, "/colour: is not known; known are kind, columns"),
        ({"kind": "receipts", "columns": {"A": "lott"}}, "/columns/A: 'lott' is no column of receipts"),
        ({"date_format": "DD.MM.QQ"}, "/date_format: date format 'DD.MM.QQ' has the letter 'Q'"),
        ({"zone": "Mars/Olympus"}, "/zone: zone 'Mars/Olympus' is not known here"),
    ],
)
def test_a_mapping_that_says_what_it_cannot_say_is_refused(
    http: httpx2.Client, told: dict[str, object], says: str
) -> None:
    assert says in assert_problem(http.put("/v1/mappings/erp", json=told), 422, "mapping-invalid")["detail"]
    assert http.get("/v1/mappings").json() == {"mappings": {}}


def test_a_name_that_can_be_no_file_name_is_no_name_of_a_mapping(http: httpx2.Client) -> None:
    assert_problem(http.put("/v1/mappings/a%20b", json={}), 422, "mapping-invalid")


@pytest.mark.parametrize("kind", ["items", "parties", "places", "resources", "opening", "receipts"])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_template_is_a_table_without_rows(http: httpx2.Client, kind: str, form: str) -> None:
    template = http.get(f"/v1/templates/{kind}", params={"format": form})

    answer = http.post(
        "/v1/import", params={"kind": kind}, files={"file": (f"{kind}.{form}", io.BytesIO(template.content))}
    )

    assert template.headers["content-disposition"] == f'attachment; filename="{kind}.{form}"'
    assert "holds no row below its header" in assert_problem(answer, 422, "not-a-table")["detail"]


@pytest.mark.scenario(13)
def test_opening_stock_at_go_live_is_declared_and_no_receipt_is_invented(http: httpx2.Client, ledger: Ledger) -> None:
    data = "item;lot;quantity;unit;event_time\r\nPAINT;P-1;120,5;KGM;01.01.2026\r\n"
    query = {"kind": "opening", "site": "LYON", "decimal": "comma", "date_format": "DD.MM.YYYY", "zone": "Europe/Paris"}

    loaded = http.post("/v1/import", params=query, content=data, headers=CSV)

    assert loaded.json()["recorded"] == 1
    balance = http.get("/v1/lots/P-1/balance").json()
    assert [(line["line"], line["quantity"]) for line in balance["in"]] == [("opening", "120.5")]
    assert ledger.entry(1).event["type"] == "declared"
    assert ledger.entry(1).event["time_from"] == "2026-01-01T00:00:00+01:00"
