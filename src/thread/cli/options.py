"""Options that every command has, before and after its name: which ledger, and JSON instead of words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from thread import Ledger
    from thread.errors import ThreadError

__all__ = ["DEFAULT_LEDGER", "Command", "EntryNumber", "Group", "ledger_url", "ledger_was_told", "opened", "wants_json"]

DEFAULT_LEDGER: Final = "sqlite:///thread.db"

_LEDGER: Final = "thread.ledger"
_JSON: Final = "thread.json"


def _keep_ledger(context: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None and not value.strip():
        message = "--ledger names no ledger; leave it out, or give a database URL or the path of a file"
        raise click.UsageError(message, context)
    if value is not None:
        context.meta[_LEDGER] = value


def _keep_json(context: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        context.meta[_JSON] = True


def _common() -> list[click.Parameter]:
    return [
        click.Option(
            ["--ledger"],
            metavar="URL",
            expose_value=False,
            callback=_keep_ledger,
            help=f"The ledger: a database URL or the path of a file. [env: THREAD_LEDGER; default: {DEFAULT_LEDGER}]",
        ),
        click.Option(
            ["--json"],
            is_flag=True,
            expose_value=False,
            callback=_keep_json,
            help="Print one JSON document and nothing else.",
        ),
    ]


class EntryNumber(click.IntRange):
    """The number of an entry, as the command line tells it."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number; refuse what is none in words of the ledger."""
        try:
            return int(super().convert(value, param, ctx))
        except click.BadParameter:
            message = f"{value!r} is not the number of an entry; `thread lot LOT` shows the numbers in its history"
            self.fail(message, param, ctx)


class Command(click.Command):
    """A command with the options that all commands share."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.params.extend(_common())


class Group(click.Group):
    """A group of commands with the options that all commands share."""

    command_class = Command

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.params.extend(_common())


def wants_json(context: click.Context) -> bool:
    """Return whether `--json` was told, before or after the command."""
    return bool(context.meta.get(_JSON))


def ledger_was_told(context: click.Context) -> bool:
    """Return whether somebody named a ledger: by option or by environment."""
    import os

    return _LEDGER in context.meta or bool(os.environ.get("THREAD_LEDGER"))


def ledger_url(context: click.Context, *, default: str = DEFAULT_LEDGER) -> str:
    """Return the URL of the ledger: the option, else THREAD_LEDGER, else `default`; a path is an SQLite file."""
    import os

    told = str(context.meta.get(_LEDGER) or os.environ.get("THREAD_LEDGER") or default)
    return told if "://" in told else f"sqlite:///{told}"


@contextmanager
def opened(context: click.Context, *, passphrase: str | None = None) -> Iterator[Ledger]:
    """Open the ledger that the options name, and close it at the end.

    `passphrase`: opens and seals signing keys; None: somebody is asked where it is needed.
    """
    from thread import open_ledger
    from thread.cli.passphrases import asked_passphrase
    from thread.errors import NotFound

    with open_ledger(ledger_url(context), passphrase=passphrase or asked_passphrase) as ledger:
        try:
            yield ledger
        except NotFound as error:
            asked = error.facts.get("name")
            if isinstance(asked, str):
                _suggest(ledger, error, asked)
            raise


def _suggest(ledger: Ledger, error: ThreadError, asked: str) -> None:
    """Add to an error the recorded names that look like the one that was asked for."""
    from thread.service.names import NameNotFound
    from thread.service.near_names import near_names
    from thread.values.names import label

    near = error.facts.get("near")
    if not isinstance(near, tuple) and isinstance(error, NameNotFound):
        near = near_names(ledger, asked, error.kinds, size=error.size)
    elif not isinstance(near, tuple):
        near = near_names(ledger, asked)
    error.facts["near"] = near
    if near:
        labels = [label(name) for name in near]
        meant = f"{', '.join(labels[:-1])} or {labels[-1]}" if len(labels) > 1 else labels[0]
        error.text = f"{error.text.removesuffix('; check the spelling')}; did you mean {meant}?"
