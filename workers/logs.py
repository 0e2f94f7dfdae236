"""One chain of log processors for our own lines, Celery's and every library's.

Event names are constant and everything else is a field; ids bound with ``bind`` are on every line
of a task. In a terminal the lines are for reading, elsewhere they are JSON. No control or
bidirectional character, and no secret, gets into a line.
"""

from __future__ import annotations

import atexit
import logging
import os
import sys
import threading
from collections.abc import MutableMapping
from typing import Any, Final

import structlog
from structlog.typing import EventDict, Processor

from workers import terminal
from workers.redaction import STRUCK, clean, names_secret
from workers.repeated_lines import RedisState, RepeatFilter, find_loss

# loggers that tell of each task, tick and request at a level where we tell of each story
_NOISY: Final = (
    "celery.worker.strategy", "celery.worker.request", "celery.app.trace", "celery.beat",
    "httpx", "httpcore", "trafilatura",
)  # fmt: skip


def _make_safe(_: object, __: str, event: EventDict) -> EventDict:
    for key, value in event.items():
        if key in {"exc_info", "_record", "_from_structlog"}:
            continue
        event[key] = STRUCK if value and names_secret(key) else clean(value)
    return event


def _round_times(_: object, __: str, event: EventDict) -> EventDict:
    for key, value in event.items():
        if isinstance(value, float):
            event[key] = round(value, 3)
    return event


def _for_wide(_: object, __: str, event: EventDict) -> EventDict:
    """The wide form has every field; ids of tasks and empty fields are left out."""
    event["timestamp"] = str(event.get("timestamp", ""))[11:19]
    for name in ("logger", "task", "task_id", "service"):
        event.pop(name, None)
    return {name: value for name, value in event.items() if value is not None}


class NameService:
    """Puts the service's name on every line, whatever thread it comes from."""

    def __init__(self, service: str) -> None:
        self.service = service

    def __call__(self, _: object, __: str, event: EventDict) -> EventDict:
        """The line with its service."""
        event.setdefault("service", self.service)
        return event


SHARED: Final[tuple[Processor, ...]] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
)


def for_people(form: str) -> bool:
    """Whether lines are for reading: as told, or where standard error is a terminal."""
    return form == "console" or (form == "auto" and sys.stderr.isatty())


_configured: Final[list[RepeatFilter]] = []


def _tell(event: str, level: int, **fields: object) -> None:
    get_logger("wiredesk").log(level, event, **fields)


def note_redis(error: BaseException | None = None) -> None:
    """Redis was used: it answered, or could not be used because of this error.

    This happens again and again in every service, so what was counted is told here too: a line
    that comes no more has no next line to be told with.
    """
    for repeats in _configured:
        repeats.tell_over()
        if error is None:
            repeats.redis.find()
        elif why := find_loss(error):
            repeats.redis.lose(why)


def configure(
    form: str = "auto", level: str = "info", service: str = "", *, wide: bool = False
) -> None:
    """Set up every logger. ``form``: auto, console or json; ``service`` names the process.

    ``wide`` shows every field in a terminal, as level debug does.
    """
    console = for_people(form)
    if not console:
        render: list[Processor] = [
            structlog.processors.format_exc_info,
            _make_safe,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    elif wide or level == "debug":
        colours = terminal.shows_colours(sys.stderr)
        shown = structlog.dev.ConsoleRenderer(colors=colours, pad_event_to=14, sort_keys=False)
        render = [_make_safe, _for_wide, shown]
    else:
        supervised = bool(os.environ.get("WIREDESK_PULSE"))
        lines = terminal.TerminalLines(
            coloured=terminal.shows_colours(sys.stderr), supervised=supervised
        )
        if not supervised:
            atexit.register(lines.sum_up)  # `run` ends with a table instead
        render = [terminal.shorten_exception, _make_safe, lines]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = terminal.LineWriter(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*SHARED, structlog.stdlib.ExtraAdder()],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                NameService(service),
                _round_times,
                *render,
            ],
        )
    )
    repeats = RepeatFilter(_tell, RedisState(_tell, service))
    handler.addFilter(repeats)
    _configured[:] = [repeats]
    atexit.register(repeats.end)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    # of loggers that keep to themselves and have no handler, such as billiard's
    logging.lastResort = handler
    root.setLevel(level.upper())
    for noisy in _NOISY:
        logging.getLogger(noisy).setLevel(max(logging.WARNING, root.level))
    logging.captureWarnings(capture=True)
    if service:
        _take_uncaught()


def _take_uncaught() -> None:
    """Let what nobody caught be a line too: Python would print it past the log."""

    log = get_logger("wiredesk")

    def crash(kind: type[BaseException], error: BaseException | None, trace: object) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error or kind(), None)
            return
        log.critical("crashed", exc_info=(kind, error, trace))

    sys.excepthook = crash
    threading.excepthook = lambda told: crash(told.exc_type, told.exc_value, told.exc_traceback)
    sys.unraisablehook = lambda told: crash(told.exc_type, told.exc_value, told.exc_traceback)


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """The logger of a module."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger


def bind(**ids: object) -> MutableMapping[str, Any]:
    """Put ids on every line until ``unbind``; the tokens that undo it."""
    return dict(structlog.contextvars.bind_contextvars(**ids))


def unbind(*names: str) -> None:
    """Take ids off again."""
    structlog.contextvars.unbind_contextvars(*names)
