"""What spreadsheets do to what people type, and what a table still tells afterwards."""

from datetime import date, datetime, time

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.tables import csv_bytes, faults, only_event, receipts_csv, receipts_xlsx, rewritten, told_events

LAST_OF_MARCH = datetime.fromisoformat("2027-03-31")
MORNING = datetime.fromisoformat("2026-01-05T08:10")
"""As workbooks tell them: of no zone."""


def test_leading_zeros_and_powers_of_ten_stay_as_they_are_typed() -> None:
    events = told_events(receipts_csv({"lot": "007"}, {"lot": "1E5"}, {"lot": "03-04"}, {"lot": "=1+1"}, {"lot": "-9"}))

    assert [event["lot"] for event in events] == ["007", "1E5", "03-04", "=1+1", "-9"]


def test_text_cells_of_a_workbook_stay_text() -> None:
    events = told_events(receipts_xlsx({"lot": "007"}, {"lot": "1E5"}, {"lot": "TRUE"}, {"lot": "#N/B"}))

    assert [event["lot"] for event in events] == ["007", "1E5", "TRUE", "#N/B"]


def test_a_whole_number_in_a_lot_column_becomes_its_digits() -> None:
    assert [event["lot"] for event in told_events(receipts_xlsx({"lot": 4711}, {"lot": 100000.0}))] == [
        "4711",
        "100000",
    ]


def test_zeros_that_only_the_format_of_a_number_shows_are_kept() -> None:
    book = Workbook()
    data = receipts_xlsx({"lot": 77}, book=book)
    book.worksheets[0]["D2"].number_format = "00000"
    assert data

    event = only_event(receipts_xlsx(book=book))

    assert event["lot"] == "00077"


def formatted(column: str, value: float, form: str) -> bytes:
    """Return a receipt as a workbook, one number of which is shown by a format."""
    book = Workbook()
    receipts_xlsx({column: value}, book=book)
    book.worksheets[0]["D2" if column == "lot" else "E2"].number_format = form
    return receipts_xlsx(book=book)


@pytest.mark.parametrize(
    "form",
    [
        '"A-"000', "\\A000", "000-000", '0" m"', "000 000", "0%", "0.00E+00", "# ?/?", "0,", "[$€-407]0", ";;;",
        '[>9]"A-"000;0',
    ],
)  # fmt: skip
def test_a_lot_that_only_the_format_of_a_number_spells_out_is_refused_with_advice(form: str) -> None:
    (told,) = faults(formatted("lot", 123456, form))

    assert told.startswith("2: column 'lot': is the number 123456, which the format of its cell (")
    assert "shows as something else; format the column as text and type what is shown" in told


@pytest.mark.parametrize(
    ("form", "lot"),
    [("0", "77"), ("#,##0", "77"), ("0.00", "77"), ("[Red]0000;0", "0077"), ("@", "77"), ('000_);"-"', "077")],
)
def test_a_lot_of_which_a_format_shows_the_digits_only_is_these_digits(form: str, lot: str) -> None:
    assert only_event(formatted("lot", 77, form))["lot"] == lot


@pytest.mark.parametrize(
    ("told", "decimal", "says"),
    [
        (".5", "point", "'.5' begins with its point; write 0.5"),
        ("5.", "point", "'5.' ends with its point; write 5;"),
        (",5", "comma", "',5' begins with its comma; write 0,5"),
        ("5,", "comma", "'5,' ends with its comma; write 5;"),
        (".", "point", "'.' is no number"),
        ("1 000", "point", "'1 000' has separators of thousands"),
    ],
)
def test_a_quantity_without_a_digit_beside_its_decimal_mark_is_refused_with_the_number_to_write(
    told: str, decimal: str, says: str
) -> None:
    (fault,) = faults(receipts_csv({"quantity": told}, delimiter=";"), decimal=decimal)

    assert says in fault


def test_a_quantity_of_more_digits_than_a_spreadsheet_keeps_is_refused() -> None:
    (told,) = faults(receipts_xlsx({"quantity": 12345678901234567}))

    assert told.startswith("2: column 'quantity': is a number of more than 15 digits, of which a spreadsheet keeps 15")


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        (1.5, "is a number with decimals; format the column as text"),
        (12345678901234567, "more than 15 digits"),
        (LAST_OF_MARCH, "is a date; the spreadsheet made it of a text"),
        (True, "is the truth value of a spreadsheet"),
        ("#N/A", "holds the error #N/A"),
        (time(8, 10), "holds a time of day without a day"),
    ],
)
def test_what_a_spreadsheet_made_of_a_lot_code_is_refused_with_advice(cell: object, says: str) -> None:
    (told,) = faults(receipts_xlsx({"lot": cell}))

    assert told.startswith("2: column 'lot': ")
    assert says in told


