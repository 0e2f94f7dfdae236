"""What Celery's tasks do beside what the stages do."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from redis import Redis

from workers.redis.redis_index import RedisIndex
from workers.redis.redis_ledger import RedisLedger


def test_a_tick_looks_for_all_that_wait_and_tells_of_a_step_once(
    redis: Redis, redis_url: str
) -> None:
    """While no worker ran, ticks piled up and the clock went back."""
    redis.rpush("wd:mq:tick", *[f"tick {n}" for n in range(5)])
    ledger = RedisLedger(redis, RedisIndex(redis, clock=time.time))
    ledger.pulse("tick", time.time())
    redis.hincrbyfloat("wd:clock", "ahead", -600.0)
    environment = {**os.environ, "WIREDESK_SERVICE": "deliver", "WIREDESK_REDIS_URL": redis_url}
    said = subprocess.run(
        [sys.executable, "-c", "from workers.tasks import tick; tick(); tick()"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert redis.llen("wd:mq:tick") == 0
    assert (said.stdout + said.stderr).count("clock.stepped") == 1
