"""One box for every name, number and mark."""

from __future__ import annotations

from typing import Annotated, Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Query

from thread_api.answers import JsonAnswer, json_answer
from thread_api.asking import LedgerHere
from thread_api.description import PROBLEMS, V1
from thread_api.schemas import SearchHit, SearchKind

__all__ = ["router"]

router = APIRouter(prefix=V1, tags=["Search"], responses=PROBLEMS)

_READ_AS: Final = "Search-Read-As"
_REMARK: Final = "Search-Remark"
_MORE: Final = "Search-More"
_NEAR: Final = "Search-Near"


def _header(text: str) -> dict[str, Any]:
    return {"description": text, "schema": {"type": "string"}}


_HEADERS: Final = {
    _READ_AS: _header("How the text was read, such as `GTIN 09506000134352, lot S-77`; percent-encoded UTF-8."),
    _REMARK: _header("Why the text is not the GS1 name that it looks like, where that is so; percent-encoded UTF-8."),
    _MORE: _header("`true` if more goes by the text than is listed, else `false`."),
    _NEAR: _header("Where nothing was found: names like the text, each percent-encoded, with a space between them."),
}


@router.get(
    "/search",
    response_model=tuple[SearchHit, ...],
    summary="Find by any name",
    response_class=JsonAnswer,
    responses={200: {"headers": _HEADERS}},
)
def search(
    ledger: LedgerHere,
    q: Annotated[
        str,
        Query(
            description=(
                "A lot, supplier lot, serial, order, shipment, container, customer, supplier, item, place, document,"
                " printed mark, or what a scanner read; or a part of it. No sign means anything but itself."
            ),
            examples=["S-77"],
        ),
    ],
    kind: Annotated[SearchKind | None, Query(description="List only things of this kind.")] = None,
    limit: Annotated[int, Query(ge=1, le=1_000, description="List at most so many.")] = 20,
) -> JsonAnswer:
    """Whatever goes by a text: first what is called exactly so, then what begins with it, then what holds it.

    Within each, kinds come in the order of the parameter `kind`, the latest thing first; those that begin alike, by the
    alphabet. A text of one or two characters is not looked for inside of others. Nothing found is an empty list.
    """
    found = ledger.find(q, kind=kind, limit=limit)
    headers = {_READ_AS: quote(found.read_as, safe=_PLAIN), _MORE: "true" if found.more else "false"}
    if found.remark:
        headers[_REMARK] = quote(found.remark, safe=_PLAIN)
    if found.near:
        headers[_NEAR] = " ".join(quote(name, safe="") for name in found.near)
    return json_answer(found.as_json(), headers=headers)


_PLAIN: Final = " ,;:()/#'\"=&?!*+<>@[]{}|"
"""Signs that stand in a header as they are, so that it can be read."""
