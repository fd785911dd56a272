"""Makes the reference of errors from the error tree: code, exit status, HTTP status, meaning."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from thread.acceptance import RULES
from thread.errors import exit_status
from thread_api.problems import RequestRefused, problem_codes, problem_meanings

__all__ = ["make"]

_INTRO: Final = """\
# Errors

Generated from the error classes of `src/thread` and `api/thread_api` by `make docs`; do not edit.

Every refusal has a stable code, the facts a program needs, and one line that says what is wrong, where, and what to do.
It is the same on every surface:

| surface | what comes |
|---|---|
| Python | a `ThreadError` with `code`, `text` and `facts` |
| command line | the line on standard error, the exit status; `--json` adds `{"error": {"code", "text", "facts"}}` |
| HTTP | `application/problem+json` (RFC 9457): `code`, `detail`, the facts; `type` leads to `/v1/problems/{code}` |

Exit status 1 means that the answer is no (not found, not verified), 2 that the input or its use was wrong and nothing
was recorded.

## Codes

*Exit* is empty where only a request over HTTP can meet the error. What the code of a broken rule means stands in
[rules](rules.md), with whether it can be forced; a refused event carries `refused` beside the codes of its rules.

| code | exit | HTTP | meaning |
|---|---|---|---|"""

_RULES: Final = """
## Codes of rules

Refused with exit status 2 and HTTP 409: {codes}."""

_NUMBERS: Final = re.compile(r" CLI exit \d, HTTP [\d or]+\.$")
"""Numbers that a base class tells in its docstring; here they have columns."""


def make(root: Path) -> None:
    """Write `docs/reference/errors.md`."""
    (root / "docs" / "reference" / "errors.md").write_text("\n".join(_page()) + "\n", encoding="utf-8")


def _page() -> Iterator[str]:
    yield _INTRO
    meanings, kinds = problem_meanings(), problem_codes()
    for code, kind in kinds.items():
        # A class from which the errors are made is met only where nothing narrower is said.
        if inspect.isabstract(kind) or code == "thread-error":
            continue
        status = "" if issubclass(kind, RequestRefused) else str(exit_status(kind.__new__(kind)))
        meaning = _NUMBERS.sub("", " ".join(meanings[code].text.split()))
        yield f"| `{code}` | {status} | {meanings[code].status} | {meaning} |"
    yield _RULES.format(codes=", ".join(f"[`{code}`](rules.md#every-rule)" for code in RULES if code not in kinds))
