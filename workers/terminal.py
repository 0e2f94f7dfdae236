"""Log lines for people at a terminal: one story is one line, faults are told in plain words, and
what went as it should is summed up once a minute.

A line fits the terminal, and is 140 columns at most. Ids, addresses and timings are in the wide
form (``log_wide``, or level debug) and in JSON.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from collections.abc import Callable
from typing import IO, Any, Final

from rich.cells import cell_len, set_cell_size
from structlog.typing import EventDict

from workers.sentences import SILENCE, FailingFeeds, Line, Minute, Said, say

WIDEST: Final = 140
"""Columns of a line at most, however wide the terminal is: a longer line is not read."""
_NARROWEST: Final = 40  # narrower terminals get as many: a line must say something
_WORD: Final = 10  # columns of the word behind the clock: "correction"
_THEMES: Final = 28  # columns kept for themes where the line has room
_ROOMY: Final = 100  # columns from which themes stand in a column of their own
_SUM_EVERY: Final = 60.0  # seconds between two sums of what went well

_COLOURS: Final = {
    "green": "32", "cyan": "36", "yellow": "33", "red": "31", "bold red": "1;31",
    "magenta": "35", "dim": "2",
}  # fmt: skip
# what is only counted, or shown in another way: the banner, the closing table, the minute's sum
_HIDDEN: Final = frozenset(
    {"system.open", "system.summary", "system.ended", "drain.done", "child.started"}
    | {"service.starts", "sink.delivered", "feed.pushed"}
)
# what the supervisor says for all services that it started
_SAID_BY_RUN: Final = frozenset({"redis.away", "redis.still_away", "redis.back"})
_LIBRARY: Final = "celery"  # loggers that tell at level info what our own lines tell better


class TerminalLines:
    """The last of the log's processors: an event becomes its line, or '' where it is not shown.

    ``supervised``: `wiredesk run` shows what is the same for all of its services.
    """

    def __init__(
        self,
        *,
        coloured: bool,
        supervised: bool = False,
        columns: Callable[[], int] = lambda: columns_of(sys.stderr),
        clock: Callable[[], float] = time.monotonic,
        write: Callable[[str], None] = lambda text: print(text, file=sys.stderr, flush=True),
    ) -> None:
        self.coloured, self.supervised = coloured, supervised
        self.columns, self.clock, self.write = columns, clock, write
        self.minute, self.failing = Minute(), FailingFeeds()
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None

    def __call__(self, _: object, __: str, line: Line) -> str:
        """The line of an event, without its end."""
        self.minute.add(line)
        if self.minute:
            self._sum_later()
        word, colour, text = self._say(line)
        if not text:
            return ""
        clock = time.strftime("%H:%M:%S", time.localtime())
        return self.lay_out(clock, word, colour, text, str(line.get("themes") or ""))

    def _say(self, line: Line) -> Said:
        event, level = str(line.get("event")), str(line.get("level", "info"))
        if self._is_hidden(line, event, level):
            return SILENCE
        if event == "feed.polled":
            told = self.failing.tell(line, self.clock())
            return "feed", "yellow" if line.get("error") else "green", told
        return say(line, level)

    def _is_hidden(self, line: Line, event: str, level: str) -> bool:
        if self.failing.know(event, str(line.get("feed"))):
            return True
        told_elsewhere = self.supervised and event in _SAID_BY_RUN
        chatter = level == "info" and str(line.get("logger")).startswith(_LIBRARY)
        return event in _HIDDEN or told_elsewhere or chatter

    def lay_out(self, clock: str, word: str, colour: str, text: str, themes: str = "") -> str:
        """The parts in their columns; what is too long ends in an ellipsis."""
        width = min(WIDEST, max(_NARROWEST, self.columns()))
        room = width - len(clock) - _WORD - 4
        named = themes.replace(" ", ", ").replace("_", " ")
        if named:
            named = cut(named, min(max(_THEMES, room // 3), room // 2))
            kept = max(cell_len(named), _THEMES if width >= _ROOMY else 0)
            text = set_cell_size(cut(text, room - kept - 2), room - kept - 2) + "  "
        else:
            text = cut(text, room)
        padded = set_cell_size(word, _WORD)
        if not self.coloured:
            return f"{clock}  {padded}  {text}{named}".rstrip()
        word_code, dim = _COLOURS.get(colour, "0"), _COLOURS["dim"]
        shown = f"\x1b[{word_code}m{text}\x1b[0m" if colour in {"dim", "red", "bold red"} else text
        end = f"\x1b[{dim}m{named}\x1b[0m" if named else ""
        return f"\x1b[{dim}m{clock}\x1b[0m  \x1b[{word_code}m{padded}\x1b[0m  {shown}{end}"

    def _sum_later(self) -> None:
        """See to it that what was counted is said a minute after the first of it."""
        with self._lock:
            if self._timer is None:
                self._timer = threading.Timer(_SUM_EVERY, self.sum_up)
                self._timer.daemon = True
                self._timer.start()

    def sum_up(self) -> None:
        """Say what was counted, and begin again."""
        with self._lock:
            self._timer, minute, self.minute = None, self.minute, Minute()
        if minute:
            clock = time.strftime("%H:%M:%S", time.localtime())
            self.write(self.lay_out(clock, "minute", "dim", str(minute)))


def cut(text: str, most: int) -> str:
    """The text in at most so many columns, its end an ellipsis where some was cut."""
    if cell_len(text) <= most:
        return text
    return set_cell_size(text, max(0, most - 1)).rstrip() + "…"


def columns_of(stream: IO[str]) -> int:
    """How many columns the terminal has now; as many as a line may have where it is none."""
    try:
        return os.get_terminal_size(stream.fileno()).columns or WIDEST
    except OSError:
        return WIDEST


def shows_colours(stream: IO[str]) -> bool:
    """Whether colours may be written: a terminal that has them, and nobody who wants none."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return stream.isatty() and not plain


def shorten_exception(_: object, __: str, line: EventDict) -> EventDict:
    """An exception as one line: its kind and what it says; the traceback is for the wide form."""
    error = line.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        line["exception"] = f"{type(error).__name__}: {error}".strip(": ")
    return line


class LineWriter(logging.StreamHandler[Any]):
    """Writes each line at once and whole; an event that has no line leaves none."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record's line, in one piece: other processes write to the same terminal."""
        try:
            if line := self.format(record):
                self.stream.write(line + self.terminator)
                self.flush()
        except RecursionError:
            raise
        except Exception:  # noqa: BLE001  a line that can't be written must not stop the work
            self.handleError(record)
