"""Log lines that would come again and again: counted, and told once a minute; and the loss of
Redis, which every library tells in its own way with a traceback, as one line a state.
"""

from __future__ import annotations

import logging
import os
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from kombu.exceptions import OperationalError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

TOLD_EVERY: Final = 60.0
"""Seconds in which a warning that says the same is told once, and a loss that lasts."""
_MOST: Final = 500  # kinds of lines that are counted at once: beyond, the oldest is let go
# the account of what became of each story, each death of a process, and what this module says
_ALWAYS_TOLD: Final = frozenset(
    {"story", "child.died", "child.hung"}
    | {"repeated", "redis.away", "redis.still_away", "redis.back"}
)
# fields that differ from time to time though the line says the same
_DIFFERS: Final = frozenset(
    {"timestamp", "again_in", "next_in", "restart_in", "seconds", "idle", "records", "bytes"}
    | {"attempts", "failures", "times", "story", "task_id", "pid", "exc_info"}
)
_NAMED: Final = ("feed", "sink", "child", "url", "why", "error")  # told with a count
_LONGEST: Final = 300  # characters of a reason
_NUMBER: Final = re.compile(r"\d[\d.]*")
# how Redis says that it can't take writes or commands just now: full disk or memory, a replica,
# still loading
_REFUSALS: Final = ("MISCONF", "OOM", "READONLY", "LOADING", "MASTERDOWN", "NOAUTH", "WRONGPASS")
_LOST: Final = (RedisConnectionError, RedisTimeoutError, OperationalError)
# what Celery says of it without an exception
_SAID_BY_CELERY: Final = re.compile(
    r"consumer: (?:Cannot connect|Connection to broker lost)|beat: Connection error"
)
_CONNECTED: Final = "Connected to"  # what its consumer says when the broker is back
# what it says after each loss of the broker, of how it takes up tasks: nobody can act on it
_NO_NEWS: Final = "Skipping prefetch count reduction"
_WAITING: Final = {
    "poll": "feeds and pages wait", "process": "stories wait", "deliver": "records wait",
    "beat": "nothing new is begun", "websub": "hubs send again",
}  # fmt: skip


def find_loss(error: BaseException | None) -> str:
    """Why Redis can't be used, by an exception or what caused it; '' where it is no matter of
    Redis."""
    seen = set[int]()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if isinstance(error, _LOST):
            return str(error) or type(error).__name__
        if isinstance(error, ResponseError) and str(error).startswith(_REFUSALS):
            return str(error)
        error = error.__cause__ or error.__context__
    return ""


@dataclass
class RedisState:
    """Whether this process can use Redis, and what it told of that. Times: monotonic clock.

    A pool child tells only what lasts a minute: its worker tells the rest.
    """

    log: Callable[..., None]
    service: str = ""
    is_child: bool = False
    clock: Callable[[], float] = time.monotonic
    away_since: float | None = None
    told: float | None = None
    failures: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def lose(self, why: str) -> None:
        """Something failed for want of Redis."""
        now = self.clock()
        with self._lock:
            self.failures += 1
            if self.away_since is None:
                self.away_since, self.told = now, now if self.is_child else None
            first = self.told is None
            if self.told is not None and now - self.told < TOLD_EVERY:
                return
            self.told, away, failures = now, now - self.away_since, self.failures
        waits = f"{_WAITING.get(self.service, 'all waits')}, nothing is lost"
        if first:
            self.log("redis.away", logging.ERROR, why=why, waits=waits)
        else:
            fields = {"away": away, "failures": failures, "waits": waits}
            self.log("redis.still_away", logging.ERROR, why=why, **fields)

    def find(self) -> None:
        """Something went well that needs Redis."""
        if self.away_since is None:
            return  # of each task that goes well the lock is not taken
        with self._lock:
            since, failures = self._forget()
        away = self.clock() - since
        if failures and (not self.is_child or away >= TOLD_EVERY):
            self.log("redis.back", logging.WARNING, away=away, failures=failures)

    def _forget(self) -> tuple[float, int]:
        """Since when it was away and how much failed; 0 failures where another thread told."""
        since, failures = self.away_since or 0.0, self.failures
        self.away_since, self.told, self.failures = None, None, 0
        return since, failures


@dataclass
class RepeatedLine:
    """A line that was told at ``since``, and how often it would have come again."""

    since: float
    level: int
    what: str
    fields: Mapping[str, Any]
    times: int = 0


