"""Where the private Redis lives, and whether these places are its user's own.

The socket's address is the same for every process of an installation, whatever its environment: a
TMPDIR or XDG_RUNTIME_DIR of a login shell would send a command to another place than the service.
"""

from __future__ import annotations

import os
import pwd
import stat
from hashlib import blake2b
from pathlib import Path
from typing import Final

_SOCKET_LIMIT: Final = 100  # a Unix socket's path has at most 107 characters
# whatever is in it is made and looked at with care: see check_place
_SHARED: Final = Path("/tmp")
_OTHERS: Final = 0o077  # rights of group and others


class NoServer(RuntimeError):
    """There is no Redis to use: none can be started, it does not answer, or its place is not safe.
    The message says what to do."""


def folder(var: Path) -> Path:
    """Where its data, log and locks are."""
    return (var / "redis").resolve()


def log_path(var: Path) -> Path:
    """Where the server's own lines go."""
    return folder(var) / "redis.log"


def socket_path(var: Path) -> Path:
    """Where the server listens: beside its data, or where that is too long in a private folder of
    its user's."""
    near = folder(var) / "redis.sock"
    if len(str(near)) <= _SOCKET_LIMIT:
        return near
    name = blake2b(str(near).encode(), digest_size=6).hexdigest()
    return _SHARED / f"wiredesk-{server_user(var)}-{name}" / "redis.sock"


def url(var: Path) -> str:
    """The address under which the private Redis of this ``var`` folder is reached."""
    return f"unix://{socket_path(var)}"


def server_user(var: Path) -> int:
    """The user that the server of this folder runs as: root may ask another user's."""
    me = os.geteuid()
    try:
        return folder(var).stat().st_uid if me == 0 else me
    except OSError:
        return me


def make_folders(var: Path) -> None:
    """Make what a server needs. Raises NoServer where a folder is somebody else's, or can't be
    made."""
    try:
        folder(var).mkdir(parents=True, exist_ok=True, mode=0o700)
        if server_user(var) == os.geteuid():
            socket_path(var).parent.mkdir(exist_ok=True, mode=0o700)
    except OSError as error:
        raise NoServer(f"{folder(var)} can't be made: {error}; set WIREDESK_VAR") from error
    owner = folder(var).stat().st_uid
    if owner not in {os.geteuid(), 0} or server_user(var) != os.geteuid():
        # files that root writes into another user's folder would be in that user's way for good
        raise NoServer(
            f"{folder(var)} belongs to {_name(owner)}: start this as {_name(owner)}, "
            "or set WIREDESK_VAR to a folder of yours"
        )
    check_place(var)


def check_place(var: Path) -> None:
    """See that nobody else can have put a socket where this installation's is. Raises NoServer.

    Beside the data the owner of ``var`` decides who may write. In the shared folder anybody may
    have been there first: with a link to a place of his, or a folder that he may write to.
    """
    path = socket_path(var)
    user = server_user(var)
    if path.parent != folder(var):
        _check_private(path.parent, user)
    try:
        found = path.lstat()
    except FileNotFoundError:
        return
    except OSError as error:
        raise NoServer(f"{path} can't be looked at: {error}") from error
    if not stat.S_ISSOCK(found.st_mode) or found.st_uid != user:
        raise NoServer(
            f"{path} is not a socket of {_name(user)}'s but of {_name(found.st_uid)}'s: "
            "remove it, or set WIREDESK_VAR to another folder"
        )


def check_server(var: Path, owner: int) -> None:
    """See that whoever listens is the installation's own user. Raises NoServer."""
    user = server_user(var)
    if owner != user:
        raise NoServer(
            f"the server at {socket_path(var)} is not {_name(user)}'s but {_name(owner)}'s: "
            "stop it, or set WIREDESK_VAR to another folder"
        )


def _check_private(path: Path, user: int) -> None:
    parent = path.parent.stat()
    is_shared = parent.st_mode & 0o022 and not parent.st_mode & stat.S_ISVTX
    try:
        found = path.lstat()
    except FileNotFoundError:
        return  # nobody listens there
    if is_shared or not stat.S_ISDIR(found.st_mode) or found.st_uid != user:
        wrong = f"it is {_name(found.st_uid)}'s, or a link"
    elif found.st_mode & _OTHERS:
        wrong = f"others may enter it (mode {stat.S_IMODE(found.st_mode):o})"
    else:
        return
    raise NoServer(
        f"{path} is no private folder of {_name(user)}'s: {wrong}. Remove it, "
        "or set WIREDESK_VAR to a folder with a shorter path"
    )


def _name(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return f"user {user}"
