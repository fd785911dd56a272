"""Request bodies: of a media type that is read, not longer than the limit, and strict JSON.

Bodies become entries that nobody can change, so they are read as strictly as captured documents are: no duplicate
names, no NaN, no lone surrogates, a limit on depth. Batches are not held in memory: what arrives waits in a file, and
events are taken from it one by one.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final, TypeVar

import orjson
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from thread.errors import BadInput, JsonMalformed, ThreadError
from thread.service import Told, ToldMalformed
from thread.service.told_json import told_event
from thread_api.problems import BodyTooLong, HeaderMalformed, MediaTypeUnsupported

__all__ = [
    "BatchEmpty",
    "BodyInvalid",
    "BodyMalformed",
    "body_of",
    "chunks_of",
    "model_of",
    "spooled",
    "told_events",
    "told_object",
]

JSON: Final = ("application/json",)
BATCH: Final = ("application/x-ndjson", "application/ndjson", "application/json")

_IN_MEMORY: Final = 1 << 20
_READ: Final = 1 << 16
_MARK: Final = b"\xef\xbb\xbf"
_SPACE: Final = b" \t\r\n"
_SPACES: Final = re.compile(r"[ \t\r\n]*")
_CHARSETS: Final = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})
_LONGEST_TOKEN: Final = 12
"""Characters of the longest thing that may be cut in two: a pair of escapes."""
_SKIP: Final = json.JSONDecoder(parse_float=str, parse_int=str).raw_decode

_SAID: Final = {
    "missing": "is missing",
    "extra_forbidden": "is not known here",
    "too_short": "is empty; tell at least one",
    "tuple_type": "is no array",
    "string_type": "is no text",
}
"""What is wrong, by the kind of fault that pydantic tells."""

Body = TypeVar("Body", bound=BaseModel)


class BatchEmpty(BadInput):
    """A batch tells no event."""

    code = "batch-empty"

    def __init__(self) -> None:
        super().__init__("the batch tells no event; send one JSON object on each line, or a JSON array of them")


class BodyMalformed(BadInput):
    """The body of a request is no JSON object that everybody would read the same way."""

    code = "json-malformed"

    def __init__(self, *, why: str) -> None:
        super().__init__(f"the body of the request cannot be read: {why}", why=why)


class BodyInvalid(BadInput):
    """A request is not what this resource takes. `findings` lists every fault with its JSON Pointer."""

    code = "body-invalid"

    def __init__(self, findings: tuple[tuple[str, str], ...]) -> None:
        path, text = findings[0]
        more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
        super().__init__(f"the body of the request: {path or '/'}: {text}{more}", findings=findings)


async def body_of(request: Request, *, most: int, accepted: tuple[str, ...] = JSON) -> bytes:
    """Return the body of a request.

    Raises:
        MediaTypeUnsupported: it is of another media type, encoding or character set.
        BodyTooLong: it has more than `most` bytes.
    """
    _check_media_type(request, accepted)
    body = bytearray()
    async for chunk in chunks_of(request, most):
        body += chunk
    return bytes(body)


@asynccontextmanager
async def spooled(
    request: Request, *, most: int, accepted: tuple[str, ...] = BATCH, charsets: frozenset[str] = _CHARSETS
) -> AsyncIterator[IO[bytes]]:
    """Yield the body of a request in a file: in memory while it is short, on disk when it is not.

    Raises:
        MediaTypeUnsupported, BodyTooLong: as `body_of`.
    """
    _check_media_type(request, accepted, charsets)
    with SpooledTemporaryFile(max_size=_IN_MEMORY, prefix="thread-batch-") as file:
        async for chunk in chunks_of(request, most):
            await run_in_threadpool(file.write, chunk)
        await run_in_threadpool(file.seek, 0)
        yield file


def told_object(data: bytes) -> dict[str, Any]:
    """Return the JSON object that a body holds, nulls left out.

    Raises:
        BodyMalformed: it is no JSON object, or one that two readers could understand differently.
    """
    try:
        return told_event(data.removeprefix(_MARK))
    except ToldMalformed as error:
        raise BodyMalformed(why=error.why) from None


def model_of(kind: type[Body], value: dict[str, Any]) -> Body:
    """Return a JSON object as the model that a resource takes.

    Raises:
        BodyInvalid: it is something else; lists every fault.
    """
    try:
        return kind.model_validate_json(orjson.dumps(value))
    except ValidationError as error:
        details = error.errors(include_url=False)[:20]
        findings = tuple(
            ("".join(f"/{step}" for step in one["loc"]), _said(one["type"], one["msg"])) for one in details
        )
        raise BodyInvalid(findings) from None


def told_events(file: IO[bytes], *, longest: int) -> Iterator[Told]:
    """Yield the events of a batch one by one, as sent: one JSON object a line, or the elements of one JSON array.

    One that cannot be taken out is handed over with its fault; after a fault between the elements of an array nothing
    can be told apart any more, so it ends there. Memory stays below a small multiple of `longest`, the most bytes of
    one event.

    Raises:
        BatchEmpty: there is none.
    """
    first = file.read(_READ).removeprefix(_MARK).lstrip(_SPACE)
    while not first:
        chunk = file.read(_READ)
        if not chunk:
            raise BatchEmpty
        first = chunk.lstrip(_SPACE)
    file.seek(0)
    return _array(file, longest) if first.startswith(b"[") else _lines(file, longest)


def _lines(file: IO[bytes], longest: int) -> Iterator[Told]:
    number = 0
    while line := file.readline(longest + 2):
        number += 1
        told = line.removeprefix(_MARK) if number == 1 else line
        if len(told.strip(_SPACE)) > longest:
            while line and not line.endswith(b"\n"):
                line = file.readline(longest)
            yield Told(b"", line=number, fault=_too_long(longest))
        elif told.strip(_SPACE):
            yield Told(told.strip(_SPACE), line=number)


class _Text:
    """A text that is read from a file as far as it is needed. `at` is the position that has been reached."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._decode = codecs.getincrementaldecoder("utf-8-sig")("strict").decode
        self.text = ""
        self.at = 0
        self.line = 1

    def advance(self, end: int) -> None:
        """Go to a position of `text`, count the lines on the way, and forget what lies behind."""
        self.line += self.text.count("\n", self.at, end)
        self.at = end
        if end > _READ:
            self.text, self.at = self.text[end:], 0

    def read_on(self) -> bool:
        """Read as much again as lies ahead; tell whether there was anything."""
        chunk = self._file.read(max(_READ, len(self.text) - self.at))
        self.text += self._decode(chunk, not chunk)
        return bool(chunk)

    def next_character(self) -> str:
        """Return the next character that is no space, and go there; "" at the end."""
        while True:
            found = _SPACES.match(self.text, self.at)
            self.advance(found.end() if found else self.at)
            if self.at < len(self.text):
                return self.text[self.at]
            if not self.read_on():
                return ""

    def malformed(self, why: str) -> JsonMalformed:
        """Return the error that names this line."""
        return JsonMalformed(file="body", line=self.line, column=1, why=why)


