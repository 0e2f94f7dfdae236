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

from benchmarks.throughput import config, known, meter
from benchmarks.throughput.corpus import WebFeed
from pipeline.story import Feed
from workers import embedded
from workers.redis.redis_index import RedisIndex
from workers.redis.redis_ledger import RedisLedger
from workers.wiring import connect

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
    folder: Path,
    feeds: Sequence[WebFeed],
    port: int,
    processes: int,
    known_stories: int = 0,
    hints: int = 400,
) -> Run:
    """Run everything on the feeds, warm ones first; the folder must be empty."""
    config.write(folder, feeds, port, processes)
    with (
        _redis(folder / "var") as (server, ledger),
        _wiredesk(folder, ledger, config.as_configured(feeds, port), known_stories) as system,
    ):
        warm = _stories(feeds, config.WARM)
        total = _stories(feeds, config.MAIN)
        _wait(ledger, warm)
        idle = _idle(system.pid, server.pid)
        before, counted, told = (
            meter.read(system.pid, server.pid),
            _commands(ledger),
            _outcomes(ledger),
        )
        began = time.time()
        lines = _lines(folder)
        for feed_id in config.names(feeds, config.MAIN):
            ledger.retime_feed(feed_id, began, began)
        _wait(ledger, warm + total)
        used = meter.read(system.pid, server.pid).since(before)
        calls = {name: count - counted.get(name, 0) for name, count in _commands(ledger).items()}
        ended = ledger.status(time.time()).progress["ending"]
        outcomes = {name: count - told.get(name, 0) for name, count in _outcomes(ledger).items()}
        lines = _lines(folder) - lines
        hint = _hint(folder, hints, system.pid, server.pid)
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
            memory=meter.peaks(system.pid, server.pid),
            outcomes={name: count for name, count in outcomes.items() if count},
            redis_mb=ledger.client.info("memory")["used_memory"] / 2**20,
            log_lines=lines / total,
        )


@contextmanager
def _redis(var: Path) -> Iterator[tuple[subprocess.Popen[bytes], RedisLedger]]:
    server = embedded.start(var)
    try:
        with connect(embedded.url(var)) as client:
            yield server, RedisLedger(client, RedisIndex(client))
    finally:
        server.kill()
        server.wait()


@contextmanager
def _wiredesk(
    folder: Path, ledger: RedisLedger, feeds: Sequence[Feed], count: int
) -> Iterator[subprocess.Popen[bytes]]:
    known.insert(ledger.index, count)
    now = time.time()
    ledger.schedule(feeds, now)
    for feed in feeds:
        if not feed.id.startswith(config.WARM):
            ledger.retime_feed(feed.id, _LATER, now)
    with (folder / "log").open("wb") as log:
        system = subprocess.Popen(
            [sys.executable, "-m", "workers.cli", "run"], env=environment(folder), stderr=log
        )
    try:
        yield system
    finally:
        system.send_signal(signal.SIGTERM)
        system.wait(60)


def environment(folder: Path) -> dict[str, str]:
    """What names the run to a process: nothing of the caller's own settings gets in."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("WIREDESK_")}
    return own | {
        "WIREDESK_CONFIG": str(folder),
        "WIREDESK_REDIS_URL": embedded.url(folder / "var"),
    }


def _stories(feeds: Sequence[WebFeed], prefix: str) -> int:
    return sum(len(feed.pages) for feed in feeds if feed.id.startswith(prefix))


def _outcomes(ledger: RedisLedger) -> dict[str, int]:
    counts = ledger.status(time.time()).counts
    return {
        name.removeprefix("outcome."): count
        for name, count in counts.items()
        if name.startswith("outcome.")
    }


def _wait(ledger: RedisLedger, stories: int) -> None:
    """Until so many stories have ended and every sink has what there is for it."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        backlog = ledger.status(time.time()).backlog
        if sum(_outcomes(ledger).values()) >= stories and backlog and not any(backlog.values()):
            return
        time.sleep(0.25)
    raise SystemExit(f"of {stories} stories only {_outcomes(ledger)} ended within {_PATIENCE:g} s")


def _idle(*roots: int, seconds: float = 4.0) -> dict[str, float]:
    before = meter.read(*roots)
    time.sleep(seconds)
    return {name: spent / seconds for name, spent in meter.read(*roots).since(before).items()}


def _hint(folder: Path, count: int, *roots: int) -> float:
    """Seconds of processor time of a message that finds nothing: sent, carried, received, one look,
    acknowledged."""
    idle = sum(_idle(*roots).values())
    before, began = meter.read(*roots), time.monotonic()
    line = [sys.executable, "-m", "benchmarks.throughput.hints", str(count)]
    done = subprocess.run(
        line, env=environment(folder), capture_output=True, check=False, timeout=60
    )
    if done.returncode:
        raise SystemExit(f"the hints could not be sent: {done.stderr.decode()[-1000:]}")
    sent = float(done.stdout)
    spent = sum(meter.read(*roots).since(before).values()) - idle * (time.monotonic() - began)
    return (sent + spent) / (count + 1)


def _commands(ledger: RedisLedger) -> dict[str, float]:
    """Calls of each Redis command so far, and of round trips in all; the wait's own few are among
    them."""
    stats = ledger.client.info("commandstats")
    calls = {name.removeprefix("cmdstat_"): float(told["calls"]) for name, told in stats.items()}
    return calls | {"round trips": float(ledger.client.info("stats")["total_reads_processed"])}


def _lines(folder: Path) -> int:
    return (folder / "log").read_bytes().count(b"\n")
