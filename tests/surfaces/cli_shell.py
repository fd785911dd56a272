"""The command line as its users meet it: the installed program in a process of its own, or its `main` in this one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.story import events
from thread.cli.main import main

PROGRAM = Path(sys.executable).with_name("thread")

PLANT = """
site P1
day 1, 08:00  receive 100 KGM of STEEL lot S-77 from ACME on DN-4711, pegged 60 to SO-1, rest forecast
day 1, 09:00  release order WO-1 for 40 EA of FRAME
day 1, 09:30  issue 30 KGM of S-77 to WO-1
day 1, 11:00  produce 20 EA of FRAME lot F-1 from WO-1
day 2, 08:00  pack 10 EA of F-1 into PAL-1
day 2, 09:00  ship PAL-1 to RIDE as SH-1
day 2, 10:00  hold 5 EA of F-1 as H-1, because "scratches"
"""


@dataclass(frozen=True)
class Ran:
    """What a run of the program left behind."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as the one JSON document that it must be."""
        return json.loads(self.out)


class Shell:
    """A folder, and the program run in it."""

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self._capture = capture
        monkeypatch.chdir(folder)
        for name in ("THREAD_LEDGER", "THREAD_KEYS", "NO_COLOR", "FORCE_COLOR", "COLUMNS"):
            monkeypatch.delenv(name, raising=False)

    def __call__(self, *arguments: str) -> Ran:
        """Run the command line in this process."""
        self._capture.readouterr()
        status = main(list(arguments))
        out, err = self._capture.readouterr()
        return Ran(status, out, err)

    def program(self, *arguments: str, told: str = "", environment: Mapping[str, str] | None = None) -> Ran:
        """Run the installed program with something on its standard input."""
        ran = subprocess.run(
            [str(PROGRAM), *arguments],
            check=False,
            input=told.encode(),
            capture_output=True,
            cwd=self.folder,
            env={**os.environ, **(environment or {})},
            timeout=60,
        )
        return Ran(ran.returncode, ran.stdout.decode(), ran.stderr.decode())

    def file(self, name: str, text: str) -> str:
        """Write a file into the folder and return its name."""
        (self.folder / name).write_text(text, encoding="utf-8")
        return name

    def plant(self, story: str = PLANT) -> None:
        """Make the ledger of the folder and record a story in it."""
        assert self("init", "--origin", "plant.example").status == 0
        recorded = self("record", self.file("plant.ndjson", lines(events(story, first_seq=1))))
        assert recorded.status == 0, recorded.err


def lines(told: Iterable[Mapping[str, Any]]) -> str:
    """Return events as NDJSON, without ids, as people tell them."""
    bare = ({name: value for name, value in event.items() if name != "id"} for event in told)
    return "".join(f"{json.dumps(event)}\n" for event in bare)


def receipts(count: int, *, lot: str = "S") -> str:
    """Return receipts of `count` lots as NDJSON."""
    told = (f"day 1, 08:00  receive 5 KGM of STEEL lot {lot}-{number}" for number in range(1, count + 1))
    return lines(events("\n".join(told)))
