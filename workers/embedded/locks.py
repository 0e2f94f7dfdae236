"""The two locks in ``var/redis``. The kernel lets go of both however their holders end.

``server.lock`` is the server's: it is taken before the server starts, and the server inherits the
open file, so that it is held exactly as long as a server lives, also one whose starter was killed.
Nothing else is believed: a socket may be unlinked or be left over, and a number in a file may
belong to another process by now. Who holds it is read from /proc.

``users.lock`` is shared by all who use the server, `run` among them. Whoever has it alone may end
the server, and nobody begins to use it meanwhile.
"""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from workers.embedded.socket_place import NoServer, folder, make_folders

SERVERS: Final = ("redis-server", "valkey-server")
"""What such a process is called, by the file that it runs."""
_ENDS_IN: Final = 60.0  # seconds that one who ends the server may take: longer than that lasts


def take_server_lock(var: Path) -> int | None:
    """The lock of the server as an open file; None while a server lives. Raises NoServer."""
    file = _open(folder(var) / "server.lock")
    if _lock(file, fcntl.LOCK_EX):
        return file
    os.close(file)
    return None


def find_servers(var: Path) -> list[int]:
    """The living processes that hold the server's lock: a server, and for moments a child of it
    that writes its file anew."""
    processes = [entry for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return [int(process.name) for process in processes if is_server(var, int(process.name))]


def is_server(var: Path, process: int) -> bool:
    """Whether this process lives, is a server and holds the lock of this folder."""
    place = Path("/proc") / str(process)
    if _program(place) not in SERVERS:
        return False
    with suppress(OSError):
        lock = (folder(var) / "server.lock").stat()
        for file in (place / "fd").iterdir():
            with suppress(OSError):
                if os.path.samestat(file.stat(), lock):
                    return True
    return False


def _program(process: Path) -> str:
    with suppress(OSError):
        return (process / "comm").read_text().strip()
    return ""


class Users:
    """One user of the server of a ``var`` folder, from ``join`` until ``leave``."""

    def __init__(self, var: Path) -> None:
        self.var = var
        if not folder(var).is_dir():
            make_folders(var)
        self._file = _open(folder(var) / "users.lock")

    def join(self) -> None:
        """Use the server from now on, together with others. Raises NoServer where one who has it
        alone does not come to an end."""
        deadline = time.monotonic() + _ENDS_IN
        while not _lock(self._file, fcntl.LOCK_SH):
            if time.monotonic() > deadline:
                raise NoServer(
                    f"another command has been ending the Redis of {self.var}/ for a minute: "
                    "`ps` tells which; end it and try again"
                )
            time.sleep(0.05)

    def take_alone(self) -> bool:
        """Take the lock alone, where nobody else uses the server: then nobody joins until this one
        joins or leaves. Where somebody does, this one no longer counts until it joins again."""
        return _lock(self._file, fcntl.LOCK_EX)

    def leave(self) -> None:
        """Use it no longer."""
        os.close(self._file)


def _lock(file: int, how: int) -> bool:
    try:
        # a change from shared to alone is not atomic: where it fails the lock is gone
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _open(path: Path) -> int:
    """A lock file, made where it is not there. Raises NoServer."""
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        # on a disk that is mounted to be read only, a file that is there can be locked all the same
        with suppress(OSError):
            return os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        raise NoServer(
            f"{path} can't be opened: {error.strerror}; "
            "run this as the user who may write there, or set WIREDESK_VAR"
        ) from error
