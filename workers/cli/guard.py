"""What every command has: faults as one message with an exit code, and common options."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

import click

from config.settings import ConfigError
from workers.cli.showing import echo

EXIT_FAULT: Final = 1
EXIT_CONFIG: Final = 2

Command = Callable[..., Any]


class Fault(RuntimeError):
    """A command can't do what was asked; the message says why and what to do."""


def guarded(command: Command) -> Command:
    """Exit with one clear message: code 1 for what went wrong, 2 for a refused configuration."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except ConfigError as error:
            echo(f"wiredesk: {error}", err=True)
            sys.exit(EXIT_CONFIG)
        except Fault as error:
            echo(f"wiredesk: {error}", err=True)
            sys.exit(EXIT_FAULT)

    return run


def json_option(meaning: str = "Print as JSON.") -> Callable[[Command], Command]:
    """``--json``, for scripts; the argument is ``as_json``."""
    return click.option("--json", "as_json", is_flag=True, help=meaning)


allow_option = click.option(
    "--allow",
    multiple=True,
    metavar="HOST",
    help="A private host or network that may be asked, also HOST:PORT.",
)
"""Fetching refuses private addresses, so that a feed can't reach into the network of its reader."""