def test_dates_are_read_from_date_cells_and_from_day_numbers() -> None:
    events = told_events(receipts_xlsx({"expiry": LAST_OF_MARCH}, {"expiry": date(2027, 3, 31)}, {"expiry": 46477}))

    assert [event["expiry"] for event in events] == ["2027-03-31"] * 3


def test_a_workbook_that_counts_from_1904_tells_the_same_days() -> None:
    book = Workbook()
    book.epoch = CALENDAR_MAC_1904

    events = told_events(receipts_xlsx({"expiry": LAST_OF_MARCH}, {"expiry": 46477 - 1462}, book=book))

    assert [event["expiry"] for event in events] == ["2027-03-31"] * 2


def test_day_numbers_in_csv_are_read_where_that_is_declared_and_never_guessed() -> None:
    data = receipts_csv({"expiry": "46477"})

    assert only_event(data, date_format="excel-1900")["expiry"] == "2027-03-31"
    assert "if it is a day number of a spreadsheet, say so" in faults(data)[0]


def test_a_date_is_read_as_the_file_was_said_to_write_it() -> None:
    data = receipts_csv({"expiry": "03/04/2027"})

    assert only_event(data, date_format="DD/MM/YYYY")["expiry"] == "2027-04-03"
    assert only_event(data, date_format="MM/DD/YYYY")["expiry"] == "2027-03-04"
    assert "is not written as YYYY-MM-DD; say how the file writes dates" in faults(data)[0]


def test_a_time_of_day_takes_the_zone_that_was_told() -> None:
    data = receipts_csv({"event_time": "02.07.2026 08:10"})

    event = only_event(data, date_format="DD.MM.YYYY", zone="Europe/Paris")

    assert event["event_time"] == "2026-07-02T08:10:00+02:00"


def test_a_time_cell_of_a_workbook_takes_the_zone_that_was_told() -> None:
    event = only_event(receipts_xlsx({"event_time": MORNING}), zone="+01:00")

    assert event["event_time"] == "2026-01-05T08:10:00+01:00"


def test_a_day_without_a_time_is_all_of_that_day_also_when_clocks_change() -> None:
    event = only_event(receipts_csv({"event_time": "2026-03-29"}), zone="Europe/Paris")

    assert (event["time_from"], event["time_to"]) == ("2026-03-29T00:00:00+01:00", "2026-03-29T23:59:59+02:00")
    assert "event_time" not in event


@pytest.mark.parametrize(
    ("told", "says"),
    [("2026-03-29 02:30", "was skipped when clocks were changed"), ("2026-10-25 02:30", "was there twice")],
)
def test_a_time_that_a_change_of_clocks_makes_doubtful_is_refused(told: str, says: str) -> None:
    assert says in faults(receipts_csv({"event_time": told}), zone="Europe/Paris")[0]


def test_a_time_without_offset_is_refused_where_nobody_told_a_zone() -> None:
    assert "has no offset from UTC; say in which zone" in faults(receipts_csv({"event_time": "2026-03-02 08:10"}))[0]


@pytest.mark.parametrize(
    ("decimal", "told", "value"),
    [("point", "12.50", "12.50"), ("comma", "12,50", "12.50"), ("point", "0012.50", "12.50"), ("comma", "7", "7")],
)
def test_decimals_are_read_as_they_were_declared(decimal: str, told: str, value: str) -> None:
    data = receipts_csv({"quantity": told}, delimiter=";")

    assert only_event(data, decimal=decimal)["quantity"]["value"] == value


@pytest.mark.parametrize(
    ("decimal", "told", "says"),
    [
        ("point", "1.234,5", "holds a point and a comma; write numbers without separators of thousands"),
        ("comma", "1.234,5", "holds a point and a comma; write numbers without separators of thousands"),
        ("point", "12,5", "holds a comma; if that is how the file writes decimals, say so (--decimal comma)"),
        ("comma", "1.234", "holds a point, and the file is said to write decimal commas"),
        ("point", "1E5", "is a power of ten, as a spreadsheet shortens numbers; write all digits"),
        ("point", "1 234", "has separators of thousands"),
        ("point", "1.234.567", "has separators of thousands"),
        ("point", "5 kg", "is a number with a unit; the unit stands in a column of its own"),
        ("point", "five", "is no number"),
    ],
)
def test_a_number_that_could_mean_two_things_is_refused_with_advice(decimal: str, told: str, says: str) -> None:
    assert says in faults(receipts_csv({"quantity": told}, delimiter=";"), decimal=decimal)[0]


