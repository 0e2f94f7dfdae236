"""The failures: how each is staged on a system that was well, and what health must name."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.alarms.staged_wire import StagedSystem, StagedWire
from benchmarks.faults.system import kill
from benchmarks.faults.wire import Feeder

DISK: Final = 64 << 20
"""Bytes of the disk that gets full: room for a Redis and the records of some minutes."""


@dataclass
class Scene:
    """A system that is well, the wire that it polls, and what offers stories there."""

    system: StagedSystem
    wire: StagedWire
    feeder: Feeder

    def stop(self, *roles: str) -> None:
        """SIGSTOP processes of these roles: they live and do nothing."""
        self._signal(signal.SIGSTOP, roles)

    def go_on(self, *roles: str) -> None:
        """SIGCONT them."""
        self._signal(signal.SIGCONT, roles)

    def _signal(self, number: signal.Signals, roles: tuple[str, ...]) -> None:
        for process in self.system.of(*roles):
            os.kill(process.pid, number)


@dataclass(frozen=True)
class Alarm:
    """A failure: ``names`` is what health's sentence must hold (a pattern).

    ``mends`` undoes what would keep the system from ending. The rest is what the
    system needs for it.
    """

    name: str
    stage: Callable[[Scene], None]
    names: str
    mends: Callable[[Scene], None] | None = None
    patched: bool = False
    named: bool = False
    disk: bool = False
    stepping: bool = False


def _set_state(state: str) -> Callable[[Scene], None]:
    def stage(scene: Scene) -> None:
        scene.wire.state = state

    return stage


def lose_network(scene: Scene) -> None:
    """Connections are cut, and nobody listens any more."""
    scene.wire.vanish()


def lose_names(scene: Scene) -> None:
    """No name is found any more; connections that are open would serve without one, and are cut."""
    scene.system.names.unlink()
    scene.wire.state = "gone"


def fill_disk(scene: Scene) -> None:
    """The disk under var/ gets full to the last byte."""
    with (scene.system.folder / "var" / "filler").open("wb", buffering=0) as filler:
        for size in (1 << 20, 4096, 1):
            try:
                while True:
                    filler.write(bytes(size))
            except OSError:
                continue


def empty_disk(scene: Scene) -> None:
    """Room again, so that the system can end."""
    (scene.system.folder / "var" / "filler").unlink()


def lose_sink(scene: Scene) -> None:
    """A sink refuses all."""
    (scene.system.folder / "sink.mode").write_text("down")


def stop_redis(scene: Scene) -> None:
    """Redis accepts connections and answers nothing; its supervisor is stopped too."""
    scene.stop("run", "redis")


def start_redis(scene: Scene) -> None:
    """Both go on."""
    scene.go_on("redis", "run")


def kill_redis(scene: Scene) -> None:
    """Redis is gone, and nobody starts it again."""
    scene.stop("run")
    for process in scene.system.of("redis"):
        kill(process.pid)


def hang_worker(scene: Scene) -> None:
    """The process worker and its pool live and do nothing; so does its supervisor."""
    scene.stop("run", "process")
    scene.stop("child")


def end_worker_hanging(scene: Scene) -> None:
    """All go on."""
    scene.go_on("child", "process", "run")


def hang_worker_supervised(scene: Scene) -> None:
    """The process worker hangs, and its supervisor may start another one."""
    scene.stop("process")


def hang_pool(scene: Scene) -> None:
    """All children of the process pool live and do nothing; their parent gives signs of life."""
    scene.stop("child")


def end_pool_hanging(scene: Scene) -> None:
    """They go on."""
    scene.go_on("child")


def step_clock(seconds: float) -> Callable[[Scene], None]:
    """The clock of the machine steps."""

    def stage(scene: Scene) -> None:
        from benchmarks.faults import clocks

        clocks.set_clocks(scene.system.folder, seconds, *clocks.MACHINE, clocks.REDIS)

    return stage


def _poison(kind: str) -> Callable[[Scene], None]:
    def stage(scene: Scene) -> None:
        scene.wire.poison[len(scene.wire.offered)] = kind
        scene.wire.offer()

    return stage


ALARMS: Final = (
    Alarm("network gone", lose_network, r"polls: .* looks like the network"),
    Alarm("DNS gone", lose_names, r"polls: .* looks like DNS", named=True),
    Alarm("all feeds failing", _set_state("failing"), r"polls: .*servers .*503"),
    Alarm(
        "a wall", _set_state("wall"), r"pages of 127\.0\.0\.1:\d+: \d+ of the last \d+ were refused"
    ),
    Alarm("a feed empty", _set_state("empty"), r"feed rss: its document holds no entries"),
    Alarm("disk full", fill_disk, r"the disk is full", empty_disk, disk=True),
    Alarm("sink away", lose_sink, r"sink faulty: .*down", patched=True),
    Alarm("Redis stopped", stop_redis, r"Redis does not answer", start_redis),
    Alarm("Redis killed", kill_redis, r"Redis does not answer", start_redis),
    Alarm("worker hung", hang_worker, r"service process|stories: ", end_worker_hanging),
    Alarm("worker hung, supervised", hang_worker_supervised, r"service process"),
    Alarm("pool hung", hang_pool, r"stories: ", end_pool_hanging),
    Alarm("clock back", step_clock(-600.0), r"clock was put back", stepping=True),
    Alarm("clock forward", step_clock(600.0), r"clock was put forward", stepping=True),
    Alarm("poison that hangs", _poison("hang"), r"story |quarantine: ", patched=True),
    Alarm("quarantine", _poison("segfault"), r"quarantine: ", patched=True),
)
"""The twelve, some of them in two forms."""


@contextmanager
def disk_of_its_own(folder: Path, *, wanted: bool) -> Iterator[bool]:
    """A small disk at that folder, where one is wanted; False where only root may have one."""
    if not wanted:
        yield True
        return
    folder.mkdir()
    line = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "wiredesk-alarms", str(folder)]
    if subprocess.run(line, capture_output=True, check=False).returncode:
        yield False
        return
    try:
        yield True
    finally:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            if not subprocess.run(
                ["umount", str(folder)], capture_output=True, check=False
            ).returncode:
                break
            time.sleep(0.2)
