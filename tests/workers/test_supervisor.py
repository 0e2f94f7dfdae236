"""What the fault harness found, held at the smallest scale."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from redis.exceptions import ConnectionError

from config.settings import Settings, SinkSettings
from workers import embedded
from workers.cli.running import fail_at_once
from workers.supervisor import ChildProcess, Death, Supervisor
from workers.wiring import connect

WAITS = [sys.executable, "-c", "import time; time.sleep(60)"]


def supervisor(*children: ChildProcess) -> Supervisor:
    """A supervisor of these children, with neither Redis nor services of its own."""
    settings = Settings(sinks=(SinkSettings(name="stories", kind="jsonl"),))
    return Supervisor(settings, redis_url="unix:///nowhere.sock", children=list(children))


def run_until(supervised: Supervisor, true: Callable[[], object], seconds: float = 60.0) -> None:
    """Let it keep its children alive until something is true."""
    deadline = time.monotonic() + seconds

    def watch() -> bool:
        return bool(true()) or time.monotonic() > deadline

    supervised.run(watch)
    assert true(), "it never happened"


@pytest.fixture
def with_redis(tmp_path: Path) -> Iterator[Supervisor]:
    """A supervisor of its private Redis alone."""
    sinks = (SinkSettings(name="stories", kind="jsonl"),)
    supervised = Supervisor(Settings(sinks=sinks, var=tmp_path / "var"), only=["nothing"])
    with supervised:
        yield supervised


def pid_of(child: ChildProcess | None) -> int:
    """The process of a child, 0 where there is none."""
    return child.process.pid if child and child.process else 0


def test_a_dead_redis_is_started_before_the_ledger_is_asked(with_redis: Supervisor) -> None:
    """Asking the ledger first would block for seconds and delay its restart."""
    first = pid_of(with_redis.redis)
    os.kill(first, signal.SIGKILL)
    seen: list[embedded.Answer] = []

    def watch() -> bool:
        seen.append(embedded.ask(with_redis.settings.var)[0])
        return pid_of(with_redis.redis) != first

    with_redis.run(watch)
    assert set(seen) == {embedded.Answer.READY}
    assert embedded.find_servers(with_redis.settings.var) == [pid_of(with_redis.redis)]


def test_a_redis_that_hangs_is_ended_and_started_again(
    with_redis: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It lives, and answers nobody: every worker would wait for it."""
    monkeypatch.setattr("workers.supervisor._HANGS_AFTER", 0.5)
    first = pid_of(with_redis.redis)
    os.kill(first, signal.SIGSTOP)
    run_until(with_redis, lambda: pid_of(with_redis.redis) not in {0, first})
    assert embedded.ask(with_redis.settings.var)[0] == embedded.Answer.READY


