"""What routes take from a request beside its body: the ledger, who asks, under which key, about which lot.

Who asks is what they say (`X-Actor`): this release checks nobody, and each entry says so (`"auth": "asserted"`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Final, cast
from urllib.parse import unquote

from fastapi import Depends, Header, Path, Request

from thread import Ledger
from thread.service import GroupWriter, NameNotFound
from thread.service.near_names import near_names
from thread_api.metrics import Metrics
from thread_api.problems import HeaderMalformed, ParameterInvalid
from thread_api.settings import Settings

__all__ = [
    "ActorId",
    "LedgerHere",
    "LotText",
    "MetricsHere",
    "RetryKey",
    "SettingsHere",
    "WriterHere",
    "near_names_told",
    "only_known_parameters",
    "size_or_time",
]

DEFAULT_ACTOR: Final = "api"

_ACTOR: Final = re.compile(r"[A-Za-z0-9._@:+-]{1,100}")
_KEY: Final = re.compile(r"[\x21-\x7e]{1,255}")
_BARE: Final = re.compile(r"[^\"].*")
_QUOTED: Final = re.compile(r'"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"')
_SIZE: Final = re.compile(r"[0-9]{1,15}")
_REPEATED: Final = "is told more than once; tell it once"


async def _ledger(request: Request) -> Ledger:
    return cast("Ledger", request.app.state.ledger)


async def _writer(request: Request) -> GroupWriter:
    return cast("GroupWriter", request.app.state.writer)


async def _metrics(request: Request) -> Metrics:
    return cast("Metrics", request.app.state.metrics)


async def _settings(request: Request) -> Settings:
    return cast("Settings", request.app.state.settings)


async def _actor(
    request: Request,
    x_actor: Annotated[
        str | None,
        Header(
            alias="X-Actor",
            description="Who tells this, as they say themselves; stands in the entry as asserted. `api` if not told.",
            examples=["desk-3"],
        ),
    ] = None,
) -> str:
    if x_actor is None:
        return DEFAULT_ACTOR
    _told_once(request, "X-Actor")
    if not _ACTOR.fullmatch(x_actor):
        raise HeaderMalformed(
            header="X-Actor", why="is not an id of 1 to 100 characters out of A-Z a-z 0-9 . _ @ : + -"
        )
    return x_actor


async def _retry_key(
    request: Request,
    idempotency_key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            description=(
                "Made by the client, once for each thing it tells. Telling the same again under the same key records"
                " nothing twice, for ever; telling something else under it is refused (`key-reused`)."
            ),
            examples=["8e03978e-40d5-43dd-bc93-6894a57f9324"],
        ),
    ] = None,
) -> str | None:
    if idempotency_key is None:
        return None
    _told_once(request, "Idempotency-Key")
    told = idempotency_key.strip()
    quoted = _QUOTED.fullmatch(told)
    key = re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else told
    if not _KEY.fullmatch(key) or not (quoted or _BARE.fullmatch(told)):
        why = "is not 1 to 255 visible ASCII characters, bare or in double quotes"
        raise HeaderMalformed(header="Idempotency-Key", why=why)
    return key


def _told_once(request: Request, header: str) -> None:
    if len(request.headers.getlist(header)) > 1:
        raise HeaderMalformed(header=header, why=_REPEATED)


async def _lot(
    lot: Annotated[
        str,
        Path(
            description=(
                "The lot: its name (a URI, percent-encoded, so `/` is `%2F`), a GS1 barcode or link, or any short form"
                " that fits one lot only."
            ),
            examples=["S-77"],
        ),
    ],
) -> str:
    try:
        text = unquote(lot, errors="strict")
    except UnicodeDecodeError:
        raise ParameterInvalid([{"path": "/path/lot", "text": "is not UTF-8 when percent-decoded"}]) from None
    if not text.strip():
        raise ParameterInvalid([{"path": "/path/lot", "text": "is empty; name a lot, or leave the last / out"}])
    return text


@contextmanager
def near_names_told(ledger: Ledger) -> Iterator[None]:
    """Let the error that nothing goes by a name tell names like it."""
    try:
        yield
    except NameNotFound as error:
        error.facts["near"] = near_names(ledger, str(error.facts["name"]), error.kinds, size=error.size)
        raise


def size_or_time(known_at: str | None) -> int | str | None:
    """Return what stands in `known_at`: a size of the ledger, or a ledger time."""
    return int(known_at) if known_at is not None and _SIZE.fullmatch(known_at) else known_at


async def only_known_parameters(request: Request) -> None:
    """Refuse query parameters that the route does not know, or that stand there twice.

    An unknown one that was passed over could be a misspelt `as_of`, and the answer would be one to another question.
    """
    if not request.scope["query_string"]:
        return
    known = _known_parameters(request)
    told = Counter(name for name, _ in request.query_params.multi_items())
    findings = [
        {"path": f"/query/{name[:60]}", "text": _REPEATED if name in known else _unknown(known)}
        for name, times in told.items()
        if name not in known or times > 1
    ]
    if findings:
        raise ParameterInvalid(findings)


def _known_parameters(request: Request) -> frozenset[str]:
    """Return the query parameters of the route, as the published description names them."""
    operations = request.app.openapi()["paths"].get(getattr(request.scope["route"], "path_format", ""), {})
    parameters = operations.get(request.method.lower(), {}).get("parameters", ())
    return frozenset(one["name"] for one in parameters if one["in"] == "query")


def _unknown(known: frozenset[str]) -> str:
    return f"is not known here; known are {', '.join(sorted(known))}" if known else "is not known here; none is"


LedgerHere = Annotated[Ledger, Depends(_ledger)]
MetricsHere = Annotated[Metrics, Depends(_metrics)]
SettingsHere = Annotated[Settings, Depends(_settings)]
ActorId = Annotated[str, Depends(_actor)]
RetryKey = Annotated[Any, Depends(_retry_key)]
WriterHere = Annotated[GroupWriter, Depends(_writer)]
LotText = Annotated[str, Depends(_lot)]
