"""``python -m workers.service``: Celery's command, with everything it says in our log's form.

What is wrong before Celery has its logging, or with its arguments, is a line like any other; a
refused configuration exits with 2, as every command does.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Final

import click
from celery.bin.celery import celery

from config.settings import ConfigError
from workers import loglines, logs

_REFUSED: Final = 2


def main(arguments: Sequence[str]) -> int:
    """Run one of Celery's commands; its exit code."""
    logs.configure(
        os.environ.get("WIREDESK_LOG", "auto"), "info", os.environ.get("WIREDESK_SERVICE", "")
    )
    try:
        # Celery would wrap what goes wrong in here into a message about its own options
        import_module(arguments[list(arguments).index("-A") + 1])
        code = celery.main(list(arguments), prog_name="celery", standalone_mode=False)
    except ConfigError as error:
        loglines.log_service_refused(str(error))
        return _REFUSED
    except click.ClickException as error:
        loglines.log_service_refused(error.format_message())
        return error.exit_code
    return code if isinstance(code, int) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
