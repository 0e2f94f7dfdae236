"""A private Redis for one machine: used when none is configured, persistent under ``var/``, on a
socket of its own.

Whoever needs it, `wiredesk run` or a command beside it, comes here, and two locks in ``var/redis``
keep them apart (``locks.py``): there is never a second server on the files of a first, and the
last one who uses it ends it, whoever started it.
"""

from workers.embedded.lifetime import Adopted, Living, end, end_if_last, obtain, take_up, used
from workers.embedded.locks import Users, find_servers
from workers.embedded.server_process import (
    PACKED_BYTES,
    Answer,
    ask,
    command,
    server,
    spawn,
    start,
    wait,
)
from workers.embedded.socket_place import NoServer, log_path, make_folders, socket_path, url

__all__ = [
    "PACKED_BYTES",
    "Adopted",
    "Answer",
    "Living",
    "NoServer",
    "Users",
    "ask",
    "command",
    "end",
    "end_if_last",
    "find_servers",
    "log_path",
    "make_folders",
    "obtain",
    "server",
    "socket_path",
    "spawn",
    "start",
    "take_up",
    "url",
    "used",
    "wait",
]
