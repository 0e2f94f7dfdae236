"""What one piece of work takes, in a process of its own that ends when it takes too much."""

from __future__ import annotations

import os
import pickle
import resource
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

_LAST: Final = 30
"""Seconds of processor time after which a measurement is ended: three soft limits."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Processor seconds, MiB that the process held at its largest, and how the work ended."""

    seconds: float
    memory: float
    ended: str


def measure(work: Callable[[], str], most: float = _LAST) -> Cost:
    """Do the work in a fork of this process, which shares what is loaded. Never raises."""
    reader, writer = os.pipe()
    pid = os.fork()
    if not pid:
        _work(work, writer, most)
    os.close(writer)
    with os.fdopen(reader, "rb") as told:
        said = told.read()
    _, status, used = os.wait4(pid, 0)
    spent = used.ru_utime + used.ru_stime
    if not said:
        return Cost(max(spent, most), used.ru_maxrss / 1024, f"killed: {status}")
    seconds, ended = pickle.loads(said)
    return Cost(seconds, used.ru_maxrss / 1024, ended)


def _work(work: Callable[[], str], writer: int, most: float) -> None:
    """The fork's side; it never returns."""
    resource.setrlimit(resource.RLIMIT_CPU, (int(most) + 1, int(most) + 1))
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    began = time.process_time()
    try:
        ended = work()
    except BaseException as error:  # noqa: BLE001  whatever a flood provokes is what is measured
        ended = f"{type(error).__name__}: {error}"[:80]
    os.write(writer, pickle.dumps((time.process_time() - began, ended)))
    os._exit(0)
