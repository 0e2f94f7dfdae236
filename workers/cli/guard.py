"""What every command has: faults as one message with an exit code, and common options."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

import click

from config.settings import ConfigError
from workers import loglines, logs
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
            _say(command.__name__, error)
            sys.exit(EXIT_CONFIG)
        except Fault as error:
            _say(command.__name__, error)
            sys.exit(EXIT_FAULT)

    return run


class ServiceCommand(click.Command):
    """A command whose standard error is a log: where that is JSON, wrong options are a line too."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Read the options. Exits with 2 where they are wrong."""
        try:
            return super().make_context(*args, **kwargs)
        except click.UsageError as error:
            if not _is_log(self.name or ""):
                raise
            _say(self.name or "", error.format_message())
            sys.exit(error.exit_code)


def _is_log(command: str) -> bool:
    is_service = command in {"run", "work"}
    return is_service and not logs.for_people(os.environ.get("WIREDESK_LOG", "auto"))


def _say(command: str, fault: object) -> None:
    """Print a fault; of a service it is a line of the log where that is JSON."""
    if _is_log(command):
        logs.configure("json", service=command)
        loglines.log_service_refused(str(fault))
    else:
        echo(f"wiredesk: {fault}", err=True)


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
