"""The same calls in one process, without Celery, with a clock on each: ``python -m
benchmarks.throughput.plain``.

It is run in the environment of a run's folder and prints JSON: milliseconds of processor time a
story by stage, those of the Redis server by hop, and what looking up and completing cost with ever
more stories known. What is clocked are the functions that the running system calls; time goes to
the innermost one, and the rest to "rest" of its hop.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from benchmarks.throughput import config, known, meter
from pipeline import copies, extract, feeds, record, run, themes, wire
from pipeline.fetch import Fetcher
from pipeline.ledger import Ledger
from workers import loglines, logs
from workers.cli.running import prepare
from workers.redis.redis_ledger import RedisLedger
from workers.wiring import wiring

_LEDGER = [name for name in dir(Ledger) if not name.startswith("_")]


class Clock:
    """Processor time by label; a clocked call inside another takes its time away from it.

    The thread's clock: while a story's ITIMER_PROF is set, Linux moves the process's clock at its
    ticks only.
    """

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)
        self._open = ["outside"]
        self._since = time.thread_time()

    def turn(self, label: str | None) -> None:
        """Enter a label, or leave the one entered last."""
        now = time.thread_time()
        self.spent[self._open[-1]] += now - self._since
        self._since = now
        if label is None:
            self._open.pop()
        else:
            self._open.append(label)

    def on(self, owner: Any, name: str, label: str) -> None:
        """Clock a function where it stands."""
        real: Callable[..., Any] = getattr(owner, name)

        def clocked(*args: Any, **kwargs: Any) -> Any:
            self.turn(label)
            try:
                return real(*args, **kwargs)
            finally:
                self.turn(None)

        setattr(owner, name, clocked)


def clocks() -> Clock:
    """Put a clock on every stage."""
    clock = Clock()
    stages: list[tuple[Any, str, str]] = [
        (Fetcher, "get", "http"),
        (Fetcher, "page", "http"),
        (feeds, "parse", "parse"),
        (extract, "extract", "extract"),
        (wire, "clean", "wire"),
        (themes.Themes, "assess", "themes"),
        (copies, "query", "relate"),
        (copies, "relate", "relate"),
        (record, "records", "record"),
        (loglines, "log_story_ended", "log line"),
        (loglines, "log_feed_polled", "log line"),
    ]
    for owner, name, label in stages:
        clock.on(owner, name, label)
    for name in _LEDGER:
        clock.on(RedisLedger, name, f"ledger.{name}")
    return clock


class Hops:
    """The hops, one after the other, each clocked, with the Redis server's share."""

    def __init__(self, redis_pid: int) -> None:
        self.clock = clocks()
        self.redis_pid = redis_pid
        self.redis: dict[str, float] = defaultdict(float)
        self.hops: dict[str, float] = defaultdict(float)
        self.stories = 0
        for name, sink in wiring().sinks.items():
            self.clock.on(sink, "write", f"sink.{name}")

    def work(self, feed_ids: list[str]) -> None:
        """Poll these feeds and take all that is in them to the sinks."""
        retime(feed_ids, 0.0)
        for hop in (self._poll, self._fetch, self._process, self._deliver):
            name = hop.__name__.strip("_")
            before = meter.exact(self.redis_pid)
            began = time.thread_time()
            self.clock.turn(f"{name}: rest")
            hop()
            self.clock.turn(None)
            self.hops[name] += time.thread_time() - began
            self.redis[name] += meter.exact(self.redis_pid) - before

    def _poll(self) -> None:
        w = wiring()
        while lease := w.ledger.claim_feed(time.time(), 60.0, w.reach.spacing):
            loglines.log_feed_polled(run.poll(lease, w.reach, w.ledger))

    def _fetch(self) -> None:
        w = wiring()
        while fetched := run.fetch_next(w.reach, w.ledger, 60.0, 6, "bench"):
            loglines.log_page_fetched(fetched)

    def _process(self) -> None:
        w, s = wiring(), wiring().settings.process
        while leases := w.ledger.lease(time.time(), s.lease, s.batch, s.attempts):
            for lease in leases:
                if w.ledger.begin(lease, time.time(), s.lease, "bench"):
                    loglines.log_story_ended(run.process(lease, w.definitions, w.ledger))
                    self.stories += 1

    def _deliver(self) -> None:
        w, s = wiring(), wiring().settings.deliver
        for sink in w.sinks.values():
            while run.deliver(sink, w.ledger, s.lease, s.batch, s.rest)[0]:
                pass

    def taken(self) -> dict[str, Any]:
        """What a story took in ms since the last time, by stage and, of the Redis server, by
        hop."""
        told = {
            "stories": self.stories,
            "stages": {
                k: 1000 * v / self.stories for k, v in self.clock.spent.items() if k != "outside"
            },
            "redis": {k: 1000 * v / self.stories for k, v in self.redis.items()},
            "hops": {k: 1000 * v / self.stories for k, v in self.hops.items()},
        }
        self.clock.spent.clear()
        self.redis.clear()
        self.hops.clear()
        self.stories = 0
        return told


def retime(feed_ids: Iterable[str], due: float) -> None:
    """Have these feeds polled at ``due``."""
    for feed_id in feed_ids:
        wiring().ledger.retime_feed(feed_id, due, time.time())


def main() -> None:
    """Warm up, measure the main feeds, then those of each level of known stories."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--redis", type=int, required=True, help="process id of the Redis server")
    parser.add_argument("--levels", type=int, nargs="*", default=[])
    asked = parser.parse_args()
    w = wiring()
    logs.configure("json", "info")
    prepare()
    retime(w.feeds, 4e9)
    system = Hops(asked.redis)
    every = list(w.feeds.values())
    system.work([feed.id for feed in every if feed.id.startswith(config.WARM)])
    system.taken()
    system.work([feed.id for feed in every if feed.id.startswith(config.MAIN)])
    told: dict[str, Any] = {"main": system.taken(), "levels": {}}
    there = 0
    for level in asked.levels:
        known.insert(w.ledger.index, level - there, seed=level)
        there = level
        system.work([feed.id for feed in every if feed.id.startswith(config.level(level))])
        told["levels"][level] = system.taken() | {
            "redis_mb": w.redis.info("memory")["used_memory"] / 2**20
        }
    told["peak_mb"] = meter.peak(os.getpid())
    print(json.dumps(told))


if __name__ == "__main__":
    main()
