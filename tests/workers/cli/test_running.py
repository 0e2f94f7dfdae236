"""``wiredesk run``: how it begins, when it counts as idle, and when its summary is printed."""

from __future__ import annotations

import socket
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from redis import Redis
from redis.exceptions import BusyLoadingError, ConnectionError, ResponseError, TimeoutError

from workers.cli import running
from workers.cli.guard import Fault
from workers.cli.running import _choose_sample_port, _prepared, _Watch
from workers.health.health_rules import find_troubles
from workers.health.observing import NOTHING_YET, observe
from workers.redis.redis_index import RedisIndex
from workers.redis.redis_ledger import RedisLedger
from workers.supervisor import Death

DONE = replace(NOTHING_YET, counts={"admitted": 76})


@pytest.mark.parametrize(
    ("seconds", "quiet", "why"),
    [
        (1.9, False, "a tick may be about to find what is due"),
        (2.0, True, "two ticks found nothing"),
        (2.1, True, "and still nothing"),
    ],
)
def test_idle_after_two_quiet_seconds(seconds: float, quiet: bool, why: str) -> None:
    """Nothing may be open for two seconds; whatever is open begins them anew."""
    watch = _Watch(until_idle=True, idle_since=0.0)
    assert not watch.is_quiet(100.0, is_open=True)
    assert watch.is_quiet(100.0 + seconds, is_open=False) is quiet, why


@pytest.mark.parametrize(("seconds", "shown"), [(59.9, False), (60.0, False), (60.1, True)])
def test_a_summary_a_minute(seconds: float, shown: bool) -> None:
    """News that keep coming are summed up once a minute, so that the log stays a log."""
    watch = _Watch(until_idle=False)
    assert watch.is_news(DONE, 100.0)
    assert watch.is_news(replace(DONE, counts={"admitted": 77}), 100.0 + seconds) is shown


def test_the_last_summary_is_never_left_out() -> None:
    """With --until-idle the end may come within the minute, and its figures are what it was run
    for."""
    watch = _Watch(until_idle=True)
    assert watch.is_news(DONE, 100.0)
    assert watch.is_news(replace(DONE, counts={"admitted": 77}), 101.0)


def test_no_summary_says_the_same_or_nothing() -> None:
    """Where nothing was admitted, or nothing happened since, there is nothing to say."""
    watch = _Watch(until_idle=True)
    assert not watch.is_news(NOTHING_YET, 100.0)
    assert watch.is_news(DONE, 100.0)
    assert not watch.is_news(DONE, 500.0)


def test_the_sample_wire_keeps_its_port(tmp_path: Path) -> None:
    """Its port is part of its URLs: the next start takes the one of the last."""
    file = tmp_path / "var" / "sample.port"
    first = _choose_sample_port(file)
    assert file.read_text() == str(first)
    assert _choose_sample_port(file) == first


def test_what_hung_is_noted_for_health(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each once, by the ledger's own clock."""
    ledger = RedisLedger(redis, RedisIndex(redis))
    monkeypatch.setattr(running, "wiring", lambda: SimpleNamespace(ledger=ledger))
    hung = ["process", "redis"]
    _Watch(until_idle=False, hung=hung).note_hung()
    assert hung == []
    progress = ledger.status(ledger.clock()).progress
    assert set(progress) == {"hung.process", "hung.redis"}
    assert progress["hung.redis"] == pytest.approx(ledger.clock(), abs=60)


def test_each_death_is_noted_for_health(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the moment it happened, not when Redis answered; those of long ago are forgotten."""
    ledger = RedisLedger(redis, RedisIndex(redis))
    monkeypatch.setattr(running, "wiring", lambda: SimpleNamespace(ledger=ledger))
    now = ledger.clock()
    ledger.pulse("died.poll.1.1", now - 601)
    ledger.pulse("died.poll.1.2", now - 500)
    moment = time.monotonic()
    died = [Death("deliver", -9, moment - 100.0), Death("deliver", 1, moment - 90.0)]
    _Watch(until_idle=False, died=died).note_deaths()
    assert died == []
    progress = ledger.status(now).progress
    ages = {tuple(name.split(".")[1:3]): now - at for name, at in progress.items()}
    near = {("poll", "1"): 500, ("deliver", "-9"): 100, ("deliver", "1"): 90}
    assert ages == pytest.approx(near, abs=60)


def test_a_service_that_died_three_times_is_red(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the supervisor to the sentence; two deaths say nothing."""
    ledger = RedisLedger(redis, RedisIndex(redis))
    monkeypatch.setattr(running, "wiring", lambda: SimpleNamespace(ledger=ledger))
    watch, told = _Watch(until_idle=False), []
    for number in range(3):
        watch.died.append(Death("deliver", -9, time.monotonic() - 10.0 + number))
        watch.note_deaths()
        told.append([trouble.rule for trouble in find_troubles(observe(ledger))].count("died"))
    assert told == [0, 0, 1]


def test_a_taken_port_makes_no_story_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under another port every story would have another address, and be delivered again: the start
    is refused, and says what to do."""
    monkeypatch.setattr("workers.cli.running._PORT_FREE_IN", 0.2)
    file = tmp_path / "sample.port"
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        file.write_text(str(taken.getsockname()[1]))
        with pytest.raises(Fault, match=r"is taken by another process: .* remove .* to begin anew"):
            _choose_sample_port(file)
    assert _choose_sample_port(file) == int(file.read_text())


@pytest.mark.parametrize("fault", [ConnectionError, TimeoutError, BusyLoadingError])
def test_a_redis_that_dies_while_it_is_told_is_waited_for(
    fault: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The supervisor, which asks again, starts it meanwhile."""

    def prepare() -> None:
        raise fault("gone")

    monkeypatch.setattr("workers.cli.running.prepare", prepare)
    assert not _prepared()


def test_a_redis_that_refuses_is_not_asked_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asking again changes nothing: its words are said."""

    def prepare() -> None:
        raise ResponseError("OOM command not allowed")

    monkeypatch.setattr("workers.cli.running.prepare", prepare)
    with pytest.raises(Fault, match="Redis refuses: OOM"):
        _prepared()
