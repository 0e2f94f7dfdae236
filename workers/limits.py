"""Each story under its own limits: processor time, time on the clock, memory.

Celery's time limits are a task's, and a task takes many stories. Processor time past the soft limit
raises TooSlow in the story; a story that holds the interpreter (inside C code, no Python signal
handler runs) past the hard limit is killed with its process by the kernel, and the ledger has
counted its attempt already.
"""

from __future__ import annotations

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Final

_MIB: Final = 1024 * 1024


class TooSlow(Exception):
    """A story used up its processor time."""


def _too_slow(_: int, __: FrameType | None) -> None:
    raise TooSlow("used up its processor time")


@contextmanager
def story_limits(soft: float, hard: float) -> Iterator[None]:
    """Run one story under ``soft`` seconds of processor time and ``hard`` seconds on the clock.

    Only for the main thread of a process that may be killed (a pool child). Raises TooSlow.
    """
    before = signal.signal(signal.SIGPROF, _too_slow)
    signal.signal(
        signal.SIGALRM, signal.SIG_DFL
    )  # the default action ends the process, whatever it is doing
    signal.setitimer(signal.ITIMER_PROF, soft)
    signal.setitimer(signal.ITIMER_REAL, hard)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def bound_memory(mib: int) -> None:
    """Let this process grow by ``mib`` MiB: past it, MemoryError, not a swapping machine."""
    now = int(Path("/proc/self/statm").read_bytes().split()[0]) * resource.getpagesize()
    most = now + mib * _MIB
    _, ceiling = resource.getrlimit(resource.RLIMIT_AS)
    if ceiling != resource.RLIM_INFINITY:
        most = min(most, ceiling)
    resource.setrlimit(resource.RLIMIT_AS, (most, ceiling))