def test_numbers_of_a_workbook_are_taken_as_it_shows_them() -> None:
    events = told_events(
        receipts_xlsx({"quantity": 12.5}, {"quantity": 0.1 + 0.2}, {"quantity": 1e-5}, {"quantity": 3})
    )

    assert [event["quantity"]["value"] for event in events] == ["12.5", "0.3", "0.00001", "3"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_utf_8_and_utf_16_are_found_by_themselves(encoding: str) -> None:
    assert only_event(receipts_csv({"note": "Größe 5 µm"}, encoding=encoding))["note"] == "Größe 5 µm"


def test_windows_1252_is_read_where_that_is_declared() -> None:
    data = receipts_csv({"note": "Größe 5 €"}, encoding="cp1252")

    assert only_event(data, encoding="windows-1252")["note"] == "Größe 5 €"


def test_a_line_break_and_the_delimiter_inside_quotes_belong_to_the_cell() -> None:
    data = receipts_csv({"note": '"two\r\nlines, and a ""quote"""'})

    assert only_event(data)["note"] == 'two\nlines, and a "quote"'


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_by_the_names_in_the_header(delimiter: str) -> None:
    assert only_event(receipts_csv({}, delimiter=delimiter))["lot"] == "S-77"


def test_the_line_that_tells_excel_its_delimiter_is_obeyed() -> None:
    assert only_event(b"sep=;\r\n" + receipts_csv({}, delimiter=";"))["lot"] == "S-77"


def test_empty_rows_and_empty_columns_at_the_end_are_passed_over() -> None:
    rows = receipts_csv({}).decode().splitlines()
    data = csv_bytes(*((f"{row},,").split(",") for row in rows), [""] * 8, [""] * 8, [])

    assert only_event(data)["lot"] == "S-77"


def test_remarks_before_the_header_are_not_read() -> None:
    assert only_event(b"# receipts of March\r\n\r\n" + receipts_csv({}))["lot"] == "S-77"


def test_of_a_formula_the_value_is_taken_that_the_workbook_holds() -> None:
    data = rewritten(receipts_xlsx({"quantity": "=2*50"}), "sheet1.xml", b"<f>2*50</f><v />", b"<f>2*50</f><v>100</v>")

    assert only_event(data)["quantity"]["value"] == "100"


def test_a_formula_without_a_value_is_refused_with_its_cell() -> None:
    data = receipts_xlsx({"quantity": "=2*50"})

    (told,) = faults(data, file="receipts.xlsx")

    assert "cell E2 holds a formula without a value; open the workbook, calculate and save it" in told


def test_utf_16_without_a_mark_is_read_where_that_is_declared() -> None:
    data = receipts_csv({"note": "Größe"}, encoding="utf-16-le")

    assert only_event(data, encoding="utf-16")["note"] == "Größe"


def test_small_and_capital_letters_spaces_and_hyphens_in_a_header_do_not_count() -> None:
    data = (
        receipts_csv({"supplier_lot": "H-1"}).replace(b"supplier_lot", b" Supplier Lot ").replace(b"lot,", b"LOT,", 1)
    )

    assert only_event(data)["supplier_lots"] == ["H-1"]


def test_a_unit_that_is_not_told_again_is_that_of_the_quantity() -> None:
    event = only_event(receipts_csv({"declared_quantity": "101", "container": "PAL-1", "container_quantity": "40"}))

    assert event["declared_quantity"] == {"value": "101", "unit": "KGM"}
    assert event["containers"] == [{"container": "PAL-1", "quantity": {"value": "40", "unit": "KGM"}}]


def test_numbered_columns_are_the_elements_of_a_list_and_gaps_close_up() -> None:
    event = only_event(receipts_csv({"mark": "a", "mark_2": "", "mark_3": "c", "document_number_2": "DN-2"}))

    assert event["marks"] == ["a", "c"]
    assert event["documents"] == [{"number": "DN-2", "type": "despatch_advice"}]