def test_a_redis_whose_socket_was_removed_is_started_again(
    with_redis: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody tidied up: nobody can reach it any more."""
    monkeypatch.setattr("workers.supervisor._HANGS_AFTER", 0.5)
    first = pid_of(with_redis.redis)
    embedded.socket_path(with_redis.settings.var).unlink()
    run_until(with_redis, lambda: pid_of(with_redis.redis) not in {0, first})
    assert embedded.ask(with_redis.settings.var)[0] == embedded.Answer.READY


def test_a_redis_that_loads_is_left_alone(
    with_redis: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ended, it would begin to load again, and never come up."""
    monkeypatch.setattr(embedded, "ask", lambda *_, **__: (embedded.Answer.LOADING, 0))
    assert with_redis.redis
    for second in range(100):
        with_redis._ask_redis(with_redis.redis, 1000.0 + second)
    assert not with_redis.redis.hangs
    assert not with_redis.redis_answers


def test_what_a_command_started_meanwhile_is_taken_up(with_redis: Supervisor) -> None:
    """A command that found Redis dead was quicker: there is still one server."""
    var, first = with_redis.settings.var, pid_of(with_redis.redis)
    os.kill(first, signal.SIGKILL)
    assert with_redis.redis
    assert with_redis.redis.process
    with_redis.redis.process.wait(10)
    other = embedded.start(var, 64)
    run_until(with_redis, lambda: pid_of(with_redis.redis) == other.pid)
    assert embedded.find_servers(var) == [other.pid]
    with_redis.stop()
    assert other.wait(10) == 0


def test_a_killed_runs_redis_is_gone_on_with(tmp_path: Path) -> None:
    """Its data is loaded, and workers that still drain are connected to it."""
    orphan = embedded.start(tmp_path / "var")
    sinks = (SinkSettings(name="stories", kind="jsonl"),)
    with Supervisor(Settings(sinks=sinks, var=tmp_path / "var"), only=["nothing"]) as supervised:
        assert pid_of(supervised.redis) == orphan.pid
    assert orphan.wait(10) == 0


def test_a_redis_that_a_command_uses_is_left_to_it(tmp_path: Path) -> None:
    """`run` drains, and the command comes to its end."""
    sinks = (SinkSettings(name="stories", kind="jsonl"),)
    supervised = Supervisor(Settings(sinks=sinks, var=tmp_path / "var"), only=["nothing"])
    supervised.start()
    with embedded.used(tmp_path / "var", 64, print):
        supervised.stop()
        assert embedded.ask(tmp_path / "var")[0] == embedded.Answer.READY
    assert embedded.find_servers(tmp_path / "var") == []


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """And what to do about it."""
    (tmp_path / "file").write_text("")
    supervised = supervisor()
    supervised.settings = Settings(var=tmp_path / "file" / "var")
    with pytest.raises(embedded.NoServer, match="set WIREDESK_VAR"):
        supervised.start()


# --------------------------------------------------------------------------- signs of life

BEATS = """
import os, time
while True:
    os.write(int(os.environ["WIREDESK_PULSE"]), b".")
    time.sleep(0.05)
"""


def test_a_service_that_hangs_is_ended_with_its_group(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped, it lives: without its pulse it is started again."""
    monkeypatch.setattr("workers.supervisor._HANGS_AFTER", 1.0)
    child = ChildProcess("poll", [sys.executable, "-c", BEATS], has_pulse=True)
    supervised = supervisor(child)
    supervised._spawn(child)
    first = pid_of(child)
    try:
        run_until(supervised, lambda: child.gave_sign)
        os.kill(first, signal.SIGSTOP)
        run_until(supervised, lambda: pid_of(child) not in {0, first} and child.gave_sign)
    finally:
        supervised.stop()


@pytest.mark.parametrize(
    ("gave_sign", "silent", "hangs", "why"),
    [
        (True, 8.0, False, "the limit itself is not yet too long"),
        (True, 8.1, True, "it beats once a second"),
        (False, 90.0, False, "it may still read its rules"),
        (False, 90.1, True, "it hung before its first sign"),
    ],
)
def test_when_silence_is_too_long(gave_sign: bool, silent: float, hangs: bool, why: str) -> None:
    """Eight seconds for a service that beats, a minute and a half for one that begins."""
    assert ChildProcess("poll", WAITS, gave_sign=gave_sign, silent=silent).hangs is hangs, why


def test_whoever_was_stopped_himself_heard_nothing_of_anybody() -> None:
    """After an hour of sleep of the whole machine nobody is taken for hung."""
    child = ChildProcess("poll", WAITS)
    child.note(100.0, sign=True)
    child.note(3700.0, sign=False)
    assert child.silent == 2.0
    assert not child.hangs


def test_a_child_without_a_pulse_is_never_taken_for_hung() -> None:
    """The sample wire gives none."""
    child = ChildProcess("sample", WAITS)
    supervised = supervisor(child)
    for second in range(1000):
        supervised._hear(child, float(second))
    assert not child.hangs


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
    return found, child


def start_again(child: ChildProcess) -> None:
    """Start a child, without a process."""
    child.process = DeadProcess(None)  # type: ignore[assignment]


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
    found._keep_alive(child, 100.0 + alive_for, start_again)
    assert child.deaths == deaths, why


def test_a_child_that_keeps_dying_is_started_ever_later() -> None:
    """Each death in a row waits at least as long as the one before; no wait is longer than five
    seconds, for all that waits for it stands still."""
    found, child = supervised(1)
    now, waits = 200.0, []
    for _ in range(10):
        found._keep_alive(child, now, start_again)
        waits.append(child.again_at - now)
        now = child.again_at
        found._keep_alive(child, now, start_again)
        assert child.alive
        child.process = DeadProcess(1)  # type: ignore[assignment]
        child.started = now
    assert waits == sorted(waits)
    assert waits[0] < 1.0
    assert waits[-1] == 5.0


def test_each_death_is_handed_over() -> None:
    """Whoever watches tells health of it; a start is none."""
    found, child = supervised(-9)
    found._keep_alive(child, 200.0, start_again)
    found._keep_alive(child, child.again_at, start_again)
    assert found.died == [Death("poll", -9, 200.0)]


def test_a_child_waits_for_its_turn() -> None:
    """Until its moment has come it stays down; at that moment it is started."""
    found, child = supervised(1)
    found._keep_alive(child, 200.0, start_again)
    found._keep_alive(child, child.again_at - 0.01, start_again)
    assert not child.alive
    found._keep_alive(child, child.again_at, start_again)
    assert child.alive


ORPHAN = """
import os
from functools import partial
from subprocess import Popen
from workers.supervisor import _die_with_parent
# the child is told of another parent than it has, as if its own had died meanwhile
child = Popen(["sleep", "600"], preexec_fn=partial(_die_with_parent, os.getpid() + 1))
print(child.wait(timeout=60))
"""


def test_a_child_whose_parent_died_before_it_began_ends_at_once() -> None:
    """No signal would ever come of a parent that is dead already."""
    done = subprocess.run(
        [sys.executable, "-c", ORPHAN], capture_output=True, text=True, timeout=90, check=True
    )
    assert done.stdout.strip() == str(-signal.SIGTERM)
