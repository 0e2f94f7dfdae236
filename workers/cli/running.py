"""``wiredesk run`` and ``wiredesk work``: the whole system on this machine, or one service."""

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
from redis.exceptions import ConnectionError, RedisError, TimeoutError
from redis.retry import Retry

from config.settings import SAMPLE_PORT, ConfigError, is_sample, load, load_settings
from pipeline.ledger import Status
from workers import embedded, loglines, logs
from workers.cli.guard import Fault, ServiceCommand, guarded
from workers.cli.run_frame import RunFrame
from workers.cli.showing import CleanConsole
from workers.cli.troubles import show_troubles
from workers.feedlist import configured, put
from workers.health.coming_in import say_nothing_had
from workers.health.health_rules import find_troubles
from workers.health.moving import TOLD_FOR
from workers.health.observing import observe
from workers.sample.server import DEFAULT_PORT
from workers.supervisor import AlreadyRunning, Death, Supervisor, look_for_another, services
from workers.wiring import wiring

_QUIET: Final = (
    2.0  # seconds without anything open after which the system counts as idle: two ticks
)
_PORT_FREE_IN: Final = 5.0  # seconds that the sample wire of a killed run may take to end
_ANSWERS_IN: Final = 2.0  # seconds that Redis may take to answer the supervisor's own looks
_LOOK: Final = 0.8  # seconds between two looks
_FEEDS: Final = 1000  # feeds looked at in one go
_SUMMARY_EVERY: Final = 60.0  # seconds between two summaries, but for the last one of --until-idle


@click.command(cls=ServiceCommand)
@click.option(
    "--feeds",
    multiple=True,
    metavar="FILE",
    help="Feed file (TOML); repeat for several. Default: the settings'.",
)
@click.option(
    "--until-idle",
    is_flag=True,
    help="Stop by itself when every feed that is due was polled and nothing waits.",
)
@click.option(
    "--only",
    multiple=True,
    metavar="SERVICE",
    help="Start only these: poll, process, deliver, beat, websub.",
)
@click.option("--wide", is_flag=True, help="In a terminal every field of every line.")
@guarded
def run(feeds: tuple[str, ...], until_idle: bool, only: tuple[str, ...], wide: bool) -> None:
    """Run the whole system on this machine: Redis (unless configured), workers and beat, restarted
    when they die.

    Ctrl-C drains: stories at hand are finished, the rest stays in the ledger for the next start.
    """
    if feeds:
        # the children read their settings themselves, so they are told by the environment
        os.environ["WIREDESK_FEEDS"] = ",".join(feeds)
    if wide:
        os.environ["WIREDESK_LOG_WIDE"] = "true"
    settings, listed = load(to_run=True)
    logs.configure(settings.log, settings.log_level, "run", wide=settings.log_wide)
    environment: dict[str, str] = {}
    extra: dict[str, list[str]] = {}
    if any(map(is_sample, listed)):
        if settings.redis.url:
            raise Fault(
                f"the sample wire's invented stories would go into the Redis at "
                f"{settings.redis.url}: name your feed files (--feeds FILE), or unset redis.url"
            )
        try:
            look_for_another(settings.var)
        except (AlreadyRunning, embedded.NoServer) as error:
            raise Fault(str(error)) from error
        # the sample wire is a further service, and the others are told where it is
        port = _choose_sample_port(settings.var / SAMPLE_PORT)
        environment["WIREDESK_SAMPLE"] = f"127.0.0.1:{port}"
        # it has a folder of its own, which the children could not tell from their settings alone
        environment["WIREDESK_VAR"] = str(settings.var)
        extra["sample"] = [sys.executable, "-m", "workers.sample", "--port", str(port)]
    elif (settings.var / SAMPLE_PORT).exists():
        loglines.log_sample_beside(settings.var)
    os.environ.update(environment)
    there = services(settings)
    strange = [name for name in only if name not in there]
    if strange:
        raise Fault(f"there is no service {', '.join(strange)}; there are {', '.join(there)}")
    supervisor = Supervisor(settings, environment=environment, extra=extra, only=only)
    frame = RunFrame(settings, len(listed))
    began = time.time()
    try:
        with supervisor:
            os.environ["WIREDESK_REDIS_URL"] = supervisor.redis_url
            wiring().redis.set_retry(Retry(NoBackoff(), 0))
            supervisor.run(_prepared)
            if supervisor.is_told_to_stop:
                return
            fail_at_once(wiring().redis)
            frame.redis_url = supervisor.redis_url
            frame.open()
            supervisor.drained = frame.close
            now = time.monotonic()
            watch = _Watch(until_idle, idle_since=now, began=began, before=frame.before)
            watch.hung, watch.died = supervisor.hung, supervisor.died
            supervisor.run(watch)
    except (AlreadyRunning, embedded.NoServer) as error:
        raise Fault(str(error)) from error
    if watch.failure:
        raise Fault(watch.failure)


