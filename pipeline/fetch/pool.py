"""Connections kept open between requests, one host's never another's."""

from __future__ import annotations

import select
import time
from collections import OrderedDict
from threading import Lock

from pipeline.fetch.connection import Connection

Key = tuple[str, str, int]


class Pool:
    """At most ``size`` idle connections, each kept for ``keep`` seconds; the longest idle goes
    first. Thread-safe.
    """

    def __init__(self, size: int, keep: float) -> None:
        self._size = size
        self._keep = keep
        self._idle: OrderedDict[int, tuple[Key, Connection]] = OrderedDict()
        self._lock = Lock()

    def take(self, key: Key) -> Connection | None:
        """An idle connection to this scheme, host and port that the server has not closed, else
        None.
        """
        while True:
            with self._lock:
                found = next((n for n in reversed(self._idle) if self._idle[n][0] == key), None)
                connection = self._idle.pop(found)[1] if found is not None else None
            if connection is None:
                return None
            if time.monotonic() - connection.idle_since < self._keep and _quiet(connection):
                return connection
            connection.close()

    def give(self, key: Key, connection: Connection) -> None:
        """Keep a connection for the next request, or close it where it cannot carry one."""
        if not connection.again():
            connection.close()
            return
        with self._lock:
            self._idle[id(connection)] = (key, connection)
            over = self._idle.popitem(last=False)[1][1] if len(self._idle) > self._size else None
        if over is not None:
            over.close()

    def close(self) -> None:
        """Close every idle connection."""
        with self._lock:
            idle, self._idle = list(self._idle.values()), OrderedDict()
        for _, connection in idle:
            connection.close()


def _quiet(connection: Connection) -> bool:
    """Nothing to read: a server that said something unasked has closed, or is about to."""
    try:
        poll = select.poll()
        poll.register(connection.sock, select.POLLIN)
        return not poll.poll(0)
    except (OSError, ValueError):
        return False
