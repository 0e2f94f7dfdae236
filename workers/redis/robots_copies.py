"""Copies of robots.txt that every worker shares and that outlive them."""

from __future__ import annotations

import json
from typing import Final

from redis import Redis

from workers.redis.keys import name_key

_KEEP: Final = 7 * 86_400  # seconds: an old copy serves while a host does not answer


class RobotsCopies:
    """See ``pipeline.fetch.robots.Kept``, which this implements in Redis."""

    def __init__(self, client: Redis, prefix: str) -> None:
        self.client = client
        self.prefix = prefix

    def read(self, origin: str) -> tuple[str, float] | None:
        """The copy of an origin, also one that holds no longer."""
        raw = self.client.get(name_key(self.prefix, "robots:", origin))
        if not isinstance(raw, bytes):
            return None
        text, until = json.loads(raw)
        return text, until

    def write(self, origin: str, text: str, until: float) -> None:
        """Keep a copy."""
        self.client.set(
            name_key(self.prefix, "robots:", origin), json.dumps([text, until]), ex=_KEEP
        )
