"""The system under test: ``wiredesk run`` as its own process, what belongs to it, and what it has
delivered."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Final

from redis import Redis
from redis.exceptions import RedisError

from benchmarks.faults import clocks
from benchmarks.faults.sink import KIND
from pipeline.ledger import Status
from workers import embedded
from workers.redis.redis_index import RedisIndex
from workers.redis.redis_ledger import RedisLedger

ROOT: Final = Path(__file__).resolve().parents[2]
LEASE: Final = 8.0
"""Seconds of the leases in a harness run; the shipped settings say 60 to 120, which only makes the
waiting longer."""
SHORT_LEASE: Final = 5.0

_SETTINGS: Final = """
feeds = ["{folder}/feeds.toml"]
var = "{folder}/var"
log = "json"
[poll]
floor = 0.5
ceiling = 1.0
timeout = 2.0
[fetch]
allow = ["127.0.0.1"]
spacing = 0.0
timeout = 1.5
attempts = 8
backoff = 0.5
looks = [2.0, 4.0, 8.0]
[process]
lease = {lease}
soft_limit = {soft}
hard_limit = {hard}
memory_mb = 320
[deliver]
lease = {lease}
rest = 1.0
[limits]
stalled_after = 40.0
[[sinks]]
name = "stories"
kind = "jsonl"
path = "{folder}/stories.jsonl"
"""
_FAULTY: Final = """
[[sinks]]
name = "faulty"
kind = "{kind}"
path = "{folder}/faulty.jsonl"
mode = "{folder}/sink.mode"
slowness = {slowness}
"""


@dataclass(frozen=True, slots=True)
class Process:
    """A process of the system: ``role`` is run, redis, beat, poll, process, deliver or child (of
    the process pool)."""

    pid: int
    role: str


@dataclass
class System:
    """One installation in a folder of its own, started and started again on the same ``var``."""

    folder: Path
    feeds: Sequence[str]
    started: ClassVar[list[System]] = []
    patched: bool = False
    hostile: Sequence[str] = ()
    stepping: bool = False
    lease: float = LEASE
    process: subprocess.Popen[bytes] | None = None
    _client: Redis | None = None
    _restarts: int = field(default=0)

    def __post_init__(self) -> None:
        kinds = ("rss", "atom", "json")
        (self.folder / "feeds.toml").write_text(
            "".join(
                f'[[feeds]]\nid = "{kind}"\nurl = "{url}"\nevery = 0.5\n'
                f"full_text = {'true' if kind == 'json' else 'false'}\n"
                for kind, url in zip(kinds, self.feeds, strict=True)
            )
        )
        with (self.folder / "feeds.toml").open("a") as file:
            for number, url in enumerate(self.hostile):
                file.write(f'[[feeds]]\nid = "hostile-{number}"\nurl = "{url}"\nevery = 2.0\n')
        lease = self.lease
        settings = _SETTINGS.format(
            folder=self.folder, lease=lease, soft=lease / 2, hard=lease * 0.75
        )
        if self.patched:
            settings += _FAULTY.format(folder=self.folder, kind=KIND, slowness=self.lease + 2)
        (self.folder / "pipeline.toml").write_text(settings)

    @property
    def mark(self) -> str:
        """What stands in the environment of every process of this system, and of no other."""
        return f"WIREDESK_CONFIG={self.folder}"

    @property
    def url(self) -> str:
        """Where its private Redis listens."""
        return embedded.url(self.folder / "var")

    @property
    def sinks(self) -> list[Path]:
        """The files that its sinks write."""
        return [
            self.folder / "stories.jsonl",
            *([self.folder / "faulty.jsonl"] if self.patched else []),
        ]

    def environment(self) -> dict[str, str]:
        """The environment of the system: this one's, without settings of its own."""
        rest = {
            name: value for name, value in os.environ.items() if not name.startswith("WIREDESK_")
        }
        return rest | {
            "WIREDESK_CONFIG": str(self.folder),
            "PYTHONPATH": str(ROOT),
            "PYTHONWARNINGS": "ignore",
            **(clocks.prepare(self.folder) if self.stepping else {}),
        }

    def start(self) -> None:
        """Start it, as an init system would after it ended."""
        System.started.append(self)
        module = "benchmarks.faults.patched" if self.patched else "workers.cli"
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", module, "run"],
                cwd=self.folder,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def keep_running(self) -> None:
        """Start it again where it was killed."""
        if self.process and self.process.poll() is not None:
            self._restarts += 1
            self.start()

    def stop(self, seconds: float = 60.0) -> bool:
        """Drain it as Ctrl-C does; whether it ended by itself. Whatever is left is killed."""
        drained = True
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                drained = False
        self.end()
        return drained

    def end(self) -> None:
        """Kill every process of it, until none is left."""
        deadline = time.monotonic() + 20
        while (left := self.processes()) and time.monotonic() < deadline:
            for process in left:
                kill(process.pid)
            time.sleep(0.05)
        if self.process:
            self.process.wait(10)
        if self._client:
            self._client.close()

    # -- processes

    def processes(self) -> list[Process]:
        """Every living process of the system."""
        return [found for pid in _pids() if (found := self._known(pid))]

    def of(self, *roles: str) -> list[Process]:
        """The living processes of these roles."""
        return [process for process in self.processes() if process.role in roles]

    def _known(self, pid: int) -> Process | None:
        folder = Path("/proc") / str(pid)
        try:
            state = (folder / "stat").read_text().rpartition(")")[2].split()
            line = (folder / "cmdline").read_bytes()
            environment = (folder / "environ").read_bytes().split(b"\0")
        except (OSError, IndexError):
            return None  # it ended while we looked
        if state[0] in "ZX":
            return None
        # Redis writes its title over its environment, so it is known by its socket
        if (
            str(embedded.socket_path(self.folder / "var")).encode() in line
            and b"redis-server" in line
        ):
            return Process(pid, "redis")
        if self.mark.encode() not in environment:
            return None
        service = next(
            (v[17:].decode() for v in environment if v.startswith(b"WIREDESK_SERVICE=")), "run"
        )
        return Process(pid, service if int(state[3]) == pid else "child")

    # -- the ledger

    @property
    def client(self) -> Redis:
        """A client of its Redis; one that fails at once where Redis is away."""
        if not self._client:
            self._client = Redis.from_url(self.url, socket_timeout=10, socket_connect_timeout=2)
        return self._client

    @property
    def ledger(self) -> RedisLedger:
        """Its ledger."""
        return RedisLedger(self.client, RedisIndex(self.client, "wd:", 86400))

    def status(self) -> Status | None:
        """The ledger at a glance; None while Redis is away."""
        try:
            return self.ledger.status(time.time())
        except (RedisError, OSError):
            return None

    def jobs(self) -> Iterator[Mapping[str, str]]:
        """Every story that the ledger knows: its stage, attempts, outcome, reason and title."""
        names = ("stage", "attempts", "outcome", "reason", "title", "error")
        for key in self.client.scan_iter("wd:job:*", count=1000):
            values = self.client.hmget(key, names)
            found = [
                value.decode("utf-8", "replace") if isinstance(value, bytes) else ""
                for value in values
            ]
            yield dict(zip(names, found, strict=True))


def kill(pid: int) -> None:
    """kill -9 one process that this harness started; it may have ended before."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _pids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
