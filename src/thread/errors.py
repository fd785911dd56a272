"""Every error that thread raises on purpose, and what each one means to a shell.

One tree, one stable `code` per class, the facts as attributes, and one line of text that says what is wrong, where,
and what to do. `exit_status` and `http_status` are the only places where a code becomes a number; no shell has its own
table.
"""

from __future__ import annotations

from typing import ClassVar, Final

__all__ = [
    "BadInput",
    "Conflict",
    "EpcisContextsDiffer",
    "EpcisTextMissing",
    "Gs1Malformed",
    "JsonMalformed",
    "LedgerBroken",
    "LedgerBusy",
    "NameMalformed",
    "NotEpcis",
    "NotFound",
    "StoreFailed",
    "ThreadError",
    "Unavailable",
    "exit_status",
    "http_status",
    "one_line",
    "printed",
]


class ThreadError(Exception):
    """Base of every error that thread raises on purpose.

    `code` is stable and part of the public contract. `text` is one line, whatever from outside stands in it: control
    characters are written as escapes, and what is too long for a line is cut in its middle. `facts` holds what a
    program needs to react (names, numbers, paths).
    """

    code: ClassVar[str] = "thread-error"

    def __init__(self, text: str, **facts: object) -> None:
        super().__init__(text)
        self.text = one_line(text)
        self.facts = facts

    def __str__(self) -> str:
        return self.text


_BEGINNING: Final = 1_200
_END: Final = 600
_SHOWN: Final = 60


def one_line(text: str) -> str:
    r"""Return a text as one line that people can read.

    >>> one_line("lot 'S\x1b[2J'\n is no name")
    "lot 'S\\x1b[2J'\\n is no name"
    """
    if len(text) > _BEGINNING + _END:
        text = f"{text[:_BEGINNING]} … {text[-_END:]}"
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)


def printed(value: object) -> str:
    """Return what was told in place of something else, in so few characters that a line can show it.

    >>> printed(True), printed("2"), printed([])
    ('True', "'2'", 'of type list')
    """
    if isinstance(value, str):
        return repr(value[:_SHOWN])
    is_huge = isinstance(value, int) and value.bit_length() > _SHOWN
    is_plain = value is None or isinstance(value, bool | int | float)
    return repr(value) if is_plain and not is_huge else f"of type {type(value).__name__}"


class BadInput(ThreadError):
    """What was handed in cannot be understood; nothing was recorded. CLI exit 2, HTTP 400 or 422."""

    code = "bad-input"


class NameMalformed(BadInput):
    """A text cannot name anything: it is empty, too long, or holds characters that no name may hold."""

    code = "name-malformed"

    def __init__(self, *, name: str, why: str) -> None:
        shown = ascii(name[:60]) + (" ..." if len(name) > 60 else "")
        super().__init__(f"{shown} is no name: {why}", name=shown, why=why)


class Gs1Malformed(BadInput):
    """A text is written as a GS1 name, but its digits, length or characters are not those of one."""

    code = "gs1-malformed"


class NotFound(ThreadError):
    """What was asked for is not in the ledger. CLI exit 1, HTTP 404."""

    code = "not-found"


class Conflict(ThreadError):
    """What was handed in is well formed but does not fit what the ledger holds. CLI exit 2, HTTP 409."""

    code = "conflict"


class LotAmbiguous(Conflict):
    """A short form fits several lots. `candidates` lists their names; nobody guesses between them."""

    code = "lot-ambiguous"

    def __init__(self, *, lot: str, candidates: tuple[str, ...], path: str = "") -> None:
        super().__init__(
            f"lot {lot[:60]!r}{_at(path)} may be any of {_listed(candidates)}; tell its item, or one of these names",
            lot=lot,
            candidates=candidates,
            path=path,
        )


