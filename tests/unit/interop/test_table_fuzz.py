"""Whatever the bytes of a file are, reading it as a table ends in rows or in an error of ours."""

from __future__ import annotations

import io
import zipfile

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tables import opened_table, receipts_csv, receipts_xlsx
from thread.errors import ThreadError

GOOD_CSV = receipts_csv({"note": '"a ""b"", c\nd"'}, {"lot": "007"}, {"expiry": "2027-03-31"})
GOOD_XLSX = receipts_xlsx({"lot": "007"}, {"lot": 7, "expiry": 46477}, {"quantity": 1.5})
PARTS = tuple(zipfile.ZipFile(io.BytesIO(GOOD_XLSX)).namelist())


def read(data: bytes) -> int:
    """Read a file to its end; return how many rows it has, faulty ones included."""
    try:
        return sum(1 for _ in opened_table(data, zone="+01:00").rows())
    except ThreadError:
        return 0


@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    read(data)
    read(GOOD_CSV[:60] + data)
    read(b"PK\x03\x04" + data)


@given(st.text(max_size=200))
def test_any_text_below_a_good_header(text: str) -> None:
    header = GOOD_CSV.partition(b"\r\n")[0]

    read(header + b"\r\n" + text.encode("utf-8", "replace"))


@given(st.integers(0, len(GOOD_CSV) - 1), st.integers(0, 255))
def test_a_csv_file_with_one_byte_changed(at: int, byte: int) -> None:
    read(GOOD_CSV[:at] + bytes([byte]) + GOOD_CSV[at + 1 :])


@given(st.integers(0, len(GOOD_XLSX) - 1), st.integers(0, 255))
def test_a_workbook_with_one_byte_changed(at: int, byte: int) -> None:
    read(GOOD_XLSX[:at] + bytes([byte]) + GOOD_XLSX[at + 1 :])


@settings(max_examples=60)
@given(st.sampled_from(PARTS), st.data())
def test_a_workbook_with_a_part_of_it_changed(name: str, data: st.DataObject) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD_XLSX)) as source, zipfile.ZipFile(out, "w") as target:
        for part in source.infolist():
            content = source.read(part)
            if part.filename == name:
                at = data.draw(st.integers(0, len(content)))
                content = content[:at] + data.draw(st.binary(max_size=6)) + content[at + data.draw(st.integers(0, 9)) :]
            target.writestr(part.filename, content)

    read(out.getvalue())


@given(st.sampled_from(PARTS))
def test_a_workbook_without_a_part_of_it(name: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD_XLSX)) as source, zipfile.ZipFile(out, "w") as target:
        for part in source.infolist():
            if part.filename != name:
                target.writestr(part.filename, source.read(part))

    read(out.getvalue())
