"""The faults: what goes wrong, injected under load. ``FAULTS`` is the table."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks.faults import clocks
from benchmarks.faults.poison import KINDS
from benchmarks.faults.running import Fault, Run
from benchmarks.faults.system import ROOT, System, kill
from config.settings import Settings
from workers.supervisor import services

_WORKERS: Final = ("poll", "process", "deliver")
_KILLED: Final = (*_WORKERS, "beat", "child", "redis", "run")


def none(run: Run) -> None:
    """No fault: what the other rows are to be compared with."""
    run.pause()
    run.ended()
    run.again()


def pool_child(run: Run) -> None:
    """kill -9 of pool children, three times."""
    for _ in range(3):
        run.pause()
        run.kill("child")
        run.ended()
        run.again()


def worker_parent(run: Run) -> None:
    """kill -9 of each worker's parent, one after the other."""
    for role in _WORKERS:
        run.pause()
        run.kill(role)
        run.ended()
        run.again()


def every_parent(run: Run) -> None:
    """kill -9 of all workers' parents at once, and of a pool child."""
    run.pause()
    for role in ("child", *_WORKERS):
        run.kill(role)
    run.ended()
    run.again()


def beat(run: Run) -> None:
    """kill -9 of the beat."""
    run.pause()
    run.kill("beat")
    run.ended()
    run.again()


def supervisor(run: Run) -> None:
    """kill -9 of the supervisor; it is started again, as an init system would."""
    run.pause()
    run.kill("run")
    run.ended()
    assert run.system.process
    run.system.process.wait(10)
    run.system.keep_running()
    run.again()


def everything(run: Run) -> None:
    """kill -9 of every process at once, Redis and supervisor included; then started again on the
    same ``var``."""
    run.pause()
    for process in run.system.processes():
        kill(process.pid)
        run.kills += 1
    run.ended()
    run.system.end()
    run.system.start()
    run.again()


def redis(run: Run) -> None:
    """kill -9 of Redis, twice; the supervisor starts it again on its AOF."""
    for _ in range(2):
        run.pause()
        run.kill("redis")
        run.ended()
        run.again()


def client_kill(run: Run) -> None:
    """CLIENT KILL TYPE normal, five times: every connection is cut."""
    for _ in range(5):
        run.pause(0.2, 1.0)
        run.system.client.client_kill_filter(_type="normal", skipme=True)
        run.kills += 1
    run.ended()
    run.again()


def sink(run: Run) -> None:
    """A sink is down, then slower than its lease, then takes batches and loses the reply, then dies
    after one."""
    mode = run.system.folder / "sink.mode"
    calls = mode.with_suffix(".calls")
    mode.write_text("down")
    run.ended(0)  # the other sink is not to notice
    run.again()
    time.sleep(2.0)
    for name, times in (("slow", 1), ("deaf", 3)):
        mode.write_text(name)
        run.wait(partial(_called, calls, name, times), f"{times} calls of a {name} sink")
    time.sleep(
        run.system.lease / 2
    )  # the slow call is still under way when its lease runs out and another one takes its batch
    before = {process.pid for process in run.system.of("deliver")}
    mode.write_text("dies")
    run.wait(
        lambda: before - {process.pid for process in run.system.of("deliver")},
        "the worker to die in its sink",
    )
    mode.write_text("up")
    run.kills += 1
    run.ended(1)
    run.again()


def _called(calls: Path, mode: str, times: int) -> bool:
    return calls.read_text().split().count(mode) >= times


def poison(run: Run) -> None:
    """Pages that segfault, hang with the interpreter held, and eat memory: each quarantined after
    three attempts."""
    run.ended()
    run.again()
    wanted = sum(bool(story.told.poison) for story in run.wire.offered)
    run.wait(lambda: _quarantined(run) >= wanted, f"{wanted} poison pages in quarantine")


def _quarantined(run: Run) -> int:
    status = run.system.status()
    return status.quarantine if status else 0


def two_beats(run: Run) -> None:
    """Two further beats tick beside the first one for some seconds."""
    line = services(Settings())["beat"]
    environment = run.system.environment() | {
        "WIREDESK_REDIS_URL": run.system.url,
        "WIREDESK_SERVICE": "beat",
    }
    beats = [
        subprocess.Popen(
            line, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for _ in range(2)
    ]
    time.sleep(6.0)
    run.ended()
    run.again()
    for process in beats:
        process.kill()
        process.wait()


def in_turn(name: str, *faults: Fault) -> Fault:
    """Several faults in one run, one after the other."""

    def inject(run: Run) -> None:
        for fault in faults:
            fault.inject(run)

    poisons = tuple(kind for fault in faults for kind in fault.poison)
    return Fault(name, inject, any(fault.patched for fault in faults), poisons)


def random_kills(count: int) -> Fault:
    """``count`` times kill -9 of any process, Redis and supervisor included, at times several at
    once."""

    def inject(run: Run) -> None:
        while run.kills < count:
            run.pause(0.2, 2.0)
            for _ in range(run.random.choice((1, 1, 1, 1, 2, 3))):
                run.wait(lambda: _kept_running(run).of(*_KILLED), "a process to kill")
                run.notes.append(run.kill(*_KILLED))
            run.ended()
            if run.random.random() < 0.6:
                run.wait(
                    lambda: _kept_running(run) and run.consumes(), "the system to consume again"
                )
        run.wait(lambda: _kept_running(run) and run.consumes(), "the system to consume again")

    return Fault("random kills", inject)


def hostile(kills: int, feeds: int, pages: int, poison: Sequence[str] = ()) -> Fault:
    """Hostile documents and pages beside honest feeds, poison of these kinds and kills of any
    process."""

    def inject(run: Run) -> None:
        if kills:
            random_kills(kills).inject(run)
        assert run.hostile
        wanted = len(run.hostile.documents)
        asked = run.hostile.asked
        run.wait(lambda: _kept_running(run) and len(asked) >= wanted, "all hostile documents")
        poisoned = sum(bool(story.told.poison) for story in run.wire.offered)
        run.wait(lambda: _quarantined(run) >= poisoned, f"{poisoned} poison pages in quarantine")
        run.ended()
        run.again()

    return Fault("hostile", inject, patched=True, poison=tuple(poison), hostile=(feeds, pages))


def _kept_running(run: Run) -> System:
    """The system, its supervisor started again where it was killed, as an init system would."""
    run.system.keep_running()
    return run.system


FAULTS: Final[dict[str, Fault]] = {
    fault.name: fault
    for fault in (
        Fault("none", none),
        Fault("pool child", pool_child),
        Fault("worker parent", worker_parent),
        Fault("beat", beat),
        Fault("supervisor", supervisor),
        Fault("everything", everything),
        Fault("redis", redis),
        Fault("client kill", client_kill),
        Fault("sink", sink, patched=True),
        Fault("poison", poison, patched=True, poison=tuple(KINDS)),
        Fault("two beats", two_beats),
        Fault("clocks of workers", clocks.step_workers, stepping=True),
        Fault("clock of redis", clocks.step_redis, stepping=True),
        Fault("one machine's clock", clocks.step_all, stepping=True),
    )
    # a clock is set by a library that must be compiled
    if not fault.stepping or clocks.find_compiler()
}

SHORT: Final = (
    in_turn("sink, poison", FAULTS["sink"], FAULTS["poison"]),
    in_turn(
        "workers, redis, everything", Fault("", every_parent), FAULTS["redis"], FAULTS["everything"]
    ),
)
"""The most telling faults, several to a run."""
