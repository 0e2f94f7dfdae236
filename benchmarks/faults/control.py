"""The negative control: without the sweep, the same kills must lose stories, or the harness could
not see a loss.

The beat is stopped (SIGSTOP: it lives and sends no ticks) once all is admitted, and a worker is
killed with stories in hand. What the ledger holds open after every lease has run out is what a
system without a sweep would have lost. Then the beat goes on, and the sweep must bring every one of
these stories home.
"""

from __future__ import annotations

import os
import signal
import time

from benchmarks.faults.account import marker
from benchmarks.faults.running import Fault, Run

NAME = "control: no sweep"


def inject(run: Run) -> None:
    """Stop the sweep, kill with work in hand, count what stays undelivered, and let the sweep go
    on."""
    run.feeder.ended.set()
    run.feeder.join()
    for _ in range(5):
        _kill_in_hand(run)
        lost = _undelivered(run)
        run.notes.append(f"{lost} stories undelivered {run.system.lease + 4:.0f} s after the kill")
        run.lost_by_control += lost
        for process in run.system.of("beat"):
            os.kill(process.pid, signal.SIGCONT)
        if lost:
            break
    run.ended()
    run.wire.offer()
    run.again()


def _kill_in_hand(run: Run) -> None:
    """Offer a burst; stop the beat once it is admitted; kill the process worker and its pool while
    it holds stories."""
    run.wire.offer(60)
    offered = {story.told.marker for story in run.wire.offered}
    run.wait(lambda: offered <= _admitted(run), "all stories to be admitted")
    beat = run.wait(lambda: run.system.of("beat"), "the beat")
    for process in beat:
        os.kill(process.pid, signal.SIGSTOP)
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and not _in_hand(run):
        time.sleep(0.005)
    for process in run.system.of("process"):
        os.killpg(process.pid, signal.SIGKILL)  # the pool's children are in the worker's group
        run.kills += 1


def _admitted(run: Run) -> set[str]:
    """The stories that the ledger knows, by their markers."""
    return {marker(job["title"]) for job in run.system.jobs()}


def _in_hand(run: Run) -> bool:
    """Whether the process worker holds stories: those whose time to be due lies in the future."""
    return bool(run.system.client.zcount("wd:due", time.time() + 1, "inf"))


def _undelivered(run: Run) -> int:
    """Admitted stories without a record, once every lease has run out and hints under way have been
    used up."""
    time.sleep(run.system.lease + 4)
    return len(_admitted(run) - {seen.marker for seen in run.readers[0].seen})


CONTROL = Fault(NAME, inject)
