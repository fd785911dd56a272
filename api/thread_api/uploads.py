"""Files that are sent: as the body of a request, or as the one file of a form, as browsers send them.

They wait on disk, not in memory. A form may tell how the table is read beside the file, in a field `mapping`.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import IO, Final, NamedTuple

from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from thread_api.bodies import BodyInvalid, chunks_of, spooled

__all__ = ["FORM", "TABLES", "Upload", "uploaded"]

FORM: Final = "multipart/form-data"
TABLES: Final = (
    "text/csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/octet-stream",
    FORM,
)
"""Media types that a table may be sent as; what it is, its first bytes tell."""

_LONGEST_FIELD: Final = 1 << 20
_CHARSET: Final = re.compile(r"charset\s*=\s*\"?([^\";\s]+)", re.IGNORECASE)
_ENCODINGS: Final = {
    "utf-8": None,
    "utf8": None,
    "us-ascii": None,
    "utf-16": "utf-16",
    "windows-1252": "windows-1252",
    "cp1252": "windows-1252",
}


class Upload(NamedTuple):
    """A file that was sent. `name`: as the sender calls it; `mapping`: JSON that stood beside it."""

    file: IO[bytes]
    name: str
    mapping: str | None
    encoding: str | None


@asynccontextmanager
async def uploaded(request: Request, *, most: int) -> AsyncIterator[Upload]:
    """Yield the file that a request brings.

    Raises:
        MediaTypeUnsupported, BodyTooLong: it is of another media type, or too long.
        BodyInvalid: a form without a file, or with fields that are not known.
    """
    told = request.headers.get("content-type", "")
    if told.partition(";")[0].strip().lower() != FORM:
        async with spooled(request, most=most, accepted=TABLES, charsets=frozenset(_ENCODINGS)) as file:
            found = _CHARSET.search(told)
            yield Upload(file, "table", None, _ENCODINGS[found[1].lower()] if found else None)
        return
    form = await _form_of(request, most)
    try:
        yield _in_form(form)
    finally:
        await form.close()


async def _form_of(request: Request, most: int) -> FormData:
    parser = MultiPartParser(
        request.headers, chunks_of(request, most), max_files=1, max_fields=1, max_part_size=_LONGEST_FIELD
    )
    try:
        return await parser.parse()
    except (MultiPartException, ValueError) as error:
        text = f"the form cannot be read ({error}); send one file in the field `file`"
        raise BodyInvalid((("", text),)) from None


def _in_form(form: FormData) -> Upload:
    unknown = sorted(set(form) - {"file", "mapping"})
    file, mapping = form.get("file"), form.get("mapping")
    findings = [(f"/{name[:60]}", "is not known here; a form has the fields file and mapping") for name in unknown]
    if not isinstance(file, UploadFile):
        findings.append(("/file", "is missing; the table is sent as the file of this field"))
    if isinstance(mapping, UploadFile):
        findings.append(("/mapping", "is a file; send its JSON as a plain field"))
    if findings or not isinstance(file, UploadFile):
        raise BodyInvalid(tuple(findings))
    return Upload(file.file, file.filename or "table", mapping if isinstance(mapping, str) else None, None)
