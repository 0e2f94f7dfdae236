"""Who holds stories, and that what is held in vain is given back at once.

A process of the pool leases a batch of stories. Where one of them kills it, or keeps it busy, the
others would wait until the lease runs out. A thread of the worker's main process looks every second
and gives them back.
"""

from __future__ import annotations

import os
import threading
import time
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Final

from redis import Redis
from redis.exceptions import RedisError

from pipeline.retries import RETRIES, seconds_until_retry
from workers.redis.redis_ledger import RedisLedger
from workers.wiring import wiring

_EVERY: Final = 1.0  # seconds between two looks
# seconds after which a story is slow: nearly all take a hundredth of it, and what waits behind it
# costs another lease
_PATIENCE: Final = 2.0
_WAITS: Final = 3.0  # seconds that Redis may take
_AGAIN: Final = seconds_until_retry(RETRIES["story"], 1)


@cache
def name_holder(pid: int) -> str:
    """The name under which a process of this machine holds stories.

    Containers may share the machine's name and not its processes: these have numbers of their own.
    """
    try:
        space = Path("/proc/self/ns/pid").stat().st_ino
    except OSError:
        space = 0
    return f"{os.uname().nodename}:{space}:{pid}"


def find_dead(holders: list[str]) -> list[str]:
    """Those of the holders that were processes of this machine, and are no more."""
    here = name_holder(0).rpartition(":")[0]
    dead = []
    for holder in holders:
        place, _, pid = holder.rpartition(":")
        if place == here and not _is_alive(pid):
            dead.append(holder)
    return dead


def _is_alive(pid: str) -> bool:
    """Whether a process runs; one that ended and was not waited for does not."""
    try:
        state = Path("/proc", pid, "stat").read_text("ascii", "replace").rpartition(")")[2].split()
    except OSError:
        return False
    return bool(state) and state[0] not in {"Z", "X"}


class Releaser(threading.Thread):
    """Gives back what is held in vain, until its process ends."""

    def __init__(self, ledger: RedisLedger, lease: float) -> None:
        super().__init__(name="releaser", daemon=True)
        self.ledger = ledger
        self.lease = lease
        self._ended = threading.Event()
        self._holders: list[str] = []

    def run(self) -> None:
        """Look every second; while Redis is away there is nothing to give back."""
        while not self._ended.wait(_EVERY):
            with suppress(RedisError, OSError):
                self.look()

    def look(self) -> None:
        """Give back what those hold that died since the last look, and what waits too long."""
        dead = find_dead(self._holders)
        now = time.time()
        self._holders = self.ledger.release_held(dead, now, self.lease, _PATIENCE, _AGAIN)

    def end(self) -> None:
        """Look no more."""
        self._ended.set()


def watch_held() -> None:
    """Watch over what the processes of this worker hold."""
    w = wiring()
    # a client of its own: a fork in the middle of an answer must not share its connection
    client = Redis.from_url(w.redis_url, socket_timeout=_WAITS, socket_connect_timeout=_WAITS)
    Releaser(w.open_ledger(client), w.settings.process.lease).start()
