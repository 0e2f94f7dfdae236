"""How a server comes to be used, and who ends it."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from redis import Redis
from redis.exceptions import RedisError

from workers.embedded.locks import Users, find_servers, is_server, take_server_lock
from workers.embedded.server_process import (
    COMES_UP_IN,
    Answer,
    ask,
    await_answer,
    command,
    has_line,
    spawn,
)
from workers.embedded.socket_place import NoServer, folder, log_path, url

_HANGS_AFTER: Final = 4.0
"""Seconds without an answer after which a server that was found hangs: several times what a busy
one takes, and short enough that with its end and a new start it is no stall of ten."""
_LOADS_IN: Final = 1800.0  # seconds; a full memory of several GB loads in a few minutes
_TOLD_AFTER: Final = 3.0  # seconds of waiting that need no word
_WRITES_IN: Final = 30.0  # seconds that a server may take to write and end
_STOPPED_ENDS_IN: Final = 3.0  # seconds for one that hangs: what it answered is on the disk

Tell = Callable[[str], None]


@dataclass
class Adopted:
    """A server that another process started: as much of ``subprocess.Popen`` as its keeper
    needs."""

    var: Path
    pid: int
    returncode: int | None = None

    def poll(self) -> int | None:
        """None while it lives; then -1, because only its parent learns its code."""
        if self.returncode is None and not is_server(self.var, self.pid):
            self.returncode = -1
        return self.returncode

    def wait(self, timeout: float) -> int:
        """Its code when it has ended. Raises subprocess.TimeoutExpired."""
        deadline = time.monotonic() + timeout
        while (code := self.poll()) is None:
            if time.monotonic() > deadline:
                raise subprocess.TimeoutExpired("redis", timeout)
            time.sleep(0.05)
        return code


Living = subprocess.Popen[bytes] | Adopted


@contextmanager
def used(var: Path, maxmemory_mb: int, tell: Tell) -> Iterator[None]:
    """Have the private Redis answer meanwhile: the one that runs, else one that is started for it.

    The last one who uses it ends it, so that it outlives neither a killed command nor a killed run.
    ``tell`` takes a sentence where this has to wait. Raises NoServer.
    """
    users = Users(var)
    living: Living | None = None
    try:
        users.join()
        living = obtain(var, maxmemory_mb, users, tell)
        yield
    finally:
        try:
            end_if_last(var, users, living)
        finally:
            users.leave()


def end_if_last(var: Path, users: Users, living: Living | None) -> bool:
    """End the server, unless somebody else uses it, who then does; whether it was ended.

    ``living`` is what this process knows of it. Raises NoServer where it does not end.
    """
    if not users.take_alone():
        if isinstance(living, subprocess.Popen):
            living.returncode = 0  # nobody here waits for its end any more
        return False
    end(var)
    if living:
        living.wait(_WRITES_IN)
    return True


def obtain(
    var: Path, maxmemory_mb: int, users: Users, tell: Tell, *, keeps: bool = False
) -> Living:
    """The server of this folder, when it answers: one that lives already, else a new one.

    ``keeps``: whoever asks keeps it from now on, as `run` does. It may end one that does not answer
    or was started by other settings; anybody else ends such a one only when nobody else uses it.
    Raises NoServer.
    """
    began = silent_since = time.monotonic()
    told = False
    while True:
        answer, pid = ask(var)
        now = time.monotonic()
        if answer == Answer.READY and not keeps:
            return Adopted(var, pid)
        if answer == Answer.READY and is_server(var, pid):
            if has_line(var, command(var, maxmemory_mb)):
                return _adopt(var, pid, maxmemory_mb)
            # a command that uses it now may come to its end first
            if users.take_alone() or now - began > _HANGS_AFTER:
                end(var)
            users.join()
        elif (process := spawn(var, maxmemory_mb)) and await_answer(var, process):
            return process
        if answer == Answer.LOADING:
            silent_since = now
        elif now - silent_since > _HANGS_AFTER:
            _end_hanging(var, users, keeps=keeps)
        if now - silent_since > COMES_UP_IN or now - began > _LOADS_IN:
            raise NoServer(_say_stuck(var, answer))
        if now - began > _TOLD_AFTER and not told:
            told = True
            tell(f"waiting for the Redis of {var}/ ({answer}): another process starts or ends it")
        time.sleep(0.05)


def take_up(var: Path, maxmemory_mb: int) -> Living | None:
    """The server of this folder for one who keeps it, without waiting: a new one, which comes to
    answer, or one that answers. None where one lives that does not; ask again. Raises NoServer."""
    if process := spawn(var, maxmemory_mb):
        return process
    answer, pid = ask(var)
    found = answer == Answer.READY and is_server(var, pid)
    return _adopt(var, pid, maxmemory_mb) if found else None


def _adopt(var: Path, pid: int, maxmemory_mb: int) -> Adopted:
    # a full disk refuses it: the next start sets it
    with suppress(RedisError), Redis.from_url(url(var), socket_timeout=2) as client:
        client.config_set("maxmemory", f"{maxmemory_mb}mb")
    return Adopted(var, pid)


def _end_hanging(var: Path, users: Users, *, keeps: bool) -> None:
    """End a server that does not answer, where that is for this user to do."""
    if keeps or users.take_alone():
        end(var, _STOPPED_ENDS_IN)
    else:
        # two who wait for the same would see each other for ever: each is away for a moment
        time.sleep(random.uniform(0.05, 0.3))
    users.join()


def end(var: Path, seconds: float = _WRITES_IN) -> None:
    """End the server of this folder: as it should, and after ``seconds`` by force.

    Only for one who keeps it, or who is its only user. Raises NoServer where it does not end.
    """
    if not folder(var).is_dir():
        return
    for how, patience in ((signal.SIGTERM, seconds), (signal.SIGKILL, _WRITES_IN)):
        for process in find_servers(var):
            try:
                os.kill(process, how)
                os.kill(process, signal.SIGCONT)  # one that is stopped takes no SIGTERM
            except ProcessLookupError:
                continue
            except PermissionError as error:
                raise NoServer(f"process {process} can't be ended: {error}") from error
        if _ended(var, patience):
            return
    raise NoServer(_say_stuck(var, Answer.SILENT))


def _ended(var: Path, seconds: float) -> bool:
    """Whether no server of this folder lives any more within ``seconds``."""
    deadline = time.monotonic() + seconds
    while (lock := take_server_lock(var)) is None:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    os.close(lock)
    return True


def _say_stuck(var: Path, answer: Answer) -> str:
    who = " ".join(str(process) for process in find_servers(var)) or "unknown"
    return (
        f"the Redis of {var}/ is {answer} and does not come to an answer (process {who}): "
        f"{log_path(var)} may say why; end that process and try again"
    )
