"""Steps of a clock: what a process sees of its machine's clock and of Redis's, against one that
never steps.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from threading import Lock
from typing import Final, Self

STEP: Final = 2.0
"""Seconds by which a clock must be off to have stepped: time services correct less than half a
second without a step, and a second is lost where a machine is busy."""

# seconds between asking and answer beyond which a look says too little
_CLEAR: Final = 0.5


def read_steady() -> float:
    """Seconds of a clock that nobody sets, and that goes on while the machine sleeps."""
    if hasattr(time, "CLOCK_BOOTTIME"):  # Linux
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


@dataclass(frozen=True, slots=True)
class ClockStep:
    """A step of a clock: when (epoch seconds), by how many seconds (below 0: back), and whose.

    ``where`` is "redis" or a machine's name.
    """

    when: float
    seconds: float
    where: str

    @classmethod
    def from_row(cls, row: bytes) -> Self:
        """Read what ``shared.lua`` wrote."""
        when, seconds, where = row.decode("utf-8", "replace").split(" ", 2)
        return cls(float(when), float(seconds), where)


@dataclass(frozen=True, slots=True)
class ClockLook:
    """The clocks at one moment: this machine's and Redis's in epoch seconds, the ledger's moment.

    ``before`` and ``after`` are the steady clock's, before Redis was asked and after it answered.
    """

    own: float
    redis: float
    moment: float
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class FoundStep:
    """A step since the look before, which was at ``since`` by the ledger's moments."""

    seconds: float
    where: str
    since: float


class ClockWatch:
    """Finds the step of a clock between two looks. Safe across threads."""

    def __init__(self) -> None:
        self._last: ClockLook | None = None
        self._lock = Lock()

    def look(self, look: ClockLook) -> FoundStep | None:
        """The step since the last look, of Redis's clock before this machine's; None: neither.

        A look whose answer took long is left out: nobody knows when Redis was asked.
        """
        if look.after - look.before > _CLEAR:
            return None
        with self._lock:
            last = self._last
            if last and look.before < last.before:
                return None
            self._last = look
        if not last:
            return None
        steady = look.before - last.before
        redis, own = look.redis - last.redis - steady, look.own - last.own - steady
        if abs(redis) >= STEP:
            return FoundStep(redis, "redis", last.moment)
        if abs(own) >= STEP:
            return FoundStep(own, os.uname().nodename, last.moment)
        return None