class LotUnknown(Conflict):
    """An event takes or touches a lot that was never recorded."""

    code = "lot-unknown"

    def __init__(self, *, lot: str, item: str | None = None, path: str = "") -> None:
        of_item = f" of {item}" if item else ""
        super().__init__(
            f"lot {lot[:60]!r}{of_item}{_at(path)} was never recorded; record how it came first, or correct the name"
            " (a physical fact can be recorded by force, with a reason, if the item is told too)",
            lot=lot,
            item=item,
            path=path,
        )


class ShipmentAmbiguous(Conflict):
    """A shipment number fits several shipments. `candidates` lists their names."""

    code = "shipment-ambiguous"

    def __init__(self, *, shipment: str, candidates: tuple[str, ...], path: str = "") -> None:
        super().__init__(
            f"shipment {shipment[:60]!r}{_at(path)} may be any of {_listed(candidates)}; tell one of these names",
            shipment=shipment,
            candidates=candidates,
            path=path,
        )


def _at(path: str) -> str:
    return f" (at {path})" if path else ""


def _listed(names: tuple[str, ...], *, most: int = 10) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


class LedgerBroken(ThreadError):
    """The stored ledger is not what its own hashes and signatures say. CLI exit 1, HTTP 500."""

    code = "ledger-broken"


class JsonMalformed(BadInput):
    """A file is no JSON. `line` and `column` (both from 1, the column in characters) say where it stops being JSON."""

    code = "json-malformed"

    def __init__(self, *, file: str, line: int, column: int, why: str) -> None:
        super().__init__(f"{file}:{line}:{column}: {why}", file=file, line=line, column=column, why=why)
        self.file, self.line, self.column, self.why = file, line, column, why


class NotEpcis(BadInput):
    """A file can be read, but is no EPCIS 2.0 document in JSON."""

    code = "not-epcis"

    def __init__(self, *, file: str, why: str) -> None:
        super().__init__(f"{file}: {why}", file=file, why=why)
        self.file, self.why = file, why


class EpcisTextMissing(NotFound):
    """A captured event cannot be written out, because its text was erased or was not fetched."""

    code = "epcis-text-missing"

    def __init__(self, *, event: str) -> None:
        super().__init__(f"the text of captured event {event} is not there; export without it", event=event)


class EpcisContextsDiffer(Conflict):
    """Captured events use one prefix for two namespaces, so they cannot stand in one document."""

    code = "epcis-contexts-differ"

    def __init__(self, *, prefix: str, one: str, other: str) -> None:
        super().__init__(
            f"captured events use the prefix {prefix!r} for {one} and for {other};"
            " export them as documents of their own",
            prefix=prefix,
            one=one,
            other=other,
        )


class Unavailable(ThreadError):
    """The ledger cannot be used at this moment; nothing is wrong with what was handed in. CLI exit 2, HTTP 503."""

    code = "unavailable"


class LedgerBusy(Unavailable):
    """Another writer holds the ledger. Nothing was recorded; trying again is safe."""

    code = "ledger-busy"

    def __init__(self, *, path: str, seconds: float) -> None:
        super().__init__(
            f"{path} is being written by another process, which did not finish within {seconds:g} s; try again",
            path=path,
            seconds=seconds,
        )


class StoreFailed(Unavailable):
    """The database or the disk under it refuses to work. Nothing was recorded."""

    code = "store-failed"

    def __init__(self, *, path: str, why: str) -> None:
        super().__init__(f"{path} cannot be used: {why}", path=path, why=why)


def exit_status(error: ThreadError) -> int:
    """Return the process exit status for an error: 1 the answer is "no", 2 bad input or usage."""
    return 1 if isinstance(error, NotFound | LedgerBroken) else 2


def http_status(error: ThreadError) -> int:
    """Return the HTTP status for an error (RFC 9110 section 15)."""
    if error.code == JsonMalformed.code:
        return 400
    if isinstance(error, NotFound):
        return 404
    if isinstance(error, Conflict):
        return 409
    if isinstance(error, LedgerBroken):
        return 500
    if isinstance(error, Unavailable):
        return 503
    return 422
