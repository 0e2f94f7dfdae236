"""Settings -> objects, once in each process."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from redis import Redis
from redis.backoff import ExponentialBackoff, NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.retry import Retry

from config.settings import Settings, load, load_settings
from pipeline import feeds, themes, walls, wire
from pipeline.fetch import Fetcher, Limits, Robots
from pipeline.ledger import PAGES_WAITING, Quota, Spacing
from pipeline.retries import RETRIES
from pipeline.run import Definitions, Parse, Reach
from pipeline.schedule import Looking, Rhythm
from pipeline.sinks import Sink, open_sink
from pipeline.story import Feed
from workers import embedded
from workers.documents import DocumentReader
from workers.feedlist import FeedFiles, placed
from workers.redis.redis_index import RedisIndex
from workers.redis.redis_ledger import RedisLedger
from workers.redis.robots_copies import RobotsCopies
from workers.redis.room import Room, tell_carried

_REDIS = RETRIES["redis"]


@dataclass(frozen=True)
class Wiring:
    """Everything a process needs, made when first asked for."""

    settings: Settings
    feeds: dict[str, Feed]

    @cached_property
    def redis_url(self) -> str:
        """Where the ledger is: the configured Redis, else the private one of this folder."""
        return self.settings.redis.url or embedded.url(self.settings.var)

    @property
    def private_log(self) -> str:
        """Where the private Redis's log is; '' where the Redis is another."""
        return "" if self.settings.redis.url else str(embedded.log_path(self.settings.var))

    @cached_property
    def redis(self) -> Redis:
        """A client that gives up in bounded time: no worker hangs on a half-open connection."""
        return connect(self.redis_url)

    @cached_property
    def ledger(self) -> RedisLedger:
        """The promise."""
        return self.open_ledger(self.redis)

    def open_ledger(self, client: Redis) -> RedisLedger:
        """The ledger through another client: one that does not wait as long, say."""
        s = self.settings
        retention = s.redis.retention_days * 86400
        index = RedisIndex(client, s.redis.prefix, retention, clock=time.time)
        return RedisLedger(
            client,
            index,
            retention=retention,
            keep=s.redis.texts_days * 86400,
            outbox_limit=s.limits.outbox,
            room=self.room,
        )

    @cached_property
    def room(self) -> Room:
        """What may be taken of Redis's memory."""
        s = self.settings
        streams: dict[str, int] = {}
        for sink in s.sinks:
            options = self.fill_options(sink.kind, sink.options)
            if sink.kind == "redis-stream" and options.get("url") == self.redis_url:
                streams[str(options.get("stream"))] = int(float(options.get("max_mb", 0)) * 1e6)
        return Room(s.limits.memory_share, s.redis.texts_mb * 1_000_000, streams)

    @property
    def carried(self) -> str:
        """How many stories the private Redis carries; '' where the Redis is another."""
        redis = self.settings.redis
        if redis.url:
            return ""
        return tell_carried(redis.maxmemory_mb * 2**20, self.room, redis.retention_days)

    @cached_property
    def rhythm(self) -> Rhythm:
        """The bounds of polling."""
        return Rhythm(floor=self.settings.poll.floor, ceiling=self.settings.poll.ceiling)

    @cached_property
    def feed_files(self) -> FeedFiles:
        """The watch over the feed files."""
        return FeedFiles(self.ledger, self.rhythm)

    @cached_property
    def definitions(self) -> Definitions:
        """Rules and definitions, compiled."""
        settings = self.settings
        return Definitions(
            wire.load(settings.rules), themes.load(settings.themes), walls.load(settings.walls)
        )

    @cached_property
    def fetcher(self) -> Fetcher:
        """The one way out. A feed that is written down as http://127.0.0.1:8080/... may be asked
        there, and its own pages, as ``run.poll`` and ``run.fetch_next`` say; nobody else may."""
        f, p = self.settings.fetch, self.settings.poll
        limits = Limits(deadline=f.timeout, page_bytes=f.max_bytes, feed_bytes=p.max_bytes)
        return Fetcher(limits, allow=f.allow, user_agent=f.user_agent)

    @cached_property
    def reach(self) -> Reach:
        """How feeds and pages are asked for."""
        s = self.settings
        return Reach(
            fetcher=self.fetcher,
            robots=Robots(self.fetcher, self.robots_kept) if s.fetch.robots else None,
            rhythm=self.rhythm,
            poll_timeout=s.poll.timeout,
            quota=Quota(s.poll.entries_per_hour, PAGES_WAITING),
            attempts=s.fetch.attempts,
            backoff=s.fetch.backoff,
            spacing=Spacing(
                s.fetch.spacing, s.fetch.spacing_by_host, 3600 / s.fetch.looks_per_hour
            ),
            looking=self.looking,
            parse=self.parse,
        )

    @cached_property
    def parse(self) -> Parse:
        """How feed documents are read: by a service large ones in a process of their own."""
        if not os.environ.get("WIREDESK_SERVICE"):
            return feeds.parse
        process = self.settings.process
        return DocumentReader(process.soft_limit, process.hard_limit).parse

    @cached_property
    def looking(self) -> Looking:
        """When pages are looked at again."""
        fetch = self.settings.fetch
        return Looking.from_settings(fetch.looks, fetch.backoff)

    @property
    def robots_kept(self) -> RobotsCopies | None:
        """Where copies of robots.txt are shared; only the running system has such a place."""
        return (
            RobotsCopies(self.redis, self.settings.redis.prefix)
            if os.environ.get("WIREDESK_SERVICE")
            else None
        )

    @cached_property
    def sinks(self) -> dict[str, Sink]:
        """The configured sinks by name. Raises ValueError where one is configured wrongly."""
        return {
            sink.name: open_sink(sink.name, sink.kind, self.fill_options(sink.kind, sink.options))
            for sink in self.settings.sinks
        }

    def fill_options(self, kind: str, options: dict[str, Any]) -> dict[str, Any]:
        """A sink's options with the places of this installation put in."""
        filled = {
            k: v.replace("{var}", str(self.settings.var)) if isinstance(v, str) else v
            for k, v in options.items()
        }
        if kind == "redis-stream":
            filled.setdefault("url", self.redis_url)
        return filled


def connect_briefly(url: str, seconds: float = 3.0) -> Redis:
    """A client that gives up at once, for whoever wants to know whether Redis answers.

    One that is stopped still accepts connections, so each answer has its ``seconds`` too.
    """
    once = Retry(NoBackoff(), 0)
    return Redis.from_url(url, socket_timeout=seconds, socket_connect_timeout=seconds, retry=once)


def connect(url: str) -> Redis:
    """A Redis client whose commands answer, are repeated or fail, each in bounded time."""
    return Redis.from_url(
        url,
        socket_timeout=30,
        socket_connect_timeout=5,
        health_check_interval=25,
        retry=Retry(
            # its first wait is twice the base
            ExponentialBackoff(cap=_REDIS.longest, base=_REDIS.first / _REDIS.factor),
            _REDIS.attempts or 0,
        ),
        retry_on_error=[RedisConnectionError, RedisTimeoutError],
    )


@cache
def wiring() -> Wiring:
    """The wiring of this process. Raises ConfigError with every fault.

    A service of the running system takes its feeds from the ledger.
    """
    if os.environ.get("WIREDESK_SERVICE"):
        return Wiring(load_settings(), {})
    settings, feeds = load()
    return Wiring(settings, {feed.id: feed for feed in placed(feeds)})
