"""The two ledgers side by side, for tests that drive both through the same, and their time."""

from __future__ import annotations

from dataclasses import dataclass

from redis import Redis

from pipeline.copies import MemoryIndex
from pipeline.ledger import Ledger
from pipeline.ledger.memory import MemoryLedger
from workers.redis.redis_index import RedisIndex
from workers.redis.redis_ledger import RedisLedger


def both(client: Redis) -> tuple[Ledger, ...]:
    """The one in memory and the one in Redis, both empty."""
    client.flushall()
    return MemoryLedger(MemoryIndex()), RedisLedger(client, RedisIndex(client))


@dataclass
class Age:
    """Time for what is kept for a while: no test waits for it.

    What lives in memory reads it as its clock; what lives in Redis has its times to live cut short.
    """

    client: Redis | None = None
    now: float = 0.0

    def clock(self) -> float:
        """Seconds since the test began."""
        return self.now

    def by(self, seconds: float) -> None:
        """Let so many seconds go by."""
        self.now += seconds
        if self.client is None:
            return
        names: list[bytes] = self.client.keys("*")  # type: ignore[assignment]
        for name in names:
            left = int(self.client.pttl(name))  # type: ignore[arg-type]
            if left >= 0:
                # Redis drops what has no time left
                self.client.pexpire(name, left - int(1000 * seconds))
