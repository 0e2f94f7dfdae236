"""Clocks that step, or are apart: each service of the system under test reads a clock of its own
that can be set.
"""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from benchmarks.faults.running import Run

MACHINE: Final = ("poll", "process", "deliver", "beat")
"""The services whose clock is that of one machine with workers."""
REDIS: Final = "redis-server"
SOON: Final = 30.0
"""Seconds within which stories come again after a step. A well machine takes one or two; the steps
are of ten minutes, and this is far from both."""

_STEP: Final = 600.0
_SOURCE: Final = Path(__file__).with_name("stepping.c")


def find_compiler() -> str:
    """The C compiler of this machine, '' where there is none."""
    return shutil.which(os.environ.get("CC", "cc")) or ""


def prepare(folder: Path) -> dict[str, str]:
    """The environment in which every process reads a clock that can be set; all are right yet."""
    clocks = folder / "clocks"
    if not clocks.exists():
        clocks.mkdir()
        library = clocks / "stepping.so"
        line = [find_compiler(), "-shared", "-fPIC", "-O1", "-o", str(library), str(_SOURCE)]
        subprocess.run(line, check=True)
        set_clocks(folder, 0.0, *MACHINE, REDIS)
    return {"LD_PRELOAD": str(clocks / "stepping.so"), "STEPPING_CLOCKS": str(clocks)}


def set_clocks(folder: Path, seconds: float, *services: str) -> None:
    """Let the clocks of these services be so many seconds ahead of the right one."""
    for service in services:
        # in place: the file is mapped by those who read it
        with (folder / "clocks" / service).open("r+b" if _exists(folder, service) else "wb") as out:
            out.write(struct.pack("d", seconds))


def _exists(folder: Path, service: str) -> bool:
    return (folder / "clocks" / service).exists()


def _step(run: Run, seconds: float, *services: str) -> None:
    run.pause(1.5, 2.5)
    set_clocks(run.system.folder, seconds, *services)
    run.ended()
    run.again(SOON)
    run.notes.append(f"{', '.join(services)} {seconds:+.0f} s")


def _start_again(run: Run) -> None:
    run.pause()
    run.system.end()
    run.system.start()
    run.ended()
    run.again()


def step_workers(run: Run) -> None:
    """The clock of the machine with the workers goes back ten minutes, ahead and back again; then
    that of each service is an hour off alone, as on machines of their own."""
    for seconds in (-_STEP, _STEP, 0.0):
        _step(run, seconds, *MACHINE)
    for service in MACHINE:
        _step(run, 3600.0, service)
        _step(run, -3600.0, service)
        _step(run, 0.0, service)


def step_redis(run: Run) -> None:
    """Redis's clock goes back ten minutes, ahead and back again, also while nothing runs."""
    for seconds in (-_STEP, _STEP, 0.0):
        _step(run, seconds, REDIS)
    run.system.end()
    set_clocks(run.system.folder, -_STEP, REDIS)
    run.system.start()
    run.ended()
    run.again()


def step_all(run: Run) -> None:
    """The clock of the one machine that runs everything goes back, is set ahead and right again; a
    restart comes on top of the first."""
    _step(run, -_STEP, *MACHINE, REDIS)
    _start_again(run)
    for seconds in (_STEP, 0.0):
        _step(run, seconds, *MACHINE, REDIS)
