"""``wiredesk run`` and ``wiredesk work``."""

from __future__ import annotations

import os
import socket
import sys
import time
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Final

import click
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from config.settings import ConfigError, Settings, load, load_settings
from pipeline.ledger import Status
from workers import embedded, logs
from workers.cli import tables
from workers.cli.guard import Fault
from workers.feedlist import configured, put
from workers.supervisor import AlreadyRunning, Supervisor, services

log = logs.get("wiredesk")

_QUIET: Final = 2.0  # seconds without anything open after which the system counts as idle
_LOOK: Final = 0.8  # seconds between two looks
_FEEDS: Final = 1000  # feeds looked at in one go
_SUMMARY_EVERY: Final = 60.0  # seconds between two summaries, but for the last one of --until-idle


@dataclass
class _Watch:
    """Looks at the ledger about once a second; prints the summary when the system has become idle."""

    until_idle: bool
    last_look: float = 0.0
    idle_since: float = 0.0
    unpolled: set[str] | None = None
    shown: dict[str, int] = field(default_factory=dict)
    shown_at: float = 0.0

    def __call__(self) -> bool:
        now = time.monotonic()
        if now - self.last_look < _LOOK:
            return False
        self.last_look = now
        try:
            status, unpolled = self._look()
        except RedisError:
            return False
        if unpolled or status.fetch or status.process or any(status.backlog.values()):
            self.idle_since = now
            return False
        if now - self.idle_since < _QUIET:
            return False
        due = self.until_idle or not self.shown or now - self.shown_at > _SUMMARY_EVERY
        if due and status.counts != self.shown and status.counts.get("admitted"):
            self.shown, self.shown_at = dict(status.counts), now
            show(status)
        return self.until_idle

    def _look(self) -> tuple[Status, int]:
        """The ledger's status, and how many feeds were not polled yet; one that was is not asked for again."""
        from workers.wiring import wiring

        w = wiring()
        open_ = set(w.feeds) if self.unpolled is None else self.unpolled
        waiting: set[str] = set()
        # of very many feeds only as many as it takes to find one
        while open_ and not waiting:
            some = set(islice(open_, _FEEDS))
            standing = w.ledger.standing(list(some))
            waiting = {s.feed.id for s in standing if not (s.state.last_poll or s.paused)}
            open_ = open_ - some | waiting
        self.unpolled = open_
        return w.ledger.status(time.time()), len(self.unpolled)


def show(status: Status) -> None:
    """The summary among the log lines: a table for people, a line for machines."""
    from rich.console import Console

    from workers.wiring import wiring

    if logs.for_people(wiring().settings.log):
        Console(stderr=True).print(tables.summary(status))
    else:
        log.info("desk.summary", counts=dict(status.counts), delivered=dict(status.delivered))


def run(*, until_idle: bool, only: tuple[str, ...]) -> None:
    """Start everything, keep it running, drain."""
    from workers.wiring import wiring

    settings, feeds = load()
    logs.configure(settings.log, settings.log_level, "run")
    sample = any("{sample}" in feed.url for feed in feeds)
    environment, extra = _sample(settings) if sample else ({}, {})
    os.environ.update(environment)
    strange = [name for name in only if name not in services(settings)]
    if strange:
        raise Fault(
            f"there is no service {', '.join(strange)}; there are {', '.join(services(settings))}"
        )
    supervisor = Supervisor(settings, environment=environment, extra=extra, only=only)
    try:
        with supervisor:
            os.environ["WIREDESK_REDIS_URL"] = supervisor.redis_url
            prepare()
            fail_at_once(wiring().redis)
            log.info(
                "desk.open",
                feeds=len(feeds),
                sinks=[s.name for s in settings.sinks],
                redis=supervisor.redis_url,
            )
            supervisor.run(_Watch(until_idle, idle_since=time.monotonic()))
    except (AlreadyRunning, embedded.NoServer) as error:
        raise Fault(str(error)) from error


def fail_at_once(client: Redis) -> None:
    """Let no call be repeated: the watch looks again soon, and waiting would hold up the restart of Redis itself."""
    client.set_retry(Retry(NoBackoff(), 0))


def prepare() -> None:
    """Tell the ledger which feeds to poll and which sinks to serve. Raises Fault where a sink can't be opened."""
    from workers.wiring import wiring

    w = wiring()
    try:
        names = list(w.sinks)
    except ValueError as error:
        raise Fault(str(error)) from error
    w.ledger.attach(names)
    feeds, faults = configured()
    if faults and not w.ledger.feeds():
        raise ConfigError(faults)
    if w.ledger.note_feed_fault("; ".join(faults)) and faults:
        log.error("feeds.refused", faults=faults, action="the last good list is polled on")
    if not faults:
        put(w.ledger, feeds, w.rhythm, time.time())


def _sample(settings: Settings) -> tuple[dict[str, str], dict[str, list[str]]]:
    """The sample wire as a further service, and where the others find it."""
    port = _sample_port(settings.var / "sample.port")
    environment = {"WIREDESK_SAMPLE": f"127.0.0.1:{port}"}
    return environment, {"sample": [sys.executable, "-m", "workers.sample", "--port", str(port)]}


def _sample_port(remembered: Path) -> int:
    """The port of the sample wire: the same one at every start where it is free, because it is part of its URLs."""
    from workers.sample.__main__ import DEFAULT_PORT

    wanted = int(remembered.read_text()) if remembered.exists() else DEFAULT_PORT
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            wanted = int(probe.getsockname()[1])
            break
    remembered.parent.mkdir(parents=True, exist_ok=True)
    remembered.write_text(str(wanted))
    return wanted


def work(service: str) -> None:
    """Become one service: the same process that ``run`` would start as a child."""
    settings = load_settings()
    line = services(settings).get(service)
    if not line:
        raise Fault("set websub.url: the address under which hubs reach this process from outside")
    if not settings.redis.url:
        raise Fault(
            "set WIREDESK_REDIS_URL: one service alone needs a Redis that the others reach too"
        )
    try:
        embedded.wait(settings.redis.url)
    except embedded.NoServer as error:
        raise Fault(str(error)) from error
    logs.configure(settings.log, settings.log_level, service)
    os.environ["WIREDESK_SERVICE"] = service
    prepare()
    click.echo(f"wiredesk: starting {service}", err=True)
    os.execv(line[0], line)
