"""Lines that come again are counted; the loss of Redis is a line a state, whoever tells of it."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import Any

import pytest
from kombu.exceptions import OperationalError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

from workers.repeated_lines import RedisState, RepeatFilter, find_loss


class Told:
    """What was let through or written, with a clock that is moved by hand."""

    def __init__(self, service: str = "poll") -> None:
        self.now, self.lines = 0.0, list[tuple[str, dict[str, Any]]]()
        self.redis = RedisState(self.log, service, clock=lambda: self.now)
        self.repeats = RepeatFilter(self.log, self.redis, clock=lambda: self.now)

    def log(self, event: str, level: int, **fields: Any) -> None:
        """Keep a line that is written."""
        self.lines.append((event, {"level": level, **fields}))

    def say(self, event: str, level: int = logging.WARNING, **fields: Any) -> bool:
        """Whether a line of our own is let through."""
        return self.pass_on(_record("wiredesk", level, {"event": event, **fields}))

    def pass_on(self, record: logging.LogRecord) -> bool:
        """Whether a record is let through."""
        return bool(self.repeats.filter(record))

    def names(self) -> list[str]:
        """The events that were written."""
        return [name for name, _ in self.lines]


def _record(
    logger: str, level: int, message: object, *args: object, error: BaseException | None = None
) -> logging.LogRecord:
    told = (type(error), error, None) if error else None
    return logging.LogRecord(logger, level, "", 0, message, args, told)


@pytest.mark.parametrize(
    ("said", "is_told"),
    [
        ("Skipping prefetch count reduction after connection restart because per-consumer", False),
        ("Connected to %s", True),
    ],
)
def test_what_celery_says_of_its_own_ways_is_no_line(said: str, is_told: bool) -> None:
    """After each loss of Redis it tells how it takes up tasks: nobody can act on it."""
    record = _record("celery.worker.consumer.consumer", logging.INFO, said)
    assert Told().pass_on(record) is is_told


def test_a_warning_is_told_once_a_minute() -> None:
    """The same line within a minute is counted; after it the line comes with its count."""
    told = Told()
    fault = {"sink": "stories", "why": "no space left on device", "again_in": 5.0}
    assert told.say("sink.rests", logging.ERROR, records=3, **fault)
    for told.now in (5.0, 59.9):
        assert not told.say("sink.rests", logging.ERROR, records=34, **fault)
    told.now = 60.0
    record = _record("wiredesk", logging.ERROR, {"event": "sink.rests", "records": 40, **fault})
    assert told.pass_on(record)
    assert record.msg["times"] == 3  # type: ignore[index]
    assert told.lines == []


def test_a_line_that_does_not_come_again_is_summed_up() -> None:
    """What was counted is told with the next line of any kind, or at the end."""
    told = Told()
    for _ in range(4):
        told.say("feed.polled", feed="dunya", error="500")
    told.now = 60.0
    assert told.say("story", logging.INFO)
    [(event, fields)] = told.lines
    assert (event, fields["what"], fields["times"], fields["feed"]) == (
        "repeated", "feed.polled", 3, "dunya",
    )  # fmt: skip
    told.say("poll.paused", why="full")
    told.say("poll.paused", why="full")
    told.repeats.end()
    assert told.names() == ["repeated", "repeated"]


@pytest.mark.parametrize(("seconds", "told_of"), [(59.9, []), (60.0, ["repeated"])])
def test_a_count_needs_no_further_line(seconds: float, told_of: list[str]) -> None:
    """Whoever uses Redis asks for it: its minute is over, and nothing more is said."""
    told = Told()
    told.say("feed.polled", feed="dunya")
    told.say("feed.polled", feed="dunya")
    told.now = seconds
    told.repeats.tell_over()
    assert told.names() == told_of


@pytest.mark.parametrize("event", ["child.died", "child.hung"])
def test_each_death_is_told(event: str) -> None:
    """A process that dies six times in a minute is six lines: each is news."""
    told = Told()
    assert all(told.say(event, logging.ERROR, child="deliver", code=-9) for _ in range(6))
    told.repeats.end()
    assert told.lines == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"feed": "a"}, {"feed": "b"}),
        ({"why": "full disk"}, {"why": "no route"}),
        ({}, {"url": "u"}),
    ],
)
def test_lines_that_differ_are_both_told(one: dict[str, str], other: dict[str, str]) -> None:
    """Another feed, another reason, another page is another line."""
    told = Told()
    assert told.say("x", **one)
    assert told.say("x", **other)


def test_stories_and_news_are_never_counted() -> None:
    """Each story has its line, also where it was set aside; information is never held back."""
    told = Told()
    for _ in range(3):
        assert told.say("story", logging.ERROR, outcome="quarantined")
        assert told.say("feed.polled", logging.INFO)


def test_lines_of_libraries_are_counted_too() -> None:
    """Numbers in a message make no other line of it."""
    told = Told()
    for number, passes in ((1, True), (2, False)):
        record = _record("kombu", logging.WARNING, "try %s of many", number)
        assert told.pass_on(record) is passes
    broken = _record("kombu", logging.ERROR, "failed", error=ValueError("a"))
    assert told.pass_on(broken)
    assert told.pass_on(_record("kombu", logging.ERROR, "failed", error=ValueError("b")))


@pytest.mark.parametrize(("kinds", "left"), [(500, False), (501, True)])
def test_only_so_many_kinds_are_counted(kinds: int, left: bool) -> None:
    """Beyond 500 kinds of lines the oldest is let go, and told again."""
    told = Told()
    for number in range(kinds):
        told.say("x", feed="f" * (number + 1))
    assert told.say("x", feed="f") is left


def _chained() -> BaseException:
    error = RuntimeError("task failed")
    error.__cause__ = RedisConnectionError("Connection refused")
    return error


@pytest.mark.parametrize(
    ("error", "loss"),
    [
        (RedisConnectionError("Connection refused"), "Connection refused"),
        (RedisTimeoutError("Timeout reading"), "Timeout reading"),
        (OperationalError("broker"), "broker"),
        (ResponseError("MISCONF Errors writing to the AOF file"), "MISCONF Errors"),
        (ResponseError("OOM command not allowed"), "OOM command"),
        (ResponseError("unknown command"), ""),
        (ValueError("bad markup"), ""),
        (_chained(), "Connection refused"),
        (None, ""),
    ],
)
def test_a_loss_is_known_by_its_error(error: BaseException | None, loss: str) -> None:
    """Redis that is away, hangs or refuses writes is a loss, also as the cause of something."""
    found = find_loss(error)
    assert found.startswith(loss)
    assert bool(found) == bool(loss)


def test_redis_away_is_a_line_a_state() -> None:
    """However many tasks fail and whatever Celery says: when it goes, each minute, when it is
    back."""
    told = Told()
    refused = RedisConnectionError("Connection refused")
    task = _record("celery.app.trace", logging.ERROR, "Task %s raised", "tick", error=refused)
    lost = "consumer: Connection to broker lost. Trying to re-establish the connection..."
    loop = "consumer: Cannot connect to %s: %s.\n%s"
    for told.now in range(121):
        assert not told.pass_on(task)
        assert not told.pass_on(
            _record("celery.worker.consumer.consumer", logging.WARNING, f"{lost} (%r)", refused)
        )
        assert not told.pass_on(
            _record("celery.worker.consumer.consumer", logging.ERROR, loop, "u", refused, "wait")
        )
        assert not told.pass_on(
            _record("celery.beat", logging.ERROR, "beat: Connection error: %s", refused)
        )
        assert not told.say("websub.failed", logging.ERROR, exc_info=refused)
    assert told.names() == ["redis.away", "redis.still_away", "redis.still_away"]
    assert told.lines[0][1]["why"] == "Connection refused"
    assert told.lines[0][1]["waits"] == "feeds and pages wait, nothing is lost"
    assert told.lines[1][1]["away"] == 60.0
    told.pass_on(_record("celery.worker.consumer.connection", logging.INFO, "Connected to %s", "u"))
    told.redis.find()
    assert told.names()[3:] == ["redis.back"]


def test_an_exception_at_hand_is_seen() -> None:
    """``log.exception`` names no error: it is the one that is being handled."""
    told = Told()
    with suppress(RedisTimeoutError):
        try:
            _time_out()
        finally:
            assert not told.say("websub.failed", logging.ERROR, exc_info=True)
    assert told.names() == ["redis.away"]


def _time_out() -> None:
    raise RedisTimeoutError("Timeout reading")


@pytest.mark.parametrize(
    ("seconds", "told_of"), [(59.9, []), (60.0, ["redis.still_away", "redis.back"])]
)
def test_a_pool_child_tells_only_what_lasts(seconds: float, told_of: list[str]) -> None:
    """Its worker's main process tells of each loss; the child's own would be the same again."""
    told = Told()
    told.redis.is_child = True
    for told.now in (0.0, seconds):
        told.redis.lose("Connection refused")
    told.redis.find()
    assert told.names() == told_of
