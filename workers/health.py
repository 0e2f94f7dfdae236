"""Health measures progress, not processes: a worker that lives but no longer consumes is the fault to catch.

``Watchdog`` ends such a worker (celery#8030, celery#10302: consumers that stay connected and idle), so that whoever
supervises it starts a new one. ``troubles`` says in words what does not move.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Sequence

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
    """Ends this process and its group when its queues hold hints and it took none for ``stalled_after`` seconds."""

    def __init__(self, url: str, queues: Sequence[str], stalled_after: float) -> None:
        super().__init__(name="watchdog", daemon=True)
        self.client = Redis.from_url(url, socket_timeout=10, socket_connect_timeout=5)
        self.queues = list(queues)
        self.stalled_after = stalled_after

    def run(self) -> None:
        """Look four times in each span."""
        since = time.monotonic()
        while True:
            time.sleep(self.stalled_after / 4)
            since = max(since, _last) if self._hints() else time.monotonic()
            idle = time.monotonic() - since
            if idle > self.stalled_after:
                loglines.log_worker_stalled(idle, self.queues)
                end()

    def _hints(self) -> bool:
        """Whether any hint waits; no when Redis does not answer, which is not this worker's fault."""
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
    """What does not move, in words; empty when all is well. ``patience`` in seconds."""
    status = ledger.status(now)
    found = []
    waiting = ledger.waiting(now)
    if waiting.feeds and now - status.progress.get("poll", now - patience - 1) > patience:
        found.append(
            f"polling: {waiting.feeds} feeds are due and none was polled for {patience:.0f} s"
        )
    if status.oldest_due > patience:
        found.append(f"stories: the oldest has been due for {status.oldest_due:.0f} s")
    for sink, backlog in status.backlog.items():
        last = status.progress.get(f"sink.{sink}", 0.0)
        if backlog and now - last > patience:
            why = status.resting.get(sink, "nothing was acknowledged")
            found.append(f"sink {sink}: {backlog} records wait; {why}")
    if status.pressure:
        found.append(f"polling pauses: {status.pressure}")
    if "tick" in status.progress and now - status.progress["tick"] > patience:
        found.append(f"beat: the last tick was {now - status.progress['tick']:.0f} s ago")
    return found