def _array(file: IO[bytes], longest: int) -> Iterator[Told]:
    source = _Text(file)
    try:
        yield from _elements(source, longest)
    except UnicodeDecodeError as error:
        why = f"byte 0x{error.object[error.start]:02X} is not UTF-8; send the batch as UTF-8"
        yield Told(b"", line=source.line, fault=source.malformed(why))
    except BatchEmpty:
        raise
    except ThreadError as error:
        yield Told(b"", line=source.line, fault=error)


def _elements(source: _Text, longest: int) -> Iterator[Told]:
    """Yield the elements of an array.

    Raises:
        JsonMalformed, BodyTooLong, UnicodeDecodeError: where the next one begins or ends cannot be found.
        BatchEmpty: there is none.
    """
    source.next_character()
    source.advance(source.at + 1)
    character = source.next_character()
    if character == "]":
        raise BatchEmpty
    while True:
        yield _element(source, longest)
        character = source.next_character()
        source.advance(source.at + len(character))
        if character == "]":
            break
        if character != ",":
            found = f"found {character!r}" if character else "the text ends"
            raise source.malformed(f"{found} where ',' or ']' is expected after an element")
        source.next_character()
    if source.next_character():
        raise source.malformed("something follows the end of the array")


def _element(source: _Text, longest: int) -> Told:
    """Return the element that begins here, and go to its end.

    Raises:
        JsonMalformed, BodyTooLong: its end cannot be found.
    """
    line = source.line
    while True:
        try:
            end = _SKIP(source.text, source.at)[1]
            break
        except json.JSONDecodeError as error:
            if not _may_go_on(error, source.text) or not source.read_on():
                source.advance(error.pos)
                raise source.malformed(f"this is no JSON: {error.msg}") from None
        except RecursionError:
            raise source.malformed("objects and arrays are nested too deeply") from None
        if len(source.text) - source.at > longest + _READ:
            raise _too_long(longest)
    data = source.text[source.at : end].encode()
    source.advance(end)
    return Told(data, line=line, fault=_too_long(longest) if len(data) > longest else None)


def _may_go_on(error: json.JSONDecodeError, text: str) -> bool:
    """Return whether a text may only lack its end: the fault stands at the end, or is a string that has none."""
    return error.pos >= len(text) - _LONGEST_TOKEN or error.msg.startswith("Unterminated string")


def _too_long(longest: int) -> BodyTooLong:
    return BodyTooLong(what="the event", most=longest, remedy="record it in several events")


def _said(kind: str, message: str) -> str:
    return _SAID.get(kind, message)


def _check_media_type(request: Request, accepted: tuple[str, ...], charsets: frozenset[str] = _CHARSETS) -> None:
    told = request.headers.get("content-type", "")
    kind, _, parameters = told.partition(";")
    if kind.strip().lower() not in accepted:
        why = f"the body is {kind.strip()[:100]!r}" if told else "the request does not say what its body is"
        raise MediaTypeUnsupported(why=why, accepted=accepted)
    charset = re.search(r"charset\s*=\s*\"?([^\";\s]+)", parameters, re.IGNORECASE)
    if charset and charset[1].lower() not in charsets:
        raise MediaTypeUnsupported(why=f"the body is in {charset[1][:40]!r}", accepted=accepted)
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in {"", "identity"}:
        raise MediaTypeUnsupported(why=f"the body is compressed with {encoding[:40]!r}", accepted=accepted)


async def chunks_of(request: Request, most: int) -> AsyncGenerator[bytes, None]:
    """Yield the body of a request piece by piece.

    Raises:
        HeaderMalformed, BodyTooLong: it says that it has no length, or has more than `most` bytes.
    """
    declared = request.headers.get("content-length")
    if declared is not None and not re.fullmatch(r"[0-9]{1,18}", declared):
        raise HeaderMalformed(header="Content-Length", why="is not a number of bytes")
    too_long = BodyTooLong(what="the request", most=most, remedy="send it in parts")
    if declared is not None and int(declared) > most:
        raise too_long
    count = 0
    async for chunk in request.stream():
        count += len(chunk)
        if count > most:
            raise too_long
        yield chunk
