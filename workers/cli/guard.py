"""What the commands do, a subject a module.

``running`` (run, work), ``desk`` (once, explain, check), ``relating`` (relate, cluster), ``theming`` (themes test),
``reprocessing``, ``operating`` (status, trace, health, quarantine); of feeds: ``feeding`` (add, import, pause ...),
``feed_list`` (list, show), ``feed_check``. ``sources`` reads what a person names; the rest shows and asks.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

import click

from config.settings import ConfigError

EXIT_CONFIG: Final = 2
EXIT_FAULT: Final = 1


class Fault(RuntimeError):
    """A command can't do what was asked; the message says why and what to do."""


def guarded(command: Callable[..., Any]) -> Callable[..., Any]:
    """Faults as one clear message and an exit code: 1 for what went wrong, 2 for a refused configuration."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except ConfigError as error:
            click.echo(f"wiredesk: {error}", err=True)
            sys.exit(EXIT_CONFIG)
        except Fault as error:
            click.echo(f"wiredesk: {error}", err=True)
            sys.exit(EXIT_FAULT)

    return run
