"""Whatever goes wrong, as a problem document (RFC 9457): one JSON form for every error, never HTML, never a traceback.

A `ThreadError` becomes its code, its one line of text and its facts; its status comes from `thread.errors.http_status`.
What only a request can do wrong (its length, its media type, its headers) is refused by the errors of this file.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import Any, Final

import orjson
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

import thread
from thread.acceptance import RULES, Refused, Rule
from thread.errors import ThreadError, http_status

__all__ = [
    "BodyTooLong",
    "HandlesErrors",
    "HeaderMalformed",
    "HostUnknown",
    "MediaTypeUnsupported",
    "NotAcceptable",
    "ParameterInvalid",
    "ProblemMeaning",
    "RequestRefused",
    "problem",
    "problem_codes",
    "problem_facts",
    "problem_meanings",
    "problem_status",
    "status_of",
    "title_of",
]

PROBLEM_TYPE: Final = "application/problem+json"
_RESERVED: Final = {"type": "event_type", "title": "titled", "status": "told_status", "detail": "details"}
_RETRY_SECONDS: Final = "1"
_BY_FORCE: Final = "by force, with a reason"


class RequestRefused(ThreadError):
    """A request that HTTP itself has a status for."""

    code = "request-refused"
    status = 400


class HeaderMalformed(RequestRefused):
    """A header of the request says something that it cannot say."""

    code = "header-malformed"

    def __init__(self, *, header: str, why: str) -> None:
        super().__init__(f"the header {header} {why}", header=header)


class ParameterInvalid(RequestRefused):
    """A parameter in the path or the query is unknown, missing, told twice, or not what it has to be."""

    code = "parameter-invalid"
    status = 422

    def __init__(self, findings: Iterable[Mapping[str, str]]) -> None:
        told = tuple(dict(finding) for finding in findings)
        super().__init__("; ".join(f"{finding['path']}: {finding['text']}" for finding in told), findings=told)


class BodyTooLong(RequestRefused):
    """The request, or one line of it, has more bytes than the server reads."""

    code = "body-too-long"
    status = 413

    def __init__(self, *, what: str, most: int, remedy: str) -> None:
        super().__init__(f"{what} has more than {most} bytes; {remedy}", most=most)


class MediaTypeUnsupported(RequestRefused):
    """The request's body is not of a media type that the resource reads."""

    code = "media-type-unsupported"
    status = 415

    def __init__(self, *, why: str, accepted: Iterable[str]) -> None:
        told = tuple(accepted)
        super().__init__(f"{why}; send {' or '.join(told)} as UTF-8", accepted=told)


class NotAcceptable(RequestRefused):
    """The resource has no form that the request's Accept header names."""

    code = "not-acceptable"
    status = 406

    def __init__(self, *, offered: Iterable[str]) -> None:
        told = tuple(offered)
        super().__init__(f"this resource is offered as {' or '.join(told)}; name one of them in Accept", offered=told)


class NoSuchResource(RequestRefused):
    """The API has no resource at this path."""

    code = "no-such-resource"
    status = 404

    def __init__(self, *, path: str) -> None:
        super().__init__(f"there is nothing at {path[:200]}; /docs lists what there is", path=path[:200])


class MethodNotAllowed(RequestRefused):
    """The resource is there, but not for this method."""

    code = "method-not-allowed"
    status = 405

    def __init__(self, *, method: str, allowed: str) -> None:
        super().__init__(f"{method} is not done here; use {allowed}", allowed=tuple(allowed.split(", ")))


class HostUnknown(RequestRefused):
    """The request is addressed to a name that this server does not go by."""

    code = "host-unknown"
    status = 421

    def __init__(self, *, host: str) -> None:
        super().__init__(
            f"this server does not go by the name {host[:100]!r}; address it as the machine it runs on, or start it"
            " with the names that it goes by in THREAD_HOSTS",
            host=host[:100],
        )


class RefusedByFramework(RequestRefused):
    """The framework refuses the request; `status` says why."""

    code = "request-refused"

    def __init__(self, *, text: str, status: int) -> None:
        super().__init__(text)
        self.status = status


class InternalError(RequestRefused):
    """The server failed. It is a fault of the program, not of the request; nothing was recorded half."""

    code = "internal-error"
    status = 500

    def __init__(self) -> None:
        super().__init__("the server failed; its log says where. Nothing is recorded half: ask again, or look first")


def problem_status(error: ThreadError) -> int:
    """Return the HTTP status of an error."""
    return error.status if isinstance(error, RequestRefused) else http_status(error)


def status_of(kind: type[ThreadError]) -> int:
    """Return the HTTP status of a kind of error."""
    return problem_status(kind.__new__(kind))


def problem(error: ThreadError, headers: Mapping[str, str] | None = None) -> Response:
    """Return the problem document of an error as a response."""
    status = problem_status(error)
    told = dict(headers or {})
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        told.setdefault("Retry-After", _RETRY_SECONDS)
    return Response(orjson.dumps(problem_facts(error), default=_plain), status, told, PROBLEM_TYPE)


def problem_facts(error: ThreadError) -> dict[str, Any]:
    """Return the members of the problem document of an error: those of RFC 9457, the code, and the facts."""
    facts = {_RESERVED.get(name, name): _fact(name, value) for name, value in error.facts.items()}
    return {
        "type": f"/v1/problems/{error.code}",
        "title": _title(error),
        "status": problem_status(error),
        "detail": _detail(error),
        "code": error.code,
        **{name: value for name, value in facts.items() if name != "code"},
    }


