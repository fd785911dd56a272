"""What a workbook is before anything in it is believed: no bomb, no macros, not locked, and no other kind of file.

A workbook is a zip archive of XML. Its declared sizes are what Python's reader never goes beyond; so they are added up
and compared with limits first. The sheet that is read is then gone through once for what openpyxl does not tell in its
row-by-row mode: merged cells, hidden rows and columns, formulas without a value, and addresses that are no place in a
sheet.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import IO, Final
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from defusedxml import sax

from thread.interop.table_errors import NotATable

__all__ = ["SheetFacts", "checked_archive", "looks_like_workbook", "sheet_facts"]

_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED: Final = "EncryptedPackage".encode("utf-16-le")
_MOST_PARTS: Final = 2_000
_MOST_BYTES: Final = 512 << 20
_MOST_STRINGS: Final = 64 << 20
_MOST_BESIDE: Final = 32 << 20
"""Bytes of a part that is read whole: styles, the list of sheets. Rows are read one by one, pivot tables not at all."""

_MOST_RATIO: Final = 200
_LONGEST_LIST: Final = 1 << 20
_SMALL: Final = 16 << 20
"""What unpacks to no more than this needs no ratio: a sheet of the same few rows packs very well."""

_LAST_ROW: Final = 1_048_576
_LAST_COLUMN: Final = 16_384
_MOST_CELLS: Final = 50_000_000
_MOST_TOLD: Final = 1_000
_ADDRESS: Final = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


def looks_like_workbook(head: bytes) -> bool:
    """Tell whether a file begins as workbooks do, also as those that are not read."""
    return head.startswith((_ZIP, _OLE))


def checked_archive(stream: IO[bytes], *, file: str) -> zipfile.ZipFile:
    """Return the archive of a workbook that can be read.

    Raises:
        NotATable: it is locked, has macros, is of another kind, is broken, or unpacks to too much.
    """
    head = stream.read(8)
    if head.startswith(_OLE):
        start = head + stream.read(1 << 16)
        raise NotATable(file=file, why=_why_old(start))
    stream.seek(0)
    try:
        archive = zipfile.ZipFile(stream)
        parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise NotATable(file=file, why=f"is no whole workbook ({error}); save it again as XLSX") from None
    names = {part.filename for part in parts}
    why = _why_unfit(names) or _why_too_much(parts)
    if why is None and any(part.flag_bits & 1 for part in parts):
        why = "is an archive with a password; save the workbook without"
    if why is None and _has_macros(archive, file):
        why = _MACROS
    if why is not None:
        raise NotATable(file=file, why=why)
    return archive


def _has_macros(archive: zipfile.ZipFile, file: str) -> bool:
    """Tell whether the workbook calls itself one with macros."""
    try:
        with archive.open("[Content_Types].xml") as part:
            return b"macroEnabled" in part.read(_LONGEST_LIST)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError) as error:
        raise NotATable(file=file, why=f"is no whole workbook ({error}); save it again as XLSX") from None


def _why_old(start: bytes) -> str:
    if _LOCKED in start:
        return "is locked with a password; open it, save it without, and load that"
    return "is a workbook of the old kind (.xls), or locked with a password; save it as XLSX without a password"


_MACROS: Final = "holds macros, which are not read; save it as XLSX without macros"


def _why_unfit(names: set[str]) -> str | None:
    if any(name.endswith("vbaProject.bin") for name in names):
        return _MACROS
    if "xl/workbook.bin" in names:
        return "is a binary workbook (.xlsb); save it as XLSX"
    if "mimetype" in names and "content.xml" in names:
        return "is an OpenDocument file; save it as XLSX or CSV"
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        return "is a zip archive and no workbook; take the table out of it"
    return None


def _why_too_much(parts: list[zipfile.ZipInfo]) -> str | None:
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    if len(parts) > _MOST_PARTS:
        return f"has {len(parts)} parts, at most {_MOST_PARTS} are read"
    if unpacked > _MOST_BYTES:
        return f"unpacks to {unpacked >> 20} MiB, at most {_MOST_BYTES >> 20} MiB are read; save the table as CSV"
    if unpacked > _SMALL and unpacked > packed * _MOST_RATIO:
        return f"unpacks to {unpacked // max(1, packed)} times its size, which no table does; it was not read"
    strings = max((part.file_size for part in parts if part.filename.endswith("sharedStrings.xml")), default=0)
    if strings > _MOST_STRINGS:
        return f"holds {strings >> 20} MiB of texts, at most {_MOST_STRINGS >> 20} MiB are read; save the table as CSV"
    beside = max((part.file_size for part in parts if _is_read_whole(part.filename)), default=0)
    if beside > _MOST_BESIDE:
        most = _MOST_BESIDE >> 20
        return f"holds {beside >> 20} MiB beside its rows, at most {most} MiB are read; save the table as CSV"
    return None


def _is_read_whole(name: str) -> bool:
    is_text = name.endswith((".xml", ".rels")) and not name.endswith("sharedStrings.xml")
    return is_text and not name.startswith(("xl/worksheets/", "xl/pivotCache/"))


@dataclass(slots=True)
class SheetFacts:
    """What was found in a sheet. `width`: columns up to the last value; `valueless`: formulas without a value."""

    width: int = 0
    last_row: int = 0
    merged: list[str] = field(default_factory=list)
    valueless: set[str] = field(default_factory=set)
    hidden_rows: int = 0
    hidden_columns: bool = False
    wrong: str | None = None


def sheet_facts(stream: IO[bytes], *, file: str) -> SheetFacts:
    """Return what is to be known of a sheet before its rows are read.

    Raises:
        NotATable: an address in it is no place in a sheet, or it is larger than a table can be.
    """
    handler = _Sheet()
    sax.parse(stream, handler, forbid_dtd=True)
    facts = handler.facts
    if facts.wrong is not None:
        raise NotATable(file=file, why=facts.wrong)
    if facts.width * facts.last_row > _MOST_CELLS:
        why = f"spans {facts.width} columns and {facts.last_row} rows, more than is read; save the table as CSV"
        raise NotATable(file=file, why=why)
    return facts


class _Sheet(ContentHandler):
    """Takes notes of a sheet as it goes by."""

    def __init__(self) -> None:
        super().__init__()
        self.facts = SheetFacts()
        self._row = 0
        self._column = 0
        self._cell = ""
        self._formula = self._value = self._in_value = False

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802 the name of SAX
        tag = name.rpartition(":")[2]
        if tag == "c":
            self._begin_cell(attrs.get("r"))
        elif tag == "v":
            self._in_value = True
        elif tag == "is":
            self._value = True
        elif tag == "f":
            self._formula = True
        elif tag == "row":
            self._begin_row(attrs)
        elif tag == "mergeCell" and len(self.facts.merged) < _MOST_TOLD:
            self.facts.merged.append(str(attrs.get("ref", "")))
        elif tag == "col" and attrs.get("hidden") in {"1", "true"}:
            self.facts.hidden_columns = True

    def endElement(self, name: str) -> None:  # noqa: N802 the name of SAX
        tag = name.rpartition(":")[2]
        if tag == "v":
            self._in_value = False
        if tag != "c":
            return
        facts = self.facts
        if self._value:
            facts.width = max(facts.width, self._column)
            facts.last_row = max(facts.last_row, self._row)
        elif self._formula:
            facts.width = max(facts.width, self._column)
            if len(facts.valueless) < _MOST_TOLD:
                facts.valueless.add(self._cell)

    def characters(self, content: str) -> None:
        if content and self._in_value:
            self._value = True

    def _begin_row(self, attrs: AttributesImpl) -> None:
        told = attrs.get("r")
        number = self._row + 1 if told is None else int(told) if re.fullmatch("[0-9]{1,8}", told) else 0
        if not self._row < number <= _LAST_ROW:
            self.facts.wrong = f"has a row numbered {told!r:.20}, which is no row of a sheet; save it again as XLSX"
            number = self._row + 1
        self._row, self._column = number, 0
        if attrs.get("hidden") in {"1", "true"}:
            self.facts.hidden_rows += 1

    def _begin_cell(self, told: str | None) -> None:
        self._formula = self._value = False
        found = _ADDRESS.fullmatch(told) if told is not None else None
        if told is not None and (found is None or int(found[2]) != self._row):
            self.facts.wrong = f"has a cell at {told!r:.20}, which is no place in its row; save it again as XLSX"
            return
        self._column = self._column + 1 if found is None else _number(found[1])
        if self._column > _LAST_COLUMN:
            self.facts.wrong = f"has a cell at {told!r:.20}, which is no place in a sheet; save it again as XLSX"
        self._cell = told or ""


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
