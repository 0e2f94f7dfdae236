"""One machine's Wiredesk: Redis, workers and beat as child processes that are restarted when they
die.

Ctrl-C drains: workers finish the story at hand and give back the rest, Redis is stopped last. A
second Ctrl-C ends the children at once; what they held is taken up again at the next start.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO, Any, Final, Self

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from config.settings import Settings
from pipeline.retries import RETRIES, seconds_until_retry
from workers import embedded, loglines

_CHILD: Final = RETRIES["child"]
# seconds after which a child's earlier deaths are forgotten: it has started and worked
_STEADY: Final = 10.0
# seconds that draining may take: a task takes up no new work after 20, and a story has its own
# limits
_WARM: Final = 30.0
_PDEATHSIG: Final = 1  # PR_SET_PDEATHSIG of prctl(2)


class AlreadyRunning(RuntimeError):
    """Another supervisor uses this ``var`` folder."""


@dataclass
class ChildProcess:
    """A process that is to run: how it is started, and how often it died lately."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    deaths: int = 0
    started: float = 0.0
    again_at: float = 0.0
    stop_last: bool = False
    log: Path | None = None

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self.process is not None and self.process.poll() is None


def services(settings: Settings) -> dict[str, list[str]]:
    """The command of every service by name; docker-compose.yml starts the same ones."""
    celery = [sys.executable, "-m", "celery", "--quiet", "-A", "workers.app"]
    level = ["--loglevel", settings.log_level]
    # workers need not know of each other: the ledger is where they meet
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", *level]
    threads, processes = str(settings.poll.threads), str(settings.process.processes)
    # one thread a sink, so that none waits for another, and two for ticks
    sinks = str(len(settings.sinks) + 2)

    def worker(name: str, pool: str, size: str, queues: str) -> list[str]:
        node = f"{name}-{os.getpid()}@%h"
        return [*celery, "worker", "-n", node, "-P", pool, "-c", size, "-Q", queues, *quiet]

    found = {
        # polls and pages wait on other people's servers: threads
        "poll": worker("poll", "threads", threads, "poll,fetch"),
        # cleaning burns the processor, and a story may take its process down
        "process": worker("process", "prefork", processes, "process"),
        "deliver": worker("deliver", "threads", sinks, "deliver,tick"),
        # a tick that is missed is made up for by the next one: beat keeps no file
        "beat": [*celery, "beat", "-S", "celery.beat:Scheduler", "--pidfile", "", *level],
    }
    if settings.websub.url:
        found["websub"] = [sys.executable, "-m", "workers.websub"]
    return found


def _die_with_parent() -> None:
    """Children of a supervisor that was killed drain by themselves."""
    ctypes.CDLL(None).prctl(_PDEATHSIG, signal.SIGTERM)


