"""Health measures progress, not processes: a worker that lives but no longer consumes is the fault
to catch.

``Watchdog`` ends such a worker (celery#8030, celery#10302: consumers that stay connected and idle),
so that whoever supervises it starts a new one. ``troubles`` says in words what does not move.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Sequence
from math import inf

from redis import Redis
from redis.exceptions import RedisError

from pipeline.ledger import Ledger
from workers import loglines

_last = time.monotonic()


def progressed() -> None:
    """This worker took up or finished a task just now."""
    global _last  # noqa: PLW0603  one worker, one clock
    _last = time.monotonic()


class Watchdog(threading.Thread):
    """Ends this process when hints wait in its queues and it took none for ``stalled_after`` s."""

    def __init__(self, url: str, queues: Sequence[str], stalled_after: float) -> None:
        super().__init__(name="watchdog", daemon=True)
        self.client = Redis.from_url(url, socket_timeout=10, socket_connect_timeout=5)
        self.queues = list(queues)
        self.stalled_after = stalled_after
        self._idle_since = time.monotonic()

    def run(self) -> None:
        """Look four times in each span: a stall is seen a quarter of it late at most."""
        while True:
            time.sleep(self.stalled_after / 4)
            idle = self.measure_idle(time.monotonic())
            if idle > self.stalled_after:
                loglines.log_worker_stalled(idle, self.queues)
                end()

    def measure_idle(self, now: float) -> float:
        """For how many seconds of the monotonic clock hints have waited and none was taken."""
        if not self._has_hints():
            self._idle_since = now
        self._idle_since = max(self._idle_since, _last)
        return now - self._idle_since

    def _has_hints(self) -> bool:
        """Whether any hint waits; no when Redis does not answer: not this worker's fault."""
        try:
            return any(int(self.client.llen(queue)) for queue in self.queues)
        except RedisError:
            return False


def end() -> None:
    """End this worker at once, pool children included where it leads its process group."""
    if os.getpgid(0) == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)


def find_troubles(ledger: Ledger, now: float, patience: float = 120.0) -> list[str]:
    """What has not moved for longer than ``patience`` seconds, in words; empty when all is well.

    Two minutes by default: longer than any pause of a system that is well (a restart of a worker, a
    sink's rest, the drain of a deployment), and short enough that somebody who watches still sees
    the cause.
    """
    status, waiting = ledger.status(now), ledger.waiting(now)
    troubles = []
    # where nothing was ever polled, a feed that is due is late at once
    last_poll = status.progress.get("poll", -inf)
    if waiting.feeds and now - last_poll > patience:
        troubles.append(
            f"polling: {waiting.feeds} feeds are due and none was polled for {patience:.0f} s"
        )
    if status.oldest_due > patience:
        troubles.append(f"stories: the oldest has been due for {status.oldest_due:.0f} s")
    for sink, backlog in status.backlog.items():
        last = status.progress.get(f"sink.{sink}", 0.0)
        if backlog and now - last > patience:
            why = status.resting.get(sink, "nothing was acknowledged")
            troubles.append(f"sink {sink}: {backlog} records wait; {why}")
    if status.pressure:
        troubles.append(f"polling pauses: {status.pressure}")
    # where no beat ever ran there is no tick to miss
    last_tick = status.progress.get("tick", now)
    if now - last_tick > patience:
        troubles.append(f"beat: the last tick was {now - last_tick:.0f} s ago")
    return troubles
