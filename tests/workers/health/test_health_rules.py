"""Health: what does not move is said once it has not moved for longer than the patience, and not
sooner."""

from __future__ import annotations

from dataclasses import replace

import pytest
from redis import Redis

from pipeline.ledger import Status, Waiting
from workers import health
from workers.health import Watchdog, find_troubles

NOW = 1_790_000_000.0
NOTHING = Status(
    counts={},
    fetch=0,
    process=0,
    quarantine=0,
    feeds=0,
    outbox=0,
    backlog={},
    delivered={},
    oldest_due=0.0,
    pressure="",
)
QUIET = replace(NOTHING, progress={"poll": NOW, "tick": NOW, "sink.stories": NOW})


class LedgerOf:
    """A ledger that only says how things stand."""

    def __init__(self, status: Status, waiting: Waiting) -> None:
        self.told = status, waiting

    def status(self, _now: float) -> Status:
        """What was made."""
        return self.told[0]

    def waiting(self, _now: float) -> Waiting:
        """What was made."""
        return self.told[1]


def troubles(status: Status, *, feeds: int = 0, **patience: float) -> list[str]:
    """What health says of this."""
    ledger = LedgerOf(status, Waiting(feeds, 0, 0, {}))
    return find_troubles(ledger, NOW, **patience)  # type: ignore[arg-type]


def late(what: str, seconds: float) -> Status:
    """Everything moves but one thing, which last did so long ago."""
    return replace(QUIET, progress={**QUIET.progress, what: NOW - seconds})


def test_a_system_that_moves_has_no_troubles() -> None:
    """Feeds that are due and records that wait are no trouble while something is done about
    them."""
    assert troubles(replace(QUIET, backlog={"stories": 5}, oldest_due=10.0), feeds=3) == []


@pytest.mark.parametrize(("age", "told"), [(119.9, 0), (120.0, 0), (120.1, 1)])
def test_two_minutes_are_the_patience(age: float, told: int) -> None:
    """Two minutes outlast a restart and a sink's rest; what stands still for longer is said."""
    assert len(troubles(late("poll", age), feeds=1)) == told
    assert len(troubles(replace(QUIET, oldest_due=age))) == told
    assert len(troubles(replace(late("sink.stories", age), backlog={"stories": 1}))) == told
    assert len(troubles(late("tick", age))) == told


def test_the_patience_of_the_caller_counts() -> None:
    """`wiredesk health --patience 5` is stricter, and 500 more lenient."""
    assert troubles(late("tick", 6.0), patience=5.0)
    assert not troubles(late("tick", 400.0), patience=500.0)


def test_nothing_that_is_due_is_missed() -> None:
    """Where no feed is due none need be polled; where nothing waits for a sink it need not move."""
    assert troubles(late("poll", 900.0)) == []
    assert troubles(late("sink.stories", 900.0)) == []


def test_what_never_began() -> None:
    """Feeds that are due and never one polled is a trouble at once; without any beat no tick is
    missed."""
    assert [said.split(":")[0] for said in troubles(NOTHING, feeds=2)] == ["polling"]
    assert troubles(replace(NOTHING, backlog={"stories": 1}))


def test_reasons_are_in_the_words() -> None:
    """A sink that rests says why, and so does a pause of polling."""
    status = replace(
        late("sink.stories", 300.0),
        backlog={"stories": 2},
        resting={"stories": "disk full"},
        pressure="the outbox holds 100000 records",
    )
    assert troubles(status) == [
        "sink stories: 2 records wait; disk full",
        "polling pauses: the outbox holds 100000 records",
    ]


# --------------------------------------------------------------------------- the watchdog


@pytest.fixture
def watchdog(redis: Redis, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Watchdog:
    """One that watches an empty queue, and whose worker finished a task at second 100."""
    monkeypatch.setattr(health, "_last", 100.0)
    watching = Watchdog(redis_url, ["wd:mq:process"], stalled_after=60.0)
    watching._idle_since = 0.0
    return watching


def test_a_worker_without_hints_is_not_idle(watchdog: Watchdog, redis: Redis) -> None:
    """Where nothing waits a worker may do nothing for hours; only from the first hint on time
    counts."""
    assert watchdog.measure_idle(5_000.0) == 0.0
    redis.lpush("wd:mq:process", "{}")
    assert watchdog.measure_idle(5_030.0) == 30.0


def test_idle_counts_from_the_last_task(watchdog: Watchdog, redis: Redis) -> None:
    """Hints wait and the last task ended 60 seconds ago: the limit itself is still well."""
    redis.lpush("wd:mq:process", "{}")
    assert watchdog.measure_idle(160.0) == watchdog.stalled_after
    assert watchdog.measure_idle(160.1) > watchdog.stalled_after


def test_a_task_taken_up_ends_the_idleness(
    watchdog: Watchdog, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a worker takes up is progress, also while other hints wait."""
    redis.lpush("wd:mq:process", "{}")
    assert watchdog.measure_idle(150.0) == 50.0
    monkeypatch.setattr(health, "_last", 155.0)
    assert watchdog.measure_idle(160.0) == 5.0


def test_an_absent_redis_is_not_the_workers_fault(redis_url: str) -> None:
    """A worker that can't see its queue is not ended for it."""
    watching = Watchdog("unix:///nowhere.sock", ["wd:mq:process"], stalled_after=1.0)
    assert watching.measure_idle(watching._idle_since + 1_000.0) == 0.0
