"""One machine's Wiredesk: Redis, workers and beat as child processes that are started again when
they die or hang.

Ctrl-C drains: workers finish the story at hand and give back the rest, Redis is stopped last. A
second Ctrl-C ends the children at once; what they held is taken up again at the next start.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import FrameType
from typing import IO, Any, Final, Self

from config.settings import Settings
from pipeline.retries import RETRIES, seconds_until_retry
from workers import embedded, loglines, logs, pulse

_CHILD: Final = RETRIES["child"]
# seconds after which a child's earlier deaths are forgotten: it has started and worked
_STEADY: Final = 10.0
# seconds that draining may take: a task takes up no new work after 20, and a story has its own
# limits
_WARM: Final = 30.0
_PDEATHSIG: Final = 1  # PR_SET_PDEATHSIG of prctl(2)
_HANGS_AFTER: Final = 8.0
"""Seconds without a sign of life after which a child counts as hung: eight missed pulses of a
service (``pulse.BEATS_EVERY``), more than the longest wait for a disk that was seen of Redis."""
_COMES_UP_IN: Final = 90.0
"""Seconds within which a service gives its first sign: it reads its rules first, which takes four
on a quiet machine."""
_REFUSED_WAIT: Final = 5.0  # seconds before a Redis that can't be started is tried again
_ASKS_EVERY: Final = 1.0  # seconds between two questions to Redis
_AWAKE: Final = 2.0
"""Seconds of silence that one look may add: whoever was stopped himself, or slept with his machine,
heard nothing of anybody."""


class AlreadyRunning(RuntimeError):
    """Another supervisor uses this ``var`` folder."""


@dataclass(frozen=True, slots=True)
class Death:
    """A child that ended by itself with ``code``, at ``moment`` of the monotonic clock."""

    child: str
    code: int | None
    moment: float


@dataclass
class ChildProcess:
    """A process that is to run: how it is started, how often it died lately, and for how long it
    gave no sign of life."""

    name: str
    command: Sequence[str]
    process: embedded.Living | None = None
    deaths: int = 0
    started: float = 0.0
    again_at: float = 0.0
    has_pulse: bool = False
    heard: int | None = None
    gave_sign: bool = False
    silent: float = 0.0
    looked: float = 0.0

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self.process is not None and self.process.poll() is None

    def note(self, now: float, *, sign: bool) -> None:
        """Note at ``now`` (monotonic clock) whether it gave a sign of life since the last look."""
        passed = min(now - self.looked, _AWAKE) if self.looked else 0.0
        self.looked, self.gave_sign = now, self.gave_sign or sign
        self.silent = 0.0 if sign else self.silent + passed

    @property
    def hangs(self) -> bool:
        """Whether it has been silent for too long."""
        return self.silent > (_HANGS_AFTER if self.gave_sign else _COMES_UP_IN)


def services(settings: Settings) -> dict[str, list[str]]:
    """The command of every service by name; docker-compose.yml starts the same ones."""
    celery = [sys.executable, "-m", "workers.service", "--quiet", "-A", "workers.app"]
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


def _die_with_parent(parent: int) -> None:
    """Let a child drain by itself when its supervisor, the process ``parent``, is killed.

    Called in the child before it becomes its service. A supervisor may be killed at that moment:
    until then the child has the supervisor's own handler, which would lose the signal, and no
    signal comes of a parent that died before.
    """
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    ctypes.CDLL(None).prctl(_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGTERM)


@dataclass
class Supervisor:
    """Runs the services of one machine. ``drained`` is called when all but Redis have ended.

    ``hung`` names what hung and was ended, ``died`` each death, for whoever watches to take and
    tell.
    """

    settings: Settings
    redis_url: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, Sequence[str]] = field(default_factory=dict)
    only: Sequence[str] = ()
    children: list[ChildProcess] = field(default_factory=list)
    drained: Callable[[], None] = lambda: None
    redis: ChildProcess | None = None
    redis_answers: bool = True
    hung: list[str] = field(default_factory=list)
    died: list[Death] = field(default_factory=list)
    _users: embedded.Users | None = None
    _lock: IO[str] | None = None
    _signals: int = 0
    _before: dict[signal.Signals, Any] = field(default_factory=dict)

    def start(self) -> None:
        """Take the ``var`` folder, start Redis unless one is configured, then the rest.

        Raises AlreadyRunning or embedded.NoServer.
        """
        var, redis = self.settings.var, self.settings.redis
        self._lock = _take(var)
        self.redis_url = redis.url or embedded.url(var)
        if redis.url:
            embedded.wait(redis.url, note=logs.note_redis)
        else:
            self._users = embedded.Users(var)
            self._users.join()
            tell = loglines.log_redis_awaited
            found = embedded.obtain(var, redis.maxmemory_mb, self._users, tell, keeps=True)
            self.redis = ChildProcess("redis", (), found, gave_sign=True)
            self.redis.started = time.monotonic()
            if isinstance(found, embedded.Adopted):
                loglines.log_redis_adopted(found.pid)
        for name, arguments in self.extra.items():
            if not self.only or name in self.only:
                self.children.append(ChildProcess(name, arguments))
        for name, arguments in services(self.settings).items():
            if not self.only or name in self.only:
                self.children.append(ChildProcess(name, arguments, has_pulse=True))
        for child in self.children:
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
        heard, says = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC) if child.has_pulse else (None, None)
        if says is not None:
            environment[pulse.PIPE] = str(says)
        child.process = subprocess.Popen(
            list(child.command),
            env=environment,
            pass_fds=[] if says is None else [says],
            start_new_session=True,
            preexec_fn=partial(_die_with_parent, os.getpid()),  # noqa: PLW1509  it has no threads
        )
        if says is not None:
            os.close(says)
        self._started(child)
        child.heard = heard

    def _spawn_redis(self, child: ChildProcess) -> None:
        """Start Redis again, or take up the one that a command started meanwhile."""
        try:
            child.process = embedded.take_up(self.settings.var, self.settings.redis.maxmemory_mb)
        except embedded.NoServer as error:
            child.again_at = time.monotonic() + _REFUSED_WAIT
            loglines.log_redis_refused(str(error))
        if child.process:
            self._started(child)

    def _started(self, child: ChildProcess) -> None:
        if child.heard is not None:
            os.close(child.heard)
        child.heard, child.gave_sign, child.silent, child.looked = None, False, 0.0, 0.0
        child.started = time.monotonic()
        assert child.process
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
            if self.redis:
                self._ask_redis(self.redis, time.monotonic())
                self._keep_alive(self.redis, time.monotonic(), self._spawn_redis)
            for child in self.children:
                self._hear(child, time.monotonic())
                self._keep_alive(child, time.monotonic(), self._spawn)
            # while Redis is away, asking the ledger would block for seconds and delay its restart
            if self.redis_answers and watch():
                return
            time.sleep(0.25)

    @property
    def is_told_to_stop(self) -> bool:
        """Whether a signal came."""
        return self._signals > 0

    def _signal(self, _: int, __: FrameType | None) -> None:
        self._signals += 1

    def _ask_redis(self, child: ChildProcess, now: float) -> None:
        """Ask the private Redis for a sign of life, where it is time to."""
        if not child.alive:
            self.redis_answers = False
        elif now - child.looked >= _ASKS_EVERY or not self.redis_answers:
            try:
                answer, pid = embedded.ask(self.settings.var, seconds=0.5)
            except embedded.NoServer:
                answer, pid = embedded.Answer.ABSENT, 0  # somebody took its socket's place
            self.redis_answers = answer == embedded.Answer.READY
            # one that reads its data, or waits for a disk, must not be made to begin again
            waits = answer == embedded.Answer.LOADING or _waits_for_disk(pid)
            child.note(now, sign=self.redis_answers or waits)

    def _hear(self, child: ChildProcess, now: float) -> None:
        """Take in the pulses of a service."""
        if child.heard is not None:
            sign = False
            with suppress(BlockingIOError):
                sign = bool(os.read(child.heard, 65_536))
            child.note(now, sign=sign)

    def _keep_alive(
        self, child: ChildProcess, now: float, spawn: Callable[[ChildProcess], None]
    ) -> None:
        """Start it again where it died or hangs, after a wait that grows with its deaths. ``now``:
        monotonic clock."""
        if child.alive:
            if child.hangs:
                loglines.log_child_hung(child.name, child.silent)
                self.hung.append(child.name)
                _send(child, signal.SIGKILL, group=True)
                child.silent = 0.0
            elif child.deaths and now - child.started > _STEADY:
                child.deaths = 0
        elif child.process is not None:
            wait = seconds_until_retry(_CHILD, child.deaths + 1)
            loglines.log_child_died(child.name, child.process.returncode, wait)
            self.died.append(Death(child.name, child.process.returncode, now))
            child.process, child.deaths, child.again_at = None, child.deaths + 1, now + wait
        elif now >= child.again_at:
            spawn(child)

    def stop(self) -> None:
        """Drain the workers, then stop Redis. A further signal ends the workers at once."""
        began, signals = time.monotonic(), self._signals
        loglines.log_drain_began([child.name for child in self.children if child.alive])
        for child in self.children:
            _send(child, signal.SIGTERM)
        while any(child.alive for child in self.children):
            if self._signals > signals or time.monotonic() - began > _WARM:
                for child in self.children:
                    _send(child, signal.SIGKILL, group=True)
            time.sleep(0.05)
        try:
            self.drained()
        finally:
            users, self._users = self._users, None
            if users:
                self._end_redis(users)
        if self._lock:
            self._lock.close()
        loglines.log_drain_done(time.monotonic() - began)

    def _end_redis(self, users: embedded.Users) -> None:
        """Stop Redis, unless a command uses it: the last one who does ends it."""
        try:
            living = self.redis.process if self.redis else None
            if not embedded.end_if_last(self.settings.var, users, living):
                loglines.log_redis_left()
        finally:
            users.leave()


def _send(child: ChildProcess, number: signal.Signals, *, group: bool = False) -> None:
    if child.process and child.alive:
        (os.killpg if group else os.kill)(child.process.pid, number)


def _waits_for_disk(process: int) -> bool:
    """Whether a process sleeps in the kernel until a disk answers: no signal ends that either."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "D"
    except (OSError, IndexError):
        return False


def look_for_another(var: Path) -> None:
    """Raise AlreadyRunning where another supervisor uses the folder.

    ``start`` finds out by itself, but a port of the other one would be found taken before that.
    """
    _take(var).close()


def _take(var: Path) -> IO[str]:
    """Hold the lock of the folder until the supervisor ends, however it ends."""
    try:
        var.mkdir(parents=True, exist_ok=True)
        handle = (var / "run.lock").open("a")
    except OSError as error:
        raise embedded.NoServer(
            f"{var}/ can't be written: {error}; set WIREDESK_VAR to a folder of yours"
        ) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.close()
        raise AlreadyRunning(
            f"another `wiredesk run` uses {var}/: stop it, or set WIREDESK_VAR"
        ) from None
    return handle
