"""The whole system for real: ``wiredesk run`` on a Redis of its own, and what it uses for so many
stories.

The Redis is started by the benchmark with the very command that ``wiredesk run`` starts its private
one with, so that known stories can be in it before. First some other stories warm every process;
then the measured feeds fall due.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from redis import Redis

from benchmarks.throughput import config, known, meter
from benchmarks.throughput.corpus import WebFeed
from workers import embedded

_LATER = 4_000_000_000  # epoch seconds; measured feeds wait until they are released
_PATIENCE = 300.0  # seconds


@dataclass(frozen=True)
class Run:
    """What one run used. Seconds of processor time by service; ``idle`` a second; ``hint`` is that
    of one message."""

    processes: int
    stories: int
    known: int
    seconds: Mapping[str, float]
    clock: float
    idle: Mapping[str, float]
    hint: float
    messages: float
    calls: Mapping[str, float]
    memory: Mapping[str, float]
    outcomes: Mapping[str, int]
    redis_mb: float
    log_lines: float = 0.0
    per_story: float = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "per_story", sum(self.seconds.values()) / self.stories)


def measure(
    folder: Path, feeds: Sequence[WebFeed], port: int, processes: int, known_stories: int = 0
) -> Run:
    """Run everything on the feeds, warm ones first; the folder must be empty."""
    config.write(folder, feeds, port, processes)
    with (
        _redis(folder / "var") as (server, client),
        _wiredesk(folder, client, feeds, known_stories) as desk,
    ):
        warm = _stories(feeds, config.WARM)
        total = _stories(feeds, config.MAIN)
        _wait(client, warm)
        time.sleep(1.5)
        idle = _idle(desk.pid, server.pid)
        before, counted, told = (
            meter.read(desk.pid, server.pid),
            _commands(client),
            _outcomes(client),
        )
        began = time.time()
        lines = _lines(folder)
        client.zadd("wd:feeds", dict.fromkeys(config.names(feeds, config.MAIN), 0))
        _wait(client, warm + total)
        used = meter.read(desk.pid, server.pid).since(before)
        calls = {name: count - counted.get(name, 0) for name, count in _commands(client).items()}
        ended = float(client.hget("wd:progress", "ending") or 0)
        outcomes = {name: count - told.get(name, 0) for name, count in _outcomes(client).items()}
        lines = _lines(folder) - lines
        hint = _hint(folder, desk.pid, server.pid)
        return Run(
            processes=processes,
            stories=total,
            known=known_stories,
            seconds=used,
            clock=ended - began,
            idle=idle,
            hint=hint,
            messages=calls.get("lpush", 0) / total,
            calls={name: count / total for name, count in calls.items()},
            memory=meter.peaks(desk.pid, server.pid),
            outcomes={name: count for name, count in outcomes.items() if count},
            redis_mb=client.info("memory")["used_memory"] / 2**20,
            log_lines=lines / total,
        )


@contextmanager
def _redis(var: Path) -> Iterator[tuple[subprocess.Popen[bytes], Redis]]:
    server = embedded.start(var)
    try:
        with Redis.from_url(embedded.url(var)) as client:
            yield server, client
    finally:
        server.kill()
        server.wait()


@contextmanager
def _wiredesk(
    folder: Path, client: Redis, feeds: Sequence[WebFeed], count: int
) -> Iterator[subprocess.Popen[bytes]]:
    known.insert(client, count)
    for feed in feeds:
        if not feed.id.startswith(config.WARM):
            client.hset("wd:feedstate", feed.id, f'{{"next_poll":{_LATER}}}')
    with (folder / "log").open("wb") as log:
        desk = subprocess.Popen(
            [sys.executable, "-m", "workers.cli", "run"], env=environment(folder), stderr=log
        )
    try:
        yield desk
    finally:
        desk.send_signal(signal.SIGTERM)
        desk.wait(60)


def environment(folder: Path) -> dict[str, str]:
    """What names the run to a process: nothing of the caller's own settings gets in."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("WIREDESK_")}
    return own | {
        "WIREDESK_CONFIG": str(folder),
        "WIREDESK_REDIS_URL": embedded.url(folder / "var"),
    }


def _stories(feeds: Sequence[WebFeed], prefix: str) -> int:
    return sum(len(feed.pages) for feed in feeds if feed.id.startswith(prefix))


def _outcomes(client: Redis) -> dict[str, int]:
    counts: Mapping[bytes, bytes] = client.hgetall("wd:counts")  # type: ignore[assignment]
    return {k.decode()[8:]: int(v) for k, v in counts.items() if k.startswith(b"outcome.")}


def _wait(client: Redis, stories: int) -> None:
    """Until so many stories have ended and every sink has what there is for it."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        written = int(client.get("wd:written") or 0)
        taken: list[bytes] = client.hvals("wd:taken")  # type: ignore[assignment]
        if (
            sum(_outcomes(client).values()) >= stories
            and taken
            and all(int(n) >= written for n in taken)
        ):
            return
        time.sleep(0.25)
    raise SystemExit(f"of {stories} stories only {_outcomes(client)} ended within {_PATIENCE:g} s")


def _idle(*roots: int, seconds: float = 4.0) -> dict[str, float]:
    before = meter.read(*roots)
    time.sleep(seconds)
    return {name: spent / seconds for name, spent in meter.read(*roots).since(before).items()}


def _hint(folder: Path, *roots: int, count: int = 400) -> float:
    """Seconds of processor time of a message that finds nothing: sent, carried, received, one look,
    acknowledged."""
    idle = sum(_idle(*roots).values())
    before, began = meter.read(*roots), time.monotonic()
    line = [sys.executable, "-m", "benchmarks.throughput.hints", str(count)]
    sent = float(
        subprocess.run(
            line, env=environment(folder), capture_output=True, check=True, timeout=60
        ).stdout
    )
    with Redis.from_url(embedded.url(folder / "var")) as client:
        while client.llen("wd:mq:process"):
            time.sleep(0.1)
    time.sleep(0.3)
    spent = sum(meter.read(*roots).since(before).values()) - idle * (time.monotonic() - began)
    return (sent + spent) / (count + 1)


def _commands(client: Redis) -> dict[str, float]:
    """Calls of each Redis command so far, and of round trips in all; the wait's own few are among
    them."""
    stats = client.info("commandstats")
    calls = {name.removeprefix("cmdstat_"): float(told["calls"]) for name, told in stats.items()}
    return calls | {"round trips": float(client.info("stats")["total_reads_processed"])}


def _lines(folder: Path) -> int:
    return (folder / "log").read_bytes().count(b"\n")