@click.command(cls=ServiceCommand)
@click.argument("service", type=click.Choice(["poll", "process", "deliver", "beat", "websub"]))
@guarded
def work(service: str) -> None:
    """Run one SERVICE in the foreground against the configured Redis, as docker-compose.yml
    does."""
    settings = load_settings()
    line = services(settings).get(service)
    if not line:
        raise Fault("set websub.url: the address under which hubs reach this process from outside")
    if not settings.redis.url:
        raise Fault(
            "set WIREDESK_REDIS_URL: one service alone needs a Redis that the others reach too"
        )
    # before Redis is waited for: that it is away is the first line
    logs.configure(settings.log, settings.log_level, service, wide=settings.log_wide)
    try:
        embedded.wait(settings.redis.url, note=logs.note_redis)
    except embedded.NoServer as error:
        raise Fault(str(error)) from error
    os.environ["WIREDESK_SERVICE"] = service
    try:
        prepare()
    except RedisError as error:
        raise Fault(f"Redis at {settings.redis.url} does not answer: {error}") from error
    loglines.log_service_starts(service)
    # this process becomes the service, the same one that `run` would start as a child
    os.execv(line[0], line)


def _prepared() -> bool:
    """Whether the ledger was told: the supervisor starts a Redis that dies meanwhile again. Raises
    Fault where Redis refuses."""
    try:
        prepare()
    except (ConnectionError, TimeoutError):
        return False
    except RedisError as error:
        raise Fault(f"Redis refuses: {error}") from error
    return True


def prepare() -> None:
    """Tell the ledger which feeds and sinks there are. Raises Fault where a sink is refused."""
    w = wiring()
    try:
        names = list(w.sinks)
    except ValueError as error:
        raise Fault(str(error)) from error
    # sinks first: a record that is made before a sink is attached would not wait for it
    w.ledger.attach(names)
    feeds, faults = configured()
    if faults and not w.ledger.feeds():
        raise ConfigError(faults)
    if w.ledger.note_feed_fault("; ".join(faults)) and faults:
        loglines.log_feeds_refused(faults)
    if not faults:
        put(w.ledger, feeds, w.rhythm, time.time())


def fail_at_once(client: Redis) -> None:
    """Let no call be repeated, nor wait long for an answer: that would hold up the restart of Redis
    itself."""
    client.set_retry(Retry(NoBackoff(), 0))
    pool = client.connection_pool
    pool.connection_kwargs.update(socket_timeout=_ANSWERS_IN, socket_connect_timeout=_ANSWERS_IN)
    pool.disconnect()  # connections that are open keep what they were made with


