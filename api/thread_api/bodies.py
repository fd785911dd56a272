"""Request bodies: of a media type that is read, not longer than the limit, and strict JSON.

Bodies become entries that nobody can change, so they are read as strictly as captured documents are: no duplicate
names, no NaN, no lone surrogates, a limit on depth (`thread.interop.json_text`). Batches are not held in memory: what
arrives waits in a file, and events are taken from it one by one.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final, TypeVar

import orjson
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from thread.errors import BadInput, JsonMalformed
from thread.interop import json_text
from thread_api.problems import BodyTooLong, HeaderMalformed, MediaTypeUnsupported

__all__ = ["BodyInvalid", "ToldEvent", "body_of", "model_of", "spooled", "strict_json", "told_events"]

JSON: Final = ("application/json",)
BATCH: Final = ("application/x-ndjson", "application/ndjson", "application/json")

_IN_MEMORY: Final = 1 << 20
_READ: Final = 1 << 16
_SPACE: Final = re.compile(r"[ \t\r\n]*")
_CHARSETS: Final = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})
_SKIP: Final = json.JSONDecoder(parse_float=str, parse_int=str).raw_decode

Body = TypeVar("Body", bound=BaseModel)


class BodyInvalid(BadInput):
    """A request is not what this resource takes. `findings` lists every fault with its JSON Pointer."""

    code = "body-invalid"

    def __init__(self, findings: tuple[tuple[str, str], ...]) -> None:
        path, text = findings[0]
        more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
        super().__init__(f"the body of the request: {path or '/'}: {text}{more}", findings=findings)


@dataclass(frozen=True, slots=True)
class ToldEvent:
    """One event of a batch: its place from 0, its line from 1 (of the text that was sent), and what it tells."""

    index: int
    line: int
    value: Any
    fault: BadInput | None = None
    """Why it cannot be read; `value` is None then."""


async def body_of(request: Request, *, most: int, accepted: tuple[str, ...] = JSON) -> bytes:
    """Return the body of a request.

    Raises:
        MediaTypeUnsupported: it is of another media type, encoding or character set.
        BodyTooLong: it has more than `most` bytes.
    """
    _check_media_type(request, accepted)
    body = bytearray()
    async for chunk in _chunks(request, most):
        body += chunk
    return bytes(body)


@asynccontextmanager
async def spooled(request: Request, *, most: int, accepted: tuple[str, ...] = BATCH) -> AsyncIterator[IO[bytes]]:
    """Yield the body of a request in a file: in memory while it is short, on disk when it is not.

    Raises:
        MediaTypeUnsupported, BodyTooLong: as `body_of`.
    """
    _check_media_type(request, accepted)
    with SpooledTemporaryFile(max_size=_IN_MEMORY, prefix="thread-batch-") as file:
        async for chunk in _chunks(request, most):
            await run_in_threadpool(file.write, chunk)
        await run_in_threadpool(file.seek, 0)
        yield file


def strict_json(data: bytes, *, file: str = "body") -> Any:
    """Return the value of a JSON text, as plain values.

    Raises:
        JsonMalformed: it is no JSON, or JSON that two readers could understand differently.
    """
    text = json_text.decoded(data, file=file)
    json_text.parsed(text, file=file)
    return orjson.loads(text)


def model_of(kind: type[Body], value: Any) -> Body:
    """Return a JSON value as the model that a resource takes.

    Raises:
        BodyInvalid: it is something else; lists every fault.
    """
    try:
        return kind.model_validate_json(orjson.dumps(value))
    except ValidationError as error:
        details = error.errors(include_url=False)[:20]
        findings = tuple(("".join(f"/{step}" for step in one["loc"]), _said(one["type"], one["msg"])) for one in details)
        raise BodyInvalid(findings) from None


def told_events(file: IO[bytes], *, longest: int) -> Iterator[ToldEvent]:
    """Yield the events of a batch one by one: one JSON object a line, or the elements of one JSON array.

    One that cannot be read is handed out with its fault; after a fault in an array nothing can be told apart any more,
    so it ends there. Memory stays below a small multiple of `longest`, the most bytes of one event.
    """
    first = file.read(_READ).lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    file.seek(0)
    return _array(file, longest) if first == b"[" else _lines(file, longest)


def _lines(file: IO[bytes], longest: int) -> Iterator[ToldEvent]:
    index = 0
    number = 0
    while line := file.readline(longest + 2):
        number += 1
        if len(line.rstrip(b"\r\n")) > longest:
            while line and not line.endswith(b"\n"):
                line = file.readline(longest)
            yield ToldEvent(index, number, None, _too_long(index, longest))
        elif line.strip(b"\xef\xbb\xbf \t\r\n"):
            yield _told(index, number, lambda line=line: strict_json(line.rstrip(b"\r\n")))
        else:
            continue
        index += 1


class _Text:
    """A text that is read from a file as far as it is needed. `at` is the position that has been reached."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._decode = codecs.getincrementaldecoder("utf-8-sig")("strict").decode
        self._ended = False
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
        self._ended = self._ended or not chunk
        self.text += self._decode(chunk, self._ended)
        return bool(chunk)

    def next_character(self) -> str:
        """Return the next character that is no space, and go there; "" at the end."""
        while True:
            found = _SPACE.match(self.text, self.at)
            self.advance(found.end() if found else self.at)
            if self.at < len(self.text):
                return self.text[self.at]
            if not self.read_on():
                return ""

    def malformed(self, why: str) -> JsonMalformed:
        """Return the error that names this line."""
        return JsonMalformed(file="body", line=self.line, column=1, why=why)


