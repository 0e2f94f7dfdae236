"""One run: the wire, the system, a fault under load, the wait until nothing is open, and the
account."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Final, TypeVar

from redis.exceptions import RedisError

from benchmarks.faults import account
from benchmarks.faults.account import Account, Reader
from benchmarks.faults.hostile import HostileWire, Measured, MemoryWatch, measure_holds
from benchmarks.faults.system import LEASE, System, kill
from benchmarks.faults.wire import Feeder, Wire

CEILING: Final = 240.0  # seconds that anything is waited for; a fault is reported, never waited out
PATIENCE: Final = 6 * LEASE  # seconds without any change after which what is open counts as stuck
_STARTS: Final = 120.0

T = TypeVar("T")


class Stuck(RuntimeError):
    """The system did not come to where the harness waits for it; the message says where."""


@dataclass
class Run:
    """What a fault is injected into."""

    system: System
    wire: Wire
    feeder: Feeder
    readers: list[Reader]
    random: Random
    hostile: HostileWire | None = None
    memory: MemoryWatch | None = None
    kills: int = 0
    lost_by_control: int = 0
    ends: list[tuple[float, int]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def pause(self, least: float = 0.3, most: float = 1.5) -> None:
        """Let the system work on for a moment that nobody chose."""
        time.sleep(self.random.uniform(least, most))

    def kill(self, *roles: str) -> str:
        """kill -9 one process of these roles, as soon as there is one; its role."""
        found = self.wait(lambda: self.system.of(*roles), f"a process to kill ({', '.join(roles)})")
        process = self.random.choice(found)
        kill(process.pid)
        self.kills += 1
        return process.role

    def ended(self, sink: int = 0) -> None:
        """A fault ended just now: from here the seconds count until the sink gets stories that
        appear from now on."""
        self.ends.append((time.time(), sink))

    def again(self, seconds: float = CEILING) -> None:
        """Wait until the system consumes again after the last fault."""
        self.wait(self.consumes, "stories that appeared after the fault", seconds)

    def consumes(self) -> bool:
        """Whether a story that appeared after the last fault is in the sink."""
        return self._resumed(-1) is not None

    def resumed(self) -> list[float]:
        """Seconds to consume again, fault by fault."""
        return [seconds for i in range(len(self.ends)) if (seconds := self._resumed(i)) is not None]

    def _resumed(self, which: int) -> float | None:
        end, sink = self.ends[which]
        return account.resumed(end, dict(self.wire.appeared), list(self.readers[sink].seen))

    def wait(self, look: Callable[[], T], what: str, seconds: float = CEILING) -> T:
        """Look until something is there. Raises Stuck after ``seconds``."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if found := look():
                return found
            time.sleep(0.05)
        raise Stuck(f"waited {seconds:.0f} s for {what}")

    # -- the end

    def open(self) -> list[str]:
        """What is not ended yet, in words; empty when every story is delivered and nothing
        waits."""
        status = self.system.status()
        if not status:
            return ["Redis does not answer"]
        found = [
            f"{n} to {what}"
            for n, what in ((status.fetch, "fetch"), (status.process, "process"))
            if n
        ]
        found += [f"{n} records for {sink}" for sink, n in status.backlog.items() if n]
        for reader in self.readers:
            held = {(s.marker, s.edition) for s in list(reader.seen)}
            wanted = [s.told for s in list(self.wire.offered) if not s.told.poison]
            missing = sum((told.marker, told.edition) not in held for told in wanted)
            found += [f"{missing} stories not in {reader.path.name}"] if missing else []
        return found

    def settle(self, patience: float = PATIENCE) -> list[str]:
        """Wait until nothing is open, or nothing has changed for ``patience`` seconds; what is
        still open."""
        deadline, changed, before, quiet = time.monotonic() + CEILING, time.monotonic(), [""], 0
        while time.monotonic() < min(deadline, changed + patience):
            left = self.open()
            if left != before:
                before, changed = left, time.monotonic()
            quiet = 0 if left else quiet + 1
            if quiet > 5:
                return []
            time.sleep(0.2)
        return before

    def account(self) -> Account:
        """What the run came to so far. Redis must answer."""
        offered = list(self.wire.offered)
        return account.settle(
            offered,
            list(self.system.jobs()),
            [list(reader.seen) for reader in self.readers],
            others=self.hostile is not None,
        )


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong, and how it is brought about."""

    name: str
    inject: Callable[[Run], None]
    patched: bool = False
    poison: tuple[str, ...] = ()
    hostile: tuple[int, int] = (0, 0)
    stepping: bool = False


@dataclass(frozen=True)
class Result:
    """One run of one fault."""

    fault: str
    account: Account
    resumed: list[float]
    kills: int
    seconds: float
    notes: list[str] = field(default_factory=list)
    lost_by_control: int = 0
    kept: Path | None = None
    measured: Measured | None = None


def perform(
    fault: Fault, stories: int, seed: int, rate: float, *, keep: bool = False, lease: float = LEASE
) -> Result:
    """One run from an empty installation to its account. Raises nothing: what went wrong is in the
    result."""
    began = time.monotonic()
    with _installed(fault, stories, seed, rate, lease) as run:
        try:
            _under_load(fault, run)
            left = run.settle()
            told = run.account()
            if left:
                told.strange.append("still open: " + ", ".join(left))
        except (Stuck, RedisError, OSError) as trouble:
            told = Account(
                stories=len(run.wire.offered), strange=[f"{type(trouble).__name__}: {trouble}"]
            )
        if not run.system.stop():
            told.strange.append("did not drain within a minute of Ctrl-C")
        for reader in run.readers:
            reader.close()
        log = (run.system.folder / "log").stat().st_size
        kept = run.system.folder if keep or not told.clean else None
        if not kept:
            shutil.rmtree(run.system.folder, ignore_errors=True)
        measured = _measure(run, log) if run.hostile else None
        return Result(
            fault.name,
            told,
            run.resumed(),
            run.kills,
            time.monotonic() - began,
            run.notes,
            run.lost_by_control,
            kept,
            measured,
        )


def _measure(run: Run, log: int) -> Measured:
    held, stall = measure_holds(dict(run.wire.appeared), run.readers[0].seen)
    assert run.hostile
    assert run.memory
    return Measured(held, stall, run.memory.most, log, len(run.hostile.asked))


def _under_load(fault: Fault, run: Run) -> None:
    run.system.start()
    run.feeder.start()
    run.wait(lambda: all(reader.seen for reader in run.readers), "the first records", _STARTS)
    fault.inject(run)
    run.feeder.faults_over.set()
    run.feeder.join(CEILING)


@contextmanager
def _installed(fault: Fault, stories: int, seed: int, rate: float, lease: float) -> Iterator[Run]:
    """An installation of its own in a folder of its own; nothing of it is left running."""
    folder = Path(tempfile.mkdtemp(prefix="wiredesk-faults-"))
    random = Random(f"{seed}:{fault.name}")
    poison = {3 + 7 * i: kind for i, kind in enumerate(fault.poison)}
    with ExitStack() as opened:
        wire = opened.enter_context(Wire(seed, poison))
        hostile = None
        if any(fault.hostile):
            hostile = opened.enter_context(HostileWire(seed, *fault.hostile))
        system = System(
            folder,
            wire.urls,
            patched=fault.patched,
            hostile=hostile.urls if hostile else (),
            lease=lease,
            stepping=fault.stepping,
        )
        readers = [Reader(path) for path in system.sinks]
        run = Run(system, wire, Feeder(wire, stories, rate), readers, random, hostile)
        if hostile:
            run.memory = MemoryWatch(system)
            run.memory.start()
        wire.offer(stories // 4)  # a backlog to begin with
        for reader in readers:
            reader.start()
        try:
            yield run
        finally:
            run.feeder.ended.set()
            if run.memory:
                run.memory.ended.set()
            system.end()
