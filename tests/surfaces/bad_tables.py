"""The table of bad tables: CSV files and workbooks as people and programs get them wrong, each with its answer.

A row is a sentence, the file, what is told with it, the code of the refusal, and a phrase that its line must hold. All
are made here.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from openpyxl import Workbook

from tests.tables import RECEIPT, csv_bytes, receipts_csv, receipts_xlsx, rewritten, xlsx_bytes

__all__ = ["BAD_TABLES", "BadTable"]

FILE: Final = "not-a-table"
HEADER: Final = "header-refused"
CELL: Final = "cell-refused"
RAGGED: Final = "row-ragged"
INVALID: Final = "event-invalid"


class BadTable(NamedTuple):
    """One bad table. `code`: of the first fault; `told`: the mapping that comes with it."""

    name: str
    data: bytes
    code: str
    says: str
    told: Mapping[str, Any] = {}
    kind: str = "receipts"
    file: str = "bad.csv"


GOOD: Final = receipts_csv({})
NAMES: Final = tuple(RECEIPT)
BOOK: Final = receipts_xlsx({})


def lines(*rows: str) -> bytes:
    """Return a header of receipts and rows as they stand."""
    return "\r\n".join([",".join(NAMES), *rows, ""]).encode()


def cell(name: str, told: str) -> bytes:
    """Return a receipt with one other cell."""
    return receipts_csv({name: told}, delimiter=";")


def deflated_zeros(mebibytes: int) -> bytes:
    """Return so many MiB of zeros as a raw deflate stream: one block, again and again."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return block * mebibytes + packer.flush(zlib.Z_FINISH)


def archive(*parts: tuple[str, bytes, int]) -> bytes:
    """Return a zip archive of parts: name, raw deflate stream, and the size that it declares."""
    local, central = b"", b""
    for name, packed, size in parts:
        checksum = zlib.crc32(zlib.decompress(packed, -15)) if size < 100 else 0
        facts = struct.pack("<HHHHHLLLHH", 20, 0, 8, 0, 33, checksum, len(packed), size, len(name), 0)
        central += b"PK\x01\x02" + struct.pack("<H", 20) + facts + struct.pack("<HHHLL", 0, 0, 0, 0, len(local))
        central += name.encode()
        local += b"PK\x03\x04" + facts + name.encode() + packed
    end = struct.pack("<HHHHLLH", 0, 0, len(parts), len(parts), len(central), len(local), 0)
    return local + central + b"PK\x05\x06" + end


def bomb(mebibytes: int, declared: int) -> bytes:
    """Return a workbook whose sheet unpacks to zeros, and says that it unpacks to `declared` bytes."""
    types = zlib.compress(b"<Types/>", 9)[2:-4]
    return archive(("[Content_Types].xml", types, 8), ("xl/worksheets/sheet1.xml", deflated_zeros(mebibytes), declared))


def zipped(**parts: bytes) -> bytes:
    """Return an archive of parts; `__` in a name stands for `/`, `_dot_` for a point."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name, data in parts.items():
            target.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return out.getvalue()


def with_part(name: str, data: bytes) -> bytes:
    """Return a good workbook with one more part."""
    out = io.BytesIO(BOOK)
    with zipfile.ZipFile(out, "a") as target:
        target.writestr(name, data)
    return out.getvalue()


def merged() -> bytes:
    """Return a workbook in which two cells are one."""
    book = Workbook()
    receipts_xlsx({}, {}, book=book)
    book.worksheets[0].merge_cells("D2:D3")
    return xlsx_bytes(book=book)


def two_sheets(*, hidden: bool = False) -> bytes:
    """Return a workbook with two sheets, of which either could be meant."""
    book = Workbook()
    for sheet in (book.worksheets[0], book.create_sheet("March")):
        sheet.append(list(NAMES))
        sheet.append(list(RECEIPT.values()))
        if hidden:
            book.create_sheet("Shown")
            sheet.sheet_state = "hidden"
    return xlsx_bytes(book=book)


def ole(holds: bytes = b"") -> bytes:
    """Return the beginning of a file of the old kind."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + holds + bytes(500)


