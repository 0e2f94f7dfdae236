"""The sign of life of a service: a thread of its main process that says again and again that it
lives.

It tells two who ask for different reasons. The supervisor that started the service hears it on a
pipe, also while Redis is away, and takes no other machine's service for its own. The ledger keeps
the moment as ``progress["worker.NAME"]``, for health. A service that ends as it should takes its
pulse back; one that was killed, or hangs, leaves it behind to grow old.
"""

from __future__ import annotations

import atexit
import os
import threading
import time
from contextlib import suppress
from typing import Final

from redis import Redis
from redis.exceptions import RedisError

from workers.redis.redis_ledger import RedisLedger
from workers.wiring import wiring

BEATS_EVERY: Final = 1.0
"""Seconds between two signs to the supervisor: several fit into what it allows."""
_TELLS_EVERY: Final = 5.0  # seconds between two in the ledger: health looks in minutes
_WAITS: Final = 3.0  # seconds that Redis may take: shorter than what the supervisor allows
PIPE: Final = "WIREDESK_PULSE"
"""The variable by which the supervisor names the open file that it listens on."""


class Pulse(threading.Thread):
    """The pulse of this process, from ``start`` to ``end``.

    ``heard`` is the open file that the supervisor listens on, None where nobody does.
    """

    def __init__(self, ledger: RedisLedger, service: str, heard: int | None = None) -> None:
        super().__init__(name="pulse", daemon=True)
        self.ledger = ledger
        self.service = service
        self.heard = heard
        self._ended = threading.Event()
        self._pid = os.getpid()

    def run(self) -> None:
        """Beat until the end; a Redis that is away is no fault of this service."""
        told = -_TELLS_EVERY
        while True:
            self.beat()
            if time.monotonic() - told >= _TELLS_EVERY:
                told = time.monotonic()
                with suppress(RedisError, OSError):
                    self.ledger.pulse(self.noted_as, time.time())
            if self._ended.wait(BEATS_EVERY):
                return

    def beat(self) -> None:
        """One sign to the supervisor."""
        if self.heard is not None:
            # it may have been killed, or be stopped with the pipe full: this service works on
            with suppress(OSError):
                os.write(self.heard, b".")

    def end(self) -> None:
        """Take the pulse back: the service ends as it should."""
        if os.getpid() != self._pid:
            return  # a pool child has its parent's list of what to do at the end
        self._ended.set()
        self.join(2 * _WAITS)
        with suppress(RedisError, OSError):
            self.ledger.unpulse(self.noted_as)

    @property
    def noted_as(self) -> str:
        """What the ledger calls it."""
        return f"worker.{self.service}"


def begin() -> None:
    """Give this service its pulse until its process ends.

    Only its main process may call this, once. A process that no supervisor or `wiredesk work`
    started has no service's name, and gets none.
    """
    service = os.environ.get("WIREDESK_SERVICE", "")
    if not service:
        return
    # a client of its own: the workers' one waits longer than a pulse may
    client = Redis.from_url(
        wiring().redis_url, socket_timeout=_WAITS, socket_connect_timeout=_WAITS
    )
    ledger = wiring().open_ledger(client)
    pipe = os.environ.get(PIPE, "")
    pulse = Pulse(ledger, service, int(pipe) if pipe else None)
    pulse.start()
    atexit.register(pulse.end)
