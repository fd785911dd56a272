"""Asking for the passphrase that seals signing keys, where somebody sits at a terminal."""

from __future__ import annotations

import sys

import click

__all__ = ["asked_passphrase", "new_passphrase"]


def asked_passphrase() -> str | None:
    """Return the passphrase that somebody types; None where nobody can be asked."""
    if not sys.stdin.isatty():
        return None
    typed: str = click.prompt("Passphrase of the signing keys", hide_input=True, err=True)
    return typed


def new_passphrase(context: click.Context) -> str:
    """Return a passphrase that somebody types twice.

    Raises:
        UsageError: nobody can be asked.
    """
    if not sys.stdin.isatty():
        message = "--passphrase asks for one on a terminal, and there is none; set THREAD_KEY_PASSPHRASE instead"
        raise click.UsageError(message, context)
    typed: str = click.prompt("New passphrase", hide_input=True, err=True, confirmation_prompt="The same again")
    return typed
