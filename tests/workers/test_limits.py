"""Limits: a story just under its limits ends as it would, one just over is stopped."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import pytest

from workers.limits import TooSlow, story_limits


def burn(seconds: float) -> None:
    """Use up processor time."""
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def test_processor_time_is_counted_and_not_the_clock() -> None:
    """A story that waits is not slow; one that burns more than its limit is."""
    with story_limits(soft=0.4, hard=60.0):
        burn(0.1)
    with pytest.raises(TooSlow), story_limits(soft=0.1, hard=60.0):
        burn(60.0)


def test_limits_end_with_the_story() -> None:
    """What comes after a story is not under its limits, and the next one has its whole time."""
    before = signal.getsignal(signal.SIGPROF)
    for _ in range(3):
        with story_limits(soft=0.4, hard=60.0):
            burn(0.2)
    timers = (signal.ITIMER_PROF, signal.ITIMER_REAL)
    left = [signal.getitimer(timer)[0] for timer in timers]
    for timer in timers:
        signal.setitimer(timer, 0)  # one that were left would end the tests
    assert left == [0.0, 0.0]
    assert signal.getsignal(signal.SIGPROF) == before


@pytest.mark.parametrize(
    ("hard", "code", "why"),
    [
        (60.0, 0, "a story under its hard limit ends by itself"),
        (0.2, -signal.SIGALRM, "no Python handler runs inside C code: the kernel ends the process"),
    ],
)
def test_the_hard_limit_ends_the_process(hard: float, code: int, why: str) -> None:
    """On the clock, whatever the process is doing."""
    program = f"""
import signal, time
from workers.limits import story_limits
with story_limits(soft=60.0, hard={hard}):
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGPROF])
    time.sleep(1.0)
"""
    ran = subprocess.run([sys.executable, "-c", program], check=False)
    assert ran.returncode == code, why


@pytest.mark.parametrize(("wanted", "fits"), [(20, True), (90, False)])
def test_memory_may_grow_by_so_much(wanted: int, fits: bool) -> None:
    """Growth counts, not what the process had: 64 MiB more hold 20, and 90 are a MemoryError."""
    program = f"""
from workers.limits import bound_memory
had = bytearray(100 * 2**20)
bound_memory(64)
try:
    more = bytearray({wanted} * 2**20)
    print(True)
except MemoryError:
    print(False)
"""
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == str(fits)