@dataclass
class _Watch:
    """Looks at the ledger about once a second; prints the summary when the system is idle."""

    until_idle: bool
    last_look: float = 0.0
    idle_since: float = 0.0
    began: float = 0.0  # epoch seconds
    unpolled: set[str] | None = None
    awaited: set[str] = field(default_factory=set)  # of these, what was due in this run
    shown: dict[str, int] = field(default_factory=dict)
    shown_at: float = 0.0
    before: Status | None = None
    failure: str = ""  # why nothing could be had, once it is idle
    hung: list[str] = field(default_factory=list)  # what the supervisor ended, to be noted
    died: list[Death] = field(default_factory=list)  # what ended by itself, to be noted

    def __call__(self) -> bool:
        """Look, where it is time to; whether the system is idle and is to stop."""
        now = time.monotonic()
        if now - self.last_look < _LOOK:
            return False
        self.last_look = now
        try:
            self.note_hung()
            self.note_deaths()
            unpolled = self._find_unpolled()
            status = wiring().ledger.status(time.time())
        except RedisError as error:
            logs.note_redis(error)
            return False
        logs.note_redis()
        waits = unpolled or status.fetch or status.process or any(status.backlog.values())
        if not self.is_quiet(now, is_open=bool(waits)):
            return False
        if self.is_news(status, now):
            loglines.log_system_summary(status)
        if self.until_idle:
            self.judge()
        return self.until_idle

    def note_hung(self) -> None:
        """Note what hung, for health: it was started again, and somebody should know."""
        ledger = wiring().ledger
        while self.hung:
            ledger.pulse(f"hung.{self.hung[-1]}", ledger.clock())
            self.hung.pop()

    def note_deaths(self) -> None:
        """Note each death, for health, and forget those that it no longer tells of."""
        if not self.died:
            return
        ledger = wiring().ledger
        now = ledger.clock()
        for name, at in ledger.status(now).progress.items():
            if name.startswith("died.") and now - at >= TOLD_FOR:
                ledger.unpulse(name)
        while self.died:
            death = self.died[-1]
            # it may have been a while ago: nothing is noted while Redis is away
            at = now - (time.monotonic() - death.moment)
            # the moment makes it another name for each death
            ledger.pulse(f"died.{death.child}.{death.code}.{death.moment * 1000:.0f}", at)
            self.died.pop()

    def judge(self) -> None:
        """Whether anything could be had, and for people what else is wrong at the end."""
        seen = observe(wiring().ledger, private_log=wiring().private_log)
        before = self.before.polls if self.before else {}
        self.failure = say_nothing_had(seen, self.before.counts if self.before else {})
        if self.failure and seen.status.polls == before:
            self.failure += "; no feed was due in this run: `wiredesk feeds poll ID` asks now"
        if logs.for_people(wiring().settings.log) and not self.failure:
            show_troubles(CleanConsole(stderr=True), find_troubles(seen))

    def is_quiet(self, now: float, *, is_open: bool) -> bool:
        """Whether nothing was open for _QUIET seconds of the monotonic clock."""
        if is_open:
            self.idle_since = now
        return now - self.idle_since >= _QUIET

    def is_news(self, status: Status, now: float) -> bool:
        """Whether the summary differs from the last one, and that one is long enough ago."""
        due = self.until_idle or not self.shown or now - self.shown_at > _SUMMARY_EVERY
        if not due or status.counts == self.shown or not status.counts.get("admitted"):
            return False
        self.shown, self.shown_at = dict(status.counts), now
        return True

    def _find_unpolled(self) -> set[str]:
        """Feeds that are due and were not polled in this run yet, as far as looked at; others are
        not looked at again."""
        w = wiring()
        waiting = set(w.feeds) if self.unpolled is None else self.unpolled
        found: set[str] = set()
        now = w.ledger.clock()
        # of very many feeds only as many are looked at as it takes to find one
        while waiting and not found:
            some = set(islice(waiting, _FEEDS))
            for stands in w.ledger.standing(list(some)):
                last = stands.state.last_poll
                if stands.paused or (last and last >= self.began):
                    continue
                # while it is being polled it is due later, and is waited for all the same
                is_due = max(stands.due, stands.host_free) <= now
                if not last or is_due or stands.feed.id in self.awaited:
                    found.add(stands.feed.id)
            waiting = waiting - some | found
            self.awaited |= found
        self.unpolled = waiting
        return waiting


def _choose_sample_port(remembered: Path) -> int:
    """The port of the sample wire, the same at every start: it is part of its stories' addresses,
    and under another port they would all be new. Raises Fault where somebody else has it."""
    if remembered.exists():
        port = int(remembered.read_text())
        deadline = time.monotonic() + _PORT_FREE_IN
        while not _find_free_port(port):
            if time.monotonic() > deadline:
                raise Fault(
                    f"port {port}, which is in the addresses of the sample wire's stories, is "
                    f"taken by another process: end that, or remove {remembered.parent}/ "
                    "to begin anew"
                )
            time.sleep(0.1)
        return port
    port = _find_free_port(DEFAULT_PORT) or _find_free_port(0)
    try:
        remembered.parent.mkdir(parents=True, exist_ok=True)
        remembered.write_text(str(port))
    except OSError as error:
        raise Fault(f"{remembered} can't be written: {error}; set WIREDESK_VAR") from error
    return port


def _find_free_port(wanted: int) -> int:
    """The port where nobody listens on it, else 0; any free one for 0."""
    with socket.socket() as probe:
        # as the server does: connections of the last run may linger on the port
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            return 0
        return int(probe.getsockname()[1])
