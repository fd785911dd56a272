"""Pages of the documentation as things to do: what a reader types, what should come back, and files to save.

A fenced `console` block holds commands (`$ …`) with the output that the page shows. A shown line must come, in that
order; `…` in a line stands for anything, a line that is only `…` for left-out lines. A block whose language is followed
by a name, such as `json a.json`, is a file that the reader saves under that name.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

__all__ = ["Command", "SavedFile", "follow", "steps_of", "what_is_missing"]

_BLOCK = re.compile(r"^```(?:console|\w+ (?P<name>\S+))\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_EXPORT = re.compile(r"export (\w+)=(\S+)")
_WIDTH = "110"


@dataclass(frozen=True, slots=True)
class Command:
    """What a reader types, and the lines that the page shows below it."""

    typed: str
    shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SavedFile:
    """A file that the reader saves."""

    name: str
    text: str


def steps_of(page: str) -> tuple[Command | SavedFile, ...]:
    """Return what a page tells the reader to do, in order."""
    steps: list[Command | SavedFile] = []
    for block in _BLOCK.finditer(page):
        if block["name"]:
            steps.append(SavedFile(block["name"], block["body"]))
            continue
        for line in block["body"].splitlines():
            if line.startswith("$ "):
                steps.append(Command(line[2:]))
            else:
                last = steps[-1]
                assert isinstance(last, Command), f"output before any command: {line}"
                steps[-1] = replace(last, shown=(*last.shown, line))
    return tuple(steps)


def what_is_missing(shown: tuple[str, ...], output: str) -> str | None:
    """Return the first shown line that the output does not have in its place, None if all are there.

    How wide the columns of a table are does not count.
    """
    lines = iter([" ".join(line.split()) for line in output.splitlines()])
    for told in shown:
        wanted = re.compile(".*".join(re.escape(" ".join(part.split())) for part in told.split("…")))
        if told.strip() and not any(wanted.fullmatch(line) for line in lines):
            return told
    return None


def follow(page: Path, folder: Path) -> list[str]:
    """Do all that a page tells, in a folder of its own; return what did not come out as the page shows it."""
    programs = Path(sys.executable).parent
    environment = {
        "HOME": str(folder),
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "COLUMNS": _WIDTH,
        "LC_ALL": "C.UTF-8",
        "PYTHONUTF8": "1",
    }
    wrong: list[str] = []
    for step in steps_of(page.read_text(encoding="utf-8")):
        if isinstance(step, SavedFile):
            (folder / step.name).write_text(step.text, encoding="utf-8")
        elif setting := _EXPORT.fullmatch(step.typed):
            environment[setting[1]] = setting[2]
        else:
            wrong.extend(_run(step, folder, environment))
    return wrong


def _run(command: Command, folder: Path, environment: dict[str, str]) -> list[str]:
    done = subprocess.run(
        ["bash", "-c", command.typed],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    if done.returncode:
        return [f"$ {command.typed}\nended with exit status {done.returncode}:\n{done.stdout}"]
    missing = what_is_missing(command.shown, done.stdout)
    return [] if missing is None else [f"$ {command.typed}\nlacks: {missing}\nprinted:\n{done.stdout}"]
