"""Polls through the whole system: thousands of feeds on loopback, the real fetcher, the ledger in a
real Redis."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import feedparser
from redis import Redis
from rich.progress import Progress
from rich.table import Table

from benchmarks.polling import wires
from pipeline import run
from pipeline.fetch import Fetcher
from pipeline.ledger import Spacing
from pipeline.run import Reach
from pipeline.story import Feed
from workers import embedded
from workers.redis.redis_index import RedisIndex
from workers.redis.redis_ledger import RedisLedger
from workers.wiring import connect

PHASES: Final = {
    "first poll: 50 new entries": ("plain", 0),
    "304": ("etag", 0),
    "200, the same body": ("plain", 0),
    "200, one entry of 50 is new": ("plain", 1),
}


@contextmanager
def ledger() -> Iterator[tuple[RedisLedger, Redis]]:
    """A ledger in a Redis of its own, with the settings of a private one, ended afterwards."""
    with TemporaryDirectory(prefix="wd-", dir="/tmp") as folder:  # a short path: it is a socket's
        var = Path(folder)
        server = embedded.start(var, 4096)
        try:
            client = connect(embedded.url(var))
            yield RedisLedger(client, RedisIndex(client, retention=86_400.0)), client
        finally:
            server.terminate()
            server.wait(60)


def redis_seconds(client: Redis) -> float:
    """Processor seconds that Redis has used."""
    cpu: dict[str, float] = client.info("cpu")
    return float(cpu["used_cpu_user"]) + float(cpu["used_cpu_sys"])


@dataclass
class Watch:
    """Processor time spent inside feedparser, in seconds."""

    spent: float = 0.0
    calls: int = 0

    def __enter__(self) -> Watch:
        self._before: Callable[..., Any] = feedparser.parse
        feedparser.parse = self._timed
        return self

    def _timed(self, *given: Any, **named: Any) -> Any:
        start = time.process_time()
        try:
            return self._before(*given, **named)
        finally:
            self.spent += time.process_time() - start
            self.calls += 1

    def __exit__(self, *_: object) -> None:
        feedparser.parse = self._before


def system(feeds: int, progress: Progress) -> Table:
    """What a poll costs by its answer: our processor time, Redis's, and the share of feedparser in
    ours.

    One feed in ten is of a kind that only feedparser reads. The server is another process and not
    counted.
    """
    made = Table(
        title=f"{feeds:,} feeds through fetcher, parser, ledger and Redis", title_justify="left"
    )
    for n, column in enumerate(
        ("poll", "polls", "ms", "Redis ms", "polls/s a core", "parsed", "in feedparser")
    ):
        made.add_column(column, justify="right" if n else "left")
    server = wires.Many()
    fetcher = Fetcher(allow=["127.0.0.1"])
    reach = Reach(fetcher, spacing=Spacing(0.0))
    bar = progress.add_task("polls", total=feeds * len(PHASES))
    now = time.time()
    try:
        with ledger() as (book, client):
            book.schedule([Feed(f"f{n}", f"{server.url}{n}") for n in range(feeds)], now)
            for name, (mode, version) in PHASES.items():
                server.say(mode, version)
                now += 6 * 3600
                before, start = redis_seconds(client), time.process_time()
                polled = parsed = 0
                with Watch() as watch:
                    while lease := book.claim_feed(now, 600.0, reach.spacing):
                        done = run.poll(lease, reach, book, lambda: now)  # noqa: B023
                        polled, parsed = (
                            polled + 1,
                            parsed + bool(done.new + done.known + done.changed),
                        )
                        progress.advance(bar)
                ours = (time.process_time() - start) / polled * 1e3
                redis = (redis_seconds(client) - before) / polled * 1e3
                share = watch.spent * 1e3 / polled / ours
                cells = f"{polled:,}", f"{ours:.2f}", f"{redis:.2f}", f"{1e3 / (ours + redis):,.0f}"
                made.add_row(name, *cells, f"{parsed / polled:.0%}", f"{share:.0%}")
    finally:
        fetcher.close()
        server.stop()
    return made
