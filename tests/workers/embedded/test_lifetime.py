"""One server on one folder, whoever starts, uses, kills or stops it, in whatever order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from redis import Redis

from workers import embedded
from workers.embedded import lifetime
from workers.embedded import server_process as serving

USE = """
import sys
from pathlib import Path
from workers import embedded
with embedded.used(Path(sys.argv[1]), 64, print):
    print("used", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def var(tmp_path: Path) -> Iterator[Path]:
    """A folder without a server, of which none is left."""
    folder = tmp_path / "var"
    yield folder
    for process in embedded.find_servers(folder):
        os.kill(process, signal.SIGKILL)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What hangs is found at once."""
    monkeypatch.setattr(lifetime, "_HANGS_AFTER", 0.3)


def command(var: Path) -> subprocess.Popen[str]:
    """Another process that uses the server until its standard input ends; it has begun."""
    process = subprocess.Popen(
        [sys.executable, "-c", USE, str(var)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout
    while process.stdout.readline() != "used\n":
        assert process.poll() is None
    return process


def finish(process: subprocess.Popen[str]) -> None:
    """Let the command come to its end."""
    process.communicate(timeout=60)
    assert process.returncode == 0


def until(true: Callable[[], object], seconds: float = 20.0) -> None:
    """Wait for something to become true."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)


def test_a_server_is_there_while_it_is_used(var: Path) -> None:
    """And not a moment longer."""
    with embedded.used(var, 64, print):
        [pid] = embedded.find_servers(var)
        assert embedded.ask(var) == (embedded.Answer.READY, pid)
    assert embedded.find_servers(var) == []
    assert embedded.ask(var) == (embedded.Answer.ABSENT, 0)


def test_what_was_written_is_there_the_next_time(var: Path) -> None:
    """The file of the first is the second's."""
    for expected in (None, b"1"):
        with embedded.used(var, 64, print), Redis.from_url(embedded.url(var)) as client:
            assert client.get("a") == expected
            client.set("a", "1")


def test_a_second_user_takes_the_first_ones_server_and_ends_it(var: Path) -> None:
    """The first may leave: whoever is the last ends it."""
    first = command(var)
    before = embedded.find_servers(var)
    with embedded.used(var, 64, print):
        finish(first)
        assert embedded.find_servers(var) == before
        assert embedded.ask(var)[0] == embedded.Answer.READY
    assert embedded.find_servers(var) == []


def test_the_server_of_a_killed_command_is_used_and_ended(var: Path) -> None:
    """It lives on: nobody starts a second one, and the next one ends it."""
    first = command(var)
    [pid] = embedded.find_servers(var)
    first.kill()
    first.communicate()
    with embedded.used(var, 64, print):
        assert embedded.find_servers(var) == [pid]
    assert embedded.find_servers(var) == []


def test_many_at_once_have_one_server(var: Path) -> None:
    """However they begin and end, there is never a second, and none is refused."""
    most, stop = [0], threading.Event()

    def watch() -> None:
        while not stop.is_set():
            most[0] = max(most[0], len(embedded.find_servers(var)))
            stop.wait(0.01)

    watcher = threading.Thread(target=watch)
    watcher.start()
    users = [command(var) for _ in range(2)]
    script = f"from redis import Redis; Redis.from_url({embedded.url(var)!r}).incr('n')"
    more = [
        subprocess.Popen(
            [sys.executable, "-c", USE.replace("sys.stdin.read()", script), str(var)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        )
        for _ in range(4)
    ]  # fmt: skip
    for user in users:
        finish(user)
    assert [process.wait(60) for process in more] == [0] * 4
    stop.set()
    watcher.join()
    assert most[0] == 1
    with embedded.used(var, 64, print), Redis.from_url(embedded.url(var)) as client:
        assert client.get("n") == b"4"


def test_whoever_keeps_it_takes_over_what_lives(var: Path) -> None:
    """`run` beside a command goes on with its server, with its own bound of memory, and the command
    that started it ends nothing."""
    first = command(var)
    users = embedded.Users(var)
    users.join()
    found = embedded.obtain(var, 96, users, print, keeps=True)
    assert isinstance(found, embedded.Adopted)
    finish(first)
    assert found.poll() is None
    with Redis.from_url(embedded.url(var)) as client:
        assert client.config_get("maxmemory") == {"maxmemory": str(96 * 1024 * 1024)}
    assert users.take_alone()
    embedded.end(var)
    assert found.wait(5) == -1
    users.leave()


@pytest.mark.usefixtures("impatient")
def test_a_server_of_other_settings_is_replaced(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Left behind before an upgrade or an edit, it would go on by what held then."""
    first = embedded.start(var, 64)
    usual = serving.command
    changed = lambda var, mb: [*usual(var, mb), "--hz", "20"]  # noqa: E731
    monkeypatch.setattr(lifetime, "command", changed)
    monkeypatch.setattr(serving, "command", changed)
    users = embedded.Users(var)
    users.join()
    found = embedded.obtain(var, 64, users, print, keeps=True)
    assert first.wait(5) == 0
    assert embedded.find_servers(var) == [found.pid]
    users.leave()
    embedded.end(var)
    found.wait(5)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("keeps", [True, False])
def test_a_server_that_hangs_is_ended_before_another_starts(var: Path, keeps: bool) -> None:
    """Stopped, it listens and answers nobody; what it acknowledged is on the disk."""
    hung = embedded.start(var, 64)
    with Redis.from_url(embedded.url(var)) as client:
        client.set("a", "1")
    os.kill(hung.pid, signal.SIGSTOP)
    users = embedded.Users(var)
    users.join()
    found = embedded.obtain(var, 64, users, print, keeps=keeps)
    assert hung.wait(10) is not None
    assert embedded.find_servers(var) == [found.pid]
    with Redis.from_url(embedded.url(var)) as client:
        assert client.get("a") == b"1"
    users.leave()
    embedded.end(var)
    found.wait(5)


@pytest.mark.usefixtures("impatient")
def test_a_server_that_hangs_is_left_to_whoever_keeps_it(
    var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command beside `run` ends nothing: it waits, says so, and gives up in the end."""
    monkeypatch.setattr(lifetime, "COMES_UP_IN", 2.5)
    monkeypatch.setattr(lifetime, "_TOLD_AFTER", 0.1)
    said: list[str] = []
    keeper = embedded.Users(var)
    keeper.join()
    hung = embedded.start(var, 64)
    os.kill(hung.pid, signal.SIGSTOP)
    with (
        pytest.raises(embedded.NoServer, match=f"process {hung.pid}"),
        embedded.used(var, 64, said.append),
    ):
        pass
    assert hung.poll() is None
    assert len(said) == 1
    keeper.leave()
    hung.kill()
    hung.wait()


def test_a_server_that_is_killed_while_it_starts_is_started_again(
    var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The start of `run` goes on: nobody need start that again."""
    killed: list[int] = []

    def spawn(var: Path, maxmemory_mb: int) -> subprocess.Popen[bytes] | None:
        process = serving.spawn(var, maxmemory_mb)
        if process and not killed:
            killed.append(process.pid)
            process.kill()
            process.wait()
        return process

    monkeypatch.setattr(lifetime, "spawn", spawn)
    with embedded.used(var, 64, print):
        assert killed
        assert embedded.ask(var)[0] == embedded.Answer.READY


def test_a_server_that_cannot_start_says_why(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the end of its log, at once."""
    usual = serving.command
    monkeypatch.setattr(serving, "command", lambda var, mb: [*usual(var, mb), "--no-such", "x"])
    with pytest.raises(embedded.NoServer, match=r"(?s)ended with code 1; .*no-such"):
        embedded.start(var, 64)


@pytest.mark.usefixtures("impatient")
def test_a_server_whose_socket_was_removed_is_replaced(var: Path) -> None:
    """It lives, holds the file, and nobody can reach it: only then is another one started."""
    lost = embedded.start(var, 64)
    embedded.socket_path(var).unlink()
    with embedded.used(var, 64, print):
        assert lost.wait(5) == 0
        assert embedded.ask(var)[0] == embedded.Answer.READY


def test_leftovers_of_a_killed_server_are_in_nobodys_way(var: Path) -> None:
    """A socket that nobody listens on, and lock files that nobody holds."""
    dead = embedded.start(var, 64)
    dead.kill()
    dead.wait()
    assert embedded.socket_path(var).exists()
    assert embedded.ask(var)[0] == embedded.Answer.ABSENT
    with embedded.used(var, 64, print):
        assert embedded.ask(var)[0] == embedded.Answer.READY


def test_a_server_without_a_lock_is_ended_before_another_starts(var: Path) -> None:
    """One of an earlier version, left behind: it listens, and holds the file."""
    embedded.make_folders(var)
    old = subprocess.Popen(embedded.command(var, 64), stdout=subprocess.DEVNULL)
    until(lambda: embedded.ask(var)[0] == embedded.Answer.READY)
    # a command leaves it alone: an earlier `run` may use it
    with embedded.used(var, 64, print):
        assert embedded.find_servers(var) == []
    assert old.poll() is None
    new = embedded.start(var, 64)
    assert old.wait(10) == 0
    assert embedded.find_servers(var) == [new.pid]
    embedded.end(var)
    new.wait(5)


def test_a_start_beside_a_living_server_is_refused(var: Path) -> None:
    """Whoever wants one for himself alone does not get another's."""
    with embedded.used(var, 64, print), pytest.raises(embedded.NoServer, match="runs already"):
        embedded.start(var, 64)


def test_a_process_of_that_number_is_not_taken_for_the_server(var: Path) -> None:
    """What counts is the lock, not a number: a number is given again."""
    with embedded.used(var, 64, print):
        gone = embedded.Adopted(var, os.getpid())
        assert gone.poll() == -1


def test_a_disk_that_may_only_be_read_is_said(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may write everywhere, so the refusal of the system is played."""
    real = os.open

    def refuse(path: str, flags: int, *rest: int) -> int:
        if str(path).startswith(str(var)):
            raise OSError(30, "Read-only file system")
        return real(path, flags, *rest)

    embedded.make_folders(var)
    monkeypatch.setattr(os, "open", refuse)
    with (
        pytest.raises(embedded.NoServer, match="Read-only file system; run this as"),
        embedded.used(var, 64, print),
    ):
        pass
