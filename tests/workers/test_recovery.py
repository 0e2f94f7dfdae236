"""What the fault harness found, held at the smallest scale."""

from __future__ import annotations

import os
import signal
import sys

from config.settings import Settings, SinkSettings
from workers.supervisor import Child, Supervisor

WAITS = [sys.executable, "-c", "import time; time.sleep(60)"]


def supervisor(*children: Child) -> Supervisor:
    """A supervisor of these children, with neither Redis nor services of its own."""
    settings = Settings(sinks=(SinkSettings(name="stories", kind="jsonl"),))
    return Supervisor(settings, redis_url="unix:///nowhere.sock", children=list(children))


def test_a_dead_child_is_started_before_the_ledger_is_asked() -> None:
    """Where Redis is the child that died, asking the ledger first would block for seconds and delay its restart."""
    child = Child("redis", WAITS, stop_last=True)
    supervised = supervisor(child)
    supervised._spawn(child)
    assert child.process
    first = child.process.pid
    os.kill(first, signal.SIGKILL)
    child.process.wait(10)
    seen: list[bool] = []

    def watch() -> bool:
        seen.append(child.alive)
        return True

    try:
        supervised.run(watch)
        assert seen == [True]
        assert child.process
        assert child.process.pid != first
    finally:
        supervised.stop()