def _detail(error: ThreadError) -> str:
    """Return the text of an error; where force overcomes it, with the name of the field that forces."""
    if not isinstance(error, Refused):
        return error.text
    return error.text.replace(_BY_FORCE, f"{_BY_FORCE} (force_reason, in the body or the query)", 1)


@dataclass(frozen=True, slots=True)
class ProblemMeaning:
    """What a kind of problem means, the same whenever it is met."""

    code: str
    title: str
    status: int
    text: str


def problem_meanings() -> dict[str, ProblemMeaning]:
    """Return the meaning of every code that a problem document can carry: of each error, and of each rule."""
    _load_every_module()
    found = {code: _meaning_of_rule(rule) for code, rule in RULES.items()}
    for code, kind in problem_codes().items():
        text = inspect.cleandoc(kind.__doc__ or "")
        found[code] = ProblemMeaning(code, title_of(kind), status_of(kind), text)
    return dict(sorted(found.items()))


def _meaning_of_rule(rule: Rule) -> ProblemMeaning:
    forced = "An event that breaks this rule can be recorded by force, with a reason: force_reason says it."
    text = f"{rule.says} {forced if rule.forceable else 'No force overcomes this rule.'}"
    return ProblemMeaning(rule.code, rule.title, status_of(Refused), text)


@cache
def _load_every_module() -> None:
    """Import all of both packages, so that no error is unknown because nobody has met it yet."""
    for package in (thread, importlib.import_module("thread_api")):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)


def _title(error: ThreadError) -> str:
    kind = problem_codes().get(error.code)
    if kind is None and error.code in RULES:
        return RULES[error.code].title
    return title_of(kind or type(error))


def title_of(kind: type[ThreadError]) -> str:
    """Return what an error means, the same for each of its kind: the first sentence of its docstring."""
    return " ".join((kind.__doc__ or kind.code).split()).partition(". ")[0].removesuffix(".")


def problem_codes() -> dict[str, type[ThreadError]]:
    """Return every kind of error that can be answered, by code.

    Where several classes share a code, the one that stands for all of them is the first by the name of its module.
    """
    found: dict[str, type[ThreadError]] = {}
    waiting: list[type[ThreadError]] = [ThreadError]
    while waiting:
        kind = waiting.pop()
        waiting.extend(kind.__subclasses__())
        if kind.__module__.startswith(("thread.", "thread_api.")):
            known = found.setdefault(kind.code, kind)
            found[kind.code] = min(known, kind, key=lambda one: (one.__module__, one.__qualname__))
    return dict(sorted(found.items()))


def _fact(name: str, value: object) -> object:
    if name == "findings" and isinstance(value, tuple):
        return [_finding(one) for one in value]
    return value


def _finding(told: object) -> object:
    """Return a finding as an object: (path, text) as validation tells it, or what knows its own JSON."""
    if isinstance(told, tuple) and type(told) is tuple and len(told) == 2:
        return {"path": told[0], "text": told[1]}
    if hasattr(told, "as_json"):
        return told.as_json()
    return told._asdict() if hasattr(told, "_asdict") else told


def _plain(value: object) -> object:
    """Return a fact that JSON has no form for as something that it has."""
    if isinstance(value, set | frozenset):
        return sorted(value, key=str)
    return str(value)


class HandlesErrors:
    """The application's exception handlers; each refusal is counted by its code."""

    def __init__(self, count: Any) -> None:
        self._count = count

    def handlers(self) -> dict[type[Exception], Any]:
        """Return the handlers by the exception that they answer."""
        return {
            ThreadError: self.thread_error,
            RequestValidationError: self.parameters,
            HTTPException: self.http,
            ClientDisconnect: self.gone,
            Exception: self.failure,
        }

    async def thread_error(self, _: Request, error: ThreadError) -> Response:
        """Answer an error that was raised on purpose."""
        return self._answer(error)

    async def parameters(self, _: Request, error: RequestValidationError) -> Response:
        """Answer parameters that are not what they have to be."""
        return self._answer(ParameterInvalid(_parameter_findings(error)))

    async def http(self, request: Request, error: HTTPException) -> Response:
        """Answer what the router refuses."""
        headers = dict(error.headers or {})
        if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            return self._answer(MethodNotAllowed(method=request.method, allowed=headers.get("Allow", "GET")), headers)
        if error.status_code == HTTPStatus.NOT_FOUND:
            return self._answer(NoSuchResource(path=request.scope["path"]), headers)
        return self._answer(RefusedByFramework(text=str(error.detail), status=error.status_code), headers)

    async def gone(self, _: Request, __: ClientDisconnect) -> Response:
        """Answer nobody: the client hung up before its request was whole, so nothing was done."""
        return Response(status_code=HTTPStatus.BAD_REQUEST)

    async def failure(self, _: Request, __: Exception) -> Response:
        """Answer a fault of the program; the server's log tells it, the answer does not."""
        return self._answer(InternalError())

    def _answer(self, error: ThreadError, headers: Mapping[str, str] | None = None) -> Response:
        self._count(error.code)
        return problem(error, headers)


def _parameter_findings(error: RequestValidationError) -> list[dict[str, str]]:
    return [
        {"path": "/" + "/".join(str(step) for step in detail["loc"]), "text": str(detail["msg"])}
        for detail in error.errors()
    ]