@dataclass
class Supervisor:
    """Runs the services of one machine. ``drained`` is called when all but Redis have ended."""

    settings: Settings
    redis_url: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, Sequence[str]] = field(default_factory=dict)
    only: Sequence[str] = ()
    children: list[ChildProcess] = field(default_factory=list)
    drained: Callable[[], None] = lambda: None
    _lock: IO[str] | None = None
    _signals: int = 0
    _before: dict[signal.Signals, Any] = field(default_factory=dict)

    def start(self) -> None:
        """Take the ``var`` folder, start Redis unless one is configured, then the rest.

        Raises AlreadyRunning or embedded.NoServer.
        """
        var = self.settings.var
        var.mkdir(parents=True, exist_ok=True)
        self._lock = _take(var / "run.lock")
        private = not self.settings.redis.url
        self.redis_url = self.settings.redis.url or embedded.url(var)
        if private:
            _end_orphan(self.redis_url)
            process = embedded.start(var, self.settings.redis.maxmemory_mb)
            line = embedded.command(var, self.settings.redis.maxmemory_mb)
            redis = ChildProcess("redis", line, process, started=time.monotonic())
            redis.stop_last, redis.log = True, embedded.log_path(var)
            self.children.append(redis)
        else:
            embedded.wait(self.redis_url)
        wanted = {**self.extra, **services(self.settings)}
        for name, arguments in wanted.items():
            if not self.only or name in self.only:
                self.children.append(ChildProcess(name, arguments))
        for child in self.children:
            if not child.alive:
                self._spawn(child)

    def _spawn(self, child: ChildProcess) -> None:
        environment = {
            **os.environ,
            "WIREDESK_REDIS_URL": self.redis_url,
            **self.environment,
            "WIREDESK_SERVICE": child.name,
        }
        if child.name != self._speaker():
            environment["WIREDESK_METRICS_ADDRESS"] = ""  # one of them serves metrics for all
        with child.log.open("ab") if child.log else nullcontext() as out:
            child.process = subprocess.Popen(
                list(child.command),
                env=environment,
                stdout=out,
                stderr=out,
                start_new_session=True,
                preexec_fn=_die_with_parent,  # noqa: PLW1509  the supervisor has no threads
            )
        child.started = time.monotonic()
        loglines.log_child_started(child.name, child.process.pid)

    def _speaker(self) -> str:
        """The child that serves metrics; this process has no threads, because it forks."""
        names = {child.name for child in self.children}
        return next((name for name in ("deliver", "poll", "process", "beat") if name in names), "")

    def __enter__(self) -> Self:
        """Take signals and start everything; whatever happens then, leaving drains."""
        for name in (signal.SIGINT, signal.SIGTERM):
            self._before[name] = signal.signal(name, self._signal)
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        for name, earlier in self._before.items():
            signal.signal(name, earlier)

    def run(self, watch: Callable[[], bool]) -> None:
        """Keep the children running until a signal comes or ``watch`` says to stop."""
        while not self._signals:
            self._keep_alive(time.monotonic())
            # while Redis is away, asking the ledger would block for seconds and delay its restart
            if all(child.alive for child in self.children if child.stop_last) and watch():
                return
            time.sleep(0.25)

    def _signal(self, _: int, __: FrameType | None) -> None:
        self._signals += 1

    def _keep_alive(self, now: float) -> None:
        """Start what died, after a wait that grows with its deaths. ``now``: monotonic clock."""
        for child in self.children:
            if child.alive:
                if child.deaths and now - child.started > _STEADY:
                    child.deaths = 0
            elif child.process is not None:
                wait = seconds_until_retry(_CHILD, child.deaths + 1)
                loglines.log_child_died(child.name, child.process.returncode, wait)
                child.process, child.deaths, child.again_at = None, child.deaths + 1, now + wait
            elif now >= child.again_at:
                self._spawn(child)

    def stop(self) -> None:
        """Drain the workers, then stop Redis. A further signal ends the workers at once."""
        began, signals = time.monotonic(), self._signals
        first = [child for child in self.children if not child.stop_last]
        loglines.log_drain_began([child.name for child in first if child.alive])
        for child in first:
            _send(child, signal.SIGTERM)
        while any(child.alive for child in first):
            if self._signals > signals or time.monotonic() - began > _WARM:
                for child in first:
                    _send(child, signal.SIGKILL, group=True)
            time.sleep(0.05)
        self.drained()
        for child in self.children:
            if child.stop_last and child.process:
                _send(child, signal.SIGTERM)
                child.process.wait(30)
        if self._lock:
            self._lock.close()
        loglines.log_drain_done(time.monotonic() - began)


def _send(child: ChildProcess, number: signal.Signals, *, group: bool = False) -> None:
    if child.process and child.alive:
        (os.killpg if group else os.kill)(child.process.pid, number)


def _take(path: Path) -> IO[str]:
    """Hold the lock file until the supervisor ends, however it ends."""
    handle = path.open("a")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.close()
        raise AlreadyRunning(
            f"another `wiredesk run` uses {path.parent}/: stop it, or set WIREDESK_VAR"
        ) from None
    return handle


def _end_orphan(url: str, seconds: float = 60.0) -> None:
    """A private Redis whose supervisor was killed still holds the data: let it write and end, then
    start our own.

    It may be loading, and answer only then. Raises embedded.NoServer where it has not ended after
    ``seconds``: two servers that write one file lose what they were given.
    """
    deadline = time.monotonic() + seconds
    while _listens(url.removeprefix("unix://")):
        if time.monotonic() > deadline:
            raise embedded.NoServer(
                f"a Redis that a killed run left behind at {url} does not end: stop it"
            )
        loglines.log_redis_orphan()
        with (
            suppress(RedisError, OSError),
            Redis.from_url(url, socket_timeout=2, retry=Retry(NoBackoff(), 0)) as client,
        ):
            client.shutdown(nosave=True)
        time.sleep(0.2)


def _listens(path: str) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(path)
        except (FileNotFoundError, ConnectionRefusedError):
            return False
        except OSError:
            return True  # its backlog is full
        return True
