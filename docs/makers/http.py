"""Makes the reference of the HTTP API: the description itself, and a page for people with the codes of all problems."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from thread_api.app import create_app
from thread_api.problems import problem_codes, problem_meanings
from thread_api.settings import Settings

__all__ = ["make"]

_INTRO = """\
# HTTP API

Generated from `api/thread_api` by `make docs`; do not edit.

`thread serve` serves it at <http://127.0.0.1:8000>, with pages to try it out at `/docs` (they read nothing from the
web) and its description at `/openapi.json`. The same description: [openapi.json](openapi.json).
"""

_CLIENT = """\
## Headers

- `Idempotency-Key`, on every POST: made by the client, once for each thing that it tells, and used again when it
  retries. The same content is recorded once, for ever; other content is refused (`key-reused`). The entry keeps it as
  `<actor>/<key>`, that of the event at place *i* of a batch as `<actor>/<key>#i`. Questions that are posted record
  nothing, and a size of the ledger is signed once, so there it changes nothing.
- `X-Actor`, on every POST that records: who tells it, as they say themselves. Recorded as asserted; `api` if not told.
- `Accept`, on `GET /v1/entries/{seq}`: `application/octet-stream` for the stored bytes, else JSON.
- `GS1-Capture-Error-Behaviour`, on `POST /v1/epcis/capture`: `rollback` (if not told) or `proceed`.

## Names of lots in a path

A lot's name is a URI. Percent-encoded it is one part of the path, `https%3A%2F%2F…%2Flot%2FTUBE-25%2FH-4711`; so are a
short form (`TUBE-25%2FH-4711`, `H-4711`) and a GS1 barcode (`(01)09506000134352(10)ABC`). A short form that fits
several lots is answered 409 with `candidates`, one that fits none 404 with names like it in `near`.

## EPCIS

Of GS1's EPCIS 2.0 REST binding this release does the capture of documents in JSON, at `/v1/epcis/capture`. It differs
in one thing: the binding answers 202 and a job to ask about; here the document is recorded before the answer comes, so
the answer is 200 and tells what became of it. Queries, capture jobs and subscriptions are not offered.

## What the server does not do yet

It asks nobody who they are. So it listens at 127.0.0.1 unless told otherwise, warns if it is, and, listening there,
takes only requests that are addressed to this machine by name (`THREAD_HOSTS` adds names, for a proxy on the same
machine).
"""

_PROBLEMS = """\
## Problems

Every error is an `application/problem+json` document (RFC 9457): `type`, `title`, `status`, `detail` (what is wrong,
where, and what to do), `code` (stable, for programs), and the facts: `findings` with the JSON Pointer of each fault,
`candidates`, `near`, `rejected`, `seq` and others. `503` comes with `Retry-After`. `type` is a path of this server:
what it answers says what the code means. An event that a [rule](rules.md) refuses is answered 409 with the code of
the rule.

| code | status | means |
|---|---|---|"""


def make(root: Path) -> None:
    """Write `docs/reference/openapi.json` and `docs/reference/http.md`."""
    folder = root / "docs" / "reference"
    folder.mkdir(parents=True, exist_ok=True)
    description = create_app(Settings()).openapi()
    (folder / "openapi.json").write_text(json.dumps(description, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (folder / "http.md").write_text("\n".join(_page(description)) + "\n", encoding="utf-8")


def _page(description: dict[str, Any]) -> Iterator[str]:
    yield _INTRO
    yield from _overview(description)
    yield ""
    yield _CLIENT
    for tag in description["tags"]:
        yield f"## {tag['name']}"
        yield ""
        yield tag["description"]
        for method, path, told in _operations(description):
            if tag["name"] in told["tags"]:
                yield ""
                yield from _operation(method, path, told)
        yield ""
    yield from _problems()


def _operations(description: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in description["paths"].items():
        for method, told in methods.items():
            yield method.upper(), path, told


def _overview(description: dict[str, Any]) -> Iterator[str]:
    yield "| route | does |"
    yield "|---|---|"
    for tag in description["tags"]:
        for method, path, told in _operations(description):
            if tag["name"] in told["tags"]:
                yield f"| `{method} {path}` | {told['summary']} |"


def _operation(method: str, path: str, told: dict[str, Any]) -> Iterator[str]:
    yield f"### {method} {path}"
    yield ""
    yield told["description"]
    parameters = [one for one in told.get("parameters", ()) if one["in"] in {"query", "path"}]
    if parameters:
        yield ""
        yield "| parameter | in | means |"
        yield "|---|---|---|"
        for one in parameters:
            yield f"| `{one['name']}` | {one['in']} | {one.get('description', '')}{_default(one)} |"
    for kind, body in told.get("requestBody", {}).get("content", {}).items():
        if kind != "application/json":
            continue
        for name, example in body["examples"].items():
            yield ""
            yield f"Example, {name}:"
            yield ""
            yield "```json"
            yield json.dumps(example["value"], indent=2, ensure_ascii=False)
            yield "```"


def _default(parameter: dict[str, Any]) -> str:
    default = parameter["schema"].get("default")
    return "" if default is None else f" If not told: `{json.dumps(default)}`."


def _problems() -> Iterator[str]:
    yield _PROBLEMS
    meanings, kinds = problem_meanings(), problem_codes()
    for code, meaning in meanings.items():
        if code in kinds and not kinds[code].__module__.startswith("thread.cli"):
            yield f"| `{code}` | {meaning.status} | {meaning.title} |"
