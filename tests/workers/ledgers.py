"""The two ledgers side by side, for tests that drive them through the same orders."""

from __future__ import annotations

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
