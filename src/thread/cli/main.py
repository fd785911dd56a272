"""The command `thread`: finds the command, runs it, and turns whatever goes wrong into one line and an exit status.

Commands are imported when they are asked for, and import what they need when they run, so that `thread --version`
costs no database, no NetworkX and no pydantic. Exit status: 0 done; 1 the answer is "no"; 2 bad input or usage; 130
stopped by Ctrl-C; 141 whoever read the output closed the pipe.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from difflib import get_close_matches
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import Any, Final

import click

from thread import __version__
from thread.cli.options import Group
from thread.cli.output import complain, document
from thread.errors import ThreadError, exit_status, one_line

__all__ = ["command_line", "main"]

_STOPPED: Final = 130
_PIPE_CLOSED: Final = 141
_BAD_USAGE: Final = 2

_HOMES: Final = {
    "init": "ledgers",
    "record": "recording",
    "import": "importing",
    "mapping": "mappings",
    "export": "exporting",
    "find": "finding",
    "lot": "lots",
    "trace": "tracing",
    "balance": "lots",
    "correct": "correcting",
    "recall": "recalls",
    "report": "reporting",
    "findings": "reviewing",
    "checkpoint": "evidence",
    "prove": "proving",
    "bundle": "bundling",
    "verify-bundle": "bundling",
    "verify": "evidence",
    "keys": "keys",
    "rebuild": "ledgers",
    "erase": "erasing",
    "schema": "schemas",
    "serve": "serving",
    "demo": "demo",
}
"""Module in which each command lives, in the order that the help lists them."""


class _Stopped(Exception):
    """Somebody pressed Ctrl-C."""


class _PipeClosed(Exception):
    """Nobody reads the output any more."""


class _Commands(Group):
    """All commands, each imported when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 the same in every context
        return list(_HOMES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 see above
        home = _HOMES.get(cmd_name)
        if home is None:
            return None
        module = import_module(f"thread.cli.{home}")
        command: click.Command = getattr(module, f"{cmd_name.replace('-', '_')}_command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in _HOMES:
            near = get_close_matches(args[0], _HOMES, n=1)
            ctx.fail(f"No such command {args[0]!r}" + (f", did you mean {near[0]!r}?" if near else ""))
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise _Stopped from None
        except BrokenPipeError:
            raise _PipeClosed from None


@click.command(
    cls=_Commands,
    name="thread",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit status: 0 done; 1 the answer is no (not found, verification failed); 2 bad input or usage.",
)
@click.version_option(__version__, "--version", prog_name="thread", message="%(prog)s %(version)s")
def command_line() -> None:
    """A traceability ledger: what happened to material, recorded once, traced both ways, provable later."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status.

    `arguments`: what stands after the name of the program; None takes those of the process.
    """
    told = list(sys.argv[1:] if arguments is None else arguments)
    _prepare_streams()
    as_json = "--json" in told[: told.index("--") if "--" in told else None]
    try:
        status = _run(told, as_json=as_json)
        sys.stdout.flush()
        return status
    except (_PipeClosed, BrokenPipeError):
        _forget_output()
        return _PIPE_CLOSED
    except (_Stopped, click.Abort, KeyboardInterrupt):
        with suppress(OSError):
            complain("stopped")
        return _STOPPED


def _run(arguments: list[str], *, as_json: bool) -> int:
    try:
        status = command_line.main(arguments, prog_name="thread", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        if not as_json:
            click.echo(error.format_message())
        return _refused("usage", "no command is given; `thread --help` lists them", {}, as_json=as_json)
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else "thread"
        text = f"{error.format_message().rstrip('.?')}; `{path} --help` tells what it takes"
        return _refused("usage", text, {"command": path}, as_json=as_json)
    except click.ClickException as error:
        return _refused("usage", error.format_message(), {}, as_json=as_json)
    except ThreadError as error:
        _refused(error.code, error.text, error.facts, as_json=as_json)
        _show_candidates(error, as_json=as_json)
        return exit_status(error)
    except BrokenPipeError:
        raise
    except OSError as error:
        return _refused("system", _system_text(error), {"file": error.filename}, as_json=as_json)
    return status if isinstance(status, int) else 0


def _refused(code: str, text: str, facts: dict[str, object], *, as_json: bool) -> int:
    """Say what is wrong: one line on standard error, and under `--json` a document on standard output as well."""
    line = one_line(text)
    if as_json:
        document({"error": {"code": code, "text": line, "facts": facts}})
    complain(line)
    return _BAD_USAGE


def _show_candidates(error: ThreadError, *, as_json: bool) -> None:
    """Write the names that a short form may mean as a table under the line that refuses it."""
    candidates = error.facts.get("candidates")
    if as_json or not isinstance(candidates, tuple | list) or not candidates:
        return
    from thread.cli.output import Page
    from thread.values.names import label

    Page(sys.stderr).table(("May be", "Name"), [(label(str(name)), str(name)) for name in candidates])


def _system_text(error: OSError) -> str:
    why = error.strerror or str(error)
    return f"{error.filename}: {why}" if error.filename else f"the system refused: {why}"


def _prepare_streams() -> None:
    """Let a terminal that lacks a character show its code, and let a stream that was closed be an empty one."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 it stays open to the end
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _forget_output() -> None:
    """Let what is still buffered go nowhere, so that the interpreter does not complain about it on its way out."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
