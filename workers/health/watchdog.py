"""Ends a worker that lives but no longer consumes, so that its supervisor starts a new one.

Such workers stay connected and idle: celery#8030, celery#10302.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Sequence

from redis import Redis
from redis.exceptions import RedisError

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
