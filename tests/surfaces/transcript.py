"""Transcripts: what people type and read, kept as files beside the tests.

A test plays a scenario and compares what was said with the file; `THREAD_WRITE_TRANSCRIPTS=1` writes the files again
(`make transcripts`). What is different in each run (times of the ledger, hashes, made ids) is masked.
"""

from __future__ import annotations

import json
import os
import re
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from io import StringIO
from itertools import count
from pathlib import Path
from typing import Any
from unittest import mock

import httpx2

from thread.cli.main import main

__all__ = ["CliTranscript", "HttpTranscript", "assert_told"]

_FOLDER = Path(__file__).with_name("transcripts")
_BEGIN_NS = 1_780_000_000_123_457_000
"""When the clock of a transcript begins, nanoseconds since the Unix epoch: later than what the scenarios tell."""
_MASKS = (
    (re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z"), "<ledger time>".ljust(27, "·")),
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}"), "<made id>"),
    (re.compile(r"\b\d+-[0-9a-f]{32}-[0-9a-f]{32}\b"), "<seen>"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "<fingerprint>"),
    (re.compile(r"[A-Za-z0-9+/]{43}="), "<root>"),
)


def assert_told(name: str, text: str) -> None:
    """Compare a transcript with the file of that name, or write it there."""
    path = _FOLDER / f"{name}.txt"
    if os.environ.get("THREAD_WRITE_TRANSCRIPTS"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def _masked(text: str) -> str:
    for pattern, mask in _MASKS:
        text = pattern.sub(mask, text)
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())


class CliTranscript:
    """The command line in a folder, with all that was typed and read."""

    def __init__(self, folder: Path, title: str) -> None:
        self._folder = folder
        self._told = [f"{title}\n"]
        self._clock = count(_BEGIN_NS, 1_000_000_000)

    @property
    def text(self) -> str:
        """What was typed and read."""
        return "\n".join(self._told)

    def file(self, name: str, content: str) -> None:
        """Save a file, and show it."""
        (self._folder / name).write_text(content, encoding="utf-8")
        self._told.append(f"# {name}\n{content}")

    def type(self, *arguments: str, answers: str | None = None) -> int:
        """Run the program; `answers`: typed on a terminal, line by line. None: there is no terminal."""
        words = " ".join(f"'{word}'" if re.search(r"[^\w./:=-]", word) else word for word in arguments)
        status, out = self._run(arguments, answers)
        ended = f"(exit status {status})\n" if status else ""
        self._told.append(f"$ thread {words}\n{_masked(out)}{ended}")
        return status

    def _run(self, arguments: tuple[str, ...], answers: str | None) -> tuple[int, str]:
        out = StringIO()
        plain = {name: value for name, value in os.environ.items() if not name.startswith("THREAD_")}
        with (
            chdir(self._folder),
            redirect_stdout(out),
            redirect_stderr(out),
            mock.patch.dict(os.environ, plain, clear=True),
            # The tables are as wide as their times: every run has the same ones, none of which ends in zeros.
            mock.patch("time.time_ns", self._clock.__next__),
            mock.patch.object(sys, "stdin", StringIO() if answers is None else _Terminal(answers)),
        ):
            status = main(arguments)
        # What a terminal echoes is not in the output: put each answer behind its question.
        told = out.getvalue()
        for answer in (answers or "").splitlines():
            told = told.replace("[y/N]: ", f"[y/N]: {answer}\n", 1)
        return status, told


class _Terminal(StringIO):
    """A keyboard with somebody at it."""

    def isatty(self) -> bool:
        return True


class HttpTranscript:
    """A client of a server, with all that was sent and answered."""

    def __init__(self, client: httpx2.Client, title: str) -> None:
        self._client = client
        self._told = [f"{title}\n"]

    @property
    def text(self) -> str:
        """What was sent and answered."""
        return "\n".join(self._told)

    def ask(self, method: str, path: str, body: Any = None, *, show: tuple[str, ...] = (), **headers: str) -> Any:
        """Send a request and return the answer's JSON. `show`: members of the answer that the transcript shows."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self._client.request(method, path, json=body, headers=named)
        told = answer.json()
        head = "".join(f"{name}: {value}\n" for name, value in named.items())
        sent = "" if body is None else f"{json.dumps(body, indent=2, ensure_ascii=False)}\n"
        shown = {name: told[name] for name in show} if show and answer.is_success else told
        of_it = f", of which {', '.join(show)}" if show and answer.is_success else ""
        text = f"{method} {path}\n{head}{sent}\n{answer.status_code} {answer.reason_phrase}{of_it}\n"
        self._told.append(_masked(f"{text}{json.dumps(shown, indent=2, ensure_ascii=False)}\n"))
        return told