def _array(file: IO[bytes], longest: int) -> Iterator[ToldEvent]:
    source = _Text(file)
    index = 0
    try:
        source.next_character()
        source.advance(source.at + 1)
        while (character := source.next_character()) != "]":
            if index:
                if character != ",":
                    found = f"found {character!r}" if character else "the text ends"
                    raise source.malformed(f"{found} where ',' or ']' is expected after an element")  # noqa: TRY301
                source.advance(source.at + 1)
                source.next_character()
            yield _element(source, index, longest)
            index += 1
        source.advance(source.at + 1)
        if source.next_character():
            raise source.malformed("something follows the end of the array")  # noqa: TRY301
    except UnicodeDecodeError as error:
        why = f"byte 0x{error.object[error.start]:02X} is not UTF-8; send the batch as UTF-8"
        yield ToldEvent(index, source.line, None, source.malformed(why))
    except BadInput as error:
        yield ToldEvent(index, source.line, None, error)


def _element(source: _Text, index: int, longest: int) -> ToldEvent:
    """Return the element that begins here, and go to its end.

    Raises:
        JsonMalformed, BodyTooLong: its end cannot be found.
    """
    line = source.line
    while True:
        try:
            end = _SKIP(source.text, source.at)[1]
            break
        except (json.JSONDecodeError, RecursionError):
            ahead = len(source.text) - source.at
            if ahead > longest:
                raise _too_long(index, longest) from None
            if not source.read_on():
                json_text.parsed(source.text[source.at :], file="body")
                raise source.malformed("the array does not end") from None
    text = source.text[source.at : end]
    source.advance(end)
    if len(text.encode()) > longest:
        return ToldEvent(index, line, None, _too_long(index, longest))
    return _told(index, line, lambda: strict_json(text.encode()))


def _told(index: int, line: int, read: Callable[[], Any]) -> ToldEvent:
    try:
        return ToldEvent(index, line, read())
    except JsonMalformed as error:
        at = JsonMalformed(file="body", line=line + error.line - 1, column=error.column, why=error.why)
        return ToldEvent(index, line, None, at)


def _too_long(index: int, longest: int) -> BodyTooLong:
    return BodyTooLong(what=f"event {index}", most=longest, remedy="record it in several events")


def _said(kind: str, message: str) -> str:
    return {"missing": "is missing", "extra_forbidden": "is not known here"}.get(kind, message)


def _check_media_type(request: Request, accepted: tuple[str, ...]) -> None:
    told = request.headers.get("content-type", "")
    kind, _, parameters = told.partition(";")
    if kind.strip().lower() not in accepted:
        why = f"the body is {kind.strip()[:100]!r}" if told else "the request does not say what its body is"
        raise MediaTypeUnsupported(why=why, accepted=accepted)
    charset = re.search(r"charset\s*=\s*\"?([^\";\s]+)", parameters, re.IGNORECASE)
    if charset and charset[1].lower() not in _CHARSETS:
        raise MediaTypeUnsupported(why=f"the body is in {charset[1][:40]!r}", accepted=accepted)
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in {"", "identity"}:
        raise MediaTypeUnsupported(why=f"the body is compressed with {encoding[:40]!r}", accepted=accepted)


async def _chunks(request: Request, most: int) -> AsyncIterator[bytes]:
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
