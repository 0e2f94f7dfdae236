"""What the fault harness found, held at the smallest scale."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest
from redis.exceptions import ConnectionError

from config.settings import Settings, SinkSettings
from workers import embedded
from workers.cli.running import fail_at_once
from workers.supervisor import ChildProcess, Supervisor, _end_orphan
from workers.wiring import connect

WAITS = [sys.executable, "-c", "import time; time.sleep(60)"]


def supervisor(*children: ChildProcess) -> Supervisor:
    """A supervisor of these children, with neither Redis nor services of its own."""
    settings = Settings(sinks=(SinkSettings(name="stories", kind="jsonl"),))
    return Supervisor(settings, redis_url="unix:///nowhere.sock", children=list(children))


def test_a_dead_child_is_started_before_the_ledger_is_asked() -> None:
    """Where Redis is the child that died, asking the ledger first would block for seconds and delay
    its restart."""
    child = ChildProcess("redis", WAITS, stop_last=True)
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


def test_no_second_redis_beside_an_orphan(tmp_path: Path) -> None:
    """One that a killed run left behind and that does not answer (it hangs, or loads) is not passed
    over: two servers on one file would lose what was written. Once it answers, it is ended.
    """
    orphan = embedded.start(tmp_path)
    try:
        os.kill(orphan.pid, signal.SIGSTOP)
        with pytest.raises(embedded.NoServer, match="left behind"):
            _end_orphan(embedded.url(tmp_path), seconds=0.5)
        assert orphan.poll() is None
        os.kill(orphan.pid, signal.SIGCONT)
        _end_orphan(embedded.url(tmp_path))
        assert orphan.wait(10) == 0
    finally:
        orphan.kill()
        orphan.wait(10)


def test_nobody_listening_is_no_orphan(tmp_path: Path) -> None:
    """Where no run was killed there is nothing to end: neither a missing socket nor a dead one."""
    _end_orphan(embedded.url(tmp_path))
    server = embedded.start(tmp_path)
    server.kill()
    server.wait(10)
    _end_orphan(embedded.url(tmp_path))


def test_the_watch_asks_an_absent_redis_once(tmp_path: Path) -> None:
    """Repeats with growing waits are for workers; the supervisor's own look gives up and looks
    after its children."""
    asked = 0
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "redis.sock"))
        server.listen()
        server.settimeout(0.5)

        def hang_up() -> None:
            nonlocal asked
            with suppress(TimeoutError):
                while True:
                    server.accept()[0].close()
                    asked += 1

        listener = threading.Thread(target=hang_up)
        listener.start()
        client = connect(f"unix://{tmp_path}/redis.sock")
        fail_at_once(client)
        with pytest.raises(ConnectionError):
            client.ping()
        client.close()
        listener.join()
    assert asked == 1


def test_a_busy_pool_is_not_taken_for_a_stalled_one() -> None:
    """However short the setting: a pool whose tasks run takes no hints meanwhile, and must not be
    ended for that."""
    code = (
        "from workers.app import app, patience; print(patience() >= app.conf.task_time_limit > 1)"
    )
    environment = {**os.environ, "WIREDESK_LIMITS_STALLED_AFTER": "1"}
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True
    )
    assert ran.stdout.strip() == "True"


def test_a_sink_is_written_by_one_thread_at_a_time() -> None:
    """A write that outlasts its lease is not joined by another thread of the process; other sinks
    go on."""
    code = """
from concurrent.futures import ThreadPoolExecutor
from workers.tasks import alone
def free(sink):
    with alone(sink) as is_free:
        return is_free
with ThreadPoolExecutor() as pool:
    with alone("a"):
        print(pool.submit(free, "a").result(), pool.submit(free, "b").result())
    print(pool.submit(free, "a").result())
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["False", "True", "True"]


# --------------------------------------------------------------------------- restarts


class DeadProcess:
    """A process as the supervisor sees one that runs, or that has ended with a code."""

    pid = 1

    def __init__(self, returncode: int | None) -> None:
        self.returncode = returncode

    def poll(self) -> int | None:
        """Its code, None while it runs."""
        return self.returncode


def supervised(code: int | None, **fields: float) -> tuple[Supervisor, ChildProcess]:
    """A supervisor of one child that was started at second 100."""
    child = ChildProcess("poll", WAITS, **{"started": 100.0, **fields})  # type: ignore[arg-type]
    child.process = DeadProcess(code)  # type: ignore[assignment]
    found = supervisor(child)
    found._spawn = lambda spawned: setattr(spawned, "process", DeadProcess(None))  # type: ignore[method-assign]
    return found, child


@pytest.mark.parametrize(
    ("alive_for", "deaths", "why"),
    [
        (9.9, 3, "a child that has just started may be about to die of the same fault"),
        (10.0, 3, "the limit itself is not yet steady"),
        (10.1, 0, "it started and worked: an old fault must not slow the next restart"),
    ],
)
def test_deaths_are_forgotten_after_ten_steady_seconds(
    alive_for: float, deaths: int, why: str
) -> None:
    """Earlier deaths count until a child has run for longer than that."""
    found, child = supervised(None, deaths=3)
    found._keep_alive(100.0 + alive_for)
    assert child.deaths == deaths, why


def test_a_child_that_keeps_dying_is_started_ever_later() -> None:
    """Each death in a row waits at least as long as the one before; no wait is longer than half a
    minute."""
    found, child = supervised(1)
    now, waits = 200.0, []
    for _ in range(10):
        found._keep_alive(now)
        waits.append(child.again_at - now)
        now = child.again_at
        found._keep_alive(now)
        assert child.alive
        child.process = DeadProcess(1)  # type: ignore[assignment]
        child.started = now
    assert waits == sorted(waits)
    assert waits[0] < 1.0
    assert waits[-1] == 30.0


def test_a_child_waits_for_its_turn() -> None:
    """Until its moment has come it stays down; at that moment it is started."""
    found, child = supervised(1)
    found._keep_alive(200.0)
    found._keep_alive(child.again_at - 0.01)
    assert not child.alive
    found._keep_alive(child.again_at)
    assert child.alive


# --------------------------------------------------------------------------- the private Redis


@pytest.mark.parametrize(
    ("length", "near", "why"),
    [
        (99, True, "short enough"),
        (100, True, "a socket's path has at most 107 characters, and 100 leaves room"),
        (101, False, "it goes into a private folder of the user's"),
    ],
)
def test_where_the_socket_is(length: int, near: bool, why: str) -> None:
    """Under ``var`` as long as its path fits."""
    rest = len("/redis/redis.sock")
    var = Path("/" + "v" * (length - rest - 1))
    path = embedded.socket_path(var)
    assert len(str(var / "redis" / "redis.sock")) == length
    assert path.is_relative_to(var) is near, why