class RepeatFilter(logging.Filter):
    """Lets the first of equal warnings through, and the next one after a minute with its count.

    Stands before the handler of all lines, of our own and of libraries. ``log`` writes a line:
    event, level, fields.
    """

    def __init__(
        self,
        log: Callable[..., None],
        redis: RedisState,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self.log, self.redis, self.clock = log, redis, clock
        self._repeats: dict[object, RepeatedLine] = {}
        self._lock = threading.Lock()
        self._next = 0.0
        # a pool child's lines are its own
        os.register_at_fork(after_in_child=self._begin_anew)

    def _begin_anew(self) -> None:
        self._repeats.clear()
        self._lock = threading.Lock()
        redis = self.redis
        self.redis = RedisState(redis.log, redis.service, is_child=True, clock=redis.clock)

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the line is told; where it was counted meanwhile, it says how often."""
        is_told = True
        if record.levelno < logging.WARNING:
            if record.name.startswith("celery.worker.consumer"):
                is_told = not str(record.msg).startswith(_NO_NEWS)
                if _CONNECTED in str(record.msg):
                    self.redis.find()
        elif why := _read_loss(record):
            self.redis.lose(why)
            is_told = False
        else:
            is_told = self._is_told(record)
        self.tell_over()
        return is_told

    def tell_over(self) -> None:
        """Tell what was counted and whose minute is over."""
        for repeat in self._end_repeats():
            self._tell(repeat)

    def _is_told(self, record: logging.LogRecord) -> bool:
        line = record.msg if isinstance(record.msg, dict) else {"event": record.getMessage()}
        event = str(line.get("event"))
        if event in _ALWAYS_TOLD:
            return True
        key, now = _name_line(record, line), self.clock()
        with self._lock:
            repeat = self._repeats.get(key)
            if repeat and now - repeat.since < TOLD_EVERY:
                repeat.times += 1
                return False
            self._repeats.pop(key, None)
            if len(self._repeats) >= _MOST:
                self._repeats.pop(next(iter(self._repeats)))
            fields = {name: line[name] for name in _NAMED if line.get(name)}
            self._repeats[key] = RepeatedLine(now, record.levelno, event, fields)
        if repeat and repeat.times:
            if isinstance(record.msg, dict):
                record.msg = {**record.msg, "times": repeat.times + 1}
            else:
                record.times = repeat.times + 1
        return True

    def _end_repeats(self) -> list[RepeatedLine]:
        """Those whose minute is over; what came again in it is to be told."""
        now = self.clock()
        if now < self._next:
            return []
        with self._lock:
            over = {k: r for k, r in self._repeats.items() if now - r.since >= TOLD_EVERY}
            for key in over:
                del self._repeats[key]
            self._next = now + 1
        return [repeat for repeat in over.values() if repeat.times]

    def end(self) -> None:
        """Tell what was counted and not told yet: the process ends."""
        with self._lock:
            repeats, self._repeats = list(self._repeats.values()), {}
        for repeat in repeats:
            if repeat.times:
                self._tell(repeat)

    def _tell(self, repeat: RepeatedLine) -> None:
        self.log("repeated", repeat.level, what=repeat.what, times=repeat.times, **repeat.fields)


def _errors_of(record: logging.LogRecord) -> Iterator[BaseException]:
    line = record.msg if isinstance(record.msg, dict) else {}
    for told in (record.exc_info, line.get("exc_info")):
        error = sys.exc_info() if told is True else told
        error = error[1] if isinstance(error, tuple) else error
        if isinstance(error, BaseException):
            yield error


def _name_line(record: logging.LogRecord, line: Mapping[str, Any]) -> object:
    """What makes a line the same as another: all but numbers and what differs each time."""
    said = [record.name, record.levelname]
    for name, value in line.items():
        if name not in _DIFFERS and not name.startswith("_"):
            said += [name, _NUMBER.sub("0", str(value))]
    for error in _errors_of(record):
        said += [type(error).__name__, _NUMBER.sub("0", str(error))]
    return tuple(said)


def _read_loss(record: logging.LogRecord) -> str:
    """Why Redis is away, where that is what the line tells."""
    for error in _errors_of(record):
        if why := find_loss(error):
            return why
    if isinstance(record.msg, str) and record.name.startswith("celery"):
        said = record.getMessage()
        if _SAID_BY_CELERY.match(said):
            given = record.args if isinstance(record.args, tuple) else ()
            errors = [str(each) for each in given if isinstance(each, BaseException)]
            return (errors or [said])[0][:_LONGEST]
    return ""
