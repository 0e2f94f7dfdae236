"""What was asked of hubs, in Redis: one row a feed, and until when each hub is bound to tell."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from secrets import token_hex
from typing import Literal, Self

from redis import Redis

from pipeline.feeds import hubs
from pipeline.feeds.hubs import Subscription
from pipeline.retries import RETRIES, seconds_until_retry
from pipeline.story import digest
from workers.redis.keys import name_key

_HUB = RETRIES["hub"]


@dataclass(frozen=True, slots=True)
class Row:
    """One feed's subscription. Epoch seconds, 0.0: never; ``failures``: vain requests in a row."""

    hub: str
    topic: str
    mode: Literal["subscribe", "unsubscribe"] = "subscribe"
    asked: float = 0.0
    granted: float = 0.0
    until: float = 0.0
    failures: int = 0
    why: str = ""

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read what ``to_json`` wrote; unknown fields of a newer version are ignored."""
        return cls(**{k: v for k, v in json.loads(text).items() if k in cls.__slots__})

    def to_json(self) -> str:
        """One line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))

    def set_right(self, now: float) -> Self:
        """The row where its past is not after ``now``: the clock that wrote it may have been ahead.

        A lease is as long as it was granted for.
        """
        ahead = max(0.0, self.granted - now)
        asked, granted = min(self.asked, now), min(self.granted, now)
        return replace(self, asked=asked, granted=granted, until=max(0.0, self.until - ahead))

    def due(self, now: float) -> bool:
        """Whether the hub is to be asked: never, about to end, or in vain a while ago."""
        if self.until > now and self.mode == "subscribe":
            return (
                now >= hubs.renewal_time(self.granted, self.until)
                and now >= self.asked + self._patience()
            )
        return now >= self.asked + self._patience() if self.asked else True

    def _patience(self) -> float:
        """Seconds until a hub that did not verify is asked again."""
        return seconds_until_retry(_HUB, self.failures + 1)


class Subscriptions:
    """The table of subscriptions. Rows are written whole, and the hub's word is the latest."""

    def __init__(self, client: Redis, prefix: str, base: str) -> None:
        self.client = client
        self.base = base.rstrip("/")
        self._rows = name_key(prefix, "websub")
        self._until = name_key(prefix, "websub:until")
        client.setnx(name_key(prefix, "websub:key"), token_hex(32))
        key = client.get(name_key(prefix, "websub:key"))
        assert isinstance(key, bytes)
        self._key = key

    def callback(self, feed_id: str) -> str:
        """The name under which a hub calls back: nobody can guess it."""
        return digest(self._key.decode(), "callback", feed_id)

    def subscription(self, feed_id: str, row: Row) -> Subscription:
        """What is asked of the hub."""
        url = f"{self.base}/{self.callback(feed_id)}"
        return Subscription(row.hub, row.topic, url, hubs.make_secret(feed_id, self._key))

    def all(self) -> dict[str, Row]:
        """Every row by feed."""
        raw: Mapping[bytes, bytes] = self.client.hgetall(self._rows)  # type: ignore[assignment]
        return {feed_id.decode(): Row.from_json(text) for feed_id, text in raw.items()}

    def get(self, feed_id: str) -> Row | None:
        """The row of one feed."""
        raw = self.client.hget(self._rows, feed_id)
        return Row.from_json(raw) if isinstance(raw, bytes) else None

    def put(self, feed_id: str, row: Row) -> None:
        """Write a row, and until when polling may be slow."""
        self.client.hset(self._rows, feed_id, row.to_json())
        if row.until and row.mode == "subscribe":
            self.client.hset(self._until, feed_id, repr(row.until))
        else:
            self.client.hdel(self._until, feed_id)

    def drop(self, feed_id: str) -> None:
        """Forget a feed that is subscribed to no more."""
        self.client.hdel(self._rows, feed_id)
        self.client.hdel(self._until, feed_id)


def pushed_until(client: Redis, prefix: str, feed_id: str) -> float:
    """Until when a hub is bound to tell of this feed's news; 0.0: none is."""
    raw = client.hget(name_key(prefix, "websub:until"), feed_id)
    return float(raw) if isinstance(raw, bytes) else 0.0


def wanted(rows: Mapping[str, Row], hubs: Mapping[str, tuple[str, str]]) -> dict[str, Row]:
    """The rows that ought to be, of every feed that names a hub, and those to be left.

    ``hubs`` are hub and topic by feed.
    """
    found = {}
    for feed_id, (hub, topic) in hubs.items():
        row = rows.get(feed_id)
        same = row and (row.hub, row.topic, row.mode) == (hub, topic, "subscribe")
        found[feed_id] = row if row and same else Row(hub, topic)
    for feed_id, row in rows.items():
        if feed_id not in hubs:
            leaving = row.mode == "unsubscribe"
            found[feed_id] = (
                row if leaving else replace(row, mode="unsubscribe", asked=0.0, failures=0)
            )
    return found