def swapped(old: bytes, new: bytes, part: str = "sheet1.xml") -> bytes:
    """Return a good workbook with something in its sheet replaced."""
    return rewritten(BOOK, part, old, new)


BAD_TABLES: Final = (
    # The file
    BadTable("nothing at all", b"", FILE, "is empty"),
    BadTable("empty lines only", b"\r\n\r\n", FILE, "holds no header"),
    BadTable("a header and no row", lines(), FILE, "holds no row below its header"),
    BadTable(
        "Windows-1252 that nobody declared",
        receipts_csv({"note": "Größe"}, encoding="cp1252"),
        FILE,
        "bad.csv:2: byte 0xF6 is not UTF-8; save the file as CSV UTF-8, or",
    ),
    BadTable(
        "UTF-16 without a mark",
        receipts_csv({}, encoding="utf-16-le"),
        FILE,
        "bad.csv:1: holds NUL, which no text does; if the file is UTF-16",
    ),
    BadTable(
        "UTF-16 cut in the middle of a character", receipts_csv({}, encoding="utf-16")[:-1], FILE, "is not UTF-16-LE"
    ),
    BadTable(
        "a mark that contradicts what was declared",
        receipts_csv({}, encoding="utf-16"),
        FILE,
        "begins with the mark of utf-16-le and was declared to be windows-1252",
        {"encoding": "windows-1252"},
    ),
    BadTable("NUL in the middle", GOOD.replace(b"S-77", b"S\x0077"), FILE, "bad.csv:2: holds NUL"),
    BadTable("JSON", b'{"type": "received"}', FILE, "bad.csv:1: this is JSON"),
    BadTable("a page of the web", b"<html><table>", FILE, "bad.csv:1: this is XML or HTML"),
    BadTable("a PDF", b"%PDF-1.7 ...", FILE, "bad.csv:1: this is a PDF"),
    BadTable("a line without end", b"item," * 300_000, FILE, "bad.csv:1: the line is longer than 1048576 characters"),
    BadTable("ten million columns", b"," * 10_000_000 + b"\r\n", FILE, "bad.csv:1: the line is longer than"),
    BadTable(
        "a cell without end",
        lines(f"{'x' * 200_000},a,b,c,d,e"),
        FILE,
        "bad.csv:2: a cell is longer than 131072 characters",
    ),
    BadTable(
        "a double quote that is never closed",
        lines('2026-03-02T08:10:00+01:00,LYON,STEEL,"S-77,100,KGM', "a,b,c,d,e,f"),
        FILE,
        "bad.csv:2: a double quote is opened in this row and never closed",
    ),
    BadTable(
        "text after a closing quote",
        lines('2026-03-02T08:10:00+01:00,LYON,STEEL,"S"-77,100,KGM'),
        FILE,
        "bad.csv:2: something follows a closing double quote",
    ),
    # The header
    BadTable(
        "a delimiter that was declared wrongly",
        receipts_csv({}, delimiter=";"),
        HEADER,
        "the whole header is one column",
        {"delimiter": ","},
    ),
    BadTable(
        "columns of somebody else",
        csv_bytes(["Artikel", "Charge"], ["a", "b"]),
        HEADER,
        "bad.csv:1: the column 'Artikel' is not known; the column 'Charge' is not known; map each",
    ),
    BadTable(
        "a misspelt column",
        GOOD.replace(b"quantity", b"quantitty"),
        HEADER,
        "the column 'quantitty' is not known; did you mean 'quantity'?",
    ),
    BadTable(
        "a column twice",
        csv_bytes([*NAMES, "Lot"], [*RECEIPT.values(), "S-78"]),
        HEADER,
        "the column 'lot' is there 2 times (columns 4, 7); keep one of them",
    ),
    BadTable(
        "two columns mapped to one",
        csv_bytes([*NAMES, "Charge"], [*RECEIPT.values(), "S-78"]),
        HEADER,
        "'lot' and 'Charge' are both the column lot",
        {"columns": {"Charge": "lot"}},
    ),
    BadTable(
        "a required column missing",
        csv_bytes(NAMES[:-1], tuple(RECEIPT.values())[:-1]),
        HEADER,
        "the column unit is missing (a unit code of UN/ECE Rec 20",
    ),
    BadTable(
        "a mapped column that the file does not have",
        GOOD,
        HEADER,
        "the mapping names the column 'Charge', which the file does not have; it has 'event_time'",
        {"columns": {"Charge": "lot"}},
    ),
    BadTable(
        "a mapping to no column of ours",
        csv_bytes(["A"], ["b"]),
        HEADER,
        "'A' is mapped to 'lott', which is no column of receipts; did you mean 'lot'?",
        {"columns": {"A": "lott"}},
    ),
    BadTable(
        "a value for all rows that its column does not take",
        csv_bytes(NAMES[:-1], tuple(RECEIPT.values())[:-1]),
        HEADER,
        "quantity as told for all rows: '1,5' holds a comma",
        {"defaults": {"unit": "KGM", "quantity": "1,5"}},
    ),
    BadTable(
        "a header of a thousand columns",
        csv_bytes([f"c{number}" for number in range(1_200)]),
        HEADER,
        "the header has 1200 columns, at most 1000 are read",
    ),
    BadTable(
        "a column that only another kind has",
        csv_bytes(["party", "event_time", "lot"], ["A", "2026-03-02T08:10:00Z", "x"]),
        HEADER,
        "the column 'lot' is not known",
        kind="parties",
    ),
    # Rows and cells
    BadTable(
        "a row that lost cells",
        lines("2026-03-02T08:10:00+01:00,LYON,STEEL,S-77"),
        RAGGED,
        "bad.csv:2: the row has 4 cells and the header has 6 columns",
    ),
    BadTable(
        "a decimal comma that split a cell",
        lines("2026-03-02T08:10:00+01:00,LYON,STEEL,S-77,1,5,KGM"),
        RAGGED,
        "bad.csv:2: the row has 'KGM' in its cell 7, where the header has no name",
    ),
    BadTable(
        "a value where the header is empty",
        csv_bytes([*NAMES, "", "note"], [*RECEIPT.values(), "stray", "n"]),
        RAGGED,
        "the row has 'stray' in its cell 7",
    ),
    BadTable(
        "an empty lot", cell("lot", " "), "cell-empty", "bad.csv:2: column 'lot': is empty; expected the code of a lot"
    ),
    BadTable(
        "an ambiguous number",
        cell("quantity", "1.234,5"),
        CELL,
        "bad.csv:2: column 'quantity': '1.234,5' holds a point and a comma",
    ),
    BadTable(
        "a decimal comma that nobody declared",
        cell("quantity", "12,5"),
        CELL,
        "if that is how the file writes decimals, say so (--decimal comma)",
    ),
    BadTable("a power of ten", cell("quantity", "1E5"), CELL, "is a power of ten, as a spreadsheet shortens numbers"),
    BadTable("a negative quantity", cell("quantity", "-5"), INVALID, "bad.csv:2: column 'quantity': '-5' is negative"),
    BadTable("nothing of it", cell("quantity", "0"), INVALID, "the quantity is zero"),
    BadTable(
        "a unit in words", cell("unit", "kilo"), INVALID, "column 'unit': 'kilo' is no unit code of UN/ECE Rec 20"
    ),
    BadTable(
        "a date as a day number",
        cell("expiry", "46477"),
        CELL,
        "column 'expiry': '46477' is a number; if it is a day number of a spreadsheet",
    ),
    BadTable(
        "a date that does not exist",
        cell("expiry", "2027-02-30"),
        CELL,
        "'2027-02-30' names no day or time that exists",
    ),
    BadTable(
        "a date in a form that nobody declared",
        cell("expiry", "31.03.2027"),
        CELL,
        "is not written as YYYY-MM-DD; say how the file writes dates",
    ),
    BadTable(
        "a date in another form than declared",
        cell("expiry", "03/31/2027"),
        CELL,
        "'03/31/2027' is not written as DD.MM.YYYY",
        {"date_format": "DD.MM.YYYY"},
    ),
    BadTable(
        "a time without offset",
        cell("event_time", "2026-03-02 08:10"),
        CELL,
        "has no offset from UTC; say in which zone",
    ),
    BadTable("a time in the future", cell("event_time", "2199-03-02T08:10:00Z"), "in-future", "column 'event_time': "),
    BadTable(
        "a word that is not allowed",
        cell("status", "ok"),
        CELL,
        "column 'status': 'ok' is not allowed here; expected one of available, quarantine",
    ),
    BadTable("a control character", cell("note", "bell \x07"), INVALID, "holds a control character"),
    BadTable("a text that is too long", cell("supplier_lot", "x" * 300), INVALID, "column 'supplier_lot': "),
    BadTable(
        "further fields that are no JSON", cell("more", "{case}"), CELL, "column 'more': '{case}' is no JSON object"
    ),
    BadTable(
        "further fields with NaN",
        cell("more", '"{""ext"":[{""name"":""a:b"",""value"":NaN}]}"'),
        CELL,
        "is no JSON object; at its character 31: ",
    ),
    BadTable(
        "further fields with a number without end",
        cell("more", '"{""v"":1e400}"'),
        CELL,
        "the number 1e400, which is too",
    ),
    BadTable(
        "a field told twice", cell("more", '"{""lot"":""X""}"'), CELL, "tells 'lot', which another column tells too"
    ),
    BadTable(
        "a field that there is not", cell("more", '"{""colour"":""red""}"'), INVALID, "is not a field of received"
    ),
    BadTable(
        "a rule of the plant",
        receipts_csv(
            {"site": "P1", "lot": "S-77", "supplier": "ACME", "quantity": "100", "document_number": "DN-4711"}
        ),
        "duplicate-delivery",
        "tells the same delivery",
    ),
    BadTable(
        "another unit than the lot has",
        receipts_csv({"site": "P1", "lot": "S-77", "supplier": "ACME", "unit": "LTR"}),
        "wrong-unit",
        "bad.csv:2: column 'quantity': lot STEEL / S-77 (ACME) is kept in KGM, not LTR",
    ),
    # Workbooks
    BadTable(
        "a bomb of 2 GiB",
        bomb(2_048, 2_047 << 20),
        FILE,
        "unpacks to 2047 MiB, at most 512 MiB are read",
        file="bad.xlsx",
    ),
    BadTable(
        "a smaller bomb",
        bomb(100, 100 << 20),
        FILE,
        "times its size, which no table does; it was not read",
        file="bad.xlsx",
    ),
    BadTable("a bomb that says it is small", bomb(64, 1_000), FILE, "is a broken workbook", file="bad.xlsx"),
    BadTable(
        "a bomb of texts",
        archive(
            ("[Content_Types].xml", zlib.compress(b"<Types/>")[2:-4], 8),
            ("xl/sharedStrings.xml", b"\x00" * (1 << 20), 80 << 20),
        ),
        FILE,
        "holds 80 MiB of texts",
        file="bad.xlsx",
    ),
    BadTable(
        "styles without end",
        archive(
            ("[Content_Types].xml", zlib.compress(b"<Types/>")[2:-4], 8), ("xl/styles.xml", bytes(1 << 20), 40 << 20)
        ),
        FILE,
        "holds 40 MiB beside its rows, at most 32 MiB are read",
        file="bad.xlsx",
    ),
    BadTable(
        "too many parts",
        archive(
            *((f"xl/{number}", b"\x03\x00", 0) for number in range(2_100)), ("[Content_Types].xml", b"\x03\x00", 0)
        ),
        FILE,
        "has 2101 parts, at most 2000 are read",
        file="bad.xlsx",
    ),
    BadTable(
        "entities that multiply",
        swapped(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet'),
        FILE,
        "is a broken workbook",
        file="bad.xlsx",
    ),
    BadTable(
        "macros",
        with_part("xl/vbaProject.bin", b"Sub AutoOpen()"),
        FILE,
        "holds macros, which are not read; save it as XLSX without macros",
        file="bad.xlsm",
    ),
    BadTable(
        "macros by its content type",
        rewritten(BOOK, "[Content_Types].xml", b"spreadsheetml.sheet.main", b"sheet.macroEnabled.main"),
        FILE,
        "holds macros",
        file="bad.xlsm",
    ),
    BadTable(
        "a password", ole("EncryptedPackage".encode("utf-16-le")), FILE, "is locked with a password", file="bad.xlsx"
    ),
    BadTable("a workbook of the old kind", ole(), FILE, "is a workbook of the old kind (.xls)", file="bad.xls"),
    BadTable(
        "a binary workbook",
        zipped(**{"[Content_Types]_dot_xml": b"<Types/>", "xl__workbook_dot_bin": b""}),
        FILE,
        "is a binary workbook (.xlsb)",
        file="bad.xlsb",
    ),
    BadTable(
        "an OpenDocument file",
        zipped(mimetype=b"application/vnd.oasis", content_dot_xml=b"<x/>"),
        FILE,
        "is an OpenDocument file",
        file="bad.ods",
    ),
    BadTable(
        "a zip archive of something else",
        zipped(photo_dot_jpg=b"x"),
        FILE,
        "is a zip archive and no workbook",
        file="bad.zip",
    ),
    BadTable("a workbook that was cut off", BOOK[: len(BOOK) // 2], FILE, "is no whole workbook", file="bad.xlsx"),
    BadTable(
        "a sheet that is no XML", swapped(b"<sheetData>", b"<sheetData"), FILE, "is a broken workbook", file="bad.xlsx"
    ),
    BadTable(
        "a row number beyond all sheets",
        swapped(b'<row r="2"', b'<row r="99999999"'),
        FILE,
        "which is no row of a sheet",
        file="bad.xlsx",
    ),
    BadTable(
        "a cell that is no place",
        swapped(b'r="A2"', b'r="ZZZZ2"'),
        FILE,
        "which is no place in its row",
        file="bad.xlsx",
    ),
    BadTable(
        "a cell beyond the last column",
        swapped(b'r="F2"', b'r="XFE2"'),
        FILE,
        "which is no place in a sheet",
        file="bad.xlsx",
    ),
    BadTable("merged cells", merged(), FILE, "cells are merged in the sheet 'Sheet' (D2:D3)", file="bad.xlsx"),
    BadTable(
        "two sheets",
        two_sheets(),
        FILE,
        "has the sheets 'Sheet', 'March'; say which one holds the receipts",
        file="bad.xlsx",
    ),
    BadTable(
        "a sheet that there is not",
        two_sheets(),
        FILE,
        "has no sheet 'April'; it has 'Sheet', 'March'",
        {"sheet": "April"},
        file="bad.xlsx",
    ),
    BadTable("an empty sheet", xlsx_bytes(), FILE, "the sheet 'Sheet' holds no header", file="bad.xlsx"),
    BadTable("a header of numbers", xlsx_bytes([1, 2], [3, 4]), FILE, "the header holds", file="bad.xlsx"),
    BadTable(
        "a formula without a value",
        receipts_xlsx({"quantity": "=2*50"}),
        CELL,
        "cell E2 holds a formula without a value",
        file="bad.xlsx",
    ),
    BadTable(
        "an error in a cell", receipts_xlsx({"lot": "#REF!"}), CELL, "cell D2 holds the error #REF!", file="bad.xlsx"
    ),
    BadTable(
        "a lot of which digits are lost",
        receipts_xlsx({"lot": 1234567890123456789}),
        CELL,
        "is a number of more than 15 digits",
        file="bad.xlsx",
    ),
    BadTable(
        "a lot that is a number with decimals",
        receipts_xlsx({"lot": 1.5}),
        CELL,
        "is a number with decimals; format the column as text",
        file="bad.xlsx",
    ),
    BadTable("29 February 1900", receipts_xlsx({"expiry": 60}), CELL, "60 is no number of a day", file="bad.xlsx"),
    BadTable(
        "CSV that is called a workbook",
        GOOD,
        FILE,
        "is no workbook; load it as CSV",
        {"format": "xlsx"},
        file="bad.xlsx",
    ),
)
