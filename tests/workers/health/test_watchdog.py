"""The watchdog: a worker is ended when hints wait and it takes none, and at no other time."""

from __future__ import annotations

import pytest
from redis import Redis

from workers.health import watchdog as watchdog_file
from workers.health.watchdog import Watchdog


@pytest.fixture
def watchdog(redis: Redis, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Watchdog:
    """One that watches an empty queue, and whose worker finished a task at second 100."""
    monkeypatch.setattr(watchdog_file, "_last", 100.0)
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
    monkeypatch.setattr(watchdog_file, "_last", 155.0)
    assert watchdog.measure_idle(160.0) == 5.0


def test_an_absent_redis_is_not_the_workers_fault(redis_url: str) -> None:
    """A worker that can't see its queue is not ended for it."""
    watching = Watchdog("unix:///nowhere.sock", ["wd:mq:process"], stalled_after=1.0)
    assert watching.measure_idle(watching._idle_since + 1_000.0) == 0.0
